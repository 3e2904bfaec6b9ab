"""A real OpenID provider for the tests, run with node from ``tests/provider``, and a browser that signs in at it."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
import pytest
from playwright.sync_api import expect

from dashboard.store import FILE, Database
from tests.browser.site import settle
from tests.conftest import ROOT
from tests.dashboard.running import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

SOURCE = ROOT / "tests/provider"
SECRET = "only-the-tests-know-this"


def unable(reason: str) -> None:
    """Skip with a reason, or fail where nothing may be skipped."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def installed() -> Path:
    """The folder with the provider and its packages, installed once for each lock file, whose hashes npm checks."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        unable("the provider that the tests sign in at needs node and npm")
    lock = (SOURCE / "package-lock.json").read_bytes() + (SOURCE / "provider.mjs").read_bytes()
    cache = Path(platformdirs.user_cache_dir("inkluderingskartan", appauthor=False))
    folder = cache / f"provider-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not (folder / "done").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json", "provider.mjs"):
            shutil.copy(SOURCE / name, folder)
        done = subprocess.run(
            [str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, text=True,
            check=False, timeout=240,
        )  # fmt: skip
        if done.returncode:
            unable(f"npm ci could not install the provider: {done.stderr[-400:]}")
        (folder / "done").touch()
    return folder


@dataclass
class SignIn:
    """A server where people sign in. ``home``: its data; ``forward``: the file with hours that its clock is ahead."""

    url: str
    provider: str
    home: Path
    forward: Path

    @property
    def db(self) -> Database:
        return Database(self.home / FILE)

    @property
    def issuer(self) -> str:
        return self.provider

    def enter(self, page: Page, name: str) -> None:
        """Sign in as ``name``, from the page Konto through the provider's own pages, and back."""
        page.goto(f"{self.url}/konto")
        settle(page)
        page.get_by_role("button", name="Logga in").click()
        page.locator("input[name=login]").fill(name)
        page.locator("input[name=password]").fill("anything")
        page.get_by_role("button", name="Sign-in").click()
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url(re.compile(re.escape(self.url)))
        settle(page)
        expect(page.get_by_role("button", name="Logga ut")).to_be_visible()

    def leave(self, page: Page) -> None:
        """Sign out, here and at the provider."""
        page.goto(f"{self.url}/konto")
        settle(page)
        page.get_by_role("button", name="Logga ut").click()
        page.get_by_role("button", name="Yes, sign me out").click()
        page.wait_for_url(re.compile(re.escape(self.url)))
        settle(page)


@contextmanager
def sign_in(home: Path, snapshots: Path, **settings: str) -> Iterator[SignIn]:
    """The product with sign-in and the provider, until the end of the block."""
    folder = installed()
    served = (snapshots / "current").read_text("utf-8").strip()
    (home / "snapshots").mkdir(parents=True)
    shutil.copy(snapshots / f"{served}.duckdb", home / "snapshots")
    (home / "snapshots/current").write_text(served, "utf-8")
    port, at = free_port(), free_port()
    on = SignIn(f"http://127.0.0.1:{port}", f"http://localhost:{at}", home, home / "forward")
    on.forward.write_text("0", "utf-8")
    file, key = home / "sign-in.toml", hashlib.sha256(on.url.encode()).hexdigest()
    file.write_text(
        f'[auth]\nredirect_uri = "{on.url}/oauth2callback"\ncookie_secret = "{key}"\n'
        f'client_id = "inkarta"\nclient_secret = "{SECRET}"\n'
        f'server_metadata_url = "{on.provider}/.well-known/openid-configuration"\n',
        "utf-8",
    )
    provider = subprocess.Popen(
        [str(shutil.which("node")), "provider.mjs", str(at), f"{on.url}/oauth2callback", SECRET], cwd=folder,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.browser.late", str(on.forward), "serve", "--port", str(port), "--no-browser"],
        env={**os.environ, "INKARTA_HOME": str(home), "INKARTA_SIGN_IN": str(file), **settings}, cwd=ROOT,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert provider.stdout is not None
        assert "ready" in provider.stdout.readline()
        for _ in range(400):
            try:
                urllib.request.urlopen(f"{on.url}/healthz", timeout=2).close()
                break
            except OSError:
                time.sleep(0.2)
        yield on
    finally:
        for process in (server, provider):
            process.terminate()
            process.wait(20)


@contextmanager
def somebody(browser: Browser, on: SignIn, name: str = "") -> Iterator[tuple[Page, BrowserContext]]:
    """A browser of its own, signed in as ``name`` when there is one. The provider's own fonts are not asked for."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="sv-SE")
    context.route(re.compile(r"^https://"), lambda route: route.abort())
    page = context.new_page()
    try:
        if name:
            on.enter(page, name)
        yield page, context
    finally:
        context.close()
