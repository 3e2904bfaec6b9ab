"""The data dictionary: every table and column of the warehouse with its meaning, made of the schema itself.

Types, keys and constraints are read from the tables as ``schema.sql``, ``marts.sql`` and ``actors.sql`` make them; what
a column means, its unit and its values stand in ``dictionary.toml``. One without a meaning, or a meaning of nothing, is
an error.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import duckdb

from etl.spec import SourceError
from etl.tables import connected
from etl.warehouse import make_marts

HERE = Path(__file__).resolve().parent
GROUPS = {
    "What the pages read": "mart_", "Operations": "operation", "Indicators": "indicator", "Everything else": "",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """``meaning`` in English; ``unit`` empty where the value has none or the meaning says it."""

    name: str
    kind: str
    is_required: bool
    meaning: str
    unit: str


@dataclass(frozen=True)
class Table:
    """A table or view with its constraints as SQL."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    constraints: tuple[str, ...]


def schema() -> duckdb.DuckDBPyConnection:
    """An empty warehouse."""
    con = connected()
    con.execute((HERE / "schema.sql").read_text("utf-8"))
    make_marts(con)
    return con


def read(con: duckdb.DuckDBPyConnection) -> tuple[Table, ...]:
    """Every table of a warehouse. Raises :class:`SourceError` naming what has no meaning, or means nothing here."""
    told = tomllib.loads((HERE / "dictionary.toml").read_text("utf-8"))
    columns = con.execute(
        "SELECT table_name, column_name, data_type, NOT is_nullable FROM duckdb_columns() WHERE NOT internal "
        "AND schema_name = 'main' ORDER BY table_name, column_index"
    ).fetchall()
    constraints: dict[str, list[str]] = {}
    for name, kind, text in con.execute(
        "SELECT table_name, constraint_type, constraint_text FROM duckdb_constraints() "
        "WHERE constraint_type <> 'NOT NULL' ORDER BY table_name, constraint_index"
    ).fetchall():
        constraints.setdefault(name, []).append(f"{text}" if text else kind)
    found: dict[str, list[Column]] = {}
    lacking, used = [], set()
    for table, name, kind, is_required in columns:
        key = f"{table}.{name}"
        text = told["own"].get(key) or told["columns"].get(name)
        used |= {key if key in told["own"] else name}
        if text is None:
            lacking.append(key)
            continue
        meaning, _, unit = text.partition(" | ")
        found.setdefault(table, []).append(Column(name, kind, is_required, meaning, unit))
    lacking += [name for name in found if name not in told["tables"]]
    if lacking:
        raise SourceError(f"etl/dictionary.toml does not say what these mean: {', '.join(sorted(lacking))}")
    spare = {*told["own"], *told["columns"], *told["tables"]} - used - set(found)
    if spare:
        raise SourceError(f"etl/dictionary.toml tells of what is not there: {', '.join(sorted(spare))}")
    return tuple(
        Table(name, told["tables"][name], tuple(found[name]), tuple(constraints.get(name, ())))
        for name in sorted(found)
    )


def markdown(tables: tuple[Table, ...], version: int) -> str:
    """``docs/data-dictionary.md``."""
    lines = [
        "# Data dictionary", "",
        f"Every table and column of the warehouse, schema {version}. Made by `inkarta dictionary --out "
        "docs/data-dictionary.md` from the schema and `etl/dictionary.toml`; not written by hand.", "",
        "Where a row comes from is in the row: `source_id`, `file_name` and `row_no` lead to `raw_record`, the input "
        "row as it came, and to `source_file`, which has publisher, licence, date and digest. A table without them is "
        "made of others by the rules in `etl/marts.sql`, `etl/aggregates.py`, `etl/cubes.py` and `etl/actors.sql`, or "
        "belongs to an operation with them. `*` after a type: never empty.",
    ]  # fmt: skip
    left = list(tables)
    for group, start in GROUPS.items():
        mine = [table for table in left if table.name.startswith(start)]
        left = [table for table in left if table not in mine]
        lines += ["", f"## {group}"]
        for table in mine:
            lines += [
                "",
                f"### {table.name}",
                "",
                table.meaning,
                "",
                "| column | type | meaning | unit |",
                "|---|---|---|---|",
            ]
            lines += [
                f"| `{one.name}` | {one.kind}{'*' if one.is_required else ''} | {one.meaning} | {one.unit} |"
                for one in table.columns
            ]
            if table.constraints:
                lines += ["", *(f"- `{' '.join(text.split())}`" for text in table.constraints)]
    return "\n".join(lines) + "\n"
