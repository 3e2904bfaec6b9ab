"""keep.eu: Interreg projects and their partners, the workbook that a search on the site exports.

Two sheets, joined on programme and project id (2021–2027) or programme and acronym; "N.a." is an empty cell. A project
and its partner rows are one operation. Projects are numbered before partners, so that every physical row has a number
of its own; a partner whose project is not in the file is set aside.

The names of the columns used here are confirmed by public readers of the export, the whole list of columns is not: the
others stay in the raw record, those of contact persons nowhere. Amounts are Swedish partners' only, as in the partner
list (``interreg``), with which a project is linked by programme and acronym, so that it counts once.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any

from etl.normalise import fold, money, orgnr, plain
from etl.privacy import mask_sole_trader
from etl.shares import SHARE_UNIT
from etl.sheets import sheet_records
from etl.sources.cells import forget_contacts, interreg_key, kept, period, text
from etl.spec import Funding, Location, Operation, Party, Records, Reject, Remote, Row, Source, SourceError, Theme

LAN_CSV = Path(__file__).resolve().parents[2] / "data" / "regions" / "lan.csv"
PROJECTS, PARTNERS = "Search results, projects", "Search results, partners"
PROGRAMME, NUMBER, ACRONYM = "Programme", "Project ID (2021-2027 only)", "Project acronym"
BUDGET = "Partner's total eligible budget / expenditure"
EU_SHARES = ("Partner's programme co-financing (EUR) (2021-2027 only)", "ERDF contribution (2014-2020 only)")
PARTNER_ID = "Partner's ID if not PIC"
_NAMES = ("Project name in English", *(f"Project name in language {number}" for number in (2, 3, 4)))
_ORGANISATIONS = ("Organisation in English", *(f"Organisation in language {number}" for number in (2, 3, 4)))
ORG_TYPES = {
    "Local public authority": "kommun",
    "Regional public authority": "region",
    "National public authority": "myndighet",
    "Higher education and research organisations": "lärosäte",
    "SME": "företag",
    "Enterprise, except SME": "företag",
    "Interest groups including NGOs": "civilsamhälle",
}
COUNTRIES = {"UK": "GB", "EL": "GR"}
_EMPTY = {"", "n.a.", "n/a"}


@cache
def _counties() -> Mapping[str, str]:
    with LAN_CSV.open(encoding="utf-8", newline="") as handle:
        return {row["nuts3"]: row["lan_code"] for row in csv.DictReader(handle)}


@dataclass(frozen=True)
class KeepEu:
    """``counties``: NUTS 3 -> län code."""

    SOURCE: Source
    counties: Mapping[str, str] = field(default_factory=_counties)

    def records(self, path: Path) -> Records:
        """A record a project, its partner rows as parts."""
        projects = sheet_records(path, sheet=PROJECTS, required=("Period", PROGRAMME, ACRONYM))
        partners = sheet_records(path, sheet=PARTNERS, required=(PROGRAMME, ACRONYM, "Country code"))
        return Records(rows=_joined(path.name, list(projects.rows), list(partners.rows)))

    def operation(self, row: Row) -> Operation:
        """A project with a Swedish partner; needs a programme and an id or acronym. Other faults only warn."""
        cell = row.raw
        if not _keys(cell):
            raise Reject(ACRONYM, "missing_id", "", "The project has no programme, or neither id nor acronym.")
        name = next((plain(found) for each in _NAMES if (found := _cell(cell, each))), "")
        acronym, programme, years = (plain(_cell(cell, each)) for each in (ACRONYM, PROGRAMME, "Period"))
        if not (name or acronym):
            raise Reject(_NAMES[0], "missing_title", "", "The project has no name.")
        swedish = [part for part in row.parts if _country(part.raw) == "SE"]
        if not swedish:
            raise Reject("Country code", "no_swedish_partner", acronym, "No partner in the file is Swedish.")
        is_said = bool(re.search(rf"\b{re.escape(fold(acronym))}\b", fold(name)))
        title = f"{name} ({acronym})" if name and acronym and not is_said else name or acronym
        number = _cell(cell, NUMBER) or acronym
        op = Operation(_slug(f"{programme} {number}"), title, self.SOURCE.registry, title_en=title)
        op.programme, op.fund_code = programme, "Interreg"
        op.programming_period = re.sub(r"\s", "", years) or None
        op.common_key = interreg_key(op.programming_period or "", programme, acronym)
        op.summary_en = plain(_cell(cell, "Description in English"))
        op.source_url = url if (url := _cell(cell, "Website")).startswith(("https://", "http://")) else None
        starts, ends = (_cell(cell, each) for each in ("Project start", "Project end"))
        period(op, ("Project start", starts), ("Project end", ends), order="dmy")
        for each in ("Theme 1", "Theme 2", "Theme 3"):
            if theme := _cell(cell, each):
                op.themes.append(Theme("keep_theme", theme, theme))
        op.parties = [party for part in row.parts if (party := _party(op, part))]
        self._swedish_part(op, swedish)
        return op

    def _swedish_part(self, op: Operation, partners: list[Row]) -> None:
        budgets = [_amount(op, part, BUDGET) for part in partners]
        shares = [next((a for each in EU_SHARES if (a := _amount(op, part, each)) is not None), None)
                  for part in partners]  # fmt: skip
        for measure, label, amounts in (
            ("total_eligible_cost", BUDGET, budgets),
            ("eu_contribution", "Partner's programme co-financing or ERDF contribution", shares),
        ):
            known = [amount for amount in amounts if amount is not None]
            if known and len(known) < len(amounts):
                op.warn(label, "budget_unknown", len(amounts) - len(known), "A Swedish partner has none: a floor.")
            if known:
                total = sum(known, Decimal(0))
                op.funding.append(Funding(measure, total, "EUR", f"{label}, summa", is_derived=True))  # type: ignore[arg-type]
        lans = [self._lan(op, part) for part in partners]
        op.locations = _places(lans, budgets)

    def _lan(self, op: Operation, part: Row) -> str | None:
        code = _cell(part.raw, "NUTS3 code (or equivalent)").upper()
        lan = self.counties.get(code)
        if lan is None:
            message = f"Row {part.row_no}: the partner's county is unknown."
            op.warn("NUTS3 code (or equivalent)", "unknown_place", code, message)
        return lan


def _joined(name: str, projects: list[Row], partners: list[Row]) -> Iterator[Row]:
    after = max((row.row_no for row in projects), default=0)
    taken = [_taken(row, row.row_no) for row in projects]
    by_key: dict[tuple[str, str], list[Row]] = {}
    partners = [_taken(row, row.row_no + after) for row in partners]
    for part in partners:
        for key in _keys(part.raw):
            by_key.setdefault(key, []).append(part)
    used: set[int] = set()
    for row in taken:
        mine = next((found for key in _keys(row.raw) if (found := by_key.get(key))), [])
        mine = [part for part in mine if part.row_no not in used and part.fault is None and row.fault is None]
        used |= {part.row_no for part in mine}
        yield replace(row, parts=tuple(mine))
    fault = Reject(ACRONYM, "partner_without_project", "", "Its project is not in the sheet of projects.")
    for part in partners:
        if part.row_no not in used:
            yield replace(part, fault=part.fault or fault)
    if projects and partners and not used:
        raise SourceError(f"{name}: no partner belongs to any project. Check that both sheets are of one search.")


def _taken(row: Row, number: int) -> Row:
    raw = {name.replace("’", "'"): cell for name, cell in row.raw.items()}
    mask_sole_trader(raw, PARTNER_ID, *(name for name in _ORGANISATIONS if name in raw))
    forget_contacts(raw)
    return replace(row, row_no=number, raw=raw)


def _keys(raw: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a project and its partners are joined on, id before acronym."""
    programme, number, acronym = (fold(_cell(raw, name)) for name in (PROGRAMME, NUMBER, ACRONYM))
    return [(programme, f"{kind} {found}") for kind, found in (("id", number), ("acronym", acronym))
            if programme and found]  # fmt: skip


def _cell(raw: Mapping[str, Any], name: str) -> str:
    found = text(raw.get(name))
    return "" if found.casefold() in _EMPTY else found


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")


def _country(raw: Mapping[str, Any]) -> str | None:
    code = _cell(raw, "Country code").upper()
    return COUNTRIES.get(code, code) if re.fullmatch("[A-Z]{2}", code) else None


def _party(op: Operation, part: Row) -> Party | None:
    name = next((plain(found) for each in _ORGANISATIONS if (found := _cell(part.raw, each))), "")
    if not name:
        op.warn(_ORGANISATIONS[0], "missing_name", "", f"Row {part.row_no}: the partner has no name.")
        return None
    country = _country(part.raw)
    number = orgnr(_cell(part.raw, PARTNER_ID).removeprefix("SE")) if country == "SE" else None
    role = "lead" if fold(_cell(part.raw, "Lead partner")) == "yes" else "partner"
    kind = ORG_TYPES.get(_cell(part.raw, "Type of Organisation"))
    return Party(name, role, orgnr=number, org_type=kind, country=country)  # type: ignore[arg-type]


def _amount(op: Operation, part: Row, column: str) -> Decimal | None:
    return kept(op, column, _cell(part.raw, column), partial(money, decimal="."), "bad_amount")


def _places(lans: list[str | None], budgets: list[Decimal | None]) -> list[Location]:
    """By budget where every budget is known; else every Swedish partner's county, in equal parts."""
    parts: dict[str | None, Decimal] = {}
    for lan, budget in zip(lans, budgets, strict=True):
        parts[lan] = parts.get(lan, Decimal(0)) + (budget or 0)
    total = sum(parts.values(), Decimal(0))
    if not total or None in budgets:
        return [Location("beneficiary", lan) for lan in parts if lan] or [Location("unknown")]
    places, done, upto = [], Decimal(0), Decimal(0)
    for lan, budget in sorted(((lan, b) for lan, b in parts.items() if b), key=lambda place: place[0] or ""):
        upto += budget
        share = (upto / total).quantize(SHARE_UNIT) - done
        done += share
        places.append(Location("beneficiary" if lan else "unknown", lan, share=share))
    return places


SOURCES = (
    KeepEu(
        Source(
            id="keep_eu",
            kind="operations",
            registry="keep_eu",
            publisher="keep.eu (Interact)",
            title_sv="keep.eu: Interregprojekt med svenska partner",
            title_en="keep.eu: Interreg projects with Swedish partners",
            url="https://keep.eu/",
            licence="Villkor ej bekräftade; ange keep.eu som källa",
            licence_en="Terms not confirmed; name keep.eu as the source",
            caveat_sv="Bara svenska partners del av budgeten och EU-stödet räknas, i euro. Platsen är partnerns län, "
            "inte där insatsen sker. Projekt som också står i Interregbarometern, med samma program och akronym, "
            "räknas en gång. Projekt utan svensk partner i filen läses inte in.",
            caveat_en="Only Swedish partners' part of the budget and of the EU support counts, in euro. The place is "
            "the partner's county, not where the work is done. Projects that Interregbarometern lists too, by the "
            "same programme and acronym, count once. Projects without a Swedish partner in the file are not loaded.",
            remotes=(
                Remote(
                    "keep_eu.xlsx", "keep_eu.xlsx",
                    media=("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",),
                    forms=("keep_eu_project_search_results.xlsx", "Project_search_results_keep_eu.xlsx"),
                ),
            ),
            expected_rows=(2, 200_000),
            id_columns=(NUMBER, PARTNER_ID, "Participant Identification Code", BUDGET, *EU_SHARES),
            quarantine_ceiling=0.05,
            priority=46,
        )
    ),
)  # fmt: skip
