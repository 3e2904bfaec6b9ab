"""Index numbers and euro rates: what a row must hold, and which source of a year is used."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from etl.embedded import DATA
from etl.prices import EXCHANGE_RATE, INDEX_COLUMNS, PRICE_INDEX, RATE_COLUMNS, index, rate
from etl.readers import csv_records
from etl.spec import SourceError
from etl.warehouse import build
from tests.conftest import AS_OF, Sheet, World

FILES = {"price_index": (PRICE_INDEX, INDEX_COLUMNS, index), "exchange_rate": (EXCHANGE_RATE, RATE_COLUMNS, rate)}


def load(loader: Any, name: str, path: Path, *, day: int = 1, source_id: str = "") -> None:
    source, columns, take = FILES[name]
    source = replace(source, id=source_id or source.id, expected_rows=(0, 99))
    loader.file(
        source, path, csv_records(path, required=columns, known=columns), take, retrieved_at=datetime(2026, 1, day)
    )


@pytest.mark.parametrize(
    ("name", "cells", "column", "rule"),
    [
        ("price_index", {"value": "403,70"}, "value", "bad_number"),
        ("price_index", {"value": "0.00"}, "value", "bad_number"),
        ("price_index", {"value": "403.7"}, "value", "bad_number"),
        ("price_index", {"base": "2020=100"}, "base", "unknown_value"),
        ("price_index", {"year": "202"}, "year", "bad_date"),
        ("exchange_rate", {"rate": "-11.07"}, "rate", "bad_number"),
        ("exchange_rate", {"rate": "NaN"}, "rate", "bad_number"),
        ("exchange_rate", {"rate": "0.0"}, "rate", "bad_number"),
        ("exchange_rate", {"currency": "EUR"}, "currency", "unknown_value"),
        ("exchange_rate", {"currency": "sek"}, "currency", "unknown_value"),
        ("exchange_rate", {"last_day": "2005-12-30"}, "last_day", "bad_date"),
        ("exchange_rate", {"last_day": "2006-11-30"}, "last_day", "bad_date"),
        ("exchange_rate", {"last_day": "30/12/2006"}, "last_day", "bad_date"),
    ],
)
def test_a_row_that_is_no_price_is_set_aside(
    small_data: Path, name: str, cells: dict[str, str], column: str, rule: str
) -> None:
    path = small_data / f"prices/{name}.csv"
    sheet = Sheet(path)
    rows = len(sheet.rows)
    sheet.set(1, **cells)
    made = World(also=lambda loader: load(loader, name, path))
    assert made.all('SELECT row_no, "column", rule FROM load_issue') == [(1, column, rule)]
    assert made.all(f"SELECT count(*) FROM {name}") == [(rows - 1,)]


def test_a_year_twice_is_refused_with_the_files_name(small_data: Path, tmp_path: Path) -> None:
    path = small_data / "prices/price_index.csv"
    sheet = Sheet(path)
    sheet.set(2, year="2006")
    with pytest.raises(SourceError, match="price_index"):
        build(tmp_path / "snapshots", embedded=small_data, as_of=AS_OF)


@pytest.mark.parametrize(("days", "said"), [((1, 2), "500.00"), ((2, 1), "403.70")])
def test_of_two_sources_of_a_year_the_one_retrieved_last_is_used(
    small_data: Path, days: tuple[int, int], said: str
) -> None:
    later = small_data / "prices/later.csv"
    later.write_text(f"{','.join(INDEX_COLUMNS)}\n2023,500.00,1980=100,https://example.org/,2026-01-01\n")

    def both(loader: Any) -> None:
        load(loader, "price_index", DATA / "prices/price_index.csv", day=days[0])
        load(loader, "price_index", later, day=days[1], source_id="later")

    made = World(also=both)
    assert made.all("SELECT value FROM mart_price_index WHERE year = 2023") == [(Decimal(said),)]
    assert made.all("SELECT price_year FROM mart_basis WHERE basis = 'fast'") == [(2023,)]


def test_the_mean_of_a_year_has_as_many_days_as_the_market_is_open() -> None:
    for row in Sheet(DATA / "prices/exchange_rate.csv").rows:
        assert 250 <= int(row["days"]) <= 262, row["year"]
        assert row["first_day"] < f"{row['year']}-01-06"
        assert row["last_day"] > f"{row['year']}-12-28"
    years = [row["year"] for row in Sheet(DATA / "prices/price_index.csv").rows]
    assert years == sorted(set(years))
