"""The one command. The only file that knows both the ETL and the dashboard."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
import urllib.request
import webbrowser
from dataclasses import asdict
from datetime import date
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from etl import catalogue, warehouse
from etl.check import check as measure
from etl.fetch import base_url
from etl.fetch import fetch as download
from etl.spec import SourceError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=False,
    rich_markup_mode=None,
    help="Inkluderingskartan: initiatives, funding and inclusion indicators of Sweden's counties, side by side.\n\n"
    "Without a command it serves the dashboard, and builds the data first when there is none.\n\n"
    "Exit codes: 0 done; 1 a check is broken or a source could not be fetched; 2 wrong usage; 3 a file was refused "
    "and nothing was published; 4 nothing has been built yet.",
)
out, err = Console(), Console(stderr=True)


class Exit(IntEnum):
    """What the exit codes mean."""

    OK = 0
    CHECK = 1
    USAGE = 2
    REFUSED = 3
    EMPTY = 4


Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines instead of words.")]
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
    folder = _snapshots()
    if warehouse.is_stale(folder):
        _build(folder, _fetched_folder(), None, quiet=as_json)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            _fail(
                Exit.USAGE,
                f"Port {port} on {host} cannot be used ({error.strerror}). Choose another with --port.",
            )
    import uvicorn

    from dashboard.server import create_app
    from dashboard.websocket import WideWindowProtocol

    url = f"http://{host}:{port}"
    if as_json:
        _print_json({"url": url, "snapshot_id": (warehouse.current(folder) or folder).stem})
    else:
        out.print(f"Inkluderingskartan: {url}   (Ctrl+C stops it)")
    if not no_browser:
        threading.Thread(target=_open_when_ready, args=(url,), daemon=True).start()
    uvicorn.run(create_app(), host=host, port=port, ws=WideWindowProtocol, log_level="warning", access_log=False)


@app.command()
def fetch(
    source: Annotated[list[str] | None, typer.Argument(help="Source ids; all of them when none is named.")] = None,
    as_json: Json = False,
) -> None:
    """Download registries and indicators into the user's data folder; files not changed are not fetched again."""
    try:
        sources = catalogue.named(source or ())
    except KeyError as error:
        _fail(Exit.USAGE, f"No source is called {error.args[0]!r}. inkarta sources lists them.")
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        console=err,
        disable=as_json,
    ) as bar:
        tasks: dict[str, Any] = {}

        def show(_: str, name: str, done: int, total: int | None) -> None:
            task = tasks.setdefault(name, bar.add_task(name, total=None)) if name not in tasks else tasks[name]
            bar.update(task, completed=done, total=total)

        results = download(sources, _fetched_folder(), progress=show)
    if as_json:
        _print_json({"folder": str(_fetched_folder()), "files": [asdict(r) for r in results]})
    else:
        _table(
            ["source", "file", "", "bytes", "remark"],
            [[r.source_id, r.file, r.status, f"{r.bytes:,}", r.reason] for r in results],
        )
        out.print(f"Files lie in {_fetched_folder()}. Now run: inkarta build")
    if any(r.status == "failed" for r in results):
        raise typer.Exit(Exit.CHECK)


@app.command()
def build(
    from_dir: Annotated[
        Path | None,
        typer.Option("--from", help="Folder with fetched files; the user's data folder by default."),
    ] = None,
    as_of: Annotated[
        str,
        typer.Option(help="Date that 'running' and 'ended' are reckoned at, as 2026-11-23; today by default."),
    ] = "",
    as_json: Json = False,
) -> None:
    """Build a new snapshot from embedded and fetched files, check it, and publish it in one step."""
    if from_dir and not from_dir.is_dir():
        _fail(Exit.USAGE, f"{from_dir} is not a folder.")
    try:
        day = date.fromisoformat(as_of) if as_of else None
    except ValueError:
        _fail(Exit.USAGE, f"{as_of!r} is not a date. Write it as 2026-11-23.")
    done = _build(_snapshots(), from_dir or _fetched_folder(), day, quiet=as_json)
    counts = [asdict(c) for c in done.counts]
    if as_json:
        _print_json(
            {
                "snapshot_id": done.snapshot.snapshot_id,
                "is_new": done.is_new,
                "as_of": done.snapshot.as_of.isoformat(),
                "linked": done.linked,
                "rows": done.snapshot.rows,
                "files": counts,
            }
        )
        return
    if counts:
        _table(
            ["source", "file", "read", "loaded", "quarantined", "warned"],
            [
                [c["source_id"], c["file_name"], *(f"{c[name]:,}" for name in (
                    "rows_read", "rows_loaded", "rows_quarantined", "warnings"
                ))]
                for c in counts
            ],
        )  # fmt: skip
    said = "published" if done.is_new else "same inputs and rules as before, published again"
    out.print(f"Snapshot {done.snapshot.snapshot_id}: {said}; {done.linked} records linked to another registry's.")


@app.command()
def check(as_json: Json = False) -> None:
    """Report on the served snapshot's data quality; exit 1 when a declared ceiling is broken."""
    path = warehouse.current(_snapshots())
    if path is None:
        _fail(Exit.EMPTY, "Nothing has been built yet. Run: inkarta build")
    findings = measure(path)
    broken = [f for f in findings if f.is_broken]
    if as_json:
        _print_json(
            {"snapshot_id": path.stem, "broken": len(broken), "findings": [
                {**asdict(f), "share": round(f.share, 4), "is_broken": f.is_broken} for f in findings
            ]}
        )  # fmt: skip
    else:
        shown = [f for f in findings if f.is_broken or f.area in ("missing", "range", "conflict")]
        _table(
            ["area", "what", "found", "of", "share", "ceiling", ""],
            [
                [
                    f.area, f.name, f"{f.measured:,}", f"{f.of:,}", f"{f.share:.1%}",
                    "" if f.ceiling is None else f"{f.ceiling:.0%}", "BROKEN" if f.is_broken else "",
                ]
                for f in shown
            ],
        )  # fmt: skip
        out.print(f"{len(findings)} findings, {len(broken)} broken. Volume, quarantine and age are listed when broken.")
    if broken:
        raise typer.Exit(Exit.CHECK)


@app.command()
def sources(as_json: Json = False) -> None:
    """List the sources that can be fetched, and whether their files are here."""
    here = {item.path.name for item in catalogue.files(_fetched_folder())}
    rows: list[dict[str, Any]] = [
        {
            "id": s.SOURCE.id,
            "kind": s.SOURCE.kind,
            "publisher": s.SOURCE.publisher,
            "title": s.SOURCE.title_en,
            "licence": s.SOURCE.licence,
            "address": base_url(s.SOURCE, {}) or s.SOURCE.url,
            "files": [r.name for r in s.SOURCE.remotes],
            "is_here": all(r.name in here for r in s.SOURCE.remotes),
        }
        for s in catalogue.SOURCES
    ]
    if as_json:
        _print_json({"folder": str(_fetched_folder()), "sources": rows})
    else:
        _table(
            ["id", "publisher", "title", "licence", "here"],
            [[r["id"], r["publisher"], r["title"], r["licence"], "yes" if r["is_here"] else "no"] for r in rows],
        )


@app.command()
def snapshots(as_json: Json = False) -> None:
    """List the snapshots that are kept; the served one is marked."""
    folder = _snapshots()
    served = warehouse.current(folder)
    found = warehouse.snapshots(folder) if folder.exists() else []
    if as_json:
        _print_json(
            {"snapshots": [
                {"snapshot_id": s.snapshot_id, "as_of": s.as_of.isoformat(), "built_at": s.built_at.isoformat() + "Z",
                 "rows": s.rows, "is_served": s.path == served}
                for s in found
            ]}
        )  # fmt: skip
    else:
        _table(
            ["snapshot", "as of", "built (UTC)", "operations", "values", ""],
            [
                [s.snapshot_id, str(s.as_of), f"{s.built_at:%Y-%m-%d %H:%M}", f"{s.rows['operations']:,}",
                 f"{s.rows['indicator_values']:,}", "served" if s.path == served else ""]
                for s in found
            ],
        )  # fmt: skip


@app.command()
def bench(
    name: Annotated[str, typer.Argument(help="One measurement; all of them when none is named.")] = "",
    as_json: Json = False,
) -> None:
    """Measure click to screen and bytes per interaction against a plain Streamlit and pandas page."""
    try:
        from bench import run
    except ImportError:
        _fail(Exit.USAGE, "The measurements come with the source tree and its test tools: see bench/README.md.")
    raise typer.Exit(run.main(name, as_json=as_json))


def _snapshots() -> Path:
    return warehouse.home() / "snapshots"


def _fetched_folder() -> Path:
    return warehouse.home() / "fetched"


def _build(folder: Path, fetched: Path, as_of: date | None, *, quiet: bool) -> warehouse.Build:
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=err,
        disable=quiet,
    ) as bar:
        task = bar.add_task("build", total=None)
        try:
            return warehouse.build(
                folder,
                fetched=catalogue.files(fetched),
                as_of=as_of,
                progress=lambda step, done, total: bar.update(
                    task, description=f"build: {step}", completed=done, total=total
                ),
            )
        except SourceError as error:
            bar.stop()
            _fail(Exit.REFUSED, f"{error}\nNothing was published; the earlier snapshot, if any, still serves.")


def _open_when_ready(url: str) -> None:
    for _ in range(100):
        time.sleep(0.2)
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=1):  # noqa: S310 (our own address)
                webbrowser.open(url)
                return
        except OSError:
            continue


def _table(head: list[str], rows: list[list[str]]) -> None:
    table = Table(*head, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*row)
    out.print(table)


def _print_json(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def _fail(code: Exit, message: str) -> NoReturn:
    err.print(message, style="bold", highlight=False, markup=False)
    raise typer.Exit(code)


def main() -> None:
    """The console script ``inkarta``."""
    app(prog_name="inkarta")


if __name__ == "__main__":
    main()
