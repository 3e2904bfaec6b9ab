"""The store's SQL, which is SQLite's, as PostgreSQL has it. Texts, names in quotation marks and comments stay."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

_PARTS = re.compile(r"""('(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/)""", re.DOTALL)
_WORD = re.compile(r"\b(?:TEXT|INTEGER|REAL|BLOB)\b")
_TABLE = re.compile(r"\s*\b(?:STRICT|WITHOUT\s+ROWID)\b(?:\s*,\s*(?:STRICT|WITHOUT\s+ROWID)\b)?(?=\s*;?\s*$)")
_TYPES: Final[Mapping[str, str]] = {
    "TEXT": 'TEXT COLLATE "C"',  # ordered and compared byte by byte, as SQLite does
    "INTEGER": "BIGINT",
    "REAL": "DOUBLE PRECISION",
    "BLOB": "BYTEA",
}


@lru_cache(512)
def statement(sql: str) -> str:
    """A statement with ``?`` for its values, numbered as PostgreSQL does: ``$1``, ``$2``."""
    out, number = [], 0
    for part, is_plain in _split(sql):
        if not is_plain:
            out.append(part)
            continue
        pieces = part.split("?")
        for piece in pieces[:-1]:
            number += 1
            out.append(f"{piece}${number}")
        out.append(pieces[-1])
    return "".join(out)


def definition(sql: str) -> str:
    """A ``CREATE`` or ``ALTER`` with PostgreSQL's names of types, and without what SQLite alone knows."""
    changed = "".join(
        _WORD.sub(lambda found: _TYPES[found[0]], part) if is_plain else part for part, is_plain in _split(sql)
    )
    return _TABLE.sub("", changed)


def _split(sql: str) -> Iterator[tuple[str, bool]]:
    """Parts of a statement, each with whether it is the statement's own words."""
    for at, part in enumerate(_PARTS.split(sql)):
        yield part, at % 2 == 0
