"""Arbetsförmedlingen's workbook: hidden stays hidden, no person is lost from the counts, no age band is spliced."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from etl.sources.arbetsformedlingen import SOURCES, band
from etl.spec import IndicatorValue, SourceError
from tests.conftest import World

(AF,) = SOURCES
FEW = replace(AF, SOURCE=replace(AF.SOURCE, expected_rows=(1, 10_000)))
LENGTHS = ("Utan arbete mer än 6 månader", "Utan arbete mer än 12 månader", "Utan arbete mer än 24 månader")
DALARNA, FALUN = "Dalarnas län", "Falun"


def row(month: Any, kommun: str, persons: Any, over_12: Any = 7, lan: str = DALARNA) -> tuple[Any, ...]:
    return (month, lan, kommun, persons, 9, over_12, 5)


def written(folder: Path, total: Iterable[Sequence[Any]], by_sex: Iterable[Sequence[Any]] = ()) -> Path:
    """Four rows above the header, as published; a sheet of notes and one division that is not read."""
    path = folder / "af.xlsx"
    sheets = {
        "Info": ([], ()),
        "Total": (["PERIOD", "LÄN", "KOMMUN", "ARBETSLÖSA", *LENGTHS], total),
        "Kön": (["PERIOD", "LÄN", "KOMMUN", "KOEN", "ARBETSLÖSA", *LENGTHS], by_sex),
        "Ålder": (["PERIOD", "LÄN", "KOMMUN", "ALDER", "ARBETSLÖSA", *LENGTHS], ()),
    }
    with xlsxwriter.Workbook(path) as book:
        for name, (head, rows) in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.write(0, 0, "Inskrivna arbetslösa, tid utan arbete")
            for at, cells in enumerate([head, *rows], start=4):
                sheet.write_row(at, 0, cells)
    return path


def load(path: Path) -> list[IndicatorValue]:
    return [value for record in AF.records(path).rows for value in AF.values(record)]


def unemployed(path: Path) -> dict[tuple[str, str, str], tuple[float | None, str | None]]:
    return {
        (v.region_code, v.period, v.sex): (v.value, v.flag)
        for v in load(path)
        if v.indicator == "registered_unemployed"
    }


def test_a_kommun_by_month_and_sex(tmp_path: Path) -> None:
    by_sex = [("2026-08", DALARNA, FALUN, sex, n, 3, 2, "<5") for sex, n in (("K", 400), ("M", 500))]
    assert load(written(tmp_path, [row("2026-08", FALUN, 900)], by_sex)) == [
        IndicatorValue("registered_unemployed", "2080", "2026-08", 900.0),
        IndicatorValue("registered_unemployed_over_12_months", "2080", "2026-08", 7.0),
        IndicatorValue("registered_unemployed", "2080", "2026-08", 400.0, "K"),
        IndicatorValue("registered_unemployed_over_12_months", "2080", "2026-08", 2.0, "K"),
        IndicatorValue("registered_unemployed", "2080", "2026-08", 500.0, "M"),
        IndicatorValue("registered_unemployed_over_12_months", "2080", "2026-08", 2.0, "M"),
    ]


@pytest.mark.parametrize(
    ("written_as", "expected"),
    [
        ("<5", (None, "s")),
        ("..", (None, "s")),
        (None, (None, "m")),
        ("-", (None, "m")),
        (0, (0.0, None)),
        ("12", (12.0, None)),
    ],
)
def test_small_numbers_are_hidden_and_zero_is_a_number(tmp_path: Path, written_as: Any, expected: Any) -> None:
    assert unemployed(written(tmp_path, [row("2026-08", FALUN, written_as)]))["2080", "2026-08", "T"] == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [((106, 20), (126.0, None)), ((106, "<5"), (None, "s")), (("<5", None), (None, "s")), ((106, None), (None, "m"))],
)
def test_a_kommun_under_two_lan_is_one_and_its_sum_exact_or_hidden(tmp_path: Path, parts: Any, expected: Any) -> None:
    rows = [
        row("2006-12", "Heby", n, lan=lan) for n, lan in zip(parts, ("Uppsala län", "Västmanlands län"), strict=True)
    ]
    path = written(tmp_path, rows)
    assert unemployed(path) == {("0331", "2006-12", "T"): expected}
    world = World(also=lambda loader: loader.indicator_values(FEW, path))
    assert world.all("SELECT rows_read, rows_loaded, rows_quarantined FROM source_file") == [(2, 2, 0)]
    world.close()


def test_every_row_is_accounted_for_and_unknown_kommuner_are_no_region(tmp_path: Path) -> None:
    rows = [
        row("2026-08", FALUN, 900), row("2026-08", "Uppgift saknas", 11),
        row("2026-08", "Uppgift saknas", 3, lan="Uppgift saknas"),
        row("2026-08", "Uppgift saknas", 4), row("2026-08", "Atlantis", 5), row("augusti", FALUN, 5),
        row("2026-08", "Borlänge", "många"),
    ]  # fmt: skip
    path = written(tmp_path, rows, [("2026-08", DALARNA, FALUN, "Okänt", 1, 1, 1, 1)])
    world = World(also=lambda loader: loader.indicator_values(FEW, path))
    assert world.all("SELECT rows_read, rows_loaded, rows_quarantined FROM source_file") == [(8, 1, 7)]
    assert [rule for (rule,) in world.all("SELECT rule FROM load_issue ORDER BY row_no")] == [
        "no_region", "no_region", "no_region", "unknown_region", "bad_period", "not_a_number", "unknown_sex",
    ]  # fmt: skip
    world.close()


@pytest.mark.parametrize(
    ("month", "ages"),
    [("2022-12", "16–64"), ("2023-01", "16–65"), ("2025-12", "16–65"), ("2026-01", "16–66"), ("2030-05", "16–66")],
)
def test_bands(month: str, ages: str) -> None:
    assert band(month) == ages


months = st.lists(
    st.sampled_from([f"{y}-{m:02}" for y in (2022, 2023, 2025, 2026) for m in (1, 6, 12)]), unique=True, min_size=1
)


@given(
    months.flatmap(
        lambda m: st.tuples(st.just(m), st.lists(st.sampled_from([5, 8, "<5"]), min_size=len(m), max_size=len(m)))
    )
)
def test_each_new_band_begins_with_one_break_and_nothing_else_does(
    tmp_path_factory: pytest.TempPathFactory, made: tuple[list[str], list[Any]]
) -> None:
    """Whatever order, months or hidden values the file has: the break stands at the first value shown of the band."""
    path = written(tmp_path_factory.mktemp("af"), [row(month, FALUN, n) for month, n in zip(*made, strict=True)])
    found = {month: pair for (_, month, _), pair in unemployed(path).items()}
    shown = sorted(month for month, (value, _) in found.items() if value is not None)
    expected = {b for a, b in pairwise(shown) if band(a) != band(b)}
    assert {month for month, (_, flag) in found.items() if flag == "b"} == expected


def test_another_workbook_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "af.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Total").write(0, 0, "x")
    with pytest.raises(SourceError, match=r"af\.xlsx.*'Kön'.*update the source"):
        AF.records(path)


def test_a_new_column_stops_the_load(tmp_path: Path) -> None:
    path = written(tmp_path, [row("2026-08", FALUN, 900)])
    (record,) = AF.records(path).rows
    record.raw["Utan arbete mer än 36 månader"] = 1
    with pytest.raises(SourceError, match="36"):
        list(AF.values(record))
