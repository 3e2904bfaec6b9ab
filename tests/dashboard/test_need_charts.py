"""The charts of *Behov och pengar*: names that do not collide, colours that can be told apart, whole outlines."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts import labels, nine, scatter
from dashboard.questions import regions
from dashboard.texts import LANGS, Lang
from tests.conftest import ROOT

share = st.floats(0.03, 0.97)
NAMES = ["Stockholm", "Västra Götaland", "Västernorrland", "Skåne", "Örebro", "Gotland", "Södermanland"]
points = st.lists(
    st.builds(labels.Point, share, share, st.sampled_from(NAMES), st.just(5.0), st.booleans()), max_size=21
)
WIDTHS = (560.0, 900.0, 1400.0)


@given(points)
def test_no_name_lies_on_another_or_on_a_point_or_outside_in_any_width(found: list[labels.Point]) -> None:
    places = labels.placed(found, WIDTHS, 460)
    assert places == labels.placed(found, WIDTHS, 460)
    assert len(places) == len(found)
    for width in WIDTHS:
        boxes = [labels.box(p, at, width, 460) for p, at in zip(found, places, strict=True) if at]
        assert not any(labels.overlap(a, b) for a, b in combinations(boxes, 2))
        for box in boxes:
            assert box[0] >= 0
            assert box[2] <= width
            assert not any(labels.overlap(box, _mark(p, width)) for p in found)


def _mark(p: labels.Point, width: float) -> labels.Box:
    return p.x * width - 5, p.y * 460 - 5, p.x * width + 5, p.y * 460 + 5


def test_a_point_by_itself_has_its_name_and_what_is_taken_is_left_free() -> None:
    one = [labels.Point(0.5, 0.5, "Örebro")]
    (place,) = labels.placed(one, (600.0,), 400)
    assert place == labels.Place(9.0, 0, "left")
    (place,) = labels.placed(one, (600.0,), 400, taken=lambda _: [(305, 150, 600, 250)])
    assert place is not None
    assert place.align == "right"
    (place,) = labels.placed(one, (600.0,), 400, avoided=lambda _: [(305, 0, 600, 400)])
    assert place is not None
    assert place.align == "right"
    assert labels.placed(one, (600.0,), 400, taken=lambda _: [(0, 0, 600, 400)]) == [None]
    assert labels.placed([], (600.0,), 400) == []


dots = st.lists(
    st.builds(scatter.Dot, st.sampled_from(NAMES), st.just("AC"), *[st.floats(-1e6, 1e6)] * 2, st.just("x")),
    min_size=1, max_size=21,
)  # fmt: skip


@given(dots, st.booleans(), st.sampled_from(LANGS))
def test_every_dot_stands_where_its_values_say_within_the_axes(
    found: list[scatter.Dot], turned: bool, lang: Lang
) -> None:
    x, y = scatter.Axis("x", found[0].x, "1", turned), scatter.Axis("y", found[0].y, "2", starts_at_zero=True)
    spec = scatter.scatter(found, x, y, dark=False, lang=lang)
    assert [(r["x"], r["y"]) for r in spec["datasets"]["rows"]] == [(d.x, d.y) for d in found]
    for layer in spec["layer"]:
        for name, values in (("x", [d.x for d in found]), ("y", [d.y for d in found])):
            if scale := layer["encoding"].get(name, {}).get("scale"):
                low, high = scale["domain"]
                assert low <= min(values) <= max(values) <= high
                assert low < high
                assert scale["reverse"] == (turned and name == "x")


def test_a_few_giants_make_the_axis_logarithmic() -> None:
    assert scatter.is_skewed([1, 2, 3, 40])
    assert not scatter.is_skewed([1, 2, 3, 4])
    assert not scatter.is_skewed([0, 2, 3, 400])
    assert not scatter.is_skewed([])
    axis = scatter.Axis("x", 2, "2", is_log=True)
    found = [scatter.Dot(str(n), str(n), x, x, "") for n, x in enumerate((1.0, 10.0, 100.0))]
    spec = scatter.scatter(found, axis, axis, dark=True, lang="sv")
    layers = [layer["encoding"].get("x", {}) for layer in spec["layer"]]
    scale = next(x["scale"] for x in layers if "scale" in x)
    assert scale["type"] == "log"


# Machado, Oliveira and Fernandes (2009), severity 1.
EYES = {
    "usual": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TO_LMS = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
     [0.0883024619, 0.2817188376, 0.6299787005]]
)  # fmt: skip
TO_LAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
     [0.0259040371, 0.7827717662, -0.8086757660]]
)  # fmt: skip


def linear(colour: str) -> Any:
    channels = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize("eye", EYES)
def test_the_nine_colours_can_be_told_apart_by_every_eye(eye: str) -> None:
    """In OKLab, where 0.02 is about what can be seen side by side."""
    colours = [colour for row in nine.COLOURS for colour in row]
    seen = [np.cbrt(np.clip(np.array(EYES[eye]) @ linear(c), 0, 1) @ TO_LMS.T) @ TO_LAB.T for c in colours]
    assert min(float(np.linalg.norm(a - b)) for a, b in combinations(seen, 2)) > 0.11


def test_what_stands_on_a_colour_can_be_read() -> None:
    weights = np.array([0.2126, 0.7152, 0.0722])
    for colours, texts in zip(nine.COLOURS, nine.TEXTS, strict=True):
        for colour, text in zip(colours, texts, strict=True):
            low, high = sorted(float(linear(c) @ weights) for c in (colour, text))
            assert (high + 0.05) / (low + 0.05) >= 4.5, colour


def test_the_map_and_the_files_have_the_same_colours() -> None:
    css = (ROOT / "dashboard/static/lanskarta.css").read_text("utf-8")
    found = dict(re.findall(r"\.b(\d\d) \{ fill: (#\w+)", css))
    assert found == {f"{a}{b}": nine.COLOURS[a - 1][b - 1] for a in (1, 2, 3) for b in (1, 2, 3)}


def test_outlines_are_closed_rings_within_the_frame(w: Any) -> None:
    _, _, width, height = map(float, regions.frame(w).split())
    shapes = regions.shapes(w)
    assert len(shapes) == 21
    for shape in shapes:
        found = nine.rings(shape["svg_path"])
        assert len(found) == shape["svg_path"].count("M")
        for ring in found:
            assert ring[0] == ring[-1]
            assert all(-1 <= x <= width + 1 and -1 <= y <= height + 1 for x, y in ring)
            assert len(ring) >= 4
    assert nine.rings("M1,2l3,0 0,4zM0,0L5,5 5,0z") == [
        [[1, 2], [4, 2], [4, 6], [1, 2]], [[0, 0], [5, 5], [5, 0], [0, 0]],
    ]  # fmt: skip
