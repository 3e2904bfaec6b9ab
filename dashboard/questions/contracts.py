"""Outcome contracts and social investments: which there are, and what each says of itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from dashboard.db import Row, Warehouse


def listed(w: Warehouse, portfolio: str) -> tuple[Row, ...]:
    """A row a contract of the portfolio, most said first: operation_id, local_id, title_sv, title_en.

    A contract is a record of INDIGO, or an operation that says something of itself as one (:func:`terms`).
    """
    return w.rows(
        "SELECT operation_id, local_id, title_sv, title_en FROM mart_contract WHERE portfolio = $portfolio "
        "ORDER BY said DESC, title_sv, operation_id",
        {"portfolio": portfolio},
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
    """What contracts pay at most, invest and have paid, a row an operation, measure and currency."""
    return w.rows(
        "FROM (SELECT operation_id, unnest(amounts, recursive := true) FROM mart_contract) "
        "ORDER BY operation_id, measure, currency"
    )


def investors(w: Warehouse, portfolio: str) -> tuple[Row, ...]:
    """Who invests in the portfolio's contracts: operation_id, name; a row an operation and name."""
    return w.rows(
        "SELECT operation_id, unnest(investors) AS name FROM mart_contract WHERE portfolio = $portfolio ORDER BY 1, 2",
        {"portfolio": portfolio},
    )


def operation(w: Warehouse, local_id: str) -> Row | None:
    """The operation with this id of its own, as ``mart_operation`` has it."""
    return w.row("SELECT * FROM mart_operation WHERE local_id = $id ORDER BY operation_id LIMIT 1", {"id": local_id})
