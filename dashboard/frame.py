"""The frame around every page: brand, menu, language and theme above; snapshot, sources and API below."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from markupsafe import Markup
from streamlit.navigation.page import Page

from dashboard import layout, numbers, parts, permission
from dashboard.db import served
from dashboard.layout import GROUPS, PAGES, View, snapshot_folder
from dashboard.selection import Selection
from dashboard.signin import settings

STALE_DAYS = 90
ROOT = Path(__file__).resolve().parents[1] / "pages"


@cache
def pages() -> dict[str, Page]:
    """Each page by its name; made once, since the path of each is looked up on the disk.

    Streamlit sends every title several times a rerun, for a menu that is not shown; the tab's is set by the page.
    """
    return {
        name: st.Page(ROOT / f"{name}.py", title="…", url_path=path.strip("/"), default=name == "sweden")
        for name, path in PAGES.items()
    }


def header(v: View) -> None:
    """Brand, pages, language and theme; on stage only a way back."""
    if v.sel.lage == "scen":
        layout.html(
            Markup('<div class="ik-stage"><span class="ik-brand">{}</span>{}</div>').format(
                v.t("site.name"), parts.link(v.href(lage=""), v.t("sweden.leave_stage"))
            )
        )
        return
    mine = next(group for group, pages in GROUPS.items() if v.page in pages)
    kept = Selection(**_kept(v.sel))
    groups = parts.join(
        _item(kept.url(next(iter(pages.values()))), v.t(f"group.{group}"), "true" if group == mine else "")
        for group, pages in GROUPS.items()
    )
    pages = parts.join(
        _item(kept.url(path), v.t(f"page.{page}"), "page" if page == v.page else "")
        for page, path in GROUPS[mine].items()
        if _in_menu(page) or (page == v.page and not settings.is_on())
    )
    langs = parts.join(
        Markup('<a href="{}" hreflang="{}" lang="{}"{}>{}</a>').format(
            v.href(lang=code, sida=v.sel.sida), code, code,
            Markup(' aria-current="true"') if code == v.lang else "", v.t(f"site.{name}"),
        )
        for code, name in (("sv", "swedish"), ("en", "english"))
    )  # fmt: skip
    layout.html(
        Markup(
            '<header class="ik-topbar"><a class="ik-brand" href="{}">{}</a><nav class="ik-nav" aria-label="{}">{}</nav>'
            '{}<div class="ik-switch" role="group" aria-label="{}">{}<button type="button" class="ik-theme" '
            'data-inkarta-theme="toggle" aria-label="{}" title="{}"></button></div>'
            '<nav class="ik-nav ik-subnav" aria-label="{}">{}</nav></header>'
        ).format(
            Selection(lang=v.lang, snapshot=v.sel.snapshot).url("/"), v.t("site.name"), v.t("site.name"), groups,
            _search(v, kept) + _account(v, kept),
            v.t("site.language"), langs, v.t("site.theme"), v.t("site.theme"), v.t(f"group.{mine}"), pages,
        )
    )  # fmt: skip
    age = (date.today() - v.as_of).days
    if age > STALE_DAYS:
        layout.html(parts.missing(v.t("site.stale", n=age)))
    if v.w.instead_of:
        layout.html(parts.missing(v.t("site.earlier", day=v.day(v.as_of))))
    if v.sel.snapshot and (said := _pinned(v)):
        latest = parts.link(v.href(snapshot=""), v.t("changes.to_latest"))
        layout.html(parts.missing(Markup("{} {}").format(said, latest)))


def _search(v: View, kept: Selection) -> Markup:
    """The box that searches everything; the shell sends its words to the page of hits without loading all anew."""
    q = v.sel.q if v.page == "search" else ""
    return Markup(
        '<form class="ik-find" role="search" method="get" action="{}" data-inkarta-search="{}">'
        '<input type="search" name="q" value="{}" maxlength="120" aria-label="{}" placeholder="{}" autocomplete="off" '
        'aria-keyshortcuts="Control+K Meta+K"></form>'
    ).format(PAGES["search"], kept.url(PAGES["search"]), q, v.t("search.label"), v.t("search.label"))


def _in_menu(page: str) -> bool:
    """Whether the menu names a page: the account has a place of its own, and administration is for who may."""
    return page != "account" and (page != "admin" or permission.may("admin"))


def _account(v: View, kept: Selection) -> Markup:
    """The way in, or to one's own page; nothing where nobody signs in."""
    if not settings.is_on():
        return Markup("")
    said = v.t("page.account") if permission.person() else v.t("signin.enter")
    mark = Markup(' aria-current="page"') if v.page == "account" else ""
    return Markup('<a class="ik-account" href="{}"{}>{}</a>').format(kept.url(PAGES["account"]), mark, said)


def _item(href: str, name: str, current: str) -> Markup:
    mark = Markup(' aria-current="{}"').format(current) if current else ""
    return Markup('<a href="{}"{}>{}</a>').format(href, mark, name)


def _pinned(v: View) -> str:
    """Which snapshot is seen instead of the latest, or that the wanted one cannot be shown; empty: the latest."""
    if v.sel.snapshot != v.w.snapshot_id:
        return v.t("changes.pin_missing", id=v.sel.snapshot)
    if served(snapshot_folder()).snapshot_id == v.w.snapshot_id:
        return ""
    return v.t("changes.pinned", day=v.day(v.as_of))


def _kept(sel: Selection) -> dict[str, Any]:
    """What follows along from page to page: language, län, the indicator and kind of amount, the snapshot."""
    names = (
        "lang", "lan", "indikator", "ar", "matt", "satt", "per", "visa", "snapshot", "fond", "portfolj", "bas", "plats",
        "nationella",
    )  # fmt: skip
    return {name: getattr(sel, name) for name in names}


def footer(v: View) -> None:
    """Snapshot, sources and API."""
    layout.html(
        Markup('<footer class="ik-footer"><p>{}</p><p>{} · {} · {} · {}</p></footer>').format(
            v.t("site.snapshot", id=v.w.snapshot_id, day=numbers.day(v.as_of, v.lang)),
            parts.link(Selection(lang=v.lang, snapshot=v.sel.snapshot).url("/kallor"), v.t("site.sources")),
            parts.link("/api/v1/", v.t("site.api")),
            parts.link(f"/guide?lang={v.lang}", v.t("access.guide")),
            parts.link(
                Selection(lang=v.lang, snapshot=v.sel.snapshot).url(PAGES["accessibility"]), v.t("page.accessibility")
            ),
        )
    )


def page_title(v: View) -> str:
    """What the browser's tab says: the län or the initiative, the page, the product."""
    subject = ""
    if v.page == "county" and v.sel.one_lan in v.regions:
        subject = v.regions[v.sel.one_lan or ""]
    elif v.page == "kommun" and len(v.sel.kommun) == 1 and v.sel.kommun[0] in v.regions:
        subject = v.regions[v.sel.kommun[0]]
    elif v.page == "initiatives" and v.sel.insats:
        row = v.w.row(
            "SELECT title_sv, title_en FROM mart_operation WHERE local_id = $id OR list_contains(operation_ids, $id)",
            {"id": v.sel.insats},
        )
        subject = v.of(row) if row else ""
    elif v.page == "sources" and v.sel.kalla:
        subject = v.sel.kalla
    elif v.page == "search":
        subject = v.sel.q
    return " – ".join(part for part in (subject, v.t(f"page.{v.page}"), v.t("site.name")) if part)
