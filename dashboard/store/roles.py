"""Who may do what: persons who have signed in, the role that an administrator gave each, and their sessions.

A person is known by a digest of issuer and subject, from which neither can be read, and called by an id of our own. The
label is what an administrator writes. A session is known by a digest of its cookie; one that is not here, has been
revoked or is too old is no session, whatever the cookie says.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, get_args

from dashboard.store import Database, audit, elapsed
from dashboard.store.views import RefusedError, new_id, plain, stamp, time_of
from dashboard.store.views import now as _now

Role = Literal["viewer", "coordinator", "presenter", "moderator", "admin"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
MOST_LABEL: Final = 80
MOST_PERSONS: Final = 5000
WAITING_DAYS: Final = 30
"""Days without signing in after which a person who has no role is forgotten."""
LEEWAY: Final = timedelta(minutes=10)
"""So far before its beginning a session is good: a clock that is set right goes back some minutes."""


@dataclass(frozen=True)
class Person:
    """A person. ``role`` empty: none yet. ``seen_at``: the latest sign-in, or when a role came before it."""

    id: str
    role: Role | Literal[""]
    label: str
    seen_at: datetime


@dataclass(frozen=True)
class Session:
    """Somebody signed in, and until when."""

    person: Person
    signed_in_at: datetime
    until: datetime


def now() -> datetime:
    """The time as sessions have it."""
    return _now()


def identity(issuer: str, subject: str) -> str:
    """The digest by which a person is known."""
    return hashlib.sha256(json.dumps([issuer, subject]).encode()).hexdigest()


def begin(db: Database, cookie: str, issuer: str, subject: str) -> Person:
    """A session for a digest of a cookie; its person, who is new when nobody of that identity is known.

    Raises :class:`RefusedError` (``persons: full``).
    """
    with db.write() as con:
        known = _known(con, identity(issuer, subject))
        at = stamp(now())
        con.execute("UPDATE person SET seen_at = ? WHERE id = ?", (at, known))
        con.execute(
            "INSERT INTO sign_in (cookie_sha256, person, signed_in_at, revoked_at) VALUES (?, ?, ?, NULL)",
            (cookie, known, at),
        )
        audit.note(con, "sign_in", "", who=known)
        return _held(con, known)


def session(db: Database, cookie: str, hours: float) -> Session | None:
    """The session of a digest of a cookie; None when there is none, it has been revoked, or it is too old."""
    with db.read() as con:
        row = con.execute(
            "SELECT p.id, p.role, p.label, p.seen_at, s.signed_in_at FROM sign_in s JOIN person p ON p.id = s.person "
            "WHERE s.cookie_sha256 = ? AND s.revoked_at IS NULL",
            (cookie,),
        ).fetchone()
    if row is None:
        return None
    since = time_of(row[4])
    until = since + timedelta(hours=hours)
    return Session(_person(row), since, until) if since - LEEWAY <= now() < until else None


def end(db: Database, cookie: str) -> bool:
    """Sign out: the cookie is never accepted again. False when it was no session, or had ended."""
    with db.write() as con:
        row = con.execute(
            "SELECT person FROM sign_in WHERE cookie_sha256 = ? AND revoked_at IS NULL", (cookie,)
        ).fetchone()
        if row is None:
            return False
        con.execute("UPDATE sign_in SET revoked_at = ? WHERE cookie_sha256 = ?", (stamp(now()), cookie))
        audit.note(con, "sign_out", "", who=row[0])
    return True


def every(db: Database) -> tuple[Person, ...]:
    """Every person: those who wait for a role first, then by role and label."""
    with db.read() as con:
        found = con.execute("SELECT id, role, label, seen_at FROM person").fetchall()
    order = ("", *reversed(ROLES))
    return tuple(sorted(map(_person, found), key=lambda one: (order.index(one.role), one.label.casefold(), one.id)))


def find(db: Database, person_id: str) -> Person | None:
    """The person with an id, None when there is none."""
    with db.read() as con:
        row = con.execute("SELECT id, role, label, seen_at FROM person WHERE id = ?", (person_id,)).fetchone()
    return _person(row) if row else None


def expect(db: Database, issuer: str, subject: str) -> Person:
    """A person who has not signed in yet, by the provider's own words for her. Raises as :func:`begin`."""
    with db.write() as con:
        return _held(con, _known(con, identity(issuer, subject)))


def grant(db: Database, person_id: str, role: Role, label: str | None = None, *, keep_admin: bool = False) -> Person:
    """Give a person a role; ``label`` None leaves hers.

    Raises :class:`RefusedError`: ``id: gone``, ``label: too_long`` or ``odd_character``, and with ``keep_admin``
    ``role: last_admin`` when nobody would be left to give roles.
    """
    said = None if label is None else plain("label", " ".join(label.split()), MOST_LABEL)
    with db.write() as con:
        before = _held(con, person_id)
        if keep_admin and role != "admin":
            _spare(con, person_id)
        con.execute(
            "UPDATE person SET role = ?, label = ? WHERE id = ?",
            (role, before.label if said is None else said, person_id),
        )
        if role != before.role:
            audit.note(con, "role_grant", f"{person_id} {role}")
        return _held(con, person_id)


def revoke(db: Database, person_id: str, *, keep_admin: bool = False) -> None:
    """Take a person's role away and end her sessions. Raises as :func:`grant`."""
    with db.write() as con:
        before = _held(con, person_id)
        if keep_admin:
            _spare(con, person_id)
        con.execute("UPDATE person SET role = '' WHERE id = ?", (person_id,))
        _end_all(con, person_id)
        audit.note(con, "role_revoke", f"{person_id} {before.role}")


def sign_out(db: Database, person_id: str) -> int:
    """End every session of a person. How many there were. Raises :class:`RefusedError` (``id: gone``)."""
    with db.write() as con:
        _held(con, person_id)
        ended = _end_all(con, person_id)
        audit.note(con, "signed_out_by_other", person_id)
    return ended


def remove(db: Database, person_id: str, *, keep_admin: bool = False) -> None:
    """Delete all that is kept of a person; her id in the journal then leads nowhere. Raises as :func:`grant`."""
    with db.write() as con:
        _held(con, person_id)
        if keep_admin:
            _spare(con, person_id)
        con.execute("DELETE FROM sign_in WHERE person = ?", (person_id,))
        con.execute("DELETE FROM person WHERE id = ?", (person_id,))
        audit.note(con, "person_remove", person_id)


def forget_sessions(db: Database) -> int:
    """End every session, as after a restore, which would bring ended ones back. How many there were."""
    with db.write() as con:
        return int(con.execute("DELETE FROM sign_in").rowcount)


def tidy(db: Database, hours: float, at: datetime | None = None) -> tuple[int, int]:
    """Remove sessions that are too old to be accepted, and persons without a role who have not come back in 30 days.

    How many of each, seen from a moment (now).
    """
    at = at or now()
    with db.write() as con:
        over = stamp(elapsed.back(con, at, timedelta(hours=hours)))
        until = stamp(elapsed.back(con, at, timedelta(days=WAITING_DAYS)))
        sessions = con.execute("DELETE FROM sign_in WHERE signed_in_at <= ?", (over,)).rowcount
        due = [row[0] for row in con.execute("SELECT id FROM person WHERE role = '' AND seen_at < ?", (until,))]
        for person_id in due:
            con.execute("DELETE FROM sign_in WHERE person = ?", (person_id,))
            con.execute("DELETE FROM person WHERE id = ?", (person_id,))
            audit.note(con, "person_remove", person_id)
    return int(sessions), len(due)


def _known(con: Any, digest: str) -> str:
    row = con.execute("SELECT id FROM person WHERE identity_sha256 = ?", (digest,)).fetchone()
    if row:
        return str(row[0])
    if con.execute("SELECT count(*) FROM person").fetchone()[0] >= MOST_PERSONS:
        raise RefusedError("persons", "full", str(MOST_PERSONS))
    con.execute(
        "INSERT INTO person (id, identity_sha256, role, label, seen_at) VALUES (?, ?, '', '', ?) "
        "ON CONFLICT (identity_sha256) DO NOTHING",
        (new_id(), digest, stamp(now())),
    )
    return str(con.execute("SELECT id FROM person WHERE identity_sha256 = ?", (digest,)).fetchone()[0])


def _held(con: Any, person_id: str) -> Person:
    row = con.execute("SELECT id, role, label, seen_at FROM person WHERE id = ?", (person_id,)).fetchone()
    if row is None:
        raise RefusedError("id", "gone", person_id)
    return _person(row)


def _spare(con: Any, person_id: str) -> None:
    admins = [row[0] for row in con.execute("SELECT id FROM person WHERE role = 'admin'")]
    if admins == [person_id]:
        raise RefusedError("role", "last_admin", person_id)


def _end_all(con: Any, person_id: str) -> int:
    done = con.execute(
        "UPDATE sign_in SET revoked_at = ? WHERE person = ? AND revoked_at IS NULL", (stamp(now()), person_id)
    )
    return int(done.rowcount)


def _person(row: Any) -> Person:
    return Person(row[0], row[1], row[2], time_of(row[3]))
