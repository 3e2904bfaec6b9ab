"""A search of everything: what a query costs, beside a bare ILIKE over the same texts in the same run."""

from __future__ import annotations

import time
from statistics import quantiles

from bench.figure import Figure
from bench.stage import opened

NAME = "search"
ROUNDS = 30
QUERIES = (
    "arbetslöshet", "arbetsloshet", "psykologisk funktionsnedsättning", "nyanlnda kvinor", "orebro", "ips",
    "samordningsförbund göteborg", "mental health", "utfallskontrakten", "grön omställning", "xqzjyvw", "unga",
)  # fmt: skip
_BARE = """
SELECT kind, key FROM (
    SELECT kind, key, concat_ws(' ', title_sv, title_en, array_to_string(keywords, ' '), text) AS words FROM ({things}))
WHERE {each}
"""


def measure() -> list[Figure]:
    """The median and 95th percentile of a query, misspelt ones among them, and what making the index costs."""
    from dashboard import db
    from dashboard.finding import Index, Thing
    from dashboard.questions import search

    with opened() as stage:
        w = db.served(stage.snapshots)
        rows = search.things(w)
        start = time.perf_counter()
        index = Index(
            Thing(
                r["kind"], r["key"], (r["title_sv"], r["title_en"] or r["title_sv"]),
                tuple(filter(None, r["keywords"] or ())), r["text"] or "",
            )
            for r in rows
        )  # fmt: skip
        made = time.perf_counter() - start
        cursor = w._con.cursor()
        ours: list[float] = []
        bare: list[float] = []
        for _ in range(ROUNDS):
            for query in QUERIES:
                start = time.perf_counter()
                index.search(query)
                ours.append(time.perf_counter() - start)
                words = {f"q{n}": f"%{word}%" for n, word in enumerate(query.split())}
                sql = _BARE.format(things=search._ALL, each=" AND ".join(f"words ILIKE ${name}" for name in words))
                start = time.perf_counter()
                cursor.execute(sql, {"portfolio": "sverige", **words}).fetchall()
                bare.append(time.perf_counter() - start)
        cursor.close()
        w._con.close()
        db._connection.cache_clear()
    said = f"{len(index)} things, {len(QUERIES)} queries, {ROUNDS} rounds"
    found = [
        Figure(
            f"a search, {name}", at(ours, percent) * 1000, "ms", at(bare, percent) * 1000, "bare ILIKE", 100,
            of_value=True, note=said,
        )
        for name, percent in (("median", 50), ("95th percentile", 95))
    ]  # fmt: skip
    return [*found, Figure("making the index", made * 1000, "ms", note="once a snapshot and process")]


def at(values: list[float], percent: int) -> float:
    """A percentile."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]
