"""Operations that whoever runs the server has taken down, each with its reason: ``hidden.csv`` in the data folder.

They are quarantined in every build with that reason, so that the counts still add up; nothing of a record is kept.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from etl.readers import csv_records
from etl.spec import SourceError

FILE = "hidden.csv"
COLUMNS = ("operation_id", "reason", "hidden_on")
MOST_REASON = 300


@dataclass(frozen=True)
class Hidden:
    """One operation that is hidden, why, and since when (ISO date)."""

    operation_id: str
    reason: str
    hidden_on: str


def read(path: Path) -> dict[str, Hidden]:
    """Operation id -> what was said of it; empty without the file. Raises :class:`SourceError` naming the row."""
    if not path.exists():
        return {}
    found: dict[str, Hidden] = {}
    for row in csv_records(path, required=COLUMNS, known=COLUMNS).rows:
        if row.fault is not None:
            raise SourceError(f"{path.name}, row {row.row_no}: {row.fault.message}")
        cell = {name: str(row.raw[name]).strip() for name in COLUMNS}
        for name in ("operation_id", "reason"):
            if not cell[name]:
                raise SourceError(f"{path.name}, row {row.row_no}, {name}: is empty. Write it, or take the row away.")
        found[cell["operation_id"]] = Hidden(**cell)
    return found


def hide(path: Path, ids: Iterable[str], reason: str, on: date) -> None:
    """Add operations; on return it is on disk. Raises :class:`ValueError` for a reason that is empty or too long."""
    said = " ".join(reason.split())
    if not said or len(said) > MOST_REASON:
        raise ValueError(f"Give a reason of 1 to {MOST_REASON} characters; it is shown on the page of sources.")
    _write(path, read(path) | {one: Hidden(one, said, on.isoformat()) for one in ids})


def reveal(path: Path, operation_id: str) -> bool:
    """Take an operation off the list; False when it is not on it."""
    found = read(path)
    if found.pop(operation_id, None) is None:
        return False
    _write(path, found)
    return True


def _write(path: Path, found: Mapping[str, Hidden]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([(one.operation_id, one.reason, one.hidden_on) for one in found.values()])
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with aside.open("w", encoding="utf-8", newline="") as handle:
        handle.write(out.getvalue())
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(aside, path)
