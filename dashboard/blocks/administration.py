"""*Administration*: persons and their roles, and the journal. Every change asks anew whether it is allowed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from markupsafe import Markup

from dashboard import layout, parts, permission
from dashboard.blocks.account import spaced
from dashboard.layout import View
from dashboard.signin import who
from dashboard.store import StoreError, audit, roles
from dashboard.store.roles import ROLES, Person
from dashboard.store.views import RefusedError
from dashboard.texts import has

SHOWN = 100
_SAID, _FAULT = "admin-said", "admin-fault"


def people(v: View) -> None:
    """The title, every person in a table, and the form that changes one."""
    try:
        found = roles.every(who.database())
    except StoreError:
        layout.title(v.t("page.admin"))
        layout.html(parts.missing(v.t("admin.not_store")))
        return
    waiting = v.n(sum(not one.role for one in found))
    key = "admin.lede_one" if len(found) == 1 else "admin.lede"
    layout.title(v.t("page.admin"), v.t(key, n=v.n(len(found)), waiting=waiting))
    _told(v)
    layout.html(
        parts.heading(2, v.t("admin.people")),
        Markup("<p>{}</p>").format(v.t("admin.people_text", days=roles.WAITING_DAYS)),
    )
    head = [v.t(f"admin.{name}") for name in ("person", "name", "role", "seen")]
    body = [
        [
            Markup('<code class="ik-code">{}</code>').format(spaced(one.id)), one.label or "–",
            v.t(f"signin.role_{one.role}"), v.day(one.seen_at),
        ]
        for one in found
    ]  # fmt: skip
    layout.html(parts.table(head, body, label=v.t("admin.people")))
    with st.container(key="admin-edit"):
        _edit(v, {one.id: one for one in found})


def _edit(v: View, by_id: dict[str, Person]) -> None:
    key = f"admin-person-{v.lang}"
    if st.session_state.get(key) not in by_id:
        st.session_state[key] = None
    chosen = st.selectbox(
        v.t("admin.choose"), list(by_id), index=None, key=key, placeholder=v.t("admin.choose_hint"),
        format_func=lambda one: _name(v, by_id[one]) if one in by_id else one,
    )  # fmt: skip
    if chosen is None:
        return
    one = by_id[chosen]
    with st.form(f"admin-form-{one.id}", border=False):
        st.text_input(
            v.t("admin.name"), one.label, max_chars=roles.MOST_LABEL, key=f"admin-name-{one.id}",
            help=v.t("admin.name_help"),
        )  # fmt: skip
        st.selectbox(
            v.t("admin.role"), ROLES, index=ROLES.index(one.role) if one.role else None, key=f"admin-role-{one.id}",
            format_func=lambda role: f"{v.t(f'signin.role_{role}')}: {v.t(f'signin.may_{role}')}",
            placeholder=v.t("admin.not_no_role"),
        )  # fmt: skip
        st.form_submit_button(v.t("admin.do_save"), on_click=_save, args=(one.id,))
    with st.container(key="admin-ways", horizontal=True):
        ways: tuple[tuple[str, Callable[[Person], None]], ...] = (
            ("sign_out", _sign_out), ("revoke", _revoke), ("remove", _remove),
        )  # fmt: skip
        for name, do in ways:
            if name != "revoke" or one.role:
                st.button(v.t(f"admin.do_{name}"), key=f"admin-{name}-{one.id}", on_click=do, args=(one,))


def _name(v: View, one: Person) -> str:
    return f"{one.label or v.t('admin.unnamed')} ({spaced(one.id)})"


def _told(v: View) -> None:
    if rule := st.session_state.pop(_FAULT, None):
        key = f"admin.not_{rule}"
        said = v.t(key if has(key) else "admin.not_store")
        layout.html(Markup('<div role="alert">{}</div>').format(parts.missing(said)))
    if said := st.session_state.pop(_SAID, None):
        key, one = said
        words = v.t(f"admin.said_{key}", name=_name(v, one), role=v.t(f"signin.role_{one.role}"))
        layout.html(Markup('<p class="ik-done" role="status">{}</p>').format(words))


def _do(said: str, one: Person, change: Callable[[], object]) -> None:
    """Make a change if it is allowed at this very moment; what became of it is told on the next drawing."""
    if not permission.may("admin"):
        return
    try:
        change()
    except RefusedError as error:
        st.session_state[_FAULT] = error.rule
    except StoreError:
        st.session_state[_FAULT] = "store"
    else:
        st.session_state[_SAID] = (said, one)


def _save(person_id: str) -> None:
    role, label = (st.session_state.get(f"admin-{name}-{person_id}") for name in ("role", "name"))
    if role not in ROLES:
        st.session_state[_FAULT] = "no_role"
        return
    made = Person(person_id, role, str(label or ""), audit.now())
    _do("saved", made, lambda: roles.grant(who.database(), person_id, role, str(label or ""), keep_admin=True))


def _revoke(one: Person) -> None:
    _do("revoked", one, lambda: roles.revoke(who.database(), one.id, keep_admin=True))


def _sign_out(one: Person) -> None:
    _do("signed_out", one, lambda: roles.sign_out(who.database(), one.id))


def _remove(one: Person) -> None:
    _do("removed", one, lambda: roles.remove(who.database(), one.id, keep_admin=True))


def journal(v: View) -> None:
    """Whether the chain holds, the latest rows, and all of them as files."""
    layout.html(parts.heading(2, v.t("admin.journal")))
    try:
        db = who.database()
        verdict, found = audit.verify(db), audit.entries(db, most=SHOWN)
        names = {one.id: one.label for one in roles.every(db) if one.label}
    except StoreError:
        layout.html(parts.missing(v.t("admin.not_store")))
        return
    if verdict.wrong_at:
        said = v.t("admin.journal_broken", at=verdict.wrong_at, why=v.t(f"admin.why_{verdict.why}"))
        layout.html(Markup('<div role="alert">{}</div>').format(parts.missing(said)))
    else:
        said = v.t("admin.journal_finding", n=v.n(verdict.rows), last=verdict.last)
        layout.html(Markup("<p>{}</p>").format(said))
    ways = parts.join((parts.link(f"/admin/logg.{form}", form.upper()) for form in ("csv", "json")), " ")
    layout.html(
        parts.source(v.t("admin.journal_text", days=audit.days(), shown=v.n(len(found)))),
        Markup("<p>{} {}</p>").format(v.t("admin.take"), ways),
    )
    head = [v.t(f"admin.{name}") for name in ("number", "at", "who", "what", "thing")]
    body = [
        [
            str(one.number), one.at.replace("T", " ").rstrip("Z"), _who(v, one.who, names),
            v.t(f"journal.{one.what}") if has(f"journal.{one.what}") else one.what, one.thing or "–",
        ]
        for one in found
    ]  # fmt: skip
    layout.html(parts.table(head, body, label=v.t("admin.journal"), numeric=(0,)))


def _who(v: View, person_id: str, names: dict[str, str]) -> str:
    key = f"admin.who_{person_id}"
    if has(key):
        return v.t(key)
    return names.get(person_id) or spaced(person_id)
