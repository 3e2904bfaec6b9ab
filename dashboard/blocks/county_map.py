"""The map of 21 län with what is chosen painted on it, for any page that needs it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from dashboard import layout, maps
from dashboard.components.lanskarta import LegendItem, MapRegion, lanskarta
from dashboard.layout import View
from dashboard.questions import regions


def draw(
    v: View,
    values: Mapping[str, float],
    show: Callable[[float], str],
    *,
    height: int,
    key: str,
    with_legend: bool = True,
    hidden: Collection[str] = (),
) -> None:
    """The map; a pick writes ``lan`` to the URL. ``values``: län code -> number, absent where there is none.

    ``hidden``: län whose value is suppressed.
    """
    areas, legend = described(v, values, show, hidden)
    paint(v, areas, legend if with_legend else [], height=height, key=key)


def paint(v: View, areas: Sequence[MapRegion], legend: Sequence[LegendItem], *, height: int, key: str) -> None:
    """The map of areas that have their classes; a pick writes ``lan`` to the URL."""
    lanskarta(
        areas,
        geometry_url=f"/geo/{v.w.snapshot_id}/lan.json",
        selected=v.sel.one_lan,
        label=v.t("sweden.map_label"),
        legend=legend,
        texts={
            "hint": v.t("sweden.map_hint"),
            "loading": v.t("sweden.map_loading"),
            "failed": v.t("sweden.map_failed"),
        },
        key=key,
        height=height,
        on_pick=lambda code: layout.put(lan=code or "", kommun=""),
    )


def described(
    v: View, values: Mapping[str, float], show: Callable[[float], str], hidden: Collection[str] = ()
) -> tuple[list[MapRegion], list[LegendItem]]:
    """Every län with its class and its value in words, and the legend: the same for the page and for a picture."""
    lans = [r["code"] for r in regions.lan(v.w)]
    classes, bounds = maps.classed({code: values[code] for code in lans if code in values})
    nothing = v.t("sweden.legend_missing")
    areas = [
        MapRegion(
            code,
            v.regions[code],
            show(values[code]) if code in values else v.t("hidden.legend") if code in hidden else nothing,
            classes.get(code, "suppressed" if code in hidden else "missing"),
        )
        for code in lans
    ]
    lacking = len(lans) > len(classes) + len(gone := [code for code in lans if code in hidden])
    legend = maps.legend(bounds, show, nothing if lacking else "")
    if gone:
        legend.append(LegendItem("suppressed", v.t("hidden.legend")))
    return areas, legend
