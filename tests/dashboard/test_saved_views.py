"""Saved views: what is stored, the file they travel in, their addresses, and who may change them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard import permission, saving
from dashboard.cli.base import prune_snapshots
from dashboard.layout import PAGES
from dashboard.selection import Selection
from dashboard.store import Database, rooms, transfer, views
from dashboard.store.transfer import FileError
from dashboard.store.views import RefusedError, SavedView
from dashboard.texts import has
from tests.dashboard.test_selection import selections

SNAPSHOT = "20261123-0a1b2c3d"
OWN = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
words = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=60)
saved_views = st.builds(
    SavedView,
    id=st.text(views.LETTERS, min_size=12, max_size=12),
    name=words.map(lambda x: " ".join(x.split())).filter(bool),
    note=words.map(str.strip),
    page=st.sampled_from(list(PAGES)),
    query=selections.map(views.query_of),
    lang=st.sampled_from(["sv", "en"]),
    snapshot=st.just(SNAPSHOT),
    is_pinned=st.booleans(),
    created_at=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(
        lambda at: at.replace(microsecond=0, tzinfo=UTC)
    ),
    changed_at=st.just(datetime(2026, 11, 23, 9, 30, tzinfo=UTC)),
)
SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=20)
"""Half as many as elsewhere, on each engine."""
several = st.lists(saved_views, max_size=8, unique_by=lambda one: one.id)


def made(name: str = "Örebro", **changes: Any) -> SavedView:
    sel = Selection(lan=("18",), indikator="neet_16_24")
    return replace(views.made(name, "Till mötet", "county", sel, SNAPSHOT, is_pinned=False), **changes)


def held(db: Database) -> set[SavedView]:
    return set(views.every(db))


def emptied(db: Database) -> Database:
    with db.write() as con:
        con.execute("DELETE FROM saved_view")
    return db


@SHARED
@given(several)
def test_a_file_read_into_an_empty_database_gives_the_same_views_and_twice_changes_nothing(
    db: Database, found: list[SavedView]
) -> None:
    with TemporaryDirectory() as folder:
        one, other = Database(Path(folder, "one.sqlite3")), emptied(db)
        for view in found:
            views.add(one, view)
        file = transfer.export(views.every(one))
        assert [e.became for e in transfer.bring(other, file, PAGES)] == ["imported"] * len(found)
        assert held(other) == held(one) == set(found)
        assert [e.became for e in transfer.bring(other, file, PAGES)] == ["same"] * len(found)
        assert held(other) == set(found)
        assert transfer.export(views.every(other)) == file


@given(selections)
def test_what_is_stored_leads_to_the_same_selection(sel: Selection) -> None:
    view = replace(made(), query=views.query_of(sel), lang=str(sel.lang))
    assert view.selection == replace(sel, snapshot="", fil="", form="")
    assert replace(view, is_pinned=True).selection == replace(sel, snapshot=SNAPSHOT, fil="", form="")


json_values: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
entries = st.lists(
    st.one_of(
        json_values,
        st.dictionaries(st.sampled_from(views.FIELDS), json_values, max_size=10),
        saved_views.map(lambda one: json.loads(transfer.export([one]))["views"][0]),
    ),
    max_size=6,
)


@SHARED
@given(entries)
def test_every_row_of_any_file_is_accounted_for_with_a_reason_in_words(db: Database, rows: list[Any]) -> None:
    whole = {"format": transfer.FORMAT, "version": transfer.VERSION, "views": rows}
    out = transfer.bring(emptied(db), json.dumps(whole).encode(), PAGES)
    assert [e.row for e in out] == list(range(1, len(rows) + 1))
    count = Counter(e.became for e in out)
    assert set(count) <= {"imported", "same", "refused"}
    assert len(views.every(db)) == count["imported"]
    assert all(has(f"views.refused_{e.rule}") and e.field for e in out if e.became == "refused")


@given(st.binary(max_size=300) | json_values.map(lambda x: json.dumps(x).encode()))
@settings(max_examples=20)  # each is read in a child process
def test_what_is_no_file_of_views_is_refused_whole_in_words(data: bytes) -> None:
    with pytest.raises(FileError) as told:
        transfer.read(data)
    assert has(f"views.file_{told.value.rule}")
    assert told.value.where


def test_a_deeply_nested_file_is_refused() -> None:
    with pytest.raises(FileError, match="too_nested"):
        transfer.read(b"[" * 200_000)


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        ({"name": " \n"}, "name", "empty"),
        ({"name": "x" * 121}, "name", "too_long"),
        ({"name": "a\x00b"}, "name", "odd_character"),
        ({"note": "\ud800"}, "note", "odd_character"),
        ({"note": 7}, "note", "wrong_kind"),
        ({"is_pinned": "yes"}, "is_pinned", "wrong_kind"),
        ({"page": "/etc"}, "page", "unknown_page"),
        ({"lang": "de"}, "lang", "unknown_lang"),
        ({"snapshot": "../../x"}, "snapshot", "no_snapshot"),
        ({"snapshot": "", "is_pinned": True}, "snapshot", "no_snapshot"),
        ({"query": "lan"}, "query", "malformed"),
        ({"query": "lan=18&utm=1"}, "query", "foreign"),
        ({"query": "snapshot=20261123-0a1b2c3d"}, "query", "foreign"),
        ({"query": "lan=18&lan=12"}, "query", "not_understood"),
        ({"query": "visa=hemligt"}, "query", "not_understood"),
        ({"query": "ar=20x4"}, "query", "not_understood"),
        ({"created_at": "i går"}, "created_at", "no_time"),
        ({"id": "../x"}, "id", "no_id"),
        ({"mail": "x"}, "mail", "unknown_field"),
    ],
)
def test_a_row_is_refused_with_its_field_and_reason(
    db: Database, change: dict[str, Any], field: str, rule: str
) -> None:
    whole = json.loads(transfer.export([made()]))
    whole["views"][0] |= change
    (out,) = transfer.bring(db, json.dumps(whole).encode(), PAGES)
    assert (out.row, out.became, out.field, out.rule) == (1, "refused", field, rule)
    assert views.every(db) == ()


def test_an_entry_by_hand_needs_name_page_and_query_only_and_is_the_same_the_second_time(db: Database) -> None:
    entry = {"name": "Pengar", "page": "sweden", "query": "visa=pengar&lan=18,12"}
    file = json.dumps({"format": transfer.FORMAT, "version": 1, "views": [entry, entry]}).encode()
    assert [e.became for e in transfer.bring(db, file, PAGES)] == ["imported", "same"]
    assert [e.became for e in transfer.bring(db, file, PAGES)] == ["same", "same"]
    (one,) = views.every(db)
    assert saving.address(one) == "/?lang=sv&lan=18,12&visa=pengar"


def test_a_view_that_is_here_is_not_overwritten(db: Database) -> None:
    mine = made()
    views.add(db, mine)
    (out,) = transfer.bring(db, transfer.export([replace(mine, name="Annat")]), PAGES)
    assert (out.became, out.field, out.rule) == ("refused", "id", "differs")
    assert held(db) == {mine}


def test_a_change_keeps_the_link_and_a_deletion_can_be_taken_back(db: Database) -> None:
    mine = made()
    views.add(db, mine)
    assert views.change(db, mine.id, "  Nytt   namn ", "")
    changed = views.find(db, mine.id)
    assert changed is not None
    assert (changed.name, changed.note, changed.query) == ("Nytt namn", "", mine.query)
    assert views.remove(db, mine.id) == changed
    assert views.remove(db, mine.id) is None
    assert not views.change(db, mine.id, "x", "")
    views.add(db, changed)
    assert held(db) == {changed}
    with pytest.raises(RefusedError, match="taken"):
        views.add(db, changed)


def test_there_is_an_end_to_how_many_are_kept(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST", 1)
    views.add(db, made())
    with pytest.raises(RefusedError, match="full"):
        views.add(db, made())
    assert len(views.every(db)) == 1


def test_a_pinned_view_leads_to_its_snapshot_and_keeps_it_from_the_policy(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Any] = {}
    monkeypatch.setattr("etl.retention.prune", lambda folder, **how: asked.update(how) or [])
    prune_snapshots(tmp_path / "snapshots")
    assert set(asked["also"]) == set()
    pinned, other = made(is_pinned=True), made(snapshot="20250101-00000000")
    views.add(db, pinned)
    views.add(db, other)
    prune_snapshots(tmp_path / "snapshots")
    assert set(asked["also"]) == {SNAPSHOT}
    assert f"snapshot={SNAPSHOT}" in saving.address(pinned)
    assert "snapshot" not in saving.address(other)
    for snapshot, is_practice in (("20240101-00000000", False), ("20240101-11111111", True)):
        rooms.open_room(db, deck="konferensen-pass-1", lang="sv", snapshot=snapshot, is_practice=is_practice)
    prune_snapshots(tmp_path / "snapshots")
    assert set(asked["also"]) == {SNAPSHOT, "20240101-00000000"}, "what was shown to a room, a rehearsal left out"


def test_nothing_is_pruned_while_saved_views_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etl.retention.prune", lambda *_, **__: pytest.fail("pruned"))
    (tmp_path / "app.sqlite3").write_text("no database " * 100)
    assert prune_snapshots(tmp_path / "snapshots") == []


@pytest.fixture
def client(store_engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setenv("INKARTA_HOME", str(tmp_path))
    monkeypatch.setenv("INKARTA_EDIT", "on")
    routes = [
        Route("/vyer.json", saving.export_file),
        Route("/vyer/fil", saving.take, methods=["POST"]),
        Route("/vy/{id}", saving.short),
    ]
    return TestClient(Starlette(routes=routes), follow_redirects=False)


def test_a_short_address_leads_to_the_page_in_either_language(client: TestClient) -> None:
    view = made()
    views.add(saving.database(), view)
    answer = client.get(f"/vy/{view.id}")
    assert answer.status_code == 302
    assert answer.headers["location"] == "/lan?lang=sv&lan=18&indikator=neet_16_24"
    assert client.get(f"/vy/{view.id}?lang=en").headers["location"].startswith("/lan?lang=en&")


@pytest.mark.parametrize("view_id", ["abcdefgh2345", "..", "%3Cscript%3E", "x" * 500])
def test_a_short_address_of_nothing_is_404_in_words(client: TestClient, view_id: str) -> None:
    answer = client.get(f"/vy/{view_id}?lang=en")
    assert answer.status_code == 404
    if not view_id.startswith("."):
        assert "There is no such view" in answer.text
    assert "<script>" not in answer.text


def test_a_file_goes_out_and_comes_in_and_the_report_adds_up(client: TestClient) -> None:
    view = made()
    views.add(saving.database(), view)
    file = client.get("/vyer.json")
    assert "attachment" in file.headers["content-disposition"]
    whole = file.json()
    whole["views"].append({"name": "x", "page": "nowhere", "query": ""})
    whole["views"].append({"name": "Ny", "page": "sweden", "query": ""})
    answer = client.post(
        "/vyer/fil?lang=en", files={"fil": ("mina vyer.json", json.dumps(whole).encode())}, headers=OWN
    )
    assert answer.status_code == 303
    told = saving.report(answer.headers["location"].split("fil=")[1])
    assert told is not None
    assert (told["file"], told["imported"], told["same"], told["refused"]) == ("mina vyer.json", 1, 1, 1)
    assert [(e["row"], e["field"], e["rule"]) for e in told["entries"]] == [(2, "page", "unknown_page")]
    assert saving.report("nosuchtoken") is None


def test_no_file_and_a_file_too_large_are_said(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "fel=no_file" in client.post("/vyer/fil", data={"x": "y"}, headers=OWN).headers["location"]
    monkeypatch.setattr(transfer, "MOST_BYTES", 10)
    sent = client.post("/vyer/fil", files={"fil": ("a.json", b"{}" * 40)}, headers=OWN)
    assert "fel=too_large" in sent.headers["location"]


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"origin": "http://elsewhere.example"}, {"origin": "http://testserver", "sec-fetch-site": "cross-site"},
        {"origin": "null"},
    ],
)  # fmt: skip
def test_another_sites_form_changes_nothing(client: TestClient, headers: dict[str, str]) -> None:
    file = {"fil": ("a.json", transfer.export([made()]))}
    assert client.post("/vyer/fil", files=file, headers=headers).status_code == 403
    assert views.every(saving.database()) == ()


def test_nothing_comes_in_where_editing_is_off_but_everything_can_be_seen(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = made()
    views.add(saving.database(), view)
    monkeypatch.delenv("INKARTA_EDIT")
    assert client.post("/vyer/fil", files={"fil": ("a.json", b"{}")}, headers=OWN).status_code == 403
    assert client.get(f"/vy/{view.id}").status_code == 302
    assert len(client.get("/vyer.json").json()["views"]) == 1


def test_a_later_schema_is_503_in_words(client: TestClient, db: Database) -> None:
    with db.write() as con:
        con.execute("INSERT INTO schema_version VALUES (99)" if db.url else "PRAGMA user_version = 99")
    assert client.get("/vy/abcdefgh2345?lang=en").status_code == 503
    assert "cannot be used" in client.get("/vy/abcdefgh2345?lang=en").text
    assert client.get("/vyer.json").status_code == 503


def test_a_server_for_its_own_machine_may_and_another_may_not_unless_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("INKARTA_EDIT", "INKARTA_IMPORT"):
        monkeypatch.setenv(name, "x")
        monkeypatch.delenv(name)
    assert not permission.may("edit")
    monkeypatch.setenv("INKARTA_EDIT", "on")
    permission.settle(is_local=False)
    assert permission.may("edit")
    assert not permission.may("import")
    monkeypatch.delenv("INKARTA_IMPORT")
    permission.settle(is_local=True)
    assert permission.may("import")


def test_a_field_without_a_name_is_named_by_its_quotation_marks(db: Database) -> None:
    whole = {"format": transfer.FORMAT, "version": transfer.VERSION, "views": [{"": 1}]}
    (entry,) = transfer.bring(db, json.dumps(whole).encode(), PAGES)
    assert (entry.became, entry.field, entry.rule) == ("refused", '""', "unknown_field")
