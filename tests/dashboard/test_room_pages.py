"""The windows and the phones of a room, over HTTP: links that last, nothing inline, the audience's own pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from dashboard import saving
from dashboard.live.decks import decks
from dashboard.live.decks.deck import document
from dashboard.live.polls import in_room
from dashboard.live.room import links
from dashboard.store import records, rooms
from tests.dashboard.room_world import DECK, lead, opened


def test_a_link_with_its_snapshot_lasts_and_one_without_leads_there(venue: TestClient, w: Any) -> None:
    answer = venue.get(f"/scen/visa/{DECK}?lang=en")
    assert answer.status_code == 307
    assert answer.headers["location"] == f"/scen/visa/{DECK}?lang=en&snapshot={w.snapshot_id}"
    shown = venue.get(answer.headers["location"])
    assert shown.text.count(w.snapshot_id) >= 16, "every scene's footer says which data it is of"
    assert venue.get(f"/scen/visa/{DECK}?snapshot=20200101-00000000").status_code == 404
    for path in ("/scen/visa/finns-inte", "/scen/talare/x", f"/scen/visa/{DECK}?rum=xxxxx"):
        missing = venue.get(path)
        assert missing.status_code == 404
        assert "<h1>" in missing.text
    code = opened(venue)
    assert venue.get(f"/scen/visa/konferensen-pass-1?rum={code}").status_code == 404


def test_no_page_holds_anything_inline_and_none_is_framed_by_another_site(venue: TestClient) -> None:
    code = opened(venue)
    snapshot = rooms.room(saving.database(), code).snapshot  # type: ignore[union-attr]
    for path in (
        f"/scen/visa/{DECK}?rum={code}&snapshot={snapshot}", f"/scen/talare/{DECK}?rum={code}&snapshot={snapshot}",
        "/r", f"/r/{code}", f"/r/{code}?lan=18", "/r/xxxxx",
    ):  # fmt: skip
        answer = venue.get(path, headers={"accept": "text/html"})
        policy = answer.headers["content-security-policy"]
        assert policy.count("unsafe-inline") == policy.count("style-src-attr 'unsafe-inline'") == 1  # numbers of bars
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'self'" in policy
        assert "<style" not in answer.text
        assert " style=" not in answer.text
        assert " onclick" not in answer.text
        for opening in answer.text.split("<script")[1:]:
            assert " src=" in opening.split(">")[0]


def test_the_audience_is_sent_to_the_stated_address_else_to_the_hosts(
    venue: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = opened(venue)
    path = f"/scen/talare/{DECK}?rum={code}&snapshot={rooms.room(saving.database(), code).snapshot}"  # type: ignore[union-attr]
    assert f"region.example/r/{code}" in venue.get(path).text
    monkeypatch.setenv("INKARTA_AUDIENCE_URL", "https://kort.example/")
    assert f"kort.example/r/{code}" in venue.get(path).text
    monkeypatch.delenv("INKARTA_AUDIENCE_URL")
    assert venue.get(path, headers={"host": 'x"><script>'}).status_code == 400
    assert links.is_local("http://127.0.0.1:8501")
    assert not links.is_local("http://192.168.1.7:8501")


def test_a_phone_follows_explores_and_is_told_of_a_wrong_code(venue: TestClient) -> None:
    code = opened(venue)
    lead(venue, code, 7, highlight="18")
    venue.cookies.clear()
    page = venue.get(f"/r/{code.upper()}").text
    assert "Utrikes födda i arbete" in page
    assert "Örebro län: " in page
    assert "/nu" not in page
    assert "Foreign-born in work" in venue.get(f"/r/{code}?lang=en").text
    part = venue.get(f"/r/{code}/nu?lang=sv").text
    assert part.startswith('<article data-scene="7">')
    picture = venue.get(f"/r/{code}/bild/em1-karta.svg?peka=18")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert picture.text.count("<path") >= 23
    assert venue.get(
        f"/r/{code}/bild/em1-karta.svg", headers={"if-none-match": picture.headers["etag"]}
    ).status_code in (200, 304)
    assert venue.get(f"/r/{code}/bild/finns-inte.svg").status_code == 404
    own = venue.get(f"/r/{code}?lan=18").text
    assert "<h1>Örebro län</h1>" in own
    assert 'data-code="' not in own, "one's own län does not follow"
    assert venue.get("/r?kod=" + f" {code[:2]} {code[2:].upper()}").headers["location"].startswith(f"/r/{code}")
    for path in ("/r/xxxxx", "/r?kod=fel", "/r/..%2f..", f"/r/{'x' * 500}"):
        missing = venue.get(path)
        assert missing.status_code == 404
        assert "Traceback" not in missing.text
    assert "{" not in page.split("<main", 1)[1].split("</main>")[0]


def test_our_own_pages_leave_compressed(venue: TestClient) -> None:
    code = opened(venue)
    answer = venue.get(f"/r/{code}", headers={"accept": "text/html", "accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < 8_000
    plain = venue.get(f"/r/{code}", headers={"accept": "text/html", "accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == answer.text


def test_a_room_shows_the_version_that_it_was_opened_on_whatever_is_saved_after(venue: TestClient) -> None:
    body = document(decks.files().found["konferensen-sessioner"])
    kept = records.add(saving.database(), "deck", body)
    code = opened(venue, deck=kept.id)
    room = rooms.room(saving.database(), code)
    assert room is not None
    assert room.deck_version == 1
    last = len(body["scenes"]) - 1
    assert lead(venue, code, last).status_code == 200
    stage = f"/scen/visa/{kept.id}?lang=sv&snapshot={room.snapshot}&utgava=1&rum={code}"
    before, phone = venue.get(stage).text, venue.get(f"/r/{code}").text
    assert f'data-scenes="{last + 1}"' in before

    records.save(saving.database(), kept.id, 1, {**body, "title_sv": "Helt annan", "scenes": body["scenes"][:2]})
    assert lead(venue, code, last - 1).status_code == 200, "the last scenes are there for as long as the room is"
    assert lead(venue, code, last).status_code == 200
    assert venue.get(f"/r/{code}").text == phone
    again = venue.get(stage).text
    assert f'data-scenes="{last + 1}"' in again
    assert "Helt annan" not in again
    questions = {one.id for one in in_room.offered(room)}
    assert questions >= {scene["question"] for scene in body["scenes"] if scene.get("question")}

    newest = opened(venue, deck=kept.id)
    assert lead(venue, newest, 2).status_code == 400, "what is opened now has two scenes"
    older = opened(venue, deck=kept.id, utgava="1")
    assert lead(venue, older, last).status_code == 200


def test_a_link_to_a_kept_deck_lasts_with_its_version(venue: TestClient, w: Any) -> None:
    kept = records.add(saving.database(), "deck", document(decks.files().found["konferensen-pass-1"]))
    lasting = f"lang=sv&snapshot={w.snapshot_id}&utgava=1"
    for way in ("visa", "talare"):
        for asked in ("lang=sv", f"lang=sv&snapshot={w.snapshot_id}"):
            answer = venue.get(f"/scen/{way}/{kept.id}?{asked}")
            assert answer.status_code == 307
            assert answer.headers["location"] == f"/scen/{way}/{kept.id}?{lasting}"
        assert venue.get(f"/scen/{way}/{kept.id}?{lasting}").status_code == 200


def test_what_was_shown_to_a_room_is_kept_for_two_years(venue: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    db = saving.database()
    shown = rooms.room(db, opened(venue))
    assert shown is not None
    assert shown.snapshot in rooms.shown(db)
    for days, is_kept in ((729, True), (731, False)):
        later = rooms.now() + timedelta(days=days)
        with monkeypatch.context() as patch:
            patch.setattr(rooms, "now", lambda at=later: at)
            assert (shown.snapshot in rooms.shown(db)) is is_kept
