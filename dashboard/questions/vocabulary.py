"""Controlled terms: target groups, methods with checklists, challenges with indicators, themes found by words."""

from __future__ import annotations

from dashboard.db import Row, Warehouse

_COUNTED = """(SELECT c.value AS code, CAST(sum(c.n) AS BIGINT) AS n FROM mart_cube c
    SEMI JOIN (FROM mart_cell WHERE portfolio = $portfolio) USING (cell) WHERE c.facet = '{facet}' GROUP BY c.value)"""
_GROUPS = f"""
SELECT g.code, g.title_sv, g.title_en, g.synonyms, n.indicator_code, n.fit, coalesce(c.n, 0) AS n
FROM target_group g
LEFT JOIN group_need n ON n.target_group_code = g.code
LEFT JOIN {_COUNTED.format(facet="malgrupp")} c USING (code)
ORDER BY n DESC, g.title_sv
"""
_METHODS = f"""
SELECT m.*, coalesce(c.n, 0) AS n FROM method m LEFT JOIN {_COUNTED.format(facet="metod")} c USING (code)
ORDER BY m.row_no
"""
_THEMES = """
SELECT t.*, coalesce(c.n, 0) AS n, c.titles
FROM theme t
LEFT JOIN (
    SELECT l.value AS code, count(*) AS n, list(o.title_sv ORDER BY o.title_sv) AS titles
    FROM (SELECT value, place FROM mart_listed SEMI JOIN (FROM mart_cell WHERE portfolio = $portfolio) USING (cell)
        WHERE facet = 'tema' AND value IN (SELECT code FROM theme)) l
    JOIN (SELECT place, title_sv FROM mart_card) o USING (place) GROUP BY l.value) c USING (code)
ORDER BY t.row_no
"""


def groups(w: Warehouse, portfolio: str) -> tuple[Row, ...]:
    """One row a target group: titles, synonyms, the indicator of its need with its fit, n initiatives (unique)."""
    return w.rows(_GROUPS, {"portfolio": portfolio})


def methods(w: Warehouse, portfolio: str) -> tuple[Row, ...]:
    """One row a method: titles, synonyms, checklist in both languages, the seed item that it is, n initiatives."""
    return w.rows(_METHODS, {"portfolio": portfolio})


def method_cover(w: Warehouse, portfolio: str) -> Row:
    """Initiatives of a portfolio: all; told (the source names a method); known (by the vocabulary)."""
    found = w.row(
        "SELECT n AS all, told, known FROM mart_method_cover WHERE portfolio = $portfolio", {"portfolio": portfolio}
    )
    return found or {"all": 0, "told": 0, "known": 0}


def challenges(w: Warehouse) -> tuple[Row, ...]:
    """One row a challenge in the file's order: titles, item_ids, indicators (codes), why these or why none."""
    return w.rows("SELECT * FROM challenge ORDER BY row_no")


def themes(w: Warehouse, portfolio: str) -> tuple[Row, ...]:
    """One row a theme that is found by words: titles, said (the words), n initiatives and their titles."""
    return w.rows(_THEMES, {"portfolio": portfolio})
