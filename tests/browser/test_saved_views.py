"""Saved views as a viewer meets them: saving by keyboard, the list, renaming, deleting and undoing, the file."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from dashboard.texts import Lang, t
from tests.browser.site import Site, pick, settle, site_of
from tests.conftest import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("views-site")


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[Site]:
    yield from site_of(home)


@pytest.fixture
def page(browser: Browser, site: Site, home: Path) -> Iterator[Page]:
    for file in home.glob("app.sqlite3*"):
        file.unlink()
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    opened = context.new_page()
    site.watch(opened)
    yield opened
    context.close()


def go(page: Page, site: Site, path: str, lang: Lang = "sv") -> None:
    page.goto(f"{site.url}{path}{'&' if '?' in path else '?'}lang={lang}")
    settle(page)


def save(page: Page, name: str, lang: Lang = "sv", *, is_pinned: bool = False) -> str:
    """Save what is on screen with the keyboard alone; the short address."""
    panel = page.locator(".st-key-save-view")
    panel.locator("summary").focus()
    page.keyboard.press("Enter")
    box = panel.get_by_label(t("views.name", lang))
    expect(box).to_be_visible()
    settle(page)
    box.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type("Till mötet")
    if is_pinned:
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
    button = panel.get_by_role("button", name=t("views.do_save", lang), exact=True)
    button.focus()
    page.keyboard.press("Enter")
    link = panel.get_by_role("status").get_by_role("link").first
    expect(link).to_be_visible()
    return link.get_attribute("href") or ""


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_a_view_is_saved_by_keyboard_and_its_link_shows_the_same_page(page: Page, site: Site, lang: Lang) -> None:
    go(page, site, "/lan?lan=18&bas=fast", lang)
    short = save(page, "<b>Örebro</b> & pengar", lang, is_pinned=True)
    assert re.fullmatch(r"/vy/[0-9a-z]{12}", short)
    panel = page.locator(".st-key-save-view")
    expect(panel).to_contain_text(t("counting.bas_fast", lang).lower())
    assert site.violations(page) == []
    page.goto(f"{site.url}{short}")
    settle(page)
    expect(page.locator("h1")).to_have_text(["Örebro län" if lang == "sv" else "Örebro County"])
    expect(page).to_have_url(re.compile(r"lan=18&snapshot=\d{8}-\w{8}&bas=fast"))
    go(page, site, "/vyer", lang)
    row = page.locator(".ik-table tbody tr")
    expect(row).to_have_count(1)
    expect(row.get_by_role("link").first).to_have_text("<b>Örebro</b> & pengar")
    expect(row).to_contain_text(t("views.pinned", lang, id="2"))
    row.get_by_role("link").first.click()
    expect(page.locator("h1")).to_contain_text(["Örebro"])
    assert site.outside == []


@pytest.mark.parametrize(("lang", "scheme", "width"), [("sv", "light", 390), ("en", "dark", 390), ("sv", "dark", 1440)])
def test_the_page_of_views_is_sound(
    browser: Browser, page: Page, site: Site, lang: Lang, scheme: str, width: int
) -> None:
    for is_any in (False, True):
        if is_any:
            go(page, site, "/?visa=pengar&per=capita", lang)
            save(page, "Ett mycket långt namn på en vy som inte får plats på en rad i en telefon " + "x" * 40, lang)
        how = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme}
        context = browser.new_context(**how)
        other = context.new_page()
        site.watch(other)
        try:
            go(other, site, "/vyer", lang)
            assert other.locator("h1").count() == 1
            assert other.evaluate("document.documentElement.scrollWidth") <= width
            assert site.violations(other) == []
            if is_any:
                pick(other, other.locator(".st-key-edit-view .stSelectbox input"), "Ett mycket")
                expect(other.get_by_role("button", name=t("views.remove", lang))).to_be_visible()
                settle(other)
                assert other.evaluate("document.documentElement.scrollWidth") <= width
                assert site.violations(other) == []
        finally:
            context.close()
    assert site.outside == []


def test_a_view_is_renamed_deleted_and_brought_back(page: Page, site: Site) -> None:
    go(page, site, "/?visa=initiativ")
    short = save(page, "Första namnet")
    go(page, site, "/vyer")
    pick(page, page.locator(".st-key-edit-view .stSelectbox input"), "Första namnet")
    box = page.get_by_label("Namn", exact=True)
    expect(box).to_have_value("Första namnet")
    settle(page)
    box.fill("Andra namnet")
    page.get_by_role("button", name="Spara ändringen").click()
    expect(page.locator(".ik-done")).to_have_text("Andra namnet är ändrad.")
    expect(page.locator(".ik-table tbody")).to_contain_text("Andra namnet")
    settle(page)
    page.get_by_role("button", name="Ta bort vyn").click()
    expect(page.locator(".ik-done")).to_have_text("Andra namnet är borttagen.")
    expect(page.locator("body")).to_contain_text("Inget sparat än")
    assert page.request.get(f"{site.url}{short}").status == 404
    settle(page)
    page.get_by_role("button", name="Ångra").click()
    expect(page.locator(".ik-table tbody")).to_contain_text("Andra namnet")
    assert page.request.get(f"{site.url}{short}").status == 200
    assert site.outside == []


def test_the_file_goes_out_and_comes_in_and_every_row_is_told_of(page: Page, site: Site, tmp_path: Path) -> None:
    go(page, site, "/lan?lan=12")
    save(page, "Skåne")
    go(page, site, "/vyer")
    with page.expect_download() as got:
        page.get_by_role("link", name="Hämta alla vyer").click()
    file = tmp_path / "vyer.json"
    got.value.save_as(file)
    whole = json.loads(file.read_text("utf-8"))
    whole["views"] += [{"name": "Ny", "page": "sweden", "query": ""}, {"name": "Fel", "page": "sweden", "query": "x=1"}]
    file.write_text(json.dumps(whole), "utf-8")
    page.set_input_files("#ik-file", str(file))
    expect(page.locator("[data-inkarta-file]")).to_have_text("vyer.json")
    page.locator("button.ik-button").click()
    page.wait_for_url(re.compile("fil="))
    settle(page)
    expect(page.locator(".ik-done")).to_have_text(
        "vyer.json: 3 vyer lästa = 1 inlästa + 1 som redan fanns + 1 avvisade."
    )
    expect(page.locator(".ik-table").first.locator("tbody tr")).to_contain_text(["Urvalet har en del"])
    assert site.violations(page) == []
    file.write_text('{"format": "inkarta-views",\n "version": 1 "views": []}', "utf-8")
    page.set_input_files("#ik-file", str(file))
    page.locator("button.ik-button").click()
    expect(page.locator(".ik-missing").first).to_contain_text("vyer.json, rad och kolumn 2:15")


def test_a_file_of_a_later_version_is_told_of_in_words_on_the_page(page: Page, site: Site, home: Path) -> None:
    code = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('PRAGMA user_version = 99'); c.close()"
    subprocess.run([sys.executable, "-c", code, str(home / "app.sqlite3")], check=True, cwd=ROOT)
    go(page, site, "/vyer", "en")
    expect(page.get_by_role("alert")).to_contain_text("a later version of the program")
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.request.get(f"{site.url}/healthz").status == 200
