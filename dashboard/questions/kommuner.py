"""The 290 kommuner: which indicators reach them, their values and ranks, one in profile. Missing is None, never 0."""

from __future__ import annotations

from dashboard.db import Row, Warehouse
from dashboard.questions import cubes
from dashboard.questions.initiatives import kommun_points
from dashboard.selection import Selection


def every(w: Warehouse) -> dict[str, Row]:
    """Code -> code, name, lan_code of every kommun, by name."""
    rows = w.rows("SELECT code, name_sv AS name, lan_code FROM region WHERE level = 'kommun' ORDER BY name_sv, code")
    return {r["code"]: r for r in rows}


def catalogue(w: Warehouse) -> dict[str, Row]:
    """Code -> the indicator, with ``periods`` (newest first), ``latest`` and ``kommuner``, those with a value at any
    time. Only indicators with values for kommuner, population apart."""
    rows = w.rows(
        "SELECT i.*, i.code IN (SELECT code FROM indicator_derived) AS is_gap, p.periods, p.latest, p.kommuner "
        "FROM indicator i JOIN (SELECT indicator_code, list(DISTINCT period ORDER BY period DESC) AS periods, "
        "max(period) AS latest, count(DISTINCT region_code) FILTER (value IS NOT NULL) AS kommuner "
        "FROM mart_indicator WHERE level = 'kommun' AND sex = 'T' GROUP BY 1) p ON p.indicator_code = i.code "
        "WHERE i.code <> 'population' ORDER BY p.kommuner DESC, i.title_sv"
    )
    return {r["code"]: r for r in rows}


_RANKED = """
SELECT m.indicator_code, m.region_code, m.period, m.value, m.flag, m.is_derived, m.source_id, m.file_name, m.row_no,
    CASE WHEN m.value IS NOT NULL THEN rank() OVER (PARTITION BY m.indicator_code, m.period
        ORDER BY CASE WHEN i.better = 'low' THEN m.value ELSE -m.value END NULLS LAST) END AS rank,
    count(m.value) OVER (PARTITION BY m.indicator_code, m.period) AS of
FROM mart_indicator m JOIN indicator i ON i.code = m.indicator_code
WHERE m.level = 'kommun' AND m.sex = 'T'
"""


def values(w: Warehouse, code: str, at: str) -> dict[str, Row]:
    """Kommun -> value, flag, rank (1 = best, largest where neutral; None without a value), of (kommuner with one)."""
    rows = w.rows(f"{_RANKED} AND m.indicator_code = $code AND m.period = $at", {"code": code, "at": at})
    return {r["region_code"]: r for r in rows}


def profile(w: Warehouse, kommun: str) -> tuple[Row, ...]:
    """What is known of a kommun, its own newest period: one row an indicator, population first.

    The indicator, period, value, flag, rank and of among the kommuner with a value that period (None for population,
    which is not seen for all in one year), ``lan`` and ``riket`` the same period.
    """
    return w.rows(
        f"""
        WITH ranked AS ({_RANKED}), own AS (
            SELECT * FROM ranked WHERE region_code = $kommun
            QUALIFY period = max(period) OVER (PARTITION BY indicator_code)
        )
        SELECT i.*, i.code IN (SELECT code FROM indicator_derived) AS is_gap, o.region_code, o.period, o.value, o.flag,
            o.is_derived, CASE WHEN i.code <> 'population' THEN o.rank END AS rank, o.of,
            l.value AS lan, l.flag AS lan_flag, n.value AS riket, n.flag AS riket_flag,
            o.source_id, o.file_name, o.row_no
        FROM own o
        JOIN indicator i ON i.code = o.indicator_code
        JOIN region r ON r.code = o.region_code
        LEFT JOIN mart_indicator l ON l.indicator_code = o.indicator_code AND l.period = o.period AND l.sex = 'T'
            AND l.region_code = r.lan_code
        LEFT JOIN mart_indicator n ON n.indicator_code = o.indicator_code AND n.period = o.period AND n.sex = 'T'
            AND n.region_code = '00'
        ORDER BY i.code <> 'population', i.title_sv
        """,
        {"kommun": kommun},
    )


_PLACING = """
SELECT count(*) FILTER (n > 0) AS with_kommun, count(*) FILTER (n = 0) AS without, count(*) FILTER (n > 1) AS several
FROM (SELECT o.id, count(DISTINCT p.kommun_code) AS n FROM {operation} o LEFT JOIN {placed} p USING (id) GROUP BY 1)
"""


def initiatives(w: Warehouse, sel: Selection) -> dict[str, int]:
    """Kommun -> the selection's operations that are placed there; one in several kommuner counts in each."""
    return {p["code"]: p["n"] for p in kommun_points(w, sel)}


def placing(w: Warehouse, sel: Selection) -> Row:
    """Of the selection's operations: ``with_kommun``, ``without``, and ``several`` that lie in more than one kommun."""
    row = w.row(*cubes.single(w, sel).asked(_PLACING))
    return row or {"with_kommun": 0, "without": 0, "several": 0}
