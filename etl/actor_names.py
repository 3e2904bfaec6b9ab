"""Which organisations are one: by organisation number, or by a spelling that a person has reviewed.

Likeness alone merges nothing. Names that look alike are listed for review (:func:`similar`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz, process, utils

from etl.normalise import fold

Method = Literal["self", "orgnr", "alias", "name"]
LIKE = 90
"""How alike two names are, of 100, to be listed for review."""
_FEW = 4_000
"""So many names are compared with each other; of more, none."""

_BY_NAME = (
    ("samordningsförbund", re.compile(r"^(finsam|samordningsforbund)|samordningsforbund(et)?$")),
    ("kommun", re.compile(r"^(?!.* och )[\w .:-]+ (kommun|stad)$|^kommunen |^(stockholms|goteborgs|malmo) stad\b")),
    ("region", re.compile(r"^region (?!sjalland|midtjylland|nordjylland)\w+|^(vastra gotalandsregionen|landstinget )")),
    ("myndighet", re.compile(r"^(arbetsformedlingen|forsakringskassan|lansstyrelsen|statens|vinnova)\b|myndigheten$")),
    ("myndighet", re.compile(r"^(vetenskapsradet|formas|forte|rymdstyrelsen|trafikverket|skogsstyrelsen)$")),
    ("fond", re.compile(r"(fond|fonden)$")),
)
"""A Swedish organisation's kind when no source states it, by the folded name; the first that fits."""


@dataclass(frozen=True)
class Organisation:
    """A row of ``organisation`` with every name that sources give it."""

    org_id: str
    orgnr: str | None
    names: tuple[str, ...]
    country: str | None = "SE"


@dataclass(frozen=True)
class Meaning:
    """What an alias stands for, or one of the several that it does."""

    name: str
    org_type: str | None = None
    orgnr: str | None = None


@dataclass(frozen=True, order=True)
class Actor:
    """Whom a name stands for: ``actor_id`` is the organisation number's, else the folded name's."""

    actor_id: str
    method: Method


def merged(
    organisations: Iterable[Organisation], aliases: Mapping[str, tuple[Meaning, ...]]
) -> dict[str, tuple[Actor, ...]]:
    """Organisation -> the actors that it is: one, or several where its name holds several organisations.

    ``aliases``: folded spelling -> meanings, none of whose names is a spelling in turn. The order of neither matters,
    and the actors merged again are themselves. A name without a number is a numbered organisation's when exactly one
    numbered organisation in Sweden bears it.
    """
    found = list(organisations)
    numbered: dict[str, set[str]] = {}
    for o in found:
        for name in o.names if o.orgnr else ():
            numbered.setdefault(fold(name), set()).add(o.orgnr or "")
    for meanings in aliases.values():
        for meaning in meanings:
            if meaning.orgnr:
                numbered.setdefault(fold(meaning.name), set()).add(meaning.orgnr)

    def known(name: str) -> str | None:
        numbers = numbered.get(fold(name), set())
        return f"orgnr:{next(iter(numbers))}" if len(numbers) == 1 else None

    def of(o: Organisation) -> tuple[Actor, ...]:
        if o.orgnr:
            return (Actor(f"orgnr:{o.orgnr}", "self"),)
        for name in o.names:
            if meanings := aliases.get(fold(name)):
                ids = {f"orgnr:{m.orgnr}" if m.orgnr else known(m.name) or f"name:{fold(m.name)}" for m in meanings}
                return tuple(Actor(each, "alias") for each in sorted(ids))
        in_sweden = o.country in (None, "SE")
        for name in sorted(o.names):
            if in_sweden and (number := known(name)):
                return (Actor(number, "name"),)
        return (Actor(o.org_id, "self"),)

    return {o.org_id: of(o) for o in found}


def kind_by_name(name: str) -> str | None:
    """The kind of a Swedish organisation that its name tells, or None."""
    text = fold(name)
    return next((kind for kind, pattern in _BY_NAME if pattern.search(text)), None)


def similar(names: Mapping[str, str], reviewed: Iterable[tuple[str, str]]) -> list[tuple[str, str, float]]:
    """Pairs of actors whose names look alike and that no one has decided on: (id, id, likeness), most alike first.

    ``names``: actor -> name. ``reviewed``: pairs of names already looked at. Empty for more names than can be compared.
    """
    ids = sorted(names)
    if not ids or len(ids) > _FEW:
        return []
    done = {frozenset(map(fold, pair)) for pair in reviewed}
    texts = [utils.default_process(fold(names[each])) for each in ids]
    found: list[tuple[str, str, float]] = []
    for at, scores in enumerate(
        process.cdist(texts, texts, scorer=fuzz.token_sort_ratio, score_cutoff=LIKE) if len(ids) > 1 else ()
    ):
        found += [
            (ids[at], ids[other], round(float(scores[other]), 2))
            for other in range(at + 1, len(ids))
            if scores[other] >= LIKE and frozenset((fold(names[ids[at]]), fold(names[ids[other]]))) not in done
        ]
    return sorted(found, key=lambda pair: (-pair[2], pair[0], pair[1]))
