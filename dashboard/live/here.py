"""The rooms of this server as a source of results, and a question's place on the stage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup
from starlette.requests import Request

from dashboard import saving
from dashboard.layout import View
from dashboard.live import in_room, rooms_state, screen, screen_markup
from dashboard.live.asked import Asked
from dashboard.live.question import Question
from dashboard.live.result_routes import Given, counted
from dashboard.live.results import Occasion
from dashboard.store import Database, polls, rooms
from dashboard.store.polls import PollState
from dashboard.store.rooms import Room

_NEVER: Final = PollState()


class Here:
    """A :class:`dashboard.live.result_routes.Source` of rooms: what is shown, and the presenter all of it as files."""

    def one(self, code: str, question: str, request: Request) -> Given | None:
        """A question of a room; None where there is none, or it may not be told."""
        db = saving.database()
        room = rooms.room(db, code)
        one = in_room.question(db, room, question) if room else None
        if room is None or one is None:
            return None
        state = polls.state(db, room.code, question)
        leads = "form" in request.path_params and rooms_state.is_presenter(request, room.code)
        return given(db, room, one, state) if state.is_shown or (leads and state.turn) else None

    def every(self, code: str, request: Request) -> Sequence[Given]:
        """All questions of a room that may be told, in the order they were last put."""
        db = saving.database()
        room = rooms.room(db, code)
        if room is None:
            return ()
        leads = rooms_state.is_presenter(request, room.code)
        states = sorted(polls.states(db, room.code).items(), key=lambda pair: pair[1].turn)
        told = [(in_room.question(db, room, ident), state) for ident, state in states if state.is_shown or leads]
        return [given(db, room, one, state) for one, state in told if one]


def given(db: Database, room: Room, question: Question, state: PollState) -> Given:
    """A question with its answers. The value behind a guess is revealed once no more guesses are taken."""
    occasion = Occasion(room.code, room.opened_at.date(), room.expected, room.is_practice)
    return Given(
        question, polls.answers(db, room.code, question.id), occasion, room.lang, room.snapshot,
        reveal=bool(state.turn) and not state.is_open,
    )  # fmt: skip


def on_stage(v: View, asked: Asked, room: Room | None) -> Markup:
    """Where the answers come on the stage: what is there now, brought up to date by ``asking.js``."""
    if room is None:
        return Markup('<p class="poll-state">{}</p>').format(v.t("asking.without_room"))
    db = saving.database()
    state = polls.state(db, room.code, asked.id)
    now = given(db, room, asked.question, state) if state.is_shown else given(db, room, asked.question, _NEVER)
    if not state.is_shown:
        now = Given(now.question, (), now.occasion, now.lang, now.snapshot)
    one = counted(v, now)
    frame = screen.frame(v, one.question, one.tally, one.occasion, reveal=now.reveal)
    return Markup('<p class="poll-state" role="status"></p><div class="poll-shown"{}>{}</div>').format(
        "" if state.is_shown else Markup(" hidden"),
        screen_markup.markup(
            v, frame, live=f"/rum/{room.code}/resultat/{asked.id}.json?lang={v.lang}", has_title=False
        ),
    )  # fmt: skip
