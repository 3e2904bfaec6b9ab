"""A long soak: visitors come, click and go, round after round; memory, and what each way of collecting garbage costs.

The ways take turns, so that a busy machine is busy for all of them. ``INKARTA_BENCH_MINUTES`` says for how long.
Streamlit keeps a session that has gone for two minutes, at most 128 of them: growth counts from the middle on.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import linear_regression

from bench.collecting import WAYS
from bench.crowd import gathering
from bench.felt import percentile
from bench.figure import Figure
from bench.replicas import NAME as HOST
from bench.stage import ROOT, Server, Stage, opened

NAME = "soak"
MINUTES = float(os.environ.get("INKARTA_BENCH_MINUTES", "20"))
VISITORS, SECONDS = 16, 3.0
"""Visitors of a round, who never think, and how long they stay."""
GROWTH_MB = 10.0


@dataclass
class Soaked:
    """What one way has cost: seconds of reruns, processor time, and (sessions so far, MB) after each round."""

    waits: list[float] = field(default_factory=list)
    cpu: float = 0.0
    memory: list[tuple[int, float]] = field(default_factory=list)
    errors: int = 0

    @property
    def growth(self) -> float:
        """Megabytes a thousand sessions, from the middle on."""
        late = self.memory[len(self.memory) // 2 :]
        if len(late) < 2:
            return float("nan")
        return linear_regression([at for at, _ in late], [mb for _, mb in late]).slope * 1000


def measure() -> list[Figure]:
    """Rounds of every way in turn until the time is up."""
    with opened() as stage, ExitStack() as stack:
        servers = {}
        for way in WAYS:
            servers[way] = server(stage, way)
            stack.callback(servers[way].stop)
            servers[way].wait(180)
        soaked = {way: Soaked() for way in WAYS}
        until = time.monotonic() + MINUTES * 60
        while time.monotonic() < until:
            for way, each in servers.items():
                round_of(each, soaked[way])
    return figures(soaked)


def server(stage: Stage, way: str) -> Server:
    """The product with one way of collecting."""
    assert stage.snapshots.exists()
    command = [sys.executable, "-m", "bench.collecting", way, "{port}", HOST]
    return Server(command, stage.env(), ROOT)


def round_of(each: Server, soaked: Soaked) -> None:
    """Visitors come at once, click, and go."""
    before = each.cpu_seconds() or 0.0
    told = asyncio.run(gathering(each.port, VISITORS, SECONDS, 0))
    soaked.cpu += (each.cpu_seconds() or 0.0) - before
    soaked.waits += told.again
    soaked.errors += len(told.errors)
    sessions = soaked.memory[-1][0] if soaked.memory else 0
    soaked.memory.append((sessions + VISITORS, each.memory() or 0.0))


def figures(soaked: dict[str, Soaked]) -> list[Figure]:
    """Each way beside the way it is."""
    ours, found = soaked["as it is"], []

    def cost(of: Soaked) -> float:
        return of.cpu / max(1, len(of.waits)) * 1000

    for way, of in soaked.items():
        beside = {} if way == "as it is" else {"peer_name": "as it is"}
        note = f"{len(of.waits):,} reruns, {of.memory[-1][0]:,} sessions, {of.errors} errors"
        rows = (
            ("processor time a rerun and its share of a first view", cost, "ms", None),
            ("a rerun, 95th percentile", lambda x: percentile(x.waits or [0.0], 95) * 1000, "ms", None),
            ("memory at the end", lambda x: x.memory[-1][1], "MB", None),
            ("growth a thousand sessions", lambda x: x.growth, "MB", GROWTH_MB if way == "as it is" else None),
        )
        for words, value, unit, goal in rows:
            peer = value(ours) if beside and not words.startswith("growth") else None
            found.append(
                Figure(
                    f"{words}, {way}" if goal is None else words, value(of), unit, peer, beside.get("peer_name", ""),
                    goal, note=note if words.startswith("processor") else "",
                )
            )  # fmt: skip
    return found
