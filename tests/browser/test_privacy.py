"""What the page on the product says of persons and cookies is so: kept by the browser, asked of others, logged."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dashboard.layout import PAGES
from dashboard.texts import Lang, t
from tests.dashboard.running import running

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
MARK = "kanslig-sokning-4711"


def test_a_visit_leaves_one_technical_cookie_asks_nobody_else_and_is_not_logged(
    browser: Browser, warehouse_folder: Path
) -> None:
    with running(warehouse_folder.parent) as site:
        context = browser.new_context()
        page = context.new_page()
        outside: list[str] = []
        ours = (site.url, site.url.replace("http", "ws", 1), "data:", "blob:")
        context.on("request", lambda r: None if r.url.startswith(ours) else outside.append(r.url))
        for path in PAGES.values():
            page.goto(f"{site.url}{path}?q={MARK}&lang=sv")
            page.wait_for_selector(".ik-footer", timeout=60_000)
        page.locator(".ik-theme").click()
        cookies = {cookie["name"]: cookie for cookie in context.cookies()}
        kept = set(page.evaluate("Object.keys(localStorage)"))
        session = set(page.evaluate("Object.keys(sessionStorage)"))
        context.close()
        site.process.terminate()
        said = site.process.stderr.read() if site.process.stderr else ""
    assert set(cookies) == {"_streamlit_xsrf"}
    assert cookies["_streamlit_xsrf"]["sameSite"] == "Lax"
    assert all("theme" in key.lower() for key in kept), kept
    assert not session
    assert outside == []
    assert MARK not in said
    assert "127.0.0.1" not in said


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_the_page_tells_it_in_both_languages(browser: Browser, warehouse_folder: Path, lang: Lang) -> None:
    with running(warehouse_folder.parent) as site:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.goto(f"{site.url}/om?lang={lang}")
        page.wait_for_selector(".ik-footer", timeout=60_000)
        text = page.locator("body").inner_text()
        assert t("privacy.saved_text", lang, days="30") in text
        for name in ("data", "visit", "sent", "takedown"):
            assert t(f"privacy.{name}_text", lang) in text
        assert t("privacy.small_text", lang, n="5") in text
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.close()
