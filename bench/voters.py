"""Phones that vote: each keeps a connection, and sends a vote until it is acknowledged, whatever the server does."""

from __future__ import annotations

import asyncio
import json
import random
import resource
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from dashboard.live.polls.door import Door
from dashboard.store import Database, polls

HOST = "127.0.0.1"


@dataclass
class Voter:
    """A phone with a token. ``acked``: the last number and answer that the server said are kept.

    ``waits``: seconds from the first sending of a vote to its acknowledgement; ``at``: when that came.
    """

    token: str
    cookie: str
    number: int = 0
    acked: tuple[int, str] | None = None
    votes: int = 0
    attempts: int = 0
    waits: list[float] = field(default_factory=list)
    at: list[float] = field(default_factory=list)


def voters(db: Database, code: str, count: int) -> list[Voter]:
    """Phones that have come in already."""
    door = Door(polls.signing_key(db))
    tokens = [f"voter-{n:05d}-of-the-load" for n in range(count)]
    return [Voter(token, f"ik_voter_{code}={door.cookie(code, token)}") for token in tokens]


def many_files(count: int) -> None:
    """Let this process and its children hold so many connections, as far as the system lets them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard) if hard > 0 else count, hard))


def port_apart() -> int:
    """A free port that no client is given by chance.

    A phone that calls a dead server from the very port that it calls would hear itself, and hold the port.
    """
    while True:
        port = random.randrange(18_000, 30_000)
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port


class Line:
    """One kept-alive connection; opened again when it has broken."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, fields: dict[str, str], cookie: str) -> tuple[int, bytes]:
        """Status and body. Raises :class:`OSError` or :class:`EOFError` when the connection breaks."""
        body = urlencode(fields).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nhost: {HOST}:{self.port}\r\norigin: http://{HOST}:{self.port}\r\n"
            f"accept: application/json\r\ncontent-type: application/x-www-form-urlencoded\r\ncookie: {cookie}\r\n"
            f"content-length: {len(body)}\r\n\r\n"
        )
        return await self._ask(head.encode() + body)

    async def get(self, path: str, cookie: str = "") -> tuple[int, bytes]:
        """As :meth:`post`."""
        return await self._ask(f"GET {path} HTTP/1.1\r\nhost: {HOST}:{self.port}\r\ncookie: {cookie}\r\n\r\n".encode())

    async def _ask(self, sent: bytes) -> tuple[int, bytes]:
        try:
            if self._open is None:
                self._open = await asyncio.open_connection(HOST, self.port)
            reader, writer = self._open
            writer.write(sent)
            await writer.drain()
            lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
            length = next(int(line.split(":")[1]) for line in lines if line.startswith("content-length:"))
            return int(lines[0].split()[1]), await reader.readexactly(length)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None


async def vote(line: Line, voter: Voter, code: str, question: str, answer: str) -> None:
    """Send one vote until it is acknowledged."""
    voter.number += 1
    fields = {"fraga": question, "svar": answer, "lang": "sv", "nummer": str(voter.number)}
    start = time.perf_counter()
    pause = 0.05
    while True:
        voter.attempts += 1
        try:
            async with asyncio.timeout(15):
                status, body = await line.post(f"/r/{code}/svar", fields, voter.cookie)
        except (OSError, EOFError, TimeoutError, asyncio.IncompleteReadError):
            status = 599
        if status == 200:
            told = json.loads(body)
            if told["outcome"] not in ("stored", "same") or told["number"] != voter.number:
                raise AssertionError(told)
            now = time.perf_counter()
            voter.acked = (voter.number, answer)
            voter.votes += 1
            voter.waits.append(now - start)
            voter.at.append(now)
            return
        if status < 500:
            raise AssertionError((status, body))
        await asyncio.sleep(pause * random.uniform(0.5, 1.5))
        pause = min(1.0, pause * 2)


async def once(port: int, room: list[Voter], code: str, question: str, options: list[str], within: float) -> None:
    """Everybody votes once, spread over some seconds."""

    async def one(voter: Voter) -> None:
        line = Line(port)
        await asyncio.sleep(random.uniform(0, within))
        await vote(line, voter, code, question, random.choice(options))
        line.close()

    await asyncio.gather(*(one(each) for each in room))


async def until(
    port: int, room: list[Voter], code: str, question: str, options: list[str], over: Callable[[], Awaitable[None]],
    pause: float,
) -> None:  # fmt: skip
    """Everybody votes, and changes the vote again and again, for as long as ``over`` takes."""
    done = asyncio.Event()

    async def one(voter: Voter) -> None:
        line = Line(port)
        await asyncio.sleep(random.uniform(0, pause))
        while not done.is_set() or voter.acked is None:
            await vote(line, voter, code, question, options[voter.number % len(options)])
            await asyncio.sleep(random.uniform(0, 2 * pause))
        line.close()

    async def watch() -> None:
        try:
            await over()
        finally:
            done.set()

    await asyncio.gather(watch(), *(one(each) for each in room))


@dataclass(frozen=True)
class Account:
    """What the file says against what the phones were told."""

    acknowledged: int
    lost: int
    double: int
    attempts: int


def account(db: Database, code: str, question: str, room: list[Voter], tally_before: int) -> Account:
    """Lost: an acknowledged vote that is not what is kept. Double: a row that is nobody's, or a vote counted twice."""
    with db.read() as con:
        kept = {
            row["voter"]: (row["number"], polls.decoded(row["answer"]))
            for row in con.execute("SELECT * FROM vote WHERE room = ? AND question = ?", (code, question))
        }
        tally = con.execute("SELECT tally FROM room WHERE code = ?", (code,)).fetchone()[0]
    told = {polls.voter_of(code, question, each.token): each.acked for each in room if each.acked}
    lost = sum(kept.get(voter) != acked for voter, acked in told.items())
    votes = sum(each.votes for each in room)
    return Account(
        votes,
        lost,
        len(kept.keys() - told.keys()) + max(0, tally - tally_before - votes),
        sum(e.attempts for e in room),
    )
