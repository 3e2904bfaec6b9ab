"""Records joined into operations: one canonical record a cluster, one record a source in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from etl.evidence import Record


@dataclass(frozen=True)
class Join:
    """Two records that are one operation, by which method and how surely."""

    a: Record
    b: Record
    method: str
    confidence: float


@dataclass
class Clusters:
    """A forest of joins. ``different``: pairs of ids, in order, that must never come together."""

    different: frozenset[tuple[str, str]] = frozenset()
    _of: dict[str, list[Record]] = field(default_factory=dict)
    _joins: defaultdict[str, list[Join]] = field(default_factory=lambda: defaultdict(list))

    def members(self, record: Record) -> list[Record]:
        """The records that are one operation with this one, itself among them."""
        return self._of.setdefault(record.operation_id, [record])

    def are_one(self, a: Record, b: Record) -> bool:
        return self.members(a) is self.members(b)

    def refusal(self, a: Record, b: Record, *, is_manual: bool = False) -> str | None:
        """Why the clusters of two records must not be one, or None. A person may join two records of one source."""
        ones, others = self.members(a), self.members(b)
        if {r.portfolio for r in ones} != {r.portfolio for r in others}:
            return "portfolios"
        if any((min(x, y), max(x, y)) in self.different for x in _ids(ones) for y in _ids(others)):
            return "decided_different"
        if not is_manual and {r.source_id for r in ones} & {r.source_id for r in others}:
            return "same_source"
        return None

    def join(self, made: Join) -> None:
        """Make the two clusters one; nothing when they are."""
        if self.are_one(made.a, made.b):
            return
        small, large = sorted((self.members(made.a), self.members(made.b)), key=len)
        large += small
        for record in small:
            self._of[record.operation_id] = large
        for record in (made.a, made.b):
            self._joins[record.operation_id].append(made)

    def links(self) -> Iterator[tuple[str, str, str, float]]:
        """(operation id, its canonical id, method, confidence) of every record of a cluster of two or more.

        The record of the source with the lowest precedence is canonical, "self"; the others are as sure as the
        weakest join on the way to it, and by that join's method.
        """
        for members in {id(found): found for found in self._of.values() if len(found) > 1}.values():
            best = min(members, key=lambda r: (r.precedence, r.operation_id))
            yield best.operation_id, best.operation_id, "self", 1.0
            reached: dict[str, tuple[float, str]] = {best.operation_id: (1.0, "self")}
            ahead = [best.operation_id]
            while ahead:
                here = ahead.pop()
                for made in self._joins[here]:
                    there = made.b.operation_id if made.a.operation_id == here else made.a.operation_id
                    if there not in reached:
                        own = (made.confidence, made.method)
                        reached[there] = min(reached[here], own) if reached[here][1] != "self" else own
                        yield there, best.operation_id, reached[there][1], reached[there][0]
                        ahead.append(there)


def _ids(records: Iterable[Record]) -> list[str]:
    return [record.operation_id for record in records]
