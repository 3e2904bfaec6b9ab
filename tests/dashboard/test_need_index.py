"""The viewer's own index: never by itself, weighed as the address says, and how ranks move with it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.blocks import need_index, need_series
from dashboard.questions import indicators
from dashboard.selection import decode
from tests.dashboard.test_need import WEIGHTS, view


def test_there_is_no_index_unless_the_address_has_weights(w: Any) -> None:
    for query in ({}, {"vikter": ""}, {"vikter": "unemployment_15_74:0"}, {"vikter": "nonsense,:,x:1,population:3"}):
        v = view(w, **query)
        assert not need_series.need_of(v).is_index
        assert need_index.components(v) is None
        assert need_index.robustness(v) is None


def test_the_index_is_the_weighted_mean_of_turned_z_scores_with_every_part_shown(w: Any) -> None:
    v = view(w, vikter=WEIGHTS)
    figure = need_index.components(v)
    assert figure is not None
    full = [row for row in figure.rows if row[2] is not None]
    for row in full:
        z = dict(zip((c.title.split(",")[0] for c in figure.columns), row, strict=True))
        one, two, three = (
            z[v.t("need.index_z", title=v.of(indicators.titles(w)[code])).split(",")[0]]
            for code in ("unemployment_15_74", "employment_20_64", "low_economic_standard")
        )
        assert row[2] == pytest.approx((2 * one + two + 3 * three) / 6, abs=1e-8)  # type: ignore[operator]
    lowest = min(full, key=lambda r: r[7])  # type: ignore[arg-type,return-value]
    assert len(full) == 20
    assert figure.rows[-1][0] == "Gotlands län"
    assert lowest[0] in [r[0] for r in figure.rows]
    of = need_series.pair(v)
    assert of.need.is_index
    assert set(of.codes) == set(need_series.need_of(v).value)


def test_robustness_shows_the_chosen_place_within_its_spans_for_every_lan(w: Any) -> None:
    figure = need_index.robustness(view(w, vikter=WEIGHTS))
    assert figure is not None
    assert len(figure.rows) == 20
    for _, at, low, high, p5, p95 in figure.rows:
        assert 1 <= low <= at <= high <= 20  # type: ignore[operator]
        assert 1 <= p5 <= p95 <= 20  # type: ignore[operator]
    assert need_index.robustness(view(w, vikter="unemployment_15_74:3")) is None
    assert figure.spec is not None
    assert figure.spec(False) == need_index.robustness(view(w, vikter=WEIGHTS)).spec(False)  # type: ignore[union-attr,misc]


@given(st.dictionaries(st.from_regex(r"[a-z_0-9]{1,20}", fullmatch=True), st.integers(0, 5), max_size=9))
def test_weights_come_back_from_their_address(weights: dict[str, int]) -> None:
    sel = decode({"vikter": need_index.text(weights)})
    assert sel.weights == weights
    assert decode(sel.params()).weights == weights


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a:1,b:9,c:-1,d:2.5,e", {"a": 1}),
        ("a:1,a:5", {"a": 1}),
        ("a:01,b:5", {"b": 5}),
        (",,,:,a:", {}),
        ("<script>:1", {}),
        ("x" * 500 + ":1", {}),
    ],
)
def test_malformed_weights_are_dropped(text: str, kept: dict[str, int]) -> None:
    assert decode({"vikter": text}).weights == kept
