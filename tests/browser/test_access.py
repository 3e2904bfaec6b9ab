"""Some pages in a rotation of language, theme, size and folding, and the way between all of them.

``inkarta bench access`` looks at every page and form in every state. What it has measured of some is held here, in a
rotation that lets each meet each language, each theme and each size: no fault comes to those that it has written down.
Some are looked at in every run, the others in turn, by the day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from bench.access.look import Look, Seen
from bench.access.surfaces import SURFACES, Surface, room
from dashboard.access import state
from dashboard.layout import GROUPS
from dashboard.texts import t
from tests.browser.site import Site, pick, settle, site_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
MEASURED = {one.name: {(kind, text) for kind, found in one.found.items() for text in found} for one in state().surfaces}
OFTEN = ("sweden", "county", "sources", "about")
"""Those that every run looks at: a map, charts and controls, tables, words. All take half an hour."""
MORE = 2
"""So many others a day, in turn."""
PREPARED = """() => {
    window.said = [];
    const told = document.querySelector('.ik-announcer');
    new MutationObserver(() => told.textContent && window.said.push(told.textContent))
        .observe(told, {childList: true, characterData: true, subtree: true});
}"""
"""Keeps what the live region says."""


def looked(day: date) -> list[Surface]:
    """What is looked at on a day."""
    rest = [one for one in SURFACES if one.name not in OFTEN]
    first = day.toordinal() * MORE
    return [one for one in SURFACES if one.name in OFTEN] + [rest[(first + n) % len(rest)] for n in range(MORE)]


LOOKED = looked(date.today())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from site_of(tmp_path_factory.mktemp("access-site"))


@pytest.fixture(scope="module")
def look(browser: Browser, site: Site) -> Iterator[Look]:
    context = browser.new_context(locale="sv-SE", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    site.watch(page)
    yield Look(page, site.url, room(context, site.url))
    assert site.outside == []
    context.close()


def rotation(at: int, surface: Surface) -> tuple[tuple[str, str, int, bool], ...]:
    """Language, theme, width and whether it is unfolded, three times; what follows the first moves on by ``at``."""
    langs = ("sv", "sv", "en") if at % 2 else ("en", "sv", "sv")
    first = surface.themes[at % len(surface.themes)]
    themes = (first, next((one for one in surface.themes if one != first), first), surface.themes[-1 - at // 2 % 2])
    widths = tuple(surface.widths[(at + n) % len(surface.widths)] for n in range(3))
    return tuple(zip(langs, themes, widths, (at % 3 == 0, True, True), strict=True))


@pytest.mark.parametrize("at", range(12))
def test_the_rotation_meets_each_value_of_each_dimension(at: int) -> None:
    states = rotation(at, SURFACES[0])
    assert {lang for lang, *_ in states} == {"sv", "en"}
    assert {theme for _, theme, *_ in states} == {"light", "dark"}
    assert {width for _, _, width, _ in states} == {1440, 390, 320}


def test_every_surface_has_its_day() -> None:
    day = date(2026, 11, 26)
    assert looked(day) == looked(day)
    assert len(looked(day)) == len(OFTEN) + MORE
    month = [looked(day + timedelta(days=n)) for n in range(-(-(len(SURFACES) - len(OFTEN)) // MORE))]
    assert {one.name for each in month for one in each} == {one.name for one in SURFACES}
    assert all({one.name for one in each} >= set(OFTEN) for each in month)


@pytest.mark.parametrize(("at", "surface"), enumerate(LOOKED), ids=[one.name for one in LOOKED])
def test_nothing_hinders_anybody(look: Look, at: int, surface: Surface) -> None:
    seen = Seen(surface.name)
    last = ""
    for lang, theme, width, is_unfolded in rotation(at, surface):
        if lang == last:
            look.turn(surface, theme, width)
        else:
            look.open(surface, lang, theme, width)
        if is_unfolded:
            look.unfold(surface)
        look.state(seen, surface, lang, theme, width, folded=not is_unfolded)
        if lang != last:
            look.once(seen, surface, lang, width)
        last = lang
    assert set(seen.found) - MEASURED[surface.name] == set()


@pytest.mark.parametrize(("lang", "groups"), [("sv", ("places", "side_by_side", "event")), ("en", ("work", "data"))])
def test_the_focus_follows_to_every_page_of_the_menu_and_the_page_is_told(
    browser: Browser, site: Site, lang: str, groups: tuple[str, ...]
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    try:
        page.goto(f"{site.url}/om?lang={lang}")
        settle(page)
        page.evaluate(PREPARED)
        for group in groups:
            page.locator(".ik-nav:not(.ik-subnav) a", has_text=t(f"group.{group}", lang)).first.click()
            for name in (one for one in GROUPS[group] if one not in ("account", "admin")):  # where people sign in
                words = t(f"page.{name}", lang)
                link = page.locator(".ik-subnav").get_by_role("link", name=words, exact=True)
                expect(link).to_be_visible()
                if link.get_attribute("aria-current") is None:  # the group leads to its first page
                    link.click()
                expect(page).to_have_title(re.compile(re.escape(words)))
                expect(page.locator(".ik-subnav [aria-current]")).to_have_text(words)
                expect(page.locator("h1")).to_be_focused()
                settle(page)
                expect(page.locator("h1")).to_be_focused()
                assert page.evaluate("document.documentElement.lang") == lang
                expect(page.locator(".ik-announcer")).to_contain_text(words)
    finally:
        context.close()


def test_what_a_choice_changes_is_told_in_a_live_region(browser: Browser, site: Site) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    try:
        page.goto(f"{site.url}/initiativ?lang=sv")
        settle(page)
        page.wait_for_timeout(2000)  # what a page says when it arrives is not a change
        page.evaluate(PREPARED)
        pick(page, page.get_by_role("combobox", name=t("facet.lan", "sv")).first, "Örebro län")
        expect(page).to_have_url(re.compile("lan=18"))
        settle(page)
        lede = page.locator(".stMain .ik-lede").first
        expect(page.locator(".ik-announcer")).to_have_text(re.compile(re.escape(_words(lede.inner_text())[:40])))
        assert page.evaluate("window.said.length") <= 2
    finally:
        context.close()


def test_charts_follow_when_the_theme_is_changed(browser: Browser, site: Site) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light")
    page = context.new_page()
    try:
        page.goto(f"{site.url}/lan?lan=18&lang=sv")
        settle(page)
        label = page.locator(".ik-chart svg text").first
        expect(label).to_be_visible()
        before = _ink(page)
        page.locator(".ik-theme").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        page.wait_for_function("before => getComputedStyle(document.querySelector("
                               "'.ik-chart svg text')).fill !== before", arg=before)  # fmt: skip
        assert "lan=18" in page.url
    finally:
        context.close()


def _ink(page: Page) -> str:
    found: str = page.evaluate("getComputedStyle(document.querySelector('.ik-chart svg text')).fill")
    return found


def _words(text: str) -> str:
    return text.strip().split("\n")[0]
