"""The door around Streamlit's sign-in: what it writes down and lets through, and what it does when it cannot write."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from itsdangerous import URLSafeTimedSerializer
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.testclient import TestClient

from dashboard.guard import Guard, Hosts
from dashboard.layout import PAGES
from dashboard.signin import settings, who
from dashboard.signin.door import Door
from dashboard.store import FILE, Database, audit, roles
from tests.dashboard.test_signin_settings import GOOD, write

LONG = 30 * 24 * 3600


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("INKARTA_HOME", str(tmp_path))
    monkeypatch.setenv("INKARTA_SIGN_IN", str(write(tmp_path / "sign-in.toml", GOOD)))
    return Database(tmp_path / FILE)


def signed(name: str, value: str, key: str = GOOD["cookie_secret"]) -> str:
    return str(URLSafeTimedSerializer(key, salt=name).dumps(value))


def client(cookies: Callable[[], dict[str, str]], *, is_https: bool = True) -> TestClient:
    """A browser before a Streamlit that sets these cookies whoever comes back, and deletes them at the way out."""

    async def streamlit(scope: Any, receive: Any, send: Any) -> None:
        answer: Response = RedirectResponse("/?somewhere=else", 302)
        if scope["query_string"] == b"provider=gone":
            answer = PlainTextResponse("Authentication error", 400)
        if scope["path"] == "/oauth2callback":
            for name, value in cookies().items():
                answer.set_cookie(name, value, max_age=LONG, httponly=True, samesite="lax")
        if scope["path"] == "/auth/logout":
            answer.delete_cookie(who.COOKIE)
        await answer(scope, receive, send)

    app = Guard(
        Door(streamlit, settings.read()), hosts=Hosts.of("0.0.0.0", ["karta.region.example"]), is_https=is_https
    )
    return TestClient(app, base_url="https://karta.region.example", follow_redirects=False)


def says(**claims: object) -> dict[str, str]:
    told = {"iss": "https://id.example", "sub": "anna", "is_logged_in": True, **claims}
    return {who.COOKIE: signed(who.COOKIE, json.dumps(told)), "_streamlit_user_tokens": "tokens"}


def kept(db: Database) -> int:
    with db.read() as con:
        return int(con.execute("SELECT count(*) FROM sign_in WHERE revoked_at IS NULL").fetchone()[0])


def test_coming_back_is_written_down_with_our_age_and_leads_to_the_account(db: Database) -> None:
    browser = client(lambda: says())
    answer = browser.get("/oauth2callback?code=1&state=2")
    assert answer.headers["location"] == "/konto"
    lines = [line for line in answer.headers.get_list("set-cookie") if line.startswith(who.COOKIE)]
    assert len(lines) == 2
    for line in lines:
        assert "Max-Age=28800" in line
        assert "; HttpOnly" in line
        assert "; Secure" in line
        assert "; SameSite=lax" in line
    assert roles.session(db, who.digest(dict(browser.cookies)), 8)
    assert [one.what for one in audit.entries(db)] == ["sign_in"]


def test_a_cookie_in_parts_is_written_down_whole(db: Database) -> None:
    text = json.dumps({"iss": "https://id.example", "sub": "anna", "groups": ["x" * 50] * 60})
    parts = [text[at : at + 1000] for at in range(0, len(text), 1000)]
    given = {who.COOKIE: signed(who.COOKIE, f"chunks-{len(parts)}")}
    given |= {f"{who.COOKIE}_{n}": signed(f"{who.COOKIE}_{n}", part) for n, part in enumerate(parts, 1)}
    browser = client(lambda: given)
    assert browser.get("/oauth2callback?code=1&state=2").headers["location"] == "/konto"
    assert roles.session(db, who.digest(dict(browser.cookies)), 8)


@pytest.mark.parametrize(
    "given",
    [
        {who.COOKIE: "nothing.of.ours"},
        {who.COOKIE: signed(who.COOKIE, json.dumps({"iss": "i", "sub": "s"}), "another key that is long enough")},
        {who.COOKIE: signed(who.COOKIE, "no json")},
        {who.COOKIE: signed(who.COOKIE, "[1]")},
        {who.COOKIE: signed("_streamlit_user_tokens", json.dumps({"iss": "i", "sub": "s"}))},
        says(sub=""),
        says(sub=7),
        says(iss=None),
    ],
)
def test_what_cannot_be_read_is_no_session_and_leaves_no_cookie(db: Database, given: dict[str, str]) -> None:
    browser = client(lambda: given)
    answer = browser.get("/oauth2callback?code=1&state=2")
    assert answer.headers["location"].startswith("/konto?nej=")
    assert "set-cookie" not in answer.headers
    assert kept(db) == 0
    assert [one.what for one in audit.entries(db)] == ["sign_in_refused"]


def test_without_the_database_nobody_gets_in_and_nobody_is_told_that_she_is_out(db: Database) -> None:
    browser = client(lambda: says())
    db.path.write_text("no database " * 100)
    answer = browser.get("/oauth2callback?code=1&state=2")
    assert answer.headers["location"] == "/konto?nej=store"
    assert "set-cookie" not in answer.headers
    browser.cookies.update(says())
    assert browser.get("/auth/logout").status_code == 503


def test_signing_out_ends_the_session_before_streamlit_hears_of_it(db: Database) -> None:
    browser = client(lambda: says())
    browser.get("/oauth2callback?code=1&state=2")
    copied = dict(browser.cookies)
    assert browser.get("/auth/logout").status_code == 302
    assert roles.session(db, who.digest(copied), 8) is None
    assert [one.what for one in audit.entries(db)] == ["sign_out", "sign_in"]


def test_signing_in_again_ends_the_browsers_earlier_session(db: Database) -> None:
    turns = iter(range(9))
    browser = client(lambda: says(nonce=next(turns)))
    browser.get("/oauth2callback?code=1&state=2")
    first = dict(browser.cookies)
    browser.get("/oauth2callback?code=3&state=4")
    assert roles.session(db, who.digest(first), 8) is None
    assert roles.session(db, who.digest(dict(browser.cookies)), 8)
    assert kept(db) == 1


def test_refusals_are_written_down_but_never_without_end(db: Database) -> None:
    browser = client(dict)
    for _ in range(3):
        browser.get("/oauth2callback?state=x&error=access_denied")
    assert audit.entries(db) == ()  # nobody began to sign in in this browser
    browser.cookies.update({"_streamlit_session": "begun"})
    for _ in range(40):
        browser.get("/oauth2callback?state=x&error=access_denied&error_description=Anna")
    browser.get("/oauth2callback?state=x&error=<script>")
    found = audit.entries(db)
    assert len(found) == 20
    assert {(one.what, one.thing, one.who) for one in found} == {("sign_in_refused", "access_denied", who.NOBODY)}


@pytest.mark.parametrize("path", ["/auth/login", "/auth/logout", "/auth/logout/"])
def test_another_site_signs_nobody_in_or_out(db: Database, path: str) -> None:
    browser = client(lambda: says())
    browser.get("/oauth2callback?code=1&state=2")
    for site in ("cross-site", "same-site", "odd"):
        assert browser.get(path, headers={"sec-fetch-site": site}).status_code == 403
    assert kept(db) == 1
    assert browser.get(path, headers={"sec-fetch-site": "same-origin"}).status_code == 302


def test_a_provider_that_cannot_be_reached_is_told_of_in_words_on_the_account(db: Database) -> None:
    answer = client(dict).get("/auth/login?provider=gone")
    assert (answer.status_code, answer.headers["location"], answer.text) == (303, "/konto?nej=provider", "")


def test_the_way_back_is_the_page_of_the_account() -> None:
    assert PAGES["account"] == settings.ACCOUNT
