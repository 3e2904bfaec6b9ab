"""Own pages without Streamlit: the document around them, their headers, and refusals in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from dashboard.blocks.accessibility import link as statement
from dashboard.middleware import asset_url
from dashboard.parts import join
from dashboard.texts import Lang, t

POLICY: Final = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'",
        "style-src-attr 'unsafe-inline'", "img-src 'self' data:", "connect-src 'self'",
        "font-src 'self'", "frame-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'self'",
    )
)  # fmt: skip
"""Nothing inline runs, nothing is asked of another server, and no other site may frame these pages."""
DRAWING_POLICY: Final = "default-src 'none'; frame-ancestors 'self'"
"""For a picture that a browser opens by itself."""
NO_STORE: Final = "private, no-store"
SMALL_LOOK: Final = "ballot.css"


class RefusalError(Exception):
    """There is no such page; ``response`` says so in words."""

    def __init__(self, response: Response) -> None:
        super().__init__("refused")
        self.response = response


def document(
    lang: Lang, title: str, body: Markup, *, style: str | tuple[str, ...], scripts: Iterable[str] = (),
    data: Mapping[str, object], look: str = "",
) -> Markup:  # fmt: skip
    """A whole page. ``style`` and ``scripts``: files in ``dashboard/static``. ``data``: what the scripts are told.

    ``look``: a class of the whole page.
    """
    told = join(
        Markup(' data-{}="{}"').format(name, value)
        for name, value in data.items()
        if value is not None and value is not False
    )
    return Markup(
        '<!doctype html><html lang="{}"><head><meta charset="utf-8"><title>{}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        '<link rel="icon" href="{}" type="image/svg+xml">'
        "{}{}</head><body{}{}>{}</body></html>"
    ).format(
        lang, title, asset_url("favicon.svg"),
        join(
            Markup('<link rel="stylesheet" href="{}">').format(asset_url(name))
            for name in ((style,) if isinstance(style, str) else style)
        ),
        join(Markup('<script type="module" src="{}"></script>').format(asset_url(name)) for name in scripts),
        Markup(' class="{}"').format(look) if look else "", told, body,
    )  # fmt: skip


def small(
    lang: Lang, title: str, body: Markup, *, script: str = "", status: int = 200, other: str = ""
) -> Response:  # fmt: skip
    """A page of questions, for phones and a presenter's second device. ``other``: its address in the other language."""
    to: Lang = "sv" if lang == "en" else "en"
    switch = Markup('<a class="ikb-lang" hreflang="{}" lang="{}" href="{}">{}</a>').format(
        to, to, other, t("site.swedish" if to == "sv" else "site.english", lang)
    )
    inner = Markup(
        '<header class="ikb-top"><span>{}</span>{}</header><main>{}</main><footer class="ikb-foot"><p>{}</p></footer>'
    ).format(t("site.name", lang), switch if other else "", body, statement(lang))
    scripts = [script] if script else []
    named = f"{title} – {t('site.name', lang)}"
    whole = document(lang, named, inner, style=SMALL_LOOK, scripts=scripts, data={}, look="ikb-page")
    return answer(whole, status=status)


def foot(lang: Lang, *said: str | Markup) -> Markup:
    """The foot of an own page: what is said there, and the way to the accessibility statement."""
    lines = join(Markup('<p class="small">{}</p>').format(text) for text in (*said, statement(lang)))
    return Markup("<footer>{}</footer>").format(lines)


def answer(
    html: Markup, *, status: int = 200, cache: str = NO_STORE, headers: Mapping[str, str] | None = None
) -> Response:
    """A page as an answer."""
    return HTMLResponse(
        str(html), status_code=status,
        headers={"content-security-policy": POLICY, "cache-control": cache, **(headers or {})},
    )  # fmt: skip


def refused(lang: Lang, name: str, status: int, **told: object) -> Response:
    """A page that says why there is none, and what to do: ``stage.<name>_title`` and ``stage.<name>_text``."""
    title = t(f"stage.{name}_title", lang)
    body = Markup('<main class="narrow"><h1>{}</h1><p>{}</p></main>{}').format(
        title, t(f"stage.{name}_text", lang, **told), foot(lang)
    )
    whole = document(lang, f"{title} – {t('site.name', lang)}", body, style="phone.css", data={})
    return answer(whole, status=status)


def lang_of(text: str | None) -> Lang:
    """A language from an address; Swedish unless it says English."""
    return "en" if text == "en" else "sv"
