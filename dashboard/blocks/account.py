"""*Konto*: who one is here and what one may, signing in and out; and what is said to whoever may not see a page."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st
from markupsafe import Markup

from dashboard import layout, parts
from dashboard.layout import View
from dashboard.signin import settings, who
from dashboard.store.roles import Session


def page(v: View) -> None:
    """Everything on *Konto*."""
    if not settings.is_on():
        _off(v, "account")
        return
    if st.query_params.get("nej"):
        layout.html(Markup('<div role="alert">{}</div>').format(parts.missing(v.t("signin.refused"))))
    found = who.here()
    if found is None:
        _out(v)
    else:
        _in(v, found)
    layout.html(parts.heading(2, v.t("signin.held")), Markup("<p>{}</p>").format(v.t("signin.held_text")))


def _off(v: View, page: str) -> None:
    layout.title(v.t(f"page.{page}"))
    layout.html(parts.empty(v.t("signin.off_title"), v.t("signin.off")))


def _out(v: View) -> None:
    layout.title(v.t("page.account"), v.t("signin.lede_out"))
    layout.html(Markup("<p>{}</p>").format(v.t("signin.out_public" if settings.is_public() else "signin.out_closed")))
    with st.container(key="account-ways", horizontal=True):
        st.button(v.t("signin.enter"), key="account-enter", type="primary", on_click=st.login)
    if on := settings.serving():
        layout.html(parts.source(v.t("signin.provider", host=urlsplit(on.server_metadata_url).hostname)))


def _in(v: View, found: Session) -> None:
    person = found.person
    lede = v.t("signin.lede_in", role=v.t(f"signin.role_{person.role}")) if person.role else v.t("signin.lede_waiting")
    layout.title(v.t("page.account"), lede)
    if not person.role:
        layout.html(parts.missing(v.t("signin.waiting")))
    rows: list[tuple[str, str | Markup]] = [
        (v.t("signin.code"), Markup('<code class="ik-code">{}</code>').format(spaced(person.id))),
        (v.t("signin.role"), v.t(f"signin.role_{person.role}")),
        (v.t("signin.may"), v.t(f"signin.may_{person.role}")),
        (v.t("signin.since"), f"{v.day(found.signed_in_at)} {found.signed_in_at:%H:%M} UTC"),
        (v.t("signin.until"), f"{v.day(found.until)} {found.until:%H:%M} UTC"),
    ]
    if person.label:
        rows.insert(1, (v.t("signin.label"), person.label))
    layout.html(parts.facts(rows))
    with st.container(key="account-ways", horizontal=True):
        if not person.role:
            st.button(v.t("signin.again"), key="account-again")
        st.button(v.t("signin.leave"), key="account-leave", on_click=st.logout)


def denied(v: View) -> None:
    """In place of a page that whoever is asking may not see."""
    if not settings.is_on():
        _off(v, v.page)
        return
    why = "needs_role" if who.here() else "needs_sign_in"
    layout.title(v.t(f"signin.{why}_title"), v.t(f"signin.{why}"))
    layout.html(Markup("<p>{}</p>").format(parts.link(v.href("account"), v.t("signin.to_account"))))


def spaced(code: str) -> str:
    """A code as it is read aloud: abcd-efgh-jkmn."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))
