"""A problem tree as a plain text, to send as input to a call: problem, causes, effects, evidence, initiatives, gaps."""

from __future__ import annotations

from dashboard.blocks.held import say
from dashboard.blocks.tree_figures import evidence, known, told
from dashboard.layout import View
from dashboard.theory.tree import Node, Tree


def text(v: View, tree: Tree) -> str:
    """The whole text, its parts under headings in capitals."""
    out = [say(v, tree.title).upper(), "", v.t("trees.kind_problem").upper(), *_node(v, tree.problem, "", 0)]
    for kind in ("cause", "effect"):
        side = _side(v, tree, tree.problem.id, kind, "", 0)
        out += ["", v.t(f"trees.kinds_{kind}").upper(), *(side or [v.t("trees.none_stated")])]
    there = [f"- {title}" for title in known(v, tree.nodes).values()]
    out += ["", v.t("trees.there_are").upper(), *(there or [v.t("trees.none_stated")])]
    return "\n".join([*out, "", v.t("trees.gaps").upper(), *_gaps(v, tree), "", v.t("trees.basis")])


def _side(v: View, tree: Tree, parent: str, kind: str, numbers: str, depth: int) -> list[str]:
    out = []
    for at, one in enumerate(tree.below(parent, kind), 1):
        out += _node(v, one, f"{numbers}{at}. ", depth)
        out += _side(v, tree, one.id, kind, f"{numbers}{at}.", depth + 1)
    return out


def _node(v: View, one: Node, number: str, depth: int) -> list[str]:
    """A node in lines: words and whether its place is stated, figures with their publisher, where it is said."""
    pad = "  " * depth
    basis = "" if one.kind == "problem" else f" [{v.t('trees.stated' if one.is_stated else 'trees.assumed')}]"
    out = [f"{pad}{number}{say(v, one.text)}{basis}"]
    if found := evidence(v, one):
        indicator, rows = found
        where = ", ".join(filter(None, (indicator["publisher"], indicator["table_id"])))
        out.append(f"{pad}   {v.t('trees.evidence')}: {told(v, indicator, rows)} [{where}]")
    if one.source:
        said = " ".join(filter(None, (one.source.title, one.source.url)))
        out.append(f"{pad}   {v.t('effects.source', source=said)}")
    return out


def _gaps(v: View, tree: Tree) -> list[str]:
    lacking = {
        "series": [one for one in tree.nodes if evidence(v, one) is None],
        "initiative": [one for one in tree.nodes if one.kind == "cause" and not one.initiatives],
        "source": [one for one in tree.nodes if not one.source],
        "assumed": [one for one in tree.nodes if one.kind != "problem" and not one.is_stated],
    }
    out = []
    for name, found in lacking.items():
        out.append(f"- {v.t(f'trees.gap_{name}', n=len(found), of=len(tree.nodes))}")
        out += [f"    {say(v, one.text)}" for one in found]
    return out
