"""Places side by side: län, riket, a group of similar län, kommuner.

Every question takes the sides as :func:`sides` resolves them and answers by their codes. A group counts an initiative
that touches several of its län once; its counts of persons and its split amounts are sums, its other indicators the
plain mean of its län, and nothing where one of them has no value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dashboard.db import Row, Warehouse
from dashboard.questions import funding, similar
from dashboard.selection import Selection

MOST = 4
RIKET = "00"
GROUP = "lika"
Kind = Literal["lan", "riket", "kommun", "group"]
COUNTED: dict[str, str] = {"low_economic_standard": "everyone", "employment_20_64": "not_of_working_age"}
"""Shares that give a number of persons, since the population of their own age group is known: of everyone, or the rest
of those aged 20 to 64. An indicator that counts persons gives it by itself; of any other it is unknown."""

_GROUP = re.compile(r"lika(-\d\d)?")


@dataclass(frozen=True)
class Side:
    """One of what is compared. ``code``: as the address has it; ``members``: the regions that it is.

    ``of``: the län that a group is like.
    """

    code: str
    kind: Kind
    members: tuple[str, ...]
    of: str = ""


def sides(w: Warehouse, sel: Selection) -> tuple[Side, ...]:
    """What the selection compares, at most four, in its order; unknown codes left out.

    With none chosen: the selection's län (else the one that most initiatives touch), the län most like it, and riket.
    """
    level = {r["code"]: r["level"] for r in w.rows("SELECT code, level FROM region WHERE level <> 'nuts2'")}
    own = [c for c in sel.lan if level.get(c) == "lan"]
    start = next((c for c in (*sel.med, *own) if level.get(c) == "lan"), None) or home(w, sel)
    near = similar.nearest(w, start, method(w, sel), 1) if len(own) < 2 else ()
    usual = (*(own[: MOST - 1] or [start]), *near, RIKET)
    return _resolved(w, sel, sel.med, start, level) or _resolved(w, sel, usual, start, level)


def _resolved(
    w: Warehouse, sel: Selection, codes: Sequence[str], start: str, level: Mapping[str, str]
) -> tuple[Side, ...]:
    found: dict[tuple[str, str], Side] = {}
    for code in codes:
        if _GROUP.fullmatch(code):
            side = _group(w, sel, code, start, level)
        else:
            side = Side(code, _kind(level[code]), (code,)) if code in level else None
        if side:
            found.setdefault((side.kind, side.of or side.code), side)
    return tuple(found.values())[:MOST]


def method(w: Warehouse, sel: Selection) -> tuple[str, ...]:
    """The indicators that similar län are found by: the chosen ones that some län has a value of, else the usual."""
    return tuple(r["code"] for r in similar.variables(w, sel.lika)) or similar.USUAL


def _kind(level: str) -> Kind:
    return "riket" if level == "riket" else "kommun" if level == "kommun" else "lan"


def _group(w: Warehouse, sel: Selection, code: str, start: str, level: Mapping[str, str]) -> Side | None:
    """The group of a län; None when the code names no län, or the method finds none like it."""
    own = code[5:] or start
    members = similar.nearest(w, own, method(w, sel)) if level.get(own) == "lan" else ()
    return Side(code, "group", members, own) if members else None


def home(w: Warehouse, sel: Selection) -> str:
    """The län that most initiatives of the portfolio touch."""
    counts = {c: r["touched"] for c, r in funding.projects_by_lan(w, sel.whole()).items() if c.isdigit()}
    return min(counts, key=lambda c: (-counts[c], c)) if counts else "01"


def of_side(side: Side) -> dict[str, Any]:
    """What to change in a selection so that its list is the side's initiatives."""
    places = () if side.kind == "riket" else side.members
    return {"lan": () if side.kind == "kommun" else places, "kommun": places if side.kind == "kommun" else ()}


def needs(w: Warehouse) -> tuple[Row, ...]:
    """Every target group with the indicator of its need: code, title_sv, title_en, indicator_code, fit, reasons."""
    return w.rows(
        "SELECT t.code, t.title_sv, t.title_en, d.indicator_code, coalesce(d.fit, 'none') AS fit, d.reason_sv, "
        "d.reason_en FROM target_group t LEFT JOIN group_need d ON d.target_group_code = t.code ORDER BY t.title_sv"
    )
