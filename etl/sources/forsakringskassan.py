"""Försäkringskassan, open data (JSON, or its Excel): ohälsotal and sjukpenningtal, days per person over twelve months.

A record is one region, sex, age group and month. December's twelve months are the year; the other months are read,
counted as loaded and yield no value, and so do rows of a single age group.

The Excel lies beside the JSON (``SJPohttal.xlsx``). Confirmed by published code that reads it: two rows of title above
the header; the columns År, Månad, Län, Kommun, Kön, Ålder and Ohälsotalet or "Sjukpenningtal 1.0"; the same table goes
on in further sheets; "Riket", "20 Dalarnas län", "2080 Falun"; a län's own total has its län in Kommun; "Kvinnor och
män"; "Samtliga 16-64 år"; months as "01". Not confirmed: what stands in a suppressed cell (read by the one rule of
:mod:`etl.symbols`; an empty one is missing), and that the service filters the workbook. It is saved by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from etl.readers import json_records
from etl.sheets import table_records, workbook
from etl.spec import Indicator, IndicatorValue, Records, Reject, Remote, Row, Source, SourceError, audit
from etl.symbols import absent

ALL = "ALL"
DECEMBER = "12"
_SEX: dict[str, Literal["K", "M", "T"]] = {ALL: "T", "K": "K", "M": "M"}
_DIMENSIONS = {"lan_kod", "kommun_kod", "kon_kod", "aldersklass_kod", "ar", "manad", "man"}
_NO = (False, None, "", "false", "0", 0, "N", "NEJ")
_YES = (True, "true", "1", 1, "J", "JA")


@dataclass(frozen=True)
class Forsakringskassan:
    """One data set. ``measure`` is the name of its figure among a row's observations."""

    SOURCE: Source
    INDICATORS: tuple[Indicator, ...]
    measure: str

    def records(self, path: Path) -> Records:
        """One record a row of the list that is the document."""
        found = json_records(path, required=["dimensions", "observations"])
        rows = list(found.rows)
        if not any(_is_year(row.raw.get("dimensions")) for row in rows):
            raise SourceError(
                f"{path.name}: no row is December's for all ages (aldersklass_kod {ALL}). Download it again with that "
                "month and age; if Försäkringskassan has changed its codes, update the source."
            )
        return Records(rows=rows, encoding=found.encoding)

    def values(self, row: Row) -> Iterator[IndicatorValue]:
        """The year's value, from a December row of all ages; a suppressed one is None with the flag s."""
        where, what = row.raw.pop("dimensions", None), row.raw.pop("observations", None)
        if not isinstance(where, dict) or not isinstance(what, dict):
            raise Reject("dimensions", "missing_key", None, "The row lacks its dimensions or observations.")
        audit(row, self.SOURCE)
        strange = sorted(set(where) - _DIMENSIONS)
        if strange:
            raise Reject(strange[0], "unknown_dimension", where[strange[0]], "Not a dimension that is declared.")
        try:
            lan, kommun, sex, _, year = (
                str(where[name]) for name in ("lan_kod", "kommun_kod", "kon_kod", "aldersklass_kod", "ar")
            )
            month = str(where["manad"] if "manad" in where else where["man"])
        except KeyError as error:
            raise Reject(str(error.args[0]), "missing_dimension", None, "The row lacks this.") from error
        if not re.fullmatch(r"(?:19|20)\d\d", year) or not re.fullmatch(r"0?[1-9]|1[0-2]", month):
            raise Reject("ar", "bad_period", f"{year}-{month}", "Not a year and a month.")
        if sex not in _SEX:
            raise Reject("kon_kod", "unknown_sex", sex, "Not ALL, K or M.")
        region = _region(lan, kommun)
        if not _is_year(where):
            return
        value, flag = self._figure(what.get(self.measure))
        yield IndicatorValue(self.INDICATORS[0].code, region, year, value, _SEX[sex], flag)

    def _figure(self, found: Any) -> tuple[float | None, str | None]:
        if not isinstance(found, dict) or "value" not in found:
            raise Reject(self.measure, "missing_measure", found, "The row lacks this figure.")
        value, hidden = found["value"], found.get("rojd")
        if hidden in _YES:
            return None, "s"
        if hidden not in _NO:
            raise Reject("rojd", "unknown_flag", hidden, "Neither yes nor no.")
        if value is None:
            return None, "m"
        if isinstance(value, str) and re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", value):
            value = float(value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Reject("value", "not_a_number", value, "The value is not a number.")
        return float(value), None


@dataclass(frozen=True)
class ForsakringskassanBook:
    """The Excel of a data set. ``measure`` is the heading of its figures."""

    SOURCE: Source
    INDICATORS: tuple[Indicator, ...]
    measure: str

    def records(self, path: Path) -> Records:
        """One record a row of the sheets that hold the table; a sheet without it, such as notes, is passed over."""
        wanted = [*_COLUMNS, self.measure]
        tables = [s for s in workbook(path) if any(set(wanted) <= {_cell(c) for c in row} for row in s.rows[:20])]
        if not tables:
            raise SourceError(
                f"{path.name}: no sheet has the columns {', '.join(wanted)}. Check that it is Försäkringskassan's "
                f"{self.INDICATORS[0].table_id}; if the publisher has changed the table, update the source."
            )
        found = [row for sheet in tables for row in table_records(path, sheet, required=wanted).rows]
        rows = [Row(row_no, row.raw, row.fault) for row_no, row in enumerate(found, start=1)]
        if not any(
            _month(row.raw.get("Månad")) == DECEMBER and _cell(row.raw.get("Ålder")) == _ALL_AGES for row in rows
        ):
            raise SourceError(
                f"{path.name}: no row is December's for {_ALL_AGES!r}. Save the table again with that month and age; "
                "if Försäkringskassan has changed its words, update the source."
            )
        return Records(rows=rows)

    def values(self, row: Row) -> Iterator[IndicatorValue]:
        """The year's value, from a December row of all ages."""
        try:
            year, month, lan, kommun, sex, age, figure = (row.raw.pop(name) for name in (*_COLUMNS, self.measure))
        except KeyError as error:
            raise Reject(str(error.args[0]), "missing_column", None, "The row lacks this.") from error
        audit(row, self.SOURCE)
        year, month = _cell(year), _month(month)
        if not re.fullmatch(r"(?:19|20)\d\d", year) or not re.fullmatch(r"0[1-9]|1[0-2]", month):
            raise Reject("År", "bad_period", f"{year}-{month}", "Not a year and a month.")
        if _cell(sex) not in _SEX_IN_WORDS:
            raise Reject("Kön", "unknown_sex", sex, "Not Kvinnor och män, Kvinnor or Män.")
        region = _named_region(_cell(lan), _cell(kommun))
        if month != DECEMBER or _cell(age) != _ALL_AGES:
            return
        value, flag = _written(figure)
        yield IndicatorValue(self.INDICATORS[0].code, region, year, value, _SEX_IN_WORDS[_cell(sex)], flag)


_COLUMNS = ("År", "Månad", "Län", "Kommun", "Kön", "Ålder")
_ALL_AGES = "Samtliga 16-64 år"
_SEX_IN_WORDS: dict[str, Literal["K", "M", "T"]] = {"Kvinnor och män": "T", "Kvinnor": "K", "Män": "M"}


def _cell(value: Any) -> str:
    return "" if value is None else " ".join(str(value).split())


def _month(value: Any) -> str:
    return _cell(value).zfill(2)


def _written(figure: Any) -> tuple[float | None, str | None]:
    if isinstance(figure, int | float) and not isinstance(figure, bool):
        return float(figure), None
    text = _cell(figure)
    if re.fullmatch(r"[0-9]+(?:[.,][0-9]+)?", text):
        return float(text.replace(",", ".")), None
    flag = absent(text) if text else "m"
    if flag is None:
        raise Reject("value", "not_a_number", figure, "Neither a number nor a symbol that is known.")
    return None, flag


def _named_region(lan: str, kommun: str) -> str:
    """ "Riket" or the digits before a name; a kommun lies in its län."""
    code = "00" if kommun == "Riket" else (re.match(r"(\d{2}(?:\d{2})?) ", kommun + " ") or [""])[0].strip()
    if not code or not (lan == kommun == "Riket" or lan.startswith(code[:2] + " ")):
        raise Reject("Kommun", "unknown_region", f"{lan}/{kommun}", "Not riket, a län or a kommun of the län.")
    return code


def _is_year(where: Any) -> bool:
    month = where.get("manad", where.get("man")) if isinstance(where, dict) else None
    return str(month) == DECEMBER and where.get("aldersklass_kod") == ALL


def _region(lan: str, kommun: str) -> str:
    """Riket is ALL with ALL or ALL_ALL, a län's total its code with ALL_<län>, a kommun its four digits."""
    if lan == ALL and kommun in (ALL, f"{ALL}_{ALL}"):
        return "00"
    if re.fullmatch(r"\d\d", lan):
        if kommun == f"{ALL}_{lan}":
            return lan
        if re.fullmatch(rf"{lan}\d\d", kommun):
            return kommun
    raise Reject("kommun_kod", "unknown_region", f"{lan}/{kommun}", "Not the code of riket, a län or a kommun.")


_LICENCE = "Villkor ej bekräftade"
_LICENCE_EN = "Terms not confirmed"
_NOTE_SV = "Tolv månader till och med december, 16–64 år. Det som Försäkringskassan har röjandeskyddat är dolt."
_NOTE_EN = "Twelve months to December, ages 16–64. What Försäkringskassan has suppressed is hidden."
_FULL_SV = f"{_NOTE_SV} Andra månader än december läses men laddas inte."
_FULL_EN = f"{_NOTE_EN} Months other than December are read but not loaded."


def _set(
    folder: str, table: str, measure: str, code: str, sv: str, en: str, extra: tuple[str, str]
) -> Forsakringskassan:
    return Forsakringskassan(
        Source(
            id=f"forsakringskassan_{table.casefold()}",
            kind="indicators",
            registry="forsakringskassan",
            publisher="Försäkringskassan",
            title_sv=f"Försäkringskassan: {sv.casefold()} ({table})",
            title_en=f"Försäkringskassan: {en} ({table})",
            url="https://www.forsakringskassan.se/statistik-och-analys",
            licence=_LICENCE, licence_en=_LICENCE_EN,
            caveat_sv=_FULL_SV,
            caveat_en=_FULL_EN,
            base_url="https://www.forsakringskassan.se/api/sprstatistikrapportera/public/v1/",
            remotes=(
                Remote(
                    f"forsakringskassan_{table}.json",
                    f"{folder}/{table}.json?kon_kod=ALL,K,M&aldersklass_kod=ALL&manad=12",
                    media=("application/json",),
                ),
            ),
            expected_rows=(22, 500_000),
            quarantine_ceiling=0.01,
        ),
        (
            Indicator(
                code, sv, en, "dagar per person 16–64 år", "low", "Försäkringskassan", table, _LICENCE,
                note=f"{extra[0]} {_NOTE_SV}", unit_en="days per person aged 16–64", note_en=f"{extra[1]} {_NOTE_EN}",
            ),
        ),
        measure,
    )  # fmt: skip


_JSON = (
    _set("ohm-ohalsotal", "SJPohttal", "oht", "sick_days_ohalsotal", "Ohälsotal", "Ill-health rate (ohälsotal)",
         ("Sjuk- och aktivitetsersättning ingår.", "Sickness and activity compensation included.")),
    _set("ohm-sjptal", "SJPsjptal", "spt", "sick_days_sjukpenningtal", "Sjukpenningtal",
         "Sick-leave rate (sjukpenningtal)",
         ("Sjukpenning och rehabiliteringspenning.", "Sickness and rehabilitation benefit.")),
)  # fmt: skip
"""The embedded series of the same codes are the December values of these two tables for all ages: the same unit, age
and month, so the newest retrieval is shown. The month is asked for as ``manad=12``; that the service honours it for
these two tables is not confirmed, and nothing but the file's size depends on it."""

SOURCES: tuple[Forsakringskassan | ForsakringskassanBook, ...] = (
    *_JSON,
    *(
        ForsakringskassanBook(
            replace(
                of.SOURCE,
                id=f"{of.SOURCE.id}_xlsx",
                title_sv=of.SOURCE.title_sv.removesuffix(")") + ", Excel)",
                title_en=of.SOURCE.title_en.removesuffix(")") + ", Excel)",
                base_url="",
                remotes=(Remote(of.SOURCE.remotes[0].name.replace(".json", ".xlsx"), ""),),
            ),
            of.INDICATORS,
            heading,
        )
        for of, heading in zip(_JSON, ("Ohälsotalet", "Sjukpenningtal 1.0"), strict=True)
    ),
)
"""The Excel has no address of its own here: the whole table is over a million rows, more than is read from a workbook,
so a person saves it filtered to December and all ages."""
