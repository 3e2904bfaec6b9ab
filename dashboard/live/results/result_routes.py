"""``/rum/<code>/resultat/<question>.json`` for the screen, and a question's or a room's answers as files.

What is asked and answered comes from a :class:`Source` that is given when the routes are made, so that a room of
this server and a session from Mentimeter are told alike. A source that may not tell something gives nothing.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard import layout
from dashboard.db import NoSnapshotError
from dashboard.export.apart import Few
from dashboard.layout import View
from dashboard.live.polls.question import Answer, Question
from dashboard.live.results import result_files, screen, screen_markup
from dashboard.live.results.beside import concepts
from dashboard.live.results.grouping import NOTHING_MOVED, Moved
from dashboard.live.results.result_files import ONE, WHOLE, Counted
from dashboard.live.results.results import Occasion
from dashboard.live.results.tally import Tally, tally
from dashboard.texts import Lang, t

_MEDIA: Final = {
    "csv": "text/csv; charset=utf-8; header=present",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "svg": "image/svg+xml",
    "png": "image/png",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "txt": "text/plain; charset=utf-8",
}
_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d+)?|\[[0-9a-fA-F:]+\](:\d+)?")
_FILES: Final = Few(1)
"""Files are made one at a time, in a thread of their own, so that votes and the screen are answered meanwhile."""
PAGE: Final = "event"
"""The page whose view the room's figures are made with."""


@dataclass(frozen=True)
class Given:
    """A question as a source gives it. ``reveal``: whether the presenter has revealed a guess's value."""

    question: Question
    answers: Sequence[Answer]
    occasion: Occasion
    lang: Lang = "sv"
    snapshot: str = ""
    reveal: bool = False
    moved: Moved = NOTHING_MOVED


class Source(Protocol):
    """Where questions and answers are from. ``request`` says who asks: some results only the presenter may see."""

    def one(self, code: str, question: str, request: Request) -> Given | None:
        """A question of a room; None where there is none, or it may not be told."""

    def every(self, code: str, request: Request) -> Sequence[Given]:
        """All questions of a room that may be told, in the order they were put; none for an unknown room."""


def view(given: Given, lang: str = "") -> View:
    """The view that a question's figures are made with: the room's snapshot, its language or the one asked for."""
    query = {"lang": lang if lang in ("sv", "en") else given.lang}
    return layout.view_of(PAGE, query | ({"snapshot": given.snapshot} if given.snapshot else {}))


_known: OrderedDict[tuple[object, ...], Tally] = OrderedDict()
_KNOWN_MOST: Final = 64
_lock = threading.Lock()


def counted(v: View, given: Given) -> Counted:
    """The question counted; the same answers are not counted twice in a row."""
    key = (v.w.snapshot_id, given.question, tuple(given.answers), repr(given.moved))
    with _lock:
        found = _known.get(key)
        if found is not None:
            _known.move_to_end(key)
    if found is None:
        words = concepts(v.w) if given.question.kind == "text" else ()
        found = tally(given.question, given.answers, vocabulary=words, moved=given.moved)
        with _lock:
            _known[key] = found
            while len(_known) > _KNOWN_MOST:
                _known.popitem(last=False)
    return Counted(given.question, found, given.occasion, given.reveal)


def routes(source: Source) -> list[BaseRoute]:
    """The routes, with where questions and answers are from."""

    async def live(request: Request) -> Response:
        return await run_in_threadpool(now, request)

    def now(request: Request) -> Response:
        given = source.one(request.path_params["code"], request.path_params["question"], request)
        if given is None:
            return _refused(404, "results.no_such", _lang(request))
        v = view(given, request.query_params.get("lang", ""))
        one = counted(v, given)
        frame = screen.frame(v, one.question, one.tally, one.occasion, reveal=given.reveal)
        body = screen_markup.document(frame, v=v, had=request.query_params.get("har", ""))
        return JSONResponse(body, headers={"cache-control": "no-store"})

    async def question(request: Request) -> Response:
        form = request.path_params["form"]
        if form not in ONE:
            return _refused(404, "results.no_form", _lang(request), known=", ".join(ONE))
        code, ident = request.path_params["code"], request.path_params["question"]
        given = await run_in_threadpool(source.one, code, ident, request)
        if given is None:
            return _refused(404, "results.no_such", _lang(request))

        def make(v: View, base: str) -> bytes | None:
            return result_files.question_file(v, counted(v, given), form, base)

        return await _FILES.run(_file, request, given, form, make, given.question)

    async def whole(request: Request) -> Response:
        form = request.path_params["form"]
        if form not in WHOLE:
            return _refused(404, "results.no_form", _lang(request), known=", ".join(WHOLE))
        every = await run_in_threadpool(source.every, request.path_params["code"], request)
        if not every:
            return _refused(404, "results.nothing", _lang(request))

        def make(v: View, base: str) -> bytes | None:
            return result_files.room_file(v, [counted(v, one) for one in every], form, base)

        return await _FILES.run(_file, request, every[0], form, make, None)

    return [
        Route("/rum/{code:str}/resultat/{question:str}.json", _ready(live), methods=["GET"]),
        Route("/rum/{code:str}/resultat/{question:str}.{form:str}", _ready(question), methods=["GET"]),
        Route("/rum/{code:str}/resultat.{form:str}", _ready(whole), methods=["GET"]),
    ]


def _ready(answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """An answer, or words where nothing has been built yet."""

    async def endpoint(request: Request) -> Response:
        try:
            return await answer(request)
        except NoSnapshotError:
            return _refused(503, "site.no_snapshot_text", _lang(request))

    return endpoint


def _file(
    request: Request,
    given: Given,
    form: str,
    make: Callable[[View, str], bytes | None],
    question: Question | None,
) -> Response:
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        return _refused(400, "export.no_host", _lang(request))
    v = view(given, request.query_params.get("lang", ""))
    body = make(v, f"{request.url.scheme}://{host}")
    if body is None:
        return _refused(404, "results.nothing", v.lang)
    name = result_files.name(v, given.occasion, question, form)
    headers = {
        "content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store",
        "x-snapshot": v.w.snapshot_id,
    }  # fmt: skip
    return Response(body, media_type=_MEDIA[form], headers=headers)


def _lang(request: Request) -> Lang:
    return "en" if request.query_params.get("lang") == "en" else "sv"


def _refused(status: int, key: str, lang: Lang, **told: object) -> Response:
    return PlainTextResponse(t(key, lang, **told) + "\n", status_code=status, headers={"cache-control": "no-store"})
