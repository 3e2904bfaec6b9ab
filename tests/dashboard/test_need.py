"""*Behov och pengar*: figures by hand, every indicator and measure, sexes, hidden values, weights, and its words."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import altair as alt
import pytest

from dashboard import layout, statistics
from dashboard.blocks import need, need_index, need_map, need_series, need_sexes
from dashboard.db import served
from dashboard.exhibit import WITHHELD, Exhibit, table, written
from dashboard.layout import View
from dashboard.questions import funding, indicators
from dashboard.selection import MEASURES, Selection, decode
from dashboard.texts import LANGS, WORDING
from etl.warehouse import build
from tests.conftest import ROOT, Sheet
from tests.dashboard import need_world as world

FIGURES: tuple[Callable[[View], Exhibit | None], ...] = (
    need_map.bivariate, need.scatter, need.gaps, need_sexes.sexes, need_index.components, need_index.robustness,
)  # fmt: skip
WEIGHTS = "unemployment_15_74:2,employment_20_64:1,low_economic_standard:3"


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory, outlines: object) -> Any:
    """A warehouse whose source has sexes and a hidden value."""
    folder = tmp_path_factory.mktemp("need")
    build(folder / "snapshots", embedded=world.values(folder), as_of=date(2026, 11, 23))
    return served(folder / "snapshots")


def view(w: Any, **query: str) -> View:
    return View(w, layout._held(w, decode({"lang": "sv", **query})), "need")


def shown(v: View) -> list[Exhibit]:
    return [found for figure in FIGURES if (found := figure(v))]


def said(of: Exhibit) -> str:
    return " ".join(map(str, (of.title, of.finding, *of.basis, *of.missing, *of.source)))


def test_the_correlation_and_the_ranks_by_another_way(w: Any) -> None:
    """DuckDB's own corr over ranks with ties averaged, straight from the tables: unemployment and support."""
    (found,) = w.rows(
        """
        WITH money AS (
            SELECT p.lan_code AS code, sum(amount_part(f.amount, p.share_from, p.share_to)) AS amount
            FROM mart_funding f JOIN mart_place p USING (operation_id) JOIN mart_operation o USING (operation_id)
            WHERE f.measure = 'granted_support' AND f.currency = 'SEK' AND p.plats = 'verksamhet' AND NOT p.spread
                AND o.portfolio = 'sverige' AND p.lan_code IS NOT NULL GROUP BY 1
        ), both_of AS (
            SELECT n.value AS x, m.amount / CAST(c.value AS DOUBLE) AS y FROM money m
            JOIN mart_indicator n ON n.indicator_code = 'unemployment_15_74' AND n.region_code = m.code
                AND n.period = '2025' AND n.sex = 'T' AND n.value IS NOT NULL
            JOIN mart_indicator c ON c.indicator_code = 'population' AND c.region_code = m.code AND c.period = '2024'
        ), ranked AS (
            SELECT rank() OVER (ORDER BY x) + (count(*) OVER (PARTITION BY x) - 1) / 2.0 AS a,
                rank() OVER (ORDER BY y) + (count(*) OVER (PARTITION BY y) - 1) / 2.0 AS b FROM both_of
        )
        SELECT corr(a, b) AS rho, count(*) AS n FROM ranked
        """
    )
    of = need_series.pair(view(w))
    assert (of.rho, of.n) == (pytest.approx(found["rho"], abs=1e-12), found["n"])
    assert of.n == 20
    assert "09" not in of.codes


def test_the_figures_of_one_lan_are_those_of_the_sources(w: Any) -> None:
    rows = Sheet(ROOT / "data/indicators/values/unemployment_15_74.csv").rows
    value = next(float(r["value"]) for r in rows if (r["region_code"], r["period"]) == ("20", "2025"))
    row = next(r for r in need.gaps(view(w)).rows if r[0] == "Dalarnas län")  # type: ignore[union-attr]
    assert row[2] == value
    people = next(
        float(r["value"])
        for r in Sheet(ROOT / "data/indicators/values/population.csv").rows
        if (r["region_code"], r["period"]) == ("20", "2024")
    )
    assert row[4] == pytest.approx(3224300 * 1000 / people)
    total = next(r for r in need.gaps(view(w, per="total")).rows if r[0] == "Dalarnas län")  # type: ignore[union-attr]
    assert total[4] == Decimal("3224300.00")


def test_per_inhabitant_is_what_is_meant_when_nothing_is_said_and_the_address_can_say_otherwise(w: Any) -> None:
    assert need_series.money_of(view(w)).is_per
    assert need_series.money_of(view(w, per="capita")).is_per
    assert not need_series.money_of(view(w, per="total")).is_per
    assert decode(Selection(per="total").params()).per == "total"
    assert any("folkmängd 2024" in line for line in need_series.basis(view(w), need_series.pair(view(w))).whole)


def test_a_low_value_is_great_need_where_high_is_good(w: Any) -> None:
    of = need_series.pair(view(w, indikator="employment_20_64"))
    first = min(of.need_rank, key=lambda c: of.need_rank[c])
    assert of.need.value[first] == min(of.need.value.values())
    assert of.need.is_need
    assert of.need.is_reversed
    low = need_series.pair(view(w, indikator="unemployment_15_74"))
    first = min(low.need_rank, key=lambda c: low.need_rank[c])
    assert low.need.value[first] == max(low.need.value[c] for c in low.codes)


@pytest.mark.parametrize("lang", LANGS)
def test_an_indicator_without_a_direction_is_not_called_need(w: Any, lang: str) -> None:
    v = view(w, indikator="dependency_ratio", lang=lang)
    for of in shown(v):
        words = " ".join([of.title, of.finding, *(c.title for c in of.columns)]).lower()
        assert not re.search(r"behov|need", words), words
        if of.rows:
            cells = " ".join(str(cell) for row in of.rows for cell in row).lower()
            assert not re.search(r"behov|need", cells)
    assert not need_series.need_of(v).is_need


@pytest.mark.parametrize("lang", LANGS)
def test_every_indicator_against_every_measure_has_figures_with_n_and_both_years(w: Any, lang: str) -> None:
    measures = [*MEASURES, "initiativ"]
    for at, code in enumerate(indicators.catalogue(w)):
        matt = measures[at % len(measures)]
        how = {"visa": "initiativ"} if matt == "initiativ" else {"matt": matt}
        v = view(w, indikator=code, lang=lang, satt=("split", "touched")[at % 2], per=("", "total")[at // 2 % 2], **how)
        of = need_series.pair(v)
        for figure in shown(v):
            assert "{" not in said(figure)
            assert "None" not in said(figure)
            assert len({len(row) for row in figure.rows} | {len(figure.columns)}) == 1
            assert not figure.links or len(figure.links) == len(figure.rows)
            assert table(v, figure)
            assert figure.spec is None or "http" not in json.dumps({**figure.spec(False), "$schema": ""})
        if of.codes:
            found = need.scatter(v)
            assert found is not None
            assert f"n\u00a0=\u00a0{of.n}" in found.finding
            assert v.span(of.need.period) in found.finding
            years = need_series.basis(v, of).meant
            assert any(re.search(r"20\d\d", line) for line in years[1:])


@pytest.mark.parametrize("dark", [False, True])
def test_every_chart_is_valid_vega_lite(w: Any, dark: bool) -> None:
    for query in ({"lan": "18", "vikter": WEIGHTS}, {"indikator": "population", "per": "total", "lang": "en"}):
        for figure in shown(view(w, **query)):
            if figure.spec:
                alt.Chart.from_dict(json.loads(json.dumps(figure.spec(dark))), validate=True)


def test_what_is_on_no_map_is_told_to_the_krona_and_adds_up(w: Any) -> None:
    v = view(w, per="total")
    of = need_series.money_of(v)
    total = funding.total(w, need_series.operations(v), v.sel.matt)
    outside = sum(of.found[c]["split"] for c in ("SE", "okant") if c in of.found)
    assert sum(of.raw.values()) + outside == total["amount"]
    told = " ".join(need.scatter(v).missing)  # type: ignore[union-attr]
    assert v.n(Decimal("67.9"), 1) in told
    assert "Gotlands län" in told


def test_a_filter_narrows_the_money_and_is_named(w: Any) -> None:
    everything, some = (
        need_series.pair(view(w, visa="initiativ")),
        need_series.pair(view(w, visa="initiativ", malgrupp="unga_uvas", period="2021-2027")),
    )
    assert sum(some.money.value.values()) < sum(everything.money.value.values())
    v = view(w, malgrupp="psykisk_ohalsa")
    assert any("avgränsade till" in line for line in need_series.basis(v, need_series.pair(v)).whole)


def test_no_lan_with_both_is_no_figure_and_no_error(w: Any) -> None:
    v = view(w, q="finns inte alls")
    assert shown(v) == []
    assert need_series.pair(v).rho is None
    assert need.associated(v, need_series.pair(v)).count("n\u00a0=\u00a00") == 1


def test_a_lan_is_marked_out_and_named_by_its_letter(w: Any) -> None:
    figure = need.scatter(view(w, lan="18,20"))
    assert figure is not None
    assert figure.spec is not None
    rows = {r["name"]: r for r in figure.spec(False)["datasets"]["rows"]}
    assert {name for name, r in rows.items() if r["is_chosen"]} == {"Örebro", "Dalarna"}
    assert rows["Örebro"]["narrow_text"] == "T"
    assert all(r["wide_text"] for r in rows.values())


@pytest.mark.parametrize(
    ("rho", "interval", "word"),
    [
        (0.1, (-0.2, 0.4), "skilja från noll"),
        (0.6, (0.2, 0.8), "oftare mer"),
        (-0.6, (-0.8, -0.2), "oftare mindre"),
        (1.0, None, "Inget intervall"),
        (None, None, "kan inte räknas"),
    ],
)
def test_the_sentence_says_no_more_than_the_interval(w: Any, rho: Any, interval: Any, word: str) -> None:
    from dataclasses import replace

    v = view(w)
    assert word in need.associated(v, replace(need_series.pair(v), rho=rho, interval=interval))


def test_the_gap_is_rank_of_money_minus_rank_of_need_largest_first_and_adds_to_nothing(w: Any) -> None:
    found = need.gaps(view(w))
    assert found is not None
    gaps = [row[5] for row in found.rows]
    assert gaps == sorted(gaps, reverse=True)  # type: ignore[type-var]
    assert all(row[5] == row[3] - row[1] for row in found.rows)  # type: ignore[operator]
    assert sum(gaps) == 0  # type: ignore[arg-type]
    assert str(found.rows[0][0]) in found.finding
    assert str(found.rows[-1][0]) in found.finding


def test_the_map_has_every_lan_and_classes_only_where_both_are_known(w: Any) -> None:
    v = view(w)
    of, figure = need_series.pair(v), need_map.bivariate(v)
    assert figure is not None
    assert len(figure.rows) == 21
    without = [row for row in figure.rows if row[2] is None]
    assert [row[0] for row in without] == ["Gotlands län"]
    assert without[0][1] is None
    classes = need_map.classes(of)
    square = str(need_map.square(v, of, classes)).replace("\u00ad", "")
    for code in of.codes:
        assert square.count(f"lan={code}") == 1
    assert figure.spec is not None
    fills = [s["properties"]["fill"] for s in figure.spec(False)["datasets"]["shapes"]]
    assert fills.count("transparent") == 2  # the län without a class, and its row in the legend
    assert len(fills) == 21 + 9 + 1


def test_women_and_men_where_the_source_has_them(other: Any) -> None:
    v = view(other, indikator=world.WITH_SEXES)
    figure = need_sexes.sexes(v)
    assert figure is not None
    row = next(r for r in figure.rows if r[0] == v.regions["18"])
    assert row[1:4] == (world.women("18"), world.men("18"), pytest.approx(-26.4))
    lacking = next(r for r in figure.rows if r[0] == v.regions[world.WITHOUT])
    assert lacking[1:6] == (None, None, None, None, None)
    money = need_series.money_of(v).value
    expected = statistics.ranks({c: -world.women(c) for c in money if c != world.WITHOUT})
    assert row[4] == expected["18"]
    rho = statistics.spearman({c: -world.women(c) for c in money if c != world.WITHOUT}, money)
    assert v.n(rho, 2) in figure.finding
    assert v.n(-(rho or 0), 2) in figure.finding


@pytest.mark.parametrize(("kon", "value"), [("K", world.women), ("M", world.men)])
def test_a_chosen_sex_is_the_series_of_every_figure(other: Any, kon: str, value: Callable[[str], float]) -> None:
    v = view(other, indikator=world.WITH_SEXES, kon=kon)
    of = need_series.pair(v)
    assert of.need.value == {c: value(c) for c in of.need.value}
    assert len(of.need.value) == 20
    assert v.t(f"series.sex_{kon}") in of.need.title
    for figure in (need_map.bivariate(v), need.scatter(v), need.gaps(v)):
        assert v.t(f"series.sex_{kon}") in " ".join(c.title for c in figure.columns)  # type: ignore[union-attr]


def test_a_sex_that_the_source_does_not_have_is_said_not_to_be_there(w: Any) -> None:
    v = view(w, kon="K")
    of = need_series.pair(v)
    assert of.need.parts[0].sex == "T"
    assert any("kvinnor för sig" in line for line in need_series.basis(v, of).whole)
    assert need_sexes.sexes(v) is None


def test_a_hidden_value_is_withheld_everywhere_and_nothing_is_worked_out_of_it(other: Any) -> None:
    v = view(other, indikator=world.COUNTED, visa="initiativ", per="total")
    of, name = need_series.pair(v), v.regions[world.HIDDEN]
    assert world.HIDDEN in of.need.hidden
    assert world.HIDDEN not in of.codes
    figure = need_map.bivariate(v)
    assert figure is not None
    row = next(r for r in figure.rows if r[0] == name)
    assert row[1] is WITHHELD
    assert written(v, row[1], figure.columns[1]) == ".."
    assert need_map.told(v, of, world.HIDDEN).count("..") == 1
    for other_figure in (need.scatter(v), need.gaps(v)):
        assert name not in [r[0] for r in other_figure.rows]  # type: ignore[union-attr]
    weighed = view(other, vikter=f"{world.COUNTED}:1,unemployment_15_74:1")
    assert world.HIDDEN not in need_series.need_of(weighed).value
    found = need_index.components(weighed)
    assert found is not None
    row = next(r for r in found.rows if r[0] == name)
    assert row[:3] == (name, None, None)
    assert WITHHELD in row


CAUSAL = re.compile(
    r"leder till|ledde till|effekt(en|er)? av|beror på|tack vare|på grund av|påverka|resulter|åstadk|bidrar till|"
    r"gör att|förklarar|därmed|orsakar|\bcaus(es?|ed|ing)\b|leads? to|led to|effects? of|because of|thanks to|due to|"
    r"affects?\b|results? in|impacts?\b|contributes? to|explains?\b|drives?\b|depends? on",
    re.IGNORECASE,
)
DENIED = {"need.association"}
"""The one text that names cause, to say that there is none in it."""


def test_no_word_says_that_the_one_makes_the_other() -> None:
    texts = tomllib.loads((WORDING / "need.toml").read_text("utf-8"))["need"]
    found = {
        key: match[0]
        for key, both in texts.items()
        for text in both.values()
        if f"need.{key}" not in DENIED and (match := CAUSAL.search(text))
    }
    assert found == {}
    assert "inte orsak" in texts["association"]["sv"]
    assert "not cause" in texts["association"]["en"]


@pytest.mark.parametrize("lang", LANGS)
def test_no_figure_says_so_either_and_the_warnings_are_there(w: Any, lang: str) -> None:
    for query in ({}, {"vikter": WEIGHTS}, {"indikator": "population", "visa": "initiativ"}):
        v = view(w, lang=lang, **query)
        for of in shown(v):
            assert not CAUSAL.search(" ".join([of.title, of.finding, *of.basis])), said(of)
    index = need_index.components(view(w, lang=lang, vikter=WEIGHTS))
    assert index is not None
    assert index.basis[-1] == view(w, lang=lang).t("need.index_warning")


def test_the_page_is_in_the_menu_and_short() -> None:
    assert layout.PAGES["need"] == "/behov"
    assert (Path(ROOT) / "pages/need.py").read_text("utf-8").count("\n") < 80
