"""What a moderator decides, what a sensitive question leaves, and what goes when its time is up."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from unittest.mock import patch

import pytest
from typer.testing import CliRunner

from dashboard.cli import app
from dashboard.live.polls import in_room, practice, rehearsing
from dashboard.live.polls.ballot import ballot
from dashboard.live.polls.box import Box
from dashboard.live.room import keeping_time
from dashboard.store import Database, StoreError, poll_texts, polls, retention, rooms
from dashboard.store.polls import PollState
from dashboard.store.views import RefusedError, now
from tests.dashboard.poll_world import QUESTIONS, ask, files_of, opened, put, run_apart

ONE, SENSITIVE, TEXT = "poll-em1-1", "poll-em1-2", "poll-fm2-3"


# Moderation -------------------------------------------------------------------------------------------------------


@pytest.fixture
def written(db: Database) -> tuple[Database, str]:
    code = opened(db, TEXT)[0].code
    for who, text in enumerate(("Pengar", "Pengar", "Finansiering", "Dumheter")):
        put(db, code, TEXT, who, text)
    return db, code


def ref(text: str) -> str:
    return poll_texts.ref_of(text)


@pytest.mark.usefixtures("warehouse_folder")
def test_no_text_is_told_before_it_is_approved(written: tuple[Database, str]) -> None:
    db, code = written
    polls.show_poll(db, code, TEXT, is_shown=True)
    assert polls.answers(db, code, TEXT) == []
    told = in_room.news(db, code, "sv")
    assert told is not None
    assert "Pengar" not in str(told)
    poll_texts.moderate(db, code, TEXT, ref("Pengar"), "approved")
    poll_texts.moderate(db, code, TEXT, ref("Dumheter"), "rejected")
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
        poll_texts.moderate(db, code, TEXT, ref("Dumheter"), "approved")
    poll_texts.moderate(db, code, TEXT, ref("Pengar"), "approved")
    put(db, code, TEXT, 1, "Något helt annat")  # a changed text waits again
    assert polls.answers(db, code, TEXT) == ["Pengar"]
    put(db, code, TEXT, 9, "Pengar")  # the same words have been approved already
    assert polls.answers(db, code, TEXT) == ["Pengar", "Pengar"]


def test_a_text_is_counted_as_another_and_follows_it(written: tuple[Database, str]) -> None:
    db, code = written
    with pytest.raises(RefusedError, match="text: apart"):
        poll_texts.moderate(db, code, TEXT, ref("Finansiering"), "approved", ref("Pengar"))  # not approved yet
    poll_texts.moderate(db, code, TEXT, ref("Pengar"), "approved")
    poll_texts.moderate(db, code, TEXT, ref("Finansiering"), "approved", ref("Pengar"))
    assert polls.answers(db, code, TEXT) == ["Pengar"] * 3
    with pytest.raises(RefusedError, match="text: apart"):
        poll_texts.moderate(db, code, TEXT, ref("Pengar"), "approved", ref("Finansiering"))  # round in a circle
    poll_texts.moderate(db, code, TEXT, ref("Dumheter"), "approved")
    poll_texts.moderate(db, code, TEXT, ref("Pengar"), "approved", ref("Dumheter"))
    assert polls.answers(db, code, TEXT) == ["Dumheter"] * 4
    poll_texts.moderate(db, code, TEXT, ref("Dumheter"), "rejected")
    assert polls.answers(db, code, TEXT) == []
    assert {one.status for one in poll_texts.texts(db, code, TEXT)} == {"waiting", "rejected"}


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


def test_what_a_killed_process_left_in_the_file_is_wiped_by_the_next(file_db: Database) -> None:
    db = file_db
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


def test_what_another_close_deletes_while_the_file_is_written_anew_is_wiped_too(db: Database) -> None:
    first, second = (opened(db, SENSITIVE)[0].code for _ in range(2))
    voters = [polls.voter_of(second, SENSITIVE, str(who)) for who in range(20)]
    for who in range(20):
        put(db, first, SENSITIVE, who, "ja")
        put(db, second, SENSITIVE, who, "ja")
    with closes_meanwhile(second):
        polls.close_poll(db, first, SENSITIVE)
    assert due(db) == 1
    assert retention.scrub(db)
    assert due(db) == 0
    held = files_of(db)
    assert not [voter for voter in voters if voter.encode() in held]


def test_what_another_process_has_wiped_takes_no_newer_need_with_it(db: Database) -> None:
    first, second, third = (opened(db, SENSITIVE)[0].code for _ in range(3))
    with patch.object(Database, "scrub", return_value=False):
        polls.close_poll(db, first, SENSITIVE)
    with closes_meanwhile(third, is_emptied=True):
        polls.close_poll(db, second, SENSITIVE)
    assert due(db) == 1


def due(db: Database) -> int:
    with db.read() as con:
        return int(con.execute("SELECT count(*) FROM scrub_due").fetchone()[0])


@contextmanager
def closes_meanwhile(code: str, *, is_emptied: bool = False) -> Iterator[None]:
    """Another process closes a room's question when the file has been written anew, and before that is noted.

    ``is_emptied``: yet another has noted it first.
    """
    scrub = Database.scrub

    def scrubbed(db: Database) -> bool:
        done = scrub(db)
        with db.write() as con:
            if is_emptied:
                con.execute("DELETE FROM scrub_due")
            con.execute("UPDATE poll SET is_open = 0 WHERE room = ?", (code,))
        return done

    with patch.object(Database, "scrub", scrubbed):
        yield


def test_the_schema_itself_neither_shows_nor_reopens_a_sensitive_question(db: Database) -> None:
    code = opened(db, SENSITIVE)[0].code
    with pytest.raises(StoreError), db.write() as con:
        con.execute("UPDATE poll SET is_shown = 1 WHERE room = ?", (code,))
    polls.close_poll(db, code, SENSITIVE)
    with pytest.raises(StoreError, match="asked once"), db.write() as con:
        con.execute("UPDATE poll SET is_open = 1 WHERE room = ?", (code,))


# Rehearsals -------------------------------------------------------------------------------------------------------


def test_a_simulated_audience_goes_on_after_a_hiccup_of_the_database(
    db: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    room, _ = rooms.open_room(db, deck="d", lang="sv", snapshot="", expected=30, is_practice=True)
    ask(db, room.code, ONE)
    hiccups = [StoreError("unreadable", "the disk is busy")]
    state = polls.state

    def looked(db: Database, code: str, question: str) -> PollState:
        if hiccups:
            raise hiccups.pop()
        return state(db, code, question)

    async def at_once(seconds: float) -> None:
        pass

    async def rehearsed() -> None:
        rehearsing.begin(db, Box(db), room, QUESTIONS[ONE])
        await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()})

    monkeypatch.setattr(polls, "state", looked)
    monkeypatch.setattr(practice, "rehearse", partial(practice.rehearse, wait=at_once))
    asyncio.run(rehearsed())
    voters = {vote.voter for vote in practice.audience(QUESTIONS[ONE], 30)}
    assert state(db, room.code, ONE).n == len(voters) - 1
    assert "the disk is busy" in caplog.text


# Retention --------------------------------------------------------------------------------------------------------


@pytest.fixture
def over(db: Database) -> tuple[Database, str]:
    code = opened(db, ONE, TEXT)[0].code
    for who in range(5):
        put(db, code, ONE, who, "kommun" if who else "region")
        put(db, code, TEXT, who, f"Text {who} som ingen får läsa sen")
    poll_texts.moderate(db, code, TEXT, ref("Text 1 som ingen får läsa sen"), "approved")
    rooms.close(db, code)
    return db, code


def test_answers_are_deleted_when_their_time_is_up_and_the_counts_stay(over: tuple[Database, str]) -> None:
    db, code = over
    almost = now() + timedelta(days=29, hours=23)
    assert retention.purge(db, almost).answers == 0
    assert len(poll_texts.texts(db, code, TEXT)) == 5
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

    run_apart(serve())
    assert polls.state(db, code, ONE).is_kept
    assert poll_texts.texts(db, code, TEXT) == ()


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


def test_votes_are_kept_with_full_synchronisation(file_db: Database) -> None:
    db = file_db
    with db.read() as con:
        settings = [
            con.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "journal_mode", "secure_delete")
        ]
    assert settings == [2, "wal", 1]
    with sqlite3.connect(db.path) as con:
        assert con.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
