"""Every source's file spoilt in every way, loaded into a small warehouse, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from etl.load import Loader
from etl.spec import SourceError
from tests.conftest import ROOT, World
from tests.etl.malformed.mutations import ANY, TABLE, TREE, Mutation
from tests.etl.malformed.originals import ORIGINALS, SOURCES


@dataclass(frozen=True)
class Variant:
    source: str
    mutation: Mutation

    def __str__(self) -> str:
        return f"{self.source}, {self.mutation.name}"


@dataclass
class Outcome:
    """``error``: why the file was refused. Else the counts, and the rules of what was said about its records."""

    error: Exception | None = None
    read: int = 0
    loaded: int = 0
    quarantined: int = 0
    kept: int = 0
    reasons: int = 0
    rules: set[str] = field(default_factory=set)
    stored: str = ""


@cache
def original(source: str) -> bytes:
    return ORIGINALS[source]()


def variants() -> Iterator[Variant]:
    """Source × mutation, for one source of each module, whose siblings are read by the same code.

    What every source must refuse is tried on each; the other mutations go round, each on every third.
    """
    ones = sorted({type(SOURCES[source]): source for source in reversed(ORIGINALS)}.values())
    for number, source in enumerate(ones):
        is_tree = SOURCES[source].SOURCE.remotes[0].name.endswith(".json")
        for place, mutation in enumerate((*ANY, *(TREE if is_tree else TABLE))):
            if mutation.refused or (place + number) % 3 == 0:
                yield Variant(source, mutation)


def file_name(source: str) -> str:
    return str(SOURCES[source].SOURCE.remotes[0].name)


def load(source: str, data: bytes, folder: Path, least: int | None = 1) -> Outcome:
    """Load bytes as a source's file. ``least``: the expected records, so that a short file is not all that is said."""
    origin = SOURCES[source]
    if least is not None:
        declared = replace(origin.SOURCE, expected_rows=(least, origin.SOURCE.expected_rows[1]))
        origin = replace(origin, SOURCE=declared)
    path = folder / file_name(source)
    path.write_bytes(data)
    con, known = _world()
    con.begin()
    try:
        loader = Loader(con)
        loader.kommun_lan, loader._lans, loader._regions = dict(known.kommun_lan), known._lans, known._regions
        return _loaded(loader, origin, path)
    except SourceError as error:
        return Outcome(error, rules={error.rule})
    finally:
        con.rollback()


@cache
def _world() -> tuple[duckdb.DuckDBPyConnection, Loader]:
    """Schema and regions, made once; each file is loaded in a transaction that is taken back."""
    con = duckdb.connect()
    con.execute((ROOT / "etl/schema.sql").read_text("utf-8"))
    loader = Loader(con)
    regions(loader)
    return con, loader


def _loaded(loader: Loader, origin: Any, path: Path) -> Outcome:
    take: dict[str, Any] = {
        "operations": loader.operations, "indicators": loader.indicator_values, "reference": loader.exchange_rates,
    }  # fmt: skip
    count = take[origin.SOURCE.kind](origin, path)
    con = loader.con
    rows = con.execute("SELECT severity, rule FROM load_issue").fetchall()
    return Outcome(
        None, count.rows_read, count.rows_loaded, count.rows_quarantined,
        con.execute("SELECT count(*) FROM raw_record").fetchall()[0][0],
        sum(severity == "quarantine" for severity, _ in rows), {rule for _, rule in rows},
        str(con.execute("SELECT payload FROM raw_record").fetchall()) + str(con.execute("FROM load_issue").fetchall()),
    )  # fmt: skip


def regions(loader: Loader) -> None:
    """Riket, the län and their kommuner, as :class:`tests.conftest.World` has them, and the NUTS 2 areas."""
    World.add_regions(loader)
    for code in ("SE11", "SE12", "SE21", "SE22", "SE23", "SE31", "SE32", "SE33"):
        loader.add_region(code, None, "nuts2", code, code, code, None, None, None, code, code, None, None)
    loader.tables.flush()
