"""Outcome contracts and social investments: which there are, and what each says of itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from dashboard.db import Row, Warehouse

MEASURES = ("outcome_payment", "social_investment", "disbursed")
_IS_CONTRACT = "(o.fund_code = 'INDIGO' OR list_contains($told, o.operation_id))"


def listed(w: Warehouse, portfolio: str) -> tuple[Row, ...]:
    """A row a contract of the portfolio, most said first: operation_id, local_id, title_sv, title_en.

    A contract is a record of INDIGO, or an operation that says something of itself as one (:func:`terms`).
    """
    said = [r["operation_id"] for r in terms(w)] or [""]
    return w.rows(
        "SELECT o.operation_id, o.local_id, o.title_sv, o.title_en FROM mart_operation o "
        f"WHERE o.portfolio = $portfolio AND {_IS_CONTRACT} "
        "ORDER BY -len(list_filter($told, lambda x: x = o.operation_id)), o.title_sv, o.operation_id",
        {"portfolio": portfolio, "told": said},
    )


def terms(w: Warehouse) -> tuple[Row, ...]:
    """All statements, a row each, in the sources' order: ``mart_term``; none in a snapshot from before there were any.

    ``amount`` is a unit's price in ``currency``; ``number`` the metric it is about, 0 for the whole contract.
    """
    if w.row("SELECT 1 AS one FROM duckdb_tables() WHERE table_name = 'mart_term'") is None:
        return ()
    return w.rows("SELECT * FROM mart_term ORDER BY operation_id, source_id, file_name, row_no, number, field")


def grouped(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rows by operation_id."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["operation_id"]].append(row)
    return found


def amounts(w: Warehouse) -> tuple[Row, ...]:
    """What is at most paid, invested and has been paid, a row an operation, measure and currency."""
    return w.rows(
        "SELECT operation_id, measure, currency, amount, label_in_source, is_rounded FROM mart_funding "
        "WHERE list_contains($measures, measure) ORDER BY operation_id, measure, currency",
        {"measures": list(MEASURES)},
    )


def parties(w: Warehouse, portfolio: str, role: str) -> tuple[Row, ...]:
    """The portfolio's organisations in a role: operation_id, name; a row an operation and name."""
    return w.rows(
        "SELECT DISTINCT l.canonical_id AS operation_id, g.name FROM operation_party p "
        "JOIN organisation g USING (org_id) JOIN operation_link l USING (operation_id) "
        "JOIN mart_operation o ON o.operation_id = l.canonical_id "
        "WHERE p.role = $role AND o.portfolio = $portfolio ORDER BY 1, 2",
        {"role": role, "portfolio": portfolio},
    )


def operation(w: Warehouse, local_id: str) -> Row | None:
    """The operation with this id of its own, as ``mart_operation`` has it."""
    return w.row("SELECT * FROM mart_operation WHERE local_id = $id ORDER BY operation_id LIMIT 1", {"id": local_id})
