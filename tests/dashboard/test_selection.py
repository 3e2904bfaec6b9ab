"""The URL's codec: round trip, a fallback for anything, nothing unbound, words for every choice."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashboard.db import Warehouse
from dashboard.questions import funding, initiatives
from dashboard.selection import (
    BASES,
    FACETS,
    FILTERS,
    KINDS,
    MEASURES,
    NATIONALS,
    PLACES,
    Selection,
    decode,
    measure_id,
    measure_of,
)
from dashboard.texts import LANGS, has, t

codes = st.text("abcåäö019.+:@_-", min_size=1, max_size=12)
many = st.lists(codes, unique=True, max_size=25).map(tuple)
words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=100).map(lambda x: " ".join(x.split()[:8]))
years = st.sampled_from(["", "2024", "2021-2024", "2025-06"])
selections = st.builds(
    Selection, lang=st.sampled_from(LANGS), **dict.fromkeys(FACETS, many), q=words,
    visa=st.sampled_from(["indikator", "pengar", "initiativ"]), indikator=codes, ar=years,
    matt=st.sampled_from(list(MEASURES)), per=st.sampled_from(["", "total", "capita"]),
    satt=st.sampled_from(["split", "touched"]), insats=st.one_of(st.just(""), codes),
    kalla=st.one_of(st.just(""), codes), sida=st.integers(1, 99999), lage=st.sampled_from(["", "scen"]),
    snapshot=st.one_of(st.just(""), st.just("20261123-0123abcd")),
    portfolj=st.sampled_from(["sverige", "utland", "import_irland.2", "import_åre"]), bas=st.sampled_from(BASES),
    plats=st.sampled_from(PLACES), nationella=st.sampled_from(NATIONALS),
    jamfor=st.one_of(st.just(""), st.just("20261122-0123abcd")),
)  # fmt: skip
NAMES = (*Selection.__dataclass_fields__,)
anything = st.dictionaries(st.sampled_from(NAMES), st.text(max_size=200))
hostile = st.sampled_from(
    [
        "'; DROP TABLE region; --",
        "$lan",
        "%00",
        "\x00",
        "../../etc/passwd",
        "0",
        "-1",
        "٢٠٢٤",
        "²",
        "1e9",
        ",,,",
        "x" * 9000,
    ]
)


@given(selections)
def test_a_selection_comes_back_from_its_url(sel: Selection) -> None:
    assert decode(sel.params()) == sel
    query = urlsplit(sel.url("/initiativ")).query
    assert decode(dict(parse_qsl(query))) == sel
    assert "lang" in sel.params()


@example({"q": "a" * 119 + " b"})
@given(st.one_of(anything, st.dictionaries(st.sampled_from(NAMES), hostile)))
def test_whatever_the_url_says_the_selection_is_within_bounds_and_stable(query: dict[str, str]) -> None:
    sel = decode(query)
    assert sel.lang in LANGS
    assert measure_id(*sel.money) == sel.matt
    assert sel.money[0] in KINDS
    assert re.fullmatch(r"sverige|utland|import_[\w.-]{1,60}", sel.portfolj)
    assert (sel.bas in BASES, sel.plats in PLACES, sel.nationella in NATIONALS) == (True, True, True)
    assert sel.visa in ("indikator", "pengar", "initiativ")
    assert sel.per in ("", "total", "capita")
    assert sel.satt in ("split", "touched")
    assert 1 <= sel.sida <= 99999
    assert len(sel.q) <= 120
    assert re.fullmatch(r"|\d{4}(-\d{2}|-\d{4})?", sel.ar)
    for name in FACETS:
        chosen = getattr(sel, name)
        assert len(chosen) == len(set(chosen)) <= 25
        assert all(re.fullmatch(r"[\w.+:@-]{1,80}", code) for code in chosen)
    assert decode(sel.params()) == sel


@example({"lan": "²"})
@example({"lan": "0180"})
@given(st.one_of(anything, st.dictionaries(st.sampled_from(NAMES), hostile)))
def test_one_lan_is_two_digits_or_none(query: dict[str, str]) -> None:
    one = decode(query).one_lan
    assert one is None or re.fullmatch(r"[0-9]{2}", one)


@given(selections)
def test_no_value_stands_in_the_sql_and_every_parameter_is_bound(sel: Selection) -> None:
    sql, params = sel.where()
    assert set(re.findall(r"\$(\w+)", sql)) == set(params)
    kept = {name: getattr(sel, name) for name in ("portfolj", "bas", "plats", "nationella")}
    same, other = Selection(**{f: ("x",) if getattr(sel, f) else () for f in FACETS}, q=sel.q, **kept).where()
    assert same == sql
    assert other.keys() == params.keys()


@pytest.mark.parametrize("text", ["'; DROP TABLE region; --", "%", "_", "\\", "$lan", "a\x00b", "{}", "x " * 60])
def test_hostile_text_is_only_text(w: Warehouse, text: str) -> None:
    sel = decode({"q": text, "lan": text, "agare": text, "tema": text})
    assert funding.total(w, sel, sel.matt)["projects"] >= 0
    assert initiatives.facets(w, sel).keys() == set(FACETS)


def test_every_filter_can_be_left_out_of_its_own_count() -> None:
    sel = Selection(**dict.fromkeys(FACETS, ("x",)))
    for f in FILTERS:
        sql, params = sel.where(without=f.param)
        assert f.param not in params
        assert set(params) == {*FACETS, "portfolj", "plats", "spread"} - {f.param}
        assert f"${f.param}" not in sql


@pytest.mark.parametrize("lang", LANGS)
def test_every_facet_is_described_in_the_words_of_the_language(lang: Any) -> None:
    for name in FACETS:
        assert has(f"facet.{name}")
        said = Selection(lang=lang, **{name: ("a", "b")}).describe({name: {"a": "Aaa"}})
        assert said == f"{t(f'facet.{name}', lang).lower()}: Aaa, b"
    assert Selection(lang=lang).describe({}) == t("filter.all", lang)
    both = Selection(lang=lang, lan=("01",), q="{q} x").describe({})
    assert both.endswith(t("filter.search", lang, q="{q} x"))
    assert "; " in both


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_not_counted_as_usual_is_said_in_words(lang: Any) -> None:
    assert Selection(lang=lang).counting({}) == []
    for param, values in (("bas", BASES), ("plats", PLACES), ("nationella", NATIONALS)):
        for value in values[1:]:
            sel = Selection(lang=lang, **{param: value})
            ((named, words),) = sel.counting({})
            assert named == param
            assert words == t(f"counting.{param}_{value}", lang).lower()
            assert words in sel.describe({})
    irish = Selection(lang=lang, portfolj="import_irland").describe({"portfolj": {"import_irland": "ESF Irland"}})
    assert irish == t("counting.of_portfolio", lang, name="ESF Irland")


@pytest.mark.parametrize("matt", [*MEASURES, *KINDS, "disbursed_gbp", "outcome_payment_pln"])
def test_a_measure_and_its_currency_come_back_from_the_id(matt: str) -> None:
    assert measure_id(*measure_of(matt)) == matt
    assert decode({"matt": matt}).matt == matt
    assert Selection(matt=matt, bas="euro").currency == "EUR"


@pytest.mark.parametrize("matt", ["granted_support_sek", "granted", "disbursed_", "disbursed_GBP", "disbursed_gbpp"])
def test_a_measure_that_is_none_falls_back(matt: str) -> None:
    assert decode({"matt": matt}).matt == "granted_support"


def test_a_change_goes_back_to_the_first_page_unless_it_is_the_page() -> None:
    sel = Selection(sida=4, q="x")
    assert (sel.but(lan=("01",)).sida, sel.but(sida=5).sida, sel.but(lan=("01",)).q) == (1, 5, "x")


def test_every_title_is_found_by_its_own_words(w: Warehouse) -> None:
    """The URL's folding and the warehouse's must agree on every letter there is."""
    for r in w.rows("SELECT operation_id, title_sv, title_en, beneficiary, diarienummer FROM mart_operation"):
        for text in (r["title_sv"], r["title_en"].upper(), r["beneficiary"] or "", r["diarienummer"] or ""):
            sel = decode({"q": text})
            where, params = sel.where()
            hit = w.row(
                f"SELECT count(*) AS n FROM mart_operation o WHERE {where} AND o.operation_id = $me",
                params | {"me": r["operation_id"]},
            )
            assert hit == {"n": 1}, text


@pytest.mark.parametrize("word", ["Åsa", "Örkelljunga", "café", "Łódź", "Straße", "m²", "½-tid", "Vidare…", "ﬁn", "İ"])
def test_the_search_folds_as_the_warehouse_folds(w: Warehouse, word: str) -> None:
    where, params = decode({"q": word}).where()
    row = "SELECT lower(strip_accents($kept)) AS search_text, 'sverige' AS portfolio"
    sql = f"SELECT count(*) AS n FROM ({row}) o WHERE {where}"
    assert w.row(sql, params | {"kept": f"före {word} efter"}) == {"n": 1}


def test_every_value_that_a_facet_offers_survives_the_url(w: Warehouse) -> None:
    for name, counts in initiatives.facets(w, Selection()).items():
        for code in counts:
            assert getattr(decode(Selection(**{name: (code,)}).params()), name) == (code,)
