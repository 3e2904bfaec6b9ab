"""Each page's script run anew, as after a choice, at few and at many operations: no answer kept, and answers kept.

``INKARTA_BENCH_ROWS=5000,2000000`` chooses the sizes, ``INKARTA_BENCH_WAREHOUSE`` names a snapshot for the largest.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from unittest.mock import patch

from bench import curve, filled
from bench.figure import Figure, alternating
from bench.questions import MANY, SIZES, VIEWS, closed, ms
from bench.stage import ROOT

NAME = "interaction"
FEW = 3
FLAT = 2.0
ANEW, KEPT = "no answer kept", "answers kept"


def measure() -> list[Figure]:
    """Every view at every size, all together, and how that grows."""
    found: list[Figure] = []
    took: dict[str, dict[int, float]] = {}
    for _, rows, path in filled.each(*SIZES):
        for at, cost in scripts(path).items():
            costs = took.setdefault(at, {})
            least = next(iter(costs), rows)
            costs[rows] = cost
            beside = (costs[least], f"at {least:,}") if rows != least else (None, "")
            goal = FLAT if rows == MANY and at.startswith("all") else None
            found.append(Figure(f"{at}, {rows:,}", cost, "ms", *beside, goal))
    return found + [line for at, costs in took.items() if at.startswith("all") for line in curve.grown(at, costs)]


def scripts(path: Path) -> dict[str, float]:
    """View with answers kept, and all views together in both ways -> ms of the scripts, each run anew in turn."""
    from streamlit.testing.v1 import AppTest

    from dashboard import db, layout

    w = db.Warehouse(path)
    took: dict[str, float] = {}
    with patch.object(layout, "snapshot_folder", lambda: path.parent):
        for page, query in VIEWS:
            run = AppTest.from_file(str(ROOT / f"pages/{page}.py"), default_timeout=300)
            run.query_params.update(query)
            run.run()

            def anew(run: AppTest = run) -> object:
                db.forget()
                layout.forget()
                return run.run()

            ran = alternating(FEW, **{ANEW: partial(ms, anew), KEPT: partial(ms, run.run)})
            at = f"/{page} {' '.join(f'{key}={value}' for key, value in query.items())}".strip()
            took[f"{at}, {KEPT}"] = ran[KEPT]
            for how, cost in ran.items():
                took[f"all, {how}"] = took.get(f"all, {how}", 0.0) + cost
    closed(w)
    return took
