"""A social investment month by month: what it costs, what it gives whom, discounted, and what that hangs on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from dashboard.payout import TermsError

PARTIES = ("municipality", "state", "participants")
SHARE = Decimal("0.25")
"""How far one assumption at a time is moved."""
_ORE = Decimal("0.01")
_MOST = {
    "people": 10_000, "basic": 60, "more": 60, "cost": 10**7, "effect": 100, "municipality": 10**6, "state": 10**6,
    "participants": 10**6, "lost": 100, "horizon": 360, "rate": 30,
}  # fmt: skip
WHOLE = ("people", "basic", "more", "horizon")


@dataclass(frozen=True)
class Assumptions:
    """What is assumed; the amounts are kronor a month.

    ``people``: who take part. ``basic``, ``more``: months of the basic and of the continued course. ``cost``: for a
    participant a month, borne by the municipality. ``effect``: percentage points more in work than without. What a
    person in work gives: ``municipality``, ``state``, ``participants``. ``lost``: per cent of the effect lost each
    year. ``horizon``: months from the start. ``rate``: discount rate, per cent a year. Raises :class:`TermsError`.
    """

    people: Decimal
    basic: Decimal
    more: Decimal
    cost: Decimal
    effect: Decimal
    municipality: Decimal
    state: Decimal
    participants: Decimal
    lost: Decimal
    horizon: Decimal
    rate: Decimal

    def __post_init__(self) -> None:
        for each in fields(self):
            value, name = getattr(self, each.name), each.name
            if not (isinstance(value, Decimal) and value.is_finite() and 0 <= value <= _MOST[name]):
                raise TermsError(name)
            if value != value.quantize(Decimal(1) if name in WHOLE else _ORE):
                raise TermsError(name)
        if not self.people or not self.horizon:
            raise TermsError("horizon" if self.people else "people")

    @property
    def course(self) -> int:
        """Months of both courses."""
        return int(self.basic + self.more)


FIELDS = tuple(each.name for each in fields(Assumptions))
MONEY = ("cost", "municipality", "state", "participants")
EXAMPLE = Assumptions(*map(Decimal, (20, 6, 6, 12_000, 30, 9_000, 7_000, 2_000, 10, 60, 3)))
"""Round figures to begin with; the two courses' months are the source's. They are no result of any measure."""


@dataclass(frozen=True)
class Value:
    """Discounted, to the öre. ``by_party`` sums to ``net``; ``cost`` is what the courses cost.

    ``months``: the first month from which ``net`` so far stays at 0 or above; None when none within the horizon does.
    ``effect``: the percentage points at which ``net`` is 0; None when no effect of at most 100 would do.
    """

    cost: Decimal
    by_party: dict[str, Decimal]
    net: Decimal
    months: int | None
    effect: Decimal | None


@lru_cache(maxsize=512)
def value(a: Assumptions) -> Value:
    """The present value of the assumptions."""
    cost, able = (sum(part, Decimal(0)) for part in zip(*_flows(a), strict=True))
    parties = {name: _ore(able * a.effect / 100 * getattr(a, name)) for name in PARTIES}
    parties["municipality"] -= _ore(cost)
    worth = able * sum(getattr(a, name) for name in PARTIES)
    needed = 100 * cost / worth if worth else None
    return Value(
        _ore(cost), parties, sum(parties.values(), Decimal(0)), _month(a),
        needed.quantize(_ORE, ROUND_HALF_UP) if needed is not None and needed <= 100 else None,
    )  # fmt: skip


def path(a: Assumptions) -> list[dict[str, Decimal]]:
    """What each party has come to by the end of each month, from month 0: one of each of :data:`PARTIES`, and net."""
    sums = dict.fromkeys(PARTIES, Decimal(0))
    found = [{**sums, "net": Decimal(0)}]
    for out, able in _flows(a):
        for name in PARTIES:
            sums[name] += able * a.effect / 100 * getattr(a, name)
        sums["municipality"] -= out
        found.append({**sums, "net": sum(sums.values(), Decimal(0))})
    return found


def swings(a: Assumptions) -> list[tuple[str, Decimal, Decimal]]:
    """The net with each assumption a quarter lower and a quarter higher, all others as they are, widest first.

    Months are moved to whole ones, and what has a greatest value no further than that.
    """
    found = []
    for name in FIELDS:
        low, high = (value(_moved(a, name, sign)).net for sign in (-1, 1))
        found.append((name, low, high))
    return sorted(found, key=lambda swing: (-abs(swing[2] - swing[1]), FIELDS.index(swing[0])))


def moved(a: Assumptions, name: str) -> tuple[Decimal, Decimal]:
    """What an assumption is when moved down and up."""
    return getattr(_moved(a, name, -1), name), getattr(_moved(a, name, 1), name)


def written(a: Assumptions) -> str:
    """The assumptions as the address has them: the figures in the order of :data:`FIELDS`."""
    return ",".join(f"{getattr(a, name).normalize():f}" for name in FIELDS)


def read(text: str) -> Assumptions | None:
    """The assumptions of an address; None for anything that is none."""
    try:
        return Assumptions(*map(Decimal, text.split(",")))
    except (TermsError, TypeError, InvalidOperation):
        return None


def _flows(a: Assumptions) -> Iterator[tuple[Decimal, Decimal]]:
    """(cost, persons in work if the effect were 100 points) of each month to the horizon, both discounted."""
    discount = (1 + a.rate / 100) ** (Decimal(-1) / 12)
    kept = (1 - a.lost / 100) ** (Decimal(1) / 12) if a.lost < 100 else Decimal(0)
    factor, left = Decimal(1), Decimal(1)
    for month in range(1, int(a.horizon) + 1):
        factor *= discount
        if month <= a.course:
            yield a.people * a.cost * factor, Decimal(0)
        else:
            yield Decimal(0), a.people * left * factor
            left *= kept


def _month(a: Assumptions) -> int | None:
    sums = [each["net"] for each in path(a)]
    last = next((at for at in range(len(sums) - 1, -1, -1) if sums[at] < 0), None)
    if last is None:
        return 0
    return last + 1 if last + 1 < len(sums) else None


def _moved(a: Assumptions, name: str, sign: int) -> Assumptions:
    found = getattr(a, name) * (1 + sign * SHARE)
    found = found.quantize(Decimal(1) if name in WHOLE else _ORE, ROUND_HALF_UP)
    least = 1 if name in ("people", "horizon") else 0
    return replace(a, **{name: min(max(found, Decimal(least)), Decimal(_MOST[name]))})


def _ore(amount: Decimal) -> Decimal:
    return amount.quantize(_ORE, ROUND_HALF_UP)
