"""Portfolios side by side: their amounts, owners, years, participants, and what they have in common.

Every question takes the selection that *is* the portfolio. Amounts are unique (an operation once), of the selection's
measure on its basis, and None where they are not known.
"""

from __future__ import annotations

from typing import Any

from dashboard.db import Row, Warehouse
from dashboard.questions import cubes
from dashboard.selection import PLACED, Selection

_AMOUNT = """(SELECT operation_id, amount FROM mart_amount
    WHERE basis = $bas AND measure = $measure AND currency = $currency)"""
_AMOUNTS = """
SELECT o.local_id, o.title_sv, o.title_en, f.amount
FROM mart_operation o JOIN {amount} f USING (operation_id) WHERE {where} ORDER BY f.amount, o.operation_id
"""
_OWNERS = """
SELECT w.owner_key, any_value(w.name) AS name, count(*) AS n, count(f.amount) AS known, sum(f.amount) AS amount
FROM mart_operation o LEFT JOIN mart_owner w USING (operation_id) LEFT JOIN {amount} f USING (operation_id)
WHERE {where} GROUP BY w.owner_key ORDER BY amount DESC NULLS LAST, n DESC, name
"""
_YEARS = """
SELECT year(o.start_date) AS year, count(*) AS n, count(f.amount) AS known, sum(f.amount) AS amount
FROM mart_operation o LEFT JOIN {amount} f USING (operation_id) WHERE {where} GROUP BY ALL ORDER BY year NULLS LAST
"""
_PERSONS = """
SELECT operation_id, CASE WHEN kind = 'result' THEN indicator_code WHEN value_type = 'planned' THEN 'planerade'
    ELSE 'faktiska' END AS per, kind, value, flag
FROM mart_participants
WHERE sex = 'T' AND (kind = 'output' AND indicator_code = 'participants' OR kind = 'result' AND value_type = 'actual')
"""
_COSTS = """
SELECT p.per, p.kind, p.value AS persons, p.flag, f.amount, o.local_id, o.title_sv, o.title_en
FROM mart_operation o JOIN ({persons}) p USING (operation_id) LEFT JOIN {amount} f USING (operation_id)
WHERE {where} ORDER BY p.kind, p.per = 'faktiska', p.per, o.operation_id
"""
_ITEMS = {
    "agare": "SELECT operation_id, owner_key AS code, name AS title_sv, name AS title_en FROM mart_owner",
    "malgrupp": "SELECT operation_id, target_group_code AS code, title_sv, title_en FROM mart_target_group "
    "JOIN target_group g ON g.code = target_group_code",
    "lan": "SELECT DISTINCT operation_id, p.code, name_sv AS title_sv, name_en AS title_en "
    f"FROM {PLACED} p JOIN region r ON r.code = p.code",
    "tema": "SELECT operation_id, code, label AS title_sv, label_en AS title_en FROM mart_theme",
    "insats": "SELECT operation_id, local_id AS code, title_sv, title_en FROM mart_operation",
}
DIMENSIONS = tuple(_ITEMS)
_CELLS = """
SELECT target_group_code, code, count(*) AS n, count(split) AS known, sum(split) AS split FROM (
    SELECT g.target_group_code, p.code, operation_id,
        sum(amount_part(f.amount, p.share_from, p.share_to)) AS split
    FROM mart_operation o JOIN mart_target_group g USING (operation_id) JOIN {placed} p USING (operation_id)
    LEFT JOIN {amount} f USING (operation_id) WHERE {where} GROUP BY ALL)
GROUP BY ALL
"""
_NEEDS = """
SELECT n.target_group_code, n.fit, n.reason_sv, n.reason_en, i.code, i.title_sv, i.title_en, i.unit, i.unit_en,
    i.better, i.decimals, i.publisher,
    m.region_code, m.period, m.value, m.source_id, m.file_name, m.row_no
FROM group_need n JOIN indicator i ON i.code = n.indicator_code
JOIN mart_indicator m ON m.indicator_code = i.code
WHERE m.level = 'lan' AND m.sex = 'T' AND m.value IS NOT NULL AND i.better <> 'neutral'
QUALIFY m.period = max(m.period) OVER (PARTITION BY i.code)
ORDER BY n.target_group_code, m.region_code
"""


def _bind(w: Warehouse, sel: Selection) -> tuple[str, dict[str, Any]]:
    where, params = cubes.narrowed(w, sel)
    params["measure"], params["currency"] = sel.money
    return where, params | {"bas": sel.bas}


def amounts(w: Warehouse, sel: Selection) -> tuple[Row, ...]:
    """The operations whose amount is known, the smallest first: local_id, title_sv, title_en, amount."""
    where, params = _bind(w, sel)
    return w.rows(_AMOUNTS.format(amount=_AMOUNT, where=where), params)


def owners(w: Warehouse, sel: Selection) -> tuple[Row, ...]:
    """One row an owner, most money first: owner_key, name, n (operations), known (with an amount), amount.

    Operations without a known owner are one row whose owner_key is None.
    """
    where, params = _bind(w, sel)
    return w.rows(_OWNERS.format(amount=_AMOUNT, where=where), params)


def years(w: Warehouse, sel: Selection) -> tuple[Row, ...]:
    """One row a year of start: year (None: no start is known, last), n, known (with an amount), amount."""
    where, params = _bind(w, sel)
    return w.rows(_YEARS.format(amount=_AMOUNT, where=where), params)


def costs(w: Warehouse, sel: Selection) -> tuple[Row, ...]:
    """One row a count of persons of an operation: per (planerade, faktiska, or a result's code), kind, persons, amount.

    ``persons`` None with the flag s: a count that is hidden. ``amount`` None: not known.
    """
    where, params = _bind(w, sel)
    return w.rows(_COSTS.format(persons=_PERSONS, amount=_AMOUNT, where=where), params)


def items(w: Warehouse, sel: Selection, dimension: str) -> dict[str, Row]:
    """Code -> title_sv, title_en and n (operations) of the owners, target groups, län, themes or operations it has."""
    where, params = cubes.narrowed(w, sel)
    placed = sel.places() if "$plats" in _ITEMS[dimension] else {}
    found = w.rows(
        f"SELECT i.code, any_value(i.title_sv) AS title_sv, any_value(i.title_en) AS title_en, count(*) AS n "
        f"FROM ({_ITEMS[dimension]}) i JOIN mart_operation o USING (operation_id) WHERE {where} "
        "GROUP BY i.code ORDER BY n DESC, title_sv",
        params | placed,
    )
    return {r["code"]: r for r in found}


def cells(w: Warehouse, sel: Selection) -> dict[tuple[str, str], Row]:
    """(target group, län or SE or okant) -> n (operations in full), known (with an amount), split (the place's part).

    An operation for several groups stands in full in the row of each, so rows are never added to each other.
    """
    where, params = _bind(w, sel)
    found = w.rows(_CELLS.format(placed=PLACED, amount=_AMOUNT, where=where), params | sel.places())
    return {(r["target_group_code"], r["code"]): r for r in found}


def needs(w: Warehouse) -> tuple[Row, ...]:
    """The län's values of the indicator that shows a target group's need, in its newest period, with source rows.

    Grain: target group and län. ``better`` (high or low) says which end is good.
    """
    return w.rows(_NEEDS)


def groups(w: Warehouse) -> tuple[Row, ...]:
    """Every target group: code, title_sv, title_en, those with an indicator of need first."""
    return w.rows(
        "SELECT code, title_sv, title_en FROM target_group "
        "ORDER BY code NOT IN (SELECT target_group_code FROM group_need WHERE fit <> 'none'), title_sv"
    )
