"""``inkarta backup``, ``restore`` and ``tidy``: what people have saved or sent, aside, back, and gone in time."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Annotated

import typer

from dashboard import importing
from dashboard.cli.base import Exit, Json, app, database, fail, journal, out, print_json
from dashboard.signin import settings
from dashboard.store import StoreError, audit, feedback, retention, roles
from dashboard.store import backup as store_backup
from dashboard.store.backup import BackupError
from etl import warehouse

To = Annotated[Path, typer.Argument(help="Where the copy is written; an earlier one there is replaced.")]
From = Annotated[Path, typer.Argument(help="A copy that inkarta backup has made.")]


@app.command()
def backup(file: To, as_json: Json = False) -> None:
    """Copy what people have saved to a file, whole and checked, while the server goes on.

    Snapshots need no copy: they are made anew from data and fetched files.
    """
    try:
        number = store_backup.backup(database(), file)
    except BackupError as error:
        fail(Exit.EMPTY if error.rule == "missing" else Exit.REFUSED, f"{error}\nNothing was written.")
    size = file.stat().st_size
    if as_json:
        print_json({"file": str(file), "bytes": size, "schema": number})
    else:
        out.print(f"{file}: {size:,} bytes, schema {number}, checked", highlight=False, markup=False)


@app.command()
def restore(file: From, as_json: Json = False) -> None:
    """Bring such a copy back, all or nothing, while the server goes on; what stood before is kept beside it."""
    try:
        kept = store_backup.restore(database(), file)
        roles.forget_sessions(database())  # the copy may hold some that have ended since
    except BackupError as error:
        fail(Exit.REFUSED, f"{error}\nNothing was changed.")
    journal("restore", "")
    if as_json:
        print_json({"file": str(file), "restored_to": database().place, "earlier": str(kept) if kept else None})
    else:
        out.print(f"{file} is back. What stood before: {kept or 'nothing'}", highlight=False, markup=False)


@app.command()
def tidy(as_json: Json = False) -> None:
    """Remove what is kept for a time only: what visitors sent, after a day; what a restore replaced, after 30.

    Also answers to rooms 30 days after they closed, sessions that are too old, persons without a role after 30 days,
    rows of the journal after 730, and messages about accessibility after 365, or 90 days after they have been seen to.
    A clock that leaps by more than a year ends nothing.
    """
    os.environ["INKARTA_HOME"] = str(warehouse.home())
    now = time.time()
    told = {"uploads": importing.sweep(now)}
    try:
        told["earlier_databases"] = store_backup.sweep(database(), now)
        rooms = retention.purge(database())
        told["rooms_closed"], told["questions"], told["answers"] = rooms.rooms, rooms.polls, rooms.answers
        told["sessions"], told["persons"] = roles.tidy(database(), settings.hours())
        told["messages"] = feedback.purge(database())
        told["journal_rows"] = audit.trim(database())
        retention.scrub(database())
    except StoreError as error:
        fail(Exit.REFUSED, str(error))
    except ValueError as error:
        fail(Exit.USAGE, str(error))
    if as_json:
        print_json(told)
    else:
        out.print(
            "{uploads} sent files, {earlier_databases} earlier databases, {answers} answers to {questions} questions, "
            "{sessions} sessions, {persons} persons without a role, {messages} messages and {journal_rows} rows of the "
            "journal removed; {rooms_closed} rooms left open closed".format(**told)
        )
