"""The ASGI shell around Streamlit: a document in the right language, security headers, fast static files."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import html
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, unquote

import streamlit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

OWN_STATIC: Final = Path(__file__).parent / "static"
FRONTEND: Final = Path(streamlit.__file__).parent / "static" / "static"
LANGUAGES: Final = ("sv", "en")
YEAR: Final = "public, max-age=31536000, immutable"
MARKER: Final = b'<div id="root"></div>'
"""What tells Streamlit's own document from every other page."""
ADDRESSES: Final = 'window.__streamlit={BACKEND_BASE_URL:location.origin+"/",MAIN_PAGE_BASE_URL:location.origin+"/"}'
"""Where the server lies, so that a deep link need not be tried as a folder of its own first."""

FILE_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
"""For a static file that a browser opens as a page of its own: it runs and fetches nothing."""

_HASHED = re.compile(r"[.-][0-9A-Za-z_-]{8,64}\.[a-z0-9]+$")
_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
_ORIGIN = re.compile(r"\*|https?://(\*\.)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?")
_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d+)?|\[[0-9a-fA-F:]+\](:\d+)?")
_COMPRESSIBLE = re.compile(r"text/|application/(javascript|json|geo\+json|manifest\+json|xml)|image/svg\+xml")


@dataclass(frozen=True, slots=True)
class Heading:
    """What a document says about itself before Streamlit has drawn anything."""

    title: str
    description: str
    skip: str
    script_needed: str


DEFAULT_HEADINGS: Final[dict[str, Heading]] = {
    "sv": Heading(
        "Inkluderingskartan",
        "Initiativ, finansiering och inkludering i Sveriges län, sida vid sida.",
        "Hoppa till innehållet",
        "Sidan behöver JavaScript för att visa kartor och siffror.",
    ),
    "en": Heading(
        "Inkluderingskartan",
        "Initiatives, funding and inclusion in Sweden's counties, side by side.",
        "Skip to the content",
        "This page needs JavaScript to show maps and figures.",
    ),
}


@dataclass(frozen=True, slots=True)
class _File:
    """A static file in memory: plain bytes, gzip bytes (None when it does not shrink), and its headers."""

    stamp: tuple[int, int]
    plain: bytes
    packed: bytes | None
    kind: str
    tag: str


def asset_url(name: str) -> str:
    """The address of a file in `dashboard/static`, with a hash that lets browsers keep it for a year."""
    digest = hashlib.sha256((OWN_STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/app/static/{name}?v={digest}"


def _language(query: bytes) -> str:
    """The language of a query string; Swedish unless `lang=en`."""
    chosen = parse_qs(query.decode("latin-1")).get("lang", ["sv"])[-1]
    return chosen if chosen in LANGUAGES else "sv"


def _is_embedded(query: bytes) -> bool:
    """Whether a query asks for the embedded form of a page: a figure without the frame around it."""
    asked = parse_qs(query.decode("latin-1"))
    return any(asked.get(name, [""])[-1] == "inbaddad" for name in ("visa", "lage"))


def frame_origins(text: str) -> tuple[str, ...]:
    """The origins in a setting, separated by space or comma. Raises :class:`ValueError` for what is none.

    An origin is `https://region.example`, `https://*.region.example`, with a port if it has one; `*` is every site.
    """
    found = tuple(text.replace(",", " ").split())
    for origin in found:
        if not _ORIGIN.fullmatch(origin):
            raise ValueError(f"{origin!r} is no origin such as https://region.example")
    return found


def _header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    """The first value of a header, or an empty string."""
    return next((value.decode("latin-1") for key, value in headers if key.lower() == name), "")


def _policy(host: str, hashes: Iterable[str], ancestors: str) -> str:
    """The content security policy. Blob scripts are Streamlit's inline components and deck.gl's workers."""
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    inline = "".join(f" '{digest}'" for digest in hashes)
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' blob: 'wasm-unsafe-eval'{inline}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            f"connect-src 'self' blob: data:{sockets}",
            "worker-src 'self' blob:",
            "media-src 'self' blob:",
            "frame-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            f"frame-ancestors {ancestors}",
        )
    )


def _inline_hashes(document: bytes) -> list[str]:
    """CSP sources for the inline scripts of a document."""
    return [
        "sha256-" + base64.b64encode(hashlib.sha256(script).digest()).decode() for script in _SCRIPT.findall(document)
    ]


class Shell:
    """Wraps Streamlit's ASGI app; own pages, streams and websockets pass through untouched.

    `headings` maps a language to the default `Heading`; `heading(path, language)` may give another for a
    page. A page in its embedded form may be framed by `frames` (origins, or `*`), every other by none but ours.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        headings: Mapping[str, Heading] = DEFAULT_HEADINGS,
        heading: Callable[[str, str], Heading | None] | None = None,
        frames: Iterable[str] = (),
    ) -> None:
        self.app = app
        self.headings = headings
        self.heading = heading
        self.frames = tuple(frames)
        self.folders = {"/static/": FRONTEND, "/app/static/": OWN_STATIC}
        self.files: dict[Path, _File] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] in ("GET", "HEAD") and await self._static(scope, send):
            return
        await self._dynamic(scope, receive, send)

    async def _static(self, scope: Scope, send: Send) -> bool:
        """Answers for a static file; False when there is no such file."""
        path = unquote(scope["path"])
        prefix = next((prefix for prefix in self.folders if path.startswith(prefix)), None)
        if prefix is None:
            return False
        root = self.folders[prefix].resolve()
        target = (root / path.removeprefix(prefix)).resolve()
        if not target.is_relative_to(root) or not target.is_file():
            return False
        file = await self._load(target)
        packed = file.packed if "gzip" in _header(scope["headers"], b"accept-encoding") else None
        body = file.plain if packed is None else packed
        tag = f'"{file.tag}{"" if packed is None else "-gz"}"'
        lasting = prefix == "/static/" or b"v=" in scope["query_string"] or "/fonts/" in path or _HASHED.search(path)
        headers = [
            (b"content-type", file.kind.encode()),
            (b"cache-control", (YEAR if lasting else "no-cache").encode()),
            (b"etag", tag.encode()),
            (b"vary", b"accept-encoding"),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"strict-origin-when-cross-origin"),
            (b"access-control-allow-origin", b"*"),
        ]
        if file.kind.startswith("image/svg") or file.kind.startswith("text/html"):
            headers.append((b"content-security-policy", FILE_POLICY.encode()))
        if tag in _header(scope["headers"], b"if-none-match"):
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return True
        headers.append((b"content-length", str(len(body)).encode()))
        if packed is not None:
            headers.append((b"content-encoding", b"gzip"))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
        return True

    async def _load(self, target: Path) -> _File:
        """A file from memory, read and compressed off the event loop when new or changed."""
        status = target.stat()
        stamp = (status.st_mtime_ns, status.st_size)
        file = self.files.get(target)
        if file is None or file.stamp != stamp:
            file = await asyncio.to_thread(_read, target, stamp)
            self.files[target] = file
        return file

    async def _dynamic(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, rewriting Streamlit's document and adding headers to everything."""
        path = scope["path"]
        ancestors = " ".join(("'self'", *(self.frames if _is_embedded(scope["query_string"]) else ())))
        host = _header(scope["headers"], b"host")
        accepts = _header(scope["headers"], b"accept-encoding")
        wants_page = "text/html" in _header(scope["headers"], b"accept")
        held: Message | None = None

        def guarded(start: Message, hashes: Iterable[str] = ()) -> Message:
            headers = list(start["headers"])
            present = {key.lower() for key, _ in headers}
            for name, value in (
                (b"content-security-policy", _policy(host, hashes, ancestors)),
                (b"x-content-type-options", "nosniff"),
                (b"referrer-policy", "strict-origin-when-cross-origin"),
            ):
                if name not in present:
                    headers.append((name, value.encode("latin-1")))
            return {**start, "headers": headers}

        async def relay(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start":
                if wants_page and _header(message["headers"], b"content-type").startswith("text/html"):
                    held = message
                else:
                    await send(guarded(message))
                return
            if held is None:
                await send(message)
                return
            start, held = held, None
            body: bytes = message.get("body", b"")
            if message.get("more_body") or _header(start["headers"], b"content-encoding"):
                await send(guarded(start))
                await send(message)
                return
            if MARKER not in body:
                start, body = _packed(start, body, "gzip" in accepts)
                await send(guarded(start))
                await send({**message, "body": body})
                return
            document = self._document(body, path, _language(scope["query_string"]))
            hashes = _inline_hashes(document)
            kept = [
                (key, value)
                for key, value in start["headers"]
                if key.lower() not in (b"content-length", b"etag", b"last-modified", b"cache-control")
            ]
            kept += [(b"cache-control", b"no-cache"), (b"vary", b"accept-encoding")]
            if "gzip" in accepts:
                document = gzip.compress(document, 6, mtime=0)
                kept.append((b"content-encoding", b"gzip"))
            kept.append((b"content-length", str(len(document)).encode()))
            await send(guarded({**start, "headers": kept}, hashes))
            await send({**message, "body": document})

        inner = scope
        if wants_page:
            dropped = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
            inner = {
                **scope,
                "headers": [pair for pair in scope["headers"] if pair[0].lower() not in dropped],
            }
        await self.app(inner, receive, relay)

    def _document(self, body: bytes, path: str, language: str) -> bytes:
        """Streamlit's index.html in the reader's language, with our styles, font, script and skip link."""
        heading = (self.heading and self.heading(path, language)) or self.headings[language]
        font = "/app/static/fonts/inter-latin-wght-normal.woff2"
        head = "".join(
            (
                f'<meta name="description" content="{html.escape(heading.description)}">',
                '<meta name="color-scheme" content="light dark">',
                '<link rel="icon" href="/app/static/favicon.svg" type="image/svg+xml">',
                f'<link rel="preload" href="{font}" as="font" type="font/woff2" crossorigin>',
                f'<link rel="stylesheet" href="{asset_url("style.css")}">',
                f"<script>{ADDRESSES}</script>",
                f'<script src="{asset_url("shim.js")}" defer></script>',
            )
        )
        text = body.decode("utf-8")
        text = text.replace('<html lang="en">', f'<html lang="{language}">', 1)
        text = re.sub(r"<link\s+rel=\"shortcut icon\"[^>]*>", "", text, count=1)
        text = re.sub(r"<link\s+rel=\"preload\"[^>]*as=\"font\"[^>]*>", "", text, count=1)
        text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
        text = re.sub(
            r"<title>.*?</title>",
            lambda _: f"<title>{html.escape(heading.title)}</title>{head}",
            text,
            count=1,
        )
        text = re.sub(
            r"<noscript>.*?</noscript>",
            lambda _: f"<noscript><p>{html.escape(heading.script_needed)}</p></noscript>",
            text,
            count=1,
            flags=re.DOTALL,
        )
        skip = f'<a class="ik-skip" href="#stMain">{html.escape(heading.skip)}</a>'
        return text.replace("<body>", f"<body>{skip}", 1).strip().encode()


def _packed(start: Message, body: bytes, is_taken: bool) -> tuple[Message, bytes]:
    """One of our own pages, compressed where that is taken and worth it."""
    if not is_taken or len(body) < 500:
        return start, body
    body = gzip.compress(body, 6, mtime=0)
    kept = [pair for pair in start["headers"] if pair[0].lower() not in (b"content-length", b"vary")]
    kept += [
        (b"content-encoding", b"gzip"), (b"content-length", str(len(body)).encode()), (b"vary", b"accept-encoding"),
    ]  # fmt: skip
    return {**start, "headers": kept}, body


def _read(target: Path, stamp: tuple[int, int]) -> _File:
    """A file with its gzip form."""
    plain = target.read_bytes()
    kind = mimetypes.guess_type(target.name)[0] or "application/octet-stream"
    if target.suffix in (".js", ".mjs"):
        kind = "text/javascript"
    elif target.suffix == ".woff2":
        kind = "font/woff2"
    packed = gzip.compress(plain, 6, mtime=0) if _COMPRESSIBLE.match(kind) and len(plain) > 500 else None
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    tag = hashlib.sha256(plain).hexdigest()[:20]
    return _File(stamp, plain, packed if packed and len(packed) < len(plain) else None, kind, tag)
