"""The user guide does not go stale: its pictures are those of the walk, and what it names stands on those pages."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bench import guide
from dashboard import guide as page
from tests.browser.site import Site, site_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from site_of(tmp_path_factory.mktemp("guide-site"))


@pytest.mark.parametrize("lang", guide.LANGS)
def test_each_picture_is_one_that_the_walk_takes_and_is_small(lang: str) -> None:
    named = [name for part in guide.parts(lang) for name in part.pictures]
    assert sorted(named) == sorted(f"{lang}-{stop.name}" for stop in guide.STOPS)
    assert len(named) <= guide.MOST_PICTURES
    found = sorted(guide.PICTURES.glob(f"{lang}-*.png"))
    assert [path.stem for path in found] == sorted(named)
    for path in found:
        assert path.read_bytes()[:4] == b"\x89PNG"
        assert path.stat().st_size <= guide.MOST_BYTES, path.name


def test_both_guides_have_the_same_parts_and_name_controls_in_each() -> None:
    sv, en = (guide.parts(lang) for lang in guide.LANGS)
    assert [[name[3:] for name in part.pictures] for part in sv] == [
        [name[3:] for name in part.pictures] for part in en
    ]
    assert all(part.pictures and part.controls for part in (*sv, *en))
    assert all(len(a.controls) == len(b.controls) for a, b in zip(sv, en, strict=True))


@pytest.mark.parametrize("lang", guide.LANGS)
def test_the_page_has_the_guide_its_pictures_and_nothing_that_is_not_text(lang: str) -> None:
    client = TestClient(Starlette(routes=page.ROUTES))
    answer = client.get(f"/guide?lang={lang}")
    assert answer.status_code == 200
    for part in guide.parts(lang):
        assert f"<h2>{part.heading}</h2>" in html.unescape(answer.text)
        for control in part.controls:
            assert f"<strong>{control}</strong>" in html.unescape(answer.text)
    shown = re.findall(r'<img src="([^"]+)" alt="[^"]+"', answer.text)
    assert len(shown) == len(list(guide.PICTURES.glob(f"{lang}-*.png")))
    for address in shown:
        assert client.get(address).headers["content-type"] == "image/png"
    assert "**" not in answer.text
    assert str(page.told("<b> & **<i>**")) == "<p>&lt;b&gt; &amp; <strong>&lt;i&gt;</strong></p>"
    assert client.get("/guide/..%2F..%2FREADME.png").status_code == 404


def test_pictures_are_apart_when_something_stands_elsewhere() -> None:
    def page(*boxes: tuple[int, int, int, int]) -> bytes:
        image = Image.new("RGB", (guide.WIDE, guide.HIGH), "white")
        for box in boxes:
            image.paste("black", box)
        out = io.BytesIO()
        image.save(out, "PNG")
        return out.getvalue()

    chart = (100, 200, 500, 500)
    assert guide.apart(page(chart), page(chart)) == 0
    assert guide.apart(page(chart), page(chart, (600, 100, 640, 112))) < guide.MOST_APART  # a word
    assert guide.apart(page(chart), page((100, 260, 500, 560))) > guide.MOST_APART
    assert guide.apart(page(chart), page()) > guide.MOST_APART


@pytest.mark.browser
@pytest.mark.parametrize("lang", guide.LANGS)
def test_every_page_is_as_its_picture_and_has_the_controls_that_the_guide_names(
    browser: Browser, site: Site, lang: str
) -> None:
    context = browser.new_context(locale="sv-SE", color_scheme="light")
    said, stale = {}, {}
    try:
        for stop, text, picture in guide.taken(context, site.url, lang, pictures=True):
            said[stop.name] = " ".join(text.split())
            apart = guide.apart(picture, (guide.PICTURES / f"{lang}-{stop.name}.png").read_bytes())
            if apart > guide.MOST_APART:
                stale[stop.name] = apart
    finally:
        context.close()
    lost = [
        (part.heading, control)
        for part in guide.parts(lang)
        for control in part.controls
        if not any(control in said[name.removeprefix(f"{lang}-")] for name in part.pictures)
    ]
    assert lost == []
    assert stale == {}, "take the pictures anew: inkarta bench guide"
