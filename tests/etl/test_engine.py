"""The large marts are the same whatever engine works them out: Sail speaks Spark Connect as Spark itself does."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from bench import filled
from etl import warehouse
from etl.aggregates import PLACED
from etl.cubes import CUBES
from etl.engine import WRITTEN, DuckDB, Spark, chosen, sql, write
from etl.spec import SourceError
from tests.conftest import AS_OF
from tests.lacking import unable

ROWS = 3_000
KEPT = [mart.name for mart in (*PLACED, *CUBES) if mart.is_kept]


@pytest.fixture(scope="session")
def sail() -> Iterator[str]:
    """The address of a Spark Connect server in this process."""
    try:
        from pysail.spark import SparkConnectServer
    except ImportError:
        unable("pysail is not installed")
    server = SparkConnectServer()
    server.start(background=True)
    host, port = server.listening_address
    yield f"sc://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def canonical(warehouse_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded canonical tables and a few thousand synthetic operations beside them."""
    path = tmp_path_factory.mktemp("engine") / "canonical.duckdb"
    current = warehouse.current(warehouse_folder)
    assert current
    with duckdb.connect(str(path)) as con:
        filled.canonical(con, current, ROWS)
    return path


def made(canonical: Path, engine: Any) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(f"ATTACH '{canonical}' AS given (READ_ONLY)")
    con.execute("COPY FROM DATABASE given TO memory")
    warehouse.make_marts(con, engine)
    return con


def test_what_duckdb_runs_is_what_the_expressions_say() -> None:
    assert WRITTEN.read_text("utf-8") == write(), "run python -m etl.engine"


def test_every_large_mart_is_the_same_to_the_last_digit_on_spark_connect(canonical: Path, sail: str) -> None:
    ours, theirs = made(canonical, DuckDB()), made(canonical, chosen(sail))
    for name in KEPT:
        columns = "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index"
        assert ours.execute(columns, [name]).fetchall() == theirs.execute(columns, [name]).fetchall(), name
        found = [con.execute(f"SELECT * FROM {name} ORDER BY ALL").fetchall() for con in (ours, theirs)]
        assert found[0] == found[1], name
        assert found[0], name


def test_a_build_on_an_engine_is_published_and_counts_the_same(
    small_data: Path, tmp_path: Path, sail: str, warehouse_folder: Path
) -> None:
    done = [
        warehouse.build(tmp_path / name, embedded=small_data, as_of=AS_OF, engine=engine)
        for name, engine in (("here", None), ("there", Spark(sail, tmp_path / "between")))
    ]
    assert done[0].snapshot.snapshot_id == done[1].snapshot.snapshot_id
    assert done[0].snapshot.rows == done[1].snapshot.rows
    assert not list((tmp_path / "between").iterdir())
    with duckdb.connect() as con:
        for name, one in zip(("a", "b"), done, strict=True):
            con.execute(f"ATTACH '{one.snapshot.path}' AS {name} (READ_ONLY)")
        for name in KEPT:
            assert con.execute(f"(FROM a.{name} EXCEPT ALL FROM b.{name})").fetchall() == []


@pytest.mark.parametrize(
    "address", ["spark://127.0.0.1:7077", "sc://", "sc://host", "http://host:1", "sc://a b:1", "mysql"]
)
def test_what_is_no_engines_address_is_refused(address: str) -> None:
    from dashboard.cli import app

    with pytest.raises(SourceError, match="sc://host:port"):
        chosen(address)
    answer = CliRunner().invoke(app, ["build", "--engine", address])
    assert answer.exit_code == 2
    assert "sc://host:port" in answer.stderr


def test_no_server_and_no_packages_are_told_and_leave_nothing(
    small_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SourceError, match=r"No Spark Connect server answers at sc://127\.0\.0\.1:9"):
        warehouse.build(tmp_path / "s", embedded=small_data, as_of=AS_OF, engine=chosen("sc://127.0.0.1:9"))
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(SourceError, match=r"inkluderingskartan\[spark\]"):
        warehouse.build(tmp_path / "s", embedded=small_data, as_of=AS_OF, engine=chosen("sc://127.0.0.1:9"))
    assert list((tmp_path / "s").iterdir()) == []


def test_an_engine_that_fails_is_told_and_nothing_is_published(
    small_data: Path, tmp_path: Path, sail: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("etl.engine.sql", lambda mart, dialect: "SELECT no_such_function(1)")
    with pytest.raises(SourceError, match="did not answer as it should"):
        warehouse.build(tmp_path / "s", embedded=small_data, as_of=AS_OF, engine=chosen(sail))
    assert list((tmp_path / "s").iterdir()) == []


def test_no_engine_is_duckdb_and_every_mart_is_written_for_both() -> None:
    assert isinstance(chosen(), DuckDB)
    assert isinstance(chosen("duckdb"), DuckDB)
    for mart in (*PLACED, *CUBES):
        for dialect in ("duckdb", "pyspark"):
            assert "_PART(" not in sql(mart, dialect).upper().replace("AMOUNT_PART", "_PART")
