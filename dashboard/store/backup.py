"""The application's database taken aside and brought back while it is in use.

A copy is an SQLite file, whichever engine it was taken from, and goes back into either: the way to move between them.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from dashboard.store import BUSY_SECONDS, Database, StoreError, contract, elapsed, sqlite

KEPT_DAYS = 30
Rule = Literal["missing", "damaged", "foreign", "newer", "unwritable"]


class BackupError(Exception):
    """Nothing was taken aside or brought back; ``rule`` says why, the message what to do."""

    def __init__(self, rule: Rule, message: str) -> None:
        super().__init__(message)
        self.rule = rule


def check(path: Path) -> int:
    """The number of the schema of a whole database of ours. Raises :class:`BackupError`."""
    if not path.is_file():
        raise BackupError("missing", f"{path}: there is no such file.")
    try:
        with closing(_reading(path)) as con:
            found = [row[0] for row in con.execute("PRAGMA integrity_check(3)")]
            astray = con.execute("PRAGMA foreign_key_check").fetchone()
            number = int(con.execute("PRAGMA user_version").fetchone()[0])
            ours = con.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'saved_view'").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise BackupError("damaged", f"{path}: {error}. Use another copy.") from error
    if found != ["ok"] or astray:
        raise BackupError("damaged", f"{path}: {found[0] if found != ['ok'] else astray[0]}. Use another copy.")
    if not ours or not number:
        raise BackupError("foreign", f"{path} is no database of this program.")
    newest = contract.migrations()[-1][0]
    if number > newest:
        raise BackupError(
            "newer",
            f"{path}: its schema is number {number}, and this version of the program knows {newest}. "
            "Use the version that made it.",
        )
    return number


def backup(db: Database, to: Path) -> int:
    """Write a whole copy of the database as it is at one moment; on return it is on disk. The number of its schema.

    Whoever reads or writes meanwhile waits for nothing. Raises :class:`BackupError`; an earlier ``to`` then stands.
    """
    if not db.exists():
        raise BackupError("missing", f"{db.path}: there is nothing to take aside yet.")
    aside = to.with_name(f".{to.name}.{os.getpid()}")
    try:
        os.close(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        _copy(db, aside)
        number = check(aside)
        with aside.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(aside, to)
    except (OSError, sqlite3.OperationalError) as error:
        raise BackupError("unwritable", f"{to}: {error}. Choose another place.") from error
    except StoreError as error:
        raise BackupError("newer" if error.rule == "newer" else "damaged", str(error)) from error
    finally:
        aside.unlink(missing_ok=True)
    return number


def restore(db: Database, file: Path) -> Path | None:
    """Bring a copy back in one transaction, and return where what stood before was kept; None: there was nothing.

    A server may go on: its readers see the one state or the other. Raises :class:`BackupError`, with nothing changed.
    """
    check(file)
    if db.url:
        return _restore_to_server(db, file)
    kept = None
    if db.path.exists():
        kept = _before(db)
        try:
            backup(db, kept)
        except BackupError as error:
            if error.rule not in ("damaged", "newer"):
                raise
            kept = _aside(db.path, kept)
    db.path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with (
            closing(_reading(file)) as source,
            closing(sqlite3.connect(db.path, timeout=BUSY_SECONDS, isolation_level=None)) as con,
        ):
            con.execute("PRAGMA journal_mode = WAL")
            con.execute("PRAGMA synchronous = FULL")
            source.backup(con, pages=-1)
        with db.read():
            pass  # an older schema is brought up to date at once
    except (sqlite3.DatabaseError, OSError, StoreError) as error:
        raise BackupError("unwritable", f"{db.path}: {error}. What stood there: {kept or 'nothing'}.") from error
    return kept


def _copy(db: Database, aside: Path) -> None:
    if db.url:
        from dashboard.store import portable

        portable.dump(db.url, aside)
        return
    with sqlite.read(db.path) as con, closing(sqlite3.connect(aside)) as copy:
        con.backup(copy, pages=256, sleep=0.01)
        copy.execute("PRAGMA journal_mode = DELETE")


def _restore_to_server(db: Database, file: Path) -> Path | None:
    from dashboard.store import portable

    kept = None
    try:
        if not portable.is_empty(db.url):
            db.path.parent.mkdir(parents=True, exist_ok=True)
            kept = _before(db)
            backup(db, kept)
        portable.load(db.url, file)
    except (sqlite3.DatabaseError, OSError, StoreError) as error:
        raise BackupError("unwritable", f"{error}. What stood there: {kept or 'nothing'}.") from error
    return kept


def _before(db: Database) -> Path:
    return db.path.with_name(f"{db.path.stem}-before-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.sqlite3")


def sweep(db: Database, now: float) -> int:
    """Remove what restores kept more than 30 days before ``now`` (seconds). How many databases there were.

    Raises :class:`StoreError`.
    """
    gone = 0
    with db.read() as con:
        until = elapsed.back(con, datetime.fromtimestamp(now, UTC), timedelta(days=KEPT_DAYS)).timestamp()
    for kept in db.path.parent.glob(f"{db.path.stem}-before-*.sqlite3"):
        if kept.stat().st_mtime < until:
            for end in ("", "-wal", "-shm"):
                kept.with_name(kept.name + end).unlink(missing_ok=True)
            gone += 1
    return gone


def _aside(path: Path, to: Path) -> Path:
    """Move a file that cannot be read any longer away, with what belongs to it."""
    for end in ("", "-wal", "-shm"):
        part = path.with_name(path.name + end)
        if part.exists():
            os.replace(part, to.with_name(to.name + end))
    return to


def _reading(path: Path) -> sqlite3.Connection:
    con = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)
    con.execute("PRAGMA trusted_schema = OFF")
    return con
