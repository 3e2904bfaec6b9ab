"""``inkarta diff``: what has changed between two snapshots."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from dashboard.cli.base import Exit, Json, app, fail, out, print_json, snapshots_folder, table
from dashboard.db import Comparison, IncomparableError, Row, Warehouse
from dashboard.questions import changes
from dashboard.selection import NATIONAL, UNKNOWN
from etl import warehouse
from etl.spec import SourceError

_HELP = "A snapshot's id, as much of its beginning as only it has, or a file."
_WITHIN = ("ended", "ended_by_source", "started", "started_by_source", "other_status", "amounts", "title", "dates",
           "owner", "places", "linked")  # fmt: skip
_KINDS = ("new_indicator", "new_period", "new_value", "withdrawn", "revised", "flag")
SHOWN = 100


@app.command()
def diff(
    before: Annotated[str, typer.Argument(metavar="[A]", help=f"{_HELP} The one built before B by default.")] = "",
    after: Annotated[str, typer.Argument(metavar="[B]", help=f"{_HELP} The served one by default.")] = "",
    lan: Annotated[str, typer.Option(help="A county's code, SE (national) or okant (not stated).")] = "",
    as_json: Json = False,
) -> None:
    """Tell what has changed from snapshot A to snapshot B: operations, amounts to the öre, indicator values."""
    one, two = _files(before, after)
    try:
        c = Comparison(one, two)
    except IncomparableError:
        fail(
            Exit.REFUSED,
            f"{one.stem} and {two.stem} cannot be compared: one of them was built by another version of the program, "
            "or is no snapshot. Compare snapshots that the same version has built; inkarta build makes a new one.",
        )
    regions = {r["code"]: r["name_sv"] for r in Warehouse(two).rows("FROM region WHERE level = 'lan' ORDER BY code")}
    if lan and lan not in (*regions, NATIONAL, UNKNOWN):
        fail(Exit.USAGE, f"{lan!r} is no county code. They are: {', '.join((*regions, NATIONAL, UNKNOWN))}.")
    code = lan or changes.WHOLE
    if as_json:
        print_json(_plain(_told(c, code)))
    else:
        _print(c, code)


def _files(before: str, after: str) -> tuple[Path, Path]:
    folder = snapshots_folder()
    try:
        two = warehouse.find(folder, after) if after else warehouse.current(folder)
        if two is None:
            fail(Exit.EMPTY, "Nothing has been built yet. Run: inkarta build")
        if before:
            return warehouse.find(folder, before), two
    except SourceError as error:
        fail(Exit.USAGE, str(error))
    earlier = changes.earlier(two.parent, Warehouse(two))
    if not earlier:
        fail(Exit.EMPTY, f"No snapshot is kept that was built before {two.stem}: there is nothing to compare it with.")
    return earlier[0].path, two


def _told(c: Comparison, code: str) -> Row:
    v = changes.versions(c)
    return {
        "from": {"snapshot_id": v["before_id"], "as_of": v["before_as_of"], "built_at": v["before_built_at"]},
        "to": {"snapshot_id": v["after_id"], "as_of": v["after_as_of"], "built_at": v["after_built_at"]},
        "is_other_rules": v["is_other_rules"],
        "lan": None if code == changes.WHOLE else code,
        "operations": changes.counts(c, code),
        "amounts": changes.ledger(c, code),
        "changes": [{name: n for name, n in r.items() if name != "matches"} for r in changes.rows(c, code)],
        "values": {"before": v["values_before"], "after": v["values_after"]},
        "indicators": changes.indicators(c, code),
        "indicator_values": [{name: n for name, n in r.items() if name != "matches"} for r in changes.values(c, code)],
    }


def _plain(value: Any) -> Any:
    """What JSON lacks: Decimal as an exact string, dates in ISO 8601, times in UTC."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return f"{value.isoformat(timespec='seconds')}Z"
    return value.isoformat() if isinstance(value, date) else value


def _print(c: Comparison, code: str) -> None:
    v = changes.versions(c)
    out.print(f"From {v['before_id']} ({v['before_as_of']}) to {v['after_id']} ({v['after_as_of']})", highlight=False)
    if v["is_other_rules"]:
        out.print("The program has changed between them too: some of what follows may be its doing, not the sources'.")
    found = changes.counts(c, code)
    head = ("before", "new", "withdrawn", "merged", "split", "moved_in", "moved_out", "after")
    out.print("\nOperations", style="bold")
    table(["portfolio", *(name.replace("_", " ") for name in head)],
          [[r["portfolio"], *(f"{r[name]:,}" for name in head)] for r in found])  # fmt: skip
    within = [[r["portfolio"], name.replace("_", " "), f"{r[name]:,}"] for r in found for name in _WITHIN if r[name]]
    if within:
        out.print("\nWithin those that are in both", style="bold")
        table(["portfolio", "", "operations"], within)
    names = ("before", "new", "withdrawn", "merged", "split", "changed", "moved", "after")
    sums = [r for r in changes.ledger(c, code) if r["before"] != r["after"] or any(r[name] for name in names[1:-1])]
    out.print("\nAmounts" + (", by share" if code != changes.WHOLE else ""), style="bold")
    if sums:
        used = [name for name in names if name in ("before", "after") or any(r[name] for r in sums)]
        table(["portfolio", "measure", "", *used], [
            [r["portfolio"], r["measure"], r["currency"], *(_sum(r[name]) for name in used)] for r in sums
        ])  # fmt: skip
    else:
        out.print("No sum has changed.")
    _print_rows(c, code)
    values = changes.indicators(c, code)
    out.print("\nIndicator values", style="bold")
    if values:
        table(["indicator", *(kind.replace("_", " ") for kind in _KINDS), "periods"], [
            [r["indicator_code"], *(f"{r[kind]:,}" for kind in _KINDS), ", ".join(r["periods"] or ())] for r in values
        ])  # fmt: skip
    else:
        out.print("No value has changed.")


def _sum(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:,}"


def _print_rows(c: Comparison, code: str) -> None:
    found = changes.rows(c, code, limit=SHOWN)
    out.print("\nChanges", style="bold")
    if not found:
        out.print("No operation has changed.")
        return
    table(["", "operation", "title", "what"], [[r["kind"], r["id"], r["title_sv"], _what(r)] for r in found])
    if found[0]["matches"] > SHOWN:
        out.print(f"{SHOWN} of {found[0]['matches']:,} are listed; --json lists them all.")


def _what(r: Row) -> str:
    said = []
    if r["because"] == "source":
        said.append("with its whole source")
    if r["kind"] == "merged":
        said.append(f"into {r['after_id']}")
    if r["kind"] == "split":
        said.append(f"from {r['before_id']}")
    if r["status_cause"]:
        why = "the day came" if r["status_cause"] == "date" else "by the source"
        said.append(f"{r['status_before']} -> {r['status_after']} ({why})")
    said += [f"{f['field']}: {f['before'] or '-'} -> {f['after'] or '-'}" for f in r["fields"]]
    said += [
        f"{a['measure']} {a['currency']}: {_sum(a['before']) or '-'} -> {_sum(a['after']) or '-'}" for a in r["amounts"]
    ]
    return "; ".join(said)
