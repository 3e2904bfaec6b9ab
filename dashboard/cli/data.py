"""Files in, snapshots out: ``inkarta fetch``, ``build``, ``check``, ``sources``."""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn

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
    snapshot_ids,
    snapshots_folder,
    table,
)
from etl import catalogue, warehouse
from etl.check import check as measure
from etl.engine import chosen
from etl.fetch import base_url
from etl.fetch import fetch as download
from etl.spec import SourceError


@app.command()
def fetch(
    source: Annotated[list[str] | None, typer.Argument(help="Source ids; all of them when none is named.")] = None,
    as_json: Json = False,
) -> None:
    """Download registries and indicators into the user's data folder; files not changed are not fetched again."""
    try:
        sources = catalogue.named(source or ())
    except KeyError as error:
        fail(Exit.USAGE, f"No source is called {error.args[0]!r}. inkarta sources lists them.")
    except SourceError as error:
        fail(Exit.REFUSED, f"{error}\nNothing was fetched.")
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

        results = download(sources, fetched_folder(), progress=show)
    if as_json:
        print_json({"folder": str(fetched_folder()), "files": [asdict(r) for r in results]})
    else:
        table(
            ["source", "file", "", "bytes", "remark"],
            [[r.source_id, r.file, r.status, f"{r.bytes:,}", r.reason] for r in results],
        )
        out.print(f"Files lie in {fetched_folder()}. Now run: inkarta build")
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
    min_count: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=1000,
            help="Least count of persons that is shown; smaller ones are hidden. Kept until changed; 5 at first.",
        ),
    ] = None,
    engine: Annotated[
        str,
        typer.Option(help="Where the large marts are worked out: sc://host:port of Spark Connect; DuckDB by default."),
    ] = "",
    as_json: Json = False,
) -> None:
    """Build a new snapshot from embedded and fetched files, check it, and publish it in one step."""
    if from_dir and not from_dir.is_dir():
        fail(Exit.USAGE, f"{from_dir} is not a folder.")
    try:
        day = date.fromisoformat(as_of) if as_of else None
    except ValueError:
        fail(Exit.USAGE, f"{as_of!r} is not a date. Write it as 2026-11-23.")
    aside = os.environ.get("INKARTA_ENGINE_FOLDER")
    try:
        on = chosen(engine, Path(aside) if aside else None)
    except SourceError as error:
        fail(Exit.USAGE, str(error))
    before = snapshot_ids()
    done = build_snapshot(snapshots_folder(), from_dir or fetched_folder(), day, min_count, quiet=as_json, engine=on)
    gone = sorted(before - snapshot_ids())
    counts = [asdict(c) for c in done.counts]
    if as_json:
        print_json(
            {
                "snapshot_id": done.snapshot.snapshot_id,
                "is_new": done.is_new,
                "as_of": done.snapshot.as_of.isoformat(),
                "linked": done.linked,
                "rows": done.snapshot.rows,
                "files": counts,
                "pruned": gone,
            }
        )
        return
    if counts:
        table(
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
    if gone:
        out.print(f"Older snapshots removed by the policy: {', '.join(gone)}. See inkarta snapshots prune --help.")


@app.command()
def check(as_json: Json = False) -> None:
    """Report on the served snapshot's data quality; exit 1 when a declared ceiling is broken."""
    path = warehouse.current(snapshots_folder())
    if path is None:
        fail(Exit.EMPTY, "Nothing has been built yet. Run: inkarta build")
    findings = measure(path)
    broken = [f for f in findings if f.is_broken]
    if as_json:
        print_json(
            {"snapshot_id": path.stem, "broken": len(broken), "findings": [
                {**asdict(f), "share": round(f.share, 4), "is_broken": f.is_broken} for f in findings
            ]}
        )  # fmt: skip
    else:
        shown = [f for f in findings if f.is_broken or f.area in ("missing", "range", "conflict", "disclosure")]
        table(
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
    """List the sources: which are fetched, which are saved by hand and as what, and whether their files are here."""
    try:
        found = catalogue.every()
        here = {item.path.name for item in catalogue.files(fetched_folder())}
    except SourceError as error:
        fail(Exit.REFUSED, str(error))
    rows: list[dict[str, Any]] = [
        {
            "id": s.SOURCE.id,
            "kind": s.SOURCE.kind,
            "publisher": s.SOURCE.publisher,
            "title": s.SOURCE.title_en,
            "licence": s.SOURCE.licence,
            "address": base_url(s.SOURCE, {}) or s.SOURCE.url,
            "portfolio": s.SOURCE.portfolio,
            "is_by_hand": not base_url(s.SOURCE, {}),
            "files": [r.name for r in s.SOURCE.remotes],
            "other_forms": [name for r in s.SOURCE.remotes for name in r.forms],
            "is_here": all(here.intersection((r.name, *r.forms)) for r in s.SOURCE.remotes),
        }
        for s in found
    ]
    if as_json:
        print_json({"folder": str(fetched_folder()), "sources": rows})
    else:
        table(
            ["id", "publisher", "title", "licence", "how", "here"],
            [
                [
                    r["id"], r["publisher"], r["title"], r["licence"],
                    "save by hand as " + " or ".join(r["files"] + r["other_forms"]) if r["is_by_hand"] else "fetch",
                    "yes" if r["is_here"] else "no",
                ]
                for r in rows
            ],
        )  # fmt: skip
        out.print(f"Files saved by hand go to {fetched_folder()}; then run: inkarta build")
