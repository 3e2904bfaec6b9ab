"""A room with questions, as a server of its own without the rest of the product, and phones that vote in it.

``python -m tests.dashboard.poll_world PORT`` serves ``INKARTA_HOME``; with ``stage`` after it everything of a room.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Route

from bench.voters import port_apart
from dashboard.live.polls import group_page, moderating, poll_routes
from dashboard.live.polls.question_files import preloaded, to_json
from dashboard.live.room import room_routes
from dashboard.live.room.room_source import Here
from dashboard.middleware import Shell
from dashboard.store import FILE, Database, configured, polls, rooms
from dashboard.store.polls import Ballot
from dashboard.store.rooms import Room

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = {one.id: one for one in preloaded()}


def opened(db: Database, *idents: str, expected: int = 300) -> tuple[Room, str]:
    """A room in which these questions have been opened, and its secret."""
    room, secret = rooms.open_room(db, deck="questions", lang="sv", snapshot="20261123-00000000", expected=expected)
    for ident in idents:
        ask(db, room.code, ident)
    return room, secret


def ask(db: Database, code: str, ident: str) -> None:
    one = QUESTIONS[ident]
    polls.open_poll(db, code, ident, kind=one.kind, is_sensitive=one.is_sensitive, definition=to_json(one))


def put(db: Database, code: str, ident: str, who: object, answer: Any, number: int | None = None) -> polls.Receipt:
    return polls.cast(db, [Ballot(code, ident, polls.voter_of(code, ident, str(who)), answer, number)])[0]


def files_of(db: Database) -> bytes:
    """What lies on disk: the file and its log; of a server the files of the tables of room and votes."""
    if db.url:
        with db.read() as con:
            con.execute("CHECKPOINT")
            data = con.execute("SELECT current_setting('data_directory')").fetchone()[0]
            names = [
                row[0]
                for row in con.execute(
                    "SELECT pg_relation_filepath(c.oid) FROM pg_class c "
                    "WHERE relnamespace = current_schema()::regnamespace AND relfilenode <> 0"
                )
            ]
        return b"".join(Path(data, name).read_bytes() for name in names)
    return b"".join(path.read_bytes() for path in sorted(db.path.parent.glob(f"{FILE}*")))


def run_apart(work: Coroutine[Any, Any, Any]) -> Any:
    """Run it on a thread of its own: a browser that is driven from this one has its loop here."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def create_app() -> Shell:
    own = [Route("/rum/{code}/nyheter", room_routes.news), *group_page.routes(Here())]
    return Shell(Starlette(routes=[*poll_routes.ROUTES, *moderating.ROUTES, *own]))


class Served:
    """The server as a process of its own, to be killed and started again on the same port."""

    def __init__(self, home: Path, snapshots: Path | None = None, *, is_stage: bool = False) -> None:
        """``snapshots``: a folder of data for what is shown of the answers."""
        self.home = home
        if snapshots is not None:
            (home / "snapshots").symlink_to(snapshots)
        self.more = ["stage"] if is_stage else []
        self.port = port_apart()
        self.url = f"http://127.0.0.1:{self.port}"
        self.db = configured(home)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.dashboard.poll_world", str(self.port), *self.more], cwd=ROOT,
            env={**os.environ, "INKARTA_HOME": str(self.home), "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{self.url}/r/xxxxx/lage", timeout=2).close()
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the server did not answer")

    def kill(self) -> None:
        """As a power cut would, as far as the process is concerned."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(20)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)


def main(port: int, *, is_stage: bool) -> None:
    import uvicorn

    app: Any = create_app()
    if is_stage:
        from dashboard.live.routes import ROUTES

        app = Shell(Starlette(routes=ROUTES))
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False, timeout_graceful_shutdown=1)


if __name__ == "__main__":
    main(int(sys.argv[1]), is_stage="stage" in sys.argv)
