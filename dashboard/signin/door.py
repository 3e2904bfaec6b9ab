"""The door: what each route of our own asks for, and the record of who has signed in and out.

Signing in itself is Streamlit's (``/auth/login``, ``/auth/logout``, ``/oauth2callback``). What goes in and out of there
passes here: a cookie that it sets is written down as a session, with our own age, and one that leaves is revoked.
"""

from __future__ import annotations

import copy
import json
import logging
import re
import time
from collections import deque
from collections.abc import Iterable, Mapping
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any, Final

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from dashboard import permission
from dashboard.signin import rights, settings, who
from dashboard.signin.told import denied
from dashboard.store import StoreError, audit, roles
from dashboard.store.views import RefusedError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("inkarta")
LOGIN, LOGOUT, CALLBACK = "/auth/login", "/auth/logout", settings.CALLBACK
_AGE: Final = re.compile(rb"(?i)(; max-age=)[0-9]+")
_MOST_REFUSED: Final = 20
"""Refused sign-ins that are written down within a minute; more of them tell nothing more."""


class Undeclared(ValueError):
    """A route that :data:`dashboard.signin.rights.ROUTES` says nothing of, or one there that is no route."""


def key(route: BaseRoute) -> tuple[str, str]:
    """A route as the table names it. Raises :class:`Undeclared` for one of several methods."""
    if isinstance(route, Mount) or (isinstance(route, Route) and not route.methods):
        return "*", route.path
    methods = sorted((getattr(route, "methods", None) or set()) - {"HEAD"})
    if len(methods) != 1:
        raise Undeclared(f"{route!r} has {len(methods)} methods, and each needs a row of its own")
    return methods[0], str(getattr(route, "path", ""))


def guarded(routes: Iterable[BaseRoute]) -> list[BaseRoute]:
    """The routes, each behind what it asks for. Raises :class:`Undeclared`."""
    out: list[BaseRoute] = []
    for route in routes:
        named = key(route)
        if named not in rights.ROUTES:
            raise Undeclared(f"{named} has no row in dashboard/signin/rights.py")
        made: Any = copy.copy(route)
        made.app = _Asking(made.app, rights.ROUTES[named])
        out.append(made)
    return out


class _Asking:
    """An app that is reached by whoever has a right, where people sign in."""

    def __init__(self, app: ASGIApp, right: rights.Right | str) -> None:
        self.app, self.right = app, right

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.right != "open" and settings.is_on():
            is_allowed = await run_in_threadpool(permission.may, self.right)  # type: ignore[arg-type]
            if not is_allowed:
                await _no(Request(scope))(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _no(request: Request) -> Response:
    """401 for who has not signed in, 403 for who may not; a page in words for a browser that wants one."""
    status = 403 if who.here() else 401
    accepts = request.headers.get("accept", "")
    if "text/html" in accepts:
        lang = request.query_params.get("lang", "")
        return HTMLResponse(denied(lang, status), status, headers={"cache-control": "no-store"})
    if "json" in accepts or request.url.path.startswith("/api/"):
        return JSONResponse({"rule": "not_allowed"}, status, headers={"cache-control": "no-store"})
    said = "Du behöver logga in.\nSign in first.\n" if status == 401 else "Din roll får inte det.\nYour role may not.\n"
    return PlainTextResponse(said, status, headers={"cache-control": "no-store"})


class Door:
    """Wraps the app. Every request is asked whose it is; the three addresses of signing in are watched over."""

    def __init__(self, app: ASGIApp, on: settings.Settings | None) -> None:
        self.app, self.on = app, on
        self._refused: deque[float] = deque(maxlen=_MOST_REFUSED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"].rstrip("/")
        asked = Request(scope)
        if path not in (LOGIN, LOGOUT, CALLBACK):
            token = who.request.set(who.Asked(asked.cookies))
            try:
                await self.app(scope, receive, send)
            finally:
                who.request.reset(token)
        elif self.on is None:
            await PlainTextResponse("Not Found\n", 404)(scope, receive, send)
        elif path == CALLBACK:
            await self._back(scope, receive, send, asked, self.on)
        elif asked.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            await PlainTextResponse("Forbidden\n", 403)(scope, receive, send)  # another site signs nobody in or out
        else:
            if path == LOGOUT and not await _left(asked.cookies):
                await PlainTextResponse("The session could not be ended. Try again.\n", 503)(scope, receive, send)
                return
            await self._out(scope, receive, send)

    async def _out(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The way to the provider; back to the account, in words, where the provider cannot be reached."""
        is_failed = False

        async def relay(message: Message) -> None:
            nonlocal is_failed
            is_failed = is_failed or (message["type"] == "http.response.start" and message["status"] >= 400)
            if not is_failed:
                await send(message)

        await self.app(scope, receive, relay)
        if is_failed:
            to = f"{settings.ACCOUNT}?nej=provider"
            await RedirectResponse(to, 303, headers={"cache-control": "no-store"})(scope, receive, send)

    async def _back(self, scope: Scope, receive: Receive, send: Send, asked: Request, on: settings.Settings) -> None:
        """A browser comes back from the provider: with its session written down, or without a cookie."""
        is_ours = any(name == "_streamlit_session" for name in asked.cookies)

        async def relay(message: Message) -> None:
            if message["type"] != "http.response.start":
                await send(message)
                return
            given = [value for name, value in message["headers"] if name.lower() == b"set-cookie"]
            cookies = _set(given)
            if not cookies.get(who.COOKIE):
                if is_ours and asked.query_params.get("state"):
                    await self._write_refused(asked.query_params.get("error", "failed"))
                await send({**message, "headers": _led(message["headers"])})
                return
            rule = await run_in_threadpool(_begin, cookies, asked.cookies, on)
            headers = message["headers"]
            if rule:
                await self._write_refused(rule)
                headers = [pair for pair in headers if pair[0].lower() != b"set-cookie"]
            age = b"%d" % int(settings.hours() * 3600)
            headers = [(n, _AGE.sub(rb"\g<1>" + age, v) if _is_kept(n, v) else v) for n, v in headers]
            await send({**message, "headers": _led(headers, rule)})

        await self.app(scope, receive, relay)

    async def _write_refused(self, rule: str) -> None:
        at = time.monotonic()
        if len(self._refused) == _MOST_REFUSED and at - self._refused[0] < 60:
            return
        self._refused.append(at)
        word = rule if re.fullmatch(r"[a-z_]{1,40}", rule) else "odd"
        try:
            await run_in_threadpool(audit.add, who.database(), "sign_in_refused", word, who=who.NOBODY)
        except StoreError as error:
            log.error("sign-in: %s", error)


def _begin(cookies: Mapping[str, str], before: Mapping[str, str], on: settings.Settings) -> str:
    """Write a session down in place of the browser's earlier one; the rule by which it is not one, empty when it is."""
    try:
        claims = _claims(cookies, on.cookie_secret)
        issuer, subject = claims.get("iss"), claims.get("sub")
        if not isinstance(issuer, str) or not isinstance(subject, str) or not issuer or not subject:
            return "no_subject"
        roles.begin(who.database(), who.digest(cookies), issuer, subject)
        roles.end(who.database(), who.digest(before))
    except (BadSignature, ValueError) as error:
        log.error("sign-in: the cookie cannot be read: %s", type(error).__name__)
        return "unreadable"
    except RefusedError as error:
        return error.rule
    except StoreError as error:
        log.error("sign-in: %s", error)
        return "store"
    return ""


def _claims(cookies: Mapping[str, str], secret: str) -> dict[str, Any]:
    """What a cookie of Streamlit's says. Raises :class:`itsdangerous.BadSignature` and :class:`ValueError`."""

    def said(name: str) -> str:
        return str(URLSafeTimedSerializer(secret, salt=name).loads(cookies[name]))

    text = said(who.COOKIE)
    if found := re.fullmatch(r"chunks-([0-9]{1,2})", text):
        text = "".join(said(f"{who.COOKIE}_{n}") for n in range(1, int(found[1]) + 1))
    claims = json.loads(text)
    if not isinstance(claims, dict):
        raise ValueError("no claims")
    return claims


async def _left(cookies: Mapping[str, str]) -> bool:
    """Revoke the session of who signs out; False when that could not be written down, and so nothing may go on."""
    try:
        await run_in_threadpool(roles.end, who.database(), who.digest(cookies))
    except StoreError as error:
        log.error("sign-in: %s", error)
        return False
    return True


def _set(given: Iterable[bytes]) -> dict[str, str]:
    """The cookies that an answer sets; what it deletes is not among them."""
    found = {}
    for line in given:
        try:
            for name, one in SimpleCookie(line.decode("latin-1")).items():
                if one.value and one["max-age"] != "0":
                    found[name] = one.value
        except CookieError:
            continue
    return found


def _is_kept(name: bytes, value: bytes) -> bool:
    return name.lower() == b"set-cookie" and value.startswith(who.COOKIE.encode()) and b"ax-age=0" not in value.lower()


def _led(headers: Iterable[tuple[bytes, bytes]], rule: str = "") -> list[tuple[bytes, bytes]]:
    """Back to the page that says who one is, never anywhere else."""
    to = f"{settings.ACCOUNT}?nej={rule}".encode() if rule else settings.ACCOUNT.encode()
    return [(n, to if n.lower() == b"location" else v) for n, v in headers]
