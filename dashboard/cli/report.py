"""``inkarta report``: the reports of the län as files, without a browser."""

from __future__ import annotations

import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from dashboard.cli.base import Exit, Json, app, err, fail, out, print_json, snapshots_folder
from dashboard.db import NoSnapshotError, Warehouse, served
from dashboard.layout import View
from dashboard.questions import regions
from dashboard.selection import decode


class Form(StrEnum):
    """What a report is had as."""

    PDF = "pdf"
    XLSX = "xlsx"
    PPTX = "pptx"
    ALL = "all"


class Language(StrEnum):
    """The language of a report."""

    SV = "sv"
    EN = "en"


@app.command()
def report(
    out_folder: Annotated[Path, typer.Option("--out", help="Folder for the files; made when it is not there.")],
    lan: Annotated[
        list[str] | None, typer.Option(help="A county's code, several times if wanted; all 21 without.")
    ] = None,
    lang: Annotated[Language, typer.Option(help="Swedish or English.")] = Language.SV,
    form: Annotated[Form, typer.Option("--format", help="PDF/UA-1, workbook, slides, or all three.")] = Form.PDF,
    snapshot: Annotated[str, typer.Option(help="A kept snapshot's id; the served one by default.")] = "",
    url: Annotated[str, typer.Option(help="Where the dashboard is reached, for the links.")] = "http://127.0.0.1:8501",
    as_json: Json = False,
) -> None:
    """Write the report of each county: key figures, indicators, trends, money, initiatives, changes, sources."""
    w = _warehouse(snapshot)
    known = {r["code"]: r["name_sv"] for r in regions.lan(w)}
    codes = list(dict.fromkeys(lan or known))
    unknown = [code for code in codes if code not in known]
    if unknown:
        fail(Exit.USAGE, f"{', '.join(unknown)}: no county has this code. They are: {', '.join(known)}.")
    if not url.startswith(("http://", "https://")):
        fail(Exit.USAGE, f"{url!r} is no address. It begins with http:// or https://.")
    try:
        out_folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail(Exit.USAGE, f"{out_folder} cannot be made a folder: {error.strerror}.")
    forms = [f.value for f in Form if f is not Form.ALL] if form is Form.ALL else [form.value]
    start = time.perf_counter()
    written = _write(w, codes, forms, lang.value, url, out_folder, quiet=as_json)
    seconds = round(time.perf_counter() - start, 2)
    if as_json:
        files = [{"lan": code, "path": str(path), "bytes": size} for code, path, size in written]
        print_json({"snapshot_id": w.snapshot_id, "files": files, "seconds": seconds})
    else:
        out.print(f"{len(written)} files of snapshot {w.snapshot_id} in {out_folder} ({seconds} s)", highlight=False)


def _warehouse(snapshot: str) -> Warehouse:
    try:
        w = served(snapshots_folder(), snapshot or None)
    except NoSnapshotError:
        fail(Exit.EMPTY, "Nothing has been built yet. Run: inkarta build")
    if snapshot and w.snapshot_id != snapshot:
        fail(Exit.USAGE, f"Snapshot {snapshot!r} is not kept. inkarta snapshots lists those that are.")
    return w


def _write(
    w: Warehouse, codes: list[str], forms: list[str], lang: str, url: str, folder: Path, *, quiet: bool
) -> list[tuple[str, Path, int]]:
    from dashboard.export import files
    from dashboard.export.catalogue import PACK
    from dashboard.export.names import file_name

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    written = []
    with Progress(*columns, console=err, disable=quiet) as bar:
        task = bar.add_task("report", total=len(codes) * len(forms))
        for code in codes:
            v = View(w, decode({"lan": code, "lang": lang}), "county")
            for one in forms:
                bar.update(task, description=f"report: {v.regions[code]}, {one}")
                path = folder / file_name(v, "", one)
                body = files.whole(v, one, url, PACK)
                try:
                    path.write_bytes(body)
                except OSError as error:
                    bar.stop()
                    fail(Exit.USAGE, f"{path} cannot be written: {error.strerror}.")
                written.append((code, path, len(body)))
                bar.advance(task)
    return written
