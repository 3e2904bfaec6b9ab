"""Groups of free texts as a person sets them right: names, moves and merges, on a phone as well as on a laptop.

Every change is a form that needs no script. What is changed is told of wherever the groups are shown.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard import parts, permission, saving
from dashboard.db import NoSnapshotError
from dashboard.layout import View
from dashboard.live.polls.poll_routes import _sent
from dashboard.live.polls.question import AnswerError, written
from dashboard.live.results import regrouping, results
from dashboard.live.results.grouping import Group, Member, Moved
from dashboard.live.results.imported import kept_of, moved_of
from dashboard.live.results.result_routes import Given, Source, counted, view
from dashboard.live.room import rooms_state
from dashboard.live.room.document import lang_of, refused, small
from dashboard.store import Database, StoreError, imported, rooms
from dashboard.store.poll_texts import ref_of
from dashboard.store.views import RefusedError
from dashboard.texts import Lang, t

log = logging.getLogger("inkarta")
APART, ALONE = "ny", "ensam"
"""Where a text goes that belongs to no group that there is: into one of its own, or by itself."""
_RULES = ("text_gone", "group_gone", "nowhere", "long", "kind")


def routes(source: Source) -> list[BaseRoute]:
    """The page and its changes, with where questions and answers are from."""

    def page(request: Request) -> Response:
        lang = lang_of(request.query_params.get("lang"))
        try:
            found = _given(source, request)
            if isinstance(found, str):
                return refused(lang, found, 403)
            inner = _all(request, found, lang)
        except StoreError as error:
            log.error("polls: %s", error)
            return refused(lang, "unreadable", 503)
        except NoSnapshotError:
            return refused(lang, "no_snapshot", 503)
        if request.query_params.get("del"):
            return Response(str(inner), media_type="text/html", headers={"cache-control": "no-store"})
        other = f"{request.url.path}?lang={'sv' if lang == 'en' else 'en'}"
        return small(lang, t("groups.title", lang), inner, script="moderate.js", other=other)

    async def change(request: Request) -> Response:
        sent = {name: values[0] for name, values in (await _sent(request)).items()}
        lang = lang_of(sent.get("lang"))
        wants_json = "application/json" in request.headers.get("accept", "")
        try:
            found = await run_in_threadpool(_given, source, request) if permission.is_own(request) else "no_key"
            if isinstance(found, str):
                return JSONResponse({"rule": "not_presenter"}, 403) if wants_json else refused(lang, found, 403)
            rule = await run_in_threadpool(_do, request.path_params["code"], found, sent)
        except (StoreError, NoSnapshotError) as error:
            log.error("polls: %s", error)
            return JSONResponse({"rule": "unreadable"}, 503) if wants_json else refused(lang, "unreadable", 503)
        said = t(f"groups.said_{rule}", lang) if rule in _RULES else t("groups.said_done", lang)
        if wants_json:
            return JSONResponse({"rule": rule, "said": said}, 409 if rule else 200)
        params = urlencode({"lang": lang, "sagt": rule or "done"})
        return RedirectResponse(f"{request.url.path}?{params}", 303, {"cache-control": "no-store"})

    path = "/rum/{code:str}/grupper/{question:str}"
    return [Route(path, page, methods=["GET"]), Route(path, change, methods=["POST"])]


def _given(source: Source, request: Request) -> Given | str:
    """A question of free texts, for who leads the room or may read sessions in; else why not."""
    code, db = request.path_params["code"], saving.database()
    room = rooms.room(db, code)
    may = rooms_state.is_presenter(request, db, code) if room else permission.may("import")
    found = source.one(code, request.path_params["question"], request) if may else None
    return found if found is not None and found.question.kind == "text" else "no_key"


def _groups(found: Given, lang: Lang = "sv") -> tuple[View, tuple[Group, ...]]:
    v = view(found, lang)
    return v, counted(v, found).tally.groups


def _do(code: str, found: Given, sent: dict[str, str]) -> str:
    """Do what a form asks for; the rule that it broke, "" when it is done."""
    _, groups = _groups(found)
    by = {group.id: group for group in groups if group.id}
    texts = {ref_of(str(text)): str(text) for text in found.answers}
    do, group, to = sent.get("gor", ""), sent.get("grupp", ""), sent.get("till", "")
    text = texts.get(sent.get("text", ""), "")
    if do in ("flytta", "metoden") and not text:
        return "text_gone"
    if (do in ("namn", "ihop", "isar") or group) and group not in by:
        return "group_gone"
    if do in ("flytta", "ihop") and not to:
        return "nowhere"
    if (do == "ihop" or (do == "flytta" and to not in (APART, ALONE))) and (to not in by or to == group):
        return "group_gone"
    changes: dict[str, Callable[[Moved], Moved]] = {
        "flytta": lambda moved: _put(moved, groups, text, group, to),
        "metoden": lambda moved: regrouping.left_to_method(moved, text),
        "namn": lambda moved: regrouping.named(moved, group, name),
        "ihop": lambda moved: regrouping.merged(moved, group, to),
        "isar": lambda moved: regrouping.parted(moved, group),
        "om": lambda _: Moved(),
    }
    if do not in changes:
        return "kind"
    try:
        name = written(sent["namn"])[: regrouping.MOST_NAME] if do == "namn" and sent.get("namn", "").strip() else ""
        _keep(saving.database(), code, found, lambda moved: regrouping.kept(changes[do](moved), texts.values()))
    except AnswerError as error:
        return error.rule
    except RefusedError:
        return "long"
    return ""


def _put(moved: Moved, groups: Sequence[Group], text: str, away: str, to: str) -> Moved:
    if to == APART:
        return regrouping.put_apart(moved, groups, text, away)
    return regrouping.put(moved, groups, text, away, "" if to == ALONE else to)


def _keep(db: Database, code: str, found: Given, change: Callable[[Moved], Moved]) -> None:
    imported.decide(db, code, found.question.id, lambda body: kept_of(change(moved_of(body))))


# What is seen -----------------------------------------------------------------------------------------------------


def _all(request: Request, found: Given, lang: Lang) -> Markup:
    v, groups = _groups(found, lang)
    code, here = request.path_params["code"], f"{request.url.path}?lang={lang}"
    said = request.query_params.get("sagt", "")
    told = t(f"groups.said_{said}", lang) if said in (*_RULES, "done") else ""
    stream = f"/rum/{code}/nyheter" if found.occasion.imported is None else ""
    way = f"/rum/{code}/fragor?lang={lang}" if stream else f"/mentimeter/{code}?lang={lang}"
    hand = results.by_hand(v, groups)
    undo = (
        _form(lang, {"gor": "om"}, _button("b-om", t("groups.undo_all", lang)))
        if found.moved != Moved()
        else Markup("")
    )
    listed = parts.join(_group(v, found.moved, group, groups) for group in groups)
    return Markup(
        '<div id="ikm" class="ikg" tabindex="-1" data-lang="{}" data-self="{}" data-stream="{}">'
        '<p><a href="{}">{}</a></p><h1>{}</h1><p>{}</p><p>{}</p><p class="ikb-said" role="status">{}</p>{}{}</div>'
    ).format(
        lang, here, stream, way, t("groups.back", lang), found.question.words.of(lang), t("groups.lede", lang),
        hand or t("groups.untouched", lang), told, undo,
        listed or Markup("<p>{}</p>").format(t("groups.none", lang)),
    )  # fmt: skip


def _group(v: View, moved: Moved, group: Group, groups: Sequence[Group]) -> Markup:
    name = results.name(v, group)
    texts: dict[str, Member] = {}
    times: dict[str, int] = {}
    for member in group.members:
        texts.setdefault(member.text, member)
        times[member.text] = times.get(member.text, 0) + 1
    rows = parts.join(_text(v, moved, member, times[text], group, groups) for text, member in texts.items())
    marks = [v.t("groups.is_named")] if group.id in moved.names else []
    marks += [v.t("groups.is_merged")] if group.id in moved.into.values() else []
    mark = Markup('<p class="ikb-small">{}</p>').format(" · ".join(marks)) if marks else ""
    return Markup(
        '<article class="ikm-one" id="g-{}" tabindex="-1"><h2>{} <span class="ikb-small">{}</span></h2>{}{}'
        '<ul class="ikm-texts">{}</ul></article>'
    ).format(ref_of(group.id), name, v.n(group.n), mark, _whole(v, moved, group, groups) if group.id else "", rows)


def _whole(v: View, moved: Moved, group: Group, groups: Sequence[Group]) -> Markup:
    """What is done with a group as a whole, folded away."""
    lang, ident, name = v.lang, ref_of(group.id), results.name(v, group)
    field = Markup(
        '<label for="n-{}">{}</label><input id="n-{}" name="namn" value="{}" maxlength="{}" autocomplete="off">'
    ).format(ident, v.t("groups.name"), ident, name, regrouping.MOST_NAME)
    press = _button(
        f"b-{ident}-namn", v.t("groups.rename"), v.t("groups.of_group", what=v.t("groups.rename"), name=name)
    )
    rename = _form(lang, {"gor": "namn", "grupp": group.id}, field + press)
    others = [(each.id, results.name(v, each)) for each in groups if each.id and each.id != group.id]
    merge = _form(
        lang, {"gor": "ihop", "grupp": group.id},
        _pick(f"m-{ident}", v.t("groups.merge_with"), others)
        + _button(f"b-{ident}-ihop", v.t("groups.merge"), v.t("groups.of_group", what=v.t("groups.merge"), name=name)),
    ) if others else Markup("")  # fmt: skip
    part = (
        _form(lang, {"gor": "isar", "grupp": group.id}, _button(f"b-{ident}-isar", v.t("groups.part")))
        if group.id in moved.into.values()
        else Markup("")
    )
    return Markup('<details id="d-{}"><summary>{}</summary>{}{}{}</details>').format(
        ident, v.t("groups.change"), rename, merge, part
    )


def _text(v: View, moved: Moved, member: Member, n: int, group: Group, groups: Sequence[Group]) -> Markup:
    """A text in a group, why it stands there, and where it may go."""
    ref = ref_of(member.text)
    ident = f"{ref}-{ref_of(group.id)}"
    ways = [(each.id, results.name(v, each)) for each in groups if each.id and each.id != group.id]
    ways += [(APART, v.t("groups.apart")), *([(ALONE, v.t("groups.alone"))] if group.id else [])]
    hidden = {"text": ref, "grupp": group.id, "gor": "flytta"}
    does = _form(
        v.lang, hidden,
        _pick(f"t-{ident}", v.t("groups.move_to"), ways, v.t("groups.move_text", text=member.text))
        + _button(f"b-{ident}", v.t("groups.move"), v.t("groups.of_text", what=v.t("groups.move"), text=member.text)),
    )  # fmt: skip
    if member.text in moved.texts:
        back = v.t("groups.to_method")
        does += _form(
            v.lang, {"text": ref, "gor": "metoden"},
            _button(f"u-{ident}", back, v.t("groups.of_text", what=back, text=member.text)),
        )  # fmt: skip
    often = f" ({v.t('groups.times', n=v.n(n))})" if n > 1 else ""
    return Markup(
        '<li><p class="ikm-words">{}{}</p><p class="ikb-small">{}</p><div class="ikm-do">{}</div></li>'
    ).format(member.text, often, results.reason(v, member), does)


def _pick(ident: str, first: str, ways: Sequence[tuple[str, str]], label: str = "") -> Markup:
    options = parts.join(Markup('<option value="{}">{}</option>').format(value, words[:60]) for value, words in ways)
    return Markup('<select id="{}" name="till" aria-label="{}"><option value="">{}</option>{}</select>').format(
        ident, label or first, first, options
    )


def _button(ident: str, words: str, label: str = "") -> Markup:
    named = Markup(' aria-label="{}"').format(label) if label else Markup("")
    return Markup('<button id="{}"{}>{}</button>').format(ident, named, words)


def _form(lang: Lang, fields: dict[str, str], inner: Markup) -> Markup:
    hidden = parts.join(
        Markup('<input type="hidden" name="{}" value="{}">').format(name, value)
        for name, value in {**fields, "lang": lang}.items()
    )
    return Markup('<form method="post" class="ikm-merge">{}{}</form>').format(hidden, inner)
