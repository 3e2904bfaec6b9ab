"""Target groups by län as a field of squares: the count in each, need and white spots told by fill and frame."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from functools import cache

import altair as alt

from dashboard.charts.look import INK, Spec, finished
from dashboard.texts import Lang

_SOFT = {False: "#E3F0F3", True: "#17394A"}


@cache
def _field(dark: bool, lang: Lang) -> Spec:
    ink, muted, rule, primary, _ = INK[dark]
    rows = alt.NamedData("rows")
    x = alt.X("column:N", sort=None, title=None, axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False))
    y = alt.Y("row:N", sort=None, title=None, axis=alt.Axis(labelLimit=300, domain=False, ticks=False))
    squares = (
        alt.Chart(rows)
        .mark_rect(strokeWidth=2)
        .encode(
            x=x, y=y,
            color=alt.when("datum.is_need").then(alt.value(_SOFT[dark])).otherwise(alt.value("transparent")),
            stroke=alt.when("datum.is_white").then(alt.value(primary)).otherwise(alt.value(rule)),
        )
    )  # fmt: skip
    words = (
        alt.Chart(rows)
        .mark_text(fontSize=13, font="Inter")
        .encode(
            x=x,
            y=y,
            text="said:N",
            color=alt.when("datum.is_need").then(alt.value(ink)).otherwise(alt.value(muted)),
        )
    )
    chart = alt.layer(squares, words).properties(width="container", height=alt.Step(30))
    return finished(chart, dark=dark, lang=lang)


def field(cells: Sequence[tuple[str, str, str, bool, bool]], *, dark: bool, lang: Lang) -> Spec:
    """A square a cell, in the order given: (row, column, words, is need high, is it a white spot)."""
    ready = deepcopy(_field(dark, lang))
    names = ("row", "column", "said", "is_need", "is_white")
    values = [dict(zip(names, cell, strict=True)) for cell in cells]
    for layer in ready["layer"]:
        layer["data"] = {"values": values}
    return ready
