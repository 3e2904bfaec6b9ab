"""Effect cards and problem trees that the data holds, and what a card's steps are shown beside."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.db import Row, Warehouse
from dashboard.selection import SWEDEN


def parts(w: Warehouse) -> tuple[Row, ...]:
    """A row a part of a card: ``mart_effect``, in the file's order; none in a snapshot from before there were any."""
    if not _has(w, "mart_effect"):
        return ()
    return w.rows("SELECT * FROM mart_effect ORDER BY source_id, file_name, row_no")


def nodes(w: Warehouse) -> tuple[Row, ...]:
    """A row a node of a tree: ``tree_node``, in the file's order; none in a snapshot from before there were any."""
    if not _has(w, "tree_node"):
        return ()
    return w.rows("SELECT * FROM tree_node ORDER BY source_id, file_name, row_no")


def _has(w: Warehouse, table: str) -> bool:
    return w.row("SELECT 1 AS one FROM duckdb_tables() WHERE table_name = $table", {"table": table}) is not None


def operation(w: Warehouse, local_id: str) -> Row | None:
    """An initiative by its id, Swedish ones first: ``mart_operation`` with ``lans``, the codes of its län in order."""
    return w.row(
        "SELECT o.*, (SELECT coalesce(list(DISTINCT l.lan_code ORDER BY l.lan_code), []) FROM mart_location l "
        "WHERE l.operation_id = o.operation_id AND l.lan_code IS NOT NULL) AS lans FROM mart_operation o "
        "WHERE o.operation_id IN (SELECT operation_id FROM mart_order JOIN mart_id USING (place) WHERE id = $id) "
        "ORDER BY o.portfolio = $home DESC, o.operation_id LIMIT 1",
        {"id": local_id, "home": SWEDEN},
    )


def titles(w: Warehouse, local_ids: Iterable[str]) -> dict[str, Row]:
    """local_id -> local_id, title_sv, title_en of the initiatives that are there."""
    rows = w.rows(
        "SELECT i.id AS local_id, any_value(o.title_sv) AS title_sv, any_value(o.title_en) AS title_en FROM mart_id i "
        "JOIN mart_card o USING (place) WHERE i.id IN (SELECT unnest($ids)) AND o.local_id = i.id GROUP BY i.id",
        {"ids": sorted(set(local_ids)) or [""]},
    )
    return {r["local_id"]: r for r in rows}


def choices(w: Warehouse) -> tuple[Row, ...]:
    """400 initiatives to choose among: local_id, title_sv, title_en; social innovation first, then what runs."""
    return w.rows("SELECT local_id, title_sv, title_en FROM mart_choice ORDER BY nth")
