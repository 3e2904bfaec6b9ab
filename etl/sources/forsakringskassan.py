"""Försäkringskassan, open data (JSON): ohälsotal and sjukpenningtal, days per person over twelve months.

A record is one region, sex, age group and month. December's twelve months are the year; the other months are read,
counted as loaded and yield no value, and so do rows of a single age group.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from etl.readers import json_records
from etl.spec import Indicator, IndicatorValue, Records, Reject, Remote, Row, Source, SourceError, audit

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
            licence=_LICENCE,
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


SOURCES = (
    _set("ohm-ohalsotal", "SJPohttal", "oht", "sick_days_ohalsotal", "Ohälsotal", "Ill-health rate (ohälsotal)",
         ("Sjuk- och aktivitetsersättning ingår.", "Sickness and activity compensation included.")),
    _set("ohm-sjptal", "SJPsjptal", "spt", "sick_days_sjukpenningtal", "Sjukpenningtal",
         "Sick-leave rate (sjukpenningtal)",
         ("Sjukpenning och rehabiliteringspenning.", "Sickness and rehabilitation benefit.")),
)  # fmt: skip
"""The embedded series of the same codes are the December values of these two tables for all ages: the same unit, age
and month, so the newest retrieval is shown. The month is asked for as ``manad=12``; that the service honours it for
these two tables is not confirmed, and nothing but the file's size depends on it."""
