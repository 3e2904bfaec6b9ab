"""The initiatives of places side by side: how many, whom for, with how much money, and which end next.

What is placed as usual is added up from the cubes for riket, single län and kommuner; a group of län, which counts an
initiative once, and what no cube tells, is counted by places in lists. Any other way of placing, and a filter that is
no set of cells, is counted one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.db import Row, Warehouse
from dashboard.questions import cubes
from dashboard.questions.compare import Side
from dashboard.selection import Selection, measure_of

_SIDES = "(SELECT unnest($sides) AS side, unnest($places) AS place)"
_PLACED = """{placed} p JOIN (SELECT unnest($sides) AS side, unnest($places) AS at) s
    ON s.at = '00' OR s.at = p.code OR s.at = coalesce(p.kommun_code, '')"""
_PROJECTS_ONE_BY_ONE = f"""
SELECT side, count(*) AS touched, sum(share) AS split, count(*) FILTER (status = 'running') AS running,
    count(*) FILTER (status = 'running' AND last_date BETWEEN as_of AND as_of + to_months(6)) AS ending,
    count(*) FILTER (status IN ('granted', 'unknown')) AS undated,
    count(*) FILTER (status = 'planned') AS planned, count(*) FILTER (status = 'ended') AS ended
FROM (SELECT s.side, p.id, sum(p.share) AS share FROM {_PLACED} GROUP BY ALL)
JOIN {{operation}} USING (id) CROSS JOIN snapshot GROUP BY side
"""
_MONEY_ONE_BY_ONE = f"""
SELECT side, sum(split) AS split, sum(amount) AS touched, count(*) AS n FROM (
    SELECT s.side, p.id, sum(amount_part(a.amount, p.share_from, p.share_to)) AS split, any_value(a.amount) AS amount
    FROM {_PLACED} JOIN {{amount}} a ON a.id = p.id
    WHERE a.basis = $bas AND a.measure = $measure AND a.currency = $currency GROUP BY ALL)
GROUP BY side
"""
_GROUPS_ONE_BY_ONE = f"""
SELECT side, g.code, count(*) AS n, count(*) FILTER (o.status = 'running') AS running,
    count(*) FILTER (o.status IN ('running', 'granted', 'unknown')) AS open, sum(m.value) AS planned,
    count(m.value) AS with_planned
FROM (SELECT DISTINCT s.side, p.id FROM {_PLACED})
JOIN {{operation}} o USING (id) JOIN {{grouped}} g USING (id)
LEFT JOIN (FROM {{persons}} WHERE value_type = 'planned') m USING (id)
GROUP BY ALL
"""
_UNGROUPED_ONE_BY_ONE = f"""
SELECT side, count(*) AS n FROM (SELECT DISTINCT s.side, p.id FROM {_PLACED}) ANTI JOIN {{grouped}} USING (id)
GROUP BY side
"""
_NEXT_ONE_BY_ONE = f"""
, dated AS (
    SELECT side, id, last_date FROM (SELECT DISTINCT s.side, p.id FROM {_PLACED}) JOIN {{operation}} USING (id)
    WHERE status = 'running' AND last_date IS NOT NULL
    QUALIFY rank() OVER (PARTITION BY side ORDER BY last_date) <= $n
)
SELECT side, o.operation_id, o.local_id, o.title_sv, o.title_en, o.beneficiary, o.last_date
FROM dated JOIN {{card}} o USING (id)
QUALIFY row_number() OVER (PARTITION BY side ORDER BY o.last_date, o.title_sv, o.operation_id) <= $n
ORDER BY side, o.last_date, o.title_sv, o.operation_id
"""
_BASE = """
WITH cells AS MATERIALIZED (SELECT cell, status FROM mart_cell o WHERE {where}),
counted AS MATERIALIZED (SELECT unnest(CAST($c_sides AS VARCHAR[])) AS side,
    unnest(CAST($c_facets AS VARCHAR[])) AS facet, unnest(CAST($c_values AS VARCHAR[])) AS value),
listed AS MATERIALIZED (SELECT unnest(CAST($l_sides AS VARCHAR[])) AS side,
    unnest(CAST($l_facets AS VARCHAR[])) AS facet, unnest(CAST($l_values AS VARCHAR[])) AS value),
"""
"""``counted``: sides that cubes tell, ``listed``: those that are gone through; with the facet value that each has."""
_TOUCHED = """
touched AS MATERIALIZED (
    SELECT DISTINCT side, l.place, l.cell FROM mart_listed l JOIN listed USING (facet, value) SEMI JOIN {among}
)
"""
_STATUS = """CAST(coalesce(sum(n) FILTER (status = 'running'), 0) AS BIGINT) AS running,
    CAST(coalesce(sum(n) FILTER (status IN ('granted', 'unknown')), 0) AS BIGINT) AS undated,
    CAST(coalesce(sum(n) FILTER (status = 'planned'), 0) AS BIGINT) AS planned,
    CAST(coalesce(sum(n) FILTER (status = 'ended'), 0) AS BIGINT) AS ended"""
_PROJECTS = f"""
, per AS (
    SELECT side, status, c.n FROM mart_cube c JOIN counted USING (facet, value) JOIN cells USING (cell)
    UNION ALL SELECT side, status, count(*) FROM touched JOIN cells USING (cell) GROUP BY ALL
), parted AS (
    SELECT side, sum(share) AS split FROM (
        SELECT s.side, c.share FROM mart_cube_place c SEMI JOIN cells USING (cell)
        JOIN (FROM counted UNION ALL FROM listed) s ON s.facet = '' OR s.facet = 'lan' AND s.value = c.code
        WHERE c.facet = '' AND c.plats = 'verksamhet' AND NOT c.spread
        UNION ALL SELECT s.side, CAST(p.share_to - p.share_from AS DECIMAL(12, 10)) FROM mart_part p
        JOIN counted s ON s.facet = 'kommun' AND s.value = p.kommun_code SEMI JOIN cells USING (cell)
        WHERE p.plats = 'verksamhet' AND NOT p.spread) GROUP BY side
)
SELECT side, CAST(sum(n) AS BIGINT) AS touched, any_value(split) AS split, {_STATUS}
FROM per LEFT JOIN parted USING (side) GROUP BY side
"""
_SOON = """
among AS MATERIALIZED (
    SELECT place FROM mart_number JOIN cells USING (cell) CROSS JOIN snapshot
    WHERE status = 'running' AND last_date BETWEEN as_of AND as_of + to_months(6)
), """
_ENDING = "SELECT side, count(*) AS ending FROM touched GROUP BY side"
_MONEY = """
, amounts AS (
    SELECT side, c.n, c.amount FROM mart_cube_amount c JOIN counted USING (facet, value) SEMI JOIN cells USING (cell)
    WHERE c.basis = $bas AND c.measure = $measure AND c.currency = $currency
    UNION ALL SELECT side, count(*), sum(amount) FROM touched JOIN (SELECT place, amount FROM mart_card_amount
        WHERE basis = $bas AND measure = $measure AND currency = $currency) USING (place) GROUP BY side
), parted AS (
    SELECT side, sum(split) AS split FROM (
        SELECT s.side, c.split FROM mart_cube_money c SEMI JOIN cells USING (cell)
        JOIN (FROM counted UNION ALL FROM listed) s ON s.facet = '' OR s.facet = 'lan' AND s.value = c.code
        WHERE c.facet = '' AND c.plats = 'verksamhet' AND NOT c.spread
            AND c.basis = $bas AND c.measure = $measure AND c.currency = $currency
        UNION ALL SELECT s.side, amount_part(a.amount, p.share_from, p.share_to) FROM mart_part p
        JOIN counted s ON s.facet = 'kommun' AND s.value = p.kommun_code SEMI JOIN cells USING (cell)
        JOIN mart_card_amount a USING (place)
        WHERE p.plats = 'verksamhet' AND NOT p.spread
            AND a.basis = $bas AND a.measure = $measure AND a.currency = $currency) GROUP BY side
)
SELECT side, any_value(split) AS split, sum(amount) AS touched, CAST(sum(n) AS BIGINT) AS n
FROM amounts LEFT JOIN parted USING (side) GROUP BY side
"""
_GROUPS = """
, persons AS (SELECT place, value FROM mart_count WHERE value_type = 'planned'), per AS (
    SELECT side, c.value AS code, c.cell, c.n, c.planned, c.with_planned
    FROM mart_cube c JOIN counted s ON s.facet = '' WHERE c.facet = 'malgrupp'
    UNION ALL SELECT side, c.value, c.cell, c.n, c.planned, c.with_planned
    FROM mart_cube_pair c JOIN counted s ON s.facet = 'lan' AND s.value = c.lan WHERE c.facet = 'malgrupp'
    UNION ALL SELECT t.side, g.value, t.cell, count(*), sum(m.value), count(m.value)
    FROM touched t JOIN mart_listed g ON g.place = t.place AND g.facet = 'malgrupp'
    LEFT JOIN persons m ON m.place = t.place GROUP BY ALL
)
SELECT side, code, CAST(sum(n) AS BIGINT) AS n,
    CAST(coalesce(sum(n) FILTER (status = 'running'), 0) AS BIGINT) AS running,
    CAST(coalesce(sum(n) FILTER (status IN ('running', 'granted', 'unknown')), 0) AS BIGINT) AS open,
    sum(planned) AS planned, CAST(sum(with_planned) AS BIGINT) AS with_planned
FROM per JOIN cells USING (cell) GROUP BY ALL
"""
_UNGROUPED = """
SELECT side, CAST(sum(n) AS BIGINT) AS n FROM (
    SELECT side, c.n FROM mart_cube c JOIN counted s ON s.facet = '' SEMI JOIN cells USING (cell)
    WHERE c.facet = 'utan' AND c.value = 'malgrupp'
    UNION ALL SELECT side, c.n FROM mart_cube_pair c JOIN counted s ON s.facet = 'lan' AND s.value = c.lan
    SEMI JOIN cells USING (cell) WHERE c.facet = 'utan' AND c.value = 'malgrupp'
    UNION ALL SELECT side, count(*) FROM touched
    SEMI JOIN (SELECT place FROM mart_listed WHERE facet = 'utan' AND value = 'malgrupp') USING (place) GROUP BY side)
GROUP BY side
"""
_DATED = """
among AS MATERIALIZED (
    SELECT place, last_date FROM mart_number JOIN cells USING (cell) WHERE status = 'running' AND last_date IS NOT NULL
), """
_NEXT = """
, dated AS MATERIALIZED (
    SELECT side, place, last_date FROM mart_listed JOIN listed USING (facet, value) JOIN among USING (place)
), first AS (
    SELECT DISTINCT side, place
    FROM dated JOIN (SELECT side, list_max(min(last_date, $most)) AS latest FROM dated GROUP BY side) USING (side)
    WHERE last_date <= latest
)
SELECT side, o.operation_id, o.local_id, o.title_sv, o.title_en, o.beneficiary, o.last_date
FROM first JOIN mart_card o USING (place)
QUALIFY row_number() OVER (PARTITION BY side ORDER BY o.last_date, o.title_sv, o.operation_id) <= $n
ORDER BY side, o.last_date, o.title_sv, o.operation_id
"""
"""``most``: so many that n differ, however many of a side's members each is in."""


@dataclass(frozen=True)
class _Numbered:
    """Sides by facet and value, and the cells that the filter is: SQL over ``cells``, what it binds."""

    cells: cubes.Cells
    found: Sequence[Side]

    def asked(self, sql: str, *, through: Sequence[str] = (), among: str = "") -> tuple[str, dict[str, Any]]:
        """A question and what it binds. ``through``: kinds of side that are gone through beside groups.

        ``among``: the places that all sides are looked for in; then none is counted by cubes.
        """
        told: dict[str, list[tuple[str, str, str]]] = {"c": [], "l": []}
        for side in self.found:
            facet = {"riket": "", "kommun": "kommun"}.get(side.kind, "lan")
            is_listed = bool(among) or len(side.members) > 1 or side.kind in through
            told["l" if is_listed else "c"] += [(side.code, facet, value if facet else "") for value in side.members]
        base = _BASE.format(where=self.cells.where) + among
        base += _TOUCHED.format(among="among USING (place)" if among else "cells USING (cell)")
        bound = {
            f"{name}_{column}": [row[at] for row in rows]
            for name, rows in told.items()
            for at, column in enumerate(("sides", "facets", "values"))
        }
        return base + sql, self.cells.own | bound


def _numbered(sel: Selection, found: Sequence[Side]) -> _Numbered | None:
    """None where places or operations must be looked through."""
    cells = cubes.of(sel.but(lan=(), kommun=()))
    return _Numbered(cells, found) if cells and not cells.facet and cubes.is_usual(sel) else None


def _single(w: Warehouse, sel: Selection, found: Sequence[Side], sql: str, **bound: Any) -> tuple[Row, ...]:
    """What is asked of the filter's operations without its places, one by one, with the sides' places beside each."""
    pairs = [(s.code, member) for s in found for member in s.members]
    bound |= {"sides": [side for side, _ in pairs], "places": [place for _, place in pairs]}
    return w.rows(*cubes.single(w, sel.but(lan=(), kommun=())).asked(sql, **bound))


def projects(w: Warehouse, sel: Selection, found: Sequence[Side]) -> dict[str, Row]:
    """Side -> touched, split (sum of shares), running, ending (running, last day within six months), undated, ended."""
    none = dict.fromkeys(("touched", "split", "running", "ending", "undated", "planned", "ended"), 0)
    if numbered := _numbered(sel, found):
        rows = w.rows(*numbered.asked(_PROJECTS))
        ending = {r["side"]: r["ending"] for r in w.rows(*numbered.asked(_ENDING, among=_SOON))}
        told = {r["side"]: {**r, "ending": ending.get(r["side"], 0)} for r in rows}
        return {s.code: none for s in found} | told
    rows = _single(w, sel, found, _PROJECTS_ONE_BY_ONE)
    return {s.code: none for s in found} | {r["side"]: r for r in rows}


def money(w: Warehouse, sel: Selection, found: Sequence[Side]) -> dict[str, Row]:
    """Side -> split and touched amounts of the selection's measure on its basis, n (initiatives with one).

    Only sides with an amount. The split amounts of the 21 län, ``SE`` and ``okant`` sum to riket's.
    """
    measure, currency = measure_of(sel.matt)
    of_amount = {"measure": measure, "currency": currency, "bas": sel.bas}
    if numbered := _numbered(sel, found):
        sql, params = numbered.asked(_MONEY)
        return {r["side"]: r for r in w.rows(sql, params | of_amount)}
    return {r["side"]: r for r in _single(w, sel, found, _MONEY_ONE_BY_ONE, **of_amount)}


def groups(w: Warehouse, sel: Selection, found: Sequence[Side]) -> dict[tuple[str, str], Row]:
    """(side, target group) -> n, running, open (running or dates unknown), planned participants, with_planned.

    Initiatives are counted in full in every side that they touch; one may name several groups, and its planned
    participants are then in each of them.
    """
    if numbered := _numbered(sel, found):
        return {(r["side"], r["code"]): r for r in w.rows(*numbered.asked(_GROUPS, through=("kommun",)))}
    return {(r["side"], r["code"]): r for r in _single(w, sel, found, _GROUPS_ONE_BY_ONE)}


def without_group(w: Warehouse, sel: Selection, found: Sequence[Side]) -> dict[str, int]:
    """Side -> initiatives that name no target group."""
    if numbered := _numbered(sel, found):
        return {r["side"]: r["n"] for r in w.rows(*numbered.asked(_UNGROUPED, through=("kommun",)))}
    return {r["side"]: r["n"] for r in _single(w, sel, found, _UNGROUPED_ONE_BY_ONE)}


def next_to_end(w: Warehouse, sel: Selection, found: Sequence[Side], n: int = 5) -> dict[str, tuple[Row, ...]]:
    """Side -> its running operations that end first, at most n: local_id, titles, beneficiary, last_date."""
    if numbered := _numbered(sel, found):
        sql, params = numbered.asked(_NEXT, among=_DATED)
        rows = w.rows(sql, params | {"n": n, "most": n * max((len(side.members) for side in found), default=1)})
        return {s.code: tuple(r for r in rows if r["side"] == s.code) for s in found}
    rows = _single(w, sel, found, _NEXT_ONE_BY_ONE, n=n)
    return {s.code: tuple(r for r in rows if r["side"] == s.code) for s in found}
