"""The trend: a valid specification, the data as given, names that do not collide."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import altair as alt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts import lines, look
from dashboard.texts import LANGS, Lang

CODES = ("12", "00", "13", "14", "03")
value = st.one_of(st.integers(0, 3).map(float), st.floats(0, 1e6, allow_nan=False))


@st.composite
def series(draw: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for code in draw(st.lists(st.sampled_from(CODES), min_size=1, unique=True)):
        periods = draw(st.lists(st.sampled_from([str(y) for y in range(2015, 2025)]), min_size=1, unique=True))
        flag = st.sampled_from([None, None, "b", "p", "u"])
        rows += [{"region_code": code, "period": p, "value": draw(value), "flag": draw(flag)} for p in sorted(periods)]
    return rows


def trend(rows: list[dict[str, Any]], *, dark: bool = False, lang: Lang = "sv") -> look.Spec:
    names = {code: f"Län {code}" for code in CODES}
    shown = {(r["region_code"], r["period"]): f"{r['value']} %" for r in rows}
    return lines.trend(rows, "12", names, shown, dark=dark, lang=lang)


def points(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = trend(rows)["layer"][0]["data"]["values"]
    return found


def axis(spec: look.Spec) -> dict[float, str]:
    """Where the axis of a trend has words, and which."""
    held = {one["name"]: one["value"] for one in spec["params"]}
    return dict(zip(held["ticks"], held["words"], strict=True))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("dark", [False, True])
def test_the_specification_is_valid_vega_lite(dark: bool, lang: Lang) -> None:
    spec = trend(
        [{"region_code": c, "period": p, "value": 1.5, "flag": None} for c in CODES for p in ("2023", "2024")],
        dark=dark,
        lang=lang,
    )
    alt.Chart.from_dict(json.loads(json.dumps(spec)), validate=True)
    assert spec["config"]["locale"]["number"]["decimal"] == ("," if lang == "sv" else ".")
    assert "http" not in json.dumps({**spec, "$schema": ""})


@given(series())
def test_the_data_is_what_was_given_each_line_named_where_it_ends(rows: list[dict[str, Any]]) -> None:
    held = points(rows)
    assert [(h["name"], h["period"], h["value"]) for h in held] == [
        (f"Län {r['region_code']}", r["period"], r["value"]) for r in rows
    ]
    assert all(h["shown"] == f"{h['value']} %" for h in held)
    kinds = {"Län 12": "own", "Län 00": "riket"}
    assert all(h["kind"] == kinds.get(h["name"], "peer") for h in held)
    last = {h["name"]: h["period"] for h in held}
    assert all((h["label_y"] is not None) == (last[h["name"]] == h["period"]) for h in held)


@given(series())
def test_names_at_the_ends_never_stand_closer_than_a_line_of_text_and_keep_their_order(
    rows: list[dict[str, Any]],
) -> None:
    """17 of 300 pixels, of an axis that reaches a quarter past the data; to within 1 %."""
    ends = [h for h in points(rows) if h["label_y"] is not None]
    values = [r["value"] for r in rows]
    gap = ((max(values) - min(values)) or 1.0) * 1.25 * 17 / lines.HEIGHT
    heights = sorted(h["label_y"] for h in ends)
    assert all(b - a >= gap * 0.98 for a, b in pairwise(heights))
    by_value = sorted(ends, key=lambda h: (h["value"], h["label_y"]))
    assert [h["label_y"] for h in by_value] == heights


def test_names_that_have_room_stay_where_the_lines_end() -> None:
    rows = [{"region_code": c, "period": "2024", "value": float(10 * n), "flag": None} for n, c in enumerate(CODES)]
    assert all(h["label_y"] == h["value"] for h in points(rows))


def test_one_chart_does_not_change_the_next() -> None:
    first = trend([{"region_code": "12", "period": "2024", "value": 1.0, "flag": None}])
    kept = json.dumps(first)
    trend([{"region_code": "00", "period": "2020", "value": 9.0, "flag": None}])
    assert json.dumps(first) == kept
    first["config"]["background"] = "red"
    assert (
        trend([{"region_code": "12", "period": "2024", "value": 1.0, "flag": None}])["config"]["background"]
        == "transparent"
    )


def test_the_own_line_is_the_strongest_and_riket_is_dashed() -> None:
    lines = trend([{"region_code": "12", "period": "2024", "value": 1.0, "flag": None}])["layer"][0]["layer"][0][
        "encoding"
    ]
    widths, dashes = lines["strokeWidth"], lines["strokeDash"]
    assert ["own" in c["test"] for c in widths["condition"]] == [True, False]
    own, riket = (c["value"] for c in widths["condition"])
    assert own > riket > widths["value"]
    assert [c["value"] for c in dashes["condition"]] == [[1, 0], [6, 4]]
    assert lines["y"]["scale"]["zero"] is False


def flagged(*values: tuple[str, str, str | None]) -> list[dict[str, Any]]:
    return [{"region_code": c, "period": p, "value": 1.0, "flag": f} for c, p, f in values]


@given(series())
def test_no_line_is_drawn_over_a_break_or_over_a_period_that_is_left_out(rows: list[dict[str, Any]]) -> None:
    held = points(rows)
    periods = sorted({h["period"] for h in held})
    for before, after in pairwise(zip(held, rows, strict=True)):
        (a, _), (b, row) = before, after
        joined = a["segment"] == b["segment"]
        neighbours = a["name"] == b["name"] and periods.index(b["period"]) == periods.index(a["period"]) + 1
        assert joined == (neighbours and row["flag"] != "b")
    assert [h["is_break"] for h in held] == [r["flag"] == "b" for r in rows]
    parts = [h["segment"] for h in held]
    assert all(h["is_alone"] == (parts.count(h["segment"]) == 1) for h in held)


@given(series())
def test_a_hole_is_said_when_a_line_is_interrupted_without_a_break(rows: list[dict[str, Any]]) -> None:
    held = points(rows)
    expected = any(
        a["name"] == b["name"] and a["segment"] != b["segment"] and not b["is_break"] for a, b in pairwise(held)
    )
    assert lines.has_holes(rows) == expected


def test_the_specification_draws_breaks_as_breaks() -> None:
    lines, dots, _, since, breaks = trend(flagged(("12", "2023", None), ("12", "2024", "b")))["layer"][0]["layer"]
    assert {d["field"] for d in lines["encoding"]["detail"]} == {"name", "segment"}
    assert breaks["mark"]["shape"] == "diamond"
    assert breaks["transform"] == since["transform"] == [{"filter": "datum.is_break"}]
    assert "is_alone" in dots["transform"][0]["filter"]
    assert not since["mark"]["aria"], "the words stand below; a screen reader would meet a mark without a name"
    assert not breaks["mark"]["aria"]
    unbroken = trend(flagged(("12", "2023", None), ("12", "2024", "p")))["layer"][0]["layer"]
    assert [layer["mark"]["type"] for layer in unbroken] == ["line", "point", "text"]


@pytest.mark.parametrize(
    ("period", "at"), [("2024", 2024.5), ("2021-2024", 2023.0), ("2023-2023", 2023.5), ("2025-01", 2025 + 1 / 24)]
)
def test_a_point_stands_in_the_middle_of_its_period(period: str, at: float) -> None:
    assert lines.middle(period) == pytest.approx(at)
    (held,) = points(flagged(("12", period, None)))
    assert held["at"] == pytest.approx(at)


def test_pooled_years_are_shown_as_such_and_keep_their_distance() -> None:
    rows = flagged(*(("12", p, None) for p in ("2013-2016", "2015-2018", "2017-2020", "2018-2021")))
    spec = trend(rows)
    assert [b["at"] - a["at"] for a, b in pairwise(points(rows))] == [2, 2, 1]
    assert axis(spec) == {
        2015.0: "2013–2016", 2017.0: "2015–2018", 2019.0: "2017–2020", 2020.0: "2018–2021",
    }  # fmt: skip
    assert points(rows)[0]["when"] == "2013–2016"


def test_many_months_have_their_years_on_the_axis() -> None:
    months = [f"{year}-{month:02}" for year in (2023, 2024, 2025) for month in range(1, 13)]
    assert [*axis(trend(flagged(*(("12", m, None) for m in months)))).values()] == ["2023", "2024", "2025"]
