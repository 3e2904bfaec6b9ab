"""``inkarta dictionary``: what every table and column of the warehouse means."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli.base import Exit, Json, app, fail, out, print_json
from etl import dictionary as words
from etl.spec import SourceError
from etl.warehouse import SCHEMA_VERSION

Out = Annotated[Path | None, typer.Option("--out", help="Write it to this file instead of printing it.")]


@app.command()
def dictionary(out_file: Out = None, as_json: Json = False) -> None:
    """Print the data dictionary: each table and column with type, meaning, unit and constraints."""
    con = words.schema()
    try:
        tables = words.read(con)
    except SourceError as error:
        fail(Exit.REFUSED, str(error))
    finally:
        con.close()
    if as_json:
        print_json({"schema_version": SCHEMA_VERSION, "tables": [asdict(table) for table in tables]})
        return
    text = words.markdown(tables, SCHEMA_VERSION)
    if out_file is None:
        out.print(text, highlight=False, markup=False, soft_wrap=True)
        return
    try:
        out_file.write_text(text, "utf-8")
    except OSError as error:
        fail(Exit.USAGE, f"{out_file}: {error.strerror}")
