"""Small synthetic documents of registries in the forms that their publishers document."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from tests.replay.documents import SHARED


def value(found: Any) -> dict[str, Any]:
    """A cell as INDIGO writes it."""
    return {"value": found}


def sum_of(currency: str | None, amount: Any) -> dict[str, Any]:
    return {"currency": value(currency), "amount": value(amount)}


def indigo_data(number: int, country: str = "GB", **changes: Any) -> dict[str, Any]:
    """A synthetic contract: a payer, a provider, an investor, an intermediary; figures of its own number."""
    ids = [f"INDIGO-ORG-{number}{place}" for place in range(4)]
    names = ("Synthetic Council", "Synthetic Service", "Synthetic Capital", "Synthetic Adviser")
    return {
        "name": value(f"Synthetic contract {number}"),
        "stage_development": value("Implementation"),
        "dates": {
            "outcomes_contract_signed": value("2023-11"),
            "start_date_of_service_provision": value("2024-01-15"),
            "anticipated_end_date_of_service_provision": value("2027"),
        },
        "overall_project_finance": {
            "maximum_potential_outcome_payment_v2": sum_of("GBP", number * 1000),
            "total_outcome_payments_made": sum_of("GBP", number * 100.5),
            "total_investment_commitment": {"currency": value("GBP"), "amount": {"exact": value(number * 500)}},
        },
        "purpose_and_classifications": {
            "social_challenge": value("Long-term unemployment"),
            "intervention": value("Individual coaching"),
            "policy_sector": value("Employment and training"),
        },
        "service_and_beneficiaries": {
            "target_population": value("Adults out of work for a year"),
            "targeted_number_service_users_or_beneficiaries_total": value(300),
            "unit_type_targeted_service_users_or_beneficiaries": value("Individual"),
        },
        "delivery_locations": [{"location_name": value("Leeds"), "location_country": value(country)}],
        "outcome_payment_commitments": [
            {"organisation_id": value(ids[0]), "maximum_potential_outcome_payment": sum_of("GBP", number * 1000)}
        ],
        "service_provisions": [{"organisation_id": value(ids[1])}],
        "investments": [{"organisation_id": value(ids[2]), "organisation_role_category": value("Impact Investor")}],
        "intermediary_services": [{"organisation_id": value(ids[3])}],
        "outcome_metrics": [{"id": "outcome1", "definition": value("In work for 26 weeks")}],
        "outcome_pricings": [{"outcome_metric_id": value("outcome1"), "price_per_unit": {"amount": value(2000)}}],
        "results": [],
        "sources": [{"id": "source1", "name": value("Anna Syntet")}],
        "organisations": [
            {"id": each, "name": value(name), "country": value(country), "contact": {"email": value("a@example.org")}}
            for each, name in zip(ids, names, strict=True)
        ],
    } | changes


def indigo_files(*data: Mapping[str, Any]) -> dict[str, bytes]:
    """Paths and replies of the API for these contracts, and one that is not public."""
    ids = [f"INDIGO-POJ-{number:04}" for number in range(1, len(data) + 1)]
    listed = [{"id": each, "public": True} for each in ids] + [{"id": "INDIGO-POJ-9999", "public": False}]
    return {"/indigo/project": _json({"projects": listed})} | {
        f"/indigo/project/{each}": _json({"project": {"id": each, "data": found}})
        for each, found in zip(ids, data, strict=True)
    }


SERVED = ("tillvaxtverket", "interreg", "swecris", "vinnova", "giving360", "indigo")
"""Sources whose documents :func:`files` serves, each below its own id."""


def vinnova_project(number: int, **changes: Any) -> dict[str, Any]:
    """A synthetic project with all the fields of Vinnova's older API."""
    names = (
        "DiarienummerAnsokningsomgang", "DiarienummerUtlysning", "DiarienummerProgram", "KoordinatorArb",
        "ÄrenderubrikEngelska", "Projektreferat", "MalSvenska", "MalEngelska", "ResultatSvenska", "ResultatEngelska",
        "ImplementationSvenska", "ImplementationEngelska",
    )  # fmt: skip
    return dict.fromkeys(names, "") | {
        "Diarienummer": f"2099-{number:05}",
        "Ärenderubrik": f"Syntetiskt projekt {number}",
        "BeviljatBidrag": number * 1000,
        "ProjektStart": "2024-01-01T00:00:00",
        "ProjektSlut": "2025-12-31T00:00:00",
        "KoordinatorOrg": "Syntetiskt universitet",
        "Status": "Avslutat",
        "LankLista": [],
        **changes,
    }


def files() -> dict[str, bytes]:
    """Path -> document of every registry in :data:`SERVED`: the real file where it is at hand and the API is known."""
    grant = {
        "id": "360G-syntet-1", "title": "Synthetic grant", "currency": "GBP", "amountAwarded": 100,
        "awardDate": "2024-06-05", "recipientOrganization": [{"id": "GB-CHC-1", "name": "Synthetic Hall"}],
    }  # fmt: skip
    found = {
        "/vinnova/projekt/2001-01-01": _json([vinnova_project(number) for number in range(1, 6)]),
        "/giving360/giving360.json": _real("grants_a002400000KeYdsAAF.json") or _json({"grants": [grant]}),
        **indigo_files(indigo_data(1), indigo_data(2), indigo_data(3)),
    }
    for path, name in (
        ("/tillvaxtverket/tillvaxtverket.json", "SE_tillvaxtverket_projektbanken_2014-2020.json"),
        ("/interreg/interreg.json", "SE_interreg_2021-2027_partners_interregbarometern.json"),
        ("/swecris/swecris.csv", "swecris_sample.csv"),
    ):
        if body := _real(name):
            found[path] = body
    return found


def _real(name: str) -> bytes | None:
    path = SHARED / "registries" / name
    return path.read_bytes() if path.exists() else None


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Path:
    """A workbook of these sheets; dates become date cells."""
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd", "strings_to_urls": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for at, cell in enumerate(row):
                    if cell is not None:
                        sheet.write(number, at, cell)
    return path


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()
