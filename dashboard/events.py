"""Events: programme, prepared views and library; each a TOML file of ``data/events`` or of the user's ``events``.

Errors name the file, the key and what to do. What has an ``item`` of the seed takes its Swedish title, its speakers and
its source row from the data; everything else stands in the file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import parse_qsl, urlsplit

from dashboard.layout import PAGES, snapshot_folder
from dashboard.texts import Lang

EMBEDDED = Path(__file__).resolve().parents[1] / "data" / "events"
Kind = Literal["keynote", "pass", "session", "break"]
Slot = Literal["", "main", "morning", "afternoon"]
Material = Literal["film", "presentation", "report"]
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,58}")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class EventError(ValueError):
    """An event's file cannot be read. The message names file and key, and says what to do."""


@dataclass(frozen=True)
class Said:
    """A text in both languages. Swedish is empty where the seed item has it."""

    sv: str
    en: str

    def of(self, lang: Lang) -> str:
        return self.en if lang == "en" else self.sv


@dataclass(frozen=True)
class Prepared:
    """A prepared view: an address of the product, the figure that is told of it, its title and why this view."""

    page: str
    query: tuple[tuple[str, str], ...]
    figure: str
    title: Said
    why: Said


@dataclass(frozen=True)
class Question:
    """A question that was put to the room."""

    item: str
    words: Said


@dataclass(frozen=True)
class Part:
    """A part of the programme. ``starts`` and ``ends`` are None where no source gives them."""

    id: str
    item: str
    kind: Kind
    slot: Slot
    title: Said
    about: Said
    language: str
    starts: time | None
    ends: time | None
    speakers: tuple[str, ...]
    material: tuple[Material, ...]
    questions: tuple[Question, ...]
    views: tuple[Prepared, ...]


@dataclass(frozen=True)
class Shelved:
    """A report or presentation, the part that it belongs to, and the initiative that it tells of, if any."""

    item: str
    kind: Material
    title: Said
    part: str
    initiative: str
    note: Said


@dataclass(frozen=True)
class Event:
    """An event. ``id`` is the file's name and stands in addresses."""

    id: str
    item: str
    title: Said
    about: Said
    date: date
    place: str
    lan: str
    parts: tuple[Part, ...]
    library: tuple[Shelved, ...]


@dataclass(frozen=True)
class Events:
    """What could be read, the latest first, and what is wrong with the rest."""

    found: tuple[Event, ...]
    wrong: tuple[str, ...]


def every(figures: frozenset[str]) -> Events:
    """The events of the product and of the user's own folder; a file that cannot be read is told of, and left out.

    ``figures``: the names that a prepared view may tell of.
    """
    folders = (EMBEDDED, snapshot_folder().parent / "events")
    files = [path for folder in folders for path in sorted(folder.glob("*.toml"))]
    found: dict[str, Event] = {}
    wrong: list[str] = []
    for path in files:
        try:
            one = _read(path, path.stat().st_mtime_ns, figures)
            if one.id in found:
                raise EventError(f"{path.name}: another event has this name; give the file a name of its own.")
            found[one.id] = one
        except EventError as error:
            wrong.append(str(error))
        except OSError as error:
            wrong.append(f"{path.name}: cannot be opened ({error.strerror}).")
    return Events(tuple(sorted(found.values(), key=lambda e: (e.date, e.id), reverse=True)), tuple(wrong))


@lru_cache(maxsize=256)
def _read(path: Path, _changed: int, figures: frozenset[str]) -> Event:
    return read(path, figures)


def read(path: Path, figures: frozenset[str]) -> Event:
    """One file as an :class:`Event`. Raises :class:`EventError`."""
    try:
        given = tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise EventError(f"{path.name}: not a TOML file ({error}).") from error
    if not _ID.fullmatch(path.stem):
        raise EventError(
            f"{path.name}: name the file with lower-case letters, digits and hyphens, such as day-2027.toml."
        )
    top = _Table(path.name, "", given)
    item = top.text("item", needed=False)
    day = top.take("date")
    if not isinstance(day, date):
        top.refuse("date", f"{day!r} is no day", "Write 2027-05-31, without quotation marks.")
    lan = top.text("lan", needed=False)
    if lan and not re.fullmatch(r"\d\d", lan):
        top.refuse("lan", f"{lan!r} is no län", 'Write its two digits, such as "12".')
    parts = tuple(_part(each, figures) for each in top.tables("parts"))
    if not parts:
        top.refuse("parts", "there are none", "Write [[parts]] with id, kind and title.")
    ids = [part.id for part in parts]
    if twice := next((each for each in ids if ids.count(each) > 1), ""):
        top.refuse("parts", f"{twice!r} stands twice", "Give each part an id of its own.")
    library = tuple(_shelved(each, frozenset(ids)) for each in top.tables("library"))
    event = Event(
        path.stem, item, top.said("title", with_item=bool(item)), top.said("about", needed=False), day,
        top.text("place", needed=False), lan, parts, library,
    )  # fmt: skip
    top.done()
    return event


def _part(of: _Table, figures: frozenset[str]) -> Part:
    item, clock = of.text("item", needed=False), [of.clock(name) for name in ("starts", "ends")]
    if clock[0] and clock[1] and clock[1] <= clock[0]:
        of.refuse("ends", "it is not after the start", "Write the later time.")
    ident = of.text("id")
    if not _ID.fullmatch(ident):
        of.refuse("id", f"{ident!r} cannot stand in an address", "Use lower-case letters, digits and hyphens.")
    part = Part(
        ident, item, of.word("kind", get_args(Kind)), of.word("slot", get_args(Slot), ""),
        of.said("title", with_item=bool(item)), of.said("about", needed=False), of.text("language", needed=False),
        clock[0], clock[1], of.texts("speakers"),
        tuple(of.one_of("material", each, get_args(Material)) for each in of.texts("material")),
        tuple(_question(each) for each in of.tables("questions")),
        tuple(_prepared(each, figures) for each in of.tables("views")),
    )  # fmt: skip
    of.done()
    return part


def _question(of: _Table) -> Question:
    item = of.text("item", needed=False)
    question = Question(item, Said("" if item else of.text("sv"), of.text("en")))
    of.done()
    return question


def _prepared(of: _Table, figures: frozenset[str]) -> Prepared:
    address = of.text("address")
    parts = urlsplit(address)
    page = next((name for name, path in PAGES.items() if path == parts.path), "")
    if not page or parts.scheme or parts.netloc:
        of.refuse("address", f"{address!r} is no page", f"Begin with one of {', '.join(PAGES.values())}.")
    figure = of.one_of("figure", of.text("figure"), sorted(figures))
    kept = tuple((name, value) for name, value in parse_qsl(parts.query) if name not in ("lang", "snapshot"))
    made = Prepared(page, kept, figure, of.said("title"), of.said("why"))
    of.done()
    return made


def _shelved(of: _Table, parts: frozenset[str]) -> Shelved:
    item = of.text("item", needed=False)
    one = Shelved(
        item, of.word("kind", get_args(Material)), of.said("title", with_item=bool(item)),
        of.one_of("part", of.text("part"), sorted(parts)), of.text("initiative", needed=False),
        of.said("note", needed=False),
    )  # fmt: skip
    of.done()
    return one


@dataclass
class _Table:
    """A table of the file; what has not been taken at the end is unknown, and refused."""

    file: str
    place: str
    given: Mapping[str, Any]

    def __post_init__(self) -> None:
        self.left = dict(self.given)

    def refuse(self, key: str, what: str, do: str) -> Any:
        raise EventError(f"{self.file}: {self.place}{key}: {what}. {do}")

    def take(self, key: str) -> Any:
        return self.left.pop(key, None)

    def text(self, key: str, *, needed: bool = True) -> str:
        value = self.take(key)
        if value is None and not needed:
            return ""
        if not isinstance(value, str) or (needed and not value.strip()):
            self.refuse(key, "it is missing" if value is None else f"{value!r} is no text", f'Write {key} = "…".')
        return str(value).strip()

    def said(self, key: str, *, needed: bool = True, with_item: bool = False) -> Said:
        """Both languages; Swedish may be left out where an item has it, and both or neither where not ``needed``."""
        both = Said(
            *(self.text(f"{key}_{lang}", needed=needed and not (with_item and lang == "sv")) for lang in ("sv", "en"))
        )
        if bool(both.sv) != bool(both.en) and not with_item:
            self.refuse(f"{key}_{'en' if both.sv else 'sv'}", "it is missing", "Write both languages or neither.")
        return both

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.take(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
            self.refuse(key, f"{value!r} is no list of texts", f'Write {key} = ["…", "…"].')
        return tuple(each.strip() for each in value)

    def one_of(self, key: str, value: str, allowed: Any) -> Any:
        if value not in allowed:
            self.refuse(key, f"{value!r} is not known", f"Write one of {', '.join(filter(None, allowed))}.")
        return value

    def word(self, key: str, allowed: Any, default: str | None = None) -> Any:
        if key not in self.left and default is not None:
            return default
        return self.one_of(key, self.text(key), allowed)

    def clock(self, key: str) -> time | None:
        value = self.take(key)
        if value is None:
            return None
        if isinstance(value, time):
            return value
        if not isinstance(value, str) or not _CLOCK.fullmatch(value):
            self.refuse(key, f"{value!r} is no time", 'Write "09:30".')
        return time.fromisoformat(str(value))

    def tables(self, key: str) -> tuple[_Table, ...]:
        value = self.take(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            self.refuse(key, "it is no list of tables", f"Write [[{key}]] above each.")
        return tuple(_Table(self.file, f"{self.place}{key} {n}, ", each) for n, each in enumerate(value, 1))

    def done(self) -> None:
        for key in self.left:
            self.refuse(key, "there is no such key", "Take it away, or mend its spelling.")
