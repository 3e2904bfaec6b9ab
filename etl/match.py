"""The same operation in two registries: linked, so that totals count it once."""

from __future__ import annotations

import duckdb

_BY_DIARIENUMMER = """
INSERT INTO operation_link
WITH keyed AS (
    SELECT o.operation_id, o.source_id, s.precedence, o.portfolio, o.diarienummer,
        o.diarienummer IS NOT NULL AND count(*) OVER (PARTITION BY o.diarienummer, o.source_id) = 1 AS is_single
    FROM operation o JOIN source_file s ON s.source_id = o.source_id AND s.file_name = o.file_name
), led AS (
    SELECT operation_id, CASE WHEN is_single THEN first_value(operation_id) OVER (
        PARTITION BY is_single, portfolio, diarienummer ORDER BY precedence, operation_id)
        ELSE operation_id END AS canonical_id
    FROM keyed
)
SELECT operation_id, canonical_id,
    CASE WHEN operation_id = canonical_id THEN 'self' ELSE 'diarienummer' END, 1.0
FROM led
"""

_BY_COMMON_KEY = """
UPDATE operation_link SET canonical_id = led.canonical_id, method = 'common_key', confidence = 0.95
FROM (
    SELECT k.operation_id, first_value(l.canonical_id) OVER (
        PARTITION BY k.portfolio, k.common_key ORDER BY k.precedence, k.operation_id) AS canonical_id
    FROM (
        SELECT o.operation_id, o.portfolio, o.common_key, s.precedence
        FROM operation o JOIN source_file s ON s.source_id = o.source_id AND s.file_name = o.file_name
        WHERE o.common_key IS NOT NULL
        QUALIFY count(*) OVER (PARTITION BY o.portfolio, o.common_key, o.source_id) = 1
    ) k JOIN operation_link l USING (operation_id)
) led
WHERE led.operation_id = operation_link.operation_id AND led.canonical_id <> operation_link.operation_id
    AND operation_link.canonical_id = operation_link.operation_id
    AND operation_link.operation_id NOT IN (SELECT canonical_id FROM operation_link WHERE method <> 'self')
"""
"""Run after the others: an operation that is linked, or that others are linked to, is left as it is."""


def link_operations(con: duckdb.DuckDBPyConnection) -> int:
    """Fill ``operation_link``, one row an operation; returns how many are linked to another registry's.

    Operations are the same when they carry the same diarienummer, each alone with it in its own source; the one
    whose source has the lowest ``priority`` is canonical. So are those with the same ``common_key``.
    """
    con.execute(_BY_DIARIENUMMER)
    con.execute(_BY_COMMON_KEY)
    row = con.execute("SELECT count(*) FROM operation_link WHERE method <> 'self'").fetchone()
    return int(row[0]) if row else 0
