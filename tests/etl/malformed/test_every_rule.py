"""For every rule a mutant that trips it: here the ones that no other test names."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter

from etl import invariants, validate
from etl.confined import confined
from etl.importer.plan import Chosen
from etl.importer.preview import preview
from etl.importer.store import open_list
from etl.readers import csv_records
from etl.sheets import sheet_records
from etl.sources import giving360
from etl.spec import (
    Funding,
    IndicatorValue,
    Location,
    Operation,
    Participants,
    Records,
    Reject,
    Row,
    SourceError,
    audit,
)
from tests.conftest import ROOT, Given, World, operation, registry
from tests.etl.importer.lists import HEADER, projects, workbook
from tests.etl.malformed.test_rules import rules

LANS, KOMMUNER = {"01"}, {"0180": "01"}


def checked(**fields: Any) -> None:
    op = Operation("1", "Projekt", "r")
    for name, value in fields.items():
        setattr(op, name, value)
    validate.operation(op, LANS, KOMMUNER, ())


def text(folder: Path, content: bytes) -> Path:
    path = folder / "a.csv"
    path.write_bytes(content)
    return path


def listed(folder: Path, *rows: list[Any], chosen: Chosen | None = None) -> set[str]:
    found = preview(open_list(workbook(folder / "a.xlsx", {"L": [*rows]}), "Prov", chosen))
    return {issue.rule for issue in found.issues}


def far(folder: Path) -> None:
    book = xlsxwriter.Workbook(str(folder / "far.xlsx"))
    sheet = book.add_worksheet()
    sheet.write(0, 0, "a")
    sheet.write(1_048_575, 16_383, "b")
    book.close()
    open_list(folder / "far.xlsx", "Prov")


@dataclass
class Undeclared:
    """An indicator source that yields a series it never declared."""

    SOURCE: Any
    INDICATORS: tuple[Any, ...] = ()

    def records(self, path: Path) -> Records:
        return Records([Row(1, {})])

    def values(self, row: Row) -> Any:
        yield IndicatorValue("nowhere", "01", "2024", 1.0)


def issues_of(world: World) -> set[str]:
    return {rule for (rule,) in world.all("SELECT rule FROM load_issue")}


ROWS = [list(HEADER), *projects()]
COUNT = Participants("participants", "output", "planned", 5)
REFUSED: dict[str, Callable[[Path], Any]] = {
    "bad_csv": lambda f: open_list(text(f, b'a;b\n"' + b"x" * (2**24 + 9) + b'";2\n'), "Prov"),
    "bad_share": lambda _: checked(locations=[Location("operation", "01", share=Decimal(2))]),
    "duplicate_amount": lambda _: checked(funding=[Funding("granted_support", Decimal(1), "SEK", "x")] * 2),
    "duplicate_count": lambda _: checked(participants=[COUNT, COUNT]),
    "grant_to_individual": lambda _: giving360.SOURCES[0].operation(Row(1, {"recipientIndividual": [{"id": "x"}]})),
    "mapping_column": lambda f: listed(f, *ROWS, chosen=Chosen({"title": "Nowhere"})),
    "missing_column": lambda f: csv_records(text(f, b"a,b\n1,2\n"), required=("c",)),
    "missing_without_flag": lambda _: validate.value(IndicatorValue("x", "01", "2024", None)),
    "negative_amount": lambda _: validate.funding(Funding("granted_support", Decimal(-1), "SEK", "x")),
    "negative_count": lambda _: checked(participants=[Participants("participants", "output", "planned", -1)]),
    "no_columns": lambda f: listed(
        f, ["Start date", "End date", "EU contribution"], *[[r[2], r[3], r[4]] for r in projects()]
    ),
    "no_sheet": lambda f: listed(f, *ROWS, chosen=Chosen(sheet="Nowhere")),
    "not_there": lambda f: open_list(f / "nowhere.csv", "Prov"),
    "nul_byte": lambda f: csv_records(text(f, b"a,b\n1,\x00\n")),
    "place_with_region": lambda _: checked(locations=[Location("national", "01")]),
    "repeated_column": lambda f: sheet_records(workbook(f / "a.xlsx", {"L": [["a", "a"], [1, 2]]})),
    "too_large": lambda f: listed(f, [*HEADER, *[f"Note {n}" for n in range(400)]], *projects()),
    "too_much_memory": far,
    "too_slow": lambda f: confined("etl.sheets", workbook(f / "a.xlsx", {"L": ROWS}), seconds=0.01),
    "undeclared_column": lambda _: audit(Row(1, {"new": 1}), registry("r")),
    "unknown_column": lambda f: csv_records(text(f, b"a,b\n1,2\n"), known=("a",)),
    "unknown_measure": lambda _: validate.funding(Funding("nonsense", Decimal(1), "SEK", "x")),  # type: ignore[arg-type]
    "unnamed_column": lambda f: csv_records(text(f, b"a,,c\n1,2,3\n")),
    "wrong_encoding": lambda f: csv_records(text(f, "a,b\n1,é\n".encode()), encoding="ascii"),
    "refused_by_tables": lambda _: World(Given(registry("r"), [operation("1", status_in_source="nonsense")])),
}


@pytest.mark.parametrize("rule", REFUSED)
def test_a_mutant_trips_the_rule(rule: str, tmp_path: Path) -> None:
    with pytest.raises((Reject, SourceError)) as tripped:
        REFUSED[rule](tmp_path)
    assert tripped.value.rule == rule


def test_a_build_that_breaks_a_rule_of_its_own_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invariants, "INVARIANTS", {"nothing is one": "SELECT 1"})
    with pytest.raises(SourceError, match="nothing is one") as tripped:
        invariants.check(duckdb.connect())
    assert tripped.value.rule == "broken_rule"


def test_rows_and_cells_of_a_list_trip_the_importers_rules(tmp_path: Path) -> None:
    rows = [[*HEADER, "Project number"], *[[*row, f"P-{n}"] for n, row in enumerate(projects())]]
    rows[2][1] = "157500"
    rows[3][7] = "P-0"
    rows[4][0] = None
    assert listed(tmp_path, *rows) == {"bad_name", "repeated_id", "title_missing"}
    place = [None] * 6
    assert "continuation" in listed(tmp_path, *ROWS[:3], ["Priority 2: Learning"], [*place, "Second town"], *ROWS[3:])


def test_a_cell_outside_a_declared_sheets_columns_sets_its_row_aside(tmp_path: Path) -> None:
    rows = list(sheet_records(workbook(tmp_path / "a.xlsx", {"L": [["a", "b"], [1, 2], [3, 4, 5]]})).rows)
    assert [row.fault and row.fault.rule for row in rows] == [None, "too_many_fields"]


def test_a_series_that_was_never_declared_is_set_aside() -> None:
    world = World(also=lambda loader: loader.indicator_values(Undeclared(registry("i")), ROOT / "LICENSE"))
    assert issues_of(world) == {"unknown_indicator"}
    world.close()


def test_every_rule_is_named_by_a_test_that_can_fail() -> None:
    tests = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py"))
    assert [rule for rule in rules() if not re.search(rf"[\"']{re.escape(rule)}[\"']", tests)] == []
