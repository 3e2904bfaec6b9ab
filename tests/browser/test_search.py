"""Konferensen, Begrepp, Sök and Om in a browser: sound in both languages and themes, and by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.site import Site, pick, settle, site_of
from tests.browser.test_pages import english

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
VIEWS = {
    "event": "/konferensen?",
    "concepts": "/begrepp?lan=18",
    "search": "/sok?q=nyanlnda+kvinor",
    "search-empty": "/sok?",
    "search-none": "/sok?q=xqzjyv",
    "about": "/om?rader=organisation",
    "malformed": "/konferensen?konferens=../x&lan=99&rader=%3Cb%3E",
}
SIZES = {1440: 900, 390: 844, 1920: 1080}
HOW = (("sv", "light", 1440), ("en", "dark", 390), ("sv", "dark", 1920))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from site_of(tmp_path_factory.mktemp("search"))


def opened(browser: Browser, site: Site, path: str, lang: str, scheme: str = "light", width: int = 1440) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": SIZES[width]}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    site.watch(page)
    page.goto(f"{site.url}{path}&lang={lang}")
    settle(page)
    return page


@pytest.mark.parametrize(("lang", "scheme", "width"), HOW)
@pytest.mark.parametrize("view", VIEWS)
def test_the_page_is_sound(browser: Browser, site: Site, view: str, lang: str, scheme: str, width: int) -> None:
    page = opened(browser, site, VIEWS[view], lang, scheme, width)
    try:
        assert page.locator("h1").count() == 1
        assert page.evaluate("document.documentElement.lang") == lang
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("[data-testid=stException]").count() == 0
        assert site.outside == []
        assert site.violations(page) == []
        if lang == "sv" and width == 1440 and view not in ("event", "concepts"):
            assert english(page) == []
    finally:
        page.context.close()


def test_the_box_is_reached_used_and_left_by_keyboard_from_any_page(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "/lan?lan=18", "sv")
    try:
        page.keyboard.press("Control+k")
        expect(page.get_by_role("searchbox", name="Sök i allt")).to_be_focused()
        page.keyboard.type("psykologisk funktionsnedsättning")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"/sok\?.*q=psykologisk"))
        expect(page.locator("h1")).to_have_text(["Sök"])
        settle(page)
        assert "lan=18" in page.url
        expect(page.get_by_role("searchbox", name="Sök i allt")).to_have_value("psykologisk funktionsnedsättning")
        hits = page.locator(".ik-hits a")
        expect(page.get_by_role("link", name="psykisk ohälsa", exact=True)).to_be_visible()
        hits.first.focus()
        page.keyboard.press("ArrowDown")
        expect(hits.nth(1)).to_be_focused()
        page.keyboard.press("ArrowUp")
        expect(hits.first).to_be_focused()
        group = page.get_by_role("link", name="psykisk ohälsa", exact=True)
        group.focus()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"/initiativ\?.*malgrupp=psykisk_ohalsa"))
        expect(page.locator("h1")).to_have_text(["Initiativ"])
    finally:
        page.context.close()


def test_a_second_search_replaces_the_first_without_loading_all_anew(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "/sok?q=ips", "en")
    try:
        page.evaluate("window.stayed = true")
        box = page.get_by_role("searchbox", name="Search everything")
        box.fill("orebro")
        box.press("Enter")
        expect(page.locator(".ik-lede").first).to_contain_text("orebro")
        settle(page)
        assert page.evaluate("window.stayed") is True
        assert page.title().startswith("orebro")
        page.go_back()
        expect(page.locator(".ik-lede").first).to_contain_text("ips")
    finally:
        page.context.close()


def test_a_prepared_view_shows_its_figure_and_leads_to_the_page(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "/konferensen?", "sv")
    try:
        summary = page.locator("summary").filter(has_text="Teman som hittas på ord")
        summary.focus()
        page.keyboard.press("Enter")
        table = page.get_by_role("region", name="Teman som hittas på ord")
        expect(table.get_by_role("row", name=re.compile("Eko-sociala initiativ"))).to_contain_text("FJORGYN")
        page.get_by_role("link", name=re.compile("Initiativ om grön omställning")).click()
        expect(page).to_have_url(re.compile("tema=gron_omstallning,eko_socialt"))
        settle(page)
        expect(page.get_by_role("link", name=re.compile("FJORGYN")).first).to_be_visible()
    finally:
        page.context.close()


def test_challenges_follow_the_chosen_lan_and_a_checklist_opens(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "/begrepp?", "sv")
    try:
        table = page.get_by_role("region", name="Långtidsarbetslöshet", exact=True)
        assert "Örebro" not in table.inner_text()
        pick(page, page.get_by_label("Län"), "Örebro län")
        expect(table.get_by_role("row").first).to_contain_text("Örebro län")
        expect(page).to_have_url(re.compile(r"[?&]lan=18(&|$)"))
        settle(page)
        asked = page.locator("#effektlogik")
        asked.locator("summary").focus()
        page.keyboard.press("Enter")
        expect(asked.locator("li").first).to_be_visible()
        assert asked.locator("li").count() == 5
    finally:
        page.context.close()
