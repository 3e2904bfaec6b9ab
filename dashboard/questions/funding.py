"""Where money and projects are. Measures and currencies are never added to each other.

Counting: *unique* counts a project once; *split* gives each län its share, so that 21 län + national + unknown sum to
unique to the öre; *touched* counts a project in full in every län that it touches.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dashboard.db import Row, Warehouse
from dashboard.selection import MEASURES, NATIONAL, UNKNOWN, Selection

_PLACE = f"CASE location_type WHEN 'national' THEN '{NATIONAL}' WHEN 'unknown' THEN '{UNKNOWN}' ELSE lan_code END"

_PROJECTS = """
SELECT {place} AS code, count(DISTINCT operation_id) AS touched, sum(share) AS split,
    count(DISTINCT operation_id) FILTER (status = 'running') AS running,
    count(DISTINCT operation_id) FILTER (status IN ('granted', 'unknown')) AS undated
FROM mart_location JOIN (SELECT operation_id, status FROM mart_operation o WHERE {where}) USING (operation_id)
GROUP BY code
"""
_MONEY = """
SELECT code, sum(split) AS split, sum(amount) AS touched, count(*) AS n FROM (
    SELECT {place} AS code, operation_id, sum(amount_split) AS split, any_value(amount) AS amount
    FROM mart_money WHERE measure = $measure AND currency = $currency
        AND operation_id IN (SELECT operation_id FROM mart_operation o WHERE {where})
    GROUP BY ALL)
GROUP BY code
"""
_TOTAL = """
SELECT count(*) AS projects, count(*) FILTER (status = 'running') AS running,
    count(*) FILTER (status IN ('granted', 'unknown')) AS undated,
    count(*) FILTER (operation_id IN (SELECT operation_id FROM mart_funding)) AS with_any_amount,
    sum(f.amount) AS amount, count(f.amount) AS with_amount, count(*) FILTER (f.is_rounded) AS rounded
FROM mart_operation o
LEFT JOIN (SELECT operation_id, amount, is_rounded FROM mart_funding
    WHERE measure = $measure AND currency = $currency) f USING (operation_id)
WHERE {where}
"""
_BY_PERIOD = """
SELECT o.programming_period AS period, count(*) AS projects, sum(m.amount_split) AS split, sum(m.amount) AS touched,
    count(m.amount) AS with_amount
FROM mart_operation o
LEFT JOIN (SELECT operation_id, sum(amount_split) AS amount_split, any_value(amount) AS amount FROM mart_money
    WHERE measure = $measure AND currency = $currency AND ($one IS NULL OR lan_code = $one) GROUP BY ALL) m
    USING (operation_id)
WHERE {where} GROUP BY o.programming_period
ORDER BY o.programming_period = 'other', o.programming_period DESC
"""


def _bind(sel: Selection, measure: str) -> tuple[str, dict[str, Any]]:
    where, params = sel.where()
    params["measure"], params["currency"] = MEASURES[measure]
    return where, params


def projects_by_lan(w: Warehouse, sel: Selection) -> dict[str, Row]:
    """Code -> touched (projects), split (sum of shares), running, undated (not known whether it runs).

    Grain: one a län that has any, and ``SE`` (national), ``okant`` (unknown).
    """
    where, params = sel.where()
    return {r["code"]: r for r in w.rows(_PROJECTS.format(place=_PLACE, where=where), params)}


def money_by_lan(w: Warehouse, sel: Selection, measure: str) -> dict[str, Row]:
    """Code -> split and touched amounts in the measure's currency, n (projects with an amount). Grain as above."""
    where, params = _bind(sel, measure)
    return {r["code"]: r for r in w.rows(_MONEY.format(place=_PLACE, where=where), params)}


def total(w: Warehouse, sel: Selection, measure: str) -> Row:
    """Unique totals of the selection: projects, running, undated, with_any_amount, amount, with_amount, rounded."""
    where, params = _bind(sel, measure)
    row = w.row(_TOTAL.format(where=where), params)
    return row or {}


def by_period(w: Warehouse, sel: Selection, measure: str) -> tuple[Row, ...]:
    """One row a programming period: projects, split and touched amounts, with_amount; in the chosen län's part."""
    where, params = _bind(sel, measure)
    return w.rows(_BY_PERIOD.format(where=where), params | {"one": sel.one_lan})


def money_of_lan(w: Warehouse, sel: Selection, lan_code: str) -> dict[str, Row]:
    """Measure id -> a län's split and touched amounts and n, for every measure that it has, in one question."""
    where, params = sel.where()
    found = w.rows(
        "SELECT measure, currency, sum(split) AS split, sum(amount) AS touched, count(*) AS n FROM ("
        "SELECT measure, currency, operation_id, sum(amount_split) AS split, any_value(amount) AS amount "
        "FROM mart_money WHERE lan_code = $here "
        f"AND operation_id IN (SELECT operation_id FROM mart_operation o WHERE {where}) GROUP BY ALL) "
        "GROUP BY ALL ORDER BY n DESC, measure, currency",
        params | {"here": lan_code},
    )
    ids = {pair: name for name, pair in MEASURES.items()}
    return {ids[pair]: r for r in found if (pair := (r["measure"], r["currency"])) in ids}


def measures(w: Warehouse, sel: Selection) -> tuple[Row, ...]:
    """The measures that the selection has amounts in: id, n (projects), amount (unique total); most projects first."""
    where, params = sel.where()
    found = w.rows(
        "SELECT measure, currency, count(*) AS n, sum(amount) AS amount FROM mart_funding WHERE operation_id IN "
        f"(SELECT operation_id FROM mart_operation o WHERE {where}) GROUP BY ALL ORDER BY n DESC, measure, currency",
        params,
    )
    ids = {pair: name for name, pair in MEASURES.items()}
    return tuple({**r, "id": ids[r["measure"], r["currency"]]} for r in found if (r["measure"], r["currency"]) in ids)


def per_thousand(amount: Decimal | float | None, population: float | None) -> float | None:
    """Amount or projects per 1,000 inhabitants; None when either is unknown."""
    return None if amount is None or not population else float(amount) * 1000 / population
