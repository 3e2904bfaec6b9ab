"""Buffered inserts into the tables of a warehouse that is being built."""

from __future__ import annotations

import hashlib
from functools import reduce
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

BATCH = 5_000
MEMORY, FOR_MARTS = "300MB", "560MB"
"""What DuckDB may hold while records are loaded and linked, when Python holds as much; and after that."""
_SWEDISH = tuple(zip("åäöéÅÄÖÉ", "aaoeAAOE", strict=True))
FOLDED = "CREATE OR REPLACE TEMP MACRO folded(text) AS lower(strip_accents({}))".format(
    reduce(lambda text, pair: f"replace({text}, '{pair[0]}', '{pair[1]}')", _SWEDISH, "text")
)
"""``folded(text)`` in SQL: lower case without accents. A text that is ASCII by then costs ``strip_accents`` nothing."""

_ARROW = {
    "VARCHAR": pa.string(),
    "JSON": pa.string(),
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
    "VARCHAR[]": pa.list_(pa.string()),
    "DECIMAL(18,2)": pa.decimal128(18, 2),
    "DECIMAL(10,2)": pa.decimal128(10, 2),
    "DECIMAL(12,6)": pa.decimal128(12, 6),
    "DECIMAL(12,10)": pa.decimal128(12, 10),
}


def connected(path: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A database in a file, or in memory. A long query would draw a bar on standard output, amid what is told there."""
    con = duckdb.connect(str(path or ":memory:"))
    con.execute("SET enable_progress_bar = false")
    return con


def building(path: Path) -> duckdb.DuckDBPyConnection:
    """A new database in a file, as a build needs it: within :data:`MEMORY`, the rest in a folder beside the file.

    Without a log, since a build that is cut short is begun anew. Rows are written once: no checkpoint comes of its own
    accord, and none packs groups of rows that have been written already.
    """
    con = connected()
    con.execute(f"SET memory_limit = '{MEMORY}'")
    con.execute(f"SET temp_directory = {quoted(spilled(path))}")
    con.execute(f"ATTACH {quoted(path)} AS building (RECOVERY_MODE NO_WAL_WRITES)")
    con.execute("USE building")
    for setting in ("checkpoint_threshold = '1 TB'", "max_vacuum_tasks = 0", "write_buffer_row_group_count = 1"):
        con.execute(f"SET {setting}")
    return con


def spilled(path: Path) -> Path:
    """Where a build keeps what does not fit in memory, while it runs."""
    return path.with_name(f"{path.name}.tmp")


def quoted(path: Path) -> str:
    """A path of our own as SQL text, for SET and ATTACH, which take no bound parameter."""
    return "'" + str(path).replace("'", "''") + "'"


def sha256(path: Path) -> str:
    """Hex digest of a file's bytes."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


class Tables:
    """Buffered inserts: rows are tuples in the table's column order, flushed in the order tables were first used.

    Foreign keys hold because a parent's row is always added before its children's.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._rows: dict[str, list[tuple[Any, ...]]] = {}
        self._schema: dict[str, pa.Schema] = {}
        for (table,) in con.execute("SELECT table_name FROM duckdb_tables() ORDER BY table_oid").fetchall():
            columns = con.execute(
                "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index",
                [table],
            ).fetchall()
            self._schema[table] = pa.schema([(name, _ARROW[kind]) for name, kind in columns])

    def schema(self, table: str) -> pa.Schema:
        """A table's columns, in order."""
        return self._schema[table]

    def add(self, table: str, *values: Any) -> None:
        """Buffer one row."""
        rows = self._rows.setdefault(table, [])
        rows.append(values)
        if len(rows) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what is buffered; raises :class:`duckdb.ConstraintException` when a constraint is broken."""
        order = list(self._schema)
        for table in sorted(self._rows, key=order.index):
            schema = self._schema[table]
            columns = zip(*self._rows[table], strict=True)
            batch = pa.table(
                [pa.array(values, kind) for values, kind in zip(columns, schema.types, strict=True)],
                schema=schema,
            )
            self._con.register("batch", batch)
            self._con.execute(f'INSERT INTO "{table}" SELECT * FROM batch')  # noqa: S608 (own table names)
            self._con.unregister("batch")
        self._rows.clear()


class Notes:
    """Takes rows as :class:`Tables` does, and only notes them down."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, tuple[Any, ...]]] = []

    def add(self, table: str, *values: Any) -> None:
        """Note one row."""
        self.rows.append((table, values))
