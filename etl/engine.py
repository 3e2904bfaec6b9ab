"""Where the large marts are worked out: in DuckDB, or on Apache Spark through Spark Connect (``sc://host:port``).

The marts are one set of Ibis expressions (:mod:`etl.aggregates`, :mod:`etl.cubes`). What they are in DuckDB's SQL
stands in ``engine.sql``, written by ``python -m etl.engine``, since making it takes longer than most builds' marts.
For Spark the tables that they read go out as Parquet to a folder that both sides reach, the engine leaves its own
there, and they come back into the snapshot.
"""

from __future__ import annotations

import re
import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import duckdb

from etl.aggregates import INPUTS, PLACED, SPELT, Mart
from etl.cubes import CUBES
from etl.spec import SourceError
from etl.tables import quoted

if TYPE_CHECKING:
    import ibis.expr.types as ir

WRITTEN = Path(__file__).with_name("engine.sql")
_HEAD = "-- mart: "
_THESE = "/* these */ true"
"""Where a mart's slices stand in its statement."""
_ADDRESS = re.compile(r"sc://[\w.-]+:\d{1,5}(/;.*)?")
_MISSING = (
    "Building on Apache Spark needs the optional packages: pip install 'inkluderingskartan[spark]' "
    "(Ibis, pyspark-client and googleapis-common-protos)."
)
Progress = Callable[[str], None]


class Engine(Protocol):
    """Makes tables in a warehouse that is being built."""

    def make(self, con: duckdb.DuckDBPyConnection, marts: Sequence[Mart]) -> None:
        """Every mart in turn; the kept ones stand in ``con`` afterwards."""


def chosen(address: str | None = None, folder: Path | None = None) -> Engine:
    """The engine that an address selects; DuckDB for none.

    ``folder``: where Parquet files pass between the two, under a path that is the same for both; a temporary folder
    when None. Raises :class:`SourceError` for an address of another kind, and where the packages for Spark are missing.
    """
    if not address or address == "duckdb":
        return DuckDB()
    if not _ADDRESS.fullmatch(address):
        raise SourceError(f"{address!r} is no engine. Write sc://host:port of a Spark Connect server, or leave it out.")
    return Spark(address, folder)


class DuckDB:
    """In the process, in the warehouse itself."""

    def make(self, con: duckdb.DuckDBPyConnection, marts: Sequence[Mart]) -> None:
        """The marts as tables of ``con``."""
        texts = written()
        for mart in marts:
            _fill(con, mart, texts[mart.name])
        for mart in marts:
            if not mart.is_kept:
                con.execute(f"DROP TABLE {mart.name}")


class Spark:
    """Through Spark Connect. Every step is a folder of Parquet files, so that no step is worked out twice."""

    def __init__(self, address: str, folder: Path | None = None) -> None:
        self._address = address
        self._folder = folder

    def make(self, con: duckdb.DuckDBPyConnection, marts: Sequence[Mart]) -> None:
        """The marts worked out there, and the kept ones brought into ``con``."""
        made = {mart.name for mart in marts}
        with self._exchange() as folder, self._session() as spark:
            try:
                for name in dict.fromkeys(name for mart in marts for name in mart.reads if name not in made):
                    _send(con, name, folder / name)
                    spark.read.parquet(str(folder / name)).createOrReplaceTempView(name)
                for mart in marts:
                    spark.sql(sql(mart, "pyspark")).write.mode("overwrite").parquet(str(folder / mart.name))
                    left = folder / mart.name
                    rows = spark.read.parquet(str(left)) if _has_rows(left) else spark.sql(_nothing(mart))
                    rows.createOrReplaceTempView(mart.name)
            except SourceError:
                raise
            except Exception as error:  # of Spark's own, and of the channel to it
                said = str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__
                raise SourceError(f"The engine {self._address} did not answer as it should: {said}") from error
            for mart in marts:
                if mart.is_kept:
                    _bring(con, mart, folder / mart.name)

    @contextmanager
    def _exchange(self) -> Iterator[Path]:
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="inkarta-marts-", dir=self._folder, ignore_cleanup_errors=True) as name:
            folder = Path(name)
            folder.chmod(0o770)  # the engine may run as another user of the folder's group, and nobody else looks in
            yield folder

    @contextmanager
    def _session(self) -> Iterator[Any]:
        try:
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise SourceError(_MISSING) from error
        host, port = self._address.removeprefix("sc://").split("/")[0].rsplit(":", 1)
        try:
            socket.create_connection((host, int(port)), timeout=10).close()
            spark = SparkSession.builder.remote(self._address).create()
        except ImportError as error:
            raise SourceError(_MISSING) from error
        except Exception as error:
            raise SourceError(f"No Spark Connect server answers at {self._address}.") from error
        try:
            spark.conf.set("spark.sql.session.timeZone", "UTC")
            # What is small as Parquet may be too large for a driver to hand out whole: a join by numbers is.
            spark.conf.set("spark.sql.autoBroadcastJoinThreshold", "-1")
            yield spark
        finally:
            spark.stop()


@cache
def written() -> dict[str, str]:
    """Mart -> the statements of :data:`WRITTEN` that make it in DuckDB."""
    parts = WRITTEN.read_text("utf-8").split(_HEAD)[1:]
    return {name: text for name, _, text in (part.partition("\n") for part in parts)}


def write() -> str:
    """What :data:`WRITTEN` has to hold: every mart's table and rows, from its expression."""
    marts = (*PLACED, *CUBES)
    texts = (f"{_HEAD}{mart.name}\n{_filling(mart, sql(mart, 'duckdb'))}" for mart in marts)
    return "-- Written by python -m etl.engine from etl/aggregates.py and etl/cubes.py.\n\n" + "\n".join(texts)


@cache
def sql(mart: Mart, dialect: str) -> str:
    """A mart's expression in an engine's own SQL (``duckdb`` or ``pyspark``)."""
    import ibis
    from ibis.backends.sql import compilers
    from sqlglot import expressions, parse_one

    getattr(ibis, dialect)  # the first time it is asked for, it registers what its compiler needs
    compiler = getattr(compilers, dialect).compiler
    tree = compiler.to_sqlglot(mart.expression(_Bound()))

    def spelt(node: Any) -> Any:
        if isinstance(node, expressions.Star) and (left_out := node.args.get("except_")):
            node.set("except_", sorted(left_out, key=lambda column: column.name))  # a set, of another order each time
        if not isinstance(node, expressions.Anonymous) or node.name.lower() not in SPELT:
            return node
        given = [argument.sql(dialect=compiler.dialect) for argument in node.expressions]
        return expressions.Paren(
            this=parse_one(SPELT[node.name.lower()].format(*given), read=compiler.dialect).transform(spelt)
        )

    return str(tree.transform(spelt).sql(dialect=compiler.dialect, pretty=True))


class _Bound(dict[str, "ir.Table"]):
    """Tables by name, known by their columns alone."""

    def __missing__(self, name: str) -> ir.Table:
        import ibis

        if name in INPUTS:
            schema: Any = INPUTS[name]
        else:
            made = next(mart for mart in (*PLACED, *CUBES) if mart.name == name)
            schema = made.expression(self).schema()
        self[name] = found = ibis.table(schema, name=name)
        return found


@cache
def _columns(name: str) -> tuple[tuple[str, str], ...]:
    return tuple((column, str(kind)) for column, kind in _Bound()[name].schema().items())


def _has_rows(folder: Path) -> bool:
    """Whether an engine has left files; where there are no rows, some leave none, and so nothing that names columns."""
    return next(folder.rglob("*.parquet"), None) is not None


def _nothing(mart: Mart) -> str:
    """A mart without rows, in Spark's SQL."""
    cells = (
        f"CAST(NULL AS {_type(kind).replace('VARCHAR', 'STRING')}) AS {name}" for name, kind in _columns(mart.name)
    )
    return f"SELECT {', '.join(cells)} WHERE false"


def _send(con: duckdb.DuckDBPyConnection, name: str, folder: Path) -> None:
    """A table, the columns that are read of it, as a folder of Parquet files."""
    folder.mkdir()
    folder.chmod(0o770)
    kept = [column for column, _ in _columns(name)]
    path = quoted(folder / "part-0.parquet")
    con.execute(f"COPY (SELECT {', '.join(kept)} FROM {name}) TO {path} (FORMAT parquet, ROW_GROUP_SIZE 200000)")


def _bring(con: duckdb.DuckDBPyConnection, mart: Mart, folder: Path) -> None:
    files = quoted(folder / "**/*.parquet")
    rows = f"SELECT * FROM read_parquet({files})" if _has_rows(folder) else f"SELECT * FROM {mart.name}"
    _fill(con, mart, _filling(mart, rows))


def _filling(mart: Mart, rows: str) -> str:
    """The mart as a table with the types that its expression has, whatever an engine makes of a sum; then its rows."""
    columns = ", ".join(f"{name} {_type(kind)}" for name, kind in _columns(mart.name))
    order = f" ORDER BY {', '.join(mart.order)}" if mart.order else ""
    return (
        f"CREATE {'' if mart.is_kept else 'TEMP '}TABLE {mart.name} ({columns});\n"
        f"INSERT INTO {mart.name} BY NAME SELECT * FROM (\n{rows}\n) WHERE {_THESE}{order};\n"
    )


def _fill(con: duckdb.DuckDBPyConnection, mart: Mart, filling: str) -> None:
    table, rows = filling.split(";\n", 1)
    con.execute(table)
    for these in mart.slices:
        con.execute(rows.replace(_THESE, these))


_TYPES = {"string": "VARCHAR", "int64": "BIGINT", "int32": "INTEGER", "boolean": "BOOLEAN", "float64": "DOUBLE"}


def _type(kind: str) -> str:
    text = kind.removeprefix("!")
    return _TYPES.get(text) or text.replace("decimal", "DECIMAL")


if __name__ == "__main__":
    WRITTEN.write_text(write(), "utf-8")
