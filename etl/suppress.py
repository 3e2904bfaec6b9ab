"""Which counts of persons are hidden: those below the threshold, and as many more as keep them from being worked out.

Primary: a count from 1 up to the threshold. Complementary: after each round the attack of :mod:`etl.attack` is made on
what would be shown; where a count comes out too exactly, one more figure of its sums is hidden, until none does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from etl.attack import Key, Sum, narrow


@dataclass(frozen=True)
class Past:
    """An earlier snapshot that is kept: what it shows, what it hides, and whether its threshold is still in force."""

    shown: Mapping[Key, int]
    hidden: Collection[Key]
    binds: bool = True


@dataclass(frozen=True)
class Hidden:
    """``cells`` are hidden. ``exposed``: counts that can still be worked out, from what kept earlier snapshots show."""

    cells: frozenset[Key]
    exposed: frozenset[Key]


def suppress(cells: Mapping[Key, int], sums: Iterable[Sum], *, least: int, past: Sequence[Past] = ()) -> Hidden:
    """Counts by key, and the sums they stand in -> what to hide so that no count below ``least`` can be recovered.

    ``past``: snapshots that a reader may subtract from this one, taking what is not seen to change for unchanged. What
    one of them shows with the same value cannot be hidden any more; what one hides stays hidden. 0 is never hidden.
    Who knows from elsewhere which hidden counts were revised between two snapshots may learn more; that is not covered.
    """
    return _Work(cells, list(sums), least, past).done()


class _Work:
    def __init__(self, cells: Mapping[Key, int], sums: list[Sum], least: int, past: Sequence[Past]) -> None:
        self.least = least
        self.now = cells
        self.past = past
        self.values = dict(cells)
        self.open = {key for one in past for key, value in one.shown.items() if cells.get(key) == value}
        self.hidden = {key for key, value in cells.items() if 0 < value < least}
        self.exposed = self.hidden & self.open
        self.hidden |= {key for one in past if one.binds for key in one.hidden if cells.get(key, 0) > 0}
        self.before: set[Key] = set()
        own = [self._closed(one) for one in sums]
        joint = [one for number, old in enumerate(past) for one in self._joined(number, old, sums)]
        self.of: dict[Key, list[Sum]] = defaultdict(list)
        for one in [*own, *joint]:
            for key in one.keys:
                self.of[key].append(one)
        self.joint = set(joint)

    def done(self) -> Hidden:
        self._protect()
        if self.exposed:
            # What earlier snapshots give away is hidden here all the same: they may be removed.
            self.past, self.open, self.before = (), set(), set()
            self._protect()
        return Hidden(frozenset(self.hidden), frozenset(self.exposed))

    def _protect(self) -> None:
        while True:
            self._pair()
            found = self._found()
            if not found:
                return
            changed: set[Sum] = set()
            for key in found:
                if changed.isdisjoint(self.of[key]):
                    extra = self._next(key)
                    if extra is None:
                        self._give_up(key)
                    else:
                        self.hidden.add(extra)
                        changed.update(self.of[key], self.of[extra])

    def _closed(self, one: Sum) -> Sum:
        """The sum with its gap: what the publisher's own figures lack or have too much of."""
        if one.total not in self.values:
            return one
        gap = self.values[one.total] - sum(self.values.get(part, 0) for part in one.parts)
        return Sum(one.total, one.parts, gap if all(part in self.values for part in one.parts) else min(0, gap))

    def _joined(self, number: int, old: Past, sums: list[Sum]) -> list[Sum]:
        """An earlier snapshot's sums, its hidden counts taken for today's; none if it tells nothing new."""
        if self.open.issuperset(old.shown) and self.hidden.issuperset(old.hidden):
            return []
        for key, value in old.shown.items():
            self.values[number, key] = value
            self.open.add((number, key))
        self.before.update((number, key) for key in old.hidden)
        held = {*old.shown, *old.hidden}
        again = [
            self._closed(Sum((number, one.total), tuple((number, part) for part in one.parts)))
            for one in sums
            if held.issuperset(one.keys) and not set(old.hidden).isdisjoint(one.keys)
        ]
        return [*again, *(Sum((number, key), (key,)) for key in old.hidden if self.now.get(key, 0) > 0)]

    def _found(self) -> list[Key]:
        """What an attack on this snapshot gives away, and one on all of them; figures that clash give nothing."""
        secret = self.hidden - self.open
        alone = narrow(self.now, secret, [one for one in self._near(secret) if one not in self.joint], least=self.least)
        if alone or not self.past:
            return list(alone)
        # Where one hidden count alone changed, two snapshots give its change: those hidden in both protect no new one.
        new = secret - {key for one in self.past for key in one.hidden}
        if len(new) < len(secret):
            alone = narrow(self.now, new, [one for one in self._near(new) if one not in self.joint], least=self.least)
        if alone or not self.before:
            return list(alone)
        return list(narrow(self.values, secret | self.before, self._near(secret | self.before), least=self.least))

    def _near(self, secret: set[Key]) -> list[Sum]:
        """The sums that these stand in, and those that hang together with them through what is not shown."""
        found: dict[Sum, None] = {}
        waiting, seen = list(secret), set(secret)
        while waiting:
            for one in self.of[waiting.pop()]:
                found[one] = None
                for key in one.keys:
                    if key not in seen and key not in self.values:
                        seen.add(key)
                        waiting.append(key)
        return list(found)

    def _pair(self) -> None:
        """No sum may hold a single hidden count: subtraction gives it."""
        waiting = list(self.hidden)
        while waiting:
            for one in self.of[waiting.pop()]:
                if sum(1 for key in one.keys if self._is_unknown(key)) == 1:
                    extra = self._cheapest([one])
                    if extra is not None:
                        self.hidden.add(extra)
                        waiting.append(extra)

    def _is_unknown(self, key: Key) -> bool:
        return (key in self.hidden and key not in self.open) or key not in self.values

    def _next(self, key: Key) -> Key | None:
        """One more figure to hide for a count that comes out too exactly: in its own sums first, then further off."""
        ring = list(dict.fromkeys(self.of[key]))
        seen: set[Sum] = set()
        while ring:
            extra = self._cheapest(ring)
            if extra is not None:
                return extra
            seen.update(ring)
            keys = [k for one in ring for k in one.keys if k in self.hidden or k not in self.values]
            ring = [one for one in dict.fromkeys(s for k in keys for s in self.of[k]) if one not in seen]
        return None

    def _cheapest(self, sums: Iterable[Sum]) -> Key | None:
        """The shown figure whose hiding opens the fewest further sums, then the smallest."""

        def price(key: Key) -> tuple[int, int, str]:
            opened = sum(1 for one in self.of[key] if not any(k in self.hidden for k in one.keys))
            return (opened, self.now[key], repr(key))

        keys = {k for one in sums for k in one.keys}
        shown = {k for k in keys if self.now.get(k, 0) > 0 and k not in self.hidden and k not in self.open}
        return min(shown, key=price, default=None)

    def _give_up(self, key: Key) -> None:
        # Without an earlier snapshot only figures that contradict each other end here: they give nothing exactly.
        if self.past:
            self.exposed.add(key)
        self.before.discard(key)
        self.open.add(key)
