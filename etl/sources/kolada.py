"""Kolada (RKA), API v3: key figures for riket, län and kommuner; one JSON document a key figure.

Figures whose source is the register BAS begin with it in 2020: an earlier year under the same id could only be RAMS,
another measure, and is read and left out, so that the two are never one series.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from etl.readers import json_records
from etl.spec import Indicator, IndicatorValue, Records, Reject, Remote, Row, Source, audit
from etl.symbols import absent

if TYPE_CHECKING:
    from etl.polite import JsonApi

REGIONS = Path(__file__).resolve().parents[2] / "data" / "regions"
FIRST_YEAR = 2010
IDS_PER_SEGMENT = 25
"""Greatest number of identifiers that Kolada takes in one segment of an address."""
CALLS, SECONDS = 2, 1.0
"""Our own modest pace; Kolada publishes none."""


def _kpi(
    kpi: str, code: str, sv: str, en: str, unit: str, better: Literal["high", "low", "neutral"],
    note: str = "", note_en: str = "", *, unit_en: str = "", decimals: int = 1,
) -> tuple[str, Indicator]:  # fmt: skip
    return kpi, Indicator(
        code, sv, en, unit, better, "RKA", f"Kolada {kpi}", "CC0 1.0", decimals, note, unit_en, note_en
    )


KPIS = dict(
    (
        _kpi("N02797", "neet_16_24", "Unga 16–24 år som varken arbetar eller studerar",
             "Not in employment or education, aged 16–24", "%", "low"),
        _kpi("N03942", "unemployment_18_24", "Arbetslösa 18–24 år av arbetskraften",
             "Unemployment, aged 18–24", "%", "low"),
        _kpi("N03941", "unemployment_18_65", "Arbetslösa 18–65 år av arbetskraften",
             "Unemployment, aged 18–65", "%", "low",
             "Årsmedelvärde, register (BAS); inte samma mått som AKU.",
             "Annual average from registers (BAS); not the labour force survey's measure."),
        _kpi("N03954", "long_term_share_18_65", "Långtidsarbetslösa av arbetslösa 18–65 år",
             "Long-term share of the unemployed, aged 18–65", "%", "low",
             "Minst 6 månader; Eurostat räknar 12.",
             "At least 6 months; Eurostat counts 12."),
        _kpi("N00906", "median_income_20_64", "Sammanräknad förvärvsinkomst 20–64 år, median",
             "Median earned income, aged 20–64", "kr per år", "high", unit_en="SEK per year", decimals=0),
        _kpi("N02267", "employment_rate_20_64_bas", "Sysselsättningsgrad 20–64 år (BAS)",
             "Employment rate, aged 20–64 (BAS)", "%", "high", "Register (BAS) i november; inte AKU.",
             "Registers (BAS) in November; not the labour force survey."),
        _kpi("N02268", "employment_foreign_born_20_64_kolada",
             "Sysselsättningsgrad, utrikes födda 20–64 år (BAS)",
             "Employment rate of the foreign-born, aged 20–64 (BAS)", "%", "high",
             "Register (BAS) i november.",
             "Registers (BAS) in November."),
        _kpi("N02269", "employment_native_born_20_64_kolada",
             "Sysselsättningsgrad, inrikes födda 20–64 år (BAS)",
             "Employment rate of the native-born, aged 20–64 (BAS)", "%", "high",
             "Register (BAS) i november.",
             "Registers (BAS) in November."),
        _kpi("N00957", "ohalsotal_kolada", "Ohälsotal", "Ill-health rate (ohälsotal)",
             "dagar per person 16–64 år", "low", "Årsvärdets månad är inte bekräftad.",
             "Which month stands for the year is not confirmed.", unit_en="days per person aged 16–64"),
        _kpi("N66080", "low_economic_standard_kolada", "Invånare med låg ekonomisk standard",
             "Residents with low economic standard", "%", "low",
             "Med eller utan kapitalvinst är inte bekräftat.",
             "Whether capital gains are included is not confirmed."),
        _kpi("N31807", "economic_assistance", "Invånare som någon gång under året fått ekonomiskt bistånd",
             "Residents who received economic assistance during the year", "%", "low",
             "Socialstyrelsens levande register: tidigare år kan ändras.",
             "A living register of Socialstyrelsen: earlier years may change."),
        _kpi("N01984", "low_education", "Invånare 25–64 år med högst förgymnasial utbildning",
             "Residents aged 25–64 with at most lower secondary education", "%", "low"),
        _kpi("N00952", "womens_income_share", "Kvinnors mediannettoinkomst som andel av mäns",
             "Women's median net income as a share of men's", "%", "high"),
    )
)  # fmt: skip
"""Kolada's key figure -> our indicator. Kolada does not say which direction is good: ``better`` is ours."""

BAS = frozenset({"N02267", "N02268", "N02269", "N03941", "N03942"})
BAS_BEGINS = "2020"


@dataclass(frozen=True)
class Kolada:
    SOURCE: Source
    INDICATORS: tuple[Indicator, ...]

    def records(self, path: Path) -> Records:
        """One record a key figure, region and year."""
        return json_records(path, at=["values"], required=["kpi", "municipality", "period", "values"])

    def values(self, row: Row) -> Iterator[IndicatorValue]:
        """The record's total and, where published, women's and men's values."""
        try:
            kpi, place, period, cells = (row.raw.pop(name) for name in ("kpi", "municipality", "period", "values"))
        except KeyError as error:
            raise Reject(str(error.args[0]), "missing_key", None, "The record lacks this key.") from error
        audit(row, self.SOURCE)
        if not isinstance(kpi, str) or kpi not in KPIS:
            raise Reject("kpi", "unknown_kpi", kpi, "Not a key figure that was asked for.")
        region, year = _region(place), _year(period)
        if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
            raise Reject("values", "not_a_list", cells, "The values are not a list of objects.")
        kept = [cell for cell in cells if not cell.get("isdeleted")]
        if not kept:
            rule = "deleted_by_publisher" if cells else "no_values"
            raise Reject("values", rule, None, "No value is left in the record.")
        if kpi in BAS and year < BAS_BEGINS:
            return
        for cell in kept:
            yield _value(KPIS[kpi].code, region, year, cell)

    def documents(self, remotes: tuple[Remote, ...], api: JsonApi) -> dict[str, Any]:
        """One document a key figure: up to 25 of them, regions and years a call, in the order in which they came."""
        api.pace(CALLS, SECONDS)
        years = _segments([str(year) for year in range(FIRST_YEAR, date.today().year + 1)])
        files = {remote.url.rsplit("/", 1)[-1]: remote.name for remote in remotes}
        found: dict[str, Any] = {name: {"values": []} for name in files.values()}
        for kpis in _segments(list(files)):
            for regions in _segments(_regions()):
                for period in years:
                    path = f"data/kpi/{','.join(kpis)}/municipality/{','.join(regions)}/year/{','.join(period)}"
                    for page in api.pages(path, {"per_page": "5000"}):
                        for row in page["values"]:
                            found[files[row["kpi"]]]["values"].append(row)
        return found


def _value(code: str, region: str, year: str, cell: dict[str, Any]) -> IndicatorValue:
    sex, value = cell.get("gender"), cell.get("value")
    status = str(cell.get("status") or "").strip()
    if sex not in ("T", "K", "M"):
        raise Reject("gender", "unknown_gender", sex, "Not T, K or M.")
    sex = cast(Literal["K", "M", "T"], sex)
    flag = absent(status)
    if status and flag is None:
        raise Reject("status", "unknown_status", status, "A status whose meaning is not known.")
    if value is None or flag:
        return IndicatorValue(code, region, year, None, sex, flag or "m")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Reject("value", "not_a_number", value, "The value is not a number.")
    return IndicatorValue(code, region, year, float(value), sex)


def _region(place: object) -> str:
    text = str(place)
    if text.startswith("G"):
        raise Reject("municipality", "municipality_group", text, "A group of kommuner is not a region.")
    if not re.fullmatch(r"\d{4}", text):
        raise Reject("municipality", "unknown_region", text, "Not a region's code.")
    return text[2:] if text.startswith("00") else text


def _year(period: object) -> str:
    if not re.fullmatch(r"(?:19|20)\d\d", str(period)):
        raise Reject("period", "bad_period", period, "Not a year.")
    return str(period)


def _regions() -> list[str]:
    """Riket, län and kommuner, as Kolada writes them. Its groups (G…) are not asked for."""
    with (REGIONS / "lan.csv").open(encoding="utf-8", newline="") as handle:
        lan = [row["kolada_id"] for row in csv.DictReader(handle)]
    with (REGIONS / "kommun.csv").open(encoding="utf-8", newline="") as handle:
        return ["0000", *lan, *(row["code"] for row in csv.DictReader(handle))]


def _segments(codes: list[str]) -> list[list[str]]:
    return [codes[start : start + IDS_PER_SEGMENT] for start in range(0, len(codes), IDS_PER_SEGMENT)]


SOURCES = (
    Kolada(
        Source(
            id="kolada",
            kind="indicators",
            registry="kolada",
            publisher="RKA",
            title_sv="Kolada: nyckeltal för kommuner och regioner",
            title_en="Kolada: key figures for municipalities and regions",
            url="https://www.kolada.se/",
            licence="CC0 1.0",
            caveat_sv="Kolada anger inte vilken riktning som är god; den bedömningen är vår.",
            caveat_en="Kolada does not say which direction is good; that reading is ours.",
            base_url="https://api.kolada.se/v3/",
            remotes=tuple(Remote(f"kolada_{kpi}.json", f"data/kpi/{kpi}", media=("application/json",)) for kpi in KPIS),
            expected_rows=(20, 20_000),
            ignore={},
            quarantine_ceiling=0.05,
        ),
        tuple(KPIS.values()),
    ),
)
