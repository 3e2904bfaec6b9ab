"""Ways in which a file goes wrong, as functions of its bytes, the same every time.

``ANY`` spoils any file; ``TABLE`` a delimited one; ``TREE`` a JSON document. A mutation that has nothing to hold on to
in a file returns None. ``refused``: the whole file must be turned down, whatever the source.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Spoil = Callable[[bytes], bytes | None]
PERSONNUMMER = "19121212-1212"
FORMULA = '=HYPERLINK("http://example.org","x")'


@dataclass(frozen=True)
class Mutation:
    name: str
    spoil: Spoil
    refused: bool = False


def _decoded(data: bytes) -> str:
    return data.decode("utf-8-sig")


def _in(encoding: str) -> Spoil:
    def spoil(data: bytes) -> bytes:
        return _decoded(data).encode(encoding, "replace")

    return spoil


def _middle(data: bytes, extra: bytes) -> bytes:
    half = len(data) // 2
    return data[:half] + extra + data[half:]


PAGE = b"<!DOCTYPE html>\n<html><head><title>Underhall</title></head><body>Tillbaka snart</body></html>\n"
ANY = (
    Mutation("empty", lambda _: b"", refused=True),
    Mutation("blank", lambda _: b" \r\n\t\n", refused=True),
    Mutation("web page", lambda _: PAGE, refused=True),
    Mutation("web page after a mark", lambda _: codecs.BOM_UTF8 + b"\n" + PAGE, refused=True),
    Mutation("NUL bytes", lambda data: _middle(data, b"\x00\x00\x00"), refused=True),
    Mutation("gzip", lambda data: gzip.compress(data, mtime=0), refused=True),
    Mutation("noise", lambda _: bytes(range(128, 256)) * 8, refused=True),
    Mutation("one word", lambda _: b"Unauthorized", refused=True),
    Mutation("error as JSON", lambda _: b'{"error": {"code": 500, "message": "Internal"}}', refused=True),
    Mutation("cut in half", lambda data: data[: len(data) // 2]),
    Mutation("cut at the last byte", lambda data: data.rstrip()[:-1]),
    Mutation("cut at the first line", lambda data: data.split(b"\n")[0][:200]),
    Mutation("twice in one file", lambda data: data + b"\n" + data),
    Mutation("UTF-16", lambda data: codecs.BOM_UTF16_LE + _decoded(data).encode("utf-16-le")),
    Mutation("UTF-16 without its mark", _in("utf-16-le")),
    Mutation("Windows-1252", _in("cp1252")),
    Mutation("code page 850", _in("cp850")),
    Mutation("two marks", lambda data: codecs.BOM_UTF8 * 2 + data.removeprefix(codecs.BOM_UTF8)),
    Mutation("a broken letter", lambda data: _middle(data, b"\xc3")),
    Mutation("mixed line ends", lambda data: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n", 7)),
    Mutation("old Mac line ends", lambda data: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r")),
)  # fmt: skip


# Delimited text


def rows_of(data: bytes) -> tuple[list[list[str]], str]:
    """Header and records of a sound file, and its delimiter."""
    text = _decoded(data)
    delimiter = max(";,\t", key=text.split("\n")[0].count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)), delimiter


def _rows(change: Callable[[list[list[str]]], object]) -> Spoil:
    def spoil(data: bytes) -> bytes:
        rows, delimiter = rows_of(data)
        change(rows)
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=delimiter).writerows(rows)
        return out.getvalue().encode()

    return spoil


def _every_cell(value: str) -> Spoil:
    """The value in one column of each record: the first record's first cell, the second's second, and so on."""

    def change(rows: list[list[str]]) -> None:
        for place, row in enumerate(rows[1:]):
            row[place % len(row)] = value

    return _rows(change)


def _swap(rows: list[list[str]]) -> None:
    rows[0][0], rows[0][1], rows[0][-1] = rows[0][1], rows[0][0], rows[0][-1]


def _lone_quote(data: bytes) -> bytes:
    lines = data.split(b"\n")
    lines[1] = b'"' + lines[1].replace(b'"', b"")
    return b"\n".join(lines[:2] + [line.replace(b'"', b"") for line in lines[2:]])


TABLE = (
    Mutation("unclosed quote", _lone_quote, refused=True),
    Mutation("header alone", _rows(lambda rows: rows.__setitem__(slice(1, None), [])), refused=True),
    Mutation("no header", _rows(lambda rows: rows.pop(0)), refused=True),
    Mutation("renamed column", _rows(lambda rows: rows[0].__setitem__(0, "x")), refused=True),
    Mutation("column without name", _rows(lambda rows: rows[0].__setitem__(0, "")), refused=True),
    Mutation("column named twice", _rows(lambda rows: rows[0].__setitem__(1, rows[0][0])), refused=True),
    Mutation("swapped header", _rows(_swap)),
    Mutation("title above the header", _rows(lambda rows: rows.insert(0, ["Lista"])), refused=True),
    Mutation("field too many", _rows(lambda rows: [row.append("x") for row in rows[1::2]])),
    Mutation("field too few", _rows(lambda rows: [row.pop() for row in rows[1::2]])),
    Mutation("record twice", _rows(lambda rows: rows.append(list(rows[1])))),
    Mutation("footer", _rows(lambda rows: rows.append(["Summa: 3"]))),
    Mutation("blank records", _rows(lambda rows: rows.extend([[""] * len(rows[0]), []]))),
    Mutation("personnummer", _rows(lambda rows: rows[1].__setitem__(-1, f"Kontakt {PERSONNUMMER}")), refused=True),
    *(
        Mutation(f"cells: {name}", _every_cell(value))
        for name, value in (
            ("NaN", "NaN"), ("infinite", "1e999"), ("negative", "-1"), ("absurd date", "31/02/2023"),
            ("far future", "9999-12-31"), ("year 0", "0000-00-00"), ("formula", FORMULA), ("empty", ""),
            ("very long", "å" * 20_000), ("control characters", "a\x07\x1bb"), ("words", "se bilaga"),
            ("other digits", "٣²"), ("many digits", "9" * 40), ("line break", "a\r\nb"),
            ("right to left", "\u202e\u200b1"), ("braces", "{0}{name}%s"), ("unknown code", "99"),
        )
    ),
)  # fmt: skip


# JSON


def leaves(node: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Paths to every leaf of a document, in its order."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    if not items:
        yield at
    for key, inner in items:
        yield from leaves(inner, (*at, key))


def records_in(node: Any) -> list[dict[str, Any]] | None:
    """The first list of objects in a document, on any level: its records."""
    if isinstance(node, list) and node and all(isinstance(one, dict) for one in node):
        return node
    inner = node.values() if isinstance(node, dict) else ()
    return next((found for one in inner if (found := records_in(one)) is not None), None)


def _tree(change: Callable[[Any], object]) -> Spoil:
    def spoil(data: bytes) -> bytes | None:
        document = json.loads(data)
        if change(document) is False:
            return None
        return json.dumps(document, ensure_ascii=False).encode()

    return spoil


def _each_leaf(value: Any) -> Spoil:
    """The value in eleven leaves spread over the document, in the records where there are such."""

    def change(document: Any) -> None:
        root = records_in(document) or document
        paths = list(leaves(root))
        for path in paths[:: max(1, len(paths) // 11)]:
            node = root
            for key in path[:-1]:
                node = node[key]
            node[path[-1]] = value

    return _tree(change)


def _record(change: Callable[[list[Any]], object]) -> Spoil:
    def spoil(document: Any) -> object:
        found = records_in(document)
        return False if found is None else change(found) and None

    return _tree(spoil)


def _renamed(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        first = next(iter(row))
        row["x"] = row.pop(first)


def _swapped(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        one, other = list(row)[:2]
        row[one], row[other] = row[other], row[one]


TREE = (
    Mutation("unclosed bracket", lambda data: data.rstrip()[:-1], refused=True),
    Mutation("trailing comma", lambda data: data.rstrip()[:-1] + b"," + data.rstrip()[-1:], refused=True),
    Mutation("key twice in an object", lambda data: data.replace(b"{", b'{"a": 1, "a": 2, ', 1), refused=True),
    Mutation("single quotes", lambda data: data.replace(b'"', b"'"), refused=True),
    Mutation("nested too deep", lambda _: b"[" * 100_000 + b"]" * 100_000, refused=True),
    Mutation("a list of a list", lambda data: b"[[" + data + b"]]"),
    Mutation("null", lambda _: b"null", refused=True),
    Mutation("no records", lambda data: b"[]" if data.startswith(b"[") else b"{}", refused=True),
    Mutation("bare NaN", lambda data: data.replace(b": ", b": NaN, \"y\": ", 1), refused=True),
    Mutation("infinite number", lambda data: data.replace(b": ", b": 1e999, \"y\": ", 1), refused=True),
    Mutation("renamed key", _record(_renamed)),
    Mutation("swapped keys", _record(_swapped)),
    Mutation("unknown key", _record(lambda rows: [row.update(nytt="x") for row in rows])),
    Mutation("record twice", _record(lambda rows: rows.append(dict(rows[0])))),
    Mutation("record is text", _record(lambda rows: rows.append("trasig"))),
    Mutation("record is empty", _record(lambda rows: rows.append({}))),
    Mutation("record is null", _record(lambda rows: rows.append(None))),
    Mutation("personnummer", _record(lambda rows: rows[-1].update(nytt=f"Kontakt {PERSONNUMMER}"))),
    *(
        Mutation(f"leaves: {name}", _each_leaf(value))
        for name, value in (
            ("NaN as text", "NaN"), ("null", None), ("formula", FORMULA), ("absurd date", "2023-02-31"),
            ("far future", "9999-12-31T00:00:00"), ("huge number", 10**30), ("negative", -1), ("true", True),
            ("a list", [1, 2]), ("an object", {"a": {"b": 1}}), ("empty text", ""), ("very long", "å" * 20_000),
            ("control characters", "a\x07\x1bb"), ("other digits", "٣²"), ("braces", "{0}{name}%s"),
        )
    ),
)  # fmt: skip
