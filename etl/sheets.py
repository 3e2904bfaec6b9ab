"""Workbooks (xlsx, xlsm, xlsb, xls, ods) to rows of cells, read in a confined child process."""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from etl.confined import confined, main
from etl.spec import Records, Reject, Row, SourceError

SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")

Cell = str | int | float | bool | date | datetime | None
"""A date-formatted cell is a ``date``, or a ``datetime`` when it has a time of day; an empty one is None."""

_UNPACKED = 400 * 2**20
_DAY = "\x00d"


@dataclass(frozen=True)
class Sheet:
    """One sheet, from its first row and column on. ``merged``: (top, left, bottom, right), 0-based and inclusive."""

    name: str
    rows: list[list[Cell]]
    merged: tuple[tuple[int, int, int, int], ...] = ()


def is_workbook(path: Path) -> bool:
    """Whether a file begins as a packed or a binary workbook does, whatever it is called."""
    try:
        with path.open("rb") as file:
            return file.read(4) in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
    except OSError:
        return False


def workbook(path: Path, *names: str) -> list[Sheet]:
    """Every visible sheet that has a cell, or those called ``names``, so that a large workbook's others cost nothing.

    Raises :class:`SourceError` for what is no workbook, or too much of one.
    """
    _sizes(path)
    with confined("etl.sheets", path, *names) as answer:
        found = [_sheet(json.loads(line)) for line in answer]
    if not any(sheet.rows for sheet in found):
        raise SourceError(
            f"{path.name}: the workbook has no filled cell. Check that it is the right file.", "empty_file"
        )
    return [sheet for sheet in found if sheet.rows]


def sheet_records(
    path: Path,
    *,
    sheet: str | None = None,
    required: Sequence[str] = (),
    header_row: int | None = None,
    fits: Callable[[Sequence[str]], bool] | None = None,
) -> Records:
    """The records of one sheet below its header, for sources whose form is declared.

    ``sheet``: its name, the only or first one otherwise. The header is ``header_row`` (1-based) or the first row that
    holds every ``required`` column; with ``fits`` given, the first row of any sheet that it accepts (``required`` then
    only says in the complaint what was sought). Cells are as in :data:`Cell`; rows without any cell are left out;
    ``row_no`` counts the records. Raises :class:`SourceError` when sheet or header is not there or a column stands
    twice.
    """
    sheets = workbook(path)
    if fits:
        found = ((s, i) for s in sheets for i, row in enumerate(s.rows[:50]) if fits([_name(cell) for cell in row]))
        fitting = next(found, None)
        if fitting is None:
            raise SourceError(
                f"{path.name}: no row of any sheet is the header that this source knows ({', '.join(required)}). "
                "Check that it is the right file; if its columns have other names, rename them."
            )
        sheets, header_row = [fitting[0]], fitting[1] + 1
    chosen = next((s for s in sheets if sheet is None or s.name.strip() == sheet), None)
    if chosen is None:
        raise SourceError(
            f"{path.name}: no sheet is called {sheet!r}; there are {', '.join(s.name for s in sheets)}. "
            "Check that it is the right file; if the publisher has changed the format, update the source."
        )
    return table_records(path, chosen, required=required, header_row=header_row)


def table_records(path: Path, chosen: Sheet, *, required: Sequence[str] = (), header_row: int | None = None) -> Records:
    """As :func:`sheet_records`, of a sheet that :func:`workbook` has read from ``path``."""
    at = header_row - 1 if header_row else _header(chosen, required)
    if at is None or at >= len(chosen.rows):
        lacking = [name for name in required if not any(name in map(_name, row) for row in chosen.rows[:50])]
        raise SourceError(
            f"{path.name}, sheet {chosen.name!r}: no row holds the columns {', '.join(lacking or required)}. "
            "Check that it is the right file; if the publisher has changed the format, update the source."
        )
    header = [_name(cell) for cell in chosen.rows[at]]
    named = [name for name in header if name]
    twice = next((name for name in named if named.count(name) > 1), None)
    if twice:
        raise SourceError(
            f"{path.name}, sheet {chosen.name!r}: column {twice!r} stands twice. Rename one of them.", "repeated_column"
        )
    return Records(rows=_records(header, chosen.rows[at + 1 :]))


def _records(header: list[str], rows: list[list[Cell]]) -> Iterator[Row]:
    number = 0
    for cells in rows:
        if all(cell is None for cell in cells):
            continue
        number += 1
        padded = cells + [None] * (len(header) - len(cells))
        raw = {name: cell for name, cell in zip(header, padded, strict=False) if name}
        beyond = [cell for index, cell in enumerate(padded) if cell is not None and not (header + [""] * 999)[index]]
        fault = None
        if beyond:
            fault = Reject("*", "too_many_fields", beyond[0], "A cell stands outside the table's columns.")
        yield Row(number, raw, fault)


def _header(sheet: Sheet, required: Sequence[str]) -> int | None:
    if not required:
        return next(i for i, row in enumerate(sheet.rows) if any(cell is not None for cell in row))
    return next((i for i, row in enumerate(sheet.rows[:50]) if set(required) <= set(map(_name, row))), None)


def _name(cell: Cell) -> str:
    return "" if cell is None else " ".join(str(cell).split())


def _sizes(path: Path) -> None:
    """Refuse a packed file that says it unpacks to more than any list of operations holds."""
    if not path.exists():
        raise SourceError(f"{path.name}: the file is not there. Put it back, or fetch it again.")
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as packed:
            total = sum(entry.file_size for entry in packed.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise SourceError(
            f"{path.name}: not a workbook that can be read ({error}). Download it again, or open it in a spreadsheet "
            "program and save it as xlsx, ods or CSV.",
            "bad_workbook",
        ) from error
    if total > _UNPACKED:
        raise SourceError(
            f"{path.name}: it unpacks to {total // 2**20:,} MB, at most {_UNPACKED // 2**20} MB is read. "
            "Remove sheets and pictures that are not needed, or save the table as CSV.",
            "too_large",
        )


def _sheet(found: dict[str, Any]) -> Sheet:
    rows = [[_value(cell) for cell in row] for row in found["rows"]]
    return Sheet(found["name"], rows, tuple(tuple(m) for m in found["merged"]))


def _value(cell: Any) -> Cell:
    if isinstance(cell, str) and cell.startswith(_DAY):
        text = cell.removeprefix(_DAY)
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    return cell  # type: ignore[no-any-return]


def _plain(cell: Any) -> Any:
    """A cell as JSON holds it. A whole number is an int: workbooks know floats only."""
    if cell == "" or cell is None:
        return None
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) < 1e15 else cell
    if isinstance(cell, datetime):
        return _DAY + (cell.date() if cell.time() == time() else cell).isoformat()
    if isinstance(cell, date):
        return _DAY + cell.isoformat()
    if isinstance(cell, time | timedelta):
        return str(cell)
    return cell.replace("\x00", "") if isinstance(cell, str) else cell


def _read(path: Path, names: Sequence[str]) -> None:
    """In the child: every visible sheet, or those called ``names``, as one line of JSON."""
    from python_calamine import CalamineError, SheetTypeEnum, SheetVisibleEnum, load_workbook

    try:
        book = load_workbook(str(path))
        for meta in book.sheets_metadata:
            if meta.visible != SheetVisibleEnum.Visible or meta.typ != SheetTypeEnum.WorkSheet:
                continue
            if names and meta.name.strip() not in names:
                continue
            sheet = book.get_sheet_by_name(meta.name)
            rows = [[_plain(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
            while rows and not any(cell is not None for cell in rows[-1]):
                rows.pop()
            merged = [[*start, *end] for start, end in sheet.merged_cell_ranges or ()]
            sys.stdout.write(json.dumps({"name": meta.name, "rows": rows, "merged": merged}, allow_nan=True) + "\n")
    except CalamineError as error:
        raise SourceError(
            f"{path.name}: not a workbook that can be read ({' '.join(str(error).split())[:200]}). "
            "Open it in a spreadsheet program and save it as xlsx, ods or CSV.",
            "bad_workbook",
        ) from error


if __name__ == "__main__":
    main(_read)
