"""Lists of operations as authorities publish them, made here: rows of cells, written in any form."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

from etl.importer.operations import Importer
from etl.importer.preview import Preview, preview
from etl.importer.store import open_list
from etl.spec import Operation

HEADER = ("Operation name", "Beneficiary name", "Operation start date", "Operation end date",
          "Total eligible expenditure", "Union co-financing rate", "Location")  # fmt: skip


def projects(n: int = 12) -> list[list[Any]]:
    """``n`` rows under :data:`HEADER`, each with its own title, dates and amount."""
    return [
        [
            f"Project number {i} for inclusion",
            f"Organisation {chr(65 + i % 20)} Ltd",
            date(2015, 1 + i % 12, 1 + i % 28),
            date(2018, 1 + i % 12, 1 + i % 28),
            1000.5 * (i + 1),
            0.5,
            f"Town {i}",
        ]
        for i in range(n)
    ]


def workbook(
    path: Path, sheets: dict[str, Sequence[Sequence[Any]]], merged: Sequence[tuple[int, int, int, int]] = ()
) -> Path:
    """An xlsx file; dates are date cells, None is blank; ``merged`` holds in the first sheet."""
    book = xlsxwriter.Workbook(str(path))
    as_date = book.add_format({"num_format": "dd.mm.yyyy"})
    for number, (name, rows) in enumerate(sheets.items()):
        sheet = book.add_worksheet(name)
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(r, c, cell, as_date)
                elif isinstance(cell, str) and cell.startswith("="):
                    sheet.write_formula(r, c, cell)
                elif cell is not None:
                    sheet.write(r, c, cell)
        for top, left, bottom, right in merged if number == 0 else ():
            sheet.merge_range(top, left, bottom, right, rows[top][left])
    book.close()
    return path


def text(
    path: Path, rows: Sequence[Sequence[Any]], delimiter: str = ";", encoding: str = "utf-8", end: str = "\n"
) -> Path:
    """A delimited text file; dates as DD.MM.YYYY."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    for row in rows:
        writer.writerow([f"{cell:%d.%m.%Y}" if isinstance(cell, date) else cell for cell in row])
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def open_document(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    """An ods file with one sheet."""

    def cell(value: Any) -> str:
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, date):
            return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
        if isinstance(value, int | float):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'

    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Liste">{body}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", kind)
        packed.writestr("content.xml", content)
        packed.writestr("META-INF/manifest.xml", manifest)
    return path


def objects(path: Path, rows: Sequence[Sequence[Any]], *, lines: bool = False) -> Path:
    """A JSON list of objects, or an object a line."""
    header, *body = rows
    found = [dict(zip(header, row, strict=False)) for row in body]
    if lines:
        path.write_text("\n".join(json.dumps(item, default=str) for item in found), "utf-8")
    else:
        path.write_text(json.dumps({"meta": {"count": len(found)}, "operations": found}, default=str), "utf-8")
    return path


def read(path: Path) -> tuple[Importer, Preview, list[Operation]]:
    """The importer, its preview, and every operation that it loads."""
    importer = open_list(path, "Prov")
    found = preview(importer)
    assert found.rows_read == found.rows_loaded + found.rows_quarantined
    again = open_list(path, "Prov")
    return importer, found, [again.operation(row) for row in again.records(path).rows if row.fault is None]


def amount(op: Operation, measure: str = "total_eligible_cost") -> float | None:
    return next((float(f.amount) for f in op.funding if f.measure == measure and f.amount is not None), None)
