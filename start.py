"""Set everything up and show the dashboard, or run the tests. Needs Python 3.11 or later and nothing else.

    python3 start.py            set up, then serve on http://127.0.0.1:8501 (arguments go on to ``inkarta``)
    python3 start.py test       set up, then run every test and check (arguments go on to pytest)

The environment lies in ``.venv`` beside this file and is made from the hash-locked requirements; a second run finds it
ready. uv is used when it is installed, because it is quicker; otherwise venv and pip.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def run(*command: str | Path) -> None:
    """Run a step; a failing one ends the whole with its exit code."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def is_sound(python: Path) -> bool:
    """Whether the environment's own Python starts."""
    return python.exists() and subprocess.run([str(python), "-c", ""], check=False).returncode == 0


def set_up(requirements: Path) -> None:
    """Make ``.venv`` hold exactly what ``requirements`` locks, and the project itself."""
    stamp = VENV / f".{requirements.stem}"
    wanted = hashlib.sha256(requirements.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if is_sound(PYTHON) and stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Setting up the environment from {requirements.name} ...", flush=True)
    uv = shutil.which("uv")
    if not is_sound(PYTHON):
        run(
            *(
                [uv, "venv", "--quiet", "--clear", "--python", sys.executable, VENV]
                if uv
                else [sys.executable, "-m", "venv", VENV]
            )
        )
    install = (
        [uv, "pip", "install", "--quiet", "--python", PYTHON] if uv else [PYTHON, "-m", "pip", "install", "--quiet"]
    )
    run(*install, "--require-hashes", "-r", requirements)
    run(*install, "--no-deps", "--no-build-isolation", "-e", ROOT)
    stamp.write_text(wanted)


def main() -> None:
    """The two commands."""
    if sys.version_info < (3, 11):
        sys.exit(f"Python 3.11 or later is needed; this is {sys.version.split()[0]}.")
    arguments = sys.argv[1:]
    if arguments[:1] == ["test"]:
        set_up(ROOT / "requirements-dev.txt")
        run(PYTHON, "-m", "pytest", "-n", "auto", "--dist", "worksteal", *arguments[1:])
    else:
        set_up(ROOT / "requirements.txt")
        run(PYTHON, "-m", "dashboard.cli", *(arguments or ["serve"]))


if __name__ == "__main__":
    main()
