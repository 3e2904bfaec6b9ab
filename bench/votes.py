"""Votes of a thousand phones: how long until each is on disk, and what is left when the server is killed many times.

The server is the whole product. What is on disk is compared with what each phone was told, vote by vote.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import quantiles

from bench import voters
from bench.figure import Figure
from bench.postgres import Cluster, NoServerError
from bench.stage import HERE, ROOT, Stage, opened
from dashboard.live.polls.question_files import preloaded, to_json
from dashboard.store import FILE, SETTING, Database, polls, postgresql, rooms

NAME = "votes"
VOTERS, KILLS, WITHIN = 1000, 20, 5.0
QUESTION = "poll-em1-1"
MEDIAN = "a vote on disk and acknowledged, median"
SLOW = "a vote on disk and acknowledged, 95th percentile"
SCREEN = "the count on screen, 95th percentile"


def measure() -> list[Figure]:
    """Acknowledgement and screen in an undisturbed room, then a room whose server is killed; on both engines."""
    with opened() as stage, _postgres() as cluster:
        assert stage.snapshots.exists()
        voters.many_files(4 * VOTERS)
        stores = {"SQLite": ""} | ({"PostgreSQL": cluster.fresh()} if cluster else {})
        calm = {name: _calm(stage, url) for name, url in stores.items()}
        found = _beside(calm["SQLite"], calm.get("PostgreSQL"))
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


def _beside(ours: dict[str, float], peer: dict[str, float] | None) -> list[Figure]:
    """SQLite's milliseconds with PostgreSQL's beside them; a goal is held against either."""
    note = f"{VOTERS} phones, each once within {WITHIN:g} s, every one with a connection of its own"
    screen = "from the acknowledgement of a vote to the news that it is counted, on one listener"
    found = []
    for name, goal, said in ((MEDIAN, None, note), (SLOW, 1000, note), (SCREEN, 200, screen)):
        if name in ours:
            other = (peer or {}).get(name)
            found.append(
                Figure(
                    name, ours[name], "ms", peer=other, peer_name="PostgreSQL" if other else "", goal=goal,
                    of_value=True, note=said,
                )
            )  # fmt: skip
            if other and goal:
                found.append(Figure(f"{name}, PostgreSQL", other, "ms", goal=goal))
    return found


def _calm(stage: Stage, url: str) -> dict[str, float]:
    """Milliseconds by what they are of."""
    server = _Killed(stage, url)
    try:
        server.wait()
        db, code, options = _room(stage, url)
        room = voters.voters(db, code, VOTERS)
        seen: list[tuple[float, int]] = []

        async def run() -> None:
            watching = asyncio.create_task(watch(server.port, code, seen))
            await asyncio.sleep(0.5)
            await voters.once(server.port, room, code, QUESTION, options, WITHIN)
            await asyncio.sleep(1)
            watching.cancel()

        asyncio.run(run())
    finally:
        server.stop()
    waits = sorted(wait for each in room for wait in each.waits)
    late = until_seen(room, seen)
    return {MEDIAN: at(waits, 50) * 1000, SLOW: at(waits, 95) * 1000} | ({SCREEN: at(late, 95) * 1000} if late else {})


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

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(20)


async def watch(port: int, code: str, seen: list[tuple[float, int]]) -> None:
    """Listen as a screen does: (when, how many votes were counted), for as long as the task lives."""
    reader, writer = await asyncio.open_connection(HERE, port)
    writer.write(f"GET /rum/{code}/nyheter HTTP/1.1\r\nhost: {HERE}:{port}\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n")[0]:
        return
    while line := await reader.readline():
        if line.startswith(b"data:"):
            told = json.loads(line[5:])
            seen.append((time.perf_counter(), told["tally"]))


def until_seen(room: list[voters.Voter], seen: list[tuple[float, int]]) -> list[float]:
    """Seconds from each acknowledgement to the first news that counts so many votes."""
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
