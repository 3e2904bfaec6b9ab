"""A word cloud: words by size, placed without overlap. Pure: the same words and counts give the same places."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dashboard.fonts import width

LEAST, MOST = 31.0, 104.0
"""The font sizes of the least and the most mentioned, in pixels of a box :data:`WIDE` across."""
WIDE, HIGH = 1060.0, 620.0
GAP_X, GAP_Y = 18.0, 6.0
LINE: Final = 1.18
_TURN, _STEPS = 0.35, 2600


@dataclass(frozen=True)
class Word:
    """What is to be placed."""

    key: str
    text: str
    n: int


@dataclass(frozen=True)
class Placed:
    """A word in its place: its middle, and the size of its letters and of its box, in pixels."""

    key: str
    text: str
    n: int
    x: float
    y: float
    size: float
    width: float
    height: float


def cloud(
    words: Sequence[Word], *, wide: float = WIDE, high: float = HIGH
) -> tuple[tuple[Placed, ...], tuple[str, ...]]:
    """The words that found a place, the largest in the middle, and the keys of those that did not.

    The area of a word's letters goes by its count. A word wider than the box is set smaller, never below the least.
    """
    ordered = sorted(words, key=lambda w: (-w.n, w.text, w.key))
    placed: list[Placed] = []
    left: list[str] = []
    for shrunk in (1.0, 0.88, 0.76, 0.64, 0.52):
        placed, left = [], []
        for word in ordered:
            found = _place(word, ordered[0].n, placed, wide, high, shrunk)
            if found:
                placed.append(found)
            else:
                left.append(word.key)
        if not left:
            break
    return tuple(placed), tuple(left)


def _place(word: Word, most: int, placed: Sequence[Placed], wide: float, high: float, shrunk: float) -> Placed | None:
    size = max(LEAST, MOST * shrunk * math.sqrt(word.n / most))
    room = width(word.text, 1.0, 600)
    if room * size + 2 * GAP_X > wide:
        size = (wide - 2 * GAP_X) / room
    if size < LEAST:
        return None
    across, tall = room * size + GAP_X, size * LINE + GAP_Y
    for step in range(_STEPS):
        turn = step * _TURN
        reach = 1.9 * turn
        x, y = wide / 2 + reach * math.cos(turn) * wide / high, high / 2 + reach * math.sin(turn)
        if x - across / 2 < 0 or x + across / 2 > wide or y - tall / 2 < 0 or y + tall / 2 > high:
            if reach > wide:
                return None
            continue
        if not any(_overlap(x, y, across, tall, other) for other in placed):
            return Placed(word.key, word.text, word.n, round(x, 1), round(y, 1), round(size, 1), across, tall)
    return None


def _overlap(x: float, y: float, across: float, tall: float, other: Placed) -> bool:
    return 2 * abs(x - other.x) < across + other.width and 2 * abs(y - other.y) < tall + other.height
