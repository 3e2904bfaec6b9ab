"""Source rows behind hidden counts of persons: their cells read "..", and so do complaints and conflicts about them."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

import duckdb

WITHHELD = ".."

_NUMBER = re.compile(r"\s*[-+<]?[0-9][0-9 \u00a0.,]*\s*%?\s*")
_WHOLE = re.compile(r"(?<![0-9.,])[0-9]+(?![0-9]|[.,][0-9])")

_ROWS = """
WITH counted AS (
    SELECT v.source_id, v.file_name, v.row_no, h.area IS NOT NULL AS is_hidden FROM indicator_value v
    LEFT JOIN suppressed_cell h ON h.area = v.indicator_code AND h.subject = v.region_code AND h.occasion = v.period
        AND h.sex = v.sex
    UNION ALL SELECT o.source_id, o.file_name, o.row_no, h.area IS NOT NULL FROM operation o
    LEFT JOIN suppressed_cell h ON h.area = 'participants' AND h.subject = o.operation_id
), behind AS (SELECT source_id, file_name, row_no, bool_or(is_hidden) AS is_hidden FROM counted GROUP BY ALL),
refused AS (SELECT DISTINCT source_id, file_name, row_no FROM load_issue WHERE severity = 'quarantine')
SELECT r.source_id, r.file_name, r.row_no, r.payload, coalesce(b.is_hidden, q.row_no IS NOT NULL) AS is_withheld
FROM raw_record r
LEFT JOIN behind b USING (source_id, file_name, row_no) LEFT JOIN refused q USING (source_id, file_name, row_no)
WHERE list_contains($counting, r.source_id)
    AND (list_contains($declared, r.source_id) OR b.is_hidden OR q.row_no IS NOT NULL)
"""
_CONFLICTS = """
SELECT rowid, source_id, file_name, row_no, value_a, value_b, operation_id IN (
    SELECT l.operation_id FROM operation_link l JOIN operation_link m USING (canonical_id)
    JOIN suppressed_cell h ON h.area = 'participants' AND h.subject = m.operation_id)
FROM operation_conflict WHERE starts_with(field, 'participants_actual')
"""


def mask_rows(con: duckdb.DuckDBPyConnection, least: int, columns: Mapping[str, tuple[str, ...]]) -> None:
    """Take counts of persons out of source rows that show a hidden one, that were refused, or that hold a small one.

    ``columns``: source -> its columns with counts of persons. Of a source that counts persons and declares no column,
    every number of such a row goes.
    """
    declared = {source: names for source, names in columns.items() if names}
    counting = sorted({*declared, *_counting(con)})
    found = con.execute(_ROWS, {"counting": counting, "declared": sorted(declared)}).fetchall()
    for source, file_name, row_no, payload, is_withheld in found:
        before = json.loads(payload)
        after = _masked(before, declared.get(source), is_withheld, least)
        if after != before:
            _write(con, after, source, file_name, row_no)
        if is_withheld:
            _mask_issues(con, declared.get(source), source, file_name, row_no)
    for rowid, source, file_name, row_no, one, other, is_hidden in con.execute(_CONFLICTS).fetchall():
        if is_hidden or _is_small(one, least) or _is_small(other, least):
            con.execute(
                "UPDATE operation_conflict SET value_a = '..', value_b = '..', note = '' WHERE rowid = ?", [rowid]
            )
            (payload,) = con.execute(
                "SELECT payload FROM raw_record WHERE source_id = ? AND file_name = ? AND row_no = ?",
                [source, file_name, row_no],
            ).fetchone() or ("{}",)
            kept = json.loads(payload)
            kept |= {name: WITHHELD for name in kept if name in ("value_a", "value_b", "note")}
            _write(con, kept, source, file_name, row_no)


def _counting(con: duckdb.DuckDBPyConnection) -> list[str]:
    rows = con.execute(
        "SELECT DISTINCT source_id FROM indicator_value v JOIN suppressed_cell h ON h.area = v.indicator_code "
        "UNION SELECT DISTINCT source_id FROM operation o JOIN suppressed_cell h ON h.subject = o.operation_id"
    ).fetchall()
    return [source for (source,) in rows]


def _masked(payload: dict[str, Any], columns: Collection[str] | None, is_withheld: bool, least: int) -> dict[str, Any]:
    if columns is None:
        return {name: _numbers(value) for name, value in payload.items()} if is_withheld else payload
    return {
        name: WITHHELD if name in columns and ((is_withheld and _counts(value)) or _is_small(value, least)) else value
        for name, value in payload.items()
    }


def _numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _numbers(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_numbers(inner) for inner in value]
    return WITHHELD if _counts(value) else value


def _counts(value: Any) -> bool:
    if isinstance(value, dict | list):
        return True
    if isinstance(value, str):
        return bool(re.search("[0-9]", value))
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_small(value: Any, least: int) -> bool:
    """Whether a cell holds a whole number from 1 up to ``least``, alone or among other text."""
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return any(_is_small(one, least) for one in inner)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return 0 < value < least
    return isinstance(value, str) and any(0 < int(found) < least for found in _WHOLE.findall(value) if len(found) < 10)


def _mask_issues(
    con: duckdb.DuckDBPyConnection, columns: Collection[str] | None, source: str, file_name: str, row_no: int
) -> None:
    con.execute(
        "UPDATE load_issue SET value = '..', message = replace(message, value, '..') "
        "WHERE source_id = $source AND file_name = $file AND row_no = $row AND regexp_matches(value, '[0-9]') "
        'AND ($columns IS NULL OR list_contains($columns, "column"))',
        {"source": source, "file": file_name, "row": row_no, "columns": None if columns is None else list(columns)},
    )


def _write(con: duckdb.DuckDBPyConnection, payload: dict[str, Any], source: str, file_name: str, row_no: int) -> None:
    con.execute(
        "UPDATE raw_record SET payload = ? WHERE source_id = ? AND file_name = ? AND row_no = ?",
        [json.dumps(payload, ensure_ascii=False), source, file_name, row_no],
    )
