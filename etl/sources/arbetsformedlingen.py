"""Arbetsförmedlingen's time series workbook "tid utan arbete, län och kommun": registered unemployed, month by month.

The sheets Total and Kön are read; Ålder, Utbildningsnivå and Födelseland are divisions that are not loaded. A record
is one kommun, month and sex: a kommun that stands under two län in a month (Heby around 2007) is one record of two
rows, whose sum is exact or, when a part is hidden, hidden too. There are no rows for län or riket.

Confirmed by published code that reads the file: the sheets, four rows above the header, the columns below, months as
"2026-08", "<5" for small numbers, "Uppgift saknas" where a person's kommun or län is not known, and the age bands. Not
confirmed: the words of KOEN (K, M and whole words are taken). The whole pivot cache lies in the file and is not read.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from etl.sheets import table_records, workbook
from etl.spec import Indicator, IndicatorValue, Records, Reject, Remote, Row, Source, SourceError, audit
from etl.symbols import absent

KOMMUNER = Path(__file__).resolve().parents[2] / "data" / "regions" / "kommun.csv"
SHEETS = ("Total", "Kön")
UNKNOWN = "Uppgift saknas"
BANDS = (("2023-01", "16–65"), ("2026-01", "16–66"))
"""First month of each age band after 16–64."""

_MONTH = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])")
_SEX: Mapping[str, Literal["K", "M"]] = {
    "k": "K", "kvinna": "K", "kvinnor": "K", "m": "M", "man": "M", "män": "M",
}  # fmt: skip
_PLACE = ("PERIOD", "LÄN", "KOMMUN")
_BREAKS, _SHEET = "_breaks", "_sheet"


@dataclass(frozen=True)
class Workbook:
    """``measures``: column of a count of persons -> its indicator's code."""

    SOURCE: Source
    INDICATORS: tuple[Indicator, ...]
    measures: Mapping[str, str] = field(default_factory=dict)

    def records(self, path: Path) -> Records:
        """One record a kommun, month and sex, marked where its series meets a new age band."""
        sheets = {sheet.name.strip(): sheet for sheet in workbook(path, *SHEETS)}
        lacking = [name for name in SHEETS if name not in sheets]
        if lacking:
            raise SourceError(
                f"{path.name}: no sheet is called {lacking[0]!r}. Check that it is the workbook "
                "web-inskrivna-arbetslosa-tid-utan-arbete-lan-kom; if its form has changed, update the source."
            )
        rows: list[Row] = []
        for name in SHEETS:
            required = (*_PLACE, *(["KOEN"] if name == "Kön" else []), *self.measures)
            for row in table_records(path, sheets[name], required=required).rows:
                rows.append(Row(len(rows) + 1, {_SHEET: name, **row.raw}, row.fault))
        return Records(rows=self._marked(_joined(rows)))

    def values(self, row: Row) -> Iterator[IndicatorValue]:
        """Each measure of the kommun; a number below five is hidden, and hides a sum that it is part of."""
        month, kommun, sex = _key(row.raw)
        if not _MONTH.fullmatch(month):
            raise Reject("PERIOD", "bad_period", row.raw.get("PERIOD"), "Not a month such as 2026-08.")
        if UNKNOWN in (_text(row.raw.get("LÄN")), kommun):
            raise Reject("KOMMUN", "no_region", UNKNOWN, "Persons whose län or kommun is not known have no region.")
        region = _kommuner().get(kommun.casefold())
        if region is None:
            raise Reject("KOMMUN", "unknown_region", kommun, "No kommun has this name.")
        if not sex:
            raise Reject("KOEN", "unknown_sex", row.raw.get("KOEN"), "Neither women nor men.")
        breaks = row.raw.pop(_BREAKS, ())
        counts = {
            name: [_count(name, part.raw.pop(name, None)) for part in (row, *row.parts)] for name in self.measures
        }
        for part in (row, *row.parts):
            for name in (_SHEET, *_PLACE, "KOEN"):
                part.raw.pop(name, None)
            audit(part, self.SOURCE)
        for name, found in counts.items():
            value, flag = _sum(found)
            yield IndicatorValue(
                self.measures[name], region, month, value, sex, flag or ("b" if name in breaks else None)
            )

    def _marked(self, rows: list[Row]) -> list[Row]:
        """Where a measure of a kommun and sex first has a value in a new age band, after values in an earlier one."""
        series: dict[tuple[str, str | None], list[tuple[str, Row]]] = defaultdict(list)
        for row in rows:
            month, kommun, sex = _key(row.raw)
            series[kommun, sex].append((month, row))
        for found in series.values():
            found.sort(key=lambda pair: pair[0])
            for name in self.measures:
                shown = [
                    (month, row) for month, row in found if all(_is_number(p.raw.get(name)) for p in (row, *row.parts))
                ]
                for (before, _), (month, row) in pairwise(shown):
                    if band(before) != band(month):
                        row.raw.setdefault(_BREAKS, []).append(name)
        return rows


def band(month: str) -> str:
    """The ages that a month's figures hold for."""
    return next((ages for start, ages in reversed(BANDS) if month >= start), "16–64")


def _joined(rows: list[Row]) -> list[Row]:
    """Rows of the same kommun, month and sex as one record."""
    first: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        month, kommun, sex = _key(row.raw)
        alone = row.row_no if row.fault or kommun == UNKNOWN else 0
        first.setdefault((row.raw[_SHEET], month, kommun, sex, alone), []).append(row)
    return [Row(one.row_no, one.raw, one.fault, tuple(more)) for one, *more in first.values()]


def _key(raw: Mapping[str, Any]) -> tuple[str, str, Literal["K", "M", "T"] | None]:
    found = raw.get("PERIOD")
    month = f"{found:%Y-%m}" if isinstance(found, date) else _text(found)
    sex: Literal["K", "M", "T"] | None = (
        _SEX.get(_text(raw.get("KOEN")).casefold()) if raw.get(_SHEET) == "Kön" else "T"
    )
    return month, _text(raw.get("KOMMUN")), sex


def _text(value: Any) -> str:
    return "" if value is None else " ".join(str(value).split())


def _is_number(value: Any) -> bool:
    return (isinstance(value, int | float) and not isinstance(value, bool)) or _text(value).isdecimal()


def _count(name: str, value: Any) -> float | str:
    if _is_number(value):
        return float(value)
    flag = absent(_text(value)) if value is not None else "m"
    if flag is None:
        raise Reject(name, "not_a_number", value, "Neither a number nor a symbol that is known.")
    return flag


def _sum(found: list[float | str]) -> tuple[float | None, str | None]:
    flags = [each for each in found if isinstance(each, str)]
    if flags:
        return None, "s" if "s" in flags else "m"
    return sum(each for each in found if not isinstance(each, str)), None


@cache
def _kommuner() -> dict[str, str]:
    with KOMMUNER.open(encoding="utf-8", newline="") as handle:
        return {row["name"].casefold(): row["code"] for row in csv.DictReader(handle)}


_LICENCE = "Villkor ej bekräftade"
_LICENCE_EN = "Terms not confirmed"
_SV = (
    "Inskrivna som öppet arbetslösa eller i program med aktivitetsstöd, i slutet av månaden. Åldrarna är 16–64 år till "
    "och med 2022, 16–65 från 2023 och 16–66 från 2026: brott i serien. Färre än fem personer visas inte, och inget "
    "län summeras då. Personer utan känd kommun räknas inte in."
)
_EN = (
    "Registered as openly unemployed or in programmes with activity support, at the end of the month. Ages are 16–64 "
    "until 2022, 16–65 from 2023 and 16–66 from 2026: breaks in the series. Fewer than five persons are not shown, and "
    "no county is then summed. Persons whose municipality is unknown are not counted."
)


def _persons(code: str, sv: str, en: str) -> Indicator:
    """A count follows the size of the place, so neither more nor fewer is ranked as better."""
    return Indicator(
        code, sv, en, "personer", "neutral", "Arbetsförmedlingen", "Tid utan arbete, län och kommun", _LICENCE, 0, _SV,
        "persons", _EN,
    )  # fmt: skip


SOURCES = (
    Workbook(
        Source(
            id="arbetsformedlingen_tid_utan_arbete",
            kind="indicators",
            registry="arbetsformedlingen",
            publisher="Arbetsförmedlingen",
            title_sv="Arbetsförmedlingen: inskrivna arbetslösa efter tid utan arbete, kommuner",
            title_en="Arbetsförmedlingen: registered unemployed by time without work, municipalities",
            url="https://arbetsformedlingen.se/statistik/sok-statistik/tidigare-statistik-tidsserier",
            licence=_LICENCE, licence_en=_LICENCE_EN,
            caveat_sv=_SV,
            caveat_en=_EN,
            remotes=(Remote("arbetsformedlingen_tid_utan_arbete.xlsx", ""),),
            expected_rows=(290, 500_000),
            ignore={
                "Utan arbete mer än 6 månader": "between the two measures that are loaded",
                "Utan arbete mer än 24 månader": "part of the measure over 12 months",
            },
            quarantine_ceiling=0.12,
            stale_after_days=60,
        ),
        (
            _persons("registered_unemployed", "Inskrivna arbetslösa", "Registered unemployed"),
            _persons(
                "registered_unemployed_over_12_months", "Inskrivna arbetslösa utan arbete mer än 12 månader",
                "Registered unemployed without work for over 12 months",
            ),
        ),
        {
            "ARBETSLÖSA": "registered_unemployed",
            "Utan arbete mer än 12 månader": "registered_unemployed_over_12_months",
        },
    ),
)  # fmt: skip
"""The file's name has the month in it and its address changes: a person saves it. One row in twelve or so, at most, is
of persons without a known kommun, hence the ceiling."""
