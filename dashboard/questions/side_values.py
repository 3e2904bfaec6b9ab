"""What is known of the people of places side by side: indicators over time, and how many persons there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.db import Row, Warehouse
from dashboard.questions.compare import COUNTED, Side

_SIDE = "(SELECT unnest($sides) AS side, unnest($members) AS region_code, unnest($sizes) AS size)"
_SERIES = f"""
SELECT side, m.indicator_code, m.period, any_value(m.year) AS year,
    CASE WHEN count(m.value) < any_value(size) THEN NULL WHEN any_value(i.unit) = 'personer' THEN sum(m.value)
        ELSE avg(m.value) END AS value,
    CASE WHEN bool_or(m.flag = 's') THEN 's' WHEN count(m.value) < any_value(size) THEN 'm'
        ELSE coalesce(any_value(m.flag) FILTER (m.flag = 'b'), any_value(m.flag) FILTER (m.flag = 'u'),
            any_value(m.flag)) END AS flag,
    bool_or(m.is_derived) AS is_derived, arg_min(m.source_id, region_code) AS source_id,
    arg_min(m.file_name, region_code) AS file_name, arg_min(m.row_no, region_code) AS row_no,
    min(region_code) AS region_code
FROM mart_indicator m JOIN {_SIDE} s USING (region_code) JOIN indicator i ON i.code = m.indicator_code
WHERE m.sex = 'T'
GROUP BY side, m.indicator_code, m.period
ORDER BY m.indicator_code, side, m.period
"""
_PEOPLE = f"""
WITH person AS (
    SELECT s.side, p.region_code, s.size, p.period, p.value AS people, d.value AS ratio, v.value, v.flag,
        p.source_id, p.file_name, p.row_no
    FROM {_SIDE} s
    JOIN mart_indicator p ON p.region_code = s.region_code AND p.indicator_code = 'population' AND p.sex = 'T'
    LEFT JOIN mart_indicator d ON d.region_code = p.region_code AND d.period = p.period AND d.sex = 'T'
        AND d.indicator_code = 'dependency_ratio'
    LEFT JOIN mart_indicator v ON v.region_code = p.region_code AND v.period = p.period AND v.sex = 'T'
        AND v.indicator_code = $indicator
), counted AS (
    SELECT *, CASE $kind WHEN 'people' THEN people WHEN 'aged' THEN people * 100 / (100 + ratio)
        WHEN 'everyone' THEN people * value / 100
        WHEN 'not_of_working_age' THEN people * 100 / (100 + ratio) * (100 - value) / 100 END AS persons
    FROM person
)
SELECT side, period, sum(persons) AS persons, min(region_code) AS region_code,
    arg_min(source_id, region_code) AS source_id, arg_min(file_name, region_code) AS file_name,
    arg_min(row_no, region_code) AS row_no
FROM counted GROUP BY side, period HAVING count(persons) = any_value(size)
QUALIFY period = max(period) OVER (PARTITION BY side)
"""


def _bound(found: Sequence[Side]) -> dict[str, Any]:
    pairs = [(s.code, member, len(s.members)) for s in found for member in s.members]
    sides, members, sizes = ([pair[at] for pair in pairs] for at in range(3))
    return {"sides": sides, "members": members, "sizes": sizes}


def series(w: Warehouse, found: Sequence[Side]) -> dict[str, tuple[Row, ...]]:
    """Indicator -> its values by side and period: side, period, year, value, flag, is_derived, a source row.

    ``region_code`` is the region of that source row, a group's first län. A value that a member of a group lacks is
    None for the group, with the flag m, or s when it is withheld.
    """
    out: dict[str, list[Row]] = {}
    for r in w.rows(_SERIES, _bound(found)):
        out.setdefault(r["indicator_code"], []).append(r)
    return {code: tuple(rows) for code, rows in out.items()}


def areas(w: Warehouse, found: Sequence[Side]) -> tuple[Side, ...]:
    """The NUTS 2 areas that the sides' own län and kommuner lie in, each once; riket stays, a group has none."""
    out: dict[str, Side] = {}
    for s in found:
        if s.kind == "riket":
            out[s.code] = s
        elif s.kind != "group":
            row = w.row(
                "SELECT h.nuts2 FROM region r JOIN region h ON h.code = r.lan_code AND h.nuts2 IS NOT NULL "
                "WHERE r.code = $code",
                {"code": s.members[0]},
            )
            if row:
                out.setdefault(row["nuts2"], Side(row["nuts2"], "lan", (row["nuts2"],)))
    return tuple(out.values())


def area_indicators(w: Warehouse) -> tuple[Row, ...]:
    """Indicators that are published for NUTS 2 areas and not for län."""
    return w.rows(
        "SELECT i.*, i.code IN (SELECT code FROM indicator_derived) AS is_gap FROM indicator i WHERE i.code IN "
        "(SELECT indicator_code FROM mart_indicator WHERE level = 'nuts2' AND sex = 'T') AND i.code NOT IN "
        "(SELECT indicator_code FROM mart_indicator WHERE level = 'lan' AND sex = 'T') ORDER BY i.title_sv"
    )


def ranks(w: Warehouse, found: Sequence[Side]) -> dict[tuple[str, str, str], Row]:
    """(side, indicator, period) -> rank and of, of the sides that are one län."""
    rows = w.rows(
        "SELECT region_code, indicator_code, period, rank, of FROM mart_rank WHERE list_contains($codes, region_code)",
        {"codes": [s.code for s in found if s.kind == "lan"]},
    )
    return {(r["region_code"], r["indicator_code"], r["period"]): r for r in rows}


def people(w: Warehouse, found: Sequence[Side]) -> dict[str, Row]:
    """Side -> persons (inhabitants), period, a source row; the newest period that all of the side's regions have."""
    return _counted(w, found, "people", "")


def aged_20_64(w: Warehouse, found: Sequence[Side]) -> dict[str, Row]:
    """Side -> persons aged 20 to 64, worked out: 100 × inhabitants / (100 + dependency ratio), of the same year.

    The ratio is those aged 0–19 and 65 or more per 100 aged 20–64, so the formula is exact but for the ratio's one
    decimal: within 0.03 per cent. Riket and län have a ratio, kommuner none.
    """
    return _counted(w, found, "aged", "")


def in_need(w: Warehouse, found: Sequence[Side], indicator: Row) -> dict[str, Row]:
    """Side -> persons that the indicator counts, or that it is a share of (:data:`COUNTED`); else nothing."""
    code = str(indicator["code"])
    if code in COUNTED:
        return _counted(w, found, COUNTED[code], code)
    if indicator["unit"] != "personer" or code.startswith("population"):
        return {}
    rows = series(w, found).get(code, ())
    newest = {s.code: max((r["period"] for r in rows if r["side"] == s.code), default="") for s in found}
    return {
        r["side"]: {**r, "persons": r["value"]}
        for r in rows
        if r["period"] == newest[r["side"]] and (r["value"] is not None or r["flag"] == "s")
    }


def _counted(w: Warehouse, found: Sequence[Side], kind: str, indicator: str) -> dict[str, Row]:
    rows = w.rows(_PEOPLE, _bound(found) | {"kind": kind, "indicator": indicator})
    return {r["side"]: r for r in rows}
