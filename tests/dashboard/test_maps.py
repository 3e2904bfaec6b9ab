"""Classes of the map: fair to equal values, in order, five at most."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import get_coordinates
from shapely.geometry import shape
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard import maps, server
from dashboard.db import Warehouse
from dashboard.middleware import Shell
from dashboard.questions import initiatives, regions
from dashboard.selection import Selection

numbers = st.one_of(st.integers(-3, 3).map(float), st.floats(-1e9, 1e9, allow_nan=False))
worlds = st.dictionaries(st.text("0123456789", min_size=2, max_size=2), numbers, max_size=25)


@given(worlds)
def test_equal_values_share_a_class_and_a_larger_value_never_has_a_lower_one(values: dict[str, float]) -> None:
    classes, bounds = maps.classed(values)
    assert classes.keys() == values.keys()
    order = [classes[code] for code in sorted(values, key=lambda code: values[code])]
    assert order == sorted(order)
    for a in values:
        for b in values:
            if values[a] == values[b]:
                assert classes[a] == classes[b]
    assert len(bounds) <= 5
    assert [name for name, *_ in bounds] == sorted(set(classes.values()))
    for name, least, most in bounds:
        inside = [value for code, value in values.items() if classes[code] == name]
        assert (least, most) == (min(inside), max(inside))


@given(st.lists(st.floats(-1e9, 1e9, allow_nan=False), min_size=5, max_size=25, unique=True))
def test_different_values_fill_five_classes_about_equally(values: list[float]) -> None:
    classes, _ = maps.classed({str(n): value for n, value in enumerate(values)})
    sizes = [list(classes.values()).count(name) for name in maps.CLASSES]
    assert max(sizes) - min(sizes) <= 1


def test_the_legend_says_each_class_once_and_what_is_missing_last() -> None:
    _, bounds = maps.classed({"01": 1.0, "03": 1.0, "04": 9.0})
    rows = maps.legend(bounds, lambda x: f"{x:g}", "Inget värde")
    assert [(r.css_class, r.text) for r in rows] == [("k1", "1"), ("k4", "9"), ("missing", "Inget värde")]
    assert len(maps.legend(bounds, str)) == 2


def test_the_deck_of_points_asks_no_other_server_and_its_area_shows_the_number(w: Any) -> None:
    points = [p for p in initiatives.kommun_points(w, Selection()) if p["code"].startswith("12")]
    deck = maps.kommun_deck(points, "/geo/x/kommun-12.json", False, regions.kommuner(w, "12"), "initiativ")
    spec = json.loads(deck.to_json())
    assert spec.get("mapProvider") is None
    assert "http" not in json.dumps(spec)
    circles = next(layer for layer in spec["layers"] if layer["id"] == "initiativ")
    assert [(d["name"], d["n"]) for d in circles["data"]] == [(p["name"], p["n"]) for p in points]
    sizes = {d["n"]: d["radius"] for d in circles["data"]}
    assert sorted(sizes.values()) == [sizes[n] for n in sorted(sizes)]
    view = spec["initialViewState"]
    assert all(math.isfinite(view[name]) for name in ("longitude", "latitude", "zoom"))


def test_the_outlines_of_a_lans_kommuner_are_those_of_the_data_to_the_thousandth(
    w: Warehouse, warehouse_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.layout, "snapshot_folder", lambda: warehouse_folder)
    client = TestClient(Shell(Starlette(routes=[Route("/geo/{snapshot}/kommun-{lan}.json", server.kommun_shapes)])))
    told = client.get(f"/geo/{w.snapshot_id}/kommun-12.json")
    assert told.headers.get_list("content-security-policy") == ["default-src 'none'; frame-ancestors 'self'"]
    assert told.headers["content-type"] == "application/geo+json"
    assert not re.search(r"\.\d{4}", told.text)
    stored = {row["code"]: shape(json.loads(row["geojson"])) for row in regions.geojson(w, "kommun", "12")}
    features = told.json()["features"]
    assert [one["id"] for one in features] == sorted(stored)
    for one in features:
        before, after = stored[one["id"]], shape(one["geometry"])
        assert len(get_coordinates(before)) == len(get_coordinates(after))
        assert abs(get_coordinates(before) - get_coordinates(after)).max() <= 0.0005001
