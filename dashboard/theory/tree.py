"""A problem tree: the problem in the middle, what causes it on one side, what follows from it on the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from dashboard.texts import Said
from dashboard.theory import MOST_TITLE, NOTHING, NOWHERE, Reader, Source, plain_said, plain_source

FORMAT, VERSION = "inkarta-problem-tree", 1
KINDS: Final = ("problem", "cause", "effect")
MOST_NODES, MOST_DEPTH, MOST_WORDS, MOST_INITIATIVES = 60, 8, 240, 12


@dataclass(frozen=True)
class Node:
    """``parent``: the id of the node that it hangs on, towards the problem; empty for the problem itself.

    ``is_stated``: a source says that it hangs there; else it is the writer's assumption.
    """

    id: str
    kind: str
    parent: str = ""
    text: Said = NOTHING
    is_stated: bool = False
    indicator: str = ""
    initiatives: tuple[str, ...] = ()
    source: Source = NOWHERE


@dataclass(frozen=True)
class Tree:
    """Nodes in order: siblings stand from left to right as they stand here."""

    title: Said
    origin: str = ""
    nodes: tuple[Node, ...] = ()

    @property
    def problem(self) -> Node:
        """The node in the middle."""
        return next(node for node in self.nodes if node.kind == "problem")

    def node(self, node_id: str) -> Node:
        """A node by its id. Raises :class:`KeyError`."""
        found = next((node for node in self.nodes if node.id == node_id), None)
        if found is None:
            raise KeyError(node_id)
        return found

    def below(self, node_id: str, kind: str = "") -> tuple[Node, ...]:
        """What hangs directly on a node, of one kind or of both."""
        return tuple(n for n in self.nodes if n.parent == node_id and kind in ("", n.kind) and n.kind != "problem")

    def outline(self) -> tuple[tuple[Node, int], ...]:
        """Every node with its distance from the problem: the problem, its causes with theirs, then its effects."""
        out: list[tuple[Node, int]] = [(self.problem, 0)]

        def walk(node_id: str, kind: str, depth: int) -> None:
            for node in self.below(node_id, kind):
                out.append((node, depth))
                walk(node.id, kind, depth + 1)

        for kind in ("cause", "effect"):
            walk(self.problem.id, kind, 1)
        return tuple(out)


def blank(problem: Said, title: Said) -> Tree:
    """A tree of the problem alone."""
    return Tree(title, "", (Node("n1", "problem", text=problem),))


def add(tree: Tree, parent: str, kind: str) -> tuple[Tree, str]:
    """The tree with a new node without words last on ``parent``, and its id. On a cause it is a cause, and so on."""
    taken = {node.id for node in tree.nodes}
    number = next(n for n in range(1, len(taken) + 2) if f"n{n}" not in taken)
    on = tree.node(parent)
    new = Node(f"n{number}", kind if on.kind == "problem" else on.kind, parent)
    return replace(tree, nodes=(*tree.nodes, new)), new.id


def change(tree: Tree, node_id: str, **fields: Any) -> Tree:
    """The tree with a node changed."""
    return _each(tree, lambda node: replace(node, **fields) if node.id == node_id else node)


def descendants(tree: Tree, node_id: str) -> frozenset[str]:
    """A node and all that hangs on it."""
    found, at_last = {node_id}, 0
    while len(found) != at_last:
        at_last = len(found)
        found |= {node.id for node in tree.nodes if node.parent in found}
    return frozenset(found)


def remove(tree: Tree, node_id: str) -> Tree:
    """The tree without a node and all that hangs on it; the problem stays."""
    if tree.node(node_id).kind == "problem":
        return tree
    gone = descendants(tree, node_id)
    return replace(tree, nodes=tuple(node for node in tree.nodes if node.id not in gone))


def move(tree: Tree, node_id: str, by: int) -> Tree:
    """The tree with a node before (-1) or after (1) the sibling next to it; unchanged at the end of the row."""
    node = tree.node(node_id)
    row = [sibling.id for sibling in tree.below(node.parent, node.kind)] if node.kind != "problem" else [node_id]
    to = row.index(node_id) + by
    if not 0 <= to < len(row):
        return tree
    nodes = list(tree.nodes)
    a, b = (next(at for at, n in enumerate(nodes) if n.id == one) for one in (node_id, row[to]))
    nodes[a], nodes[b] = nodes[b], nodes[a]
    return replace(tree, nodes=tuple(nodes))


def homes(tree: Tree, node_id: str) -> tuple[Node, ...]:
    """What a node may hang on: the problem, or what is of its kind, but never itself or what hangs on it."""
    node, inside = tree.node(node_id), descendants(tree, node_id)
    if node.kind == "problem":
        return ()
    return tuple(n for n, _ in tree.outline() if n.kind in ("problem", node.kind) and n.id not in inside)


def rehang(tree: Tree, node_id: str, parent: str) -> Tree:
    """The tree with a node, and all that hangs on it, on another parent; unchanged where it may not hang."""
    if parent not in {node.id for node in homes(tree, node_id)}:
        return tree
    return change(tree, node_id, parent=parent)


def _each(tree: Tree, to: Callable[[Node], Node]) -> Tree:
    return replace(tree, nodes=tuple(map(to, tree.nodes)))


def document(tree: Tree) -> dict[str, Any]:
    """A tree as JSON holds it; :func:`tree_of` gives it back."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "origin": tree.origin,
        "title": plain_said(tree.title),
        "nodes": [
            {
                "id": node.id,
                "kind": node.kind,
                "parent": node.parent,
                "is_stated": node.is_stated,
                "indicator": node.indicator,
                "initiatives": list(node.initiatives),
                "text": plain_said(node.text),
                "source": plain_source(node.source),
            }
            for node in tree.nodes
        ],
    }


def tree_of(found: Any) -> Tree:
    """The tree of a document. Raises :class:`dashboard.theory.RefusedError` with every fault, cycles and orphans."""
    read = Reader()
    whole = read.table(found, "", ("format", "version", "origin", "title", "nodes"))
    if whole.get("format") != FORMAT:
        read.fault("format", "unknown_format", whole.get("format", ""))
    elif whole.get("version") != VERSION:
        read.fault("version", "unknown_version", whole.get("version", ""))
    read.settled()
    listed = read.items(whole.get("nodes"), "nodes")
    if len(listed) > MOST_NODES:
        read.fault("nodes", "too_many", len(listed))
    tree = Tree(
        read.said(whole.get("title"), "title", MOST_TITLE),
        read.code(whole.get("origin"), "origin"),
        tuple(_node(read, one, f"nodes.{at}") for at, one in enumerate(listed[:MOST_NODES], 1)),
    )
    if not tree.title:
        read.fault("title", "empty")
    _shape(read, tree)
    read.settled()
    return tree


def _node(read: Reader, found: Any, at: str) -> Node:
    keys = ("id", "kind", "parent", "is_stated", "indicator", "initiatives", "text", "source")
    n = read.table(found, at, keys)
    is_stated = n.get("is_stated", False)
    if not isinstance(is_stated, bool):
        read.fault(f"{at}.is_stated", "not_yes_or_no", is_stated)
    initiatives = tuple(
        read.code(one, f"{at}.initiatives") for one in read.items(n.get("initiatives"), f"{at}.initiatives")
    )
    if len(initiatives) > MOST_INITIATIVES:
        read.fault(f"{at}.initiatives", "too_many", len(initiatives))
    node = Node(
        read.code(n.get("id"), f"{at}.id"), read.text(n.get("kind"), f"{at}.kind"),
        read.code(n.get("parent"), f"{at}.parent"), read.said(n.get("text"), f"{at}.text", MOST_WORDS),
        is_stated is True, read.code(n.get("indicator"), f"{at}.indicator"), initiatives,
        read.source(n.get("source"), f"{at}.source"),
    )  # fmt: skip
    if node.kind not in KINDS:
        read.fault(f"{at}.kind", "unknown_kind", node.kind)
    for name, value in (("id", node.id), ("text", node.text)):
        if not value:
            read.fault(f"{at}.{name}", "empty")
    return node


def _shape(read: Reader, tree: Tree) -> None:
    """One problem, and every other node on a way to it that goes through nodes of its own kind."""
    by: dict[str, Node] = {}
    for at, node in enumerate(tree.nodes, 1):
        if node.id in by:
            read.fault(f"nodes.{at}.id", "twice", node.id)
        by.setdefault(node.id, node)
    problems = [node for node in tree.nodes if node.kind == "problem"]
    if len(problems) != 1:
        read.fault("nodes", "one_problem", len(problems))
    for at, node in enumerate(tree.nodes, 1):
        where = f"nodes.{at}.parent"
        if node.kind == "problem":
            if node.parent:
                read.fault(where, "problem_hangs", node.parent)
            continue
        seen, here = [node.id], node
        while here.parent in by and here.parent not in seen and here.kind != "problem":
            here = by[here.parent]
            seen.append(here.id)
        if here.kind == "problem":
            on = by[node.parent]
            if on.kind not in ("problem", node.kind):
                read.fault(where, "wrong_side", on.id)
            elif len(seen) > MOST_DEPTH + 1:
                read.fault(where, "too_deep", len(seen) - 1)
        elif here.parent in seen:
            read.fault(where, "cycle", node.id)
        else:
            read.fault(where, "orphan", here.parent)
