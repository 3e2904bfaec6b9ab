"""Which questions a room has, and what the phones are told of the one that is its business just now."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from threading import Lock
from typing import Any, Final

from markupsafe import Markup

from dashboard import parts
from dashboard.db import NoSnapshotError
from dashboard.live.decks import asked, decks
from dashboard.live.polls.question import Question
from dashboard.live.polls.question_files import from_json
from dashboard.live.results import guess, results, screen_markup
from dashboard.live.results.grouping import NOTHING_MOVED
from dashboard.live.results.imported import moved_of
from dashboard.live.results.result_routes import Given, counted, view
from dashboard.live.results.results import Occasion
from dashboard.store import Database, imported, polls, rooms
from dashboard.store.polls import PollState
from dashboard.store.rooms import Room
from dashboard.texts import Lang, t

_KEPT: Final = 200
MOST_ROWS: Final = 25
"""Rows of a result on a phone."""
MOST_TEXTS: Final = 60
"""Texts with their groups, and a value in each län."""
_definitions: dict[tuple[Database, str, str], Question] = {}
_news: OrderedDict[tuple[Any, ...], dict[str, Any]] = OrderedDict()
_lock = Lock()


def offered(room: Room) -> tuple[Question, ...]:
    """The questions that a presenter may open in a room: those of its deck, then those that any deck may ask."""
    deck = decks.of_room(room)
    found = asked.every(deck.questions if deck else ())
    first = [scene.question for scene in deck.scenes if scene.question in found] if deck else []
    return tuple(found[ident] for ident in dict.fromkeys([*first, *found]))


def is_asked(room: Room, ident: str) -> bool:
    """Whether the scene that is shown asks a question."""
    deck = decks.of_room(room)
    return bool(deck and room.scene < len(deck.scenes) and deck.scenes[room.scene].question == ident)


def business(db: Database, room: Room) -> str:
    """The question that the room is about: what the scene asks, else the last one open or shown; "" for none."""
    deck = decks.of_room(room)
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


def given(db: Database, room: Room, one: Question, state: PollState) -> Given:
    """A room's question with its answers, as they are told to whoever may see them."""
    moved = moved_of(imported.groups(db, room.code, one.id)) if one.kind == "text" else NOTHING_MOVED
    held = polls.answers(db, room.code, one.id)
    return Given(one, held, occasion(room), room.lang, room.snapshot, state.is_shown and state.is_revealed, moved)


def occasion(room: Room) -> Occasion:
    """Where and when a room's questions are put."""
    return Occasion(room.code, room.opened_at.date(), room.expected, room.is_practice)


def _result(of: Given, lang: Lang) -> Markup:
    """The answers on a phone: the same sentence and figures as on the screen; nothing while there are no data."""
    try:
        v = view(of, lang)
    except NoSnapshotError:
        return Markup("")
    one = counted(v, of)
    mark = results.marks(v, one.occasion)
    made = results.result(v, one.question, one.tally, one.occasion, reveal=of.reveal)
    shown = [screen_markup.light(v, made, mark[0] if mark else "", most=MOST_ROWS)]
    behind = guess.breakdown(v, one.question) if of.reveal else None
    for more in (results.texts(v, one.question, one.tally, one.occasion), behind):
        if more is not None:
            inside = screen_markup.light(v, replace(more, basis=()), most=MOST_TEXTS)
            shown.append(Markup("<details><summary>{}</summary>{}</details>").format(more.title, inside))
    return Markup("<h3>{}</h3>{}").format(t("polls.result", lang), parts.join(shown))


def _told(db: Database, code: str, lang: Lang) -> dict[str, Any] | None:
    room = rooms.room(db, code)
    if room is None:
        return None
    ident = business(db, room)
    one = question(db, room, ident) if ident else None
    if one is None:
        nothing = dict.fromkeys(("open", "shown", "revealed", "here"), False)
        return {"id": "", "n": 0, "results": Markup(""), **nothing}
    state = polls.state(db, code, ident)
    return {
        "id": ident, "open": state.is_open, "shown": state.is_shown,
        "revealed": state.is_shown and state.is_revealed, "n": state.n, "here": is_asked(room, ident),
        "results": _result(given(db, room, one, state), lang) if state.is_shown else Markup(""),
    }  # fmt: skip
