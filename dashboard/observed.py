"""Around the whole application: an id for each request, what is counted, and a door of its own for those who count.

The figures are served on another address than the pages (``inkarta serve --metrics 127.0.0.1:9464``) and hold no
address, name, search or text of a visitor.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from prometheus_client import GCCollector, PlatformCollector, ProcessCollector, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.routing import compile_path

from dashboard import attempts, metrics
from dashboard.db import NoSnapshotError, served
from dashboard.questions import provenance
from dashboard.store import Database, StoreError, configured

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_FOLDERS: Final = ("/static/", "/app/static/", "/_stcore/", "/component/", "/media/")
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "WEBSOCKET")
OTHER: Final = "other"


class Observed:
    """Wraps an app. ``routes``: templates of its addresses; what is none of them counts as ``other``."""

    def __init__(self, app: ASGIApp, routes: Iterable[str]) -> None:
        self.app = app
        self._exact = {path for path in routes if "{" not in path}
        self._patterns = [(compile_path(path)[0], path) for path in routes if "{" in path]

    def route(self, path: str) -> str:
        """The template that a path is of."""
        if path in self._exact:
            return path
        folder = next((folder for folder in _FOLDERS if path.startswith(folder)), None)
        if folder:
            return f"{folder}…"
        return next((template for pattern, template in self._patterns if pattern.match(path)), OTHER)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        route, start, request = self.route(scope["path"]), time.perf_counter(), metrics.new_id()
        token = metrics.context.set(metrics.Context(request, route, hidden=hidden(scope["query_string"])))
        is_http, status, is_stream, is_open = scope["type"] == "http", 0, False, False

        async def relay(message: Message) -> None:
            nonlocal status, is_stream, is_open
            kind = message["type"]
            if kind in ("http.response.start", "websocket.http.response.start"):
                status = message["status"]
                headers = [*message.get("headers", []), (b"x-request-id", request.encode())]
                is_stream = any(name.lower() == b"content-type" and b"event-stream" in value for name, value in headers)
                message = {**message, "headers": headers}
            elif kind == "websocket.accept":
                status, is_open = 101, True
                metrics.websockets.inc()
            await send(message)

        try:
            await self.app(scope, receive, relay)
        except Exception:
            status = status or 500
            raise
        finally:
            if is_open:
                metrics.websockets.dec()
            method = (
                scope["method"] if is_http and scope["method"] in _METHODS else "WEBSOCKET" if not is_http else OTHER
            )
            metrics.requests.labels(route, method, str(status)).inc()
            if is_http and not is_stream:
                metrics.request_seconds.labels(route).observe(time.perf_counter() - start)
            metrics.context.reset(token)


def hidden(query: bytes) -> tuple[str, ...]:
    """What a query holds that must not be logged: every value that may be somebody's words."""
    found = parse_qsl(query.decode("latin-1"), max_num_fields=None)
    return tuple(sorted({value for _, value in found if len(value) > 3}, key=len, reverse=True))


class State(Collector):
    """What is read when somebody asks: the snapshot, the sources, rooms and the database."""

    def __init__(self, folder: Callable[[], Path]) -> None:
        self._folder = folder

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterator[Metric]:
        folder = self._folder()
        now = datetime.now(UTC)
        yield from _snapshot(folder, now)
        yield from _sources(folder.parent, now)
        rooms = GaugeMetricFamily("inkarta_rooms", "Rooms that are open before an audience.")
        reached = GaugeMetricFamily("inkarta_database_up", "1 when the application's database can be read.")
        try:
            db = configured(folder.parent)
            rooms.add_metric([], _open_rooms(db) if db.exists() else 0)
            reached.add_metric([], 1)
        except StoreError:
            reached.add_metric([], 0)
        yield rooms
        yield reached


def _open_rooms(db: Database) -> int:
    with db.read() as con:
        return int(con.execute("SELECT count(*) FROM room WHERE closed_at IS NULL").fetchone()[0])


def _snapshot(folder: Path, now: datetime) -> Iterator[Metric]:
    up = GaugeMetricFamily("inkarta_snapshot_up", "1 when a snapshot can be read, whichever.")
    earlier = GaugeMetricFamily(
        "inkarta_snapshot_earlier", "1 while an earlier snapshot serves instead of one that is gone or damaged."
    )
    about = GaugeMetricFamily("inkarta_snapshot_info", "The snapshot that is served.", labels=("snapshot_id",))
    age = GaugeMetricFamily("inkarta_snapshot_age_seconds", "Since the served snapshot was built.")
    try:
        w = served(folder)
        built: Any = provenance.snapshot(w)["built_at"]
        up.add_metric([], 1)
        earlier.add_metric([], 1 if w.instead_of else 0)
        about.add_metric([w.snapshot_id], 1)
        age.add_metric([], (now - built.replace(tzinfo=UTC)).total_seconds())
    except NoSnapshotError:
        up.add_metric([], 0)
    yield from (up, earlier, about, age)


def _sources(home: Path, now: datetime) -> Iterator[Metric]:
    age = GaugeMetricFamily(
        "inkarta_source_age_seconds", "Since a source was last fetched without a failure.", labels=("source",)
    )
    failed = GaugeMetricFamily(
        "inkarta_source_failed", "1 when the last fetch of a source failed; why.", labels=("source", "why")
    )
    for one in attempts.read(home):
        if one.got_at:
            age.add_metric([one.source_id], (now - one.got_at).total_seconds())
        failed.add_metric([one.source_id, one.why], 1 if one.why else 0)
    yield from (age, failed)


def address(text: str) -> tuple[str, int]:
    """``127.0.0.1:9464`` -> host and port; a port alone is the loopback's. Raises :class:`ValueError`."""
    found = re.fullmatch(r"(?:\[([0-9a-fA-F:]+)\]:|([^:\[\]\s]+):)?([0-9]{1,5})", text)
    if not found or not 0 < int(found[3]) < 65536:
        raise ValueError(f"{text!r} is no address such as 127.0.0.1:9464")
    return found[1] or found[2] or "127.0.0.1", int(found[3])


def serve(host: str, port: int, folder: Callable[[], Path]) -> None:
    """Let the figures be had at ``http://host:port/metrics`` from now on. Raises :class:`OSError` for a taken port."""
    for collector in (State(folder), ProcessCollector(registry=None), PlatformCollector(registry=None)):
        metrics.registry.register(collector)
    GCCollector(registry=metrics.registry)
    start_http_server(port, host, registry=metrics.registry)
