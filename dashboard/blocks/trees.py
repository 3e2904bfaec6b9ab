"""*Problemträd*: all trees, one of them drawn, and the way to change it."""

from __future__ import annotations

from base64 import b64encode

import streamlit as st
from markupsafe import Markup

from dashboard import layout, parts, permission
from dashboard.blocks import held, tree_call, tree_figures, tree_form
from dashboard.blocks.held import say, spoken
from dashboard.blocks.tree_figures import SHELF, items
from dashboard.charts import tidy
from dashboard.charts import tree as drawing
from dashboard.exhibit import draw, table, take
from dashboard.layout import View
from dashboard.theory.tree import Tree

ADDRESS = "/problemtrad/fil"


def page(v: View) -> None:
    """The whole page: being changed, one tree, or all of them."""
    if v.sel.lage == "redigera":
        tree_form.page(v, shown)
        return
    tree_form.forget()
    if v.sel.trad:
        _one(v)
    else:
        _all(v)


def _all(v: View) -> None:
    layout.title(v.t("page.trees"), v.t("trees.lede"))
    held.told(v)
    held.came_in(v, "trees")
    found, fault = SHELF.every(v)
    if fault:
        layout.html(held.alert(v, fault))
    if found:
        draw(v, tree_figures.overview(v))
    else:
        layout.html(parts.empty(v.t("trees.none_title"), v.t("trees.none")))
    layout.html(parts.heading(2, v.t("trees.make")))
    if not permission.may("edit"):
        layout.html(parts.missing(v.t("held.closed")))
        return
    layout.html(
        Markup("<p>{}</p>").format(v.t("trees.make_text")),
        Markup('<p><a class="ik-button" href="{}">{}</a></p>').format(SHELF.href(v, lage="redigera"), v.t("trees.new")),
        parts.heading(3, v.t("held.read_in")),
    )
    held.upload(v, ADDRESS, ".json,.toml")


def _one(v: View) -> None:
    found = SHELF.one(v)
    if v.sel.lage != "scen":
        layout.html(Markup('<p class="ik-back">{}</p>').format(parts.link(SHELF.href(v), v.t("trees.back"))))
    if found is None:
        layout.title(v.t("page.trees"))
        layout.html(parts.empty(v.t("trees.gone_title"), v.t("trees.gone_text")))
        return
    tree = found.thing
    layout.title(say(v, tree.title), tree_figures.finding(v, tree))
    held.told(v)
    held.came_in(v, "trees")
    if v.sel.lage == "scen":
        layout.html(shown(v, tree), parts.source(v.t("trees.basis")))
        return
    ways = [parts.link(v.href(lage="scen"), v.t("trees.stage"))]
    if permission.may("edit"):
        key = "trees.copy" if found.version is None else "trees.change"
        ways.insert(0, parts.link(SHELF.href(v, found.id, lage="redigera", utgava=v.sel.utgava), v.t(key)))
    layout.html(
        Markup('<nav class="ik-pages" aria-label="{}">{}</nav>').format(v.t("effects.ways"), parts.join(ways, " "))
    )
    with st.container(key="tree-place"):
        lans = ["", *(code for code in v.regions if len(code) == 2 and code != "00")]
        layout.choose(
            v.t("trees.place"), "lan", lans, v.sel.one_lan or "",
            lambda code: v.regions[code] if code else v.t("trees.place_none"),
        )  # fmt: skip
    of = tree_figures.figure(v)
    layout.html(shown(v, tree), parts.source(v.t("trees.basis")))
    if of is None:
        return
    opened = st.expander(v.t("figure.table"), key=f"outline-table-{v.lang}", on_change="rerun")
    if opened.open:
        with opened:
            layout.html(table(v, of))
    opened = st.expander(v.t("trees.call"), key=f"call-{v.lang}", on_change="rerun")
    if opened.open:
        with opened:
            layout.html(
                parts.source(v.t("trees.call_text")),
                Markup('<pre class="ik-call" tabindex="0" aria-label="{}">{}</pre>').format(
                    v.t("trees.call"), tree_call.text(v, tree)
                ),
            )
    layout.html(*map(parts.missing, of.missing), *map(parts.source, of.source), take(v, "trad", of.title, also=of.also))
    held.history(v, SHELF, found)


def shown(v: View, tree: Tree) -> Markup:
    """The tree drawn, and as an outline for narrow screens and for those who listen."""
    return drawn(v, tree) + outline(v, tree)


def drawn(v: View, tree: Tree) -> Markup:
    """Boxes of text where the layout puts them, on a picture of the lines between them. Measures are in em of 16."""
    found = tidy.placed(items(v, tree))
    dark = st.context.theme.type == "dark"
    ground = b64encode(drawing.ground(found, dark=dark).encode()).decode()
    boxes = parts.join(map(_box, found.boxes))
    label = v.t("trees.drawn", title=say(v, tree.title))
    return Markup(
        '<div class="ik-tree" tabindex="0" role="img" aria-label="{}"><div style="width:{}em;height:{}em;--ik-wide:{}">'
        '<img alt="" src="data:image/svg+xml;base64,{}">{}</div></div>'
    ).format(label, _em(found.width), _em(found.height), _em(found.width), ground, boxes)


def _box(box: tidy.Box) -> Markup:
    place = f"left:{_em(box.x)}em;top:{_em(box.y)}em;width:{_em(box.width)}em;height:{_em(box.height)}em"
    words, notes = (
        Markup("<p>{}</p>").format(parts.join(lines, "<br>")) if lines else Markup("")
        for lines in (box.lines, box.notes)
    )
    return Markup('<div class="ik-node ik-{}" style="{}"><b>{}</b>{}{}</div>').format(
        box.kind, place, box.label, words, notes
    )


def _em(pixels: float) -> str:
    return f"{pixels / 16:.4g}"


def outline(v: View, tree: Tree) -> Markup:
    """The same as nested lists: the problem, what causes it, what follows from it."""
    notes = {item.id: item.notes for item in items(v, tree)}

    def side(parent: str, kind: str) -> Markup:
        inner = parts.join(
            Markup("<li>{}{}</li>").format(_words(v, tree, one.id, notes[one.id]), side(one.id, kind))
            for one in tree.below(parent, kind)
        )
        return Markup("<ul>{}</ul>").format(inner) if inner else Markup("")

    problem = tree.problem
    sides = parts.join(
        Markup("<h2>{}</h2>{}").format(
            v.t(f"trees.kinds_{kind}"),
            side(problem.id, kind) or Markup("<p>{}</p>").format(v.t("trees.none_stated")),
        )
        for kind in ("cause", "effect")
    )
    return Markup('<div class="ik-outline"><h2>{}</h2>{}{}</div>').format(
        v.t("trees.kind_problem"), _words(v, tree, problem.id, notes[problem.id]), sides
    )


def _words(v: View, tree: Tree, node_id: str, notes: tuple[str, ...]) -> Markup:
    node = tree.node(node_id)
    words = spoken(v, node.text) if node.text else Markup("{}").format(v.t("trees.no_words"))
    basis = "" if node.kind == "problem" else v.t("trees.stated" if node.is_stated else "trees.assumed")
    source = v.t("effects.source", source=node.source.title or node.source.url) if node.source else ""
    small = parts.join(Markup("<br><small>{}</small>").format(text) for text in (*notes, basis, source) if text)
    return Markup("<p>{}{}</p>").format(words, small)
