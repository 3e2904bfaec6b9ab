"""Bytes of any tabular file to rows of cells, in a confined child process: csv, tsv, txt, json, jsonl and workbooks."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.confined import confined, main
from etl.importer.encodings import code_page, mended
from etl.sheets import SUFFIXES, Cell, workbook
from etl.spec import SourceError

_DELIMITERS = (";", ",", "\t", "|", "^", "~")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_NOT_TABULAR = "this is neither text nor a workbook. Check that it is the right file."
_SAMPLE = 400_000
_DEEP = 6


@dataclass(frozen=True)
class Table:
    """One table as it came. ``rows``: every physical row, blank ones too; ``lines``: its line in a text file, 1-based.

    ``merged``: (top, left, bottom, right) of merged cells, 0-based and inclusive.
    """

    name: str
    rows: list[list[Cell]]
    lines: list[int]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    encoding: str | None = None
    delimiter: str | None = None


def tables(path: Path) -> list[Table]:
    """The tables of a file: sheets of a workbook, or the one table of a text file.

    The form is found from the bytes, not from the name. Raises :class:`SourceError` for a file that is empty, a web
    page, a document, damaged, or too much for the child process.
    """
    if not path.is_file():
        raise SourceError(f"{path.name}: the file is not there. Check the name and the folder.", "not_there")
    with path.open("rb") as handle:
        start = handle.read(8)
    if not start:
        raise SourceError(f"{path.name}: the file is empty. Download it again.", "empty_file")
    if start.startswith(b"%PDF"):
        raise SourceError(f"{path.name}: this is a PDF. Save its table as a spreadsheet or CSV first.", "pdf")
    if start[:4] == b"PK\x03\x04" or start == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" or path.suffix.lower() in SUFFIXES:
        if start[:4] != b"PK\x03\x04" and start != b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
            return _text_tables(path)  # many portals call a CSV or a web table ".xls"
        return [
            Table(
                sheet.name,
                [[mended(cell) if isinstance(cell, str) else cell for cell in row] for row in sheet.rows],
                list(range(1, len(sheet.rows) + 1)),
                sheet.merged,
            )
            for sheet in workbook(path)
        ]
    return _text_tables(path)


def _text_tables(path: Path) -> list[Table]:
    with confined("etl.importer.grid", path) as answer:
        found = json.loads(answer.readline())
        lines, rows = [], []
        for text in answer:
            line, row = json.loads(text)
            lines.append(line)
            rows.append(row)
    return [Table(path.stem, rows, lines, (), found["encoding"], found["delimiter"])]


# -- in the child ------------------------------------------------------------------------------------------------------


def _read(path: Path, _: Sequence[str]) -> None:
    data = path.read_bytes()
    text, encoding = _decoded(path, data)
    text = mended(text)
    odd = sum(ord(sign) < 32 and sign not in "\t\r\n\x0b\x0c" for sign in text[:4000])
    if odd > 0.02 * len(text[:4000]):
        raise SourceError(f"{path.name}: {_NOT_TABULAR}", "not_tabular")
    start = text.lstrip()[:1]
    if start == "<":
        raise SourceError(
            f"{path.name}: this is a web page, not data. Save the table as CSV or as a workbook.", "web_page"
        )
    delimiter = None
    rows: Iterable[tuple[int, list[Any]]]
    if start in ("{", "["):
        rows = _json_rows(path, text)
    else:
        delimiter = _delimiter(text)
        rows = _csv_rows(path, text, delimiter)
    sys.stdout.write(json.dumps({"encoding": encoding, "delimiter": delimiter}) + "\n")
    for line, row in rows:
        sys.stdout.write(json.dumps((line, row)) + "\n")


def _decoded(path: Path, data: bytes) -> tuple[str, str]:
    if not data.strip(b" \t\r\n\x00"):
        raise SourceError(f"{path.name}: the file is empty. Download it again.", "empty_file")
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data.decode(name, "replace"), name
    if b"\x00" in data[:4000]:
        for name in ("utf-16-le", "utf-16-be"):
            text = data.decode(name, "replace")
            if sum(sign.isprintable() or sign in "\t\r\n" for sign in text[:2000]) > len(text[:2000]) * 0.98:
                return text, name
        raise SourceError(f"{path.name}: {_NOT_TABULAR}", "not_tabular")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        damaged = data.decode("utf-8", "replace")
        if damaged.count("\ufffd") <= 20 and sum(b > 127 for b in data) > 20 * damaged.count("\ufffd"):
            return damaged, "utf-8"  # UTF-8 with a few broken bytes
        name = code_page(data)
        try:
            return data.decode(name), name
        except UnicodeDecodeError:
            if sum(b < 9 or 13 < b < 32 for b in data[:4000]) > 40:
                raise SourceError(f"{path.name}: {_NOT_TABULAR}", "not_tabular") from error
            return data.decode(name, "replace"), name


def _delimiter(text: str) -> str:
    """The sign that cuts most records into the same number of fields, and into more than one."""

    def fitness(sign: str) -> tuple[float, int]:
        widths = Counter(len(row) for row in _sample(text, sign) if row)
        if not widths:
            return (0.0, 0)
        width, rows = max(((w, n) for w, n in widths.items() if w > 1), key=lambda p: p[0] * p[1], default=(1, 0))
        near = sum(n for w, n in widths.items() if w > 1 and abs(w - width) <= 2)
        return (near / sum(widths.values()) * min(width, 12) * (0.5 if width == 2 else 1.0), rows)

    return max(_DELIMITERS, key=fitness)


def _sample(text: str, sign: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text[:_SAMPLE], newline=""), delimiter=sign)
    found = []
    try:
        for row in reader:
            found.append(row)
            if len(found) == 300:
                break
    except csv.Error:
        pass
    return found[:-1] if len(found) > 1 and len(text) > _SAMPLE else found


def _csv_rows(path: Path, text: str, delimiter: str) -> Iterator[tuple[int, list[str | None]]]:
    csv.field_size_limit(2**24)
    form = _quoting(text, delimiter)
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text.replace("\x00", "").rstrip("\r\n"))
    widths = Counter(map(len, _sample(text, delimiter)))
    usual = max(widths, key=lambda width: widths[width] * width, default=1)
    at = restarts = 0
    try:
        while at < len(lines):
            reader = csv.reader(itertools.islice(lines, at, None), **form)
            begins = at
            for fields in reader:
                first, last = at, begins + reader.line_num
                if last - first > 1 and restarts < 500 and _is_wild(lines[first:last], usual, form):
                    yield first + 1, _trimmed(_unquoted(lines[first], delimiter))
                    at, restarts = first + 1, restarts + 1
                    break
                if (
                    len(fields) < 3 <= usual - 2
                    and fields
                    and abs(fields[0].count(delimiter) + len(fields) - usual) <= 3
                ):
                    fields = _unquoted(delimiter.join(fields), delimiter)
                yield first + 1, _trimmed(fields)
                at = last
            else:
                return
    except csv.Error as error:
        raise SourceError(
            f"{path.name}, line {at + 1}: {error}. Correct that line or save the file again.", "bad_csv"
        ) from error


def _quoting(text: str, delimiter: str) -> dict[str, Any]:
    """How quotation marks are written: next to the delimiter or after a blank, doubled or behind a backslash."""
    sample = text[:_SAMPLE]
    spaced, close = sample.count(f'{delimiter} "'), sample.count(f'{delimiter}"')
    form: dict[str, Any] = {"delimiter": delimiter, "skipinitialspace": spaced >= 3 and spaced > close}
    if sample.count('\\"') > sample.count('""'):
        form |= {"escapechar": "\\", "doublequote": False}
    return form


def _alone(line: str, form: dict[str, Any]) -> list[str]:
    try:
        return next(csv.reader([line], **form), [])
    except csv.Error:
        return []


def _is_wild(lines: list[str], usual: int, form: dict[str, Any]) -> bool:
    """Whether a record of several lines is several records, the first with a quotation mark that nothing closes.

    A cell may go on over many lines, but most of them are not whole records by themselves.
    """
    some = [line for line in lines[:60] if line.strip()]
    whole = sum(usual in (len(_alone(line, form)), line.count(form["delimiter"]) + 1) for line in some)
    return usual > 2 and whole >= 3 and whole >= 0.6 * len(some)


def _unquoted(line: str, delimiter: str) -> list[str]:
    """The fields of a record whose quotation marks mislead: they are text like any other."""
    bare = line.rstrip("\r\n").replace("\n", " ").replace("\r", " ")
    fields = next(csv.reader([bare], delimiter=delimiter, quoting=csv.QUOTE_NONE), [])
    return [field.strip().removeprefix('"').removesuffix('"').replace('""', '"') for field in fields]


def _trimmed(fields: list[str]) -> list[str | None]:
    cells = [field if field.strip() else None for field in fields]
    while cells and (cells[-1] is None or not (cells[-1] or "").strip(" ;,")):
        cells.pop()
    return cells


def _json_rows(path: Path, text: str) -> Iterator[tuple[int, list[Any]]]:
    """A header of all keys, then a row an object. Nested objects become ``a.b``, lists of plain values ``x | y``."""
    try:
        found = _objects(json.loads(text))
    except (ValueError, RecursionError):
        try:
            found = [json.loads(line) for line in text.splitlines() if line.strip()]
        except (ValueError, RecursionError) as error:
            raise SourceError(
                f"{path.name}: not valid JSON ({str(error)[:120]}). Download it again.", "bad_json"
            ) from error
    flat = [_flat(item) for item in found if isinstance(item, dict)]
    if not flat:
        raise SourceError(
            f"{path.name}: the JSON holds no list of objects. Check that it is the right file.", "bad_json"
        )
    header = list(dict.fromkeys(key for item in flat for key in item))
    yield 0, header
    for number, item in enumerate(found, start=1):
        cells = _flat(item) if isinstance(item, dict) else {}
        yield number, [cells.get(key) for key in header] if cells else [str(item)]


def _objects(document: Any) -> list[Any]:
    """The list of objects in a JSON document with the most filled cells, GeoJSON's features among them.

    An object of like objects is a list of its values; rows as arrays take their names from ``fields`` or the first.
    """
    best: list[Any] = []
    size = 0
    queue = [(document, 0)]
    while queue:
        value, depth = queue.pop(0)
        found = _as_objects(value)
        cells = (
            sum(len(item) for item in found[:200] if isinstance(item, dict)) * len(found) // max(1, len(found[:200]))
        )
        if cells > size:
            best, size = found, cells
        if depth < _DEEP and not found:
            inner = value.values() if isinstance(value, dict) else value[:50] if isinstance(value, list) else ()
            queue += [(item, depth + 1) for item in inner]
    return best or ([document] if isinstance(document, dict) else [])


def _as_objects(value: Any) -> list[Any]:
    if isinstance(value, dict):
        rows, names = value.get("records"), value.get("fields")
        if isinstance(rows, list) and isinstance(names, list) and rows and isinstance(rows[0], list):
            header = [str(name.get("id", name.get("name", n)) if isinstance(name, dict) else name)
                      for n, name in enumerate(names)]  # fmt: skip
            return [dict(zip(header, row, strict=False)) for row in rows]
        inner = list(value.values())
        if len(inner) >= 3 and all(isinstance(item, dict) and len(item) >= 3 for item in inner):
            keys = [frozenset(item) for item in inner]
            return inner if all(len(key & keys[0]) >= 0.6 * len(keys[0]) for key in keys) else []
        return []
    if isinstance(value, list) and value:
        if sum(isinstance(item, dict) for item in value) * 2 > len(value):
            return value
        first = value[0]
        if isinstance(first, list) and len(first) > 1 and all(isinstance(name, str) for name in first):
            return [dict(zip(first, row, strict=False)) for row in value[1:] if isinstance(row, list)]
    return []


def _flat(item: dict[str, Any], prefix: str = "", depth: int = 0) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in item.items():
        name = f"{prefix}{key}"
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if isinstance(value, dict) and depth < _DEEP:
            out.update(_flat(value, f"{name}.", depth + 1))
        elif isinstance(value, list):
            if all(not isinstance(inner, dict | list) for inner in value):
                out[name] = " | ".join(str(inner) for inner in value if inner is not None) or None
            else:
                out[name] = json.dumps(value, ensure_ascii=False)
        elif isinstance(value, float) and value != value:
            out[name] = None
        else:
            out[name] = value if value != "" else None
    return out


if __name__ == "__main__":
    main(_read)
