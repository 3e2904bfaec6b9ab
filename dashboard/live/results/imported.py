"""Sessions from Mentimeter, told like a room of this server: same counting, same screen, same files, and marked so."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request

from dashboard.layout import snapshot_folder
from dashboard.live.polls.question import Answer, Option, Question
from dashboard.live.results.grouping import Moved
from dashboard.live.results.result_routes import Given
from dashboard.live.results.results import Occasion
from dashboard.store import Database, imported
from dashboard.store.imported import Session
from dashboard.texts import Lang, Said

log = logging.getLogger("inkarta")
SECONDS: Final = 120


class Imported:
    """A :class:`dashboard.live.results.result_routes.Source` of imported sessions; a session's id is its code."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def one(self, code: str, question: str, request: Request) -> Given | None:
        """A question of a session, by its number."""
        return next((given for given in self.every(code, request) if given.question.id == question), None)

    def every(self, code: str, request: Request) -> Sequence[Given]:  # noqa: ARG002 (imported results are open to all)
        """All questions of a session that may be told."""
        session = imported.find(self.db, code)
        return givens(self.db, session) if session else ()


def givens(db: Database, session: Session, lang: Lang = "sv") -> tuple[Given, ...]:
    """A session's questions with their answers. Free texts that nobody has read through are left out."""
    occasion = occasion_of(session)
    made = []
    for at, told in enumerate(session.body["questions"], 1):
        question = question_of(told, at)
        if question.kind == "text" and not session.is_read:
            continue
        moved = moved_of(imported.groups(db, session.id, question.id))
        made.append(Given(question, answers_of(told, question), occasion, lang, moved=moved, reveal=True))
    return tuple(made)


def occasion_of(session: Session) -> Occasion:
    """When and where the session was."""
    return Occasion(
        session.id, session.held_on, title=session.title, imported=session.imported_at.date(), file=session.file
    )


def question_of(told: dict[str, Any], number: int) -> Question:
    """A question as the file told it; its words are the same in both languages."""
    options = tuple(Option(str(at), Said(text, text)) for at, text in enumerate(told["options"]))
    words = Said(told["words"], told["words"])
    return Question(
        str(number), told["kind"], words, options, lowest=told["lowest"], highest=told["highest"],
        is_sensitive=bool(told["is_sensitive"]),
    )  # fmt: skip


def answers_of(told: dict[str, Any], question: Question) -> list[Answer]:
    """The answers, with options by their ids."""
    ids = {option.words.sv: option.id for option in question.options}
    if question.kind == "single":
        return [ids[answer] for answer in told["answers"] if answer in ids]
    if question.kind in ("multiple", "ranking"):
        return [tuple(ids[each] for each in answer if each in ids) for answer in told["answers"]]
    return [tuple(answer) if isinstance(answer, list) else answer for answer in told["answers"]]


def moved_of(body: dict[str, Any]) -> Moved:
    """What a person has decided, as it was kept."""
    texts = {text: tuple(ids) for text, ids in body.get("texts", {}).items()}
    return Moved(texts, dict(body.get("into", {})), dict(body.get("names", {})))


def kept_of(moved: Moved) -> dict[str, Any]:
    """What a person has decided, to be kept."""
    texts = {text: list(ids) for text, ids in moved.texts.items()}
    return {"texts": texts, "into": dict(moved.into), "names": dict(moved.names)}


def take(path: Path, *more: str) -> dict[str, Any]:
    """Read a file in by ``inkarta mentimeter`` in a process of its own; what the command says, or ``{"error": …}``."""
    command = [sys.executable, "-m", "dashboard.cli", "mentimeter", str(path), "--json", *more]
    try:
        done = subprocess.run(  # noqa: S603 (our own command; every value is an argument of its own)
            command, capture_output=True, text=True, timeout=SECONDS, check=False, stdin=subprocess.DEVNULL,
            env={**os.environ, "INKARTA_HOME": str(snapshot_folder().parent)},
        )  # fmt: skip
        answer: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return {"error": {"rule": "too_slow", "message": ""}}
    except ValueError:
        said = done.stderr.strip()[-600:]
        log.error("reading Mentimeter results failed: %s", said)
        return {"error": {"rule": "failed", "message": said}}
    return answer
