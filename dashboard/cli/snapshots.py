"""``inkarta snapshots``: what is kept, what the policy removes, and what is pinned."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from dashboard.cli.base import (
    Exit,
    Json,
    app,
    fail,
    out,
    print_json,
    prune_snapshots,
    snapshots_folder,
    table,
)
from etl import retention, warehouse
from etl.spec import SourceError

Id = Annotated[str, typer.Argument(help="A snapshot's id, or as much of its beginning as only it has.")]
WHY = {
    "served": "served",
    "pinned": "pinned",
    "newest": "among the newest three",
    "recent": "of the last 30 days",
    "month": "the month's newest",
    "year": "the year's newest",
    "superseded": "",
}

group = typer.Typer(
    invoke_without_command=True,
    help="List the snapshots that are kept; the served one is marked.\n\n"
    "Kept are every snapshot of the last 30 days, then the newest of each month for 24 months, then of each year; "
    "always the served one, the pinned ones and the newest three.",
)
app.add_typer(group, name="snapshots")


@group.callback()
def snapshots(context: typer.Context, as_json: Json = False) -> None:
    if context.invoked_subcommand is not None:
        return
    folder = snapshots_folder()
    served, pinned = warehouse.current(folder), retention.pins(folder)
    found = warehouse.snapshots(folder) if folder.exists() else []
    if as_json:
        print_json(
            {"snapshots": [
                {"snapshot_id": s.snapshot_id, "as_of": s.as_of.isoformat(), "built_at": s.built_at.isoformat() + "Z",
                 "rows": s.rows, "is_served": s.path == served, "is_pinned": s.snapshot_id in pinned}
                for s in found
            ]}
        )  # fmt: skip
    else:
        table(
            ["snapshot", "as of", "built (UTC)", "operations", "values", ""],
            [
                [s.snapshot_id, str(s.as_of), f"{s.built_at:%Y-%m-%d %H:%M}", f"{s.rows['operations']:,}",
                 f"{s.rows['indicator_values']:,}",
                 ", ".join(["served"] * (s.path == served) + ["pinned"] * (s.snapshot_id in pinned))]
                for s in found
            ],
        )  # fmt: skip


@group.command()
def prune(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and remove nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Remove the snapshots that the policy does not keep. Every build does so too."""
    verdicts = prune_snapshots(snapshots_folder(), dry_run=dry_run)
    gone = [v for v in verdicts if v.goes and not v.in_use]
    if as_json:
        print_json(
            {
                "dry_run": dry_run,
                "removed": [v.snapshot.snapshot_id for v in gone],
                "in_use": [v.snapshot.snapshot_id for v in verdicts if v.in_use],
                "kept": [{"snapshot_id": v.snapshot.snapshot_id, "reason": v.reason} for v in verdicts if not v.goes],
            }
        )
        return
    table(
        ["snapshot", "built (UTC)", "", "because"],
        [
            [
                v.snapshot.snapshot_id,
                f"{v.snapshot.built_at:%Y-%m-%d %H:%M}",
                "kept" if not v.goes else "in use" if v.in_use else "would go" if dry_run else "removed",
                WHY[v.reason],
            ]
            for v in verdicts
        ],
    )
    out.print(f"{len(gone)} of {len(verdicts)} snapshots {'would be' if dry_run else ''} removed.".replace("  ", " "))


@group.command()
def pin(snapshot: Id, as_json: Json = False) -> None:
    """Keep a snapshot for good."""
    _pin(snapshot, True, as_json)


@group.command()
def unpin(snapshot: Id, as_json: Json = False) -> None:
    """Leave a snapshot to the policy again."""
    _pin(snapshot, False, as_json)


def _pin(name: str, is_pinned: bool, as_json: bool) -> None:
    folder = snapshots_folder()
    try:
        found = warehouse.find(folder, name).stem
        (retention.pin if is_pinned else retention.unpin)(folder, found)
    except SourceError as error:
        fail(Exit.USAGE, str(error))
    done: dict[str, Any] = {"snapshot_id": found, "is_pinned": is_pinned}
    if as_json:
        print_json(done)
    else:
        out.print(f"{found}: {'pinned, and kept for good' if is_pinned else 'left to the policy'}.")
