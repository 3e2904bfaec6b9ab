"""Horizontal bars with the figure beside each, the specification built and validated with Altair once."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache

import altair as alt

from dashboard.charts.look import INK, Spec, finished, hints
from dashboard.texts import Lang

STEP = 27
"""Pixels that a bar takes."""


@dataclass(frozen=True)
class Item:
    """A bar. ``value`` None draws none; ``shown``: the value as a reader sees it."""

    label: str
    value: float | None
    shown: str
    is_marked: bool = False


@cache
def _bars(dark: bool, lang: Lang) -> Spec:
    ink, _, _, primary, faint = INK[dark]
    y = alt.Y(
        "place:O",
        title=None,
        sort=None,
        axis=alt.Axis(
            labelExpr="LABELS", labelColor=ink, labelLimit=320, ticks=False, domain=False, labelPadding=8, aria=False
        ),
    )
    x = alt.X("value:Q", title=None, axis=None, scale=alt.Scale(zero=True, nice=False))
    bars = (
        alt.Chart()
        .mark_bar(height={"band": 0.66}, cornerRadiusEnd=1)
        .encode(
            y=y,
            x=x,
            color=alt.when(alt.datum.is_marked).then(alt.value(primary)).otherwise(alt.value(faint)),
            tooltip=hints("label", "shown"),
        )
    )
    figures = (
        alt.Chart()
        .mark_text(align="left", baseline="middle", dx=7, fontSize=13, font="Inter", color=ink)
        .encode(y=y, x=alt.X("end:Q"), text="shown:N", opacity=alt.value(1))
    )
    chart = alt.layer(bars, figures, data=alt.NamedData("rows")).properties(width="container", height={"step": STEP})
    spec = finished(chart, dark=dark, lang=lang)
    spec.pop("data")
    spec["padding"] = {"left": 0, "top": 4, "right": 4, "bottom": 4}
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    return spec


def bars(items: Sequence[Item], *, dark: bool, lang: Lang) -> Spec:
    """One bar an item in the given order, each with its label and its figure; a missing value has a figure only.

    With one marked item it alone has the primary colour, else all of them do.
    """
    has_marked = any(item.is_marked for item in items)
    most = max((abs(item.value) for item in items if item.value is not None), default=0) or 1
    rows = [
        {
            "place": at,
            "label": item.label,
            "value": item.value,
            "end": max(item.value or 0, 0),
            "shown": item.shown,
            "is_marked": item.is_marked or not has_marked,
        }
        for at, item in enumerate(items)
    ]
    ready = deepcopy(_bars(dark, lang))
    labels = [item.label for item in items]
    longest = max((len(item.shown) for item in items), default=0)
    for layer in ready["layer"]:
        layer["encoding"]["y"]["axis"]["labelExpr"] = f"{labels!r}[datum.value]"
        layer["encoding"]["x"]["scale"] = {
            "domain": [min(0.0, *(item.value or 0 for item in items)) if items else 0, most],
            "range": [0, {"expr": f"max(width - {longest * 8 + 14}, 40)"}],
            "nice": False,
        }
    return {**ready, "layer": [{"data": {"values": rows}, "layer": ready["layer"]}]}
