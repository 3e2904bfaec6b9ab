"""What must hold of a whole warehouse before it is published: its keys, and rules over its tables."""

from __future__ import annotations

import duckdb

from etl import keys
from etl.disclosure import COUNTS_PERSONS
from etl.spec import SourceError

_SMALL = f"""
SELECT count(*) FROM (
    SELECT value FROM operation_indicator WHERE value_type = 'actual'
    UNION ALL SELECT value FROM mart_participants WHERE value_type = 'actual'
    UNION ALL SELECT value FROM indicator_value JOIN indicator i ON i.code = indicator_code WHERE {COUNTS_PERSONS}
    UNION ALL SELECT value FROM mart_indicator JOIN indicator i ON i.code = indicator_code WHERE {COUNTS_PERSONS}
) WHERE value > 0 AND value < (SELECT max(min_count) FROM disclosure)
"""  # noqa: S608 (constants)
INVARIANTS = {
    "physical records = raw records": "SELECT count(*) FROM source_file f WHERE rows_read <> (SELECT count(*) FROM "
    "raw_record r WHERE r.source_id = f.source_id AND r.file_name = f.file_name)",
    "a reason for each quarantined record": "SELECT count(*) FROM source_file f WHERE rows_quarantined <> (SELECT "
    "count(*) FROM load_issue i WHERE i.source_id = f.source_id AND i.file_name = f.file_name "
    "AND severity = 'quarantine')",
    "shares sum to 1": "SELECT count(*) FROM (SELECT operation_id FROM operation_location GROUP BY 1 "
    "HAVING sum(share) <> 1 OR max(share_to) <> 1 OR min(share_from) <> 0)",
    "every operation has a place": "SELECT count(*) FROM operation WHERE operation_id NOT IN "
    "(SELECT operation_id FROM operation_location)",
    "split sums to unique, to the öre": "SELECT count(*) FROM (SELECT sum(amount_split) AS split, any_value(amount) "
    "AS whole FROM mart_money GROUP BY operation_id, measure, currency) WHERE split <> whole",
    "shares sum to 1 wherever places are taken from": "SELECT count(*) FROM (SELECT 1 FROM mart_operation o CROSS JOIN "
    "(VALUES ('verksamhet', false), ('agare', false), ('bara', false), ('verksamhet', true), ('agare', true), "
    "('bara', true)) AS how(plats, spread) LEFT JOIN mart_place p USING (operation_id, plats, spread) "
    "GROUP BY o.operation_id, plats, spread HAVING sum(share) IS DISTINCT FROM 1)",
    # The whole of one place is what it is; that there is but one, the shares have told.
    "split sums to unique on every basis, to the öre": "SELECT count(*) FROM (SELECT sum(amount_part(a.amount, "
    "p.share_from, p.share_to)) AS split, any_value(a.amount) AS whole FROM mart_amount a JOIN mart_place p "
    "USING (operation_id) WHERE (p.share_from, p.share_to) <> (0, 1) "
    "GROUP BY operation_id, measure, currency, basis, plats, spread) WHERE split <> whole",
    "every operation has one canonical": "SELECT count(*) FROM operation LEFT JOIN operation_link USING (operation_id) "
    "WHERE canonical_id IS NULL",
    "no derived value is stored as a publisher's": "SELECT count(*) FROM indicator_value WHERE indicator_code IN "
    "(SELECT code FROM indicator_derived)",
    "no count of persons below the threshold": _SMALL,
    "21 län and a boundary for every region": "SELECT abs(21 - count(*) FILTER (level = 'lan')) + count(*) FILTER "
    "(level IN ('lan', 'kommun') AND code NOT IN (SELECT code FROM boundary)) FROM region",
}


def check(con: duckdb.DuckDBPyConnection) -> None:
    """Raise :class:`SourceError` for the first rule that the tables break."""
    for name, sql in INVARIANTS.items():
        row = con.execute(sql).fetchone()
        if row is None or row[0] != 0:
            raise SourceError(
                f"The build broke its own rule {name!r} ({row and row[0]} rows); nothing was published.", "broken_rule"
            )


def check_keys(con: duckdb.DuckDBPyConnection) -> None:
    """Raise :class:`SourceError` for the first key that the tables break, with a value that breaks it."""
    for key, value in keys.broken(con):
        names = f"{key.kind} ({', '.join(key.columns)})"
        raise SourceError(
            f"The table {key.table} broke its {names} with {value}; nothing was published.", "broken_rule"
        )
