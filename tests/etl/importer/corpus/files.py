"""Rows as files: delimited text in any code page, workbooks old and new, JSON."""

from __future__ import annotations

import csv
import io
import json
import struct
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.etl.importer.corpus.cells import number
from tests.etl.importer.lists import open_document, workbook

Rows = list[list[Any]]
Write = Callable[[Path, Rows], Path]
Change = Callable[[Rows], Rows]


def csv_file(
    delimiter: str = ";",
    encoding: str = "utf-8",
    *,
    end: str = "\n",
    quote_all: bool = False,
    name: str = "lista.csv",
    change: Change | None = None,
) -> Write:
    """Delimited text; ``change`` puts rows above, between and below."""

    def write(folder: Path, rows: Rows) -> Path:
        out = io.StringIO()
        quoting = csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
        writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)
        for row in change(rows) if change else rows:
            writer.writerow(["" if cell is None else cell for cell in row])
        (folder / name).write_bytes(out.getvalue().encode(encoding))
        return folder / name

    return write


def xlsx_file(
    *,
    change: Change | None = None,
    merged: Sequence[tuple[int, int, int, int]] = (),
    more: Callable[[Rows], dict[str, Rows]] | None = None,
    sheet: str = "Sheet1",
) -> Write:
    """A workbook; ``more``: every sheet by name, in order, in place of the one."""

    def write(folder: Path, rows: Rows) -> Path:
        sheets = more(rows) if more else {sheet: change(rows) if change else rows}
        return workbook(folder / "lista.xlsx", {name: _values(cells) for name, cells in sheets.items()}, merged)

    return write


def ods_file(change: Change | None = None) -> Write:
    return lambda folder, rows: open_document(folder / "lista.ods", _values(change(rows) if change else rows))


def json_file(shape: Callable[[Rows], Any], name: str = "lista.json", encoding: str = "utf-8") -> Write:
    """JSON of any shape made of the rows, the header first."""

    def write(folder: Path, rows: Rows) -> Path:
        text = json.dumps(shape(_values(rows)), ensure_ascii=False, default=str)
        (folder / name).write_text(text, encoding)
        return folder / name

    return write


def jsonl_file() -> Write:
    def write(folder: Path, rows: Rows) -> Path:
        lines = [json.dumps(item, ensure_ascii=False, default=str) for item in objects(_values(rows))]
        (folder / "lista.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
        return folder / "lista.jsonl"

    return write


def objects(rows: Rows) -> list[dict[str, Any]]:
    """An object a row, with the header's names."""
    header, *body = rows
    return [{name: cell for name, cell in zip(header, row, strict=True) if cell is not None} for row in body]


def nested(rows: Rows) -> list[dict[str, Any]]:
    """As :func:`objects`, with ``a.b`` as an object in an object."""
    found = []
    for item in objects(rows):
        one: dict[str, Any] = {}
        for name, cell in item.items():
            *path, last = name.split(".")
            inner = one
            for step in path:
                inner = inner.setdefault(step, {})
            inner[last] = cell
        found.append(one)
    return found


def xls_file(change: Change | None = None) -> Write:
    """A workbook of the years before 2007 (BIFF8 in a compound file); dates are day numbers."""

    def write(folder: Path, rows: Rows) -> Path:
        path = folder / "lista.xls"
        path.write_bytes(_compound(_biff(_values(change(rows) if change else rows))))
        return path

    return write


def _values(rows: Rows) -> Rows:
    return [[number(cell) if isinstance(cell, Decimal) else cell for cell in row] for row in rows]


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _biff(rows: Rows) -> bytes:
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    sheet += _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0))
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if isinstance(cell, date):
                cell = (cell - date(1899, 12, 30)).days
            if isinstance(cell, int | float):
                sheet += _record(0x0203, struct.pack("<HHHd", r, c, 0, cell))
            elif cell is not None:
                text = str(cell)[:1000]
                sheet += _record(0x0204, struct.pack("<HHHHB", r, c, 0, len(text), 1) + text.encode("utf-16-le"))
    sheet += _record(0x000A, b"")
    head = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    head += _record(0x0042, struct.pack("<H", 1200))
    name = b"Liste"
    at = len(head) + 4 + 8 + len(name) + 4
    head += _record(0x0085, struct.pack("<IHBB", at, 0, len(name), 0) + name) + _record(0x000A, b"")
    return head + sheet


def _compound(stream: bytes) -> bytes:
    """A compound file with the one stream ``Workbook``."""
    stream += b"\0" * (max(4096, -(-len(stream) // 512) * 512) - len(stream))
    sectors = len(stream) // 512
    tables = 1
    while tables * 128 < sectors + 1 + tables:
        tables += 1
    chain = [*range(1, sectors), 0xFFFFFFFE, 0xFFFFFFFE, *[0xFFFFFFFD] * tables]
    chain += [0xFFFFFFFF] * (tables * 128 - len(chain))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, tables, sectors, 0, 4096, 0xFFFFFFFE, 0,
                          0xFFFFFFFE, 0)  # fmt: skip
    places = [sectors + 1 + i for i in range(tables)]
    header += struct.pack("<109I", *places, *[0xFFFFFFFF] * (109 - tables))
    folder = _entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + _entry("Workbook", 2, 0xFFFFFFFF, 0, len(stream))
    folder += (b"\0" * 68 + struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF) + b"\0" * 48) * 2
    return header + stream + folder + struct.pack(f"<{tables * 128}I", *chain)


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    entry = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1)
    entry += struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child) + b"\0" * 36
    return entry + struct.pack("<IQ", start, size)
