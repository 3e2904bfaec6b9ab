"""What a scene asks the room: the words of its question, and the places where answers and results are put."""

from __future__ import annotations

from dataclasses import dataclass

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
    if not scene.question:
        return None
    own = next((each for each in deck.questions if each["id"] == scene.question), None)
    if own is not None:
        other: Lang = "sv" if v.lang == "en" else "en"
        return Asked(scene.question, str(own.get(v.lang) or own.get(other) or ""))
    every = (q for e in event.found().found for part in e.parts for q in part.questions)
    found = next((q for q in every if q.item == scene.question), None)
    item = seed.by_id(v.w).get(scene.question)
    words = (found.words.of(v.lang) if found else "") or (str(item["name"]) if item else "")
    return Asked(scene.question, words.translate(_ADDED))


def on_stage(asked: Asked, code: str) -> Markup:  # noqa: ARG001
    """What the screen shows under the question's words: the results, once there are any."""
    return Markup("")


def on_phone(asked: Asked, code: str, lang: Lang) -> Markup:  # noqa: ARG001
    """What the phone shows under the question's words: the form to answer with, and the results."""
    return Markup("")
