"""What a room answered, on its phones: one sentence and a table. Pure; the stage draws its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import mean, median
from typing import Final, cast

from markupsafe import Markup

from dashboard.live.polls.question import Answer, Question
from dashboard.live.polls.question_files import option_words
from dashboard.numbers import number
from dashboard.texts import Lang, t

Rows = list[tuple[str, ...]]
_BINS: Final = 10


def told(question: Question, answers: Sequence[Answer], lang: Lang) -> Markup:
    """A heading, a sentence and a table of everybody's answers, as :func:`dashboard.store.polls.answers` gives them."""
    head: tuple[str, ...] = ()
    rows: Rows = []
    if not answers:
        sentence = t("polls.none_approved" if question.kind == "text" else "polls.no_answers", lang)
    elif question.kind in ("single", "multiple", "lan"):
        sentence, head, rows = _choices(question, answers, lang)
    elif question.kind == "ranking":
        sentence, head, rows = _ranking(question, answers, lang)
    elif question.kind == "text":
        sentence, head, rows = _texts(answers, lang)
    else:
        sentence, head, rows = _numbers(question, cast("Sequence[float]", answers), lang)
    out = Markup('<h3>{}</h3><p class="ikb-finding">{}</p>').format(t("polls.result", lang), sentence)
    if rows:
        out += _table(head, rows)
    if question.kind == "multiple" and rows:
        out += Markup('<p class="ikb-small">{}</p>').format(t("polls.several", lang))
    return out


def share(n: int, of: int, lang: Lang) -> str:
    """A share in whole per cent."""
    return t("polls.percent", lang, n=number(100 * n / of, lang)) if of else "–"


def _choices(question: Question, answers: Sequence[Answer], lang: Lang) -> tuple[str, tuple[str, ...], Rows]:
    words, of = option_words(question, lang), len(answers)
    chosen = Counter(each for one in answers for each in (one if isinstance(one, tuple) else (str(one),)))
    ids = list(words) if question.kind != "lan" else [each for each in words if chosen[each]]
    if not question.is_sensitive:
        ids.sort(key=lambda each: -chosen[each])
    first = max(chosen.values())
    top = [words.get(each, each) for each in ids if chosen[each] == first]
    key = "polls.most_several" if len(top) > 1 else "polls.most_lan" if question.kind == "lan" else "polls.most"
    sentence = t(key, lang, what=", ".join(top), n=number(first, lang), of=number(of, lang))
    rows: Rows = [(words[each], number(chosen[each], lang), share(chosen[each], of, lang)) for each in ids]
    return sentence, (t("polls.col_answer", lang), t("polls.col_n", lang), t("polls.col_share", lang)), rows


def _ranking(question: Question, answers: Sequence[Answer], lang: Lang) -> tuple[str, tuple[str, ...], Rows]:
    words = option_words(question, lang)
    orders = [one for one in answers if isinstance(one, tuple)]
    places = {each: mean(order.index(each) + 1 for order in orders) for each in words}
    ids = sorted(words, key=lambda each: places[each])
    rows: Rows = [(words[each], number(places[each], lang, 1)) for each in ids]
    sentence = t("polls.ranked", lang, what=words[ids[0]], mean=number(places[ids[0]], lang, 1))
    return sentence, (t("polls.col_answer", lang), t("polls.col_mean", lang)), rows


def _texts(answers: Sequence[Answer], lang: Lang) -> tuple[str, tuple[str, ...], Rows]:
    counted = Counter(map(str, answers))
    rows: Rows = [(text, number(n, lang)) for text, n in sorted(counted.items(), key=lambda one: (-one[1], one[0]))]
    sentence = t("polls.written_one", lang) if len(answers) == 1 else t("polls.written", lang, n=len(answers))
    return sentence, (t("polls.col_answer", lang), t("polls.col_n", lang)), rows


def _numbers(question: Question, answers: Sequence[float], lang: Lang) -> tuple[str, tuple[str, ...], Rows]:
    of = len(answers)
    low, high = question.lowest, question.highest
    if question.kind == "scale":
        counted = Counter(int(each) for each in answers)
        rows: Rows = [
            (step_words(question, step, lang), number(counted[step], lang), share(counted[step], of, lang))
            for step in range(int(low), int(high) + 1)
        ]
        sentence = t(
            "polls.mean", lang, mean=number(mean(answers), lang, 1), low=number(low, lang), high=number(high, lang),
            n=number(of, lang),
        )  # fmt: skip
        return sentence, (t("polls.col_answer", lang), t("polls.col_n", lang), t("polls.col_share", lang)), rows
    counted = Counter(min(_BINS - 1, int((each - low) / (high - low) * _BINS)) for each in answers)
    edges = [low + (high - low) * each / _BINS for each in range(_BINS + 1)]
    rows = []
    for each in range(min(counted), max(counted) + 1):
        key = "polls.span" if each == _BINS - 1 else "polls.span_below"
        words = t(key, lang, low=plain(edges[each], lang), high=plain(edges[each + 1], lang))
        rows.append((words, number(counted[each], lang), share(counted[each], of, lang)))
    sentence = t(
        "polls.guessed", lang, median=plain(median(answers), lang), low=plain(min(answers), lang),
        high=plain(max(answers), lang),
    )  # fmt: skip
    return sentence, (t("polls.col_guess", lang), t("polls.col_n", lang), t("polls.col_share", lang)), rows


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


def _table(head: tuple[str, ...], rows: Rows) -> Markup:
    first, other = Markup('<th scope="row">{}</th>'), Markup("<td>{}</td>")

    top = Markup("").join(Markup('<th scope="col">{}</th>').format(each) for each in head)
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join((other if n else first).format(each) for n, each in enumerate(row))
        )
        for row in rows
    )
    return Markup('<table class="ikb-table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>').format(top, body)
