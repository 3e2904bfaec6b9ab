"""Län or kommuner as a map in a picture: classes as on the page, a hatch for no value, dots for what is hidden."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from shapely.geometry import MultiPoint, box
from shapely.geometry.base import BaseGeometry

from dashboard.charts.look import INK, LOCALE, Spec
from dashboard.charts.outlines import dotted, feature, hatched, projected
from dashboard.components.lanskarta import LegendItem, MapRegion
from dashboard.db import Row
from dashboard.texts import Lang

HEIGHT = 620
GROUND = {False: "#FFFFFF", True: "#0E1A22"}
COLOURS = {"k1": "#fde725", "k2": "#5ec962", "k3": "#21918c", "k4": "#3b528b", "k5": "#440154"}
"""The map's five classes, lowest first, in both themes."""
HATCH = 16_000
"""Metres between the lines of a hatch where the whole country's län are drawn."""
_BOX, _LINE, _GAP = (26, 15), 25, 18
_UNSEEN = {"type": "geoshape", "filled": False, "strokeOpacity": 0, "aria": False, "tooltip": None}
PROJECTION = {"type": "identity", "reflectY": True}


def lan_map(
    outlines: Sequence[Row],
    areas: Sequence[MapRegion],
    legend: Sequence[LegendItem],
    *,
    dark: bool,
    lang: Lang,
    chosen: str | None = None,
    height: int = HEIGHT,
    hatch: float = HATCH,
) -> Spec:
    """The map as a specification. ``outlines``: code and geojson (EPSG:4326) of each region.

    ``chosen`` is outlined. ``hatch``: metres between the lines where there is no value. Where no value is to be shown
    nothing but a pattern is painted.
    """
    ink, muted, _, _, _ = INK[dark]
    shapes = projected(tuple((r["code"], r["geojson"]) for r in outlines))
    painted: list[Any] = []
    lines: list[Any] = []
    dots: list[Any] = []
    for area in areas:
        about = {"name": area.name, "shown": area.value_text, "kind": area.css_class}
        painted.append(feature(shapes[area.code], **about))
        if area.css_class == "missing":
            lines.append(feature(hatched(shapes[area.code], hatch), **about))
        elif area.css_class == "suppressed":
            dots.append(feature(dotted(shapes[area.code], hatch * 1.25), **about))
    tooltip = [{"field": name, "type": "nominal", "title": " "} for name in ("name", "shown")]
    layers: list[Spec] = [
        {
            "data": {"values": painted},
            "mark": {"type": "geoshape", "stroke": muted, "strokeWidth": 0.8},
            "encoding": {
                "color": {
                    "field": "kind",
                    "type": "nominal",
                    "legend": None,
                    "scale": {
                        "domain": [*COLOURS, "none", "missing", "suppressed"],
                        "range": [*COLOURS.values(), *[GROUND[dark]] * 3],
                    },
                },
                "tooltip": tooltip,
            },
        }
    ]
    room = len(legend) * _LINE + _GAP if legend else 0
    if room:
        layers.append({"data": {"values": [_below(shapes.values(), room / height)]}, "mark": _UNSEEN})
    if lines:
        mark = {"type": "geoshape", "filled": False, "stroke": muted, "strokeWidth": 1, "aria": False}
        layers.append({"data": {"values": lines}, "mark": mark})
    if dots:
        layers.append({"data": {"values": dots}, "mark": {"type": "geoshape", "fill": muted, "aria": False}})
    if chosen in shapes:
        edge = [feature(shapes[str(chosen)])]
        for colour, width in (("#FFFFFF", 5), ("#C2185B", 2.5)):
            mark = {"type": "geoshape", "filled": False, "stroke": colour, "strokeWidth": width, "aria": False}
            layers.append({"data": {"values": edge}, "mark": mark})
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": "container",
        "height": height + room,
        "padding": {"left": 4, "top": 4, "right": 4, "bottom": 4},
        "autosize": {"type": "fit-x", "contains": "padding"},
        "projection": PROJECTION,
        "layer": [*({"projection": PROJECTION, **layer} for layer in layers), *_legend(legend, dark, height + _GAP)],
        "config": {
            "background": "transparent",
            "view": {"stroke": None},
            "font": "Inter",
            "locale": {"number": LOCALE[lang]},
            "text": {"color": ink},
        },
    }


def _at(name: str, axis: str) -> Spec:
    return {"field": name, "type": "quantitative", "scale": None, "axis": None, "title": axis}


def _below(shapes: Collection[BaseGeometry], part: float) -> Spec:
    """A strip south of the country, so that the map leaves so much of its height to the legend."""
    west, south, east, north = MultiPoint([p for s in shapes for p in (s.bounds[:2], s.bounds[2:])]).bounds
    middle = (west + east) / 2
    return feature(box(middle, south - (north - south) * part, middle + 1000, south - 1000))


def _legend(legend: Sequence[LegendItem], dark: bool, top: float) -> list[Spec]:
    """Boxes and words under the map, placed by pixel about its middle."""
    ink, muted, _, _, _ = INK[dark]
    wide, high = _BOX
    rows: list[Spec] = [
        {
            "x": 0, "x2": wide, "y": top + at * _LINE, "y2": top + at * _LINE + high,
            "middle": top + at * _LINE + high / 2, "text_x": wide + 10, "text": item.text,
            "fill": COLOURS.get(item.css_class, GROUND[dark]),
            "kind": item.css_class,
        }
        for at, item in enumerate(legend)
    ]  # fmt: skip
    strokes = [
        {"x": r["x"] + dx, "y": r["y2"], "x2": r["x"] + dx + 7, "y2": r["y"]}
        for r in rows
        if r["kind"] == "missing"
        for dx in range(0, wide - 6, 5)
    ]
    spots = [
        {"x": r["x"] + 4 + dx, "y": r["y"] + 4 + dy}
        for r in rows
        if r["kind"] == "suppressed"
        for dx in range(0, wide - 4, 6)
        for dy in (0, 7)
    ]
    half = (wide + 10 + max((len(item.text) for item in legend), default=0) * 7.4) / 2
    across = {"expr": f"width / 2 - {half:.0f}"}
    none = {"aria": False, "tooltip": None, "xOffset": across}
    both = {**none, "x2Offset": across}
    corner = {"x": _at("x", "x"), "y": _at("y", "y"), "x2": {"field": "x2"}, "y2": {"field": "y2"}}
    swatch = {"type": "rect", "stroke": muted, "strokeWidth": 1, **both}
    fill = {"field": "fill", "type": "nominal", "scale": None}
    found: list[Spec] = [{"data": {"values": rows}, "mark": swatch, "encoding": corner | {"fill": fill}}]
    if strokes:
        rule = {"type": "rule", "color": muted, "strokeWidth": 1, **both}
        found.append({"data": {"values": strokes}, "mark": rule, "encoding": corner})
    if spots:
        dot = {"type": "point", "filled": True, "size": 6, "color": muted, "opacity": 1, **none}
        found.append({"data": {"values": spots}, "mark": dot, "encoding": {"x": _at("x", "x"), "y": _at("y", "y")}})
    words = {
        "type": "text",
        "align": "left",
        "baseline": "middle",
        "fontSize": 14,
        "font": "Inter",
        "color": ink,
        **none,
    }
    at = {"x": _at("text_x", "x"), "y": _at("middle", "y"), "text": {"field": "text"}}
    return [*found, {"data": {"values": rows}, "mark": words, "encoding": at}]
