"""The application's own database: what users make, apart from the warehouse.

It is one SQLite file in the data folder, or a PostgreSQL database when ``INKARTA_STORE`` names one, for more than one
host. Each group of tables has a module of its own here, written once for both, and numbered migrations in
``migrations/``. What :meth:`Database.write` has left without an exception is on disk. Of persons it holds what sign-in
needs (``docs/sign-in.md``).
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from dashboard.store import sqlite
from dashboard.store.contract import BUSY_SECONDS, Connection, Cursor, Row, StoreError, Watch, migrations

__all__ = [
    "BUSY_SECONDS", "FILE", "SETTING", "Connection", "Cursor", "Database", "Row", "StoreError", "Watch", "configured",
    "migrations",
]  # fmt: skip

FILE: Final = "app.sqlite3"
SETTING: Final = "INKARTA_STORE"


@dataclass(frozen=True)
class Database:
    """The database, made and migrated when it is first used. Every method raises :class:`StoreError`.

    ``path``: the SQLite file. ``url``: a PostgreSQL database in its place; copies still lie beside ``path``.
    """

    path: Path
    url: str = field(default="", repr=False)

    @property
    def place(self) -> str:
        """What it is called in messages, without a password."""
        if not self.url:
            return str(self.path)
        from dashboard.store import postgresql

        return postgresql.place(self.url)

    def exists(self) -> bool:
        """Whether there may be anything in it: a server's database is there before it is used."""
        return bool(self.url) or self.path.exists()

    def read(self) -> AbstractContextManager[Connection]:
        """A connection for one reading."""
        if not self.url:
            return sqlite.read(self.path)
        from dashboard.store import postgresql

        return postgresql.read(self.url)

    def write(self) -> AbstractContextManager[Connection]:
        """A connection inside a transaction: all of it is kept when the block ends, nothing after an exception.

        Nobody else writes meanwhile, so that what was looked up in the block still holds when it writes.
        """
        if not self.url:
            return sqlite.write(self.path)
        from dashboard.store import postgresql

        return postgresql.write(self.url)

    def scrub(self) -> bool:
        """Leave nothing of what has been deleted in the files of the tables; False when others are in the way."""
        if not self.url:
            return sqlite.scrub(self.path)
        from dashboard.store import postgresql

        return postgresql.scrub(self.url)

    def watch(self) -> Watch:
        """Whoever waits for news asks it instead of the tables."""
        if not self.url:
            return sqlite.Watch(self.path)
        from dashboard.store import postgresql

        return postgresql.Watch(self.url)


def configured(home: Path) -> Database:
    """A data folder's database: its file, or the server that ``INKARTA_STORE`` names. Raises :class:`StoreError`."""
    url = os.environ.get(SETTING, "").strip()
    if url and not url.startswith(("postgresql://", "postgres://")):
        raise StoreError("unreadable", f"{SETTING} must begin with postgresql:// (or be unset, for a file).")
    return Database(home / FILE, url)
