"""Results as exhibits, on the screen, beside the data and as files: the same figures and suppression everywhere."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.blocks import series
from dashboard.layout import View, view_of
from dashboard.live.polls.question import Answer, Figure
from dashboard.live.polls.question_files import to_json
from dashboard.live.results import (
    beside,
    beside_page,
    guess,
    known_actors,
    result_files,
    results,
    screen,
    screen_markup,
)
from dashboard.live.results import imported as live
from dashboard.live.results.result_files import Counted
from dashboard.live.results.result_routes import routes
from dashboard.live.results.results import Occasion
from dashboard.live.results.tally import FEWEST, tally
from dashboard.live.room.room_source import First, Rooms
from dashboard.questions import indicators
from dashboard.store import Database, polls, rooms
from dashboard.store.polls import Ballot
from tests.dashboard.results_world import DAY, QUESTIONS, Hall, app, made_up

HERE = Occasion("k7m2q", DAY, 250)


@pytest.fixture(scope="module")
def client(room: Hall) -> TestClient:
    return TestClient(app(room), base_url="http://region.example")


@pytest.fixture(params=["sv", "en"])
def v(room: Hall, request: pytest.FixtureRequest) -> View:
    return view_of("event", {"lang": request.param})


def told(v: View, kind: str, answers: list[Answer], occasion: Occasion = HERE, **more: Any) -> Any:
    question = QUESTIONS[kind]
    return results.result(v, question, tally(question, answers, vocabulary=beside.concepts(v.w)), occasion, **more)


@pytest.mark.parametrize("kind", QUESTIONS)
@pytest.mark.parametrize("n", [0, 1, 12, 200])
def test_a_result_is_a_whole_exhibit_for_any_number_of_answers(v: View, kind: str, n: int) -> None:
    of = told(v, kind, made_up(kind, n) if n else [])
    assert of.finding.strip()
    assert "{" not in of.finding
    assert of.source
    assert all(len(row) == len(of.columns) for row in of.rows)
    if of.spec:
        assert of.spec(False)["$schema"]
        assert of.rows
    if n == 200:
        assert any("250" in line for line in of.basis)


def test_equally_many_are_named_and_none_is_put_first(v: View) -> None:
    of = told(v, "single", ["a", "b"])
    assert of.rows[0][1] == of.rows[1][1] == 1
    names = [option.words.of(v.lang) for option in QUESTIONS["single"].options[:2]]
    assert all(name in of.finding for name in names)


def test_shares_are_rounded_half_up_and_of_those_who_answered(v: View) -> None:
    of = told(v, "multiple", [("a", "b")] * 23 + [("a",)] * 17)
    assert of.rows[1][2] == 57.5
    assert results.percent(v, 23 / 40) == ("58\u00a0%" if v.lang == "sv" else "58%")


def test_practice_and_imported_sessions_bear_their_mark_everywhere(v: View) -> None:
    for occasion, key in (
        (Occasion("k7m2q", DAY, 250, is_practice=True), "results.practice"),
        (Occasion("abcdefghijkl", DAY, title="Dag", imported=date(2026, 11, 24), file="d.xlsx"), "results.imported"),
    ):
        mark = v.t(key, day=v.day(occasion.imported)) if occasion.imported else v.t(key)
        question = QUESTIONS["text"]
        counted = tally(question, made_up("text", 60), vocabulary=beside.concepts(v.w))
        assert results.result(v, question, counted, occasion).basis[0] == mark
        assert results.texts(v, question, counted, occasion).basis[0] == mark  # type: ignore[union-attr]
        assert known_actors.exhibit(v, question, counted, occasion).basis[0] == mark  # type: ignore[union-attr]
        assert beside.said(v, question, counted, "18", occasion).basis[0] == mark  # type: ignore[union-attr]
        assert screen.frame(v, question, counted, occasion).mark == mark
        assert mark in result_files.call(v, [Counted(question, counted, occasion)], "http://x")


@given(n=st.integers(0, FEWEST - 1), chosen=st.sampled_from("abc"))
@settings(max_examples=12)
def test_below_ten_a_sensitive_question_gives_the_same_bytes_whatever_was_answered(
    client: TestClient, room: Hall, n: int, chosen: str
) -> None:
    room.answers, room.reveal = {"sensitive": []}, False
    ways = [
        "/rum/k7m2q/resultat/sensitive.json",
        "/rum/k7m2q/resultat/sensitive.txt",
        "/rum/k7m2q/resultat/sensitive.csv",
    ]
    nothing = [client.get(way).content for way in ways]
    room.answers = {"sensitive": [chosen] * n}
    assert [client.get(way).content for way in ways] == nothing
    assert client.get("/rum/k7m2q/resultat/sensitive.png").status_code == 404


def test_a_guess_is_told_in_two_steps(v: View) -> None:
    question = QUESTIONS["guess"]
    one = indicators.catalogue(v.w)["neet_16_24"]
    value = indicators.by_lan(v.w, "neet_16_24", "2024")["00"]["value"]
    before, after = told(v, "guess", [4.0, 8.0, 15.0]), told(v, "guess", [4.0, 8.0, 15.0], reveal=True)
    assert v.value(value, one) not in before.finding
    assert v.value(value, one) in after.finding
    assert "2024" in after.finding
    assert "N02797" in str(after.source[1])
    assert len(before.source) == 1
    assert "N02797" not in str(before)
    found = guess.sourced(v, question)
    assert found is not None
    assert found.value == value
    by = guess.breakdown(v, question)
    assert by is not None
    assert by.rows[0][1] == max(row[1] for row in by.rows if isinstance(row[1], float))
    assert series.source_line(v, one, "2024", found.row or {}) in by.source
    frame = screen.frame(v, question, tally(question, [4.0]), HERE)
    assert frame.shape == "columns"
    assert "6,2" not in json.dumps(screen_markup.document(frame, v=v))
    assert screen.frame(v, question, tally(question, [4.0]), HERE, reveal=True).shape == "reveal"


def test_the_value_of_an_indicator_that_is_not_here_is_not_made_up(v: View) -> None:
    from dataclasses import replace

    from dashboard.live.polls.question import Figure

    question = replace(QUESTIONS["guess"], figure=Figure("nothing"))
    of = results.result(v, question, tally(question, [4.0]), HERE, reveal=True)
    assert v.t("results.guess_unknown") in of.finding
    assert guess.breakdown(v, question) is None


def test_own_lan_stands_beside_the_lans_figures(v: View) -> None:
    counted = tally(QUESTIONS["lan"], ["18", "18", "12"])
    of = beside.lan(v, counted, "18", HERE)
    assert of is not None
    assert of.finding.startswith("2 ")
    profile = {v.of(row): row for row in indicators.profile(v.w, "18")}
    assert len(of.rows) > 8
    for row in of.rows:
        assert row[3] == profile[str(row[0])]["value"]
        assert row[4] == profile[str(row[0])]["riket"]
    assert beside.lan(v, counted, "99", HERE) is None


def test_what_the_room_mentions_gets_only_the_indicators_that_the_data_ties_to_it(v: View) -> None:
    texts: list[Answer] = ["UVAS", "neet", "långtidsarbetslöshet", "Långtidsarbetslösheten", "mandat", "mandat"]
    question = QUESTIONS["text"]
    counted = tally(question, texts, vocabulary=beside.concepts(v.w))
    of = beside.said(v, question, counted, "18", HERE)
    assert of is not None
    tied = {(row[0], row[2]) for row in of.rows[1:]}
    titles = {code: v.of(one) for code, one in indicators.catalogue(v.w).items()}
    assert {title for _, title in tied} >= {titles["neet_16_24"], titles["long_term_share_18_65"]}
    assert of.rows[0][2] == titles["long_term_share_18_65"]
    assert of.rows[0][-1] == v.t("beside.by_question")
    assert "mandat" in of.missing[0]
    assert not any(row[0] == "mandat" for row in of.rows)


def test_the_screen_is_brought_up_to_date_from_a_few_numbers(client: TestClient, room: Hall) -> None:
    room.answers, room.reveal = {"lan": ["18", "12"]}, False
    first = client.get("/rum/k7m2q/resultat/lan.json").json()
    assert len(first["items"]) == 21 + 2 + 2
    same = client.get("/rum/k7m2q/resultat/lan.json", params={"har": first["signature"]})
    assert "body" in first
    assert "body" not in same.json()
    room.answers = {"lan": ["18", "12", "18"]}
    later = client.get("/rum/k7m2q/resultat/lan.json", params={"har": first["signature"]})
    assert len(later.content) < 9_000
    rows = {item["key"]: item for item in later.json()["items"] if item["list"] == "rows"}
    assert rows["18"]["words"]["n"].startswith("2")
    assert later.headers["cache-control"] == "no-store"


def test_what_a_source_may_not_tell_is_not_told(client: TestClient, room: Hall) -> None:
    room.answers, room.shown = {"single": ["a"]}, set()
    try:
        for way in ("resultat/single.json", "resultat/single.csv", "resultat.xlsx"):
            assert client.get(f"/rum/k7m2q/{way}").status_code == 404
    finally:
        room.shown = set(QUESTIONS)
    assert client.get("/rum/andra/resultat/single.json").status_code == 404
    assert client.get("/rum/k7m2q/resultat/none.json").status_code == 404
    refused = client.get("/rum/k7m2q/resultat/single.exe?lang=en")
    assert refused.status_code == 404
    assert "csv" in refused.text


def test_every_format_opens_again_and_holds_the_same_numbers(client: TestClient, room: Hall) -> None:
    room.answers, room.reveal = {kind: made_up(kind, 40) for kind in QUESTIONS}, True
    chosen = Counter(str(answer) for answer in room.answers["single"])
    rows = list(
        csv.reader(io.StringIO(client.get("/rum/k7m2q/resultat/single.csv?lang=en").content.decode("utf-8-sig")))
    )
    counted = {row[1]: row[3] for row in rows[1:] if row[2] == "Number"}
    titles = {option.id: option.words.en for option in QUESTIONS["single"].options}
    assert counted == {titles[key]: str(chosen[key]) for key in "abcdef"}
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/rum/k7m2q/resultat.xlsx").content))
    assert book.sheet_names[-1] == "Om data"
    assert len(book.sheet_names) == len(QUESTIONS) + 1 + 1 + 1  # each, the texts, the guess by län, about
    first = book.get_sheet_by_name(book.sheet_names[0]).to_python()
    assert {row[0]: row[1] for row in first[1:]} == {o.words.sv: chosen[o.id] for o in QUESTIONS["single"].options}
    about = " ".join(str(cell) for row in book.get_sheet_by_name("Om data").to_python() for cell in row)
    assert "av eget val" in about
    assert client.get("/rum/k7m2q/resultat/lan.png").content.startswith(b"\x89PNG")
    assert b"k7m2q" in client.get("/rum/k7m2q/resultat/lan.svg").content
    text = client.get("/rum/k7m2q/resultat.txt").text
    for kind, question in QUESTIONS.items():
        assert question.words.sv in text, kind
    assert "inget urval" in text


def readable(form: str, content: bytes) -> str:
    """The words and numbers of a file, without the markup between them; of a PNG its digest."""
    if form == "png":
        return hashlib.sha256(content).hexdigest()
    if form == "xlsx":
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = (row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python())
        return "\n".join(str(cell) for row in rows for cell in row)
    if form == "pptx":
        with zipfile.ZipFile(io.BytesIO(content)) as held:
            told = [name for name in held.namelist() if re.fullmatch(r"ppt/(slides|notesSlides|charts)/.+\.xml", name)]
            parts = [held.read(name).decode() for name in told]
        return "\n".join(re.sub(r"<[^>]+>", "\n", part) for part in parts)
    text = content.decode("utf-8-sig")
    return re.sub(r"<[^>]+>", " ", text) if form == "svg" else text


def test_what_is_guessed_leaves_in_no_file_before_it_is_revealed(room: Hall, db: Database) -> None:
    one = QUESTIONS["guess"]
    opened, secret = rooms.open_room(db, deck="d", lang="sv", snapshot="", expected=40)
    polls.open_poll(db, opened.code, "guess", kind="guess", is_sensitive=False, definition=to_json(one))
    polls.cast(db, (Ballot(opened.code, "guess", f"{n:032d}", guessed) for n, guessed in enumerate([2.0, 12.5, 25.0])))
    polls.show_poll(db, opened.code, "guess", is_shown=True)
    of = First((live.Imported(db), Rooms(db)))
    client = TestClient(Starlette(routes=routes(of)), base_url="http://region.example")
    base = f"/rum/{opened.code}"
    ways = {f"{base}/resultat/guess.{form}": form for form in result_files.ONE}
    ways |= {f"{base}/resultat.{form}": form for form in result_files.WHOLE}
    presenter = {"cookie": f"ik_presenter_{opened.code}={secret}"}

    def taken(headers: dict[str, str] | None = None) -> dict[str, str]:
        answers = {way: client.get(way, headers=headers) for way in ways}
        assert {answer.status_code for answer in answers.values()} == {200}
        return {way: readable(ways[way], answer.content) for way, answer in answers.items()}

    v = view_of("event", {"lang": "sv"})
    found = guess.sourced(v, one)
    assert found is not None
    value, table, lan = v.value(found.value, found.indicator), "N02797", v.regions["21"]
    before = taken()
    for way, text in [*before.items(), *taken(presenter).items()]:
        assert one.words.sv in text or ways[way] == "png"
        assert not any(words in text for words in (value, table, lan)), way
    polls.close_poll(db, opened.code, "guess")  # it may be opened again
    assert [way for way, text in taken().items() if text != before[way]] == []

    polls.reveal(db, opened.code, "guess")
    after = taken()
    for form, words in (("xlsx", (table, lan)), ("pptx", (value, table, lan)), ("svg", (value, table)),
                        ("txt", (value, table))):  # fmt: skip
        whole = after.get(f"{base}/resultat.{form}", "")
        for text in filter(None, (after[f"{base}/resultat/guess.{form}"], whole)):
            assert [each for each in words if each not in text] == [], form
    assert after[f"{base}/resultat/guess.png"] != before[f"{base}/resultat/guess.png"]


def test_beside_a_guess_stands_what_is_guessed_only_when_it_is_revealed(
    room: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    v = view_of("event", {"lang": "sv"})
    first = indicators.profile(v.w, "18")[0]
    monkeypatch.setitem(QUESTIONS, "guess", replace(QUESTIONS["guess"], figure=Figure(first["code"])))
    client = TestClient(Starlette(routes=beside_page.routes(room)), base_url="http://region.example")
    for reveal in (False, True):
        room.answers, room.reveal = {"guess": [4.0, 8.0]}, reveal
        assert (v.of(first) in client.get("/rum/k7m2q/bredvid/guess?lan=18").text) == reveal


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@x", '=HYPERLINK("http://x")'])
def test_no_text_of_the_room_becomes_a_formula_or_markup(client: TestClient, room: Hall, evil: str) -> None:
    room.answers = {"text": [evil, evil, "<img src=x onerror=alert(1)>"]}
    rows = csv.reader(io.StringIO(client.get("/rum/k7m2q/resultat/text.csv").content.decode("utf-8-sig")))
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    body = client.get("/rum/k7m2q/resultat/text.json").json()
    assert "<img" not in body["body"]
    page = client.get("/scen/text").text
    assert "<img" not in page
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/rum/k7m2q/resultat/text.xlsx").content))
    cells = [str(c) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for c in row]
    assert evil in cells


def test_what_is_not_shown_to_the_room_only_its_presenter_is_told(room: Hall, db: Database) -> None:
    opened, secret = rooms.open_room(db, deck="d", lang="en", snapshot="", expected=40, is_practice=True)
    for name in ("single", "guess"):
        one = QUESTIONS[name]
        polls.open_poll(db, opened.code, name, kind=one.kind, is_sensitive=False, definition=to_json(one))
        voted = (Ballot(opened.code, name, f"{n:032d}", answer) for n, answer in enumerate(made_up(name, 20)))
        polls.cast(db, voted)
    polls.reveal(db, opened.code, "guess")
    source = First((live.Imported(db), Rooms(db)))
    client = TestClient(Starlette(routes=routes(source)), base_url="http://region.example")
    base = f"/rum/{opened.code}/resultat"
    assert client.get(f"{base}/single.json").status_code == 404
    told = client.get(f"{base}/guess.json").json()
    assert (told["shape"], told["mark"]) == ("reveal", "Practice – simulated audience")
    assert QUESTIONS["single"].words.en not in client.get(f"{base}.txt").text
    cookie = {"cookie": f"ik_presenter_{opened.code}={secret}"}
    assert client.get(f"{base}/single.json", headers=cookie).json()["who"].startswith("Answered: ")
    assert client.get(f"{base}/single.json", headers={"cookie": f"ik_presenter_{opened.code}=x"}).status_code == 404
    rooms.close(db, opened.code)
    assert client.get(f"{base}/single.json", headers=cookie).status_code == 404
