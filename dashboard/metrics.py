"""What is counted while the server runs, and the context that log lines are told in. Nothing of it is about a person.

``request``: an id of one answer or one run of a page; ``route``: a template such as ``/vy/{id}``, never an address.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

disable_created_metrics()  # type: ignore[no-untyped-call]
registry = CollectorRegistry()
requests = Counter(
    "inkarta_requests", "Answers by route, method and status.", ("route", "method", "status"), registry=registry
)
request_seconds = Histogram(
    "inkarta_request_seconds", "From a request to the end of its answer; streams are left out.", ("route",),
    buckets=_SECONDS, registry=registry,
)  # fmt: skip
websockets = Gauge("inkarta_websockets", "Open websockets: a visitor's page each.", registry=registry)
rerun_seconds = Histogram(
    "inkarta_rerun_seconds", "Runs of a page's script.", ("page",), buckets=_SECONDS, registry=registry
)
votes = Counter("inkarta_votes", "Votes that are on disk and acknowledged, changed ones too.", registry=registry)
errors = Counter("inkarta_errors", "Lines of the log at level error.", registry=registry)
database_errors = Counter(
    "inkarta_database_errors", "Failures of the application's database that were logged.", registry=registry
)


@dataclass(frozen=True)
class Context:
    """What is going on when a line is logged. ``hidden``: what visitors have written, which no line may hold."""

    request: str = ""
    route: str = ""
    snapshot: str = ""
    hidden: tuple[str, ...] = ()


context: ContextVar[Context] = ContextVar("context", default=Context())  # noqa: B039 (frozen)


def new_id() -> str:
    """An id of a request, of no use for anything else."""
    return secrets.token_hex(8)


@contextmanager
def rerun(page: str, snapshot: str, hidden: tuple[str, ...]) -> Iterator[None]:
    """A run of a page's script. Its context stays for what is logged of the run when it has failed."""
    context.set(Context(new_id(), page, snapshot, hidden))
    start = time.perf_counter()
    try:
        yield
    finally:
        rerun_seconds.labels(page).observe(time.perf_counter() - start)
