"""What has been taken down is in no table of a later build, counts as set aside with its reason, can come back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from etl import hidden, warehouse
from etl.spec import SourceError
from tests.conftest import AS_OF, ROOT

REASON = "Begäran från projektägaren"


def named(path: Path) -> dict[str, Any]:
    """An embedded operation with much that hangs on it: its ids, title and owner."""
    con = warehouse.open_published(path)
    try:
        row = con.execute(
            "SELECT o.operation_ids, o.local_id, o.title_sv, o.beneficiary FROM mart_operation o "
            "WHERE local_id = 'hon-kan-molndal'"
        ).fetchone()
    finally:
        con.close()
    assert row
    return dict(zip(("ids", "local_id", "title", "owner"), row, strict=True))


def found_in(path: Path, words: str) -> list[str]:
    """The tables that hold a text anywhere."""
    con = warehouse.open_published(path)
    try:
        names = con.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'published'").fetchall()
        return [
            name
            for (name,) in names
            if con.execute(
                f'SELECT count(*) FROM "{name}" t WHERE contains(t::VARCHAR, $words)', {"words": words}
            ).fetchone()
            != (0,)
        ]
    finally:
        con.close()


@pytest.fixture(scope="module")
def taken(warehouse_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = tmp_path_factory.mktemp("hidden")
    (home / "snapshots").mkdir()
    served = warehouse.current(warehouse_folder)
    assert served
    first = Path(shutil.copy(served, home / "snapshots"))
    about = named(first)
    hidden.hide(home / hidden.FILE, about["ids"], REASON, date(2026, 11, 24))
    built = warehouse.build(home / "snapshots", as_of=AS_OF)
    return {"home": home, "first": first, "built": built, **about}


def test_nothing_of_it_is_left_in_any_table(taken: dict[str, Any]) -> None:
    before = found_in(taken["first"], taken["title"])
    assert {"operation", "raw_record", "mart_operation"} <= set(before)
    after = found_in(taken["built"].snapshot.path, taken["title"])
    assert after == []
    con = warehouse.open_published(taken["built"].snapshot.path)
    try:
        rows = con.execute(
            "SELECT count(*) FROM operation WHERE list_contains($ids, operation_id)", {"ids": taken["ids"]}
        ).fetchone()
        assert rows == (0,)
        payloads = con.execute(
            "SELECT DISTINCT r.payload FROM raw_record r JOIN load_issue i USING (source_id, file_name, row_no) "
            "WHERE i.rule = 'hidden'"
        ).fetchall()
        assert payloads == [("{}",)]
    finally:
        con.close()
    assert taken["title"].encode() not in taken["built"].snapshot.path.read_bytes(), "nor in the file's unused room"


def test_the_counts_add_up_and_the_reason_is_told(taken: dict[str, Any]) -> None:
    con = warehouse.open_published(taken["built"].snapshot.path)
    try:
        told = con.execute("SELECT DISTINCT message, value FROM load_issue WHERE rule = 'hidden'").fetchall()
        assert told == [(f"{REASON} (2026-11-24)", None)]
        astray = con.execute(
            "SELECT count(*) FROM source_file WHERE rows_read <> rows_loaded + rows_quarantined"
        ).fetchone()
        assert astray == (0,)
        quarantined = con.execute(
            "SELECT rows_quarantined FROM source_file WHERE file_name = 'initiatives/initiatives.csv'"
        ).fetchone()
        assert quarantined == (1,)
    finally:
        con.close()
    assert taken["built"].snapshot.rows["operations"] == warehouse.describe(taken["first"]).rows["operations"] - 1


def test_it_stays_hidden_in_the_next_build_and_comes_back_when_revealed(taken: dict[str, Any]) -> None:
    home = taken["home"]
    again = warehouse.build(home / "snapshots", as_of=AS_OF)
    assert (again.is_new, again.snapshot.snapshot_id) == (False, taken["built"].snapshot.snapshot_id)
    assert hidden.reveal(home / hidden.FILE, taken["ids"][0])
    assert not hidden.reveal(home / hidden.FILE, taken["ids"][0])
    back = warehouse.build(home / "snapshots", as_of=AS_OF)
    assert back.snapshot.rows["operations"] == taken["built"].snapshot.rows["operations"] + 1
    assert named(back.snapshot.path)["title"] == taken["title"]
    hidden.hide(home / hidden.FILE, taken["ids"], REASON, date(2026, 11, 24))


@pytest.mark.parametrize("text", ["operation_id,reason\nx,y\n", "operation_id,reason,hidden_on\n,why,2026-01-01\n",
                                  "operation_id,reason,hidden_on\nx,,2026-01-01\n"])  # fmt: skip
def test_a_list_that_is_malformed_is_refused_in_words(tmp_path: Path, text: str) -> None:
    (tmp_path / hidden.FILE).write_text(text, "utf-8")
    with pytest.raises(SourceError, match=r"hidden\.csv"):
        hidden.read(tmp_path / hidden.FILE)


def test_a_reason_is_needed(tmp_path: Path) -> None:
    for reason in ("", "  ", "x" * 301):
        with pytest.raises(ValueError, match="reason"):
            hidden.hide(tmp_path / hidden.FILE, ["a:b"], reason, date(2026, 11, 24))
    assert not (tmp_path / hidden.FILE).exists()


def inkarta(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dashboard.cli", *words], cwd=ROOT, env={**os.environ, "INKARTA_HOME": str(home)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def place(warehouse_folder: Path, tmp_path: Path) -> Path:
    """A home with the embedded snapshot, and the same as an older one that is pinned."""
    (tmp_path / "snapshots").mkdir()
    served = warehouse.current(warehouse_folder)
    assert served
    for name in (served.stem, "20200101-aaaaaaaa"):
        shutil.copy(served, tmp_path / "snapshots" / f"{name}.duckdb")
    with duckdb.connect(str(tmp_path / "snapshots/20200101-aaaaaaaa.duckdb")) as con:
        con.execute("UPDATE snapshot SET snapshot_id = '20200101-aaaaaaaa'")
    (tmp_path / "snapshots/current").write_text(served.stem, "utf-8")
    (tmp_path / "snapshots/pinned").write_text("20200101-aaaaaaaa\n", "utf-8")
    return tmp_path


def test_the_command_takes_down_every_kept_snapshot_that_holds_it(place: Path) -> None:
    served = warehouse.current(place / "snapshots")
    assert served
    assert inkarta(place, "hide", "finns-inte", "--reason", REASON).returncode == 2
    done = inkarta(place, "hide", "hon-kan-molndal", "--reason", REASON, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert set(told["snapshots_removed"]) == {served.stem, "20200101-aaaaaaaa"}
    left = list((place / "snapshots").glob("[0-9]*.duckdb"))
    assert left == [warehouse.current(place / "snapshots")]
    con = warehouse.open_published(left[0])
    try:
        assert con.execute("SELECT count(*) FROM operation WHERE local_id = 'hon-kan-molndal'").fetchone() == (0,)
    finally:
        con.close()
    listed = json.loads(inkarta(place, "hidden", "--json").stdout)["hidden"]
    assert [one["reason"] for one in listed] == [REASON] * len(told["hidden"])


def test_a_takedown_whose_build_is_refused_is_carried_out_by_the_next_build(place: Path) -> None:
    (place / "links.csv").write_text("nothing,of,the,kind\n1,2,3,4\n", "utf-8")
    refused = inkarta(place, "hide", "hon-kan-molndal", "--reason", REASON)
    assert refused.returncode == 3
    assert "goes with the next build" in " ".join(refused.stderr.split())
    assert len(list((place / "snapshots").glob("[0-9]*.duckdb"))) == 2
    (place / "links.csv").unlink()
    assert inkarta(place, "build").returncode == 0
    left = list((place / "snapshots").glob("[0-9]*.duckdb"))
    assert left == [warehouse.current(place / "snapshots")]
    again = inkarta(place, "hide", "hon-kan-molndal", "--reason", "Ett annat skäl", "--json")
    assert again.returncode == 0, again.stderr
    told = json.loads(again.stdout)
    assert told["snapshots_removed"] == []
    listed = json.loads(inkarta(place, "hidden", "--json").stdout)["hidden"]
    assert [(one["operation_id"], one["reason"]) for one in listed] == [(told["hidden"][0], "Ett annat skäl")]
    rows = json.loads(inkarta(place, "audit", "--json").stdout)["entries"]
    assert [one["thing"] for one in rows if one["what"] == "hide"] == told["hidden"] * 2
