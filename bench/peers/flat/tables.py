"""The flat tables: a file of DuckDB's, a file of SQLite's with indexes, and frames in memory, all with the same rows.

They are what a careful analyst would have exported: merged operations, with places, owners and actors settled. Amounts
are whole öre, so that three engines can add them up alike.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from bench.peers.flat.essence import Peer
from bench.peers.flat.frames import Frames
from bench.peers.flat.sql import Duck, Sql
from etl.tables import quoted

TABLES = {
    "op": """
SELECT n.id, o.title_sv AS title, o.search_text AS text, o.fund_code AS fund, o.programming_period AS period, o.status,
    o.owner_type, w.owner_key AS owner, CAST(o.start_date AS VARCHAR) AS start, year(o.start_date) AS year,
    CASE o.status WHEN 'running' THEN 0 WHEN 'planned' THEN 2 ELSE 4 END
        + CASE o.programming_period WHEN 'other' THEN 1 ELSE 0 END AS turn,
    CAST(g.amount * 100 AS BIGINT) AS granted
FROM numbered n JOIN s.mart_operation o USING (operation_id) LEFT JOIN s.mart_owner w USING (operation_id)
LEFT JOIN (FROM s.mart_funding WHERE measure = 'granted_support' AND currency = 'SEK') g USING (operation_id)
ORDER BY n.id
""",
    "place": """
SELECT DISTINCT n.id, p.code FROM s.mart_place p JOIN numbered n USING (operation_id)
WHERE p.plats = 'verksamhet' AND NOT p.spread ORDER BY ALL
""",
    "kommun": """
SELECT DISTINCT n.id, p.kommun_code AS code FROM s.mart_place p JOIN numbered n USING (operation_id)
WHERE p.plats = 'verksamhet' AND NOT p.spread AND p.kommun_code IS NOT NULL ORDER BY ALL
""",
    "target": """
SELECT n.id, t.target_group_code AS code FROM s.mart_target_group t JOIN numbered n USING (operation_id) ORDER BY ALL
""",
    "party": """
SELECT n.id, r.actor_id AS actor, any_value(a.name) AS name, bool_or(r.is_working) AS works
FROM s.mart_relation r JOIN s.mart_actor a USING (actor_id) JOIN numbered n USING (operation_id)
GROUP BY ALL ORDER BY ALL
""",
    "need": """
SELECT region_code AS code, CAST(value AS DOUBLE) AS value FROM s.mart_indicator
WHERE indicator_code = 'unemployment_15_74' AND level = 'lan' AND sex = 'T' AND value IS NOT NULL
QUALIFY period = max(period) OVER ()
""",
}
"""``turn``: running first, then planned, last the others. ``party``: one row an operation and actor, in any role."""
INDEXES = (
    "op(turn, period DESC, start DESC, title, id)", "op(fund, period, status, granted)", "place(code, id)",
    "place(id)", "kommun(code, id)", "kommun(id)", "target(code, id)", "target(id)", "party(actor, id)", "party(id)",
)  # fmt: skip
_NUMBERED = """
CREATE TEMP TABLE numbered AS SELECT CAST(row_number() OVER (ORDER BY operation_id) - 1 AS INTEGER) AS id, operation_id
FROM s.mart_operation WHERE portfolio = 'sverige'
"""
_FEW_VALUES = ("fund", "period", "status", "owner_type", "code")
_BATCH = 50_000


@dataclass(frozen=True)
class Peers:
    """Who answers. ``held``: bytes that the frames take in memory."""

    duck: Sql
    lite: Sql
    pandas: Frames
    held: int

    @property
    def all(self) -> dict[str, Peer]:
        """Each by what it is called."""
        return {"bare DuckDB": self.duck, "SQLite": self.lite, "pandas": self.pandas}


@contextmanager
def opened(snapshot: Path, folder: Path) -> Iterator[Peers]:
    """The flat tables of a snapshot, written to ``folder`` and read into frames, open for questions."""
    folder.mkdir(parents=True, exist_ok=True)
    lite = folder / "flat.sqlite"
    with duckdb.connect(str(folder / "flat.duckdb")) as con, closing(sqlite3.connect(lite)) as light:
        con.execute(f"ATTACH {quoted(snapshot)} AS s (READ_ONLY)")
        con.execute(_NUMBERED)
        for name, sql in TABLES.items():
            con.execute(f"CREATE TABLE {name} AS {sql}")
            _copied(con, light, name)
        con.execute("DROP TABLE numbered; DETACH s; CHECKPOINT")
        for number, index in enumerate(INDEXES):
            light.execute(f"CREATE INDEX by_{number} ON {index}")
        light.execute("ANALYZE")
        light.commit()
        frames = {name: _frame(con, name) for name in TABLES}
        held = sum(int(frame.memory_usage(deep=True).sum()) for frame in frames.values())
        yield Peers(
            Duck(lambda sql, bound: con.cursor().execute(sql, bound).fetchall()),
            Sql(lambda sql, bound: light.execute(sql, bound).fetchall()),
            Frames(frames),
            held,
        )


def _copied(con: duckdb.DuckDBPyConnection, light: sqlite3.Connection, name: str) -> None:
    """One table from DuckDB to SQLite, whose columns take any kind of value."""
    found = con.execute(f"FROM {name}")
    columns = [column[0] for column in found.description or ()]
    light.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
    while rows := found.fetchmany(_BATCH):
        light.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", rows)


def _frame(con: duckdb.DuckDBPyConnection, name: str) -> pd.DataFrame:
    frame = con.execute(f"FROM {name}").df()
    return frame.astype({column: "category" for column in _FEW_VALUES if column in frame and name != "need"})
