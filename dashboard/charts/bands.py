"""Charts of a few things under each other, each on a band of its own with its name above: points, spreads, years.

Heights are pixels from the top, worked out here, so that names never crowd the axis and a phone has the whole width.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import altair as alt

from dashboard.charts.look import INK, SHAPES, SIDES, TICKS, Spec, finished, hints, variables
from dashboard.texts import Lang

_TEXT: dict[str, Any] = {"fontSize": 14, "font": "Inter", "align": "left", "baseline": "middle"}
_PADDING = {"left": 8, "top": 4, "right": 12, "bottom": 4}
BAND = 128
"""The height of a strip, in pixels."""
MOST_DOTS = 300
"""More points than this are thinned evenly in order of size; the ends always stand."""


@dataclass(frozen=True)
class Point:
    """A value on a band: ``side`` 0 to 3 is whose it is, None nobody's; ``text`` stands beside it."""

    band: str
    value: float
    text: str
    side: int | None = None


@dataclass(frozen=True)
class Strip:
    """A band's dots (:func:`thinned`), one (value, words) each, and its quartiles; ``name`` stands above."""

    name: str
    side: int
    values: Sequence[tuple[float, str]]
    box: tuple[float, float, float, float, float]
    median: str
    ratio: float | None = None


@dataclass(frozen=True)
class Years:
    """A band of columns: (year, height, words) each; ``name`` stands above."""

    name: str
    side: int
    columns: Sequence[tuple[str, float, str]]


def _y(name: str = "at") -> alt.Y:
    return alt.Y(f"{name}:Q", axis=None, scale=alt.Scale(domain=[alt.expr("tall"), 0], nice=False, zero=False))


def _ends() -> list[Any]:
    return [alt.expr("low"), alt.expr("high")]


def _scales(dark: bool) -> tuple[Any, Any]:
    colours = [*SIDES[dark], INK[dark][3]]
    colour = alt.Color("side:O", scale=alt.Scale(domain=[0, 1, 2, 3, 4], range=colours), legend=None)
    shape = alt.Shape("side:O", scale=alt.Scale(domain=[0, 1, 2, 3, 4], range=[*SHAPES, "circle"]), legend=None)
    return colour, shape


def _names(dark: bool) -> Any:
    ink = INK[dark][0]
    return (
        alt.Chart(alt.NamedData("names"))
        .mark_text(**_TEXT, fontWeight=600, color=ink, aria=False, limit=alt.expr("width"))
        .encode(x=alt.value(0), y=_y(), text="said:N")
    )


def _ready(chart: Any, dark: bool, lang: Lang) -> Spec:
    spec = finished(chart.properties(width="container"), dark=dark, lang=lang)
    spec["padding"] = _PADDING
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    return spec


def _filled(spec: Spec, height: float, data: dict[str, list[dict[str, Any]]], **values: Any) -> Spec:
    """A ready specification with its data put in, its height set, and further variables."""
    ready = deepcopy(spec) | variables(tall=height, **values)
    ready["height"] = height
    ready["layer"] = [layer for layer in ready["layer"] if data[layer["data"]["name"]]]
    for layer in ready["layer"]:
        layer["data"] = {"values": data[layer["data"]["name"]]}
    return ready


def _ticks(ticks: Sequence[tuple[float, str]], low: float, high: float) -> dict[str, Any]:
    """The variables of an axis."""
    return {"ticks": [value for value, _ in ticks], "words": [words for _, words in ticks], "low": low, "high": high}


@cache
def _points(dark: bool, lang: Lang) -> Spec:
    ink = INK[dark][0]
    colour, shape = _scales(dark)
    x = alt.X(
        "value:Q", title=None, scale=alt.Scale(domain=_ends(), nice=False),
        axis=alt.Axis(aria=False, tickCount=5, labelFlush=False, **TICKS),
    )  # fmt: skip
    rows = alt.NamedData("rows")
    stems = alt.Chart(rows).mark_rule(strokeWidth=2, aria=False).encode(x=x, x2=alt.X2Datum(0), y=_y(), color=colour)
    dots = (
        alt.Chart(rows)
        .mark_point(filled=True, size=110, opacity=1)
        .encode(x="value:Q", y=_y(), color=colour, shape=shape, tooltip=hints("said"), description="said:N")
    )
    said = alt.Chart(rows).mark_text(**_TEXT, dx=11, color=ink, aria=False).encode(x="value:Q", y=_y(), text="said:N")
    return _ready(alt.layer(stems, dots, said, _names(dark)), dark, lang)


def points(rows: Sequence[Point], *, most: float, ticks: Sequence[tuple[float, str]], dark: bool, lang: Lang) -> Spec:
    """Values from 0 to ``most`` on bands, in the order given; ``ticks``: where the axis is labelled, and how."""
    at, names, values, seen = 0.0, [], [], ""
    for row in rows:
        if row.band != seen:
            at += 20 if seen else 12
            names.append({"at": at, "said": row.band})
            at, seen = at + 24, row.band
        side = 4 if row.side is None else row.side
        values.append({"at": at, "value": row.value, "said": row.text, "side": side})
        at += 24
    return _filled(_points(dark, lang), at, {"rows": values, "names": names}, **_ticks(ticks, 0, most * 1.3))


@cache
def _strips(dark: bool, lang: Lang) -> Spec:
    ink = INK[dark][0]
    colour, _ = _scales(dark)
    x = alt.X(
        "value:Q", title=None, scale=alt.Scale(type="log", domain=_ends(), nice=False),
        axis=alt.Axis(aria=False, labelFlush=True, **TICKS),
    )  # fmt: skip
    rows, boxes = alt.NamedData("rows"), alt.NamedData("boxes")
    dots = (
        alt.Chart(rows)
        .mark_point(filled=True, size=34, opacity=0.55, aria=False)
        .encode(x=x, y=_y(), color=colour, tooltip=hints("said"))
    )
    whiskers = (
        alt.Chart(boxes).mark_rule(strokeWidth=2, aria=False).encode(x="least:Q", x2="most:Q", y=_y(), color=colour)
    )
    box = (
        alt.Chart(boxes)
        .mark_rule(strokeWidth=12, opacity=0.9, aria=False)
        .encode(x="lower:Q", x2="upper:Q", y=_y(), color=colour)
    )
    line = (
        alt.Chart(boxes)
        .mark_tick(orient="vertical", thickness=3, size=24, color=ink)
        .encode(x="median:Q", y=_y(), tooltip=hints("said"), description="said:N")
    )
    said = alt.Chart(boxes).mark_text(**{**_TEXT, "align": "center"}, dy=-20, color=ink, aria=False).encode(
        x="median:Q", y=_y(), text="said:N"
    )  # fmt: skip
    ratio = (
        alt.Chart(alt.NamedData("ratios"))
        .mark_point(shape="diamond", filled=False, size=120, strokeWidth=2.5, color=ink, opacity=1, aria=False)
        .encode(x="value:Q", y=_y())
    )
    return _ready(alt.layer(dots, whiskers, box, line, said, ratio, _names(dark)), dark, lang)


def strips(rows: Sequence[Strip], *, ticks: Sequence[tuple[float, str]], dark: bool, lang: Lang) -> Spec:
    """Every value as a dot over its box (least, quartiles, most), one band each on a shared logarithmic axis."""
    names, dots, boxes, ratios = [], [], [], []
    for number, strip in enumerate(rows):
        top = number * BAND + 12
        names.append({"at": top, "said": strip.name})
        for place, (value, words) in enumerate(strip.values):
            dots.append({"at": top + 76 + place * 7 % 17, "value": value, "said": words, "side": strip.side})
        least, lower, median, upper, most = strip.box
        boxes.append(
            {
                "at": top + 50, "least": least, "lower": lower, "median": median, "upper": upper, "most": most,
                "said": strip.median, "side": strip.side,
            }
        )  # fmt: skip
        if strip.ratio:
            ratios.append({"at": top + 50, "value": strip.ratio})
    inside = [v for strip in rows for v in (strip.box[0], strip.box[-1])]
    return _filled(
        _strips(dark, lang), len(rows) * BAND, {"rows": dots, "boxes": boxes, "names": names, "ratios": ratios},
        **_ticks(ticks, min(inside) / 1.15, max(inside) * 1.15),
    )  # fmt: skip


def decades(least: float, most: float) -> list[Decimal]:
    """The powers of ten from one to the other, both within; the nearest below when there is none between."""
    found = [Decimal(10) ** e for e in range(16) if least <= 10**e <= most]
    return found or [max((Decimal(10) ** e for e in range(16) if 10**e <= least), default=Decimal(1))]


def thinned(n: int) -> list[int]:
    """Which of ``n`` values in order of size, from 0, have a dot: all of them, or so many evenly and both ends."""
    if n <= MOST_DOTS:
        return [*range(n)]
    return [round(i * (n - 1) / (MOST_DOTS - 1)) for i in range(MOST_DOTS)]


@cache
def _columns(dark: bool, lang: Lang) -> Spec:
    ink = INK[dark][0]
    colour, _ = _scales(dark)
    x = alt.X(
        "year:O", title=None,
        axis=alt.Axis(aria=False, labelAngle=0, labelOverlap="greedy", labelSeparation=8, domain=False, ticks=False),
        scale=alt.Scale(domain=alt.expr("years"), paddingInner=0.25, paddingOuter=0.1),
    )  # fmt: skip
    rows = alt.NamedData("rows")
    bars = (
        alt.Chart(rows)
        .mark_bar()
        .encode(x=x, y=_y(), y2="base:Q", color=colour, tooltip=hints("told"), description="told:N")
    )
    most = (
        alt.Chart(alt.NamedData("most"))
        .mark_text(**{**_TEXT, "align": "center", "baseline": "bottom"}, dy=-4, color=ink, aria=False)
        .encode(x="year:O", y=_y(), text="said:N")
    )
    floors = alt.Chart(alt.NamedData("floors")).mark_rule(color=INK[dark][1], strokeWidth=1, aria=False).encode(y=_y())
    return _ready(alt.layer(bars, most, floors, _names(dark)), dark, lang)


def columns(bands: Sequence[Years], years: Sequence[str], *, dark: bool, lang: Lang) -> Spec:
    """A column a year on a band each, all to one scale over the same ``years``; each band's highest is labelled."""
    tallest = max((height for band in bands for _, height, _ in band.columns), default=0) or 1
    names, rows, floors, most = [], [], [], []
    for number, band in enumerate(bands):
        top = number * 164 + 12
        base = top + 126
        names.append({"at": top, "said": band.name})
        floors.append({"at": base})
        drawn = [
            {
                "year": year, "at": base - 82 * height / tallest, "base": base, "said": words,
                "told": f"{year}: {words}", "side": band.side,
            }
            for year, height, words in band.columns
        ]  # fmt: skip
        rows += drawn
        if drawn:
            most.append(min(drawn, key=lambda row: (row["at"], row["year"])))
    return _filled(
        _columns(dark, lang), len(bands) * 164, {"rows": rows, "names": names, "floors": floors, "most": most},
        years=[*years],
    )  # fmt: skip
