"""Portfolios side by side on the embedded data: hand-checked figures, and every figure's rows sum to it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import altair as alt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.blocks import (
    portfolio,
    portfolio_cost,
    portfolio_need,
    portfolio_owners,
    portfolio_rows,
    portfolio_size,
)
from dashboard.db import Warehouse
from dashboard.exhibit import WITHHELD, Exhibit
from dashboard.layout import View
from dashboard.portfolio import spec
from dashboard.questions import behind, funding, portfolios
from dashboard.questions.behind import Mark
from dashboard.selection import Selection, decode
from dashboard.texts import LANGS
from etl.spec import Participants
from tests.conftest import ROOT, Given, Sheet, World, operation, registry
from tests.dashboard.test_questions import selections

DATA = ROOT / "data"
FIGURES: tuple[Callable[[View], Exhibit | None], ...] = (
    portfolio_size.size, portfolio_size.amounts, portfolio_owners.concentration, portfolio_owners.overlap,
    portfolio_owners.shared, portfolio_need.matrix, portfolio_need.spots, portfolio_cost.cost, portfolio_size.time,
)  # fmt: skip


def seen(w: Warehouse, **choices: Any) -> View:
    return View(w, Selection(**choices), "portfolios")


def of(made: Exhibit | None) -> Exhibit:
    assert made is not None
    return made


def esf() -> list[dict[str, str]]:
    return [r for r in Sheet(DATA / "initiatives/initiatives.csv").rows if r["fund"] == "ESF"]


def granted() -> dict[str, Decimal]:
    rows = Sheet(DATA / "initiatives/amounts.csv").rows
    return {
        r["initiative_id"]: Decimal(r["amount"]) for r in rows
        if r["measure"] == "granted_support" and r["currency"] == "SEK" and r["amount"]
    }  # fmt: skip


def test_the_first_view_is_the_two_largest_funds(w: Warehouse) -> None:
    assert [s.spec for s in portfolio.sides(seen(w))] == ["fond~ESF", "fond~ESF+"]


def test_size_is_that_of_the_source(w: Warehouse) -> None:
    rows, amounts = esf(), granted()
    a, b, less = of(portfolio_size.size(seen(w))).rows
    known = [r for r in rows if r["initiative_id"] in amounts]
    assert (a[1], a[3], a[4]) == (len(rows), len(known), len(rows) - len(known)) == (132, 65, 67)
    assert a[5] == round(Decimal(100 * 67) / 132, 2)
    assert less[1:] == tuple(y - x for x, y in zip(a[1:], b[1:], strict=True))  # type: ignore[operator]


def test_amounts_are_those_of_the_source(w: Warehouse) -> None:
    amounts = sorted(granted()[r["initiative_id"]] for r in esf() if r["initiative_id"] in granted())
    first = of(portfolio_size.amounts(seen(w))).rows[0]
    assert (first[1], first[2], first[3], first[7]) == (65, sum(amounts), amounts[0], amounts[-1])
    assert (first[4], first[5], first[6]) == (amounts[16], amounts[32], amounts[48])


def test_concentration_is_that_of_the_source(w: Warehouse) -> None:
    amounts, by_owner, counted = granted(), Counter[str](), Counter[str]()
    exact: dict[str, Fraction] = {}
    for r in esf():
        if r["owner"]:
            counted[r["owner"]] += 1
            if r["initiative_id"] in amounts:
                by_owner[r["owner"]] += 1
                exact[r["owner"]] = exact.get(r["owner"], Fraction()) + Fraction(amounts[r["initiative_id"]])
    whole, three = sum(exact.values()), sorted(exact.values(), reverse=True)[:3]
    money, without, n, _ = of(portfolio_owners.concentration(seen(w))).rows[:4]
    assert (money[2], without[2], n[2]) == (len(exact), len(exact) - 1, len(counted))
    assert float(money[3]) == pytest.approx(float(sum(10_000 * (x / whole) ** 2 for x in exact.values())), abs=0.005)  # type: ignore[arg-type]
    assert float(money[6]) == pytest.approx(float(100 * sum(three) / whole), abs=0.005)  # type: ignore[arg-type]
    assert money[7] == max(exact, key=lambda name: exact[name])


def test_cost_per_participant_is_that_of_the_source_and_few_show_none(w: Warehouse) -> None:
    amounts = granted()
    both = [
        (amounts[r["initiative_id"]], int(r["participants_actual"])) for r in esf()
        if r["initiative_id"] in amounts and r["participants_actual"] not in ("", "0")
    ]  # fmt: skip
    rows = {(r[0][0], r[1]): r for r in of(portfolio_cost.cost(seen(w))).rows}  # type: ignore[index]
    actual = rows["A", "Faktiska deltagare"]
    assert actual[2] == len(both) == 7
    assert actual[-1] == round(sum(a for a, _ in both) / sum(n for _, n in both), 2)
    assert actual[5] == round(sorted(a / n for a, n in both)[3], 2)
    assert rows["B", "Planerade deltagare"][2:] == (2, *[None] * 6)
    assert any("B, planerade deltagare (2)" in said for said in of(portfolio_cost.cost(seen(w))).missing)


def test_white_spots_follow_the_rule(w: Warehouse) -> None:
    need = portfolio_need.needs(seen(w))
    values = {r["region_code"]: float(r["value"]) for r in Sheet(DATA / "indicators/values/neet_16_24.csv").rows
              if r["period"] == "2024" and r["region_code"] != "00"}  # fmt: skip
    worst = sorted(values, key=lambda code: -values[code])[: len(values) // 3]
    assert {lan for (group, lan), n in need.items() if group == "unga_utanfor" and n.is_high} == set(worst)
    employed = Sheet(DATA / "indicators/values/employment_foreign_born_20_64.csv").rows
    low = {r["region_code"]: float(r["value"]) for r in employed if len(r["region_code"]) == 2} | {"00": 100.0}
    assert need["utrikes_fodda", min(low, key=lambda code: low[code])].worst == 1
    field = portfolio_need.field(seen(w))
    for (group, lan), n in need.items():
        cell = field.cells.get((group, lan))
        kind = "" if not n.is_high or (cell and cell["known"]) else "no_money" if cell else "none"
        assert field.white(group, lan) == kind
    assert not {group for group, _ in need} & {"romer", "hemlosa", "andra"}


def test_national_initiatives_fill_no_white_spot_however_the_page_counts_them(w: Warehouse) -> None:
    apart, spread = (portfolio_need.field(seen(w, nationella=how)) for how in ("apart", "fordela"))
    assert apart.cells == spread.cells
    assert any(code == "SE" for _, code in apart.cells)


@settings(max_examples=15)
@given(st.data())
def test_a_portfolio_against_itself_overlaps_wholly_and_differs_in_nothing(w: Warehouse, data: st.DataObject) -> None:
    sel = data.draw(selections(w))
    word = spec(sel)
    if word is None:
        return
    v = View(
        w,
        Selection(bas=sel.bas, plats=sel.plats, nationella=sel.nationella, matt=sel.matt, p1=word, p2=word),
        "portfolios",
    )
    for row in of(portfolio_owners.overlap(v)).rows:
        assert row[2] == row[3] == row[4] == row[5]
        assert row[6] == (1 if row[5] else None)
    for made in (portfolio_size.size(v), portfolio_size.amounts(v)):
        for row in made.rows[2:] if made else ():
            assert {cell for cell in row[1:] if cell is not None} <= {0}
    top = of(portfolio_owners.concentration(v)).rows
    assert [r[1:] for r in top[:4]] == [r[1:] for r in top[4:]]


@settings(max_examples=15)
@given(st.data())
def test_years_sum_to_the_total_and_every_figures_rows_to_the_figure(w: Warehouse, data: st.DataObject) -> None:
    sel = data.draw(selections(w))
    total = funding.total(w, sel, sel.matt)
    years = portfolios.years(w, sel)
    assert sum(r["n"] for r in years) == total["projects"]
    assert sum((r["amount"] or Decimal(0) for r in years), Decimal(0)) == (total["amount"] or 0)
    owners = portfolios.owners(w, sel)
    assert sum(r["n"] for r in owners) == total["projects"]
    assert sum((r["amount"] or Decimal(0) for r in owners), Decimal(0)) == (total["amount"] or 0)

    def sums(kind: str, key: str) -> tuple[int, int, Decimal]:
        found = behind.operations(w, sel, Mark(1, kind, key))
        if found and len(found) == found[0]["matches"]:
            assert sum((r["amount"] or Decimal(0) for r in found), Decimal(0)) == (found[0]["total"] or 0)
        return (
            (found[0]["matches"], found[0]["known"], found[0]["total"] or Decimal(0)) if found else (0, 0, Decimal(0))
        )

    for r in years[:6]:
        assert sums("start", str(r["year"] or "okant")) == (r["n"], r["known"], r["amount"] or 0)
    for r in owners[:6]:
        assert sums("agare", r["owner_key"] or "okant") == (r["n"], r["known"], r["amount"] or 0)
    for dimension in ("malgrupp", "lan", "tema"):
        for code, r in [*portfolios.items(w, sel, dimension).items()][:3]:
            assert sums(dimension, code)[0] == r["n"]
    for (group, code), cell in [*portfolios.cells(w, sel).items()][:6]:
        found = behind.operations(w, sel, Mark(1, "ruta", f"{group}:{code}"))
        assert (found[0]["matches"], found[0]["part_total"]) == (cell["n"], cell["split"])
        assert sum((r["part"] or Decimal(0) for r in found), Decimal(0)) == (cell["split"] or 0)


@settings(max_examples=15)
@given(st.data())
def test_what_several_have_in_common_is_counted_one_by_one(w: Warehouse, data: st.DataObject) -> None:
    sels = data.draw(st.lists(selections(w), min_size=2, max_size=4))
    have = []
    for sel in sels:
        where, params = sel.where()
        have.append({r["id"] for r in w.rows(f"SELECT local_id AS id FROM mart_operation o WHERE {where}", params)})
    told = portfolios.common(w, sels, 5)
    assert told.each == tuple(map(len, have))
    assert told.n == {(a, b): len(have[a] & have[b]) for a, b in combinations(range(len(have)), 2)}
    places = {one: [at for at, ids in enumerate(have) if one in ids] for one in set().union(*have)}
    several = {one for one, at in places.items() if len(at) > 1}
    assert told.several == len(several)
    assert len(told.first) == min(5, len(several))
    assert all(list(r["places"]) == places[r["local_id"]] for r in told.first)
    fewest = min((len(r["places"]) for r in told.first), default=0)
    assert not [one for one in several - {r["local_id"] for r in told.first} if len(places[one]) > fewest]


@settings(max_examples=15)
@given(st.data())
def test_amounts_by_their_places_are_those_of_the_list_in_order(w: Warehouse, data: st.DataObject) -> None:
    sel = data.draw(selections(w))
    n = funding.total(w, sel, sel.matt)["with_amount"]
    every = portfolios.amounts(w, sel, range(n))
    assert [*every] == [*range(n)]
    values = [r["amount"] for r in every.values()]
    assert values == sorted(values)
    assert sum(values, Decimal(0)) == (funding.total(w, sel, sel.matt)["amount"] or 0)
    assert {r["zero"] for r in every.values()} <= {sum(not x for x in values)}
    some = data.draw(st.sets(st.integers(0, max(0, n - 1)), max_size=4)) if n else set[int]()
    assert portfolios.amounts(w, sel, some) == {at: every[at] for at in sorted(some)}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f.__name__)
def test_a_figure_stands_by_itself(w: Warehouse, figure: Callable[[View], Exhibit | None], lang: Any) -> None:
    made = of(figure(seen(w, lang=lang, visa="pengar", p1="fond~ESF", p2="fond~ESF+", p3="fond~other", p4="tema~si")))
    assert made.finding.endswith(".")
    assert made.source
    assert made.basis
    assert all(len(row) == len(made.columns) for row in made.rows)
    assert len(made.links) in (0, len(made.rows))
    for dark in (False, True):
        if made.spec:
            alt.Chart.from_dict(json.loads(json.dumps(made.spec(dark))), validate=True)


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f.__name__)
def test_links_lead_to_rows_that_sum_to_the_figure(w: Warehouse, figure: Callable[[View], Exhibit | None]) -> None:
    made = of(figure(seen(w)))
    followed = 0
    for row, link in zip(made.rows, made.links, strict=False):
        address = urlsplit(link)
        if address.path != "/portfoljer":
            continue
        rows = of(portfolio_rows.behind_figure(View(w, decode(dict(parse_qsl(address.query))), "portfolios")))
        amounts = sum((r[5] for r in rows.rows if r[5] is not None), Decimal(0))  # type: ignore[misc]
        if made.id.startswith("time"):
            assert (len(rows.rows), amounts) == (row[2], row[4] or 0)
        elif made.id.startswith("amounts"):
            assert (len(rows.rows), amounts) == (row[1], row[2])
        elif made.id.startswith("cost"):
            persons = sum(r[4 if "faktiska" in link else 3] for r in rows.rows)  # type: ignore[misc]
            assert len(rows.rows) == row[2]
            assert row[-1] is None or round(amounts / persons, 2) == row[-1]
        elif made.id == "spots":
            assert len(rows.rows) == row[-1]
        else:
            assert len(rows.rows) >= 1
        followed += 1
    assert followed or made.id in ("size", "overlap", "shared", "matrix")


def test_every_shared_count_leads_to_as_many_rows(w: Warehouse) -> None:
    v = seen(w)
    made, cells = of(portfolio_owners.shared(v)), portfolio_owners.shared_links(v)
    for (r, c), link in cells.items():
        asked = decode(dict(parse_qsl(urlsplit(link).query)))
        assert len(of(portfolio_rows.behind_figure(View(w, asked, "portfolios"))).rows) == made.rows[r][c]
    assert len(cells) > 50


@pytest.mark.parametrize(
    "words", [{"p1": "fond~"}, {"p1": "portfolj~import_borta"}, {"p1": "~", "p2": "alla", "p3": "x"}]
)
def test_what_cannot_be_read_falls_back_and_is_counted(w: Warehouse, words: dict[str, str]) -> None:
    v = seen(w, **words)
    assert portfolio.lost(v) == len(words) - ("p2" in words)
    assert portfolio.sides(v)
    assert of(portfolio_size.size(v)).rows


def test_an_empty_portfolio_is_no_exception(w: Warehouse) -> None:
    v = seen(w, p1="fond~finns_inte", p2="fond~ESF", med=("A",))
    for figure in FIGURES:
        figure(v)
    assert of(portfolio_size.size(v)).rows[0][1:] == (0, 0, 0, 0, None, 0, None)
    assert of(portfolio_owners.overlap(v)).rows[0][2:] == (0, 102, 0, 102, 0)


def test_different_kinds_of_amount_are_never_in_one_figure(w: Warehouse) -> None:
    v = seen(w, matt="eu_contribution_eur", p1="fond~ESF", p2="fond~other")
    first, second = (of(portfolio_size.amounts(v, at)) for at in (0, 1))
    assert {c.currency for c in first.columns if c.kind == "money"} == {"EUR"}
    assert {c.currency for c in second.columns if c.kind == "money"} == {"SEK"}
    assert (len(first.rows), len(second.rows)) == (1, 1)
    assert any("jämförs inte med varandra" in said for said in first.missing)
    assert portfolio_size.amounts(v, 2) is None


def test_suggestions_are_portfolios_with_as_many_initiatives_as_they_say(w: Warehouse) -> None:
    v = seen(w)
    offered = portfolio.suggestions(v)
    assert {"alla", "fond~ESF", "period~2014-2020", "tema~si"} <= offered.keys()
    for word, n in offered.items():
        assert of(portfolio_size.size(seen(w, p1=word, p2="alla"))).rows[0][1] == n
        assert portfolio.name(v, word)


def test_no_hidden_number_of_persons_stands_in_the_rows(w: Warehouse) -> None:
    v = seen(w, rader="1:belopp:kant")
    cells = [cell for row in of(portfolio_rows.behind_figure(v)).rows for cell in row[3:5]]
    assert all(cell is WITHHELD or cell is None or cell == 0 or isinstance(cell, int) for cell in cells)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Seven operations with actual participants, one number of them hidden, one 0, and results of the first six."""

    def of_persons(at: int, n: int) -> Any:
        op = operation(f"n{at}", amount=1000 * at)
        op.participants = [Participants("participants", "output", "actual", n)]
        if at <= 6:
            op.participants.append(Participants("EECR04", "result", "actual", 10))
        return op

    ops = [of_persons(at, n) for at, n in enumerate((10, 20, 3, 40, 50, 60, 0), start=1)]
    path = tmp_path_factory.mktemp("small") / "20261123-0123abcd.duckdb"
    World(Given(registry("r"), ops), path=path).close()
    return Warehouse(path)


def test_a_hidden_number_is_in_no_cost_and_in_no_sum(small: Warehouse) -> None:
    v = seen(small, p1="alla", p2="alla")
    made = of(portfolio_cost.cost(v))
    rows = {r[1]: r for r in made.rows}
    shown = [(1000, 10), (2000, 20), (4000, 40), (5000, 50), (6000, 60)]
    assert rows["Faktiska deltagare"][2:] == (5, *[Decimal("100.00")] * 6)
    assert Decimal(sum(a for a, _ in shown)) / sum(n for _, n in shown) == 100
    assert rows["Planerade deltagare"][2:] == (0, *[None] * 6)
    assert rows["Resultat EECR04"][2:4] == (6, Decimal("100.00"))
    assert rows["Resultat EECR04"][-1] == round(Decimal(21000) / 60, 2)
    assert any("1 med 0 personer, 1 med dolt antal" in said for said in made.missing)
    behind_it = of(portfolio_rows.behind_figure(seen(small, p1="alla", rader="1:faktiska")))
    assert sorted(r[4] for r in behind_it.rows) == [10, 20, 40, 50, 60]  # type: ignore[type-var]
    everything = of(portfolio_rows.behind_figure(seen(small, p1="alla", rader="1:belopp:kant")))
    assert [r[4] for r in everything.rows].count(WITHHELD) == 1


def test_without_needs_groups_or_dates_every_figure_says_so(small: Warehouse) -> None:
    v = seen(small, p1="alla", p2="alla")
    for figure in FIGURES:
        figure(v)
    assert of(portfolio_size.time(v)).rows[0][2:] == (7, 7, Decimal(28000))
    assert portfolio_need.spots(v) is None
