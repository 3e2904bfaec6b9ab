"""As it is felt: the slowest twentieth of many clicks and choices on the embedded data, page by page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bench.figure import Figure
from bench.screen import Screen, Seen, browser
from bench.stage import LANS, NAMES, OURS, opened
from bench.tap import tapped

NAME = "felt"
ROUNDS = 32
HEADING_MS, CHARTS_MS, WIRE_KB = 500, 1000, 8
PAGES = ("Sverige", "Mitt län")
CHANGE = "Another page, Sverige and Mitt län in turn,"
MAP = "Mitt län, a click on the map"


@dataclass(frozen=True)
class Choice:
    """A choice in a select box: the page, the box's label, and what is chosen in turn."""

    path: str
    label: str
    options: tuple[str, ...]


CHOICES: dict[str, Choice] = {
    "Sverige, another indicator": Choice(
        "/?lang=sv", "Indikator", ("Låg ekonomisk standard", "Arbetslöshet 15–74 år", "Ohälsotal")
    ),
    "Mitt län, another indicator": Choice(
        "/lan?lan=18", "Indikator", ("Låg ekonomisk standard", "Arbetslöshet 15–74 år", "Ohälsotal")
    ),
    "Jämför län, another kind of amount": Choice(
        "/jamfor?med=18,01,00", "Typ av belopp", ("Total budget", "Beviljat stöd")
    ),
    "Behov och pengar, another indicator": Choice(
        "/behov?lan=18", "Indikator", ("Låg ekonomisk standard", "Arbetslöshet 15–74 år", "Ohälsotal")
    ),
    "Portföljer, another kind of amount": Choice(
        "/portfoljer?lang=sv", "Typ av belopp", ("Total budget", "Beviljat stöd")
    ),
    "Kommun, another län": Choice("/kommun?lang=sv", "Område", ("Örebro län", "Skåne län", "Hela landet")),
}


def measure() -> list[Figure]:
    """Every page's choice, a page at a time, beside the select box of an empty page."""
    from bench.peers.empty import NAMES as LAN

    seen: dict[str, list[Seen]] = {}
    with opened() as stage, browser() as running:
        servers = stage.servers(OURS, "empty")

        def taken(server: str, path: str, needed: list[str], act: Callable[[Screen, int], Seen]) -> list[Seen]:
            """One page at a time: what other open pages draw is no part of how this one feels."""
            with tapped(servers[server].port) as tap:
                screen = Screen(running, tap)
                screen.load(path, needed=needed)
                runs = [act(screen, at) for at in range(ROUNDS)]
                screen.close()
            return runs[2:]

        def lan(at: int) -> str:
            return LANS[at % len(LANS)]

        seen["empty"] = taken(
            "empty", "/?lan=18", ["[data-testid=stSelectbox]"], lambda screen, at: screen.pick(LAN[lan(at)])
        )
        seen[MAP] = taken(
            OURS, "/lan?lan=18", [".ik-footer"], lambda screen, at: screen.pick_on_map(lan(at), LAN[lan(at)])
        )
        seen[CHANGE] = taken(OURS, "/lan?lan=18", [".ik-footer"], lambda screen, at: screen.go(PAGES[at % 2]))
        for name, choice in CHOICES.items():
            seen[name] = taken(OURS, choice.path, [".ik-footer"], partial(_chosen, choice))
    return figures(seen)


def _chosen(choice: Choice, screen: Screen, at: int) -> Seen:
    return screen.choose(choice.label, choice.options[at % len(choice.options)])


def figures(seen: Mapping[str, Sequence[Seen]]) -> list[Figure]:
    """The 95th percentile of each, with the median as a note, then what it takes on the wire."""
    found = []
    for name, runs in seen.items():
        if name == "empty":
            continue
        fields = [("settled_ms", "to the last chart", CHARTS_MS)]
        if name == MAP:
            fields.insert(0, ("heading_ms", "to the new heading", HEADING_MS))
        for field, words, goal in fields:
            taken = [getattr(run, field) for run in runs]
            floor = percentile([getattr(run, field) for run in seen["empty"]], 95)
            found.append(
                Figure(
                    f"{name} {words}, p95",
                    percentile(taken, 95),
                    "ms",
                    floor,
                    f"{NAMES['empty']}, p95",
                    goal,
                    of_value=True,
                    note=f"p50 {percentile(taken, 50):,.0f} ms, {len(taken)} times",
                )
            )
    return [
        *found,
        *(
            Figure(f"on the wire: {name.rstrip(',')}", percentile([run.wire_bytes for run in runs], 50) / 1000, "kB",
                   goal=WIRE_KB, note="the median")
            for name, runs in seen.items() if name != "empty"
        ),
    ]  # fmt: skip


def percentile(values: Sequence[float], per_cent: int) -> float:
    """The least value that so many per cent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * per_cent // 100) - 1)]
