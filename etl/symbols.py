"""One rule for what a publisher writes in a number's place, whatever the service or file: PxWeb, px, SCB, Kolada, xlsx.

``s`` is withheld by the publisher: ``..`` is "secret, or too uncertain to be given" at SCB, Kolada and
Folkhälsomyndigheten alike, ``c`` confidential, ``<5`` a small number of persons. ``m`` is no figure at all: ``.``
cannot occur, ``-`` nothing to report. Kolada writes ``-`` for what is lacking where SCB writes it for nothing: the two
cannot be told apart in a cell, so it is never read as 0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

Absent = Literal["m", "s"]

SYMBOLS: Mapping[str, Absent] = {
    "..": "s", "c": "s", "private": "s", ".": "m", "-": "m", "–": "m", "...": "m", "....": "m", ":": "m",
    "m": "m", "missing": "m", "undefined": "m",
}  # fmt: skip
_SMALL = re.compile(r"<\s*\d+")


def absent(text: str, symbols: Mapping[str, Absent] = SYMBOLS) -> Absent | None:
    """The flag of a symbol that stands in a number's place; None when it is no symbol that is known."""
    plain = text.strip().casefold()
    return "s" if _SMALL.fullmatch(plain) else symbols.get(plain)
