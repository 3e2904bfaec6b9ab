"""A Spark standalone cluster on this machine: a master, two workers and a Spark Connect server, little memory each.

``INKARTA_SPARK_HOME`` names the folder of Spark, or of a virtual environment that ``pip install pyspark`` has filled.
Everything listens on 127.0.0.1, and each process is ended by its own id.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

HERE = "127.0.0.1"
MEMORY = "1g"


class NoSparkError(Exception):
    """Spark or Java is not here; says what to install."""


def spark_home() -> Path:
    """The folder with ``bin/spark-class`` and ``jars``. Raises :class:`NoSparkError`."""
    named = os.environ.get("INKARTA_SPARK_HOME")
    if not named:
        raise NoSparkError(
            "INKARTA_SPARK_HOME is not set. In a folder of its own: python3 -m venv sparkenv && "
            "sparkenv/bin/pip install pyspark (400 MB), then INKARTA_SPARK_HOME=sparkenv inkarta bench spark."
        )
    root = Path(named).resolve()
    for folder in (root, *root.glob("lib/python3*/site-packages/pyspark")):
        if (folder / "bin/spark-class").is_file() and (folder / "jars").is_dir():
            if not shutil.which("java"):
                raise NoSparkError("There is no java on PATH; Spark 4 needs Java 17 or later.")
            return folder
    raise NoSparkError(f"{named} holds no Spark: neither bin/spark-class nor an installed pyspark.")


class Cluster:
    """What runs: ``address`` of the Spark Connect server, and the workers, which may be killed."""

    def __init__(self, folder: Path) -> None:
        self._home = spark_home()
        self._folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.address = ""

    def start(self) -> None:
        """Until the server answers. Raises :class:`RuntimeError` with the end of its log when it does not."""
        master, connect = _free_port(), _free_port()
        of_spark = str(self._home / "bin/spark-class")
        url = f"spark://{HERE}:{master}"
        deploy = "org.apache.spark.deploy"
        self._begin(
            "master", [of_spark, f"{deploy}.master.Master", "--host", HERE, "--port", str(master), "--webui-port", "0"]
        )
        _answers(master)
        for name in ("worker-1", "worker-2"):
            work = self._folder / name
            work.mkdir()
            self._begin(
                name,
                [
                    of_spark, f"{deploy}.worker.Worker", url, "--host", HERE, "--cores", "1", "--memory", MEMORY,
                    "--webui-port", "0", "--work-dir", str(work),
                ],
            )  # fmt: skip
        settings = {
            "spark.connect.grpc.binding.address": HERE, "spark.connect.grpc.binding.port": str(connect),
            "spark.driver.host": HERE, "spark.driver.bindAddress": HERE, "spark.ui.enabled": "false",
            "spark.executor.memory": MEMORY, "spark.executor.cores": "1", "spark.sql.shuffle.partitions": "8",
            "spark.sql.warehouse.dir": str(self._folder / "warehouse"), "spark.local.dir": str(self._folder / "local"),
        }  # fmt: skip
        told = [part for name, value in settings.items() for part in ("--conf", f"{name}={value}")]
        self._begin(
            "connect",
            [
                str(self._home / "bin/spark-submit"), "--class",
                "org.apache.spark.sql.connect.service.SparkConnectServer", "--name", "marts", "--master", url,
                "--driver-memory", MEMORY, *told, "spark-internal",
            ],
        )  # fmt: skip
        if not _answers(connect, 300):
            raise RuntimeError(f"Spark Connect did not answer.\n{self._said('connect')}")
        self.address = f"sc://{HERE}:{connect}"

    def kill_worker(self, name: str = "worker-2") -> int:
        """``kill -9`` a worker and the executors that it has started; how many processes."""
        worker = self._running.pop(name)
        doomed = [worker.pid, *_children(worker.pid)]
        for pid in doomed:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        worker.wait()
        return len(doomed)

    def stop(self) -> None:
        """The server first, then the workers with their executors, then the master."""
        for name in ("connect", "worker-1", "worker-2", "master"):
            if process := self._running.pop(name, None):
                started = _children(process.pid)
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
                for pid in started:
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)

    def _begin(self, name: str, command: list[str]) -> None:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("SPARK_", "PYSPARK_"))}
        memory = MEMORY if name == "connect" else "256m"
        env = {
            **kept, "SPARK_HOME": str(self._home), "SPARK_DAEMON_MEMORY": memory, "SPARK_LOCAL_IP": HERE,
            "SPARK_NO_DAEMONIZE": "1", "SPARK_LOG_DIR": str(self._folder),
        }  # fmt: skip
        with (self._folder / f"{name}.log").open("wb") as log:
            self._running[name] = subprocess.Popen(
                command, cwd=self._folder, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )

    def _said(self, name: str) -> str:
        return (self._folder / f"{name}.log").read_text("utf-8", "replace")[-2000:]


@contextmanager
def running(folder: Path) -> Iterator[Cluster]:
    """A cluster for as long as this lasts. Raises :class:`NoSparkError`."""
    cluster = Cluster(folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        return int(probe.getsockname()[1])


def _answers(port: int, seconds: float = 120) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            socket.create_connection((HERE, port), timeout=2).close()
            return True
        except OSError:
            time.sleep(0.2)
    return False


def _children(pid: int) -> list[int]:
    """Every process that descends from one, as /proc tells it."""
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in path.read_text().split():
                found += [int(child), *_children(int(child))]
    return found
