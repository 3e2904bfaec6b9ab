"""What a page's questions take in memory: each page's in a fresh process, and every page's in one."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.build import run
from bench.stage import Stage

EVERY = "all of these together"
_ASK = """
import json, sys, time
from contextlib import suppress
from pathlib import Path
from dashboard.db import Warehouse

def told(name):
    try:
        with open("/proc/self/status") as handle:
            return next(int(line.split()[1]) for line in handle if line.startswith(name))
    except OSError:
        return 0

path, asked = json.loads((Path(sys.argv[1]) / "asked").read_text("utf-8"))
w = Warehouse(Path(path))
w.rows("SELECT snapshot_id FROM snapshot")
with suppress(OSError):
    Path("/proc/self/clear_refs").write_text("5")  # the peak from here on
held = told("VmRSS")
start = time.perf_counter()
for sql, bound in asked:
    w.rows(sql, bound)
print(time.perf_counter() - start, told("VmHWM") - held)
"""


def of(path: Path, asked: Mapping[str, Sequence[tuple[str, dict[str, Any]]]], stage: Stage) -> dict[str, float]:
    """View -> MB at most beyond the open snapshot, answers kept as the product does; nothing without /proc."""
    found = {}
    every = [one for questions in asked.values() for one in questions]
    for at, questions in {**asked, EVERY: every}.items():
        with tempfile.TemporaryDirectory(dir=stage.folder) as folder:
            (Path(folder) / "asked").write_text(json.dumps([str(path), questions]), "utf-8")
            _, megabytes = run(_ASK, Path(folder), stage.env())
        if megabytes:
            found[at] = megabytes
    return found
