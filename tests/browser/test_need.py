"""*Behov och pengar* in a browser: sound in every state, by keyboard, on a phone, with weights and sexes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from dashboard.texts import catalogue
from tests.browser.site import Site, pick, settle, site_of
from tests.dashboard import need_world as world

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

WEIGHTS = "vikter=unemployment_15_74:2,employment_20_64:1,low_economic_standard:3"
CASES = [
    ("/behov?", "sv", "light", 1440),
    ("/behov?", "en", "dark", 390),
    ("/behov?indikator=dependency_ratio&per=total&lan=18", "sv", "dark", 1440),
    (f"/behov?{WEIGHTS}&lan=18", "sv", "light", 390),
    (f"/behov?{WEIGHTS}", "en", "light", 1440),
    (f"/behov?indikator={world.WITH_SEXES}&kon=K", "en", "dark", 1440),
    (f"/behov?indikator={world.COUNTED}&visa=initiativ", "sv", "dark", 390),
    ("/behov?q=finnsinte", "sv", "light", 390),
    ("/behov?vikter=;DROP:9,%3Cscript%3E:1&kon=X&indikator=../x&per=y&lan=99", "en", "light", 1440),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("need")
    yield from site_of(folder, embedded=world.values(folder))


def opened(browser: Browser, site: Site, path: str, lang: str = "sv", scheme: str = "light", width: int = 1440) -> Page:
    page = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    ).new_page()
    site.watch(page)
    page.goto(f"{site.url}{path}&lang={lang}")
    settle(page)
    return page


def text(key: str, lang: str = "sv") -> str:
    return catalogue()[key][lang]


@pytest.mark.parametrize(("path", "lang", "scheme", "width"), CASES)
def test_the_page_is_sound_in_every_state(
    browser: Browser, site: Site, path: str, lang: str, scheme: str, width: int
) -> None:
    page = opened(browser, site, path, lang, scheme, width)
    try:
        expect(page.locator("h1")).to_have_text([text("need.title", lang)])
        assert page.locator("[data-testid=stException]").count() == 0
        assert page.get_by_text(text("site.error_title", lang)).count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert site.outside == []
        assert site.violations(page) == []
        assert text("need.association", lang) in page.locator("body").inner_text()
    finally:
        page.context.close()


def test_a_point_leads_to_its_lan_as_its_row_in_the_table_does(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "/behov?indikator=dependency_ratio")
    try:
        point = page.locator(".ik-chart g.mark-symbol path").nth(3)
        point.scroll_into_view_if_needed()
        name = point.get_attribute("aria-label") or "no name"
        point.click()
        expect(page).to_have_url(re.compile(r"/lan\?.*lan=\d\d"))
        expect(page.locator("h1")).to_contain_text([name])
        assert site.outside == []
    finally:
        page.context.close()


def test_the_map_is_walked_by_keyboard_and_what_is_picked_is_marked_everywhere(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "/behov?")
    try:
        stockholm = page.locator('[role="radio"][data-code="01"]')
        label = stockholm.get_attribute("aria-label") or ""
        assert re.search(r"Stockholms län: .*plats .* av 20.*plats .* av 20", label)
        stockholm.focus()
        page.keyboard.press("d")
        expect(page.locator('[role="radio"][data-code="20"]')).to_be_focused()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"[?&]lan=20(&|$)"))
        expect(page.locator(".ik-nine a[aria-current]")).to_have_text("Dalarna")
        expect(page.get_by_label(text("need.marked"))).to_have_value("Dalarnas län")
        settle(page)
        assert page.locator('[role="radio"][data-code="20"]').get_attribute("class") == "b11"
        assert page.locator('[role="radio"][data-code="09"]').get_attribute("fill") == "url(#missing)"
        page.keyboard.press("Escape")
        expect(page.locator(".ik-nine a[aria-current]")).to_have_count(0)
    finally:
        page.context.close()


def test_in_total_stands_in_the_address_and_survives_a_change_of_language(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "/behov?")
    try:
        assert text("sweden.per_capita").lower() in page.locator(".ik-lede").first.inner_text()
        page.get_by_role("radio", name=text("sweden.per_total"), exact=True).click()
        expect(page).to_have_url(re.compile(r"[?&]per=total(&|$)"))
        expect(page.locator(".ik-lede").first).not_to_contain_text(text("sweden.per_capita").lower())
        settle(page)
        page.get_by_role("link", name="English").click()
        expect(page.locator("h1")).to_have_text([text("need.title", "en")])
        assert "per=total" in page.url
        assert text("sweden.per_capita", "en").lower() not in page.locator(".ik-lede").first.inner_text()
    finally:
        page.context.close()


def test_indicators_are_weighed_by_keyboard_in_a_closed_panel_and_taken_away_again(
    browser: Browser, site: Site
) -> None:
    page = opened(browser, site, "/behov?")
    try:
        assert page.get_by_label(text("need.weigh_choose")).count() == 0
        summary = page.locator("summary").filter(has_text=text("need.weigh"))
        summary.focus()
        page.keyboard.press("Enter")
        box = page.get_by_label(text("need.weigh_choose"))
        for words in ("Låg ekonomisk standard", "Arbetslöshet 15"):
            expect(box).to_be_visible()
            settle(page)
            box.focus()
            page.keyboard.type(words)
            page.get_by_role("option", name=words).first.wait_for()
            page.keyboard.press("Enter")
            expect(page).to_have_url(re.compile("vikter=.*" + ("unemployment" if "15" in words else "low_economic")))
        page.keyboard.press("Escape")
        expect(page.locator("body")).to_contain_text(text("need.index_warning"))
        weight = page.get_by_label(text("need.weigh_weight").format(title="Arbetslöshet 15–74 år"))
        pick(page, weight, "4")
        expect(page).to_have_url(re.compile(r"unemployment_15_74(:|%3A)4"))
        expect(page.get_by_role("heading", name=text("need.moves_title"))).to_be_visible()
        settle(page)
        assert site.violations(page) == []
        page.get_by_role("link", name=text("need.index_remove")).first.click()
        expect(page.get_by_role("heading", name=text("need.moves_title"))).to_have_count(0)
        assert "vikter" not in page.url
    finally:
        page.context.close()


def test_women_by_themselves_are_chosen_where_the_source_has_them(browser: Browser, site: Site) -> None:
    page = opened(browser, site, f"/behov?indikator={world.WITH_SEXES}")
    try:
        expect(page.get_by_role("table", name=text("need.sexes_title"))).to_have_count(0)
        table = page.get_by_role("region", name=text("need.sexes_title"))
        expect(table.locator("tbody tr")).to_have_count(21)
        page.get_by_role("radio", name=text("need.sex_K"), exact=True).click()
        expect(page).to_have_url(re.compile(r"[?&]kon=K(&|$)"))
        expect(page.locator(".ik-lede").first).to_contain_text(text("series.sex_K"))
        settle(page)
        pick(page, page.get_by_label(text("sweden.indicator")).first, "Ohälsotal")
        expect(page.locator(".ik-lede").first).to_contain_text("Ohälsotal")
        settle(page)
        assert page.get_by_role("radio", name=text("need.sex_K"), exact=True).count() == 0
        assert text("need.sex_missing").split("{")[0] in page.locator("body").inner_text()
    finally:
        page.context.close()


def test_a_figure_leads_to_the_lan_the_value_and_the_initiatives_behind(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "/behov?")
    try:
        row = page.get_by_role("region", name=text("need.gap_title")).locator("tbody tr").first
        hrefs = [a.get_attribute("href") or "" for a in row.get_by_role("link").all()]
        assert re.match(r"/lan\?.*lan=\d\d", hrefs[0])
        assert re.match(r"/kallor\?.*kalla=", hrefs[1])
        assert re.match(r"/initiativ\?.*lan=\d\d.*belopp=kant", hrefs[2])
        row.get_by_role("link").nth(1).click()
        expect(page.locator("h1")).to_contain_text(["Datarad "])
    finally:
        page.context.close()


@pytest.mark.parametrize("width", [390, 1440])
def test_names_stand_beside_the_points_and_letters_on_a_phone(browser: Browser, site: Site, width: int) -> None:
    page = opened(browser, site, "/behov?lan=18", width=width)
    try:
        chart = page.locator(".ik-chart svg").first
        expect(chart).to_be_visible()
        words = set(chart.evaluate("node => [...node.querySelectorAll('text')].map(t => t.textContent)"))
        assert ("Örebro" in words) == (width == 1440)
        assert ("T" in words) == (width == 390)
        small = chart.evaluate("node => Math.min(...[...node.querySelectorAll('text')].map(t => "
                               "parseFloat(getComputedStyle(t).fontSize)))")  # fmt: skip
        assert small >= 13
    finally:
        page.context.close()
