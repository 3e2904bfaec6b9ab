"""Building the embedded data: time and memory, beside DuckDB's bare read_csv of the same files. For information."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from bench.figure import Figure, alternating
from bench.stage import AS_OF, ROOT, opened

NAME = "build"
ROUNDS = 3
_TELL = """
try:
    with open("/proc/self/status") as handle:
        peak = next(int(line.split()[1]) for line in handle if line.startswith("VmHWM"))
except OSError:
    peak = 0
print(time.perf_counter() - start, peak)
"""
_BUILD = f"""
import sys, time
from datetime import date
from pathlib import Path
from etl.warehouse import build
start = time.perf_counter()
build(Path(sys.argv[1]), as_of=date.fromisoformat("{AS_OF}"))
{_TELL}"""
_BARE = f"""
import sys, time
from pathlib import Path
import duckdb
start = time.perf_counter()
con = duckdb.connect(str(Path(sys.argv[1]) / "bare.duckdb"))
for number, path in enumerate(sorted(Path("data").rglob("*.csv"))):
    con.execute(f"CREATE TABLE t{{number}} AS SELECT * FROM read_csv('{{path}}', all_varchar = true)")
con.close()
{_TELL}"""


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
    bare = "read_csv to tables"
    return [
        Figure("build", took["ours"], "s", took["bare"], bare, note="reads, checks, outlines, marts"),
        *([Figure("build, peak memory", peaks["ours"], "MB", peaks["bare"], bare)] if peaks["ours"] else []),
    ]


def run(code: str, folder: Path, env: dict[str, str]) -> tuple[float, float]:
    """A process of its own: the seconds of work that it prints, and its peak memory in MB (0 without /proc)."""
    seconds, kilobytes = told(code, folder, env)
    return seconds, kilobytes / 1000


def told(code: str, folder: Path, env: dict[str, str]) -> list[float]:
    """A process of its own: the numbers that it prints. Raises :class:`RuntimeError` with what it said if it fails."""
    command = [sys.executable, "-c", code, str(folder)]
    done = subprocess.run(command, cwd=ROOT, env=env, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"The work ended with {done.returncode}:\n{done.stderr[-3000:]}")
    return [float(number) for number in done.stdout.split()]
