"""What this server lets its visitors do besides looking: only its own pages may ask, and only where it is allowed.

``inkarta serve`` allows both on a server that listens on its own machine only; ``INKARTA_IMPORT`` and ``INKARTA_EDIT``
(``on`` or ``off``) decide otherwise.
"""

from __future__ import annotations

import os
from typing import Literal, get_args
from urllib.parse import urlsplit

from starlette.requests import Request

Right = Literal["import", "edit"]


def may(right: Right) -> bool:
    """Whether visitors may take files in (``import``), or save, change and delete what is theirs (``edit``)."""
    return os.environ.get(_name(right), "off") == "on"


def settle(*, is_local: bool) -> None:
    """Decide what the environment has left open."""
    for right in get_args(Right):
        os.environ.setdefault(_name(right), "on" if is_local else "off")


def is_own(request: Request) -> bool:
    """Whether a request comes from a page of this very site."""
    origin = urlsplit(request.headers.get("origin") or request.headers.get("referer") or "").netloc
    is_same = request.headers.get("sec-fetch-site", "same-origin") == "same-origin"
    return is_same and origin == request.headers.get("host")


def _name(right: str) -> str:
    return f"INKARTA_{right.upper()}"
