"""Each page's whole set of questions at few and at many operations: time, memory, how both grow, and peers.

``INKARTA_BENCH_ROWS=5000,2000000`` chooses the sizes. No answer is kept between rounds; within a round everybody takes
a turn. ``INKARTA_BENCH_WAREHOUSE`` names a snapshot to use as the largest one. The peers (``bench/peers/flat``) answer
what a view answers in essence, which is fewer questions than a page puts.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bench import curve, filled, peak
from bench.beside import beside
from bench.figure import Figure, alternating
from bench.peak import EVERY
from bench.peers.flat import essence as flat
from bench.peers.flat import tables
from bench.peers.flat.essence import FACETS, Peer, Rows
from bench.peers.flat.tables import Peers
from bench.stage import ROOT

NAME = "questions"
MANY = 2_000_000
"""What the goals are set for; another size has none."""
SIZES = (5_000, MANY)
FEW, FEWER = 3, 1
"""Rounds; fewer where a peer takes seconds a question."""
SLOW = 100_000
"""From so many operations on."""
FILTER, FLAT = 50.0, 2.0
OURS, BARE = "ours", "bare DuckDB"
VIEWS: tuple[tuple[str, dict[str, str]], ...] = (
    ("sweden", {}), ("sweden", {"visa": "pengar"}), ("sweden", {"visa": "initiativ", "fond": "ESF+"}),
    ("county", {"lan": "18"}), ("county", {"lan": "18", "period": "2021-2027"}), ("initiatives", {}),
    ("initiatives", {"lan": "18", "fond": "ESF+"}), ("initiatives", {"malgrupp": "nyanlanda"}),
    ("initiatives", {"q": "mentor"}), ("compare", {"med": "18,lika,00"}), ("need", {}), ("kommun", {}),
    ("portfolios", {"p1": "fond~ESF", "p2": "fond~ERDF"}), ("actors", {"lan": "18"}),
)  # fmt: skip
"""Page and its address; every page whose questions are about operations."""
OTHERS: tuple[tuple[str, dict[str, str]], ...] = (
    *(
        (page, {})
        for page in (
            "concepts", "contracts", "platforms", "event", "sources", "effects", "trees", "views", "about", "search",
            "stage", "import_file", "account", "admin", "accessibility",
        )
    ),
    ("concepts", {"portfolj": "utland"}), ("sweden", {"plats": "agare"}),
    ("sweden", {"malgrupp": "nyanlanda"}), ("county", {"lan": "18", "malgrupp": "nyanlanda"}),
    ("county", {"lan": "18", "q": "unga"}), ("county", {"lan": "18", "plats": "agare"}),
    ("county", {"lan": "18", "nationella": "fordela"}), ("initiatives", {"lan": "18", "plats": "agare"}),
    ("kommun", {"kommun": "1880"}), ("kommun", {"kommun": "1880", "plats": "agare"}),
    ("compare", {"med": "18,lika,00", "plats": "agare"}), ("compare", {"med": "18,1880", "malgrupp": "nyanlanda"}),
    ("need", {"plats": "agare"}), ("actors", {"lan": "18", "plats": "agare"}),
    ("portfolios", {"p1": "malgrupp~nyanlanda", "p2": "fond~ERDF", "plats": "agare"}),
    ("portfolios", {"p1": "fond~ESF", "p2": "fond~ERDF", "rader": "1:ruta:nyanlanda:18"}),
)  # fmt: skip
"""Every other page, and other ways of asking; no peer answers these, and no goal is set for them."""
Question = tuple[str, dict[str, Any]]
Essence = dict[str, Callable[[Peer], Rows]]
Costs = dict[str, dict[int, float]]
"""What is measured -> operations -> what it cost."""


def measure() -> list[Figure]:
    """Every view at every size beside its peers, and the memory it takes; then how all of it grows."""
    found: list[Figure] = []
    took, held = Costs(), Costs()
    for stage, rows, path in filled.each(*SIZES):
        size = path.stat().st_size
        found.append(Figure(f"snapshot, {rows:,}", size / 1e6, "MB", note=f"{size / rows:,.0f} bytes an operation"))
        asked = put(path)
        with tables.opened(path, path.parent / "flat") as peers:
            seen = views(path, asked, peers, FEWER if rows > SLOW else FEW)
            frames = peers.held / 1e6
        memory = peak.of(path, {at: whole for at, (whole, _) in asked.items()}, stage)
        for at, cost in seen[OURS].items():
            took.setdefault(at, {})[rows] = cost
        for party in peers.all:
            took.setdefault(f"{EVERY}, {party}", {})[rows] = seen[party][EVERY]
        for at, cost in memory.items():
            held.setdefault(at, {})[rows] = cost
        found += timed(rows, took, seen, asked)
        beside_frames = {EVERY: (frames, "pandas' frames")}
        found += [
            Figure(f"memory, {at}, {rows:,}", cost, "MB", *beside_frames.get(at, ())) for at, cost in memory.items()
        ]
        found += beside(path, rows, has_goals=rows == MANY)
    for what, costs in (("time", took), ("memory", held)):
        found += [line for at in costs for line in curve.grown(f"{what}, {at}", costs[at])]
    return found


def timed(
    rows: int, took: Costs, seen: Mapping[str, Mapping[str, float]], asked: Mapping[str, tuple[list[Question], Essence]]
) -> list[Figure]:
    """The lines of one size: ours beside the smallest size, with the goals, and beside each peer."""
    found = []
    for at in seen[OURS]:
        least, *larger = took[at]
        has_peers = at in asked and bool(asked[at][1])
        goal = None if rows != MANY else FILTER if has_peers else FLAT if at == EVERY else None
        name, ours, before = f"{at}, {rows:,}", took[at][rows], took[at][least] if larger else None
        found.append(Figure(name, ours, "ms", before, f"at {least:,}" * bool(larger), goal, of_value=at in asked))
        note = ""
        if has_peers and not larger:
            whole, essential = asked[at]
            note = f"{len(whole)} questions; the others answer {len(essential)}: {'; '.join(essential)}"
        found += [
            Figure(name, ours, "ms", seen[party][at], party, note=note)
            for party in seen
            if party != OURS and at in seen[party]
        ]
    return found


def put(path: Path) -> dict[str, tuple[list[Question], Essence]]:
    """View -> every question that it puts, and what its peers are asked, nothing of :data:`OTHERS`."""
    from dashboard import db

    w = db.Warehouse(path)
    try:
        return {
            f"/{page} {' '.join(f'{key}={value}' for key, value in query.items())}".strip(): (
                questions(w, page, query), essence(w, page, query) if (page, query) in VIEWS else {},
            )
            for page, query in (*VIEWS, *OTHERS)
        }  # fmt: skip
    finally:
        closed(w)


def views(
    path: Path, asked: Mapping[str, tuple[list[Question], Essence]], peers: Peers, rounds: int
) -> dict[str, dict[str, float]]:
    """Party -> view, and all with peers -> ms of its questions, put one by one; ours to a cursor, no answer kept."""
    from dashboard import db

    w = db.Warehouse(path)
    took: dict[str, dict[str, float]] = {party: {} for party in (OURS, *peers.all)}
    for at, (whole, essential) in asked.items():

        def ours(whole: list[Question] = whole) -> object:
            with closing(w._con.cursor()) as cursor:
                return [cursor.execute(sql, bound).fetchall() for sql, bound in whole]

        def theirs(peer: Peer, essential: Essence = essential) -> object:
            return [put(peer) for put in essential.values()]

        slow = {party: partial(ms, partial(theirs, peer)) for party, peer in peers.all.items() if essential}
        quick = {OURS: partial(ms, ours)}
        if essential:
            quick[BARE] = slow.pop(BARE)
        for run in quick.values():  # the first reads from disk
            run()
        for party, cost in (alternating(FEW, **quick) | alternating(rounds, **slow)).items():
            took[party][at] = cost
    closed(w)
    return {
        party: {**costs, EVERY: sum(cost for at, cost in costs.items() if asked[at][1])}
        for party, costs in took.items()
    }


def ms(work: Callable[[], object]) -> float:
    """What some work takes."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def closed(w: Any) -> None:
    """Let go of a snapshot, which another measurement may open in its own way."""
    from dashboard import db

    w._con.close()
    db._connection.cache_clear()


def questions(w: Any, page: str, query: Mapping[str, str]) -> list[Question]:
    """Every distinct question that a page puts, as it runs."""
    from streamlit.testing.v1 import AppTest

    from dashboard import db, layout
    from dashboard.db import Warehouse

    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)
    db.forget()
    layout.forget()
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


def essence(w: Any, page: str, query: Mapping[str, str]) -> dict[str, Callable[[Peer], Rows]]:
    """What a view answers in essence, as its peers are asked."""
    from dashboard.questions import compare
    from dashboard.selection import decode
    from dashboard.words import fold, root

    sel = decode(query)
    chosen = {facet: getattr(sel, facet) for facet in FACETS} | {"q": tuple(fold(root(word)) for word in sel.q.split())}
    sides: dict[str, Sequence[str]] = {}
    if page == "compare":
        sides = {s.code: () if s.kind == "riket" else s.members for s in compare.sides(w, sel)}
    elif page == "portfolios":
        sides = {side: getattr(sel, side).removeprefix("fond~").split(",") for side in ("p1", "p2")}
    return flat.questions(page, chosen, sides)
