"""Which figures each page has: one line an exhibit. What stands here can be had as a file and be embedded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from dashboard.blocks import (
    about,
    accessibility,
    actors,
    challenges,
    changes,
    cofunding,
    compare_groups,
    compare_indicators,
    compare_money,
    compare_running,
    compare_similar,
    concepts,
    contracts,
    country_figures,
    county_figures,
    county_money,
    effect_figures,
    event_parts,
    event_tables,
    four,
    investing,
    kommun,
    kommun_map,
    kommun_profile,
    listing,
    need,
    need_index,
    need_map,
    need_sexes,
    payouts,
    platforms,
    portfolio_cost,
    portfolio_need,
    portfolio_owners,
    portfolio_rows,
    portfolio_size,
    reference_case,
    search,
    spellings,
    themes,
    tree_figures,
    trend,
)
from dashboard.exhibit import Exhibit
from dashboard.layout import View
from dashboard.questions import side_values

Make = Callable[[View], Exhibit | None]


def _of_actors(make: Make) -> Make:
    return lambda v: make(actors.narrowed(v))


CATALOGUE: Final[Mapping[str, Mapping[str, Make]]] = {
    "sweden": {
        "karta": country_figures.karta,
        "andrat": changes.figure,
        "underlag": country_figures.coverage,
    },
    "accessibility": {"measured": accessibility.measured},
    "county": {
        "nyckeltal": county_figures.headline,
        "pengar": county_money.money_figure,
        "belopp": county_money.amounts_figure,
        "malgrupper": county_money.groups_figure,
        "indikatorer": county_figures.profile,
        "likar": county_figures.peers,
        "trend": trend.figure,
        "kommuner": county_figures.places,
        "pagar": county_figures.running,
        "slutar": county_figures.ending,
        "vita": county_figures.white,
        "kommun": kommun.figure,
        "alla": county_figures.everything,
        "andrat": changes.figure,
    },
    "kommun": {
        "kommuner": kommun_map.table,
        "kommunprofil": kommun_profile.values,
        "kommuntrend": kommun_profile.trend,
        "kommuninitiativ": kommun_profile.active,
        "kommunagare": kommun_profile.owned,
    },
    "compare": {
        "funding-total": compare_money.total,
        "funding-inhabitant": compare_money.per_inhabitant,
        "funding-aged": compare_money.per_aged,
        "funding-need": compare_money.per_need,
        "groups": compare_groups.groups,
        "indicators": compare_indicators.table,
        "running": compare_running.running,
        "similar": compare_similar.distances,
    },
    "need": {
        "karta": need_map.bivariate,
        "samband": need.scatter,
        "platser": need.gaps,
        "kon": need_sexes.sexes,
        "index": need_index.components,
        "robusthet": need_index.robustness,
    },
    "portfolios": {
        "size": portfolio_size.size,
        **{f"amounts-{at + 1}": partial(portfolio_size.amounts, at=at) for at in range(4)},
        "concentration": portfolio_owners.concentration,
        "overlap": portfolio_owners.overlap,
        "shared": portfolio_owners.shared,
        "matrix": portfolio_need.matrix,
        "spots": portfolio_need.spots,
        **{f"cost-{at + 1}": partial(portfolio_cost.cost, at=at) for at in range(4)},
        **{f"time-{at + 1}": partial(portfolio_size.time, at=at) for at in range(4)},
        "rows": portfolio_rows.behind_figure,
    },
    "initiatives": {
        "lista": listing.figure,
    },
    "actors": {
        "together": _of_actors(actors.together),
        "organisations": _of_actors(actors.organisations),
        "parts": _of_actors(actors.parts_of),
        "four": _of_actors(four.view),
        "four-ips": _of_actors(four.example),
        "four-lan": _of_actors(four.by_lan),
        "cofunding": _of_actors(cofunding.together),
        "amounts": _of_actors(cofunding.amounts),
        "funders": _of_actors(cofunding.funders),
        "seeds": _of_actors(actors.seeds),
        "spellings": _of_actors(spellings.merged),
        "doubtful": _of_actors(spellings.doubtful),
    },
    "platforms": {
        "levels": platforms.levels,
        "by-lan": platforms.by_lan,
        "horizon": platforms.horizon,
        "every": platforms.every,
        "abroad": platforms.abroad,
    },
    "contracts": {
        "payout": payouts.chart,
        "scenarios": payouts.scenarios,
        "risk": payouts.risk,
        "terms": payouts.terms,
        "reference": reference_case.figure,
        "facts": investing.facts,
        "investment": investing.result,
        "parties": investing.parties,
        "swings": investing.swings,
        "assumptions": investing.terms,
        "contracts-sweden": contracts.in_sweden,
        "contracts-abroad": contracts.abroad,
    },
    "event": {
        "program": event_tables.programme,
        "vyer": event_parts.views,
        "fragor": event_tables.questions,
        "bibliotek": event_tables.library,
        "organisationer": event_tables.organisations,
    },
    "concepts": {
        "malgrupper": concepts.groups,
        "metoder": concepts.methods,
        "utmaningar": challenges.figure,
        "themes": themes.found,
        "begrepp": concepts.named,
    },
    "search": {
        "traffar": search.figure,
    },
    "about": {
        "register": about.register,
    },
    "effects": {
        "oversikt": effect_figures.overview,
        "kort": effect_figures.card,
        "kvalitet": effect_figures.quality,
        "serier": effect_figures.figures,
    },
    "trees": {
        "trad": tree_figures.figure,
        "alla": tree_figures.overview,
    },
}
"""Page -> exhibit id -> the function that makes it. A page's first exhibit is the one that is embedded."""

PACK: Final = (
    "nyckeltal", "likar", "indikatorer", "pengar", "belopp", "malgrupper", "vita", "pagar", "slutar", "andrat",
)  # fmt: skip
"""What a coordinator takes to a meeting, in this order."""


def _compared(v: View) -> dict[str, Make]:
    """A panel an indicator, and one for each that is published for NUTS 2 areas."""
    found: dict[str, Make] = {
        f"trend-{c}": partial(compare_indicators.trend, code=c) for c in compare_indicators.order(v)
    }
    for one in side_values.area_indicators(v.w):
        found[f"area-{one['code']}"] = partial(compare_indicators.area_trend, one=one)
    return found


FAMILIES: Final[Mapping[str, Callable[[View], dict[str, Make]]]] = {"compare": _compared}
"""Page -> its exhibits of which there are as many as the data has."""


def makers(v: View) -> dict[str, Make]:
    """Exhibit id -> the function that makes it, of the view's page; empty for a page without exhibits."""
    family = FAMILIES.get(v.page)
    return {**CATALOGUE.get(v.page, {}), **(family(v) if family else {})}


def of_page(v: View, names: tuple[str, ...] = ()) -> tuple[Exhibit, ...]:
    """The page's exhibits, or those named, in order; what has nothing to show is left out."""
    every = makers(v)
    made = (every[name](v) for name in names or tuple(every))
    return tuple(found for found in made if found is not None)
