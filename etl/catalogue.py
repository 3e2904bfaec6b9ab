"""Every source that can be fetched, and the files of theirs that lie in the user's data folder."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from etl.declared import Declared, declared
from etl.embedded import DATA
from etl.fetch import read_manifest
from etl.sources import (
    arbetsformedlingen,
    arvsfonden,
    ecb,
    esf_projektbanken,
    eurostat,
    folkhalsodata,
    forsakringskassan,
    giving360,
    indigo,
    interreg,
    keep_eu,
    kohesio,
    kolada,
    scb,
    swecris,
    tillvaxtverket,
    vinnova,
)
from etl.spec import IndicatorSource, OperationSource, RateSource
from etl.tables import sha256
from etl.warehouse import Fetched, home

AnySource = OperationSource | IndicatorSource | RateSource

SOURCES: tuple[AnySource, ...] = (
    *esf_projektbanken.SOURCES,
    *kohesio.SOURCES,
    *kolada.SOURCES,
    *scb.SOURCES,
    *tillvaxtverket.SOURCES,
    *interreg.SOURCES,
    *swecris.SOURCES,
    *vinnova.SOURCES,
    *giving360.SOURCES,
    *indigo.SOURCES,
    *arvsfonden.SOURCES,
    *keep_eu.SOURCES,
    *eurostat.SOURCES,
    *forsakringskassan.SOURCES,
    *folkhalsodata.SOURCES,
    *arbetsformedlingen.SOURCES,
    *ecb.SOURCES,
)
REGISTRIES = frozenset(source.SOURCE.registry for source in SOURCES if source.SOURCE.kind == "operations")
"""What an operation's id can begin with, beside the embedded selection and the user's own lists."""


def tables() -> tuple[Declared, ...]:
    """The tables that the user has declared in ``tables/`` of the data folder."""
    taken = set()
    for name in ("catalogue.csv", "derived.csv"):
        with (DATA / "indicators" / name).open(encoding="utf-8", newline="") as handle:
            taken |= {row["code"] for row in csv.DictReader(handle)}
    for source in SOURCES:
        taken |= {indicator.code for indicator in getattr(source, "INDICATORS", ())}
    return declared(home() / "tables", taken)


def every() -> tuple[AnySource, ...]:
    """The sources of the product, then the declared tables. Raises :class:`etl.spec.SourceError` for a bad one."""
    return (*SOURCES, *(table.source for table in tables()))


def named(names: Iterable[str]) -> tuple[AnySource, ...]:
    """The sources with these ids, all of them when none is named. Raises :class:`KeyError` for an unknown id."""
    wanted = list(names)
    all_of = every()
    known = {source.SOURCE.id: source for source in all_of}
    return tuple(known[name] for name in wanted) if wanted else all_of


def files(folder: Path) -> list[Fetched]:
    """The downloaded or hand-placed files of every source, in the catalogue's order, then the declared tables'.

    A file without an entry in the manifest was put there by a person; it is dated by its own time stamp.
    """
    manifest = read_manifest(folder)

    def retrieved(path: Path) -> datetime:
        entry = manifest.get(path.name) if path.parent == folder else None
        moment = (
            datetime.fromisoformat(entry.retrieved_at) if entry else datetime.fromtimestamp(path.stat().st_mtime, UTC)
        )
        return moment.astimezone(UTC).replace(tzinfo=None)

    def here(source: AnySource) -> list[Path]:
        names = [(remote.name, *remote.forms) for remote in source.SOURCE.remotes]
        found = (next((p for name in forms if (p := folder / name).exists()), None) for forms in names)
        return [path for path in found if path]

    fetched = [Fetched(source, path, retrieved(path)) for source in SOURCES for path in here(source)]
    for table in tables():
        settings = sha256(table.declaration)
        paths = [table.path] if table.path else here(table.source)
        fetched += [Fetched(table.source, path, retrieved(path), settings) for path in paths]
    return fetched


def named_in(folder: Path) -> list[Fetched]:
    """Files of ``folder`` whose names hold a registry's id and end as its file does, as publishers name downloads.

    "swecris_sample.csv" is ``swecris``, "SE_interreg_2021-2027_partners.json" is ``interreg``.
    """
    found = []
    for source in SOURCES:
        ends = {Path(remote.name).suffix for remote in source.SOURCE.remotes}
        held = sorted(p for p in folder.iterdir() if source.SOURCE.id in p.name.lower() and p.suffix.lower() in ends)
        if source.SOURCE.kind == "operations" and held:
            moment = datetime.fromtimestamp(held[0].stat().st_mtime, UTC).replace(tzinfo=None)
            found.append(Fetched(source, held[0], moment))
    return found
