"""The walk behind the user guide: the pages that it tells of, what stands on them, and its pictures.

``inkarta bench guide`` takes the pictures anew, into ``docs/pictures/``; ``tests/browser/test_guide.py`` takes the same
walk and holds the guide, and its pictures, to it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image

from bench.access.look import settle
from bench.access.surfaces import DECK, Surface
from bench.figure import Figure
from bench.screen import browser
from bench.stage import ROOT, opened

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

NAME = "guide"
PICTURES: Final = ROOT / "docs" / "pictures"
LANGS: Final = ("sv", "en")
MOST_BYTES, MOST_PICTURES = 150_000, 20
WIDE, HIGH = 1200, 780
SEEN: Final = 24
MOST_APART: Final = 0.01
"""Of a kept picture and the page as it is: figures and dates may have moved on, but not what stands there."""
SAID: Final = """() => [document.body.innerText,
    ...[...document.querySelectorAll('[aria-label], [placeholder], .ik-skip')].flatMap(one =>
        [one.getAttribute('aria-label'), one.getAttribute('placeholder'), one.textContent])
    ].filter(Boolean).join('\\n')"""
"""What can be read or heard on a page."""
STEADY: Final = 5
"""So many tenths of a second of the same height are rest."""
HOLDS_ITS_BUTTONS: Final = """box => [...box.querySelectorAll('button')].every(one =>
    one.getBoundingClientRect().bottom <= box.getBoundingClientRect().bottom)"""


@dataclass(frozen=True)
class Stop:
    """A picture of the walk. ``unfold``: what is opened first; ``scroll``: what stands last."""

    name: str
    path: str
    is_own: bool = False
    width: int = WIDE
    unfold: str = ""
    scroll: str = ""


STOPS: Final = (
    Stop("county", "/lan?lan=18"),
    Stop("initiatives", "/initiativ?lan=18&malgrupp=psykisk_ohalsa"),
    Stop("compare", "/jamfor?med=18,lika,00"),
    Stop("portfolios", "/portfoljer"),
    Stop("need", "/behov?lan=18"),
    Stop("sources", "/kallor"),
    Stop("save", "/lan?lan=18", unfold=".st-key-save-view summary", scroll=".st-key-save-view"),
    Stop("import", "/importera"),
    Stop("stage", f"/scen?bildspel={DECK}"),
    Stop("show", f"/scen/visa/{DECK}", is_own=True),
    Stop("door", "/r", is_own=True, width=390),
    Stop("sweden", "/"),
)


def taken(context: BrowserContext, base: str, lang: str, *, pictures: bool) -> Iterator[tuple[Stop, str, bytes]]:
    """Each stop with what is said on its page, and its picture as a PNG (nothing without ``pictures``)."""
    page = context.new_page()
    for stop in STOPS:
        page.set_viewport_size({"width": stop.width, "height": HIGH})
        surface = Surface(stop.name, stop.path, stop.is_own)
        page.goto(surface.address(base, lang, ""))
        settle(page, surface)
        if stop.unfold:
            page.locator(stop.unfold).first.click()
            settle(page, surface)
            _grown(page, stop.scroll)
        said: str = page.evaluate(SAID)
        yield stop, said, _picture(page, stop) if pictures else b""
    page.close()


def _grown(page: Page, selector: str) -> None:
    """Until what was unfolded holds its buttons and has kept its height for a while."""
    shown = page.locator(selector).first
    shown.get_by_role("button").last.wait_for()
    heights: list[float] = []
    for _ in range(100):
        heights.append(shown.evaluate("one => one.getBoundingClientRect().height"))
        if shown.evaluate(HOLDS_ITS_BUTTONS) and len(heights) > STEADY and len(set(heights[-STEADY:])) == 1:
            return
        page.wait_for_timeout(100)


def _picture(page: Page, stop: Stop) -> bytes:
    page.wait_for_timeout(900)
    if stop.scroll:
        shown = page.locator(stop.scroll).first
        shown.evaluate("one => one.scrollIntoView({block: 'end', behavior: 'instant'})")
        page.mouse.move(0, 0)
        page.wait_for_timeout(300)
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    out = io.BytesIO()
    image.quantize(96, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def apart(one: bytes, other: bytes) -> float:
    """How much of two pictures differs: the share of their squares of 12 pixels whose light does; 1 for other sizes.

    Light is the mean of a square's grey, 0–255, and differs from :data:`SEEN` on; the edges of letters, which another
    version of the browser draws otherwise, do not reach it.
    """
    first, second = (Image.open(io.BytesIO(each)).convert("L") for each in (one, other))
    if first.size != second.size:
        return 1.0
    small = (first.width // 12, first.height // 12)
    pairs = zip(*(each.resize(small, Image.Resampling.BOX).tobytes() for each in (first, second)), strict=True)
    differing: list[bool] = [abs(a - b) >= SEEN for a, b in pairs]
    return sum(differing) / len(differing)


@dataclass(frozen=True)
class Part:
    """A part of the guide: its heading, its pictures, and the controls that it names."""

    heading: str
    pictures: tuple[str, ...]
    controls: tuple[str, ...]


def parts(lang: str) -> list[Part]:
    """The guide in a language, part by part."""
    text = guide(lang).read_text("utf-8")
    return [
        Part(
            part.partition("\n")[0],
            tuple(re.findall(r"!\[[^\]]+\]\(pictures/([\w-]+)\.png\)", part)),
            tuple(" ".join(one.split()) for one in re.findall(r"\*\*(.+?)\*\*", part, re.DOTALL)),
        )
        for part in text.split("\n## ")[1:]
    ]


def guide(lang: str) -> Path:
    """The guide in a language."""
    return ROOT / "docs" / f"guide.{lang}.md"


def measure() -> list[Figure]:
    """Take every picture of both guides anew."""
    PICTURES.mkdir(exist_ok=True)
    sizes = []
    with opened() as stage, browser() as running:
        base = stage.servers("product")["product"].url
        context = running.new_context(locale="sv-SE", color_scheme="light")
        for lang in LANGS:
            for stop, _, picture in taken(context, base, lang, pictures=True):
                (PICTURES / f"{lang}-{stop.name}.png").write_bytes(picture)
                sizes.append(len(picture))
    return [
        Figure("pictures", len(sizes), "taken, in both languages", goal=2 * MOST_PICTURES),
        Figure("largest", max(sizes) / 1000, "kB", goal=MOST_BYTES / 1000),
    ]
