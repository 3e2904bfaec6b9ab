"""The door to DuckDB: shut to everything but questions, right under threads, bounded, one cache a snapshot."""

from __future__ import annotations

import random
import shutil
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboard import db
from dashboard.db import NoSnapshotError, Warehouse, served

REFUSED = [
    "INSERT INTO map_frame VALUES ('x')",
    "UPDATE region SET name_sv = 'x'",
    "DELETE FROM region",
    "TRUNCATE region",
    "DROP TABLE region",
    "ALTER TABLE region ADD COLUMN x INT",
    "CREATE TABLE x (a INT)",
    "CREATE VIEW x AS SELECT 1",
    "COPY region TO '{aside}/x.csv'",
    "COPY region FROM '{secret}'",
    "EXPORT DATABASE '{aside}/out'",
    "IMPORT DATABASE '{aside}/out'",
    "ATTACH '{aside}/x.duckdb'",
    "ATTACH ':memory:' AS m",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SELECT * FROM read_csv('{secret}')",
    "SELECT * FROM read_text('{secret}')",
    "SELECT * FROM read_blob('{secret}')",
    "SELECT * FROM sniff_csv('{secret}')",
    "SELECT * FROM read_parquet('{secret}')",
    "SELECT * FROM '{secret}'",
    "SELECT * FROM glob('{aside}/*')",
    "SELECT * FROM read_csv('https://example.org/x.csv')",
    "SELECT getenv('HOME')",
    "SET memory_limit = '64GB'",
    "SET threads = 64",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "RESET lock_configuration",
    "PRAGMA enable_external_access = true",
    "CREATE SECRET s (TYPE S3)",
]


@pytest.mark.parametrize("sql", REFUSED)
def test_a_statement_that_is_no_question_is_refused(w: Warehouse, tmp_path: Path, sql: str) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("secret\n1\n")
    before = w.path.read_bytes()
    with pytest.raises(duckdb.Error):
        w.rows(sql.format(aside=tmp_path, secret=secret))
    assert [p.name for p in tmp_path.iterdir()] == ["secret.csv"]
    assert w.path.read_bytes() == before


def test_what_one_call_makes_aside_no_other_call_sees(w: Warehouse) -> None:
    w._con.cursor().execute("CREATE TEMP TABLE region AS SELECT 1 AS code")
    assert w.row("SELECT count(*) AS lan FROM region WHERE level = 'lan'") == {"lan": 21}


def test_eight_threads_of_a_hundred_questions_each_get_their_own_rows(w: Warehouse) -> None:
    ready = threading.Barrier(8)

    def ask(thread: int) -> list[int]:
        dice, wrong = random.Random(thread), []
        ready.wait()
        for number in range(100):
            n = thread * 1000 + number if dice.random() < 0.7 else number
            found = w.rows("SELECT i, i * $n AS product FROM range($n % 7 + 1) t(i)", {"n": n})
            if [tuple(r.values()) for r in found] != [(i, i * n) for i in range(n % 7 + 1)]:
                wrong.append(n)
        return wrong

    with ThreadPoolExecutor(8) as pool:
        assert [wrong for wrong in pool.map(ask, range(8)) if wrong] == []


def test_an_answer_is_kept_for_the_same_question_and_not_for_another(w: Warehouse) -> None:
    sql = "SELECT $a AS a"
    assert w.rows(sql, {"a": 1}) is w.rows(sql, {"a": 1})
    assert w.rows(sql, {"a": 2})[0]["a"] == 2
    assert w.rows("SELECT list_sort($x) AS a", {"x": ["b", "a"]})[0]["a"] == ["a", "b"]
    assert w.rows("SELECT list_sort($x) AS a", {"x": ["b", "c"]})[0]["a"] == ["b", "c"]


def test_values_that_are_equal_only_to_python_get_kept_of_their_own(w: Warehouse) -> None:
    sql = "SELECT typeof($a) AS kind"
    kinds = [w.rows(sql, {"a": value})[0]["kind"] for value in (1, True, 1.0)]
    assert kinds == ["INTEGER", "BOOLEAN", "DOUBLE"]


def test_what_is_kept_is_bounded_in_rows_and_the_least_used_goes_first(
    w: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"_kept": OrderedDict(), "_weight": 0, "_KEPT_ROWS": 10, "_LARGE": 5}.items():
        monkeypatch.setattr(db, name, value)
    ask = "SELECT unnest(range($n)) AS i, $tag AS tag"
    used = w.rows(ask, {"n": 1, "tag": "used"})
    for number in range(30):
        w.rows(ask, {"n": number % 5, "tag": str(number)})
        assert w.rows(ask, {"n": 1, "tag": "used"}) is used
        assert db._weight == sum(len(answer) or 1 for answer in db._kept.values()) <= 10
    assert w.rows(ask, {"n": 4, "tag": "29"}) is w.rows(ask, {"n": 4, "tag": "29"})
    assert len(w.rows(ask, {"n": 6, "tag": "large"})) == 6
    assert all(len(answer) <= 5 for answer in db._kept.values())


def test_so_many_understood_questions_are_kept_and_the_least_used_goes_first(
    w: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "_questions", OrderedDict())
    monkeypatch.setattr(db, "_KEPT_QUESTIONS", 3)
    for number in range(10):
        assert w.row(f"SELECT {number} + $a AS sum", {"a": number}) == {"sum": 2 * number}
        assert w.row("SELECT -$a AS used", {"a": number}) == {"used": -number}
        assert "SELECT -$a AS used" in db._questions
        assert len(db._questions) <= 3


def test_two_snapshots_never_answer_for_each_other(w: Warehouse, tmp_path: Path) -> None:
    other = Path(shutil.copy(w.path, tmp_path / "20200101-00000000.duckdb"))
    con = duckdb.connect(str(other))
    con.execute("UPDATE map_frame SET view_box = 'other'")
    con.close()
    sql = "SELECT view_box FROM map_frame"
    assert w.rows(sql) != Warehouse(other).rows(sql) == ({"view_box": "other"},)
    assert w.row(sql) != {"view_box": "other"}


def test_an_error_leaves_the_door_usable_and_nothing_kept(w: Warehouse) -> None:
    for _ in range(2):
        with pytest.raises(duckdb.Error):
            w.rows("SELECT nothing FROM nowhere")
    assert w.row("SELECT 1 AS one") == {"one": 1}
    assert w.row("SELECT 1 AS one WHERE false") is None


def test_nothing_built_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(NoSnapshotError):
        served(tmp_path)
    (tmp_path / "current").write_text("20260101-aaaaaaaa\n")
    with pytest.raises(NoSnapshotError):
        served(tmp_path)


@pytest.mark.parametrize(
    "pinned", ["20200101-00000000", "../x", "/etc/passwd", "current", "..", "a\x00b", "x" * 4000, "\ud800", "%00"]
)
def test_a_pin_to_what_is_not_kept_serves_the_current_one(warehouse_folder: Path, w: Any, pinned: str) -> None:
    assert served(warehouse_folder, pinned).path == w.path


def test_a_pin_serves_a_kept_snapshot(w: Warehouse, tmp_path: Path) -> None:
    for name in ("20250101-aaaaaaaa", "20260101-bbbbbbbb"):
        shutil.copy(w.path, tmp_path / f"{name}.duckdb")
    (tmp_path / "current").write_text("20260101-bbbbbbbb\n")
    assert served(tmp_path).snapshot_id == "20260101-bbbbbbbb"
    assert served(tmp_path, "20250101-aaaaaaaa").snapshot_id == "20250101-aaaaaaaa"


def test_a_pin_never_serves_a_file_that_is_still_being_built(w: Warehouse, tmp_path: Path) -> None:
    """``?snapshot=.building-123`` names a half file, or one that a killed build left."""
    shutil.copy(w.path, tmp_path / "20260101-bbbbbbbb.duckdb")
    shutil.copy(w.path, tmp_path / ".building-123.duckdb")
    (tmp_path / "current").write_text("20260101-bbbbbbbb\n")
    assert served(tmp_path, ".building-123").snapshot_id == "20260101-bbbbbbbb"
