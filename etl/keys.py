"""Keys of the warehouse: declared in ``schema.sql``, checked over whole tables when a build is done.

An index that is kept while rows arrive costs more than everything else once there are millions, in time and in memory
that cannot be given back. What arrives in one build is therefore checked once, as sets, before it is published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import duckdb

SCHEMA = (Path(__file__).parent / "schema.sql").read_text("utf-8")

_TABLE_KEY = re.compile(
    r",\s*(?:PRIMARY KEY|UNIQUE|FOREIGN KEY) \([^)]*\)(?: REFERENCES \w+ \([^)]*\))?(?=\s*[,)])", re.MULTILINE
)
_COLUMN_KEY = re.compile(r" PRIMARY KEY(?! \()")
_REFERENCE = re.compile(r" REFERENCES \w+ \(\w+\)")


class Key(NamedTuple):
    """A PRIMARY KEY, UNIQUE or FOREIGN KEY; ``other`` and ``of``: the table referred to and its columns."""

    table: str
    kind: str
    columns: tuple[str, ...]
    other: str | None = None
    of: tuple[str, ...] = ()


def tables_sql() -> str:
    """``schema.sql`` without its keys: every column, NOT NULL and CHECK of it."""
    return _REFERENCE.sub("", _COLUMN_KEY.sub(" NOT NULL", _TABLE_KEY.sub("", SCHEMA)))


@cache
def declared() -> tuple[Key, ...]:
    """Every key that ``schema.sql`` declares."""
    with duckdb.connect() as con:
        con.execute(SCHEMA)
        found = con.execute(
            "SELECT table_name, constraint_type, constraint_column_names, referenced_table, referenced_column_names "
            "FROM duckdb_constraints() WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY') "
            "ORDER BY table_oid, constraint_index"
        ).fetchall()
    return tuple(Key(t, kind, tuple(columns), other, tuple(of or ())) for t, kind, columns, other, of in found)


def broken(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[Key, str]]:
    """Every key that the tables break, with one of the values that break it."""
    for key in declared():
        found = con.execute(_repeated(key) if key.other is None else _dangling(key)).fetchone()
        if found:
            yield key, ", ".join(map(str, found))


def _repeated(key: Key) -> str:
    columns = _list(key.columns)
    return f'SELECT {columns} FROM "{key.table}" GROUP BY {columns} HAVING count(*) > 1 LIMIT 1'  # noqa: S608 (schema)


def _dangling(key: Key) -> str:
    # As the standard has it: a reference with a part that is NULL refers to nothing.
    columns = _list(key.columns, "c.")
    pairs = " AND ".join(f'c."{one}" = p."{other}"' for one, other in zip(key.columns, key.of, strict=True))
    known = " AND ".join(f'c."{one}" IS NOT NULL' for one in key.columns)
    return f'SELECT {columns} FROM "{key.table}" c ANTI JOIN "{key.other}" p ON {pairs} WHERE {known} LIMIT 1'  # noqa: S608 (schema)


def _list(columns: tuple[str, ...], of: str = "") -> str:
    return ", ".join(f'{of}"{name}"' for name in columns)
