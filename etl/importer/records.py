"""The records of a list in order, each an operation with its further rows, or set aside with the reason.

A physical row below the header is a record: an operation, a further row of the one before (a second place, text that
went on), or something else that a list may hold (a total, a note, the header once more), which is set aside with the
reason. Blank rows are no records.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from etl.importer.align import aligned
from etl.importer.mapping import AMOUNTS
from etl.importer.reading import (
    Part,
    Reading,
)
from etl.importer.signs import SIGNS
from etl.importer.values import (
    is_empty,
    shown,
)
from etl.normalise import fold
from etl.sheets import Cell
from etl.spec import Reject, Row

KEYS = ("title", "beneficiary", "start_date", "end_date", *AMOUNTS, "local_id")
_TOTAL = re.compile(
    r"(?<!\w)(?:(?:sub|sous|grand|gesamt|end|teil|zwischen|del|slut|kokonais|mezi)?[\s-]*(?:totals?|totale|totaal|total|"
    r"summe|summa|summ|sum|suma|somme|somma|soma|soucet|ergebnis|insgesamt|gesamt|celkem|celkom|spolu|razem|ogolem|"
    r"yhteensa|osszesen|mindosszesen|vegosszeg|lacznie|ukupno|sveukupno|zbroj|skupaj|kogusumma|kopsumma|totalt|totalsumma|"
    r"итого|medzisucet|totali|eindtotaal|totaalbedrag|totales|bendrai|"
    r"i alt|kopa|is viso|viso|kokku|общо|всичко|сума|συνολο|συνολα)"
    r"(?: generale?| general| geral)?)(?!\w)",
)


def records(reading: Reading) -> Iterator[Row]:
    """The file's records in order: ``raw`` maps every filled column to its cell; ``parts`` are further rows."""
    number = 0
    at = {target: guess.column.index for target, guess in reading.guesses.items() if target in SIGNS}
    keys = [at[target] for target in KEYS if target in at]
    width = len(reading.columns)
    delimiter = reading.parts[0].table.delimiter
    fill = _usually_filled(reading, at)
    for part in reading.parts:
        rows = [_merged(part, r, row) for r, row in enumerate(part.table.rows)]
        kept: list[Row] = []
        pending: list[Row] = []
        for line, row in zip(part.table.lines[part.header.last + 1 :], rows[part.header.last + 1 :], strict=True):
            if all(is_empty(cell) for cell in row):
                continue
            number += 1
            is_cut = bool(delimiter) and len(row) > width
            cells, fault = aligned(row, reading.shapes, keys, delimiter or "") if is_cut else (row[:width], None)
            raw = {name: cell for name, cell in zip(reading.names, cells, strict=False) if not is_empty(cell)}
            if len(reading.parts) > 1:
                raw[SHEET] = part.table.name
            raw[LINE] = line
            record = Row(number, raw, fault)
            kind = "fault" if fault else _kind(cells, part, at, fill, has_operation=bool(kept))
            if kind == "section" and len(pending) < 3:
                pending.append(record)
                continue
            if kind == "operation":
                kept.append(Row(number, raw, None, tuple(pending)))
                pending = []
            elif kind == "continuation" and not pending:
                last = kept[-1]
                kept[-1] = Row(last.row_no, last.raw, last.fault, (*last.parts, record))
            else:
                yield from kept[:-1]
                kept = kept[-1:]
                said = _REASONS.get(kind, _REASONS["note_row"])
                rule = kind if kind in _REASONS else "note_row"
                yield Row(number, raw, fault or Reject("*", rule, row_text(cells)[:200], said))
        yield from kept
        for record in pending:
            reason = Reject("*", "note_row", row_text(list(record.raw.values()))[:200], _REASONS["note_row"])
            yield Row(record.row_no, record.raw, reason)


SHEET, LINE = "_sheet", "_line"
"""Keys of a raw record that are no column: the sheet, when there are several, and the line or row in the file."""

_REASONS = {
    "repeated_header": "The row repeats the table's header.",
    "total_row": "The row is a sum of others, not an operation.",
    "note_row": "The row is a note or heading, not an operation.",
    "continuation": "The row goes on from an operation that is not there.",
}


def row_text(cells: Sequence[object]) -> str:
    """The filled cells of a row as one text."""
    return " | ".join(str(cell) for cell in cells if cell is not None)


def _merged(part: Part, number: int, row: list[Cell]) -> list[Cell]:
    """The row with cells merged over several rows filled in, so that each operation has its own beneficiary."""
    out = row
    for top, left, bottom, right in part.table.merged:
        if top < number <= bottom and top > part.header.last and left == right and left < len(part.table.rows[top]):
            if out is row:
                out = row + [None] * (left + 1 - len(row))
            elif len(out) <= left:
                out += [None] * (left + 1 - len(out))
            out[left] = part.table.rows[top][left]
    return out


def _explains(cells: Sequence[Cell], at: Mapping[str, int], fill: Mapping[str, float]) -> bool:
    """Whether a row has words in the date and amount columns: it says what the columns hold, and is no operation."""
    typed = [
        cells[at[t]] for t in ("start_date", "end_date", *AMOUNTS) if t in at and fill[t] > 0.8 and at[t] < len(cells)
    ]
    filled = [cell for cell in typed if not is_empty(cell)]
    return len(filled) >= 2 and all(isinstance(cell, str) and not re.search(r"\d", cell) for cell in filled)


def _usually_filled(reading: Reading, at: Mapping[str, int]) -> dict[str, float]:
    """Field -> share of straight rows in which it is filled."""
    n = max(1, len(reading.column(0)))
    return {target: sum(not is_empty(cell) for cell in reading.column(index)) / n for target, index in at.items()}


def _is_name(cell: Cell, name: str) -> bool:
    return isinstance(cell, str) and len(cell) < 2 * len(name) + 20 and fold(shown(cell)) == fold(name)


def _kind(
    cells: Sequence[Cell],
    part: Part,
    at: Mapping[str, int],
    fill: Mapping[str, float],
    *,
    has_operation: bool,
) -> str:
    filled = [(i, cell) for i, cell in enumerate(cells) if not is_empty(cell)]
    names = part.header.names
    same = sum(i < len(names) and _is_name(cell, names[i]) for i, cell in filled)
    if len(filled) >= 2 and same >= 0.6 * len(filled) and same >= 2:
        return "repeated_header"
    present = {i for i, _ in filled}
    have = {target for target in KEYS if at.get(target) in present}
    money = have & set(AMOUNTS)
    first = next((shown(cell) for _, cell in filled if isinstance(cell, str)), "")
    usual = {target for target, share in fill.items() if share > 0.9}
    mostly = {target for target in KEYS if fill.get(target, 0) > 0.5}
    key = fold(first[:200])
    if _TOTAL.search(key) and money and not have & {"start_date", "end_date"} and len(mostly - have) >= 2:
        return "total_row"
    if _TOTAL.match(key) and len(filled) <= max(3, len(at) // 2 + 1) and not {"title", "beneficiary"} <= have:
        return "total_row" if mostly - have else "operation"
    if _explains(cells, at, fill):
        return "note_row"
    if len(filled) == 1 and (len(at) > 2 or len(names) > 3):
        index, cell = filled[0]
        is_text = isinstance(cell, str) and bool(re.search(r"[^\W\d_]{2,}", cell))
        if is_text and index == min(at.get("title", 99), at.get("beneficiary", 99), 0):
            return "section"
        return "continuation" if has_operation and index in at.values() and index != 0 else "section"
    if not money and not have & {"start_date", "end_date", "local_id"} and has_operation:
        sparse = [t for t in ("start_date", *AMOUNTS, "local_id") if t in at and fill[t] > 0.9]
        if not have or (len(have) < 2 and sparse):
            return "continuation"
    title = cells[at["title"]] if at.get("title", 99) < len(cells) else None
    dates = {"start_date", "end_date"}
    is_bare = len(usual & {*dates, *AMOUNTS}) >= 2 and not money and not have & dates
    if is_bare and not re.search(r"[^\W\d_]{3}", shown(title)):
        return "note_row"
    if not have:
        only = [cell for _, cell in filled if isinstance(cell, str)]
        return "note_row" if only else "total_row"
    if have and have <= set(AMOUNTS) and len(filled) == len(money):
        return "total_row"
    return "operation"
