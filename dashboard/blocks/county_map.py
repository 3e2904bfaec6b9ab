"""The map of 21 län with what is chosen painted on it, for any page that needs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dashboard import layout, maps
from dashboard.components.lanskarta import MapRegion, lanskarta
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
) -> None:
    """The map; a pick writes ``lan`` to the URL. ``values``: län code -> number, absent where there is none."""
    lans = [r["code"] for r in regions.lan(v.w)]
    classes, bounds = maps.classed({code: values[code] for code in lans if code in values})
    nothing = v.t("sweden.legend_missing")
    areas = [
        MapRegion(
            code,
            v.regions[code],
            show(values[code]) if code in values else nothing,
            classes.get(code, "missing"),
        )
        for code in lans
    ]
    lanskarta(
        areas,
        geometry_url=f"/geo/{v.w.snapshot_id}/lan.json",
        selected=v.sel.one_lan,
        label=v.t("sweden.map_label"),
        legend=maps.legend(bounds, show, nothing if len(classes) < len(lans) else "") if with_legend else [],
        texts={
            "hint": v.t("sweden.map_hint"),
            "loading": v.t("sweden.map_loading"),
            "failed": v.t("sweden.map_failed"),
        },
        key=key,
        height=height,
        on_pick=lambda code: layout.put(lan=code or "", kommun=""),
    )
