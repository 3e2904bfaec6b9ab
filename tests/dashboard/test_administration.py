"""The pages Konto and Administration as they are drawn and pressed, without a browser."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.layout import PAGES
from dashboard.signin import who
from dashboard.store import FILE, Database, audit, roles, views
from dashboard.store.roles import Session
from dashboard.texts import t
from tests.conftest import ROOT
from tests.dashboard.test_signin_settings import GOOD, write

HOSTILE = "Moderator <img src=x onerror=alert(1)> [x](http://evil.example)"


class Here:
    """Who is in front of the screen; nobody until somebody sits down."""

    def __init__(self, db: Database) -> None:
        self.db, self.id = db, ""

    def session(self) -> Session | None:
        found = roles.find(self.db, self.id) if self.id else None
        return Session(found, audit.now(), audit.now() + timedelta(hours=8)) if found else None

    def sits(self, role: roles.Role | None = None) -> roles.Person:
        found = roles.expect(self.db, "https://id.example", role or "new")
        if role:
            found = roles.grant(self.db, found.id, role, f"En {role}")
        self.id = found.id
        return found


@pytest.fixture
def here(tmp_path: Path, warehouse_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Here:
    (tmp_path / "snapshots").symlink_to(warehouse_folder)
    monkeypatch.setenv("INKARTA_HOME", str(tmp_path))
    monkeypatch.setenv("INKARTA_SIGN_IN", str(write(tmp_path / "sign-in.toml", GOOD)))
    made = Here(Database(tmp_path / FILE))
    monkeypatch.setattr(who, "here", made.session)
    return made


def drawn(page: str, lang: str = "sv") -> AppTest:
    """A page with the frame's decision whether it may be seen."""
    script = f"""
from dashboard import layout, permission
from dashboard.blocks import account
import runpy
if permission.may_see("{page}"):
    runpy.run_path({str(ROOT / "pages" / f"{page}.py")!r})
else:
    account.denied(layout.view("{page}"))
"""
    made = AppTest.from_string(script, default_timeout=60)
    made.query_params["lang"] = lang
    return made.run()


def text(at: AppTest) -> str:
    assert not at.exception
    return " ".join(str(one.proto.body) for one in at.get("html"))


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_the_account_tells_who_one_is_and_what_one_may(here: Here, lang: str) -> None:
    assert t("signin.lede_out", lang) in text(drawn("account", lang))  # type: ignore[arg-type]
    person = here.sits()
    said = text(drawn("account", lang))
    assert "-".join(person.id[at : at + 4] for at in (0, 4, 8)) in said
    assert t("signin.lede_waiting", lang) in said  # type: ignore[arg-type]
    for role in roles.ROLES:
        here.sits(role)
        said = text(drawn("account", lang))
        assert t(f"signin.may_{role}", lang) in said  # type: ignore[arg-type]
        assert f"En {role}" in said


@pytest.mark.parametrize("role", [None, *roles.ROLES])
def test_administration_is_for_administrators_and_says_so_to_others(here: Here, role: roles.Role | None) -> None:
    here.sits(role)
    at = drawn("admin")
    if role == "admin":
        assert t("admin.people", "sv") in text(at)
    else:
        assert t("signin.needs_role", "sv") in text(at)
        assert not at.selectbox
        assert not at.button


def test_nobody_sees_that_one_should_sign_in(here: Here) -> None:
    assert t("signin.needs_sign_in", "sv") in text(drawn("admin"))


def test_a_role_is_given_changed_and_taken(here: Here) -> None:
    boss, other = here.sits("admin"), roles.expect(here.db, "https://id.example", "other")
    at = drawn("admin")
    at.selectbox(key="admin-person-sv").select(other.id).run()
    at.text_input(key=f"admin-name-{other.id}").input(HOSTILE)
    at.selectbox(key=f"admin-role-{other.id}").select("moderator")
    at.button[0].click().run()
    found = roles.find(here.db, other.id)
    assert found is not None
    assert (found.role, found.label) == ("moderator", HOSTILE)
    assert [(one.who, one.thing) for one in audit.entries(here.db, most=1)] == [(boss.id, f"{other.id} moderator")]
    assert "<img" not in text(at)
    assert "&lt;img" in text(at)

    at.button(key=f"admin-revoke-{other.id}").click().run()
    assert roles.find(here.db, other.id).role == ""  # type: ignore[union-attr]
    at.button(key=f"admin-remove-{other.id}").click().run()
    assert roles.find(here.db, other.id) is None
    assert audit.verify(here.db).wrong_at == 0


def test_a_role_must_be_chosen_and_the_last_administrator_stays(here: Here) -> None:
    boss, other = here.sits("admin"), roles.expect(here.db, "https://id.example", "other")
    at = drawn("admin")
    at.selectbox(key="admin-person-sv").select(other.id).run()
    at.button[0].click().run()
    assert t("admin.not_no_role", "sv") in text(at)
    at.selectbox(key="admin-person-sv").select(boss.id).run()
    for press in ("revoke", "remove"):
        at.button(key=f"admin-{press}-{boss.id}").click().run()
        assert t("admin.not_last_admin", "sv") in text(at)
    assert roles.find(here.db, boss.id).role == "admin"  # type: ignore[union-attr]


def test_whoever_is_no_administrator_any_longer_changes_nothing_by_the_open_form(here: Here) -> None:
    boss, other = here.sits("admin"), roles.expect(here.db, "https://id.example", "other")
    at = drawn("admin")
    at.selectbox(key="admin-person-sv").select(other.id).run()
    at.selectbox(key=f"admin-role-{other.id}").select("admin")
    roles.grant(here.db, boss.id, "viewer")
    at.button[0].click().run()
    assert roles.find(here.db, other.id).role == ""  # type: ignore[union-attr]
    assert t("signin.needs_role", "sv") in text(at)


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_the_journal_is_told_in_words_and_says_when_it_does_not_hold(here: Here, lang: str) -> None:
    here.sits("admin")
    audit.add(here.db, "publish", "20261126-0123abcd", who="local")
    said = text(drawn("admin", lang))
    assert t("journal.publish", lang) in said  # type: ignore[arg-type]
    assert t("admin.who_local", lang) in said  # type: ignore[arg-type]
    with here.db.write() as con:
        con.execute("UPDATE audit SET thing = 'other' WHERE what = 'publish'")
    assert t("admin.why_changed", lang) in text(drawn("admin", lang))  # type: ignore[arg-type]


def test_a_page_saves_only_for_a_role_that_may(here: Here) -> None:
    assert len(views.every(here.db)) == 0
    for role, may in (("viewer", False), ("moderator", False), ("coordinator", True), ("admin", True)):
        here.sits(role)  # type: ignore[arg-type]
        closed = t("views.closed", "sv") in text(drawn("views"))
        assert closed != may, role
    for role, may in (("coordinator", False), ("presenter", True)):
        here.sits(role)  # type: ignore[arg-type]
        closed = t("held.closed", "sv") in text(drawn("stage"))
        assert closed != may, role


def test_where_nobody_signs_in_both_pages_say_so(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INKARTA_SIGN_IN")
    for page in ("account", "admin"):
        assert page in PAGES
        assert t("signin.off", "sv") in text(drawn(page))
