"""What the operations of a selection cost a person: planned and actual participants, and results.

An operation stands in order by its exact cost a person; one whose count is hidden, or
nothing, or whose amount is not known, has none.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from dashboard.db import Row, Warehouse
from dashboard.questions import cubes
from dashboard.selection import Selection

_PER = """CASE WHEN kind = 'result' THEN indicator_code WHEN value_type = 'planned' THEN 'planerade'
    ELSE 'faktiska' END"""
_COUNTS = "(kind = 'output' AND indicator_code = 'participants' OR kind = 'result' AND value_type = 'actual')"
_OF_MEASURE = "basis = $bas AND measure = $measure AND currency = $currency"
_NUMBERED = f"""
SELECT c.kind, c.per, c.place AS id, c.persons, c.flag, f.amount
FROM (SELECT kind, {_PER} AS per, place, value AS persons, flag FROM mart_count WHERE {_COUNTS} AND {{where}}) c
LEFT JOIN (SELECT place, amount FROM mart_card_amount WHERE {_OF_MEASURE} AND {{where}}) f USING (place)
"""
_ONE_BY_ONE = f"""
SELECT p.kind, {_PER} AS per, p.operation_id AS id, p.value AS persons, p.flag, f.amount
FROM mart_participants p JOIN mart_operation o USING (operation_id)
LEFT JOIN (SELECT operation_id, amount FROM mart_amount WHERE {_OF_MEASURE}) f USING (operation_id)
WHERE p.sex = 'T' AND {_COUNTS} AND {{where}}
"""
_BOTH = "amount IS NOT NULL AND persons > 0"
_EACH = "CAST(amount * 100 AS BIGINT) // persons, CAST(CAST(amount * 100 AS BIGINT) % persons AS DOUBLE) / persons"
"""Whole öre and the fraction left, whose nearest binary number is its own for up to 67 million persons."""
_SUMMED = f"""
SELECT kind, per, count(*) FILTER ({_BOTH}) AS n, sum(amount) FILTER ({_BOTH}) AS amount,
    CAST(coalesce(sum(persons) FILTER ({_BOTH}), 0) AS BIGINT) AS persons,
    count(*) FILTER (amount IS NULL AND persons > 0) AS unpaid, count(*) FILTER (persons = 0) AS zero,
    count(*) FILTER (flag = 's') AS hidden
FROM ({{told}}) GROUP BY kind, per ORDER BY kind, per = 'faktiska', per
"""
_AT = f"""
WITH ranked AS (
    SELECT per, id, amount, persons, row_number() OVER (PARTITION BY per ORDER BY {_EACH}, id) - 1 AS nth
    FROM ({{told}}) WHERE {_BOTH}
), wanted AS (FROM ranked SEMI JOIN (SELECT unnest($pers) AS per, unnest($ats) AS nth) USING (per, nth))
SELECT w.per, w.nth, w.amount, w.persons, o.local_id, o.title_sv, o.title_en
FROM wanted w JOIN {{named}} = w.id ORDER BY w.per, w.nth
"""


def summed(w: Warehouse, sel: Selection) -> tuple[Row, ...]:
    """One row a way to count persons, ``per`` (planerade, faktiska, or a result's code), with its ``kind``.

    ``n``: operations with both an amount and a number of persons above nothing, ``amount`` and ``persons`` their sums;
    ``unpaid``, ``zero``, ``hidden``: those left out, by the reason.
    """
    told, _, params = _told(w, sel)
    return w.rows(_SUMMED.format(told=told), params)


def at(w: Warehouse, sel: Selection, places: Mapping[str, Collection[int]]) -> dict[str, dict[int, Row]]:
    """Of each way to count persons the operations at these places, from 0, the cheapest first.

    Way -> place -> amount, persons, local_id, title_sv, title_en.
    """
    pairs = [(per, place) for per, wanted in places.items() for place in sorted(wanted)]
    if not pairs:
        return {}
    told, named, params = _told(w, sel)
    params |= {"pers": [per for per, _ in pairs], "ats": [place for _, place in pairs]}
    found: dict[str, dict[int, Row]] = {}
    for r in w.rows(_AT.format(told=told, named=named), params):
        found.setdefault(r["per"], {})[r["nth"]] = r
    return found


def _told(w: Warehouse, sel: Selection) -> tuple[str, str, dict[str, Any]]:
    """SQL of every count with the amount beside it, the table and column that name an operation, and what is bound."""
    measure, currency = sel.money
    bound = {"bas": sel.bas, "measure": measure, "currency": currency}
    if numbered := cubes.numbered(w, sel):
        where, params = numbered
        return _NUMBERED.format(where=where), "mart_card o ON o.place", params | bound
    where, params = sel.where()
    return _ONE_BY_ONE.format(where=where), "mart_operation o ON o.operation_id", params | bound
