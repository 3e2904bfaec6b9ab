"""The stage: every scene of a deck in one document, so that a press needs no network, and the speaker's window."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Final

from markupsafe import Markup

from dashboard import parts, saving
from dashboard.blocks import accessibility
from dashboard.layout import View
from dashboard.live.decks import pictures
from dashboard.live.decks.asked import Asked
from dashboard.live.decks.deck import Deck
from dashboard.live.decks.told import Told, dated
from dashboard.live.polls import in_room
from dashboard.live.results import screen, screen_markup
from dashboard.live.results.result_routes import counted
from dashboard.live.room import links, rooms_state
from dashboard.live.room.document import document
from dashboard.questions import regions
from dashboard.store import polls
from dashboard.store.rooms import Room
from dashboard.texts import Said

ASKING: Final = (
    "waiting",
    "open",
    "closed",
    "one",
    "many",
    "few",
    "sure",
    "lost",
    "do_open",
    "do_close",
    "do_show",
    "do_hide",
    "do_reveal",
)
"""Words that the windows' script says of a question."""
_LONG: Final = 62
"""Characters from which a headline is set smaller."""


@dataclass(frozen=True)
class Setting:
    """Where a deck is shown. ``room``: None outside a room. ``is_presenter``: whether this browser holds its secret.

    ``base``: where the audience finds the server. ``is_preview``: a small picture inside the speaker's window.
    """

    deck: Deck
    v: View
    told: tuple[Told, ...]
    room: Room | None
    is_presenter: bool
    base: str
    version: str = ""
    is_preview: bool = False

    @property
    def title(self) -> str:
        """The deck's title in the viewer's language."""
        return self.deck.title.of(self.v.lang)

    @property
    def address(self) -> dict[str, str]:
        """What stands in the address of both windows, so that the same link gives the same figures."""
        return {
            "lang": self.v.lang, "snapshot": self.v.w.snapshot_id, "utgava": self.version,
            "rum": self.room.code if self.room else "",
        }  # fmt: skip

    def data(self) -> dict[str, object]:
        """What both windows' scripts are told."""
        room = self.room
        asked = [one.asked for one in self.told if one.asked]
        return {
            "deck": self.deck.id, "scenes": len(self.told), "minutes": self.deck.minutes,
            "dark": "1" if self.deck.is_dark else None,
            "code": room.code if room else None, "scene": room.scene if room else 0,
            "black": "1" if room and room.is_black else None,
            "highlight": room.highlight if room else "", "revision": room.revision if room else 0,
            "presenter": "1" if self.is_presenter or room is None else None,
            "questions": json.dumps([one.asked.id if one.asked else "" for one in self.told]),
            "guesses": json.dumps([one.id for one in asked if one.question.kind == "guess"]),
            "sensitive": json.dumps([one.id for one in asked if one.question.is_sensitive]),
            "least": polls.LEAST_SENSITIVE,
            "polls": json.dumps(rooms_state.polls_of(room.code)) if room else None,
            "asking": json.dumps(
                {name: self.v.t(f"asking.{name}") for name in ASKING if room}, ensure_ascii=False
            ),
        }  # fmt: skip


def stage(on: Setting) -> Markup:
    """The stage as a whole page."""
    box, paths, patterns = pictures.outlines(on.v.w)
    country = Markup(
        '<svg id="map" viewBox="{}" aria-hidden="true" focusable="false">{}<g class="lan">{}</g>'
        '<path id="halo"/><path id="chosen"/></svg>'
    ).format(box, patterns, paths)
    scenes = parts.join(scene(on, told, n) for n, told in enumerate(on.told))
    keys = parts.join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(on.v.t(f"stage.key_{key}"), on.v.t(f"stage.does_{key}"))
        for key in ("on", "back", "number", "black", "dark", "full", "time", "speaker", "help")
    )
    body = Markup(
        '<main id="stage" class="stage">{}{}{}<dl id="keys" class="keys" hidden>{}</dl>'
        '<p id="pointed" class="pointed" role="status"></p>'
        '<button id="full" class="full" type="button">{}</button>'
        '<p id="timer" class="timer" hidden></p><p id="typed" class="typed" hidden></p></main>'
        '<div id="black" class="black" hidden>{}</div>'
    ).format(
        country, scenes, _codes(on), keys, on.v.t("stage.does_full"),
        Markup('<p class="unseen" role="status">{}</p>').format(on.v.t("stage.is_black")),
    )  # fmt: skip
    data = on.data() | {
        "preview": "1" if on.is_preview else None, "wifi": on.v.t("stage.wifi_join"),
        "speaker": links.speaker(on.deck.id, **on.address),
    }  # fmt: skip
    scripts = ["stage.js"]
    return document(
        on.v.lang,
        f"{on.title} – {on.v.t('site.name')}",
        body,
        style=("stage.css", "results.css"),
        scripts=scripts,
        data=data,
    )


def scene(on: Setting, told: Told, at: int) -> Markup:
    """One scene as a section; what is not current is hidden from everybody."""
    v = on.v
    headline = told.headline.of(v.lang)
    question = told.asked
    kind = "question" if question else told.form
    inner = Markup('<div class="words"><h1{}{}>{}</h1>{}{}</div>').format(
        Markup(' class="long"') if len(headline) > _LONG else "", _tongue(told.headline, v), headline,
        Markup('<p class="asked">{}</p>').format(question.words) if question else _said(told.annotation, v),
        pictures.legend(told) if kind == "map" else "",
    )  # fmt: skip
    if question:
        inner += Markup('<div class="results">{}</div>').format("" if on.is_preview else _answers(v, question, on.room))
    elif told.is_empty:
        inner += Markup('<p class="nothing">{}</p>').format(v.t("stage.nothing"))
    else:
        inner += _figure(told)
    places = {area.code: [area.css_class, area.name, area.value_text] for area in told.areas}
    return Markup(
        '<section class="scene is-{}" id="s{}" data-id="{}" data-places="{}" data-highlight="{}" aria-hidden="true">'
        "{}{}</section>"
    ).format(
        kind or "words", at, told.scene.id, json.dumps(places, ensure_ascii=False) if places else "",
        told.scene.highlight, inner, _foot(on, told),
    )  # fmt: skip


def _answers(v: View, asked: Asked, room: Room | None) -> Markup:
    """Where the answers come on the stage: what is there now, brought up to date by ``asking.js``."""
    if room is None:
        return Markup('<p class="poll-state">{}</p>').format(v.t("asking.without_room"))
    state = polls.state(saving.database(), room.code, asked.id)
    now = in_room.given(saving.database(), room, asked.question, state)
    one = counted(v, now if state.is_shown else replace(now, answers=()))
    frame = screen.frame(v, one.question, one.tally, one.occasion, reveal=now.reveal)
    address = f"/rum/{room.code}/resultat/{asked.id}.json?lang={v.lang}"
    return Markup('<p class="poll-state" role="status"></p><div class="poll-shown"{}>{}</div>').format(
        "" if state.is_shown else Markup(" hidden"), screen_markup.markup(v, frame, live=address, has_title=False)
    )


def _figure(told: Told) -> Markup:
    if told.form == "bars":
        caption = told.of.columns[told.column].heading if told.of else ""
        return Markup('<figure class="figure"><figcaption>{}</figcaption>{}</figure>').format(
            caption, pictures.bars(told)
        )
    if told.form == "chart":
        both = (pictures.chart(told, dark=dark) or "" for dark in (False, True))
        return Markup('<figure class="figure">{}{}</figure>').format(*both)
    if told.form == "numbers":
        return Markup('<dl class="numbers">{}</dl>').format(
            parts.join(
                Markup("<div><dd>{}</dd><dt>{}</dt></div>").format(told.written(at, row[told.column]), told.named(row))
                for at, row in told.picked()
            )
        )
    if told.form == "list":
        return Markup('<ul class="list">{}</ul>').format(
            parts.join(
                Markup("<li><strong>{}</strong>{}</li>").format(
                    str(row[0]),
                    Markup("<span>{}</span>").format(told.written(at, row[told.column])) if told.column else "",
                )
                for at, row in told.picked()
            )
        )
    return Markup("")


def _foot(on: Setting, told: Told) -> Markup:
    return Markup('<footer class="foot"><p class="source">{}</p><p>{}</p></footer>').format(told.source, dated(on.v))


def _codes(on: Setting) -> Markup:
    """The way in for the audience, bottom right; the network's own code beside it once it is known."""
    if on.room is None or on.is_preview:
        return Markup("")
    address = links.audience(on.base, on.room.code)
    practice = Markup('<p class="practice">{}</p>').format(on.v.t("stage.practice")) if on.room.is_practice else ""
    return Markup(
        '<aside class="codes" aria-label="{}"><div id="wifi" hidden></div><div class="room">{}<p>{}</p></div>{}</aside>'
    ).format(
        on.v.t("stage.join"), links.code(address, on.v.t("stage.code_for", address=links.spoken(address))),
        links.spoken(address), practice,
    )  # fmt: skip


def _said(said: Said, v: View) -> Markup:
    return Markup('<p class="annotation"{}>{}</p>').format(_tongue(said, v), said.of(v.lang)) if said else Markup("")


def _tongue(said: Said, v: View) -> Markup:
    """The mark of a text that is in the other language."""
    return Markup(' lang="{}"').format("sv" if v.lang == "en" else "en") if said.is_foreign(v.lang) else Markup("")


def speaker(on: Setting) -> Markup:
    """The speaker's window: now, next, what to say, the clock, and everything that can be done."""
    v = on.v
    frame = links.stage(on.deck.id, **on.address, forhand="1")
    window = Markup('<figure class="{}"><figcaption>{}</figcaption><iframe src="{}" title="{}"></iframe></figure>')
    frames = (
        window.format("now", v.t("stage.now"), frame, v.t("stage.now")),
        window.format("next", v.t("stage.next"), frame, v.t("stage.next")),
    )
    notes = parts.join(
        Markup('<div class="note" id="n{}" hidden>{}</div>').format(
            n,
            Markup("<p{}>{}</p>").format(_tongue(one.scene.note, v), one.scene.note.of(v.lang))
            if one.scene.note
            else Markup('<p class="quiet">{}</p>').format(v.t("stage.no_note")),
        )
        for n, one in enumerate(on.told)
    )
    lans = parts.join(
        Markup('<option value="{}">{}</option>').format(code, name)
        for code, name in (("", v.t("stage.point_none")), *((r["code"], v.regions[r["code"]]) for r in _lans(v)))
    )
    scenes = parts.join(
        Markup('<li><button type="button" data-go="{}">{}. {}</button></li>').format(n, n + 1, one.headline.of(v.lang))
        for n, one in enumerate(on.told)
    )

    def button(act: str, key: str) -> Markup:
        return Markup('<button type="button" data-act="{}"{}>{} <kbd>{}</kbd></button>').format(
            act, Markup(' aria-pressed="false"') if act == "black" else "", v.t(f"stage.do_{act}"), key
        )

    body = Markup(
        '<main class="desk"><header><h1>{}</h1><p id="at" role="status"></p><p id="link" role="status"></p>'
        '<p class="clock"><span id="elapsed">0:00</span><span id="clock"></span></p></header>'
        '{}<div class="side">{}<section class="notes" aria-label="{}">{}</section>{}</div>'
        '<div class="controls" role="group" aria-label="{}">{}{}{}'
        '<label>{} <select id="point">{}</select></label>{}</div>'
        '<nav class="scenes" aria-label="{}"><ol>{}</ol></nav>{}</main>'
    ).format(
        on.title, *frames, v.t("stage.notes"), notes, _asking(on), v.t("stage.controls"), button("back", "←"),
        button("on", "→"),
        button("black", "B"), v.t("stage.point"), lans, button("time", "T"), v.t("stage.scenes"), scenes,
        _room(on),
    )  # fmt: skip
    words = {f"say-{name}": v.t(f"stage.{name}") for name in ("connected", "lost", "alone", "closed", "not_yours")}
    words |= {"say-none": v.t("asking.none")}
    data = on.data() | words | {"say-at": v.t("stage.at", n="#", of=len(on.told)), "stage": _open(on)}
    return document(
        v.lang, f"{on.title} – {v.t('stage.speaker')}", body, style="speaker.css", scripts=["speaker.js"], data=data
    )


def _asking(on: Setting) -> Markup:
    """The question of the scene: how it stands, and the two things that are done with it."""
    v, room = on.v, on.room
    if room is None or not any(one.asked for one in on.told):
        return Markup("")
    buttons = parts.join(
        Markup('<button type="button" data-ask="{}" hidden><span></span> <kbd>{}</kbd></button>').format(name, key)
        for name, key in (("open", "O"), ("show", "V"), ("reveal", "R"))
    )
    every = parts.link(f"/rum/{room.code}/fragor?lang={v.lang}", v.t("asking.all"))
    files = Markup(" · ").join(
        Markup('<a href="/rum/{}/resultat.{}?lang={}" download>{}</a>').format(room.code, form, v.lang, form.upper())
        for form in ("xlsx", "csv", "pptx", "txt")
    )
    return Markup(
        '<section class="asking" aria-label="{}"><p class="poll-state" role="status"></p><p>{}</p><p>{}</p>'
        '<p><a data-beside="/rum/{}/bredvid/" target="ik-beside" hidden>{}</a></p><p>{}: {}</p></section>'
    ).format(v.t("asking.group"), buttons, every, room.code, v.t("asking.beside"), v.t("asking.files"), files)


def _open(on: Setting) -> str:
    return links.stage(on.deck.id, **on.address)


def _room(on: Setting) -> Markup:
    """The room's address for the audience, what hinders phones from it, and the way to end it."""
    v, room = on.v, on.room
    show = Markup('<p><a href="{}" target="ik-stage">{}</a></p><p>{}</p>').format(
        _open(on), v.t("stage.open_stage"), accessibility.link(v.lang)
    )
    if room is None:
        return Markup('<section class="about">{}<p>{}</p></section>').format(show, v.t("stage.without_room"))
    address = links.audience(on.base, room.code)
    local = Markup('<p class="warn">{}</p>').format(v.t("stage.local_only")) if links.is_local(on.base) else ""
    end = Markup('<form method="post" action="/rum/{}/stang?lang={}"><button type="submit">{}</button></form>').format(
        room.code, v.lang, v.t("stage.close_room")
    )
    return Markup('<section class="about">{}<p>{} <strong>{}</strong></p>{}{}</section>').format(
        show, v.t("stage.audience_at"), links.spoken(address), local, end if on.is_presenter else ""
    )


def _lans(v: View) -> list[dict[str, str]]:
    return sorted(
        ({"code": str(r["code"]), "name": str(r["short_name"])} for r in regions.lan(v.w)), key=lambda r: r["name"]
    )
