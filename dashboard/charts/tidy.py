"""Where the boxes of a problem tree stand: the problem in the middle, effects above, causes below, nothing on top of
anything else.

Every subtree keeps its outline, level by level, and stands as close to the one on its left as their outlines let it;
a node stands over the middle of what hangs on it. Pure: the same tree gives the same places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dashboard.fonts import legible, wrapped

WIDE, PAD, GAP, RISE = 216.0, 13.0, 22.0, 54.0
SIZE, NOTE, LABEL = 15.0, 13.0, 13.0
LEADING = 1.36


@dataclass(frozen=True)
class Item:
    """A node to place: its kind, what it hangs on (empty for the problem), its words, and small lines under them."""

    id: str
    kind: str
    parent: str
    label: str
    text: str
    notes: tuple[str, ...] = ()
    is_stated: bool = False


@dataclass(frozen=True)
class Box:
    """A placed node in pixels, from the top left; ``lines`` and ``notes`` are broken to fit inside."""

    id: str
    kind: str
    x: float
    y: float
    width: float
    height: float
    label: str
    lines: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def middle(self) -> float:
        """The middle from the left."""
        return self.x + self.width / 2


@dataclass(frozen=True)
class Edge:
    """What leads from a cause or to an effect: points from the one below to the one above."""

    points: tuple[tuple[float, float], ...]
    is_stated: bool


@dataclass(frozen=True)
class Placed:
    """A tree in its place."""

    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    width: float
    height: float


@dataclass
class _Branch:
    """A node with its offset from the middle of its parent, and the outline of its subtree from its own middle."""

    id: str
    branches: list[_Branch] = field(default_factory=list)
    offset: float = 0.0
    left: list[float] = field(default_factory=list)
    right: list[float] = field(default_factory=list)


def placed(items: Sequence[Item]) -> Placed:
    """The tree. ``items`` hold one problem, and every other item's parent leads to it."""
    by = {item.id: item for item in items}
    root = next(item for item in items if item.kind == "problem")
    below: dict[tuple[str, str], list[str]] = {}
    for item in items:
        if item.kind != "problem":
            below.setdefault((item.parent, item.kind), []).append(item.id)
    words = {item.id: _words(item) for item in items}
    heights = {name: _height(*found) for name, found in words.items()}
    middles: dict[str, float] = {root.id: 0.0}
    levels: dict[str, int] = {root.id: 0}
    for kind, way in (("cause", 1), ("effect", -1)):
        _spread(_arranged(root.id, kind, below), 0.0, 0, way, middles, levels)
    tall = {level: max(heights[i] for i in levels if levels[i] == level) for level in set(levels.values())}
    tops: dict[int, float] = {}
    y = 0.0
    for level in range(min(tall), max(tall) + 1):
        tops[level] = y
        y += tall[level] + RISE
    shift = -min(middles.values()) + WIDE / 2
    boxes = {}
    for item in items:
        level, height = levels[item.id], heights[item.id]
        top = tops[level] + (tall[level] - height if level < 0 else 0)
        text, notes = words[item.id]
        boxes[item.id] = Box(
            item.id, item.kind, middles[item.id] + shift - WIDE / 2, top, WIDE, height, item.label, text, notes
        )
    edges = tuple(_edge(by[item.id], boxes) for item in items if item.kind != "problem")
    return Placed(tuple(boxes.values()), edges, max(b.x + b.width for b in boxes.values()), y - RISE)


def _words(item: Item) -> tuple[tuple[str, ...], tuple[str, ...]]:
    room = WIDE - 2 * PAD - 1
    text = wrapped(legible(item.text), SIZE, room, 500)
    notes = [line for note in item.notes for line in wrapped(legible(note), NOTE, room)]
    return tuple(text), tuple(notes)


def _height(text: Sequence[str], notes: Sequence[str]) -> float:
    lines = LABEL + len(text) * SIZE + len(notes) * NOTE
    return round(2 * PAD + lines * LEADING + (5 if notes else 0), 2)


def _arranged(node: str, kind: str, below: Mapping[tuple[str, str], Sequence[str]]) -> _Branch:
    branch = _Branch(node, [_arranged(child, kind, below) for child in below.get((node, kind), ())])
    if branch.branches:
        places = [0.0]
        right = list(branch.branches[0].right)
        for each in branch.branches[1:]:
            place = max(r - low for r, low in zip(right, each.left, strict=False)) + GAP
            places.append(place)
            reach = [place + r for r in each.right]
            right = reach + right[len(reach) :]
        middle = (places[0] + places[-1]) / 2
        for each, place in zip(branch.branches, places, strict=True):
            each.offset = place - middle
    deep = max((len(each.left) for each in branch.branches), default=0)
    branch.left, branch.right = [-WIDE / 2], [WIDE / 2]
    for level in range(deep):
        inside = [each for each in branch.branches if level < len(each.left)]
        branch.left.append(min(each.offset + each.left[level] for each in inside))
        branch.right.append(max(each.offset + each.right[level] for each in inside))
    return branch


def _spread(
    branch: _Branch, middle: float, level: int, way: int, middles: dict[str, float], levels: dict[str, int]
) -> None:
    middles[branch.id], levels[branch.id] = middle, level
    for each in branch.branches:
        _spread(each, middle + each.offset, level + way, way, middles, levels)


def _edge(item: Item, boxes: Mapping[str, Box]) -> Edge:
    one, other = boxes[item.id], boxes[item.parent]
    lower, upper = (one, other) if item.kind == "cause" else (other, one)
    start, end = lower.y, upper.y + upper.height
    # Turns stand at the same height from the box nearer the problem, so that siblings share their line.
    turn = end + RISE / 2 if item.kind == "cause" else start - RISE / 2
    points = [(lower.middle, start), (lower.middle, turn), (upper.middle, turn), (upper.middle, end)]
    return Edge(tuple((round(x, 1), round(y, 1)) for x, y in points), item.is_stated)
