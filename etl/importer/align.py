"""Text records with more fields than columns, where a stray delimiter cut a cell: put straight, or set aside."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from etl.importer.mapping import (
    AMOUNTS,
    Column,
    fits_one,
    name_score,
)
from etl.importer.values import (
    is_empty,
    shown,
)
from etl.normalise import fold
from etl.sheets import Cell
from etl.spec import Reject


def aligned(
    row: list[Cell], shapes: Sequence[Shape], keys: Sequence[int], delimiter: str
) -> tuple[list[Cell], Reject | None]:
    """A text record with more fields than columns, put straight by joining the fields that a stray delimiter cut.

    The joining in which most dates, amounts and known words stand in their columns wins; where two come close with
    other cells in the ``keys`` columns, or none fits, the record is set aside.
    """
    width = len(shapes)
    if len(row) <= width:
        return row, None
    texts = ["" if cell is None else str(cell) for cell in row]
    ways = _alignments(texts, shapes) if len(row) <= width + _SURPLUS else []
    if ways:
        best = _joined(texts, ways[0][1], delimiter)
        close = [_joined(texts, sizes, delimiter) for score, sizes in ways[1:] if score > ways[0][0] - 0.35]
        is_clear = all(fold(shown(other[key])) == fold(shown(best[key])) for other in close for key in keys)
        if is_clear and ways[0][0] >= 0.8 * sum(shape.weight for shape in shapes):
            return best, None
    reason = f"The record has {len(row)} fields where the header has {width}; it is not clear which belong together."
    return row[:width], Reject("*", "field_count", len(row), reason)


def _alignments(texts: list[str], shapes: Sequence[Shape]) -> list[tuple[float, tuple[int, ...]]]:
    """The best ways to cut fields into one group a column: (score, group sizes), best first, by dynamic programming."""
    fields, width = len(texts), len(shapes)
    extra = fields - width
    ways: list[list[tuple[float, tuple[int, ...]]]] = [[] for _ in range(fields + 1)]
    ways[0] = [(0.0, ())]
    for column, shape in enumerate(shapes):
        reached: list[list[tuple[float, tuple[int, ...]]]] = [[] for _ in range(fields + 1)]
        for at in range(column, min(column + extra, fields) + 1):
            for size in range(1, extra - (at - column) + 2):
                if at + size > fields or not ways[at]:
                    break
                gain = shape.fit(texts[at : at + size])
                if gain is not None:
                    reached[at + size] += [(score + gain, (*sizes, size)) for score, sizes in ways[at]]
        ways = [sorted(found, key=lambda way: -way[0])[:_BEST] for found in reached]
    return ways[fields]


def _joined(texts: list[str], sizes: Sequence[int], delimiter: str) -> list[Cell]:
    out: list[Cell] = []
    at = 0
    for size in sizes:
        out.append(delimiter.join(texts[at : at + size]).strip() or None)
        at += size
    return out


_SURPLUS = 12
_BEST = 6


@dataclass(frozen=True)
class Shape:
    """What the cells of a column look like, for telling which fields are its: a kind, and its few known values."""

    kind: str | None
    known: frozenset[str]
    is_spaced: bool = False
    """Whether its cells begin with a blank as a rule, so that a blank is no sign of a cut."""

    @property
    def weight(self) -> float:
        """What a perfect fit scores."""
        return 1.0 if self.kind else 0.0

    def fit(self, fields: Sequence[str]) -> float | None:
        """How well one or more joined fields fit; None where they cannot be joined in this column."""
        if len(fields) > 1:
            if self.kind in ("date", "amount", "code"):
                return None
            if self.kind == "category":
                goes_on_all = all(text.startswith(" ") for text in fields[1:])
                return 1.0 if _key(" ".join(fields)) in self.known else 0.2 if goes_on_all else -0.3
            goes_on = sum(text.startswith(" ") for text in fields[1:]) * 0.1
            has_figures = any(re.fullmatch(r"\s*[\d.,/-]{4,}\s*", text) for text in fields)
            return (0.7 if self.kind else -0.1) + goes_on - (0.5 if has_figures else 0.0) - 0.05 * len(fields)
        text = fields[0]
        if text.startswith(" ") and not self.is_spaced:
            return self._single(text.strip()) - 0.5
        return self._single(text)

    def _single(self, text: str) -> float:
        if self.kind is None:
            return 0.0
        if self.kind == "category":
            if _key(text) in self.known:
                return 1.0
            is_like = _form(text) in {_form(known) for known in self.known}
            return 0.6 if is_like and text.strip() else 0.0 if text.strip() else 0.4
        if self.kind == "code":
            return float(bool(re.fullmatch(r"[\w./-]*\d[\w./-]*", text.strip())))
        return fits_one(text or None, self.kind)


def shape_of(column: Column, cells: Sequence[Cell]) -> Shape:
    """A column's shape: by its name where that is clear, else by its cells."""
    values = Counter(_key(shown(cell)) for cell in cells if not is_empty(cell))
    kind = _named_kind(column)
    if kind is None and values and len(values) <= max(3, 0.06 * values.total()):
        kind = "category"
    elif kind is None and column.dates > 0.8:
        kind = "date"
    elif kind is None and column.amounts > 0.8 and column.distinct > 0.1:
        kind = "amount"
    elif kind is None and column.codes > 0.9 and column.words < 0.5 and column.distinct > 0.5:
        kind = "code"
    elif kind is None and column.words > 0.8:
        kind = "words"
    often = max(2, 0.005 * values.total())
    spaced = sum(isinstance(cell, str) and cell.startswith(" ") for cell in cells) > 0.3 * max(1, len(cells))
    known = frozenset(v for v, n in values.items() if n >= often) if kind == "category" else frozenset()
    return Shape(kind, known, spaced)


_KINDS = {"start_date": "date", "end_date": "date", "title": "words", "beneficiary": "words", "summary": "words"}


def _named_kind(column: Column) -> str | None:
    """What a column holds by its name alone, where the name is clear."""
    best, target = max((name_score(column.spoken, t), t) for t in (*_KINDS, *AMOUNTS, "location", "theme", "local_id"))
    if best < 0.75:
        return None
    return _KINDS.get(target) or ("amount" if target in AMOUNTS else None)


def _form(text: str) -> str:
    """A short code with its digits and letters made alike; longer text has no form."""
    bare = text.strip()
    return re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", bare)) if len(bare) <= 6 else bare


def _key(text: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", fold(text)).split())
