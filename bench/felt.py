"""As it is felt: the slowest twentieth of many clicks and choices on the embedded data, page by page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle, islice

from bench.figure import Figure
from bench.screen import Screen, Seen, browser
from bench.stage import LANS, NAMES, OURS, opened
from bench.tap import tapped

NAME = "felt"
ROUNDS = 32
HEADING_MS, CHARTS_MS = 500, 1000
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
    """Every page's choice beside the select box of an empty page, in turn."""
    from bench.peers.empty import NAMES as LAN

    seen: dict[str, list[Seen]] = {name: [] for name in (MAP, *CHOICES, "empty")}
    with opened() as stage, browser() as running, ExitStack() as stack:
        servers = stage.servers(OURS, "empty")

        def screen(server: str, path: str, needed: list[str]) -> Screen:
            found = Screen(running, stack.enter_context(tapped(servers[server].port)))
            found.load(path, needed=needed)
            return found

        county = screen(OURS, "/lan?lan=18", [".ik-footer"])
        empty = screen("empty", "/?lan=18", ["[data-testid=stSelectbox]"])
        acts: dict[str, tuple[Screen, Callable[[int], Seen]]] = {
            MAP: (county, lambda at: county.pick_on_map(LANS[at % len(LANS)], LAN[LANS[at % len(LANS)]])),
            "empty": (empty, lambda at: empty.pick(LAN[LANS[at % len(LANS)]])),
        }
        for name, choice in CHOICES.items():
            page = screen(OURS, choice.path, [".ik-footer"])
            options = list(islice(cycle(choice.options), ROUNDS))
            acts[name] = (
                page,
                lambda at, page=page, choice=choice, options=options: page.choose(choice.label, options[at]),
            )  # type: ignore[misc]
        for at in range(ROUNDS):
            for name, (on, act) in acts.items():
                on.page.bring_to_front()
                seen[name].append(act(at))
        for on, _ in acts.values():
            on.close()
    return figures({name: runs[2:] for name, runs in seen.items()})


def figures(seen: Mapping[str, Sequence[Seen]]) -> list[Figure]:
    """The 95th percentile of each, with the median as a note."""
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
    return found


def percentile(values: Sequence[float], per_cent: int) -> float:
    """The least value that so many per cent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * per_cent // 100) - 1)]
