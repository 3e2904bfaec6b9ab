"""Every answer of the real server brings the security headers, whoever inside it gave the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import httpx
import pytest

from dashboard.export.catalogue import CATALOGUE
from dashboard.guard import BASE_HEADERS
from dashboard.layout import PAGES
from dashboard.middleware import FRONTEND, OWN_STATIC
from dashboard.server import create_app
from dashboard.store import FILE, Database, rooms
from tests.conftest import ROOT
from tests.dashboard.room_world import DECK
from tests.dashboard.running import Answer, Server, running

WANTED = [name.decode() for name, _ in BASE_HEADERS]
RUNNING = ("script-src", "script-src-elem", "script-src-attr", "object-src")
SCRIPTS = re.compile(r"'none'|'self'|blob:|'wasm-unsafe-eval'|'sha256-[A-Za-z0-9+/]{43}='")
"""Where scripts may come from: this server, its inline scripts by their hashes, and what Streamlit needs of the two
other (deck.gl's workers and DuckDB's module)."""
REFERRERS = ("strict-origin-when-cross-origin", "strict-origin", "same-origin", "no-referrer")
ROOM = {"snapshot": "20261123-00000000", "lan": "18", "id": "k7m2q9xw4hpt"}
ODD = (
    "/nope", "/nope/deeper", "/static/nope.js", "/app/static/nope", "/app/static/../app.py", "//evil.example",
    "/..%2f..%2fetc/passwd", "/%00", "/media/nope", "/component/x/y", "/favicon.ico", "/robots.txt", "/auth/login",
    "/auth/logout", "/oauth2callback", "/api/v1/nope", "/api/v1/operations?lan=99", "/api/v1/operations/nope",
    "/export/nope.pdf", "/export/county.nope", "/export/county/nope.csv", "/geo/20200101-00000000/lan.json",
)  # fmt: skip


@pytest.fixture(scope="module")
def server(warehouse_folder: Path) -> Iterator[Server]:
    with running(warehouse_folder.parent) as found:
        yield found


def streamlit_paths() -> set[str]:
    """Every path that a module of Streamlit's server names for a route, with a sample in its place holders."""
    found = set()
    for module in ("agent_routes", "auth_routes", "routes", "websocket"):
        names = vars(import_module(f"streamlit.web.server.starlette.starlette_{module}"))
        found |= {
            "/" + re.sub(r"{[^}]*}", "x", text) for name, text in names.items() if re.match("_?(BASE_)?ROUTE_", name)
            if isinstance(text, str)
        }  # fmt: skip
    return found


def own_paths() -> set[str]:
    """Every route of ours, with a sample in its place holders."""
    routes = create_app().app.app.app._user_routes  # type: ignore[attr-defined]
    return {re.sub(r"{(\w+)[^}]*}", lambda m: ROOM.get(m[1], "x"), route.path) for route in routes}


def faults(answer: httpx.Response | Answer) -> list[str]:
    """What is wrong with an answer's headers: those that are not there once, and values that do not hold."""
    is_whole = isinstance(answer, httpx.Response)
    given = answer.headers.multi_items() if is_whole else list(answer.headers.items())
    names = [name.lower() for name, _ in given]
    found = [f"{name}: {names.count(name)} times" for name in WANTED if names.count(name) != 1]
    said = {name.lower(): value for name, value in given}
    words = [part.split() for part in said.get("content-security-policy", "").split(";") if part.strip()]
    policy = {name.lower(): sources for name, *sources in reversed(words)}  # of a name said twice the first holds
    if policy.get("frame-ancestors") not in (["'self'"], ["'none'"]):
        found.append(f"frame-ancestors {policy.get('frame-ancestors')}")
    scripts = [source for name in RUNNING for source in policy.get(name, policy.get("default-src", ["*"]))]
    found += [f"a script from {source}" for source in dict.fromkeys(scripts) if not SCRIPTS.fullmatch(source)]
    if said.get("x-content-type-options") != "nosniff":
        found.append(f"x-content-type-options {said.get('x-content-type-options')}")
    if said.get("referrer-policy") not in REFERRERS:
        found.append(f"referrer-policy {said.get('referrer-policy')}")
    return found


def test_every_answer_has_every_header(server: Server) -> None:
    assets = [f"/app/static/{p.relative_to(OWN_STATIC)}" for p in OWN_STATIC.rglob("*") if p.is_file()]
    scripts = [f"/static/{p.relative_to(FRONTEND)}" for p in FRONTEND.rglob("*") if p.is_file()][:40]
    exports = [f"/export/{page}/{next(iter(figures))}.csv" for page, figures in CATALOGUE.items() if figures]
    paths = {*PAGES.values(), *own_paths(), *streamlit_paths(), *assets, *scripts, *exports, *ODD}
    seen: dict[int, int] = {}
    wrong = {}
    with httpx.Client(base_url=server.url, timeout=60) as client:
        paths |= {f"/api/v1{p}" for p in client.get("/api/v1/openapi.json").json()["paths"] if "{" not in p}
        for path in sorted(paths):
            for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
                if method in ("HEAD", "PUT", "DELETE", "OPTIONS") and path in (*scripts, *assets[3:], *exports):
                    continue
                page = {"accept": "text/html"} if method == "GET" and path in PAGES.values() else {}
                with client.stream(method, path, headers=page) as answer:
                    seen[answer.status_code] = seen.get(answer.status_code, 0) + 1
                    if found := faults(answer):
                        wrong[f"{method} {path} {answer.status_code}"] = found
                    if answer.headers.get("server"):
                        wrong[f"{method} {path} says what it runs on"] = [answer.headers["server"]]
    assert not wrong
    assert len(paths) > 120
    assert set(seen) >= {200, 308, 400, 403, 404, 405}, seen


POLICY = "default-src 'none'; script-src 'self'; frame-ancestors 'self'"
SOUND = dict.fromkeys(WANTED, "x") | {
    "content-security-policy": POLICY, "x-content-type-options": "nosniff", "referrer-policy": "same-origin",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        *(
            ("content-security-policy", POLICY.replace("script-src 'self'", f"script-src 'self' {source}"), source)
            for source in ("*", "http:", "https:", "data:", "'unsafe-inline'", "'unsafe-eval'", "https://evil.example")
        ),
        ("content-security-policy", "default-src *; frame-ancestors 'self'", "*"),
        ("content-security-policy", f"script-src *; {POLICY}", "*"),
        ("content-security-policy", f"{POLICY}; script-src-elem *", "*"),
        ("content-security-policy", "frame-ancestors 'self'", "*"),
        ("content-security-policy", "default-src 'none'", "frame-ancestors"),
        ("content-security-policy", "default-src 'none'; frame-ancestors *", "frame-ancestors"),
        ("x-content-type-options", "sniff", "x-content-type-options"),
        ("referrer-policy", "unsafe-url", "referrer-policy"),
    ],
)
def test_a_header_that_is_there_and_does_not_hold_is_a_fault(name: str, value: str, fault: str) -> None:
    assert faults(httpx.Response(200, headers=SOUND)) == []
    found = faults(httpx.Response(200, headers=SOUND | {name: value}))
    assert len(found) >= 1
    assert all(fault in one for one in found)
    assert faults(httpx.Response(200, headers=[*SOUND.items(), (name, SOUND[name])])) == [f"{name}: 2 times"]


def test_a_picture_that_is_opened_by_itself_has_them_too(server: Server, home: Path) -> None:
    db = Database(home / FILE)
    room, _ = rooms.open_room(db, deck=DECK, lang="sv", snapshot="")
    rooms.show(db, room.code, scene=7, is_black=False, highlight="")
    own = {"origin": server.url}
    with httpx.Client(base_url=server.url, timeout=60) as client:
        ids = re.findall(rf"/r/{room.code}/bild/([\w-]+)\.svg", client.get(f"/r/{room.code}").text)
        drawn = [client.get(f"/r/{room.code}/bild/{one}.svg") for one in ids]
        drawn.append(client.post("/scen/kod", content="https://region.example", headers=own))
        drawn += [client.get(f"/app/static/{p.relative_to(OWN_STATIC)}") for p in OWN_STATIC.rglob("*.svg")]
    assert len(drawn) == 3
    for answer in drawn:
        assert answer.status_code == 200, answer.url
        assert answer.headers["content-type"].startswith("image/svg"), answer.url
        assert not faults(answer), answer.url


def test_an_answer_that_nothing_has_changed_has_them_too(server: Server) -> None:
    for path in ("/app/static/style.css", "/api/v1/operations", "/export/county.csv?lan=18", "/static/nope"):
        first = httpx.get(server.url + path, timeout=60)
        tag = first.headers.get("etag", '"x"')
        again = httpx.get(server.url + path, headers={"if-none-match": tag}, timeout=60)
        assert not faults(again), (path, again.status_code)


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET / HTTP/1.1\r\nbad header\r\n\r\n",
        b"\r\n\r\nx\r\n\r\n",
    ],
)
def test_what_is_no_request_is_answered_with_them(server: Server, sent: bytes) -> None:
    answer = server.raw(sent)
    assert answer.status == 400
    assert not faults(answer)


def test_a_socket_that_is_not_opened_is_answered_with_them(server: Server) -> None:
    own = f"http://{server.host}:{server.port}"
    assert server.socket(origin=own).status == 101
    refused = {
        "of another site": server.socket(origin="https://evil.example"),
        "under a strange name": server.socket(host="evil.example", origin="http://evil.example"),
        "broken": server.ask("/_stcore/stream", connection="Upgrade", upgrade="websocket", sec_websocket_version="1",
                             sec_websocket_key="x", origin=own),
        "where none is": server.socket("/nowhere", origin=own),
    }  # fmt: skip
    for name, answer in refused.items():
        assert answer.status >= 400, name
        assert not faults(answer), (name, answer)


def test_streamlits_doors_that_no_page_needs_are_closed(server: Server) -> None:
    """Metrics tell of other visitors, the agent's door runs pages, uploads lie in memory."""
    core = {path for path in streamlit_paths() if path.startswith("/_stcore/")}
    needed = ("/_stcore/health", "/_stcore/host-config", "/_stcore/stream", "/_stcore/bidi-components/")
    closed = {path for path in core if not path.startswith(needed)}
    assert {"/_stcore/metrics", "/_stcore/agent/mcp", "/_stcore/upload_file/x/x"} <= closed
    for path in (*closed, "/_stcore/metrics/", "/_stcore//metrics", "/%5Fstcore/metrics", "/_stcore/%6Detrics"):
        for method in ("GET", "POST", "PUT"):
            answer = server.ask(path, method)
            assert answer.status in (400, 404), (path, method)
            assert "session" not in answer.body
    assert server.ask("/_stcore/health").status == 200


def test_no_page_uploads_to_streamlits_memory() -> None:
    """What the closed door rests upon."""
    code = [p.read_text("utf-8") for folder in ("dashboard", "pages") for p in (ROOT / folder).rglob("*.py")]
    assert not [text for text in code if re.search(r"file_uploader|camera_input|audio_input", text)]


def test_an_error_inside_is_answered_without_its_text(warehouse_folder: Path) -> None:
    with running(warehouse_folder.parent) as server:
        current = warehouse_folder / "current"
        kept = current.read_bytes()
        try:
            current.write_bytes(b"\xff\xfe\n")
            answer = server.ask("/healthz")
        finally:
            current.write_bytes(kept)
    assert answer.status == 500
    assert not faults(answer)
    assert "Traceback" not in answer.body
    assert "codec" not in answer.body


def test_over_https_cookies_are_secure_and_browsers_keep_to_it(warehouse_folder: Path) -> None:
    with running(warehouse_folder.parent, env={"INKARTA_HTTPS": "on"}) as server:
        answer = server.ask("/_stcore/health")
    assert answer.headers["set-cookie"].endswith("; Secure")
    assert "SameSite=Lax" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"].startswith("max-age=")
