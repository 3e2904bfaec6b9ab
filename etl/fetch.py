"""Downloads what the sources declare. A good file is replaced only by one that its source can read."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

import httpx

from etl import attempts
from etl.disk import FREE_SOME, flush, is_full, write_whole
from etl.polite import JsonApi, Patience, RefusedError, TransientError, Why, discard, new_client
from etl.spec import IndicatorSource, OperationSource, RateSource, Remote, Source, SourceError

Progress = Callable[[str, str, int, int | None], None]
"""Called with source id, file name, bytes so far and the whole file's bytes where known."""

MANIFEST = "manifest.json"

_UNREACHED = (TransientError, httpx.HTTPError, httpx.InvalidURL, OSError)
_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError)


@runtime_checkable
class ApiSource(Protocol):
    """A source whose files are put together from a JSON API's replies."""

    def document(self, remote: Remote, api: JsonApi) -> Any: ...


@runtime_checkable
class SharedSource(Protocol):
    """A source several of whose files come in the same replies: file name -> document."""

    def documents(self, remotes: tuple[Remote, ...], api: JsonApi) -> dict[str, Any]: ...


@dataclass
class _Together:
    """Asks a :class:`SharedSource` once, and answers for each of its files: with its document, or with the failure."""

    origin: SharedSource
    remotes: tuple[Remote, ...]
    found: dict[str, Any] | Exception | None = None

    def document(self, remote: Remote, api: JsonApi) -> Any:
        if self.found is None:
            try:
                self.found = self.origin.documents(self.remotes, api)
            except (*_UNREACHED, *_UNREADABLE, RefusedError, SourceError) as error:
                self.found = error
        if isinstance(self.found, Exception):
            raise self.found
        return self.found[remote.name]


@dataclass(frozen=True)
class FetchResult:
    """What became of one file. ``manual``: no address is known, a person has to download it."""

    source_id: str
    file: str
    status: Literal["downloaded", "unchanged", "failed", "manual"]
    reason: str = ""
    sha256: str = ""
    bytes: int = 0
    why: Why | Literal[""] = ""
    """Of one that failed: the kind of reason, to be put in words."""


@dataclass(frozen=True)
class ManifestEntry:
    """One downloaded file's provenance.

    ``retrieved_at``: when these bytes came; ``checked_at``: when the server last had no others. UTC.
    """

    source_id: str
    url: str
    sha256: str
    bytes: int
    retrieved_at: str
    checked_at: str
    etag: str | None = None
    last_modified: str | None = None


def fetch(
    sources: Iterable[OperationSource | IndicatorSource | RateSource],
    folder: Path,
    *,
    base_urls: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    client: httpx.Client | None = None,
    patience: Patience | None = None,
) -> list[FetchResult]:
    """Download every file of ``sources`` into ``folder``, one result a file; no failure stops the others.

    ``base_urls``: source id -> address to use instead of the source's own; the environment variable
    ``INKARTA_BASE_<SOURCE ID>`` does the same. Files not changed since last time are not downloaded again. A
    reply that the source cannot read, or with fewer records than it declares, leaves the earlier file alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    results = []
    with new_client() if client is None else nullcontext(client) as http:
        for origin in sources:
            base = base_url(origin.SOURCE, base_urls or {})
            api = JsonApi(http, base, patience or Patience())
            composer = _composer(origin)
            found = []
            for remote in origin.SOURCE.remotes:
                api.begin(partial(progress, origin.SOURCE.id, remote.name) if progress else None)
                found.append(_fetched(origin, remote, api if base else None, folder, composer))
            if base:
                _note(folder, origin.SOURCE, found)
            results += found
    return results


def _note(folder: Path, source: Source, found: list[FetchResult]) -> None:
    """Write down that a source has been tried, and what became of it, for whoever looks at the data's age."""
    failures = [attempts.Failure(one.file, one.why or "down", one.reason) for one in found if one.status == "failed"]
    with suppress(OSError):  # a full disk has been told of in the result
        attempts.note(folder, source, failures[0] if failures else None)


def base_url(source: Source, overrides: Mapping[str, str]) -> str:
    """The address below which a source's files lie; empty when none is known."""
    variable = "INKARTA_BASE_" + re.sub(r"\W", "_", source.id).upper()
    return overrides.get(source.id) or os.environ.get(variable) or source.base_url


def read_manifest(folder: Path) -> dict[str, ManifestEntry]:
    """File name -> provenance. Empty when there is none or it is damaged: files are then fetched anew.

    Of a file that was about to be replaced when a fetch was killed, the entry of the bytes that lie there.
    """
    files, coming = _manifest(folder)
    for name, entry in coming.items():
        if (folder / name).exists() and _digest(folder / name) == entry.sha256:
            files[name] = entry
    return files


def _manifest(folder: Path) -> tuple[dict[str, ManifestEntry], dict[str, ManifestEntry]]:
    """What lies there, and what is about to replace it."""
    try:
        found = json.loads((folder / MANIFEST).read_text("utf-8"))
        files, coming = (
            {name: ManifestEntry(**entry) for name, entry in group.items()}
            for group in (found["files"], found.get("coming", {}))
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}, {}
    return files, coming


def _composer(origin: OperationSource | IndicatorSource | RateSource) -> ApiSource | None:
    if isinstance(origin, SharedSource):
        return _Together(origin, origin.SOURCE.remotes)
    return origin if isinstance(origin, ApiSource) else None


def _fetched(
    origin: OperationSource | IndicatorSource | RateSource,
    remote: Remote,
    api: JsonApi | None,
    folder: Path,
    composer: ApiSource | None,
) -> FetchResult:
    source, target, part = origin.SOURCE, folder / remote.name, folder / f".{remote.name}.part"
    result = partial(FetchResult, source.id, remote.name)
    if api is None:
        other = f" (or as {', '.join(remote.forms)} beside it)" if remote.forms else ""
        return result("manual", f"Download it from {source.url} and save it as {target}{other}.")
    known = _current(folder, remote.name)
    try:
        tags = _composed(composer, remote, api, part) if composer else _downloaded(remote, api, part, known)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        if tags is None and known:
            _record(folder, remote.name, replace(known, checked_at=now))
            discard(part)
            return result("unchanged", sha256=known.sha256, bytes=known.bytes)
        sha256, size = _digest(part), part.stat().st_size
        is_new = known is None or known.sha256 != sha256
        retrieved_at = known.retrieved_at if known and not is_new else now
        url = api.base_url + remote.url
        entry = ManifestEntry(source.id, url, sha256, size, retrieved_at, now, **tags or {})
        if is_new:
            validate(origin, part, remote)
            flush(part)
            _record(folder, remote.name, entry, is_coming=True)
            os.replace(part, target)
            flush(folder)
        _record(folder, remote.name, entry)
        discard(part)
        return result("downloaded" if is_new else "unchanged", sha256=sha256, bytes=size)
    except (RefusedError, SourceError) as error:
        discard(part)
        return result("failed", _kept(target, part, error), why=_why(error))
    except _UNREACHED as error:
        return result("failed", _kept(target, part, error), why=_why(error))


def _downloaded(remote: Remote, api: JsonApi, part: Path, known: ManifestEntry | None) -> dict[str, str | None] | None:
    is_same_address = known is not None and known.url == api.base_url + remote.url
    etag, modified = (known.etag, known.last_modified) if known and is_same_address else (None, None)
    found = api.download(remote.url, part, etag=etag, last_modified=modified)
    return asdict(found) if found else None


def _composed(origin: ApiSource, remote: Remote, api: JsonApi, part: Path) -> dict[str, str | None]:
    try:
        document = origin.document(remote, api)
    except _UNREADABLE as error:
        raise RefusedError(
            f"{remote.name}: the replies are not in the documented form ({error!r})", "changed"
        ) from error
    part.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")), "utf-8")
    return {}


def validate(origin: OperationSource | IndicatorSource | RateSource, path: Path, remote: Remote) -> int:
    """The number of good records in a file; raises :class:`SourceError` when its source could not load it."""
    size = path.stat().st_size
    if size < remote.min_bytes:
        raise SourceError(f"{remote.name}: {size} bytes, at least {remote.min_bytes} were expected.", "cut")
    faults = [row.fault for row in origin.records(path).rows]
    if faults and faults[-1]:
        raise SourceError(f"{remote.name}: the last record is not whole; the file is probably cut.", "cut")
    rows = faults.count(None)
    if len(faults) - rows > origin.SOURCE.quarantine_ceiling * len(faults):
        raise SourceError(f"{remote.name}: {len(faults) - rows} of {len(faults)} records do not fit the header.")
    least = origin.SOURCE.expected_rows[0]
    if rows < least:
        raise SourceError(f"{remote.name}: {rows} good records, at least {least} were expected.", "few")
    return rows


def _kept(target: Path, part: Path, error: Exception) -> str:
    if is_full(error):
        error = OSError(f"There is no room left on the disk for {target.name}. {FREE_SOME}")
    reason = (str(error) or type(error).__name__).replace(part.name, target.name)
    return f"{reason} The file from last time is kept." if target.exists() else reason


def _why(error: Exception) -> Why:
    if is_full(error):
        return "no_room"
    if isinstance(error, RefusedError | TransientError):
        return error.why
    if isinstance(error, httpx.TimeoutException):
        return "slow"
    if isinstance(error, SourceError):
        known: dict[str, Why] = {"few": "few", "cut": "cut", "web_page": "web_page"}
        return known.get(error.rule, "changed")
    return "down"


def _current(folder: Path, name: str) -> ManifestEntry | None:
    """What is known of the file on disk, if it is still the file that was downloaded."""
    entry, path = read_manifest(folder).get(name), folder / name
    return entry if entry and path.exists() and _digest(path) == entry.sha256 else None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _record(folder: Path, name: str, entry: ManifestEntry, *, is_coming: bool = False) -> None:
    """Write an entry down; ``is_coming``: beside the one of the file that it is about to replace."""
    files = read_manifest(folder)
    document: dict[str, Any] = {"version": 1}
    if is_coming:
        document["coming"] = {name: asdict(entry)}
    else:
        files[name] = entry
    document["files"] = {key: asdict(files[key]) for key in sorted(files)}
    write_whole(folder / MANIFEST, json.dumps(document, ensure_ascii=False, indent=1) + "\n")
