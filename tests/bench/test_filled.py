"""The measurements on many operations: what they are made of, what they ask for, and what they would notice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from bench import filled, run
from bench.cluster import NoSparkError, spark_home
from bench.questions import VIEWS, questions
from bench.spark import fingerprint
from dashboard.layout import PAGES
from etl import warehouse


def test_the_same_synthetic_operations_every_time_and_none_that_could_be_taken_for_real(warehouse_folder: Path) -> None:
    current = warehouse.current(warehouse_folder)
    assert current
    prints = []
    for _ in range(2):
        with duckdb.connect() as con:
            filled.canonical(con, current, 200)
            tables = con.execute(
                "SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, 'op')"
            ).fetchall()
            prints.append([fingerprint(con, name) for (name,) in sorted(tables)])
            assert con.execute(
                "SELECT count(*), count(*) FILTER (NOT starts_with(title_sv, 'Synthetic')) FROM operation "
                f"WHERE source_id = '{filled.SOURCE}'"
            ).fetchall() == [(200, 0)]
            told = "SELECT DISTINCT measure FROM operation_funding WHERE source_id = ? AND amount > 0 ORDER BY measure"
            measures = con.execute(told, [filled.SOURCE]).fetchall()
            assert measures == [("granted_support",), ("total_eligible_cost",)]
            assert con.execute("SELECT count(*) FROM operation_funding WHERE measure IS NULL").fetchall() == [(0,)]
            assert con.execute(
                "SELECT count(*) FROM (SELECT operation_id FROM operation_location GROUP BY 1 "
                "HAVING sum(share) <> 1 OR max(share_to) <> 1 OR min(share_from) <> 0)"
            ).fetchall() == [(0,)]
    assert prints[0] == prints[1]


def test_a_fingerprint_notices_an_ore_and_not_the_order() -> None:
    with duckdb.connect() as con:
        con.execute("CREATE TABLE a AS SELECT i, CAST(i AS DECIMAL(22, 2)) AS amount FROM range(1000) t(i)")
        con.execute("CREATE TABLE b AS FROM a ORDER BY i DESC")
        con.execute("CREATE TABLE c AS SELECT i, amount + CASE i WHEN 500 THEN 0.01 ELSE 0 END AS amount FROM a")
        assert fingerprint(con, "a") == fingerprint(con, "b") != fingerprint(con, "c")


def test_without_spark_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("INKARTA_SPARK_HOME", raising=False)
    with pytest.raises(NoSparkError, match="pip install pyspark"):
        spark_home()
    monkeypatch.setenv("INKARTA_SPARK_HOME", str(tmp_path))
    with pytest.raises(NoSparkError, match="holds no Spark"):
        spark_home()
    assert run.main("spark") == 0
    assert "not measured" in capsys.readouterr().out


def test_sizes_are_what_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INKARTA_BENCH_ROWS", raising=False)
    assert filled.sizes(5, 10) == (5, 10)
    monkeypatch.setenv("INKARTA_BENCH_ROWS", "2000000,5000")
    assert filled.sizes(5, 10) == (5_000, 2_000_000)


@pytest.mark.parametrize("at", [2, 6])
def test_a_views_questions_are_those_of_its_page(w: Any, at: int) -> None:
    assert all(page in PAGES for page, _ in VIEWS)
    asked = questions(w, *VIEWS[at])
    assert len(asked) >= 10
    assert any("mart_cube" in sql for sql, _ in asked)
