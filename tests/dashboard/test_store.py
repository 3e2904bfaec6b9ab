"""The application's database: migrations, later versions, many writers, and a process that is killed while writing."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dashboard.selection import Selection
from dashboard.store import Database, StoreError, migrations, views
from dashboard.store.views import SavedView
from tests.conftest import ROOT

WRITER = """
import sys
from pathlib import Path
from dashboard.selection import Selection
from dashboard.store import configured, views
db = configured(Path(sys.argv[1]))
for n in range(int(sys.argv[2])):
    view = views.made(f"{sys.argv[3]} {n}", "", "county", Selection(lan=("18",)), "20261123-0a1b2c3d", is_pinned=False)
    views.add(db, view)
    print(view.id, flush=True)
"""


def a_view(name: str = "Örebro") -> SavedView:
    return views.made(name, "", "county", Selection(lan=("18",)), "20261123-0a1b2c3d", is_pinned=False)


def writer(db: Database, n: int, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(db.path.parent), str(n), name], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def test_the_first_use_makes_the_file_with_the_newest_schema_and_full_synchronisation(tmp_path: Path) -> None:
    db = Database(tmp_path / "home" / "app.sqlite3")
    with db.read() as con:
        assert con.execute("PRAGMA user_version").fetchone()[0] == migrations()[-1][0]
        assert con.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert con.execute("PRAGMA synchronous").fetchone()[0] == 2


def test_a_schema_of_a_later_version_is_refused_in_words_and_left_alone(db: Database) -> None:
    views.add(db, a_view())
    with db.write() as con:
        con.execute("INSERT INTO schema_version VALUES (99)" if db.url else "PRAGMA user_version = 99")
    before = b"" if db.url else db.path.read_bytes()
    for use in (lambda: views.every(db), lambda: views.add(db, a_view())):
        with pytest.raises(StoreError, match="99") as told:
            use()
        assert told.value.rule == "newer"
        assert db.place in str(told.value)
    assert db.url or db.path.read_bytes() == before


@pytest.mark.parametrize("spoil", ["text", "folder"])
def test_what_is_no_database_is_refused_in_words(file_db: Database, spoil: str) -> None:
    db = file_db
    if spoil == "text":
        db.path.write_text("not a database at all, only some words " * 40)
    else:
        db.path.mkdir()
    with pytest.raises(StoreError) as told:
        views.every(db)
    assert told.value.rule == "unreadable"


def test_a_migration_that_fails_leaves_nothing_behind(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    views.add(db, a_view())
    number = migrations()[-1][0] + 1
    broken = (*migrations(), (number, ("CREATE TABLE half (x)", "CREATE TABLE half (x)")))
    monkeypatch.setattr("dashboard.store.contract.migrations", lambda: broken)
    with pytest.raises(StoreError):
        views.every(db)
    monkeypatch.undo()
    assert len(views.every(db)) == 1
    with pytest.raises(StoreError, match="half"), db.read() as con:
        con.execute("SELECT * FROM half")


def test_a_later_migration_keeps_what_is_there(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = a_view()
    views.add(db, kept)
    more = (*migrations(), (migrations()[-1][0] + 1, ("CREATE TABLE other (x INTEGER) STRICT",)))
    monkeypatch.setattr("dashboard.store.contract.migrations", lambda: more)
    assert views.find(db, kept.id) == kept
    with db.write() as con:
        con.execute("INSERT INTO other VALUES (1)")


def test_an_exception_takes_the_whole_transaction_back(db: Database) -> None:
    def fail() -> None:
        with db.write() as con:
            views.insert(con, a_view())
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert views.every(db) == ()


def test_many_threads_and_processes_write_at_once_and_nothing_is_lost(db: Database) -> None:
    others = [writer(db, 15, f"process {n}") for n in range(3)]

    def here(n: int) -> str:
        view = a_view(f"thread {n}")
        views.add(db, view)
        assert views.find(db, view.id) == view
        return view.id

    with ThreadPoolExecutor(8) as pool:
        mine = list(pool.map(here, range(40)))
    theirs = [line for other in others for line in other.communicate(timeout=120)[0].split()]
    assert [other.returncode for other in others] == [0, 0, 0]
    assert len(theirs) == 45
    assert {one.id for one in views.every(db)} == {*mine, *theirs}


def test_a_killed_writer_loses_nothing_that_it_had_acknowledged(db: Database) -> None:
    acknowledged: set[str] = set()
    for n in range(6):
        process = writer(db, 100_000, f"run {n}")
        assert process.stdout
        for _ in range(5 + 9 * n):
            acknowledged.add(process.stdout.readline().strip())
        process.send_signal(signal.SIGKILL) if hasattr(signal, "SIGKILL") else process.kill()
        acknowledged |= {line for line in process.communicate()[0].split("\n") if len(line) == 12}
        assert process.returncode != 0
        held = {one.id for one in views.every(db)}
        assert acknowledged <= held
        assert len(held) - len(acknowledged) <= n + 1  # at most the one that was being told of
    if not db.url:
        with db.read() as con:
            assert con.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
