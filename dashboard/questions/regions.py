"""Which regions there are, what they are called, where they lie, which resemble which."""

from __future__ import annotations

from dashboard.db import Row, Warehouse
from dashboard.texts import Lang


def names(w: Warehouse, lang: Lang) -> dict[str, str]:
    """Region code -> name, for riket, län and kommuner ("Örebro län", "Örebro County")."""
    column = "name_en" if lang == "en" else "name_sv"
    return {r["code"]: r[column] for r in w.rows("SELECT code, name_sv, name_en FROM region")}


def short_names(w: Warehouse) -> dict[str, str]:
    """Region code -> the name without "län"."""
    return {r["code"]: r["short_name"] for r in w.rows("SELECT code, short_name FROM region")}


def lan(w: Warehouse) -> tuple[Row, ...]:
    """The 21 län: code, name_sv, name_en, short_name, authority, iso, nuts3, nuts2; by code."""
    return w.rows(
        "SELECT code, name_sv, name_en, short_name, authority, iso, nuts3, nuts2, nuts2_name, kolada_id "
        "FROM region WHERE level = 'lan' ORDER BY code"
    )


def kommuner(w: Warehouse, lan_code: str) -> tuple[Row, ...]:
    """A län's kommuner by name: code, name, lon, lat of a point inside, west, south, east, north."""
    return w.rows(
        "SELECT r.code, r.name_sv AS name, b.lon, b.lat, b.west, b.south, b.east, b.north "
        "FROM region r JOIN boundary b USING (code) "
        "WHERE r.level = 'kommun' AND r.lan_code = $lan ORDER BY r.name_sv",
        {"lan": lan_code},
    )


def all_kommuner(w: Warehouse) -> tuple[Row, ...]:
    """The 290 kommuner by name: code, name_sv, lan_code."""
    return w.rows("SELECT code, name_sv, lan_code FROM region WHERE level = 'kommun' ORDER BY name_sv")


def peers(w: Warehouse, lan_code: str, n: int = 3) -> tuple[Row, ...]:
    """The n län most like this one: peer_code, distance (z-score units), nearness (1 = nearest)."""
    return w.rows(
        "SELECT peer_code, distance, nearness FROM mart_peer WHERE region_code = $lan AND nearness <= $n "
        "ORDER BY nearness",
        {"lan": lan_code, "n": n},
    )


def shapes(w: Warehouse, level: str = "lan") -> tuple[Row, ...]:
    """SVG path, label point and neighbours of every region of a level, in the map's own view box."""
    return w.rows(
        "SELECT code, svg_path, label_x, label_y, neighbours FROM boundary JOIN region USING (code) "
        "WHERE level = $level ORDER BY code",
        {"level": level},
    )


def geojson(w: Warehouse, level: str, lan_code: str | None = None) -> tuple[Row, ...]:
    """Code, names, lan_code and GeoJSON geometry (text, EPSG:4326) of the regions of a level, of one län or all."""
    return w.rows(
        "SELECT code, name_sv, name_en, lan_code, nuts3, geojson FROM boundary JOIN region USING (code) "
        "WHERE level = $level AND ($lan IS NULL OR lan_code = $lan) ORDER BY code",
        {"level": level, "lan": lan_code},
    )


def frame(w: Warehouse) -> str:
    """The SVG view box that every ``svg_path`` is drawn in."""
    row = w.row("SELECT view_box FROM map_frame")
    return str(row["view_box"]) if row else ""
