"""Portfolios side by side: their amounts, owners, years, participants, and what they have in common.

Every question takes the selection that *is* the portfolio. Amounts are unique (an operation once), of the selection's
measure on its basis, and None where they are not known.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from dashboard.db import Row, Warehouse
from dashboard.questions import cubes
from dashboard.selection import Selection

_PARAMETER = re.compile(r"\$(?=\w)")
_AMOUNT = """(SELECT operation_id, amount FROM mart_amount
    WHERE basis = $bas AND measure = $measure AND currency = $currency)"""
_AMOUNTS = """
WITH told AS MATERIALIZED (
    SELECT operation_id, f.amount FROM mart_operation o JOIN {amount} f USING (operation_id) WHERE {where}
), wanted AS (
    FROM (SELECT *, row_number() OVER (ORDER BY amount, operation_id) - 1 AS place FROM told)
    SEMI JOIN (SELECT unnest($places) AS place) USING (place)
)
SELECT place, amount, zero, o.local_id, o.title_sv, o.title_en FROM wanted JOIN mart_operation o USING (operation_id)
CROSS JOIN (SELECT count(*) FILTER (amount = 0) AS zero FROM told) ORDER BY place
"""
_OF_NUMBERS = """(SELECT place, amount FROM mart_card_amount
    WHERE basis = $bas AND measure = $measure AND currency = $currency AND {where})"""
_AMOUNTS_NUMBERED = """
WITH told AS MATERIALIZED {amount}, wanted AS (
    SELECT nth AS place, of, amount
    FROM (SELECT place AS of, amount, row_number() OVER (ORDER BY amount, place) - 1 AS nth FROM told)
    SEMI JOIN (SELECT unnest($places) AS nth) USING (nth)
)
SELECT w.place, amount, zero, o.local_id, o.title_sv, o.title_en FROM wanted w JOIN mart_card o ON o.place = w.of
CROSS JOIN (SELECT count(*) FILTER (amount = 0) AS zero FROM told) ORDER BY w.place
"""
_SUMMED_NUMBERED = """
SELECT {by}, count(*) AS n, count(f.amount) AS known, sum(f.amount) AS amount
FROM (SELECT place, {by} FROM mart_number WHERE {where}) LEFT JOIN {amount} f USING (place) GROUP BY {by}
"""
_OWNERS_NUMBERED = """
SELECT w.owner_key, w.name, n, known, amount FROM ({summed}) LEFT JOIN mart_named_owner w USING (owner)
ORDER BY amount DESC NULLS LAST, n DESC, w.name
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
_TITLES = {
    "malgrupp": "SELECT code, title_sv, title_en FROM target_group",
    "lan": "SELECT code, name_sv AS title_sv, name_en AS title_en FROM region WHERE level = 'lan'",
    "tema": "SELECT code, title_sv, title_en FROM mart_theme_title",
}
"""Facets whose values cubes count."""
DIMENSIONS = ("agare", *_TITLES, "insats")
_ITEMS = {
    "malgrupp": "SELECT code, count(*) AS n FROM {grouped} GROUP BY code",
    "lan": "SELECT code, count(DISTINCT id) AS n FROM {placed} GROUP BY code",
    "tema": "SELECT code, count(*) AS n FROM {themed} GROUP BY code",
}
_OWNED = """
SELECT owner_key AS code, any_value(name) AS title_sv, any_value(name) AS title_en, count(*) AS n
FROM mart_owner JOIN mart_operation o USING (operation_id) WHERE {where} GROUP BY owner_key ORDER BY n DESC, title_sv
"""
_OWNERS_COUNTED = """
SELECT w.owner_key AS code, w.name AS title_sv, w.name AS title_en, n
FROM (SELECT owner, count(*) AS n FROM mart_number WHERE {where} GROUP BY owner) JOIN mart_named_owner w USING (owner)
ORDER BY n DESC, title_sv
"""
_COUNTED = """
SELECT i.code, i.title_sv, i.title_en, CAST(sum(c.n) AS BIGINT) AS n
FROM mart_cube c SEMI JOIN {cells} o USING (cell) JOIN ({titles}) i ON i.code = c.value
WHERE c.facet = $of GROUP BY ALL ORDER BY n DESC, title_sv
"""
_CELLS = """
SELECT target_group_code, code, count(*) AS n, count(split) AS known, sum(split) AS split FROM (
    SELECT g.code AS target_group_code, p.code, id, sum(amount_part(f.amount, p.share_from, p.share_to)) AS split
    FROM {grouped} g JOIN {placed} p USING (id)
    LEFT JOIN (FROM {amount} WHERE basis = $bas AND measure = $measure AND currency = $currency) f USING (id)
    GROUP BY ALL)
GROUP BY ALL
"""
_CELLS_COUNTED = """
SELECT c.value AS target_group_code, c.code, CAST(sum(c.n) AS BIGINT) AS n,
    CAST(coalesce(any_value(m.known), 0) AS BIGINT) AS known, any_value(m.split) AS split
FROM mart_cube_place c SEMI JOIN {cells} o USING (cell)
LEFT JOIN (SELECT c.value, c.code, sum(c.n) AS known, sum(c.split) AS split
    FROM mart_cube_money c SEMI JOIN {cells} o USING (cell)
    WHERE c.facet = 'malgrupp' AND c.plats = $plats AND c.spread = $spread AND c.basis = $bas AND c.measure = $measure
        AND c.currency = $currency GROUP BY ALL) m ON m.value = c.value AND m.code = c.code
WHERE c.facet = 'malgrupp' AND c.plats = $plats AND c.spread = $spread GROUP BY ALL
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


def _bind(sel: Selection) -> tuple[str, dict[str, Any]]:
    where, params = sel.where()
    params["measure"], params["currency"] = sel.money
    return where, params | {"bas": sel.bas}


def _by_number(w: Warehouse, sel: Selection) -> tuple[str, str, dict[str, Any]] | None:
    """A condition of :func:`cubes.numbered`, SQL of place and amount under it, and what they bind."""
    if not (numbered := cubes.numbered(w, sel)):
        return None
    where, params = numbered
    measure, currency = sel.money
    return where, _OF_NUMBERS.format(where=where), params | {"bas": sel.bas, "measure": measure, "currency": currency}


def amounts(w: Warehouse, sel: Selection, places: Collection[int]) -> dict[int, Row]:
    """Of the operations whose amount is known, the smallest first, those at ``places`` (from 0).

    Place -> local_id, title_sv, title_en, amount, and zero: how many of all have an amount of nothing.
    """
    if numbered := _by_number(w, sel):
        _, amount, params = numbered
        sql = _AMOUNTS_NUMBERED.format(amount=amount)
    else:
        where, params = _bind(sel)
        sql = _AMOUNTS.format(amount=_AMOUNT, where=where)
    return {r["place"]: r for r in w.rows(sql, params | {"places": sorted(places)})}


def owners(w: Warehouse, sel: Selection) -> tuple[Row, ...]:
    """One row an owner, most money first: owner_key, name, n (operations), known (with an amount), amount.

    Operations without a known owner are one row whose owner_key is None.
    """
    if numbered := _by_number(w, sel):
        where, amount, params = numbered
        summed = _SUMMED_NUMBERED.format(by="owner", where=where, amount=amount)
        return w.rows(_OWNERS_NUMBERED.format(summed=summed), params)
    where, params = _bind(sel)
    return w.rows(_OWNERS.format(amount=_AMOUNT, where=where), params)


def years(w: Warehouse, sel: Selection) -> tuple[Row, ...]:
    """One row a year of start: year (None: no start is known, last), n, known (with an amount), amount."""
    if numbered := _by_number(w, sel):
        where, amount, params = numbered
        summed = _SUMMED_NUMBERED.format(by="start_year", where=where, amount=amount)
        return w.rows(f"SELECT start_year AS year, n, known, amount FROM ({summed}) ORDER BY year NULLS LAST", params)
    where, params = _bind(sel)
    return w.rows(_YEARS.format(amount=_AMOUNT, where=where), params)


def items(w: Warehouse, sel: Selection, dimension: str) -> dict[str, Row]:
    """Code -> title_sv, title_en and n (operations) of the owners, target groups, län or themes that it has."""
    if dimension in _TITLES and cubes.is_usual(sel) and (cells := cubes.of(sel)) and not cells.facet:
        told = w.rows(_COUNTED.format(cells=cells.sql, titles=_TITLES[dimension]), cells.own | {"of": dimension})
        return {r["code"]: r for r in told}
    if dimension == "agare" and (numbered := cubes.numbered(w, sel)):
        where, params = numbered
        return {r["code"]: r for r in w.rows(_OWNERS_COUNTED.format(where=where), params)}
    if dimension == "agare":
        where, params = sel.where()
        return {r["code"]: r for r in w.rows(_OWNED.format(where=where), params)}
    counted, params = cubes.single(w, sel).asked(_ITEMS[dimension])
    found = w.rows(
        f"SELECT code, title_sv, title_en, n FROM ({counted}) JOIN ({_TITLES[dimension]}) USING (code) "
        "ORDER BY n DESC, title_sv",
        params,
    )
    return {r["code"]: r for r in found}


@dataclass(frozen=True)
class Common:
    """Operations of several portfolios: how many in each, in each pair (``n[0, 1]``), and in two or more.

    ``first``: those that are in most of them, by title: local_id, title_sv, title_en, and places, where each is.
    """

    each: tuple[int, ...]
    n: Mapping[tuple[int, int], int]
    several: int
    first: tuple[Row, ...]


def common(w: Warehouse, sels: Sequence[Selection], most: int) -> Common:
    """The operations that portfolios have in common, ``most`` of them by name."""
    scope, counts, params = _scope(w, sels)
    counted = w.rows(f"SELECT sides, CAST(sum(n) AS BIGINT) AS n FROM {counts} GROUP BY sides ORDER BY sides", params)
    first = w.rows(
        f"SELECT o.local_id, o.title_sv, o.title_en, sides FROM (FROM {scope} WHERE bit_count(sides) > 1) "
        "JOIN mart_card o USING (place) ORDER BY bit_count(sides) DESC, title_sv, operation_id LIMIT $most",
        params | {"most": most},
    )

    def n(*of: int) -> int:
        return sum(r["n"] for r in counted if all(r["sides"] >> side & 1 for side in of))

    every = range(len(sels))
    return Common(
        tuple(n(side) for side in every), {(a, b): n(a, b) for a, b in combinations(every, 2)},
        sum(r["n"] for r in counted if r["sides"].bit_count() > 1),
        tuple({**r, "places": [side for side in every if r["sides"] >> side & 1]} for r in first),
    )  # fmt: skip


def _scope(w: Warehouse, sels: Sequence[Selection]) -> tuple[str, str, dict[str, Any]]:
    """SQL of place and ``sides``, of ``sides`` and n, and what they bind; ``sides`` has a bit for each selection.

    Where every selection is a set of cells, cells are told apart instead of operations.
    """
    whole = [cubes.of(sel) for sel in sels]
    by = "cell" if all(cells and not cells.facet for cells in whole) else "place"
    held, params = [], dict[str, Any]()
    for side, (sel, cells) in enumerate(zip(sels, whole, strict=True)):
        if by == "cell" and cells:
            sql, bound = f"SELECT cell FROM mart_cell o WHERE {cells.where}", cells.own
        elif numbered := cubes.numbered(w, sel):
            where, bound = numbered
            sql = f"SELECT place FROM mart_order WHERE {where}"
        else:
            where, bound = sel.where()
            within = f"SELECT operation_id FROM mart_operation o WHERE {where}"
            sql = f"SELECT place FROM mart_order WHERE operation_id IN ({within})"
        held.append(f"SELECT {by}, {1 << side} AS side FROM ({_PARAMETER.sub(f'$s{side}_', sql)})")
        params |= {f"s{side}_{name}": value for name, value in bound.items()}
    found = f"(SELECT {by}, CAST(sum(side) AS INTEGER) AS sides FROM ({' UNION ALL '.join(held)}) GROUP BY {by})"
    if by == "place":
        return found, f"(SELECT sides, count(*) AS n FROM {found} GROUP BY sides)", params
    several = f"(SELECT place, sides FROM mart_order JOIN (FROM {found} WHERE bit_count(sides) > 1) USING (cell))"
    return several, f"(SELECT sides, n FROM {found} JOIN mart_cube USING (cell) WHERE facet = '')", params


def cells(w: Warehouse, sel: Selection) -> dict[tuple[str, str], Row]:
    """(target group, län or SE or okant) -> n (operations in full), known (with an amount), split (the place's part).

    An operation for several groups stands in full in the row of each, so rows are never added to each other.
    """
    usual = cubes.of(sel) if cubes.is_usual(sel) else None
    money = dict(zip(("measure", "currency"), sel.money, strict=True))
    if usual and not usual.facet:
        found = w.rows(_CELLS_COUNTED.format(cells=usual.sql), usual.own | sel.places() | money | {"bas": sel.bas})
        return {(r["target_group_code"], r["code"]): r for r in found}
    found = w.rows(*cubes.single(w, sel).asked(_CELLS, bas=sel.bas, **money))
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
