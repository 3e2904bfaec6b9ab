"""A warehouse with what strangers' files may hold, and how the tests of exports open each file again."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path
from typing import Any

import duckdb
from python_calamine import CalamineWorkbook
from starlette.testclient import TestClient

SPOILT = "20260102-0badf00d"
TITLE = "=cmd|' /C calc'!A0 <script>alert(1)</script> #import \"x\": * $a_1$ 🙂"
LONG = "Ettmyckettlångtord" * 160
HIDDEN, MISSING = "18", "19"
"""The län whose unemployment is hidden, and the one that has no value."""


def spoil(folder: Path, snapshot_id: str) -> None:
    """A snapshot of its own: hostile and endless titles, names and units, a hidden and a missing value."""
    path = folder / f"{SPOILT}.duckdb"
    shutil.copy(folder / f"{snapshot_id}.duckdb", path)
    with duckdb.connect(str(path)) as con:
        there = (
            "(SELECT {}(local_id) FROM mart_operation o JOIN mart_place p USING (operation_id) "
            "WHERE p.code = '18' AND p.plats = 'verksamhet' AND NOT p.spread)"
        )
        for table in ("mart_operation", "mart_card"):
            con.execute(
                f"UPDATE {table} SET title_sv = $title, title_en = $title, beneficiary = '@SUM(A1)', "
                f"diarienummer = '+1-2' WHERE local_id = {there.format('min')}",
                {"title": TITLE},
            )
            con.execute(
                f"UPDATE {table} SET title_sv = $title, title_en = $title, beneficiary = $title "
                f"WHERE local_id = {there.format('max')}",
                {"title": LONG},
            )
        con.execute(
            "UPDATE indicator SET title_sv = $title, title_en = $title WHERE code = 'low_trust'", {"title": TITLE}
        )
        con.execute(
            "UPDATE mart_indicator SET value = NULL, flag = 's' "
            "WHERE indicator_code = 'unemployment_15_74' AND region_code = $code",
            {"code": HIDDEN},
        )
        con.execute(
            "UPDATE mart_indicator SET value = NULL, flag = 's' WHERE indicator_code = 'unemployment_15_74' "
            "AND region_code = '14' AND period IN ('2010', '2025')"
        )
        con.execute(
            "DELETE FROM mart_indicator WHERE indicator_code = 'unemployment_15_74' AND region_code = $code",
            {"code": MISSING},
        )
        con.execute(
            "DELETE FROM mart_rank WHERE indicator_code = 'unemployment_15_74' AND region_code IN ($one, $other)",
            {"one": HIDDEN, "other": MISSING},
        )


def rows_of_csv(body: bytes) -> list[dict[str, str]]:
    text = body.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def sheets_of(body: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def api(site: TestClient, path: str, **params: str) -> Any:
    answer = site.get(f"/api/v1{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def got(site: TestClient, path: str, **params: str) -> bytes:
    answer = site.get(f"/export/{path}", params=params)
    assert answer.status_code == 200, answer.text
    assert answer.content
    return answer.content
