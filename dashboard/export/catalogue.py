"""Which figures each page has: one line an exhibit. What stands here can be had as a file and be embedded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from dashboard.blocks import (
    changes,
    country_figures,
    county_figures,
    county_money,
    effect_figures,
    kommun,
    listing,
    tree_figures,
    trend,
)
from dashboard.exhibit import Exhibit
from dashboard.layout import View

Make = Callable[[View], Exhibit | None]

CATALOGUE: Final[Mapping[str, Mapping[str, Make]]] = {
    "sweden": {
        "karta": country_figures.karta,
        "andrat": changes.figure,
        "underlag": country_figures.coverage,
    },
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
    "initiatives": {
        "lista": listing.figure,
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


def of_page(v: View, names: tuple[str, ...] = ()) -> tuple[Exhibit, ...]:
    """The page's exhibits, or those named, in order; what has nothing to show is left out."""
    every = CATALOGUE[v.page]
    made = (every[name](v) for name in names or tuple(every))
    return tuple(found for found in made if found is not None)
