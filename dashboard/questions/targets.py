"""Whom the operations are for."""

from __future__ import annotations

from dashboard.db import Row, Warehouse
from dashboard.selection import PLACED, Selection


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


_PARTICIPANTS = """
SELECT count(*) AS projects, sum(p.value) AS planned, count(p.value) AS with_planned, sum(a.value) AS actual,
    count(a.value) AS with_actual, count(a.operation_id) - count(a.value) AS hidden,
    sum(p.value) FILTER (is_national) AS planned_national,
    count(p.value) FILTER (is_national) AS with_planned_national, sum(p.value * here) AS planned_here
FROM (
    SELECT operation_id, operation_id IN (SELECT operation_id FROM mart_location WHERE location_type = 'national')
        AS is_national FROM mart_operation o WHERE {where}) o
LEFT JOIN (SELECT operation_id, sum(share) AS here FROM {placed} WHERE $one IS NULL OR code = $one GROUP BY 1)
    USING (operation_id)
LEFT JOIN (SELECT operation_id, value FROM mart_participants WHERE value_type = 'planned' AND sex = 'T') p
    USING (operation_id)
LEFT JOIN (SELECT operation_id, value FROM mart_participants WHERE value_type = 'actual' AND sex = 'T') a
    ON a.operation_id = o.operation_id
"""
_LARGEST = """
SELECT o.beneficiary AS name, sum(p.value) AS planned, count(*) AS n,
    sum(p.value) FILTER (operation_id IN (SELECT operation_id FROM mart_location WHERE location_type = 'national'))
        AS planned_national
FROM mart_operation o JOIN mart_participants p USING (operation_id)
WHERE p.value_type = 'planned' AND p.sex = 'T' AND o.beneficiary IS NOT NULL AND {where}
GROUP BY o.beneficiary ORDER BY planned DESC, name LIMIT 1
"""


def participants(w: Warehouse, sel: Selection) -> Row:
    """Participants of the selection, unique: planned, with_planned, actual, with_actual, hidden, projects.

    ``actual`` adds shown numbers only; ``hidden``: how many numbers are suppressed and not in it.
    ``planned_national`` and ``with_planned_national``: of these, in national operations. ``planned_here``: the part
    that falls on the chosen län when shared and spread operations are divided (persons, a decimal).
    """
    where, params = sel.where()
    sql = _PARTICIPANTS.format(where=where, placed=PLACED)
    return w.row(sql, params | sel.places() | {"one": sel.one_lan}) or {}


def largest_owner(w: Warehouse, sel: Selection) -> Row | None:
    """The owner with most planned participants in the selection: name, planned, n, planned_national."""
    where, params = sel.where()
    return w.row(_LARGEST.format(where=where), params)
