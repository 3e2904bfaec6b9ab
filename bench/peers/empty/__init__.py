"""An empty page under the product's own server settings: the floor."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from dashboard.middleware import Shell
from dashboard.server import _lifespan


def create_app() -> Shell:
    """``INKARTA_BENCH_EMPTY`` names a folder with app.py and the product's .streamlit/config.toml beside it."""
    return Shell(st.App(Path(os.environ["INKARTA_BENCH_EMPTY"]) / "app.py", lifespan=_lifespan))
