"""Figures and logs for whoever runs it: they tell of the server and never of a visitor."""

from __future__ import annotations

import json
import logging
import re
import shutil
import threading
from pathlib import Path

import httpx
import pytest

from dashboard import logs, metrics, observed
from dashboard.server import addresses
from dashboard.store import FILE, StoreError
from tests.dashboard.running import free_port, running

SECRET = "hemligtord"


def test_scraped_on_an_address_of_its_own_with_nothing_of_a_visitor(warehouse_folder: Path, tmp_path: Path) -> None:
    """And an error's line in the log has the id of the answer, and not the visitor's words."""
    shutil.copytree(warehouse_folder, tmp_path / "snapshots")
    (tmp_path / "fetched").mkdir()
    entry = {"title_sv": "K", "title_en": "K", "url": "", "tried_at": "2026-11-25T03:10:00+00:00",
             "got_at": "2026-11-24T03:10:00+00:00", "failed": {"file": "f", "why": "web_page", "reason": "r", "since": "2026-11-25T03:10:00+00:00"}}  # fmt: skip # noqa: E501
    (tmp_path / "fetched/attempts.json").write_text(json.dumps({"version": 1, "sources": {"kolada": entry}}))
    (tmp_path / FILE).write_bytes(b"destroyed " * 1000)
    port = free_port()
    lines: list[str] = []
    with running(tmp_path, "--metrics", f"127.0.0.1:{port}", env={"INKARTA_LOG": "json"}) as site:
        assert site.process.stderr
        reading = threading.Thread(target=lines.extend, args=(site.process.stderr,), daemon=True)
        reading.start()
        with httpx.Client(base_url=site.url, timeout=60, headers={"user-agent": "Snok/1.0"}) as client:
            ids = {client.get("/healthz").headers["x-request-id"] for _ in range(3)}
            assert len(ids) == 3
            client.get(f"/sok?q={SECRET}", headers={"accept": "text/html"})
            client.get(f"/vy/{SECRET}")
            client.get(f"/{SECRET}/finns/inte")
            failed = client.get(f"/vyer.json?q={SECRET}")
            assert failed.status_code >= 500
            refused = client.get("/healthz", headers={"host": "evil.example"})
            assert (refused.status_code, "x-request-id" in refused.headers) == (400, True)
            assert "inkarta_" not in client.get("/metrics").text, "never on the pages' own address"
            assert client.get("/_stcore/metrics").status_code == 404
        told = httpx.get(f"http://127.0.0.1:{port}/metrics").text
        served = (warehouse_folder / "current").read_text("utf-8").strip()
    reading.join(10)
    for line in (
        'inkarta_requests_total{method="GET",route="/healthz",status="200"}',
        'inkarta_requests_total{method="GET",route="/vy/{id}"',
        'inkarta_requests_total{method="GET",route="/sok",status="200"} 1.0',
        'inkarta_requests_total{method="GET",route="other"',
        'inkarta_request_seconds_bucket{le="0.1",route="/healthz"}',
        "inkarta_websockets 0.0", "inkarta_snapshot_up 1.0", "inkarta_snapshot_earlier 0.0",
        f'inkarta_snapshot_info{{snapshot_id="{served}"}} 1.0', "inkarta_snapshot_age_seconds ",
        'inkarta_source_age_seconds{source="kolada"}', 'inkarta_source_failed{source="kolada",why="web_page"} 1.0',
        "inkarta_database_up 0.0", "inkarta_votes_total 0.0", "process_resident_memory_bytes ",
    ):  # fmt: skip
        assert line in told, line
    assert float(re.search(r"^inkarta_database_errors_total (\S+)$", told, re.MULTILINE)[1]) >= 1  # type: ignore[index]
    entries = [json.loads(line) for line in lines if line.startswith("{")]
    mine = [one for one in entries if one.get("request") == failed.headers["x-request-id"]]
    assert mine
    assert mine[0]["route"] == "/vyer.json"
    assert mine[0]["level"] == "error"
    for text in (told, *lines):
        assert SECRET not in text
        assert "Snok" not in text
        assert "evil.example" not in text
        assert not re.search(r"\b127\.0\.0\.1\b", text) or text.startswith("Inkluderingskartan:"), text


def record(message: str, *args: object, error: Exception | None = None) -> logging.LogRecord:
    caught = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("inkarta", logging.ERROR, "f.py", 1, message, args, caught)  # type: ignore[arg-type]


def test_a_line_has_its_request_and_leaves_out_words_addresses_and_queries() -> None:
    token = metrics.context.set(metrics.Context("abc", "search", "20261123-00000000", ("min sjukdom",)))
    try:
        error = ValueError("no such word: min sjukdom, asked from 192.0.2.7:5412 or 2001:db8:0:0:1:2:3:4")
        said = json.loads(logs.Lines(is_json=True).format(record("at /sok?q=x&lan=18 %s", "min sjukdom", error=error)))
        plain = logs.Lines(is_json=False).format(record("%s", "min sjukdom"))
    finally:
        metrics.context.reset(token)
    assert (said["request"], said["route"], said["snapshot"]) == ("abc", "search", "20261123-00000000")
    assert said["message"] == "at /sok?… …"
    assert said["exception"].endswith("ValueError: no such word: …, asked from … or …")
    assert plain.endswith("error inkarta: … [abc search 20261123-00000000]")
    assert "\n" not in plain


def test_failures_of_the_database_are_counted_apart() -> None:
    before = metrics.errors._value.get(), metrics.database_errors._value.get()
    counting = logs.Counting()
    counting.emit(record("rooms: %s", StoreError("unreadable", "x")))
    counting.emit(record("page failed", error=StoreError("unreadable", "x")))
    counting.emit(record("page failed", error=ValueError()))
    assert (metrics.errors._value.get() - before[0], metrics.database_errors._value.get() - before[1]) == (3, 2)


def test_every_address_has_a_template_and_a_strange_one_none() -> None:
    of = observed.Observed(lambda *_: None, addresses()).route  # type: ignore[arg-type, return-value]
    assert of("/lan") == "/lan"
    assert of("/vy/abc123") == "/vy/{id}"
    assert of("/r/ab1cd/svar") == "/r/{code}/svar"
    assert of("/geo/20261123-00000000/lan.json") == "/geo/{snapshot}/lan.json"
    assert of("/_stcore/stream") == "/_stcore/…"
    assert of("/export/county.pdf").startswith("/export/")
    assert of("/vad/som/helst") == "other"


@pytest.mark.parametrize(
    ("text", "found"),
    [("127.0.0.1:9464", ("127.0.0.1", 9464)), ("9464", ("127.0.0.1", 9464)), ("[::1]:9", ("::1", 9))],
)
def test_an_address_to_serve_figures_on(text: str, found: tuple[str, int]) -> None:
    assert observed.address(text) == found


@pytest.mark.parametrize("text", ["", "x", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:99999", "a b:1", "1:2:3"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        observed.address(text)


def test_an_unknown_form_of_the_log_is_refused() -> None:
    with pytest.raises(ValueError, match="neither"):
        logs.start("xml")
