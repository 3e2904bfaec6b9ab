"""The ballot box: votes that come while others are written wait, and are then written together.

A write to disk costs milliseconds however many votes it holds, so a room of a thousand waits for some writes and not
for a thousand. Nobody is told of a vote before it is on disk.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from dashboard import metrics
from dashboard.store import Database, polls
from dashboard.store.polls import Ballot, Receipt

MOST: Final = 500


class Box:
    """For one database and one event loop."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self._waiting: list[tuple[Ballot, asyncio.Future[Receipt]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ballots")

    async def cast(self, ballot: Ballot) -> Receipt:
        """Keep a vote; on return it is on disk. Raises :class:`dashboard.store.StoreError`."""
        done: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self._waiting.append((ballot, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await done

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            try:
                receipts = await loop.run_in_executor(self._thread, polls.cast, self.db, [one for one, _ in batch])
            except Exception as error:  # noqa: BLE001 (whoever waits is told, and the next are tried)
                for _, done in batch:
                    if not done.done():
                        done.set_exception(error)
                continue
            metrics.votes.inc(sum(receipt.outcome == "stored" for receipt in receipts))
            for (_, done), receipt in zip(batch, receipts, strict=True):
                if not done.done():
                    done.set_result(receipt)
