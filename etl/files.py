"""Files of records into one warehouse that is being built, whatever the records are.

Every physical record of a file is kept in ``raw_record`` and ends as loaded or quarantined, never neither: the file's
``rows_read = rows_loaded + rows_quarantined`` is a CHECK of the table.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from etl.privacy import redact, refuse_rows, row_has_personnummer
from etl.readers import RAW_RECORD
from etl.spec import ExchangeRate, Records, Reject, Row, Severity, Source, SourceError
from etl.tables import Tables, sha256


@dataclass
class FileCount:
    """What became of one file's records."""

    source_id: str
    file_name: str
    rows_read: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0
    warnings: int = 0


@dataclass
class Files:
    """Takes files of declared sources; ``counts`` has what became of each."""

    con: duckdb.DuckDBPyConnection
    counts: list[FileCount] = field(default_factory=list)
    person_columns: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tables = Tables(self.con)
        self._rates: set[tuple[str, int, str]] = set()

    def file(
        self,
        source: Source,
        path: Path,
        records: Records,
        take: Callable[[Row, Here], None],
        *,
        snapshot_date: date | None = None,
        retrieved_at: datetime | None = None,
        file_name: str | None = None,
        ahead: Callable[[FileCount], Iterable[Row]] | None = None,
    ) -> FileCount:
        """Read ``records`` of ``path``; ``take`` loads one row or raises :class:`Reject`.

        ``ahead``: loads some of the records itself, counts them, and gives the rest, in place of ``records.rows``.
        Raises :class:`SourceError` when the file as a whole is not what the source declares.
        """
        name = file_name or path.name
        count = FileCount(source.id, name)
        self.person_columns[source.id] = source.person_columns
        self.tables.add(
            "source_file", source.id, name, source.kind, source.registry, source.publisher, source.title_sv,
            source.title_en, source.url, source.licence, source.caveat_sv, source.caveat_en, sha256(path),
            path.stat().st_size, snapshot_date, retrieved_at, records.encoding, records.delimiter,
            source.expected_rows[0], source.expected_rows[1], source.quarantine_ceiling, source.stale_after_days,
            source.priority, source.portfolio, source.licence_en or source.licence, 0, 0, 0,
        )  # fmt: skip
        personal: list[int] = []
        for row in ahead(count) if ahead else records.rows:
            members = (row, *row.parts)
            count.rows_read += len(members)
            if guilty := [member.row_no for member in members if row_has_personnummer(member, source.id_columns)]:
                personal += guilty
                continue
            here = Here(self, source, name, row.row_no, count)
            for member in members:
                self.tables.add("raw_record", source.id, name, member.row_no, _payload(member, source))
            try:
                if row.fault is not None:
                    raise row.fault
                take(row, here)
                count.rows_loaded += len(members)
            except Reject as reject:
                count.rows_quarantined += len(members)
                for member in members:
                    if reject.rule == "hidden":
                        self._blank(source.id, name, member.row_no)
                    Here(self, source, name, member.row_no, count).issue(reject, "quarantine")
            except SourceError as error:
                raise SourceError(f"{name}: {error}", error.rule) from error
        refuse_rows(name, personal)
        least = source.expected_rows[0]
        if count.rows_read < least:
            raise SourceError(
                f"{name} ({source.id}): {count.rows_read} records, at least {least} were expected. "
                "The file is probably cut or empty; fetch it again, or lower expected_rows if the registry shrank.",
                "too_few_rows",
            )
        if count.rows_read > source.expected_rows[1]:
            Here(self, source, name, 0, count).issue(
                Reject("*", "more_than_expected", count.rows_read, "More records than the source declares."),
                "warning",
            )
        try:
            self.tables.flush()
        except (duckdb.Error, pa.ArrowException) as error:
            raise SourceError(
                f"{name} ({source.id}): the tables refuse what its records hold ({error}). "
                "Correct the file, or quarantine such records in the source.",
                "refused_by_tables",
            ) from error
        self.con.execute(
            "UPDATE source_file SET rows_read = $read, rows_loaded = $loaded, rows_quarantined = $quarantined "
            "WHERE source_id = $source AND file_name = $name",
            {
                "read": count.rows_read,
                "loaded": count.rows_loaded,
                "quarantined": count.rows_quarantined,
                "source": source.id,
                "name": name,
            },
        )
        self.counts.append(count)
        return count

    def exchange_rate(self, found: ExchangeRate, here: Here) -> None:
        """Write a year's rate; a year that the source already has is a fault."""
        key = (found.currency, found.year, here.source.id)
        if key in self._rates:
            raise Reject("year", "duplicate_value", found.year, "The same value stands in an earlier record.")
        self._rates.add(key)
        self.tables.add(
            "exchange_rate", found.currency, found.year, found.rate, found.last_day, here.source.id, here.file_name,
            here.row_no,
        )  # fmt: skip

    def _blank(self, source_id: str, file_name: str, row_no: int) -> None:
        """Leave nothing of a record but that there was one."""
        self.tables.flush()
        self.con.execute(
            "UPDATE raw_record SET payload = '{}' WHERE source_id = $source AND file_name = $name AND row_no = $row",
            {"source": source_id, "name": file_name, "row": row_no},
        )


@dataclass
class Here:
    """Where a record came from, while it is being loaded."""

    loader: Files
    source: Source
    file_name: str
    row_no: int
    count: FileCount

    def issue(self, reject: Reject, severity: Severity) -> None:
        if severity == "warning":
            self.count.warnings += 1
        value = None if reject.value is None else redact(str(reject.value))[:500]
        self.loader.tables.add(
            "load_issue", self.source.id, self.file_name, self.row_no, reject.column, severity, reject.rule, value,
            redact(reject.message),
        )  # fmt: skip


def _payload(row: Row, source: Source) -> str:
    if row.fault is not None and source.personal:
        found = row.raw.get(RAW_RECORD, row.raw)
        return json.dumps({"fields": len(found) if isinstance(found, list | tuple | dict) else 1})
    kept = {name: _clean(value) for name, value in row.raw.items() if name not in source.personal}
    return json.dumps(kept, ensure_ascii=False, default=str)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {name: _clean(inner) for name, inner in value.items()}
    return [_clean(inner) for inner in value] if isinstance(value, list | tuple) else value
