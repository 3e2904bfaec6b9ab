from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from etl.fetch import fetch
from etl.polite import Patience
from etl.sources.indigo import COLUMNS, SOURCES
from etl.spec import Location, Operation, Reject, Row
from tests.conftest import World
from tests.replay.registries import indigo_data, indigo_files, sum_of, value
from tests.replay.server import ReplayServer

ORIGIN = SOURCES[0]
SWEDISH = {
    "delivery_locations": [
        {"location_name": value("Norrköping"), "location_country": value("SE")},
        {"location_name": value("Somewhere"), "adminstrative_geography_name": value("Skåne län"),
         "location_country": value("SE")},
    ]
}  # fmt: skip


@pytest.fixture
def server() -> Iterator[ReplayServer]:
    with ReplayServer() as running:
        yield running


def one(**changes: Any) -> Operation:
    data = json.loads(json.dumps(indigo_data(7, **changes)))
    return ORIGIN.operation(Row(1, {**data, "id": "INDIGO-POJ-0007"}))


def world(folder: Path, *data: dict[str, Any]) -> World:
    path = folder / "indigo.json"
    projects = [{"id": f"INDIGO-POJ-{number:04}", "data": each} for number, each in enumerate(data, 1)]
    path.write_text(json.dumps({"projects": projects}), "utf-8")
    return World(also=lambda loader: loader.operations(ORIGIN, path, retrieved_at=datetime(2026, 11, 22)))


def amounts(op: Operation) -> list[tuple[str, Decimal | None, str, bool]]:
    return [(f.measure, f.amount, f.currency, f.is_derived) for f in op.funding]


def test_every_public_contract_is_fetched_from_the_api_and_loaded(server: ReplayServer, tmp_path: Path) -> None:
    server.files |= indigo_files(indigo_data(1), indigo_data(2), indigo_data(3, "SE", **SWEDISH))
    quick = Patience(attempts=2, first_wait=0.01, longest_wait=0.02)
    (result,) = fetch(SOURCES, tmp_path, base_urls=server.base_urls, patience=quick)
    assert (result.status, result.reason) == ("downloaded", "")
    asked = [request.path for request in server.requests]
    assert asked == ["/indigo/project", *(f"/indigo/project/INDIGO-POJ-000{n}" for n in (1, 2, 3))]
    path = tmp_path / "indigo.json"
    loaded = World(also=lambda loader: loader.operations(ORIGIN, path, retrieved_at=datetime(2026, 11, 22)))
    (count,) = loaded.loader.counts
    assert (count.rows_read, count.rows_loaded, count.rows_quarantined, count.warnings) == (3, 3, 0, 0)
    assert loaded.all("SELECT portfolio, count(*) FROM mart_operation GROUP BY 1 ORDER BY 1") == [
        ("sverige", 1), ("utland", 2),
    ]  # fmt: skip


def test_an_id_that_leads_elsewhere_is_not_followed(server: ReplayServer, tmp_path: Path) -> None:
    server.files["/indigo/project"] = json.dumps({"projects": [{"id": "../admin", "public": True}]}).encode()
    (result,) = fetch(SOURCES, tmp_path, base_urls=server.base_urls)
    assert result.status == "failed"
    assert "documented form" in result.reason


def test_the_fields() -> None:
    op = one()
    assert (op.title_sv, op.title_en) == ("Synthetic contract 7", "Synthetic contract 7")
    assert (op.start_date, op.start_precision) == (date(2024, 1, 15), "day")
    assert (op.end_date, op.end_precision) == (date(2027, 1, 1), "year")
    assert (op.decided_on, op.decided_precision) == (date(2023, 11, 1), "month")
    assert op.summary_en == (
        "Long-term unemployment. Individual coaching. Target population: Adults out of work for a year."
    )
    assert amounts(op) == [
        ("outcome_payment", Decimal(7000), "GBP", False),
        ("disbursed", Decimal("703.50"), "GBP", False),
        ("social_investment", Decimal(3500), "GBP", False),
    ]
    assert [(p.role, p.name, p.country) for p in op.parties] == [
        ("provider", "Synthetic Service", "GB"),
        ("funder", "Synthetic Council", "GB"),
        ("investor", "Synthetic Capital", "GB"),
        ("partner", "Synthetic Adviser", "GB"),
    ]
    assert [(p.value, p.value_type) for p in op.participants] == [(300, "planned")]
    assert [(t.scheme, t.label) for t in op.themes] == [
        ("policy_sector", "Employment and training"),
        ("outcome_metric", "In work for 26 weeks"),
        ("country", "GB"),
    ]
    assert (op.portfolio, op.locations, op.warnings) == ("utland", [Location("unknown")], [])


def test_a_contract_belongs_to_sweden_only_when_all_of_it_is_there() -> None:
    op = one(**SWEDISH)
    assert op.portfolio == "sverige"
    assert op.locations == [Location("operation", "05", "0581"), Location("operation", "12")]
    both = [{"location_country": value("SE")}, {"location_country": value("FI")}]
    assert one(delivery_locations=both).portfolio == "utland"
    by_law = {"jurisdiction": {"jurisdiction": value("SE")}}
    assert one(delivery_locations=[], **by_law).portfolio == "sverige"
    assert one(delivery_locations=[]).portfolio == "utland"


def test_where_the_contract_has_no_cap_the_payers_maxima_are_summed() -> None:
    payers = [
        {"organisation_id": value("a"), "maximum_potential_outcome_payment": sum_of("USD", 3500000)},
        {"organisation_id": value("b"), "maximum_potential_outcome_payment": sum_of("USD", "4,500,000")},
        {"organisation_id": value("c"), "maximum_potential_outcome_payment": sum_of("EUR", 5)},
        {"organisation_id": value("c"), "maximum_potential_outcome_payment": sum_of("EUR", 5),
         "result_type": value("Interim")},
    ]  # fmt: skip
    op = one(overall_project_finance={}, outcome_payment_commitments=payers)
    assert amounts(op) == [
        ("outcome_payment", Decimal(8000000), "USD", True),
        ("outcome_payment", Decimal(5), "EUR", False),
    ]
    more = one(overall_project_finance={}, outcome_payment_commitments=[*payers, {"organisation_id": value("d")}])
    assert amounts(more) == amounts(op)
    assert "sum_is_a_floor" in [w.rule for w in more.warnings]


def test_payments_made_are_summed_where_no_total_is_given() -> None:
    made = [
        {"type": value(kind), "money": sum_of("GBP", amount)}
        for kind, amount in (("Actual", 10), ("Actual", 20.25), ("Planned", 900))
    ]
    op = one(overall_project_finance={}, outcome_payments=made)
    assert ("disbursed", Decimal("30.25"), "GBP", True) in amounts(op)


@pytest.mark.parametrize("written", ["$10,000,000", "C$1.16M (estimate)", "=D41-D36", "CHF 290.000", "€", [1]])
def test_an_amount_that_is_not_plain_is_left_out_and_said(written: Any) -> None:
    payer = {"organisation_id": value("a"), "maximum_potential_outcome_payment": sum_of("USD", written)}
    op = one(overall_project_finance={}, outcome_payment_commitments=[payer])
    assert amounts(op) == []
    assert [w.rule for w in op.warnings if w.rule != "missing_name"] == ["bad_amount"]


def test_an_amount_without_a_currency_takes_the_contracts_own_or_none() -> None:
    payer = {"organisation_id": value("a"), "maximum_potential_outcome_payment": sum_of(None, 1200000)}
    stated = {"total_investment_commitment": {"currency": value("AUD")}}
    op = one(overall_project_finance=stated, outcome_payment_commitments=[payer])
    assert amounts(op) == [("outcome_payment", Decimal(1200000), "AUD", False)]
    op = one(overall_project_finance={}, outcome_payment_commitments=[payer])
    assert amounts(op) == []
    assert "bad_currency" in [w.rule for w in op.warnings]


def test_contact_persons_sources_and_private_investors_are_not_stored(tmp_path: Path) -> None:
    data = indigo_data(1)
    data["organisations"][2]["name"] = value("Bo Syntet")
    data["investments"][0] |= {
        "organisation_role_category": value("High Net Worth Individual/Family Office/Private Bank"),
        "organisation_names": {"organisation_id": value("Bo Syntet")},
    }
    found = world(tmp_path, data)
    stored = str(found.all("SELECT payload FROM raw_record")) + str(found.all("FROM organisation"))
    assert "Synthetic Council" in stored
    for name in ("a@example.org", "Anna Syntet", "Bo Syntet"):
        assert name not in stored
    assert found.all("SELECT rule FROM load_issue") == [("private_investor",)]


def test_contracts_abroad_and_in_sweden_are_never_in_one_sum(tmp_path: Path) -> None:
    found = world(tmp_path, indigo_data(1), indigo_data(2, **SWEDISH))
    assert found.all(
        "SELECT portfolio, sum(amount) FROM mart_funding JOIN mart_operation USING (operation_id) "
        "WHERE measure = 'outcome_payment' GROUP BY 1 ORDER BY 1"
    ) == [("sverige", Decimal(2000)), ("utland", Decimal(1000))]
    assert found.all("SELECT DISTINCT beneficiary FROM mart_operation") == [("Synthetic Service",)]


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"dates": {"start_date_of_service_provision": value("31/12/2020")}}, "bad_date"),
        ({"dates": {"start_date_of_service_provision": value("2020"),
                    "actual_end_date_of_service_provision": value("2019")}}, "ends_before_start"),
        ({"delivery_locations": [{"location_country": value("Sweden")}]}, "bad_country"),
        ({"organisations": []}, "missing_name"),
        ({"service_and_beneficiaries": {"targeted_number_service_users_or_beneficiaries_total": value("many")}},
         "bad_number"),
    ],
)  # fmt: skip
def test_a_bad_cell_warns_and_keeps_the_contract(changes: dict[str, Any], rule: str) -> None:
    assert rule in [warning.rule for warning in one(**changes).warnings]


@pytest.mark.parametrize(("column", "rule"), [("id", "missing_id"), ("name", "missing_title")])
def test_a_contract_without_what_it_needs_is_quarantined(column: str, rule: str) -> None:
    raw = {**indigo_data(1), "id": "INDIGO-POJ-0001"} | {column: None}
    with pytest.raises(Reject) as caught:
        ORIGIN.operation(Row(1, raw))
    assert caught.value.rule == rule


def test_a_field_that_is_new_stays_in_the_raw_record(tmp_path: Path) -> None:
    found = world(tmp_path, indigo_data(1, brand_new={"value": "something"}))
    assert found.loader.counts[0].rows_loaded == 1
    assert "brand_new" in str(found.all("SELECT payload FROM raw_record"))
    assert not set(COLUMNS) & set(ORIGIN.SOURCE.ignore)


def test_what_a_contract_says_of_itself() -> None:
    data = indigo_data(7)
    finance = {
        **data["overall_project_finance"],
        "configuration_contracting_parties": value("Managed structure"),
        "maximum_potential_loss": value("100"),
    }
    op = one(
        overall_project_finance=finance,
        outcome_metrics=[
            {"id": "a", "definition": value("In work"), "outcome_metric_target": value("60% of 300"),
             "outcome_validation_method": value("Pre-Post analysis")},
            {"id": "b", "definition": value("In education")},
        ],
        outcome_pricings=[
            {"outcome_metric_id": value("b"), "currency": value("EUR"), "price_per_unit": {"amount": value(1200.5)}},
            {"outcome_metric_id": value("a"), "price_per_unit": {"amount": value(2000)}},
            {"outcome_metric_id": value("c"), "price_description": value("By tender")},
        ],
        results=[{"outcomes_validator_organisation_ids": value("INDIGO-ORG-73, INDIGO-ORG-70,")}],
    )  # fmt: skip
    assert [(t.field, t.number, t.text_sv, t.amount, t.currency) for t in op.terms] == [
        ("contract_type", 0, "Managed structure", None, None),
        ("risk", 0, "Maximum potential loss: 100", None, None),
        ("metric", 1, "In work", None, None),
        ("target", 1, "60% of 300", None, None),
        ("validation", 1, "Pre-Post analysis", None, None),
        ("metric", 2, "In education", None, None),
        ("price", 2, "1200.5 EUR", Decimal("1200.5"), "EUR"),
        ("price", 1, "2000 GBP", Decimal(2000), "GBP"),
        ("price", 0, "By tender", None, None),
        ("validator", 0, "Synthetic Adviser", None, None),
        ("validator", 0, "Synthetic Council", None, None),
    ]


@pytest.mark.parametrize("price", ["about 2,000", "-5", "1e999", 10**17, None, "", {"x": 1}])
def test_a_price_that_is_no_exact_amount_is_kept_in_words_or_left_out(price: Any, tmp_path: Path) -> None:
    pricing = {"outcome_metric_id": value("outcome1"), "price_per_unit": {"amount": value(price)}}
    found = world(tmp_path, indigo_data(1, outcome_pricings=[pricing]))
    assert found.loader.counts[0].rows_loaded == 1
    assert found.all("SELECT amount FROM contract_term WHERE field = 'price' AND amount IS NOT NULL") == []


def test_no_statement_names_a_private_person(tmp_path: Path) -> None:
    data = indigo_data(1, results=[{"outcomes_validator_organisation_ids": value("INDIGO-ORG-12")}])
    data["investments"][0]["organisation_role_category"] = value("High Net Worth Individual")
    data["organisations"][2]["name"] = value("Bo Syntet")
    assert world(tmp_path, data).all("SELECT text_sv FROM mart_term WHERE field = 'validator'") == []
