"""A problem tree being made: a list of its nodes to choose in, one node's fields, and the drawing as it becomes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st
from markupsafe import Markup

from dashboard import layout, parts, permission
from dashboard.blocks import next_version
from dashboard.blocks.held import Held, say
from dashboard.blocks.tree_figures import SHELF
from dashboard.layout import View
from dashboard.questions import effects, indicators
from dashboard.store import records
from dashboard.texts import Lang, Said
from dashboard.theory import MOST_TITLE, MOST_URL, RefusedError, trimmed
from dashboard.theory import tree as trees
from dashboard.theory.tree import MOST_INITIATIVES, MOST_NODES, MOST_WORDS, Node, Tree, document, tree_of

_KEY, _DRAFT, _BEFORE, _AT = "tree", "tree-draft", "tree-before", "tree-chosen"
_MOST_UNDO = 100


def forget() -> None:
    """Let go of what was made, when the form is left."""
    next_version.forget(_KEY)


def page(v: View, shown: Callable[[View, Tree], Markup]) -> None:
    """The form for a new tree, a tree's next version, or a viewer's own version of one of the data."""
    found = SHELF.one(v) if v.sel.trad else None
    title = "trees.form_new"
    if found:
        title = "trees.form_copy" if found.version is None else "trees.form_change"
    back = parts.link(SHELF.href(v, v.sel.trad), v.t("effects.back_card"))
    layout.html(Markup('<p class="ik-back">{}</p>').format(back))
    if v.sel.trad and found is None:
        layout.title(v.t("page.trees"))
        layout.html(parts.empty(v.t("trees.gone_title"), v.t("trees.gone_text")))
        return
    layout.title(v.t(title, title=say(v, found.thing.title) if found else ""), v.t("trees.form_lede"))
    if not permission.may("edit"):
        layout.html(parts.missing(v.t("held.closed")))
        return
    next_version.begin(_KEY, found)
    if _DRAFT not in st.session_state:
        st.session_state[_DRAFT] = found.thing if found else trees.blank(Said(), Said())
        st.session_state[_BEFORE] = []
    next_version.told(v, SHELF, _KEY, found, _save)
    tree: Tree = st.session_state[_DRAFT]
    _names(v, tree)
    left, right = st.columns([4, 6], gap="large")
    with left:
        chosen = _list(v, tree)
        _buttons(v, tree, chosen)
    with right:
        _fields(v, tree, chosen)
    layout.html(parts.heading(2, v.t("trees.so_far")), shown(v, tree), parts.source(v.t("trees.basis")))
    _saving(v, found)


def _draft() -> Tree:
    tree: Tree = st.session_state[_DRAFT]
    return tree


def _become(tree: Tree, chosen: str = "") -> None:
    """The draft becomes another tree, and can be taken back."""
    if tree != _draft():
        st.session_state[_BEFORE] = [*st.session_state[_BEFORE], (_draft(), st.session_state.get(_AT))][-_MOST_UNDO:]
        st.session_state[_DRAFT] = tree
    if chosen:
        st.session_state[_AT] = chosen


def _undo() -> None:
    if st.session_state[_BEFORE]:
        *rest, (tree, chosen) = st.session_state[_BEFORE]
        st.session_state[_BEFORE], st.session_state[_DRAFT] = rest, tree
        if chosen in {node.id for node in tree.nodes}:
            st.session_state[_AT] = chosen


def _bound(draw: Callable[..., Any], label: str, key: str, now: Any, taken: Callable[[Any], Tree], **how: Any) -> None:
    """A field that always shows the draft's value, and writes to the draft when it is left."""
    if st.session_state.get(key) != now:
        st.session_state[key] = now
    draw(label, key=key, on_change=lambda: _become(taken(st.session_state[key])), **how)


def _names(v: View, tree: Tree) -> None:
    label = v.t("trees.name")
    for lang, column in zip(_langs(v), st.columns(2), strict=True):
        with column:
            _bound(
                st.text_input, _in(v, label, lang), f"tree-title-{lang}", getattr(tree.title, lang),
                partial(_titled, lang),
                max_chars=MOST_TITLE,
            )  # fmt: skip


def _langs(v: View) -> tuple[Lang, Lang]:
    return ("en", "sv") if v.lang == "en" else ("sv", "en")


def _in(v: View, label: str, lang: Lang) -> str:
    return label if lang == v.lang else f"{label}, {v.t(f'held.at_{lang}')}"


def _list(v: View, tree: Tree) -> Node:
    """Every node, indented as it hangs; which one is worked on."""
    lines = {
        node.id: v.t(
            "trees.line", indent="\u2003" * depth, kind=v.t(f"trees.kind_{node.kind}"),
            text=parts.label(_short(say(v, node.text))) or v.t("trees.no_words"),
        )
        for node, depth in tree.outline()
    }  # fmt: skip
    if st.session_state.get(_AT) not in lines:
        st.session_state[_AT] = tree.problem.id
    st.radio(v.t("trees.nodes"), list(lines), key=_AT, format_func=lambda one: lines.get(one, one))
    return tree.node(st.session_state[_AT])


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:58].rstrip()}…"


def _buttons(v: View, tree: Tree, chosen: Node) -> None:
    is_full = len(tree.nodes) >= MOST_NODES
    with st.container(key="tree-buttons", horizontal=True):
        for kind in ("cause", "effect"):
            if chosen.kind in ("problem", kind):
                st.button(
                    v.t(f"trees.add_{kind}"), key=f"tree-add-{kind}", on_click=_add, args=(chosen.id, kind),
                    disabled=is_full,
                )  # fmt: skip
        if chosen.kind != "problem":
            st.button(v.t("trees.earlier"), key="tree-earlier", on_click=_move, args=(chosen.id, -1))
            st.button(v.t("trees.later"), key="tree-later", on_click=_move, args=(chosen.id, 1))
            st.button(v.t("trees.delete"), key="tree-delete", on_click=_remove, args=(chosen.id,))
        st.button(v.t("held.undo"), key="tree-undo", on_click=_undo, disabled=not st.session_state[_BEFORE])
    if is_full:
        layout.html(parts.missing(v.t("trees.full", n=MOST_NODES)))


def _add(parent: str, kind: str) -> None:
    _become(*trees.add(_draft(), parent, kind))


def _move(node_id: str, by: int) -> None:
    _become(trees.move(_draft(), node_id, by), node_id)


def _remove(node_id: str) -> None:
    _become(trees.remove(_draft(), node_id), _draft().node(node_id).parent)


def _fields(v: View, tree: Tree, node: Node) -> None:
    """The chosen node: words in both languages, what it hangs on, evidence, initiatives, source."""
    at = node.id
    layout.html(parts.heading(2, v.t(f"trees.kind_{node.kind}")))
    for lang in _langs(v):
        _bound(
            st.text_area, _in(v, v.t("trees.words"), lang), f"tree-{at}-text-{lang}", getattr(node.text, lang),
            partial(_worded, at, lang),
            max_chars=MOST_WORDS, height=80,
        )  # fmt: skip
    if node.kind != "problem":
        names = {one.id: say(v, one.text) or v.t("trees.no_words") for one in tree.nodes}
        _bound(
            st.selectbox, v.t("trees.col_on"), f"tree-{at}-parent", node.parent,
            lambda to: trees.rehang(_draft(), at, to), options=[one.id for one in trees.homes(tree, at)],
            format_func=lambda one: names.get(one, one),
        )  # fmt: skip
        _bound(
            st.checkbox, v.t("trees.is_stated"), f"tree-{at}-stated", node.is_stated,
            lambda yes: trees.change(_draft(), at, is_stated=yes),
        )  # fmt: skip
    known = {code: v.of(one) for code, one in indicators.catalogue(v.w).items()}
    none = v.t("effects.none_of")
    _bound(
        st.selectbox, v.t("trees.col_indicator"), f"tree-{at}-indicator", node.indicator,
        lambda code: trees.change(_draft(), at, indicator=code or ""),
        options=_with(["", *known], node.indicator), format_func=lambda code: known.get(code, code) if code else none,
    )  # fmt: skip
    titles = {r["local_id"]: v.of(r) for r in effects.choices(v.w)}
    titles |= {one: v.of(r) for one, r in effects.titles(v.w, node.initiatives).items()}
    _bound(
        st.multiselect, v.t("trees.col_initiatives"), f"tree-{at}-initiatives", list(node.initiatives),
        lambda found: trees.change(_draft(), at, initiatives=tuple(found)),
        options=_with(list(titles), *node.initiatives), format_func=lambda one: titles.get(one, one),
        max_selections=MOST_INITIATIVES,
    )  # fmt: skip
    for field, most in (("title", MOST_TITLE * 2), ("url", MOST_URL)):
        _bound(
            st.text_input, v.t(f"trees.source_{field}"), f"tree-{at}-source-{field}", getattr(node.source, field),
            partial(_sourced, at, field),
            max_chars=most,
        )  # fmt: skip


def _sourced(node_id: str, field: str, text: str) -> Tree:
    source = replace(_draft().node(node_id).source, **{field: trimmed(text)})
    return trees.change(_draft(), node_id, source=source)


def _titled(lang: Lang, text: str) -> Tree:
    return replace(_draft(), title=replace(_draft().title, **{lang: trimmed(text)}))


def _worded(node_id: str, lang: Lang, text: str) -> Tree:
    return trees.change(_draft(), node_id, text=replace(_draft().node(node_id).text, **{lang: trimmed(text)}))


def _with(options: list[str], *held: str) -> list[str]:
    return [*options, *(one for one in held if one not in options)]


def _saving(v: View, found: Held[Tree] | None) -> None:
    layout.html(parts.heading(2, v.t("trees.save_title")))
    st.text_input(v.t("held.note"), key="tree-note", max_chars=records.MOST_NOTE)
    layout.html(parts.source(v.t("views.personal")))
    st.button(v.t("trees.save"), key="tree-save", type="primary", on_click=_save, args=next_version.target(found))


def _save(record_id: str, origin: str, over: int | None = None) -> None:
    try:
        tree = tree_of(document(replace(_draft(), origin=origin)))
    except RefusedError as error:
        next_version.refused(_KEY, error)
        return
    next_version.keep(SHELF, _KEY, record_id, document(tree), over)
