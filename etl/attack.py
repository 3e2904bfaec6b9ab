"""What a reader can work out about hidden counts from everything that is shown: sums, and a solver to undo them.

A hidden count is a whole number of at least 1, because a 0 is always shown. What is nowhere in the data at all is 0 or
more. Bounds are exact over whole numbers (HiGHS, mixed integer), so a cell that comes out wide cannot be narrowed by
any chain of additions and subtractions of the same figures.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import highspy

Key = Any
"""Any value that can be a key of a dict."""
CEILING = 10**8
"""No count of persons in Sweden is larger; a bound this high is none."""
_DIRECTIONS = 12
_WHOLE = 1e-6


@dataclass(frozen=True)
class Sum:
    """``total`` is the sum of ``parts``, but for ``gap`` where the publisher's own figures do not add up.

    Who attacks is taken to know the gap: the worst case.
    """

    total: Key
    parts: tuple[Key, ...]
    gap: int = 0

    @property
    def keys(self) -> tuple[Key, ...]:
        return (self.total, *self.parts)


@dataclass(frozen=True)
class Interval:
    """The least and greatest value that a hidden count can have; ``high`` None: no bound."""

    low: int
    high: int | None

    @property
    def width(self) -> int:
        """How many whole numbers it holds, :data:`CEILING` when it has no bound."""
        return CEILING if self.high is None else self.high - self.low + 1


def intervals(
    shown: Mapping[Key, int], hidden: Collection[Key], sums: Iterable[Sum], of: Collection[Key] | None = None
) -> dict[Key, Interval]:
    """The exact interval of each hidden count (``of``: of these only), from all that is shown and adds up.

    A cell in figures that contradict each other has no interval and is left out.
    """
    found: dict[Key, Interval] = {}
    for system in systems(shown, hidden, sums):
        for key in system.hidden:
            if of is None or key in of:
                bounds = system.bounds(key)
                if bounds is not None:
                    found[key] = bounds
    return found


def narrow(
    shown: Mapping[Key, int], hidden: Collection[Key], sums: Iterable[Sum], *, least: int
) -> dict[Key, Interval]:
    """The hidden counts that are not safe: too few values are possible, and one of them lies below ``least``."""
    found: dict[Key, Interval] = {}
    for system in systems(shown, hidden, sums):
        found |= system.narrow(least)
    return found


def protection(least: int) -> int:
    """How many values must remain possible: as many as ".." itself tells of (1–4 below 5), and two at least."""
    return max(2, least - 1)


class _Solver(highspy.Highs):
    """HiGHS to the last whole number, on one thread, and without the greeting that it prints on standard output."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()
        for name, value in (("output_flag", False), ("mip_rel_gap", 0.0), ("mip_abs_gap", 0.0), ("threads", 1)):
            self.setOptionValue(name, value)


class System:
    """Hidden counts that hang together, with the sums that they stand in."""

    def __init__(
        self, unknown: Collection[Key], hidden: Collection[Key], rows: list[tuple[dict[Key, int], int]]
    ) -> None:
        self._place = {key: number for number, key in enumerate(unknown)}
        self.hidden = [key for key in unknown if key in hidden]
        self._priced: tuple[Key, ...] = ()
        self._solver = solver = _Solver()
        for key in unknown:
            solver.addVar(1 if key in hidden else 0, CEILING)
        for factors, constant in rows:
            places = [self._place[key] for key in factors]
            solver.addRow(constant, constant, len(places), places, list(factors.values()))

    def narrow(self, least: int) -> dict[Key, Interval]:
        """As the function of that name. Each solution vouches for every cell, so that few need one of their own."""
        wanted = protection(least)
        lows: dict[Key, int] = {}
        highs: dict[Key, int] = {}
        chance = random.Random(len(self.hidden))  # noqa: S311 (directions to look in, no secret)
        left = self.hidden
        for _ in range(_DIRECTIONS):
            values = self._best({key: chance.choice((-1, 1)) for key in left})
            if values is None:
                return {}
            self._vouch(values, lows, highs)
            left = [key for key in left if highs[key] - lows[key] + 1 < wanted]
            if not left:
                return {}
        found = {}
        for key in left:
            for sign in (1, -1):
                values = self._best({key: sign})
                if values is not None and highs[key] - lows[key] + 1 < wanted:
                    self._vouch(values, lows, highs)
            interval = Interval(lows[key], highs[key])
            if interval.width < wanted and interval.low < least:
                found[key] = interval
        return found

    def bounds(self, key: Key) -> Interval | None:
        """The exact interval of one cell; None when the figures contradict each other."""
        least, most = self._best({key: 1}), self._best({key: -1})
        if least is None or most is None:
            return None
        place = self._place[key]
        return Interval(least[place], None if most[place] >= CEILING else most[place])

    def _vouch(self, values: list[int], lows: dict[Key, int], highs: dict[Key, int]) -> None:
        for key in self.hidden:
            value = values[self._place[key]]
            lows[key] = min(lows.get(key, value), value)
            highs[key] = max(highs.get(key, value), value)

    def _best(self, cost: Mapping[Key, int]) -> list[int] | None:
        """Whole numbers that fit, at the least cost; None when none do."""
        solver = self._solver
        for key in self._priced:
            solver.changeColCost(self._place[key], 0)
        for key, price in cost.items():
            solver.changeColCost(self._place[key], price)
        self._priced = tuple(cost)
        found = self._solved()
        if found is not None and any(abs(value - round(value)) > _WHOLE for value in found):
            self._integral(highspy.HighsVarType.kInteger)
            found = self._solved()
            self._integral(highspy.HighsVarType.kContinuous)
        return None if found is None else [round(value) for value in found]

    def _solved(self) -> list[float] | None:
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return list(self._solver.getSolution().col_value)

    def _integral(self, kind: highspy.HighsVarType) -> None:
        for place in self._place.values():
            self._solver.changeColIntegrality(place, kind)


def systems(shown: Mapping[Key, int], hidden: Collection[Key], sums: Iterable[Sum]) -> Iterable[System]:
    """The independent systems of equations that hidden counts stand in; a cell in no sum is alone in one."""
    rows: list[tuple[dict[Key, int], int]] = []
    group: dict[Key, Key] = {key: key for key in hidden}

    def root(key: Key) -> Key:
        while group[key] != key:
            group[key] = key = group[group[key]]
        return key

    for one in sums:
        factors: defaultdict[Key, int] = defaultdict(int)
        constant = one.gap
        for key, factor in ((one.total, 1), *((part, -1) for part in one.parts)):
            if key in shown and key not in hidden:
                constant -= factor * shown[key]
            else:
                factors[key] += factor
                group.setdefault(key, key)
        if factors:
            rows.append((dict(factors), constant))
            first, *others = factors
            for other in others:
                group[root(other)] = root(first)
    members: dict[Key, list[Key]] = defaultdict(list)
    for key in group:
        members[root(key)].append(key)
    of: dict[Key, list[tuple[dict[Key, int], int]]] = defaultdict(list)
    for row in rows:
        of[root(next(iter(row[0])))].append(row)
    secret = set(hidden)
    for head, unknown in members.items():
        if not secret.isdisjoint(unknown):
            yield System(unknown, secret, of[head])
