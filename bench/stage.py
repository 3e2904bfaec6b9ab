"""What the measurements share: the embedded data built once, servers on ephemeral ports, all of it gone at the end."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
AS_OF = "2026-11-23"
HERE, OURS = "127.0.0.1", "product"
NAMES = {
    OURS: "Inkluderingskartan",
    "naive": "stock",
    "cached": "stock, cached",
    "empty": "empty page",
    "dash": "Dash",
}
"""What the parties are called; ``bench/README.md`` says what they are."""
LANS = ("14", "03", "22", "01", "25", "12", "06", "20", "08", "18")
"""The län that are chosen, in turn."""


class MissingError(Exception):
    """Something that a measurement needs is not on this machine; the message says what."""


def cpu_seconds(pid: int) -> float | None:
    """User and system time of a process; None where /proc does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Server:
    """A process that listens, and its CPU time."""

    def __init__(self, command: list[str], env: dict[str, str], cwd: Path, health: str = "/_stcore/health") -> None:
        self.health = health
        with socket.socket() as probe:
            probe.bind((HERE, 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://{HERE}:{self.port}"
        self._log = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            [part.replace("{port}", str(self.port)) for part in command], cwd=cwd, env=env, stdout=self._log,
            stderr=subprocess.STDOUT,
        )  # fmt: skip

    def wait(self, seconds: float = 60.0) -> None:
        """Until it answers. Raises :class:`RuntimeError` with the end of its log when it does not."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self._process.poll() is None:
            try:
                urllib.request.urlopen(self.url + self.health, timeout=2).close()
                return
            except OSError:
                time.sleep(0.1)
        self._log.seek(0)
        said = self._log.read().decode(errors="replace")[-2000:]
        self.stop()
        raise RuntimeError(f"The server on {self.url} did not answer.\n{said}")

    def cpu_seconds(self) -> float | None:
        """See :func:`cpu_seconds`."""
        return cpu_seconds(self._process.pid)

    def memory(self) -> float | None:
        """Megabytes that the process holds; None where /proc does not tell."""
        try:
            return (
                int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
            )
        except OSError:
            return None

    def kill(self) -> None:
        """End the process at once, as a power failure would."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """End the process by its own id."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()


class Stage:
    """The servers, started when first asked for. ``data``: the peers' files, if other than the embedded ones."""

    def __init__(self, folder: Path, data: Path | None = None) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.data = data
        self._servers: dict[str, Server] = {}
        self.is_built = False

    @property
    def snapshots(self) -> Path:
        """The folder of the built snapshot."""
        if not self.is_built:
            command = [sys.executable, "-m", "dashboard.cli", "build", "--as-of", AS_OF, "--json"]
            subprocess.run(command, cwd=ROOT, env=self.env(), check=True, stdout=subprocess.DEVNULL)
            self.is_built = True
        return self.home / "snapshots"

    def env(self) -> dict[str, str]:
        """The processes' surroundings: a home of their own, byte code kept as on a user's machine, but aside."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("STREAMLIT_", "PYTHON"))}
        return {
            **kept,
            **({"INKARTA_BENCH_DATA": str(self.data)} if self.data else {}),
            "INKARTA_HOME": str(self.home),
            "INKARTA_BENCH_EMPTY": str(self.folder / "empty"),
            "PYTHONPYCACHEPREFIX": str(self.folder / "bytecode"),
            "PYTHONPATH": str(ROOT),
        }

    def servers(self, *names: str) -> dict[str, Server]:
        """The named servers, answering."""
        missing = [name for name in names if name not in self._servers]
        for name in missing:
            self._servers[name] = self._start(name)
        for name in missing:
            self._servers[name].wait()
        return {name: self._servers[name] for name in names}

    def close(self) -> None:
        """Stop every server."""
        for server in self._servers.values():
            server.stop()
        self._servers.clear()

    def _start(self, name: str) -> Server:
        if name in ("naive", "cached"):
            script = ROOT / f"bench/peers/stock/{name}.py"
            aside = self.folder / "stock"
            aside.mkdir(exist_ok=True)
            settings = ["--server.port", "{port}", "--server.address", HERE, "--server.headless", "true"]
            command = [sys.executable, "-m", "streamlit", "run", str(script), *settings]
            return Server([*command, "--browser.gatherUsageStats", "false"], self.env(), aside)
        if name == "empty":
            aside = self.folder / "empty"
            shutil.copytree(ROOT / "bench/peers/empty", aside, ignore=shutil.ignore_patterns("__pycache__"))
            shutil.copytree(ROOT / "dashboard/.streamlit", aside / ".streamlit")
            return Server([sys.executable, "-m", "bench.peers.empty", "{port}"], self.env(), ROOT)
        if name == "dash":
            if find_spec("dash") is None:
                raise MissingError(f"no Dash here: {sys.executable} -m pip install dash")
            command = [sys.executable, "-m", "bench.peers.dash", "{port}", str(self.folder / "dash")]
            return Server(command, self.env(), ROOT, "/_dash-layout")
        return self.product()

    def product(self, *more: str) -> Server:
        """One more process of the product, on a port of its own, not yet waited for; whoever asks for it stops it."""
        assert self.snapshots.exists()
        command = [sys.executable, "-m", "dashboard.cli", "serve", "--no-browser", "--host", HERE, "--port", "{port}"]
        return Server([*command, *more], self.env(), ROOT)


_open: list[Stage] = []


@contextmanager
def opened() -> Iterator[Stage]:
    """The stage that is open, or a new one for as long as this lasts."""
    if _open:
        yield _open[-1]
        return
    with tempfile.TemporaryDirectory(prefix="inkarta-bench-", ignore_cleanup_errors=True) as folder:
        stage = Stage(Path(folder))
        _open.append(stage)
        try:
            yield stage
        finally:
            _open.remove(stage)
            stage.close()
