"""The examples for operators are what they say: checked by the tools that read them, and run where that can be done."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import httpx
import pytest

from etl import warehouse
from tests.conftest import ROOT
from tests.dashboard.running import Server, free_port, running
from tests.lacking import unable

DEPLOY = ROOT / "deploy"
NAME = "karta.region.example"
USER = 10001


def tool(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is None:
        unable(f"{name} is not on this machine")
    return found


# The container


def taken_along() -> list[str]:
    """What the image holds of the source tree."""
    lines = (DEPLOY / "Containerfile").read_text("utf-8").splitlines()
    return [word for line in lines if line.startswith("COPY ") for word in line.split()[1:-1]]


def test_the_container_has_no_root_no_addresses_and_all_that_it_needs() -> None:
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users
    assert not users[-1].startswith(("0", "root"))
    assert lines.index(f"USER {users[-1]}") < next(n for n, line in enumerate(lines) if line.startswith("ENTRYPOINT"))
    assert "--require-hashes -r requirements.txt" in text
    assert not re.search(r"://(?!127\.0\.0\.1)|index-url|docker\.io|ghcr", text)
    copied = set(taken_along())
    assert all((ROOT / word).exists() for word in copied)
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"][
        "wheel"
    ]["packages"]
    assert set(packages) <= copied
    assert {"hatchling", "editables"} <= {
        line.split("==")[0] for line in (ROOT / "requirements.txt").read_text().splitlines()
    }


@pytest.fixture
def image() -> Iterator[Path]:
    """The tree as in the image, where any user may read it, and an empty data folder of another user's: ``volume``."""
    with tempfile.TemporaryDirectory() as made:
        at = Path(made)
        at.chmod(0o755)
        for name in taken_along():
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, at / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, at)
        (at / "volume").mkdir()
        os.chown(at / "volume", USER, USER)
        yield at


def read_only(home: Path, root: Path, command: str) -> list[str]:
    """A command in a mount namespace of its own where nothing but ``home`` can be written, by another user than root.

    That user may read what root may, since the interpreter can lie in root's home.
    """
    script = (
        f"set -e; mount --make-rprivate /; mount --bind '{home}' '{home}'; "
        "awk '{print $2}' /proc/self/mounts | sort -u | while read at; do "
        f"case \"$at\" in '{home}'|/proc*|/sys*|/dev*) ;; "
        '*) mount -o remount,bind,ro "$at" 2>/dev/null || true;; esac; done; '
        f"if touch '{root}/.written' 2>/dev/null; then echo writable >&2; exit 97; fi; "
        f"exec '{tool('setpriv')}' --reuid {USER} --regid {USER} --clear-groups --inh-caps +dac_read_search "
        f"--ambient-caps +dac_read_search {command}"
    )
    return [tool("unshare"), "--mount", "sh", "-c", script]


def test_it_serves_on_a_file_system_where_only_the_data_can_be_written(image: Path) -> None:
    """Pages, guide, API, exports, saving, an import; HOME and TMPDIR lie in the data folder, which is empty then."""
    if subprocess.run([tool("unshare"), "--mount", "true"], capture_output=True, check=False).returncode:
        unable("this user may not make a mount namespace")
    home, port = image / "volume", free_port()
    environment = {
        **os.environ, "INKARTA_HOME": str(home), "HOME": str(home), "TMPDIR": str(home / "tmp"),
        "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(image),
    }  # fmt: skip
    command = f"'{sys.executable}' -m dashboard.cli serve --port {port} --no-browser"
    process = subprocess.Popen(
        read_only(home, image, command),
        cwd=image,
        env=environment,
        text=True,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    site = Server("127.0.0.1", port, process)
    try:
        for _ in range(900):
            assert process.poll() is None, process.stderr.read() if process.stderr else ""
            try:
                httpx.get(f"{site.url}/healthz", timeout=2)
                break
            except httpx.HTTPError:
                time.sleep(0.2)
        own = {"origin": site.url}
        with httpx.Client(base_url=site.url, timeout=120, headers={"accept": "text/html"}) as client:
            assert client.get("/lan?lan=18").status_code == 200
            guide = client.get("/guide?lang=sv")
            assert guide.status_code == 200
            pictures = re.findall(r'src="(/guide/[^"]+)"', guide.text)
            assert pictures
            assert all(client.get(picture).status_code == 200 for picture in pictures)
            assert client.get("/api/v1/operations?limit=3").status_code == 200
            for file in ("county.pdf?lan=18", "county.xlsx?lan=18", "county.pptx?lan=18", "sweden/karta.png"):
                assert client.get(f"/export/{file}").status_code == 200, file
            sent = {"fil": ("lista.csv", "Projekt;Belopp\nEtt;1000\nTvå;2000\n".encode())}
            taken = client.post("/importera/fil", files=sent, headers=own)
            assert (taken.status_code, "fil=" in taken.headers["location"]) == (303, True)
            views = {
                "fil": (
                    "vyer.json",
                    b'{"format":"inkarta-views","version":1,"views":[{"name":"Ny","page":"sweden","query":""}]}',
                )
            }
            assert client.post("/vyer/fil", files=views, headers=own).status_code == 303
            assert [view["name"] for view in client.get("/vyer.json").json()["views"]] == ["Ny"]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    assert process.returncode != 97
    assert not (image / ".written").exists()
    assert (home / "tmp").is_dir()
    assert {path.stat().st_uid for path in home.rglob("*")} == {USER}


def test_the_wheel_holds_the_guide() -> None:
    from hatchling.builders.wheel import WheelBuilder

    held = {file.distribution_path for file in WheelBuilder(str(ROOT)).recurse_included_files()}
    assert {"docs/guide.sv.md", "docs/guide.en.md", "dashboard/guide.py"} <= held
    assert {f"docs/pictures/{path.name}" for path in (ROOT / "docs/pictures").iterdir()} <= held


# systemd


UNITS = ("inkarta.service", "inkarta@.service", "inkarta-update.service", "inkarta-update.timer")


@pytest.mark.parametrize("name", ["inkarta.service", "inkarta@8502.service", *UNITS[2:]])
def test_systemd_takes_the_units(name: str, tmp_path: Path) -> None:
    """With paths and users of this machine in the place of the example's."""
    analyze = tool("systemd-analyze")
    for unit in UNITS:
        text = (DEPLOY / unit).read_text("utf-8")
        text = re.sub(r"/opt/inkluderingskartan/(\.venv/bin/inkarta|deploy/update\.sh)", "/bin/true", text)
        (tmp_path / unit).write_text(re.sub(r"^(User|Group)=.*", r"\1=root", text, flags=re.MULTILINE), "utf-8")
    done = subprocess.run([analyze, "verify", str(tmp_path / name)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_the_server_survives_does_not_keep_the_unit_from_starting() -> None:
    """Doctor tells of a lost snapshot, a database that is away and little room; the server starts all the same."""
    lines = (DEPLOY / "inkarta.service").read_text("utf-8").splitlines()
    before = [line.partition("=")[2] for line in lines if line.startswith("ExecStartPre=")]
    assert before
    assert all(command.startswith("-") for command in before)


def test_further_servers_of_the_proxy_have_a_unit_that_differs_by_its_port_only() -> None:
    ports = re.findall(r"^ +server \w+ 127\.0\.0\.1:(\d+)", (DEPLOY / "haproxy.cfg").read_text("utf-8"), re.MULTILINE)
    assert ports == ["8501", "8502"]
    one, many = ((DEPLOY / name).read_text("utf-8").splitlines() for name in UNITS[:2])
    assert len(one) == len(many)
    for first, further in zip(one, many, strict=True):
        assert further.replace("%i", "8501") in (first, f"{first} on port 8501", first.replace("inkarta.", "inkarta@."))


@pytest.mark.parametrize("name", ["inkarta.service", "inkarta-update.service"])
def test_systemd_finds_little_exposed(name: str) -> None:
    done = subprocess.run(
        [tool("systemd-analyze"), "security", "--offline=true", str(DEPLOY / name)],
        capture_output=True,
        text=True,
        check=False,
    )
    score = re.search(r"exposure level for \S+: ([0-9.]+)", done.stdout)
    assert score, done.stderr
    assert float(score[1]) < 2.0


# Updating


def update(home: Path, *sources: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = home.parent / "inkarta"
    command.write_text(f"#!/bin/sh\ncd '{ROOT}' && exec '{sys.executable}' -m dashboard.cli \"$@\"\n", "utf-8")
    command.chmod(0o755)
    return subprocess.run(
        [str(DEPLOY / "update.sh"), *sources], capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "INKARTA_HOME": str(home), "INKARTA": str(command), **env},
    )  # fmt: skip


def test_a_source_that_fails_leaves_a_good_snapshot_serving_and_is_heard_of(tmp_path: Path) -> None:
    home = tmp_path / "home"
    dead = {"INKARTA_BASE_ECB_EUR_SEK": f"http://127.0.0.1:{free_port()}/"}
    done = update(home, "ecb_eur_sek", **dead)
    assert done.returncode == 1, done.stderr
    assert "ecb_eur_sek" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    first = warehouse.current(home / "snapshots")
    assert first is not None
    assert warehouse.describe(first).rows["operations"] == 219
    (home / "fetched").mkdir(exist_ok=True)
    (home / "fetched/esf_projektbanken.csv").write_text("<html>Service unavailable</html>", "utf-8")
    refused = update(home, "ecb_eur_sek", **dead)
    assert refused.returncode in (1, 3)
    assert warehouse.current(home / "snapshots") == first
    assert warehouse.describe(first).rows["operations"] == 219


def test_naming_an_earlier_snapshot_rolls_back_while_serving(warehouse_folder: Path, tmp_path: Path) -> None:
    """As the guide says it: one rename, seen by the next request, and back again."""
    folder = tmp_path / "snapshots"
    folder.mkdir()
    served = warehouse.current(warehouse_folder)
    assert served
    for name in (served.stem, "20200101-aaaaaaaa"):
        shutil.copy(served, folder / f"{name}.duckdb")
    with duckdb.connect(str(folder / "20200101-aaaaaaaa.duckdb")) as con:
        con.execute("UPDATE snapshot SET snapshot_id = '20200101-aaaaaaaa'")
    (folder / "current").write_text(served.stem, "utf-8")
    with running(tmp_path) as site:
        for name in (served.stem, "20200101-aaaaaaaa", served.stem):
            done = subprocess.run(
                ["sh", "-c", f"cd '{folder}' && echo {name} > .next && mv .next current"], check=False
            )
            assert done.returncode == 0
            assert httpx.get(f"{site.url}/healthz").json()["snapshot_id"] == name
            assert httpx.get(f"{site.url}/lan?lan=18", headers={"accept": "text/html"}).status_code == 200


@pytest.mark.parametrize("which", ["backup", "update.sh"])
def test_cron_works_with_the_settings_of_the_server(which: str, tmp_path: Path) -> None:
    """A line of it in sh, with the program and the settings in this test's folder."""
    lines = (DEPLOY / "inkarta.cron").read_text("utf-8").splitlines()
    line = next(line for line in lines if re.match("[0-9]", line) and which in line)
    settings, program = tmp_path / "inkarta.env", tmp_path / "program"
    program.write_text('#!/bin/sh\nprintf "%s|%s\\n" "$INKARTA_STORE" "$INKARTA_ALLOWED_HOSTS"\n', "utf-8")
    program.chmod(0o755)
    command = re.sub(r"/opt/inkluderingskartan/\S+", str(program), line.split(maxsplit=6)[6])
    command = command.replace("/etc/inkarta.env", str(settings))

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-c", command], capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]}
        )

    assert run().stdout == "|\n"
    store = "postgresql://inkarta@db.example/inkarta?sslmode=verify-full&target_session_attrs=read-write"
    settings.write_text(f"INKARTA_STORE='{store}'\nINKARTA_ALLOWED_HOSTS='a.example b.example'\n", "utf-8")
    assert run().stdout == f"{store}|a.example b.example\n"
    settings.write_text("INKARTA_STORE='never ended\n", "utf-8")
    assert run().stdout == "", "nothing is done to another database"


def test_cron_and_the_timer_run_the_same_script() -> None:
    assert "/opt/inkluderingskartan/deploy/update.sh" in (DEPLOY / "inkarta.cron").read_text("utf-8")
    assert "ExecStart=/opt/inkluderingskartan/deploy/update.sh" in (DEPLOY / "inkarta-update.service").read_text(
        "utf-8"
    )
    assert os.access(DEPLOY / "update.sh", os.X_OK)


# HAProxy


def config(path: Path, port: int, a: int, b: int) -> Path:
    """The example without its certificate, on ports of this test."""
    text = (DEPLOY / "haproxy.cfg").read_text("utf-8")
    text = re.sub(r"    bind :443.*\n", "", text).replace("bind :80", f"bind 127.0.0.1:{port}")
    text = re.sub(r".*redirect scheme.*\n", "", text).replace(":8501", f":{a}").replace(":8502", f":{b}")
    path.write_text(text, "utf-8")
    return path


def test_haproxy_takes_the_example(tmp_path: Path) -> None:
    done = subprocess.run(
        [tool("haproxy"), "-c", "-f", str(config(tmp_path / "h.cfg", 8080, 8501, 8502))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr


def test_a_viewer_stays_with_one_server_and_goes_on_when_it_is_gone(warehouse_folder: Path, tmp_path: Path) -> None:
    haproxy = tool("haproxy")
    port, more = free_port(), ("--allowed-host", NAME)
    with running(warehouse_folder.parent, *more) as a, running(warehouse_folder.parent, *more) as b:
        file = config(tmp_path / "h.cfg", port, a.port, b.port)
        proxy = subprocess.Popen(
            [haproxy, "-db", "-f", str(file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            site = Server("127.0.0.1", port, proxy)  # type: ignore[arg-type]
            cookies = []
            for _ in range(100):
                try:
                    if site.ask("/healthz", host=NAME).status == 200:
                        break
                except OSError:
                    pass
                time.sleep(0.2)
            for _ in range(20):
                answer = site.ask("/healthz", host=NAME)
                assert answer.status == 200
                cookies.append(re.search(r"ik_server=(\w+)", answer.headers["set-cookie"])[1])  # type: ignore[index]
                assert "HttpOnly" in answer.headers["set-cookie"]
                assert "Secure" in answer.headers["set-cookie"]
            assert set(cookies) == {"a", "b"}
            for one in ("a", "b"):
                kept = [site.ask("/healthz", host=NAME, cookie=f"ik_server={one}") for _ in range(10)]
                assert all(answer.status == 200 and "set-cookie" not in answer.headers for answer in kept), (
                    "no other is given"
                )
            assert site.socket(host=NAME, origin=f"https://{NAME}", cookie="ik_server=a").status == 101
            assert site.ask("/healthz", host="evil.example").status == 400
            forged = site.ask("/healthz", host=NAME, x_forwarded_host="evil.example", x_forwarded_for="192.0.2.1")
            assert forged.status == 200
            a.process.kill()
            a.process.wait()
            until = time.monotonic() + 20
            while site.ask("/healthz", host=NAME, cookie="ik_server=a").status != 200:
                assert time.monotonic() < until, "nobody took over"
                time.sleep(0.2)
            assert site.socket(host=NAME, origin=f"https://{NAME}", cookie="ik_server=a").status == 101
        finally:
            proxy.terminate()
            proxy.wait(20)
