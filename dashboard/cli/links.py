"""``inkarta links``."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from dashboard.cli.base import Exit, Json, app, err, fail, out, print_json, snapshots_folder, table
from etl import catalogue, labelled, warehouse
from etl.published import open_published
from etl.spec import SourceError

_SHOWN = 20
_COUNTS = "SELECT method, count(*) FROM operation_link WHERE method <> 'self' GROUP BY 1 ORDER BY 1"
_DOUBTFUL = (
    "SELECT a_id, b_id, reason, CAST(title_similarity AS DOUBLE), start_gap_days FROM operation_pair "
    "WHERE verdict = 'doubtful' ORDER BY title_similarity DESC, a_id, b_id"
)
_PAIR = ("a", "b", "reason", "title_similarity", "start_gap_days")


@app.command()
def links(
    files: Annotated[
        Path | None,
        typer.Option(
            "--files", help="Folder with registries' files, measured with the embedded data, nothing published."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Tell which records are linked between registries, which pairs are doubtful, and how right the rules are."""
    if files is None:
        path = warehouse.current(snapshots_folder())
        if path is None:
            fail(Exit.EMPTY, "Nothing has been built yet. Run: inkarta build")
        _tell(path, as_json=as_json)
        return
    if not files.is_dir():
        fail(Exit.USAGE, f"{files} is not a folder.")
    with tempfile.TemporaryDirectory() as aside:
        try:
            built = warehouse.build(
                Path(aside) / "snapshots", fetched=catalogue.named_in(files), registries=catalogue.REGISTRIES
            )
        except SourceError as error:
            fail(Exit.REFUSED, str(error))
        _tell(built.snapshot.path, as_json=as_json)


def _tell(path: Path, *, as_json: bool) -> None:
    con = open_published(path)
    try:
        counts = dict(con.execute("SELECT name, n FROM link_count").fetchall())
        methods = dict(con.execute(_COUNTS).fetchall())
        doubtful = [dict(zip(_PAIR, row, strict=True)) for row in con.execute(_DOUBTFUL).fetchall()]
        sample = labelled.read_sample()
        held = labelled.at_hand(con, sample)
        scores, lacking = labelled.measure(con, sample), len(sample) - len(held)
    finally:
        con.close()
    if as_json:
        measured = {"pairs": len(sample), "not_at_hand": lacking, "drawn": dict(Counter(p.drawn for p in held)),
                    "scores": [asdict(s) for s in scores]}  # fmt: skip
        print_json(
            {"snapshot_id": path.stem, "compared": counts, "linked": methods, "doubtful": doubtful, "sample": measured}
        )
        return
    out.print(
        f"{counts['operations']:,} records; {counts['compared']:,} pairs compared of {counts['possible']:,} possible; "
        f"{counts['large_blocks']:,} blocks too common to say anything. "
        f"Decided by hand: {counts['decided']:,}, waiting for a registry: {counts['waiting']:,}.\n"
    )
    table(["linked by", "records"], [[method, f"{n:,}"] for method, n in methods.items()] or [["nothing", "0"]])
    out.print(f"\nDoubtful pairs: {len(doubtful):,}, on the page Sources with what speaks for and against.")
    if doubtful:
        table(list(_PAIR), [[_cell(pair[name]) for name in _PAIR] for pair in doubtful[:_SHOWN]])
    drawn = ", ".join(f"{n} {kind}" for kind, n in Counter(p.drawn for p in held).items())
    out.print(
        f"\nLabelled sample: {len(sample)} pairs, {len(held)} with their records at hand ({drawn}). 95 % intervals."
    )
    head = ["method", "pairs", "right", "wrong", "missed", "of them doubtful", "precision", "recall", "F1"]
    table(head, [_line(score) for score in scores])
    if lacking:
        err.print("For all pairs name the folder with the registries' files: inkarta links --files FOLDER")


def _line(s: labelled.Score) -> list[str]:
    counted = [s.pairs, s.right, s.wrong, s.missed, s.missed_but_doubtful]
    return [s.method, *map(str, counted), *(_share(x) for x in (s.precision, s.recall, s.f1))]


def _share(share: labelled.Share) -> str:
    return f"{share.value:.3f} ({share.low:.3f}–{share.high:.3f})" if share.n else "none"


def _cell(value: Any) -> str:
    return "" if value is None else str(value)
