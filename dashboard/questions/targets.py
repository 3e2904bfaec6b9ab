"""Whom the operations are for."""

from __future__ import annotations

from dashboard.db import Row, Warehouse
from dashboard.selection import Selection


def groups(w: Warehouse, sel: Selection) -> tuple[Row, ...]:
    """Operations by target group: code, title_sv, title_en, n, running. One operation may have several groups."""
    where, params = sel.where()
    return w.rows(
        "SELECT t.code, t.title_sv, t.title_en, count(*) AS n, count(*) FILTER (o.status = 'running') AS running "
        "FROM mart_operation o JOIN mart_target_group m USING (operation_id) "
        f"JOIN target_group t ON t.code = m.target_group_code WHERE {where} GROUP BY ALL ORDER BY n DESC, t.title_sv",
        params,
    )


def without_group(w: Warehouse, sel: Selection) -> int:
    """How many operations of the selection name no target group."""
    where, params = sel.where()
    row = w.row(
        f"SELECT count(*) AS n FROM mart_operation o WHERE {where} "
        "AND operation_id NOT IN (SELECT operation_id FROM mart_target_group)",
        params,
    )
    return int(row["n"]) if row else 0


def unreached(w: Warehouse, sel: Selection) -> tuple[Row, ...]:
    """Groups that no operation of the selection names that runs or may run (its dates unknown): code, titles."""
    where, params = sel.where()
    return w.rows(
        "SELECT code, title_sv, title_en FROM target_group WHERE code <> 'andra' AND code NOT IN "
        "(SELECT m.target_group_code FROM mart_target_group m JOIN mart_operation o USING (operation_id) "
        f"WHERE {where} AND o.status IN ('running', 'granted', 'unknown')) ORDER BY title_sv",
        params,
    )


def participants(w: Warehouse, sel: Selection) -> Row:
    """Participants of the selection, unique: planned, with_planned, actual, with_actual, projects."""
    where, params = sel.where()
    row = w.row(
        "SELECT count(*) AS projects, sum(p.value) AS planned, count(p.value) AS with_planned, sum(a.value) AS actual, "
        "count(a.value) AS with_actual FROM mart_operation o "
        "LEFT JOIN (SELECT operation_id, value FROM mart_participants WHERE value_type = 'planned' AND sex = 'T') p "
        "USING (operation_id) "
        "LEFT JOIN (SELECT operation_id, value FROM mart_participants WHERE value_type = 'actual' AND sex = 'T') a "
        f"USING (operation_id) WHERE {where}",
        params,
    )
    return row or {}
