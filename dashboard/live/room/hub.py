"""News of the rooms: one look at the database many times a second, for everybody who waits in this process.

The database is the only thing that processes share, so that replicas beside each other tell the same.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from dashboard.store import Database, StoreError, Watch, rooms

log = logging.getLogger("inkarta")
LOOK_SECONDS = 0.05
QUIET_SECONDS = 15.0
"""After so long without news a listener is woken anyway, so that a lost connection is noticed."""


class Hub:
    """Wakes listeners when a room has changed. Looks at the database only while somebody listens."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.marks: dict[str, tuple[int, int]] = {}
        self._changed = asyncio.Condition()
        self._listeners = 0
        self._looking: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="rooms")  # waits behind nobody's page

    async def listen(self, code: str) -> AsyncGenerator[tuple[int, int], None]:
        """(revision, tally) of a room: at once, at each change, and now and then without any.

        (0, 0) for a room that there is not.
        """
        self._listeners += 1
        try:
            async with self._starting:
                if self._looking is None or self._looking.done():
                    self.marks = await asyncio.to_thread(self._marks)
                    self._looking = asyncio.create_task(self._look())
            seen = self.marks.get(code, (0, 0))
            yield seen
            while True:
                async with self._changed:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(QUIET_SECONDS):
                            await self._changed.wait_for(lambda: self.marks.get(code, (0, 0)) != seen)  # noqa: B023
                seen = self.marks.get(code, (0, 0))
                yield seen
        finally:
            self._listeners -= 1

    def _marks(self) -> dict[str, tuple[int, int]]:
        with self.db.read() as con:
            return rooms.marks(con)

    async def _look(self) -> None:
        """Until nobody listens. A watch is cheaper than any query and hears of other processes' commits too."""
        watch: Watch | None = None
        loop = asyncio.get_running_loop()
        try:
            while self._listeners:
                await asyncio.sleep(LOOK_SECONDS)
                try:
                    if watch is None:
                        watch = await loop.run_in_executor(self._thread, self.db.watch)
                    if not watch.changed():
                        continue
                    found = await loop.run_in_executor(self._thread, self._marks)
                except StoreError as error:
                    log.warning("rooms cannot be read: %s", error)
                    if watch is not None:
                        watch.close()
                    watch = None
                    await asyncio.sleep(1)
                    continue
                async with self._changed:
                    if found != self.marks:
                        self.marks = found
                        self._changed.notify_all()
        finally:
            if watch is not None:
                watch.close()
