"""Where the presenter's windows are had: the stage, the speaker's window, and the code that joins a network."""

from __future__ import annotations

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard import permission, saving
from dashboard.db import NoSnapshotError
from dashboard.live.decks import decks, telling
from dashboard.live.room import links, rooms_state
from dashboard.live.room.document import DRAWING_POLICY, RefusalError, answer, lang_of, refused
from dashboard.live.room.stage import Setting, speaker, stage
from dashboard.store import StoreError, rooms
from dashboard.texts import t

SMALL = [Middleware(GZipMiddleware, minimum_size=500, compresslevel=6)]
MOST_CODE = 400


def _setting(request: Request) -> Setting:
    """What the address asks for. Raises :class:`RefusalError` with an answer in words."""
    query = request.query_params
    lang = lang_of(query.get("lang"))
    try:
        room = rooms.room(saving.database(), query["rum"]) if query.get("rum") else None
        leads = room is not None and rooms_state.is_presenter(request, saving.database(), room.code)
    except StoreError as error:
        raise RefusalError(refused(lang, "no_store", 503)) from error
    if query.get("rum") and room is None:
        raise RefusalError(refused(lang, "no_room", 404))
    if room and room.deck != request.path_params["deck"]:
        raise RefusalError(refused(lang, "other_deck", 404))
    asked_for = decks.number(query.get("utgava", ""))
    number = room.deck_version if room else asked_for or decks.newest(request.path_params["deck"])
    deck = decks.find(request.path_params["deck"], number)
    if deck is None:
        raise RefusalError(refused(lang, "no_deck", 404))
    wanted = room.snapshot if room else query.get("snapshot", "")
    try:
        v = telling.view_for(lang, wanted)
        base = links.base(request)
    except NoSnapshotError as error:
        raise RefusalError(refused(lang, "no_snapshot", 503)) from error
    except links.HostError as error:
        raise RefusalError(PlainTextResponse(t("export.no_host", lang) + "\n", 400)) from error
    if wanted and v.w.snapshot_id != wanted:
        raise RefusalError(refused(lang, "no_pin", 404, id=wanted[:40]))
    return Setting(deck, v, telling.every(deck, v), room, leads, base, str(number or ""), query.get("forhand") == "1")


def show_stage(request: Request) -> Response:
    """The stage. Without a snapshot or a kept deck's version in the address it leads to the one that lasts."""
    try:
        on = _setting(request)
    except RefusalError as refusal:
        return refusal.response
    if _is_passing(request, on) and not on.is_preview:
        return _lasting(links.stage(on.deck.id, **on.address))
    return answer(stage(on))


def show_speaker(request: Request) -> Response:
    """The speaker's window; in a room only for the browser that opened it."""
    try:
        on = _setting(request)
    except RefusalError as refusal:
        return refusal.response
    if on.room and not on.is_presenter:
        return refused(on.v.lang, "not_presenter", 403)
    if _is_passing(request, on):
        return _lasting(links.speaker(on.deck.id, **on.address))
    return answer(speaker(on))


def _is_passing(request: Request, on: Setting) -> bool:
    """Whether the same address could show something else next year."""
    query = request.query_params
    return not query.get("snapshot") or query.get("utgava", "") != on.version


def _lasting(address: str) -> Response:
    return RedirectResponse(address, status_code=307, headers={"cache-control": "no-store"})


async def make_code(request: Request) -> Response:
    """A text as a QR code in SVG, for the presenter's own page; nothing of it is kept or logged."""
    if not permission.is_own(request):
        return PlainTextResponse("forbidden\n", 403)
    if int(request.headers.get("content-length") or MOST_CODE + 1) > MOST_CODE:
        return PlainTextResponse("too long\n", 413)
    body = await request.body()
    try:
        drawn = links.code(body.decode("utf-8"), "QR")
    except ValueError:  # no UTF-8, nothing at all, or too much
        return PlainTextResponse("no text\n", 400)
    headers = {"cache-control": "private, no-store", "content-security-policy": DRAWING_POLICY}
    return Response(str(drawn), media_type="image/svg+xml", headers=headers)


ROUTES: list[BaseRoute] = [
    Route("/scen/visa/{deck:str}", show_stage, methods=["GET"], middleware=SMALL),
    Route("/scen/talare/{deck:str}", show_speaker, methods=["GET"], middleware=SMALL),
    Route("/scen/kod", make_code, methods=["POST"]),
]
