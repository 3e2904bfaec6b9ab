"""The charts of places side by side: one scale, marks besides colour, breaks as breaks, larger on stage."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts import compared
from dashboard.charts.look import DASHES, SHAPES, SIDES
from dashboard.texts import LANGS

NAMES = {"18": "Örebro", "lika": "Liknande Örebro", "00": "Riket", "1880": "Örebro kommun"}


def row(side: str, period: str, value: float, flag: str | None = None) -> dict[str, Any]:
    return {"side": side, "period": period, "value": value, "flag": flag}


def drawn(rows: list[dict[str, Any]], **how: Any) -> dict[str, Any]:
    shown = {(r["side"], r["period"]): f"{r['value']} %" for r in rows}
    spec = compared.trends(rows, NAMES, shown, **({"dark": False, "lang": "sv"} | how))
    return dict(spec)


def points(spec: dict[str, Any]) -> list[dict[str, Any]]:
    held: list[dict[str, Any]] = spec["layer"][0]["data"]["values"]
    return held


@st.composite
def series(draw: Any) -> list[dict[str, Any]]:
    sides = draw(st.lists(st.sampled_from(list(NAMES)), min_size=1, max_size=4, unique=True))
    rows = []
    for side in [s for s in NAMES if s in sides]:
        years = draw(st.sets(st.integers(2000, 2025), min_size=1, max_size=8))
        rows += [
            row(side, str(y), draw(st.floats(0, 1e6)), draw(st.sampled_from([None, "b", "p"]))) for y in sorted(years)
        ]
    return rows


@given(series())
def test_every_value_is_a_point_and_every_place_is_named_once_where_it_ends(rows: list[dict[str, Any]]) -> None:
    held = points(drawn(rows))
    assert [(h["name"], h["value"]) for h in held] == [(NAMES[r["side"]], r["value"]) for r in rows]
    named = [h["name"] for h in held if "label_y" in h]
    assert sorted(named) == sorted({NAMES[r["side"]] for r in rows})
    for h, r in zip(held, rows, strict=True):
        assert h["is_break"] == (r["flag"] == "b")
    for before, h in pairwise(held):
        if h["is_break"] or h["name"] != before["name"]:
            assert h["segment"] != before["segment"]


def test_a_place_keeps_colour_dash_and_mark_whoever_else_has_values() -> None:
    alone = points(drawn([row("00", "2024", 1.0)]))
    assert alone[0]["side"] == list(NAMES).index("00")
    text = json.dumps(drawn([row("00", "2024", 1.0)]))
    for ranges in (list(SIDES[False]), list(DASHES), list(SHAPES)):
        assert json.dumps(ranges) in text


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("dark", [False, True])
def test_bars_start_at_zero_in_order_and_the_unknown_has_words_and_no_bar(dark: bool, lang: Any) -> None:
    spec = compared.bars([("A", 2.5, "2,5"), ("B", None, "okänt"), ("C", 0.0, "0")], dark=dark, lang=lang)
    held = points(dict(spec))
    assert [(h["side"], h["name"], h["value"], h["shown"]) for h in held] == [
        (0, "A", 2.5, "2,5"), (1, "B", None, "okänt"), (2, "C", 0.0, "0"),
    ]  # fmt: skip
    assert '"domainMin": 0' in json.dumps(spec)


def test_on_stage_text_is_larger_and_the_figures_are_the_same() -> None:
    spec = drawn([row("18", "2020", 1.0), row("18", "2021", 2.0, "b")])
    kept = json.dumps(spec)
    large = compared.enlarged(spec, 2)
    assert json.dumps(spec) == kept
    assert points(large) == points(spec)
    assert large["config"]["axis"]["labelFontSize"] == 2 * spec["config"]["axis"]["labelFontSize"]
    assert large["layer"][0]["layer"] != spec["layer"][0]["layer"]
    assert '"fontSize": 26' in json.dumps(large)


def test_text_is_never_smaller_than_13_pixels() -> None:
    for spec in (drawn([row("18", "2020", 1.0)]), dict(compared.bars([("A", 1.0, "1")], dark=False, lang="sv"))):
        sizes = [int(part.split(",")[0].rstrip("}")) for part in json.dumps(spec).split('ontSize": ')[1:]]
        assert sizes
        assert min(sizes) >= 13
