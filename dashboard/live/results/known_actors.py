"""Actors that the room names, matched to the organisations of the real network: never silently, never by chance."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from rapidfuzz import fuzz

from dashboard.db import Row
from dashboard.exhibit import Cell, Column, Exhibit, Plot
from dashboard.layout import View
from dashboard.live.polls.question import Question
from dashboard.live.results import results
from dashboard.live.results.results import Occasion
from dashboard.live.results.tally import Tally
from dashboard.questions import actors
from dashboard.words import fold, split

THRESHOLD: Final = 90.0
"""How like a name must be, of 100."""
MARGIN: Final = 4.0
"""How much more like it must be than the next organisation."""
LEAST: Final = 8
"""Letters that a name needs before likeness counts."""
KINDS: Final[dict[str, tuple[str, ...]]] = {
    "kommun": ("kommun", "kommuner", "kommunen", "kommunerna", "municipality", "municipalities"),
    "region": ("region", "regioner", "regionen", "regionerna", "regions"),
    "samordningsförbund": ("samordningsförbund", "samordningsförbunden", "coordination associations"),
    "myndighet": ("myndighet", "myndigheter", "myndigheterna", "authorities", "public authorities"),
    "civilsamhälle": (
        "civilsamhälle", "civilsamhället", "ideell sektor", "föreningar", "föreningslivet", "civil society",
    ),
}  # fmt: skip
"""Kind of organisation -> the words that name all of its kind."""
_BETWEEN = re.compile(r"[,;/&+\n]|\s(?:och|and|samt)\s", re.IGNORECASE)
How = Literal["name", "spelling", "within", "like", "kind", "doubt", "none"]


@dataclass(frozen=True)
class Known:
    """An organisation of the network: its names as they are compared."""

    id: str
    name: str
    folded: tuple[str, ...]


@dataclass(frozen=True)
class Match:
    """What a mention was taken for. ``id``: the organisation, "" for none; ``kind``: a kind of organisation.

    ``near``: names that it is like, where it is not certain which.
    """

    how: How
    id: str = ""
    kind: str = ""
    score: float = 0.0
    near: tuple[str, ...] = ()


def known(rows: Iterable[Row], spellings: Iterable[tuple[str, str]] = ()) -> tuple[Known, ...]:
    """Organisations ready to be matched. ``spellings``: actor_id and another way of writing its name."""
    others: defaultdict[str, list[str]] = defaultdict(list)
    for actor_id, spelt in spellings:
        others[actor_id].append(_bare(spelt))
    return tuple(
        Known(r["actor_id"], r["name"], tuple(dict.fromkeys((_bare(r["name"]), *others[r["actor_id"]])))) for r in rows
    )


def pieces(text: str) -> list[str]:
    """The actors that a text names, one by one."""
    return [piece for each in _BETWEEN.split(text) if (piece := " ".join(each.split()).strip(" .!?-–"))]


def match(mention: str, of: Sequence[Known]) -> Match:
    """What a mention is. A name that two organisations share, or are equally like, is a doubt and no match."""
    said = _bare(mention)
    kind = next((kind for kind, words in KINDS.items() if said in {fold(word) for word in words}), "")
    if kind:
        return Match("kind", kind=kind)
    exact = [one for one in of if said in one.folded]
    if len(exact) == 1:
        return Match("name" if exact[0].folded[0] == said else "spelling", exact[0].id, score=100.0)
    if exact:
        return Match("doubt", score=100.0, near=tuple(sorted(one.name for one in exact)))
    within = [one for one in of if any(len(name) >= LEAST and f" {name} " in f" {said} " for name in one.folded)]
    if len(within) == 1:
        return Match("within", within[0].id, score=100.0)
    if len(said) < LEAST:
        return Match("none")
    scored = sorted(
        ((max(_likeness(said, name) for name in one.folded), one) for one in of), key=lambda s: (-s[0], s[1].name)
    )
    if not scored or scored[0][0] < THRESHOLD:
        return Match("none")
    best, second = scored[0], scored[1] if len(scored) > 1 else (0.0, scored[0][1])
    if best[0] - second[0] < MARGIN:
        near = tuple(one.name for score, one in scored if best[0] - score < MARGIN)
        return Match("doubt", score=best[0], near=near)
    return Match("like", best[1].id, score=best[0])


def exhibit(v: View, question: Question, tally: Tally, occasion: Occasion) -> Exhibit | None:
    """Every actor that the room names beside the network, the most named first; None for another question."""
    if question.kind != "text" or question.is_sensitive or not tally.groups:
        return None
    listed = actors.listed(v.w, v.sel)
    spelt = [(r["actor_id"], s) for r in listed for s in (actors.one(v.w, r["actor_id"]) or {}).get("spellings") or ()]
    of, by = known(listed, spelt), {r["actor_id"]: r for r in listed}
    named = Counter[str]()
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text, n in _texts(tally).items():
        for piece in pieces(text):
            named[fold(piece)] += n
            written[fold(piece)][piece] += n
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    matches = {said: match(said, of) for said in named}
    for said, one in matches.items():
        found[(one.id or one.kind, "" if one.id or one.kind else said)].append(said)
    rows = [
        _row(v, max((matches[s] for s in held), key=lambda m: m.score), held, named, written, by)
        for held in found.values()
    ]
    rows.sort(key=lambda row: (-int(str(row[1])), str(row[0])))
    matched = sum(1 for held in found.values() if matches[held[0]].how not in ("none", "doubt"))
    told = {"all": v.n(len(rows)), "matched": v.n(matched), "unmatched": v.n(len(rows) - matched)}
    return Exhibit(
        id=f"aktorer-{question.id}",
        title=v.t("beside.actors_title"),
        finding=v.t("beside.actors_finding", **told) if matched else v.t("beside.actors_none", all=told["all"]),
        columns=(
            Column(v.t("beside.said")), Column(v.t("beside.times"), "number"), Column(v.t("beside.actor")),
            Column(v.t("beside.initiatives"), "number"), Column(v.t("beside.partners"), "number"),
            Column(v.t("beside.how")),
        ),
        rows=tuple(rows), source=(results.source(v, occasion), v.behind()),
        basis=(
            *results.marks(v, occasion), v.t("beside.actors_basis", threshold=v.n(THRESHOLD), least=LEAST),
            *results.who(v, tally, occasion),
        ), plot=Plot("table"),
    )  # fmt: skip


def _row(
    v: View, one: Match, held: list[str], named: Counter[str], written: dict[str, Counter[str]],
    by: dict[str, Row],
) -> tuple[Cell, ...]:  # fmt: skip
    spelt = [written[said].most_common(1)[0][0] for said in sorted(held, key=lambda s: (-named[s], s))]
    said, n = ", ".join(spelt[:3]), sum(named[each] for each in held)
    if one.id:
        row = by[one.id]
        how = v.t("beside.how_like", score=v.n(one.score)) if one.how == "like" else v.t(f"beside.how_{one.how}")
        return said, n, row["name"], row["initiatives"], row["partners"], how
    if one.kind:
        held_kind = [row for row in by.values() if row["org_type"] == one.kind]
        return said, n, v.t(f"beside.kind_{one.kind}"), None, None, v.t("beside.how_kind", n=v.n(len(held_kind)))
    if one.how == "doubt":
        near = results.listed(v, list(one.near), quoted=False)
        return said, n, None, None, None, v.t("beside.how_doubt", names=near)
    return said, n, None, None, None, v.t("beside.how_none")


def _texts(tally: Tally) -> Counter[str]:
    """Every text of the tally and how many wrote it; a text stands in several groups, and counts once a writer."""
    most: Counter[str] = Counter()
    for group in tally.groups:
        for text, n in Counter(member.text for member in group.members).items():
            most[text] = max(most[text], n)
    return most


def _likeness(a: str, b: str) -> float:
    """Of 100, as whole names; a word more or less tells organisations apart, so parts never match the whole."""
    return float(fuzz.ratio(a, b, score_cutoff=THRESHOLD - MARGIN))


def _bare(name: str) -> str:
    """A name as it is compared: folded, single spaces, without the signs between words."""
    return " ".join(split(name))
