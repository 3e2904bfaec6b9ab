"""The large marts on a real Spark cluster that loses a worker on the way, against DuckDB's: the same, and how long.

``INKARTA_BENCH_ROWS`` chooses how many operations (2,000,000).
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import duckdb

from bench import filled
from bench.cluster import Cluster, running, spark_home
from bench.figure import Figure
from bench.stage import opened
from etl import warehouse
from etl.aggregates import PLACED, Mart
from etl.cubes import CUBES
from etl.engine import Engine, chosen
from etl.tables import connected

NAME = "spark"
ROWS = 2_000_000
KEPT = tuple(mart.name for mart in (*PLACED, *CUBES) if mart.is_kept)
Fingerprint = tuple[int, int]


class Timed:
    """An engine that tells how long each part of the marts took."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.seconds: list[float] = []

    def make(self, con: duckdb.DuckDBPyConnection, marts: Sequence[Mart]) -> None:
        start = time.perf_counter()
        self._engine.make(con, marts)
        self.seconds.append(time.perf_counter() - start)


def measure() -> list[Figure]:
    """Both engines on the same canonical tables, one run each. Raises NoSparkError without Spark."""
    spark_home()
    rows = filled.sizes(ROWS)[-1]
    with opened() as stage, tempfile.TemporaryDirectory(dir=stage.folder) as name:
        folder = Path(name)
        ours, here = made(folder / "duckdb.duckdb", stage.snapshots, rows, None)
        with running(_new(folder / "cluster")) as cluster:
            between = _new(folder / "between")
            engine = Timed(chosen(cluster.address, between))
            killer = Killer(cluster, between)
            killer.start()
            theirs, there = made(folder / "spark.duckdb", stage.snapshots, rows, engine)
            killer.over.set()
            killer.join()
    if not killer.killed:
        raise RuntimeError("The marts were made before a worker could be killed: choose more rows.")
    differ = [name for name in KEPT if ours[name] != theirs[name]]
    of = f"{rows:,} operations"
    told = f"{len(KEPT)} marts, {sum(n for n, _ in ours.values()):,} rows; differing: {', '.join(differ) or 'none'}"
    steps = [("by place", 0), ("cubes", 1)]
    return [
        Figure(f"{of}: marts that differ", len(differ), "marts", goal=0, of_value=True, note=told),
        Figure("killed with -9 meanwhile", killer.killed, "processes", note="a worker and its executors"),
        Figure(f"{of}: all large marts", sum(there), "s", sum(here), "DuckDB"),
        *(Figure(f"{of}: {name}", there[at], "s", here[at], "DuckDB") for name, at in steps),
    ]


def made(path: Path, snapshots: Path, rows: int, engine: Timed | None) -> tuple[dict[str, Fingerprint], list[float]]:
    """Name -> fingerprint of every large mart as an engine makes it, and the seconds of its two parts."""
    embedded = warehouse.current(snapshots)
    assert embedded
    timed = engine or Timed(chosen())
    with closing(connected(path)) as con:
        filled.canonical(con, embedded, rows)
        warehouse.make_marts(con, timed)
        found = {name: fingerprint(con, name) for name in KEPT}
    path.unlink()
    return found, timed.seconds


def fingerprint(con: duckdb.DuckDBPyConnection, table: str) -> Fingerprint:
    """Rows, and the sum of their hashes: equal only when every cell of every row is, in whatever order."""
    row = con.execute(f"SELECT count(*), CAST(sum(hash(t)) AS HUGEINT) FROM {table} t").fetchone()
    assert row
    return int(row[0]), int(row[1] or 0)


class Killer(threading.Thread):
    """Kills a worker as soon as Spark has begun to write the largest step of the cubes."""

    def __init__(self, cluster: Cluster, between: Path) -> None:
        super().__init__(daemon=True)
        self._cluster, self._between = cluster, between
        self.killed = 0
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.02):
            if any(self._between.glob("*/mart_listed/_temporary/*")) or any(self._between.glob("*/parted")):
                self.killed = self._cluster.kill_worker()
                return


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder
