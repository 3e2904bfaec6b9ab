"""A Streamlit session without a browser: reruns over the websocket, each timed and counted byte by byte.

It keeps messages as a browser does, so that the server may refer to what the session already holds.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.sync.client import connect

KEPT_RUNS = 2


class PageError(Exception):
    """The page failed: what it costs would say nothing."""


@dataclass
class Run:
    """One rerun: seconds to the end of the script, bytes on the wire and unpacked, and (element, bytes) in order."""

    seconds: float = 0.0
    wire_bytes: int = 0
    payload_bytes: int = 0
    parts: list[tuple[str, int]] = field(default_factory=list)


class Held:
    """The messages that a session keeps, as a browser keeps them: those of the last two runs."""

    def __init__(self) -> None:
        self._at: dict[str, int] = {}
        self._runs = 0

    @property
    def hashes(self) -> list[str]:
        """What the server may refer to."""
        return list(self._at)

    def keep(self, got: ForwardMsg, kind: str) -> None:
        """Take a message in."""
        if got.metadata.cacheable:
            self._at[got.hash] = self._runs
        elif kind == "ref_hash":
            self._at[got.ref_hash] = self._runs

    def next_run(self) -> None:
        """Let go of what has not been seen lately."""
        self._runs += 1
        self._at = {key: at for key, at in self._at.items() if self._runs - at <= KEPT_RUNS}


class Session:
    """A browser's websocket, with the compression that every browser offers."""

    def __init__(self, url: str, page: str = "") -> None:
        self._page = page
        self._received = 0
        self._held = Held()
        address = url.replace("http://", "ws://") + "/_stcore/stream"
        self._ws = connect(
            address,
            subprotocols=["streamlit"],  # type: ignore[list-item]
            extensions=[ClientPerMessageDeflateFactory(client_max_window_bits=True)],
            compression=None,
            max_size=None,
            ping_interval=None,
        )
        protocol: Any = self._ws.protocol
        inner = protocol.receive_data

        def counted(data: bytes) -> None:
            self._received += len(data)
            inner(data)

        protocol.receive_data = counted

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._ws.close()

    def rerun(self, query: str = "", *, timeout: float = 60.0) -> Run:
        """Run the page's script with a query string and wait for its end."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string = query
        state.page_name = self._page
        state.cached_message_hashes.extend(self._held.hashes)
        run = Run()
        before, start = self._received, time.perf_counter()
        self._ws.send(message.SerializeToString())
        while True:
            raw = self._ws.recv(timeout=timeout)
            got = ForwardMsg()
            got.ParseFromString(bytes(raw, "utf-8") if isinstance(raw, str) else raw)
            kind = str(got.WhichOneof("type"))
            run.payload_bytes += len(raw)
            run.parts.append((_named(got, kind), len(raw)))
            self._held.keep(got, kind)
            if run.parts[-1][0] == "exception" or 'class="ik-empty"' in got.delta.new_element.html.body:
                raise PageError(f"/{self._page}?{query} shows an error or nothing.")
            if kind == "script_finished":
                break
        run.seconds = time.perf_counter() - start
        run.wire_bytes = self._received - before
        self._held.next_run()
        return run


def _named(got: ForwardMsg, kind: str) -> str:
    if kind != "delta":
        return kind
    delta = got.delta
    if delta.WhichOneof("type") == "new_element":
        return str(delta.new_element.WhichOneof("type"))
    return str(delta.WhichOneof("type"))
