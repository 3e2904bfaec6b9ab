"""A PostgreSQL server of one's own in a folder that goes with it: reached by a socket there, killed, started again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import closing, suppress
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

USER = "inkarta"
_GUARD = 'read _; kill -INT "$1"; sleep 3; rm -rf "$2"'
"""Waits for the end of whoever started the server: then its own end of the pipe is closed, however it died."""


class NoServerError(Exception):
    """No PostgreSQL is installed here."""


def binaries() -> Path:
    """The folder of ``initdb`` and ``postgres``; Debian keeps it off PATH. Raises :class:`NoServerError`."""
    found = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda at: int(at.parent.name), reverse=True)]
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path).resolve().parent)
    for folder in found:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoServerError("PostgreSQL is not installed (on Debian: apt install postgresql)")


class Cluster:
    """Databases in a temporary folder. ``is_safe``: whether a commit waits for the disk, as it must in earnest."""

    def __init__(self, *, is_safe: bool) -> None:
        self._bin = binaries()
        # Where another user can go, and short enough for a socket's address.
        self.folder = Path(tempfile.mkdtemp(prefix="ikpg-", dir="/tmp"))
        self._as: list[str] = []
        if os.geteuid() == 0:  # the server refuses to run as root
            import pwd

            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            self._as = ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
        self._settings = {
            "listen_addresses": "", "unix_socket_directories": str(self.folder), "max_connections": "200",
            "shared_buffers": "32MB", "autovacuum": "off", "logging_collector": "off",
            **({} if is_safe else {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}),
        }  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        self._made = 0
        self._run(
            "initdb", "--auth=trust", f"--username={USER}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
            f"--pgdata={self.data}",
        )  # fmt: skip
        self.start()

    @property
    def data(self) -> Path:
        """Where the server keeps its files."""
        return self.folder / "data"

    def start(self) -> None:
        """Start it, and wait until it answers. What a killed one left in memory goes first, which may take a moment."""
        settings = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if self._process is None or self._process.poll() is not None:
                self._process = subprocess.Popen(
                    [*self._as, self._bin / "postgres", "-D", self.data, *settings], cwd=self.folder,
                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                )  # fmt: skip
                self._unguard()
                self._guard = subprocess.Popen(
                    ["sh", "-c", _GUARD, "sh", str(self._process.pid), self.folder], stdin=subprocess.PIPE
                )
            with suppress(psycopg.OperationalError), closing(psycopg.connect(self.url("postgres"))):
                return
            time.sleep(0.05)
        raise RuntimeError("PostgreSQL did not start")

    def kill(self) -> None:
        """Every process of it at once, as a power cut would."""
        assert self._process is not None
        self._unguard()
        pid = self._process.pid
        inside = Path(f"/proc/{pid}/task/{pid}/children")
        for one in [pid, *map(int, inside.read_text().split() if inside.exists() else [])]:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        self._process.wait(20)

    def stop(self) -> None:
        """End it, and remove its folder."""
        self._unguard()
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)  # whoever is connected is not waited for
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        """How a database is named in ``INKARTA_STORE``."""
        return f"postgresql://{USER}@/{database}?host={self.folder}"

    def fresh(self, template: str = "template0") -> str:
        """The address of a new database, like another."""
        self._made += 1
        with closing(psycopg.connect(self.url("postgres"), autocommit=True)) as con:
            made, like = Identifier(f"store{self._made}"), Identifier(template)
            con.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(made, like))
        return self.url(f"store{self._made}")

    def drop(self, url: str) -> None:
        """Remove a database, whoever is connected to it."""
        name = url.split("@/")[1].split("?")[0]
        with closing(psycopg.connect(self.url("postgres"), autocommit=True)) as con:
            con.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))

    def _unguard(self) -> None:
        if self._guard is not None:
            self._guard.kill()
            self._guard.communicate()
            self._guard = None

    def _run(self, name: str, *arguments: str) -> None:
        done = subprocess.run(
            [*self._as, self._bin / name, *arguments], cwd=self.folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{name}: {done.stderr.strip()}")
