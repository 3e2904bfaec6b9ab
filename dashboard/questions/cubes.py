"""Selections that are sets of whole cells: what the cubes answer without looking at a single operation.

A selection is one when it has no search, and of the facets that an operation may have several values of
(:data:`SEVERAL`) at most one value in all. Any other is counted operation by operation (:class:`Single`), by number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from dashboard.db import Warehouse
from dashboard.selection import FILTERS, Selection
from dashboard.words import root

SEVERAL = ("lan", "kommun", "malgrupp", "tema", "metod")
_IN_CELL = {
    "register": "list_has_any(string_split(o.sources, '|'), $register)",
    "belopp": "list_contains($belopp, CASE WHEN o.is_funded THEN 'kant' ELSE 'okant' END)",
}
"""Where a cell says it in another way than an operation."""
VALUES = {
    "register": "unnest(string_split(o.sources, '|'))",
    "period": "o.programming_period",
    "fond": "o.fund_code",
    "agare": "o.owner_type",
    "status": "o.status",
    "belopp": "CASE WHEN o.is_funded THEN 'kant' ELSE 'okant' END",
}
"""Facet -> its value in ``mart_cell o``."""


MOST_PLACES = 4_000_000
"""A word that stands in more is looked for in the texts themselves."""
_HOLDS = "contains(word, lower(strip_accents(${name})))"
FEW_ROWS = 2_000
"""So many rows of words are looked up one by one."""
_HELD = f"""
SELECT CAST(coalesce(sum(n), 0) AS BIGINT) AS n, count(*) AS held,
    list_distinct(coalesce(min(word, {FEW_ROWS}), [])) AS words
FROM mart_word WHERE {{told}}
"""


@dataclass(frozen=True)
class Cells:
    """A selection by its cells: ``where`` over ``mart_cell o``, and what it and the cube's own columns bind.

    ``facet`` and ``value``: what is asked beside the cells, both empty for nothing.
    """

    where: str
    params: dict[str, Any]
    facet: str
    value: str

    @property
    def sql(self) -> str:
        """The cells as a subquery: cell and every property of it."""
        return f"(SELECT * FROM mart_cell o WHERE {self.where})"

    @property
    def own(self) -> dict[str, Any]:
        """What ``where`` binds by itself."""
        return {name: value for name, value in self.params.items() if name not in ("facet", "value")}


def is_usual(sel: Selection) -> bool:
    """Whether places are taken as usual: activity, else the owner; national ones apart or left out."""
    return sel.plats == "verksamhet" and sel.nationella != "fordela"


def of(sel: Selection, *, placed: bool = False) -> Cells | None:
    """The selection's cells; None where it must be counted operation by operation.

    ``placed``: the question is by place, which cubes have for other ways of placing only where nothing else is asked.
    """
    chosen = [(name, value) for name in SEVERAL for value in getattr(sel, name)]
    if sel.q or len(chosen) > 1:
        return None
    facet, value = chosen[0] if chosen else ("", "")
    if not is_usual(sel) and (facet in ("lan", "kommun") or (placed and facet)):
        return None
    where, params = predicate(sel)
    return Cells(where, params | {"facet": facet, "value": value}, facet, value)


def predicate(sel: Selection, without: str = "") -> tuple[str, dict[str, Any]]:
    """The selection's own part that cells answer, over ``mart_cell o``."""
    parts, params = ["o.portfolio = $portfolj"], dict[str, Any]({"portfolj": sel.portfolj})
    if sel.nationella == "uteslut":
        parts.append("NOT o.is_national")
    for f in FILTERS:
        chosen = getattr(sel, f.param)
        if chosen and f.param not in (without, *SEVERAL):
            parts.append(f"({_IN_CELL.get(f.param, f.predicate)})")
            params[f.param] = list(chosen)
    return " AND ".join(parts), params


def facets(w: Warehouse, sel: Selection) -> dict[str, dict[str, int]] | None:
    """Facet -> value -> operations, each facet counted with the others in force; None where cubes do not tell."""
    cells = of(sel)
    if cells is None or cells.facet not in ("", "lan") or not is_usual(sel):
        return _found(w, sel)
    parts, params = [], dict(cells.params)
    for f in FILTERS:
        where, bound = predicate(sel, f.param)
        params |= bound
        within = f"(SELECT * FROM mart_cell o WHERE {where})"
        if f.param in VALUES:
            source = f"{within} o JOIN mart_cube c USING (cell) WHERE c.facet = $facet AND c.value = $value"
            value = VALUES[f.param]
        elif f.param == "lan" or not cells.facet:
            source, value = f"{within} o JOIN mart_cube c USING (cell) WHERE c.facet = '{f.param}'", "c.value"
        else:
            source = f"{within} o JOIN mart_cube_pair c USING (cell) WHERE c.lan = $value AND c.facet = '{f.param}'"
            value = "c.value"
        parts.append(f"SELECT '{f.param}' AS facet, {value} AS value, c.n FROM {source}")
    out: dict[str, dict[str, int]] = {f.param: {} for f in FILTERS}
    sql = f"SELECT facet, value, CAST(sum(n) AS BIGINT) AS n FROM ({' UNION ALL '.join(parts)}) GROUP BY ALL"
    used = {name: value for name, value in params.items() if f"${name}" in sql}
    for r in w.rows(sql + " ORDER BY facet, n DESC, value", used):
        out[r["facet"]][r["value"]] = r["n"]
    return out


def _found(w: Warehouse, sel: Selection) -> dict[str, dict[str, int]] | None:
    """Facets counted over the operations that are found, those with a choice of their own once more without it."""
    chosen = [f.param for f in FILTERS if getattr(sel, f.param)]
    free = [f.param for f in FILTERS if f.param not in chosen]
    out: dict[str, dict[str, int]] = {f.param: {} for f in FILTERS}
    asked_of = [(sel, free)] if free else []
    for asked, names in (*asked_of, *((sel.but(**{name: ()}), [name]) for name in chosen)):
        whole = of(asked)
        by_place = not is_usual(sel) and {"lan", "kommun"} & set(names)
        if whole and not whole.facet and set(names) <= set(SEVERAL) and not by_place:
            sql = (
                f"FROM mart_cube c SEMI JOIN {whole.sql} USING (cell) WHERE list_contains($names, c.facet) GROUP BY ALL"
            )
            told = w.rows(
                f"SELECT facet, value, CAST(sum(n) AS BIGINT) AS n {sql} ORDER BY facet, n DESC, value",
                whole.own | {"names": names},
            )
            for r in told:
                out[r["facet"]][r["value"]] = r["n"]
            continue
        found = ranked(w, asked)
        if found is None:
            return None
        within, params = found
        several = ", ".join(f"'{name}'" for name in names if name in SEVERAL)
        parts = [
            f"SELECT '{name}' AS facet, {VALUES[name]} AS value, n FROM counted JOIN mart_cell o USING (cell)"
            for name in names
            if name in VALUES
        ]
        if several:
            parts.append(
                f"SELECT facet, value, count(*) AS n FROM {listed(sel)} WHERE facet IN ({several}) "
                "AND place IN (SELECT place FROM found) GROUP BY ALL"
            )
        for r in w.rows(
            f"WITH found AS MATERIALIZED ({within}), counted AS (SELECT cell, count(*) AS n FROM found GROUP BY cell) "
            "SELECT facet, value, CAST(sum(n) AS BIGINT) AS n "
            f"FROM ({' UNION ALL '.join(parts)}) GROUP BY ALL ORDER BY facet, n DESC, value",
            params | (placed(sel) if several else {}),
        ):
            out[r["facet"]][r["value"]] = r["n"]
    return out


_PLACED = "FROM mart_part WHERE plats = $plats AND spread = $spread"
_LISTED = f"""(FROM mart_listed WHERE facet NOT IN ('lan', 'kommun')
    UNION ALL SELECT DISTINCT 'lan', code, place, cell {_PLACED}
    UNION ALL SELECT DISTINCT 'kommun', kommun_code, place, cell {_PLACED} AND kommun_code IS NOT NULL)"""


def listed(sel: Selection) -> str:
    """``mart_listed`` with places taken as the selection does; binds :func:`placed`."""
    return "mart_listed" if is_usual(sel) else _LISTED


def placed(sel: Selection) -> dict[str, Any]:
    """What :func:`listed` binds."""
    return {} if is_usual(sel) else sel.places()


def ranked(w: Warehouse, sel: Selection) -> tuple[str, dict[str, Any]] | None:
    """SQL of the selection's operations by their ``place`` in lists, and ``cell``; None to look through them all."""
    where, params = predicate(sel)
    texts = searched(w, sel)
    if texts is None:
        return None
    chosen = [name for name in SEVERAL if getattr(sel, name)]
    parts = [f"cell IN (SELECT cell FROM mart_cell o WHERE {where})"]
    source = "mart_order"
    if sel.lan or sel.kommun:
        params |= placed(sel)
    for number, name in enumerate(chosen):
        held = listed(sel) if name in ("lan", "kommun") else "mart_listed"
        params[name] = list(getattr(sel, name))
        of_facet = f"facet = '{name}' AND list_contains(${name}, value)"
        if number == 0 and len(params[name]) == 1:
            source, params[name] = held, params[name][0]
            parts.append(f"facet = '{name}' AND value = ${name}")
        else:
            parts.append(f"place IN (SELECT place FROM {held} WHERE {of_facet})")
    parts += [f"place IN ({sql})" for sql, _ in texts]
    params |= {name: value for _, bound in texts for name, value in bound.items()}
    return f"SELECT place, cell FROM {source} WHERE {' AND '.join(parts)}", params


def within(w: Warehouse, sel: Selection) -> tuple[str, str, dict[str, Any]] | None:
    """``cell`` or ``place``, SQL of those that the selection is, and what it binds; None where ranked is."""
    if not sel.q and not any(getattr(sel, name) for name in SEVERAL):
        where, params = predicate(sel)
        return "cell", f"SELECT cell FROM mart_cell o WHERE {where}", params
    if found := ranked(w, sel):
        sql, params = found
        return "place", f"SELECT place FROM ({sql})", params
    return None


def numbered(w: Warehouse, sel: Selection) -> tuple[str, dict[str, Any]] | None:
    """:func:`within` as a condition over one table that has ``place`` and ``cell``."""
    if found := within(w, sel):
        by, sql, params = found
        return f"{by} IN ({sql})", params
    return None


_NUMBERED = {
    "operation": "(SELECT place AS id, status, programming_period, is_national, last_date "
    "FROM (SELECT place, cell, last_date FROM mart_number WHERE {is_found}) JOIN mart_cell USING (cell))",
    "placed": "(SELECT place AS id, code, kommun_code, location_type, share_from, share_to, "
    "CAST(share_to - share_from AS DECIMAL(12, 10)) AS share "
    "FROM mart_part WHERE plats = $plats AND spread = $spread AND {is_found})",
    "amount": "(SELECT place AS id, basis, measure, currency, amount FROM mart_card_amount WHERE {is_found})",
    "grouped": "(SELECT place AS id, value AS code FROM mart_listed WHERE facet = 'malgrupp' AND {is_found})",
    "themed": "(SELECT place AS id, value AS code FROM mart_listed WHERE facet = 'tema' AND {is_found})",
    "persons": "(SELECT place AS id, kind, value_type, indicator_code, value, flag FROM mart_count WHERE {is_found})",
    "owned": "(SELECT n.place AS id, n.start_year, w.owner_key, w.name AS owner "
    "FROM (FROM mart_number WHERE {is_found}) n LEFT JOIN mart_named_owner w USING (owner))",
    "card": "(SELECT *, place AS id FROM mart_card)",
}
_BY_ID = {
    "operation": "(SELECT operation_id AS id, status, programming_period, last_date, operation_id IN (SELECT "
    "operation_id FROM mart_location WHERE location_type = 'national') AS is_national "
    "FROM mart_operation WHERE {is_found})",
    "placed": "(SELECT operation_id AS id, code, kommun_code, location_type, share_from, share_to, share "
    "FROM mart_place WHERE plats = $plats AND spread = $spread AND {is_found})",
    "amount": "(SELECT operation_id AS id, basis, measure, currency, amount FROM mart_amount WHERE {is_found})",
    "grouped": "(SELECT operation_id AS id, target_group_code AS code FROM mart_target_group WHERE {is_found})",
    "themed": "(SELECT DISTINCT operation_id AS id, code FROM mart_theme WHERE {is_found})",
    "persons": "(SELECT operation_id AS id, kind, value_type, indicator_code, value, flag "
    "FROM mart_participants WHERE sex = 'T' AND {is_found})",
    "owned": "(SELECT operation_id AS id, year(o.start_date) AS start_year, w.owner_key, w.name AS owner "
    "FROM (FROM mart_operation WHERE {is_found}) o LEFT JOIN mart_owner w USING (operation_id))",
    "card": "(SELECT *, operation_id AS id FROM mart_operation)",
}
_PARAMETER = re.compile(r"\$(\w+)")


@dataclass(frozen=True)
class Single:
    """A selection's operations one by one: by number (``by``: cell or place), else by their ids.

    ``found``: SQL of those that it is.
    """

    by: str
    found: str
    params: dict[str, Any]

    def asked(self, sql: str, **bound: Any) -> tuple[str, dict[str, Any]]:
        """A question and what it binds; in it stand, in braces, the tables of what is asked, each with ``id``.

        operation: status, programming_period, is_national, last_date; placed: code, kommun_code, location_type,
        share_from, share_to, share; amount: basis, measure, currency, amount; grouped, themed: code; persons: kind,
        value_type, indicator_code, value, flag, of both sexes together; owned: start_year, owner_key, owner; and card,
        of all operations: what a list shows.
        """
        tables = _BY_ID if self.by == "operation_id" else _NUMBERED
        is_found = f"{self.by} IN (FROM found)"
        whole = f"WITH found AS MATERIALIZED ({self.found}) " + sql.format(
            **{name: table.format(is_found=is_found) for name, table in tables.items()}
        )
        used = set(_PARAMETER.findall(whole))
        return whole, {name: value for name, value in (self.params | bound).items() if name in used}


def single(w: Warehouse, sel: Selection) -> Single:
    """The selection's operations one by one."""
    if found := within(w, sel):
        by, sql, params = found
        return Single(by, sql, params | sel.places())
    where, params = sel.where()
    return Single("operation_id", f"SELECT operation_id FROM mart_operation o WHERE {where}", params | sel.places())


def searched(w: Warehouse, sel: Selection) -> list[tuple[str, dict[str, Any]]] | None:
    """For each word of the search the SQL of the places where it stands, and what it binds.

    None where a word stands nearly everywhere: then it is quicker to look through. Of few words that hold it, each is
    looked up by itself.
    """
    found = []
    for number, word in enumerate(sel.q.split()):
        name = f"q{number}"
        bound: dict[str, Any] = {name: root(word)}
        told = _HOLDS.format(name=name)
        row = w.row(_HELD.format(told=told), bound)
        if row is None or row["n"] > MOST_PLACES:
            return None
        if row["held"] <= FEW_ROWS:
            told, bound = f"word IN (SELECT unnest(CAST(${name} AS VARCHAR[])))", {name: sorted(row["words"])}
        found.append((f"SELECT unnest(places) FROM mart_word WHERE {told}", bound))
    return found
