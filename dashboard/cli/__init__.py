"""The one command. The only package that knows both the ETL and the dashboard."""

from __future__ import annotations

from dashboard.cli import bench, data, imports, serve
from dashboard.cli.base import Exit, app

__all__ = ["Exit", "app", "bench", "data", "imports", "main", "serve"]


def main() -> None:
    """The console script ``inkarta``."""
    app(prog_name="inkarta")
