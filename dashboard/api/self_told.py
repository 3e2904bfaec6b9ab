"""The API about itself: the OpenAPI document and the page, from what requests are checked against."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from dashboard.api.answers import Exact
from dashboard.api.shapes import SCHEMAS
from dashboard.api.spec import BASE, Asked, Endpoint, Json, Param, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

TITLE = "Inkluderingskartan open API"
ABOUT = (
    "Swedish social-innovation initiatives, their funding and inclusion indicators, from an immutable snapshot. "
    "Read-only, open to every site, no key. Amounts are exact decimals as strings, never floats; a value that is "
    "not known is null, never 0. Measures and currencies are never added to each other. Dates are ISO 8601, with "
    "a precision field beside them. A parameter or value that is not listed here is a 400 that names it. "
    "Every answer carries an ETag for its snapshot and address; HEAD and OPTIONS work everywhere."
)
_STYLE = Markup(
    ":root{color-scheme:light dark;font:1.0625rem/1.55 system-ui,sans-serif}"
    "body{max-width:60rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}"
    "h1{font-size:clamp(1.5rem,7vw,2rem);line-height:1.2}h2{font-size:1.15rem;margin:2rem 0 .25rem}p{margin:.25rem 0}"
    "dl{margin:.5rem 0;display:grid;grid-template-columns:minmax(6rem,max-content) 1fr;gap:.25rem 1rem}"
    "dd{margin:0}code{font-family:ui-monospace,monospace;font-size:.95em}"
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'self'"
_HEADERS = {
    "ETag": {"description": "Of the snapshot and the address.", "schema": {"type": "string"}},
    "Cache-Control": {"schema": {"type": "string"}},
    "X-Snapshot": {"description": "The snapshot that answers.", "schema": {"type": "string"}},
}
_LINK = {"Link": {"description": 'The next page, rel="next"; absent on the last.', "schema": {"type": "string"}}}
_ERRORS = {
    "400": "A parameter is not known or does not take its value.",
    "404": "No such resource, or a snapshot that is not kept.",
    "405": "The API is read-only.",
    "500": "The request could not be answered; the server's log tells why.",
    "503": "Nothing has been published yet.",
}


def document(endpoints: Iterable[Endpoint], asked: Asked) -> Response:
    """OpenAPI 3.1 with the ids of the snapshot."""
    return Exact(openapi(endpoints, asked.vocabulary))


def openapi(endpoints: Iterable[Endpoint], vocabulary: Vocabulary) -> Json:
    """The document for these endpoints."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": TITLE,
            "version": _version(),
            "description": ABOUT,
            "license": {
                "name": "MIT (the software); the data's licence stands in every answer",
                "identifier": "MIT",
            },
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in ("operations", "indicators", "regions", "about")],
        "paths": {BASE + e.path: {"get": _get(e, vocabulary)} for e in endpoints},
        "components": {
            "schemas": SCHEMAS,
            "responses": {
                f"Error{status}": {
                    "description": said,
                    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
                for status, said in _ERRORS.items()
            },
        },
    }


def _get(e: Endpoint, vocabulary: Vocabulary) -> Json:
    schema: Json = {"$ref": f"#/components/schemas/{e.schema}"} if e.schema else {"type": "string"}
    headers = _HEADERS | (_LINK if "limit" in e.query else {})
    return {
        "operationId": e.name,
        "tags": [e.tag],
        "summary": e.summary,
        **({"description": e.text} if e.text else {}),
        "parameters": [_parameter(p, vocabulary) for p in e.params],
        "responses": {
            "200": {"description": e.summary, "headers": headers, "content": {e.media: {"schema": schema}}},
            "304": {"description": "The client has it already (If-None-Match)."},
            **{status: {"$ref": f"#/components/responses/Error{status}"} for status in _ERRORS},
        },
    }


def _parameter(p: Param, vocabulary: Vocabulary) -> Json:
    several = {"style": "form", "explode": False} if p.kind == "codes" else {}
    example = {"example": p.example.split(",") if p.kind == "codes" else _typed(p)} if p.example else {}
    return {
        "name": p.name,
        "in": p.where,
        "required": p.where == "path",
        "description": p.text,
        "schema": p.schema(vocabulary),
        **several,
        **example,
    }


def _typed(p: Param) -> str | int:
    return int(p.example) if p.kind == "int" else p.example


def page(endpoints: Iterable[Endpoint], asked: Asked) -> Response:
    """The API for people: every resource with its parameters and a link that answers. No script."""
    body = Markup("").join(_section(e) for e in endpoints if e.path != "/")
    html = Markup(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{t}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<style>{style}</style></head>"
        "<body><main><h1>{t}</h1><p>{about}</p><p>Snapshot <code>{snapshot}</code>. "
        '<a href="/">Inkluderingskartan</a></p>{body}</main></body></html>'
    ).format(t=TITLE, style=_STYLE, about=ABOUT, snapshot=asked.w.snapshot_id, body=body)
    return HTMLResponse(str(html), headers={"content-security-policy": _POLICY})


def _section(e: Endpoint) -> Markup:
    told = Markup("").join(
        Markup("<dt><code>{}</code></dt><dd>{} {}</dd>").format(p.name, _code(p.text), _takes(p)) for p in e.params
    )
    return Markup('<h2><a href="{}">GET {}</a></h2><p>{}. {}</p><dl>{}</dl>').format(
        e.example, BASE + e.path, e.summary, _code(e.text), told
    )


def _code(text: str) -> Markup:
    """Text in which `this` is code."""
    pieces = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(one) if number % 2 else one for number, one in enumerate(pieces)
    )


def _takes(p: Param) -> str:
    if p.kind == "int":
        return f"{p.least}–{p.most}, default {p.default}."
    if p.allowed and not isinstance(p.allowed, str):
        return f"One of {', '.join(p.allowed)}." + (f" Default {p.default}." if p.default else "")
    return f"For example {p.example}." if p.example else ""


def _version() -> str:
    try:
        return version("inkluderingskartan")
    except PackageNotFoundError:
        return "0"
