"""The product as a process of its own, and raw requests to it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.conftest import ROOT


@dataclass(frozen=True)
class Answer:
    """What a server said: the status, its headers in lower case, the body."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass(frozen=True)
class Server:
    """A running server and where it listens."""

    host: str
    port: int
    process: subprocess.Popen[str]

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def raw(self, sent: bytes, to: str = "") -> Answer:
        """The answer to exactly these bytes."""
        with socket.create_connection((to or self.host, self.port), timeout=20) as connection:
            connection.sendall(sent)
            got = b""
            while block := connection.recv(65536):
                got += block
                if got.startswith(b"HTTP/1.1 101"):
                    break
        head, _, body = got.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
        return Answer(
            int(lines[0].split()[1]), {k.lower(): v for k, v in headers.items()}, body.decode("utf-8", "replace")
        )

    def ask(self, path: str, method: str = "GET", to: str = "", **headers: str) -> Answer:
        """A request with the given headers and no others; ``_`` in a name is ``-``."""
        given = {"host": f"{self.host}:{self.port}", "connection": "close"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        if method not in ("GET", "HEAD"):
            given.setdefault("content-length", "0")
        head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in given.items())
        return self.raw(f"{head}\r\n".encode("latin-1"), to)

    def socket(self, path: str = "/_stcore/stream", **headers: str) -> Answer:
        """The answer to the handshake of a websocket; 101 when it is opened."""
        return self.ask(
            path, connection="Upgrade", upgrade="websocket", sec_websocket_version="13",
            sec_websocket_key="dGhlIHNhbXBsZSBub25jZQ==", sec_websocket_protocol="streamlit", **headers,
        )  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _plain() -> dict[str, str]:
    """The environment without what a command in this very process has settled for itself."""
    return {name: value for name, value in os.environ.items() if name not in ("INKARTA_EDIT", "INKARTA_IMPORT")}


@contextmanager
def running(
    home: Path,
    *more: str,
    host: str = "127.0.0.1",
    at: str = "",
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """``inkarta serve`` on ``host`` until the block ends; ``at``: the address that the test reaches it by."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard.cli", "serve", "--host", host, "--port", str(port), "--no-browser", *more],
        cwd=cwd, env={**_plain(), "INKARTA_HOME": str(home), **(env or {})}, text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    server = Server(at or host, port, process)
    try:
        for _ in range(300):
            if process.poll() is not None:
                raise AssertionError(process.stderr.read() if process.stderr else "")
            try:
                httpx.get(f"{server.url}/healthz", timeout=2)
                break
            except httpx.HTTPError:
                time.sleep(0.2)
        yield server
    finally:
        process.terminate()
        process.wait(20)
