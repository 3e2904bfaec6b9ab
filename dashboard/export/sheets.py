"""An exhibit's rows as CSV for machines and as a workbook for people."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

import xlsxwriter

from dashboard.api.answers import cell as spreadsheet_cell
from dashboard.exhibit import Cell, Column, Withheld
from dashboard.export.about import About, heading
from dashboard.texts import t

_WIDEST, _NARROWEST, _LOOKED_AT = 60, 9, 400
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_MOST_LINKS = 20_000


def csv_file(about: About) -> bytes:
    """RFC 4180 with a byte order mark: one header row, one row a row, no comments.

    Numbers with a point, days in ISO 8601, ``..`` where a figure is hidden, nothing where none is known. What every
    row rests on (source, licence, basis, filter, snapshot, date, link) stands in columns at the end of each.
    """
    of, lang = about.of, about.v.lang
    names = ("source", "licence", "basis", "filter", "snapshot", "as_of", "link")
    rest = [
        about.source,
        of.licence,
        " ".join(of.basis),
        about.selected,
        about.v.w.snapshot_id,
        about.v.as_of,
        about.link,
    ]
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer, lineterminator="\r\n")
    head = [*map(heading, of.columns), *(t(f"export.about_{name}", lang) for name in names)]
    writer.writerow(map(spreadsheet_cell, head))
    for row in of.rows:
        writer.writerow([".." if isinstance(c, Withheld) else spreadsheet_cell(c) for c in (*row, *rest)])
    return buffer.getvalue().encode()


def workbook(title: str, abouts: Sequence[About]) -> bytes:
    """A sheet an exhibit, then the sheet on the data. Numbers are numbers, text is text and never a formula."""
    buffer = io.BytesIO()
    lang = abouts[0].v.lang
    settings = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
        "default_date_format": "yyyy-mm-dd",
    }
    book = xlsxwriter.Workbook(buffer, settings)
    made = datetime.combine(abouts[0].v.as_of, time())
    book.set_properties(
        {
            "title": title[:250],
            "subject": abouts[0].of.finding[:250] if len(abouts) == 1 else title[:250],
            "author": t("site.name", lang),
            "comments": f"{abouts[0].dated}. {abouts[0].link}"[:1000],
            "created": made,
        }
    )
    looks = _Looks(book)
    taken: set[str] = set()
    for about in abouts:
        _data(book.add_worksheet(sheet_name(about.of.title, taken)), about, looks)
    _told(book.add_worksheet(sheet_name(t("export.about_sheet", lang), taken)), abouts, looks)
    book.close()
    return buffer.getvalue()


class _Looks:
    """The formats of a workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        base = {"font_name": "Inter", "font_size": 11, "font_color": "#14212B", "valign": "top"}
        self._book, self._base, self._made = book, base, dict[str, Any]()
        self.head = book.add_format(
            {
                **base,
                "quote_prefix": True,
                "bold": True,
                "text_wrap": True,
                "bottom": 1,
                "bottom_color": "#73818B",
                "bg_color": "#F2F5F7",
            }
        )
        self.text = book.add_format(base)
        self.quoted = book.add_format({**base, "quote_prefix": True})
        self.long = book.add_format({**base, "text_wrap": True, "quote_prefix": True})
        self.label = book.add_format({**base, "bold": True, "font_color": "#46555F"})
        self.title = book.add_format({**base, "bold": True, "font_size": 14, "quote_prefix": True})
        self.right = book.add_format({**base, "align": "right"})
        self.day = book.add_format({**base, "num_format": "yyyy-mm-dd", "align": "left"})
        self.link = book.add_format({**base, "font_color": "#00527A", "underline": 1})

    def number(self, decimals: int) -> Any:
        key = "#,##0" + ("." + "0" * decimals if decimals else "")
        if key not in self._made:
            self._made[key] = self._book.add_format({**self._base, "num_format": key})
        return self._made[key]


def sheet_name(title: str, taken: set[str]) -> str:
    """A name that Excel takes: at most 31 characters, none of ``[]:*?/\\``, no other sheet's."""
    bare = "".join(" " if c in "[]:*?/\\" or ord(c) < 32 else c for c in title)
    bare = " ".join(bare.split()).strip("'")[:31].strip(" '") or "Data"
    name, at = bare, 2
    while name.lower() in taken or name.lower() == "history":
        name = f"{bare[:27].strip()} ({at})"
        at += 1
    taken.add(name.lower())
    return name


def _data(sheet: Any, about: About, looks: _Looks) -> None:
    of = about.of
    heads = [heading(column) for column in of.columns]
    for at, (column, head) in enumerate(zip(of.columns, heads, strict=True)):
        sheet.write_string(0, at, head, looks.head)
        sheet.set_column(at, at, _width(head, column, (row[at] for row in of.rows[:_LOOKED_AT])))
    for number, row in enumerate(of.rows):
        for at, (value, column) in enumerate(zip(row, of.columns, strict=True)):
            _cell(sheet, number + 1, at, value, column, number, looks)
    sheet.freeze_panes(1, 1)
    if of.rows:
        sheet.autofilter(0, 0, len(of.rows), len(of.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _cell(sheet: Any, row: int, at: int, value: Cell, column: Column, number: int, looks: _Looks) -> None:
    if value is None:
        sheet.write_blank(row, at, None, looks.text)
    elif isinstance(value, Withheld):
        sheet.write_string(row, at, "..", looks.right)
    elif isinstance(value, str):
        sheet.write_string(row, at, _fit(value), looks.quoted if value.startswith(_FORMULA) else looks.text)
    elif isinstance(value, date):
        sheet.write_datetime(row, at, datetime.combine(value, time()), looks.day)
    else:
        decimals = 2 if column.kind == "money" else column.decimals_at(number)
        sheet.write_number(row, at, float(value), looks.number(decimals))


def _fit(text: str) -> str:
    """No more than a cell holds."""
    return text if len(text) <= 32_767 else text[:32_766] + "…"


def _width(head: str, column: Column, cells: Iterable[Cell]) -> float:
    longest = max((len(c) for c in cells if isinstance(c, str)), default=0)
    if column.is_numeric:
        return max(_NARROWEST, min(len(head) / 2 + 4, 24), 16 if column.kind == "money" else 0)
    return min(_WIDEST, max(_NARROWEST, longest * 0.95 + 2, min(len(head), 20) + 2))


def _told(sheet: Any, abouts: Sequence[About], looks: _Looks) -> None:
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 110)
    row = 0
    for about in abouts:
        lines = about.lines()
        for at, (label, text) in enumerate(lines):
            sheet.write_string(row, 0, label, looks.label)
            if text.startswith(("http://", "https://")) and len(text) < 2_000:
                sheet.write_url(row, 1, text, looks.link, text)
            else:
                sheet.write_string(row, 1, _fit(text), looks.title if at == 0 else looks.long)
            row += 1
        row += 1
