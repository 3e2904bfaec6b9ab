"""The windows and the phones of a room, over HTTP: links that last, nothing inline, the audience's own pages."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from dashboard import saving
from dashboard.live.room import links
from dashboard.store import rooms
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
