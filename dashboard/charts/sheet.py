"""A sheet that is drawn on with boxes and lines of text, for pictures that no chart engine makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from dashboard.charts.look import INK
from dashboard.fonts import clean, legible, wrapped

LEADING = 1.36


@dataclass(frozen=True)
class Lines:
    """Text set in lines: of one size, weight and colour."""

    lines: tuple[str, ...]
    size: float
    weight: int
    colour: str

    @property
    def height(self) -> float:
        """How tall it is."""
        return len(self.lines) * self.size * LEADING


def lines(text: str, size: float, room: float, colour: str, weight: int = 400, most: int = 0) -> Lines:
    """A text in lines that fit the room, each break of the text's own kept."""
    found = [line for part in text.split("\n") for line in wrapped(legible(part), size, room, weight)]
    if most and len(found) > most:
        found = wrapped(" ".join(found), size, room, weight, most=most)
    return Lines(tuple(found), size, weight, colour)


@dataclass
class Sheet:
    """What has been drawn so far."""

    pieces: list[Markup] = field(default_factory=list)

    def put(self, piece: Markup) -> None:
        """Draw something."""
        self.pieces.append(piece)

    def text(self, of: Lines, x: float, y: float) -> float:
        """Set lines with their top at ``y``; where they end."""
        for at, line in enumerate(of.lines):
            self.put(
                Markup('<text x="{}" y="{}" font-size="{}" font-weight="{}" fill="{}">{}</text>').format(
                    round(x, 1), round(y + of.size * (at * LEADING + 1.02), 1), of.size, of.weight, of.colour,
                    clean(line),
                )
            )  # fmt: skip
        return y + of.height

    def box(self, x: float, y: float, w: float, h: float, *, fill: str, stroke: str, dash: str = "none",
            radius: float = 6, thick: float = 1) -> None:  # fmt: skip
        """A rectangle."""
        self.put(
            Markup(
                '<rect x="{}" y="{}" width="{}" height="{}" rx="{}" fill="{}" stroke="{}" stroke-dasharray="{}" '
                'stroke-width="{}"/>'
            ).format(round(x, 1), round(y, 1), round(w, 1), round(h, 1), radius, fill, stroke, dash, thick)
        )

    def whole(self, wide: float, high: float, *, title: str, desc: str, lang: str) -> str:
        """The picture on white, with its name and what it says for those who cannot see it."""
        head = Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img" '
            'aria-labelledby="t d" lang="{lang}" font-family="Inter, system-ui, sans-serif"><title id="t">{title}'
            '</title><desc id="d">{desc}</desc><rect width="{w}" height="{h}" fill="#FFFFFF"/>'
        ).format(w=round(wide), h=round(high), lang=lang, title=clean(title), desc=clean(desc))
        return str(head + Markup("").join(self.pieces) + Markup("</svg>"))


def top(sheet: Sheet, title: str, finding: str, room: float, x: float, y: float) -> float:
    """Title and finding at the top of a picture; where what comes under begins."""
    ink, muted, *_ = INK[False]
    y = sheet.text(lines(title, 26, room, ink, 600, most=3), x, y) + 4
    return sheet.text(lines(finding, 16, room, muted, most=4), x, y) + 18


def foot(sheet: Sheet, said: Sequence[str], room: float, x: float, y: float) -> float:
    """Small print under a rule; where it ends."""
    _, muted, rule, *_ = INK[False]
    sheet.put(Markup('<path d="M{} {}H{}" stroke="{}"/>').format(x, round(y, 1), x + room, rule))
    y += 10
    for text in said:
        y = sheet.text(lines(text, 13, room, muted, most=6), x, y)
    return y
