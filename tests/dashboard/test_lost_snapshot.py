"""The served snapshot's file is deleted or damaged: the last good one serves and says so, and a build mends it."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard import server
from dashboard.db import DamagedError, NoSnapshotError, served
from etl import warehouse
from etl.published import is_whole
from tests.conftest import AS_OF, ROOT

OLD = "20200101-aaaaaaaa"
EVERYTHING = "SELECT count(*) AS n, bit_xor(hash(r)) AS h FROM raw_record r"


@pytest.fixture
def place(outlines: object, warehouse_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with the embedded snapshot and an older one."""
    folder = tmp_path / "snapshots"
    folder.mkdir()
    path = warehouse.current(warehouse_folder)
    assert path
    shutil.copy(path, folder)
    shutil.copy(path, folder / f"{OLD}.duckdb")
    with duckdb.connect(str(folder / f"{OLD}.duckdb")) as con:
        con.execute("UPDATE snapshot SET snapshot_id = ?, built_at = TIMESTAMP '2020-01-01'", [OLD])
    (folder / "current").write_text(path.stem, "utf-8")
    monkeypatch.setenv("INKARTA_HOME", str(tmp_path))
    return tmp_path


def named(place: Path) -> Path:
    return place / "snapshots" / f"{(place / 'snapshots/current').read_text('utf-8').strip()}.duckdb"


def spoil(path: Path) -> None:
    """Nothing but noise after the first blocks, in the file as it lies there."""
    with path.open("r+b") as file:
        file.seek(16384)
        file.write(b"\xa5" * (path.stat().st_size - 16384))


def health(client: TestClient) -> tuple[int, dict[str, Any]]:
    answer = client.get("/healthz")
    return answer.status_code, answer.json()


@pytest.mark.parametrize("how", ["deleted", "damaged while it serves", "damaged before"])
def test_the_last_good_one_serves_and_says_so_until_a_build_has_mended_it(place: Path, how: str) -> None:
    folder, path = place / "snapshots", named(place)
    client = TestClient(Starlette(routes=[Route("/healthz", server.health)]))
    if how != "damaged before":
        assert health(client)[1]["status"] == "ok"
    if how == "deleted":
        path.unlink()
    else:
        spoil(path)
    with suppress(DamagedError):  # the question that finds the damage is not answered from another, amid a page
        served(folder).row(EVERYTHING)
    now = served(folder)
    assert (now.snapshot_id, now.instead_of) == (OLD, path.stem)
    assert now.row(EVERYTHING)
    code, said = health(client)
    assert (code, said["status"], said["snapshot_id"], said["instead_of"]) == (200, "earlier", OLD, path.stem)
    built = warehouse.build(folder, as_of=AS_OF)
    assert built.snapshot.snapshot_id == path.stem, "the same inputs, the same id"
    assert built.damaged == (() if how == "deleted" else (path.stem,))
    assert (folder / f"{path.stem}.damaged").exists() == (how != "deleted")
    assert is_whole(path)
    assert (served(folder).snapshot_id, served(folder).instead_of) == (path.stem, "")
    assert health(client)[1]["status"] == "ok"


def test_without_another_that_can_be_read_it_says_that_there_is_none(place: Path) -> None:
    folder = place / "snapshots"
    (folder / f"{OLD}.duckdb").unlink()
    spoil(named(place))
    client = TestClient(Starlette(routes=[Route("/healthz", server.health)]))
    assert health(client) == (503, {"status": "no snapshot"})
    with pytest.raises(NoSnapshotError):
        served(folder)


def test_a_damaged_older_one_does_not_stop_a_build_and_is_set_aside(place: Path) -> None:
    folder = place / "snapshots"
    (folder / f"{OLD}.duckdb").write_bytes(b"no database at all" * 1000)
    built = warehouse.build(folder, as_of=AS_OF)
    assert built.damaged == (OLD,)
    assert [one.snapshot_id for one in warehouse.snapshots(folder)] == [built.snapshot.snapshot_id]


def test_the_page_says_that_it_is_an_earlier_one(place: Path) -> None:
    from streamlit.testing.v1 import AppTest

    named(place).unlink()
    page = AppTest.from_file(str(ROOT / "dashboard/app.py"), default_timeout=60).run()
    assert not page.exception
    assert "Det senaste underlaget går inte att läsa" in str([one.proto for one in page.main])
