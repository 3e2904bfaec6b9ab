"""Controlled terms: target groups, methods with checklists, challenges with indicators, themes found by words."""

from __future__ import annotations

from dashboard.db import Row, Warehouse

_GROUPS = """
SELECT g.code, g.title_sv, g.title_en, g.synonyms, n.indicator_code, n.fit, count(o.operation_id) AS n
FROM target_group g
LEFT JOIN group_need n ON n.target_group_code = g.code
LEFT JOIN mart_target_group t ON t.target_group_code = g.code
LEFT JOIN mart_operation o ON o.operation_id = t.operation_id AND o.portfolio = $portfolio
GROUP BY ALL ORDER BY n DESC, g.title_sv
"""
_METHODS = """
SELECT m.*, count(o.operation_id) AS n
FROM method m
LEFT JOIN mart_method t ON t.method_code = m.code
LEFT JOIN mart_operation o ON o.operation_id = t.operation_id AND o.portfolio = $portfolio
GROUP BY ALL ORDER BY m.row_no
"""
_THEMES = """
SELECT t.*, count(o.operation_id) AS n,
    list(o.title_sv ORDER BY o.title_sv) FILTER (o.operation_id IS NOT NULL) AS titles
FROM theme t
LEFT JOIN mart_theme m ON m.code = t.code AND m.scheme = 'word'
LEFT JOIN mart_operation o ON o.operation_id = m.operation_id AND o.portfolio = $portfolio
GROUP BY ALL ORDER BY t.row_no
"""


def groups(w: Warehouse, portfolio: str) -> tuple[Row, ...]:
    """One row a target group: titles, synonyms, the indicator of its need with its fit, n initiatives (unique)."""
    return w.rows(_GROUPS, {"portfolio": portfolio})


def methods(w: Warehouse, portfolio: str) -> tuple[Row, ...]:
    """One row a method: titles, synonyms, checklist in both languages, the seed item that it is, n initiatives."""
    return w.rows(_METHODS, {"portfolio": portfolio})


def method_cover(w: Warehouse, portfolio: str) -> Row:
    """Initiatives of a portfolio: all; told (the source names a method); known (by the vocabulary)."""
    return w.row(
        "SELECT count(*) AS all, count(*) FILTER (operation_id IN (SELECT canonical_id FROM operation_link JOIN "
        "operation_method USING (operation_id))) AS told, "
        "count(*) FILTER (operation_id IN (SELECT operation_id FROM mart_method)) AS known "
        "FROM mart_operation WHERE portfolio = $portfolio",
        {"portfolio": portfolio},
    ) or {}  # fmt: skip


def challenges(w: Warehouse) -> tuple[Row, ...]:
    """One row a challenge in the file's order: titles, item_ids, indicators (codes), why these or why none."""
    return w.rows("SELECT * FROM challenge ORDER BY row_no")


def themes(w: Warehouse, portfolio: str) -> tuple[Row, ...]:
    """One row a theme that is found by words: titles, said (the words), n initiatives and their titles."""
    return w.rows(_THEMES, {"portfolio": portfolio})
