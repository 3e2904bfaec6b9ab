"""A social investment's present value against hand calculations, and what must hold for any assumptions."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.investment import EXAMPLE, FIELDS, PARTIES, Assumptions, moved, path, read, swings, value, written
from dashboard.payout import TermsError

PLAIN = replace(EXAMPLE, lost=Decimal(0), rate=Decimal(0))
ORE = Decimal("0.01")


def whole(least: int, most: int) -> st.SearchStrategy[Decimal]:
    return st.integers(least, most).map(Decimal)


assumptions = st.builds(
    Assumptions, people=whole(1, 200), basic=whole(0, 24), more=whole(0, 24), cost=whole(0, 50_000),
    effect=whole(0, 100), municipality=whole(0, 30_000), state=whole(0, 30_000), participants=whole(0, 30_000),
    lost=whole(0, 100), horizon=whole(1, 120), rate=whole(0, 30),
)  # fmt: skip


def test_without_discount_and_loss_it_is_plain_arithmetic() -> None:
    """20 persons for 12 months at 12 000 kr; then 6 persons more in work for 48 months at 9 000 + 7 000 + 2 000 kr."""
    found = value(PLAIN)
    assert found.cost == 20 * 12 * 12_000
    assert found.by_party == {
        "municipality": 6 * 48 * 9_000 - 2_880_000, "state": 6 * 48 * 7_000, "participants": 6 * 48 * 2_000,
    }  # fmt: skip
    assert found.net == 6 * 48 * 18_000 - 2_880_000
    assert found.months == 12 + 27  # 2 880 000 / 108 000 = 26.7 months in work
    assert found.effect == Decimal("16.67")  # 2 880 000 / (20 · 48 · 18 000) = 16.67 points


def test_the_discount_rate_is_yearly_and_paid_at_each_months_end() -> None:
    a = replace(PLAIN, people=Decimal(1), basic=Decimal(12), more=Decimal(0), cost=Decimal(100), horizon=Decimal(12),
                rate=Decimal(21))  # fmt: skip
    by_hand = sum(100 / 1.21 ** (month / 12) for month in range(1, 13))
    assert float(value(a).cost) == pytest.approx(by_hand, abs=0.005)


def test_the_effect_is_lost_at_its_yearly_rate() -> None:
    a = replace(PLAIN, basic=Decimal(0), more=Decimal(0), lost=Decimal(19), horizon=Decimal(13))
    gained = [after["net"] - before["net"] for before, after in zip(path(a), path(a)[1:], strict=False)]
    assert float(gained[12] / gained[0]) == pytest.approx(0.81, abs=1e-9)


@given(assumptions)
def test_the_parties_sum_to_the_net_and_the_path_ends_at_it(a: Assumptions) -> None:
    found, walked = value(a), path(a)
    assert sum(found.by_party.values()) == found.net
    assert len(walked) == a.horizon + 1
    assert abs(walked[-1]["net"] - found.net) <= 4 * ORE
    for name in PARTIES:
        assert abs(walked[-1][name] - found.by_party[name]) <= 2 * ORE


@given(assumptions)
def test_it_has_paid_for_itself_from_the_month_that_is_said_and_not_before(a: Assumptions) -> None:
    months, sums = value(a).months, [each["net"] for each in path(a)]
    if months is None:
        assert sums[-1] < 0
    else:
        assert all(each >= 0 for each in sums[months:])
        assert months == 0 or sums[months - 1] < 0


@given(assumptions)
def test_at_the_effect_that_is_needed_the_net_is_about_nothing(a: Assumptions) -> None:
    needed = value(a).effect
    if needed is not None:
        scale = sum(getattr(a, name) for name in PARTIES) * a.people * a.horizon
        assert abs(value(replace(a, effect=needed)).net) <= scale * Decimal("0.00006") + 3 * ORE


@given(assumptions, st.sampled_from(["effect", *PARTIES]))
def test_more_effect_or_gain_never_makes_it_worse_and_more_cost_never_better(a: Assumptions, name: str) -> None:
    more = replace(a, **{name: min(getattr(a, name) + 10, Decimal(100) if name == "effect" else Decimal(10**6))})
    assert value(more).net >= value(a).net - 3 * ORE
    assert value(replace(a, cost=a.cost + 10)).net <= value(a).net + 3 * ORE


@given(assumptions)
def test_swings_move_one_assumption_a_quarter_and_come_widest_first(a: Assumptions) -> None:
    found = swings(a)
    assert sorted(name for name, _, _ in found) == sorted(FIELDS)
    widths = [abs(high - low) for _, low, high in found]
    assert widths == sorted(widths, reverse=True)
    for name, low, high in found[:3]:
        less, more = moved(a, name)
        assert low == value(replace(a, **{name: less})).net
        assert high == value(replace(a, **{name: more})).net


@given(assumptions)
def test_assumptions_come_back_from_the_address(a: Assumptions) -> None:
    assert read(written(a)) == a
    assert set(written(a)) <= set("0123456789.,")


@pytest.mark.parametrize(
    "text",
    ["", "1,2", "0,6,6,1,1,1,1,1,1,60,3", "1,6.5,6,1,1,1,1,1,1,60,3", "1,6,6,1,101,1,1,1,1,60,3",
     "1,6,6,1,1,1,1,1,1,0,3", "1,6,6,1,1,1,1,1,1,361,3", "1,6,6,1,1,1,1,1,1,60,31", "NaN,6,6,1,1,1,1,1,1,60,3"],
)  # fmt: skip
def test_what_is_no_assumptions_falls_back(text: str) -> None:
    assert read(text) is None


def test_an_assumption_that_cannot_be_names_itself() -> None:
    with pytest.raises(TermsError) as caught:
        replace(EXAMPLE, effect=Decimal(101))
    assert caught.value.field == "effect"
