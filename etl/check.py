"""The data-quality report: missing, out of range, in conflict, too few or stale, against declared ceilings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from etl.disclosure import recoverable
from etl.published import open_published


@dataclass(frozen=True)
class Finding:
    """One measured fault. ``measured`` and ``of`` are counts; ``ceiling`` is the greatest count or share allowed.

    ``ceiling`` None: reported, never broken.
    """

    area: str
    name: str
    measured: int
    of: int
    ceiling: float | None

    @property
    def share(self) -> float:
        return self.measured / self.of if self.of else 0.0

    @property
    def is_broken(self) -> bool:
        return self.ceiling is not None and self.share > self.ceiling


_MISSING = {  # of Swedish operations: what lists of a user's own lack is for them to know
    "title": ("title_sv = ''", 0.0),
    "source address": ("source_url IS NULL", None),
    "region": (
        "operation_id IN (SELECT operation_id FROM mart_location WHERE location_type = 'unknown')",
        0.3,
    ),
    "kommun": (
        "operation_id NOT IN (SELECT operation_id FROM mart_location WHERE kommun_code IS NOT NULL)",
        None,
    ),
    "amount": ("operation_id NOT IN (SELECT operation_id FROM mart_funding)", 0.5),
    "start date": ("start_date IS NULL", 0.6),
    "end date": ("end_date IS NULL", 0.6),
    "beneficiary": ("beneficiary IS NULL", 0.25),
    "diarienummer": ("diarienummer IS NULL", None),
    "target group": ("operation_id NOT IN (SELECT operation_id FROM mart_target_group)", None),
    "planned participants": (
        "operation_id NOT IN (SELECT operation_id FROM mart_participants WHERE value_type = 'planned')",
        None,
    ),
}
_RANGE = {
    "operation: dates outside 1990-2060": (
        "SELECT count(*) FILTER (year(start_date) NOT BETWEEN 1990 AND 2060 "
        "OR year(end_date) NOT BETWEEN 1990 AND 2060), "
        "count(*) FROM operation",
        0.0,
    ),
    "operation: ends before it starts": (
        "SELECT count(*) FILTER (CASE end_precision WHEN 'year' THEN make_date(year(end_date), 12, 31) "
        "WHEN 'month' THEN last_day(end_date) ELSE end_date END < start_date), count(*) FROM operation",
        0.0,
    ),
    "amount over 2 000 million": (
        "SELECT count(*) FILTER (amount > 2000000000), count(*) FROM operation_funding JOIN operation o USING "
        "(operation_id) WHERE o.portfolio = 'sverige'",
        0.0,
    ),
    "EU contribution over total cost": (
        "SELECT count(*) FILTER (a.amount > b.amount + 1), count(*) FROM operation_funding a JOIN operation_funding b "
        "USING (operation_id, currency) JOIN operation o USING (operation_id) WHERE a.measure = 'eu_contribution' "
        "AND b.measure = 'total_eligible_cost' AND o.portfolio = 'sverige'",
        0.02,
    ),
    "percentage outside 0-100": (
        "SELECT count(*) FILTER (value NOT BETWEEN 0 AND 100), count(*) FROM indicator_value v "
        "JOIN indicator i ON i.code = v.indicator_code WHERE i.unit = '%'",
        0.0,
    ),
    "negative indicator value": ("SELECT count(*) FILTER (value < 0), count(*) FROM indicator_value", 0.0),
}


def check(snapshot: Path, today: date | None = None) -> list[Finding]:
    """Measure a published snapshot. Staleness is counted in days from ``today`` (the real one by default)."""
    con = open_published(snapshot)
    try:
        return [
            *_missing(con), *_ranges(con), *_conflicts(con), *_disclosure(con), *_files(con, today or date.today())
        ]  # fmt: skip
    finally:
        con.close()


def _counted(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[int, int]:
    row = con.execute(sql).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def _missing(con: duckdb.DuckDBPyConnection) -> list[Finding]:
    found = []
    for name, (predicate, ceiling) in _MISSING.items():
        sql = f"SELECT count(*) FILTER ({predicate}), count(*) FROM mart_operation WHERE portfolio = 'sverige'"  # noqa: S608
        lacking, of = _counted(con, sql)
        found.append(Finding("missing", name, lacking, of, ceiling))
    return found


def _ranges(con: duckdb.DuckDBPyConnection) -> list[Finding]:
    return [Finding("range", name, *_counted(con, sql), ceiling) for name, (sql, ceiling) in _RANGE.items()]


def _conflicts(con: duckdb.DuckDBPyConnection) -> list[Finding]:
    operations, of = _counted(
        con,
        "SELECT (SELECT count(DISTINCT operation_id) FROM operation_conflict), (SELECT count(*) FROM mart_operation)",
    )
    linked, records = _counted(
        con,
        "SELECT (SELECT count(*) FROM (SELECT 1 FROM operation_funding f JOIN operation_link l USING (operation_id) "
        "GROUP BY l.canonical_id, f.measure, f.currency HAVING max(f.amount) - min(f.amount) > 1)), "
        "(SELECT count(*) FROM mart_funding)",
    )
    return [
        Finding("conflict", "operations on which sources disagree", operations, of, 0.15),
        Finding("conflict", "amounts that differ between linked registries", linked, records, 0.15),
    ]


def _disclosure(con: duckdb.DuckDBPyConnection) -> list[Finding]:
    """What is hidden of counts of persons, and whether an attack on what is shown gives any of it away."""
    areas = con.execute("SELECT area, min_count, cells, hidden, exposed FROM disclosure ORDER BY area").fetchall()
    hidden, of, exposed = (sum(row[place] for row in areas) for place in (3, 2, 4))
    least, any_hidden = areas[0][1], max(hidden, 1)
    return [
        *(Finding("disclosure", f"{area}: hidden to protect counts below {least}", gone, n, None)
          for area, _, n, gone, _ in areas if gone),
        Finding("disclosure", f"counts of persons hidden to protect those below {least}", hidden, of, None),
        Finding("disclosure", "hidden counts that the shown ones give away", len(recoverable(con)), any_hidden, 0.0),
        Finding("disclosure", "hidden counts that kept earlier snapshots give away", exposed, any_hidden, 0.0),
    ]  # fmt: skip


def _files(con: duckdb.DuckDBPyConnection, today: date) -> list[Finding]:
    found = []
    for source, name, read, least, most, quarantined, ceiling, retrieved, stale_after in con.execute(
        "SELECT source_id, file_name, rows_read, expected_least, expected_most, rows_quarantined, quarantine_ceiling, "
        "CAST(retrieved_at AS DATE), stale_after_days FROM source_file ORDER BY source_id, file_name"
    ).fetchall():
        label = f"{source}: {name}"
        outside = 0 if least <= read <= most else 1
        found.append(Finding("volume", f"{label}: outside {least}-{most} rows", outside, 1, 0.0))
        found.append(Finding("quarantine", label, quarantined, read, ceiling))
        if retrieved is not None:
            age = (today - retrieved).days
            found.append(Finding("staleness", f"{label}: days since retrieval", age, stale_after, 1.0))
    return found
