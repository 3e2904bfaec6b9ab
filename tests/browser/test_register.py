"""The register of the seeds' items is walked: each address opens, and what it says is seen there stands on the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from dashboard.db import served
from dashboard.questions import seed
from tests.browser.site import Site, settle, site_of

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("register")


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Site]:
    yield from site_of(folder)


def words(text: str) -> str:
    """Text as it is compared: white space and capitals do not matter."""
    return " ".join(text.split()).casefold()


def test_every_item_is_seen_where_the_register_says(browser: Browser, site: Site, folder: Path) -> None:
    """One page is opened for each address; items of one address are looked for together."""
    items = seed.items(served(folder / "snapshots"))
    assert len(items) == 108
    by: dict[str, list[tuple[str, str]]] = {}
    for r in items:
        by.setdefault(r["route"], []).append((r["item_id"], r["shows"]))
        if r["used"]:
            by.setdefault(r["used"], [])
    page = browser.new_page()
    missing = []
    try:
        site.watch(page)
        for route, expected in by.items():
            page.goto(f"{site.url}{route}{'&' if urlsplit(route).query else '?'}lang=sv")
            settle(page)
            seen = words(page.locator(".stMain").inner_text())
            broken = page.locator("[data-testid=stException]").count()
            missing += [(item, route) for item, text in expected if words(text) not in seen or broken]
            missing += [("", route)] if broken else []
        assert missing == []
        assert site.outside == []
    finally:
        page.close()


def test_the_register_is_a_table_with_ways_and_is_narrowed_to_a_kind(browser: Browser, site: Site) -> None:
    page = browser.new_page()
    try:
        page.goto(f"{site.url}/om?lang=sv&rader=keynote")
        settle(page)
        rows = page.get_by_role("region", name="Poster").locator("tbody tr")
        assert rows.count() == 2
        rows.first.get_by_role("link").click()
        page.wait_for_url("**/konferensen**")
        settle(page)
        assert page.get_by_role("heading", name="Från basket till mobilisering för social rättvisa").count() == 1
    finally:
        page.close()
