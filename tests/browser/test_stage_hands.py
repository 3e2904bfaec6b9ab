"""What a presenter's hands do on stage: full screen, black, dark, time, help, pointing; a hall that votes."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from bench.access.look import CHECKS
from bench.presses import MARKS, press
from dashboard.store import FILE, Database, polls
from dashboard.texts import t
from tests.browser.stage_world import SCENES, Server, is_at, open_room, phone_in, speaker_of
from tests.dashboard.poll_world import put

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser
LOCKS = """navigator.wakeLock && (navigator.wakeLock.request = (kind) => {
  window.locks = [...(window.locks || []), kind]; return Promise.resolve({}); })"""
CONTRAST = """() => {
  const light = (rgb) => rgb.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  const luminance = (colour) => {
    const [r, g, b] = light(colour.match(/[\\d.]+/g).slice(0, 3).map(Number));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = luminance(getComputedStyle(document.documentElement).backgroundColor);
  const found = [];
  for (const at of document.querySelectorAll(".scene h1, .annotation, .asked, .foot p, .legend p, figcaption, "
      + ".numbers dd, .numbers dt, .list strong, .list span, .bars text, .poll-state, .codes > .room > p")) {
    const style = getComputedStyle(at);
    const own = luminance(at.namespaceURI.endsWith("svg") ? style.fill : style.color);
    const [high, low] = own > ground ? [own, ground] : [ground, own];
    found.push([(high + 0.05) / (low + 0.05), at.className?.baseVal ?? at.className, at.textContent.slice(0, 30)]);
  }
  return found;
}"""

SENSITIVE = "poll-em1-2"
TO_QUESTION = "(id) => inkartaRoom.set({ scene: JSON.parse(document.body.dataset.questions).indexOf(id) })"
REST_MS = 1100


def hold(page: Page, key: str, seconds: float = 2.5) -> None:
    """Hold a key down as a keyboard does: it comes again twenty times a second."""
    for _ in range(int(seconds * 20)):
        page.keyboard.down(key)
        page.wait_for_timeout(50)
    page.keyboard.up(key)


ON_A_BAR = """() => {
  const bar = document.querySelector(".scene .bars rect");
  const text = bar.parentElement.appendChild(document.createElementNS(bar.namespaceURI, "text"));
  text.textContent = "x";
  text.style.fill = getComputedStyle(bar).fill;
  text.setAttribute("x", bar.x.baseVal.value + 4);
  text.setAttribute("y", bar.y.baseVal.value + bar.height.baseVal.value - 4);
  return bar.closest(".scene").id.slice(1);
}"""
"""Puts a text on a bar in the bar's own colour; the number of its scene."""


def at_scene(page: Page, scene: int) -> None:
    expect(page.locator("body")).to_have_attribute("data-shown", str(scene))


def test_full_screen_without_chrome_by_key_and_by_button(staged: Server, presenter: BrowserContext) -> None:
    presenter.add_init_script(LOCKS)
    stage, _ = open_room(staged, presenter)
    assert stage.evaluate("!navigator.wakeLock || window.locks.includes('screen')"), "the computer stays awake"
    stage.keyboard.press("f")
    stage.wait_for_function("document.fullscreenElement === document.documentElement")
    expect(stage.locator("#full")).to_be_hidden()
    stage.keyboard.press("PageDown")
    at_scene(stage, 1)
    stage.keyboard.press("f")
    stage.wait_for_function("!document.fullscreenElement")
    stage.mouse.move(400, 400)
    stage.mouse.move(500, 420)
    stage.locator("#full").click()
    stage.wait_for_function("Boolean(document.fullscreenElement)")
    beside = "[...document.body.children].filter((e) => e.id !== 'stage' && e.offsetParent).length"
    assert stage.evaluate(beside) == 0, "nothing around the scene"


def test_help_time_and_black_on_stage(staged: Server, presenter: BrowserContext) -> None:
    stage, code = open_room(staged, presenter)
    speaker = speaker_of(staged, presenter, code)
    stage.keyboard.press("?")
    expect(stage.locator("#keys")).to_be_visible()
    expect(stage.locator("#keys")).to_contain_text("helskärm")
    small = stage.evaluate("parseFloat(getComputedStyle(document.getElementById('keys')).fontSize)")
    assert small >= 24
    stage.keyboard.press("h")
    expect(stage.locator("#keys")).to_be_hidden()
    stage.keyboard.press("t")
    expect(stage.locator("#timer")).to_have_text(re.compile(r"0:(0[1-9]|[1-5]\d)"))
    expect(speaker.locator("#elapsed")).to_contain_text("/ 90:00")
    expect(speaker.locator("#elapsed")).not_to_have_text("0:00 / 90:00")
    stage.keyboard.press("t")
    expect(stage.locator("#timer")).to_be_hidden()
    stage.keyboard.press(".")
    expect(stage.locator("#black")).to_be_visible()
    assert stage.evaluate("getComputedStyle(document.getElementById('black')).backgroundColor") == "rgb(0, 0, 0)"
    speaker.keyboard.press("b")
    expect(stage.locator("#black")).to_be_hidden()


def test_the_speaker_sees_the_next_scene_and_points_at_a_lan_for_the_audience(
    staged: Server, presenter: BrowserContext, phones: list[BrowserContext]
) -> None:
    stage, code = open_room(staged, presenter)
    speaker = speaker_of(staged, presenter, code)
    phone = phone_in(phones[0], staged, code)
    stage.keyboard.type("7")
    stage.keyboard.press("Enter")
    at_scene(speaker, 6)
    now, following = (speaker.frame_locator("iframe").nth(n) for n in (0, 1))
    expect(now.locator(".scene.current")).to_have_id("s6")
    expect(following.locator(".scene.current")).to_have_id("s7")
    expect(speaker.locator(".note:visible")).to_contain_text("Förmiddag, session 3")
    stage.keyboard.press("PageDown")
    expect(following.locator(".scene.current")).to_have_id("s8")
    stage.locator('#map [data-lan="18"]').dispatch_event("click")
    expect(speaker.get_by_label("Peka ut")).to_have_value("18")
    expect(phone.locator(".pointed")).to_contain_text("Örebro län")
    expect(now.locator("#pointed")).to_contain_text("Örebro län")
    stage.keyboard.press("End")
    expect(speaker.locator("figure.next")).to_have_class("next end")


def test_the_dark_stage_is_read_in_a_dark_hall_and_lasts(staged: Server, presenter: BrowserContext) -> None:
    stage, code = open_room(staged, presenter)
    speaker = speaker_of(staged, presenter, code)
    for is_dark in (False, True):
        if is_dark:
            stage.keyboard.press("d")
        expect(stage.locator("html")).to_have_class("dark" if is_dark else "")
        found = stage.evaluate(CONTRAST)
        assert len(found) > 60
        low = [each for each in found if each[0] < 7]
        assert low == [], is_dark
    stage.reload()
    expect(stage.locator("html")).to_have_class("dark")
    expect(speaker.frame_locator("iframe").nth(1).locator("html")).to_have_class("dark")
    stage.keyboard.press("d")
    expect(stage.locator("html")).to_have_class("")
    expect(speaker.frame_locator("iframe").nth(1).locator("html")).to_have_class("")


def test_a_sensitive_question_is_not_lost_by_a_double_click_or_a_held_key(
    staged: Server, presenter: BrowserContext
) -> None:
    """The stage is in English, the speaker's window in Swedish."""
    db = Database(staged.folder / FILE)
    stage, code = open_room(staged, presenter, lang="en")
    speaker = speaker_of(staged, presenter, code)
    stage.evaluate(TO_QUESTION, SENSITIVE)
    do, line = speaker.locator("[data-ask=open]"), speaker.locator(".asking .poll-state")
    on_stage = stage.locator(".scene.current .poll-state")
    expect(do).to_contain_text(t("asking.do_open", "sv"))
    do.click()
    expect(do).to_contain_text(t("asking.do_close", "sv"))
    do.click()
    expect(line).to_have_text("Öppen · 0 svar")
    speaker.wait_for_timeout(REST_MS)
    do.click()
    expect(line).to_have_text(t("asking.sure", "sv"))
    expect(line).to_have_role("status")
    put(db, code, SENSITIVE, 0, "ja")
    expect(on_stage).to_have_text("Open · 1 answer")
    expect(line).to_have_text(t("asking.sure", "sv"))  # the news of an answer leave it
    stage.bring_to_front()
    hold(stage, "o")
    expect(on_stage).to_have_text(t("asking.sure", "en"))
    expect(on_stage).to_have_role("status")
    stage.keyboard.press("PageUp")
    stage.keyboard.press("PageDown")
    expect(on_stage).to_have_text("Open · 1 answer")  # whoever goes on has not decided
    speaker.bring_to_front()
    expect(line).to_have_text("Öppen · 1 svar")
    speaker.wait_for_timeout(REST_MS)  # what the stage pressed comes from the server too
    do.focus()
    hold(speaker, "Enter")
    expect(line).to_have_text(t("asking.sure", "sv"))
    state = polls.state(db, code, SENSITIVE)
    assert (state.is_open, state.n) == (True, 1)
    speaker.keyboard.press("Enter")
    expect(on_stage).to_have_text(t("asking.few", "en"))
    assert polls.state(db, code, SENSITIVE).is_withheld


def test_a_sensitive_question_that_ten_have_answered_is_closed_by_one_press(
    staged: Server, presenter: BrowserContext
) -> None:
    db = Database(staged.folder / FILE)
    stage, code = open_room(staged, presenter)
    stage.evaluate(TO_QUESTION, SENSITIVE)
    line = stage.locator(".scene.current .poll-state")
    hold(stage, "o")
    expect(line).to_have_text("Öppen · 0 svar")
    for who in range(9):
        put(db, code, SENSITIVE, who, "ja")
    expect(line).to_have_text("Öppen · 9 svar")
    stage.keyboard.press("o")
    expect(line).to_have_text(t("asking.sure", "sv"))
    put(db, code, SENSITIVE, 9, "nej")
    expect(line).to_have_text("Öppen · 10 svar")
    stage.wait_for_timeout(REST_MS)
    stage.keyboard.press("o")
    expect(line).to_have_text("Stängd · 10 svar")
    assert polls.state(db, code, SENSITIVE).n == 10


def test_a_held_key_steps_on_and_does_nothing_else_again(staged: Server, presenter: BrowserContext) -> None:
    stage, _ = open_room(staged, presenter)
    for key, seen in (("b", "#black"), ("h", "#keys"), ("t", "#timer")):
        for is_seen in (True, False):
            hold(stage, key, 0.1 + 0.05 * is_seen)
            expect(stage.locator(seen)).to_be_visible(visible=is_seen)
    hold(stage, "PageDown", 0.2)
    at_scene(stage, 4)


def test_a_double_click_on_the_second_device_opens_and_does_not_close(
    staged: Server, presenter: BrowserContext
) -> None:
    _, code = open_room(staged, presenter)
    device = presenter.new_page()
    device.goto(f"{staged.url}/rum/{code}/fragor?lang=sv")
    box = device.locator(f"#q-{SENSITIVE}")
    device.evaluate(
        """async (id) => {
          const button = (does) => document.getElementById(`b-${id}-${does}-`);
          button("oppna").click();
          while (!button("stang")) await new Promise((done) => setTimeout(done, 20));
          button("stang").click();
        }""",
        SENSITIVE,
    )
    close = box.get_by_role("button", name="Stäng")
    device.wait_for_timeout(REST_MS)
    expect(close).to_be_visible()
    assert polls.state(Database(staged.folder / FILE), code, SENSITIVE).is_open
    close.click()
    expect(box).to_contain_text("färre än 10 svar")


def test_phones_ask_a_server_that_is_not_well_ever_more_seldom(
    staged: Server, presenter: BrowserContext, phones: list[BrowserContext]
) -> None:
    stage, code = open_room(staged, presenter)
    speaker = speaker_of(staged, presenter, code)
    phone = phone_in(phones[0], staged, code)
    asked: list[float] = []
    phone.route("**/nu?**", lambda route: (asked.append(time.monotonic()), route.fulfill(status=503))[1])
    stage.keyboard.press("PageDown")
    stage.keyboard.press("PageDown")
    phone.wait_for_timeout(7000)
    assert 2 <= len(asked) <= 6
    assert asked[1] - asked[0] >= 0.5
    expect(phone.locator("article")).to_have_attribute("data-scene", "0")
    phone.unroute("**/nu?**")
    is_at(2, stage, speaker, phone)


def test_the_bench_of_presses_waits_for_the_scene(staged: Server, presenter: BrowserContext) -> None:
    presenter.add_init_script(MARKS)
    stage, _ = open_room(staged, presenter)
    stage.evaluate("window.__took.length = 0")
    press(stage, "PageDown", 1)
    stage.wait_for_timeout(500)
    stage.evaluate(
        "() => { const set = inkartaRoom.set.bind(inkartaRoom); inkartaRoom.set = (to) => setTimeout(set, 1000, to); }"
    )
    press(stage, "PageDown", 2)
    stage.wait_for_timeout(1500)
    at_once, late = stage.evaluate("window.__took")
    assert at_once < 1000 <= late


def test_every_text_in_a_drawing_is_read_on_what_lies_under_it(staged: Server, presenter: BrowserContext) -> None:
    """On bars and on the map's areas too, scene by scene, light and dark."""
    stage, _ = open_room(staged, presenter)
    stage.evaluate(CHECKS.read_text("utf-8"))
    read = 0
    for is_dark in (False, True):
        if is_dark:
            stage.keyboard.press("d")
        expect(stage.locator("html")).to_have_class("dark" if is_dark else "")
        for scene in range(SCENES):
            stage.evaluate("scene => window.inkartaRoom.set({ scene })", scene)
            at_scene(stage, scene)
            expect(stage.locator(f"#s{scene}")).to_have_css("opacity", "1")
            told = stage.evaluate("window.inkartaAccess.svg()")
            assert told["findings"] == [], (scene, is_dark)
            assert told["worst"]["least"] >= 7, (scene, is_dark)
            read += told["worst"]["n"]
    assert read == 2 * stage.locator(".scene svg text").count() > 40
    scene = int(stage.evaluate(ON_A_BAR))
    stage.evaluate("scene => window.inkartaRoom.set({ scene })", scene)
    expect(stage.locator(f"#s{scene}")).to_have_css("opacity", "1")
    (found,) = stage.evaluate("window.inkartaAccess.svg()")["findings"]
    assert "1.00:1 " in found


def test_a_hall_on_a_bad_line_votes_through_a_death_of_the_server(
    staged: Server, presenter: BrowserContext, browser: Browser
) -> None:
    """Four phones at 1.5 Mbit/s and 300 ms: what was acknowledged is there, and everybody is back by themselves."""
    question = "poll-em1-1"
    stage, code = open_room(staged, presenter)
    stage.evaluate(TO_QUESTION, question)
    stage.keyboard.press("o")
    expect(stage.locator(".scene.current .poll-state")).to_contain_text("0 svar")
    contexts = [browser.new_context(viewport={"width": 390, "height": 844}) for _ in range(4)]
    pages = []
    try:
        for n, context in enumerate(contexts):
            page = context.new_page()
            line = context.new_cdp_session(page)
            line.send("Network.enable")
            line.send(
                "Network.emulateNetworkConditions",
                {"offline": False, "latency": 300, "downloadThroughput": 187_500, "uploadThroughput": 93_750},
            )
            page.goto(f"{staged.url}/r/{code}?lang={('sv', 'en')[n % 2]}")
            page.locator(".ikb-choice").nth(n % 2).click()
            pages.append(page)
        for page in pages[:2]:
            page.locator(".ikb-send").click()
            expect(page.locator(".ikb-said")).to_contain_text("eceived" if page is pages[1] else "Mottaget")
        expect(stage.locator(".scene.current .poll-state")).to_contain_text("2 svar")
        staged.kill()
        for page in pages[2:]:
            page.locator(".ikb-send").click()
        expect(stage.locator("body")).to_have_class("lost")
        staged.start()
        for n, page in enumerate(pages):
            expect(page.locator(".ikb-said")).to_contain_text("eceived" if n % 2 else "Mottaget")
        expect(stage.locator(".scene.current .poll-state")).to_contain_text("4 svar")
        expect(stage.locator("body")).not_to_have_class("lost")
        stage.keyboard.press("v")
        for page in pages:
            expect(page.locator(".ikb-results table")).to_be_visible()
        assert polls.state(Database(staged.folder / FILE), code, question).n == 4
    finally:
        for context in contexts:
            context.close()
