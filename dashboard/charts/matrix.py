"""A matrix of rows and columns: counts as numbered discs, or how a party takes part as a mark of its own shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from textwrap import wrap

import altair as alt

from dashboard.charts.look import INK, Spec, finished, hints, variables
from dashboard.texts import Lang

GROUND = {False: "#FFFFFF", True: "#0E1A22"}
"""Dark theme or not -> the page's ground, which words over a line stand on."""
WIDE, LINES = 26, 2
"""Letters in a line of a row's name, and lines at most."""


@dataclass(frozen=True)
class Mark:
    """A cell: which row and column, how much (None: a mark without a number), its kind, what is told of it.

    ``label``: the row's name, where ``row`` is an id because two rows may bear the same name.
    """

    row: str
    column: str
    said: str
    value: int | None = None
    kind: str = ""
    label: str = ""


_NARROW = "width < narrow"


def _axes() -> tuple[alt.Y, alt.X]:
    y = alt.Y(
        "row:N", sort="ascending", title=None, scale=alt.Scale(paddingInner=0.1),
        axis=alt.Axis(labelExpr="split(labels[datum.label], '\\n')", labelLimit=0, ticks=False, domain=False, grid=True,
                      labelPadding=8, labelLineHeight=15, aria=False),
    )  # fmt: skip
    x = alt.X(
        "column:N", sort=None, title=None, scale=alt.Scale(domain=alt.expr("columns")),
        axis=alt.Axis(orient="top", labelAngle=alt.expr(f"{_NARROW} ? -60 : 0"),
                      labelAlign=alt.expr(f"{_NARROW} ? 'left' : 'center'"), ticks=False, domain=False,
                      grid=False, labelLimit=170, labelPadding=6, labelOverlap=False, aria=False),
    )  # fmt: skip
    return y, x


TIGHT = "width / max(1, domain('x').length) < 28"
"""Whether the columns are so narrow that a number is wider than its disc: then all of them are dark on pale."""
PALE = {False: "#B9DCE4", True: "#1F4A57"}
_DISC = "min({}, 0.72 * pow(width / max(1, domain('x').length), 2))"
"""The area of a disc: on a narrow screen no wider than its column."""


@cache
def _counts(dark: bool, lang: Lang, step: int) -> Spec:
    ink, muted, rule, primary, _ = INK[dark]
    y, x = _axes()
    told = hints("said")
    discs = (
        alt.Chart(alt.NamedData("cells"))
        .mark_point(filled=True, shape="circle", opacity=1)
        .encode(
            x=x, y=y, tooltip=told,
            size=alt.Size("value:Q", scale=alt.Scale(type="sqrt", range=[alt.ExprRef(_DISC.format(most))
                                                                         for most in (320, 1100)]), legend=None),
            color=alt.when("datum.kind == 'total'").then(alt.value(rule))
            .when(TIGHT).then(alt.value(PALE[dark])).otherwise(alt.value(primary)),
        )
    )  # fmt: skip
    words = (
        alt.Chart(alt.NamedData("cells"))
        .mark_text(font="Inter", fontSize=alt.ExprRef(f"{TIGHT} ? 12 : 13"), fontWeight=600, aria=False)
        .encode(
            x=x, y=y, text="value:Q",
            color=alt.when(f"datum.kind == 'total' || {TIGHT}").then(alt.value(ink))
            .otherwise(alt.value("#FFFFFF" if not dark else "#0E1A22")),
        )
    )  # fmt: skip
    nothing = (
        alt.Chart(alt.NamedData("cells"))
        .mark_text(
            font="Inter", fontSize=13, align="left", dx=-14, color=muted, stroke=GROUND[dark], strokeWidth=5, aria=False
        )
        .encode(x=x, y=y, text="said:N")
        .transform_filter("datum.kind == 'none'")
    )
    over = nothing.mark_text(font="Inter", fontSize=13, align="left", dx=-14, color=muted, aria=False)
    real = [layer.transform_filter("datum.kind != 'none'") for layer in (discs, words)]
    return _ready(alt.layer(*real, nothing, over), dark, lang, step)


@cache
def _kinds(dark: bool, lang: Lang, step: int, kinds: tuple[tuple[str, str, bool], ...]) -> Spec:
    ink, muted, _, primary, _ = INK[dark]
    y, x = _axes()
    names = [name for name, _, _ in kinds]
    shapes = [shape for _, shape, _ in kinds]
    fills = [primary if is_filled else "transparent" for _, _, is_filled in kinds]
    legend = alt.Legend(
        orient="bottom", title=None, columns=1, labelFont="Inter", labelFontSize=13, labelColor=ink, symbolSize=150,
        labelLimit=260, symbolOpacity=1, symbolStrokeWidth=2.5,
    )  # fmt: skip
    told = hints("said")
    marks = (
        alt.Chart(alt.NamedData("cells"))
        .mark_point(size=210, strokeWidth=2.5, opacity=1)
        .encode(
            x=x, y=y, tooltip=told,
            shape=alt.Shape("kind:N", scale=alt.Scale(domain=names, range=shapes), legend=legend),
            fill=alt.Fill("kind:N", scale=alt.Scale(domain=names, range=fills), legend=legend),
            stroke=alt.Stroke("kind:N", scale=alt.Scale(domain=names, range=[primary] * len(names)), legend=legend),
        )
        .transform_filter("datum.kind != 'none'")
    )  # fmt: skip
    unknown = (
        alt.Chart(alt.NamedData("cells"))
        .mark_text(text="?", font="Inter", fontSize=14, color=muted, stroke=GROUND[dark], strokeWidth=5, aria=False)
        .encode(x=x, y=y, tooltip=told)
        .transform_filter("datum.kind == 'none'")
    )
    over = unknown.mark_text(text="?", font="Inter", fontSize=14, color=muted, aria=False)
    return _ready(alt.layer(marks, unknown, over), dark, lang, step)


def _ready(chart: alt.TopLevelMixin, dark: bool, lang: Lang, step: int) -> Spec:
    spec = finished(chart, dark=dark, lang=lang) | {"height": {"step": step}, "width": "container"}
    spec["padding"] = {"left": 2, "top": 4, "right": 12, "bottom": 4}
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    return spec


def folded(name: str, wide: int = WIDE, lines: int = LINES) -> str:
    """A row's name in few lines."""
    found = wrap(name, wide, break_long_words=False, max_lines=lines, placeholder=" …")
    return "\n".join(found)


def counts(
    marks: Sequence[Mark], *, columns: Sequence[str], dark: bool, lang: Lang, step: int = 46, wide: int = WIDE
) -> Spec:
    """Numbered discs, rows in the order in which they first come; ``wide``: letters in a line of a row's name.

    Kind ``total`` is a row's whole, pale; ``none`` writes its words where there is nothing.
    """
    return _filled(_counts(dark, lang, step), marks, {}, columns, wide)


def kinds(
    marks: Sequence[Mark],
    shapes: Mapping[str, tuple[str, str, bool]],
    *,
    columns: Sequence[str],
    dark: bool,
    lang: Lang,
    step: int = 54,
) -> Spec:
    """A mark a cell; every column is there. ``shapes``: kind -> (its name, shape, whether filled), as in the legend.

    Kind ``none`` is a question mark: not known.
    """
    spec = _kinds(dark, lang, step, tuple(shapes.values()))
    return _filled(spec, marks, {kind: name for kind, (name, _, _) in shapes.items()}, columns, 17, 3)


def _filled(
    spec: Spec, marks: Sequence[Mark], names: Mapping[str, str], columns: Sequence[str], wide: int, lines: int = LINES
) -> Spec:
    rows = {m.row: folded(m.label or m.row, wide, lines) for m in marks}
    keys = {row: f"r{at:04}" for at, row in enumerate(rows)}  # in the order of names
    values = [
        {"row": keys[m.row], "column": m.column, "said": m.said, "value": m.value, "kind": names.get(m.kind, m.kind)}
        for m in marks
    ]
    ready = deepcopy(spec) | variables(
        labels=dict(zip(keys.values(), rows.values(), strict=True)),
        columns=list(columns),
        narrow=len(columns) * max(map(len, columns), default=1) * 8,
    )
    for layer in ready.get("layer", [ready]):
        layer["data"] = {"values": values}
    if "layer" in ready:
        ready.pop("data", None)
    return ready
