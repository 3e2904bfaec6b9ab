"""``inkarta rooms``: the rooms that have been opened, and the deletion of answers whose time is up."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from dashboard.cli.base import Exit, Json, app, fail, out, print_json, table
from dashboard.store import StoreError, configured, retention, rooms
from etl import warehouse


@app.command("rooms")
def list_rooms(
    purge: Annotated[
        bool, typer.Option("--purge", help="Delete the answers of rooms that closed long enough ago; counts stay.")
    ] = False,
    days: Annotated[
        int | None, typer.Option(min=0, max=365, help="With --purge: days since the room closed; 30 by default.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Rooms with their questions and answers. A server that runs purges by itself, at its start and every hour."""
    try:
        db = configured(warehouse.home())
        done = retention.purge(db, keep_days=days) if purge else None
        found = rooms.every(db)
    except StoreError as error:
        fail(Exit.REFUSED, str(error))
    if as_json:
        told = [
            {
                "code": room.code,
                "deck": room.deck,
                "is_practice": room.is_practice,
                "opened_at": room.opened_at.isoformat(),
                "closed_at": room.closed_at.isoformat() if room.closed_at else None,
                "questions": questions,
                "answers": answers,
            }
            for room, questions, answers in found
        ]
        print_json({"purged": None if done is None else vars(done), "rooms": told})
        return
    if done is not None:
        out.print(f"Deleted {done.answers} answers to {done.polls} questions; closed {done.rooms} rooms left open.")
    if not found:
        out.print("No room has been opened.")
        return
    table(
        ["room", "deck", "opened", "closed", "questions", "answers held"],
        [[room.code, room.deck, _at(room.opened_at), _at(room.closed_at), str(n), str(m)] for room, n, m in found],
    )


def _at(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M}" if time else "open"
