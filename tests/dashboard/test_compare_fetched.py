"""Jämför län on fetched figures: withheld ones, breaks, counts of persons, and series for larger areas only."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from dashboard.blocks import compare_groups, compare_indicators, compare_money, compare_similar
from dashboard.db import Warehouse, served
from dashboard.exhibit import WITHHELD
from dashboard.layout import View
from dashboard.questions import compare, side_values, similar
from dashboard.selection import Selection
from etl.sources import eurostat, kolada
from etl.warehouse import Fetched, build
from tests.conftest import kommun_codes
from tests.replay.documents import kolada_rows

PERIODS = ["2022", "2023", "2024"]


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory, outlines: object, shared_data: Path) -> Warehouse:
    """The embedded data, two synthetic series of Kolada (Örebro's 2024 hidden) and Eurostat's own NUTS 2 file."""
    folder = tmp_path_factory.mktemp("compare")
    files: list[tuple[Any, Path]] = [
        (next(s for s in eurostat.SOURCES if s.SOURCE.id == "eurostat_tgs00026"),
         shared_data / "indicators/tgs00026_SE.csv"),
    ]  # fmt: skip
    for kpi, value in (("N02268", 66.5), ("N02269", 84.0)):
        rows = kolada_rows(kpi, ["0000", *(f"00{code}" for code in kommun_codes())], PERIODS)
        for row in rows:
            for cell in row["values"]:
                is_hidden = kpi == "N02268" and row["municipality"] == "0018" and row["period"] == 2024
                cell |= {"value": None, "status": ".."} if is_hidden else {"value": value}
        path = folder / f"kolada_{kpi}.json"
        path.write_text(json.dumps({"values": rows}), "utf-8")
        files.append((kolada.SOURCES[0], path))
    fetched = [Fetched(source, path, datetime(2026, 11, 23)) for source, path in files]
    build(folder / "snapshots", fetched=fetched, as_of=date(2026, 11, 23))
    return served(folder / "snapshots")


def view(w: Warehouse, *med: str, **changes: Any) -> View:
    return View(w, Selection(med=med, **changes), "compare")


def test_a_withheld_value_is_withheld_in_the_table_and_of_every_group_it_is_in(w: Warehouse) -> None:
    code = "employment_foreign_born_20_64_kolada"
    v = view(w, "18", "19", "00")
    one = compare_indicators.shown_indicators(v)[code]
    rows = {r[3]: r for r in compare_indicators.table(v).rows if r[0] == v.of(one)}
    assert (rows["Örebro län"][4], rows["Örebro län"][7]) == (WITHHELD, None)
    assert rows["Västmanlands län"][4] == 66.5
    group = compare.Side("x", "group", ("18", "19", "04"), "04")
    (row,) = [r for r in side_values.series(w, [group])[code] if r["period"] == "2024"]
    assert (row["value"], row["flag"]) == (None, "s")
    (gap,) = [r for r in side_values.series(w, [group])["gap_employment_foreign_born"] if r["period"] == "2024"]
    assert (gap["value"], gap["flag"]) == (None, "s")
    trend = compare_indicators.trend(v, code)
    assert trend is not None
    assert trend.rows[0][1] is WITHHELD


def test_likeness_takes_the_newest_period_that_all_have_not_the_one_with_a_withheld_value(w: Warehouse) -> None:
    """And an indicator that is the same everywhere sets no län apart."""
    codes = ("employment_foreign_born_20_64_kolada", "population")
    assert [(r["period"], r["n"], r["without"]) for r in similar.variables(w, codes)] == [
        ("2023", 21, []), ("2024", 21, []),
    ]  # fmt: skip
    alone = {r["region_code"]: r["distance"] for r in similar.distances(w, "04", ("population",))}
    both = {r["region_code"]: r["distance"] for r in similar.distances(w, "04", codes)}
    assert both == pytest.approx(alone)
    assert compare_similar.distances(view(w, "04", lika=codes)) is not None


def test_nuts_2_series_stand_as_areas_and_never_as_a_lan(w: Warehouse) -> None:
    v = view(w, "18", "19", "1440", "lika")
    (one,) = [r for r in side_values.area_indicators(w) if "tgs00026" in r["code"] or "26" in r["table_id"]]
    of = compare_indicators.area_trend(v, one)
    assert of is not None
    names = [c.title for c in of.columns[1:]]
    assert names == ["Östra Mellansverige (SE12)", "Västsverige (SE23)"]
    assert one["code"] not in compare_indicators.shown_indicators(v)
    assert "Örebro" not in of.finding
    sides = compare.sides(w, v.sel)
    assert one["code"] not in side_values.series(w, sides)


def test_exhibits_hold_on_fetched_figures_too(w: Warehouse) -> None:
    v = view(w, "18", "lika", "00", "1880", lang="en")
    for of in (compare_groups.groups(v), compare_indicators.table(v), compare_money.per_need(v)):
        assert of is not None
        assert all(len(r) == len(of.columns) for r in of.rows)
