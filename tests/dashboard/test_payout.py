"""What a contract pays: against hand calculations, and what must hold for any terms and any outcome."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dashboard.payout import (
    EXAMPLE,
    FIELDS,
    LIMIT,
    Terms,
    TermsError,
    at_percent,
    break_even,
    cap_at,
    payout,
    read,
    shape,
    stakes,
    written,
)

ORE = Decimal("0.01")


def money(most: int) -> st.SearchStrategy[Decimal]:
    return st.one_of(st.integers(0, most).map(Decimal), st.integers(0, most * 100).map(lambda n: Decimal(n) / 100))


@st.composite
def any_terms(draw: st.DrawFn) -> Terms:
    fixed = draw(money(10**7))
    return Terms(
        target=draw(st.integers(1, 500_000).map(lambda n: Decimal(n) / 100)), price=draw(money(10**5)),
        beyond=draw(money(10**5)), floor=draw(st.integers(0, LIMIT).map(Decimal)), bonus=draw(money(10**6)),
        fixed=fixed, cap=fixed + draw(money(10**8)), cost=draw(money(10**8)),
        investor=draw(st.integers(0, 10_000).map(lambda n: Decimal(n) / 100)), saving=draw(money(10**5)),
    )  # fmt: skip


outcomes = st.fractions(0, LIMIT, max_denominator=997)


def at(terms: Terms, percent: Any) -> Any:
    return payout(terms, Fraction(percent) * terms.exact["target"] / 100)


# By hand, with the terms that the page begins with: 100 units at 40 000 kr from 25 units on, 20 000 kr beyond the
# target, 500 000 kr at the target, 1 000 000 kr in any case, at most 6 000 000 kr, half of 3 000 000 kr at risk each.
@pytest.mark.parametrize(
    ("percent", "total", "provider", "investor", "saving", "nets"),
    [
        (0, "1000000", "1000000", "0", "0", ("-1000000", "-1500000", "-1500000")),
        (24, "1000000", "1000000", "0", "1440000", ("440000", "-1500000", "-1500000")),
        (25, "2000000", "1500000", "500000", "1500000", ("-500000", "-1000000", "-1000000")),
        (50, "3000000", "2000000", "1000000", "3000000", ("0", "-500000", "-500000")),
        (99, "4960000", "2980000", "1980000", "5940000", ("980000", "480000", "480000")),
        (100, "5500000", "3250000", "2250000", "6000000", ("500000", "750000", "750000")),
        (125, "6000000", "3500000", "2500000", "7500000", ("1500000", "1000000", "1000000")),
        (200, "6000000", "3500000", "2500000", "12000000", ("6000000", "1000000", "1000000")),
    ],
)
def test_the_example_by_hand(
    percent: int, total: str, provider: str, investor: str, saving: str, nets: tuple[str, str, str]
) -> None:
    found = at_percent(EXAMPLE, percent)
    assert (found.total, found.provider, found.investor, found.saving) == tuple(
        map(Decimal, (total, provider, investor, saving))
    )
    assert (found.payer_net, found.provider_net, found.investor_net) == tuple(map(Decimal, nets))


def test_the_examples_break_even_cap_and_stakes_by_hand() -> None:
    assert break_even(EXAMPLE) == 50
    assert cap_at(EXAMPLE) == 125
    assert stakes(EXAMPLE) == {"payer": 1_000_000, "provider": 1_500_000, "investor": 1_500_000}


def test_half_an_ore_goes_up_and_the_rest_to_the_provider() -> None:
    terms = replace(EXAMPLE, price=Decimal("0.03"), floor=Decimal(0), fixed=Decimal(0), bonus=Decimal(0))
    found = payout(terms, Decimal(1) / 2)
    assert (found.total, found.investor, found.provider) == (Decimal("0.02"), Decimal("0.01"), Decimal("0.01"))
    found = payout(terms, 1)
    assert (found.total, found.investor, found.provider) == (Decimal("0.03"), Decimal("0.02"), Decimal("0.01"))


@given(any_terms())
def test_without_any_outcome_only_the_fixed_part_is_paid_when_there_is_a_floor(terms: Terms) -> None:
    found = at_percent(replace(terms, floor=max(terms.floor, Decimal(1))), 0)
    assert (found.total, found.paid, found.investor, found.saving) == (terms.fixed, 0, 0, 0)
    assert at_percent(replace(terms, floor=Decimal(0)), 0).total == terms.fixed


@given(any_terms())
def test_at_the_target_what_the_terms_say_is_paid(terms: Terms) -> None:
    terms = replace(terms, floor=min(terms.floor, Decimal(100)))
    stated = terms.fixed + terms.target * terms.price + terms.bonus
    assert at_percent(terms, 100).total == min(terms.cap, stated.quantize(ORE, "ROUND_HALF_UP"))


@given(any_terms(), outcomes)
def test_never_above_the_cap_never_below_the_fixed_part(terms: Terms, percent: Fraction) -> None:
    assert terms.fixed <= at(terms, percent).total <= terms.cap


@given(any_terms(), outcomes, outcomes)
def test_more_outcome_never_pays_less(terms: Terms, one: Fraction, other: Fraction) -> None:
    low, high = sorted((one, other))
    assert at(terms, low).total <= at(terms, high).total
    assert at(terms, low).investor <= at(terms, high).investor


@given(any_terms(), outcomes)
def test_the_parts_sum_to_the_total_and_the_nets_to_saving_less_cost_to_the_ore(
    terms: Terms, percent: Fraction
) -> None:
    found = at(terms, percent)
    assert found.fixed + found.paid == found.total == found.provider + found.investor
    assert min(found.provider, found.investor, found.paid) >= 0
    assert found.payer_net + found.provider_net + found.investor_net == found.saving - terms.cost
    assert sum(stakes(terms).values()) == terms.cost
    for each in vars(found).values():
        assert each == each.quantize(Decimal("0.0001"))


@given(any_terms(), outcomes)
def test_from_the_break_even_on_the_payer_never_loses_and_at_it_saving_is_payment(
    terms: Terms, percent: Fraction
) -> None:
    found = break_even(terms)
    units = percent * terms.exact["target"] / 100
    end = terms.exact["target"] * LIMIT / 100
    if found is None:
        assert payout(terms, end).payer_net < ORE
        return
    assert 0 <= found <= end
    here = payout(terms, found)
    if found:
        assert abs(here.saving - here.total) <= ORE
        just_before = payout(terms, found - found / 10**6)
        assert just_before.payer_net <= ORE
    if units >= found:
        assert payout(terms, units).payer_net >= -ORE


@given(any_terms())
def test_there_is_no_break_even_when_nothing_is_saved_and_something_is_paid(terms: Terms) -> None:
    assume(terms.fixed > 0)
    assert break_even(replace(terms, saving=Decimal(0))) is None


@given(any_terms())
def test_the_cap_is_reached_where_it_is_said_to_be_and_not_before(terms: Terms) -> None:
    found = cap_at(terms)
    if found is None:
        assert at(terms, LIMIT).total < terms.cap or at(terms, LIMIT).total - terms.cap < ORE
    else:
        assert payout(terms, found).total == terms.cap
        if found:
            assert payout(terms, found * Fraction(999, 1000)).total <= terms.cap


@given(any_terms(), st.floats(0, 1))
def test_the_drawn_line_is_the_payment(terms: Terms, part: float) -> None:
    points = shape(terms)
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    assert (points[0][0], points[-1][0]) == (0, terms.exact["target"] * LIMIT / 100)
    for (x, y), (x2, y2) in pairwise(points):
        if x < x2:
            middle = x + (x2 - x) * Fraction(part).limit_denominator(1000) * Fraction(998, 1000)
            on_line = y + (y2 - y) * (middle - x) / (x2 - x)
            assert abs(Fraction(payout(terms, middle).total) - on_line) <= Fraction(1, 100)


@given(any_terms())
def test_terms_come_back_from_the_address(terms: Terms) -> None:
    text = written(terms)
    assert read(text) == terms
    assert set(text) <= set("0123456789.,")
    assert len(text) <= 200


@pytest.mark.parametrize(
    "text",
    ["", "1", "1,2,3", ",,,,,,,,,", "0,1,1,1,1,1,1,1,1,1", "1,1,1,1,1,9,8,1,1,1", "1,1,1,201,1,1,1,1,1,1",
     "1,1,1,1,1,1,1,1,101,1", "1,1,1,1,1,1,1,1,1,1,1", "1,1.001,1,1,1,1,1,1,1,1", "1,999999999999,1,1,1,1,1,1,1,1",
     "NaN,1,1,1,1,1,1,1,1,1", "1,-1,1,1,1,1,1,1,1,1", "1..2,1,1,1,1,1,1,1,1,1", "Infinity,1,1,1,1,1,1,1,1,1"],
)  # fmt: skip
def test_what_is_no_terms_falls_back(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize("field", FIELDS)
def test_a_term_that_cannot_be_names_itself(field: str) -> None:
    with pytest.raises(TermsError) as caught:
        replace(EXAMPLE, **{field: Decimal(-1)})
    assert caught.value.field == field


def test_no_outcome_lies_below_nothing() -> None:
    with pytest.raises(ValueError, match="below 0"):
        payout(EXAMPLE, Decimal(-1))
