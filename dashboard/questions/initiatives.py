"""The operations themselves: list, facets with counts, one in full."""

from __future__ import annotations

from typing import Any

from dashboard.db import Row, Warehouse
from dashboard.questions import cubes
from dashboard.selection import FILTERS, PLACED, SWEDEN, Selection

PAGE = 50
_LIST = """
SELECT o.operation_id, o.local_id, o.title_sv, o.title_en, o.beneficiary, o.owner_type, o.programming_period,
    o.fund_code, o.status, o.status_is_derived, o.start_date, o.start_precision, o.end_date, o.end_precision,
    o.last_date, o.summary_sv, o.diarienummer, o.records, f.amount, f.is_rounded, p.places, g.groups,
    m.matches
FROM mart_operation o JOIN page m USING (operation_id)
LEFT JOIN (SELECT operation_id, amount, is_rounded FROM mart_amount SEMI JOIN page USING (operation_id)
    WHERE basis = $bas AND measure = $measure AND currency = $currency) f USING (operation_id)
LEFT JOIN (SELECT operation_id, list(DISTINCT code ORDER BY code) AS places FROM {placed} SEMI JOIN page
    USING (operation_id) GROUP BY 1) p USING (operation_id)
LEFT JOIN (SELECT operation_id, list(target_group_code ORDER BY target_group_code) AS groups
    FROM mart_target_group SEMI JOIN page USING (operation_id) GROUP BY 1) g USING (operation_id)
ORDER BY {order}
"""
_ORDER = """CASE o.status WHEN 'running' THEN 0 WHEN 'planned' THEN 1 ELSE 2 END,
    o.programming_period = 'other', o.programming_period DESC, o.start_date DESC NULLS LAST, o.title_sv, o.operation_id
"""
_LOOKED_THROUGH = f"""
SELECT operation_id, count(*) OVER () AS matches FROM mart_operation o WHERE {{where}}
ORDER BY {_ORDER} LIMIT $limit OFFSET $offset
"""
_CARDS = 200
"""Of longer pages the cards are joined instead of looked up."""
_LONG = """
WITH found AS MATERIALIZED ({within}), page AS MATERIALIZED (
    SELECT place FROM found ORDER BY place LIMIT $limit OFFSET $offset
)
SELECT c.* EXCLUDE (place, places, groups), f.amount, f.is_rounded, {places}, c.groups,
    (SELECT count(*) FROM found) AS matches
FROM (FROM mart_card SEMI JOIN page USING (place)) c
LEFT JOIN (SELECT place, amount, is_rounded FROM mart_card_amount SEMI JOIN page USING (place)
    WHERE basis = $bas AND measure = $measure AND currency = $currency) f USING (place)
{elsewhere} ORDER BY c.place
"""
_ELSEWHERE = """LEFT JOIN (SELECT place, list(DISTINCT code ORDER BY code) AS places FROM mart_part SEMI JOIN page
    USING (place) WHERE plats = $plats AND spread = $spread GROUP BY place) p USING (place)"""
_PAGE = """
SELECT c.* EXCLUDE (place, places, groups), f.amount, f.is_rounded, c.places, c.groups, $matches AS matches
FROM (SELECT * FROM mart_card WHERE place IN (SELECT unnest($places))) c
LEFT JOIN (SELECT place, amount, is_rounded FROM mart_card_amount WHERE basis = $bas AND measure = $measure
    AND currency = $currency AND place IN (SELECT unnest($places))) f USING (place)
ORDER BY c.place
"""


def listed(w: Warehouse, sel: Selection, *, limit: int = PAGE) -> tuple[Row, ...]:
    """A page of the selection's operations, running first, then newest; ``matches`` is the whole count.

    ``amount`` is the chosen measure's, on the selection's basis; ``places`` län codes, SE or okant; ``groups`` target
    group codes.
    """
    found = cubes.ranked(w, sel)
    if found and cubes.is_usual(sel) and limit <= _CARDS:
        return _cards(w, sel, *found, limit)
    measure, currency = sel.money
    told = {"bas": sel.bas, "measure": measure, "currency": currency}
    bound = {**told, "limit": limit, "offset": (sel.sida - 1) * limit}
    if found:
        within, params = found
        places, elsewhere = ("c.places", "") if cubes.is_usual(sel) else ("p.places", _ELSEWHERE)
        sql = _LONG.format(within=within, places=places, elsewhere=elsewhere)
        return w.rows(sql, params | bound | cubes.placed(sel))
    where, params = sel.where()
    page = f"WITH page AS MATERIALIZED ({_LOOKED_THROUGH.format(where=where)})"
    return w.rows(page + _LIST.format(placed=PLACED, order=_ORDER), params | bound | sel.places())


def _cards(w: Warehouse, sel: Selection, within: str, params: dict[str, Any], limit: int) -> tuple[Row, ...]:
    """The page of :func:`listed` by its places, of which only the blocks are read."""
    page = w.rows(
        f"WITH found AS ({within}) SELECT place, (SELECT count(*) FROM found) AS matches FROM found "
        "ORDER BY place LIMIT $limit OFFSET $offset",
        params | {"limit": limit, "offset": (sel.sida - 1) * limit},
    )
    if not page:
        return ()
    measure, currency = sel.money
    bound = {"bas": sel.bas, "measure": measure, "currency": currency, "matches": page[0]["matches"]}
    return w.rows(_PAGE, bound | {"places": [row["place"] for row in page]})


def facets(w: Warehouse, sel: Selection) -> dict[str, dict[str, int]]:
    """Facet -> value -> number of operations, each facet counted with all the other filters in force."""
    if (counted := cubes.facets(w, sel)) is not None:
        return counted
    parts: list[str] = []
    params: dict[str, Any] = sel.places()
    for f in FILTERS:
        where, bound = sel.where(without=f.param)
        params |= bound
        parts.append(
            f"SELECT '{f.param}' AS facet, value, count(*) AS n FROM ({f.values}) WHERE operation_id IN "
            f"(SELECT operation_id FROM mart_operation o WHERE {where}) GROUP BY value"
        )
    out: dict[str, dict[str, int]] = {f.param: {} for f in FILTERS}
    for r in w.rows(" UNION ALL ".join(parts) + " ORDER BY facet, n DESC, value", params):
        out[r["facet"]][r["value"]] = r["n"]
    return out


_ENDING = """
SELECT o.operation_id, o.local_id, o.title_sv, o.title_en, o.beneficiary, o.last_date, o.end_precision
FROM (
    SELECT place FROM (SELECT place, cell, last_date FROM mart_number WHERE {where})
    JOIN mart_cell USING (cell) CROSS JOIN snapshot s
    WHERE status = 'running' AND last_date BETWEEN s.as_of AND s.as_of + to_months($months))
JOIN mart_card o USING (place) ORDER BY o.last_date, o.title_sv, o.operation_id
"""
_POINTS = """
SELECT r.code, r.name_sv AS name, b.lon, b.lat, p.n FROM ({counted}) p
JOIN region r USING (code) JOIN boundary b USING (code) ORDER BY n DESC, name
"""
_BY_KOMMUN = "SELECT value AS code, count(*) AS n FROM {listed} WHERE facet = 'kommun' AND {where} GROUP BY value"
_KOMMUN_CUBE = """
SELECT c.value AS code, CAST(sum(c.n) AS BIGINT) AS n FROM {cube} c SEMI JOIN {cells} USING (cell)
WHERE c.facet = 'kommun' AND {here} GROUP BY c.value
"""
_KOMMUN_ONE_BY_ONE = f"""
SELECT p.kommun_code AS code, count(DISTINCT o.operation_id) AS n
FROM mart_operation o JOIN {PLACED} p USING (operation_id) WHERE {{where}} AND p.kommun_code IS NOT NULL GROUP BY 1
"""
_TIED = """
SELECT count(*) FILTER (has) AS tied, count(*) FILTER (NOT has) AS none, count(*) FILTER (owner) AS owner FROM (
    SELECT bool_or(kommun_code IS NOT NULL) AS has, bool_or(location_type = 'beneficiary') AS owner FROM {placed}
    WHERE code = $here GROUP BY id)
"""


def ending(w: Warehouse, sel: Selection, months: int = 6) -> tuple[Row, ...]:
    """Running operations whose last day lies within so many months of the snapshot's date, soonest first."""
    if numbered := cubes.numbered(w, sel):
        where, params = numbered
        return w.rows(_ENDING.format(where=where), params | {"months": months})
    where, params = sel.where()
    return w.rows(
        "SELECT operation_id, local_id, title_sv, title_en, beneficiary, last_date, end_precision "
        "FROM mart_operation o CROSS JOIN snapshot s "
        f"WHERE {where} AND o.status = 'running' AND o.last_date BETWEEN s.as_of AND s.as_of + to_months($months) "
        "ORDER BY o.last_date, o.title_sv, o.operation_id",
        params | {"months": months},
    )


def kommun_points(w: Warehouse, sel: Selection) -> tuple[Row, ...]:
    """Operations by kommun: code, name, lon, lat, n. Only those whose kommun is known."""
    counted, params = _by_kommun(w, sel)
    return w.rows(_POINTS.format(counted=counted), params)


def _by_kommun(w: Warehouse, sel: Selection) -> tuple[str, dict[str, Any]]:
    """SQL of code and n, and what it binds."""
    cells = cubes.of(sel)
    if cells and cells.facet in ("", "lan") and cubes.is_usual(sel):
        cube, here = ("mart_cube_pair", "c.lan = $value") if cells.facet else ("mart_cube", "true")
        one = {"value": cells.value} if cells.facet else {}
        return _KOMMUN_CUBE.format(cube=cube, cells=cells.sql, here=here), cells.own | one
    if numbered := cubes.numbered(w, sel):
        where, params = numbered
        return _BY_KOMMUN.format(listed=cubes.listed(sel), where=where), params | cubes.placed(sel)
    where, params = sel.where()
    return _KOMMUN_ONE_BY_ONE.format(where=where), params | sel.places()


def placed(w: Warehouse, sel: Selection, lan_code: str) -> tuple[int, int, int]:
    """Of the selection's operations in a län: how many have a kommun there, have none, are placed by the owner."""
    row = w.row(*cubes.single(w, sel).asked(_TIED, here=lan_code))
    return (row["tied"], row["none"], row["owner"]) if row else (0, 0, 0)


def find(w: Warehouse, local_id: str, portfolio: str = SWEDEN) -> Row | None:
    """An operation by its ``operation_id`` or ``local_id``, as ``mart_operation`` has it; ``portfolio`` comes first."""
    return w.row(
        "SELECT * FROM mart_operation WHERE operation_id IN "
        "(SELECT operation_id FROM mart_order JOIN mart_id USING (place) WHERE id = $id) "
        "ORDER BY operation_id = $id DESC, portfolio = $portfolio DESC, operation_id LIMIT 1",
        {"id": local_id, "portfolio": portfolio},
    )


def detail(w: Warehouse, operation_id: str) -> dict[str, tuple[Row, ...]]:
    """All that hangs on a canonical operation, from every registry it stands in, each with its source row.

    Keys: records, funding, places, parties, groups, themes, own_terms (countries, outcomes paid for), methods,
    complaints (of the load, about its records), participants, conflicts, links.
    """
    mine = "operation_id IN (SELECT operation_id FROM operation_link WHERE canonical_id = $id)"
    ask = {
        "records": f"SELECT * FROM operation WHERE {mine} ORDER BY operation_id",
        "funding": f"SELECT * FROM operation_funding WHERE {mine} ORDER BY currency DESC, measure, source_id",
        "places": "SELECT p.*, r.name_sv AS kommun FROM mart_location p LEFT JOIN region r ON r.code = p.kommun_code "
        "WHERE operation_id = $id ORDER BY share_from",
        "parties": f"SELECT DISTINCT g.name, g.orgnr, g.org_type, g.country, p.role FROM operation_party p "
        f"JOIN organisation g USING (org_id) WHERE {mine} ORDER BY role, name",
        "groups": "SELECT t.* FROM mart_target_group m JOIN target_group t ON t.code = m.target_group_code "
        "WHERE operation_id = $id ORDER BY t.title_sv",
        "themes": "SELECT * FROM mart_theme WHERE operation_id = $id ORDER BY scheme, code",
        "own_terms": f"SELECT DISTINCT scheme, code, label FROM operation_theme WHERE {mine} "
        "AND scheme IN ('country', 'outcome_metric') ORDER BY scheme, code",
        "complaints": "SELECT i.column, i.rule, i.message, i.value FROM load_issue i JOIN operation o "
        f"USING (source_id, file_name, row_no) WHERE o.{mine} GROUP BY ALL ORDER BY i.rule, i.column",
        "methods": f"SELECT DISTINCT method FROM operation_method WHERE {mine} ORDER BY method",
        "participants": "SELECT * FROM mart_participants WHERE operation_id = $id ORDER BY value_type DESC, sex",
        "conflicts": f"SELECT * FROM operation_conflict WHERE {mine} ORDER BY field",
        "links": f"SELECT DISTINCT title, url FROM operation_source_link WHERE {mine} ORDER BY title",
    }
    return {name: w.rows(sql, {"id": operation_id}) for name, sql in ask.items()}
