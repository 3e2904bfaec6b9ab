"""The product in a process of its own, and the windows of a room: the stage, the speaker's, phones."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.site import settle

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

DECK, SCENES = "konferensen-sessioner", 16


@dataclass
class Server:
    """The product in a process of its own that can be killed and started again on the same port."""

    folder: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        if not self.port:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self.port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dashboard.cli", "serve", "--port", str(self.port), "--no-browser"],
            env={**os.environ, "INKARTA_HOME": str(self.folder)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(400):
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=2).close()
                return
            except OSError:
                time.sleep(0.2)
        raise RuntimeError("the server does not answer")

    def kill(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(20)

    def stop(self) -> None:
        """Ask it to end; it must not wait for streams that never do."""
        assert self.process
        self.process.terminate()
        self.process.wait(20)


def open_room(staged: Server, presenter: BrowserContext, deck: str = DECK, lang: str = "sv") -> tuple[Page, str]:
    """The stage with a room opened from the page of decks, as a presenter does it."""
    page = presenter.new_page()
    page.goto(f"{staged.url}/scen?bildspel={deck}&lang={lang}")
    settle(page)
    page.locator("[name=wifi_name]").fill("Salen")
    page.locator("[name=wifi_password]").fill("hemligt ord")
    page.locator(".ik-start button").click()
    page.wait_for_url("**/scen/visa/**")
    expect(page.locator("body")).to_have_attribute("data-shown", "0")
    code = page.locator("body").get_attribute("data-code")
    assert code
    return page, code


def speaker_of(staged: Server, presenter: BrowserContext, code: str, deck: str = DECK) -> Page:
    page = presenter.new_page()
    page.goto(f"{staged.url}/scen/talare/{deck}?rum={code}")
    expect(page.locator("#link")).to_have_class("connected")
    return page


def phone_in(context: BrowserContext, staged: Server, code: str, lang: str = "sv") -> Page:
    page = context.new_page()
    page.goto(f"{staged.url}/r/{code}?lang={lang}")
    expect(page.locator("body")).to_have_class("live")
    return page


def is_at(scene: int, stage: Page, speaker: Page, *phones: Page) -> None:
    """Every window shows the scene."""
    for window in (stage, speaker):
        expect(window.locator("body")).to_have_attribute("data-shown", str(scene))
    expect(stage.locator(".scene.current")).to_have_id(f"s{scene}")
    for phone in phones:
        expect(phone.locator("article")).to_have_attribute("data-scene", str(scene))
