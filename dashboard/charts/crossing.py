"""Amounts as lines over one quantity, with marks where they meet: a specification built and validated once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import altair as alt

from dashboard.charts.look import DASHES, INK, SIDES, Spec, finished, hints
from dashboard.texts import Lang

HEIGHT = 320
Number = float | Decimal | Fraction


@dataclass(frozen=True)
class Line:
    """A named line of (x, y); y in the currency's own unit, two points at one x where it leaps."""

    name: str
    points: Sequence[tuple[Number, Number]]


@dataclass(frozen=True)
class Mark:
    """An upright line at ``x`` with its words, and dots on it. The first mark is drawn solid, others dashed."""

    x: Number
    text: str
    dots: Sequence[Number] = ()


@cache
def _spec(dark: bool, lang: Lang) -> Spec:
    ink, muted, _, _, _ = INK[dark]
    side = alt.Scale(domain=[0, 1, 2, 3], range=list(SIDES[dark]))
    dash = alt.Scale(domain=[0, 1, 2, 3], range=[list(each) for each in DASHES])
    colour = alt.Color("side:N", scale=side, legend=None)
    x = alt.X("x:Q", title="", axis=alt.Axis(grid=False, tickCount=6, format=",~f", aria=False))
    y = alt.Y("y:Q", title=None, axis=alt.Axis(tickCount=5, format=",.3~f", aria=False))
    lines = (
        alt.Chart(alt.NamedData("lines"))
        .mark_line(strokeWidth=3, strokeCap="butt")
        .encode(
            x=x,
            y=y,
            color=colour,
            strokeDash=alt.StrokeDash("side:N", scale=dash, legend=None),
            order="at:Q",
            tooltip=hints("name", "shown"),
        )
    )
    ends = (
        alt.Chart(alt.NamedData("ends"))
        .mark_text(align="left", baseline="middle", dx=8, fontSize=13, font="Inter", fontWeight=500)
        .encode(x="x:Q", y="y:Q", text="name:N", color=colour)
    )
    is_first = alt.datum.number == 0
    rules = (
        alt.Chart(alt.NamedData("marks"))
        .mark_rule(strokeWidth=1.5, color=muted, aria=False)
        .encode(
            x="x:Q",
            y="row:Q",
            y2="low:Q",
            strokeDash=alt.when(is_first).then(alt.value([1, 0])).otherwise(alt.value([4, 4])),
        )
    )
    ground = alt.Chart(alt.NamedData("ground")).mark_rule(strokeWidth=1, color=muted, aria=False).encode(y="y:Q")
    words = alt.Chart(alt.NamedData("marks")).encode(x="x:Q", y="row:Q", text="text:N", opacity=alt.value(1))
    look: dict[str, Any] = {"baseline": "top", "fontSize": 13, "font": "Inter", "color": ink}
    sides = [
        words.mark_text(align="left", dx=6, **look).transform_filter(~alt.datum.is_right),
        words.mark_text(align="right", dx=-6, **look).transform_filter(alt.datum.is_right),
    ]
    dots = (
        alt.Chart(alt.NamedData("dots"))
        .mark_point(filled=True, size=70, opacity=1, color=ink, aria=False)
        .encode(x="x:Q", y="y:Q")
    )
    spec = finished(
        alt.layer(lines, ground, rules, dots, ends, *sides).properties(height=HEIGHT, width="container"),
        dark=dark,
        lang=lang,
    )
    spec["padding"] = {"left": 4, "top": 6, "right": 8, "bottom": 4}
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    return spec


def crossing(
    lines: Sequence[Line],
    marks: Sequence[Mark],
    *,
    x_title: str,
    units: Mapping[int, str],
    dark: bool,
    lang: Lang,
) -> Spec:
    """Up to four lines, each named where it ends, and up to two marks.

    ``units``: divisor -> what the axis is then told in, as {1: "kr", 1000000: "mn kr"}; the largest that fits is used.
    """
    highest = max((abs(float(y)) for line in lines for _, y in line.points), default=0.0)
    divisor = max((each for each in units if each <= highest), default=min(units))
    across = [float(x) for line in lines for x, _ in line.points]
    left, right = min(across), max(across)
    low = min(0.0, *(float(y) / divisor for line in lines for _, y in line.points))
    high = max(0.0, *(float(y) / divisor for line in lines for _, y in line.points))
    room = (high - low or 1.0) / HEIGHT
    top = high + 48 * room if marks else high
    found = [
        {"name": line.name, "side": number, "at": at, "x": float(x), "y": float(y) / divisor}
        for number, line in enumerate(lines)
        for at, (x, y) in enumerate(line.points)
    ]
    ends = [
        {"name": line.name, "side": number, "x": right, "y": y}
        for (number, line), y in zip(
            enumerate(lines), _apart([float(line.points[-1][1]) / divisor for line in lines], 19 * room), strict=True
        )
    ]
    named = [
        {"x": float(mark.x), "text": mark.text, "number": min(number, 1), "low": low, "row": top - 21 * room * number,
         "is_right": _is_before(number, [float(each.x) for each in marks], left, right)}
        for number, mark in enumerate(marks)
    ]  # fmt: skip
    dots = [{"x": float(mark.x), "y": float(y) / divisor} for mark in marks for y in mark.dots]
    spec = deepcopy(_spec(dark, lang))
    spec["datasets"] = {"lines": found, "ends": ends, "marks": named, "dots": dots, "ground": [{"y": 0}]}
    for layer in spec["layer"]:
        _axes(layer, x_title, units[divisor], (left, right), (low, top))
    return spec


def _axes(layer: Spec, x_title: str, unit: str, across: tuple[float, float], up: tuple[float, float]) -> None:
    for name, extent in (("x", across), ("y", up)):
        if name in layer["encoding"]:
            layer["encoding"][name]["scale"] = {"domain": list(extent), "nice": False, "zero": False}
    if "axis" in layer["encoding"].get("x", {}):
        layer["encoding"]["x"]["title"] = x_title
        layer["encoding"]["y"] |= {"title": unit}
        layer["encoding"]["y"]["axis"] |= {
            "titleAngle": 0, "titleAlign": "left", "titleAnchor": "start", "titleY": -8, "titleX": 6,
        }  # fmt: skip


def _is_before(number: int, places: Sequence[float], left: float, right: float) -> bool:
    """Whether a mark's words stand to the left of it: away from the other mark, and inside the picture."""
    share = (places[number] - left) / (right - left or 1.0)
    others = [place for at, place in enumerate(places) if at != number]
    if all(places[number] <= place for place in others) and others:
        return share > 0.2
    return share > 0.7


def _apart(values: Sequence[float], gap: float) -> list[float]:
    """Heights moved apart by at least ``gap``, in the order that they were given."""
    order = sorted(range(len(values)), key=lambda at: values[at])
    heights: list[Any] = [values[at] for at in order]
    for _ in range(40):
        for at in range(1, len(heights)):
            short = gap - (heights[at] - heights[at - 1])
            if short > 0:
                heights[at - 1] -= short / 2
                heights[at] += short / 2
    placed = dict(zip(order, heights, strict=True))
    return [placed[at] for at in range(len(values))]
