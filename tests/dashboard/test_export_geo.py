"""GeoJSON and GeoPackage opened again: the API's figures, the coordinates' reference, nothing dropped."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import pytest
from shapely.geometry import shape
from starlette.testclient import TestClient

from tests.dashboard.export_world import HIDDEN, MISSING, SPOILT, TITLE, api, got


def frame(body: bytes, tmp_path: Path, layer: str) -> Any:
    path = tmp_path / "x.gpkg"
    path.write_bytes(body)
    return gpd.read_file(path, layer=layer, engine="pyogrio")


def test_the_map_has_21_lan_with_values_classes_and_outlines(files: TestClient, tmp_path: Path) -> None:
    query = {"visa": "pengar"}
    amounts = {r["code"]: r["amount"] for r in api(files, "/funding")["data"]}
    found = json.loads(got(files, "sweden/karta.geojson", **query))
    by_code = {f["properties"]["code"]: f for f in found["features"]}
    assert {code: f["properties"]["value"] for code, f in by_code.items()} == {
        code: float(x) for code, x in amounts.items() if x is not None
    }
    assert sum(f["geometry"] is not None for f in by_code.values()) == 21
    assert by_code["SE"]["geometry"] is None
    assert found["about"]["crs"] == "EPSG:4326"
    assert found["about"]["link"].startswith("http://region.example/")
    table = frame(got(files, "sweden/karta.gpkg", **query), tmp_path, "lan")
    assert table.crs.to_epsg() == 4326
    assert dict(zip(table["code"], table["value"], strict=True)) == {
        code: f["properties"]["value"] for code, f in by_code.items()
    }
    west, south, east, north = table.total_bounds
    assert 10 < west < east < 25
    assert 55 < south < north < 70


def test_hidden_and_missing_are_flags_and_never_numbers(files: TestClient, tmp_path: Path) -> None:
    query = {"snapshot": SPOILT, "ar": "2025"}
    found = json.loads(got(files, "sweden/karta.geojson", **query))["features"]
    told = {f["properties"]["code"]: f["properties"] for f in found}
    assert (told[HIDDEN]["value"], told[HIDDEN]["flag"], told[HIDDEN]["class"]) == (None, "s", None)
    assert (told[MISSING]["value"], told[MISSING]["flag"]) == (None, "m")
    table = frame(got(files, "sweden/karta.gpkg", **query), tmp_path, "lan").set_index("code")
    assert table.loc[HIDDEN, "flag"] == "s"
    assert str(table.loc[HIDDEN, "value"]) == "nan"


@pytest.mark.parametrize(
    "query", [{}, {"lan": "18"}, {"malgrupp": "nyanlanda"}, {"nationella": "fordela", "lan": "18"}]
)
def test_every_initiative_of_the_filter_is_there_with_its_places(
    files: TestClient, tmp_path: Path, query: dict[str, str]
) -> None:
    answer = api(files, "/operations", limit="500", **query)
    expected = {r["operation_id"]: r for r in answer["data"]}
    found = json.loads(got(files, "initiatives/lista.geojson", **query))["features"]
    seen: dict[str, list[Any]] = {}
    for f in found:
        seen.setdefault(f["properties"]["operation_id"], []).append(f)
    assert set(seen) == set(expected)
    outlines = {
        f["properties"]["code"]: shape(f["geometry"]).buffer(0.02)
        for f in api(files, "/regions.geojson", level="lan")["features"]
    }
    for key, features in seen.items():
        codes = {f["properties"]["place_code"] for f in features}
        assert codes == {p["code"] for p in expected[key]["places"]}
        amount = expected[key]["amount"]
        assert {f["properties"]["amount"] for f in features} == {None if amount is None else float(amount)}
        for f in features:
            code = f["properties"]["place_code"]
            assert (f["geometry"] is None) == (code in ("SE", "okant"))
            assert f["properties"]["location_type"] in ("operation", "beneficiary", "national", "unknown")
            if f["geometry"]:
                assert outlines[code].contains(shape(f["geometry"]))
    body = got(files, "initiatives/lista.gpkg", **query)
    assert set(frame(body, tmp_path, "initiatives")["operation_id"]) == set(expected)
    assert set(pyogrio.list_layers(io.BytesIO(body))[:, 0]) == {"initiatives", "about"}


def test_hostile_titles_are_properties(files: TestClient, tmp_path: Path) -> None:
    query = {"snapshot": SPOILT, "lan": "18"}
    assert TITLE in {
        f["properties"]["title"] for f in json.loads(got(files, "initiatives/lista.geojson", **query))["features"]
    }
    assert TITLE in set(frame(got(files, "initiatives/lista.gpkg", **query), tmp_path, "initiatives")["title"])
