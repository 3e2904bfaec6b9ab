from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from etl.normalise import lan_code
from etl.sources.interreg import SOURCES
from etl.spec import Location, Operation, Reject, Row, SourceError
from tests.conftest import World
from tests.replay.documents import real

ORIGIN = SOURCES[0]
FILE = "registries/SE_interreg_2021-2027_partners_interregbarometern.json"
PARTNER = {
    "id": 1, "program": "Syntetiskt program", "projekttyp": "Regular", "startdatum": "2023-01-01",
    "slutdatum": "2025-12-31", "projektnamn": "Syntet", "organisationsnamn": "Syntetisk förening",
    "organisationsagande": "Private", "organisationstyp": "NGO", "organisationsroll": "PP", "nuts3": "Uppsala län",
    "nuts2": "Östra Mellansverige", "partnerbudget": 100, "politisktmal": "PO1", "specifiktmal": "RSO1.1",
    "projektår": 2023, "land": "Sverige", "aktiv": "Ja", "strand_kod": "A", "strand_namn": "Gränsregionalt",
}  # fmt: skip


def project(*changes: dict[str, Any]) -> Operation:
    """A project of synthetic partners, one for each dict of changes."""
    first, *rest = (Row(n, {**PARTNER, **c}) for n, c in enumerate(changes, 1))
    return ORIGIN.operation(replace(first, parts=tuple(rest)))


def raw() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(real(FILE).read_text("utf-8"), parse_float=Decimal)
    return rows


@pytest.fixture(scope="module")
def world() -> World:
    path = real(FILE)
    return World(also=lambda loader: loader.operations(ORIGIN, path, retrieved_at=datetime(2026, 11, 22)))


def test_every_partner_row_stands_in_one_project_and_every_euro_counts_once(world: World) -> None:
    rows = raw()
    projects = {(row["program"], row["projektnamn"]) for row in rows}
    (count,) = world.loader.counts
    assert len(projects) == 586
    assert (count.rows_read, count.rows_loaded, count.rows_quarantined) == (1196, 1196, 0)
    assert world.all("SELECT count(DISTINCT row_no) FROM raw_record") == [(1196,)]
    total = sum(Decimal(row["partnerbudget"]) for row in rows)
    assert total == Decimal("212449300.01")
    assert world.all("SELECT measure, currency, sum(amount_split) FROM mart_money GROUP BY ALL") == [
        ("total_eligible_cost", "EUR", total)
    ]


def test_each_lan_gets_its_own_partners_budgets_to_the_ore(world: World) -> None:
    unknown = {"Target Circular", "SIRR", "SMALL", "COPPER", "InnoWaTr", "Green Team"}
    budgets: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in raw():
        if row["projektnamn"] not in unknown and row["partnerbudget"]:
            budgets[row["nuts3"]] += Decimal(row["partnerbudget"])
    found = world.all(
        "SELECT lan_code, sum(amount_split) FROM mart_money JOIN mart_operation USING (operation_id) "
        "WHERE NOT list_contains($unknown, title_sv) GROUP BY 1",
        unknown=sorted(unknown),
    )
    names, _ = ORIGIN.counties
    assert dict(found) == {lan_code(name, names): amount for name, amount in budgets.items()}


def test_a_project_checked_by_hand(world: World) -> None:
    op_id = "interreg:baltic-sea-region:nonhazcity-3"
    assert world.all("SELECT start_date, end_date, priority, specific_objective, fund_code, programming_period "
                     "FROM mart_operation WHERE operation_id = $id", id=op_id) == [
        (date(2022, 9, 24), date(2026, 3, 31), "PO2", "RSO2.5", "Interreg", "2021-2027")
    ]  # fmt: skip
    assert world.all(
        "SELECT lan_code, amount_split, amount FROM mart_money WHERE operation_id = $id ORDER BY 1", id=op_id
    ) == [
        ("01", Decimal("388688.64"), Decimal("854583.68")),
        ("03", Decimal("162935.04"), Decimal("854583.68")),
        ("19", Decimal("302960.00"), Decimal("854583.68")),
    ]
    assert world.all("SELECT count(*) FROM operation_party WHERE operation_id = $id", id=op_id) == [(10,)]
    assert world.all("SELECT rule, value FROM load_issue WHERE row_no = 216") == [("place_without_budget", "25")]


@pytest.mark.parametrize(
    ("name", "amount", "lans"),
    [("Boost Nordic Biogas", "319396", ["24"]), ("OASIS", "501094", ["03"]), ("ReNutriWater", None, ["01"])],
)
def test_more_projects_checked_by_hand(world: World, name: str, amount: str | None, lans: list[str]) -> None:
    found = world.all(
        "SELECT f.amount FROM mart_operation o LEFT JOIN mart_funding f USING (operation_id) WHERE title_sv = $n",
        n=name,
    )
    assert found == [(amount and Decimal(amount),)]
    assert world.all(
        "SELECT lan_code FROM mart_location JOIN mart_operation USING (operation_id) WHERE title_sv = $n", n=name
    ) == [(lan,) for lan in lans]


def test_what_is_wrong_in_the_real_file_is_said(world: World) -> None:
    found = dict(world.all("SELECT rule, count(*) FROM load_issue GROUP BY 1"))
    assert found == {
        "bad_date": 2, "budget_unknown": 6, "ends_before_start": 1, "missing_name": 17, "partners_disagree": 7,
        "nuts2_contradicts_nuts3": 11, "place_without_budget": 58, "unknown_place": 7,
    }  # fmt: skip
    assert world.all("SELECT value FROM load_issue WHERE rule = 'bad_date' ORDER BY 1") == [
        ("2026-09-31",),
        ("2027-02-31",),
    ]


def test_budgets_are_published_shares_and_an_unknown_budget_makes_them_equal() -> None:
    skane = {"nuts3": "Skåne län", "nuts2": "Sydsverige", "organisationsnamn": "B"}
    op = project({"partnerbudget": 1}, skane | {"partnerbudget": 2})
    assert [(p.lan_code, p.share) for p in op.locations] == [
        ("03", Decimal("0.3333333333")),
        ("12", Decimal("0.6666666667")),
    ]
    op = project({"partnerbudget": 0}, skane)
    assert [w.rule for w in op.warnings] == ["budget_unknown"]
    assert [(p.lan_code, p.share) for p in op.locations] == [("03", None), ("12", None)]
    assert [(f.amount, f.is_derived) for f in op.funding] == [(Decimal(100), True)]
    op = project({"partnerbudget": 0, "organisationsroll": "AP"}, skane)
    assert [w.rule for w in op.warnings] == ["place_without_budget"]
    assert [p.lan_code for p in op.locations] == ["12"]


def test_without_any_budget_there_is_no_amount() -> None:
    op = project({"partnerbudget": 0, "organisationsroll": "AP", "nuts3": None})
    assert op.funding == []
    assert op.locations == [Location("unknown")]


def test_a_lead_partner_is_the_lead_and_kinds_are_translated_only_where_they_are_the_same() -> None:
    op = project({"organisationsroll": "LP"}, {"organisationsnamn": "B", "organisationstyp": "EGTC"})
    assert [(p.role, p.org_type) for p in op.parties] == [("lead", "civilsamhälle"), ("partner", None)]


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"nuts2": "Sydsverige"}, "nuts2_contradicts_nuts3"),
        ({"partnerbudget": "stor"}, "bad_amount"),
        ({"startdatum": "2023-02-31"}, "bad_date"),
        ({"slutdatum": "2022-01-01"}, "ends_before_start"),
        ({"organisationsnamn": None}, "missing_name"),
        ({"land": "Norge"}, "not_sweden"),
    ],
)
def test_a_bad_cell_warns_and_keeps_the_project(changes: dict[str, Any], rule: str) -> None:
    assert rule in [warning.rule for warning in project(changes).warnings]


@pytest.mark.parametrize("nuts2", ["Småland med öarna", "Småland och öarna", "Småland och Öarna"])
def test_nuts2_is_one_name_however_it_is_spelt(nuts2: str) -> None:
    assert project({"nuts3": "Kalmar län", "nuts2": nuts2}).warnings == []


@pytest.mark.parametrize(("column", "rule"), [("program", "missing_id"), ("projektnamn", "missing_title")])
def test_a_partner_of_no_project_is_quarantined(column: str, rule: str) -> None:
    with pytest.raises(Reject) as caught:
        project({column: None})
    assert caught.value.rule == rule


def test_a_new_column_is_refused() -> None:
    with pytest.raises(SourceError, match="ny_kolumn"):
        project({"ny_kolumn": 1})
