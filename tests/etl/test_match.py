"""A project in two registries is one project; two projects of one registry are two."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from etl.spec import Funding, Location, Operation, Participants, Party, Theme
from tests.conftest import Given, World, operation, registry

BEST, OTHER = registry("best", 10), registry("other", 40)


def given(source: Any, *ops: Operation) -> Given:
    for op in ops:
        op.registry = source.id
    return Given(source, ops)


def funding(**amounts: str) -> list[Funding]:
    return [Funding(m, Decimal(a), "SEK", m) for m, a in amounts.items()]  # type: ignore[arg-type]


@pytest.mark.parametrize("best_first", [True, False])
def test_one_case_number_in_two_registries_is_one_project_with_the_better_registry_leading(
    best_first: bool,
) -> None:
    a = operation(
        "a", diarienummer="22-018-S01", end_date=date(2025, 12, 30), end_precision="day",
        locations=[Location("beneficiary", "12")],
        funding=funding(granted_support="10", total_eligible_cost="30"),
        parties=[Party("Malmö universitet", "beneficiary")], target_groups=["x"],
        participants=[Participants("p", "output", "planned", 5)],
    )  # fmt: skip
    b = operation(
        "b", diarienummer="22-018-S01", title_en="Centre", summary_sv="Text",
        start_date=date(2022, 12, 1), start_precision="month",
        end_date=date(2025, 1, 1), end_precision="year",
        locations=[Location("operation", "01"), Location("operation", "03")],
        funding=funding(granted_support="11", eu_contribution="7.01"), target_groups=["y"],
        themes=[Theme("s", "si", "SI")], participants=[Participants("p", "output", "planned", 6)],
    )  # fmt: skip
    origins = [given(BEST, a), given(OTHER, b)]
    made = World(*(origins if best_first else origins[::-1]), target_groups=["x", "y"])
    assert made.linked == 1
    links = made.all("SELECT operation_id, canonical_id, method FROM operation_link ORDER BY 1")
    assert links == [("best:a", "best:a", "self"), ("other:b", "best:a", "diarienummer")]
    assert made.all("SELECT operation_id, records, source_ids FROM mart_operation") == [
        ("best:a", 2, ["best", "other"])
    ]
    assert made.all("SELECT measure, amount, source_id FROM mart_funding ORDER BY 1") == [
        ("eu_contribution", Decimal("7.01"), "other"),
        ("granted_support", Decimal(10), "best"),
        ("total_eligible_cost", Decimal(30), "best"),
    ]
    assert made.all("SELECT title_sv, title_en, summary_sv, beneficiary FROM mart_operation") == [
        ("Projekt a", "Centre", "Text", "Malmö universitet")
    ]
    dates = made.all("SELECT start_date, start_precision, end_date, end_precision FROM mart_operation")
    assert dates == [(date(2022, 12, 1), "month", date(2025, 12, 30), "day")]
    places = made.all("SELECT operation_id, lan_code, share FROM mart_location ORDER BY 2")
    assert places == [("best:a", "01", Decimal("0.5")), ("best:a", "03", Decimal("0.5"))]
    assert made.all("SELECT sum(amount_split) FROM mart_money WHERE measure = 'eu_contribution'") == [
        (Decimal("7.01"),)
    ]
    assert made.all("SELECT target_group_code FROM mart_target_group ORDER BY 1") == [("x",), ("y",)]
    assert made.all("SELECT operation_id, code FROM mart_theme") == [("best:a", "si")]
    assert made.all("SELECT value FROM mart_participants") == [(5,)]


def test_two_of_one_registry_with_the_same_case_number_stay_two() -> None:
    pair = [operation(n, diarienummer="22-018-S01", amount="1.00") for n in ("a", "b")]
    made = World(given(BEST, *pair), given(OTHER, operation("c", diarienummer="22-018-S01", amount="1.00")))
    assert made.linked == 0
    assert made.all("SELECT count(*) FROM mart_operation") == [(3,)]


def test_without_a_case_number_nothing_is_the_same() -> None:
    made = World(given(BEST, operation("a")), given(OTHER, operation("a")))
    assert made.linked == 0
    assert made.all("SELECT count(*), min(records), max(records) FROM mart_operation") == [(2, 1, 1)]


def test_in_three_registries_it_is_one_and_every_link_leads_to_the_best() -> None:
    worst = registry("worst", 90)
    made = World(*(given(s, operation("a", diarienummer="1", amount="2.00")) for s in (worst, OTHER, BEST)))
    assert made.linked == 2
    assert made.all("SELECT DISTINCT canonical_id FROM operation_link") == [("best:a",)]
    assert made.all("SELECT sum(amount), count(*) FROM mart_funding") == [(Decimal("2.00"), 1)]


def test_what_only_the_other_registry_knows_is_kept() -> None:
    """The period and the reason for social innovation too: a filter must find what the page says."""
    a = operation("a", diarienummer="1")
    b = operation(
        "b", diarienummer="1", fund_code="ESF+", programming_period="2021-2027", status_in_source="granted",
        is_social_innovation=True, si_basis="theme 02",
    )  # fmt: skip
    made = World(given(BEST, a), given(OTHER, b))
    found = made.all("SELECT fund_code, programming_period, status, is_social_innovation, si_basis FROM mart_operation")
    assert found == [("ESF+", "2021-2027", "granted", True, "theme 02")]


def test_the_embedded_selection_stands_in_one_registry_only(w: Any) -> None:
    assert w.rows("SELECT DISTINCT method, operation_id = canonical_id AS own FROM operation_link") == (
        {"method": "self", "own": True},
    )


def test_two_owners_give_one_name_with_its_own_type() -> None:
    owners = [Party("B", "beneficiary", org_type="kommun"), Party("A", "beneficiary", org_type="region")]
    made = World(given(BEST, operation("a", parties=owners)))
    assert made.all("SELECT beneficiary, owner_type FROM mart_operation")[0] in [
        ("A", "region"),
        ("B", "kommun"),
    ]


def links(made: World) -> dict[str, tuple[str, str]]:
    return {o: (c, m) for o, c, m in made.all("SELECT operation_id, canonical_id, method FROM operation_link")}


def test_a_common_key_links_but_never_within_a_registry_nor_across_portfolios() -> None:
    best = given(BEST, operation("a", common_key="k1"), operation("b", common_key="k2"), operation("c"))
    other = given(
        OTHER, operation("a", common_key="k1"), operation("b", common_key="k2"), operation("b2", common_key="k2"),
        operation("c"), operation("d", common_key="k1", portfolio="utland"),
    )  # fmt: skip
    made = World(best, other)
    found = links(made)
    assert made.linked == 1
    assert found["other:a"] == ("best:a", "common_key")
    assert {name for name, (_, method) in found.items() if method != "self"} == {"other:a"}
    assert made.all("SELECT portfolio, count(*) FROM mart_operation GROUP BY 1 ORDER BY 1") == [
        ("sverige", 6), ("utland", 1),
    ]  # fmt: skip


def test_a_common_key_does_not_make_a_chain_of_links() -> None:
    third = registry("third", 20)
    made = World(
        given(BEST, operation("a", diarienummer="22-018-S01")),
        given(third, operation("b", diarienummer="22-018-S01", common_key="k")),
        given(OTHER, operation("c", common_key="k")),
    )
    assert links(made) == {
        "best:a": ("best:a", "self"), "third:b": ("best:a", "diarienummer"), "other:c": ("best:a", "common_key"),
    }  # fmt: skip
    assert made.all("SELECT records FROM mart_operation") == [(3,)]


def test_an_operation_that_others_are_linked_to_stays_where_it_is() -> None:
    third = registry("third", 60)
    made = World(
        given(BEST, operation("a", common_key="k")),
        given(OTHER, operation("b", common_key="k", diarienummer="22-018-S01")),
        given(third, operation("c", diarienummer="22-018-S01")),
    )
    found = links(made)
    assert found["third:c"] == ("other:b", "diarienummer")
    assert all(found[canonical][1] == "self" for canonical, _ in found.values())
