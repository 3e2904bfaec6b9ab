"""What has changed since another snapshot. Measures, currencies and portfolios are never added to each other.

Every figure is of a place (a län code, SE or okant) or of the whole (:data:`WHOLE`). Operations count in full in every
place that they touch; money by its part there, so that places sum to the whole to the öre.
"""

from __future__ import annotations

from pathlib import Path

from dashboard.db import Comparison, Kept, Row, Warehouse, kept

WHOLE = "*"
SWEDEN = "sverige"

_COUNTS = """
SELECT h.*, c.* EXCLUDE (portfolio) FROM held h
LEFT JOIN (
    SELECT portfolio, count(*) AS rows,
        count(*) FILTER (kind = 'new' AND because = 'source') AS new_by_source,
        count(*) FILTER (kind = 'withdrawn' AND because = 'source') AS withdrawn_by_source,
        count(*) FILTER (status_after = 'ended' AND status_cause = 'date') AS ended,
        count(*) FILTER (status_after = 'ended' AND status_cause = 'source') AS ended_by_source,
        count(*) FILTER (status_after = 'running' AND status_cause = 'date') AS started,
        count(*) FILTER (status_after = 'running' AND status_cause = 'source') AS started_by_source,
        count(*) FILTER (status_after NOT IN ('ended', 'running') AND status_cause IS NOT NULL) AS other_status,
        count(*) FILTER (kind = 'kept' AND amounts <> []) AS amounts,
        count(*) FILTER (list_has_any(reads, ['title', 'title_en'])) AS title,
        count(*) FILTER (list_has_any(reads, ['start_date', 'end_date'])) AS dates,
        count(*) FILTER (list_contains(reads, 'owner')) AS owner,
        count(*) FILTER (list_has_any(reads, ['lan', 'kommun', 'place_type'])) AS places,
        count(*) FILTER (list_contains(reads, 'records')) AS linked
    FROM (SELECT *, list_transform(fields, lambda f: f.field) AS reads FROM change
        WHERE $code = '*' OR list_contains(codes, $code))
    GROUP BY portfolio
) c USING (portfolio)
WHERE h.code = $code ORDER BY portfolio <> 'sverige', portfolio
"""
_ROWS = """
SELECT *, count(*) OVER () AS matches FROM change
WHERE ($code = '*' OR list_contains(codes, $code)) AND ($portfolio IS NULL OR portfolio = $portfolio)
ORDER BY portfolio <> 'sverige', portfolio, because IS NOT DISTINCT FROM 'source',
    CASE kind WHEN 'new' THEN 1 WHEN 'withdrawn' THEN 2 WHEN 'merged' THEN 4 WHEN 'split' THEN 5 ELSE 3 END,
    CASE status_after WHEN 'ended' THEN 1 WHEN 'running' THEN 2 ELSE 3 END, status_cause, amounts = [], title_sv, id
LIMIT $limit OFFSET $offset
"""
_INDICATORS = """
SELECT indicator_code, count(*) FILTER (kind = 'new_indicator') AS new_indicator,
    count(*) FILTER (kind = 'new_period') AS new_period, count(*) FILTER (kind = 'new_value') AS new_value,
    count(*) FILTER (kind = 'withdrawn') AS withdrawn, count(*) FILTER (kind = 'revised') AS revised,
    count(*) FILTER (kind = 'flag') AS flag,
    list(DISTINCT period ORDER BY period) FILTER (kind IN ('new_indicator', 'new_period')) AS periods
FROM value WHERE $code = '*' OR lan_code = $code GROUP BY 1 ORDER BY 1
"""
_VALUES = """
SELECT indicator_code, region_code, level, period, sex, kind, before, after, flag_before, flag_after,
    source_id, file_name, row_no, count(*) OVER () AS matches
FROM value WHERE kind IN ('revised', 'withdrawn', 'flag') AND ($code = '*' OR lan_code = $code)
ORDER BY indicator_code, period DESC, level = 'kommun', region_code, sex LIMIT $limit
"""


def earlier(folder: Path, w: Warehouse) -> tuple[Kept, ...]:
    """The snapshots that were built before ``w``, the newest first."""
    every = kept(folder)
    place = next((n for n, k in enumerate(every) if k.snapshot_id == w.snapshot_id), len(every))
    return every[place + 1 :]


def versions(c: Comparison) -> Row:
    """The two snapshots, and whether they were built by the same rules.

    before_as_of, before_built_at, after_as_of, after_built_at, is_other_rules, values_before and values_after (the
    indicator values of each).
    """
    return c.row("SELECT * FROM versions") or {}


def counts(c: Comparison, code: str = WHOLE) -> tuple[Row, ...]:
    """One row a portfolio: how many operations there were and are, and what became of them.

    after = before + new + split + moved_in - withdrawn - merged - moved_out. ``ended`` and ``started`` because the day
    came, ``ended_by_source`` and ``started_by_source`` because the source says otherwise than it did; ``other_status``;
    ``amounts``, ``title``, ``dates``, ``owner``, ``places``, ``linked``: operations with such a change. ``rows``: all;
    ``new_by_source`` and ``withdrawn_by_source``: of the new and the withdrawn, those whose whole source came or went.
    """
    found = c.rows(_COUNTS, {"code": code})
    return tuple({name: 0 if n is None else n for name, n in r.items()} for r in found)


def ledger(c: Comparison, code: str = WHOLE) -> tuple[Row, ...]:
    """One row a portfolio, measure and currency: the sum before and after, and what lies between.

    after = before + new + split - withdrawn - merged + changed + moved, None as 0; ``moved``: the amount stands but its
    places do not.
    """
    return c.rows(
        "SELECT * FROM ledger WHERE code = $code ORDER BY portfolio <> 'sverige', portfolio, measure, currency DESC",
        {"code": code},
    )


def rows(
    c: Comparison, code: str = WHOLE, *, portfolio: str | None = None, limit: int = 1_000_000, offset: int = 0
) -> tuple[Row, ...]:
    """The operations that have changed, ``matches`` of them in all; new and withdrawn first, whole sources last.

    ``kind``: new, withdrawn, kept, merged (into ``after_id``), split (from ``before_id``); ``fields`` and ``amounts``
    (whole, not parts) with before and after; ``because``: only the record has come or gone, or its whole source.
    """
    return c.rows(_ROWS, {"code": code, "portfolio": portfolio, "limit": limit, "offset": offset})


def indicators(c: Comparison, code: str = WHOLE) -> tuple[Row, ...]:
    """One row an indicator with changed values: how many of each kind, and the periods that are new.

    Of a län: its own values and those of its kommuner.
    """
    return c.rows(_INDICATORS, {"code": code})


def values(c: Comparison, code: str = WHOLE, limit: int = 1_000_000) -> tuple[Row, ...]:
    """The values that were known before and are not the same. ``kind``: revised, withdrawn, flag."""
    return c.rows(_VALUES, {"code": code, "limit": limit})
