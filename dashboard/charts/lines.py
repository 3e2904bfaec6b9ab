"""Series over time as lines, each specification built and validated with Altair once.

The time axis is time itself: a point stands in the middle of its period, so that four years' pooled answers stand where
their respondents were asked on average, and a year that no one published takes its room. The mean of a span says
nothing of its ends, and consecutive spans overlap: placed at their last year they would seem newer than they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import cache
from typing import Any

import altair as alt

from dashboard.charts.look import INK, TICKS, Spec, finished, hints, variables
from dashboard.db import Row
from dashboard.texts import Lang

HEIGHT = 300
_BREAKS = [{"filter": "datum.is_break"}]


@cache
def _trend(dark: bool, lang: Lang) -> Spec:
    ink, muted, _, primary, faint = INK[dark]

    def by_kind(own: Any, riket: Any, peer: Any) -> Any:
        kinds = [alt.datum.kind == "own", alt.datum.kind == "riket"]
        return alt.when(kinds[0]).then(alt.value(own)).when(kinds[1]).then(alt.value(riket)).otherwise(alt.value(peer))

    tooltip = hints("name", "when", "shown")
    x = alt.X(
        "at:Q",
        title=None,
        scale=alt.Scale(zero=False, nice=False, padding=14),
        axis=alt.Axis(
            labelAngle=0,
            labelOverlap="greedy",
            labelSeparation=10,
            labelFlush=False,
            grid=False,
            tickSize=4,
            aria=False,
            **TICKS,
        ),
    )
    y = alt.Y(
        "value:Q", title=None, scale=alt.Scale(zero=False, nice=True, padding=6), axis=alt.Axis(tickCount=5, aria=False)
    )
    colour = by_kind(primary, ink, faint)
    lines = (
        alt.Chart()
        .mark_line(interpolate="linear", strokeCap="round", strokeJoin="round")
        .encode(
            x=x,
            y=y,
            color=colour,
            detail=["name:N", "segment:Q"],
            strokeWidth=by_kind(3.5, 2, 1.5),
            strokeDash=by_kind([1, 0], [6, 4], [1, 0]),
            tooltip=tooltip,
        )
    )
    dots = (
        alt.Chart()
        .mark_point(filled=True, size=46, opacity=1)
        .encode(x="at:Q", y="value:Q", color=colour, detail="name:N", tooltip=tooltip)
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
        .encode(x="at:Q", y="value:Q", color=colour, detail="name:N", tooltip=tooltip)
        .transform_filter("datum.is_break")
    )
    labels = (
        alt.Chart()
        .mark_text(align="left", baseline="middle", dx=9, fontSize=13, font="Inter")
        .encode(
            x="at:Q", y="label_y:Q", text="name:N", opacity=alt.value(1),
            color=by_kind(primary, ink, muted),
        )
        .transform_filter("isValid(datum.label_y)")
    )  # fmt: skip
    chart = alt.layer(lines, dots, labels, since, breaks, data=alt.NamedData("rows")).properties(
        height=HEIGHT, width="container"
    )
    spec = finished(chart, dark=dark, lang=lang)
    spec.pop("data")
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

    ``rows``: region_code, period, value, flag, with a value each, by region and period. ``shown``: (region, period) ->
    the value as a reader sees it. A line is interrupted before a value with the flag b, which gets a mark, and where a
    period is left out that another region has; a point without neighbours is a dot.
    """
    last = {r["region_code"]: r["period"] for r in rows}
    ends = {r["region_code"]: r["value"] for r in rows if last[r["region_code"]] == r["period"]}
    places = apart(ends, [r["value"] for r in rows])
    parts = segments(rows)
    values = []
    for r, segment in zip(rows, parts, strict=True):
        code = r["region_code"]
        point = {
            "name": names[code],
            "period": r["period"],
            "when": in_words(r["period"]),
            "at": middle(r["period"]),
            "value": r["value"],
            "shown": shown[code, r["period"]],
            "kind": "own" if code == own else "riket" if code == "00" else "peer",
            "segment": segment,
            "is_alone": parts.count(segment) == 1,
            "is_break": r["flag"] == "b",
        }
        values.append(point | {"label_y": places[code] if last[code] == r["period"] else None})
    ready = deepcopy(_trend(dark, lang))
    if not any(r["flag"] == "b" for r in rows):
        ready["layer"] = [each for each in ready["layer"] if each.get("transform") != _BREAKS]
    labelled = axis({r["period"] for r in rows})
    return {**ready, **labelled, "layer": [{"data": {"values": values}, "layer": ready["layer"]}]}


def has_holes(rows: Sequence[Row]) -> bool:
    """Whether a line of these rows is interrupted for another reason than a break in the series."""
    starts = {r["region_code"] for r in rows}
    breaks = sum(r["flag"] == "b" for r, before in zip(rows[1:], rows, strict=False) if _is_same(r, before))
    return bool(len(set(segments(rows))) > len(starts) + breaks)


def middle(period: str) -> float:
    """The middle of a period in years: 2024 -> 2024.5, 2021-2024 -> 2023.0, 2025-06 -> 2025.458."""
    first, _, last = period.partition("-")
    if len(last) == 2:
        return int(first) + (int(last) - 0.5) / 12
    return (int(first) + int(last or first) + 1) / 2


def segments(rows: Sequence[Row]) -> list[int]:
    """A number for each unbroken part of each region's line."""
    order = {period: at for at, period in enumerate(sorted({r["period"] for r in rows}, key=middle))}
    found: list[int] = []
    for at, r in enumerate(rows):
        before = rows[at - 1] if at else None
        is_on = bool(
            before and _is_same(r, before) and r["flag"] != "b" and order[r["period"]] == order[before["period"]] + 1
        )
        found.append(found[-1] if is_on else at)
    return found


def _is_same(r: Row, before: Row) -> bool:
    return bool(r["region_code"] == before["region_code"])


def in_words(period: str) -> str:
    """A period as a reader writes it: 2021–2024."""
    return period.replace("-", "–") if len(period) == 9 else period


def axis(periods: set[str]) -> Spec:
    """Where the axis has its labels: at the periods, or at the years' beginnings where there are many months."""
    shown = {middle(p): in_words(p) for p in periods}
    if len(periods) > 24 and all(len(p) == 7 for p in periods):
        years = sorted({int(p[:4]) for p in periods})
        shown = {middle(f"{year}-01"): str(year) for year in years if middle(f"{year}-01") >= min(shown)}
    places = sorted(shown)
    return variables(ticks=places, words=[shown[place] for place in places])


def apart(ends: Mapping[str, float], values: Sequence[float], height: int = HEIGHT) -> dict[str, float]:
    """Heights for the labels at the lines' ends, moved apart so that no two overlap."""
    span = (max(values) - min(values)) or 1.0
    gap = span * 1.25 * 17 / height
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
