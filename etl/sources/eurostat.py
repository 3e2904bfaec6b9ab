"""Eurostat: yearly series for Sweden and its eight NUTS 2 regions, one table a source; never län.

A file is read in whichever of three forms it has: JSON-stat of the statistics API (sparse values and status), the
SDMX TSV (``freq,unit,…,geo\\TIME_PERIOD``, cells such as ``628 e``), or a plain CSV extract with ``geo,time,values``.
A record is one cell, in all three.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from etl.jsonstat import jsonstat2_cells
from etl.readers import csv_records, json_document
from etl.spec import Indicator, IndicatorValue, Records, Reject, Remote, Row, Source, SourceError, audit

NUTS2 = ("SE11", "SE12", "SE21", "SE22", "SE23", "SE31", "SE32", "SE33")
FLAGS: Mapping[str, str | None] = {
    "p": "p", "b": "b", "u": "u", "c": "s", "d": "b", "e": "u", "s": "u", "n": "u", "r": None, "z": "m",
}  # fmt: skip
"""Eurostat's flag -> ours. A definition that differs (d) breaks the series as b does; an estimate (e, formerly s)
and a figure that is not significant (n) are read with the care of u; revised (r) is what a current figure is; not
applicable (z) is missing. A forecast (f) is no observation and is quarantined. The record keeps the flags as given."""
_RANK = ("s", "m", "b", "u", "p")
"""Of several flags the one to keep: a break unseen misleads about the whole series, the others about one cell."""

_SEX: dict[str, Literal["K", "M", "T"]] = {"T": "T", "M": "M", "F": "K"}
_CELL = re.compile(r"\s*(:|[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)\s*([a-z]*)\s*")
_NUTS2_CODE = re.compile(r"SE[0-9Z][0-9Z]")


def tsv_cell(text: str) -> tuple[float | None, str]:
    """A TSV cell as (number or None, its flags): ``"628 e"`` -> (628.0, "e"), ``": m"`` -> (None, "m").

    Raises ``ValueError`` for anything else; an empty cell is not a gap but a damaged line.
    """
    found = _CELL.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is neither a number nor ':' with flags")
    return (None if found[1] == ":" else float(found[1])), found[2]


def flagged(value: float | None, flags: str) -> tuple[float | None, str | None]:
    """The value and the one flag to store. A confidential value is left out even where a number came with it."""
    if value is None:
        flags = flags.replace("m", "")
    unknown = [flag for flag in flags if flag not in FLAGS]
    if unknown:
        rule = "forecast" if unknown == ["f"] else "unknown_flag"
        raise Reject("status", rule, flags, "Not the flag of an observation whose meaning is declared.")
    ours = {FLAGS[flag] for flag in flags}
    flag = next((each for each in _RANK if each in ours), None)
    if flag in ("s", "m"):
        return None, flag
    return (None, "m") if value is None else (value, flag)


@dataclass(frozen=True)
class Eurostat:
    """One table. ``chosen``: dimension -> the code that makes the series; cells of others are read and left out."""

    SOURCE: Source
    INDICATORS: tuple[Indicator, ...]
    chosen: Mapping[str, str] = field(default_factory=dict)

    def records(self, path: Path) -> Records:
        """One record a cell: the table's dimensions, ``value`` and ``status``."""
        start = path.read_bytes()[:200].lstrip(b"\xef\xbb\xbf \r\n\t") if path.exists() else b""
        is_json = start.startswith((b"{", b"["))
        if not is_json and b"TIME_PERIOD\t" in start.replace(b" ", b""):
            records = _tsv(path)
        else:
            records = _jsonstat(path) if is_json else _csv(path)
        rows = list(records.rows)
        lacks = {"geo", "time", *self.chosen}.difference(*(row.raw for row in rows[:1]))
        if rows and not rows[0].fault and lacks:
            raise SourceError(f"{path.name}: no dimension {sorted(lacks)[0]!r}. {self._remedy()}")
        if not any(row.fault is None and self._is_chosen(row.raw) for row in rows):
            wanted = ", ".join(f"{name}={code}" for name, code in self.chosen.items())
            raise SourceError(f"{path.name}: no cell has {wanted}. {self._remedy()}")
        return Records(rows=rows, encoding=records.encoding, delimiter=records.delimiter)

    def values(self, row: Row) -> Iterator[IndicatorValue]:
        """The cell's value; nothing for another series, another country, NUTS 1 or NUTS 3."""
        try:
            geo, year, value, status = (row.raw.pop(name) for name in ("geo", "time", "value", "status"))
            is_chosen = self._is_chosen(row.raw)
            for name in self.chosen:
                row.raw.pop(name)
        except KeyError as error:
            raise Reject(str(error.args[0]), "missing_dimension", None, "The cell lacks this.") from error
        sex, freq = row.raw.pop("sex", "T"), row.raw.pop("freq", "A")
        audit(row, self.SOURCE)
        if not is_chosen or freq != "A" or not _is_ours(geo):
            return
        if geo != "SE" and geo not in NUTS2:
            raise Reject("geo", "unknown_region", geo, "Not one of the eight NUTS 2 regions.")
        if sex not in _SEX:
            raise Reject("sex", "unknown_sex", sex, "Not T, M or F.")
        if not re.fullmatch(r"(?:19|20)\d\d", year):
            raise Reject("time", "bad_period", year, "Not a year.")
        if isinstance(value, bool) or not isinstance(value, int | float | None):
            raise Reject("value", "not_a_number", value, "The value is not a number.")
        number, flag = flagged(None if value is None else float(value), status.strip().lstrip(":").strip())
        yield IndicatorValue(self.INDICATORS[0].code, "00" if geo == "SE" else geo, year, number, _SEX[sex], flag)

    def _is_chosen(self, raw: Mapping[str, Any]) -> bool:
        return all(raw.get(name) == code for name, code in self.chosen.items())

    def _remedy(self) -> str:
        return f"Download {self.INDICATORS[0].table_id} again; if Eurostat has changed the table, update the source."


def _is_ours(geo: str) -> bool:
    return geo == "SE" or (geo != "SEZZ" and _NUTS2_CODE.fullmatch(geo) is not None)


def _jsonstat(path: Path) -> Records:
    document = json_document(path)
    try:
        if "error" in document:
            raise ValueError(f"Eurostat answered with an error: {document['error']}")
        rows = [Row(row_no, cell) for row_no, cell in enumerate(jsonstat2_cells(document), start=1)]
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise SourceError(
            f"{path.name}: not a JSON-stat document ({error!r}). Download it again; if Eurostat has changed the "
            "form, update the source."
        ) from error
    return Records(rows=rows, encoding="utf-8")


def _tsv(path: Path) -> Records:
    lines = csv_records(path, delimiter="\t", encoding="utf-8-sig", quotes=False)
    rows: list[Row] = []
    for line in lines.rows:
        packed = next((name for name in line.raw if name.replace(" ", "").endswith("\\TIME_PERIOD")), None)
        if line.fault or packed is None:
            rows.append(Row(len(rows) + 1, line.raw, line.fault or _misfit("no TIME_PERIOD")))
            continue
        names = packed.replace(" ", "").removesuffix("\\TIME_PERIOD").split(",")
        codes = [code.strip() for code in line.raw.pop(packed).split(",")]
        if len(codes) != len(names):
            rows.append(Row(len(rows) + 1, {packed: codes}, _misfit(f"{len(codes)} codes for {len(names)} dimensions")))
            continue
        for year, text in line.raw.items():
            try:
                value, status = tsv_cell(text)
            except ValueError as error:
                fault = Reject(year, "bad_cell", text, f"{error}.")
                rows.append(Row(len(rows) + 1, dict(zip(names, codes, strict=True)) | {year: text}, fault))
                continue
            cell = dict(zip(names, codes, strict=True)) | {"time": year, "value": value, "status": status}
            rows.append(Row(len(rows) + 1, cell))
    return Records(rows=rows, encoding=lines.encoding, delimiter="\t")


def _misfit(what: str) -> Reject:
    return Reject("TIME_PERIOD", "field_count", what, f"The line does not fit its header: {what}.")


def _csv(path: Path) -> Records:
    lines = csv_records(path, delimiter=",", required=("geo", "time", "values"))
    rows = []
    for line in lines.rows:
        fault = line.fault
        if fault is None:
            try:
                line.raw["value"], line.raw["status"] = tsv_cell(line.raw.pop("values") or ":")
            except ValueError as error:
                fault = Reject("values", "bad_cell", None, f"{error}.")
        rows.append(Row(line.row_no, line.raw, fault))
    return Records(rows=rows, encoding=lines.encoding, delimiter=lines.delimiter)


_NUTS_SV = "Åtta NUTS 2-områden och riket, inte län: talet gäller hela området och målas aldrig på dess län."
_NUTS_EN = "Eight NUTS 2 areas and Sweden: a figure holds for the whole area and is never painted on its counties."
_FLAGS_SV = "Eurostats flaggor behålls: avvikande definition visas som brott, uppskattning som låg tillförlitlighet."
_FLAGS_EN = "Eurostat's flags are kept: a differing definition is shown as a break, an estimate as low reliability."
_LFS_SV = "Arbetskraftsundersökningen (AKU), urvalsundersökning; inte samma mått som registertalen i Kolada."
_LFS_EN = "Labour force survey, a sample; not the same measure as Kolada's register figures."


def _table(
    table: str, code: str, sv: str, en: str, unit: str, unit_en: str, better: Literal["high", "low"], note: str,
    note_en: str, *, asked: Mapping[str, str], chosen: Mapping[str, str] | None = None, sexes: bool = True,
    decimals: int = 1, ignore: Mapping[str, str] | None = None,
) -> Eurostat:  # fmt: skip
    query = [*asked.items(), *(("sex", sex) for sex in _SEX if sexes), *(("geo", geo) for geo in ("SE", *NUTS2))]
    address = f"data/{table}?format=JSON&lang=EN&" + "&".join(f"{name}={value}" for name, value in query)
    return Eurostat(
        Source(
            id=f"eurostat_{table}",
            kind="indicators",
            registry="eurostat",
            publisher="Eurostat",
            title_sv=f"Eurostat {table}: {sv}",
            title_en=f"Eurostat {table}: {en}",
            url=f"https://ec.europa.eu/eurostat/databrowser/view/{table}/default/table",
            licence="CC BY 4.0",
            caveat_sv=f"{_NUTS_SV} {_FLAGS_SV}",
            caveat_en=f"{_NUTS_EN} {_FLAGS_EN}",
            base_url="https://ec.europa.eu/eurostat/api/dissemination/statistics/1.0/",
            remotes=(
                Remote(
                    f"eurostat_{table}.json", address, media=("application/json",),
                    forms=(f"eurostat_{table}.tsv", f"eurostat_{table}.csv"),
                ),
            ),
            expected_rows=(8, 500_000),
            ignore=ignore or {},
            stale_after_days=500,
        ),
        (
            Indicator(
                code, sv, en, unit, better, "Eurostat", table, "CC BY 4.0", decimals, f"{note} {_NUTS_SV}", unit_en,
                f"{note_en} {_NUTS_EN}",
            ),
        ),
        {**asked, **(chosen or {})},
    )  # fmt: skip


SOURCES = (
    _table("lfst_r_lfu3rt", "eurostat_unemployment_15_74", "Arbetslöshet 15–74 år (NUTS 2)",
           "Unemployment rate, aged 15–74 (NUTS 2)", "% av arbetskraften", "% of the labour force", "low", _LFS_SV,
           _LFS_EN, asked={"unit": "PC", "age": "Y15-74", "isced11": "TOTAL"}),
    _table("lfst_r_lfe2emprt", "eurostat_employment_20_64", "Sysselsättningsgrad 20–64 år (NUTS 2)",
           "Employment rate, aged 20–64 (NUTS 2)", "%", "%", "high", _LFS_SV, _LFS_EN,
           asked={"unit": "PC", "age": "Y20-64"}),
    _table("lfst_r_lfu2ltu", "eurostat_long_term_unemployment_12_months",
           "Långtidsarbetslöshet, minst 12 månader (NUTS 2)", "Long-term unemployment, at least 12 months (NUTS 2)",
           "% av arbetskraften", "% of the labour force", "low",
           f"Minst 12 månader utan arbete; jämför aldrig med Koladas andel, som räknar från 6 månader. {_LFS_SV}",
           "At least 12 months without work; never compare with Kolada's share, which counts from 6 months. "
           f"{_LFS_EN}",
           asked={"unit": "PC_ACT", "age": "Y15-74", "isced11": "TOTAL"}),
    _table("edat_lfse_22", "eurostat_neet_15_29", "Unga 15–29 år som varken arbetar eller studerar (NUTS 2)",
           "Not in employment, education or training, aged 15–29 (NUTS 2)", "%", "%", "low",
           f"Annan ålder och annan källa än Koladas 16–24 år. {_LFS_SV}",
           f"Another age and another source than Kolada's 16–24. {_LFS_EN}",
           asked={"unit": "PC", "age": "Y15-29", "wstatus": "NEMP"},
           ignore={"training": "one code in this table: no formal or non-formal education",
                   "typtrai": "the former name of the dimension training"}),
    _table("tgs00026", "eurostat_disposable_income_pps", "Hushållens disponibla inkomst per invånare (NUTS 2)",
           "Disposable income of private households per inhabitant (NUTS 2)", "köpkraftsstandard (PPS) per invånare",
           "purchasing power standard (PPS) per inhabitant", "high",
           "I köpkraftsstandard, en räkneenhet som utjämnar ländernas prisnivåer; varken kronor eller euro.",
           "In purchasing power standard, a unit that evens out countries' price levels; neither SEK nor EUR.",
           asked={"unit": "PPS_EU27_2020_HAB"}, chosen={"direct": "BAL", "na_item": "B6N"}, sexes=False, decimals=0),
)  # fmt: skip
"""The codes asked for are not confirmed against a live reply for ``lfst_r_lfu2ltu`` and ``edat_lfse_22``."""
