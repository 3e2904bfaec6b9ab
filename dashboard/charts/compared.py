"""Up to four places beside each other in small charts: bars from nothing, and lines over time.

A place keeps its colour, dash and mark on the whole page and is named where its mark is, so that nothing hangs on
colour. A panel has one scale for all its places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import cache
from typing import Any

import altair as alt

from dashboard.charts import lines
from dashboard.charts.look import DASHES, INK, SHAPES, SIDES, TICKS, Spec, finished, hints
from dashboard.db import Row
from dashboard.texts import Lang

HEIGHT = 190
_STEP = 34
_BREAKS = [{"filter": "datum.is_break"}]
_LARGER = {
    "fontSize", "labelFontSize", "titleFontSize", "labelPadding", "labelLimit", "labelSeparation", "height", "step",
    "strokeWidth", "dx",
}  # fmt: skip
_ORDER = list(range(len(SHAPES)))


def _colour(dark: bool) -> Any:
    return alt.Color("side:N", scale=alt.Scale(domain=_ORDER, range=list(SIDES[dark])), legend=None)


@cache
def _bars(dark: bool, lang: Lang) -> Spec:
    ink = INK[dark][0]
    y = alt.Y(
        "name:N",
        sort=alt.EncodingSortField("side", order="ascending"),
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelPadding=8, labelLimit=150, aria=False),
    )
    bars = (
        alt.Chart()
        .mark_bar(height=16, cornerRadiusEnd=2)
        .encode(
            y=y,
            x=alt.X("value:Q", title=None, axis=None, scale=alt.Scale(domainMin=0, nice=False, padding=0)),
            color=_colour(dark),
            tooltip=hints("name", "shown"),
        )
    )
    labels = (
        alt.Chart()
        .mark_text(align="left", baseline="middle", dx=6, fontSize=13, font="Inter", color=ink, aria=False)
        .encode(y=y, x="at:Q", text="shown:N")
    )
    chart = alt.layer(bars, labels, data=alt.NamedData("rows")).properties(height=alt.Step(_STEP), width="container")
    spec = finished(chart, dark=dark, lang=lang)
    spec.pop("data")
    spec["padding"] = {"left": 0, "top": 2, "right": 4, "bottom": 2}
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    return spec


def bars(values: Sequence[tuple[str, float | None, str]], *, dark: bool, lang: Lang) -> Spec:
    """One bar a place from zero, in the given order: (name, value, the value as a reader sees it).

    A place without a value has its words and no bar.
    """
    rows = [
        {"side": at, "name": name, "value": value, "at": value or 0, "shown": shown}
        for at, (name, value, shown) in enumerate(values)
    ]
    ready = deepcopy(_bars(dark, lang))
    return {**ready, "layer": [{"data": {"values": rows}, "layer": ready["layer"]}]}


def enlarged(spec: Spec, by: float = 1.6) -> Spec:
    """A chart for the back row of a hall: text, marks, lines and height larger, the width still its place's."""

    def scaled(name: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: value[key] if key == "values" else scaled(key, value[key]) for key in value}
        if isinstance(value, list) and name == "layer":
            return [scaled("", each) for each in value]
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return value * by**2 if name == "size" and is_number else value * by if name in _LARGER and is_number else value

    out: Spec = scaled("", spec)
    return out


@cache
def _lines(dark: bool, lang: Lang) -> Spec:
    muted = INK[dark][1]
    tooltip = hints("name", "when", "shown")
    shape = alt.Shape("side:N", scale=alt.Scale(domain=_ORDER, range=list(SHAPES)), legend=None)
    x = alt.X(
        "at:Q",
        title=None,
        scale=alt.Scale(zero=False, nice=False, padding=10),
        axis=alt.Axis(
            labelAngle=0, labelOverlap="greedy", labelSeparation=14, labelFlush=False, grid=False, tickSize=4,
            aria=False, **TICKS,
        ),
    )  # fmt: skip
    y = alt.Y(
        "value:Q", title=None, scale=alt.Scale(zero=False, nice=True, padding=6), axis=alt.Axis(tickCount=4, aria=False)
    )
    drawn = (
        alt.Chart()
        .mark_line(interpolate="linear", strokeCap="round", strokeJoin="round", strokeWidth=2.25)
        .encode(
            x=x,
            y=y,
            color=_colour(dark),
            detail=["side:N", "segment:Q"],
            strokeDash=alt.StrokeDash("side:N", scale=alt.Scale(domain=_ORDER, range=list(DASHES)), legend=None),
            tooltip=tooltip,
        )
    )
    marks = (
        alt.Chart()
        .mark_point(filled=True, size=60, opacity=1)
        .encode(x="at:Q", y="value:Q", color=_colour(dark), shape=shape, tooltip=tooltip)
        .transform_filter("isValid(datum.label_y) || datum.is_alone")
    )
    since = (
        alt.Chart()
        .mark_rule(strokeDash=[2, 4], strokeWidth=1, color=muted, aria=False)
        .encode(x="at:Q")
        .transform_filter("datum.is_break")
    )
    breaks = (
        alt.Chart()
        .mark_point(shape="diamond", filled=False, size=130, strokeWidth=2, opacity=1, aria=False)
        .encode(x="at:Q", y="value:Q", color=_colour(dark), tooltip=tooltip)
        .transform_filter("datum.is_break")
    )
    labels = (
        alt.Chart()
        .mark_text(align="left", baseline="middle", dx=9, fontSize=13, font="Inter")
        .encode(x="at:Q", y="label_y:Q", text="name:N", color=_colour(dark), opacity=alt.value(1))
        .transform_filter("isValid(datum.label_y)")
    )
    chart = (
        alt.layer(drawn, marks, labels, since, breaks, data=alt.NamedData("rows"))
        .resolve_scale(color="shared", shape="shared", strokeDash="shared")
        .properties(height=HEIGHT, width="container")
    )
    spec = finished(chart, dark=dark, lang=lang)
    spec.pop("data")
    spec["padding"] = {"left": 2, "top": 8, "right": 4, "bottom": 2}
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    return spec


def trends(
    rows: Sequence[Row], names: Mapping[str, str], shown: Mapping[tuple[str, str], str], *, dark: bool, lang: Lang
) -> Spec:
    """One line a place, each named where it ends, on one scale.

    ``rows``: side, period, value, flag, with a value each, by side and period. ``names``: side -> its name, in the
    page's order, which decides colour, dash and mark. ``shown``: (side, period) -> the value as a reader sees it. Lines
    are interrupted as :func:`dashboard.charts.lines.trend` says.
    """
    order = {side: at for at, side in enumerate(names)}
    regional = [{**r, "region_code": r["side"]} for r in rows]
    last = {r["side"]: r["period"] for r in rows}
    ends = {r["side"]: r["value"] for r in rows if last[r["side"]] == r["period"]}
    heights = lines.apart(ends, [r["value"] for r in rows], HEIGHT)
    parts = lines.segments(regional)
    values = []
    for r, segment in zip(rows, parts, strict=True):
        side, period = r["side"], r["period"]
        point = {
            "side": order[side], "name": names[side], "when": lines.in_words(period), "at": lines.middle(period),
            "value": r["value"], "shown": shown[side, period], "segment": segment,
            "is_alone": parts.count(segment) == 1, "is_break": r["flag"] == "b",
        }  # fmt: skip
        values.append(point | {"label_y": heights[side]} if last[side] == period else point)
    ready = deepcopy(_lines(dark, lang))
    if not any(r["flag"] == "b" for r in rows):
        ready["layer"] = [each for each in ready["layer"] if each.get("transform") != _BREAKS]
    axis = lines.axis({r["period"] for r in rows})
    return {**ready, **axis, "layer": [{"data": {"values": values}, "layer": ready["layer"]}]}
