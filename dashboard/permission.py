"""What this server lets its visitors do besides looking: only its own pages may ask, and only where it is allowed.

Where sign-in is off, the server decides for everybody: ``inkarta serve`` allows editing and importing on a server that
listens on its own machine only; ``INKARTA_IMPORT`` and ``INKARTA_EDIT`` (``on`` or ``off``) decide otherwise. Where it
is on, each role has its rights (:mod:`dashboard.signin.rights`), and ``off`` takes one away from everybody.
"""

from __future__ import annotations

import os
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request

from dashboard.signin import rights, settings, who
from dashboard.signin.rights import Right
from dashboard.store.roles import Person

__all__ = ["Right", "is_own", "lacks", "may", "may_see", "person", "settle"]
_SWITCH: Final[dict[str, str]] = {"import": "INKARTA_IMPORT", "edit": "INKARTA_EDIT", "present": "INKARTA_EDIT"}


def may(right: Right) -> bool:
    """Whether whoever is asking has a right."""
    switch = _SWITCH.get(right)
    if not settings.is_on():
        if right in ("look", "moderate"):  # a room's secret decides on its texts
            return True
        return switch is not None and os.environ.get(switch, "off") == "on"
    if switch is not None and os.environ.get(switch) == "off":
        return False
    if right == "look" and settings.is_public():
        return True
    found = person()
    return found is not None and right in rights.GRANTS[found.role]


def lacks(right: Right) -> bool:
    """Whether sign-in is on and whoever is asking has not a right; for what a room's secret alone decides on else."""
    return settings.is_on() and not may(right)


def may_see(page: str) -> bool:
    """Whether whoever is asking may see a page of ``PAGES``."""
    right = rights.PAGES[page]
    return right == "open" or may(right)


def person() -> Person | None:
    """Who is asking, None for nobody."""
    found = who.here()
    return found.person if found else None


def settle(*, is_local: bool) -> None:
    """Decide what the environment has left open."""
    for name in dict.fromkeys(_SWITCH.values()):
        os.environ.setdefault(name, "on" if is_local or settings.is_on() else "off")


def is_own(request: Request) -> bool:
    """Whether a request comes from a page of this very site."""
    origin = urlsplit(request.headers.get("origin") or request.headers.get("referer") or "").netloc
    is_same = request.headers.get("sec-fetch-site", "same-origin") == "same-origin"
    return is_same and origin == request.headers.get("host")
