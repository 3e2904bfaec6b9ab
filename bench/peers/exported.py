"""The peers' files with many operations: the embedded ones as they are, a snapshot's synthetic ones behind them."""

from __future__ import annotations

from pathlib import Path

import duckdb

from bench.filled import SOURCE
from bench.peers import EMBEDDED
from etl.tables import quoted

_TABLES = {
    "initiatives": """
SELECT o.operation_id AS initiative_id, o.title_sv AS title, o.fund_code AS fund, o.programming_period AS period,
    o.diarienummer, owner.name AS owner, owner.org_type AS owner_type, places.lan_codes, places.kommuner,
    CAST(o.start_date AS VARCHAR) AS "start", CAST(o.end_date AS VARCHAR) AS "end", named.target_groups,
    o.summary_sv
FROM s.operation o
LEFT JOIN (
    SELECT operation_id, any_value(name) AS name, any_value(org_type) AS org_type
    FROM s.operation_party JOIN s.organisation USING (org_id) WHERE role = 'beneficiary' GROUP BY ALL
) owner USING (operation_id)
LEFT JOIN (
    SELECT p.operation_id, string_agg(DISTINCT p.code, '|' ORDER BY p.code) AS lan_codes,
        string_agg(DISTINCT r.name_sv, '|' ORDER BY r.name_sv) AS kommuner
    FROM s.mart_place p LEFT JOIN s.region r ON r.code = p.kommun_code
    WHERE p.plats = 'verksamhet' AND NOT p.spread GROUP BY ALL
) places USING (operation_id)
LEFT JOIN (
    SELECT operation_id, string_agg(g.title_sv, '|' ORDER BY g.code) AS target_groups
    FROM s.operation_target_group t JOIN s.target_group g ON g.code = t.target_group_code GROUP BY ALL
) named USING (operation_id)
WHERE o.source_id = $source ORDER BY o.row_no
""",
    "amounts": """
SELECT operation_id AS initiative_id, measure, CAST(amount AS VARCHAR) AS amount, currency, label_in_source,
    'no' AS is_rounded
FROM s.operation_funding WHERE source_id = $source ORDER BY row_no, measure
""",
}


def write(snapshot: Path, folder: Path) -> Path:
    """``folder`` as ``data/`` is, its initiatives and amounts those of a snapshot that ``bench.filled`` wrote.

    The product reads the same operations from the snapshot. Returns the folder.
    """
    (folder / "initiatives").mkdir(parents=True)
    for name in ("regions", "indicators"):
        (folder / name).symlink_to(EMBEDDED / name, target_is_directory=True)
    with duckdb.connect() as con:
        con.execute(f"ATTACH {quoted(snapshot)} AS s (READ_ONLY)")
        for name, sql in _TABLES.items():
            file = f"initiatives/{name}.csv"
            con.execute(f"CREATE TEMP TABLE more AS {sql}", {"source": SOURCE})
            con.execute(
                f"COPY (SELECT * FROM read_csv({quoted(EMBEDDED / file)}, all_varchar = true) "
                f"UNION ALL BY NAME FROM more) TO {quoted(folder / file)} (HEADER)"
            )
            con.execute("DROP TABLE more")
    return folder
