"""Sessions of Mentimeter: ``inkarta mentimeter``."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from dashboard.cli.base import Exit, Json, app, fail, out, print_json, table
from dashboard.store import Database, StoreError, configured, imported
from dashboard.store.views import RefusedError
from dashboard.texts import t
from etl import mentimeter, warehouse
from etl.spec import SourceError


@app.command("mentimeter")
def mentimeter_results(
    file: Annotated[Path | None, typer.Argument(help="Results that Mentimeter has saved as Excel (xlsx).")] = None,
    sensitive: Annotated[
        list[int] | None, typer.Option(help="Number of a question that is sensitive; again for more.")
    ] = None,
    texts_read: Annotated[
        bool, typer.Option("--texts-read", help="You have read the free texts: they may be shown.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be read, and store nothing.")] = False,
    remove: Annotated[str, typer.Option(help="Delete the session with this id.")] = "",
    as_json: Json = False,
) -> None:
    """Read sessions from Mentimeter's own result file; without a file, list those that have been read in."""
    try:
        db = configured(warehouse.home())
        if remove and not imported.remove(db, remove):
            fail(Exit.USAGE, f"There is no session {remove!r}. 'inkarta mentimeter' lists them.")
        if file is None:
            _list(imported.every(db), as_json=as_json)
            return
        found = mentimeter.read(file, sensitive or ())
        told = mentimeter.as_json(found)
        if not dry_run:
            told["stored"] = _store(db, file, found.title, told, texts_read=texts_read)
    except (SourceError, RefusedError, StoreError) as error:
        if as_json:
            print_json({"error": {"rule": getattr(error, "rule", ""), "message": str(error)}})
        fail(Exit.REFUSED, f"{error}\nNothing was stored.")
    if as_json:
        print_json(told)
    else:
        _tell(told, is_stored=not dry_run)


def _store(db: Database, file: Path, title: str, told: dict[str, Any], *, texts_read: bool) -> list[dict[str, Any]]:
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    stored = []
    for session in told["sessions"]:
        day = session["day"]
        body = {"questions": session["questions"], "dropped": told["dropped"], "left": told["left"]}
        kept, is_new = imported.keep(
            db, title=title, held_on=date.fromisoformat(day) if day else None, number=session["number"],
            file=file.name, sha256=sha256, body=body,
        )  # fmt: skip
        if texts_read:
            imported.read_through(db, kept.id)
        stored.append({"id": kept.id, "session": session["number"], "is_new": is_new})
    return stored


def _list(sessions: tuple[imported.Session, ...], *, as_json: bool) -> None:
    rows: list[dict[str, Any]] = [
        {
            "id": s.id, "title": s.title, "day": s.held_on.isoformat() if s.held_on else "", "file": s.file,
            "questions": len(s.body["questions"]), "texts_read": s.is_read,
            "imported_at": s.imported_at.isoformat() + "Z",
        }
        for s in sessions
    ]  # fmt: skip
    if as_json:
        print_json({"sessions": rows})
    elif rows:
        table(["id", "title", "day", "questions", "texts"], [
            [r["id"], r["title"], r["day"], str(r["questions"]), "shown" if r["texts_read"] else "not read through"]
            for r in rows
        ])  # fmt: skip
    else:
        out.print("No session has been read in. In Mentimeter download the results as Excel: inkarta mentimeter FILE")


def _tell(told: dict[str, Any], *, is_stored: bool) -> None:
    for session in told["sessions"]:
        out.print(f"Session {session['number']}, {session['day'] or 'no day told'}", highlight=False)
        table(["no", "kind", "answers", "question"], [
            [
                str(at), question["kind"] + (" (guessed)" if question["is_guessed"] else "")
                + (" sensitive" if question["is_sensitive"] else ""),
                str(len(question["answers"])), question["words"],
            ]
            for at, question in enumerate(session["questions"], 1)
        ])  # fmt: skip
    if told["dropped"]:
        out.print(f"Not read, since it may point out persons: {', '.join(told['dropped'])}", highlight=False)
    for one in told["left"]:
        why = t(f"mentimeter.left_{one['rule']}", "en", value=one["value"])
        out.print(f"Not read: {one['where']}: {why}", highlight=False, markup=False)
    out.print("Stored." if is_stored else "Nothing was stored.")
    if is_stored and any(q["kind"] == "text" for s in told["sessions"] for q in s["questions"]):
        out.print("Free texts are shown when somebody has read them: read the file in again with --texts-read.")
