"""``inkarta serve``: a refused build leaves the last good snapshot serving; addresses are written as visitors come."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.blocks.accessibility import ACTION
from dashboard.export.routes import ROUTES as EXPORT_ROUTES
from dashboard.guard import Guard
from dashboard.live.routes import ROUTES as ROOM_ROUTES
from dashboard.middleware import Shell
from etl import warehouse
from tests.conftest import ROOT
from tests.dashboard.room_world import DECK, OWN, SITE
from tests.dashboard.running import free_port, running


def refuse(home: Path) -> None:
    (home / "links.csv").write_text("nothing,of,the,kind\n1,2,3,4\n", "utf-8")


@pytest.fixture
def stale(warehouse_folder: Path, tmp_path: Path) -> Path:
    """A home with a snapshot of other rules, where every build is refused."""
    (tmp_path / "snapshots").mkdir()
    path = warehouse.current(warehouse_folder)
    assert path
    copy = shutil.copy(path, tmp_path / "snapshots")
    with duckdb.connect(copy) as con:
        con.execute("UPDATE snapshot SET rules_sha256 = 'of an earlier version'")
    (tmp_path / "snapshots/current").write_text(path.stem, "utf-8")
    refuse(tmp_path)
    return tmp_path


def test_a_refused_build_leaves_the_last_good_snapshot_serving_and_says_so(stale: Path) -> None:
    assert warehouse.is_stale(stale / "snapshots")
    named = (stale / "snapshots/current").read_text("utf-8")
    with running(stale) as server:
        answer = httpx.get(f"{server.url}/healthz")
        assert (answer.status_code, answer.json()["snapshot_id"]) == (200, named)
        server.process.terminate()
        said = " ".join((server.process.stderr.read() if server.process.stderr else "").split())
    assert "links.csv" in said
    assert f"{named} serves until a build succeeds" in said


def test_without_a_snapshot_a_refused_build_ends_the_command(tmp_path: Path) -> None:
    refuse(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "dashboard.cli", "serve", "--port", str(free_port()), "--no-browser"], cwd=ROOT,
        env={**os.environ, "INKARTA_HOME": str(tmp_path)}, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 3
    assert "links.csv" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("kind", "is_https", "said"), [
    ("http", True, "https"), ("websocket", True, "wss"), ("http", False, "http"), ("websocket", False, "ws"),
])  # fmt: skip
def test_inside_the_guard_a_request_comes_as_visitors_do(kind: str, is_https: bool, said: str) -> None:
    seen: list[Any] = []

    async def inside(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["scheme"])

    scope = {"type": kind, "path": "/", "headers": [], "scheme": "http" if kind == "http" else "ws"}
    scope |= {"method": "GET"} if kind == "http" else {}
    asyncio.run(Guard(inside, is_https=is_https)(scope, None, None))  # type: ignore[arg-type]
    assert seen == [said]


@pytest.mark.parametrize(("is_https", "scheme"), [(True, "https"), (False, "http")])
def test_links_and_cookies_of_a_room_are_as_visitors_come(room_home: Path, is_https: bool, scheme: str) -> None:
    """The proxy's own way to the server is http, and no header of its is believed."""
    app = Guard(Shell(Starlette(routes=[*ROOM_ROUTES, *EXPORT_ROUTES])), is_https=is_https)
    site = TestClient(app, base_url=SITE, follow_redirects=False)
    opened = site.post("/rum", data={"deck": DECK}, headers=OWN)
    assert opened.status_code == 303
    assert ("secure" in opened.headers["set-cookie"].lower()) == is_https
    code = opened.headers["location"].split("rum=")[1].split("#")[0]
    cookie = opened.headers["set-cookie"].split(";")[0]
    page = site.get(f"/rum/{code}/fragor", headers={"cookie": cookie})
    assert page.status_code == 200
    assert re.findall(r"(https?)://region\.example/rum/", page.text) == [scheme]
    made = site.get("/export/sweden/karta.svg")
    assert made.status_code == 200
    assert f"{scheme}://region.example/" in made.text


@pytest.mark.parametrize(("trusted", "is_limited"), [("127.0.0.1", False), ("192.0.2.1", True)])
def test_visitors_behind_a_proxy_that_is_named_have_a_limit_each(
    warehouse_folder: Path, tmp_path: Path, trusted: str, is_limited: bool
) -> None:
    (tmp_path / "snapshots").symlink_to(warehouse_folder, target_is_directory=True)
    with running(tmp_path, "--allowed-host", "karta.example", env={"FORWARDED_ALLOW_IPS": trusted}) as server:
        answers = [
            httpx.post(
                f"{server.url}{ACTION}?lang=sv", data={"text": f"Kartan syns inte, {n}"},
                headers={"x-forwarded-for": f"198.51.100.{n}", "origin": server.url},
            ).status_code
            for n in range(1, 30)
        ]  # fmt: skip
    assert (429 in answers) == is_limited, answers
