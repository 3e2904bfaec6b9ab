"""A problem tree as a picture: boxes and lines where :mod:`dashboard.charts.tidy` puts them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from markupsafe import Markup

from dashboard.charts.look import INK
from dashboard.charts.sheet import Lines, Sheet, foot, top
from dashboard.charts.tidy import LABEL, NOTE, PAD, SIZE, Box, Edge, Placed

MARGIN, LEAST = 36, 720
KINDS = {
    False: {"problem": ("#14212B", "#FFFFFF"), "cause": ("#9A6B00", "#FFFFFF"), "effect": ("#005A70", "#FFFFFF")},
    True: {"problem": ("#F2F6F8", "#0E1A22"), "cause": ("#DDAA33", "#0E1A22"), "effect": ("#5CC8DE", "#0E1A22")},
}
"""Dark theme or not -> kind -> the colour of its edge and label, and the ground. The label says the kind in words."""


def lines_of(found: Placed, *, dark: bool) -> Markup:
    """What joins the boxes, as paths: whole where a source states it, dashed where it is assumed; arrows point up."""
    colour = INK[dark][1]
    stroke = Markup('<path d="M{} {}L{} {}" stroke="{}" stroke-width="2" stroke-dasharray="{}"/>')
    out = [
        stroke.format(*a, *b, colour, "none" if is_stated else "5 5")
        for (a, b), is_stated in strokes(found.edges).items()
    ]
    for x, y in dict.fromkeys(edge.points[-1] for edge in found.edges):
        out.append(Markup('<path d="M{} {}l-5 8h10z" fill="{}"/>').format(x, y, colour))
    return Markup("").join(out)


Point = tuple[float, float]


def strokes(edges: Sequence[Edge]) -> dict[tuple[Point, Point], bool]:
    """Every piece of line once, from left to right and top to bottom: whole where any edge along it is stated."""
    turns = {point for edge in edges for point in edge.points}
    out: dict[tuple[Point, Point], bool] = {}
    for edge in edges:
        for a, b in itertools.pairwise(edge.points):
            (ax, ay), (bx, by) = min(a, b), max(a, b)
            on = sorted(p for p in turns if ax <= p[0] <= bx and ay <= p[1] <= by)
            for piece in itertools.pairwise(on):
                out[piece] = out.get(piece, False) or edge.is_stated
    return out


def ground(found: Placed, *, dark: bool) -> str:
    """The joining lines alone as a picture, for the boxes to stand on."""
    wide, high = round(found.width, 1), round(found.height, 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}">'
        f"{lines_of(found, dark=dark)}</svg>"
    )


def picture(found: Placed, *, title: str, finding: str, said: Sequence[str], lang: str) -> str:
    """The whole tree as SVG on white, with title, finding and small print."""
    room = max(found.width, LEAST)
    sheet = Sheet()
    y = top(sheet, title, finding, room, MARGIN, MARGIN * 0.8) + 6
    left = MARGIN + (room - found.width) / 2
    inner = Sheet([lines_of(found, dark=False)])
    for box in found.boxes:
        _box(inner, box)
    drawn = Markup("").join(inner.pieces)
    sheet.put(Markup('<g transform="translate({} {})">{}</g>').format(round(left, 1), round(y, 1), drawn))
    y = foot(sheet, said, room, MARGIN, y + found.height + 26)
    return sheet.whole(room + 2 * MARGIN, y + MARGIN * 0.7, title=title, desc=finding, lang=lang)


def _box(sheet: Sheet, box: Box) -> None:
    ink, muted, *_ = INK[False]
    edge, fill = KINDS[False][box.kind]
    sheet.box(
        box.x, box.y, box.width, box.height, fill=fill, stroke=edge, thick=3 if box.kind == "problem" else 1.5,
        radius=6 if box.kind == "problem" else 4,
    )  # fmt: skip
    x, y = box.x + PAD, box.y + PAD
    y = sheet.text(Lines((box.label,), LABEL, 600, edge), x, y)
    y = sheet.text(Lines(box.lines, SIZE, 500, ink), x, y)
    if box.notes:
        sheet.text(Lines(box.notes, NOTE, 400, muted), x, y + 5)
