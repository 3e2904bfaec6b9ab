"""Free texts of a room: what its moderator decides on, and what nobody else sees before that."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Literal

from dashboard.store import Connection, Database, audit
from dashboard.store.views import RefusedError


@dataclass(frozen=True)
class Text:
    """A free text and the ``n`` phones that wrote it. ``shown_as``: the text that it is counted as, or ""."""

    ref: str
    text: str
    status: Literal["waiting", "approved", "rejected"]
    shown_as: str
    n: int


def moderate(db: Database, code: str, question: str, ref: str, to: str, shown_as: str = "") -> None:
    """Decide on a text: ``approved``, ``rejected``, or ``waiting`` again; ``shown_as`` counts it as another.

    The decision holds for the words, so for everybody who wrote them. Both texts are named by ``ref``. Raises
    :class:`RefusedError` (``text: gone`` when nobody has these words any longer, ``text: apart`` when the other one is
    not approved or is the same).
    """
    if to not in ("approved", "rejected", "waiting"):
        raise RefusedError("text", "unknown", to[:20])
    with db.write() as con:
        known = {one.ref: one for one in listed(con, code, question)}
        one, other = known.get(ref), known.get(shown_as) if shown_as else None
        if one is None:
            raise RefusedError("text", "gone", ref)
        words = ""
        if shown_as:
            if other is None or other.status != "approved" or other.ref == ref or other.shown_as == one.text:
                raise RefusedError("text", "apart", shown_as)
            words = other.shown_as or other.text
        encoded = json.dumps(one.text, ensure_ascii=False)
        con.execute(
            "UPDATE vote SET status = ?, shown_as = ? WHERE room = ? AND question = ? AND answer = ?",
            (to, words if to == "approved" else "", code, question, encoded),
        )
        follow = (code, question, one.text)
        if to == "approved" and words:
            con.execute(
                "UPDATE vote SET shown_as = ? WHERE room = ? AND question = ? AND shown_as = ?", (words, *follow)
            )
        elif to != "approved":
            con.execute(
                "UPDATE vote SET shown_as = '', status = 'waiting' WHERE room = ? AND question = ? AND shown_as = ?",
                follow,
            )
        con.execute("UPDATE room SET revision = revision + 1 WHERE code = ?", (code,))
        what: audit.What = "text_merge" if words else "text_approve" if to == "approved" else "text_reject"
        audit.note(con, what, f"{code} {question}")


def texts(db: Database, code: str, question: str) -> tuple[Text, ...]:
    """Every free text for the moderator: those waiting first, each in the order of the alphabet."""
    with db.read() as con:
        return listed(con, code, question)


def listed(con: Connection, code: str, question: str) -> tuple[Text, ...]:
    """:func:`texts` in an open connection."""
    rows = con.execute(
        "SELECT answer, status, shown_as, count(*) AS n FROM vote WHERE room = ? AND question = ? AND status <> '' "
        "GROUP BY answer, status, shown_as",
        (code, question),
    ).fetchall()
    found = [
        Text(ref_of(str(json.loads(r["answer"]))), str(json.loads(r["answer"])), r["status"], r["shown_as"], r["n"])
        for r in rows
    ]
    order = ("waiting", "approved", "rejected")
    return tuple(sorted(found, key=lambda one: (order.index(one.status), one.text.casefold(), one.text)))


def decided(con: Connection, code: str, question: str, answer: str) -> tuple[str, str]:
    """What the moderator has said of the very same words."""
    row = con.execute(
        "SELECT status, shown_as FROM vote WHERE room = ? AND question = ? AND answer = ? AND status <> 'waiting' "
        "LIMIT 1",
        (code, question, answer),
    ).fetchone()
    return (row["status"], row["shown_as"]) if row else ("waiting", "")


def ref_of(text: str) -> str:
    """What a text is called in the moderator's forms: a decision is about the words that were seen."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
