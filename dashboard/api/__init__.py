"""Read-only API under ``/api/v1``: the figures of the pages for machines, exact and with their sources."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from dashboard import layout
from dashboard.api import parameters, resources
from dashboard.api.answers import METHODS, Open, entity_tag, held, problem
from dashboard.api.endpoints import ENDPOINTS
from dashboard.api.spec import BASE, Asked, Endpoint, ProblemError
from dashboard.db import NoSnapshotError, Warehouse, served
from dashboard.questions import export
from dashboard.selection import FACETS, NATIONAL, UNKNOWN, decode

_SELECTION = (*FACETS, "q", "matt", "satt", "portfolj", "bas", "plats", "nationella", "lang", "snapshot")
_MOVING, _PINNED = "public, no-cache", "public, max-age=86400"


def _warehouse(e: Endpoint, request: Request) -> Warehouse:
    """The snapshot that is asked for; 400 for a malformed id, 404 for one that is not kept."""
    folder, asked = layout.snapshot_folder(), request.query_params
    name = "snapshot" if "snapshot" in asked or parameters.TO not in e.params else "to"
    pinned = asked.get(name)
    if pinned is not None:
        e.query[name].read(pinned, {}) if name in e.query else parameters.SNAPSHOT.read(pinned, {})
    try:
        w = served(folder, pinned)
    except NoSnapshotError:
        if pinned is None:
            raise
        w = None
    if w is None or (pinned is not None and w.snapshot_id != pinned):
        raise ProblemError(
            404, "This snapshot is not kept here.", parameter=name, value=pinned, allowed=resources.kept()[1]
        )
    return w


def _asked(e: Endpoint, request: Request) -> Asked:
    """The request, checked against what the endpoint declares. Raises :class:`ProblemError`."""
    given: dict[str, str] = {}
    for name, text in request.query_params.multi_items() if e.strict else ():
        if name not in e.query:
            allowed = list(e.query)
            raise ProblemError(
                400, f"Parameter '{name[:120]}' is not known here.", parameter=name[:120], allowed=allowed
            )
        if name in given:
            raise e.query[name].refuse(text, "one occurrence, several values comma-separated")
        given[name] = text
    w = _warehouse(e, request)
    vocabulary = export.vocabulary(w)
    vocabulary["lan_only"] = tuple(code for code in vocabulary["lan"] if code not in (NATIONAL, UNKNOWN))
    values: dict[str, Any] = {}
    for p in e.params:
        found = request.path_params[p.name] if p.where == "path" else given.get(p.name)
        if found is None:
            values[p.name] = () if p.kind == "codes" else p.default
            continue
        try:
            values[p.name] = p.read(found, vocabulary)
        except ProblemError as error:
            if p.where == "path":
                raise ProblemError(404, error.detail, **error.more) from error
            raise
    sel = decode({name: given[name] for name in _SELECTION if name in given})
    for name in _SELECTION:
        if name in given and getattr(sel, name) not in (values[name], (values[name],)):
            raise e.query[name].refuse(given[name], "an id that a URL can hold")
    return Asked(w, sel, values, given, request.url.path, vocabulary)


def _answering(e: Endpoint) -> Callable[[Request], Response]:
    """The endpoint as a route's function; plain ``def``, so that it runs in a thread."""

    def answer(request: Request) -> Response:
        asked = _asked(e, request)
        url = f"{request.url.path}?{request.url.query}"
        headers = {
            "etag": entity_tag(asked.w.snapshot_id, url if e.lasting else f"{url} {resources.kept()}"),
            "cache-control": _PINNED if e.lasting and "snapshot" in asked.given else _MOVING,
            "x-snapshot": asked.w.snapshot_id,
        }
        if held(request.headers.get("if-none-match", ""), headers["etag"]):
            return Response(status_code=304, headers=headers)
        response = e.answer(asked)
        response.headers.update(headers)
        return response

    return answer


def _refused(_: Request, error: Exception) -> Response:
    if isinstance(error, ProblemError):
        return problem(error)
    if isinstance(error, NoSnapshotError):
        return problem(ProblemError(503, "Nothing has been published yet."), {"retry-after": "60"})
    status = error.status_code if isinstance(error, HTTPException) else 500
    said = {404: "No such resource. /api/v1/ lists them.", 405: f"The API is read-only: {METHODS}."}
    detail = said.get(status, "The request could not be answered. The error is in the server's log.")
    return problem(ProblemError(status, detail), {"allow": METHODS} if status == 405 else None)


def _route(e: Endpoint) -> Route:
    return Route(re.sub(r"\{id\}", "{id:path}", e.path), _answering(e), methods=["GET"])


def _first(e: Endpoint) -> bool:
    """Fixed addresses before those with a parameter, ``.csv`` before the bare one."""
    return "{" in e.path and not e.path.endswith(".csv")


def _inner() -> Starlette:
    app = Starlette(
        routes=[_route(e) for e in sorted(ENDPOINTS, key=_first)],
        middleware=[Middleware(GZipMiddleware, minimum_size=500, compresslevel=6)],
        exception_handlers={
            ProblemError: _refused,
            NoSnapshotError: _refused,
            HTTPException: _refused,
            Exception: _refused,
        },
    )
    app.router.redirect_slashes = False
    return app


ROUTES: list[BaseRoute] = [
    Route(BASE, Open(RedirectResponse(f"{BASE}/", 308))),
    Mount(BASE, app=Open(_inner())),
]
