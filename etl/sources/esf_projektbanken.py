"""Svenska ESF-rådet, Projektbanken: the spreadsheet export of ESF projects, with bilingual column names."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any

from etl.normalise import fold, kommun_code, lookup, money, orgnr, percent, plain
from etl.privacy import mask_sole_trader
from etl.readers import csv_records
from etl.sources.cells import period
from etl.spec import (
    Funding,
    Location,
    Operation,
    Party,
    Records,
    Reject,
    Remote,
    Row,
    Source,
    SourceError,
    Theme,
    audit,
)

KOMMUN_CSV = Path(__file__).resolve().parents[2] / "data" / "regions" / "kommun.csv"

PROGRAMME_AREAS = {
    "A": "Öka möjligheten till ett inkluderande och hållbart arbetsliv för alla",
    "B": "Öka övergångarna till arbete",
    "C": "Minska risken för ekonomisk utsatthet",
    "D": "Öka kapaciteten i den glesa geografin",
    "E": "Social innovation",
    "F": "Programområde F (benämningen är inte bekräftad)",
}
"""Programme areas of ESF+ 2021–2027."""

COLUMNS = {
    "id": "Diarienummer / Operation ID",
    "beneficiary": "Stödmottagare / Beneficiary",
    "orgnr": "Projektägare organisationsnummer / Beneficiary ID",
    "city": "Projektägare ort / Beneficiary city",
    "country": "Stödmottagarens land / Beneficiary country",
    "title": "Namn på insatsen / Operation Name",
    "area": "Programområde / Priority",
    "objective": "Specifikt mål / Specific objective concerned",
    "category": "Interventionsområde / Intervention field",
    "total": "Total projektbudget / Total budget SEK",
    "rate": "Unionens medfinansieringsgrad / Union co-financing rate",
    "eu": "EU-stöd i SEK / EU contribution SEK",
    "summary": "Sammanfattning / Summary",
    "summary_en": "Sammanfattning engelsk / Summary in english",
    "start": "Startdatum / Start date",
    "end": "Slutdatum / End date",
    "fund": "EU-fond / EU fund",
    "cci": "Program CCI / Program CCI",
}
"""Field -> the export's column; either half of the name will do."""

_FIELD = {fold(half): key for key, name in COLUMNS.items() for half in (name, *name.split(" / "))}
_DIARIENUMMER = re.compile(r"\d{2}-\d{3}-S\d{2,}|\d{4}/\d{5}")
_PERIODS = {"2014": "2014-2020", "2021": "2021-2027"}
_RATE_TOLERANCE = Decimal("0.01")
_SMALL_WORDS = {
    "av", "ekonomisk", "för", "förening", "förvaltning", "högskola", "i", "ideell", "kommun", "län", "läns",
    "med", "och", "på", "stad", "stift", "till", "under", "universitet", "vid",
}  # fmt: skip
_ACRONYMS = {
    "ab",
    "abf",
    "ek",
    "eu",
    "hb",
    "if",
    "ikf",
    "iogt",
    "kb",
    "kfum",
    "nto",
    "sios",
    "skr",
    "tco",
    "va",
}


@cache
def _kommuner() -> Mapping[str, str]:
    with KOMMUN_CSV.open(encoding="utf-8", newline="") as handle:
        return lookup((row["code"], [row["name"]]) for row in csv.DictReader(handle))


@dataclass(frozen=True)
class EsfProjektbanken:
    """``kommuner``: kommun name -> code, see :func:`etl.normalise.lookup`."""

    SOURCE: Source
    kommuner: Mapping[str, str] = field(default_factory=_kommuner)

    def records(self, path: Path) -> Records:
        """The file's records, sole traders' names and numbers already taken out."""
        found = csv_records(path)
        return replace(found, rows=_masked(path, found.rows))

    def operation(self, row: Row) -> Operation:
        """An operation; needs a diarienummer and a name. Other faults only warn."""
        cell = {key: str(row.raw.pop(name)).strip() for name in list(row.raw) if (key := _FIELD.get(fold(name)))}
        audit(row, self.SOURCE)
        number, title = cell["id"].upper(), plain(cell["title"])
        if not number:
            raise Reject(COLUMNS["id"], "missing_id", "", "The operation has no diarienummer.")
        if not title:
            raise Reject(COLUMNS["title"], "missing_title", "", "The operation has no name.")
        op = Operation(local_id=number, title_sv=title, registry=self.SOURCE.registry)
        op.diarienummer = number
        if not _DIARIENUMMER.fullmatch(number):
            op.warn(COLUMNS["id"], "odd_diarienummer", number, "Not shaped like a diarienummer.")
        op.summary_sv, op.summary_en = plain(cell["summary"]), plain(cell["summary_en"])
        op.fund_code, op.cci = cell["fund"] or None, cell["cci"] or None
        op.programming_period = _PERIODS.get(cell["cci"][:4])
        op.managing_authority = "Svenska ESF-rådet"
        op.priority, op.specific_objective = cell["area"] or None, cell["objective"] or None
        op.source_url = f"https://www.esf.se/resultat/projektbanken/projekt/?dnr={number}"
        op.source_title = "Projektbanken"
        period(op, (COLUMNS["start"], cell["start"]), (COLUMNS["end"], cell["end"]))
        _funding(op, cell)
        _themes(op, cell)
        self._owner(op, cell)
        return op

    def _owner(self, op: Operation, cell: Mapping[str, str]) -> None:
        number = orgnr(cell["orgnr"])
        if number is None and cell["orgnr"]:
            op.warn(COLUMNS["orgnr"], "bad_orgnr", cell["orgnr"], "Not a Swedish organisation number.")
        name, place = cell["beneficiary"], cell["city"]
        swedish = fold(cell["country"]) in ("", "sverige", "sweden", "se")
        kommun = None
        if swedish:
            own = fold(name).endswith((" kommun", " stad")) or fold(name) == "region gotland"
            kommun = (kommun_code(name, self.kommuner) if own else None) or kommun_code(place, self.kommuner)
        if kommun is None and place:
            message = "Not a kommun's name: the operation has no known place."
            op.warn(COLUMNS["city"], "unknown_place", place, message)
        if name:
            country = "SE" if swedish else None
            party = Party(organisation_name(name), "beneficiary", orgnr=number, kommun_code=kommun, country=country)
            op.parties.append(party)
        op.locations = [Location("beneficiary", kommun[:2], kommun) if kommun else Location("unknown")]


def organisation_name(text: str) -> str:
    """A name in capitals made readable: "UPPSALA KOMMUN" is "Uppsala kommun". Other names are left alone."""
    words = text.split()
    if not text.isupper() or (len(words) == 1 and len(text) <= 4):
        return " ".join(words)
    return " ".join(_word(word, is_first=index == 0) for index, word in enumerate(words))


def _word(word: str, *, is_first: bool) -> str:
    if "-" in word.strip("-"):
        return "-".join(_word(part, is_first=True) for part in word.split("-"))
    bare = word.strip("(),.").casefold()
    if bare in _ACRONYMS or any(sign.isdigit() for sign in word) or not re.search("[aeiouyåäöé]", bare):
        return word
    if bare in _SMALL_WORDS and not is_first:
        return word.casefold()
    return re.sub(r"\w+", lambda found: found[0].capitalize(), word)


def _check_header(path: Path, raw: Mapping[str, Any]) -> dict[str, str]:
    names: dict[str, str] = {}
    for name in raw:
        key = _FIELD.get(fold(name))
        if key is None:
            raise SourceError(f"{path.name}: the column {name!r} is not known. {_CHANGED}")
        if key in names:
            raise SourceError(f"{path.name}: the columns {names[key]!r} and {name!r} are the same. {_CHANGED}")
        names[key] = name
    missing = [column for key, column in COLUMNS.items() if key not in names]
    if missing:
        raise SourceError(f"{path.name}: the header lacks {', '.join(map(repr, missing))}. {_CHANGED}")
    return names


_CHANGED = "Check that it is Projektbanken's export; if the publisher has changed it, update the source."


def _masked(path: Path, rows: Iterable[Row]) -> Iterator[Row]:
    names: dict[str, str] = {}
    for row in rows:
        if row.fault is None:
            names = names or _check_header(path, row.raw)
            mask_sole_trader(row.raw, names["orgnr"], names["beneficiary"])
        yield row


def _kept(op: Operation, cell: Mapping[str, str], key: str, read: Any, rule: str) -> Any:
    try:
        return read(cell[key])
    except ValueError as error:
        op.warn(COLUMNS[key], rule, cell[key], str(error))
        return None


def _funding(op: Operation, cell: Mapping[str, str]) -> None:
    read = partial(money, decimal=",")
    total, eu = (_kept(op, cell, key, read, "bad_amount") for key in ("total", "eu"))
    rate = _kept(op, cell, "rate", percent, "bad_rate")
    if total is not None:
        op.funding.append(Funding("total_eligible_cost", total, "SEK", "Total projektbudget"))
    if eu is not None:
        op.funding.append(Funding("eu_contribution", eu, "SEK", "EU-stöd i SEK"))
    if total and eu is not None and rate is not None and abs(eu / total - rate / 100) > _RATE_TOLERANCE:
        message = f"The EU support is {eu / total:.1%} of the budget; the rate says {rate} %."
        op.warn(COLUMNS["eu"], "rate_mismatch", str(eu), message)


def _themes(op: Operation, cell: Mapping[str, str]) -> None:
    area = cell["area"][:1].upper()
    if op.programming_period == "2021-2027" and area in PROGRAMME_AREAS:
        op.themes.append(Theme("programme_area", f"{op.programming_period}:{area}", PROGRAMME_AREAS[area]))
        if area == "E":
            op.is_social_innovation, op.si_basis = True, "programme area E"
            op.themes.append(Theme("social_innovation", "si", "Social innovation"))
    elif area:
        op.warn(COLUMNS["area"], "unknown_area", cell["area"], "Not a programme area of ESF+ 2021–2027.")
    for code in re.findall(r"\b\d{3}\b", cell["category"]):
        op.themes.append(Theme("intervention_field", code, cell["category"]))


SOURCES = (
    EsfProjektbanken(
        Source(
            id="esf_projektbanken",
            kind="operations",
            registry="esf_projektbanken",
            publisher="Svenska ESF-rådet",
            title_sv="Projektbanken: projekt med stöd av Europeiska socialfonden",
            title_en="Projektbanken: projects supported by the European Social Fund",
            url="https://www.esf.se/resultat/projektbanken/",
            licence="Ingen licens angiven; ange Svenska ESF-rådet som källa",
            licence_en="No licence is stated; name Svenska ESF-rådet (the Swedish ESF Council) as the source",
            caveat_sv="Platsen är projektägarens ort, inte där insatsen sker. EU-stödet är EU:s andel; "
            "statlig medfinansiering som beviljats därutöver ingår inte.",
            caveat_en="The place is the project owner's town, not where the work is done. The EU support is "
            "the EU's share; state co-financing granted on top of it is not included.",
            remotes=(Remote("esf_projektbanken.csv", "esf_projektbanken.csv"),),
            expected_rows=(1, 20_000),
            quarantine_ceiling=0.02,
            priority=30,
        )
    ),
)
