"""The audience's pages: light documents that follow the presenter or show one's own län, also without JavaScript."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from markupsafe import Markup

from dashboard import exhibit, numbers, parts
from dashboard.exhibit import Exhibit
from dashboard.export.about import plain
from dashboard.export.catalogue import makers
from dashboard.layout import View, view_of
from dashboard.live.decks import pictures
from dashboard.live.decks.deck import Deck
from dashboard.live.decks.told import Told, dated, sourced
from dashboard.live.room import links
from dashboard.live.room.document import document, foot
from dashboard.questions import regions
from dashboard.store.rooms import Room
from dashboard.texts import Lang, t

MOST_ROWS: Final = 25
CURRENCIES: Final = ("SEK", "EUR")
_OWN: Final[tuple[tuple[str, str, tuple[int, ...]], ...]] = (
    ("county", "pengar", (0, 1, 3)), ("initiatives", "lista", (0, 1)),
)  # fmt: skip
"""What one's own län shows as tables: page, exhibit, and the columns that a phone has room for."""
_NAME, _VALUE, _UNIT, _MODE = range(4)
_INDICATOR, _PERIOD, _OF, _LAN, _COUNTRY = range(5)
"""Columns of the county's key figures, and of its indicators."""


def door(lang: Lang, wrong: str = "") -> Markup:
    """The form for a room's code. ``wrong``: the code that led nowhere."""
    said = (
        Markup('<p class="warn" role="alert" id="wrong">{}</p>').format(t("stage.code_wrong", lang, code=wrong))
        if wrong
        else Markup("")
    )
    body = Markup(
        '{}<main id="main" class="narrow"><h1>{}</h1>{}<form method="get" action="/r" class="code">'
        '<label for="kod">{}</label><input id="kod" name="kod" autocomplete="off" autocapitalize="none" '
        'spellcheck="false" maxlength="12" required{}><input type="hidden" name="lang" value="{}">'
        "<button>{}</button></form></main>{}"
    ).format(
        _bar(lang, "/r"), t("stage.door", lang), said, t("stage.code", lang),
        Markup(' aria-describedby="wrong" aria-invalid="true"') if wrong else "", lang,
        t("stage.enter", lang), foot(lang),
    )  # fmt: skip
    title = f"{t('stage.door', lang)} – {t('site.name', lang)}"
    return document(lang, title, body, style="phone.css", data={})


def room_page(
    deck: Deck, told: Told, room: Room, lans: Sequence[tuple[str, str]], question: str, ballot: Markup
) -> Markup:
    """The page that follows: the presenter's scene as text, table and picture, and the question that is put.

    ``question``: its id; ``ballot``: what it is answered with.
    """
    lang = told.v.lang
    inner = Markup('<main id="main">{}</main><p id="said" class="unseen" role="status"></p>').format(
        scene(deck, told, room, ballot)
    )
    return _page(deck, room, lang, lans, inner, "", dated(told.v), follows=True, question=question)


def scene(deck: Deck, told: Told, room: Room, ballot: Markup) -> Markup:
    """A scene for a phone: headline, what it says, its picture, its table, where it is from; ``ballot`` first."""
    v = told.v
    number = room.scene + 1
    pieces = [
        Markup('<p class="at">{}</p><h1>{}</h1>').format(
            v.t("stage.at", n=number, of=len(deck.scenes)), told.headline.of(v.lang)
        )
    ]
    pieces.append(ballot)
    if told.asked:
        pieces += [] if ballot else [Markup('<p class="asked">{}</p>').format(told.asked.words)]
    elif annotation := told.annotation.of(v.lang):
        pieces.append(Markup('<p class="lede">{}</p>').format(annotation))
    if told.is_empty:
        pieces.append(Markup("<p>{}</p>").format(v.t("stage.nothing")))
    if told.of:
        pieces += _figure(told, room, told.of)
    return Markup('<article data-scene="{}">{}</article>').format(room.scene, parts.join(pieces))


def _figure(told: Told, room: Room, of: Exhibit) -> list[Markup]:
    v = told.v
    chosen = room.highlight or told.scene.highlight
    place = next((area for area in told.areas if area.code == chosen), None)
    pieces = []
    if place:
        pieces.append(Markup('<p class="pointed">{}: {}</p>').format(place.name, place.value_text))
    if of.finding != told.annotation.of(v.lang):
        pieces.append(Markup("<p>{}</p>").format(of.finding))
    if told.form in ("map", "bars", "chart"):
        address = links.phone(
            f"{room.code}/bild/{told.scene.id}.svg", lang=v.lang, peka=chosen if place else "", v=v.w.snapshot_id
        )
        pieces.append(Markup('<img class="{}" src="{}" alt="{}">').format(told.form, address, of.finding))
    if told.form == "map":
        pieces.append(pictures.legend(told))
    columns = tuple(dict.fromkeys((0, told.column or 1)))
    open_ = "" if told.form in ("map", "bars", "chart") else Markup(" open")
    pieces.append(
        Markup("<details{}><summary>{}</summary>{}</details>").format(
            open_, v.t("stage.table"), _table(v, of, tuple(at for at in columns if at < len(of.columns)))
        )
    )
    return [*pieces, *_foot(v, of)]


def _foot(v: View, of: Exhibit) -> list[Markup]:
    said = [*of.missing, " ".join(sourced(text) for text in of.source)]
    return [
        Markup("<details><summary>{}</summary>{}</details>").format(
            v.t("stage.counted"), parts.join(Markup("<p>{}</p>").format(plain(text)[0]) for text in of.basis)
        )
        if of.basis
        else Markup(""),
        *(Markup('<p class="small">{}</p>').format(plain(text)[0]) for text in said if text),
    ]


def _table(v: View, of: Exhibit, columns: tuple[int, ...]) -> Markup:
    """The chosen columns, as many rows as a phone takes, and how many more there are."""
    body = [
        [exhibit.written(v, row[at], of.columns[at], number) for at in columns]
        for number, row in enumerate(of.rows[:MOST_ROWS])
    ]
    more = len(of.rows) - len(body)
    made = parts.table(
        [of.columns[at].heading for at in columns], body, label=of.title,
        numeric=[n for n, at in enumerate(columns) if of.columns[at].is_numeric],
    )  # fmt: skip
    return made + (
        Markup('<p class="small">{}</p>').format(v.t("stage.more_rows", n=v.n(more))) if more else Markup("")
    )


def own_page(deck: Deck, v: View, room: Room, lan: str, lans: Sequence[tuple[str, str]]) -> Markup:
    """One's own län: key figures, indicators, money, initiatives; the presenter goes on meanwhile."""
    made = [_key_figures(*_made(v, lan, "county", "nyckeltal")), _indicators(*_made(v, lan, "county", "indikatorer"))]
    for page, name, columns in _OWN:
        seen, of = _made(v, lan, page, name)
        if of is not None:
            made.append(_section(seen, of, _table(seen, of, columns) if of.rows else Markup("")))
    inner = Markup('<main id="main"><h1>{}</h1>{}</main>').format(v.regions[lan], parts.join(made))
    return _page(deck, room, v.lang, lans, inner, lan, dated(v), follows=False)


def _made(v: View, lan: str, page: str, name: str) -> tuple[View, Exhibit | None]:
    seen = view_of(page, {"lang": v.lang, "snapshot": v.w.snapshot_id, "lan": lan})
    return seen, makers(seen)[name](seen)


def _section(v: View, of: Exhibit, inside: Markup) -> Markup:
    return Markup("<section><h2>{}</h2><p>{}</p>{}{}</section>").format(
        of.title, of.finding, inside, parts.join(_foot(v, of))
    )


def _key_figures(v: View, of: Exhibit | None) -> Markup:
    """Label and value; how each is counted stands with its label."""
    if of is None:
        return Markup("")
    pairs = []
    for at, row in enumerate(of.rows):
        unit, mode = str(row[_UNIT] or ""), str(row[_MODE] or "")
        value = row[_VALUE]
        text = exhibit.written(v, value, of.columns[_VALUE], at)
        if unit in CURRENCIES and isinstance(value, int | float | Decimal):
            text = numbers.money(value, unit, v.lang)
        pairs.append((f"{row[_NAME]}, {mode}" if mode else str(row[_NAME]), text))
    inside = parts.join(Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(label, text) for label, text in pairs)
    return Markup('<section><p class="lede">{}</p><dl>{}</dl>{}</section>').format(
        of.finding, inside, parts.join(_foot(v, of))
    )


def _indicators(v: View, of: Exhibit | None) -> Markup:
    """Each indicator with period and unit, the län's value and the country's."""
    if of is None:
        return Markup("")
    body = [
        [
            Markup('{} <span class="small">{}</span>').format(str(row[_INDICATOR]), f"{row[_PERIOD]}, {row[_OF]}"),
            *(exhibit.written(v, row[column], of.columns[column], at) for column in (_LAN, _COUNTRY)),
        ]
        for at, row in enumerate(of.rows)
    ]
    head = [of.columns[at].title for at in (_INDICATOR, _LAN, _COUNTRY)]
    return _section(v, of, parts.table(head, body, label=of.title, numeric=(1, 2)))


def _page(
    deck: Deck, room: Room, lang: Lang, lans: Sequence[tuple[str, str]], inner: Markup, lan: str, made: str, *,
    follows: bool, question: str = "",
) -> Markup:  # fmt: skip
    here = links.phone(room.code, lang=lang)
    options = parts.join(
        Markup('<option value="{}"{}>{}</option>').format(code, Markup(" selected") if code == lan else "", name)
        for code, name in lans
    )
    nav = Markup(
        '<nav class="ways" aria-label="{}"><a href="{}"{}>{}</a><form method="get" action="/r/{}">'
        '<input type="hidden" name="lang" value="{}"><label for="lan">{}</label><select id="lan" name="lan">{}</select>'
        "<button>{}</button></form></nav>"
    ).format(
        t("stage.ways", lang), here, Markup(' aria-current="page"') if follows else "", t("stage.follow", lang),
        room.code, lang, t("stage.own", lang), options, t("stage.show", lang),
    )  # fmt: skip
    closed = room.closed_at is not None
    status = Markup('<p id="link" role="status">{}</p>').format(t("stage.closed", lang) if closed else "")
    practice = (
        Markup('<p class="practice">{}</p>').format(t("stage.practice", lang)) if room.is_practice else Markup("")
    )
    again = Markup('<p class="again"><a href="{}">{}</a></p>').format(here, t("stage.refresh", lang))
    bar = _bar(lang, f"/r/{room.code}", lan)
    body = bar + practice + status + (again if follows else Markup("")) + inner + nav + foot(lang, made)
    data = {
        "code": room.code if follows and not closed else None, "scene": room.scene, "highlight": room.highlight,
        "lang": lang, "lost": t("stage.lost", lang), "closed": t("stage.closed", lang), "asked": question,
    }  # fmt: skip
    title = f"{deck.title.of(lang)} – {t('site.name', lang)}"
    return document(
        lang, title, body, style=("phone.css", "ballot.css"), scripts=["ballot.js", "phone.js"] if follows else [],
        data=data,
    )  # fmt: skip


def _bar(lang: Lang, path: str, lan: str = "") -> Markup:
    other: Lang = "sv" if lang == "en" else "en"
    query = f"?lang={other}&lan={lan}" if lan else f"?lang={other}"
    return Markup(
        '<a class="skip" href="#main">{}</a><header><strong>{}</strong>'
        '<a href="{}{}" hreflang="{}" lang="{}">{}</a></header>'
    ).format(
        t("site.skip", lang), t("site.name", lang), path, query, other, other,
        t("site.english" if other == "en" else "site.swedish", lang),
    )  # fmt: skip


def places(v: View) -> list[tuple[str, str]]:
    """The 21 län by name."""
    return sorted(((str(r["code"]), v.regions[r["code"]]) for r in regions.lan(v.w)), key=lambda pair: pair[1])


def picture(told: Told, chosen: str) -> Markup | None:
    """The scene's picture as a file of its own."""
    return pictures.alone(told, chosen)
