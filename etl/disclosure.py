"""Counts of persons in a warehouse that is being built: the small ones are taken out before anything reads them.

Protected are counts of persons as they turned out: actual participants, and indicators whose unit is persons. A planned
number of participants is not: it is a term of a public grant decision, and nobody stands behind it. Rates are shown as
their publisher gives them; no numerator is published here.

A hidden cell is NULL with the flag ``s`` in its table and ".." in its source row, so that no page, answer, export,
total or mart can hold it: whatever adds counts up adds shown ones only.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import duckdb

from etl.attack import Interval, Sum, narrow
from etl.suppress import Hidden, Past, suppress
from etl.withheld import mask_rows

MIN_COUNT = 5
"""The least count of persons that is shown, unless the build is told another."""
PARTICIPANTS = "participants"

COUNTS_PERSONS = (
    "regexp_matches(lower(unit), '^(antal( .*)?|(.* )?(personer|invånare|deltagare|elever|barn|kvinnor|män|flickor|"
    "pojkar))$') AND NOT regexp_matches(lower(unit), '%|\\b(per|av|andel)\\b')"
)
"""SQL over ``indicator``: whether its values are numbers of persons."""

_INDICATORS = f"""
SELECT indicator_code, region_code, period, sex,
    coalesce(min(value) FILTER (value > 0 AND value < $least), max(value)) AS value
FROM indicator_value JOIN indicator i ON i.code = indicator_code
WHERE value IS NOT NULL AND {COUNTS_PERSONS} GROUP BY ALL
"""  # noqa: S608 (constants of this module)
_PARTICIPANTS = """
SELECT operation_id, indicator_code, sex, value FROM operation_indicator
WHERE value_type = 'actual' AND value IS NOT NULL
"""
_HIDE = (
    "UPDATE operation_indicator SET value = NULL, flag = 's' FROM suppressed_cell h WHERE h.area = 'participants' "
    "AND value_type = 'actual' AND operation_id = h.subject AND indicator_code = h.occasion "
    "AND operation_indicator.sex = h.sex",
    "UPDATE indicator_value SET value = NULL, flag = 's' FROM suppressed_cell h WHERE h.area = indicator_code "
    "AND region_code = h.subject AND period = h.occasion AND indicator_value.sex = h.sex AND value IS NOT NULL",
)


class Count(NamedTuple):
    """The key of a count: ``area`` an indicator's code or :data:`PARTICIPANTS`; ``subject`` a region or an operation.

    ``occasion``: an indicator's period, or the code of what is counted of an operation.
    """

    area: str
    subject: str
    occasion: str
    sex: str


@dataclass(frozen=True)
class Protected:
    """What a build did: cells of counts of persons, hidden ones, and those that kept earlier snapshots give away."""

    cells: int
    hidden: int
    exposed: int


def protect(
    con: duckdb.DuckDBPyConnection,
    *,
    min_count: int = MIN_COUNT,
    columns: Mapping[str, tuple[str, ...]] | None = None,
    earlier: Iterable[duckdb.DuckDBPyConnection] = (),
) -> Protected:
    """Hide counts of persons below ``min_count`` in every table, and as many more as protect them.

    To be called when operations are linked and before the marts are made. ``columns``: source -> its columns that hold
    counts of persons (``Source.person_columns``). ``earlier``: kept snapshots; a reader may subtract one from another.
    """
    areas = counts(con, min_count)
    past = [_past(old, min_count) for old in earlier]
    hidden: set[Count] = set()
    exposed = 0
    for area, cells in areas.items():
        found = _area(con, area, cells, past, min_count)
        hidden.update(cell for cell in found.cells if isinstance(cell, Count))
        exposed += len(found.exposed)
        con.execute(
            "INSERT INTO disclosure VALUES (?, ?, ?, ?, ?)",
            [area, min_count, len(cells), len(found.cells), len(found.exposed)],
        )
    if hidden:
        con.executemany("INSERT INTO suppressed_cell VALUES (?, ?, ?, ?)", sorted(hidden))
        for sql in _HIDE:
            con.execute(sql)
    mask_rows(con, min_count, columns or {})
    return Protected(sum(map(len, areas.values())), len(hidden), exposed)


def counts(con: duckdb.DuckDBPyConnection, least: int = 0) -> dict[str, dict[Count, int]]:
    """Area -> every count of persons that a warehouse shows. Of several sources' values for a cell a small one wins."""
    found: dict[str, dict[Count, int]] = {PARTICIPANTS: {}}
    for subject, occasion, sex, value in con.execute(_PARTICIPANTS).fetchall():
        found[PARTICIPANTS][Count(PARTICIPANTS, subject, occasion, sex)] = value
    for code, subject, occasion, sex, value in con.execute(_INDICATORS, {"least": least}).fetchall():
        found.setdefault(code, {})[Count(code, subject, occasion, sex)] = round(value)
    return found


def hidden_cells(con: duckdb.DuckDBPyConnection) -> dict[str, set[Count]]:
    """Area -> the counts that this warehouse hides; nothing for one built before any was."""
    if not con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'suppressed_cell'").fetchone():
        return {}
    found: defaultdict[str, set[Count]] = defaultdict(set)
    for row in con.execute("SELECT area, subject, occasion, sex FROM suppressed_cell").fetchall():
        found[row[0]].add(Count(*row))
    return found


def recoverable(con: duckdb.DuckDBPyConnection) -> dict[Count, Interval]:
    """The attack on a finished warehouse: hidden counts that its shown ones give away, with what is known of them.

    Where the publisher's shown figures do not add up (random noise), subtraction gives nothing exactly.
    """
    row = con.execute("SELECT max(min_count) FROM disclosure").fetchone()
    shown = counts(con)
    found: dict[Count, Interval] = {}
    for area, hidden in hidden_cells(con).items():
        values = shown.get(area, {})
        relations = sums(con, {*values, *hidden}, values)
        whole = [one for one in relations if values.keys() >= set(one.keys)]
        if all(values[one.total] == sum(map(values.__getitem__, one.parts)) for one in whole):
            found |= narrow(values, hidden, relations, least=row[0] if row else MIN_COUNT)
    return found


def sums(con: duckdb.DuckDBPyConnection, cells: set[Count], values: Mapping[Count, int]) -> list[Sum]:
    """What adds up to what among the counts of one area: every relation that a reader can use.

    Women and men to all; län and NUTS 2 areas to riket, kommuner to their län; twelve months to a year where the
    figures do; the same project in two registries. ``values``: those that are known, to see whether months add up.
    """
    if any(cell.area == PARTICIPANTS for cell in cells):
        return [*_by_sex(cells, "KMX"), *_by_registry(con, cells)]
    return [*_by_sex(cells, "KM"), *_by_region(con, cells), *_by_month(cells, values)]


def _area(con: duckdb.DuckDBPyConnection, area: str, cells: dict[Count, int], past: list[_Past], least: int) -> Hidden:
    if not any(0 < value < least for value in cells.values()) and not any(area in one.hidden for one in past):
        return Hidden(frozenset(), frozenset())
    earlier = [Past(one.shown().get(area, {}), one.hidden.get(area, ()), one.binds) for one in past]
    return suppress(cells, sums(con, set(cells), cells), least=least, past=earlier)


@dataclass(frozen=True)
class _Past:
    """What a kept snapshot shows, read when it matters, what it hides, and whether its threshold is still in force."""

    shown: Callable[[], dict[str, dict[Count, int]]]
    hidden: dict[str, set[Count]]
    binds: bool


def _past(con: duckdb.DuckDBPyConnection, least: int) -> _Past:
    hidden = hidden_cells(con)
    row = con.execute("SELECT max(min_count) FROM disclosure").fetchone() if hidden else None
    return _Past(cache(lambda: counts(con)), hidden, row is not None and row[0] <= least)


def _by_sex(cells: set[Count], sexes: str) -> Iterator[Sum]:
    for total in cells:
        if total.sex == "T":
            parts = tuple(total._replace(sex=sex) for sex in sexes)
            here = tuple(part for part in parts if part in cells or part.sex in "KM")
            if not cells.isdisjoint(here):
                yield Sum(total, here)


def _by_registry(con: duckdb.DuckDBPyConnection, cells: set[Count]) -> Iterator[Sum]:
    first = dict(con.execute("SELECT operation_id, canonical_id FROM operation_link").fetchall())
    met: dict[Count, Count] = {}
    for cell in sorted(cells):
        same = cell._replace(subject=first.get(cell.subject, cell.subject))
        if met.setdefault(same, cell) != cell:
            yield Sum(met[same], (cell,))


def _by_region(con: duckdb.DuckDBPyConnection, cells: set[Count]) -> Iterator[Sum]:
    parts: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for code, level, lan, nuts2 in con.execute("SELECT code, level, lan_code, nuts2 FROM region").fetchall():
        if level == "kommun":
            parts[lan, level].append(code)
        elif level == "lan":
            parts["00", level].append(code)
            parts[nuts2, level].append(code)
        elif level == "nuts2":
            parts["00", level].append(code)
    of: defaultdict[str, list[list[str]]] = defaultdict(list)
    for (whole, _), codes in parts.items():
        of[whole].append(sorted(codes))
    for total in cells:
        for codes in of[total.subject]:
            members = tuple(total._replace(subject=code) for code in codes)
            if not cells.isdisjoint(members):
                yield Sum(total, members)


def _by_month(cells: set[Count], values: Mapping[Count, int]) -> Iterator[Sum]:
    found = []
    fits = 0
    for total in cells:
        if re.fullmatch("[0-9]{4}", total.occasion):
            months = tuple(total._replace(occasion=f"{total.occasion}-{month:02}") for month in range(1, 13))
            if cells.issuperset(months):
                found.append(Sum(total, months))
                known = [values.get(cell) for cell in (total, *months)]
                fits += None in known or known[0] == sum(value or 0 for value in known[1:])
    if fits * 2 >= len(found):
        yield from found
