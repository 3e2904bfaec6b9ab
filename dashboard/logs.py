"""What is logged: lines for people, or with ``INKARTA_LOG=json`` an object a line; no visitor's words or address.

Each line has the id of the request that it is about, as the answer's ``X-Request-Id`` had it, the route's template and
the snapshot. Errors are logged, visits are not.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import Final

from dashboard import metrics
from dashboard.store import StoreError

VARIABLE: Final = "INKARTA_LOG"
FORMS: Final = ("text", "json")
_ADDRESS: Final = re.compile(
    r"\b\d{1,3}(?:\.\d{1,3}){3}\b(?::\d+)?|\[?\b(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F]{1,4}\b\]?"
)
_QUERY: Final = re.compile(r"\?[^\s\"']+")


class Lines(logging.Formatter):
    """A record as a line for people, or as one line of JSON."""

    def __init__(self, *, is_json: bool) -> None:
        super().__init__()
        self.is_json = is_json

    def format(self, record: logging.LogRecord) -> str:
        about = metrics.context.get()
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _clean(record.getMessage(), about),
            "request": about.request,
            "route": about.route,
            "snapshot": about.snapshot,
        }
        if record.exc_info and record.exc_info[1] is not None:
            said["exception"] = _clean("".join(traceback.format_exception(record.exc_info[1])).rstrip(), about)
        said = {name: value for name, value in said.items() if value}
        if self.is_json:
            return json.dumps(said, ensure_ascii=False)
        where = " ".join(said[name] for name in ("request", "route", "snapshot") if name in said)
        line = f"{said['time']} {said['level']} {said['logger']}: {said.get('message', '')}"
        line = f"{line} [{where}]" if where else line
        return f"{line}\n{said['exception']}" if "exception" in said else line


class Counting(logging.Handler):
    """Counts errors that are logged; those of the database apart."""

    def emit(self, record: logging.LogRecord) -> None:
        metrics.errors.inc()
        told = record.args if isinstance(record.args, tuple) else ()
        caught = record.exc_info[1] if record.exc_info else None
        if any(isinstance(one, StoreError) for one in (*told, caught)):
            metrics.database_errors.inc()


def _clean(text: str, about: metrics.Context) -> str:
    for words in about.hidden:
        text = text.replace(words, "…")
    return _ADDRESS.sub("…", _QUERY.sub("?…", text))


def start(form: str) -> None:
    """Log to standard error from now on. Raises :class:`ValueError` for an unknown form."""
    if form not in FORMS:
        raise ValueError(f"{form!r} is neither text nor json")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines(is_json=form == "json"))
    counting = Counting(logging.ERROR)
    root = logging.getLogger()
    root.handlers = [handler, counting]
    root.setLevel(logging.WARNING)
    for name, logger in list(logging.root.manager.loggerDict.items()):
        if name.split(".")[0] in ("streamlit", "uvicorn") and isinstance(logger, logging.Logger):
            logger.handlers, logger.propagate = [], True
