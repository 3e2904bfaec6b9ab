"""Words and the index: inflection, folding, parts of words, small mistakes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import layout
from dashboard.blocks import search
from dashboard.finding import Index, Thing
from dashboard.layout import view_of
from dashboard.questions import initiatives
from dashboard.questions import search as questions
from dashboard.selection import Selection
from dashboard.words import fold, root, split
from tests.conftest import ROOT

LETTERS = st.text("abcdeghiklmnoprstuvåäö", min_size=1, max_size=12)


@given(LETTERS, st.text("abcdeghiklmnoprstuvåäö ", max_size=30))
def test_what_contains_a_word_contains_its_root(word: str, around: str) -> None:
    assert fold(root(word)) in fold(around + word + around)
    assert fold(word).startswith(fold(root(word)))


@pytest.mark.parametrize(
    ("one", "other"),
    [("arbetslösheten", "arbetslöshet"), ("kvinnor", "kvinnorna"), ("indikatorer", "indikator"),
     ("organisations", "organisation"), ("initiatives", "initiative")],
)  # fmt: skip
def test_an_inflection_finds_another(one: str, other: str) -> None:
    for stands, asked in ((one, other), (other, one)):
        found = Index([Thing("x", "1", (stands,)), Thing("x", "2", ("annat",))]).search(asked)
        assert [hit.thing.key for hit in found.hits] == ["1"]
        assert not found.guesses


@given(st.lists(LETTERS.filter(lambda w: len(w) > 2), min_size=1, max_size=6, unique_by=fold))
def test_every_thing_is_found_by_its_own_title_first(words: list[str]) -> None:
    index = Index(Thing("x", str(n), (word,)) for n, word in enumerate(words))
    for n, word in enumerate(words):
        best = [hit.thing.key for hit in index.search(word.upper()).hits]
        assert best[0] == str(n)


@given(st.text(max_size=60))
def test_any_text_is_an_answer(query: str) -> None:
    index = Index([Thing("x", "1", ("Örebro län",), ("18",), "något")])
    found = index.search(query)
    assert len(found.hits) <= 1
    assert not found.hits or split(query)


def test_a_hit_has_every_word_or_the_answer_says_so() -> None:
    index = Index([Thing("x", "1", ("unga i Malmö",)), Thing("x", "2", ("unga i Lund",)), Thing("x", "3", ("äldre",))])
    both = index.search("unga Lund")
    assert [hit.thing.key for hit in both.hits] == ["2"]
    assert not both.is_partial
    some = index.search("unga Kiruna")
    assert some.is_partial
    assert {hit.thing.key for hit in some.hits} == {"1", "2"}


def test_threads_share_an_index() -> None:
    index = Index(Thing("x", str(n), (f"arbetslöshet nummer {n}",)) for n in range(200))
    expected = [hit.thing.key for hit in index.search("arbetslösheten 7").hits]
    said: list[list[str]] = []

    def ask() -> None:
        said.extend([hit.thing.key for hit in index.search("arbetslösheten 7").hits] for _ in range(20))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == [expected] * 80


@pytest.mark.parametrize(
    ("query", "kind", "title"),
    [
        ("psykologisk funktionsnedsättning", "group", "psykisk ohälsa"),
        ("psykisk ohalsa", "group", "psykisk ohälsa"),
        ("mental illness", "group", "psykisk ohälsa"),
        ("nyanlnda kvinor", "group", "nyanlända kvinnor"),
        ("langtidsarbetslosa", "group", "långtidsarbetslösa"),
        ("arbetslösheten", "indicator", "Arbetslöshet 15–74 år"),
        ("orebro", "place", "Örebro län"),
        ("Winhall", "session", "What if – let's reimagine an inclusive working life"),
        ("samordningsförbund göteborg", "organisation", "Samordningsförbundet i Göteborg"),
        ("theory of change", "method", "effektlogik"),
        ("problemträdet", "concept", "Problemträd"),
        ("innoby", "platform", "Innoby innovationsplattform"),
    ],
)
def test_the_embedded_data_is_found(w: Any, query: str, kind: str, title: str) -> None:
    found = search.answer(view_of("search", {"q": query}))
    assert (kind, title) in {(hit.thing.kind, hit.thing.titles[0]) for hit in found.hits[:20]}


def test_every_thing_of_the_data_can_be_found_and_leads_somewhere(w: Any) -> None:
    v = view_of("search", {})
    index = search.index(v)
    for thing in index._things:
        hits = index.search(thing.titles[0]).hits
        assert thing in [hit.thing for hit in hits], thing
        assert search.href(v, thing).startswith("/")


def test_a_spelling_that_stands_nowhere_is_told(w: Any) -> None:
    v = view_of("search", {"q": "nyanlnda"})
    said = search.figure(v)
    assert said is not None
    assert "nyanlända" in said.finding
    assert search.figure(view_of("search", {})) is None
    nothing = search.figure(view_of("search", {"q": "xqzjy"}))
    assert nothing is not None
    assert nothing.rows == ()


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As if the snapshot had too many operations to hold their words."""
    search._index.cache_clear()
    monkeypatch.setattr(questions, "HELD", 10)
    yield
    search._index.cache_clear()


@pytest.mark.parametrize("q", ["mentor", "social innovation", "rehabilitering", "projekt"])
def test_of_many_operations_a_search_finds_what_their_own_page_finds(w: Any, apart: None, q: str) -> None:
    v = view_of("search", {"q": q})
    assert not any(thing.kind == "initiative" for thing in search.index(v)._things)
    rows = initiatives.listed(w, Selection(q=q))
    found = search.answer(v)
    own = [hit.thing for hit in found.hits if hit.thing.kind == "initiative"]
    assert [thing.key for thing in own] == [row["local_id"] for row in rows]
    assert len(own) + found.more == (rows[0]["matches"] if rows else 0)
    assert len(found) == len(found.hits) + found.more
    shown = search.figure(v)
    assert shown is not None
    assert f" {len(found)} " in f" {shown.finding} "


def test_of_many_operations_the_other_things_are_found_as_before(w: Any, apart: None) -> None:
    found = search.answer(view_of("search", {"q": "nyanlnda kvinor"}))
    assert ("group", "nyanlända kvinnor") in {(hit.thing.kind, hit.thing.titles[0]) for hit in found.hits}
    assert found.guesses
    assert search.answer(view_of("search", {"q": "xqzjy"})).hits == ()


def test_of_many_operations_the_page_leads_to_the_rest(w: Any, apart: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from streamlit.testing.v1 import AppTest

    monkeypatch.setattr(initiatives, "listed", partial(initiatives.listed, limit=2))
    monkeypatch.setattr(layout, "snapshot_folder", lambda: w.path.parent)
    page = AppTest.from_file(str(ROOT / "pages/search.py"), default_timeout=60)
    page.query_params["q"] = "projekt"
    page.run()
    assert not page.exception
    said = "".join(str(one.proto.body) for one in page.get("html"))
    n = initiatives.listed(w, Selection(q="projekt"))[0]["matches"]
    assert n > 2
    assert f'<a href="/initiativ?lang=sv&amp;q=projekt">Visa alla {n} initiativ</a>' in said


def test_the_size_of_what_can_be_searched_is_the_same_either_way(w: Any, request: pytest.FixtureRequest) -> None:
    v = view_of("search", {})
    whole = search._size(v)
    request.getfixturevalue("apart")
    assert search._size(v) == whole
