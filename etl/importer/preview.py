"""What would be loaded of a list, what would be set aside and why, and the total: found before anything is stored."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from etl import validate
from etl.importer.operations import Importer
from etl.importer.plan import FIELDS
from etl.importer.records import LINE
from etl.importer.store import region_names
from etl.importer.values import (
    is_empty,
    shown,
)
from etl.privacy import refuse_rows, row_has_personnummer
from etl.spec import Operation, Reject, Row, SourceError

SHOWN = 20
MOST_ISSUES = 1_000


@dataclass(frozen=True)
class Issue:
    """A complaint about a record: ``row`` counts records, ``line`` is the row in the file."""

    row: int
    line: int | None
    column: str
    severity: str
    rule: str
    value: str
    message: str


@dataclass
class Preview:
    """The counts add up: ``rows_read = rows_loaded + rows_quarantined``; ``total`` is of the main amount."""

    rows_read: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0
    total: Decimal = Decimal(0)
    currencies: Counter[str] = field(default_factory=Counter)
    operations_loaded: int = 0
    operations: list[Operation] = field(default_factory=list)
    set_aside: list[dict[str, Any]] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    warnings: int = 0


def preview(importer: Importer) -> Preview:
    """Read every record as the build will. Raises :class:`SourceError` for a file with a personnummer, or no record."""
    lans, kommuner = region_names()
    kommun_lan = {code: code[:2] for code in kommuner.values()}
    out = Preview()
    guilty: list[int] = []
    for row in importer.records(importer.path).rows:
        members = (row, *row.parts)
        out.rows_read += len(members)
        bad = [int(m.raw.get(LINE, m.row_no)) for m in members if row_has_personnummer(m, importer.SOURCE.id_columns)]
        if bad:
            guilty += bad
            continue
        try:
            if row.fault:
                raise row.fault
            op = importer.operation(row)
            validate.operation(op, set(lans.values()), kommun_lan, ())
        except Reject as reject:
            out.rows_quarantined += len(members)
            _complain(out, row, reject, "quarantine")
            if len(out.set_aside) < SHOWN:
                cells = [shown(cell) for name, cell in row.raw.items() if name != LINE and not is_empty(cell)]
                out.set_aside.append({"row": row.row_no, "line": row.raw.get(LINE), "cells": cells[:12]})
            continue
        out.rows_loaded += len(members)
        out.operations_loaded += 1
        for warning in op.warnings:
            out.warnings += 1
            _complain(out, row, warning, "warning")
        for amount in op.funding:
            if amount.measure == importer.amount_field and amount.amount is not None:
                out.total += amount.amount
                out.currencies[amount.currency] += 1
        if len(out.operations) < SHOWN:
            out.operations.append(op)
    refuse_rows(importer.path.name, guilty)
    if not out.rows_read:
        raise SourceError(f"{importer.path.name}: the table has a header and no record below it.", "no_records")
    return out


def _complain(out: Preview, row: Row, reject: Reject, severity: str) -> None:
    if len(out.issues) < MOST_ISSUES or (severity == "quarantine" and len(out.issues) < 3 * MOST_ISSUES):
        line = row.raw.get(LINE)
        out.issues.append(
            Issue(row.row_no, line, reject.column, severity, reject.rule, str(reject.value)[:200], reject.message)
        )


def as_json(importer: Importer, found: Preview, *, full: bool) -> dict[str, Any]:
    """The preview for machines; ``full`` adds the first operations, the columns and what was set aside."""
    reading = importer.reading
    part = reading.parts[0]
    out: dict[str, Any] = {
        "rows_read": found.rows_read,
        "rows_loaded": found.rows_loaded,
        "rows_quarantined": found.rows_quarantined,
        "operations_loaded": found.operations_loaded,
        "warnings": found.warnings,
        "issues": [vars(issue) for issue in found.issues],
        "mapping": {target: name for target, name in reading.mapping.items() if target in FIELDS},
        "confidence": {target: guess.confidence for target, guess in reading.guesses.items()},
        "currency": importer.currency,
        "currency_basis": importer.currency_basis,
        "amount_field": importer.amount_field,
        "total_amount": float(found.total),
        "file": importer.path.name,
        "sheets": [p.table.name for p in reading.parts],
        "sheets_left_out": reading.left_out,
        "header_row": part.table.lines[part.header.last] if part.header.last >= 0 else None,
        "encoding": part.table.encoding,
        "delimiter": part.table.delimiter,
        "date_order": importer.order,
        "never_stored": list(importer.personal_columns()),
    }
    if full:
        out["columns"] = [
            {
                "name": column.name,
                "filled": round(column.filled / max(1, len(reading.column(column.index)[:1500])), 3),
                "samples": list(dict.fromkeys(
                    shown(cell)[:80] for cell in reading.column(column.index)[:200] if not is_empty(cell)
                ))[:3],
            }
            for column in reading.columns
        ]  # fmt: skip
        out["operations"] = [_operation(op) for op in found.operations]
        out["set_aside"] = found.set_aside
    return out


def _operation(op: Operation) -> dict[str, Any]:
    return {
        "title": op.title_sv,
        "beneficiary": op.parties[0].name if op.parties else None,
        "start_date": op.start_date and op.start_date.isoformat(),
        "end_date": op.end_date and op.end_date.isoformat(),
        "amounts": {f.measure: float(f.amount) for f in op.funding if f.amount is not None},
        "currency": op.funding[0].currency if op.funding else None,
        "lan_codes": [place.lan_code for place in op.locations if place.lan_code],
    }
