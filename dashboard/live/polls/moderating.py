"""The presenter's page of questions, on a second device or in a window of its own: what is open, shown, and waiting."""

from __future__ import annotations

import logging
from typing import Final
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard import permission, saving
from dashboard.live.polls import in_room, rehearsing
from dashboard.live.polls.poll_routes import _CODE, _lang, _sent, box
from dashboard.live.polls.question import Question
from dashboard.live.polls.question_files import preloaded, to_json
from dashboard.live.room import rooms_state
from dashboard.live.room.document import refused, small
from dashboard.numbers import number
from dashboard.store import Database, StoreError, poll_texts, polls, rooms
from dashboard.store.poll_texts import Text
from dashboard.store.polls import LEAST_SENSITIVE, PollState
from dashboard.store.rooms import Room
from dashboard.store.views import RefusedError
from dashboard.texts import Lang, t

log = logging.getLogger("inkarta")
_DECISIONS: Final = {"godkann": "approved", "avvisa": "rejected", "rakna": "approved"}


def page(request: Request) -> Response:
    """``/rum/<code>/fragor``. ``nyckel`` in the address is the secret: it becomes a cookie, and leaves the address."""
    code, db = request.path_params["code"], saving.database()
    try:
        room = rooms.room(db, code) if _CODE.fullmatch(code) else None
        lang = _lang(request, room)
        secret = request.query_params.get("nyckel", "")
        if room is not None and secret and rooms.is_presenter(db, code, secret):
            return _let_in(request, code, secret, lang)
        if room is None or not rooms_state.is_presenter(request, db, code):
            return refused(lang, "no_key", 403)
        inner = _all(request, db, room, lang)
    except StoreError as error:
        log.error("polls: %s", error)
        return refused(_lang(request, None), "unreadable", 503)
    if request.query_params.get("del"):
        return Response(str(inner), media_type="text/html", headers={"cache-control": "no-store"})
    to = f"/rum/{code}/fragor?lang={'sv' if lang == 'en' else 'en'}"
    return small(lang, t("moderate.title", lang, code=code), inner, script="moderate.js", other=to)


async def control(request: Request) -> Response:
    """``/rum/<code>/fraga``: ``gor`` is oppna, stang, visa, dolj, avsloja (a guessed value), godkann, avvisa or rakna.

    ``fraga``: the question; ``text``: a text by its ref; ``som``: the text that ``rakna`` counts it as. Answers in
    JSON where that is asked for, else leads back to the page.
    """
    code, db = request.path_params["code"], saving.database()
    sent = {name: values[0] for name, values in (await _sent(request)).items()}
    lang: Lang = "en" if sent.get("lang") == "en" else "sv"
    wants_json = "application/json" in request.headers.get("accept", "")
    try:
        if not permission.is_own(request) or not await run_in_threadpool(rooms_state.is_presenter, request, db, code):
            return JSONResponse({"rule": "not_presenter"}, status_code=403)
        if sent.get("gor") not in _DECISIONS and await run_in_threadpool(permission.lacks, "present"):
            return JSONResponse({"rule": "not_allowed"}, status_code=403)
        rule = await run_in_threadpool(_do, db, code, sent)
        if not rule and sent.get("gor") == "oppna":
            await _rehearse(db, code, sent.get("fraga", ""))
    except StoreError as error:
        log.error("polls: %s", error)
        return JSONResponse({"rule": "unreadable"}, status_code=503)
    said = "" if not rule else _said(rule, lang)
    if wants_json:
        return JSONResponse({"rule": rule, "said": said}, status_code=409 if rule else 200)
    params = {"lang": lang, **({"sagt": rule} if rule else {})}
    return RedirectResponse(f"/rum/{code}/fragor?{urlencode(params)}", status_code=303)


async def _rehearse(db: Database, code: str, ident: str) -> None:
    room = await run_in_threadpool(rooms.room, db, code)
    one = await run_in_threadpool(in_room.question, db, room, ident) if room else None
    if room and one:
        rehearsing.begin(db, box(db), room, one)


def _do(db: Database, code: str, sent: dict[str, str]) -> str:
    """Do what a form asks for; the rule that it broke, "" when it is done."""
    do, ident = sent.get("gor", ""), sent.get("fraga", "")
    room = rooms.room(db, code)
    one = in_room.question(db, room, ident) if room and ident else None
    try:
        if one is None:
            return "unknown"
        if do == "oppna":
            polls.open_poll(
                db, code, ident, kind=one.kind, is_sensitive=one.is_sensitive, definition=to_json(one)
            )  # fmt: skip
        elif do == "stang":
            polls.close_poll(db, code, ident)
        elif do in ("visa", "dolj"):
            polls.show_poll(db, code, ident, is_shown=do == "visa")
        elif do == "avsloja":
            polls.reveal(db, code, ident)
        elif do in _DECISIONS:
            other = sent.get("som", "") if do == "rakna" else ""
            if do == "rakna" and not other:
                return "apart"
            poll_texts.moderate(db, code, ident, sent.get("text", ""), _DECISIONS[do], other)
        else:
            return "unknown"
    except RefusedError as error:
        return "text_gone" if (error.field, error.rule) == ("text", "gone") else error.rule
    return ""


def _said(rule: str, lang: Lang) -> str:
    if rule == "few":
        return t("moderate.said_few", lang, least=LEAST_SENSITIVE)
    known = ("gone", "once", "emptied", "unasked", "open", "revealed", "text_gone", "apart")
    return t(f"moderate.said_{rule}" if rule in known else "moderate.said_unknown", lang)


def _let_in(request: Request, code: str, secret: str, lang: Lang) -> Response:
    answer = RedirectResponse(f"/rum/{code}/fragor?lang={lang}", status_code=303, headers={"cache-control": "no-store"})
    answer.headers["referrer-policy"] = "no-referrer"
    answer.set_cookie(
        rooms_state.cookie(code), secret, max_age=2 * 24 * 3600, path="/", httponly=True, samesite="strict",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return answer


def _all(request: Request, db: Database, room: Room, lang: Lang) -> Markup:
    states = polls.states(db, room.code)
    offered = {one.id: one for one in in_room.offered(room)}
    for ident in states:
        if ident not in offered and (kept := in_room.question(db, room, ident)):
            offered[ident] = kept
    own = {one.id for one in preloaded() if not one.item}
    groups = (
        ("moderate.of_deck", [one for one in offered.values() if not one.item and one.id not in own]),
        ("moderate.of_conference", [one for one in offered.values() if one.item]),
        ("moderate.of_product", [one for one in offered.values() if one.id in own]),
    )
    texts = {
        ident: poll_texts.texts(db, room.code, ident)
        for ident, one in offered.items()
        if one.kind == "text" and ident in states
    }
    listed = Markup("").join(
        Markup("<section><h2>{}</h2>{}</section>").format(
            t(title, lang),
            Markup("").join(_one(room, q, states.get(q.id, PollState()), texts.get(q.id, ()), lang) for q in inside),
        )
        for title, inside in groups
        if inside
    )
    now = offered.get(polls.current(db, room.code))
    waiting = sum(one.status == "waiting" for found in texts.values() for one in found)
    said = request.query_params.get("sagt", "")
    link = f"{request.url.scheme}://{request.headers.get('host', '')}/rum/{room.code}/fragor?" + urlencode(
        {"nyckel": request.cookies.get(rooms_state.cookie(room.code), "")}
    )
    return Markup(
        '<div id="ikm" tabindex="-1" data-code="{}" data-lang="{}" data-self="/rum/{}/fragor?lang={}" '
        'data-stream="/rum/{}/nyheter"><h1>{}</h1><p>{}</p>'
        '<p class="ikb-said" role="status">{}</p>'
        '<dl class="ikm-now"><dt>{}</dt><dd>{}</dd></dl><p class="ikm-waiting">{}</p>{}'
        '<p><a href="/r/{}/fraga?lang={}">{}</a></p><details id="ikm-elsewhere"><summary>{}</summary><p>{}</p>'
        "<p><code>{}</code></p></details></div>"
    ).format(
        room.code, lang, room.code, lang, room.code, t("moderate.title", lang, code=room.code),
        t("moderate.lede", lang), _said(said, lang) if said else "",
        t("moderate.now", lang), now.words.of(lang) if now else t("moderate.nothing_now", lang),
        t("moderate.waiting_n", lang, n=waiting), listed, room.code, lang, t("moderate.phones", lang),
        t("moderate.elsewhere", lang), t("moderate.elsewhere_how", lang), link,
    )  # fmt: skip


def _one(room: Room, question: Question, state: PollState, texts: tuple[Text, ...], lang: Lang) -> Markup:
    words = question.words.of(lang)
    buttons = []
    if state.is_open:
        buttons.append(_button(room, question, "stang", t("moderate.do_close", lang), lang))
    elif not state.turn or not (question.is_sensitive or state.is_kept or state.is_revealed):
        key = "moderate.do_reopen" if state.turn else "moderate.do_open"
        buttons.append(_button(room, question, "oppna", t(key, lang), lang))
    if state.is_shown:
        buttons.append(_button(room, question, "dolj", t("moderate.do_hide", lang), lang))
    elif state.turn and (state.is_kept or not question.is_sensitive):
        buttons.append(_button(room, question, "visa", t("moderate.do_show", lang), lang))
    if question.kind == "guess" and state.turn and not state.is_revealed:
        buttons.append(_button(room, question, "avsloja", t("moderate.do_reveal", lang), lang))
    once = Markup('<p class="ikb-small">{}</p>').format(t("moderate.once", lang, least=LEAST_SENSITIVE))
    return Markup(
        '<article class="ikm-one{}" id="q-{}" tabindex="-1"><h3>{}</h3><p class="ikm-state">{}</p>{}'
        '<div class="ikm-do">{}</div>{}</article>'
    ).format(
        " ikm-on" if state.is_open else "", question.id, words, _standing(question, state, lang),
        once if question.is_sensitive and (state.is_open or not state.turn) else "", Markup("").join(buttons),
        _queue(room, question, texts, lang) if question.kind == "text" and state.turn else "",
    )  # fmt: skip


def _standing(question: Question, state: PollState, lang: Lang) -> Markup:
    """Kind, whether it is open and shown, and how many have answered."""
    told = [t(f"moderate.kind_{question.kind}", lang)]
    if question.is_sensitive:
        told.append(t("moderate.sensitive", lang))
    told.append(
        t("moderate.is_new" if not state.turn else "moderate.is_open" if state.is_open else "moderate.is_closed", lang)
    )
    if state.turn:
        if state.is_withheld:
            told.append(t("polls.few", lang, least=LEAST_SENSITIVE))
        else:
            told.append(
                t("polls.n_answers_one", lang) if state.n == 1 else t("polls.n_answers", lang, n=number(state.n, lang))
            )
        told.append(t("moderate.is_shown" if state.is_shown else "moderate.is_hidden", lang))
    return Markup(" · ").join(told)


def _button(room: Room, question: Question, do: str, words: str, lang: Lang, **more: str) -> Markup:
    """A form of one button; its name for a screen reader says of which question or text."""
    about = more.pop("about", "")
    name = t("moderate.act_for", lang, what=words, text=about) if about else f"{words}: {question.words.of(lang)}"
    hidden = {"gor": do, "fraga": question.id, "lang": lang, **more}
    return Markup(
        '<form method="post" action="/rum/{}/fraga">{}<button id="b-{}" aria-label="{}">{}</button></form>'
    ).format(room.code, _hidden(hidden), "-".join((question.id, do, more.get("text", ""))), name, words)


def _hidden(fields: dict[str, str]) -> Markup:
    return Markup("").join(
        Markup('<input type="hidden" name="{}" value="{}">').format(name, value) for name, value in fields.items()
    )


def _queue(room: Room, question: Question, texts: tuple[Text, ...], lang: Lang) -> Markup:
    """The texts of a question: those that wait, those approved, those rejected."""
    if not texts:
        return Markup('<p class="ikb-small">{}</p>').format(t("moderate.no_texts", lang))
    approved = [one for one in texts if one.status == "approved" and not one.shown_as]
    out = Markup("")
    if approved:
        way = Markup('<p><a class="ikm-way" href="/rum/{}/grupper/{}?lang={}">{}</a></p>')
        out += way.format(room.code, question.id, lang, t("groups.way", lang))
    for status in ("waiting", "approved", "rejected"):
        inside = [one for one in texts if one.status == status]
        if not inside:
            continue
        rows = Markup("").join(_text(room, question, one, approved, lang) for one in inside)
        out += Markup('<h4>{} ({})</h4><ul class="ikm-texts">{}</ul>').format(
            t(f"moderate.{status}", lang), len(inside), rows
        )
    return out


def _text(room: Room, question: Question, one: Text, approved: list[Text], lang: Lang) -> Markup:
    more = []
    if one.n > 1:
        more.append(t("moderate.times", lang, n=number(one.n, lang)))
    if one.shown_as:
        more.append(t("moderate.counted_as", lang, text=one.shown_as))
    does = []
    if one.status != "approved" or one.shown_as:
        does.append(_button(room, question, "godkann", t("moderate.approve", lang), lang, text=one.ref, about=one.text))
    if one.status != "rejected":
        does.append(_button(room, question, "avvisa", t("moderate.reject", lang), lang, text=one.ref, about=one.text))
    others = [each for each in approved if each.ref != one.ref]
    if others and one.status != "rejected":
        does.append(_merging(room, question, one, others, lang))
    return Markup('<li id="t-{}-{}"><p class="ikm-words">{}{}</p><div class="ikm-do">{}</div></li>').format(
        question.id, one.ref, one.text,
        Markup(' <span class="ikb-small">({})</span>').format(", ".join(more)) if more else "", Markup("").join(does),
    )  # fmt: skip


def _merging(room: Room, question: Question, one: Text, others: list[Text], lang: Lang) -> Markup:
    options = Markup("").join(
        Markup('<option value="{}">{}</option>').format(each.ref, each.text[:80]) for each in others
    )
    ident = f"b-{question.id}-som-{one.ref}"
    return Markup(
        '<form method="post" action="/rum/{}/fraga" class="ikm-merge">{}<select id="{}" name="som" aria-label="{}">'
        '<option value="">{}</option>{}</select><button id="{}-ok" aria-label="{}">{}</button></form>'
    ).format(
        room.code, _hidden({"gor": "rakna", "fraga": question.id, "lang": lang, "text": one.ref}), ident,
        t("moderate.merge_for", lang, text=one.text), t("moderate.merge_pick", lang), options, ident,
        t("moderate.act_for", lang, what=t("moderate.merge", lang), text=one.text), t("moderate.merge", lang),
    )  # fmt: skip


ROUTES: list[BaseRoute] = [
    Route("/rum/{code}/fragor", page),
    Route("/rum/{code}/fraga", control, methods=["POST"]),
]
