"""Pages in their many forms, in both languages: axe, language, no outside request; and what is done on them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from dashboard.texts import catalogue
from tests.browser.site import Site, pick, settle, site_of

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

VIEWS = {
    "sweden": "/?",
    "sweden-money": "/?visa=pengar&per=capita",
    "sweden-stage": "/?lage=scen",
    "sweden-counted": "/?visa=pengar&bas=fast&nationella=fordela&fond=ESF",
    "county-counted": "/lan?lan=18&bas=euro&plats=bara",
    "portfolios": "/portfoljer?",
    "county-none": "/lan?",
    "county": "/lan?lan=12",
    "compare": "/jamfor?med=18,lika,00,1880",
    "need": "/behov?lan=18",
    "effects": "/effekter?kort=hon-kan-molndal",
    "trees": "/problemtrad?trad=konferensen-2023",
    "initiatives": "/initiativ?",
    "initiatives-filtered": "/initiativ?lan=18&malgrupp=psykisk_ohalsa",
    "initiatives-empty": "/initiativ?q=finnsinte",
    "initiative": "/initiativ?insats=kvinna-in-i-sverige",
    "sources": "/kallor?",
    "import": "/importera?",
    "source-row": "/kallor?kalla=inkarta:1@initiatives.csv",
}
SIZES = {1440: 900, 390: 844}
CASES = [(view, *how) for view in VIEWS for how in (("sv", "light", 1440), ("en", "dark", 390))]
BESIDE = """cards => cards.filter(card => [...card.children].some((part, at, all) =>
    at && part.getBoundingClientRect().top < all[at - 1].getBoundingClientRect().bottom)).map(card => card.outerHTML)"""
"""Cards whose title and text do not stand under each other."""
# Names, terms of the data and words that are the same in both languages.
SAME = {"inkluderingskartan", "kohesio", "start", "data", "status", "region", "partner", "total", "api", "norm", "of"}
ENGLISH = re.compile(
    r"\b(the|and|with|from|show|close|search|choose|select|clear|loading|fullscreen|download|results?|view|open|"
    r"options?|expand|collapse|figures|county|amount)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from site_of(tmp_path_factory.mktemp("site"))


def opened(browser: Browser, site: Site, path: str, lang: str, scheme: str, width: int) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": SIZES[width]}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    site.watch(page)
    page.goto(f"{site.url}{path}&lang={lang}")
    settle(page)
    return page


@pytest.mark.parametrize(("view", "lang", "scheme", "width"), CASES)
def test_the_page_is_sound(browser: Browser, site: Site, view: str, lang: str, scheme: str, width: int) -> None:
    page = opened(browser, site, VIEWS[view], lang, scheme, width)
    try:
        assert page.locator("h1").count() == 1
        assert page.evaluate("document.documentElement.lang") == lang
        assert "Inkluderingskartan" in page.title()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("[data-testid=stException]").count() == 0
        assert page.locator(".stHtml a:not([href]), .ik-take:not(:has(a))").count() == 0
        assert page.locator(".ik-ways a").evaluate_all(BESIDE) == []
        assert site.outside == []
        assert site.violations(page) == []
        if lang == "sv" and width == 1440 and scheme == "light":
            assert english(page) == []
    finally:
        page.context.close()


def test_values_of_a_stacked_table_stand_under_their_columns_names(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "/lan?lan=12", "sv", "light", 390)
    try:
        told = page.locator(".ik-stack").evaluate_all(
            """tables => tables.map(table => [[...table.tHead.rows[0].cells].slice(1).map(cell => cell.textContent),
                [...table.tBodies[0].rows[0].cells].slice(1).map(cell =>
                    getComputedStyle(cell, '::before').content.replace(/^"|"$/g, ''))])"""
        )
        assert len(told) >= 3
        for heads, names in told:
            assert names == heads
        assert any("; 2024 om inget annat" in head for heads, _ in told for head in heads), "what would end a rule"
    finally:
        page.context.close()


def english(page: Page) -> list[str]:
    """What is said in English on a Swedish page, in text or accessible names, outside marked English and data."""
    said: list[str] = page.evaluate(
        """() => {
            const out = [];
            const data = '[lang=en], code, script, style, .ik-facts, .ik-table tbody :is(td, th), h1, .ik-lede, '
                + '.ik-node, .ik-outline, .ik-call';
            const skip = (node) => node.closest(data + ', a[href^=http]');
            const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (walk.nextNode()) {
                const holder = walk.currentNode.parentElement;
                const text = walk.currentNode.textContent.trim();
                if (text && holder && !skip(holder)) out.push(text);
            }
            for (const node of document.querySelectorAll('[aria-label], [title], [alt], [placeholder]'))
                if (!skip(node)) for (const name of ['aria-label', 'title', 'alt', 'placeholder'])
                    if (node.getAttribute(name)) out.push(node.getAttribute(name));
            return out;
        }"""
    )
    ours = {both["sv"] for both in catalogue().values()}
    return [text for text in said if text not in ours and ENGLISH.search(text) and text.lower() not in SAME]


def test_a_click_on_each_lan_changes_heading_and_address(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "/lan?", "sv", "light", 1440)
    try:
        names = {r["code"]: r["name_sv"] for r in site.lans()}
        assert len(names) == 21
        for code, name in names.items():
            page.locator(f'[data-code="{code}"]').first.click(force=True)
            expect(page.locator("h1")).to_have_text([name])
            expect(page).to_have_url(re.compile(rf"[?&]lan={code}(&|$)"))
            expect(page.locator(".stSelectbox input").first).to_have_value(name)
            settle(page)
            assert page.get_by_text("Något gick fel").count() == 0
    finally:
        page.context.close()


def test_a_point_on_the_map_of_kommuner_says_what_it_is(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "/lan?lan=22", "sv", "light", 1440)
    try:
        drawing = page.get_by_test_id("stDeckGlJsonChart")
        drawing.scroll_into_view_if_needed()
        box = drawing.bounding_box()
        assert box
        told = page.locator(".deck-tooltip")
        middle = box["width"] / 2, box["height"] / 2
        places = product(range(0, int(box["width"]), 14), range(0, int(box["height"]), 14))
        near = sorted(places, key=lambda at: math.dist(at, middle))
        for x, y in near:
            page.mouse.move(box["x"] + x, box["y"] + y)
            if told.count() and told.first.is_visible():
                break
        names = [r["name_sv"] for r in site.kommuner("22")]
        expect(told.first).to_have_text(re.compile(rf"^({'|'.join(names)}): \d+ initiativ$"))
    finally:
        page.context.close()


def test_the_select_box_moves_the_map(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "/lan?", "sv", "light", 1440)
    try:
        pick(page, page.locator(".stSelectbox input").first, "Gotlands län")
        expect(page.locator("h1")).to_have_text(["Gotlands län"])
        page.wait_for_selector('[data-code="09"][aria-checked="true"]')
    finally:
        page.context.close()


@pytest.mark.parametrize(
    ("path", "lang", "width"), [("/?visa=pengar", "sv", 1440), ("/lan?lan=12", "en", 390), ("/initiativ?", "sv", 390)]
)
def test_how_it_is_counted_is_chosen_in_a_closed_panel_and_taken_back(
    browser: Browser, site: Site, path: str, lang: str, width: int
) -> None:
    text = {key: both[lang] for key, both in catalogue().items()}
    page = opened(browser, site, path, lang, "light", width)
    try:
        panel = page.get_by_test_id("stExpander").filter(has_text=text["counting.panel"].split(":")[0]).first
        assert page.get_by_label(text["counting.bas"]).count() == 0
        panel.locator("summary").click()
        pick(page, page.get_by_label(text["counting.bas"]), text["counting.bas_fast"])
        tag = page.locator(".ik-tag").filter(has_text=text["counting.bas_fast"].lower())
        expect(tag).to_have_count(1)
        expect(page).to_have_url(re.compile(r"[?&]bas=fast(&|$)"))
        settle(page)
        assert text["counting.told_fast"].split("{")[0] in page.locator("body").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert site.violations(page) == []
        tag.get_by_role("link").click()
        expect(tag).to_have_count(0)
        assert "bas=fast" not in page.url
    finally:
        page.context.close()


def test_language_and_page_changes_keep_the_choice(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "/lan?lan=18", "sv", "light", 1440)
    try:
        page.get_by_role("link", name="English").click()
        expect(page.locator("h1")).to_have_text(["Örebro County"])
        assert page.evaluate("document.documentElement.lang") == "en"
        page.get_by_role("link", name="Initiatives", exact=True).first.click()
        expect(page.locator("h1")).to_have_text(["Initiatives"])
        assert "lan=18" in page.url
        assert "lang=en" in page.url
        expect(page.locator("h1")).to_be_focused()
        page.go_back()
        expect(page.locator("h1")).to_have_text(["Örebro County"])
    finally:
        page.context.close()


def test_a_malformed_address_falls_back(browser: Browser, site: Site) -> None:
    page = opened(
        browser,
        site,
        "/lan?lan=99&indikator=../../x&ar=20x4&matt=%3Cscript%3E&sida=-1&snapshot=../../etc",
        "sv",
        "light",
        1440,
    )
    try:
        assert page.locator("h1").count() == 1
        assert page.locator("[data-testid=stException]").count() == 0
    finally:
        page.context.close()


def test_search_narrows_and_leads_to_the_source_row(browser: Browser, site: Site, tmp_path: Path) -> None:
    page = opened(browser, site, "/initiativ?", "sv", "light", 1440)
    try:
        page.get_by_role("textbox").first.fill("utfallskontrakt förstudie")
        page.keyboard.press("Enter")
        expect(page.locator(".ik-table tbody tr")).to_have_count(1)
        page.locator(".ik-table tbody a").first.click()
        expect(page.locator("h1")).to_contain_text(["Individual Placement"])
        expect(page.locator("body")).to_contain_text("Delta Hisingen")
        page.locator("summary:not(.st-key-save-view summary)").last.click()
        page.get_by_role("link", name=re.compile(r"rad \d+ i initiatives.initiatives")).first.click()
        expect(page.locator("h1")).to_contain_text(["Datarad "])
        expect(page.locator("body")).to_contain_text("ips-forstudie-shic")
    finally:
        page.context.close()
