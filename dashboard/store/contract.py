"""What every module of the store leans on, whichever engine is below: a connection, its rows, and what goes wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, Protocol

BUSY_SECONDS: Final = 20
"""How long a writer waits for those before it."""
FOLDER: Final = Path(__file__).with_name("migrations")


class StoreError(Exception):
    """The database cannot be used. ``rule``: ``newer``: a later version of the program made it; ``unreadable``."""

    def __init__(self, rule: Literal["newer", "unreadable"], message: str) -> None:
        super().__init__(message)
        self.rule = rule


class Row(Protocol):
    """A row, whose cells are had by number and by name; ``dict(row)`` and unpacking work."""

    def __getitem__(self, at: Any, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __len__(self) -> int: ...
    def keys(self) -> Any: ...


class Cursor(Protocol):
    """What a statement gave. ``rowcount``: the rows that it changed."""

    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """Runs one statement of SQL that both engines understand, with ``?`` for each value."""

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Cursor: ...


class Watch(Protocol):
    """Tells whether anything may have been committed, without asking for it; for a loop that looks many times a second.

    Raises :class:`StoreError`.
    """

    def changed(self) -> bool: ...
    def close(self) -> None: ...


@cache
def migrations() -> tuple[tuple[int, tuple[str, ...]], ...]:
    """(number, statements) of every migration, in order; numbers run from 1 without a hole."""
    found = []
    for number, path in enumerate(sorted(FOLDER.glob("[0-9]*.sql")), 1):
        if int(path.name.split("_")[0]) != number:
            raise ValueError(f"{path.name}: migration {number} is not there.")
        found.append((number, tuple(_statements(path.read_text("utf-8")))))
    return tuple(found)


def newer(place: str, number: int) -> StoreError:
    """What is said of a schema that a later version made."""
    return StoreError(
        "newer",
        f"{place}: the schema is number {number}, and this version of the program knows {migrations()[-1][0]}. "
        "Use the version that made it, or move it away to begin with an empty one.",
    )


def _statements(script: str) -> Iterator[str]:
    said = ""
    for line in script.splitlines(keepends=True):
        said += line
        if sqlite3.complete_statement(said):
            yield said.strip()
            said = ""
    if said.strip():
        raise ValueError(f"A statement does not end: {said.strip()[:80]}")
