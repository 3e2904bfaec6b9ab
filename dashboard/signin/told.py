"""A small page in words for whoever may not."""

from __future__ import annotations

from markupsafe import Markup

from dashboard.texts import Lang, t

_STYLE = Markup(
    ":root{color-scheme:light dark;font:1.0625rem/1.5 system-ui,sans-serif}"
    "body{max-width:40rem;margin:15vh auto 0;padding:0 1.25rem}h1{font-size:1.6rem;line-height:1.2}"
    "a{display:inline-block;padding:.4rem 0}"
)


def denied(lang: str, status: int) -> str:
    """The page: 401 asks to sign in, 403 says that the role is not enough."""
    of: Lang = "en" if lang == "en" else "sv"
    why = "needs_sign_in" if status == 401 else "needs_role"
    html = Markup(
        '<!doctype html><html lang="{}"><head><meta charset="utf-8"><title>{} – {}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><style>{}</style></head>'
        '<body><main><h1>{}</h1><p>{}</p><p><a href="/konto?lang={}">{}</a></p></main></body></html>'
    ).format(
        of, t(f"signin.{why}_title", of), t("site.name", of), _STYLE, t(f"signin.{why}_title", of),
        t(f"signin.{why}", of), of, t("page.account", of),
    )  # fmt: skip
    return str(html)
