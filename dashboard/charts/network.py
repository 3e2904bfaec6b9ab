"""A network of organisations: where each stands is worked out here, the same every time; Vega-Lite only draws it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import cache, lru_cache
from math import sqrt

import altair as alt
import networkx as nx
import numpy as np

from dashboard.charts.look import INK, SIDES, Spec, finished, hints
from dashboard.db import Row
from dashboard.texts import Lang

MOST = 80
"""So many organisations stay readable; of more, those with most partners are drawn."""
HEIGHT = 560
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
_WIDE = 600
"""Below so many pixels fewer names are written."""

_FIRST = 6
"""So many names are written even over a node."""

Pair = tuple[str, str, int]
Place = tuple[float, float]


def kept(pairs: Sequence[Pair], most: int = MOST) -> tuple[Pair, ...]:
    """The pairs among the ``most`` nodes with most neighbours, ties by id; all of them when there are no more."""
    degree: dict[str, int] = {}
    for a, b, _ in pairs:
        degree[a], degree[b] = degree.get(a, 0) + 1, degree.get(b, 0) + 1
    best = set(sorted(degree, key=lambda node: (-degree[node], node))[:most])
    return tuple(pair for pair in pairs if pair[0] in best and pair[1] in best)


@lru_cache(maxsize=64)
def places(pairs: tuple[Pair, ...]) -> dict[str, Place]:
    """Node -> x and y from 0 to 1. Each connected part is laid out by itself and has room for its nodes.

    The same pairs give the same places, in whatever order they come.
    """
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(sorted({node for a, b, _ in pairs for node in (a, b)}))
    graph.add_weighted_edges_from(sorted((min(a, b), max(a, b), n) for a, b, n in pairs))
    groups = sorted((sorted(part) for part in nx.connected_components(graph)), key=lambda part: (-len(part), part))
    spots: dict[str, Place] = {}
    for part, (left, top, side) in zip(groups, _boxes([len(part) for part in groups]), strict=True):
        at = _laid(graph, part)
        for node in part:
            x, y = at[node]
            spots[node] = (left + side * (0.14 + 0.72 * x), top + side * (0.14 + 0.72 * y))
    if not spots:
        return {}
    width, height = max(x for x, _ in spots.values()), max(y for _, y in spots.values())
    return {node: (x / width, 1 - y / height) for node, (x, y) in spots.items()}


def _laid(graph: nx.Graph[str], part: list[str]) -> dict[str, Place]:
    """A connected part within a square of side 1."""
    if len(part) == 2:
        return {part[0]: (0.15, 0.35), part[1]: (0.85, 0.65)}
    inside = nx.Graph()
    inside.add_nodes_from(part)
    inside.add_edges_from(sorted(graph.subgraph(part).edges))
    start = nx.circular_layout(inside)
    found = nx.spring_layout(inside, pos=start, seed=7, iterations=160, k=2.4 / sqrt(len(part)), weight=None)
    spots = np.array([found[node] for node in part])
    low, high = spots.min(axis=0), spots.max(axis=0)
    scaled = (spots - low) / np.where(high - low > 0, high - low, 1)
    return {node: (float(x), float(y)) for node, (x, y) in zip(part, scaled, strict=True)}


def _boxes(sizes: Sequence[int]) -> list[tuple[float, float, float]]:
    """A square for each part, as (left, top, side): side by its size, in rows of about equal length."""
    sides = [sqrt(max(size, 2.5)) for size in sizes]
    row = max(sqrt(sum(side * side for side in sides)) * 1.15, max(sides, default=1))
    out, left, top, high = [], 0.0, 0.0, 0.0
    for side in sides:
        if left and left + side > row:
            left, top, high = 0.0, top + high, 0.0
        out.append((left, top, side))
        left, high = left + side, max(high, side)
    return out


@cache
def _network(dark: bool, lang: Lang, kinds: tuple[tuple[str, str, int], ...]) -> Spec:
    ink, muted, rule, primary, faint = INK[dark]
    colours = (primary, *SIDES[dark][1:3], ink, muted, faint)
    names = [name for _, name, _ in kinds]
    hues, shapes = [colours[at] for *_, at in kinds], [_SHAPES[at] for *_, at in kinds]
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.06, 1.06], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-0.06, 1.06], nice=False))
    lines = (
        alt.Chart(alt.NamedData("edges"))
        .mark_rule(strokeCap="round")
        .encode(
            x=x, y=y, x2="x2:Q", y2="y2:Q",
            strokeWidth=alt.StrokeWidth("n:Q", scale=alt.Scale(domain=[1, 4], range=[1.2, 5], clamp=True), legend=None),
            color=alt.when("datum.is_own").then(alt.value(primary)).otherwise(alt.value(faint)),
            opacity=alt.when("datum.is_own").then(alt.value(0.9)).otherwise(alt.value(0.55)),
            tooltip=hints("said"),
        )
    )  # fmt: skip
    nodes = (
        alt.Chart(alt.NamedData("nodes"))
        .mark_point(filled=True, opacity=1, stroke=rule, strokeWidth=1)
        .encode(
            x=x, y=y, href="href:N",
            size=alt.Size(
                "partners:Q", scale=alt.Scale(type="sqrt", domain=[1, 16], range=[70, 420], clamp=True), legend=None
            ),
            color=alt.Color(
                "kind:N", scale=alt.Scale(domain=names, range=hues),
                legend=alt.Legend(orient="bottom", title=None, columns=2, labelFont="Inter", labelFontSize=13,
                                  labelColor=ink, symbolSize=110, labelLimit=170, symbolOpacity=1),
            ),
            shape=alt.Shape("kind:N", scale=alt.Scale(domain=names, range=shapes)),
            tooltip=hints("name", "said"),
        )
    )  # fmt: skip
    chosen = (
        alt.Chart(alt.NamedData("nodes"))
        .mark_point(filled=False, size=700, strokeWidth=3, color=primary, opacity=1, shape="circle", aria=False)
        .encode(x=x, y=y)
        .transform_filter("datum.is_own")
    )
    words = (
        alt.Chart(alt.NamedData("nodes"))
        .mark_text(
            fontSize=13, font="Inter", baseline="bottom", dy=-9, color=ink, stroke="#0E1A22" if dark else "#FFFFFF",
            strokeWidth=3, strokeJoin="round", aria=False,
        )
        .encode(x=x, y=y, text="label:N", opacity=alt.value(1))
        .transform_filter(f"datum.label != '' && (width >= {_WIDE - 20} || datum.first)")
    )  # fmt: skip
    over = words.mark_text(fontSize=13, font="Inter", baseline="bottom", dy=-9, color=ink, aria=False)
    spec = finished(
        alt.layer(lines, chosen, nodes, words, over).properties(height=HEIGHT, width="container"), dark=dark, lang=lang
    )
    spec.pop("datasets", None)
    spec["padding"] = {"left": 4, "top": 14, "right": 4, "bottom": 4}
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    return spec


def network(
    pairs: Sequence[Pair],
    actors: Mapping[str, Row],
    kinds: Mapping[str, str],
    said: Mapping[str, str],
    *,
    own: str = "",
    dark: bool,
    lang: Lang,
) -> Spec:
    """Points and lines. ``actors``: id -> name, kind, partners, href. ``kinds``: at most six, kind -> name, each with
    the look of its place among them.

    ``said``: id of a node, or "a|b" of a pair, -> what is told of it. ``own``: the chosen node. Names are written where
    they do not run into each other, those with most partners first.
    """
    spots = places(tuple(pairs))
    shown = {actors[node]["kind"] for node in spots}
    order = tuple((kind, name, at) for at, (kind, name) in enumerate(kinds.items()) if kind in shown)
    labels = _labels(spots, actors, own, width=_WIDE)
    first = _labels(spots, actors, own, width=300, most=9)
    nodes = [
        {
            "name": actors[node]["name"], "kind": kinds[actors[node]["kind"]], "partners": actors[node]["partners"],
            "href": actors[node]["href"], "said": said[node], "x": x, "y": y, "is_own": node == own,
            "label": actors[node]["name"] if node in labels or node in first else "", "first": node in first,
        }
        for node, (x, y) in spots.items()
    ]  # fmt: skip
    edges = [
        {
            "x": spots[a][0], "y": spots[a][1], "x2": spots[b][0], "y2": spots[b][1], "n": n,
            "said": said[f"{a}|{b}"], "is_own": own in (a, b),
        }
        for a, b, n in pairs
    ]  # fmt: skip
    ready = deepcopy(_network(dark, lang, order))
    for layer in ready["layer"]:
        name = layer["data"].pop("name")
        layer["data"]["values"] = edges if name == "edges" else nodes
    return ready


def _labels(spots: Mapping[str, Place], actors: Mapping[str, Row], own: str, *, width: int, most: int = 60) -> set[str]:
    """The nodes whose names find room above them in a chart so many pixels wide: off other names and other nodes.

    The few with most partners need only be off each other, since theirs are the names that are looked for.
    """
    at = {node: ((x + 0.06) / 1.12 * width, (1.06 - y) / 1.12 * HEIGHT) for node, (x, y) in spots.items()}
    taken = {node: (x - 7, y - 7, x + 7, y + 7) for node, (x, y) in at.items()}
    out: set[str] = set()
    order = sorted(spots, key=lambda node: (node != own, -int(actors[node]["partners"]), actors[node]["name"]))
    for rank, node in enumerate(order):
        if len(out) >= most:
            break
        (x, y), half = at[node], len(str(actors[node]["name"])) * 3.6
        box = (x - half, y - 25, x + half, y - 9)
        is_inside = box[0] > -6 and box[2] < width + 6
        others = [spot for name, spot in taken.items() if name != node and (rank >= _FIRST or name.startswith("label"))]
        if node == own or (is_inside and not any(_meet(box, other) for other in others)):
            taken[f"label {node}"] = box
            out.add(node)
    return out


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
