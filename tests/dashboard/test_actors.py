"""Aktörer and Plattformar: pairs and counts agree with the rows behind, what is not known is not said to be absent."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import Any

import altair as alt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.blocks import actors as shown
from dashboard.blocks import cofunding, four, platforms, spellings
from dashboard.charts import network
from dashboard.db import Warehouse
from dashboard.exhibit import Exhibit
from dashboard.layout import View
from dashboard.questions import actors, financing
from dashboard.questions import platforms as platform_questions
from dashboard.selection import Selection, decode
from dashboard.texts import LANGS

SELECTIONS = (
    Selection(), Selection(lan=("17",)), Selection(malgrupp=("langt_fran_arbetsmarknaden",)), Selection(fond=("ESF+",)),
    Selection(lan=("14",), fond=("ESF",)), Selection(insats="varmland-tillsammans"), Selection(q="finns inte alls"),
    Selection(plats="bara", nationella="uteslut"),
)  # fmt: skip
AF, FK = "name:arbetsformedlingen", "name:forsakringskassan"


@pytest.mark.parametrize("sel", SELECTIONS)
def test_pairs_are_ordered_once_each_and_counted_alike_from_both_ends(w: Warehouse, sel: Selection) -> None:
    pairs = actors.edges(w, sel)
    assert all(r["a_id"] < r["b_id"] and r["n"] == len(r["titles_sv"]) for r in pairs)
    assert len({(r["a_id"], r["b_id"]) for r in pairs}) == len(pairs)
    partners: dict[str, set[str]] = defaultdict(set)
    for r in pairs:
        partners[r["a_id"]].add(r["b_id"])
        partners[r["b_id"]].add(r["a_id"])
    assert {r["actor_id"]: r["partners"] for r in actors.listed(w, sel) if r["partners"]} == {
        node: len(near) for node, near in partners.items()
    }


@pytest.mark.parametrize("sel", SELECTIONS)
def test_an_actors_initiatives_are_as_many_as_the_rows_that_it_leads_to(w: Warehouse, sel: Selection) -> None:
    for r in actors.listed(w, sel)[:12]:
        rows = actors.roles_of(w, sel, r["actor_id"])
        assert r["initiatives"] == len({each["operation_id"] for each in rows})
        assert set(r["roles"]) == {each["role"] for each in rows}
    cover = actors.cover(w, sel)
    assert cover["joint"] + cover["alone"] + cover["nobody"] == cover["initiatives"]


def test_the_networks_cliques_are_those_of_the_initiatives(w: Warehouse) -> None:
    """Ten kommuner twice in Värmland: every pair that both initiatives name works together in two."""
    pairs = {(r["a"], r["b"]): r["n"] for r in actors.edges(w, Selection(lan=("17",)))}
    both = ("Arvika kommun", "Grums kommun", "Hagfors kommun", "Karlstads kommun", "Säffle kommun", "Torsby kommun")
    assert all(pairs[tuple(sorted(pair, key=str.casefold))] == 2 for pair in [both[:2], both[1:3], both[3:5]])  # type: ignore[index]
    one = actors.edges(w, Selection(insats="varmland-tillsammans"))
    assert len(one) == 10 * 9 // 2
    assert {r["n"] for r in one} == {1}


def test_a_funder_and_a_dialogue_party_do_not_work_together_with_anyone(w: Warehouse) -> None:
    ips = actors.edges(w, Selection(insats=four.EXAMPLE))
    assert {AF, FK}.isdisjoint({end for r in ips for end in (r["a_id"], r["b_id"])})
    assert len(ips) == 6 * 5 // 2
    assert actors.edges(w, Selection(insats="ett-oppnare-varmland")) == ()


def view(w: Warehouse, page: str = "actors", **choices: Any) -> View:
    return View(w, Selection(**choices), page)


def exhibits(v: View) -> list[Exhibit | None]:
    if v.page == "platforms":
        return [
            make(v)
            for make in (platforms.levels, platforms.by_lan, platforms.horizon, platforms.every, platforms.abroad)
        ]
    return [
        make(v)
        for make in (
            shown.together, shown.organisations, shown.parts_of, shown.seeds, four.view, four.by_lan, four.example,
            cofunding.together, cofunding.funders, cofunding.amounts, spellings.merged, spellings.doubtful,
        )
    ]  # fmt: skip


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("page", ["actors", "platforms"])
@pytest.mark.parametrize(
    "choices",
    [{}, {"lan": ("18",)}, {"aktor": AF}, {"q": "finns inte alls"}, {"bas": "euro", "insats": "hon-kan-molndal"}],
)
def test_every_figure_stands_by_itself(w: Warehouse, lang: Any, page: str, choices: dict[str, Any]) -> None:
    found = [each for each in exhibits(view(w, page, lang=lang, **choices)) if each]
    assert len({each.id for each in found}) == len(found)
    for each in found:
        assert each.finding
        assert each.source
        assert all(len(row) == len(each.columns) for row in each.rows)
        assert len(each.links) in (0, len(each.rows))
        assert "{" not in each.finding + "".join(map(str, (*each.basis, *each.missing, *each.source)))
        for dark in (False, True):
            if each.spec:
                alt.Chart.from_dict(json.loads(json.dumps(each.spec(dark))), validate=True)


def test_the_example_names_four_associations_and_shows_the_conflict(w: Warehouse) -> None:
    found = four.example(view(w))
    assert found is not None
    rows = {row[0]: row for row in found.rows}
    assert rows["Samordningsförbund"][1] == (
        "Samordningsförbundet i Göteborg, Samordningsförbundet i Sollentuna, Samordningsförbundet i Stockholm, "
        "Samordningsförbundet i Örebro-Lekeberg"
    )
    assert {rows[party][2] for party in ("Kommun", "Region", "Arbetsförmedlingen", "Försäkringskassan")} == {
        "Dialogpart"
    }
    assert "Samordningsförbundet Delta Hisingen" in str(found.source[0])
    assert "Stockholms län, Västra Götalands län, Örebro län" in found.finding


def test_a_party_that_no_source_names_is_not_known(w: Warehouse) -> None:
    found = four.view(view(w))
    rows = {row[0]: row for row in found.rows}
    assert rows["Insteget"][1:6] == (
        "Falkenbergs kommun",
        "ej känd",
        "Arbetsförmedlingen",
        "Försäkringskassan",
        "ej känd",
    )
    assert rows["MIA Vidare"][5] == "Samordningsförbundet Östra Södertörn, fler som inte namnges"
    known = [sum(cell != "ej känd" for cell in row[1:6]) for row in found.rows]
    assert min(known) >= 2
    assert f": {len(found.rows)}." in found.finding


def test_forms_of_financing_are_counted_once_an_initiative(w: Warehouse) -> None:
    for sel in SELECTIONS:
        forms = {r["form"]: r for r in financing.forms(w, sel)}
        pairs = financing.pairs(w, sel)
        assert all(r["a"] < r["b"] and r["n"] <= min(forms[r["a"]]["n"], forms[r["b"]]["n"]) for r in pairs)
        cover = financing.cover(w, sel)
        assert cover["known"] + cover["unknown"] == cover["initiatives"]
        assert sum(r["alone"] for r in forms.values()) + cover["several"] == cover["known"]


def test_known_amounts_are_never_added_over_kinds(w: Warehouse) -> None:
    found = financing.amounts(w, Selection())
    assert len({(r["measure"], r["currency"]) for r in found}) == len(found)
    own = w.rows("SELECT measure, currency, sum(amount) AS amount FROM mart_funding f JOIN mart_operation o "
                 "USING (operation_id) WHERE o.portfolio = 'sverige' GROUP BY ALL")  # fmt: skip
    assert {(r["measure"], r["currency"]): r["amount"] for r in found}.items() <= {
        (r["measure"], r["currency"]): r["amount"] for r in own
    }.items()


def test_platforms_abroad_are_in_no_swedish_figure(w: Warehouse) -> None:
    home, abroad = platform_questions.listed(w), platform_questions.listed(w, abroad=True)
    assert {r["platform_id"] for r in home}.isdisjoint({r["platform_id"] for r in abroad})
    assert "Innoby innovationsplattform" in {r["name_sv"] for r in abroad}
    assert all(not r["lan_codes"] and not r["is_national"] and r["level"] == "internationell" for r in abroad)
    v = view(w, "platforms")
    counts = [row[1] for row in platforms.levels(v).rows]
    assert sum(counts) == len(home)  # type: ignore[arg-type]
    lans = platforms.by_lan(v)
    assert len(lans.rows) == 21
    assert sum(row[1] for row in lans.rows) == sum(len(r["lan_codes"]) for r in home)  # type: ignore[misc]
    told = [*lans.rows, *platforms.levels(v).rows, *platforms.horizon(v).rows, *platforms.every(v).rows]
    assert not any("Innoby" in str(cell) for row in told for cell in row)


def test_a_lan_with_nothing_in_the_data_says_so_and_an_unknown_end_is_no_end(w: Warehouse) -> None:
    v = view(w, "platforms")
    rows = {row[0]: row for row in platforms.by_lan(v).rows}
    assert rows["Skåne län"][1:3] == (0, "ingen i underlaget")
    horizon = {row[0]: row for row in platforms.horizon(v).rows}
    assert horizon["RISE SHIC"][3:] == (None, None, "finansiering ej känd")
    assert horizon["Kugghjulet"][5] == "slutdatum ej känt"
    assert str(horizon["Gotland Forward – en kompetensarena för alla"][5]).startswith("slut 31 aug. 2026")


node = st.sampled_from("abcdefghijklmnop")
graphs = st.lists(st.tuples(node, node, st.integers(1, 5)).filter(lambda p: p[0] < p[1]), min_size=1, max_size=40,
                  unique_by=lambda p: p[:2])  # fmt: skip


@settings(max_examples=20)
@given(graphs, st.randoms(use_true_random=False))
def test_the_same_pairs_stand_in_the_same_places_within_the_frame(pairs: list[Any], dice: Any) -> None:
    shuffled = list(pairs)
    dice.shuffle(shuffled)
    first, second = network.places(tuple(pairs)), network.places(tuple(shuffled))
    assert first.keys() == second.keys()
    assert all(first[key] == pytest.approx(second[key]) for key in first)
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in first.values())
    assert len(set(first.values())) == len(first)


@given(graphs, st.integers(2, 12))
def test_what_is_drawn_of_many_are_those_with_most_partners(pairs: list[Any], most: int) -> None:
    kept = network.kept(pairs, most)
    degree = Counter(end for a, b, _ in pairs for end in (a, b))
    drawn = {end for a, b, _ in kept for end in (a, b)}
    assert set(kept) <= set(pairs)
    assert len(drawn) <= most
    if len(degree) <= most:
        assert kept == tuple(pairs)


@pytest.mark.parametrize(
    ("text", "held"),
    [("name:arbetsformedlingen", "name:arbetsformedlingen"), ("orgnr:2120001967", "orgnr:2120001967"), ("Örebro", ""),
     ("orgnr:12", ""), ("name:\x00", ""), ("name:" + "a" * 400, "")],
)  # fmt: skip
def test_a_malformed_actor_falls_back(text: str, held: str) -> None:
    assert decode({"aktor": text}).aktor == held
    assert decode(Selection(aktor=held).params()).aktor == held


def test_an_actor_that_the_data_does_not_hold_is_left_out(w: Warehouse) -> None:
    v = shown.narrowed(view(w, aktor="name:finns inte", insats="finns-inte", ordning="konstig", sida=3))
    assert (v.sel.aktor, v.sel.insats, v.sel.sida) == ("", "", 3)
    assert [row[1] for row in shown.organisations(v).rows] == sorted(
        (r["partners"] for r in actors.listed(w, v.sel)), reverse=True
    )
