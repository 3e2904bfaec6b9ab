"""The page's exhibits on embedded and synthetic contracts: facts with sources, assumptions marked as such."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import investment, payout
from dashboard.blocks import assumed, contracts, deals, investing, payouts, reference_case
from dashboard.db import Warehouse, served
from dashboard.exhibit import Exhibit
from dashboard.layout import View
from dashboard.questions import contracts as questions
from dashboard.questions import provenance
from dashboard.selection import decode
from dashboard.texts import LANGS, Lang
from etl.sources import indigo
from etl.warehouse import Fetched, build
from tests.replay.registries import indigo_data, value

EVERY = (
    payouts.chart, payouts.scenarios, payouts.risk, payouts.terms, reference_case.figure, investing.facts,
    investing.result, investing.parties, investing.swings, investing.terms, contracts.in_sweden, contracts.abroad,
)  # fmt: skip
RICH = {
    "overall_project_finance": {
        "maximum_potential_outcome_payment_v2": {"currency": value("GBP"), "amount": value(750000)},
        "total_investment_commitment": {"currency": value("GBP"), "amount": {"exact": value(400000)}},
        "configuration_contracting_parties": value("Direct structure"),
        "maximum_potential_loss": value("100%"),
    },
    "outcome_metrics": [
        {"id": "o1", "definition": value("In work for 26 weeks"), "outcome_metric_target": value("150"),
         "outcome_validation_method": value("Historical comparison")}
    ],
    "outcome_pricings": [
        {"outcome_metric_id": value("o1"), "currency": value("GBP"), "price_per_unit": {"amount": value(4500.5)}}
    ],
    "results": [{"outcomes_validator_organisation_ids": value("INDIGO-ORG-13,")}],
}  # fmt: skip


def view(w: Warehouse, lang: Lang = "sv", **query: str) -> View:
    return View(w, decode({"lang": lang, **query}), "contracts")


@pytest.fixture(scope="module")
def abroad(tmp_path_factory: pytest.TempPathFactory, outlines: object) -> Warehouse:
    """The embedded data and sixty synthetic contracts abroad, the first of which states all."""
    folder = tmp_path_factory.mktemp("indigo")
    data = [indigo_data(1, **RICH), *(indigo_data(n, outcome_pricings=[]) for n in range(2, 61))]
    projects = [{"id": f"INDIGO-POJ-{n:04}", "data": each} for n, each in enumerate(data, 1)]
    path = folder / "indigo.json"
    path.write_text(json.dumps({"projects": projects}), "utf-8")
    fetched = [Fetched(indigo.SOURCES[0], path, datetime(2026, 11, 22))]
    build(folder / "snapshots", fetched=fetched, as_of=date(2026, 11, 23))
    return served(folder / "snapshots")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("make", EVERY, ids=lambda f: f"{f.__module__.rsplit('.', 1)[-1]}.{f.__name__}")
def test_an_exhibit_is_whole(abroad: Warehouse, make: Any, lang: Lang) -> None:
    found: Exhibit = make(view(abroad, lang))
    assert found.finding
    assert "{" not in found.finding + found.title
    assert found.source
    assert found.rows
    assert all(len(row) == len(found.columns) for row in found.rows)
    assert not found.links or len(found.links) == len(found.rows)
    for dark in (False, True) if found.spec else ():
        spec = found.spec(dark) if found.spec else {}
        assert "$schema" in spec
        json.dumps(spec)


def test_ids_are_unique_on_the_page(abroad: Warehouse) -> None:
    ids = [make(view(abroad)).id for make in EVERY]
    assert len(ids) == len(set(ids))


def test_the_embedded_contracts_state_what_their_sources_do_and_nothing_else(w: Warehouse) -> None:
    found = contracts.in_sweden(view(w))
    assert found
    rows = {row[0]: dict(zip(contracts.FIELDS, row[1:], strict=True)) for row in found.rows}
    assert len(rows) == 4
    case = next(row for name, row in rows.items() if name.startswith("Arbetsmiljö"))
    assert "12 procent" in case["target"]
    assert "40 000 000 kr".replace(" ", "\u00a0") in case["commitment"]
    assert (case["price"], case["payments"], case["validator"]) == (None, None, None)
    study = next(row for name, row in rows.items() if name.startswith("Individual Placement"))
    assert study == dict.fromkeys(contracts.FIELDS) | {"contract_type": "Förstudie, inget kontrakt"}
    assert "pris 4 av 4" in " ".join(found.missing)
    assert contracts.abroad(view(w)) is None


def test_every_statement_leads_to_its_own_source_row(w: Warehouse) -> None:
    for make in (reference_case.figure, investing.facts):
        found = make(view(w))
        assert found
        for row, link in zip(found.rows, found.links, strict=True):
            number = re.search(r"inkarta:(\d+)@terms.csv", unquote_plus(link))
            assert number
            raw = provenance.raw(w, "inkarta", "initiatives/terms.csv", int(number[1]))
            assert raw
            assert json.loads(raw["payload"])["text_sv"] == row[1]


def test_no_figure_by_month_is_drawn_for_the_reference_case(w: Warehouse) -> None:
    found = reference_case.figure(view(w))
    assert found
    assert found.spec
    spec = found.spec(False)
    assert {row["row"] for row in spec["datasets"]["bars"]} == {"before", "counted", "after"}
    counted = [bar for bar in spec["datasets"]["bars"] if bar["row"] == "counted"]
    assert [bar["kind"] for bar in counted] == ["unsure", "sure", "unsure"]
    assert counted[0]["start"] == pytest.approx(2018 + 243 / 365, abs=1e-9)
    assert counted[2]["end"] == pytest.approx(2020 + 120 / 366, abs=1e-9)
    assert "inget tal per månad" in " ".join(found.missing)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [((2018, 9, 1), 17, (2020, 2, 1)), ((2018, 11, 30), 17, (2020, 4, 30)), ((2018, 9, 30), 17, (2020, 2, 29)),
     ((2019, 12, 31), 2, (2020, 2, 29)), ((2018, 12, 31), 2, (2019, 2, 28))],
)  # fmt: skip
def test_so_many_months_later(day: tuple[int, int, int], months: int, then: tuple[int, int, int]) -> None:
    assert reference_case.later(date(*day), months) == date(*then)


def test_the_example_is_marked_as_one_and_own_terms_as_ones_own(w: Warehouse) -> None:
    for make in (payouts.chart, payouts.scenarios, payouts.risk, investing.result, investing.swings):
        example = " ".join(make(view(w)).basis)
        assert "exempeltal" in example
        assert "ditt antagande" not in example
    own = payout.written(payout.EXAMPLE)
    assert "exempeltal" not in " ".join(payouts.scenarios(view(w, villkor=own)).basis)
    assert "ditt antagande" in " ".join(payouts.scenarios(view(w, villkor=own)).basis)
    sums = investing.parties(view(w, kalkyl=investment.written(investment.EXAMPLE)))
    assert sums
    assert "baskurs 6 månader (källans uppgift)" in sums.basis[0]
    assert "deltagare 20 personer (ditt antagande)" in sums.basis[0]


def test_a_contracts_own_figures_are_begun_from_and_told_apart(abroad: Warehouse) -> None:
    found = deals.records(view(abroad))
    assert found["INDIGO-POJ-0001"][1:] == (
        {"price": Decimal("4500.50"), "cap": Decimal(750000), "target": Decimal(150)}, "GBP",
    )  # fmt: skip
    assert found["INDIGO-POJ-0002"][1] == {"cap": Decimal(2000)}
    v = view(abroad, insats="INDIGO-POJ-0001")
    d = deals.deal(v)
    assert (d.terms.price, d.terms.cap, d.terms.target, d.currency) == (Decimal("4500.50"), 750000, 150, "GBP")
    assert (d.terms.cost, d.terms.saving, d.terms.fixed) == (500000, Decimal("6750.75"), 0)
    assert payouts.terms(v).finding.startswith("Det som kontraktet anger")
    capped = deals.deal(view(abroad, insats="INDIGO-POJ-0002"))
    assert (capped.terms.cap, capped.terms.target, capped.terms.price) == (2000, 100, 20)
    origins = {f.name: f.origin for f in deals.fields(v, d)}
    assert {name for name, origin in origins.items() if origin == "kontraktets uppgift"} == {"price", "cap", "target"}
    chart = payouts.chart(v)
    assert {c.currency for c in chart.columns if c.kind == "money"} == {"GBP"}
    assert "Synthetic contract 1" in str(chart.source[1])


def test_what_an_indigo_record_states_stands_in_its_fields(abroad: Warehouse) -> None:
    found = contracts.abroad(view(abroad, "en"))
    assert found
    assert len(found.rows) == contracts.SHOWN
    row = next(row for row in found.rows if row[0] == "Synthetic contract 1")
    told = dict(zip(contracts.FIELDS, row[1:], strict=True))
    assert told == {
        "contract_type": "Direct structure", "metric": "In work for 26 weeks", "target": "150",
        "price": "GBP\u00a04,500.50".replace("\u00a0", " "), "payments": None,
        "commitment": told["commitment"], "validator": "Synthetic Adviser; Method: Historical comparison",
        "risk": "Maximum potential loss: 100%; Investors: Synthetic Capital",
    }  # fmt: skip
    assert "GBP 750,000 at most is paid" in str(told["commitment"]).replace("\u00a0", " ")
    assert "price 59 of 60" in " ".join(found.missing)
    assert "10 more contracts" in " ".join(found.missing)


@given(
    st.dictionaries(st.sampled_from(["villkor", "utfall", "kalkyl", "insats"]), st.text("0123456789.,-eN", max_size=60))
)
def test_whatever_the_address_says_there_is_a_figure(w: Warehouse, query: dict[str, str]) -> None:
    v = view(w, **query)
    assert payouts.chart(v).rows
    assert 0 <= deals.deal(v).at <= payout.LIMIT
    found = investing.result(v)
    assert found
    assert found.rows


def test_the_scenarios_hold_the_ones_asked_for_in_order_and_without_repeats(w: Warehouse) -> None:
    found = payouts.scenarios(view(w, utfall="63"))
    shares = [row[1] for row in found.rows]
    assert shares == [0, 25, 50, 63, 75, 100, 125, 150]
    names = [row[0] for row in found.rows]
    assert names[2] == "50\u00a0% av målet, jämvikt"
    assert names[3] == "Ditt val"
    assert names[6] == "125\u00a0% av målet, taket nås"


@pytest.mark.parametrize(
    ("lang", "text", "figure"),
    [
        ("sv", "1 250,50", "1250.50"), ("sv", "1\u00a0250", "1250"), ("sv", "0,5", "0.5"), ("sv", "40.000", None),
        ("sv", "40,000", None), ("en", "40,000", "40000"), ("en", "1,250,000.5", "1250000.5"), ("en", "40.000", None),
        ("en", "1,5", "1.5"), ("sv", "0.125", "0.125"), ("sv", "-1", None), ("sv", "1e5", None), ("sv", "", None),
        ("sv", "tolv", None), ("sv", "1..2", None), ("sv", "²", None),
    ],
)  # fmt: skip
def test_a_figure_is_read_as_written_or_not_at_all(lang: Lang, text: str, figure: str | None) -> None:
    assert assumed.read(text, lang) == (None if figure is None else Decimal(figure))


@given(st.decimals(0, 10**11, places=2, allow_nan=False), st.sampled_from(LANGS))
def test_a_figure_that_is_shown_is_read_back(w: Warehouse, figure: Decimal, lang: Lang) -> None:
    assert assumed.read(assumed.shown(view(w, lang), figure), lang) == figure


def test_a_snapshot_from_before_there_were_statements_still_answers(w: Warehouse) -> None:
    class Old:
        def row(self, *_: Any) -> None:
            return None

    assert questions.terms(Old()) == ()  # type: ignore[arg-type]


def test_concepts_lead_to_initiatives_that_are_there(w: Warehouse) -> None:
    from dashboard.questions import initiatives

    for words in contracts.CONCEPTS.values():
        found = initiatives.listed(w, decode({"q": words}))
        assert found, words
