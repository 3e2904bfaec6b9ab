"""Sessions from Mentimeter: synthetic files in the documented forms, what is dropped, and what becomes of them here."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient
from typer.testing import CliRunner

from dashboard.cli import app as cli
from dashboard.live.results import imported as live
from dashboard.live.results import mentimeter_page
from dashboard.live.results.grouping import Moved
from dashboard.live.results.result_routes import routes
from dashboard.middleware import Shell
from dashboard.store import configured, imported
from etl import mentimeter
from etl.spec import SourceError
from tests.etl import mentimeter_files as files

CELLS = st.one_of(st.none(), st.text(max_size=12), st.integers(-5, 99), st.floats(0, 9), st.booleans())


def by(found: mentimeter.Results, which: int = 0) -> dict[str, Any]:
    return {question.words: question for question in found.sessions[which].questions}


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    return files.book(tmp_path / "Dialogdag syntetisk.xlsx", Voters=files.voters(), Session_1=files.session())


def test_voters_with_blocks_are_read_as_what_the_blocks_say_they_are(whole: Path) -> None:
    found = mentimeter.read(whole)
    assert [(s.number, str(s.day)) for s in found.sessions] == [(1, "2023-11-23")]
    questions = by(found)
    here = questions[files.HERE]
    assert (here.kind, here.options, here.is_guessed) == (
        "single", ["Kommun", "Region", "Civilsamhälle, ideell sektor", "Näringsliv"], False
    )  # fmt: skip
    assert Counter(here.answers) == {"Kommun": 8, "Region": 8, "Civilsamhälle, ideell sektor": 8}
    several = questions[files.COOPERATE]
    assert several.kind == "multiple"
    assert Counter(each for answer in several.answers for each in answer) == {"Region": 24, "Kommun": 12}
    scale = questions[f"{files.REACH}: unga utanför"]
    assert (scale.kind, scale.lowest, scale.highest, len(scale.answers)) == ("scale", 1, 5, 24)
    assert f"{files.REACH}: nyanlända" in questions
    ranking = questions[files.FIRST]
    assert (ranking.kind, ranking.options) == ("ranking", ["Finansiering", "Samverkan", "Mandat"])
    assert Counter(map(tuple, ranking.answers)) == {
        ("Finansiering", "Samverkan", "Mandat"): 8, ("Samverkan", "Finansiering", "Mandat"): 8,
        ("Samverkan", "Mandat", "Finansiering"): 8,
    }  # fmt: skip
    assert Counter(questions[files.OBSTACLES].answers) == {"Finansiering": 6, "för lite pengar": 6, "Samverkan": 6}


def test_voters_alone_are_read_with_kinds_that_are_said_to_be_guessed(tmp_path: Path) -> None:
    found = mentimeter.read(files.book(tmp_path / "a.xlsx", Voters=files.voters(date_title="Date")))
    kinds = {words: (question.kind, question.is_guessed) for words, question in by(found).items()}
    assert kinds[files.HERE] == ("single", True)
    assert kinds[f"{files.REACH}: unga utanför"] == ("scale", True)
    assert kinds[files.FIRST] == ("ranking", True)
    assert kinds[files.GUESS] == ("guess", True)
    assert kinds["Quiz om länet"] == ("single", True)
    assert any(one.rule == "reactions" for one in found.left)


def test_sums_alone_are_read_as_far_as_they_tell(tmp_path: Path) -> None:
    found = mentimeter.read(files.book(tmp_path / "a.xlsx", Session_1=files.session()))
    questions = by(found)
    assert Counter(questions[files.HERE].answers) == {"Kommun": 8, "Region": 8, "Civilsamhälle, ideell sektor": 8}
    assert questions[files.HERE].is_sums
    several = questions[files.COOPERATE]
    assert (several.kind, len(several.answers)) == ("multiple", 24)
    assert Counter(each for answer in several.answers for each in answer) == {"Region": 24, "Kommun": 12}
    assert all(len(set(answer)) == len(answer) for answer in several.answers)
    assert sorted(questions[files.OBSTACLES].answers) == ["Finansiering", "Samverkan"]
    assert {one.where.split("“")[1].split("”")[0] for one in found.left} == {files.REACH, files.FIRST}


def test_two_sessions_of_a_file_stay_apart(tmp_path: Path) -> None:
    notes, head, rows = files.voters(6)[:2], files.voters(6)[2], files.voters(6)[3:]
    other = [["2024-05-20", 2, *row[2:]] for row in rows[:4]]
    found = mentimeter.read(files.book(tmp_path / "a.xlsx", Voters=[*notes, head, *rows, *other]))
    assert [(s.number, str(s.day), len(s.questions[0].answers)) for s in found.sessions] == [
        (1, "2023-11-23", 6), (2, "2024-05-20", 4)
    ]  # fmt: skip


def test_nothing_that_points_out_a_person_leaves_the_reader(whole: Path) -> None:
    found = mentimeter.read(whole)
    assert {"Voter", "Quiz om länet: Name", "Quiz om länet: Emoji", "Quiz om länet: Score", "E-post"} <= set(
        found.dropped
    )
    said = json.dumps(mentimeter.as_json(found), ensure_ascii=False)
    assert "Anna" not in said
    assert "@exempel" not in said


def test_contact_details_in_a_free_text_are_taken_out_and_a_personnummer_refuses_the_file(tmp_path: Path) -> None:
    rows = [*files.NOTES, ["Date", "Session", "Voter", "Fritt:"]]
    texts = [
        ["2023-11-23", 1, n, text] for n, text in enumerate(["ring 070-123 45 67", "skriv till bo@exempel.se", "x"])
    ]
    question = mentimeter.read(files.book(tmp_path / "a.xlsx", Voters=[*rows, *texts])).sessions[0].questions[0]
    assert "070" not in str(question.answers)
    assert "bo@" not in str(question.answers)
    bad = [["2023-11-23", 1, 4, "jag är 19811218-9876"]]
    with pytest.raises(SourceError, match=r"row 7 .*personnummer") as refused:
        mentimeter.read(files.book(tmp_path / "b.xlsx", Voters=[*rows, *texts, *bad]))
    assert "Voters" in str(refused.value)


@pytest.mark.parametrize("n", [3, 9, 10, 24])
def test_a_sensitive_question_keeps_sums_of_ten_or_nothing(tmp_path: Path, n: int) -> None:
    words = "Har du upplevt diskriminering på grund av kön?"
    rows = [*files.NOTES, ["Date", "Session", "Voter", f"{words}:"]]
    rows += [["2023-11-23", 1, at, ("Ja", "Nej")[at % 2]] for at in range(n)]
    (question,) = mentimeter.read(files.book(tmp_path / "a.xlsx", Voters=rows)).sessions[0].questions
    assert question.is_sensitive
    assert len(question.answers) == (n if n >= 10 else 0)
    assert question.answers == sorted(question.answers)


def test_of_a_sensitive_question_nothing_is_kept_that_may_be_one_persons_alone(tmp_path: Path) -> None:
    """Twenty-four voters, and of each kind an answer that only one of them gave."""
    read = mentimeter.read(
        files.book(tmp_path / "a.xlsx", Voters=files.voters(), Session_1=files.session()), range(1, 20)
    )
    by_kind: dict[str, list[Any]] = {}
    for question in read.sessions[0].questions:
        assert question.is_sensitive
        by_kind.setdefault(question.kind, []).append(question)
    assert set(by_kind) == {"single", "multiple", "scale", "ranking", "text", "guess"}
    for kind, questions in by_kind.items():
        for question in questions:
            if kind in ("single", "scale"):
                assert len(question.answers) == 24
                continue
            assert (question.answers, question.options, question.lowest, question.highest) == ([], [], 1, 5)
            assert any(one.rule == "sensitive" and question.words in one.where for one in read.left)
    assert sum(one.rule == "sensitive" for one in read.left) == sum(
        len(questions) for kind, questions in by_kind.items() if kind not in ("single", "scale")
    )


def test_why_a_sensitive_question_has_no_answers_is_told(home: Path, whole: Path) -> None:
    taken = live.take(whole, "--sensitive", "4")
    db = configured(home)
    (session,) = imported.every(db)
    (question,) = (one for one in taken["sessions"][0]["questions"] if one["is_sensitive"])
    assert (question["kind"], question["answers"]) == ("ranking", [])
    client = TestClient(Shell(Starlette(routes=[*routes(live.Imported(db)), *mentimeter_page.ROUTES])))
    page = client.get(f"/mentimeter/{session.id}?lang=en").text
    assert f"“{files.FIRST}”: a sensitive question where an answer may point out who gave it" in page
    told = client.get(f"/rum/{session.id}/resultat/4.txt?lang=en").text
    assert "answers of this kind may each point out who gave them" in told
    assert "Finansiering" not in told


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([["Titel", "Belopp"], ["a", 1]], ["'Voters'", "Question 1", "download them as Excel"]),
        ([["Date", "Session", "Voter", "F:"], ["2023-11-23", "x", 1, "a"]], ["row 2, column B", "Session", "'x'"]),
        (
            [["Date", "Session", "Voter", "F: a", "F: b"], ["2023-11-23", 1, 1, 3, 3], ["2023-11-23", 1, 2, "tre", 3]],
            ["'tre'"],
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_told_of_with_place_and_what_to_do(
    tmp_path: Path, rows: files.Rows, told: list[str]
) -> None:
    sheets = {"Voters": rows}
    if told == ["'tre'"]:
        sheets["Session_1"] = files.block(1, "scales", "F", [["Statements", "Average"], ["a", 3]])
        told = ["sheet 'Voters', row 3, column D", "'tre'", "Correct the cell"]
    with pytest.raises(SourceError) as refused:
        mentimeter.read(files.book(tmp_path / "min fil.xlsx", **sheets))
    assert "min fil.xlsx" in str(refused.value)
    for words in told:
        assert words in str(refused.value)


@given(
    st.lists(st.lists(CELLS, max_size=7), max_size=9),
    st.sampled_from(["", "voters", "block"]),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_cells_are_read_or_refused_in_words(tmp_path: Path, rows: list[list[Any]], kind: str) -> None:
    clean = [[c if not isinstance(c, str) else "".join(x for x in c if x.isprintable()) for c in row] for row in rows]
    head: list[list[Any]] = []
    if kind == "voters":
        head = [["Date", "Session", "Voter", "F: a", "F: b", "G:", "H"]]
        clean = [["2023-11-23", 1, 1, *row[3:]] for row in clean]
    if kind == "block":
        head = [["Question 1"], ["Type", "choices"], ["Question", "F"], [], ["Choices", "Votes"]]
    try:
        found = mentimeter.read(files.book(tmp_path / "a.xlsx", Voters=[*head, *clean]))
    except SourceError as error:
        said = str(error)
    else:
        said = "a.xlsx" if all(q.words for session in found.sessions for q in session.questions) else ""
    assert "a.xlsx" in said


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ([["Rubrik", "Belopp"], ["a", 1]], "no_results"),
        ([["Date", "Session", "Voter", "F:"], ["2023-11-23", "x", 1, "a"]], "bad_session"),
    ],
)
def test_a_refusal_names_its_rule(tmp_path: Path, rows: list[list[Any]], rule: str) -> None:
    with pytest.raises(SourceError) as refused:
        mentimeter.read(files.book(tmp_path / "a.xlsx", Voters=rows))
    assert refused.value.rule == rule


def test_what_is_no_workbook_and_what_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"no workbook")
    for name in ("a.xlsx", "b.xlsx"):
        with pytest.raises(SourceError, match=name):
            mentimeter.read(tmp_path / name)


@pytest.fixture
def home(tmp_path: Path, export_folder: Path) -> Iterator[Path]:
    """A home of its own with the embedded snapshot."""
    (tmp_path / "snapshots").symlink_to(export_folder / "snapshots")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKARTA_HOME", str(tmp_path))
        yield tmp_path


def test_the_command_stores_once_lists_and_removes(store_engine: str, home: Path, whole: Path) -> None:
    run = CliRunner()
    dry = json.loads(run.invoke(cli, ["mentimeter", str(whole), "--json", "--dry-run"]).stdout)
    assert "stored" not in dry
    first = json.loads(run.invoke(cli, ["mentimeter", str(whole), "--json"]).stdout)
    again = json.loads(run.invoke(cli, ["mentimeter", str(whole), "--json"]).stdout)
    assert [s["is_new"] for s in first["stored"] + again["stored"]] == [True, False]
    (session,) = imported.every(configured(home))
    assert session.title == "Dialogdag syntetisk"
    assert "E-post" in run.invoke(cli, ["mentimeter", str(whole)]).stdout
    assert session.id in run.invoke(cli, ["mentimeter"]).stdout
    assert run.invoke(cli, ["mentimeter", "--remove", session.id, "--json"]).exit_code == 0
    assert imported.every(configured(home)) == ()
    assert run.invoke(cli, ["mentimeter", "--remove", "no"]).exit_code == 2
    (home / "bad.xlsx").write_bytes(b"x")
    refused = run.invoke(cli, ["mentimeter", str(home / "bad.xlsx"), "--json"])
    assert refused.exit_code == 3
    assert json.loads(refused.stdout)["error"]["message"]


def test_an_imported_session_is_shown_and_exported_like_a_live_one_and_marked(home: Path, whole: Path) -> None:
    taken = live.take(whole)
    assert taken["stored"][0]["is_new"]
    db = configured(home)
    (session,) = imported.every(db)
    client = TestClient(Shell(Starlette(routes=routes(live.Imported(db)))), base_url="http://region.example")
    base = f"/rum/{session.id}"
    first = client.get(f"{base}/resultat/1.json").json()
    assert first["mark"].startswith("Importerad ur Mentimeter")
    assert {item["words"]["label"]: item["words"]["n"] for item in first["items"]}["Näringsliv"].startswith("0")
    numbers = {given.question.kind: given.question.id for given in live.givens(db, session)}
    assert "text" not in numbers
    text = client.get(f"{base}/resultat.txt").text
    assert "Mentimeter" in text
    assert "2023" in text
    assert "för lite pengar" not in text
    assert imported.read_through(db, session.id, {(4, "för lite pengar")})
    assert "Finansiering" in (after := client.get(f"{base}/resultat.txt").text)
    assert "för lite pengar" not in after
    assert client.get(f"{base}/resultat.xlsx").content[:2] == b"PK"
    assert client.get("/rum/aaaaaaaaaaaa/resultat.xlsx").status_code == 404


def test_what_a_person_decides_of_groups_is_kept_and_used(store_engine: str, home: Path, whole: Path) -> None:
    live.take(whole, "--texts-read")
    db = configured(home)
    (session,) = imported.every(db)
    assert session.is_read
    given_ = next(one for one in live.givens(db, session) if one.question.kind == "text")
    moved = Moved({"för lite pengar": ("finansiering",)}, names={"finansiering": "Pengar"})
    imported.decide(db, session.id, given_.question.id, lambda _: live.kept_of(moved))
    again = next(one for one in live.givens(db, session) if one.question.kind == "text")
    assert again.moved == moved
    imported.remove(db, session.id)
    assert imported.groups(db, session.id, given_.question.id) == {}


@pytest.fixture
def pages(home: Path) -> TestClient:
    client = TestClient(Shell(Starlette(routes=mentimeter_page.ROUTES)), base_url="http://region.example")
    client.headers.update({"origin": "http://region.example", "sec-fetch-site": "same-origin"})
    return client


def test_a_session_is_read_in_read_through_and_removed_in_the_browser(
    home: Path, whole: Path, pages: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INKARTA_IMPORT", "on")
    assert "Ingen session" in pages.get("/mentimeter").text
    taken = pages.post("/mentimeter/fil?lang=sv", files={"fil": (whole.name, whole.read_bytes())})
    assert taken.status_code == 200
    assert "inläst" in taken.text
    (session,) = imported.every(configured(home))
    shown = pages.get(f"/mentimeter/{session.id}?lang=en").text
    assert "Imported from Mentimeter" in shown
    assert "E-post." in shown
    assert 'value="4|Finansiering" checked' in shown
    assert "<h2 id=" in shown
    done = pages.post(f"/mentimeter/{session.id}/last", data={"text": ["4|Finansiering", "4|Samverkan"]})
    assert "visas nu" in done.text
    assert "checkbox" not in done.text
    assert "för lite pengar" not in json.dumps(imported.find(configured(home), session.id).body)  # type: ignore[union-attr]
    assert "inläst" in pages.post("/mentimeter/fil", files={"fil": (whole.name, whole.read_bytes())}).text
    assert len(imported.every(configured(home))) == 1
    pages.post(f"/mentimeter/{session.id}/bort")
    assert imported.every(configured(home)) == ()
    assert pages.get(f"/mentimeter/{session.id}").status_code == 404


def test_a_file_that_is_refused_is_told_of_on_the_page(
    pages: TestClient, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INKARTA_IMPORT", "on")
    answer = pages.post("/mentimeter/fil", files={"fil": ("<b>.xlsx", b"no workbook")})
    assert 'role="alert"' in answer.text
    assert "<b>" not in answer.text
    (told,) = re.findall('role="alert">([^<]+)<', answer.text)
    (known,) = re.findall('role="alert">([^<]+)<', pages.get("/mentimeter?fel=refused").text)
    assert told.startswith(known)
    assert len(told) > len(known) + 10, "the reason stands there"
    assert set(parse_qs(answer.url.query.decode())) == {"lang", "fel", "fil"}
    assert imported.every(configured(home)) == ()


@pytest.mark.parametrize("name", ["varfor", "fil", "fel", "klart", "lang"])
def test_no_words_of_an_address_are_said_on_the_page(pages: TestClient, home: Path, name: str) -> None:
    (home / "uploads/abcdefgh1234").mkdir(parents=True)
    for text in ("Ring 0700 000 000", "../abcdefgh1234", "abcdefgh1234", "", "refused", "\x00"):
        said = pages.get("/mentimeter", params={"fel": "refused", "klart": "stored"} | {name: text})
        assert said.status_code == 200
        assert "0700" not in said.text


@pytest.mark.parametrize("way", ["/mentimeter/fil", "/mentimeter/abcdefghijkl/last", "/mentimeter/abcdefghijkl/bort"])
def test_nothing_is_changed_where_it_is_not_allowed_or_from_elsewhere(
    pages: TestClient, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setenv("INKARTA_IMPORT", "off")
    assert pages.post(way).status_code == 403
    assert "<form" not in pages.get("/mentimeter").text
    monkeypatch.setenv("INKARTA_IMPORT", "on")
    assert pages.post(way, headers={"origin": "http://evil.example"}).status_code == 403
    assert pages.post(way, headers={"sec-fetch-site": "cross-site"}).status_code == 403
