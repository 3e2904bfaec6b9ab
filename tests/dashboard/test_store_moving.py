"""A copy of either engine goes back into either; what is said of a server, and what is told nowhere."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
import typer
from typer.testing import CliRunner

from bench.postgres import Cluster
from dashboard.cli import app, serve
from dashboard.store import (
    Database,
    StoreError,
    configured,
    feedback,
    imported,
    poll_texts,
    polls,
    portable,
    postgresql,
    records,
    retention,
    roles,
    rooms,
    views,
)  # fmt: skip
from dashboard.store.backup import BackupError, backup, check, restore
from tests.conftest import ROOT
from tests.dashboard.poll_world import opened, put

ONE, SENSITIVE, TEXT = "poll-em1-1", "poll-em1-2", "poll-fm2-3"


@pytest.fixture
def server(server_store: str, tmp_path: Path) -> Database:
    return configured(tmp_path)


# From one engine to the other -----------------------------------------------------------------------------------------


def lived_in(db: Database) -> Database:
    """Something in every table, also what triggers let nobody put there."""
    views.add(
        db, views.made("Å\nñ", "note", "county", views.Selection(lan=("18",)), "20261123-0a1b2c3d", is_pinned=True)
    )
    one = records.add(db, "deck", {"t": "\u2028 'x' \\ \"y\" \t"})
    records.save(db, one.id, 1, {"n": 2}, "två")
    records.remove(db, records.add(db, "effect_card", {}).id)
    code = opened(db, ONE, SENSITIVE, TEXT)[0].code
    for who in range(14):
        put(db, code, ONE, who, "kommun" if who % 3 else "region")
        put(db, code, SENSITIVE, who, "ja" if who % 3 else "nej")
        put(db, code, TEXT, who, f"Text {who % 4} \\N\t☃")
    poll_texts.moderate(db, code, TEXT, poll_texts.ref_of("Text 1 \\N\t☃"), "approved")
    polls.close_poll(db, code, SENSITIVE)
    polls.close_poll(db, code, ONE)
    polls.signing_key(db)
    session, _ = imported.keep(
        db, title="t", held_on=None, number=1, file="f.xlsx", sha256="a" * 64, body={"questions": []}
    )
    roles.grant(db, roles.begin(db, "c" * 64, "https://login.example", "somebody").id, "admin", "Å")
    feedback.add(db, "Kontrasten är för låg.", "county", "sv")
    with db.write() as con:
        con.execute("INSERT INTO text_group VALUES (?, 'q', ?)", (session.id, '{"moved": {}}'))
        con.execute("INSERT INTO scrub_due VALUES (1)")
    return db


def everything(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as plain:
        from dashboard.store import sqlite

        sqlite.migrate(plain, Path())
        names = portable.tables(plain)
    with db.read() as con:
        return {name: sorted(map(tuple, con.execute(f"SELECT * FROM {name}")), key=repr) for name in names}


@pytest.mark.parametrize("way", ["file to server", "server to file", "server to server"])
def test_a_copy_of_either_engine_goes_back_into_either(
    server: Database, tmp_path: Path, cluster: Cluster, template: str, way: str
) -> None:
    lite = Database(tmp_path / "lite" / "app.sqlite3")
    other = Database(tmp_path / "other" / "app.sqlite3", cluster.fresh(template))
    source, target = {
        "file to server": (lite, server), "server to file": (server, lite), "server to server": (server, other),
    }[way]  # fmt: skip
    before = everything(lived_in(source))
    assert [name for name, rows in before.items() if not rows] == []
    copy = tmp_path / "copy.sqlite3"
    backup(source, copy)
    assert restore(target, copy) is None
    assert everything(target) == before
    # It is guarded as before, and lives on.
    code = rooms.every(target)[0][0].code
    assert put(target, code, TEXT, "ny", "Ny").outcome == "stored"
    assert put(target, code, ONE, "ny", "kommun").outcome == "closed"
    for statement, why in (
        ("DELETE FROM record", "never"), ("UPDATE poll SET is_open = 1 WHERE is_sensitive = 1", "asked once|deleted"),
        (f"INSERT INTO vote VALUES ('{code}', '{ONE}', '{'0' * 32}', 1, '1', '', '')", "not open"),
    ):  # fmt: skip
        with pytest.raises(StoreError, match=why), target.write() as con:
            con.execute(statement)
    # And back again: what stood there is kept, and can be brought back too.
    changed = everything(target)
    kept = restore(target, copy)
    assert kept is not None
    assert everything(target) == before
    restore(target, kept)
    assert everything(target) == changed
    postgresql.forget(other.url)
    cluster.drop(other.url)


def test_a_restore_that_breaks_off_changes_nothing_on_the_server(
    server: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(lived_in(server))
    copy = tmp_path / "copy.sqlite3"
    backup(server, copy)
    with closing(sqlite3.connect(copy)) as con:  # a row that the server's schema does not take
        con.execute("PRAGMA ignore_check_constraints = ON")
        con.execute("INSERT INTO signing VALUES ('annan', x'00')")
        con.commit()
    with pytest.raises(BackupError) as told:
        restore(server, copy)
    assert told.value.rule in ("unwritable", "damaged")
    assert everything(server) == before


def test_a_copy_of_a_server_is_of_one_moment(server: Database, tmp_path: Path) -> None:
    """A view and its card are always saved together; no copy has the one without the other."""
    views.every(server)
    stop = False

    def write() -> None:
        while not stop:
            with server.write() as con:
                made = views.made("x", "", "county", views.Selection(), "20261123-0a1b2c3d", is_pinned=False)
                views.insert(con, made)
                con.execute("INSERT INTO record VALUES (?, 'deck', '', NULL)", (made.id,))

    with ThreadPoolExecutor(2) as pool:
        writing = [pool.submit(write) for _ in range(2)]
        try:
            for n in range(5):
                backup(server, tmp_path / f"{n}.sqlite3")
        finally:
            stop = True
        for one in writing:
            one.result()
    for n in range(5):
        with closing(sqlite3.connect(tmp_path / f"{n}.sqlite3")) as con:
            astray = con.execute(
                "SELECT count(*) FROM saved_view v FULL JOIN record r USING (id) WHERE v.id IS NULL OR r.id IS NULL"
            ).fetchone()[0] if sqlite3.sqlite_version_info >= (3, 39) else 0  # fmt: skip
            assert astray == 0
        assert check(tmp_path / f"{n}.sqlite3")


# What is said, and what is not ----------------------------------------------------------------------------------------

SECRET = "hemligt-lösen"


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://anna:{SECRET}@127.0.0.1:1/inkarta",
        f"postgresql://anna:{SECRET}@127.0.0.1:one/inkarta",
        f"postgresql://anna:{SECRET}@[::1/inkarta",
        f"postgresql://anna@127.0.0.1:1/inkarta?password={SECRET}&nonsense=1",
        f"mysql://anna:{SECRET}@127.0.0.1/inkarta",
    ],
)
def test_a_password_is_told_nowhere(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("INKARTA_STORE", url)
    monkeypatch.setenv("INKARTA_HOME", str(tmp_path))
    monkeypatch.setattr(postgresql, "WAIT_SECONDS", 0.3)
    said = repr(Database(tmp_path / "x", url))
    with pytest.raises(StoreError) as told:
        views.every(configured(tmp_path))
    said += f"{told.value!r} {told.value.__cause__!r}"
    for command in (["doctor", "--json"], ["rooms"], ["backup", str(tmp_path / "k")], ["mentimeter"]):
        done = CliRunner().invoke(app, command, env={"COLUMNS": "300"})
        assert done.exit_code not in (0, 2), command
        assert "Traceback" not in done.output
        said += done.output
        assert isinstance(done.exception, SystemExit), command
    assert "lösen" not in said + caplog.text
    postgresql.forget(url)


def test_a_server_starts_without_its_database_but_not_with_a_setting_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(postgresql, "WAIT_SECONDS", 0.3)
    monkeypatch.setenv("INKARTA_HOME", str(tmp_path))
    monkeypatch.setenv("INKARTA_STORE", url := f"postgresql://anna:{SECRET}@127.0.0.1:1/inkarta")
    serve._open_store()
    said = " ".join(capsys.readouterr().err.split())
    assert "nothing can be saved or led before it is mended: postgresql://127.0.0.1:1/inkarta" in said
    assert "lösen" not in said
    postgresql.forget(url)
    for wrong in (f"mysql://anna:{SECRET}@127.0.0.1/inkarta", f"postgresql://anna:{SECRET}@[::1/inkarta"):
        monkeypatch.setenv("INKARTA_STORE", wrong)
        with pytest.raises(typer.Exit):
            serve._open_store()
        said = capsys.readouterr().err
        assert "INKARTA_STORE" in said
        assert "lösen" not in said


def test_a_row_is_told_nowhere_when_the_schema_refuses_it(server: Database) -> None:
    with pytest.raises(StoreError) as told, server.write() as con:
        con.execute("INSERT INTO saved_view VALUES ('kort', 'en hemlighet', '', '', '', 'sv', '', 0, '', '')")
    assert "hemlighet" not in f"{told.value} {told.value.__cause__!r}"
    assert "saved_view" in str(told.value)


def doctor(**env: str) -> str:
    done = CliRunner().invoke(app, ["doctor"], env={"COLUMNS": "400", **env})
    assert not done.exception or isinstance(done.exception, SystemExit)
    return "\n".join(line for line in done.output.splitlines() if "database" in line)


def test_doctor_tells_what_is_wrong_with_a_server(
    server: Database, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INKARTA_HOME", str(tmp_path))
    views.every(server)
    assert "fsync is off: a power cut loses what was acknowledged" in doctor()
    name = server.url.split("@/")[1].split("?")[0]
    with closing(psycopg.connect(server.url, autocommit=True)) as con:
        con.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    assert "takes no writes" in doctor()
    with closing(psycopg.connect(cluster.url("postgres"), autocommit=True)) as con:
        con.execute(f"ALTER DATABASE {name} RESET ALL")
    with closing(psycopg.connect(server.url, autocommit=True)) as con:
        con.execute("INSERT INTO schema_version VALUES (99)")
    assert "99" in doctor()
    unused = cluster.fresh()
    monkeypatch.setenv("INKARTA_STORE", unused)
    assert "fsync" in doctor()
    with closing(psycopg.connect(unused)) as con:
        found = con.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert found == (0,), "a look changes nothing"
    cluster.drop(unused)


def test_commits_wait_for_the_disk_whatever_the_server_says(server: Database) -> None:
    with closing(psycopg.connect(server.url)) as con:
        assert con.execute("SHOW synchronous_commit").fetchone() == ("off",)
    with server.write() as store:
        assert store.execute("SELECT current_setting('synchronous_commit')").fetchone()[0] == "on"


def test_a_server_that_is_not_named_costs_nothing() -> None:
    code = "import sys, dashboard.saving, dashboard.cli, dashboard.store.backup; assert 'psycopg' not in sys.modules"
    env = {name: value for name, value in os.environ.items() if name != "INKARTA_STORE"}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, check=True)


def test_what_a_sensitive_question_left_is_wiped_when_nobody_is_in_the_way(server: Database) -> None:
    code = opened(server, SENSITIVE)[0].code
    for who in range(12):
        put(server, code, SENSITIVE, who, "ja")
    monkey = pytest.MonkeyPatch()
    with monkey.context() as patch, closing(psycopg.connect(server.url)) as reader:
        patch.setattr(postgresql, "_SETTINGS", postgresql._SETTINGS.replace("20s", "200ms", 1))
        postgresql.forget(server.url)
        reader.execute("SELECT count(*) FROM vote")  # a look that is still open
        polls.close_poll(server, code, SENSITIVE)
        with server.read() as con:
            assert con.execute("SELECT count(*) FROM scrub_due").fetchone()[0] == 1, "it is still to be done"
    assert retention.scrub(server)
    with server.read() as con:
        assert con.execute("SELECT count(*) FROM scrub_due").fetchone()[0] == 0
