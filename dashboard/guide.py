"""``/guide``: the user guide of ``docs/`` as a light page of its own, with its pictures.

The guide is written in a small part of Markdown: headings, paragraphs, numbered lists, pictures, strong, em and code.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard.live.room.document import answer, document, foot, lang_of, refused
from dashboard.parts import join
from dashboard.texts import Lang, t

DOCS: Final = Path(__file__).resolve().parents[1] / "docs"
ADDRESS: Final = "/guide"
_PICTURE: Final = re.compile(r"!\[([^\]]+)\]\(pictures/([a-z0-9-]+)\.png\)")
_MARK: Final = re.compile(r"\*\*(?P<strong>.+?)\*\*|\*(?P<em>.+?)\*|`(?P<code>.+?)`")

_HEADINGS: Final = {1: Markup("<h1>{}</h1>"), 2: Markup("<h2>{}</h2>")}
_MARKS: Final = {
    "strong": Markup("<strong>{}</strong>"), "em": Markup("<em>{}</em>"), "code": Markup("<code>{}</code>"),
}  # fmt: skip


def page(request: Request) -> Response:
    """The guide in the language of the address; 404 in words where the documents did not come along."""
    lang = lang_of(request.query_params.get("lang"))
    path = DOCS / f"guide.{lang}.md"
    if not path.exists():
        return refused(lang, "no_guide", 404)
    return answer(_whole(lang, path, path.stat().st_mtime_ns), cache="public, max-age=300")


def picture(request: Request) -> Response:
    """A picture of the guide."""
    name = request.path_params["name"]
    path = DOCS / "pictures" / f"{name}.png"
    if not re.fullmatch(r"[a-z0-9-]{1,40}", name) or not path.exists():
        return PlainTextResponse("no picture\n", 404)
    return FileResponse(path, media_type="image/png", headers={"cache-control": "public, max-age=3600"})


@cache
def _whole(lang: Lang, path: Path, _: int) -> Markup:
    other: Lang = "sv" if lang == "en" else "en"
    name = t("site.name", lang)
    bar = Markup(
        '<a class="skip" href="#main">{}</a><header><a href="/?lang={}">{}</a>'
        '<a href="{}?lang={}" hreflang="{}" lang="{}">{}</a></header>'
    ).format(
        t("site.skip", lang), lang, name, ADDRESS, other, other, other,
        t("site.english" if other == "en" else "site.swedish", lang),
    )  # fmt: skip
    body = Markup('{}<main id="main" class="guide">{}</main>{}').format(bar, told(path.read_text("utf-8")), foot(lang))
    return document(lang, f"{t('access.guide', lang)} – {name}", body, style="phone.css", data={})


def told(text: str) -> Markup:
    """The guide's Markdown as markup; everything else in it is text."""
    out: list[Markup] = []
    for block in re.split(r"\n{2,}", text.strip()):
        if found := _PICTURE.fullmatch(" ".join(block.split())):
            if (DOCS / "pictures" / f"{found[2]}.png").exists():
                out.append(Markup('<img src="{}/{}.png" alt="{}" loading="lazy">').format(ADDRESS, found[2], found[1]))
        elif heading := re.fullmatch(r"(#{1,2}) (.+)", block):
            out.append(_HEADINGS[len(heading[1])].format(_inline(heading[2])))
        elif block.startswith("1. "):
            steps = re.split(r"^\d+\. ", block, flags=re.MULTILINE)[1:]
            out.append(Markup("<ol>{}</ol>").format(join(Markup("<li>{}</li>").format(_inline(one)) for one in steps)))
        else:
            out.append(Markup("<p>{}</p>").format(_inline(block)))
    return join(out)


def _inline(text: str) -> Markup:
    text, out, at = " ".join(text.split()), Markup(""), 0
    for found in _MARK.finditer(text):
        kind = found.lastgroup or "em"
        out += text[at : found.start()] + _MARKS[kind].format(found[kind])
        at = found.end()
    return out + text[at:]


ROUTES: list[BaseRoute] = [
    Route(ADDRESS, page, methods=["GET"]),
    Route(f"{ADDRESS}/{{name:str}}.png", picture, methods=["GET"]),
]
