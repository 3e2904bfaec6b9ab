"""Saved views as a file: JSON with a version, every entry read, told of and counted.

    {"format": "inkarta-views", "version": 1, "views": [{"id": …, "name": …, "note": …, "page": …, "query": …,
     "lang": "sv", "snapshot": …, "is_pinned": false, "created_at": "2026-11-23T09:30:00Z", "changed_at": …}]}

``name``, ``page`` and ``query`` must be there. Without an id an entry gets one of what it says, so that the same file
read twice adds nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from dashboard.selection import Selection, decode
from dashboard.store import Database, audit, views
from dashboard.store.views import FIELDS, ID, LETTERS, SNAPSHOT, RefusedError, SavedView
from dashboard.texts import LANGS
from etl.document import DocumentError, document

FORMAT, VERSION = "inkarta-views", 1
MOST_BYTES = 4 * 2**20
_NEEDED = ("name", "page", "query")


class FileError(Exception):
    """A file that is no file of views. ``rule``, ``where`` in it, and what stood there."""

    def __init__(self, rule: str, where: str = "", value: str = "") -> None:
        super().__init__(rule)
        self.rule, self.where, self.value = rule, where, value


@dataclass(frozen=True)
class Entry:
    """What became of an entry: ``imported``, ``same`` (it was here) or ``refused`` by ``rule`` in ``field``."""

    row: int
    name: str
    became: str
    field: str = ""
    rule: str = ""
    value: str = ""


def export(found: Iterable[SavedView]) -> bytes:
    """The file of some views, in the order of their ids: the same views give the same bytes."""
    entries = [
        {**asdict(one), "created_at": views.stamp(one.created_at), "changed_at": views.stamp(one.changed_at)}
        for one in sorted(found, key=lambda one: one.id)
    ]
    whole = {"format": FORMAT, "version": VERSION, "views": entries}
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()


def bring(db: Database, data: bytes, pages: Collection[str]) -> tuple[Entry, ...]:
    """Read a file into the database in one transaction; one :class:`Entry` for each of the file's, in its order.

    A view that is here is never changed. Raises :class:`FileError` when nothing could be read.
    """
    out = []
    found = read(data)
    with db.write() as con:
        for row, given in enumerate(found, 1):
            name = given["name"][:80] if isinstance(given, dict) and isinstance(given.get("name"), str) else ""
            try:
                view = _view(given, pages)
                here = views.held(con, view.id)
                if here is None:
                    views.insert(con, view)
                    audit.note(con, "view_read_in", view.id)
                elif not here.is_same(view):
                    raise RefusedError("id", "differs", view.id)
                out.append(Entry(row, view.name, "same" if here else "imported"))
            except RefusedError as error:
                name = name.encode("utf-8", "replace").decode()
                out.append(Entry(row, name, "refused", error.field, error.rule, error.value))
    return tuple(out)


def read(data: bytes) -> list[Any]:
    """The entries of a file. Raises :class:`FileError`."""
    try:
        whole = document(data, is_toml_too=False)
    except DocumentError as error:
        raise FileError(error.rule, error.where or "1:1", error.value) from error
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise FileError("not_views", "format")
    if isinstance(whole.get("version"), bool) or whole.get("version") != VERSION:
        raise FileError("other_version", "version", _short(whole.get("version")))
    if not isinstance(whole.get("views"), list):
        raise FileError("no_list", "views")
    found: list[Any] = whole["views"]
    return found


def _view(given: Any, pages: Collection[str]) -> SavedView:
    if not isinstance(given, dict):
        raise RefusedError("views", "no_object", _short(given))
    if foreign := [name for name in given if name not in FIELDS]:
        raise RefusedError(_short(foreign[0]) or json.dumps(foreign[0]), "unknown_field")
    for name in _NEEDED:
        if name not in given:
            raise RefusedError(name, "lacking")
    for name in FIELDS:
        if name in given and not isinstance(given[name], bool if name == "is_pinned" else str):
            raise RefusedError(name, "wrong_kind", _short(given[name]))
    name, note = views.named(given["name"]), views.noted(given.get("note", ""))
    if given["page"] not in pages:
        raise RefusedError("page", "unknown_page", _short(given["page"]))
    lang = given.get("lang", LANGS[0])
    if lang not in LANGS:
        raise RefusedError("lang", "unknown_lang", _short(lang))
    snapshot, is_pinned = given.get("snapshot", ""), given.get("is_pinned", False)
    if (snapshot or is_pinned) and not SNAPSHOT.fullmatch(snapshot):
        raise RefusedError("snapshot", "no_snapshot", _short(snapshot))
    query = _query(given["query"])
    created = _time(given, "created_at", views.now())
    changed = _time(given, "changed_at", created)
    own = given.get("id") or _id_of([name, note, given["page"], query, lang, snapshot, str(is_pinned)])
    if not ID.fullmatch(own):
        raise RefusedError("id", "no_id", _short(own))
    return SavedView(own, name, note, given["page"], query, lang, snapshot, is_pinned, created, changed)


def _query(text: str) -> str:
    """The query as the codec writes it. Raises :class:`RefusedError` for a part that the codec would drop or change."""
    try:
        parts = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), errors="strict", max_num_fields=100)
    except ValueError as error:
        raise RefusedError("query", "malformed", _short(text)) from error
    asked = dict(parts)
    sel = decode(asked)
    for name, value in parts:
        if name in ("lang", "snapshot", *views.PASSING) or name not in _SELECTED:
            raise RefusedError("query", "foreign", _short(name))
        kept = getattr(sel, name)
        if (",".join(kept) if isinstance(kept, tuple) else str(kept)) != value:
            raise RefusedError("query", "not_understood", _short(f"{name}={value}"))
    return views.query_of(sel)


_SELECTED = frozenset(Selection.__dataclass_fields__)


def _time(given: dict[str, Any], name: str, otherwise: datetime) -> datetime:
    try:
        return views.time_of(given[name]) if name in given else otherwise
    except ValueError as error:
        raise RefusedError(name, "no_time", _short(given[name])) from error


def _id_of(parts: list[str]) -> str:
    number = int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest(), "big")
    out = ""
    for _ in range(12):
        number, at = divmod(number, len(LETTERS))
        out += LETTERS[at]
    return out


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=True)
    return text[:80].encode("utf-8", "replace").decode()
