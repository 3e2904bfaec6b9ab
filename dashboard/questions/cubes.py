"""Selections that are sets of whole cells: what the cubes answer without looking at a single operation.

A selection is one when it has no search, and of the facets that an operation may have several values of
(:data:`SEVERAL`) at most one value in all. Any other is counted operation by operation.
"""

from __future__ import annotations

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


MOST_PLACES = 1_000_000
"""A word that stands in more is looked for in the texts themselves."""
_HOLDS = "contains(word, lower(strip_accents(${name})))"


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
    if not is_usual(sel):
        return None
    cells = of(sel)
    if cells is None or cells.facet not in ("", "lan"):
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
        if whole and not whole.facet and set(names) <= set(SEVERAL):
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
            f"SELECT '{name}' AS facet, {VALUES[name]} AS value, n FROM (SELECT cell, count(*) AS n FROM mart_order "
            "WHERE place IN (FROM found) GROUP BY cell) JOIN mart_cell o USING (cell)"
            for name in names
            if name in VALUES
        ]
        if several:
            parts.append(
                f"SELECT facet, value, count(*) AS n FROM mart_listed WHERE facet IN ({several}) "
                "AND place IN (FROM found) GROUP BY ALL"
            )
        for r in w.rows(
            f"WITH found AS MATERIALIZED ({within}) SELECT facet, value, CAST(sum(n) AS BIGINT) AS n "
            f"FROM ({' UNION ALL '.join(parts)}) GROUP BY ALL ORDER BY facet, n DESC, value",
            params,
        ):
            out[r["facet"]][r["value"]] = r["n"]
    return out


def ranked(w: Warehouse, sel: Selection) -> tuple[str, dict[str, Any]] | None:
    """SQL that gives the selection's operations by their ``place`` in lists; None where they must be looked through."""
    if not is_usual(sel) and (sel.lan or sel.kommun):
        return None
    where, params = predicate(sel)
    texts = searched(w, sel)
    if texts is None:
        return None
    chosen = [name for name in SEVERAL if getattr(sel, name)]
    parts = [f"cell IN (SELECT cell FROM mart_cell o WHERE {where})"]
    source = "mart_order"
    for number, name in enumerate(chosen):
        params[name] = list(getattr(sel, name))
        of_facet = f"facet = '{name}' AND list_contains(${name}, value)"
        if number == 0 and len(params[name]) == 1:
            source, params[name] = "mart_listed", params[name][0]
            parts.append(f"facet = '{name}' AND value = ${name}")
        else:
            parts.append(f"place IN (SELECT place FROM mart_listed WHERE {of_facet})")
    parts += [f"place IN ({sql})" for sql, _ in texts]
    params |= {name: value for _, bound in texts for name, value in bound.items()}
    return f"SELECT place FROM {source} WHERE {' AND '.join(parts)}", params


def numbered(w: Warehouse, sel: Selection) -> tuple[str, dict[str, Any]] | None:
    """:func:`ranked` as a condition over one table that has ``place`` and ``cell``; None where ranked is."""
    if not sel.q and not any(getattr(sel, name) for name in SEVERAL):
        where, params = predicate(sel)
        return f"cell IN (SELECT cell FROM mart_cell o WHERE {where})", params
    if found := ranked(w, sel):
        within, params = found
        return f"place IN ({within})", params
    return None


def narrowed(w: Warehouse, sel: Selection) -> tuple[str, dict[str, Any]]:
    """:meth:`Selection.where`, through the places in lists where the selection has more than cells in it."""
    if (sel.q or any(getattr(sel, name) for name in SEVERAL)) and (found := ranked(w, sel)):
        within, params = found
        return f"o.operation_id IN (SELECT operation_id FROM mart_order WHERE place IN ({within}))", params
    return sel.where()


def searched(w: Warehouse, sel: Selection) -> list[tuple[str, dict[str, Any]]] | None:
    """For each word of the search the SQL of the places where it stands, and what it binds.

    None where a word stands nearly everywhere, or the snapshot has no words: then it is quicker to look through.
    """
    found = []
    for number, word in enumerate(sel.q.split()):
        name = f"q{number}"
        bound = {name: root(word)}
        told = _HOLDS.format(name=name)
        row = w.row(f"SELECT coalesce(sum(n), 0) AS n, count(*) AS words FROM mart_word WHERE {told}", bound)
        if row is None or row["n"] > MOST_PLACES:
            return None
        found.append((f"SELECT unnest(places) FROM mart_word WHERE {told}", bound))
    return found
