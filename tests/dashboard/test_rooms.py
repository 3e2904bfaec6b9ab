"""Rooms: who may open and lead one, what is shown, who hears of it; over HTTP, threads and processes."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack, aclosing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from dashboard import saving
from dashboard.live.decks import decks
from dashboard.live.room import links, rooms_state
from dashboard.live.room.hub import Hub
from dashboard.live.room.room_routes import MOST_STATE
from dashboard.store import Database, Watch, rooms
from dashboard.store.views import RefusedError
from tests.conftest import ROOT
from tests.dashboard.poll_world import files_of
from tests.dashboard.room_world import DECK, OWN, lead, opened

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


# The store -----------------------------------------------------------------------------------------------------------


def test_a_room_keeps_a_digest_of_its_secret_alone(db: Database) -> None:
    room, secret = rooms.open_room(db, deck="d", lang="sv", snapshot="s")
    assert rooms.is_presenter(db, room.code, secret)
    assert not rooms.is_presenter(db, room.code, secret[:-1])
    assert not rooms.is_presenter(db, "xxxxx", secret)
    with db.read() as con:
        assert secret not in str([tuple(row) for row in con.execute("SELECT * FROM room")])
    rooms.close(db, room.code)
    assert not rooms.is_presenter(db, room.code, secret)
    assert rooms.show(db, room.code, scene=1, is_black=False, highlight="") is None


def test_the_same_state_twice_is_no_news(db: Database) -> None:
    room, _ = rooms.open_room(db, deck="d", lang="sv", snapshot="s")
    one = rooms.show(db, room.code, scene=3, is_black=True, highlight="18")
    again = rooms.show(db, room.code, scene=3, is_black=True, highlight="18")
    assert one == again
    assert one
    assert (one.scene, one.is_black, one.highlight, one.revision) == (3, True, "18", room.revision + 1)
    assert rooms.room(db, f" {room.code.upper()} ") == one


def test_there_is_an_end_to_how_many_rooms_are_open(db: Database) -> None:
    made = [rooms.open_room(db, deck="d", lang="sv", snapshot="s")[0] for _ in range(rooms.MOST_OPEN)]
    assert len({room.code for room in made}) == rooms.MOST_OPEN
    with pytest.raises(RefusedError) as caught:
        rooms.open_room(db, deck="d", lang="sv", snapshot="s")
    assert caught.value.rule == "too_many"
    rooms.close(db, made[0].code)
    rooms.open_room(db, deck="d", lang="sv", snapshot="s")
    for expected in (0, 5001):
        with pytest.raises(RefusedError):
            rooms.open_room(db, deck="d", lang="sv", snapshot="s", expected=expected)


def test_a_room_that_nobody_closed_is_closed_after_a_day(venue: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    code = opened(venue)
    assert rooms.stale(saving.database()) == ()
    monkeypatch.setattr(rooms, "LASTS_SECONDS", -5)
    assert rooms.stale(saving.database()) == (code,)
    newer = opened(venue)
    old, new = rooms.room(saving.database(), code), rooms.room(saving.database(), newer)
    assert old
    assert old.closed_at
    assert new
    assert new.closed_at is None


def test_whoever_sends_last_is_shown(db: Database) -> None:
    """Eight threads set states at once: each is kept or passed over whole, and every change is counted once."""
    room, _ = rooms.open_room(db, deck="d", lang="sv", snapshot="s")

    def press(n: int) -> None:
        for step in range(10):
            rooms.show(db, room.code, scene=n * 10 + step, is_black=bool(n % 2), highlight=f"{n:02}")

    threads = [threading.Thread(target=press, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    last = rooms.room(db, room.code)
    assert last
    assert last.revision == room.revision + 80
    assert (last.scene // 10, last.is_black, last.highlight) == (
        int(last.highlight), bool(int(last.highlight) % 2), last.highlight,
    )  # fmt: skip


# News ----------------------------------------------------------------------------------------------------------------


def test_the_hub_tells_at_once_and_at_each_change_and_of_no_room(db: Database) -> None:
    room, _ = rooms.open_room(db, deck="d", lang="sv", snapshot="s")

    async def heard() -> list[tuple[int, int]]:
        hub, found = Hub(db), []
        async with aclosing(hub.listen(room.code)) as news, aclosing(hub.listen("xxxxx")) as other:
            assert await anext(other) == (0, 0)
            found.append(await anext(news))
            for scene in (1, 2):
                await asyncio.to_thread(rooms.show, db, room.code, scene=scene, is_black=False, highlight="")
                found.append(await asyncio.wait_for(anext(news), 10))
        for _ in range(100):
            if hub._looking is None or hub._looking.done():
                return found
            await asyncio.sleep(0.05)
        raise AssertionError("the hub goes on looking though nobody listens")

    assert asyncio.run(heard()) == [(1, 0), (2, 0), (3, 0)]


def test_those_who_come_at_once_start_one_look(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    room, _ = rooms.open_room(db, deck="d", lang="sv", snapshot="s")
    watch, watches = Database.watch, []

    def counted(db: Database) -> Watch:
        watches.append(db)
        return watch(db)

    monkeypatch.setattr(Database, "watch", counted)

    async def heard() -> list[tuple[int, int]]:
        hub = Hub(db)
        async with AsyncExitStack() as stack:
            every = [await stack.enter_async_context(aclosing(hub.listen(room.code))) for _ in range(6)]
            await asyncio.gather(*(anext(one) for one in every))
            await asyncio.to_thread(rooms.show, db, room.code, scene=1, is_black=False, highlight="")
            return await asyncio.wait_for(asyncio.gather(*(anext(one) for one in every)), 10)

    assert asyncio.run(heard()) == [(2, 0)] * 6
    assert len(watches) == 1


PRESS = """
import sys
from pathlib import Path
from dashboard.store import configured, rooms
db = configured(Path(sys.argv[1]))
for line in sys.stdin:
    rooms.show(db, sys.argv[2], scene=int(line), is_black=False, highlight="")
    print("shown", flush=True)
"""


def test_another_process_is_heard(db: Database) -> None:
    """Two processes on one database: what is set in one is told by the other's hub, in order, the last one last."""
    room, _ = rooms.open_room(db, deck="d", lang="sv", snapshot="s")
    other = subprocess.Popen(
        [sys.executable, "-c", PRESS, str(db.path.parent), room.code], cwd=ROOT, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip

    async def heard() -> list[int]:
        assert other.stdin
        found = []
        async with aclosing(Hub(db).listen(room.code)) as news:
            await anext(news)
            other.stdin.write("5\n7\n9\n")
            other.stdin.flush()
            while not found or found[-1] != room.revision + 3:
                found.append((await asyncio.wait_for(anext(news), 30))[0])
        return found

    try:
        found = asyncio.run(heard())
    finally:
        other.communicate(timeout=30)
    assert found == sorted(set(found))
    last = rooms.room(db, room.code)
    assert last
    assert last.scene == 9


def events_of(venue: TestClient, code: str) -> Iterator[dict[str, Any]]:
    """The events that a closed room's stream holds: it ends by itself."""
    for line in venue.get(f"/rum/{code}/nyheter").text.splitlines():
        if line.startswith("data: "):
            yield json.loads(line[6:])


def test_the_stream_says_what_is_shown_and_ends_with_the_room(venue: TestClient) -> None:
    code = opened(venue)
    lead(venue, code, 4, highlight="18")
    venue.post(f"/rum/{code}/stang", headers=OWN)
    (told,) = events_of(venue, code)
    assert told == {
        "revision": 3, "tally": 0, "scene": 4, "black": False, "highlight": "18", "closed": True, "polls": {},
    }  # fmt: skip
    answer = venue.get(f"/rum/{code}/nyheter")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    assert venue.get("/rum/xxxxx/nyheter").status_code == 404


def test_news_is_read_once_for_all_who_listen(room_home: Path) -> None:
    db = saving.database()
    room, _ = rooms.open_room(db, deck=DECK, lang="sv", snapshot="s")
    first = rooms_state.news(room.code, (1, 0))
    assert rooms_state.news(room.code, (1, 0)) is first
    rooms.show(db, room.code, scene=5, is_black=False, highlight="")
    newer = rooms_state.news(room.code, (2, 0))
    assert newer
    assert newer["scene"] == 5
    assert rooms_state.news("xxxxx", (0, 0)) is None


# Over HTTP -----------------------------------------------------------------------------------------------------------


def test_opening_a_room_leads_to_its_stage_with_a_secret_that_no_script_reads(venue: TestClient, w: Any) -> None:
    answer = venue.post(
        "/rum",
        data={
            "deck": DECK, "lang": "en", "expected": "250", "practice": "1", "wifi_name": 'Sal "A";',
            "wifi_password": "x:y",
        },
        headers=OWN,
    )  # fmt: skip
    to = answer.headers["location"]
    assert to.startswith(f"/scen/visa/{DECK}?lang=en&snapshot={w.snapshot_id}&rum=")
    assert to.endswith("#wifi=WIFI%3AT%3AWPA%3BS%3ASal%20%5C%22A%5C%22%5C%3B%3BP%3Ax%5C%3Ay%3B%3B")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    code = to.split("rum=")[1].split("#")[0]
    room = rooms.room(saving.database(), code)
    assert room
    assert (room.deck, room.lang, room.expected, room.is_practice) == (DECK, "en", 250, True)
    assert b'Sal "A"' not in files_of(saving.database())
    stage = venue.get(to.split("#")[0])
    assert f"/r/{code}" in stage.text
    assert 'data-presenter="1"' in stage.text


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({}, 404), ({"deck": "x"}, 404), ({"deck": "../../etc"}, 404), ({"deck": DECK, "expected": "många"}, 400),
        ({"deck": DECK, "expected": "0"}, 400), ({"deck": DECK, "expected": "999999"}, 400),
        ({"deck": DECK, "expected": "٢"}, 400), ({"deck": "x" * 9000}, 413),
    ],
)  # fmt: skip
def test_a_form_that_does_not_hold_is_refused_in_words(venue: TestClient, data: dict[str, str], status: int) -> None:
    answer = venue.post("/rum?lang=en", data=data, headers=OWN)
    assert answer.status_code == status
    assert "<h1>" in answer.text
    assert "Traceback" not in answer.text


def test_a_form_of_another_kind_is_refused(venue: TestClient) -> None:
    for kind, body in (("multipart/form-data; boundary=x", b"--x\r\nnonsense"), ("multipart/form-data", b"x")):
        answer = venue.post("/rum", content=body, headers={**OWN, "content-type": kind})
        assert answer.status_code in (400, 404)


def test_only_this_sites_own_pages_open_and_lead(venue: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    code = opened(venue)
    for headers in ({}, {"origin": "http://evil.example"}, {**OWN, "sec-fetch-site": "cross-site"}):
        assert venue.post("/rum", data={"deck": DECK}, headers=headers).status_code == 403
        state = {"scene": 1, "black": False, "highlight": ""}
        assert venue.post(f"/rum/{code}/lage", json=state, headers=headers).status_code == 403
        assert venue.post(f"/rum/{code}/stang", headers=headers).status_code == 403
        assert venue.post("/scen/kod", content="x", headers=headers).status_code == 403
    monkeypatch.setenv("INKARTA_EDIT", "off")
    assert venue.post("/rum", data={"deck": DECK}, headers=OWN).status_code == 403


def test_whoever_has_not_the_secret_changes_nothing(venue: TestClient) -> None:
    code, other = opened(venue), opened(venue)
    secret = venue.cookies[rooms_state.cookie(other)]
    venue.cookies.clear()
    assert lead(venue, code).status_code == 403
    assert venue.post(f"/rum/{code}/stang", headers=OWN).status_code == 403
    venue.cookies.set(rooms_state.cookie(code), secret)
    assert lead(venue, code).status_code == 403, "another room's secret"
    room = rooms.room(saving.database(), code)
    assert room
    assert (room.scene, room.closed_at) == (0, None)
    assert venue.get(f"/scen/talare/{DECK}?rum={code}").status_code == 403
    assert 'data-presenter="1"' not in venue.get(f"/scen/visa/{DECK}?rum={code}&snapshot={room.snapshot}").text


def test_a_state_is_absolute_and_answers_with_what_is_shown(venue: TestClient) -> None:
    code = opened(venue)
    for scene in (5, 2, 9):
        assert lead(venue, code, scene).json()["scene"] == scene
    told = lead(venue, code, 9, black=True, highlight="18").json()
    assert (told["scene"], told["black"], told["highlight"], told["closed"]) == (9, True, "18", False)
    assert lead(venue, "xxxxx").status_code == 404
    venue.post(f"/rum/{code}/stang", headers=OWN)
    assert lead(venue, code).status_code == 410


@given(body=st.one_of(anything, st.fixed_dictionaries({"scene": anything, "black": anything, "highlight": anything})))
def test_whatever_else_is_sent_is_refused_without_a_traceback(body: Any) -> None:
    from dashboard.live.room.room_routes import _state

    found = _state(json.dumps(body).encode(), decks.files().found[DECK])
    if found is not None:
        assert 0 <= found["scene"] < 16
        assert isinstance(found["is_black"], bool)
        assert found["highlight"] == "" or found["highlight"].isdigit()


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 900, b"\xff", b'{"scene": 1e999, "black": false, "highlight": ""}'])
def test_a_body_that_is_no_json_is_refused(venue: TestClient, body: bytes) -> None:
    code = opened(venue)
    assert venue.post(f"/rum/{code}/lage", content=body, headers=OWN).status_code == 400
    assert venue.post(f"/rum/{code}/lage", content=b"x" * (MOST_STATE + 1), headers=OWN).status_code == 413


def test_a_code_for_the_network_is_drawn_and_not_kept(venue: TestClient) -> None:
    answer = venue.post("/scen/kod", content=links.wifi("Sal", "hemligt", "WPA"), headers=OWN)
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.headers["cache-control"] == "private, no-store"
    assert "hemligt" not in answer.text
    assert venue.post("/scen/kod", content=b"x" * 401, headers=OWN).status_code == 413
    assert venue.post("/scen/kod", content=b"\xff\xfe", headers=OWN).status_code == 400
