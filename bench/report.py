"""The reports of all 21 län as PDF/UA-1, in a warm process: seconds and bytes."""

from __future__ import annotations

import time

from bench.figure import Figure, alternating
from bench.stage import opened

NAME = "report"
ROUNDS = 3
GOAL_SECONDS = 10.0


def measure() -> list[Figure]:
    """Every county's report written to memory, after one that warms fonts, template and boundaries up.

    The answers of the questions are let go of before each round, so that only the engines are warm.
    """
    from dashboard import db, layout
    from dashboard.export import report
    from dashboard.layout import View
    from dashboard.questions import regions
    from dashboard.selection import decode

    with opened() as stage:
        w = db.served(stage.snapshots)
        codes = [r["code"] for r in regions.lan(w)]
        sizes: list[int] = []
        worked: list[float] = []

        def one(code: str) -> int:
            return len(report.county(View(w, decode({"lan": code}), "county"), "http://127.0.0.1"))

        def ours() -> float:
            db.forget()
            layout.forget()
            start, worked_before = time.perf_counter(), time.process_time()
            sizes[:] = [one(code) for code in codes]
            worked.append(time.process_time() - worked_before)
            return time.perf_counter() - start

        one(codes[0])
        took = alternating(ROUNDS, ours=ours)["ours"]
    note = f"{len(codes)} files; the goal is for an otherwise idle machine"
    return [
        Figure("all county reports", took, "s", goal=GOAL_SECONDS, of_value=True, note=note),
        Figure("the same, processor time", min(worked), "s", note="what it takes where nothing else runs, or less"),
        Figure("one report, size", sum(sizes) / len(sizes) / 1000, "kB"),
    ]
