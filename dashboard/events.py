"""Events: programme, prepared views and library; each a TOML file of ``data/events`` or of the user's ``events``.

Errors name the file, the key and what to do. What has an ``item`` of the seed takes its Swedish title, its speakers and
its source row from the data; everything else stands in the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

from dashboard.layout import PAGES, snapshot_folder
from dashboard.tables import ID, FileError, Table, opened
from dashboard.texts import Said

EMBEDDED = Path(__file__).resolve().parents[1] / "data" / "events"
Kind = Literal["keynote", "pass", "session", "break"]
Slot = Literal["", "main", "morning", "afternoon"]
Material = Literal["film", "presentation", "report"]


class EventError(FileError):
    """An event's file cannot be read. The message names file and key, and says what to do."""


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
    top = opened(path, EventError, "day-2027.toml")
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


def _part(of: Table, figures: frozenset[str]) -> Part:
    item, clock = of.text("item", needed=False), [of.clock(name) for name in ("starts", "ends")]
    if clock[0] and clock[1] and clock[1] <= clock[0]:
        of.refuse("ends", "it is not after the start", "Write the later time.")
    ident = of.text("id")
    if not ID.fullmatch(ident):
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


def _question(of: Table) -> Question:
    item = of.text("item", needed=False)
    question = Question(item, Said("" if item else of.text("sv"), of.text("en")))
    of.done()
    return question


def _prepared(of: Table, figures: frozenset[str]) -> Prepared:
    page, kept = of.address("address", PAGES)
    figure = of.one_of("figure", of.text("figure"), sorted(figures))
    made = Prepared(page, kept, figure, of.said("title"), of.said("why"))
    of.done()
    return made


def _shelved(of: Table, parts: frozenset[str]) -> Shelved:
    item = of.text("item", needed=False)
    one = Shelved(
        item, of.word("kind", get_args(Material)), of.said("title", with_item=bool(item)),
        of.one_of("part", of.text("part"), sorted(parts)), of.text("initiative", needed=False),
        of.said("note", needed=False),
    )  # fmt: skip
    of.done()
    return one
