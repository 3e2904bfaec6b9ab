"""What a scene asks the room: the words of its question, and the places where answers and results are put."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from dashboard.blocks import event
from dashboard.layout import View
from dashboard.live.deck import Deck, Scene
from dashboard.questions import seed
from dashboard.texts import Lang

_ADDED = str.maketrans("", "", "[]")
"""The seed sets words that its source lost in brackets."""


@dataclass(frozen=True)
class Asked:
    """A question as it is put: its id and its words in the viewer's language."""

    id: str
    words: str


def known() -> frozenset[str]:
    """The questions that every deck may ask: those that were put to the room at the events, by their seed items."""
    return frozenset(q.item for e in event.found().found for part in e.parts for q in part.questions if q.item)


def of_scene(v: View, deck: Deck, scene: Scene) -> Asked | None:
    """What the scene asks; None when it asks nothing."""
    return Asked(scene.question, words(v, scene.question, deck.questions)) if scene.question else None


def words(v: View, question: str, own: Sequence[Mapping[str, Any]] = ()) -> str:
    """A question's words: of a deck's ``own`` tables, else of those that every deck may ask."""
    given = next((each for each in own if each.get("id") == question), None)
    if given is not None:
        other: Lang = "sv" if v.lang == "en" else "en"
        return str(given.get(v.lang) or given.get(other) or "")
    every = (q for e in event.found().found for part in e.parts for q in part.questions)
    found = next((q for q in every if q.item == question), None)
    item = seed.by_id(v.w).get(question)
    said = (found.words.of(v.lang) if found else "") or (str(item["name"]) if item else "")
    return said.translate(_ADDED)


def on_stage(v: View, asked: Asked, code: str) -> Markup:  # noqa: ARG001
    """What the screen shows under the question's words: the results, once there are any."""
    return Markup("")


def on_phone(v: View, asked: Asked, code: str) -> Markup:  # noqa: ARG001
    """What the phone shows under the question's words: the form to answer with, and the results."""
    return Markup("")
