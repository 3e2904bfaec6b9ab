"""The ASGI application: Streamlit, the API, geometry and health behind one shell of headers and language."""

from __future__ import annotations

import gc
import logging
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard import effective, feedback, guide, importing, keeping, layout, metrics, parts, saving
from dashboard.api import ROUTES as API_ROUTES
from dashboard.db import DamagedError, NoSnapshotError, Row, Warehouse, served
from dashboard.export.routes import ROUTES as EXPORT_ROUTES
from dashboard.guard import Guard, Hosts
from dashboard.live.room.keeping_time import kept_in_time
from dashboard.live.routes import ROUTES as LIVE_ROUTES
from dashboard.middleware import Heading, Shell, frame_origins
from dashboard.questions import provenance, regions
from dashboard.selection import lang_of
from dashboard.signin import admin_routes, settings
from dashboard.signin.door import Door, guarded
from dashboard.texts import LANGS, Lang, t

_FOURTH = re.compile(r"\d+\.\d{4}")
log = logging.getLogger("inkarta")
YEAR = "public, max-age=31536000, immutable"
OUTLINES = {"cache-control": YEAR, "content-security-policy": "default-src 'none'; frame-ancestors 'self'"}
"""Of what is drawn and never shown as a page: kept, and with a policy that is shorter than that of a page's files."""


def health(request: Request) -> Response:
    """Snapshot id, build time and row counts; 503 while nothing is published.

    ``status`` is "earlier" while an earlier snapshot serves ``instead_of`` one that is gone or damaged.
    """
    try:
        w, snapshot, held = _state()
    except DamagedError:
        return health(request)  # what cannot be read is known from now on, and another answers or none
    except NoSnapshotError:
        return JSONResponse({"status": "no snapshot"}, status_code=503)
    return JSONResponse(
        {
            "status": "earlier" if w.instead_of else "ok",
            **({"instead_of": w.instead_of} if w.instead_of else {}),
            "snapshot_id": snapshot["snapshot_id"],
            "as_of": snapshot["as_of"].isoformat(),
            "built_at": snapshot["built_at"].isoformat() + "Z",
            "rows": {name: held[name] for name in ("operations", "records", "values", "sources", "raw_records")},
        }
    )


def _state() -> tuple[Warehouse, Row, Row]:
    w = served(layout.snapshot_folder())
    return w, provenance.snapshot(w), provenance.coverage(w)


def _of_address(request: Request) -> Warehouse | None:
    """The snapshot that the address holds; None when it is not kept, since the answer is kept for ever."""
    try:
        w = served(layout.snapshot_folder(), request.path_params["snapshot"])
    except NoSnapshotError:
        return None
    return w if w.snapshot_id == request.path_params["snapshot"] else None


def lan_shapes(request: Request) -> Response:
    """The map's outlines: {viewBox, regions: {code: {d, x, y, n}}}. The address holds the snapshot, so it keeps."""
    return _outlines(request, "lan")


def kommuner_shapes(request: Request) -> Response:
    """The outlines of every kommun in the same form, and the län's as one path, ``borders``."""
    return _outlines(request, "kommun")


def _outlines(request: Request, level: str) -> Response:
    w = _of_address(request)
    if w is None:
        return JSONResponse({"status": "no such snapshot"}, status_code=404)
    shapes = {
        r["code"]: {"d": r["svg_path"], "x": r["label_x"], "y": r["label_y"], "n": r["neighbours"]}
        for r in regions.shapes(w, level)
    }
    more = {} if level == "lan" else {"borders": "".join(r["svg_path"] for r in regions.shapes(w))}
    body = {"viewBox": regions.frame(w), "regions": shapes, **more}
    return JSONResponse(body, headers=OUTLINES)


def kommun_shapes(request: Request) -> Response:
    """A län's kommuner as GeoJSON, to the thousandth of a degree: to draw, not to measure."""
    w = _of_address(request)
    if w is None:
        return JSONResponse({"status": "no such snapshot"}, status_code=404)
    found = regions.geojson(w, "kommun", request.path_params["lan"])
    body = ",".join(
        f'{{"type":"Feature","id":"{r["code"]}","properties":{{}},"geometry":{r["geojson"]}}}' for r in found
    )
    return Response(
        _FOURTH.sub(lambda at: f"{float(at[0]):.3f}", f'{{"type":"FeatureCollection","features":[{body}]}}'),
        media_type="application/geo+json",
        headers=OUTLINES,
    )


def _heading(path: str, lang: str) -> Heading | None:
    code: Lang = "en" if lang == "en" else "sv"
    name = next((page for page, at in layout.PAGES.items() if at == path), None)
    if name is None:
        return None
    words = {one: t(f"site.{one}", code) for one in ("name", "description", "skip", "script_needed")}
    return Heading(
        f"{t(f'page.{name}', code)} – {words['name']}",
        words["description"],
        words["skip"],
        words["script_needed"],
    )


def _failed(error: Exception) -> bool:
    """Log a page's error and show words instead of a traceback."""
    log.error("page failed", exc_info=error)
    lang = lang_of(st.query_params.to_dict())
    said = t("site.error_text", lang)
    if request := metrics.context.get().request:
        said = f"{said} {t('site.error_number', lang, id=request)}"
    layout.html(parts.empty(t("site.error_title", lang), said))
    return True


@asynccontextmanager
async def _lifespan(_: Any) -> AsyncIterator[None]:
    gc.collect()
    gc.freeze()
    async with kept_in_time(saving.database):
        yield


def _routes() -> list[BaseRoute]:
    """Every address that is no page."""
    small = [Middleware(GZipMiddleware, minimum_size=500, compresslevel=6)]
    return [
        Route("/healthz", health),
        Route("/geo/{snapshot}/lan.json", lan_shapes, middleware=small),
        Route("/geo/{snapshot}/kommuner.json", kommuner_shapes, middleware=small),
        Route("/geo/{snapshot}/kommun-{lan}.json", kommun_shapes, middleware=small),
        Route("/importera/fil", importing.take, methods=["POST"]),
        Route("/vyer.json", saving.export_file),
        Route("/vyer/fil", saving.take, methods=["POST"]),
        Route("/vy/{id}", saving.short),
        *keeping.ROUTES,
        *feedback.ROUTES,
        *guide.ROUTES,
        *API_ROUTES,
        *EXPORT_ROUTES,
        *LIVE_ROUTES,
        *admin_routes.ROUTES,
    ]


def addresses() -> tuple[str, ...]:
    """The template of every address that is answered to, pages first."""
    return (*layout.PAGES.values(), *(str(getattr(route, "path", "")) for route in _routes()))


def create_app(hosts: Hosts | None = None) -> Guard:
    """The whole application. Reads the snapshot that ``current`` names, anew at every request.

    ``hosts``: the names that it answers to; None: this machine's and those of ``INKARTA_ALLOWED_HOSTS``.
    ``INKARTA_EMBED_ORIGINS`` names the sites that may frame figures, ``INKARTA_SIGN_IN`` the file of sign-in. Raises
    :class:`ValueError` when one of the three is malformed.
    """
    hosts = hosts or effective.hosts("127.0.0.1")
    on = settings.read()
    app = st.App(
        Path(__file__).parent / "app.py", routes=guarded(_routes()), lifespan=_lifespan, on_script_error=_failed,
        secrets=on.secrets if on else None,
    )  # fmt: skip
    headings: dict[str, Heading] = {lang: found for lang in LANGS if (found := _heading("/", lang)) is not None}
    frames = frame_origins(os.environ.get("INKARTA_EMBED_ORIGINS", ""))
    shell = Shell(app, headings=headings, heading=_heading, frames=frames)
    return Guard(Door(shell, on), hosts=hosts, is_https=os.environ.get("INKARTA_HTTPS") == "on")
