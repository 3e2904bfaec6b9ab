"""A clock that leaps, and comes back, ends no room, counts no vote twice and destroys no session."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.store import Database, roles, rooms, views
from tests.dashboard.poll_world import opened, put

POLL = "poll-fm2-2"
HOURS = 12
LEAPS = (timedelta(days=-9000), timedelta(days=-1), timedelta(days=1), timedelta(days=9000))


class Clock:
    """The product's clock, put where a test wants it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._real = views.now
        self.leap = timedelta(0)
        for module in (views, rooms):
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
