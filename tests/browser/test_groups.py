"""The groups of free answers set right: by forms alone, by keyboard, on a phone; phones of the room follow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from dashboard.store import poll_texts, polls
from dashboard.texts import t
from tests.browser.test_ballot import PHONE, TEXT, faults, too_small
from tests.dashboard.poll_world import Served, opened, put

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

pytestmark = pytest.mark.browser
TEXTS = ("Pengar saknas", "Pengar till projekt", "Finansiering", "Kortsiktig finansiering", "Tid")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, warehouse_folder: Path) -> Iterator[Served]:
    served = Served(tmp_path_factory.mktemp("groups"), warehouse_folder)
    served.start()
    yield served
    served.stop()


def moderated(server: Served) -> tuple[str, str]:
    """A room whose texts are approved and shown: its code, and the address that lets a presenter's device in."""
    room, secret = opened(server.db, TEXT)
    for n, text in enumerate(TEXTS):
        put(server.db, room.code, TEXT, n, text)
        poll_texts.moderate(server.db, room.code, TEXT, poll_texts.ref_of(text), "approved")
    polls.show_poll(server.db, room.code, TEXT, is_shown=True)
    return room.code, f"{server.url}/rum/{room.code}/fragor?nyckel={secret}"


def test_texts_are_moved_and_groups_renamed_by_keyboard_and_phones_follow(server: Served, browser: Browser) -> None:
    code, key = moderated(server)
    own, hall = browser.new_context(viewport=PHONE), browser.new_context(viewport=PHONE)
    page, phone = own.new_page(), hall.new_page()
    phone.goto(f"{server.url}/r/{code}/fraga?lang=en")
    page.goto(key)
    page.get_by_role("link", name=t("groups.way", "sv")).click()
    expect(page.get_by_text(t("groups.untouched", "sv"))).to_be_visible()
    pick = page.get_by_label(t("groups.move_text", "sv", text="Tid"))
    pick.focus()
    page.keyboard.press("ArrowDown")
    expect(pick).to_have_value("finansiering")
    page.keyboard.press("ArrowDown")
    expect(pick).to_have_value("peng")
    page.get_by_role("button", name=t("groups.of_text", "sv", what=t("groups.move", "sv"), text="Tid")).press("Enter")
    expect(page.get_by_role("status")).to_have_text(t("groups.said_done", "sv"))
    money = page.locator("article", has=page.get_by_role("heading", level=2, name="pengar"))
    expect(money.locator(".ikm-words")).to_have_text(["Pengar saknas", "Pengar till projekt", "Tid"])
    money.locator("summary").press("Enter")
    field = money.get_by_label(t("groups.name", "sv"))
    field.fill("Medel")
    field.press("Enter")
    expect(page.get_by_role("heading", level=2, name="Medel")).to_be_visible()
    expect(page.locator("#ikm")).to_contain_text("Svar som har flyttats för hand: 1.")
    results = phone.locator(".ikb-results")
    expect(results.get_by_role("row").filter(has_text="Medel").first).to_contain_text("3")
    expect(results).to_contain_text("Answers moved by hand: 1.")
    assert faults(page) == []
    assert too_small(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    own.close()
    hall.close()


def test_what_was_done_while_the_page_was_read_again_is_shown_and_focus_stays(server: Served, browser: Browser) -> None:
    _, key = moderated(server)
    own = browser.new_context(viewport=PHONE)
    page, other = own.new_page(), own.new_page()
    page.goto(key)
    page.get_by_role("link", name=t("groups.way", "sv")).click()
    other.goto(page.url)
    money = page.locator("article", has=page.get_by_role("heading", level=2, name="pengar"))
    money.locator("summary").press("Enter")
    with page.expect_response(lambda answer: "del=1" in answer.url):
        other.get_by_label(t("groups.move_text", "sv", text="Tid")).select_option("peng")
        other.get_by_role("button", name=t("groups.of_text", "sv", what=t("groups.move", "sv"), text="Tid")).click()
    expect(money.locator(".ikm-words")).to_have_count(3)
    expect(money.locator("summary")).to_be_focused()
    pick = page.get_by_label(t("groups.move_text", "sv", text="Pengar saknas"))
    pick.select_option("finansiering")
    held: list[Route] = []
    page.route("**/*del=1*", lambda route: route.continue_() if held else held.append(route))
    other.get_by_role("button", name=t("groups.of_text", "sv", what=t("groups.to_method", "sv"), text="Tid")).click()
    for _ in range(100):
        if held:
            break
        page.wait_for_timeout(100)
    field = money.get_by_label(t("groups.name", "sv"))
    field.fill("Medel")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        field.press("Enter")
    held[0].continue_()
    expect(page.get_by_role("heading", level=2, name="Medel")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text(t("groups.said_done", "sv"))
    expect(pick).to_have_value("finansiering")
    own.close()


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_it_works_without_javascript(server: Served, browser: Browser, lang: str) -> None:
    code, key = moderated(server)
    context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    page = context.new_page()
    page.goto(key)
    page.goto(f"{server.url}/rum/{code}/grupper/{TEXT}?lang={lang}")
    said = t("groups.said_done", "en" if lang == "en" else "sv")
    words = {name: t(f"groups.{name}", "en" if lang == "en" else "sv") for name in ("apart", "undo_all", "merge")}
    money = page.locator("article", has=page.get_by_role("heading", level=2, name="pengar"))
    money.locator("select[id^=t-]").first.select_option(words["apart"])
    money.locator(".ikm-texts button").first.click()
    expect(page.get_by_role("status")).to_have_text(said)
    expect(page.get_by_role("heading", level=2, name="Pengar saknas")).to_be_visible()
    page.get_by_role("button", name=words["undo_all"]).click()
    expect(page.get_by_role("heading", level=2, name="Pengar saknas")).to_have_count(0)
    funding = page.locator("article", has=page.get_by_role("heading", level=2, name="finansiering"))
    funding.locator("summary").click()
    funding.locator("select[id^=m-]").select_option("pengar")
    funding.get_by_role("button", name=words["merge"]).click()
    expect(money.locator(".ikm-words")).to_have_count(4)
    context.close()
