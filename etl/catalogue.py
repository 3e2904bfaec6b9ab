"""Every source that can be fetched, and the files of theirs that lie in the user's data folder."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from etl.fetch import read_manifest
from etl.sources import (
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
from etl.warehouse import Fetched

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
    *ecb.SOURCES,
)


def named(names: Iterable[str]) -> tuple[AnySource, ...]:
    """The sources with these ids, all of them when none is named. Raises :class:`KeyError` for an unknown id."""
    wanted = list(names)
    known = {source.SOURCE.id: source for source in SOURCES}
    return tuple(known[name] for name in wanted) if wanted else SOURCES


def files(folder: Path) -> list[Fetched]:
    """The downloaded or hand-placed files of every source, in the catalogue's order.

    A file without an entry in the manifest was put there by a person; it is dated by its own time stamp.
    """
    manifest = read_manifest(folder)
    found = []
    for source in SOURCES:
        for remote in source.SOURCE.remotes:
            path = next((p for name in (remote.name, *remote.forms) if (p := folder / name).exists()), None)
            if path:
                entry = manifest.get(path.name)
                moment = (
                    datetime.fromisoformat(entry.retrieved_at)
                    if entry
                    else datetime.fromtimestamp(path.stat().st_mtime, UTC)
                )
                found.append(Fetched(source, path, moment.astimezone(UTC).replace(tzinfo=None)))
    return found
