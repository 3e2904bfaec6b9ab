"""The ECB's annual rates: fetched from a loopback replay, loaded beside the embedded ones, and what is refused."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from etl.fetch import fetch
from etl.sources import ecb
from etl.spec import ExchangeRate, Reject, Row
from etl.warehouse import Fetched, build
from tests.conftest import AS_OF
from tests.replay.documents import ecb_csv
from tests.replay.server import WEB_PAGE, ReplayServer

(ORIGIN,) = ecb.SOURCES
CELLS = {
    "KEY": "EXR.A.SEK.EUR.SP00.A", "FREQ": "A", "CURRENCY": "SEK", "CURRENCY_DENOM": "EUR", "TIME_PERIOD": "2025",
    "OBS_VALUE": "11.0663058823529",
}  # fmt: skip


def test_the_fetched_series_takes_the_place_of_the_embedded_rates(tmp_path: Path, small_data: Path) -> None:
    with ReplayServer() as server:
        (result,) = fetch([ORIGIN], tmp_path, base_urls=server.base_urls)
        assert (result.status, result.reason) == ("downloaded", "")
        assert server.requests[-1].path == "/ecb/data/EXR/A.SEK.EUR.SP00.A"
    later = tmp_path / "ecb_eur_sek.csv"
    later.write_bytes(ecb_csv(last=2025) + b"EXR.A.SEK.EUR.SP00.A,A,SEK,EUR,SP00,A,2026,10.5,A,F,x\n")
    fetched = Fetched(ORIGIN, later, datetime(2027, 1, 4))
    done = build(tmp_path / "snapshots", fetched=[fetched], embedded=small_data, as_of=AS_OF)
    con = duckdb.connect(str(done.snapshot.path), read_only=True)
    assert con.execute("SELECT rate, rate_date, source_id FROM mart_basis WHERE basis = 'euro'").fetchall() == [
        (Decimal("10.500000"), date(2026, 12, 31), "ecb_eur_sek")
    ]
    assert con.execute("SELECT count(DISTINCT year), count(*) FROM mart_exchange_rate").fetchone() == (28, 28)
    con.close()


def test_a_rate_is_kept_to_six_decimals_and_dated_by_the_years_end() -> None:
    assert ORIGIN.rate(Row(1, dict(CELLS))) == ExchangeRate("SEK", 2025, Decimal("11.066306"), date(2025, 12, 31))


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("FREQ", "M", "unknown_value"),
        ("CURRENCY", "USD", "unknown_value"),
        ("CURRENCY_DENOM", "SEK", "unknown_value"),
        ("TIME_PERIOD", "2025-06", "bad_date"),
        ("OBS_VALUE", "NaN", "bad_number"),
        ("OBS_VALUE", "", "bad_number"),
        ("OBS_VALUE", "0", "bad_number"),
        ("OBS_VALUE", "1e3", "bad_number"),
    ],
)
def test_what_is_no_annual_rate_of_the_krona_is_set_aside(column: str, value: str, rule: str) -> None:
    with pytest.raises(Reject) as caught:
        ORIGIN.rate(Row(1, {**CELLS, column: value}))
    assert (caught.value.column, caught.value.rule) == (column, rule)


@pytest.mark.parametrize("cut", [0, 1])
def test_a_web_page_or_a_short_series_is_not_kept(tmp_path: Path, cut: int) -> None:
    with ReplayServer() as server:
        path = "/ecb/data/EXR/A.SEK.EUR.SP00.A"
        if cut:
            server.files[path] = ecb_csv(first=2020)
        else:
            server.script(path, WEB_PAGE)
        (result,) = fetch([ORIGIN], tmp_path, base_urls=server.base_urls)
    assert result.status == "failed"
    assert not (tmp_path / "ecb_eur_sek.csv").exists()
