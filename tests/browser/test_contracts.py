"""*Utfallskontrakt* in a browser: the slider by keyboard, terms in the address, a contract to begin from, axe."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from etl.sources import indigo
from etl.warehouse import Fetched
from tests.browser.site import Site, pick, settle, site_of
from tests.replay.registries import indigo_data

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The embedded data and one synthetic contract that states a price and a cap."""
    folder = tmp_path_factory.mktemp("site")
    path = folder / "indigo.json"
    path.write_text(json.dumps({"projects": [{"id": "INDIGO-POJ-0001", "data": indigo_data(1)}]}), "utf-8")
    yield from site_of(folder, [Fetched(indigo.SOURCES[0], path, datetime(2026, 11, 22))])


def opened(browser: Browser, site: Site, query: str, scheme: str = "light", width: int = 1440) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    site.watch(page)
    page.goto(f"{site.url}/kontrakt?{query}")
    settle(page)
    return page


@pytest.mark.parametrize(
    ("query", "scheme", "width"),
    [
        ("lang=sv", "light", 1440),
        ("lang=en&utfall=120", "dark", 390),
        ("lang=sv&insats=INDIGO-POJ-0001", "dark", 1440),
        ("lang=en&villkor=100,40000,0,0,0,5000000,6000000,4000000,50,100", "light", 320),
        ("lang=sv&villkor=x&utfall=999&kalkyl=1,2&insats=../..", "light", 390),
    ],
)
def test_the_page_is_sound(browser: Browser, site: Site, query: str, scheme: str, width: int) -> None:
    page = opened(browser, site, query, scheme, width)
    try:
        assert page.locator("h1").count() == 1
        assert page.locator("[data-testid=stException]").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator(".ik-chart svg").count() == 4
        assert site.violations(page) == []
        assert site.outside == []
    finally:
        page.context.close()


def test_the_slider_is_moved_by_keyboard_and_stands_in_the_address(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "lang=sv&utfall=49")
    try:
        pays = page.locator(".ik-figures > div").first
        expect(pays).to_contain_text("3,0 mn kr")
        slider = page.get_by_role("slider", name="Utfall, % av målet")
        slider.focus()
        page.keyboard.press("ArrowRight")
        expect(page).to_have_url(re.compile(r"[?&]utfall=50(&|$)"))
        settle(page)
        scenarios = page.get_by_role("region", name="Utfall för utfall")
        expect(scenarios.get_by_role("row", name=re.compile("jämvikt, ditt val"))).to_contain_text("3,0 mn kr")
        page.keyboard.press("End")
        expect(page).to_have_url(re.compile(r"[?&]utfall=200(&|$)"))
        expect(pays).to_contain_text("6,0 mn kr")
    finally:
        page.context.close()


def test_a_term_that_is_written_changes_the_sum_and_one_that_cannot_be_is_said(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "lang=sv")
    try:
        expect(page.get_by_text("Exempeltal, inte hämtade").first).to_be_visible()
        saving = page.get_by_label("Besparing, kr per enhet")
        saving.fill("10 000,50")
        saving.press("Enter")
        expect(page).to_have_url(re.compile(r"villkor=[0-9.]+(%2C[0-9.]+){8}%2C10000\.5(&|$)"))
        expect(page.locator(".ik-figures").first).to_contain_text("ingen")
        expect(page.get_by_text("Ingen jämvikt: betalaren förlorar också").first).to_be_visible()
        settle(page)
        cap = page.get_by_label("Tak, kr", exact=True)
        cap.fill("999 999")
        cap.press("Enter")
        expect(page.get_by_text("Tak: 999 999 går inte att räkna med. Det förra värdet står kvar.")).to_be_visible()
        expect(cap).to_have_value(re.compile("6.000.000"))
        settle(page)
        page.get_by_role("link", name="Börja om från exempeltalen").first.click()
        expect(page.get_by_label("Besparing, kr per enhet")).to_have_value(re.compile("60.000"))
        assert "villkor=" not in page.url
    finally:
        page.context.close()


def test_a_contract_is_begun_from_and_what_it_lacks_is_said(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "lang=sv")
    try:
        pick(page, page.get_by_role("combobox", name="Börja från"), "Synthetic contract 1")
        expect(page).to_have_url(re.compile("insats=INDIGO-POJ-0001"))
        expect(page.get_by_label("Pris till målet, GBP per enhet")).to_have_value(re.compile("2.000"))
        expect(page.get_by_text("Synthetic contract 1 anger inte mål, ")).to_be_visible()
        expect(page.get_by_text("kontraktets uppgift").first).to_be_visible()
        abroad = page.get_by_role("region", name="Kontrakt utanför Sverige")
        expect(abroad.get_by_role("row", name=re.compile("Synthetic contract 1"))).to_contain_text("2 000 GBP")
        settle(page)
        page.get_by_role("link", name="English").first.click()
        expect(page.locator("h1")).to_have_text(["Outcome contracts"])
        expect(page.get_by_label("Unit price to target, GBP")).to_have_value("2,000")
    finally:
        page.context.close()


def test_an_investments_assumptions_are_written_and_kept_in_the_address(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "lang=en")
    try:
        effect = page.get_by_label("More in work, percentage points")
        effect.fill("10")
        effect.press("Enter")
        expect(page).to_have_url(re.compile(r"kalkyl=20%2C6%2C6%2C12000%2C10%2C"))
        expect(page.get_by_text("does not pay for itself within the time counted").first).to_be_visible()
        link = page.url
        page.goto(link)
        settle(page)
        expect(page.get_by_label("More in work, percentage points")).to_have_value("10")
        expect(page.get_by_text("Up to a year in two courses").first).to_be_visible()
    finally:
        page.context.close()


def test_a_statement_leads_to_its_source_row(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "lang=sv")
    try:
        page.get_by_role("link", name="Förbehåll").click()
        expect(page.locator("h1")).to_contain_text(["Datarad "])
        expect(page.locator("body")).to_contain_text("kan inte beräknas med säkerhet")
    finally:
        page.context.close()
