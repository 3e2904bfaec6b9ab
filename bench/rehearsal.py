"""A rehearsal of the six sessions: a simulated audience is led through every scene, and what it sees is one sheet."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Final

from PIL import Image

from bench.figure import Figure
from bench.guide import PICTURES
from bench.presses import DECK
from bench.screen import browser
from bench.stage import opened
from dashboard.live.decks import asked

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

NAME = "rehearsal"
SHEET: Final = PICTURES / "rehearsal.png"
ACROSS, WIDE, HIGH = 3, 640, 360
ANSWERS_MS, CHANGE_MS, MOST_TEXTS = 14_000, 1_000, 14
MOST_BYTES = 900_000


def measure() -> list[Figure]:
    """Lead the room to the end and keep what the audience saw in :data:`SHEET`."""
    with opened() as stage, browser() as running:
        base = stage.servers("product")["product"].url
        context = running.new_context(viewport={"width": 1920, "height": 1080}, locale="sv-SE")
        page, code = _opened(context, base)
        known = asked.every(())
        questions = page.evaluate("JSON.parse(document.body.dataset.questions)")
        shots = []
        for number, question in enumerate(questions):
            page.evaluate(f"window.inkartaRoom.set({{scene: {number}}})")
            page.wait_for_timeout(CHANGE_MS)
            if question:
                _put(context, page, base, code, is_sensitive=known[question].is_sensitive)
            shots.append(page.screenshot())
        context.close()
    sheet = _sheet(shots)
    SHEET.write_bytes(sheet)
    return [
        Figure("scenes led and seen", len(shots), "scenes"),
        Figure("of them with a question answered by the simulated audience", sum(map(bool, questions)), "scenes"),
        Figure("the sheet", len(sheet) / 1000, "kB", goal=MOST_BYTES / 1000),
    ]


def _opened(context: BrowserContext, base: str) -> tuple[Page, str]:
    page = context.new_page()
    form = {"deck": DECK, "lang": "sv", "expected": "250", "practice": "1"}
    answer = context.request.post(f"{base}/rum?lang=sv", form=form, headers={"origin": base}, max_redirects=0)
    address = answer.headers["location"]
    found = re.search(r"rum=(\w+)", address)
    assert found, address
    page.goto(base + address)
    page.wait_for_timeout(CHANGE_MS)
    return page, found[1]


def _put(context: BrowserContext, page: Page, base: str, code: str, *, is_sensitive: bool) -> None:
    """Open the scene's question, let the audience answer, approve what is written, end what is sensitive, show it."""
    page.keyboard.press("o")
    page.wait_for_timeout(ANSWERS_MS)
    hand = context.new_page()
    hand.goto(f"{base}/rum/{code}/fragor?lang=sv")
    for _ in range(MOST_TEXTS):
        button = hand.get_by_role("button", name=re.compile("^Godkänn")).first
        if not button.count():
            break
        button.click()
        hand.wait_for_timeout(CHANGE_MS // 4)
    hand.close()
    page.bring_to_front()
    if is_sensitive:
        page.keyboard.press("o")
        page.wait_for_timeout(CHANGE_MS)
    page.keyboard.press("v")
    page.wait_for_timeout(2 * CHANGE_MS)


def _sheet(shots: list[bytes]) -> bytes:
    down = -(-len(shots) // ACROSS)
    sheet = Image.new("RGB", (ACROSS * WIDE, down * HIGH), "white")
    for number, shot in enumerate(shots):
        one = Image.open(io.BytesIO(shot)).convert("RGB").resize((WIDE, HIGH), Image.Resampling.LANCZOS)
        sheet.paste(one, (number % ACROSS * WIDE, number // ACROSS * HIGH))
    out = io.BytesIO()
    sheet.quantize(96, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()
