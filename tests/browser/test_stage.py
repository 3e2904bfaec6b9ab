"""On stage: presenter, speaker's window and phones at once, many presses, a server that dies, what is read where."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from dashboard.live.decks import decks
from dashboard.live.decks.told import words
from tests.browser.stage_world import DECK, SCENES, Server, is_at, open_room, phone_in, speaker_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

pytestmark = pytest.mark.browser
INCLUDED = sorted(path.stem for path in decks.EMBEDDED.glob("*.toml") if path.name not in decks.ASIDE)
SMALLEST, MOST_WORDS = 24, 40


def test_all_windows_agree_whoever_presses(
    staged: Server, presenter: BrowserContext, phones: list[BrowserContext]
) -> None:
    stage, code = open_room(staged, presenter)
    speaker = speaker_of(staged, presenter, code)
    one, two = phone_in(phones[0], staged, code), phone_in(phones[1], staged, code, "en")
    stage.keyboard.press("PageDown")
    stage.keyboard.press("ArrowRight")
    is_at(2, stage, speaker, one, two)
    expect(two.locator("h1")).to_contain_text(["counties have a platform"])
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
    staged: Server, presenter: BrowserContext, phones: list[BrowserContext]
) -> None:
    """Faster than five a second, in two windows' worth of keys; what is shown is what was pressed last, everywhere."""
    stage, code = open_room(staged, presenter)
    speaker = speaker_of(staged, presenter, code)
    phone = phone_in(phones[0], staged, code)
    stage.bring_to_front()
    chance, scene = random.Random(7), 0
    for _ in range(200):
        key, by = chance.choice((("PageDown", 1), ("ArrowRight", 1), (" ", 1), ("PageUp", -1), ("ArrowLeft", -1)))
        stage.keyboard.press(key)
        scene = min(max(scene + by, 0), SCENES - 1)
        assert stage.locator("body").get_attribute("data-shown") == str(scene)
    is_at(scene, stage, speaker, phone)
    fresh = speaker_of(staged, presenter, code)
    is_at(scene, stage, fresh, phone)


def test_the_show_goes_on_without_the_server_and_everybody_comes_back(
    staged: Server, presenter: BrowserContext, phones: list[BrowserContext]
) -> None:
    stage, code = open_room(staged, presenter)
    speaker = speaker_of(staged, presenter, code)
    one, two = phone_in(phones[0], staged, code), phone_in(phones[1], staged, code, "en")
    staged.kill()
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
        staged.start()
    is_at(5, stage, speaker, one, two)
    expect(speaker.locator("#link")).to_have_class("connected")
    expect(one.locator("#link")).to_be_empty()
    stage.keyboard.press("PageDown")
    is_at(6, stage, speaker, one, two)


def test_a_scene_needs_no_network_once_the_stage_is_open(staged: Server, presenter: BrowserContext) -> None:
    page = presenter.new_page()
    page.goto(f"{staged.url}/scen/visa/{DECK}")
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


def test_touch_turns_the_scene_and_the_map_changes_its_colours_in_place(staged: Server, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 720}, has_touch=True)
    page = context.new_page()
    page.goto(f"{staged.url}/scen/visa/konferensen-pass-2")
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
      if (!node.data.trim() || node.parentElement.closest("title, .unseen, .full, .for-dark, [hidden]")) continue;
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
def test_every_scene_is_read_from_the_back_row(staged: Server, presenter: BrowserContext, deck: str, lang: str) -> None:
    """At 1920 by 1080: 24 pixels or more, forty words or fewer, nothing over anything else or over the edge."""
    stage, _ = open_room(staged, presenter, deck, lang)
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


def test_closing_a_room_is_told_everywhere_and_the_scene_stays(
    staged: Server, presenter: BrowserContext, phones: list[BrowserContext]
) -> None:
    stage, code = open_room(staged, presenter)
    speaker = speaker_of(staged, presenter, code)
    phone = phone_in(phones[0], staged, code)
    speaker.get_by_role("button", name="Stäng rummet").click()
    expect(phone.locator("#link")).to_have_text("Rummet är stängt.")
    stage.keyboard.press("PageDown")
    expect(stage.locator(".scene.current")).to_have_id("s1")
    phone.reload()
    expect(phone.locator("#link")).to_have_text("Rummet är stängt.")
