"""An effect-logic card: need, target group, intervention, output, outcome short and long, and how it is measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from dashboard.texts import Said
from dashboard.theory import MOST_TITLE, NOTHING, NOWHERE, Reader, Source, plain_said, plain_source

FORMAT, VERSION = "inkarta-effect-card", 1
STEPS: Final = ("need", "group", "activity", "output", "outcome_short", "outcome_long")
QUALITY: Final = ("baseline", "comparison", "validator", "follow_up")
FITS: Final = ("direct", "proxy")
State = Literal["series", "own", "unmeasured"]


@dataclass(frozen=True)
class Step:
    """A step of the chain. ``indicator``: its code; ``fit``: whether the series measures the step or is the closest.

    ``measured``: what the initiative itself has measured; ``why``: why it is not measured, or what the series is.
    """

    what: Said = NOTHING
    whom: Said = NOTHING
    indicator: str = ""
    fit: str = ""
    measured: Said = NOTHING
    why: Said = NOTHING
    source: Source = NOWHERE

    @property
    def state(self) -> State:
        """``own``: measured by the initiative, which says more of it than a series of its place does."""
        if self.measured:
            return "own"
        return "series" if self.indicator else "unmeasured"


@dataclass(frozen=True)
class Check:
    """A part of measurement quality: ``what`` there is; nothing: it is missing, and ``why``."""

    what: Said = NOTHING
    why: Said = NOTHING
    source: Source = NOWHERE


@dataclass(frozen=True)
class Card:
    """``initiative``: its id, empty for none; ``origin``: the id of the card that this one was copied from."""

    title: Said
    initiative: str = ""
    origin: str = ""
    steps: tuple[Step, ...] = (Step(),) * len(STEPS)
    quality: tuple[Check, ...] = (Check(),) * len(QUALITY)

    @property
    def states(self) -> tuple[State, ...]:
        """How each step is measured."""
        return tuple(step.state for step in self.steps)


def document(card: Card) -> dict[str, Any]:
    """A card as JSON and TOML hold it; :func:`card_of` gives it back."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "initiative": card.initiative,
        "origin": card.origin,
        "title": plain_said(card.title),
        "steps": {
            name: {
                "indicator": step.indicator,
                "fit": step.fit,
                "what": plain_said(step.what),
                "whom": plain_said(step.whom),
                "measured": plain_said(step.measured),
                "why": plain_said(step.why),
                "source": plain_source(step.source),
            }
            for name, step in zip(STEPS, card.steps, strict=True)
        },
        "quality": {
            name: {
                "what": plain_said(check.what),
                "why": plain_said(check.why),
                "source": plain_source(check.source),
            }
            for name, check in zip(QUALITY, card.quality, strict=True)
        },
    }


def card_of(found: Any) -> Card:
    """The card of a document. Raises :class:`dashboard.theory.RefusedError` with every fault."""
    read = Reader()
    whole = read.table(found, "", ("format", "version", "initiative", "origin", "title", "steps", "quality"))
    if whole.get("format") != FORMAT:
        read.fault("format", "unknown_format", whole.get("format", ""))
    elif whole.get("version") != VERSION:
        read.fault("version", "unknown_version", whole.get("version", ""))
    read.settled()
    steps = read.table(whole.get("steps"), "steps", STEPS)
    quality = read.table(whole.get("quality"), "quality", QUALITY)
    card = Card(
        title=read.said(whole.get("title"), "title", MOST_TITLE),
        initiative=read.code(whole.get("initiative"), "initiative"),
        origin=read.code(whole.get("origin"), "origin"),
        steps=tuple(_step(read, steps.get(name), f"steps.{name}") for name in STEPS),
        quality=tuple(_check(read, quality.get(name), f"quality.{name}") for name in QUALITY),
    )
    if not card.title:
        read.fault("title", "empty")
    if not any(step.what or step.whom for step in card.steps):
        read.fault("steps", "no_step")
    read.settled()
    return card


def _step(read: Reader, found: Any, at: str) -> Step:
    s = read.table(found, at, ("indicator", "fit", "what", "whom", "measured", "why", "source"))
    indicator, fit = read.code(s.get("indicator"), f"{at}.indicator"), read.text(s.get("fit"), f"{at}.fit")
    if fit and fit not in FITS:
        read.fault(f"{at}.fit", "unknown_fit", fit)
    elif bool(fit) != bool(indicator):
        read.fault(f"{at}.fit", "fit_alone" if fit else "fit_missing", fit)
    what, whom, measured, why = (read.said(s.get(name), f"{at}.{name}") for name in ("what", "whom", "measured", "why"))
    return Step(what, whom, indicator, fit, measured, why, read.source(s.get("source"), f"{at}.source"))


def _check(read: Reader, found: Any, at: str) -> Check:
    c = read.table(found, at, ("what", "why", "source"))
    return Check(
        read.said(c.get("what"), f"{at}.what"),
        read.said(c.get("why"), f"{at}.why"),
        read.source(c.get("source"), f"{at}.source"),
    )
