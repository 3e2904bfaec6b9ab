"""A room's news, made once and handed to everybody: in order, the last one last, the presenter's at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import aclosing
from typing import Any

from dashboard.live.room import feed as feeding
from dashboard.live.room.feed import Feed, Marks, Text
from tests.dashboard.poll_world import run_apart

HALL = 250


class Source:
    """Marks that a test pushes, and how often they were made into a text."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[Marks] = asyncio.Queue()
        self.made: list[Marks] = []
        self.listening = 0

    async def marks(self) -> AsyncGenerator[Marks]:
        self.listening += 1
        try:
            yield (1, 0)
            while True:
                yield await self.queue.get()
        finally:
            self.listening -= 1

    async def text(self, marks: Marks) -> Text | None:
        self.made.append(marks)
        await asyncio.sleep(0)
        return None if marks == (0, 0) else Text(b"%d %d" % marks, marks[0] == 99)


def run(work: Callable[[Source], Awaitable[Any]]) -> Any:
    async def inside() -> Any:
        async with asyncio.timeout(20):
            return await work(Source())

    return run_apart(inside())


async def heard(feed: Feed, until: bytes) -> list[bytes]:
    found = []
    async with aclosing(feed.listen()) as every:
        async for body in every:
            found.append(body)
            if body == until:
                break
    return found


async def push(source: Source, marks: Iterable[Marks]) -> None:
    while not source.made:  # the first text is there
        await asyncio.sleep(0.001)
    for each in marks:
        source.queue.put_nowait(each)
        await asyncio.sleep(0.001)


def test_a_hall_costs_one_reading_a_change_and_everybody_ends_with_the_last() -> None:
    async def work(source: Source) -> tuple[list[list[bytes]], int]:
        feed = Feed(source.marks, source.text, 0.05)
        hall = [asyncio.create_task(heard(feed, b"1 300")) for _ in range(HALL)]
        await asyncio.sleep(0)
        await push(source, ((1, n) for n in range(1, 301)))
        found = await asyncio.gather(*hall)
        await asyncio.sleep(0.01)
        assert feed.is_idle
        return found, source.listening

    found, listening = run(work)
    assert {each[-1] for each in found} == {b"1 300"}
    assert listening == 0, "nobody listens any longer"
    for each in found:
        assert each == sorted(each, key=lambda body: int(body.split()[1]))
        assert len(each) < 100, "what came between was passed over"


def test_texts_are_made_once_however_many_listen() -> None:
    async def work(source: Source) -> list[Marks]:
        feed = Feed(source.marks, source.text, 0.02)
        hall = [asyncio.create_task(heard(feed, b"2 0")) for _ in range(HALL)]
        await asyncio.sleep(0.05)
        await push(source, [(2, 0)])
        await asyncio.gather(*hall)
        return source.made

    assert run(work) == [(1, 0), (2, 0)]


def test_what_the_presenter_does_waits_for_no_pace() -> None:
    async def work(source: Source) -> list[bytes]:
        feed = Feed(source.marks, source.text, 3600)
        one = asyncio.create_task(heard(feed, b"2 5"))
        await asyncio.sleep(0.01)
        await push(source, [(1, n) for n in range(1, 6)])  # votes: these wait their hour
        await push(source, [(2, 5)])
        return await one

    assert run(work) == [b"1 0", b"2 5"]


def test_the_same_text_is_not_sent_twice_and_who_comes_late_has_it_at_once() -> None:
    async def work(source: Source) -> tuple[list[bytes], list[bytes]]:
        async def same(marks: Marks) -> Text:
            source.made.append(marks)
            return Text(b"end" if marks[0] == 3 else b"same")

        feed = Feed(source.marks, same, 0)
        one = asyncio.create_task(heard(feed, b"end"))
        await push(source, [(1, 1), (1, 2), (2, 2)])
        late = asyncio.create_task(heard(feed, b"end"))
        await push(source, [(2, 3), (3, 3)])
        return await one, await late

    assert run(work) == ([b"same", b"end"], [b"same", b"end"])


def test_the_last_text_ends_it_and_so_does_a_fault() -> None:
    async def closed(source: Source) -> list[bytes]:
        feed = Feed(source.marks, source.text, 0)
        one = asyncio.create_task(heard(feed, b"never"))
        await push(source, [(99, 0)])
        return await one

    async def gone(source: Source) -> tuple[list[bytes], list[bytes]]:
        feed = Feed(source.marks, source.text, 0)
        one = asyncio.create_task(heard(feed, b"never"))
        await push(source, [(0, 0)])
        first = await one
        return first, await heard(feed, b"1 0")  # whoever comes after begins anew

    async def fault(source: Source) -> list[bytes]:
        async def broken(marks: Marks) -> Text:
            source.made.append(marks)
            if marks[0] == 2:
                raise OSError("no disk")
            return Text(b"x")

        one = asyncio.create_task(heard(Feed(source.marks, broken, 0), b"never"))
        await push(source, [(2, 0)])
        return await one

    assert run(closed) == [b"1 0", b"99 0"]
    assert run(gone) == ([b"1 0"], [b"1 0"])
    assert run(fault) == [b"x"]


def test_a_listener_that_is_slow_holds_nobody_up() -> None:
    async def work(source: Source) -> tuple[list[bytes], list[bytes]]:
        feed = Feed(source.marks, source.text, 0)
        slow: list[bytes] = []

        async def dawdle() -> None:
            async with aclosing(feed.listen()) as every:
                async for body in every:
                    slow.append(body)
                    await asyncio.sleep(0.2)
                    if body == b"1 40":
                        return

        one = asyncio.create_task(dawdle())
        quick = asyncio.create_task(heard(feed, b"1 40"))
        await push(source, ((1, n) for n in range(1, 41)))
        found = await quick
        await one
        return found, slow

    found, slow = run(work)
    assert found[-1] == b"1 40"
    assert slow[-1] == b"1 40"
    assert len(slow) < len(found), "what it missed was passed over"


def test_a_large_hall_is_told_a_few_at_a_time_so_that_others_get_the_floor() -> None:
    async def work(source: Source) -> int:
        feed = Feed(source.marks, source.text, 0)
        told: list[int] = []

        async def phone() -> None:
            async with aclosing(feed.listen()) as every:
                async for body in every:
                    if body == b"2 0":
                        told.append(1)
                        return

        hall = [asyncio.create_task(phone()) for _ in range(HALL)]
        await asyncio.sleep(0.1)
        source.queue.put_nowait((2, 0))
        while not told:
            await asyncio.sleep(0)
        some = len(told)
        await asyncio.gather(*hall)
        return some

    assert run(work) <= 2 * feeding.AT_ONCE
