"""Portfolios, prices, euro, places and national operations: every figure by an independent reckoning, to the öre."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard import layout
from dashboard.api import ROUTES
from dashboard.api.spec import BASE
from dashboard.db import Warehouse, served
from dashboard.middleware import Shell
from dashboard.questions import basis, export, funding, initiatives, targets
from dashboard.selection import BASES, NATIONALS, PLACES, Selection, decode, measure_id
from etl.embedded import DATA
from etl.prices import EXCHANGE_RATE, INDEX_COLUMNS, PRICE_INDEX, RATE_COLUMNS, index, rate
from etl.readers import csv_records
from etl.spec import Funding, Location, Operation, Participants, Party
from tests.conftest import Given, Sheet, World, kommun_codes, operation, registry
from tests.dashboard.api_world import every, rows_of

KPI = {int(r["year"]): Fraction(r["value"]) for r in Sheet(DATA / "prices/price_index.csv").rows}
EURO = {int(r["year"]): Fraction(r["rate"]) for r in Sheet(DATA / "prices/exchange_rate.csv").rows}
LANS = tuple(sorted(kommun_codes()))
PORTFOLIOS = ("sverige", "utland", "import_irland")
FUNDS = ("ESF", "ESF+", "ERDF", "Vetenskapsradet", None)
PAIRS = (("granted_support", "SEK"), ("eu_contribution", "EUR"), ("total_eligible_cost", "SEK"), ("disbursed", "GBP"))
SNAPSHOT = "20260101-0000abcd"


def made(draw: Random, number: int) -> Operation:
    """Any operation: nowhere, national, in some län by activity or by owner, with or without a start and amounts."""
    op = operation(f"p{number}", registry="r")
    kind = draw.choice(["operation", "operation", "beneficiary", "national", "unknown"])
    if kind in ("operation", "beneficiary"):
        op.locations = [Location(kind, lan) for lan in draw.sample(LANS, draw.randint(1, 4))]
    else:
        op.locations = [Location(kind)]
    seat = draw.choice([None, draw.choice(kommun_codes()[draw.choice(LANS)])])
    op.parties = [Party(f"Owner {number % 7}{seat}", "beneficiary", kommun_code=seat)]
    op.fund_code = draw.choice(FUNDS)
    if year := draw.choice([None, 2005, 2006, 2011, 2015, 2020, 2023, 2024, 2026]):
        op.start_date, op.start_precision = date(year, draw.randint(1, 12), 1), "month"
    for measure, currency in draw.sample(PAIRS, draw.randint(0, 4)):
        amount = Decimal(draw.choice([0, 1, 2, 99, draw.randint(0, 10**7), draw.randint(0, 10**14)])) / 100
        op.funding.append(Funding(measure, amount, currency, "x"))  # type: ignore[arg-type]
    if draw.random() < 0.5:
        op.participants = [Participants("participants", "output", "planned", draw.randint(0, 900))]
    return op


@pytest.fixture(scope="module")
def ops() -> dict[str, list[Operation]]:
    draw = Random(38)
    return {name: [made(draw, n) for n in range(40)] for name in PORTFOLIOS}


def prices(loader: Any) -> None:
    for source, name, columns, take in (
        (PRICE_INDEX, "price_index", INDEX_COLUMNS, index),
        (EXCHANGE_RATE, "exchange_rate", RATE_COLUMNS, rate),
    ):
        path = DATA / f"prices/{name}.csv"
        loader.file(source, path, csv_records(path, required=columns, known=columns), take)


def registries(ops: dict[str, list[Operation]]) -> list[Given]:
    out = []
    for number, (name, held) in enumerate(ops.items()):
        for op in held:
            op.registry = f"r{number}"
        out.append(Given(replace(registry(f"r{number}"), portfolio=name, title_sv=f"Lista {name}"), held))
    return out


@pytest.fixture(scope="module")
def folder(ops: dict[str, list[Operation]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("portfolios") / "snapshots"
    home.mkdir()
    World(*registries(ops), also=prices, path=home / f"{SNAPSHOT}.duckdb").close()
    (home / "current").write_text(SNAPSHOT, "utf-8")
    return home


@pytest.fixture(scope="module")
def many(folder: Path) -> Warehouse:
    return served(folder)


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKARTA_HOME", str(folder.parent))
        yield TestClient(Shell(Starlette(routes=ROUTES)), base_url=f"http://testserver{BASE}")


def told(op: Operation, matt: tuple[str, str], bas: str) -> Decimal | None:
    """An amount on a basis, by rational numbers: halves up to whole öre or cents; None: not known or not restatable."""
    amount = next((f.amount for f in op.funding if (f.measure, f.currency) == matt), None)
    if amount is None or bas == "nominal":
        return amount
    whole = Fraction(amount)
    if bas == "euro":
        if matt[1] == "EUR":
            return amount
        found = whole / EURO[max(EURO)] if matt[1] == "SEK" else None
    else:
        year = op.start_date.year if op.start_date else None
        found = whole * KPI[max(KPI)] / KPI[year] if matt[1] == "SEK" and year in KPI else None
    return None if found is None else Decimal(int(found * 100 + Fraction(1, 2))) / 100


def spots(op: Operation, plats: str, nationella: str) -> set[str]:
    """Where an operation is, by the question that is asked."""
    kind = op.locations[0].location_type
    if kind == "national":
        return set(LANS) if nationella == "fordela" else {"SE"}
    here = {str(p.lan_code) for p in op.locations if p.lan_code} or {"okant"}
    if plats == "agare":
        seat = op.parties[0].kommun_code
        return here if kind == "beneficiary" else {seat[:2]} if seat else {"okant"}
    return {"okant"} if plats == "bara" and kind == "beneficiary" else here


choices = st.builds(
    Selection,
    portfolj=st.sampled_from(PORTFOLIOS), bas=st.sampled_from(BASES), plats=st.sampled_from(PLACES),
    nationella=st.sampled_from(NATIONALS), matt=st.sampled_from([measure_id(*pair) for pair in PAIRS]),
    fond=st.lists(st.sampled_from(["ESF", "ESF+", "ERDF", "other"]), max_size=2, unique=True).map(tuple),
    lan=st.lists(st.sampled_from([*LANS[:6], "SE", "okant"]), max_size=3, unique=True).map(tuple),
)  # fmt: skip


def wanted(sel: Selection, held: list[Operation]) -> list[Operation]:
    """The selection's operations, by the definition of each choice."""
    return [
        op for op in held
        if (not sel.fond or (op.fund_code or "other") in sel.fond)
        and not (sel.nationella == "uteslut" and op.locations[0].location_type == "national")
        and (not sel.lan or set(sel.lan) & spots(op, sel.plats, sel.nationella))
    ]  # fmt: skip


@settings(max_examples=60)
@given(sel=choices)
def test_every_total_is_what_the_operations_say(
    many: Warehouse, ops: dict[str, list[Operation]], sel: Selection
) -> None:
    mine = wanted(sel, ops[sel.portfolj])
    amounts = [x for op in mine if (x := told(op, sel.money, sel.bas)) is not None]
    nominal = [x for op in mine if (x := told(op, sel.money, "nominal")) is not None]
    total = funding.total(many, sel, sel.matt)
    assert (total["projects"], total["with_amount"]) == (len(mine), len(amounts))
    assert (total["amount"] or 0) == sum(amounts)
    assert total["not_restated"] == len(nominal) - len(amounts)
    left = [x for op in mine if (x := told(op, sel.money, "nominal")) is not None and not _can(op, sel)]
    assert (total["not_restated_amount"] or 0) == sum(left)
    by = funding.money_by_lan(many, sel, sel.matt)
    assert sum((r["split"] for r in by.values()), Decimal(0)) == (total["amount"] or 0)
    touched: dict[str, Decimal] = defaultdict(Decimal)
    for op in mine:
        for code in spots(op, sel.plats, sel.nationella):
            touched[code] += told(op, sel.money, sel.bas) or 0
    assert {code: r["touched"] for code, r in by.items()} == {c: x for c, x in touched.items() if c in by}
    projects = funding.projects_by_lan(many, sel)
    assert sum((r["split"] for r in projects.values()), Decimal(0)) == len(mine)
    assert sum(r["split"] or 0 for r in funding.by_period(many, sel, sel.matt)) == (
        by.get(sel.one_lan, {}).get("split", 0) if sel.one_lan else total["amount"] or 0
    )
    listed, n = export.operations(many, sel)
    assert (len(listed), n) == (len(mine), len(mine))
    assert sum((r["amount"] for r in listed if r["amount"] is not None), Decimal(0)) == (total["amount"] or 0)
    people = targets.participants(many, sel)
    assert (people["planned"] or 0) == sum(op.participants[0].value for op in mine if op.participants)


def _can(op: Operation, sel: Selection) -> bool:
    return told(op, sel.money, sel.bas) is not None


query = choices.map(lambda sel: {k: v for k, v in sel.params().items() if k != "lang"})


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(params=query)
@example(params={"portfolj": "import_irland", "bas": "euro", "matt": "disbursed_gbp"})
@example(params={"bas": "fast", "nationella": "fordela", "plats": "agare", "fond": "ESF+"})
def test_through_the_api_the_parts_are_the_whole_on_every_basis(client: TestClient, params: dict[str, str]) -> None:
    sel = decode(params)
    money = client.get("/funding", params=params).json()
    amounts = [Decimal(r["amount"]) for r in money["data"] if r["amount"] is not None]
    assert sum(amounts) == Decimal(money["unique"]["amount"] or 0)
    assert sum(Decimal(r["operations_split"]) for r in money["data"]) == money["unique"]["operations"]
    listed = list(every(client, "/operations", **params, limit="1000"))
    assert sum(Decimal(r["amount"]) for r in listed if r["amount"] is not None) == sum(amounts)
    assert {r["portfolio"] for r in listed} <= {sel.portfolj}
    table = rows_of(client.get("/operations.csv", params=params).text)
    unit = sel.currency.lower()
    assert [r[f"amount_{unit}"] for r in table] == [r["amount"] or "" for r in listed]
    one = client.get("/operations", params={**params, "limit": "1"}).json()
    about = {"basis": sel.bas, "portfolio": sel.portfolj, "places_by": sel.plats, "national": sel.nationella}
    about |= {
        "price_year": max(KPI) if sel.bas == "fast" else None, "rate": "11.066306" if sel.bas == "euro" else None,
        "rate_date": "2025-12-31" if sel.bas == "euro" else None,
    }  # fmt: skip
    for answer in (money, one):
        assert {name: answer[name] for name in about} == about
    for r in table:
        assert {name: r[name] for name in about} == {k: "" if x is None else str(x) for k, x in about.items()}
    assert money["currency"] == sel.currency


def test_no_portfolio_is_ever_added_to_another(
    many: Warehouse, client: TestClient, ops: dict[str, list[Operation]]
) -> None:
    seen: dict[str, set[str]] = {}
    for name in PORTFOLIOS:
        sel = Selection(portfolj=name)
        counts = initiatives.facets(many, sel)
        assert sum(counts["status"].values()) == sum(counts["belopp"].values()) == len(ops[name])
        assert sum(counts["fond"].values()) == len(ops[name])
        assert set(counts["register"]) == {f"r{PORTFOLIOS.index(name)}"}
        seen[name] = {r["operation_id"] for r in initiatives.listed(many, sel)}
        answer = client.get("/operations", params={"portfolj": name, "limit": "1000"}).json()
        assert {r["operation_id"] for r in answer["data"]} == seen[name]
        assert answer["total"] == len(ops[name])
    assert not seen["sverige"] & seen["utland"]
    assert client.get("/operations").json()["total"] == len(ops["sverige"])
    assert basis.portfolios(many) == {name: (f"Lista {name}", f"r{n}") for n, name in enumerate(PORTFOLIOS)}
    refused = client.get("/funding", params={"portfolj": "import_polen"}).json()
    assert (refused["status"], refused["allowed"]) == (400, ["sverige", "import_irland", "utland"])


def test_what_a_snapshot_does_not_hold_is_put_back(many: Warehouse, w: Warehouse) -> None:
    held = layout._held
    assert held(w, Selection(portfolj="utland", bas="fast")) == Selection(bas="fast")
    assert held(many, Selection(portfolj="utland", matt="outcome_payment_pln")).matt in {
        measure_id(*pair) for pair in PAIRS
    }
    assert held(many, Selection(matt="disbursed_gbp")).matt == "disbursed_gbp"
    assert held(w, Selection(matt="disbursed_gbp")).matt == "granted_support"


def test_without_an_index_nothing_is_restated_and_all_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "bare.duckdb"
    World(Given(registry("r"), [operation("a", amount="100.00")]), path=path).close()
    bare = Warehouse(path)
    assert basis.known(bare) == ("nominal",)
    total = funding.total(bare, Selection(bas="fast"), "granted_support")
    assert (total["amount"], total["not_restated"], total["not_restated_amount"]) == (None, 1, Decimal("100.00"))


@pytest.mark.parametrize(
    ("amount", "year", "bas", "said"),
    [
        ("100.00", 2006, "fast", "142.04"),  # 100 * 403.70 / 284.22 = 142.037…
        ("1000000.00", 2015, "fast", "1288335.73"),  # 1 000 000 * 403.70 / 313.35 = 1 288 335.726…
        ("100.00", 2023, "fast", "100.00"),
        ("100.00", 2024, "fast", None),
        ("100.00", None, "fast", None),
        ("11.07", None, "euro", "1.00"),  # 11.07 / 11.066306 = 1.0003…
        ("0.05", 2008, "euro", "0.00"),  # 0.0045…
        ("0.06", 2008, "euro", "0.01"),  # 0.0054…
    ],
)
def test_an_amount_by_hand(amount: str, year: int | None, bas: str, said: str | None) -> None:
    op = operation("a", amount=amount)
    if year:
        op.start_date, op.start_precision = date(year, 7, 1), "day"
    found = World(Given(registry("r"), [op]), also=prices).all(
        "SELECT amount FROM mart_amount WHERE basis = $bas", bas=bas
    )
    assert found == ([(Decimal(said),)] if said else [])


@pytest.mark.parametrize(("start", "year"), [(date(2006, 5, 1), 2006), (None, 2015)])
def test_an_amount_belongs_to_the_year_of_the_start_else_of_the_decision(start: date | None, year: int) -> None:
    op = operation("a", amount="100.00", decided_on=date(2015, 12, 1), decided_precision="day")
    op.start_date, op.start_precision = start, "day" if start else None
    found = World(Given(registry("r"), [op]), also=prices).all(
        "SELECT DISTINCT year, (SELECT amount FROM mart_amount WHERE basis = 'fast') FROM mart_amount"
    )
    assert found == [(year, Decimal("142.04") if year == 2006 else Decimal("128.83"))]


def test_a_half_is_rounded_up_and_the_largest_amount_survives() -> None:
    """Doubles would lose the öre of the largest amount that a warehouse holds."""
    largest = Decimal("9999999999999999.99")
    op = operation("a", amount=str(largest), start_date=date(2006, 1, 1), start_precision="year")
    made = World(Given(registry("r"), [op]), also=prices)
    exact = Fraction(largest) * KPI[2023] / KPI[2006]
    said = Decimal(int(exact * 100 + Fraction(1, 2))) / 100
    assert made.all("SELECT amount FROM mart_amount WHERE basis = 'fast'") == [(said,)]
    euro = Decimal(int(Fraction(largest) / EURO[2025] * 100 + Fraction(1, 2))) / 100
    assert made.all("SELECT amount FROM mart_amount WHERE basis = 'euro'") == [(euro,)]
    assert said.quantize(Decimal("0.01"), ROUND_HALF_UP) == said


def test_one_national_project_can_carry_the_participants(tmp_path: Path) -> None:
    """42 of 100 planned in one national project: with, without, and its share of a län when it is spread."""
    national = operation("n", locations=[Location("national")], parties=[Party("Stor aktör", "beneficiary")])
    national.participants = [Participants("participants", "output", "planned", 42)]
    local = operation("l", locations=[Location("operation", "18")], parties=[Party("Liten", "beneficiary")])
    local.participants = [Participants("participants", "output", "planned", 58)]
    path = tmp_path / "n.duckdb"
    World(Given(registry("r"), [national, local]), path=path).close()
    held = Warehouse(path)
    people = targets.participants(held, Selection())
    assert (people["planned"], people["planned_national"], people["with_planned_national"]) == (100, 42, 1)
    assert targets.participants(held, Selection(nationella="uteslut"))["planned"] == 58
    spread = targets.participants(held, Selection(nationella="fordela", lan=("18",)))
    assert (spread["planned"], round(spread["planned_here"], 6)) == (100, 60)
    assert targets.participants(held, Selection(lan=("18",)))["planned_here"] == 58
    assert targets.largest_owner(held, Selection()) == {
        "name": "Liten", "planned": 58, "n": 1, "planned_national": None,
    }  # fmt: skip


def test_the_embedded_prices_are_the_publishers(w: Warehouse) -> None:
    """SCB's page: 2023 403.70, 2015 313.35, 2006 284.22. ECB's mean of 255 days of 2025: 11.0663058823…"""
    found = {r["year"]: r["value"] for r in w.rows("SELECT year, value FROM mart_price_index")}
    assert (found[2023], found[2015], found[2006]) == (Decimal("403.70"), Decimal("313.35"), Decimal("284.22"))
    assert sorted(found) == list(range(2006, 2024))
    assert basis.about(w, "euro")["rate"] == Decimal("11.066306")
    for r in basis.about(w, "fast"), basis.about(w, "euro"):
        assert w.row(
            "SELECT count(*) AS n FROM raw_record WHERE source_id = $s AND row_no = $n",
            {"s": r["source_id"], "n": r["row_no"]},
        ) == {"n": 1}
