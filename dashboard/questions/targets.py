"""Whom the operations are for."""

from __future__ import annotations

from dashboard.db import Row, Warehouse
from dashboard.questions import cubes
from dashboard.selection import Selection

_GROUPS = """
SELECT c.value AS code, c.n, o.status FROM mart_cube c JOIN {cells} o USING (cell) WHERE c.facet = 'malgrupp'
"""
_GROUPS_OF_LAN = """
SELECT c.value AS code, c.n, o.status FROM mart_cube_pair c JOIN {cells} o USING (cell)
WHERE c.facet = 'malgrupp' AND c.lan = $value
"""


_GROUPS_ONE_BY_ONE = """
SELECT code, count(*) AS n, status FROM {grouped} JOIN {operation} USING (id) GROUP BY ALL
"""


def _by_group(w: Warehouse, sel: Selection, sql: str) -> tuple[Row, ...]:
    """What ``sql`` asks of ``counted``: code, n and status by target group."""
    cells = cubes.of(sel)
    if cells is None or cells.facet not in ("", "lan"):
        counted, params = cubes.single(w, sel).asked(_GROUPS_ONE_BY_ONE)
    elif cells.facet:
        counted, params = _GROUPS_OF_LAN.format(cells=cells.sql), cells.own | {"value": cells.value}
    else:
        counted, params = _GROUPS.format(cells=cells.sql), cells.own
    return w.rows(f"WITH counted AS MATERIALIZED ({counted}) {sql}", params)


def groups(w: Warehouse, sel: Selection) -> tuple[Row, ...]:
    """Operations by target group: code, title_sv, title_en, n, running. One operation may have several groups."""
    return _by_group(
        w, sel, "SELECT t.code, t.title_sv, t.title_en, CAST(sum(c.n) AS BIGINT) AS n, "
        "CAST(coalesce(sum(c.n) FILTER (c.status = 'running'), 0) AS BIGINT) AS running "
        "FROM counted c JOIN target_group t USING (code) GROUP BY ALL ORDER BY n DESC, t.title_sv",
    )  # fmt: skip


def without_group(w: Warehouse, sel: Selection) -> int:
    """How many operations of the selection name no target group."""
    cells = cubes.of(sel)
    if cells and cells.facet in ("", "lan"):
        cube, here = ("mart_cube_pair", "c.lan = $value") if cells.facet else ("mart_cube", "true")
        params = {name: value for name, value in cells.params.items() if name != "facet"}
        if not cells.facet:
            params.pop("value")
        row = w.row(
            f"SELECT CAST(coalesce(sum(c.n), 0) AS BIGINT) AS n FROM {cube} c SEMI JOIN {cells.sql} o USING (cell) "
            f"WHERE c.facet = 'utan' AND c.value = 'malgrupp' AND {here}",
            params,
        )
        return int(row["n"]) if row else 0
    row = w.row(*cubes.single(w, sel).asked("SELECT count(*) AS n FROM {operation} ANTI JOIN {grouped} USING (id)"))
    return int(row["n"]) if row else 0


def unreached(w: Warehouse, sel: Selection) -> tuple[Row, ...]:
    """Groups that no operation of the selection names that runs or may run (its dates unknown): code, titles."""
    return _by_group(
        w, sel, "SELECT code, title_sv, title_en FROM target_group WHERE code <> 'andra' AND code NOT IN "
        "(SELECT code FROM counted WHERE status IN ('running', 'granted', 'unknown')) ORDER BY title_sv",
    )  # fmt: skip


_PARTICIPANTS = """
SELECT count(*) AS projects, sum(p.value) AS planned, count(p.value) AS with_planned, sum(a.value) AS actual,
    count(a.value) AS with_actual, count(a.id) - count(a.value) AS hidden,
    sum(p.value) FILTER (is_national) AS planned_national,
    count(p.value) FILTER (is_national) AS with_planned_national, sum(p.value * here) AS planned_here
FROM {operation} o
LEFT JOIN (SELECT id, sum(share) AS here FROM {placed} WHERE $one IS NULL OR code = $one GROUP BY 1) USING (id)
LEFT JOIN (SELECT id, value FROM {persons} WHERE value_type = 'planned') p USING (id)
LEFT JOIN (SELECT id, value FROM {persons} WHERE value_type = 'actual') a ON a.id = o.id
"""
_CUBE_PARTICIPANTS = """
SELECT CAST(coalesce(sum(n), 0) AS BIGINT) AS projects, sum(c.planned) AS planned,
    CAST(coalesce(sum(with_planned), 0) AS BIGINT) AS with_planned, sum(c.actual) AS actual,
    CAST(coalesce(sum(with_actual), 0) AS BIGINT) AS with_actual, CAST(coalesce(sum(hidden), 0) AS BIGINT) AS hidden,
    sum(c.planned) FILTER (o.is_national) AS planned_national,
    CAST(coalesce(sum(with_planned) FILTER (o.is_national), 0) AS BIGINT) AS with_planned_national,
    any_value(h.planned) AS planned_here
FROM mart_cube c JOIN {cells} o USING (cell) CROSS JOIN (
    SELECT sum(p.planned) AS planned FROM mart_cube_place p SEMI JOIN {cells} o USING (cell)
    WHERE p.facet = $facet AND p.value = $value AND p.plats = $plats AND p.spread = $spread
        AND ($one IS NULL OR p.code = $one)) h
WHERE c.facet = $facet AND c.value = $value
"""
_LARGEST = """
WITH planned AS (
    SELECT operation_id, o.beneficiary, p.value FROM mart_operation o JOIN mart_participants p USING (operation_id)
    WHERE p.value_type = 'planned' AND p.sex = 'T' AND o.beneficiary IS NOT NULL AND {where}
), largest AS (
    SELECT beneficiary AS name, sum(value) AS planned, count(*) AS n FROM planned GROUP BY 1
    ORDER BY planned DESC, name LIMIT 1
)
SELECT l.*, (SELECT sum(value) FROM planned p SEMI JOIN largest ON largest.name = p.beneficiary WHERE operation_id IN
    (SELECT operation_id FROM mart_location WHERE location_type = 'national')) AS planned_national FROM largest l
"""
_LARGEST_NUMBERED = """
SELECT name, sum(planned) AS planned, CAST(sum(n) AS BIGINT) AS n, sum(planned_national) AS planned_national FROM (
    SELECT owner, sum(value) AS planned, count(*) AS n, sum(value) FILTER (is_national) AS planned_national
    FROM (SELECT place, cell, value FROM mart_count WHERE value_type = 'planned' AND {where})
    JOIN mart_number USING (place, cell) JOIN mart_cell USING (cell) WHERE owner IS NOT NULL GROUP BY owner)
JOIN mart_named_owner USING (owner) GROUP BY name ORDER BY planned DESC, name LIMIT 1
"""


def participants(w: Warehouse, sel: Selection) -> Row:
    """Participants of the selection, unique: planned, with_planned, actual, with_actual, hidden, projects.

    ``actual`` adds shown numbers only; ``hidden``: how many numbers are suppressed and not in it.
    ``planned_national`` and ``with_planned_national``: of these, in national operations. ``planned_here``: the part
    that falls on the chosen län when shared and spread operations are divided (persons, a decimal).
    """
    if cells := cubes.of(sel, placed=True):
        sql = _CUBE_PARTICIPANTS.format(cells=cells.sql)
        return w.row(sql, cells.params | sel.places() | {"one": sel.one_lan}) or {}
    return w.row(*cubes.single(w, sel).asked(_PARTICIPANTS, one=sel.one_lan)) or {}


def largest_owner(w: Warehouse, sel: Selection) -> Row | None:
    """The owner with most planned participants in the selection: name, planned, n, planned_national."""
    if numbered := cubes.numbered(w, sel):
        where, params = numbered
        return w.row(_LARGEST_NUMBERED.format(where=where), params)
    where, params = sel.where()
    return w.row(_LARGEST.format(where=where), params)
