"""``/rum/<code>/bredvid/<question>``: the room's answers beside the data, large enough for the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard import exhibit, parts
from dashboard.db import NoSnapshotError
from dashboard.exhibit import Exhibit
from dashboard.export.about import plain
from dashboard.layout import View
from dashboard.live.decks.told import dated
from dashboard.live.results import beside, known_actors
from dashboard.live.results.result_files import Counted
from dashboard.live.results.result_routes import Given, Source, counted, view
from dashboard.live.room.document import answer, document, foot, lang_of, refused
from dashboard.live.room.phone import places

MOST_ROWS: Final = 12


def routes(source: Source) -> list[BaseRoute]:
    """The route, with where questions and answers are from: what is not shown to the room only its presenter sees."""

    def page(request: Request) -> Response:
        code, lang = request.path_params["code"], lang_of(request.query_params.get("lang"))
        given = source.one(code, request.path_params["question"], request)
        if given is None:
            return refused(lang, "no_room", 404)
        try:
            v = view(given, lang)
        except NoSnapshotError:
            return refused(lang, "no_snapshot", 503)
        return answer(_page(v, given, code, request.query_params.get("lan", "")))

    return [Route("/rum/{code:str}/bredvid/{question:str}", page, methods=["GET"])]


def _page(v: View, given: Given, code: str, wanted: str) -> Markup:
    one = counted(v, given)
    lans = places(v)
    lan = wanted if wanted in dict(lans) else _first(one, lans[0][0])
    figures = [made for make in MAKERS if (made := make(v, one, lan)) is not None]
    options = parts.join(
        Markup('<option value="{}"{}>{}</option>').format(each, Markup(" selected") if each == lan else "", name)
        for each, name in lans
    )
    form = Markup(
        '<form method="get"><input type="hidden" name="lang" value="{}"><label for="lan">{}</label> '
        '<select id="lan" name="lan">{}</select> <button>{}</button></form>'
    ).format(v.lang, v.t("asking.lan"), options, v.t("stage.show"))
    mark = Markup('<p class="practice">{}</p>').format(v.t("stage.practice")) if given.occasion.is_practice else ""
    body = Markup('<main class="beside"><h1>{}</h1>{}{}{}</main>{}').format(
        given.question.words.of(v.lang),
        mark,
        form,
        parts.join(_figure(v, of) for of in figures),
        foot(v.lang, dated(v)),
    )
    title = f"{v.t('asking.beside')} – {code} – {v.t('site.name')}"
    return document(v.lang, title, body, style="beside.css", data={})


def _first(one: Counted, otherwise: str) -> str:
    """The län that most in the room stated, for a question of län."""
    if one.question.kind != "lan" or not one.tally.counts:
        return otherwise
    most = max(one.tally.counts, key=lambda count: count.n)
    return most.key if most.n else otherwise


def _untold(one: Counted) -> str:
    """The indicator that a room still guesses; "" for none."""
    figure = one.question.figure
    return figure.indicator if figure and not one.reveal else ""


def _figure(v: View, of: Exhibit) -> Markup:
    said = [*of.basis, *of.missing, *of.source]
    short = Exhibit(of.id, of.title, of.finding, of.columns, of.rows[:MOST_ROWS], of.source)
    more = len(of.rows) - len(short.rows)
    return Markup('<section><h2>{}</h2><p class="lede">{}</p>{}{}{}</section>').format(
        of.title, of.finding, exhibit.table(v, short) if short.rows else "",
        Markup('<p class="small">{}</p>').format(v.t("stage.more_rows", n=v.n(more))) if more > 0 else "",
        parts.join(Markup('<p class="small">{}</p>').format(plain(text)[0]) for text in said),
    )  # fmt: skip


MAKERS: Final[tuple[Callable[[View, Counted, str], Exhibit | None], ...]] = (
    lambda v, one, lan: beside.said(v, one.question, one.tally, lan, one.occasion),
    lambda v, one, _: known_actors.exhibit(v, one.question, one.tally, one.occasion),
    lambda v, one, lan: beside.lan(v, one.tally, lan, one.occasion, untold=_untold(one)),
)
"""What stands beside the answers: what is mentioned, the actors named, the län's own figures."""
