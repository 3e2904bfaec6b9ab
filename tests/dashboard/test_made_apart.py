"""Files that wait for their turn to be made keep nobody from voting."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from dashboard.export import files
from dashboard.export.routes import ROUTES as EXPORT_ROUTES
from dashboard.live.polls.door import work
from dashboard.live.results import result_files
from dashboard.live.routes import ROUTES
from dashboard.store import Database, polls
from tests.dashboard.poll_world import opened

ONE = "poll-em1-1"
OWN = {"origin": "http://region.example", "accept": "application/json"}
MANY = 60
"""More than the threads that all requests share."""


class Held:
    """Makes a file only when it is let go of; how many were made at a time at most."""

    def __init__(self) -> None:
        self.began, self.free = threading.Event(), threading.Event()
        self.now = self.most = self.made = 0
        self._lock = threading.Lock()

    def __call__(self, *_: Any, **__: Any) -> bytes:
        with self._lock:
            self.now += 1
            self.made += 1
            self.most = max(self.most, self.now)
        self.began.set()
        assert self.free.wait(60)
        with self._lock:
            self.now -= 1
        return b"made"


async def come_in(client: httpx.AsyncClient, code: str) -> None:
    told = (await client.post(f"/r/{code}/in", headers=OWN)).json()
    sent = {"bricka": told["challenge"], "tal": str(work(told["challenge"], told["bits"]))}
    assert (await client.post(f"/r/{code}/in", data=sent, headers=OWN)).json() == {"known": True}


async def votes_while_files_wait(code: str, way: str, held: Held) -> tuple[Any, list[httpx.Response]]:
    app = Starlette(routes=[*EXPORT_ROUTES, *ROUTES])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://region.example", timeout=60) as client:
        await come_in(client, code)
        waiting = [asyncio.create_task(client.get(way)) for _ in range(MANY)]
        try:
            assert await asyncio.to_thread(held.began.wait, 60)
            async with asyncio.timeout(30):
                sent = {"fraga": ONE, "svar": "kommun", "nummer": "1"}
                voted = await client.post(f"/r/{code}/svar", data=sent, headers=OWN)
            assert not any(one.done() for one in waiting)
        finally:
            held.free.set()
        return voted.json(), await asyncio.gather(*waiting)


@pytest.mark.parametrize(
    ("way", "module", "maker", "most"),
    [
        (f"/rum/{{code}}/resultat/{ONE}.pptx", result_files, "question_file", 1),
        ("/rum/{code}/resultat.xlsx", result_files, "room_file", 1),
        ("/export/sweden/karta.png", files, "figure", 2),
    ],
)
def test_a_vote_is_answered_while_many_files_wait(
    room_home: Path, db: Database, monkeypatch: pytest.MonkeyPatch, way: str, module: Any, maker: str, most: int
) -> None:
    code = opened(db, ONE)[0].code
    polls.show_poll(db, code, ONE, is_shown=True)
    held = Held()
    monkeypatch.setattr(module, maker, held)
    voted, answers = asyncio.run(votes_while_files_wait(code, way.format(code=code), held))
    assert voted["outcome"] == "stored"
    assert polls.answers(db, code, ONE) == ["kommun"]
    assert {(one.status_code, one.content) for one in answers} == {(200, b"made")}
    assert (held.made, held.most) == (MANY, most)
