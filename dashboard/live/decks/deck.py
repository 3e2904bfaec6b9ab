"""Decks: scenes in order, each a saved view with a headline, an annotation and a note for whoever speaks.

A deck is a TOML file, or a kept record with the same keys. What is wrong is told by file and key, with what to do.
"""

from __future__ import annotations

import re
import string
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args
from urllib.parse import urlencode

from dashboard.export.catalogue import CATALOGUE, FAMILIES
from dashboard.layout import PAGES
from dashboard.live.polls.question_files import question_of
from dashboard.tables import ID, FileError, Table, opened
from dashboard.texts import Said
from dashboard.theory import NOTHING

Form = Literal["", "map", "bars", "numbers", "chart", "list", "words"]
FORMS: Final[tuple[Form, ...]] = get_args(Form)
FIELDS: Final = (
    "n", "rows", "some", "none", "most", "most_value", "least", "least_value", "name1", "value1", "name2", "value2",
    "name3", "value3",
)  # fmt: skip
"""What a headline and an annotation may have filled in from the scene's figure: ``{most_value}``."""
MOST_SCENES, MOST_HEADLINE, MOST_ANNOTATION, MOST_NOTE, MOST_MINUTES = 60, 120, 240, 2000, 600


class DeckError(FileError):
    """A deck cannot be read. The message names file and key, and says what to do."""


@dataclass(frozen=True)
class Scene:
    """One scene. ``id`` is stable within the deck; ``headline`` and ``annotation`` may hold ``FIELDS``.

    ``page``, ``query`` and ``figure`` (an exhibit of the page) say what is shown, "" for words alone. ``form``: how,
    "" as suits the figure. ``column``: which column of its table, counted from 1; 0 the first with numbers.
    ``highlight``: the län that is pointed at from the beginning. ``question``: the id of what is asked here.
    """

    id: str
    headline: Said
    annotation: Said = NOTHING
    note: Said = NOTHING
    page: str = ""
    query: tuple[tuple[str, str], ...] = ()
    figure: str = ""
    form: Form = ""
    column: int = 0
    highlight: str = ""
    question: str = ""


@dataclass(frozen=True)
class Deck:
    """A deck. ``minutes``: how long it is meant to take, 0 unsaid. ``questions``: its own, as in the file.

    ``is_dark``: it begins with the dark stage, for a hall without light.
    """

    id: str
    title: Said
    scenes: tuple[Scene, ...]
    minutes: int = 0
    questions: tuple[Mapping[str, Any], ...] = ()
    is_dark: bool = False

    @property
    def origin(self) -> str:
        """What it was copied from, which a deck does not tell."""
        return ""


def read(path: Path, known: Collection[str]) -> Deck:
    """A file as a :class:`Deck`. ``known``: ids of questions that every deck may ask. Raises :class:`DeckError`."""
    return deck_of(path.stem, opened(path, DeckError, "lansdagen-2027.toml"), known)


def from_body(deck_id: str, body: Any, known: Collection[str], name: str = "") -> Deck:
    """A kept body as a :class:`Deck`; ``name``: what it is called in what is said of it. Raises :class:`DeckError`."""
    if not isinstance(body, dict):
        raise DeckError(f"{name or deck_id}: it is no table. Begin with title_sv and [[scenes]].")
    return deck_of(deck_id, Table(name or deck_id, "", body, DeckError), known)


def deck_of(deck_id: str, top: Table, known: Collection[str]) -> Deck:
    """The deck that a file's table holds. Raises :class:`DeckError`."""
    title = _said(top, "title", MOST_HEADLINE, needed=True)
    minutes = top.whole("minutes", 0, MOST_MINUTES, 0)
    is_dark = _yes(top, "dark")
    questions = tuple(_question(each) for each in top.tables("questions"))
    ours = [str(each["id"]) for each in questions]
    if twice := next((one for one in ours if ours.count(one) > 1 or one in known), ""):
        top.refuse("questions", f"{twice!r} is taken", "Give each question an id of its own.")
    found = tuple(_scene(each, n, {*known, *ours}) for n, each in enumerate(top.tables("scenes"), 1))
    if not found:
        top.refuse("scenes", "there are none", 'Write [[scenes]] with headline_sv = "…".')
    if len(found) > MOST_SCENES:
        top.refuse("scenes", f"there are {len(found)}", f"Keep to {MOST_SCENES}, or make two decks.")
    ids = [scene.id for scene in found]
    if twice := next((one for one in ids if ids.count(one) > 1), ""):
        top.refuse("scenes", f"{twice!r} stands twice", "Give each scene an id of its own.")
    top.done()
    return Deck(deck_id, title, found, minutes, questions, is_dark)


def _yes(of: Table, key: str) -> bool:
    value = of.take(key)
    if value is not None and not isinstance(value, bool):
        of.refuse(key, f"{value!r} is neither true nor false", "Write true or false, without quotation marks.")
    return bool(value)


def _question(of: Table) -> Mapping[str, Any]:
    """A question's table, found to be one; :mod:`dashboard.live.decks.asked` reads it again when it is put."""
    question_of(of)
    return of.given


def _scene(of: Table, number: int, questions: Collection[str]) -> Scene:
    ident = of.text("id", needed=False) or f"scen-{number}"
    if not ID.fullmatch(ident):
        of.refuse("id", f"{ident!r} cannot stand in an address", "Use lower-case letters, digits and hyphens.")
    headline, annotation = _said(of, "headline", MOST_HEADLINE, needed=True), _said(of, "annotation", MOST_ANNOTATION)
    note = _said(of, "note", MOST_NOTE)
    page, figure = "", of.text("figure", needed=False)
    query: tuple[tuple[str, str], ...] = ()
    if "address" in of.left:
        page, query = of.address("address", PAGES)
        figure = _figure(of, page, figure)
    elif figure:
        of.refuse("address", "it is missing", f'Write address = "…", the page that has {figure!r}.')
    for said, key in ((headline, "headline"), (annotation, "annotation")):
        for lang in ("sv", "en"):
            _fields(of, f"{key}_{lang}", getattr(said, lang), has_figure=bool(page))
    highlight = of.text("highlight", needed=False)
    if highlight and not re.fullmatch(r"\d\d", highlight):
        of.refuse("highlight", f"{highlight!r} is no län", 'Write its two digits, such as "12".')
    question = of.text("question", needed=False)
    if question:
        of.one_of("question", question, sorted(questions))
    made = Scene(
        ident, headline, annotation, note, page, query, figure,
        of.one_of("form", of.text("form", needed=False), FORMS),
        of.whole("column", 0, 40, 0), highlight, question,
    )  # fmt: skip
    of.done()
    return made


def _figure(of: Table, page: str, figure: str) -> str:
    """A figure that the page has; its first where nothing is said."""
    known = list(CATALOGUE.get(page, ()))
    if not known:
        have = ", ".join(PAGES[name] for name in CATALOGUE)
        of.refuse("address", f"{PAGES[page]} has no figure that can be shown", f"Begin with one of {have}.")
    if not figure:
        return known[0]
    if page not in FAMILIES:
        of.one_of("figure", figure, known)
    return figure


def _said(of: Table, key: str, most: int, *, needed: bool = False) -> Said:
    """A text in one language or both."""
    both = Said(of.text(f"{key}_sv", needed=False), of.text(f"{key}_en", needed=False))
    if needed and not both:
        of.refuse(f"{key}_sv", "it is missing", f'Write {key}_sv = "…", {key}_en = "…", or both.')
    for lang in ("sv", "en"):
        if len(text := getattr(both, lang)) > most:
            of.refuse(f"{key}_{lang}", f"it has {len(text)} characters", f"Keep to {most}.")
    return both


def _fields(of: Table, key: str, text: str, *, has_figure: bool) -> None:
    try:
        named = [(name, spec, how) for _, name, spec, how in string.Formatter().parse(text) if name is not None]
    except ValueError:
        of.refuse(key, "a brace does not end", "Write {most_value}, or {{ for a brace itself.")
    for name, spec, how in named:
        if name not in FIELDS or spec or how:
            of.refuse(key, f"{{{name}}} cannot be filled in", f"Write one of {', '.join(FIELDS)}.")
        if not has_figure:
            of.refuse(key, f"{{{name}}} has no figure to come from", "Write address and figure, or take it away.")


def document(deck: Deck) -> dict[str, Any]:
    """The deck as a file holds it; reading it again gives the same deck."""
    out: dict[str, Any] = dict(_texts("title", deck.title))
    if deck.minutes:
        out["minutes"] = deck.minutes
    if deck.is_dark:
        out["dark"] = True
    if deck.questions:
        out["questions"] = [dict(each) for each in deck.questions]
    out["scenes"] = [scene_document(each) for each in deck.scenes]
    return out


def scene_document(scene: Scene) -> dict[str, Any]:
    """A scene as a file holds it."""
    out: dict[str, Any] = {"id": scene.id}
    for key in ("headline", "annotation", "note"):
        out |= _texts(key, getattr(scene, key))
    if scene.page:
        query = urlencode(scene.query, safe=",:*@~")
        out["address"] = f"{PAGES[scene.page]}?{query}" if query else PAGES[scene.page]
    for key in ("figure", "form", "column", "highlight", "question"):
        if value := getattr(scene, key):
            out[key] = value
    return out


def _texts(key: str, said: Said) -> dict[str, str]:
    return {f"{key}_{lang}": text for lang in ("sv", "en") if (text := getattr(said, lang))}
