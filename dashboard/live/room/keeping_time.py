"""Answers are deleted when their time is up, as long as a server runs: at its start and every hour after."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

from dashboard.store import Database, StoreError, retention

log = logging.getLogger("inkarta")
EVERY_SECONDS: Final = 3600.0


@asynccontextmanager
async def kept_in_time(database: Callable[[], Database]) -> AsyncIterator[None]:
    """Purge the database's rooms in the background."""
    task = asyncio.create_task(_purge(database))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _purge(database: Callable[[], Database]) -> None:
    while True:
        try:
            db = database()
            if db.exists():
                await asyncio.to_thread(retention.purge, db)
        except StoreError as error:
            log.error("rooms: %s", error)
        await asyncio.sleep(EVERY_SECONDS)
