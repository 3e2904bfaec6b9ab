"""A click on another län: to the new heading, to the last chart, and the bytes that it takes.

On the embedded data, and with as many operations as the goals against others were set with (:data:`MANY`), which every
party has on its page.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from statistics import median
from typing import TYPE_CHECKING

from bench import filled
from bench.figure import Figure
from bench.peers.exported import write
from bench.screen import Screen, Seen, browser
from bench.stage import LANS, NAMES, OURS, Stage, opened
from bench.tap import tapped
from etl import warehouse

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAME = "click"
ROUNDS = 8
MANY = 5_000
ON_MAP = ("04", "17", "23", "05", "13", "19", "24", "21")
"""The län that are clicked on the map, none of which is chosen in the box: each is a first visit, as the peers'."""
MAP = "map"
DASH = "dash"
PAGES = {OURS: "/lan?lan=18", "naive": "/?lan=18", "cached": "/?lan=18", "empty": "/?lan=18", DASH: "/"}
_CHART = ".ik-chart svg"
_STOCK = [
    ":is([data-testid=stVegaLiteChart] svg, [data-testid=stVegaLiteChart] canvas)",
    "[data-testid=stDataFrame] canvas",
]
DRAWN = {
    OURS: [".ik-footer", _CHART, "[data-testid=stDeckGlJsonChart] canvas"],
    "naive": _STOCK,
    "cached": _STOCK,
    "empty": ["[data-testid=stSelectbox]"],
    DASH: ["#map .choroplethlayer path", "#trend .scatterlayer path", "#all td"],
}
"""What must be there before a page counts as drawn."""


def measure() -> list[Figure]:
    """Select box and map of the product beside the select box of the stock pages, of Dash and of the empty page."""
    with opened() as stage, browser() as running:
        embedded = figures(clicked(stage, running))
        with crowded(stage, MANY) as many:
            return embedded + figures(clicked(many, running), MANY)


@contextmanager
def crowded(stage: Stage, rows: int) -> Iterator[Stage]:
    """A stage whose product and peers have the embedded operations and so many synthetic ones."""
    embedded = warehouse.current(stage.snapshots)
    assert embedded
    folder = stage.folder / f"with-{rows}"
    many = Stage(folder, folder / "data")
    try:
        shutil.rmtree(folder, ignore_errors=True)
        write(filled.write(many.home / "snapshots", embedded, rows), folder / "data")
        many.is_built = True
        yield many
    finally:
        many.close()


def clicked(stage: Stage, running: Browser) -> dict[str, list[Seen]]:
    """Party, and ``map`` for the product's map -> what each click took, in turn; the first is left out."""
    from bench.peers.empty import NAMES as LAN

    seen: dict[str, list[Seen]] = {name: [] for name in (*PAGES, MAP)}
    with ExitStack() as stack:
        screens = {}
        for name, server in stage.servers(*PAGES).items():
            screens[name] = Screen(running, stack.enter_context(tapped(server.port)))
            screens[name].load(PAGES[name], needed=DRAWN[name])
        for at in range(ROUNDS):
            code, other = LANS[at % len(LANS)], ON_MAP[at % len(ON_MAP)]
            for name, screen in screens.items():
                screen.page.bring_to_front()
                seen[name].append(screen.pick_from("#lan", LAN[code]) if name == DASH else screen.pick(LAN[code]))
                if name == OURS:
                    seen[MAP].append(screen.pick_on_map(other, LAN[other]))
        for screen in screens.values():
            screen.close()
    return {name: runs[1:] for name, runs in seen.items()}


def figures(seen: Mapping[str, Sequence[Seen]], rows: int = 0) -> list[Figure]:
    """Medians of each party, as figures. ``rows``: with so many synthetic operations, for which the goals against
    others were set."""

    def of(name: str, field: str) -> float:
        return float(median(getattr(run, field) for run in seen[name]))

    at = f"{rows:,} operations: " if rows else ""
    found = []
    for source, words in ((OURS, "select box"), (MAP, "map")):
        for field, until in (("heading_ms", "new heading"), ("settled_ms", "last chart")):
            name, ours = f"{at}{words} to {until}", of(source, field)
            is_first = (source, field) == (OURS, "heading_ms")
            found.append(Figure(name, ours, "ms", of("empty", field), NAMES["empty"], 2 if is_first else None))
            for peer in ("naive", "cached", DASH):
                goal = 8 if rows and is_first and peer == DASH else None
                found.append(Figure(name, ours, "ms", of(peer, field), NAMES[peer], goal, "higher"))
    for field, words in (("wire_bytes", "on the wire, a click"), ("unpacked_bytes", "unpacked, a click")):
        name, ours = f"{at}{words}", of(OURS, field) / 1000
        is_wire = field == "wire_bytes"
        if is_wire:
            found.append(Figure(name, ours, "kB", goal=8))
        for peer in ("naive", "cached", DASH):
            goal = 200 if rows and is_wire and peer == "naive" else None
            found.append(Figure(name, ours, "kB", of(peer, field) / 1000, NAMES[peer], goal, better="higher"))
    return found
