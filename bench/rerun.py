"""What a rerun costs the server: CPU time of its process, and the bytes that it sends, without a browser."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from statistics import median

from bench.figure import Figure, alternating
from bench.stage import LANS, NAMES, OURS, Server, opened
from bench.wire import Run, Session

NAME = "rerun"
ROUNDS, RERUNS = 4, 20
PAGES = {"/lan": ("lan", True), "/": ("", True), "/initiativ": ("initiativ", True), "/kallor": ("kallor", False)}
"""Our page -> its name to Streamlit, and whether the län is changed each time."""
PEERS = {"naive": 3, "cached": 3, "empty": 60}
"""The others -> reruns a round."""


def measure() -> list[Figure]:
    """CPU milliseconds a rerun, each page beside the empty page; the county page beside the stock pages too."""
    sent: dict[str, list[Run]] = {}
    with opened() as stage, ExitStack() as stack:
        servers = stage.servers(OURS, *PEERS)
        parties: dict[str, Callable[[], float]] = {}

        def take(name: str, server: Server, page: str, reruns: int, changes: bool = True) -> None:
            session = stack.enter_context(Session(server.url, page))
            queries = [f"lan={code}" if changes else "" for code in LANS]
            for query in queries[-3:]:
                session.rerun(query)
            runs = sent.setdefault(name, [])

            def party() -> float:
                found: list[Run] = []
                before = server.cpu_seconds()
                for _ in range(reruns):
                    found.append(session.rerun(queries[(len(runs) + len(found)) % len(queries)]))
                runs.extend(found)
                after = server.cpu_seconds()
                if before is None or after is None:
                    return 1000 * sum(run.seconds for run in found) / reruns
                return 1000 * (after - before) / reruns

            parties[name] = party

        for path, (page, changes) in PAGES.items():
            take(path, servers[OURS], page, RERUNS, changes)
        for name, reruns in PEERS.items():
            take(name, servers[name], "", reruns)
        has_cpu = servers[OURS].cpu_seconds() is not None
        cpu = alternating(ROUNDS, **parties)
    note = "" if has_cpu else "no /proc here: time from the message to the end of the script, not CPU"
    return figures(cpu, sent, note)


def figures(cpu: dict[str, float], sent: dict[str, list[Run]], note: str = "") -> list[Figure]:
    """Medians as figures."""
    found = [
        Figure(f"server time, {path}", cpu[path], "ms", max(cpu["empty"], 0.1), NAMES["empty"], 1.2, note=note)
        for path in PAGES
    ]
    found += [
        Figure(
            "server time, /lan", cpu["/lan"], "ms", cpu[peer], NAMES[peer], 6 if peer == "naive" else None, "higher",
            note=note,
        )
        for peer in ("naive", "cached")
    ]  # fmt: skip

    def kb(name: str, field: str) -> float:
        return float(median(getattr(run, field) for run in sent[name])) / 1000

    for path in PAGES:
        unpacked = (
            f"{kb(path, 'payload_bytes'):.1f} kB unpacked, {median(len(r.parts) for r in sent[path]):.0f} messages"
        )
        found.append(Figure(f"sent, {path}", kb(path, "wire_bytes"), "kB", goal=8, note=unpacked))
    return found
