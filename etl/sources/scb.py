"""SCB, PxWebApi 2: tables as json-stat2.

Population (TAB6471): one record a region, sex and month. Employed among newly arrived women (TAB6379 riket, TAB6384
län, TAB6383 kommuner): one record a cell, one indicator from three tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from etl.jsonstat import category_codes, jsonstat2_cells
from etl.pxweb import Dimensions
from etl.pxweb2 import SCB, PxWeb2Table
from etl.readers import json_document
from etl.spec import Indicator, IndicatorValue, Records, Reject, Remote, Row, Source, SourceError, audit
from etl.symbols import absent

if TYPE_CHECKING:
    from etl.polite import JsonApi

ALL_AGES = "TotSA"
TEN_YEAR_AGES = (
    "0-9",
    "10-19",
    "20-29",
    "30-39",
    "40-49",
    "50-59",
    "60-69",
    "70-79",
    "80-89",
    "90-99",
    "100+10",
)
"""The table's own division of all ages into parts that do not overlap."""

_SEX: dict[str, Literal["K", "M", "T"]] = {"TotSa": "T", "TotSA": "T", "1": "M", "2": "K", "1+2": "T"}


@dataclass(frozen=True)
class Population:
    """Table TAB6471. Men and women need not sum to the total (Cell Key noise): each stands as published."""

    SOURCE: Source
    INDICATORS: tuple[Indicator, ...]

    def records(self, path: Path) -> Records:
        """A record holds one region, sex and month, with ``Alder`` as a mapping from age to population."""
        found = json_document(path)
        groups: dict[tuple[str, ...], dict[str, Any]] = {}
        try:
            documents = found.get("parts", [found])
            for cell in (cell for document in documents for cell in jsonstat2_cells(document)):
                age, value, status = cell.pop("Alder"), cell.pop("value"), cell.pop("status")
                ages = groups.setdefault(tuple(cell.values()), {**cell, "Alder": {}})["Alder"]
                if age in ages:
                    raise ValueError(f"two values for {cell} and age {age}")
                ages[age] = status if value is None and status else value
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise SourceError(
                f"{path.name}: not the json-stat2 document of TAB6471 ({error!r}). Download it again; if SCB "
                "has changed the table, update the source."
            ) from error
        rows = (Row(row_no, raw) for row_no, raw in enumerate(groups.values(), start=1))
        return Records(rows=rows, encoding="utf-8")

    def values(self, row: Row) -> Iterator[IndicatorValue]:
        """The population of all ages: SCB's own total where there is one, else the sum of ten-year groups."""
        try:
            region, sex, _, month, ages = (
                row.raw.pop(name) for name in ("Region", "Kon", "ContentsCode", "Tid", "Alder")
            )
        except KeyError as error:
            raise Reject(str(error.args[0]), "missing_dimension", None, "The table lacks this.") from error
        audit(row, self.SOURCE)
        if sex not in _SEX:
            raise Reject("Kon", "unknown_sex", sex, "Not a code for men, women or the total.")
        found = re.fullmatch(r"(\d{4})M(0[1-9]|1[0-2])", month)
        if found is None:
            raise Reject("Tid", "bad_period", month, "Not a month.")
        value, flag = _all_ages(ages)
        yield IndicatorValue(self.INDICATORS[0].code, region, f"{found[1]}-{found[2]}", value, _SEX[sex], flag)

    def document(self, remote: Remote, api: JsonApi) -> dict[str, Any]:
        """All regions, sexes and months for all ages, in as few calls as SCB's limit on cells allows."""
        config = api.get("config")
        api.pace(int(config["maxCallsPerTimeWindow"]), float(config["timeWindow"]))
        metadata = api.get(f"{remote.url}/metadata", {"lang": "sv"})
        chosen = {name: category_codes(metadata["dimension"][name]["category"]) for name in metadata["id"]}
        chosen["Alder"] = [ALL_AGES]
        per_month = prod(len(codes) for name, codes in chosen.items() if name != "Tid")
        months = max(1, int(config["maxDataCells"]) // per_month)
        parts = [
            api.post(
                f"{remote.url}/data",
                _selection(chosen | {"Tid": chosen["Tid"][start : start + months]}),
                {"lang": "sv", "outputFormat": "json-stat2"},
            )
            for start in range(0, len(chosen["Tid"]), months)
        ]
        return parts[0] if len(parts) == 1 else {"parts": parts}


def _selection(chosen: Mapping[str, list[str]]) -> dict[str, Any]:
    return {"selection": [{"variableCode": name, "valueCodes": codes} for name, codes in chosen.items()]}


def _all_ages(ages: Mapping[str, Any]) -> tuple[float | None, str | None]:
    if ALL_AGES in ages:
        parts = [ages[ALL_AGES]]
    elif sorted(ages) == sorted(TEN_YEAR_AGES):
        parts = list(ages.values())
    else:
        raise Reject("Alder", "not_all_ages", sorted(ages), "The ages are not a division of all ages.")
    for part in parts:
        if part is None:
            return None, "m"
        if isinstance(part, str) and (flag := absent(part)):
            return None, flag
        if isinstance(part, bool) or not isinstance(part, int | float):
            raise Reject("value", "not_a_number", part, "The value is not a number.")
    return float(sum(parts)), None


_NOISE_SV = (
    "Från 2025 är varje uppgift försedd med en liten slumpmässig osäkerhet (Cell Key Method): män och "
    "kvinnor behöver inte summera till totalen, och inget rättas."
)
_NOISE_EN = (
    "From 2025 each figure carries a small random uncertainty (Cell Key Method): men and women need not sum "
    "to the total, and nothing is corrected."
)

_ARRIVED_SV = (
    "Kvinnor som har bott 2–3 år i Sverige, alla utbildningsnivåer: andel sysselsatta i november. Registret BAS "
    "från 2022; äldre tal ur RAMS är ett annat mått och läggs inte till. Tabellens åldersgräns är inte bekräftad."
)
_ARRIVED_EN = (
    "Women who have lived in Sweden for 2–3 years, all levels of education: share employed in November. The register "
    "BAS from 2022; older figures from RAMS are another measure and are not added. The table's ages are not confirmed."
)


def _newly_arrived(table: str, level_sv: str, level_en: str, least: int) -> PxWeb2Table:
    return PxWeb2Table(
        Source(
            id=f"scb_{table.casefold()}",
            kind="indicators",
            registry="scb",
            publisher="SCB",
            title_sv=f"Sysselsatta bland nyanlända kvinnor, {level_sv} ({table})",
            title_en=f"Employed among newly arrived women, {level_en} ({table})",
            url="https://www.statistikdatabasen.scb.se/",
            licence="CC0 1.0",
            caveat_sv=_ARRIVED_SV,
            caveat_en=_ARRIVED_EN,
            base_url=SCB,
            remotes=(Remote(f"scb_{table}.json", f"tables/{table}", media=("application/json",)),),
            expected_rows=(least, 50_000),
            stale_after_days=500,
        ),
        (
            Indicator(
                "employment_newly_arrived_women", "Sysselsatta bland nyanlända kvinnor (2–3 år i Sverige)",
                "Employed among newly arrived women (2–3 years in Sweden)", "%", "high", "SCB",
                "Registerdata för integration, TAB6379, TAB6384, TAB6383", "CC0 1.0", note=_ARRIVED_SV, unit_en="%",
                note_en=_ARRIVED_EN,
            ),
        ),
        Dimensions(
            region="Region", period="Tid",
            chosen={"Kon": "2", "UtbNiv": "000", "BakgrVar": "INT020", "ContentsCode": "000007KE"},
        ),
    )  # fmt: skip


SOURCES: tuple[Population | PxWeb2Table, ...] = (
    Population(
        Source(
            id="scb_tab6471",
            kind="indicators",
            registry="scb",
            publisher="SCB",
            title_sv="Folkmängd per månad efter region och kön (TAB6471)",
            title_en="Population per month by region and sex (TAB6471)",
            url="https://www.statistikdatabasen.scb.se/",
            licence="CC0 1.0",
            caveat_sv=_NOISE_SV,
            caveat_en=_NOISE_EN,
            base_url=SCB,
            remotes=(Remote("scb_TAB6471.json", "tables/TAB6471", media=("application/json",)),),
            expected_rows=(63, 50_000),
            stale_after_days=120,
            person_columns=("Alder",),
        ),
        (
            Indicator(
                "population_month",
                "Folkmängd, månadsvis",
                "Population, monthly",
                "personer",
                "neutral",
                "SCB",
                "TAB6471",
                "CC0 1.0",
                decimals=0,
                note=f"Sista dagen i månaden. {_NOISE_SV} Saknas SCB:s egen total är talet summan av "
                "tioårsgrupper, vars osäkerheter då läggs samman.",
                unit_en="persons",
                note_en=f"Last day of the month. {_NOISE_EN} Where SCB's own total is not in the file, "
                "the figure is the sum of ten-year age groups, and their uncertainties add up.",
            ),
        ),
    ),
    _newly_arrived("TAB6379", "riket", "Sweden", 1),
    _newly_arrived("TAB6384", "län", "counties", 21),
    _newly_arrived("TAB6383", "kommuner", "municipalities", 290),
)
"""The women are the whole population of the newly arrived series, so it has no division by sex: its sex is T. Table ids
and codes are confirmed by published code that asks for them; ``INT020`` as two to three years is so by their order."""
