"""A large file is loaded as sets: with the same outcome, to the last row, as record by record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import etl.batches
import etl.bulk
import etl.load
from bench import synthetic
from etl import keys
from etl.batches import BETWEEN, ROW, batches
from etl.bulk import _DIRTY
from etl.hidden import Hidden
from etl.load import FileCount, Loader
from etl.normalise import plain
from etl.privacy import has_personnummer, redact
from etl.readers import csv_records
from etl.sources.kohesio import SOURCES, Kohesio
from etl.spec import SourceError
from tests.conftest import World
from tests.replay.documents import kohesio_csv, kohesio_row

OLD, NEW = SOURCES
NOT_LARGE = 1 << 40
_REPEATED = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])

CELLS = {
    "Operation_Unique_Identifier": (
        "", "https://linkedopendata.eu/entity/Q1", "https://linkedopendata.eu/entity/Q1/", " Q1", "Q2 ", "SYN-3",
        "https://linkedopendata.eu/entity/Q7", "https://linkedopendata.eu/entity/hidden",
    ),
    "Operation_Local_Identifier": ("", "2099/12345", "20991234", "x_99-123-S04", "x_99-٣٣٣-S04", "99-123-S04"),
    "Operation_Name_English": ("", "<b>Bold</b> title", "R&D for all", "Fish & chips", "two  spaces", "a\u00a0b", " x"),
    "Operation_Name_Programme_Language": ("", "Ring 070-123 45 67", "a@example.org", "Åäö &amp; co", "x\u2028y", "<"),
    "Country": ("", "Finland", "Sweden|Finland", "sverige", " Sweden"),
    "Operation_Start_Date": ("", "31/02/2023", "2023-05-01", "2023-05", "2023", "1/9/2030", "01/09/1803"),
    "Operation_End_Date": ("", "31/08/2010", "2023", "2023-04", "x"),
    "Cofinancing_Rate": ("", "40", "50,00 %", "101", "0", "40.49", "41.01", "1e1"),
    "Total_Eligible_Expenditure_amount": ("", "0", "0.00", "1 000,5", "1e3", "-5", "12.345", "9" * 17, "1000.5"),
    "Total_Eligible_Expenditure_Currency": ("", "SEK", "euro"),
    "Project_EU_Budget": ("", "0", "x", "400.25", "1234567.1"),
    "Beneficiary_Name": ("", "Föreningen & Co", "FÖRENINGEN", "Föreningen", "Uppsala kommun",
        "UPPSALA KOMMUN", "anna@x.se"),
    "Beneficiary_Local_Identifier": ("", "2120003005", "212000-3005", "19811218-9876", "811218 9876", "123",
        "0701234567"),
    "Category_Of_Intervention": ("", "138", "138.0", "153.0|138", "x"),
    "Category_Label": ("", "a|b", "Ett; <i>två</i>"),
    "Programme_Code": ("", "2014SE05M9OP001", "other"),
    "Programme_Name": ("", "Ett program", "Annat"),
    "Location_Indicator_latitude_longitude": ("", "0,0", "59.8586, 17.6389", "17.6389, 59.8586|1,2", "8112189876"),
    "NUTS3_Code": ("", "SE110|SE121|SE121", "FI1B1", "SE110|XX", "SE332"),
    "Programming_Period": ("", "2014-2020", "2021-2027", "x"),
    "Operation_Summary_Programme_Language": ("", "8112189876", "19811218-9876", "tel 08-123 456 78", 'say "hej"',
        "a\\b", "\t"),
    "Postal_Code": ("", "0046 70 123 45 67", "811218-9876", "line\nfeed", "\x1f", "\u0085"),
}  # fmt: skip


def tables(origin: Kohesio, path: Path, large: int, **hidden: Hidden) -> Any:
    """Every row of every table that a file leads to, or the words it is refused with."""
    with duckdb.connect() as con, pytest.MonkeyPatch.context() as patch:
        patch.setattr(etl.load, "LARGE", large)
        con.execute(keys.tables_sql())
        loader = Loader(con, hidden=hidden)
        World.add_regions(loader)
        loader.tables.flush()
        try:
            loader.operations(origin, path)
        except SourceError as error:
            return str(error)
        names = [name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        assert list(keys.broken(con)) == []
        return {name: sorted(map(repr, con.execute(f'FROM "{name}"').fetchall())) for name in names}


@st.composite
def exports(draw: st.DrawFn) -> tuple[Kohesio, bytes]:
    """A file of twelve records or more, of which some are not as they should be."""
    origin = draw(st.sampled_from(SOURCES))
    rows = []
    for number in range(1, draw(st.integers(12, 30))):
        columns = draw(st.lists(st.sampled_from(sorted(CELLS)), max_size=3 if draw(st.booleans()) else 0))
        changes = {column: draw(st.sampled_from(CELLS[column])) for column in columns}
        calm = {"Operation_Summary_Programme_Language": "Utan citat."}
        rows.append(kohesio_row(number, origin.period, **(calm | changes)))
    file = kohesio_csv(origin.period, rows=rows)
    return origin, file + draw(st.sampled_from((b"", b"a,b\r\n", b"\r\n\r\n", b" \r\n", b'x,"y\n', b'x,y"z\r\n')))


@_REPEATED
@given(made=exports(), size=st.sampled_from((700, 4_000, 1 << 20)), group=st.sampled_from((1, 3, 122_880)))
def test_as_sets_the_outcome_is_the_same(made: tuple[Kohesio, bytes], size: int, group: int, tmp_path: Path) -> None:
    origin, data = made
    path = tmp_path / "kohesio.csv"
    path.write_bytes(data)
    hidden = {"kohesio:hidden": Hidden("kohesio:hidden", "asked for", "2026-01-01")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(etl.batches, "SIZE", size)
        patch.setattr(etl.bulk, "_GROUP", group)
        fast = tables(origin, path, 0, **hidden)
    assert fast == tables(origin, path, NOT_LARGE, **hidden)


def test_what_is_clean_does_go_as_a_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the made file one record in 1,000 has each of four faults; no other is judged by itself."""
    path = synthetic.write(tmp_path / "kohesio.csv", 3_000)
    judged: list[int] = []
    operation = Loader.operation
    monkeypatch.setattr(etl.load, "LARGE", 0)
    monkeypatch.setattr(
        Loader, "operation", lambda self, op, here: judged.append(here.row_no) or operation(self, op, here)
    )
    with duckdb.connect() as con:
        con.execute(keys.tables_sql())
        loader = Loader(con)
        World.add_regions(loader)
        count = loader.operations(NEW, path)
        assert count == FileCount("kohesio_2021_2027", path.name, 3_000, 2_991, 9, count.warnings)
    assert [row_no for row_no in judged if row_no > 1] == [
        5,
        1005,
        2005,
    ]  # a date that is none warns; the rest is refused


TEXTS = st.lists(st.sampled_from((
    "a", "Å", " ", "  ", "-", "+", "(", ")", "08", "070", "070-123 45 67", "123", "456 78", "0046", "+46", "70 1234567",
    "811218", "9876", "19811218-9876", "811218-9876", "212000-3005", "@", "x@y.se", "https://x.se/0701234567", "&",
    "<b>", "&amp;", '"', "\\", "\t", "\n", "\u00a0", "\u202f", "\u2013", "\u2003", "\x7f", "\x85", ".", ",", "/", "0",
)), max_size=9).map("".join)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(TEXTS, min_size=1, max_size=60))
@example(["070123456", "ring 08-12345", "(08) 123456", "811218+9876", " a"])
def test_what_is_changed_or_refused_anywhere_is_never_taken_for_clean(texts: list[str]) -> None:
    changed = [
        bool(redact(t) != t or has_personnummer(t) or plain(t) != t or json.dumps(t, ensure_ascii=False)[1:-1] != t)
        for t in texts
    ]
    with duckdb.connect() as con:
        found = con.execute(
            "SELECT regexp_matches('first' || $mark || unnest($texts) || $mark || 'last', $dirty)",
            {"texts": texts, "dirty": _DIRTY, "mark": BETWEEN},
        ).fetchall()
    missed = [
        t for t, is_changed, (is_dirty,) in zip(texts, changed, found, strict=True) if is_changed and not is_dirty
    ]
    assert missed == []


def slowly(path: Path) -> list[Any]:
    return [(r.row_no, dict(r.raw), str(r.fault)) for r in csv_records(path, delimiter=",").rows]


def quickly(path: Path, size: int) -> list[Any] | None:
    found = batches(path, required=(), known=("a", "b", "c"), size=size)
    return None if found is None else sorted(_told(found.found), key=lambda record: record[0])


def _told(found: Iterator[Any]) -> Iterator[Any]:
    for batch in found:
        for raw in batch.cells.to_pylist():
            yield raw.pop(ROW), raw, "None"
        yield from ((r.row_no, dict(r.raw), str(r.fault)) for r in batch.faults)


PIECES = st.lists(
    st.sampled_from(("x", "å", ",", ",", '"', '""', "\n", "\r\n", "\r", " ", ' "', "1,2,3\n", '"a","b ""c""\n",d\r\n')),
    max_size=14,
).map("".join)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=PIECES, mark=st.sampled_from(("", "\ufeff")), size=st.sampled_from((1, 2, 3, 7, 1000)))
@example(text='1,"2\n', mark="", size=1)
@example(text="1,2\n\n3,4,5", mark="", size=2)
@example(text='1,2,""x\n', mark="", size=9)
def test_columns_hold_what_records_hold(text: str, mark: str, size: int, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"{mark}a,b,c\n{text}".encode())
    found = quickly(path, size)
    if found is not None:
        assert found == slowly(path)


@pytest.mark.parametrize(
    "text", ['1,2,3\n"x","y ""z"" w","multi\nline"\n', "1,2,3\r\n4,5,6", "å,ä,ö\n", "1,2\n3,4,5\n"]
)
@pytest.mark.parametrize("size", [1, 5, 1000])
def test_what_is_regular_is_read_as_columns(text: str, size: int, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"a,b,c\n{text}", "utf-8", newline="")
    assert quickly(path, size) == slowly(path)


def test_a_cell_too_long_for_the_reader_is_refused_in_the_same_words(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b,c\n1,2,3\n4,5," + "x" * 140_000 + "\n7,8,9\n", "utf-8")
    with pytest.raises(SourceError) as quick:
        quickly(path, 13)
    with pytest.raises(SourceError) as slow:
        slowly(path)
    assert str(quick.value) == str(slow.value)


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"<html>", b"a,b,c\n\xe5,1,2\n", b"a,b,c\n1,\x002,3\n", b"a,b,c\n\xc3", b"\xff\xfea\0"]
)
def test_what_is_no_plain_utf_8_is_left_to_the_reader(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    assert quickly(path, 4) is None
