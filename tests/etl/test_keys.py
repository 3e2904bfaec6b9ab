"""Keys are declared in the schema and checked when a build is done, over whole tables."""

from __future__ import annotations

import re
from typing import Any

import duckdb
import pytest

from etl import keys
from etl.invariants import check_keys
from etl.spec import SourceError

COLUMNS = "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns() ORDER BY ALL"
RULES = (
    "SELECT table_name, constraint_type, expression FROM duckdb_constraints() WHERE constraint_type <> 'NOT NULL' "
    "ORDER BY ALL"
)
KEYS = {"PRIMARY KEY", "UNIQUE", "FOREIGN KEY"}


def test_the_tables_of_a_build_have_every_column_and_check_of_the_schema_and_no_key() -> None:
    with duckdb.connect() as whole, duckdb.connect() as bare:
        whole.execute(keys.SCHEMA)
        bare.execute(keys.tables_sql())
        assert bare.execute(COLUMNS).fetchall() == whole.execute(COLUMNS).fetchall()
        declared, kept = (con.execute(RULES).fetchall() for con in (whole, bare))
    assert kept == [rule for rule in declared if rule[1] not in KEYS]
    assert len(keys.declared()) == len(declared) - len(kept) > 90


FAULTS = (
    ("INSERT INTO region SELECT * FROM region LIMIT 1", "region", "PRIMARY KEY (code)"),
    (
        "UPDATE operation SET cci = 'nowhere' WHERE operation_id = (SELECT min(operation_id) FROM operation)",
        "operation",
        "FOREIGN KEY (cci)",
    ),
    (
        "DELETE FROM raw_record WHERE (source_id, file_name, row_no) = "
        "(SELECT (source_id, file_name, row_no) FROM operation ORDER BY operation_id LIMIT 1)",
        "operation",
        "FOREIGN KEY (source_id, file_name, row_no)",
    ),
    (
        "INSERT INTO operation SELECT * REPLACE ('twin' AS operation_id) FROM operation ORDER BY operation_id LIMIT 1",
        "operation",
        "UNIQUE (source_id, local_id)",
    ),
)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_key_is_told_with_its_table(embedded_build: Any, fault: tuple[str, str, str]) -> None:
    sql, table, key = fault
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{embedded_build.snapshot.path}' AS published (READ_ONLY)")
        con.execute("CREATE SCHEMA copy")
        con.execute("USE copy")
        for name in {one for k in keys.declared() for one in (k.table, k.other) if one}:
            con.execute(f'CREATE TABLE "{name}" AS FROM published."{name}"')
        check_keys(con)
        con.execute(sql)
        with pytest.raises(SourceError, match=re.escape(f"table {table} broke its {key}")):
            check_keys(con)
