"""Columns of *Voters* and blocks of *Session* to questions with answers: what kind, which options, what is lost.

Answers here are in the order of the rows; the caller sorts them, so that nobody's answers can be put together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from etl.mentimeter_blocks import Block, letter, number, text_of
from etl.privacy import redact
from etl.sheets import Cell
from etl.spec import SourceError

Kind = Literal["single", "multiple", "ranking", "scale", "text", "guess"]
Answer = str | int | float | list[str]
Line = tuple[int, Sequence[Cell]]
MOST_TEXT: Final = 200
TYPES: Final[dict[str, str]] = {
    "choices": "choices", "multiple choice": "choices", "image choice": "choices", "image_choices": "choices",
    "quiz": "choices", "select answer": "choices", "choices_images": "choices", "scales": "scale", "rating": "scale",
    "ranking": "ranking", "open": "text", "open ended": "text", "openended": "text", "wordcloud": "text",
    "word cloud": "text", "qa": "text", "q&a": "text", "type answer": "text", "number": "guess", "numbers": "guess",
    "guess the number": "guess", "numerical": "guess",
}  # fmt: skip
"""What Mentimeter calls a type -> what it is here."""
_REACTIONS: Final = {"thumbs up", "thumbs down", "heart", "question mark", "cat", "thumbsup", "thumbsdown"}


@dataclass
class Question:
    """A question. ``is_guessed``: its kind is read from the answers. ``is_sums``: the file has sums only."""

    words: str
    kind: Kind
    options: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    lowest: float = 1
    highest: float = 5
    is_sensitive: bool = False
    is_guessed: bool = False
    is_sums: bool = False


@dataclass(frozen=True)
class Column:
    """A column of *Voters*: where, of which question, and which part of it."""

    at: int
    words: str
    part: str


@dataclass(frozen=True)
class Left:
    """What was not read. ``where``: sheet and question; ``rule``: why; ``value``: how many, or of what type."""

    where: str
    rule: Literal["reactions", "slide", "steps", "rankings", "sums", "sensitive"]
    value: str = ""


@dataclass(frozen=True)
class Place:
    """Where something is read, for messages, and where what is lost is told."""

    file: str
    sheet: str
    left: list[Left]

    def lost(
        self, words: str, what: Literal["reactions", "slide", "steps", "rankings", "sums"], value: str = ""
    ) -> None:
        """Tell what was not read."""
        self.left.append(Left(f"{self.sheet}, “{words[:60]}”", what, value))


def from_columns(place: Place, columns: Sequence[Column], rows: Sequence[Line], block: Block | None) -> list[Question]:
    """The questions of columns with the same words: one, or one a statement of a scale; none where nobody answered.

    Raises :class:`SourceError` for a word where a number is expected.
    """
    words = columns[0].words
    cells = [[at(row, column.at) for column in columns] for _, row in rows]
    filled = [cell for line in cells for cell in line if cell is not None]
    told = block.type.casefold() if block else ""
    if not filled:
        return []
    if (told and told not in TYPES) or (not told and {text_of(c).casefold() for c in filled} <= _REACTIONS):
        place.lost(words, "slide" if told else "reactions", block.type if block and told else "")
        return []
    numeric = all(number(cell) is not None for cell in filled)
    kind = TYPES.get(told) or _kind(cells, numeric=numeric)
    if kind in ("scale", "ranking", "guess") and not numeric:
        _refuse(place, columns, rows)
    is_guessed = not told
    if kind == "scale":
        return _scales(place, columns, cells, is_guessed=is_guessed)
    if kind == "ranking":
        return _ranking(place, columns, cells, is_guessed=is_guessed)
    if kind == "guess":
        values = [value for cell in filled if (value := number(cell)) is not None]
        return [Question(words, "guess", [], [*values], min(values), max(values), is_guessed=is_guessed)]
    if kind == "text":
        texts = [text for line in cells for cell in line for text in _texts(cell, told)]
        return [Question(words, "text", answers=[*texts], is_guessed=is_guessed)] if texts else []
    return [_choices(columns, cells, block, is_guessed=is_guessed)]


def from_block(place: Place, block: Block) -> list[Question]:
    """The question of a block that has sums or free answers, for a file without *Voters*."""
    kind = TYPES.get(block.type.casefold(), "")
    if kind == "text" and (block.responses or block.sums):
        repeated = [text for text, n in block.sums.items() for _ in range(int(n))]
        texts = [cut for text in (*block.responses, *repeated) if (cut := clean(text))]
        return [Question(block.words, "text", answers=[*texts], is_guessed=False)]
    if kind == "choices" and block.sums and all(n == int(n) and n >= 0 for n in block.sums.values()):
        votes = int(sum(block.sums.values()))
        n = block.voters if block.voters is not None else votes
        options = list(block.sums)
        if n >= votes:
            singles: list[Answer] = [option for option in options for _ in range(int(block.sums[option]))]
            return [Question(block.words, "single", options, singles, is_sums=True)]
        if max(block.sums.values()) <= n:
            several: list[list[str]] = [[] for _ in range(n)]
            turn = 0
            for option in options:
                for _ in range(int(block.sums[option])):
                    several[turn % n].append(option)
                    turn += 1
            return [Question(block.words, "multiple", options, [each for each in several if each], is_sums=True)]
    if block.sums or block.responses:
        place.lost(block.words, "sums", block.type or "?")
    return []


def at(row: Sequence[Cell], place: int) -> Cell:
    """A cell of a row that may be shorter."""
    return row[place] if place < len(row) else None


def clean(text: str) -> str:
    """A free text without control signs, e-mail addresses and telephone numbers, as long as the room may write."""
    bare = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return redact(bare)[:MOST_TEXT].strip()


def _kind(cells: Sequence[Sequence[Cell]], *, numeric: bool) -> str:
    """What a question is by its answers, where the file does not tell."""
    filled = [cell for line in cells for cell in line if cell is not None]
    if numeric and len(cells[0]) > 1:
        lines = [[number(cell) for cell in line] for line in cells if any(cell is not None for cell in line)]
        return "ranking" if all(_is_order(line) for line in lines) else "scale"
    if numeric:
        return "scale" if all((number(cell) or 0) in range(11) for cell in filled) else "guess"
    distinct = {text_of(cell).casefold() for cell in filled}
    return "choices" if len(distinct) <= max(2, min(12, len(filled) // 2)) else "text"


def _is_order(line: Sequence[float | None]) -> bool:
    places = [value for value in line if value is not None]
    return len(places) == len(line) and sorted(places) == list(range(1, len(places) + 1))


def _refuse(place: Place, columns: Sequence[Column], rows: Sequence[Line]) -> None:
    for no, row in rows:
        for column in columns:
            cell = at(row, column.at)
            if cell is not None and number(cell) is None:
                raise SourceError(
                    f"{place.file}, sheet {place.sheet!r}, row {no}, column {letter(column.at)} ({column.words[:60]}): "
                    f"{text_of(cell)[:40]!r} stands where a number is expected. Correct the cell or empty it, and read "
                    "the file in again.",
                    "not_a_number",
                )


def _scales(
    place: Place, columns: Sequence[Column], cells: Sequence[Sequence[Cell]], *, is_guessed: bool
) -> list[Question]:
    """One question a statement, all with the same ends: the smallest of the usual ones that holds every answer."""
    values = [value for line in cells for cell in line if (value := number(cell)) is not None]
    whole = [value for value in values if value == int(value) and 0 <= value <= 100]
    if len(whole) < len(values):
        place.lost(columns[0].words, "steps", str(len(values) - len(whole)))
    highest = next(top for top in (5, 7, 10, 100) if all(value <= top for value in whole))
    lowest = 0 if any(value < 1 for value in whole) else 1
    made = []
    for n, column in enumerate(columns):
        mine = [value for line in cells if (value := number(line[n])) is not None]
        steps: list[Answer] = [int(value) for value in mine if value == int(value) and 0 <= value <= 100]
        title = f"{column.words}: {column.part}" if column.part else column.words
        if steps:
            made.append(Question(title, "scale", [], steps, lowest, highest, is_guessed=is_guessed))
    return made


def _ranking(
    place: Place, columns: Sequence[Column], cells: Sequence[Sequence[Cell]], *, is_guessed: bool
) -> list[Question]:
    """Each row's places as an order. Places may count from 0; an order that is not whole is left out."""
    parts = [column.part or text_of(n + 1) for n, column in enumerate(columns)]
    ballots: list[Answer] = []
    lost = 0
    for line in cells:
        places = [number(cell) for cell in line]
        if all(value is None for value in places):
            continue
        known = [value for value in places if value is not None]
        if len(known) < len(places) or sorted(known) not in (
            list(range(1, len(known) + 1)), list(range(len(known)))
        ):  # fmt: skip
            lost += 1
            continue
        ballots.append([part for _, part in sorted(zip(known, parts, strict=True))])
    if lost:
        place.lost(columns[0].words, "rankings", str(lost))
    return [Question(columns[0].words, "ranking", parts, ballots, is_guessed=is_guessed)] if ballots else []


def _choices(
    columns: Sequence[Column], cells: Sequence[Sequence[Cell]], block: Block | None, *, is_guessed: bool
) -> Question:
    """One choice a row, or several: several columns that are marked, or a cell that lists options."""
    told = list(block.sums) if block else []
    chosen: list[list[str]] = []
    for line in cells:
        mine: list[str] = []
        for column, cell in zip(columns, line, strict=True):
            if cell is None:
                continue
            if len(columns) > 1 and column.part and (number(cell) is not None or isinstance(cell, bool)):
                mine += [column.part] if cell not in (0, False, "0") else []
            else:
                mine += _options(text_of(cell), told)
        if mine:
            chosen.append(list(dict.fromkeys(mine)))
    options = list(dict.fromkeys([*told, *(column.part for column in columns if len(columns) > 1 and column.part)]))
    options += sorted({each for mine in chosen for each in mine} - set(options))
    is_several = any(len(mine) > 1 for mine in chosen)
    answers: list[Answer] = [*chosen] if is_several else [mine[0] for mine in chosen]
    return Question(columns[0].words, "multiple" if is_several else "single", options, answers, is_guessed=is_guessed)


def _options(text: str, told: Sequence[str]) -> list[str]:
    """The options that a cell names: itself, or a list of those that the block tells."""
    by = {option.casefold(): option for option in told}
    if text.casefold() in by or not told:
        return [by.get(text.casefold(), text)]
    parts = [part.strip().casefold() for part in re.split(r"[,;|]", text)]
    return [by[part] for part in parts] if all(part in by for part in parts) else [text]


def _texts(cell: Cell, told: str) -> list[str]:
    """The free answers of a cell: of a word cloud one a line or comma, else the whole."""
    if cell is None:
        return []
    pieces = re.split(r"[\n;,]", str(cell)) if told.replace(" ", "") == "wordcloud" else [str(cell)]
    return [text for piece in pieces if (text := clean(piece))]
