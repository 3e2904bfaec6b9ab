"""A project in two registries is one project; two projects of one registry are two."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as given_
from hypothesis import settings
from hypothesis import strategies as st

from etl.links import Decision
from etl.match import CONFIDENCE
from etl.privacy import SOLE_TRADER
from etl.spec import Funding, Location, Operation, Participants, Party, SourceError, Theme
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
    made = World(*(given(s, operation("a", diarienummer="22-018-S01", amount="2.00")) for s in (worst, OTHER, BEST)))
    assert made.linked == 2
    assert made.all("SELECT DISTINCT canonical_id FROM operation_link") == [("best:a",)]
    assert made.all("SELECT sum(amount), count(*) FROM mart_funding") == [(Decimal("2.00"), 1)]


def test_what_only_the_other_registry_knows_is_kept() -> None:
    """The period and the reason for social innovation too: a filter must find what the page says."""
    a = operation("a", diarienummer="22-018-S01")
    b = operation(
        "b", diarienummer="22-018-S01", fund_code="ESF+", programming_period="2021-2027", status_in_source="granted",
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


def test_a_common_key_and_a_number_make_one_operation_of_three() -> None:
    third = registry("third", 60)
    made = World(
        given(BEST, operation("a", common_key="k")),
        given(OTHER, operation("b", common_key="k", diarienummer="22-018-S01")),
        given(third, operation("c", diarienummer="22-018-S01")),
    )
    assert links(made) == {
        "best:a": ("best:a", "self"), "other:b": ("best:a", "common_key"), "third:c": ("best:a", "common_key"),
    }  # fmt: skip


DAY = date(2023, 9, 1)
ESF_NUMBERS = ("23-001-S01", "23-002-S01")
KTH = "2021003054"


def told(name: str, title: str = "Unga till arbete i länet", **fields: Any) -> Operation:
    """A record with owner, title and start, as registers have it."""
    owner = Party(fields.pop("owner", "Uppsala kommun"), "beneficiary", orgnr=fields.pop("orgnr", None))
    start = fields.pop("start", DAY)
    return operation(name, title_sv=title, parties=[owner], start_date=start, start_precision="day", **fields)


def decided(*rows: tuple[str, str, str]) -> list[Decision]:
    return [Decision(a, b, word, "prov", "", "links.csv", n) for n, (a, b, word) in enumerate(rows, 1)]  # type: ignore[arg-type]


def pairs(made: World) -> list[tuple[Any, ...]]:
    return made.all("SELECT a_id, b_id, verdict, reason FROM operation_pair ORDER BY 1, 2")


def test_a_number_used_by_two_authorities_links_nothing() -> None:
    made = World(
        given(BEST, operation("a", title_sv="Elektronik", diarienummer="2021-00076", fund_code="Vinnova")),
        given(OTHER, operation("b", title_sv="Jordhälsa", diarienummer="2021-00076", fund_code="Formas")),
    )
    assert (made.linked, pairs(made)) == (0, [])


def test_owner_title_and_start_link_what_has_no_number_and_a_name_stands_in_for_an_orgnr() -> None:
    third = registry("third", 60)
    made = World(
        given(BEST, told("a", orgnr="2120003005", amount="10.00")),
        given(OTHER, told("b", "UNGA TILL ARBETE I LÄNET", owner="UPPSALA KOMMUN", orgnr="2120003005", amount="11.00")),
        given(third, told("c", owner="Uppsala kommun, Arbetsmarknad", start=DAY + timedelta(20), amount="12.00")),
    )
    found = made.all("SELECT operation_id, canonical_id, method, confidence FROM operation_link ORDER BY 1")
    assert found == [
        ("best:a", "best:a", "self", 1.0), ("other:b", "best:a", "orgnr_title_start", CONFIDENCE["owner_orgnr"]),
        ("third:c", "best:a", "orgnr_title_start", CONFIDENCE["owner_name"]),
    ]  # fmt: skip
    assert made.all("SELECT amount FROM mart_funding") == [(Decimal("10.00"),)]


def test_sole_traders_without_a_name_are_not_one_owner() -> None:
    masked = {"owner": SOLE_TRADER, "title": "Rehabilitering i trädgård"}
    made = World(given(BEST, told("a", **masked)), given(OTHER, told("b", **masked)))
    assert (made.linked, pairs(made)) == (0, [("best:a", "other:b", "doubtful", "owner_unknown")])


def test_several_counterparts_in_one_source_are_left_to_a_person() -> None:
    made = World(given(BEST, told("a")), given(OTHER, told("b"), told("c")))
    assert made.linked == 0
    assert [(b, reason) for _, b, _, reason in pairs(made)] == [("other:b", "several"), ("other:c", "several")]


def test_deciding_one_of_several_settles_the_other() -> None:
    said = decided(("best:a", "other:c", "different"))
    made = World(given(BEST, told("a")), given(OTHER, told("b"), told("c")), decisions=said)
    assert made.all("SELECT canonical_id FROM operation_link WHERE method = 'orgnr_title_start'") == [("best:a",)]
    assert {(b, verdict) for _, b, verdict, _ in pairs(made)} == {("other:b", "linked"), ("other:c", "different")}


def test_records_of_one_source_come_together_only_by_hand() -> None:
    records = told("a", amount="5.00"), told("b", amount="7.00")
    made = World(given(BEST, *records))
    assert (made.linked, pairs(made)) == (0, [])
    made = World(given(BEST, *records), decisions=decided(("best:b", "best:a", "same")))
    assert made.all("SELECT method FROM operation_link ORDER BY operation_id") == [("self",), ("manual",)]
    assert made.all("SELECT amount FROM mart_funding") == [(Decimal("5.00"),)]


def test_a_chain_never_brings_two_records_of_one_source_together() -> None:
    """A number joins a and b; b and c agree in all else; c and d by a number of their own: d is a's source."""
    third = registry("third", 60)
    made = World(
        given(BEST, told("a", "Helt annat namn", diarienummer=ESF_NUMBERS[0]), told("d", diarienummer=ESF_NUMBERS[1])),
        given(OTHER, told("b", diarienummer=ESF_NUMBERS[0])),
        given(third, told("c", diarienummer=ESF_NUMBERS[1], start=DAY + timedelta(3))),
    )
    assert made.all("SELECT canonical_id, count(*) FROM operation_link GROUP BY 1 ORDER BY 1") == [
        ("best:a", 2), ("best:d", 2),
    ]  # fmt: skip


def test_different_by_hand_wins_over_a_number_and_over_a_chain() -> None:
    def three(*rows: tuple[str, str, str]) -> World:
        sources = (BEST, OTHER, registry("third", 60))
        return World(*(given(s, told("x", diarienummer=ESF_NUMBERS[0])) for s in sources), decisions=decided(*rows))

    assert three().linked == 2
    made = three(("other:x", "third:x", "different"))
    assert made.linked == 1
    apart = made.all("SELECT DISTINCT canonical_id FROM operation_link WHERE operation_id <> 'best:x'")
    assert len(apart) == 2
    assert [reason for *_, verdict, reason in pairs(made) if verdict == "doubtful"] == ["decided_different"]


def test_decisions_that_contradict_each_other_are_refused() -> None:
    rows = (("best:x", "other:x", "same"), ("other:x", "third:x", "same"), ("best:x", "third:x", "different"))
    with pytest.raises(SourceError, match=r"links.csv, row [12]: column decision is 'same'"):
        World(*(given(s, told("x")) for s in (BEST, OTHER, registry("third", 60))), decisions=decided(*rows))


def test_portfolios_are_never_linked() -> None:
    own = replace(registry("own", 5), portfolio="import_own")
    made = World(given(BEST, told("a", diarienummer="23-001-S01")), given(own, told("a", diarienummer="23-001-S01")))
    assert (made.linked, pairs(made)) == (0, [])


def test_a_great_owner_is_no_cross_product() -> None:
    """Two thousand projects of one university in two registries: compared are about as many as are the same."""
    names = [f"{a} {b} {c}" for a in "abcdefghijklm" for b in _WORDS for c in _WORDS][:1000]
    both = [[told(f"{n}", f"Studie {name} {n * 7919}", owner="KTH", orgnr=KTH) for n, name in enumerate(names)]
            for _ in range(2)]  # fmt: skip
    sources = [replace(s, expected_rows=(0, 5_000)) for s in (BEST, OTHER)]
    made = World(*(given(s, *ops) for s, ops in zip(sources, both, strict=True)))
    counted = dict(made.all("SELECT name, n FROM link_count"))
    assert made.linked == 1000
    assert counted["possible"] == 1_000_000
    assert counted["compared"] < 20_000


_WORDS = ["hälsa", "arbete", "språk", "bostad", "skola", "kultur", "natur", "energi", "trafik", "mat"]
_TITLES = ("Unga till arbete i länet", "Unga till arbete i länet 2", "Grön rehabilitering i Garpenberg")
RECORDS = st.lists(
    st.tuples(
        st.sampled_from(["best", "other", "third"]), st.sampled_from(_TITLES),
        st.sampled_from([None, *ESF_NUMBERS]), st.sampled_from(["Uppsala kommun", "KTH"]),
        st.sampled_from([DAY, DAY + timedelta(20), DAY + timedelta(400)]), st.integers(1, 9),
    ),
    min_size=1, max_size=8,
)  # fmt: skip
LAND = (BEST, OTHER, registry("third", 40))


@settings(max_examples=15)
@given_(RECORDS, st.randoms(use_true_random=False))
def test_links_are_whole_alike_in_any_order_and_lose_no_money(rows: list[tuple[Any, ...]], chance: Any) -> None:
    def world(order: list[int]) -> World:
        held: dict[str, list[Operation]] = {s.id: [] for s in LAND}
        for n in order:
            source, title, number, owner, start, amount = rows[n]
            one = told(f"{n}", title, owner=owner, start=start, diarienummer=number, amount=f"{amount}.00")
            held[source].append(one)
        sources = list(LAND)
        chance.shuffle(sources)
        return World(*(given(s, *held[s.id]) for s in sources))

    order = list(range(len(rows)))
    first = world(order)
    chance.shuffle(order)
    second = world(order)
    for sql in ("SELECT * FROM operation_link ORDER BY 1", "SELECT * FROM operation_pair ORDER BY 1, 2",
                "SELECT operation_id, amount FROM mart_funding ORDER BY 1"):  # fmt: skip
        assert first.all(sql) == second.all(sql)
    linked = dict(first.all("SELECT operation_id, canonical_id FROM operation_link"))
    assert len(linked) == len(rows)
    assert all(linked[canonical] == canonical for canonical in linked.values())
    clusters: dict[str, list[str]] = {}
    for name, canonical in linked.items():
        clusters.setdefault(canonical, []).append(name)
    assert all(len({n.split(":")[0] for n in names}) == len(names) for names in clusters.values())
    assert first.all("SELECT count(*), count(DISTINCT operation_id) FROM mart_funding") == [
        (len(clusters), len(clusters))
    ]
    assert first.all("SELECT count(*) FROM mart_operation") == [(len(clusters),)]
