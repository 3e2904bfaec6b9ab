"""What the marts work out: gaps of two series, a län's sum of its kommuner, the newest retrieval, the period's year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.db import Warehouse
from etl.load import Loader
from etl.spec import Indicator, IndicatorValue, Records, Row, Source
from tests.conftest import ROOT, World, kommun_codes, registry

NAMES = ("native", "foreign", "both")


@dataclass
class Series:
    """An indicator source that yields what the test gives it."""

    SOURCE: Source
    given: Sequence[IndicatorValue]
    unit: str = "%"

    @property
    def INDICATORS(self) -> tuple[Indicator, ...]:  # noqa: N802
        codes = dict.fromkeys(v.indicator for v in self.given)
        return tuple(Indicator(c, c, c, self.unit, "low", f"P {c}", f"T {c}", f"L {c}") for c in codes)

    def records(self, path: Path) -> Records:
        return Records(rows=[Row(n, {"n": n}) for n in range(1, len(self.given) + 1)])

    def values(self, row: Row) -> Iterator[IndicatorValue]:
        yield self.given[row.raw["n"] - 1]


def world(*values: IndicatorValue, unit: str = "%", days: Sequence[Sequence[IndicatorValue]] = ()) -> World:
    def load(loader: Loader) -> None:
        loader.add_derived("gap", "G", "G", "pe", "pp", "low", 1, "", "", "native", "T", "foreign", "T")
        loader.add_derived("gender", "G", "G", "pe", "pp", "low", 1, "", "", "both", "M", "both", "K")
        for day, given_values in enumerate((values, *days), start=1):
            origin = Series(replace(registry(f"s{day}"), kind="indicators"), given_values, unit)
            loader.indicator_values(origin, ROOT / "LICENSE", retrieved_at=datetime(2026, 1, day))

    return World(also=load)


cell = st.one_of(
    st.none(),
    st.tuples(st.just(None), st.sampled_from(["s", "m"])),
    st.tuples(st.floats(0, 100).map(lambda x: round(x, 1)), st.sampled_from([None, "b", "u", "p"])),
)


place = st.tuples(st.sampled_from(["01", "03", "00"]), st.sampled_from(["2023", "2024"]), cell, cell)


@given(st.lists(place, max_size=6, unique_by=lambda x: x[:2]))
def test_a_gap_is_the_difference_in_the_same_region_and_period_or_missing(
    parts: list[tuple[str, str, Any, Any]],
) -> None:
    values = [
        IndicatorValue(code, region, period, found[0], flag=found[1])
        for region, period, a, b in parts
        for code, found in (("native", a), ("foreign", b))
        if found
    ]
    made = world(*values)
    got = {
        (region, period): (value, flag)
        for region, period, value, flag in made.all(
            "SELECT region_code, period, value, flag FROM mart_indicator WHERE indicator_code = 'gap' AND is_derived"
        )
    }
    assert set(got) == {(region, period) for region, period, a, b in parts if a and b}
    for region, period, a, b in parts:
        if not (a and b):
            continue
        value, flag = got[region, period]
        if a[0] is None or b[0] is None:
            assert (value, flag) == (None, "s" if "s" in (a[1], b[1]) else "m")
        else:
            assert value == pytest.approx(a[0] - b[0], abs=1e-6)
            assert flag == next((f for f in "bup" if f in (a[1], b[1])), None)
    assert made.all("SELECT count(*) FROM indicator WHERE code = 'gap'") == [(1 if got else 0,)]
    assert made.all("SELECT count(*) FROM indicator_value WHERE indicator_code = 'gap'") == [(0,)]
    assert made.all("SELECT count(*) FROM mart_indicator WHERE NOT is_derived") == [(len(values),)]
    made.close()


def test_the_gender_gap_is_men_minus_women_and_both_rows_are_known() -> None:
    made = world(
        IndicatorValue("both", "03", "2024", 80.0, "K"), IndicatorValue("both", "03", "2024", 83.5, "M"),
        IndicatorValue("both", "03", "2024", 81.8), IndicatorValue("both", "01", "2024", 80.0, "K"),
    )  # fmt: skip
    assert made.all("SELECT region_code, value, row_no, subtrahend_row_no FROM mart_gap") == [("03", 3.5, 2, 1)]
    assert made.all("SELECT publisher, table_id, licence FROM indicator WHERE code = 'gender'") == [
        ("Inkluderingskartan", "T both", "L both")
    ]
    assert made.all("SELECT rank, of FROM mart_rank WHERE indicator_code = 'gender'") == [(1, 1)]
    made.close()


@pytest.mark.parametrize(
    ("hidden", "expected"),
    [(None, (70.0, None)), ("s", (None, "s")), ("m", (None, "m")), ("gone", (None, "m")), ("b", (70.0, "b"))],
)
def test_persons_in_every_kommun_of_a_lan_are_its_sum_else_it_has_none(hidden: str | None, expected: Any) -> None:
    codes = kommun_codes()["03"][:]
    values = [IndicatorValue("native", code, "2024-05", 10.0) for code in codes]
    values[2] = replace(values[2], value=70.0 - 10.0 * (len(codes) - 1) + 0.0)
    if hidden == "gone":
        values.pop()
    elif hidden:
        values[0] = replace(values[0], value=10.0 if hidden == "b" else None, flag=hidden)
    expected = (expected[0] and sum(v.value or 0 for v in values), expected[1])
    made = world(*values, unit="personer")
    assert made.all("SELECT region_code, value, flag FROM mart_indicator WHERE level = 'lan'") == [("03", *expected)]
    made.close()


@pytest.mark.parametrize("hidden", [False, True])
def test_riket_is_the_sum_of_every_kommun_or_nothing(hidden: bool) -> None:
    codes = [code for inside in kommun_codes().values() for code in inside]
    values = [IndicatorValue("native", code, "2024-05", 20.0) for code in codes]
    if hidden:
        values[7] = replace(values[7], value=None, flag="s")
    made = world(*values, unit="personer")
    assert made.all("SELECT value, flag FROM mart_indicator WHERE region_code = '00'") == [
        (None, "s") if hidden else (5800.0, None)
    ]
    lans = made.all("SELECT count(*), count(value) FROM mart_indicator WHERE level = 'lan'")
    assert lans == [(21, 20 if hidden else 21)]
    made.close()


def test_shares_and_what_is_published_for_lan_are_never_summed() -> None:
    inside = [IndicatorValue("native", code, "2024", 10.0) for code in kommun_codes()["03"]]
    shares = world(*inside)
    assert shares.all("SELECT count(*) FROM mart_indicator WHERE is_derived") == [(0,)]
    shares.close()
    also = [IndicatorValue("native", region, "2024", 5.0) for region in ("01", "00")]
    published = world(*inside, *also, unit="personer")
    assert published.all("SELECT count(*) FROM mart_indicator WHERE is_derived") == [(0,)]
    published.close()


@pytest.mark.parametrize("flag", ["s", "m"])
def test_the_newest_retrieval_is_shown_also_where_it_has_no_value_any_more(flag: str) -> None:
    older = [IndicatorValue("native", "03", "2024", 5.0), IndicatorValue("native", "01", "2024", 6.0)]
    made = world(*older, days=[[IndicatorValue("native", "03", "2024", None, flag=flag)]])
    assert made.all("SELECT region_code, value, flag FROM mart_indicator ORDER BY 1") == [
        ("01", 6.0, None), ("03", None, flag),
    ]  # fmt: skip
    made.close()


@pytest.mark.parametrize(("period", "year"), [("2024", 2024), ("2021-2024", 2024), ("2025-06", 2025)])
def test_the_year_of_a_period_is_its_last(period: str, year: int) -> None:
    made = world(IndicatorValue("native", "03", period, 1.0))
    assert made.all("SELECT year FROM mart_indicator") == [(year,)]
    made.close()


def test_a_gap_of_embedded_series_is_there_without_any_fetch(w: Warehouse) -> None:
    rows = w.rows(
        "SELECT g.region_code, g.period, g.value, a.value - b.value AS expected FROM mart_indicator g "
        "JOIN mart_indicator a USING (region_code, period, sex) JOIN mart_indicator b USING (region_code, period, sex) "
        "WHERE g.indicator_code = 'gap_low_economic_standard_children' "
        "AND a.indicator_code = 'child_low_economic_standard' AND b.indicator_code = 'low_economic_standard'"
    )
    assert len(rows) == 22 * 14
    assert all(r["value"] == pytest.approx(r["expected"], abs=1e-6) for r in rows)
    assert not w.rows("SELECT 1 FROM indicator WHERE code = 'gap_employment_gender'"), "its parts have to be fetched"
