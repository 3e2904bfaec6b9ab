"""Another snapshot is published again and again while visitors use the pages: no error, and no page of two versions.

In the second version every län's name ends with a star. A page says in its footer, and in the addresses of its
outlines, which version it is of: one with a star that is not of the second, one of the second without, and one that
names both versions is a page of two.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from bench.crowd import Told, gathering
from bench.figure import Figure
from bench.replicas import Replicas, replicas
from bench.stage import opened

NAME = "swaps"
SWAPS, VISITORS, BETWEEN = 100, 12, 0.4
MARK = "\u2605"
_IDS = re.compile(rb'(?:/geo/|class="ik-footer"><p>[^<]{0,40}?)([0-9]{8}-[0-9a-f]{8})')
PAGES = ("lan", "", "initiativ")


@dataclass
class Versions:
    """What the pages showed: how many of each version, and those that showed two."""

    seen: Counter[str] = field(default_factory=Counter)
    mixed: list[str] = field(default_factory=list)

    def look(self, query: str, sent: bytes) -> None:
        """Take one page in."""
        ids = {one.decode() for one in _IDS.findall(sent)}
        has_mark = MARK.encode() in sent
        if len(ids) != 1 or has_mark != (OTHER in ids):
            self.mixed.append(f"{query}: {sorted(ids)}, {'a star' if has_mark else 'no star'}")
        self.seen[min(ids, default="none")] += 1


OTHER = "20200101-aaaaaaaa"


def measure() -> list[Figure]:
    """A hundred swaps on two replicas that read the same folder."""
    with opened() as stage:
        first = (stage.snapshots / "current").read_text("utf-8").strip()
        marked(stage.snapshots, first)
        try:
            with replicas(stage, 2) as running:
                told, versions = asyncio.run(swapped(running, stage.snapshots, first, SWAPS, VISITORS, BETWEEN))
        finally:
            publish(stage.snapshots, first)
            (stage.snapshots / f"{OTHER}.duckdb").unlink()
    return figures(told, versions)


def marked(folder: Path, first: str) -> None:
    """The second version beside the first."""
    file = folder / f"{OTHER}.duckdb"
    shutil.copy(folder / f"{first}.duckdb", file)
    with duckdb.connect(str(file)) as con:
        con.execute("UPDATE snapshot SET snapshot_id = ?", [OTHER])
        con.execute("UPDATE region SET name_sv = name_sv || ? WHERE level = 'lan'", [MARK])


def publish(folder: Path, name: str) -> None:
    """Name the served snapshot in one step."""
    aside = folder / ".next"
    aside.write_text(name, "utf-8")
    os.replace(aside, folder / "current")


async def swapped(
    running: Replicas, folder: Path, first: str, swaps: int, visitors: int, between: float
) -> tuple[Told, Versions]:
    """Visitors on three pages, who think half as long as a version is served."""
    versions = Versions()

    async def swap() -> None:
        for at in range(swaps):
            await asyncio.to_thread(publish, folder, (OTHER, first)[at % 2])
            await asyncio.sleep(between)

    told, *more = await asyncio.gather(
        *(
            gathering(
                running.port, max(1, visitors // len(PAGES)), swaps * between + 1, between / 2, page=page,
                look=versions.look, meanwhile=swap if page == PAGES[0] else None,
            )
            for page in PAGES
        )
    )  # fmt: skip
    for one in more:
        told.again += one.again
        told.errors += one.errors
    return told, versions


def figures(told: Told, versions: Versions) -> list[Figure]:
    """Counts."""
    shown = ", ".join(f"{number} of {name}" for name, number in sorted(versions.seen.items()))
    note = f"{SWAPS} swaps, {BETWEEN:g} s apart, under {VISITORS} visitors; pages shown: {shown}"
    return [
        Figure("exceptions and broken connections", len(told.errors), "", goal=0, note="; ".join(set(told.errors))),
        Figure("pages of two versions", len(versions.mixed), "", goal=0, note="; ".join(versions.mixed[:3])),
        Figure("pages shown", sum(versions.seen.values()), "", note=note),
    ]
