from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.fetch import fetch
from etl.jsonstat import jsonstat2_cells
from etl.sources.eurostat import FLAGS, NUTS2, SOURCES, Eurostat, flagged, tsv_cell
from etl.spec import IndicatorValue, Reject, Row, SourceError
from tests.conftest import World
from tests.replay.documents import EUROSTAT_DIMENSIONS, eurostat_jsonstat, real
from tests.replay.server import ReplayServer

BY_TABLE = {source.INDICATORS[0].table_id: source for source in SOURCES}
UNEMPLOYMENT, LONG_TERM, INCOME = BY_TABLE["lfst_r_lfu3rt"], BY_TABLE["lfst_r_lfu2ltu"], BY_TABLE["tgs00026"]
HEADER = "freq,isced11,unit,age,sex,geo\\TIME_PERIOD\t2022 \t2023 \t2024 "
LINE = "A,TOTAL,PC,Y15-74,{sex},{geo}\t{cells}"


def load(source: Eurostat, path: Path) -> list[IndicatorValue]:
    return [value for row in source.records(path).rows if not row.fault for value in source.values(row)]


def written(folder: Path, text: str, name: str = "eurostat.tsv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def tsv(folder: Path, *lines: tuple[str, str, str]) -> Path:
    rows = [LINE.format(sex=sex, geo=geo, cells=cells) for sex, geo, cells in lines]
    return written(folder, "\n".join([HEADER, *rows]) + "\n")


def jsonstat(folder: Path, table: str, **changes: Any) -> Path:
    return written(folder, json.dumps(eurostat_jsonstat(table, **changes)), "eurostat.json")


def cell(**changes: Any) -> Row:
    raw = {"freq": "A", "isced11": "TOTAL", "unit": "PC", "age": "Y15-74", "sex": "T", "geo": "SE11", "time": "2024"}
    return Row(1, raw | {"value": 8.1, "status": ""} | changes)


def test_the_real_income_file() -> None:
    path = real("indicators/tgs00026_SE.csv")
    values = {(v.region_code, v.period): v for v in load(INCOME, path)}
    assert len(values) == 8 * 11
    assert {region for region, _ in values} == set(NUTS2)
    assert {v.sex for v in values.values()} == {"T"}
    assert values["SE11", "2009"] == IndicatorValue("eurostat_disposable_income_pps", "SE11", "2009", 17300.0)
    assert values["SE22", "2009"].value == 15000.0
    with path.open(encoding="utf-8") as handle:
        assert sum(v.value or 0 for v in values.values()) == sum(float(r["values"]) for r in csv.DictReader(handle))


def test_sparse_cells_are_keyed_by_their_index(tmp_path: Path) -> None:
    # Nine areas and two years of one sex: SE 2023 is cell 0, SE11 2023 cell 2, SE33 2024 cell 17.
    path = jsonstat(tmp_path, "tgs00026", value={"0": 1, "2": 2, "17": 3}, status={"2": "b", "5": "c", "17": "p"})
    found = {(v.region_code, v.period): (v.value, v.flag) for v in load(INCOME, path)}
    assert len(found) == 18
    assert found["00", "2023"] == (1.0, None)
    assert found["SE11", "2023"] == (2.0, "b")
    assert found["SE12", "2024"] == (None, "s")
    assert found["SE33", "2024"] == (3.0, "p")
    assert [found[key] for key in found if found[key][0] is None].count((None, "m")) == 14


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=4),
    st.data(),
)
def test_the_index_of_a_cell_is_row_major(sizes: list[int], data: st.DataObject) -> None:
    names = [f"d{place}" for place in range(len(sizes))]
    at = [data.draw(st.integers(0, size - 1)) for size in sizes]
    index = 0
    for position, size in zip(at, sizes, strict=True):
        index = index * size + position
    document = {
        "id": names,
        "size": sizes,
        "dimension": {
            name: {"category": {"index": {str(code): code for code in range(size)}}}
            for name, size in zip(names, sizes, strict=True)
        },
        "value": {str(index): 42},
        "status": {str(index): "u"},
    }
    (hit,) = [each for each in jsonstat2_cells(document) if each["value"] is not None]
    assert hit == dict(zip(names, map(str, at), strict=True)) | {"value": 42, "status": "u"}


def test_the_tsv_with_its_gaps_and_flags(tmp_path: Path) -> None:
    path = tsv(
        tmp_path, ("T", "SE11", "6.1 \t: \t5.1 u"), ("F", "SE", "628 e\t: m\t7.0 b"), ("M", "SE33", ": c\t8.2 bu\t9 p")
    )
    found = {(v.region_code, v.period, v.sex): (v.value, v.flag) for v in load(UNEMPLOYMENT, path)}
    assert found == {
        ("SE11", "2022", "T"): (6.1, None), ("SE11", "2023", "T"): (None, "m"), ("SE11", "2024", "T"): (5.1, "u"),
        ("00", "2022", "K"): (628.0, "u"), ("00", "2023", "K"): (None, "m"), ("00", "2024", "K"): (7.0, "b"),
        ("SE33", "2022", "M"): (None, "s"), ("SE33", "2023", "M"): (8.2, "b"), ("SE33", "2024", "M"): (9.0, "p"),
    }  # fmt: skip


def test_zero_is_a_value(tmp_path: Path) -> None:
    (first, *_) = load(UNEMPLOYMENT, tsv(tmp_path, ("T", "SE11", "0 \t0.0 b\t: ")))
    assert (first.value, first.flag) == (0.0, None)


def test_other_series_countries_and_levels_are_read_and_left_out(tmp_path: Path) -> None:
    path = tsv(tmp_path, *(("T", geo, "1 \t2 \t3 ") for geo in ("SE11", "SE1", "SE110", "SEZZ", "FI1B", "EU27_2020")))
    text = path.read_text() + "A,TOTAL,PC,Y_GE25,T,SE11\t7 \t8 \t9 \nQ,TOTAL,PC,Y15-74,T,SE11\t7 \t8 \t9 \n"
    path = written(tmp_path, text)
    assert len(list(UNEMPLOYMENT.records(path).rows)) == 24
    assert [(v.region_code, v.value) for v in load(UNEMPLOYMENT, path)] == [("SE11", 1.0), ("SE11", 2.0), ("SE11", 3.0)]


@given(st.floats(-1e9, 1e12, allow_nan=False).map(lambda v: round(v, 3)), st.text("bcdefnprsuz", max_size=3), st.data())
def test_a_tsv_cell_is_read_as_it_was_written(number: float, flags: str, data: st.DataObject) -> None:
    spaces = st.sampled_from(["", " ", "  "])
    before, between, after = (data.draw(spaces) for _ in range(3))
    assert tsv_cell(f"{before}{number:.3f}{between}{flags}{after}") == (number, flags)
    assert tsv_cell(f"{before}:{between}{flags}{after}") == (None, flags)


@given(st.text(max_size=12))
def test_a_tsv_cell_is_never_guessed(text: str) -> None:
    try:
        value, flags = tsv_cell(text)
    except ValueError:
        return
    assert text.strip().startswith(":") if value is None else float(text.strip().rstrip(flags)) == value


@given(st.none() | st.floats(0, 100), st.text("".join(FLAGS), max_size=4))
def test_a_gap_is_never_a_number_and_a_secret_is_never_shown(value: float | None, flags: str) -> None:
    number, flag = flagged(value, flags)
    assert flag in (None, "p", "b", "u", "s", "m")
    assert (number is None) == (value is None or "c" in flags or "z" in flags) == (flag in ("s", "m"))
    assert number in (None, value)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"geo": "SE44"}, "unknown_region"),
        ({"sex": "X"}, "unknown_sex"),
        ({"time": "2024-Q1"}, "bad_period"),
        ({"value": "8,1"}, "not_a_number"),
        ({"value": True}, "not_a_number"),
        ({"status": "f"}, "forecast"),
        ({"status": "y"}, "unknown_flag"),
    ],
)
def test_a_cell_that_cannot_be_read_is_quarantined(changes: dict[str, Any], rule: str) -> None:
    with pytest.raises(Reject) as caught:
        list(UNEMPLOYMENT.values(cell(**changes)))
    assert caught.value.rule == rule


def test_a_dimension_that_is_not_declared_stops_the_load() -> None:
    with pytest.raises(SourceError, match="citizen"):
        list(UNEMPLOYMENT.values(cell(citizen="TOTAL")))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"error": [{"status": 404, "label": "Dataset not found"}]}',
        json.dumps(eurostat_jsonstat("lfst_r_lfu3rt", value={"99999": 1})),
        json.dumps(eurostat_jsonstat("lfst_r_lfu3rt", status={"99999": "b"})),
        json.dumps(eurostat_jsonstat("lfst_r_lfu3rt", status=["b"] * 999)),
        json.dumps(eurostat_jsonstat("lfst_r_lfu3rt"))[:-40],
        json.dumps(eurostat_jsonstat("lfst_r_lfe2emprt")),
        json.dumps(eurostat_jsonstat("lfst_r_lfu3rt", id=["freq"])),
        HEADER.replace("isced11", "x") + "\n" + LINE.format(sex="T", geo="SE11", cells="1\t2\t3") + "\n",
        HEADER + "\n" + LINE.format(sex="T", geo="SE11", cells="1\t2\t3").replace("PC", "THS") + "\n",
        "geo;time\nSE11;2024\n",
        "<!DOCTYPE html><html></html>",
    ],
)
def test_a_file_that_is_not_the_table_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SourceError, match=r"eurostat\.tsv.*(ownload|heck|address)"):
        UNEMPLOYMENT.records(written(tmp_path, text))


def test_a_damaged_line_or_cell_is_a_faulty_record(tmp_path: Path) -> None:
    path = tsv(tmp_path, ("T", "SE11", "1 \t2 \tn/a"), ("T", "SE12", "1 \t2 "), ("T", "SE,12", "1 \t2 \t3 "))
    faults = [row.fault and row.fault.rule for row in UNEMPLOYMENT.records(path).rows]
    assert faults == [None, None, "bad_cell", "field_count", "field_count"]


def test_through_the_loader_as_nuts2_and_never_as_lan(tmp_path: Path) -> None:
    path = jsonstat(tmp_path, "lfst_r_lfu2ltu")

    def also(loader: Any) -> None:
        for code in NUTS2:
            loader.add_region(code, None, "nuts2", code, code, code, None, None, None, None, None, None, None)
        loader.indicator_values(LONG_TERM, path)

    world = World(also=also)
    assert world.all("SELECT rows_read, rows_loaded, rows_quarantined FROM source_file") == [(54, 54, 0)]
    assert world.all("SELECT level, count(*) FROM mart_indicator GROUP BY 1 ORDER BY 1") == [
        ("nuts2", 48),
        ("riket", 6),
    ]
    assert world.all("SELECT sex, value, flag FROM mart_indicator WHERE region_code = '00' AND period = '2024' "
                     "ORDER BY sex") == [("K", 8.7, None), ("M", 6.9, None), ("T", 5.1, "b")]  # fmt: skip
    world.close()


def test_what_is_not_comparable_is_said() -> None:
    (indicator,) = LONG_TERM.INDICATORS
    assert "12 månader" in indicator.note
    assert "6 months" in indicator.note_en
    for source in SOURCES:
        assert "län" in source.SOURCE.caveat_sv
        assert "NUTS 2" in source.INDICATORS[0].title_sv


def test_every_table_is_fetched_from_its_address(tmp_path: Path) -> None:
    with ReplayServer() as server:
        results = fetch(SOURCES, tmp_path, base_urls=server.base_urls)
        assert {(r.status, r.reason) for r in results} == {("downloaded", "")}
        assert {request.path for request in server.requests} == {f"/eurostat/data/{t}" for t in EUROSTAT_DIMENSIONS}
        assert {r.status for r in fetch(SOURCES, tmp_path, base_urls=server.base_urls)} == {"unchanged"}
    for source in SOURCES:
        assert {v.region_code for v in load(source, tmp_path / source.SOURCE.remotes[0].name)} == {"00", *NUTS2}
