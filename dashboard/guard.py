"""The outermost ASGI layer: which names this server answers to, who may send to it, and headers on every answer.

A page of another site can make a browser ask this server under a name that the attacker owns (DNS rebinding), send
forms to it, or open a websocket from afar. None of that gets past here, whatever lies inside.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

Headers = list[tuple[bytes, bytes]]

ASSET_POLICY: Final = (
    "default-src 'self'; script-src 'self' blob: 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self' blob: data:; worker-src 'self' blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""For what brings no policy of its own: files that a page loads, and answers without a page."""
BASE_HEADERS: Final[tuple[tuple[bytes, bytes], ...]] = (
    (b"content-security-policy", ASSET_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (
        b"permissions-policy",
        b"accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), "
        b"gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()",
    ),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_HSTS: Final = (b"strict-transport-security", b"max-age=31536000")

_CORE: Final = "/_stcore/"
_CORE_OPEN: Final = ("health", "host-config", "stream", "bidi-components/")
"""What Streamlit's own page needs of its server. Not: metrics, which tell of other visitors; the agent's door; uploads
to memory, which no page has."""

_HOST: Final = re.compile(r"(?:([a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)\.?|\[([0-9a-f:.]+)\])(?::[0-9]{1,5})?")
_NAME: Final = re.compile(r"(\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
_READING: Final = ("GET", "HEAD", "OPTIONS")
_FORWARDED: Final = (b"forwarded", b"x-forwarded-for", b"x-forwarded-host")
_STRANGE_HOST: Final = (
    "Servern svarar inte på det namnet. Den som driver servern kan lägga till det med INKARTA_ALLOWED_HOSTS.\n"
    "This server does not answer to that name. Whoever runs it can add it with INKARTA_ALLOWED_HOSTS.\n"
)
_PROXIED: Final = (
    "Servern är bara till för sin egen dator. Med en proxy framför anges namnet i INKARTA_ALLOWED_HOSTS.\n"
    "This server is for its own machine only. With a proxy before it, the name is given in INKARTA_ALLOWED_HOSTS.\n"
)
_STRANGE_ORIGIN: Final = (
    "Det här får bara skickas från serverns egna sidor.\nOnly this server's own pages may send this.\n"
)


def host_names(text: str) -> tuple[str, ...]:
    """The host names in a setting, separated by space or comma: `karta.region.example`, `*.region.example`, `10.0.0.5`.

    Raises :class:`ValueError` for what is none: a port, a scheme, a path, or `*` alone.
    """
    found = tuple(text.lower().replace(",", " ").split())
    for name in found:
        bare = name.strip("[]") if ":" in name else name
        if not (_NAME.fullmatch(name) or (":" in bare and is_address(bare))):
            raise ValueError(f"{name!r} is no host name such as karta.region.example, *.region.example or 10.0.0.5")
    return tuple(name.strip("[]") for name in found)


def is_address(name: str) -> bool:
    """Whether a name is an IP address."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_loopback(name: str) -> bool:
    """Whether a name or an address means this very machine."""
    return name == "localhost" or (is_address(name) and ipaddress.ip_address(name).is_loopback)


@dataclass(frozen=True)
class Hosts:
    """Which names a request may ask for: those in ``names``, and the address that its connection has reached.

    An address cannot be rebound to somebody else's machine as a name can, so it needs no naming. ``is_exposed``: the
    server is meant to be reached from other machines, directly or through a proxy.
    """

    names: tuple[str, ...] = ()
    is_exposed: bool = False

    @classmethod
    def of(cls, bound: str, names: Iterable[str]) -> Hosts:
        """Those of a server that listens on ``bound`` and is called ``names``."""
        known = tuple(names)
        return cls(known, not is_loopback(bound) or any(not is_loopback(name) for name in known))

    def allows(self, host: str, reached: str) -> bool:
        """Whether a ``Host`` header is one of ours; ``reached``: the address that the connection came to."""
        found = _HOST.fullmatch(host.lower())
        if found is None:
            return False
        name, reached = found[1] or found[2], reached.removeprefix("::ffff:")
        if name == reached or (is_loopback(name) and is_loopback(reached)):
            return True
        return any(name == known or (known.startswith("*.") and name.endswith(known[1:])) for known in self.names)


def is_own_origin(method: str, headers: Headers) -> bool:
    """Whether a request that changes something, or opens a socket (``method`` empty), comes from a page of ours.

    A browser always says where from; what says nothing is no browser, and carries nobody's cookies.
    """
    if method in _READING:
        return True
    origin = _first(headers, b"origin")
    if not origin:
        return _first(headers, b"sec-fetch-site") in ("", "same-origin", "none")
    if origin == "null":  # a form of ours on a page that sends no referrer
        return bool(method) and _first(headers, b"sec-fetch-site") == "same-origin"
    return urlsplit(origin).netloc.lower() == _first(headers, b"host").lower()


def is_closed(path: str) -> bool:
    """Whether a path is a part of Streamlit's server that no page needs."""
    return path.startswith(_CORE) and not path.removeprefix(_CORE).startswith(_CORE_OPEN)


class Guard:
    """Wraps an app. ``is_https``: visitors come by https, so cookies are ``Secure`` and browsers keep to it.

    Then addresses are written with https, whatever the way from the proxy hither is.
    """

    def __init__(self, app: ASGIApp, *, hosts: Hosts | None = None, is_https: bool = False) -> None:
        self.app = app
        self.hosts = hosts
        self.always = (*BASE_HEADERS, _HSTS) if is_https else BASE_HEADERS
        self.is_https = is_https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        if self.is_https:
            scope["scheme"] = "https" if scope["type"] == "http" else "wss"
        refused = self._refused(scope)
        if refused is not None:
            await self._refuse(scope, send, *refused)
            return

        is_open = scope["type"] == "http"

        async def relay(message: Message) -> None:
            nonlocal is_open
            if message["type"] == "websocket.close" and not is_open:  # the app will not have it
                await self._refuse(scope, send, 403, "Forbidden\n")
                return
            is_open = is_open or message["type"] == "websocket.accept"
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                message = {**message, "headers": self._with(message.get("headers", []))}
            await send(message)

        await self.app(scope, receive, relay)

    def _refused(self, scope: Scope) -> tuple[int, str] | None:
        """Status and words, None for what may go on."""
        headers: Headers = scope["headers"]
        if self.hosts is not None:
            said = [value.decode("latin-1") for name, value in headers if name == b"host"]
            reached = (scope.get("server") or ("", None))[0]
            if len(said) != 1 or not self.hosts.allows(said[0], reached):
                return 400, _STRANGE_HOST
            if not self.hosts.is_exposed and any(_first(headers, name) for name in _FORWARDED):
                return 400, _PROXIED
        if not is_own_origin(scope.get("method", ""), headers):
            return 403, _STRANGE_ORIGIN
        return (404, "Not Found\n") if is_closed(scope["path"]) else None

    async def _refuse(self, scope: Scope, send: Send, status: int, words: str) -> None:
        kind = "http" if scope["type"] == "http" else "websocket.http"
        if kind != "http" and "websocket.http.response" not in scope.get("extensions", {}):
            await send({"type": "websocket.close", "code": 1008})
            return
        body = words.encode()
        given = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": f"{kind}.response.start", "status": status, "headers": self._with(given)})
        is_bare = scope.get("method") == "HEAD"
        await send({"type": f"{kind}.response.body", "body": b"" if is_bare else body})

    def _with(self, given: Iterable[tuple[bytes, bytes]]) -> Headers:
        """An answer's headers with what it lacks."""
        headers = [(name.lower(), value) for name, value in given]
        present = {name for name, _ in headers}
        headers += [pair for pair in self.always if pair[0] not in present]
        if self.is_https:
            headers = [(name, _secure(value) if name == b"set-cookie" else value) for name, value in headers]
        return headers


def _secure(cookie: bytes) -> bytes:
    return cookie if b"; secure" in cookie.lower() else cookie + b"; Secure"


def _first(headers: Headers, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in headers if key == name), "")
