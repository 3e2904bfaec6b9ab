"""What a browser keeps for the page's life, by its hash, so that it is sent once: charts in two parts, maps in one.

A message may be lost where one rerun interrupts another: who lacks a part asks for it, and is sent all of them anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import streamlit as st

STATIC: Final = Path(__file__).parents[1] / "static"
"""The folder that Streamlit serves at ``/app/static``."""
KEPT: Final = 200
"""Parts that are held at both ends: of more, the least recently used is forgotten."""
_HELD: Final = "held-parts"


def named(part: str) -> str:
    """The name of a part."""
    return hashlib.sha256(part.encode()).hexdigest()[:12]


def new(parts: Mapping[str, str]) -> str:
    """The JSON of those parts that this session has not been sent, by name; now it has."""
    return "{" + ",".join(f'"{name}":{part}' for name, part in parts.items() if not _hold(name)) + "}"


def forget() -> None:
    """The browser lacks a part that this session was sent."""
    st.session_state.pop(_HELD, None)


@cache
def address(name: str) -> str:
    """Where a file of ours is fetched; the address changes with what it holds."""
    return f"/app/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def _hold(name: str) -> bool:
    """Whether this session has been sent a part; it has now."""
    held: dict[str, None] = st.session_state.setdefault(_HELD, {})
    known = name in held
    held.pop(name, None)
    held[name] = None
    if len(held) > KEPT:
        del held[next(iter(held))]
    return known
