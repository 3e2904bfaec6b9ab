"""What sets of amounts and things are compared by: concentration, overlap and spread, exact and without units."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

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
    exact = [Fraction(a) for a in amounts]
    whole = sum(exact)
    return 10_000 * sum((a * a for a in exact), Fraction()) / whole**2 if whole else None


def effective(index: Fraction | None) -> Fraction | None:
    """How many equally large ones would be as concentrated."""
    return 10_000 / index if index else None


def top_share(amounts: Collection[Amount], n: int) -> Fraction | None:
    """The share, 0 to 1, that the ``n`` largest have together; None when all come to nothing."""
    exact = sorted((Fraction(a) for a in amounts), reverse=True)
    whole = sum(exact)
    return sum(exact[:n], Fraction()) / whole if whole else None


def without_largest(amounts: Collection[Amount]) -> list[Fraction]:
    """All but the largest (one of them where several are)."""
    return sorted((Fraction(a) for a in amounts), reverse=True)[1:]


def jaccard(a: AbstractSet[str], b: AbstractSet[str]) -> Fraction | None:
    """What both have of what either has, 0 to 1; None when neither has anything."""
    either = len(a | b)
    return Fraction(len(a & b), either) if either else None


def spread(values: Iterable[Amount]) -> Spread | None:
    """Quartiles by linear interpolation between the two nearest values; None without values."""
    at = sorted(Fraction(value) for value in values)
    if not at:
        return None
    lower, median, upper = (_quantile(at, Fraction(q, 4)) for q in (1, 2, 3))
    return Spread(len(at), at[0], lower, median, upper, at[-1])


def _quantile(at: Sequence[Fraction], q: Fraction) -> Fraction:
    place = q * (len(at) - 1)
    low = int(place)
    return at[low] + (place - low) * (at[min(low + 1, len(at) - 1)] - at[low])
