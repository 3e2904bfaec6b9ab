"""Votes against a real server that is killed: nothing acknowledged is lost, nothing is counted twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import voters
from dashboard.store import polls
from tests.dashboard.poll_world import QUESTIONS, Served, opened, run_apart

QUESTION = "poll-em1-1"
OPTIONS = [option.id for option in QUESTIONS[QUESTION].options]
VOTERS, KILLS = 200, 6


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    voters.many_files(4 * VOTERS)
    server = Served(tmp_path)
    server.start()
    yield server
    server.stop()


def test_two_hundred_voters_and_a_server_killed_six_times(server: Served) -> None:
    room, _ = opened(server.db, QUESTION)
    phones = voters.voters(server.db, room.code, VOTERS)

    async def disturbed() -> None:
        for _ in range(KILLS):
            await asyncio.sleep(random.uniform(0.2, 0.7))
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
        await asyncio.sleep(0.3)

    run_apart(voters.until(server.port, phones, room.code, QUESTION, OPTIONS, disturbed, 0.5))
    found = voters.account(server.db, room.code, QUESTION, phones, 0)
    assert found.lost == 0
    assert found.double == 0
    assert found.acknowledged >= VOTERS
    assert polls.state(server.db, room.code, QUESTION).n == VOTERS
    assert found.attempts > found.acknowledged  # the kills were felt
