"""Free texts grouped by what they mention, by rules that can be told to the room. Pure.

A group is a word, or a term of the controlled vocabulary, that two texts or more mention; a text stands in every group
that it mentions, with the words that brought it there. Whether a text mentions something is read from the text itself,
the vocabulary and the spelling of words near it: one more text moves no other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from rapidfuzz.distance import OSA

from dashboard.live.results.small_words import SMALL
from dashboard.texts import Lang
from dashboard.words import apart, fold, stems

LEAST_TO_MEND: Final = 5
"""Letters that a word needs before it may be read as another spelling."""
LEAST_WITHIN: Final = 6
"""Letters that a word needs before a compound that begins or ends with it counts as it."""
MOST_WORDS: Final = 3
"""Words in a group's name."""
How = Literal["word", "term", "spelling", "compound", "moved", "alone"]


@dataclass(frozen=True)
class Concept:
    """A term of the controlled vocabulary. ``phrases``: every way of saying it; ``names``: Swedish, English."""

    id: str
    names: tuple[str, str]
    phrases: tuple[str, ...]


@dataclass(frozen=True)
class Name:
    """What a group is called. A word of the room is the same in both languages."""

    sv: str
    en: str

    def of(self, lang: Lang) -> str:
        """In a language."""
        return self.en if lang == "en" else self.sv


@dataclass(frozen=True)
class Member:
    """A text in a group. ``how`` and ``words``: why; the text's own words that brought it there, none when moved."""

    text: str
    how: How
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """Texts that mention the same. ``id``: stable, "" for what stands alone; ``n``: how many texts."""

    id: str
    name: Name
    n: int
    members: tuple[Member, ...]
    kind: Literal["word", "term", "own", "alone"] = "word"


@dataclass(frozen=True)
class Moved:
    """What a person has decided. ``texts``: a text -> the ids of its groups, none to let it stand alone.

    ``into``: a group's id -> the id of the group that it was merged into. ``names``: an id -> what it is called.
    """

    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    into: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


NOTHING_MOVED: Final = Moved()


@dataclass(frozen=True)
class _Mention:
    """That a text mentions a key, by which of its words, and how that was read."""

    key: str
    how: How
    words: tuple[str, ...]


def grouped(
    texts: Sequence[str], vocabulary: Sequence[Concept] = (), moved: Moved = NOTHING_MOVED
) -> tuple[Group, ...]:
    """Groups, the largest first, then what stands alone as one group without an id. Equal texts count each.

    A word whose texts all stand in a larger group tells no more than that one, and makes none of its own: half or more
    of the texts having it, it stands in the larger one's name. Of two with the same texts the earlier term, else the
    longer word, is kept. A term always is a group of its own where no other has the same texts.
    """
    found = [_decided(text, mentions, moved) for text, mentions in zip(texts, _read(texts, vocabulary), strict=True)]
    members: defaultdict[str, list[tuple[int, Member]]] = defaultdict(list)
    for at, (text, mentions) in enumerate(zip(texts, found, strict=True)):
        for mention in mentions:
            members[mention.key].append((at, Member(text, mention.how, mention.words)))
    by = {concept.id: concept for concept in vocabulary}
    placed = {at for text_at in moved.texts.values() for at in text_at}
    kept: dict[str, list[tuple[int, Member]]] = {}
    seen: dict[tuple[int, ...], str] = {}
    order = {concept.id: at for at, concept in enumerate(vocabulary)}
    for key in sorted(members, key=lambda key: (order.get(key, len(order)), -len(key), key)):
        own = key in placed or key in moved.names or key in moved.into.values()
        inside = tuple(at for at, _ in members[key])
        if (len(inside) < 2 and not own) or (inside in seen and not own):
            continue
        seen[inside] = key
        kept[key] = members[key]
    inside_of = {key: {at for at, _ in held} for key, held in kept.items()}
    for key, held in tuple(inside_of.items()):
        is_own = key in by or key in placed or key in moved.names or key in moved.into.values()
        if not is_own and any(held < other for name, other in inside_of.items() if name != key):
            del kept[key]
    groups = [_group(key, [m for _, m in held], by, moved) for key, held in kept.items()]
    groups.sort(key=lambda g: (-g.n, g.name.sv, g.id))
    inside_any = {at for held in kept.values() for at, _ in held}
    alone = [Member(text, "alone") for at, text in enumerate(texts) if at not in inside_any]
    if alone:
        alone.sort(key=lambda m: (fold(m.text), m.text))
        groups.append(Group("", Name("", ""), len(alone), tuple(alone), "alone"))
    return tuple(groups)


def _decided(text: str, mentions: Sequence[_Mention], moved: Moved) -> list[_Mention]:
    """What the text mentions after a person's decisions, each group once."""
    if text in moved.texts:
        return [_Mention(key, "moved", ()) for key in dict.fromkeys(moved.texts[text])]
    made: dict[str, _Mention] = {}
    for mention in mentions:
        key = moved.into.get(mention.key, mention.key)
        made.setdefault(key, mention if key == mention.key else _Mention(key, "moved", mention.words))
    return list(made.values())


def _read(texts: Sequence[str], vocabulary: Sequence[Concept]) -> list[list[_Mention]]:
    lines = [apart(text) for text in texts]
    terms = _Terms(vocabulary)
    told = Counter(word for line in lines for word in set(line) if _tells(word))
    read = _mended(told, terms.words)
    roots = {_stem(read.get(word, word)) for word in told} | {_stem(w) for w in terms.words}
    roots = {root for root in roots if len(root) >= LEAST_WITHIN}
    found = []
    for line in lines:
        mended = [read.get(word, word) for word in line]
        mentions = terms.within(mended, line)
        taken = {at for _, places in mentions for at in places}
        made: dict[str, _Mention] = {}
        for mention, _ in mentions:
            made.setdefault(mention.key, mention)
        for at, word in enumerate(mended):
            if not _tells(word):
                continue
            stem = _stem(word)
            if at not in taken:
                how: How = "spelling" if line[at] != word else "word"
                _add(made, _Mention(stem, how, (line[at],)))
            for root in _parts(stem, roots):
                for key in terms.keys.get(root, (root,)):
                    _add(made, _Mention(key, "compound", (line[at],)))
        found.append(list(made.values()))
    return found


def _add(made: dict[str, _Mention], one: _Mention) -> None:
    made.setdefault(one.key, one)


class _Terms:
    """The vocabulary, ready to be found in a line of words."""

    def __init__(self, vocabulary: Sequence[Concept]) -> None:
        self.phrases: dict[tuple[str, ...], list[str]] = {}
        self.words: set[str] = set()
        for concept in vocabulary:
            for phrase in (*concept.names, *concept.phrases):
                split = apart(phrase)
                if not split or (len(split) == 1 and not _tells(split[0])):
                    continue
                held = self.phrases.setdefault(tuple(map(_stem, split)), [])
                if concept.id not in held:
                    held.append(concept.id)
                self.words.update(word for word in split if _tells(word))
        self.keys = {phrase[0]: tuple(ids) for phrase, ids in self.phrases.items() if len(phrase) == 1}
        self.longest = max(map(len, self.phrases), default=0)

    def within(self, line: Sequence[str], typed: Sequence[str]) -> list[tuple[_Mention, tuple[int, ...]]]:
        """The terms of a line, the longest phrase at each place, with the places that it takes. ``typed``: unmended."""
        roots = [_stem(word) for word in line]
        found, at = [], 0
        while at < len(roots):
            size = next(
                (
                    n
                    for n in range(min(self.longest, len(roots) - at), 0, -1)
                    if tuple(roots[at : at + n]) in self.phrases
                ),
                0,
            )
            if not size:
                at += 1
                continue
            places = tuple(range(at, at + size))
            how: How = "spelling" if any(line[p] != typed[p] for p in places) else "term"
            words = tuple(typed[p] for p in places)
            found += [(_Mention(key, how, words), places) for key in self.phrases[tuple(roots[at : at + size])]]
            at += size
        return found


def _mended(told: Mapping[str, int], known: Iterable[str]) -> dict[str, str]:
    """A word that one text alone has -> the word that it was meant for: known, or of two texts or more, and near.

    Near: one slip from five letters, two from eight, the same first letter; a missing accent is no slip. The nearest,
    then the most used.
    """
    common = [(fold(word), word) for word in {*known, *(w for w, n in told.items() if n > 1)}]
    common = [pair for pair in common if len(pair[0]) >= LEAST_TO_MEND]
    stemmed = {_stem(word) for _, word in common}
    read = {}
    for word, n in told.items():
        bare = fold(word)
        if n > 1 or len(bare) < LEAST_TO_MEND or _stem(word) in stemmed:
            continue
        most = 1 if len(bare) < 8 else 2
        near = [
            (gap, -told.get(other, 0), other)
            for folded, other in common
            if folded[0] == bare[0] and (gap := OSA.distance(bare, folded, score_cutoff=most)) <= most
        ]
        if near:
            read[word] = min(near)[2]
    return read


def _parts(stem: str, roots: Iterable[str]) -> list[str]:
    """The words that a compound begins or ends with: "samverkansmodell" has "samverkan"."""
    return sorted(
        root for root in roots if len(stem) >= len(root) + 3 and (stem.startswith(root) or stem.endswith(root))
    )


def _stem(word: str) -> str:
    """A word without its Swedish ending, folded after that: the stemmer knows å, ä and ö."""
    return fold(stems(word)[0])


def _tells(word: str) -> bool:
    """Whether a word says what a text is about."""
    return len(word) > 1 and fold(word) not in SMALL and not word.isdigit()


def _group(key: str, members: list[Member], by: Mapping[str, Concept], moved: Moved) -> Group:
    members = sorted(members, key=lambda m: (fold(m.text), m.text))
    if key in moved.names:
        return Group(key, Name(moved.names[key], moved.names[key]), len(members), tuple(members), "own")
    if key in by:
        return Group(key, Name(*map(_lowered, by[key].names)), len(members), tuple(members), "term")
    words = _own_words(key, members)
    return Group(
        key, Name(words, words), len(members), tuple(members), "word" if any(m.words for m in members) else "own"
    )


def _lowered(title: str) -> str:
    """A title inside a sentence: without its capital, unless it is an abbreviation."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def _own_words(key: str, members: Sequence[Member]) -> str:
    """The commonest spelling of the group's word, and the words that at least half of its texts have besides."""
    spelt: Counter[str] = Counter()
    besides: Counter[str] = Counter()
    spelling: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for member in members:
        if member.how == "word":
            spelt.update(member.words)
        texts = {}
        for word in apart(member.text):
            stem = _stem(word)
            if _tells(word) and stem != key and word not in member.words:
                texts[stem] = word
        for stem, word in texts.items():
            besides[stem] += 1
            spelling[stem][word] += 1
    first = _commonest(spelt) or _commonest(Counter(w for m in members for w in m.words)) or key
    half = [stem for stem, n in besides.items() if 2 * n >= len(members) and n > 1]
    half.sort(key=lambda stem: (-besides[stem], stem))
    return ", ".join([first, *(_commonest(spelling[stem]) for stem in half[: MOST_WORDS - 1])])


def _commonest(counted: Mapping[str, int]) -> str:
    return min(counted, key=lambda word: (-counted[word], word.isascii(), len(word), word), default="")
