"""What speaks for and against two records being one: numbers with their authority, titles, owners, dates, verdicts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.evidence import Amount, Evidence, Record, case_key, compare, judge, owner_name, title_similarity

DAY = date(2023, 9, 1)


def record(name: str = "a", title: str = "Unga till arbete i länet", **fields: Any) -> Record:
    given_: dict[str, Any] = {"owners": (("2120003005", "uppsala kommun"),), "start": DAY, "start_precision": "day"}
    return Record(name, name, "sverige", 10, (title,), **{**given_, **fields})


def verdict(a: Record, b: Record) -> tuple[str, str]:
    found, _, reason = judge(compare(a, b))
    return found, reason


@pytest.mark.parametrize(
    ("number", "fund", "authority", "key"),
    [
        ("24-030-S04", None, None, "esf 24-030-S04"),
        ("Dnr 24-030-s04", "ERDF", None, "esf 24-030-S04"),
        ("2018/00076", "ESF", None, "esf 2018/00076"),
        ("2018/00076", None, "Svenska ESF-rådet", "esf 2018/00076"),
        ("2018/00076", "AMIF", "Migrationsverket", "migrationsverket 2018/00076"),
        ("2018/00076", None, None, None),
        ("20200940", "ERDF", None, "tillvaxtverket 20200940"),
        ("2021-00076", "Vinnova", None, "vinnova 2021-00076"),
        ("2021-00076", "Formas", None, "formas 2021-00076"),
        (" ", "ESF", None, None),
        (None, "ESF", None, None),
    ],
)
def test_a_number_is_a_key_only_with_its_authority(number: Any, fund: Any, authority: Any, key: Any) -> None:
    assert case_key(number, fund, authority) == key


def test_one_number_at_two_authorities_is_no_evidence_and_at_an_unknown_one_a_doubt() -> None:
    a = record(number="2021-00076", case="vinnova 2021-00076")
    other = {"title": "Jordhälsa", "owners": (), "number": "2021-00076"}
    assert verdict(a, record("b", case="formas 2021-00076", **other)) == ("apart", "title")
    assert verdict(a, record("b", case=None, **other)) == ("doubtful", "number_unsure")
    assert verdict(a, record("b", case="vinnova 2021-00076", **other))[0] == "linked"


@pytest.mark.parametrize(
    ("a", "b", "is_alike", "marks_differ"),
    [
        ("VÄRMLANDS UNGA I ARBETE", "Värmlands unga i arbete", True, False),
        ("MIA – Mobilisering inför arbete", "MIA Mobilisering inför Arbete", True, False),
        ("Kvinna in i Sverige (KIIS)", "Kvinna in i Sverige", True, False),
        ("Romsk inkludering (förstudie)", "Romsk inkludering", True, True),
        ("Bredbandsutbyggnad, del 1 i Värmland", "Bredbandsutbyggnad, del 2 i Värmland", True, True),
        ("Ölands kompetens", "Ölands kompetens II", False, True),
        ("Fossilbränslefria kommuner i norra Skåne", "Fossilbränslefria kommuner i södra Skåne", True, True),
        ("Keys 2.0", "Keys 2", True, False),
        ("Hela vägen", "Jordhälsa i odlade landskap", False, False),
    ],
)
def test_titles_are_compared_folded_and_siblings_are_told_apart(
    a: str, b: str, is_alike: bool, marks_differ: bool
) -> None:
    similarity, differ = title_similarity([a], [b])
    assert (similarity >= 92, differ) == (is_alike, marks_differ)
    assert title_similarity([b], [a]) == (similarity, differ)


def test_a_title_within_the_other_is_worth_a_look_never_a_link() -> None:
    a, b = record(title="Yalla Trappan – Y-Allas väg till arbete"), record("b", title="Yalla Trappan")
    assert verdict(a, b) == ("doubtful", "title_differs")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Stockholms stad, arbetsmarknadsförvaltningen", "STOCKHOLMS KOMMUN"),
        ("IUC i Kalmar AB", "Iuc i Kalmar"),
        ("Coompanion Norrbotten ekonomisk förening", "Coompanion Norrbotten Ek. För."),
    ],
)
def test_an_owner_is_compared_without_department_and_legal_form(one: str, other: str) -> None:
    assert owner_name(one).split()[:2] == owner_name(other).split()[:2]
    assert owner_name("Region Uppsala") != owner_name("Uppsala kommun")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("linked", "owner_orgnr")),
        ({"owners": ((None, "uppsala kommun"),)}, ("linked", "owner_name")),
        ({"owners": (("5560360793", "uppsala kommun"),)}, ("doubtful", "owner_differs")),
        ({"owners": ()}, ("doubtful", "owner_unknown")),
        ({"start": DAY + timedelta(31)}, ("linked", "owner_orgnr")),
        ({"start": DAY + timedelta(32)}, ("doubtful", "start_differs")),
        ({"start": DAY + timedelta(367)}, ("apart", "too_little")),
        ({"start": date(2023, 1, 1), "start_precision": "year"}, ("linked", "owner_orgnr")),
        ({"start": date(2023, 11, 1), "start_precision": "month"}, ("doubtful", "start_differs")),
        ({"start": None, "start_precision": None}, ("doubtful", "start_unknown")),
        ({"title": "Unga till arbete i länet 2"}, ("doubtful", "marks_differ")),
        ({"title": "Unga till arbete i länet 2", "start": DAY + timedelta(730)}, ("apart", "marks_differ")),
    ],
)
def test_owner_title_and_start_must_all_agree(changes: dict[str, Any], expected: tuple[str, str]) -> None:
    assert verdict(record(), record("b", **changes)) == expected


def test_contradictions_leave_a_pair_to_a_person() -> None:
    case = {"number": "24-001-S01", "case": "esf 24-001-S01"}
    assert verdict(record(**case), record("b", number="24-002-S01", case="esf 24-002-S01"))[1] == "numbers_differ"
    assert verdict(record(period="2014-2020"), record("b", period="2021-2027"))[1] == "periods_differ"
    few, many = (Amount("granted_support", "SEK", Decimal(n), True) for n in (100, 201))
    assert verdict(record(amounts=(few,)), record("b", amounts=(many,))) == ("doubtful", "amounts_differ")
    rounded = Amount("granted_support", "SEK", Decimal(201), False)
    assert verdict(record(amounts=(few,)), record("b", amounts=(rounded,)))[0] == "linked"
    mistyped = record("b", title="Digital sjöfart", owners=((None, "sjöfartsverket"),), start=date(2027, 1, 1), **case)
    assert verdict(record(**case), mistyped) == ("doubtful", "number_contradicted")


EVIDENCE = st.builds(
    Evidence, st.sampled_from(["same", "unsure", "other", "none"]),
    st.sampled_from(["orgnr", "name", "similar", "differs", "unknown"]), st.floats(0, 100).map(lambda x: round(x, 1)),
    st.booleans(), st.none() | st.integers(0, 4000), st.booleans(), st.none(),
    st.none() | st.decimals(1, 100, places=2), st.booleans(),
)  # fmt: skip


@given(EVIDENCE)
def test_without_a_number_a_link_needs_owner_title_start_and_nothing_against(e: Evidence) -> None:
    found, method, reason = judge(e)
    assert (found == "linked") == (method is not None)
    assert reason
    if found == "linked" and e.number != "same":
        assert method == "orgnr_title_start"
        assert e.owner in ("orgnr", "name")
        assert e.title >= 92
        assert e.start_gap is not None
        assert e.start_gap <= 31
        assert (e.marks_differ, e.periods_differ, e.number == "other") == (False, False, False)


@given(st.text(max_size=30), st.text(max_size=30))
def test_similarity_is_symmetric_and_whole_for_equal_titles(a: str, b: str) -> None:
    assert title_similarity([a], [b]) == title_similarity([b], [a])
    similarity, differ = title_similarity([a], [a])
    assert not differ
    assert similarity in (0, 100)
