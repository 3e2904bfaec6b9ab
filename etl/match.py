"""The same operation in two registries: linked, so that totals count it once.

Pairs that share a block are compared (``candidates.sql``, :mod:`etl.evidence`), then joined from the strongest evidence
to the weakest. A join is refused when it would bring together two records of one source, or a pair that a person has
decided is different; what is refused, and what lacks one piece of evidence, is kept as doubtful. The result depends on
the records alone, never on the order they were loaded in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from etl.clusters import Clusters, Join
from etl.evidence import Amount, Evidence, Record, case_key, compare, judge, owner_name
from etl.links import Decision, in_force
from etl.normalise import fold
from etl.privacy import SOLE_TRADER
from etl.spec import SourceError
from etl.tables import FOLDED, Tables

CONFIDENCE = {"same": 1.0, "number": 1.0, "common_key": 0.95, "owner_orgnr": 0.95, "owner_name": 0.9}
"""Reason of a link -> how sure it is: no more than the share that is right on the labelled sample."""

_BATCH = 20_000
HERE = Path(__file__).resolve().parent
_RECORDS = """
WITH wanted AS (SELECT a_id AS operation_id FROM candidate UNION SELECT b_id FROM candidate)
SELECT o.operation_id, o.source_id, o.portfolio, s.precedence, [o.title_sv, o.title_en], coalesce(w.owners, []),
    o.diarienummer, c.number, o.start_date, o.start_precision, o.programming_period, coalesce(f.amounts, []),
    o.common_key
FROM operation o
JOIN source_file s ON s.source_id = o.source_id AND s.file_name = o.file_name
LEFT JOIN match_case c USING (operation_id)
LEFT JOIN (
    SELECT operation_id, list([g.orgnr, n.name] ORDER BY org_id, n.name) FILTER (p.rank = p.best) AS owners FROM (
        SELECT *, CASE WHEN role = 'partner' THEN 2 ELSE 1 END AS rank,
            min(rank) OVER (PARTITION BY operation_id) AS best
        FROM operation_party SEMI JOIN wanted USING (operation_id) WHERE role IN ('beneficiary', 'lead', 'partner')
    ) p JOIN organisation g USING (org_id) JOIN match_name n USING (org_id) GROUP BY operation_id
) w USING (operation_id)
LEFT JOIN (
    SELECT operation_id, list(row(measure, currency, amount, NOT (is_rounded OR is_derived)) ORDER BY measure, currency)
        AS amounts
    FROM operation_funding SEMI JOIN wanted USING (operation_id) WHERE amount IS NOT NULL GROUP BY operation_id
) f USING (operation_id)
SEMI JOIN wanted USING (operation_id)
"""
_COUNTED = """
SELECT (SELECT count(*) FROM operation), (SELECT count(*) FROM candidate), (SELECT count(*) FROM match_large),
    (SELECT coalesce(sum(n * (whole - n)) // 2, 0) FROM (
        SELECT portfolio, count(*) AS n, sum(n) OVER (PARTITION BY portfolio) AS whole
        FROM operation GROUP BY portfolio, source_id))
"""


@dataclass
class Pair:
    """Two records, ``a``'s id before ``b``'s, what they show and what became of it."""

    a: Record
    b: Record
    evidence: Evidence
    verdict: str
    method: str | None
    reason: str
    decision: Decision | None = None

    def strength(self) -> tuple[Any, ...]:
        """Sorts the strongest first; ties by the ids, so that the order of loading cannot matter."""
        gap = self.evidence.start_gap or 0
        return -CONFIDENCE[self.reason], -self.evidence.title, gap, self.a.operation_id, self.b.operation_id

    def doubt(self, reason: str) -> None:
        """Leave the pair for a person."""
        self.verdict, self.method, self.reason = "doubtful", None, reason


def link_operations(
    con: duckdb.DuckDBPyConnection, decisions: Iterable[Decision] = (), registries: Collection[str] = ()
) -> int:
    """Fill ``operation_link``, ``operation_pair`` and ``link_count``; returns how many are linked to another record.

    ``registries``: those that could be loaded; a decision about one that is not waits.
    Raises :class:`SourceError` for a decision on an unknown id and for decisions that contradict each other.
    """
    tables = Tables(con)
    held, waiting = _held(con, decisions, registries)
    decided = {d.pair: d for d in held}
    _block(con, decided)
    pairs = _judged(con, decided)
    clusters = Clusters(frozenset(pair for pair, d in decided.items() if d.word == "different"))
    _join_decided(pairs, clusters)
    for method in ("diarienummer", "common_key", "orgnr_title_start"):
        _join([p for p in pairs if p.method == method and not p.decision], clusters)
    ((operations, compared, large, possible),) = con.execute(_COUNTED).fetchall()
    linked = _write_links(con, tables, clusters)
    for pair in pairs:
        if pair.verdict != "doubtful" or not _is_settled(pair, clusters):
            _write_pair(tables, pair)
    counted = {"operations": operations, "possible": possible, "compared": compared, "large_blocks": large,
               "decided": len(held), "waiting": waiting}  # fmt: skip
    for name, n in counted.items():
        tables.add("link_count", name, int(n))
    tables.flush()
    for (name,) in con.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall():
        con.execute(f"DROP TABLE {name}")  # millions of keys, which the marts have better use of the memory for
    return linked


def _held(
    con: duckdb.DuckDBPyConnection, decisions: Iterable[Decision], registries: Collection[str]
) -> tuple[tuple[Decision, ...], int]:
    given = tuple(decisions)
    portfolios = con.execute(
        "SELECT operation_id, portfolio FROM operation WHERE list_contains(?, operation_id)",
        [sorted({name for d in given for name in d.pair})],
    ).fetchall()
    loaded = [name for (name,) in con.execute("SELECT DISTINCT registry FROM operation").fetchall()]
    return in_force(given, dict(portfolios), loaded, registries)


def _block(con: duckdb.DuckDBPyConnection, decided: Collection[tuple[str, str]]) -> None:
    """Fill the temporary table ``candidate`` (a_id, b_id) with the pairs to compare, decided ones among them."""
    named = con.execute("SELECT org_id, name FROM organisation_name").fetchall()
    names = sorted({(org_id, owner_name(name)) for org_id, name in named if fold(name) != fold(SOLE_TRADER)})
    _keep(con, "match_name", ("org_id", "name"), names)
    _keep(con, "match_decided", ("operation_id",), sorted({(name,) for pair in decided for name in pair}))
    con.execute(FOLDED)
    con.execute((HERE / "near.sql").read_text("utf-8"))
    numbered = con.execute(
        "SELECT o.operation_id, o.diarienummer, o.fund_code, p.managing_authority "
        "FROM match_operation o LEFT JOIN programme p USING (cci) WHERE o.diarienummer IS NOT NULL"
    ).fetchall()
    cases = [(name, key) for name, *about in numbered if (key := case_key(*about))]
    _keep(con, "match_case", ("operation_id", "number"), cases)
    con.execute((HERE / "candidates.sql").read_text("utf-8"))
    if decided:
        con.executemany("INSERT INTO candidate SELECT ?, ? EXCEPT SELECT * FROM candidate", sorted(decided))


def _keep(
    con: duckdb.DuckDBPyConnection, table: str, columns: tuple[str, ...], rows: Collection[tuple[str, ...]]
) -> None:
    """Make a temporary table of texts."""
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    con.register("given", pa.table([pa.array(v, pa.string()) for v in values], names=list(columns)))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM given")  # noqa: S608 (own names)
    con.unregister("given")


def _judged(con: duckdb.DuckDBPyConnection, decided: Mapping[tuple[str, str], Decision]) -> list[Pair]:
    """The pairs that are linked, doubtful or decided, ordered by their ids."""
    records = {record.operation_id: record for record in _records(con)}
    out = []
    answer = con.execute("SELECT a_id, b_id FROM candidate ORDER BY a_id, b_id")
    while found := answer.fetchmany(_BATCH):
        for a, b in ((records[one], records[other]) for one, other in found):
            evidence, decision = compare(a, b), decided.get((a.operation_id, b.operation_id))
            verdict, method, reason = judge(evidence)
            if decision:
                word = "linked" if decision.word == "same" else "different"
                out.append(Pair(a, b, evidence, word, "manual", decision.word, decision))
            elif verdict != "apart":
                out.append(Pair(a, b, evidence, verdict, method, reason))
    return out


def _records(con: duckdb.DuckDBPyConnection) -> Iterator[Record]:
    answer = con.execute(_RECORDS)
    while found := answer.fetchmany(_BATCH):
        for (
            name,
            source,
            portfolio,
            precedence,
            titles,
            owners,
            number,
            case,
            day,
            precision,
            period,
            amounts,
            key,
        ) in found:
            kept = tuple(title for title in titles if title)
            yield Record(
                name, source, portfolio, precedence, kept, tuple((o[0], o[1]) for o in owners or ()), number, case, day,
                precision, period, tuple(Amount(*amount) for amount in amounts), key,
            )  # fmt: skip


def _join_decided(pairs: list[Pair], clusters: Clusters) -> None:
    """Join what a person has decided is the same; raises :class:`SourceError` when another decision forbids it."""
    for pair in (p for p in pairs if p.verdict == "linked" and p.decision):
        decision = pair.decision
        if decision and clusters.refusal(pair.a, pair.b, is_manual=True):
            raise SourceError(
                f"{decision.file}, row {decision.row_no}: column decision is 'same', but by other rows these records "
                "are the same as two that are decided 'different'. Take one of the rows away."
            )
        clusters.join(Join(pair.a, pair.b, "manual", CONFIDENCE["same"]))


def _join(pairs: list[Pair], clusters: Clusters) -> None:
    """Join the pairs of one method, strongest first.

    A record with several counterparts in one source has none that is sure: all of them are doubtful.
    """
    left = [p for p in pairs if not clusters.are_one(p.a, p.b)]
    ends = Counter((one.operation_id, other.source_id) for p in left for one, other in ((p.a, p.b), (p.b, p.a)))
    for pair in sorted(left, key=Pair.strength):
        a, b = pair.a, pair.b
        if max(ends[a.operation_id, b.source_id], ends[b.operation_id, a.source_id]) > 1:
            pair.doubt("several")
        elif reason := clusters.refusal(a, b):
            pair.doubt(reason)
        else:
            clusters.join(Join(a, b, pair.method or "", CONFIDENCE[pair.reason]))


def _is_settled(pair: Pair, clusters: Clusters) -> bool:
    """Whether nobody need look: the two are one by other ways, or either has its counterpart in the other's source."""
    if pair.reason in ("several", "same_source", "decided_different"):
        return clusters.are_one(pair.a, pair.b)
    return clusters.are_one(pair.a, pair.b) or clusters.refusal(pair.a, pair.b) is not None


def _write_links(con: duckdb.DuckDBPyConnection, tables: Tables, clusters: Clusters) -> int:
    linked = 0
    for link in clusters.links():
        tables.add("operation_link", *link)
        linked += link[2] != "self"
    tables.flush()
    con.execute(
        "INSERT INTO operation_link SELECT operation_id, operation_id, 'self', 1.0 FROM operation "
        "ANTI JOIN operation_link USING (operation_id)"
    )
    return linked


def _write_pair(tables: Tables, p: Pair) -> None:
    e, decision = p.evidence, p.decision
    tables.add(
        "operation_pair", p.a.operation_id, p.b.operation_id, p.verdict, p.method, p.reason, e.number, e.owner,
        e.is_same_key, Decimal(str(e.title)), e.marks_differ, e.start_gap, e.periods_differ,
        *(e.amounts or (None,) * 4), decision and decision.why, decision and decision.source,
    )  # fmt: skip
