"""Questions to the room: seven kinds, and what is an answer to each. Pure; no database, no screen."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from dashboard.texts import Said

Kind = Literal["single", "multiple", "ranking", "scale", "text", "lan", "guess"]
Answer = str | int | float | tuple[str, ...]
"""``single``: an option's id. ``multiple``: ids in the options' order. ``ranking``: ids, the first ranked first.

``scale``: a step. ``text``: what was written. ``lan``: a ``lan_code``. ``guess``: a number in the figure's unit."""
COUNTED_ALONE: Final = ("single", "scale", "lan")
"""Kinds that may be sensitive: one value of few is an answer, and its number says nothing of anybody's others."""
MOST_TEXT: Final = 200
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Option:
    """A choice; ``id`` is stable and stands in what is stored."""

    id: str
    words: Said


@dataclass(frozen=True)
class Figure:
    """A sourced value that the room guesses: an indicator in a region ("00" the country), "" for its latest period."""

    indicator: str
    region: str = "00"
    period: str = ""


@dataclass(frozen=True)
class Question:
    """One question. ``id`` is stable within a deck; ``item``: the seed item that it is, or "".

    ``options``: for ``single``, ``multiple`` and ``ranking``, two or more. ``most``: how many choices ``multiple``
    allows, 0 for any. ``lowest``/``highest``: the ends of ``scale`` (whole steps) and of ``guess``; ``ends``: names.
    ``figure``: for ``guess``. ``is_sensitive``: aggregates only, hidden below ten answers, answers deleted at close;
    only of a kind in :data:`COUNTED_ALONE`.
    ``aside``: an address of the product whose view belongs beside the answers, or "".
    """

    id: str
    kind: Kind
    words: Said
    options: tuple[Option, ...] = ()
    most: int = 0
    lowest: float = 1
    highest: float = 5
    ends: tuple[Said, Said] | None = None
    figure: Figure | None = None
    is_sensitive: bool = False
    item: str = ""
    aside: str = ""


class AnswerError(ValueError):
    """What was sent is no answer to the question. ``rule``: a key of the words that say why."""

    def __init__(self, rule: Literal["kind", "option", "twice", "count", "range", "empty", "long", "place"]) -> None:
        super().__init__(rule)
        self.rule = rule


def checked(question: Question, sent: object, places: frozenset[str]) -> Answer:
    """What was sent as an answer. ``places``: the 21 ``lan_code``. Raises :class:`AnswerError`."""
    if question.kind in ("single", "lan"):
        if not isinstance(sent, str):
            raise AnswerError("kind")
        if sent not in (places if question.kind == "lan" else {option.id for option in question.options}):
            raise AnswerError("place" if question.kind == "lan" else "option")
        return sent
    if question.kind == "text":
        return written(sent)
    if question.kind in ("multiple", "ranking"):
        return _several(question, sent)
    if isinstance(sent, bool) or not isinstance(sent, int | float) or not math.isfinite(sent):
        raise AnswerError("kind")
    if not question.lowest <= sent <= question.highest or (question.kind == "scale" and sent != int(sent)):
        raise AnswerError("range")
    return int(sent) if question.kind == "scale" else float(sent)


def written(sent: object) -> str:
    """A free text as it is stored: composed, without control signs, its spaces single. Raises :class:`AnswerError`."""
    if not isinstance(sent, str):
        raise AnswerError("kind")
    text = " ".join(_CONTROL.sub(" ", unicodedata.normalize("NFC", sent)).split())
    if not text:
        raise AnswerError("empty")
    if len(text) > MOST_TEXT:
        raise AnswerError("long")
    return text


def _several(question: Question, sent: object) -> tuple[str, ...]:
    if not isinstance(sent, list | tuple) or not all(isinstance(each, str) for each in sent):
        raise AnswerError("kind")
    known = [option.id for option in question.options]
    if any(each not in known for each in sent):
        raise AnswerError("option")
    if len(set(sent)) != len(sent):
        raise AnswerError("twice")
    if question.kind == "ranking":
        if len(sent) != len(known):
            raise AnswerError("count")
        return tuple(sent)
    if not sent or (question.most and len(sent) > question.most):
        raise AnswerError("count")
    return tuple(each for each in known if each in sent)
