"""An empty page under the product's own server and settings: the floor."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import streamlit as st

from bench.peers import EMBEDDED
from dashboard import server
from dashboard.middleware import Shell

with (EMBEDDED / "regions/lan.csv").open(encoding="utf-8", newline="") as _handle:
    NAMES = {row["lan_code"]: row["name_sv"] for row in csv.DictReader(_handle)}


def create_app() -> Shell:
    """``INKARTA_BENCH_EMPTY`` names a folder with app.py and the product's .streamlit/config.toml beside it."""
    script = Path(os.environ["INKARTA_BENCH_EMPTY"]) / "app.py"
    return Shell(st.App(script, lifespan=server._lifespan))
