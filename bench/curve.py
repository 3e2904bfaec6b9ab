"""How a cost grows with the operations from one size to the next, and where it bends."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from math import log

from bench.figure import Figure

BEND = 0.5
"""A cost that grows by more than this power of the operations is no longer flat; 1: as fast as they do."""


def powers(costs: Mapping[int, float]) -> dict[int, float]:
    """Size -> the power of the operations by which the cost has grown since the size before; free ones left out."""
    paid = [(rows, cost) for rows, cost in sorted(costs.items()) if rows > 0 and cost > 0]
    return {many: log(dear / cheap) / log(many / few) for (few, cheap), (many, dear) in pairwise(paid)}


def bend(costs: Mapping[int, float], most: float = BEND) -> int | None:
    """The first size on the way to which the cost grows by more than ``most``; None when it stays under."""
    return next((rows for rows, power in powers(costs).items() if power > most), None)


def grown(what: str, costs: Mapping[int, float], most: float = BEND) -> list[Figure]:
    """The last step as a figure, every step and the bend as its note; nothing with fewer than two sizes."""
    steps = powers(costs)
    if not steps:
        return []
    at = bend(costs, most)
    told = ", ".join(f"{power:.2f} to {rows:,}" for rows, power in steps.items())
    where = f"more than {most:g} on the way to {at:,}" if at else f"nowhere more than {most:g}"
    return [Figure(f"growth of {what}", list(steps.values())[-1], "power", note=f"{told}; {where}")]
