"""Saved views: the closed panel under every page, and the sections of *Sparade vyer*."""

from __future__ import annotations

from urllib.parse import parse_qsl

import streamlit as st
from markupsafe import Markup

from dashboard import frame, layout, parts, permission, saving
from dashboard.blocks import counting
from dashboard.db import kept
from dashboard.layout import PAGES, View
from dashboard.questions import indicators
from dashboard.selection import FACETS
from dashboard.store import StoreError, views
from dashboard.store.views import RefusedError, SavedView
from dashboard.texts import has

_SAID, _FAULT, _GONE, _MADE = "views-said", "views-fault", "views-gone", "views-made"
_WITH_INDICATOR = ("county", "kommun")
_SAID_ELSEWHERE = (*FACETS, "lang", "snapshot", "q", "portfolj", "bas", "plats", "nationella", "sida", "insats", "satt")


def described(v: View) -> str:
    """A page with its selection in words: what a saved view of it holds. What has no words stands as in the address."""
    said, names = [v.t(f"page.{v.page}")], {"visa", "indikator", "ar", "matt", "per"}
    if v.sel.insats:
        said.append(v.t("views.initiative", id=v.sel.insats))
    elif v.page in _WITH_INDICATOR or v.page == "sweden":
        said += _subject(v)
    else:
        names = set()
    said.append(v.sel.describe(layout.facet_names(v)))
    if v.sel.satt == "touched":
        said.append(v.t("mode.touched"))
    query = views.query_of(v.sel)
    rest = [(name, value) for name, value in parse_qsl(query) if name not in names and name not in _SAID_ELSEWHERE]
    return "; ".join([*said, *(f"{name}={value}" for name, value in rest)])


def _subject(v: View) -> list[str]:
    """What the map shows, in words."""
    if v.sel.visa == "indikator" or v.page == "county":
        titles = indicators.titles(v.w)
        title = v.of(titles[v.sel.indikator]) if v.sel.indikator in titles else v.sel.indikator
        period = [v.span(v.sel.ar)] if v.sel.ar else []
        return [v.t("views.indicator", title=title), *period]
    amount = counting.label(v) if (v.page, v.sel.visa) == ("sweden", "pengar") else v.t("measure.projects")
    return [amount.lower(), *([v.t("sweden.per_capita").lower()] if v.sel.per == "capita" else [])]


def panel(v: View) -> None:
    """*Spara vyn*, closed until asked for, where saving is allowed."""
    if v.page in ("views", "account", "admin") or v.sel.lage or not permission.may("edit"):
        return
    with st.container(key="save-view"):
        opened = st.expander(v.t("views.save"), key=f"save-view-{v.lang}", on_change="rerun")
        if opened.open:
            with opened:
                _form(v)


def _form(v: View) -> None:
    layout.html(Markup("<p>{}</p>").format(v.t("views.what", what=described(v))))
    ways = ("latest", "pinned")
    with st.form("save-view-form", border=False):
        name = st.text_input(v.t("views.name"), frame.page_title(v).rpartition(" – ")[0], max_chars=views.MOST_NAME)
        note = st.text_area(v.t("views.note"), max_chars=views.MOST_NOTE, height=90)
        how = st.radio(
            v.t("views.follow"), ways, index=1 if v.sel.snapshot == v.w.snapshot_id else 0,
            format_func=lambda x: v.t(f"views.follow_{x}", id=v.w.snapshot_id, day=v.day(v.as_of)),
        )  # fmt: skip
        layout.html(parts.source(v.t("views.personal")))
        is_sent = st.form_submit_button(v.t("views.do_save"))
    here = (v.page, views.query_of(v.sel))
    if is_sent:
        try:
            made = views.made(name, note, v.page, v.sel, v.w.snapshot_id, is_pinned=how == "pinned")
            views.add(saving.database(), made)
            st.session_state[_MADE] = (*here, made.id, made.name)
        except (RefusedError, StoreError) as error:
            layout.html(_fault(v, error))
            return
    made_here = st.session_state.get(_MADE)
    if made_here and made_here[:2] == here:
        _, _, view_id, said = made_here
        layout.html(
            Markup('<p role="status">{} {} · {}</p>').format(
                v.t("views.saved", name=said), parts.link(f"/vy/{view_id}", f"/vy/{view_id}"),
                parts.link(v.href("views"), v.t("views.see_all")),
            )
        )  # fmt: skip


def _fault(v: View, error: RefusedError | StoreError) -> Markup:
    name = "refused" if isinstance(error, RefusedError) else "file"
    return Markup('<div role="alert">{}</div>').format(parts.missing(v.t(f"views.{name}_{error.rule}")))


def page(v: View) -> None:
    """Everything on *Sparade vyer*."""
    try:
        found = views.every(saving.database())
    except StoreError as error:
        layout.title(v.t("page.views"))
        layout.html(_fault(v, error))
        return
    lede = v.t("views.lede_one") if len(found) == 1 else v.t("views.lede", n=v.n(len(found)))
    layout.title(v.t("page.views"), lede if found else "")
    _told(v)
    _came_in(v)
    if found:
        layout.html(_table(v, found))
    else:
        layout.html(parts.empty(v.t("views.none_title"), v.t("views.none")))
    if not permission.may("edit"):
        layout.html(parts.missing(v.t("views.closed")))
    elif found:
        with st.container(key="edit-view"):
            _edit(v, found)
    _files(v, bool(found))


def _told(v: View) -> None:
    """What the latest press of a button did, with a way to take a deletion back."""
    if fault := st.session_state.pop(_FAULT, None):
        layout.html(_fault(v, fault))
    if said := st.session_state.pop(_SAID, None):
        key, name = said
        layout.html(Markup('<p class="ik-done" role="status">{}</p>').format(v.t(f"views.{key}", name=name)))
    if gone := st.session_state.get(_GONE):
        with st.container(key="views-undo", horizontal=True, vertical_alignment="center"):
            layout.html(Markup('<p class="ik-done" role="status">{}</p>').format(v.t("views.removed", name=gone.name)))
            st.button(v.t("views.undo"), key="views-undo-button", on_click=_restore)


def _table(v: View, found: tuple[SavedView, ...]) -> Markup:
    here = {k.snapshot_id for k in kept(layout.snapshot_folder())}
    head = [v.t(f"views.{name}") for name in ("view", "note", "data", "saved_on", "short")]
    body = []
    for one in found:
        if one.page in PAGES:
            is_other = one.lang != v.lang
            what = described(View(v.w, one.selection.but(lang=v.lang), one.page))
            more = f"{what}, {v.t(f'views.in_{one.lang}')}" if is_other else what
            link = parts.link(saving.address(one), one.name)
        else:
            link, more = Markup("{}").format(one.name), v.t("views.refused_unknown_page")
        data = v.t("views.latest")
        if one.is_pinned:
            data = v.t("views.pinned" if one.snapshot in here else "views.pinned_gone", id=one.snapshot)
        body.append(
            [
                Markup("{}<br><small>{}</small>").format(link, more),
                Markup("<br>").join(one.note.split("\n")) or "–",
                data,
                v.day(one.created_at.date()),
                parts.link(f"/vy/{one.id}", f"/vy/{one.id}"),
            ]
        )
    return parts.table(head, body, label=v.t("page.views"))


def _edit(v: View, found: tuple[SavedView, ...]) -> None:
    layout.html(parts.heading(2, v.t("views.edit")))
    by_id = {one.id: one for one in found}
    key = f"views-edit-{v.lang}"
    if st.session_state.get(key) not in by_id:
        st.session_state[key] = None
    chosen = st.selectbox(
        v.t("views.choose"), list(by_id), index=None, key=key, placeholder=v.t("views.choose_hint"),
        format_func=lambda one: by_id[one].name if one in by_id else one,
    )  # fmt: skip
    if chosen is None:
        return
    one = by_id[chosen]
    with st.form(f"views-form-{chosen}", border=False):
        st.text_input(v.t("views.name"), one.name, max_chars=views.MOST_NAME, key=f"views-name-{chosen}")
        st.text_area(v.t("views.note"), one.note, max_chars=views.MOST_NOTE, height=90, key=f"views-note-{chosen}")
        st.form_submit_button(v.t("views.do_change"), on_click=_change, args=(chosen,))
    st.button(v.t("views.remove"), key=f"views-remove-{chosen}", on_click=_remove, args=(chosen,))


def _change(view_id: str) -> None:
    name, note = (st.session_state[f"views-{field}-{view_id}"] for field in ("name", "note"))
    if not permission.may("edit"):
        return
    try:
        is_done = views.change(saving.database(), view_id, name, note)
        st.session_state[_SAID] = ("changed" if is_done else "not_there", name)
    except (RefusedError, StoreError) as error:
        st.session_state[_FAULT] = error


def _remove(view_id: str) -> None:
    if not permission.may("edit"):
        return
    try:
        st.session_state[_GONE] = views.remove(saving.database(), view_id)
    except StoreError as error:
        st.session_state[_FAULT] = error


def _restore() -> None:
    gone = st.session_state.pop(_GONE, None)
    if gone is None or not permission.may("edit"):
        return
    try:
        views.add(saving.database(), gone)
        st.session_state[_SAID] = ("restored", gone.name)
    except (RefusedError, StoreError) as error:
        st.session_state[_FAULT] = error


def _files(v: View, is_any: bool) -> None:
    """The file of all views, and the form that sends one."""
    may = permission.may("edit")
    if not (is_any or may):
        return
    layout.html(parts.heading(2, v.t("views.take")))
    if is_any:
        layout.html(Markup("<p>{}</p>").format(parts.link("/vyer.json", v.t("views.export"))))
    if may:
        layout.html(
            Markup(
                '<form class="ik-upload" action="/vyer/fil?lang={}" method="post" enctype="multipart/form-data">'
                '<span class="ik-pick"><input id="ik-file" name="fil" type="file" required accept=".json" '
                'aria-describedby="ik-file-note"><label for="ik-file" class="ik-button">{}</label>'
                '<output for="ik-file" data-inkarta-file>{}</output></span>'
                '<p id="ik-file-note">{}</p><button type="submit" class="ik-button">{}</button></form>'
            ).format(
                v.lang, v.t("views.file"), v.t("views.no_file"), v.t("views.import_note"), v.t("views.send"),
            )
        )  # fmt: skip


def _came_in(v: View) -> None:
    """What became of a file that was just sent: the counts add up, and what was refused is listed with its reason."""
    fault = st.query_params.get("fel", "")
    if has(f"views.file_{fault}") and fault in ("too_large", "no_file"):
        layout.html(parts.missing(v.t(f"views.file_{fault}")))
    told = saving.report(v.sel.fil)
    if told is None:
        return
    if "error" in told:
        error = told["error"]
        said = v.t(f"views.file_{error['rule']}", file=told["file"], where=error["where"], value=error["value"])
        layout.html(parts.missing(said))
        return
    counts = {name: told[name] for name in ("imported", "same", "refused")}
    said = v.t(
        "views.counts", file=told["file"], read=v.n(sum(counts.values())), **{n: v.n(x) for n, x in counts.items()}
    )
    layout.html(Markup('<p class="ik-done" role="status">{}</p>').format(said))
    if not told["entries"]:
        return
    head = [v.t(f"views.{name}") for name in ("row", "name", "field", "why", "value")]
    body = [
        [v.n(one["row"]), one["name"], Markup("<code>{}</code>").format(one["field"]),
         v.t(f"views.refused_{one['rule']}"), one["value"]]
        for one in told["entries"]
    ]  # fmt: skip
    more = v.t("views.more", shown=len(body), n=v.n(counts["refused"])) if len(body) < counts["refused"] else ""
    layout.html(
        parts.heading(2, v.t("views.refused")), parts.table(head, body, caption=more, label=v.t("views.refused"))
    )
