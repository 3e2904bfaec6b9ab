"""What a page answers in essence, put to any peer alike; a page of ours answers more, and says how and from where."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import methodcaller as ask
from typing import Any, Protocol

Rows = list[tuple[Any, ...]]
Chosen = Mapping[str, Sequence[str]]
"""Facet -> its values, ``q`` -> the words of a search, folded; what is not there is not asked for."""
FACETS = ("lan", "kommun", "fond", "period", "status", "malgrupp", "agare")
OWN = {"fond": "fund", "period": "period", "status": "status", "agare": "owner_type", "year": "year"}
"""Facet -> its column in ``op``."""
SEVERAL = {"lan": "place", "kommun": "kommun", "malgrupp": "target"}
"""Facet -> the table of its values, ``code``, of which an operation may have several."""
FIRST, MOST = 50, 50
"""Operations on the first page of a list; rows of a table of owners, actors or pairs."""


class Peer(Protocol):
    """Who answers. Amounts are whole öre of granted support; an operation counts in full in every place and group."""

    def total(self, chosen: Chosen) -> Rows:
        """One row: operations, those running, granted."""
        ...

    def by(self, facet: str, chosen: Chosen) -> Rows:
        """A row a value: value, operations, granted."""
        ...

    def beside(self, chosen: Chosen) -> Rows:
        """A row a län: code, the newest value of its indicator, operations, granted."""
        ...

    def first(self, chosen: Chosen) -> Rows:
        """The first page in the order of lists: id, title, granted."""
        ...

    def amounts(self, chosen: Chosen) -> Rows:
        """One row: amounts known, their sum, median and 90th percentile, both amounts that occur."""
        ...

    def owners(self, chosen: Chosen) -> Rows:
        """A row an owner: owner, operations, granted; most first."""
        ...

    def common(self, one: Chosen, other: Chosen) -> Rows:
        """One row: owners that both have."""
        ...

    def actors(self, chosen: Chosen) -> Rows:
        """Those with most operations: actor, name, operations."""
        ...

    def pairs(self, chosen: Chosen) -> Rows:
        """Those who most often work together: both actors' keys and names, operations."""
        ...


def questions(page: str, chosen: Chosen, sides: Mapping[str, Sequence[str]]) -> dict[str, Callable[[Peer], Rows]]:
    """What is asked -> how to put it to a peer.

    ``sides``: what *Jämför* and *Portföljer* hold beside each other. A side's name -> its län, none for riket, or its
    funds.
    """
    total = {"total": ask("total", chosen)}
    if page == "sweden":
        return {**total, "lan": ask("by", "lan", chosen)}
    if page == "county":
        told = {facet: ask("by", facet, chosen) for facet in ("fond", "period", "status", "malgrupp", "kommun")}
        return {**total, **told, "first": ask("first", chosen)}
    if page == "initiatives":
        others = {facet: {name: chosen[name] for name in chosen if name != facet} for facet in FACETS}
        told = {facet: ask("by", facet, others[facet]) for facet in FACETS}
        return {**total, **told, "first": ask("first", chosen)}
    if page == "compare":
        asked = ("total",), ("by", "malgrupp")
        held = {side: {**chosen, "lan": places} for side, places in sides.items()}
        return {f"{side}, {'/'.join(one)}": ask(*one, held[side]) for side in held for one in asked}
    if page == "need":
        return {**total, "beside": ask("beside", chosen)}
    if page == "kommun":
        return {**total, "kommun": ask("by", "kommun", chosen)}
    if page == "portfolios":
        asked = ("amounts",), ("owners",), ("by", "year")
        held = {side: {**chosen, "fond": funds} for side, funds in sides.items()}
        told = {f"{side}, {'/'.join(one)}": ask(*one, held[side]) for side in held for one in asked}
        return {**told, "common": ask("common", *held.values())}
    if page == "actors":
        return {**total, "actors": ask("actors", chosen), "pairs": ask("pairs", chosen)}
    raise ValueError(page)
