"""Streamlit's entry: which page, whose words, and the frame around it."""

from __future__ import annotations

from copy import copy

import streamlit as st

from dashboard import frame, layout, metrics, parts, permission
from dashboard.blocks import account, saved
from dashboard.db import NoSnapshotError
from dashboard.export import embedded
from dashboard.selection import lang_of
from dashboard.signin import who
from dashboard.texts import t


def main() -> None:
    """Draw the page that the path names."""
    lang = lang_of(st.query_params.to_dict())
    pages = {copy(page): name for name, page in frame.pages().items()}  # a page notes whether it has been run
    page = st.navigation(list(pages), position="hidden")
    name = pages[page]
    try:
        view = layout.view(name)
    except NoSnapshotError:
        layout.html(parts.empty(t("site.no_snapshot_title", lang), t("site.no_snapshot_text", lang)))
        return
    st.set_page_config(page_title=frame.page_title(view), layout="wide", initial_sidebar_state="collapsed")
    if not permission.may_see(name):
        frame.header(view)
        account.denied(view)
        frame.footer(view)
        return
    words = tuple(value for value in st.query_params.to_dict().values() if len(value) > 3)
    with metrics.rerun(name, view.w.snapshot_id, words):
        if view.sel.lage == "inbaddad":
            embedded.show(view)
            return
        frame.header(view)
        page.run()
        saved.panel(view)
        frame.footer(view)


with who.one_run(), layout.one_snapshot():
    main()
