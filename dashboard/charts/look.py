"""What every chart shares: inks, the four comparison marks, numbers' locale, fonts and axes."""

from __future__ import annotations

from typing import Any

import altair as alt

from dashboard.texts import Lang

Spec = dict[str, Any]
INK = {
    False: ("#14212B", "#46555F", "#D3DADE", "#005A70", "#8A97A0"),
    True: ("#F2F6F8", "#B9C7D0", "#2F424F", "#5CC8DE", "#8FA1AD"),
}
"""Dark theme or not -> ink, muted, rule, primary, faint."""
SIDES = {
    False: ("#004488", "#BB5566", "#9A6B00", "#46555F"),
    True: ("#7FB2FF", "#FF9AA8", "#DDAA33", "#B9C7D0"),
}
"""Dark theme or not -> the colours of up to four things compared; shape and label tell them apart too."""
DASHES = ([1, 0], [7, 4], [2, 3], [10, 3, 2, 3])
SHAPES = ("circle", "square", "triangle-up", "diamond")
LOCALE = {
    "sv": {
        "decimal": ",",
        "thousands": "\u00a0",
        "grouping": [3],
        "currency": ["", "\u00a0kr"],
        "minus": "-",
    },
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["SEK\u00a0", ""], "minus": "-"},
}


TICKS: dict[str, Any] = {"values": {"expr": "ticks"}, "labelExpr": "words[indexof(ticks, datum.value)]"}
"""An axis with words at chosen places, which a chart's :func:`variables` ``ticks`` and ``words`` give."""


def variables(**values: Any) -> Spec:
    """A part of a specification: what is no row and still differs between charts of a kind, for expressions to name."""
    return {"params": [{"name": name, "value": value} for name, value in values.items()]}


def hints(*fields: str) -> list[alt.Tooltip]:
    """What a mark says when it is pointed at: a line a field. Fields of the same title would be one."""
    return [alt.Tooltip(f"{field}:N", title=" " * at) for at, field in enumerate(fields, 1)]


def finished(chart: alt.TopLevelMixin, *, dark: bool, lang: Lang) -> Spec:
    """A chart as a validated specification with the product's fonts, quiet axes, numbers' locale and no ground.

    To a screen reader it is its alt and its table: a mark is told of by itself only where it has words of its own.
    """
    _, muted, rule, _, _ = INK[dark]
    spec: Spec = (
        chart.configure_view(stroke=None)
        .configure_axis(
            labelFont="Inter", labelFontSize=13, labelColor=muted, gridColor=rule, domainColor=muted, tickColor=muted,
            gridOpacity=1, titleFont="Inter", titleFontSize=13, titleFontWeight=500, titleColor=muted,
        )
        .to_dict()
    )  # fmt: skip
    spec["config"]["locale"] = {"number": LOCALE[lang]}
    spec["config"]["background"] = "transparent"
    for guide in ("axis", "legend"):
        spec["config"].setdefault(guide, {})["aria"] = False
    _quiet(spec)
    return spec


def _quiet(spec: Spec, is_told: bool = False) -> None:
    """Take marks without a description out of the accessibility tree, where they would be read as column and value."""
    is_told = is_told or "description" in spec.get("encoding", {})
    if "mark" in spec and not is_told:
        mark = spec["mark"]
        spec["mark"] = {"aria": False, **({"type": mark} if isinstance(mark, str) else mark)}
    for part in ("layer", "hconcat", "vconcat", "concat"):
        for inner in spec.get(part, ()):
            _quiet(inner, is_told)
    if isinstance(spec.get("spec"), dict):
        _quiet(spec["spec"], is_told)
