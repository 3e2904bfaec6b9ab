"""The pages of a room: without faults, light on the wire, whole without JavaScript; the editor by the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.site import Site, settle
from tests.browser.stage_world import SCENES, Server, open_room, phone_in, speaker_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

pytestmark = pytest.mark.browser
MOST_BYTES = 60_000


def test_the_pages_have_no_fault_that_axe_finds(
    staged: Server, presenter: BrowserContext, phones: list[BrowserContext]
) -> None:
    site = Site(staged.url)
    stage, code = open_room(staged, presenter)
    for page in (stage, speaker_of(staged, presenter, code)):
        page.keyboard.press("End")
        page.keyboard.type("8")
        page.keyboard.press("Enter")
        assert site.violations(page) == [], page.url
    for context, scheme in zip(phones, ("light", "dark"), strict=True):
        phone = phone_in(context, staged, code)
        phone.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        expect(phone.locator("article")).to_have_attribute("data-scene", "7")
        for path in (f"/r/{code}", f"/r/{code}?lan=18", "/r", "/r/xxxxx"):
            phone.goto(staged.url + path)
            assert site.violations(phone) == [], (path, scheme)
            for width in (320, 390):
                phone.set_viewport_size({"width": width, "height": 800})
                assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
            sizes = phone.evaluate(
                "[...document.querySelectorAll('a, button, select, summary, input')]"
                ".filter((e) => e.offsetParent && !e.closest('.skip')).map((e) => e.getBoundingClientRect().height)"
            )
            assert min(sizes) >= 24, path


def test_no_scene_has_a_fault_that_axe_finds(staged: Server, presenter: BrowserContext) -> None:
    site = Site(staged.url)
    stage, _ = open_room(staged, presenter)
    for scene in range(SCENES):
        stage.evaluate("scene => window.inkartaRoom.set({ scene })", scene)
        expect(stage.locator("body")).to_have_attribute("data-shown", str(scene))
        expect(stage.locator(".scene.current")).to_have_id(f"s{scene}")
        assert site.violations(stage) == [], scene


def test_a_phones_page_is_light_and_asks_this_server_alone(
    staged: Server, presenter: BrowserContext, phones: list[BrowserContext]
) -> None:
    """Every byte that comes over the wire on a first visit, heads and the scene's picture with it."""
    stage, code = open_room(staged, presenter)
    speaker = speaker_of(staged, presenter, code)
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
        page.on("request", lambda r, into=outside: None if r.url.startswith(staged.url) else into.append(r.url))
        page.goto(f"{staged.url}/r/{code}")
        expect(page.locator("article")).to_have_attribute("data-scene", str(at))
        page.wait_for_load_state("load")
        heaviest = max(heaviest, sum(wire))
        assert outside == []
        context.close()
    assert 3_000 < heaviest <= MOST_BYTES


def test_a_phone_without_javascript_reads_all_of_it(
    staged: Server, presenter: BrowserContext, browser: Browser
) -> None:
    stage, code = open_room(staged, presenter)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{staged.url}/r?lang=en")
    page.locator("[name=kod]").fill(code.upper())
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Six sessions on an inclusive working life")
    speaker = speaker_of(staged, presenter, code)
    speaker.locator('[data-go="7"]').click()
    expect(stage.locator("body")).to_have_attribute("data-shown", "7")
    reading = page.get_by_role("link", name="Refresh")
    for _ in range(50):  # the press is on its way to the server
        reading.click()
        if "Foreign-born" in page.locator("h1").inner_text():
            break
    expect(page.locator("h1")).to_contain_text(["Foreign-born in work"])
    expect(page.locator("img")).to_have_attribute("alt", page.locator("article > p:not([class])").first.inner_text())
    page.locator("details").first.locator("summary").click()
    expect(page.locator("table tbody tr")).to_have_count(22)
    page.locator("#lan").select_option("18")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("h1")).to_have_text(["Örebro County"])
    page.get_by_role("link", name="Svenska").click()
    expect(page.locator("h1")).to_have_text(["Örebro län"])
    page.get_by_role("link", name="Tillbaka till det som visas").first.click()
    expect(page.locator("h1")).to_contain_text(["Utrikes födda i arbete"])
    context.close()


def test_a_deck_is_made_changed_and_shown_from_the_keyboard(staged: Server, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    page.goto(f"{staged.url}/scen?lage=redigera")
    settle(page)

    def write(label: str, text: str) -> None:
        page.get_by_label(label, exact=True).focus()
        page.keyboard.type(text)
        page.keyboard.press("Tab")
        settle(page)

    write("Bildspelets namn", "Mitt möte")
    write("Rubrik", "Arbetslöshet: {most_value}")
    write("Vyns adress, kopierad ur webbläsaren", f"{staged.url}/?indikator=unemployment_15_74&lang=en")
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
    page.goto(f"{staged.url}{shown}")
    expect(page.locator(".scene.current h1")).to_have_text("Arbetslöshet: 11,4\xa0%")
    page.keyboard.press("End")
    expect(page.locator(".scene.current h1")).to_have_text("Och sedan?")
    page.close()
