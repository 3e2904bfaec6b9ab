"""Questions in a room: what is open and shown, votes, and what is told of them.

A vote is kept once for each voter and question, whatever is sent how often; the last one counts. A sensitive question
is told of when it has been closed and ten or more have answered, and never in between: two counts a moment apart would
give away who answered meanwhile. Its rows go in the transaction that closes it (``0004_polls.sql``).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from dashboard.store import Connection, Database, Row, audit, poll_texts, retention
from dashboard.store.views import RefusedError, now, stamp, time_of

LEAST_SENSITIVE: Final = 10
"""So many answers a sensitive question needs before anything is told; the schema says it too."""
Answer = str | int | float | tuple[str, ...]
Outcome = Literal["stored", "same", "stale", "closed"]


@dataclass(frozen=True)
class PollState:
    """How a question stands. ``n``: how many answered; 0 where that is withheld.

    ``is_revealed``: the value that was guessed has been told. ``is_withheld``: sensitive, closed, and answered by fewer
    than ten, so that nothing of it was kept. ``is_kept``: the answers themselves are deleted. ``turn`` is higher the
    later it was the room's business, 0 for never.
    """

    is_open: bool = False
    is_shown: bool = False
    n: int = 0
    closed_at: datetime | None = None
    is_withheld: bool = False
    is_kept: bool = False
    turn: int = 0
    is_revealed: bool = False


@dataclass(frozen=True)
class Ballot:
    """A vote on its way: ``answer`` is one that :func:`dashboard.live.polls.question.checked` let through.

    ``number`` counts the changes on the phone; a lower one than what is kept has been overtaken. None: always newest.
    """

    room: str
    question: str
    voter: str
    answer: Answer
    number: int | None = None


@dataclass(frozen=True)
class Receipt:
    """What became of a vote, and what is on disk for the voter now; ``answer`` is None where nothing is."""

    outcome: Outcome
    number: int
    answer: Answer | None


@dataclass(frozen=True)
class Mine:
    """What a voter has answered. ``status``: of a text, ``waiting``, ``approved`` or ``rejected``."""

    number: int
    answer: Answer
    status: str


def signing_key(db: Database) -> bytes:
    """The key that voters' cookies are signed with; made once, the same for every process and after every restart."""
    with db.read() as con:
        row = con.execute("SELECT key FROM signing WHERE name = 'voter'").fetchone()
    if row is None:
        with db.write() as con:
            made = secrets.token_bytes(32)
            con.execute("INSERT INTO signing VALUES ('voter', ?) ON CONFLICT (name) DO NOTHING", (made,))
            row = con.execute("SELECT key FROM signing WHERE name = 'voter'").fetchone()
    return bytes(row[0])


def voter_of(code: str, question: str, token: str) -> str:
    """Who votes, as it is kept: another for each question, and of no use without the token."""
    return hashlib.sha256(f"{code}|{question}|{token}".encode()).hexdigest()[:32]


# What the presenter decides ---------------------------------------------------------------------------------------


def open_poll(db: Database, code: str, question: str, *, kind: str, is_sensitive: bool, definition: str) -> None:
    """Let a question be answered. What is asked is kept as it stood when it was first opened.

    Raises :class:`RefusedError` (``room: gone``, ``question: once`` for a sensitive one that has been closed,
    ``question: emptied`` for one whose answers have been deleted, ``question: revealed`` for one whose value is known).
    """
    with db.write() as con:
        _room_open(con, code)
        row = _poll(con, code, question)
        if row is not None and not row["is_open"] and (row["is_sensitive"] or row["is_kept"]):
            raise RefusedError("question", "once" if row["is_sensitive"] else "emptied", question)
        if row is not None and row["is_revealed"]:
            raise RefusedError("question", "revealed", question)
        con.execute(
            "INSERT INTO poll (room, question, kind, is_sensitive, definition, is_open, turn) "
            "VALUES (?, ?, ?, ?, ?, 1, 0) ON CONFLICT (room, question) DO UPDATE SET is_open = 1, closed_at = NULL",
            (code, question, kind, is_sensitive, definition),
        )
        _took_turn(con, code, question)
        audit.note(con, "question_open", f"{code} {question}")


def close_poll(db: Database, code: str, question: str) -> None:
    """Take no more answers. Of a sensitive question no row is left, in the file or its log."""
    with db.write() as con:
        con.execute(
            "UPDATE poll SET is_open = 0, closed_at = ? WHERE room = ? AND question = ? AND is_open = 1",
            (stamp(now()), code, question),
        )
        _changed(con, code)
        audit.note(con, "question_close", f"{code} {question}")
    retention.scrub(db)


def show_poll(db: Database, code: str, question: str, *, is_shown: bool) -> None:
    """Show a result, or hide it. Raises :class:`RefusedError` (``question``: ``unasked``, ``open``, ``few``)."""
    with db.write() as con:
        row = _poll(con, code, question)
        if row is None:
            raise RefusedError("question", "unasked", question)
        if is_shown and row["is_sensitive"] and not row["is_kept"]:
            raise RefusedError("question", "open" if row["is_open"] else "few", question)
        con.execute("UPDATE poll SET is_shown = ? WHERE room = ? AND question = ?", (is_shown, code, question))
        if is_shown:
            _took_turn(con, code, question)
        else:
            _changed(con, code)
        audit.note(con, "question_show" if is_shown else "question_hide", f"{code} {question}")


def reveal(db: Database, code: str, question: str) -> None:
    """Tell the value that was guessed: no more guesses, and the result is shown. Raises :class:`RefusedError`.

    ``question``: ``unasked``, or ``unknown`` for a question in which nothing is guessed.
    """
    with db.write() as con:
        row = _poll(con, code, question)
        if row is None or row["kind"] != "guess":
            raise RefusedError("question", "unasked" if row is None else "unknown", question)
        con.execute(
            "UPDATE poll SET is_open = 0, closed_at = coalesce(closed_at, ?), is_shown = 1, is_revealed = 1 "
            "WHERE room = ? AND question = ?",
            (stamp(now()), code, question),
        )
        _took_turn(con, code, question)
        audit.note(con, "question_reveal", f"{code} {question}")


# What the room sends ----------------------------------------------------------------------------------------------


def cast(db: Database, ballots: Iterable[Ballot]) -> list[Receipt]:
    """Keep votes, all in one transaction; on return they are on disk. The same vote again changes nothing."""
    receipts = []
    with db.write() as con:
        polls: dict[tuple[str, str], Row | None] = {}
        raised: dict[str, int] = {}
        for ballot in ballots:
            at = (ballot.room, ballot.question)
            if at not in polls:
                polls[at] = _poll(con, *at)
            receipt = _cast(con, ballot, polls[at])
            receipts.append(receipt)
            if receipt.outcome == "stored":
                raised[ballot.room] = raised.get(ballot.room, 0) + 1
        for code, n in raised.items():
            con.execute("UPDATE room SET tally = tally + ? WHERE code = ?", (n, code))
    return receipts


def _cast(con: Connection, ballot: Ballot, poll: Row | None) -> Receipt:
    key = (ballot.room, ballot.question, ballot.voter)
    row = con.execute("SELECT number, answer FROM vote WHERE room = ? AND question = ? AND voter = ?", key).fetchone()
    held = None if row is None else decoded(row["answer"])
    number = 0 if row is None else int(row["number"])
    if poll is None or not poll["is_open"]:
        return Receipt("closed", number, held)
    answer = json.dumps(ballot.answer, ensure_ascii=False)
    given = number + 1 if ballot.number is None else ballot.number
    if row is not None and row["answer"] == answer:
        if given > number and ballot.number is not None:
            con.execute("UPDATE vote SET number = ? WHERE room = ? AND question = ? AND voter = ?", (given, *key))
        return Receipt("same", max(given if ballot.number is not None else 0, number), held)
    if row is not None and given <= number:
        return Receipt("stale", number, held)
    status, shown_as = (
        poll_texts.decided(con, ballot.room, ballot.question, answer) if poll["kind"] == "text" else ("", "")
    )
    con.execute(
        "INSERT INTO vote VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (room, question, voter) DO UPDATE SET "
        "number = excluded.number, answer = excluded.answer, status = excluded.status, shown_as = excluded.shown_as",
        (*key, given, answer, status, shown_as),
    )
    return Receipt("stored", given, ballot.answer)


# What is told -----------------------------------------------------------------------------------------------------


def state(db: Database, code: str, question: str) -> PollState:
    """How a question stands; as never asked where it is unknown."""
    with db.read() as con:
        row = _poll(con, code, question)
        return PollState() if row is None else _state(con, row)


def states(db: Database, code: str) -> dict[str, PollState]:
    """Every question that has been opened in a room."""
    with db.read() as con:
        rows = con.execute("SELECT * FROM poll WHERE room = ? ORDER BY turn", (code,)).fetchall()
        return {row["question"]: _state(con, row) for row in rows}


def current(db: Database, code: str) -> str:
    """The question that is the room's business: the last one opened or shown that still is; "" for none."""
    with db.read() as con:
        row = con.execute(
            "SELECT question FROM poll WHERE room = ? AND (is_open = 1 OR is_shown = 1) ORDER BY turn DESC LIMIT 1",
            (code,),
        ).fetchone()
        return str(row["question"]) if row else ""


def definition(db: Database, code: str, question: str) -> str:
    """What was asked, as it was kept at the first opening; "" when it never was."""
    with db.read() as con:
        row = _poll(con, code, question)
        return str(row["definition"]) if row else ""


def answers(db: Database, code: str, question: str) -> list[Answer]:
    """Everybody's answer, in an order that tells nothing; of texts those approved, as they are counted.

    Empty for a sensitive question that is open or was answered by fewer than ten.
    """
    with db.read() as con:
        row = _poll(con, code, question)
        if row is None:
            return []
        if row["is_kept"]:
            kept = con.execute(
                "SELECT answer, n FROM kept_answer WHERE room = ? AND question = ? ORDER BY answer", (code, question)
            )
            return [decoded(each["answer"]) for each in kept for _ in range(each["n"])]
        if row["is_sensitive"]:
            return []
        if row["kind"] == "text":
            approved = (one for one in poll_texts.listed(con, code, question) if one.status == "approved")
            return [one.shown_as or one.text for one in approved for _ in range(one.n)]
        found = con.execute(
            "SELECT answer, count(*) AS n FROM vote WHERE room = ? AND question = ? GROUP BY answer ORDER BY answer",
            (code, question),
        )
        return [decoded(each["answer"]) for each in found for _ in range(each["n"])]


def mine(db: Database, code: str, question: str, voter: str) -> Mine | None:
    """What one voter has answered."""
    with db.read() as con:
        row = con.execute(
            "SELECT number, answer, status FROM vote WHERE room = ? AND question = ? AND voter = ?",
            (code, question, voter),
        ).fetchone()
        return Mine(row["number"], decoded(row["answer"]), row["status"]) if row else None


def decoded(answer: str) -> Answer:
    """An answer as it was before it was kept."""
    found: Any = json.loads(answer)
    return tuple(found) if isinstance(found, list) else found


def _state(con: Connection, row: Row) -> PollState:
    at = (row["room"], row["question"])
    n = row["kept_n"]
    if not row["is_kept"]:
        n = con.execute("SELECT count(*) FROM vote WHERE room = ? AND question = ?", at).fetchone()[0]
    return PollState(
        bool(row["is_open"]), bool(row["is_shown"]), n, time_of(row["closed_at"]) if row["closed_at"] else None,
        bool(row["is_sensitive"] and not row["is_open"] and not row["is_kept"]), bool(row["is_kept"]), row["turn"],
        bool(row["is_revealed"]),
    )  # fmt: skip


def _poll(con: Connection, code: str, question: str) -> Row | None:
    row: Row | None = con.execute("SELECT * FROM poll WHERE room = ? AND question = ?", (code, question)).fetchone()
    return row


def _room_open(con: Connection, code: str) -> None:
    if con.execute("SELECT 1 FROM room WHERE code = ? AND closed_at IS NULL", (code,)).fetchone() is None:
        raise RefusedError("room", "gone", code)


def _took_turn(con: Connection, code: str, question: str) -> None:
    con.execute(
        "UPDATE poll SET turn = 1 + (SELECT max(turn) FROM poll WHERE room = ?) WHERE room = ? AND question = ?",
        (code, code, question),
    )
    _changed(con, code)


def _changed(con: Connection, code: str) -> None:
    con.execute("UPDATE room SET revision = revision + 1 WHERE code = ?", (code,))
