"""Questions in files: ``[[questions]]`` of a deck, the set that comes with the product, and a question as it is kept.

A question that is one of the conference's (``item``) takes its Swedish words from the seed.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, Final, get_args

from dashboard.live.polls.question import COUNTED_ALONE, Figure, Kind, Option, Question
from dashboard.tables import Table
from dashboard.texts import Lang, Said

DATA: Final = Path(__file__).resolve().parents[3] / "data"
PRELOADED: Final = DATA / "decks" / "questions.toml"
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,58}")
_MOST_OPTIONS, _MOST_STEPS = 12, 11
_ADDED: Final = str.maketrans("", "", "[]")
"""The seed sets words that its source lost in brackets; a room is asked without them."""
_CHOOSING = ("single", "multiple", "ranking")


def questions_of(tables: Iterable[Table], titles: Mapping[str, str]) -> tuple[Question, ...]:
    """The questions of a file. ``titles``: the Swedish words of the seed's items. Refuses as the tables do."""
    found: list[Question] = []
    for of in tables:
        one = question_of(of, titles)
        if any(one.id == other.id for other in found):
            of.refuse("id", f"{one.id!r} stands twice", "Give each question an id of its own.")
        found.append(one)
    return tuple(found)


def question_of(of: Table, known: Mapping[str, str] | None = None) -> Question:
    """One question's table, refused as tables are. ``known``: the Swedish words of the seed's items, if others."""
    titles_ = titles() if known is None else known
    ident = of.text("id")
    if not _ID.fullmatch(ident):
        of.refuse("id", f"{ident!r} cannot stand in an address", "Use lower-case letters, digits and hyphens.")
    kind: Kind = of.word("kind", get_args(Kind))
    item = of.text("item", needed=False)
    if item and item not in titles_:
        of.refuse("item", f"{item!r} is no item of the seed", "Take it away and write the words, or mend its spelling.")
    written = Said(of.text("sv", needed=not item), of.text("en"))
    options = tuple(_option(each) for each in of.tables("options"))
    if kind in _CHOOSING and not 2 <= len(options) <= _MOST_OPTIONS:
        of.refuse("options", f"there are {len(options)}", f"Write from two to {_MOST_OPTIONS} [[questions.options]].")
    if kind not in _CHOOSING and options:
        of.refuse("options", f"a question of kind {kind} has none", "Take them away, or choose another kind.")
    if len({option.id for option in options}) != len(options):
        of.refuse("options", "two have the same id", "Give each option an id of its own.")
    lowest, highest = _bounds(of, kind)
    ends = of.said("lowest_means", needed=False), of.said("highest_means", needed=False)
    words = Said(written.sv or titles_[item].translate(_ADDED), written.en)
    question = Question(
        ident, kind, words, options, _whole(of, "most", 0, len(options)), lowest, highest,
        (ends[0], ends[1]) if ends[0].sv and ends[1].sv else None, _figure(of, kind),
        _yes(of, "is_sensitive"), item, of.text("aside", needed=False),
    )  # fmt: skip
    if question.is_sensitive and kind not in COUNTED_ALONE:
        of.refuse(
            "is_sensitive", f"question {ident!r} is of kind {kind}, where a whole answer may tell who gave it",
            f"Ask it as one of {', '.join(COUNTED_ALONE)}, or take is_sensitive away.",
        )  # fmt: skip
    of.done()
    return question


def _option(of: Table) -> Option:
    ident = of.text("id")
    if not _ID.fullmatch(ident):
        of.refuse("id", f"{ident!r} cannot stand in a form", "Use lower-case letters, digits and hyphens.")
    option = Option(ident, Said(of.text("sv"), of.text("en")))
    of.done()
    return option


def _bounds(of: Table, kind: Kind) -> tuple[float, float]:
    low, high = of.take("lowest"), of.take("highest")
    if kind not in ("scale", "guess"):
        if low is not None or high is not None:
            of.refuse("lowest", f"a question of kind {kind} has no ends", "Take lowest and highest away.")
        return 1, 5
    low, high = 1 if low is None else low, 5 if high is None else high
    for name, value in (("lowest", low), ("highest", high)):
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e12:
            of.refuse(name, f"{value!r} is no number", "Write a number without quotation marks.")
    if not low < high:
        of.refuse("highest", f"{high!r} is not above {low!r}", "Write the higher number.")
    if kind == "scale" and (low != int(low) or high != int(high) or high - low >= _MOST_STEPS):
        of.refuse("highest", "a scale has whole steps, eleven at most", "Write whole numbers such as 1 and 5.")
    return low, high


def _figure(of: Table, kind: Kind) -> Figure | None:
    indicator = of.text("indicator", needed=kind == "guess")
    region, period = of.text("region", needed=False), of.text("period", needed=False)
    if kind != "guess" and (indicator or region or period):
        of.refuse("indicator", f"a question of kind {kind} has no figure to guess", "Take it away, or write guess.")
    return Figure(indicator, region or "00", period) if kind == "guess" else None


def _whole(of: Table, key: str, default: int, most: int) -> int:
    value = of.take(key)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        of.refuse(key, f"{value!r} is no such number", f"Write a whole number from 0 (any) to {most}.")
    return int(value)


def _yes(of: Table, key: str) -> bool:
    value = of.take(key)
    if value is not None and not isinstance(value, bool):
        of.refuse(key, f"{value!r} is neither true nor false", "Write true or false, without quotation marks.")
    return bool(value)


@cache
def titles() -> dict[str, str]:
    """The seed's questions: item -> its Swedish words."""
    with (DATA / "seed" / "items.csv").open(encoding="utf-8", newline="") as handle:
        return {row["item_id"]: row["name"] for row in csv.DictReader(handle) if row["kind"] == "poll_question"}


@cache
def preloaded() -> tuple[Question, ...]:
    """The questions that come with the product: the conference's seven first, then the product's own."""
    import tomllib

    top = Table(PRELOADED.name, "", tomllib.loads(PRELOADED.read_text("utf-8")))
    found = questions_of(top.tables("questions"), titles())
    top.done()
    return found


@cache
def places() -> dict[str, Said]:
    """The 21 län by ``lan_code``."""
    with (DATA / "regions" / "lan.csv").open(encoding="utf-8", newline="") as handle:
        return {row["lan_code"]: Said(row["name_sv"], row["name_en"]) for row in csv.DictReader(handle)}


def to_json(question: Question) -> str:
    """A question as it is kept beside its answers."""
    return json.dumps(asdict(question), ensure_ascii=False, sort_keys=True)


def from_json(text: str) -> Question:
    """What :func:`to_json` wrote. Raises :class:`ValueError` or :class:`TypeError` for anything else."""
    found: dict[str, Any] = json.loads(text)
    for name in ("id", "kind", "words"):
        if name not in found:
            raise ValueError(f"no question: {name} is missing")
    found["words"] = Said(**found["words"])
    found["options"] = tuple(Option(each["id"], Said(**each["words"])) for each in found.get("options", ()))
    found["ends"] = tuple(Said(**each) for each in found["ends"]) if found.get("ends") else None
    found["figure"] = Figure(**found["figure"]) if found.get("figure") else None
    return Question(**found)


def option_words(question: Question, lang: Lang) -> dict[str, str]:
    """What an answer of one or several choices is called: the options, or the län."""
    if question.kind == "lan":
        return {code: said.of(lang) for code, said in places().items()}
    return {option.id: option.words.of(lang) for option in question.options}
