"""The rooms of this server as a source of results, and a question's place on the stage."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup
from starlette.requests import Request

from dashboard import saving
from dashboard.layout import View
from dashboard.live.decks.asked import Asked
from dashboard.live.polls import in_room
from dashboard.live.polls.question import Question
from dashboard.live.results import screen, screen_markup
from dashboard.live.results.imported import Imported
from dashboard.live.results.result_routes import Given, counted
from dashboard.live.results.results import Occasion
from dashboard.live.room.room_source import First, Rooms
from dashboard.store import Database, polls, rooms
from dashboard.store.rooms import Room


class Here:
    """The rooms of this server and the sessions read in, as one :class:`~.result_routes.Source`."""

    def one(self, code: str, question: str, request: Request) -> Given | None:
        """A question of a room; None where there is none, or it may not be told."""
        return _sources().one(code, question, request)

    def every(self, code: str, request: Request) -> Sequence[Given]:
        """All questions of a room that may be told, in the order they were last put."""
        return _sources().every(code, request)


def _sources() -> First:
    db = saving.database()
    return First((Rooms(db, _put, polls.answers, polls.state), Imported(db)))


def _put(db: Database, code: str) -> list[Question]:
    """The questions that have been put in a room, in the order they were last put."""
    room = rooms.room(db, code)
    if room is None:
        return []
    states = sorted(polls.states(db, code).items(), key=lambda pair: pair[1].turn)
    return [one for ident, _ in states if (one := in_room.question(db, room, ident))]


def on_stage(v: View, asked: Asked, room: Room | None) -> Markup:
    """Where the answers come on the stage: what is there now, brought up to date by ``asking.js``."""
    if room is None:
        return Markup('<p class="poll-state">{}</p>').format(v.t("asking.without_room"))
    db = saving.database()
    state = polls.state(db, room.code, asked.id)
    occasion = Occasion(room.code, room.opened_at.date(), room.expected, room.is_practice)
    held = polls.answers(db, room.code, asked.id) if state.is_shown else ()
    now = Given(asked.question, held, occasion, room.lang, room.snapshot, state.is_shown and state.is_revealed)
    one = counted(v, now)
    frame = screen.frame(v, one.question, one.tally, one.occasion, reveal=now.reveal)
    return Markup('<p class="poll-state" role="status"></p><div class="poll-shown"{}>{}</div>').format(
        "" if state.is_shown else Markup(" hidden"),
        screen_markup.markup(
            v, frame, live=f"/rum/{room.code}/resultat/{asked.id}.json?lang={v.lang}", has_title=False
        ),
    )  # fmt: skip
