"""The application's own database: what users make, in one SQLite file apart from the warehouse.

Each group of tables has a module of its own here, and numbered migrations in ``migrations/``. A connection lives for
one call, so that any number of threads and processes may read and write; what :meth:`Database.write` has left without
an exception is on disk. Of persons it holds what sign-in needs (``docs/sign-in.md``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

FILE = "app.sqlite3"
BUSY_SECONDS = 20
_MIGRATIONS = Path(__file__).with_name("migrations")


class StoreError(Exception):
    """The database cannot be used. ``rule``: ``newer``: a later version of the program made it; ``unreadable``."""

    def __init__(self, rule: Literal["newer", "unreadable"], message: str) -> None:
        super().__init__(message)
        self.rule = rule


@dataclass(frozen=True)
class Database:
    """The file, made and migrated when it is first used. Every method raises :class:`StoreError`."""

    path: Path

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection for one reading."""
        with self._open() as con:
            yield con

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A connection inside a transaction: all of it is kept when the block ends, nothing after an exception."""
        with self._open() as con:
            con.execute("BEGIN IMMEDIATE")
            try:
                yield con
            except BaseException:
                con.execute("ROLLBACK")
                raise
            con.execute("COMMIT")

    def scrub(self) -> bool:
        """Leave nothing of what has been deleted, in the file or its log; False while others read, and then again.

        Pages are written anew (``VACUUM``): when rows move between pages, copies of them stay in unused space.
        """
        with self._open() as con:
            try:
                con.execute("VACUUM")
                return not con.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            except sqlite3.OperationalError:
                return False

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        con: sqlite3.Connection | None = None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            con = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
            con.row_factory = sqlite3.Row
            con.execute("PRAGMA synchronous = FULL")
            con.execute("PRAGMA secure_delete = ON")
            con.execute("PRAGMA trusted_schema = OFF")
            migrate(con, self.path)
            yield con
        except (sqlite3.DatabaseError, OSError) as error:
            raise StoreError("unreadable", f"{self.path}: {error}") from error
        finally:
            if con is not None:
                con.close()


@cache
def migrations() -> tuple[tuple[int, tuple[str, ...]], ...]:
    """(number, statements) of every migration, in order; numbers run from 1 without a hole."""
    found = []
    for number, path in enumerate(sorted(_MIGRATIONS.glob("[0-9]*.sql")), 1):
        if int(path.name.split("_")[0]) != number:
            raise ValueError(f"{path.name}: migration {number} is not there.")
        found.append((number, tuple(_statements(path.read_text("utf-8")))))
    return tuple(found)


def migrate(con: sqlite3.Connection, path: Path) -> None:
    """Bring the schema up to date, one transaction a migration; refuses the schema of a later version."""
    newest = migrations()[-1][0]
    if _version(con) == newest:
        return
    if _version(con) > newest:
        raise StoreError(
            "newer",
            f"{path}: the schema is number {_version(con)}, and this version of the program knows {newest}. "
            "Use the version that made the file, or move the file away to begin with an empty one.",
        )
    con.execute("PRAGMA journal_mode = WAL")
    for number, statements in migrations():
        con.execute("BEGIN IMMEDIATE")
        try:
            if _version(con) < number:
                for statement in statements:
                    con.execute(statement)
                con.execute(f"PRAGMA user_version = {number}")
        except BaseException:
            con.execute("ROLLBACK")
            raise
        con.execute("COMMIT")


def _version(con: sqlite3.Connection) -> int:
    return int(con.execute("PRAGMA user_version").fetchone()[0])


def _statements(script: str) -> Iterator[str]:
    said = ""
    for line in script.splitlines(keepends=True):
        said += line
        if sqlite3.complete_statement(said):
            yield said.strip()
            said = ""
    if said.strip():
        raise ValueError(f"A statement does not end: {said.strip()[:80]}")
