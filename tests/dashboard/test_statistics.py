"""Ranks, rank correlation, thirds and weights: exact by hand, and in every case that hypothesis thinks of."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dashboard import statistics as s

CODES = [f"{n:02d}" for n in range(1, 22)]
number = st.one_of(st.integers(-4, 4).map(float), st.floats(-1e6, 1e6, allow_nan=False))
columns = st.dictionaries(st.sampled_from(CODES), number, max_size=21)
pairs = st.lists(st.tuples(number, number), min_size=3, max_size=21)


def coded(values: Any) -> dict[str, float]:
    return dict(zip(CODES, map(float, values), strict=False))


def both(found: list[tuple[float, float]]) -> tuple[dict[str, float], dict[str, float]]:
    return coded(x for x, _ in found), coded(y for _, y in found)


def test_ranks_begin_with_the_largest_and_share_the_mean_of_their_places() -> None:
    assert s.ranks({"a": 5, "b": 9, "c": 5, "d": 1}) == {"b": 1, "a": 2.5, "c": 2.5, "d": 4}
    assert s.ranks({}) == {}


@given(columns)
def test_ranks_add_up_and_follow_the_values(values: dict[str, float]) -> None:
    found = s.ranks(values)
    n = len(values)
    assert sum(found.values()) == n * (n + 1) / 2
    for a in values:
        for b in values:
            assert (values[a] > values[b]) == (found[a] < found[b])
            assert (values[a] == values[b]) == (found[a] == found[b])


@given(pairs)
def test_rho_lies_within_its_bounds_and_does_not_know_which_comes_first(found: list[tuple[float, float]]) -> None:
    x, y = both(found)
    rho = s.spearman(x, y)
    assert rho == s.spearman(y, x)
    if rho is None:
        assert len(set(x.values())) == 1 or len(set(y.values())) == 1
        return
    assert -1 <= rho <= 1
    assert s.spearman(x, {c: -v for c, v in y.items()}) == -rho
    assert rho == s.spearman(dict(reversed(x.items())), y)


@given(st.lists(number, min_size=3, max_size=21))
def test_rho_is_one_for_the_same_order_and_minus_one_for_the_opposite(values: list[float]) -> None:
    assume(len(set(values)) > 1)
    x = coded(values)
    order = {v: float(at) ** 3 for at, v in enumerate(sorted(set(values)))}
    assert s.spearman(x, {c: order[v] for c, v in x.items()}) == 1
    assert s.spearman(x, {c: -order[v] for c, v in x.items()}) == -1


def test_rho_by_hand() -> None:
    """1 - 6 Σd² / (n (n² - 1)) without ties: d = 1, 1, 1, 1, 0 gives 1 - 24/120."""
    assert s.spearman(coded([1, 2, 3, 4, 5]), coded([2, 1, 4, 3, 5])) == pytest.approx(0.8, abs=1e-15)
    assert s.spearman(coded([1, 2]), coded([1, 2])) is None
    assert s.spearman(coded([1, 1, 1]), coded([1, 2, 3])) is None
    assert s.spearman({"a": 1, "b": 2, "c": 3, "x": 0}, {"a": 1, "b": 2, "c": 3, "y": 9}) == 1


def test_rho_and_interval_agree_with_a_published_worked_example() -> None:
    """The example of ci.spear in the R package statpsych, which follows Bonett and Wright (2000)."""
    y = coded([21, 4, 9, 12, 35, 18, 10, 22, 24, 1, 6, 8, 13, 16, 19])
    x = coded([67, 28, 30, 28, 52, 40, 25, 37, 44, 10, 14, 20, 28, 40, 51])
    rho = s.spearman(y, x)
    assert rho == pytest.approx(0.8699639, abs=5e-8)
    assert s.interval(rho or 0, 15) == pytest.approx((0.5840951, 0.9638297), abs=5e-7)


@given(st.floats(-0.999, 0.999), st.integers(5, 300))
def test_the_interval_holds_rho_is_mirrored_and_narrows(rho: float, n: int) -> None:
    low, high = s.interval(rho, n) or (9, 9)
    assert -1 < low <= rho <= high < 1
    mirrored = s.interval(-rho, n) or (9, 9)
    assert mirrored == pytest.approx((-high, -low), abs=1e-12)
    more = s.interval(rho, n + 10) or (9, 9)
    assert more[1] - more[0] < high - low


def test_no_interval_where_none_can_be_had() -> None:
    assert s.interval(1.0, 21) is None
    assert s.interval(-1.0, 21) is None
    assert s.interval(0.4, 4) is None


@pytest.mark.parametrize("r", [0.0, 0.5, 0.8])
def test_the_interval_covers_the_truth_about_as_often_as_it_says_with_21_pairs(r: float) -> None:
    """Normal pairs with correlation r have the rank correlation 6/π asin(r/2)."""
    truth, source = 6 / math.pi * math.asin(r / 2), np.random.default_rng(7)
    hits = 0
    for _ in range(600):
        x = source.normal(size=21)
        y = r * x + math.sqrt(1 - r * r) * source.normal(size=21)
        low, high = s.interval(s.spearman(coded(x), coded(y)) or 0.0, 21) or (0, 0)
        hits += low <= truth <= high
    assert 0.92 < hits / 600 < 0.985


def test_the_correlation_without_each_one_in_turn() -> None:
    x, y = coded([1, 2, 3, 4, 100]), coded([4, 3, 2, 1, 100])
    assert s.spearman(x, y) == pytest.approx(0)
    low, high = s.without_one(x, y) or (9, 9)
    assert low == -1
    assert high == pytest.approx(0.2)
    assert s.without_one({}, {}) is None


@given(columns)
def test_equal_values_share_a_third_and_a_larger_one_is_never_in_a_lower(values: dict[str, float]) -> None:
    found = s.thirds(values)
    assert set(found.values()) <= {1, 2, 3}
    for a in values:
        for b in values:
            assert values[a] != values[b] or found[a] == found[b]
            assert values[a] >= values[b] or found[a] <= found[b]


@given(st.lists(number, min_size=3, max_size=21, unique=True))
def test_different_values_fill_the_thirds_evenly(values: list[float]) -> None:
    sizes = [list(s.thirds(coded(values)).values()).count(n) for n in (1, 2, 3)]
    assert max(sizes) - min(sizes) <= 1


def test_the_median() -> None:
    assert s.median([3, 1, 2]) == 2
    assert s.median([4, 1, 2, 3]) == 2.5
    with pytest.raises(ValueError, match="median"):
        s.median([])


def test_z_scores_by_hand() -> None:
    assert s.z_scores(coded([1, 2, 3])) == pytest.approx(coded([-1.224744871, 0, 1.224744871]))
    assert set(s.z_scores(coded([5, 5, 5])).values()) == {0.0}


def test_the_index_by_hand() -> None:
    """z of 1, 2, 3 is ∓1.2247 and 0; of 3, 3, 0 it is 0.7071, 0.7071, -1.4142. Weights 2 and 1."""
    found = s.index({"a": coded([1, 2, 3]), "b": coded([3, 3, 0])}, {"a": 2, "b": 1})
    assert found == pytest.approx(
        coded([(-2.449490 + 0.707107) / 3, 0.707107 / 3, (2.449490 - 1.414214) / 3]), abs=1e-6
    )


worlds = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d"]),
    st.fixed_dictionaries(dict.fromkeys(CODES[:8], st.integers(-9, 9).map(float))),
    min_size=2,
)
weighings = st.fixed_dictionaries(dict.fromkeys("abcd", st.integers(0, 5)))


@given(worlds, weighings)
def test_the_order_of_indicators_and_the_scale_of_weights_are_nothing_to_the_index(
    world: dict[str, dict[str, float]], weights: dict[str, int]
) -> None:
    found = s.index(world, weights)
    turned = {name: dict(reversed(column.items())) for name, column in reversed(world.items())}
    assert s.index(turned, dict(reversed(weights.items()))) == found
    scaled = s.index(world, {name: 7 * w for name, w in weights.items()})
    assert scaled == pytest.approx(found, abs=2e-9)
    assert s.ranks({c: round(x, 6) for c, x in scaled.items()}) == s.ranks({c: round(x, 6) for c, x in found.items()})


@given(worlds, weighings)
def test_a_weight_of_nothing_is_the_same_as_leaving_the_indicator_out(
    world: dict[str, dict[str, float]], weights: dict[str, int]
) -> None:
    out = {name: column for name, column in world.items() if weights[name]}
    assert s.index(out, {name: weights[name] for name in out}) == s.index(world, weights)
    assert s.moves(out, {name: weights[name] for name in out}) == s.moves(world, weights)


def test_only_codes_with_every_value_that_weighs_have_an_index() -> None:
    world = {"a": {"x": 1.0, "y": 2.0, "z": 3.0}, "b": {"x": 1.0, "z": 0.0}}
    assert set(s.index(world, {"a": 1, "b": 1})) == {"x", "z"}
    assert set(s.index(world, {"a": 1, "b": 0})) == {"x", "y", "z"}
    assert s.index(world, {"a": 0}) == {}
    assert s.index(world, {"elsewhere": 2}) == {}


def test_the_variants_are_equal_weights_half_more_half_less_and_each_left_out() -> None:
    found = s.variants({"a": 2, "b": 4, "c": 0})
    assert found == [
        {"a": 1.0, "b": 1.0},
        {"a": 1.0, "b": 4.0}, {"a": 3.0, "b": 4.0}, {"a": 0.0, "b": 4.0},
        {"a": 2.0, "b": 2.0}, {"a": 2.0, "b": 6.0}, {"a": 2.0, "b": 0.0},
    ]  # fmt: skip
    assert s.variants({"a": 3}) == []


@given(worlds, weighings)
def test_moves_hold_the_chosen_place_are_places_and_are_the_same_every_time(
    world: dict[str, dict[str, float]], weights: dict[str, int]
) -> None:
    found = s.moves(world, weights)
    if sum(weights[name] > 0 for name in world) < 2:
        assert found is None
        return
    assert found == s.moves(world, weights)
    assert found is not None
    assert found.chosen == s.ranks(s.index(world, weights))
    for code, at in found.chosen.items():
        low, high = found.tried[code]
        assert 1 <= low <= at <= high <= len(found.chosen)
        assert 1 <= found.drawn[code][0] <= found.drawn[code][1] <= len(found.chosen)


def test_moves_by_hand() -> None:
    """Two opposite indicators: whoever is first by the one is last by the other; the middle one never moves."""
    found = s.moves({"a": coded([3, 2, 1]), "b": coded([1, 2, 3])}, {"a": 2, "b": 1})
    assert found is not None
    assert found.chosen == coded([1, 2, 3])
    assert found.tried == {"01": (1, 3), "02": (2, 2), "03": (1, 3)}
    assert found.drawn == {"01": (1, 3), "02": (2, 2), "03": (1, 3)}
    assert found.n_tried == 7
