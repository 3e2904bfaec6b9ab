"""Whom the pages' questions are held against: DuckDB, SQLite and pandas give one answer, and it is the product's."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from bench import filled
from bench.peers.flat import tables
from bench.peers.flat.essence import FACETS, FIRST, MOST, Rows
from bench.peers.flat.tables import Peers
from bench.questions import VIEWS, essence
from dashboard.db import Warehouse
from dashboard.questions import actors, compare, funding, initiatives, kommuner, portfolios, targets
from dashboard.selection import Selection, decode
from etl import warehouse

MEASURE = "granted_support"
ORDERED = ("first", "actors", "pairs")
WHOLE = [view for view in VIEWS if view[0] not in ("compare", "portfolios")]


@pytest.fixture(scope="module")
def many(warehouse_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The embedded operations and 400 synthetic ones."""
    current = warehouse.current(warehouse_folder)
    assert current
    return Warehouse(filled.write(tmp_path_factory.mktemp("many"), current, 400))


@pytest.fixture(scope="module")
def peers(many: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peers]:
    with tables.opened(many.path, tmp_path_factory.mktemp("flat")) as found:
        yield found


def plain(rows: Rows, *, is_ordered: bool = False) -> list[tuple[Any, ...]]:
    """Python's own numbers and texts, None where nothing is told."""
    told = [tuple(None if pd.isna(one) else one.item() if hasattr(one, "item") else one for one in row) for row in rows]
    return told if is_ordered else sorted(told, key=str)


def ore(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount * 100)


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_the_peers_give_each_other_s_answers(many: Warehouse, peers: Peers, view: tuple[str, dict[str, str]]) -> None:
    asked = essence(many, *view)
    assert asked
    for name, put in asked.items():
        answers = [plain(put(peer), is_ordered=name in ORDERED or "owners" in name) for peer in peers.all.values()]
        assert answers[0] == answers[1] == answers[2], name
        assert answers[0], name


@pytest.mark.parametrize("view", WHOLE, ids=str)
def test_counts_and_sums_are_the_products(many: Warehouse, peers: Peers, view: tuple[str, dict[str, str]]) -> None:
    page, query = view
    sel, asked = decode(query), essence(many, page, query)
    answers = {name: plain(put(peers.duck)) for name, put in asked.items()}
    told = funding.total(many, sel, MEASURE)
    assert answers["total"] == [(told["projects"], told["running"], ore(told["amount"]))]
    facets = initiatives.facets(many, sel)
    for facet in set(FACETS) & asked.keys():
        if page == "initiatives":
            assert {code: n for code, n, _ in answers[facet]} == facets[facet], facet
    if page in ("sweden", "need"):
        placed, money = funding.projects_by_lan(many, sel), funding.money_by_lan(many, sel, MEASURE)
        for code, *_, n, granted in answers["lan" if page == "sweden" else "beside"]:
            assert (n, granted) == (placed[code]["touched"], ore(money[code]["touched"]) if code in money else None)
    if page == "county":
        periods = {r["period"]: r["projects"] for r in funding.by_period(many, sel, MEASURE)}
        assert {code: n for code, n, _ in answers["period"]} == periods
        groups = {r["code"]: r["n"] for r in targets.groups(many, sel)}
        assert {code: n for code, n, _ in answers["malgrupp"]} == groups
    if page in ("county", "kommun"):
        assert {code: n for code, n, _ in answers["kommun"]} == kommuner.initiatives(many, sel)
    if "first" in asked:
        shown = initiatives.listed(many, sel, limit=FIRST)
        assert [(r["title_sv"], ore(r["amount"])) for r in shown] == [row[1:] for row in asked["first"](peers.duck)]


def test_sides_portfolios_and_actors_are_the_products(many: Warehouse, peers: Peers) -> None:
    views = dict(VIEWS)
    sel = decode(views["compare"])
    sides = compare.sides(many, sel)
    asked = essence(many, "compare", views["compare"])
    for side in sides:
        told = funding.total(many, Selection(lan=() if side.kind == "riket" else side.members), MEASURE)
        assert asked[f"{side.code}, total"](peers.duck) == [(told["projects"], told["running"], ore(told["amount"]))]
    asked = essence(many, "portfolios", views["portfolios"])
    owned = []
    for side, fund in (("p1", "ESF"), ("p2", "ERDF")):
        own = Selection(fond=(fund,))
        ((n, *told),) = asked[f"{side}, amounts"](peers.duck)
        at = [(n + 1) // 2 - 1, -(-n * 9 // 10) - 1]
        placed = portfolios.amounts(many, own, at)
        assert tuple(told) == (
            ore(funding.total(many, own, MEASURE)["amount"]),
            *(ore(placed[n]["amount"]) for n in at),
        )
        years: Rows = [(r["year"], r["n"], ore(r["amount"])) for r in portfolios.years(many, own)]
        assert plain(asked[f"{side}, by/year"](peers.duck)) == plain(years)
        owners = [(r["owner_key"], r["n"], ore(r["amount"])) for r in portfolios.owners(many, own) if r["owner_key"]]
        owned.append({key for key, *_ in owners})
        assert asked[f"{side}, owners"](peers.duck)[0] == owners[0]
    assert asked["common"](peers.duck) == [(len(owned[0] & owned[1]),)]
    sel = decode(views["actors"])
    asked = essence(many, "actors", views["actors"])
    listed = {r["actor_id"]: r["initiatives"] for r in actors.listed(many, sel)}
    for actor, _, n in asked["actors"](peers.duck):
        assert listed[actor] == n
    edges = {(r["a_id"], r["b_id"]): r["n"] for r in actors.edges(many, sel)}
    shown = asked["pairs"](peers.duck)
    assert len(shown) == min(MOST, len(edges))
    for a, b, *_, n in shown:
        assert edges[a, b] == n
