"""Heavy work in few threads of its own: what waits for its turn waits on the loop, in no thread that others need."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from anyio import CapacityLimiter, to_thread

P = ParamSpec("P")
T = TypeVar("T")


class Few:
    """``most`` pieces of work at a time in each event loop of this process, the rest in the order they came."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._limiters: WeakKeyDictionary[asyncio.AbstractEventLoop, CapacityLimiter] = WeakKeyDictionary()

    async def run(self, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """What ``work`` gives, worked out in a thread that is none of those that requests share."""
        loop = asyncio.get_running_loop()
        if loop not in self._limiters:
            self._limiters[loop] = CapacityLimiter(self.most)
        return await to_thread.run_sync(partial(work, *args, **named), limiter=self._limiters[loop])
