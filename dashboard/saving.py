"""Saved views over HTTP: short addresses, the file of all views, and a file that is read in.

Anyone may look and take along; saving, changing and reading in are allowed by :mod:`dashboard.permission`.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dashboard import importing, permission
from dashboard.layout import PAGES, snapshot_folder
from dashboard.store import Database, StoreError, configured, transfer, views
from dashboard.store.transfer import FileError
from dashboard.store.views import SavedView
from dashboard.texts import Lang, t

log = logging.getLogger("inkarta")
_REPORT = "_inkarta-views.json"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'self'"
_STYLE = Markup(
    ":root{color-scheme:light dark;font:1.0625rem/1.5 system-ui,sans-serif}"
    "body{max-width:40rem;margin:15vh auto 0;padding:0 1.25rem}h1{font-size:1.6rem;line-height:1.2}"
    "a{display:inline-flex;align-items:center;min-height:44px;color:light-dark(#00527a,#8fd8ea)}"
    "html{background:light-dark(#fff,#0e1a22);color:light-dark(#14212b,#f2f6f8)}"
)


def database() -> Database:
    """The application's database: in the data folder, or on the server that is set."""
    return configured(snapshot_folder().parent)


def address(view: SavedView, lang: str = "") -> str:
    """Where a view's link leads, in its own language or another."""
    sel = view.selection
    return sel.but(sida=sel.sida, lang=lang or view.lang).url(PAGES[view.page])


def short(request: Request) -> Response:
    """A short address leads to its page; ``lang`` decides the language. 404 in words for what is not here."""
    lang = request.query_params.get("lang", "")
    try:
        found = views.find(database(), request.path_params["id"])
    except StoreError as error:
        log.error("saved views: %s", error)
        return _words(_lang(lang), "views.unreadable_title", "views.file_unreadable", 503)
    if found is None or found.page not in PAGES:
        return _words(_lang(lang), "views.gone_title", "views.gone", 404)
    to = address(found, lang if lang in ("sv", "en") else "")
    return RedirectResponse(to, status_code=302, headers={"cache-control": "no-store"})


def export_file(_: Request) -> Response:
    """All views as a file; see :mod:`dashboard.store.transfer`."""
    try:
        body = transfer.export(views.every(database()))
    except StoreError as error:
        log.error("saved views: %s", error)
        return Response(str(error.rule), status_code=503)
    headers = {"content-disposition": 'attachment; filename="inkarta-vyer.json"', "cache-control": "no-store"}
    return Response(body, media_type="application/json", headers=headers)


async def take(request: Request) -> Response:
    """Read a file of views in, and show what became of every entry. Only this site's own form may send one."""
    lang = _lang(request.query_params.get("lang", ""))

    def back(**params: str) -> Response:
        return RedirectResponse(f"{PAGES['views']}?{urlencode({'lang': lang, **params})}", status_code=303)

    if not permission.may("edit") or not permission.is_own(request):
        return Response("forbidden", status_code=403)
    if int(request.headers.get("content-length") or transfer.MOST_BYTES + 1) > transfer.MOST_BYTES:
        return back(fel="too_large")
    async with request.form(max_files=1, max_fields=1) as sent:
        file = sent.get("fil")
        if not isinstance(file, UploadFile) or not file.filename:
            return back(fel="no_file")
        name, data = file.filename[-100:], await file.read()
    told = await run_in_threadpool(_bring, name, data)
    folder = importing.new_folder()
    (folder / _REPORT).write_text(json.dumps(told), "utf-8")
    return back(fil=folder.name)


def report(token: str) -> dict[str, Any] | None:
    """What became of a file that was sent a moment ago, None when that is no longer known.

    ``file``, and either ``error`` (rule, where, value) or ``imported``, ``same``, ``refused`` (counts) and ``entries``
    (those refused, at most 200).
    """
    folder = importing.folder_of(token)
    if folder is None or not (folder / _REPORT).exists():
        return None
    found: dict[str, Any] = json.loads((folder / _REPORT).read_text("utf-8"))
    return found


def _bring(name: str, data: bytes) -> dict[str, Any]:
    try:
        entries = transfer.bring(database(), data, PAGES)
    except FileError as error:
        return {"file": name, "error": {"rule": error.rule, "where": error.where, "value": error.value}}
    except StoreError as error:
        log.error("saved views: %s", error)
        return {"file": name, "error": {"rule": error.rule, "where": "", "value": ""}}
    count = Counter(one.became for one in entries)
    refused = [vars(one) for one in entries if one.became == "refused"]
    return {"file": name, **{kind: count[kind] for kind in ("imported", "same", "refused")}, "entries": refused[:200]}


def _lang(text: str) -> Lang:
    return "en" if text == "en" else "sv"


def _words(lang: Lang, title: str, text: str, status: int) -> Response:
    html = Markup(
        '<!doctype html><html lang="{}"><head><meta charset="utf-8"><title>{} – {}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><style>{}</style></head>'
        '<body><main><h1>{}</h1><p>{}</p><p><a href="{}?lang={}">{}</a></p></main>'
        '<footer><a href="{}?lang={}">{}</a></footer></body></html>'
    ).format(
        lang, t(title, lang), t("site.name", lang), _STYLE, t(title, lang), t(text, lang), PAGES["views"], lang,
        t("page.views", lang), PAGES["accessibility"], lang, t("page.accessibility", lang),
    )  # fmt: skip
    headers = {"content-security-policy": _POLICY, "cache-control": "no-store"}
    return HTMLResponse(str(html), status_code=status, headers=headers)
