"""A foreign grant and an outcome contract on their own pages, and their sources on Källor, in both languages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from etl.sources import giving360, indigo
from etl.warehouse import Fetched
from tests.browser.site import Site, settle, site_of
from tests.replay.registries import files, indigo_data

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    grants, contracts = folder / "giving360.json", folder / "indigo.json"
    grants.write_bytes(files()["/giving360/giving360.json"])
    contracts.write_text(json.dumps({"projects": [{"id": "INDIGO-POJ-0001", "data": indigo_data(1)}]}), "utf-8")
    yield from site_of(
        folder,
        [
            Fetched(origin, path, datetime(2026, 11, 22))
            for origin, path in ((giving360.SOURCES[0], grants), (indigo.SOURCES[0], contracts))
        ],
    )


def opened(browser: Browser, site: Site, path: str) -> Page:
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    site.watch(page)
    page.goto(site.url + path)
    settle(page)
    return page


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("sv", ["Utanför Sverige: Storbritannien", "1 000 GBP", "Utfallsbetalning", "Investerare", "november 2023",
                "Utfall som ger betalning", "In work for 26 weeks", "300 planerade"]),
        ("en", ["Outside Sweden: United Kingdom", "GBP 1,000", "Outcome payment", "Investor", "November 2023",
                "Outcomes that are paid for", "In work for 26 weeks", "300 planned"]),
    ],
)  # fmt: skip
def test_an_outcome_contract_reads_well(browser: Browser, site: Site, lang: str, said: list[str]) -> None:
    page = opened(browser, site, f"/initiativ?insats=INDIGO-POJ-0001&lang={lang}")
    expect(page.locator("h1")).to_have_text(["Synthetic contract 1"])
    text = page.locator("body").inner_text().replace("\u00a0", " ")
    assert [each for each in said if each not in text] == []
    assert "Long-term unemployment" in text
    assert site.violations(page) == []
    page.close()


@pytest.mark.parametrize(
    ("lang", "said"),
    [("sv", ["Utanför Sverige", "Stödmottagare", "Beviljat stöd", "5 juni 2014"]),
     ("en", ["Outside Sweden", "Beneficiary", "Granted support", "5 Jun 2014"])],
)  # fmt: skip
def test_a_foreign_grant_reads_well(
    browser: Browser, site: Site, shared_data: Path, lang: str, said: list[str]
) -> None:
    page = opened(browser, site, f"/initiativ?insats=360G-wolfson-19747&lang={lang}")
    expect(page.locator("h1")).to_have_text(["Grant to Ysgol Dinas Bran"])
    text = page.locator("body").inner_text().replace("\u00a0", " ")
    assert [each for each in [*said, "GBP"] if each not in text] == []
    page.close()


@pytest.mark.parametrize(
    ("lang", "said"),
    [("sv", ["utfallskontrakt i världen", "Villkor ej bekräftade", "ingår inte i svenska summor"]),
     ("en", ["outcome contracts worldwide", "Terms not confirmed", "not part of Swedish totals"])],
)  # fmt: skip
def test_the_sources_are_told_in_the_viewers_language(browser: Browser, site: Site, lang: str, said: list[str]) -> None:
    page = opened(browser, site, f"/kallor?lang={lang}")
    text = page.locator("body").inner_text()
    assert [each for each in said if each not in text] == []
    assert site.outside == []
    page.close()
