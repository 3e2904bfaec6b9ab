from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.fetch import fetch
from etl.sources.forsakringskassan import SOURCES
from etl.spec import IndicatorValue, Reject, Row, SourceError
from tests.conftest import ROOT, World
from tests.replay.documents import forsakringskassan_row, forsakringskassan_rows
from tests.replay.server import ReplayServer

OHALSOTAL, SJUKPENNINGTAL, OHALSOTAL_BOOK, SJUKPENNINGTAL_BOOK = SOURCES
MONTHS = [f"{month:02}" for month in range(1, 13)]


def values(lan: str = "13", kommun: str = "ALL_13", **changes: Any) -> list[IndicatorValue]:
    return list(OHALSOTAL.values(Row(1, forsakringskassan_row("oht", lan, kommun, **changes))))


def written(folder: Path, rows: object) -> Path:
    path = folder / "fk.json"
    path.write_text(json.dumps(rows), "utf-8")
    return path


@pytest.mark.parametrize(
    ("lan", "kommun", "region"),
    [("ALL", "ALL_ALL", "00"), ("ALL", "ALL", "00"), ("13", "ALL_13", "13"), ("13", "1380", "1380")],
)
def test_totals_are_told_from_kommuner(lan: str, kommun: str, region: str) -> None:
    assert values(lan, kommun) == [IndicatorValue("sick_days_ohalsotal", region, "2025", 20.5)]


@pytest.mark.parametrize(("code", "sex"), [("ALL", "T"), ("K", "K"), ("M", "M")])
def test_sexes(code: str, sex: str) -> None:
    assert [v.sex for v in values(kon_kod=code)] == [sex]


@pytest.mark.parametrize(
    ("observation", "expected"),
    [
        ({"value": 0}, (0.0, None)),
        ({"value": "20.5"}, (20.5, None)),
        ({"value": None}, (None, "m")),
        ({"value": None, "rojd": True}, (None, "s")),
        ({"value": 3.1, "rojd": True}, (None, "s")),
        ({"value": 3.1, "rojd": "true"}, (None, "s")),
        ({"value": 3.1, "rojd": None}, (3.1, None)),
    ],
)
def test_what_is_suppressed_is_never_shown(observation: dict[str, Any], expected: tuple[Any, Any]) -> None:
    (value,) = values(observation=observation)
    assert (value.value, value.flag) == expected


def test_december_is_the_year_and_other_months_yield_nothing() -> None:
    assert [len(values(manad=month)) for month in MONTHS] == [0] * 11 + [1]


@given(month=st.sampled_from(MONTHS), age=st.sampled_from(["ALL", "16-19", "60-64"]), sex=st.sampled_from("KM"))
def test_only_december_of_all_ages_is_loaded(month: str, age: str, sex: str) -> None:
    found = values(manad=month, aldersklass_kod=age, kon_kod=sex)
    assert len(found) == (month == "12" and age == "ALL")


def test_the_month_goes_by_either_name() -> None:
    row = forsakringskassan_row("oht", "13", "ALL_13")
    row["dimensions"]["man"] = row["dimensions"].pop("manad")
    assert [v.period for v in OHALSOTAL.values(Row(1, row))] == ["2025"]


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"kommun": "ALL_14"}, "unknown_region"),
        ({"kommun": "1480"}, "unknown_region"),
        ({"lan": "ALL"}, "unknown_region"),
        ({"kon_kod": "X"}, "unknown_sex"),
        ({"manad": "13"}, "bad_period"),
        ({"ar": "25"}, "bad_period"),
        ({"diagnos_kod": "F"}, "unknown_dimension"),
        ({"observation": {"rojd": "kanske"}}, "unknown_flag"),
        ({"observation": {"value": "20,5"}}, "not_a_number"),
        ({"observation": {"value": True}}, "not_a_number"),
    ],
)
def test_a_row_that_cannot_be_read_is_quarantined(changes: dict[str, Any], rule: str) -> None:
    with pytest.raises(Reject) as caught:
        values(**changes)
    assert caught.value.rule == rule


def test_another_measure_or_no_dimensions_is_quarantined() -> None:
    for raw, rule in (
        (forsakringskassan_row("spt", "13", "ALL_13"), "missing_measure"),
        ({"dimensions": None, "observations": {}}, "missing_key"),
        ({"dimensions": {"manad": "12"}, "observations": {}}, "missing_dimension"),
    ):
        with pytest.raises(Reject) as caught:
            list(OHALSOTAL.values(Row(1, raw)))
        assert caught.value.rule == rule


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        [1],
        [{"x": 1}],
        {"error": "x"},
        [forsakringskassan_row("oht", "13", "ALL_13", manad="11")],
        [forsakringskassan_row("oht", "13", "ALL_13", aldersklass_kod="16-64")],
    ],
)
def test_a_document_that_is_not_the_list_is_refused(tmp_path: Path, document: object) -> None:
    with pytest.raises(SourceError, match=r"fk\.json.*(ownload|heck)"):
        OHALSOTAL.records(written(tmp_path, document))


def test_through_the_loader_every_row_is_accounted_for(tmp_path: Path) -> None:
    rows = [
        *forsakringskassan_rows("oht"),
        forsakringskassan_row("oht", "13", "ALL_13", manad="11"),
        forsakringskassan_row("oht", "13", "1380", observation={"value": None, "rojd": True}),
        forsakringskassan_row("oht", "13", "ALL_13"),
        forsakringskassan_row("oht", "13", "1399"),
    ]
    path = written(tmp_path, rows)
    world = World(also=lambda loader: loader.indicator_values(OHALSOTAL, path))
    assert world.all("SELECT rows_read, rows_loaded, rows_quarantined FROM source_file") == [(73, 71, 2)]
    assert world.all("SELECT rule FROM load_issue ORDER BY row_no") == [("duplicate_value",), ("unknown_region",)]
    assert world.all("SELECT count(*) FROM indicator_value") == [(70,)]
    assert world.all("SELECT value, flag FROM mart_indicator WHERE region_code = '1380'") == [(None, "s")]
    world.close()


def test_the_codes_are_the_embedded_ones_with_the_same_unit_and_ages() -> None:
    with (ROOT / "data/indicators/catalogue.csv").open(encoding="utf-8", newline="") as handle:
        embedded = {row["code"]: row for row in csv.DictReader(handle)}
    for source in SOURCES:
        (indicator,) = source.INDICATORS
        same = embedded[indicator.code]
        assert (indicator.unit, indicator.unit_en, indicator.better) == (
            same["unit_sv"],
            same["unit_en"],
            same["better"],
        )
        assert indicator.publisher == same["publisher"]


def test_both_are_fetched_from_their_addresses(tmp_path: Path) -> None:
    with ReplayServer() as server:
        results = fetch(SOURCES[:2], tmp_path, base_urls=server.base_urls)
        assert {(r.status, r.reason) for r in results} == {("downloaded", "")}
    for source in SOURCES[:2]:
        rows = list(source.records(tmp_path / source.SOURCE.remotes[0].name).rows)
        assert len([v for row in rows for v in source.values(row)]) == 69
