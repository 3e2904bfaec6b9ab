"""What leaves the screen, in a browser: every link gives a file, with the figures that the page shows; embedding."""

from __future__ import annotations

import csv
import io
import re
import socket
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from dashboard.layout import PAGES
from tests.browser.site import Site, settle, site_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _Host(BaseHTTPRequestHandler):
    """Another site: a page with nothing but a frame."""

    def __init__(self, source: list[str], *given: object) -> None:
        self.source = source
        super().__init__(*given)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.end_headers()
        frame = f'<iframe src="{self.source[0]}" title="figur" width="900" height="900"></iframe>'
        self.wfile.write(f"<!doctype html><title>Värd</title>{frame}".encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def hosts() -> Iterator[tuple[list[str], str, str]]:
    """Two other sites, by another name than the product's so that they are foreign to it: one allowed, one not."""
    source = [""]
    servers = [ThreadingHTTPServer(("127.0.0.1", free_port()), partial(_Host, source)) for _ in range(2)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    allowed, other = (f"http://localhost:{server.server_address[1]}" for server in servers)
    yield source, allowed, other
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def site(hosts: tuple[list[str], str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKARTA_EMBED_ORIGINS", hosts[1])
        yield from site_of(tmp_path_factory.mktemp("leaving"))


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    opened = context.new_page()
    yield opened
    context.close()


def opened(page: Page, site: Site, path: str) -> None:
    page.goto(site.url + path)
    settle(page)


def rows(site: Site, href: str) -> list[dict[str, str]]:
    with urlopen(site.url + href) as answer:
        return list(csv.DictReader(io.StringIO(answer.read().decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("path", [*PAGES.values(), "/lan?lan=18", "/?visa=pengar"])
def test_every_link_on_every_page_gives_a_file(page: Page, site: Site, path: str, lang: str) -> None:
    opened(page, site, f"{path}{'&' if '?' in path else '?'}lang={lang}")
    links = page.locator('a[href^="/export/"]').evaluate_all("nodes => nodes.map(n => n.getAttribute('href'))")
    names = page.locator('.ik-take a[href^="/export/"]').evaluate_all("nodes => nodes.map(n => n.textContent)")
    assert len(set(names)) == len(names), "a reader who hears only the links knows which is which"
    for href in links:
        if href.partition("?")[0].endswith((".png", ".pptx", ".zip")) and lang == "en":
            continue
        with urlopen(site.url + href) as answer:
            assert answer.headers["content-disposition"].startswith("attachment"), href
            assert answer.read(), href


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_the_files_have_what_the_screen_shows(page: Page, site: Site, lang: str) -> None:
    opened(page, site, f"/?visa=pengar&lang={lang}")
    shown = page.locator(".ik-bars tr").evaluate_all(
        "nodes => nodes.map(n => [n.querySelector('th').textContent, n.querySelectorAll('td')[1].textContent])"
    )
    found = rows(site, page.locator('a[href*="karta.csv"]').get_attribute("href") or "")
    column = next(c for c in found[0] if c.endswith(", SEK"))
    by_name = {next(iter(r.values())): r[column] for r in found}
    assert len(shown) == 21
    for name, text in shown:
        number = re.sub(r"[^0-9.,]", "", text).replace(",", ".")
        assert float(number) == pytest.approx(float(by_name[name]) / 1e6, abs=0.0501)


def test_the_countys_figures_on_screen_are_those_of_its_files(page: Page, site: Site) -> None:
    opened(page, site, "/lan?lan=18")
    values = page.locator(".ik-figures dd:not(.ik-note)").all_inner_texts()
    found = rows(site, page.locator('a[href*="nyckeltal.csv"]').get_attribute("href") or "")
    told = [r["Värde"] for r in found]
    assert values[0] == told[0]
    assert values[1] == told[2]
    assert values[2].replace("\u00a0", " ") == f"{float(told[5]) / 1e6:.1f} mn kr".replace(".", ",")
    assert re.sub(r"\D", "", values[3]) == str(int(float(told[7])))


def test_one_click_gives_the_package(page: Page, site: Site) -> None:
    opened(page, site, "/lan?lan=18")
    with page.expect_download(timeout=120_000) as started:
        page.get_by_role("link", name=re.compile("^Paket")).click()
    assert started.value.suggested_filename.endswith(".zip")
    expect(page).to_have_url(re.compile(r"/lan\?lan=18"))


EMBEDDED = ["/?visa=inbaddad", "/?lage=inbaddad&visa=pengar", "/lan?visa=inbaddad&lan=18",
            "/lan?visa=inbaddad&lan=18&figur=trend", "/initiativ?visa=inbaddad&lan=18"]  # fmt: skip


@pytest.mark.parametrize("path", EMBEDDED)
def test_an_embedded_figure_stands_in_another_sites_page(
    page: Page, site: Site, hosts: tuple[list[str], str, str], path: str
) -> None:
    source, allowed, _ = hosts
    source[0] = f"{site.url}{path}"
    page.goto(allowed)
    frame = page.frame_locator("iframe")
    expect(frame.locator("h1")).to_be_visible(timeout=60_000)
    expect(frame.locator(".ik-source").first).to_contain_text(re.compile("Källa|Löpande|Fördelat|Urvals|Jämfört"))
    expect(frame.locator(".ik-embedded")).to_be_visible()
    whole = frame.locator(".ik-embedded a")
    expect(whole).to_have_attribute("target", "_blank")
    assert "inbaddad" not in (whole.get_attribute("href") or "")
    for chrome in (".ik-topbar", ".ik-take", ".ik-embed", "[data-testid=stSelectbox]"):
        expect(frame.locator(chrome)).to_have_count(0)


def test_what_lives_in_a_frame_answers_there_too(page: Page, site: Site, hosts: tuple[list[str], str, str]) -> None:
    source, allowed, _ = hosts
    source[0] = f"{site.url}/lan?visa=inbaddad&lan=18&figur=trend"
    page.goto(allowed)
    frame = page.frame_locator("iframe")
    expect(frame.locator("canvas, svg.marks").first).to_be_visible(timeout=60_000)
    frame.get_by_text("Visa som tabell").click()
    expect(frame.locator("table")).to_contain_text("2024")


def test_a_site_that_is_not_named_gets_no_frame(page: Page, site: Site, hosts: tuple[list[str], str, str]) -> None:
    source, allowed, other = hosts
    for where, path in ((other, "/?visa=inbaddad"), (allowed, "/?visa=pengar")):
        source[0] = f"{site.url}{path}"
        with page.expect_console_message(lambda message: "frame-ancestors" in message.text, timeout=30_000):
            page.goto(where)
        assert page.frame_locator("iframe").locator(".stApp, .ik-embedded").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", EMBEDDED[:4])
def test_embedded_figures_are_accessible_and_fit_a_phone(browser: Browser, site: Site, path: str, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
    try:
        page = context.new_page()
        opened(page, site, path)
        assert site.violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    finally:
        context.close()


def test_the_code_to_embed_is_the_address_of_the_figure(page: Page, site: Site) -> None:
    opened(page, site, "/?visa=pengar&lang=en")
    page.get_by_text("Embed", exact=True).click()
    code = page.locator(".ik-embed code").inner_text()
    source = re.search(r'src="([^"]+)"', code)
    assert source
    assert source[1].startswith(site.url)
    page.goto(source[1].replace("&amp;", "&"))
    expect(page.locator("h1")).to_contain_text(["Granted support"])


def test_an_embedded_county_without_a_county_says_so(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/lan?visa=inbaddad")
    expect(page.locator(".ik-empty")).to_contain_text("lan=18")
