"""A headless Chromium that tells when a page has come to rest, and how many bytes that took."""

from __future__ import annotations

import base64
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.stage import MissingError
from bench.tap import Tap

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ARGS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync",
    "--disable-component-update", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--disable-renderer-backgrounding", "--disable-background-timer-throttling",
]  # fmt: skip
SCRIPT = Path(__file__).with_name("screen.js")
MAIN = '[data-testid="stMain"], #dash-page'
FAILED = "[data-testid=stException], .ik-empty"
QUIET_MS, LIMIT_MS = 350, 30_000


class NoBrowserError(MissingError):
    """No Chromium on PATH and INKARTA_CHROMIUM is not set."""


@dataclass(frozen=True)
class Seen:
    """Milliseconds to the new heading and to the last change; bytes on the wire and unpacked."""

    heading_ms: float
    settled_ms: float
    wire_bytes: float
    unpacked_bytes: float


def chromium() -> str:
    """The path of a Chromium. Raises :class:`NoBrowserError`."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("INKARTA_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        raise NoBrowserError("no Chromium on PATH and INKARTA_CHROMIUM is not set")
    return path


@contextmanager
def browser() -> Iterator[Browser]:
    """A Chromium for as long as this lasts."""
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGS)
        try:
            yield running
        finally:
            running.close()


class Screen:
    """One page in a context of its own, with empty caches."""

    def __init__(self, running: Browser, tap: Tap) -> None:
        self._tap = tap
        self._unpacked = 0.0
        self.context = running.new_context(viewport={"width": 1440, "height": 900}, locale="sv-SE")
        self.page: Page = self.context.new_page()
        self.page.add_init_script(path=SCRIPT)
        session = self.context.new_cdp_session(self.page)
        session.send("Network.enable")
        session.on("Network.dataReceived", self._data)
        session.on("Network.webSocketFrameReceived", self._frame)

    def load(self, path: str, *, needed: list[str]) -> Seen:
        """Open a path and wait for its rest; time counts from the navigation's start."""
        before = self._count()
        self.page.goto(self._tap.url + path, wait_until="commit")
        found = self._settled(needed)
        return self._seen(before, 0.0, found["last"], found["last"])

    def pick(self, name: str) -> Seen:
        """Choose a name in the first select box; time counts from the Enter key."""
        box = self.page.locator('[data-testid="stSelectbox"] input').first
        box.click()
        box.fill(name)
        self.page.get_by_role("option", name=name).first.wait_for()
        return self._picked(name, lambda: self.page.keyboard.press("Enter"))

    def pick_from(self, box: str, name: str) -> Seen:
        """Choose a name in the list that a press on ``box`` opens; time counts from the press on the name."""
        self.page.locator(box).click()
        found = self.page.get_by_role("option", name=name, exact=True)
        found.wait_for()
        return self._picked(name, found.click)

    def choose(self, label: str, option: str) -> Seen:
        """Choose an option in the select box so labelled; time counts from the press, and no heading is awaited."""
        box = self.page.get_by_label(label, exact=True).first
        box.click()
        box.fill(option)
        found = self.page.get_by_role("option", name=option, exact=True).first
        found.wait_for()
        return self._picked("", found.click)

    def go(self, page: str) -> Seen:
        """Follow the navigation's link to a page; time counts from the press."""
        return self._picked("", self.page.locator("nav").get_by_role("link", name=page, exact=True).first.click)

    def pick_on_map(self, code: str, name: str) -> Seen:
        """Choose a län on the product's map; time counts from the press."""
        return self._picked(name, lambda: self.page.locator(f'[data-code="{code}"]').first.click(force=True))

    def close(self) -> None:
        """Close the page and forget what it kept."""
        self.context.close()

    def _picked(self, name: str, act: Any) -> Seen:
        self.page.evaluate("name => window.__bench.arm(name)", name)
        before = self._count()
        act()
        found = self._settled([])
        return self._seen(before, found["pick"], found["heading"], found["last"])

    def _settled(self, needed: list[str]) -> dict[str, float]:
        self.page.wait_for_selector(MAIN, timeout=LIMIT_MS)
        found: dict[str, float] = self.page.evaluate(
            "([quiet, limit, needed]) => window.__bench.settled(quiet, limit, needed)", [QUIET_MS, LIMIT_MS, needed]
        )
        if self.page.locator(FAILED).count():
            raise RuntimeError(f"{self.page.url} shows an error.")
        if not found["ready"]:
            raise RuntimeError(f"{self.page.url} did not come to rest within {LIMIT_MS // 1000} s.")
        return found

    def _seen(self, before: tuple[float, float], start: float, heading: float, last: float) -> Seen:
        wire, unpacked = self._count()
        return Seen(heading - start, last - start, wire - before[0], unpacked - before[1])

    def _count(self) -> tuple[float, float]:
        self.page.wait_for_timeout(50)
        return float(self._tap.received), self._unpacked

    def _data(self, event: dict[str, Any]) -> None:
        self._unpacked += event["dataLength"]

    def _frame(self, event: dict[str, Any]) -> None:
        response = event["response"]
        is_text = response["opcode"] == 1
        self._unpacked += len(response["payloadData"] if is_text else base64.b64decode(response["payloadData"]))
