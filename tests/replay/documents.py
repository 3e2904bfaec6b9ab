"""Small synthetic documents in the publishers' documented forms, and the real ones where they are at hand."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from tests.lacking import unable

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"

_COLUMNS = (
    "Operation_Unique_Identifier,Operation_Local_Identifier,Operation_Name_English,"
    "Operation_Name_Programme_Language,Country,Operation_Start_Date,Operation_End_Date,Cofinancing_Rate,"
    "Total_Eligible_Expenditure_amount,Total_Eligible_Expenditure_Currency,Project_EU_Budget,"
    "Beneficiary_Unique_Identifier,Beneficiary_Name,Beneficiary_Local_Identifier,Category_Of_Intervention,"
    "Category_Label,Thematic_Objective_ID,Thematic_Objective_Label,Policy_Objective_ID,Policy_Objective_Label,"
    "Fund_Code,Fund_Name,Programme_Code,Programme_Name,Coordinates,Location_Indicator_latitude_longitude,"
    "Postal_Code,LAU_IDs,LAU_Labels,NUTS1_Label,NUTS2_Label,NUTS3_Label,NUTS1_Code,NUTS2_Code,NUTS3_Code,"
    "Programming_Period,Operation_Summary_English,Operation_Summary_Programme_Language,ManagingAuthority,"
    "InfoRegio_ID"
)
KOHESIO_2014 = _COLUMNS.split(",")
_AFTER_POLICY = KOHESIO_2014.index("Policy_Objective_Label") + 1
KOHESIO_2021 = [
    name
    for name in (
        *KOHESIO_2014[:_AFTER_POLICY],
        "Specific_Objective_ID",
        "Specific_Objective_Label",
        *KOHESIO_2014[_AFTER_POLICY:],
        "Image_URL",
        "InfoRegio_URL",
        "CountryCode",
    )
    if name != "Coordinates"
]
_PLACES = (("SE110", "59.3293, 18.0686"), ("SE121", "59.8586, 17.6389"), ("SE224", "55.6050, 13.0038"))


def real(relative: str) -> Path:
    """A real file of the shared folder; without it the test is skipped, or fails where CI=true."""
    path = SHARED / relative
    if not path.exists():
        unable(f"the real file {relative} is not at hand (expected in {SHARED})")
    return path


def kohesio_row(number: int, period: str, **changes: str) -> dict[str, str]:
    """A synthetic operation with every column of its period's export."""
    names = KOHESIO_2021 if period == "2021-2027" else KOHESIO_2014
    nuts, point = _PLACES[number % len(_PLACES)]
    is_plus = period == "2021-2027"
    row = dict.fromkeys(names, "")
    row |= {
        "Operation_Unique_Identifier": f"https://linkedopendata.eu/entity/Q9{period[2:4]}{number:05}",
        "Operation_Local_Identifier": f"2021SE05SFPR001_99-{number:03}-S01" if is_plus else f"2099/{number:05}",
        "Operation_Name_English": f"Synthetic project {number}",
        "Operation_Name_Programme_Language": f"Syntetiskt projekt {number}",
        "Country": "Sweden",
        "Operation_Start_Date": "01/09/2023" if is_plus else "01/09/2016",
        "Operation_End_Date": "31/08/2025" if is_plus else "31/08/2018",
        "Cofinancing_Rate": "40.0" if is_plus else "50.0",
        "Total_Eligible_Expenditure_amount": f"{number * 1000}.5",
        "Total_Eligible_Expenditure_Currency": "EUR",
        "Project_EU_Budget": f"{number * (400 if is_plus else 500) + 0.25}",
        "Beneficiary_Unique_Identifier": f"https://linkedopendata.eu/entity/Q8{number:05}",
        "Beneficiary_Name": "Uppsala kommun",
        "Beneficiary_Local_Identifier": "2120003005",
        "Category_Of_Intervention": "153.0" if is_plus else "109.0",
        "Category_Label": "Syntetiskt område",
        "Fund_Code": "ESF+" if is_plus else "ESF",
        "Programme_Code": "2021SE05SFPR001" if is_plus else "2014SE05M9OP001",
        "Programme_Name": "Syntetiskt program",
        "Location_Indicator_latitude_longitude": point,
        "NUTS3_Code": nuts,
        "Programming_Period": period,
        "Operation_Summary_Programme_Language": 'Rad ett med "citat",\nrad två.',
        "ManagingAuthority": "Svenska ESF-rådet",
    }
    return row | changes


def kohesio_csv(period: str, count: int = 30, rows: list[dict[str, str]] | None = None) -> bytes:
    """An export of ``count`` synthetic operations: comma, BOM, newlines inside quotes."""
    rows = rows or [kohesio_row(number, period) for number in range(1, count + 1)]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


ESF_HEADER = (
    "Diarienummer / Operation ID;Stödmottagare / Beneficiary;"
    "Projektägare organisationsnummer / Beneficiary ID;"
    "Projektägare ort / Beneficiary city;Stödmottagarens land / Beneficiary country;"
    "Namn på insatsen / Operation Name;Programområde / Priority;Specifikt mål / Specific objective concerned;"
    "Interventionsområde / Intervention field;Total projektbudget / Total budget SEK;"
    "Unionens medfinansieringsgrad / Union co-financing rate;EU-stöd i SEK / EU contribution SEK;"
    "Sammanfattning / Summary;Sammanfattning engelsk / Summary in english;Startdatum / Start date;"
    "Slutdatum / End date;EU-fond / EU fund;Program CCI / Program CCI"
)


def esf_csv() -> bytes:
    """The real four rows where they are at hand, else one synthetic row."""
    path = SHARED / "registries" / "SE_esf_projektbanken_RECONSTRUCTED_4rows.csv"
    if path.exists():
        return path.read_bytes()
    owner = "UPPSALA KOMMUN;2120003005;UPPSALA;Sverige"
    row = f"99-001-S01;{owner};Syntetiskt projekt 1;A;A1A;;1 000 000;40%;400 000;;;"
    return f"{ESF_HEADER}\n{row}2025-03-01;2028-02-29;ESF+;2021SE05SFPR\n".encode("utf-8-sig")


def kolada_rows(kpi: str, regions: list[str], years: list[str]) -> list[dict[str, Any]]:
    """Synthetic values for every region and year asked for."""
    return [
        {
            "kpi": kpi,
            "municipality": region,
            "period": int(year),
            "values": [
                {"gender": sex, "value": value, "status": "", "count": 1, "isdeleted": False}
                for sex, value in (("T", 10.0), ("K", 9.5), ("M", 10.5))
            ],
        }
        for region in regions
        for year in years
    ]


SCB_CONFIG = {"maxDataCells": 150000, "maxCallsPerTimeWindow": 30, "timeWindow": 1}


def scb_metadata(months: list[str] | None = None) -> dict[str, Any]:
    """A synthetic TAB6471: 21 län, three sexes, all ages, the months given."""
    codes = {
        "Region": [f"{number:02}" for number in range(1, 26) if number not in (2, 11, 15, 16)],
        "Alder": ["TotSA", "0-9"],
        "Kon": ["TotSa", "1", "2"],
        "ContentsCode": ["000007SF"],
        "Tid": months or ["2025M06", "2025M07"],
    }
    return _jsonstat(codes, 0)


def scb_data(selection: list[dict[str, Any]]) -> dict[str, Any]:
    """A synthetic reply to a selection: every cell is 100."""
    return _jsonstat({item["variableCode"]: item["valueCodes"] for item in selection}, 100)


def _jsonstat(codes: dict[str, list[str]], value: int) -> dict[str, Any]:
    sizes = [len(each) for each in codes.values()]
    count = 1
    for size in sizes:
        count *= size
    return {
        "version": "2.0",
        "class": "dataset",
        "id": list(codes),
        "size": sizes,
        "dimension": {
            name: {"category": {"index": {code: place for place, code in enumerate(each)}}}
            for name, each in codes.items()
        },
        "value": [value] * count,
    }


EUROSTAT_GEO = ["SE", "SE11", "SE12", "SE21", "SE22", "SE23", "SE31", "SE32", "SE33"]
_LFS: dict[str, list[str]] = {"freq": ["A"], "unit": ["PC"], "sex": ["T", "M", "F"]}
EUROSTAT_DIMENSIONS: dict[str, dict[str, list[str]]] = {
    "lfst_r_lfu3rt": _LFS | {"isced11": ["TOTAL"], "age": ["Y15-74"]},
    "lfst_r_lfe2emprt": _LFS | {"age": ["Y20-64"]},
    "lfst_r_lfu2ltu": _LFS | {"unit": ["PC_ACT"], "isced11": ["TOTAL"], "age": ["Y15-74"]},
    "edat_lfse_22": _LFS | {"age": ["Y15-29"], "training": ["NO_FE_NO_NFE"], "wstatus": ["NEMP"]},
    "tgs00026": {"freq": ["A"], "unit": ["PPS_EU27_2020_HAB"], "direct": ["BAL"], "na_item": ["B6N"]},
}


def eurostat_jsonstat(table: str, value: dict[str, float] | None = None, **changes: Any) -> dict[str, Any]:
    """A synthetic reply of the statistics API: two years of the nine areas, sparse ``value`` and ``status``."""
    codes = EUROSTAT_DIMENSIONS[table] | {"geo": EUROSTAT_GEO, "time": ["2023", "2024"]}
    document = _jsonstat(codes, 0)
    count = len(document["value"])
    synthetic = {str(index): 5 + index / 10 for index in range(count) if index % 7 != 6}
    return document | {"value": synthetic if value is None else value, "status": {"1": "b", "3": "u"}} | changes


def forsakringskassan_row(measure: str, lan: str, kommun: str, year: int = 2025, **changes: Any) -> dict[str, Any]:
    """A synthetic row of Försäkringskassan's open data."""
    observation = {"value": 20.5, "rojd": False} | changes.pop("observation", {})
    where = {"lan_kod": lan, "kommun_kod": kommun, "kon_kod": "ALL", "aldersklass_kod": "ALL"}
    when = {"ar": str(year), "manad": "12"}
    return {"dimensions": where | when | changes, "observations": {measure: observation}}


def forsakringskassan_rows(measure: str) -> list[dict[str, Any]]:
    """Synthetic rows: riket, 21 län and a kommun, of three sexes."""
    lans = [f"{number:02}" for number in range(1, 26) if number not in (2, 11, 15, 16)]
    places = [("ALL", "ALL_ALL"), ("03", "0380"), *((lan, f"ALL_{lan}") for lan in lans)]
    return [
        forsakringskassan_row(measure, lan, kommun, kon_kod=sex) for lan, kommun in places for sex in ("ALL", "K", "M")
    ]


def pxweb_metadata(dimension: str, codes: list[str]) -> dict[str, Any]:
    """A synthetic table of Folkhälsodata as PxWeb v1 describes it; the codes of its periods are mere numbers."""
    shown = {
        "Region": (["00", "03", "0380", "RIKET2"], ["Riket", "Uppsala län", "Uppsala", "Annat"]),
        dimension: (codes, codes),
        "Andel och konfidensintervall": (["01", "02", "03"], ["Andel", "Undre", "Övre"]),
        "Kön": (["00", "01", "02"], ["Totalt", "Kvinnor", "Män"]),
        "År": (["16", "17"], ["2020-2023", "2021-2024"]),
    }
    return {
        "title": "Syntetisk tabell",
        "variables": [
            {"code": code, "text": code, "values": values, "valueTexts": texts, "time": code == "År"}
            for code, (values, texts) in shown.items()
        ],
    }


def pxweb_data(metadata: dict[str, Any], query: list[dict[str, Any]]) -> dict[str, Any]:
    """A synthetic json-stat2 reply to a PxWeb v1 query: every cell is 70.5, and the last one is lacking (``..``)."""
    texts = {item["code"]: dict(zip(item["values"], item["valueTexts"], strict=True)) for item in metadata["variables"]}
    chosen = {item["code"]: item["selection"]["values"] for item in query}
    document = _jsonstat(chosen, 0)
    for name, codes in chosen.items():
        document["dimension"][name]["category"]["label"] = {code: texts[name][code] for code in codes}
    count = len(document["value"])
    return document | {"value": [70.5] * (count - 1) + [None], "status": {str(count - 1): ".."}}


_LAN = [f"{number:02}" for number in range(1, 26) if number not in (2, 11, 15, 16)]
_ARRIVED = {
    "Kon": ["1", "2", "1+2"], "UtbNiv": ["000", "F"], "BakgrVar": ["TOT", "INT010", "INT020"],
    "ContentsCode": ["000007KE", "000007KF"], "Tid": ["2022", "2023", "2024"],
}  # fmt: skip
SCB_TABLES: dict[str, dict[str, list[str]]] = {
    "TAB6379": {"Region": ["00"], **_ARRIVED},
    "TAB6384": {"Region": _LAN, **_ARRIVED},
    "TAB6383": {"Region": [f"{lan}{number}" for lan in _LAN for number in range(80, 94)], **_ARRIVED},
}
"""Synthetic tables of PxWebApi 2: variable -> its codes."""


def pxweb2_metadata(codes: dict[str, list[str]], adds_up: tuple[str, ...] = ()) -> dict[str, Any]:
    """A synthetic table as PxWebApi 2 describes it. ``adds_up``: variables that it adds up when they are left out."""
    document = _jsonstat(codes, 0)
    for name, each in codes.items():
        document["dimension"][name]["category"]["label"] = {code: f"{name} {code}" for code in each}
        document["dimension"][name]["extension"] = {"elimination": name in adds_up}
    return document


def ecb_csv(first: int = 1999, last: int = 2025) -> bytes:
    """The data portal's ``csvdata`` of ``EXR.A.SEK.EUR.SP00.A`` (rates before 2025 are made up)."""
    head = "KEY,FREQ,CURRENCY,CURRENCY_DENOM,EXR_TYPE,EXR_SUFFIX,TIME_PERIOD,OBS_VALUE,OBS_STATUS,OBS_CONF,TITLE\n"
    rows = [
        f"EXR.A.SEK.EUR.SP00.A,A,SEK,EUR,SP00,A,{year},{'11.0663058823529' if year == 2025 else '9.5'},A,F,"
        '"Swedish krona/Euro, average"\n'
        for year in range(first, last + 1)
    ]
    return (head + "".join(rows)).encode()
