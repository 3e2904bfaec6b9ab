"""360Giving: grants in the standard's schema (1.4), as JSON (one object a grant under ``grants``), CSV or workbook.

The flat forms name a column by the schema's titles (``Recipient Org:Name``, ``Planned Dates:0:Start Date``) or by its
field names (``recipientOrganization/0/name``); a row is a grant. All three forms give the same operations.

Grants abroad: the place is unknown, the recipient's country is said, the currency is the grant's own. A grant of 0 with
a ``relatedActivity`` is a part of a joint grant whose amount stands there; it has no amount of its own. The standard
lets publishers add fields: they stay in the raw record.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, MutableMapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

from etl.normalise import dated, fold, money, plain
from etl.privacy import REMOVED
from etl.readers import csv_records, json_records
from etl.sheets import is_workbook, sheet_records
from etl.sources.cells import forget_contacts, kept, period, text
from etl.spec import (
    ABROAD,
    Funding,
    Location,
    Operation,
    Party,
    Records,
    Reject,
    Remote,
    Row,
    Source,
    SourceError,
    Theme,
    audit,
)

COLUMNS = (
    "id", "title", "description", "currency", "amountAppliedFor", "amountAwarded", "amountDisbursed", "awardDate",
    "url", "plannedDates", "recipientOrganization", "fundingOrganization", "grantProgramme", "relatedActivity",
    "dateModified",
)  # fmt: skip
INDIVIDUAL = ("recipientIndividual", "toIndividualsDetails")
REQUIRED = ("id", "title", "currency", "amountAwarded", "awardDate")
_ORGANISATION = {
    "id": "Identifier", "name": "Name", "addressCountry": "Country", "contactName": "Contact Name",
    "telephone": "Phone Number", "email": "Email", "streetAddress": "Street Address", "postalCode": "Postal Code",
}  # fmt: skip
TITLES: dict[str, tuple[str, dict[str, str]]] = {
    "id": ("Identifier", {}),
    "title": ("Title", {}),
    "description": ("Description", {}),
    "currency": ("Currency", {}),
    "amountAppliedFor": ("Amount Applied For", {}),
    "amountAwarded": ("Amount Awarded", {}),
    "amountDisbursed": ("Amount Disbursed", {}),
    "awardDate": ("Award Date", {}),
    "url": ("URL", {}),
    "plannedDates": ("Planned Dates", {"startDate": "Start Date", "endDate": "End Date"}),
    "recipientOrganization": ("Recipient Org", _ORGANISATION),
    "fundingOrganization": ("Funding Org", _ORGANISATION),
    "grantProgramme": ("Grant Programme", {"code": "Code", "title": "Title"}),
    "relatedActivity": ("Related Activity", {}),
    "dateModified": ("Last Modified", {}),
    "recipientIndividual": ("Recipient Ind", {"id": "Identifier", "name": "Name"}),
    "toIndividualsDetails": ("To Individuals Details", {}),
}
"""Field -> its title in the flat forms, and those of the fields in it that are used or must be dropped."""
COUNTRIES = {"UK": "GB", "UNITED KINGDOM": "GB", "ISRAEL": "IL"}
_CONTACT = ("contactName", "telephone", "email", "streetAddress", "postalCode")
_PERSON = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Sir|Dame|Lord|Lady)\b\.? [A-Z]|^Intercalated Awards")
_AMOUNTS = {
    "amountAwarded": "granted_support",
    "amountDisbursed": "disbursed",
    "amountAppliedFor": "requested_support",
}


@dataclass(frozen=True)
class Giving360:
    SOURCE: Source

    def records(self, path: Path) -> Records:
        """The file's grants, without persons' names and contact details."""
        if is_workbook(path):
            found = sheet_records(path, required=[TITLES[name][0] for name in REQUIRED], fits=_is_header)
        elif path.suffix.casefold() == ".csv":
            found = csv_records(path)
        else:
            found = json_records(path, at=("grants",), required=REQUIRED)
        return replace(found, rows=_without_persons(path.name, found.rows))

    def operation(self, row: Row) -> Operation:
        """A grant to an organisation; needs an id and a title. Grants to individuals are quarantined."""
        if any(row.raw.get(name) for name in INDIVIDUAL):
            raise Reject("recipientIndividual", "grant_to_individual", "", "Grants to persons are not loaded.")
        if _is_flat(row.raw):
            row = replace(row, raw=_nested(row.raw))
        cell = {name: row.raw.pop(name, None) for name in COLUMNS}
        for name in [name for name in row.raw if name not in STANDARD]:
            row.raw.pop(name)
        audit(row, self.SOURCE)
        number, title = text(cell["id"]), plain(text(cell["title"]))
        if not number:
            raise Reject("id", "missing_id", "", "The grant has no identifier.")
        if not title:
            raise Reject("title", "missing_title", "", "The grant has no title.")
        op = Operation(number, title, self.SOURCE.registry, title_en=title)
        op.summary_en = "" if text(cell["description"]) == REMOVED else plain(text(cell["description"]))
        op.fund_code, op.status_in_source = "360Giving", "granted"
        op.source_url = text(cell["url"]) or None
        planned = _objects(cell["plannedDates"])[:1]
        start, end = (text(planned[0].get(name)) if planned else "" for name in ("startDate", "endDate"))
        period(op, ("plannedDates", start), ("plannedDates", end), order="dmy")
        op.seen_on = kept(op, "dateModified", text(cell["dateModified"]).partition(" ")[0], _day, "bad_date")
        awarded = kept(op, "awardDate", text(cell["awardDate"]), dated, "bad_date")
        op.decided_on, op.decided_precision = awarded or (None, None)
        self._funding(op, cell)
        for column, role in (("recipientOrganization", "beneficiary"), ("fundingOrganization", "funder")):
            op.parties += [_party(each, role) for each in _objects(cell[column]) if text(each.get("name"))]
        for programme in _objects(cell["grantProgramme"]):
            if name := text(programme.get("title")):
                op.themes.append(Theme("grant_programme", text(programme.get("code")) or name, name))
        op.locations = [Location("unknown")]
        return op

    def _funding(self, op: Operation, cell: dict[str, Any]) -> None:
        currency, joint = text(cell["currency"]), cell["relatedActivity"]
        if not re.fullmatch("[A-Z]{3}", currency):
            op.warn("currency", "bad_currency", currency, "No amount is kept.")
            return
        read = partial(money, decimal=".")
        amounts = {name: kept(op, name, cell[name], read, "bad_amount") for name in _AMOUNTS}
        if joint and not amounts["amountAwarded"]:
            grants = ", ".join(map(text, joint)) if isinstance(joint, list) else text(joint)
            op.warn("amountAwarded", "amount_with_joint_grant", grants, "The amount stands with the joint grant.")
            return
        for name, measure in _AMOUNTS.items():
            if amounts[name] is not None:
                op.funding.append(Funding(measure, amounts[name], currency, TITLES[name][0]))  # type: ignore[arg-type]


def _without_persons(name: str, rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        if row.fault is None and _is_flat(row.raw):
            _check_header(name, row.raw)
            _forget(row.raw)
        elif row.fault is None:
            _forget_nested(row.raw)
        yield row


def _forget_nested(raw: MutableMapping[str, Any]) -> None:
    if any(raw.get(name) for name in INDIVIDUAL):
        raw["title"] = raw["description"] = REMOVED
    elif _PERSON.search(text(raw.get("description"))):
        raw["description"] = REMOVED
    for name in ("recipientOrganization", "fundingOrganization"):
        for organisation in _objects(raw.get(name)):
            for contact in _CONTACT:
                organisation.pop(contact, None)


def _forget(raw: MutableMapping[str, Any]) -> None:
    at = {column: path for column in raw if (path := _path(column))}
    individual = [column for column, path in at.items() if path[0] in INDIVIDUAL]
    is_person = any(text(raw.pop(column)) for column in individual)
    for column, path in at.items():
        if path[0] == "description" or (path[0] == "title" and is_person):
            raw[column] = REMOVED if is_person or _PERSON.search(text(raw[column])) else raw[column]
        elif path[-1] in _CONTACT:
            del raw[column]
    if is_person:
        raw[INDIVIDUAL[0]] = REMOVED
    forget_contacts(raw)


def _is_flat(raw: MutableMapping[str, Any]) -> bool:
    return not any(isinstance(value, list | dict) for value in raw.values())


def _is_header(names: Collection[str]) -> bool:
    return {(name,) for name in REQUIRED} <= {_path(name) for name in names}


def _check_header(name: str, raw: MutableMapping[str, Any]) -> None:
    lacking = {(field,) for field in REQUIRED} - {_path(column) for column in raw}
    if lacking:
        titles = ", ".join(repr(TITLES[field][0]) for (field,) in sorted(lacking))
        raise SourceError(f"{name}: the header lacks {titles}. Check that it is a list in the 360Giving standard.")


@cache
def _path(column: str) -> tuple[str, ...] | None:
    """The fields that lead to a flat column's value, without positions in lists; None for a publisher's own column."""
    first, *rest = [part for part in re.split(r"\s*[:/]\s*", column.strip()) if not part.isdigit()] or [""]
    field = next((name for name, (title, _) in TITLES.items() if fold(first) in (fold(name), fold(title))), None)
    if field is None or not rest:
        return (field,) if field else None
    inner = TITLES[field][1]
    found = next((name for name, title in inner.items() if fold(rest[0]) in (fold(name), fold(title))), None)
    return (field, found) if found and len(rest) == 1 else (field, "") if field in INDIVIDUAL else None


def _position(column: str) -> int:
    return next((int(part) for part in re.split("[:/]", column) if part.strip().isdigit()), 0)


def _nested(raw: MutableMapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column, value in raw.items():
        path = _path(column) or (column,)
        if len(path) == 2 and text(value):
            found.setdefault(path[0], {}).setdefault(_position(column), {})[path[1]] = text(value)
        elif len(path) == 1 and path[0] not in found:
            found[path[0]] = text(value) if isinstance(value, date) else value
    for field, items in found.items():
        if isinstance(items, dict):
            found[field] = [items[position] for position in sorted(items)]
    joint = text(found.get("relatedActivity"))
    return found | {"relatedActivity": [part.strip() for part in joint.split(";")] if joint else None}


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _day(value: str) -> date | None:
    found = dated(value)
    return found and found[0]


def _party(organisation: dict[str, Any], role: Any) -> Party:
    stated = text(organisation.get("addressCountry")).upper()
    known = COUNTRIES.get(stated) or (stated if re.fullmatch("[A-Z]{2}", stated) else None)
    registered = re.match(r"(?:XI-)?([A-Z]{2})-", text(organisation.get("id")))
    by_register = registered[1] if registered and registered[1] != "XI" else None
    return Party(plain(text(organisation["name"])), role, country=known or by_register)


_IGNORE = {
    "actualDates": "what is planned is shown",
    "beneficiaryLocation": "outside Sweden",
    "fromOpenCall": "not shown",
    "fundingType": "not shown",
    "classifications": "the publisher's own",
    "relatedDocument": "links to documents",
    "applicationTransaction": "amountAppliedFor is the sum",
    "commitmentTransaction": "amountAwarded is the sum",
    "disbursementTransaction": "amountDisbursed is the sum",
    "dataSource": "the file's own address",
    "regrantType": "not shown",
    "locationScope": "outside Sweden",
}
STANDARD = {*COLUMNS, *INDIVIDUAL, *_IGNORE}
"""Every field of a grant in the standard's schema."""

SOURCES = (
    Giving360(
        Source(
            id="giving360",
            kind="operations",
            registry="giving360",
            publisher="360Giving",
            title_sv="360Giving: bidrag från brittiska stiftelser",
            title_en="360Giving: grants from British foundations",
            url="https://www.360giving.org/",
            licence="Varje utgivares egen, enligt 360Givings register; den står inte i filen",
            licence_en="Each publisher's own, as 360Giving's register has it; it is not in the file",
            caveat_sv="Bidrag utanför Sverige, i den valuta som beviljats; jämför, men lägg aldrig ihop med svenska "
            "belopp. Delar av ett gemensamt bidrag saknar eget belopp. Beskrivningar som nämner personer är borttagna.",
            caveat_en="Grants outside Sweden, in the currency awarded; compare, but never add to Swedish amounts. "
            "Parts of a joint grant have no amount of their own. Descriptions that name persons are removed.",
            remotes=(
                Remote(
                    "giving360.json", "giving360.json", media=("application/json",),
                    forms=("giving360.csv", "giving360.xlsx", "giving360.ods"),
                ),
            ),
            expected_rows=(1, 500_000),
            ignore=_IGNORE,
            personal=INDIVIDUAL,
            id_columns=("id", "amountAppliedFor", "amountAwarded", "amountDisbursed", "relatedActivity"),
            quarantine_ceiling=0.02,
            priority=60,
            portfolio=ABROAD,
        )
    ),
)  # fmt: skip
