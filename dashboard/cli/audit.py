"""``inkarta audit``: the journal of what has been done, as a file, and whether it has been tampered with."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli.base import Exit, Json, app, database, fail, out, print_json, table
from dashboard.signin import admin_routes
from dashboard.store import StoreError
from dashboard.store import audit as store_audit

_SHOWN = 50
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:]{8}Z)?")

group = typer.Typer(
    invoke_without_command=True,
    help="The journal: who did what with which thing, and when. Rows are added and never changed.",
)
app.add_typer(group, name="audit")


@group.callback()
def audit(
    context: typer.Context,
    since: Annotated[str, typer.Option(metavar="DAY", help="From this day on, such as 2026-11-01.")] = "",
    to: Annotated[Path | None, typer.Option("--out", help="Write every row there, as .csv or .json.")] = None,
    as_json: Json = False,
) -> None:
    if context.invoked_subcommand is not None:
        return
    if since and not _DAY.fullmatch(since):
        fail(Exit.USAGE, f"{since!r} is no day such as 2026-11-01.")
    if to is not None and to.suffix not in (".csv", ".json"):
        fail(Exit.USAGE, "--out takes a name that ends with .csv or .json.")
    try:
        found = store_audit.entries(database(), since)
        if to is not None:
            to.write_text(
                admin_routes.as_csv(found) if to.suffix == ".csv" else admin_routes.as_json(found), "utf-8", newline=""
            )
    except StoreError as error:
        fail(Exit.REFUSED, str(error))
    except OSError as error:
        fail(Exit.USAGE, f"{to}: {error.strerror}")
    if as_json:
        print_json({"rows": len(found), "out": str(to) if to else None, "entries": [] if to else [*map(asdict, found)]})
    elif to is not None:
        out.print(f"{to}: {len(found):,} rows", highlight=False, markup=False)
    else:
        table(
            ["no.", "when (UTC)", "who", "what", "thing"],
            [[str(one.number), one.at, one.who, one.what, one.thing] for one in found[:_SHOWN]],
        )
        if len(found) > _SHOWN:
            out.print(f"{len(found) - _SHOWN:,} more; --out FILE.csv has them all.")


@group.command()
def verify(
    noted: Annotated[
        str, typer.Option(metavar="NUMBER:SEAL", help="A row noted earlier, which must still be there unchanged.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Check that no row has been changed, added or taken away since it was written. Exit code 1 when one has.

    It prints the last row's number and seal: note them elsewhere, since whoever may write in the database could make
    every seal anew.
    """
    said = re.fullmatch(r"([0-9]{1,15}):([0-9a-f]{64})", noted) if noted else None
    if noted and said is None:
        fail(Exit.USAGE, "--noted takes a number and a seal, as this command prints them.")
    try:
        found = store_audit.verify(database(), (int(said[1]), said[2]) if said else None)
    except StoreError as error:
        fail(Exit.REFUSED, str(error))
    if as_json:
        print_json({"ok": not found.wrong_at, **asdict(found)})
    elif found.wrong_at:
        out.print(f"The journal does not hold at number {found.wrong_at}: {found.why}.", markup=False)
    else:
        out.print(f"{found.rows:,} rows hold, from number {found.first}.", highlight=False)
        if found.last:
            typer.echo(f"{found.last}:{found.seal}")
    if found.wrong_at:
        raise typer.Exit(Exit.CHECK)
