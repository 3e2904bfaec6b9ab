"""The map and the initiatives as geodata: GeoJSON and GeoPackage, in degrees (EPSG:4326)."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import geopandas as gpd
from shapely.geometry import shape

from dashboard import maps
from dashboard.db import Row
from dashboard.exhibit import Cell, Withheld
from dashboard.export.about import About
from dashboard.layout import View
from dashboard.questions import export, geography, regions
from dashboard.selection import NATIONAL

CRS = "EPSG:4326"
HIDDEN, MISSING = "s", "m"
Json = dict[str, Any]


@dataclass(frozen=True)
class Feature:
    """A place with properties; ``geometry`` is GeoJSON in degrees, None where the place is not known."""

    id: str
    geometry: Json | None
    properties: Json


@dataclass(frozen=True)
class Layer:
    """Features of one kind under a name."""

    name: str
    features: tuple[Feature, ...]


def karta(about: About) -> Layer:
    """The 21 län with what the map paints: value, class, flag and every other column of its table.

    ``value`` None with the flag ``s``: hidden; with ``m``: missing.
    """
    v, of = about.v, about.of
    outlines = {r["code"]: json.loads(r["geojson"]) for r in regions.geojson(v.w, "lan")}
    by_code = {str(row[1]): row for row in of.rows}
    known = {code: float(row[2]) for code, row in by_code.items() if code in outlines and _is_number(row[2])}  # type: ignore[arg-type]
    classes, _ = maps.classed(known)
    features = []
    for code, row in by_code.items():
        value = row[2]
        flag = HIDDEN if isinstance(value, Withheld) else MISSING if value is None else None
        told: Json = {
            "code": code,
            "name": str(row[0]),
            "measure": of.columns[2].heading,
            "value": _plain(value),
            "class": classes.get(code),
            "flag": flag,
        }
        told |= {of.columns[at].title: _plain(row[at]) for at in range(3, len(row))}
        features.append(Feature(code, outlines.get(code), told))
    return Layer("lan", tuple(features))


def lista(about: About) -> Layer:
    """The initiatives of the filter, a point each place that they have: inside the kommun, else inside the län.

    The point is the region's, not an address; ``location_type`` tells what the place is. National initiatives and those
    whose place is not known stand without geometry.
    """
    v = about.v
    points = geography.points(v.w)
    found, _ = export.operations(v.w, v.sel.but())
    places = geography.places(v.w, v.sel.but())
    features = []
    for r in found:
        for number, place in enumerate(places.get(r["operation_id"], ()), 1):
            at = points.get(place["kommun_code"] or place["lan_code"] or "")
            geometry = {"type": "Point", "coordinates": list(at)} if at else None
            features.append(Feature(f"{r['operation_id']}#{number}", geometry, _operation(v, r, place)))
    return Layer("initiatives", tuple(features))


def _operation(v: View, r: Row, place: Row) -> Json:
    measure = v.sel.money[0]
    return {
        "operation_id": r["operation_id"],
        "title": v.of(r),
        "beneficiary": r["beneficiary"],
        "status": r["status"],
        "start_date": _plain(r["start_date"]),
        "start_precision": r["start_precision"],
        "end_date": _plain(r["end_date"]),
        "end_precision": r["end_precision"],
        "programming_period": r["programming_period"],
        "fund_code": r["fund_code"],
        "measure": measure,
        "currency": v.sel.currency,
        "amount": _plain(r["amount"]),
        "place_code": place["code"],
        "place_name": v.place(place["code"]),
        "kommun_code": place["kommun_code"],
        "location_type": place["location_type"],
        "share": _plain(place["share"]),
        "is_national": place["code"] == NATIONAL,
        "source_id": r["source_id"],
        "source_row": r["row_no"],
    }


def _is_number(value: Cell) -> bool:
    return isinstance(value, int | float | Decimal)


def _plain(value: Any) -> Any:
    if isinstance(value, Withheld):
        return None
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def told(about: About) -> Json:
    """What the file says of itself."""
    v, of = about.v, about.of
    return {
        "title": of.title, "finding": of.finding, "filter": about.selected, "basis": " ".join(of.basis),
        "missing": " ".join(of.missing), "source": about.source, "licence": of.licence,
        "snapshot": v.w.snapshot_id, "as_of": v.as_of.isoformat(), "link": about.link, "crs": CRS,
    }  # fmt: skip


def geojson(about: About, layer: Layer) -> bytes:
    """RFC 7946: degrees, longitude first. What the file is stands in ``about``."""
    features = [
        {"type": "Feature", "id": f.id, "geometry": f.geometry, "properties": f.properties} for f in layer.features
    ]
    whole = {"type": "FeatureCollection", "about": told(about), "features": features}
    return json.dumps(whole, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def geopackage(about: About, layer: Layer) -> bytes:
    """One layer of features and a table ``about``; EPSG:4326."""
    with tempfile.TemporaryDirectory(prefix="inkarta-") as folder:
        path = Path(folder) / "layer.gpkg"
        _frame(layer.features).to_file(path, layer=layer.name, driver="GPKG", engine="pyogrio")
        lines = told(about)
        rest = gpd.GeoDataFrame(
            {"name": list(lines), "text": list(lines.values())}, geometry=[None] * len(lines), crs=CRS
        )
        rest.to_file(path, layer="about", driver="GPKG", engine="pyogrio", mode="a")
        return path.read_bytes()


def _frame(features: Sequence[Feature]) -> gpd.GeoDataFrame:
    names = list(features[0].properties) if features else []
    columns = {name: [f.properties.get(name) for f in features] for name in names}
    shapes = [shape(f.geometry) if f.geometry else None for f in features]
    return gpd.GeoDataFrame({"feature_id": [f.id for f in features], **columns}, geometry=shapes, crs=CRS)


MAKERS = {("sweden", "karta"): karta, ("initiatives", "lista"): lista}
"""Page and exhibit -> the layer that it is as geodata."""
