"""Questions in a room: what is kept of votes, what is told of them, and what is left when their time is up."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.live.polls import in_room
from dashboard.live.polls.ballot import ballot
from dashboard.live.polls.question import Question, checked
from dashboard.live.polls.question_files import from_json, places, preloaded, questions_of, titles, to_json
from dashboard.live.results.result_routes import Given
from dashboard.live.results.results import Occasion
from dashboard.questions import indicators
from dashboard.store import Database, StoreError, polls, rooms
from dashboard.store.polls import LEAST_SENSITIVE, Ballot, PollState
from dashboard.store.views import RefusedError
from dashboard.tables import FileError, Table
from dashboard.texts import LANGS, Said
from tests.dashboard.poll_world import QUESTIONS, ask, opened, put

ONE, SENSITIVE, TEXT = "poll-em1-1", "poll-em1-2", "poll-fm2-3"


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
        ({"id": "a", "kind": "lan", "sv": "x", "en": "x", "is_sensitive": 1}, "neither true nor false"),
        ({"id": "a", "kind": "lan", "sv": "x", "en": "x", "colour": "red"}, "no such key"),
    ],
)  # fmt: skip
def test_a_file_with_a_fault_is_refused_by_key_and_with_what_to_do(given_table: dict[str, Any], said: str) -> None:
    with pytest.raises(FileError, match=r"my\.toml: questions 1, ") as caught:
        questions_of(Table("my.toml", "", {"questions": [given_table]}).tables("questions"), titles())
    assert said in str(caught.value)


@pytest.mark.parametrize("one", preloaded(), ids=lambda q: q.id)
def test_only_a_question_whose_answers_are_counted_one_by_one_may_be_sensitive(one: Question) -> None:
    figure = {"indicator": one.figure.indicator} if one.figure else {}
    ends = {"lowest": one.lowest, "highest": one.highest} if one.kind in ("scale", "guess") else {}
    options = [{"id": option.id, "sv": option.words.sv, "en": option.words.en} for option in one.options]
    held = {"id": "min", "kind": one.kind, "sv": "x", "en": "x", "options": options, **figure, **ends}
    tables = Table("my.toml", "", {"questions": [{**held, "is_sensitive": True}]}).tables("questions")
    if one.kind in ("single", "scale", "lan"):
        assert questions_of(tables, titles())[0].is_sensitive
        return
    with pytest.raises(FileError) as caught:
        questions_of(tables, titles())
    for said in ("my.toml: questions 1, is_sensitive: ", "'min'", f"kind {one.kind}", "Ask it as one of single, scale"):
        assert said in str(caught.value)


# Votes ------------------------------------------------------------------------------------------------------------


VOTES = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 6), st.sampled_from(["kommun", "region", "annat"])))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(votes=VOTES, repeats=st.lists(st.integers(0, 60), max_size=20), batch=st.integers(1, 7))
def test_votes_that_come_again_late_and_together_count_as_the_newest_of_each_voter(
    db: Database, votes: list[tuple[int, int, str]], repeats: list[int], batch: int
) -> None:
    """A phone gives each change of its mind a higher number; the network repeats and reorders as it likes."""
    for room, *_ in rooms.every(db):
        rooms.close(db, room.code)
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


def test_news_are_worked_out_once_for_everybody(db: Database, warehouse_folder: Path) -> None:
    code = opened(db, ONE)[0].code
    put(db, code, ONE, 1, "kommun")
    polls.show_poll(db, code, ONE, is_shown=True)
    first = in_room.news(db, code, "sv")
    assert first is not None
    assert (first["id"], first["open"], first["shown"], first["n"]) == (ONE, True, True, 1)
    assert "Kommun" in first["results"]
    with patch.object(in_room, "_result", side_effect=AssertionError):
        assert in_room.news(db, code, "sv") is first
    put(db, code, ONE, 2, "kommun")
    again = in_room.news(db, code, "sv")
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
def test_a_result_is_told_in_words_and_numbers_that_add_up(one: Question, warehouse_folder: Path, data: Any) -> None:
    answers = [checked(one, sample(one, data), frozenset(places())) for _ in range(data.draw(st.integers(0, 6)))]
    for lang in LANGS:
        said = str(in_room._result(Given(one, answers, Occasion("abcde", None, 30)), lang))
        assert "<b>" not in said
        is_told = bool(answers) and (not one.is_sensitive or len(answers) >= LEAST_SENSITIVE)
        assert ("<table" in said) == is_told
        if is_told and one.kind in ("single", "lan", "scale", "guess"):
            cells = re.findall(r"<tr><th>[^<]*(?:<(?!td)[^<]*)*<td[^>]*>([^<]*)", said)
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
