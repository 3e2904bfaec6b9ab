"""The page Kommun: figures against the files they come from, ranks, small counts, activity apart from the owner."""

from __future__ import annotations

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard import layout, server
from dashboard.blocks import kommun_map, kommun_profile
from dashboard.db import Warehouse, served
from dashboard.exhibit import WITHHELD, Exhibit, table
from dashboard.layout import View, view_of
from dashboard.questions import indicators, kommuner
from dashboard.selection import Selection
from dashboard.texts import LANGS, Lang
from etl.warehouse import build
from tests.conftest import AS_OF, ROOT
from tests.dashboard.test_selection import anything, selections
from tests.etl import persons

SERIES = "employment_foreign_born_20_64"
EXHIBITS: tuple[Callable[[View], Exhibit | None], ...] = (
    kommun_map.table, kommun_profile.values, kommun_profile.trend, kommun_profile.active, kommun_profile.owned,
)  # fmt: skip


def seen(w: Warehouse, **chosen: Any) -> View:
    return View(w, Selection(**chosen), "kommun")


@pytest.fixture(scope="module")
def given_rates() -> dict[str, float]:
    """The kommun values of the embedded file, read without the program."""
    with (ROOT / f"data/indicators/values/{SERIES}.csv").open(encoding="utf-8") as handle:
        return {r["region_code"]: float(r["value"]) for r in csv.DictReader(handle) if r["sex"] == "T"}


def test_the_table_holds_the_files_values_largest_first_with_their_ranks(
    w: Warehouse, given_rates: dict[str, float]
) -> None:
    of = kommun_map.table(seen(w, indikator=SERIES))
    names = {code: k["name"] for code, k in kommuner.every(w).items()}
    rates = {code: x for code, x in given_rates.items() if len(code) == 4}
    assert len(rates) == len(of.rows) == len(of.links) == 290
    ranks = {code: 1 + sum(other > x for other in rates.values()) for code, x in rates.items()}
    assert {(r[0], r[2], r[3]) for r in of.rows} == {(names[c], x, ranks[c]) for c, x in rates.items()}
    shown = [r[2] for r in of.rows]
    assert shown == sorted(shown, reverse=True)
    highest, lowest = max(rates, key=rates.__getitem__), min(rates, key=rates.__getitem__)
    assert names[highest] in of.finding
    assert names[lowest] in of.finding
    assert f"{given_rates['00']}".replace(".", ",") in of.finding


def test_a_lan_shows_its_own_kommuner_and_ranks_them_in_the_country(
    w: Warehouse, given_rates: dict[str, float]
) -> None:
    of = kommun_map.table(seen(w, indikator=SERIES, lan=("18",)))
    assert [c.title for c in of.columns] == ["Kommun", "Värde", "Plats"]
    assert len(of.rows) == 12
    last = {r[0]: r for r in of.rows}["Hällefors"]
    assert last[1:] == (given_rates["1863"], 290)
    assert f"{given_rates['18']}".replace(".", ",") in of.finding


def test_a_profile_stands_beside_its_lan_and_riket_of_the_same_period(
    w: Warehouse, given_rates: dict[str, float]
) -> None:
    of = kommun_profile.values(seen(w, kommun=("1880",)))
    assert of is not None
    (row,) = of.rows
    assert row[3:6] == (given_rates["1880"], given_rates["18"], given_rates["00"])
    better = sum(x > given_rates["1880"] for c, x in given_rates.items() if len(c) == 4)
    assert row[6:] == (better + 1, 290)
    with (ROOT / "data/regions/population_kommun.csv").open(encoding="utf-8") as handle:
        people = {r["code"]: r for r in csv.DictReader(handle)}["1880"]
    assert f"{int(people['population']):,}".replace(",", "\u00a0") in of.finding
    assert people["date"][:4] in of.finding


def test_what_does_not_reach_the_kommuner_is_named(w: Warehouse) -> None:
    reach, rest = kommun_map.reaching(seen(w))
    titles = {code: r["title_sv"] for code, r in indicators.titles(w).items()}
    assert titles[SERIES] in reach
    assert titles["unemployment_15_74"] in rest
    assert titles["population"] not in rest
    named = kommun_map.table(seen(w, indikator="unemployment_15_74")).missing
    assert any(titles["unemployment_15_74"] in text and titles[SERIES] in text for text in named)


def test_initiatives_are_counted_once_in_every_kommun_where_they_are(w: Warehouse) -> None:
    of = kommun_map.table(seen(w, visa="initiativ"))
    pairs = w.rows(
        "SELECT DISTINCT r.name_sv AS name, o.operation_id FROM mart_operation o "
        "JOIN mart_place p USING (operation_id) JOIN region r ON r.code = p.kommun_code "
        "WHERE o.portfolio = 'sverige' AND plats = 'verksamhet' AND NOT spread"
    )
    here = [r["name"] for r in pairs]
    assert {r[0]: r[2] for r in of.rows if r[2]} == {name: here.count(name) for name in here}
    assert sum(r[2] == 0 for r in of.rows) == 290 - len(set(here))
    tied = len({r["operation_id"] for r in pairs})
    placed = kommuner.placing(w, Selection())
    assert placed["with_kommun"] == tied
    assert placed["with_kommun"] + placed["without"] == w.rows(
        "SELECT count(*) AS n FROM mart_operation WHERE portfolio = 'sverige'"
    )[0]["n"]  # fmt: skip
    assert any(str(placed["without"]) in text for text in of.missing)


def test_per_inhabitant_a_kommun_of_unknown_size_has_no_value(w: Warehouse) -> None:
    v = seen(w, visa="initiativ", per="capita")
    of, people = kommun_map.table(v), indicators.population(w)
    names = {k["name"]: code for code, k in kommuner.every(w).items()}
    count = {r[0]: r[2] for r in kommun_map.table(seen(w, visa="initiativ")).rows}
    for name, _, value in of.rows:
        size = people.get(names[name])
        assert value == (None if size is None else pytest.approx(count[name] * 1000 / size))
    best = max((r for r in of.rows if r[2] is not None), key=lambda r: r[2])  # type: ignore[arg-type, return-value]
    assert best[0] in of.finding
    assert str(len(names) - sum(code not in people for code in names.values())) in of.finding
    unknown = sum(code not in people for code in names.values())
    assert unknown
    assert any(str(unknown) in text for text in of.missing)


def test_activity_and_owner_are_kept_apart(w: Warehouse) -> None:
    for code in kommuner.every(w):
        v = seen(w, kommun=(code,))
        active, owned = kommun_profile.active(v), kommun_profile.owned(v)
        assert active is not None
        here = {r["operation_id"] for r in w.rows(
            "SELECT DISTINCT operation_id FROM mart_location WHERE kommun_code = $code "
            "AND location_type = 'operation'", {"code": code},
        )}  # fmt: skip
        mine = {
            r["operation_id"] for r in w.rows("SELECT operation_id FROM mart_operation WHERE portfolio = 'sverige'")
        }
        assert len(active.rows) == min(len(here & mine), kommun_profile.MOST)
        if owned:
            assert not set(owned.links) & set(active.links)


def test_there_is_no_trend_of_a_single_period(w: Warehouse) -> None:
    assert kommun_profile.trend(seen(w, kommun=("1880",), indikator=SERIES)) is None


@settings(max_examples=15)
@given(selections, st.sampled_from(["", "18", "09", "00", "99"]), st.sampled_from(["1880", "0980", "00", "18", "9999"]))
def test_every_exhibit_of_any_selection_is_whole(w: Warehouse, sel: Selection, lan: str, kommun: str) -> None:
    v = View(w, sel.but(lan=(lan,) if lan else (), kommun=(kommun,), bas="nominal", portfolj="sverige"), "kommun")
    for make in EXHIBITS:
        of = make(v)
        if of is None:
            continue
        assert of.title
        assert of.finding
        assert of.source
        assert all(len(row) == len(of.columns) for row in of.rows)
        assert len(of.links) in (0, len(of.rows))
        assert all(
            c.kind == "text" or not isinstance(x, str) for r in of.rows for x, c in zip(r, of.columns, strict=True)
        )
        if any(c.kind == "money" for c in of.columns):
            assert all(r[-1] is None or isinstance(r[-1], Decimal) for r in of.rows)
        assert "{" not in of.finding + "".join(map(str, (*of.basis, *of.missing)))
        table(v, of)


@settings(max_examples=15)
@given(query=anything)
def test_no_address_breaks_the_page(warehouse_folder: Path, query: dict[str, str]) -> None:
    v = view_of("kommun", query)
    assert kommun_map.table(v).rows
    kommun_profile.values(v)


@pytest.mark.parametrize("lang", LANGS)
def test_both_languages_say_the_same_numbers(w: Warehouse, lang: Lang) -> None:
    v = seen(w, lang=lang, kommun=("1880",))
    of = kommun_profile.values(v)
    assert of is not None
    assert of.rows[0][3:] == kommun_profile.values(seen(w, kommun=("1880",))).rows[0][3:]  # type: ignore[union-attr]


GIVEN = persons.arrivals(4, ("09", "18"))


@pytest.fixture(scope="module")
def small(_small_data: Path, outlines: object, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Small counts of persons by kommun and month, some of them hidden."""
    home = tmp_path_factory.mktemp("kommun-hidden")
    files = persons.fetched(home / "files", GIVEN, persons.projects(4))
    build(home / "snapshots", fetched=files, embedded=_small_data, as_of=AS_OF)
    return served(home / "snapshots")


def test_hidden_counts_are_dots_without_rank_and_nothing_else_tells_them(small: Warehouse) -> None:
    hidden = shown = 0
    names = {k["name"]: code for code, k in kommuner.every(small).items()}
    for month in persons.MONTHS:
        v = seen(small, indikator=persons.CODE, ar=month, lan=("18",))
        of = kommun_map.table(v)
        flags = kommuner.values(small, persons.CODE, month)
        for name, value, rank in of.rows:
            row = flags.get(names[str(name)])
            if row is None:
                assert (value, rank) == (None, None)
            elif row["flag"] == "s":
                hidden += 1
                assert value is WITHHELD
                assert rank is None
                assert row["rank"] is None
            else:
                shown += 1
                assert value == GIVEN[names[str(name)], month, "T"]
                less = sum(r["value"] > value for r in flags.values() if r["value"] is not None)  # type: ignore[operator]
                assert rank == less + 1
        gone = [str(r[0]) for r in of.rows if r[1] is WITHHELD]
        assert gone == sorted(gone, key=list(names).index)  # by name: the order says nothing of the size
        assert ">..<" in table(v, of) or not gone
        figures = kommun_map._figures(v)
        assert figures.withheld == {names[name] for name in gone}
        assert not figures.withheld & set(figures.values)
    assert hidden
    assert shown


def test_a_series_over_several_periods_has_a_trend_with_its_hidden_values_as_dots(small: Warehouse) -> None:
    found = 0
    for code in {key[0] for key in GIVEN if len(key[0]) == 4}:
        of = kommun_profile.trend(seen(small, indikator=persons.CODE, kommun=(code,)))
        own = {r["period"]: r for r in indicators.trend(small, persons.CODE, [code])}
        if sum(r["value"] is not None for r in own.values()) < 2:
            assert of is None
            continue
        assert of is not None
        found += 1
        assert [c.title for c in of.columns][1:] == [seen(small).regions[code]]  # counts: not beside riket's
        assert [r[0] for r in of.rows] == sorted(own, reverse=True)
        for period, value in of.rows:
            row = own[str(period)]
            assert value is WITHHELD if row["flag"] == "s" else value == row["value"]
        assert of.spec is not None
        drawn = str(of.spec(False))
        assert drawn.count("'own'") >= sum(r["value"] is not None for r in own.values())
    assert found


def test_outlines_of_every_kommun_come_once_by_an_address_that_lasts(
    w: Warehouse, warehouse_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "snapshot_folder", lambda: warehouse_folder)
    client = TestClient(Starlette(routes=[Route("/geo/{snapshot}/kommuner.json", server.kommuner_shapes)]))
    answer = client.get(f"/geo/{w.snapshot_id}/kommuner.json")
    body = answer.json()
    assert set(body["regions"]) == set(kommuner.every(w))
    assert body["borders"].count("M") >= 21
    assert "immutable" in answer.headers["cache-control"]
    assert client.get("/geo/20200101-00000000/kommuner.json").status_code == 404
