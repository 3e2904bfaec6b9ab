"""``/export/<page>/<figure>.<format>`` and ``/export/<page>.<format>``: files with the page's own query."""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard import layout, saving
from dashboard.db import NoSnapshotError
from dashboard.export.apart import Few
from dashboard.export.catalogue import CATALOGUE
from dashboard.export.names import MEDIA, NoFileError, file_name
from dashboard.layout import View
from dashboard.selection import decode
from dashboard.store import StoreError, records
from dashboard.texts import t

log = logging.getLogger("inkarta")
_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d+)?|\[[0-9a-fA-F:]+\](:\d+)?")
_FILES = Few(2)
"""Files are made two at a time, in threads of their own, so that votes and pages are answered meanwhile."""
KEEPING = ("effects", "trees")
"""Pages whose figures hold what viewers keep, and not the snapshot alone."""


@dataclass(frozen=True)
class _Wanted:
    """A file that may be made. ``name``: the figure, "" for the whole page; ``base``: how this server is reached."""

    v: View
    name: str
    form: str
    base: str
    headers: dict[str, str]


async def _answer(request: Request) -> Response:
    """A file, or in words why there is none. Asks no other server."""
    found = await run_in_threadpool(_wanted, request)
    return found if isinstance(found, Response) else await _FILES.run(_made, found)


def _wanted(request: Request) -> _Wanted | Response:
    """What is asked for, or the answer where no file needs to be made."""
    query = dict(request.query_params)
    lang = decode(query).lang
    name = request.path_params.get("name", "")
    of, form = request.path_params["page"], request.path_params["form"]
    if of not in CATALOGUE:
        return _refused(404, t("export.no_page", lang, known=", ".join(CATALOGUE)))
    if form not in MEDIA:
        return _refused(404, t("export.no_format", lang, known=", ".join(MEDIA)))
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        return _refused(400, t("export.no_host", lang))
    try:
        v = layout.view_of(of, query)
    except NoSnapshotError:
        return _refused(503, t("site.no_snapshot_text", lang))
    if v.sel.snapshot and v.sel.snapshot != v.w.snapshot_id:
        return _refused(404, t("export.pin_missing", lang, id=v.sel.snapshot))
    v = v.but(lage="", figur="", sida=1)
    base = f"{request.url.scheme}://{host}"
    headers = {"cache-control": "private, no-cache", "x-snapshot": v.w.snapshot_id, "vary": "host"}
    tag = _tag(v.w.snapshot_id, base, request.url.path, v.sel.url(""), _kept(of))
    headers["etag"] = tag
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return _Wanted(v, name, form, base, headers)


def _made(of: _Wanted) -> Response:
    from dashboard.export.files import figure, page  # the engines, which a server without exports never needs

    v, name, form = of.v, of.name, of.form
    try:
        body = figure(v, name, form, of.base) if name else page(v, form, of.base)
    except NoFileError as error:
        return _refused(404, t(error.key, v.lang, **error.told))
    told = f'attachment; filename="{file_name(v, name, form)}"'
    return Response(body, media_type=MEDIA[form], headers={**of.headers, "content-disposition": told})


def _refused(status: int, words: str) -> Response:
    return PlainTextResponse(words + "\n", status_code=status, headers={"cache-control": "no-store"})


def _tag(*parts: str) -> str:
    digest = hashlib.sha256("\n".join((_revision(), *parts)).encode()).hexdigest()[:32]
    return f'W/"{digest}"'


def _kept(page: str) -> str:
    """What changes when something that viewers keep does, on the pages that show it."""
    if page not in KEEPING:
        return ""
    try:
        return records.mark(saving.database())
    except StoreError:
        return secrets.token_hex(8)


@cache
def _revision() -> str:
    """A digest of the program, so that a new version's files are never taken for the old one's."""
    here = Path(__file__).parents[1]
    files = sorted(path for path in here.rglob("*") if path.suffix in (".py", ".toml", ".typ", ".sql"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


ROUTES: list[BaseRoute] = [
    Route("/export/{page:str}/{name:str}.{form:str}", _answer, methods=["GET"]),
    Route("/export/{page:str}.{form:str}", _answer, methods=["GET"]),
]
