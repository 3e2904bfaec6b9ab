"""What cubes answer is what is counted operation by operation, to the last öre, whatever is selected."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.questions import VIEWS, questions
from dashboard.db import Warehouse
from dashboard.questions import (
    actors,
    basis,
    compare,
    costs,
    cubes,
    export,
    funding,
    initiatives,
    need,
    portfolios,
    side_operations,
    targets,
)
from dashboard.selection import BASES, FACETS, MEASURES, NATIONALS, PLACES, Selection

WORDS = ("", "", "", "unga", "e", "malmö kommun", "ÅR", "2019-", "finnsinte", "%")
COMPARED = ("18", "lika", "00", "1880")

LARGE = frozenset({
    "mart_operation", "mart_place", "mart_amount", "mart_funding", "mart_money", "mart_location", "mart_participants",
    "mart_target_group", "mart_theme", "mart_method", "mart_owner", "operation", "operation_funding",
    "operation_location", "operation_indicator", "operation_party", "operation_link", "operation_theme",
    "operation_target_group", "operation_method", "operation_source_link", "raw_record", "load_issue",
})  # fmt: skip
"""With rows of every operation, and long ids or texts in them."""
NUMBERED = frozenset({
    "mart_order", "mart_card", "mart_card_amount", "mart_listed", "mart_word", "mart_number", "mart_count", "mart_part",
    "mart_relation", "mart_edge", "mart_party", "mart_financing",
})  # fmt: skip
"""Of every operation too, found by its place in lists."""
FEW = frozenset({
    "mart_effect", "effect_part", "mart_term", "contract_term", "platform", "actor_relation", "operation_conflict",
    "mart_pair_record",
})  # fmt: skip
"""Of those operations only that somebody has written something more of, or that two sources disagree on."""


def compared(question: Callable[[Warehouse, Selection, Any], Any]) -> Callable[[Warehouse, Selection], Any]:
    """A question of län, a group of them, riket and a kommun side by side."""
    return lambda w, sel: question(w, sel, compare.sides(w, Selection(med=COMPARED)))


QUESTIONS: dict[str, Callable[[Warehouse, Selection], Any]] = {
    "projects_by_lan": funding.projects_by_lan,
    "money_by_lan": lambda w, sel: funding.money_by_lan(w, sel, sel.matt),
    "total": lambda w, sel: funding.total(w, sel, sel.matt),
    "by_period": lambda w, sel: funding.by_period(w, sel, sel.matt),
    "money_of_lan": lambda w, sel: funding.money_of_lan(w, sel, (*sel.lan, "18")[0]),
    "measures": funding.measures,
    "placing": basis.placing,
    "groups": targets.groups,
    "without_group": targets.without_group,
    "unreached": targets.unreached,
    "participants": targets.participants,
    "facets": initiatives.facets,
    "listed": initiatives.listed,
    "cells": portfolios.cells,
    "amounts": lambda w, sel: [
        (at, r["amount"], r["zero"]) for at, r in portfolios.amounts(w, sel, range(400)).items()
    ],
    "owners": portfolios.owners,
    "years": portfolios.years,
    "costs": costs.summed,
    "costs at": lambda w, sel: costed(w, sel),
    "common": lambda w, sel: shared(w, sel),
    "ending": initiatives.ending,
    "kommun_points": initiatives.kommun_points,
    "placed": lambda w, sel: initiatives.placed(w, sel, (*sel.lan, "18")[0]),
    "count": export.count,
    "largest_owner": targets.largest_owner,
    "years of money": lambda w, sel: need.years(w, sel, is_money=True),
    "years of any": lambda w, sel: need.years(w, sel, is_money=False),
    "cover": actors.cover,
    "compare money": compared(side_operations.money),
    "compare projects": compared(side_operations.projects),
    "compare groups": compared(side_operations.groups),
    "compare without_group": compared(side_operations.without_group),
    "compare next_to_end": compared(side_operations.next_to_end),
    **{f"items {name}": partial(portfolios.items, dimension=name) for name in ("agare", "malgrupp", "lan", "tema")},
}


def costed(w: Warehouse, sel: Selection) -> list[Any]:
    """Every cost a person, in order, by its way of counting."""
    found = costs.at(w, sel, {r["per"]: range(r["n"]) for r in costs.summed(w, sel)})
    return [(per, at, r["amount"], r["persons"]) for per, rows in found.items() for at, r in rows.items()]


def shared(w: Warehouse, sel: Selection) -> Any:
    """What a selection has in common with two others."""
    return portfolios.common(w, (sel, Selection(fond=("ESF",)), Selection(lan=("18",))), 500)


@pytest.fixture(scope="module")
def offered(w: Warehouse) -> dict[str, list[str]]:
    return {facet: sorted(values) for facet, values in initiatives.facets(w, Selection()).items()}


def selections(offered: dict[str, list[str]]) -> st.SearchStrategy[Selection]:
    @st.composite
    def drawn(draw: Any) -> Selection:
        most = draw(st.sampled_from([2, 2, len(FACETS)]))
        chosen = {
            name: tuple(draw(st.lists(st.sampled_from(offered[name]), min_size=1, max_size=2, unique=True)))
            for name in draw(st.lists(st.sampled_from(FACETS), max_size=most, unique=True))
        }
        return Selection(
            **chosen, bas=draw(st.sampled_from(BASES)), plats=draw(st.sampled_from(PLACES)),
            nationella=draw(st.sampled_from(NATIONALS)), matt=draw(st.sampled_from(list(MEASURES))),
            sida=draw(st.sampled_from([1, 1, 2])), q=draw(st.sampled_from(WORDS)),
        )  # fmt: skip

    return drawn()


def counted(w: Warehouse, sel: Selection, name: str) -> Any:
    none = {name: lambda *_, **__: None for name in ("of", "facets", "ranked", "numbered")}
    with patch.multiple(cubes, **none):
        return QUESTIONS[name](w, sel)


@settings(max_examples=12)
@given(st.data())
def test_cubes_answer_what_is_counted_one_by_one(
    w: Warehouse, offered: dict[str, list[str]], data: st.DataObject
) -> None:
    sel = data.draw(selections(offered))
    for name, question in QUESTIONS.items():
        assert question(w, sel) == counted(w, sel, name), name


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_value_of_every_facet_alone(w: Warehouse, offered: dict[str, list[str]], name: str) -> None:
    for facet, values in offered.items():
        for value in values[:: max(1, len(values) - 1)]:
            sel = Selection(**{facet: (value,)})
            assert cubes.of(sel) is not None
            assert QUESTIONS[name](w, sel) == counted(w, sel, name), sel.params()


def test_a_choice_in_every_facet(w: Warehouse, offered: dict[str, list[str]]) -> None:
    assert offered.keys() == set(FACETS)
    for chosen in ({name: tuple(offered[name]) for name in FACETS}, {name: (offered[name][0],) for name in FACETS}):
        sel = Selection(**chosen)
        for name, question in QUESTIONS.items():
            assert question(w, sel) == counted(w, sel, name), name


def test_what_cubes_cannot_tell_is_left_to_the_operations(w: Warehouse) -> None:
    for sel in (
        Selection(q="unga"), Selection(lan=("18", "05")), Selection(lan=("18",), malgrupp=("nyanlanda",)),
        Selection(q="unga", lan=("18",)), Selection(lan=("18",), plats="agare"),
        Selection(lan=("18",), nationella="fordela"),
    ):  # fmt: skip
        assert cubes.of(sel) is None
    assert cubes.of(Selection(malgrupp=("nyanlanda",), plats="agare")) is not None
    assert cubes.of(Selection(malgrupp=("nyanlanda",), plats="agare"), placed=True) is None


@pytest.mark.parametrize(
    ("page", "query"), VIEWS, ids=lambda of: of if isinstance(of, str) else str(sorted(of.items()))
)
def test_no_page_reads_a_large_table(w: Warehouse, page: str, query: dict[str, str]) -> None:
    """A page reads cubes, and narrow tables of numbers in their own order; whole operations by their ids only."""
    asked = questions(w, page, query)
    assert asked
    for sql, params in asked:
        if params.keys() & {"id", "insats"}:
            continue
        read = set(re.findall(r"\b(?:FROM|JOIN)\s+(?:FROM\s+|\(FROM\s+)?(\w+)", sql))
        assert not read & LARGE, f"{read & LARGE}: {sql}"


def test_large_tables_are_those_with_a_row_an_operation(w: Warehouse) -> None:
    """What is told apart here is what the warehouse has: a table that is renamed or new is seen."""
    names = {r["table_name"] for r in w.rows("SELECT table_name FROM duckdb_tables()")}
    assert names >= LARGE | NUMBERED | FEW
    wide = {
        r["table_name"] for r in w.rows("SELECT table_name FROM duckdb_columns() WHERE column_name = 'operation_id'")
    }  # fmt: skip
    assert wide & names <= LARGE | NUMBERED | FEW
