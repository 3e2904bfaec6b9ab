"""How accessible the product is: what was measured (``inkarta bench access``), and what is known but not measured.

``measured.json`` is written by the measurement and committed; ``known.toml`` is kept by hand. The statement on
*Tillgänglighet* is made from the two and claims no more than they do.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

MEASURED: Final = Path(__file__).with_name("measured.json")
KNOWN: Final = Path(__file__).with_name("known.toml")
KINDS: Final = (
    "axe", "language", "english", "contrast", "targets", "sideways", "spacing", "clipped", "forced", "motion",
)  # fmt: skip
"""What is looked at on every surface; ``access.kind_<kind>`` says it in words."""
Conformity = Literal["full", "partial", "none"]


@dataclass(frozen=True)
class Surface:
    """One surface as it was last measured: how many states, how often each kind was checked, and what was found."""

    name: str
    at: date
    states: int
    checks: Mapping[str, int]
    found: Mapping[str, tuple[str, ...]]
    texts: int
    under7: int


@dataclass(frozen=True)
class Known:
    """A shortcoming in words. ``criterion``: of WCAG. ``is_outside``: in what the law leaves out.

    ``found``: the measured findings that it tells of, each as :meth:`State.findings` has it.
    """

    criterion: str
    text: Mapping[str, str]
    reason: Mapping[str, str]
    is_outside: bool = False
    found: tuple[str, ...] = ()


@dataclass(frozen=True)
class State:
    """All of it. ``missing``: surfaces that the product has and nobody has measured."""

    surfaces: tuple[Surface, ...]
    versions: Mapping[str, str]
    known: tuple[Known, ...]
    updated: date

    @property
    def first(self) -> date | None:
        """The day of the oldest measurement."""
        return min((one.at for one in self.surfaces), default=None)

    @property
    def last(self) -> date | None:
        """The day of the newest."""
        return max((one.at for one in self.surfaces), default=None)

    @property
    def states(self) -> int:
        """States in which surfaces were looked at."""
        return sum(one.states for one in self.surfaces)

    def findings(self) -> frozenset[str]:
        """What was measured, each as ``surface kind text``."""
        return frozenset(
            f"{one.name} {kind} {text}" for one in self.surfaces for kind, texts in one.found.items() for text in texts
        )

    def untold(self) -> frozenset[str]:
        """Findings that no known shortcoming tells of."""
        return self.findings() - {text for known in self.known for text in known.found}

    def found(self) -> dict[str, int]:
        """Kind -> how many different findings on how many surfaces together; kinds without any are left out."""
        counted = Counter({kind: sum(len(one.found.get(kind, ())) for one in self.surfaces) for kind in KINDS})
        return {kind: n for kind, n in counted.items() if n}

    def conformity(self, pages: frozenset[str]) -> Conformity:
        """Full: every page was measured, nothing was found and nothing is known. None: nothing was measured."""
        if not self.surfaces:
            return "none"
        is_whole = pages <= {one.name for one in self.surfaces}
        is_sound = not self.found() and all(one.is_outside for one in self.known)
        return "full" if is_whole and is_sound else "partial"


@cache
def state() -> State:
    """What is known now."""
    measured: dict[str, Any] = json.loads(MEASURED.read_text("utf-8")) if MEASURED.exists() else {}
    by_hand = tomllib.loads(KNOWN.read_text("utf-8"))
    surfaces = tuple(
        Surface(
            name, date.fromisoformat(one["at"]), one["states"], one["checks"],
            {kind: tuple(found) for kind, found in one["found"].items()}, one["texts"], one["under7"],
        )
        for name, one in measured.get("surfaces", {}).items()
    )  # fmt: skip
    known = tuple(
        Known(
            one["criterion"], one["text"], one["reason"], one.get("is_outside", False), tuple(one.get("found", ())),
        )
        for one in by_hand["known"]
    )  # fmt: skip
    return State(surfaces, measured.get("versions", {}), known, by_hand["updated"])
