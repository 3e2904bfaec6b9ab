"""Aktörer and Plattformar in a browser: chosen by keyboard, sorted by links, the same on a phone, nothing for axe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from tests.browser.site import Site, pick, settle, site_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from site_of(tmp_path_factory.mktemp("site"))


def opened(browser: Browser, site: Site, path: str, *, width: int = 1440, dark: bool = False) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 1000}, color_scheme="dark" if dark else "light")
    site.watch(page)
    page.goto(site.url + path)
    settle(page)
    return page


def names(page: Page) -> list[str]:
    table = page.locator("[role=region][aria-label=Organisationerna] tbody th a")
    expect(table.first).to_be_visible()
    return table.all_inner_texts()


def test_the_table_sorts_by_links_that_the_keyboard_reaches(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "/aktorer")
    assert names(page)[0] == "Karlstads kommun"
    link = page.get_by_role("navigation", name="Sortera organisationerna").get_by_role("link", name="Namn")
    link.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("ordning=namn"))
    settle(page)
    held = names(page)
    assert held == sorted(held, key=str.casefold)
    expect(page.locator('nav[aria-label="Sortera organisationerna"] [aria-current=true]')).to_have_text("Namn")
    page.close()


def test_an_organisation_is_chosen_in_the_box_and_told_with_its_sources(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "/aktorer")
    pick(page, page.get_by_role("combobox", name="En organisation"), "Arbetsförmedlingen")
    expect(page.get_by_role("heading", name="Arbetsförmedlingen", exact=True)).to_be_visible()
    settle(page)
    assert "aktor=name:arbetsformedlingen" in unquote(page.url)
    expect(page.get_by_text("tillsammans med så här många organisationer: 7").first).to_be_visible()
    table = page.get_by_role("region", name="Roller och var de står")
    expect(table.get_by_role("link", name="Insteget")).to_be_visible()
    page.get_by_role("link", name="Visa alla organisationer").click()
    expect(page.get_by_role("heading", name="Arbetsförmedlingen", exact=True)).to_have_count(0)
    page.close()


def test_where_sources_disagree_both_are_shown(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "/aktorer?lan=18")
    text = page.locator("body").inner_text()
    assert "Källorna är oense om en av parterna" in text
    assert "Samordningsförbundet Delta Hisingen" in text
    page.close()


@pytest.mark.parametrize(
    "path", ["/aktorer?lan=17", "/aktorer?aktor=name:arbetsformedlingen&lang=en", "/plattformar?lan=01"]
)
@pytest.mark.parametrize(("width", "dark"), [(390, True), (1440, False)])
def test_nothing_for_axe_and_nothing_sideways(browser: Browser, site: Site, path: str, width: int, dark: bool) -> None:
    page = opened(browser, site, path, width=width, dark=dark)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert site.violations(page) == []
    assert site.outside == []
    page.close()


def test_platforms_abroad_stand_by_themselves(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "/plattformar")
    abroad = page.get_by_role("region", name="Utländska exempel, för sig")
    expect(abroad.get_by_text("Innoby innovationsplattform")).to_be_visible()
    expect(page.get_by_role("region", name="Var och en").get_by_text("Innoby")).to_have_count(0)
    page.close()


@pytest.mark.parametrize(
    "query", ["aktor=orgnr:1", "aktor=name:ingen&insats=finns-inte", "ordning=x&sida=999", "lan=99"]
)
def test_a_malformed_address_is_an_ordinary_page(browser: Browser, site: Site, query: str) -> None:
    page = opened(browser, site, f"/aktorer?{query}")
    expect(page.locator("h1")).to_have_text(["Aktörer"])
    assert "Traceback" not in page.locator("body").inner_text()
    page.close()
