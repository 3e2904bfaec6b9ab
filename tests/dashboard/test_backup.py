"""The application's database taken aside and brought back, also while others write."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboard import importing
from dashboard.cli import app
from dashboard.selection import Selection
from dashboard.store import FILE, Database, StoreError, configured, records, views
from dashboard.store.backup import BackupError, backup, check, restore, sweep
from tests.conftest import ROOT


def made(name: str) -> views.SavedView:
    return views.made(name, "", "sweden", Selection(), "20261123-00000000", is_pinned=False)


def filled(found: Database) -> Database:
    with found.write() as con:
        for number in range(50):
            views.insert(con, made(f"vy {number}"))
    return found


@pytest.fixture
def db(store_engine: str, tmp_path: Path) -> Database:
    return filled(configured(tmp_path / "home"))


def names(db: Database) -> set[str]:
    return {view.name for view in views.every(db)}


def test_what_is_taken_aside_comes_back(db: Database, tmp_path: Path) -> None:
    copy = tmp_path / "kopia.sqlite3"
    assert backup(db, copy) == check(copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    before = views.every(db)
    for view in before[:30]:
        views.remove(db, view.id)
    views.add(db, made("efter"))
    kept = restore(db, copy)
    assert views.every(db) == before
    assert kept is not None
    assert names(Database(kept)) == {"efter", *(view.name for view in before[30:])}
    assert sorted(p.name for p in copy.parent.glob("*kopia*")) == ["kopia.sqlite3"], "nothing is left beside it"


def test_it_comes_back_where_nothing_is(db: Database, tmp_path: Path) -> None:
    copy = tmp_path / "kopia.sqlite3"
    backup(db, copy)
    other = Database(tmp_path / "other" / FILE)
    assert restore(other, copy) is None
    assert names(other) == names(db)


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_copy_is_refused_or_is_the_same_and_nothing_is_changed(tmp_path: Path, seed: int) -> None:
    db = filled(Database(tmp_path / "home" / FILE))
    copy = tmp_path / "kopia.sqlite3"
    backup(db, copy)
    good = names(db)
    dice = random.Random(seed)
    body = bytearray(copy.read_bytes())
    if seed % 3 == 0:
        body = body[: dice.randrange(100, len(body) - 1)]
    else:
        at = dice.randrange(0 if seed % 3 == 1 else 4096, len(body) - 64)
        body[at : at + 64] = dice.randbytes(64)
    copy.write_bytes(bytes(body))
    views.add(db, made("nyare"))
    refused = ""
    try:
        restore(db, copy)
    except BackupError as error:
        refused = error.rule
        assert names(db) == good | {"nyare"}
    else:
        assert len(names(db)) <= len(good), "only a change inside a text passes SQLite's own check"
        with db.read() as con:
            assert con.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert refused in ("", "damaged", "foreign", "newer")


def test_a_newer_schema_a_strange_file_and_none_are_refused(db: Database, tmp_path: Path) -> None:
    newer, strange = tmp_path / "newer.sqlite3", tmp_path / "strange.sqlite3"
    backup(db, newer)
    for path, script in ((newer, "PRAGMA user_version = 99"), (strange, "CREATE TABLE x (a)")):
        con = sqlite3.connect(path)
        con.executescript(script)
        con.close()
    (tmp_path / "text").write_text("no database at all " * 100)
    for path, rule in (
        (newer, "newer"), (strange, "foreign"), (tmp_path / "text", "damaged"), (tmp_path / "none", "missing"),
    ):  # fmt: skip
        before = views.every(db)
        with pytest.raises(BackupError) as refused:
            restore(db, path)
        assert refused.value.rule == rule
        assert views.every(db) == before
        assert not list(db.path.parent.glob("*before*"))


def test_an_older_schema_is_brought_up_to_date(db: Database, tmp_path: Path) -> None:
    old = tmp_path / "old.sqlite3"
    con = sqlite3.connect(old)
    con.executescript((ROOT / "dashboard/store/migrations/0001_saved_view.sql").read_text("utf-8"))
    con.execute("PRAGMA user_version = 1")
    con.commit()
    con.close()
    restore(db, old)
    assert names(db) == set()
    assert records.every(db, "deck") == ()


def test_a_database_that_cannot_be_read_is_moved_aside_and_replaced(tmp_path: Path) -> None:
    db = filled(Database(tmp_path / "home" / FILE))
    copy = tmp_path / "kopia.sqlite3"
    backup(db, copy)
    good = names(db)
    for end in ("-wal", "-shm"):
        db.path.with_name(db.path.name + end).unlink(missing_ok=True)
    db.path.write_bytes(b"destroyed " * 5000)
    with pytest.raises(StoreError):
        views.every(db)
    kept = restore(db, copy)
    assert names(db) == good
    assert kept is not None
    assert kept.read_bytes().startswith(b"destroyed")


def test_both_work_under_load(db: Database, tmp_path: Path) -> None:
    """Writers and readers go on: no error, every copy whole, and after the last restore exactly what the copy had."""
    stop, errors, written = threading.Event(), [], []

    def write(number: int) -> None:
        at = 0
        while not stop.is_set():
            try:
                views.add(db, made(f"skrivare {number} {at}"))
                written.append(f"skrivare {number} {at}")
            except Exception as error:  # noqa: BLE001 (whatever a writer meets is a failure)
                errors.append(error)
            at += 1
            time.sleep(0.002)

    def read() -> None:
        while not stop.is_set():
            try:
                with db.read() as con:
                    rows = con.execute("SELECT count(*), count(DISTINCT id) FROM saved_view").fetchone()
                    assert rows[0] == rows[1]
            except Exception as error:  # noqa: BLE001
                errors.append(error)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(3)] + [threading.Thread(target=read)]
    for thread in threads:
        thread.start()
    copies = []
    try:
        for number in range(8):
            copy = tmp_path / f"{number}.sqlite3"
            at_least = set(written)
            backup(db, copy)
            copies.append(copy)
            if number < 4:
                assert at_least <= names(Database(Path(shutil.copy(copy, tmp_path / f"look{number}.sqlite3"))))
            else:
                restore(db, copies[number - 4])
    finally:
        stop.set()
        for thread in threads:
            thread.join(20)
    assert not errors
    assert len(written) > 20
    for copy in copies:
        check(copy)
    restore(db, copies[2])
    assert names(db) == names(Database(Path(shutil.copy(copies[2], tmp_path / "last.sqlite3"))))


def test_a_backup_that_is_killed_leaves_the_earlier_one(db: Database, tmp_path: Path) -> None:
    copy = tmp_path / "kopia.sqlite3"
    backup(db, copy)
    with db.write() as con:
        for number in range(500):
            views.insert(con, made(f"mer {number}"))
    code = "import sys; from pathlib import Path; from dashboard.store import configured\n"
    code += "from dashboard.store.backup import backup\n"
    code += "print('on', flush=True)\nwhile True: backup(configured(Path(sys.argv[1])), Path(sys.argv[2]))"
    dice = random.Random(1)
    for _ in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(db.path.parent), str(copy)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout
        process.stdout.readline()
        time.sleep(dice.random() * 0.1)
        process.kill()
        process.wait()
        check(copy)
        assert len(names(Database(Path(shutil.copy(copy, tmp_path / "look.sqlite3"))))) in (50, 550)
    assert len(names(db)) == 550


def test_what_is_kept_for_a_time_goes_when_it_is_over(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files that visitors sent for a day, what a restore replaced for 30; time is advanced, nothing else is touched."""
    home = db.path.parent
    monkeypatch.setenv("INKARTA_HOME", str(home))
    copy = tmp_path / "kopia.sqlite3"
    backup(db, copy)
    kept = restore(db, copy)
    assert kept
    sent = importing.new_folder()
    (sent / "lista.csv").write_text("a;b\n")
    now = time.time()
    assert sweep(db, now + 400 * 86_400) == 0, "a leap of the clock"
    for hours, uploads, databases in (
        (1, 0, 0),
        (23, 0, 0),
        (25, 1, 0),
        (29 * 24, 0, 0),
        (31 * 24, 0, 1),
        (99 * 24, 0, 0),
    ):
        monkeypatch.setattr(time, "time", lambda hours=hours: now + hours * 3600)
        told = CliRunner().invoke(app, ["tidy", "--json"])
        names_of = ("sessions", "persons", "journal_rows", "messages", "rooms_closed", "questions", "answers")
        wanted = dict.fromkeys(names_of, 0)
        wanted |= {"uploads": uploads, "earlier_databases": databases}
        assert json.loads(told.stdout) == wanted, hours
        assert sent.exists() == (hours < 24)
        assert kept.exists() == (hours < 30 * 24)
    assert len(names(db)) == 50
    assert copy.exists()


def test_the_commands_say_what_they_did(db: Database, tmp_path: Path) -> None:
    home = {"INKARTA_HOME": str(db.path.parent), "COLUMNS": "200"}
    copy = tmp_path / "kopia.sqlite3"
    run = CliRunner()
    told = run.invoke(app, ["backup", str(copy), "--json"], env=home)
    assert (told.exit_code, f'"bytes": {copy.stat().st_size}' in told.stdout) == (0, True)
    assert run.invoke(app, ["restore", str(copy)], env=home).exit_code == 0
    assert run.invoke(app, ["backup", str(tmp_path / "none" / "x")], env=home).exit_code == 3
    empty = {"INKARTA_HOME": str(tmp_path / "empty"), "INKARTA_STORE": ""}
    assert run.invoke(app, ["backup", str(copy)], env=empty).exit_code == 4
    assert run.invoke(app, ["restore", str(ROOT / "LICENSE")], env=home).exit_code == 3
    assert os.listdir(tmp_path / "empty") == [] if (tmp_path / "empty").exists() else True
