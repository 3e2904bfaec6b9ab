"""Rows of bars between two places, each named above itself so that a phone holds it: swings and spans of time."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import altair as alt

from dashboard.charts.look import INK, SIDES, Spec, finished, hints
from dashboard.texts import Lang

STEP = 52


@dataclass(frozen=True)
class Bar:
    """A bar of the row named ``row``. ``kind``: sure is filled, unsure faint, open an outline, other another colour."""

    row: str
    start: float
    end: float
    kind: Literal["sure", "unsure", "open", "other"] = "sure"
    text: str = ""


@dataclass(frozen=True)
class Name:
    """The words above a row, beginning or, past the middle, ending at ``at``; at the left edge for None."""

    row: str
    text: str
    at: float | None = None


@cache
def _spec(dark: bool, lang: Lang) -> Spec:
    ink, muted, _, primary, _ = INK[dark]
    other = SIDES[dark][2]

    def by_kind(sure: Any, unsure: Any, opened: Any, second: Any) -> Any:
        kind = alt.datum.kind
        return (
            alt.when(kind == "sure").then(alt.value(sure)).when(kind == "unsure").then(alt.value(unsure))
            .when(kind == "open").then(alt.value(opened)).otherwise(alt.value(second))
        )  # fmt: skip

    place = alt.Y("row:N", sort=None, title=None, axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    bars = (
        alt.Chart(alt.NamedData("bars"))
        .mark_bar(height=16, yOffset=10, aria=False)
        .encode(
            y=place,
            x=alt.X("start:Q", title=None, axis=alt.Axis(tickCount=5, grid=False, aria=False)),
            x2="end:Q",
            fill=by_kind(primary, primary, "transparent", other),
            fillOpacity=by_kind(1, 0.45, 0, 0.3),
            stroke=by_kind(primary, "transparent", muted, other),
            strokeDash=by_kind([1, 0], [1, 0], [5, 4], [1, 0]),
            tooltip=hints("text"),
        )
    )
    names = alt.Chart(alt.NamedData("names")).encode(y=place, x="x:Q", text="text:N")
    look: dict[str, Any] = {"baseline": "bottom", "dy": -3, "fontSize": 13, "font": "Inter", "color": ink}
    sides = [
        names.mark_text(align="left", **look).transform_filter(~alt.datum.is_right),
        names.mark_text(align="right", **look).transform_filter(alt.datum.is_right),
    ]
    rules = (
        alt.Chart(alt.NamedData("marks"))
        .mark_tick(size=26, thickness=2, yOffset=10, color=ink, opacity=1, aria=False)
        .encode(x="x:Q", y=place)
    )
    spec = finished(alt.layer(bars, rules, *sides).properties(height=STEP, width="container"), dark=dark, lang=lang)
    spec["padding"] = {"left": 6, "top": 6, "right": 14, "bottom": 4}
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    return spec


def spans(
    bars: Sequence[Bar],
    names: Sequence[Name],
    mark: float,
    *,
    labels: dict[float, str] | None = None,
    title: str = "",
    dark: bool,
    lang: Lang,
) -> Spec:
    """Bars in rows in the order of ``names``, and a mark at one place in each.

    ``labels``: where the axis has words instead of numbers.
    """
    spec = deepcopy(_spec(dark, lang))
    ends = [place for bar in bars for place in (bar.start, bar.end)] + [mark]
    low, high = min(ends), max(ends)
    edge = (high - low or 1.0) * 0.03
    middle = (low + high) / 2
    spec["datasets"] = {
        "bars": [{"row": b.row, "start": b.start, "end": b.end, "kind": b.kind, "text": b.text} for b in bars],
        "names": [
            {"row": n.row, "text": n.text, "x": low - edge if n.at is None else n.at,
             "is_right": n.at is not None and n.at > middle}
            for n in names
        ],
        "marks": [{"x": mark, "row": n.row} for n in names],
    }  # fmt: skip
    spec["height"] = STEP * len(names)
    for layer in spec["layer"]:
        across = layer["encoding"]["x"]
        across["scale"] = {"domain": [low - edge, high + edge], "nice": False, "zero": False}
        if "y" in layer["encoding"]:
            layer["encoding"]["y"]["scale"]["domain"] = [n.row for n in names]
        if "axis" in across:
            across["title"] = title or None
            across["axis"] |= {"format": ",.3~f"}
            if labels:
                places, words = list(labels), list(labels.values())
                across["axis"] |= {"values": places, "labelExpr": f"{words!r}[indexof({places!r}, datum.value)]"}
    return spec
