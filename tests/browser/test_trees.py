"""*Problemträd* as a viewer meets it: three nodes by keyboard, undo, two languages, the drawing and the outline."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from dashboard.texts import Lang, t
from dashboard.theory.tree import tree_of
from tests.browser.site import Site, settle, site_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("trees-site")


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[Site]:
    yield from site_of(home)


@pytest.fixture
def page(browser: Browser, site: Site, home: Path) -> Iterator[Page]:
    for file in home.glob("app.sqlite3*"):
        file.unlink()
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    opened = context.new_page()
    site.watch(opened)
    yield opened
    context.close()


def go(page: Page, site: Site, path: str) -> None:
    page.goto(f"{site.url}{path}")
    settle(page)


def write(page: Page, label: str, words: str) -> None:
    """Fill a field in with the keyboard alone, and leave it."""
    box = page.get_by_label(label, exact=True)
    expect(box).to_be_visible()
    settle(page)
    box.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type(words)
    page.keyboard.press("Tab")
    settle(page)


def press(page: Page, name: str) -> None:
    """Press a button with the keyboard."""
    settle(page)
    page.get_by_role("button", name=name, exact=True).focus()
    page.keyboard.press("Enter")
    settle(page)


@pytest.mark.parametrize(
    ("path", "scheme", "width"),
    [
        ("/problemtrad?lang=sv", "light", 390),
        ("/problemtrad?trad=konferensen-2023&lang=en", "dark", 1440),
        ("/problemtrad?trad=konferensen-2023&lan=18&lang=sv", "light", 390),
        ("/problemtrad?trad=konferensen-2023&lage=scen&lang=sv", "dark", 1920),
        ("/problemtrad?trad=konferensen-2023&lage=redigera&lang=sv", "light", 1440),
        ("/problemtrad?lage=redigera&lang=en", "dark", 320),
        ("/problemtrad?trad=..&lang=sv", "light", 390),
    ],
)
def test_the_page_is_sound(browser: Browser, site: Site, path: str, scheme: str, width: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    site.watch(page)
    try:
        go(page, site, path)
        assert page.locator("h1").count() == 1
        assert page.locator("[data-testid=stException]").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert site.violations(page) == []
        assert site.outside == []
    finally:
        context.close()


def test_the_drawing_has_all_text_inside_its_boxes_and_the_phone_has_the_outline(page: Page, site: Site) -> None:
    go(page, site, "/problemtrad?trad=konferensen-2023&lang=sv")
    for width in (1440, 1024, 1920):
        page.set_viewport_size({"width": width, "height": 1000})
        settle(page)
        cut = page.locator(".ik-node").evaluate_all(
            "all => all.filter(one => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)"
            ".map(one => one.innerText)"
        )
        assert cut == []
        small = page.locator(".ik-node p").evaluate_all(
            "all => all.filter(one => one.innerText && parseFloat(getComputedStyle(one).fontSize) < 11).length"
        )
        assert small == 0
    expect(page.locator(".ik-node")).to_have_count(12)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator(".ik-tree")).to_be_hidden()
    expect(page.locator(".ik-outline li")).to_have_count(11)
    expect(page.locator(".ik-outline")).to_contain_text("Olika synsätt på gruppens förutsättningar")


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_a_tree_of_three_nodes_is_made_and_taken_along_by_keyboard(
    page: Page, site: Site, lang: Lang, tmp_path: Path
) -> None:
    go(page, site, f"/problemtrad?lage=redigera&lang={lang}")
    write(page, t("trees.name", lang), "Mitt träd")
    write(page, t("trees.words", lang), "Problemet")
    press(page, t("trees.add_cause", lang))
    expect(page.locator(".ik-node.ik-cause")).to_have_count(1)
    write(page, t("trees.words", lang), "En orsak")
    expect(page.locator(".ik-node.ik-cause")).to_contain_text("En orsak")
    page.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    settle(page)
    page.get_by_role("radio").nth(1).focus()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("button", name=t("trees.add_effect", lang), exact=True)).to_be_visible()
    press(page, t("trees.add_effect", lang))
    expect(page.locator(".ik-node.ik-effect")).to_have_count(1)
    write(page, t("trees.words", lang), "En <i>effekt</i>")
    press(page, t("trees.save", lang))
    expect(page.locator("h1")).to_have_text(["Mitt träd"])
    expect(page.locator(".ik-done")).to_contain_text(t("held.saved", lang))
    settle(page)
    expect(page.locator(".ik-node")).to_have_count(3)
    expect(page.locator(".ik-node.ik-effect")).to_contain_text("En <i>effekt</i>")
    with page.expect_download() as got:
        page.locator(".ik-take a[href*='trad.json']").focus()
        page.keyboard.press("Enter")
    file = tmp_path / "trad.json"
    got.value.save_as(file)
    tree = tree_of(json.loads(file.read_text("utf-8")))
    assert [(n.kind, n.text.of(lang)) for n in tree.nodes] == [
        ("problem", "Problemet"), ("cause", "En orsak"), ("effect", "En <i>effekt</i>"),
    ]  # fmt: skip
    assert site.violations(page) == []
    assert site.outside == []


def test_a_box_without_words_is_refused_and_a_deletion_is_undone(page: Page, site: Site) -> None:
    go(page, site, "/problemtrad?trad=konferensen-2023&lage=redigera&lang=sv")
    press(page, "Lägg till orsak")
    expect(page.locator(".ik-node")).to_have_count(13)
    press(page, "Spara trädet")
    expect(page.get_by_role("alert")).to_contain_text("får inte vara tomt")
    press(page, "Ångra")
    expect(page.locator(".ik-node")).to_have_count(12)
    page.get_by_role("radio", name=re.compile("Personer med psykologisk")).focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Ta bort rutan")).to_be_visible()
    press(page, "Ta bort rutan")
    expect(page.locator(".ik-node")).to_have_count(10)
    press(page, "Ångra")
    expect(page.locator(".ik-node")).to_have_count(12)
    press(page, "Spara trädet")
    expect(page.locator(".ik-done")).to_contain_text("Sparat")
    expect(page.locator("h1")).to_have_text(["Problem som konferensen 2023 och RISE SHIC nämner"])


def test_the_text_for_a_call_is_read_and_downloaded(page: Page, site: Site, tmp_path: Path) -> None:
    go(page, site, "/problemtrad?trad=konferensen-2023&lan=18&lang=sv")
    page.locator("summary").filter(has_text="Text till en utlysning").click()
    expect(page.locator(".ik-call")).to_contain_text("ORSAKER")
    expect(page.locator(".ik-call")).to_contain_text("Örebro län")
    settle(page)
    with page.expect_download() as got:
        page.locator(".ik-take a[href*='trad.txt']").focus()
        page.keyboard.press("Enter")
    got.value.save_as(tmp_path / "trad.txt")
    assert "LUCKOR" in (tmp_path / "trad.txt").read_text("utf-8")
