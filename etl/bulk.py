"""Large files of operations as sets: what proves a record clean is set-based, what is not proven is judged by row.

A record is loaded as part of a set only when it is certain that :meth:`Loader.operation` would load it without a
complaint, and into which rows. What cells that many records share lead to (a date, a place, an owner) is found out by
the source's and the loader's own code, once for each that differs. Every other record goes the ordinary way, in the
file's order, so that the outcome is the same as if all of them did.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.batches import BETWEEN, ROW, Batch, Batches
from etl.spec import Operation, OperationSource, Reject, Row, SourceError

if TYPE_CHECKING:
    from etl.files import FileCount
    from etl.load import Loader

_MOST_KEPT = 100_000
"""Combinations of cells whose meaning is kept from one batch to the next."""
_GROUP = 122_880
"""Rows that DuckDB keeps together, and writes at once and once only where an insert has so many."""
_MOST_WAITING = 128 << 20
"""Bytes of records that may wait for a group to be full."""
_EDGE = r"(?:^|[^A-Za-z0-9_/.,:+=&?#-])"
_DIRTY = "|".join((
    # white space that str.split knows, what JSON escapes, what HTML means something by, addresses
    r'["\\<@\x00-\x1e\x7f-\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]',
    r"  |^ | $|\x1f | \x1f|&(?:[^ ]|$)",
    # more than every personnummer and telephone number of etl.privacy, in a language without look-behind
    r"(?:^|[^A-Za-z0-9_/.-])(?:1[89]|20)?[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01]|[6-8][0-9]|9[01])[-+]?[0-9]{4}",
    r"(?:^|[^A-Za-z0-9_+])(?:\+46|0046)",
    rf"{_EDGE}\(?0[1-9][-\x{{2010}}\x{{2011}}\x{{2013}}() 0-9]{{5}}",
))  # fmt: skip
"""What a record without a doubt holds nowhere, its cells put together with BETWEEN."""


@dataclass(frozen=True)
class Amount:
    """An amount of ``operation_funding``; ``amount`` and ``currency`` are SQL over the cells."""

    measure: str
    amount: str
    currency: str
    label: str
    is_derived: bool = False


@dataclass(frozen=True)
class Shared:
    """Cells that decide together on some ``fields`` of ``operation`` and on the rows of some ``tables``, and alone."""

    columns: tuple[str, ...]
    fields: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bulk:
    """What a source must say for its records to be loaded as sets.

    ``sample``: a record's cells without any complaint, all that ``shared`` names empty where they may be.
    ``own``: field of ``operation`` -> SQL over the cells, for those that few records share, ``local_id`` among them.
    ``proof``: SQL over cells and shared fields: True only where ``operation`` has no complaint about the cells that
    ``own`` and ``amounts`` read, nor about how shared ones go together.
    """

    sample: Mapping[str, str]
    own: Mapping[str, str]
    amounts: tuple[Amount, ...]
    shared: tuple[Shared, ...]
    proof: str


@runtime_checkable
class BulkSource(OperationSource, Protocol):
    """A source of operations whose large files may be loaded as sets."""

    def bulk(self) -> Bulk: ...

    def batches(self, path: Path) -> Batches | None: ...

    def prepared(self, row: Row) -> Row:
        """A record as ``records`` hands it on."""
        ...


@dataclass(frozen=True)
class _Meaning:
    """What shared cells lead to: an operation like the sample but for them, and the rows written for it."""

    op: Operation
    rows: tuple[tuple[str, tuple[Any, ...]], ...]


class BulkLoad:
    """One large file on its way into the tables of a loader."""

    def __init__(self, loader: Loader, origin: BulkSource, found: Batches, file_name: str) -> None:
        self._loader, self._origin, self._found, self._file_name = loader, origin, found, file_name
        self._bulk = origin.bulk()
        self._con = loader.con
        self._known: list[dict[tuple[str, ...], int]] = [{} for _ in self._bulk.shared]
        self._meanings: list[list[_Meaning]] = [[] for _ in self._bulk.shared]
        self._made: list[tuple[int, dict[str, pa.Table]]] = [(-1, {}) for _ in self._bulk.shared]
        self._waiting: list[pa.Table] = []
        self._sample = self._meaning({})
        if self._sample is None:
            raise ValueError(f"{origin.SOURCE.id}: the sample record is not clean")

    def rest(self, count: FileCount) -> Iterator[Row]:
        """Load what is proven clean; hand on every other record, in order. ``count`` is told what was loaded."""
        for batch in self._found.found:
            yield from self._batch(batch, count)
        self._write(1)

    def _batch(self, batch: Batch, count: FileCount) -> Iterator[Row]:
        self._forget()
        cells = batch.cells
        for number, shared in enumerate(self._bulk.shared):
            cells = cells.append_column(f"_{number}", pa.array(self._numbers(number, shared, batch.cells), pa.int32()))
        with self._registered(cells=cells, **self._lists()):
            judged = self._con.sql(self._judge()).to_arrow_table()
        cells = cells.append_column("_id", judged["id"])
        is_clean = self._alone(cells["_id"], judged["is_clean"].to_numpy(zero_copy_only=False))
        rest = self._rows(batch, cells, is_clean)
        if ids := self._ids(rest):
            again = is_clean & _are_in(cells["_id"], ids)
            if again.any():
                is_clean &= ~again
                rest = self._rows(batch, cells, is_clean)
            self._loader.recall(ids)
            self._loader.remember(self._named(ids))
        clean = cells.filter(pa.array(is_clean))
        yield from self._in_order(rest, clean)
        self._loader.tables.flush()
        count.rows_read += clean.num_rows
        count.rows_loaded += clean.num_rows
        self._waiting.append(clean)
        self._write(_GROUP if sum(table.nbytes for table in self._waiting) < _MOST_WAITING else 1)

    def _write(self, least: int) -> None:
        """Insert the records that wait, by groups, until fewer than ``least`` are left."""
        waiting = pa.concat_tables(self._waiting) if self._waiting else pa.table({})
        while waiting.num_rows >= least:
            with self._registered(cells=waiting.slice(0, _GROUP), **self._lists()):
                for sql in self._inserts():
                    self._con.execute(sql)
            waiting = waiting.slice(_GROUP)
        self._waiting = [waiting] if waiting.num_rows else []

    def _named(self, ids: Collection[str] | pa.ChunkedArray) -> list[str]:
        """Which of the ids a record has that waits."""
        return [
            name
            for table in self._waiting
            for name in table["_id"].filter(pa.array(_are_in(table["_id"], ids))).to_pylist()
        ]

    # -- what is clean --------------------------------------------------------------------------------------------

    def _judge(self) -> str:
        whole = f"concat_ws('{BETWEEN}', {', '.join(map(_name, self._found.header))})"
        known = " AND ".join(f"_{number} >= 0" for number in range(len(self._bulk.shared)))
        return (  # every part is a declaration's or quoted
            f"SELECT {_text(self._origin.SOURCE.registry + ':')} || {self._bulk.own['local_id']} AS id, "
            f"coalesce({known} AND ({self._bulk.proof}) AND NOT regexp_matches({whole}, {_text(_DIRTY)}), false) "
            f"AS is_clean FROM cells c {self._joins()} ORDER BY {ROW}"
        )  # fmt: skip

    def _alone(self, ids: pa.ChunkedArray, is_clean: np.ndarray) -> np.ndarray:
        """Of the clean ones those whose id no other record of the batch has, none loaded before and none hidden."""
        codes = pc.fill_null(ids, "").combine_chunks().dictionary_encode().indices.to_numpy()
        is_clean = is_clean & (np.bincount(codes, minlength=1)[codes] == 1)
        with self._registered(ids=pa.table({"id": ids})):
            before = self._con.execute("SELECT id FROM ids SEMI JOIN operation ON operation_id = id").fetchall()
        taken = [*(name for (name,) in before), *self._named(ids), *self._loader.hidden]
        return is_clean & ~_are_in(ids, taken) if taken else is_clean

    def _rows(self, batch: Batch, cells: pa.Table, is_clean: np.ndarray) -> list[Row]:
        left = cells.filter(pa.array(~is_clean)).select([*self._found.header, ROW]).to_pylist()
        rows = [Row(raw.pop(ROW), raw) for raw in left]
        return sorted([*map(self._origin.prepared, rows), *batch.faults], key=lambda row: row.row_no)

    def _ids(self, rows: Iterable[Row]) -> set[str]:
        """The ids that records have which go the ordinary way."""
        found = set()
        for row in rows:
            if row.fault is None:
                try:
                    op = self._origin.operation(Row(row.row_no, dict(row.raw)))
                except (Reject, SourceError):
                    continue
                found.add(f"{op.registry}:{op.local_id}")
        return found

    def _in_order(self, rest: list[Row], clean: pa.Table) -> Iterator[Row]:
        """The other records, each after the owners and programmes that clean records before it are first to name."""
        first: list[tuple[int, Operation]] = []
        row_numbers = clean[ROW].to_numpy()
        for number, shared in enumerate(self._bulk.shared):
            if {"operation_party", "programme"} & set(shared.tables):
                codes, at = np.unique(clean[f"_{number}"].to_numpy(), return_index=True)
                ops = [self._meanings[number][code].op for code in codes]
                first += zip(row_numbers[at].tolist(), ops, strict=True)
        first.sort(key=lambda one: one[0])
        named = 0
        for row in [*rest, None]:
            while named < len(first) and (row is None or first[named][0] < row.row_no):
                op = first[named][1]
                self._loader.programme(op)
                for party in op.parties:
                    self._loader.organisation(party)
                named += 1
            if row is not None:
                yield row

    # -- what shared cells mean -----------------------------------------------------------------------------------

    def _forget(self) -> None:
        for number, known in enumerate(self._known):
            if len(known) > _MOST_KEPT:
                self._write(1)
                known.clear()
                self._meanings[number].clear()
                self._made[number] = (-1, {})

    def _numbers(self, number: int, shared: Shared, cells: pa.Table) -> np.ndarray:
        """For each record the number of what its shared cells mean, -1 where that is not clean."""
        codes = np.zeros(cells.num_rows, np.int64)
        for name in shared.columns:
            found = cells[name].combine_chunks().dictionary_encode()
            codes = codes * max(len(found.dictionary), 1) + found.indices.to_numpy()
            codes = np.unique(codes, return_inverse=True)[1]
        _, first, each = np.unique(codes, return_index=True, return_inverse=True)
        columns = [cells[name].take(pa.array(first)).to_pylist() for name in shared.columns]
        return np.array([self._number(number, values) for values in zip(*columns, strict=True)], np.int32)[each]

    def _number(self, number: int, values: tuple[str, ...]) -> int:
        known = self._known[number]
        if values not in known:
            shared = self._bulk.shared[number]
            found = self._meaning(dict(zip(shared.columns, values, strict=True)))
            known[values] = len(self._meanings[number]) if found else -1
            if found:
                self._meanings[number].append(found)
        return known[values]

    def _meaning(self, cells: Mapping[str, str]) -> _Meaning | None:
        """What is written for the sample with these cells in it; None where anything is complained of."""
        raw = dict.fromkeys(self._found.header, "") | dict(self._bulk.sample) | dict(cells)
        row = self._origin.prepared(Row(1, dict(raw)))
        if dict(row.raw) != raw:
            return None
        try:
            op = self._origin.operation(row)
            rows = self._loader.tried(op, self._origin.SOURCE, self._file_name)
        except (Reject, SourceError):
            return None
        return None if any(table == "load_issue" for table, _ in rows) else _Meaning(op, tuple(rows))

    def _lists(self) -> dict[str, pa.Table]:
        """For each kind of shared cells a table of the fields they decide on, and one for each table they fill."""
        out: dict[str, pa.Table] = {}
        for number, shared in enumerate(self._bulk.shared):
            size, made = self._made[number]
            if size != len(self._meanings[number]):
                made = self._listed(number, shared)
                self._made[number] = (len(self._meanings[number]), made)
            out |= made
        return out

    def _listed(self, number: int, shared: Shared) -> dict[str, pa.Table]:
        out, meanings = {}, self._meanings[number]
        if shared.fields:
            schema = self._loader.tables.schema("operation")
            rows = [next(row for table, row in m.rows if table == "operation") for m in meanings]
            picked = [[row[schema.names.index(name)] for row in rows] for name in shared.fields]
            fields = [schema.field(name).with_name(f"its_{name}") for name in shared.fields]
            out[f"fields_{number}"] = _table(fields, [range(len(meanings)), *picked], "number")
        for table in shared.tables:
            if table != "programme":
                schema = self._loader.tables.schema(table)
                found = [(at, *row[1:]) for at, m in enumerate(meanings) for name, row in m.rows if name == table]
                columns = list(zip(*found, strict=True)) or [()] * len(schema)
                out[f"{table}_{number}"] = _table(list(schema)[1:], columns, "number")
        return out

    # -- what is written ------------------------------------------------------------------------------------------

    def _joins(self) -> str:
        return " ".join(
            f"LEFT JOIN fields_{number} ON fields_{number}.number = c._{number}"
            for number, shared in enumerate(self._bulk.shared) if shared.fields
        )  # fmt: skip

    def _inserts(self) -> Iterator[str]:
        assert self._sample is not None
        source, file_name = _text(self._origin.SOURCE.id), _text(self._file_name)
        here = f"{source}, {file_name}, {ROW}"
        kept = [name for name in self._found.header if name not in self._origin.SOURCE.personal]
        payload = ", ', ', ".join(f"{_text(f'{_quoted(name)}: ')}, '\"', {_name(name)}, '\"'" for name in kept)
        yield f"INSERT INTO raw_record SELECT {here}, concat('{{', {payload}, '}}') FROM cells"
        shared = {name: f"its_{name}" for one in self._bulk.shared for name in one.fields}
        schema = self._loader.tables.schema("operation")
        same = dict(
            zip(schema.names, next(row for table, row in self._sample.rows if table == "operation"), strict=True)
        )
        own = {"operation_id": "_id", "row_no": ROW, **self._bulk.own}
        fields = [own.get(n) or shared.get(n) or _literal(same[n]) for n in schema.names]
        yield f"INSERT INTO operation SELECT {', '.join(fields)} FROM cells c {self._joins()}"
        yield "INSERT INTO operation_funding " + " UNION ALL ".join(
            f"SELECT _id, {_text(one.measure)}, {one.amount}, {one.currency}, {_text(one.label)}, false, "
            f"{one.is_derived}, {here} FROM cells WHERE {one.amount} IS NOT NULL"
            for one in self._bulk.amounts
        )
        for number, of in enumerate(self._bulk.shared):
            for table in of.tables:
                if table != "programme":
                    yield (
                        f"INSERT INTO {table} SELECT _id, t.* EXCLUDE (number) FROM cells c "
                        f"JOIN {table}_{number} t ON t.number = c._{number}"
                    )

    @contextmanager
    def _registered(self, **tables: pa.Table) -> Iterator[None]:
        for name, table in tables.items():
            self._con.register(name, table)
        yield
        for name in tables:
            self._con.unregister(name)


def _are_in(values: pa.ChunkedArray, these: Collection[str] | pa.ChunkedArray) -> np.ndarray:
    known = these if isinstance(these, pa.ChunkedArray) else pa.array(these, pa.string())
    found = pc.is_in(values, value_set=known)
    return np.asarray(found.to_numpy(zero_copy_only=False), bool)


def _table(fields: Sequence[pa.Field], columns: Sequence[Iterable[Any]], number: str) -> pa.Table:
    typed = [pa.field(number, pa.int32()), *fields]
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, typed, strict=True)], schema=pa.schema(typed))


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


def _literal(value: Any) -> str:
    """SQL for what every record of a source has alike in a field."""
    if value is None or isinstance(value, bool):
        return "NULL" if value is None else str(value).lower()
    return _text(value.isoformat() if isinstance(value, date) else str(value))
