"""The product as one process, or as several behind HAProxy as ``deploy/haproxy.cfg`` has it, on loopback ports."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.stage import HERE, ROOT, MissingError, Server, Stage

NAME = "karta.region.example"


@dataclass(frozen=True)
class Replicas:
    """Where visitors come (``port``), and the processes behind it."""

    port: int
    servers: tuple[Server, ...]

    def memory(self) -> float:
        """Megabytes of all the processes."""
        return sum(server.memory() or 0.0 for server in self.servers)


def config(text: str, port: int, servers: tuple[int, int]) -> str:
    """The example without its certificate, on these ports."""
    text = re.sub(r"    bind :443.*\n", "", text).replace("bind :80", f"bind {HERE}:{port}")
    text = re.sub(r".*redirect scheme.*\n", "", text)
    for example, own in zip((":8501", ":8502"), servers, strict=True):
        text = text.replace(example, f":{own}")
    return text


@contextmanager
def replicas(stage: Stage, number: int) -> Iterator[Replicas]:
    """One process, reached directly, or two behind HAProxy. Raises :class:`MissingError` without HAProxy."""
    haproxy = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin:/sbin:/usr/local/sbin")
    if number > 1 and haproxy is None:
        raise MissingError("no haproxy here: apt-get install haproxy")
    with ExitStack() as stack:
        servers = tuple(stage.product("--allowed-host", NAME) for _ in range(number))
        for server in servers:
            stack.callback(server.stop)
        for server in servers:
            server.wait()
        if number == 1:
            yield Replicas(servers[0].port, servers)
            return
        assert haproxy is not None
        with socket.socket() as probe:
            probe.bind((HERE, 0))
            port = int(probe.getsockname()[1])
        file = stage.folder / f"haproxy-{port}.cfg"
        text = config(Path(ROOT / "deploy/haproxy.cfg").read_text("utf-8"), port, (servers[0].port, servers[1].port))
        file.write_text(text, "utf-8")
        proxy = subprocess.Popen(
            [haproxy, "-db", "-f", str(file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        stack.callback(proxy.wait, 20)
        stack.callback(proxy.terminate)
        _answers(port)
        yield Replicas(port, servers)


def _answers(port: int) -> None:
    for _ in range(100):
        try:
            asked = urllib.request.Request(f"http://{HERE}:{port}/healthz", headers={"Host": NAME})
            urllib.request.urlopen(asked, timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("HAProxy did not answer")
