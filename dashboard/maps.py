"""Maps: classes for the län map, and the deck of points over kommuner. Data in, description out."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pydeck

from dashboard.components.lanskarta import LegendItem, MapClass
from dashboard.db import Row

VIEW = (330, 400)
"""The least width and height in pixels that the kommun map is shown in."""
CLASSES: tuple[MapClass, ...] = ("k1", "k2", "k3", "k4", "k5")


def classed(values: Mapping[str, float]) -> tuple[dict[str, MapClass], list[tuple[MapClass, float, float]]]:
    """Five classes with equally many regions; equal values always share a class.

    Returns code -> class, and (class, least, most) for the classes that hold any region, lowest first.
    """
    ordered = sorted(values.values())
    names: dict[str, MapClass] = {}
    held: dict[MapClass, list[float]] = {}
    for code, value in values.items():
        below = sum(1 for other in ordered if other < value)
        name = CLASSES[min(4, below * 5 // len(ordered))]
        names[code] = name
        held.setdefault(name, []).append(value)
    return names, [(name, min(held[name]), max(held[name])) for name in CLASSES if name in held]


def legend(
    bounds: Sequence[tuple[MapClass, float, float]], show: Callable[[float], str], missing: str = ""
) -> list[LegendItem]:
    """Rows under the map, lowest class first; ``missing`` adds the row for no value."""
    rows = [
        LegendItem(name, show(least) if least == most else f"{show(least)} – {show(most)}")
        for name, least, most in bounds
    ]
    return [*rows, LegendItem("missing", missing)] if missing else rows


class ReadyDeck:
    """What ``st.pydeck_chart`` needs of a deck, made once: its JSON, compact, and what a point says of itself."""

    def __init__(self, deck: pydeck.Deck, tooltip: str) -> None:
        self._tooltip = {"text": tooltip}
        self._json = json.dumps(json.loads(deck.to_json()), separators=(",", ":"), ensure_ascii=False)

    def to_json(self) -> str:
        return self._json


_decks: dict[tuple[Any, ...], ReadyDeck] = {}


def kommun_deck(points: Sequence[Row], outline_url: str, dark: bool, places: Sequence[Row], unit: str) -> ReadyDeck:
    """The deck of :func:`_kommun_deck`, kept: pydeck takes several milliseconds to make one."""
    key = (outline_url, dark, unit, tuple((p["code"], p["n"]) for p in points))
    if key not in _decks:
        if len(_decks) >= 500:
            _decks.clear()
        _decks[key] = ReadyDeck(_kommun_deck(points, outline_url, dark, places), f"{{name}}: {{n}} {unit}")
    return _decks[key]


def _kommun_deck(points: Sequence[Row], outline_url: str, dark: bool, places: Sequence[Row]) -> pydeck.Deck:
    """Initiatives by kommun as circles whose area shows the number, over the län's kommun outlines.

    ``points``: code, name, lon, lat, n. ``places``: the kommuner that the view must hold (west, south, east, north).
    No tiles: nothing is asked of any other server.
    """
    ink = [242, 246, 248] if dark else [20, 33, 43]
    land = [26, 42, 53] if dark else [242, 245, 247]
    line = [124, 143, 155] if dark else [115, 129, 139]
    fill = [92, 200, 222, 215] if dark else [0, 90, 112, 215]
    on_fill = [14, 26, 34] if dark else [255, 255, 255]
    at = [[round(p["lon"], 4), round(p["lat"], 4)] for p in points]
    circles = [
        {"name": p["name"], "n": p["n"], "position": where, "radius": round(9 + 6 * math.sqrt(p["n"]), 2)}
        for p, where in zip(points, at, strict=True)
    ]
    numbers = [{"text": str(p["n"]), "position": where} for p, where in zip(points, at, strict=True)]
    layers = [
        pydeck.Layer(
            "GeoJsonLayer", data=outline_url, id="kommuner", filled=True, stroked=True, get_fill_color=land,
            get_line_color=line, line_width_min_pixels=1, pickable=False,
        ),
        pydeck.Layer(
            "ScatterplotLayer", data=circles, id="initiativ", get_position="position", get_radius="radius",
            radius_units="'pixels'", get_fill_color=fill, get_line_color=[*ink, 255], stroked=True,
            line_width_min_pixels=1, pickable=True,
        ),
        pydeck.Layer(
            "TextLayer", data=numbers, id="antal", get_position="position", get_text="text", get_size=15,
            get_color=on_fill, font_family="'Inter'", font_weight=650, pickable=False,
        ),
    ]  # fmt: skip
    return pydeck.Deck(
        layers=layers, initial_view_state=_fit(places), map_provider=None,
        views=[pydeck.View(type="MapView", controller={"scrollZoom": False})],
    )  # fmt: skip


def _fit(places: Sequence[Row]) -> pydeck.ViewState:
    lons = [p[side] for p in places for side in ("west", "east")]
    lats = [p[side] for p in places for side in ("south", "north")]
    middle = (min(lats) + max(lats)) / 2
    wide = max((max(lons) - min(lons)) * math.cos(math.radians(middle)), 0.3)
    high = max(max(lats) - min(lats), 0.3)
    pixels_a_degree = min(VIEW[0] / wide, VIEW[1] / high) * math.cos(math.radians(middle)) * 0.86
    zoom = math.log2(pixels_a_degree * 360 / 512)
    return pydeck.ViewState(
        longitude=(min(lons) + max(lons)) / 2, latitude=middle, zoom=min(9.5, zoom), min_zoom=3, max_zoom=11
    )
