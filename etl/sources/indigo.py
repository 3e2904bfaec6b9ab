"""INDIGO (Government Outcomes Lab, Oxford): outcome contracts ("impact bonds"), one JSON object a contract.

Confirmed: the fields, lists and date forms (``schema/project.json`` in INDIGO-Initiative/indigo-data-standard); the two
calls of the API and that a public contract carries its ``organisations`` (``views_api1.py`` and ``processdata.py`` in
INDIGO-Initiative/database-app); that amounts also come as "$10,000,000", "C$1.16M (estimate)" or "=D41-D36", and
without a currency (the publisher's CSV in danielrosehill/Social-Impact-Bond-Data). No real JSON reply is at hand.

A contract belongs to Sweden when every country that it is delivered in is Sweden, to what is abroad otherwise: a
contract of several countries has no Swedish amount. One file holds both, and the API has no filter; two sources would
fetch each contract twice and set half of them aside, so the record says where it belongs.

The contract's cap, or the payers' maximum payments, is ``outcome_payment``; what was paid is ``disbursed``; what the
investors committed is ``social_investment``. A cell that is no plain amount, or has no currency, gives no amount.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from etl.normalise import dated, kommun_code, lan_code, lookup, money, plain
from etl.privacy import REMOVED
from etl.readers import json_records
from etl.sources.cells import kept, period, text
from etl.sources.indigo_terms import at, items, terms, value
from etl.spec import (
    ABROAD,
    SWEDEN,
    Funding,
    Location,
    Measure,
    Operation,
    Participants,
    Party,
    Records,
    Reject,
    Remote,
    Row,
    Source,
    Status,
    Theme,
    audit,
)

if TYPE_CHECKING:
    from etl.polite import JsonApi

REGIONS = Path(__file__).resolve().parents[2] / "data" / "regions"
CALLS, SECONDS = 5, 1.0
"""Our own modest pace; the publisher states none."""

COLUMNS = (
    "id", "name", "stage_development", "dates", "jurisdiction", "overall_project_finance",
    "purpose_and_classifications", "service_and_beneficiaries", "delivery_locations", "service_provisions",
    "outcome_payment_commitments", "investments", "intermediary_services", "outcome_metrics", "outcome_payments",
    "outcome_pricings", "results", "organisations",
)  # fmt: skip
_STAGES: dict[str, Status] = {
    "Early-stage design": "planned",
    "Late-stage design": "planned",
    "Contracted": "planned",
    "Implementation": "running",
    "Service delivery complete": "ended",
    "Complete": "ended",
}
_ROLES: dict[str, Literal["provider", "funder", "investor", "partner"]] = {
    "service_provisions": "provider",
    "outcome_payment_commitments": "funder",
    "investments": "investor",
    "intermediary_services": "partner",
}
_PRIVATE = "High Net Worth Individual"
_Sums = dict[str, tuple[Decimal, int]]


@cache
def _lans() -> Mapping[str, str]:
    with (REGIONS / "lan.csv").open(encoding="utf-8", newline="") as handle:
        return lookup((row["lan_code"], [row["name_sv"], row["short_name"]]) for row in csv.DictReader(handle))


@cache
def _kommuner() -> Mapping[str, str]:
    with (REGIONS / "kommun.csv").open(encoding="utf-8", newline="") as handle:
        return lookup((row["code"], [row["name"]]) for row in csv.DictReader(handle))


@dataclass(frozen=True)
class Indigo:
    """``lans``, ``kommuner``: name -> code, for where a Swedish contract is delivered."""

    SOURCE: Source
    lans: Mapping[str, str] = field(default_factory=_lans)
    kommuner: Mapping[str, str] = field(default_factory=_kommuner)

    def document(self, remote: Remote, api: JsonApi) -> dict[str, Any]:
        """Every public contract: the list of ids, then each one."""
        api.pace(CALLS, SECONDS)
        ids = sorted(item["id"] for item in api.get(remote.url)["projects"] if item["public"])
        strange = [each for each in ids if not re.fullmatch(r"[\w-]+", each)]
        if strange:
            raise ValueError(f"{strange[0]!r} is no id")
        return {"projects": [api.get(f"{remote.url}/{each}")["project"] for each in ids]}

    def records(self, path: Path) -> Records:
        """The contracts, without contact persons and private investors."""
        found = json_records(path, at=("projects",), required=("id", "data"))
        return replace(found, rows=_unpacked(found.rows))

    def operation(self, row: Row) -> Operation:
        """A contract; needs an id and a name. Other faults only warn."""
        cell = {name: row.raw.pop(name, None) for name in COLUMNS}
        for name in [name for name in row.raw if name not in self.SOURCE.ignore]:
            row.raw.pop(name)  # the schema grows by a field or two a year; what is new stays in the raw record
        audit(row, self.SOURCE)
        number, title = text(cell["id"]), plain(value(cell, "name"))
        if not number:
            raise Reject("id", "missing_id", "", "The contract has no identifier.")
        if not title:
            raise Reject("name", "missing_title", "", "The contract has no name.")
        op = Operation(number, title, self.SOURCE.registry, title_en=title, fund_code="INDIGO")
        op.source_url, op.source_title = f"{self.SOURCE.base_url}project/{number}", "INDIGO"
        op.status_in_source = _STAGES.get(value(cell, "stage_development"))
        _dates(op, cell)
        _purpose(op, cell)
        _funding(op, cell)
        op.parties = _parties(op, cell)
        op.terms = terms(cell)
        self._places(op, cell)
        return op

    def _places(self, op: Operation, cell: Mapping[str, Any]) -> None:
        delivered = items(cell, "delivery_locations")
        countries = [value(place, "location_country").upper() for place in delivered]
        countries = [code for code in countries if code] or [value(cell, "jurisdiction", "jurisdiction").upper()]
        known = [code for code in dict.fromkeys(countries) if re.fullmatch("[A-Z]{2}", code)]
        for code in (code for code in dict.fromkeys(countries) if code and code not in known):
            op.warn("delivery_locations", "bad_country", code, "Not a code of two letters.")
        op.themes += [Theme("country", code, code) for code in known]
        op.portfolio = SWEDEN if known == ["SE"] else ABROAD
        places = [self._place(place) for place in delivered] if op.portfolio == SWEDEN else []
        op.locations = list(dict.fromkeys(place for place in places if place)) or [Location("unknown")]

    def _place(self, place: Mapping[str, Any]) -> Location | None:
        names = [value(place, name) for name in ("location_name", "adminstrative_geography_name")]
        kommun = next((code for name in names if (code := kommun_code(name, self.kommuner))), None)
        lan = kommun[:2] if kommun else next((code for name in names if (code := lan_code(name, self.lans))), None)
        return Location("operation", lan, kommun) if lan else None


def _unpacked(rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        data = row.raw.get("data")
        if row.fault is None and isinstance(data, dict):
            row = replace(row, raw={**data, "id": row.raw.get("id")})
            _forget(row.raw)
        elif row.fault is None:
            row = replace(row, fault=Reject("data", "not_an_object", "", "The contract has no data."))
        yield row


def _forget(raw: MutableMapping[str, Any]) -> None:
    private = {
        value(item, "organisation_id")
        for item in items(raw, "investments")
        if value(item, "organisation_role_category").startswith(_PRIVATE)
    }
    for item in items(raw, "investments"):
        if value(item, "organisation_id") in private:
            item.pop("organisation_names", None)
    for organisation in items(raw, "organisations"):
        for contact in ("contact", "address", "postcode"):
            organisation.pop(contact, None)
        if organisation.get("id") in private:
            organisation["name"] = {"value": REMOVED}
    for source in items(raw, "sources"):
        source.pop("name", None)


def _dates(op: Operation, cell: Mapping[str, Any]) -> None:
    def first(*names: str) -> tuple[str, str]:
        found = ((name, value(cell, "dates", name)) for name in names)
        return next((pair for pair in found if pair[1]), (names[0], ""))

    ends = ("actual_end_date_of_service_provision", "anticipated_end_date_of_service_provision")
    period(op, first("start_date_of_service_provision"), first(*ends))
    signed = first("outcomes_contract_signed", "contracts_between_all_parties_signed")
    op.decided_on, op.decided_precision = kept(op, *signed, partial(dated, order="ymd"), "bad_date") or (None, None)


def _purpose(op: Operation, cell: Mapping[str, Any]) -> None:
    purpose, service = "purpose_and_classifications", "service_and_beneficiaries"
    said = [value(cell, purpose, "social_challenge"), value(cell, purpose, "intervention")]
    if group := plain(value(cell, service, "target_population")):
        said.append(f"Target population: {group}")
    op.summary_en = " ".join(f"{each.rstrip('.')}." for each in dict.fromkeys(filter(None, map(plain, said))))
    if sector := value(cell, purpose, "policy_sector"):
        op.themes.append(Theme("policy_sector", sector, sector))
    for number, metric in enumerate(items(cell, "outcome_metrics"), 1):
        if definition := plain(value(metric, "definition")):
            op.themes.append(Theme("outcome_metric", text(metric.get("id")) or str(number), definition))
    counts: tuple[tuple[str, str, Literal["planned", "actual"]], ...] = (
        ("targeted_number_service_users_or_beneficiaries_total",
         "unit_type_targeted_service_users_or_beneficiaries", "planned"),
        ("actual_number_service_users_or_beneficiaries_total",
         "unit_type_actual_service_users_or_beneficiaries", "actual"),
    )  # fmt: skip
    for name, unit, value_type in counts:
        number_of = kept(op, name, at(cell, service, name, "value"), _whole, "bad_number")
        if number_of is not None and value(cell, service, unit) == "Individual":
            op.participants.append(Participants("participants", "output", value_type, number_of))


def _whole(value: Any) -> int | None:
    if value is None or text(value) == "":
        return None
    found = re.fullmatch(r"([0-9]{1,9})(?:\.0+)?", text(value).replace(",", ""))
    if not found:
        raise ValueError(f"{value!r} is not a number of persons")
    return int(found[1])


def _funding(op: Operation, cell: Mapping[str, Any]) -> None:
    finance = cell["overall_project_finance"]
    default = value(finance, "total_investment_commitment", "currency")
    commitments = [
        item
        for item in items(cell, "outcome_payment_commitments")
        if value(item, "result_type") != "Interim"
    ]  # fmt: skip
    paid = [item for item in items(cell, "outcome_payments") if value(item, "type") == "Actual"]
    cap = _sum(op, default, [at(finance, "maximum_potential_outcome_payment_v2")], ())
    _add(op, "outcome_payment", [
        ("Maximum potential outcome payment", cap),
        ("Outcome payment commitments: maximum potential outcome payment",
         {} if cap else _sum(op, default, commitments, ("maximum_potential_outcome_payment",))),
    ])  # fmt: skip
    made = _sum(op, default, [at(finance, "total_outcome_payments_made")], ())
    made_by_period = {} if made else _sum(op, default, paid, ("money",))
    _add(op, "disbursed", [
        ("Total outcome payments made", made),
        ("Outcome payments", made_by_period),
        ("Outcome payment commitments: total outcome payments made",
         {} if made or made_by_period else _sum(op, default, commitments, ("total_outcome_payments",))),
    ])  # fmt: skip
    total = _sum(op, default, [at(finance, "total_investment_commitment")], (), "exact")
    _add(op, "social_investment", [
        ("Total investment commitment", total),
        ("Investments: investment commitment",
         {} if total else _sum(op, default, items(cell, "investments"), ("investment_commitment",), "exact")),
    ])  # fmt: skip


def _add(op: Operation, measure: Measure, candidates: list[tuple[str, _Sums]]) -> None:
    label, sums = next(((label, sums) for label, sums in candidates if sums), ("", {}))
    for currency, (amount, count) in sums.items():
        op.funding.append(Funding(measure, amount, currency, label, is_derived=count > 1))


def _sum(op: Operation, default: str, items: Iterable[Any], path: tuple[str, ...], *inner: str) -> _Sums:
    """Currency -> the sum of the items' amounts and how many they are. An item without an amount makes it a floor."""
    sums: _Sums = {}
    lacking = 0
    for item in items:
        raw = at(item, *path, "amount", *inner, "value")
        column = ".".join([*path, "amount"])
        amount = kept(op, column, raw, partial(money, decimal="."), "bad_amount")
        currency = value(item, *path, "currency") or default
        if amount is None:
            lacking += 1
        elif not re.fullmatch("[A-Z]{3}", currency):
            op.warn(column, "bad_currency", f"{raw} {currency}".strip(), "An amount without a known currency.")
        else:
            done, count = sums.get(currency, (Decimal(0), 0))
            sums[currency] = (done + amount, count + 1)
    if sums and lacking:
        op.warn(".".join(path), "sum_is_a_floor", lacking, "Some of the parties have no amount: the sum is a floor.")
    return sums


def _parties(op: Operation, cell: Mapping[str, Any]) -> list[Party]:
    organisations = {text(item.get("id")): item for item in items(cell, "organisations")}
    parties = []
    for column, role in _ROLES.items():
        for item in items(cell, column):
            number = value(item, "organisation_id")
            name = value(item, "organisation_names", "organisation_id") or value(organisations.get(number), "name")
            if value(item, "organisation_role_category").startswith(_PRIVATE) or name == REMOVED:
                op.warn(column, "private_investor", number, "A private person's name is not kept.")
            elif name:
                country = value(organisations.get(number), "country").upper()
                parties.append(Party(plain(name), role, country=country if re.fullmatch("[A-Z]{2}", country) else None))
            elif number:
                op.warn(column, "missing_name", number, "The organisation's name is not in the record.")
    return parties


SOURCES = (
    Indigo(
        Source(
            id="indigo",
            kind="operations",
            registry="indigo",
            publisher="Government Outcomes Lab, University of Oxford",
            title_sv="INDIGO: utfallskontrakt i världen",
            title_en="INDIGO: outcome contracts worldwide",
            url="https://golab.bsg.ox.ac.uk/knowledge-bank/indigo/",
            licence="Villkor ej bekräftade; ange Government Outcomes Lab som källa",
            licence_en="Terms not confirmed; name the Government Outcomes Lab as the source",
            caveat_sv="Kontrakt utanför Sverige ingår inte i svenska summor; de få som bara gäller Sverige räknas "
            "dit. Utfallsbetalning är det högsta belopp som kan betalas ut, inte vad som betalats. Belopp utan valuta "
            "eller med ord i sig är inte inlästa; saknar en betalare belopp är summan minst så stor.",
            caveat_en="Contracts outside Sweden are not part of Swedish totals; the few that concern Sweden alone are. "
            "The outcome payment is the most that can be paid, not what has been paid. Amounts without a currency or "
            "with words in them are not loaded; where a payer lacks an amount the sum is a floor.",
            base_url="https://golab-indigo-data-store.herokuapp.com/app/api1/",
            remotes=(Remote("indigo.json", "project", media=("application/json",)),),
            expected_rows=(1, 5_000),
            ignore={
                "alternative_names": "not shown",
                "social_investment_prototype": "the publisher's own selection",
                "investment_details": "returns on investment, not shown",
                "changes_to_project_due_to_covid19": "not shown",
                "notes": "the publisher's own",
                "outcome_funds": "the fund's own record",
                "outcome_payment_plans": "planned payments; the cap is shown",
                "sources": "where the publisher read it, in the raw record",
                "documents": "links to documents",
                "transactions": "single payments between parties; the sums are shown",
                "grants": "grants beside the contract",
                "technical_assistances": "support beside the contract",
                "technical_assistance_details": "support beside the contract",
                "open_contracting_datas": "links to other registries",
                "360giving_datas": "links to other registries",
                "scenarios": "not what was contracted",
            },
            id_columns=(
                "id", "overall_project_finance", "investments", "investment_details", "outcome_payments",
                "outcome_payment_commitments", "outcome_payment_plans", "outcome_pricings", "transactions", "grants",
                "organisations",
            ),
            quarantine_ceiling=0.02,
            priority=58,
            portfolio=ABROAD,
        )
    ),
)  # fmt: skip
