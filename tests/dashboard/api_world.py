"""A warehouse with what strangers' files may hold, and how the API's tests read answers."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import duckdb
from starlette.testclient import TestClient

from dashboard.api.endpoints import ENDPOINTS
from dashboard.api.spec import BASE

ROOT = Path(__file__).parents[2]
HOSTILE = "20260101-0badf00d"
PATHS = [e.path for e in ENDPOINTS]
VALUES = "/indicators/unemployment_15_74"


def spoil(folder: Path, snapshot_id: str) -> None:
    """A snapshot of its own with what strangers' files may hold: formulas, a second record, a suppressed value."""
    path = folder / f"{HOSTILE}.duckdb"
    shutil.copy(folder / f"{snapshot_id}.duckdb", path)
    with duckdb.connect(str(path)) as con:
        con.execute(
            "UPDATE mart_operation SET title_sv = '=HYPERLINK(\"http://x\")', title_en = '-1+1', "
            "beneficiary = '@SUM(A1)', diarienummer = '-12.5', records = 2, "
            "operation_ids = ['inkarta:lumena', 'inkarta:lumena/2'], source_ids = ['other'] WHERE local_id = 'lumena'"
        )
        con.execute(
            "INSERT INTO mart_indicator SELECT * REPLACE ('K' AS sex) FROM mart_indicator "
            "WHERE indicator_code = 'unemployment_15_74' AND region_code = '01' AND period = '2023'"
        )
        con.execute(
            "INSERT INTO operation SELECT * REPLACE ('inkarta:lumena/2' AS operation_id, 'lumena/2' AS local_id) "
            "FROM operation WHERE local_id = 'lumena'"
        )
        con.execute("INSERT INTO operation_link VALUES ('inkarta:lumena/2', 'inkarta:lumena', 'manual', 1)")
        con.execute("INSERT INTO mart_id SELECT 'inkarta:lumena/2', place FROM mart_id WHERE id = 'lumena'")
        con.execute(
            "INSERT INTO operation_funding SELECT * REPLACE ('inkarta:lumena/2' AS operation_id, amount + 1 AS amount, "
            "'initiatives/initiatives.csv' AS file_name, 2 AS row_no) FROM operation_funding "
            "WHERE operation_id = 'inkarta:lumena'"
        )
        con.execute(
            "UPDATE mart_indicator SET value = NULL, flag = 's' "
            "WHERE indicator_code = 'unemployment_15_74' AND region_code = '18' AND period = '2023'"
        )
        con.execute(
            "UPDATE mart_indicator SET value = -1.5, flag = 'p' "
            "WHERE indicator_code = 'unemployment_15_74' AND region_code = '18' AND period = '2022'"
        )


def rows_of(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def data(name: str) -> list[dict[str, str]]:
    with (ROOT / "data" / name).open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def every(api: TestClient, path: str, **params: str) -> Iterator[dict[str, Any]]:
    """All the rows of a list, page by page, by following ``next``."""
    url: str | None = f"{path}?{urlencode(params)}"
    while url:
        body = api.get(url.removeprefix(BASE)).json()
        yield from body["data"]
        url = body["next"]


def example(path: str, spec: dict[str, Any]) -> str:
    for p in spec["paths"][BASE + path]["get"]["parameters"]:
        if p["in"] == "path":
            path = path.replace(f"{{{p['name']}}}", p["example"])
    return path


# The document and the behaviour
