"""Outlines of regions in the plane of the national grid (SWEREF 99 TM, EPSG:3006), hatched or dotted where asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, mapping, shape
from shapely.geometry.base import BaseGeometry

Feature = dict[str, Any]
GRAIN = 100
"""Metres that coordinates are rounded to: less than a pixel of the largest picture."""


@lru_cache(maxsize=1)
def _grid() -> Transformer:
    return Transformer.from_crs("EPSG:4326", "EPSG:3006", always_xy=True)


def in_grid(geometry: BaseGeometry) -> BaseGeometry:
    """A geometry in degrees (EPSG:4326) as metres east and north."""

    def moved(points: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.column_stack(_grid().transform(points[:, 0], points[:, 1]))

    return shapely.transform(geometry, moved)


@lru_cache(maxsize=64)
def projected(outlines: tuple[tuple[str, str], ...]) -> Mapping[str, BaseGeometry]:
    """Code -> outline in metres. ``outlines``: code and GeoJSON geometry in degrees, as text."""
    return {code: in_grid(shape(json.loads(text))) for code, text in outlines}


def feature(geometry: BaseGeometry, **fields: Any) -> Feature:
    """A GeoJSON feature with flat fields beside it, as Vega-Lite's ``geoshape`` reads one."""
    rounded = shapely.transform(geometry, lambda points: np.round(points / GRAIN) * GRAIN)
    return {"type": "Feature", "geometry": json.loads(json.dumps(mapping(rounded))), **fields}


def hatched(outline: BaseGeometry, gap: float) -> BaseGeometry:
    """Slanting lines within an outline, so many metres apart."""
    west, south, east, north = outline.bounds
    reach = north - south
    starts = np.arange(west - reach, east, gap)
    lines = MultiLineString([LineString([(x, south), (x + reach, north)]) for x in starts])
    inside = lines.intersection(outline)
    return inside if inside.geom_type == "MultiLineString" else MultiLineString(_lines(inside))


def _lines(found: BaseGeometry) -> list[LineString]:
    parts: Iterable[BaseGeometry] = getattr(found, "geoms", [found])
    return [part for part in parts if part.geom_type == "LineString"]


def dotted(outline: BaseGeometry, gap: float) -> BaseGeometry:
    """Small discs within an outline, so many metres apart."""
    west, south, east, north = outline.bounds
    places = [
        Point(x, y)
        for row, y in enumerate(np.arange(south, north, gap))
        for x in np.arange(west + (row % 2) * gap / 2, east, gap)
    ]
    inside = [place.buffer(gap * 0.17, quad_segs=2) for place in places if outline.contains(place)]
    return MultiPolygon(inside)
