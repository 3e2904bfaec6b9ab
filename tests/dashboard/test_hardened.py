"""DuckDB as pages have it: hostile statements through the same door, and the settings that shut it even without it."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from dashboard.db import Comparison, Warehouse, served
from tests.conftest import ROOT

OUT = "http://127.0.0.1:9/x"
STATEMENTS = [
    # files
    "COPY region TO '{d}/x.csv'", "COPY (SELECT 1) TO '{d}/x.parquet' (FORMAT parquet)", "COPY region FROM '{f}'",
    "COPY (SELECT 1) TO '/dev/stdout'", "EXPORT DATABASE '{d}/out'", "IMPORT DATABASE '{d}'",
    "SELECT * FROM read_csv('{f}')", "SELECT * FROM read_csv_auto('{f}')", "SELECT * FROM read_json('{f}')",
    "SELECT * FROM read_text('{f}')", "SELECT * FROM read_text('/etc/passwd')", "SELECT * FROM read_blob('{f}')",
    "SELECT * FROM read_parquet('{f}')", "SELECT * FROM sniff_csv('{f}')", "SELECT * FROM parquet_schema('{f}')",
    "SELECT * FROM parquet_metadata('{f}')", "FROM '{f}'", "SELECT * FROM glob('{d}/*')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM query('SELECT * FROM read_text(''{f}'')')", "SELECT (SELECT content FROM read_text('{f}'))",
    "WITH a AS (SELECT * FROM read_text('{f}')) SELECT * FROM a",
    "CREATE TEMP TABLE t AS SELECT * FROM read_text('{f}')",
    # the network
    "SELECT * FROM read_csv('{o}')", "SELECT * FROM read_parquet('s3://x/y.parquet')", "SELECT * FROM read_text('{o}')",
    "COPY region TO '{o}'", "ATTACH '{o}' AS n",
    # other databases and extensions
    "ATTACH '{d}/x.duckdb'", "ATTACH ':memory:' AS m", "ATTACH '{f}' AS s (TYPE sqlite)", "DETACH memory", "USE memory",
    "INSTALL httpfs", "INSTALL h3 FROM community", "FORCE INSTALL httpfs", "LOAD httpfs", "LOAD '{f}'",
    "UPDATE EXTENSIONS", "CREATE SECRET s (TYPE s3)", "SELECT * FROM sqlite_scan('{f}', 't')",
    # settings
    "SET memory_limit = '64GB'", "SET threads = 64", "SET enable_external_access = true",
    "SET lock_configuration = false",
    "SET temp_directory = '{d}'", "SET allowed_directories = ['/']", "SET home_directory = '{d}'",
    "RESET lock_configuration",
    "RESET memory_limit", "SET SESSION threads = 1", "SET GLOBAL threads = 1", "SET VARIABLE x = 1",
    "PRAGMA enable_external_access = true", "PRAGMA memory_limit = '64GB'", "PRAGMA enable_profiling", "PRAGMA version",
    "PRAGMA database_list", "PRAGMA enable_logging", "CALL enable_logging(storage_path = '{d}')",
    "SELECT * FROM enable_logging()", "SELECT getenv('HOME')", "SELECT * FROM duckdb_secrets()",
    # writes
    "INSERT INTO map_frame VALUES ('x')", "UPDATE region SET name_sv = 'x'", "DELETE FROM region", "TRUNCATE region",
    "DROP TABLE region", "ALTER TABLE region ADD COLUMN x INT", "CREATE TABLE x (a INT)", "CREATE TEMP TABLE x (a INT)",
    "CREATE VIEW x AS SELECT 1", "CREATE MACRO x() AS 1", "CREATE SEQUENCE x", "CREATE SCHEMA x",
    "CREATE TYPE x AS INT",
    "COMMENT ON TABLE region IS 'x'", "MERGE INTO region USING (SELECT 1) AS s ON false WHEN MATCHED THEN DELETE",
    "VACUUM", "CHECKPOINT", "FORCE CHECKPOINT", "ANALYZE", "BEGIN", "COMMIT", "ROLLBACK",
    # what stands beside a question
    "SELECT 1; DROP TABLE region", "SELECT 1; SELECT 2", "PREPARE a AS SELECT 1", "EXECUTE a", "DEALLOCATE a",
    "CALL pragma_version()", "EXPLAIN ANALYZE SELECT 1", "EXPLAIN SELECT 1", "", ";", "-- nothing",
]  # fmt: skip
HARMLESS = {"SELECT * FROM duckdb_secrets()"}
"""Where an empty answer is no success either: there is nothing to tell."""


@pytest.fixture(scope="module")
def compared(w: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    folder = tmp_path_factory.mktemp("compared")
    paths = [Path(shutil.copy(w.path, folder / f"2020010{n}-0000000{n}.duckdb")) for n in (1, 2)]
    return Comparison(*paths)


@pytest.mark.parametrize("which", ["served", "compared"])
def test_no_hostile_statement_succeeds(
    w: Warehouse, which: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    door: Warehouse = w if which == "served" else request.getfixturevalue("compared")
    secret = tmp_path / "secret.csv"
    secret.write_text("secret\n1\n")
    before, beside = w.path.read_bytes(), sorted(p.name for p in w.path.parent.iterdir())
    succeeded = []
    for sql in STATEMENTS:
        try:
            if door.rows(sql.format(d=tmp_path, f=secret, o=OUT)) or sql not in HARMLESS:
                succeeded.append(sql)
        except duckdb.Error:
            continue
    assert not succeeded
    assert len(STATEMENTS) >= 90
    assert [p.name for p in tmp_path.iterdir()] == ["secret.csv"]
    assert (w.path.read_bytes(), sorted(p.name for p in w.path.parent.iterdir())) == (before, beside)
    assert w.row("SELECT count(*) AS n FROM region WHERE level = 'lan'") == {"n": 21}


def test_files_network_and_settings_are_shut_even_without_the_door(w: Warehouse, tmp_path: Path) -> None:
    """What does not rest on the kind of statement: the connection itself refuses."""
    secret = tmp_path / "secret.csv"
    secret.write_text("secret\n1\n")
    shut = [
        s
        for s in STATEMENTS
        if any(mark in s for mark in ("{f}", "{d}", "{o}", "SET ", "PRAGMA enable_ext", "INSTALL"))
    ]
    shut = [s for s in shut if "SET VARIABLE" not in s and not s.startswith(("UPDATE", "INSERT"))]
    assert len(shut) > 40
    succeeded = []
    for sql in shut:
        cursor = w._con.cursor()
        try:
            cursor.execute(sql.format(d=tmp_path, f=secret, o=OUT)).fetchall()
            succeeded.append(sql)
        except duckdb.Error:
            continue
        finally:
            cursor.close()
    assert not succeeded
    assert [p.name for p in tmp_path.iterdir()] == ["secret.csv"]


def test_the_settings_are_as_they_are_meant(w: Warehouse, compared: Comparison) -> None:
    for door in (w, compared):
        found = {r["name"]: r["value"] for r in door.rows("SELECT name, value FROM duckdb_settings()")}
        assert found["enable_external_access"] == "false"
        assert found["lock_configuration"] == "true"
        assert found["autoinstall_known_extensions"] == found["autoload_known_extensions"] == "false"
        assert found["allow_community_extensions"] == found["allow_unsigned_extensions"] == "false"
        assert found["threads"] == "2"
        assert found["memory_limit"] == "953.6 MiB"
        assert found["temp_directory"] == ""
    assert w.row("SELECT value FROM duckdb_settings() WHERE name = 'access_mode'") == {"value": "read_only"}


def test_a_question_too_large_for_the_memory_ends_in_an_error_and_writes_nothing(w: Warehouse) -> None:
    beside = sorted(p.name for p in w.path.parent.iterdir())
    with pytest.raises(duckdb.OutOfMemoryException):
        w.rows("SELECT count(*) AS n FROM (SELECT DISTINCT i, hash(i) AS h FROM range(200000000) t(i))")
    assert sorted(p.name for p in w.path.parent.iterdir()) == beside
    assert w.row("SELECT count(*) AS n FROM region WHERE level = 'lan'") == {"n": 21}


def test_the_door_is_the_only_one() -> None:
    """No other module of the dashboard opens DuckDB."""
    opens = [p.name for p in (ROOT / "dashboard").rglob("*.py") if "duckdb.connect" in p.read_text("utf-8")]
    assert opens == ["db.py"]


def test_a_served_snapshot_is_the_published_one(warehouse_folder: Path, w: Warehouse) -> None:
    assert served(warehouse_folder).path == w.path
