"""A PostgreSQL database's rows as an SQLite file of the same schema, and back: the one form that every copy has.

Tables and their columns are those of the migrated file, each after those that it refers to, so that a new table is
taken along without being named here. Triggers rest meanwhile: they guard what people do, and rows that are copied have
been through them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from graphlib import TopologicalSorter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier

from dashboard.store import postgresql, sqlite

_AT_ONCE: Final = 200


def dump(url: str, to: Path) -> int:
    """Write every row, as it is at one moment, to a new SQLite file. How many. Raises :class:`StoreError`."""
    with postgresql.opened(url) as con, closing(sqlite3.connect(to, isolation_level=None)) as copy:
        copy.execute("PRAGMA synchronous = OFF")  # the whole file is synced when it has been checked
        sqlite.migrate(copy, to)
        con.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            with _filling(copy):
                rows = sum(_out(con, copy, table, columns) for table, columns in tables(copy).items())
        finally:
            con.execute("ROLLBACK")
        copy.execute("PRAGMA journal_mode = DELETE")
    return rows


def load(url: str, file: Path) -> int:
    """Put the rows of an SQLite file of ours in place of every row, in one transaction. How many there are now.

    A file of an older schema is brought up to date aside. Whoever reads sees the one state or the other. Raises
    :class:`StoreError`, with nothing changed.
    """
    with TemporaryDirectory() as folder:
        aside = Path(folder) / "copy.sqlite3"
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as source:
            source.execute("PRAGMA trusted_schema = OFF")
            with closing(sqlite3.connect(aside, isolation_level=None)) as copy:
                source.backup(copy)
                sqlite.migrate(copy, aside)
                rows = _replace(url, copy)
    postgresql.scrub(url)
    return rows


def is_empty(url: str) -> bool:
    """Whether there is no row but those that the migrations make."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh, postgresql.opened(url) as con:
        sqlite.migrate(fresh, Path())
        for table in tables(fresh):
            made = fresh.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608 (a name of our own schema)
            found = con.execute(_sql("SELECT 1 FROM {} LIMIT $1", table), [made + 1]).fetchall()
            if len(found) > made:
                return False
    return True


def tables(con: sqlite3.Connection) -> dict[str, list[str]]:
    """The columns of each table, each table after those that it refers to."""
    names = [row[0] for row in con.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    needs = {
        name: {row[2] for row in con.execute(f'PRAGMA foreign_key_list("{name}")')} - {name}
        for name in names
        if not name.startswith("sqlite_")
    }
    return {
        name: [row[1] for row in con.execute(f'PRAGMA table_info("{name}")')]
        for name in TopologicalSorter(needs).static_order()
    }


@contextmanager
def _filling(copy: sqlite3.Connection) -> Iterator[None]:
    """A transaction on a file that begins with empty tables and no triggers, and ends with its triggers."""
    triggers = copy.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name").fetchall()
    copy.execute("BEGIN IMMEDIATE")
    for name, _ in triggers:
        copy.execute(f'DROP TRIGGER "{name}"')
    for table in reversed(tables(copy)):
        copy.execute(f'DELETE FROM "{table}"')  # noqa: S608 (a name of our own schema)
    yield
    for _, sql in triggers:
        copy.execute(sql)
    copy.execute("COMMIT")


def _out(con: Connection[Any], copy: sqlite3.Connection, table: str, columns: list[str]) -> int:
    put = f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(columns))})'  # noqa: S608 (a name of our own schema)
    rows = 0
    with con.cursor(name="portable") as cursor:
        cursor.execute(_sql("SELECT {columns} FROM {}", table, columns))
        while found := cursor.fetchmany(_AT_ONCE):
            copy.executemany(put, found)
            rows += len(found)
    return rows


def _replace(url: str, copy: sqlite3.Connection) -> int:
    order, rows = tables(copy), 0
    with postgresql.opened(url) as con, postgresql.transaction(con):
        for table in order:
            con.execute(_sql("ALTER TABLE {} DISABLE TRIGGER USER", table))
        for table in reversed(order):
            con.execute(_sql("DELETE FROM {}", table))
        for table, columns in order.items():
            names = ", ".join(f'"{name}"' for name in columns)
            with con.cursor() as cursor, cursor.copy(_sql("COPY {} ({columns}) FROM STDIN", table, columns)) as into:
                for row in copy.execute(f'SELECT {names} FROM "{table}"'):  # noqa: S608 (names of our own schema)
                    into.write_row(row)
                    rows += 1
        for table in order:
            con.execute(_sql("ALTER TABLE {} ENABLE TRIGGER USER", table))
    return rows


def _sql(text: str, table: str, columns: list[str] | None = None) -> Composed:
    listed = SQL(", ").join(map(Identifier, columns or []))
    return SQL(text).format(Identifier(table), columns=listed)
