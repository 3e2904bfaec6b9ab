"""``inkarta doctor``: whether everything stands as it must, and what to do where it does not."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from typing import Annotated, Literal

import duckdb
import typer
from packaging.requirements import Requirement
from packaging.version import Version

from dashboard import fonts
from dashboard.cli.base import Exit, Json, app, database, out, print_json, snapshots_folder, table
from dashboard.db import SCHEMA
from dashboard.frame import STALE_DAYS
from dashboard.store import Database, StoreError, configured
from dashboard.store.backup import BackupError, check
from etl import warehouse
from etl.published import read_through

State = Literal["ok", "note", "bad"]
LEAST_FREE, WANTED_FREE = 500 * 2**20, 3 * 2**30
VARIABLES = (
    "INKARTA_HOME", "INKARTA_ALLOWED_HOSTS", "INKARTA_HTTPS", "INKARTA_EDIT", "INKARTA_IMPORT", "INKARTA_EMBED_ORIGINS",
    "INKARTA_OPERATOR", "INKARTA_CONTACT", "INKARTA_SIGN_IN", "INKARTA_SIGN_IN_HOURS", "INKARTA_PUBLIC",
    "INKARTA_AUDIT_DAYS", "INKARTA_ACTOR", "INKARTA_AUDIENCE_URL", "INKARTA_ANSWER_DAYS", "INKARTA_CHROMIUM",
    "INKARTA_BENCH_SAVE", "INKARTA_BENCH_ROWS", "INKARTA_BENCH_EMPTY", "INKARTA_BENCH_SURFACES",
    "INKARTA_BENCH_WAREHOUSE", "INKARTA_ENGINE_FOLDER", "INKARTA_SPARK_HOME", "INKARTA_STORE",
    "INKARTA_BENCH_KILLS", "INKARTA_LOG", "INKARTA_BENCH_SESSIONS", "INKARTA_BENCH_MINUTES", "INKARTA_BENCH_DATA",
)  # fmt: skip
"""What the program reads of its environment, beside ``INKARTA_BASE_<SOURCE ID>``."""


@dataclass(frozen=True)
class Finding:
    """What one check says. ``note``: it works, but see to it; ``bad``: it does not. ``do``: what helps, when not ok."""

    check: str
    state: State
    said: str
    do: str = ""


Host = Annotated[str, typer.Option(help="The address that it is meant to listen on.")]
Port = Annotated[int, typer.Option(help="The port that it is meant to listen on.")]


@app.command()
def doctor(host: Host = "127.0.0.1", port: Port = 8501, as_json: Json = False) -> None:
    """Check Python, packages, disk, data folder, snapshot, clock, certificates, settings, fonts, port and database.

    Exit code 1 when something is bad, with what to do about it.
    """
    found = [*findings(host, port)]
    bad = any(one.state == "bad" for one in found)
    if as_json:
        print_json({"ok": not bad, "findings": [asdict(one) for one in found]})
    else:
        table(["", "check", "finding"], [[one.state, one.check, one.said] for one in found])
        for one in found:
            if one.do:
                out.print(f"{one.check}: {one.do}", highlight=False, markup=False)
    if bad:
        raise typer.Exit(Exit.CHECK)


def findings(host: str, port: int) -> Iterator[Finding]:
    """Every check, one after the other; none stops another."""
    home = warehouse.home()
    checks: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
        ("python", _python),
        ("packages", _packages),
        ("data folder", lambda: _folder(home)),
        ("disk", lambda: _disk(home)),
        ("snapshot", _snapshot),
        ("clock", _clock),
        ("certificates", _certificates),
        ("settings", lambda: _settings(host)),
        ("sign-in", lambda: _sign_in(host)),
        ("variables", _variables),
        ("fonts", _fonts),
        ("port", lambda: _port(host, port)),
        ("database", lambda: _database(home)),
    )
    for name, look in checks:
        try:
            yield from look()
        except Exception as error:  # noqa: BLE001 (a check that fails is a finding, and the others go on)
            yield Finding(name, "bad", f"{type(error).__name__}: {error}", "Report this with the text of the finding.")


def _python() -> Iterator[Finding]:
    here = ".".join(map(str, sys.version_info[:3]))
    fine = sys.version_info >= (3, 11)
    yield Finding("python", "ok" if fine else "bad", here, "" if fine else "Install Python 3.11 or later.")


def _packages() -> Iterator[Finding]:
    wrong = []
    for need in map(Requirement, distribution("inkluderingskartan").requires or ()):
        if need.marker and not need.marker.evaluate({"extra": ""}):
            continue
        try:
            if not need.specifier.contains(Version(version(need.name)), prereleases=True):
                wrong.append(f"{need.name} {version(need.name)} instead of {need.specifier}")
        except PackageNotFoundError:
            wrong.append(f"{need.name} is not there")
    said = ", ".join(f"{name} {version(name)}" for name in ("inkluderingskartan", "streamlit", "duckdb"))
    if wrong:
        yield Finding("packages", "bad", "; ".join(wrong), "Run python3 start.py, which installs what is locked.")
    else:
        yield Finding("packages", "ok", said)


def _folder(home: Path) -> Iterator[Finding]:
    if not home.exists():
        yield Finding(
            "data folder", "note", f"{home} is not there yet", "inkarta build makes it; INKARTA_HOME moves it."
        )
        return
    try:
        with tempfile.TemporaryFile(dir=home):
            pass
    except OSError as error:
        do = "Let the user that runs the server own the folder, or set INKARTA_HOME to one that it owns."
        yield Finding("data folder", "bad", f"{home}: {error.strerror}", do)
        return
    shown = os.name != "nt" and home.stat().st_mode & 0o002
    do = f"chmod o-w {home}" if shown else ""
    yield Finding(
        "data folder", "note" if shown else "ok", f"{home}{' may be written by everybody' if shown else ''}", do
    )


def _disk(home: Path) -> Iterator[Finding]:
    at = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(at).free
    state: State = "bad" if free < LEAST_FREE else "note" if free < WANTED_FREE else "ok"
    do = "Free some, or run inkarta snapshots prune; a build needs room for one more snapshot." if state != "ok" else ""
    yield Finding("disk", state, f"{free / 2**30:.1f} GB free", do)


def _snapshot() -> Iterator[Finding]:
    folder = snapshots_folder()
    path = warehouse.current(folder)
    if path is None:
        named = (folder / "current").exists()
        said = "the one that current names is gone" if named else "nothing has been built yet"
        yield Finding("snapshot", "bad" if named else "note", said, "Run inkarta build.")
        return
    try:
        rows, schema = read_through(path)
    except (duckdb.Error, ValueError) as error:
        do = f"Move {path} away and run inkarta build; an earlier one serves after it is named in {folder / 'current'}."
        yield Finding("snapshot", "bad", f"{path.stem} is damaged: {str(error).splitlines()[0]}", do)
        return
    if schema != SCHEMA:
        do = "Run inkarta build with this version of the program."
        yield Finding("snapshot", "bad", f"{path.stem} has schema {schema}, this version reads {SCHEMA}", do)
    elif warehouse.is_stale(folder):
        yield Finding("snapshot", "note", f"{path.stem} was built by other rules", "Run inkarta build.")
    else:
        yield Finding("snapshot", "ok", f"{path.stem}, {rows:,} rows read through")


def _clock() -> Iterator[Finding]:
    now, path = datetime.now(UTC).replace(tzinfo=None), warehouse.current(snapshots_folder())
    if path is None:
        yield Finding("clock", "ok", f"{now:%Y-%m-%d %H:%M} UTC")
        return
    about = warehouse.describe(path)
    if about.built_at > now:
        do = "Set the clock (timedatectl set-ntp true); new snapshots would be taken for old ones."
        yield Finding(
            "clock", "bad", f"{now:%Y-%m-%d %H:%M} UTC is before the snapshot's {about.built_at:%Y-%m-%d %H:%M}", do
        )
        return
    age = (date.today() - about.as_of).days
    do = (
        "Run inkarta fetch and inkarta build, or see why the timer does not (docs/operating.md)."
        if age > STALE_DAYS
        else ""
    )
    yield Finding("clock", "note" if do else "ok", f"{now:%Y-%m-%d %H:%M} UTC; the data is {age} days old", do)


def _certificates() -> Iterator[Finding]:
    """Of the names that visitors use, where they come by https."""
    from dashboard import effective
    from dashboard.cli.certificates import judged
    from dashboard.guard import is_loopback

    try:
        names = effective.hosts("127.0.0.1").names
    except ValueError:
        names = ()  # told of under settings
    names = tuple(name for name in names if not name.startswith("*.") and not is_loopback(name))
    if os.environ.get("INKARTA_HTTPS") != "on":
        do = (
            "Put a proxy with a certificate before it (deploy/haproxy.cfg), then set INKARTA_HTTPS=on." if names else ""
        )
        said = "visitors come by http" if names else "none is needed on this machine"
        yield Finding("certificates", "note" if names else "ok", said, do)
        return
    if not names:
        do = "Name what visitors use in INKARTA_ALLOWED_HOSTS."
        yield Finding("certificates", "note", "INKARTA_HTTPS is on, and no name is given to look at", do)
    for name in names:
        yield Finding("certificates", *judged(name))


def _settings(host: str) -> Iterator[Finding]:
    from dashboard import effective, permission
    from dashboard.server import create_app

    try:
        hosts = effective.hosts(host)
        permission.settle(is_local=not hosts.is_exposed)
        create_app(hosts)
    except ValueError as error:
        yield Finding(
            "settings", "bad", str(error), "Mend INKARTA_ALLOWED_HOSTS, INKARTA_EMBED_ORIGINS or INKARTA_SIGN_IN."
        )
        return
    broken = effective.unsafe(effective.effective())
    for one in broken:
        if one.rule.severe or hosts.is_exposed:
            state: State = "bad" if one.rule.severe and hosts.is_exposed else "note"
            yield Finding(
                "settings", state, f"{one.rule.name} is {one.value!r}: {one.rule.why}", f"Set {one.rule.remedy}."
            )
    if not any(one.rule.severe for one in broken):
        reach = (
            f"answers to {', '.join(hosts.names) or 'its address only'}" if hosts.is_exposed else "this machine only"
        )
        yield Finding("settings", "ok", f"{len(effective.STREAMLIT)} settings are safe; {reach}")


def _sign_in(host: str) -> Iterator[Finding]:
    from dashboard import effective
    from dashboard.signin import settings
    from dashboard.store import StoreError, audit, roles

    db = database()
    try:
        on = settings.read()
        hosts = effective.hosts(host)
    except ValueError as error:
        yield Finding("sign-in", "bad", str(error), "docs/sign-in.md tells what the file holds.")
        return
    if on is None:
        yield Finding("sign-in", "ok", "off: nobody signs in")
    else:
        faults = effective.sign_in_faults(hosts)
        for fault in faults:
            do = "The server does not start so where others reach it; docs/sign-in.md."
            yield Finding("sign-in", "bad" if hosts.is_exposed else "note", fault, do)
        if not faults:
            yield Finding("sign-in", "ok", f"at {on.server_metadata_url}, for {settings.hours():g} hours")
    try:
        if _is_unused(db):
            return
        if on and not any(one.role == "admin" for one in roles.every(db)):
            do = "Sign in, read your code on the page Account, and run inkarta role grant CODE admin."
            yield Finding("sign-in", "note", "nobody is administrator", do)
        found = audit.verify(db)
    except StoreError:
        return  # told of as the database
    if found.wrong_at:
        do = "Somebody has written in the database. Compare with a backup; inkarta audit verify."
        yield Finding("sign-in", "bad", f"the journal does not hold at number {found.wrong_at}: {found.why}", do)


def _is_unused(db: Database) -> bool:
    """Whether nothing is kept there yet; a look must not be the first use, which makes the schema."""
    if not db.url:
        return not db.exists()
    from dashboard.store import examine

    return examine.is_empty(db.url)


def _variables() -> Iterator[Finding]:
    ours = [name for name in os.environ if name.startswith("INKARTA_")]
    odd = [name for name in ours if name not in VARIABLES and not re.fullmatch("INKARTA_BASE_[A-Z0-9_]+", name)]
    do = "See the table of settings in docs/operating.md; a misspelt one has no effect." if odd else ""
    yield Finding("variables", "note" if odd else "ok", f"{', '.join(odd)} unknown" if odd else f"{len(ours)} set", do)


def _fonts() -> Iterator[Finding]:
    gone = [name for name in fonts.WEIGHTS.values() if not (fonts.FOLDER / name).is_file()]
    if not gone:
        fonts.width("Inkludering", 12)
    do = "Install the program again; pictures and reports need these files." if gone else ""
    yield Finding("fonts", "bad" if gone else "ok", f"{', '.join(gone)} missing" if gone else "Inter, all weights", do)


def _port(host: str, port: int) -> Iterator[Finding]:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            do = "Fine when that is this very server; else choose another with --port."
            yield Finding("port", "note", f"{host}:{port} is not free ({error.strerror})", do)
            return
    yield Finding("port", "ok", f"{host}:{port} is free")


def _database(home: Path) -> Iterator[Finding]:
    try:
        db = configured(home)
        if db.url:
            yield from _server(db)
            return
    except StoreError as error:
        do = "Mend INKARTA_STORE, or start the server that it names (docs/operating.md)."
        yield Finding("database", "bad", str(error), do)
        return
    path = db.path
    if not path.exists():
        yield Finding("database", "ok", "nothing has been saved yet")
        return
    try:
        yield Finding("database", "ok", f"{path.name}, schema {check(path)}, {path.stat().st_size:,} bytes, whole")
    except BackupError as error:
        yield Finding("database", "bad", str(error), "Bring the last copy back: inkarta restore FILE.")


def _server(db: Database) -> Iterator[Finding]:
    from dashboard.store import examine

    about, wrong = examine.examine(db.url)
    for said, do in wrong:
        yield Finding("database", "bad", f"{db.place}: {said}", do)
    if not wrong:
        plain = examine.is_plain(db.url)
        do = "What is sent to the server is not encrypted: add sslmode=verify-full." if plain else ""
        yield Finding("database", "note" if plain else "ok", f"{about}, takes writes", do)
