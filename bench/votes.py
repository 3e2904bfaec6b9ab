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
from statistics import quantiles

from bench import listeners, voters
from bench.figure import Figure
from bench.stage import HERE, ROOT, Stage, opened
from dashboard.live.polls.question_files import preloaded, to_json
from dashboard.store import FILE, Database, polls, rooms

NAME = "votes"
VOTERS, LISTENING, KILLS, WITHIN = 1000, 250, 20, 5.0
QUESTION = "poll-em1-1"


def measure() -> list[Figure]:
    """Acknowledgement and screen in an undisturbed room, then a room whose server is killed."""
    with opened() as stage:
        assert stage.snapshots.exists()
        voters.many_files(4 * VOTERS)
        return [*_calm(stage), *_killed(stage)]


def _calm(stage: Stage) -> list[Figure]:
    """The same voting before a screen alone, and before a screen and a hall of phones that listen."""
    server = stage.servers("product")["product"]
    found = []
    for phones in (0, LISTENING):
        db, code, options = _room(stage)
        room = voters.voters(db, code, VOTERS)
        hall = listeners.Hall(server.port, code, QUESTION)
        asyncio.run(_vote(server.port, code, options, room, hall, phones))
        waits = sorted(wait for each in room for wait in each.waits)
        beside = f"{phones} phones listening" if phones else "no phone listening"
        note = f"{VOTERS} phones, each once within {WITHIN:g} s, every one with a connection of its own"
        found += [
            Figure(f"a vote acknowledged, {name}, {beside}", at(waits, percent) * 1000, "ms", goal=goal, note=note)
            for name, percent, goal in (("median", 50, None), ("95th percentile", 95, 1000))
        ]
        late = until_seen(room, hall.screen)
        if not late:
            raise RuntimeError("the screen never had every vote")
        for name, percent, goal in (("median", 50, None), ("95th percentile", 95, 200)):
            note = "from a vote's acknowledgement until the screen has fetched a result that counts it"
            found.append(
                Figure(f"results on the screen, {name}, {beside}", at(late, percent) * 1000, "ms", goal=goal, note=note)
            )
        if phones:
            behind = hall.behind(VOTERS)
            note = f"{len(behind)} of {phones} phones had the last result"
            found.append(Figure("the last result on the last phone", max(behind) * 1000, "ms", note=note))
    return found


async def _vote(
    port: int, code: str, options: list[str], room: list[voters.Voter], hall: listeners.Hall, phones: int
) -> None:  # fmt: skip
    async with hall.listening([each.cookie for each in room[:phones]]):
        await voters.once(port, room, code, QUESTION, options, WITHIN)
        await asyncio.sleep(2.5)


def _killed(stage: Stage) -> list[Figure]:
    db, code, options = _room(stage)
    room = voters.voters(db, code, VOTERS)
    server = _Killed(stage)

    async def disturbed() -> None:
        for _ in range(KILLS):
            await asyncio.sleep(random.uniform(0.5, 3.0))
            await asyncio.to_thread(server.restart)
        await asyncio.sleep(1)

    try:
        asyncio.run(voters.until(server.port, room, code, QUESTION, options, disturbed, 2.0))
    finally:
        server.stop()
    kept = voters.account(db, code, QUESTION, room, 0)
    note = (
        f"{VOTERS} phones that go on voting, the server killed (kill -9) {KILLS} times: {kept.acknowledged} votes "
        f"acknowledged in {kept.attempts} attempts"
    )
    return [
        Figure("acknowledged votes lost", kept.lost, "votes", goal=0, note=note),
        Figure("votes counted twice", kept.double, "votes", goal=0, note=note),
    ]


def _room(stage: Stage) -> tuple[Database, str, list[str]]:
    db = Database(stage.home / FILE)
    room, _ = rooms.open_room(db, deck="bench", lang="sv", snapshot="bench", expected=VOTERS)
    one = next(each for each in preloaded() if each.id == QUESTION)
    polls.open_poll(db, room.code, one.id, kind=one.kind, is_sensitive=False, definition=to_json(one))
    polls.show_poll(db, room.code, one.id, is_shown=True)
    return db, room.code, [option.id for option in one.options]


class _Killed:
    """The product on one port, through any number of deaths."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.port = voters.port_apart()
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dashboard.cli", "serve", "--no-browser", "--host", HERE]
        return subprocess.Popen(
            [*command, "--port", str(self.port)], cwd=ROOT, env=self.stage.env(), stdout=subprocess.DEVNULL,
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
