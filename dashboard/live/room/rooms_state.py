"""What a room shows just now, as the presenter's windows and the phones hear it; the presenter's own cookie."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, Final
from weakref import WeakKeyDictionary

from starlette.requests import Request

from dashboard import saving
from dashboard.live.room.hub import Hub
from dashboard.store import Database, polls, rooms
from dashboard.store.rooms import Room

_MOST_KEPT: Final = 200
_kept: dict[tuple[Database, str], tuple[tuple[int, int], dict[str, Any]]] = {}
_lock = threading.Lock()
_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Database, Hub]] = WeakKeyDictionary()


def cookie(code: str) -> str:
    """The name of the cookie that holds a room's secret."""
    return f"ik_presenter_{code}"


def is_presenter(request: Request, db: Database, code: str) -> bool:
    """Whether a request holds the secret of a room that is open. Raises :class:`StoreError`."""
    secret = request.cookies.get(cookie(code), "")
    return bool(secret) and rooms.is_presenter(db, code, secret)


def hub() -> Hub:
    """The hub of this event loop and the data folder, one for all who listen. To be called inside the loop."""
    db = saving.database()
    mine = _hubs.setdefault(asyncio.get_running_loop(), {})
    if db not in mine:
        mine[db] = Hub(db)
    return mine[db]


def told(room: Room) -> dict[str, Any]:
    """A room's state as it is sent."""
    return {
        "revision": room.revision, "tally": room.tally, "scene": room.scene, "black": room.is_black,
        "highlight": room.highlight, "closed": room.closed_at is not None, "polls": polls_of(room.code),
    }  # fmt: skip


def polls_of(code: str) -> dict[str, dict[str, Any]]:
    """How each question that has been put in a room stands: ``open``, ``shown``, ``n``, ``turn`` (0 never).

    ``revealed``: the value behind a guess has been told; ``few``: too few answered for anything to be told.
    """
    found = polls.states(saving.database(), code)
    return {
        ident: {
            "open": one.is_open, "shown": one.is_shown, "n": one.n, "turn": one.turn, "few": one.is_withheld,
            "revealed": one.is_revealed,
        }
        for ident, one in found.items()
    }  # fmt: skip


def news(code: str, marks: tuple[int, int]) -> dict[str, Any] | None:
    """The room's state at these marks or later, read once for all who listen; None when there is no such room."""
    db = saving.database()
    key = (db, code)
    with _lock:
        found = _kept.get(key)
        if found and found[0] == marks and marks != (0, 0):
            return found[1]
        room = rooms.room(db, code)
        if room is None:
            return None
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[key] = ((room.revision, room.tally), told(room))
        return _kept[key][1]
