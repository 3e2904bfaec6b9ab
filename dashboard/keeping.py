"""Cards and trees over HTTP: a file that is read in becomes a new record, or is refused in words."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard import importing, permission, saving
from dashboard.layout import PAGES
from dashboard.store import StoreError, records
from dashboard.store.records import Kind
from dashboard.store.views import RefusedError as NotKeptError
from dashboard.theory import RefusedError, card, files, tree

log = logging.getLogger("inkarta")
_REPORT = "_inkarta-views.json"
_READ: Final[Mapping[str, tuple[Kind, str, Callable[[Any], dict[str, Any]]]]] = {
    "effects": ("effect_card", "kort", lambda found: card.document(card.card_of(found))),
    "trees": ("problem_tree", "trad", lambda found: tree.document(tree.tree_of(found))),
}
"""Page -> the kind of its records, the parameter with their id, and how a document of it is checked."""


Bring = Callable[[str, bytes], tuple[str, dict[str, Any]]]
"""A file's name and bytes -> the new record's id, empty when there is none, and what to tell."""


def taker(
    page: str, param: str, bring: Bring, right: permission.Right = "edit"
) -> Callable[[Request], Awaitable[Response]]:
    """The route that reads a file in and leads back to the page, with the new record in ``param``."""

    async def take(request: Request) -> Response:
        """Read a file in. Only this site's own form may send one."""
        lang = "en" if request.query_params.get("lang") == "en" else "sv"

        def back(**params: str) -> Response:
            return RedirectResponse(f"{PAGES[page]}?{urlencode({'lang': lang, **params})}", status_code=303)

        if not permission.may(right) or not permission.is_own(request):
            return Response("forbidden", status_code=403)
        if int(request.headers.get("content-length") or 2 * files.MOST_BYTES) > 2 * files.MOST_BYTES - 1:
            return back(fel="too_large")
        async with request.form(max_files=1, max_fields=1) as sent:
            file = sent.get("fil")
            if not isinstance(file, UploadFile) or not file.filename:
                return back(fel="no_file")
            name, data = file.filename[-100:], await file.read()
        made, told = await run_in_threadpool(bring, name, data)
        folder = importing.new_folder()
        (folder / _REPORT).write_text(json.dumps(told), "utf-8")
        return back(fil=folder.name, **({param: made} if made else {}))

    return take


def bring_in(kind: Kind, name: str, read: Callable[[], dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    """Keep what ``read`` makes of a file as a new record."""
    try:
        return records.add(saving.database(), kind, read(), name).id, {"file": name}
    except RefusedError as error:
        return "", {"file": name, "faults": [[one.where, one.rule, one.value] for one in error.faults[:50]]}
    except (NotKeptError, StoreError) as error:
        log.error("records: %s", error)
        return "", {"file": name, "rule": error.rule}


def _bring(page: str, name: str, data: bytes) -> tuple[str, dict[str, Any]]:
    kind, _, checked = _READ[page]
    return bring_in(kind, name, lambda: checked(files.from_bytes(data)))


ROUTES: list[BaseRoute] = [
    Route(f"{PAGES[page]}/fil", taker(page, _READ[page][1], partial(_bring, page)), methods=["POST"]) for page in _READ
]
