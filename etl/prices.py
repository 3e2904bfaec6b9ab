"""The annual averages that amounts are restated with: Sweden's consumer price index and the euro's rate in kronor."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from etl.files import Here
from etl.spec import ExchangeRate, Reject, Row, Source

PRICE_INDEX = Source(
    id="price_index", kind="reference", registry="SCB", publisher="SCB",
    title_sv="Konsumentprisindex (KPI), fastställda tal, årsmedel",
    title_en="Consumer price index (CPI), fixed index numbers, annual averages",
    url="https://www.scb.se/hitta-statistik/statistik-efter-amne/priser-och-konsumtion/konsumentprisindex/"
    "konsumentprisindex-kpi/pong/tabell-och-diagram/konsumentprisindex-kpi/kpi-faststallda-tal-1980100/",
    licence="CC0 1.0", expected_rows=(10, 100), stale_after_days=800,
    caveat_sv="Årsmedel till och med 2023, som de stod på den sedda sidan. Belopp från senare år räknas inte om.",
    caveat_en="Annual averages up to 2023, as they stood on the page seen. Amounts of later years are not restated.",
)  # fmt: skip
EXCHANGE_RATE = Source(
    id="exchange_rate", kind="reference", registry="ECB", publisher="Europeiska centralbanken (ECB)",
    title_sv="Eurons referenskurs i kronor, årsmedel", title_en="Euro reference rate in kronor, annual averages",
    url="https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip",
    licence="ECB: fri vidareanvändning med källan angiven",
    licence_en="ECB: free reuse with the source named", expected_rows=(5, 1_000), stale_after_days=800,
    caveat_sv="Medel av ECB:s dagliga referenskurser, avrundat till sex decimaler. Upplysning, inte avräkningskurs.",
    caveat_en="Mean of the ECB's daily reference rates, to six decimals. For information, not a settlement rate.",
)  # fmt: skip
INDEX_COLUMNS = ("year", "value", "base", "source_url", "seen_on")
RATE_COLUMNS = ("currency", "year", "rate", "days", "first_day", "last_day", "source_url", "seen_on")
_YEAR = re.compile(r"(19|20)[0-9]{2}", re.ASCII)
_INDEX = re.compile(r"[0-9]{1,6}\.[0-9]{2}", re.ASCII)
_RATE = re.compile(r"[0-9]{1,5}\.[0-9]{1,6}", re.ASCII)


def index(row: Row, here: Here) -> None:
    """One year's index number, ``1980=100``."""
    cell = row.raw
    year = _year(cell["year"])
    if not _INDEX.fullmatch(cell["value"]) or not Decimal(cell["value"]):
        raise Reject("value", "bad_number", cell["value"], "Write the index with two decimals, such as 403.70.")
    if cell["base"] != "1980=100":
        raise Reject("base", "unknown_value", cell["base"], "Index numbers of another base cannot be mixed in.")
    here.loader.tables.add(
        "price_index", year, Decimal(cell["value"]), cell["base"], here.source.id, here.file_name, here.row_no
    )


def rate(row: Row, here: Here) -> None:
    """What a euro cost in a currency, mean of a year's days; the last of them is the rate's date."""
    cell = row.raw
    year = _year(cell["year"])
    if not re.fullmatch("[A-Z]{3}", cell["currency"], re.ASCII) or cell["currency"] == "EUR":
        raise Reject("currency", "unknown_value", cell["currency"], "Write a currency's ISO code other than EUR.")
    if not _RATE.fullmatch(cell["rate"]) or not Decimal(cell["rate"]):
        raise Reject("rate", "bad_number", cell["rate"], "Write units of the currency for one euro, such as 11.066306.")
    try:
        last = date.fromisoformat(cell["last_day"])
    except ValueError as error:
        raise Reject("last_day", "bad_date", cell["last_day"], str(error)) from error
    if last.year != year or last.month != 12:
        raise Reject("last_day", "bad_date", cell["last_day"], "A year's mean ends in its December.")
    here.loader.exchange_rate(ExchangeRate(cell["currency"], year, Decimal(cell["rate"]), last), here)


def _year(text: str) -> int:
    if not _YEAR.fullmatch(text):
        raise Reject("year", "bad_date", text, "Write a year such as 2023.")
    return int(text)
