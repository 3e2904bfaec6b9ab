"""Workbooks made to hurt: each ends as a refusal in words or as plain rows, in a child with bounds."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from etl.confined import MEMORY, SECONDS
from etl.sheets import workbook
from etl.spec import SourceError

_SHEET = "xl/worksheets/sheet1.xml"


def plain() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("Blad")
        for row in range(4):
            sheet.write_row(row, 0, ["a", row])
    return out.getvalue()


def repacked(part: str, body: Callable[[bytes], bytes]) -> bytes:
    """The plain workbook with one part rewritten."""
    out = io.BytesIO()
    quick = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    with zipfile.ZipFile(io.BytesIO(plain())) as old, quick as new:
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry.filename, body(data) if entry.filename == part else data)
    return out.getvalue()


def sheet(rows: str) -> bytes:
    head = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    return repacked(_SHEET, lambda _: f"{head}{rows}</sheetData></worksheet>".encode())


def number(cell: str, value: str = "1") -> str:
    row = "".join(letter for letter in cell if letter.isdigit())
    return f'<row r="{row}"><c r="{cell}"><v>{value}</v></c></row>'


def entities() -> bytes:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "lollollol">{levels}]>'.encode()
    return repacked("xl/sharedStrings.xml", lambda body: head + body.split(b"?>", 1)[1].replace(b">a<", b">&e9;<"))


def outside() -> bytes:
    head = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    return repacked("xl/sharedStrings.xml", lambda body: head + body.split(b"?>", 1)[1].replace(b">a<", b">&e;<"))


def declared(size: int) -> bytes:
    """An entry that says it unpacks to so many bytes."""
    data = bytearray(plain())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = size.to_bytes(4, "little")
    return bytes(data)


BOMBS: dict[str, Callable[[], bytes]] = {
    "a far cell": lambda: sheet(number("A1") + number("XFD1048576")),
    "two far cells": lambda: sheet(number("XFD1") + number("A1048576")),
    "a cell beyond the last": lambda: sheet(number("A1") + number("ZZZZ99999999")),
    "blanks that unpack to 410 MB": lambda: repacked(_SHEET, lambda body: body + b" " * 410 * 2**20),
    "a declared size of 4 GB": lambda: declared(0xFFFFFFFF),
    "a declared size of nothing": lambda: declared(0),
    "entities in entities": entities,
    "an entity from outside": outside,
    "deep nesting": lambda: sheet("<row>" * 200_000),
    "300 000 rows of one cell": lambda: sheet("<row><c><v>1</v></c></row>" * 300_000),
    "a very long number": lambda: sheet(number("A1", "9" * 1_000_000)),
    "not a zip": lambda: b"PK\x03\x04" + bytes(200),
    "cut in half": lambda: plain()[: len(plain()) // 2],
    "no sheet at all": lambda: repacked("xl/workbook.xml", lambda body: body.replace(b"<sheet ", b"<shoot ")),
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(500),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_words_or_read_as_plain_rows(name: str, tmp_path: Path) -> None:
    path = tmp_path / "lista.xlsx"
    path.write_bytes(BOMBS[name]())
    found, refused = [], None
    try:
        found = workbook(path)
    except SourceError as error:
        refused = error
    if refused is None:
        assert found
        assert sum(len(one.rows) for one in found) <= 1_048_576
        assert "root:" not in str(found[0].rows[:10])
        return
    assert str(refused).startswith("lista.xlsx: ")
    assert str(refused).count(". ") >= 1
    assert refused.rule
    assert "root:" not in str(refused)


def test_the_child_is_bound_as_promised() -> None:
    assert MEMORY == 512 * 2**20
    assert SECONDS == 30
    assert len(BOMBS) >= 10


def test_formula_cells_are_read_as_what_they_show_and_never_as_formulas(tmp_path: Path) -> None:
    path = tmp_path / "lista.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Blad")
        page.write_row(0, 0, ["namn", "summa"])
        page.write_formula(1, 1, '=HYPERLINK("http://example.org","x")', None, "x")
        page.write_formula(2, 1, "=1+1", None, 2)
    assert workbook(path)[0].rows == [["namn", "summa"], [None, "x"], [None, 2]]
