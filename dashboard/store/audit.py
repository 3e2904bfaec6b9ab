"""The journal: who did what with which thing, and when; appended to, and each row sealed with the one before it.

A row is written in the very transaction that does what it tells of. Nothing changes a row, and only :func:`trim` takes
any away, the oldest first, and leaves what is needed to check those that stay. A seal shows that rows were changed by
somebody who did not make the seals anew; whoever may write in the database can make them anew, so note the last one
elsewhere (``inkarta audit verify``).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, get_args

from dashboard.store import Database, elapsed

What = Literal[
    "sign_in", "sign_out", "sign_in_refused", "signed_out_by_other", "role_grant", "role_revoke", "person_remove",
    "view_save", "view_change", "view_remove", "view_read_in", "record_save", "record_remove", "record_bring_back",
    "room_open", "room_close", "question_open", "question_close", "question_show", "question_hide", "question_reveal",
    "text_approve", "text_reject", "text_merge", "group_decide", "session_read_in", "session_texts_read",
    "session_remove", "import_load", "import_remove", "publish", "hide", "reveal", "journal_trim", "restore",
    "clock_leap",
]  # fmt: skip
WHATS: Final[tuple[What, ...]] = get_args(What)
LOCAL: Final = "local"
"""Whoever is not signed in, where nobody signs in: this machine's own user, or a visitor who may."""
DAYS: Final = 730
"""Days that a row is kept; ``INKARTA_AUDIT_DAYS`` says otherwise."""
_MOST_THING: Final = 200


@dataclass(frozen=True)
class Entry:
    """A row. ``at``: UTC, ``2026-11-23T09:30:00Z``; ``who``: a person's id or a word; ``thing``: ids, never a text."""

    number: int
    at: str
    who: str
    what: str
    thing: str
    hash: str


@dataclass(frozen=True)
class Verdict:
    """What checking found. ``wrong_at``: the first number that does not hold, 0 when all do; ``why`` in a word.

    ``first``: the first number that is kept; ``last`` and ``seal``: the last row, to be noted elsewhere.
    """

    rows: int
    first: int
    last: int
    seal: str
    wrong_at: int = 0
    why: Literal["", "changed", "gone", "end", "head"] = ""


def _nobody() -> str:
    return os.environ.get("INKARTA_ACTOR") or LOCAL


_asked: Callable[[], str] = _nobody


def told_by(ask: Callable[[], str]) -> None:
    """Name what knows who is doing something just now; without it everything is done by ``local``."""
    global _asked
    _asked = ask


def now() -> datetime:
    """The time as rows have it."""
    return datetime.now(UTC).replace(microsecond=0)


def note(con: Any, what: What, thing: str = "", *, who: str = "") -> None:
    """Append a row inside an open transaction, which it waits for and ends with.

    ``con``: the connection of :meth:`Database.write`. ``who``: empty for whoever is asking just now.
    """
    con.execute("UPDATE audit_chain SET last_number = last_number + 1 WHERE id = 1")  # whoever else writes waits here
    number, before = con.execute("SELECT last_number, last_hash FROM audit_chain WHERE id = 1").fetchone()
    row = (number, _stamp(now()), who or _asked(), what, thing[:_MOST_THING])
    seal = _seal(before, *row)
    con.execute("INSERT INTO audit (number, at, who, what, thing, hash) VALUES (?, ?, ?, ?, ?, ?)", (*row, seal))
    con.execute("UPDATE audit_chain SET last_hash = ? WHERE id = 1", (seal,))


def add(db: Database, what: What, thing: str = "", *, who: str = "") -> None:
    """Append a row for something that was done outside the database."""
    with db.write() as con:
        note(con, what, thing, who=who)


def entries(db: Database, since: str = "", most: int = 0) -> tuple[Entry, ...]:
    """The rows from a stamp or a day on, the newest first; ``most``: at most so many, 0 for all."""
    with db.read() as con:
        found = con.execute(
            "SELECT number, at, who, what, thing, hash FROM audit WHERE at >= ? ORDER BY number DESC LIMIT ?",
            (since, most or 10**9),
        ).fetchall()
    return tuple(Entry(*row) for row in found)


def count(db: Database) -> int:
    """How many rows are kept."""
    with db.read() as con:
        return int(con.execute("SELECT count(*) FROM audit").fetchone()[0])


def verify(db: Database, noted: tuple[int, str] | None = None) -> Verdict:
    """Check every seal, that no number is left out, and both ends. ``noted``: a number and seal noted earlier."""
    with db.read() as con:
        first, before, last, seal = con.execute(
            "SELECT anchor_number, anchor_hash, last_number, last_hash FROM audit_chain WHERE id = 1"
        ).fetchone()
        rows = con.execute("SELECT number, at, who, what, thing, hash FROM audit ORDER BY number").fetchall()
    found = Verdict(len(rows), first + 1, last, seal)

    def wrong(at: int, why: Literal["changed", "gone", "end", "head"]) -> Verdict:
        return Verdict(found.rows, found.first, found.last, found.seal, at, why)

    at = first
    for row in rows:
        one = Entry(*row)
        at += 1
        if one.number != at:
            return wrong(at, "gone")
        before = _seal(before, one.number, one.at, one.who, one.what, one.thing)
        if before != one.hash:
            return wrong(at, "changed")
        if noted and noted[0] == at and noted[1] != before:
            return wrong(at, "head")
    if (at, before) != (last, seal):
        return wrong(at + 1, "end")
    if noted and noted[0] > last:
        return wrong(noted[0], "head")
    return found


def trim(db: Database, at: datetime | None = None) -> int:
    """Take away rows that have been kept for long enough, seen from a moment (now). How many there were.

    The last of them leaves its number and seal, with which those that stay are checked. What a clock that had leapt
    has stamped with a time to come goes with the rows around it.
    """
    at = at or now()
    with db.write() as con:
        con.execute("UPDATE audit_chain SET last_number = last_number WHERE id = 1")
        until = _stamp(elapsed.back(con, at, timedelta(days=days())))
        newer = con.execute(
            "SELECT min(number) FROM audit WHERE at >= ? AND NOT (at > ? AND number < "
            "(SELECT COALESCE(max(number), 0) FROM audit WHERE at < ?))",
            (until, _stamp(at), until),
        ).fetchone()[0]
        last = con.execute("SELECT max(number) FROM audit WHERE number < ?", (newer or 10**15,)).fetchone()[0]
        if last is None:
            return 0
        seal = con.execute("SELECT hash FROM audit WHERE number = ?", (last,)).fetchone()[0]
        gone = con.execute("DELETE FROM audit WHERE number <= ?", (last,)).rowcount
        con.execute("UPDATE audit_chain SET anchor_number = ?, anchor_hash = ? WHERE id = 1", (last, seal))
        note(con, "journal_trim", f"{gone} rows to number {last}")
    return int(gone)


def days() -> int:
    """How many days rows are kept: the setting, 30 to 3650; 730 where it is no such number."""
    said = os.environ.get("INKARTA_AUDIT_DAYS", "")
    return min(max(int(said), 30), 3650) if said.isascii() and said.isdigit() else DAYS


def as_rows(found: tuple[Entry, ...]) -> Iterator[dict[str, Any]]:
    """Rows as files hold them."""
    return (asdict(one) for one in found)


def _seal(before: str, number: int, at: str, who: str, what: str, thing: str) -> str:
    said = json.dumps([before, number, at, who, what, thing], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"
