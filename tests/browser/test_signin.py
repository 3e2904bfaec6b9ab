"""Sign-in at a real provider: who is let in, as whom, until when; and what an administrator sees and does."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import expect

from dashboard.store import audit, roles, views
from tests.browser.site import Site, pick, settle
from tests.signed_in import SignIn, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser
HOSTILE = "Moderator, Västmanland <img src=x onerror=alert(1)> [x](http://evil.example)"


@pytest.fixture(scope="module")
def on(tmp_path_factory: pytest.TempPathFactory, warehouse_folder: Path) -> Iterator[SignIn]:
    with sign_in(tmp_path_factory.mktemp("signin") / "home", warehouse_folder) as running:
        yield running


@contextmanager
def somebody(
    browser: Browser, on: SignIn, name: str = "", *, seated: str = ""
) -> Iterator[tuple[Page, BrowserContext]]:
    """A browser of its own, signed in as ``name`` by hand, or as ``seated`` by forms that a client has sent.

    The provider's own fonts are not asked for.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="sv-SE")
    context.route(re.compile(r"^https://"), lambda route: route.abort())
    page = context.new_page()
    try:
        if name:
            enter(page, on, name)
        if seated:
            with on.visitor(seated) as client:
                ours = {one.name: one.value or "" for one in client.cookies.jar if one.domain == "127.0.0.1"}
            context.add_cookies([{"name": name, "value": value, "url": on.url} for name, value in ours.items()])
        yield page, context
    finally:
        context.close()


def enter(page: Page, on: SignIn, name: str) -> None:
    """Sign in from the page *Konto* through the provider's own pages, and back."""
    opened(page, on, "/konto")
    page.get_by_role("button", name="Logga in").click()
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill("anything")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(re.compile(re.escape(on.url)))
    settle(page)
    expect(page.get_by_role("button", name="Logga ut")).to_be_visible()


def opened(page: Page, on: SignIn, path: str, title: str = "") -> None:
    page.goto(f"{on.url}{path}")
    settle(page)
    if title:
        expect(page.get_by_role("heading", level=1)).to_have_text(title)


def cookie_of(context: BrowserContext) -> dict[str, str]:
    return {one["name"]: one["value"] for one in context.cookies() if one["name"].startswith("_streamlit")}


def journal(on: SignIn, context: BrowserContext) -> int:
    """What a route of our own answers to a browser's cookies."""
    return httpx.get(f"{on.url}/admin/logg.json", cookies=cookie_of(context), timeout=30).status_code


def test_from_a_stranger_to_a_role_and_back_while_the_page_is_open(browser: Browser, on: SignIn) -> None:
    with somebody(browser, on, "anna") as (page, context):
        expect(page.get_by_text("Du är inloggad men har ingen roll än.")).to_be_visible()
        anna = on.person("anna")
        spaced = "-".join(anna.id[at : at + 4] for at in (0, 4, 8))
        expect(page.get_by_text(spaced)).to_be_visible()
        (cookie,) = (one for one in context.cookies() if one["name"] == "_streamlit_user")
        assert cookie["httpOnly"]
        assert 7.9 * 3600 < cookie["expires"] - page.evaluate("Date.now() / 1000") < 8.1 * 3600

        opened(page, on, "/kallor")
        panel = page.locator(".st-key-save-view")
        expect(panel).to_have_count(0)
        on.person("anna", "coordinator")
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
    on.person(f"a-{role}", role)
    is_admin, may_save, may_present = EXPECTED[role]
    with somebody(browser, on, seated=f"a-{role}") as (page, _):
        opened(page, on, "/admin", "Administration" if is_admin else "Din roll får inte det här")
        expect(page.locator(".ik-subnav").get_by_text("Administration")).to_have_count(int(is_admin))
        opened(page, on, "/scen")
        expect(page.locator("form.ik-upload")).to_have_count(int(may_present))
        expect(page.locator(".st-key-save-view")).to_have_count(int(may_save))


def test_a_cookie_that_was_copied_is_of_no_use_after_signing_out(browser: Browser, on: SignIn) -> None:
    on.person("copied", "admin")
    with somebody(browser, on, "copied") as (page, context):
        stolen = [one for one in context.cookies() if one["domain"] == "127.0.0.1"]
        assert journal(on, context) == 200
        page.get_by_role("button", name="Logga ut").click()
        page.get_by_role("button", name="Yes, sign me out").click()
        page.wait_for_url(f"{on.url}/konto")
        settle(page)
        expect(page.get_by_text("Du är inte inloggad.")).to_be_visible()
    with somebody(browser, on) as (page, context):
        context.add_cookies(stolen)  # type: ignore[arg-type]
        opened(page, on, "/admin", "Logga in först")
        opened(page, on, "/konto")
        expect(page.get_by_text("Du är inte inloggad.")).to_be_visible()
        assert journal(on, context) == 401


def test_a_session_ends_by_the_clock_while_its_page_is_open(browser: Browser, on: SignIn) -> None:
    on.person("late", "admin")
    with somebody(browser, on, seated="late") as (page, _):
        opened(page, on, "/admin", "Administration")
        on.forward.write_text("8.1", "utf-8")
        try:
            page.get_by_role("link", name="Om", exact=True).click()  # no new page, a run in the open session
            settle(page)
            opened(page, on, "/admin", "Logga in först")
        finally:
            on.forward.write_text("0", "utf-8")


def test_an_administrator_gives_and_takes_roles_and_takes_the_journal_along(browser: Browser, on: SignIn) -> None:
    site = Site(on.url)
    boss, new = on.person("boss", "admin"), on.person("new")
    roles.grant(on.db, boss.id, "admin", "Chefen")
    for one in roles.every(on.db):  # so that there is one administrator
        if one.role == "admin" and one.id != boss.id:
            roles.revoke(on.db, one.id)
    code = "-".join(new.id[at : at + 4] for at in (0, 4, 8))
    with somebody(browser, on, seated="boss") as (page, _):
        page.goto(f"{on.url}/admin")
        settle(page)
        assert site.violations(page) == []
        _choose(page, code)
        page.get_by_role("textbox", name="Namn här").fill(HOSTILE)
        pick(page, page.get_by_role("combobox", name="Roll"), "moderator")
        page.get_by_role("button", name="Spara", exact=True).click()
        expect(page.get_by_role("status").filter(has_text="Moderator, Västmanland")).to_be_visible()
        expect(page.locator("table").first).to_contain_text(HOSTILE)
        assert page.locator("[data-testid=stMain] table img, [data-testid=stMain] a[href*=evil]").count() == 0
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


def test_closed_pages_are_for_those_with_a_role(browser: Browser, tmp_path: Path, warehouse_folder: Path) -> None:
    with (
        sign_in(tmp_path / "home", warehouse_folder, INKARTA_PUBLIC="off") as closed,
        somebody(browser, closed) as (page, _),
    ):
        for path, title in (("/", "Logga in först"), ("/lan?lan=18", "Logga in först"), ("/om", "Om")):
            opened(page, closed, path, title)
        closed.person("v", "viewer")
        enter(page, closed, "v")
        opened(page, closed, "/lan?lan=18")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Örebro")
