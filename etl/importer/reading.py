"""One file read as a list of operations: which tables and columns, and how sure that is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from etl.importer import header as headers
from etl.importer.align import Shape, aligned, shape_of
from etl.importer.grid import Table, tables
from etl.importer.header import Header
from etl.importer.mapping import (
    AMOUNTS,
    Column,
    Guess,
    describe,
    propose,
)
from etl.importer.money import factor
from etl.importer.plan import Chosen
from etl.importer.values import (
    AmountForm,
    amount_form,
    is_empty,
    read_amount,
    shown,
)
from etl.normalise import fold
from etl.sheets import Cell
from etl.spec import SourceError

MOST_COLUMNS = 400


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
