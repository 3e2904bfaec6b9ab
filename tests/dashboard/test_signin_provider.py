"""Sign-in at a real provider over HTTP: each role at the doors; copied, forged, old and over-long cookies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from itsdangerous import URLSafeTimedSerializer

from dashboard.live.decks import decks
from dashboard.signin import who
from dashboard.store import audit, roles
from tests.signed_in import SignIn, sign_in

JOURNAL = "/admin/logg.json"


@pytest.fixture(scope="module")
def on(tmp_path_factory: pytest.TempPathFactory, warehouse_folder: Path) -> Iterator[SignIn]:
    with sign_in(tmp_path_factory.mktemp("provider") / "home", warehouse_folder) as running:
        yield running


def post(client: httpx.Client, path: str) -> int:
    """What a form of our own is answered."""
    return client.post(path, headers={"origin": str(client.base_url).rstrip("/")}, follow_redirects=False).status_code


def test_whoever_comes_back_is_led_to_the_account_as_nobody_in_particular(on: SignIn) -> None:
    with on.visitor() as client:
        assert str(on.enter(client, "karin").url) == f"{on.url}/konto"
        kept = {cookie.name: cookie for cookie in client.cookies.jar if cookie.name.startswith("_streamlit_user")}
        assert all(cookie.has_nonstandard_attr("HttpOnly") for cookie in kept.values())
        assert sum(len(cookie.value or "") for cookie in kept.values()) < 4096
        (karin,) = (one for one in roles.every(on.db) if one.id == on.person("karin").id)
        assert (karin.role, karin.label) == ("", "")  # the provider has called her an administrator
        assert client.get(JOURNAL).status_code == 403
        assert post(client, "/vyer/fil") == 403


def test_nothing_that_the_provider_tells_of_a_person_is_kept(on: SignIn) -> None:
    with on.visitor("kerstin"):
        pass
    with on.db.read() as con:
        con.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for file in on.home.glob("app.sqlite3*"):
        held = file.read_bytes().lower()
        assert b"kerstin" not in held
        assert b"@region" not in held


@pytest.mark.parametrize("role", roles.ROLES)
def test_each_role_at_the_doors(on: SignIn, role: roles.Role) -> None:
    on.person(f"r-{role}", role)
    wanted = {
        "/vyer/fil": role in ("coordinator", "presenter", "admin"),
        "/importera/fil": role in ("coordinator", "presenter", "admin"),
        "/scen/fil": role in ("presenter", "admin"),
        "/rum": role in ("presenter", "admin"),
    }
    with on.visitor(f"r-{role}") as client:
        assert client.get(JOURNAL).status_code == (200 if role == "admin" else 403)
        assert client.get("/vyer.json").status_code == 200
        assert {path: post(client, path) != 403 for path in wanted} == wanted


def test_a_room_needs_its_secret_and_a_role(on: SignIn) -> None:
    leader = on.person("leader", "presenter")
    with on.visitor("leader") as client, on.visitor() as stranger:
        origin = {"origin": on.url}
        deck = next(iter(decks.files().found))
        opened = client.post("/rum", data={"deck": deck, "lang": "sv"}, headers=origin, follow_redirects=False)
        assert opened.status_code == 303, opened.text
        code = httpx.URL(opened.headers["location"]).params["rum"]
        assert audit.entries(on.db, most=1)[0].who == leader.id
        secret = client.cookies[f"ik_presenter_{code}"]
        assert client.get(f"/rum/{code}/fragor").status_code == 200
        stranger.cookies[f"ik_presenter_{code}"] = secret  # the secret without a role
        assert stranger.get(f"/rum/{code}/fragor").status_code == 401
        assert post(stranger, f"/rum/{code}/stang") == 401
        roles.grant(on.db, leader.id, "moderator")  # a role that may moderate but not lead
        assert client.get(f"/rum/{code}/fragor").status_code == 200
        do = {"gor": "oppna", "fraga": "x"}
        assert client.post(f"/rum/{code}/fraga", data=do, headers=origin).json() == {"rule": "not_allowed"}
        assert client.post(f"/rum/{code}/fraga", data={**do, "gor": "godkann"}, headers=origin).status_code == 200
        assert post(client, f"/rum/{code}/stang") == 403
        roles.grant(on.db, leader.id, "presenter")
        assert post(client, f"/rum/{code}/stang") == 303
        assert next(one.what for one in audit.entries(on.db, most=20) if one.who == leader.id) == "room_close"


def test_a_copied_cookie_is_of_no_use_after_signing_out(on: SignIn) -> None:
    on.person("copied", "admin")
    with on.visitor("copied") as client, on.visitor() as thief:
        thief.cookies.update({one.name: one.value or "" for one in client.cookies.jar if one.domain == "127.0.0.1"})
        assert thief.get(JOURNAL).status_code == 200
        assert str(on.leave(client).url) == f"{on.url}/konto"
        assert client.get(JOURNAL).status_code == 401
        assert thief.get(JOURNAL).status_code == 401
        on.enter(client, "copied")
        assert client.get(JOURNAL).status_code == 200
        assert thief.get(JOURNAL).status_code == 401


def test_what_is_taken_away_is_gone_at_the_next_request(on: SignIn) -> None:
    boss = on.person("taken", "admin")
    with on.visitor("taken") as client:
        assert client.get(JOURNAL).status_code == 200
        roles.grant(on.db, boss.id, "viewer")
        assert client.get(JOURNAL).status_code == 403
        roles.grant(on.db, boss.id, "admin")
        roles.sign_out(on.db, boss.id)
        assert client.get(JOURNAL).status_code == 401


def test_a_session_ends_by_the_clock(on: SignIn) -> None:
    on.person("late", "admin")
    with on.visitor("late") as client:
        try:
            seen = []
            for hours in ("0", "7.9", "8.1", "-1"):
                on.forward.write_text(hours, "utf-8")
                seen.append(client.get(JOURNAL).status_code)
        finally:
            on.forward.write_text("0", "utf-8")
    assert seen == [200, 200, 401, 401]


def test_a_cookie_so_long_that_it_comes_in_parts_is_a_session_too(on: SignIn) -> None:
    on.person("long", "admin")
    with on.visitor("long") as client:
        assert f"{who.COOKIE}_1" in client.cookies
        assert client.get(JOURNAL).status_code == 200
        del client.cookies[f"{who.COOKIE}_1"]
        assert client.get(JOURNAL).status_code == 401


def test_a_cookie_signed_with_the_very_key_but_never_issued_is_nobody(on: SignIn) -> None:
    on.person("forged", "admin")
    said = {"iss": on.provider, "sub": "forged", "is_logged_in": True, "origin": on.url, "role": "admin"}
    with on.visitor() as client:
        client.cookies[who.COOKIE] = URLSafeTimedSerializer(on.key, salt=who.COOKIE).dumps(json.dumps(said))
        assert client.get(JOURNAL).status_code == 401


def test_another_site_signs_nobody_in_or_out_and_leads_nobody_astray(on: SignIn) -> None:
    on.person("steady", "admin")
    with on.visitor("steady") as client:
        for path in ("/auth/login", "/auth/logout", "/auth/logout/"):
            for site in ("cross-site", "same-site"):
                assert client.get(path, headers={"sec-fetch-site": site}).status_code == 403
        for path in (
            "/oauth2callback?state=x&next=https://evil.example", "/oauth2callback?error=x&error_description=%0d%0aa:b",
            "/oauth2callback?redirect_uri=//evil.example&code=1&state=%2F%2Fevil.example",
        ):  # fmt: skip
            answer = client.get(path)
            assert str(answer.url) == f"{on.url}/konto", path
        assert client.get(JOURNAL).status_code == 200
    with on.visitor() as client:
        for headers, status in (({"host": "evil.example"}, 400), ({"origin": "http://evil.example"}, 403)):
            assert client.post("/vyer/fil", headers=headers).status_code == status


def test_the_chain_holds_after_all_of_it(on: SignIn) -> None:
    found = audit.verify(on.db)
    assert found.wrong_at == 0
    assert found.rows > 20


def test_pages_that_are_closed_have_closed_routes_and_open_phones(tmp_path: Path, warehouse_folder: Path) -> None:
    with sign_in(tmp_path / "home", warehouse_folder, INKARTA_PUBLIC="off") as closed:
        closed.person("v", "viewer")
        with closed.visitor() as client:
            shut = ("/api/v1/regions", "/export/sweden/karta.csv", "/vyer.json")
            assert [client.get(path).status_code for path in (*shut, "/r", "/healthz")] == [401, 401, 401, 200, 200]
            closed.enter(client, "v")
            assert [client.get(path).status_code for path in shut] == [200, 200, 200]
