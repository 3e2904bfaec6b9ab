"""Problem trees as they are found and told: in the data and kept by viewers, with the evidence of each node."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from dashboard.blocks import hidden, series
from dashboard.blocks.effect_cards import RIKET, latest, value
from dashboard.blocks.held import Held, Shelf, dated, say
from dashboard.charts.tidy import Item
from dashboard.db import Row
from dashboard.exhibit import Cell, Column, Exhibit
from dashboard.layout import View
from dashboard.questions import effects, indicators
from dashboard.texts import Said
from dashboard.theory import Source
from dashboard.theory.tree import Node, Tree, tree_of


def embedded(v: View) -> dict[str, Tree]:
    """The trees of the data, by their ids."""
    by: dict[str, list[Row]] = {}
    for row in effects.nodes(v.w):
        by.setdefault(row["tree_id"], []).append(row)
    return {
        name: Tree(Said(rows[0]["title_sv"], rows[0]["title_en"]), "", tuple(map(_node, rows)))
        for name, rows in by.items()
    }


def _node(row: Row) -> Node:
    return Node(
        row["node_id"], row["kind"], row["parent"] or "", Said(row["text_sv"], row["text_en"]), row["is_stated"],
        row["indicator_code"] or "", tuple(row["initiatives"]), Source(row["source_title"], row["source_url"] or ""),
    )  # fmt: skip


SHELF: Shelf[Tree] = Shelf("problem_tree", "trad", "trees", tree_of, embedded)


def held_tree(v: View) -> Held[Tree] | None:
    """The tree that the address names; with no name the first of the data."""
    if v.sel.trad:
        return SHELF.one(v)
    return next((Held(name, thing) for name, thing in embedded(v).items()), None)


def evidence(v: View, node: Node) -> tuple[Row, tuple[Row, ...]] | None:
    """The node's indicator, and its newest row of the chosen län and of riket; None without a series here."""
    one = indicators.catalogue(v.w).get(node.indicator)
    if one is None:
        return None
    codes = [code for code in (v.sel.one_lan, RIKET) if code in v.regions]
    found = latest(indicators.trend(v.w, node.indicator, codes))
    return one, tuple(found[code] for code in codes if code in found)


def known(v: View, nodes: Iterable[Node]) -> dict[str, str]:
    """Id -> title of the initiatives that nodes name, in the nodes' order; an id that is not here is its own title."""
    ids = list(dict.fromkeys(one for node in nodes for one in node.initiatives))
    found = effects.titles(v.w, ids)
    return {one: v.of(found[one]) if one in found else one for one in ids}


def told(v: View, one: Row, rows: Iterable[Row]) -> str:
    """An indicator with its values in a line."""
    title = v.of(one) if one["unit"] == "%" else f"{v.of(one)}, {v.unit(one)}"
    return f"{title}: {'; '.join(value(v, one, row) for row in rows) or v.t('value.not_seen')}"


def items(v: View, tree: Tree) -> tuple[Item, ...]:
    """The tree for drawing: words, and under them the figures and the initiatives."""
    titles = known(v, tree.nodes)
    out = []
    for node in tree.nodes:
        found = evidence(v, node)
        notes = [told(v, *found)] if found else []
        notes += [v.t("effects.not_here", code=node.indicator)] if node.indicator and not found else []
        if node.initiatives:
            notes.append(v.t("trees.initiatives", names="; ".join(titles[one] for one in node.initiatives)))
        words = say(v, node.text) if node.text else v.t("trees.no_words")
        out.append(
            Item(node.id, node.kind, node.parent, v.t(f"trees.kind_{node.kind}"), words, tuple(notes), node.is_stated)
        )
    return tuple(out)


def finding(v: View, tree: Tree) -> str:
    """A tree in one sentence."""
    kinds = [node.kind for node in tree.nodes]
    return v.t(
        "trees.finding", problem=say(v, tree.problem.text), causes=kinds.count("cause"),
        effects=kinds.count("effect"), series=sum(evidence(v, node) is not None for node in tree.nodes),
        n=len(tree.nodes), stated=sum(node.is_stated for node in tree.nodes), arrows=len(tree.nodes) - 1,
    )  # fmt: skip


def whence(v: View, held: Held[Tree]) -> str:
    """Whose tree it is: arranged here from the sources' words, or a viewer's own in a version."""
    if held.version is None:
        return v.t("trees.compiled")
    return v.t("trees.own", n=held.version.number, at=dated(v, held.version))


def figure(v: View) -> Exhibit | None:
    """The tree that the address names, or the first of the data: a row a node, outlined from the problem."""
    held = held_tree(v)
    if held is None:
        return None
    tree, rows, linked = held.thing, list[tuple[Cell, ...]](), list[Row]()
    titles = known(v, tree.nodes)
    for node, _ in tree.outline():
        found = evidence(v, node)
        linked += [{**found[0], "source_id": row["source_id"]} for row in found[1]] if found else []
        on = say(v, tree.node(node.parent).text) if node.parent else None
        rows.append(
            (
                v.t(f"trees.kind_{node.kind}"), say(v, node.text), on,
                None if node.kind == "problem" else v.t("trees.stated" if node.is_stated else "trees.assumed"),
                v.of(found[0]) if found else node.indicator or None,
                "; ".join(value(v, found[0], row) for row in found[1]) or None if found else None,
                "; ".join(titles[one] for one in node.initiatives) or None,
                node.source.title or node.source.url or None,
            )
        )  # fmt: skip
    names = ("kind", "text", "on", "basis", "indicator", "latest", "initiatives", "where")
    is_hidden = any(hidden.is_hidden(row) for node in tree.nodes for row in (evidence(v, node) or ({}, ()))[1])
    sources: list[str | Markup] = [whence(v, held)]
    first = next((row for row in effects.nodes(v.w) if row["tree_id"] == held.id), None)
    if first:
        sources = [Markup("{} {}").format(whence(v, held), series.where_from(v, first))]
    return Exhibit(
        id="trad", title=v.t("trees.title", title=say(v, tree.title)), finding=finding(v, tree),
        columns=tuple(Column(v.t(f"trees.col_{name}")) for name in names), rows=tuple(rows),
        basis=(v.t("trees.basis"),),
        missing=(
            v.t("trees.missing", n=sum(evidence(v, node) is None for node in tree.nodes)),
            *((hidden.rule(v),) if is_hidden else ()),
        ),
        source=(*sources, *((series.publishers(v, linked),) if linked else ())), licence=series.licences(v, linked),
        also=("svg", "png", "json", "txt"),
    )  # fmt: skip


def overview(v: View) -> Exhibit:
    """A row a tree: its problem, and how many causes, effects and series it has."""
    found, _ = SHELF.every(v)
    rows: list[tuple[Cell, ...]] = []
    for held in found:
        kinds = [node.kind for node in held.thing.nodes]
        rows.append(
            (
                say(v, held.thing.title), say(v, held.thing.problem.text), kinds.count("cause"),
                kinds.count("effect"), sum(evidence(v, node) is not None for node in held.thing.nodes),
                v.t("trees.of_sources") if held.version is None else v.t("held.version", n=held.version.number),
            )
        )  # fmt: skip
    words, numbers = ("name", "problem"), ("causes", "effects", "series")
    return Exhibit(
        id="alla", title=v.t("trees.all"), finding=v.t("trees.all_finding", n=v.n(len(found))),
        columns=(
            *(Column(v.t(f"trees.col_{name}")) for name in words),
            *(Column(v.t(f"trees.col_{name}"), "number") for name in numbers), Column(v.t("effects.whose")),
        ),
        rows=tuple(rows), links=tuple(SHELF.href(v, held.id) for held in found), basis=(v.t("trees.basis"),),
        source=(v.t("trees.compiled") if embedded(v) else v.t("effects.no_rows"),),
    )  # fmt: skip
