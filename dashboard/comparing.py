"""What sets of amounts and things are compared by: concentration, overlap and spread, exact and without units."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm

Amount = int | Decimal | Fraction


@dataclass(frozen=True)
class Spread:
    """How values lie: how many, the least, the quartiles and the most, in the values' own unit."""

    n: int
    least: Fraction
    lower: Fraction
    median: Fraction
    upper: Fraction
    most: Fraction


def hhi(amounts: Iterable[Amount]) -> Fraction | None:
    """The Herfindahl–Hirschman index: the sum of squared shares in per cent, above 0 and at most 10,000.

    Amounts are not negative. None when they come to nothing.
    """
    exact, _ = _whole(amounts)
    whole = sum(exact)
    return Fraction(10_000 * sum(a * a for a in exact), whole**2) if whole else None


def effective(index: Fraction | None) -> Fraction | None:
    """How many equally large ones would be as concentrated."""
    return 10_000 / index if index else None


def top_share(amounts: Collection[Amount], n: int) -> Fraction | None:
    """The share, 0 to 1, that the ``n`` largest have together; None when all come to nothing."""
    exact, _ = _whole(amounts)
    whole = sum(exact)
    return Fraction(sum(sorted(exact, reverse=True)[:n]), whole) if whole else None


def without_largest(amounts: Collection[Amount]) -> list[Fraction]:
    """All but the largest (one of them where several are)."""
    exact, unit = _whole(amounts)
    return [Fraction(a, unit) for a in sorted(exact, reverse=True)[1:]]


def _whole(amounts: Iterable[Amount]) -> tuple[list[int], int]:
    """The amounts as whole numbers of the largest unit that holds them all, and how many of it are one."""
    ratios = [a.as_integer_ratio() for a in amounts]
    unit = lcm(*{below for _, below in ratios})
    return [above * (unit // below) for above, below in ratios], unit


def jaccard(both: int, either: int) -> Fraction | None:
    """How much both have of what either has, 0 to 1; None when neither has anything."""
    return Fraction(both, either) if either else None


def spread(values: Iterable[Amount]) -> Spread | None:
    """Quartiles by linear interpolation between the two nearest values; None without values."""
    at = sorted(Fraction(value) for value in values)
    return spread_at(len(at), dict(enumerate(at)))


def spread_at(n: int, at: Mapping[int, Amount]) -> Spread | None:
    """The same of ``n`` values in order, of which those at :func:`quartile_places` are given; None without values."""
    if not n:
        return None
    lower, median, upper = (_quantile(n, at, Fraction(q, 4)) for q in (1, 2, 3))
    return Spread(n, Fraction(at[0]), lower, median, upper, Fraction(at[n - 1]))


def quartile_places(n: int) -> set[int]:
    """Which of ``n`` values in order, from 0, say how they lie."""
    lows = [q * (n - 1) // 4 for q in range(5)] if n else []
    return {place for low in lows for place in (low, min(low + 1, n - 1))}


def _quantile(n: int, at: Mapping[int, Amount], q: Fraction) -> Fraction:
    place = q * (n - 1)
    low = int(place)
    below = Fraction(at[low])
    return below + (place - low) * (Fraction(at[min(low + 1, n - 1)]) - below)
