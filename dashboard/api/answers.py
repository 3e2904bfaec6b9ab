"""Answers as bytes: exact JSON, spreadsheets that cannot run formulas, problems, and their headers."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.api.spec import Asked, Column, Json, ProblemError

METHODS = "GET, HEAD, OPTIONS"
_OPEN = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "ETag, Link, Content-Disposition, X-Snapshot",
    "cross-origin-resource-policy": "cross-origin",
    "x-content-type-options": "nosniff",
}
_PREFLIGHT = {
    "allow": METHODS,
    "access-control-allow-methods": METHODS,
    "access-control-allow-headers": "Accept, Accept-Encoding, Accept-Language, Content-Type, If-None-Match",
    "access-control-max-age": "86400",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_ROWS = 200


def plain(value: Any) -> Any:
    """What JSON lacks: Decimal as an exact string, dates in ISO 8601, times in UTC."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return f"{value.isoformat(timespec='seconds')}Z"
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


class Exact(JSONResponse):
    """JSON in which amounts are strings of exact decimals and nothing is NaN."""

    def render(self, content: Any) -> bytes:
        text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=plain)
        return text.encode()


def envelope(asked: Asked, rows: Sequence[Any], total: int, licence: str, **more: Any) -> Response:
    """A page of a list and what belongs to it. ``rows``: the page; ``total``: how many there are in all."""
    limit, offset = asked.values["limit"], asked.values["offset"]
    after = offset + len(rows)
    following = asked.url(limit=str(limit), offset=str(after)) if rows and after < total else None
    paging = {"total": total, "limit": limit, "offset": offset, "next": following}
    response = single(asked, list(rows), licence, **paging, **more)
    if following:
        response.headers["link"] = f'<{following}>; rel="next"'
    return response


def single(asked: Asked, data: Any, licence: str, **more: Any) -> Response:
    """One thing, or a list that is not paged, with the snapshot that it is from."""
    row = asked.w.row("SELECT as_of FROM snapshot") or {}
    about = {"snapshot_id": asked.w.snapshot_id, "as_of": row.get("as_of"), "licence": licence}
    return Exact({"data": data, **more, **about})


def spreadsheet(asked: Asked, name: str, columns: Sequence[Column], rows: Iterable[Json]) -> Response:
    """RFC 4180 with a byte order mark, sent as it is written."""
    file_name = f"inkluderingskartan-{name}-{asked.w.snapshot_id}.csv"
    return StreamingResponse(
        _lines(columns, rows),
        media_type="text/csv; charset=utf-8; header=present",
        headers={"content-disposition": f'attachment; filename="{file_name}"'},
    )


def _lines(columns: Sequence[Column], rows: Iterable[Json]) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow([c.name for c in columns])
    for number, row in enumerate(rows, 1):
        writer.writerow([cell(c.cell(row)) for c in columns])
        if number % _ROWS == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def cell(value: Any) -> str:
    """A value as a spreadsheet may read it: None is empty, lists joined by ``|``, text never a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list | tuple):
        value = "|".join("" if one is None else str(one) for one in map(_text, value))
    text = _text(value)
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def _text(value: Any) -> Any:
    return value if isinstance(value, str | int | None) else plain(value)


def problem(error: ProblemError, headers: Mapping[str, str] | None = None) -> Response:
    """An error as RFC 9457 problem details."""
    title = HTTPStatus(error.status).phrase
    body = {
        "type": "about:blank",
        "title": title,
        "status": error.status,
        "detail": error.detail,
        **error.more,
    }
    return Exact(
        body,
        status_code=error.status,
        headers={"cache-control": "no-store", **(headers or {})},
        media_type="application/problem+json",
    )


@cache
def _revision() -> str:
    """A digest of the code that shapes the answers, so that a new version is never taken for the old."""
    here = Path(__file__).parents[1]
    files = [
        here / "selection.py",
        *(here / "wording").glob("*.toml"),
        *(here / "api").glob("*.py"),
        *(here / "questions").glob("*.py"),
    ]
    return hashlib.sha256(b"".join(f.read_bytes() for f in sorted(files))).hexdigest()


def entity_tag(snapshot_id: str, url: str) -> str:
    """The ETag of an address in a snapshot; weak, since the bytes may be compressed on the way."""
    digest = hashlib.sha256("\n".join((_revision(), snapshot_id, url)).encode()).hexdigest()[:32]
    return f'W/"{digest}"'


def held(if_none_match: str, tag: str) -> bool:
    """Whether the client already has it (weak comparison)."""
    return tag.removeprefix("W/") in {one.strip().removeprefix("W/") for one in if_none_match.split(",")}


class Open:
    """Lets every site read the answers, and answers OPTIONS."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def opened(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_OPEN)
            await send(message)

        if scope["method"] == "OPTIONS":
            await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, opened)
            return
        await self.app(scope, receive, opened)
