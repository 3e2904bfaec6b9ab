from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from etl.sources.kolada import KPIS, REGIONS, SOURCES
from etl.spec import IndicatorValue, Reject, Row, SourceError
from tests.replay.documents import SHARED, kolada_rows, real

KOLADA = SOURCES[0]


def record(**changes: Any) -> Row:
    return Row(1, kolada_rows("N02797", ["0003"], ["2024"])[0] | changes)


def cell(**changes: Any) -> list[dict[str, Any]]:
    return [{"gender": "T", "value": 8.5, "status": "", "count": 1, "isdeleted": False} | changes]


def test_a_document_becomes_values(tmp_path: Path) -> None:
    path = tmp_path / "kolada_N02797.json"
    path.write_text(json.dumps({"values": kolada_rows("N02797", ["0000", "0003", "0380"], ["2023", "2024"])}))
    rows = list(KOLADA.records(path).rows)
    values = [value for row in rows for value in KOLADA.values(row)]
    assert (len(rows), len(values)) == (6, 18)
    assert {value.region_code for value in values} == {"00", "03", "0380"}
    assert {value.sex for value in values} == {"T", "K", "M"}
    assert IndicatorValue("neet_16_24", "03", "2024", 10.0) in values


@pytest.mark.parametrize(
    ("changes", "flag"),
    [
        ({"value": None}, "m"),
        ({"value": None, "status": "Missing"}, "m"),
        ({"value": None, "status": ".."}, "s"),
        ({"value": None, "status": "Private"}, "s"),
        ({"value": 3.0, "status": ".."}, "s"),
    ],
)
def test_a_value_that_is_missing_or_secret_is_flagged_and_never_zero(changes: dict[str, Any], flag: str) -> None:
    (value,) = KOLADA.values(record(values=cell(**changes)))
    assert (value.value, value.flag) == (None, flag)


def test_zero_is_a_value() -> None:
    (value,) = KOLADA.values(record(values=cell(value=0)))
    assert (value.value, value.flag) == (0.0, None)


def test_deleted_values_are_left_out() -> None:
    cells = cell() + cell(gender="K", isdeleted=True)
    assert [value.sex for value in KOLADA.values(record(values=cells))] == ["T"]


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"values": cell(isdeleted=True)}, "deleted_by_publisher"),
        ({"values": []}, "no_values"),
        ({"values": "x"}, "not_a_list"),
        ({"values": cell(gender="X")}, "unknown_gender"),
        ({"values": cell(status="ny")}, "unknown_status"),
        ({"values": cell(value="8,5")}, "not_a_number"),
        ({"values": cell(value=True)}, "not_a_number"),
        ({"municipality": "G1"}, "municipality_group"),
        ({"municipality": "3"}, "unknown_region"),
        ({"kpi": "N99999"}, "unknown_kpi"),
        ({"period": "2021-2024"}, "bad_period"),
    ],
)
def test_a_record_that_cannot_be_read_is_quarantined(changes: dict[str, Any], rule: str) -> None:
    with pytest.raises(Reject) as caught:
        list(KOLADA.values(record(**changes)))
    assert caught.value.rule == rule


def test_a_record_without_a_key_is_quarantined() -> None:
    row = record()
    del row.raw["period"]
    with pytest.raises(Reject, match="lacks"):
        list(KOLADA.values(row))


def test_a_new_key_stops_the_load() -> None:
    with pytest.raises(SourceError, match="'unit'"):
        list(KOLADA.values(record(unit="%")))


class Api:
    """Answers every question with one page and remembers the paths."""

    def __init__(self) -> None:
        self.paths: list[str] = []

    def pace(self, calls: int, seconds: float) -> None:
        pass

    def pages(self, path: str, params: Any = None) -> list[dict[str, Any]]:
        self.paths.append(path)
        return [{"values": [len(self.paths)]}]


def test_all_regions_are_asked_for_once_in_segments_of_25() -> None:
    api = Api()
    remote = KOLADA.SOURCE.remotes[0]
    document = KOLADA.document(remote, api)  # type: ignore[arg-type]
    assert document == {"values": list(range(1, len(api.paths) + 1))}
    segments = [path.split("/municipality/")[1].split("/year/")[0].split(",") for path in api.paths]
    asked = [region for segment in segments for region in segment]
    with (REGIONS / "kommun.csv").open(encoding="utf-8") as handle:
        kommuner = {row["code"] for row in csv.DictReader(handle)}
    assert len(asked) == len(set(asked)) == 1 + 21 + 290
    assert kommuner < set(asked)
    assert max(map(len, segments)) <= 25
    assert all(path.startswith(f"{remote.url}/municipality/") for path in api.paths)


def test_every_key_figure_has_a_file_and_a_code_of_its_own() -> None:
    assert {remote.url.rsplit("/", 1)[-1] for remote in KOLADA.SOURCE.remotes} == set(KPIS)
    assert len({indicator.code for indicator in KPIS.values()}) == len(KPIS) == 12


def test_the_key_figures_are_kolada_s_and_not_discontinued() -> None:
    path = real("indicators/kolada_kpi_selected.csv")
    with path.open(encoding="utf-8") as handle:
        titles = {row["id"]: row["title"] for row in csv.DictReader(handle)}
    assert set(KPIS) <= set(titles)
    assert not [title for kpi, title in titles.items() if kpi in KPIS and title.endswith("-2023)")]


def test_the_regions_are_those_of_kolada() -> None:
    path = real("indicators/kolada_municipality_v3.csv")
    with path.open(encoding="utf-8") as handle:
        published = {row["id"] for row in csv.DictReader(handle)}
    api = Api()
    KOLADA.document(KOLADA.SOURCE.remotes[0], api)  # type: ignore[arg-type]
    asked = {code for p in api.paths for code in p.split("/municipality/")[1].split("/")[0].split(",")}
    assert asked == published, SHARED
