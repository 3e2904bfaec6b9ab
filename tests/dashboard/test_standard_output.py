"""What the command says on standard output is its own, also when a library writes there by itself."""

from __future__ import annotations

import json
import subprocess
import sys

from etl.tables import connected

SLOW = """
import os, sys
from dashboard import cli
from dashboard.cli import base

@base.app.command("slow")
def slow() -> None:
    os.write(1, b"\\r 10% a bar that a library draws")
    base.print_json({"told": True})

sys.argv = ["inkarta", "slow"]
cli.main()
"""


def test_json_on_standard_output_is_json_whatever_a_library_writes_there() -> None:
    done = subprocess.run([sys.executable, "-c", SLOW], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {"told": True}
    assert "a bar that a library draws" in done.stderr


def test_a_long_question_of_a_build_draws_nothing() -> None:
    with connected() as con:
        assert con.execute("SELECT current_setting('enable_progress_bar')").fetchall() == [(False,)]
