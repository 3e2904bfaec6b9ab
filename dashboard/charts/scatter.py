"""Two series against each other, every point named where it stands, medians as quiet lines."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from textwrap import wrap

import altair as alt

from dashboard.charts import labels
from dashboard.charts.look import INK, Spec, finished, hints
from dashboard.texts import Lang

HEIGHT = 460
LONGEST = 50
"""Letters in a line of an axis title, so that it is whole on a phone."""
WIDE, NARROW = (560.0, 760.0, 980.0, 1400.0), (230.0, 300.0, 400.0, 559.0)
"""Widths of the plot that names, or letters, must stand free in."""
_IS_WIDE = f"width >= {WIDE[0]:g}"


@dataclass(frozen=True)
class Dot:
    """A point: its name, a letter for narrow screens, both values, both as written, and whether it is marked out.

    ``href``: where a click on it leads, "" for nowhere; the same stands in the table, for the keyboard.
    """

    name: str
    letter: str
    x: float
    y: float
    shown: str
    is_chosen: bool = False
    href: str = ""


@dataclass(frozen=True)
class Axis:
    """An axis: its title with the unit, the median and how that is written.

    ``is_reversed`` runs from high to low. ``is_log``: equal steps are equal multiples; its values are above 0.
    """

    title: str
    median: float
    shown: str
    is_reversed: bool = False
    starts_at_zero: bool = False
    is_log: bool = False


@cache
def _scatter(dark: bool, lang: Lang) -> Spec:
    ink, muted, _, primary, _ = INK[dark]
    x = alt.X("x:Q", title="x", axis=alt.Axis(tickCount=6, grid=False, aria=False), scale=alt.Scale(nice=False))
    y = alt.Y("y:Q", title=None, axis=alt.Axis(tickCount=5, aria=False), scale=alt.Scale(nice=False))
    chosen = alt.datum.is_chosen
    tooltip = hints("name", "shown")
    across = alt.Chart(alt.NamedData("medians")).mark_rule(color=muted, strokeDash=[5, 4], strokeWidth=1.2, aria=False)
    medians = [across.encode(x=x), across.encode(y=y)]
    medians[0] = medians[0].transform_filter("isValid(datum.x)")
    medians[1] = medians[1].transform_filter("isValid(datum.y)")
    told = alt.Chart(alt.NamedData("medians"))
    words = [
        told.mark_text(color=muted, fontSize=13, font="Inter", align="left", dx=5, dy=9, aria=False)
        .encode(x=x, y=alt.value(0), text="text:N")
        .transform_filter("isValid(datum.x)"),
        told.mark_text(color=muted, fontSize=13, font="Inter", align="right", dx=-3, dy=-9, aria=False)
        .encode(y=y, x=alt.value(alt.expr("width")), text="text:N")
        .transform_filter("isValid(datum.y)"),
    ]
    dots = (
        alt.Chart(alt.NamedData("rows"))
        .mark_point(filled=True, opacity=1)
        .encode(
            x=x,
            y=y,
            tooltip=tooltip,
            href="href:N",
            description="name:N",
            color=alt.when(chosen).then(alt.value(primary)).otherwise(alt.value(muted)),
            size=alt.when(chosen).then(alt.value(190)).otherwise(alt.value(64)),
            shape=alt.when(chosen).then(alt.value("diamond")).otherwise(alt.value("circle")),
        )
    )

    def by_width(name: str) -> alt.ExprRef:
        return alt.ExprRef(f"{_IS_WIDE} ? datum.wide_{name} : datum.narrow_{name}")

    names = (
        alt.Chart(alt.NamedData("rows"))
        .mark_text(
            fontSize=13, font="Inter", baseline="middle", align=by_width("align"), dx=by_width("dx"),
            dy=by_width("dy"), text=by_width("text"), aria=False,
            fontWeight=alt.ExprRef("datum.is_chosen ? 650 : 450"),
        )
        .encode(x=x, y=y, color=alt.when(chosen).then(alt.value(primary)).otherwise(alt.value(ink)))
    )  # fmt: skip
    chart = alt.layer(*medians, *words, dots, names).properties(height=HEIGHT, width="container", title="y")
    spec = finished(chart, dark=dark, lang=lang)
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    spec["padding"] = {"left": 4, "top": 6, "right": 10, "bottom": 4}
    spec["title"] = {
        "text": "y", "anchor": "start", "frame": "bounds", "font": "Inter", "fontSize": 13, "fontWeight": 500,
        "color": muted, "offset": 14,
    }  # fmt: skip
    return spec


def scatter(dots: Sequence[Dot], x: Axis, y: Axis, *, dark: bool, lang: Lang) -> Spec:
    """Points with their names, letters where the plot is narrow; a name without a free place is left to the tooltip."""
    across, upwards = _domain([d.x for d in dots], x), _domain([d.y for d in dots], y)
    at = [(_share(d.x, across, x), 1 - _share(d.y, upwards, y)) for d in dots]
    middle = _share(x.median, across, x), 1 - _share(y.median, upwards, y)
    values = []
    wide, narrow = (_places(dots, at, middle, (x, y), is_wide) for is_wide in (True, False))
    for d, w, n in zip(dots, wide, narrow, strict=True):
        row = {"name": d.name, "shown": d.shown, "x": d.x, "y": d.y, "is_chosen": d.is_chosen}
        row |= {"href": d.href} if d.href else {}
        for kind, place, text in (("wide", w, d.name), ("narrow", n, d.letter)):
            found = place or labels.Place(0, 0, "left")
            row |= {f"{kind}_dx": found.dx, f"{kind}_dy": found.dy, f"{kind}_align": found.align}
            row[f"{kind}_text"] = text if place else ""
        values.append(row)
    ready = deepcopy(_scatter(dark, lang))
    upwards_title = f"↑ {y.title}"
    short = json.dumps(wrap(upwards_title, LONGEST))
    ready["title"]["text"] = {"expr": f"{_IS_WIDE} ? {json.dumps(upwards_title)} : {short}"}
    for layer in ready["layer"]:
        encoding = layer["encoding"]
        for name, domain, axis in (("x", across, x), ("y", upwards, y)):
            if "scale" in encoding.get(name, {}):
                how = {"type": "log"} if axis.is_log else {"zero": False}
                if axis.is_log and encoding[name].get("axis"):
                    encoding[name]["axis"] |= {"values": _ticks(domain)}
                encoding[name]["scale"] |= {"domain": list(domain), "reverse": axis.is_reversed, **how}
        if "title" in encoding.get("x", {}):
            encoding["x"]["title"] = wrap(f"{x.title} →", LONGEST)
    medians = [{"x": x.median, "text": x.shown}, {"y": y.median, "text": y.shown}]
    ready["datasets"] = {"rows": values, "medians": medians}
    return ready


def left_out(spec: Spec, *, is_wide: bool) -> int:
    """How many points of a :func:`scatter` stand without a name."""
    return sum(not r["wide_text" if is_wide else "narrow_text"] for r in spec["datasets"]["rows"])


def _places(
    dots: Sequence[Dot],
    at: Sequence[tuple[float, float]],
    middle: tuple[float, float],
    axes: tuple[Axis, Axis],
    is_wide: bool,
) -> list[labels.Place | None]:
    points = [
        labels.Point(px, py, d.name if is_wide else d.letter, 7.5 if d.is_chosen else 5.0, d.is_chosen)
        for d, (px, py) in zip(dots, at, strict=True)
    ]

    def taken(width: float) -> list[labels.Box]:
        long = [labels.width_of(axis.shown) for axis in axes]
        left, top = middle[0] * width + 4, middle[1] * HEIGHT - 17
        return [(left, 0, left + long[0], 18), (width - long[1] - 4, top, width, top + 16)]

    def avoided(width: float) -> list[labels.Box]:
        across, down = middle[0] * width, middle[1] * HEIGHT
        return [(across - 1, 0, across + 1, HEIGHT), (0, down - 1, width, down + 1)]

    return labels.placed(points, WIDE if is_wide else NARROW, HEIGHT, taken, avoided)


def _domain(values: Sequence[float], axis: Axis) -> tuple[float, float]:
    least, most = min(values), max(values)
    if axis.is_log:
        return least / 1.25, most * 1.25
    room = (most - least) * 0.07 or abs(most) * 0.1 or 1.0
    return (0.0 if axis.starts_at_zero and least >= 0 else least - room, most + room)


def _share(value: float, domain: tuple[float, float], axis: Axis) -> float:
    least, most = domain
    if axis.is_log:
        value, least, most = math.log(value), math.log(least), math.log(most)
    share = (value - least) / (most - least)
    return 1 - share if axis.is_reversed else share


def _ticks(domain: tuple[float, float]) -> list[float]:
    """1, 2 and 5 times every power of ten within a logarithmic axis."""
    powers = range(math.floor(math.log10(domain[0])), math.ceil(math.log10(domain[1])) + 1)
    return [tick for power in powers for n in (1, 2, 5) if domain[0] <= (tick := n * 10.0**power) <= domain[1]]


def is_skewed(values: Sequence[float]) -> bool:
    """Whether a few values are so much larger than the rest that these need a logarithmic axis to be told apart."""
    ordered = sorted(values)
    return bool(ordered) and ordered[0] > 0 and ordered[-1] > 5 * ordered[len(ordered) // 2]
