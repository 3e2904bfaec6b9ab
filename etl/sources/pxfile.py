"""PC-Axis files (.px) that a person downloads: any table is declared as a :class:`PxFile` with its dimensions.

Our own reader and not pyaxis 0.4, which keys the cells by labels instead of codes and brings pandas and requests.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from itertools import product
from math import prod
from pathlib import Path
from typing import Any, NoReturn

from etl.pxweb import PxTable
from etl.readers import text_document
from etl.spec import Records, SourceError

_TEXT = r'"[^"]*"'
_STATEMENT = re.compile(
    rf"\s*(?P<key>[A-Za-z][A-Za-z0-9_-]*)(?:\[(?P<language>[A-Za-z-]+)\])?"
    rf"(?:\(\s*(?P<of>{_TEXT}(?:\s*,\s*{_TEXT})*)\s*\))?\s*=(?P<value>(?:[^\";]++|{_TEXT})*+)(?P<end>;|\Z)"
)
_DATUM = re.compile(r'"([^"]*)"|([^\s,;"]+)')
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_CODEPAGE = re.compile(rb'CODEPAGE\s*=\s*"([^"]+)"')


def px_cells(path: Path) -> tuple[list[dict[str, Any]], str]:
    """Every cell as {dimension: code, ..., "value": number or None, "status": symbol}, and the file's encoding.

    A dimension goes by its VARIABLECODE, else its name in the file's first language; a category by its code,
    else its text. Cells come in the file's order, STUB before HEADING. A symbol such as ``..`` leaves ``value``
    None; :mod:`etl.symbols` says what it means. Read as UTF-8, else by the file's
    own CODEPAGE, else as Windows-1252, which holds Latin-1's letters. Raises :class:`SourceError` for a file that is
    cut, is not PC-Axis, has unequal counts, or uses KEYS.
    """
    text, encoding = text_document(path, _encoding(path))
    words = _words(path, text)
    if any(key == "KEYS" for key, _ in words):
        _refuse(path, "it leaves cells out with KEYS, which is not read", "Download the table as csv or with zeros.")
    axes = [name for key in ("STUB", "HEADING") for name in _texts(words.get((key, ""), ""))]
    if not axes or ("DATA", "") not in words:
        _refuse(path, "no STUB, HEADING or DATA: not a PC-Axis file", "Check that it is the right file.")
    names, codes = [], []
    for axis in axes:
        names.append("".join(_texts(words.get(("VARIABLECODE", axis), ""))) or axis)
        codes.append(_texts(words.get(("CODES", axis)) or words.get(("VALUES", axis), "")))
        if not codes[-1] or len(codes[-1]) != len(_texts(words.get(("VALUES", axis), ""))):
            _refuse(path, f"the codes of {axis!r} are not as many as its values", "Download the file again.")
    data = [(quoted, bare) for quoted, bare in _DATUM.findall(words["DATA", ""])]
    count = prod(len(each) for each in codes)
    if len(data) != count:
        _refuse(path, f"there are {len(data)} figures where the dimensions make {count}", "Download the file again.")
    cells = []
    for place, (quoted, bare) in zip(product(*codes), data, strict=True):
        cell: dict[str, Any] = dict(zip(names, place, strict=True))
        is_number = _NUMBER.fullmatch(bare) is not None
        cells.append(
            cell | {"value": float(bare) if is_number else None, "status": "" if is_number else quoted or bare}
        )
    return cells, encoding


@dataclass(frozen=True)
class PxFile(PxTable):
    """A table in a .px file. Its remote names the file; without an address a person downloads it."""

    def records(self, path: Path) -> Records:
        """One record a cell."""
        cells, encoding = px_cells(path)
        return Records(rows=self.rows(path, cells), encoding=encoding)


SOURCES: tuple[PxFile, ...] = ()
"""None is declared: ``PxFile(Source(...), (Indicator(...),), Dimensions(region=..., period=...))`` adds a table."""


def _encoding(path: Path) -> str | None:
    data = path.read_bytes() if path.exists() else b""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        found = _CODEPAGE.search(data)
        try:
            return codecs.lookup(found[1].decode("ascii", "replace")).name if found else None
        except LookupError:
            return None
    return None


def _words(path: Path, text: str) -> dict[tuple[str, str], str]:
    """(keyword, what it is about) -> its raw value, in the file's first language only."""
    words: dict[tuple[str, str], str] = {}
    place = 0
    end = len(text.rstrip())
    while place < end:
        found = _STATEMENT.match(text, place)
        if found is None or (not found["end"] and found["key"].upper() != "DATA"):
            line = text.count("\n", 0, place) + 1
            _refuse(path, f"the statement that begins on line {line} cannot be read", "Download the file again.")
        if not found["end"]:
            _refuse(path, "the figures are not ended by a semicolon: the file is cut", "Download the file again.")
        if not found["language"]:
            words[found["key"].upper(), ",".join(_texts(found["of"] or ""))] = found["value"]
        place = found.end()
    return words


def _texts(value: str) -> list[str]:
    """The quoted texts of a list; parts on lines of their own, without a comma between, are one text."""
    parts = re.findall(rf"{_TEXT}(?:\s*{_TEXT})*", value)
    return ["".join(re.findall(r'"([^"]*)"', part)) for part in parts]


def _refuse(path: Path, what: str, remedy: str) -> NoReturn:
    raise SourceError(f"{path.name}: {what}. {remedy}")
