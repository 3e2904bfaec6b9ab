"""A room over HTTP: opened, led by its presenter, ended, and listened to by every window and phone."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator
from contextlib import aclosing
from functools import partial
from typing import Any, Final
from urllib.parse import quote
from weakref import WeakKeyDictionary

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from dashboard import permission, saving
from dashboard.db import NoSnapshotError
from dashboard.live.decks import decks, telling
from dashboard.live.decks.deck import Deck
from dashboard.live.polls import in_room, poll_routes
from dashboard.live.room import links, rooms_state
from dashboard.live.room.document import lang_of, refused
from dashboard.live.room.feed import Feed, Marks, Text
from dashboard.store import Database, StoreError, rooms
from dashboard.store.views import RefusedError
from dashboard.texts import Lang

log = logging.getLogger("inkarta")
MOST_FORM, MOST_STATE = 8 * 1024, 1024
MOST_LISTENERS = 4000
EACH_SECONDS: Final = 0.05
"""What the audience sends is told at most this often on the screen; what the presenter does is told at once."""
PHONE_SECONDS: Final = 1.0
"""The same for a phone, which asks for words in its language."""
_KINDS = ("WPA", "WEP", "nopass")
_listening = 0
_Feeds = dict[tuple[Database, str, Lang | None], Feed]
_feeds: WeakKeyDictionary[asyncio.AbstractEventLoop, _Feeds] = WeakKeyDictionary()


async def open_room(request: Request) -> Response:
    """Open a room and lead to its stage, with the secret in a cookie that no script reads.

    The network's name and password go back behind the address's ``#`` and are kept nowhere.
    """
    lang = lang_of(request.query_params.get("lang"))
    if not permission.may("present") or not permission.is_own(request):
        return refused(lang, "may_not", 403)
    if int(request.headers.get("content-length") or MOST_FORM + 1) > MOST_FORM:
        return refused(lang, "bad_form", 413)
    try:
        async with request.form(max_files=0, max_fields=12) as sent:
            given = {name: str(value) for name, value in sent.items()}
    except (HTTPException, MultiPartException, ValueError):
        return refused(lang, "bad_form", 400)
    lang = lang_of(given.get("lang") or lang)
    return await run_in_threadpool(_open, request, lang, given)


def _open(request: Request, lang: Any, given: dict[str, str]) -> Response:
    asked_for = given.get("deck", "")
    version = decks.number(given.get("utgava", "")) or decks.newest(asked_for)
    deck = decks.find(asked_for, version)
    if deck is None:
        return refused(lang, "no_deck", 404)
    expected = given.get("expected", "").strip() or str(rooms.EXPECTED)
    if not re.fullmatch(r"[0-9]{1,6}", expected):
        return refused(lang, "bad_number", 400)
    try:
        for code in rooms.stale(saving.database()):
            rooms.close(saving.database(), code)
        snapshot = telling.view_for(lang, given.get("snapshot", "")).w.snapshot_id
        room, secret = rooms.open_room(
            saving.database(), deck=deck.id, lang=lang, snapshot=snapshot, expected=int(expected),
            is_practice=given.get("practice", "") in ("1", "on", "true"), deck_version=version,
        )  # fmt: skip
    except NoSnapshotError:
        return refused(lang, "no_snapshot", 503)
    except RefusedError as error:
        return refused(lang, "bad_number" if error.field == "expected" else "too_many", 400)
    except StoreError as error:
        log.error("rooms: %s", error)
        return refused(lang, "no_store", 503)
    to = links.stage(deck.id, lang=lang, snapshot=snapshot, utgava=str(version or ""), rum=room.code)
    answer = RedirectResponse(to + _network(given), status_code=303, headers={"cache-control": "no-store"})
    answer.set_cookie(
        rooms_state.cookie(room.code), secret, max_age=rooms.LASTS_SECONDS, path="/", httponly=True, samesite="strict",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return answer


def _network(given: dict[str, str]) -> str:
    name, password = (given.get(key, "")[: links.MOST_WIFI] for key in ("wifi_name", "wifi_password"))
    if not name.strip():
        return ""
    kind = given.get("wifi_kind", "")
    text = links.wifi(name.strip(), password, kind if kind in _KINDS else "WPA" if password else "nopass")
    return f"#wifi={quote(text, safe='')}"


async def set_state(request: Request) -> Response:
    """Show this, whatever was shown before: ``{"scene": 2, "black": false, "highlight": "18"}``. The presenter only."""
    code = request.path_params["code"]
    if not permission.is_own(request):
        return JSONResponse({"error": "forbidden"}, 403)
    if int(request.headers.get("content-length") or MOST_STATE + 1) > MOST_STATE:
        return JSONResponse({"error": "too_long"}, 413)
    body = await request.body()
    return await run_in_threadpool(_set, request, code, body)


def _set(request: Request, code: str, body: bytes) -> Response:
    try:
        room = rooms.room(saving.database(), code)
        if room is None:
            return JSONResponse({"error": "no_room"}, 404)
        if room.closed_at is not None:
            return JSONResponse({"error": "closed"}, 410)
        if not rooms_state.is_presenter(request, saving.database(), room.code):
            return JSONResponse({"error": "forbidden"}, 403)
        wanted = _state(body, decks.of_room(room))
        if wanted is None:
            return JSONResponse({"error": "no_state"}, 400)
        shown = rooms.show(saving.database(), room.code, **wanted)
    except StoreError as error:
        log.error("rooms: %s", error)
        return JSONResponse({"error": "store"}, 503)
    if shown is None:
        return JSONResponse({"error": "closed"}, 410)
    return JSONResponse(rooms_state.told(shown), headers={"cache-control": "no-store"})


def _state(body: bytes, deck: Deck | None) -> dict[str, Any] | None:
    """A body as a state that the deck has; None for anything else."""
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(given, dict) or set(given) != {"scene", "black", "highlight"}:
        return None
    scene, black, highlight = given["scene"], given["black"], given["highlight"]
    most = len(deck.scenes) if deck else 1000
    if isinstance(scene, bool) or not isinstance(scene, int) or not 0 <= scene < most or not isinstance(black, bool):
        return None
    if not isinstance(highlight, str) or not re.fullmatch(r"([0-9]{2})?", highlight, re.ASCII):
        return None
    return {"scene": scene, "is_black": black, "highlight": highlight}


def close_room(request: Request) -> Response:
    """End a room: its presenter only, and for good."""
    lang, code = lang_of(request.query_params.get("lang")), request.path_params["code"]
    db = saving.database()
    try:
        if not permission.is_own(request) or not rooms_state.is_presenter(request, db, code):
            return refused(lang, "not_presenter", 403)
        rooms.close(db, code)
    except StoreError as error:
        log.error("rooms: %s", error)
        return refused(lang, "no_store", 503)
    answer = RedirectResponse(f"/scen?lang={lang}", status_code=303, headers={"cache-control": "no-store"})
    answer.delete_cookie(rooms_state.cookie(code), path="/", httponly=True, samesite="strict")
    return answer


async def news(request: Request) -> Response:
    """What the room shows, as server-sent events: at once, at every change, and now and then without any."""
    code = request.path_params["code"].strip().lower()
    try:
        found = await run_in_threadpool(rooms.room, saving.database(), code)
    except StoreError:
        return PlainTextResponse("unreadable\n", 503, headers={"retry-after": "2"})
    if found is None:
        return PlainTextResponse("no room\n", 404)
    if _listening >= MOST_LISTENERS:
        return PlainTextResponse("full\n", 503, headers={"retry-after": "5"})
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    lang = request.query_params.get("lang", "")
    told = _tell(request, code, lang_of(lang) if lang in ("sv", "en") else None)
    return StreamingResponse(told, media_type="text/event-stream", headers=headers)


async def _tell(request: Request, code: str, lang: Lang | None) -> AsyncIterator[bytes]:
    """``lang``: a phone's, which is told of its question in words; None for the presenter's windows."""
    global _listening
    db = saving.database()
    _listening += 1
    try:
        phone = await run_in_threadpool(poll_routes.token, request, db, code) if lang else ""
        yield b"retry: 1000\n\n"
        async with aclosing(_feed(code, lang).listen()) as every:
            async for body in every:
                if phone:
                    poll_routes.door(db).seen(code, phone)
                yield body
    except StoreError as error:
        log.warning("rooms: %s", error)
    finally:
        _listening -= 1


def _feed(code: str, lang: Lang | None) -> Feed:
    """What all in a room hear who are told the same. To be called inside the loop."""
    db = saving.database()
    mine = _feeds.setdefault(asyncio.get_running_loop(), {})
    for key in [key for key, feed in mine.items() if feed.is_idle and key != (db, code, lang)]:
        del mine[key]
    if (db, code, lang) not in mine:
        hub = rooms_state.hub()
        make = partial(_for_phones, code, lang) if lang else partial(_for_screens, code)
        each = PHONE_SECONDS if lang else EACH_SECONDS
        mine[db, code, lang] = Feed(partial(hub.listen, code), make, each)
    return mine[db, code, lang]


async def _for_screens(code: str, marks: Marks) -> Text | None:
    state = await run_in_threadpool(rooms_state.news, code, marks)
    return _text(state) if state else None


async def _for_phones(code: str, lang: Lang, marks: Marks) -> Text | None:
    """What changes a phone's page, and nothing else: a vote that is not shown wakes no phone."""
    state = await run_in_threadpool(rooms_state.news, code, marks)
    if state is None:
        return None
    poll = await run_in_threadpool(in_room.news, saving.database(), code, lang, marks)
    told = {name: state[name] for name in ("scene", "black", "highlight", "closed")}
    return _text(told | {"poll": poll and {name: value for name, value in poll.items() if name != "n"}})


def _text(state: dict[str, Any]) -> Text:
    return Text(f"data: {json.dumps(state)}\n\n".encode(), state["closed"])


ROUTES: list[BaseRoute] = [
    Route("/rum", open_room, methods=["POST"]),
    Route("/rum/{code:str}/lage", set_state, methods=["POST"]),
    Route("/rum/{code:str}/stang", close_room, methods=["POST"]),
    Route("/rum/{code:str}/nyheter", news, methods=["GET"]),
]
