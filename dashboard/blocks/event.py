"""*Konferensen*: which event, its heading, and what several of its sections ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote

from markupsafe import Markup

from dashboard import events, layout, parts
from dashboard.blocks import (
    actors,
    cofunding,
    compare_indicators,
    contracts,
    county_figures,
    kommun_profile,
    listing,
    need,
    need_index,
    need_map,
    need_sexes,
    platforms,
    portfolio_need,
    portfolio_owners,
    portfolio_size,
    themes,
)
from dashboard.db import Row
from dashboard.events import Event, Part
from dashboard.exhibit import Exhibit
from dashboard.layout import PAGES, View, view_of
from dashboard.questions import seed
from dashboard.texts import Said

FIGURES: Final[Mapping[str, Callable[[View], Exhibit | None]]] = {
    "actors.together": actors.together,
    "compare.indicators": compare_indicators.table,
    "contracts.in_sweden": contracts.in_sweden,
    "county.headline": county_figures.headline,
    "financing.together": cofunding.together,
    "initiatives.list": listing.figure,
    "kommun.values": kommun_profile.values,
    "need.gaps": need.gaps,
    "need.index": need_index.components,
    "need.map": need_map.bivariate,
    "need.scatter": need.scatter,
    "need.sexes": need_sexes.sexes,
    "platforms.by_lan": platforms.by_lan,
    "platforms.horizon": platforms.horizon,
    "platforms.levels": platforms.levels,
    "portfolios.concentration": portfolio_owners.concentration,
    "portfolios.need": portfolio_need.matrix,
    "portfolios.size": portfolio_size.size,
    "themes.found": themes.found,
}
"""The figures that a prepared view may tell of, by the name that stands in an event's file."""


def found() -> events.Events:
    """The events that could be read, and what is wrong with the others."""
    return events.every(frozenset(FIGURES))


def chosen(v: View) -> Event | None:
    """The event in the address, else the latest; None when there is none."""
    every = found().found
    return next((e for e in every if e.id == v.sel.konferens), every[0] if every else None)


def words(v: View, said: Said, item: Row | None) -> str:
    """A title in the viewer's language; the item's own in Swedish."""
    return str(item["name"]) if item and (not said or said.is_foreign(v.lang)) else said.of(v.lang)


def title(v: View, part: Part) -> str:
    """What a part of the programme is called."""
    return words(v, part.title, seed.by_id(v.w).get(part.item))


def speakers(v: View, part: Part) -> tuple[str, ...]:
    """Who the source names, in its order."""
    item = seed.by_id(v.w).get(part.item)
    return part.speakers or seed.names(item["speakers"] if item else "")


def link(v: View, prepared: events.Prepared) -> str:
    """A prepared view's address in the viewer's language and snapshot."""
    return seen(v, prepared).sel.url(PAGES[prepared.page])


def seen(v: View, prepared: events.Prepared) -> View:
    """The page that a prepared view leads to, as a :class:`View`."""
    return view_of(prepared.page, dict(prepared.query) | {"lang": v.lang, "snapshot": v.sel.snapshot})


def figure(v: View, prepared: events.Prepared) -> Exhibit | None:
    """The figure that a prepared view tells of, made now."""
    return FIGURES[prepared.figure](seen(v, prepared))


def origin(v: View, of: Event) -> Markup:
    """Where what is said of an event comes from."""
    item = seed.by_id(v.w).get(of.item)
    if item is None:
        return Markup("{}").format(v.t("event.source_file", file=f"events/{of.id}.toml"))
    return Markup("{} {}").format(
        v.t("event.source", seed=item["seed"]), parts.link(v.source_href(item), v.t("figure.where_from"))
    )


def heading(v: View) -> bool:
    """The event with its facts, the other events, and what is wrong with a file; False without any event."""
    every, one = found(), chosen(v)
    for fault in every.wrong:
        layout.html(parts.missing(v.t("event.wrong", fault=fault)))
    if one is None:
        layout.title(v.t("page.event"))
        layout.html(parts.empty(v.t("event.none_title"), v.t("event.none_text")))
        return False
    items = seed.by_id(v.w)
    layout.title(words(v, one.title, items.get(one.item)), one.about.of(v.lang))
    timed = sum(part.starts is not None for part in one.parts)
    views = sum(len(part.views) for part in one.parts)
    kinds = [part.kind for part in one.parts]
    layout.html(
        parts.facts(
            [
                (v.t("event.date"), v.day(one.date)),
                (v.t("event.place"), _place(v, one)),
                (
                    v.t("event.programme"),
                    v.t("event.counts", keynotes=v.n(kinds.count("keynote")), passes=v.n(kinds.count("pass")),
                        sessions=v.n(kinds.count("session")), views=v.n(views)),
                ),
                (v.t("event.times"), "" if timed else v.t("event.times_none")),
            ]
        )
    )  # fmt: skip
    others = [(v.href(konferens=e.id), words(v, e.title, items.get(e.item)), v.day(e.date)) for e in every.found]
    if len(others) > 1:
        layout.html(
            parts.heading(2, v.t("event.others")), parts.ways(o for o in others if o[0] != v.href(konferens=one.id))
        )
    return True


def _place(v: View, one: Event) -> Markup:
    name = v.regions.get(one.lan, "")
    if not name:
        return Markup("{}").format(one.place)
    return Markup("{} · {}").format(one.place, parts.link(v.href("county", lan=(one.lan,)), name))


def anchor(part: Part) -> str:
    """Where a part stands on the page."""
    return f"#{quote(part.id)}"
