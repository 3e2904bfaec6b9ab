"""Versioned records: every save is a new version, an old one can be seen and saved anew, nothing is overwritten.

A record's body is a JSON document; what it means is the business of :mod:`dashboard.theory`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from dashboard.store import Connection, Database, Row, audit
from dashboard.store.views import RefusedError, new_id, now, plain, stamp, time_of

Kind = Literal["effect_card", "problem_tree", "deck"]
MOST, MOST_VERSIONS, MOST_NOTE, MOST_BODY = 2000, 500, 300, 256 * 1024


class ConflictError(Exception):
    """Somebody has saved since the version that was changed was read; ``newest``: what they saved."""

    def __init__(self, newest: Version) -> None:
        super().__init__(f"{newest.id}: version {newest.number} is newer")
        self.newest = newest


@dataclass(frozen=True)
class Version:
    """A version of a record. ``number`` counts from 1, ``newest`` is the last one's; times are UTC to the second."""

    id: str
    kind: Kind
    number: int
    newest: int
    note: str
    body: dict[str, Any]
    saved_at: datetime
    is_removed: bool


_SELECT = (
    "SELECT r.id, r.kind, v.number, (SELECT max(number) FROM record_version x WHERE x.record_id = r.id) AS newest, "
    "v.note, v.body, v.saved_at, r.removed_at FROM record_version v JOIN record r ON r.id = v.record_id "
)
_NEWEST = "v.number = (SELECT max(number) FROM record_version x WHERE x.record_id = r.id)"


def noted(text: str) -> str:
    """A note as it is stored. Raises :class:`RefusedError`."""
    return plain("note", " ".join(text.split()), MOST_NOTE)


def every(db: Database, kind: Kind) -> tuple[Version, ...]:
    """The newest version of every record of a kind that has not been removed, the one saved last first."""
    with db.read() as con:
        found = con.execute(
            f"{_SELECT} WHERE r.kind = ? AND r.removed_at IS NULL AND {_NEWEST} ORDER BY v.saved_at DESC, r.id", (kind,)
        ).fetchall()
    return tuple(map(_version, found))


def find(db: Database, record_id: str, number: int = 0) -> Version | None:
    """A version of a record, removed or not; 0: the newest. None when there is none."""
    with db.read() as con:
        return _held(con, record_id, number)


def history(db: Database, record_id: str) -> tuple[Version, ...]:
    """Every version of a record, the newest first."""
    with db.read() as con:
        found = con.execute(f"{_SELECT} WHERE r.id = ? ORDER BY v.number DESC", (record_id,)).fetchall()
    return tuple(map(_version, found))


def add(db: Database, kind: Kind, body: dict[str, Any], note: str = "") -> Version:
    """A new record with its first version; on return it is on disk. Raises :class:`RefusedError`."""
    record_id, text, said = new_id(), _text(body), noted(note)
    with db.write() as con:
        if con.execute("SELECT count(*) FROM record").fetchone()[0] >= MOST:
            raise RefusedError("records", "full", str(MOST))
        at = stamp(now())
        con.execute("INSERT INTO record VALUES (?, ?, ?, NULL)", (record_id, kind, at))
        con.execute("INSERT INTO record_version VALUES (?, 1, ?, ?, ?)", (record_id, said, text, at))
        audit.note(con, "record_save", f"{kind} {record_id} 1")
        return _sure(_held(con, record_id))


def save(db: Database, record_id: str, base: int, body: dict[str, Any], note: str = "") -> Version:
    """The next version, made from version ``base``; on return it is on disk.

    Raises :class:`ConflictError` when a newer version than ``base`` is there, :class:`RefusedError` when the record is
    gone or has no room.
    """
    text, said = _text(body), noted(note)
    with db.write() as con:
        newest = _held(con, record_id)
        if newest is None or newest.is_removed:
            raise RefusedError("id", "gone", record_id)
        if newest.number != base:
            raise ConflictError(newest)
        if newest.number >= MOST_VERSIONS:
            raise RefusedError("versions", "full", str(MOST_VERSIONS))
        con.execute(
            "INSERT INTO record_version VALUES (?, ?, ?, ?, ?)", (record_id, base + 1, said, text, stamp(now()))
        )
        audit.note(con, "record_save", f"{newest.kind} {record_id} {base + 1}")
        return _sure(_held(con, record_id))


def remove(db: Database, record_id: str) -> bool:
    """Take a record out of the lists; its versions stay, for :func:`bring_back`. False when it was not there."""
    with db.write() as con:
        done = con.execute(
            "UPDATE record SET removed_at = ? WHERE id = ? AND removed_at IS NULL", (stamp(now()), record_id)
        )
        if done.rowcount == 1:
            audit.note(con, "record_remove", record_id)
        return done.rowcount == 1


def bring_back(db: Database, record_id: str) -> bool:
    """Undo :func:`remove`. False when there was nothing to undo."""
    with db.write() as con:
        done = con.execute("UPDATE record SET removed_at = NULL WHERE id = ? AND removed_at IS NOT NULL", (record_id,))
        if done.rowcount == 1:
            audit.note(con, "record_bring_back", record_id)
        return done.rowcount == 1


def mark(db: Database) -> str:
    """A word that changes whenever a record does."""
    with db.read() as con:
        saved = con.execute("SELECT count(*) FROM record_version").fetchone()[0]
        gone = con.execute("SELECT id, removed_at FROM record WHERE removed_at IS NOT NULL ORDER BY id").fetchall()
    return f"{saved} {','.join(f'{row[0]}{row[1]}' for row in gone)}"


def _held(con: Connection, record_id: str, number: int = 0) -> Version | None:
    which, values = (f"AND {_NEWEST}", (record_id,)) if not number else ("AND v.number = ?", (record_id, number))
    row = con.execute(f"{_SELECT} WHERE r.id = ? {which}", values).fetchone()
    return _version(row) if row else None


def _sure(found: Version | None) -> Version:
    if found is None:
        raise LookupError("a version that was just written is not there")
    return found


def _text(body: dict[str, Any]) -> str:
    text = json.dumps(body, ensure_ascii=False)
    if len(text.encode()) > MOST_BODY:
        raise RefusedError("body", "too_long", str(len(text)))
    return text


def _version(row: Row) -> Version:
    return Version(
        row["id"], row["kind"], row["number"], row["newest"], row["note"], json.loads(row["body"]),
        time_of(row["saved_at"]), row["removed_at"] is not None,
    )  # fmt: skip
