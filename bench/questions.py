"""Each page's whole set of questions at few and at many operations, and one question beside other ways to answer it.

``INKARTA_BENCH_ROWS=5000,2000000`` chooses the sizes. No answer is kept between rounds; within a round everybody takes
a turn. ``INKARTA_BENCH_WAREHOUSE`` names a snapshot to use as the largest one.
"""

from __future__ import annotations

import logging
import pickle
import sqlite3
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from bench import filled
from bench.figure import Figure, alternating
from bench.stage import ROOT, opened
from etl import warehouse

NAME = "questions"
MANY = 2_000_000
"""What the goals are set for; another size has none."""
SIZES = (5_000, MANY)
ROUNDS, FEW = 5, 3
FILTER, AGGREGATE, SEARCH, FASTER, FLAT, CACHED = 50.0, 3.0, 100.0, 20.0, 2.0, 100.0
VIEWS: tuple[tuple[str, dict[str, str]], ...] = (
    ("sweden", {}), ("sweden", {"visa": "pengar"}), ("sweden", {"visa": "initiativ", "fond": "ESF+"}),
    ("county", {"lan": "18"}), ("county", {"lan": "18", "period": "2021-2027"}), ("initiatives", {}),
    ("initiatives", {"lan": "18", "fond": "ESF+"}), ("initiatives", {"malgrupp": "nyanlanda"}),
    ("initiatives", {"q": "mentor"}), ("compare", {"med": "18,lika,00"}), ("need", {}), ("kommun", {}),
    ("portfolios", {"p1": "fond~ESF", "p2": "fond~ERDF"}), ("actors", {"lan": "18"}),
)  # fmt: skip
"""Page and its address; every page whose questions are about operations."""
_REGION = """
SELECT p.code, count(*) AS n FROM mart_operation o JOIN mart_place p USING (operation_id)
WHERE o.fund_code = 'ESF+' AND o.programming_period = '2021-2027' AND o.status = 'ended'
    AND p.plats = 'verksamhet' AND NOT p.spread GROUP BY p.code
"""
_FLAT = """
SELECT p.code, o.fund_code, o.programming_period, o.status, o.title_sv, o.summary_sv
FROM mart_operation o JOIN mart_place p USING (operation_id) WHERE p.plats = 'verksamhet' AND NOT p.spread
"""
_ILIKE = "SELECT count(*) FROM mart_operation WHERE concat_ws(' ', title_sv, summary_sv) ILIKE '%mentor%'"
Question = tuple[str, dict[str, Any]]


def measure() -> list[Figure]:
    """Every view at every size, then the largest against others."""
    found: list[Figure] = []
    least: dict[str, float] = {}
    fewest = 0.0
    with opened() as stage, tempfile.TemporaryDirectory(dir=stage.folder) as name:
        embedded = warehouse.current(stage.snapshots)
        assert embedded
        sizes = filled.sizes(*SIZES)
        for rows in sizes:
            path = filled.snapshot(Path(name) / str(rows), embedded, rows, is_largest=rows == sizes[-1])
            size = path.stat().st_size
            found.append(Figure(f"snapshot, {rows:,}", size / 1e6, "MB", note=f"{size / rows:,.0f} bytes an operation"))
            seen, ran = views(path), scripts(path)
            for at, took in seen.items():
                figure = Figure(
                    f"{at}, {rows:,}", took * 1000, "ms", least.get(at), f"at {sizes[0]:,}",
                    goal=FILTER if rows == MANY else None, of_value=True,
                )  # fmt: skip
                least.setdefault(at, took * 1000)
                found.append(figure)
            if rows != sizes[0]:
                goal = FLAT if rows == MANY else None
                told = f"at {sizes[0]:,}"
                every = sum(seen.values()) * 1000
                found += [
                    Figure(f"all of these together, {rows:,}", every, "ms", sum(least.values()), told, goal),
                    Figure(f"their scripts run anew, no answer kept, {rows:,}", ran * 1000, "ms", fewest, told, goal),
                ]
            fewest = fewest or ran * 1000
            found += beside(path, rows, has_goals=rows == MANY)
    return found


def views(path: Path) -> dict[str, float]:
    """View -> seconds of all its questions, put one by one to a cursor, no answer kept."""
    from dashboard import db

    took = {}
    w = db.Warehouse(path)
    for page, query in VIEWS:
        asked = questions(w, page, query)
        runs = []
        for number in range(FEW + 1):
            cursor = w._con.cursor()
            start = time.perf_counter()
            for sql, bound in asked:
                cursor.execute(sql, bound).fetchall()
            if number:  # the first reads from disk
                runs.append(time.perf_counter() - start)
            cursor.close()
        words = " ".join(f"{key}={value}" for key, value in query.items())
        took[f"/{page} {words}".strip()] = sorted(runs)[len(runs) // 2]
    w._con.close()
    db._connection.cache_clear()
    return took


def scripts(path: Path) -> float:
    """Seconds of all the views' scripts, each run again as after a choice, with every question put anew."""
    from streamlit.testing.v1 import AppTest

    from dashboard import db, layout

    w = db.Warehouse(path)
    took = 0.0
    with patch.object(layout, "snapshot_folder", lambda: path.parent):
        for page, query in VIEWS:
            run = AppTest.from_file(str(ROOT / f"pages/{page}.py"), default_timeout=300)
            run.query_params.update(query)
            run.run()
            runs = []
            for _ in range(FEW):
                db._kept.clear()
                start = time.perf_counter()
                run.run()
                runs.append(time.perf_counter() - start)
            took += sorted(runs)[FEW // 2]
    w._con.close()
    db._connection.cache_clear()
    return took


def questions(w: Any, page: str, query: Mapping[str, str]) -> list[Question]:
    """Every distinct question that a page puts, as it runs."""
    from streamlit.testing.v1 import AppTest

    from dashboard import db, layout
    from dashboard.db import Warehouse

    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)
    db._kept.clear()
    asked: dict[str, Question] = {}
    rows = Warehouse.rows

    def noted(self: Warehouse, sql: str, params: Mapping[str, Any] | None = None) -> Any:
        asked.setdefault(f"{sql} {sorted((params or {}).items())}", (sql, dict(params or {})))
        return rows(self, sql, params)

    with patch.object(Warehouse, "rows", noted), patch.object(layout, "snapshot_folder", lambda: w.path.parent):
        run = AppTest.from_file(str(ROOT / f"pages/{page}.py"), default_timeout=300)
        run.query_params.update(query)
        run.run()
    if run.exception:
        raise RuntimeError(f"The page {page} failed: {run.exception[0].message}")
    return list(asked.values())


def beside(path: Path, rows: int, *, has_goals: bool) -> list[Figure]:
    """Operations by region with three filters, and a search in titles and summaries: ours, and as others answer it."""
    from dashboard import db
    from dashboard.questions import funding, initiatives
    from dashboard.selection import Selection

    w = db.Warehouse(path)
    con = w._con
    flat = con.cursor().execute(_FLAT).df()
    codes = flat["code"].astype("category")
    columns = [flat[name].astype("category") for name in ("fund_code", "programming_period", "status")]
    chosen = [
        column.cat.categories.get_loc(value)
        for column, value in zip(columns, ("ESF+", "2021-2027", "ended"), strict=True)
    ]
    held = [column.cat.codes.to_numpy() for column in columns]
    place, of = codes.cat.codes.to_numpy(), len(codes.cat.categories)
    sel = Selection(fond=("ESF+",), period=("2021-2027",), status=("ended",))
    word = Selection(q="mentor")

    def timed(answer: Callable[[], object]) -> Callable[[], float]:
        def run() -> float:
            db._kept.clear()
            start = time.perf_counter()
            answer()
            return time.perf_counter() - start

        return run

    def once() -> object:
        mask = (held[0] == chosen[0]) & (held[1] == chosen[1]) & (held[2] == chosen[2])
        return np.bincount(place[mask], minlength=of)

    def pandas(of: Any = flat) -> object:
        of_three = (of["fund_code"] == "ESF+") & (of["programming_period"] == "2021-2027")
        return of[of_three & (of["status"] == "ended")].groupby("code").size()

    kept = pickle.dumps(flat)  # as st.cache_data holds a frame, and gives it back to every rerun

    with tempfile.TemporaryDirectory() as name, closing(sqlite3.connect(Path(name) / "flat.sqlite")) as lite:
        flat[["code", "fund_code", "programming_period", "status"]].to_sql("flat", lite, index=False, chunksize=50_000)
        by_region = {
            "ours": lambda: funding.projects_by_lan(w, sel),
            "bare": lambda: con.cursor().execute(_REGION).fetchall(),
            "pandas": pandas,
            "sqlite": lambda: lite.execute(
                "SELECT code, count(*) FROM flat WHERE fund_code = 'ESF+' AND programming_period = '2021-2027' "
                "AND status = 'ended' GROUP BY code"
            ).fetchall(),
            "numpy": once,
            "cached": lambda: pandas(pickle.loads(kept)),
        }
        region = alternating(ROUNDS, **{party: timed(answer) for party, answer in by_region.items()})
    search = alternating(
        FEW,
        ours=timed(lambda: initiatives.listed(w, word)),
        bare=timed(lambda: con.cursor().execute(_ILIKE).fetchall()),
        pandas=timed(lambda: flat["title_sv"].str.contains("mentor", case=False, regex=False).sum()),
    )
    con.close()
    db._connection.cache_clear()
    names = {
        "bare": "bare DuckDB", "pandas": "pandas", "sqlite": "SQLite", "numpy": "one pass of numpy",
        "cached": "pandas as st.cache_data keeps it",
    }  # fmt: skip
    goals = {"numpy": AGGREGATE, "cached": CACHED} if has_goals else {}
    found = [
        Figure(
            f"by region, three filters, {rows:,}", region["ours"] * 1000, "ms", region[party] * 1000, said,
            goals.get(party), "higher" if party == "cached" else "lower",
        )
        for party, said in names.items()
    ]  # fmt: skip
    word_in = f"a word in title and summary, first page, {rows:,}"
    ours, bare, told = search["ours"] * 1000, search["bare"] * 1000, "bare ILIKE, counted"
    return [
        *found,
        Figure(word_in, ours, "ms", bare, told, SEARCH if has_goals else None, of_value=True),
        Figure(word_in, ours, "ms", bare, told, FASTER if has_goals else None, "higher"),
        Figure(word_in, ours, "ms", search["pandas"] * 1000, "pandas, titles only"),
    ]
