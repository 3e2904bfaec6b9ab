"""*Ändrat sedan sist* and pinned snapshots in a browser: what changed is told, what cannot be shown is said."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from etl.embedded import DATA
from etl.warehouse import build
from tests.browser.site import Site, pick, settle, site_of
from tests.conftest import Sheet

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
PATHS = (
    "/?",
    "/lan?lan=18",
    "/initiativ?",
    "/initiativ?insats=lumena",
    "/kallor?",
    "/kallor?kalla=inkarta:1@initiatives.csv",
)
GONE = "20200101-00000000"


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two older snapshots of other inputs: one initiative fewer, an amount and a title otherwise."""
    home = tmp_path_factory.mktemp("site")
    data = Path(shutil.copytree(DATA, home / "data"))
    for name in ("initiatives", "amounts", "conflicts"):
        Sheet(data / f"initiatives/{name}.csv").keep(lambda row: row["initiative_id"] != "framtid-orebro")
    amounts = Sheet(data / "initiatives/amounts.csv")
    number = next(
        n for n, r in enumerate(amounts.rows, 1) if (r["initiative_id"], r["measure"]) == ("jagmed", "granted_support")
    )
    amounts.set(number, amount="62999999.75")
    build(home / "snapshots", embedded=data, as_of=date(2025, 9, 1))
    build(home / "snapshots", embedded=data, as_of=date(2026, 6, 1))
    return home


@pytest.fixture(scope="module")
def site(old: Path) -> Iterator[Site]:
    yield from site_of(old)


def snapshots(home: Path) -> list[str]:
    return sorted(p.stem for p in (home / "snapshots").glob("[0-9]*.duckdb"))


def opened(browser: Browser, site: Site, path: str, lang: str = "sv", scheme: str = "light", width: int = 1440) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    site.watch(page)
    page.goto(f"{site.url}{path}&lang={lang}")
    settle(page)
    return page


@pytest.mark.parametrize(
    ("path", "lang", "scheme", "width"),
    [
        ("/lan?lan=18", "sv", "light", 1440),
        ("/lan?lan=18", "en", "dark", 390),
        ("/?", "en", "light", 1440),
        ("/?", "sv", "dark", 390),
    ],
)
def test_the_section_is_sound(browser: Browser, site: Site, path: str, lang: str, scheme: str, width: int) -> None:
    page = opened(browser, site, path, lang, scheme, width)
    try:
        heading = "Ändrat sedan sist" if lang == "sv" else "Changed since last time"
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        expect(page.get_by_role("link", name="#framtid").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("[data-testid=stException]").count() == 0
        assert site.violations(page) == []
        assert site.outside == []
    finally:
        page.context.close()


def test_what_changed_is_told_to_the_ore_with_the_rows_behind(browser: Browser, site: Site, old: Path) -> None:
    page = opened(browser, site, "/lan?lan=18")
    try:
        table = page.get_by_role("region", name="Initiativ som har ändrats")
        row = table.get_by_role("row", name=re.compile("jagmed"))
        expect(row).to_contain_text("62 999 999,75 kr blev 63 000 000 kr (+0,25 kr)")
        expect(table.get_by_role("row", name=re.compile("#framtid"))).to_contain_text("Nytt")
        sums = page.get_by_role("region", name="Summor före och efter, fördelat")
        expect(sums.get_by_role("row", name=re.compile("Beviljat stöd"))).to_contain_text("+0,05 kr")
        table.get_by_role("link", name="#framtid").click()
        expect(page.locator("h1")).to_contain_text(["#framtid"])
    finally:
        page.context.close()


def test_another_earlier_snapshot_is_chosen_and_stands_in_the_address(browser: Browser, site: Site, old: Path) -> None:
    first = snapshots(old)[0]
    page = opened(browser, site, "/lan?lan=18")
    try:
        pick(page, page.get_by_role("combobox", name=re.compile("Jämför med")), "1 sep")
        expect(page).to_have_url(re.compile(rf"jamfor={first}"))
        expect(page.locator(".ik-lede", has_text="sedan 1 sep")).to_be_visible()
    finally:
        page.context.close()


def test_a_lan_without_changes_and_a_first_snapshot_say_so(browser: Browser, site: Site, old: Path) -> None:
    page = opened(browser, site, f"/lan?lan=09&snapshot={snapshots(old)[1]}")
    try:
        expect(page.get_by_text(re.compile("Inget har ändrats för Gotlands län|Gotlands län sedan"))).to_be_visible()
        expect(page.get_by_text("Du ser en äldre dataversion")).to_be_visible()
        page.goto(f"{site.url}/lan?lan=09&snapshot={snapshots(old)[0]}")
        expect(page.get_by_text("Det finns ingen tidigare dataversion")).to_be_visible()
        page.get_by_role("link", name="Visa den senaste").click()
        expect(page.get_by_text("Du ser en äldre dataversion")).to_have_count(0)
    finally:
        page.context.close()


@pytest.mark.parametrize("path", PATHS)
def test_a_pin_to_what_is_not_kept_is_said_on_every_page(browser: Browser, site: Site, path: str) -> None:
    page = opened(browser, site, f"{path}&snapshot={GONE}&jamfor={GONE}")
    try:
        expect(page.get_by_text(f"Dataversion {GONE} kan inte visas")).to_be_visible()
        assert page.locator("h1").count() == 1
        assert page.get_by_text("Något gick fel").count() == 0
    finally:
        page.context.close()


@pytest.mark.parametrize("path", PATHS)
def test_every_page_of_a_pinned_snapshot_stands(browser: Browser, site: Site, old: Path, path: str) -> None:
    page = opened(browser, site, f"{path}&snapshot={snapshots(old)[0]}", "en")
    try:
        expect(page.get_by_text("You see an older data version, as of 1 Sept 2025.")).to_be_visible()
        expect(page.locator(".ik-footer")).to_contain_text(snapshots(old)[0])
        assert page.get_by_text("Something went wrong").count() == 0
    finally:
        page.context.close()


def test_the_api_tells_the_same_as_the_page(site: Site, old: Path) -> None:
    with urlopen(f"{site.url}/api/v1/changes?lan=18") as answer:
        found = json.load(answer)
    assert [found["from"]["snapshot_id"], found["to"]["snapshot_id"]] == snapshots(old)[1:]
    assert {r["title_sv"] for r in found["data"] if r["kind"] == "new"} == {"#framtid"}
    (line,) = (r for r in found["sums"] if r["measure"] == "granted_support")
    assert line["changed"] == "0.05"
