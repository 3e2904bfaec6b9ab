"""Questions of every kind, a room that holds them, and a page that shows one result as the stage does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from dashboard.live.polls import practice
from dashboard.live.polls.question import Answer, Figure, Option, Question
from dashboard.live.results import guess, result_routes, results, screen, screen_markup
from dashboard.live.results.result_routes import Given
from dashboard.live.results.results import Occasion
from dashboard.middleware import Shell, asset_url
from dashboard.texts import Said

DAY = date(2026, 11, 23)


def _options(*pairs: tuple[str, str]) -> tuple[Option, ...]:
    return tuple(Option(chr(97 + at), Said(sv, en)) for at, (sv, en) in enumerate(pairs))


HERE = _options(
    ("Kommun", "Municipality"), ("Region", "Region"), ("Myndighet", "Public authority"),
    ("Civilsamhälle", "Civil society"), ("Näringsliv", "Business"), ("Akademi", "Academia"),
)  # fmt: skip
QUESTIONS: dict[str, Question] = {
    "single": Question("single", "single", Said("Översikt i rummet: Vilka är här?", "Who is here?"), HERE),
    "multiple": Question(
        "multiple", "multiple",
        Said("Vilka borde samverka för att förstå och påverka samhällsutmaningar?", "Who should cooperate?"), HERE,
    ),
    "ranking": Question(
        "ranking", "ranking", Said("Vad borde en regional stödstruktur göra först?", "What should come first?"),
        _options(
            ("Samla aktörer kring gemensamma behov", "Gather actors around shared needs"),
            ("Hitta finansiering", "Find funding"), ("Mäta effekter", "Measure effects"),
            ("Sprida det som fungerar", "Spread what works"),
            ("Utbilda i social innovation", "Teach social innovation"),
        ),
    ),
    "scale": Question(
        "scale", "scale", Said("Hur väl når ni dem som står längst från arbete?", "How well do you reach them?"),
        lowest=1, highest=5, ends=(Said("inte alls", "not at all"), Said("helt", "entirely")),
    ),
    "text": Question(
        "text", "text",
        Said("Vilka hinder ser du för att fler långsiktiga plattformar ska få plats?", "Which obstacles do you see?"),
        aside="/behov?indikator=long_term_share_18_65",
    ),
    "lan": Question("lan", "lan", Said("Vilket län kommer du från?", "Which county are you from?")),
    "guess": Question(
        "guess", "guess",
        Said("Hur stor andel av 16–24-åringarna varken arbetar eller studerar?", "What share is NEET?"),
        lowest=0, highest=30, figure=Figure("neet_16_24"),
    ),
    "sensitive": Question(
        "sensitive", "single",
        Said("Har du upplevt diskriminering?", "Have you experienced discrimination?"),
        _options(("Ja", "Yes"), ("Nej", "No"), ("Vill inte svara", "Prefer not to say")), is_sensitive=True,
    ),
}  # fmt: skip


def made_up(kind: str, size: int, lang: Any = "sv") -> list[Answer]:
    """The last answer of each simulated voter."""
    votes = practice.audience(QUESTIONS[kind], size, lang=lang)
    return list({vote.voter: vote.answer for vote in votes}.values())


@dataclass
class Hall:
    """A :class:`dashboard.live.results.result_routes.Source` that holds what a test puts in it."""

    answers: dict[str, Sequence[Answer]] = field(default_factory=dict)
    occasion: Occasion = field(default_factory=lambda: Occasion("k7m2q", DAY, 250))
    reveal: bool = False
    shown: set[str] = field(default_factory=lambda: set(QUESTIONS))

    def one(self, code: str, question: str, request: Request) -> Given | None:
        if code != self.occasion.code or question not in self.shown or question not in QUESTIONS:
            return None
        held = self.answers.get(question, [])
        return Given(QUESTIONS[question], held, self.occasion, reveal=self.reveal)

    def every(self, code: str, request: Request) -> Sequence[Given]:
        return [given for name in QUESTIONS if name in self.answers and (given := self.one(code, name, request))]


def app(hall: Hall) -> Shell:
    """The routes, and ``/scen/<question>`` and ``/telefon/<question>`` as a stage and a phone would show them."""

    def stage(request: Request) -> Response:
        given = hall.one(hall.occasion.code, request.path_params["question"], request)
        assert given is not None
        v = result_routes.view(given, request.query_params.get("lang", ""))
        one = result_routes.counted(v, given)
        frame = screen.frame(v, one.question, one.tally, one.occasion, reveal=given.reveal)
        of = results.result(v, one.question, one.tally, one.occasion, reveal=given.reveal)
        live = f"/rum/{hall.occasion.code}/resultat/{given.question.id}.json?lang={v.lang}"
        body = screen_markup.markup(v, frame, live=live, table=of if of.rows else None)
        return HTMLResponse(_page(v.lang, f'<main class="hall">{body}</main>'))

    def phone(request: Request) -> Response:
        given = hall.one(hall.occasion.code, request.path_params["question"], request)
        assert given is not None
        v = result_routes.view(given, request.query_params.get("lang", ""))
        one = result_routes.counted(v, given)
        of = results.result(v, one.question, one.tally, one.occasion, reveal=given.reveal)
        marks = results.marks(v, one.occasion)
        body = screen_markup.light(v, of, marks[0] if marks else "")
        extra = guess.breakdown(v, one.question) if given.reveal else None
        more = screen_markup.light(v, extra) if extra else ""
        return HTMLResponse(_page(v.lang, f"<main><h1>{of.title}</h1>{body}{more}</main>"))

    own = [Route("/scen/{question}", stage), Route("/telefon/{question}", phone)]
    return Shell(Starlette(routes=[*own, *result_routes.routes(hall)]))


def _page(lang: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Resultat</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<link rel="stylesheet" href="{asset_url("ballot.css")}">'
        f'<link rel="stylesheet" href="{asset_url("results.css")}">'
        "<style>:root{color-scheme:light dark;background:light-dark(#fff,#0e1a22);color:light-dark(#14212b,#f2f6f8);"
        "font-family:Inter,system-ui}body{margin:0}.hall{box-sizing:border-box;height:100vh;padding:5vh 5vw}"
        "main:not(.hall){padding:1rem;max-width:40rem}</style></head>"
        f'<body>{body}<script type="module" src="{asset_url("results.js")}"></script></body></html>'
    )
