"""What an outcome contract pays, to the öre, and from which outcome the payer no longer loses.

The payer pays a fixed part whatever happens, and a price for every unit of outcome once a floor is reached: one price
up to the target, another beyond it, a bonus at the target, never more in all than the cap. What the delivery costs
beyond the fixed part is put up by the provider and an investor, who share what is paid for outcomes in the same
proportion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

ORE = Decimal("0.01")
LIMIT = 200
"""The greatest outcome that is looked at, in per cent of the target."""
_LARGEST = Decimal(10) ** 11


class TermsError(ValueError):
    """Terms that no contract can have. ``field``: the one that is wrong."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True)
class Terms:
    """A contract's terms, money in one currency.

    ``target``: units of outcome, more than 0. ``price``: for a unit up to the target; ``beyond``: for one beyond it.
    ``floor``: per cent of the target below which no outcome is paid for. ``bonus``: paid when the target is reached.
    ``fixed``: paid whatever happens. ``cap``: the most that is paid in all, the fixed part included. ``cost``: what the
    delivery costs. ``investor``: the investor's part, in per cent, of what the fixed part does not cover. ``saving``:
    what a unit of outcome is worth to the payer. Raises :class:`TermsError`.
    """

    target: Decimal
    price: Decimal
    beyond: Decimal
    floor: Decimal
    bonus: Decimal
    fixed: Decimal
    cap: Decimal
    cost: Decimal
    investor: Decimal
    saving: Decimal

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            most = {"floor": Decimal(LIMIT), "investor": Decimal(100)}.get(each.name, _LARGEST)
            if not (isinstance(value, Decimal) and value.is_finite() and 0 <= value <= most):
                raise TermsError(each.name)
            if value != value.quantize(ORE):
                raise TermsError(each.name)
        if not self.target:
            raise TermsError("target")
        if self.cap < self.fixed:
            raise TermsError("cap")

    @cached_property
    def exact(self) -> Mapping[str, Fraction]:
        """The terms as fractions."""
        return {each.name: Fraction(getattr(self, each.name)) for each in fields(self)}


FIELDS = tuple(each.name for each in fields(Terms))
EXAMPLE = Terms(*map(Decimal, (100, 40_000, 20_000, 25, 500_000, 1_000_000, 6_000_000, 4_000_000, 50, 60_000)))
"""Round figures to begin with. They are of no contract, and the page says so."""


@dataclass(frozen=True)
class Payout:
    """What one outcome means. ``units``: of outcome. The rest is money to the öre.

    ``total`` = ``fixed`` + ``paid`` = what provider and investor get together. ``provider``, ``investor``: what each
    gets. ``saving``: what the outcome is worth to the payer. ``payer_net``, ``provider_net``, ``investor_net``: what is
    left for each; they sum to the saving less the cost of delivery.
    """

    units: Decimal
    fixed: Decimal
    paid: Decimal
    total: Decimal
    provider: Decimal
    investor: Decimal
    saving: Decimal
    payer_net: Decimal
    provider_net: Decimal
    investor_net: Decimal


def payout(terms: Terms, units: Decimal | Fraction) -> Payout:
    """What is paid for so many units of outcome, and to whom. Raises ``ValueError`` below 0."""
    at = Fraction(units)
    if at < 0:
        raise ValueError("There is no outcome below 0.")
    total, saving = _ore(_due(terms, at)), _ore(at * terms.exact["saving"])
    paid = total - terms.fixed
    investor = _ore(Fraction(paid) * terms.exact["investor"] / 100)
    staked = stakes(terms)
    return Payout(
        units=_decimal(at), fixed=terms.fixed, paid=paid, total=total, provider=total - investor, investor=investor,
        saving=saving, payer_net=saving - total, provider_net=total - investor - terms.cost + staked["investor"],
        investor_net=investor - staked["investor"],
    )  # fmt: skip


def at_percent(terms: Terms, percent: Decimal | int) -> Payout:
    """What is paid at so many per cent of the target."""
    return payout(terms, Fraction(percent) * terms.exact["target"] / 100)


def stakes(terms: Terms) -> dict[str, Decimal]:
    """Who bears how much of the cost of delivery when there is no outcome at all: payer, provider, investor."""
    payer = min(terms.fixed, terms.cost)
    investor = _ore(Fraction(terms.cost - payer) * terms.exact["investor"] / 100)
    return {"payer": payer, "provider": terms.cost - payer - investor, "investor": investor}


def break_even(terms: Terms) -> Fraction | None:
    """The outcome, in units, from which the payer saves at least what is paid, at it and at every greater one.

    0 when the payer never loses; None when the payer loses at 200 per cent of the target.
    """
    corners = _corners(terms)
    if _net(terms, corners[-1]) < 0:
        return None
    for low, high in reversed(list(pairwise(corners))):
        start, end = _net(terms, low), _before(terms, low, high)
        if start < 0:
            return low + (high - low) * -start / (end - start)
    return Fraction(0)


def cap_at(terms: Terms) -> Fraction | None:
    """The least outcome, in units, at which the cap is reached; None when it is beyond 200 per cent of the target."""
    cap = terms.exact["cap"]
    corners = _corners(terms)
    return next((at for at in corners if _due(terms, at) == cap), None)


def shape(terms: Terms) -> list[tuple[Fraction, Fraction]]:
    """(units, what is due) where the payment bends or leaps, from 0 to the limit; two at one place where it leaps."""
    corners = _corners(terms)
    found = [(corners[0], _due(terms, corners[0]))]
    for low, high in pairwise(corners):
        before = 2 * _due(terms, (low + high) / 2) - _due(terms, low)
        found += [(high, before)] if before != _due(terms, high) else []
        found.append((high, _due(terms, high)))
    return found


def written(terms: Terms) -> str:
    """The terms as the address has them: the figures in the order of :data:`FIELDS`."""
    return ",".join(_short(getattr(terms, name)) for name in FIELDS)


def read(text: str) -> Terms | None:
    """The terms of an address; None for anything that is not terms."""
    try:
        return Terms(*map(Decimal, text.split(",")))
    except (TermsError, TypeError, InvalidOperation):
        return None


def _due(terms: Terms, at: Fraction) -> Fraction:
    t = terms.exact
    if at * 100 < t["floor"] * t["target"]:
        return t["fixed"]
    for_units = min(at, t["target"]) * t["price"] + max(at - t["target"], Fraction(0)) * t["beyond"]
    bonus = t["bonus"] if at >= t["target"] else 0
    return min(t["cap"], t["fixed"] + for_units + bonus)


def _net(terms: Terms, at: Fraction) -> Fraction:
    return at * terms.exact["saving"] - _due(terms, at)


def _before(terms: Terms, low: Fraction, high: Fraction) -> Fraction:
    """The net just before ``high``, on the straight line from ``low``: the payment may leap at ``high``."""
    middle = (low + high) / 2
    return 2 * _net(terms, middle) - _net(terms, low)


def _corners(terms: Terms) -> list[Fraction]:
    """Where the payment leaps or bends, from 0 to the limit."""
    t = terms.exact
    end = t["target"] * LIMIT / 100
    found = {Fraction(0), end, t["target"], t["floor"] * t["target"] / 100}
    room = t["cap"] - t["fixed"]
    if t["price"]:
        found.add(room / t["price"])
    if t["beyond"]:
        found.add(t["target"] + (room - t["bonus"] - t["target"] * t["price"]) / t["beyond"])
    return sorted(at for at in found if 0 <= at <= end)


def _ore(value: Fraction) -> Decimal:
    """To the öre, halves away from zero; exact for any size."""
    cents = abs(value) * 100
    whole = (2 * cents.numerator + cents.denominator) // (2 * cents.denominator)
    return Decimal(whole if value >= 0 else -whole).scaleb(-2)


def _decimal(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def _short(value: Decimal) -> str:
    return f"{value.normalize():f}"
