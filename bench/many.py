"""Many sessions on one process and on two replicas behind HAProxy: first views, reruns, reruns a second, memory.

``INKARTA_BENCH_SESSIONS=20,200,300`` chooses how many; the clients share the machine's cores with the servers.
"""

from __future__ import annotations

import asyncio
import os

from bench.crowd import Told, gathering
from bench.felt import percentile
from bench.figure import Figure
from bench.replicas import Replicas, replicas
from bench.stage import opened

NAME = "many"
SIZES = tuple(int(text) for text in os.environ.get("INKARTA_BENCH_SESSIONS", "20,50,100,200,300").split(","))
THINK, STAY = 5.0, 10.0
BUSY, BUSY_SECONDS = 12, 6.0
"""Visitors who never think, and for how long, where reruns a second are counted."""
PAGES = {"/lan": "lan", "/": ""}
AT_THINK, AT_MOST = 200, 300
"""Sizes that carry goals."""


def measure() -> list[Figure]:
    """One process and two replicas, each with every number of visitors, who all come at the same instant."""
    by_number: dict[int, dict[int, Told]] = {}
    rates: dict[int, dict[str, float]] = {}
    memory: dict[int, list[tuple[int, float]]] = {}
    with opened() as stage:
        for number in (1, 2):
            with replicas(stage, number) as running:
                rates[number] = {path: rate(running, page) for path, page in PAGES.items()}
                by_number[number], memory[number] = {}, []
                for size in SIZES:
                    held: list[float] = []
                    by_number[number][size] = asyncio.run(_stay(running, size, held))
                    memory[number].append((size, held[0]))
    return figures(by_number, rates, memory)


def rate(running: Replicas, page: str) -> float:
    """Reruns a second with visitors who do not think."""
    asyncio.run(gathering(running.port, BUSY, 2, 0, page=page))
    told = asyncio.run(gathering(running.port, BUSY, BUSY_SECONDS, 0, page=page))
    return len(told.again) / BUSY_SECONDS


async def _stay(running: Replicas, size: int, held: list[float]) -> Told:
    async def weighed() -> None:
        await asyncio.sleep(STAY * 0.9)
        held.append(running.memory())

    return await gathering(running.port, size, STAY, THINK, meanwhile=weighed)


def figures(
    by_number: dict[int, dict[int, Told]],
    rates: dict[int, dict[str, float]],
    memory: dict[int, list[tuple[int, float]]],
) -> list[Figure]:
    """Each size as figures; a goal stands where it was set for."""
    found = []
    for path in PAGES:
        for number in rates:
            goal = 100 if number == 2 else None
            peer = rates[1][path] if number == 2 else None
            found.append(
                Figure(
                    f"reruns a second, {of(number)}, {path}", rates[number][path], "/s", peer,
                    of(1) if peer else "", goal, of_value=True, is_more=True,
                    note=f"{BUSY} visitors who never think",
                )
            )  # fmt: skip
    for number, sizes in by_number.items():
        for size, told in sizes.items():
            words = f"{size} sessions, {of(number)}"
            first, again = told.first or [float("nan")], told.again or [float("nan")]
            note = f"{THINK:g} s think time, all come at the same instant; {len(told.again)} reruns"
            felt = 200 if (number, size) == (2, AT_THINK) else None
            seen = 10 if (number, size) == (2, AT_MOST) else None
            lost = 0 if (number, size) == (2, AT_MOST) else None
            found += [
                Figure(f"{words}: a first view, median", percentile(first, 50), "s", note=note),
                Figure(f"{words}: a first view, 95th percentile", percentile(first, 95), "s", goal=seen),
                Figure(f"{words}: a rerun, median", percentile(again, 50) * 1000, "ms"),
                Figure(f"{words}: a rerun, 95th percentile", percentile(again, 95) * 1000, "ms", goal=felt),
                Figure(
                    f"{words}: errors", len(told.errors), "", goal=lost, note="; ".join(sorted(set(told.errors))[:3])
                ),
            ]
        if len(memory[number]) > 1 and memory[number][0][1]:
            (few, before), (most, after) = memory[number][0], memory[number][-1]
            note = f"what {most - few} more sessions add, {before:,.0f} to {after:,.0f} MB"
            found.append(
                Figure(f"memory a session, {of(number)}", (after - before) / (most - few), "MB", goal=0.3, note=note)
            )
    return found


def of(number: int) -> str:
    """One process, or how many replicas."""
    return "one process" if number == 1 else f"{number} replicas"
