"""A portfolio in one word of the address, and what portfolios are compared by: round trip, bounds, symmetry."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashboard.comparing import effective, hhi, jaccard, quartile_places, spread, spread_at, top_share, without_largest
from dashboard.portfolio import MOST, WHOLE, selection, spec
from dashboard.questions.behind import Mark, mark
from dashboard.selection import FACETS, Selection, decode

codes = st.text("abcåäö019.+:@_-", min_size=1, max_size=9)
many = st.lists(codes, unique=True, max_size=3).map(tuple)
words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60).map(
    lambda text: " ".join(text.split()[:8])
)
filters = st.builds(
    Selection, **dict.fromkeys(FACETS, many), q=words, portfolj=st.sampled_from(["sverige", "utland", "import_åre"])
)
amounts = st.lists(st.decimals(0, 10**12, places=2), max_size=30)


@example(Selection())
@example(Selection(q="100 % ~ * @ / ?&=+ \U0001f600"))
@given(filters)
def test_a_filter_comes_back_from_its_word_and_the_address_carries_it(sel: Selection) -> None:
    word = spec(sel)
    if word is None:
        return
    assert 0 < len(word) <= MOST
    assert selection(word) == sel
    assert decode({"p3": word}).p3 == word


@pytest.mark.parametrize("text", ["fond~ESF_PLUS*lan~18,05", "lan~18,05*fond~ESF_PLUS"])
def test_the_facets_stand_in_any_order(text: str) -> None:
    assert selection(text) == Selection(fond=("ESF_PLUS",), lan=("18", "05"))


def test_nothing_is_the_whole_of_swedens() -> None:
    assert selection("") == selection(WHOLE) == Selection()
    assert spec(Selection()) == WHOLE


@pytest.mark.parametrize(
    "text",
    ["~", "*", "fond", "fond~", "~ESF", "fond~ESF*", "fond~ESF*fond~ESF", "hemligt~1", "lang~en", "fond~E SF", "lan~1,",
     "portfolj~hemlig", "q~@110000@@", "q~ ", "matt~granted_support", "fond~" + "x" * 81, "fond~ESF*lan", "p1~alla",
     ",".join(["lan~18"] * 99)],
)  # fmt: skip
def test_a_malformed_word_is_no_portfolio(text: str) -> None:
    assert selection(text) is None


@given(st.text(max_size=60) | st.text("fondlaq~*,@1 é", max_size=30))
def test_no_word_is_an_exception(text: str) -> None:
    found = selection(text)
    assert found is None or selection(spec(found) or WHOLE) == found


def test_a_filter_too_long_for_an_address_has_no_word() -> None:
    assert spec(Selection(kommun=tuple(f"{n:080}" for n in range(9)))) is None


@given(amounts)
def test_the_index_lies_between_equal_shares_and_one_owner(values: list[Decimal]) -> None:
    index, some = hhi(values), [v for v in values if v]
    if not some:
        assert index is top_share(values, 3) is effective(index) is None
        return
    assert index is not None
    assert Fraction(10_000, len(some)) <= index <= 10_000
    assert 1 <= (effective(index) or 0) <= len(some)
    assert hhi(v * 3 for v in values) == index
    one, three = top_share(values, 1), top_share(values, 3)
    assert one is not None
    assert three is not None
    assert one**2 * 10_000 <= index <= one * 10_000
    assert one <= three <= 1
    left = without_largest(values)
    assert len(left) == len(values) - 1
    assert sum(left) + max(map(Fraction, values)) == sum(map(Fraction, values))


def test_the_index_by_hand() -> None:
    assert hhi([50, 30, 20]) == 3800  # 2500 + 900 + 400
    assert hhi([Decimal("0.01")] * 4) == 2500
    assert top_share([50, 30, 15, 5], 3) == Fraction(95, 100)
    assert top_share(without_largest([50, 30, 15, 5]), 1) == Fraction(3, 5)


def test_overlap_is_what_both_have_of_what_either_has() -> None:
    assert [jaccard(0, 4), jaccard(1, 4), jaccard(4, 4)] == [0, Fraction(1, 4), 1]
    assert jaccard(0, 0) is None


@given(amounts)
def test_quartiles_hang_on_few_places(values: list[Decimal]) -> None:
    in_order = sorted(values)
    places = quartile_places(len(values))
    assert len(places) <= 10
    assert spread_at(len(values), {at: in_order[at] for at in places}) == spread(values)


@given(amounts)
def test_quartiles_are_in_order_and_within(values: list[Decimal]) -> None:
    lies = spread(values)
    if not values:
        assert lies is None
        return
    assert lies is not None
    assert min(values) == lies.least <= lies.lower <= lies.median <= lies.upper <= lies.most == max(values)
    assert sum(v <= lies.median for v in values) * 2 >= len(values) <= sum(v >= lies.median for v in values) * 2


def test_quartiles_by_hand() -> None:
    lies = spread([4, 1, 3, 2])
    assert lies is not None
    assert (lies.lower, lies.median, lies.upper) == (Fraction(7, 4), Fraction(5, 2), Fraction(13, 4))


@pytest.mark.parametrize("text", ["1:start:2015", "2:ruta:unga_utanfor:18", "3:planerade", "4:belopp:kant"])
def test_a_figure_comes_back_from_its_name(text: str) -> None:
    found = mark(text)
    assert str(found) == text
    assert decode({"rader": text}).rader == text


@pytest.mark.parametrize(
    "text",
    ["", "0:start:2015", "5:start:2015", "1:start", "1:planerade:1", "1:hemligt:1", "1:ruta:18", "x", "1:start:2015 "],
)
def test_a_malformed_name_is_no_figure(text: str) -> None:
    assert mark(text) is None


@given(st.text(max_size=40))
def test_no_name_of_a_figure_is_an_exception(text: str) -> None:
    found: Any = mark(text)
    assert found is None or isinstance(found, Mark)
