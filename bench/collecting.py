"""``python -m bench.collecting HOW PORT``: the product with garbage collected in another way, for :mod:`bench.soak`."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any


def _never_frozen() -> None:
    gc.freeze = lambda: None  # type: ignore[assignment]


def _after_each_run() -> None:
    """Streamlit's default, set once the product has started, since it does not start with it."""
    serve = import_module("dashboard.cli.serve")
    made = serve._application

    def application(*given: Any) -> Any:
        from streamlit import config

        found = made(*given)
        config.set_option("runner.postScriptGC", True)
        return found

    serve._application = application  # type: ignore[attr-defined]


def _seldom() -> None:
    gc.set_threshold(50_000, 20, 100)


WAYS: dict[str, Callable[[], None]] = {
    "as it is": lambda: None,
    "never frozen": _never_frozen,
    "after each run": _after_each_run,
    "seldom": _seldom,
}
"""As it is: not after each run, frozen once at start, Python's own thresholds (700, 10, 10)."""

if __name__ == "__main__":
    from dashboard.cli import app

    WAYS[sys.argv[1]]()
    app(["serve", "--no-browser", "--host", "127.0.0.1", "--port", sys.argv[2], "--allowed-host", sys.argv[3]])
