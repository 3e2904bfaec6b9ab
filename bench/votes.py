"""Votes of a thousand phones: how long until each is on disk, and what is left when the server is killed many times.

The server is the whole product. What is on disk is compared with what each phone was told, vote by vote.
"""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import quantiles

from bench import listeners, voters
from bench.figure import Figure
from bench.postgres import Cluster, NoServerError
from bench.stage import HERE, ROOT, Stage, cpu_seconds, opened
from dashboard.live.polls.question_files import preloaded, to_json
from dashboard.store import FILE, SETTING, Database, polls, postgresql, rooms

NAME = "votes"
VOTERS, WARM, LISTENING, KILLS, WITHIN = 1000, 100, 250, 20, 5.0
QUESTION = "poll-em1-1"


def measure() -> list[Figure]:
    """Acknowledgement and screen in an undisturbed room, then a room whose server is killed; on both engines."""
    with opened() as stage, _postgres() as cluster:
        assert stage.snapshots.exists()
        voters.many_files(4 * VOTERS)
        stores = {"SQLite": ""} | ({"PostgreSQL": cluster.fresh()} if cluster else {})
        found: list[Figure] = []
        for name, url in stores.items():
            found += _calm(stage, url, name)
        for name, url in stores.items():
            found += _killed(stage, url, name, None)
        if cluster:
            found += _killed(stage, stores["PostgreSQL"], "PostgreSQL, itself killed", cluster)
            postgresql.forget(stores["PostgreSQL"])
        return found


@contextmanager
def _postgres() -> Iterator[Cluster | None]:
    """A server of our own that waits for the disk; None where PostgreSQL is not installed."""
    try:
        cluster = Cluster(is_safe=True)
    except NoServerError:
        yield None
        return
    try:
        yield cluster
    finally:
        cluster.stop()


def _calm(stage: Stage, url: str, name: str) -> list[Figure]:
    """The same voting before a screen alone, and before a screen and a hall of phones that listen."""
    server = _Killed(stage, url)
    try:
        server.wait()
        _round(stage, url, server, WARM, 0)
        alone, with_hall = (_round(stage, url, server, VOTERS, phones) for phones in (0, LISTENING))
    finally:
        server.stop()
    listening, none = f"{LISTENING} phones listening", "no phone listening"
    note = f"{VOTERS} phones, each once within {WITHIN:g} s, every one with a connection of its own, {listening}"
    found = [
        Figure(
            f"{name}: a vote on disk and acknowledged, {of}", at(with_hall.waits, percent) * 1000, "ms",
            at(alone.waits, percent) * 1000, none, goal, of_value=True, note=note,
        )
        for of, percent, goal in (("median", 50, None), ("95th percentile", 95, 1000))
    ]  # fmt: skip
    note = f"from a vote's acknowledgement until the screen has fetched a result that counts it, {listening}"
    found += [
        Figure(
            f"{name}: results on the screen, {of}", at(with_hall.late, percent) * 1000, "ms",
            at(alone.late, percent) * 1000, none, goal, of_value=True, note=note,
        )
        for of, percent, goal in (("median", 50, None), ("95th percentile", 95, 200))
    ]  # fmt: skip
    note = f"{len(with_hall.behind)} of {LISTENING} phones had the last result, after the screen had it"
    found.append(Figure(f"{name}: the last result on the last phone", max(with_hall.behind) * 1000, "ms", note=note))
    if alone.cpu is not None and with_hall.cpu is not None:
        note = f"of the server's process while they vote, {listening}"
        found.append(Figure(f"{name}: processor time", with_hall.cpu, "s", alone.cpu, none, note=note))
    return found


@dataclass(frozen=True)
class _Round:
    """In seconds: acknowledgements, ways of votes to the screen, of the last result to each phone; processor time."""

    waits: list[float]
    late: list[float]
    behind: list[float]
    cpu: float | None


def _round(stage: Stage, url: str, server: _Killed, count: int, phones: int) -> _Round:
    db, code, options = _room(stage, url)
    room = voters.voters(db, code, count)
    hall = listeners.Hall(server.port, code, QUESTION)
    before = server.cpu_seconds()
    asyncio.run(_vote(server.port, code, options, room, hall, phones))
    after = server.cpu_seconds()
    late = until_seen(room, hall.screen)
    if not late:
        raise RuntimeError("the screen never had every vote")
    cpu = None if before is None or after is None else after - before
    return _Round(sorted(wait for each in room for wait in each.waits), late, hall.behind(count), cpu)


async def _vote(
    port: int, code: str, options: list[str], room: list[voters.Voter], hall: listeners.Hall, phones: int
) -> None:  # fmt: skip
    async with hall.listening([each.cookie for each in room[:phones]]):
        await voters.once(port, room, code, QUESTION, options, WITHIN)
        await asyncio.sleep(2.5)


def _killed(stage: Stage, url: str, name: str, cluster: Cluster | None) -> list[Figure]:
    """``cluster``: PostgreSQL dies instead of the product."""
    server = _Killed(stage, url)
    server.wait()
    db, code, options = _room(stage, url)
    room = voters.voters(db, code, VOTERS)

    async def disturbed() -> None:
        for _ in range(KILLS):
            await asyncio.sleep(random.uniform(0.5, 3.0))
            if cluster is None:
                await asyncio.to_thread(server.restart)
            else:
                await asyncio.to_thread(cluster.kill)
                await asyncio.sleep(random.uniform(0, 1))
                await asyncio.to_thread(cluster.start)
        await asyncio.sleep(1)

    try:
        asyncio.run(voters.until(server.port, room, code, QUESTION, options, disturbed, 2.0))
    finally:
        server.stop()
    kept = voters.account(db, code, QUESTION, room, 0)
    note = (
        f"{VOTERS} phones that go on voting, the {'database' if cluster else 'web'} server killed (kill -9) {KILLS} "
        f"times: {kept.acknowledged} votes acknowledged in {kept.attempts} attempts"
    )
    return [
        Figure(f"acknowledged votes lost, {name}", kept.lost, "votes", goal=0, note=note),
        Figure(f"votes counted twice, {name}", kept.double, "votes", goal=0, note=note),
    ]


def _room(stage: Stage, url: str) -> tuple[Database, str, list[str]]:
    db = Database(stage.home / FILE, url)
    room, _ = rooms.open_room(db, deck="bench", lang="sv", snapshot="bench", expected=VOTERS)
    one = next(each for each in preloaded() if each.id == QUESTION)
    polls.open_poll(db, room.code, one.id, kind=one.kind, is_sensitive=False, definition=to_json(one))
    polls.show_poll(db, room.code, one.id, is_shown=True)
    return db, room.code, [option.id for option in one.options]


class _Killed:
    """The product on one port and one database, through any number of deaths."""

    def __init__(self, stage: Stage, url: str) -> None:
        self._env = {**stage.env(), SETTING: url}
        self.port = voters.port_apart()
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dashboard.cli", "serve", "--no-browser", "--host", HERE]
        return subprocess.Popen(
            [*command, "--port", str(self.port)], cwd=ROOT, env=self._env, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def restart(self) -> None:
        """Once it answers and has done so for a while, kill it, and start it again."""
        self.wait()
        time.sleep(random.uniform(0.2, 1.5))
        self._process.kill()
        self._process.wait()
        self._process = self._start()

    def wait(self) -> None:
        for _ in range(900):
            try:
                urllib.request.urlopen(f"http://{HERE}:{self.port}/healthz", timeout=5).close()
                return
            except OSError:
                if self._process.poll() is not None:
                    raise RuntimeError(f"the server ended with {self._process.returncode}") from None
                time.sleep(0.1)
        raise RuntimeError("the server did not answer")

    def cpu_seconds(self) -> float | None:
        """Of the process that lives now."""
        return cpu_seconds(self._process.pid)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(20)


def until_seen(room: list[voters.Voter], seen: list[tuple[float, int]]) -> list[float]:
    """Seconds from each acknowledgement to the first result on the screen that counts so many votes."""
    acks = sorted(at for each in room for at in each.at)
    late = []
    for n, acked in enumerate(acks, 1):
        first = next((at for at, tally in seen if tally >= n), None)
        if first is not None:
            late.append(max(0.0, first - acked))
    return late if len(late) == len(acks) else []


def at(values: list[float], percent: int) -> float:
    """A percentile."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]
