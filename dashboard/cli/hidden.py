"""``inkarta hide`` and ``inkarta hidden``: an operation taken down, with a reason, in every build from now on."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from dashboard.cli.base import (
    Exit,
    Json,
    app,
    build_snapshot,
    err,
    fail,
    fetched_folder,
    holding,
    journal,
    out,
    print_json,
    snapshots_folder,
    table,
)
from etl import hidden, warehouse
from etl.published import open_published
from etl.spec import SourceError

Id = Annotated[str, typer.Argument(metavar="ID", help="The operation's id, as its page's address has it in insats.")]
Reason = Annotated[str, typer.Option(help="Why; it is shown on the page of sources. Name nobody.")]


def file() -> Path:
    """Where the list lies."""
    return warehouse.home() / hidden.FILE


@app.command()
def hide(operation: Id, reason: Reason, as_json: Json = False) -> None:
    """Take an operation down: with every record linked to it, from every build, and from the snapshots that are kept.

    The publisher's own file in fetched/ is left as it is; its record counts as set aside, with the reason. When the
    build is refused it goes with the next that succeeds; the command may be given again.
    """
    path = warehouse.current(snapshots_folder())
    if path is None:
        fail(Exit.EMPTY, "Nothing has been built yet. Run: inkarta build")
    try:
        ids = _records(path, operation) or [one for one in hidden.read(file()) if operation in (one, _local(one))]
        if not ids:
            fail(Exit.USAGE, f"{operation!r} is no operation of the served snapshot, and is not hidden.")
        hidden.hide(file(), ids, reason, date.today())
    except (ValueError, SourceError) as error:
        fail(Exit.USAGE, str(error))
    for one in ids:
        journal("hide", one)
    held = holding(snapshots_folder(), ids)
    try:
        build_snapshot(snapshots_folder(), fetched_folder(), None, quiet=as_json)
    except typer.Exit:
        err.print("It is still shown, and goes with the next build that succeeds.", highlight=False, markup=False)
        raise
    gone = [one.stem for one in held if not one.exists()]
    told: dict[str, Any] = {"hidden": ids, "reason": reason, "snapshots_removed": gone}
    if as_json:
        print_json(told)
    else:
        out.print(f"Hidden: {', '.join(ids)}. {len(gone)} earlier snapshots that held it are gone.", markup=False)


@app.command("hidden")
def list_hidden(
    reveal: Annotated[str, typer.Option(metavar="ID", help="Show this one again, from a new build on.")] = "",
    as_json: Json = False,
) -> None:
    """List what has been taken down, and why."""
    try:
        if reveal:
            if not hidden.reveal(file(), reveal):
                fail(Exit.USAGE, f"{reveal!r} is not hidden. inkarta hidden lists what is.")
            journal("reveal", reveal)
            build_snapshot(snapshots_folder(), fetched_folder(), None, quiet=as_json)
        found = hidden.read(file()).values()
    except SourceError as error:
        fail(Exit.REFUSED, str(error))
    if as_json:
        print_json({"hidden": [vars(one) for one in found]})
    else:
        table(["operation", "since", "reason"], [[one.operation_id, one.hidden_on, one.reason] for one in found])


def _local(operation_id: str) -> str:
    """The id within its registry."""
    return operation_id.partition(":")[2]


def _records(path: Path, name: str) -> list[str]:
    """The ids of an operation and of what is linked to it; ``name``: one of them, or the id within its registry."""
    con = open_published(path)
    try:
        found = con.execute(
            "SELECT DISTINCT unnest(operation_ids) FROM mart_operation "
            "WHERE local_id = $name OR list_contains(operation_ids, $name) ORDER BY 1",
            {"name": name},
        ).fetchall()
    finally:
        con.close()
    return [row[0] for row in found]
