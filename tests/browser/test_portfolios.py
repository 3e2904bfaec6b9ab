"""Portföljer in the browser: picking, the matrix by keyboard, rows that sum, a filter carried over, an import."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from dashboard import numbers
from etl.importer.store import open_list
from etl.warehouse import Fetched
from tests.browser.site import Site, pick, settle, site_of
from tests.etl.importer.lists import HEADER, projects, workbook

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The embedded data and an imported list in euro."""
    home = tmp_path_factory.mktemp("portfolios")
    file = workbook(home / "Provlista.xlsx", {"L": [[*HEADER], *projects()]})
    yield from site_of(home, [Fetched(open_list(file, "Provlista"), file, datetime(2026, 11, 23))])


def opened(browser: Browser, site: Site, path: str, *, width: int = 1440, scheme: str = "light") -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    site.watch(page)
    page.goto(f"{site.url}{path}")
    settle(page)
    return page


CASES = [("sv", 1440, "light", "?lang=sv"), ("en", 390, "dark", "?lang=en&visa=pengar"),
         ("sv", 320, "light", "?lang=sv&p1=fond~ESF&p2=portfolj~import_provlista&p3=lan~18&p4=tema~si"),
         ("sv", 390, "light", "?lang=sv&rader=1:start:2015")]  # fmt: skip


@pytest.mark.parametrize(("lang", "width", "scheme", "query"), CASES)
def test_the_page_is_sound(browser: Browser, site: Site, lang: str, width: int, scheme: str, query: str) -> None:
    page = opened(browser, site, f"/portfoljer{query}", width=width, scheme=scheme)
    try:
        assert page.locator("h1").count() == 1
        assert page.evaluate("document.documentElement.lang") == lang
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("[data-testid=stException]").count() == 0
        assert page.get_by_text("Något gick fel").count() == 0
        assert site.violations(page) == []
        assert site.outside == []
    finally:
        page.context.close()


def test_a_third_portfolio_is_picked_and_removed(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "/portfoljer?lang=sv")
    try:
        expect(page.locator(".ik-side")).to_have_count(2)
        pick(page, page.get_by_label("Portfölj C", exact=True), "Utanför fonderna")
        expect(page).to_have_url(re.compile("p3=fond~other"))
        expect(page.locator(".ik-side")).to_have_count(3)
        settle(page)
        page.get_by_role("link", name="Ta bort B").click()
        expect(page.locator(".ik-side")).to_have_count(2)
        expect(page.locator(".ik-side").nth(1)).to_contain_text("Utanför fonderna")
    finally:
        page.context.close()


def test_a_square_is_reached_by_keyboard_and_leads_to_rows_that_sum_to_it(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "/portfoljer?lang=sv&p1=fond~ESF&p2=alla&visa=pengar")
    try:
        region = page.get_by_role("region", name=re.compile("^Vita fläckar"))
        region.focus()
        page.keyboard.press("Tab")
        said = page.evaluate("document.activeElement.innerText")
        words = page.evaluate("document.activeElement.closest('td').title")
        assert said
        assert "kr" in words
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("rader=1(:|%3A)ruta"))
        settle(page)
        total = re.search(r"Länets del: ([\d\s]+(?:,\d\d)?)\s+kr", page.locator(".ik-lede").inner_text())
        assert total
        exact = Decimal(re.sub(r"\s", "", total[1]).replace(",", "."))
        assert f": {numbers.money(exact, 'SEK', 'sv')}, " in words
        n = re.search(r"av (\d+) initiativ", words)
        assert n
        expect(page.locator(".ik-table tbody tr")).to_have_count(int(n[1]))
        page.get_by_role("link", name="Tillbaka till portföljerna").click()
        expect(page.locator("h1")).to_have_text(["Portföljer sida vid sida"])
    finally:
        page.context.close()


def test_a_filter_made_on_initiativ_is_carried_over_as_a_portfolio(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "/initiativ?lang=sv&lan=18&malgrupp=psykisk_ohalsa&q=IPS")
    try:
        count = re.search(r"(\d+) av", page.locator(".ik-lede").first.inner_text())
        assert count
        page.get_by_role("link", name="Jämför som portfölj").click()
        expect(page).to_have_url(re.compile(r"/portfoljer.*p1=lan~18\*malgrupp~psykisk_ohalsa\*q~IPS"))
        settle(page)
        expect(page.locator(".ik-side").first).to_contain_text(f"{count[1]} initiativ")
        expect(page.locator(".ik-side").nth(1)).to_contain_text("Alla initiativ i Sverige")
        page.get_by_role("link", name=re.compile("Lägg till ett eget filter")).click()
        expect(page.locator("h1")).to_have_text(["Initiativ"])
        settle(page)
        page.get_by_role("link", name="Jämför som portfölj").click()
        expect(page.locator("h1")).to_have_text(["Portföljer sida vid sida"])
    finally:
        page.context.close()


def test_an_imported_list_in_another_currency_is_compared_in_what_can_be(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "/portfoljer?lang=sv")
    try:
        pick(page, page.get_by_label("Portfölj B", exact=True), "Provlista")
        expect(page).to_have_url(re.compile("p2=portfolj~import_provlista"))
        settle(page)
        expect(page.locator(".ik-side").nth(1)).to_contain_text("12 initiativ")
        expect(page.locator(".ik-side").nth(1)).to_contain_text("euro")
        expect(page.locator("body")).to_contain_text("visas var för sig och jämförs inte med varandra")
        expect(page.get_by_role("heading", name=re.compile("^Belopp och form"))).to_have_count(2)
        page.locator(".ik-side").nth(1).get_by_role("link", name="Visa initiativen").click()
        expect(page.locator("body")).to_contain_text("12 av 12 initiativ")
    finally:
        page.context.close()


@pytest.mark.parametrize(
    "query", ["p1=~&p2=**", "p1=portfolj~import_x", "rader=9:x", "rader=1:agare:finnsinte", "med=Q"]
)
def test_a_malformed_address_is_a_page_all_the_same(browser: Browser, site: Site, query: str) -> None:
    page = opened(browser, site, f"/portfoljer?lang=sv&{query}")
    try:
        assert page.locator("[data-testid=stException]").count() == 0
        assert page.get_by_text("Något gick fel").count() == 0
        assert page.locator("h1").count() == 1
    finally:
        page.context.close()
