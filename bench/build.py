"""Building the embedded data: time and memory, beside DuckDB's bare read_csv of the same files. For information."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.figure import Figure, alternating
from bench.stage import AS_OF, ROOT, opened

NAME = "build"
ROUNDS = 3
_BUILD = f"""
import sys, time
from datetime import date
from pathlib import Path
from etl.warehouse import build
start = time.perf_counter()
build(Path(sys.argv[1]), as_of=date.fromisoformat("{AS_OF}"))
print(time.perf_counter() - start)
"""
_BARE = """
import sys, time
from pathlib import Path
import duckdb
start = time.perf_counter()
con = duckdb.connect(str(Path(sys.argv[1]) / "bare.duckdb"))
for number, path in enumerate(sorted(Path("data").rglob("*.csv"))):
    con.execute(f"CREATE TABLE t{number} AS SELECT * FROM read_csv('{path}', all_varchar = true)")
con.close()
print(time.perf_counter() - start)
"""


def measure() -> list[Figure]:
    """Seconds of work without start-up, and the process's peak memory."""
    memory: dict[str, list[float]] = {"ours": [], "bare": []}
    with opened() as stage:

        def party(name: str, code: str) -> float:
            with tempfile.TemporaryDirectory(dir=stage.folder) as folder:
                seconds, peak = run(code, Path(folder), stage.env())
            memory[name].append(peak)
            return seconds

        took = alternating(ROUNDS, ours=lambda: party("ours", _BUILD), bare=lambda: party("bare", _BARE))
    peaks = {name: max(values) for name, values in memory.items()}
    bare = "DuckDB read_csv to tables"
    return [
        Figure("build", took["ours"], "s", took["bare"], bare, note="reads, checks, outlines, marts"),
        Figure("build, peak memory", peaks["ours"], "MB", peaks["bare"], bare),
    ]


def run(code: str, folder: Path, env: dict[str, str]) -> tuple[float, float]:
    """A process of its own: the seconds that it prints, and its peak memory in MB (nan where it cannot be told)."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", code, str(folder)], cwd=ROOT, env=env, stdout=subprocess.PIPE)
    assert process.stdout
    printed = process.stdout.read()
    process.stdout.close()
    if not hasattr(os, "wait4"):
        process.wait()
        return float(printed or time.perf_counter() - start), float("nan")
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"The build ended with {process.returncode}.")
    return float(printed), used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
