"""The län map in a real browser, on a small Streamlit app of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
NAMES = {
    "01": "Stockholms län", "03": "Uppsala län", "04": "Södermanlands län", "05": "Östergötlands län",
    "06": "Jönköpings län", "07": "Kronobergs län", "08": "Kalmar län", "09": "Gotlands län",
    "10": "Blekinge län", "12": "Skåne län", "13": "Hallands län", "14": "Västra Götalands län",
    "17": "Värmlands län", "18": "Örebro län", "19": "Västmanlands län", "20": "Dalarnas län",
    "21": "Gävleborgs län", "22": "Västernorrlands län", "23": "Jämtlands län", "24": "Västerbottens län",
    "25": "Norrbottens län",
}  # fmt: skip

SCRIPT = f"""
import streamlit as st
from dashboard.components.lanskarta import LegendItem, MapRegion, lanskarta

NAMES = {NAMES!r}
st.set_page_config(page_title="Karta")
LOOKS = ["k1", "k2", "k3", "k4", "k5", "missing", "suppressed"]
regions = [MapRegion(code, name, f"{{i}},5 %", LOOKS[i % 7]) for i, (code, name) in enumerate(NAMES.items())]
legend = [LegendItem(look, look) for look in LOOKS]
texts = {{"hint": "Piltangenter", "loading": "Hämtar", "failed": "Kartan kunde inte hämtas"}}
st.html("<h1>Karta</h1>")
if st.button("Halland"):
    st.session_state.chosen = "13"


def pick(code):
    st.session_state.picks = st.session_state.get("picks", 0) + 1
    if code != "25":
        st.session_state.chosen = code


left, right = st.columns(2)
with left:
    chosen = lanskarta(regions, geometry_url="/outlines.json", selected=st.session_state.get("chosen"),
                       label="Andel per län", legend=legend, texts=texts, key="first", on_pick=pick)
with right:
    other = lanskarta(regions[:3], geometry_url="/outlines.json", selected=None, label="Tre län",
                      legend=legend[:1], texts=texts, key="second", height=300)
picks = st.session_state.get("picks", 0)
st.html(f"<p id=state>{{chosen}} {{picks}}</p><p id=other>{{other}}</p>")
lanskarta(regions, geometry_url="/nowhere.json", selected=None, label="Trasig", legend=[], texts=texts,
          key="broken", height=120)
"""

SERVER = """
from pathlib import Path
import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Route
from dashboard.middleware import Shell

OUTLINES = Path(__file__).with_name("outlines.json").read_bytes()

async def outlines(request):
    return Response(OUTLINES, media_type="application/json")

async def nowhere(request):
    return Response(status_code=404)

app = st.App(Path(__file__).with_name("page.py"), middleware=[Middleware(Shell)],
             routes=[Route("/outlines.json", outlines), Route("/nowhere.json", nowhere)])
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app under uvicorn on a free loopback port."""
    from dashboard.components.lanskarta import geometry
    from etl.boundaries import VIEW_BOX, boundaries

    folder = tmp_path_factory.mktemp("lanskarta")
    (folder / "page.py").write_text(SCRIPT)
    (folder / "mapserver.py").write_text(SERVER)
    counties = [unit for unit in boundaries() if unit.level == "lan"]
    (folder / "outlines.json").write_text(geometry(counties, VIEW_BOX))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    where = ["--app-dir", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    command = [sys.executable, "-m", "uvicorn", "mapserver:app", *where]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        url = f"http://127.0.0.1:{port}"
        try:
            for _ in range(150):
                if server.poll() is not None:
                    pytest.fail((folder / "log").read_text())
                try:
                    with urlopen(f"{url}/_stcore/health", timeout=1):
                        break
                except OSError:
                    time.sleep(0.1)
            yield url
        finally:
            server.terminate()
            server.wait(10)


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, color_scheme="light")
    page = context.new_page()
    page.goto(address)
    page.get_by_role("radio", name="Örebro län").wait_for()
    page.locator("#state").wait_for()
    yield page
    context.close()


def county(page: Page, code: str) -> Locator:
    """A län on the first map."""
    group = page.get_by_role("radiogroup", name="Andel per län")
    return group.locator(f'[data-code="{code}"]')


def state(page: Page, expected: str) -> None:
    """Waits until the script has run with a choice."""
    page.locator("#state", has_text=expected).wait_for(timeout=5000)


def focused(page: Page) -> str | None:
    """The code of the län that has focus."""
    code: str | None = page.evaluate(
        "() => { let node = document.activeElement;"
        " while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;"
        " return node?.dataset.code ?? null; }"
    )
    return code


def letter(page: Page, key: str) -> None:
    """Presses a key that playwright's own keyboard does not have."""
    session = page.context.new_cdp_session(page)
    session.send("Input.dispatchKeyEvent", {"type": "keyDown", "key": key, "text": key})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", "key": key})
    session.detach()


def test_a_click_on_each_county_reaches_the_script(page: Page, address: str) -> None:
    with urlopen(f"{address}/outlines.json") as answer:
        regions = json.load(answer)["regions"]
    for turn, code in enumerate((code for code in NAMES if code != "25"), start=1):
        mark = county(page, code)
        x, y = mark.evaluate(
            "(node, at) => { const spot = new DOMPoint(at.x, at.y).matrixTransform(node.getScreenCTM());"
            " return [spot.x, spot.y]; }",
            regions[code],
        )
        page.mouse.click(x, y)
        state(page, f"{code} {turn}")
        expect(mark).to_have_attribute("aria-checked", "true")
        expect(page.locator('[aria-checked="true"][data-code]')).to_have_count(1)


def test_a_second_click_clears(page: Page) -> None:
    county(page, "20").click()
    state(page, "20 1")
    county(page, "20").click()
    state(page, "None 2")


def test_arrows_lead_from_skane_to_norrbotten(page: Page) -> None:
    county(page, "12").focus()
    seen = ["12"]
    while len(seen) < 12:
        page.keyboard.press("ArrowUp")
        if focused(page) == seen[-1]:
            break
        seen.append(str(focused(page)))
    assert seen[-1] == "25"
    assert len(seen) == len(set(seen))


def test_arrows_reach_every_county_from_every_other(page: Page, address: str) -> None:
    with urlopen(f"{address}/outlines.json") as answer:
        regions = json.load(answer)["regions"]
    steps: dict[str, list[str | None]] = page.evaluate(
        "async regions => { const { step } = await import('/app/static/lanskarta.js');"
        " const keys = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'];"
        " const from = code => [code, keys.map(key => step(regions, code, key))];"
        " return Object.fromEntries(Object.keys(regions).map(from)); }",
        regions,
    )
    for start in NAMES:
        seen, queue = {start}, [start]
        while queue:
            fresh = {code for code in steps[queue.pop()] if code} - seen
            seen |= fresh
            queue += fresh
        assert seen == set(NAMES), start


def test_keys_choose_clear_and_jump(page: Page) -> None:
    county(page, "01").focus()
    page.keyboard.press("Enter")
    state(page, "01 1")
    assert focused(page) == "01", "focus survives the rerun"
    page.keyboard.press("Escape")
    state(page, "None 2")
    assert focused(page) == "01"
    letter(page, "ö")
    assert focused(page) == "18", "Örebro comes before Östergötland"
    letter(page, "ö")
    assert focused(page) == "05"
    page.keyboard.press("j")
    assert focused(page) == "23"
    page.keyboard.press("End")
    assert focused(page) == "25"
    page.keyboard.press("Home")
    assert focused(page) == "01"
    page.keyboard.press("r")
    page.keyboard.press("Space")
    state(page, "01 3")


def test_one_tab_stop_per_map(page: Page) -> None:
    group = page.get_by_role("radiogroup", name="Andel per län")
    assert group.locator('[tabindex="0"]').count() == 1
    county(page, "12").focus()
    page.keyboard.press("Tab")
    assert focused(page) == "01", "the second map"
    page.keyboard.press("Shift+Tab")
    assert focused(page) == "12"


def test_a_choice_made_elsewhere_moves_the_mark_and_keeps_the_drawing(page: Page) -> None:
    county(page, "18").click()
    state(page, "18 1")
    county(page, "18").evaluate("node => { node.marked = true }")
    page.get_by_role("button", name="Halland").click()
    state(page, "13 1")
    expect(county(page, "13")).to_have_attribute("aria-checked", "true")
    expect(county(page, "18")).to_have_attribute("aria-checked", "false")
    assert county(page, "18").evaluate("node => node.marked === true"), "patched in place"


def test_a_choice_that_the_page_refuses_is_taken_back(page: Page) -> None:
    county(page, "25").click()
    state(page, "None 1")
    expect(county(page, "25")).to_have_attribute("aria-checked", "false")


def test_maps_on_one_page_do_not_disturb_each_other(page: Page) -> None:
    page.get_by_role("radiogroup", name="Tre län").locator('[data-code="03"]').click()
    page.locator("#other", has_text="03").wait_for()
    assert page.locator("#state").inner_text() == "None 0"


def test_names_and_the_tooltip_tell_the_value(page: Page) -> None:
    assert county(page, "18").get_attribute("aria-label") == "Örebro län: 13,5 %"
    county(page, "18").hover()
    tip = page.locator(".tip.shown")
    assert tip.inner_text() == "Örebro län\n13,5 %"
    page.mouse.move(5, 5)
    assert page.locator(".tip.shown").count() == 0
    county(page, "09").focus()
    page.keyboard.press("ArrowLeft")
    assert page.locator(".tip.shown").inner_text().startswith("Kalmar")


def test_outlines_that_do_not_arrive_are_told(page: Page) -> None:
    page.get_by_text("Kartan kunde inte hämtas").wait_for()


def test_a_rerun_sends_little(page: Page, address: str) -> None:
    got: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: got.append(len(data))))
    page.reload()
    page.get_by_role("radio", name="Örebro län").wait_for()
    page.wait_for_timeout(500)
    got.clear()
    county(page, "18").click()
    state(page, "18")
    page.wait_for_timeout(200)
    assert sum(got) < 6_000, "three maps in one rerun, none of which has changed but for what is chosen"


def test_a_map_that_has_lost_what_it_was_sent_asks_for_it(page: Page) -> None:
    county(page, "18").wait_for()
    page.evaluate("() => window.inkarta.parts.clear()")
    page.get_by_role("button", name="Halland").click()
    state(page, "13")
    expect(county(page, "13")).to_have_attribute("aria-checked", "true")
    assert page.evaluate("() => window.inkarta.parts.size") == 3


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_axe_finds_nothing(browser: Browser, address: str, width: int, scheme: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    size: Any = {"width": width, "height": 900}
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    page.goto(address)
    page.get_by_role("radio", name="Örebro län").wait_for()
    county(page, "18").focus()
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    context.close()
    assert not found.response["violations"]
