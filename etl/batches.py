"""Large delimited text, read a batch of records at a time into columns, with the same outcome as :mod:`etl.readers`.

Only a file of which every parser must think the same is read so: UTF-8, a comma between cells, every quotation mark at
the edge of a cell or doubled. :func:`batches` answers None for any other, and the reader that goes record by record,
with its refusals in words, has the file.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from etl.readers import check_header, looks_like_html, records_of, rows_of
from etl.spec import Row

SIZE = 16 << 20
"""Bytes of a batch."""
_BOM = codecs.BOM_UTF8
_QUOTE, _COMMA, _NEWLINE, _RETURN = b'",\n\r'
_EDGE = (_COMMA, _NEWLINE, _QUOTE, _RETURN)
BETWEEN = "\x1f"
"""A sign that no cell of a batch holds."""
_NEVER = (b"\0", BETWEEN.encode())


@dataclass(frozen=True)
class Batch:
    """Records in a row: ``cells`` has a text column for each of the header's and ``_row``, 1-based in the file.

    ``faults``: records that do not fit the header, which stand in no column.
    """

    cells: pa.Table
    faults: tuple[Row, ...]


ROW = "_row"


@dataclass(frozen=True)
class Batches:
    """A file's batches in order, read once, and its form."""

    header: tuple[str, ...]
    encoding: str
    found: Iterator[Batch]


def batches(path: Path, *, required: Collection[str], known: Collection[str], size: int = 0) -> Batches | None:
    """The records of a comma-separated file, or None when the file is to be read record by record.

    Raises :class:`SourceError` for a header that is not what it should be.
    """
    size = size or SIZE
    if not _is_regular(path, size):
        return None
    with path.open("rb") as handle:
        start = len(_BOM) if handle.read(len(_BOM)) == _BOM else 0
        handle.seek(start)
        first = handle.readline()
    header = [name.strip() for name in next(csv.reader([first.decode()], strict=True), [])]
    if len(header) < 2 or first.count(b'"') % 2:
        return None
    check_header(path, header, required, known)
    encoding = "utf-8-sig" if start else "utf-8"
    return Batches(tuple(header), encoding, _batches(path, header, start + len(first), size))


def _batches(path: Path, header: list[str], start: int, size: int) -> Iterator[Batch]:
    row_no, line = 0, 1
    with path.open("rb") as handle:
        handle.seek(start)
        for block in _blocks(handle, size):
            batch = _parsed(path, header, block, row_no, line)
            row_no += batch.cells.num_rows + len(batch.faults)
            line += block.count(b"\n")
            if row_no:
                yield batch


def _blocks(handle: BinaryIO, size: int) -> Iterator[bytes]:
    """Pieces of a regular file, each of whole records."""
    rest = b""
    while more := handle.read(size):
        block = rest + more
        end = _last_end(block)
        rest = block[end:]
        if end:
            yield block[:end]
    if rest:
        yield rest


def _last_end(block: bytes) -> int:
    """Where the last whole record ends: after a line feed with an even number of quotation marks before it."""
    quotes = np.flatnonzero(np.frombuffer(block, np.uint8) == _QUOTE)
    end = len(block)
    while (end := block.rfind(b"\n", 0, end)) >= 0:
        before = int(np.searchsorted(quotes, end))
        if before % 2 == 0:
            return end + 1
        end = int(quotes[before - 1])  # within a cell, which begins no later than here
    return 0


def _parsed(path: Path, header: list[str], block: bytes, done: int, line: int) -> Batch:
    cells = _columns(header, block)
    if cells is not None:
        numbers = pa.array(np.arange(done + 1, done + 1 + cells.num_rows))
        return Batch(cells.append_column(ROW, numbers), ())
    records = records_of(path, block.decode(), ",", after=(done + 1, line))
    rows = [Row(row.row_no + done, row.raw, row.fault) for row in rows_of(header, records)]
    whole = [row for row in rows if row.fault is None]
    columns = {name: pa.array([row.raw[name] for row in whole], pa.string()) for name in header}
    columns[ROW] = pa.array([row.row_no for row in whole], pa.int64())
    return Batch(pa.table(columns), tuple(row for row in rows if row.fault is not None))


def _columns(header: list[str], block: bytes) -> pa.Table | None:
    """The block's cells; None where a record does not fit the header, or a cell is longer than :mod:`csv` allows."""
    try:
        found = pa.csv.read_csv(
            pa.BufferReader(block),
            pa.csv.ReadOptions(column_names=header, block_size=len(block) + 1, use_threads=False),
            pa.csv.ParseOptions(newlines_in_values=True),
            pa.csv.ConvertOptions(column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        return None
    limit = csv.field_size_limit()
    for column in found.columns:
        longest = pc.max(pc.binary_length(column)).as_py()
        if longest is not None and longest > limit:
            return None
    return found


def _is_regular(path: Path, size: int) -> bool:
    """Whether every parser must read the same cells in a file: see the module's text."""
    decode = codecs.getincrementaldecoder("utf-8")().decode
    is_inside, before = False, _NEWLINE
    is_first = True
    with path.open("rb") as handle:
        while block := handle.read(size):
            try:
                text = decode(block)
            except UnicodeDecodeError:
                return False
            if is_first and (looks_like_html(text[:1000]) or not text.removeprefix("\ufeff").strip()):
                return False
            if is_first:
                block = block.removeprefix(_BOM)
                is_first = False
            if not block:
                continue
            if (before == _RETURN and block[0] != _NEWLINE) or (
                before == _QUOTE and not is_inside and block[0] not in _EDGE
            ):
                return False
            state = _quoted(block, is_inside, before)
            if state is None or any(mark in block for mark in _NEVER) or _has_lone_return(block):
                return False
            is_inside, before = state, block[-1]
    try:
        decode(b"", True)
    except UnicodeDecodeError:
        return False
    return not is_first and not is_inside and before != _RETURN


def _has_lone_return(block: bytes) -> bool:
    body = block[:-1] if block[-1] == _RETURN else block
    return body.count(b"\r") != body.count(b"\r\n")


def _quoted(block: bytes, is_inside: bool, before: int) -> bool | None:
    """Whether the block ends within quotation marks; None when one stands where it should not."""
    text = np.frombuffer(block, np.uint8)
    quotes = np.flatnonzero(text == _QUOTE)
    opening, closing = (quotes[1::2], quotes[::2]) if is_inside else (quotes[::2], quotes[1::2])
    left = np.where(opening > 0, text[opening - 1], before)
    if not np.isin(left, (_COMMA, _NEWLINE, _QUOTE)).all():
        return None
    # A mark that opens after another one goes on with its cell: then the one before it closed just there.
    right = text[np.minimum(closing + 1, len(text) - 1)]
    is_last = closing + 1 == len(text)  # what follows is seen to with the next block
    if not (is_last | np.isin(right, _EDGE)).all():
        return None
    return bool((len(quotes) + is_inside) % 2)
