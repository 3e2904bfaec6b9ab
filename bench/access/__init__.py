"""Every page and view in every state: axe, and what axe cannot see. Writes what the accessibility statement says."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from datetime import date
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from bench.access.look import AXE, KINDS, Look, Seen
from bench.access.surfaces import SURFACES, Surface, room
from bench.figure import Figure
from bench.screen import browser
from bench.stage import opened
from dashboard.access import MEASURED

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAME = "access"
MOST: Final = 20
"""So many findings of a kind are kept a surface."""


def measure() -> list[Figure]:
    """Look at the surfaces of ``INKARTA_BENCH_SURFACES`` (all when it is not set; ``rest``: those not measured today).

    Each is written to ``dashboard/access/measured.json`` when it is done, so that a stopped run goes on with ``rest``.
    The figures are of all that stand there.
    """
    with opened() as stage, browser() as running:
        server = stage.servers("product")["product"]
        for _ in looked(running, server.url, wanted(os.environ.get("INKARTA_BENCH_SURFACES", ""))):
            pass
    return figures()


def wanted(text: str) -> list[Surface]:
    """The surfaces that a setting names. Raises :class:`SystemExit` for a name that there is none of."""
    names = text.replace(",", " ").split()
    if names == ["rest"]:
        today = date.today().isoformat()
        held = _held()["surfaces"]
        return [one for one in SURFACES if held.get(one.name, {}).get("at") != today]
    if strange := set(names) - {one.name for one in SURFACES}:
        raise SystemExit(f"No surface is called {', '.join(sorted(strange))}.")
    return [one for one in SURFACES if not names or one.name in names]


def looked(running: Browser, base: str, surfaces: Iterable[Surface]) -> Iterator[Seen]:
    """Look at each surface of a server and write down what was found."""
    context = running.new_context(locale="sv-SE", viewport={"width": 1440, "height": 900})
    code = room(context, base)
    look = Look(context.new_page(), base, code)
    try:
        for surface in surfaces:
            seen = look.whole(surface)
            write(seen, running.version)
            yield seen
    finally:
        context.close()


def write(seen: Seen, chromium: str) -> None:
    """Put what was seen of a surface in the place of what stood there."""
    held = _held()
    found = {kind: sorted({text for k, text in seen.found if k == kind})[:MOST] for kind in KINDS}
    held["versions"] = {
        "axe-core": AXE.read_text("utf-8")[:30].split(" v")[1].split()[0], "Chromium": chromium,
        "Streamlit": version("streamlit"),
    }  # fmt: skip
    held["surfaces"][seen.surface] = {
        "at": date.today().isoformat(),
        "states": seen.states,
        "checks": {kind: seen.checks[kind] for kind in KINDS if seen.checks[kind]},
        "found": {kind: texts for kind, texts in found.items() if texts},
        "texts": int(seen.texts.get("n", 0)),
        "under7": int(seen.texts.get("under7", 0)),
    }
    order = [one.name for one in SURFACES]
    held["surfaces"] = {name: held["surfaces"][name] for name in order if name in held["surfaces"]}
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(one)}" for name, one in held["surfaces"].items())
    text = f'{{"versions": {json.dumps(held["versions"])},\n"surfaces": {{\n{lines}\n}}}}\n'
    MEASURED.write_text(text, "utf-8")


def figures() -> list[Figure]:
    """How much has been looked at, and the faults of each kind: of every surface, as it was measured last."""
    held = _held()["surfaces"]
    surfaces = {one.name: held[one.name] for one in SURFACES if one.name in held}
    days = sorted(one["at"] for one in surfaces.values())
    checks = sum(sum(one["checks"].values()) for one in surfaces.values())
    out = [
        Figure(
            "surfaces", len(surfaces), "pages and views",
            note=f"of {len(SURFACES)}; {checks:,} checks, made from {days[0]} to {days[-1]}" if days else "none yet",
        ),
        Figure(
            "states", sum(one["states"] for one in surfaces.values()),
            "sv and en, light and dark, 1440, 390 and 320 pixels, unfolded; and as they open",
        ),
    ]  # fmt: skip
    for kind in KINDS:
        found = [(name, text) for name, one in surfaces.items() for text in one["found"].get(kind, ())]
        note = "; ".join(f"{name}: {text[:90]}" for name, text in found[:5])
        out.append(Figure(kind, len(found), "faults", goal=0, note=note))
    return out


def _held() -> dict[str, Any]:
    if not MEASURED.exists():
        return {"versions": {}, "surfaces": {}}
    held: dict[str, Any] = json.loads(MEASURED.read_text("utf-8"))
    return held
