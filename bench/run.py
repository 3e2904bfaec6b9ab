"""``inkarta bench [NAME] [--json]``: every measurement in turn, in words or JSON; never a pass or a failure by time."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.figure import Figure
from bench.screen import NoBrowserError, chromium
from bench.stage import opened

MEASUREMENTS = {
    "click": "a click on another län, in a browser",
    "felt": "many clicks and choices on every page, in a browser, the slowest twentieth",
    "cold": "a first visit, in a browser",
    "rerun": "what a rerun costs the server",
    "page": "the county page's data, no answer kept",
    "build": "building the embedded data",
    "etl": "loading many operations, synthetic, in Kohesio's format",
    "report": "the 21 county reports as PDF",
    "search": "a search of everything",
    "votes": "a thousand phones vote, and the server is killed",
    "kills": "fetch, build and publish killed at 500 points",
    "presses": "the stage: from a press to the painted scene, here, on a second screen and on a phone",
}
RESULTS = Path(__file__).with_name("RESULTS.md")
LEGEND = (
    "stock: the county page with streamlit run, pandas and Altair; cached: with st.cache_data; empty page: a heading "
    "and a select box on our server.\nRatios travel between machines, absolutes do not."
)
HEAD = ("what", "ours", "beside", "", "ratio", "goal", "")
USAGE, WIDTH = 2, 110


def main(name: str = "", as_json: bool = False) -> int:
    """Measure one or all; ``INKARTA_BENCH_SAVE=1`` writes RESULTS.md. Returns the exit code."""
    err = Console(stderr=True)
    if name and name not in MEASUREMENTS:
        err.print(f"No measurement is called {name!r}. There are: {', '.join(MEASUREMENTS)}.", highlight=False)
        return USAGE
    names = [name] if name else list(MEASUREMENTS)
    found: dict[str, list[Figure]] = {}
    skipped: dict[str, str] = {}
    start = time.monotonic()
    with opened():
        for one in names:
            with err.status(f"{one}: {MEASUREMENTS[one]}"):
                try:
                    found[one] = import_module(f"bench.{one}").measure()
                except NoBrowserError as error:
                    skipped[one] = str(error)
    about = machine()
    seconds = round(time.monotonic() - start)
    if as_json:
        figures = {one: [figure.as_dict() for figure in found[one]] for one in found}
        value = {"machine": about, "seconds": seconds, "figures": figures, "skipped": skipped}
        sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
    else:
        show(found, skipped, about, seconds)
    if os.environ.get("INKARTA_BENCH_SAVE") == "1":
        RESULTS.write_text(report(found, skipped, about, name), "utf-8")
    return 0


def machine() -> dict[str, str]:
    """Where and with what it was measured; ``load`` tells how busy the machine was with other things as well."""
    try:
        asked = subprocess.run([chromium(), "--version"], capture_output=True, text=True, timeout=20, check=False)
        browser = asked.stdout.strip().removeprefix("Chromium ").split(" ")[0]
    except (NoBrowserError, OSError, subprocess.TimeoutExpired):
        browser = "none"
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return {
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "cores": str(os.cpu_count()),
        "load": load,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{package: version(package) for package in ("streamlit", "duckdb", "uvicorn", "pandas", "altair")},
        "chromium": browser,
    }


def cells(figure: Figure) -> list[str]:
    """A figure as a reader sees it."""
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}x{' better' if figure.better == 'higher' else ''}"
    beside = "" if figure.peer is None else f"{shown(figure.peer)} {figure.unit}"
    return [
        figure.name, f"{shown(figure.value)} {figure.unit}", beside, figure.peer_name, ratio, figure.goal_words,
        figure.verdict,
    ]  # fmt: skip


def shown(value: float) -> str:
    """Three digits or so."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def show(found: dict[str, list[Figure]], skipped: dict[str, str], about: dict[str, str], seconds: int) -> None:
    """The figures as tables."""
    out = Console()
    out.width = max(out.width, WIDTH)
    out.print(" · ".join(f"{key} {value}" for key, value in about.items()), highlight=False)
    for one, figures in found.items():
        table = Table(*HEAD, box=None, pad_edge=False, header_style="bold", title_justify="left")
        table.title = f"\n{one}: {MEASUREMENTS[one]}"
        for figure in figures:
            table.add_row(*cells(figure))
        out.print(table)
        for note in notes(figures):
            out.print(f"  {note}", highlight=False)
    for one, reason in skipped.items():
        out.print(f"\n{one}: not measured, {reason}", highlight=False)
    out.print(f"\n{LEGEND} Medians of runs in turn; {seconds} s.", highlight=False)


def notes(figures: Sequence[Figure]) -> list[str]:
    """What is said beside the figures, once each."""
    return list(dict.fromkeys(f"{figure.name}: {figure.note}" for figure in figures if figure.note))


def report(found: dict[str, list[Figure]], skipped: dict[str, str], about: dict[str, str], name: str) -> str:
    """The figures as Markdown."""
    lines = [
        f"# Measured {about['at']}", "",
        f"`INKARTA_BENCH_SAVE=1 inkarta bench{' ' + name if name else ''}`; what each line means: README.md.", "",
        ", ".join(f"{key} {value}" for key, value in about.items() if key != "at") + ".",
    ]  # fmt: skip
    for one, figures in found.items():
        lines += ["", f"## {one}: {MEASUREMENTS[one]}", ""]
        lines += ["| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD)]
        lines += ["| " + " | ".join(cells(figure)) + " |" for figure in figures]
        lines += ["", *(f"- {note}" for note in notes(figures))] if notes(figures) else []
    lines += ["", LEGEND]
    lines += ["", *(f"{one}: not measured, {reason}" for one, reason in skipped.items())] if skipped else []
    return "\n".join(lines) + "\n"
