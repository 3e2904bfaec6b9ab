"""A published snapshot's file: opened without being changed, and read through to find damage."""

from __future__ import annotations

from pathlib import Path

import duckdb

from etl.tables import connected


def open_published(path: Path) -> duckdb.DuckDBPyConnection:
    """A published snapshot, read-only; also where this process already serves it with settings of its own."""
    con = connected()
    # ATTACH takes no bound parameter; the path is our own, with its quotation marks doubled.
    con.execute(f"ATTACH '{str(path).replace(chr(39), chr(39) * 2)}' AS published (READ_ONLY)")
    con.execute("USE published")
    return con


def read_through(path: Path) -> tuple[int, int]:
    """Read every cell of a snapshot, so that DuckDB checks the sum of every block. Rows, and the schema's number.

    Raises :class:`duckdb.Error` for a damaged block, :class:`ValueError` for counts that do not add up or another id.
    """
    con = open_published(path)
    try:
        rows = 0
        tables = con.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'published'").fetchall()
        for (name,) in tables:
            read = con.execute(f'SELECT count(*), bit_xor(hash(t)) FROM "{name}" t').fetchone()  # noqa: S608 (our own)
            rows += read[0] if read else 0
        about = con.execute("SELECT snapshot_id, schema_version FROM snapshot").fetchone()
        if about is None or about[0] != path.stem:
            raise ValueError(f"it calls itself {about and about[0]}")
        astray = con.execute(
            "SELECT count(*) FROM source_file WHERE rows_read <> rows_loaded + rows_quarantined"
        ).fetchone()
        if astray is None or astray[0]:
            raise ValueError("its counts of rows do not add up")
    finally:
        con.close()
    return rows, int(about[1])


def is_whole(path: Path) -> bool:
    """Whether a snapshot can be read to its last cell."""
    try:
        read_through(path)
    except (duckdb.Error, ValueError):
        return False
    return True


def set_aside(path: Path) -> None:
    """Take a damaged snapshot out of the way, to be looked into: ``<id>.damaged``."""
    path.replace(path.with_suffix(".damaged"))
