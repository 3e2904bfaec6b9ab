"""The journal as a file, for administrators."""

from __future__ import annotations

import csv
import io
import json
import logging

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard import permission
from dashboard.signin import who
from dashboard.store import StoreError, audit

log = logging.getLogger("inkarta")
HEAD = ("number", "at", "who", "what", "thing", "hash")


def give(request: Request) -> Response:
    """Every row, the newest first, as CSV or JSON."""
    if not permission.may("admin"):
        return Response("forbidden\n", 403, media_type="text/plain")
    form = request.path_params["form"]
    if form not in ("csv", "json"):
        return Response("csv or json\n", 404, media_type="text/plain")
    try:
        found = audit.entries(who.database())
    except StoreError as error:
        log.error("journal: %s", error)
        return Response("unreadable\n", 503, media_type="text/plain")
    body, kind = (as_csv(found), "text/csv") if form == "csv" else (as_json(found), "application/json")
    headers = {"content-disposition": f'attachment; filename="inkarta-logg.{form}"', "cache-control": "no-store"}
    return Response(body, media_type=kind, headers=headers)


def as_csv(found: tuple[audit.Entry, ...]) -> str:
    """Rows as CSV; ids and words of our own only, so nothing that a spreadsheet would run."""
    out = io.StringIO()
    writer = csv.DictWriter(out, HEAD, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(audit.as_rows(found))
    return out.getvalue()


def as_json(found: tuple[audit.Entry, ...]) -> str:
    """Rows as JSON."""
    return json.dumps({"entries": list(audit.as_rows(found))}, ensure_ascii=False, indent=2)


ROUTES: list[BaseRoute] = [Route("/admin/logg.{form:str}", give, methods=["GET"])]
