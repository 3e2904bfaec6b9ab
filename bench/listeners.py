"""A screen that shows a room's results as they come, and phones that listen meanwhile, each on a stream of its own."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bench.voters import HOST, Line

_COUNT = re.compile(r"\D+")


class Hall:
    """``screen``: (when, how many votes the result on screen counts); ``phones``: the same for each phone's last."""

    def __init__(self, port: int, code: str, question: str) -> None:
        self.port, self.code, self.question = port, code, question
        self.screen: list[tuple[float, int]] = []
        self.phones: dict[int, tuple[float, int]] = {}

    @asynccontextmanager
    async def listening(self, cookies: Sequence[str]) -> AsyncIterator[None]:
        """The screen and a phone a cookie, from when all of them have heard something until the block ends."""
        ready = [asyncio.Event() for _ in range(len(cookies) + 1)]
        tasks = [asyncio.create_task(self._screen(ready[0]))]
        tasks += [asyncio.create_task(self._phone(n, cookie, ready[n + 1])) for n, cookie in enumerate(cookies)]
        await asyncio.wait_for(asyncio.gather(*(each.wait() for each in ready)), 60)
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def behind(self, votes: int) -> list[float]:
        """Seconds from when the screen had every vote until each phone had; phones that never had are left out."""
        first = next(when for when, n in self.screen if n >= votes)
        return [max(0.0, when - first) for when, n in self.phones.values() if n >= votes]

    async def _screen(self, ready: asyncio.Event) -> None:
        """As ``results.js``: news lead to one request at a time, and the last news to one more."""
        changed = asyncio.Event()

        async def hear() -> None:
            async for _ in _stream(self.port, f"/rum/{self.code}/nyheter", ""):
                ready.set()
                changed.set()

        hearing = asyncio.create_task(hear())
        line, had = Line(self.port), ""
        try:
            while True:
                await changed.wait()
                changed.clear()
                path = f"/rum/{self.code}/resultat/{self.question}.json?lang=sv&har={had}"
                status, body = await line.get(path)
                if status != 200:
                    raise RuntimeError((status, body[:200]))
                told = json.loads(body)
                had = told["signature"]
                counted = (item["words"]["n"].split("·")[0] for item in told["items"] if item["list"] == "rows")
                self.screen.append((time.perf_counter(), sum(int(_COUNT.sub("", each)) for each in counted)))
        finally:
            hearing.cancel()
            line.close()

    async def _phone(self, number: int, cookie: str, ready: asyncio.Event) -> None:
        lang = ("sv", "en")[number % 2]
        async for told in _stream(self.port, f"/rum/{self.code}/nyheter?lang={lang}", cookie):
            ready.set()
            counted = re.search(r'ik-lede">([\d\s,]+)', told["poll"]["results"])
            if counted:
                self.phones[number] = (time.perf_counter(), int(_COUNT.sub("", counted[1])))


async def _stream(port: int, path: str, cookie: str) -> AsyncIterator[dict[str, Any]]:
    reader, writer = await asyncio.open_connection(HOST, port, limit=2**20)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nhost: {HOST}:{port}\r\ncookie: {cookie}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.split(b"\r\n")[0]:
            raise RuntimeError(head.split(b"\r\n")[0])
        while line := await reader.readline():
            if line.startswith(b"data:"):
                yield json.loads(line[5:])
    finally:
        writer.close()
