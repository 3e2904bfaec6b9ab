"""What the last fetch of each source came to: ``fetched/attempts.json`` in the data folder, left by ``inkarta fetch``.

It tells of what has happened since the served snapshot was built. A missing or damaged file tells nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

FILE: Final = "fetched/attempts.json"
BUILD_FILE: Final = "build.json"
WHY: Final = ("down", "slow", "cut", "refused", "web_page", "changed", "few", "no_room")
"""Kinds of reasons that there are words for; any other is taken for the first."""


@dataclass(frozen=True)
class Attempt:
    """A source at its last try. ``why``: the kind of reason that it failed for, "" when it was got; moments in UTC.

    ``got_at``: when all its files were last here as published, None for never; ``since``: when it began to fail.
    """

    source_id: str
    title_sv: str
    title_en: str
    url: str
    tried_at: datetime
    got_at: datetime | None
    why: str
    since: datetime | None


def read(home: Path) -> tuple[Attempt, ...]:
    """Every source that has been tried: those that fail first, then by id."""
    try:
        found = json.loads((home / FILE).read_text("utf-8"))["sources"].items()
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ()
    attempts = [one for name, entry in found if (one := _attempt(name, entry))]
    return tuple(sorted(attempts, key=lambda one: (not one.why, one.source_id)))


def refused_since(home: Path) -> datetime | None:
    """Since when every build has been refused, in UTC; None when the last one was published, or never refused."""
    try:
        return _moment(json.loads((home / BUILD_FILE).read_text("utf-8"))["since"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _attempt(name: str, entry: Any) -> Attempt | None:
    try:
        failed = entry["failed"]
        why = "" if failed is None else failed["why"] if failed["why"] in WHY else WHY[0]
        tried = _moment(entry["tried_at"])
        url = str(entry["url"])
        return None if tried is None else Attempt(
            str(name), str(entry["title_sv"]), str(entry["title_en"]), url if url.startswith("https://") else "",
            tried, _moment(entry["got_at"]), why, _moment(failed["since"]) if failed else None,
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _moment(text: Any) -> datetime | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
