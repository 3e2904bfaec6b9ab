"""Every role × every page and route, as the application itself has them; what is not said here fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.testclient import TestClient

from dashboard import permission, server
from dashboard.layout import PAGES
from dashboard.signin import door, rights, settings, who
from dashboard.signin.door import Door, Undeclared, guarded
from dashboard.store import FILE, Database, roles
from tests.dashboard.test_signin_settings import GOOD, write

ROLES = ("anonymous", "waiting", *roles.ROLES)
EVERYBODY = set(ROLES)
WITH_A_ROLE = set(roles.ROLES)
EDITORS = {"coordinator", "presenter", "admin"}
PRESENTERS = {"presenter", "admin"}
MODERATORS = {"presenter", "moderator", "admin"}
ADMINS = {"admin"}

PAGES_ASK = {
    **{page: "look" for page in PAGES if page not in ("about", "accessibility", "account", "admin")},
    "about": EVERYBODY,
    "accessibility": EVERYBODY,
    "account": EVERYBODY,
    "admin": ADMINS,
}
LOOK = [
    "GET /geo/{snapshot}/lan.json", "GET /geo/{snapshot}/kommuner.json", "GET /geo/{snapshot}/kommun-{lan}.json",
    "* /api/v1", "GET /export/{page:str}/{name:str}.{form:str}", "GET /export/{page:str}.{form:str}", "GET /vyer.json",
    "GET /vy/{id}", "GET /scen/fil/{deck:str}.toml", "GET /scen/visa/{deck:str}", "GET /scen/talare/{deck:str}",
    "GET /rum/{code:str}/resultat/{question:str}.json", "GET /rum/{code:str}/resultat/{question:str}.{form:str}",
    "GET /rum/{code:str}/resultat.{form:str}", "GET /rum/{code:str}/bredvid/{question:str}", "GET /mentimeter",
    "GET /mentimeter/{id:str}",
]  # fmt: skip
PHONES = [
    "GET /healthz", "GET /rum/{code:str}/nyheter", "GET /r", "GET /r/{code:str}", "GET /r/{code:str}/nu",
    "GET /r/{code:str}/bild/{scene:str}.svg", "GET /r/{code}/fraga", "GET /r/{code}/lage", "POST /r/{code}/in",
    "POST /r/{code}/svar", "POST /tillganglighet/synpunkt", "GET /guide",
    "GET /guide/{name:str}.png",
]  # fmt: skip
ROUTES_ASK: dict[str, Any] = {
    **dict.fromkeys(LOOK, "look"),
    **dict.fromkeys(PHONES, EVERYBODY),
    "POST /importera/fil": EDITORS,
    "POST /vyer/fil": EDITORS,
    "POST /effekter/fil": EDITORS,
    "POST /problemtrad/fil": EDITORS,
    "POST /mentimeter/fil": EDITORS,
    "POST /mentimeter/{id:str}/last": EDITORS,
    "POST /mentimeter/{id:str}/bort": EDITORS,
    "POST /scen/fil": PRESENTERS,
    "POST /scen/kod": PRESENTERS,
    "POST /rum": PRESENTERS,
    "POST /rum/{code:str}/lage": PRESENTERS,
    "POST /rum/{code:str}/stang": PRESENTERS,
    "GET /rum/{code}/fragor": MODERATORS,
    "GET /rum/{code:str}/grupper/{question:str}": MODERATORS,
    "POST /rum/{code:str}/grupper/{question:str}": MODERATORS,
    "POST /rum/{code}/fraga": MODERATORS,
    "GET /admin/logg.{form:str}": ADMINS,
}


def allowed(asks: Any, *, is_public: bool) -> set[str]:
    return (EVERYBODY if is_public else WITH_A_ROLE) if asks == "look" else set(asks)


@pytest.fixture(params=[True, False], ids=["public", "closed"])
def is_public(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setenv("INKARTA_PUBLIC", "on" if request.param else "off")
    return bool(request.param)


@pytest.fixture
def cookies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, str]]:
    """Role -> the cookies of somebody who has it, signed in."""
    monkeypatch.setenv("INKARTA_HOME", str(tmp_path))
    monkeypatch.setenv("INKARTA_SIGN_IN", str(write(tmp_path / "sign-in.toml", GOOD)))
    for name in ("INKARTA_EDIT", "INKARTA_IMPORT"):
        monkeypatch.setenv(name, "on")
    db, out = Database(tmp_path / FILE), {"anonymous": {}}
    for role in ROLES[1:]:
        out[role] = {who.COOKIE: f"cookie-of-{role}"}
        person = roles.begin(db, who.digest(out[role]), "https://id.example", role)
        if role != "waiting":
            roles.grant(db, person.id, role)  # type: ignore[arg-type]
    return out


def named(route: BaseRoute) -> str:
    return " ".join(door.key(route))


def own_routes() -> list[BaseRoute]:
    return list(server.create_app().app.app.app._user_routes)  # type: ignore[attr-defined]


def as_role(cookies: dict[str, str]) -> Any:
    return who.request.set(who.Asked(cookies))


# Pages


def test_every_page_has_an_entry_in_both_tables() -> None:
    assert set(PAGES_ASK) == set(PAGES) == set(rights.PAGES)


def test_every_role_sees_the_pages_that_it_may(cookies: dict[str, dict[str, str]], is_public: bool) -> None:
    for role in ROLES:
        token = as_role(cookies[role])
        seen = {page for page in PAGES if permission.may_see(page)}
        who.request.reset(token)
        assert seen == {page for page in PAGES if role in allowed(PAGES_ASK[page], is_public=is_public)}, role


def test_every_role_has_its_rights(cookies: dict[str, dict[str, str]]) -> None:
    found = {}
    for role in ROLES:
        token = as_role(cookies[role])
        found[role] = {right for right in rights.RIGHTS if permission.may(right)}
        who.request.reset(token)
    assert found == {
        "anonymous": {"look"}, "waiting": {"look"}, "viewer": {"look"}, "coordinator": {"look", "edit", "import"},
        "presenter": {"look", "edit", "import", "present", "moderate"}, "moderator": {"look", "moderate"},
        "admin": {"look", "edit", "import", "present", "moderate", "admin"},
    }  # fmt: skip


def test_off_takes_a_right_away_from_every_role(
    cookies: dict[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INKARTA_EDIT", "off")
    as_role(cookies["admin"])
    assert {right: permission.may(right) for right in rights.RIGHTS} == {
        "look": True, "edit": False, "import": True, "present": False, "moderate": True, "admin": True,
    }  # fmt: skip


# Routes


def test_every_route_of_the_application_has_an_entry_in_both_tables(cookies: dict[str, dict[str, str]]) -> None:
    found = {named(route) for route in own_routes()}
    assert found == set(ROUTES_ASK)
    assert found == {" ".join(key) for key in rights.ROUTES}


def test_a_route_without_an_entry_is_not_served() -> None:
    async def new(_: Any) -> Response:
        return Response("new")

    from starlette.routing import Route

    with pytest.raises(Undeclared, match="/ny-sida"):
        guarded([Route("/ny-sida", new)])
    with pytest.raises(Undeclared, match="2 methods"):
        guarded([Route("/vyer.json", new, methods=["GET", "DELETE"])])


@pytest.fixture
def client(cookies: dict[str, dict[str, str]], is_public: bool) -> Iterator[TestClient]:
    """The application's own routes behind their doors, with an answer in place of what lies within."""
    routes = own_routes()

    async def within(scope: Any, receive: Any, send: Any) -> None:
        await Response("within", 299)(scope, receive, send)

    for route in routes:
        route.app.app = within  # type: ignore[attr-defined]
    with TestClient(Door(Starlette(routes=routes), settings.read()), follow_redirects=False) as client:
        yield client


def test_every_role_reaches_the_routes_that_it_may(
    client: TestClient, cookies: dict[str, dict[str, str]], is_public: bool
) -> None:
    wrong = []
    for row, asks in ROUTES_ASK.items():
        method, path = row.split(" ")
        address = re.sub(r"\{\w+(:str)?\}", "abcde", path) + ("/regions" if method == "*" else "")
        for role in ROLES:
            client.cookies.clear()
            client.cookies.update(cookies[role])
            got = client.request("GET" if method == "*" else method, address).status_code
            wanted = 299 if role in allowed(asks, is_public=is_public) else 401 if role == "anonymous" else 403
            if got != wanted:
                wrong.append((row, role, got, wanted))
    assert wrong == []


def test_no_role_comes_of_what_a_cookie_or_a_header_claims(
    client: TestClient, cookies: dict[str, dict[str, str]]
) -> None:
    claims = {
        who.COOKIE: '{"role": "admin", "is_logged_in": true}', "role": "admin", "roles": "admin",
        "inkarta_role": "admin", "_streamlit_user_tokens": "admin",
    }  # fmt: skip
    client.cookies.update(claims)
    headers = {"x-forwarded-user": "admin", "authorization": "Bearer admin", "x-role": "admin"}
    assert client.get("/admin/logg.csv", headers=headers).status_code == 401
    client.cookies.clear()
    client.cookies.update({**claims, **cookies["viewer"]})
    assert client.get("/admin/logg.csv", headers=headers).status_code == 403


def test_a_role_that_is_taken_away_is_gone_at_the_next_request(
    client: TestClient, cookies: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    client.cookies.update(cookies["admin"])
    assert client.get("/admin/logg.csv").status_code == 299
    db = Database(tmp_path / FILE)
    (admin,) = (one for one in roles.every(db) if one.role == "admin")
    roles.grant(db, admin.id, "viewer")
    assert client.get("/admin/logg.csv").status_code == 403
    roles.revoke(db, admin.id)
    assert client.get("/admin/logg.csv").status_code == 401


def test_denial_is_a_page_in_words_for_a_browser(client: TestClient) -> None:
    for lang, said in (("sv", "Logga in först"), ("en", "Sign in first")):
        answer = client.get(f"/admin/logg.csv?lang={lang}", headers={"accept": "text/html"})
        assert answer.status_code == 401
        assert f'<html lang="{lang}">' in answer.text
        assert said in answer.text


def test_an_unreadable_database_lets_nobody_in(
    client: TestClient, cookies: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    for end in ("", "-wal", "-shm"):
        (tmp_path / f"{FILE}{end}").unlink(missing_ok=True)
    (tmp_path / FILE).write_text("no database " * 100)
    client.cookies.update(cookies["admin"])
    assert client.get("/admin/logg.csv").status_code == 401


# Without sign-in


def test_without_sign_in_nothing_is_asked_and_nothing_of_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INKARTA_HOME", str(tmp_path))
    monkeypatch.delenv("INKARTA_SIGN_IN", raising=False)
    monkeypatch.setenv("INKARTA_EDIT", "on")
    monkeypatch.setenv("INKARTA_IMPORT", "off")
    assert {right: permission.may(right) for right in rights.RIGHTS} == {
        "look": True, "edit": True, "import": False, "present": True, "moderate": True, "admin": False,
    }  # fmt: skip
    assert not permission.lacks("present")
    assert {page for page in PAGES if not permission.may_see(page)} == {"admin"}
    with TestClient(server.create_app(), base_url="http://127.0.0.1") as client:
        for path in ("/auth/login", "/auth/login/", "/auth/logout", "/oauth2callback", "/oauth2callback?state=2"):
            assert client.get(path, follow_redirects=False).status_code == 404, path
        assert client.get("/admin/logg.csv").status_code == 403
        assert client.get("/vyer.json").status_code == 200
