"""``/tillganglighet/synpunkt``: what a visitor writes of accessibility is kept, or refused with the text still there.

Always open, also where saving and importing are off. Nobody is asked who they are. Against machines: a field that no
person sees, a limit an address and hour (by a keyed digest in memory), and one a day for all.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import time
from collections import deque
from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qs

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard import permission, saving
from dashboard.blocks import accessibility
from dashboard.layout import PAGES
from dashboard.live.room.document import answer, document, lang_of, refused
from dashboard.store import StoreError, feedback
from dashboard.store.views import RefusedError
from dashboard.texts import Lang, t

log = logging.getLogger("inkarta")
MOST_BYTES: Final = 16 * 1024
EACH_HOUR: Final = 10
RULES: Final = ("empty", "too_long", "odd_character", "number", "email", "phone", "full", "often")


class Limit:
    """How many messages an address may send an hour; addresses are digests that mean nothing outside this process."""

    def __init__(self, most: int = EACH_HOUR, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock, self._key = most, clock, secrets.token_bytes(32)
        self._sent: dict[bytes, deque[float]] = {}

    def takes(self, address: str) -> bool:
        """Whether one more is taken from an address; if so, it counts."""
        at = self._clock()
        self._sent = {one: sent for one, sent in self._sent.items() if sent[-1] > at - 3600}
        mine = self._sent.setdefault(
            hashlib.blake2b(address.encode(), key=self._key, digest_size=12).digest(), deque([at - 3601], self._most)
        )
        if len(mine) == self._most and mine[0] > at - 3600:
            return False
        mine.append(at)
        return True


_limit = Limit()


async def take(request: Request) -> Response:
    """Keep a message and lead back to the page, or show the form again with what is wrong."""
    lang = lang_of(request.query_params.get("lang"))
    if not permission.is_own(request):
        return refused(lang, "may_not", 403)
    sent = await _sent(request)
    if sent is None:
        return refused(lang, "bad_form", 400)
    text, page = sent.get("text", ""), sent.get("sida", "")
    page = page if page in PAGES else ""
    if sent.get(accessibility.TRAP):  # only a machine sees that field; it is told nothing
        return _thanks(lang)
    if not _limit.takes(request.client.host if request.client else ""):
        return _again(lang, "often", text, page, 429)
    try:
        await run_in_threadpool(feedback.add, saving.database(), text, page, lang)
    except RefusedError as error:
        return _again(lang, error.rule, text, page, 503 if error.rule == "full" else 400)
    except StoreError as error:
        log.error("feedback: %s", error)
        return refused(lang, "no_store", 503)
    return _thanks(lang)


async def _sent(request: Request) -> dict[str, str] | None:
    """The fields of the form; None for one that is too large or no form."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    try:
        found = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=8, errors="strict")
    except ValueError:
        return None
    return {name: values[0] for name, values in found.items()}


def _thanks(lang: Lang) -> Response:
    to = f"{PAGES['accessibility']}?lang={lang}&sagt=tack"
    return RedirectResponse(to, status_code=303, headers={"cache-control": "no-store"})


def _again(lang: Lang, rule: str, text: str, page: str, status: int) -> Response:
    said = t(f"access.refused_{rule if rule in RULES else 'empty'}", lang, most=feedback.MOST_TEXT)
    title = t("access.refused_title", lang)
    body = Markup(
        '<main class="narrow"><h1>{}</h1><p class="warn" role="alert" id="ik-wrong">{}</p>{}'
        '<p><a href="{}">{}</a></p></main>'
    ).format(
        title, said, accessibility.form(lang, text=text[: feedback.MOST_TEXT * 2], page=page, is_wrong=True),
        f"{PAGES['accessibility']}?lang={lang}", t("page.accessibility", lang),
    )  # fmt: skip
    whole = document(lang, f"{title} – {t('site.name', lang)}", body, style="phone.css", data={})
    return answer(whole, status=status)


ROUTES: list[BaseRoute] = [Route(accessibility.ACTION, take, methods=["POST"])]
