"""The door: a hall behind one address gets in at little cost, and one phone that is many does not."""

from __future__ import annotations

import time

import pytest

from dashboard.live.polls import door as of_door
from dashboard.live.polls.door import BITS, MOST_BITS, Door, worked

CODE, EXPECTED = "abcde", 300
MODELS = ("iPhone", "Pixel", "Galaxy")
SLOW_PHONE, FAST_PHONE = 100_000, 2_000_000
"""Hashes a second in a browser: an old telephone, and the newest."""


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Work that takes no time: a phone has done as many bits as it says it has."""
    done = {"bits": 0}
    monkeypatch.setattr(of_door, "worked", lambda *_: done["bits"])
    return done


def come_in(door: Door, clock: Clock, model: str, done: dict[str, int], speed: float = SLOW_PHONE) -> tuple[str, float]:
    """A phone that comes in and works as long as it must; the token and how long that took."""
    who = door.phone("10.0.0.1", model, "sv-SE")
    began, challenge = clock.now, door.challenge(CODE)
    bits = door.bits(CODE, who, EXPECTED)
    while True:
        clock.now += 2**bits / speed
        done["bits"] = bits
        found = door.enter(CODE, challenge, "1", who, EXPECTED)
        if isinstance(found, str):
            return found, clock.now - began
        assert isinstance(found, int)
        clock.now -= 2**bits / speed  # what has been tried counts
        bits = found


def test_a_hall_of_one_address_and_three_models_is_in_within_a_minute(clock: Clock, free: dict[str, int]) -> None:
    """250 phones in 60 seconds; each follows the room, and is therefore seen every now and then."""
    door = Door(b"k" * 32, clock)
    start, inside, slowest = clock.now, [], 0.0
    for n in range(250):
        arrives = start + 60 * n / 250
        clock.now = arrives
        token, took = come_in(door, clock, MODELS[n % 3], free)
        slowest = max(slowest, took)
        inside.append(token)
        clock.now = arrives
        for each in inside:
            door.seen(CODE, each)
    assert len(set(inside)) == 250
    assert slowest <= 2


def test_a_hall_of_one_model_alone_waits_some_seconds_at_most(clock: Clock, free: dict[str, int]) -> None:
    door = Door(b"k" * 32, clock)
    start, inside = clock.now, []
    for n in range(250):
        clock.now = arrives = start + 60 * n / 250
        token, took = come_in(door, clock, "iPhone", free, 500_000)
        assert took <= 3
        inside.append(token)
        clock.now = arrives
        for each in inside:
            door.seen(CODE, each)


def test_those_who_put_their_phones_away_after_a_while_make_it_no_dearer(clock: Clock, free: dict[str, int]) -> None:
    door = Door(b"k" * 32, clock)
    inside = []
    for _ in range(80):
        token, _ = come_in(door, clock, "iPhone", free)
        inside.append(token)
    clock.now += 65
    for each in inside:
        door.seen(CODE, each)
    clock.now += 120  # all of them locked
    assert door.bits(CODE, door.phone("10.0.0.1", "iPhone", "sv-SE"), EXPECTED) == BITS


@pytest.mark.parametrize("speed", [SLOW_PHONE, FAST_PHONE])
def test_one_phone_that_clears_its_cookies_500_times_gets_far_fewer_votes(
    clock: Clock, free: dict[str, int], speed: float
) -> None:
    """It does nothing else for the ten minutes that a question is open, with a second to clear and reload."""
    door = Door(b"k" * 32, clock)
    end, got = clock.now + 600, 0
    while clock.now < end and got < 500:
        clock.now += 1
        come_in(door, clock, "iPhone", free, speed)
        got += clock.now < end
    assert got <= 110


def test_its_trail_makes_it_no_dearer_for_others(clock: Clock, free: dict[str, int]) -> None:
    door = Door(b"k" * 32, clock)
    for _ in range(60):
        clock.now += 1
        come_in(door, clock, "iPhone", free, FAST_PHONE)
    assert door.bits(CODE, door.phone("10.0.0.1", "iPhone", "sv-SE"), EXPECTED) >= 20
    assert door.bits(CODE, door.phone("10.0.0.1", "Pixel", "sv-SE"), EXPECTED) == BITS
    assert door.bits("fghjk", door.phone("10.0.0.1", "iPhone", "sv-SE"), EXPECTED) == BITS
    clock.now += 601
    assert door.bits(CODE, door.phone("10.0.0.1", "iPhone", "sv-SE"), EXPECTED) == BITS


def test_the_price_never_passes_what_a_phone_can_pay(clock: Clock, free: dict[str, int]) -> None:
    door = Door(b"k" * 32, clock)
    who = door.phone("10.0.0.1", "x", "sv")
    free["bits"] = 256
    for _ in range(2000):
        assert isinstance(door.enter(CODE, door.challenge(CODE), "1", who, EXPECTED), str)
    clock.now += 30
    assert door.bits(CODE, who, EXPECTED) == MOST_BITS


def test_challenges_in_stock_are_worth_no_more_than_fresh_ones(clock: Clock, free: dict[str, int]) -> None:
    door = Door(b"k" * 32, clock)
    who = door.phone("10.0.0.1", "x", "sv")
    stock = [door.challenge(CODE) for _ in range(100)]
    free["bits"] = BITS
    got = []
    for each in stock:
        clock.now += 1
        got.append(door.enter(CODE, each, "1", who, EXPECTED))
    assert sum(isinstance(each, str) for each in got) < 40


def test_real_work_opens_and_asking_again_gives_the_same_token() -> None:
    door = Door(b"k" * 32)
    who = door.phone("10.0.0.1", "x", "sv")
    challenge = door.challenge(CODE)
    assert isinstance(door.enter(CODE, challenge, "", who, EXPECTED), type(None))
    bad = next(str(n) for n in range(100) if worked(challenge, str(n)) < BITS)
    assert door.enter(CODE, challenge, bad, who, EXPECTED) == BITS
    nonce = str(of_door.work(challenge, BITS))
    assert worked(challenge, nonce) >= BITS
    token = door.enter(CODE, challenge, nonce, who, EXPECTED)
    assert isinstance(token, str)
    assert door.enter(CODE, challenge, nonce, who, EXPECTED) == token
    assert Door(b"k" * 32).enter(CODE, challenge, nonce, who, EXPECTED) == token  # after a restart as well
    assert door.token_of(CODE, door.cookie(CODE, token)) == token


@pytest.mark.parametrize("spoil", [str.upper, lambda c: c + "x", lambda c: c[1:], lambda _: "", lambda _: "a.b.c.ä"])
def test_what_the_door_has_not_signed_opens_nothing(spoil: object) -> None:
    door, other = Door(b"k" * 32), Door(b"x" * 32)
    who = door.phone("10.0.0.1", "x", "sv")
    assert callable(spoil)
    cookie, challenge = spoil(door.cookie(CODE, "token")), spoil(door.challenge(CODE))
    assert door.token_of(CODE, cookie) == ""
    assert door.enter(CODE, challenge, "1", who, EXPECTED) is None
    assert door.enter_without_script(CODE, challenge, who, EXPECTED) is None
    assert door.token_of(CODE, other.cookie(CODE, "token")) == ""
    assert door.token_of("fghjk", door.cookie(CODE, "token")) == ""
    assert door.enter("fghjk", door.challenge(CODE), "1", who, EXPECTED) is None
    assert door.enter(CODE, door.challenge(CODE, time.time() - 13 * 3600), "1", who, EXPECTED) is None


def test_phones_without_script_have_a_few_places_an_address(clock: Clock) -> None:
    door = Door(b"k" * 32, clock)
    here, there = door.phone("10.0.0.1", "x", "sv"), door.phone("10.0.0.2", "x", "sv")
    challenges = [door.challenge(CODE) for _ in range(40)]
    got = [door.enter_without_script(CODE, each, here, EXPECTED) for each in challenges]
    assert [bool(each) for each in got] == [True] * 15 + [False] * 25
    assert door.enter_without_script(CODE, challenges[0], here, EXPECTED) == got[0]  # sent twice, one place
    assert door.enter_without_script(CODE, door.challenge(CODE), there, EXPECTED)
    clock.now += 3601
    assert door.enter_without_script(CODE, challenges[20], here, EXPECTED)


def test_no_address_is_kept_even_in_memory() -> None:
    door = Door(b"k" * 32)
    who = door.phone("192.0.2.77", "Agent/1", "sv")
    challenge = door.challenge(CODE)
    door.enter(CODE, challenge, str(of_door.work(challenge, BITS)), who, EXPECTED)
    door.enter_without_script(CODE, door.challenge(CODE), who, EXPECTED)
    assert "192.0.2.77" not in repr(vars(door))
    assert who != Door(b"k" * 32).phone("192.0.2.77", "Agent/1", "sv")
