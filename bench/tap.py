"""A counting tap between browser and server: what truly crosses the wire, headers and compression included."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

HERE = "127.0.0.1"


class Tap:
    """``url`` stands for the server; ``received`` counts the bytes that it sent."""

    def __init__(self, port: int) -> None:
        self.received = 0
        self.url = ""
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._is_up = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Listen on a port of its own."""
        self._thread.start()
        self._is_up.wait(10)

    def stop(self) -> None:
        """Close every connection and end the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _run(self) -> None:
        server = self._loop.run_until_complete(asyncio.start_server(self._between, HERE, 0))
        self.url = f"http://{HERE}:{server.sockets[0].getsockname()[1]}"
        self._is_up.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(self._end())
        self._loop.close()

    async def _end(self) -> None:
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _between(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.CancelledError):
            back, forth = await asyncio.open_connection(HERE, self._port)
            await asyncio.gather(self._pass(reader, forth, counts=False), self._pass(back, writer, counts=True))

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, counts: bool) -> None:
        with suppress(OSError):
            while data := await source.read(1 << 16):
                self.received += len(data) if counts else 0
                target.write(data)
                await target.drain()
        with suppress(OSError):
            target.close()


@contextmanager
def tapped(port: int) -> Iterator[Tap]:
    """A tap before the server on ``port``."""
    tap = Tap(port)
    tap.start()
    try:
        yield tap
    finally:
        tap.stop()
