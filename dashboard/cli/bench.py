"""``inkarta bench``."""

from __future__ import annotations

from typing import Annotated

import typer

from dashboard.cli.base import Exit, Json, app, fail


@app.command()
def bench(
    name: Annotated[str, typer.Argument(help="One measurement; all of them when none is named.")] = "",
    as_json: Json = False,
) -> None:
    """Measure click to screen and bytes per interaction against a plain Streamlit and pandas page."""
    try:
        from bench import run
    except ImportError:
        fail(Exit.USAGE, "The measurements come with the source tree and its test tools: see bench/README.md.")
    raise typer.Exit(run.main(name, as_json=as_json))
