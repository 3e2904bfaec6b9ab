"""Who is asking: the session that the cookie of a request, or of a run of a page, stands for.

Streamlit's cookie is signed and holds what the provider said. Here it is a key only: who it stands for, since when and
with what role is what our own tables say, at every request and every run, so that what is taken away there is gone.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import logging
import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.signin import settings
from dashboard.store import Database, StoreError, audit, roles
from dashboard.store.roles import Session

log = logging.getLogger("inkarta")
COOKIE: Final = "_streamlit_user"
NOBODY: Final = "anonymous"
"""Whoever has done something where people sign in, and has not."""
_CHUNKS: Final = re.compile(rb'"chunks-([0-9]{1,2})"')


class Asked:
    """The cookies of one request, and whose they are once that has been asked."""

    def __init__(self, cookies: Mapping[str, str]) -> None:
        self.cookies = cookies
        self._found: Session | None = None
        self._is_known = False

    def session(self) -> Session | None:
        """The session, looked up once a request."""
        if not self._is_known:
            self._found, self._is_known = session_of(self.cookies), True
        return self._found


class _Run(threading.local):
    is_on = False
    session: Session | None = None


_run = _Run()
request: ContextVar[Asked | None] = ContextVar("request", default=None)
"""The request that is being answered; set by :class:`dashboard.signin.door.Door`."""


@contextmanager
def one_run() -> Iterator[None]:
    """Look the session up once while a page is drawn. What a press of a button does asks anew, before that."""
    _run.is_on = False
    _run.session = here()
    _run.is_on = True
    try:
        yield
    finally:
        _run.is_on, _run.session = False, None


def here() -> Session | None:
    """The session of whoever is asking just now; None for nobody, and where sign-in is off."""
    if not settings.is_on():
        return None
    if get_script_run_ctx(suppress_warning=True) is not None:
        if _run.is_on:
            return _run.session
        return session_of(st.context.cookies) if st.user.get("is_logged_in") else None
    asked = request.get()
    return asked.session() if asked else None


def session_of(cookies: Mapping[str, str]) -> Session | None:
    """The session of some cookies. None also where it cannot be read: then nobody is signed in."""
    found = digest(cookies)
    if not found:
        return None
    try:
        return roles.session(database(), found, settings.hours())
    except StoreError as error:
        log.error("sign-in: %s", error)
        return None


def digest(cookies: Mapping[str, str]) -> str:
    """What a session is known by; empty without a cookie. A long cookie comes in parts, and all of them count."""
    main = cookies.get(COOKIE, "")
    if not main:
        return ""
    parts = [main, *(cookies.get(f"{COOKIE}_{n}", "") for n in range(1, _parts(main) + 1))]
    return hashlib.sha256("\n".join(parts).encode("latin-1", "replace")).hexdigest()


def actor() -> str:
    """Who does something just now, as the journal has it: a person's id, or a word."""
    if settings.is_on() and (get_script_run_ctx(suppress_warning=True) is not None or request.get() is not None):
        found = here()
        return found.person.id if found else NOBODY
    return os.environ.get("INKARTA_ACTOR") or audit.LOCAL


def database() -> Database:
    """The application's database."""
    from dashboard import saving  # it asks for permission, and so for this module

    return saving.database()


def _parts(main: str) -> int:
    said = main.split(".")[0]
    try:
        found = _CHUNKS.fullmatch(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)))
    except (binascii.Error, ValueError):
        return 0
    return int(found[1]) if found else 0


audit.told_by(actor)
