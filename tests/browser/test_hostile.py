"""Texts that would run, lead away or fetch something, on every surface that data reaches, in a real browser.

The browser is told to ignore the content security policy, so that nothing rests upon it: what the pages themselves do
with a text must hold. Dialogs, requests outside, navigations, popups and elements that a text has made are counted.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import pytest
from playwright.sync_api import expect

from dashboard.layout import PAGES
from dashboard.selection import Selection, decode
from dashboard.signin.rights import ROUTES
from dashboard.store import Database, rooms
from dashboard.texts import t
from tests.browser.hostile_world import FREE, SPOILT, fill, listed, staged
from tests.conftest import ROOT
from tests.dashboard.payloads import PAYLOADS, poison
from tests.dashboard.running import Server, running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
NAMED = "<img src=x onerror=alert('xss700x')>"
MADE = (
    "[onerror],[onload],[onclick],[ontoggle],[onmouseover],[onfocus],[onbegin],[onstart],iframe:not([data-testid]),object,"
    "embed,marquee,base,math mi,meta[http-equiv=refresh],img[src*=evil],link[href*=evil],form[action*=evil],"
    "audio,video,a[href^='javascript' i],a[href^='data:' i],a[href^='vbscript' i],image[href*=evil]"
)
"""What only a text that was taken for markup can have made."""
DRAWN = frozenset(
    ("svg", "g", "path", "text", "tspan", "rect", "line", "defs", "clipPath", "style", "title", "desc", "pattern")
)


UNREAD = re.compile(r"/nyheter$|/lage$|/nu$|\.(json|toml|png|svg|{form:str})$|^/healthz$")
"""Routes that give no page: streams, data, pictures and files."""
CHOOSING = {"rum", "snapshot", "nyckel", "del", "utgava", "lang"}
"""Parameters that decide which page is given: where they are payloads too, the others are hardly read."""


class Watch:
    """What must not happen on a page."""

    def __init__(self, page: Page, site: Server) -> None:
        self.page, self.site = page, site
        self.executed: list[str] = []
        self.outside: list[str] = []
        self.left: list[str] = []
        self.seen: set[str] = set()
        self.wanted = ""
        ours = (site.url, site.url.replace("http", "ws", 1), "data:", "blob:", "about:srcdoc")
        page.on("dialog", lambda dialog: (self.executed.append(dialog.message), dialog.dismiss()))
        page.on("console", lambda said: self.executed.append(said.text) if "xss" in said.text[:4] else None)
        page.context.on("request", lambda r: None if r.url.startswith(ours) else self.outside.append(r.url))
        page.context.on("page", lambda opened: self.left.append(opened.url))
        page.on(
            "framenavigated", lambda f: None if f.url.startswith((*ours, "about:blank")) else self.left.append(f.url)
        )

    def look(self) -> int:
        """Wait until the page stands, open what is folded, move over its charts. How many payloads can be read."""
        page = self.page
        page.wait_for_selector(".ik-footer", timeout=60_000)
        page.wait_for_selector('.stApp:not([data-test-script-state="running"])')
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        for chart in page.locator(".ik-chart svg, .ik-map svg").all()[:3]:
            box = chart.bounding_box()
            for part in (0.3, 0.7) if box else ():
                page.mouse.move(box["x"] + box["width"] * part, min(box["y"] + box["height"] * part, 880))
        assert page.locator("[data-testid=stException]").count() == 0
        assert not page.get_by_role("heading", name="Något gick fel").count(), page.url
        found = set(re.findall(r"xss\d+x", page.locator("body").inner_text()))
        made = page.evaluate(
            f"[...document.querySelectorAll({json.dumps(MADE)})].map(one => one.outerHTML.slice(0, 200))"
        )
        assert not made, (page.url, made)
        self.seen |= found
        return len(found)

    def read(self) -> set[str]:
        """The payloads of a page without Streamlit, shown or hidden: as text, and nothing else."""
        self.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        wanted = MADE.replace("iframe:not([data-testid])", "iframe:not([src^='/scen/visa/'])")
        made = self.page.evaluate(f"[...document.querySelectorAll({json.dumps(wanted)})].map(one => one.outerHTML)")
        assert not made, (self.page.url, made[:3])
        return set(re.findall(r"xss\d+x", self.page.locator("body").text_content() or ""))

    def plain(self, path: str) -> set[str]:
        """:meth:`read` of an address."""
        answer = self.page.goto(f"{self.site.url}{path}")
        assert answer is not None
        assert answer.status == 200, (path, answer.status)
        return self.read()

    def go(self, path: str) -> int:
        self.page.goto(f"{self.site.url}{path}{'&' if '?' in path else '?'}lang=sv")
        return self.look()

    def none(self) -> None:
        """Nothing has happened."""
        assert (self.executed, self.outside, self.left) == ([], [], [])


@pytest.fixture(scope="module")
def world(warehouse_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A home where payloads stand in every text: an imported list as it was read, a snapshot poisoned throughout."""
    home = tmp_path_factory.mktemp("hostile")
    file = listed(home / "lista.xlsx")
    told = subprocess.run(
        [sys.executable, "-m", "dashboard.cli", "import", str(file), "--name", NAMED, "--json"],
        cwd=ROOT, env={**os.environ, "INKARTA_HOME": str(home)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    imported = json.loads(told.stdout)
    folder = home / "snapshots"
    real = (folder / "current").read_text("utf-8").strip()
    shutil.copy(folder / f"{real}.duckdb", folder / f"{SPOILT}.duckdb")
    cells = poison(folder / f"{SPOILT}.duckdb")
    (folder / "current").write_text(f"{SPOILT}\n", "utf-8")
    ids = fill(home) | staged(home)
    with running(home) as site:
        yield {"site": site, "real": real, "cells": cells, "imported": imported, "home": home, **ids}


@pytest.fixture
def watch(browser: Browser, world: dict[str, Any]) -> Iterator[Watch]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, bypass_csp=True)
    found = Watch(context.new_page(), world["site"])
    yield found
    context.close()


def test_no_text_of_the_data_runs_on_any_page(watch: Watch, world: dict[str, Any]) -> None:
    assert len(PAYLOADS) >= 40
    assert world["cells"] > 5000
    few = {
        "county", "import_file", "views", "search", "effects", "trees", "stage", "account", "admin", "accessibility",
    }  # fmt: skip
    for name, path in PAGES.items():
        found = watch.go(path)
        assert name in few or found >= 20, (name, found)
    for path in (
        "/lan?lan=18", "/lan?lan=12&visa=pengar", "/kommun?kommun=1880", "/jamfor?med=18,lika,00",
        "/behov?visa=pengar&kon=K",
        "/portfoljer?p1=alla&p2=fond~ESF&rader=p1", "/initiativ?sida=2", "/kontrakt?utfall=75", "/begrepp?lan=18",
        "/konferensen?konferens=ond", "/effekter?kort=hon-kan-molndal", "/problemtrad?trad=konferensen-2023",
        "/kallor?kalla=regions",
        "/?lage=scen",
    ):  # fmt: skip
        watch.go(path)
    watch.none()
    numbers = {f"xss{n}x" for n in range(1, len(PAYLOADS) + 1)}
    assert numbers <= watch.seen, "every payload was on screen"


def test_no_text_of_an_imported_list_runs(watch: Watch, world: dict[str, Any], tmp_path: Path) -> None:
    portfolio = world["imported"]["portfolio"]
    found = [watch.go(f"/initiativ?portfolj={portfolio}&snapshot={world['real']}&sida={n}") for n in (1, 2, 3)]
    assert min(found) >= 5
    assert world["imported"]["rows_loaded"] == len(PAYLOADS)
    watch.go(f"/aktorer?portfolj={portfolio}&snapshot={world['real']}")
    watch.page.goto(f"{watch.site.url}/importera?lang=sv")
    watch.look()
    name = "<img src=x onerror=alert('xss701x')>.xlsx"
    watch.page.set_input_files("#ik-file", str(listed(tmp_path / name.replace("/", "_"))))
    watch.page.locator("button.ik-button").click()
    watch.page.wait_for_url(re.compile("fil="))
    assert watch.look() >= 5
    watch.none()


def test_nothing_that_people_keep_runs(watch: Watch, world: dict[str, Any], tmp_path: Path) -> None:
    assert watch.go("/vyer") >= 40
    for card in ("card0", "card30"):
        assert watch.go(f"/effekter?kort={world[card]}") >= 15
        watch.go(f"/effekter?kort={world[card]}&lage=redigera")
    assert watch.go(f"/problemtrad?trad={world['tree']}") >= 40
    watch.go(f"/problemtrad?trad={world['tree']}&lage=redigera")
    assert watch.go("/konferensen?konferens=ond") >= 30  # which of them stand there is as the tables happen to follow
    refused = tmp_path / "<img src=x onerror=alert('xss702x')>.json"
    entries = [{"name": text, "page": text, "query": text} for text in PAYLOADS]
    refused.write_text(json.dumps({"format": "inkarta-views", "version": 1, "views": entries}), "utf-8")
    watch.go("/vyer")
    watch.page.set_input_files("#ik-file", str(refused))
    watch.page.locator("button.ik-button").click()
    watch.page.wait_for_url(re.compile("fil="))
    assert watch.look() >= 40
    watch.none()


def test_no_text_on_the_stage_the_speakers_window_or_a_phone_runs(watch: Watch, world: dict[str, Any]) -> None:
    """All scenes stand in one document, so one load shows every headline, annotation, option and answer."""
    code, site = world["code"], world["site"]
    cookie = {"name": f"ik_presenter_{code}", "value": world["secret"], "url": site.url}
    watch.page.context.add_cookies([cookie])  # type: ignore[list-item]
    every = {f"xss{n}x" for n in range(1, len(PAYLOADS) + 1)}
    address = f"ond?lang=sv&snapshot={SPOILT}&rum={code}"
    watch.plain(f"/scen/visa/{address}")
    last = int(watch.page.locator("body").get_attribute("data-scenes") or 0) - 1
    for at in range(7):  # the questions, whose results are fetched when their scene is shown
        watch.page.evaluate("n => window.inkartaRoom.set({ scene: n })", at)
        expect(watch.page.locator(f"#s{at}.current .poll-shown")).to_be_visible()
        watch.read()
    watch.page.evaluate("window.inkartaRoom.set({ scene: 7, highlight: '18' })")
    expect(watch.page.locator("#pointed")).to_contain_text(":")
    assert every <= watch.read()
    assert every <= watch.plain(f"/scen/talare/{address}")
    phone = set()
    for at in (*range(10), last):
        rooms.show(Database(world["home"] / "app.sqlite3"), code, scene=at, is_black=False, highlight="18")
        phone |= watch.plain(f"/r/{code}?lang=sv")
    assert every <= phone, "options, answers and headlines"
    watch.plain(f"/r/{code}?lang=sv&lan=18")
    watch.none()


def test_no_answer_that_is_moderated_grouped_or_set_beside_the_data_runs(watch: Watch, world: dict[str, Any]) -> None:
    code, site, session = world["code"], world["site"], world["session"]
    cookie = {"name": f"ik_presenter_{code}", "value": world["secret"], "url": site.url}
    watch.page.context.add_cookies([cookie])  # type: ignore[list-item]
    every = {f"xss{n}x" for n in range(1, len(PAYLOADS) + 1)}
    assert every <= watch.plain(f"/rum/{code}/fragor?lang=sv")
    approved = watch.plain(f"/rum/{code}/grupper/{FREE}?lang=sv")
    assert len(approved) > 40
    watch.page.locator("summary").first.click()
    field = watch.page.locator("input[name=namn]").first
    if not field.is_visible():
        watch.page.locator("summary").first.click()
    field.fill(PAYLOADS[0])
    field.press("Enter")
    expect(watch.page.get_by_role("status")).to_have_text(t("groups.said_done", "sv"))
    watch.read()
    watch.plain(f"/rum/{code}/bredvid/{FREE}?lang=sv&lan=18")
    assert every <= watch.plain(f"/mentimeter/{session}?lang=sv")
    assert len(watch.plain(f"/rum/{session}/grupper/1?lang=sv")) > 40
    for of in (f"{code}/resultat/q0", f"{code}/resultat/{FREE}", f"{session}/resultat/2"):
        drawn = watch.page.context.request.get(f"{site.url}/rum/{of}.svg")
        assert drawn.status == 200, of
        for node in ElementTree.fromstring(drawn.body()).iter():
            assert node.tag.rpartition("}")[2] in DRAWN, (of, node.tag)
            assert not [name for name in node.attrib if name.startswith("on")], of
        rows = csv.reader(watch.page.context.request.get(f"{site.url}/rum/{of}.csv").text().splitlines())
        assert not [cell for row in rows for cell in row if cell[:1] in "=+@\t" and cell], "no formula"
    watch.none()


def test_no_address_runs(watch: Watch, world: dict[str, Any]) -> None:
    """A payload in every parameter at once, a page after the other, each payload on some page."""
    names = [f.name for f in fields(Selection) if f.name not in ("lang", "lage", "snapshot")]
    paths = list(PAGES.values())
    for number, text in enumerate(PAYLOADS):
        given = dict.fromkeys(names, text) | {"aktor": f"name:{text}", "q": text, "fel": text}
        watch.page.goto(f"{watch.site.url}{paths[number % len(paths)]}?{urlencode(given)}")
        watch.look()
    watch.page.goto(f"{watch.site.url}/sok?{urlencode({'q': PAYLOADS[2]})}")
    watch.look()
    expect(watch.page.get_by_role("searchbox").first).to_have_value(" ".join(PAYLOADS[2].split()))
    watch.none()


def test_no_address_runs_on_a_page_without_streamlit(watch: Watch, world: dict[str, Any]) -> None:
    """In all parameters and in the path, on the pages that say what an address holds; and in turn on all others.

    A word that does nothing finds out which pages those are.
    """
    page, site, code = watch.page, world["site"], world["code"]
    cookie = {"name": f"ik_presenter_{code}", "value": world["secret"], "url": site.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    real = {"code": code, "question": FREE, "deck": "ond", "id": world["session"]}
    names = _asked_for()
    assert {"kod", "lan", "sagt", "fel", "nyckel", "rum", "snapshot"} <= names
    written = [path for method, path in ROUTES if method == "GET" and not UNREAD.search(path)]
    ways = [(path, is_real) for path in written for is_real in ((True, False) if "{" in path else (True,))]

    def address(way: tuple[str, bool], text: str, number: int) -> str:
        path, is_real = way
        bare = quote(text.replace("/", "|"), safe="")
        path = re.sub(r"{(\w+)[^}]*}", lambda m: real[m[1]] if is_real else bare, path)
        return f"{site.url}{path}?{urlencode(dict.fromkeys(names - CHOOSING if number % 2 else names, text))}"

    told = [
        way for way in ways for number in (0, 1)
        if "said900" in page.context.request.get(address(way, "said900", number), max_redirects=0).text()
    ]  # fmt: skip
    seen: set[str] = set()
    for number, text in enumerate(PAYLOADS):
        others = [(ways[n % len(ways)], n // len(ways)) for n in (2 * number, 2 * number + 1)]
        for way, turn in (*((way, number) for way in dict.fromkeys(told)), *others):
            answer = page.goto(address(way, text, turn))
            assert answer is not None
            assert answer.status < 500, answer.url
            watch.read()
            seen.add(way[0])
    assert seen == set(written)
    watch.none()


def _asked_for() -> set[str]:
    """Every parameter that a page of our own reads from its address."""
    asked = re.compile(r"""\bquery(?:_params)?(?:\.get\(|\[)"(\w+)\"""")
    texts = [path.read_text("utf-8") for path in (ROOT / "dashboard").rglob("*.py")]
    return {name for text in texts for name in asked.findall(text)}


def test_what_a_payload_leaves_in_a_selection_is_text_of_a_search_or_a_name() -> None:
    names = [f.name for f in fields(Selection)]
    left = set()
    for text in PAYLOADS:
        for name in names:
            chosen = decode({name: text})
            if (value := getattr(chosen, name)) != getattr(Selection(), name):
                left.add(name)
                assert name == "q" or not re.search(
                    r"[<>\"'&\s]", str(value if isinstance(value, str) else value[0])
                ), name
        assert decode({"aktor": f"name:{text}"}).lang == "sv"
    assert "q" in left


@pytest.mark.parametrize("path", ["/", "/initiativ", "/konferensen?konferens=ond"])
def test_the_policy_has_nothing_to_forbid(browser: Browser, world: dict[str, Any], path: str) -> None:
    """As visitors have it: with the policy on, and no page that it has to hold back."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.add_init_script("addEventListener('securitypolicyviolation', e => console.error('policy ' + e.blockedURI))")
    held: list[str] = []
    page.on("console", lambda one: held.append(one.text) if one.text.startswith("policy ") else None)
    found = Watch(page, world["site"])
    found.go(path)
    assert not [one for one in held if "evil" in one or "inline" in one], held
    found.none()
    context.close()
