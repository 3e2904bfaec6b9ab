"""Where regions and operations are, as points."""

from __future__ import annotations

from dashboard.db import Row, Warehouse
from dashboard.selection import PLACED, Selection


def points(w: Warehouse) -> dict[str, tuple[float, float]]:
    """Region code -> longitude and latitude (EPSG:4326) of a point inside; län and kommuner."""
    return {r["code"]: (r["lon"], r["lat"]) for r in w.rows("SELECT code, lon, lat FROM boundary")}


def places(w: Warehouse, sel: Selection) -> dict[str, list[Row]]:
    """Operation id -> its places: code (län, SE, okant), lan_code, kommun_code, location_type, share (0–1)."""
    where, params = sel.where()
    found: dict[str, list[Row]] = {}
    for r in w.rows(
        "SELECT operation_id, code, lan_code, kommun_code, location_type, share "
        f"FROM {PLACED} WHERE operation_id IN (SELECT operation_id FROM mart_operation o WHERE {where}) "
        "ORDER BY operation_id, share_from, code, kommun_code",
        params | sel.places(),
    ):
        found.setdefault(r["operation_id"], []).append(r)
    return found
