from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl import pxweb
from etl.fetch import fetch
from etl.pxweb import Dimensions, PxWebTable
from etl.sources.folkhalsodata import SOURCES
from etl.spec import Indicator, IndicatorValue, Reject, Row, Source, SourceError
from tests.conftest import ROOT, World
from tests.replay.documents import pxweb_data, pxweb_metadata, real
from tests.replay.server import ReplayServer

HEALTH, TRUST = SOURCES
ANY = PxWebTable(
    Source(
        id="any", kind="indicators", registry="any", publisher="SCB", title_sv="a", title_en="a",
        url="https://example.org/", licence="CC0", expected_rows=(1, 5000),
    ),
    (Indicator("deaths", "Döda", "Deaths", "antal", "neutral", "SCB", "T1", "CC0", 0),),
    Dimensions(
        region="Region", period="Tid", sex="Kon", sexes={"1": "M", "2": "K"},
        chosen={"Dodsorsak": "23-28", "Alder": "90+", "ContentsCode": "HS0301A1"},
    ),
)  # fmt: skip


class Api:
    """A PxWeb service that refuses a question of too many cells, as they do."""

    def __init__(self, metadata: dict[str, Any], limit: int = 1000) -> None:
        self.metadata, self.limit, self.asked = metadata, limit, list[dict[str, list[str]]]()

    def pace(self, calls: int, seconds: float) -> None:
        pass

    def get(self, path: str, params: Any = None) -> Any:
        return self.metadata

    def post(self, path: str, body: Any, params: Any = None) -> Any:
        self.asked.append({item["code"]: item["selection"]["values"] for item in body["query"]})
        reply = pxweb_data(self.metadata, body["query"])
        assert len(reply["value"]) <= self.limit
        return reply


def cell(**changes: Any) -> Row:
    raw = {"Region": "03", "Hälsotillstånd": "01", "Andel och konfidensintervall": "01", "Kön": "00", "År": "17"}
    return Row(1, raw | {"value": 70.5, "status": "", "_period": "2021-2024"} | changes)


def written(folder: Path, document: object) -> Path:
    path = folder / "fohm.json"
    path.write_text(json.dumps(document), "utf-8")
    return path


def load(source: PxWebTable, path: Path) -> list[IndicatorValue]:
    return [value for row in source.records(path).rows for value in source.values(row)]


def document(source: PxWebTable, metadata: dict[str, Any]) -> dict[str, Any]:
    return source.document(source.SOURCE.remotes[0], Api(metadata))  # type: ignore[arg-type]


def test_any_table_is_declared_in_a_few_lines() -> None:
    values = load(ANY, real("indicators/pyjstat_statswe.json"))
    assert {v.region_code for v in values} == {"25"}
    assert values[-1] == IndicatorValue("deaths", "25", "1996", 137.0, "K")


def test_four_years_stay_four_years(tmp_path: Path) -> None:
    path = written(tmp_path, document(HEALTH, pxweb_metadata("Hälsotillstånd", ["01", "02"])))
    values = load(HEALTH, path)
    assert {v.period for v in values} == {"2020-2023", "2021-2024"}
    assert {v.region_code for v in values} == {"00", "03", "0380"}
    assert {v.sex for v in values} == {"T", "K", "M"}
    assert len(values) == 18
    assert values[0] == IndicatorValue("good_self_rated_health", "00", "2020-2023", 70.5)
    assert (values[-1].value, values[-1].flag) == (None, "s")


@pytest.mark.parametrize(
    ("code", "text", "period"),
    [
        ("2021-2024", "", "2021-2024"),
        ("2021–2024", "", "2021-2024"),
        ("2024", "", "2024"),
        ("2025M06", "2025M06", "2025-06"),
        ("17", "2021-2024", "2021-2024"),
    ],
)
def test_periods(code: str, text: str, period: str) -> None:
    (value,) = HEALTH.values(cell(År=code, _period=text))
    assert value.period == period


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"value": "70.5"}, (70.5, None)),
        ({"value": 0}, (0.0, None)),
        ({"value": ".."}, (None, "s")),
        ({"value": None, "status": ".."}, (None, "s")),
        ({"value": None}, (None, "m")),
        ({"value": 70.5, "status": ".."}, (None, "s")),
    ],
)
def test_values_may_be_text_and_gaps_stay_gaps(changes: dict[str, Any], expected: tuple[Any, Any]) -> None:
    (value,) = HEALTH.values(cell(**changes))
    assert (value.value, value.flag) == expected


def test_a_table_may_say_that_its_dots_mean_something_else() -> None:
    lacking = replace(HEALTH, dimensions=replace(HEALTH.dimensions, symbols={"..": "m"}))
    (value,) = lacking.values(cell(value=".."))
    assert (value.value, value.flag) == (None, "m")


def test_other_cells_of_the_table_yield_nothing() -> None:
    assert list(HEALTH.values(cell(**{"Andel och konfidensintervall": "02"}))) == []


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"Kön": "3"}, "unknown_sex"),
        ({"Region": "RIKET2"}, "unknown_region"),
        ({"År": "17", "_period": "vår"}, "bad_period"),
        ({"value": "70,5"}, "unknown_symbol"),
        ({"value": 70.5, "status": "?"}, "unknown_symbol"),
        ({"value": True}, "not_a_number"),
        ({"value": [1]}, "not_a_number"),
    ],
)
def test_a_cell_that_cannot_be_read_is_quarantined(changes: dict[str, Any], rule: str) -> None:
    with pytest.raises(Reject) as caught:
        list(HEALTH.values(cell(**changes)))
    assert caught.value.rule == rule


def test_a_dimension_that_is_not_declared_stops_the_load() -> None:
    with pytest.raises(SourceError, match="Ålder"):
        list(HEALTH.values(cell(Ålder="16-29")))


@pytest.mark.parametrize(
    "broken",
    [[], {}, "text", {"parts": [{"error": "x"}]}, {"parts": []}, {"id": ["a"], "size": [1]}],
)
def test_a_document_that_is_not_the_table_is_refused(tmp_path: Path, broken: object) -> None:
    with pytest.raises(SourceError, match=r"fohm\.json.*ownload"):
        HEALTH.records(written(tmp_path, broken))


def test_another_table_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, document(TRUST, pxweb_metadata("Tillit", ["40"])))
    with pytest.raises(SourceError, match="Hälsotillstånd"):
        HEALTH.records(path)


@pytest.mark.parametrize(
    ("metadata", "match"),
    [
        (pxweb_metadata("Tillit", ["40"]), "Hälsotillstånd"),
        (pxweb_metadata("Hälsotillstånd", ["01"]) | {"variables": []}, "not in the table"),
    ],
)
def test_a_changed_table_is_said_before_it_is_asked(metadata: dict[str, Any], match: str) -> None:
    with pytest.raises(SourceError, match=match):
        document(HEALTH, metadata)


@given(regions=st.integers(1, 40), periods=st.integers(1, 12), limit=st.integers(3, 100))
def test_no_question_is_too_large_and_none_is_left_out(regions: int, periods: int, limit: int) -> None:
    metadata = pxweb_metadata("Hälsotillstånd", ["01"])
    for item in metadata["variables"]:
        if item["code"] in ("Region", "År"):
            first, count = (1000, regions) if item["code"] == "Region" else (2000, periods)
            item["values"] = item["valueTexts"] = [str(first + number) for number in range(count)]
    api = Api(metadata, limit)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pxweb, "MAX_CELLS", limit)
        HEALTH.document(HEALTH.SOURCE.remotes[0], api)  # type: ignore[arg-type]
    pairs = [(region, period) for asked in api.asked for region in asked["Region"] for period in asked["År"]]
    assert len(pairs) == len(set(pairs)) == regions * periods


def test_through_the_loader(tmp_path: Path) -> None:
    path = written(tmp_path, document(HEALTH, pxweb_metadata("Hälsotillstånd", ["01"])))
    few = replace(HEALTH, SOURCE=replace(HEALTH.SOURCE, expected_rows=(1, 100)))
    world = World(also=lambda loader: loader.indicator_values(few, path))
    assert world.all("SELECT rows_read, rows_loaded, rows_quarantined FROM source_file") == [(18, 18, 0)]
    assert world.all("SELECT count(*), count(value) FROM mart_indicator WHERE period LIKE '____-____'") == [(18, 17)]
    world.close()


def test_the_codes_are_the_embedded_ones_with_the_same_unit() -> None:
    with (ROOT / "data/indicators/catalogue.csv").open(encoding="utf-8", newline="") as handle:
        embedded = {row["code"]: row for row in csv.DictReader(handle)}
    for source in SOURCES:
        (indicator,) = source.INDICATORS
        same = embedded[indicator.code]
        assert (indicator.unit, indicator.better) == (same["unit_sv"], same["better"])
        assert indicator.title_sv == same["title_sv"]
        assert "16–84" in same["note_sv"]
        assert "16–84" in indicator.note


def test_both_tables_are_fetched(tmp_path: Path) -> None:
    with ReplayServer() as server:
        for metadata in server.pxweb.values():
            metadata["variables"][0] |= {
                "values": [f"{number:04}" for number in range(1, 31)], "valueTexts": ["x"] * 30,
            }  # fmt: skip
        results = fetch(SOURCES, tmp_path, base_urls=server.base_urls)
        assert {(r.status, r.reason) for r in results} == {("downloaded", "")}
    assert len(load(TRUST, tmp_path / "folkhalsodata_litaYreg.json")) == 30 * 3 * 2
