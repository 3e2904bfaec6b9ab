"""A line no larger than a word: an indicator in a few places, without axes; the figures stand beside it in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from dashboard.charts.lines import middle, segments
from dashboard.charts.look import INK, SIDES
from dashboard.db import Row

WIDE, HIGH = 240, 56
_EDGE = 6.0


@dataclass(frozen=True)
class Look:
    """How a place is drawn: colour, dash and the sign where its line ends."""

    colour: str
    dash: str
    sign: str


def looks(codes: Sequence[str], *, dark: bool) -> dict[str, Look]:
    """Place -> how it is drawn: at most three län, and riket (00) always dashed with a square."""
    signs = ("circle", "triangle", "diamond")
    out = {
        code: Look(SIDES[dark][at], ("none", "7 3", "2 3")[at], signs[at])
        for at, code in enumerate([c for c in codes if c != "00"][:3])
    }
    return out | {"00": Look(INK[dark][1], "4 3", "square")}


def mark(look: Look, x: float, y: float, size: float = 4.0) -> Markup:
    """The sign of a place around a point."""
    s = size
    way = {
        "circle": f"M{x - s} {y}a{s} {s} 0 1 0 {2 * s} 0a{s} {s} 0 1 0 {-2 * s} 0z",
        "triangle": f"M{x} {y - s}L{x + s} {y + s}L{x - s} {y + s}z",
        "diamond": f"M{x} {y - s}L{x + s} {y}L{x} {y + s}L{x - s} {y}z",
        "square": f"M{x - s} {y - s}h{2 * s}v{2 * s}h{-2 * s}z",
    }[look.sign]
    return Markup('<path d="{}" fill="{}"/>').format(way, look.colour)


def is_line(rows: Sequence[Row]) -> bool:
    """Whether any place has two values to draw a line between."""
    valued = [r["region_code"] for r in rows if r["value"] is not None]
    return len(valued) > len(set(valued))


def drawn(rows: Sequence[Row], *, dark: bool, wide: float = WIDE, high: float = HIGH) -> Markup:
    """The lines as a group of paths. ``rows``: region_code, period, value, flag, by region and period, of at most four.

    A line is interrupted at a break in the series and where a period is missing or has no value.
    """
    valued = [r for r in rows if r["value"] is not None]
    if not valued:
        return Markup("")
    found = looks(list(dict.fromkeys(r["region_code"] for r in rows)), dark=dark)
    values, times = [r["value"] for r in valued], [middle(r["period"]) for r in valued]
    low, span = min(values), (max(values) - min(values)) or 1
    first, length = min(times), (max(times) - min(times)) or 1

    def at(r: Row) -> tuple[float, float]:
        x = _EDGE + (wide - 2 * _EDGE) * (middle(r["period"]) - first) / length
        return round(x, 1), round(_EDGE + (high - 2 * _EDGE) * (1 - (r["value"] - low) / span), 1)

    lines: dict[tuple[str, int], list[tuple[float, float]]] = {}
    ends: dict[str, tuple[float, float]] = {}
    for r, part in zip(valued, segments(valued), strict=True):
        lines.setdefault((r["region_code"], part), []).append(at(r))
        ends[r["region_code"]] = at(r)
    out = []
    for (code, _), points in sorted(lines.items()):
        look = found[code]
        way = "L".join(f"{x} {y}" for x, y in points)
        out.append(
            Markup('<path d="M{}" fill="none" stroke="{}" stroke-width="2" stroke-dasharray="{}"/>').format(
                way, look.colour, look.dash
            )
            if len(points) > 1
            else mark(look, *points[0], 2)
        )
    out += [mark(found[code], *point) for code, point in ends.items()]
    return Markup("").join(out)


def svg(rows: Sequence[Row], *, dark: bool) -> str:
    """The lines as a picture of their own."""
    inner = drawn(rows, dark=dark)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{HIGH}" viewBox="0 0 {WIDE} {HIGH}">'
    return f"{head}{inner}</svg>"
