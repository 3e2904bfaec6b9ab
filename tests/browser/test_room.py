"""A room with its question: the stage, the speaker's window and two phones at once, through a death of the server."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from dashboard.texts import t
from tests.browser.site import Site, site_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
DECK = "konferensen-sessioner"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from site_of(tmp_path_factory.mktemp("room-site"))


def opened(browser: Browser, site: Site, **more: str) -> tuple[Page, str]:
    """The stage of a new room, in the browser that leads it, and the room's code."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    answer = context.request.post(
        f"{site.url}/rum?lang=sv", form={"deck": DECK, "lang": "sv", "expected": "40", **more},
        headers={"origin": site.url}, max_redirects=0,
    )  # fmt: skip
    assert answer.status == 303
    stage = context.new_page()
    site.watch(stage)
    stage.goto(site.url + answer.headers["location"])
    found = re.search(r"rum=([0-9a-z]{5})", stage.url)
    assert found
    return stage, found[1]


def to_question(stage: Page, question: str) -> None:
    stage.evaluate(
        "(id) => window.inkartaRoom.set({scene: JSON.parse(document.body.dataset.questions).indexOf(id)})", question
    )
    expect(stage.locator(".scene.current.is-question")).to_have_count(1)


def phone(browser: Browser, site: Site, code: str, lang: str = "sv") -> Page:
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    site.watch(page)
    page.goto(f"{site.url}/r/{code}?lang={lang}")
    return page


def test_a_question_is_opened_answered_shown_and_closed_from_the_stage(browser: Browser, site: Site) -> None:
    stage, code = opened(browser, site)
    mine, other = phone(browser, site, code), phone(browser, site, code, "en")
    state = stage.locator(".scene.current .poll-state")
    try:
        to_question(stage, "poll-fm2-2")
        expect(state).to_have_text(t("asking.waiting", "sv"))
        expect(mine.locator("h1")).to_have_text([stage.locator(".scene.current h1").inner_text()])
        expect(mine.locator("form[action$=svar]")).to_have_count(0)
        stage.keyboard.press("o")
        expect(state).to_contain_text(t("asking.open", "sv"))
        mine.get_by_label("Kommunerna").check()
        mine.locator(".ikb-send").click()
        expect(mine.locator(".ikb-said")).to_contain_text("Mottaget")
        other.get_by_label("The region", exact=True).check()
        other.get_by_label("The municipalities").check()
        other.locator(".ikb-send").click()
        expect(other.locator(".ikb-said")).to_contain_text("Received")
        expect(state).to_contain_text(t("asking.many", "sv").replace("#", "2"))
        assert stage.locator(".scene.current .poll-shown").is_hidden()
        assert urllib.request.urlopen(f"{site.url}/r/{code}/lage?lang=sv").status == 200
        stage.keyboard.press("v")
        row = stage.locator(".scene.current [data-key=kommun]")
        expect(row).to_contain_text("100")
        expect(mine.get_by_role("row").filter(has_text="Kommunerna")).to_contain_text("2")
        stage.keyboard.press("o")
        expect(state).to_contain_text(t("asking.closed", "sv"))
        expect(mine.locator("form[action$=svar]")).to_have_count(0)
        assert site.outside == []
        assert site.violations(mine) == []
    finally:
        for page in (stage, mine, other):
            page.context.close()


def test_the_speaker_opens_and_shows_with_buttons_and_another_browser_may_not(browser: Browser, site: Site) -> None:
    stage, code = opened(browser, site)
    speaker = stage.context.new_page()
    speaker.goto(stage.url.replace("/visa/", "/talare/"))
    stranger = browser.new_context()
    try:
        to_question(stage, "poll-em1-1")
        do = speaker.locator("[data-ask=open]")
        expect(do).to_contain_text(t("asking.do_open", "sv"))
        do.click()
        expect(do).to_contain_text(t("asking.do_close", "sv"))
        expect(stage.locator(".scene.current .poll-state")).to_contain_text(t("asking.open", "sv"))
        refused = stranger.request.post(
            f"{site.url}/rum/{code}/fraga", form={"gor": "stang", "fraga": "poll-em1-1"},
            headers={"origin": site.url, "accept": "application/json"},
        )  # fmt: skip
        assert refused.status == 403
        assert stranger.request.get(f"{site.url}/rum/{code}/resultat/poll-em1-1.json").status == 404
        assert stranger.request.get(f"{site.url}/rum/{code}/resultat/poll-em1-1.csv").status == 404
        assert stage.request.get(f"{site.url}/rum/{code}/resultat/poll-em1-1.csv").status == 200
    finally:
        stage.context.close()
        stranger.close()


def test_a_rehearsal_room_answers_by_itself_and_says_so_everywhere(browser: Browser, site: Site) -> None:
    stage, code = opened(browser, site, practice="1")
    mine = phone(browser, site, code)
    try:
        to_question(stage, "poll-em1-1")
        stage.keyboard.press("o")
        stage.keyboard.press("v")
        expect(stage.locator(".scene.current .poll-state")).to_contain_text(
            re.compile(r"(1[5-9]|[234]\d) svar"), timeout=60_000
        )
        expect(stage.locator(".codes .practice")).to_be_visible()
        expect(mine.locator(".practice")).to_be_visible()
        told = json.loads(stage.request.get(f"{site.url}/rum/{code}/resultat/poll-em1-1.json?lang=sv").text())
        assert "simulerad" in told["mark"]
    finally:
        stage.context.close()
        mine.context.close()


def test_what_the_room_names_stands_beside_the_data_for_whoever_leads_it(browser: Browser, site: Site) -> None:
    stage, code = opened(browser, site)
    mine, other = phone(browser, site, code), phone(browser, site, code)
    moderator = stage.context.new_page()
    stranger = browser.new_context()
    try:
        to_question(stage, "poll-fm2-3")
        stage.keyboard.press("o")
        for each, text in ((mine, "Långtidsarbetslöshet, Arbetsförmedlingen"), (other, "Långtidsarbetslösheten")):
            each.get_by_role("textbox").fill(text)
            each.locator(".ikb-send").click()
            expect(each.locator(".ikb-said")).to_contain_text("Mottaget")
        expect(stage.locator(".scene.current .poll-state")).to_contain_text(t("asking.many", "sv").replace("#", "2"))
        moderator.goto(f"{site.url}/rum/{code}/fragor?lang=sv")
        for left in (2, 1):
            expect(moderator.locator(".ikm-waiting")).to_contain_text(str(left))
            moderator.get_by_role("button", name=t("moderate.approve", "sv")).first.click()
        expect(moderator.locator(".ikm-waiting")).to_contain_text("0")
        address = f"{site.url}/rum/{code}/bredvid/poll-fm2-3?lang=sv&lan=18"
        assert stranger.request.get(address).status == 404
        moderator.goto(address)
        expect(moderator.locator("h1")).to_contain_text(["Vilka hinder"])
        body = moderator.locator("body")
        expect(body).to_contain_text("Örebro län")
        expect(moderator.get_by_role("row").filter(has_text="Långtidsarbetslöshet").first).to_contain_text("%")
        expect(moderator.get_by_role("row").filter(has_text="Arbetsförmedlingen").first).to_be_visible()
        moderator.get_by_label(t("asking.lan", "sv")).select_option(label="Norrbottens län")
        moderator.get_by_role("button", name=t("stage.show", "sv")).click()
        expect(body).to_contain_text("Norrbottens län")
        assert site.violations(moderator) == []
    finally:
        for page in (stage, mine, other):
            page.context.close()
        stranger.close()
