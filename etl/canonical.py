"""``mart_operation``: one row a canonical operation, so that a project in two registries counts once.

Texts are never gathered: an operation of one record is that record, read once, and what is looked up beside it is
narrow. So the memory is bounded whatever the number of operations.
"""

from __future__ import annotations

import duckdb

from etl.tables import FOLDED

PART = 500_000
"""So many operations' words are put together at a time."""

_MOVED = """
CREATE OR REPLACE TEMP TABLE moved AS
SELECT operation_id, canonical_id AS counted_as FROM operation_link WHERE operation_id <> canonical_id;
CREATE OR REPLACE TEMP TABLE several AS SELECT operation_id FROM moved UNION SELECT counted_as FROM moved
"""
"""As in :mod:`etl.aggregates`: records counted as another, and all records of operations with several. Few, so that
what concerns all records never joins the links of all."""

_LINKED = """
CREATE TEMP TABLE linked AS
WITH dated AS (
    SELECT o.* RENAME (priority AS programme_priority), l.canonical_id,
        (f.precedence, o.operation_id) AS precedence,  -- ties go by the id, not by the order of loading
        CASE o.end_precision WHEN 'year' THEN make_date(year(o.end_date), 12, 31)
            WHEN 'month' THEN last_day(o.end_date) ELSE o.end_date END AS last_date
    FROM operation o
    SEMI JOIN several USING (operation_id)
    JOIN operation_link l USING (operation_id)
    JOIN source_file f ON f.source_id = o.source_id AND f.file_name = o.file_name
)
SELECT canonical_id, count(*) AS records, list(operation_id ORDER BY precedence, operation_id) AS operation_ids,
    list(DISTINCT source_id ORDER BY source_id) AS source_ids, any_value(portfolio) AS portfolio,
    arg_min(start_date, precedence) FILTER (start_date IS NOT NULL) AS start_date,
    arg_min(start_precision, precedence) FILTER (start_date IS NOT NULL) AS start_precision,
    arg_min(end_date, precedence) FILTER (end_date IS NOT NULL) AS end_date,
    arg_min(end_precision, precedence) FILTER (end_date IS NOT NULL) AS end_precision,
    arg_min(last_date, precedence) FILTER (last_date IS NOT NULL) AS last_date,
    arg_min(title_en, precedence) FILTER (title_en IS NOT NULL) AS title_en,
    arg_min(summary_sv, precedence) FILTER (summary_sv IS NOT NULL) AS summary_sv,
    arg_min(summary_en, precedence) FILTER (summary_en IS NOT NULL) AS summary_en,
    bool_or(is_social_innovation) AS is_social_innovation,
    arg_min(fund_code, precedence) FILTER (fund_code IS NOT NULL) AS fund_code,
    arg_min(programming_period, precedence) FILTER (programming_period IS NOT NULL) AS programming_period,
    arg_min(programme_priority, precedence) FILTER (programme_priority IS NOT NULL) AS programme_priority,
    arg_min(specific_objective, precedence) FILTER (specific_objective IS NOT NULL) AS specific_objective,
    arg_min(decided_on, precedence) FILTER (decided_on IS NOT NULL) AS decided_on,
    arg_min(decided_precision, precedence) FILTER (decided_on IS NOT NULL) AS decided_precision,
    arg_min(status_in_source, precedence) FILTER (status_in_source IS NOT NULL AND status_in_source <> 'unknown')
        AS status_in_source,
    arg_min(si_basis, precedence) FILTER (si_basis IS NOT NULL) AS si_basis
FROM dated GROUP BY canonical_id
"""

_OWNER = """
CREATE TEMP TABLE owner AS
WITH party AS (
    SELECT coalesce(m.counted_as, p.operation_id) AS canonical_id, p.operation_id, p.org_id,
        CASE p.role WHEN 'beneficiary' THEN 1 WHEN 'lead' THEN 2 WHEN 'provider' THEN 3 ELSE 4 END AS rank
    FROM operation_party p LEFT JOIN moved m USING (operation_id)
    WHERE p.role IN ('beneficiary', 'lead', 'partner', 'provider')
), contested AS (
    SELECT canonical_id FROM party GROUP BY canonical_id HAVING count(*) > 1
), ranked AS (
    SELECT p.canonical_id, g.name, g.org_type, (p.rank, f.precedence, p.operation_id, p.org_id) AS nearness
    FROM party p
    JOIN organisation g USING (org_id)
    JOIN operation x USING (operation_id)
    JOIN source_file f ON f.source_id = x.source_id AND f.file_name = x.file_name
    WHERE p.canonical_id IN (FROM contested)
)
SELECT canonical_id, arg_min(name, nearness) AS name,
    arg_min(org_type, nearness) FILTER (org_type IS NOT NULL) AS org_type
FROM ranked GROUP BY canonical_id
UNION ALL
SELECT p.canonical_id, g.name, g.org_type FROM party p JOIN organisation g USING (org_id)
WHERE p.canonical_id NOT IN (FROM contested)
"""

_WORDS = """
INSERT INTO said
WITH here AS (
    SELECT coalesce(m.counted_as, p.operation_id) AS canonical_id, p.lan_code, p.kommun_code
    FROM operation_location p LEFT JOIN moved m USING (operation_id)
    WHERE hash(coalesce(m.counted_as, p.operation_id)) % $parts = $part
)
SELECT canonical_id, array_to_string(list_sort(list_distinct(list(word))), ' ') FROM (
    SELECT canonical_id, r.name_sv AS word FROM here h JOIN region r ON r.code = h.lan_code
    UNION ALL SELECT canonical_id, r.name_sv FROM here h JOIN region r ON r.code = h.kommun_code
    UNION ALL SELECT l.canonical_id, concat_ws(' ', g.title_sv, g.title_en, array_to_string(g.synonyms, ' '))
        FROM operation_target_group t JOIN operation_link l USING (operation_id)
        JOIN target_group g ON g.code = t.target_group_code WHERE hash(l.canonical_id) % $parts = $part
    UNION ALL SELECT l.canonical_id, d.method FROM operation_method d JOIN operation_link l USING (operation_id)
        WHERE hash(l.canonical_id) % $parts = $part
) GROUP BY canonical_id
"""

_OPERATION = """
WITH one AS (
    SELECT o.operation_id, o.local_id, o.registry, o.diarienummer, o.title_sv, o.source_url, o.source_title, o.seen_on,
        o.note, o.source_id, o.file_name, o.row_no, m.* EXCLUDE (canonical_id)
    FROM operation o JOIN linked m ON m.canonical_id = o.operation_id WHERE hash(o.operation_id) % $parts = $part
    UNION ALL BY NAME
    SELECT operation_id, local_id, registry, diarienummer, title_sv, source_url, source_title, seen_on,
        note, source_id, file_name, row_no, 1 AS records, [operation_id] AS operation_ids, [source_id] AS source_ids,
        portfolio, start_date, CASE WHEN start_date IS NOT NULL THEN start_precision END AS start_precision, end_date,
        CASE WHEN end_date IS NOT NULL THEN end_precision END AS end_precision,
        CASE end_precision WHEN 'year' THEN make_date(year(end_date), 12, 31)
            WHEN 'month' THEN last_day(end_date) ELSE end_date END AS last_date,
        title_en, summary_sv, summary_en, is_social_innovation, fund_code, programming_period,
        priority AS programme_priority, specific_objective, decided_on,
        CASE WHEN decided_on IS NOT NULL THEN decided_precision END AS decided_precision,
        nullif(status_in_source, 'unknown') AS status_in_source, si_basis
    FROM operation o
    ANTI JOIN several USING (operation_id)
    WHERE hash(o.operation_id) % $parts = $part
)
SELECT o.operation_id, o.local_id, o.registry, o.diarienummer, o.title_sv, coalesce(o.title_en, o.title_sv) AS title_en,
    o.summary_sv, o.summary_en, coalesce(o.fund_code, 'other') AS fund_code,
    coalesce(o.programming_period, 'other') AS programming_period, o.programme_priority AS priority,
    o.specific_objective, o.start_date, o.start_precision, o.end_date, o.end_precision, o.last_date,
    CASE
        WHEN o.last_date < s.as_of THEN 'ended'
        WHEN o.start_date > s.as_of THEN 'planned'
        WHEN o.start_date IS NOT NULL AND o.last_date IS NOT NULL THEN 'running'
        ELSE coalesce(o.status_in_source, 'unknown')
    END AS status,
    coalesce(o.last_date < s.as_of OR o.start_date > s.as_of, false)
        OR (o.start_date IS NOT NULL AND o.last_date IS NOT NULL) AS status_is_derived,
    o.status_in_source, o.is_social_innovation, o.si_basis, o.source_url, o.source_title, o.seen_on, o.note,
    o.source_id, o.file_name, o.row_no, o.records, o.operation_ids, o.source_ids, o.portfolio,
    o.decided_on, o.decided_precision,
    owner.name AS beneficiary, coalesce(owner.org_type, 'okänd') AS owner_type,
    folded(concat_ws(' ', o.title_sv, o.title_en, o.summary_sv, o.summary_en, owner.name, o.diarienummer, o.note,
        said.words)) AS search_text
FROM one o
CROSS JOIN snapshot s
LEFT JOIN (FROM said WHERE hash(canonical_id) % $parts = $part) said ON said.canonical_id = o.operation_id
LEFT JOIN (FROM owner WHERE hash(canonical_id) % $parts = $part) owner ON owner.canonical_id = o.operation_id
"""


def operations(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``mart_operation`` of the canonical tables.

    Leaves the temporary tables ``moved`` (operation_id, counted_as) and ``several`` (operation_id) for the other marts.
    """
    con.execute(FOLDED)
    con.execute(_MOVED)
    con.execute(_LINKED)
    con.execute(_OWNER)
    con.execute("CREATE TEMP TABLE said (canonical_id VARCHAR, words VARCHAR)")
    row = con.execute("SELECT count(*) FROM operation").fetchone()
    parts = (row[0] if row else 0) // PART + 1
    for part in range(parts):
        con.execute(_WORDS, {"part": part, "parts": parts})
    # Texts stream past what is looked up. DuckDB, left to itself, may hold them all by its guess of how few there are.
    con.execute("SET disabled_optimizers = 'build_side_probe_side'")
    con.execute(f"CREATE TABLE mart_operation AS {_OPERATION} LIMIT 0", {"part": 0, "parts": parts})
    for part in range(parts):
        con.execute(f"INSERT INTO mart_operation {_OPERATION}", {"part": part, "parts": parts})
    con.execute("RESET disabled_optimizers")
    con.execute("DROP TABLE linked; DROP TABLE owner; DROP TABLE said")
