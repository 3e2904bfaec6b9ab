"""Inter as files for pictures, slides and reports: what it covers, and how wide a text is set in it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parent
WEIGHTS = {400: "Inter-Regular.ttf", 500: "Inter-Medium.ttf", 600: "Inter-SemiBold.ttf"}
NOWHERE = "\u25a1"
_INSTEAD = "?"


@cache
def _font(weight: int) -> tuple[dict[int, int], int]:
    """Code point -> advance width, and units an em."""
    font = TTFont(FOLDER / WEIGHTS[weight], lazy=True)
    widths, units = font["hmtx"], font["head"].unitsPerEm
    return {code: widths[name][0] for code, name in font.getBestCmap().items()}, units


def width(text: str, size: float, weight: int = 400) -> float:
    """How wide a text is at a size, in the size's unit; without kerning."""
    advances, units = _font(weight)
    return sum(advances.get(ord(c), units * 0.6) for c in text) * size / units


def clean(text: str) -> str:
    """What XML can hold: no control characters, no halves of a pair."""
    return "".join(c for c in text if c in "\t\n" or (ord(c) >= 32 and not _is_odd(ord(c))))


def _is_odd(code: int) -> bool:
    return 0xD800 <= code <= 0xDFFF or code & 0xFFFE == 0xFFFE


def legible(text: str) -> str:
    """The text with a mark for every sign that the font lacks, and no control characters but line breaks."""
    known, _ = _font(400)
    mark = NOWHERE if ord(NOWHERE) in known else _INSTEAD
    return "".join(
        c if c == "\n" or (ord(c) in known and ord(c) >= 32) else "" if ord(c) < 32 or _joins(c) else mark for c in text
    )


def _joins(c: str) -> bool:
    """Signs that only change the one before: variation selectors, joiners, skin tones."""
    return c in "\u200d\ufe0f\ufe0e" or 0x1F3FB <= ord(c) <= 0x1F3FF


def wrapped(text: str, size: float, room: float, weight: int = 400, most: int = 0) -> list[str]:
    """The text in lines that fit the room; with ``most`` the last line ends in an ellipsis when there is more."""
    lines: list[str] = []
    line = ""
    for word in filter(None, text.replace("\n", " ").split(" ")):
        piece = word
        while width(piece, size, weight) > room:
            cut = next((n for n in range(len(piece) - 1, 1, -1) if width(piece[:n], size, weight) <= room), 1)
            if line:
                lines.append(line)
                line = ""
            lines.append(piece[:cut])
            piece = piece[cut:]
        longer = f"{line} {piece}" if line else piece
        if width(longer, size, weight) <= room:
            line = longer
        else:
            lines.append(line)
            line = piece
    if line:
        lines.append(line)
    if most and len(lines) > most:
        last = lines[most - 1]
        while last and width(f"{last}…", size, weight) > room:
            last = last[:-1]
        lines = [*lines[: most - 1], f"{last.rstrip()}…"]
    return lines
