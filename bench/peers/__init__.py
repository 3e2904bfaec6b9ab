"""What we are measured against."""

from __future__ import annotations

import os
from pathlib import Path

EMBEDDED = Path(__file__).resolve().parents[2] / "data"
DATA = Path(os.environ.get("INKARTA_BENCH_DATA") or EMBEDDED)
"""The folder of CSV files that the peers read: the embedded one, or one in its form (``exported.py``)."""
