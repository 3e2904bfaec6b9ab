"""Which decks there are: the product's own, files in the user's ``decks`` folder, and those kept from the editor."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from dashboard import saving
from dashboard.layout import snapshot_folder
from dashboard.live.decks import asked
from dashboard.live.decks.deck import Deck, DeckError, from_body, read
from dashboard.store import StoreError, records
from dashboard.store.rooms import Room

log = logging.getLogger("inkarta")
EMBEDDED: Final = Path(__file__).resolve().parents[3] / "data" / "decks"
ASIDE: Final = ("questions.toml",)
"""Files of the folder that are no decks."""


@dataclass(frozen=True)
class Decks:
    """What could be read, by id, and what is wrong with the rest."""

    found: dict[str, Deck]
    wrong: tuple[str, ...]


def files() -> Decks:
    """The product's decks, then the user's; a file that cannot be read is told of, and left out."""
    folders = (EMBEDDED, snapshot_folder().parent / "decks")
    known = asked.known()
    found: dict[str, Deck] = {}
    wrong: list[str] = []
    for path in [path for folder in folders for path in sorted(folder.glob("*.toml")) if path.name not in ASIDE]:
        try:
            one = _read(path, path.stat().st_mtime_ns, known)
            if one.id in found:
                raise DeckError(f"{path.name}: another deck has this name; give the file a name of its own.")
            found[one.id] = one
        except DeckError as error:
            wrong.append(str(error))
        except OSError as error:
            wrong.append(f"{path.name}: cannot be opened ({error.strerror}).")
    return Decks(found, tuple(wrong))


def find(deck_id: str, number: int = 0) -> Deck | None:
    """A deck by its id, of a file or kept; None when there is none. ``number``: a kept one's version, 0 the newest."""
    found = files().found.get(deck_id)
    if found is not None:
        return found
    try:
        kept = records.find(saving.database(), deck_id, number)
        if kept is None or kept.kind != "deck" or kept.is_removed:
            return None
        return from_body(kept.id, kept.body, asked.known())
    except StoreError as error:
        log.error("decks: %s", error)
    except DeckError as error:
        log.error("kept deck: %s", error)
    return None


def number(said: str) -> int:
    """A version as an address or a form says it (``utgava``); 0 for none and for what is no number of one."""
    return int(said) if re.fullmatch("[1-9][0-9]{0,3}", said, re.ASCII) else 0


def newest(deck_id: str) -> int:
    """The number of a kept deck's newest version; 0 for a file's, and for none."""
    if deck_id in files().found:
        return 0
    try:
        kept = records.find(saving.database(), deck_id, 0)
    except StoreError as error:
        log.error("decks: %s", error)
        return 0
    return kept.number if kept and kept.kind == "deck" and not kept.is_removed else 0


def of_room(room: Room) -> Deck | None:
    """What a room shows: the version that it was opened on."""
    return find(room.deck, room.deck_version)


@lru_cache(maxsize=256)
def _read(path: Path, _changed: int, known: frozenset[str]) -> Deck:
    return read(path, known)
