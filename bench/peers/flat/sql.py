"""The questions in SQL, which DuckDB and SQLite read alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bench.peers.flat.essence import FIRST, MOST, OWN, SEVERAL, Chosen, Rows

_TOLD = "count(*) AS n, sum(o.granted) AS granted"
_ORDER = "o.turn, o.period DESC, o.start DESC, o.title, o.id"


class Sql:
    """Asks by ``execute``, which takes SQL and what is bound by name."""

    _AMOUNTS = """
WITH told AS (
    SELECT o.granted, row_number() OVER (ORDER BY o.granted) AS at, count(*) OVER () AS n FROM op o
    WHERE {where} AND o.granted IS NOT NULL
)
SELECT count(*), sum(granted), min(granted) FILTER (WHERE at * 2 >= n), min(granted) FILTER (WHERE at * 10 >= n * 9)
FROM told
"""

    def __init__(self, execute: Callable[[str, Mapping[str, Any]], Rows]) -> None:
        self._execute = execute

    def total(self, chosen: Chosen) -> Rows:
        return self._ask(
            "SELECT count(*), count(*) FILTER (WHERE o.status = 'running'), sum(o.granted) FROM op o WHERE {where}",
            chosen,
        )

    def by(self, facet: str, chosen: Chosen) -> Rows:
        if facet in OWN:
            value = f"o.{OWN[facet]}"
            return self._ask(f"SELECT {value}, {_TOLD} FROM op o WHERE {{where}} GROUP BY {value}", chosen)
        many = SEVERAL[facet]
        return self._ask(
            f"SELECT m.code, {_TOLD} FROM {many} m JOIN op o ON o.id = m.id WHERE {{where}} GROUP BY m.code", chosen
        )

    def beside(self, chosen: Chosen) -> Rows:
        return self._ask(
            f"SELECT d.code, d.value, {_TOLD} FROM need d JOIN place m ON m.code = d.code JOIN op o ON o.id = m.id "
            "WHERE {where} GROUP BY d.code, d.value",
            chosen,
        )

    def first(self, chosen: Chosen) -> Rows:
        return self._ask(
            f"SELECT o.id, o.title, o.granted FROM op o WHERE {{where}} ORDER BY {_ORDER} LIMIT {FIRST}", chosen
        )

    def amounts(self, chosen: Chosen) -> Rows:
        return self._ask(self._AMOUNTS, chosen)

    def owners(self, chosen: Chosen) -> Rows:
        return self._ask(
            f"SELECT o.owner, {_TOLD} FROM op o WHERE {{where}} AND o.owner IS NOT NULL GROUP BY o.owner "
            f"ORDER BY granted DESC NULLS LAST, n DESC, o.owner LIMIT {MOST}",
            chosen,
        )

    def common(self, one: Chosen, other: Chosen) -> Rows:
        (here, bound), (there, more) = where(one), where(other, "b")
        return self._execute(
            f"SELECT count(*) FROM (SELECT o.owner FROM op o WHERE {here} AND o.owner IS NOT NULL "
            f"INTERSECT SELECT o.owner FROM op o WHERE {there})",
            {**bound, **more},
        )

    def actors(self, chosen: Chosen) -> Rows:
        return self._ask(
            "SELECT r.actor, r.name, count(*) AS n FROM party r JOIN op o ON o.id = r.id WHERE {where} "
            f"GROUP BY r.actor, r.name ORDER BY n DESC, r.actor LIMIT {MOST}",
            chosen,
        )

    def pairs(self, chosen: Chosen) -> Rows:
        return self._ask(
            "SELECT a.actor, b.actor, a.name, b.name, count(*) AS n FROM op o JOIN party a ON a.id = o.id "
            "JOIN party b ON b.id = a.id AND a.actor < b.actor WHERE {where} AND a.works AND b.works "
            f"GROUP BY a.actor, b.actor, a.name, b.name ORDER BY n DESC, a.actor, b.actor LIMIT {MOST}",
            chosen,
        )

    def _ask(self, sql: str, chosen: Chosen) -> Rows:
        said, bound = where(chosen)
        return self._execute(sql.format(where=said), bound)


class Duck(Sql):
    """DuckDB has a word for a quantile."""

    _AMOUNTS = """
SELECT count(o.granted), sum(o.granted), quantile_disc(o.granted, 0.5), quantile_disc(o.granted, 0.9)
FROM op o WHERE {where}
"""


def where(chosen: Chosen, prefix: str = "a") -> tuple[str, dict[str, str]]:
    """The predicate over ``op o`` and what it binds, under names that begin with ``prefix``."""
    parts, bound = ["true"], dict[str, str]()
    for facet, values in chosen.items():
        names = {f"{prefix}_{facet}_{number}": value for number, value in enumerate(values)}
        listed = ", ".join(f"${name}" for name in names)
        if facet == "q":
            parts += [f"o.text LIKE ${name}" for name in names]
            names = {name: f"%{value}%" for name, value in names.items()}
        elif names and facet in OWN:
            parts.append(f"o.{OWN[facet]} IN ({listed})")
        elif names:
            parts.append(f"o.id IN (SELECT id FROM {SEVERAL[facet]} WHERE code IN ({listed}))")
        bound |= names
    return " AND ".join(parts), bound
