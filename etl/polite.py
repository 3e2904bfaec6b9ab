"""HTTP as a guest: paced, retried with back-off, resumed, and never led to another host."""

from __future__ import annotations

import json
import logging
import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import httpx
import stamina

from etl.readers import looks_like_html

USER_AGENT = f"Inkluderingskartan/{version('inkluderingskartan')} (open data for Swedish social innovation)"
LARGEST_FILE = 1 << 30
_SNIFFED = 1024
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})

# Retries are told through results and progress, not through the logger of last resort.
logging.getLogger("stamina").addHandler(logging.NullHandler())


Why = Literal["down", "slow", "cut", "refused", "web_page", "changed", "few", "no_room"]
"""Why a fetch failed: the server did not answer or said that it cannot; it sent too slowly; half a file came; it
answered no; a web page came instead of data; the data has another form than it had; much fewer records than there used
to be came; the disk here is full."""


class RefusedError(Exception):
    """A reply that trying again would not better: a missing page, another host, a web page. ``why``: :data:`Why`."""

    def __init__(self, message: str, why: Why = "refused") -> None:
        super().__init__(message)
        self.why = why


class TransientError(Exception):
    """A reply that may be better in ``after`` seconds (None: by the usual back-off). ``why``: :data:`Why`."""

    def __init__(self, message: str, after: float | None = None, why: Why = "down") -> None:
        super().__init__(message)
        self.after, self.why = after, why


@dataclass(frozen=True)
class Patience:
    """How often and how long to wait. A server that asks for more than ``longest_retry_after`` is left."""

    attempts: int = 5
    first_wait: float = 1.0
    longest_wait: float = 60.0
    longest_retry_after: float = 300.0
    slow_after: float = 60.0
    slowest: float = 1024.0
    """Bytes a second that a reply must have come with on average when it has taken ``slow_after`` seconds."""


@dataclass(frozen=True)
class Downloaded:
    """What the server said about a file that now lies whole in its part file."""

    etag: str | None
    last_modified: str | None


def new_client() -> httpx.Client:
    """The client that every download uses unless given another."""
    headers = {"User-Agent": USER_AGENT}
    return httpx.Client(headers=headers, timeout=30.0, follow_redirects=True, max_redirects=5)


@dataclass
class JsonApi:
    """One source's server. Everything is asked for below ``base_url``; ``progress`` hears of bytes so far."""

    http: httpx.Client
    base_url: str
    patience: Patience = field(default_factory=Patience)
    progress: Callable[[int, int | None], None] | None = None
    _calls: deque[float] = field(default_factory=deque)
    _pace: tuple[int, float] | None = None
    _done: int = 0

    def __post_init__(self) -> None:
        self.base_url = self.base_url.rstrip("/") + "/"

    def begin(self, progress: Callable[[int, int | None], None] | None) -> None:
        """Count bytes from zero again, for the next file."""
        self.progress, self._done = progress, 0

    def pace(self, calls: int, seconds: float) -> None:
        """From now on at most ``calls`` requests in any ``seconds``."""
        self._pace = (max(1, calls), seconds)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """A JSON document below the base address."""
        return self._json("GET", self.base_url + path, params, None)

    def post(self, path: str, body: object, params: Mapping[str, str] | None = None) -> Any:
        """The JSON reply to a JSON question."""
        return self._json("POST", self.base_url + path, params, body)

    def pages(self, path: str, params: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
        """A document and those that its ``next_url`` leads to, each an object with a list of ``values``.

        A ``next_url`` outside the base address, or one already read, is refused.
        """
        url, seen = self.base_url + path, set[str]()
        while url:
            page = self._json("GET", url, params, None)
            if not isinstance(page, dict) or not isinstance(page.get("values"), list):
                raise RefusedError(f"{url}: the reply is not a page of values")
            yield page
            seen.add(url)
            url, params = str(page.get("next_url") or ""), None
            if url and (not url.startswith(self.base_url) or url in seen):
                raise RefusedError(f"the next page lies outside {self.base_url} or was already read: {url}")

    def download(
        self, path: str, part: Path, *, etag: str | None = None, last_modified: str | None = None
    ) -> Downloaded | None:
        """Fill ``part`` with a file, resuming what an earlier try left; None when nothing has changed."""
        for attempt in self._tries():
            with attempt:
                return self._stream(self.base_url + path, part, etag, last_modified)
        raise AssertionError("unreachable")

    def _tries(self) -> Any:
        return stamina.retry_context(
            on=self._backoff,
            attempts=self.patience.attempts,
            timeout=None,
            wait_initial=self.patience.first_wait,
            wait_max=self.patience.longest_wait,
            wait_jitter=self.patience.first_wait,
        )

    def _backoff(self, error: Exception) -> bool | float:
        if isinstance(error, TransientError):
            return True if error.after is None else error.after
        return isinstance(error, httpx.TransportError) and not isinstance(error, httpx.UnsupportedProtocol)

    def _json(self, method: str, url: str, params: Mapping[str, str] | None, body: object) -> Any:
        for attempt in self._tries():
            with attempt:
                self._await_turn()
                with self.http.stream(method, url, params=params, json=body) as reply:
                    self._check(reply)
                    content = b"".join(self._chunks(reply, url))
                self._report(len(content), None)
                if looks_like_html(content[:_SNIFFED].decode("utf-8", "replace")):
                    raise RefusedError(f"{url}: a web page came instead of data", "web_page")
                try:
                    return json.loads(content)
                except ValueError as error:
                    raise TransientError(f"{url}: the reply is cut or is not JSON ({error})", why="cut") from error
        raise AssertionError("unreachable")

    def _chunks(self, reply: httpx.Response, url: str) -> Iterator[bytes]:
        """What comes, as long as it comes fast enough to have an end."""
        start, came = time.monotonic(), 0
        try:
            for chunk in reply.iter_bytes():
                came += len(chunk)
                took = time.monotonic() - start
                if took > self.patience.slow_after and came < took * self.patience.slowest:
                    raise TransientError(f"{url}: {came} bytes in {took:.0f} seconds is too slow", why="slow")
                yield chunk
        except httpx.RemoteProtocolError as error:
            raise TransientError(f"{url}: the reply was cut after {came} bytes", why="cut") from error

    def _await_turn(self) -> None:
        if self._pace is None:
            return
        calls, seconds = self._pace
        while len(self._calls) >= calls:
            time.sleep(max(0.0, self._calls.popleft() + seconds - time.monotonic()))
        self._calls.append(time.monotonic())

    def _check(self, reply: httpx.Response) -> None:
        if reply.url.scheme != "https" and self.base_url.startswith("https:"):
            raise RefusedError(f"{reply.url}: led from https to {reply.url.scheme}")
        if reply.status_code in _TRANSIENT:
            after = _retry_after(reply.headers.get("Retry-After"))
            if after is not None and after > self.patience.longest_retry_after:
                raise RefusedError(f"{reply.url}: status {reply.status_code}, asks to wait {after:.0f} seconds")
            raise TransientError(f"{reply.url}: status {reply.status_code}", after)
        if not reply.is_success:
            raise RefusedError(f"{reply.url}: status {reply.status_code}")

    def _stream(self, url: str, part: Path, etag: str | None, last_modified: str | None) -> Downloaded | None:
        self._await_turn()
        note = part.with_name(part.name + ".json")
        validator = _validator(note, url)
        size = part.stat().st_size if validator and part.exists() else 0
        headers = {"Accept-Encoding": "identity"}
        if size and validator:
            headers |= {"Range": f"bytes={size}-", "If-Range": validator}
        elif etag:
            headers["If-None-Match"] = etag
        elif last_modified:
            headers["If-Modified-Since"] = last_modified
        with self.http.stream("GET", url, headers=headers) as reply:
            if reply.status_code == httpx.codes.NOT_MODIFIED and not size and (etag or last_modified):
                return None
            total = _total(reply, size)
            if total == -1:
                discard(part)
                raise TransientError(f"{url}: the server could not resume the download", 0.0)
            self._check(reply)
            if reply.status_code == httpx.codes.OK:
                size = 0
            is_whole = reply.headers.get("Content-Encoding", "identity") == "identity"
            tags = Downloaded(reply.headers.get("ETag"), reply.headers.get("Last-Modified"))
            strong = tags.etag if tags.etag and not tags.etag.startswith("W/") else tags.last_modified
            note.write_text(json.dumps({"url": url, "validator": strong if is_whole else None}), "utf-8")
            with part.open("ab" if size else "wb") as file:
                for chunk in self._chunks(reply, url):
                    file.write(chunk)
                    size += len(chunk)
                    self._report(size, total, absolute=True)
                    if size > LARGEST_FILE:
                        raise RefusedError(f"{url}: larger than {LARGEST_FILE} bytes")
        if is_whole and total is not None and size != total:
            raise TransientError(f"{url}: {size} of {total} bytes came", why="cut")
        return tags

    def _report(self, count: int, total: int | None, *, absolute: bool = False) -> None:
        self._done = count if absolute else self._done + count
        if self.progress:
            self.progress(self._done, total)


def discard(part: Path) -> None:
    """Remove a part file and what was noted about it, so that the next try starts anew."""
    part.unlink(missing_ok=True)
    part.with_name(part.name + ".json").unlink(missing_ok=True)


def _validator(note: Path, url: str) -> str | None:
    try:
        found = json.loads(note.read_text("utf-8"))
        return str(found["validator"]) if found["url"] == url and found["validator"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _total(reply: httpx.Response, size: int) -> int | None:
    """The whole file's length if known; -1 when the reply does not go on from byte ``size``."""
    if reply.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
        return -1
    if reply.status_code == httpx.codes.PARTIAL_CONTENT:
        found = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", reply.headers.get("Content-Range", ""))
        if found is None or int(found[1]) != size:
            return -1
        return None if found[2] == "*" else int(found[2])
    length = reply.headers.get("Content-Length", "")
    return int(length) if length.isdigit() else None


def _retry_after(text: str | None) -> float | None:
    if not text:
        return None
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
