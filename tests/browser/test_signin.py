"""Sign-in at a real provider: who is let in, as whom, until when; and what an administrator sees and does."""

from __future__ import annotations

import csv
import io
import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from dashboard.store import audit, roles, views
from tests.browser.provider import SignIn, sign_in, somebody
from tests.browser.site import Site, pick, settle

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def on(tmp_path_factory: pytest.TempPathFactory, warehouse_folder: Path) -> Iterator[SignIn]:
    with sign_in(tmp_path_factory.mktemp("signin") / "home", warehouse_folder) as running:
        yield running


def cookie_of(context: BrowserContext) -> str:
    return "; ".join(
        f"{one['name']}={one['value']}" for one in context.cookies() if one["name"].startswith("_streamlit")
    )


def status(on: SignIn, path: str, cookie: str = "", method: str = "GET", **headers: str) -> int:
    """What a route of our own answers to these cookies; what is a redirect is not followed."""
    given = {name.replace("_", "-"): value for name, value in headers.items()} | {"Cookie": cookie}
    request = urllib.request.Request(
        f"{on.url}{path}", method=method, headers=given, data=b"" if method != "GET" else None
    )

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    try:
        with urllib.request.build_opener(Stay).open(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def person(on: SignIn, name: str) -> roles.Person:
    return roles.expect(on.db, on.issuer, name)


def test_from_a_stranger_to_a_role_and_back_while_the_page_is_open(browser: Browser, on: SignIn) -> None:
    with somebody(browser, on, "anna") as (page, context):
        expect(page.get_by_text("Du är inloggad men har ingen roll än.")).to_be_visible()
        anna = person(on, "anna")
        spaced = "-".join(anna.id[at : at + 4] for at in (0, 4, 8))
        expect(page.get_by_text(spaced)).to_be_visible()
        (cookie,) = (one for one in context.cookies() if one["name"] == "_streamlit_user")
        assert cookie["httpOnly"]
        assert 7.9 * 3600 < cookie["expires"] - page.evaluate("Date.now() / 1000") < 8.1 * 3600

        page.goto(f"{on.url}/kallor")
        settle(page)
        panel = page.locator(".st-key-save-view")
        expect(panel).to_have_count(0)
        roles.grant(on.db, anna.id, "coordinator", "Samordnare, Örebro")
        page.reload()
        settle(page)
        panel.locator("summary").click()
        panel.get_by_label("Namn").fill("Första")
        panel.get_by_role("button", name="Spara", exact=True).click()
        expect(panel.get_by_role("status").filter(has_text="Första")).to_be_visible()
        assert [(one.who, one.what) for one in audit.entries(on.db, most=1)] == [(anna.id, "view_save")]

        roles.revoke(on.db, anna.id)  # while the page and its form are open
        panel.get_by_label("Namn").fill("Andra")
        panel.get_by_role("button", name="Spara", exact=True).click()
        expect(panel).to_have_count(0)
        assert [one.name for one in views.every(on.db)] == ["Första"]
        assert status(on, "/vyer/fil", cookie_of(context), "POST", Origin=on.url) == 401


def test_nothing_that_the_provider_tells_of_a_person_is_kept(browser: Browser, on: SignIn) -> None:
    """The provider says name, mail and a role, unasked; the role has no effect and nothing is written down."""
    with somebody(browser, on, "karin") as (page, _):
        expect(page.get_by_text("har ingen roll än")).to_be_visible()
        page.goto(f"{on.url}/admin")
        settle(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Din roll får inte det här")
    with on.db.read() as con:
        con.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for file in on.home.glob("app.sqlite3*"):
        held = file.read_bytes().lower()
        assert b"karin" not in held
        assert b"@region" not in held


EXPECTED = {
    # role: sees administration, may save views, may make decks
    "viewer": (False, False, False),
    "coordinator": (False, True, False),
    "presenter": (False, True, True),
    "moderator": (False, False, False),
    "admin": (True, True, True),
}


@pytest.mark.parametrize("role", roles.ROLES)
def test_each_role_sees_what_it_may(browser: Browser, on: SignIn, role: roles.Role) -> None:
    roles.grant(on.db, person(on, f"a-{role}").id, role)
    is_admin, may_save, may_present = EXPECTED[role]
    with somebody(browser, on, f"a-{role}") as (page, context):
        menu = page.locator(".ik-subnav")
        expect(menu.get_by_text("Administration")).to_have_count(int(is_admin))
        page.goto(f"{on.url}/admin")
        settle(page)
        title = "Administration" if is_admin else "Din roll får inte det här"
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        page.goto(f"{on.url}/scen")
        settle(page)
        expect(page.locator("form.ik-upload")).to_have_count(int(may_present))
        expect(page.locator(".st-key-save-view")).to_have_count(int(may_save))
        cookie = cookie_of(context)
        assert status(on, "/admin/logg.json", cookie) == (200 if is_admin else 403)
        refused = 303 if may_save else 403
        assert status(on, "/vyer/fil", cookie, "POST", Origin=on.url, Content_Length="0") == refused


def test_a_cookie_that_was_copied_is_of_no_use_after_signing_out(browser: Browser, on: SignIn) -> None:
    roles.grant(on.db, person(on, "copied").id, "admin")
    with somebody(browser, on, "copied") as (page, context):
        stolen = context.cookies()
        cookie = cookie_of(context)
        assert status(on, "/admin/logg.json", cookie) == 200
        on.leave(page)
        expect(page.get_by_text("Du är inte inloggad.")).to_be_visible()
        assert page.url.startswith(f"{on.url}/konto")
    assert status(on, "/admin/logg.json", cookie) == 401
    with somebody(browser, on) as (page, context):
        context.add_cookies([one for one in stolen if one["domain"] == "127.0.0.1"])  # type: ignore[arg-type]
        page.goto(f"{on.url}/admin")
        settle(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Logga in först")
        page.goto(f"{on.url}/konto")
        settle(page)
        expect(page.get_by_text("Du är inte inloggad.")).to_be_visible()
    told = [one.what for one in audit.entries(on.db, most=3)]
    assert "sign_out" in told


def test_a_session_ends_by_the_clock(browser: Browser, on: SignIn) -> None:
    roles.grant(on.db, person(on, "late").id, "admin")
    with somebody(browser, on, "late") as (page, context):
        page.goto(f"{on.url}/admin")
        settle(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Administration")
        on.forward.write_text("7.9", "utf-8")
        assert status(on, "/admin/logg.json", cookie_of(context)) == 200
        on.forward.write_text("8.1", "utf-8")
        try:
            assert status(on, "/admin/logg.json", cookie_of(context)) == 401
            page.reload()
            settle(page)
            expect(page.get_by_role("heading", level=1)).to_have_text("Logga in först")
        finally:
            on.forward.write_text("0", "utf-8")


def test_an_administrator_gives_and_takes_roles_and_takes_the_journal_along(browser: Browser, on: SignIn) -> None:
    site = Site(on.url)
    boss, new = person(on, "boss"), person(on, "new")
    roles.grant(on.db, boss.id, "admin", "Chefen")
    for one in roles.every(on.db):  # so that there is one administrator
        if one.role == "admin" and one.id != boss.id:
            roles.revoke(on.db, one.id)
    code = "-".join(new.id[at : at + 4] for at in (0, 4, 8))
    with somebody(browser, on, "boss") as (page, _):
        page.goto(f"{on.url}/admin")
        settle(page)
        assert site.violations(page) == []
        _choose(page, code)
        page.get_by_label("Namn här").fill("Moderator, Västmanland")
        pick(page, page.get_by_role("combobox", name="Roll"), "moderator")
        page.get_by_role("button", name="Spara", exact=True).click()
        expect(page.get_by_role("status").filter(has_text="Moderator, Västmanland")).to_be_visible()
        assert roles.find(on.db, new.id).role == "moderator"  # type: ignore[union-attr]
        assert audit.entries(on.db, most=1)[0].thing == f"{new.id} moderator"
        assert audit.entries(on.db, most=1)[0].who == boss.id

        page.get_by_role("button", name="Ta bort personen").click()
        expect(page.get_by_role("status").filter(has_text="är borttagen")).to_be_visible()
        assert roles.find(on.db, new.id) is None

        _choose(page, "Chefen")
        page.get_by_role("button", name="Ta bort rollen").click()
        expect(page.get_by_role("alert").filter(has_text="sista administratören")).to_be_visible()
        assert roles.find(on.db, boss.id).role == "admin"  # type: ignore[union-attr]

        with page.expect_download() as got:
            page.get_by_role("link", name="CSV", exact=True).click()
        rows = list(csv.DictReader(io.StringIO(Path(got.value.path()).read_text("utf-8"))))
        assert len(rows) == audit.count(on.db)
        with page.expect_download() as got:
            page.get_by_role("link", name="JSON", exact=True).click()
        assert json.loads(Path(got.value.path()).read_text("utf-8"))["entries"][0]["number"] == int(rows[0]["number"])

        page.goto(f"{on.url}/admin?lang=en")
        settle(page)
        expect(page.get_by_text("The chain is whole to number")).to_be_visible()
        assert site.violations(page) == []
        page.set_viewport_size({"width": 390, "height": 844})
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.goto(f"{on.url}/konto?lang=en")
        settle(page)
        expect(page.get_by_text("You are signed in as administrator.")).to_be_visible()
        assert site.violations(page) == []


def _choose(page: Page, words: str) -> None:
    settle(page)
    pick(page, page.get_by_role("combobox", name="Vem gäller det?"), words)
    settle(page)


def test_another_site_signs_nobody_in_or_out_and_leads_nobody_astray(on: SignIn) -> None:
    for path in ("/auth/login", "/auth/logout", "/auth/logout/"):
        for site in ("cross-site", "same-site"):
            assert status(on, path, Sec_Fetch_Site=site) == 403, (path, site)
    for path in (
        "/oauth2callback?state=x&next=https://evil.example", "/oauth2callback?error=x&error_description=%0d%0aa:b",
        "/oauth2callback?redirect_uri=//evil.example&code=1", "/auth/login?provider=https://evil.example",
    ):  # fmt: skip
        request = urllib.request.Request(f"{on.url}{path}")
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert answer.url.startswith(f"{on.url}/"), path
            assert "evil" not in answer.url
    for headers in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}):
        assert status(on, "/vyer/fil", "", "POST", **headers) in (400, 403)


def test_a_cookie_that_the_table_does_not_have_is_nobody(on: SignIn) -> None:
    """Signed with the very key, and so good enough for Streamlit; but nobody signed in for it here."""
    from itsdangerous import URLSafeTimedSerializer

    secret = re.search(r'cookie_secret = "(\w+)"', (on.home / "sign-in.toml").read_text("utf-8"))
    assert secret is not None
    said = {"iss": on.issuer, "sub": "boss", "is_logged_in": True, "origin": on.url, "role": "admin"}
    forged = URLSafeTimedSerializer(secret[1], salt="_streamlit_user").dumps(json.dumps(said))
    assert status(on, "/admin/logg.json", f"_streamlit_user={forged}") == 401


def test_a_cookie_so_long_that_it_comes_in_parts_is_a_session_too(browser: Browser, on: SignIn) -> None:
    roles.grant(on.db, person(on, "long").id, "admin")
    with somebody(browser, on, "long") as (page, context):
        names = {one["name"] for one in context.cookies()}
        assert "_streamlit_user_1" in names
        expect(page.get_by_text("Du är inloggad som administratör.")).to_be_visible()
        assert status(on, "/admin/logg.json", cookie_of(context)) == 200


def test_the_chain_holds_after_all_of_it(on: SignIn) -> None:
    assert audit.verify(on.db).wrong_at == 0


def test_closed_pages_are_for_those_with_a_role(browser: Browser, tmp_path: Path, warehouse_folder: Path) -> None:
    with (
        sign_in(tmp_path / "home", warehouse_folder, INKARTA_PUBLIC="off") as closed,
        somebody(browser, closed) as (page, _),
    ):
        for path, title in (("/", "Logga in först"), ("/lan?lan=18", "Logga in först"), ("/om", "Om")):
            page.goto(f"{closed.url}{path}")
            settle(page)
            expect(page.get_by_role("heading", level=1)).to_have_text(title)
        assert status(closed, "/api/v1/regions") == 401
        assert status(closed, "/export/county.csv?lan=18") == 401
        assert status(closed, "/r") == 200
        roles.grant(closed.db, roles.expect(closed.db, closed.issuer, "v").id, "viewer")
        closed.enter(page, "v")
        page.goto(f"{closed.url}/lan?lan=18")
        settle(page)
        expect(page.get_by_role("heading", level=1)).not_to_have_text("Logga in först")
