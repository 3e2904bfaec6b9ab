"""The one command. The only package that knows both the ETL and the dashboard."""

from __future__ import annotations

import os
import sys

from dashboard.cli import (
    audit,
    bench,
    data,
    dictionary,
    diff,
    doctor,
    feedback,
    hidden,
    imports,
    keeping,
    links,
    mentimeter,
    report,
    roles,
    rooms,
    sbom,
    serve,
    snapshots,
)
from dashboard.cli.base import Exit, app

__all__ = [
    "Exit", "app", "audit", "bench", "data", "dictionary", "diff", "doctor", "feedback", "hidden", "imports", "keeping",
    "links", "main", "mentimeter", "report", "roles", "rooms", "sbom", "serve", "snapshots",
]  # fmt: skip


def main() -> None:
    """The console script ``inkarta``."""
    _speak_alone()
    app(prog_name="inkarta")


def _speak_alone() -> None:
    """Keep standard output to what is told here; what a library writes there by itself goes to standard error.

    DuckDB draws a bar when a question takes more than two seconds, which would stand amid the JSON of a slow machine.
    """
    sys.stdout.flush()
    told = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = os.fdopen(told, "w", encoding=sys.stdout.encoding, errors=sys.stdout.errors, buffering=1)
