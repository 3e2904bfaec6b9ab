"""A simulated audience to rehearse with. It votes as phones do, and what it votes is made up: a practice room says so.

Deterministic: the same question, seed and size give the same votes at the same moments. Pure but for :func:`rehearse`.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from dashboard.live.polls.question import Answer, Question
from dashboard.texts import Lang

log = logging.getLogger("inkarta")
SECONDS: Final = 40.0
"""How long the votes take to come in."""
TURNOUT: Final = 0.86
"""The share of the audience that answers a question."""
CHANGES: Final = 0.04
"""The share of those that changes its answer a little later."""
Send = Callable[[Question, Answer], Awaitable[None]]
"""Votes as one phone; each simulated voter has its own."""
LANS: Final = (
    "01", "03", "04", "05", "06", "07", "08", "09", "10", "12", "13", "14", "17", "18", "19", "20", "21", "22", "23",
    "24", "25",
)  # fmt: skip
_NEAR: Final = {"12": 9.0, "01": 5.0, "14": 5.0, "18": 3.0, "10": 2.0, "07": 2.0, "06": 2.0}
"""Län that a made-up hall has more of; the others count as one."""
_TEXTS: Final[dict[Lang, tuple[str, ...]]] = {
    "sv": (
        "Finansiering", "Långsiktig finansiering", "Finansieringen är för kortsiktig", "Projektfinansiering", "Pengar",
        "Tid och pengar", "Tid", "Samverkan", "Samverkan mellan kommun och region", "Samverkansmodeller",
        "Stuprör", "Stuprören i organisationen", "Mandat", "Tydligt mandat", "Ledarskap", "Modigt ledarskap",
        "Upphandling", "Lagen om offentlig upphandling", "Kompetens", "Kompetensutveckling", "Kunskap om målgruppen",
        "Långtidsarbetslöshet", "Unga som varken arbetar eller studerar", "Kommunen", "Arbetsförmedlingen",
        "Civilsamhället", "Näringslivet", "Tillit", "Tillit mellan aktörer", "Uppföljning", "Effektmätning", "Politik",
    ),
    "en": (
        "Funding", "Long-term funding", "Funding is too short-term", "Project funding", "Money", "Time and money",
        "Time", "Cooperation", "Cooperation between municipality and region", "Silos", "Mandate",
        "A clear mandate", "Leadership", "Brave leadership", "Procurement", "Public procurement", "Skills", "Knowledge",
        "Long-term unemployment", "Young people outside work and education (NEET)", "Civil society", "Employers",
        "Trust", "Trust between actors", "Follow-up", "Effect measurement", "Politics",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Vote:
    """A vote: when, in seconds from the start, which voter (from 0), and what."""

    at: float
    voter: int
    answer: Answer


def audience(
    question: Question, size: int, *, seed: int = 1, lang: Lang = "sv", seconds: float = SECONDS
) -> tuple[Vote, ...]:
    """The votes of an audience of a size, by when they come: most soon, some late, a few changed.

    A question has its own taste: some options are liked more than others, whatever the seed of the room.
    """
    taste = random.Random(f"{question.id}|{question.kind}")  # noqa: S311 (a rehearsal, no secret)
    liking = _liking(question, taste)
    votes = []
    for voter in range(size):
        own = random.Random(f"{seed}|{question.id}|{voter}")  # noqa: S311
        if own.random() > TURNOUT:
            continue
        at = min(own.gammavariate(2.2, seconds / 9.0), seconds)
        votes.append(Vote(round(at, 3), voter, _answer(question, liking, own, lang)))
        if own.random() < CHANGES:
            later = min(at + own.uniform(1.0, 8.0), seconds)
            votes.append(Vote(round(later, 3), voter, _answer(question, liking, own, lang)))
    return tuple(sorted(votes, key=lambda vote: (vote.at, vote.voter)))


async def rehearse(
    question: Question,
    phones: Sequence[Send],
    *,
    seed: int = 1,
    lang: Lang = "sv",
    seconds: float = SECONDS,
    wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> int:
    """Let a phone each vote as the audience does, in real time; how many votes were sent.

    A phone that fails is left out from there on, as in a hall. ``wait``: how time passes.
    """
    now, sent, silent = 0.0, 0, set[int]()
    for vote in audience(question, len(phones), seed=seed, lang=lang, seconds=seconds):
        if vote.at > now:
            await wait(vote.at - now)
            now = vote.at
        if vote.voter in silent:
            continue
        try:
            await phones[vote.voter](question, vote.answer)
            sent += 1
        except OSError as error:
            log.warning("a simulated phone has gone: %s", error)
            silent.add(vote.voter)
    return sent


def _liking(question: Question, taste: random.Random) -> list[float]:
    n = {"lan": len(LANS), "scale": int(question.highest - question.lowest) + 1}.get(
        question.kind, len(question.options)
    )
    if question.kind == "lan":
        return [_NEAR.get(code, 1.0) for code in LANS]
    if question.kind == "scale":
        middle = taste.uniform(0.35, 0.75) * (n - 1)
        return [2.0 ** -(((step - middle) / (n / 4)) ** 2) for step in range(n)]
    return [taste.gammavariate(1.6, 1.0) + 0.15 for _ in range(n)]


def _answer(question: Question, liking: Sequence[float], own: random.Random, lang: Lang) -> Answer:
    options = [option.id for option in question.options]
    match question.kind:
        case "single":
            return own.choices(options, liking)[0]
        case "lan":
            return own.choices(LANS, liking)[0]
        case "multiple":
            most = question.most or len(options)
            ordered = _order(options, liking, own)
            chosen = ordered[: own.randint(1, max(1, min(most, 3)))]
            return tuple(option for option in options if option in chosen)
        case "ranking":
            return tuple(_order(options, liking, own))
        case "scale":
            return int(question.lowest) + own.choices(range(len(liking)), liking)[0]
        case "text":
            return own.choices(_TEXTS[lang], [1 / (1 + at * 0.12) for at in range(len(_TEXTS[lang]))])[0]
    low, high = question.lowest, question.highest
    guessed = own.triangular(low, high, low + (high - low) * 0.35)
    return float(round(guessed) if high - low >= 10 else round(guessed, 1))


def _order(options: Sequence[str], liking: Sequence[float], own: random.Random) -> list[str]:
    """Options by how much they are liked, with chance: an exponential race."""
    drawn = {option: own.expovariate(1.0) / like for option, like in zip(options, liking, strict=True)}
    return sorted(options, key=lambda option: drawn[option])
