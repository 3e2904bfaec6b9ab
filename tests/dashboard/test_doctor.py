"""``inkarta doctor`` finds each fault that is made, says what to do, and a sound installation passes."""

from __future__ import annotations

import json
import random
import re
import shutil
import socket
import sqlite3
import ssl
import subprocess
import threading
from collections import namedtuple
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from dashboard import effective, fonts
from dashboard.cli import app, doctor
from dashboard.cli.certificates import judged
from dashboard.cli.doctor import VARIABLES, read_through
from dashboard.store import FILE, Database, views
from etl import warehouse
from tests.conftest import ROOT
from tests.dashboard.running import free_port
from tests.dashboard.test_backup import made
from tests.lacking import unable


@pytest.fixture
def place(warehouse_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own with the embedded snapshot."""
    (tmp_path / "snapshots").mkdir()
    served = (warehouse_folder / "current").read_text("utf-8").strip()
    shutil.copy(warehouse_folder / f"{served}.duckdb", tmp_path / "snapshots")
    (tmp_path / "snapshots/current").write_text(served, "utf-8")
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("INKARTA_HOME", str(tmp_path))
    return tmp_path


def ask(*more: str) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    """The exit code, and check -> its findings."""
    done = CliRunner().invoke(app, ["doctor", "--json", "--port", str(free_port()), *more])
    found: dict[str, list[dict[str, Any]]] = {}
    for one in json.loads(done.stdout)["findings"]:
        found.setdefault(one["check"], []).append(one)
        assert (one["state"] == "ok") == (not one["do"]), one
    return done.exit_code, found


def test_a_sound_installation_passes(place: Path) -> None:
    views.add(Database(place / FILE), made("vy"))
    code, found = ask()
    assert code == 0
    assert not [one for many in found.values() for one in many if one["state"] == "bad"]
    assert set(found) == {
        "python", "packages", "data folder", "disk", "snapshot", "clock", "certificates", "settings", "sign-in",
        "variables", "fonts", "port", "database",
    }  # fmt: skip
    assert "rows read through" in found["snapshot"][0]["said"]
    words = CliRunner().invoke(app, ["doctor", "--port", str(free_port())], env={"COLUMNS": "200"})
    assert words.exit_code == 0
    assert "Inter, all weights" in words.stdout


def served(place: Path) -> Path:
    found = warehouse.current(place / "snapshots")
    assert found
    return found


def test_nothing_built_is_a_note_and_a_lost_snapshot_is_bad(place: Path) -> None:
    served(place).unlink()
    code, found = ask()
    assert (code, found["snapshot"][0]["state"]) == (1, "bad")
    (place / "snapshots/current").unlink()
    code, found = ask()
    assert (code, found["snapshot"][0]["state"]) == (0, "note")
    assert "inkarta build" in found["snapshot"][0]["do"]


def test_a_cut_snapshot_is_bad(place: Path) -> None:
    path = served(place)
    body = path.read_bytes()
    path.write_bytes(body[: len(body) // 2])
    code, found = ask()
    assert (code, found["snapshot"][0]["state"]) == (1, "bad")
    assert "Move" in found["snapshot"][0]["do"]


def test_a_snapshot_under_another_name_is_bad(place: Path) -> None:
    served(place).rename(place / "snapshots/20200101-aaaaaaaa.duckdb")
    (place / "snapshots/current").write_text("20200101-aaaaaaaa", "utf-8")
    assert ask()[1]["snapshot"][0]["state"] == "bad"


def contents(path: Path) -> tuple[Any, ...]:
    con = warehouse.open_published(path)
    try:
        names = [
            r[0]
            for r in con.execute(
                "SELECT table_name FROM duckdb_tables() WHERE database_name='published' ORDER BY 1"
            ).fetchall()
        ]
        return tuple(con.execute(f'SELECT count(*), bit_xor(hash(t)) FROM "{name}" t').fetchone() for name in names)
    finally:
        con.close()


def test_no_changed_byte_of_the_data_passes(place: Path, tmp_path: Path) -> None:
    """At 40 places: either the change is noticed, or it lies in room that nothing uses and every cell is as it was."""
    path = served(place)
    whole, right = path.read_bytes(), contents(path)
    dice, noticed = random.Random(8), 0
    for number in range(40):
        at = dice.randrange(0, len(whole))
        folder = tmp_path / f"c{number}"
        folder.mkdir()
        spoilt = folder / path.name
        spoilt.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            read_through(spoilt)
        except (duckdb.Error, ValueError):
            noticed += 1
        else:
            assert contents(spoilt) == right, at
        spoilt.unlink()
    assert noticed >= 10


def test_a_clock_before_the_snapshot_is_bad_and_old_data_a_note(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    about = warehouse.describe(served(place))
    later = type(about)(about.snapshot_id, about.path, about.as_of, datetime(2999, 1, 1), about.rows)
    monkeypatch.setattr(warehouse, "describe", lambda _: later)
    code, found = ask()
    assert (code, found["clock"][0]["state"]) == (1, "bad")
    old = type(about)(about.snapshot_id, about.path, about.as_of.replace(year=2020), about.built_at, about.rows)
    monkeypatch.setattr(warehouse, "describe", lambda _: old)
    code, found = ask()
    assert (code, found["clock"][0]["state"]) == (0, "note")
    assert "inkarta fetch" in found["clock"][0]["do"]


def test_a_full_disk_is_bad_and_a_small_one_a_note(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    for free, state in ((100 * 2**20, "bad"), (2**30, "note"), (2**40, "ok")):
        monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _, free=free: usage(2**41, 0, free))
        assert ask()[1]["disk"][0]["state"] == state


def test_a_damaged_database_is_bad(place: Path) -> None:
    (place / FILE).write_bytes(b"destroyed " * 1000)
    code, found = ask()
    assert (code, found["database"][0]["state"]) == (1, "bad")
    assert "inkarta restore" in found["database"][0]["do"]
    (place / FILE).unlink()
    con = sqlite3.connect(place / FILE)
    con.executescript("CREATE TABLE saved_view (a); PRAGMA user_version = 99")
    con.close()
    assert "newer" not in ask()[1]["database"][0]["said"]
    assert "99" in ask()[1]["database"][0]["said"]


def test_unsafe_settings_are_bad_where_others_reach_it(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = effective.effective
    monkeypatch.setattr(effective, "effective", lambda: {**wanted(), "client.disableDataExport": False})
    assert [one["state"] for one in ask()[1]["settings"]] == ["note"]
    code, found = ask("--host", "0.0.0.0")
    assert code == 1
    assert found["settings"][0]["state"] == "bad"
    assert "disableDataExport = true" in found["settings"][0]["do"]
    monkeypatch.setenv("INKARTA_ALLOWED_HOSTS", "https://x")
    assert "INKARTA_ALLOWED_HOSTS" in ask()[1]["settings"][0]["do"]


def test_a_misspelt_variable_and_a_taken_port_are_noted(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKARTA_ALOWED_HOSTS", "karta.example")
    monkeypatch.setenv("INKARTA_BASE_KOLADA", "http://127.0.0.1:1/")
    found = ask()[1]["variables"][0]
    assert (found["state"], found["said"]) == ("note", "INKARTA_ALOWED_HOSTS unknown")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = CliRunner().invoke(app, ["doctor", "--json", "--port", str(taken.getsockname()[1])])
    assert [one["state"] for one in json.loads(done.stdout)["findings"] if one["check"] == "port"] == ["note"]


def test_missing_fonts_packages_and_a_failing_check_are_bad(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "FOLDER", place)
    monkeypatch.setattr(doctor, "version", lambda name: "0.0.1")
    monkeypatch.setattr(doctor, "_variables", lambda: iter([1 / 0]))
    code, found = ask()
    assert code == 1
    assert {name: found[name][0]["state"] for name in ("fonts", "packages", "variables")} == dict.fromkeys(
        ("fonts", "packages", "variables"), "bad"
    )
    assert found["port"], "the checks after a failing one are made all the same"


def test_every_variable_is_known_and_stands_in_the_operators_guide() -> None:
    """In the program, not in the tests: none is read that the doctor and the guide do not know."""
    files = [p for folder in ("dashboard", "etl", "pages", "bench") for p in (ROOT / folder).rglob("*")]
    texts = [p.read_text("utf-8") for p in files if p.suffix in (".py", ".toml")]
    used = {name for text in texts for name in re.findall(r"\bINKARTA_[A-Z][A-Z_]*[A-Z]\b", text)}
    assert used - {"INKARTA_BASE"} <= set(VARIABLES)
    guide = (ROOT / "docs/operating.md").read_text("utf-8")
    for name in (*VARIABLES, "INKARTA_BASE_<SOURCE ID>"):
        assert f"| `{name}` |" in guide, name


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """days -> port of a server on this machine whose certificate is good for as long, and the file that trusts it."""
    openssl = shutil.which("openssl")
    if openssl is None:
        unable("openssl is not on this machine")
    servers = []

    def made(days: int) -> tuple[int, Path]:
        folder = tmp_path_factory.mktemp("tls")
        pem = folder / "both.pem"
        subprocess.run(
            [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
             str(days), "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
             str(folder / "key.pem"), "-out", str(folder / "cert.pem")],
            check=True, capture_output=True,
        )  # fmt: skip
        pem.write_bytes((folder / "key.pem").read_bytes() + (folder / "cert.pem").read_bytes())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        servers.append(server)
        return server.server_address[1], folder / "cert.pem"

    yield made
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_certificate_is_judged_as_a_browser_does(certified: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    port, trusted = certified(90)
    state, said, do = judged("localhost", port)
    assert (state, bool(do)) == ("bad", True), said  # nobody trusts who has signed it
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    assert judged("localhost", port)[0] == "ok"
    assert judged("127.0.0.1", port)[0] == "bad", "it is for another name"
    port, trusted = certified(5)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    state, said, _ = judged("localhost", port)
    assert (state, " 4 days" in said or " 5 days" in said) == ("note", True)
    assert judged("localhost", free_port())[0] == "note"


def test_https_without_a_name_or_a_name_without_https_is_noted(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [one["state"] for one in ask()[1]["certificates"]] == ["ok"]
    monkeypatch.setenv("INKARTA_HTTPS", "on")
    assert [one["state"] for one in ask()[1]["certificates"]] == ["note"]
    monkeypatch.setenv("INKARTA_HTTPS", "off")
    monkeypatch.setenv("INKARTA_ALLOWED_HOSTS", "karta.region.example")
    assert "INKARTA_HTTPS=on" in ask()[1]["certificates"][0]["do"]
