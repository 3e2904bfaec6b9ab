"""``inkarta feedback``: what visitors have written about accessibility."""

from __future__ import annotations

from typing import Annotated

import typer

from dashboard.cli.base import Exit, Json, app, database, fail, out, print_json
from dashboard.store import StoreError
from dashboard.store import feedback as kept


@app.command()
def feedback(
    done: Annotated[str, typer.Option("--done", metavar="ID", help="This one has been seen to.")] = "",
    as_json: Json = False,
) -> None:
    """What visitors have written about accessibility, what has not been seen to first.

    A message goes after 365 days, or 90 days after it has been seen to (inkarta tidy).
    """
    db = database()
    try:
        if done and not kept.done(db, done):
            fail(Exit.USAGE, f"There is no message {done}. inkarta feedback lists them.")
        found = kept.every(db)
    except StoreError as error:
        fail(Exit.REFUSED, str(error))
    if as_json:
        told = [
            {
                "id": one.id,
                "page": one.page,
                "lang": one.lang,
                "text": one.text,
                "sent_at": one.sent_at.isoformat(),
                "done_at": one.done_at.isoformat() if one.done_at else None,
            }
            for one in found
        ]
        print_json({"messages": told})
        return
    if not found:
        out.print("Nobody has written anything.")
    for one in found:
        seen = f", seen to {one.done_at:%Y-%m-%d}" if one.done_at else ""
        out.print(f"{one.id}  {one.sent_at:%Y-%m-%d %H:%M}  {one.page or 'any page'}  {one.lang}{seen}", style="bold",
                  highlight=False, markup=False)  # fmt: skip
        out.print(f"{one.text}\n", highlight=False, markup=False)
