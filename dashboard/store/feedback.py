"""What visitors have written about accessibility: kept for a time, without anything of who wrote it.

A text that looks as if it held a personal identity number, an address of e-mail or a telephone number is refused, so
that the writer takes it out; nothing is changed behind the writer's back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dashboard.store import Database, elapsed
from dashboard.store.views import ID, RefusedError, new_id, now, plain, stamp, time_of

MOST, MOST_A_DAY, MOST_TEXT = 2000, 200, 2000
DAYS, DAYS_DONE = 365, 90
"""Days that a message is kept, and days after it has been seen to, whichever ends first."""
_NUMBER: Final = re.compile(
    r"(?<![\d.,])(?:1[89]|20)?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])\s?[-+–]?\s?\d{4}(?!\d)"
)
_EMAIL: Final = re.compile(r"[^\s@<>()]+\s?(?:@|\(at\)|\[at\])\s?[^\s@<>()]+\.[^\W\d]{2,}", re.IGNORECASE)
_PHONE: Final = re.compile(r"(?<![\d.,/-])(?:(?:\+|00)\d{1,3}[\s-]?(?:\(0\)\s?)?|0)[1-9](?:[\s–/-]?\d){6,10}(?![\d])")
_RULES: Final = (("number", _NUMBER), ("email", _EMAIL), ("phone", _PHONE))


@dataclass(frozen=True)
class Message:
    """``page``: what it is about, a key of ``PAGES`` or "". Times are UTC to the second; ``done_at``: None at first."""

    id: str
    page: str
    lang: str
    text: str
    sent_at: datetime
    done_at: datetime | None


def personal(text: str) -> str:
    """The first rule by which a text looks personal: ``number``, ``email`` or ``phone``; "" when it does not."""
    return next((rule for rule, shape in _RULES if shape.search(text)), "")


def written(text: str) -> str:
    """A text as it is kept. Raises :class:`RefusedError` with the rule that it breaks."""
    said = plain("text", text.replace("\r\n", "\n").strip(), MOST_TEXT)
    if not said:
        raise RefusedError("text", "empty")
    if rule := personal(said):
        raise RefusedError("text", rule)
    return said


def add(db: Database, text: str, page: str, lang: str, at: datetime | None = None) -> Message:
    """Keep a message; on return it is on disk. Raises :class:`RefusedError`, also when there is no room today."""
    at = at or now()
    made = Message(new_id(), page, lang, written(text), at, None)
    with db.write() as con:
        held = con.execute("SELECT count(*) FROM feedback").fetchone()[0]
        day = stamp(at - timedelta(days=1))
        today = con.execute("SELECT count(*) FROM feedback WHERE sent_at > ?", (day,)).fetchone()[0]
        if held >= MOST or today >= MOST_A_DAY:
            raise RefusedError("text", "full")
        con.execute(
            "INSERT INTO feedback (id, page, lang, text, sent_at, done_at) VALUES (?, ?, ?, ?, ?, NULL)",
            (made.id, page, lang, made.text, stamp(at)),
        )
    return made


def every(db: Database) -> tuple[Message, ...]:
    """All that is kept: what has not been seen to first, the newest first."""
    with db.read() as con:
        found = con.execute(
            "SELECT id, page, lang, text, sent_at, done_at FROM feedback "
            "ORDER BY CASE WHEN done_at IS NULL THEN 0 ELSE 1 END, sent_at DESC, id"
        ).fetchall()
    return tuple(
        Message(r["id"], r["page"], r["lang"], r["text"], time_of(r["sent_at"]),
                time_of(r["done_at"]) if r["done_at"] else None)
        for r in found
    )  # fmt: skip


def done(db: Database, ident: str, at: datetime | None = None) -> bool:
    """A message has been seen to; False when there is none with that id."""
    if not ID.fullmatch(ident):
        return False
    with db.write() as con:
        changed = con.execute(
            "UPDATE feedback SET done_at = COALESCE(done_at, ?) WHERE id = ?", (stamp(at or now()), ident)
        ).rowcount
    return changed == 1


def purge(db: Database, at: datetime | None = None) -> int:
    """Delete what has been kept for long enough, seen from a moment (now), and wipe it from the file; how many."""
    at = at or now()
    with db.write() as con:
        gone = con.execute(
            "DELETE FROM feedback WHERE sent_at <= ? OR done_at <= ?",
            [stamp(elapsed.back(con, at, timedelta(days=kept))) for kept in (DAYS, DAYS_DONE)],
        ).rowcount
        if gone:
            con.execute("INSERT INTO scrub_due VALUES (1)")
    return gone
