"""A click on another län: to the new heading, to the last chart, and the bytes that it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from statistics import median

from bench.figure import Figure
from bench.screen import Screen, Seen, browser
from bench.stage import LANS, NAMES, OURS, opened
from bench.tap import tapped

NAME = "click"
ROUNDS = 8
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
    from bench.peers.empty import NAMES as LAN

    seen: dict[str, list[Seen]] = {name: [] for name in (*PAGES, MAP)}
    with opened() as stage, browser() as running, ExitStack() as stack:
        screens = {}
        for name, server in stage.servers(*PAGES).items():
            screens[name] = Screen(running, stack.enter_context(tapped(server.port)))
            screens[name].load(PAGES[name], needed=DRAWN[name])
        for at in range(ROUNDS):
            code, other = LANS[at % len(LANS)], LANS[(at + 4) % len(LANS)]
            for name, screen in screens.items():
                screen.page.bring_to_front()
                seen[name].append(screen.pick_from("#lan", LAN[code]) if name == DASH else screen.pick(LAN[code]))
                if name == OURS:
                    seen[MAP].append(screen.pick_on_map(other, LAN[other]))
        for screen in screens.values():
            screen.close()
    return figures({name: runs[1:] for name, runs in seen.items()})


def figures(seen: Mapping[str, Sequence[Seen]]) -> list[Figure]:
    """Medians of each party, as figures."""

    def of(name: str, field: str) -> float:
        return float(median(getattr(run, field) for run in seen[name]))

    found = []
    for source, words in ((OURS, "select box"), (MAP, "map")):
        for field, until in (("heading_ms", "new heading"), ("settled_ms", "last chart")):
            goal = 2 if (source, field) == (OURS, "heading_ms") else None
            found += [
                Figure(f"{words} to {until}", of(source, field), "ms", of("empty", field), NAMES["empty"], goal),
                *(
                    Figure(
                        f"{words} to {until}",
                        of(source, field),
                        "ms",
                        of(peer, field),
                        NAMES[peer],
                        8 if (source, field, peer) == (OURS, "heading_ms", DASH) else None,
                        "higher",
                    )
                    for peer in ("naive", "cached", DASH)
                ),
            ]
    wire = of(OURS, "wire_bytes") / 1000
    found.append(Figure("on the wire, a click", wire, "kB", goal=8))
    for field, words in (("wire_bytes", "on the wire, a click"), ("unpacked_bytes", "unpacked, a click")):
        for peer in ("naive", "cached", DASH):
            goal = 200 if (field, peer) == ("wire_bytes", "naive") else None
            ours, theirs = of(OURS, field) / 1000, of(peer, field) / 1000
            found.append(Figure(words, ours, "kB", theirs, NAMES[peer], goal, better="higher"))
    return found
