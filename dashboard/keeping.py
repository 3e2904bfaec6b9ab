"""Cards and trees over HTTP: a file that is read in becomes a new record, or is refused in words."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
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


def _take(page: str) -> Callable[[Request], Awaitable[Response]]:
    async def take(request: Request) -> Response:
        """Read a file in. Only this site's own form may send one."""
        lang = "en" if request.query_params.get("lang") == "en" else "sv"

        def back(**params: str) -> Response:
            return RedirectResponse(f"{PAGES[page]}?{urlencode({'lang': lang, **params})}", status_code=303)

        if not permission.may("edit") or not permission.is_own(request):
            return Response("forbidden", status_code=403)
        if int(request.headers.get("content-length") or 2 * files.MOST_BYTES) > 2 * files.MOST_BYTES - 1:
            return back(fel="too_large")
        async with request.form(max_files=1, max_fields=1) as sent:
            file = sent.get("fil")
            if not isinstance(file, UploadFile) or not file.filename:
                return back(fel="no_file")
            name, data = file.filename[-100:], await file.read()
        made, told = await run_in_threadpool(_bring, page, name, data)
        folder = importing.new_folder()
        (folder / _REPORT).write_text(json.dumps(told), "utf-8")
        return back(fil=folder.name, **({_READ[page][1]: made} if made else {}))

    return take


def _bring(page: str, name: str, data: bytes) -> tuple[str, dict[str, Any]]:
    """The new record's id, empty when there is none, and what to tell."""
    kind, _, checked = _READ[page]
    try:
        body = checked(files.from_bytes(data))
        return records.add(saving.database(), kind, body, name).id, {"file": name}
    except RefusedError as error:
        return "", {"file": name, "faults": [[one.where, one.rule, one.value] for one in error.faults[:50]]}
    except (NotKeptError, StoreError) as error:
        log.error("records: %s", error)
        return "", {"file": name, "rule": error.rule}


ROUTES: list[BaseRoute] = [Route(f"{PAGES[page]}/fil", _take(page), methods=["POST"]) for page in _READ]
