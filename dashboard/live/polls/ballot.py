"""The phone's form for a question. Plain HTML that works by itself; ``ballot.js`` never gives up sending."""

from __future__ import annotations

import json
from typing import Final

from markupsafe import Markup

from dashboard.live.polls.question import MOST_TEXT, Answer, Question
from dashboard.live.polls.question_files import option_words, preloaded
from dashboard.numbers import number
from dashboard.store import retention
from dashboard.store.polls import LEAST_SENSITIVE, Mine, PollState
from dashboard.texts import Lang, t

_NOTHING: Final = Markup("")
_SCRIPT_WORDS: Final = ("sending", "joining", "offline", "moved", "change")


def ballot(
    question: Question,
    state: PollState,
    lang: Lang,
    code: str,
    mine: Mine | None,
    *,
    challenge: str = "",
    said: str = "",
    results: Markup = _NOTHING,
    stream: str = "",
    is_known: bool = False,
) -> Markup:
    """The question, its form where it is open, what became of the voter's answer, and the room's where it is shown.

    ``challenge``: what a phone without a token sends along (:mod:`.door`); ``is_known``: it has one.
    ``said``: words of what happened a moment ago. ``results``: :func:`.in_room.news`. ``stream``:
    where ``ballot.js`` is to listen for news, "" where the page around passes them on (an ``inkarta-news`` event).
    """
    heading = Markup('<h2 id="ikb-q">{}</h2>').format(question.words.of(lang))
    origin = t("polls.of_conference", lang) if question.item else ""
    if not question.item and any(one.id == question.id for one in preloaded()):
        origin = t("polls.of_product", lang)
    body = _form(question, lang, code, mine, challenge) if state.is_open else _closed(state, lang)
    told = said or (of_answer(question, mine, lang) if mine else t("polls.not_yet", lang) if state.is_open else "")
    words = {each: t(f"polls.{each}", lang) for each in _SCRIPT_WORDS}
    return Markup(
        '<section class="ikb" id="ikb" aria-labelledby="ikb-q" data-code="{}" data-question="{}" data-open="{}" '
        'data-lang="{}" data-known="{}" data-number="{}" data-stream="{}" data-words="{}">'
        '{}{}{}<p class="ikb-said" role="status">{}</p><div class="ikb-results">{}</div>{}</section>'
    ).format(
        code, question.id, int(state.is_open), lang, int(is_known), mine.number if mine else 0, stream,
        json.dumps(words, ensure_ascii=False), heading, _small(origin) if origin else "",
        body, told, results, _keeping(question, lang),
    )  # fmt: skip


def of_answer(question: Question, mine: Mine, lang: Lang) -> str:
    """That an answer has been received, and which."""
    if question.kind == "text":
        return t(f"polls.received_{mine.status or 'waiting'}", lang, answer=mine.answer)
    if question.is_sensitive:
        return t("polls.received_short", lang)
    return t("polls.received", lang, answer=in_words(question, mine.answer, lang))


def in_words(question: Question, answer: Answer, lang: Lang) -> str:
    """An answer as it is read aloud."""
    words = option_words(question, lang)
    if isinstance(answer, tuple):
        names = [words.get(each, each) for each in answer]
        return (
            ", ".join(f"{n} {name}" for n, name in enumerate(names, 1))
            if question.kind == "ranking"
            else ", ".join(names)
        )
    if isinstance(answer, str):
        return words.get(answer, answer)
    return plain(answer, lang)


def _closed(state: PollState, lang: Lang) -> Markup:
    key = "polls.closed_deleted" if state.is_withheld or state.is_kept else "polls.closed"
    return Markup("<p>{}</p>").format(t(key, lang)) if state.turn else Markup("")


def _small(text: str) -> Markup:
    return Markup('<p class="ikb-small">{}</p>').format(text)


def _keeping(question: Question, lang: Lang) -> Markup:
    if question.is_sensitive:
        text = t("polls.keep_sensitive", lang, least=LEAST_SENSITIVE)
    else:
        text = t("polls.keep_text" if question.kind == "text" else "polls.keep", lang, days=retention.days())
    return _small(text)


def _form(question: Question, lang: Lang, code: str, mine: Mine | None, challenge: str) -> Markup:
    asked = {
        "single": _single, "multiple": _multiple, "scale": _scale, "ranking": _ranking, "text": _text, "lan": _lan,
        "guess": _guess,
    }[question.kind](question, lang, mine.answer if mine else None)  # fmt: skip
    return Markup(
        '<form method="post" action="/r/{}/svar"><input type="hidden" name="fraga" value="{}">'
        '<input type="hidden" name="lang" value="{}"><input type="hidden" name="bricka" value="{}">{}'
        '<button class="ikb-send">{}</button></form>'
    ).format(code, question.id, lang, challenge, asked, t("polls.change" if mine else "polls.send", lang))


def _group(how: str, inner: Markup, role: str = "") -> Markup:
    return Markup("<fieldset{}><legend>{}</legend>{}</fieldset>").format(
        Markup(' class="{}"').format(role) if role else "", how, inner
    )


def _choice(kind: str, value: object, words: str, *, is_chosen: bool) -> Markup:
    return Markup('<label class="ikb-choice"><input type="{}" name="svar" value="{}"{}><span>{}</span></label>').format(
        kind, value, Markup(" checked") if is_chosen else "", words
    )


def _single(question: Question, lang: Lang, held: Answer | None) -> Markup:
    inner = Markup("").join(
        _choice("radio", option.id, option.words.of(lang), is_chosen=option.id == held) for option in question.options
    )
    return _group(t("polls.how_single", lang), inner)


def _multiple(question: Question, lang: Lang, held: Answer | None) -> Markup:
    chosen = held if isinstance(held, tuple) else ()
    inner = Markup("").join(
        _choice("checkbox", option.id, option.words.of(lang), is_chosen=option.id in chosen)
        for option in question.options
    )
    how = t("polls.how_multiple_most", lang, n=question.most) if question.most else t("polls.how_multiple", lang)
    return _group(how, inner)


def _scale(question: Question, lang: Lang, held: Answer | None) -> Markup:
    low, high = int(question.lowest), int(question.highest)
    inner = Markup("").join(
        _choice("radio", step, step_words(question, step, lang), is_chosen=step == held)
        for step in range(low, high + 1)
    )
    bounds = {"low": number(low, lang), "high": number(high, lang)}
    return _group(t("polls.how_scale", lang, **bounds), inner)


def _ranking(question: Question, lang: Lang, held: Answer | None) -> Markup:
    """Each option with its place in a select; the script puts buttons in their stead and the options in order."""
    order = list(held) if isinstance(held, tuple) else []
    words = option_words(question, lang)
    ids = order or list(words)
    items = []
    for each in ids:
        places = [Markup('<option value="">{}</option>').format(t("polls.no_place", lang))]
        places += [
            Markup('<option value="{}"{}>{}</option>').format(
                n, Markup(" selected") if order and order[n - 1] == each else "", t("polls.place", lang, n=n)
            )
            for n in range(1, len(ids) + 1)
        ]
        items.append(
            Markup(
                '<li data-name="{}" data-up="{}" data-down="{}"><span class="ikb-rank-name">{}</span>'
                '<select name="plats_{}" aria-label="{}">{}</select></li>'
            ).format(
                words[each],
                t("polls.up", lang, what=words[each]),
                t("polls.down", lang, what=words[each]),
                words[each],
                each,
                t("polls.place_of", lang, what=words[each]),
                Markup("").join(places),
            )
        )
    return _group(t("polls.how_ranking", lang), Markup("<ol>{}</ol>").format(Markup("").join(items)), "ikb-ranking")


def _text(_: Question, lang: Lang, held: Answer | None) -> Markup:
    return Markup(
        '<label class="ikb-label" for="ikb-text">{}</label><p id="ikb-how" class="ikb-small">{}</p>'
        '<textarea id="ikb-text" name="svar" rows="3" maxlength="{}" required aria-describedby="ikb-how">{}</textarea>'
    ).format(t("polls.your_text", lang), t("polls.how_text", lang, n=MOST_TEXT), MOST_TEXT, held or "")


def _lan(question: Question, lang: Lang, held: Answer | None) -> Markup:
    options = Markup("").join(
        Markup('<option value="{}"{}>{}</option>').format(code, Markup(" selected") if code == held else "", name)
        for code, name in sorted(option_words(question, lang).items(), key=lambda one: _in_order(one[1]))
    )
    return Markup(
        '<label class="ikb-label" for="ikb-lan">{}</label><select id="ikb-lan" name="svar" required>'
        '<option value="">{}</option>{}</select>'
    ).format(t("polls.how_lan", lang), t("polls.no_lan", lang), options)


def _in_order(name: str) -> str:
    """Å, ä and ö come last."""
    return name.casefold().translate({ord("å"): "{", ord("ä"): "|", ord("ö"): "}"})


def _guess(question: Question, lang: Lang, held: Answer | None) -> Markup:
    low, high = plain(question.lowest, lang), plain(question.highest, lang)
    value = plain(held, lang) if isinstance(held, int | float) else ""
    return Markup(
        '<label class="ikb-label" for="ikb-guess">{}</label><p id="ikb-how" class="ikb-small">{}</p>'
        '<input id="ikb-guess" name="svar" inputmode="decimal" autocomplete="off" required aria-describedby="ikb-how" '
        'value="{}">'
    ).format(t("polls.your_guess", lang), t("polls.how_guess", lang, low=low, high=high), value)


def step_words(question: Question, step: int, lang: Lang) -> str:
    """A step of a scale, with what it means where it is an end that has a name."""
    if question.ends and step in (int(question.lowest), int(question.highest)):
        means = question.ends[step != int(question.lowest)].of(lang)
        return t("polls.end_low", lang, n=number(step, lang), means=means)
    return number(step, lang)


def plain(value: float, lang: Lang) -> str:
    """A number with the decimals that it has, two at most."""
    decimals = next((n for n in (0, 1) if round(value, n) == round(value, 2)), 2)
    return number(value, lang, decimals)
