"""Synthetic operations: the same every time, said to be synthetic, loaded with every fault accounted for."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import duckdb

from bench import etl, synthetic
from etl.sources.kohesio import SOURCES
from etl.warehouse import Fetched, build

ROWS = 1200


def test_the_same_file_every_time_and_every_row_says_what_it_is(tmp_path: Path) -> None:
    first, second = (synthetic.write(tmp_path / f"{n}.csv", ROWS) for n in (1, 2))
    assert first.read_bytes() == second.read_bytes()
    with first.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) == ROWS
    assert set(rows[0]) == set(synthetic.COLUMNS)
    assert all(row["Beneficiary_Name"].startswith("Synthetic") for row in rows)
    assert sum(not row["Operation_Name_English"].startswith("Synthetic") for row in rows) == 2  # those without a name
    assert len({row["NUTS3_Code"].split("|")[0] for row in rows}) == 21


def test_they_load_and_what_is_wrong_is_set_aside_with_its_reason(tmp_path: Path) -> None:
    path = synthetic.write(tmp_path / "kohesio_2021-2027.csv", ROWS)
    made = build(tmp_path / "snapshots", fetched=[Fetched(SOURCES[1], path, None)], as_of=date(2026, 11, 23))
    count = next(c for c in made.counts if c.source_id == "kohesio_2021_2027")
    assert (count.rows_read, count.rows_loaded, count.rows_quarantined) == (ROWS, ROWS - 6, 6)
    with duckdb.connect(str(made.snapshot.path), read_only=True) as con:
        rules = con.execute(
            "SELECT rule, count(*) FROM load_issue WHERE source_id = 'kohesio_2021_2027' GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    assert etl.accounted(tmp_path / "snapshots").startswith("1,200 read = 1,194 loaded + 6 set aside")
    assert dict(rules) == {"bad_date": 2, "missing_id": 2, "missing_title": 2, "not_sweden": 2}
