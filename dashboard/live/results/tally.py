"""What the room answered, counted. Pure: the same answers give the same tally, in whichever order they came.

Of a sensitive question nothing leaves here below :data:`FEWEST` answers, and never an answer by itself.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from dashboard.live.polls.question import Answer, Question
from dashboard.live.results.grouping import NOTHING_MOVED, Concept, Group, Moved, grouped

FEWEST: Final = 10
"""How many answers a sensitive question needs before anything of it is shown."""
FEWEST_IN_GROUP: Final = 5
"""How many texts a group of a sensitive question needs to be named."""
BINS: Final = 8
"""In how many parts the range of a guess is shown at most."""


@dataclass(frozen=True)
class Count:
    """One line of a count. ``key``: an option's id, a step, a ``lan_code`` or the number of a bin.

    ``share``: of those who answered, 0 to 1. ``low`` and ``high``: the ends of a guess's bin, the last one's included.
    """

    key: str
    n: int
    share: float
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True)
class Rank:
    """An option in a ranking. ``mean``: its mean place, 1 the best. ``points``: Borda, options below it, summed.

    ``place``: by points, the same for those that are ``tied``, which names the others with the same points.
    """

    key: str
    mean: float
    points: int
    place: int
    firsts: int
    tied: tuple[str, ...] = ()


@dataclass(frozen=True)
class Spread:
    """Where numbers lie. Quartiles by linear interpolation between the two nearest answers."""

    mean: float
    median: float
    lower: float
    upper: float
    least: float
    most: float


@dataclass(frozen=True)
class Tally:
    """A question's answers, counted. ``n``: how many were counted; None where that may not be told.

    ``counts``: every option, step, bin or län that was named, in the question's own order. ``ranks``: best first.
    ``is_hidden``: a sensitive question with too few answers, of which nothing else is here. ``odd``: answers that do
    not belong to the question any longer, left out.
    """

    question: Question
    n: int | None
    counts: tuple[Count, ...] = ()
    ranks: tuple[Rank, ...] = ()
    spread: Spread | None = None
    groups: tuple[Group, ...] = ()
    is_hidden: bool = False
    odd: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nobody has answered, as far as may be told."""
        return self.n == 0


def tally(
    question: Question,
    answers: Sequence[Answer],
    *,
    vocabulary: Sequence[Concept] = (),
    moved: Moved = NOTHING_MOVED,
) -> Tally:
    """Count a question's answers. ``vocabulary`` and ``moved``: as :func:`.grouping.grouped` takes them.

    An answer of another form than the question's (its options were changed since) is counted as odd and left out.
    """
    fit = [answer for answer in answers if _fits(question, answer)]
    odd = len(answers) - len(fit)
    if question.is_sensitive and len(fit) < FEWEST:
        return Tally(question, None, is_hidden=True)
    n = len(fit)
    if question.kind in ("single", "multiple", "lan"):
        return Tally(question, n, counts=_counts(question, fit), odd=odd)
    if question.kind == "ranking":
        return Tally(question, n, ranks=_ranks(question, fit), odd=odd)
    if question.kind == "text":
        texts = [str(answer) for answer in fit]
        groups = grouped(texts, vocabulary, moved)
        return Tally(question, n, groups=_aggregated(groups) if question.is_sensitive else groups, odd=odd)
    numbers = sorted(float(answer) for answer in fit if isinstance(answer, int | float))
    counts = _steps(question, numbers) if question.kind == "scale" else _bins(question, numbers)
    return Tally(question, n, counts=counts, spread=spread(numbers), odd=odd)


def spread(numbers: Iterable[float]) -> Spread | None:
    """Mean, median and quartiles; None of nothing."""
    ordered = sorted(numbers)
    if not ordered:
        return None
    middle, lower, upper = (_quantile(ordered, part) for part in (0.5, 0.25, 0.75))
    mean = min(max(fmean(ordered), ordered[0]), ordered[-1])
    return Spread(mean, middle, lower, upper, ordered[0], ordered[-1])


def distance(guessed: Spread, value: float) -> float:
    """How far the middle guess lies from the sourced value; above it is positive."""
    return guessed.median - value


def _fits(question: Question, answer: Answer) -> bool:
    known = {option.id for option in question.options}
    match question.kind:
        case "single":
            return isinstance(answer, str) and answer in known
        case "multiple":
            return isinstance(answer, tuple) and bool(answer) and known.issuperset(answer)
        case "ranking":
            return isinstance(answer, tuple) and len(answer) == len(known) and known == set(answer)
        case "lan":
            return isinstance(answer, str) and len(answer) == 2 and answer.isdigit()
        case "text":
            return isinstance(answer, str) and bool(answer.strip())
    is_number = isinstance(answer, int | float) and not isinstance(answer, bool) and math.isfinite(answer)
    return is_number and question.lowest <= float(answer) <= question.highest  # type: ignore[arg-type]


def _counts(question: Question, answers: Sequence[Answer]) -> tuple[Count, ...]:
    named: Counter[str] = Counter()
    for answer in answers:
        named.update(set(answer) if isinstance(answer, tuple) else (str(answer),))
    keys = sorted(named) if question.kind == "lan" else [option.id for option in question.options]
    return tuple(Count(key, named[key], _share(named[key], len(answers))) for key in keys)


def _ranks(question: Question, answers: Sequence[Answer]) -> tuple[Rank, ...]:
    options = [option.id for option in question.options]
    ballots = [answer for answer in answers if isinstance(answer, tuple)]
    if not ballots:
        return ()
    places = {key: [ballot.index(key) + 1 for ballot in ballots] for key in options}
    points = {key: sum(len(options) - place for place in found) for key, found in places.items()}
    ranks = [
        Rank(
            key, fmean(places[key]), points[key], 1 + sum(other > points[key] for other in points.values()),
            places[key].count(1), tuple(o for o in options if o != key and points[o] == points[key]),
        )
        for key in options
    ]  # fmt: skip
    return tuple(sorted(ranks, key=lambda rank: (rank.place, options.index(rank.key))))


def _steps(question: Question, numbers: Sequence[float]) -> tuple[Count, ...]:
    held = Counter(int(number) for number in numbers)
    return tuple(
        Count(str(step), held[step], _share(held[step], len(numbers)), step, step)
        for step in range(math.ceil(question.lowest), math.floor(question.highest) + 1)
    )


def _bins(question: Question, numbers: Sequence[float]) -> tuple[Count, ...]:
    """The range of the guess in equal parts of a round width, so that each end is a number that one says aloud."""
    low, high = question.lowest, question.highest
    if not high > low:
        return (Count("0", len(numbers), _share(len(numbers), len(numbers)), low, high),) if numbers else ()
    width = _round_width((high - low) / BINS)
    first = math.floor(low / width + 1e-9)
    n = max(1, math.ceil(high / width - 1e-9) - first)
    held = Counter(min(max(math.floor(number / width + 1e-9) - first, 0), n - 1) for number in numbers)
    return tuple(
        Count(str(at), held[at], _share(held[at], len(numbers)), (first + at) * width, (first + at + 1) * width)
        for at in range(n)
    )


def _round_width(least: float) -> float:
    """The smallest of 1, 2, 2.5, 5 and 10 times a power of ten that is not below ``least``."""
    power = 10.0 ** math.floor(math.log10(least))
    return next((step * power for step in (1, 2, 2.5, 5) if step * power >= least * (1 - 1e-9)), 10 * power)


def _aggregated(groups: Sequence[Group]) -> tuple[Group, ...]:
    """Groups without their texts; small ones, and what stands alone, are not named."""
    return tuple(Group(g.id, g.name, g.n, (), g.kind) for g in groups if g.n >= FEWEST_IN_GROUP and g.id)


def _quantile(ordered: Sequence[float], part: float) -> float:
    at = (len(ordered) - 1) * part
    below = math.floor(at)
    above = min(below + 1, len(ordered) - 1)
    found = ordered[below] + (ordered[above] - ordered[below]) * (at - below)
    return min(max(found, ordered[below]), ordered[above])


def _share(n: int, of: int) -> float:
    return n / of if of else 0.0
