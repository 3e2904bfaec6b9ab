"""Operations into the tables of one warehouse that is being built, and all that hangs on them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from etl import validate
from etl.bulk import BulkLoad, BulkSource
from etl.files import FileCount, Here
from etl.hidden import Hidden
from etl.normalise import fold
from etl.privacy import redact
from etl.series import Series
from etl.shares import shares
from etl.spec import (
    Conflict,
    Funding,
    Location,
    Operation,
    OperationSource,
    Party,
    Records,
    Reject,
    Row,
    Source,
    Term,
    Theme,
)
from etl.tables import Notes

LARGE = 4 << 20
"""Bytes from which a file of operations is loaded as sets, where its source can."""


@dataclass
class Loader(Series):
    """Loads files of declared sources; holds what must be unique across them."""

    hidden: Mapping[str, Hidden] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._begin()

    def _begin(self) -> None:
        """Know of no operation yet, nor of what hangs on one."""
        self._organisations: set[str] = set()
        self._organisation_names: set[tuple[str, str]] = set()
        self._programmes: set[str] = set()
        self._operations: set[str] = set()
        self._funded: set[tuple[str, str, str]] = set()

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
        self.remember(name for (name,) in found)

    def remember(self, ids: Iterable[str]) -> None:
        """Know that operations with these ids have been loaded."""
        self._operations.update(ids)

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


def _places(op: Operation) -> list[tuple[Location, Decimal, Decimal, Decimal, str]]:
    """Locations with shares that sum to exactly 1, as parts ``share_from``–``share_to`` of the whole."""
    places = sorted(op.locations or [Location("unknown")], key=lambda p: (p.lan_code or "", p.kommun_code or ""))
    parts, basis = shares(places)
    out, done = [], Decimal(0)
    for place, part in zip(places, parts, strict=True):
        out.append((place, part, done, done + part, basis))
        done += part
    return out


def utc_now() -> datetime:
    """Naive UTC, as the warehouse stores it."""
    return datetime.now(UTC).replace(tzinfo=None)
