"""The product on an ephemeral port of this machine, and what the browser tests ask of a page."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import TimeoutError

from etl.embedded import DATA
from etl.warehouse import Fetched, build

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Request

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@dataclass
class Site:
    """A running server. ``outside``: requests that left this machine, which must stay empty."""

    url: str
    outside: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        def seen(request: Request) -> None:
            if not request.url.startswith((self.url, self.url.replace("http", "ws", 1), "data:", "blob:")):
                self.outside.append(request.url)

        page.on("request", seen)

    def lans(self) -> list[dict[str, Any]]:
        return self._regions("level=lan")

    def kommuner(self, lan: str) -> list[dict[str, Any]]:
        return self._regions(f"level=kommun&lan={lan}")

    def _regions(self, query: str) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.url}/api/v1/regions?{query}") as answer:
            found: list[dict[str, Any]] = json.load(answer)["data"]
            return found

    def violations(self, page: Page) -> list[str]:
        """Axe's A and AA findings: rule, impact and where."""
        found = Axe().run(page, options=RULES).response["violations"]
        return [f"{v['id']} ({v['impact']}): {node['html'][:160]}" for v in found for node in v["nodes"][:3]]


def site_of(folder: Path, fetched: Iterable[Fetched] = (), embedded: Path = DATA) -> Iterator[Site]:
    """Build the ``embedded`` data and ``fetched`` files into ``folder``, serve it, and stop at the end."""
    build(folder / "snapshots", fetched=fetched, embedded=embedded, as_of=date(2026, 11, 23))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard.cli", "serve", "--port", str(port), "--no-browser"],
        env={**os.environ, "INKARTA_HOME": str(folder)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(400):
            try:
                urllib.request.urlopen(f"{url}/healthz", timeout=2).close()
                break
            except OSError:
                time.sleep(0.2)
        yield Site(url)
    finally:
        process.terminate()
        process.wait(20)


def settle(page: Page) -> None:
    """Wait until the script has run, charts and map are drawn and fonts are in."""
    page.wait_for_selector(".ik-footer", timeout=30_000)
    page.wait_for_selector('.stApp:not([data-test-script-state="running"])')
    page.wait_for_selector("[data-testid=stSkeleton]", state="detached")
    page.wait_for_selector(".ik-chart[aria-busy]", state="detached")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(400)


def pick(page: Page, box: Locator, words: str) -> None:
    """Choose what is called ``words`` in a select box as a viewer does, once nothing moves any longer."""
    box = box.and_(page.get_by_role("combobox"))  # the open list has the same name
    for patience in (6_000, 12_000, 30_000):  # a script that still runs closes the list again
        settle(page)
        box.click()
        box.fill(words)
        try:
            page.get_by_role("option", name=words).first.click(timeout=patience)
        except TimeoutError:
            if patience == 30_000:
                raise
        else:
            return
