"""A län's kommuner as a picture, with a circle where initiatives are, its area the number."""

from __future__ import annotations

from collections.abc import Sequence

from shapely.geometry import Point

from dashboard.charts.lan_map import PROJECTION
from dashboard.charts.look import INK, LOCALE, Spec
from dashboard.charts.outlines import feature, in_grid, projected
from dashboard.db import Row
from dashboard.texts import Lang

HEIGHT = 480
LAND = {False: "#F2F5F7", True: "#1A2A35"}
_LEAST, _EACH = 300, 170
"""Square pixels of a circle, and what each initiative adds."""


def kommun_map(outlines: Sequence[Row], points: Sequence[Row], *, dark: bool, lang: Lang) -> Spec:
    """``outlines``: code, geojson (EPSG:4326) of the kommuner. ``points``: name, lon, lat, n; a circle each."""
    ink, muted, _, primary, _ = INK[dark]
    shapes = projected(tuple((r["code"], r["geojson"]) for r in outlines))
    land = [feature(shape) for shape in shapes.values()]
    circles = [
        feature(in_grid(Point(p["lon"], p["lat"])), name=p["name"], n=p["n"], size=_LEAST + _EACH * p["n"])
        for p in points
    ]
    for circle in circles:
        circle["x"], circle["y"] = circle["geometry"]["coordinates"]
    place = {"longitude": {"field": "x", "type": "quantitative"}, "latitude": {"field": "y", "type": "quantitative"}}
    tooltip = [{"field": "name", "title": " "}, {"field": "n", "title": " "}]
    on_circle = "#0E1A22" if dark else "#FFFFFF"
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": "container",
        "height": HEIGHT,
        "padding": {"left": 4, "top": 4, "right": 4, "bottom": 4},
        "autosize": {"type": "fit-x", "contains": "padding"},
        "projection": PROJECTION,
        "layer": [
            {
                "data": {"values": land},
                "projection": PROJECTION,
                "mark": {"type": "geoshape", "fill": LAND[dark], "stroke": muted, "strokeWidth": 0.8, "aria": False},
            },
            {
                "data": {"values": circles},
                "projection": PROJECTION,
                "mark": {"type": "circle", "color": primary, "opacity": 0.88, "stroke": ink, "strokeWidth": 1},
                "encoding": {
                    **place,
                    "size": {"field": "size", "type": "quantitative", "scale": None, "legend": None},
                    "tooltip": tooltip,
                },
            },
            {
                "data": {"values": circles},
                "projection": PROJECTION,
                "mark": {
                    "type": "text", "color": on_circle, "font": "Inter", "fontSize": 14, "fontWeight": 600,
                    "baseline": "middle", "aria": False,
                },
                "encoding": {**place, "text": {"field": "n"}, "opacity": {"value": 1}},
            },
        ],
        "config": {
            "background": "transparent",
            "view": {"stroke": None},
            "font": "Inter",
            "locale": {"number": LOCALE[lang]},
        },
    }  # fmt: skip
