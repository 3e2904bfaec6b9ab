"""Sweden's län or kommuner as an interactive map: a radio group drawn in SVG.

The outlines are fetched once by the browser from `geometry_url`; names, texts and classes are a part that it keeps
(``held.py``), so that another choice sends what is chosen alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Protocol

import streamlit as st

from dashboard.components import held
from dashboard.components.folding import compact

MapClass = Literal[
    "none", "k1", "k2", "k3", "k4", "k5", "missing", "suppressed",
    "b11", "b12", "b13", "b21", "b22", "b23", "b31", "b32", "b33",
]  # fmt: skip
"""Nothing there, which is a value; five classes of a series; not known; hidden; three thirds by three of two series."""


@dataclass(frozen=True, slots=True)
class MapRegion:
    """One län on the map: what a reader hears is "`name`: `value_text`"."""

    code: str
    name: str
    value_text: str
    css_class: MapClass


@dataclass(frozen=True, slots=True)
class LegendItem:
    """One row under the map, such as ("k1", "3–5 %")."""

    css_class: MapClass
    text: str


class Outline(Protocol):
    """What `geometry` needs of a boundary; `etl.boundaries.Boundary` and a row of `boundary` both fit."""

    @property
    def code(self) -> str: ...
    @property
    def svg_path(self) -> str: ...
    @property
    def label_x(self) -> float: ...
    @property
    def label_y(self) -> float: ...
    @property
    def neighbours(self) -> Sequence[str]: ...


def geometry(outlines: Iterable[Outline], view_box: str) -> str:
    """The JSON behind `geometry_url`: {viewBox, regions: {code: {d, x, y, n: [neighbours]}}}."""
    regions = {
        outline.code: {
            "d": outline.svg_path,
            "x": outline.label_x,
            "y": outline.label_y,
            "n": list(outline.neighbours),
        }
        for outline in outlines
    }
    return json.dumps({"viewBox": view_box, "regions": regions}, separators=(",", ":"))


@cache
def _component() -> Any:
    """The registered component: a loader of a few bytes, since Streamlit resends its source every rerun.

    Its line break is what tells Streamlit that this is source and not the name of a file.
    """
    script, keeper, style = (held.address(name) for name in ("lanskarta.js", "chart.js", "lanskarta.css"))
    return st.components.v2.component(
        "lanskarta",
        js=f'export default async c=>\n{{const[m,k]=await Promise.all(["{script}","{keeper}"].map('
        f'u=>import(location.origin+u)));return m.default(c,k,"{style}")}}',
    )


def _picked(state: Any) -> tuple[str | None, int]:
    """(code, sequence number) of the latest pick in a component's state; (None, 0) before the first."""
    pick = state.get("pick") if isinstance(state, Mapping) else None
    if not isinstance(pick, Mapping):
        return None, 0
    code, number = pick.get("code"), pick.get("n")
    return (str(code) if code else None), (int(number) if isinstance(number, int | float) else 0)


def lanskarta(
    regions: Sequence[MapRegion],
    *,
    geometry_url: str,
    selected: str | None,
    label: str,
    legend: Sequence[LegendItem],
    texts: Mapping[str, str],
    key: str,
    height: int | None = None,
    on_pick: Callable[[str | None], None] | None = None,
    is_dense: bool = False,
    is_cut_out: bool = False,
) -> str | None:
    """Draw the map and return the chosen code, or None.

    With `on_pick`, which is called with the pick before the script reruns, the answer is always `selected`:
    the page has had its say, and a pick that it refused is taken back on the map. Without it, the answer is
    the pick on the run that the pick causes and `selected` on every other run, so that a page which feeds
    the answer back stays in step with its other controls. `texts` may hold "hint" (how to use
    the map by keyboard), "loading" and "failed". `height` is the drawing's height in pixels; without it the
    map is as tall as its column and the window allow. `key` must not contain "__". `is_dense` draws thin lines,
    for many small regions; `is_cut_out` lets the given regions alone fill the drawing.
    """
    seen = f"{key}-seen"

    def changed() -> None:
        if on_pick is not None:
            on_pick(_picked(st.session_state.get(key))[0])

    _, number = _picked(st.session_state.get(key))
    shown = {
        "url": geometry_url,
        "label": label,
        "height": height,
        "regions": [[region.code, region.name, region.value_text, region.css_class] for region in regions],
        "legend": [[item.css_class, item.text] for item in legend],
        "texts": dict(texts),
        **({"dense": True} if is_dense else {}),
        **({"cut": True} if is_cut_out else {}),
    }
    part = compact(shown)
    name = held.named(part)
    message = f'{{"m":"{name}","s":{compact(selected)},"w":{number},"n":{held.new({name: part})}}}'
    state = _component()(key=key, data=message.encode(), on_pick_change=changed, on_lack_change=held.forget)
    code, number = _picked(state)
    if on_pick is None and number and number != st.session_state.get(seen):
        st.session_state[seen] = number
        return code
    return selected
