"""Names beside points, placed so that none lies on another: the same for the same points, wherever it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""
LINE = 16.0
_NARROW, _WIDE = set("fijlrt1.,:;'|! ()-"), set("mwMWÖÄÅOQ")


@dataclass(frozen=True)
class Point:
    """A point by its share of the frame from the left and from the top, 0 to 1, and what is to stand beside it."""

    x: float
    y: float
    text: str
    radius: float = 5.0
    is_first: bool = False


@dataclass(frozen=True)
class Place:
    """Where a name stands: its anchor's distance from the point in pixels, and the side that it is set from."""

    dx: float
    dy: float
    align: str


def width_of(text: str, size: float = 13) -> float:
    """About how wide a text is in Inter, rather too much than too little."""
    return size * sum(0.36 if c in _NARROW else 0.86 if c in _WIDE else 0.72 if c.isupper() else 0.6 for c in text) + 2


def placed(
    points: Sequence[Point],
    widths: Sequence[float],
    height: float,
    taken: Callable[[float], Sequence[Box]] = lambda _: (),
    avoided: Callable[[float], Sequence[Box]] = lambda _: (),
) -> list[Place | None]:
    """A place for every point's name, free of other names and of ``taken`` boxes in frames of all the ``widths``.

    It stands clear of ``avoided`` boxes too where it can. None where there is no free place. Those marked ``is_first``
    are placed before any other. Several orders are tried and the one that leaves fewest out is kept, the first of
    equals.
    """
    crowd = [min((abs(p.x - q.x) + abs(p.y - q.y) for q in points if q is not p), default=9.0) for p in points]
    orders: list[Callable[[int], float]] = [
        lambda at: crowd[at],
        lambda at: points[at].y,
        lambda at: -points[at].y,
        lambda at: points[at].x,
        lambda at: -points[at].x,
    ]
    best: list[Place | None] = []
    for order in orders:
        turn = sorted(range(len(points)), key=lambda at: (not points[at].is_first, order(at), at))
        found = _greedy(points, turn, widths, height, taken, avoided)
        if not best or found.count(None) < best.count(None):
            best = found
        if None not in best:
            break
    return best


def box(p: Point, place: Place, width: float, height: float) -> Box:
    """What a name covers in a frame of a width."""
    long = width_of(p.text) * (1.08 if p.is_first else 1)
    x, y = p.x * width + place.dx, p.y * height + place.dy
    left = x if place.align == "left" else x - long if place.align == "right" else x - long / 2
    return left, y - LINE / 2, left + long, y + LINE / 2


def overlap(a: Box, b: Box) -> bool:
    """Whether two boxes share any room."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _candidates(p: Point) -> list[Place]:
    near, far = p.radius + 4, p.radius + 12
    ring = [
        Place(near, 0, "left"), Place(-near, 0, "right"),
        Place(0, -near - 8, "center"), Place(0, near + 8, "center"),
    ]  # fmt: skip
    for d in (near, far, far + 10):
        ring += [
            Place(side * (near - 2), sign * d, "left" if side > 0 else "right") for side in (1, -1) for sign in (-1, 1)
        ]
    return ring


def _greedy(
    points: Sequence[Point],
    turn: Sequence[int],
    widths: Sequence[float],
    height: float,
    taken: Callable[[float], Sequence[Box]],
    avoided: Callable[[float], Sequence[Box]],
) -> list[Place | None]:
    full = {w: [*taken(w), *(_mark(p, w, height) for p in points)] for w in widths}
    lines = {w: avoided(w) for w in widths}
    out: list[Place | None] = [None] * len(points)
    for at in turn:
        best: tuple[int, Place, dict[float, Box]] | None = None
        for place in _candidates(points[at]):
            boxes = {w: box(points[at], place, w, height) for w in widths}
            if not all(_fits(boxes[w], w, height) and _is_free(boxes[w], full[w]) for w in widths):
                continue
            crossed = sum(overlap(boxes[w], b) for w in widths for b in lines[w])
            if best is None or crossed < best[0]:
                best = crossed, place, boxes
            if not crossed:
                break
        if best:
            _, out[at], boxes = best
            for w in widths:
                full[w].append(boxes[w])
    return out


def _mark(p: Point, width: float, height: float) -> Box:
    x, y, r = p.x * width, p.y * height, p.radius
    return x - r, y - r, x + r, y + r


def _is_free(found: Box, boxes: Sequence[Box]) -> bool:
    left, top, right, bottom = found
    return not any(left < b[2] and b[0] < right and top < b[3] and b[1] < bottom for b in boxes)


def _fits(found: Box, width: float, height: float) -> bool:
    return found[0] >= 0 and found[1] >= 0 and found[2] <= width and found[3] <= height
