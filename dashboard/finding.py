"""An index of things in words: tolerant of inflection, å ä ö, beginnings and parts of words, and small mistakes."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from dashboard.words import apart, fold, split, stems

TITLE, KEYWORD, TEXT = 6.0, 4.0, 1.0
"""What a word weighs by where it stands."""
EXACT, BEGINS, WITHIN, LIKE = 1.0, 0.7, 0.4, 0.35
"""What a match is worth by how it was made."""
_SMALL = frozenset(
    split(
        "och att det som en ett i på av för till med den de är om vid från eller hur vad "
        "the of and to in a for on with by or an is at from"
    )
)


@dataclass(frozen=True)
class Thing:
    """What can be found. ``kind`` and ``key`` name it; ``titles`` in both languages, ``keywords`` its other words."""

    kind: str
    key: str
    titles: tuple[str, ...]
    keywords: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Hit:
    """A thing that was found. ``score``: larger is better, within one search; ``words``: how many of them match."""

    thing: Thing
    score: float
    words: int


@dataclass(frozen=True)
class Answer:
    """The hits, best first.

    ``is_partial``: nothing had every word. ``guesses``: a word that stands nowhere -> what it was taken for. ``more``:
    how many were found beside these.
    """

    hits: tuple[Hit, ...]
    is_partial: bool = False
    guesses: Mapping[str, str] = field(default_factory=dict)
    more: int = 0

    def __len__(self) -> int:
        return len(self.hits) + self.more


class Index:
    """Made once of all things; :meth:`search` changes nothing, so that threads may share it."""

    def __init__(self, things: Iterable[Thing]) -> None:
        self._things = tuple(things)
        postings: defaultdict[str, dict[int, float]] = defaultdict(dict)
        words: dict[str, set[str]] = defaultdict(set)
        written: dict[str, str] = {}
        for at, thing in enumerate(self._things):
            for weight, texts in ((TEXT, (thing.text,)), (KEYWORD, thing.keywords), (TITLE, thing.titles)):
                for text in texts:
                    for spelt in apart(text):
                        word = fold(spelt)
                        if spelt != word or word not in written:
                            written[word] = spelt
                        for stem in {word, *stems(word)}:
                            held = postings[stem]
                            held[at] = max(held.get(at, 0.0), weight)
                            words[word].add(stem)
        self._postings = dict(postings)
        self._terms = sorted(postings)
        self._written = written
        self._words = {word: tuple(found) for word, found in words.items()}
        self._spelt = [word for word in self._words if len(word) >= 4]
        self._folded = [tuple(fold(title) for title in thing.titles) for thing in self._things]

    def __len__(self) -> int:
        return len(self._things)

    def search(self, query: str) -> Answer:
        """What has every word of the query, best first; where nothing has, what has most of them."""
        asked = tuple(dict.fromkeys(split(query)))
        asked = tuple(word for word in asked if word not in _SMALL) or asked
        if not asked:
            return Answer(())
        scores: defaultdict[int, float] = defaultdict(float)
        words: defaultdict[int, int] = defaultdict(int)
        guesses: dict[str, str] = {}
        for word in asked:
            found, guess = self._word(word)
            if guess:
                guesses[word] = guess
            for at, score in found.items():
                scores[at] += score
                words[at] += 1
        most = max(words.values(), default=0)
        whole = " ".join(split(query))
        hits = [
            Hit(self._things[at], self._whole(at, whole, score), words[at])
            for at, score in scores.items()
            if words[at] == most
        ]
        hits.sort(key=lambda hit: (-hit.score, hit.thing.titles, hit.thing.kind, hit.thing.key))
        return Answer(tuple(hits), most < len(asked), guesses)

    def _whole(self, at: int, query: str, score: float) -> float:
        """More where the title is the query, or begins with it."""
        titles = self._folded[at]
        if query in titles:
            return score * 3
        return score * 1.5 if any(title.startswith(query) for title in titles) else score

    def _word(self, word: str) -> tuple[dict[int, float], str]:
        """Thing -> score for one word of a query, and the word that it was taken for."""
        matched = self._terms_of(word)
        guess = ""
        if not matched:
            matched, guess = self._like(word)
        found: dict[int, float] = {}
        for term, worth in matched.items():
            held = self._postings[term]
            rarity = log(1 + len(self._things) / len(held))
            for at, weight in held.items():
                found[at] = max(found.get(at, 0.0), worth * weight * rarity)
        return found, guess

    def _terms_of(self, word: str) -> dict[str, float]:
        matched: dict[str, float] = {}
        for stem in dict.fromkeys((word, *stems(word))):
            if stem in self._postings:
                matched[stem] = EXACT
            if len(stem) >= 3:
                for term in self._beginning(stem):
                    matched.setdefault(term, BEGINS)
            if len(stem) >= 4:
                for term in self._terms:
                    if stem in term:
                        matched.setdefault(term, WITHIN)
        return matched

    def _beginning(self, stem: str) -> Sequence[str]:
        start = bisect_left(self._terms, stem)
        end = bisect_left(self._terms, stem + "\U0010ffff", start)
        return self._terms[start:end]

    def _like(self, word: str) -> tuple[dict[str, float], str]:
        """The words nearest to one that stands nowhere: one mistake in a short word, two in a long one."""
        if len(word) < 4:
            return {}, ""
        most = 1 if len(word) < 8 else 2
        near = extract(word, self._spelt, scorer=OSA.distance, score_cutoff=most, limit=8)
        if not near:
            return {}, ""
        least = min(distance for _, distance, _ in near)
        best = [str(found) for found, distance, _ in near if distance == least]
        return {stem: LIKE for found in best for stem in self._words[found]}, self._written[best[0]]
