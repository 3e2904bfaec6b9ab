"""A clock that leaps, and comes back, ends no room, counts no vote twice and destroys no session."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.store import Database, audit, feedback, polls, retention, roles, rooms, views
from tests.dashboard.poll_world import opened, put

POLL = "poll-fm2-2"
HOURS = 12
LEAPS = (timedelta(days=-9000), timedelta(hours=-20), timedelta(hours=20), timedelta(days=400), timedelta(days=9000))


class Clock:
    """The product's clock, put where a test wants it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._real = views.now
        self.leap = timedelta(0)
        for module in (views, rooms, retention, audit, feedback):
            monkeypatch.setattr(module, "now", self.now)
        monkeypatch.setattr(roles, "_now", self.now)

    def now(self) -> datetime:
        return self._real() + self.leap


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.mark.parametrize("leap", LEAPS)
def test_a_room_goes_on_and_a_phone_votes_once(db: Database, clock: Clock, leap: timedelta) -> None:
    room, secret = opened(db, POLL)
    put(db, room.code, POLL, "a", [0], 1)
    clock.leap = leap
    put(db, room.code, POLL, "a", [1], 2)
    put(db, room.code, POLL, "b", [1], 1)
    assert retention.purge(db).rooms == 0
    assert rooms.stale(db) == ()
    assert rooms.is_presenter(db, room.code, secret)
    shown = rooms.show(db, room.code, scene=1, is_black=False, highlight="")
    assert shown is not None
    assert shown.scene == 1
    with db.read() as con:
        assert room.code in rooms.marks(con)
    clock.leap = timedelta(0)
    put(db, room.code, POLL, "b", [0], 2)
    with db.read() as con:
        assert con.execute("SELECT count(*) FROM vote WHERE room = ?", (room.code,)).fetchone()[0] == 2


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(minutes=st.integers(-60 * 24 * 9000, 60 * 24 * 9000))
def test_a_session_is_good_for_its_hours_by_the_clock_as_it_stands(db: Database, clock: Clock, minutes: int) -> None:
    """A few minutes back is a clock that is set right; further from its time a session waits, and is not lost."""
    clock.leap = timedelta(0)
    cookie = roles.identity("cookie", str(minutes))
    roles.begin(db, cookie, "https://id.example", "anna")
    clock.leap = timedelta(minutes=minutes)
    is_good = -roles.LEEWAY <= clock.leap < timedelta(hours=HOURS) - timedelta(minutes=1)
    if abs(clock.leap - timedelta(hours=HOURS)) > timedelta(minutes=2):
        assert (roles.session(db, cookie, HOURS) is not None) == is_good
    clock.leap = timedelta(0)
    assert roles.session(db, cookie, HOURS) is not None


def held(db: Database) -> tuple[int, ...]:
    """How many rows there are of what is kept for a time."""
    with db.read() as con:
        return tuple(
            con.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for name in ("vote", "sign_in", "person", "feedback")
        )


def tidied(db: Database) -> int:
    """What ``inkarta tidy`` asks of the database; how many rows of the journal went."""
    retention.purge(db)
    roles.tidy(db, HOURS)
    feedback.purge(db)
    return audit.trim(db)


@pytest.mark.parametrize("leap", [timedelta(days=400), timedelta(days=9000)])
def test_a_leap_takes_nothing_away_whatever_is_written_meanwhile_and_time_goes_on_from_there(
    db: Database, clock: Clock, leap: timedelta
) -> None:
    room, _ = opened(db, POLL)
    left, _ = opened(db, POLL)
    put(db, room.code, POLL, "a", [0], 1)
    rooms.close(db, room.code)
    roles.begin(db, "c" * 64, "https://id.example", "anna")
    feedback.add(db, "Kartan syns inte", "", "sv")
    before = held(db)
    assert before == (1, 1, 1, 1)
    clock.leap = leap
    audit.add(db, "publish")  # as the nightly build does before it tidies up
    assert tidied(db) == 0
    assert (held(db), tidied(db)) == (before, 0)
    found = rooms.room(db, left.code)
    assert found is not None
    assert found.closed_at is None
    clock.leap = timedelta(0)
    assert tidied(db) == 0
    assert (held(db), roles.session(db, "c" * 64, HOURS) is not None) == (before, True)
    clock.leap = leap + timedelta(days=31)
    tidied(db)
    assert held(db) == (0, 0, 0, 1)
    found = rooms.room(db, left.code)
    assert found is not None
    assert found.closed_at is not None


def test_a_year_without_a_word_is_noted_once_and_answers_go_in_the_days_that_follow(db: Database, clock: Clock) -> None:
    room, _ = opened(db, POLL)
    put(db, room.code, POLL, "a", [0], 1)
    rooms.close(db, room.code)
    for days, answers in ((400, 0), (401, 0), (429, 0), (431, 1), (432, 0)):
        clock.leap = timedelta(days=days)
        assert retention.purge(db).answers == answers, days
    assert [one.thing for one in audit.entries(db) if one.what == "clock_leap"] == ["400 days"]
    assert polls.state(db, room.code, POLL).n == 1


def test_rows_stamped_by_a_clock_that_had_leapt_hold_up_no_later_trimming(db: Database, clock: Clock) -> None:
    for days in (0, 9000, 100, 400, 700, 900):
        clock.leap = timedelta(days=days)
        audit.add(db, "publish")
    clock.leap = timedelta(days=1000)
    assert audit.trim(db) == 3
    assert audit.verify(db).wrong_at == 0
    clock.leap = timedelta(days=-9000)
    assert audit.trim(db) == 0
