"""Places side by side: the same figures as the lists, the sums and the published numbers give, for any choice."""

from __future__ import annotations

from decimal import Decimal
from math import dist, log
from statistics import fmean, pstdev
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.blocks import (
    compare as block,
)
from dashboard.blocks import (
    compare_groups,
    compare_indicators,
    compare_money,
    compare_running,
    compare_similar,
)
from dashboard.db import Warehouse
from dashboard.exhibit import WITHHELD, Exhibit
from dashboard.layout import View
from dashboard.questions import (
    compare,
    funding,
    indicators,
    initiatives,
    regions,
    side_operations,
    side_values,
    similar,
    targets,
)
from dashboard.questions.compare import Side
from dashboard.selection import NATIONALS, PLACES, Selection, decode
from dashboard.texts import LANGS

LANS = (
    "01", "03", "04", "05", "06", "07", "08", "09", "10", "12", "13", "14", "17", "18", "19", "20", "21", "22", "23",
    "24", "25",
)  # fmt: skip
ODD = ("99", "lika-99", "lika-", "SE", "okant", "SE12", "0000", "lika-1880")
PLACED = (*LANS, "00", "1880", "0180", "1440", "lika", "lika-18", "lika-01")


def of(w: Warehouse, *codes: str, **fields: Any) -> tuple[Selection, tuple[Side, ...]]:
    sel = Selection(med=codes, **fields)
    return sel, compare.sides(w, sel)


def exhibits(v: View) -> list[Exhibit]:
    made = [
        compare_money.total(v), compare_money.per_inhabitant(v), compare_money.per_aged(v), compare_money.per_need(v),
        compare_groups.groups(v), compare_indicators.table(v), compare_running.running(v), compare_similar.distances(v),
        *(compare_indicators.trend(v, code) for code in compare_indicators.shown_indicators(v)),
    ]  # fmt: skip
    return [one for one in made if one]


# What is compared -------------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(PLACED + ODD), max_size=7), st.lists(st.sampled_from(LANS + ODD), max_size=3))
@settings(max_examples=60)
def test_any_address_compares_one_to_four_known_places_each_once(w: Warehouse, med: list[str], lan: list[str]) -> None:
    sel = decode({"med": ",".join(med), "lan": ",".join(lan)})
    found = compare.sides(w, sel)
    assert 1 <= len(found) <= compare.MOST
    assert len({(s.kind, s.members) for s in found}) == len(found)
    wanted = [code for code in dict.fromkeys(med) if code in PLACED]
    assert all(s.code in wanted for s in found) or not wanted
    assert [s.code for s in found] == [c for c in wanted if c in {s.code for s in found}] or not wanted
    assert all(s.members for s in found)


@pytest.mark.parametrize(
    "query", [{"med": "lika-99"}, {"med": "99,SE12"}, {"med": "lika-13", "lika": "neet_16_24"}, {"med": "SE,okant"}]
)
def test_a_choice_of_which_nothing_is_left_is_as_none(w: Warehouse, query: dict[str, str]) -> None:
    found = compare.sides(w, decode(query))
    assert found == compare.sides(w, decode({**query, "med": ""}))
    assert found


def test_with_nothing_chosen_the_lan_its_nearest_and_riket_stand_there(w: Warehouse) -> None:
    assert [s.code for s in compare.sides(w, Selection(lan=("18",)))] == ["18", "19", "00"]
    assert [s.code for s in compare.sides(w, Selection(lan=("18", "01", "25")))] == ["18", "01", "25", "00"]
    first = compare.sides(w, Selection())[0].code
    most = max(r["touched"] for c, r in funding.projects_by_lan(w, Selection()).items() if c.isdigit())
    assert funding.projects_by_lan(w, Selection())[first]["touched"] == most


def test_a_group_is_the_three_nearest_of_the_lan_it_names_or_of_the_first(w: Warehouse) -> None:
    _, (_, group) = of(w, "18", "lika")
    assert group == Side("lika", "group", tuple(r["peer_code"] for r in regions.peers(w, "18")), "18")
    _, found = of(w, "lika-18", "12", "lika")
    assert [(s.code, s.of) for s in found] == [("lika-18", "18"), ("12", ""), ("lika", "12")]
    _, found = of(w, "18", "lika", "lika-18")
    assert [s.code for s in found] == ["18", "lika"]


# Likeness ---------------------------------------------------------------------------------------------------------


def test_the_usual_method_gives_the_distances_of_the_warehouse(w: Warehouse) -> None:
    for own in LANS:
        kept = w.rows(
            "SELECT peer_code, distance FROM mart_peer WHERE region_code = $own ORDER BY nearness", {"own": own}
        )
        found = similar.distances(w, own, similar.USUAL)
        assert [r["region_code"] for r in found] == [own, *(r["peer_code"] for r in kept)]
        assert [r["distance"] for r in found[1:]] == pytest.approx([r["distance"] for r in kept])
        assert found[0]["distance"] == 0


@given(st.data())
@settings(max_examples=25)
def test_a_distance_is_symmetric_nothing_to_itself_and_as_worked_out_by_hand(w: Warehouse, data: st.DataObject) -> None:
    found = indicators.catalogue(w)
    codes = data.draw(st.lists(st.sampled_from(sorted(found)), min_size=1, max_size=5, unique=True))
    values, taken = similar.values(w, codes), similar.variables(w, codes)
    assert [r["code"] for r in taken] == codes
    whole = [lan for lan in LANS if all((lan, code) in values for code in codes)]
    scaled: dict[str, list[float]] = {lan: [] for lan in whole}
    for code in codes:
        x = [log(values[lan, code]) if found[code]["unit"] == "personer" else values[lan, code] for lan in whole]
        for lan, each in zip(whole, x, strict=True):
            scaled[lan].append((each - fmean(x)) / pstdev(x))
    a, b = data.draw(st.sampled_from(whole)), data.draw(st.sampled_from(whole))
    from_a = {r["region_code"]: r["distance"] for r in similar.distances(w, a, codes)}
    from_b = {r["region_code"]: r["distance"] for r in similar.distances(w, b, codes)}
    assert set(from_a) == set(whole)
    assert from_a[a] == 0
    assert from_a[b] == pytest.approx(from_b[a])
    assert from_a[b] == pytest.approx(dist(scaled[a], scaled[b]))


def test_a_lan_without_a_value_is_left_out_by_name_and_the_period_is_the_one_most_have(w: Warehouse) -> None:
    (one,) = similar.variables(w, ("neet_16_24",))
    assert (one["period"], one["n"], one["without"]) == ("2024", 19, ["13", "14"])
    assert similar.distances(w, "13", ("neet_16_24", "population")) == ()
    assert {r["region_code"] for r in similar.distances(w, "18", ("neet_16_24", "population"))} == {*LANS} - {
        "13",
        "14",
    }
    of_work = next(iter(similar.variables(w, ("unemployment_15_74",))))
    counts = {r["period"]: r["of"] for r in w.rows(
        "SELECT DISTINCT period, of FROM mart_rank WHERE indicator_code = 'unemployment_15_74'")}  # fmt: skip
    assert of_work["period"] == max(p for p, n in counts.items() if n == max(counts.values()))
    assert compare.method(w, Selection(lika=("finns-inte",))) == similar.USUAL
    assert compare.method(w, Selection(lika=("neet_16_24", "x"))) == ("neet_16_24",)


# Money and initiatives --------------------------------------------------------------------------------------------


@given(st.data())
@settings(max_examples=25)
def test_counts_are_the_lists_and_the_map_s(w: Warehouse, data: st.DataObject) -> None:
    how = {
        "plats": data.draw(st.sampled_from(PLACES)), "nationella": data.draw(st.sampled_from(NATIONALS)),
        "fond": data.draw(st.sampled_from([(), ("ESF",), ("ESF+",)])),
    }  # fmt: skip
    sel, found = of(w, *data.draw(st.lists(st.sampled_from(PLACED), min_size=1, max_size=4, unique=True)), **how)
    counts, amounts, groups = (
        side_operations.projects(w, sel, found),
        side_operations.money(w, sel, found),
        side_operations.groups(w, sel, found),
    )
    by_lan, money = funding.projects_by_lan(w, sel), funding.money_by_lan(w, sel, sel.matt)
    for side in found:
        own = sel.but(**compare.of_side(side), med=())
        listed = initiatives.listed(w, own)
        total = funding.total(w, own, sel.matt)
        assert counts[side.code]["touched"] == (listed[0]["matches"] if listed else 0) == total["projects"]
        assert counts[side.code]["running"] == total["running"]
        assert counts[side.code]["ending"] == len(initiatives.ending(w, own))
        row = counts[side.code]
        assert sum(row[k] for k in ("running", "undated", "planned", "ended")) == row["touched"]
        assert amounts.get(side.code, {"touched": None, "n": 0})["touched"] == total["amount"]
        for r in targets.groups(w, own):
            assert groups[side.code, r["code"]]["n"] == r["n"]
            assert groups[side.code, r["code"]]["running"] == r["running"]
        if side.kind in ("lan", "group"):
            parts = [money[m]["split"] for m in side.members if m in money]
            assert amounts.get(side.code, {"split": Decimal(0)})["split"] == sum(parts, Decimal(0))
            assert row["split"] == sum((by_lan[m]["split"] for m in side.members if m in by_lan), Decimal(0))


@pytest.mark.parametrize("matt", ["granted_support", "total_eligible_cost", "eu_contribution_eur"])
@pytest.mark.parametrize("nationella", ["apart", "fordela"])
def test_split_amounts_of_every_place_sum_to_riket_to_the_ore(w: Warehouse, matt: str, nationella: Any) -> None:
    sel = Selection(matt=matt, nationella=nationella)
    sides = [Side(code, "lan", (code,)) for code in (*LANS, "SE", "okant")]
    parts = side_operations.money(w, sel, sides)
    whole = side_operations.money(w, sel, [Side("00", "riket", ("00",))])["00"]
    assert sum((r["split"] for r in parts.values()), Decimal(0)) == whole["split"] == whole["touched"]
    assert whole["touched"] == funding.total(w, sel, matt)["amount"]


def test_known_by_hand_orebro_its_peers_and_riket(w: Warehouse) -> None:
    sel, found = of(w, "18", "lika", "00", "1880")
    amounts = side_operations.money(w, sel, found)
    assert amounts["18"]["split"] == Decimal("16529112.94")
    assert amounts["00"]["touched"] == Decimal("1055917456.00")
    assert "1880" not in amounts
    counts = side_operations.projects(w, sel, found)
    assert {code: r["touched"] for code, r in counts.items()} == {"18": 10, "lika": 25, "00": 219, "1880": 5}


# People -----------------------------------------------------------------------------------------------------------


def test_those_aged_20_to_64_follow_from_the_dependency_ratio(w: Warehouse) -> None:
    """By hand: Örebro 2024 has 308 375 inhabitants and 81.2 per 100; 308 375 / 1.812 = 170 185."""
    _, found = of(w, "18", "00", "lika", "1880")
    aged = side_values.aged_20_64(w, found)
    assert aged["18"]["persons"] == pytest.approx(170_185, abs=1)
    assert aged["18"]["period"] == "2024"
    assert "1880" not in aged, "a kommun has no ratio here"
    assert side_values.people(w, found)["18"]["persons"] == 308_375
    every = side_values.aged_20_64(w, [Side(code, "lan", (code,)) for code in LANS])
    riket = aged["00"]["persons"]
    assert sum(r["persons"] for r in every.values()) == pytest.approx(riket, rel=0.0003)
    assert riket == pytest.approx(10_587_710 / 1.771, abs=1)


def test_persons_in_need_only_where_a_share_has_its_own_population(w: Warehouse) -> None:
    _, found = of(w, "18", "00", "1880")
    titles = {r["code"]: r for r in w.rows("SELECT * FROM indicator")}
    poor = side_values.in_need(w, found, titles["low_economic_standard"])
    assert poor["18"]["persons"] == pytest.approx(308_375 * 0.132)
    idle = side_values.in_need(w, found, titles["employment_20_64"])
    rate = w.row("SELECT value FROM mart_indicator WHERE indicator_code = 'employment_20_64' AND region_code = '18' "
                 "AND period = '2024'")  # fmt: skip
    assert rate is not None
    assert idle["18"]["persons"] == pytest.approx(308_375 / 1.812 * (100 - rate["value"]) / 100)
    for code in ("neet_16_24", "unemployment_15_74", "sick_days_ohalsotal", "population"):
        assert side_values.in_need(w, found, titles[code]) == {}
    assert "1880" not in poor


def test_a_group_has_the_mean_of_its_lan_and_nothing_where_one_lacks_a_value(w: Warehouse) -> None:
    _, (group,) = of(w, "lika-18")
    mine = {r["period"]: r["value"] for r in side_values.series(w, [group])["low_economic_standard"]}
    each = [indicators.by_lan(w, "low_economic_standard", "2024")[m]["value"] for m in group.members]
    assert mine["2024"] == pytest.approx(fmean(each))
    lacking = Side("x", "group", ("12", "13", "18"), "12")
    (row,) = [r for r in side_values.series(w, [lacking])["neet_16_24"] if r["period"] == "2024"]
    assert (row["value"], row["flag"]) == (None, "m")
    people = side_values.people(w, [group])["lika-18"]["persons"]
    assert people == sum(indicators.population(w)[m] for m in group.members)


def test_every_group_s_need_is_an_indicator_or_a_reason(w: Warehouse) -> None:
    found = {r["code"]: r for r in compare.needs(w)}
    assert len(found) == 15
    assert all(r["reason_sv"] and r["reason_en"] for r in found.values())
    assert found["unga_utanfor"]["indicator_code"] == "neet_16_24"
    assert found["romer"]["fit"] == "none"


# Exhibits ---------------------------------------------------------------------------------------------------------


@given(
    st.lists(st.sampled_from(PLACED), min_size=1, max_size=4, unique=True), st.sampled_from(LANGS),
    st.sampled_from(["split", "touched"]),
    st.sampled_from([(), ("neet_16_24", "population"), ("population",)]),
)  # fmt: skip
@settings(max_examples=12)
def test_every_exhibit_has_a_finding_rows_of_its_columns_a_source_and_a_chart(
    w: Warehouse, med: list[str], lang: Any, satt: Any, lika: tuple[str, ...]
) -> None:
    v = View(w, Selection(med=tuple(med), lang=lang, satt=satt, lika=lika), "compare")
    made = exhibits(v)
    assert len({one.id for one in made}) == len(made)
    for one in made:
        assert one.finding.endswith(".")
        assert "None" not in one.finding
        assert "{" not in one.finding
        assert all(len(row) == len(one.columns) for row in one.rows), one.id
        assert one.source, one.id
        assert not one.links or len(one.links) == len(one.rows)
        if one.spec:
            assert one.spec(False)
            assert one.spec(True)


def test_a_lan_beside_itself_differs_in_nothing(w: Warehouse) -> None:
    found = compare_indicators.shown_indicators(View(w, Selection(), "compare"))
    twice = [Side("18", "lan", ("18",)), Side("same", "group", ("18",), "18")]
    for code, rows in side_values.series(w, twice).items():
        a, b = ({r["period"]: r["value"] for r in rows if r["side"] == side} for side in ("18", "same"))
        assert a == pytest.approx(b)
        if code in found:
            assert all(compare_indicators.difference(found[code], a[p], b[p]) == pytest.approx(0) for p in a)
    sel = Selection()
    counts, amounts = side_operations.projects(w, sel, twice), side_operations.money(w, sel, twice)
    assert counts["18"] | {"side": ""} == counts["same"] | {"side": ""}
    assert amounts["18"] | {"side": ""} == amounts["same"] | {"side": ""}


def test_the_table_has_the_rank_and_difference_that_the_publisher_s_figures_give(w: Warehouse) -> None:
    v = View(w, Selection(med=("18", "00")), "compare")
    rows = {(r[0], r[3]): r for r in compare_indicators.table(v).rows}
    neet = rows["Unga 16–24 år som varken arbetar eller studerar", "Örebro län"]
    assert (neet[1], neet[5], neet[6]) == ("2024", 9, 19)
    assert neet[7] == pytest.approx(neet[4] - rows[neet[0], "Riket"][4])  # type: ignore[operator]
    assert rows[neet[0], "Riket"][5:8] == (None, None, None)


def test_the_running_row_leads_to_the_list_that_it_counts(w: Warehouse) -> None:
    for med in (("18", "lika", "00", "1880"), ("12", "01")):
        v = View(w, Selection(med=med), "compare")
        one = compare_running.running(v)
        for row, href in zip(one.rows, one.links, strict=True):
            asked = decode(dict(part.split("=") for part in href.split("?")[1].split("&")))
            listed = initiatives.listed(w, asked)
            assert row[1] == (listed[0]["matches"] if listed else 0)


def test_a_withheld_count_of_persons_stays_withheld_and_is_divided_by_nothing(w: Warehouse) -> None:
    class Held:
        """The warehouse with one withheld count of persons in place of every value of an indicator."""

        def __getattr__(self, name: str) -> Any:
            return getattr(w, name)

        def rows(self, sql: str, params: Any = None) -> Any:
            found = w.rows(sql, params)
            if "GROUP BY side, m.indicator_code" not in sql:
                return found
            one = next(r for r in found if r["indicator_code"] == "low_economic_standard" and r["period"] == "2024")
            return (*found, {**one, "indicator_code": "hidden_persons", "value": None, "flag": "s"})

    v = View(Held(), Selection(med=("18", "00")), "compare")  # type: ignore[arg-type]
    of = indicators.catalogue(w)["population"] | {"code": "hidden_persons"}
    persons = side_values.in_need(v.w, block.sides(v), of)
    one = compare_money._per(v, "need", persons, of, "")
    assert one is not None
    held = [row for row in one.rows if row[2] is WITHHELD]
    assert len(held) == 1
    assert held[0][4] is WITHHELD


def test_the_finding_is_true_of_one_of_equals_and_of_none(w: Warehouse) -> None:
    v = View(w, Selection(med=("18", "12", "00")), "compare")

    def show(x: float) -> str:
        return f"{x:g}"

    assert (
        block.finding(v, "T", {"18": 1, "12": 2, "00": 9}, show) == "T: mest i Skåne (2), minst i Örebro (1). Riket: 9."
    )
    assert block.finding(v, "T", {"18": 1, "12": 1}, show) == "T: lika mycket i Örebro och Skåne (1)."
    assert block.finding(v, "T", {"18": 1}, show) == "T: Örebro 1."
    assert block.finding(v, "T", {"00": 9}, show) == "T: Riket 9."
    assert block.finding(v, "T", {}, show) == "T: okänt för alla som jämförs."
