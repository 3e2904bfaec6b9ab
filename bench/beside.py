"""One question beside other ways to answer it: operations by region with three filters; and a word in their texts."""

from __future__ import annotations

import pickle
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from bench.figure import Figure, alternating

ROUNDS, FEW = 5, 3
AGGREGATE, SEARCH, FASTER, CACHED = 3.0, 100.0, 20.0, 100.0
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
            db.forget()
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
