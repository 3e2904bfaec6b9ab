"""Försäkringskassan's Excel: the same values as the JSON, from sheets in the publisher's form."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from etl.fetch import fetch
from etl.sources.forsakringskassan import SOURCES, ForsakringskassanBook
from etl.spec import IndicatorValue, Reject, Row, SourceError
from tests.conftest import World

BOOKS = [source for source in SOURCES if isinstance(source, ForsakringskassanBook)]
OHALSOTAL, SJUKPENNINGTAL = BOOKS
COLUMNS = ("År", "Månad", "Län", "Kommun", "Kön", "Ålder")
PLACES = [("Riket", "Riket"), ("20 Dalarnas län", "20 Dalarnas län"), ("20 Dalarnas län", "2080 Falun")]
ALL = "Samtliga 16-64 år"


def line(
    place: tuple[str, str], figure: Any, *, month: Any = "12", sex: str = "Kvinnor och män", age: str = ALL
) -> Any:
    return ("2025", month, *place, sex, age, figure)


def written(folder: Path, heading: str, *sheets: Sequence[Any]) -> Path:
    """Two rows of title, the header, the rows; every sheet alike, and one of notes."""
    path = folder / "fk.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Information").write(0, 0, "Om statistiken")
        for number, rows in enumerate(sheets, start=1):
            sheet = book.add_worksheet(f"Tabell {number}")
            sheet.write(0, 0, "Ohälsotalet")
            sheet.write(1, 0, "Försäkringskassan")
            for at, row in enumerate([(*COLUMNS, heading), *rows], start=2):
                sheet.write_row(at, 0, row)
    return path


def load(source: ForsakringskassanBook, path: Path) -> list[IndicatorValue]:
    return [value for row in source.records(path).rows for value in source.values(row)]


def raw(figure: Any = 20.5, place: tuple[str, str] = PLACES[1], **changes: Any) -> Row:
    return Row(1, dict(zip((*COLUMNS, "Ohälsotalet"), line(place, figure), strict=True)) | changes)


def test_the_table_goes_on_in_the_next_sheet(tmp_path: Path) -> None:
    path = written(tmp_path, "Ohälsotalet", [line(p, 20.5) for p in PLACES[:2]], [line(PLACES[2], "21.25")])
    assert load(OHALSOTAL, path) == [
        IndicatorValue("sick_days_ohalsotal", "00", "2025", 20.5),
        IndicatorValue("sick_days_ohalsotal", "20", "2025", 20.5),
        IndicatorValue("sick_days_ohalsotal", "2080", "2025", 21.25),
    ]


def test_sjukpenningtal_has_another_heading(tmp_path: Path) -> None:
    rows = [line(PLACES[1], n, sex=sex) for n, sex in enumerate(["Kvinnor och män", "Kvinnor", "Män"])]
    values = load(SJUKPENNINGTAL, written(tmp_path, "Sjukpenningtal 1.0", rows))
    assert [(v.indicator, v.sex, v.value) for v in values] == [
        ("sick_days_sjukpenningtal", sex, float(n)) for n, sex in enumerate("TKM")
    ]


@given(month=st.integers(1, 12), as_text=st.booleans(), age=st.sampled_from([ALL, "16-19 år"]))
def test_only_december_of_all_ages_is_a_year(month: int, as_text: bool, age: str) -> None:
    written_as = f"{month:02}" if as_text else month
    found = list(OHALSOTAL.values(raw(Månad=written_as, Ålder=age)))
    assert len(found) == (month == 12 and age == ALL)


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        (20, (20.0, None)), (0, (0.0, None)), ("20,5", (20.5, None)), ("..", (None, "s")), ("<5", (None, "s")),
        (None, (None, "m")), ("-", (None, "m")),
    ],
)  # fmt: skip
def test_figures_and_symbols(figure: Any, expected: Any) -> None:
    (value,) = OHALSOTAL.values(raw(figure))
    assert (value.value, value.flag) == expected


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"Kommun": "1480 Göteborg"}, "unknown_region"),
        ({"Kommun": "Falun"}, "unknown_region"),
        ({"Kommun": "Riket"}, "unknown_region"),
        ({"Kommun": None}, "unknown_region"),
        ({"Kön": "Alla"}, "unknown_sex"),
        ({"Månad": "13"}, "bad_period"),
        ({"Månad": None}, "bad_period"),
        ({"År": 25}, "bad_period"),
        ({"Ohälsotalet": "hemligt"}, "not_a_number"),
        ({"Ohälsotalet": True}, "not_a_number"),
    ],
)
def test_a_row_that_cannot_be_read_is_quarantined(changes: dict[str, Any], rule: str) -> None:
    with pytest.raises(Reject) as caught:
        list(OHALSOTAL.values(raw(**changes)))
    assert caught.value.rule == rule


def test_a_new_column_stops_the_load() -> None:
    with pytest.raises(SourceError, match="'Diagnos'"):
        list(OHALSOTAL.values(raw(Diagnos="F")))


@pytest.mark.parametrize(
    ("heading", "rows", "match"),
    [
        ("Sjukpenningtal 2.0", [line(PLACES[0], 1)], "no sheet has the columns"),
        ("Ohälsotalet", [line(PLACES[0], 1, month="11")], "December"),
        ("Ohälsotalet", [line(PLACES[0], 1, age="16-19 år")], "December"),
    ],
)
def test_another_workbook_is_refused_with_what_to_do(tmp_path: Path, heading: str, rows: Any, match: str) -> None:
    with pytest.raises(SourceError, match=rf"fk\.xlsx.*{match}.*update the source"):
        OHALSOTAL.records(written(tmp_path, heading, rows))


def test_through_the_loader_every_row_is_accounted_for_and_the_newest_retrieval_shows(tmp_path: Path) -> None:
    rows = [line((f"{lan:02} x", f"{lan:02} x"), 20 + lan) for lan in (1, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 17)]
    rows += [line((f"{lan} x", f"{lan} x"), 20 + lan) for lan in (18, 19, 20, 21, 22, 23, 24, 25)]
    rows += [line(PLACES[0], 30), line(PLACES[2], "..")]
    rows += [line(("20 x", "2099 Finns ej"), 1), line(PLACES[0], 31), line(PLACES[0], 29, month="11")]
    path = written(tmp_path, "Ohälsotalet", rows)
    world = World(also=lambda loader: loader.indicator_values(OHALSOTAL, path))
    assert world.all("SELECT rows_read, rows_loaded, rows_quarantined FROM source_file") == [(26, 24, 2)]
    assert world.all("SELECT rule FROM load_issue ORDER BY row_no") == [("unknown_region",), ("duplicate_value",)]
    assert world.all("SELECT value FROM mart_indicator WHERE region_code = '18'") == [(38.0,)]
    assert world.all("SELECT value, flag FROM mart_indicator WHERE region_code = '2080'") == [(None, "s")]
    world.close()


def test_a_person_is_told_where_to_save_it(tmp_path: Path) -> None:
    results = fetch(BOOKS, tmp_path)
    assert [(r.status, r.file) for r in results] == [
        ("manual", "forsakringskassan_SJPohttal.xlsx"), ("manual", "forsakringskassan_SJPsjptal.xlsx"),
    ]  # fmt: skip
