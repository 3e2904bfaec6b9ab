"""Questions in a room: what is kept of votes, what is told of them, and what is left when their time is up."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from dashboard.cli import app
from dashboard.live import in_room, keeping_time, phone_results
from dashboard.live.ballot import ballot
from dashboard.live.question import Question, Said, checked
from dashboard.live.question_files import from_json, places, preloaded, questions_of, titles, to_json
from dashboard.questions import indicators
from dashboard.store import FILE, Database, StoreError, polls, retention, rooms
from dashboard.store.polls import Ballot, PollState
from dashboard.store.views import RefusedError, now
from dashboard.tables import FileError, Table
from dashboard.texts import LANGS
from tests.dashboard.poll_world import QUESTIONS, ask, opened

ONE, SENSITIVE, TEXT = "poll-em1-1", "poll-em1-2", "poll-fm2-3"


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return Database(tmp_path / FILE)


def put(db: Database, code: str, ident: str, who: object, answer: Any, number: int | None = None) -> polls.Receipt:
    return polls.cast(db, [Ballot(code, ident, polls.voter_of(code, ident, str(who)), answer, number)])[0]


def files_of(db: Database) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(db.path.parent.glob(f"{FILE}*")))


# The set that comes with the product --------------------------------------------------------------------------------


def test_the_seven_of_the_conference_come_first_with_the_words_of_the_seed() -> None:
    seven = preloaded()[:7]
    assert {one.item for one in seven} == set(titles())
    assert all(one.words.sv == re.sub(r"[\[\]]", "", titles()[one.item]) and one.words.en for one in seven)
    assert next(one.words.sv for one in seven if one.is_sensitive).startswith(
        "Har du upplevt diskriminering på grund av"
    )
    assert [one.id for one in seven if one.is_sensitive] == [SENSITIVE]
    assert [option.id for option in QUESTIONS[SENSITIVE].options] == ["ja", "nej", "vill-inte-svara"]


def test_every_kind_has_a_ready_question_and_those_of_the_product_are_marked() -> None:
    assert {one.kind for one in preloaded()} == {"single", "multiple", "ranking", "scale", "text", "lan", "guess"}
    own = [one for one in preloaded() if not one.item]
    assert all(one.id.startswith("egen-") for one in own)
    for one in own:
        assert "inte konferensens" in ballot(one, PollState(is_open=True, turn=1), "sv", "abcde", None)


def test_what_is_guessed_stands_in_the_data(w: Any) -> None:
    figure = next(one.figure for one in preloaded() if one.kind == "guess")
    assert figure is not None
    known = indicators.catalogue(w)[figure.indicator]
    assert "minst 6 månader" in known["note"]
    assert float(indicators.by_lan(w, figure.indicator, known["latest"])[figure.region]["value"]) == 61.03


@pytest.mark.parametrize("one", preloaded(), ids=lambda q: q.id)
def test_a_question_is_kept_as_it_was_asked(one: Question) -> None:
    assert from_json(to_json(one)) == one


@pytest.mark.parametrize(
    ("given_table", "said"),
    [
        ({"id": "a", "kind": "vote", "sv": "x", "en": "x"}, "kind: 'vote' is not known"),
        ({"id": "A b", "kind": "text", "sv": "x", "en": "x"}, "cannot stand in an address"),
        ({"id": "a", "kind": "single", "sv": "x", "en": "x"}, "options: there are 0"),
        ({"id": "a", "kind": "text", "sv": "x", "en": "x", "options": [{"id": "b", "sv": "b", "en": "b"}]}, "has none"),
        ({"id": "a", "kind": "scale", "sv": "x", "en": "x", "lowest": 5, "highest": 1}, "is not above"),
        ({"id": "a", "kind": "scale", "sv": "x", "en": "x", "highest": 90}, "eleven at most"),
        ({"id": "a", "kind": "guess", "sv": "x", "en": "x"}, "indicator: it is missing"),
        ({"id": "a", "kind": "lan", "sv": "x", "en": "x", "indicator": "neet_16_24"}, "no figure to guess"),
        ({"id": "a", "kind": "text", "en": "x", "item": "poll-no"}, "no item of the seed"),
        ({"id": "a", "kind": "text", "sv": "x", "en": "x", "is_sensitive": True}, "may tell who wrote it"),
        ({"id": "a", "kind": "lan", "sv": "x", "en": "x", "is_sensitive": 1}, "neither true nor false"),
        ({"id": "a", "kind": "lan", "sv": "x", "en": "x", "colour": "red"}, "no such key"),
    ],
)  # fmt: skip
def test_a_file_with_a_fault_is_refused_by_key_and_with_what_to_do(given_table: dict[str, Any], said: str) -> None:
    with pytest.raises(FileError, match=r"my\.toml: questions 1, ") as caught:
        questions_of(Table("my.toml", "", {"questions": [given_table]}).tables("questions"), titles())
    assert said in str(caught.value)


# Votes ------------------------------------------------------------------------------------------------------------


VOTES = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 6), st.sampled_from(["kommun", "region", "annat"])))


@given(votes=VOTES, repeats=st.lists(st.integers(0, 60), max_size=20), batch=st.integers(1, 7))
def test_votes_that_come_again_late_and_together_count_as_the_newest_of_each_voter(
    tmp_path_factory: pytest.TempPathFactory, votes: list[tuple[int, int, str]], repeats: list[int], batch: int
) -> None:
    """A phone gives each change of its mind a higher number; the network repeats and reorders as it likes."""
    db = Database(tmp_path_factory.mktemp("votes") / FILE)
    code = opened(db, ONE)[0].code
    of_number: dict[tuple[int, int], str] = {}
    sent = [(who, number, of_number.setdefault((who, number), answer)) for who, number, answer in votes]
    sent += [sent[each % len(sent)] for each in repeats if sent]
    expected: dict[int, tuple[int, str]] = {}
    stored = 0
    for start in range(0, len(sent), batch):
        part = sent[start : start + batch]
        receipts = polls.cast(db, [Ballot(code, ONE, polls.voter_of(code, ONE, str(w)), a, n) for w, n, a in part])
        for (who, number, answer), receipt in zip(part, receipts, strict=True):
            before = expected.get(who, (0, ""))
            if number > before[0]:
                stored += answer != before[1]
                expected[who] = (number, answer)
            assert receipt.outcome in ("stored", "same", "stale")
            assert (receipt.number, receipt.answer) == expected[who]
    assert Counter(polls.answers(db, code, ONE)) == Counter(answer for _, answer in expected.values())
    assert polls.state(db, code, ONE).n == len(expected)
    found = rooms.room(db, code)
    assert found is not None
    assert found.tally == stored


def test_a_form_without_script_always_counts_as_the_newest(db: Database) -> None:
    code = opened(db, ONE)[0].code
    assert put(db, code, ONE, 1, "kommun", 4).outcome == "stored"
    assert put(db, code, ONE, 1, "kommun").outcome == "same"
    assert put(db, code, ONE, 1, "region").number == 5
    assert polls.answers(db, code, ONE) == ["region"]


def test_a_closed_question_takes_nothing_and_says_what_holds(db: Database) -> None:
    code = opened(db, ONE)[0].code
    put(db, code, ONE, 1, "kommun", 1)
    polls.close_poll(db, code, ONE)
    receipt = put(db, code, ONE, 1, "region", 2)
    assert (receipt.outcome, receipt.answer) == ("closed", "kommun")
    assert put(db, code, "egen-lan", 1, "18").outcome == "closed"  # never opened
    ask(db, code, ONE)
    assert put(db, code, ONE, 1, "region", 2).outcome == "stored"
    rooms.close(db, code)
    assert not polls.state(db, code, ONE).is_open
    with pytest.raises(RefusedError, match="room: gone"):
        ask(db, code, ONE)


def test_the_schema_itself_lets_no_vote_into_a_closed_question(db: Database) -> None:
    code = opened(db, ONE)[0].code
    polls.close_poll(db, code, ONE)
    with pytest.raises(StoreError, match="not open"), db.write() as con:
        con.execute("INSERT INTO vote VALUES (?, ?, ?, 1, '\"kommun\"', '', '')", (code, ONE, "0" * 32))


def test_one_phone_is_another_voter_in_each_question() -> None:
    assert len({polls.voter_of("abcde", q, "token") for q in (ONE, SENSITIVE, TEXT)}) == 3


def test_what_is_asked_stays_as_it_was_when_answers_began(db: Database) -> None:
    room, _ = opened(db, ONE)
    in_room._definitions.clear()
    changed = Question(ONE, "text", Said("Ny", "New"))
    with patch.object(in_room, "offered", return_value=(changed,)):
        assert in_room.question(db, room, ONE) == QUESTIONS[ONE]
        assert in_room.question(db, room, "egen-lan") is None


# What is told -----------------------------------------------------------------------------------------------------


def test_the_question_on_the_phones_is_the_last_one_opened_or_shown(db: Database) -> None:
    code = opened(db, ONE, TEXT)[0].code
    assert polls.current(db, code) == TEXT
    polls.close_poll(db, code, TEXT)
    assert polls.current(db, code) == ONE
    polls.show_poll(db, code, TEXT, is_shown=True)
    assert polls.current(db, code) == TEXT
    polls.show_poll(db, code, TEXT, is_shown=False)
    polls.close_poll(db, code, ONE)
    assert polls.current(db, code) == ""


def test_news_are_worked_out_once_for_everybody(db: Database) -> None:
    code = opened(db, ONE)[0].code
    put(db, code, ONE, 1, "kommun")
    polls.show_poll(db, code, ONE, is_shown=True)
    first = in_room.news(db, code, "sv")
    assert first is not None
    assert (first["id"], first["open"], first["shown"], first["n"]) == (ONE, True, True, 1)
    assert "Kommun" in first["results"]
    with patch.object(phone_results, "told", side_effect=AssertionError):
        assert in_room.news(db, code, "sv") is first
    put(db, code, ONE, 2, "kommun")
    found = rooms.room(db, code)
    assert found is not None

    async def hall() -> list[Any]:
        marks = (found.revision, found.tally)
        return await asyncio.gather(*(in_room.heard(db, code, "sv", marks) for _ in range(50)))

    with patch.object(in_room, "_told", wraps=in_room._told) as reading:
        heard = asyncio.run(hall())
    assert reading.call_count == 1
    again = in_room.news(db, code, "sv")
    assert all(each is again for each in heard)
    assert again is not None
    assert again["n"] == 2


def sample(one: Question, data: Any) -> Any:
    """An answer that the question allows."""
    ids = [option.id for option in one.options]
    if one.kind == "multiple":
        return data.draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))
    if one.kind == "ranking":
        return data.draw(st.permutations(ids))
    if one.kind == "lan":
        return data.draw(st.sampled_from(sorted(places())))
    if one.kind == "text":
        return data.draw(st.sampled_from(["Pengar", "<b>tid</b>", "Ingen äger frågan"]))
    if one.kind == "scale":
        return data.draw(st.integers(int(one.lowest), int(one.highest)))
    if one.kind == "guess":
        return data.draw(st.floats(one.lowest, one.highest))
    return data.draw(st.sampled_from(ids))


@pytest.mark.parametrize("one", preloaded(), ids=lambda q: q.id)
@given(data=st.data())
def test_a_result_is_told_in_words_and_numbers_that_add_up(one: Question, data: Any) -> None:
    answers = [checked(one, sample(one, data), frozenset(places())) for _ in range(data.draw(st.integers(0, 6)))]
    for lang in LANGS:
        said = str(phone_results.told(one, answers, lang))
        assert "<b>" not in said
        assert ("<table" in said) == bool(answers)
        if answers and one.kind in ("single", "lan", "scale", "guess", "text"):
            cells = re.findall(r'<th scope="row">.*?</th><td>([^<]*)</td>', said)
            assert sum(int("".join(filter(str.isdigit, cell))) for cell in cells) == len(answers)


def test_a_value_is_revealed_when_no_more_is_guessed(db: Database) -> None:
    ident = "egen-gissa-lang-tid"
    code = opened(db, ident, ONE)[0].code
    put(db, code, ident, 1, 40.0)
    polls.reveal(db, code, ident)
    state = polls.state(db, code, ident)
    assert (state.is_open, state.is_shown, state.is_revealed) == (False, True, True)
    assert put(db, code, ident, 1, 61.03).outcome == "closed"
    told = in_room.news(db, code, "sv")
    assert told is not None
    assert (told["id"], told["revealed"]) == (ident, True)
    for refused, rule in ((ONE, "unknown"), (TEXT, "unasked")):
        with pytest.raises(RefusedError, match=rule):
            polls.reveal(db, code, refused)
    with pytest.raises(RefusedError, match="question: revealed"):
        ask(db, code, ident)


# Moderation -------------------------------------------------------------------------------------------------------


@pytest.fixture
def written(db: Database) -> tuple[Database, str]:
    code = opened(db, TEXT)[0].code
    for who, text in enumerate(("Pengar", "Pengar", "Finansiering", "Dumheter")):
        put(db, code, TEXT, who, text)
    return db, code


def ref(text: str) -> str:
    return polls.ref_of(text)


def test_no_text_is_told_before_it_is_approved(written: tuple[Database, str]) -> None:
    db, code = written
    polls.show_poll(db, code, TEXT, is_shown=True)
    assert polls.answers(db, code, TEXT) == []
    told = in_room.news(db, code, "sv")
    assert told is not None
    assert "Pengar" not in str(told)
    polls.moderate(db, code, TEXT, ref("Pengar"), "approved")
    polls.moderate(db, code, TEXT, ref("Dumheter"), "rejected")
    assert polls.answers(db, code, TEXT) == ["Pengar", "Pengar"]
    told = in_room.news(db, code, "sv")
    assert told is not None
    assert "Pengar" in told["results"]
    assert "Dumheter" not in told["results"]
    assert "Finansiering" not in told["results"]


def test_a_decision_is_about_the_words_that_were_seen(written: tuple[Database, str]) -> None:
    db, code = written
    put(db, code, TEXT, 3, "Värre dumheter")
    with pytest.raises(RefusedError, match="text: gone"):
        polls.moderate(db, code, TEXT, ref("Dumheter"), "approved")
    polls.moderate(db, code, TEXT, ref("Pengar"), "approved")
    put(db, code, TEXT, 1, "Något helt annat")  # a changed text waits again
    assert polls.answers(db, code, TEXT) == ["Pengar"]
    put(db, code, TEXT, 9, "Pengar")  # the same words have been approved already
    assert polls.answers(db, code, TEXT) == ["Pengar", "Pengar"]


def test_a_text_is_counted_as_another_and_follows_it(written: tuple[Database, str]) -> None:
    db, code = written
    with pytest.raises(RefusedError, match="text: apart"):
        polls.moderate(db, code, TEXT, ref("Finansiering"), "approved", ref("Pengar"))  # not approved yet
    polls.moderate(db, code, TEXT, ref("Pengar"), "approved")
    polls.moderate(db, code, TEXT, ref("Finansiering"), "approved", ref("Pengar"))
    assert polls.answers(db, code, TEXT) == ["Pengar"] * 3
    with pytest.raises(RefusedError, match="text: apart"):
        polls.moderate(db, code, TEXT, ref("Pengar"), "approved", ref("Finansiering"))  # round in a circle
    polls.moderate(db, code, TEXT, ref("Dumheter"), "approved")
    polls.moderate(db, code, TEXT, ref("Pengar"), "approved", ref("Dumheter"))
    assert polls.answers(db, code, TEXT) == ["Dumheter"] * 4
    polls.moderate(db, code, TEXT, ref("Dumheter"), "rejected")
    assert polls.answers(db, code, TEXT) == []
    assert {one.status for one in polls.texts(db, code, TEXT)} == {"waiting", "rejected"}


# Sensitive --------------------------------------------------------------------------------------------------------


def test_nothing_of_a_sensitive_question_is_told_while_it_is_open_however_many_answer(db: Database) -> None:
    """Each vote may be the one that an onlooker saw being sent: no two counts may be had a vote apart."""
    code = opened(db, SENSITIVE)[0].code
    for who in range(30):
        put(db, code, SENSITIVE, who, "ja" if who % 3 else "nej")
        assert polls.answers(db, code, SENSITIVE) == []
        with pytest.raises(RefusedError, match="question: open"):
            polls.show_poll(db, code, SENSITIVE, is_shown=True)
    assert polls.state(db, code, SENSITIVE).n == 30


@pytest.mark.parametrize(("n", "is_told"), [(0, False), (9, False), (10, True), (14, True)])
def test_a_closed_sensitive_question_leaves_counts_of_ten_or_nothing(db: Database, n: int, is_told: bool) -> None:
    code = opened(db, SENSITIVE)[0].code
    for who in range(n):
        put(db, code, SENSITIVE, who, "ja" if who % 3 else "nej")
    polls.close_poll(db, code, SENSITIVE)
    state = polls.state(db, code, SENSITIVE)
    assert (state.n, state.is_withheld) == ((n, False) if is_told else (0, True))
    assert len(polls.answers(db, code, SENSITIVE)) == (n if is_told else 0)
    with db.read() as con:
        assert con.execute("SELECT count(*) FROM vote").fetchone()[0] == 0
        assert con.execute("SELECT count(*) FROM kept_answer").fetchone()[0] == (2 if is_told else 0)
    if not is_told:
        with pytest.raises(RefusedError, match="question: few"):
            polls.show_poll(db, code, SENSITIVE, is_shown=True)
    with pytest.raises(RefusedError, match="question: once"):
        ask(db, code, SENSITIVE)


@pytest.mark.parametrize("closes", ["question", "room", "purge"])
def test_no_voter_of_a_sensitive_question_is_left_in_the_file_whoever_closes_it(db: Database, closes: str) -> None:
    code = opened(db, ONE, SENSITIVE)[0].code
    voters = [polls.voter_of(code, SENSITIVE, str(who)) for who in range(120)]
    for who in range(120):
        put(db, code, SENSITIVE, who, "ja")
        put(db, code, ONE, who, "kommun")
        put(db, code, SENSITIVE, who, "nej" if who % 2 else "vill-inte-svara")
    assert sum(voter.encode() in files_of(db) for voter in voters) > 0
    if closes == "question":
        polls.close_poll(db, code, SENSITIVE)
    elif closes == "room":
        rooms.close(db, code)
    else:
        retention.purge(db, now() + timedelta(hours=retention.OPEN_HOURS + 1))
    assert polls.state(db, code, SENSITIVE).n == 120
    held = files_of(db)
    assert not [voter for voter in voters if voter.encode() in held]
    assert polls.state(db, code, ONE).n == 120  # the other question's answers are as they were


def test_what_a_killed_process_left_in_the_file_is_wiped_by_the_next(db: Database) -> None:
    code = opened(db, SENSITIVE)[0].code
    voters = [polls.voter_of(code, SENSITIVE, str(who)) for who in range(20)]
    for who in range(20):
        put(db, code, SENSITIVE, who, "ja")
    held_open = sqlite3.connect(db.path)  # as another process would: the last to leave empties the log by itself
    held_open.execute("SELECT count(*) FROM vote").fetchone()
    with patch.object(Database, "scrub", return_value=False):
        polls.close_poll(db, code, SENSITIVE)  # the rows are gone, but copies lie in the log
    assert [voter for voter in voters if voter.encode() in files_of(db)]
    retention.purge(db)
    held = files_of(db)
    held_open.close()
    assert not [voter for voter in voters if voter.encode() in held]


def test_the_schema_itself_neither_shows_nor_reopens_a_sensitive_question(db: Database) -> None:
    code = opened(db, SENSITIVE)[0].code
    with pytest.raises(StoreError), db.write() as con:
        con.execute("UPDATE poll SET is_shown = 1 WHERE room = ?", (code,))
    polls.close_poll(db, code, SENSITIVE)
    with pytest.raises(StoreError, match="asked once"), db.write() as con:
        con.execute("UPDATE poll SET is_open = 1 WHERE room = ?", (code,))


# Retention --------------------------------------------------------------------------------------------------------


@pytest.fixture
def over(db: Database) -> tuple[Database, str]:
    code = opened(db, ONE, TEXT)[0].code
    for who in range(5):
        put(db, code, ONE, who, "kommun" if who else "region")
        put(db, code, TEXT, who, f"Text {who} som ingen får läsa sen")
    polls.moderate(db, code, TEXT, ref("Text 1 som ingen får läsa sen"), "approved")
    rooms.close(db, code)
    return db, code


def test_answers_are_deleted_when_their_time_is_up_and_the_counts_stay(over: tuple[Database, str]) -> None:
    db, code = over
    almost = now() + timedelta(days=29, hours=23)
    assert retention.purge(db, almost).answers == 0
    assert len(polls.texts(db, code, TEXT)) == 5
    done = retention.purge(db, now() + timedelta(days=30, minutes=1))
    assert (done.polls, done.answers) == (2, 10)
    assert Counter(polls.answers(db, code, ONE)) == {"kommun": 4, "region": 1}
    assert polls.answers(db, code, TEXT) == []
    assert (polls.state(db, code, TEXT).n, polls.state(db, code, ONE).n) == (5, 5)
    assert b"som ingen" not in files_of(db)
    assert retention.purge(db, now() + timedelta(days=31)).answers == 0


def test_the_number_of_days_is_a_setting(over: tuple[Database, str], monkeypatch: pytest.MonkeyPatch) -> None:
    db, _ = over
    for said, days in (("7", 7), ("0", 1), ("9999", 365), ("soon", 30), ("-3", 30), ("", 30)):
        monkeypatch.setenv("INKARTA_ANSWER_DAYS", said)
        assert retention.days() == days
        assert str(days) in ballot(QUESTIONS[TEXT], PollState(is_open=True, turn=1), "sv", "abcde", None)
    monkeypatch.setenv("INKARTA_ANSWER_DAYS", "7")
    assert retention.purge(db, now() + timedelta(days=8)).answers == 10


def test_a_room_that_nobody_closes_is_closed(db: Database) -> None:
    code = opened(db, ONE)[0].code
    assert retention.purge(db, now() + timedelta(hours=47)).rooms == 0
    assert retention.purge(db, now() + timedelta(hours=49)).rooms == 1
    found = rooms.room(db, code)
    assert found is not None
    assert found.closed_at is not None


def test_a_server_deletes_by_itself_at_its_start(over: tuple[Database, str], monkeypatch: pytest.MonkeyPatch) -> None:
    db, code = over
    with db.write() as con:
        con.execute("UPDATE room SET closed_at = '2026-01-01T00:00:00Z'")

    async def serve() -> None:
        async with keeping_time.kept_in_time(lambda: db):
            for _ in range(500):
                if polls.state(db, code, ONE).is_kept:
                    return
                await asyncio.sleep(0.01)

    asyncio.run(serve())
    assert polls.state(db, code, ONE).is_kept
    assert polls.texts(db, code, TEXT) == ()


def test_the_command_lists_rooms_and_purges(over: tuple[Database, str], monkeypatch: pytest.MonkeyPatch) -> None:
    db, code = over
    monkeypatch.setenv("INKARTA_HOME", str(db.path.parent))
    told = CliRunner().invoke(app, ["rooms"], env={"COLUMNS": "120"})
    assert told.exit_code == 0
    assert code in told.output
    done = CliRunner().invoke(app, ["rooms", "--purge", "--days", "0"])
    assert "Deleted 10 answers" in done.output
    told = CliRunner().invoke(app, ["rooms", "--json"])
    assert '"answers": 0' in told.output


def test_votes_are_kept_with_full_synchronisation(db: Database) -> None:
    with db.read() as con:
        settings = [
            con.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "journal_mode", "secure_delete")
        ]
    assert settings == [2, "wal", 1]
    with sqlite3.connect(db.path) as con:
        assert con.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
