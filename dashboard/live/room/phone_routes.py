"""``/r`` and ``/r/<code>``: the audience's pages, their parts and their pictures."""

from __future__ import annotations

import hashlib
import logging
import re

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard import saving
from dashboard.db import NoSnapshotError
from dashboard.layout import View
from dashboard.live.decks import decks, telling
from dashboard.live.decks.deck import Deck
from dashboard.live.decks.told import Told
from dashboard.live.polls import in_room, poll_routes
from dashboard.live.room import links, phone
from dashboard.live.room.document import DRAWING_POLICY, RefusalError, answer, lang_of, refused
from dashboard.live.room.shows import SMALL
from dashboard.store import StoreError, rooms
from dashboard.store.rooms import Room
from dashboard.texts import Lang

log = logging.getLogger("inkarta")
_CODE = re.compile(r"[a-z0-9]{5}")


def door(request: Request) -> Response:
    """The form for the code; a code that was typed leads on."""
    lang = lang_of(request.query_params.get("lang"))
    typed = "".join(request.query_params.get("kod", "").split()).lower()[:12]
    if not typed:
        return answer(phone.door(lang), cache="public, max-age=300")
    if _CODE.fullmatch(typed):
        return RedirectResponse(links.phone(typed, lang=lang), 303, headers={"cache-control": "no-store"})
    return answer(phone.door(lang, typed), status=404)


def _asked_for(request: Request) -> tuple[Room, Deck, View, tuple[Told, ...]]:
    lang: Lang | None = lang_of(request.query_params["lang"]) if "lang" in request.query_params else None
    code = request.path_params["code"].strip().lower()
    try:
        room = rooms.room(saving.database(), code) if _CODE.fullmatch(code) else None
    except StoreError as error:
        log.error("rooms: %s", error)
        raise RefusalError(refused(lang or "sv", "no_store", 503)) from error
    if room is None:
        raise RefusalError(answer(phone.door(lang or "sv", code[:12]), status=404))
    deck = decks.of_room(room)
    if deck is None:
        raise RefusalError(refused(lang or room.lang, "no_deck", 404))
    try:
        v = telling.view_for(lang or room.lang, room.snapshot)
    except NoSnapshotError as error:
        raise RefusalError(refused(lang or room.lang, "no_snapshot", 503)) from error
    return room, deck, v, telling.every(deck, v)


def page(request: Request) -> Response:
    """The presenter's scene, or with ``lan`` one's own län."""
    try:
        room, deck, v, told = _asked_for(request)
    except RefusalError as refusal:
        return refusal.response
    lans = phone.places(v)
    lan = request.query_params.get("lan", "")
    if lan in dict(lans):
        return answer(phone.own_page(deck, v, room, lan, lans), cache="private, max-age=60")
    one = told[min(room.scene, len(told) - 1)]
    try:
        return answer(phone.room_page(deck, one, room, lans, *_ballot(request, room, v.lang)))
    except StoreError as error:
        log.error("rooms: %s", error)
        return refused(v.lang, "no_store", 503)


def _ballot(request: Request, room: Room, lang: Lang) -> tuple[str, Markup]:
    """The question that the room is about, as a phone has it, with its id; nothing for one neither asked nor open."""
    told = in_room.news(saving.database(), room.code, lang, (room.revision, room.tally))
    if told is None or not told["id"] or not (told["here"] or told["open"]):
        return "", Markup("")
    made = poll_routes.current(request, saving.database(), room, lang, ident=told["id"])
    return (told["id"], made) if made else ("", Markup(""))


def part(request: Request) -> Response:
    """What changes when the presenter goes on: the scene's article alone."""
    try:
        room, deck, v, told = _asked_for(request)
        ballot = _ballot(request, room, v.lang)[1]
    except RefusalError as refusal:
        return refusal.response
    except StoreError as error:
        log.error("rooms: %s", error)
        return PlainTextResponse("unreadable\n", 503)
    return answer(phone.scene(deck, told[min(room.scene, len(told) - 1)], room, ballot))


def picture(request: Request) -> Response:
    """A scene's picture; kept by the browser for as long as the room lasts."""
    try:
        _, _, _, told = _asked_for(request)
    except RefusalError as refusal:
        return refusal.response
    one = next((each for each in told if each.scene.id == request.path_params["scene"]), None)
    drawn = phone.picture(one, request.query_params.get("peka", "")) if one else None
    if drawn is None:
        return PlainTextResponse("no picture\n", 404)
    body = str(drawn)
    headers = {
        "cache-control": "public, max-age=3600", "content-security-policy": DRAWING_POLICY,
        "etag": f'W/"{hashlib.sha256(body.encode()).hexdigest()[:24]}"',
    }  # fmt: skip
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="image/svg+xml", headers=headers)


ROUTES: list[BaseRoute] = [
    Route("/r", door, methods=["GET"], middleware=SMALL),
    Route("/r/{code:str}", page, methods=["GET"], middleware=SMALL),
    Route("/r/{code:str}/nu", part, methods=["GET"], middleware=SMALL),
    Route("/r/{code:str}/bild/{scene:str}.svg", picture, methods=["GET"], middleware=SMALL),
]
