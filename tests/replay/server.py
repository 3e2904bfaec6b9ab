"""A server on 127.0.0.1 that answers as the publishers do, and fails in the ways that they do.

``python -m tests.replay.server --port 8765`` prints the environment variables that point a fetch at it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import prod
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from tests.replay import documents, registries

KOLADA_PAGE = 200


@dataclass(frozen=True)
class Fault:
    """One scripted misbehaviour. ``cut``: send only so many bytes of the body that the headers promise; ``drip``: send
    a byte every so many seconds."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    cut: int | None = None
    drip: float = 0.0


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


SERVICE_DOWN = Fault(503, body=b"down")
WEB_PAGE = Fault(200, {"Content-Type": "text/html"}, b"<!DOCTYPE html><html><body>Underhall</body></html>")


def too_many(seconds: int) -> Fault:
    """Status 429 with Retry-After."""
    return Fault(429, {"Retry-After": str(seconds)}, b"slow down")


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up, as one does on a refused page, is no news."""


class ReplayServer:
    """Use as a context manager. ``files``: path -> body; ``faults``: path -> what goes wrong next there."""

    def __init__(self, port: int = 0) -> None:
        self.files: dict[str, bytes] = {
            "/kohesio/projects-2014-2020/latest/SE-pp14-20-latest.csv": documents.kohesio_csv("2014-2020"),
            "/kohesio/projects-2021-2027/latest/SE-pp21-27-latest.csv": documents.kohesio_csv("2021-2027"),
            "/ecb/data/EXR/A.SEK.EUR.SP00.A": documents.ecb_csv(),
            "/esf/esf_projektbanken.csv": documents.esf_csv(),
            **{f"/eurostat/data/{t}": _json(documents.eurostat_jsonstat(t)) for t in documents.EUROSTAT_DIMENSIONS},
            "/fk/ohm-ohalsotal/SJPohttal.json": _json(documents.forsakringskassan_rows("oht")),
            "/fk/ohm-sjptal/SJPsjptal.json": _json(documents.forsakringskassan_rows("spt")),
            **registries.files(),
        }
        self.pxweb: dict[str, dict[str, Any]] = {
            "/fohm/Halsoutfall/01Overgrip/01.01halsgod/halsgodyreg.px": documents.pxweb_metadata(
                "Hälsotillstånd", ["01"]
            ),
            "/fohm/7_Kontroll/02Civil/07.05lita/litaYreg.px": documents.pxweb_metadata("Tillit", ["10", "40"]),
        }
        self.faults: dict[str, deque[Fault]] = {}
        self.requests: list[Request] = []
        self.kolada_next: Callable[[str], str] = lambda url: url
        self.scb_config: dict[str, Any] = documents.SCB_CONFIG
        self.scb_months: list[str] | None = None
        self.scb_tables: dict[str, dict[str, list[str]]] = dict(documents.SCB_TABLES)
        self.scb_adds_up: tuple[str, ...] = ()
        real = documents.SHARED / "indicators" / "pxwebpy_TAB6471_data.json"
        self.scb_document: bytes | None = real.read_bytes() if real.exists() else None
        self.has_etags = True
        self._http = _QuietServer(("127.0.0.1", port), _handler(self))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def base_urls(self) -> dict[str, str]:
        """Source id -> this server's address for it."""
        return {
            "kohesio_2014_2020": f"{self.url}/kohesio/",
            "kohesio_2021_2027": f"{self.url}/kohesio/",
            "esf_projektbanken": f"{self.url}/esf/",
            "ecb_eur_sek": f"{self.url}/ecb/",
            "kolada": f"{self.url}/kolada/v3/",
            "scb_tab6471": f"{self.url}/scb/api/v2/",
            **{f"scb_{table.casefold()}": f"{self.url}/scb/api/v2/" for table in documents.SCB_TABLES},
            **{f"eurostat_{table}": f"{self.url}/eurostat/" for table in documents.EUROSTAT_DIMENSIONS},
            "forsakringskassan_sjpohttal": f"{self.url}/fk/",
            "forsakringskassan_sjpsjptal": f"{self.url}/fk/",
            "folkhalsodata_halsgodyreg": f"{self.url}/fohm/",
            "folkhalsodata_litayreg": f"{self.url}/fohm/",
            **{source: f"{self.url}/{source}/" for source in registries.SERVED},
        }

    def script(self, path: str, *faults: Fault) -> None:
        """What goes wrong at a path, one fault a request, before it works again."""
        self.faults.setdefault(path, deque()).extend(faults)

    def asked(self, path: str) -> list[Request]:
        """The requests for a path, in order."""
        return [request for request in self.requests if request.path == path]

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def serve_forever(self) -> None:
        self._http.serve_forever()

    def answer(self, request: Request, query: dict[str, list[str]]) -> bytes | None:
        """The body for a path, or None for status 404."""
        if request.path in self.files:
            return self.files[request.path]
        if found := re.fullmatch(r"/kolada/v3/data/kpi/([\w,]+)/municipality/([\w,]+)/year/([\d,]+)", request.path):
            return self._kolada(request.path, query, found[1].split(","), found[2].split(","), found[3].split(","))
        if metadata := self.pxweb.get(request.path):
            is_question = request.method == "POST"
            asked = json.loads(request.body)["query"] if is_question else []
            return _json(documents.pxweb_data(metadata, asked) if is_question else metadata)
        if request.path == "/scb/api/v2/config":
            return json.dumps(self.scb_config).encode()
        if request.path == "/scb/api/v2/tables/TAB6471/metadata":
            return json.dumps(documents.scb_metadata(self.scb_months)).encode()
        if request.path == "/scb/api/v2/tables/TAB6471/data" and request.method == "POST":
            return self.scb_document or json.dumps(documents.scb_data(json.loads(request.body)["selection"])).encode()
        if found := re.fullmatch(r"/scb/api/v2/tables/(\w+)/(metadata|data)", request.path):
            return self._pxweb2(request, found[1])
        return None

    def _pxweb2(self, request: Request, table: str) -> bytes | None:
        """A table of :data:`scb_tables`; a question for more cells than are allowed, or for no such code, fails."""
        if table not in self.scb_tables:
            return None
        if request.method == "GET":
            return _json(documents.pxweb2_metadata(self.scb_tables[table], self.scb_adds_up))
        selection = json.loads(request.body)["selection"]
        asked = {item["variableCode"]: item["valueCodes"] for item in selection}
        left = set(self.scb_tables[table]) - set(asked) - set(self.scb_adds_up)
        cells = prod(len(codes) for codes in asked.values())
        known = all(set(codes) <= set(self.scb_tables[table][name]) for name, codes in asked.items())
        return (
            None
            if left or not known or cells > self.scb_config["maxDataCells"]
            else _json(documents.scb_data(selection))
        )

    def _kolada(
        self, path: str, query: dict[str, list[str]], kpis: list[str], regions: list[str], years: list[str]
    ) -> bytes | None:
        if max(len(kpis), len(regions), len(years)) > 25:
            return None
        rows = [row for kpi in kpis for row in documents.kolada_rows(kpi, regions, years)]
        page = int(query.get("page", ["1"])[0])
        chosen = rows[(page - 1) * KOLADA_PAGE : page * KOLADA_PAGE]
        following = f"{self.url}{path}?page={page + 1}" if page * KOLADA_PAGE < len(rows) else None
        following = self.kolada_next(following) if following else None
        return json.dumps({"values": chosen, "count": len(chosen), "next_url": following}).encode()


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def _handler(server: ReplayServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._respond(b"")

        def do_POST(self) -> None:
            self._respond(self.rfile.read(int(self.headers.get("Content-Length", 0))))

        def _respond(self, sent: bytes) -> None:
            parts = urlsplit(self.path)
            query = parse_qs(parts.query)
            path = unquote(parts.path)
            if path == "/kohesio/object":
                path = "/kohesio" + query["id"][0].removeprefix("data")
            request = Request(self.command, path, dict(self.headers), sent)
            server.requests.append(request)
            waiting = server.faults.get(path)
            fault = waiting.popleft() if waiting else Fault()
            body = fault.body if fault.body is not None else server.answer(request, query)
            if body is None:
                self._send(404, {}, b"no such page", None)
            elif fault.status != 200 or fault.body is not None:
                self._send(fault.status, fault.headers, body, fault.cut)
            else:
                self._send_file(body, fault)

        def _send_file(self, body: bytes, fault: Fault) -> None:
            tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            headers = {"ETag": tag} if server.has_etags else {}
            start = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
            if self.headers.get("If-None-Match") == tag:
                self._send(304, headers, b"", None)
            elif start and self.headers.get("If-Range", tag) == tag:
                first = int(start[1])
                if first >= len(body):
                    self._send(416, {"Content-Range": f"bytes */{len(body)}"}, b"", None)
                    return
                headers["Content-Range"] = f"bytes {first}-{len(body) - 1}/{len(body)}"
                self._send(206, headers, body[first:], fault.cut, fault.drip)
            else:
                self._send(200, headers | fault.headers, body, fault.cut, fault.drip)

        def _send(self, status: int, headers: dict[str, str], body: bytes, cut: int | None, drip: float = 0.0) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if drip:
                for at in range(len(body)):
                    self.wfile.write(body[at : at + 1])
                    time.sleep(drip)
            self.wfile.write(body[:cut])
            if cut is not None:
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    server = ReplayServer(parser.parse_args().port)
    for source, base in server.base_urls.items():
        print(f"export INKARTA_BASE_{source.upper()}={base}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
