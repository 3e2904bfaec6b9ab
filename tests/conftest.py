"""What several tests stand on: a home of its own, the embedded data built once, small worlds, real files."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.lacking import unable

ROOT = Path(__file__).resolve().parents[1]
AS_OF = date(2026, 11, 23)
KEPT_INDICATORS = ("population", "dependency_ratio", "employment_20_64", "low_economic_standard")

for name in ("COLUMNS", "LINES"):  # a distributed run sets both, and a console made then never asks for them again
    os.environ.pop(name, None)

_CALM = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("local", max_examples=40, **_CALM)
settings.register_profile("ci", max_examples=40, derandomize=True, database=None, **_CALM)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The session's INKARTA_HOME, so that nothing touches the user's own folder."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKARTA_HOME", str(folder))
        patch.delenv("INKARTA_STORE", raising=False)
        yield folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The shared folder's real files; skips without it, fails where CI=true."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        unable(f"the shared real files are not at hand (expected in {folder})")
    return folder


@pytest.fixture(scope="session")
def outlines() -> Iterator[tuple[Any, ...]]:
    """The country's real outlines, drawn once a session instead of once a build."""
    from etl import embedded

    drawn = tuple(embedded.boundaries())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedded, "boundaries", lambda: iter(drawn))
        yield drawn


@pytest.fixture(scope="session")
def embedded_build(home: Path, outlines: object) -> Any:
    """The embedded data, built once into the session's home."""
    from etl.warehouse import build

    return build(home / "snapshots", as_of=AS_OF)


@pytest.fixture(scope="session")
def warehouse_folder(home: Path, embedded_build: Any) -> Path:
    """The folder with the embedded snapshot and ``current``."""
    return home / "snapshots"


@pytest.fixture(scope="session")
def w(warehouse_folder: Path) -> Any:
    """The embedded snapshot as the dashboard reads it."""
    from dashboard.db import served

    return served(warehouse_folder)


@pytest.fixture(scope="session")
def _small_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small") / "data"
    shutil.copytree(ROOT / "data", folder, ignore=shutil.ignore_patterns("*.md"))
    Sheet(folder / "indicators/catalogue.csv").keep(lambda row: row["code"] in KEPT_INDICATORS)
    for path in (folder / "indicators/values").glob("*.csv"):
        if path.stem not in KEPT_INDICATORS:
            path.unlink()
    return folder


@pytest.fixture
def small_data(_small_data: Path, tmp_path: Path, outlines: object) -> Path:
    """A copy of ``data/`` to spoil: every file, of the indicators only those that marts need."""
    return Path(shutil.copytree(_small_data, tmp_path / "data"))


class Sheet:
    """A maintained CSV file under the test's own hand."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open(encoding="utf-8", newline="") as handle:
            reader = csv.DictReader(handle)
            self.rows = list(reader)
            self.header = list(reader.fieldnames or ())

    def save(self) -> None:
        with self.path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, self.header, lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.rows)

    def set(self, row_no: int, **cells: str) -> None:
        self.rows[row_no - 1].update(cells)
        self.save()

    def keep(self, wanted: Callable[[dict[str, str]], bool]) -> None:
        self.rows = [row for row in self.rows if wanted(row)]
        self.save()

    def drop_column(self, name: str) -> None:
        self.header.remove(name)
        self.rows = [{key: value for key, value in row.items() if key != name} for row in self.rows]
        self.save()

    def add_column(self, name: str, value: str) -> None:
        self.header.append(name)
        self.rows = [{**row, name: value} for row in self.rows]
        self.save()


@pytest.fixture(scope="session")
def sheet() -> type[Sheet]:
    return Sheet


@cache
def kommun_codes() -> dict[str, tuple[str, ...]]:
    """Län code -> its kommun codes."""
    codes: dict[str, list[str]] = {}
    for row in Sheet(ROOT / "data/regions/kommun.csv").rows:
        codes.setdefault(row["lan_code"], []).append(row["code"])
    return {lan: tuple(inside) for lan, inside in codes.items()}


@dataclass
class Given:
    """An operations source that yields what the test gives it."""

    SOURCE: Any
    given: Sequence[Any]
    retrieved_at: datetime = field(default=datetime(2026, 11, 22))

    def records(self, path: Path) -> Any:
        from etl.spec import Records, Row

        return Records(rows=[Row(n, {"n": n}) for n in range(1, len(self.given) + 1)])

    def operation(self, row: Any) -> Any:
        found = self.given[row.raw.pop("n") - 1]
        if isinstance(found, Exception):
            raise found
        return found


class World:
    """Given operations in a small warehouse: the real schema, regions, loader and links.

    In memory it has the first marts only; as a file, which pages may read, it has all of them.
    """

    def __init__(
        self,
        *origins: Given,
        target_groups: Iterable[str] = (),
        also: Callable[[Any], None] | None = None,
        path: Path | str = ":memory:",
        decisions: Iterable[Any] = (),
        min_count: int = 5,
    ) -> None:
        import duckdb

        from etl import canonical
        from etl.aggregates import PLACED
        from etl.disclosure import protect
        from etl.engine import DuckDB
        from etl.load import Loader
        from etl.match import link_operations
        from etl.warehouse import SCHEMA_VERSION, make_marts

        self.con = duckdb.connect(str(path))
        self.con.execute((ROOT / "etl/schema.sql").read_text("utf-8"))
        self.con.execute(
            "INSERT INTO snapshot VALUES ('test', ?, TIMESTAMP '2026-11-23', '', '', ?)", [AS_OF, SCHEMA_VERSION]
        )
        self.loader = Loader(self.con)
        self.add_regions(self.loader)
        for code in target_groups:
            self.loader.add_target_group(code, code, code, [])
        self.loader.tables.flush()
        for origin in origins:
            self.loader.operations(origin, ROOT / "LICENSE", retrieved_at=origin.retrieved_at)
        if also:
            also(self.loader)
        self.linked = link_operations(self.con, decisions)
        self.protected = protect(self.con, min_count=min_count, columns=self.loader.person_columns)
        if path == ":memory:":
            DuckDB().make(self.con, PLACED)
            canonical.operations(self.con)
            self.con.execute((ROOT / "etl/marts.sql").read_text("utf-8"))
        else:
            make_marts(self.con)

    @staticmethod
    def add_regions(loader: Any) -> None:
        """Riket, the län and their kommuner, named by their codes."""
        places = [("00", None, "riket", None)]
        for lan, inside in kommun_codes().items():
            places += [(lan, None, "lan", lan), *((code, lan, "kommun", lan) for code in inside)]
        for code, lan_code, level, of_lan in places:
            loader.add_region(code, lan_code, level, code, code, code, of_lan, None, None, None, None, None, None)

    def all(self, sql: str, **params: object) -> list[tuple[Any, ...]]:
        return self.con.execute(sql, params or None).fetchall()

    def close(self) -> None:
        self.con.close()


def registry(name: str, priority: int = 50) -> Any:
    """A registry's declaration."""
    from etl.spec import Source

    return Source(
        id=name, kind="operations", registry=name, publisher=name, title_sv=name, title_en=name,
        url=f"https://example.org/{name}", licence="CC0", priority=priority, expected_rows=(0, 1000),
    )  # fmt: skip


def operation(local_id: str, **fields: Any) -> Any:
    """An operation with a title; ``amount`` is short for one granted amount in kronor."""
    from etl.spec import Funding, Operation

    amount = fields.pop("amount", None)
    op = Operation(local_id=local_id, title_sv=f"Projekt {local_id}", registry=fields.pop("registry", "r"))
    for name, value in fields.items():
        setattr(op, name, value)
    if amount is not None:
        op.funding = [*op.funding, Funding("granted_support", Decimal(amount), "SEK", "Beviljat")]
    return op
