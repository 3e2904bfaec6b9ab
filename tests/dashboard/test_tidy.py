"""A drawn tree: no box on another, all text inside its box, every line between two boxes, whatever the tree."""

from __future__ import annotations

import itertools
import re
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.charts import tree as drawing
from dashboard.charts.tidy import GAP, NOTE, PAD, SIZE, WIDE, Item, Placed, placed
from dashboard.fonts import legible, width

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=120) | st.sampled_from(
    ["x" * 300, "Långtidsarbetslöshetsförebyggande åtgärder", "W" * 60, "😀" * 40, "a b c d e f " * 15]
)


@st.composite
def lists(draw: st.DrawFn) -> list[Item]:
    """Items of a tree in any order, each hanging on the problem or on one of its kind."""
    items = [Item("p", "problem", "", "PROBLEM", draw(texts))]
    for at in range(draw(st.integers(0, 24))):
        kind = draw(st.sampled_from(["cause", "effect"]))
        parent = draw(st.sampled_from(["p", *(i.id for i in items if i.kind == kind)]))
        notes = tuple(draw(st.lists(texts, max_size=2)))
        items.append(Item(f"n{at}", kind, parent, "ORSAK", draw(texts), notes, draw(st.booleans())))
    return list(draw(st.permutations(items)))


def overlaps(found: Placed) -> list[tuple[str, str]]:
    return [
        (a.id, b.id)
        for a, b in itertools.combinations(found.boxes, 2)
        if a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height
    ]


@settings(max_examples=120)
@given(lists())
def test_no_two_boxes_overlap_and_every_box_is_inside_the_picture(items: list[Item]) -> None:
    found = placed(items)
    assert {box.id for box in found.boxes} == {item.id for item in items}
    assert overlaps(found) == []
    for box in found.boxes:
        assert -0.01 <= box.x <= box.x + box.width <= found.width + 0.01
        assert -0.01 <= box.y <= box.y + box.height <= found.height + 0.01
    rows: dict[float, list[float]] = {}
    by = {box.id: box for box in found.boxes}
    for item in items:
        if item.kind == "effect":
            assert by[item.id].y + by[item.id].height < by[item.parent].y
        if item.kind == "cause":
            assert by[item.parent].y + by[item.parent].height < by[item.id].y
            rows.setdefault(by[item.id].y, []).append(by[item.id].x)
    for places in rows.values():
        for a, b in itertools.pairwise(sorted(places)):
            assert b - a >= WIDE + GAP - 0.01


@settings(max_examples=60)
@given(lists())
def test_all_text_is_inside_its_box_and_none_is_left_out(items: list[Item]) -> None:
    found = placed(items)
    by = {item.id: item for item in items}
    for box in found.boxes:
        for lines, size, weight in ((box.lines, SIZE, 500), (box.notes, NOTE, 400)):
            assert all(width(line, size, weight) <= box.width - 2 * PAD for line in lines)
        least = len(box.lines) * SIZE + len(box.notes) * NOTE + 13
        assert least <= box.height - 2 * PAD
        whole = "".join(legible(by[box.id].text).split())
        assert "".join("".join(box.lines).split()) == whole


@settings(max_examples=40)
@given(lists())
def test_a_line_goes_from_box_to_box_and_is_drawn_once(items: list[Item]) -> None:
    found = placed(items)
    assert len(found.edges) == len(items) - 1
    bottoms = {(round(b.middle, 1), round(b.y + b.height, 1)) for b in found.boxes}
    tops = {(round(b.middle, 1), round(b.y, 1)) for b in found.boxes}
    for edge in found.edges:
        assert edge.points[0] in tops
        assert edge.points[-1] in bottoms
    pieces = list(drawing.strokes(found.edges))
    assert len(pieces) == len(set(pieces))
    assert all(a != b and (a[0] == b[0] or a[1] == b[1]) for a, b in pieces)


@settings(max_examples=30)
@given(lists(), texts, texts)
def test_the_picture_is_sound_xml_with_every_text_large_enough(items: list[Item], title: str, finding: str) -> None:
    picture = drawing.picture(placed(items), title=title, finding=finding, said=[title, finding], lang="sv")
    root = ElementTree.fromstring(picture)
    sizes = [float(node.get("font-size", 0)) for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert sizes
    assert min(sizes) >= 13
    assert not re.search(r"nan|inf", picture.split("<desc")[0])


def test_where_a_source_states_it_the_line_is_whole() -> None:
    items = [
        Item("p", "problem", "", "P", "problem"),
        Item("a", "cause", "p", "O", "sägs", is_stated=True),
        Item("b", "cause", "p", "O", "antas"),
    ]
    found = placed(items)
    by = {box.id: round(box.middle, 1) for box in found.boxes}
    whole = drawing.strokes(found.edges)
    assert all(is_stated for (a, b), is_stated in whole.items() if a[0] == b[0] == by["a"])
    assert not any(is_stated for (a, b), is_stated in whole.items() if a[0] == b[0] == by["b"])
