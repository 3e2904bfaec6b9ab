"""Counting of the room's answers: properties that hold for whatever the room says, and cases worked out by hand."""

from __future__ import annotations

import random
import statistics
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.live.polls.question import Answer, Question
from dashboard.live.results.tally import BINS, FEWEST, FEWEST_IN_GROUP, distance, spread, tally
from dashboard.texts import Said
from tests.dashboard.results_world import QUESTIONS, made_up

IDS = "abcdef"
LANS = ["01", "03", "12", "14", "18", "25"]


def answers(kind: str, least: int = 0) -> st.SearchStrategy[list[Answer]]:
    question = QUESTIONS[kind]
    ids = [option.id for option in question.options]
    one: st.SearchStrategy[Any] = {
        "single": st.sampled_from(ids or ["-"]),
        "multiple": st.sets(st.sampled_from(ids or ["-"]), min_size=1).map(
            lambda chosen: tuple(each for each in ids if each in chosen)
        ),
        "ranking": st.permutations(ids).map(tuple),
        "scale": st.integers(1, 5),
        "lan": st.sampled_from(LANS),
        "guess": st.floats(0, 30),
        "text": st.sampled_from(["finansiering", "tid och pengar", "Tiden", "samverkan", "mandat", "7"]),
        "sensitive": st.sampled_from(ids or ["-"]),
    }[kind]
    return st.lists(one, min_size=least, max_size=60)


KINDS = ["single", "multiple", "ranking", "scale", "lan", "guess", "text"]


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_the_order_of_answers_tells_nothing(kind: str, data: st.DataObject) -> None:
    given_ = data.draw(answers(kind))
    shuffled = random.Random(3).sample(given_, len(given_))
    assert tally(QUESTIONS[kind], given_) == tally(QUESTIONS[kind], shuffled)


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_has_answered(kind: str) -> None:
    found = tally(QUESTIONS[kind], [])
    assert found.is_empty
    assert found.n == 0
    assert not found.ranks
    assert not found.groups
    assert found.spread is None
    assert sum(count.n for count in found.counts) == 0


@given(answers("single"))
def test_everybody_counts_once_in_a_single_choice(given_: list[Answer]) -> None:
    found = tally(QUESTIONS["single"], given_)
    assert sum(count.n for count in found.counts) == len(given_) == found.n
    assert [count.key for count in found.counts] == list(IDS)
    if given_:
        assert sum(count.share for count in found.counts) == pytest.approx(1)


@given(answers("multiple", 1))
def test_shares_of_several_choices_are_of_those_who_answered(given_: list[Any]) -> None:
    found = tally(QUESTIONS["multiple"], given_)
    assert found.n == len(given_)
    for count in found.counts:
        assert count.n == sum(count.key in answer for answer in given_)
        assert count.share == pytest.approx(count.n / len(given_))
    assert sum(count.n for count in found.counts) == sum(map(len, given_)) >= len(given_)


@given(answers("ranking", 1))
def test_borda_points_and_mean_ranks_are_two_tellings_of_the_same(given_: list[Any]) -> None:
    found = tally(QUESTIONS["ranking"], given_)
    n, options = len(given_), 5
    assert sum(rank.points for rank in found.ranks) == n * options * (options - 1) // 2
    for rank in found.ranks:
        assert rank.mean == pytest.approx(options - rank.points / n)
        assert rank.place == 1 + sum(other.points > rank.points for other in found.ranks)
        assert set(rank.tied) == {o.key for o in found.ranks if o.points == rank.points and o.key != rank.key}
    assert [rank.points for rank in found.ranks] == sorted((rank.points for rank in found.ranks), reverse=True)
    assert sum(rank.firsts for rank in found.ranks) == n


def test_a_tie_in_a_ranking_is_named() -> None:
    found = tally(QUESTIONS["ranking"], [("a", "b", "c", "d", "e"), ("b", "a", "c", "d", "e")])
    assert [(rank.key, rank.place, rank.tied) for rank in found.ranks[:3]] == [
        ("a", 1, ("b",)), ("b", 1, ("a",)), ("c", 3, ())
    ]  # fmt: skip
    assert found.ranks[0].mean == 1.5
    assert found.ranks[0].points == 7


@given(answers("scale", 1))
def test_a_scale_has_every_step_and_the_usual_median(given_: list[Any]) -> None:
    found = tally(QUESTIONS["scale"], given_)
    assert [count.key for count in found.counts] == list("12345")
    assert sum(count.n for count in found.counts) == len(given_)
    assert found.spread is not None
    assert found.spread.median == statistics.median(given_)
    assert found.spread.mean == pytest.approx(statistics.fmean(given_))


@given(answers("lan"))
def test_every_lan_that_is_named_and_no_other_is_counted(given_: list[Any]) -> None:
    found = tally(QUESTIONS["lan"], given_)
    assert {count.key for count in found.counts} == set(given_)
    assert sum(count.n for count in found.counts) == len(given_)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40))
def test_quartiles_lie_in_order_and_within(numbers: list[float]) -> None:
    found = spread(numbers)
    assert found is not None
    assert found.least == min(numbers) <= found.lower <= found.median <= found.upper <= found.most == max(numbers)
    assert found.least <= found.mean <= found.most
    if len(numbers) > 1:
        quartiles = statistics.quantiles(numbers, n=4, method="inclusive")
        assert [found.lower, found.median, found.upper] == pytest.approx(quartiles, abs=1e-6)


@given(
    low=st.integers(-1000, 1000), wide=st.integers(1, 100_000), parts=st.lists(st.floats(0, 1), min_size=1, max_size=40)
)
def test_every_guess_is_in_one_part_of_the_range(low: int, wide: int, parts: list[float]) -> None:
    question = Question("g", "guess", Said("?", "?"), lowest=low, highest=low + wide)
    guesses = [min(low + part * wide, low + wide) for part in parts]
    found = tally(question, guesses)
    assert found.n == len(guesses) == sum(count.n for count in found.counts)
    assert 1 <= len(found.counts) <= BINS + 1
    assert found.counts[0].low <= low
    assert found.counts[-1].high >= low + wide
    for before, after in zip(found.counts, found.counts[1:], strict=False):
        assert before.high == pytest.approx(after.low)
    for count in found.counts:
        inside = [g for g in guesses if count.low + 1e-6 <= g < count.high - 1e-6]
        assert count.n >= len(inside)


def test_how_far_from_the_sourced_value_the_middle_guess_is() -> None:
    found = spread([4.0, 6.0, 10.0])
    assert found is not None
    assert distance(found, 6.2) == pytest.approx(-0.2)
    assert distance(found, 5.0) == pytest.approx(1.0)


@pytest.mark.parametrize("n", range(FEWEST))
def test_nothing_at_all_is_told_of_a_sensitive_question_below_ten_answers(n: int) -> None:
    found = tally(QUESTIONS["sensitive"], ["a"] * n)
    assert found.is_hidden
    assert found.n is None
    assert not found.is_empty
    assert (found.counts, found.ranks, found.spread, found.groups, found.odd) == ((), (), None, (), 0)
    assert found == tally(QUESTIONS["sensitive"], ["b"] * (FEWEST - 1))


def test_a_sensitive_question_counts_from_ten_and_odd_answers_do_not_help_it_there() -> None:
    assert [count.n for count in tally(QUESTIONS["sensitive"], ["a"] * 4 + ["b"] * 6).counts] == [4, 6, 0]
    assert tally(QUESTIONS["sensitive"], ["a"] * 9 + ["gone"] * 5).is_hidden


def test_texts_of_a_sensitive_question_never_stand_by_themselves() -> None:
    question = Question("s", "text", Said("?", "?"), is_sensitive=True)
    texts: list[Answer] = ["lön"] * FEWEST_IN_GROUP + ["befordran"] * (FEWEST_IN_GROUP - 1) + ["min chef", "annat ord"]
    found = tally(question, texts)
    assert [(group.id, group.n, group.members) for group in found.groups] == [("lön", 5, ())] or [
        (group.name.sv, group.n, group.members) for group in found.groups
    ] == [("lön", 5, ())]
    assert "chef" not in repr(found)


@pytest.mark.parametrize("kind", KINDS)
def test_answers_that_no_longer_belong_to_the_question_are_left_out_and_counted(kind: str) -> None:
    odd: list[Any] = [("x",), {"b": 1}, None, True, float("nan"), "", " "]
    fit = made_up(kind, 20)
    found = tally(QUESTIONS[kind], [*fit, *odd])
    assert found.n == len(fit)
    assert found.odd == len(odd)
