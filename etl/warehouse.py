"""Build aside, check, publish atomically: one immutable DuckDB file per snapshot.

``home/snapshots/<id>.duckdb`` never changes once it stands there; ``home/snapshots/current`` names the one that is
served and is replaced by a rename, so a build killed at any moment leaves the previous snapshot serving.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import platformdirs
import pyarrow as pa

from etl import canonical, hidden, invariants, keys, words
from etl.actors import identify
from etl.aggregates import PLACED
from etl.cubes import CUBES
from etl.disclosure import MIN_COUNT, Protected, protect
from etl.disk import FREE_SOME, flush, is_full, sweep, write_whole
from etl.embedded import DATA, Embedded
from etl.engine import DuckDB, Engine
from etl.files import FileCount
from etl.links import read_links
from etl.load import Loader, utc_now
from etl.match import link_operations
from etl.published import is_whole, open_published, set_aside
from etl.spec import IndicatorSource, OperationSource, RateSource, SourceError
from etl.tables import FOR_MARTS, building, connected, sha256, spilled

SCHEMA_VERSION = 6
_BUILDING = "building"
HERE = Path(__file__).resolve().parent

Step = Callable[[str], None]
Progress = Callable[[str, int, int], None]
"""Called with a step's name, its number and the number of steps."""


@dataclass(frozen=True)
class Fetched:
    """A file that ``inkarta fetch`` brought, with the source that reads it."""

    source: OperationSource | IndicatorSource | RateSource
    path: Path
    retrieved_at: datetime | None
    settings: str = ""
    """What the user has chosen for its reading; other settings make another snapshot."""


@dataclass(frozen=True)
class Snapshot:
    """A published warehouse file."""

    snapshot_id: str
    path: Path
    as_of: date
    built_at: datetime
    rows: dict[str, int]


@dataclass(frozen=True)
class Build:
    """What a build did. ``is_new`` False: the same inputs and rules were published before.

    ``damaged``: ids of snapshots that could not be read and lie as ``<id>.damaged`` from now on.
    """

    snapshot: Snapshot
    counts: tuple[FileCount, ...]
    linked: int
    is_new: bool
    damaged: tuple[str, ...] = ()


def home() -> Path:
    """The user's data folder: ``INKARTA_HOME``, or the platform's own place."""
    return Path(os.environ.get("INKARTA_HOME") or platformdirs.user_data_dir("inkluderingskartan", appauthor=False))


def build(
    folder: Path,
    *,
    fetched: Iterable[Fetched] = (),
    embedded: Path = DATA,
    as_of: date | None = None,
    min_count: int | None = None,
    progress: Progress | None = None,
    registries: Collection[str] = (),
    engine: Engine | None = None,
) -> Build:
    """Embedded and fetched files -> a new snapshot in ``folder``, published when every check has passed.

    Decisions on pairs of records are read from ``embedded/links/links.csv`` and ``links.csv`` beside ``folder``, the
    user's own; one about a registry of ``registries`` that is not loaded waits. What ``hidden.csv`` there names is
    quarantined. ``engine`` works out the large marts; DuckDB when None.
    ``min_count``: the least count of persons that is shown; None: that of the snapshot served now, else 5.
    A served snapshot that is damaged is set aside first, and one of the same id made anew.
    Raises :class:`SourceError` naming file, row, column and what to do; the previous snapshot then still stands.
    """
    files = list(fetched)
    as_of = as_of or date.today()
    damaged = _damaged(folder)
    min_count = served_min_count(folder) if min_count is None else min_count
    own_links = folder.parent / "links.csv"
    taken_down = hidden.read(folder.parent / hidden.FILE)
    inputs, rules = _inputs_sha256(embedded, files, own_links, min_count, taken_down), _rules_sha256()
    snapshot_id = f"{as_of:%Y%m%d}-{hashlib.sha256((inputs + rules).encode()).hexdigest()[:8]}"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{snapshot_id}.duckdb"
    if target.exists() and not is_whole(target):
        set_aside(target)
        damaged = (*damaged, target.stem)
    if target.exists():
        publish(folder, snapshot_id)
        if target.exists():  # else it was pruned at the same moment; from now on it is named, and stays
            return Build(describe(target), (), 0, is_new=False, damaged=damaged)
    step = _Steps(progress, len(files) + 7)
    sweep(folder, _BUILDING)
    aside = folder / f".{_BUILDING}.{os.getpid()}.duckdb"
    _remove(aside)
    try:
        con = building(aside)
        try:
            con.execute(keys.tables_sql())
            con.execute(
                "INSERT INTO snapshot VALUES (?, ?, ?, ?, ?, ?)",
                [snapshot_id, as_of, utc_now(), inputs, rules, SCHEMA_VERSION],
            )
            loader = Loader(con, hidden=taken_down)
            step("embedded")
            Embedded(loader, embedded).load()
            for item in files:
                step(item.source.SOURCE.id)
                _load(loader, item)
            step("link")
            decisions = read_links([embedded / "links/links.csv", own_links])
            linked = link_operations(con, [d for d in decisions if not taken_down.keys() & set(d.pair)], registries)
            step("protect")
            protected = _protect(con, folder, min_count, loader)
            pa.default_memory_pool().release_unused()
            con.execute("CHECKPOINT building")  # the last rows of each table lie in memory until then
            con.execute(f"SET memory_limit = '{FOR_MARTS}'")
            make_marts(con, engine, progress=step)
            step("check")
            invariants.check_keys(con)
            invariants.check(con)
            con.execute("CHECKPOINT building")
        finally:
            con.close()
        if protected.hidden or taken_down:
            _rewrite(aside)
        flush(aside)
        os.replace(aside, target)
        publish(folder, snapshot_id)
    except (duckdb.Error, OSError) as error:
        if not is_full(error):
            raise
        raise SourceError(f"There is no room left on the disk for {folder}. {FREE_SOME}", "disk_full") from error
    finally:
        _remove(aside)
    return Build(describe(target), tuple(loader.counts), linked, is_new=True, damaged=damaged)


def make_marts(con: duckdb.DuckDBPyConnection, engine: Engine | None = None, *, progress: Step | None = None) -> None:
    """What the dashboard reads, made of the canonical tables; the large marts on ``engine``, DuckDB when None."""
    engine, step = engine or DuckDB(), progress or (lambda _: None)
    step("marts")
    engine.make(con, PLACED)
    canonical.operations(con)
    con.execute((HERE / "marts.sql").read_text("utf-8"))
    step("cubes")
    engine.make(con, CUBES)
    step("actors")
    identify(con)
    for script in ("actors", "cards", "numbers"):
        con.execute((HERE / f"{script}.sql").read_text("utf-8"))
    con.execute("DROP TABLE moved; DROP TABLE several")
    words.index(con)


def publish(folder: Path, snapshot_id: str) -> None:
    """Point ``current`` at a snapshot, by a rename."""
    flush(folder)
    write_whole(folder / "current", snapshot_id + "\n")


def current(folder: Path) -> Path | None:
    """The served snapshot's file, or None when nothing has been published."""
    try:
        name = (folder / "current").read_text("utf-8").strip()
    except FileNotFoundError:
        return None
    path = folder / f"{name}.duckdb"
    return path if path.exists() else None


def is_stale(folder: Path) -> bool:
    """Whether nothing is served, or what is served is damaged or was built by other rules than these."""
    path = current(folder)
    if path is None:
        return True
    try:
        con = open_published(path)
    except duckdb.Error:
        return True
    try:
        row = con.execute("SELECT rules_sha256 FROM snapshot").fetchone()
    except duckdb.Error:
        return True
    finally:
        con.close()
    return row is None or row[0] != _rules_sha256()


def snapshots(folder: Path) -> list[Snapshot]:
    """Every published snapshot that can be read, newest first."""
    found = []
    for path in folder.glob("[0-9]*.duckdb"):
        with suppress(duckdb.Error):  # damaged, or pruned by another process just now
            found.append(describe(path))
    return sorted(found, key=lambda s: (s.built_at, s.snapshot_id), reverse=True)


def find(folder: Path, name: str) -> Path:
    """The snapshot that ``name`` tells: a file's path, an id in ``folder``, or the beginning that only one id has.

    Raises :class:`SourceError` when there is none or several.
    """
    if name.endswith(".duckdb") and Path(name).is_file():
        return Path(name)
    ids = sorted(path.stem for path in folder.glob("[0-9]*.duckdb"))
    found = [one for one in ids if one == name] or [one for one in ids if name and one.startswith(name)]
    if len(found) == 1:
        return folder / f"{found[0]}.duckdb"
    if found:
        raise SourceError(f"{name!r} is the beginning of {len(found)} snapshots: {', '.join(found)}. Write more of it.")
    raise SourceError(f"{name!r} is no snapshot that is kept, nor a file. inkarta snapshots lists them.")


def describe(path: Path) -> Snapshot:
    """A snapshot's identity and row counts."""
    con = open_published(path)
    try:
        row = con.execute("SELECT snapshot_id, as_of, built_at FROM snapshot").fetchone()
        if row is None:
            raise SourceError(f"{path.name}: no snapshot row. Delete the file and run inkarta build.")
        counted = con.execute(
            "SELECT (SELECT count(*) FROM mart_operation), (SELECT count(*) FROM indicator_value), "
            "(SELECT count(*) FROM source_file), (SELECT count(*) FROM raw_record)"
        ).fetchone()
    finally:
        con.close()
    names = ("operations", "indicator_values", "source_files", "raw_records")
    return Snapshot(row[0], path, row[1], row[2], dict(zip(names, counted or (), strict=True)))


def served_min_count(folder: Path) -> int:
    """The least count of persons that the served snapshot shows, else the newest kept one; the default without any."""
    served = current(folder)
    for path in [served] if served else [one.path for one in snapshots(folder)]:
        con = open_published(path)
        try:
            if not con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'disclosure'").fetchone():
                return MIN_COUNT
            row = con.execute("SELECT max(min_count) FROM disclosure").fetchone()
        finally:
            con.close()
        return int(row[0]) if row and row[0] else MIN_COUNT
    return MIN_COUNT


def _damaged(folder: Path) -> tuple[str, ...]:
    """Set aside what cannot be read: the served snapshot to its last cell, others as far as their first."""
    gone, served = [], current(folder)
    for path in sorted(folder.glob("[0-9]*.duckdb")):
        try:
            if path != served:
                describe(path)
            elif not is_whole(path):
                raise duckdb.IOException(path.name)
        except (duckdb.CatalogException, duckdb.BinderException):
            continue  # of an older schema
        except (duckdb.Error, SourceError):
            with suppress(FileNotFoundError):  # pruned by another process just now
                path.open("rb").close()  # what the system does not open is not damaged
                set_aside(path)
                gone.append(path.stem)
    return tuple(gone)


def _protect(con: duckdb.DuckDBPyConnection, folder: Path, min_count: int, loader: Loader) -> Protected:
    earlier = [open_published(path) for path in sorted(folder.glob("[0-9]*.duckdb"))]
    try:
        return protect(con, min_count=min_count, columns=loader.person_columns, earlier=earlier)
    finally:
        for old in earlier:
            old.close()


def _rewrite(path: Path) -> None:
    """Copy a warehouse to a new file, since a changed row's old bytes stay in the file that it was changed in."""
    copy = path.with_name(f"{path.name}.copy")
    con = connected()
    try:
        for name, file, mode in (("old", path, " (READ_ONLY)"), ("new", copy, "")):
            con.execute(f"ATTACH '{str(file).replace(chr(39), chr(39) * 2)}' AS {name}{mode}")
        con.execute("COPY FROM DATABASE old TO new")
        con.execute("CHECKPOINT new")
    finally:
        con.close()
    os.replace(copy, path)


def _load(loader: Loader, item: Fetched) -> None:
    dates = {
        "retrieved_at": item.retrieved_at,
        "snapshot_date": item.retrieved_at and item.retrieved_at.date(),
    }
    if item.source.SOURCE.kind == "operations":
        loader.operations(item.source, item.path, **dates)  # type: ignore[arg-type]
    elif item.source.SOURCE.kind == "reference":
        loader.exchange_rates(item.source, item.path, **dates)  # type: ignore[arg-type]
    else:
        loader.indicator_values(item.source, item.path, **dates)  # type: ignore[arg-type]


def _inputs_sha256(
    embedded: Path, files: list[Fetched], own_links: Path, min_count: int, taken_down: Mapping[str, hidden.Hidden]
) -> str:
    paths = sorted(p for p in embedded.rglob("*.csv") if p.name != "labelled.csv")  # it measures, and feeds nothing
    lines = [f"{p.relative_to(embedded).as_posix()} {sha256(p)}" for p in paths]
    lines.append(f"min_count {min_count}")
    lines += sorted(f"{f.source.SOURCE.id} {f.path.name} {sha256(f.path)} {f.settings}".strip() for f in files)
    lines += [f"{own_links.name} {sha256(own_links)}"] if own_links.exists() else []
    lines += [f"{hidden.FILE} {one}" for one in sorted(map(str, taken_down.values()))]
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()


def _rules_sha256() -> str:
    paths = sorted(path for kind in ("*.py", "*.sql", "*.toml") for path in HERE.rglob(kind))
    paths = [path for path in paths if path.stem != "dictionary"]  # it tells, and rules nothing
    return hashlib.sha256(json.dumps([sha256(p) for p in paths]).encode()).hexdigest()


def _remove(path: Path) -> None:
    for stale in (path, *(path.with_name(path.name + end) for end in (".wal", ".copy", ".copy.wal"))):
        stale.unlink(missing_ok=True)
    shutil.rmtree(spilled(path), ignore_errors=True)


class _Steps:
    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def __call__(self, name: str) -> None:
        self._done += 1
        if self._progress:
            self._progress(name, self._done, self._total)
