from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.readers import csv_records, json_document, json_records
from etl.spec import SourceError
from tests.replay.documents import real


@pytest.fixture
def write(tmp_path: Path):
    def written(content: str | bytes, name: str = "file.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found_out(write, encoding: str, delimiter: str) -> None:
    text = delimiter.join(("namn", " län ", "år")) + "\r\n" + delimiter.join(("Håbo", "Östergötland", "2024")) + "\r\n"
    found = csv_records(write(text.encode(encoding)))
    assert found.delimiter == delimiter
    assert [row.raw for row in found.rows] == [{"namn": "Håbo", "län": "Östergötland", "år": "2024"}]


def test_delimiter_that_yields_the_required_columns_wins(write) -> None:
    found = csv_records(write("a;b, c, d, e, f\n1;2, 3, 4, 5, 6\n"), required=["a"])
    assert found.delimiter == ";"


def test_newlines_inside_quotes_blank_lines_and_mixed_line_ends(write) -> None:
    found = csv_records(write('a,b\r\n"rad ett\nrad två",1\n\n   \r\nx,2\r\n'))
    assert [(row.row_no, row.raw["a"]) for row in found.rows] == [(1, "rad ett\nrad två"), (2, "x")]


def test_record_that_does_not_fit_its_header_is_kept_with_its_fault(write) -> None:
    rows = list(csv_records(write("a,b\n1,2\n1,2,3\n1\n")).rows)
    assert [row.fault.rule if row.fault else None for row in rows] == [None, "field_count", "field_count"]
    assert rows[1].raw == {"_record": ["1", "2", "3"]}
    assert [row.row_no for row in rows] == [1, 2, 3]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"\xef\xbb\xbf\n<html>", "web page"),
        (b"a,b\n1,\x002\n", "line 2 holds a NUL"),
        (b'a,b\n1,2\n3,"4\n5,6\n', "line 3 .row 2."),
        (b'a,b\n1,"2"x\n', "quotation mark"),
        (b"a,a\n1,2\n", "'a' more than once"),
        (b"a,,b\n1,2,3\n", "column 2 has no name"),
        (b"b,c\n1,2\n", "lacks 'a'"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused_whole(write, content: bytes, says: str) -> None:
    with pytest.raises(SourceError, match=says) as caught:
        csv_records(write(content), required=["a"])
    assert str(caught.value).startswith("file.csv: ")


def test_an_unknown_column_is_refused_when_the_columns_are_declared(write) -> None:
    with pytest.raises(SourceError, match="not known, 'c'"):
        csv_records(write("a,c\n1,2\n"), known=["a", "b"])


def test_wrong_declared_encoding_says_which_byte(write) -> None:
    with pytest.raises(SourceError, match="byte 2 is not ascii"):
        csv_records(write("a;å\n"), encoding="ascii")


_cells = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00")), min_size=2, max_size=2)


@given(st.lists(_cells, min_size=1, max_size=5))
def test_every_physical_record_comes_back_as_written(tmp_path_factory, records: list[list[str]]) -> None:
    quoted = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in cells) for cells in records)
    path = tmp_path_factory.mktemp("csv") / "file.csv"
    path.write_text("a,b\n" + quoted + "\n", encoding="utf-8", newline="")
    assert [list(row.raw.values()) for row in csv_records(path).rows] == records


@given(st.integers(0, 30))
def test_one_stray_quote_never_swallows_rows(tmp_path_factory, place: int) -> None:
    lines = [f'{number},"text {number}"' for number in range(31)]
    lines[place] = f'{place},"text'
    path = tmp_path_factory.mktemp("csv") / "file.csv"
    path.write_text("a,b\n" + "\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(SourceError):
        csv_records(path)


def test_json_rows_at_a_path_of_keys(write) -> None:
    path = write(json.dumps({"data": {"rows": [{"a": 1}, 5]}}))
    rows = list(json_records(path, at=["data", "rows"], required=["a"]).rows)
    assert rows[0].raw == {"a": 1}
    assert rows[1].fault is not None
    assert rows[1].fault.rule == "not_an_object"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"a": NaN}', "NaN"),
        ('{"a": 1e999}', "too large"),
        ('{"a": 1, "a": 2}', "'a' is repeated"),
        ('{"a": ', "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("<html>", "web page"),
    ],
)
def test_json_is_read_strictly(write, text: str, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        json_document(write(text))


@pytest.mark.parametrize(
    ("document", "says"),
    [({}, "no 'values'"), ({"values": {}}, "not a list"), ({"values": [{"b": 1}]}, "row 1 lacks a")],
)
def test_json_of_another_shape_is_refused(write, document: object, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        json_records(write(json.dumps(document)), at=["values"], required=["a"])


def test_real_finnish_file_has_its_shifted_records_quarantined_not_lost() -> None:
    path = real("registries/FI_erdf_2014-2020_projektilista.original.csv")
    with pytest.raises(SourceError, match=r"line 200 \(row 199\)"):
        csv_records(path)
    rows = list(csv_records(path, quotes=False).rows)
    assert len(rows) == 2881
    assert 0 < sum(row.fault is not None for row in rows) < len(rows)


def test_real_swecris_file() -> None:
    rows = list(csv_records(real("registries/swecris_sample.csv")).rows)
    assert len(rows) == 407
    assert {len(row.raw) for row in rows} == {28}
