"""One figure: ours beside another's, and the goal if there is one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Literal

Better = Literal["lower", "higher"]


@dataclass(frozen=True)
class Figure:
    """``value`` in ``unit``; ``peer`` is what it is held against, in the same unit.

    ``goal`` bounds the ratio (ours over the peer's; ``higher`` turns it round: how many times better we are), or the
    value itself where there is no peer or ``of_value`` is set. ``is_more``: more of it is better, as of reruns a
    second.
    """

    name: str
    value: float
    unit: str
    peer: float | None = None
    peer_name: str = ""
    goal: float | None = None
    better: Better = "lower"
    of_value: bool = False
    note: str = ""
    is_more: bool = False

    @property
    def ratio(self) -> float | None:
        """Ours over the peer's; with ``higher`` the peer's over ours. None without a peer or with a zero."""
        if self.peer is None or not self.peer or not self.value:
            return None
        return self.peer / self.value if self.better == "higher" and not self.is_more else self.value / self.peer

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is reached; None when there is none."""
        held = self._held
        if self.goal is None or held is None:
            return None
        return held >= self.goal if self._is_least else held <= self.goal

    @property
    def verdict(self) -> str:
        """ "met", how far off, or nothing where no goal is set."""
        if self.is_met is None:
            return ""
        if self.is_met:
            return "met"
        held, goal = self._held, self.goal or 1.0
        return f"gap {held / goal:.2f}" if held is not None else ""

    @property
    def goal_words(self) -> str:
        """The goal as a reader sees it."""
        if self.goal is None:
            return ""
        sign = ">=" if self._is_least else "<="
        return f"{sign} {self.goal:g} {self.unit}" if self._is_of_value else f"{sign} {self.goal:g}x"

    @property
    def _is_of_value(self) -> bool:
        return self.of_value or self.peer is None

    @property
    def _is_least(self) -> bool:
        """Whether the goal is a least, not a most."""
        return self.is_more or (self.better == "higher" and not self.of_value)

    @property
    def _held(self) -> float | None:
        return self.value if self._is_of_value else self.ratio

    def as_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        return {**asdict(self), "ratio": self.ratio, "is_met": self.is_met}


def alternating(runs: int, **parties: Callable[[], float]) -> dict[str, float]:
    """Each party's median over ``runs`` rounds; within a round they take turns, so that noise meets them alike."""
    taken: dict[str, list[float]] = {name: [] for name in parties}
    for _ in range(runs):
        for name, measure in parties.items():
            taken[name].append(measure())
    return {name: median(values) for name, values in taken.items()}
