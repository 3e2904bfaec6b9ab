"""Which snapshots are kept: every one of the last 30 days, then the newest of each month for 24 months, then of each
year; always the served one, the pinned ones and the newest three.

A snapshot is set aside by a rename, and only removed when it is then still neither served nor pinned; a build that
finds its snapshot gone while publishing builds it again. A server keeps what it has open.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from etl import warehouse
from etl.disk import write_whole
from etl.spec import SourceError
from etl.warehouse import Snapshot

EVERY, MONTHLY, LEAST, LEAP = timedelta(days=30), 24, 3, timedelta(days=366)
PINNED = "pinned"
_ASIDE = ".pruned-"

Reason = Literal["served", "pinned", "newest", "recent", "month", "year", "superseded"]
"""Why a snapshot is kept, the strongest reason first; ``superseded``: it is not."""


@dataclass(frozen=True)
class Verdict:
    """A snapshot and why it is kept or goes. ``in_use``: it should go, but the system would not let go of the file."""

    snapshot: Snapshot
    reason: Reason
    in_use: bool = False

    @property
    def goes(self) -> bool:
        return self.reason == "superseded"


def judge(found: Iterable[Snapshot], *, served: str | None, pinned: Iterable[str], now: datetime) -> list[Verdict]:
    """Every snapshot with its verdict, newest first. ``now``: naive UTC, as ``built_at`` is.

    More than a year in which nothing was built is no time passed, so that a clock that leaps takes no snapshot away.
    """
    newest_first = sorted(found, key=lambda s: (s.built_at, s.snapshot_id), reverse=True)
    held, months, years = set(pinned), set[int](), set[int]()
    out, later = [], now
    for place, snapshot in enumerate(newest_first):
        built = snapshot.built_at
        if later - built > LEAP:
            now -= later - built
        later = built
        month = built.year * 12 + built.month
        first_of_month, first_of_year = month not in months, built.year not in years
        months.add(month)
        years.add(built.year)
        reason: Reason
        if snapshot.snapshot_id == served:
            reason = "served"
        elif snapshot.snapshot_id in held:
            reason = "pinned"
        elif place < LEAST:
            reason = "newest"
        elif now - built <= EVERY:
            reason = "recent"
        elif first_of_month and now.year * 12 + now.month - month <= MONTHLY:
            reason = "month"
        else:
            reason = "year" if first_of_year else "superseded"
        out.append(Verdict(snapshot, reason))
    return out


def prune(folder: Path, *, now: datetime, dry_run: bool = False, also: Iterable[str] = ()) -> list[Verdict]:
    """Remove what the policy does not keep; what a killed run had set aside goes too. Returns every verdict.

    ``also``: ids to be kept like the pinned ones.
    """
    if not dry_run:
        _finish(folder)
    served = warehouse.current(folder)
    held = (*pins(folder), *also)
    verdicts = judge(warehouse.snapshots(folder), served=served.stem if served else None, pinned=held, now=now)
    if dry_run:
        return verdicts
    return [Verdict(v.snapshot, v.reason, in_use=v.goes and not _remove(folder, v.snapshot.path)) for v in verdicts]


def pins(folder: Path) -> tuple[str, ...]:
    """The ids in ``pinned``, one a line; a line may end with a remark after ``#``."""
    try:
        text = (folder / PINNED).read_text("utf-8")
    except FileNotFoundError:
        return ()
    return tuple(dict.fromkeys(name for line in text.splitlines() if (name := line.partition("#")[0].strip())))


def pin(folder: Path, snapshot_id: str) -> None:
    """Keep a snapshot for good. Raises :class:`SourceError` when it is not here."""
    _write(folder, (*pins(folder), snapshot_id))
    if not (folder / f"{snapshot_id}.duckdb").exists():
        unpin(folder, snapshot_id)
        raise SourceError(f"{snapshot_id}: no such snapshot is kept. inkarta snapshots lists them.")


def unpin(folder: Path, snapshot_id: str) -> None:
    """Leave a snapshot to the policy again."""
    _write(folder, [name for name in pins(folder) if name != snapshot_id])


def _write(folder: Path, names: Iterable[str]) -> None:
    write_whole(folder / PINNED, "".join(f"{name}\n" for name in dict.fromkeys(names)))


def _remove(folder: Path, path: Path) -> bool:
    aside = path.with_name(_ASIDE + path.name)
    try:
        os.replace(path, aside)
    except FileNotFoundError:
        return True
    except PermissionError:
        return False
    return _end(folder, aside)


def _end(folder: Path, aside: Path) -> bool:
    """What was set aside comes back when it is wanted after all, else it is removed."""
    path = aside.with_name(aside.name.removeprefix(_ASIDE))
    try:
        named = (folder / "current").read_text("utf-8").strip()
    except FileNotFoundError:
        named = ""
    try:
        if path.stem in (named, *pins(folder)) and not path.exists():
            os.replace(aside, path)
            return False
        aside.unlink()
    except FileNotFoundError:
        return True
    except PermissionError:
        return False
    return True


def _finish(folder: Path) -> None:
    for aside in folder.glob(f"{_ASIDE}*.duckdb"):
        _end(folder, aside)
