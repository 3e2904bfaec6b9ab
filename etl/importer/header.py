"""Where the table begins: below which title rows its header stands, in how many rows, on which sheets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from etl.importer.dates import read_date
from etl.importer.grid import Table
from etl.importer.mapping import (
    FIELDS,
    name_score,
    says,
)
from etl.importer.values import (
    is_empty,
    shown,
)
from etl.sheets import Cell

_DEPTH = 300


@dataclass(frozen=True)
class Header:
    """``first``–``last``: the header's rows in its table, 0-based; ``score``: how sure.

    ``names``: one a column; ``words``: the same with translations in rows of their own.
    """

    first: int
    last: int
    names: tuple[str, ...]
    score: float
    words: tuple[str, ...] = ()


def find(table: Table) -> Header | None:
    """The header of a table, or None when no row looks like one."""
    rows = table.rows
    scored = [(_row_score(rows[i]), -i) for i in range(min(_DEPTH, len(rows))) if _count(rows[i]) >= 2]
    if not scored:
        return None
    score, minus = max(scored)
    if score < 1.2:
        return None
    at = -minus
    first, last = at, at
    while last + 1 < len(rows) and last - at < 3 and _continues(rows, at, last + 1, table):
        last += 1
    if first > 0 and _groups(rows[first - 1], rows[first], table, first - 1):
        first -= 1
    own = last
    while own > at and _is_translation(rows[at], rows[own]):
        own -= 1
    return Header(first, last, _names(table, first, own), score, _names(table, first, last))


def named_row(table: Table, row_no: int) -> Header:
    """The header that the user points at, by its 1-based row."""
    at = max(0, min(row_no - 1, len(table.rows) - 1))
    names = _names(table, at, at)
    return Header(at, at, names, 1.0, names)


def no_header(table: Table) -> Header:
    """Columns named by position, for a table that begins with its first record."""
    width = max((len(row) for row in table.rows), default=0)
    names = tuple(f"column {n}" for n in range(1, width + 1))
    return Header(-1, -1, names, 0.0, names)


def _count(row: Sequence[Cell]) -> int:
    return sum(not is_empty(cell) for cell in row)


def _row_score(row: Sequence[Cell]) -> float:
    """Field names found, each once, less what no header holds."""
    score = 0.0
    hit: Counter[str] = Counter()
    for cell in row:
        if is_empty(cell):
            continue
        if not isinstance(cell, str) or re.fullmatch(r"[\s\d.,/%€£-]+", cell) or _is_date(cell):
            score -= 1.2
            continue
        text = shown(cell)
        if len(text) > 260:
            score -= 0.6
            continue
        target, best = max(((f, name_score(text, f)) for f in FIELDS), key=lambda pair: pair[1])
        if best >= 0.5:
            hit[target] += 1
            score += best if hit[target] == 1 else 0.25 * best
        elif says(text):
            score += 0.2
    return score if len(hit) >= 2 else score - 1.0


def _is_date(cell: str) -> bool:
    try:
        return read_date(cell) is not None
    except ValueError:
        return False


def _is_name_like(cell: Cell) -> bool:
    return isinstance(cell, str) and len(cell) < 160 and bool(says(cell)) and not re.search(r"\d{3}", cell)


def _continues(rows: list[list[Cell]], top: int, at: int, table: Table) -> bool:
    """Whether a row below the header belongs to it: numbered columns, translations, or names under a group."""
    row = [cell for cell in rows[at] if not is_empty(cell)]
    if not row:
        return at + 1 < len(rows) and any(t <= at <= b and t <= top for t, _, b, _ in table.merged)
    if _is_numbering(row):
        return True
    if any(not isinstance(cell, str) or re.search(r"\d{4}", cell) or len(cell) > 160 for cell in row):
        return False
    if any(t <= top and b >= at and t < b for t, _, b, _ in table.merged):
        return True
    like = sum(map(_is_name_like, row))
    above = {i for i, cell in enumerate(rows[top]) if not is_empty(cell)}
    if any(not is_empty(cell) and i not in above for i, cell in enumerate(rows[at])) and like >= max(1, 0.6 * len(row)):
        return True
    return len(row) >= 3 and like >= 0.75 * len(row) and len(row) >= 0.6 * _count(rows[top])


def _is_translation(row: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Whether a header's second row says every name once more: it fills hardly any cell that the first left blank."""
    here = {i for i, cell in enumerate(below) if not is_empty(cell)}
    above = {i for i, cell in enumerate(row) if not is_empty(cell)}
    return len(here - above) <= 1 and len(here) >= 0.6 * len(above)


def _is_numbering(row: Sequence[Cell]) -> bool:
    numbers = [re.sub(r"\D", "", shown(cell))[:9] for cell in row]
    wanted = [str(n) for n in range(int(numbers[0] or 0), int(numbers[0] or 0) + len(numbers))] if numbers else []
    right = sum(re.match(r"\D{0,2}(\d+)", shown(cell)) is not None and shown(cell).strip("().")[: len(n)] == n
                for cell, n in zip(row, wanted, strict=True))  # fmt: skip
    return len(row) >= 3 and (numbers == wanted or right >= 0.7 * len(row)) and all(len(shown(c)) <= 8 for c in row)


def _groups(above: Sequence[Cell], row: Sequence[Cell], table: Table, at: int) -> bool:
    """Whether the row above names groups of columns: merged over several, and not a title over all."""
    width = len(row)
    spans = [(left, right) for top, left, bottom, right in table.merged if top <= at <= bottom]
    wide = [s for s in spans if s[1] > s[0]]
    tall = [m for m in table.merged if m[0] <= at and m[2] > at]
    if tall and _count(above) >= 2:
        return True
    return bool(wide) and all(right - left + 1 < 0.8 * width for left, right in wide) and _count(above) >= 2


def _names(table: Table, first: int, last: int) -> tuple[str, ...]:
    """One name a column: its own cell, with the group above it where its own would be too little; never twice."""
    width = max((len(row) for row in table.rows[max(first, 0) : last + 400]), default=0)
    spread = {}
    for top, left, bottom, right in table.merged:
        if first <= top <= last and top < len(table.rows) and left < len(table.rows[top]):
            for r in range(top, min(bottom, last) + 1):
                for c in range(left, right + 1):
                    spread[r, c] = table.rows[top][left]
    names: list[str] = []
    for column in range(width):
        parts: list[str] = []
        for r in range(first, last + 1):
            row = table.rows[r]
            if _is_numbering([cell for cell in row if not is_empty(cell)]) and r > first:
                continue
            cell = row[column] if column < len(row) else None
            cell = spread.get((r, column), cell) if is_empty(cell) else cell
            text = shown(cell) if not is_empty(cell) else ""
            if text and text not in parts:
                parts.append(text)
        name = " ".join(parts)[:300] or f"column {column + 1}"
        same = sum(other == name or other.startswith(f"{name} (") for other in names)
        names.append(f"{name} ({same + 1})" if same else name)
    return tuple(names)
