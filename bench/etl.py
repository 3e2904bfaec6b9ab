"""Loading synthetic operations in Kohesio's format: rows a second and memory, beside DuckDB's bare read_csv.

``INKARTA_BENCH_ROWS=5000,50000,500000`` chooses the sizes; how the cost grows is told from one to the next, and where
it bends. The parties
take turns, each in a process of its own: read_csv that only parses, read_csv into a table, and the whole build.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from statistics import median

from bench import curve, synthetic
from bench.build import told
from bench.figure import Figure, alternating
from bench.stage import AS_OF, opened

NAME = "etl"
SIZES = tuple(int(text) for text in os.environ.get("INKARTA_BENCH_ROWS", "5000,50000").split(","))
FEW = 50_000
"""Up to so many rows each party runs three times; beyond, a build takes minutes and runs once."""
GROWTH = 1.1
"""A row may cost so much of what it costs with fewer rows: the same, and what a machine differs from run to run."""
EVENLY = 1.1
"""The power by which the time of a build may grow: as its rows do, and what a machine differs from run to run."""
MOST_CHANGED = 500_000
"""Up to so many rows a changed file is tried too: it is another whole build."""
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
begun = {{}}
start = time.perf_counter()
made = build(folder / "snapshots", fetched=[Fetched(SOURCES[1], folder / "{_FILE}", None)],
             as_of=date.fromisoformat("{AS_OF}"),
             progress=lambda step, *_: begun.setdefault(step, time.perf_counter()))
for count in made.counts:
    assert count.rows_read == count.rows_loaded + count.rows_quarantined
{_TELL}
print(begun["link"] - begun[SOURCES[1].SOURCE.id] if begun else 0)
"""
_PARSED = f"""
import sys, time
from pathlib import Path
import duckdb
folder = Path(sys.argv[1])
start = time.perf_counter()
con = duckdb.connect()
con.execute("SET enable_progress_bar = false")
con.execute("SELECT count(COLUMNS(*)) FROM read_csv(?, all_varchar = true)", [str(folder / "{_FILE}")]).fetchall()
{_TELL}"""
_TABLE = f"""
import sys, time
from pathlib import Path
import duckdb
folder = Path(sys.argv[1])
(folder / "bare.duckdb").unlink(missing_ok=True)
start = time.perf_counter()
con = duckdb.connect(str(folder / "bare.duckdb"))
con.execute("SET enable_progress_bar = false")
con.execute("CREATE TABLE t AS SELECT * FROM read_csv(?, all_varchar = true)", [str(folder / "{_FILE}")])
con.close()
{_TELL}"""
_ACCOUNT = """
SELECT rows_read, rows_loaded, rows_quarantined,
    (SELECT count(*) FROM load_issue i WHERE i.source_id = f.source_id AND severity = 'quarantine'),
    (SELECT count(*) FROM raw_record r WHERE r.source_id = f.source_id)
FROM source_file f WHERE starts_with(source_id, 'kohesio')
"""


def measure() -> list[Figure]:
    """For each size: the build beside both kinds of read_csv, an unchanged build, one changed file, memory, disk."""
    out: list[Figure] = []
    before: tuple[int, float, float] | None = None
    times: dict[int, float] = {}
    peaks: dict[int, float] = {}
    for rows in SIZES:
        figures, seconds, peak = measured(rows)
        out += figures
        if before:
            was, took, held = before
            of, beside = f"{rows:,} rows", f"{was:,} rows"
            out += [
                Figure(f"{of}: cost a row", seconds / rows * 1e6, "µs", took / was * 1e6, beside, GROWTH),
                Figure(f"{of}: growth of memory", peak, "MB", held, beside),
            ]
        before = (rows, seconds, peak)
        times[rows], peaks[rows] = seconds, peak
    return [*out, *curve.grown("time, build", times, EVENLY), *curve.grown("peak memory, build", peaks)]


def measured(rows: int) -> tuple[list[Figure], float, float]:
    """The figures of one size, the seconds of its build and its peak memory in MB."""
    peaks: dict[str, float] = {}
    with opened() as stage, tempfile.TemporaryDirectory(dir=stage.folder) as name:
        folder = Path(name)

        loading: list[float] = []

        def party(kind: str, code: str) -> float:
            if kind == "ours":
                _forget(folder)
            seconds, kilobytes, *loaded = told(code, folder, stage.env())
            peaks[kind] = max(kilobytes / 1000, peaks.get(kind, 0))
            loading.extend(loaded)
            return seconds

        synthetic.write(folder / _FILE, rows)
        took = alternating(
            3 if rows <= FEW else 1,
            parsed=lambda: party("parsed", _PARSED),
            table=lambda: party("table", _TABLE),
            ours=lambda: party("ours", _OURS),
        )
        again = told(_OURS, folder, stage.env())[0]
        disk = _size(folder / "snapshots"), _size(folder / "bare.duckdb")
        counted = accounted(folder / "snapshots")
        changed = None
        if rows <= MOST_CHANGED:
            _change(folder / _FILE)
            changed = told(_OURS, folder, stage.env())[0]
    of, ours, beside = f"{rows:,} rows", took["ours"], "read_csv into a table"
    return [
        Figure(f"{of}: build", ours, "s", took["parsed"], "read_csv, parsed only", goal=5,
               note=f"{rows / ours:,.0f} rows a second; {counted}"),
        Figure(f"{of}: of it reading, checking and keeping the file", median(loading), "s", took["table"], beside),
        Figure(f"{of}: build", ours, "s", took["table"], beside),
        Figure(f"{of}: nothing changed", again, "s", ours, "first build"),
        *([Figure(f"{of}: one changed file", changed, "s", ours, "first build", note="one record was added to it")]
          if changed else []),
        Figure(f"{of}: peak memory", peaks["ours"], "MB", peaks["table"], beside, goal=1000, of_value=True),
        Figure(f"{of}: warehouse", disk[0], "MB", disk[1], "that table", note="with source rows and marts"),
    ], ours, peaks["ours"]  # fmt: skip


def accounted(snapshots: Path) -> str:
    """What became of the records of the served snapshot's made file, from its own tables."""
    from etl.warehouse import current, open_published

    path = current(snapshots)
    assert path is not None
    with open_published(path) as con:
        read, loaded, refused, reasons, kept = con.execute(_ACCOUNT).fetchone() or (0,) * 5
    assert read == kept == loaded + refused
    assert refused == reasons
    return f"{read:,} read = {loaded:,} loaded + {refused:,} set aside, each with its reason"


def _forget(folder: Path) -> None:
    for path in folder.glob("snapshots/*"):
        path.unlink()


def _change(path: Path) -> None:
    with path.open("r", encoding="utf-8", newline="") as handle:
        next(handle)
        first = next(handle)
    with path.open("a", encoding="utf-8", newline="") as handle:
        handle.write(first.replace("SYN0", "SYNnew"))


def _size(path: Path) -> float:
    files = path.glob("*.duckdb") if path.is_dir() else [path]
    return sum(one.stat().st_size for one in files) / 1e6
