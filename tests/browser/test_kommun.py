"""Kommun in a browser: the map by mouse and keyboard, the select box, the profile, phone and desk, both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from dashboard.texts import Lang, t
from tests.browser.site import Site, pick, settle, site_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
VIEWS = ("/kommun?", "/kommun?lan=18&kommun=1880", "/kommun?lan=01&visa=initiativ&per=capita")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from site_of(tmp_path_factory.mktemp("kommun-site"))


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    site.watch(opened)
    yield opened
    context.close()


def go(page: Page, site: Site, path: str, lang: Lang = "sv", marks: int = 290) -> None:
    page.goto(f"{site.url}{path}&lang={lang}")
    settle(page)
    expect(page.locator("[data-code]")).to_have_count(marks)


@pytest.mark.parametrize(
    ("lang", "scheme", "width"),
    [("sv", "light", 1440), ("en", "dark", 1440), ("sv", "dark", 390), ("en", "light", 390), ("sv", "light", 320)],
)
def test_the_page_is_sound(browser: Browser, site: Site, lang: Lang, scheme: str, width: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 844}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    site.watch(page)
    try:
        for path, marks in zip(VIEWS, (290, 12, 26), strict=True):
            go(page, site, path, lang, marks)
            assert page.locator("h1").count() == 1
            assert page.evaluate("document.documentElement.lang") == lang
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.locator("[data-testid=stException]").count() == 0
            assert site.violations(page) == []
        assert site.outside == []
    finally:
        context.close()


def test_a_kommun_is_chosen_on_the_map_and_by_keyboard(page: Page, site: Site) -> None:
    go(page, site, "/kommun?lan=18", marks=12)
    page.locator('[data-code="1880"]').click(force=True)
    expect(page.locator("h1")).to_have_text(["Örebro"])
    expect(page).to_have_url(re.compile(r"[?&]kommun=1880(&|$)"))
    settle(page)
    mark = page.locator('[data-code="1880"]')
    mark.focus()
    page.keyboard.press("k")
    expect(page.locator('[data-code="1883"]')).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(["Karlskoga"])
    settle(page)
    page.locator('[data-code="1883"]').focus()
    for key in ("ArrowUp", "ArrowLeft", "ArrowLeft", "ArrowDown", "ArrowRight", "End", "Home"):
        page.keyboard.press(key)  # never out of the län, though there are neighbours there
        focused = page.evaluate("document.activeElement.shadowRoot?.activeElement?.dataset.code")
        assert focused is None or focused.startswith("18")
    page.keyboard.press("Escape")
    expect(page.locator("h1")).to_have_text(["Kommunerna i Örebro län"])
    assert site.outside == []


def test_a_kommun_is_found_by_search_among_all_and_the_outlines_come_once(page: Page, site: Site) -> None:
    outlines: list[str] = []
    page.on("request", lambda r: outlines.append(r.url) if "/geo/" in r.url else None)
    go(page, site, "/kommun?", "en")
    pick(page, page.get_by_label(t("kommun.pick", "en"), exact=True), "Haparanda")
    expect(page.locator("h1")).to_have_text(["Haparanda"])
    page.wait_for_selector('[data-code="2583"][aria-checked="true"]')
    settle(page)
    pick(page, page.get_by_label(t("kommun.lan", "en"), exact=True), "Norrbotten")
    expect(page.locator("h1")).to_have_text(["Municipalities in Norrbotten County"])
    expect(page.locator("[data-code]")).to_have_count(14)
    settle(page)
    page.get_by_text("Initiatives", exact=True).last.click()
    expect(page).to_have_url(re.compile(r"visa=initiativ"))
    settle(page)
    assert len(outlines) == 1
    assert "/kommuner.json" in outlines[0]
    assert site.outside == []


def test_the_table_turns_its_pages_and_leads_to_the_profile(page: Page, site: Site) -> None:
    go(page, site, "/kommun?")
    rows = page.locator(".ik-table").first.locator("tbody tr")
    expect(rows).to_have_count(25)
    expect(rows.first).to_contain_text("Gällivare")
    page.get_by_role("link", name="Nästa").click()
    expect(page.locator(".ik-pages").first).to_contain_text("2 av 12")
    settle(page)
    link = rows.nth(3).get_by_role("link")
    name = link.inner_text()
    link.click()
    expect(page.locator("h1")).to_have_text([name])
    settle(page)
    page.get_by_role("link", name=f"Mer om {name}").click()
    expect(page.get_by_role("heading", name=re.compile(f"^{name}, .*riket$"))).to_be_in_viewport()
    expect(page.locator("h1")).to_have_text([name])


def test_mitt_lan_leads_to_the_kommuns_page_and_back_to_the_rows(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/lan?lan=18&kommun=1880&lang=sv")
    settle(page)
    page.get_by_role("link", name="Kommunens egen sida: Örebro").click()
    expect(page.locator("h1")).to_have_text(["Örebro"])
    settle(page)
    expect(page.locator("body")).to_contain_text("Verksamhet i Örebro")
    expect(page.locator("body")).to_contain_text("Ägare i Örebro, verksamheten annanstans eller okänd")
    page.get_by_role("link", name="Visa raderna bakom").first.click()
    expect(page.locator("h1")).to_have_text(["Initiativ"])
    settle(page)
    expect(page).to_have_url(re.compile("kommun=1880"))
    expect(page.locator(".ik-table tbody tr")).to_have_count(4)


@pytest.mark.parametrize(
    "query", ["lan=99&kommun=abc", "lan=00&kommun=1880,0180", "lan=18&kommun=0180&indikator=x&ar=1"]
)
def test_a_malformed_address_falls_back(page: Page, site: Site, query: str) -> None:
    go(page, site, f"/kommun?{query}", marks=12 if "lan=18" in query else 290)
    assert page.locator("[data-testid=stException]").count() == 0
    expect(page.locator("h1")).to_contain_text(["ommuner"])
