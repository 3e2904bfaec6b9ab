"""What cubes answer is what is counted operation by operation, to the last öre, whatever is selected."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.db import Warehouse
from dashboard.questions import (
    actors,
    basis,
    compare,
    costs,
    cubes,
    funding,
    initiatives,
    portfolios,
    side_operations,
    targets,
)
from dashboard.selection import BASES, FACETS, MEASURES, NATIONALS, PLACES, Selection

WORDS = ("", "", "", "unga", "e", "malmö kommun", "ÅR", "2019-", "finnsinte", "%")
COMPARED = ("18", "lika", "00", "1880")


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
    "largest_owner": targets.largest_owner,
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


ONE_BY_ONE = {
    "listed", "facets", "largest_owner", "cover", "items agare", "compare projects", "compare next_to_end",
}  # fmt: skip
"""Those that no cube tells."""


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


def test_the_usual_pages_ask_no_table_that_grows_with_the_operations(w: Warehouse) -> None:
    """Only marts that stop growing when every combination is there; the list picks its page out of its own order."""
    asked: list[str] = []
    rows = Warehouse.rows

    def noted(self: Warehouse, sql: str, params: Any = None) -> Any:
        asked.append(sql)
        return rows(self, sql, params)

    with patch.object(Warehouse, "rows", noted):
        for sel in (Selection(), Selection(lan=("18",), fond=("ESF+",)), Selection(malgrupp=("nyanlanda",))):
            for name, question in QUESTIONS.items():
                if name in ONE_BY_ONE or (sel.malgrupp and name in ("groups", "without_group", "unreached")):
                    continue
                if (sel.lan or sel.malgrupp) and name.startswith(("cells", "items", "compare")):
                    continue
                question(w, sel)
    assert asked
    for sql in asked:
        assert not any(f"{table} " in sql for table in ("mart_operation", "mart_place", "mart_amount", "mart_funding"))
