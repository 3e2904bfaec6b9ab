"""Places with how far they move: a dot, a thick span and a thin one for each name, first place first."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache

import altair as alt

from dashboard.charts.look import INK, Spec, finished, hints
from dashboard.texts import Lang

STEP = 24


@dataclass(frozen=True)
class Span:
    """A name's place, the thick span around it and the thin one, and all of it as written."""

    name: str
    at: float
    thick: tuple[float, float]
    thin: tuple[float, float]
    shown: str
    is_chosen: bool = False


@cache
def _spans(dark: bool, lang: Lang) -> Spec:
    _, muted, _, primary, faint = INK[dark]

    def x(field: str) -> alt.X:
        return alt.X(
            f"{field}:Q", title="x", scale=alt.Scale(zero=False, nice=False, padding=8),
            axis=alt.Axis(orient="top", tickMinStep=1, format="d", aria=False, titleAlign="left", titleAnchor="start"),
        )  # fmt: skip

    y = alt.Y("name:N", title=None, sort=None, axis=alt.Axis(grid=False, ticks=False, domain=False, aria=False))
    base = alt.Chart(alt.NamedData("rows"))
    tooltip = hints("name", "shown")
    colour = alt.when(alt.datum.is_chosen).then(alt.value(primary)).otherwise(alt.value(muted))
    thin = base.mark_rule(strokeWidth=1.5, aria=False).encode(
        x=x("thin_from"), x2="thin_to:Q", y=y, color=alt.value(faint), tooltip=tooltip
    )
    thick = base.mark_rule(strokeWidth=7, strokeCap="round", opacity=0.55, aria=False).encode(
        x=x("thick_from"), x2="thick_to:Q", y=y, color=colour, tooltip=tooltip
    )
    dots = base.mark_point(filled=True, size=95, opacity=1).encode(x=x("at"), y=y, color=colour, tooltip=tooltip)
    chart = alt.layer(thin, thick, dots).properties(width="container", height=alt.Step(STEP))
    spec = finished(chart, dark=dark, lang=lang)
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    return spec


def spans(rows: Sequence[Span], title: str, *, dark: bool, lang: Lang) -> Spec:
    """The spans in the order given, on an axis from 1 to their number."""
    ready = deepcopy(_spans(dark, lang))
    for layer in ready["layer"]:
        layer["encoding"]["x"]["title"] = title
        layer["encoding"]["x"]["scale"]["domain"] = [1, max(len(rows), 2)]
    ready["datasets"] = {
        "rows": [
            {
                "name": r.name, "at": r.at, "shown": r.shown, "is_chosen": r.is_chosen, "thick_from": r.thick[0],
                "thick_to": r.thick[1], "thin_from": r.thin[0], "thin_to": r.thin[1],
            }
            for r in rows
        ]
    }  # fmt: skip
    return ready
