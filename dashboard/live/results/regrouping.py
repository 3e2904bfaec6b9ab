"""What a person decides of the groups of free texts: names, moves, merges. Pure; each gives a new :class:`Moved`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final

from dashboard.live.results.grouping import Group, Moved
from dashboard.store.poll_texts import ref_of

MOST_NAME: Final = 60
"""Letters in a group's name."""
OWN: Final = "own:"
"""What the id of a group that a person has made begins with."""


def named(moved: Moved, group: str, name: str) -> Moved:
    """A group with a name of a person's; without one it is called by the method again."""
    names = {**moved.names, group: name} if name else {i: n for i, n in moved.names.items() if i != group}
    return replace(moved, names=names)


def put(moved: Moved, groups: Sequence[Group], text: str, away: str, to: str) -> Moved:
    """A text taken out of one group and put into another; out of all it stands alone. Its other groups stay.

    ``away``, ``to``: ids of groups, "" for none.
    """
    held = [group.id for group in groups if group.id and any(member.text == text for member in group.members)]
    kept = [ident for ident in held if ident != away]
    return replace(moved, texts={**moved.texts, text: tuple(dict.fromkeys([*kept, *([to] if to else [])]))})


def put_apart(moved: Moved, groups: Sequence[Group], text: str, away: str) -> Moved:
    """A text put into a new group of its own, which is called by the text."""
    ident = OWN + ref_of(text)
    name = text if len(text) <= MOST_NAME else text[: MOST_NAME - 1].rstrip() + "…"
    return named(put(moved, groups, text, away, ident), ident, moved.names.get(ident, name))


def merged(moved: Moved, group: str, into: str) -> Moved:
    """All of a group's texts into another, those that come later too."""
    texts = {text: tuple(dict.fromkeys(into if i == group else i for i in ids)) for text, ids in moved.texts.items()}
    led = {i: into if to == group else to for i, to in moved.into.items() if i != into}
    names = {ident: name for ident, name in moved.names.items() if ident != group}
    return Moved(texts, {**led, group: into}, names)


def parted(moved: Moved, group: str) -> Moved:
    """A group without what was merged into it."""
    return replace(moved, into={ident: to for ident, to in moved.into.items() if to != group})


def left_to_method(moved: Moved, text: str) -> Moved:
    """A text where the method puts it."""
    return replace(moved, texts={each: ids for each, ids in moved.texts.items() if each != text})


def kept(moved: Moved, texts: Iterable[str]) -> Moved:
    """Without decisions about words that nobody has written any longer, and names of groups that nothing is in."""
    known = frozenset(texts)
    left = {text: ids for text, ids in moved.texts.items() if text in known}
    placed = {ident for ids in left.values() for ident in ids}
    names = {ident: name for ident, name in moved.names.items() if not ident.startswith(OWN) or ident in placed}
    return Moved(left, moved.into, names)


def by_hand(groups: Collection[Group]) -> tuple[int, int]:
    """How many texts stand where a person has put them, and how many groups a person has named."""
    texts = {id(member): member.text for group in groups for member in group.members if member.how == "moved"}
    return len(set(texts.values())), sum(group.kind == "own" for group in groups)
