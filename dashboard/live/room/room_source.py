"""Where the answers of this server's rooms are from: the store of polls, through functions that are given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request

from dashboard.live.polls.question import Answer, Question
from dashboard.live.results.imported import moved_of
from dashboard.live.results.result_routes import Given, Source
from dashboard.live.results.results import Occasion
from dashboard.live.room import rooms_state
from dashboard.store import Database, imported, rooms


class State(Protocol):
    """How a question stands, as far as results go."""

    @property
    def is_shown(self) -> bool:
        """Whether the presenter shows its result to the room."""

    @property
    def is_revealed(self) -> bool:
        """Whether the value that was guessed has been told."""


@dataclass(frozen=True)
class Rooms:
    """A :class:`Source` of rooms. ``questions``: those that were put in a room, as they were when they were put.

    ``answers``: approved texts only, and none of a sensitive question that is open. What is not shown to the room only
    its presenter is told, while the room is open.
    """

    db: Database
    questions: Callable[[Database, str], Sequence[Question]]
    answers: Callable[[Database, str, str], Sequence[Answer]]
    state: Callable[[Database, str, str], State]

    def one(self, code: str, question: str, request: Request) -> Given | None:
        """A question of a room, when whoever asks may be told."""
        return next((given for given in self.every(code, request) if given.question.id == question), None)

    def every(self, code: str, request: Request) -> Sequence[Given]:
        """All questions of a room of which whoever asks may be told."""
        room = rooms.room(self.db, code)
        if room is None:
            return ()
        secret = request.cookies.get(rooms_state.cookie(room.code), "")
        is_presenter = bool(secret) and rooms.is_presenter(self.db, room.code, secret)
        occasion = Occasion(room.code, room.opened_at.date(), room.expected, room.is_practice)
        made = []
        for question in self.questions(self.db, room.code):
            state = self.state(self.db, room.code, question.id)
            if not (state.is_shown or is_presenter):
                continue
            moved = moved_of(imported.groups(self.db, room.code, question.id))
            held = self.answers(self.db, room.code, question.id)
            made.append(Given(question, held, occasion, room.lang, room.snapshot, state.is_revealed, moved))
        return made


@dataclass(frozen=True)
class First:
    """Several sources as one: the first that knows the code answers."""

    sources: tuple[Source, ...]

    def one(self, code: str, question: str, request: Request) -> Given | None:
        """As the first source that has the question."""
        found = (source.one(code, question, request) for source in self.sources)
        return next((given for given in found if given is not None), None)

    def every(self, code: str, request: Request) -> Sequence[Given]:
        """As the first source that has any question of the code."""
        found = (source.every(code, request) for source in self.sources)
        return next((given for given in found if given), ())
