"""On stage: from a press to the painted scene, on the stage itself, on a screen that follows and on a phone."""

from __future__ import annotations

import random
import time
from statistics import median
from typing import TYPE_CHECKING, Any

from bench.figure import Figure
from bench.screen import browser
from bench.search import at
from bench.stage import opened
from bench.tap import tapped

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

NAME = "presses"
DECK, SCENES = "konferensen-sessioner", 16
PRESSES, EACH_SECONDS, FOLLOWED, VISITS = 200, 0.2, 40, 5
GOAL_MS, PHONE_MS, PHONE_KB = 300, 2000, 60
SLOW = {"offline": False, "latency": 300, "downloadThroughput": 1.5e6 / 8, "uploadThroughput": 1.5e6 / 8}
"""1.5 Mbit/s and 300 ms."""
KEYS = (("PageDown", 1), ("ArrowRight", 1), ("PageUp", -1))
MARKS = """
window.__pressed = 0; window.__took = []; window.__changed = 0; window.__wanted = "";
const now = () => performance.timeOrigin + performance.now();
addEventListener("keydown", (event) => {
  const pressed = window.__pressed = performance.timeOrigin + event.timeStamp;
  const painted = () => window.__took.push(now() - pressed);
  const look = () => requestAnimationFrame(document.querySelector(".scene.current")?.id === __wanted ? painted : look);
  requestAnimationFrame(look);
}, true);
const seen = () => requestAnimationFrame(() => (window.__changed = now()));
addEventListener("DOMContentLoaded", () => new MutationObserver(seen).observe(
  document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-shown"] }
));
"""


def measure() -> list[Figure]:
    """200 presses at 5 a second, presses that others follow, and a phone's first visit. Raises when one goes wrong."""
    with opened() as stage, browser() as running:
        server = stage.servers("product")["product"]
        presenter = running.new_context(viewport={"width": 1920, "height": 1080})
        presenter.add_init_script(MARKS)
        page, code = _room(presenter, server.url)
        alone = _presses(page)
        screen = _other(running, f"{server.url}/scen/visa/{DECK}?rum={code}")
        phone = _other(running, f"{server.url}/r/{code}", width=390)
        beside = _presses(page, screen)
        followed = [_follow(page, n, screen, phone) for n in range(FOLLOWED)]
        with tapped(server.port) as tap:
            visits = [_visit(running, tap, code) for _ in range(VISITS)]
        presenter.close()
    said = f"{PRESSES} presses at {1 / EACH_SECONDS:g} a second with a room; all landed right"
    drawn = "the same cores draw a second screen of 1920 x 1080 and a phone, which in a hall draw for themselves"
    return [
        Figure("press to painted scene, 95th percentile", at(alone, 95), "ms", goal=GOAL_MS, note=said),
        Figure("press to painted scene, median", median(alone), "ms"),
        Figure("the same, two more windows drawn here, 95th percentile", at(beside, 95), "ms", note=drawn),
        Figure(
            "press to another browser's screen, 95th percentile", at([one for one, _ in followed], 95), "ms",
            goal=GOAL_MS, note=f"{FOLLOWED} presses, through the database and server-sent events",
        ),
        Figure("press to a phone, 95th percentile", at([two for _, two in followed], 95), "ms"),
        Figure(
            "a phone's first visit to text on screen", median(ms for ms, _ in visits), "ms", goal=PHONE_MS,
            note="1.5 Mbit/s and 300 ms, an empty browser",
        ),
        Figure("a phone's first visit, everything", median(kb for _, kb in visits), "kB", goal=PHONE_KB),
    ]  # fmt: skip


def _room(presenter: BrowserContext, url: str) -> tuple[Page, str]:
    page = presenter.new_page()
    page.goto(f"{url}/r")
    page.evaluate(
        "deck => { const form = document.createElement('form'); form.method = 'post'; form.action = '/rum';"
        "const field = document.createElement('input'); field.name = 'deck'; field.value = deck; form.append(field);"
        "document.body.append(form); form.submit(); }",
        DECK,
    )
    page.wait_for_selector(".scene.current")
    return page, str(page.locator("body").get_attribute("data-code"))


def _other(running: Browser, url: str, width: int = 1920) -> Page:
    context = running.new_context(viewport={"width": width, "height": 1080 if width > 500 else 844})
    context.add_init_script(MARKS)
    page = context.new_page()
    page.goto(url)
    page.wait_for_timeout(500)
    return page


def press(page: Page, key: str, scene: int) -> None:
    """Press a key on the stage; ``__took`` gets the milliseconds to the frame after which this scene is seen.

    A press that another overtakes before it is painted counts until the newest scene is.
    """
    page.evaluate("wanted => { window.__wanted = wanted; }", f"s{scene}")
    page.keyboard.press(key)


def _presses(page: Page, *others: Page) -> list[float]:
    """The time of each press; at the end every window must show where they led."""
    chance, scene = random.Random(5), 0
    page.bring_to_front()
    press(page, "Home", scene)
    page.wait_for_selector(f".scene.current#s{scene}", timeout=10_000, state="attached")
    page.wait_for_timeout(500)
    due = time.monotonic()
    page.evaluate("window.__took.length = 0")
    for _ in range(PRESSES):
        key, by = chance.choice([(key, by) for key, by in KEYS if 0 <= scene + by < SCENES])
        scene += by
        press(page, key, scene)
        due += EACH_SECONDS
        page.wait_for_timeout(max(0.0, due - time.monotonic()) * 1000)
    for window in (page, *others):
        window.wait_for_selector(f".scene.current#s{scene}", timeout=10_000, state="attached")
    page.wait_for_timeout(100)
    took: list[float] = page.evaluate("window.__took")
    if len(took) != PRESSES:
        raise RuntimeError(f"{len(took)} of {PRESSES} presses were painted.")
    return took


def _follow(page: Page, number: int, *others: Page) -> tuple[float, ...]:
    """One press, and how long until each of the others had painted the scene."""
    scene = number % 2
    shown = (SCENES - 1) * scene
    press(page, "End" if scene else "Home", shown)
    others[0].wait_for_selector(f".scene.current#s{shown}", timeout=10_000, state="attached")
    others[1].wait_for_selector(f"article[data-scene='{shown}']", timeout=10_000)
    page.wait_for_timeout(60)
    pressed: float = page.evaluate("window.__pressed")
    return tuple(other.evaluate("window.__changed") - pressed for other in others)


def _visit(running: Browser, tap: Any, code: str) -> tuple[float, float]:
    """Milliseconds to the first text and kB on the wire of a first visit over a slow network."""
    context = running.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW)
    before = tap.received
    page.goto(f"{tap.url}/r/{code}", wait_until="load")
    page.wait_for_selector("h1")
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? performance.now()")
    page.wait_for_timeout(300)
    context.close()
    return float(painted), (tap.received - before) / 1000
