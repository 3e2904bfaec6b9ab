"""Where a rerun's time and bytes go: ``python -m bench.profile [--parts] PAGE QUERY...``."""

from __future__ import annotations

import cProfile
import os
import pstats
import socket
import sys
import threading
import time
from collections import Counter
from typing import Any

from bench.stage import opened
from bench.wire import Session

RERUNS, LINES = 20, 45


def main(arguments: list[str]) -> int:
    """Serve the product in this process, rerun, and print."""
    by_parts = "--parts" in arguments
    page, *queries = [argument for argument in arguments if argument != "--parts"] or ["lan", "lan=18", "lan=14"]
    with opened() as stage:
        assert stage.snapshots.exists()
        os.environ["INKARTA_HOME"] = str(stage.home)
        url, profiler = _serve()
        with Session(url, page) as session:
            for query in queries:
                session.rerun(query)
            if by_parts:
                _parts(session, queries)
                return 0
            profiler.append(cProfile.Profile())
            for at in range(RERUNS):
                session.rerun(queries[at % len(queries)])
            taken = profiler.pop()
    figures: Any = pstats.Stats(taken)
    sys.stdout.write(f"{figures.total_tt / RERUNS * 1000:.1f} ms a rerun under the profiler, {RERUNS} reruns\n")
    figures.sort_stats("tottime").print_stats(LINES)
    figures.sort_stats("cumtime").print_stats(2 * LINES)
    return 0


def _serve() -> tuple[str, list[cProfile.Profile]]:
    import uvicorn
    from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

    from dashboard.server import create_app
    from dashboard.websocket import WideWindowProtocol

    profiler: list[cProfile.Profile] = []
    inner = ScriptRunner._run_script

    def profiled(self: ScriptRunner, data: Any) -> None:
        if not profiler:
            return inner(self, data)
        with profiler[0]:
            return inner(self, data)

    ScriptRunner._run_script = profiled  # type: ignore[method-assign, assignment]
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(), ws=WideWindowProtocol, log_level="warning", access_log=False))
    threading.Thread(target=server.run, args=([listener],), daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    return f"http://127.0.0.1:{listener.getsockname()[1]}", profiler


def _parts(session: Session, queries: list[str]) -> None:
    weights: Counter[str] = Counter()
    number: Counter[str] = Counter()
    runs = [session.rerun(queries[at % len(queries)]) for at in range(RERUNS)]
    for run in runs:
        for name, weight in run.parts:
            weights[name] += weight
            number[name] += 1
    wire, unpacked = (sum(getattr(run, name) for run in runs) / RERUNS for name in ("wire_bytes", "payload_bytes"))
    sys.stdout.write(f"{wire:,.0f} bytes on the wire, {unpacked:,.0f} unpacked\n")
    for name, weight in weights.most_common():
        sys.stdout.write(f"{name:24s} {number[name] / RERUNS:5.1f} messages {weight / RERUNS:10,.0f} bytes\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
