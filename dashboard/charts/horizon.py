"""How long things are funded: a bar from start to end, an open end where none is known, a line for the data's date."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import cache

import altair as alt

from dashboard.charts.look import INK, Spec, finished, hints
from dashboard.charts.matrix import folded
from dashboard.texts import Lang


@dataclass(frozen=True)
class Span:
    """A row: its name, what is told of it at its end, start and end; both None where no source gives them."""

    name: str
    said: str
    start: date | None
    end: date | None


@cache
def _horizon(dark: bool, lang: Lang) -> Spec:
    ink, muted, _, primary, _ = INK[dark]
    y = alt.Y(
        "name:N", sort=None, title=None,
        axis=alt.Axis(labelExpr="split(datum.label, '\\n')", labelLimit=0, ticks=False, domain=False, labelPadding=8,
                      labelLineHeight=15, grid=False, aria=False),
    )  # fmt: skip
    x = alt.X(
        "start:T", title=None, axis=alt.Axis(format="%Y", tickCount=alt.TimeIntervalStep("year", 2), labelAngle=0,
                                             labelOverlap=True, grid=True, orient="top", aria=False),
    )  # fmt: skip
    told = hints("full", "said")
    bars = (
        alt.Chart(alt.NamedData("spans")).mark_bar(height=12, cornerRadius=2, color=primary, yOffset=-9)
        .encode(x=x, x2="end:T", y=y, tooltip=told).transform_filter("isValid(datum.end) && isValid(datum.start)")
    )  # fmt: skip
    words = (
        alt.Chart(alt.NamedData("spans"))
        .mark_text(
            align="left", font="Inter", fontSize=13, color=ink, aria=False, dy={"expr": "isValid(datum.end) ? 9 : 0"}
        )
        .encode(x=alt.X("label_at:T"), y=y, text="said:N")
    )
    today = (
        alt.Chart(alt.NamedData("today")).mark_rule(strokeDash=[4, 3], strokeWidth=2, color=muted, aria=False)
        .encode(x="at:T")
    )  # fmt: skip
    day = (
        alt.Chart(alt.NamedData("today"))
        .mark_text(font="Inter", fontSize=13, color=ink, baseline="top", dy=6, aria=False)
        .encode(x="at:T", y=alt.value("height"), text="said:N")
    )
    chart = alt.layer(today, bars, words, day).properties(height=alt.Step(44), width="container")
    spec = finished(chart, dark=dark, lang=lang)
    spec["padding"] = {"left": 2, "top": 4, "right": 16, "bottom": 4}
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    return spec


def horizon(spans: Sequence[Span], as_of: date, said: str, *, dark: bool, lang: Lang) -> Spec:
    """One row a span, in order, and a line at ``as_of`` with ``said`` below.

    A span without an end is written, not drawn, since none is known.
    """
    first = min((s.start for s in spans if s.start and s.end), default=date(as_of.year - 2, 1, 1))
    values = [
        {
            "name": folded(s.name), "full": s.name, "said": s.said,
            "label_at": (s.start if s.start and s.end else first).isoformat(),
            "start": s.start.isoformat() if s.start else None, "end": s.end.isoformat() if s.end else None,
        }
        for s in spans
    ]  # fmt: skip
    ready = deepcopy(_horizon(dark, lang))
    for layer in ready["layer"]:
        is_today = layer["encoding"]["x"]["field"] == "at"
        layer["data"] = {"values": [{"at": as_of.isoformat(), "said": said}] if is_today else values}
        if not is_today:
            layer["encoding"]["y"]["sort"] = [v["name"] for v in values]
    ready.pop("data", None)
    return ready
