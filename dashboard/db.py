"""The only door to DuckDB: one hardened read-only connection a snapshot, a cursor a call, answers kept.

A connection shared between threads returns wrong rows; a cursor each does not. A snapshot never changes, so an answer
may be kept for as long as there is room.
"""

from __future__ import annotations

import logging
import re
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

Row = dict[str, Any]
log = logging.getLogger("inkarta")

SCHEMA = 6
"""The ``schema_version`` whose tables the questions are put to."""

_CHANGES = Path(__file__).with_name("changes.sql")
_SNAPSHOT = re.compile(r"[0-9]{8}-[0-9a-f]{8}")
_KEPT_ROWS = 200_000
_LARGE = 20_000
_KEPT_QUESTIONS = 500
_DAMAGE = (duckdb.IOException, duckdb.FatalException, duckdb.InternalException, duckdb.SerializationException)
_damaged: set[tuple[Path, int, int]] = set()
"""Files that could not be read, as they were then: path, size, time of change."""
_questions: OrderedDict[str, duckdb.Statement] = OrderedDict()
_kept: OrderedDict[tuple[Any, ...], tuple[Row, ...]] = OrderedDict()
_weight = 0
_lock = threading.Lock()


class NoSnapshotError(Exception):
    """Nothing has been built yet, or the pinned snapshot is not kept here."""


class DamagedError(NoSnapshotError):
    """The snapshot's file cannot be read any more. The next request is answered from another that is kept."""


class NotAQuestionError(duckdb.Error):
    """Something else than one single ``SELECT``."""


class IncomparableError(Exception):
    """Two snapshots were built by versions of the program too far apart, or one of the files is no snapshot."""


@dataclass(frozen=True)
class Kept:
    """A snapshot that is kept: what its own row says, with the file's name as its id."""

    snapshot_id: str
    path: Path
    as_of: date
    built_at: datetime
    schema_version: int


_BOUNDS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 2,
    "memory_limit": "1GB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "temp_directory": "",  # nothing is written beside a snapshot, however large a question is
    "max_temp_directory_size": "0B",
}
_LOCKED: dict[str, str | bool | int | float | list[str]] = {"enable_external_access": False, "lock_configuration": True}


def _locked(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Let nothing be changed from here on; another connection to the same file may have done it already."""
    if not con.execute("SELECT current_setting('lock_configuration')").fetchall()[0][0]:
        for name, value in _LOCKED.items():
            con.execute(f"SET {name} = {value}")
    return con


@lru_cache(maxsize=8)
def _connection(path: Path) -> duckdb.DuckDBPyConnection:
    return _locked(duckdb.connect(str(path), read_only=True, config=_BOUNDS))


@lru_cache(maxsize=8)
def _comparison(before: Path, after: Path) -> duckdb.DuckDBPyConnection:
    """The differences of two files in memory; the files are let go of, and the connection locked like any other."""
    con = duckdb.connect(config=_BOUNDS)
    try:
        for name, path in (("before", before), ("after", after)):
            _attach(con, path, name)
        versions = con.execute(
            "SELECT b.schema_version, a.schema_version FROM before.snapshot b CROSS JOIN after.snapshot a"
        ).fetchone()
        if versions is None or versions[0] != versions[1]:
            raise IncomparableError(f"schema versions {versions}")
        con.execute(_CHANGES.read_text("utf-8"))
    except (duckdb.CatalogException, duckdb.BinderException, duckdb.IOException) as error:
        raise IncomparableError(str(error)) from error
    con.execute("DETACH before; DETACH after")
    return _locked(con)


@lru_cache(maxsize=1024)
def _about(path: Path) -> Kept | None:
    """What a file says of itself; None when it is no snapshot."""
    with duckdb.connect(config=_BOUNDS) as con:
        try:
            _attach(con, path, "kept")
            row = con.execute("SELECT as_of, built_at, schema_version FROM kept.snapshot").fetchone()
        except duckdb.Error:
            return None
    return Kept(path.stem, path, *row) if row else None


def _attach(con: duckdb.DuckDBPyConnection, path: Path, name: str) -> None:
    # ATTACH takes no bound parameter; the path is our own, with its quotation marks doubled.
    con.execute(f"ATTACH '{str(path).replace(chr(39), chr(39) * 2)}' AS {name} (READ_ONLY)")


_open_lock = threading.Lock()
_compare_lock = threading.Lock()


class Warehouse:
    """A published snapshot that questions are put to. ``instead_of``: the id of the one that is lost or damaged, or "".

    Raises :class:`DamagedError` when the file cannot be read.
    """

    def __init__(self, path: Path, *, instead_of: str = "") -> None:
        self.path, self.instead_of = path, instead_of
        self._key: tuple[Path, ...] = (path,)
        try:
            with _open_lock:
                self._con = _connection(path)
        except duckdb.Error as error:
            if not _is_damage(error):
                raise
            raise _found_damaged(path, error) from error

    @property
    def snapshot_id(self) -> str:
        return self.path.stem

    def rows(self, sql: str, params: Mapping[str, Any] | None = None) -> tuple[Row, ...]:
        """The answer as dicts, one a row. ``params`` are bound by name; callers must not change the dicts.

        Raises :class:`NotAQuestionError` for what is no single ``SELECT``.
        """
        key = (self._key, sql, _frozen(params or {}))
        with _lock:
            if key in _kept:
                _kept.move_to_end(key)
                return _kept[key]
        cursor = self._con.cursor()
        try:
            cursor.execute(_parsed(cursor, sql), dict(params or {}))
            names = [column[0] for column in cursor.description or ()]
            answer = tuple(dict(zip(names, values, strict=True)) for values in cursor.fetchall())
        except duckdb.Error as error:
            if not _is_damage(error):
                raise
            raise _found_damaged(self.path, error) from error
        finally:
            cursor.close()
        if len(answer) <= _LARGE:
            _keep(key, answer)
        return answer

    def row(self, sql: str, params: Mapping[str, Any] | None = None) -> Row | None:
        """The first row, or None."""
        answer = self.rows(sql, params)
        return answer[0] if answer else None


class Comparison(Warehouse):
    """What differs between two snapshots, as the tables of ``changes.sql``, worked out once a pair.

    A snapshot holds no list of its own changes: it is the same bytes whatever was published before it, and any two
    can be compared. Raises :class:`IncomparableError`.
    """

    def __init__(self, before: Path, after: Path) -> None:
        self.path = after
        self._key = (before, after)
        with _compare_lock:
            self._con = _comparison(before, after)


def kept(folder: Path) -> tuple[Kept, ...]:
    """Every published snapshot in ``folder``, the one built last first."""
    with _open_lock:
        found = [_about(path) for path in folder.glob("*.duckdb") if _SNAPSHOT.fullmatch(path.stem)]
    return tuple(sorted(filter(None, found), key=lambda k: (k.built_at, k.snapshot_id), reverse=True))


def served(folder: Path, pinned: str | None = None) -> Warehouse:
    """The snapshot that ``current`` names, or the ``pinned`` one when it is kept and of a schema that can be read.

    When the named one is gone, damaged or of another schema, the newest other that can be read serves ``instead_of``
    it, until the next is published. Raises :class:`NoSnapshotError`.
    """
    if pinned and _SNAPSHOT.fullmatch(pinned):
        path = folder / f"{pinned}.duckdb"
        with _open_lock:
            found = _about(path) if path.exists() else None
        if found and found.schema_version == SCHEMA and _is_sound(path):
            return Warehouse(path)
    try:
        name = (folder / "current").read_text("utf-8").strip()
    except FileNotFoundError as error:
        raise NoSnapshotError(str(folder)) from error
    path = folder / f"{name}.duckdb"
    if path.exists() and _is_sound(path) and _fits(path):
        try:
            return Warehouse(path)
        except DamagedError:
            pass
    for other in kept(folder):
        if other.path != path and other.schema_version == SCHEMA and _is_sound(other.path):
            try:
                return Warehouse(other.path, instead_of=name)
            except DamagedError:
                continue
    raise NoSnapshotError(path.name)


def _found_damaged(path: Path, error: Exception) -> DamagedError:
    """Remember a damaged file, and let go of it, so that a sound one put in its place is opened anew."""
    with suppress(OSError):  # what the system does not open, for want of handles say, is not damaged
        path.open("rb").close()
        _damaged.add(_stamp(path))
    log.error("snapshot %s cannot be read: %s", path.stem, str(error).splitlines()[0])
    with _open_lock:
        _connection.cache_clear()
    return DamagedError(path.stem)


def _fits(path: Path) -> bool:
    """Whether a file is of the schema that is read here; one that says nothing of itself is opened to be found out."""
    with _open_lock:
        found = _about(path)
    return found is None or found.schema_version == SCHEMA


def _is_damage(error: duckdb.Error) -> bool:
    return isinstance(error, _DAMAGE) or "Corrupt" in str(error)


def _is_sound(path: Path) -> bool:
    return not _damaged or (path.exists() and _stamp(path) not in _damaged)


def _stamp(path: Path) -> tuple[Path, int, int]:
    status = path.stat()
    return path, status.st_size, status.st_mtime_ns


def forget() -> None:
    """Let go of every kept answer."""
    global _weight
    with _lock:
        _kept.clear()
        _weight = 0


def _keep(key: tuple[Any, ...], answer: tuple[Row, ...]) -> None:
    """Keep an answer while there is room, counted in rows, an empty answer as one; the least used goes first."""
    global _weight
    with _lock:
        if key not in _kept:
            _kept[key] = answer
            _weight += len(answer) or 1
        while _weight > _KEPT_ROWS:
            _weight -= len(_kept.popitem(last=False)[1]) or 1


def _parsed(cursor: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    """The question as it is understood, kept: to read it is a fifth of a small one's cost. It is no connection's."""
    with _lock:
        if sql in _questions:
            _questions.move_to_end(sql)
            return _questions[sql]
    found = _only(cursor, sql)
    with _lock:
        _questions[sql] = found
        if len(_questions) > _KEPT_QUESTIONS:
            _questions.popitem(last=False)
    return found


def _only(cursor: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    try:
        statements = cursor.extract_statements(sql)
        kinds = [statement.type for statement in statements]
    except ValueError as error:  # a kind of statement that the driver has no name for
        raise NotAQuestionError(str(error)) from error
    if kinds != [duckdb.StatementType.SELECT]:
        raise NotAQuestionError(", ".join(kind.name for kind in kinds) or "nothing")
    return statements[0]


def _frozen(params: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted((name, _hashable(value)) for name, value in params.items()))


def _hashable(value: Any) -> Any:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(value)
    return type(value), value
