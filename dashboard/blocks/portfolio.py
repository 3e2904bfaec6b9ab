"""*Portföljer*: which portfolios stand side by side, how each is told, and what every figure of them carries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import streamlit as st
from markupsafe import Markup

from dashboard import layout, parts, saving
from dashboard.blocks import counting
from dashboard.exhibit import Cell, Exhibit, foot, written
from dashboard.layout import View
from dashboard.portfolio import WHOLE, selection, spec
from dashboard.questions import basis, funding, initiatives
from dashboard.questions.behind import Mark
from dashboard.selection import FACETS, SWEDEN, Selection
from dashboard.store import StoreError, views

SLOTS = ("p1", "p2", "p3", "p4")
MARKS = "ABCD"
_OFFERED = ("fond", "period", "tema", "register")
_NAME = 46
Cells = Mapping[tuple[int, int], str]
"""Where the cells of a table lead: (row, column) -> address."""


@dataclass(frozen=True)
class Side:
    """One of the portfolios compared. ``v.sel`` is the portfolio, counted and told as the page is.

    ``home``: the page's own selection with every portfolio spelt out; ``place``: 0 to 3.
    """

    place: int
    spec: str
    v: View
    home: Selection
    name: str

    @property
    def mark(self) -> str:
        """The letter that the portfolio has in charts and tables."""
        return MARKS[self.place]

    @property
    def label(self) -> str:
        """The letter and the name, short enough for a chart on a phone."""
        cut = self.name if len(self.name) <= _NAME else f"{self.name[: _NAME - 1].rstrip()}…"
        return f"{self.mark}: {cut}"

    @property
    def unit(self) -> tuple[str, str]:
        """The measure and currency that its amounts are told in: only alike ones stand in one chart."""
        return self.v.sel.money[0], self.v.sel.currency

    def behind(self, kind: str, key: str = "") -> str:
        """The address of the rows behind one of its figures."""
        return self.home.but(rader=str(Mark(self.place + 1, kind, key))).url(layout.PAGES["portfolios"])

    def initiatives(self) -> str:
        """The address of all its initiatives."""
        return self.v.href("initiatives")


def suggestions(v: View) -> dict[str, int | None]:
    """Portfolios to pick from: word of the address -> how many initiatives; None where that is not counted."""
    counts = initiatives.facets(v.w, Selection())
    out: dict[str, int | None] = {WHOLE: funding.total(v.w, Selection(), "granted_support")["projects"]}
    for facet in _OFFERED:
        for code, n in counts[facet].items() if len(counts[facet]) > 1 else ():
            if word := spec(Selection().but(**{facet: (code,)})):
                out[word] = n
    for code in basis.portfolios(v.w):
        if code != SWEDEN and (word := spec(Selection(portfolj=code))):
            out[word] = None
    return out | dict.fromkeys(word for word in saved(v) if word not in out)


def saved(v: View) -> dict[str, str]:
    """The saved filters of *Initiativ* as portfolios: word of the address -> the name they were saved under."""
    try:
        found = views.every(saving.database())
    except StoreError:
        return {}
    words = {spec(one.selection): one.name for one in found if one.page == "initiatives" and not one.selection.insats}
    return {word: name for word, name in words.items() if word and word != WHOLE and _read(v, word)}


def usual(v: View) -> tuple[str, ...]:
    """What is compared before anything is picked: the two funds with most initiatives, else the two periods."""
    counts = initiatives.facets(v.w, Selection())
    for facet in ("fond", "period"):
        known = [code for code in counts[facet] if code != "other"]
        if len(known) > 1:
            return tuple(filter(None, (spec(Selection().but(**{facet: (code,)})) for code in known[:2])))
    return (WHOLE,)


def lost(v: View) -> int:
    """How many portfolios of the address cannot be read or are not in this snapshot."""
    given = [word for word in (getattr(v.sel, slot) for slot in SLOTS) if word]
    return len(given) - sum(_read(v, word) is not None for word in given)


def sides(v: View) -> tuple[Side, ...]:
    """The portfolios that the address names, one to four; one alone is set beside the whole that it is part of."""
    words = [word for word in (getattr(v.sel, slot) for slot in SLOTS) if word and _read(v, word)] or [*usual(v)]
    if len(words) == 1 and (only := _read(v, words[0])):
        whole = spec(Selection(portfolj=only.portfolj)) or WHOLE
        words += [whole] if whole != words[0] else []
    padded = {slot: words[at] if at < len(words) else "" for at, slot in enumerate(SLOTS)}
    home = v.sel.but(**padded, rader="")
    return tuple(_side(v, at, word, home) for at, word in enumerate(words))


def _read(v: View, word: str) -> Selection | None:
    found = selection(word)
    return found if found and found.portfolj in basis.portfolios(v.w) else None


def _side(v: View, place: int, word: str, home: Selection) -> Side:
    of = _read(v, word) or Selection()
    how = {name: getattr(v.sel, name) for name in ("lang", "snapshot", "bas", "plats", "nationella", "matt", "satt")}
    told = replace(of, **how)
    ids = [m["id"] for m in funding.measures(v.w, told)]
    if ids and told.matt not in ids:
        told = replace(told, matt=ids[0])
    return Side(place, word, View(v.w, told, v.page), home, name(v, word))


def name(v: View, word: str) -> str:
    """A portfolio in words."""
    of = _read(v, word) or Selection()
    if word == WHOLE:
        return v.t("portfolio.whole")
    if of == Selection(portfolj=of.portfolj):
        return layout.portfolio_name(v, of.portfolj)
    chosen = [(facet, codes) for facet in FACETS if (codes := getattr(of, facet))]
    if len(chosen) == 1 and len(chosen[0][1]) == 1 and not of.q and of.portfolj == SWEDEN:
        ((facet, (code,)),) = chosen
        return str(layout.facet_names(v)[facet].get(code, code))
    said = replace(of, lang=v.lang).describe(layout.facet_names(v))
    return said[:1].upper() + said[1:]


def units(of: Sequence[Side]) -> tuple[tuple[Side, ...], ...]:
    """The portfolios whose amounts may stand beside each other: the same measure in the same currency."""
    kinds = list(dict.fromkeys(side.unit for side in of))
    return tuple(tuple(side for side in of if side.unit == kind) for kind in kinds)


def unit(v: View, at: int) -> tuple[Side, ...]:
    """The ``at``:th group of :func:`units`; empty when there are not so many."""
    found = units(sides(v))
    return found[at] if at < len(found) else ()


def apart(v: View) -> tuple[str, ...]:
    """That amounts of different kinds are not set beside each other, when the portfolios have such."""
    found = units(sides(v))
    if len(found) < 2:
        return ()
    kinds = "; ".join(
        v.t("portfolio.unit", marks=", ".join(s.mark for s in group), measure=counting.measure(group[0].v))
        for group in found
    )
    return (v.t("portfolio.apart", kinds=kinds),)


def basis_of(v: View, of: Sequence[Side]) -> tuple[str, ...]:
    """How the portfolios' amounts are counted and told."""
    said = [f"{counting.measure(of[0].v)}. {v.t('mode.unique_help')}"]
    said += dict.fromkeys(counting.told(s.v, funding.total(v.w, s.v.sel, s.v.sel.matt)) for s in of)
    said += dict.fromkeys(filter(None, (counting.note(s.v) for s in of)))
    return tuple(said)


def source_of(v: View, of: Sequence[Side]) -> tuple[Markup, ...]:
    """Where the operations come from, when that was retrieved, and each portfolio's rows."""
    titles = {
        v.of(r): r["retrieved_at"] for code in dict.fromkeys(s.v.sel.portfolj for s in of)
        for r in basis.sources(v.w, code)
    }  # fmt: skip
    said = v.t(
        "figure.source_operations",
        titles=", ".join(titles),
        day=v.day(max(filter(None, titles.values()), default=None)),
    )
    links = parts.join((parts.link(s.initiatives(), s.mark) for s in of), " · ")
    return (Markup("{} {}: {}").format(said, v.t("figure.rows"), links),)


def sentence(said: Sequence[str]) -> str:
    """What is said of each portfolio, as one sentence."""
    return f"{'; '.join(said)}."


def differences(of: Sequence[Side], rows: Sequence[tuple[Cell, ...]]) -> list[tuple[Cell, ...]]:
    """Every later portfolio's figures minus the first's, in the rows' columns; None where either is not known."""
    return [
        (f"{side.mark} − {of[0].mark}", *map(_less, row[1:], rows[0][1:]))
        for side, row in zip(of[1:], rows[1:], strict=True)
    ]


def _less(a: Cell, b: Cell) -> Cell:
    if isinstance(a, int | float | Decimal) and isinstance(b, int | float | Decimal):
        return Decimal(a) - Decimal(b)
    return None


def draw_linked(v: View, of: Exhibit | None, hrefs: Cells | None = None, *, level: int = 2) -> None:
    """A long table as a figure, closed until asked for; every cell that has rows behind it leads to them."""
    if of is None:
        return
    to = {**{(r, 0): link for r, link in enumerate(of.links) if link}, **(hrefs or {})}
    body = [
        [
            parts.link(to[r, c], written(v, cell, column)) if (r, c) in to else written(v, cell, column)
            for c, (cell, column) in enumerate(zip(row, of.columns, strict=True))
        ]
        for r, row in enumerate(of.rows)
    ]
    numeric = [at for at, column in enumerate(of.columns) if column.kind in ("number", "money")]
    layout.html(parts.heading(level, of.title), parts.lede(of.finding))
    opened = st.expander(v.t("figure.table"), key=f"{v.page}-{of.id}-table", on_change="rerun")
    if opened.open:
        with opened:
            layout.html(parts.table([c.heading for c in of.columns], body, label=of.title, numeric=numeric))
    layout.html(foot(v, of))
