"""*Scen*: every deck, one of them scene by scene, the way onto the stage and into a room."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from dashboard import layout, parts, permission, saving
from dashboard.blocks import held
from dashboard.blocks.held import Held
from dashboard.layout import PAGES, View
from dashboard.live.decks import deck_form, decks, telling
from dashboard.live.decks.deck import Deck
from dashboard.live.decks.shelf import ADDRESS, SHELF
from dashboard.live.decks.told import MOST_WORDS, Told
from dashboard.live.room import links, rooms_state
from dashboard.store import rooms


def page(v: View) -> None:
    """The whole page: being changed, one deck, or all of them."""
    if v.sel.lage == "redigera":
        deck_form.page(v)
        return
    deck_form.forget()
    if v.sel.bildspel:
        _one(v)
    else:
        _all(v)


def _all(v: View) -> None:
    layout.title(v.t("page.stage"), v.t("stage.lede"))
    held.told(v)
    held.came_in(v, "stage")
    for fault in decks.files().wrong:
        layout.html(parts.missing(v.t("stage.wrong", fault=fault)))
    found, fault = SHELF.every(v)
    if fault:
        layout.html(held.alert(v, fault))
    ways = [(SHELF.href(v, one.id), held.say(v, one.thing.title), _size(v, one)) for one in found]
    layout.html(parts.ways(ways) if ways else parts.empty(v.t("stage.none_title"), v.t("stage.none_text")))
    if not fault:
        _rooms(v)
    layout.html(parts.source(parts.link(f"/mentimeter?lang={v.lang}", v.t("asking.mentimeter"))))
    layout.html(parts.heading(2, v.t("stage.make")))
    if not permission.may("present"):
        layout.html(parts.missing(v.t("held.closed")))
        return
    layout.html(
        Markup("<p>{}</p>").format(v.t("stage.make_text")),
        Markup('<p><a class="ik-button" href="{}">{}</a></p>').format(SHELF.href(v, lage="redigera"), v.t("stage.new")),
        parts.heading(3, v.t("held.read_in")),
    )
    held.upload(v, ADDRESS, ".json,.toml")


def _rooms(v: View) -> None:
    """The open rooms whose secret this browser holds, with the way back into each."""
    body = []
    for name, secret in st.context.cookies.items():
        code = name.removeprefix(rooms_state.cookie(""))
        if name == code or not rooms.is_presenter(saving.database(), code, secret):
            continue
        room = rooms.room(saving.database(), code)
        deck = decks.of_room(room) if room else None
        if room is None or deck is None:
            continue
        address = {"lang": room.lang, "snapshot": room.snapshot, "utgava": str(room.deck_version or ""), "rum": code}
        windows = (
            parts.link(links.stage(deck.id, **address), v.t("stage.the_stage")),
            parts.link(links.speaker(deck.id, **address), v.t("stage.speaker")),
        )
        body.append([code, held.say(v, deck.title), parts.join(windows, " · ")])
    if body:
        head = [v.t(f"stage.col_{name}") for name in ("code", "deck", "windows")]
        layout.html(
            parts.heading(2, v.t("stage.open_rooms")), parts.table(head, body, label=v.t("stage.open_rooms")),
            parts.source(v.t("stage.open_rooms_text")),
        )  # fmt: skip


def _size(v: View, one: Held[Deck]) -> str:
    """How many scenes, how long, and since when."""
    said = [v.t("stage.n_scenes", n=len(one.thing.scenes))]
    if one.thing.minutes:
        said.append(v.t("stage.n_minutes", n=one.thing.minutes))
    if one.version:
        said.append(v.t("stage.kept_at", at=held.dated(v, one.version)))
    return ", ".join(said)


def _one(v: View) -> None:
    found = SHELF.one(v)
    layout.html(Markup('<p class="ik-back">{}</p>').format(parts.link(SHELF.href(v), v.t("stage.back"))))
    if found is None:
        layout.title(v.t("page.stage"))
        layout.html(parts.empty(v.t("stage.no_deck_title"), v.t("stage.no_deck_text")))
        return
    deck = decks.find(found.id, int(v.sel.utgava or 0)) or found.thing
    layout.title(held.say(v, deck.title), _size(v, found))
    held.told(v)
    held.came_in(v, "stage")
    address = {"lang": v.lang, "snapshot": v.w.snapshot_id, "utgava": v.sel.utgava}
    ways = [
        parts.link(made(found.id, **address), v.t(words))
        for made, words in ((links.stage, "stage.show_deck"), (links.speaker, "stage.speaker"))
    ]  # fmt: skip
    if permission.may("present"):
        key = "stage.copy" if found.version is None else "stage.change"
        ways.append(parts.link(SHELF.href(v, found.id, lage="redigera", utgava=v.sel.utgava), v.t(key)))
    ways.append(Markup('<a href="/scen/fil/{}.toml?utgava={}" download>TOML</a>').format(found.id, v.sel.utgava))
    layout.html(
        Markup('<nav class="ik-pages" aria-label="{}">{}</nav>').format(v.t("effects.ways"), parts.join(ways, " "))
    )
    _start(v, found.id)
    _scenes(v, telling.every(deck, v))
    held.history(v, SHELF, found)


def _start(v: View, deck_id: str) -> None:
    """The form that opens a room; the network's name and password are not kept."""
    layout.html(
        parts.heading(2, v.t("stage.start_title")),
        Markup("<p>{} {}</p>").format(v.t("stage.start_text"), v.t("stage.keys_text")),
    )
    if not permission.may("present"):
        layout.html(parts.missing(v.t("stage.may_not_text")))
        return

    def field(name: str, more: Markup) -> Markup:
        return Markup('<label>{}<input name="{}" autocomplete="off" {}></label>').format(
            v.t(f"stage.field_{name}"), name, more
        )

    kinds = parts.join(
        Markup('<option value="{}">{}</option>').format(kind, v.t(f"stage.wifi_{kind}"))
        for kind in ("WPA", "WEP", "nopass")
    )
    hidden = parts.join(
        Markup('<input type="hidden" name="{}" value="{}">').format(name, value)
        for name, value in (("deck", deck_id), ("lang", v.lang), ("snapshot", v.sel.snapshot), ("utgava", v.sel.utgava))
    )
    layout.html(
        Markup(
            '<form class="ik-start" action="/rum?lang={}" method="post">{}<p>{}</p><fieldset><legend>{}</legend>{}{}'
            '<label>{}<select name="wifi_kind">{}</select></label></fieldset><p><label><input type="checkbox" '
            'name="practice" value="1"> {}</label></p><button type="submit" class="ik-button">{}</button></form>'
        ).format(
            v.lang, hidden,
            field("expected", Markup('type="number" min="1" max="5000" value="{}"').format(rooms.EXPECTED)),
            v.t("stage.wifi_legend"), field("wifi_name", Markup('maxlength="{}"').format(links.MOST_WIFI)),
            field("wifi_password", Markup('maxlength="{}"').format(links.MOST_WIFI)),
            v.t("stage.field_wifi_kind"), kinds,
            v.t("stage.field_practice"), v.t("stage.open_room"),
        )
    )  # fmt: skip


def _scenes(v: View, told: tuple[Told, ...]) -> None:
    """Every scene with its headline as it is told now, where it comes from and how many words it has."""
    layout.html(parts.heading(2, v.t("stage.scenes")))
    body = []
    for number, one in enumerate(told, 1):
        shown: str | Markup = v.t("stage.is_question") if one.asked else "–"
        if one.scene.page:
            shown = parts.link(one.v.sel.url(PAGES[one.scene.page]), v.t(f"page.{one.scene.page}"))
        count = telling.scene_words(one)
        body.append(
            [
                str(number), one.headline.of(v.lang), shown, v.t(f"stage.form_{one.form}") if one.form else "",
                v.t("stage.too_many_words", n=count, most=MOST_WORDS) if count > MOST_WORDS else str(count),
                one.scene.note.of(v.lang) or "–",
            ]
        )  # fmt: skip
    head = [v.t(f"stage.col_{name}") for name in ("number", "headline", "shown", "form", "words", "note")]
    layout.html(parts.table(head, body, label=v.t("stage.scenes"), numeric=()))
