"""Jämför län in a browser: choosing, swapping, another method, by keyboard and on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.site import Site, settle, site_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser
SIZES = {1920: 1080, 1440: 900, 390: 844, 320: 700}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from site_of(tmp_path_factory.mktemp("site"))


def opened(browser: Browser, site: Site, query: str, width: int = 1440, scheme: str = "light") -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": SIZES[width]}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    site.watch(page)
    page.goto(f"{site.url}/jamfor?{query}")
    settle(page)
    return page


def expect_chosen(page: Page, name: str, codes: str) -> None:
    """The address holds the codes, its commas as they are or written as %2C."""
    expect(page).to_have_url(re.compile(rf"[?&]{name}={codes.replace(',', '(?:,|%2C)')}(?:&|$)"))


def box(page: Page, words: str) -> Locator:
    return page.get_by_role("combobox", name=re.compile(words))


@pytest.mark.parametrize(
    ("query", "width", "scheme"),
    [
        ("lang=sv&med=18,lika,00,1880", 1440, "light"), ("lang=en&med=18,lika,00,1880", 390, "dark"),
        ("lang=sv&med=14,22,17,23", 320, "light"), ("lang=en", 1440, "dark"),
        ("lang=sv&med=1440&satt=touched&bas=euro", 390, "light"), ("lang=sv&med=18,lika,00&lage=scen", 1920, "light"),
        ("lang=sv&med=13,00&lika=neet_16_24", 390, "dark"),
        ("lang=sv&med=%00,99,lika-99,%3Cb%3E&lika=x,%27;&satt=z&indikator=nope", 1440, "light"),
    ],
)  # fmt: skip
def test_any_comparison_is_sound(browser: Browser, site: Site, query: str, width: int, scheme: str) -> None:
    page = opened(browser, site, query, width, scheme)
    try:
        assert page.locator("h1").count() == 1
        assert page.locator("[data-testid=stException]").count() == 0
        assert page.get_by_text(re.compile("Något gick fel|Something went wrong")).count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert site.violations(page) == []
        assert site.outside == []
    finally:
        page.context.close()


def test_a_place_is_added_by_keyboard_alone_on_a_phone(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "lang=sv&med=18,00", 390)
    try:
        field = box(page, "Jämför")
        for _ in range(40):
            page.keyboard.press("Tab")
            if field.evaluate("node => node === document.activeElement"):
                break
        else:
            raise AssertionError("the field is not reached with the Tab key")
        page.keyboard.type("Blekinge")
        expect(page.get_by_role("option", name="Blekinge län")).to_be_visible()
        page.keyboard.press("Enter")
        expect_chosen(page, "med", "18,00,10")
        settle(page)
        expect(page.locator(".ik-lede").first).to_contain_text("Blekinge län")
        field.focus()
        page.keyboard.type("Ronneby")
        expect(page.get_by_role("option", name="Ronneby kommun")).to_be_visible()
        page.keyboard.press("Enter")
        expect_chosen(page, "med", "18,00,10,1081")
        settle(page)
        expect(page.locator(".ik-lede").first).to_contain_text("Ronneby kommun")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    finally:
        page.context.close()


def test_places_swap_and_go_by_links(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "lang=sv&med=18,12,00")
    try:
        page.get_by_role("link", name="sätt först Skåne län").click()
        expect_chosen(page, "med", "12,18,00")
        settle(page)
        page.get_by_role("link", name="ta bort Örebro län").first.click()
        expect_chosen(page, "med", "12,00")
        settle(page)
        page.get_by_role("link", name="ta bort Riket").click()
        expect(page.get_by_text("Välj minst en till")).to_be_visible()
    finally:
        page.context.close()


def test_another_method_changes_who_is_near_and_is_taken_back(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "lang=sv&med=18,lika,00")
    try:
        expect(page.get_by_text("Mest lika Örebro län: Västmanlands län (0,79)")).to_be_visible()
        field = box(page, "Likhet")
        field.click()
        field.fill("Unga 16–24")
        page.get_by_role("option", name=re.compile("^Unga 16–24")).click()
        expect_chosen(page, "lika", "population,dependency_ratio,employment_20_64,low_economic_standard,neet_16_24")
        settle(page)
        expect(page.get_by_text("Hallands län och Västra Götalands län saknar Unga 16–24 år")).to_be_visible()
        expect(page.get_by_text("bland de 19 län som har alla")).to_be_visible()
        page.get_by_role("link", name="Tillbaka till de vanliga fyra").click()
        expect(page).not_to_have_url(re.compile("lika=population"))
        settle(page)
        expect(page.get_by_text("bland de 21 län som har alla")).to_be_visible()
    finally:
        page.context.close()


def test_a_peer_comes_in_with_one_click_and_all_21_are_there_to_see(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "lang=sv&med=18,00")
    try:
        page.get_by_role("link", name="lägg till Södermanlands län").first.click()
        expect_chosen(page, "med", "18,00,04")
        settle(page)
        page.get_by_text("Visa alla 21 län").click()
        rows = page.get_by_role("region", name="Avstånd, 21 län").locator("tbody tr")
        expect(rows).to_have_count(21)
        expect(rows.first).to_contain_text("Örebro län")
    finally:
        page.context.close()


def test_what_runs_leads_to_as_many_rows(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "lang=sv&med=12,00")
    try:
        table = page.get_by_role("region", name="Pågår nu")
        row = table.locator("tbody tr", has_text="Riket")
        n = row.locator("td").first.inner_text()
        row.get_by_role("link").click()
        expect(page).to_have_url(re.compile("status=running"))
        settle(page)
        expect(page.locator(".ik-lede").first).to_contain_text(re.compile(rf"\b{n}\b"))
    finally:
        page.context.close()


def test_the_amount_can_be_told_by_another_need_and_counted_in_full(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "lang=sv&med=18,19")
    try:
        expect(page.get_by_role("heading", name="Beviljat stöd, fördelat")).to_be_visible()
        page.get_by_role("radio", name="Berör").click()
        expect(page.get_by_role("heading", name="Beviljat stöd, berör")).to_be_visible()
        settle(page)
        field = page.get_by_role("combobox", name="Behov att dela med")
        field.click()
        page.get_by_role("option", name="Sysselsättningsgrad 20–64 år").first.click()
        expect(page).to_have_url(re.compile("indikator=employment_20_64"))
        expect(page.get_by_text("de som inte är sysselsatta")).to_be_visible()
    finally:
        page.context.close()


def test_mitt_lan_leads_to_the_comparison(browser: Browser, site: Site) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{site.url}/lan?lan=18&lang=sv")
    settle(page)
    page.get_by_role("link", name="Jämför med liknande län").click()
    expect(page.locator(".ik-lede").first).to_contain_text("Örebro län (10 initiativ), Västmanlands län")
    page.close()
