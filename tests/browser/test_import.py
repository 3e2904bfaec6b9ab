"""Importera as a new user meets it: a file, what would be loaded, a correction, loading, the portfolio."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.site import Site, pick, settle, site_of
from tests.etl.importer.lists import HEADER, projects, workbook

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from site_of(tmp_path_factory.mktemp("import-site"))


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    site.watch(opened)
    yield opened
    context.close()


def choose(page: Page, site: Site, file: Path, lang: str = "sv") -> None:
    page.goto(f"{site.url}/importera?lang={lang}")
    settle(page)
    page.set_input_files("#ik-file", str(file))
    expect(page.locator("[data-inkarta-file]")).to_have_text(file.name)
    page.locator("button.ik-button").click()
    page.wait_for_url(re.compile("fil="))
    settle(page)


def test_a_list_is_previewed_corrected_and_loaded(page: Page, site: Site, tmp_path: Path) -> None:
    rows = [["List of operations", None], [], [*HEADER], *projects(), ["Total", None, None, None, 78039.0]]
    choose(page, site, workbook(tmp_path / "Provlista.xlsx", {"L": rows}))
    expect(page.locator("h1")).to_have_text(["Provlista.xlsx"])
    body = page.locator("body")
    expect(body).to_contain_text("12 av 13 rader skulle läsas in och 1 läggas åt sidan")
    expect(body).to_contain_text("Raden är en summa av andra rader.")
    expect(body).to_contain_text("Project number 0 for inclusion")
    assert site.violations(page) == []
    pick(page, page.get_by_label("Plats", exact=True), "Ingen")
    page.wait_for_url(re.compile("form=location"))
    settle(page)
    page.get_by_role("button", name="Läs in 12 rader").click()
    link = page.get_by_role("link", name="Visa projekten")
    expect(link).to_be_visible(timeout=120_000)
    link.click()
    expect(page.locator("h1")).to_have_text(["Initiativ"])
    settle(page)
    expect(page.locator("body")).to_contain_text("12 av 12 initiativ")
    expect(page.locator("body")).to_contain_text("Provlista")
    page.goto(f"{site.url}/?lang=sv")
    settle(page)
    assert "Project number" not in page.locator("body").inner_text()
    assert site.outside == []


def test_a_correction_is_remembered_for_the_next_file_with_these_columns(
    page: Page, site: Site, tmp_path: Path
) -> None:
    rows = [
        ["Rubrik", "Anmärkning", "Sökande", "Belopp kr", "E-post"],
        *[[f"Rubrik {i}", f"Projekt {i} för alla", f"Förening {i}", 1000 + i, f"a{i}@example.org"] for i in range(9)],
    ]
    choose(page, site, workbook(tmp_path / "Januari.xlsx", {"L": rows}))
    expect(page.locator("body")).to_contain_text("Kontaktuppgifter som aldrig sparas: kolumnen E-post.")
    first = page.get_by_role("region", name="De första projekten")
    expect(first).to_contain_text("Rubrik 0")
    pick(page, page.get_by_label("Projektets namn", exact=True), "Anmärkning")
    page.wait_for_url(re.compile("form=title"))
    settle(page)
    expect(first).to_contain_text("Projekt 0 för alla")
    expect(page.locator("body")).to_contain_text("Vald av dig")
    page.get_by_role("button", name="Läs in 9 rader").click()
    expect(page.get_by_role("link", name="Visa projekten")).to_be_visible(timeout=120_000)
    choose(page, site, workbook(tmp_path / "Februari.xlsx", {"L": rows}))
    expect(page.get_by_role("region", name="De första projekten")).to_contain_text("Projekt 0 för alla")
    assert page.locator("[data-testid=stException]").count() == 0


@pytest.mark.parametrize(("lang", "words"), [("sv", "Det här är en PDF."), ("en", "This is a PDF.")])
def test_what_is_no_list_is_refused_in_words(page: Page, site: Site, tmp_path: Path, lang: str, words: str) -> None:
    file = tmp_path / "beslut.pdf"
    file.write_bytes(b"%PDF-1.7")
    choose(page, site, file, lang)
    expect(page.locator(".ik-missing").first).to_contain_text(words)
    assert page.locator("[data-testid=stException]").count() == 0
