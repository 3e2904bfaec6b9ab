"""European Central Bank: what a euro cost in kronor, annual averages of the reference rate.

The data portal's SDMX CSV (series ``EXR.A.SEK.EUR.SP00.A``): one record a year that is over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from etl.readers import csv_records
from etl.spec import ExchangeRate, Records, Reject, Remote, Row, Source

COLUMNS = ("KEY", "FREQ", "CURRENCY", "CURRENCY_DENOM", "TIME_PERIOD", "OBS_VALUE")
_SERIES = {"FREQ": "A", "CURRENCY": "SEK", "CURRENCY_DENOM": "EUR"}
_RATE = re.compile(r"[0-9]{1,5}(\.[0-9]{1,20})?", re.ASCII)


@dataclass(frozen=True)
class Rates:
    """Loads the file that the data portal gives; of its many columns the series' key, the year and the value count."""

    SOURCE: Source

    def records(self, path: Path) -> Records:
        return csv_records(path, delimiter=",", required=COLUMNS)

    def rate(self, row: Row) -> ExchangeRate:
        """A year's rate, to six decimals. Raises :class:`Reject` for another series, a year that is none, or NaN."""
        cell = row.raw
        for column, wanted in _SERIES.items():
            if cell[column] != wanted:
                raise Reject(column, "unknown_value", cell[column], f"The series has {wanted}.")
        if not re.fullmatch("(19|20)[0-9]{2}", cell["TIME_PERIOD"], re.ASCII):
            raise Reject("TIME_PERIOD", "bad_date", cell["TIME_PERIOD"], "Not a year.")
        if not _RATE.fullmatch(cell["OBS_VALUE"]) or not Decimal(cell["OBS_VALUE"]):
            raise Reject("OBS_VALUE", "bad_number", cell["OBS_VALUE"], "Not a rate.")
        year = int(cell["TIME_PERIOD"])
        found = Decimal(cell["OBS_VALUE"]).quantize(Decimal("0.000001"), ROUND_HALF_UP)
        return ExchangeRate("SEK", year, found, date(year, 12, 31))


SOURCES = (
    Rates(
        Source(
            id="ecb_eur_sek", kind="reference", registry="ECB", publisher="Europeiska centralbanken (ECB)",
            title_sv="Eurons referenskurs i kronor, årsmedel (ECB)",
            title_en="Euro reference rate in kronor, annual averages (ECB)",
            url="https://data.ecb.europa.eu/data/datasets/EXR/EXR.A.SEK.EUR.SP00.A",
            licence="ECB: fri vidareanvändning med källan angiven",
            licence_en="ECB: free reuse with the source named", base_url="https://data-api.ecb.europa.eu/service/",
            remotes=(Remote("ecb_eur_sek.csv", "data/EXR/A.SEK.EUR.SP00.A?format=csvdata"),),
            expected_rows=(20, 200), stale_after_days=800,
            caveat_sv="Medel av årets dagliga referenskurser. Upplysning, inte avräkningskurs.",
            caveat_en="Mean of the year's daily reference rates. For information, not a settlement rate.",
        )
    ),
)  # fmt: skip
