"""Where money and projects are. Measures, currencies and portfolios are never added to each other.

Counting: *unique* counts a project once; *split* gives each län its share, so that 21 län + national + unknown sum to
unique to the öre; *touched* counts a project in full in every län that it touches.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dashboard.db import Row, Warehouse
from dashboard.questions import cubes
from dashboard.selection import Selection, measure_id, measure_of

_PROJECTS = """
SELECT code, count(DISTINCT id) AS touched, sum(share) AS split,
    count(DISTINCT id) FILTER (status = 'running') AS running,
    count(DISTINCT id) FILTER (status IN ('granted', 'unknown')) AS undated
FROM {placed} JOIN {operation} USING (id) GROUP BY code
"""
_MONEY = """
SELECT code, sum(split) AS split, sum(amount) AS touched, count(*) AS n FROM (
    SELECT p.code, id, sum(amount_part(a.amount, p.share_from, p.share_to)) AS split, any_value(a.amount) AS amount
    FROM {amount} a JOIN {placed} p USING (id)
    WHERE a.basis = $bas AND a.measure = $measure AND a.currency = $currency GROUP BY ALL)
GROUP BY code
"""
_TOTAL = """
SELECT count(*) AS projects, count(*) FILTER (status = 'running') AS running,
    count(*) FILTER (status IN ('granted', 'unknown')) AS undated,
    count(*) FILTER (operation_id IN (SELECT operation_id FROM mart_funding)) AS with_any_amount,
    sum(f.amount) AS amount, count(f.amount) AS with_amount, count(*) FILTER (f.is_rounded) AS rounded,
    count(n.amount) - count(f.amount) AS not_restated,
    sum(n.amount) FILTER (f.amount IS NULL) AS not_restated_amount
FROM mart_operation o
LEFT JOIN (FROM mart_amount WHERE basis = $bas AND measure = $measure AND currency = $currency) f USING (operation_id)
LEFT JOIN (FROM mart_amount WHERE basis = 'nominal' AND measure = $measure AND currency = $currency) n
    USING (operation_id)
WHERE {where}
"""
_FOUND_TOTAL = """
WITH found AS MATERIALIZED ({within}), counted AS (
    SELECT sum(n) AS projects, sum(n) FILTER (status = 'running') AS running,
        sum(n) FILTER (status IN ('granted', 'unknown')) AS undated, sum(n) FILTER (is_funded) AS with_any_amount
    FROM (SELECT cell, count(*) AS n FROM found GROUP BY cell) JOIN mart_cell USING (cell)
), told AS ({told})
SELECT CAST(coalesce(projects, 0) AS BIGINT) AS projects, CAST(coalesce(running, 0) AS BIGINT) AS running,
    CAST(coalesce(undated, 0) AS BIGINT) AS undated, CAST(coalesce(with_any_amount, 0) AS BIGINT) AS with_any_amount,
    told.*
FROM counted CROSS JOIN told
"""
_TOLD = """
SELECT sum(amount) AS amount, count(*) AS with_amount, count(*) FILTER (is_rounded) AS rounded, 0 AS not_restated,
    NULL AS not_restated_amount
FROM mart_card_amount SEMI JOIN found USING (place)
WHERE basis = $bas AND measure = $measure AND currency = $currency
"""
_RESTATED = """
SELECT sum(f.amount) AS amount, count(f.amount) AS with_amount, count(*) FILTER (f.is_rounded) AS rounded,
    count(*) - count(f.amount) AS not_restated, sum(n.amount) FILTER (f.amount IS NULL) AS not_restated_amount
FROM (SELECT place, amount FROM mart_card_amount SEMI JOIN found USING (place)
    WHERE basis = 'nominal' AND measure = $measure AND currency = $currency) n
LEFT JOIN (SELECT place, amount, is_rounded FROM mart_card_amount
    WHERE basis = $bas AND measure = $measure AND currency = $currency) f USING (place)
"""
_BY_PERIOD = """
SELECT o.programming_period AS period, count(*) AS projects, sum(m.split) AS split, sum(m.amount) AS touched,
    count(m.amount) AS with_amount
FROM {operation} o
LEFT JOIN (SELECT id, sum(amount_part(a.amount, p.share_from, p.share_to)) AS split, any_value(a.amount) AS amount
    FROM {amount} a JOIN {placed} p USING (id)
    WHERE a.basis = $bas AND a.measure = $measure AND a.currency = $currency AND ($one IS NULL OR p.code = $one)
    GROUP BY ALL) m USING (id)
GROUP BY o.programming_period
ORDER BY o.programming_period = 'other', o.programming_period DESC
"""
_MEASURES_THERE = """
SELECT measure, currency, sum(split) AS split, sum(amount) AS touched, count(*) AS n FROM (
    SELECT a.measure, a.currency, id, sum(amount_part(a.amount, p.share_from, p.share_to)) AS split,
        any_value(a.amount) AS amount
    FROM {amount} a JOIN {placed} p USING (id) WHERE a.basis = $bas AND p.code = $here GROUP BY ALL)
GROUP BY ALL ORDER BY n DESC, measure, currency
"""
_MEASURES = """
SELECT measure, currency, count(*) AS n, sum(amount) AS amount FROM {amount} WHERE basis = 'nominal'
GROUP BY ALL ORDER BY n DESC, measure, currency
"""


_WITHIN = "c.facet = $facet AND c.value = $value"
_THERE = f"{_WITHIN} AND c.plats = $plats AND c.spread = $spread"
_OF = "c.basis = $bas AND c.measure = $measure AND c.currency = $currency"
_CUBE_PROJECTS = f"""
SELECT c.code, CAST(sum(c.n) AS BIGINT) AS touched, sum(c.share) AS split,
    CAST(coalesce(sum(c.n) FILTER (o.status = 'running'), 0) AS BIGINT) AS running,
    CAST(coalesce(sum(c.n) FILTER (o.status IN ('granted', 'unknown')), 0) AS BIGINT) AS undated
FROM mart_cube_place c JOIN {{cells}} o USING (cell) WHERE {_THERE} GROUP BY c.code
"""
_CUBE_MONEY = f"""
SELECT c.code, sum(c.split) AS split, sum(c.touched) AS touched, CAST(sum(c.n) AS BIGINT) AS n
FROM mart_cube_money c SEMI JOIN {{cells}} o USING (cell) WHERE {_THERE} AND {_OF} GROUP BY c.code
"""
_CUBE_TOTAL = f"""
WITH counted AS (
    SELECT coalesce(sum(n), 0) AS projects, coalesce(sum(n) FILTER (status = 'running'), 0) AS running,
        coalesce(sum(n) FILTER (status IN ('granted', 'unknown')), 0) AS undated,
        coalesce(sum(n) FILTER (is_funded), 0) AS with_any_amount
    FROM mart_cube c JOIN {{cells}} o USING (cell) WHERE {_WITHIN}
), told AS (
    SELECT sum(amount) FILTER (basis = $bas) AS amount, coalesce(sum(n) FILTER (basis = $bas), 0) AS with_amount,
        coalesce(sum(rounded) FILTER (basis = $bas), 0) AS rounded,
        coalesce(sum(n) FILTER (basis = 'nominal'), 0) AS nominal_n,
        sum(nominal) FILTER (basis = 'nominal') - coalesce(sum(nominal) FILTER (basis = $bas), 0) AS left_amount
    FROM mart_cube_amount c SEMI JOIN {{cells}} o USING (cell)
    WHERE {_WITHIN} AND c.basis IN ($bas, 'nominal') AND c.measure = $measure AND c.currency = $currency
)
SELECT CAST(projects AS BIGINT) AS projects, CAST(running AS BIGINT) AS running, CAST(undated AS BIGINT) AS undated,
    CAST(with_any_amount AS BIGINT) AS with_any_amount, amount, CAST(with_amount AS BIGINT) AS with_amount,
    CAST(rounded AS BIGINT) AS rounded, CAST(nominal_n - with_amount AS BIGINT) AS not_restated,
    CASE WHEN nominal_n > with_amount THEN left_amount END AS not_restated_amount
FROM counted CROSS JOIN told
"""
_CUBE_PERIOD = f"""
WITH within AS {{cells}}, money AS (
    SELECT o.programming_period, sum(m.split) AS split, sum(m.touched) AS touched, sum(m.n) AS n
    FROM {{money}} m JOIN within o USING (cell) GROUP BY 1
)
SELECT o.programming_period AS period, CAST(sum(c.n) AS BIGINT) AS projects, any_value(m.split) AS split,
    any_value(m.touched) AS touched, CAST(coalesce(any_value(m.n), 0) AS BIGINT) AS with_amount
FROM mart_cube c JOIN within o USING (cell) LEFT JOIN money m USING (programming_period)
WHERE {_WITHIN} GROUP BY o.programming_period
ORDER BY o.programming_period = 'other', o.programming_period DESC
"""
_IN_ONE = f"(SELECT cell, split, touched, n FROM mart_cube_money c WHERE {_THERE} AND {_OF} AND c.code = $one)"
_IN_ALL = f"(SELECT cell, amount AS split, amount AS touched, n FROM mart_cube_amount c WHERE {_WITHIN} AND {_OF})"


def _told(sel: Selection, measure: str) -> dict[str, Any]:
    kind, currency = measure_of(measure)
    return {"bas": sel.bas, "measure": kind, "currency": currency}


def projects_by_lan(w: Warehouse, sel: Selection) -> dict[str, Row]:
    """Code -> touched (projects), split (sum of shares), running, undated (not known whether it runs).

    Grain: one a län that has any, and ``SE`` (national), ``okant`` (unknown).
    """
    if cells := cubes.of(sel, placed=True):
        found = w.rows(_CUBE_PROJECTS.format(cells=cells.sql), cells.params | sel.places())
        return {r["code"]: r for r in found}
    return {r["code"]: r for r in w.rows(*cubes.single(w, sel).asked(_PROJECTS))}


def money_by_lan(w: Warehouse, sel: Selection, measure: str) -> dict[str, Row]:
    """Code -> split and touched amounts on the selection's basis, n (projects with an amount). Grain as above."""
    if cells := cubes.of(sel, placed=True):
        found = w.rows(_CUBE_MONEY.format(cells=cells.sql), cells.params | sel.places() | _told(sel, measure))
        return {r["code"]: r for r in found}
    return {r["code"]: r for r in w.rows(*cubes.single(w, sel).asked(_MONEY, **_told(sel, measure)))}


def total(w: Warehouse, sel: Selection, measure: str) -> Row:
    """Unique totals of the selection: projects, running, undated, with_any_amount, amount, with_amount, rounded.

    ``not_restated``: projects whose amount cannot be told on the selection's basis; ``not_restated_amount``: what their
    sources have, in the source's currency, in none of the other figures.
    """
    if cells := cubes.of(sel):
        return w.row(_CUBE_TOTAL.format(cells=cells.sql), cells.params | _told(sel, measure)) or {}
    if found := cubes.ranked(w, sel):
        within, params = found
        told = _TOLD if sel.bas == "nominal" else _RESTATED
        return w.row(_FOUND_TOTAL.format(within=within, told=told), params | _told(sel, measure)) or {}
    where, params = sel.where()
    return w.row(_TOTAL.format(where=where), params | _told(sel, measure)) or {}


def by_period(w: Warehouse, sel: Selection, measure: str) -> tuple[Row, ...]:
    """One row a programming period: projects, split and touched amounts, with_amount; in the chosen län's part."""
    one = {"one": sel.one_lan} | sel.places() if sel.one_lan else {}
    if cells := cubes.of(sel, placed=True):
        sql = _CUBE_PERIOD.format(cells=cells.sql, money=_IN_ONE if one else _IN_ALL)
        return w.rows(sql, cells.params | _told(sel, measure) | one)
    return w.rows(*cubes.single(w, sel).asked(_BY_PERIOD, **_told(sel, measure), one=sel.one_lan))


def money_of_lan(w: Warehouse, sel: Selection, lan_code: str) -> dict[str, Row]:
    """Measure id -> a län's split and touched amounts and n, for every measure that it has, in one question."""
    if cells := cubes.of(sel, placed=True):
        found = w.rows(
            "SELECT c.measure, c.currency, sum(c.split) AS split, sum(c.touched) AS touched, "
            f"CAST(sum(c.n) AS BIGINT) AS n FROM mart_cube_money c SEMI JOIN {cells.sql} o USING (cell) "
            f"WHERE {_THERE} AND c.basis = $bas AND c.code = $here GROUP BY ALL ORDER BY n DESC, measure, currency",
            cells.params | sel.places() | {"here": lan_code, "bas": sel.bas},
        )
        return {measure_id(r["measure"], r["currency"]): r for r in found}
    found = w.rows(*cubes.single(w, sel).asked(_MEASURES_THERE, bas=sel.bas, here=lan_code))
    return {measure_id(r["measure"], r["currency"]): r for r in found}


def measures(w: Warehouse, sel: Selection) -> tuple[Row, ...]:
    """The measures that the selection has amounts in: id, n (projects), amount (unique total); most projects first.

    As the sources have them, whatever the basis, so that the choice of measures does not hang on it.
    """
    if cells := cubes.of(sel):
        found = w.rows(
            "SELECT c.measure, c.currency, CAST(sum(c.n) AS BIGINT) AS n, sum(c.amount) AS amount "
            f"FROM mart_cube_amount c SEMI JOIN {cells.sql} o USING (cell) WHERE {_WITHIN} AND c.basis = 'nominal' "
            "GROUP BY ALL ORDER BY n DESC, measure, currency",
            cells.params,
        )
        return tuple({**r, "id": measure_id(r["measure"], r["currency"])} for r in found)
    found = w.rows(*cubes.single(w, sel).asked(_MEASURES))
    return tuple({**r, "id": measure_id(r["measure"], r["currency"])} for r in found)


def per_thousand(amount: Decimal | float | None, population: float | None) -> float | None:
    """Amount or projects per 1,000 inhabitants; None when either is unknown."""
    return None if amount is None or not population else float(amount) * 1000 / population
