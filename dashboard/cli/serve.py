"""``inkarta`` and ``inkarta serve``."""

from __future__ import annotations

import os
import socket
import threading
import time
import urllib.request
import webbrowser
from typing import Annotated

import typer

from dashboard import permission
from dashboard.cli.base import (
    Exit,
    Json,
    app,
    build_snapshot,
    fail,
    fetched_folder,
    out,
    print_json,
    snapshots_folder,
)
from etl import warehouse

Port = Annotated[int, typer.Option(help="Port to listen on.")]
Host = Annotated[str, typer.Option(help="Address to listen on; 127.0.0.1 is this machine only.")]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Do not open a web browser.")]


@app.callback(invoke_without_command=True)
def _default(
    context: typer.Context, port: Port = 8501, host: Host = "127.0.0.1", no_browser: NoBrowser = False
) -> None:
    if context.invoked_subcommand is None:
        serve(port, host, no_browser)


@app.command()
def serve(port: Port = 8501, host: Host = "127.0.0.1", no_browser: NoBrowser = False, as_json: Json = False) -> None:
    """Serve the dashboard; build it from the embedded and fetched data first when there is no snapshot."""
    os.environ["INKARTA_HOME"] = str(warehouse.home())
    permission.settle(is_local=host in ("127.0.0.1", "localhost", "::1"))
    folder = snapshots_folder()
    if warehouse.is_stale(folder):
        build_snapshot(folder, fetched_folder(), None, quiet=as_json)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            fail(
                Exit.USAGE,
                f"Port {port} on {host} cannot be used ({error.strerror}). Choose another with --port.",
            )
    import uvicorn

    from dashboard.server import create_app
    from dashboard.websocket import WideWindowProtocol

    try:
        application = create_app()
    except ValueError as error:
        fail(Exit.USAGE, f"INKARTA_EMBED_ORIGINS: {error}")
    url = f"http://{host}:{port}"
    if as_json:
        print_json({"url": url, "snapshot_id": (warehouse.current(folder) or folder).stem})
    else:
        out.print(f"Inkluderingskartan: {url}   (Ctrl+C stops it)")
    if not no_browser:
        threading.Thread(target=_open_when_ready, args=(url,), daemon=True).start()
    uvicorn.run(
        application, host=host, port=port, ws=WideWindowProtocol, log_level="warning", access_log=False,
        timeout_graceful_shutdown=3,  # streams of news never end by themselves
    )  # fmt: skip


def _open_when_ready(url: str) -> None:
    for _ in range(100):
        time.sleep(0.2)
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=1):  # noqa: S310 (our own address)
                webbrowser.open(url)
                return
        except OSError:
            continue
