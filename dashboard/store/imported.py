"""Sessions read in from another tool, and what a person has decided of the groups of free texts. No personal data."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from dashboard.store import Database, Row, audit
from dashboard.store.views import RefusedError, new_id, now, stamp, time_of

MOST: Final = 500
MOST_BODY: Final = 4 * 2**20


@dataclass(frozen=True)
class Session:
    """A session. ``body``: questions with answers as ``etl.mentimeter`` has read them, and in ``dropped`` and ``left``
    what was not read. ``is_read``: a person has read the free texts, which are not shown before. Times are UTC.
    """

    id: str
    title: str
    held_on: date | None
    number: int
    file: str
    is_read: bool
    body: dict[str, Any]
    imported_at: datetime


def keep(
    db: Database, *, title: str, held_on: date | None, number: int, file: str, sha256: str, body: Mapping[str, Any]
) -> tuple[Session, bool]:
    """Keep a session; the same one of the same file is kept once. Whether it is new. Raises :class:`RefusedError`."""
    text = json.dumps(body, ensure_ascii=False)
    if len(text.encode()) > MOST_BODY:
        raise RefusedError("body", "too_long", str(len(text)))
    with db.write() as con:
        row = con.execute("SELECT * FROM imported_session WHERE sha256 = ? AND number = ?", (sha256, number)).fetchone()
        if row is not None:
            return _session(row), False
        if con.execute("SELECT count(*) FROM imported_session").fetchone()[0] >= MOST:
            raise RefusedError("sessions", "full", str(MOST))
        session_id = new_id()
        con.execute(
            "INSERT INTO imported_session VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?)",
            (session_id, title[:200] or "–", held_on.isoformat() if held_on else None, number, file[:200], sha256,
             text, stamp(now())),
        )  # fmt: skip
        audit.note(con, "session_read_in", session_id)
        return _session(con.execute("SELECT * FROM imported_session WHERE id = ?", (session_id,)).fetchone()), True


def every(db: Database) -> tuple[Session, ...]:
    """All sessions, the latest held first, those without a day last."""
    with db.read() as con:
        rows = con.execute("SELECT * FROM imported_session ORDER BY held_on IS NULL, held_on DESC, title, number")
        return tuple(map(_session, rows.fetchall()))


def find(db: Database, session_id: str) -> Session | None:
    """A session, None when there is none."""
    with db.read() as con:
        row = con.execute("SELECT * FROM imported_session WHERE id = ?", (session_id,)).fetchone()
    return _session(row) if row else None


def read_through(db: Database, session_id: str, rejected: Collection[tuple[int, str]] = ()) -> bool:
    """A person has read the free texts: they may be shown, but for ``rejected`` (number of the question from 0, text),
    which are deleted. False when the session is not there.
    """
    with db.write() as con:
        row = con.execute("SELECT * FROM imported_session WHERE id = ?", (session_id,)).fetchone()
        if row is None:
            return False
        body = json.loads(row["body"])
        for at, question in enumerate(body["questions"]):
            if question["kind"] == "text":
                question["answers"] = [text for text in question["answers"] if (at, text) not in rejected]
        con.execute(
            "UPDATE imported_session SET is_read = 1, body = ? WHERE id = ?",
            (json.dumps(body, ensure_ascii=False), session_id),
        )
        audit.note(con, "session_texts_read", f"{session_id} {len(rejected)} rejected")
    return True


def remove(db: Database, session_id: str) -> bool:
    """Delete a session with everything in it. False when it was not there."""
    with db.write() as con:
        con.execute("DELETE FROM text_group WHERE room = ?", (session_id,))
        is_gone = con.execute("DELETE FROM imported_session WHERE id = ?", (session_id,)).rowcount == 1
        if is_gone:
            audit.note(con, "session_remove", session_id)
        return is_gone


def groups(db: Database, room: str, question: str) -> dict[str, Any]:
    """What a person has decided of a question's groups, as it was kept; empty where nothing."""
    with db.read() as con:
        row = con.execute("SELECT body FROM text_group WHERE room = ? AND question = ?", (room, question)).fetchone()
    found: dict[str, Any] = json.loads(row["body"]) if row else {}
    return found


def decide(db: Database, room: str, question: str, change: Callable[[dict[str, Any]], Mapping[str, Any]]) -> None:
    """Keep what a person has decided of a question's groups. ``change``: from what was decided before to what is now.

    Screens and phones of a room hear of it. Raises :class:`RefusedError`.
    """
    with db.write() as con:
        row = con.execute("SELECT body FROM text_group WHERE room = ? AND question = ?", (room, question)).fetchone()
        text = json.dumps(change(json.loads(row["body"]) if row else {}), ensure_ascii=False)
        if len(text.encode()) > MOST_BODY:
            raise RefusedError("groups", "too_long", str(len(text)))
        con.execute(
            "INSERT INTO text_group VALUES (?, ?, ?) ON CONFLICT (room, question) DO UPDATE SET body = excluded.body",
            (room, question, text),
        )
        con.execute("UPDATE room SET revision = revision + 1 WHERE code = ?", (room,))
        audit.note(con, "group_decide", f"{room} {question}")


def _session(row: Row) -> Session:
    return Session(
        row["id"], row["title"], date.fromisoformat(row["held_on"]) if row["held_on"] else None, row["number"],
        row["file"], bool(row["is_read"]), json.loads(row["body"]), time_of(row["imported_at"]),
    )  # fmt: skip
