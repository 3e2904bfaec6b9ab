"""Many visitors at once: each has a websocket as a browser has it, looks at a page, chooses another län, thinks.

A visitor whose connection breaks comes back as Streamlit's own page does: it asks for the server's health, opens a new
websocket, and sends its address, with growing pauses from half a second.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

from bench.replicas import NAME
from bench.stage import HERE, LANS
from bench.wire import Held

TIMEOUT, FIRST_PAUSE = 60.0, 0.5
Look = Callable[[str, bytes], None]


@dataclass
class Told:
    """What a crowd met: seconds of first views, of reruns and of coming back; errors in words."""

    first: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)
    back: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    wrong: int = 0
    """Pages that came back with another län than their address has."""


class Visitor:
    """One session on a page. ``look`` sees (query, everything that the page is made of) at each run."""

    def __init__(self, port: int, told: Told, page: str = "lan", look: Look | None = None) -> None:
        self._port, self._told, self._page, self._look = port, told, page, look
        self._held = Held()
        self._bodies: dict[str, bytes] = {}
        self._ws: ClientConnection | None = None
        self._cookie = ""
        self._at = random.randrange(len(LANS))

    @property
    def query(self) -> str:
        """What stands in the address."""
        return f"lan={LANS[self._at]}"

    async def arrive(self) -> None:
        """The page itself, the websocket, the first run."""
        start = time.perf_counter()
        try:
            await self._get(f"/{self._page}?{self.query}")
            await self._open()
            await self._run()
        except (OSError, WebSocketException, RuntimeError, TimeoutError) as error:
            self._told.errors.append(f"first view: {error!r}")
            return
        self._told.first.append(time.perf_counter() - start)

    async def stay(self, until: float, think: float) -> None:
        """Choose, wait for the answer, think, until the time is up."""
        while time.perf_counter() < until and self._ws is not None:
            await asyncio.sleep(think * random.uniform(0.5, 1.5))
            if time.perf_counter() >= until:
                return
            self._at = (self._at + 1) % len(LANS)
            start = time.perf_counter()
            try:
                await self._run()
                self._told.again.append(time.perf_counter() - start)
            except (RuntimeError, TimeoutError) as error:
                self._told.errors.append(f"rerun: {error!r}")
            except (OSError, WebSocketException):
                await self._come_back(start)

    async def leave(self) -> None:
        """Close the tab."""
        if self._ws is not None:
            await self._ws.close()

    async def _come_back(self, lost: float) -> None:
        pause = FIRST_PAUSE
        while time.perf_counter() - lost < TIMEOUT:
            try:
                await self._get("/_stcore/health")
                self._held = Held()
                await self._open()
                sent = await self._run()
            except (OSError, WebSocketException, RuntimeError, TimeoutError):
                await asyncio.sleep(pause)
                pause *= 2
                continue
            self._told.back.append(time.perf_counter() - lost)
            self._told.wrong += _NAMES[LANS[self._at]].encode() not in sent
            return
        self._told.errors.append("never came back")
        self._ws = None

    async def _get(self, path: str) -> None:
        reader, writer = await asyncio.wait_for(asyncio.open_connection(HERE, self._port), TIMEOUT)
        try:
            cookie = f"cookie: {self._cookie}\r\n" if self._cookie else ""
            head = f"host: {NAME}\r\n{cookie}accept: text/html\r\nconnection: close\r\n\r\n"
            writer.write(f"GET {path} HTTP/1.1\r\n{head}".encode())
            got = (await asyncio.wait_for(reader.read(), TIMEOUT)).partition(b"\r\n\r\n")[0].decode("latin-1")
        finally:
            writer.close()
        if " 200" not in got.split("\r\n")[0]:
            raise OSError(got.split("\r\n")[0] or "no answer")
        self._take_cookie(got)

    async def _open(self) -> None:
        self._ws = await connect(
            f"ws://{NAME}/_stcore/stream", host=HERE, port=self._port, origin=f"https://{NAME}",  # type: ignore[arg-type]
            subprotocols=["streamlit"], compression=None, max_size=None, ping_interval=None, open_timeout=TIMEOUT,  # type: ignore[list-item]
            extensions=[ClientPerMessageDeflateFactory(client_max_window_bits=True)],
            additional_headers={"Cookie": self._cookie} if self._cookie else None, proxy=None,
        )  # fmt: skip
        response = self._ws.response
        self._take_cookie("\r\n".join(f"{n}: {v}" for n, v in response.headers.raw_items()) if response else "")

    def _take_cookie(self, head: str) -> None:
        found = re.search(r"(?mi)^set-cookie: (ik_server=\w+)", head)
        self._cookie = found[1] if found else self._cookie

    async def _run(self) -> bytes:
        """One rerun to its end; everything that was sent. Raises :class:`RuntimeError` for a page that failed."""
        assert self._ws is not None
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_name = self.query, self._page
        state.cached_message_hashes.extend(self._held.hashes)
        await self._ws.send(message.SerializeToString())
        sent: list[bytes] = []
        while True:
            raw: Any = await asyncio.wait_for(self._ws.recv(), TIMEOUT)
            got = ForwardMsg()
            got.ParseFromString(raw)
            kind = str(got.WhichOneof("type"))
            sent.append(self._bodies.get(got.ref_hash, raw) if kind == "ref_hash" else raw)
            self._held.keep(got, kind)
            if self._look and got.metadata.cacheable:
                self._bodies[got.hash] = raw
            if kind == "delta" and (
                got.delta.new_element.WhichOneof("type") == "exception"
                or 'class="ik-empty"' in got.delta.new_element.html.body
            ):
                raise RuntimeError(f"/{self._page}?{self.query} shows an error or nothing")
            if kind == "script_finished":
                break
        self._held.next_run()
        whole = b"".join(sent)
        if self._look:
            self._look(self.query, whole)
        return whole


async def gathering(
    port: int, number: int, seconds: float, think: float, *, page: str = "lan", look: Look | None = None,
    meanwhile: Callable[[], Any] | None = None,
) -> Told:  # fmt: skip
    """So many visitors at the same instant, who stay so long; what ``meanwhile`` makes is awaited while they stay."""
    told = Told()
    crowd = [Visitor(port, told, page, look) for _ in range(number)]
    await asyncio.gather(*(one.arrive() for one in crowd))
    until = time.perf_counter() + seconds
    more: Sequence[Any] = [meanwhile()] if meanwhile else []
    try:
        await asyncio.gather(*(one.stay(until, think) for one in crowd), *more)
    finally:
        await asyncio.gather(*(one.leave() for one in crowd), return_exceptions=True)
    return told


def _lan_names() -> dict[str, str]:
    from bench.peers.empty import NAMES as LAN

    return LAN


_NAMES = _lan_names()
