"""Questions over HTTP for phones: the page of a question, a token, a vote, and news.

A vote is acknowledged when it is on disk. The same vote sent again changes nothing, and one that a later one of the
same phone has overtaken is told so: a phone may send until it hears.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit
from weakref import WeakKeyDictionary

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard import permission, saving
from dashboard.live.polls import in_room
from dashboard.live.polls.ballot import ballot, of_answer
from dashboard.live.polls.box import Box
from dashboard.live.polls.door import Door
from dashboard.live.polls.question import AnswerError, Question, checked
from dashboard.live.polls.question_files import places
from dashboard.live.room.document import refused, small
from dashboard.store import Database, StoreError, polls, rooms
from dashboard.store.polls import Ballot, Mine, Receipt
from dashboard.store.rooms import Room
from dashboard.texts import Lang, has, t

log = logging.getLogger("inkarta")
MOST_BODY: Final = 8192
COOKIE_SECONDS: Final = 3 * 24 * 3600
_CODE: Final = re.compile(r"[0-9a-z]{5}")
_doors: dict[Any, Door] = {}
_boxes: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Any, Box]] = WeakKeyDictionary()


def door(db: Database) -> Door:
    """The door of a database's rooms in this process."""
    if db not in _doors:
        _doors[db] = Door(polls.signing_key(db))
    return _doors[db]


def box(db: Database) -> Box:
    """The ballot box of a database in this process and event loop."""
    mine = _boxes.setdefault(asyncio.get_running_loop(), {})
    if db not in mine:
        mine[db] = Box(db)
    return mine[db]


def token(request: Request, db: Database, code: str) -> str:
    """The token of the phone that asks, which is thereby seen; "" when it has none. Streams call it now and then."""
    found = door(db).token_of(code, request.cookies.get(f"ik_voter_{code}", ""))
    if found:
        door(db).seen(code, found)
    return found


def current(
    request: Request, db: Database, room: Room, lang: Lang, *, stream: str = "", ident: str = ""
) -> Markup | None:
    """The question that is the room's business, or another of the room's, as a phone's page holds it; None for none."""
    ident = ident or in_room.business(db, room)
    one = in_room.question(db, room, ident) if ident else None
    if one is None:
        return None
    mine_token = token(request, db, room.code)
    mine = polls.mine(db, room.code, ident, polls.voter_of(room.code, ident, mine_token)) if mine_token else None
    told = in_room.news(db, room.code, lang)
    results = told["results"] if told and told["id"] == ident else Markup("")
    said = request.query_params.get("sagt", "")
    return ballot(
        one, polls.state(db, room.code, ident), lang, room.code, mine, stream=stream, results=results,
        challenge="" if mine_token else door(db).challenge(room.code), is_known=bool(mine_token),
        said=t(f"polls.said_{said}", lang) if said and has(f"polls.said_{said}") else "",
    )  # fmt: skip


def _lang(request: Request, room: Room | None) -> Lang:
    said = request.query_params.get("lang", "")
    if said in ("sv", "en"):
        return "en" if said == "en" else "sv"
    return room.lang if room else "sv"


def question_page(request: Request) -> Response:
    """``/r/<code>/fraga``: a page with nothing but the question; ``del=1`` gives the question alone."""
    code = request.path_params["code"].lower()
    db = saving.database()
    try:
        room = rooms.room(db, code) if _CODE.fullmatch(code) else None
        lang = _lang(request, room)
        if room is None:
            return refused(lang, "not_there", 404, code=code[:12])
        inner = current(request, db, room, lang, stream=f"/rum/{code}/nyheter")
    except StoreError as error:
        log.error("polls: %s", error)
        return refused(_lang(request, None), "unreadable", 503)
    if inner is None:
        inner = Markup(
            '<section class="ikb" id="ikb" data-code="{}" data-question="" data-open="0" data-lang="{}" data-known="1" '
            'data-number="0" data-stream="{}" data-words="{{}}"><h2>{}</h2><p>{}</p></section>'
        ).format(code, lang, f"/rum/{code}/nyheter", t("polls.nothing_title", lang), t("polls.nothing", lang))
    if request.query_params.get("del"):
        return Response(str(inner), media_type="text/html", headers={"cache-control": "no-store"})
    again = Markup('<p><a class="ikb-reload" href="/r/{}/fraga?lang={}">{}</a></p>').format(
        code, lang, t("polls.reload", lang)
    )
    other = f"/r/{code}/fraga?lang={'sv' if lang == 'en' else 'en'}"
    title = t("polls.page", lang, code=code)
    body = Markup('<h1 class="ikb-room">{}</h1>{}<noscript>{}</noscript>').format(title, inner, again)
    return small(lang, title, body, script="ballot.js", other=other)


def news(request: Request) -> Response:
    """``/r/<code>/lage``: the question on the phones, for those that cannot listen to the stream."""
    code = request.path_params["code"].lower()
    db = saving.database()
    try:
        room = rooms.room(db, code)
        if room is None:
            return JSONResponse({"rule": "no_room"}, status_code=404)
        token(request, db, code)
        told = in_room.news(db, code, _lang(request, room), (room.revision, room.tally))
    except StoreError as error:
        log.error("polls: %s", error)
        return JSONResponse({"rule": "unreadable"}, status_code=503)
    return JSONResponse({"poll": told}, headers={"cache-control": "no-store"})


async def enter(request: Request) -> Response:
    """``/r/<code>/in``: a challenge, or for one that was worked on the token as a cookie. Never says no to a browser.

    Answers ``{challenge, bits}`` while there is work to do, ``{known: true}`` when the phone is in.
    """
    code, db = request.path_params["code"], saving.database()
    if not permission.is_own(request):
        return JSONResponse({"rule": "foreign"}, status_code=403)
    try:
        sent = await _sent(request)
        room = await run_in_threadpool(_room, db, code)
        gate = door(db) if db in _doors else await run_in_threadpool(door, db)
    except StoreError as error:
        log.error("polls: %s", error)
        return JSONResponse({"rule": "unreadable"}, status_code=503)
    if room is None or room.closed_at is not None:
        return JSONResponse({"rule": "no_room"}, status_code=404)
    if token(request, db, code):
        return JSONResponse({"known": True})
    who = _phone(request, gate)
    challenge, nonce = sent.get("bricka", [""])[0], sent.get("tal", [""])[0]
    found = gate.enter(code, challenge, nonce, who, room.expected) if nonce else None
    if isinstance(found, str):
        return _with_cookie(JSONResponse({"known": True}), request, gate, code, found)
    fresh = challenge if isinstance(found, int) else gate.challenge(code)
    return JSONResponse({"challenge": fresh, "bits": found or gate.bits(code, who, room.expected)})


async def vote(request: Request) -> Response:
    """``/r/<code>/svar``: a vote. ``application/json`` in ``Accept`` is answered so; a form is led back to its page."""
    code, db = request.path_params["code"], saving.database()
    wants_json = "application/json" in request.headers.get("accept", "")
    sent = await _sent(request)
    ident = sent.get("fraga", [""])[0]
    try:
        room = await run_in_threadpool(_room, db, code)
        lang: Lang = "en" if sent.get("lang", [""])[0] == "en" else "sv"
        if room is None:
            if wants_json:
                return JSONResponse({"rule": "no_room"}, status_code=404)
            return refused(lang, "not_there", 404, code=code[:12])
        back = _Back(request, wants_json, code, lang)
        if not permission.is_own(request):
            return back.say("foreign", 403)
        one = await run_in_threadpool(in_room.question, db, room, ident)
        if one is None:
            return back.say("closed", 409)
        gate = door(db) if db in _doors else await run_in_threadpool(door, db)
        known = token(request, db, code)
        entered = known
        if not known:
            if wants_json:
                return JSONResponse({"rule": "no_token"}, status_code=401)
            challenge = sent.get("bricka", [""])[0]
            entered = gate.enter_without_script(code, challenge, _phone(request, gate), room.expected) or ""
            if not entered:
                return back.say("full" if challenge.count(".") == 2 else "old", 429)
        try:
            answer = checked(one, _answer(one, sent, lang), frozenset(places()))
        except AnswerError as error:
            return back.say(error.rule, 422)
        number = sent.get("nummer", [""])[0]
        receipt = await box(db).cast(
            Ballot(code, ident, polls.voter_of(code, ident, entered), answer, _number(number) if wants_json else None)
        )
    except StoreError as error:
        log.error("polls: %s", error)
        return JSONResponse({"rule": "unreadable"}, status_code=503) if wants_json else _failed(request, code)
    answered = back.receipt(one, receipt)
    return answered if known else _with_cookie(answered, request, gate, code, entered)


def _failed(request: Request, code: str) -> Response:
    return _Back(request, False, code, _lang(request, None)).say("failed", 503)


class _Back:
    """How a vote is answered: in JSON, or by leading the form back to its page with a rule to put in words."""

    def __init__(self, request: Request, wants_json: bool, code: str, lang: Lang) -> None:
        self.wants_json, self.lang = wants_json, lang
        came = urlsplit(request.headers.get("referer", "")).path
        self.path = came if re.fullmatch(rf"/r/{code}(/fraga)?", came) else f"/r/{code}/fraga"

    def say(self, rule: str, status: int) -> Response:
        if self.wants_json:
            return JSONResponse(
                {"outcome": "refused", "rule": rule, "said": t(f"polls.said_{rule}", self.lang)}, status
            )
        return self._lead({"sagt": rule})

    def receipt(self, question: Question, receipt: Receipt) -> Response:
        held = None if receipt.answer is None else Mine(receipt.number, receipt.answer, "")
        rule = ""
        if receipt.outcome == "closed":
            rule = "closed_mine" if held else "closed"
        elif receipt.outcome == "stale":
            rule = "stale"
        if not self.wants_json:
            return self._lead({"sagt": rule} if rule else {})
        said = t(f"polls.said_{rule}", self.lang) if rule else of_answer(question, held, self.lang) if held else ""
        return JSONResponse({"outcome": receipt.outcome, "number": receipt.number, "said": said})

    def _lead(self, params: dict[str, str]) -> Response:
        return RedirectResponse(f"{self.path}?{urlencode({'lang': self.lang, **params})}#ikb", status_code=303)


def _room(db: Database, code: str) -> Room | None:
    return rooms.room(db, code) if _CODE.fullmatch(code) else None


def _phone(request: Request, gate: Door) -> Any:
    return gate.phone(
        request.client.host if request.client else "", request.headers.get("user-agent", ""),
        request.headers.get("accept-language", ""),
    )  # fmt: skip


def _with_cookie(answer: Response, request: Request, gate: Door, code: str, entered: str) -> Response:
    answer.set_cookie(
        f"ik_voter_{code}", gate.cookie(code, entered), max_age=COOKIE_SECONDS, path="/", httponly=True, samesite="lax",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return answer


async def _sent(request: Request) -> dict[str, list[str]]:
    """The fields of a form; nothing for one that is too large or no form."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY:
            return {}
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=60, errors="strict")
    except ValueError:
        return {}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text) < 10**9 else None


def _answer(question: Question, sent: dict[str, list[str]], lang: Lang) -> object:
    """What a form says, in the form that :func:`checked` judges."""
    given = sent.get("svar", [])
    if question.kind == "multiple":
        return given
    if question.kind == "ranking":
        return _order([(sent.get(f"plats_{option.id}", [""])[0], option.id) for option in question.options])
    if not given:
        return "" if question.kind == "text" else None
    if question.kind in ("scale", "guess"):
        return _figure(given[0], lang)
    return given[0]


def _order(placed: Sequence[tuple[str, str]]) -> object:
    """Options by their places. A place that stands twice, or none, is told of as such."""
    if any(not (place.isascii() and place.isdigit() and len(place) < 4) for place, _ in placed):
        return []
    if len({int(place) for place, _ in placed}) != len(placed):
        raise AnswerError("twice")
    return [option for _, option in sorted((int(place), option) for place, option in placed)]


def _figure(text: str, lang: Lang) -> float | None:
    """A number as people write it: "61,5", "61.5", "1 250", in English also "1,250"."""
    text = "".join(text.split()).rstrip("%").replace("−", "-")
    if lang == "en" and re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    text = text.replace(",", ".")
    return float(text) if re.fullmatch(r"-?\d{1,15}(\.\d{1,10})?", text) else None


ROUTES: list[BaseRoute] = [
    Route("/r/{code}/fraga", question_page),
    Route("/r/{code}/lage", news),
    Route("/r/{code}/in", enter, methods=["POST"]),
    Route("/r/{code}/svar", vote, methods=["POST"]),
]
