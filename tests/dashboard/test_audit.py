"""The journal: every change is in it, nothing in it can be changed unseen, and it is kept for as long as is said."""

from __future__ import annotations

import csv
import json
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from dashboard.cli import app, base, hidden, imports
from dashboard.selection import Selection
from dashboard.store import (
    FILE,
    Database,
    audit,
    feedback,
    imported,
    poll_texts,
    polls,
    records,
    retention,
    roles,
    rooms,
    transfer,
    views,
)
from dashboard.texts import has
from tests.conftest import ROOT
from tests.dashboard.poll_world import opened, put

START = datetime(2026, 11, 26, 12, tzinfo=UTC)


def whats(db: Database) -> list[str]:
    """What has been done, in order."""
    return [one.what for one in reversed(audit.entries(db))]


def things(db: Database) -> list[str]:
    return [one.thing for one in reversed(audit.entries(db))]


def saved(db: Database, name: str = "vy") -> views.SavedView:
    view = views.made(name, "", "sweden", Selection(), "20261123-0123abcd", is_pinned=False)
    views.add(db, view)
    return view


def filled(db: Database, n: int = 6) -> Database:
    for number in range(n):
        audit.add(db, "publish", f"snapshot-{number}", who="local" if number % 2 else "abcdefgh2345")
    return db


# What is in it


def test_every_change_of_views_and_records_is_in_it(db: Database) -> None:
    view = saved(db)
    views.change(db, view.id, "annan", "")
    views.remove(db, view.id)
    assert not views.change(db, view.id, "borta", "")
    assert views.remove(db, view.id) is None
    transfer.bring(db, transfer.export([view]), ["sweden"])
    first = records.add(db, "effect_card", {"a": 1})
    records.save(db, first.id, 1, {"a": 2})
    records.remove(db, first.id)
    records.remove(db, first.id)
    records.bring_back(db, first.id)
    assert whats(db) == [
        "view_save", "view_change", "view_remove", "view_read_in",
        "record_save", "record_save", "record_remove", "record_bring_back",
    ]  # fmt: skip
    assert things(db)[4:6] == [f"effect_card {first.id} 1", f"effect_card {first.id} 2"]
    assert {one.who for one in audit.entries(db)} == {"local"}


def test_a_change_that_is_refused_leaves_nothing(db: Database) -> None:
    view = saved(db)
    with pytest.raises(views.RefusedError):
        views.add(db, view)
    with pytest.raises(views.RefusedError):
        records.save(db, "nosuchrecord", 1, {})
    assert whats(db) == ["view_save"]


def test_rooms_questions_and_moderation_are_in_it_but_no_words_of_anybody(db: Database) -> None:
    room, _ = rooms.open_room(db, deck="konferensen", lang="sv", snapshot="s")
    polls.open_poll(db, room.code, "tankar", kind="text", is_sensitive=False, definition="{}")
    for token, words in (("a", "Ring Karin på 070-1"), ("b", "Annat")):
        ballot = polls.Ballot(room.code, "tankar", polls.voter_of(room.code, "tankar", token), words, None)
        polls.cast(db, [ballot])
    one, other = (text.ref for text in poll_texts.texts(db, room.code, "tankar"))
    poll_texts.moderate(db, room.code, "tankar", one, "approved")
    poll_texts.moderate(db, room.code, "tankar", other, "approved", one)
    poll_texts.moderate(db, room.code, "tankar", other, "rejected")
    polls.show_poll(db, room.code, "tankar", is_shown=True)
    polls.show_poll(db, room.code, "tankar", is_shown=False)
    polls.close_poll(db, room.code, "tankar")
    rooms.close(db, room.code)
    rooms.close(db, room.code)
    assert whats(db) == [
        "room_open", "question_open", "text_approve", "text_merge", "text_reject", "question_show", "question_hide",
        "question_close", "room_close",
    ]  # fmt: skip
    told = json.dumps(things(db))
    assert "Karin" not in told
    assert one not in told  # a digest of the words could be guessed


def test_sessions_from_elsewhere_are_in_it(db: Database) -> None:
    body = {"questions": [{"kind": "text", "words": "?", "answers": ["x"]}]}
    kept, _ = imported.keep(db, title="t", held_on=None, number=1, file="f.xlsx", sha256="0" * 64, body=body)
    imported.keep(db, title="t", held_on=None, number=1, file="f.xlsx", sha256="0" * 64, body=body)
    imported.read_through(db, kept.id, {(0, "x")})
    imported.decide(db, kept.id, "0", lambda _: {})
    imported.remove(db, kept.id)
    assert whats(db) == ["session_read_in", "session_texts_read", "group_decide", "session_remove"]
    assert "x" not in things(db)[1].split()


def test_every_word_of_it_has_words_in_both_languages() -> None:
    assert [what for what in audit.WHATS if not has(f"journal.{what}")] == []


# That it holds


def spoil(db: Database, sql: str, *values: object) -> None:
    with db.write() as con:
        con.execute(sql, values)


def test_an_empty_and_a_whole_chain_hold(db: Database) -> None:
    assert audit.verify(db).wrong_at == 0
    found = audit.verify(filled(db))
    assert (found.rows, found.first, found.last, found.wrong_at) == (6, 1, 6, 0)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Database:
    return filled(Database(tmp_path_factory.mktemp("journal") / FILE))


@given(
    column=st.sampled_from(["at", "who", "what", "thing", "hash"]), number=st.integers(1, 6),
    text=st.text("abcdef0123456789", min_size=1, max_size=8),
)  # fmt: skip
def test_a_changed_cell_is_seen(whole: Database, column: str, number: int, text: str) -> None:
    value = (text * 64)[:64] if column == "hash" else text
    before = audit.entries(whole)[-number]
    spoil(whole, f"UPDATE audit SET {column} = ? WHERE number = ?", value, number)
    assert audit.verify(whole).wrong_at == (0 if getattr(before, column) == value else number)
    spoil(whole, f"UPDATE audit SET {column} = ? WHERE number = ?", getattr(before, column), number)
    assert audit.verify(whole).wrong_at == 0


@pytest.mark.parametrize(
    ("sql", "at", "why"),
    [
        ("DELETE FROM audit WHERE number = 1", 1, "gone"),
        ("DELETE FROM audit WHERE number = 4", 4, "gone"),
        ("DELETE FROM audit WHERE number = 6", 6, "end"),
        ("DELETE FROM audit WHERE number > 2", 3, "end"),
        ("DELETE FROM audit", 1, "end"),
        ("UPDATE audit SET number = 9 WHERE number = 6", 6, "gone"),
        ("INSERT INTO audit SELECT 7, at, who, what, thing, hash FROM audit WHERE number = 6", 7, "changed"),
        ("UPDATE audit_chain SET last_number = 5", 7, "end"),
        ("UPDATE audit_chain SET anchor_number = 1", 2, "gone"),
    ],
)
def test_rows_that_are_gone_or_put_in_are_seen(db: Database, sql: str, at: int, why: str) -> None:
    filled(db)
    spoil(db, sql)
    found = audit.verify(db)
    assert (found.wrong_at, found.why) == (at, why)


def test_a_chain_made_wholly_anew_is_seen_by_what_was_noted_elsewhere(db: Database, tmp_path: Path) -> None:
    noted = audit.verify(filled(db))
    forged = Database(tmp_path / "other.sqlite3")
    for one in reversed(audit.entries(db)):
        audit.add(forged, "publish", one.thing, who="somebodyelse")
    assert audit.verify(forged).wrong_at == 0
    assert audit.verify(forged, (noted.last, noted.seal)).why == "head"
    assert audit.verify(forged, (99, noted.seal)).why == "head"
    audit.add(db, "publish", "later")
    assert audit.verify(db, (noted.last, noted.seal)).wrong_at == 0


def test_many_writers_at_once_make_one_chain(db: Database) -> None:
    with db.read():
        pass

    def write() -> None:
        for _ in range(8):
            audit.add(db, "publish", threading.current_thread().name)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = audit.verify(db)
    assert (found.rows, found.last, found.wrong_at) == (32, 32, 0)


def test_no_code_changes_a_row_and_only_time_takes_one_away() -> None:
    said = re.compile(r"(UPDATE|DELETE FROM|INSERT INTO|REPLACE INTO|DROP TABLE|ALTER TABLE)\s+audit\b")
    found = [
        (path.name, match[1])
        for path in [*ROOT.glob("dashboard/**/*.py"), *ROOT.glob("dashboard/**/*.sql")]
        for match in said.finditer(path.read_text("utf-8"))
    ]
    assert sorted(found) == [("audit.py", "DELETE FROM"), ("audit.py", "INSERT INTO")]


# How long it is kept


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    at = [START]
    monkeypatch.setattr(audit, "now", lambda: at[0])

    def advance(by: timedelta) -> None:
        at[0] += by

    return advance


def test_old_rows_go_and_the_rest_still_holds(db: Database, clock: Callable[[timedelta], None]) -> None:
    for _ in range(10):
        audit.add(db, "publish")
        clock(timedelta(days=100))
    noted = audit.verify(db)
    assert audit.trim(db) == 3  # 1000 days on, those of days 0, 100 and 200 are older than 730
    found = audit.verify(db, (noted.last, noted.seal))
    assert (found.rows, found.first, found.last, found.wrong_at) == (8, 4, 11, 0)
    assert whats(db)[-1] == "journal_trim"
    spoil(db, "DELETE FROM audit WHERE number = 4")
    assert audit.verify(db).why == "gone"


def test_nothing_goes_while_it_is_young_and_all_goes_in_the_end(
    db: Database, clock: Callable[[timedelta], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    audit.add(db, "publish")
    clock(timedelta(days=40))
    assert audit.trim(db) == 0
    monkeypatch.setenv("INKARTA_AUDIT_DAYS", "30")
    assert audit.trim(db) == 1
    found = audit.verify(db)
    assert (found.rows, found.first, found.wrong_at) == (1, 2, 0)


@pytest.mark.parametrize(("said", "days"), [("", 730), ("90", 90), ("1", 30), ("99999", 3650), ("-5", 730), ("x", 730)])
def test_the_days_are_a_number_within_bounds(said: str, days: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKARTA_AUDIT_DAYS", said)
    assert audit.days() == days


# The command


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INKARTA_HOME", str(tmp_path))
    return tmp_path


def run(*words: str) -> Any:
    return CliRunner().invoke(app, [*words], env={"COLUMNS": "200"})


def test_the_command_writes_files_and_takes_a_day(home: Path) -> None:
    filled(Database(home / FILE))
    assert run("audit", "--out", str(home / "logg.csv")).exit_code == 0
    with (home / "logg.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert [row["number"] for row in rows] == ["6", "5", "4", "3", "2", "1"]
    assert rows[0].keys() == {"number", "at", "who", "what", "thing", "hash"}
    assert run("audit", "--out", str(home / "logg.json")).exit_code == 0
    assert len(json.loads((home / "logg.json").read_text("utf-8"))["entries"]) == 6
    assert json.loads(run("audit", "--since", "2099-01-01", "--json").stdout)["rows"] == 0
    assert "snapshot-5" in run("audit").output
    for wrong in (["--since", "igår"], ["--out", str(home / "logg.exe")], ["--out", "/nosuch/folder/a.csv"]):
        assert run("audit", *wrong).exit_code == 2


def test_the_command_tells_of_tampering_by_its_exit_code(home: Path) -> None:
    db = filled(Database(home / FILE))
    told = run("audit", "verify")
    assert told.exit_code == 0
    noted = told.output.splitlines()[-1]
    assert re.fullmatch(r"6:[0-9a-f]{64}", noted)
    assert run("audit", "verify", "--noted", noted).exit_code == 0
    assert run("audit", "verify", "--noted", noted.replace(noted[-1], "0" if noted[-1] != "0" else "1")).exit_code == 1
    assert run("audit", "verify", "--noted", "x").exit_code == 2
    spoil(db, "UPDATE audit SET who = 'x' WHERE number = 3")
    told = run("audit", "verify", "--json")
    assert told.exit_code == 1
    assert json.loads(told.stdout)["wrong_at"] == 3


def test_tidy_takes_what_has_been_kept_for_long_enough(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two years and a month: rows of rooms, sessions, persons, messages and the journal, each in its time."""
    db, at = Database(home / FILE), [timedelta(0)]
    real = views.now
    for module in (views, rooms, retention, audit, feedback):
        monkeypatch.setattr(module, "now", lambda: real() + at[0])
    monkeypatch.setattr(roles, "_now", lambda: real() + at[0])
    room, _ = opened(db, "poll-fm2-2")
    put(db, room.code, "poll-fm2-2", "a", [0], 1)
    roles.begin(db, "c" * 64, "https://id.example", "anna")
    feedback.add(db, "Kartan syns inte", "", "sv")
    rows = audit.count(db)
    gone: dict[int, dict[str, int]] = {}
    for nth, day in enumerate((0, 1, 3, 20, 29, 31, 34, 300, 364, 366, 600, 729, 731, 760, 765)):
        at[0] = timedelta(days=day, seconds=2 * nth)  # what is just old enough is, however quick the machine
        told = json.loads(run("tidy", "--json").stdout)
        gone[day] = {name: n for name, n in told.items() if n}
        audit.add(db, "publish")
    assert gone == {
        **{day: {} for day in (0, 20, 29, 300, 364, 600, 729)},
        1: {"sessions": 1}, 3: {"rooms_closed": 1}, 31: {"persons": 1}, 34: {"questions": 1, "answers": 1},
        366: {"messages": 1}, 731: {"journal_rows": rows + 2}, 760: {"journal_rows": 4}, 765: {"journal_rows": 3},
    }  # fmt: skip
    assert audit.verify(db).wrong_at == 0


def test_commands_write_what_they_have_done_and_for_whom(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = SimpleNamespace(snapshot=SimpleNamespace(snapshot_id="20261126-0123abcd"), damaged=())
    for module in (imports, hidden):
        monkeypatch.setattr(module, "build_snapshot", lambda *_, **__: built)
    monkeypatch.setattr(hidden, "_records", lambda *_: ["kohesio:1", "esf:1"])
    monkeypatch.setattr(hidden.warehouse, "current", lambda _: home)
    (home / "lista.csv").write_text("Projekt;Organisation;Belopp\nEtt;Kommunen;1000\nTvå;Regionen;2000\n", "utf-8")
    monkeypatch.setenv("INKARTA_ACTOR", "abcdefgh2345")
    assert run("import", str(home / "lista.csv"), "--name", "Min lista", "--dry-run").exit_code == 0
    assert run("import", str(home / "lista.csv"), "--name", "Min lista").exit_code == 0
    monkeypatch.delenv("INKARTA_ACTOR")
    assert run("imports", "--remove", "Min lista").exit_code == 0
    assert run("hide", "kohesio:1", "--reason", "Begäran från projektägaren").exit_code == 0
    assert run("hidden", "--reveal", "kohesio:1").exit_code == 0
    told = [(one.who, one.what, one.thing) for one in reversed(audit.entries(Database(home / FILE)))]
    assert told == [
        ("abcdefgh2345", "import_load", "min-lista"), ("local", "import_remove", "min-lista"),
        ("local", "hide", "kohesio:1"), ("local", "hide", "esf:1"), ("local", "reveal", "kohesio:1"),
    ]  # fmt: skip


def test_a_build_is_written_as_what_it_published(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = SimpleNamespace(snapshot=SimpleNamespace(snapshot_id="20261126-0123abcd"), damaged=())
    monkeypatch.setattr(base.warehouse, "build", lambda *_, **__: built)
    monkeypatch.setattr(base, "prune_snapshots", lambda _: [])
    base.build_snapshot(home / "snapshots", home / "fetched", None, quiet=True)
    assert [(one.what, one.thing) for one in audit.entries(Database(home / FILE))] == [("publish", "20261126-0123abcd")]
    (home / FILE).write_text("no database " * 100)
    for end in ("-wal", "-shm"):
        (home / f"{FILE}{end}").unlink(missing_ok=True)
    assert (
        base.build_snapshot(home / "snapshots", home / "fetched", None, quiet=True) is built
    )  # said, and not hindered


def test_a_room_that_time_has_closed_is_in_it(db: Database) -> None:
    room, _ = rooms.open_room(db, deck="konferensen", lang="sv", snapshot="s")
    retention.purge(db, at=room.opened_at + timedelta(hours=49))
    assert whats(db) == ["room_open", "room_close"]
