from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from etl.sources.scb import SOURCES, TEN_YEAR_AGES, jsonstat2_cells
from etl.spec import IndicatorValue, Reject, Row, SourceError
from tests.replay.documents import real, scb_data, scb_metadata

SCB = SOURCES[0]


def load(path: Path) -> list[IndicatorValue]:
    return [value for row in SCB.records(path).rows for value in SCB.values(row)]


def slice_(ages: dict[str, Any], **changes: str) -> Row:
    return Row(1, {"Region": "03", "Kon": "2", "ContentsCode": "000007SF", "Tid": "2025M06", "Alder": ages} | changes)


def test_the_real_population_table() -> None:
    path = real("indicators/pxwebpy_TAB6471_data.json")
    rows = list(SCB.records(path).rows)
    assert sum(len(row.raw["Alder"]) for row in rows) == 2772
    values = {(v.region_code, v.period, v.sex): v.value for v in load(path)}
    assert len(values) == 21 * 3 * 4
    assert {v.indicator for v in load(path)} == {"population_month"}
    document = json.loads(path.read_text("utf-8"))
    cells = [c for c in jsonstat2_cells(document) if (c["Region"], c["Kon"], c["Tid"]) == ("03", "1", "2026M01")]
    assert values["03", "2026-01", "M"] == sum(c["value"] for c in cells)


def test_noise_is_published_as_it_stands() -> None:
    values = {(v.region_code, v.period, v.sex): v.value for v in load(real("indicators/pxwebpy_TAB6471_data.json"))}
    gaps = [
        values[region, period, "T"] - values[region, period, "K"] - values[region, period, "M"]
        for region, period, sex in values
        if sex == "T"
    ]
    assert any(gap != 0 for gap in gaps)
    assert all(abs(gap) < 100 for gap in gaps)


def test_the_older_form_is_read_by_the_same_reader() -> None:
    document = json.loads(real("indicators/pyjstat_statswe.json").read_text("utf-8"))
    cells = list(jsonstat2_cells(document))
    assert len(cells) == 1120
    assert cells[-1] == {
        "Region": "25", "Dodsorsak": "23-28", "Alder": "90+", "Kon": "2", "ContentsCode": "HS0301A1",
        "Tid": "1996", "value": 137, "status": "",
    }  # fmt: skip


TINY: dict[str, Any] = {
    "id": ["a", "b"],
    "size": [2, 2],
    "dimension": {"a": {"category": {"index": {"y": 1, "x": 0}}}, "b": {"category": {"index": ["1", "2"]}}},
    "value": [10, 20, 30, None],
    "status": {"3": ".."},
}


def test_cells_come_in_row_major_order_by_index_not_by_spelling() -> None:
    assert [(c["a"], c["b"], c["value"], c["status"]) for c in jsonstat2_cells(TINY)] == [
        ("x", "1", 10, ""), ("x", "2", 20, ""), ("y", "1", 30, ""), ("y", "2", None, ".."),
    ]  # fmt: skip


def test_sparse_values_and_a_dimension_of_one_category() -> None:
    sparse = TINY | {"value": {"0": 10, "2": 30}, "status": {}}
    assert [c["value"] for c in jsonstat2_cells(sparse)] == [10, None, 30, None]
    single = {"id": ["a"], "size": [1], "dimension": {"a": {"category": {"label": {"x": "X"}}}}, "value": [1]}
    assert [c["a"] for c in jsonstat2_cells(single)] == ["x"]


@pytest.mark.parametrize("changes", [{"value": [1, 2, 3]}, {"size": [2, 3]}, {"value": {"4": 1}}, {"value": {"-1": 1}}])
def test_values_that_do_not_fill_the_dimensions_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"dimensions|size"):
        list(jsonstat2_cells(copy.deepcopy(TINY) | changes))


def test_scb_s_own_total_wins_over_a_sum() -> None:
    ages: dict[str, Any] = {"TotSA": 1001, **dict.fromkeys(TEN_YEAR_AGES, 100)}
    (value,) = SCB.values(slice_(ages))
    assert value == IndicatorValue("population_month", "03", "2025-06", 1001.0, "K")
    (summed,) = SCB.values(slice_(dict.fromkeys(TEN_YEAR_AGES, 100)))
    assert summed.value == 1100.0


@pytest.mark.parametrize(("part", "flag"), [("..", "s"), (None, "m"), ("-", "m")])
def test_a_missing_part_leaves_the_sum_missing(part: object, flag: str) -> None:
    ages: dict[str, Any] = dict.fromkeys(TEN_YEAR_AGES, 100)
    (value,) = SCB.values(slice_(ages | {"0-9": part}))
    assert (value.value, value.flag) == (None, flag)


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (slice_({"0-9": 100}), "not_all_ages"),
        (slice_({"TotSA": "hundra"}), "not_a_number"),
        (slice_({"TotSA": 1}, Kon="3"), "unknown_sex"),
        (slice_({"TotSA": 1}, Tid="2025"), "bad_period"),
    ],
)
def test_a_record_that_cannot_be_read_is_quarantined(row: Row, rule: str) -> None:
    with pytest.raises(Reject) as caught:
        list(SCB.values(row))
    assert caught.value.rule == rule


@pytest.mark.parametrize("document", [[], {}, {"id": ["a"]}, {"parts": [{"error": "x"}]}, TINY, "text"])
def test_a_document_that_is_not_the_table_is_refused(tmp_path: Path, document: object) -> None:
    path = tmp_path / "scb.json"
    path.write_text(json.dumps(document))
    with pytest.raises(SourceError, match="TAB6471"):
        SCB.records(path)


class Api:
    """SCB's service, with a limit on cells."""

    def __init__(self, limit: int) -> None:
        self.limit, self.asked, self.paced = limit, list[dict[str, list[str]]](), (0, 0.0)

    def pace(self, calls: int, seconds: float) -> None:
        self.paced = (calls, seconds)

    def get(self, path: str, params: Any = None) -> Any:
        if path == "config":
            return {"maxDataCells": self.limit, "maxCallsPerTimeWindow": 3, "timeWindow": 10}
        return scb_metadata(["2025M01", "2025M02", "2025M03"])

    def post(self, path: str, body: Any, params: Any = None) -> Any:
        self.asked.append({item["variableCode"]: item["valueCodes"] for item in body["selection"]})
        return scb_data(body["selection"])


def test_a_call_never_asks_for_more_cells_than_are_allowed(tmp_path: Path) -> None:
    api = Api(limit=21 * 3 * 2)
    document = SCB.document(SCB.SOURCE.remotes[0], api)  # type: ignore[arg-type]
    assert [asked["Tid"] for asked in api.asked] == [["2025M01", "2025M02"], ["2025M03"]]
    assert {tuple(asked["Alder"]) for asked in api.asked} == {("TotSA",)}
    assert api.paced == (3, 10.0)
    path = tmp_path / "scb.json"
    path.write_text(json.dumps(document))
    assert len(load(path)) == 21 * 3 * 3


def test_one_call_when_that_is_enough() -> None:
    api = Api(limit=150_000)
    assert SCB.document(SCB.SOURCE.remotes[0], api)["class"] == "dataset"  # type: ignore[arg-type]
    assert len(api.asked) == 1
