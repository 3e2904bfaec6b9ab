"""The system's Chromium, once per session."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.lacking import unable

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

    from tests.browser.stage_world import Server

ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """The path of a Chromium, or None."""
    return os.environ.get("INKARTA_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium; skips without one, fails without one when `CI=true`."""
    path = chromium()
    if path is None:
        unable("no Chromium on PATH and INKARTA_CHROMIUM is not set")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=20_000)  # a busy machine with two cores
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def staged(tmp_path_factory: pytest.TempPathFactory, outlines: object) -> Iterator[Server]:
    """A server with the embedded data that may be killed and started again."""
    from etl.warehouse import build
    from tests.browser.stage_world import Server

    folder = tmp_path_factory.mktemp("stage")
    build(folder / "snapshots", as_of=date(2026, 11, 23))
    running = Server(folder)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def presenter(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    yield context
    context.close()


@pytest.fixture
def phones(browser: Browser) -> Iterator[list[BrowserContext]]:
    """Two phones: one Swedish, one English, each a browser of its own."""
    made = [browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True) for _ in range(2)]
    yield made
    for context in made:
        context.close()
