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


def link_operations(con: duckdb.DuckDBPyConnection) -> int:
    """Fill ``operation_link``, one row an operation; returns how many are linked to another registry's.

    Operations are the same when they carry the same diarienummer, each alone with it in its own source; the one
    whose source has the lowest ``priority`` is canonical.
    """
    con.execute(_BY_DIARIENUMMER)
    row = con.execute("SELECT count(*) FROM operation_link WHERE method <> 'self'").fetchone()
    return int(row[0]) if row else 0
