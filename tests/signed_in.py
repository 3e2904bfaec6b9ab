"""The product with sign-in at a real OpenID provider, run with node from ``tests/provider``, and whoever signs in."""

from __future__ import annotations

import hashlib
import html
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
from typing import Any

import httpx
import platformdirs
from joserfc import jwt
from joserfc.jwk import OctKey

from dashboard.store import FILE, Database, roles
from tests.conftest import ROOT
from tests.dashboard.running import free_port
from tests.lacking import unable

SOURCE = ROOT / "tests/provider"
SECRET = "only-the-tests-know-this"


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
    def key(self) -> str:
        """What cookies are signed with."""
        found = re.search(r'cookie_secret = "(\w+)"', (self.home / "sign-in.toml").read_text("utf-8"))
        assert found is not None
        return found[1]

    def person(self, name: str, role: roles.Role | None = None) -> roles.Person:
        """The person that the provider calls ``name``, whether she has been here or not; with a role, if given."""
        found = roles.expect(self.db, self.provider, name)
        return roles.grant(self.db, found.id, role) if role else found

    @contextmanager
    def visitor(self, name: str = "") -> Iterator[httpx.Client]:
        """A client that keeps its cookies and follows redirects, signed in as ``name`` when there is one."""
        with httpx.Client(base_url=self.url, follow_redirects=True, timeout=30) as client:
            if name:
                self.enter(client, name)
            yield client

    def enter(self, client: httpx.Client, name: str) -> httpx.Response:
        """Sign in through the provider's own forms, as the button on *Konto* begins it; where it ended."""
        said = {"provider": "default", "exp": int(time.time()) + 100}
        token = jwt.encode({"alg": "HS256"}, said, OctKey.import_key(self.key))
        at = client.get("/auth/login", params={"provider": token})
        at = _submit(client, at, login=name, password="anything")
        return _submit(client, at)

    def leave(self, client: httpx.Client) -> httpx.Response:
        """Sign out, here and at the provider; where it ended."""
        return _submit(client, client.get("/auth/logout"), logout="yes")


def _submit(client: httpx.Client, page: httpx.Response, **more: str) -> httpx.Response:
    form = re.search(r'<form[^>]*action="([^"]+)"[^>]*>(.*?)</form>', page.text, re.DOTALL)
    assert form is not None, (page.status_code, page.url, page.text[-400:])
    hidden = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form[2]))
    data: dict[str, Any] = {**hidden, **more}
    return client.post(page.url.join(html.unescape(form[1])), data=data)


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
        [sys.executable, "-m", "tests.late", str(on.forward), "serve", "--port", str(port), "--no-browser"],
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
