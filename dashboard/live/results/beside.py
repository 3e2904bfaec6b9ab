"""The room's answers beside the data: a län's own figures, and the indicators of what the room mentions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from dashboard.blocks import hidden, series
from dashboard.db import Row, Warehouse
from dashboard.exhibit import WITHHELD, Cell, Column, Exhibit, Plot
from dashboard.layout import View
from dashboard.live.polls.question import Question
from dashboard.live.results import results
from dashboard.live.results.grouping import Concept
from dashboard.live.results.results import Occasion
from dashboard.live.results.small_words import SMALL
from dashboard.live.results.tally import Tally
from dashboard.questions import indicators, vocabulary
from dashboard.selection import SWEDEN
from dashboard.words import fold

CHALLENGE: Final = "challenge:"
TARGET: Final = "group:"
_AND = re.compile(r"\s+(?:och|and)\s+|,\s*")


def concepts(w: Warehouse) -> tuple[Concept, ...]:
    """The controlled vocabulary as free texts are read with: challenges, target groups, methods and themes.

    A challenge has no synonyms: the parts of its title stand for it, without small words at their beginning.
    """
    return _concepts(w.path)


@lru_cache(maxsize=4)
def _concepts(path: Path) -> tuple[Concept, ...]:
    w = Warehouse(path)
    made = [
        Concept(f"{CHALLENGE}{r['code']}", _names(r), tuple(part for title in _names(r) for part in _parts(title)))
        for r in vocabulary.challenges(w)
    ]
    made += [_concept("group", r, r["synonyms"]) for r in vocabulary.groups(w, SWEDEN)]
    made += [_concept("method", r, r["synonyms"]) for r in vocabulary.methods(w, SWEDEN)]
    made += [_concept("theme", r, r["said"]) for r in vocabulary.themes(w, SWEDEN)]
    return tuple(made)


def _concept(kind: str, row: Row, synonyms: Iterable[str] | None) -> Concept:
    return Concept(f"{kind}:{row['code']}", _names(row), tuple(filter(None, synonyms or ())))


def _names(row: Row) -> tuple[str, str]:
    return str(row["title_sv"]), str(row["title_en"] or row["title_sv"])


def _parts(title: str) -> list[str]:
    parts = []
    for part in _AND.split(title):
        words = part.split()
        while words and fold(words[0]) in SMALL:
            words.pop(0)
        parts.append(" ".join(words))
    return [part for part in parts if part]


def lan(v: View, tally: Tally, code: str, occasion: Occasion, *, untold: str = "") -> Exhibit | None:
    """A län's latest figures beside Sweden's, with how many in the room stated it; None for no län.

    ``untold``: an indicator that is left out, since the room is still to guess it.
    """
    known = (row for row in indicators.profile(v.w, code) if row["code"] != untold)
    found = [row for row in known if row["value"] is not None or hidden.is_hidden(row)]
    if code not in v.regions or not found:
        return None
    n = next((count.n for count in tally.counts if count.key == code), 0)
    told = {"lan": v.regions[code], "indicators": v.n(len(found))}
    return Exhibit(
        id=f"bredvid-{code}",
        title=v.t("beside.lan_title", lan=v.regions[code]),
        finding=v.t("beside.lan_finding", n=v.n(n), **told) if n else v.t("beside.lan_finding_none", **told),
        columns=_columns(v, code, tuple(row["decimals"] for row in found)),
        rows=tuple(_row(v, row) for row in found),
        source=(series.publishers(v, found), *([results.source(v, occasion)] if n else [])),
        basis=(*results.marks(v, occasion), *((hidden.rule(v),) if any(map(hidden.is_hidden, found)) else ())),
        links=tuple(v.href("sweden", indikator=row["code"], visa="indikator") for row in found),
        licence=series.licences(v, found), plot=Plot("table"),
    )  # fmt: skip


def said(v: View, question: Question, tally: Tally, code: str, occasion: Occasion) -> Exhibit | None:
    """What the room mentions, each with a län's figures on the indicators that the data ties to it, and why.

    None without texts. What has no indicator is named. The question's own indicator (``aside``) comes first.
    """
    groups = [group for group in tally.groups if group.id]
    if question.kind != "text" or code not in v.regions or not (groups or question.aside):
        return None
    profile = {row["code"]: row for row in indicators.profile(v.w, code)}
    ties = _ties(v)
    rows: list[tuple[Cell, ...]] = []
    used: list[Row] = []
    without = []
    own = parse_qs(urlsplit(question.aside).query).get("indikator", [""])[0]
    if own in profile:
        rows.append((results.words(v, question), None, *_row(v, profile[own]), v.t("beside.by_question")))
        used.append(profile[own])
    tied = 0
    for group in groups:
        found = [profile[one] for one in ties.get(group.id, ((), ""))[0] if one in profile]
        tied += bool(found)
        if not found:
            without.append(results.name(v, group))
        for row in found:
            rows.append((results.name(v, group), group.n, *_row(v, row), ties[group.id][1]))
            used.append(row)
    decimals = tuple(row["decimals"] for row in used)
    return Exhibit(
        id=f"namnt-{question.id}",
        title=v.t("beside.said_title", lan=v.regions[code]),
        finding=v.t("beside.said_finding", n=v.n(tied), all=v.n(len(groups))),
        columns=(
            Column(v.t("results.group")), Column(v.t("results.group_n"), "number"), *_columns(v, code, decimals),
            Column(v.t("beside.why")),
        ),
        rows=tuple(rows),
        source=(results.source(v, occasion), *([series.publishers(v, used)] if used else [])),
        basis=(*results.marks(v, occasion), v.t("beside.said_basis"), *results.who(v, tally, occasion)),
        missing=(v.t("beside.said_none", groups=results.listed(v, without, most=12)),) if without else (),
        licence=series.licences(v, used), plot=Plot("table"),
    )  # fmt: skip


def _ties(v: View) -> dict[str, tuple[tuple[str, ...], str]]:
    """Group id -> the indicators that the data ties to it, and why in words."""
    ties = {
        f"{CHALLENGE}{r['code']}": (tuple(r["indicators"]), v.t("beside.by_challenge", name=_quoted(v, v.of(r))))
        for r in vocabulary.challenges(v.w)
    }
    for r in vocabulary.groups(v.w, SWEDEN):
        if r["indicator_code"] and r["fit"] in ("direct", "proxy"):
            why = v.t("beside.by_group", name=_quoted(v, v.of(r)))
            ties[f"{TARGET}{r['code']}"] = ((r["indicator_code"],), why)
    return ties


def _quoted(v: View, text: str) -> str:
    return v.t("results.quoted", text=text)


def _columns(v: View, code: str, decimals: tuple[int, ...]) -> tuple[Column, ...]:
    return (
        Column(v.t("beside.indicator")), Column(v.t("figure.period")), Column(v.t("beside.unit")),
        Column(v.regions[code], "number", decimals), Column(v.regions["00"], "number", decimals),
    )  # fmt: skip


def _row(v: View, row: Row) -> tuple[Cell, ...]:
    value: Cell = WITHHELD if hidden.is_hidden(row) else row["value"]
    return v.of(row), v.span(row["period"]), v.unit(row), value, row["riket"]
