"""Phones that answer: in both languages, by keyboard, without JavaScript, over a bad line, through a server's death."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from dashboard.live.polls.door import work
from dashboard.store import poll_texts, polls
from dashboard.texts import t
from tests.browser.site import RULES
from tests.dashboard.poll_world import QUESTIONS, Served, ask, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

ONE, SENSITIVE, TEXT, RANKING = "poll-em1-1", "poll-em1-2", "poll-fm2-3", "egen-rangordna-plattform"
KINDS = (ONE, SENSITIVE, "poll-fm2-2", TEXT, "egen-lan", "egen-gissa-lang-tid", "egen-skala-langsiktigt", RANKING)
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, warehouse_folder: Path) -> Iterator[Served]:
    served = Served(tmp_path_factory.mktemp("room"), warehouse_folder)
    served.start()
    yield served
    served.stop()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    yield page
    context.close()


def answer(page: Page, ident: str) -> None:
    """Fill the form in, as its kind wants it."""
    kind = QUESTIONS[ident].kind
    if kind in ("single", "multiple", "scale"):
        page.locator(".ikb-choice").nth(1).click()
    elif kind == "text":
        page.locator("textarea").fill("Pengarna tar slut")
    elif kind == "lan":
        page.locator("select").select_option("18")
    elif kind == "guess":
        page.locator("#ikb-guess").fill("40")
    elif page.locator(".ikb-scripted").count():
        page.locator(".ikb-move").nth(1).click()
    else:
        for n, select in enumerate(page.locator(".ikb-ranking select").all(), 1):
            select.select_option(str(n))


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{v['id']}: {node['html'][:160]}" for v in found for node in v["nodes"][:3]]


def too_small(page: Page) -> list[str]:
    """What is pressed and is less than 44 pixels high or wide."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll(
            '.ikb-choice, button, select, textarea, .ikb input:not([type]), header a, summary')]
        .filter(e => e.offsetParent && !e.closest('[hidden]'))
        .filter(e => { const r = e.getBoundingClientRect(); return r.height < 44 || r.width < 44 })
        .map(e => e.outerHTML.slice(0, 90))"""
    )
    return found


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("ident", KINDS)
def test_every_kind_is_answered_changed_and_told_of(server: Served, phone: Page, ident: str, lang: Any) -> None:
    code = opened(server.db, ident)[0].code
    phone.goto(f"{server.url}/r/{code}/fraga?lang={lang}")
    expect(phone.get_by_role("heading", level=2)).to_have_text(QUESTIONS[ident].words.of(lang))
    expect(phone.get_by_role("status")).to_have_text(t("polls.not_yet", lang))
    answer(phone, ident)
    phone.get_by_role("button", name=t("polls.send", lang)).click()
    said = t("polls.received_short", lang) if QUESTIONS[ident].is_sensitive else t("polls.received", lang)[:9]
    expect(phone.get_by_role("status")).to_contain_text(said)
    expect(phone.get_by_role("button", name=t("polls.change", lang))).to_be_visible()
    assert polls.state(server.db, code, ident).n == 1
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    if not QUESTIONS[ident].is_sensitive:
        for text in poll_texts.texts(server.db, code, ident):
            poll_texts.moderate(server.db, code, ident, text.ref, "approved")
        polls.show_poll(server.db, code, ident, is_shown=True)
        expect(phone.locator(".ikb-results table").first).to_be_visible()  # by itself
    assert faults(phone) == []
    assert too_small(phone) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_reads_well_in_the_dark_and_on_the_narrowest_phone(server: Served, browser: Browser, scheme: Any) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme)
    page = context.new_page()
    for ident in (ONE, "poll-fm2-2", RANKING, TEXT):
        code = opened(server.db, ident)[0].code
        page.goto(f"{server.url}/r/{code}/fraga")
        expect(page.get_by_role("button", name="Skicka svaret")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert faults(page) == []
    context.close()


@pytest.mark.parametrize("ident", KINDS)
def test_every_kind_works_without_javascript(server: Served, browser: Browser, ident: str) -> None:
    code = opened(server.db, ident)[0].code
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.url}/r/{code}/fraga")
    answer(page, ident)
    page.get_by_role("button", name="Skicka svaret").click()
    expect(page.get_by_role("status")).to_contain_text(re.compile("ottaget"))
    expect(page.get_by_role("button", name="Ändra svaret")).to_be_visible()
    assert polls.state(server.db, code, ident).n == 1
    if ident == RANKING:
        page.locator(".ikb-ranking select").first.select_option("2")
        page.get_by_role("button", name="Ändra svaret").click()
        expect(page.get_by_role("status")).to_have_text(t("polls.said_twice", "sv"))
    context.close()


def test_ranking_by_keyboard_alone_says_where_things_are(server: Served, phone: Page) -> None:
    code = opened(server.db, RANKING)[0].code
    phone.goto(f"{server.url}/r/{code}/fraga?lang=en")
    last = phone.get_by_role("button", name="Move Measurement of effects up")
    last.focus()
    for place in (4, 3, 2, 1):
        phone.keyboard.press("Enter")
        expect(phone.get_by_role("status")).to_have_text(f"Measurement of effects is now in place {place}.")
        expect(last).to_be_focused()
    expect(last).to_have_attribute("aria-disabled", "true")
    phone.get_by_role("button", name="Send the answer").press("Enter")
    expect(phone.get_by_role("status")).to_contain_text("Received: 1 Measurement of effects, 2 Funding")
    assert polls.answers(server.db, code, RANKING)[0][0] == "matning"  # type: ignore[index]


def test_the_phones_own_sha_256_is_sha_256(server: Served, phone: Page) -> None:
    code = opened(server.db)[0].code
    phone.goto(f"{server.url}/r/{code}/fraga")
    texts = ["", "abc", "å" * 27, *("x" * n for n in (54, 55, 56, 63, 64, 65, 119, 120, 1000))]
    digest = "text => [...ikBallot.sha256(text)].map(word => word.toString(16).padStart(8, '0')).join('')"
    for text in texts:
        assert phone.evaluate(digest, text) == hashlib.sha256(text.encode()).hexdigest()
    nonce = work("a-challenge.of-the-room", 12)
    bits = phone.evaluate("n => ikBallot.trier('a-challenge.of-the-room:')(n)", nonce)
    found = hashlib.sha256(f"a-challenge.of-the-room:{nonce}".encode()).digest()
    assert bits == 256 - int.from_bytes(found, "big").bit_length() >= 12


def test_a_question_that_opens_and_closes_comes_to_the_phone(server: Served, phone: Page) -> None:
    code = opened(server.db)[0].code
    phone.goto(f"{server.url}/r/{code}/fraga")
    expect(phone.get_by_role("heading", level=2)).to_have_text("Ingen fråga just nu")
    ask(server.db, code, ONE)
    expect(phone.get_by_role("heading", level=2)).to_have_text(QUESTIONS[ONE].words.sv)
    phone.get_by_label("Region", exact=True).check()
    phone.get_by_role("button", name="Skicka svaret").click()
    expect(phone.get_by_role("status")).to_have_text("Mottaget: Region.")
    ask(server.db, code, TEXT)
    expect(phone.get_by_role("heading", level=2)).to_have_text(QUESTIONS[TEXT].words.sv)
    phone.locator("textarea").fill("Halvskriv")
    polls.show_poll(server.db, code, TEXT, is_shown=True)
    expect(phone.locator(".ikb-results")).to_contain_text("Inga svar att visa än.")
    expect(phone.locator("textarea")).to_have_value("Halvskriv")  # what is being written stays
    polls.close_poll(server.db, code, TEXT)
    expect(phone.locator("textarea")).to_have_count(0)
    assert faults(phone) == []


def test_over_a_line_that_fails_the_phone_says_so_and_sends_again(server: Served, browser: Browser) -> None:
    """Slow, then away, then back: received is said only when the server has said it, and it counts once."""
    code = opened(server.db, ONE)[0].code
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    slow = {"offline": False, "latency": 300, "downloadThroughput": 190_000, "uploadThroughput": 90_000}
    line.send("Network.emulateNetworkConditions", slow)
    page.goto(f"{server.url}/r/{code}/fraga")
    expect(page.locator(".ikb")).to_have_attribute("data-known", "0")
    page.get_by_label("Kommun", exact=True).check()
    page.get_by_role("button", name="Skicka svaret").click()
    expect(page.get_by_role("status")).to_have_text("Mottaget: Kommun.")
    line.send("Network.emulateNetworkConditions", {**slow, "offline": True})
    page.get_by_label("Region", exact=True).check()
    page.get_by_role("button", name="Ändra svaret").click()
    expect(page.get_by_role("status")).to_contain_text("Ingen kontakt med servern")
    assert polls.answers(server.db, code, ONE) == ["kommun"]
    line.send("Network.emulateNetworkConditions", slow)
    expect(page.get_by_role("status")).to_have_text("Mottaget: Region.")
    assert polls.answers(server.db, code, ONE) == ["region"]
    context.close()


def test_a_vote_survives_a_reload_while_there_is_no_line(server: Served, browser: Browser) -> None:
    code = opened(server.db, ONE)[0].code
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(f"{server.url}/r/{code}/fraga")
    context.route("**/svar", lambda route: route.abort())
    page.get_by_label("Kommun", exact=True).check()
    page.get_by_role("button", name="Skicka svaret").click()
    expect(page.get_by_role("status")).to_contain_text("Ingen kontakt med servern")
    page.reload()
    context.unroute("**/svar")
    expect(page.get_by_role("status")).to_have_text("Mottaget: Kommun.")
    assert polls.answers(server.db, code, ONE) == ["kommun"]
    context.close()


def test_a_vote_is_sent_on_when_the_room_has_gone_to_another_question(server: Served, browser: Browser) -> None:
    """The stage's own page swaps the question in place, and says so by an event."""
    code = opened(server.db, ONE)[0].code
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(f"{server.url}/r/{code}/fraga")
    context.route("**/svar", lambda route: route.abort())
    page.get_by_label("Kommun", exact=True).check()
    page.get_by_role("button", name="Skicka svaret").click()
    expect(page.get_by_role("status")).to_contain_text("Ingen kontakt med servern")
    ask(server.db, code, TEXT)
    expect(page.locator("textarea")).to_be_visible()
    page.evaluate(
        """() => { document.querySelector('main').innerHTML = '<p>En scen utan fråga</p>';
        document.dispatchEvent(new CustomEvent('inkarta-scene')) }"""
    )
    context.unroute("**/svar")
    for _ in range(100):
        if polls.answers(server.db, code, ONE) == ["kommun"]:
            break
        page.wait_for_timeout(100)
    assert polls.answers(server.db, code, ONE) == ["kommun"]
    context.close()


def test_a_phone_that_has_no_token_yet_is_told_that_there_is_no_line(server: Served, browser: Browser) -> None:
    code = opened(server.db, ONE)[0].code
    context = browser.new_context(viewport=PHONE)
    context.route("**/in", lambda route: route.abort())
    page = context.new_page()
    page.goto(f"{server.url}/r/{code}/fraga")
    page.get_by_label("Kommun", exact=True).check()
    page.get_by_role("button", name="Skicka svaret").click()
    expect(page.get_by_role("status")).to_contain_text("Ingen kontakt med servern")
    context.unroute("**/in")
    expect(page.get_by_role("status")).to_have_text("Mottaget: Kommun.")
    assert polls.answers(server.db, code, ONE) == ["kommun"]
    context.close()


def test_phones_vote_while_the_server_is_killed(browser: Browser, tmp_path: Path, warehouse_folder: Path) -> None:
    server = Served(tmp_path, warehouse_folder)
    server.start()
    code = opened(server.db, ONE)[0].code
    contexts = [browser.new_context(viewport=PHONE) for _ in range(3)]
    pages = [context.new_page() for context in contexts]
    try:
        for page in pages:
            page.goto(f"{server.url}/r/{code}/fraga")
            page.get_by_label("Kommun", exact=True).check()
        server.kill()
        for page in pages:
            page.get_by_role("button", name="Skicka svaret").click()
            expect(page.get_by_role("status")).to_contain_text("Ingen kontakt med servern")
        server.start()
        for page in pages:
            expect(page.get_by_role("status")).to_have_text("Mottaget: Kommun.")
        assert polls.answers(server.db, code, ONE) == ["kommun"] * 3
        polls.show_poll(server.db, code, ONE, is_shown=True)
        for page in pages:  # the stream has come back by itself
            expect(page.locator(".ikb-results")).to_contain_text("3 svar. Flest, 3 (100\xa0%), valde ”Kommun”")
    finally:
        for context in contexts:
            context.close()
        server.stop()


def test_the_presenter_moderates_on_a_second_device(server: Served, browser: Browser) -> None:
    room, secret = opened(server.db)
    code = room.code
    phone_context, presenter_context = browser.new_context(viewport=PHONE), browser.new_context(viewport=PHONE)
    phone, presenter = phone_context.new_page(), presenter_context.new_page()
    presenter.goto(f"{server.url}/rum/{code}/fragor?nyckel={secret}")
    assert secret not in presenter.url
    phone.goto(f"{server.url}/r/{code}/fraga")
    presenter.get_by_role("button", name=f"Öppna: {QUESTIONS[TEXT].words.sv}").click()
    expect(phone.get_by_role("heading", level=2)).to_have_text(QUESTIONS[TEXT].words.sv)
    phone.locator("textarea").fill("Pengarna tar slut")
    phone.get_by_role("button", name="Skicka svaret").click()
    expect(phone.get_by_role("status")).to_contain_text("väntar på godkännande")
    expect(presenter.get_by_text("Texter som väntar: 1")).to_be_visible()  # by itself
    assert faults(presenter) == []
    assert too_small(presenter) == []
    approve = presenter.get_by_role("button", name="Godkänn: ”Pengarna tar slut”")
    approve.focus()
    presenter.keyboard.press("Enter")
    expect(presenter.get_by_role("heading", name="Godkända (1)")).to_be_visible()
    expect(presenter.get_by_role("button", name="Avvisa: ”Pengarna tar slut”")).to_be_focused()
    presenter.get_by_role("button", name=f"Visa resultatet: {QUESTIONS[TEXT].words.sv}").click()
    expect(phone.locator(".ikb-results")).to_contain_text("1 svar. Inga två nämner samma sak.")
    presenter.get_by_role("button", name=f"Stäng: {QUESTIONS[TEXT].words.sv}").click()
    expect(phone.get_by_text("Frågan är stängd.")).to_be_visible()
    expect(presenter.locator(f"#q-{TEXT}")).to_be_focused()  # not on the button that would open it again
    phone_context.close()
    presenter_context.close()


def test_the_presenters_page_works_without_javascript(server: Served, browser: Browser) -> None:
    room, secret = opened(server.db)
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.url}/rum/{room.code}/fragor?nyckel={secret}")
    page.get_by_role("button", name=f"Öppna: {QUESTIONS[SENSITIVE].words.sv}").click()
    assert polls.state(server.db, room.code, SENSITIVE).is_open
    page.get_by_role("button", name=f"Stäng: {QUESTIONS[SENSITIVE].words.sv}").click()
    expect(page.locator(f"#q-{SENSITIVE}")).to_contain_text("färre än 10 svar")
    context.close()


def test_nothing_is_asked_of_another_server(server: Served, phone: Page) -> None:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    code = opened(server.db, ONE)[0].code
    phone.goto(f"{server.url}/r/{code}/fraga")
    phone.get_by_label("Kommun", exact=True).check()
    phone.get_by_role("button", name="Skicka svaret").click()
    expect(phone.get_by_role("status")).to_have_text("Mottaget: Kommun.")
    assert [url for url in asked if not url.startswith(server.url)] == []
    assert json.dumps(asked).count("/svar") == 1
