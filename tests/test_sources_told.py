"""A source that is down, slow or lying: what was got before stays and serves, Källor tells, the exit code says so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from dashboard import attempts
from dashboard.cli import app
from dashboard.cli.base import Exit
from dashboard.texts import LANGS, has
from etl.attempts import BUILD_FILE, FILE, note_build
from etl.fetch import fetch, read_manifest
from etl.polite import Patience, Why
from etl.sources import ecb, kohesio
from tests.conftest import ROOT
from tests.replay.documents import kohesio_csv
from tests.replay.server import SERVICE_DOWN, WEB_PAGE, Fault, ReplayServer

SOURCE, OTHER = kohesio.SOURCES
NAME = SOURCE.SOURCE.id
PATH = "/kohesio/projects-2014-2020/latest/SE-pp14-20-latest.csv"
QUICK = Patience(attempts=2, first_wait=0.01, longest_wait=0.02, slow_after=0.2)


@pytest.fixture(scope="module")
def server() -> Iterator[ReplayServer]:
    with ReplayServer() as running:
        yield running


def run(server: ReplayServer, folder: Path, *sources: Any) -> Any:
    return fetch(sources or [SOURCE], folder, base_urls=server.base_urls, patience=QUICK)


FAULTS: dict[Why, Any] = {
    "down": lambda _: [SERVICE_DOWN] * 2,
    "slow": lambda good: [Fault(body=None, drip=0.05)] * 2,
    "cut": lambda good: [Fault(headers={"ETag": "other"}, cut=500)] * 2,
    "refused": lambda _: [Fault(403, body=b"no")],
    "web_page": lambda _: [WEB_PAGE],
    "changed": lambda good: [Fault(200, {"ETag": "x"}, good.replace(b"Fund_Code", b"Fond_Code"))],
    "few": lambda good: [Fault(200, {"ETag": "x"}, kohesio_csv("2014-2020", 3))],
}


@pytest.mark.parametrize("why", FAULTS)
def test_every_kind_of_failure_keeps_the_file_and_is_written_down(
    server: ReplayServer, tmp_path: Path, why: Why
) -> None:
    assert run(server, tmp_path)[0].status == "downloaded"
    good, manifest = (tmp_path / "kohesio_2014-2020.csv").read_bytes(), read_manifest(tmp_path)
    got = attempts.read(tmp_path.parent) or _read(tmp_path)
    assert [(one.source_id, one.why, one.got_at is not None) for one in got] == [(NAME, "", True)]
    server.files[PATH] = good + b"\n"  # so that it is not told to be unchanged
    server.script(PATH, *FAULTS[why](good))
    try:
        failed, other = run(server, tmp_path, SOURCE, OTHER)
    finally:
        server.files[PATH] = good
        server.faults.clear()
    assert (failed.status, failed.why, other.status) == ("failed", why, "downloaded"), failed.reason
    assert (tmp_path / "kohesio_2014-2020.csv").read_bytes() == good
    assert read_manifest(tmp_path)["kohesio_2014-2020.csv"] == manifest["kohesio_2014-2020.csv"]
    first, second = _read(tmp_path)
    assert (first.source_id, first.why, first.since, second.why) == (NAME, why, first.tried_at, "")
    assert first.got_at == got[0].got_at
    assert run(server, tmp_path)[0].status == "unchanged"
    assert {one.why for one in _read(tmp_path)} == {""}


def _read(fetched: Path) -> tuple[attempts.Attempt, ...]:
    """As the dashboard reads it, wherever the folder lies."""
    home = fetched.parent / "as-home"
    (home / "fetched").mkdir(parents=True, exist_ok=True)
    (home / attempts.FILE).write_text((fetched / FILE).read_text("utf-8"), "utf-8")
    return attempts.read(home)


def test_it_is_known_since_when_a_source_fails(server: ReplayServer, tmp_path: Path) -> None:
    for _ in range(2):
        server.script(PATH, *[SERVICE_DOWN] * 2)
        run(server, tmp_path)
        told = json.loads((tmp_path / FILE).read_text("utf-8"))["sources"][NAME]
        told["failed"]["since"] = "2026-01-02T03:04:05+00:00"
        text = json.dumps({"version": 1, "sources": {NAME: told}})
        (tmp_path / FILE).write_text(text, "utf-8")
    (one,) = _read(tmp_path)
    assert one.since == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert one.got_at is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"sources": []}', '{"sources": {"a": 1, "b": {"failed": null}}}'])
def test_a_damaged_record_tells_nothing_and_is_written_anew(server: ReplayServer, tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, "utf-8")
    assert _read(tmp_path) == ()
    run(server, tmp_path)
    assert NAME in {one.source_id for one in _read(tmp_path)}


def test_every_reason_has_words_in_both_languages() -> None:
    assert set(attempts.WHY) == set(Why.__args__)  # type: ignore[attr-defined]
    assert all(has(f"fetching.why_{why}") for why in attempts.WHY)
    assert set(LANGS) == {"sv", "en"}


def test_the_command_ends_with_1_and_the_page_tells_of_it(
    server: ReplayServer, warehouse_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The snapshot is as old as it was; the page tells of the fetch that failed since."""
    home = warehouse_folder.parent
    monkeypatch.setenv("INKARTA_BASE_ECB_EUR_SEK", f"{server.url}/nowhere/")
    monkeypatch.setenv("INKARTA_BASE_KOHESIO_2014_2020", server.base_urls[NAME])
    try:
        done = CliRunner().invoke(app, ["fetch", "ecb_eur_sek", NAME, "--json"])
        assert done.exit_code == 1
        told = {one["source_id"]: one for one in json.loads(done.stdout)["files"]}
        assert (told["ecb_eur_sek"]["status"], told["ecb_eur_sek"]["why"]) == ("failed", "refused")
        path = home / attempts.FILE
        record = json.loads(path.read_text("utf-8"))
        long_ago = (datetime.now(UTC) - timedelta(days=12, hours=1)).isoformat()
        record["sources"]["ecb_eur_sek"]["got_at"] = long_ago
        path.write_text(json.dumps(record), "utf-8")
        for lang, words in (
            ("sv", ("En av 2 källor kunde inte hämtas", "för 12 dagar sedan", "sa nej", "kunde inte hämtas")),
            ("en", ("One of 2 sources could not be fetched", "12 days ago", "said no", "could not be fetched")),
        ):
            page = AppTest.from_file(str(ROOT / "pages/sources.py"), default_timeout=60)
            page.query_params["lang"] = lang
            page.run()
            assert not page.exception
            text = re.sub(r"<[^>]+>", " ", " ".join(str(one.proto) for one in page.main.children.values()))
            text = text.encode().decode("unicode_escape").encode("latin-1", "ignore").decode("utf-8", "ignore")
            for word in words:
                assert word in text, (word, text[:2000])
            assert (ecb.SOURCES[0].SOURCE.title_en if lang == "en" else ecb.SOURCES[0].SOURCE.title_sv) in text
    finally:
        for name in ("attempts.json", "manifest.json", "kohesio_2014-2020.csv"):
            (home / "fetched" / name).unlink(missing_ok=True)


def test_a_refused_build_is_told_since_when_and_by_the_exit_code(
    warehouse_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = warehouse_folder.parent
    monkeypatch.setenv("INKARTA_HOME", str(home))
    served = (warehouse_folder / "current").read_text("utf-8")
    (home / "links.csv").write_text("this is no list of links\n", "utf-8")
    try:
        done = CliRunner().invoke(app, ["build", "--json"])
        assert done.exit_code == Exit.REFUSED
        since = attempts.refused_since(home)
        assert since is not None
        assert abs(datetime.now(UTC) - since) < timedelta(minutes=1)
        (home / BUILD_FILE).write_text('{"tried_at": "", "since": "2026-01-02T03:04:05+00:00"}', "utf-8")
        assert CliRunner().invoke(app, ["build", "--json"]).exit_code == Exit.REFUSED
        assert attempts.refused_since(home) == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
        assert (warehouse_folder / "current").read_text("utf-8") == served
        for lang, words in (("sv", r"Sedan .*2026 har inget nytt"), ("en", r"Since .*2026 no new data")):
            page = AppTest.from_file(str(ROOT / "pages/sources.py"), default_timeout=60)
            page.query_params["lang"] = lang
            page.run()
            assert re.search(words, " ".join(str(one.proto) for one in page.main.children.values())), lang
        note_build(home, is_refused=False)
        assert attempts.refused_since(home) is None
    finally:
        (home / "links.csv").unlink()
        (home / BUILD_FILE).unlink(missing_ok=True)
