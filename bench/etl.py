"""Loading synthetic operations in Kohesio's format: rows a second and memory, beside DuckDB's bare read_csv.

``INKARTA_BENCH_ROWS=5000,50000,500000`` chooses the sizes; how the cost grows is told from one to the next.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from bench import synthetic
from bench.build import run
from bench.figure import Figure
from bench.stage import AS_OF, opened

NAME = "etl"
SIZES = tuple(int(text) for text in os.environ.get("INKARTA_BENCH_ROWS", "5000,50000").split(","))
_FILE = "kohesio_2021-2027.csv"
_TELL = """
with open("/proc/self/status") as handle:
    peak = next(int(line.split()[1]) for line in handle if line.startswith("VmHWM"))
print(time.perf_counter() - start, peak)
"""
_OURS = f"""
import sys, time
from datetime import date
from pathlib import Path
from etl.sources.kohesio import SOURCES
from etl.warehouse import Fetched, build
folder = Path(sys.argv[1])
start = time.perf_counter()
made = build(folder / "snapshots", fetched=[Fetched(SOURCES[1], folder / "{_FILE}", None)],
             as_of=date.fromisoformat("{AS_OF}"))
for count in made.counts:
    assert count.rows_read == count.rows_loaded + count.rows_quarantined
{_TELL}"""
_BARE = f"""
import sys, time
from pathlib import Path
import duckdb
folder = Path(sys.argv[1])
start = time.perf_counter()
con = duckdb.connect(str(folder / "bare.duckdb"))
con.execute("CREATE TABLE t AS SELECT * FROM read_csv(?, all_varchar = true)", [str(folder / "{_FILE}")])
con.close()
{_TELL}"""


def measure() -> list[Figure]:
    """For each size: the whole build, an unchanged second one, and memory; one run each, since they are long."""
    out, before = [], None
    with opened() as stage:
        for rows in SIZES:
            with tempfile.TemporaryDirectory(dir=stage.folder) as name:
                folder = Path(name)
                synthetic.write(folder / _FILE, rows)
                bare, bare_peak = run(_BARE, folder, stage.env())
                ours, peak = run(_OURS, folder, stage.env())
                again, _ = run(_OURS, folder, stage.env())
            of, beside = f"{rows:,} rows", "bare read_csv"
            out += [
                Figure(f"{of}: build", ours, "s", bare, beside, note=f"{of}: {rows / ours:,.0f} rows a second"),
                Figure(f"{of}: nothing changed", again, "s", ours, "first build"),
                Figure(f"{of}: peak memory", peak, "MB", bare_peak, beside, goal=1000, of_value=True),
            ]
            if before:
                grown = f"{of}: cost a row over that at {before[0]:,}"
                out.append(Figure(grown, ours / rows * 1e6, "µs", before[1] / before[0] * 1e6, f"{before[0]:,} rows"))
            before = (rows, ours)
    return out
