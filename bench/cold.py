"""A first visit to the front page: to the drawn map and footer, with nothing kept in the browser."""

from __future__ import annotations

from contextlib import ExitStack
from statistics import median

from bench.click import DRAWN
from bench.figure import Figure
from bench.screen import Screen, Seen, browser
from bench.stage import NAMES, OURS, opened
from bench.tap import tapped

NAME = "cold"
ROUNDS = 3
PAGES = {OURS: "/", "naive": "/", "cached": "/"}
READY = {**DRAWN, OURS: [".ik-footer", ".ik-bars"]}


def measure() -> list[Figure]:
    """The product's front page beside the stock page, a fresh context each time."""
    seen: dict[str, list[Seen]] = {name: [] for name in PAGES}
    with opened() as stage, browser() as running, ExitStack() as stack:
        servers = stage.servers(*PAGES)
        taps = {name: stack.enter_context(tapped(server.port)) for name, server in servers.items()}
        for _ in range(ROUNDS):
            for name, path in PAGES.items():
                screen = Screen(running, taps[name])
                seen[name].append(screen.load(path, needed=READY[name]))
                screen.close()

    def of(name: str, field: str) -> float:
        return float(median(getattr(run, field) for run in seen[name]))

    seconds = {name: of(name, "settled_ms") / 1000 for name in PAGES}
    sent = {name: of(name, "wire_bytes") / 1e6 for name in PAGES}
    return [
        Figure("first page settled", seconds[OURS], "s", goal=3),
        *(
            Figure("first page settled", seconds[OURS], "s", seconds[peer], NAMES[peer], better="higher")
            for peer in ("naive", "cached")
        ),
        Figure("first page on the wire", sent[OURS], "MB", goal=1.2),
        *(
            Figure("first page on the wire", sent[OURS], "MB", sent[peer], NAMES[peer], better="higher")
            for peer in ("naive", "cached")
        ),
    ]
