"""What cubes answer is what is counted operation by operation, to the last öre, whatever is selected."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import filled
from bench.questions import OTHERS, VIEWS, questions
from dashboard.db import Warehouse
from dashboard.layout import PAGES
from dashboard.questions import (
    actors,
    basis,
    behind,
    compare,
    contracts,
    costs,
    cubes,
    effects,
    export,
    financing,
    funding,
    initiatives,
    kommuner,
    links,
    need,
    platforms,
    portfolios,
    provenance,
    search,
    side_operations,
    targets,
    vocabulary,
)
from dashboard.selection import BASES, FACETS, MEASURES, NATIONALS, PLACES, SWEDEN, Selection
from etl import warehouse

WORDS = ("", "", "", "unga", "e", "malmö kommun", "ÅR", "2019-", "finnsinte", "%")
COMPARED = ("18", "lika", "00", "1880")
MARKS = (
    "1:agare:okant", "1:start:2024", "1:belopp:okant", "1:planerade", "1:faktiska", "1:malgrupp:nyanlanda",
    "1:tema:aldre", "1:lan:18", "1:ruta:nyanlanda:18",
)  # fmt: skip

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
    "mart_effect", "effect_part", "mart_term", "contract_term", "mart_contract", "platform", "mart_platform",
    "actor_relation", "operation_conflict", "mart_conflict", "mart_pair_record",
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
    "actors": actors.listed,
    "edges": actors.edges,
    "joint": actors.joint,
    "parties": actors.parties,
    "forms of financing": financing.forms,
    "amounts by form": financing.amounts,
    "placed in kommuner": kommuner.placing,
    "every one listed": lambda w, sel: initiatives.listed(w, sel, limit=500),
    "behind": lambda w, sel: [behind.operations(w, sel, told) for text in MARKS if (told := behind.mark(text))],
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
def many(warehouse_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The embedded operations and 400 synthetic ones."""
    current = warehouse.current(warehouse_folder)
    assert current
    return Warehouse(filled.write(tmp_path_factory.mktemp("many"), current, 400))


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
    none = {name: lambda *_, **__: None for name in ("of", "facets", "ranked", "within")}
    with patch.multiple(cubes, **none):
        return QUESTIONS[name](w, sel)


def large(sql: str, params: Mapping[str, Any]) -> set[str]:
    """The large tables that a question reads otherwise than by an operation's id."""
    if params.keys() & {"id", "insats"}:
        return set()
    return LARGE & set(re.findall(r"\b(?:FROM|JOIN)\s+(?:FROM\s+|\(FROM\s+)?(\w+)", sql))


@settings(max_examples=12)
@given(st.data())
def test_cubes_answer_what_is_counted_one_by_one(
    many: Warehouse, offered: dict[str, list[str]], data: st.DataObject
) -> None:
    w, sel, read, rows = many, data.draw(selections(offered)), set[str](), Warehouse.rows

    def noted(self: Warehouse, sql: str, params: Mapping[str, Any] | None = None) -> Any:
        read.update(large(sql, params or {}))
        return rows(self, sql, params)

    for name, question in QUESTIONS.items():
        with patch.object(Warehouse, "rows", noted):
            answer = question(w, sel)
        assert not read, name
        assert answer == counted(w, sel, name), name


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


def test_every_page_is_asked(w: Warehouse) -> None:
    assert {page for page, _ in (*VIEWS, *OTHERS)} == PAGES.keys()


@pytest.mark.parametrize(
    ("page", "query"), [*VIEWS, *OTHERS], ids=lambda of: of if isinstance(of, str) else str(sorted(of.items()))
)
def test_no_page_reads_a_large_table(w: Warehouse, page: str, query: dict[str, str]) -> None:
    """A page reads cubes, and narrow tables of numbers in their own order; whole operations by their ids only.

    One does not: *Sök* reads the texts of few operations once, into an index of its own.
    """
    for sql, params in questions(w, page, query):
        assert sql == search._ALL or not large(sql, params), sql


def test_large_tables_are_those_with_a_row_an_operation(w: Warehouse) -> None:
    """What is told apart here is what the warehouse has: a table that is renamed or new is seen."""
    names = {r["table_name"] for r in w.rows("SELECT table_name FROM duckdb_tables()")}
    assert names >= LARGE | NUMBERED | FEW
    wide = {
        r["table_name"] for r in w.rows("SELECT table_name FROM duckdb_columns() WHERE column_name = 'operation_id'")
    }  # fmt: skip
    assert wide & names <= LARGE | NUMBERED | FEW


OF_OPERATIONS: dict[str, tuple[Callable[[Warehouse], Any], str]] = {
    "groups": (
        lambda w: {r["code"]: r["n"] for r in vocabulary.groups(w, SWEDEN)},
        "SELECT code, count(operation_id) FROM target_group LEFT JOIN (mart_target_group SEMI JOIN home "
        "USING (operation_id)) ON target_group_code = code GROUP BY code",
    ),
    "methods": (
        lambda w: {r["code"]: r["n"] for r in vocabulary.methods(w, SWEDEN)},
        "SELECT code, count(operation_id) FROM method LEFT JOIN (mart_method SEMI JOIN home USING (operation_id)) "
        "ON method_code = code GROUP BY code",
    ),
    "themes": (
        lambda w: {r["code"]: (r["n"], tuple(r["titles"] or ())) for r in vocabulary.themes(w, SWEDEN)},
        "SELECT t.code, (count(h.title_sv), coalesce(list(h.title_sv ORDER BY h.title_sv) "
        "FILTER (h.title_sv IS NOT NULL), [])) FROM theme t LEFT JOIN (SELECT m.code, home.title_sv FROM mart_theme m "
        "JOIN home USING (operation_id) WHERE scheme = 'word') h ON h.code = t.code GROUP BY t.code",
    ),
    "missing": (
        lambda w: {r["field"]: (r["lacking"], r["of"]) for r in provenance.missing(w)},
        " UNION ALL ".join(
            f"SELECT '{field}', (count(*) FILTER (NOT {has}), count(*)) FROM mart_operation"
            for field, has in {
                **{name: f"{name} IS NOT NULL" for name in ("start_date", "end_date", "beneficiary", "diarienummer")},
                **{
                    name: f"operation_id IN (SELECT operation_id FROM {table})"
                    for name, table in {
                        "amount": "mart_funding", "target_group": "mart_target_group",
                        "lan": "mart_location WHERE location_type <> 'unknown'",
                        "kommun": "mart_location WHERE kommun_code IS NOT NULL",
                        "participants_planned": "mart_participants WHERE value_type = 'planned'",
                        "participants_actual": "mart_participants WHERE value_type = 'actual'",
                    }.items()
                },
            }.items()
        ),
    ),
    "warnings": (
        lambda w: {(r["source_id"], r["file_name"]): r["warnings"] for r in provenance.sources(w)},
        "SELECT (source_id, file_name), count(i.row_no) FROM source_file LEFT JOIN (FROM load_issue "
        "WHERE severity = 'warning') i USING (source_id, file_name) GROUP BY ALL",
    ),
    "links": (
        lambda w: {name: links.counts(w)[name] for name in ("number", "manual")},
        "SELECT 'number', count(*) FILTER (method = 'diarienummer') FROM operation_link "
        "UNION ALL SELECT 'manual', count(*) FILTER (method = 'manual') FROM operation_link",
    ),
    "choices": (
        lambda w: {n: r["local_id"] for n, r in enumerate(effects.choices(w), 1)},
        "SELECT row_number() OVER (ORDER BY is_social_innovation IS NOT TRUE, status <> 'running', title_sv, "
        "operation_id) AS nth, local_id FROM mart_operation SEMI JOIN home USING (operation_id) QUALIFY nth <= 400",
    ),
    "methods told": (
        lambda w: {name: vocabulary.method_cover(w, SWEDEN)[name] for name in ("all", "told", "known")},
        "SELECT 'all', count(*) FROM home UNION ALL SELECT 'told', count(DISTINCT canonical_id) FROM operation_link "
        "JOIN operation_method USING (operation_id) WHERE canonical_id IN (SELECT operation_id FROM home) "
        "UNION ALL SELECT 'known', count(DISTINCT operation_id) FROM mart_method SEMI JOIN home USING (operation_id)",
    ),
    "contracts": (
        lambda w: {r["operation_id"]: r["local_id"] for r in contracts.listed(w, SWEDEN)},
        "SELECT operation_id, local_id FROM mart_operation SEMI JOIN home USING (operation_id) WHERE "
        "fund_code = 'INDIGO' OR operation_id IN (SELECT operation_id FROM mart_term)",
    ),
    "promised": (
        lambda w: {(r["operation_id"], r["measure"], r["currency"]): r["amount"] for r in contracts.amounts(w)},
        "SELECT (operation_id, measure, currency), amount FROM mart_funding WHERE measure IN ('outcome_payment', "
        "'social_investment', 'disbursed') AND operation_id IN (SELECT operation_id FROM mart_contract)",
    ),
    "platforms": (
        lambda w: {r["platform_id"]: (r["local_id"], r["project_sv"], r["status"]) for r in platforms.listed(w)},
        "SELECT platform_id, (o.local_id, o.title_sv, o.status) FROM platform LEFT JOIN operation_link l "
        "USING (operation_id) LEFT JOIN mart_operation o ON o.operation_id = canonical_id "
        "WHERE platform.portfolio = 'sverige'",
    ),
}  # fmt: skip
"""Question -> its answer, and what it is of all operations, as a key and a value."""


@pytest.mark.parametrize("name", OF_OPERATIONS)
def test_a_mart_says_what_all_operations_do(w: Warehouse, many: Warehouse, name: str) -> None:
    question, sql = OF_OPERATIONS[name]
    for held in (w, many):
        home = "WITH home AS (SELECT operation_id, title_sv FROM mart_operation WHERE portfolio = 'sverige') "
        rows = held.rows(f"SELECT key, value FROM ({home} SELECT * FROM ({sql}) t(key, value))")
        assert question(held) == {r["key"]: plain(r["value"]) for r in rows}


def plain(value: Any) -> Any:
    """Lists as tuples, whatever is in them."""
    return tuple(map(plain, value)) if isinstance(value, list | tuple) else value
