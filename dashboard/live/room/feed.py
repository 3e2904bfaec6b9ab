"""What everybody who listens to the same is told: read, counted and written once, then handed to each.

A hall of phones that hears of a vote costs one reading of the database and one text, however many they are. The
presenter's screens have a feed of their own, and phones are told a few at a time, so that the screen never waits for
them.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Final

log = logging.getLogger("inkarta")
Marks = tuple[int, int]
AT_ONCE: Final = 20
"""So many listeners are handed a text before others get the floor."""
SPREAD_SECONDS: Final = 0.25
"""Over so long a large hall is told."""
QUIET_SECONDS: Final = 15.0
"""The same text is sent again after so long, so that a lost connection is noticed."""


@dataclass(frozen=True)
class Text:
    """What is told at a moment. ``is_last``: nothing comes after it."""

    body: bytes
    is_last: bool = False


class Feed:
    """One room's news in one form. ``marks``: (revision, tally) at once and at each change, as :class:`.Hub` gives.

    ``make``: the text at these marks, None when there is none any longer. ``each``: what the audience does is told at
    most so often, in seconds; a new revision, which is the presenter's, is told at once.
    """

    def __init__(
        self, marks: Callable[[], AsyncGenerator[Marks]], make: Callable[[Marks], Awaitable[Text | None]], each: float
    ) -> None:
        self._marks, self._make, self._each = marks, make, each
        self._newest: Marks = (0, 0)
        self._changed = asyncio.Event()
        self._text: Text | None = None
        self._listeners: set[asyncio.Event] = set()
        self._running: asyncio.Task[None] | None = None

    @property
    def is_idle(self) -> bool:
        """Whether nobody listens."""
        return not self._listeners

    async def listen(self) -> AsyncGenerator[bytes]:
        """The newest text at once, and each that follows; what a slow listener missed is passed over."""
        mine = asyncio.Event()
        self._listeners.add(mine)
        try:
            if self._running is None or self._running.done():
                self._text = None
                self._running = asyncio.create_task(self._run())
            elif self._text is not None:
                mine.set()
            while True:
                await mine.wait()
                mine.clear()
                if self._text is None:
                    return
                yield self._text.body
                if self._text is None or self._text.is_last:
                    return
        finally:
            self._listeners.discard(mine)
            if not self._listeners and self._running is not None:
                self._running.cancel()
                self._running = None

    async def _run(self) -> None:
        hearing = asyncio.create_task(self._hear())
        seen, at, sent = -1, 0.0, 0.0
        try:
            while True:
                await self._change(hearing)
                while self._newest[0] == seen and (wait := at + self._each - time.monotonic()) > 0:
                    self._changed.clear()
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._changed.wait(), wait)
                self._changed.clear()
                marks = self._newest
                text = await self._make(marks)
                seen, at = marks[0], time.monotonic()
                if text is not None and self._text == text and at - sent < QUIET_SECONDS - 1:
                    continue
                self._text, sent = text, at
                await self._hand_out()
                if text is None or text.is_last:
                    return
        except Exception as error:  # noqa: BLE001 (whoever listens is let go, and comes back)
            log.warning("rooms: %s", error)
            self._text = None
        finally:
            hearing.cancel()
            if self._running is asyncio.current_task():
                for each in self._listeners:
                    each.set()

    async def _change(self, hearing: asyncio.Task[None]) -> None:
        """Wait for news; whatever ended the hearing is raised here."""
        waiting = asyncio.create_task(self._changed.wait())
        try:
            await asyncio.wait((waiting, hearing), return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        if hearing.done():
            hearing.result()

    async def _hear(self) -> None:
        async with aclosing(self._marks()) as every:
            async for marks in every:
                self._newest = marks
                self._changed.set()

    async def _hand_out(self) -> None:
        listeners = tuple(self._listeners)
        for n, each in enumerate(listeners, 1):
            each.set()
            if n % AT_ONCE == 0 and n < len(listeners):
                await asyncio.sleep(SPREAD_SECONDS * AT_ONCE / max(len(listeners), 12 * AT_ONCE))
