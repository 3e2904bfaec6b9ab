"""Records of different registries that are, or may be, the same operation."""

from __future__ import annotations

from dashboard.db import Row, Warehouse

PAGE = 25
_METHODS = (
    ("number", "diarienummer"), ("key", "common_key"), ("owner", "orgnr_title_start"), ("manual", "manual"),
)  # fmt: skip


def doubtful(w: Warehouse, limit: int = PAGE) -> tuple[Row, ...]:
    """Pairs for a person to decide, most alike first: all of ``operation_pair``; ``matches`` is the whole count."""
    return w.rows(
        "SELECT *, count(*) OVER () AS matches FROM operation_pair WHERE verdict = 'doubtful' "
        "ORDER BY title_similarity DESC, start_gap_days NULLS LAST, a_id, b_id LIMIT $limit",
        {"limit": limit},
    )


def records(w: Warehouse, ids: list[str]) -> dict[str, Row]:
    """Operation id -> the record as its registry has it: titles, owners, dates, amounts, source row."""
    return {
        r["operation_id"]: r
        for r in w.rows("SELECT * FROM mart_pair_record WHERE list_contains($ids, operation_id)", {"ids": ids})
    }


def counts(w: Warehouse) -> Row:
    """Records linked by each method (number, key, owner, manual); pairs compared and possible."""
    sums = ", ".join(f"coalesce(any_value(n) FILTER (method = '{of}'), 0) AS {name}" for name, of in _METHODS)
    return w.row(
        f"SELECT {sums}, (SELECT n FROM link_count WHERE name = 'compared') AS compared, "
        "(SELECT n FROM link_count WHERE name = 'possible') AS possible FROM mart_linked"
    ) or {}  # fmt: skip


def members(w: Warehouse, canonical_id: str) -> tuple[Row, ...]:
    """An operation's records, the leading one first: the record, its link's method and confidence (0 to 1)."""
    return w.rows(
        "SELECT o.operation_id, o.title_sv, o.title_en, o.source_id, o.file_name, o.row_no, l.method, l.confidence, "
        "s.title_sv AS source_sv, s.title_en AS source_en FROM operation_link l JOIN operation o USING (operation_id) "
        "JOIN source_file s ON s.source_id = o.source_id AND s.file_name = o.file_name "
        "WHERE l.canonical_id = $id ORDER BY l.method <> 'self', s.precedence, o.operation_id",
        {"id": canonical_id},
    )


def evidence(w: Warehouse, canonical_id: str) -> tuple[Row, ...]:
    """The pairs by which an operation's records were linked, as ``operation_pair`` has them."""
    return w.rows(
        "SELECT p.* FROM operation_pair p JOIN operation_link a ON a.operation_id = p.a_id "
        "JOIN operation_link b ON b.operation_id = p.b_id "
        "WHERE p.verdict = 'linked' AND a.canonical_id = $id AND b.canonical_id = $id ORDER BY p.a_id, p.b_id",
        {"id": canonical_id},
    )
