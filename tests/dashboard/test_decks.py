"""Decks: the included ones say what the data says in at most forty words, a file that is wrong is refused by key."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard import saving
from dashboard.export.catalogue import CATALOGUE
from dashboard.layout import PAGES
from dashboard.live.decks import asked, decks, pictures, telling
from dashboard.live.decks.deck import FIELDS, FORMS, Deck, DeckError, Scene, document, from_body, read
from dashboard.live.decks.shelf import ROUTES
from dashboard.live.decks.told import MOST_ROWS, MOST_WORDS, words
from dashboard.live.polls.question_files import preloaded
from dashboard.store import records
from dashboard.texts import LANGS, Said
from dashboard.theory import files
from tests.dashboard.export_world import HIDDEN, SPOILT

INCLUDED = sorted(path.stem for path in decks.EMBEDDED.glob("*.toml") if path.name not in decks.ASIDE)
GOOD = """
title_sv = "Länsdagen"
minutes = 20
[[scenes]]
id = "forst"
headline_sv = "Arbetslösheten: {least_value} till {most_value}"
annotation_sv = "Samma land"
note_sv = "Vänta in rummet"
address = "/?indikator=unemployment_15_74&lang=en&snapshot=x"
figure = "karta"
form = "map"
column = 3
highlight = "18"
[[scenes]]
headline_en = "Only words"
question = "poll-em1-1"
"""


def written(folder: Path, text: str, name: str = "lansdagen.toml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, "utf-8")
    return folder / name


def told_of(deck_id: str, lang: str) -> tuple[Any, ...]:
    return telling.every(decks.files().found[deck_id], telling.view_for(lang, ""))


def test_a_good_file_is_read(tmp_path: Path) -> None:
    deck = read(written(tmp_path, GOOD), asked.known())
    first, second = deck.scenes
    assert (deck.id, deck.title.of("en"), deck.minutes) == ("lansdagen", "Länsdagen", 20)
    assert (first.page, dict(first.query), first.figure, first.column, first.highlight) == (
        "sweden", {"indikator": "unemployment_15_74"}, "karta", 3, "18",
    )  # fmt: skip
    assert (second.id, second.page, second.question) == ("scen-2", "", "poll-em1-1")
    assert second.headline.is_foreign("sv")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('title_sv = "Länsdagen"', "", "title_sv"),
        ('title_sv = "Länsdagen"', "title_sv = [", "not a TOML file"),
        ("minutes = 20", "minutes = 20000", "minutes"),
        ("minutes = 20", "minutes = true", "minutes"),
        ('headline_sv = "Arbetslösheten: {least_value} till {most_value}"', "", "scenes 1, headline_sv"),
        ("{most_value}", "{mest}", "scenes 1, headline_sv"),
        ("{most_value}", "{most_value!r}", "scenes 1, headline_sv"),
        ("{most_value}", "{most_value", "scenes 1, headline_sv"),
        ('"Samma land"', f'"{"x" * 241}"', "scenes 1, annotation_sv"),
        ('headline_en = "Only words"', 'headline_en = "{most}"', "scenes 2, headline_en"),
        ('address = "/?', 'address = "https://example.org/?', "scenes 1, address"),
        ('address = "/?', 'address = "http://[?', "scenes 1, address"),
        ('address = "/?', 'address = "/kallor?', "scenes 1, address"),
        ('address = "/?indikator=unemployment_15_74&lang=en&snapshot=x"', "", "scenes 1, address"),
        ('figure = "karta"', 'figure = "kartan"', "scenes 1, figure"),
        ('form = "map"', 'form = "film"', "scenes 1, form"),
        ("column = 3", 'column = "tre"', "scenes 1, column"),
        ('highlight = "18"', 'highlight = "Örebro"', "scenes 1, highlight"),
        ('id = "forst"', 'id = "Först"', "scenes 1, id"),
        ('id = "forst"', 'id = "scen-2"', "scenes: 'scen-2' stands twice"),
        ('question = "poll-em1-1"', 'question = "poll-x"', "scenes 2, question"),
        ('question = "poll-em1-1"', 'fraga = "poll-em1-1"', "scenes 2, fraga"),
        ("[[scenes]]", "[[bilder]]", "scenes"),
        ("minutes = 20", '[[questions]]\nid = "poll-em1-1"', "questions"),
        ("minutes = 20", '[[questions]]\nid = "Å"', "questions 1, id"),
    ],
)
def test_a_fault_is_told_by_file_and_key_with_what_to_do(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in GOOD
    with pytest.raises(DeckError) as caught:
        read(written(tmp_path, GOOD.replace(old, new)), asked.known())
    said = str(caught.value)
    assert said.startswith("lansdagen.toml")
    assert told in said
    assert said.endswith(("." , ")."))  # fmt: skip


@pytest.mark.parametrize("body", [[], "x", 7, None, {"scenes": 3}, {"title_sv": "x", "scenes": [7]}, {"title_sv": 1}])
def test_any_other_body_is_refused(body: Any) -> None:
    with pytest.raises(DeckError):
        from_body("x", body, asked.known())


plain = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="{}"), max_size=40).map(str.strip)
said = st.builds(Said, plain, plain)
shown = st.sampled_from([(page, name) for page, names in CATALOGUE.items() for name in names])
queries = st.dictionaries(st.sampled_from(["lan", "indikator", "p1"]), plain.filter(bool), max_size=2)


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    page, figure = draw(st.one_of(st.just(("", "")), shown))
    return Scene(
        f"s{draw(st.integers(0, 10**9))}", draw(said.filter(bool)), draw(said), draw(said), page,
        tuple(draw(queries).items()) if page else (), figure, draw(st.sampled_from(FORMS)), draw(st.integers(0, 40)),
        draw(st.sampled_from(["", "01", "25"])), draw(st.sampled_from(["", "poll-em1-2"])),
    )  # fmt: skip


@given(said.filter(bool), st.lists(scenes(), min_size=1, max_size=4, unique_by=lambda one: one.id), st.integers(0, 600))
def test_a_deck_is_the_same_when_it_is_read_from_what_it_wrote(title: Said, made: list[Scene], minutes: int) -> None:
    deck = Deck("x", title, tuple(made), minutes, is_dark=minutes % 2 == 1)
    assert from_body("x", document(deck), asked.known()) == deck
    assert from_body("x", tomllib.loads(files.to_toml(document(deck)).decode()), asked.known()) == deck


def test_the_conference_has_its_two_passes_and_six_sessions(w: Any) -> None:
    found = decks.files()
    assert found.wrong == ()
    assert [*found.found] == INCLUDED
    assert {"konferensen-pass-1", "konferensen-pass-2", "konferensen-sessioner"} <= {*INCLUDED}
    sessions = {scene.id.split("-")[0] for scene in found.found["konferensen-sessioner"].scenes}
    assert {"fm1", "fm2", "fm3", "em1", "em2", "em3"} <= sessions
    asked_for = {scene.question for deck in found.found.values() for scene in deck.scenes if scene.question}
    conference = {one.id for one in preloaded() if one.item}
    assert conference <= asked_for <= asked.known(), "each of the seven questions is put"


@pytest.mark.parametrize("deck_id", INCLUDED)
@pytest.mark.parametrize("lang", LANGS)
def test_a_scene_has_one_message_in_at_most_forty_words(deck_id: str, lang: str, w: Any) -> None:
    for told in told_of(deck_id, lang):
        assert not told.is_empty, told.scene.id
        assert telling.scene_words(told) <= MOST_WORDS, told.scene.id
        for text in (told.headline, told.annotation, told.scene.note):
            assert not text.is_foreign(lang), told.scene.id  # type: ignore[arg-type]
            assert "{" not in text.of(lang), told.scene.id  # type: ignore[arg-type]
        assert "–" not in told.headline.of(lang), told.scene.id  # type: ignore[arg-type]
        if told.scene.form:
            assert told.form == told.scene.form, told.scene.id
        assert bool(told.source) == bool(told.of), told.scene.id
        assert not told.source.endswith((":", " 0.")), told.scene.id


def test_a_headline_says_what_the_data_says(w: Any) -> None:
    """The words against SQL that the product does not use."""
    told = {one.scene.id: one for deck in INCLUDED for one in told_of(deck, "sv")}
    low, high = (
        w.row(
            "SELECT r.name_sv, m.value FROM mart_indicator m JOIN region r ON r.code = m.region_code "
            "WHERE m.indicator_code = 'unemployment_15_74' AND r.level = 'lan' AND m.value IS NOT NULL AND m.sex = 'T' "
            "AND m.period = (SELECT max(period) FROM mart_indicator WHERE indicator_code = 'unemployment_15_74') "
            f"ORDER BY m.value {order} LIMIT 1"
        )
        for order in ("ASC", "DESC")
    )
    headline = told["arbetsloshet"].headline.sv
    for row in (low, high):
        assert row["name_sv"] in headline
        assert f"{row['value']:.1f}".replace(".", ",") in headline
    touched = w.row(
        "SELECT count(DISTINCT p.code) AS n FROM mart_place p JOIN mart_operation o USING (operation_id) "
        "WHERE p.plats = 'verksamhet' AND NOT p.spread AND length(p.code) = 2 AND regexp_matches(p.code, '^[0-9]+$') "
        "AND o.portfolio = 'sverige'"
    )
    assert told["var"].headline.sv == f"Initiativ finns i {touched['n']} av 21 län"


def test_a_map_has_every_lan_in_a_class_of_its_legend(w: Any) -> None:
    for deck_id in INCLUDED:
        for told in told_of(deck_id, "sv"):
            if told.form == "map":
                assert len(told.areas) == 21
                assert {area.css_class for area in told.areas} == {item.css_class for item in told.legend}


def test_what_does_not_fit_becomes_something_that_does(w: Any) -> None:
    def form_of(address: str, figure: str, form: str, column: int = 0) -> str:
        body = {
            "title_sv": "x",
            "scenes": [{"headline_sv": "x", "address": address, "figure": figure, "form": form, "column": column}],
        }
        deck = from_body("x", body, asked.known())
        return telling.tell(deck, deck.scenes[0], telling.view_for("sv", "")).form

    assert form_of("/aktorer", "together", "chart") == "bars", "a network is too high for a stage"
    assert form_of("/lan?lan=18", "trend", "chart") == "chart"
    assert form_of("/aktorer", "together", "map") != "map"
    assert form_of("/plattformar", "levels", "map") == "bars"
    assert form_of("/kontrakt", "contracts-sweden", "numbers") == "list"
    assert form_of("/?visa=initiativ", "karta", "") == "map"
    assert form_of("/?visa=initiativ", "karta", "map", 40) == "map", "a column that there is not is passed over"


def test_every_figure_of_every_page_can_be_told_without_an_error(w: Any) -> None:
    for page, names in CATALOGUE.items():
        for name in names:
            body = {"title_sv": "x", "scenes": [{"headline_sv": "{most}", "address": PAGES[page], "figure": name}]}
            deck = from_body("x", body, asked.known())
            told = telling.tell(deck, deck.scenes[0], telling.view_for("en", ""))
            assert told.is_empty or len(told.picked()) <= MOST_ROWS.get(told.form, 10**6), name
            pictures.alone(told, "18")


def test_hidden_and_missing_values_are_told_as_such(export_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKARTA_HOME", str(export_folder))
    body = {"title_sv": "x", "scenes": [{"headline_sv": "{least_value} {most_value} {n}", "address": "/"}]}
    deck = from_body("x", body, asked.known())
    told = telling.tell(deck, deck.scenes[0], telling.view_for("sv", SPOILT))
    classes = {area.code: area for area in told.areas}
    assert classes[HIDDEN].css_class == "suppressed"
    assert not any(sign.isdigit() for sign in classes[HIDDEN].value_text)
    assert {"missing", "suppressed"} <= {item.css_class for item in told.legend}


def test_fields_are_all_filled(w: Any) -> None:
    text = " ".join(f"{{{name}}}" for name in FIELDS)[:120].rsplit(" ", 1)[0]
    body = {"title_sv": "x", "scenes": [{"headline_sv": text, "address": "/", "figure": "karta"}]}
    deck = from_body("x", body, asked.known())
    assert "–" not in telling.tell(deck, deck.scenes[0], telling.view_for("sv", "")).headline.sv


def test_words_are_counted_by_letters() -> None:
    assert words("Örebro län: 62,4 % (2025) – ja") == 3


@pytest.fixture
def own_home(tmp_path: Path, warehouse_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own with the embedded snapshot."""
    (tmp_path / "snapshots").symlink_to(warehouse_folder, target_is_directory=True)
    monkeypatch.setenv("INKARTA_HOME", str(tmp_path))
    return tmp_path


def test_the_users_own_files_are_read_and_a_fault_leaves_the_rest(own_home: Path) -> None:
    written(own_home / "decks", GOOD)
    written(own_home / "decks", GOOD.replace("[[scenes]]", "[[x]]"), "trasig.toml")
    written(own_home / "decks", GOOD, "konferensen-pass-1.toml")
    found = decks.files()
    assert "lansdagen" in found.found
    assert sorted(said.split(":")[0] for said in found.wrong) == ["konferensen-pass-1.toml", "trasig.toml"]
    written(own_home / "decks", GOOD.replace("Länsdagen", "En annan dag"))
    assert decks.files().found["lansdagen"].title.sv in ("Länsdagen", "En annan dag")


def test_a_kept_deck_is_found_in_every_version_and_gone_when_removed(own_home: Path) -> None:
    body = document(decks.files().found["konferensen-pass-1"])
    one = records.add(saving.database(), "deck", body)
    records.save(saving.database(), one.id, 1, {**body, "title_sv": "Ny"})
    newest, first = decks.find(one.id), decks.find(one.id, 1)
    assert newest
    assert newest.title.sv == "Ny"
    assert first
    assert first.title.sv == body["title_sv"]
    records.remove(saving.database(), one.id)
    assert decks.find(one.id) is None
    assert decks.find("finns-inte") is None
    card = records.add(saving.database(), "effect_card", {"scenes": []})
    assert decks.find(card.id) is None


def test_a_deck_goes_out_as_a_file_and_comes_in_as_one_of_ones_own(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INKARTA_EDIT", "on")
    site = TestClient(Starlette(routes=ROUTES), base_url="http://region.example", follow_redirects=False)
    own = {"origin": "http://region.example"}
    taken = site.get("/scen/fil/konferensen-pass-2.toml")
    assert taken.headers["content-disposition"] == 'attachment; filename="konferensen-pass-2.toml"'
    assert site.get("/scen/fil/finns-inte.toml").status_code == 404
    to = site.post("/scen/fil?lang=sv", files={"fil": ("mitt.toml", taken.content)}, headers=own).headers["location"]
    made = decks.find(dict(parse_qsl(urlsplit(to).query))["bildspel"])
    assert made
    assert document(made) == document(decks.files().found["konferensen-pass-2"])
    bad = taken.content.replace(b"headline_sv", b"rubrik_sv", 1)
    to = site.post("/scen/fil", files={"fil": ("mitt.toml", bad)}, headers=own).headers["location"]
    assert "bildspel" not in to
    told = saving.report(dict(parse_qsl(urlsplit(to).query))["fil"])
    assert told
    assert "scenes 1, rubrik_sv" in told["faults"][0][2]
    assert site.post("/scen/fil", files={"fil": ("x.toml", taken.content)}).status_code == 403
