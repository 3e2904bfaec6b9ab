"""How long a room's answers are kept: raw answers go some days after the room closed, counts of each answer stay."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from dashboard.store import Connection, Database, audit, elapsed
from dashboard.store.views import now, stamp

log = logging.getLogger("inkarta")
DAYS: Final = 30
"""Days from the closing of a room until its raw answers are deleted; ``INKARTA_ANSWER_DAYS`` says otherwise."""
OPEN_HOURS: Final = 48
"""A room that nobody has closed is closed after so long."""
_scrubbing: Final = Lock()


@dataclass(frozen=True)
class Purged:
    """Rooms that were closed because nobody had, questions that were emptied, and answers that were deleted."""

    rooms: int
    polls: int
    answers: int


def days() -> int:
    """The setting, 1 to 365; 30 where it is no such number."""
    said = os.environ.get("INKARTA_ANSWER_DAYS", "")
    return min(max(int(said), 1), 365) if said.isascii() and said.isdigit() else DAYS


def purge(db: Database, at: datetime | None = None, keep_days: int | None = None) -> Purged:
    """Delete what has been kept for long enough, seen from a moment (now); nothing of it is left in the file.

    Of free texts only their number stays, since a text may tell of a person; of other answers how many gave each.
    A leap of the clock is no time passed (:mod:`dashboard.store.elapsed`), and is noted in the journal.
    """
    at = at or now()
    with db.write() as con:
        if leap := elapsed.leapt(con, at):
            log.warning("nothing was written for %s days, or the clock has leapt: that time is not counted", leap.days)
        until = stamp(elapsed.back(con, at, timedelta(days=days() if keep_days is None else keep_days)))
        late = stamp(elapsed.back(con, at, timedelta(hours=OPEN_HOURS)))
        if leap:
            audit.note(con, "clock_leap", f"{leap.days} days", who=audit.LOCAL)
        left = con.execute("SELECT code FROM room WHERE closed_at IS NULL AND opened_at < ?", (late,)).fetchall()
        rooms = con.execute(
            "UPDATE room SET closed_at = ?, revision = revision + 1 WHERE closed_at IS NULL AND opened_at < ?",
            (stamp(at), late),
        ).rowcount
        for (code,) in left:
            audit.note(con, "room_close", code, who=audit.LOCAL)
        due = con.execute(
            "SELECT p.room, p.question, p.kind, (SELECT count(*) FROM vote v WHERE v.room = p.room "
            "AND v.question = p.question) AS n FROM poll p JOIN room r ON r.code = p.room "
            "WHERE p.is_kept = 0 AND p.is_sensitive = 0 AND r.closed_at <= ?",
            (until,),
        ).fetchall()
        for room, question, kind, n in due:
            of = (room, question)
            con.execute("UPDATE poll SET is_kept = 1, kept_n = ? WHERE room = ? AND question = ?", (n, *of))
            if kind != "text":
                con.execute(
                    "INSERT INTO kept_answer SELECT room, question, answer, count(*) FROM vote "
                    "WHERE room = ? AND question = ? GROUP BY room, question, answer",
                    of,
                )
            con.execute("DELETE FROM vote WHERE room = ? AND question = ?", of)
            con.execute("DELETE FROM text_group WHERE room = ? AND question = ?", of)
            con.execute("UPDATE room SET revision = revision + 1 WHERE code = ?", (room,))
        if due:
            con.execute("INSERT INTO scrub_due VALUES (1)")
    scrub(db)
    return Purged(rooms, len(due), sum(row["n"] for row in due))


def scrub(db: Database) -> bool:
    """Wipe what has been deleted from the file and its log, if anything has; False when that must wait.

    The need is kept in the database, a row for each, so that a process that ends in between leaves it to the next. What
    came up while the file was written anew is still needed: of the rows, which are alike, as many go as there were
    before; none where fewer are left, since another process has then taken those away.
    """
    with _scrubbing:
        with db.read() as con:
            seen = _due(con)
        if not seen:
            return True
        if not db.scrub():
            return False
        with db.write() as con:
            newer = _due(con) - seen
            if newer >= 0:
                con.execute("DELETE FROM scrub_due")
            for _ in range(newer):
                con.execute("INSERT INTO scrub_due VALUES (1)")
    return True


def _due(con: Connection) -> int:
    return int(con.execute("SELECT count(*) FROM scrub_due").fetchone()[0])
