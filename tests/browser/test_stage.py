"""On stage: presenter, speaker's window and phones at once, many presses, a server that dies, what is read where."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("playwright")
from playwright.sync_api import expect

from dashboard.live.decks import decks
from dashboard.live.decks.told import words
from etl.warehouse import build
from tests.browser.site import Site, settle

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser
DECK, SCENES = "konferensen-sessioner", 16
INCLUDED = sorted(path.stem for path in decks.EMBEDDED.glob("*.toml") if path.name not in decks.ASIDE)
SMALLEST, MOST_WORDS, MOST_BYTES = 24, 40, 60_000


@dataclass
class Server:
    """The product in a process of its own that can be killed and started again on the same port."""

    folder: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        if not self.port:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self.port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dashboard.cli", "serve", "--port", str(self.port), "--no-browser"],
            env={**os.environ, "INKARTA_HOME": str(self.folder)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(400):
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=2).close()
                return
            except OSError:
                time.sleep(0.2)
        raise RuntimeError("the server does not answer")

    def kill(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(20)

    def stop(self) -> None:
        """Ask it to end; it must not wait for streams that never do."""
        assert self.process
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, outlines: object) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("stage")
    build(folder / "snapshots", as_of=date(2026, 11, 23))
    running = Server(folder)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def presenter(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    yield context
    context.close()


@pytest.fixture
def phones(browser: Browser) -> Iterator[list[BrowserContext]]:
    """Two phones: one Swedish, one English, each a browser of its own."""
    made = [browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True) for _ in range(2)]
    yield made
    for context in made:
        context.close()


def open_room(server: Server, presenter: BrowserContext, deck: str = DECK, lang: str = "sv") -> tuple[Page, str]:
    """The stage with a room opened from the page of decks, as a presenter does it."""
    page = presenter.new_page()
    page.goto(f"{server.url}/scen?bildspel={deck}&lang={lang}")
    settle(page)
    page.locator("[name=wifi_name]").fill("Salen")
    page.locator("[name=wifi_password]").fill("hemligt ord")
    page.locator(".ik-start button").click()
    page.wait_for_url("**/scen/visa/**")
    expect(page.locator("body")).to_have_attribute("data-shown", "0")
    code = page.locator("body").get_attribute("data-code")
    assert code
    return page, code


def speaker_of(server: Server, presenter: BrowserContext, code: str, deck: str = DECK) -> Page:
    page = presenter.new_page()
    page.goto(f"{server.url}/scen/talare/{deck}?rum={code}")
    expect(page.locator("#link")).to_have_class("connected")
    return page


def phone_in(context: BrowserContext, server: Server, code: str, lang: str = "sv") -> Page:
    page = context.new_page()
    page.goto(f"{server.url}/r/{code}?lang={lang}")
    expect(page.locator("body")).to_have_class("live")
    return page


def is_at(scene: int, stage: Page, speaker: Page, *phones: Page) -> None:
    """Every window shows the scene."""
    for window in (stage, speaker):
        expect(window.locator("body")).to_have_attribute("data-shown", str(scene))
    expect(stage.locator(".scene.current")).to_have_id(f"s{scene}")
    for phone in phones:
        expect(phone.locator("article")).to_have_attribute("data-scene", str(scene))


def test_all_windows_agree_whoever_presses(
    server: Server, presenter: BrowserContext, phones: list[BrowserContext]
) -> None:
    stage, code = open_room(server, presenter)
    speaker = speaker_of(server, presenter, code)
    one, two = phone_in(phones[0], server, code), phone_in(phones[1], server, code, "en")
    stage.keyboard.press("PageDown")
    stage.keyboard.press("ArrowRight")
    is_at(2, stage, speaker, one, two)
    expect(two.locator("h1")).to_contain_text("counties have a platform")
    speaker.get_by_role("button", name="Nästa").click()
    is_at(3, stage, speaker, one, two)
    speaker.keyboard.press("End")
    is_at(SCENES - 1, stage, speaker, one, two)
    stage.keyboard.type("8")
    stage.keyboard.press("Enter")
    is_at(7, stage, speaker, one, two)
    speaker.get_by_label("Peka ut").select_option("18")
    expect(stage.locator("#pointed")).to_have_text("Örebro län: 69,2\xa0%")
    expect(one.locator(".pointed")).to_have_text("Örebro län: 69,2\xa0%")
    expect(stage.locator("#chosen")).to_have_attribute(
        "d", stage.locator('#map [data-lan="18"]').get_attribute("d") or ""
    )
    stage.keyboard.press("b")
    expect(stage.locator("#black")).to_be_visible()
    expect(speaker.get_by_role("button", name="Svart skärm")).to_have_attribute("aria-pressed", "true")
    stage.keyboard.press("Home")
    expect(stage.locator("#black")).to_be_hidden()
    is_at(0, stage, speaker, one, two)
    stage.reload()
    is_at(0, stage, speaker, one, two)


def test_200_presses_land_on_the_right_scene(
    server: Server, presenter: BrowserContext, phones: list[BrowserContext]
) -> None:
    """Faster than five a second, in two windows' worth of keys; what is shown is what was pressed last, everywhere."""
    stage, code = open_room(server, presenter)
    speaker = speaker_of(server, presenter, code)
    phone = phone_in(phones[0], server, code)
    stage.bring_to_front()
    chance, scene = random.Random(7), 0
    for _ in range(200):
        key, by = chance.choice((("PageDown", 1), ("ArrowRight", 1), (" ", 1), ("PageUp", -1), ("ArrowLeft", -1)))
        stage.keyboard.press(key)
        scene = min(max(scene + by, 0), SCENES - 1)
        assert stage.locator("body").get_attribute("data-shown") == str(scene)
    is_at(scene, stage, speaker, phone)
    fresh = speaker_of(server, presenter, code)
    is_at(scene, stage, fresh, phone)


def test_the_show_goes_on_without_the_server_and_everybody_comes_back(
    server: Server, presenter: BrowserContext, phones: list[BrowserContext]
) -> None:
    stage, code = open_room(server, presenter)
    speaker = speaker_of(server, presenter, code)
    one, two = phone_in(phones[0], server, code), phone_in(phones[1], server, code, "en")
    server.kill()
    try:
        for _ in range(4):
            stage.keyboard.press("PageDown")
        expect(stage.locator(".scene.current")).to_have_id("s4")
        expect(speaker.locator("body")).to_have_attribute("data-shown", "4")
        expect(speaker.locator("#link")).to_have_class("lost")
        expect(one.locator("#link")).not_to_be_empty()
        speaker.keyboard.press("PageDown")
        expect(stage.locator(".scene.current")).to_have_id("s5")
    finally:
        server.start()
    is_at(5, stage, speaker, one, two)
    expect(speaker.locator("#link")).to_have_class("connected")
    expect(one.locator("#link")).to_be_empty()
    stage.keyboard.press("PageDown")
    is_at(6, stage, speaker, one, two)


def test_a_scene_needs_no_network_once_the_stage_is_open(server: Server, presenter: BrowserContext) -> None:
    page = presenter.new_page()
    page.goto(f"{server.url}/scen/visa/{DECK}")
    expect(page.locator("body")).to_have_attribute("data-shown", "0")
    asked: list[str] = []
    page.on("request", lambda request: None if "favicon" in request.url else asked.append(request.url))
    presenter.set_offline(True)
    for at in range(1, SCENES):
        page.keyboard.press("PageDown")
        expect(page.locator(".scene.current")).to_have_id(f"s{at}")
    assert asked == []
    assert page.url.endswith(f"#{SCENES}")
    presenter.set_offline(False)
    page.reload()
    expect(page.locator(".scene.current")).to_have_id(f"s{SCENES - 1}")


def test_touch_turns_the_scene_and_the_map_changes_its_colours_in_place(server: Server, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 720}, has_touch=True)
    page = context.new_page()
    page.goto(f"{server.url}/scen/visa/konferensen-pass-2")
    expect(page.locator("body")).to_have_attribute("data-shown", "0")
    swipe = """([from, to]) => {
      const touch = (x) => new Touch({ identifier: 1, target: document.body, clientX: x, clientY: 300 });
      dispatchEvent(new TouchEvent("touchstart", { touches: [touch(from)], changedTouches: [touch(from)] }));
      dispatchEvent(new TouchEvent("touchend", { touches: [], changedTouches: [touch(to)] }));
    }"""
    page.evaluate(swipe, [900, 300])
    expect(page.locator(".scene.current")).to_have_id("s1")
    before = page.locator('#map [data-lan="23"]').get_attribute("class")
    handle = page.locator('#map [data-lan="23"]').element_handle()
    page.evaluate(swipe, [900, 300])
    page.evaluate(swipe, [900, 300])
    expect(page.locator(".scene.current")).to_have_id("s3")
    assert handle.get_attribute("class") != before, "the same path, painted otherwise"
    assert page.evaluate("getComputedStyle(document.querySelector('#map .lan path')).transitionDuration") == "0.6s"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.querySelector('#map .lan path')).transitionDuration") == "0s"
    page.evaluate(swipe, [300, 900])
    expect(page.locator(".scene.current")).to_have_id("s2")
    context.close()


SEEN = """(at) => {
  const scene = document.getElementById(`s${at}`);
  const map = document.getElementById("map");
  const blocks = [[".words", scene.querySelector(".words")], [".foot", scene.querySelector(".foot")],
    ["figure", scene.querySelector(".figure, .numbers, .list, .results, .nothing")],
    ["codes", document.querySelector(".codes")], ["map", map.classList.contains("current") ? map : null]];
  const texts = [], boxes = [];
  for (const [name, block] of blocks) {
    if (!block) continue;
    const rects = [];
    const walk = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      if (!node.data.trim() || node.parentElement.closest("title, .unseen, [hidden]")) continue;
      const parent = node.parentElement;
      const size = parseFloat(getComputedStyle(parent).fontSize);
      const scale = parent.getScreenCTM ? Math.abs(parent.getScreenCTM().d) : 1;
      texts.push([name, node.data.trim(), size * scale]);
      const range = document.createRange();
      range.selectNodeContents(node);
      rects.push(...range.getClientRects());
    }
    if (name === "codes") rects.push(...[...block.querySelectorAll("svg")].map((one) => one.getBoundingClientRect()));
    if (name === "map") for (const one of block.querySelectorAll(".lan path")) rects.push(one.getBoundingClientRect());
    boxes.push([name, rects.filter((r) => r.width).map((r) => [r.left, r.top, r.right, r.bottom])]);
  }
  return { texts, boxes, question: scene.classList.contains("is-question") };
}"""


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("deck", INCLUDED)
def test_every_scene_is_read_from_the_back_row(server: Server, presenter: BrowserContext, deck: str, lang: str) -> None:
    """At 1920 by 1080: 24 pixels or more, forty words or fewer, nothing over anything else or over the edge."""
    stage, _ = open_room(server, presenter, deck, lang)
    stage.emulate_media(reduced_motion="reduce")
    expect(stage.locator("#wifi svg")).to_be_visible()
    stage.evaluate("document.fonts.ready.then(() => true)")
    for at in range(int(stage.locator("body").get_attribute("data-scenes") or 0)):
        if at:
            stage.keyboard.press("PageDown")
        expect(stage.locator(".scene.current")).to_have_id(f"s{at}")
        seen: dict[str, Any] = stage.evaluate(SEEN, at)
        small = [text for text in seen["texts"] if text[2] < SMALLEST - 0.01]
        assert small == [], (deck, at)
        said = [text for block, text, _ in seen["texts"] if block in (".words", "figure")]
        assert words(" ".join(said)) <= MOST_WORDS, (deck, at, said)
        assert any(block == ".foot" and "2026" in text for block, text, _ in seen["texts"]), "snapshot and date"
        boxes = [(name, box) for name, found in seen["boxes"] for box in found]
        for name, (left, top, right, bottom) in boxes:
            assert left >= 0, (deck, at, name)
            assert top >= 0, (deck, at, name)
            assert right <= 1920.5, (deck, at, name)
            assert bottom <= 1080.5, (deck, at, name)
        over = {
            (one, other)
            for one, a in boxes
            for other, b in boxes
            if one < other and min(a[2], b[2]) - max(a[0], b[0]) > 1 and min(a[3], b[3]) - max(a[1], b[1]) > 1
        }
        assert over == set(), (deck, at)


def test_the_pages_have_no_fault_that_axe_finds(
    server: Server, presenter: BrowserContext, phones: list[BrowserContext]
) -> None:
    site = Site(server.url)
    stage, code = open_room(server, presenter)
    for page in (stage, speaker_of(server, presenter, code)):
        page.keyboard.press("End")
        page.keyboard.type("8")
        page.keyboard.press("Enter")
        assert site.violations(page) == [], page.url
    for context, scheme in zip(phones, ("light", "dark"), strict=True):
        phone = phone_in(context, server, code)
        phone.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        expect(phone.locator("article")).to_have_attribute("data-scene", "7")
        for path in (f"/r/{code}", f"/r/{code}?lan=18", "/r", "/r/xxxxx"):
            phone.goto(server.url + path)
            assert site.violations(phone) == [], (path, scheme)
            for width in (320, 390):
                phone.set_viewport_size({"width": width, "height": 800})
                assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
            sizes = phone.evaluate(
                "[...document.querySelectorAll('a, button, select, summary, input')]"
                ".filter((e) => e.offsetParent && !e.closest('.skip')).map((e) => e.getBoundingClientRect().height)"
            )
            assert min(sizes) >= 24, path


def test_a_phones_page_is_light_and_asks_this_server_alone(
    server: Server, presenter: BrowserContext, phones: list[BrowserContext]
) -> None:
    """Every byte that comes over the wire on a first visit, heads and the scene's picture with it."""
    stage, code = open_room(server, presenter)
    speaker = speaker_of(server, presenter, code)
    heaviest = 0.0
    for at in (2, 6, 7, 8, 13):
        speaker.locator(f'[data-go="{at}"]').click()
        expect(stage.locator("body")).to_have_attribute("data-shown", str(at))
        expect(speaker.locator("#link")).to_have_class("connected")
        context = phones[0].browser.new_context(viewport={"width": 390, "height": 844})  # type: ignore[union-attr]
        page = context.new_page()
        wire: list[float] = []
        outside: list[str] = []
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda event, into=wire: into.append(event["encodedDataLength"]))
        page.on("request", lambda r, into=outside: None if r.url.startswith(server.url) else into.append(r.url))
        page.goto(f"{server.url}/r/{code}")
        expect(page.locator("article")).to_have_attribute("data-scene", str(at))
        page.wait_for_load_state("load")
        heaviest = max(heaviest, sum(wire))
        assert outside == []
        context.close()
    assert 3_000 < heaviest <= MOST_BYTES


def test_a_phone_without_javascript_reads_all_of_it(
    server: Server, presenter: BrowserContext, browser: Browser
) -> None:
    stage, code = open_room(server, presenter)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{server.url}/r?lang=en")
    page.locator("[name=kod]").fill(code.upper())
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Six sessions on an inclusive working life")
    speaker = speaker_of(server, presenter, code)
    speaker.locator('[data-go="7"]').click()
    expect(stage.locator("body")).to_have_attribute("data-shown", "7")
    reading = page.get_by_role("link", name="Refresh")
    for _ in range(50):  # the press is on its way to the server
        reading.click()
        if "Foreign-born" in page.locator("h1").inner_text():
            break
    expect(page.locator("h1")).to_contain_text("Foreign-born in work")
    expect(page.locator("img")).to_have_attribute("alt", page.locator("article > p:not([class])").first.inner_text())
    page.locator("details").first.locator("summary").click()
    expect(page.locator("table tbody tr")).to_have_count(22)
    page.locator("#lan").select_option("18")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("h1")).to_have_text("Örebro County")
    page.get_by_role("link", name="Svenska").click()
    expect(page.locator("h1")).to_have_text("Örebro län")
    page.get_by_role("link", name="Tillbaka till det som visas").first.click()
    expect(page.locator("h1")).to_contain_text("Utrikes födda i arbete")
    context.close()


def test_closing_a_room_is_told_everywhere_and_the_scene_stays(
    server: Server, presenter: BrowserContext, phones: list[BrowserContext]
) -> None:
    stage, code = open_room(server, presenter)
    speaker = speaker_of(server, presenter, code)
    phone = phone_in(phones[0], server, code)
    speaker.get_by_role("button", name="Stäng rummet").click()
    expect(phone.locator("#link")).to_have_text("Rummet är stängt.")
    stage.keyboard.press("PageDown")
    expect(stage.locator(".scene.current")).to_have_id("s1")
    phone.reload()
    expect(phone.locator("#link")).to_have_text("Rummet är stängt.")


def test_a_deck_is_made_changed_and_shown_from_the_keyboard(server: Server, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    page.goto(f"{server.url}/scen?lage=redigera")
    settle(page)

    def write(label: str, text: str) -> None:
        page.get_by_label(label, exact=True).focus()
        page.keyboard.type(text)
        page.keyboard.press("Tab")
        settle(page)

    write("Bildspelets namn", "Mitt möte")
    write("Rubrik", "Arbetslöshet: {most_value}")
    write("Vyns adress, kopierad ur webbläsaren", f"{server.url}/?indikator=unemployment_15_74&lang=en")
    expect(page.locator(".ik-scene-head")).to_have_text("Arbetslöshet: 11,4\xa0%")
    expect(page.locator(".ik-scene-picture")).to_be_visible()
    page.get_by_role("button", name="Ny scen").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", checked=True)).to_have_value("1")
    write("Rubrik", "Och sedan?")
    page.get_by_role("button", name="Spara", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mitt möte")
    expect(page.get_by_role("status").first).to_contain_text("Sparat")
    shown = page.get_by_role("link", name="Visa i helskärm").get_attribute("href")
    page.goto(f"{server.url}{shown}")
    expect(page.locator(".scene.current h1")).to_have_text("Arbetslöshet: 11,4\xa0%")
    page.keyboard.press("End")
    expect(page.locator(".scene.current h1")).to_have_text("Och sedan?")
    page.close()
