"""How figures are told and counted: portfolios, prices and currency, places, national operations."""

from __future__ import annotations

from dashboard.db import Row, Warehouse
from dashboard.questions import cubes
from dashboard.selection import BASES, SWEDEN, Selection

_PLACING = """
SELECT count(DISTINCT id) FILTER (location_type = 'operation') AS activity,
    count(DISTINCT id) FILTER (location_type = 'beneficiary') AS owner,
    count(DISTINCT id) FILTER (location_type = 'national') AS national,
    count(DISTINCT id) FILTER (location_type = 'unknown') AS unknown
FROM {placed}
"""


def portfolios(w: Warehouse) -> dict[str, tuple[str, str]]:
    """Portfolio -> Swedish and English title of its sources, Sweden first; only those that hold operations."""
    rows = w.rows(
        "SELECT p.portfolio, string_agg(DISTINCT f.title_sv, ', ' ORDER BY f.title_sv) AS title_sv, "
        "string_agg(DISTINCT f.title_en, ', ' ORDER BY f.title_en) AS title_en "
        "FROM mart_portfolio_source p JOIN source_file f USING (source_id) WHERE p.is_first "
        "GROUP BY p.portfolio ORDER BY p.portfolio <> $home, p.portfolio",
        {"home": SWEDEN},
    )
    return {r["portfolio"]: (r["title_sv"], r["title_en"]) for r in rows}


def sources(w: Warehouse, portfolio: str) -> tuple[Row, ...]:
    """The sources of a portfolio's operations: title_sv, title_en, retrieved_at."""
    return w.rows(
        "SELECT any_value(title_sv) AS title_sv, any_value(title_en) AS title_en, max(retrieved_at) AS retrieved_at "
        "FROM source_file WHERE kind = 'operations' AND source_id IN (SELECT source_id FROM mart_portfolio_source "
        "WHERE portfolio = $portfolio) GROUP BY source_id ORDER BY title_sv",
        {"portfolio": portfolio},
    )


def about(w: Warehouse, bas: str) -> Row:
    """A basis: price_year (of fixed prices), rate (kronor for a euro) and rate_date, and its source row; else None."""
    none = dict.fromkeys(("price_year", "rate", "rate_date", "source_id", "file_name", "row_no"))
    return w.row("SELECT * FROM mart_basis WHERE basis = $bas", {"bas": bas}) or {**none, "basis": bas}


def known(w: Warehouse) -> tuple[str, ...]:
    """The bases that this snapshot has index or rate for."""
    found = {r["basis"] for r in w.rows("SELECT basis FROM mart_basis")}
    return tuple(bas for bas in BASES if bas in found)


def placing(w: Warehouse, sel: Selection) -> Row:
    """How the selection's operations are placed: activity, owner, national, unknown (operations; they may overlap)."""
    if cells := cubes.of(sel, placed=True):
        kinds = {"activity": "operation", "owner": "beneficiary", "national": "national", "unknown": "unknown"}
        sums = ", ".join(
            f"CAST(coalesce(sum(c.n) FILTER (c.location_type = '{kind}'), 0) AS BIGINT) AS {name}"
            for name, kind in kinds.items()
        )
        found = w.row(
            f"SELECT {sums} FROM mart_cube_type c SEMI JOIN {cells.sql} o USING (cell) "
            "WHERE c.facet = $facet AND c.value = $value AND c.plats = $plats AND c.spread = $spread",
            cells.params | sel.places(),
        )
        return found or {}
    return w.row(*cubes.single(w, sel).asked(_PLACING)) or {}
