"""Charts in a browser: data alone on a change of filter, drawn in place, never stale, and asked for when it is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from dashboard.components.folding import folded
from tests.browser.site import Site, pick, settle, site_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, WebSocket

pytestmark = pytest.mark.browser

CHART = ".ik-chart > div"
TEMPLATE = b"https://vega.github.io/schema/vega-lite/"
"""Stands in a template, and nowhere else."""
DRAWN = """() => [...document.querySelectorAll('.ik-chart svg')].map(svg => [...svg.querySelectorAll('*')].map(one =>
    (one.children.length ? one.cloneNode() : one).outerHTML.replace(/clip\\d+/g, 'clip')).sort())"""
"""What each chart is drawn of, in no order, since the labels of an axis that stay keep their places in the document."""
KEPT = "() => document.querySelector('.ik-chart svg').isOurs === true"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from site_of(tmp_path_factory.mktemp("charts"))


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light")
    yield made
    made.close()


FEW = [0.0, 1.5, -2.25, 7, 1e9, 123456.789, None]


def folding() -> Iterator[list[dict[str, Any]]]:
    """Rows whose columns are told in every way that there is."""
    for places, mark, end in product(range(4), ".,", ("", "\u00a0%", " kr")):
        numbers = [round(number, places) for number in (0.0, 1.5, -2.25, 7.0, 1e9, 123456.789, 0.1 + 0.2)]
        yield [
            {
                "name": name, "at": str(at), "when": str(at), "value": number, "again": number,
                "shown": f"{number:.{places}f}".replace(".", mark) + end, "label": number if at == 6 else None,
            }
            for name in "abc"
            for at, number in enumerate(numbers)
        ]  # fmt: skip
    yield [{"a": "x", "b": number} for number in FEW]


def test_rows_unfold_in_the_browser(context: BrowserContext, site: Site) -> None:
    page = context.new_page()
    page.goto(f"{site.url}/healthz")
    cases = list(folding())
    ways = json.dumps([folded(rows) for rows in cases])
    assert all(f'"{way}":' in ways for way in ("g", "as", "of", "but"))
    unfolded = page.evaluate(
        "async told => { const { unfolded } = await import('/app/static/chart.js');"
        " return JSON.stringify(JSON.parse(told).map(unfolded)); }",
        ways,
    )
    assert json.loads(unfolded) == cases


def opened(context: BrowserContext, site: Site, path: str) -> tuple[Page, list[bytes]]:
    """A page that stands, and what it is sent from then on."""
    frames: list[bytes] = []

    def heard(socket: WebSocket) -> None:
        socket.on("framereceived", lambda data: frames.append(data if isinstance(data, bytes) else data.encode()))

    page = context.new_page()
    page.on("websocket", heard)
    page.goto(f"{site.url}{path}")
    settle(page)
    assert any(TEMPLATE in frame for frame in frames), "what is looked for below can be found"
    frames.clear()
    return page, frames


def marked(page: Page) -> None:
    """Know the drawing again, once it is done."""
    expect(page.locator(".ik-chart[aria-busy]")).to_have_count(0)
    expect(page.locator(CHART).first).to_be_visible()
    page.evaluate("document.querySelectorAll('.ik-chart svg').forEach(one => { one.isOurs = true })")


def to(page: Page, name: str) -> None:
    """Choose a län, and wait until its chart is drawn."""
    pick(page, page.get_by_role("combobox", name="Län", exact=True).first, name)
    expect(page.locator(CHART).first).to_have_attribute("aria-label", re.compile(name))
    settle(page)


def went(page: Page, path: str) -> None:
    """Another address of the page that stands, without loading it anew."""
    page.evaluate("path => { history.pushState({}, '', path); dispatchEvent(new PopStateEvent('popstate')) }", path)
    page.wait_for_timeout(1000)
    settle(page)


def again(page: Page) -> None:
    """Load the page anew, and wait until its charts are drawn."""
    page.reload()
    page.locator(".ik-chart svg").first.wait_for(state="attached")
    settle(page)


def test_another_lan_changes_the_drawing_in_place_and_sends_no_template(context: BrowserContext, site: Site) -> None:
    page, frames = opened(context, site, "/lan?lan=18&lang=sv")
    marked(page)
    before = page.evaluate(DRAWN)
    to(page, "Skåne län")
    assert page.evaluate(KEPT)
    assert frames
    assert not any(TEMPLATE in frame for frame in frames)
    changed = page.evaluate(DRAWN)
    assert changed != before
    again(page)
    assert page.evaluate(DRAWN) == changed, "as it is drawn anew"
    assert page.locator(".ik-chart svg").count() == page.locator(".ik-chart").count() == 1


def test_what_was_seen_before_is_not_sent_again(context: BrowserContext, site: Site) -> None:
    page, frames = opened(context, site, "/lan?lan=18&lang=sv")
    series = re.compile(rb'"f":"[0-9a-f]{12}","n":\{"[0-9a-f]{12}":\{"d":')
    before = page.evaluate(DRAWN)
    to(page, "Skåne län")
    assert any(series.search(frame) for frame in frames)
    frames.clear()
    to(page, "Örebro län")
    assert not any(series.search(frame) for frame in frames)
    assert page.evaluate(DRAWN) == before


@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("/jamfor?med=18,14&lang=sv", "/jamfor?med=12,14,03&lang=sv"),
        ("/aktorer?lan=18&lang=sv", "/aktorer?lan=14&lang=sv"),
        ("/kontrakt?utfall=49&lang=sv", "/kontrakt?utfall=120&lang=sv"),
        ("/portfoljer?lang=sv", "/portfoljer?p1=sverige&p2=skottland&lang=sv"),
        ("/behov?lan=18&lang=sv", "/behov?lan=14&lang=sv"),
    ],
)
def test_a_changed_drawing_is_as_one_made_anew(context: BrowserContext, site: Site, path: str, other: str) -> None:
    page, _ = opened(context, site, path)
    went(page, other)
    changed = page.evaluate(DRAWN)
    again(page)
    assert page.evaluate(DRAWN) == changed


def test_of_two_quick_changes_the_last_one_stands(context: BrowserContext, site: Site) -> None:
    page, _ = opened(context, site, "/lan?lan=18&lang=sv")
    marked(page)
    for code in ("14", "03", "25"):
        page.locator(f'[role="radio"][data-code="{code}"]').first.dispatch_event("click")
    expect(page.locator(CHART)).to_have_attribute("aria-label", re.compile("Norrbottens län"))
    settle(page)
    drawn = page.evaluate(DRAWN)
    assert len(drawn) == 1
    assert page.evaluate(KEPT)
    again(page)
    assert page.evaluate(DRAWN) == drawn


def test_a_chart_is_as_wide_as_its_column_and_follows_it(context: BrowserContext, site: Site) -> None:
    page, _ = opened(context, site, "/lan?lan=18&lang=sv")
    marked(page)
    for width in (700, 390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function("""() => {
            const at = one => document.querySelector(one).getBoundingClientRect()
            const [box, svg] = [at('.ik-chart'), at('.ik-chart svg')]
            return Math.abs(box.width - svg.width) < 1 && box.width < innerWidth && box.height - svg.height < 1
        }""")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(KEPT)


def test_another_theme_draws_anew_and_leaves_one_drawing(context: BrowserContext, site: Site) -> None:
    page, _ = opened(context, site, "/lan?lan=18&lang=sv")
    before = page.locator(".ik-chart svg text").first.get_attribute("fill")
    page.locator(".ik-theme").click()
    page.wait_for_function("before => document.querySelector('.ik-chart svg text').getAttribute('fill') !== before",
                           arg=before)  # fmt: skip
    settle(page)
    assert page.locator(".ik-chart svg").count() == 1
    assert page.locator(".ik-chart svg [fill='#F2F6F8']").count()


def test_what_the_browser_lacks_is_asked_for_and_drawn(context: BrowserContext, site: Site) -> None:
    page, frames = opened(context, site, "/lan?lan=18&lang=sv")
    page.evaluate("window.inkarta.parts.clear()")
    to(page, "Skåne län")
    assert sum(TEMPLATE in frame for frame in frames) == 1
    drawn = page.evaluate(DRAWN)
    again(page)
    assert page.evaluate(DRAWN) == drawn


def test_many_charts_that_lack_the_same_are_all_drawn(context: BrowserContext, site: Site) -> None:
    page, frames = opened(context, site, "/jamfor?med=18,14&lang=sv")
    page.evaluate("window.inkarta.parts.clear()")
    went(page, "/jamfor?med=12,14&lang=sv")
    assert any(TEMPLATE in frame for frame in frames)
    drawn = page.evaluate(DRAWN)
    again(page)
    assert page.evaluate(DRAWN) == drawn
    assert len(drawn) == page.locator(".ik-chart").count() > 4


def test_a_chart_is_told_by_its_sentence_and_is_no_stop_for_the_keyboard(context: BrowserContext, site: Site) -> None:
    page, _ = opened(context, site, "/lan?lan=18&lang=sv")
    chart = page.locator(CHART)
    expect(chart).to_have_attribute("role", "graphics-document")
    expect(chart).to_have_attribute("aria-roledescription", "diagram")
    expect(chart).to_have_attribute("aria-label", re.compile("Örebro län"))
    assert not chart.evaluate("node => [node, ...node.querySelectorAll('*')].filter(one => one.tabIndex >= 0).length")


def test_words_stand_at_the_pointer_and_go_when_the_data_does(context: BrowserContext, site: Site) -> None:
    page, _ = opened(context, site, "/lan?lan=18&lang=sv")
    page.locator(f"{CHART} .mark-symbol path").last.hover(force=True)
    tip = page.locator("#vg-tooltip-element.visible")
    expect(tip).to_be_visible()
    name, when, shown = (cell.strip() for cell in tip.locator("td.value").all_inner_texts())
    assert re.search("[A-ZÅÄÖ]", name)
    assert re.search(r"\b20\d\d\b", when)
    assert re.search(r"\d", shown)
    page.locator('[role="radio"][data-code="03"]').first.dispatch_event("click")
    expect(page.locator(CHART)).to_have_attribute("aria-label", re.compile("Uppsala"))
    expect(tip).to_have_count(0)
