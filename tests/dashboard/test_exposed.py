"""Which names the server answers to, who may send to it, and that it does not start unsafely where others reach it."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import effective
from dashboard.guard import Hosts, host_names, is_closed, is_own_origin
from tests.conftest import ROOT
from tests.dashboard.running import Server, free_port, running
from tests.lacking import unable

NAME = "karta.region.example"


def outward() -> str:
    """An address of this machine that is not the loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a datagram socket sends nothing by this
            return str(probe.getsockname()[0])
        except OSError:
            unable("this machine has no address beyond the loopback")


@pytest.fixture(scope="module")
def local(warehouse_folder: Path) -> Iterator[Server]:
    with running(warehouse_folder.parent) as server:
        yield server


@pytest.fixture(scope="module")
def exposed(warehouse_folder: Path) -> Iterator[Server]:
    more = ("--allowed-host", f"{NAME},*.lan.example")
    with running(warehouse_folder.parent, *more, host="0.0.0.0", at="127.0.0.1") as server:
        yield server


# The local server: nobody gets in by a name of his own


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST", "localhost."])
def test_this_machines_names_always_work(local: Server, name: str) -> None:
    assert local.ask("/healthz", host=f"{name}:{local.port}").status == 200
    assert local.socket(host=f"{name}:{local.port}", origin=f"http://{name.lower()}:{local.port}").status == 101


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "evil.example:{port}", "127.0.0.1.evil.example", "localhost.evil.example:{port}",
        "evil-localhost",
        "localhost@evil.example", "evil.example#localhost", "192.0.2.7:{port}", "0.0.0.0:{port}", "",
        "[::ffff:127.0.0.1]x",
        "localhost:{port}:1", "localhost/evil", "127.0.0.1 evil", NAME,
    ],
)  # fmt: skip
def test_a_rebound_name_reaches_nothing(local: Server, host: str) -> None:
    """Host and Origin agree with each other, as in a browser that was made to resolve the attacker's name to us."""
    host = host.format(port=local.port)
    for path in (
        "/",
        "/healthz",
        "/api/v1/operations",
        "/export/county.csv?lan=18",
        "/_stcore/health",
        "/app/static/style.css",
    ):
        answer = local.ask(path, host=host, origin=f"http://{host}")
        assert answer.status == 400, (path, answer)
        assert "snapshot" not in answer.body
    assert local.socket(host=host, origin=f"http://{host}").status == 400
    assert local.ask("/vyer/fil", "POST", host=host, origin=f"http://{host}").status == 400


def test_two_names_at_once_are_none(local: Server) -> None:
    port = local.port
    answer = local.raw(f"GET /healthz HTTP/1.1\r\nHost: localhost:{port}\r\nHost: evil.example\r\n\r\n".encode())
    assert answer.status == 400


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://localhost:3000",
        "http://127.0.0.1:1",
        "http://127.0.0.1.evil.example",
        "file://",
        "x",
    ],
)
def test_a_page_of_another_site_sends_nothing_and_opens_no_socket(local: Server, origin: str) -> None:
    """Another port of this machine is another site too."""
    assert local.socket(origin=origin).status == 403
    for path in ("/vyer/fil", "/importera/fil", "/effekter/fil", "/problemtrad/fil", "/", "/_stcore/upload_file/a/b"):
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            assert local.ask(path, method, origin=origin).status == 403, (method, path)
    assert local.ask("/api/v1/operations?limit=1", origin=origin).status == 200, "public figures may be read by all"


def test_a_form_without_an_origin_counts_by_what_the_browser_says_of_it(local: Server) -> None:
    assert local.ask("/vyer/fil", "POST", sec_fetch_site="cross-site").status == 403
    assert local.ask("/vyer/fil", "POST", sec_fetch_site="same-site").status == 403


@pytest.mark.parametrize("header", ["forwarded", "x-forwarded-for", "x-forwarded-host"])
def test_a_proxy_before_a_local_server_is_noticed(local: Server, header: str) -> None:
    """What is on for this machine only, saving and importing, must not be on for the proxy's visitors."""
    answer = local.ask("/healthz", **{header: NAME})
    assert answer.status == 400
    assert "INKARTA_ALLOWED_HOSTS" in answer.body


# The exposed server


@pytest.mark.parametrize(
    "name", [NAME, NAME.upper(), f"{NAME}.", f"{NAME}:443", "a.lan.example", "b.a.lan.example:8501"]
)
def test_the_names_that_it_was_given_work(exposed: Server, name: str) -> None:
    assert exposed.ask("/healthz", host=name).status == 200
    assert exposed.socket(host=name, origin=f"https://{name}").status == 101
    assert exposed.ask("/healthz", host=name, x_forwarded_for="192.0.2.1", x_forwarded_proto="https").status == 200


@pytest.mark.parametrize(
    "name", ["evil.example", "lan.example", "evillan.example", f"{NAME}.evil.example", f"x.{NAME}"]
)
def test_no_other_names_do(exposed: Server, name: str) -> None:
    assert exposed.ask("/healthz", host=name, origin=f"https://{name}").status == 400
    assert exposed.socket(host=name, origin=f"https://{name}").status == 400
    assert exposed.socket(host=NAME, origin=f"https://{name}").status == 403


def test_its_own_address_works_and_this_machines_names_only_from_this_machine(exposed: Server) -> None:
    own = outward()
    port = exposed.port
    assert exposed.ask("/healthz", to=own, host=f"{own}:{port}").status == 200
    assert exposed.ask("/healthz", to=own, host=f"localhost:{port}").status == 400
    assert exposed.ask("/healthz", to=own, host=f"127.0.0.1:{port}").status == 400
    assert exposed.ask("/healthz", host=f"localhost:{port}").status == 200, "a health check from the machine itself"


def test_nobody_may_change_anything_there_unless_told_so(exposed: Server) -> None:
    answer = exposed.ask("/vyer/fil", "POST", host=NAME, origin=f"https://{NAME}")
    assert (answer.status, answer.body) == (403, "forbidden")


# Starting


def start(cwd: Path, *more: str, **env: str) -> subprocess.CompletedProcess[str]:
    """``inkarta serve`` that is expected to end by itself."""
    return subprocess.run(
        [sys.executable, "-m", "dashboard.cli", "serve", "--no-browser", "--port", str(free_port()), *more],
        cwd=cwd, env={**os.environ, **env}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The program with settings of its own to spoil."""
    shutil.copytree(ROOT / "dashboard", tmp_path / "dashboard", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("etl", "pages", "data"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def test_it_does_not_start_unsafely_where_others_reach_it(copied: Path, tmp_path: Path) -> None:
    file = copied / "dashboard/.streamlit/config.toml"
    text = file.read_text("utf-8")
    for old, new in (
        ("disableDataExport = true", "disableDataExport = false"),
        ("enableXsrfProtection = true", "enableXsrfProtection = false"),
        ("gatherUsageStats = false", "gatherUsageStats = true"),
        ('showErrorDetails = "none"', 'showErrorDetails = "full"'),
    ):  # fmt: skip
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, "utf-8")
    done = start(copied, "--host", "0.0.0.0", INKARTA_HOME=str(tmp_path / "home"))
    assert done.returncode == 2
    assert "Not started" in done.stderr
    assert "Traceback" not in done.stderr
    for name in (
        "client.disableDataExport is False",
        "enableXsrfProtection = true",
        "gatherUsageStats = false",
        "showErrorDetails",
    ):
        assert name in done.stderr, name
    assert not (tmp_path / "home").exists(), "and it has built nothing"
    behind = start(copied, "--allowed-host", NAME, INKARTA_HOME=str(tmp_path / "home"))
    assert behind.returncode == 2, "a server behind a proxy is reached by others too"


def test_the_users_own_streamlit_settings_do_not_reach_it(tmp_path: Path) -> None:
    """A file in the user's home, one in the working folder, and variables: the program's own settings hold."""
    for folder in (tmp_path / "user/.streamlit", tmp_path / "work/.streamlit"):
        folder.mkdir(parents=True)
        (folder / "config.toml").write_text(
            "[server]\nenableXsrfProtection = false\nmaxUploadSize = 500\n[client]\ndisableDataExport = false\n",
            "utf-8",
        )
    code = (
        "from dashboard.server import create_app; from dashboard import effective; create_app();"
        "print([str(one) for one in effective.unsafe(effective.effective()) if one.rule.severe])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path / "work", capture_output=True, text=True, check=True,
        env={**os.environ, "HOME": str(tmp_path / "user"), "PYTHONPATH": str(ROOT),
             "STREAMLIT_SERVER_ENABLE_CORS": "false"},
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


def test_a_strange_user_setting_that_is_not_the_programs_own_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "user/.streamlit"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('[server.trustedUserHeaders]\nX-User = "email"\n', "utf-8")
    done = start(ROOT, "--host", "0.0.0.0", HOME=str(tmp_path / "user"), INKARTA_HOME=str(tmp_path / "home"))
    assert done.returncode == 2
    assert "server.trustedUserHeaders" in done.stderr


@pytest.mark.parametrize("names", ["*", "https://karta.example", "karta.example:8501", "a b/c", "*.", "-x"])
def test_what_is_no_host_name_is_said_in_words(names: str, tmp_path: Path) -> None:
    done = start(ROOT, INKARTA_ALLOWED_HOSTS=names, INKARTA_HOME=str(tmp_path))
    assert done.returncode == 2
    assert "INKARTA_ALLOWED_HOSTS" in done.stderr
    assert "Traceback" not in done.stderr


SAFE: dict[str, Any] = {
    "client.disableDataExport": True, "client.showErrorDetails": "none", "client.showErrorLinks": False,
    "client.toolbarMode": "minimal", "client.allowedOrigins": [], "browser.gatherUsageStats": False,
    "server.enableXsrfProtection": True, "server.enableCORS": True, "server.corsAllowedOrigins": [],
    "server.trustedUserHeaders": {}, "server.unsafeMetricsUserAttributes": [], "server.enableAgentApi": False,
    "server.scriptHealthCheckEnabled": False, "server.enableStaticServing": True, "server.fileWatcherType": "none",
    "server.runOnSave": False, "global.developmentMode": False, "server.maxUploadSize": 1,
    "server.maxWidgetStateSize": 5,
    "server.xsrfCookieSameSite": "lax", "runner.postScriptGC": False, "INKARTA_EDIT": "off", "INKARTA_IMPORT": "off",
    "INKARTA_HTTPS": "on", "INKARTA_EMBED_ORIGINS": "https://region.example",
}  # fmt: skip
SPOILT: dict[str, Any] = {
    "client.showErrorDetails": "full", "client.toolbarMode": "developer", "client.allowedOrigins": ["https://x.example"],
    "server.corsAllowedOrigins": ["https://x.example"], "server.trustedUserHeaders": {"X-User": "email"},
    "server.unsafeMetricsUserAttributes": ["email"], "server.fileWatcherType": "auto", "server.maxUploadSize": 200,
    "server.maxWidgetStateSize": 25, "server.xsrfCookieSameSite": "none", "INKARTA_EDIT": "on", "INKARTA_IMPORT": "on",
    "INKARTA_HTTPS": "", "INKARTA_EMBED_ORIGINS": "https://a.example *",
}  # fmt: skip


def test_what_is_safe_is_not_complained_of() -> None:
    assert not effective.unsafe(SAFE)
    assert set(SAFE) == {rule.name for rule in (*effective.STREAMLIT, *effective.OWN)}


@pytest.mark.parametrize("name", SAFE)
def test_each_setting_trips_its_own_rule_and_says_what_to_do(name: str) -> None:
    value = SPOILT.get(name, not SAFE[name])
    found = effective.unsafe({**SAFE, name: value})
    assert [one.rule.name for one in found] == [name]
    assert name.split(".")[-1] in found[0].rule.remedy
    assert len(found[0].rule.why) > 20


# The rules by themselves


LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
DOMAIN = st.lists(LABEL, min_size=2, max_size=4).map(".".join)


@given(DOMAIN, DOMAIN, st.sampled_from(["127.0.0.1", "10.0.0.5", "::1"]), st.integers(1, 65535))
def test_a_name_is_answered_to_only_when_it_is_given(ours: str, theirs: str, reached: str, port: int) -> None:
    hosts = Hosts.of(reached, host_names(ours))
    assert hosts.allows(f"{ours}:{port}", reached)
    assert hosts.allows(theirs, reached) == (theirs in (ours, reached))
    assert not hosts.allows(f"{theirs}.{ours}", reached)
    assert not hosts.allows(f"{ours}.{theirs}", reached)


@pytest.mark.parametrize(
    ("host", "reached", "is_ours"),
    [
        ("[::1]:8501", "::1", True), ("localhost", "::1", True), ("[::1]", "127.0.0.1", True), ("[::2]", "::1", False),
        ("127.0.0.1:1", "::ffff:127.0.0.1", True), ("10.0.0.5:8501", "::ffff:10.0.0.5", True),
        ("10.0.0.5", "10.0.0.6", False),
        ("[2001:db8::5]:8501", "2001:db8::5", True), ("localhost", "10.0.0.5", False), ("10.0.0.5", "", False),
    ],
)  # fmt: skip
def test_an_address_is_ours_when_the_connection_came_to_it(host: str, reached: str, is_ours: bool) -> None:
    assert Hosts().allows(host, reached) == is_ours


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_host_header_raises(host: str, origin: str) -> None:
    Hosts.of("127.0.0.1", ("karta.example",)).allows(host, "127.0.0.1")
    headers = [(b"host", host.encode()), (b"origin", origin.encode())]
    is_own_origin("POST", headers)


def test_reading_is_free_and_sending_is_not() -> None:
    for method, site in itertools.product(("GET", "HEAD", "OPTIONS"), (b"https://a.example", b"null", b"")):
        assert is_own_origin(method, [(b"host", b"b.example"), (b"origin", site)])
    own = [(b"host", b"b.example"), (b"origin", b"https://b.example")]
    assert is_own_origin("POST", own)
    assert is_own_origin("", own)
    assert is_own_origin("POST", [(b"host", b"b.example"), (b"origin", b"null"), (b"sec-fetch-site", b"same-origin")])
    assert not is_own_origin("", [(b"host", b"b.example"), (b"origin", b"null"), (b"sec-fetch-site", b"same-origin")])
    assert not is_own_origin("POST", [(b"host", b"b.example"), (b"origin", b"https://b.example.evil")])


@given(st.text(max_size=20))
def test_what_streamlit_adds_to_its_core_is_closed_until_it_is_named(name: str) -> None:
    is_open = name.startswith(("health", "host-config", "stream", "bidi-components/"))
    assert is_closed(f"/_stcore/{name}") != is_open
    assert not is_closed(f"/lan/{name}")
