"""Kohesio: the European Commission's export of EU-funded operations, one file a programming period."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any

from etl.batches import Batches, batches
from etl.bulk import Bulk
from etl.normalise import lan_code, lookup, money, orgnr, percent, plain
from etl.privacy import mask_sole_trader
from etl.readers import csv_records
from etl.sources import kohesio_bulk
from etl.sources.cells import period
from etl.spec import Funding, Location, Operation, Party, Records, Reject, Remote, Row, Source, Theme, audit

NUTS3 = {
    "SE110": "01", "SE121": "03", "SE122": "04", "SE123": "05", "SE124": "18", "SE125": "19", "SE211": "06",
    "SE212": "07", "SE213": "08", "SE214": "09", "SE221": "10", "SE224": "12", "SE231": "13", "SE232": "14",
    "SE311": "17", "SE312": "20", "SE313": "21", "SE321": "22", "SE322": "23", "SE331": "24", "SE332": "25",
}  # fmt: skip
"""NUTS 3 -> län. The two divisions coincide in Sweden."""

_USED = (
    "Operation_Unique_Identifier", "Operation_Local_Identifier", "Operation_Name_English",
    "Operation_Name_Programme_Language", "Country", "Operation_Start_Date", "Operation_End_Date",
    "Cofinancing_Rate", "Total_Eligible_Expenditure_amount", "Total_Eligible_Expenditure_Currency",
    "Project_EU_Budget", "Beneficiary_Name", "Beneficiary_Local_Identifier", "Category_Of_Intervention",
    "Category_Label", "Thematic_Objective_ID", "Thematic_Objective_Label", "Policy_Objective_ID",
    "Policy_Objective_Label", "Fund_Code", "Programme_Code", "Programme_Name",
    "Location_Indicator_latitude_longitude", "NUTS3_Code", "Programming_Period", "Operation_Summary_English",
    "Operation_Summary_Programme_Language", "ManagingAuthority",
)  # fmt: skip
_USED_2021 = ("Specific_Objective_ID",)
_IGNORE = {
    "Beneficiary_Unique_Identifier": "Kohesio's own entity; the organisation number identifies",
    "Fund_Name": "follows from Fund_Code",
    "Postal_Code": "the beneficiary's address, not needed",
    "LAU_IDs": "the beneficiary's address; not verified as kommun codes",
    "LAU_Labels": "the beneficiary's address; not verified as kommun names",
    "NUTS1_Label": "follows from NUTS3_Code",
    "NUTS2_Label": "follows from NUTS3_Code",
    "NUTS3_Label": "follows from NUTS3_Code",
    "NUTS1_Code": "follows from NUTS3_Code",
    "NUTS2_Code": "follows from NUTS3_Code",
    "InfoRegio_ID": "a link to promotional text",
}
_IGNORE_2014 = {"Coordinates": "the same point as Location_Indicator_latitude_longitude"}
_IGNORE_2021 = {
    "Specific_Objective_Label": "follows from Specific_Objective_ID",
    "Image_URL": "a picture with its own rights",
    "InfoRegio_URL": "a link to promotional text",
    "CountryCode": "follows from Country",
}
_DIARIENUMMER = {
    "2014-2020": (re.compile(r"^(\d{4}/\d{5})$"), re.compile(r"^(20\d{6})$")),
    "2021-2027": (re.compile(r"_(\d{2}-\d{3}-S\d+)$"), re.compile(r"^(\d{4}/\d{5})$")),
}
"""ESF+ numbers stand last in the identifier; ESF wrote 2018/00076, Tillväxtverket (ERDF) 20200940 in 2014–2020."""
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_SWEDEN = {"sweden", "sverige", "se"}
_LATITUDES, _LONGITUDES = (55.0, 69.5), (10.5, 24.5)
_RATE_TOLERANCE = Decimal("0.01")
_SOCIAL_ECONOMY = "138"


@dataclass(frozen=True)
class Kohesio:
    """One period's file. ``flat_rate``: the EU amount is the programme's share of the cost, not a grant."""

    SOURCE: Source
    period: str
    columns: tuple[str, ...]
    flat_rate: bool

    def records(self, path: Path) -> Records:
        """The file's records, sole traders' names and numbers already taken out."""
        known = {*self.columns, *self.SOURCE.ignore}
        found = csv_records(path, delimiter=",", required=self.columns, known=known)
        return replace(found, rows=map(self.prepared, found.rows))

    def prepared(self, row: Row) -> Row:
        """A record without a sole trader's name and number."""
        mask_sole_trader(row.raw, "Beneficiary_Local_Identifier", "Beneficiary_Name")
        return row

    def batches(self, path: Path) -> Batches | None:
        """A large file's records, as far as they can be read as columns."""
        return batches(path, required=self.columns, known={*self.columns, *self.SOURCE.ignore})

    def bulk(self) -> Bulk:
        """How most records can be loaded as sets; what :meth:`operation` complains of, this leaves to it."""
        return kohesio_bulk.bulk(self.period, self.flat_rate)

    def operation(self, row: Row) -> Operation:
        """An operation; needs an id, a title and Sweden among its countries. Other faults only warn."""
        cell = {name: str(row.raw.pop(name)).strip() for name in self.columns}
        audit(row, self.SOURCE)
        entity = cell["Operation_Unique_Identifier"].rstrip("/").rsplit("/", 1)[-1]
        title = plain(cell["Operation_Name_Programme_Language"])
        english = plain(cell["Operation_Name_English"])
        if not entity:
            raise Reject("Operation_Unique_Identifier", "missing_id", "", "The operation has no identifier.")
        if not (title or english):
            raise Reject("Operation_Name_English", "missing_title", "", "The operation has no name.")
        if not {name.casefold() for name in _several(cell["Country"])} & _SWEDEN:
            raise Reject("Country", "not_sweden", cell["Country"], "The operation is not in Sweden.")
        op = Operation(local_id=entity, title_sv=title or english, registry=self.SOURCE.registry)
        op.title_en = english
        if not title:
            op.warn("Operation_Name_Programme_Language", "title_in_english", "", "Only the English name is known.")
        op.summary_sv = plain(cell["Operation_Summary_Programme_Language"])
        op.summary_en = plain(cell["Operation_Summary_English"])
        op.diarienummer = _diarienummer(cell["Operation_Local_Identifier"], self.period)
        op.cci, op.programme = cell["Programme_Code"] or None, cell["Programme_Name"] or None
        op.managing_authority = cell["ManagingAuthority"] or None
        op.fund_code = cell["Fund_Code"] or None
        op.specific_objective = cell.get("Specific_Objective_ID") or None
        op.programming_period = self.period
        if cell["Programming_Period"] not in ("", self.period):
            op.warn("Programming_Period", "other_period", cell["Programming_Period"], f"Not {self.period}.")
        if re.fullmatch(r"Q\d+", entity):
            op.source_url = f"https://kohesio.ec.europa.eu/en/projects/{entity}"
            op.source_title = "Kohesio"
        if cell["Beneficiary_Name"]:
            op.parties.append(_beneficiary(op, cell))
        start, end = ((name, cell[name]) for name in ("Operation_Start_Date", "Operation_End_Date"))
        period(op, start, end, order="dmy")
        self._funding(op, cell)
        op.themes = _themes(cell)
        op.locations = _locations(op, cell)
        if self.period == "2021-2027" and _SOCIAL_ECONOMY in _categories(cell):
            op.is_social_innovation, op.si_basis = True, f"intervention field {_SOCIAL_ECONOMY}"
        return op

    def _funding(self, op: Operation, cell: MutableMapping[str, str]) -> None:
        currency = cell["Total_Eligible_Expenditure_Currency"] or "EUR"
        if not re.fullmatch("[A-Z]{3}", currency):
            op.warn("Total_Eligible_Expenditure_Currency", "bad_currency", currency, "No amount is kept.")
            return
        read = partial(money, decimal=".")
        total = _kept(op, cell, "Total_Eligible_Expenditure_amount", read, "bad_amount")
        eu = _kept(op, cell, "Project_EU_Budget", read, "bad_amount")
        rate = _kept(op, cell, "Cofinancing_Rate", percent, "bad_rate")
        if total is not None:
            label = "Total_Eligible_Expenditure_amount"
            op.funding.append(Funding("total_eligible_cost", total, currency, label))
        if eu is not None:
            funding = Funding("eu_contribution", eu, currency, "Project_EU_Budget", is_derived=self.flat_rate)
            op.funding.append(funding)
        if total and eu is not None and rate is not None and abs(eu / total - rate / 100) > _RATE_TOLERANCE:
            message = f"The EU budget is {eu / total:.1%} of the cost; the rate says {rate} %."
            op.warn("Project_EU_Budget", "rate_mismatch", str(eu), message)


def _several(text: str) -> list[str]:
    return [part.strip() for part in text.split("|") if part.strip()]


def _kept(op: Operation, cell: MutableMapping[str, str], column: str, read: Any, rule: str) -> Any:
    try:
        return read(cell[column])
    except ValueError as error:
        op.warn(column, rule, cell[column], str(error))
        return None


def _diarienummer(text: str, period: str) -> str | None:
    return next((found[1] for pattern in _DIARIENUMMER[period] if (found := pattern.search(text))), None)


def _beneficiary(op: Operation, cell: MutableMapping[str, str]) -> Party:
    number = orgnr(cell["Beneficiary_Local_Identifier"])
    if number is None and cell["Beneficiary_Local_Identifier"]:
        column = "Beneficiary_Local_Identifier"
        op.warn(column, "bad_orgnr", cell[column], "Not a Swedish organisation number.")
    return Party(plain(cell["Beneficiary_Name"]), "beneficiary", orgnr=number)


def _categories(cell: MutableMapping[str, str]) -> list[str]:
    """Intervention field codes. Kohesio writes them as floats: "117.0" is field 117."""
    return [re.sub(r"\.0+$", "", code).zfill(3) for code in _several(cell["Category_Of_Intervention"])]


def _themes(cell: MutableMapping[str, str]) -> list[Theme]:
    themes = _labelled("intervention_field", _categories(cell), _several(cell["Category_Label"]))
    for scheme, column in (
        ("thematic_objective", "Thematic_Objective"),
        ("policy_objective", "Policy_Objective"),
    ):
        themes += _labelled(scheme, _several(cell[f"{column}_ID"]), _several(cell[f"{column}_Label"]))
    return themes


def _labelled(scheme: str, codes: list[str], labels: list[str]) -> list[Theme]:
    # Labels pair with codes only when there are as many of each: a wrong label is worse than the bare code.
    paired = labels if len(labels) == len(codes) else []
    return [Theme(scheme, code, label or code) for code, label in zip_longest(codes, paired, fillvalue="")]


_LAN_CODES = lookup((code, [nuts]) for nuts, code in NUTS3.items())


def _locations(op: Operation, cell: MutableMapping[str, str]) -> list[Location]:
    codes = list(dict.fromkeys(_several(cell["NUTS3_Code"])))
    found = [(lan_code(code, _LAN_CODES), code) for code in codes]
    for code in (code for lan, code in found if lan is None):
        op.warn("NUTS3_Code", "not_a_swedish_lan", code, "The place is left out of the operation's places.")
    lans = [lan for lan, _ in found if lan]
    points = _points(op, cell["Location_Indicator_latitude_longitude"])
    if len(lans) != 1 or len(points) != 1:
        return [Location("beneficiary", lan) for lan in lans] or [Location("unknown")]
    return [Location("beneficiary", lans[0], lat=points[0][0], lon=points[0][1])]


def _points(op: Operation, text: str) -> list[tuple[float, float]]:
    """Points in Sweden as (lat, lon). The export has lat, lon, its validator's example lon, lat."""
    points = []
    for part in _several(text):
        numbers = [float(number) for number in _NUMBER.findall(part)]
        point = next((p for p in (numbers, numbers[::-1]) if _in_sweden(p)), None)
        if point is None:
            op.warn("Location_Indicator_latitude_longitude", "point_outside_sweden", part, "No point is kept.")
        else:
            points.append((point[0], point[1]))
    return points


def _in_sweden(point: list[float]) -> bool:
    return (
        len(point) == 2 and _LATITUDES[0] <= point[0] <= _LATITUDES[1] and _LONGITUDES[0] <= point[1] <= _LONGITUDES[1]
    )


_CAVEAT_SV = (
    "Platsen är ofta stödmottagarens adress, inte där insatsen sker. Engelska titlar och sammanfattningar "
    "kan vara maskinöversatta. "
)
_CAVEAT_EN = (
    "The place is often the beneficiary's address, not where the work is done. English titles and summaries "
    "may be machine translations. "
)


def _source(period: str, file: str, ignore: dict[str, str], sv: str, en: str) -> Source:
    return Source(
        id=f"kohesio_{period.replace('-', '_')}",
        kind="operations",
        registry="kohesio",
        publisher="Europeiska kommissionen",
        title_sv=f"Kohesio: insatser i Sverige {period.replace('-', '–')}",
        title_en=f"Kohesio: operations in Sweden {period.replace('-', '–')}",
        url="https://kohesio.ec.europa.eu/",
        licence="CC BY 4.0",
        caveat_sv=(_CAVEAT_SV + sv).strip(),
        caveat_en=(_CAVEAT_EN + en).strip(),
        base_url="https://kohesio.ec.europa.eu/api/data/",
        remotes=(Remote(f"kohesio_{period}.csv", f"object?id=data/projects-{period}/latest/{file}"),),
        expected_rows=(10, 20_000),
        ignore=_IGNORE | ignore,
        quarantine_ceiling=0.02,
        priority=50,
    )


SOURCES = (
    Kohesio(
        _source(
            "2014-2020", "SE-pp14-20-latest.csv", _IGNORE_2014,
            "EU-beloppet 2014–2020 är schablonen 50 % av kostnaden, inte det beviljade stödet.",
            "The EU amount 2014–2020 is a flat 50 % of the cost, not the support granted.",
        ),
        "2014-2020", _USED, True,
    ),
    Kohesio(
        _source("2021-2027", "SE-pp21-27-latest.csv", _IGNORE_2021, "", ""),
        "2021-2027", _USED + _USED_2021, False,
    ),
)  # fmt: skip
