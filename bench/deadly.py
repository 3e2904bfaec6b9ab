"""Fetch, build and publish in a child that dies at the N-th step that changes the disk, or at a byte.

``python -m bench.deadly`` is a nursery: a line of JSON on standard input is a run (:class:`Run`), made in a fork of
this process, where everything is imported already; a line on standard output tells what became of it. Steps are
counted, not timed, so that a run dies at the same place every time:

- a file opened for writing, each write (before it, and with half of it written), a rename, a removal, a folder made, an
  fsync;
- each statement of DuckDB's that is no ``SELECT``, scripts one statement at a time;
- with ``byte`` the system ends the process (SIGXFSZ) amid whatever DuckDB writes, when a file would grow beyond it.
"""

from __future__ import annotations

import builtins
import io
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from etl import catalogue, embedded, fetch, retention, warehouse
from etl.polite import Patience

_IDLE = ("SELECT", "WITH", "SET", "USE", "ATTACH", "DESCRIBE")
"""Statements that change nothing on disk."""
SOURCES = ("ecb_eur_sek", "kohesio_2021_2027")


@dataclass(frozen=True)
class Run:
    """``fatal``: the number of the step before which the process dies; 0: none. ``byte``: or at this size of a file."""

    home: str
    data: str
    as_of: str
    bases: dict[str, str]
    fatal: int = 0
    byte: int = 0


class Steps:
    """Counts the steps, and ends the process at one."""

    def __init__(self, fatal: int) -> None:
        self.fatal, self.stage = fatal, "fetch"
        self.seen: list[str] = []

    def __call__(self, name: str) -> None:
        self.seen.append(f"{self.stage}: {name}")
        if len(self.seen) == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(self, module: Any, name: str) -> None:
        """Count each call of a function of the system's."""
        real = getattr(module, name)

        def counted(*args: Any, **named: Any) -> Any:
            self(name)
            return real(*args, **named)

        setattr(module, name, counted)

    def open(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """``open``, whose files count what is written."""

        def counted(file: Any, mode: str = "r", *args: Any, **named: Any) -> Any:
            if not set(mode) & set("wax+"):
                return real(file, mode, *args, **named)
            self(f"open {mode}")
            return _File(real(file, mode, *args, **named), self)

        return counted

    def connect(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """``duckdb.connect``, whose connections count statements."""
        return lambda *args, **named: _Connection(real(*args, **named), self)


class _File:
    def __init__(self, file: Any, steps: Steps) -> None:
        self._file, self._steps = file, steps

    def write(self, data: Any) -> int:
        self._steps("write")
        half = len(data) // 2
        self._file.write(data[:half])
        self._file.flush()
        self._steps("half a write")
        self._file.write(data[half:])
        return len(data)

    def __enter__(self) -> _File:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class _Connection:
    def __init__(self, con: Any, steps: Steps) -> None:
        self._con, self._steps = con, steps

    def execute(self, sql: Any, *args: Any) -> Any:
        statements = [sql] if args else self._con.extract_statements(sql)
        answer = self._con
        for one in statements:
            said = (one if isinstance(one, str) else one.query).strip()
            if not said.upper().startswith(_IDLE):
                self._steps(" ".join(said.split())[:48])
            answer = self._con.execute(one, *args)
        return answer

    def __enter__(self) -> _Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self._con.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._con, name)


def work(run: Run, stage: Callable[[str], None] = lambda _: None) -> str:
    """Fetch two small sources, build, publish, prune: the snapshot's id. Raises when a source could not be fetched."""
    home = Path(run.home)
    os.environ["INKARTA_HOME"] = run.home
    found = fetch.fetch(
        catalogue.named(SOURCES), home / "fetched", base_urls=run.bases, patience=Patience(attempts=2, first_wait=0.01)
    )
    if bad := [one.reason for one in found if one.status not in ("downloaded", "unchanged")]:
        raise RuntimeError("; ".join(bad))
    stage("build")
    publish = warehouse.publish

    def published(folder: Path, snapshot_id: str) -> None:
        stage("publish")
        publish(folder, snapshot_id)

    warehouse.publish = published
    built = warehouse.build(
        home / "snapshots", fetched=catalogue.files(home / "fetched"), embedded=Path(run.data),
        as_of=date.fromisoformat(run.as_of), registries=catalogue.REGISTRIES,
    )  # fmt: skip
    stage("prune")
    retention.prune(home / "snapshots", now=datetime.fromisoformat(run.as_of))
    return built.snapshot.snapshot_id


def _armed(run: Run) -> Steps:
    steps = Steps(run.fatal)
    if run.byte:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (run.byte, run.byte))
    for name in ("replace", "rename", "unlink", "remove", "mkdir", "fsync"):
        steps.before(os, name)
    io.open = builtins.open = steps.open(builtins.open)
    duckdb.connect = steps.connect(duckdb.connect)
    return steps


def _child(run: Run, out: int) -> None:
    try:
        steps = _armed(run)
        said = {"id": work(run, lambda stage: setattr(steps, "stage", stage)), "steps": steps.seen}
    except Exception as error:  # noqa: BLE001 (told, not raised: the nursery goes on)
        said = {"error": f"{type(error).__name__}: {error}"}
    os.write(out, json.dumps(said).encode())
    os._exit(0)


def nursery() -> None:
    """Make the runs that are asked for on standard input, one after the other."""
    drawn = tuple(embedded.boundaries())
    embedded.boundaries = lambda: iter(drawn)
    for line in sys.stdin:
        run = Run(**json.loads(line))
        read, write = os.pipe()
        pid = os.fork()
        if not pid:
            os.close(read)
            _child(run, write)
        os.close(write)
        with os.fdopen(read) as pipe:
            told = json.loads(pipe.read() or "{}")
        _, status = os.waitpid(pid, 0)
        told["signal"] = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    nursery()
