"""When each source was tried and got last, and why it failed: ``attempts.json`` beside the fetched files.

It tells of what has happened since the served snapshot was built, also when nothing could be built. Whoever serves
reads it as a file: ``{"version": 1, "sources": {id: entry}}``; an entry has ``title_sv``, ``title_en``, ``url``,
``tried_at``, ``got_at`` (null: never) and ``failed``, null or ``{"file", "why", "reason", "since"}``. Moments are
ISO 8601 in UTC.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from etl.disk import write_whole
from etl.polite import Why
from etl.spec import Source

FILE = "attempts.json"
BUILD_FILE = "build.json"
"""In the data folder while builds are refused: ``{"tried_at", "since"}``, moments as above."""


@dataclass(frozen=True)
class Failure:
    """Why a source was not got: the file that failed first, the kind of reason, and the reason in English."""

    file: str
    why: Why
    reason: str


def note(folder: Path, source: Source, failure: Failure | None) -> None:
    """Write down a try that has just been made. Raises :class:`OSError` when the disk is full."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    known = read(folder)
    before = known.get(source.id, {})
    known[source.id] = {
        "title_sv": source.title_sv,
        "title_en": source.title_en,
        "url": source.url,
        "tried_at": now,
        "got_at": before.get("got_at") if failure else now,
        "failed": failure
        and {
            "file": failure.file,
            "why": failure.why,
            "reason": failure.reason,
            "since": (before.get("failed") or {}).get("since") or now,
        },
    }
    document = {"version": 1, "sources": {name: known[name] for name in sorted(known)}}
    write_whole(folder / FILE, json.dumps(document, ensure_ascii=False, indent=1) + "\n")


def read(folder: Path) -> dict[str, dict[str, Any]]:
    """Source id -> what is written down of it; nothing when there is no record or it is damaged."""
    try:
        found = json.loads((folder / FILE).read_text("utf-8"))["sources"]
        return {name: dict(entry) for name, entry in found.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def note_build(home: Path, *, is_refused: bool) -> None:
    """Write down that a build was just refused, or that one was not. Raises :class:`OSError` when the disk is full."""
    path = home / BUILD_FILE
    if not is_refused:
        path.unlink(missing_ok=True)
        return
    now = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        since = str(json.loads(path.read_text("utf-8"))["since"])
    except (OSError, ValueError, KeyError, TypeError):
        since = now
    write_whole(path, json.dumps({"tried_at": now, "since": since}) + "\n")
