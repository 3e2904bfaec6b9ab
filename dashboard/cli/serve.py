"""``inkarta`` and ``inkarta serve``."""

from __future__ import annotations

import os
import socket
import threading
import time
import urllib.request
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from dashboard import permission
from dashboard.cli.base import (
    Exit,
    Json,
    app,
    build_snapshot,
    err,
    fail,
    fetched_folder,
    out,
    print_json,
    snapshots_folder,
)
from dashboard.db import NoSnapshotError, served
from dashboard.guard import Guard, is_loopback
from dashboard.store import StoreError, configured
from etl import warehouse

Port = Annotated[int, typer.Option(help="Port to listen on.")]
Host = Annotated[str, typer.Option(help="Address to listen on; 127.0.0.1 is this machine only.")]
Names = Annotated[
    list[str] | None,
    typer.Option(
        "--allowed-host",
        help="A name that visitors use for this server, such as karta.region.example; may be given several times. "
        "Also INKARTA_ALLOWED_HOSTS. This machine's own names and the address that is reached always work.",
    ),
]
Metrics = Annotated[
    str,
    typer.Option(
        "--metrics", help="Serve figures for Prometheus at /metrics of another address, such as 127.0.0.1:9464."
    ),
]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Do not open a web browser.")]


@app.callback(invoke_without_command=True)
def _default(
    context: typer.Context,
    port: Port = 8501,
    host: Host = "127.0.0.1",
    no_browser: NoBrowser = False,
    allowed_host: Names = None,
    metrics: Metrics = "",
) -> None:
    if context.invoked_subcommand is None:
        serve(port, host, no_browser, allowed_host, metrics)


@app.command()
def serve(
    port: Port = 8501,
    host: Host = "127.0.0.1",
    no_browser: NoBrowser = False,
    allowed_host: Names = None,
    metrics: Metrics = "",
    as_json: Json = False,
) -> None:
    """Serve the dashboard; build it from the embedded and fetched data first when there is no snapshot.

    Where others reach it, it starts only with settings that are safe; inkarta doctor tells of them too.
    """
    os.environ["INKARTA_HOME"] = str(warehouse.home())
    _make_temporary()
    _open_store()
    application = _application(host, tuple(allowed_host or ()))
    door = _door(metrics, port)
    folder = snapshots_folder()
    if warehouse.is_stale(folder):
        _build(folder, quiet=as_json)
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            fail(
                Exit.USAGE,
                f"Port {port} on {host} cannot be used ({error.strerror}). Choose another with --port.",
            )
    import uvicorn

    from dashboard import logs, observed
    from dashboard.server import addresses
    from dashboard.websocket import PlainProtocol, WideWindowProtocol

    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    if as_json:
        print_json({"url": url, "snapshot_id": served(folder).snapshot_id})
    else:
        out.print(f"Inkluderingskartan: {url}   (Ctrl+C stops it)")
    if not no_browser:
        threading.Thread(target=_open_when_ready, args=(url,), daemon=True).start()
    try:
        logs.start(os.environ.get(logs.VARIABLE) or logs.FORMS[0])
        if door:
            observed.serve(*door, snapshots_folder)
    except (ValueError, OSError) as error:
        fail(Exit.USAGE, f"{logs.VARIABLE} or --metrics {metrics}: {error}")
    uvicorn.run(
        observed.Observed(application, addresses()), log_config=None, host=host, port=port,
        http=PlainProtocol, ws=WideWindowProtocol, log_level="warning",
        access_log=False, server_header=False, timeout_graceful_shutdown=3,  # streams of news never end by themselves
    )  # fmt: skip


def _make_temporary() -> None:
    """The folder for temporary files, which a mounted data folder need not have."""
    if folder := os.environ.get("TMPDIR"):
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
        except OSError as error:
            err.print(f"Note: TMPDIR={folder} cannot be made ({error.strerror}).", highlight=False, markup=False)


def _build(folder: Path, *, quiet: bool) -> None:
    """Build; a build that is refused ends the command only when no earlier snapshot can be served."""
    try:
        build_snapshot(folder, fetched_folder(), None, quiet=quiet)
    except typer.Exit as refused:
        try:
            kept = served(folder).snapshot_id
        except NoSnapshotError:
            raise refused from None
        err.print(f"Note: {kept} serves until a build succeeds.", highlight=False, markup=False)


def _open_store() -> None:
    """A setting that cannot be read ends the command. A server that does not answer is told of: figures need none."""
    try:
        db = configured(warehouse.home())
        db.place  # noqa: B018 (it is read for its sake)
    except StoreError as error:
        fail(Exit.USAGE, str(error))
    if db.url:
        try:
            with db.read():
                pass
        except StoreError as error:
            err.print(f"Note: nothing can be saved or led before it is mended: {error}", highlight=False, markup=False)


def _door(text: str, port: int) -> tuple[str, int] | None:
    """Where the figures are to be had, None for nowhere; ends the command when that is the pages' own address."""
    from dashboard import observed

    if not text:
        return None
    try:
        door = observed.address(text)
    except ValueError as error:
        fail(Exit.USAGE, f"--metrics: {error}")
    if door[1] == port:
        fail(Exit.USAGE, f"--metrics {text}: the pages have that port. Choose another.")
    if not is_loopback(door[0]):
        err.print(f"Note: whoever reaches {text} can read the figures.", highlight=False, markup=False)
    return door


def _application(host: str, names: tuple[str, ...]) -> Guard:
    """The application for visitors of ``host``; ends the command when strangers would meet unsafe settings."""
    from dashboard import effective
    from dashboard.server import create_app

    try:
        hosts = effective.hosts(host, names)
    except ValueError as error:
        fail(Exit.USAGE, f"INKARTA_ALLOWED_HOSTS or --allowed-host: {error}")
    permission.settle(is_local=not hosts.is_exposed)
    try:
        application = create_app(hosts)
    except ValueError as error:
        fail(Exit.USAGE, str(error) if "INKARTA_" in str(error) else f"INKARTA_EMBED_ORIGINS: {error}")
    found = effective.unsafe(effective.effective())
    severe = [str(one) for one in found if one.rule.severe]
    if hosts.is_exposed:
        severe += effective.sign_in_faults(hosts)
        if severe:
            fail(Exit.USAGE, "Not started, since others than this machine would reach it:\n" + "\n".join(severe))
        for one in found:
            err.print(f"Note: {one}", highlight=False, markup=False)
        if not any(not is_loopback(name) for name in hosts.names):
            err.print(
                "Note: it answers to its address only. Names for it are given with --allowed-host or "
                "INKARTA_ALLOWED_HOSTS.", highlight=False, markup=False,
            )  # fmt: skip
    elif severe:
        err.print("Note: safe on this machine only:\n" + "\n".join(severe), highlight=False, markup=False)
    return application


def _open_when_ready(url: str) -> None:
    for _ in range(100):
        time.sleep(0.2)
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=1):  # noqa: S310 (our own address)
                webbrowser.open(url)
                return
        except OSError:
            continue
