"""The store in one SQLite file.

A connection lives for one call, so that any number of threads and processes may read and write. Writers come one after
the other (``BEGIN IMMEDIATE``), so whoever looks before writing finds what holds until the commit.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboard.store import contract
from dashboard.store.contract import BUSY_SECONDS, StoreError, newer


@contextmanager
def read(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to the file, which is made and migrated when it is first used."""
    con: sqlite3.Connection | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        con = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        con.row_factory = sqlite3.Row
        con.execute("PRAGMA synchronous = FULL")
        con.execute("PRAGMA secure_delete = ON")
        con.execute("PRAGMA trusted_schema = OFF")
        migrate(con, path)
        yield con
    except (sqlite3.DatabaseError, OSError) as error:
        raise StoreError("unreadable", f"{path}: {error}") from error
    finally:
        if con is not None:
            con.close()


@contextmanager
def write(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection inside a transaction; see :meth:`dashboard.store.Database.write`."""
    with read(path) as con:
        con.execute("BEGIN IMMEDIATE")
        try:
            yield con
        except BaseException:
            con.execute("ROLLBACK")
            raise
        con.execute("COMMIT")


def scrub(path: Path) -> bool:
    """Leave nothing of what has been deleted, in the file or its log; False while others read, and then again.

    Pages are written anew (``VACUUM``): when rows move between pages, copies of them stay in unused space.
    """
    with read(path) as con:
        try:
            con.execute("VACUUM")
            return not con.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.OperationalError:
            return False


def migrate(con: sqlite3.Connection, path: Path) -> None:
    """Bring the schema up to date, one transaction a migration; refuses the schema of a later version."""
    newest = contract.migrations()[-1][0]
    if version(con) == newest:
        return
    if version(con) > newest:
        raise newer(str(path), version(con))
    con.execute("PRAGMA journal_mode = WAL")
    for number, statements in contract.migrations():
        con.execute("BEGIN IMMEDIATE")
        try:
            if version(con) < number:
                for statement in statements:
                    con.execute(statement)
                con.execute(f"PRAGMA user_version = {number}")
        except BaseException:
            con.execute("ROLLBACK")
            raise
        con.execute("COMMIT")


def version(con: sqlite3.Connection) -> int:
    """The number of the schema, 0 for none."""
    return int(con.execute("PRAGMA user_version").fetchone()[0])


class Watch:
    """``data_version`` is cheaper than any query and tells of others' commits. Belongs to no thread."""

    def __init__(self, path: Path) -> None:
        self._path, self._seen = path, -1
        try:
            self._con = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise StoreError("unreadable", f"{path}: {error}") from error

    def changed(self) -> bool:
        """Whether anybody has committed since the last time; True the first time."""
        before = self._seen
        try:
            self._seen = self._con.execute("PRAGMA data_version").fetchone()[0]
        except sqlite3.Error as error:
            raise StoreError("unreadable", f"{self._path}: {error}") from error
        return self._seen != before

    def close(self) -> None:
        """No more looks."""
        self._con.close()
