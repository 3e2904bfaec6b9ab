"""The boundaries of all län and kommuner, as drawn and as stored."""

from __future__ import annotations

import json
import re

import pytest
import shapely

from etl.boundaries import VIEW_BOX, Boundary, boundaries

LAN = [f"{number:02}" for number in range(1, 26) if number not in (2, 11, 15, 16)]
STEP = re.compile(r"[Mlz]|-?(?:\d+\.?\d*|\.\d+)")


@pytest.fixture(scope="module")
def units() -> dict[str, Boundary]:
    return {unit.code: unit for unit in boundaries()}


def rings(path: str) -> list[list[tuple[float, float]]]:
    """The corners of each ring of an `M x,y l dx dy ... z` path."""
    found: list[list[tuple[float, float]]] = []
    for piece in path.split("M")[1:]:
        start, steps = piece.removesuffix("z").split("l")
        x, y = (float(part) for part in start.split(","))
        ring = [(x, y)]
        numbers = [float(part) for part in STEP.findall(steps)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x, y))
        found.append(ring)
    return found


def test_every_unit_is_there_once_and_in_order() -> None:
    units = boundaries()
    assert [unit.code for unit in units if unit.level == "lan"] == LAN
    kommuner = [unit.code for unit in units if unit.level == "kommun"]
    assert len(kommuner) == len(set(kommuner)) == 290
    assert kommuner == sorted(kommuner)
    assert {code[:2] for code in kommuner} == set(LAN)
    assert units[:21] == [unit for unit in units if unit.level == "lan"]


def test_paths_fit_the_drawing_surface_and_the_wire(units: dict[str, Boundary]) -> None:
    _, _, width, height = (float(part) for part in VIEW_BOX.split())
    for unit in units.values():
        drawn = rings(unit.svg_path)
        assert drawn, unit.code
        for ring in drawn:
            assert len(ring) >= 3, unit.code
            assert all(0 <= x <= width and 0 <= y <= height for x, y in ring), unit.code
    assert sum(len(units[code].svg_path) for code in LAN) <= 30_000
    corners = [corner for code in LAN for ring in rings(units[code].svg_path) for corner in ring]
    assert min(x for x, _ in corners) < 10
    assert max(x for x, _ in corners) > width - 10
    assert min(y for _, y in corners) < 10
    assert max(y for _, y in corners) > height - 10


def test_oland_and_gotland_are_drawn(units: dict[str, Boundary]) -> None:
    assert len(rings(units["08"].svg_path)) == 2, "the mainland and Öland"
    gotland = units["09"]
    assert rings(gotland.svg_path)
    assert gotland.label_x > max(units[code].label_x for code in ("08", "05"))


def test_neighbours_share_borders_both_ways(units: dict[str, Boundary]) -> None:
    for unit in units.values():
        assert unit.neighbours == tuple(sorted(set(unit.neighbours)))
        assert unit.code not in unit.neighbours
        for other in unit.neighbours:
            assert units[other].level == unit.level
            assert unit.code in units[other].neighbours
    assert units["18"].neighbours == ("04", "05", "14", "17", "19", "20")
    assert units["12"].neighbours == ("07", "10", "13")
    assert units["25"].neighbours == ("24",)
    assert "08" in units["09"].neighbours, "Gotland is reached across the water"


@pytest.mark.parametrize("level", ["lan", "kommun"])
def test_every_unit_is_reached_from_every_other(units: dict[str, Boundary], level: str) -> None:
    own = {code for code, unit in units.items() if unit.level == level}
    seen, queue = set[str](), [min(own)]
    while queue:
        code = queue.pop()
        if code not in seen:
            seen.add(code)
            queue.extend(units[code].neighbours)
    assert seen == own


def test_geojson_is_valid_and_holds_its_point(units: dict[str, Boundary]) -> None:
    for unit in units.values():
        document = json.loads(unit.geojson)
        assert document["type"] in ("Polygon", "MultiPolygon")
        shape = shapely.geometry.shape(document)
        assert shape.is_valid, unit.code
        assert shape.contains(shapely.Point(unit.lon, unit.lat)), unit.code
        assert not re.search(r"\.\d{5}", unit.geojson), "four decimals"
        outer = shapely.get_parts(shape)[0].exterior
        assert outer.is_ccw, "right-hand rule"


def test_labels_lie_inside_what_is_drawn(units: dict[str, Boundary]) -> None:
    for unit in units.values():
        shapes = [shapely.Polygon(ring).buffer(0) for ring in rings(unit.svg_path)]
        assert any(shape.contains(shapely.Point(unit.label_x, unit.label_y)) for shape in shapes), unit.code
