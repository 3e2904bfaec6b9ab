"""Decks kept in versions, as :mod:`dashboard.blocks.held` keeps cards and trees; decks as files, out and in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard.blocks.held import Shelf
from dashboard.keeping import bring_in, taker
from dashboard.layout import View
from dashboard.live.decks import asked, decks
from dashboard.live.decks.deck import Deck, DeckError, document, from_body
from dashboard.theory import Fault, RefusedError, files

ADDRESS = "/scen/fil"


def read(body: Any) -> Deck:
    """A kept body as a deck. Raises :class:`dashboard.theory.RefusedError`."""
    try:
        return from_body("", body, asked.known(), "TOML")
    except DeckError as error:
        raise RefusedError([Fault("", "deck", str(error))]) from error


def _embedded(_: View) -> Mapping[str, Deck]:
    return decks.files().found


SHELF: Shelf[Deck] = Shelf("deck", "bildspel", "stage", read, _embedded, "present")


def _bring(name: str, data: bytes) -> tuple[str, dict[str, Any]]:
    return bring_in("deck", name, lambda: document(read(files.from_bytes(data))))


async def give(request: Request) -> Response:
    """A deck as its TOML file."""
    version = decks.number(request.query_params.get("utgava", ""))
    deck = await run_in_threadpool(partial(decks.find, request.path_params["deck"], version))
    if deck is None:
        return Response("no such deck\n", 404, media_type="text/plain")
    headers = {"content-disposition": f'attachment; filename="{deck.id}.toml"', "cache-control": "no-store"}
    return Response(files.to_toml(document(deck)), media_type="application/toml", headers=headers)


ROUTES: list[BaseRoute] = [
    Route(ADDRESS, taker("stage", "bildspel", _bring, "present"), methods=["POST"]),
    Route("/scen/fil/{deck:str}.toml", give, methods=["GET"]),
]
