"""*Effekter* as a viewer meets it: made, linked, saved and taken along by keyboard; two tabs; old versions; axe."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from dashboard.texts import Lang, t
from dashboard.theory.card import card_of
from tests.browser.site import Site, settle, site_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser
CASE = "arbetsmiljo-halsa-botkyrka-ornskoldsvik"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("effects-site")


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


def write(page: Page, box: Locator, words: str) -> None:
    """Fill a field in with the keyboard alone."""
    expect(box).to_be_visible()
    box.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type(words)


def press(page: Page, name: str) -> None:
    """Press a button with the keyboard."""
    settle(page)
    page.get_by_role("button", name=name, exact=True).focus()
    page.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("path", "scheme", "width"),
    [
        ("/effekter?lang=sv", "light", 1440),
        ("/effekter?lang=en", "dark", 390),
        (f"/effekter?kort={CASE}&lang=sv", "dark", 1440),
        (f"/effekter?kort={CASE}&lang=en", "light", 390),
        ("/effekter?kort=ips-forstudie-shic&lang=sv", "light", 320),
        ("/effekter?lage=redigera&kort=hon-kan-molndal&lang=en", "light", 1440),
        ("/effekter?lage=redigera&lang=sv", "dark", 390),
        ("/effekter?kort=finns-inte&utgava=9&lang=sv", "light", 390),
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


def test_the_chain_stands_side_by_side_on_a_desk_and_one_by_one_on_a_phone_and_on_paper(page: Page, site: Site) -> None:
    go(page, site, f"/effekter?kort={CASE}&lang=sv")
    steps = page.locator(".ik-step")
    expect(steps).to_have_count(6)

    def tops() -> list[float]:
        found: list[float] = steps.evaluate_all(
            "found => found.map(one => Math.round(one.getBoundingClientRect().top))"
        )
        return found

    assert len(set(tops())) == 1
    page.emulate_media(media="print")
    assert len(set(tops())) == 6
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 390, "height": 844})
    assert len(set(tops())) == 6
    cut = steps.evaluate_all("all => all.filter(one => one.scrollWidth > one.clientWidth + 1).length")
    assert cut == 0


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_a_card_is_made_linked_saved_and_taken_along_by_keyboard(
    page: Page, site: Site, lang: Lang, tmp_path: Path
) -> None:
    go(page, site, f"/effekter?lang={lang}")
    page.get_by_role("link", name=t("effects.new", lang), exact=True).focus()
    page.keyboard.press("Enter")
    need = t("effects.step_need", lang)
    title = page.get_by_label(t("effects.title", lang), exact=True)
    expect(title).to_be_visible()
    settle(page)
    write(page, title, "Mitt <b>kort</b>")
    write(page, page.get_by_label(f"{need}: {t('held.at_what', lang)}", exact=True), "Många unga utan arbete")
    write(page, page.get_by_label(f"{need}: {t('held.at_whom', lang)}", exact=True), "Unga 16–24")
    box = page.get_by_role("combobox", name=f"{need}: {t('held.at_indicator', lang)}")
    box.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.type("16–24" if lang == "sv" else "aged 16–24")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    press(page, t("effects.save", lang))
    expect(page.locator("h1")).to_have_text(["Mitt <b>kort</b>"])
    expect(page.locator(".ik-done")).to_contain_text(t("held.saved", lang))
    expect(page).to_have_url(re.compile(r"[?&]kort=[0-9a-z]{12}(&|$)"))
    assert "redigera" not in page.url
    settle(page)
    step = page.locator(".ik-step").first
    expect(step).to_contain_text("Många unga utan arbete")
    expect(step).to_contain_text(t("effects.state_series", lang))
    expect(step.locator(".ik-places li")).to_have_count(1)
    assert site.violations(page) == []
    with page.expect_download() as got:
        page.locator(".ik-take a[href*='kort.json']").focus()
        page.keyboard.press("Enter")
    file = tmp_path / "kort.json"
    got.value.save_as(file)
    card = card_of(json.loads(file.read_text("utf-8")))
    assert card.steps[0].indicator == "neet_16_24"
    assert (card.title.sv, card.title.en) == (("Mitt <b>kort</b>", "") if lang == "sv" else ("", "Mitt <b>kort</b>"))
    other: Lang = "en" if lang == "sv" else "sv"
    go(page, site, f"/effekter?lang={other}")
    row = page.locator(".ik-table tbody tr").filter(has_text="Mitt")
    expect(row).to_contain_text(t("held.only_sv" if other == "en" else "held.only_en", other))
    assert site.outside == []


def test_what_does_not_hold_is_said_in_words_and_what_was_written_stays(page: Page, site: Site) -> None:
    go(page, site, "/effekter?lage=redigera&lang=sv")
    write(page, page.get_by_label("Behov: för vem", exact=True), "Unga")
    press(page, "Spara kortet")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("namn")
    expect(alert).to_contain_text("får inte vara tomt")
    expect(page.get_by_label("Behov: för vem", exact=True)).to_have_value("Unga")
    settle(page)
    assert site.violations(page) == []
    write(page, page.get_by_label("Kortets namn", exact=True), "Nu med namn")
    press(page, "Spara kortet")
    expect(page.locator("h1")).to_have_text(["Nu med namn"])


def test_a_card_of_the_data_is_copied_and_the_original_stays(page: Page, site: Site) -> None:
    go(page, site, f"/effekter?kort={CASE}&lang=sv")
    before = page.locator(".ik-chain").inner_text()
    page.get_by_role("link", name="Gör en egen version").click()
    box = page.get_by_label("Prestation: vad", exact=True)
    expect(box).to_be_visible()
    settle(page)
    write(page, box, "Tre kurser")
    press(page, "Spara kortet")
    expect(page.locator(".ik-done")).to_contain_text("Sparat")
    expect(page.locator("body")).to_contain_text("Gjort från kortet om Arbetsmiljö och Hälsa")
    expect(page.locator(".ik-step").nth(3)).to_contain_text("Tre kurser")
    expect(page.locator(".ik-step").nth(4)).to_contain_text("Nettodagarna minskade")
    go(page, site, f"/effekter?kort={CASE}&lang=sv")
    assert page.locator(".ik-chain").inner_text() == before


def made(page: Page, site: Site, title: str) -> str:
    go(page, site, "/effekter?lage=redigera&lang=sv")
    write(page, page.get_by_label("Kortets namn", exact=True), title)
    write(page, page.get_by_label("Behov: vad", exact=True), "Ett behov")
    press(page, "Spara kortet")
    expect(page.locator("h1")).to_have_text([title])
    settle(page)
    found = re.search(r"kort=([0-9a-z]{12})", page.url)
    assert found
    return found[1]


def test_two_tabs_never_overwrite_each_other_and_say_so(page: Page, site: Site) -> None:
    card = made(page, site, "Första")
    other = page.context.new_page()
    for tab in (page, other):
        go(tab, site, f"/effekter?kort={card}&lage=redigera&lang=sv")
    write(page, page.get_by_label("Kortets namn", exact=True), "Från ena fliken")
    press(page, "Spara kortet")
    expect(page.locator("h1")).to_have_text(["Från ena fliken"])
    write(other, other.get_by_label("Kortets namn", exact=True), "Från andra fliken")
    press(other, "Spara kortet")
    expect(other.get_by_role("alert")).to_contain_text("Version 2 har sparats i en annan flik")
    expect(other.get_by_label("Kortets namn", exact=True)).to_have_value("Från andra fliken")
    settle(other)
    assert site.violations(other) == []
    press(other, "Spara mitt som version 3")
    expect(other.locator("h1")).to_have_text(["Från andra fliken"])
    settle(other)
    other.locator("summary").filter(has_text="Versioner (3)").click()
    rows = other.get_by_role("region", name="Versioner (3)").locator("tbody tr")
    expect(rows).to_have_count(3)


def test_an_old_version_is_seen_and_restored_and_a_card_removed_comes_back(page: Page, site: Site) -> None:
    card = made(page, site, "Som det var")
    go(page, site, f"/effekter?kort={card}&lage=redigera&lang=sv")
    write(page, page.get_by_label("Kortets namn", exact=True), "Som det blev")
    write(page, page.get_by_label("Anteckning om ändringen", exact=True), "bytte namn")
    press(page, "Spara kortet")
    expect(page.locator("h1")).to_have_text(["Som det blev"])
    settle(page)
    page.locator("summary").filter(has_text="Versioner (2)").click()
    expect(page.get_by_role("region", name="Versioner (2)")).to_contain_text("bytte namn")
    page.get_by_role("link", name="Version 1", exact=True).click()
    expect(page.locator("h1")).to_have_text(["Som det var"])
    expect(page.locator("body")).to_contain_text("Du ser version 1 av 2")
    settle(page)
    press(page, "Återställ version 1")
    expect(page.locator(".ik-done")).to_contain_text("Återställt")
    expect(page.locator("h1")).to_have_text(["Som det var"])
    settle(page)
    page.locator("summary").filter(has_text="Versioner (3)").click()
    expect(page.get_by_role("region", name="Versioner (3)")).to_contain_text("Återställd från version 1")
    press(page, "Ta bort")
    expect(page.locator("h1")).to_have_text(["Effekter"])
    expect(page.locator(".ik-table tbody tr").filter(has_text="Som det var")).to_have_count(0)
    press(page, "Ångra")
    expect(page.locator(".ik-table tbody tr").filter(has_text="Som det var")).to_have_count(1)


def test_a_file_that_does_not_hold_is_told_of_on_the_page(page: Page, site: Site, tmp_path: Path) -> None:
    file = tmp_path / "fel.toml"
    file.write_text('format = "inkarta-effect-card"\nversion = 1\ntitle = { sv = "" }\n', "utf-8")
    go(page, site, "/effekter?lang=sv")
    page.set_input_files("#ik-file", str(file))
    page.locator("button.ik-button").click()
    page.wait_for_url(re.compile("fil="))
    settle(page)
    expect(page.locator("body")).to_contain_text("fel.toml lästes inte in")
    expect(page.get_by_role("alert")).to_contain_text("minst ett steg behöver en text")
    assert site.violations(page) == []


def test_an_initiatives_own_page_leads_to_its_card(page: Page, site: Site) -> None:
    go(page, site, "/initiativ?insats=hon-kan-molndal&lang=sv")
    page.get_by_role("link", name=re.compile("^Se effektkortet")).click()
    expect(page.locator("h1")).to_contain_text(["Hon kan!"])
    go(page, site, "/initiativ?insats=kvinna-in-i-sverige&lang=sv")
    page.get_by_role("link", name="Gör ett effektkort om initiativet").click()
    expect(page.get_by_label("Kortets namn", exact=True)).to_have_value("Kvinna in i Sverige (KIIS)")
