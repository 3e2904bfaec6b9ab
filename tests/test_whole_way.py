"""The whole way: fetch from a server that answers as the publishers do, build, check, serve, ask."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.replay.server import ReplayServer

SOURCES = ("esf_projektbanken", "kohesio_2014_2020", "kohesio_2021_2027", "scb_tab6471")


def inkarta(home: Path, *arguments: str, extra: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "INKARTA_HOME": str(home), **(extra or {})}
    return subprocess.run(
        [sys.executable, "-m", "dashboard.cli", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Path:
    assert shared_data.exists()
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def fetched(home: Path) -> dict[str, Any]:
    with ReplayServer() as server:
        bases = {f"INKARTA_BASE_{name.upper()}": url for name, url in server.base_urls.items()}
        first = inkarta(home, "fetch", *SOURCES, "--json", extra=bases)
        again = inkarta(home, "fetch", *SOURCES, "--json", extra=bases)
    assert first.returncode == 0, first.stderr
    return {"first": json.loads(first.stdout), "again": json.loads(again.stdout)}


@pytest.fixture(scope="module")
def built(home: Path, fetched: dict[str, Any]) -> dict[str, Any]:
    done = inkarta(home, "build", "--as-of", "2026-11-23", "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_each_file_is_fetched_once(fetched: dict[str, Any]) -> None:
    assert {f["status"] for f in fetched["first"]["files"]} == {"downloaded"}
    assert {f["status"] for f in fetched["again"]["files"]} == {"unchanged"}
    assert all(len(f["sha256"]) == 64 for f in fetched["first"]["files"])


def test_every_record_is_loaded_or_quarantined(built: dict[str, Any]) -> None:
    for f in built["files"]:
        assert f["rows_read"] == f["rows_loaded"] + f["rows_quarantined"], f
    assert {f["source_id"] for f in built["files"]} >= set(SOURCES)


def test_the_four_real_projects_are_counted_once(home: Path, built: dict[str, Any]) -> None:
    assert built["linked"] >= 4
    path = home / "snapshots" / f"{built['snapshot_id']}.duckdb"
    with duckdb.connect(str(path), read_only=True) as con:
        rows = con.execute(
            "SELECT f.measure, f.amount FROM mart_operation o JOIN mart_funding f USING (operation_id) "
            "WHERE o.diarienummer = '24-030-S04' AND f.currency = 'SEK' ORDER BY f.measure"
        ).fetchall()
        n = con.execute("SELECT count(*) FROM mart_operation WHERE diarienummer = '24-030-S04'").fetchone()
    assert n == (1,)
    assert [(measure, str(amount)) for measure, amount in rows] == [
        ("eu_contribution", "7648379.00"),
        ("granted_support", "10325312.00"),
        ("total_eligible_cost", "19126097.00"),
    ]


def test_check_reports_and_sets_the_exit_code(home: Path, built: dict[str, Any]) -> None:
    done = inkarta(home, "check", "--json")
    found = json.loads(done.stdout)
    assert found["snapshot_id"] == built["snapshot_id"]
    assert done.returncode == (1 if found["broken"] else 0)
    assert {f["area"] for f in found["findings"]} == {
        "missing",
        "range",
        "conflict",
        "volume",
        "disclosure",
        "quarantine",
        "staleness",
    }


def test_building_the_same_again_publishes_the_same(home: Path, built: dict[str, Any]) -> None:
    again = json.loads(inkarta(home, "build", "--as-of", "2026-11-23", "--json").stdout)
    assert (again["snapshot_id"], again["is_new"]) == (built["snapshot_id"], False)


def test_a_refused_file_leaves_the_snapshot_serving(home: Path, built: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "esf_projektbanken.csv").write_text("<html><body>Service unavailable</body></html>", "utf-8")
    done = inkarta(home, "build", "--from", str(tmp_path))
    assert done.returncode == 3
    assert "esf_projektbanken.csv" in done.stderr
    assert "Traceback" not in done.stderr
    assert (home / "snapshots" / "current").read_text().strip() == built["snapshot_id"]


def test_served_it_answers_with_its_snapshot(home: Path, built: dict[str, Any]) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard.cli", "serve", "--port", str(port), "--no-browser"],
        env={**os.environ, "INKARTA_HOME": str(home)}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        health = _when_up(f"http://127.0.0.1:{port}/healthz", process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    assert health["status"] == "ok"
    assert health["snapshot_id"] == built["snapshot_id"]
    assert health["built_at"].endswith("Z")
    assert health["rows"]["operations"] == built["rows"]["operations"]


def test_a_taken_port_is_said_in_words(home: Path, built: dict[str, Any]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = inkarta(home, "serve", "--port", str(taken.getsockname()[1]), "--no-browser")
    assert done.returncode == 2
    assert "--port" in done.stderr


def test_unknown_source_and_bad_date_are_wrong_usage(home: Path) -> None:
    assert inkarta(home, "fetch", "nonesuch").returncode == 2
    assert inkarta(home, "build", "--as-of", "yesterday").returncode == 2
    assert inkarta(home, "build", "--from", str(home / "nowhere")).returncode == 2


def test_check_without_a_snapshot_says_what_to_do(tmp_path: Path) -> None:
    done = inkarta(tmp_path, "check")
    assert done.returncode == 4
    assert "inkarta build" in done.stderr


def _when_up(url: str, process: subprocess.Popen[bytes]) -> dict[str, Any]:
    for _ in range(200):
        if process.poll() is not None:
            raise AssertionError((process.stderr.read() if process.stderr else b"").decode())
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{url} did not answer")
