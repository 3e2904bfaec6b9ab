"""``inkarta bench [NAME] [--json]``: every measurement in turn, in words or JSON; never a pass or a failure by time."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import results
from bench.cluster import NoSparkError
from bench.figure import Figure
from bench.screen import NoBrowserError, chromium
from bench.stage import MissingError, opened

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
    "questions": "each page's questions on few and on many operations",
    "interaction": "each page's script run anew on few and on many operations",
    "spark": "the large marts on a Spark cluster that loses a worker",
    "votes": "a thousand phones vote, and the server is killed",
    "access": "every page and view in every state: axe, and what axe cannot see",
    "guide": "the pictures of the user guide, taken anew",
    "rehearsal": "the six sessions led before a simulated audience, as one sheet of pictures",
    "kills": "fetch, build and publish killed at 500 points",
    "many": "many sessions, on one process and on two replicas",
    "replica": "a replica is killed under its visitors",
    "swaps": "another snapshot is published a hundred times under load",
    "soak": "memory over many sessions, and ways of collecting garbage",
    "presses": "the stage: from a press to the painted scene, here, on a second screen and on a phone",
}
RESULTS = Path(__file__).with_name("RESULTS.md")
ONLY_NAMED = frozenset({"access", "guide", "rehearsal", "soak"})
"""Too long for everything at once: measured when they are named."""
USAGE, WIDTH = 2, 110


def main(name: str = "", as_json: bool = False) -> int:
    """Measure one or all; ``INKARTA_BENCH_SAVE=1`` keeps each in RESULTS.md. Returns the exit code."""
    err = Console(stderr=True)
    if name and name not in MEASUREMENTS:
        err.print(f"No measurement is called {name!r}. There are: {', '.join(MEASUREMENTS)}.", highlight=False)
        return USAGE
    names = [name] if name else [one for one in MEASUREMENTS if one not in ONLY_NAMED]
    found: dict[str, list[Figure]] = {}
    skipped: dict[str, str] = {}
    start = time.monotonic()
    about = machine()
    with opened():
        for one in names:
            with err.status(f"{one}: {MEASUREMENTS[one]}"):
                about_one, start_one = {**about, "at": now(), "load": load()}, time.monotonic()
                try:
                    found[one] = import_module(f"bench.{one}").measure()
                except (MissingError, NoSparkError) as error:
                    skipped[one] = str(error)
                    continue
                if os.environ.get("INKARTA_BENCH_SAVE") == "1":
                    keep(one, found[one], about_one, round(time.monotonic() - start_one))
    seconds = round(time.monotonic() - start)
    if as_json:
        figures = {one: [figure.as_dict() for figure in found[one]] for one in found}
        value = {"machine": about, "seconds": seconds, "figures": figures, "skipped": skipped}
        sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
    else:
        show(found, skipped, about, seconds)
    return 0


def keep(name: str, figures: list[Figure], about: dict[str, str], seconds: int) -> None:
    """Put one measurement in RESULTS.md; the others stay as they are."""
    text = RESULTS.read_text("utf-8") if RESULTS.exists() else ""
    made = {name: results.section(name, MEASUREMENTS[name], figures, about, seconds)}
    RESULTS.write_text(results.merged(text, made, list(MEASUREMENTS)), "utf-8")


def now() -> str:
    """To the minute."""
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"


def load() -> str:
    """How busy the machine has been for a minute, with other things as well."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def machine() -> dict[str, str]:
    """Where and with what it was measured."""
    try:
        asked = subprocess.run([chromium(), "--version"], capture_output=True, text=True, timeout=20, check=False)
        browser = asked.stdout.strip().removeprefix("Chromium ").split(" ")[0]
    except (NoBrowserError, OSError, subprocess.TimeoutExpired):
        browser = "none"
    return {
        "at": now(),
        "cores": str(os.cpu_count()),
        "load": load(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{package: version(package) for package in ("streamlit", "duckdb", "uvicorn", "pandas", "altair")},
        "chromium": browser,
    }


def show(found: dict[str, list[Figure]], skipped: dict[str, str], about: dict[str, str], seconds: int) -> None:
    """The figures as tables."""
    out = Console()
    out.width = max(out.width, WIDTH)
    out.print(" · ".join(f"{key} {value}" for key, value in about.items()), highlight=False)
    for one, figures in found.items():
        table = Table(*results.HEAD, box=None, pad_edge=False, header_style="bold", title_justify="left")
        table.title = f"\n{one}: {MEASUREMENTS[one]}"
        for figure in figures:
            table.add_row(*results.cells(figure))
        out.print(table)
        for note in results.notes(figures):
            out.print(f"  {note}", highlight=False)
    for one, reason in skipped.items():
        out.print(f"\n{one}: not measured, {reason}", highlight=False)
    out.print(f"\n{results.LEGEND} Medians of runs in turn; {seconds} s.", highlight=False)
