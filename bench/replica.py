"""A replica is killed (kill -9) while visitors use two behind HAProxy: how soon each is back, and with what."""

from __future__ import annotations

import asyncio

from bench.crowd import Told, gathering
from bench.felt import percentile
from bench.figure import Figure
from bench.replicas import Replicas, replicas
from bench.stage import opened

NAME = "replica"
VISITORS, THINK, BEFORE, AFTER = 40, 1.0, 4.0, 20.0


def measure() -> list[Figure]:
    """Half the visitors lose their server; the address says what they saw."""
    with opened() as stage, replicas(stage, 2) as running:
        return figures(asyncio.run(killed(running, VISITORS, THINK, BEFORE, AFTER)))


async def killed(running: Replicas, visitors: int, think: float, before: float, after: float) -> Told:
    """What visitors meet when the first replica dies ``before`` seconds after they have all arrived."""

    async def kill() -> None:
        await asyncio.sleep(before)
        await asyncio.to_thread(running.servers[0].kill)

    return await gathering(running.port, visitors, before + after, think, meanwhile=kill)


def figures(told: Told) -> list[Figure]:
    """Seconds from the broken connection's first choice to its answer."""
    note = f"{len(told.back)} of {VISITORS} sessions lost their server; from the choice that got no answer"
    back = told.back or [float("nan")]
    return [
        Figure("a session back, median", percentile(back, 50), "s", note=note),
        Figure("the last session back", max(back), "s", goal=10),
        Figure("sessions that lost what their address says", told.wrong, "", goal=0),
        Figure("sessions that did not come back", len(told.errors), "", goal=0, note="; ".join(set(told.errors))),
    ]
