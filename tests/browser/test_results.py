"""The room's answers on a large screen and a phone: sizes, in place, without motion where that is asked for, axe."""

from __future__ import annotations

import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from playwright.sync_api import expect

from dashboard.live.results.results import Occasion
from etl.warehouse import build
from tests.browser.site import Site
from tests.dashboard.results_world import DAY, QUESTIONS, Hall, app, made_up

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
STAGE: Any = {"width": 1920, "height": 1080}
PHONE: Any = {"width": 390, "height": 844}
AT_REST = """async () => { for (let n = 0; n < 3; n++) { await new Promise(requestAnimationFrame);
    await Promise.all(document.getAnimations().map(a => a.finished.catch(() => 0))); } }"""
SMALL_TEXTS = """() => [...document.querySelectorAll('.ik-r *')].filter(e =>
    [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) && !e.closest('.ik-r-table, title')
    && e.getClientRects().length && parseFloat(getComputedStyle(e).fontSize) < 24)
    .map(e => [e.textContent.trim().slice(0, 40), getComputedStyle(e).fontSize])"""
OUTSIDE = """() => [...document.querySelectorAll(
    '.ik-r-label, .ik-r-n, .ik-r h2, .ik-r-finding, .ik-r-who, .ik-r-word')]
    .filter(e => e.textContent && !e.closest('.ik-r-table'))
    .filter(e => { const b = e.getBoundingClientRect();
        return b.left < -1 || b.right > innerWidth + 1 || b.bottom > innerHeight + 1 || b.top < -1; })
    .map(e => e.textContent)"""
OVERLAPS = """() => { const found = [], all = [...document.querySelectorAll('.ik-r-word')].map(e =>
    [e.textContent, e.getBoundingClientRect()]);
    all.forEach(([a, p], i) => all.slice(i + 1).forEach(([b, q]) => {
        if (p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 1 && q.top < p.bottom - 1)
            found.push([a, b]); })); return found; }"""


@pytest.fixture(scope="module")
def hall() -> Hall:
    return Hall(occasion=Occasion("k7m2q", DAY, 250, is_practice=True))


@pytest.fixture(scope="module")
def stage(hall: Hall, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The pages of the test's own world on a port of this machine."""
    folder = tmp_path_factory.mktemp("stage")
    build(folder / "snapshots")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKARTA_HOME", str(folder))
        settings = uvicorn.Config(app(hall), host="127.0.0.1", port=port, log_level="warning", lifespan="off")
        server = uvicorn.Server(settings)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        yield Site(f"http://127.0.0.1:{port}")
        server.should_exit = True
        thread.join(20)


@pytest.fixture
def page(browser: Browser, stage: Site) -> Iterator[Page]:
    context = browser.new_context(viewport=STAGE)
    opened = context.new_page()
    stage.watch(opened)
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    context.close()
    assert faults == []
    assert stage.outside == []


def ready(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate("document.fonts.ready")
    page.evaluate(AT_REST)


def news(page: Page) -> None:
    """What the stage does when it hears of votes; returns when the result is up to date and at rest."""
    page.evaluate(
        """() => new Promise(done => { document.addEventListener('ik:updated', () => done(), { once: true });
        document.dispatchEvent(new CustomEvent('ik:news')); })"""
    )
    page.evaluate(AT_REST)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", QUESTIONS)
def test_every_kind_is_legible_from_the_last_row(
    browser: Browser, stage: Site, hall: Hall, kind: str, scheme: Any
) -> None:
    page = browser.new_page(viewport=STAGE, color_scheme=scheme)
    for n, reveal in ((0, False), (180, False), *(((180, True),) if kind == "guess" else ())):
        hall.answers, hall.reveal = {kind: made_up(kind, n) if n else []}, reveal
        ready(page, f"{stage.url}/scen/{kind}?lang={'sv' if scheme == 'light' else 'en'}")
        assert page.evaluate(SMALL_TEXTS) == [], kind
        assert page.evaluate(OUTSIDE) == [], kind
        assert page.evaluate(OVERLAPS) == [], kind
        assert page.evaluate("document.documentElement.scrollWidth") <= 1920
        assert stage.violations(page) == []
        mark = page.locator(".ik-r-mark")
        assert mark.is_visible()
        assert "simuler" in mark.inner_text() or "simulated" in mark.inner_text()
    page.close()


def test_a_vote_changes_what_stands_there_and_nothing_is_drawn_anew(page: Page, stage: Site, hall: Hall) -> None:
    hall.answers, hall.reveal = {"single": ["a", "a", "b"]}, False
    ready(page, f"{stage.url}/scen/single")
    page.evaluate("document.querySelectorAll('.ik-r *').forEach((e, i) => { e.was = i; })")
    before = page.locator("[data-key=b] i").bounding_box()
    hall.answers = {"single": ["a", "a", "b", "b", "b"]}
    news(page)
    after = page.locator("[data-key=b] i").bounding_box()
    assert before
    assert after
    assert after["width"] > before["width"] * 1.8
    assert page.locator("[data-key=b] .ik-r-n").inner_text().startswith("3")
    assert page.locator("[data-key=b]").get_attribute("data-look") == "first"
    assert page.locator(".ik-r-finding").inner_text().startswith("5 svar")
    assert page.evaluate("[...document.querySelectorAll('.ik-r *')].every(e => e.was !== undefined)")


@pytest.mark.parametrize("kind", ["text", "lan", "ranking"])
def test_what_stays_keeps_its_place_in_the_document_while_new_things_come_in(
    page: Page, stage: Site, hall: Hall, kind: str
) -> None:
    hall.answers, hall.reveal = {kind: made_up(kind, 30)}, False
    ready(page, f"{stage.url}/scen/{kind}")
    page.evaluate("document.querySelectorAll('.ik-r [data-key]').forEach(e => { e.was = e.dataset.key; })")
    keys = set(page.evaluate("[...document.querySelectorAll('.ik-r [data-key]')].map(e => e.dataset.key)"))
    hall.answers = {kind: made_up(kind, 150)}
    news(page)
    now = page.evaluate("[...document.querySelectorAll('.ik-r [data-key]')].map(e => [e.dataset.key, e.was ?? ''])")
    assert all(was == key for key, was in now if key in keys and was)
    assert sum(was == key for key, was in now) >= min(len(keys), 4)
    assert page.evaluate(OVERLAPS) == []
    assert page.evaluate(OUTSIDE) == []
    ready(page, f"{stage.url}/scen/{kind}")
    fresh = page.evaluate("[...document.querySelectorAll('.ik-r [data-key]')].map(e => e.dataset.key).sort()")
    assert sorted(key for key, _ in now) == fresh


def test_the_first_answer_takes_the_place_of_the_empty_state(page: Page, stage: Site, hall: Hall) -> None:
    hall.answers, hall.reveal = {"lan": []}, False
    ready(page, f"{stage.url}/scen/lan")
    assert page.locator(".ik-r-big").inner_text().startswith("Inga svar än.")
    hall.answers = {"lan": ["18"]}
    news(page)
    assert page.locator(".ik-r-map path").count() == 21
    assert page.locator(".ik-r-map path[data-key='18']").get_attribute("data-look") == "k1"
    assert page.locator(".ik-r-big").count() == 0


def test_news_in_a_row_end_with_the_last_and_a_broken_answer_leaves_what_was(
    page: Page, stage: Site, hall: Hall
) -> None:
    hall.answers, hall.reveal = {"single": ["a"]}, False
    ready(page, f"{stage.url}/scen/single")
    page.route("**/resultat/**", lambda route: route.abort())
    page.evaluate("document.dispatchEvent(new CustomEvent('ik:news'))")
    assert page.locator("[data-key=a] .ik-r-n").inner_text().startswith("1")
    page.unroute("**/resultat/**")
    hall.answers = {"single": ["a"] * 7}
    page.evaluate("for (let n = 0; n < 25; n++) document.dispatchEvent(new CustomEvent('ik:news'))")
    expect(page.locator("[data-key=a] .ik-r-n")).to_have_text("7 · 100\u00a0%")


def test_the_value_is_revealed_in_place_with_its_source_and_map(page: Page, stage: Site, hall: Hall) -> None:
    hall.answers, hall.reveal = {"guess": made_up("guess", 90)}, False
    ready(page, f"{stage.url}/scen/guess")
    assert "6,2" not in page.locator(".ik-r").inner_text()
    hall.reveal = True
    news(page)
    assert page.locator(".ik-r-line[data-key=value]").inner_text() == "Rätt värde: 6,2\u00a0%"
    assert "Kolada N02797" in page.locator(".ik-r-note").inner_text()
    assert page.locator(".ik-r-map path").count() == 21
    hall.reveal = False


def test_nothing_moves_where_motion_is_to_be_reduced(browser: Browser, stage: Site, hall: Hall) -> None:
    hall.answers, hall.reveal = {"single": ["a"]}, False
    context = browser.new_context(viewport=STAGE, reduced_motion="reduce")
    page = context.new_page()
    ready(page, f"{stage.url}/scen/single")
    hall.answers = {"single": ["a", "b", "b"]}
    running = page.evaluate(
        """() => new Promise(done => { document.addEventListener('ik:updated', () =>
        requestAnimationFrame(() => done(document.getAnimations().length)), { once: true });
        document.dispatchEvent(new CustomEvent('ik:news')); })"""
    )
    assert running == 0
    context.close()


def test_the_table_is_there_by_keyboard_for_whoever_cannot_see_the_drawing(page: Page, stage: Site, hall: Hall) -> None:
    hall.answers, hall.reveal = {"single": made_up("single", 40)}, False
    ready(page, f"{stage.url}/scen/single")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Visa som tabell"
    page.keyboard.press("Enter")
    assert page.locator(".ik-r-table tbody tr").first.is_visible()
    assert page.locator(".ik-r-table tbody tr").count() == 6


@pytest.mark.parametrize("kind", QUESTIONS)
def test_a_phone_has_the_result_as_text_and_table_without_scripts(
    browser: Browser, stage: Site, hall: Hall, kind: str
) -> None:
    hall.answers, hall.reveal = {kind: made_up(kind, 120)}, kind == "guess"
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{stage.url}/telefon/{kind}")
    assert page.locator(".ik-lede").first.inner_text()
    assert page.locator("tbody tr").count() >= 3
    context.close()
    with_script = browser.new_page(viewport=PHONE)
    ready(with_script, f"{stage.url}/telefon/{kind}?lang=en")
    assert with_script.evaluate("document.documentElement.scrollWidth") <= 390
    assert stage.violations(with_script) == []
    with_script.close()
    with urllib.request.urlopen(f"{stage.url}/telefon/{kind}") as answer:
        assert len(answer.read()) < 60_000


def test_the_look_lies_in_files_and_no_script_stands_in_the_page(stage: Site, hall: Hall) -> None:
    with urllib.request.urlopen(f"{stage.url}/scen/single") as answer:
        text = answer.read().decode()
    assert text.count("<script") == 1
    assert 'type="module" src="/app/static/results.js' in text
    static = Path(__file__).parents[2] / "dashboard" / "static"
    assert len((static / "results.js").read_bytes()) < 6_000
