"""One file read as a list of operations: which tables and columns, how its cells are written, and its records in order.

A physical row below the header is a record: an operation, a further row of the one before (a second place, text that
went on), or something else that a list may hold (a total, a note, the header once more), which is set aside with the
reason. Blank rows are no records.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from etl.importer import header as headers
from etl.importer.align import Shape, aligned, shape_of
from etl.importer.grid import Table, tables
from etl.importer.header import Header
from etl.importer.mapping import AMOUNTS, Column, Guess, describe, factor, propose
from etl.importer.plan import Chosen
from etl.importer.signs import SIGNS
from etl.importer.values import AmountForm, amount_form, is_empty, read_amount, shown
from etl.normalise import fold
from etl.sheets import Cell
from etl.spec import Reject, Row, SourceError

KEYS = ("title", "beneficiary", "start_date", "end_date", *AMOUNTS, "local_id")

MOST_COLUMNS = 400
_TOTAL = re.compile(
    r"(?<!\w)(?:(?:sub|sous|grand|gesamt|end|teil|zwischen|del|slut|kokonais|mezi)?[\s-]*(?:totals?|totale|totaal|total|"
    r"summe|summa|summ|sum|suma|somme|somma|soma|soucet|ergebnis|insgesamt|gesamt|celkem|celkom|spolu|razem|ogolem|"
    r"yhteensa|osszesen|mindosszesen|vegosszeg|lacznie|ukupno|sveukupno|zbroj|skupaj|kogusumma|kopsumma|totalt|totalsumma|"
    r"итого|medzisucet|totali|eindtotaal|totaalbedrag|totales|bendrai|"
    r"i alt|kopa|is viso|viso|kokku|общо|всичко|сума|συνολο|συνολα)"
    r"(?: generale?| general| geral)?)(?!\w)",
)


@dataclass(frozen=True)
class Part:
    """One table of the file with its header, and the columns that the fields stand in."""

    table: Table
    header: Header


@dataclass
class Reading:
    """A file, its parts, the columns of the first part's header, and the proposed or given mapping."""

    path: Path
    parts: list[Part]
    columns: list[Column]
    guesses: dict[str, Guess]
    left_out: list[str] = field(default_factory=list)

    @property
    def names(self) -> tuple[str, ...]:
        """Column names, in the file's order."""
        return self.parts[0].header.names

    @property
    def mapping(self) -> dict[str, str]:
        """Field -> column name."""
        return {target: guess.column.name for target, guess in self.guesses.items()}

    @property
    def notes(self) -> str:
        """The text above the header and the names of sheets: where lists say their currency and period."""
        said = [self.path.stem]
        for part in self.parts:
            above = part.table.rows[: max(part.header.first, 0)]
            said += [part.table.name, *(shown(cell) for row in above for cell in row if not is_empty(cell))]
        return " · ".join(said)

    @property
    def above(self) -> list[str]:
        """The filled cells above the headers."""
        rows = [row for part in self.parts for row in part.table.rows[: max(part.header.first, 0)]]
        return [shown(cell) for row in rows for cell in row if not is_empty(cell)]

    def cells(self, target: str) -> list[Cell]:
        """Every cell of a field's column, in the file's order; rows of another width are left out."""
        guess = self.guesses.get(target)
        return self.column(guess.column.index) if guess else []

    def column(self, index: int) -> list[Cell]:
        """Every cell of a column; rows of another width are left out."""
        return [row[index] if index < len(row) else None for row in self._straight]

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """What each column's cells look like."""
        return tuple(shape_of(column, self.column(column.index)) for column in self.columns)

    @cached_property
    def _straight(self) -> list[list[Cell]]:
        return _usual(self.parts)[1]


def read(path: Path, chosen: Chosen | None = None) -> Reading:
    """Find the tables and the mapping of a file; what ``chosen`` says stands. Raises :class:`SourceError`."""
    chosen = chosen or Chosen()
    found = tables(path)
    if chosen.sheet:
        wanted = [table for table in found if table.name.strip() == chosen.sheet.strip()]
        if not wanted:
            names = ", ".join(table.name for table in found)
            raise SourceError(f"{path.name}: no sheet is called {chosen.sheet!r}; there are {names}.", "no_sheet")
        found = wanted
    parts, left_out = _parts(path, found, chosen)
    parts = [_straightened(part) for part in parts]
    widest = max(len(part.header.names) for part in parts)
    if widest > MOST_COLUMNS:
        raise SourceError(
            f"{path.name}: the table has {widest:,} columns, at most {MOST_COLUMNS} are read. "
            "Remove the columns that are not needed.",
            "too_large",
        )
    columns = _columns(parts)
    guesses = propose(columns)
    _without_too_large(guesses, parts)
    by_name = {column.name: column for column in columns}
    for target, name in chosen.columns.items():
        if not name:
            guesses.pop(target, None)
        elif name in by_name:
            guesses[target] = Guess(by_name[name], 1.0)
        else:
            raise SourceError(
                f"{path.name}: the mapping says that {target} stands in {name!r}, but no column is called so. "
                f"The columns are {', '.join(map(repr, by_name))}.",
                "mapping_column",
            )
    if not (guesses.keys() & {"title", "beneficiary"}):
        raise SourceError(
            f"{path.name}: no column looks like a project's title or its beneficiary. The columns are "
            f"{', '.join(repr(c.name) for c in columns[:30])}. Say in a mapping which column is what.",
            "no_columns",
        )
    return Reading(path, parts, columns, guesses, left_out)


def _parts(path: Path, found: Sequence[Table], chosen: Chosen) -> tuple[list[Part], list[str]]:
    """The table with the clearest header and most rows, and every other with the same columns."""
    if chosen.header_row:
        best = Part(found[0], headers.named_row(found[0], chosen.header_row))
        return [best], [table.name for table in found[1:]]
    with_header = [(table, header) for table in found if (header := headers.find(table))]
    if not with_header:
        best_table = max(found, key=lambda table: len(table.rows))
        if len(best_table.rows) < 2 or max(map(len, best_table.rows)) < 2:
            raise SourceError(
                f"{path.name}: no table was found: no row names columns such as project, beneficiary, start and "
                "amount. Check that it is the right file, or say in a mapping which row is the header.",
                "no_table",
            )
        return [Part(best_table, headers.no_header(best_table))], []
    table, header = max(with_header, key=lambda p: min(p[1].score, 8) * min(40, len(p[0].rows) - p[1].last) ** 0.5)
    names = [fold(name) for name in header.names]
    parts, left = [], []
    for other, its in with_header:
        if other is table or [fold(name) for name in its.names[: len(names)]] == names[: len(its.names)]:
            parts.append(Part(other, its))
        elif moved := _moved(other, its, header):
            parts.append(moved)
        else:
            left.append(other.name)
    return parts, left + [t.name for t in found if all(t is not other for other, _ in with_header) and len(t.rows) > 5]


def _moved(table: Table, header: Header, main: Header) -> Part | None:
    """A further table whose columns stand in another order, put in the main table's; None where too few are the same.

    Columns that the main table lacks come last.
    """
    own = {fold(name): index for index, name in reversed(list(enumerate(header.names)))}
    wanted = [own.get(fold(name)) for name in main.names]
    named = [name for name in main.names if not re.fullmatch(r"column \d+", name)]
    if sum(index is not None for index in wanted) < max(3, 0.7 * len(named)):
        return None
    rest = [index for index in range(len(header.names)) if index not in wanted]
    rows: list[list[Cell]] = []
    for row in table.rows:
        cells = [row[i] if i is not None and i < len(row) else None for i in [*wanted, *rest]]
        while cells and cells[-1] is None:
            cells.pop()
        rows.append(cells)
    moved = Table(table.name, rows, table.lines, (), table.encoding, table.delimiter)
    names = (*main.names, *(header.names[i] for i in rest))
    return Part(moved, Header(header.first, header.last, names, header.score, names))


def _body(part: Part) -> list[list[Cell]]:
    return part.table.rows[part.header.last + 1 :]


def _usual(parts: Sequence[Part]) -> tuple[int, list[list[Cell]]]:
    """The width that columns are counted to, and the rows that keep to the header's columns."""
    rows = [row for part in parts for row in _body(part) if any(not is_empty(cell) for cell in row)]
    named = max(
        (i + 1 for part in parts for i, name in enumerate(part.header.names) if not re.fullmatch(r"column \d+", name)),
        default=0,
    )
    width = named
    if any(part.table.delimiter for part in parts) and named:
        rows_kept = [row for row in rows if len(row) <= width]
        return width, _commonest(rows_kept or [row[:width] for row in rows])
    for column in range(named, max(map(len, rows), default=0)):
        filled = sum(column < len(row) and not is_empty(row[column]) for row in rows)
        if filled > 0.5 * len(rows):
            width = column + 1
    width = width or max(map(len, rows), default=0)
    return width, [row for row in rows if len(row) <= width]


def _commonest(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Text records of the usual widths: one much shorter than the others is cut, and says nothing of a column."""
    widths = Counter(len(row) for row in rows)
    most = max(widths.values(), default=0)
    return [row for row in rows if widths[len(row)] >= 0.1 * most]


def _straightened(part: Part) -> Part:
    """A text table most of whose records have too many fields, put straight by what its header alone says."""
    table, header = part.table, part.header
    named = [i for i, name in enumerate(header.names) if not re.fullmatch(r"column \d+", name)]
    width = named[-1] + 1 if named else 0
    body = [row for row in _body(part) if len(row) > 1]
    if table.delimiter is None or not named or sum(len(row) > width for row in body) <= 0.5 * len(body):
        return part
    shapes = [shape_of(describe(i, name, name, ()), ()) for i, name in enumerate(header.names[:width])]
    keys = [i for i, shape in enumerate(shapes) if shape.kind]
    rows = list(table.rows)
    for number in range(header.last + 1, len(rows)):
        cells, fault = aligned(rows[number], shapes, keys, table.delimiter)
        rows[number] = rows[number] if fault else cells
    own = replace(header, names=header.names[:width], words=header.words[:width])
    return Part(replace(table, rows=rows), own)


def _without_too_large(guesses: dict[str, Guess], parts: Sequence[Part]) -> None:
    """Drop what is no part of the cost: an amount that is larger than it in most rows, the less sure one of the two."""
    rows = _usual(parts)[1][:500]

    def amounts(target: str) -> list[Decimal | None]:
        at = guesses[target].column.index
        cells = [row[at] if at < len(row) else None for row in rows]
        form = amount_form(cells, factor(guesses[target].column.name))
        return [_amount(cell, form) for cell in cells]

    for part in AMOUNTS[1:]:
        if not {part, AMOUNTS[0]} <= guesses.keys():
            continue
        both = [(a, b) for a, b in zip(amounts(part), amounts(AMOUNTS[0]), strict=True) if a and b]
        if sum(a > b * Decimal("1.01") for a, b in both) > 0.5 * max(1, len(both)):
            unsure = min((part, AMOUNTS[0]), key=lambda target: guesses[target].confidence)
            if guesses[unsure].confidence < _SURE:
                del guesses[unsure]


_SURE = 0.75


def _amount(cell: Cell, form: AmountForm) -> Decimal | None:
    try:
        return read_amount(cell, form)
    except ValueError:
        return None


def _columns(parts: Sequence[Part]) -> list[Column]:
    width, straight = _usual(parts)
    header = parts[0].header
    return [
        describe(index, name, words, [row[index] if index < len(row) else None for row in straight])
        for index, (name, words) in enumerate(zip(header.names[:width], header.words[:width], strict=True))
    ]


# -- records -----------------------------------------------------------------------------------------------------------


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
