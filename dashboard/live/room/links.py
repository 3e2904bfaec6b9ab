"""Addresses of the room: what the presenter opens, what the audience is led to, and QR codes of both."""

from __future__ import annotations

import io
import os
import re
from typing import Final
from urllib.parse import urlencode, urlsplit

from markupsafe import Markup
from starlette.requests import Request

_HOST: Final = re.compile(r"[A-Za-z0-9.\-]+(:\d+)?|\[[0-9a-fA-F:]+\](:\d+)?")
_LOCAL: Final = ("127.0.0.1", "localhost", "[::1]")
_ESCAPED: Final = re.compile(r'([\\;,":])')
MOST_WIFI: Final = 64


class HostError(ValueError):
    """The request's Host is no host, so no address can be made from it."""


def base(request: Request) -> str:
    """Where the audience finds this server: ``INKARTA_AUDIENCE_URL``, else what the request itself was sent to.

    Raises :class:`HostError`.
    """
    stated = os.environ.get("INKARTA_AUDIENCE_URL", "").strip().rstrip("/")
    if stated:
        return stated
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        raise HostError(host[:60])
    return f"{request.url.scheme}://{host}"


def is_local(address: str) -> bool:
    """Whether an address reaches this machine only, so that no phone can open it."""
    found = urlsplit(address).netloc
    return found.rsplit(":", 1)[0] in _LOCAL or found in _LOCAL


def spoken(address: str) -> str:
    """An address as it is read aloud: without its scheme."""
    return address.split("://", 1)[-1]


def audience(start: str, code: str) -> str:
    """Where the phones of a room go."""
    return f"{start}/r/{code}"


def stage(deck: str, **query: str) -> str:
    """The stage of a deck."""
    return _with(f"/scen/visa/{deck}", query)


def speaker(deck: str, **query: str) -> str:
    """The speaker's window of a deck."""
    return _with(f"/scen/talare/{deck}", query)


def phone(code: str, **query: str) -> str:
    """The phone's page of a room."""
    return _with(f"/r/{code}", query)


def _with(path: str, query: dict[str, str]) -> str:
    kept = {name: value for name, value in query.items() if value}
    return f"{path}?{urlencode(kept)}" if kept else path


def wifi(name: str, password: str, kind: str) -> str:
    """What a phone reads from a code to join a network. ``kind``: WPA, WEP or nopass."""
    secret = f"P:{_quoted(password)};" if password and kind != "nopass" else ""
    return f"WIFI:T:{kind};S:{_quoted(name)};{secret};"


def _quoted(text: str) -> str:
    return _ESCAPED.sub(r"\\\1", text)


def code(text: str, label: str) -> Markup:
    """A text as a QR code in SVG, dark on white whatever is around it. Raises :class:`ValueError` for too much."""
    import segno  # a room's alone

    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, border=2, dark="#14212B", light="#FFFFFF", omitsize=True,
        svgclass="qr", lineclass=None,
    )  # fmt: skip
    drawn = out.getvalue().decode()
    named = Markup('<svg role="img" aria-label="{}"').format(label)
    return Markup(drawn.replace("<svg", str(named), 1))  # noqa: S704 (our own drawing)
