"""A simulated audience for a rehearsal room: it votes through the same ballot box as phones do."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Final

from dashboard.live.polls import practice
from dashboard.live.polls.box import Box
from dashboard.live.polls.question import Answer, Question
from dashboard.store import Database, StoreError, polls
from dashboard.store.polls import Ballot
from dashboard.store.rooms import Room

MOST: Final = 300
"""As many simulated phones at the most."""
_running: set[asyncio.Task[int]] = set()


def begin(db: Database, box: Box, room: Room, question: Question) -> None:
    """Let the simulated audience answer a question that was just opened. Does nothing outside a rehearsal room."""
    if not room.is_practice:
        return
    phones = [partial(_vote, db, box, room, f"rehearsal-{n}") for n in range(min(room.expected, MOST))]
    task = asyncio.create_task(practice.rehearse(question, phones, lang=room.lang))
    _running.add(task)
    task.add_done_callback(_running.discard)


async def _vote(db: Database, box: Box, room: Room, token: str, question: Question, answer: Answer) -> None:
    try:
        state = await asyncio.to_thread(polls.state, db, room.code, question.id)
        if not state.is_open:
            raise OSError("the question is closed")
        await box.cast(Ballot(room.code, question.id, polls.voter_of(room.code, question.id, token), answer))
    except StoreError as error:
        raise OSError(str(error)) from error
