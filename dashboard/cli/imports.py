"""Lists of the user's own: ``inkarta import`` and ``inkarta imports``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli.base import (
    Exit,
    Json,
    app,
    build_snapshot,
    fail,
    fetched_folder,
    journal,
    out,
    print_json,
    snapshots_folder,
    table,
)
from etl import warehouse
from etl.importer import plan, store
from etl.importer.operations import Importer
from etl.importer.plan import Chosen
from etl.importer.preview import Preview, as_json, preview
from etl.load import utc_now
from etl.spec import SourceError


@app.command("import")
def import_list(
    file: Annotated[Path, typer.Argument(help="csv, tsv, txt, xlsx, xls, ods, json or jsonl.")],
    name: Annotated[str, typer.Option(help="What the list is called; a list with the same name is replaced.")],
    mapping: Annotated[
        Path | None, typer.Option(help="TOML file that says which column is what; found out otherwise.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be loaded, and store nothing.")] = False,
    as_json_: Json = False,
) -> None:
    """Import any list of operations into a private portfolio, which Sweden's totals never count."""
    home = warehouse.home()
    try:
        store.slug_of(name)
        chosen = plan.load(mapping) if mapping else store.known_mapping(home, file) or Chosen()
        importer = store.open_list(file, name, chosen)
        found = preview(importer)
    except (SourceError, ValueError) as error:
        if as_json_:
            print_json({"error": {"rule": getattr(error, "rule", ""), "message": str(error)}})
        fail(Exit.REFUSED, f"{error}\nNothing was stored.")
    told = {"name": name, "portfolio": importer.SOURCE.portfolio} | as_json(importer, found, full=dry_run)
    if not dry_run:
        store.add(home, importer, name, now=utc_now())
        try:
            done = build_snapshot(snapshots_folder(), fetched_folder(), None, quiet=as_json_)
        except typer.Exit:
            store.remove(home, name)
            raise
        journal("import_load", store.slug_of(name))
        told["snapshot_id"] = done.snapshot.snapshot_id
    if as_json_:
        print_json(told)
    else:
        _tell(importer, found, is_stored=not dry_run)


@app.command("imports")
def list_imports(
    remove: Annotated[str, typer.Option(help="Forget the list with this name or id, and build without it.")] = "",
    as_json_: Json = False,
) -> None:
    """List the imported lists, or remove one."""
    home = warehouse.home()
    if remove:
        try:
            is_gone = store.remove(home, remove)
        except ValueError as error:
            fail(Exit.USAGE, str(error))
        if not is_gone:
            fail(Exit.USAGE, f"No imported list is called {remove!r}. inkarta imports lists them.")
        journal("import_remove", store.slug_of(remove))
        build_snapshot(snapshots_folder(), fetched_folder(), None, quiet=as_json_)
    try:
        found = store.listed(home)
    except SourceError as error:
        fail(Exit.REFUSED, str(error))
    if as_json_:
        print_json({"imports": [
            {"id": i.slug, "name": i.name, "file": i.path.name, "imported_at": i.imported_at.isoformat() + "Z"}
            for i in found
        ]})  # fmt: skip
    else:
        table(["id", "name", "file", "imported (UTC)"], [
            [i.slug, i.name, i.path.name, f"{i.imported_at:%Y-%m-%d %H:%M}"] for i in found
        ])  # fmt: skip


def _tell(importer: Importer, found: Preview, *, is_stored: bool) -> None:
    table(["field", "column", "sure"], [
        [target, guess.column.name, f"{guess.confidence:.0%}"] for target, guess in importer.reading.guesses.items()
    ])  # fmt: skip
    out.print()
    out.print(
        f"{found.rows_read:,} rows read = {found.rows_loaded:,} loaded + {found.rows_quarantined:,} set aside; "
        f"{found.warnings:,} cells left out."
    )
    if importer.amount_field:
        out.print(f"Sum of {importer.amount_field}: {found.total:,.2f} {importer.currency} "
                  f"(currency: {importer.currency_basis}).")  # fmt: skip
    if found.issues:
        table(["row", "line", "column", "", "rule", "value"], [
            [str(i.row), str(i.line), i.column[:30], i.severity, i.rule, i.value[:40]] for i in found.issues[:20]
        ])  # fmt: skip
    if not is_stored:
        out.print("Nothing was stored (--dry-run). A mapping file for corrections:")
        out.print(plan.dump(replace(importer.chosen, columns=importer.reading.mapping)), markup=False, highlight=False)
