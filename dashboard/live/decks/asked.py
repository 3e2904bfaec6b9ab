"""What a scene asks the room: one of the questions that every deck may ask, or one of the deck's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dashboard.layout import View
from dashboard.live.decks.deck import Deck, Scene
from dashboard.live.polls.question import Question
from dashboard.live.polls.question_files import preloaded, question_of
from dashboard.tables import FileError, Table

_ADDED: Final = str.maketrans("", "", "[]")
"""The seed sets words that its source lost in brackets."""


@dataclass(frozen=True)
class Asked:
    """A question as it is put: what it is, and its words in the viewer's language."""

    question: Question
    words: str

    @property
    def id(self) -> str:
        """The question's id."""
        return self.question.id


def known() -> frozenset[str]:
    """The ids of the questions that every deck may ask."""
    return frozenset(question.id for question in preloaded())


def every(own: Sequence[Mapping[str, Any]] = ()) -> dict[str, Question]:
    """The questions of a deck by id, its ``own`` first; one of its own that cannot be read is left out."""
    found: dict[str, Question] = {}
    for given in own:
        try:
            one = question_of(Table("", "", given))
        except FileError:
            continue
        found[one.id] = one
    return found | {one.id: one for one in preloaded() if one.id not in found}


def of_scene(v: View, deck: Deck, scene: Scene) -> Asked | None:
    """What the scene asks; None when it asks nothing."""
    one = every(deck.questions).get(scene.question) if scene.question else None
    return Asked(one, one.words.of(v.lang).translate(_ADDED)) if one else None


def words(v: View, question: str, own: Sequence[Mapping[str, Any]] = ()) -> str:
    """A question's words in the viewer's language, "" for an unknown one."""
    one = every(own).get(question)
    return one.words.of(v.lang).translate(_ADDED) if one else ""
