"""How well records are matched: ``data/links/labelled.csv`` put through the real matching, pair by pair.

A row names a record ``a`` and either another record ``b`` or the ``changes`` that make ``b`` of ``a``, and whether the
two are the same operation. Each pair is matched alone, as one record in each of two registries; first as they are,
then with the case numbers taken away, so that the second rule is measured on pairs that the first would settle.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

import duckdb

from etl.match import link_operations
from etl.retold import changed
from etl.spec import SourceError
from etl.tables import connected

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "links" / "labelled.csv"
COLUMNS = ("a", "b", "changes", "label", "drawn", "why")
_FIELDS = "title_sv, title_en, diarienummer, fund_code, programming_period, start_date, start_precision"
_Z = 1.959964


@dataclass(frozen=True)
class Labelled:
    """A pair and its label. ``drawn``: real (two published records), retold (a second published name) or derived."""

    row_no: int
    a: str
    b: str
    changes: str
    is_same: bool
    drawn: str


@dataclass(frozen=True)
class Share:
    """A share with its 95 % interval; ``n`` 0: nothing to measure, and all three are 0, 0 and 1."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Score:
    """How a method did: right links, wrong links, missed ones, and missed ones that stand among the doubtful."""

    method: str
    pairs: int
    right: int
    wrong: int
    missed: int
    missed_but_doubtful: int
    precision: Share
    recall: Share
    f1: Share


def wilson(hits: int, n: int) -> Share:
    """A share of ``n`` with Wilson's score interval at 95 %."""
    if not n:
        return Share(0.0, 0.0, 1.0, 0)
    p = hits / n
    middle, spread = p + _Z**2 / (2 * n), _Z * sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
    return Share(p, max(0.0, (middle - spread) / (1 + _Z**2 / n)), min(1.0, (middle + spread) / (1 + _Z**2 / n)), n)


def f1(right: int, wrong: int, missed: int) -> Share:
    """F1 with its interval: 2j/(1+j) of the share j = right / (right + wrong + missed), whose interval is Wilson's."""
    j = wilson(right, right + wrong + missed)
    value, low, high = (2 * x / (1 + x) for x in (j.value, j.low, j.high))
    return Share(value, low, high, j.n)


def read_sample(path: Path = SAMPLE) -> tuple[Labelled, ...]:
    """The labelled pairs. Raises :class:`SourceError` for a row that is not one."""
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    out = []
    for row_no, row in enumerate(rows, 1):
        if tuple(row) != COLUMNS or row["label"] not in ("same", "different") or bool(row["b"]) == bool(row["changes"]):
            raise SourceError(
                f"{path.name}, row {row_no}: needs {', '.join(COLUMNS)}; a label; b or changes, not both."
            )
        is_same = row["label"] == "same"
        out.append(Labelled(row_no, row["a"], row["b"], row["changes"], is_same, row["drawn"]))
    return tuple(out)


def measure(snapshot: duckdb.DuckDBPyConnection, sample: Iterable[Labelled]) -> tuple[Score, ...]:
    """A score for each method, diarienummer and orgnr_title_start, and for both together, on the pairs at hand."""
    rows = at_hand(snapshot, sample)
    numbered = [p for p, both in rows.items() if all(row["diarienummer"] for row in both)]
    as_they_are = verdicts(rows)
    without = verdicts({p: (_unnumbered(a), _unnumbered(b)) for p, (a, b) in rows.items()})
    return (
        _score("diarienummer", numbered, as_they_are),
        _score("orgnr_title_start", list(rows), without),
        _score("together", list(rows), as_they_are),
    )


def _unnumbered(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "diarienummer": None}


def _score(method: str, pairs: list[Labelled], found: Mapping[Labelled, tuple[str, str]]) -> Score:
    linked = {p for p in pairs if found[p][0] == "linked" and method in (found[p][1], "together")}
    right, wrong = sum(p.is_same for p in linked), sum(not p.is_same for p in linked)
    left = [p for p in pairs if p.is_same and p not in linked]
    return Score(
        method, len(pairs), right, wrong, len(left), sum(found[p][0] == "doubtful" for p in left),
        wilson(right, right + wrong), wilson(right, right + len(left)), f1(right, wrong, len(left)),
    )  # fmt: skip


def at_hand(snapshot: duckdb.DuckDBPyConnection, sample: Iterable[Labelled]) -> dict[Labelled, tuple[Any, Any]]:
    """The pairs whose records the snapshot holds -> the fields of both."""
    pairs = list(sample)
    known = _known(snapshot, {name for p in pairs for name in (p.a, p.b) if name})
    held = [p for p in pairs if p.a in known and (not p.b or p.b in known)]
    return {p: (known[p.a], known[p.b] if p.b else changed(known[p.a], p.changes)) for p in held}


def _known(snapshot: duckdb.DuckDBPyConnection, names: set[str]) -> dict[str, dict[str, Any]]:
    """Operation id -> its fields, with ``owners`` (role, orgnr, name) and ``amounts`` as the warehouse has them."""
    answer = snapshot.execute(
        f"SELECT operation_id, {_FIELDS}, "  # noqa: S608 (own columns)
        "(SELECT list([p.role, g.orgnr, g.name] ORDER BY p.role, g.org_id) FROM operation_party p "
        "JOIN organisation g USING (org_id) WHERE p.operation_id = o.operation_id) AS owners, "
        "(SELECT list(row(measure, currency, amount, is_rounded, is_derived) ORDER BY measure, currency) "
        "FROM operation_funding f WHERE f.operation_id = o.operation_id) AS amounts "
        "FROM operation o WHERE list_contains(?, operation_id)",
        [sorted(names)],
    )
    columns = [column[0] for column in answer.description or ()]
    return {row[0]: dict(zip(columns, row, strict=True)) for row in answer.fetchall()}


def verdicts(rows: Mapping[Labelled, tuple[Any, Any]]) -> dict[Labelled, tuple[str, str]]:
    """Each pair -> (linked, its method) or (doubtful or apart, the reason), by :func:`etl.match.link_operations`.

    Each pair is a portfolio of its own, so that pairs do not meet.
    """
    con = connected()
    try:
        con.execute((Path(__file__).parent / "schema.sql").read_text("utf-8"))
        for p, both in rows.items():
            for side, row in zip("ab", both, strict=True):
                _insert(con, f"{p.row_no:05}{side}", f"import_{p.row_no}", side, row)
        link_operations(con)
        found = {
            int(a[:5]): (verdict, method or reason)
            for a, verdict, method, reason in con.execute(
                "SELECT a_id, verdict, method, reason FROM operation_pair"
            ).fetchall()
        }
    finally:
        con.close()
    return {p: found.get(p.row_no, ("apart", "")) for p in rows}


def _insert(con: duckdb.DuckDBPyConnection, name: str, portfolio: str, side: str, row: Mapping[str, Any]) -> None:
    con.execute(
        "INSERT INTO source_file (source_id, file_name, kind, registry, publisher, title_sv, title_en, url, licence, "
        "licence_en, caveat_sv, caveat_en, sha256, bytes, expected_least, expected_most, quarantine_ceiling, "
        "stale_after_days, precedence, portfolio, rows_read, rows_loaded, rows_quarantined) "
        "SELECT $name, $name, 'operations', $side, '', '', '', '', '', '', '', '', repeat('0', 64), 1, 0, 1, 0, 0, 50, "
        "$portfolio, 1, 1, 0",
        {"name": name, "side": side, "portfolio": portfolio},
    )
    con.execute("INSERT INTO raw_record VALUES (?, ?, 1, '{}')", [name, name])
    con.execute(
        "INSERT INTO operation (operation_id, local_id, registry, source_id, file_name, portfolio, row_no, title_sv, "
        "title_en, diarienummer, fund_code, programming_period, start_date, start_precision) "
        "VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?)",
        [name, name, side, name, name, portfolio, *(row[field] for field in _FIELDS.split(", "))],
    )
    for number, (role, orgnr, owner) in enumerate(row["owners"] or ()):
        org_id = f"{name}:{number}"
        con.execute("INSERT INTO organisation VALUES (?, ?, ?, ?, NULL, NULL, NULL)", [org_id, orgnr, owner, owner])
        con.execute("INSERT INTO organisation_name VALUES (?, ?)", [org_id, owner])
        con.execute("INSERT INTO operation_party VALUES (?, ?, ?)", [name, org_id, role])
    for measure_, currency, amount, is_rounded, is_derived in row["amounts"] or ():
        con.execute(
            "INSERT INTO operation_funding VALUES (?, ?, ?, ?, '', ?, ?, ?, ?, 1)",
            [name, measure_, amount, currency, is_rounded, is_derived, name, name],
        )
