"""Two series on one map: nine colours, three thirds of the one by three thirds of the other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import cache
from typing import Any

import altair as alt

from dashboard.charts.look import INK, Spec, finished, hints
from dashboard.texts import Lang

COLOURS = (
    ("#f5f0f1", "#b4c8ec", "#74a0e4"),
    ("#d0aa87", "#8e8787", "#4f6382"),
    ("#a86300", "#664623", "#2a2928"),
)
"""Third of the first series (1 lowest), then of the second. Ochre where only the first is high, blue where only the
second is, near black where both are: pairs differ in lightness or in blue against yellow, which protan and deutan eyes
see, and no pair comes close for tritan ones."""
TEXTS = (
    ("#14212b", "#14212b", "#14212b"),
    ("#14212b", "#14212b", "#ffffff"),
    ("#ffffff", "#ffffff", "#ffffff"),
)
"""What can be read on each colour, at 4.5:1 or more."""
HEIGHT = 620
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
_STEP = re.compile(r"([MlLz])([^MlLz]*)")


def rings(path: str) -> list[list[list[float]]]:
    """The closed rings of an outline's SVG path (M, l, L, z): lists of [x, y] in the path's own frame."""
    out: list[list[list[float]]] = []
    x = y = 0.0
    for command, numbers in _STEP.findall(path):
        found = [float(n) for n in _NUMBER.findall(numbers)]
        for at in range(0, len(found) - 1, 2):
            is_start = command == "M" and at == 0
            if command == "l":
                x, y = x + found[at], y + found[at + 1]
            else:
                x, y = found[at], found[at + 1]
            if is_start:
                out.append([])
            out[-1].append([round(x, 1), round(y, 1)])
        if command == "z" and out:
            out[-1].append(out[-1][0])
            x, y = out[-1][0]
    return out


@cache
def _map(dark: bool, lang: Lang) -> Spec:
    ink, muted, _, _, _ = INK[dark]
    shapes = (
        alt.Chart(alt.NamedData("shapes"))
        .mark_geoshape()
        .encode(
            fill=alt.Fill("properties.fill:N", scale=None, legend=None),
            stroke=alt.value(muted),
            strokeWidth=alt.value(0.8),
            strokeDash=alt.when("datum.properties.is_missing").then(alt.value([3, 3])).otherwise(alt.value([1, 0])),
            tooltip=hints("properties.name", "properties.shown"),
        )
    )
    words = (
        alt.Chart(alt.NamedData("words"))
        .mark_text(
            font="Inter", fontSize=13, color=ink, baseline="middle", align=alt.ExprRef("datum.align"), aria=False
        )
        .encode(longitude="x:Q", latitude="y:Q", text="text:N")
    )
    chart = alt.layer(shapes, words).project(type="identity").properties(height=HEIGHT, width="container")
    return finished(chart, dark=dark, lang=lang)


def chart(
    outlines: Mapping[str, str],
    classes: Mapping[str, tuple[int, int]],
    names: Mapping[str, str],
    shown: Mapping[str, str],
    axes: tuple[Sequence[str], Sequence[str]],
    nothing: str,
    *,
    dark: bool,
    lang: Lang,
) -> Spec:
    """The map beside its square of nine, in one plane.

    ``outlines``: code -> SVG path. ``classes``: code -> both thirds, absent where there is none. ``axes``: of either
    series its title and the word for its highest third. ``nothing``: the words for no class.
    """
    shapes: list[dict[str, Any]] = []
    for code, path in outlines.items():
        found = classes.get(code)
        fill = COLOURS[found[0] - 1][found[1] - 1] if found else "transparent"
        about = {"fill": fill, "name": names[code], "shown": shown[code], "is_missing": found is None}
        shapes.append(_feature([[ring] for ring in rings(path)], about))
    left, top, size = 520.0, 560.0, 78.0
    words = [
        _word(left, top - 62, axes[0][0]), _word(left, top - 26, f"↑ {axes[0][1]}"),
        _word(left, top + 3 * size + 24, f"→ {axes[1][1]}"),
        _word(left, top + 3 * size + 60, axes[1][0]),
    ]  # fmt: skip
    for row in range(3):
        for column in range(3):
            x, y = left + column * size, top + (2 - row) * size
            square = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
            about = {"fill": COLOURS[row][column], "name": " ", "shown": " ", "is_missing": False}
            shapes.append(_feature([[square]], about))
    if len(classes) < len(outlines):
        y = top + 3 * size + 110
        box = [[left, y], [left + 40, y], [left + 40, y + 26], [left, y + 26], [left, y]]
        shapes.append(_feature([[box]], {"fill": "transparent", "name": " ", "shown": nothing, "is_missing": True}))
        words.append(_word(left + 54, y + 13, nothing))
    ready = deepcopy(_map(dark, lang))
    ready["datasets"] = {"shapes": shapes, "words": words}
    return ready


def _feature(polygons: list[list[list[list[float]]]], about: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": about, "geometry": {"type": "MultiPolygon", "coordinates": polygons}}


def _word(x: float, y: float, text: str, align: str = "left") -> dict[str, Any]:
    return {"x": x, "y": y, "text": text, "align": align}
