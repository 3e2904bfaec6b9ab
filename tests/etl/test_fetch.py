from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from etl.fetch import FetchResult, base_url, fetch, read_manifest
from etl.polite import JsonApi, Patience
from etl.sources import esf_projektbanken, kohesio, kolada, scb
from etl.spec import Remote
from tests.replay import documents
from tests.replay import server as replay
from tests.replay.documents import kohesio_csv, kolada_rows
from tests.replay.server import SERVICE_DOWN, WEB_PAGE, Fault, ReplayServer, too_many

OLD, NEW = kohesio.SOURCES
FILE = "kohesio_2014-2020.csv"
PATH = "/kohesio/projects-2014-2020/latest/SE-pp14-20-latest.csv"
NOTES = ("manifest.json", "attempts.json")
QUICK = Patience(attempts=4, first_wait=0.01, longest_wait=0.02, longest_retry_after=2)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ReplayServer]:
    monkeypatch.setattr(kolada, "CALLS", 1000)
    monkeypatch.setattr(kolada, "_regions", lambda: [f"{number:04}" for number in range(30)])
    with ReplayServer() as running:
        yield running


def run(server: ReplayServer, folder: Path, *sources: Any, **more: Any) -> list[FetchResult]:
    return fetch(sources or [OLD], folder, base_urls=server.base_urls, patience=QUICK, **more)


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_all_sources_with_their_provenance(server: ReplayServer, tmp_path: Path) -> None:
    heard: list[tuple[str, str, int, int | None]] = []
    everything = [*kohesio.SOURCES, *esf_projektbanken.SOURCES, *kolada.SOURCES, *scb.SOURCES]
    results = run(server, tmp_path, *everything, progress=lambda *call: heard.append(call))
    assert {(r.status, r.reason) for r in results} == {("downloaded", "")}
    manifest = read_manifest(tmp_path)
    assert left(tmp_path) == {*manifest, *NOTES} == {*(r.file for r in results), *NOTES}
    for result in results:
        entry, data = manifest[result.file], (tmp_path / result.file).read_bytes()
        assert (entry.sha256, entry.bytes) == (hashlib.sha256(data).hexdigest(), len(data))
        assert entry.retrieved_at.endswith("+00:00")
        assert entry.url.startswith(server.base_urls[result.source_id])
    size = len(server.files[PATH])
    assert ("kohesio_2014_2020", FILE, size, size) in heard
    assert all(r.headers["User-Agent"].startswith("Inkluderingskartan/") for r in server.requests)


def test_unchanged_files_are_not_downloaded_again(server: ReplayServer, tmp_path: Path) -> None:
    run(server, tmp_path, OLD, scb.SOURCES[0])
    before = read_manifest(tmp_path)
    results = run(server, tmp_path, OLD, scb.SOURCES[0])
    assert [r.status for r in results] == ["unchanged", "unchanged"]
    assert server.asked(PATH)[-1].headers["If-None-Match"] == before[FILE].etag
    assert read_manifest(tmp_path)[FILE].retrieved_at == before[FILE].retrieved_at


def test_a_file_that_was_tampered_with_is_downloaded_again(server: ReplayServer, tmp_path: Path) -> None:
    run(server, tmp_path)
    (tmp_path / FILE).write_text("annat")
    assert run(server, tmp_path)[0].status == "downloaded"
    assert (tmp_path / FILE).read_bytes() == server.files[PATH]


def test_without_etags_the_same_bytes_count_as_unchanged(server: ReplayServer, tmp_path: Path) -> None:
    server.has_etags = False
    run(server, tmp_path)
    assert run(server, tmp_path)[0].status == "unchanged"


def test_a_service_that_is_down_twice_is_asked_a_third_time(server: ReplayServer, tmp_path: Path) -> None:
    server.script(PATH, SERVICE_DOWN, SERVICE_DOWN)
    assert run(server, tmp_path)[0].status == "downloaded"
    assert len(server.asked(PATH)) == 3


def test_a_service_that_stays_down_fails_and_the_others_go_on(server: ReplayServer, tmp_path: Path) -> None:
    server.script(PATH, *[SERVICE_DOWN] * 4)
    failed, downloaded = run(server, tmp_path, OLD, NEW)
    assert (failed.status, downloaded.status) == ("failed", "downloaded")
    assert "503" in failed.reason
    assert len(server.asked(PATH)) == QUICK.attempts


def test_retry_after_is_respected(server: ReplayServer, tmp_path: Path) -> None:
    server.script(PATH, too_many(1))
    start = time.monotonic()
    assert run(server, tmp_path)[0].status == "downloaded"
    assert time.monotonic() - start >= 1


def test_a_server_that_asks_for_too_long_is_left_alone(server: ReplayServer, tmp_path: Path) -> None:
    server.script(PATH, too_many(3600))
    (result,) = run(server, tmp_path)
    assert result.status == "failed"
    assert "3600 seconds" in result.reason
    assert len(server.asked(PATH)) == 1


def test_a_missing_page_is_not_asked_for_again(server: ReplayServer, tmp_path: Path) -> None:
    del server.files[PATH]
    assert "404" in run(server, tmp_path)[0].reason
    assert len(server.asked(PATH)) == 1


def test_a_cut_body_is_resumed_where_it_broke(server: ReplayServer, tmp_path: Path) -> None:
    server.script(PATH, Fault(cut=5000))
    assert run(server, tmp_path)[0].status == "downloaded"
    assert (tmp_path / FILE).read_bytes() == server.files[PATH]
    assert server.asked(PATH)[1].headers["Range"] == "bytes=5000-"


def test_the_next_run_resumes_what_the_last_one_left(server: ReplayServer, tmp_path: Path) -> None:
    server.script(PATH, Fault(cut=5000), *[SERVICE_DOWN] * 3)
    assert run(server, tmp_path)[0].status == "failed"
    assert f".{FILE}.part" in left(tmp_path)
    assert run(server, tmp_path)[0].status == "downloaded"
    assert server.asked(PATH)[-1].headers["Range"] == "bytes=5000-"
    assert (tmp_path / FILE).read_bytes() == server.files[PATH]


def test_a_file_that_changed_meanwhile_is_not_glued_together(server: ReplayServer, tmp_path: Path) -> None:
    server.script(PATH, Fault(cut=5000), *[SERVICE_DOWN] * 3)
    run(server, tmp_path)
    server.files[PATH] = server.files[PATH].replace(b"Syntetiskt", b"Annat")
    assert run(server, tmp_path)[0].status == "downloaded"
    assert (tmp_path / FILE).read_bytes() == server.files[PATH]


def test_a_part_longer_than_the_file_is_thrown_away(server: ReplayServer, tmp_path: Path) -> None:
    server.script(PATH, Fault(cut=5000), *[SERVICE_DOWN] * 3)
    run(server, tmp_path)
    with (tmp_path / f".{FILE}.part").open("ab") as part:
        part.write(b"x" * len(server.files[PATH]))
    assert run(server, tmp_path)[0].status == "downloaded"
    assert (tmp_path / FILE).read_bytes() == server.files[PATH]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (WEB_PAGE.body, "web page"),
        (kohesio_csv("2014-2020").replace(b"Fund_Code", b"Fond_Code"), "Fund_Code"),
        (kohesio_csv("2014-2020", 3), "3 good records, at least 10"),
        (b"", "0 bytes"),
        (kohesio_csv("2014-2020")[:-200], "probably cut"),
        (kohesio_csv("2014-2020").replace(b'"citat""', b'"citat"', 1), "2 of 31 records do not fit"),
        (kohesio_csv("2014-2020") + b'x,"y\n', "quotation mark"),
    ],
)
def test_a_bad_file_never_replaces_a_good_one(server: ReplayServer, tmp_path: Path, body: bytes, says: str) -> None:
    run(server, tmp_path)
    good, manifest = server.files[PATH], read_manifest(tmp_path)
    server.files[PATH] = body
    (result,) = run(server, tmp_path)
    assert result.status == "failed"
    assert says in result.reason
    assert "last time is kept" in result.reason
    assert (tmp_path / FILE).read_bytes() == good
    assert read_manifest(tmp_path) == manifest
    assert left(tmp_path) == {FILE, *NOTES}


def test_all_pages_of_kolada_in_order(server: ReplayServer, tmp_path: Path) -> None:
    source = replace(kolada.SOURCES[0].SOURCE, remotes=kolada.SOURCES[0].SOURCE.remotes[:1])
    run(server, tmp_path, replace(kolada.SOURCES[0], SOURCE=source))
    values = json.loads((tmp_path / "kolada_N02797.json").read_text("utf-8"))["values"]
    years = {row["period"] for row in values}
    assert len(values) == 30 * len(years) > 200
    assert len({(row["municipality"], row["period"]) for row in values}) == len(values)


def test_key_figures_share_their_calls_and_lie_in_files_of_their_own(
    server: ReplayServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "KOLADA_PAGE", 10_000)
    results = run(server, tmp_path, *kolada.SOURCES)
    assert [r.status for r in results] == ["downloaded"] * len(kolada.KPIS)
    assert len(server.requests) == 2, "30 regions are two segments of at most 25, whatever the number of key figures"


def test_when_a_shared_call_fails_every_file_says_why_and_nothing_is_asked_again(
    server: ReplayServer, tmp_path: Path
) -> None:
    run(server, tmp_path, *kolada.SOURCES)
    kept = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    before = len(server.requests)
    server.script(server.requests[0].path, Fault(404, body=b"gone"))
    results = run(server, tmp_path, *kolada.SOURCES)
    assert {(r.status, "404" in r.reason, "kept" in r.reason) for r in results} == {("failed", True, True)}
    assert len(server.requests) == before + 1
    now = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert b'"why": "refused"' in now.pop("attempts.json")
    assert now == {name: body for name, body in kept.items() if name != "attempts.json"}


def test_a_key_figure_without_values_fails_alone(server: ReplayServer, tmp_path: Path) -> None:
    source = kolada.SOURCES[0].SOURCE
    gone = Remote("kolada_N99999.json", "data/kpi/N99999")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "kolada_rows", lambda k, r, y: [] if k == "N99999" else kolada_rows(k, r, y))
        results = run(
            server, tmp_path, replace(kolada.SOURCES[0], SOURCE=replace(source, remotes=(*source.remotes[:2], gone)))
        )
    assert [r.status for r in results] == ["downloaded", "downloaded", "failed"]


@pytest.mark.parametrize(
    "elsewhere",
    ["http://127.0.0.2:1/x?page=2", "https://example.org/kolada/v3/data", "/kolada/v3/data?page=2"],
)
def test_a_next_page_elsewhere_is_refused(server: ReplayServer, tmp_path: Path, elsewhere: str) -> None:
    server.kolada_next = lambda url: elsewhere
    results = run(server, tmp_path, *kolada.SOURCES)
    assert {r.status for r in results} == {"failed"}
    assert elsewhere in results[0].reason


def test_pages_that_go_in_a_circle_are_refused(server: ReplayServer, tmp_path: Path) -> None:
    server.kolada_next = lambda url: url.replace("page=3", "page=2")
    api = JsonApi(httpx.Client(), server.base_urls["kolada"], QUICK)
    years = ",".join(str(year) for year in range(2000, 2025))
    regions = ",".join(f"{number:04}" for number in range(25))
    with pytest.raises(Exception, match="already read"):
        list(api.pages(f"data/kpi/N02797/municipality/{regions}/year/{years}"))


def test_replies_of_another_shape_fail_with_a_reason(server: ReplayServer, tmp_path: Path) -> None:
    server.scb_config = {"unexpected": 1}
    (result,) = run(server, tmp_path, scb.SOURCES[0])
    assert result.status == "failed"
    assert "documented form" in result.reason


def test_scb_is_asked_in_parts_below_its_limit_and_at_its_pace(server: ReplayServer, tmp_path: Path) -> None:
    server.scb_document = None
    server.scb_months = [f"2025M{month:02}" for month in range(1, 7)]
    server.scb_config = {"maxDataCells": 63 * 2, "maxCallsPerTimeWindow": 2, "timeWindow": 0.3}
    start = time.monotonic()
    assert run(server, tmp_path, scb.SOURCES[0])[0].status == "downloaded"
    assert len(server.asked("/scb/api/v2/tables/TAB6471/data")) == 3
    assert time.monotonic() - start >= 0.3


def test_json_that_is_cut_or_a_web_page(server: ReplayServer, tmp_path: Path) -> None:
    path = "/scb/api/v2/config"
    server.script(path, Fault(body=b'{"max'), SERVICE_DOWN)
    assert run(server, tmp_path, scb.SOURCES[0])[0].status == "downloaded"
    server.script(path, WEB_PAGE)
    assert "web page" in run(server, tmp_path, scb.SOURCES[0])[0].reason


def test_a_source_without_an_address_is_left_to_a_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INKARTA_BASE_ESF_PROJEKTBANKEN", raising=False)
    (result,) = fetch(esf_projektbanken.SOURCES, tmp_path)
    assert result.status == "manual"
    assert "https://www.esf.se/" in result.reason


def test_base_addresses_by_argument_then_environment_then_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKARTA_BASE_KOHESIO_2014_2020", "http://127.0.0.1:1/")
    assert base_url(OLD.SOURCE, {}) == "http://127.0.0.1:1/"
    assert base_url(OLD.SOURCE, {"kohesio_2014_2020": "http://127.0.0.1:2/"}) == "http://127.0.0.1:2/"
    assert base_url(NEW.SOURCE, {}) == NEW.SOURCE.base_url


def test_no_server_at_all_fails_with_a_reason(tmp_path: Path) -> None:
    bases = {"kohesio_2014_2020": "http://127.0.0.1:9/"}
    (result,) = fetch([OLD], tmp_path, base_urls=bases, patience=replace(QUICK, attempts=2))
    assert result.status == "failed"
    assert result.reason


def test_a_damaged_manifest_only_means_fetching_again(server: ReplayServer, tmp_path: Path) -> None:
    run(server, tmp_path)
    (tmp_path / "manifest.json").write_text('{"files": [')
    assert run(server, tmp_path)[0].status == "downloaded"
    assert set(read_manifest(tmp_path)) == {FILE}
