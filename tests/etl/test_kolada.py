from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

from etl.sources.kolada import KPIS, REGIONS, SOURCES
from etl.spec import IndicatorValue, Reject, Remote, Row, SourceError
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
        kpis, regions, years = (
            part.split("/")[0].split(",") for part in re.split("kpi/|municipality/|year/", path)[1:]
        )
        return [{"values": [row for kpi in kpis for row in kolada_rows(kpi, regions[:1], years[:1])]}]


def asked(api: Api) -> list[str]:
    segments = [path.split("/municipality/")[1].split("/year/")[0].split(",") for path in api.paths]
    assert max(map(len, segments)) <= 25
    return [region for segment in segments for region in segment]


def test_all_regions_are_asked_for_once_in_segments_of_25_and_all_key_figures_in_each_call() -> None:
    api = Api()
    found = KOLADA.documents(KOLADA.SOURCE.remotes, api)  # type: ignore[arg-type]
    regions = asked(api)
    with (REGIONS / "kommun.csv").open(encoding="utf-8") as handle:
        kommuner = {row["code"] for row in csv.DictReader(handle)}
    assert len(regions) == len(set(regions)) == 1 + 21 + 290
    assert kommuner < set(regions)
    assert all(path.startswith(f"data/kpi/{','.join(KPIS)}/municipality/") for path in api.paths)
    assert len(api.paths) == 13
    for remote in KOLADA.SOURCE.remotes:
        kpi = remote.name.removeprefix("kolada_").removesuffix(".json")
        assert [row["kpi"] for row in found[remote.name]["values"]] == [kpi] * len(api.paths)


def test_more_than_25_key_figures_are_asked_for_in_turns() -> None:
    api = Api()
    remotes = tuple(Remote(f"k{n}.json", f"data/kpi/N{n:05}") for n in range(60))
    found = KOLADA.documents(remotes, api)  # type: ignore[arg-type]
    counts = [path.split("/")[2].count(",") + 1 for path in api.paths]
    assert (max(counts), sum(counts)) == (25, 60 * 13)
    assert all(len(document["values"]) == 13 for document in found.values())


@pytest.mark.parametrize("kpi", sorted(KPIS))
@pytest.mark.parametrize("year", ["2019", "2020"])
def test_years_before_the_register_bas_are_not_its_series(kpi: str, year: str) -> None:
    (row,) = kolada_rows(kpi, ["0003"], [year])
    found = list(KOLADA.values(Row(1, row)))
    is_other_register = year == "2019" and kpi in ("N02267", "N02268", "N02269", "N03941", "N03942")
    assert len(found) == (0 if is_other_register else 3)


def test_every_key_figure_has_a_file_and_a_code_of_its_own() -> None:
    assert {remote.url.rsplit("/", 1)[-1] for remote in KOLADA.SOURCE.remotes} == set(KPIS)
    assert len({indicator.code for indicator in KPIS.values()}) == len(KPIS) == 13


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
    KOLADA.documents(KOLADA.SOURCE.remotes, api)  # type: ignore[arg-type]
    assert set(asked(api)) == published, SHARED
