"""Blocks of a *Session* sheet of Mentimeter: "Question N", what is told of it line by line, then a table of sums."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Final

from etl.sheets import Cell, Sheet

_BEGINS: Final = re.compile(r"(?:Question|Fråga)\s+(\d+)", re.IGNORECASE)
_TABLE: Final = {"choices", "choice", "options", "option", "statements", "statement", "items", "item", "alternativ"}
_RESPONSES: Final = {"responses", "response", "answers", "answer", "words", "word", "svar"}
_VOTERS: Final = {"respondents", "voters", "participants", "number of voters", "total voters", "voted"}


@dataclass
class Block:
    """A question as its block tells it. ``row``: of its first line, from 1. ``sums``: option -> votes, in order.

    ``responses``: free answers, one a row. ``voters``: how many answered, None where that is not told.
    """

    row: int
    words: str = ""
    type: str = ""
    day: date | None = None
    voters: int | None = None
    sums: dict[str, float] = field(default_factory=dict)
    responses: list[str] = field(default_factory=list)


def blocks(sheet: Sheet) -> list[Block]:
    """The blocks of a sheet; none for another kind of sheet."""
    starts = [at for at, row in enumerate(sheet.rows) if row and _BEGINS.fullmatch(text_of(row[0]))]
    found = [_block(sheet.rows[start:end], start + 1) for start, end in pairwise([*starts, len(sheet.rows)])]
    day = next((block.day for block in found if block.day), None)
    for block in found:
        block.day = block.day or day
    return [block for block in found if block.words]


def _block(rows: Sequence[Sequence[Cell]], row: int) -> Block:
    block = Block(row)
    at = 1
    while at < len(rows) and (name := _name(rows[at])) and name not in _TABLE | _RESPONSES:
        _told(block, name, _at(rows[at], 1))
        at += 1
    rest = [list(line) for line in rows[at:]]
    while rest and not any(cell is not None for cell in rest[0]):
        rest.pop(0)
    is_free = block.type.casefold() in ("open", "open ended", "wordcloud", "word cloud", "qa", "q&a")
    if rest and (name := _name(rest[0])) in _TABLE | _RESPONSES:
        is_free = is_free or name in _RESPONSES
        rest.pop(0)
    for line in rest:
        text = text_of(_at(line, 0))
        if not text:
            break
        value = number(_at(line, 1))
        if value is not None:
            block.sums[text] = block.sums.get(text, 0) + value
        elif is_free or block.type:
            block.responses.append(text)
    return block


def _told(block: Block, name: str, cell: Cell) -> None:
    if name in ("question", "fråga", "title"):
        block.words = text_of(cell)
    elif name in ("type", "typ"):
        block.type = text_of(cell)
    elif name.startswith(("date", "datum", "session")) and (day := day_of(cell)):
        block.day = day
    elif name in _VOTERS and (value := number(cell)) is not None and value >= 0:
        block.voters = int(value)


def _name(row: Sequence[Cell]) -> str:
    return text_of(_at(row, 0)).casefold().rstrip(":")


def _at(row: Sequence[Cell], at: int) -> Cell:
    return row[at] if at < len(row) else None


def text_of(cell: Cell) -> str:
    """A cell as words, spaces single."""
    return "" if cell is None else " ".join(str(cell).split())


def number(cell: Cell) -> float | None:
    """A cell as a number, also one that is written as text; None for what is none."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | float):
        return float(cell) if abs(cell) < 1e12 else None
    if isinstance(cell, str) and re.fullmatch(r"\s*-?\d{1,12}(?:[.,]\d+)?\s*", cell):
        return float(cell.strip().replace(",", "."))
    return None


def day_of(cell: Cell) -> date | None:
    """A cell as a day, also one that is written "2023-11-23" or with a time of day; None for what is none."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    found = re.match(r"\s*(\d{4}-\d{2}-\d{2})(?!\d)", cell) if isinstance(cell, str) else None
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def letter(at: int) -> str:
    """A column's letters, "A" for 0."""
    found = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        found = chr(65 + rest) + found
    return found
