"""Every registry of the catalogue over loopback: fetched in its publisher's form, read, and built into one snapshot."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from dashboard.cli import app
from etl import catalogue
from etl.fetch import FetchResult, fetch
from etl.polite import Patience
from etl.sources import indigo
from etl.warehouse import build
from tests.replay.documents import SHARED
from tests.replay.server import ReplayServer

QUICK = Patience(attempts=2, first_wait=0.01, longest_wait=0.02)
BY_HAND = {"esf_projektbanken", "tillvaxtverket", "interreg", "swecris", "giving360", "arvsfonden", "keep_eu"}
"""Registries whose publisher has no address for a file: a person puts it there."""
REGISTRIES = [source for source in catalogue.SOURCES if source.SOURCE.kind == "operations"]
REAL = {"tillvaxtverket", "interreg", "swecris"}


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, FetchResult]]:
    folder = tmp_path_factory.mktemp("fetched")
    with pytest.MonkeyPatch.context() as patch, ReplayServer() as server:
        patch.setattr(indigo, "CALLS", 1000)
        results = fetch(REGISTRIES, folder, base_urls=server.base_urls, patience=QUICK)
    return folder, {result.file: result for result in results}


@pytest.mark.parametrize("source", REGISTRIES, ids=lambda source: source.SOURCE.id)
def test_a_registry_is_fetched_or_says_where_to_put_its_file(source: Any, fetched: Any) -> None:
    folder, results = fetched
    declared = source.SOURCE
    assert declared.remotes
    assert bool(declared.base_url) == (declared.id not in BY_HAND)
    for remote in declared.remotes:
        result = results[remote.name]
        if declared.id in BY_HAND and result.status == "manual":
            assert declared.url in result.reason
            assert str(folder / remote.name) in result.reason
        else:
            assert (result.status, result.reason) == ("downloaded", "")


def test_everything_that_was_fetched_is_one_snapshot(fetched: Any, tmp_path: Path, outlines: object) -> None:
    folder, results = fetched
    files = catalogue.files(folder)
    here = {item.path.name for item in files}
    assert here == {name for name, result in results.items() if result.status == "downloaded"}
    done = build(tmp_path / "snapshots", fetched=files, as_of=date(2026, 11, 23))
    counts = {count.file_name: count for count in done.counts}
    assert here <= set(counts)
    for name in here:
        assert counts[name].rows_read == counts[name].rows_loaded + counts[name].rows_quarantined > 0
    loaded = {count.source_id for count in done.counts if count.rows_loaded}
    expected = {source.SOURCE.id for source in REGISTRIES} - {"arvsfonden", "keep_eu"}
    assert expected - (set() if SHARED.is_dir() else REAL) <= loaded


def test_the_command_says_what_is_saved_by_hand_and_as_what(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKARTA_HOME", str(tmp_path))
    for declared in (source.SOURCE for source in REGISTRIES):
        monkeypatch.delenv(f"INKARTA_BASE_{declared.id.upper()}", raising=False)
    (tmp_path / "fetched").mkdir()
    (tmp_path / "fetched" / "giving360.csv").write_text("Identifier\n")
    told = CliRunner().invoke(app, ["sources", "--json"])
    rows = {row["id"]: row for row in json.loads(told.output)["sources"]}
    assert {name for name, row in rows.items() if row["kind"] == "operations" and row["is_by_hand"]} == BY_HAND
    assert {name for name, row in rows.items() if row["portfolio"] == "utland"} == {"giving360", "indigo"}
    assert [name for name, row in rows.items() if row["is_here"]] == ["giving360"]
    shown = CliRunner().invoke(app, ["sources"], env={"COLUMNS": "300"}).output
    assert "save by hand as arvsfonden.xlsx or arvsfonden.xls" in shown
    (result, *_) = fetch([s for s in REGISTRIES if s.SOURCE.id == "giving360"], tmp_path / "fetched")
    assert (result.status, "giving360.csv" in result.reason) == ("manual", True)
