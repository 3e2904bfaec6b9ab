"""Questions over HTTP: a phone that comes in and votes, forms without script, and the presenter's controls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from starlette.testclient import TestClient

from dashboard.live.polls import poll_routes
from dashboard.live.polls.door import work
from dashboard.store import Database, StoreError, poll_texts, polls, rooms
from tests.dashboard.poll_world import QUESTIONS, ask, create_app, opened

ONE, SENSITIVE, TEXT = "poll-em1-1", "poll-em1-2", "poll-fm2-3"
OWN = {"origin": "http://testserver"}
JSON = {**OWN, "accept": "application/json"}


@pytest.fixture
def db(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("INKARTA_HOME", str(tmp_path))
    return db


@pytest.fixture
def phone(db: Database) -> Iterator[TestClient]:
    with TestClient(create_app(), follow_redirects=False) as client:
        yield client


def come_in(phone: TestClient, code: str) -> None:
    told = phone.post(f"/r/{code}/in", headers=JSON).json()
    nonce = work(told["challenge"], told["bits"])
    assert phone.post(f"/r/{code}/in", data={"bricka": told["challenge"], "tal": nonce}, headers=JSON).json() == {
        "known": True
    }


def send(phone: TestClient, code: str, ident: str, **fields: Any) -> Any:
    return phone.post(f"/r/{code}/svar", data={"fraga": ident, **fields}, headers=JSON)


# A phone ----------------------------------------------------------------------------------------------------------


def test_a_phone_comes_in_votes_changes_and_repeats(phone: TestClient, db: Database) -> None:
    code = opened(db, ONE)[0].code
    assert send(phone, code, ONE, svar="kommun", nummer=1).status_code == 401
    come_in(phone, code)
    cookie = next(each for each in phone.cookies.jar if each.name == f"ik_voter_{code}")
    assert cookie.has_nonstandard_attr("HttpOnly")
    first = send(phone, code, ONE, svar="kommun", nummer=1)
    assert first.json() == {"outcome": "stored", "number": 1, "said": "Mottaget: Kommun."}
    assert send(phone, code, ONE, svar="kommun", nummer=1).json()["outcome"] == "same"
    assert send(phone, code, ONE, svar="region", nummer=2, lang="en").json()["said"] == "Received: Region."
    late = send(phone, code, ONE, svar="kommun", nummer=1).json()
    assert (late["outcome"], late["number"]) == ("stale", 2)
    assert polls.answers(db, code, ONE) == ["region"]
    page = phone.get(f"/r/{code}/fraga").text
    assert 'value="region" checked' in page
    assert "Mottaget: Region." in page
    assert 'data-number="2"' in page


def test_asking_for_a_token_again_gives_the_same_voter(phone: TestClient, db: Database) -> None:
    code = opened(db, ONE)[0].code
    told = phone.post(f"/r/{code}/in", headers=JSON).json()
    worked = {"bricka": told["challenge"], "tal": work(told["challenge"], told["bits"])}
    for _ in range(3):  # the answer was lost on the way, twice
        phone.cookies.clear()
        assert phone.post(f"/r/{code}/in", data=worked, headers=JSON).json() == {"known": True}
        send(phone, code, ONE, svar="kommun", nummer=1)
    assert polls.state(db, code, ONE).n == 1


def test_a_token_is_good_in_its_own_room_only(phone: TestClient, db: Database) -> None:
    code, other = opened(db, ONE)[0].code, opened(db, ONE)[0].code
    come_in(phone, code)
    value = phone.cookies[f"ik_voter_{code}"]
    phone.cookies.set(f"ik_voter_{other}", value)
    assert send(phone, other, ONE, svar="kommun").status_code == 401


FORMS: list[tuple[str, dict[str, Any], Any]] = [
    (ONE, {"svar": "kommun"}, "kommun"),
    (SENSITIVE, {"svar": "vill-inte-svara"}, "vill-inte-svara"),
    ("poll-fm2-2", {"svar": ["kommun", "region"]}, ("region", "kommun")),
    (TEXT, {"svar": "  Pengar\n tar   slut "}, "Pengar tar slut"),
    ("egen-lan", {"svar": "18"}, "18"),
    ("egen-skala-langsiktigt", {"svar": "4"}, 4),
    ("egen-gissa-lang-tid", {"svar": "61,5 %"}, 61.5),
    (
        "egen-rangordna-plattform",
        {"plats_pengar": 3, "plats_uppdrag": 1, "plats_kunskap": 2, "plats_natverk": 5, "plats_matning": 4},
        ("uppdrag", "kunskap", "pengar", "matning", "natverk"),
    ),
]


@pytest.mark.parametrize(("ident", "fields", "answer"), FORMS, ids=lambda each: str(each)[:24])
def test_every_kind_is_answered_by_a_plain_form(
    phone: TestClient, db: Database, ident: str, fields: dict[str, Any], answer: Any
) -> None:
    code = opened(db, ident)[0].code
    page = phone.get(f"/r/{code}/fraga").text
    challenge = re.search(r'name="bricka" value="([^"]+)"', page)
    assert challenge
    form = {"fraga": ident, "lang": "sv", "bricka": challenge[1], **fields}
    phone.cookies.clear()
    for _ in range(2):  # pressed twice, before the cookie had come
        answered = phone.post(f"/r/{code}/svar", data=form, headers=OWN)
        assert answered.status_code == 303
        assert answered.headers["location"] == f"/r/{code}/fraga?lang=sv#ikb"
        cookie = phone.cookies[f"ik_voter_{code}"]
        phone.cookies.clear()
    phone.cookies.set(f"ik_voter_{code}", cookie)
    token = poll_routes.door(db).token_of(code, cookie)
    mine = polls.mine(db, code, ident, polls.voter_of(code, ident, token))
    assert mine is not None
    assert mine.answer == answer
    assert polls.state(db, code, ident).n == 1
    assert re.search(r'role="status">(Mottaget|Ditt svar är mottaget)', phone.get(f"/r/{code}/fraga").text)


WRONG: list[tuple[str, dict[str, Any], str]] = [
    (ONE, {"svar": "partiet"}, "option"),
    (ONE, {}, "kind"),
    ("poll-fm2-2", {}, "count"),
    (TEXT, {"svar": " \t "}, "empty"),
    (TEXT, {"svar": "x" * 201}, "long"),
    ("egen-lan", {"svar": "99"}, "place"),
    ("egen-skala-langsiktigt", {"svar": "6"}, "range"),
    ("egen-skala-langsiktigt", {"svar": "2,5"}, "range"),
    ("egen-gissa-lang-tid", {"svar": "många"}, "kind"),
    ("egen-gissa-lang-tid", {"svar": "101"}, "range"),
    ("egen-rangordna-plattform", {f"plats_{o.id}": 1 for o in QUESTIONS["egen-rangordna-plattform"].options}, "twice"),
    ("egen-rangordna-plattform", {"plats_pengar": 1}, "count"),
]


@pytest.mark.parametrize(("ident", "fields", "rule"), WRONG, ids=lambda each: str(each)[:24])
def test_what_is_no_answer_is_said_in_words_and_not_kept(
    phone: TestClient, db: Database, ident: str, fields: dict[str, Any], rule: str
) -> None:
    code = opened(db, ident)[0].code
    come_in(phone, code)
    told = send(phone, code, ident, **fields)
    assert told.status_code == 422
    assert told.json()["rule"] == rule
    back = phone.post(f"/r/{code}/svar", data={"fraga": ident, "lang": "en", **fields}, headers=OWN)
    page = phone.get(back.headers["location"]).text
    assert told.json()["said"] not in page  # in English now
    assert f'role="status">{poll_routes.t(f"polls.said_{rule}", "en")}' in page
    assert polls.state(db, code, ident).n == 0


@pytest.mark.parametrize(
    ("text", "lang", "number"),
    [("1 250", "sv", 1250), ("1,250", "en", 1250), ("1,25", "en", 1.25), ("61.5", "sv", 61.5), ("−3", "sv", -3),
     ("1e5", "sv", None), ("nan", "en", None), ("", "sv", None), ("9" * 40, "sv", None), ("٣", "sv", 3)],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(text: str, lang: Any, number: float | None) -> None:
    assert poll_routes._figure(text, lang) == number


def test_phones_without_script_beyond_their_places_are_told_what_to_do(phone: TestClient, db: Database) -> None:
    code = opened(db, ONE, expected=100)[0].code
    said = []
    for _ in range(6):
        phone.cookies.clear()
        page = phone.get(f"/r/{code}/fraga").text
        challenge = re.search(r'name="bricka" value="([^"]+)"', page)
        assert challenge
        form = {"fraga": ONE, "svar": "kommun", "bricka": challenge[1]}
        said.append(phone.post(f"/r/{code}/svar", data=form, headers=OWN).headers["location"])
    assert polls.state(db, code, ONE).n == 5
    assert "Slå på JavaScript" in phone.get(said[-1]).text
    phone.cookies.clear()
    assert (
        "sagt=old"
        in phone.post(f"/r/{code}/svar", data={"fraga": ONE, "svar": "kommun"}, headers=OWN).headers["location"]
    )


@pytest.mark.parametrize(
    "headers", [{}, {"origin": "http://evil.example"}, {**OWN, "sec-fetch-site": "cross-site"}], ids=str
)
def test_only_the_rooms_own_page_may_send(phone: TestClient, db: Database, headers: dict[str, str]) -> None:
    room, secret = opened(db, ONE)
    come_in(phone, room.code)
    phone.cookies.set(f"ik_presenter_{room.code}", secret)
    asked = {**headers, "accept": "application/json"}
    fields = {"fraga": ONE, "svar": "kommun"}
    assert phone.post(f"/r/{room.code}/svar", data=fields, headers=asked).status_code == 403
    assert phone.post(f"/r/{room.code}/in", headers=asked).status_code == 403
    closing = {"fraga": ONE, "gor": "stang"}
    assert phone.post(f"/rum/{room.code}/fraga", data=closing, headers=asked).status_code == 403
    assert polls.state(db, room.code, ONE).is_open
    assert polls.state(db, room.code, ONE).n == 0


@pytest.mark.parametrize(
    "body", [b"\xff\xfe", b"a=" + b"x" * 20000, b"&" * 5000, b"fraga", b"", b"svar=%00%ff"], ids=repr
)
def test_odd_bodies_give_words_and_no_error(phone: TestClient, db: Database, body: bytes) -> None:
    code = opened(db, ONE)[0].code
    come_in(phone, code)
    for path in (f"/r/{code}/svar", f"/r/{code}/in", f"/rum/{code}/fraga"):
        answer = phone.post(path, content=body[:20000], headers=JSON)
        assert answer.status_code in (200, 403, 409, 422)


@pytest.mark.parametrize("path", ["/r/zzzzz/fraga", "/r/%3Cb%3E/fraga", "/r/ABCDE/fraga", "/r/zzzzz/lage"])
def test_a_room_that_there_is_not_is_said_so(phone: TestClient, db: Database, path: str) -> None:
    assert phone.get(path).status_code == 404
    assert "<b>" not in phone.get(path).text
    assert phone.post("/r/zzzzz/svar", data={"fraga": ONE}, headers=JSON).status_code == 404
    assert phone.post("/r/zzzzz/in", headers=JSON).status_code == 404


def test_a_code_may_be_typed_in_capitals_and_the_rooms_language_is_the_pages(phone: TestClient, db: Database) -> None:
    room, _ = rooms.open_room(db, deck="d", lang="en", snapshot="s")
    page = phone.get(f"/r/{room.code.upper()}/fraga")
    assert '<html lang="en">' in page.text
    assert "No question right now" in page.text
    assert '<html lang="sv">' in phone.get(f"/r/{room.code}/fraga?lang=sv").text


def test_a_database_that_cannot_be_read_is_said_in_words(phone: TestClient, db: Database) -> None:
    code = opened(db, ONE)[0].code
    come_in(phone, code)
    with patch.object(rooms, "room", side_effect=StoreError("unreadable", "disk")):
        assert phone.get(f"/r/{code}/fraga").status_code == 503
        assert phone.get(f"/r/{code}/lage").status_code == 503
        assert send(phone, code, ONE, svar="kommun").status_code == 503
    with patch.object(polls, "cast", side_effect=StoreError("unreadable", "disk")):
        assert send(phone, code, ONE, svar="kommun").status_code == 503
        back = phone.post(f"/r/{code}/svar", data={"fraga": ONE, "svar": "kommun"}, headers=OWN)
        assert "kunde inte sparas" in phone.get(back.headers["location"]).text
    assert send(phone, code, ONE, svar="kommun").json()["outcome"] == "stored"


def test_the_page_is_light_and_asks_nobody_else(phone: TestClient, db: Database) -> None:
    code = opened(db, ONE)[0].code
    page = phone.get(f"/r/{code}/fraga").text
    found = re.findall(r'(?:src|href)="(/app/static/[^"?]+)', page)
    sizes = [len(page.encode())] + [len(phone.get(each).content) for each in found]
    assert sum(sizes) < 45_000
    assert "http" not in page.replace("http-equiv", "")


def test_a_phone_that_looks_now_and_then_is_known_to_be_here(phone: TestClient, db: Database) -> None:
    code = opened(db, ONE)[0].code
    come_in(phone, code)
    gate = poll_routes.door(db)
    (known,) = gate._rooms[code].tokens.values()
    for path in (f"/r/{code}/lage", f"/r/{code}/fraga", f"/r/{code}/fraga?del=1"):
        known.seen = 0.0
        phone.get(path)
        assert known.seen > 0
    known.seen = 0.0
    send(phone, code, ONE, svar="kommun")
    assert known.seen > 0


# Results on the phones --------------------------------------------------------------------------------------------


def test_phones_see_a_result_only_while_it_is_shown(phone: TestClient, db: Database, warehouse_folder: Path) -> None:
    (db.path.parent / "snapshots").symlink_to(warehouse_folder)
    code = opened(db, ONE)[0].code
    come_in(phone, code)
    send(phone, code, ONE, svar="kommun")
    assert phone.get(f"/r/{code}/lage").json()["poll"]["results"] == ""
    assert "Så svarade rummet" not in phone.get(f"/r/{code}/fraga").text
    polls.show_poll(db, code, ONE, is_shown=True)
    assert "1 svar. Flest, 1 (100\xa0%), valde ”Kommun”." in phone.get(f"/r/{code}/lage").json()["poll"]["results"]
    assert "1 answer. Most, 1 (100%), chose “Municipality”." in phone.get(f"/r/{code}/fraga?lang=en").text


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_a_text_that_is_not_approved_reaches_its_writer_alone(phone: TestClient, db: Database, lang: str) -> None:
    room, _ = opened(db, TEXT)
    polls.show_poll(db, room.code, TEXT, is_shown=True)
    come_in(phone, room.code)
    send(phone, room.code, TEXT, svar="Hemligt <b>ord</b>")
    assert "Hemligt &lt;b&gt;ord&lt;/b&gt;" in phone.get(f"/r/{room.code}/fraga?lang={lang}").text
    phone.cookies.clear()
    for path in (f"/r/{room.code}/fraga?lang={lang}", f"/r/{room.code}/lage?lang={lang}", f"/rum/{room.code}/fragor"):
        assert "Hemligt" not in phone.get(path).text


# The presenter ----------------------------------------------------------------------------------------------------


def do(phone: TestClient, code: str, **fields: str) -> Any:
    return phone.post(f"/rum/{code}/fraga", data=fields, headers=JSON)


@pytest.mark.parametrize("do_what", ["oppna", "stang", "visa", "dolj", "godkann", "avvisa", "rakna"])
def test_controls_need_the_secret_that_the_audience_does_not_hold(
    phone: TestClient, db: Database, do_what: str
) -> None:
    room, secret = opened(db, TEXT)
    come_in(phone, room.code)
    send(phone, room.code, TEXT, svar="Pengar")
    before = files_of_poll(db, room.code)
    fields = {"fraga": TEXT, "gor": do_what, "text": poll_texts.ref_of("Pengar")}
    assert do(phone, room.code, **fields).status_code == 403
    other, other_secret = opened(db)
    for wrong in ("x", other_secret, secret[:-1], ""):
        phone.cookies.set(f"ik_presenter_{room.code}", wrong)
        assert do(phone, room.code, **fields).status_code == 403
        assert phone.get(f"/rum/{room.code}/fragor?nyckel={wrong}").status_code == 403
    assert files_of_poll(db, room.code) == before
    rooms.close(db, other.code)


def files_of_poll(db: Database, code: str) -> list[tuple[Any, ...]]:
    with db.read() as con:
        return [
            *map(tuple, con.execute("SELECT * FROM poll WHERE room = ?", (code,))),
            *map(tuple, con.execute("SELECT * FROM vote WHERE room = ?", (code,))),
        ]


def test_the_presenters_link_lets_a_second_device_in_and_leaves_the_address(phone: TestClient, db: Database) -> None:
    room, secret = opened(db)
    assert phone.get(f"/rum/{room.code}/fragor").status_code == 403
    led = phone.get(f"/rum/{room.code}/fragor?nyckel={secret}&lang=en")
    assert (led.status_code, led.headers["location"]) == (303, f"/rum/{room.code}/fragor?lang=en")
    assert "httponly" in led.headers["set-cookie"].lower()
    assert "samesite=strict" in led.headers["set-cookie"].lower()
    page = phone.get(led.headers["location"]).text
    assert all(one.words.en.replace("'", "&#39;") in page for one in QUESTIONS.values())
    assert "The questions of the 2023 conference" in page


def test_a_question_is_opened_answered_moderated_shown_and_closed(
    phone: TestClient, db: Database, warehouse_folder: Path
) -> None:
    (db.path.parent / "snapshots").symlink_to(warehouse_folder)
    room, secret = opened(db)
    code = room.code
    come_in(phone, code)
    phone.cookies.set(f"ik_presenter_{code}", secret)
    assert send(phone, code, TEXT, svar="Pengar").status_code == 200  # not open yet
    assert send(phone, code, TEXT, svar="Pengar").json()["outcome"] == "closed"
    assert do(phone, code, fraga=TEXT, gor="visa").json()["rule"] == "unasked"
    assert do(phone, code, fraga=TEXT, gor="oppna").json() == {"rule": "", "said": ""}
    assert send(phone, code, TEXT, svar="Pengar").json()["outcome"] == "stored"
    assert "Väntar på dig (1)" in phone.get(f"/rum/{code}/fragor").text
    assert do(phone, code, fraga=TEXT, gor="rakna", text=poll_texts.ref_of("Pengar")).json()["rule"] == "apart"
    assert do(phone, code, fraga=TEXT, gor="godkann", text="0" * 16).json()["rule"] == "text_gone"
    assert do(phone, code, fraga=TEXT, gor="godkann", text=poll_texts.ref_of("Pengar")).json()["rule"] == ""
    assert do(phone, code, fraga=TEXT, gor="visa").json()["rule"] == ""
    assert "Pengar" in phone.get(f"/r/{code}/lage").json()["poll"]["results"]
    led = phone.post(f"/rum/{code}/fraga", data={"fraga": TEXT, "gor": "stang"}, headers=OWN)
    assert led.headers["location"] == f"/rum/{code}/fragor?lang=sv"
    assert send(phone, code, TEXT, svar="Mer").json()["outcome"] == "closed"
    guess = "egen-gissa-lang-tid"
    assert do(phone, code, fraga=guess, gor="oppna").json()["rule"] == ""
    assert "Stäng och avslöja värdet" in phone.get(f"/rum/{code}/fragor").text
    assert do(phone, code, fraga=guess, gor="avsloja").json()["rule"] == ""
    assert do(phone, code, fraga=guess, gor="oppna").json()["rule"] == "revealed"
    for gor, ident in (("", TEXT), ("oppna", "no-such"), ("öppna", TEXT)):
        assert do(phone, code, fraga=ident, gor=gor).json()["rule"] == "unknown"
    rooms.close(db, code)
    assert do(phone, code, fraga=TEXT, gor="oppna").status_code == 403  # the secret ends with the room


def test_the_sensitive_question_over_http(phone: TestClient, db: Database) -> None:
    room, secret = opened(db)
    code = room.code
    phone.cookies.set(f"ik_presenter_{code}", secret)
    do(phone, code, fraga=SENSITIVE, gor="oppna")
    assert do(phone, code, fraga=SENSITIVE, gor="visa").json()["rule"] == "open"
    come_in(phone, code)
    assert send(phone, code, SENSITIVE, svar="ja").json()["said"] == "Ditt svar är mottaget."
    do(phone, code, fraga=SENSITIVE, gor="stang")
    said = do(phone, code, fraga=SENSITIVE, gor="visa").json()
    assert (said["rule"], "10" in said["said"]) == ("few", True)
    assert do(phone, code, fraga=SENSITIVE, gor="oppna").json()["rule"] == "once"
    page = phone.get(f"/rum/{code}/fragor").text
    assert "färre än 10 svar" in page
    ask(db, code, ONE)
    assert send(phone, code, ONE, svar="kommun").json()["outcome"] == "stored"
