"""Places side by side: län, riket, a group of similar län, kommuner.

Every question takes the sides as :func:`sides` resolves them and answers by their codes. A group counts an initiative
that touches several of its län once; its counts of persons and its split amounts are sums, its other indicators the
plain mean of its län, and nothing where one of them has no value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dashboard.db import Row, Warehouse
from dashboard.questions import cubes, funding, similar
from dashboard.selection import PLACED, Selection, measure_of

MOST = 4
RIKET = "00"
GROUP = "lika"
Kind = Literal["lan", "riket", "kommun", "group"]
COUNTED: dict[str, str] = {"low_economic_standard": "everyone", "employment_20_64": "not_of_working_age"}
"""Shares that give a number of persons, since the population of their own age group is known: of everyone, or the rest
of those aged 20 to 64. An indicator that counts persons gives it by itself; of any other it is unknown."""

_GROUP = re.compile(r"lika(-\d\d)?")
_SIDES = "(SELECT unnest($sides) AS side, unnest($places) AS place)"
_PLACED = f"{PLACED} p JOIN {_SIDES} s ON s.place = '00' OR s.place = p.code OR s.place = coalesce(p.kommun_code, '')"
_WHERE = "operation_id IN (SELECT operation_id FROM mart_operation o WHERE {where})"
_TOUCHED = f"""
WITH sides AS MATERIALIZED {_SIDES}, cells AS MATERIALIZED (SELECT cell, status FROM mart_cell o WHERE {{where}}),
touched AS MATERIALIZED (
    SELECT DISTINCT side, place, cell FROM (
        SELECT s.side, l.place, l.cell FROM mart_listed l JOIN sides s ON s.place = l.value
        WHERE l.facet IN ('lan', 'kommun')
        UNION ALL SELECT s.side, r.place, r.cell FROM mart_order r CROSS JOIN sides s WHERE s.place = '00')
    SEMI JOIN cells USING (cell)
)
"""
"""Side and operation, by its place in lists; with placing as usual."""


@dataclass(frozen=True)
class Side:
    """One of what is compared. ``code``: as the address has it; ``members``: the regions that it is.

    ``of``: the län that a group is like.
    """

    code: str
    kind: Kind
    members: tuple[str, ...]
    of: str = ""


def sides(w: Warehouse, sel: Selection) -> tuple[Side, ...]:
    """What the selection compares, at most four, in its order; unknown codes left out.

    With none chosen: the selection's län (else the one that most initiatives touch), the län most like it, and riket.
    """
    level = {r["code"]: r["level"] for r in w.rows("SELECT code, level FROM region WHERE level <> 'nuts2'")}
    own = [c for c in sel.lan if level.get(c) == "lan"]
    start = next((c for c in (*sel.med, *own) if level.get(c) == "lan"), None) or home(w, sel)
    near = similar.nearest(w, start, method(w, sel), 1) if len(own) < 2 else ()
    usual = (*(own[: MOST - 1] or [start]), *near, RIKET)
    return _resolved(w, sel, sel.med, start, level) or _resolved(w, sel, usual, start, level)


def _resolved(
    w: Warehouse, sel: Selection, codes: Sequence[str], start: str, level: Mapping[str, str]
) -> tuple[Side, ...]:
    found: dict[tuple[str, str], Side] = {}
    for code in codes:
        if _GROUP.fullmatch(code):
            side = _group(w, sel, code, start, level)
        else:
            side = Side(code, _kind(level[code]), (code,)) if code in level else None
        if side:
            found.setdefault((side.kind, side.of or side.code), side)
    return tuple(found.values())[:MOST]


def method(w: Warehouse, sel: Selection) -> tuple[str, ...]:
    """The indicators that similar län are found by: the chosen ones that some län has a value of, else the usual."""
    return tuple(r["code"] for r in similar.variables(w, sel.lika)) or similar.USUAL


def _kind(level: str) -> Kind:
    return "riket" if level == "riket" else "kommun" if level == "kommun" else "lan"


def _group(w: Warehouse, sel: Selection, code: str, start: str, level: Mapping[str, str]) -> Side | None:
    """The group of a län; None when the code names no län, or the method finds none like it."""
    own = code[5:] or start
    members = similar.nearest(w, own, method(w, sel)) if level.get(own) == "lan" else ()
    return Side(code, "group", members, own) if members else None


def home(w: Warehouse, sel: Selection) -> str:
    """The län that most initiatives of the portfolio touch."""
    counts = {c: r["touched"] for c, r in funding.projects_by_lan(w, sel.whole()).items() if c.isdigit()}
    return min(counts, key=lambda c: (-counts[c], c)) if counts else "01"


def of_side(side: Side) -> dict[str, Any]:
    """What to change in a selection so that its list is the side's initiatives."""
    places = () if side.kind == "riket" else side.members
    return {"lan": () if side.kind == "kommun" else places, "kommun": places if side.kind == "kommun" else ()}


def _bound(sel: Selection, found: Sequence[Side]) -> tuple[str, dict[str, Any]]:
    """The filter without places, and the sides' places as two lists beside each other."""
    where, params = sel.but(lan=(), kommun=()).where()
    return _WHERE.format(where=where), params | sel.places() | _lists(found)


def _lists(found: Sequence[Side]) -> dict[str, list[str]]:
    """The sides' places as two lists beside each other."""
    pairs = [(s.code, member) for s in found for member in s.members]
    return {"sides": [side for side, _ in pairs], "places": [place for _, place in pairs]}


def _touched(w: Warehouse, sel: Selection, found: Sequence[Side]) -> tuple[str, dict[str, Any]] | None:
    """:data:`_TOUCHED` with what it binds; None where places or operations must be looked through."""
    cells = cubes.of(w, sel.but(lan=(), kommun=()))
    if cells is None or cells.facet or not cubes.is_usual(sel):
        return None
    return _TOUCHED.format(where=cells.where), cells.own | _lists(found)


_STATUS = """CAST(coalesce(sum(n) FILTER (status = 'running'), 0) AS BIGINT) AS running,
    CAST(coalesce(sum(n) FILTER (status IN ('granted', 'unknown')), 0) AS BIGINT) AS undated,
    CAST(coalesce(sum(n) FILTER (status = 'planned'), 0) AS BIGINT) AS planned,
    CAST(coalesce(sum(n) FILTER (status = 'ended'), 0) AS BIGINT) AS ended"""
_PROJECTS_TOUCHED = f"""
, counted AS (
    SELECT side, CAST(sum(n) AS BIGINT) AS touched, {_STATUS}
    FROM (SELECT side, cell, count(*) AS n FROM touched GROUP BY ALL) JOIN cells USING (cell) GROUP BY side
), soon AS (
    SELECT side, count(*) AS ending FROM touched SEMI JOIN (
        SELECT place FROM mart_order SEMI JOIN (SELECT operation_id FROM mart_operation CROSS JOIN snapshot
            WHERE status = 'running' AND last_date BETWEEN as_of AND as_of + to_months(6)) USING (operation_id))
    USING (place) GROUP BY side
), parted AS (
    SELECT side, sum(share) AS split FROM (
        SELECT s.side, c.share FROM mart_cube_place c SEMI JOIN cells USING (cell)
        JOIN sides s ON s.place = '00' OR s.place = c.code
        WHERE c.facet = '' AND c.plats = 'verksamhet' AND NOT c.spread
        UNION ALL SELECT s.side, p.share FROM mart_place p JOIN sides s ON s.place = p.kommun_code
        JOIN mart_order USING (operation_id) SEMI JOIN cells USING (cell)
        WHERE p.plats = 'verksamhet' AND NOT p.spread) GROUP BY side
)
SELECT * REPLACE (coalesce(ending, 0) AS ending) FROM counted LEFT JOIN soon USING (side) LEFT JOIN parted USING (side)
"""
_GROUPS_TOUCHED = """
, persons AS (
    SELECT place, value FROM mart_participants JOIN mart_order USING (operation_id)
    WHERE value_type = 'planned' AND sex = 'T'
), each AS (
    SELECT t.side, g.value AS code, t.cell, count(*) AS n, sum(m.value) AS planned, count(m.value) AS with_planned
    FROM touched t JOIN mart_listed g ON g.place = t.place AND g.facet = 'malgrupp'
    LEFT JOIN persons m ON m.place = t.place GROUP BY ALL
)
SELECT side, code, CAST(sum(n) AS BIGINT) AS n,
    CAST(coalesce(sum(n) FILTER (status = 'running'), 0) AS BIGINT) AS running,
    CAST(coalesce(sum(n) FILTER (status IN ('running', 'granted', 'unknown')), 0) AS BIGINT) AS open,
    sum(planned) AS planned, CAST(sum(with_planned) AS BIGINT) AS with_planned
FROM each JOIN cells USING (cell) GROUP BY ALL
"""
_UNGROUPED_TOUCHED = """
SELECT side, count(*) AS n FROM touched
SEMI JOIN (SELECT place FROM mart_listed WHERE facet = 'utan' AND value = 'malgrupp') USING (place) GROUP BY side
"""
_NEXT_TOUCHED = """
, ending AS (
    SELECT place, last_date FROM mart_order JOIN (
        SELECT operation_id, last_date FROM mart_operation WHERE status = 'running' AND last_date IS NOT NULL)
    USING (operation_id)
), first AS (
    SELECT side, place FROM touched JOIN ending USING (place)
    QUALIFY rank() OVER (PARTITION BY side ORDER BY last_date) <= $n
)
SELECT side, o.operation_id, o.local_id, o.title_sv, o.title_en, o.beneficiary, o.last_date
FROM first JOIN mart_order USING (place) JOIN mart_operation o USING (operation_id)
QUALIFY row_number() OVER (PARTITION BY side ORDER BY o.last_date, o.title_sv, o.operation_id) <= $n
ORDER BY side, o.last_date, o.title_sv, o.operation_id
"""


def projects(w: Warehouse, sel: Selection, found: Sequence[Side]) -> dict[str, Row]:
    """Side -> touched, split (sum of shares), running, ending (running, last day within six months), undated, ended."""
    none = dict.fromkeys(("touched", "split", "running", "ending", "undated", "planned", "ended"), 0)
    if numbered := _touched(w, sel, found):
        sql, params = numbered
        rows = w.rows(sql + _PROJECTS_TOUCHED, params)
        return {s.code: none for s in found} | {r["side"]: r for r in rows}
    where, params = _bound(sel, found)
    rows = w.rows(
        f"""
        SELECT side, count(*) AS touched, sum(share) AS split, count(*) FILTER (status = 'running') AS running,
            count(*) FILTER (status = 'running' AND last_date BETWEEN as_of AND as_of + to_months(6)) AS ending,
            count(*) FILTER (status IN ('granted', 'unknown')) AS undated,
            count(*) FILTER (status = 'planned') AS planned, count(*) FILTER (status = 'ended') AS ended
        FROM (SELECT s.side, p.operation_id, sum(p.share) AS share FROM {_PLACED} WHERE p.{where} GROUP BY ALL)
        JOIN mart_operation USING (operation_id) CROSS JOIN snapshot GROUP BY side
        """,
        params,
    )
    return {s.code: none for s in found} | {r["side"]: r for r in rows}


def money(w: Warehouse, sel: Selection, found: Sequence[Side]) -> dict[str, Row]:
    """Side -> split and touched amounts of the selection's measure on its basis, n (initiatives with one).

    Only sides with an amount. The split amounts of the 21 län, ``SE`` and ``okant`` sum to riket's.
    """
    where, params = _bound(sel, found)
    params["measure"], params["currency"] = measure_of(sel.matt)
    rows = w.rows(
        f"""
        SELECT side, sum(split) AS split, sum(amount) AS touched, count(*) AS n FROM (
            SELECT s.side, p.operation_id, sum(amount_part(a.amount, p.share_from, p.share_to)) AS split,
                any_value(a.amount) AS amount
            FROM mart_amount a JOIN {_PLACED.replace(" JOIN", " USING (operation_id) JOIN", 1)}
            WHERE a.basis = $bas AND a.measure = $measure AND a.currency = $currency AND p.{where} GROUP BY ALL)
        GROUP BY side
        """,
        params | {"bas": sel.bas},
    )
    return {r["side"]: r for r in rows}


def groups(w: Warehouse, sel: Selection, found: Sequence[Side]) -> dict[tuple[str, str], Row]:
    """(side, target group) -> n, running, open (running or dates unknown), planned participants, with_planned.

    Initiatives are counted in full in every side that they touch; one may name several groups, and its planned
    participants are then in each of them.
    """
    if numbered := _touched(w, sel, found):
        sql, params = numbered
        return {(r["side"], r["code"]): r for r in w.rows(sql + _GROUPS_TOUCHED, params)}
    where, params = _bound(sel, found)
    rows = w.rows(
        f"""
        SELECT side, g.target_group_code AS code, count(*) AS n, count(*) FILTER (o.status = 'running') AS running,
            count(*) FILTER (o.status IN ('running', 'granted', 'unknown')) AS open, sum(m.value) AS planned,
            count(m.value) AS with_planned
        FROM (SELECT DISTINCT s.side, p.operation_id FROM {_PLACED} WHERE p.{where})
        JOIN mart_operation o USING (operation_id) JOIN mart_target_group g USING (operation_id)
        LEFT JOIN (FROM mart_participants WHERE value_type = 'planned' AND sex = 'T') m USING (operation_id)
        GROUP BY ALL
        """,
        params,
    )
    return {(r["side"], r["code"]): r for r in rows}


def without_group(w: Warehouse, sel: Selection, found: Sequence[Side]) -> dict[str, int]:
    """Side -> initiatives that name no target group."""
    if numbered := _touched(w, sel, found):
        sql, params = numbered
        return {r["side"]: r["n"] for r in w.rows(sql + _UNGROUPED_TOUCHED, params)}
    where, params = _bound(sel, found)
    rows = w.rows(
        f"SELECT s.side, count(DISTINCT p.operation_id) AS n FROM {_PLACED} WHERE p.{where} "
        "AND p.operation_id NOT IN (SELECT operation_id FROM mart_target_group) GROUP BY s.side",
        params,
    )
    return {r["side"]: r["n"] for r in rows}


def next_to_end(w: Warehouse, sel: Selection, found: Sequence[Side], n: int = 5) -> dict[str, tuple[Row, ...]]:
    """Side -> its running operations that end first, at most n: local_id, titles, beneficiary, last_date."""
    if numbered := _touched(w, sel, found):
        sql, params = numbered
        rows = w.rows(sql + _NEXT_TOUCHED, params | {"n": n})
        return {s.code: tuple(r for r in rows if r["side"] == s.code) for s in found}
    where, params = _bound(sel, found)
    rows = w.rows(
        f"""
        SELECT side, o.operation_id, o.local_id, o.title_sv, o.title_en, o.beneficiary, o.last_date
        FROM (SELECT DISTINCT s.side, p.operation_id FROM {_PLACED} WHERE p.{where})
        JOIN mart_operation o USING (operation_id) WHERE o.status = 'running' AND o.last_date IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY side ORDER BY o.last_date, o.title_sv, o.operation_id) <= $n
        ORDER BY side, o.last_date, o.title_sv, o.operation_id
        """,
        params | {"n": n},
    )
    return {s.code: tuple(r for r in rows if r["side"] == s.code) for s in found}


def needs(w: Warehouse) -> tuple[Row, ...]:
    """Every target group with the indicator of its need: code, title_sv, title_en, indicator_code, fit, reasons."""
    return w.rows(
        "SELECT t.code, t.title_sv, t.title_en, d.indicator_code, coalesce(d.fit, 'none') AS fit, d.reason_sv, "
        "d.reason_en FROM target_group t LEFT JOIN group_need d ON d.target_group_code = t.code ORDER BY t.title_sv"
    )
