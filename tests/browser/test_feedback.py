"""What does not work is told on the page, by keyboard, with the text still there when it is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from dashboard.texts import t
from tests.browser.site import Site, settle, site_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from site_of(tmp_path_factory.mktemp("feedback-site"))


def test_a_message_is_refused_with_its_text_then_sent_and_thanked_for(browser: Browser, site: Site) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    site.watch(page)
    try:
        page.goto(f"{site.url}/tillganglighet?lang=en")
        settle(page)
        field = page.get_by_label(t("access.text", "en"))
        field.fill("The map on the stage. Call me on 070-123 45 67.")
        page.get_by_label(t("access.page", "en")).select_option("stage")
        field.press("Tab")
        page.keyboard.press("Enter")  # the button is next
        expect(page.locator("h1")).to_have_text([t("access.refused_title", "en")])
        assert site.violations(page) == []
        again = page.get_by_label(t("access.text", "en"))
        expect(again).to_have_value("The map on the stage. Call me on 070-123 45 67.")
        expect(again).to_have_attribute("aria-invalid", "true")
        expect(page.get_by_label(t("access.page", "en"))).to_have_value("stage")
        again.fill("The map on the stage.")
        page.get_by_role("button", name=t("access.send", "en")).click()
        expect(page.get_by_role("status").filter(has_text=t("access.thanks", "en"))).to_be_visible()
        assert site.outside == []
    finally:
        context.close()
