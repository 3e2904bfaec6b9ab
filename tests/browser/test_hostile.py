"""Texts that would run, lead away or fetch something, on every surface that data reaches, in a real browser.

The browser is told to ignore the content security policy, so that nothing rests upon it: what the pages themselves do
with a text must hold. Dialogs, requests outside, navigations, popups and elements that a text has made are counted.
"""

from __future__ import annotations

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

import pytest
from playwright.sync_api import expect

from dashboard.layout import PAGES
from dashboard.selection import Selection, decode
from dashboard.store import Database, records, views
from dashboard.texts import Said
from dashboard.theory import Source, tree
from dashboard.theory.card import QUALITY, STEPS, Card, Check, Step, document
from tests.conftest import ROOT
from tests.dashboard.payloads import EVIL, PAYLOADS, poison
from tests.dashboard.running import Server, running
from tests.etl.importer.lists import HEADER, projects, workbook

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
SPOILT = "20261126-0badf00d"
NAMED = "<img src=x onerror=alert('xss700x')>"
MADE = (
    "[onerror],[onload],[onclick],[ontoggle],[onmouseover],[onfocus],[onbegin],[onstart],iframe:not([data-testid]),object,"
    "embed,marquee,base,math mi,meta[http-equiv=refresh],img[src*=evil],link[href*=evil],form[action*=evil],"
    "audio,video,a[href^='javascript' i],a[href^='data:' i],a[href^='vbscript' i],image[href*=evil]"
)
"""What only a text that was taken for markup can have made."""
SHORT = tuple(text for text in PAYLOADS if len(text) <= 110 and not re.search(r"[\x00-\x1f]", text))


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
        for chart in page.locator("[data-testid=stVegaLiteChart] svg, .ik-map svg").all()[:3]:
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

    def go(self, path: str) -> int:
        self.page.goto(f"{self.site.url}{path}{'&' if '?' in path else '?'}lang=sv")
        return self.look()

    def none(self) -> None:
        """Nothing has happened."""
        assert (self.executed, self.outside, self.left) == ([], [], [])


def said(number: int) -> Said:
    text = PAYLOADS[number % len(PAYLOADS)]
    return Said(text, text)


def fill(home: Path) -> dict[str, str]:
    """What people keep and write: 60 saved views, cards, a tree and an event whose every text is a payload."""
    db = Database(home / "app.sqlite3")
    for number, text in enumerate(SHORT):
        views.add(
            db, views.made(text, PAYLOADS[-number], list(PAGES)[number % 3], Selection(), SPOILT, is_pinned=False)
        )
    ids = {}
    for first in (0, 30):
        steps = tuple(
            Step(said(first + n), said(first + n + 6), measured=said(first + n + 12), why=said(first + n + 18),
                 source=Source(PAYLOADS[first + n], f"{EVIL}/{quote(PAYLOADS[n])}"))
            for n in range(len(STEPS))
        )  # fmt: skip
        checks = tuple(Check(said(first + n), said(first + n + 4), Source(SHORT[n])) for n in range(len(QUALITY)))
        card = document(Card(Said(SHORT[first % len(SHORT)], SHORT[0]), steps=steps, quality=checks))
        ids[f"card{first}"] = records.add(db, "effect_card", card, SHORT[2]).id
    nodes = [tree.Node("n1", "problem", text=said(0))]
    nodes += [
        tree.Node(f"n{n}", ("cause", "effect")[n % 2], "n1", said(n), source=Source(SHORT[n % len(SHORT)]))
        for n in range(2, 56)
    ]
    made = tree.document(tree.Tree(Said(SHORT[1], SHORT[1]), nodes=tuple(nodes)))
    ids["tree"] = records.add(db, "problem_tree", made, SHORT[3]).id
    q = json.dumps  # a JSON string is a TOML string
    parts = "".join(
        f'[[parts]]\nid = "p{n}"\nkind = "session"\ntitle_sv = {q(text)}\ntitle_en = {q(text)}\nabout_sv = {q(text)}\n'
        f"about_en = {q(text)}\nspeakers = [{q(text)}]\n"
        f'[[parts.views]]\naddress = "/lan?lan=18"\nfigure = "county.money"\n'
        f"title_sv = {q(text)}\ntitle_en = {q(text)}\n"
        f"why_sv = {q(text)}\nwhy_en = {q(text)}\n"
        for n, text in enumerate(PAYLOADS)
    )
    (home / "events").mkdir()
    head = f"title_sv = {q(SHORT[0])}\ntitle_en = {q(SHORT[0])}\ndate = 2027-01-01\nplace = {q(SHORT[1])}\n"
    (home / "events" / "ond.toml").write_text(head + parts, "utf-8")
    (home / "events" / "fel.toml").write_text(f"title_sv = {q(SHORT[4])}\n{q(SHORT[5])} = 1\n", "utf-8")
    return ids


def listed(path: Path) -> Path:
    """A list of operations whose names, owners and places are the payloads."""
    rows = projects(len(PAYLOADS))
    for row, text in zip(rows, PAYLOADS, strict=True):
        row[0], row[1], row[6] = text, f"{text} Ltd", text
    return workbook(path, {"L": [[*HEADER], *rows]})


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
    ids = fill(home)
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
    few = {"county", "import_file", "views", "search", "effects", "trees", "stage"}
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
    assert watch.go("/konferensen?konferens=ond") >= 40
    refused = tmp_path / "<img src=x onerror=alert('xss702x')>.json"
    entries = [{"name": text, "page": text, "query": text} for text in PAYLOADS]
    refused.write_text(json.dumps({"format": "inkarta-views", "version": 1, "views": entries}), "utf-8")
    watch.go("/vyer")
    watch.page.set_input_files("#ik-file", str(refused))
    watch.page.locator("button.ik-button").click()
    watch.page.wait_for_url(re.compile("fil="))
    assert watch.look() >= 40
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
