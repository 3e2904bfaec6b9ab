"""A snapshot with as many operations as are asked for: the embedded data, and synthetic ones beside them.

The canonical tables are written straight by SQL, the same ones every time, and the marts are made as in any build.
Every title and owner begins with "Synthetic": for measuring only, never served as data. ``INKARTA_BENCH_WAREHOUSE``
names a snapshot file to use instead, such as one that the ETL made of many rows.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb

from bench.stage import AS_OF, Stage, opened
from etl import warehouse
from etl.engine import Engine
from etl.tables import connected, quoted

SOURCE = "bench_synthetic"
_WORDS = (
    "arbete", "hälsa", "språk", "utbildning", "praktik", "mentor", "unga", "nyanlända", "psykisk", "funktion",
    "samverkan", "kommun", "region", "innovation", "jämställdhet", "mångfald", "rehabilitering", "företag", "kvinnor",
    "matchning", "långtidsarbetslöshet", "sjukskrivning", "integration", "validering", "metod", "nätverk", "stöd",
    "väg", "landsbygd", "handledning", "delaktighet", "tillgänglighet", "förskola", "skola", "vuxna", "äldre", "lokal",
    "ideell", "social", "hållbar", "grön", "digital", "mat", "kultur", "idrott", "bostad", "ekonomi", "familj", "barn",
)  # fmt: skip
_NUMBERED = """
CREATE TEMP TABLE numbered AS SELECT i, 'syn:' || i AS operation_id,  -- well-mixed numbers, the same on every machine
    (i * 2654435761 + 1013904223) % 4294967296 // 65536 AS a, (i * 2246822519 + 374761393) % 4294967296 // 65536 AS b,
    (i * 3266489917 + 668265263) % 4294967296 // 65536 AS c, (i * 1103515245 + 12345) % 4294967296 // 65536 AS d,
    (i * 747796405 + 2891336453) % 4294967296 // 65536 AS e
FROM range(getvariable('rows')::BIGINT) t(i)
"""
_TEXT = "array_to_string(list_transform(range({n}), lambda k: words[1 + ({a} + k * (1 + {b} % 47)) % len(words)]), ' ')"
_FILLED = (
    f"""
INSERT INTO source_file SELECT * REPLACE ('{SOURCE}' AS source_id, 'synthetic' AS file_name, 'SYN' AS registry,
    'Synthetic' AS publisher, 'Syntetiska insatser' AS title_sv, 'Synthetic operations' AS title_en,
    90 AS precedence, 'sverige' AS portfolio, getvariable('rows')::BIGINT AS rows_read,
    getvariable('rows')::BIGINT AS rows_loaded, 0 AS rows_quarantined)
FROM source_file WHERE kind = 'operations' ORDER BY source_id, file_name LIMIT 1
""",
    f"""
INSERT INTO operation BY NAME SELECT operation_id, 'SYN-' || i AS local_id, 'SYN' AS registry,
    '20' || (14 + c % 12) || '/' || lpad((i % 100000)::VARCHAR, 5, '0') AS diarienummer,
    'Synthetic insats ' || words[1 + a % len(words)] || ' ' || words[1 + b % len(words)] || ' ' || i AS title_sv,
    'Synthetic operation ' || i AS title_en,
    {_TEXT.format(n="14", a="c", b="d")} AS summary_sv, NULL AS summary_en,
    ['ESF', 'ESF+', 'ERDF', 'Vinnova'][1 + e % 4] AS fund_code,
    ['2014-2020', '2021-2027'][1 + (c % 2500) // 1300] AS programming_period,
    date '2015-01-01' + CAST((c * 7 + d) % 4600 AS INTEGER) AS start_date, 'day' AS start_precision,
    date '2015-01-01' + CAST((c * 7 + d) % 4600 + 180 + b % 900 AS INTEGER) AS end_date, 'day' AS end_precision,
    CASE WHEN a % 5 = 0 THEN true END AS is_social_innovation, '{SOURCE}' AS source_id, 'synthetic' AS file_name,
    i + 1 AS row_no, 'sverige' AS portfolio
FROM numbered CROSS JOIN (SELECT getvariable('words') AS words)
""",
    """
INSERT INTO operation_link BY NAME
SELECT operation_id, operation_id AS canonical_id, 'self' AS method, 1.0 AS confidence FROM numbered
""",
    """
INSERT INTO organisation BY NAME SELECT 'name:synthetic owner ' || n AS org_id, 'Synthetic owner ' || n AS name,
    'synthetic owner ' || n AS name_norm,
    ['kommun', 'region', 'civilsamhälle', 'myndighet', NULL][1 + n % 5] AS org_type
FROM range(getvariable('owners')::BIGINT) t(n)
""",
    "INSERT INTO organisation_name SELECT org_id, name FROM organisation WHERE starts_with(org_id, 'name:synthetic')",
    """
INSERT INTO operation_party BY NAME SELECT operation_id,
    'name:synthetic owner ' || (b * 31 + e) % getvariable('owners') AS org_id, 'beneficiary' AS role FROM numbered
UNION ALL SELECT operation_id, 'name:synthetic owner ' ||
    ((b * 31 + e) % getvariable('owners') + 1 + a % (getvariable('owners') - 1)) % getvariable('owners'), 'partner'
FROM numbered WHERE d % 20 = 0
""",
    f"""
INSERT INTO operation_funding BY NAME
WITH told AS (SELECT *, CAST(50000 + (b * 7919 + c) % 9000000 AS DECIMAL(18, 2)) + CAST(d % 100 AS DECIMAL(18, 2)) / 100
    AS cost FROM numbered)
SELECT operation_id, measure, CAST(amount AS DECIMAL(18, 2)) AS amount, 'SEK' AS currency, measure AS label_in_source,
    false AS is_rounded, false AS is_derived, '{SOURCE}' AS source_id, 'synthetic' AS file_name, i + 1 AS row_no
FROM (SELECT *, 'total_eligible_cost' AS measure, cost AS amount FROM told WHERE e % 25 > 0
    UNION ALL BY NAME
    SELECT *, 'granted_support' AS measure, cost * (40 + e % 21) / 100 AS amount FROM told WHERE a % 10 > 0)
""",
    """
INSERT INTO operation_location BY NAME
WITH placed AS (
    SELECT operation_id, a, b, CASE WHEN d % 25 = 0 THEN 'national' WHEN d % 97 = 1 THEN 'unknown'
        WHEN e % 6 = 0 THEN 'beneficiary' ELSE 'operation' END AS location_type,
        CASE WHEN d % 10 = 3 THEN 2 ELSE 1 END AS of, kommuner[1 + a * 3 % len(kommuner)] AS k FROM numbered
    CROSS JOIN (SELECT list({kommun: code, lan: lan_code} ORDER BY code) AS kommuner FROM region WHERE level = 'kommun')
), several AS (
    SELECT *, CASE WHEN location_type IN ('national', 'unknown') THEN 1 ELSE of END AS parts FROM placed
)
SELECT operation_id, location_type, CASE WHEN location_type IN ('operation', 'beneficiary') THEN
        CASE part WHEN 0 THEN k.lan ELSE lans[1 + (list_position(lans, k.lan) + b % 20) % 21] END END AS lan_code,
    CASE WHEN location_type IN ('operation', 'beneficiary') AND part = 0 AND b % 2 = 0 THEN k.kommun END AS kommun_code,
    CAST(1 AS DECIMAL(12, 10)) / parts AS share, CAST(part AS DECIMAL(12, 10)) / parts AS share_from,
    CAST(part + 1 AS DECIMAL(12, 10)) / parts AS share_to,
    CASE parts WHEN 1 THEN 'whole' ELSE 'assumed equal' END AS share_basis
FROM several CROSS JOIN (SELECT list(code ORDER BY code) AS lans FROM region WHERE level = 'lan')
CROSS JOIN (SELECT unnest([0, 1]) AS part) WHERE part < parts
""",
    """
INSERT INTO operation_theme SELECT operation_id, 'intervention', 'S' || (1 + e % 12),
    'Syntetiskt fält ' || (1 + e % 12), 'Synthetic field ' || (1 + e % 12) FROM numbered
""",
    """
INSERT INTO operation_target_group BY NAME SELECT DISTINCT operation_id, codes[1 + (x * 5) % len(codes)]
    AS target_group_code, 'text' AS basis
FROM (SELECT operation_id, a AS x FROM numbered WHERE b % 5 > 0
    UNION ALL SELECT operation_id, c FROM numbered WHERE b % 3 = 0)
CROSS JOIN (SELECT list(code ORDER BY code) AS codes FROM target_group)
""",
    """
INSERT INTO operation_indicator BY NAME SELECT operation_id, 'participants' AS indicator_code, 'output' AS kind,
    'T' AS sex, 'planned' AS value_type, 20 + c % 500 AS value FROM numbered WHERE a % 3 = 0
UNION ALL BY NAME SELECT operation_id, 'participants' AS indicator_code, 'output' AS kind, 'T' AS sex,
    'actual' AS value_type,
    CASE WHEN d % 11 > 0 THEN 10 + c % 400 END AS value, CASE WHEN d % 11 = 0 THEN 's' END AS flag
FROM numbered WHERE a % 6 = 0
""",
)
"""Statements in order; ``words`` and ``rows`` are variables."""


def write(folder: Path, embedded: Path, rows: int, *, engine: Engine | None = None) -> Path:
    """A published snapshot in ``folder``: what ``embedded``, a snapshot's file, holds and synthetic operations.

    ``engine`` makes the large marts. The tables have no keys: nothing is loaded into them any more. Returns the file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{date.fromisoformat(AS_OF):%Y%m%d}-{rows:08x}.duckdb"
    path.unlink(missing_ok=True)
    con = connected(path)
    try:
        canonical(con, embedded, rows)
        warehouse.make_marts(con, engine)
        con.execute("CHECKPOINT")
    finally:
        con.close()
    warehouse.publish(folder, path.stem)
    return path


def canonical(con: duckdb.DuckDBPyConnection, embedded: Path, rows: int) -> None:
    """The canonical tables of an embedded snapshot, and so many synthetic operations, into an empty database."""
    con.execute("SET preserve_insertion_order = false; SET memory_limit = '3GB'; SET threads = 2")
    con.execute(f"ATTACH {quoted(embedded)} AS embedded (READ_ONLY)")
    names = con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 'embedded' "
        "AND NOT starts_with(table_name, 'mart_') "
        "AND table_name NOT IN ('actor', 'organisation_actor', 'actor_similar') ORDER BY 1"
    ).fetchall()
    for (name,) in names:
        con.execute(f'CREATE TABLE "{name}" AS FROM embedded."{name}"')
    for name in ("actor", "organisation_actor", "actor_similar"):
        con.execute(f'CREATE TABLE "{name}" AS FROM embedded."{name}" LIMIT 0')
    con.execute("DELETE FROM indicator WHERE code IN (SELECT code FROM indicator_derived)")  # the marts put them back
    con.execute("DETACH embedded")
    con.execute(f"SET VARIABLE rows = {int(rows)}; SET VARIABLE owners = {max(20, min(4000, rows // 50))}")
    con.execute("SET VARIABLE words = [" + ", ".join(f"'{word}'" for word in _WORDS) + "]")
    con.execute(_NUMBERED)
    for statement in _FILLED:
        con.execute(statement)
    con.execute("DROP TABLE numbered")


def sizes(*usual: int) -> tuple[int, ...]:
    """How many operations, the least first: what ``INKARTA_BENCH_ROWS`` says, else the usual."""
    told = os.environ.get("INKARTA_BENCH_ROWS")
    return tuple(sorted(int(text) for text in told.split(","))) if told else usual


def each(*usual: int) -> Iterator[tuple[Stage, int, Path]]:
    """Every size's published snapshot, the least first, on a stage; all are gone when there is no further one."""
    with opened() as stage, tempfile.TemporaryDirectory(dir=stage.folder) as name:
        embedded = warehouse.current(stage.snapshots)
        assert embedded
        wanted = sizes(*usual)
        for rows in wanted:
            yield stage, rows, _snapshot(Path(name) / str(rows), embedded, rows, is_largest=rows == wanted[-1])


def _snapshot(folder: Path, embedded: Path, rows: int, *, is_largest: bool) -> Path:
    """A published snapshot of so many operations; the largest is what ``INKARTA_BENCH_WAREHOUSE`` names, if any."""
    named = os.environ.get("INKARTA_BENCH_WAREHOUSE")
    if not (named and is_largest):
        return write(folder, embedded, rows)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / Path(named).name
    path.symlink_to(Path(named).resolve())
    warehouse.publish(folder, path.stem)
    return path
