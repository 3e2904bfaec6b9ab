"""Canonical records into the tables of one warehouse that is being built.

Every physical record of a file is kept in ``raw_record`` and ends as loaded or quarantined, never neither: the file's
``rows_read = rows_loaded + rows_quarantined`` is a CHECK of the table.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from etl import validate
from etl.bulk import BulkLoad, BulkSource
from etl.hidden import Hidden
from etl.normalise import fold
from etl.privacy import redact, refuse_rows, row_has_personnummer
from etl.readers import RAW_RECORD
from etl.shares import shares
from etl.spec import (
    Conflict,
    ExchangeRate,
    Funding,
    Indicator,
    IndicatorSource,
    Location,
    Operation,
    OperationSource,
    Party,
    RateSource,
    Records,
    Reject,
    Row,
    Severity,
    Source,
    SourceError,
    Term,
    Theme,
)
from etl.tables import Notes, Tables, sha256

LARGE = 4 << 20
"""Bytes from which a file of operations is loaded as sets, where its source can."""


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
class Loader:
    """Loads files of declared sources; holds what must be unique across them."""

    con: duckdb.DuckDBPyConnection
    kommun_lan: dict[str, str] = field(default_factory=dict)
    counts: list[FileCount] = field(default_factory=list)
    person_columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    hidden: Mapping[str, Hidden] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tables = Tables(self.con)
        self._lans: set[str] = set()
        self._indicators: set[str] = set()
        self._regions: set[str] = set()
        self._target_groups: set[str] = set()
        self._begin()
        self._values: set[tuple[str, str, str, str, str]] = set()
        self._rates: set[tuple[str, int, str]] = set()

    def _begin(self) -> None:
        """Know of no operation yet, nor of what hangs on one."""
        self._organisations: set[str] = set()
        self._organisation_names: set[tuple[str, str]] = set()
        self._programmes: set[str] = set()
        self._operations: set[str] = set()
        self._funded: set[tuple[str, str, str]] = set()

    # -- one file, whatever it holds ------------------------------------------------------------------------------

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

    # -- operations -----------------------------------------------------------------------------------------------

    def operations(self, origin: OperationSource, path: Path, **dates: Any) -> FileCount:
        """Load a registry file."""

        def take(row: Row, here: Here) -> None:
            self.operation(origin.operation(row), here)

        if isinstance(origin, BulkSource) and path.stat().st_size >= LARGE and (found := origin.batches(path)):
            whole = BulkLoad(self, origin, found, dates.get("file_name") or path.name)
            form = Records((), found.encoding, ",")
            return self.file(origin.SOURCE, path, form, take, ahead=whole.rest, **dates)
        return self.file(origin.SOURCE, path, origin.records(path), take, **dates)

    def tried(self, op: Operation, source: Source, file_name: str) -> list[tuple[str, tuple[Any, ...]]]:
        """The rows that an operation would be written as if it were the first and stood in record 1.

        Raises :class:`Reject` as :meth:`operation` does, apart from what is hidden.
        """
        notes = Notes()
        alone = Loader.__new__(Loader)
        alone.__dict__ |= self.__dict__
        alone._begin()
        alone.tables, alone.hidden = notes, {}  # type: ignore[assignment]  # it takes rows, and no more is asked of it
        alone.operation(op, Here(alone, source, file_name, 1, FileCount(source.id, file_name)))
        return notes.rows

    def recall(self, ids: Collection[str]) -> None:
        """Know which of these operations were loaded as sets, whose ids are kept in the tables alone."""
        found = self.con.execute(
            "SELECT operation_id FROM operation WHERE list_contains($ids, operation_id)", {"ids": sorted(ids)}
        ).fetchall()
        self._operations.update(name for (name,) in found)

    def programme(self, op: Operation) -> None:
        """Write an operation's programme, where it has one that is not yet known."""
        if op.cci and op.cci not in self._programmes:
            self._programmes.add(op.cci)
            self.tables.add(
                "programme", op.cci, op.programme, op.fund_code, op.programming_period, op.managing_authority
            )

    def operation(self, op: Operation, here: Here) -> str:
        """Write one operation and all that hangs on it; returns its ``operation_id``."""
        op_id = f"{op.registry}:{op.local_id}"
        self._shown(op_id)
        if op_id in self._operations:
            raise Reject("local_id", "duplicate_id", op.local_id, "The same id stands in an earlier record.")
        validate.operation(op, self._lans, self.kommun_lan, self._target_groups)
        places = _places(op)
        self._operations.add(op_id)
        add = self.tables.add
        self.programme(op)
        add(
            "operation", op_id, op.local_id, op.registry, op.diarienummer, redact(op.title_sv),
            redact(op.title_en) or None, redact(op.summary_sv) or None, redact(op.summary_en) or None, op.cci,
            op.fund_code, op.programming_period, op.priority, op.specific_objective, op.start_date, op.start_precision,
            op.end_date, op.end_precision,
            op.status_in_source, op.is_social_innovation, op.si_basis, op.source_url,
            redact(op.source_title or "") or None, op.seen_on, redact(op.note or "") or None,
            here.source.id, here.file_name, here.row_no,
            op.decided_on, op.decided_precision, op.portfolio or here.source.portfolio, op.common_key,
        )  # fmt: skip
        for org_id, role in dict.fromkeys((self.organisation(party), party.role) for party in op.parties):
            add("operation_party", op_id, org_id, role)
        for amount in op.funding:
            self.funding(op_id, amount, here)
        for place, share, start, end, basis in places:
            add(
                "operation_location", op_id, place.lan_code, place.kommun_code, place.location_type, share, start, end,
                basis, place.lat, place.lon,
            )  # fmt: skip
        if op.programme and not op.cci:
            op.themes.append(Theme("programme", op.programme, op.programme))
        for theme in {(t.scheme, t.code): t for t in op.themes}.values():
            add("operation_theme", op_id, theme.scheme, theme.code, theme.label, theme.label_en or theme.label)
        for code in dict.fromkeys(op.target_groups):
            add("operation_target_group", op_id, code, op.target_group_basis)
        for method in dict.fromkeys(op.methods):
            add("operation_method", op_id, method)
        for p in op.participants:
            add("operation_indicator", op_id, p.indicator_code, p.kind, p.sex, p.value_type, p.value, p.as_of, None)
        for conflict in op.conflicts:
            self.conflict(op_id, conflict, here)
        for title, url in dict(op.links).items():
            add("operation_source_link", op_id, title, url)
        for term in op.terms:
            self.term(op_id, term, here)
        for warning in op.warnings:
            here.issue(warning, "warning")
        return op_id

    def funding(self, op_id: str, f: Funding, here: Here) -> None:
        """Write one amount of an operation already loaded, with the record that it stands in."""
        self._known(op_id)
        validate.funding(f)
        key = (op_id, f.measure, f.currency)
        if key in self._funded:
            raise Reject("amount", "duplicate_amount", f.measure, "An earlier record has an amount of this kind.")
        self._funded.add(key)
        self.tables.add(
            "operation_funding", op_id, f.measure, f.amount, f.currency, redact(f.label_in_source), f.is_rounded,
            f.is_derived,
            here.source.id, here.file_name, here.row_no,
        )  # fmt: skip

    def conflict(self, op_id: str, c: Conflict, here: Here) -> None:
        """Write one disagreement between sources about an operation already loaded."""
        self._known(op_id)
        self.tables.add(
            "operation_conflict", op_id, c.field, redact(c.value_a), redact(c.source_a), redact(c.value_b),
            redact(c.source_b), redact(c.note),
            here.source.id, here.file_name, here.row_no,
        )  # fmt: skip

    def known_operation(self, op_id: str) -> str:
        """The id of an operation that was loaded before; :class:`Reject` for any other."""
        self._known(op_id)
        return op_id

    def term(self, op_id: str, t: Term, here: Here) -> None:
        """Write what a contract already loaded says of itself, with the record that it stands in."""
        self._known(op_id)
        validate.term(t)
        self.tables.add(
            "contract_term", op_id, t.number, t.field, redact(t.text_sv), redact(t.text_en or t.text_sv), t.amount,
            t.currency, t.source_title or None, t.source_url or None, here.source.id, here.file_name, here.row_no,
        )  # fmt: skip

    def _shown(self, op_id: str) -> None:
        if taken := self.hidden.get(op_id):
            raise Reject("*", "hidden", None, f"{taken.reason} ({taken.hidden_on})")

    def _blank(self, source_id: str, file_name: str, row_no: int) -> None:
        """Leave nothing of a record but that there was one."""
        self.tables.flush()
        self.con.execute(
            "UPDATE raw_record SET payload = '{}' WHERE source_id = $source AND file_name = $name AND row_no = $row",
            {"source": source_id, "name": file_name, "row": row_no},
        )

    def _known(self, op_id: str) -> None:
        self._shown(op_id)
        if op_id not in self._operations:
            self.recall([op_id])
        if op_id not in self._operations:
            raise Reject("operation_id", "unknown_operation", op_id, "No operation with this id was loaded before.")

    def organisation(self, party: Party) -> str:
        """Write an organisation not yet known and its spelling; returns its ``org_id``."""
        name_norm = fold(party.name)
        org_id = f"orgnr:{party.orgnr}" if party.orgnr else f"name:{name_norm}"
        if org_id not in self._organisations:
            self._organisations.add(org_id)
            self.tables.add(
                "organisation", org_id, party.orgnr, redact(party.name), redact(name_norm), party.org_type,
                party.kommun_code, party.country,
            )  # fmt: skip
        if (org_id, party.name) not in self._organisation_names:
            self._organisation_names.add((org_id, party.name))
            self.tables.add("organisation_name", org_id, redact(party.name))
        return org_id

    # -- indicators -----------------------------------------------------------------------------------------------

    def declare_indicators(self, indicators: Iterable[Indicator]) -> None:
        """Write indicators not yet known; the first declaration of a code stands."""
        for i in indicators:
            if i.code not in self._indicators:
                self._indicators.add(i.code)
                self.tables.add(
                    "indicator", i.code, i.title_sv, i.title_en, i.unit, i.unit_en or i.unit, i.better, i.publisher,
                    i.table_id, i.licence, i.decimals, i.note, i.note_en or i.note,
                )  # fmt: skip

    def indicator_values(self, origin: IndicatorSource, path: Path, **dates: Any) -> FileCount:
        """Load an indicator file."""
        self.declare_indicators(origin.INDICATORS)

        def take(row: Row, here: Here) -> None:
            values = list(origin.values(row))
            keys = [(v.indicator, v.region_code, v.period, v.sex, here.source.id) for v in values]
            for v, key in zip(values, keys, strict=True):
                validate.value(v)
                if v.region_code not in self._regions:
                    raise Reject("region", "unknown_region", v.region_code, f"{v.region_code!r} is no region code.")
                if v.indicator not in self._indicators:
                    raise Reject("indicator", "unknown_indicator", v.indicator, "Not among the declared indicators.")
                if key in self._values or keys.count(key) > 1:
                    raise Reject("period", "duplicate_value", v.period, "The same value stands in an earlier record.")
            self._values.update(keys)
            for v in values:
                self.tables.add(
                    "indicator_value", v.indicator, v.region_code, v.period, v.sex, v.value, v.flag, here.source.id,
                    here.file_name, here.row_no,
                )  # fmt: skip

        return self.file(origin.SOURCE, path, origin.records(path), take, **dates)

    def add_derived(self, code: str, *values: Any) -> None:
        """Write a difference of two series, for the marts to work out; ``values`` follow the table's columns."""
        if code in self._indicators:
            raise Reject("code", "duplicate_id", code, "An indicator with this code stands in an earlier record.")
        self._indicators.add(code)
        self.tables.add("indicator_derived", code, *values)

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

    def exchange_rates(self, origin: RateSource, path: Path, **dates: Any) -> FileCount:
        """Load a file of rates."""

        def take(row: Row, here: Here) -> None:
            self.exchange_rate(origin.rate(row), here)

        return self.file(origin.SOURCE, path, origin.records(path), take, **dates)

    # -- reference ------------------------------------------------------------------------------------------------

    def add_region(self, code: str, lan_code: str | None, *values: Any) -> None:
        """Write a region; ``values`` follow the table's columns after ``code``. ``lan_code``: of a kommun, its län."""
        if code in self._regions:
            raise Reject("code", "duplicate_id", code, "The region stands in an earlier record.")
        if lan_code is not None and lan_code not in self._lans:
            raise Reject("lan_code", "unknown_region", lan_code, f"{lan_code!r} is no län code.")
        self._regions.add(code)
        if lan_code is not None:
            self.kommun_lan[code] = lan_code
        elif values[0] == "lan":
            self._lans.add(code)
        self.tables.add("region", code, *values)

    def is_region(self, code: str) -> bool:
        """Whether a region with this code was loaded."""
        return code in self._regions

    def add_target_group(self, code: str, title_sv: str, title_en: str, synonyms: list[str]) -> None:
        """Write a term of the controlled vocabulary."""
        if code in self._target_groups:
            raise Reject("code", "duplicate_id", code, "The term stands in an earlier record.")
        self._target_groups.add(code)
        self.tables.add("target_group", code, title_sv, title_en, synonyms)


@dataclass
class Here:
    """Where a record came from, while it is being loaded."""

    loader: Loader
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


def _places(op: Operation) -> list[tuple[Location, Decimal, Decimal, Decimal, str]]:
    """Locations with shares that sum to exactly 1, as parts ``share_from``–``share_to`` of the whole."""
    places = sorted(op.locations or [Location("unknown")], key=lambda p: (p.lan_code or "", p.kommun_code or ""))
    parts, basis = shares(places)
    out, done = [], Decimal(0)
    for place, part in zip(places, parts, strict=True):
        out.append((place, part, done, done + part, basis))
        done += part
    return out


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


def utc_now() -> datetime:
    """Naive UTC, as the warehouse stores it."""
    return datetime.now(UTC).replace(tzinfo=None)
