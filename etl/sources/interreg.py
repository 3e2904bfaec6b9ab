"""Interregbarometern: Swedish partners in Interreg projects 2021–2027, one JSON object a partner in a project.

A project is ``program`` + ``projektnamn``; ``id`` numbers partners inside a programme. The loader makes one operation
of one record, so :meth:`Interreg.records` yields a record a project: ``raw["rows"]`` holds its partner rows as they
came, each with its own ``row_no``, and the record's number is its first partner's.

The budget is in euro and is Swedish partners' only. 0 for an associated partner means that it has no budget of its
own; 0 for any other partner is unknown. Where every budget is known, the places share the project by them.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from pathlib import Path

from etl.normalise import fold, lan_code, lookup, money, plain
from etl.readers import json_records
from etl.shares import SHARE_UNIT
from etl.sources.cells import interreg_key, kept, period, text
from etl.spec import Funding, Location, Operation, Party, Records, Reject, Remote, Row, Source, Theme, audit

LAN_CSV = Path(__file__).resolve().parents[2] / "data" / "regions" / "lan.csv"
COLUMNS = (
    "program", "projektnamn", "startdatum", "slutdatum", "organisationsnamn", "organisationstyp",
    "organisationsroll", "nuts3", "nuts2", "politisktmal", "specifiktmal", "land", "strand_kod",
    "strand_namn",
)  # fmt: skip
ORG_TYPES = {
    "Local public authority": "kommun",
    "Regional public authority": "region",
    "National public authority": "myndighet",
    "Higher education and research institution": "lärosäte",
    "Small or medium-sized enterprise (SME)": "företag",
    "Large enterprise": "företag",
    "Enterprise, except SME": "företag",
    "NGO": "civilsamhälle",
    "Interest groups including NGOs": "civilsamhälle",
    "Other": "annan",
}
"""The programmes' kinds of organisation -> ours, where the meaning is the same; others stay unknown."""

_LEAD, _ASSOCIATED = "LP", "AP"


@dataclass(frozen=True)
class Partner:
    """One partner row, read: ``budget`` None = unknown, 0 = none of its own."""

    row_no: int
    cell: Mapping[str, str]
    budget: Decimal | None
    lan: str | None


@cache
def _counties() -> tuple[Mapping[str, str], Mapping[str, str]]:
    with LAN_CSV.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    names = lookup((row["lan_code"], [row["name_sv"], row["short_name"], row["nuts3"]]) for row in rows)
    return names, {row["lan_code"]: row["nuts2_name"] for row in rows}


@dataclass(frozen=True)
class Interreg:
    """``counties``: (name -> län code, län code -> its NUTS 2 name)."""

    SOURCE: Source
    counties: tuple[Mapping[str, str], Mapping[str, str]] = field(default_factory=_counties)

    def records(self, path: Path) -> Records:
        """A record a project, in the order of their first partners."""
        found = json_records(path, required=("program", "projektnamn", "partnerbudget", "organisationsroll"))
        return replace(found, rows=_projects(found.rows))

    def operation(self, row: Row) -> Operation:
        """A project with its partners; needs a programme and a name. Other faults only warn."""
        programme, title = text(row.raw.get("program")), plain(text(row.raw.get("projektnamn")))
        if not programme:
            raise Reject("program", "missing_id", "", "The partner row names no programme.")
        if not title:
            raise Reject("projektnamn", "missing_title", "", "The partner row names no project.")
        op = Operation(f"{_slug(programme)}:{_slug(title)}", title, self.SOURCE.registry)
        op.fund_code, op.programming_period, op.programme = "Interreg", "2021-2027", programme
        op.common_key = interreg_key(op.programming_period, programme, title)
        partners = [self._partner(op, part) for part in (row, *row.parts)]
        starts, ends = (_agreed(op, partners, column) for column in ("startdatum", "slutdatum"))
        period(op, ("startdatum", min(starts, default="")), ("slutdatum", max(ends, default="")))
        op.priority = next(iter(_agreed(op, partners, "politisktmal")), None)
        op.specific_objective = next(iter(_agreed(op, partners, "specifiktmal")), None)
        op.themes = _themes(op, partners[0].cell)
        op.parties = _parties(op, partners)
        swedish = [partner for partner in partners if fold(partner.cell["land"]) in ("sverige", "sweden")]
        for partner in (partner for partner in partners if partner not in swedish):
            op.warn("land", "not_sweden", partner.cell["land"], f"Row {partner.row_no}: budget and place not counted.")
        total = sum((partner.budget or Decimal(0) for partner in swedish), Decimal(0))
        if total:
            op.funding = [Funding("total_eligible_cost", total, "EUR", "partnerbudget, summa", is_derived=True)]
        op.locations = _places(op, swedish)
        return op

    def _partner(self, op: Operation, part: Row) -> Partner:
        amount = part.raw.pop("partnerbudget", None)
        cell = {name: text(part.raw.pop(name, None)) for name in COLUMNS}
        audit(part, self.SOURCE)
        budget = kept(op, "partnerbudget", amount, money, "bad_amount")
        if not budget and cell["organisationsroll"] != _ASSOCIATED:
            message = f"Row {part.row_no}: a partner with a part in the budget has none; the sum is a floor."
            op.warn("partnerbudget", "budget_unknown", amount, message)
            budget = None
        names, nuts2 = self.counties
        lan = lan_code(cell["nuts3"], names)
        if lan is None:
            message = f"Row {part.row_no}: the partner's county is unknown."
            op.warn("nuts3", "unknown_place", cell["nuts3"] or cell["nuts2"], message)
        elif cell["nuts2"] and _division(cell["nuts2"]) != _division(nuts2[lan]):
            message = f"Row {part.row_no}: {cell['nuts3']} lies in {nuts2[lan]}; the county is used."
            op.warn("nuts2", "nuts2_contradicts_nuts3", cell["nuts2"], message)
        return Partner(part.row_no, cell, budget, lan)


def _projects(rows: Iterable[Row]) -> Iterator[Row]:
    projects: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row.fault is not None:
            yield row
            continue
        key = text(row.raw.get("program")), text(row.raw.get("projektnamn"))
        projects.setdefault(key, []).append(row)
    for first, *others in projects.values():
        yield replace(first, parts=tuple(others))


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")


def _division(name: str) -> str:
    return fold(name).replace(" med ", " och ")


def _agreed(op: Operation, partners: list[Partner], column: str) -> list[str]:
    values = list(dict.fromkeys(value for partner in partners if (value := partner.cell[column])))
    if len(values) > 1:
        op.warn(column, "partners_disagree", " | ".join(values), "The partner rows of one project differ.")
    return values


def _themes(op: Operation, cell: Mapping[str, str]) -> list[Theme]:
    themes = [Theme("programme", cell["program"], cell["program"])]
    if cell["strand_kod"]:
        themes.append(Theme("interreg_strand", cell["strand_kod"], cell["strand_namn"] or cell["strand_kod"]))
    if op.priority:
        themes.append(Theme("policy_objective", op.priority, op.priority))
    return themes


def _parties(op: Operation, partners: list[Partner]) -> list[Party]:
    parties = []
    for partner in partners:
        name = partner.cell["organisationsnamn"]
        if not name:
            op.warn("organisationsnamn", "missing_name", "", f"Row {partner.row_no}: the partner has no name.")
            continue
        role = partner.cell["organisationsroll"]
        kind = ORG_TYPES.get(partner.cell["organisationstyp"])
        country = "SE" if fold(partner.cell["land"]) in ("sverige", "sweden") else None
        parties.append(Party(name, "lead" if role == _LEAD else "partner", org_type=kind, country=country))
    return parties


def _places(op: Operation, partners: list[Partner]) -> list[Location]:
    """By budget where every budget is known; else every partner's county, in equal parts."""
    budgets: dict[str | None, Decimal] = {}
    for partner in partners:
        budgets[partner.lan] = budgets.get(partner.lan, Decimal(0)) + (partner.budget or 0)
    total = sum(budgets.values(), Decimal(0))
    if not total or any(partner.budget is None for partner in partners):
        return [Location("beneficiary", lan) for lan in budgets if lan] or [Location("unknown")]
    paid = {lan: budget for lan, budget in budgets.items() if budget}
    for unpaid in (lan for lan in budgets if lan and lan not in paid):
        op.warn("nuts3", "place_without_budget", unpaid, "Only partners without a budget sit there; it has no share.")
    places, done, upto = [], Decimal(0), Decimal(0)
    for lan, budget in sorted(paid.items(), key=lambda place: place[0] or ""):
        upto += budget
        share = (upto / total).quantize(SHARE_UNIT) - done
        done += share
        places.append(Location("beneficiary" if lan else "unknown", lan, share=share))
    return places


SOURCES = (
    Interreg(
        Source(
            id="interreg",
            kind="operations",
            registry="interreg",
            publisher="Interregbarometern",
            title_sv="Interregbarometern: svenska partner i Interreg 2021–2027",
            title_en="Interregbarometern: Swedish partners in Interreg 2021–2027",
            url="https://interreg.eu/",
            licence="Ingen licens angiven; ange Interregbarometern som källa",
            licence_en="No licence is stated; name Interregbarometern as the source",
            caveat_sv="Bara svenska partner och deras del av budgeten, i euro (valutan står inte i filen). Beloppet är "
            "summan av partnernas budgetar. Associerade partner har ingen egen budget. Platsen är partnerns län, inte "
            "där insatsen sker; län med enbart partner utan budget räknas inte. Projekt med samma namn i samma "
            "program räknas som ett, även en förstudie och dess fortsättning.",
            caveat_en="Swedish partners only, and their part of the budget, in euro (the file does not name the "
            "currency). The amount is the sum of the partners' budgets. Associated partners have no budget of their "
            "own. The place is the partner's county, not where the work is done; counties with partners without a "
            "budget only are not counted. Projects of one name in one programme count as one, even a feasibility "
            "study and its sequel.",
            remotes=(Remote("interreg.json", "interreg.json", media=("application/json",)),),
            expected_rows=(10, 20_000),
            ignore={
                "id": "numbers partners inside a programme, not projects",
                "projekttyp": "the kind of call, not shown",
                "organisationsagande": "organisationstyp says more",
                "projektår": "follows from startdatum",
                "aktiv": "the state on the day of the export; the dates say it",
            },
            quarantine_ceiling=0.02,
            priority=45,
        )
    ),
)
