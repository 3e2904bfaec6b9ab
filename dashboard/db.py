"""The only door to DuckDB: one hardened read-only connection a snapshot, a cursor a call, answers kept.

A connection shared between threads returns wrong rows; a cursor each does not. A snapshot never changes, so an answer
may be kept for as long as there is room.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

Row = dict[str, Any]

_SNAPSHOT = re.compile(r"[0-9]{8}-[0-9a-f]{8}")
_KEPT_ROWS = 200_000
_LARGE = 20_000
_kept: OrderedDict[tuple[Any, ...], tuple[Row, ...]] = OrderedDict()
_weight = 0
_lock = threading.Lock()


class NoSnapshotError(Exception):
    """Nothing has been built yet, or the pinned snapshot is not kept here."""


@lru_cache(maxsize=8)
def _connection(path: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(
        str(path),
        read_only=True,
        config={
            "threads": 2,
            "memory_limit": "1GB",
            "enable_external_access": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "lock_configuration": True,
        },
    )


_open_lock = threading.Lock()


class Warehouse:
    """A published snapshot that questions are put to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with _open_lock:
            self._con = _connection(path)

    @property
    def snapshot_id(self) -> str:
        return self.path.stem

    def rows(self, sql: str, params: Mapping[str, Any] | None = None) -> tuple[Row, ...]:
        """The answer as dicts, one a row. ``params`` are bound by name; callers must not change the dicts."""
        key = (self.path, sql, _frozen(params or {}))
        with _lock:
            if key in _kept:
                _kept.move_to_end(key)
                return _kept[key]
        cursor = self._con.cursor()
        try:
            cursor.execute(sql, dict(params or {}))
            names = [column[0] for column in cursor.description or ()]
            answer = tuple(dict(zip(names, values, strict=True)) for values in cursor.fetchall())
        finally:
            cursor.close()
        if len(answer) <= _LARGE:
            _keep(key, answer)
        return answer

    def row(self, sql: str, params: Mapping[str, Any] | None = None) -> Row | None:
        """The first row, or None."""
        answer = self.rows(sql, params)
        return answer[0] if answer else None


def served(folder: Path, pinned: str | None = None) -> Warehouse:
    """The snapshot that ``current`` names, or the ``pinned`` one when it is kept. Raises :class:`NoSnapshotError`."""
    if pinned and _SNAPSHOT.fullmatch(pinned):
        path = folder / f"{pinned}.duckdb"
        if path.exists():
            return Warehouse(path)
    try:
        path = folder / f"{(folder / 'current').read_text('utf-8').strip()}.duckdb"
    except FileNotFoundError as error:
        raise NoSnapshotError(str(folder)) from error
    if not path.exists():
        raise NoSnapshotError(path.name)
    return Warehouse(path)


def _keep(key: tuple[Any, ...], answer: tuple[Row, ...]) -> None:
    """Keep an answer while there is room, counted in rows, an empty answer as one; the least used goes first."""
    global _weight
    with _lock:
        if key not in _kept:
            _kept[key] = answer
            _weight += len(answer) or 1
        while _weight > _KEPT_ROWS:
            _weight -= len(_kept.popitem(last=False)[1]) or 1


def _frozen(params: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted((name, _hashable(value)) for name, value in params.items()))


def _hashable(value: Any) -> Any:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(value)
    return type(value), value
