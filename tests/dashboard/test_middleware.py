"""The shell around Streamlit, over a stand-in for Streamlit's app."""

from __future__ import annotations

import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from dashboard.middleware import FRONTEND, OWN_STATIC, Heading, Shell, asset_url, frame_origins

INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
PAGE = {"accept": "text/html,application/xhtml+xml"}


async def index(_: Request) -> Response:
    return FileResponse(INDEX)


async def own(_: Request) -> Response:
    return HTMLResponse("<!doctype html><html lang=en><title>Own</title>")


async def guarded(_: Request) -> Response:
    return HTMLResponse("own", headers={"content-security-policy": "default-src 'none'"})


async def events(_: Request) -> Response:
    async def lines() -> AsyncIterator[bytes]:
        yield b"data: 1\n\n"
        yield b"data: 2\n\n"

    return StreamingResponse(lines(), media_type="text/event-stream")


async def streamed(_: Request) -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        yield b'<div id="root"></div>'
        yield b"rest"

    return StreamingResponse(pieces(), media_type="text/html")


async def echo(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text(await socket.receive_text())
    await socket.close()


INNER = Starlette(
    routes=[
        Route("/own", own),
        Route("/guarded", guarded),
        Route("/events", events),
        Route("/streamed", streamed),
        WebSocketRoute("/socket", echo),
        Route("/{path:path}", index),
    ]
)


@pytest.fixture
def client() -> TestClient:
    return TestClient(Shell(INNER, frames=("https://region.example", "https://*.lan.example")))


@pytest.mark.parametrize(("query", "language"), [("", "sv"), ("?lang=en", "en"), ("?lang=de", "sv"), ("?lang=", "sv")])
def test_the_document_speaks_the_readers_language(client: TestClient, query: str, language: str) -> None:
    page = client.get(f"/lan{query}", headers=PAGE).text
    assert f'<html lang="{language}">' in page
    assert page.count("<title>") == 1
    assert "<title>Inkluderingskartan</title>" in page
    assert '<meta name="description"' in page
    assert {"sv": "Hoppa till innehållet", "en": "Skip to the content"}[language] in page
    assert "Streamlit</title>" not in page
    assert "Source" not in page, "the font that nothing uses is not preloaded"
    assert page.index("ik-skip") < page.index('id="root"')


def test_styles_and_script_are_there_before_streamlits_own(client: TestClient) -> None:
    page = client.get("/", headers=PAGE).text
    assert asset_url("style.css") in page
    assert page.index(asset_url("shim.js")) < page.index('type="module"')
    for name in re.findall(r'"(/app/static/[^"]+)"', page):
        assert client.get(name).status_code == 200, name


def test_a_page_may_have_its_own_heading() -> None:
    def heading(path: str, language: str) -> Heading | None:
        return Heading(f"{path} <{language}>", "d", "s", "n") if path == "/lan" else None

    client = TestClient(Shell(INNER, heading=heading))
    assert "<title>/lan &lt;en&gt;</title>" in client.get("/lan?lang=en", headers=PAGE).text
    assert "<title>Inkluderingskartan</title>" in client.get("/", headers=PAGE).text


def test_the_document_is_compressed_and_never_stale(client: TestClient) -> None:
    answer = client.get("/", headers={**PAGE, "accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "no-cache"
    assert "etag" not in answer.headers
    plain = client.get("/", headers={**PAGE, "accept-encoding": "identity", "if-none-match": '"x"'})
    assert plain.status_code == 200
    assert int(plain.headers["content-length"]) == len(plain.content)


def test_inline_scripts_are_allowed_by_hash_only(client: TestClient) -> None:
    policy = client.get("/", headers=PAGE).headers["content-security-policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "sha256-" in scripts
    assert "'unsafe-inline'" not in scripts
    assert "'unsafe-eval'" not in scripts
    assert "http" not in policy
    assert "ws://testserver wss://testserver" in policy


def test_a_strange_host_does_not_reach_the_policy(client: TestClient) -> None:
    headers = {**PAGE, "host": "evil.example; script-src *"}
    assert "evil" not in client.get("/", headers=headers).headers["content-security-policy"]


@pytest.mark.parametrize("query", ["?visa=inbaddad", "?lage=inbaddad&visa=pengar", "?lang=en&visa=inbaddad"])
def test_an_embedded_page_may_be_framed_by_the_sites_that_are_named(client: TestClient, query: str) -> None:
    policy = client.get(f"/lan{query}", headers=PAGE).headers["content-security-policy"]
    assert policy.endswith("frame-ancestors 'self' https://region.example https://*.lan.example")
    nobody = TestClient(Shell(INNER)).get(f"/lan{query}", headers=PAGE).headers["content-security-policy"]
    assert nobody.endswith("frame-ancestors 'self'")


@pytest.mark.parametrize("path", ["/", "/lan?visa=pengar", "/own", "/inbaddad", "/lan?lage=scen&q=inbaddad"])
def test_no_other_page_may_be_framed_elsewhere(client: TestClient, path: str) -> None:
    policy = client.get(path, headers=PAGE).headers["content-security-policy"]
    assert policy.endswith("frame-ancestors 'self'")


def test_origins_are_read_and_nothing_else() -> None:
    assert frame_origins(" https://a.example,http://b.example:8080  *") == (
        "https://a.example", "http://b.example:8080", "*",
    )  # fmt: skip
    assert frame_origins("") == ()
    for odd in ("region.example", "https://a.example/sida", "https://a; script-src *", "'none'", "javascript:x"):
        with pytest.raises(ValueError, match="origin"):
            frame_origins(odd)


def test_own_pages_and_streams_pass_through(client: TestClient) -> None:
    assert client.get("/own", headers=PAGE).text == "<!doctype html><html lang=en><title>Own</title>"
    assert client.get("/guarded", headers=PAGE).headers["content-security-policy"] == "default-src 'none'"
    events = client.get("/events", headers=PAGE)
    assert events.text == "data: 1\n\ndata: 2\n\n"
    assert events.headers["x-content-type-options"] == "nosniff"
    assert client.get("/streamed", headers=PAGE).text == '<div id="root"></div>rest'


def test_websockets_pass_through(client: TestClient) -> None:
    with client.websocket_connect("/socket") as socket:
        socket.send_text("hej")
        assert socket.receive_text() == "hej"


def test_streamlits_scripts_are_compressed_once_and_kept_for_a_year(client: TestClient) -> None:
    script = max((FRONTEND / "js").glob("index.*.js"), key=lambda file: file.stat().st_size)
    with client.stream("GET", f"/static/js/{script.name}", headers={"accept-encoding": "gzip"}) as answer:
        body = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert gzip.decompress(body) == script.read_bytes()
    assert len(body) < script.stat().st_size / 2
    tag = answer.headers["etag"]
    again = client.get(f"/static/js/{script.name}", headers={"accept-encoding": "gzip", "if-none-match": tag})
    assert again.status_code == 304
    plain = client.get(f"/static/js/{script.name}", headers={"accept-encoding": "identity"})
    assert plain.content == script.read_bytes()
    assert plain.headers["etag"] != tag


def test_own_files_are_kept_only_under_an_address_that_changes_with_them(client: TestClient) -> None:
    assert client.get("/app/static/style.css").headers["cache-control"] == "no-cache"
    assert "immutable" in client.get(asset_url("style.css")).headers["cache-control"]
    font = client.get("/app/static/fonts/inter-latin-wght-normal.woff2")
    assert font.headers["content-type"] == "font/woff2"
    assert "content-encoding" not in font.headers
    assert "immutable" in font.headers["cache-control"]


@pytest.mark.parametrize("path", ["/app/static/../middleware.py", "/app/static/%2e%2e/middleware.py", "/app/static/"])
def test_nothing_outside_the_folder_is_served(client: TestClient, path: str) -> None:
    assert "class Shell" not in client.get(path).text


def test_a_head_request_has_no_body(client: TestClient) -> None:
    answer = client.head("/app/static/style.css")
    assert answer.status_code == 200
    assert answer.content == b""


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    shell = Shell(INNER)
    shell.folders["/app/static/"] = tmp_path
    file = tmp_path / "a.css"
    client = TestClient(shell)
    file.write_text("a{}")
    assert client.get("/app/static/a.css").text == "a{}"
    file.write_text("ab{}")
    assert client.get("/app/static/a.css").text == "ab{}"


def test_the_swedish_words_for_streamlits_english_are_complete() -> None:
    script = (OWN_STATIC / "shim.js").read_text()
    for words in ("Fullscreen", "Show data", "No results", "Choose an option", "Clear all", "Select all"):
        assert re.search(rf'^\s+"?{words}"?: "', script, re.MULTILINE), words
