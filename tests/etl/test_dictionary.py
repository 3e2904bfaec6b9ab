"""The data dictionary is the schema's own, every column means something, and the page is not stale."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from dashboard.cli import app
from etl import dictionary
from etl.spec import SourceError
from etl.warehouse import SCHEMA_VERSION
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def tables() -> tuple[dictionary.Table, ...]:
    con = dictionary.schema()
    try:
        return dictionary.read(con)
    finally:
        con.close()


def test_the_page_is_what_the_schema_says(tables: tuple[dictionary.Table, ...]) -> None:
    held = (ROOT / "docs/data-dictionary.md").read_text("utf-8")
    assert held == dictionary.markdown(tables, SCHEMA_VERSION), "run: inkarta dictionary --out docs/data-dictionary.md"


def test_every_table_of_a_built_snapshot_is_in_it(tables: tuple[dictionary.Table, ...], w: object) -> None:
    rows = w.rows(  # type: ignore[attr-defined]
        "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND schema_name = 'main'"
    )
    assert {(r["table_name"], r["column_name"]) for r in rows} == {(t.name, c.name) for t in tables for c in t.columns}


def test_a_column_without_a_meaning_is_refused_by_name() -> None:
    con = dictionary.schema()
    con.execute("ALTER TABLE map_frame ADD COLUMN wholly_new INTEGER")
    with pytest.raises(SourceError, match=r"map_frame\.wholly_new"):
        dictionary.read(con)
    con.execute("ALTER TABLE map_frame DROP COLUMN wholly_new; ALTER TABLE map_frame RENAME COLUMN view_box TO name")
    with pytest.raises(SourceError, match=r"not there: view_box"):
        dictionary.read(con)
    con.close()


def test_money_is_exact_and_has_its_currency_beside_it(tables: tuple[dictionary.Table, ...]) -> None:
    for table in tables:
        for column in table.columns:
            if column.name == "amount":
                assert column.kind.startswith("DECIMAL"), table.name
                assert {"currency"} <= {one.name for one in table.columns}, table.name


def test_the_command_prints_it_for_people_and_machines() -> None:
    said = CliRunner().invoke(app, ["dictionary"])
    assert said.exit_code == 0
    assert "### operation_funding" in said.stdout
    told = json.loads(CliRunner().invoke(app, ["dictionary", "--json"]).stdout)
    assert told["schema_version"] == SCHEMA_VERSION
    assert {"name", "kind", "meaning", "unit", "is_required"} == set(told["tables"][0]["columns"][0])
