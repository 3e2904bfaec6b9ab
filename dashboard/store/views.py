"""Saved views: a page and its selection under a name, with a note and a link that lasts."""

from __future__ import annotations

import re
import secrets
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from dashboard.selection import Selection, decode
from dashboard.store import Connection, Database, Row, audit

MOST, MOST_NAME, MOST_NOTE = 5000, 120, 1000
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""What ids are made of: nothing that is mistaken for something else when read aloud or copied by hand."""
SNAPSHOT = re.compile(r"[0-9]{8}-[0-9a-f]{8}")
ID = re.compile(r"[0-9a-z]{8,24}")
_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
PASSING = ("fil", "form")
"""Parts of an address that name a file sent a moment ago."""


class RefusedError(Exception):
    """What cannot be saved: the field, the rule that it breaks, and what stood there."""

    def __init__(self, field: str, rule: str, value: str = "") -> None:
        super().__init__(f"{field}: {rule}")
        self.field, self.rule, self.value = field, rule, value


@dataclass(frozen=True)
class SavedView:
    """``page``: a key of ``PAGES``. ``query``: the selection as the codec writes it, without language and snapshot.

    ``snapshot``: what was seen when it was saved; the link goes there when ``is_pinned``, else to the latest. Times are
    UTC to the second.
    """

    id: str
    name: str
    note: str
    page: str
    query: str
    lang: str
    snapshot: str
    is_pinned: bool
    created_at: datetime
    changed_at: datetime

    @property
    def selection(self) -> Selection:
        """What the link selects."""
        more = {"snapshot": self.snapshot} if self.is_pinned else {}
        return decode({**dict(parse_qsl(self.query)), "lang": self.lang, **more})

    def is_same(self, other: SavedView) -> bool:
        """Whether both say the same, whenever they were saved."""
        return replace(self, created_at=other.created_at, changed_at=other.changed_at) == other


def query_of(sel: Selection) -> str:
    """A selection as it is stored: without language, snapshot, and what only passes through."""
    params = sel.but(sida=sel.sida, snapshot="", **dict.fromkeys(PASSING, "")).params()
    return urlencode({name: value for name, value in params.items() if name != "lang"}, safe=",:*@~")


def now() -> datetime:
    """The time as it is stored."""
    return datetime.now(UTC).replace(microsecond=0)


def new_id() -> str:
    """An id that no one guesses: 12 letters of 31, 59 bits."""
    return "".join(secrets.choice(LETTERS) for _ in range(12))


def named(text: str) -> str:
    """A name as it is stored. Raises :class:`RefusedError`."""
    name = " ".join(plain("name", text, MOST_NAME * 4).split())
    if not name:
        raise RefusedError("name", "empty")
    return plain("name", name, MOST_NAME)


def noted(text: str) -> str:
    """A note as it is stored. Raises :class:`RefusedError`."""
    return plain("note", text.replace("\r\n", "\n").strip(), MOST_NOTE)


def plain(field: str, text: str, most: int) -> str:
    """A text that is short enough and holds nothing that cannot be seen. Raises :class:`RefusedError`."""
    if len(text) > most:
        raise RefusedError(field, "too_long", text[:40])
    if odd := _ODD.search(text):
        raise RefusedError(field, "odd_character", f"U+{ord(odd[0]):04X}")
    return text


def made(name: str, note: str, page: str, sel: Selection, snapshot: str, *, is_pinned: bool) -> SavedView:
    """A new view of what is on screen. Raises :class:`RefusedError`."""
    at = now()
    return SavedView(
        new_id(), named(name), noted(note), page, query_of(sel), str(sel.lang), snapshot, is_pinned, at, at
    )  # fmt: skip


def every(db: Database) -> tuple[SavedView, ...]:
    """All views, the one saved last first."""
    with db.read() as con:
        found = con.execute("SELECT * FROM saved_view ORDER BY created_at DESC, name, id").fetchall()
    return tuple(map(_view, found))


def find(db: Database, view_id: str) -> SavedView | None:
    """The view with an id, None when there is none."""
    with db.read() as con:
        return held(con, view_id)


def add(db: Database, view: SavedView) -> None:
    """Keep a view; on return it is on disk. Raises :class:`RefusedError` when there is no room or the id is taken."""
    with db.write() as con:
        if held(con, view.id):
            raise RefusedError("id", "taken", view.id)
        insert(con, view)
        audit.note(con, "view_save", view.id)


def insert(con: Connection, view: SavedView) -> None:
    """Put a view whose id is free into an open transaction. Raises :class:`RefusedError` when there is no room."""
    if con.execute("SELECT count(*) FROM saved_view").fetchone()[0] >= MOST:
        raise RefusedError("views", "full", str(MOST))
    row = {**asdict(view), "created_at": stamp(view.created_at), "changed_at": stamp(view.changed_at)}
    con.execute("INSERT INTO saved_view VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [row[name] for name in FIELDS])


def change(db: Database, view_id: str, name: str, note: str) -> bool:
    """Give a view another name and note; False when it is gone. Raises :class:`RefusedError`."""
    to = (named(name), noted(note), stamp(now()), view_id)
    with db.write() as con:
        done = con.execute("UPDATE saved_view SET name = ?, note = ?, changed_at = ? WHERE id = ?", to)
        if done.rowcount == 1:
            audit.note(con, "view_change", view_id)
        return done.rowcount == 1


def remove(db: Database, view_id: str) -> SavedView | None:
    """Delete a view and return what it was, for :func:`add` to bring back; None when it is gone already."""
    with db.write() as con:
        found = held(con, view_id)
        if con.execute("DELETE FROM saved_view WHERE id = ?", (view_id,)).rowcount:
            audit.note(con, "view_remove", view_id)
    return found


def pinned(db: Database) -> tuple[str, ...]:
    """The snapshots that links lead to, which therefore must be kept."""
    with db.read() as con:
        found = con.execute("SELECT DISTINCT snapshot FROM saved_view WHERE is_pinned = 1 ORDER BY 1")
        return tuple(row[0] for row in found)


def held(con: Connection, view_id: str) -> SavedView | None:
    """The view with an id in an open connection, None when there is none."""
    row = con.execute("SELECT * FROM saved_view WHERE id = ?", (view_id,)).fetchone()
    return _view(row) if row else None


def _view(row: Row) -> SavedView:
    cells: dict[str, Any] = dict(row)
    cells |= {name: time_of(cells[name]) for name in ("created_at", "changed_at")}
    return SavedView(**(cells | {"is_pinned": bool(cells["is_pinned"])}))


def stamp(at: datetime) -> str:
    """A time as it is stored: 2026-11-23T09:30:00Z."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


def time_of(text: str) -> datetime:
    """The time of a stamp. Raises :class:`ValueError`."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


FIELDS = tuple(f.name for f in fields(SavedView))
