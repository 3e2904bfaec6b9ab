"""Charts: data in, a ready Vega-Lite specification out, built and validated with Altair once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import cache
from typing import Any

import altair as alt

from dashboard.db import Row
from dashboard.texts import Lang

Spec = dict[str, Any]
HEIGHT = 300
_INK = {
    False: ("#14212B", "#46555F", "#D3DADE", "#005A70", "#8A97A0"),
    True: ("#F2F6F8", "#B9C7D0", "#2F424F", "#5CC8DE", "#8FA1AD"),
}
_LOCALE = {
    "sv": {
        "decimal": ",",
        "thousands": "\u00a0",
        "grouping": [3],
        "currency": ["", "\u00a0kr"],
        "minus": "-",
    },
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["SEK\u00a0", ""], "minus": "-"},
}


@cache
def _trend(dark: bool, lang: Lang) -> Spec:
    ink, muted, rule, primary, faint = _INK[dark]

    def by_kind(own: Any, riket: Any, peer: Any) -> Any:
        kinds = [alt.datum.kind == "own", alt.datum.kind == "riket"]
        return alt.when(kinds[0]).then(alt.value(own)).when(kinds[1]).then(alt.value(riket)).otherwise(alt.value(peer))

    tooltip = [alt.Tooltip(f"{name}:N", title=" ") for name in ("name", "period", "shown")]
    x = alt.X(
        "period:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap="greedy", grid=False, tickSize=4, aria=False)
    )
    y = alt.Y("value:Q", title=None, scale=alt.Scale(zero=False, nice=True), axis=alt.Axis(tickCount=5, aria=False))
    colour = by_kind(primary, ink, faint)
    lines = (
        alt.Chart()
        .mark_line(interpolate="linear", strokeCap="round", strokeJoin="round")
        .encode(
            x=x,
            y=y,
            color=colour,
            detail="name:N",
            strokeWidth=by_kind(3.5, 2, 1.5),
            strokeDash=by_kind([1, 0], [6, 4], [1, 0]),
            tooltip=tooltip,
        )
    )
    dots = (
        alt.Chart()
        .mark_point(filled=True, size=46, opacity=1)
        .encode(x="period:O", y="value:Q", color=colour, detail="name:N")
        .transform_filter("isValid(datum.label_y)")
    )
    labels = (
        alt.Chart()
        .mark_text(align="left", baseline="middle", dx=9, fontSize=13, font="Inter")
        .encode(
            x="period:O", y="label_y:Q", text="name:N", opacity=alt.value(1),
            color=by_kind(primary, ink, muted),
        )
        .transform_filter("isValid(datum.label_y)")
    )  # fmt: skip
    chart = (
        alt.layer(lines, dots, labels, data=alt.NamedData("rows"))
        .properties(height=HEIGHT, width="container")
        .configure_view(stroke=None)
        .configure_axis(
            labelFont="Inter", labelFontSize=13, labelColor=muted, gridColor=rule, domainColor=muted, tickColor=muted,
            gridOpacity=1,
        )
    )  # fmt: skip
    spec: Spec = chart.to_dict()
    spec.pop("data")
    spec["config"]["locale"] = {"number": _LOCALE[lang]}
    spec["config"]["background"] = "transparent"
    spec["padding"] = {"left": 4, "top": 10, "right": 8, "bottom": 4}
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    return spec


def trend(
    rows: Sequence[Row],
    own: str,
    names: Mapping[str, str],
    shown: Mapping[tuple[str, str], str],
    *,
    dark: bool,
    lang: Lang,
) -> Spec:
    """One line a region, the län strong, riket dashed, peers faint, each named where it ends.

    ``rows``: region_code, period, value. ``shown``: (region, period) -> the value as a reader sees it.
    """
    last = {r["region_code"]: r["period"] for r in rows}
    ends = {r["region_code"]: r["value"] for r in rows if last[r["region_code"]] == r["period"]}
    places = _apart(ends, [r["value"] for r in rows])
    values = []
    for r in rows:
        code = r["region_code"]
        point = {
            "name": names[code],
            "period": r["period"],
            "value": r["value"],
            "shown": shown[code, r["period"]],
            "kind": "own" if code == own else "riket" if code == "00" else "peer",
        }
        values.append(point | {"label_y": places[code]} if last[code] == r["period"] else point)
    ready = deepcopy(_trend(dark, lang))
    return {**ready, "layer": [{"data": {"values": values}, "layer": ready["layer"]}]}


def _apart(ends: Mapping[str, float], values: Sequence[float]) -> dict[str, float]:
    """Heights for the labels at the lines' ends, moved apart so that no two overlap."""
    span = (max(values) - min(values)) or 1.0
    gap = span * 1.25 * 17 / HEIGHT
    order = sorted(ends, key=lambda code: ends[code])
    heights = [ends[code] for code in order]
    for _ in range(60):
        moved = False
        for at in range(1, len(heights)):
            short = gap - (heights[at] - heights[at - 1])
            if short > gap * 0.01:
                heights[at - 1] -= short / 2
                heights[at] += short / 2
                moved = True
        if not moved:
            break
    return dict(zip(order, heights, strict=True))
