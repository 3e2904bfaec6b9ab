"""A disk that is full amid fetch, build, publishing, voting: clear words, nothing half, nothing acknowledged lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.kills import contents
from dashboard.db import served
from dashboard.store import FILE, Database, StoreError, polls
from etl import disk, warehouse
from etl.spec import SourceError
from tests.conftest import AS_OF, ROOT, Sheet
from tests.dashboard.poll_world import opened, put
from tests.lacking import unable

QUESTION = "poll-em1-1"
MB = 2**20


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Any]:
    """A file system of so many bytes; skips where none can be mounted, fails there if CI=true."""
    mounted: list[Path] = []

    def made(size: int) -> Path:
        folder = tmp_path / f"disk{len(mounted)}"
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
        if sys.platform != "linux" or subprocess.run(command, capture_output=True, check=False).returncode:
            unable("this user may not mount a small file system")
        mounted.append(folder)
        return folder

    yield made
    for folder in mounted:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path, but: int = 0) -> Path:
    """Leave ``but`` bytes of room."""
    filler = folder / "filler"
    free = os.statvfs(folder)
    filler.write_bytes(b"x" * max(0, free.f_bavail * free.f_frsize - but))
    return filler


@pytest.fixture
def tiny_data(small_data: Path) -> Path:
    for path in (small_data / "indicators/values").glob("*.csv"):
        Sheet(path).keep(lambda row: row["period"] == "2024" and row["sex"] == "T")
    return small_data


def test_a_build_without_room_says_so_publishes_nothing_and_goes_on_when_there_is(tiny: Any, tiny_data: Path) -> None:
    folder = tiny(140 * MB) / "snapshots"
    first = warehouse.build(folder, embedded=tiny_data, as_of=AS_OF)
    whole = contents(first.snapshot.path)
    for room in (0, 4 * MB, 8 * MB):
        filler = fill(folder.parent, room)
        with pytest.raises(SourceError, match="no room left on the disk") as raised:
            warehouse.build(folder, embedded=tiny_data, as_of=AS_OF + timedelta(days=1))
        assert raised.value.rule == "disk_full"
        filler.unlink()
        assert sorted(path.name for path in folder.iterdir()) == sorted([first.snapshot.path.name, "current"])
        assert served(folder).snapshot_id == first.snapshot.snapshot_id
    assert contents(first.snapshot.path) == whole
    assert warehouse.build(folder, embedded=tiny_data, as_of=AS_OF).snapshot == first.snapshot


def test_publishing_without_room_leaves_the_old_one_named(tiny: Any) -> None:
    folder = tiny(MB)
    (folder / "current").write_text("20260101-aaaaaaaa\n", "utf-8")
    fill(folder)
    with pytest.raises(OSError, match="No space") as raised:
        warehouse.publish(folder, "20260102-bbbbbbbb")
    assert disk.is_full(raised.value)
    assert (folder / "current").read_text("utf-8") == "20260101-aaaaaaaa\n"
    assert {path.name for path in folder.iterdir()} == {"current", "filler"}


def test_the_command_says_it_in_words_and_ends_with_3(tiny: Any) -> None:
    home = tiny(8 * MB)
    done = subprocess.run(
        [sys.executable, "-m", "dashboard.cli", "build", "--json"], capture_output=True, text=True, check=False,
        cwd=ROOT, env={**os.environ, "INKARTA_HOME": str(home), "COLUMNS": "200"}, timeout=120,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert "no room left on the disk" in done.stderr
    assert "Nothing was published" in done.stderr
    assert "Traceback" not in done.stderr
    assert list((home / "snapshots").iterdir()) == []


def test_a_fetch_without_room_keeps_the_file_from_last_time(tiny: Any) -> None:
    from etl.fetch import fetch, read_manifest
    from etl.polite import Patience
    from etl.sources import kohesio
    from tests.replay.server import ReplayServer

    folder, name = tiny(MB), "kohesio_2021-2027.csv"
    source, quick = kohesio.SOURCES[1], Patience(attempts=1)
    with ReplayServer() as server:
        (first,) = fetch([source], folder, base_urls=server.base_urls, patience=quick)
        assert first.status == "downloaded"
        kept = (folder / name).read_bytes()
        path = next(path for path, body in server.files.items() if body == kept)
        server.files[path] = kept.replace(b"Syntetiskt", b"Annat")
        fill(folder, 4096)
        (failed,) = fetch([source], folder, base_urls=server.base_urls, patience=quick)
    assert failed.status == "failed"
    assert "no room left on the disk" in failed.reason
    assert "last time is kept" in failed.reason
    assert (folder / name).read_bytes() == kept
    assert read_manifest(folder)[name].sha256 == first.sha256


def test_votes_without_room_are_refused_and_what_was_acknowledged_is_there(tiny: Any) -> None:
    """Voters go on until the disk says no; each that was told of its vote is counted, no other is."""
    home = tiny(2 * MB)
    db = Database(home / FILE)
    room, _ = opened(db, QUESTION)
    filler = fill(home, 64 * 1024)
    told, refused = set(), []
    for number in range(3000):
        try:
            put(db, room.code, QUESTION, number, "kommun")
            told.add(number)
        except StoreError as error:
            refused.append(str(error))
            if len(refused) == 5:
                break
    assert told
    assert refused
    assert all("full" in said for said in refused)
    assert polls.state(db, room.code, QUESTION).n == len(told), "it can be read while it is full"
    filler.unlink()
    assert put(db, room.code, QUESTION, "later", "kommun").outcome == "stored"
    assert polls.state(db, room.code, QUESTION).n == len(told) + 1


def test_a_phone_is_told_that_its_vote_was_not_kept(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from starlette.testclient import TestClient

    from tests.dashboard.poll_world import create_app
    from tests.dashboard.test_poll_routes import come_in, send

    home = tiny(2 * MB)
    db = Database(home / FILE)
    monkeypatch.setenv("INKARTA_HOME", str(home))
    code = opened(db, QUESTION)[0].code
    with TestClient(create_app()) as phone:
        come_in(phone, code)
        filler = fill(home)
        while True:  # the log of the database has some room of its own left
            answer = send(phone, code, QUESTION, svar="kommun", nummer=1)
            if answer.status_code != 200:
                break
            put_until_full(db, code)
        assert (answer.status_code, json.loads(answer.text)["rule"]) == (503, "unreadable")
        filler.unlink()
        assert send(phone, code, QUESTION, svar="kommun", nummer=2).json()["outcome"] in ("stored", "same")


def put_until_full(db: Database, code: str) -> None:
    for number in range(3000):
        try:
            put(db, code, QUESTION, f"other {number}", "kommun")
        except StoreError:
            return
