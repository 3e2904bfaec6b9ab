"""Imported lists in the user's folder: kept, replaced, removed, built into a portfolio apart; real lists whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from etl.importer import plan, store
from etl.importer.plan import Chosen
from etl.importer.preview import preview
from etl.load import utc_now
from etl.spec import SourceError
from etl.warehouse import open_published
from tests.conftest import ROOT
from tests.etl.importer.lists import HEADER, projects, workbook


def inkarta(home: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "dashboard.cli", *arguments, "--json"],
        cwd=ROOT, env={**os.environ, "INKARTA_HOME": str(home)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, json.loads(done.stdout or "{}")


def test_a_list_becomes_a_portfolio_apart_and_can_be_removed(tmp_path: Path) -> None:
    home, file = tmp_path / "home", workbook(tmp_path / "a.xlsx", {"L": [list(HEADER), *projects()]})
    code, told = inkarta(home, "import", str(file), "--name", "Prov Å")
    assert code == 0
    assert (told["rows_read"], told["rows_loaded"], told["rows_quarantined"], told["issues"]) == (12, 12, 0, [])
    assert (told["currency"], told["amount_field"], told["portfolio"]) == (
        "EUR",
        "total_eligible_cost",
        "import_prov-a",
    )
    assert told["total_amount"] == 1000.5 * 78
    con = open_published(home / "snapshots" / f"{told['snapshot_id']}.duckdb")
    mine = con.execute(
        "SELECT count(*), sum(f.amount) FROM mart_operation o JOIN mart_funding f USING (operation_id) "
        "WHERE portfolio = 'import_prov-a'"
    ).fetchone()
    swedish = con.execute("SELECT count(*) FROM mart_operation WHERE portfolio = 'sverige'").fetchone()
    con.close()
    assert mine == (12, pytest.approx(1000.5 * 78))
    assert swedish is not None
    assert swedish[0] > 200
    assert inkarta(home, "imports")[1]["imports"][0]["name"] == "Prov Å"
    code, left = inkarta(home, "imports", "--remove", "Prov Å")
    assert (code, left["imports"]) == (0, [])


def test_a_dry_run_stores_nothing_and_a_refusal_says_why(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", {"L": [list(HEADER), *projects()]})
    code, told = inkarta(tmp_path / "home", "import", str(file), "--name", "Prov", "--dry-run")
    assert code == 0
    assert len(told["operations"]) == 12
    assert not (tmp_path / "home" / "imports").exists()
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4")
    code, told = inkarta(tmp_path / "home", "import", str(tmp_path / "a.pdf"), "--name", "Prov")
    assert code == 3
    assert told["error"]["rule"] == "pdf"


def test_a_mapping_is_kept_for_the_next_file_with_the_same_columns(tmp_path: Path) -> None:
    first = workbook(tmp_path / "may.xlsx", {"L": [list(HEADER), *projects()]})
    said = Chosen(columns={"title": "Location", "location": ""}, currency="NOK", header_row=1)
    store.add(tmp_path, store.open_list(first, "Prov", said), "Prov", now=utc_now())
    june = workbook(tmp_path / "june.xlsx", {"L": [list(HEADER), *projects(20)]})
    known = store.known_mapping(tmp_path, june)
    assert known is not None
    importer = store.open_list(june, "Prov", known)
    assert importer.reading.mapping["title"] == "Location"
    assert "location" not in importer.reading.mapping
    assert importer.currency == "NOK"
    assert (
        store.known_mapping(tmp_path, workbook(tmp_path / "x.xlsx", {"L": [["Title", "Owner"], ["a b c", "d e"]]}))
        is None
    )


def test_a_list_with_the_same_name_is_replaced_and_a_damaged_one_is_named(tmp_path: Path) -> None:
    for n in (3, 5):
        file = workbook(tmp_path / f"{n}.xlsx", {"L": [list(HEADER), *projects(n)]})
        store.add(tmp_path, store.open_list(file, "Prov"), "Prov", now=utc_now())
    (found,) = store.listed(tmp_path)
    assert (found.slug, found.path.name, preview(found.importer).rows_read) == ("prov", "5.xlsx", 5)
    (tmp_path / "imports" / "prov" / "import.toml").write_text("name = ", "utf-8")
    with pytest.raises(SourceError, match=r"imports/prov: .*damaged"):
        store.listed(tmp_path)
    assert store.remove(tmp_path, "Prov")
    assert not store.remove(tmp_path, "Prov")


@pytest.mark.parametrize(
    "text",
    [
        "columns = 3", "[columns]\nname = 'x'", "[columns]\ntitle = 3", "sheets = 'x'", "header_row = 0",
        "currency = 'kr'", "date_order = 'ymd'", "decimal = ';'", "not toml",
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_be_right_is_refused_by_key(text: str, tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SourceError, match=r"map\.toml"):
        plan.load(path)


def test_a_mapping_survives_being_written_and_read(tmp_path: Path) -> None:
    said = Chosen({"title": 'A "name"\nwith \\ signs', "theme": ""}, "Sheet 1", 4, "SEK", "mdy", ",")
    path = tmp_path / "map.toml"
    path.write_text(plan.dump(said), "utf-8")
    read = plan.load(path)
    assert read == Chosen({"title": 'A "name"\nwith \\ signs', "theme": ""}, "Sheet 1", 4, "SEK", "mdy", ",")


@pytest.mark.parametrize(
    ("name", "rows", "operations", "field", "total", "warnings"),
    [
        ("IE_esf_2014-2020_list_of_operations.xlsx", 595, 25, "total_eligible_cost", "1149196000.00", 3),
        ("AT_esf_2014-2020.csv", 245, 245, "total_eligible_cost", "145717759.73", 0),
        ("AT_esf_2014-2020.xlsx", 245, 245, "total_eligible_cost", "145943595.73", 0),
        ("FI_erdf_2014-2020_projektilista.original.csv", 2881, 2881, "granted_support", "505787204.00", 10),
        ("SE_tillvaxtverket_projektbanken_2014-2020.json", 374, 374, "granted_support", "4354438151.00", 0),
        ("grants_a002400000KeYdsAAF.json", 379, 379, "granted_support", "31178456.00", 0),
        ("SE_esf_projektbanken_RECONSTRUCTED_4rows.csv", 4, 4, "total_eligible_cost", "45083860.00", 0),
        ("kohesio_validator_IE_valid_example.csv", 5, 5, "total_eligible_cost", "1637039.03", 0),
    ],
)
def test_real_lists_load_whole(
    name: str, rows: int, operations: int, field: str, total: str, warnings: int, shared_data: Path
) -> None:
    importer = store.open_list(shared_data / "registries" / name, "Prov")
    found = preview(importer)
    assert (found.rows_read, found.rows_loaded, found.rows_quarantined) == (rows, rows, 0)
    assert (found.operations_loaded, importer.amount_field, str(found.total)) == (operations, field, total)
    assert found.warnings == warnings
