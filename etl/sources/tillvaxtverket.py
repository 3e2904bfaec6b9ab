"""Tillväxtverket's projektbank: operations with ERDF support in Sweden 2014–2020, one JSON object an operation.

The list is flat. ``län`` and ``kommuner`` hold several names joined by commas, all 21 and all 290 for a national
operation; ``beviljat_belopp_eur`` is always 0, which is no amount.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from etl.normalise import dated, kommun_code, lan_code, lookup, money, plain
from etl.readers import json_records
from etl.sources.cells import kept, period, text
from etl.spec import Funding, Location, Operation, Party, Records, Reject, Remote, Row, Source, Theme, audit

REGIONS = Path(__file__).resolve().parents[2] / "data" / "regions"
MISSPELT = {"1415": "Stenungssund"}
"""Kommun code -> how the projektbank spells its name. Lost spaces ("UpplandsVäsby") need no help."""

THEMATIC_OBJECTIVES = {
    "Att stärka forskning, teknisk utveckling och innovation": "TO01",
    "Att öka tillgången till, användningen av och kvaliteten på IKT": "TO02",
    "Att öka konkurrenskraften hos SMF, inom jordbruket (för Ejflu) samt inom fiske och vattenbruk (för EHFF)": "TO03",
    "Att stödja övergången till en koldioxidsnål ekonomi inom alla sektorer": "TO04",
    "Att främja hållbara transporter och få bort flaskhalsar i viktig nätinfrastruktur": "TO07",
    "Tekniskt stöd": "TA",
}
"""Label -> code, as Regulation (EU) 1303/2013, article 9, numbers the objectives and Kohesio writes them."""

COLUMNS = (
    "_source", "ärende-id", "stödmottagare", "beviljat_belopp_sek", "beviljat_belopp_eur", "projektnamn",
    "projektbeskrivning", "projekt_starttid", "projekt_sluttid", "län", "kommuner", "uppdateringsdatum", "område",
    "insatsområde", "tematiskt_mål",
)  # fmt: skip
_EVERY_LAN, _EVERY_KOMMUN = 21, 290


@cache
def _lans() -> Mapping[str, str]:
    with (REGIONS / "lan.csv").open(encoding="utf-8", newline="") as handle:
        return lookup((row["lan_code"], [row["name_sv"], row["short_name"]]) for row in csv.DictReader(handle))


@cache
def _kommuner() -> Mapping[str, str]:
    with (REGIONS / "kommun.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return lookup((row["code"], [row["name"], MISSPELT.get(row["code"], row["name"])]) for row in rows)


@dataclass(frozen=True)
class Tillvaxtverket:
    """``lans``, ``kommuner``: name -> code, see :func:`etl.normalise.lookup`."""

    SOURCE: Source
    lans: Mapping[str, str] = field(default_factory=_lans)
    kommuner: Mapping[str, str] = field(default_factory=_kommuner)

    def records(self, path: Path) -> Records:
        """The list's objects."""
        return json_records(path, required=("ärende-id", "projektnamn", "beviljat_belopp_sek", "län", "kommuner"))

    def operation(self, row: Row) -> Operation:
        """An operation; needs a case number and a name. Other faults only warn."""
        cell = {name: row.raw.pop(name, None) for name in COLUMNS}
        audit(row, self.SOURCE)
        number, title = text(cell["ärende-id"]), plain(text(cell["projektnamn"]))
        if not number:
            raise Reject("ärende-id", "missing_id", "", "The operation has no case number.")
        if not title:
            raise Reject("projektnamn", "missing_title", "", "The operation has no name.")
        op = Operation(local_id=number, title_sv=title, registry=self.SOURCE.registry)
        op.diarienummer = number
        op.summary_sv = plain(text(cell["projektbeskrivning"]))
        op.fund_code, op.programming_period = "ERDF", "2014-2020"
        op.managing_authority = "Tillväxtverket"
        op.programme, op.priority = text(cell["område"]) or None, text(cell["insatsområde"]) or None
        op.source_url, op.source_title = text(cell["_source"]) or None, "Tillväxtverkets projektbank"
        period(
            op,
            ("projekt_starttid", text(cell["projekt_starttid"])),
            ("projekt_sluttid", text(cell["projekt_sluttid"])),
        )
        op.seen_on = kept(op, "uppdateringsdatum", text(cell["uppdateringsdatum"]), _day, "bad_date")
        for column, currency in (("beviljat_belopp_sek", "SEK"), ("beviljat_belopp_eur", "EUR")):
            if amount := kept(op, column, cell[column], money, "bad_amount"):
                op.funding.append(Funding("granted_support", amount, currency, column))
        if name := text(cell["stödmottagare"]):
            op.parties.append(Party(name, "beneficiary"))
        op.themes = _themes(op, text(cell["område"]), text(cell["tematiskt_mål"]))
        op.locations = self._places(op, _several(cell["län"]), _several(cell["kommuner"]))
        return op

    def _places(self, op: Operation, lan_names: list[str], kommun_names: list[str]) -> list[Location]:
        lans = self._codes(op, "län", lan_names, {name: lan_code(name, self.lans) for name in lan_names})
        kommuner = self._codes(
            op, "kommuner", kommun_names, {name: kommun_code(name, self.kommuner) for name in kommun_names}
        )
        if len(lans) == _EVERY_LAN or len(kommuner) == _EVERY_KOMMUN:
            return [Location("national")]
        for code in (code for code in kommuner if lans and code[:2] not in lans):
            op.warn("kommuner", "kommun_outside_lan", code, "Not in one of the operation's län; it is left out.")
        places = []
        for lan in lans or dict.fromkeys(code[:2] for code in kommuner):
            inside: list[str | None] = [code for code in kommuner if code[:2] == lan]
            places += [Location("operation", lan, code) for code in inside or [None]]
        return places or [Location("unknown")]

    @staticmethod
    def _codes(op: Operation, column: str, names: list[str], found: Mapping[str, str | None]) -> list[str]:
        for name in (name for name in names if found[name] is None):
            op.warn(column, "unknown_place", name, "Not a name of the division; the place is left out.")
        return list(dict.fromkeys(code for code in found.values() if code))


def _several(value: Any) -> list[str]:
    return [part.strip() for part in text(value).split(",") if part.strip()]


def _day(value: str) -> date | None:
    found = dated(value, order="ymd")
    return found and found[0]


def _themes(op: Operation, programme: str, objective: str) -> list[Theme]:
    themes = [Theme("programme", programme, programme)] if programme else []
    if code := THEMATIC_OBJECTIVES.get(objective):
        themes.append(Theme("thematic_objective", code, objective))
    elif objective:
        op.warn("tematiskt_mål", "unknown_objective", objective, "Not a thematic objective of 2014–2020.")
    return themes


SOURCES = (
    Tillvaxtverket(
        Source(
            id="tillvaxtverket",
            kind="operations",
            registry="tillvaxtverket",
            publisher="Tillväxtverket",
            title_sv="Tillväxtverkets projektbank: regionalfonden 2014–2020",
            title_en="Tillväxtverket's project bank: the regional development fund 2014–2020",
            url="https://projektbank.tillvaxtverket.se/",
            licence="Ingen licens angiven; ange Tillväxtverket som källa",
            licence_en="No licence is stated; name Tillväxtverket as the source",
            caveat_sv="Beloppet är det beviljade stödet i kronor; eurobeloppet är alltid 0 i registret och läses som "
            "okänt. Ett projekt i flera län delas lika mellan dem, ett antagande. Projekt i alla 21 län är nationella. "
            "Registret uppdaterades senast 2016-10-14 i den fil som prövats.",
            caveat_en="The amount is the support granted, in kronor; the amount in euro is always 0 in the register "
            "and is read as unknown. An operation in several counties is divided equally between them, an assumption. "
            "Operations in all 21 counties are national. The file tried was last updated on 2016-10-14.",
            remotes=(Remote("tillvaxtverket.json", "tillvaxtverket.json", media=("application/json",)),),
            expected_rows=(10, 20_000),
            personal=("projektledare", "telnr", "e-post"),
            id_columns=("ärende-id", "beviljat_belopp_sek", "beviljat_belopp_eur"),
            quarantine_ceiling=0.02,
            priority=40,
        )
    ),
)
