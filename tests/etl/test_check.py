"""Every finding of the data-quality report with a ceiling is broken by a snapshot that has the fault."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from etl.check import Finding, check
from tests.conftest import AS_OF

_ONE = "(SELECT operation_id FROM operation ORDER BY 1 LIMIT 1)"
BREAKS = {
    "title": "UPDATE mart_operation SET title_sv = '' WHERE operation_id = 'inkarta:lumena'",
    "region": "UPDATE mart_location SET location_type = 'unknown', lan_code = NULL",
    "amount": "DELETE FROM mart_funding",
    "start date": "UPDATE mart_operation SET start_date = NULL",
    "end date": "UPDATE mart_operation SET end_date = NULL",
    "beneficiary": "UPDATE mart_operation SET beneficiary = NULL",
    "operation: dates outside 1990-2060": "INSERT INTO operation SELECT * REPLACE ('x' AS operation_id, "
    "'x' AS local_id, DATE '1901-01-01' AS start_date, 'day' AS start_precision) FROM operation LIMIT 1",
    "operation: ends before it starts": "INSERT INTO operation SELECT * REPLACE ('x' AS operation_id, "
    "'x' AS local_id, DATE '2024-02-01' AS start_date, 'day' AS start_precision, DATE '2024-01-01' AS end_date, "
    "'day' AS end_precision) FROM operation LIMIT 1",
    "amount over 2 000 million": "UPDATE operation_funding SET amount = 2000000001",
    "EU contribution over total cost": "UPDATE operation_funding SET amount = 1000000000 "
    "WHERE measure = 'eu_contribution'",
    "percentage outside 0-100": "UPDATE indicator_value SET value = 101 WHERE indicator_code = 'employment_20_64'",
    "negative indicator value": "UPDATE indicator_value SET value = -1 WHERE indicator_code = 'employment_20_64'",
    "operations on which sources disagree": "INSERT INTO operation_conflict SELECT operation_id, 'title', 'a', 'b', "
    "'c', 'd', '', source_id, file_name, row_no FROM operation",
    "amounts that differ between linked registries": f"UPDATE operation_link SET canonical_id = {_ONE}; "
    "DELETE FROM mart_funding WHERE operation_id NOT IN (SELECT operation_id FROM mart_funding LIMIT 1)",
    "hidden counts that the shown ones give away": "INSERT INTO operation_indicator SELECT operation_id, 'p', "
    "'output', unnest(['K', 'M', 'T']), 'actual', unnest([NULL, 50, 53]), NULL, unnest(['s', NULL, NULL]) "
    f"FROM operation WHERE operation_id = {_ONE}; INSERT INTO suppressed_cell SELECT 'participants', {_ONE}, 'p', 'K'",
    "hidden counts that kept earlier snapshots give away": "UPDATE disclosure SET hidden = 10, exposed = 1",
    "volume": "UPDATE source_file SET expected_most = 1",
    "quarantine": "UPDATE source_file SET rows_quarantined = rows_read, rows_loaded = 0, quarantine_ceiling = 0",
    "staleness": "UPDATE source_file SET retrieved_at = TIMESTAMP '1999-01-01'",
}


def name(finding: Finding) -> str:
    return finding.area if finding.area in ("volume", "quarantine", "staleness") else finding.name


def broken(path: Path) -> set[str]:
    return {name(finding) for finding in check(path, AS_OF + timedelta(days=1)) if finding.is_broken}


def test_the_embedded_snapshot_breaks_nothing_and_every_ceiling_has_a_mutant(embedded_build: Any) -> None:
    found = check(embedded_build.snapshot.path, date(2026, 11, 24))
    assert not [finding for finding in found if finding.is_broken]
    assert {name(finding) for finding in found if finding.ceiling is not None} == set(BREAKS)


@pytest.mark.parametrize("finding", BREAKS)
def test_a_snapshot_with_the_fault_breaks_the_check(embedded_build: Any, tmp_path: Path, finding: str) -> None:
    path = Path(shutil.copy(embedded_build.snapshot.path, tmp_path / "spoilt.duckdb"))
    with duckdb.connect(str(path)) as con:
        con.execute(BREAKS[finding])
    assert finding in broken(path)
