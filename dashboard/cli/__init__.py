"""The one command. The only package that knows both the ETL and the dashboard."""

from __future__ import annotations

from dashboard.cli import bench, data, diff, doctor, hidden, imports, keeping, links, report, sbom, serve, snapshots
from dashboard.cli.base import Exit, app

__all__ = [
    "Exit", "app", "bench", "data", "diff", "doctor", "hidden", "imports", "keeping", "links", "main", "report", "sbom",
    "serve", "snapshots",
]  # fmt: skip


def main() -> None:
    """The console script ``inkarta``."""
    app(prog_name="inkarta")
