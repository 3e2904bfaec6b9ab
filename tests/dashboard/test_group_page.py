"""The presenter sets the groups of free texts right: by forms, for the room, and nobody else."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.live.polls import group_page, in_room
from dashboard.live.results import result_routes
from dashboard.live.room.room_source import Here
from dashboard.middleware import Shell
from dashboard.store import FILE, Database, imported, poll_texts, polls, retention, rooms
from dashboard.store.views import now
from tests.dashboard.poll_world import opened, put

TEXT = "poll-fm2-3"
TEXTS = ("Pengar saknas", "Pengar till projekt", "Finansiering", "Kortsiktig finansiering", "Tid")
OWN = {"origin": "http://region.example"}


@pytest.fixture
def db(tmp_path: Path, warehouse_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("INKARTA_HOME", str(tmp_path))
    (tmp_path / "snapshots").symlink_to(warehouse_folder)
    return Database(tmp_path / FILE)


@pytest.fixture
def presenter(db: Database) -> Iterator[TestClient]:
    app = Shell(Starlette(routes=[*group_page.routes(Here()), *result_routes.routes(Here())]))
    with TestClient(app, base_url="http://region.example", follow_redirects=False) as client:
        yield client


@pytest.fixture
def code(db: Database, presenter: TestClient) -> str:
    room, secret = opened(db, TEXT)
    for n, text in enumerate(TEXTS):
        put(db, room.code, TEXT, n, text)
        poll_texts.moderate(db, room.code, TEXT, poll_texts.ref_of(text), "approved")
    polls.show_poll(db, room.code, TEXT, is_shown=True)
    presenter.cookies.set(f"ik_presenter_{room.code}", secret)
    return room.code


def at(code: str) -> str:
    return f"/rum/{code}/grupper/{TEXT}"


def groups(page: str) -> dict[str, list[str]]:
    """Name -> texts, as the page shows them."""
    found = {}
    for article in page.split("<article")[1:]:
        name = re.search(r"<h2>(.*?) <span", article)
        assert name
        texts = re.findall(r'<p class="ikm-words">(.*?)</p>', article)
        found[html.unescape(name[1])] = [html.unescape(each) for each in texts]
    return found


def ident(page: str, name: str) -> str:
    """A group's id, as its own forms send it."""
    article = next(each for each in page.split("<article")[1:] if f"<h2>{name} <span" in each)
    found = re.search('name="grupp" value="([^"]*)"', article)
    assert found
    return html.unescape(found[1])


def send(client: TestClient, code: str, **fields: str) -> str:
    """The rule in the address that a form is led back to."""
    answer = client.post(at(code), data=fields, headers=OWN)
    assert answer.status_code == 303, answer.text
    said = re.search("sagt=([a-z_]+)", answer.headers["location"])
    assert said
    return said[1]


def revision(db: Database, code: str) -> int:
    room = rooms.room(db, code)
    assert room
    return room.revision


def test_a_group_is_renamed_a_text_moved_and_groups_merged(presenter: TestClient, code: str, db: Database) -> None:
    page = presenter.get(at(code)).text
    before = groups(page)
    assert before["pengar"] == ["Pengar saknas", "Pengar till projekt"]
    money, funding = ident(page, "pengar"), ident(page, "finansiering")
    was = revision(db, code)
    assert send(presenter, code, gor="namn", grupp=money, namn="Kronor <b>") == "done"
    assert revision(db, code) == was + 1, "screen and phones hear of it"
    ref = poll_texts.ref_of("Tid")
    assert send(presenter, code, gor="flytta", text=ref, grupp="", till=money) == "done"
    page = presenter.get(at(code)).text
    assert groups(page)["Kronor <b>"] == ["Pengar saknas", "Pengar till projekt", "Tid"]
    assert "<b>" not in page
    assert "Svar som har flyttats för hand: 1. Grupper som har namngetts för hand: 1." in page
    screen = presenter.get(f"/rum/{code}/resultat/{TEXT}.json").json()
    assert "Svar som har flyttats för hand: 1." in screen["note"]
    assert "Kronor <b>" in {item["words"].get("label") for item in screen["items"]}
    phones = in_room.news(db, code, "en")
    assert phones is not None
    assert "Answers moved by hand: 1." in phones["results"]
    assert "moved here by hand" in phones["results"]
    assert send(presenter, code, gor="ihop", grupp=money, till=funding) == "done"
    merged = groups(presenter.get(at(code)).text)
    assert sorted(merged["finansiering"]) == sorted(TEXTS)
    assert send(presenter, code, gor="om") == "done"
    assert groups(presenter.get(at(code)).text) == before


def test_a_text_goes_into_a_group_of_its_own_alone_and_back(presenter: TestClient, code: str) -> None:
    page = presenter.get(at(code)).text
    before, money, ref = groups(page), ident(page, "pengar"), poll_texts.ref_of("Pengar saknas")
    assert send(presenter, code, gor="flytta", text=ref, grupp=money, till="ny") == "done"
    page = presenter.get(at(code)).text
    assert groups(page)["Pengar saknas"] == ["Pengar saknas"]
    assert "Pengar saknas" not in groups(page).get("pengar", [])
    assert send(presenter, code, gor="flytta", text=ref, grupp=ident(page, "Pengar saknas"), till="ensam") == "done"
    assert "Pengar saknas" in groups(presenter.get(at(code)).text)["Står för sig själva"]
    assert send(presenter, code, gor="metoden", text=ref) == "done"
    assert groups(presenter.get(at(code)).text) == before


TIME = poll_texts.ref_of("Tid")


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"gor": "flytta", "text": "0" * 16, "grupp": "", "till": "ny"}, "text_gone"),
        ({"gor": "flytta", "text": TIME, "grupp": "no", "till": "ny"}, "group_gone"),
        ({"gor": "flytta", "text": TIME, "grupp": "", "till": "no"}, "group_gone"),
        ({"gor": "flytta", "text": TIME, "grupp": "", "till": ""}, "nowhere"),
        ({"gor": "namn", "grupp": "no", "namn": "x"}, "group_gone"),
        ({"gor": "ihop", "grupp": "no", "till": "no"}, "group_gone"),
        ({"gor": "namn", "grupp": "pengar", "namn": "x" * 400}, "long"),
        ({"gor": "annat"}, "kind"),
        ({}, "kind"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    presenter: TestClient, code: str, db: Database, fields: dict[str, str], rule: str
) -> None:
    if fields.get("grupp") == "pengar":
        fields = fields | {"grupp": ident(presenter.get(at(code)).text, "pengar")}
    assert send(presenter, code, **fields) == rule
    assert imported.groups(db, code, TEXT) == {}
    assert presenter.get(f"{at(code)}?sagt={rule}&lang=en").status_code == 200


def test_only_the_presenter_from_the_sites_own_pages(presenter: TestClient, code: str) -> None:
    fields = {"gor": "om"}
    assert presenter.post(at(code), data=fields, headers={"origin": "http://evil.example"}).status_code == 403
    assert presenter.get(f"/rum/{code}/grupper/poll-em1-1").status_code == 403, "not a question of free texts"
    presenter.cookies.clear()
    assert presenter.get(at(code)).status_code == 403
    assert presenter.post(at(code), data=fields, headers=OWN).status_code == 403
    assert presenter.get("/rum/xxxxx/grupper/1").status_code == 403


def test_what_was_decided_of_texts_goes_when_they_do(presenter: TestClient, code: str, db: Database) -> None:
    assert send(presenter, code, gor="flytta", text=TIME, grupp="", till="ny") == "done"
    rooms.close(db, code)
    retention.purge(db, now(), keep_days=0)
    assert imported.groups(db, code, TEXT) == {}
