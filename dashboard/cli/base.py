"""What every command stands on: the application, exit codes, tables and JSON on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from contextlib import closing, suppress
from datetime import date
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import duckdb
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from dashboard.store import Database, StoreError, audit, configured, rooms, views
from etl import attempts, catalogue, hidden, retention, warehouse
from etl.engine import Engine
from etl.importer import plan, store
from etl.load import utc_now
from etl.published import open_published
from etl.spec import SourceError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=False,
    rich_markup_mode=None,
    help="Inkluderingskartan: initiatives, funding and inclusion indicators of Sweden's counties, side by side.\n\n"
    "Without a command it serves the dashboard, and builds the data first when there is none.\n\n"
    "Exit codes: 0 done; 1 a check is broken or a source could not be fetched; 2 wrong usage; 3 a file was refused "
    "and nothing was published; 4 nothing has been built yet.",
)
out, err = Console(), Console(stderr=True)


class Exit(IntEnum):
    """What the exit codes mean."""

    OK = 0
    CHECK = 1
    USAGE = 2
    REFUSED = 3
    EMPTY = 4


Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines instead of words.")]


def snapshots_folder() -> Path:
    return warehouse.home() / "snapshots"


def fetched_folder() -> Path:
    return warehouse.home() / "fetched"


def database() -> Database:
    """The application's database; ends the program in words when the setting cannot be read."""
    try:
        return configured(warehouse.home())
    except StoreError as error:
        fail(Exit.REFUSED, str(error))


def journal(what: audit.What, thing: str) -> None:
    """Write down what a command has done; a database that cannot be used hinders no command."""
    try:
        audit.add(database(), what, thing)
    except StoreError as error:
        err.print(f"{error}\nNot written in the journal: {what} {thing}.", highlight=False, markup=False)


def imported() -> list[warehouse.Fetched]:
    """The user's own lists, as a build takes them. Raises :class:`SourceError`."""
    return [
        warehouse.Fetched(item.importer, item.path, item.imported_at, plan.dump(item.chosen))
        for item in store.listed(warehouse.home())
    ]


def build_snapshot(
    folder: Path,
    fetched: Path,
    as_of: date | None,
    min_count: int | None = None,
    *,
    quiet: bool,
    engine: Engine | None = None,
) -> warehouse.Build:
    """Build and publish, then remove what holds hidden operations, and let the policy take the old ones."""
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=err,
        disable=quiet,
    ) as bar:
        task = bar.add_task("build", total=None)
        try:
            done = warehouse.build(
                folder,
                fetched=[*catalogue.files(fetched), *imported()],
                as_of=as_of,
                registries=catalogue.REGISTRIES,
                min_count=min_count,
                engine=engine,
                progress=lambda step, done, total: bar.update(
                    task, description=f"build: {step}", completed=done, total=total
                ),
            )
        except SourceError as error:
            bar.stop()
            with suppress(OSError):  # a full disk: the exit code tells
                attempts.note_build(folder.parent, is_refused=True)
            fail(Exit.REFUSED, f"{error}\nNothing was published; the earlier snapshot, if any, still serves.")
    attempts.note_build(folder.parent, is_refused=False)
    journal("publish", done.snapshot.snapshot_id)
    for one in done.damaged:
        err.print(
            f"Snapshot {one} could not be read. It lies as {folder / one}.damaged and may be removed.",
            highlight=False, markup=False,
        )  # fmt: skip
    _forget(folder)
    prune_snapshots(folder)
    return done


def holding(folder: Path, ids: Iterable[str]) -> list[Path]:
    """The kept snapshots, the served one too, that hold one of the operations."""
    names, found = sorted(ids), []
    for path in sorted(folder.glob("[0-9]*.duckdb")) if names else ():
        with suppress(duckdb.Error), closing(open_published(path)) as con:  # damaged, or of an older schema
            if con.execute("SELECT 1 FROM operation WHERE operation_id IN (SELECT unnest($ids)) LIMIT 1",
                           {"ids": names}).fetchone():  # fmt: skip
                found.append(path)
    return found


def _forget(folder: Path) -> None:
    """Remove every kept snapshot but the served one that holds a hidden operation, pinned or not."""
    served = warehouse.current(folder)
    for path in holding(folder, hidden.read(folder.parent / hidden.FILE)):
        if path != served:
            if path.stem in retention.pins(folder):
                retention.unpin(folder, path.stem)
            path.unlink(missing_ok=True)


def snapshot_ids() -> set[str]:
    return {path.stem for path in snapshots_folder().glob("[0-9]*.duckdb")}


def prune_snapshots(folder: Path, *, dry_run: bool = False) -> list[retention.Verdict]:
    """The retention policy applied; see :mod:`etl.retention`. What pinned saved views and rooms lead to is kept."""
    try:
        db = configured(folder.parent)
        also = {*views.pinned(db), *rooms.shown(db)} if db.exists() else ()
    except StoreError as error:
        err.print(
            f"{error}\nNo snapshot was removed: saved views and rooms may lead there.", highlight=False, markup=False
        )
        return []
    return retention.prune(folder, now=utc_now(), dry_run=dry_run, also=also)


def table(head: list[str], rows: list[list[str]]) -> None:
    table = Table(*head, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*row)
    out.print(table)


def print_json(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def fail(code: Exit, message: str) -> NoReturn:
    err.print(message, style="bold", highlight=False, markup=False)
    raise typer.Exit(code)
