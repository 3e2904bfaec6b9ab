"""Rooms: a deck shown to an audience, what the presenter shows just now, and who may decide that."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dashboard.store import Connection, Database, audit, elapsed, retention
from dashboard.store.views import LETTERS, RefusedError, now, stamp, time_of
from dashboard.texts import Lang

CODE_LENGTH: Final = 5
MOST_OPEN: Final = 50
LASTS_SECONDS: Final = 24 * 3600
"""How long a room can be led."""
KEPT_DAYS: Final = 730
"""For so long the snapshot of what was shown to a room is kept."""
EXPECTED: Final = 300
"""How many phones are counted on where the presenter says nothing."""


@dataclass(frozen=True)
class Room:
    """A room. ``code`` is the audience's; ``deck`` names what is shown, ``scene`` counts from 0.

    ``deck_version``: which version of a kept deck, whatever is saved after; 0 for a deck that is a file.

    ``highlight``: the län that is pointed at, or "". ``revision`` counts what the presenter changed and ``tally`` what
    the audience sent, so that whoever waits for news compares two numbers. Times are UTC to the second.
    """

    code: str
    deck: str
    lang: Lang
    snapshot: str
    expected: int
    is_practice: bool
    scene: int
    is_black: bool
    highlight: str
    revision: int
    tally: int
    opened_at: datetime
    closed_at: datetime | None
    deck_version: int = 0


def open_room(
    db: Database,
    *,
    deck: str,
    lang: Lang,
    snapshot: str,
    expected: int = EXPECTED,
    is_practice: bool = False,
    deck_version: int = 0,
) -> tuple[Room, str]:
    """A new room and the presenter's secret, which is told this once and not kept.

    Raises :class:`RefusedError` (``expected: range``, ``room: too_many``).
    """
    if not 1 <= expected <= 5000:
        raise RefusedError("expected", "range", str(expected))
    secret = secrets.token_urlsafe(24)
    with db.write() as con:
        if con.execute("SELECT count(*) FROM room WHERE closed_at IS NULL").fetchone()[0] >= MOST_OPEN:
            raise RefusedError("room", "too_many", str(MOST_OPEN))
        taken = {row[0] for row in con.execute("SELECT code FROM room")}
        code = next(code for code in iter(_new_code, "") if code not in taken)
        con.execute(
            "INSERT INTO room (code, deck, deck_version, lang, snapshot, secret_sha256, expected, is_practice, "
            "opened_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (code, deck, deck_version, lang, snapshot, _digest(secret), expected, is_practice, stamp(now())),
        )
        audit.note(con, "room_open", f"{code} {deck}")
        found = _one(con, code)
    assert found is not None
    return found, secret


def room(db: Database, code: str) -> Room | None:
    """The room of a code, in whichever letters it was typed; None when there is none."""
    with db.read() as con:
        return _one(con, code.strip().lower())


def every(db: Database) -> tuple[tuple[Room, int, int], ...]:
    """Every room, the newest first, with how many questions were opened and how many single answers are held."""
    with db.read() as con:
        codes = [row[0] for row in con.execute("SELECT code FROM room ORDER BY opened_at DESC, code")]
        counted = "SELECT (SELECT count(*) FROM poll WHERE room = ?), (SELECT count(*) FROM vote WHERE room = ?)"
        found = [(_one(con, code), *con.execute(counted, (code, code)).fetchone()) for code in codes]
        return tuple((room, n, m) for room, n, m in found if room is not None)


def shown(db: Database) -> frozenset[str]:
    """The snapshots that rooms of the last two years have shown, rehearsals left out: their links stay good."""
    with db.read() as con:
        found = con.execute(
            "SELECT DISTINCT snapshot FROM room WHERE is_practice = 0 AND opened_at > ?",
            (stamp(now() - timedelta(days=KEPT_DAYS)),),
        ).fetchall()
    return frozenset(row[0] for row in found)


def stale(db: Database) -> tuple[str, ...]:
    """The codes of rooms that nobody has closed and that are older than their presenter's cookie."""
    with db.read() as con:
        found = con.execute(
            "SELECT code FROM room WHERE closed_at IS NULL AND opened_at < ?",
            (stamp(elapsed.back(con, now(), timedelta(seconds=LASTS_SECONDS))),),
        ).fetchall()
    return tuple(row[0] for row in found)


def is_presenter(db: Database, code: str, secret: str) -> bool:
    """Whether a secret is the one of an open room."""
    with db.read() as con:
        row = con.execute("SELECT secret_sha256 FROM room WHERE code = ? AND closed_at IS NULL", (code,)).fetchone()
    return bool(row) and hmac.compare_digest(row[0], _digest(secret))


def show(db: Database, code: str, *, scene: int, is_black: bool, highlight: str) -> Room | None:
    """Show this, whatever was shown before; None when the room is closed or unknown."""
    with db.write() as con:
        con.execute(
            "UPDATE room SET scene = ?, is_black = ?, highlight = ?, revision = revision + 1 "
            "WHERE code = ? AND closed_at IS NULL AND (scene <> ? OR is_black <> ? OR highlight <> ?)",
            (scene, is_black, highlight, code, scene, is_black, highlight),
        )
        found = _one(con, code)
    return found if found and found.closed_at is None else None


def close(db: Database, code: str) -> None:
    """End a room and its questions; it cannot be opened again. Of sensitive answers nothing is left."""
    with db.write() as con:
        done = con.execute(
            "UPDATE room SET closed_at = ?, revision = revision + 1 WHERE code = ? AND closed_at IS NULL",
            (stamp(now()), code),
        )
        if done.rowcount == 1:
            audit.note(con, "room_close", code)
    retention.scrub(db)


def marks(con: Connection) -> dict[str, tuple[int, int]]:
    """Revision and tally of every open room, and of those that were closed within the hour."""
    found = con.execute(
        "SELECT code, revision, tally FROM room WHERE closed_at IS NULL OR closed_at > ?",
        (stamp(now() - timedelta(hours=1)),),
    )
    return {row[0]: (row[1], row[2]) for row in found}


def _new_code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _one(con: Connection, code: str) -> Room | None:
    row = con.execute("SELECT * FROM room WHERE code = ?", (code,)).fetchone()
    if row is None:
        return None
    return Room(
        row["code"], row["deck"], row["lang"], row["snapshot"], row["expected"], bool(row["is_practice"]), row["scene"],
        bool(row["is_black"]), row["highlight"], row["revision"], row["tally"], time_of(row["opened_at"]),
        time_of(row["closed_at"]) if row["closed_at"] else None, row["deck_version"],
    )  # fmt: skip
