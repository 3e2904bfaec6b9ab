"""Streamlit's entry: which page, whose words, and the frame around it."""

from __future__ import annotations

from copy import copy
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from dashboard import frame, layout, metrics, parts, permission
from dashboard.blocks import account, saved
from dashboard.db import NoSnapshotError
from dashboard.export import embedded
from dashboard.selection import decode
from dashboard.signin import who
from dashboard.texts import t

ROOT = Path(__file__).resolve().parents[1] / "pages"


@cache
def _pages() -> dict[str, Page]:
    """Each page by its name; made once, since the path of each is looked up on the disk.

    Streamlit sends every title several times a rerun, for a menu that is not shown; the tab's is set by the page.
    """
    return {
        name: st.Page(ROOT / f"{name}.py", title="…", url_path=path.strip("/"), default=name == "sweden")
        for name, path in layout.PAGES.items()
    }


def main() -> None:
    """Draw the page that the path names."""
    lang = decode(st.query_params.to_dict()).lang
    pages = {copy(page): name for name, page in _pages().items()}  # a page notes whether it has been run
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
