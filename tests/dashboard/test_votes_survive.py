"""Votes against a real server that is killed: nothing acknowledged is lost, nothing is counted twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import voters
from bench.postgres import Cluster
from dashboard.store import SETTING, polls, postgresql
from tests.dashboard.conftest import started
from tests.dashboard.poll_world import QUESTIONS, Served, opened, run_apart

QUESTION = "poll-em1-1"
OPTIONS = [option.id for option in QUESTIONS[QUESTION].options]
VOTERS, KILLS = 200, (6, 3)


@pytest.fixture(scope="module")
def safe_cluster() -> Iterator[Cluster]:
    """A PostgreSQL that waits for the disk."""
    cluster = started(is_safe=True)
    yield cluster
    cluster.stop()


@pytest.fixture
def safe_store(safe_cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    url = safe_cluster.fresh()
    monkeypatch.setenv(SETTING, url)
    yield
    postgresql.forget(url)
    safe_cluster.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    if request.param == "postgresql":
        request.getfixturevalue("safe_store")
    voters.many_files(4 * VOTERS)
    server = Served(tmp_path)
    server.start()
    yield server
    server.stop()


def test_two_hundred_voters_and_a_web_server_killed_many_times(server: Served) -> None:
    room, _ = opened(server.db, QUESTION)
    phones = voters.voters(server.db, room.code, VOTERS)

    async def disturbed() -> None:
        for _ in range(KILLS[bool(server.db.url)]):
            await asyncio.sleep(random.uniform(0.2, 0.7))
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
        await asyncio.sleep(0.3)

    run_apart(voters.until(server.port, phones, room.code, QUESTION, OPTIONS, disturbed, 0.5))
    nothing_lost(server, room.code, phones)


def test_two_hundred_voters_and_a_database_server_killed_between(
    safe_cluster: Cluster, safe_store: None, tmp_path: Path
) -> None:
    """PostgreSQL itself dies, all of it at once; the web server goes on, and its phones are told once it is back.

    The first death lasts until a phone has been told that its vote is not kept; the others may pass unnoticed.
    """
    voters.many_files(4 * VOTERS)
    server = Served(tmp_path)
    server.start()
    room, _ = opened(server.db, QUESTION)
    phones = voters.voters(server.db, room.code, VOTERS)

    async def disturbed() -> None:
        for each in range(3):
            await asyncio.sleep(random.uniform(0.3, 0.8))
            told = tried_again(phones)
            await asyncio.to_thread(safe_cluster.kill)
            async with asyncio.timeout(60):
                while each == 0 and tried_again(phones) == told:
                    await asyncio.sleep(0.05)
            await asyncio.sleep(random.uniform(0, 0.3))
            await asyncio.to_thread(safe_cluster.start)
        await asyncio.sleep(0.3)

    try:
        run_apart(voters.until(server.port, phones, room.code, QUESTION, OPTIONS, disturbed, 0.5))
    finally:
        server.stop()
    nothing_lost(server, room.code, phones)


def tried_again(phones: list[voters.Voter]) -> int:
    """Attempts beyond the first of each vote, of those that are answered and those under way."""
    return sum(max(0, each.attempts - each.number) for each in phones)


def nothing_lost(server: Served, code: str, phones: list[voters.Voter]) -> None:
    found = voters.account(server.db, code, QUESTION, phones, 0)
    assert found.lost == 0
    assert found.double == 0
    assert found.acknowledged >= VOTERS
    assert polls.state(server.db, code, QUESTION).n == VOTERS
    assert found.attempts > found.acknowledged  # the kills were felt
