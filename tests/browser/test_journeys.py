"""What the three users come for, from the keyboard alone: not one click of a mouse."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.site import Site, settle, site_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Download, Locator, Page

pytestmark = pytest.mark.browser
MOST_TABS = 250
HAS = "node => node.getRootNode().activeElement === node || node.contains(document.activeElement)"
"""Whether the focus is on a node or within it, also in a component's own tree."""
SHOWS = """() => {
    let node = document.activeElement;
    while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
    if (node?.ownerSVGElement) return true;  // a län on the map: its outline is a shape beside it
    for (let up = 0; node && up < 5; up += 1, node = node.parentElement) {
        const style = getComputedStyle(node);
        if (style.outlineStyle !== "none" || style.boxShadow !== "none") return true;
    }
    return false;
}"""
"""Whether what has the focus, or the box around it, is outlined."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from site_of(tmp_path_factory.mktemp("site"))


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, accept_downloads=True)
    opened = context.new_page()
    site.watch(opened)
    yield opened
    assert site.outside == []
    context.close()


def start(page: Page, site: Site, path: str) -> None:
    page.goto(site.url + path)
    settle(page)


def reach(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus, and see that the focus shows."""
    expect(target).to_be_visible()
    for _ in range(MOST_TABS):
        if target.evaluate(HAS):
            break
        page.keyboard.press("Tab")
    else:
        raise AssertionError(f"{target} is not reached with the Tab key")
    assert page.evaluate(SHOWS), "the focus does not show"


def choose(page: Page, target: Locator, words: str) -> None:
    """Choose in a select box: write, wait for the option, Enter."""
    reach(page, target)
    page.keyboard.press("Control+a")
    page.keyboard.type(words)
    expect(page.get_by_role("option", name=words).first).to_be_visible()
    page.keyboard.press("Enter")
    if page.locator("[role=listbox]").count():  # a list of several stays open, and hides the rest of the page
        page.keyboard.press("Escape")


def follow(page: Page, target: Locator) -> None:
    reach(page, target)
    page.keyboard.press("Enter")


def fetched(page: Page, target: Locator) -> bytes:
    """The file behind a link, had with the Enter key."""
    reach(page, target)
    with page.expect_download(timeout=120_000) as waiting:
        page.keyboard.press("Enter")
    download: Download = waiting.value
    return Path(download.path()).read_bytes()


def box(page: Page, words: str) -> Locator:
    return page.get_by_role("combobox", name=re.compile(words)).first


def test_a_coordinator_finds_the_lan_compares_it_and_takes_a_package_to_the_meeting(page: Page, site: Site) -> None:
    start(page, site, "/?lang=sv")
    follow(page, page.get_by_role("link", name=re.compile("Jag samordnar i ett län")))
    expect(page.locator("h1")).to_have_text([re.compile("län")])
    settle(page)
    choose(page, box(page, "^Län"), "Örebro län")
    expect(page.locator("h1")).to_have_text(["Örebro län"])
    settle(page)
    held = zipfile.ZipFile(io.BytesIO(fetched(page, page.get_by_role("link", name=re.compile("Paket för mötet")))))
    assert sorted(name.rpartition(".")[2] for name in held.namelist()) == ["pdf", "pptx", "xlsx"]
    follow(page, page.get_by_role("link", name=re.compile("Jämför med liknande län")))
    expect(page.locator("h1")).to_have_text([re.compile("Jämför")])
    settle(page)
    assert "Örebro län" in page.locator(".ik-lede").first.inner_text()
    choose(page, box(page, "^Typ av belopp"), "EU-bidrag")
    expect(page).to_have_url(re.compile("matt=eu_contribution"))
    settle(page)
    follow(page, page.locator("summary", has_text="Visa som tabell").first)
    expect(page.locator("table", has_text="Örebro").first).to_be_visible()


def test_a_funder_compares_two_portfolios_and_reaches_the_rows_behind_a_white_spot(page: Page, site: Site) -> None:
    start(page, site, "/?lang=sv")
    follow(page, page.get_by_role("link", name=re.compile("Jag finansierar")))
    expect(page.locator("h1")).to_have_text(["Portföljer sida vid sida"])
    settle(page)
    choose(page, box(page, "^Portfölj B"), "Alla initiativ i Sverige")
    expect(page).to_have_url(re.compile("p2=alla"))
    settle(page)
    book = fetched(page, page.locator('.ik-take a[href*="/export/portfolios/concentration.xlsx"]'))
    assert book[:2] == b"PK"
    cell = page.locator(".ik-matrix td a").first
    said = int(re.findall(r"\d+", cell.inner_text())[0])
    follow(page, cell)
    expect(page).to_have_url(re.compile("rader="))
    settle(page)
    assert page.locator(".ik-table tbody tr").count() == said


def test_a_presenter_goes_from_lan_to_lan_on_the_large_map_and_keeps_the_view(page: Page, site: Site) -> None:
    start(page, site, "/?lang=sv&visa=pengar")
    follow(page, page.get_by_role("link", name=re.compile("Jag visar för andra")))
    expect(page).to_have_url(re.compile("lage=scen"))
    expect(page.locator(".ik-topbar")).to_have_count(0)
    settle(page)
    assert "visa=pengar" in page.url
    reach(page, page.locator('[role="radio"][data-code][tabindex="0"]'))
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"lan=\d\d"))
    first = page.url
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(first)
    settle(page)
    follow(page, page.get_by_role("link", name=re.compile("Lämna")))
    expect(page.locator(".ik-topbar")).to_have_count(1)
    settle(page)
    follow(page, page.locator("summary", has_text="Spara vyn"))
    name = page.get_by_label("Namn", exact=True)
    reach(page, name)
    page.keyboard.press("Control+a")
    page.keyboard.type("Kartan på scenen")
    follow(page, page.get_by_role("button", name=re.compile("^Spara")))
    expect(page.get_by_text(re.compile("/vy/")).first).to_be_visible()
    page.goto(f"{site.url}/vyer?lang=sv")
    settle(page)
    follow(page, page.get_by_role("link", name="Kartan på scenen"))
    expect(page).to_have_url(re.compile("visa=pengar"))


def test_a_coordinator_filters_the_list_and_takes_the_selection_along(page: Page, site: Site) -> None:
    start(page, site, "/initiativ?lang=sv")
    choose(page, box(page, "^Län"), "Örebro län")
    expect(page).to_have_url(re.compile("lan=18"))
    settle(page)
    choose(page, box(page, "^Målgrupp"), "psykisk ohälsa")
    expect(page).to_have_url(re.compile("malgrupp="))
    settle(page)
    shown = int(re.findall(r"\d+", page.locator(".stMain h1 + .ik-lede, .stMain .ik-lede").first.inner_text())[0])
    held = fetched(page, page.get_by_role("link", name="Hämta urvalet som CSV")).decode("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(held)))) == shown > 0


def test_a_presenter_opens_a_deck_and_steps_through_it(page: Page, site: Site) -> None:
    start(page, site, "/scen?lang=sv&bildspel=konferensen-sessioner")
    way = page.get_by_role("link", name="Visa i helskärm").first
    reach(page, way)
    with page.context.expect_page() as waiting:
        page.keyboard.press("Enter")
    stage = waiting.value
    expect(stage.locator(".scene.current")).to_have_id("s0")
    for key, scene in (("ArrowRight", 1), ("PageDown", 2), ("PageUp", 1), ("End", 15), ("Home", 0)):
        stage.keyboard.press(key)
        expect(stage.locator(".scene.current")).to_have_id(f"s{scene}")
        expect(stage.locator(".scene.current h1")).to_be_visible()
    stage.keyboard.press("b")
    expect(stage.locator("#black")).to_be_visible()
    stage.keyboard.press("b")
    expect(stage.locator("#black")).to_be_hidden()
