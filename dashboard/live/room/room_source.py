"""Where results are from: this server's rooms and the sessions read in, as one :class:`~.result_routes.Source`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request

from dashboard import saving
from dashboard.live.polls import in_room
from dashboard.live.results.imported import Imported
from dashboard.live.results.result_routes import Given, Source
from dashboard.live.room import rooms_state
from dashboard.store import Database, polls, rooms
from dashboard.store.polls import PollState
from dashboard.store.rooms import Room


@dataclass(frozen=True)
class Rooms:
    """A :class:`Source` of rooms: approved texts only, and none of a sensitive question that is open.

    What is not shown to the room only its presenter is told, while the room is open.
    """

    db: Database

    def one(self, code: str, question: str, request: Request) -> Given | None:
        """A question of a room, when whoever asks may be told."""
        room = rooms.room(self.db, code)
        state = polls.state(self.db, code, question)
        return self._given(room, question, state, request) if room and state.turn else None

    def every(self, code: str, request: Request) -> Sequence[Given]:
        """All questions of a room of which whoever asks may be told, in the order they were last put."""
        room = rooms.room(self.db, code)
        states = sorted(polls.states(self.db, code).items(), key=lambda pair: pair[1].turn) if room else []
        told = (self._given(room, ident, state, request) for ident, state in states if room)
        return [one for one in told if one is not None]

    def _given(self, room: Room, ident: str, state: PollState, request: Request) -> Given | None:
        if not (state.is_shown or rooms_state.is_presenter(request, self.db, room.code)):
            return None
        one = in_room.question(self.db, room, ident)
        return in_room.given(self.db, room, one, state) if one else None


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


class Here:
    """The rooms of this server and the sessions read in, in the database that is in use when they are asked."""

    def one(self, code: str, question: str, request: Request) -> Given | None:
        """A question of a room; None where there is none, or it may not be told."""
        return _sources().one(code, question, request)

    def every(self, code: str, request: Request) -> Sequence[Given]:
        """All questions of a room that may be told, in the order they were last put."""
        return _sources().every(code, request)


def _sources() -> First:
    db = saving.database()
    return First((Rooms(db), Imported(db)))
