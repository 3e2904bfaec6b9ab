"""The document around what is served to phones and to a presenter's second device: small, and in one language."""

from __future__ import annotations

from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from dashboard.blocks.accessibility import link as statement
from dashboard.middleware import asset_url
from dashboard.texts import Lang, t


def page(title: str, lang: Lang, body: Markup, *, script: str = "", status: int = 200, other: str = "") -> Response:
    """A whole page. ``other``: its address in the other language; ``script``: a file of ``dashboard/static``."""
    to = "sv" if lang == "en" else "en"
    switch = Markup('<a class="ikb-lang" hreflang="{}" lang="{}" href="{}">{}</a>').format(
        to, to, other, t("site.swedish" if to == "sv" else "site.english", lang)
    )
    run = Markup('<script src="{}" defer></script>').format(asset_url(script)) if script else ""
    html = Markup(
        '<!doctype html><html lang="{}"><head><meta charset="utf-8"><title>{} – {}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        '<link rel="icon" href="/app/static/favicon.svg" type="image/svg+xml">'
        '<link rel="stylesheet" href="{}">{}</head>'
        '<body class="ikb-page"><header class="ikb-top"><span>{}</span>{}</header><main>{}</main>'
        '<footer class="ikb-foot"><p>{}</p></footer></body></html>'
    ).format(
        lang,
        title,
        t("site.name", lang),
        asset_url("ballot.css"),
        run,
        t("site.name", lang),
        switch if other else "",
        body,
        statement(lang),
    )
    return HTMLResponse(str(html), status_code=status, headers={"cache-control": "no-store"})


def words(title: str, text: str, lang: Lang, status: int) -> Response:
    """A page that says why there is nothing else."""
    return page(title, lang, Markup("<h1>{}</h1><p>{}</p>").format(title, text), status=status)
