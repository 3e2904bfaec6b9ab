"""Bytes to rows. A file's structure is checked as a whole before its first row is handed on."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

import charset_normalizer

from etl.spec import Records, Reject, Row, SourceError

DELIMITERS = (",", ";", "\t", "|")
RAW_RECORD = "_record"
"""Where the fields of a record that does not fit its header are kept, as a list."""

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_WRONG_FILE = "Check that it is the right file; if the publisher has changed the format, update the source."
_LEGACY = ["cp1252", "latin_1", "cp1250", "cp1253", "cp850"]


def csv_records(
    path: Path,
    *,
    delimiter: str | None = None,
    encoding: str | None = None,
    required: Collection[str] = (),
    known: Collection[str] | None = None,
    quotes: bool = True,
) -> Records:
    """The records of a delimited text file whose first line that is not blank is its header.

    Encoding and delimiter are found out unless given. Cells are text, exactly as in the file; header cells
    are stripped. A record with too few or too many fields becomes a row with ``fault``, so that
    *physical records = loaded + quarantined*. Raises :class:`SourceError` for a file that is not what it
    should be: empty, HTML, NUL bytes, an unclosed quote, a required column missing, a column named twice, or,
    with ``known`` given, a column outside it. ``quotes=False``: quotation marks are text like any other.
    """
    text, encoding = _text(path, encoding)
    delimiter = delimiter or _delimiter(text, required)
    lines = records_of(path, text, delimiter, quotes)
    header = [name.strip() for name in lines[0]]
    check_header(path, header, required, known)
    return Records(rows=rows_of(header, lines[1:]), encoding=encoding, delimiter=delimiter)


def json_records(path: Path, *, at: Sequence[str] = (), required: Collection[str] = ()) -> Records:
    """The rows of a JSON document: the list of objects found by following the keys ``at`` from its root.

    ``required`` keys must stand in the first row. An item that is not an object becomes a row with ``fault``.
    """
    found = json_document(path)
    for depth, key in enumerate(at):
        if not isinstance(found, dict) or key not in found:
            _refuse(path, f"no {'.'.join(at[: depth + 1])!r} in the document", _WRONG_FILE)
        found = found[key]
    if not isinstance(found, list):
        _refuse(path, f"{'.'.join(at) or 'the document'!r} is not a list", _WRONG_FILE)
    missing = [key for key in required if found and isinstance(found[0], dict) and key not in found[0]]
    if missing:
        _refuse(path, f"row 1 lacks {', '.join(missing)}", _WRONG_FILE, "missing_column")
    return Records(rows=_objects(found), encoding="utf-8")


def json_document(path: Path) -> Any:
    """A whole JSON file, strictly: NaN, infinite numbers and repeated keys are refused, not guessed at."""
    text, _ = _text(path, None)
    try:
        return json.loads(text, parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise SourceError(f"{path.name}: not valid JSON ({reason}). Download the file again.", "bad_json") from error


def text_document(path: Path, encoding: str | None = None) -> tuple[str, str]:
    """A whole text file and its encoding, found out unless given; refuses what is empty, a web page or not text."""
    return _text(path, encoding)


def looks_like_html(start: str) -> bool:
    """Whether a text begins as a web page: what a server in trouble sends, often with status 200."""
    return start.lstrip("\ufeff \t\r\n").startswith("<")


def _text(path: Path, encoding: str | None) -> tuple[str, str]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        _refuse(path, "the file is not there", "Put it back, or fetch it again.", "not_there")
    if not data.strip():
        _refuse(path, "the file is empty", "Download it again.", "empty_file")
    encoding = encoding or _encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeError as error:
        raise SourceError(
            f"{path.name}: byte {getattr(error, 'start', 0)} is not {encoding}. Save the file as UTF-8.",
            "wrong_encoding",
        ) from error
    text = text.removeprefix("\ufeff")
    if looks_like_html(text):
        _refuse(path, "this is a web page, not data", "The address has moved or the service was down.", "web_page")
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        _refuse(
            path, f"line {line} holds a NUL byte", "The file is damaged or not text; download it again.", "nul_byte"
        )
    return text, encoding


def _encoding(data: bytes) -> str:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _legacy_encoding(data)
    return "utf-8"


def _legacy_encoding(data: bytes) -> str:
    # Windows-1252 is what Nordic authorities use; the detector speaks only for bytes that it lacks.
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        best = charset_normalizer.from_bytes(data, cp_isolation=_LEGACY).best()
        return best.encoding if best else "latin_1"
    return "cp1252"


def _delimiter(text: str, required: Collection[str]) -> str:
    def fitness(candidate: str) -> tuple[int, int]:
        try:
            header = [name.strip() for name in next(filter(None, _reader(text, candidate)), [])]
        except csv.Error:
            return (-1, 0)
        return (len(set(required) & set(header)), len(header))

    return max(DELIMITERS, key=fitness)


def _reader(text: str, delimiter: str, quotes: bool = True) -> Any:
    lines = io.StringIO(text, newline="")
    if not quotes:
        return csv.reader(lines, delimiter=delimiter, strict=True, quoting=csv.QUOTE_NONE)
    return csv.reader(lines, delimiter=delimiter, strict=True)


def records_of(
    path: Path, text: str, delimiter: str, quotes: bool = True, *, after: tuple[int, int] = (0, 0)
) -> list[list[str]]:
    """The records of a text, without the blank ones; ``after``: how many records and lines of the file precede it.

    Raises :class:`SourceError` telling line and row of a quotation mark that is not closed.
    """
    reader = _reader(text, delimiter, quotes)
    records: list[list[str]] = []
    line = 1
    try:
        for fields in reader:
            if fields and (len(fields) > 1 or fields[0].strip()):
                records.append(fields)
            line = reader.line_num + 1
    except csv.Error as error:
        raise SourceError(
            f"{path.name}: the record that begins on line {after[1] + line} (row {after[0] + len(records)}) cannot be "
            f"read: a quotation mark is not closed, or should be doubled ({error}). Nothing was loaded; correct that "
            "line or download the file again.",
            "unclosed_quote",
        ) from error
    return records


def check_header(path: Path, header: list[str], required: Collection[str], known: Collection[str] | None) -> None:
    """Raise :class:`SourceError` for a header without a required column, or with a strange, repeated or unnamed one."""
    missing = [name for name in required if name not in header]
    if missing:
        _refuse(
            path,
            f"the header lacks {', '.join(map(repr, missing))}; it has {', '.join(map(repr, header[:60]))}",
            _WRONG_FILE,
            "missing_column",
        )
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        _refuse(
            path, f"the header names {repeated[0]!r} more than once", "Rename or remove one of them.", "repeated_column"
        )
    strange = [name for name in header if known is not None and name not in known]
    if strange:
        _refuse(path, f"the header has a column that is not known, {strange[0]!r}", _WRONG_FILE, "unknown_column")
    if "" in header:
        _refuse(path, f"column {header.index('') + 1} has no name", "Name the column or remove it.", "unnamed_column")


def rows_of(header: list[str], records: list[list[str]]) -> Iterator[Row]:
    """Records by the names of the header, numbered from 1; one that does not fit it has a ``fault``."""
    for row_no, fields in enumerate(records, start=1):
        if len(fields) == len(header):
            yield Row(row_no, dict(zip(header, fields, strict=True)))
        else:
            message = f"The record has {len(fields)} fields where the header has {len(header)}."
            fault = Reject(RAW_RECORD, "field_count", len(fields), message)
            yield Row(row_no, {RAW_RECORD: fields}, fault)


def _objects(items: list[Any]) -> Iterator[Row]:
    for row_no, item in enumerate(items, start=1):
        if isinstance(item, dict):
            yield Row(row_no, item)
        else:
            fault = Reject(RAW_RECORD, "not_an_object", item, "The item is not an object with named values.")
            yield Row(row_no, {RAW_RECORD: item}, fault)


def _refuse(path: Path, what: str, remedy: str, rule: str = "wrong_document") -> NoReturn:
    raise SourceError(f"{path.name}: {what}. {remedy}", rule)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is too large")
    return value


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        repeated = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {repeated!r} is repeated in an object")
    return found
