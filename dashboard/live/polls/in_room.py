"""Which questions a room has, and what the phones are told of the one that is its business just now."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Any, Final

from markupsafe import Markup

from dashboard import parts
from dashboard.db import NoSnapshotError
from dashboard.export.about import plain
from dashboard.layout import view_of
from dashboard.live.decks import asked, decks
from dashboard.live.polls import phone_results
from dashboard.live.polls.question import Answer, Question
from dashboard.live.polls.question_files import from_json
from dashboard.live.results import results
from dashboard.live.results.results import Occasion
from dashboard.live.results.tally import tally
from dashboard.store import Database, polls, rooms
from dashboard.store.rooms import Room
from dashboard.texts import Lang

_KEPT: Final = 200
_definitions: dict[tuple[Database, str, str], Question] = {}
_news: OrderedDict[tuple[Any, ...], dict[str, Any]] = OrderedDict()
_reading: dict[tuple[asyncio.AbstractEventLoop, tuple[Any, ...]], asyncio.Future[dict[str, Any] | None]] = {}
_lock = Lock()


def offered(room: Room) -> tuple[Question, ...]:
    """The questions that a presenter may open in a room: those of its deck, then those that any deck may ask."""
    deck = decks.find(room.deck)
    found = asked.every(deck.questions if deck else ())
    first = [scene.question for scene in deck.scenes if scene.question in found] if deck else []
    return tuple(found[ident] for ident in dict.fromkeys([*first, *found]))


def is_asked(room: Room, ident: str) -> bool:
    """Whether the scene that is shown asks a question."""
    deck = decks.find(room.deck)
    return bool(deck and room.scene < len(deck.scenes) and deck.scenes[room.scene].question == ident)


def business(db: Database, room: Room) -> str:
    """The question that the room is about: what the scene asks, else the last one open or shown; "" for none."""
    deck = decks.find(room.deck)
    scene = deck.scenes[room.scene] if deck and room.scene < len(deck.scenes) else None
    return scene.question if scene and scene.question else polls.current(db, room.code)


def question(db: Database, room: Room, ident: str) -> Question | None:
    """A room's question: as it was when it was first opened, else as it stands in its deck; None for an unknown one."""
    at = (db, room.code, ident)
    if at in _definitions:
        return _definitions[at]
    kept = polls.definition(db, room.code, ident)
    if kept:
        with _lock:
            while len(_definitions) >= _KEPT:
                del _definitions[next(iter(_definitions))]
            return _definitions.setdefault(at, from_json(kept))
    return next((one for one in offered(room) if one.id == ident), None)


def news(db: Database, code: str, lang: Lang, marks: tuple[int, int] | None = None) -> dict[str, Any] | None:
    """The question on the phones: ``id``, ``open``, ``shown``, ``revealed``, ``n``, ``results`` (markup, "" if hidden).

    An empty ``id`` for none; ``here``: the scene asks it. None for a room that there is not. ``marks``: revision and
    tally as the hub told them; the answer is worked out once for each, however many phones ask.
    """
    if marks is None:
        found = rooms.room(db, code)
        if found is None:
            return None
        marks = (found.revision, found.tally)
    at = (db, code, lang, marks)
    if (kept := _news.get(at)) is not None:
        return kept
    told = _told(db, code, lang)
    if told is not None:
        with _lock:
            _news[at] = told
            while len(_news) > _KEPT:
                _news.popitem(last=False)
    return told


async def heard(db: Database, code: str, lang: Lang, marks: tuple[int, int]) -> dict[str, Any] | None:
    """:func:`news` for a stream: a room full of phones that hear of a change at once waits for one reading of it."""
    at = (db, code, lang, marks)
    if (kept := _news.get(at)) is not None:
        return kept
    loop = asyncio.get_running_loop()
    if (loop, at) not in _reading:
        _reading[loop, at] = asyncio.ensure_future(asyncio.to_thread(news, db, code, lang, marks))
        _reading[loop, at].add_done_callback(lambda _: _reading.pop((loop, at), None))
    return await asyncio.shield(_reading[loop, at])


def _revealed(room: Room, question: Question, held: Sequence[Answer], lang: Lang) -> Markup:
    """The sourced value behind a guess, with where it is from; nothing while there are no data."""
    try:
        v = view_of("event", {"lang": lang, "snapshot": room.snapshot})
    except NoSnapshotError:
        return Markup("")
    of = results.result(v, question, tally(question, held), Occasion(room.code, None, room.expected), reveal=True)
    return Markup('<p class="ikb-value">{}</p>').format(of.finding) + parts.join(
        Markup('<p class="ikb-small">{}</p>').format(plain(text)[0]) for text in of.source
    )


def _told(db: Database, code: str, lang: Lang) -> dict[str, Any] | None:
    room = rooms.room(db, code)
    if room is None:
        return None
    ident = business(db, room)
    one = question(db, room, ident) if ident else None
    if one is None:
        return {
            "id": "",
            "open": False,
            "shown": False,
            "revealed": False,
            "n": 0,
            "here": False,
            "results": Markup(""),
        }
    state = polls.state(db, code, ident)
    held = polls.answers(db, code, ident)
    shown = phone_results.told(one, held, lang) if state.is_shown else Markup("")
    if one.kind == "guess" and state.is_shown and state.is_revealed:
        shown = _revealed(room, one, held, lang) + shown
    return {
        "id": ident,
        "open": state.is_open,
        "shown": state.is_shown,
        "revealed": state.is_shown and state.is_revealed,
        "n": state.n,
        "here": is_asked(room, ident),
        "results": shown,
    }
