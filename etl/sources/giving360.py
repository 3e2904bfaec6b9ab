"""360Giving: grants in the standard's schema (1.4), one object a grant under ``grants``.

Grants abroad: the place is unknown, the recipient's country is said, the currency is the grant's own. A grant of 0 with
a ``relatedActivity`` is a part of a joint grant whose amount stands there; it has no amount of its own. The standard
lets publishers add fields: they stay in the raw record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from etl.normalise import dated, money, plain
from etl.privacy import REMOVED
from etl.readers import json_records
from etl.sources.cells import kept, period, text
from etl.spec import Funding, Location, Operation, Party, Records, Reject, Remote, Row, Source, Theme, audit

COLUMNS = (
    "id", "title", "description", "currency", "amountAppliedFor", "amountAwarded", "amountDisbursed", "awardDate",
    "url", "plannedDates", "recipientOrganization", "fundingOrganization", "grantProgramme", "relatedActivity",
    "dateModified",
)  # fmt: skip
INDIVIDUAL = ("recipientIndividual", "toIndividualsDetails")
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
        """The document's grants, without persons' names and contact details."""
        found = json_records(path, at=("grants",), required=("id", "title", "currency", "amountAwarded", "awardDate"))
        return replace(found, rows=_without_persons(found.rows))

    def operation(self, row: Row) -> Operation:
        """A grant to an organisation; needs an id and a title. Grants to individuals are quarantined."""
        if any(row.raw.get(name) for name in INDIVIDUAL):
            raise Reject("recipientIndividual", "grant_to_individual", "", "Grants to persons are not loaded.")
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
        op.summary_en, op.fund_code, op.status_in_source = plain(text(cell["description"])), "360Giving", "granted"
        op.source_url = text(cell["url"]) or None
        planned = _objects(cell["plannedDates"])[:1]
        start, end = (text(planned[0].get(name)) if planned else "" for name in ("startDate", "endDate"))
        period(op, ("plannedDates", start), ("plannedDates", end))
        op.seen_on = kept(op, "dateModified", text(cell["dateModified"]).partition(" ")[0], _day, "bad_date")
        awarded = kept(op, "awardDate", text(cell["awardDate"]), _day, "bad_date")
        op.note = f"Awarded {awarded.isoformat()}." if awarded else None
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
        amounts = {name: kept(op, name, cell[name], money, "bad_amount") for name in _AMOUNTS}
        if joint and not amounts["amountAwarded"]:
            grants = ", ".join(map(text, joint)) if isinstance(joint, list) else text(joint)
            op.warn("amountAwarded", "amount_with_joint_grant", grants, "The amount stands with the joint grant.")
            op.note = " ".join(filter(None, [op.note, f"Part of {grants}, where the amount stands."]))
            return
        for name, measure in _AMOUNTS.items():
            if amounts[name] is not None:
                op.funding.append(Funding(measure, amounts[name], currency, name))  # type: ignore[arg-type]


def _without_persons(rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        raw = row.raw
        if any(raw.get(name) for name in INDIVIDUAL):
            raw["title"] = raw["description"] = REMOVED
        elif _PERSON.search(text(raw.get("description"))):
            raw["description"] = REMOVED
        for name in ("recipientOrganization", "fundingOrganization"):
            for organisation in _objects(raw.get(name)):
                for contact in _CONTACT:
                    organisation.pop(contact, None)
        yield row


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
            caveat_sv="Bidrag utanför Sverige, i den valuta som beviljats; jämför, men lägg aldrig ihop med svenska "
            "belopp. Delar av ett gemensamt bidrag saknar eget belopp. Beskrivningar som nämner personer är borttagna.",
            caveat_en="Grants outside Sweden, in the currency awarded; compare, but never add to Swedish amounts. "
            "Parts of a joint grant have no amount of their own. Descriptions that name persons are removed.",
            remotes=(Remote("giving360.json", "giving360.json", media=("application/json",)),),
            expected_rows=(1, 500_000),
            ignore=_IGNORE,
            personal=INDIVIDUAL,
            id_columns=("id", "amountAppliedFor", "amountAwarded", "amountDisbursed", "relatedActivity"),
            quarantine_ceiling=0.02,
            priority=60,
        )
    ),
)
