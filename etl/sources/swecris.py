"""Swecris: grants from Swedish research funders, one record a project and funder, ``;``-delimited with 28 columns.

Each funder numbers for itself, so that ``2024-01012_VR`` and ``2024-01012_Vinnova`` may be two projects. But when
Riksbankens Jubileumsfond (``_RJ``) has the number *and* the coordinating organisation of another funder's record, it
is that grant once more: such a record is quarantined, so that the grant counts once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path

from etl.normalise import money, orgnr, plain
from etl.privacy import mask_sole_trader
from etl.readers import csv_records
from etl.sources.cells import kept, period
from etl.spec import Funding, Location, Operation, Party, Records, Reject, Remote, Row, Source, Theme, audit

COLUMNS = (
    "ProjectId", "ProjectTitleSv", "ProjectTitleEn", "ProjectAbstractSv", "ProjectAbstractEn", "ProjectStartDate",
    "ProjectEndDate", "CoordinatingOrganisationId", "CoordinatingOrganisationNameSv",
    "CoordinatingOrganisationNameEn", "CoordinatingOrganisationTypeOfOrganisationSv", "FundingOrganisationId",
    "FundingOrganisationNameSv", "FundingsSek", "TypeOfAwardId", "TypeOfAwardDescrSv", "LoadedDate", "Scbs",
)  # fmt: skip
ORG_TYPES = {"Universitet": "lärosäte", "Företag": "företag", "Ideella föreningar och stiftelser": "civilsamhälle"}
"""Swecris's kinds of organisation -> ours; authorities, regions and kommuner are one kind there and stay unknown."""

_REPEATS = "RJ"
_SUBJECT = re.compile(r"(?:^|, )([0-9]{1,5}): (.*?)(?=, [0-9]{1,5}: |$)")
_UNCLASSIFIED = "99999"


@dataclass(frozen=True)
class Swecris:
    SOURCE: Source

    def records(self, path: Path) -> Records:
        """The file's records; sole traders masked, grants that another record has already marked."""
        known = {*COLUMNS, *self.SOURCE.ignore, *self.SOURCE.personal}
        found = csv_records(path, delimiter=";", required=COLUMNS, known=known)
        return replace(found, rows=_marked(list(found.rows)))

    def operation(self, row: Row) -> Operation:
        """A project as one funder supports it; needs an id and a title. Other faults only warn."""
        cell = {name: _known(str(row.raw.pop(name))) for name in COLUMNS}
        audit(row, self.SOURCE)
        number, _, funder = cell["ProjectId"].rpartition("_")
        title, english = plain(cell["ProjectTitleSv"]), plain(cell["ProjectTitleEn"])
        if not number:
            raise Reject("ProjectId", "missing_id", cell["ProjectId"], "The id is not a number and a funder.")
        if not (title or english):
            raise Reject("ProjectTitleSv", "missing_title", "", "The project has no title.")
        op = Operation(cell["ProjectId"], title or english, self.SOURCE.registry)
        op.title_en, op.fund_code = english, funder
        if not title:
            op.warn("ProjectTitleSv", "title_in_english", "", "Only the English title is known.")
        op.diarienummer = number if funder != _REPEATS else None
        op.summary_sv, op.summary_en = plain(cell["ProjectAbstractSv"]), plain(cell["ProjectAbstractEn"])
        period(op, *((name, cell[name]) for name in ("ProjectStartDate", "ProjectEndDate")))
        op.seen_on = kept(op, "LoadedDate", cell["LoadedDate"], _american_day, "bad_date")
        if amount := kept(op, "FundingsSek", cell["FundingsSek"], partial(money, decimal="."), "bad_amount"):
            op.funding.append(Funding("granted_support", amount, "SEK", "FundingsSek"))
        op.parties = _parties(op, cell)
        op.themes = _subjects(cell["Scbs"])
        if cell["TypeOfAwardId"] and cell["TypeOfAwardDescrSv"]:
            kind = re.sub(r"\.0+$", "", cell["TypeOfAwardId"])
            op.themes.append(Theme("award_type", kind, cell["TypeOfAwardDescrSv"]))
        op.locations = [Location("unknown")]
        return op


def _known(text: str) -> str:
    text = text.strip()
    return "" if text == "NULL" else text


def _marked(rows: list[Row]) -> Iterator[Row]:
    funders: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row in _whole(rows):
        number, _, funder = row.raw["ProjectId"].rpartition("_")
        funders[number, row.raw["CoordinatingOrganisationId"]].add(funder)
    for row in rows:
        if row.fault is not None:
            yield row
            continue
        number, _, funder = row.raw["ProjectId"].rpartition("_")
        others = sorted(funders[number, row.raw["CoordinatingOrganisationId"]] - {_REPEATS})
        fault = None
        if funder == _REPEATS and others:
            message = f"The same grant stands as {number}_{others[0]}, with that funder's number; it counts once."
            fault = Reject("ProjectId", "same_grant_twice", row.raw["ProjectId"], message)
        names = ("CoordinatingOrganisationNameSv", "CoordinatingOrganisationNameEn")
        mask_sole_trader(row.raw, "CoordinatingOrganisationId", *names)
        yield replace(row, fault=fault)


def _whole(rows: Iterable[Row]) -> Iterator[Row]:
    return (row for row in rows if row.fault is None)


def _american_day(text: str) -> date | None:
    return datetime.strptime(text, "%m/%d/%Y %H:%M:%S").date() if text else None


def _parties(op: Operation, cell: Mapping[str, str]) -> list[Party]:
    parties = []
    number = orgnr(cell["CoordinatingOrganisationId"])
    if number is None and cell["CoordinatingOrganisationId"]:
        op.warn("CoordinatingOrganisationId", "bad_orgnr", cell["CoordinatingOrganisationId"], "Not an orgnr.")
    if name := cell["CoordinatingOrganisationNameSv"] or cell["CoordinatingOrganisationNameEn"]:
        kind = ORG_TYPES.get(cell["CoordinatingOrganisationTypeOfOrganisationSv"])
        parties.append(Party(name, "beneficiary", orgnr=number, org_type=kind))
    else:
        op.warn("CoordinatingOrganisationNameSv", "missing_name", "", "The coordinating organisation has no name.")
    if funder := cell["FundingOrganisationNameSv"]:
        parties.append(Party(funder, "funder", orgnr=orgnr(cell["FundingOrganisationId"])))
    return parties


def _subjects(text: str) -> list[Theme]:
    """The finest of each subject's three levels; "¤¤¤" stands before each subject. Unclassified is no subject."""
    finest = [levels[-1] for part in text.split("¤") if (levels := _SUBJECT.findall(" ".join(part.split())))]
    return [Theme("research_subject", code, label) for code, label in finest if code != _UNCLASSIFIED]


SOURCES = (
    Swecris(
        Source(
            id="swecris",
            kind="operations",
            registry="swecris",
            publisher="Vetenskapsrådet (Swecris)",
            title_sv="Swecris: bidrag från svenska forskningsfinansiärer",
            title_en="Swecris: grants from Swedish research funders",
            url="https://swecris.se/",
            licence="Ingen licens angiven i filen; ange Swecris som källa",
            licence_en="No licence is stated in the file; name Swecris as the source",
            caveat_sv="Forskningsbidrag, inte EU-insatser. Platsen är okänd: registret har ingen ort. Poster under "
            "Riksbankens Jubileumsfond med en annan finansiärs nummer och mottagare är samma bidrag en gång till och "
            "räknas inte; andra poster där kan också vara felmärkta. Engelska sammanfattningar kan vara "
            "maskinöversatta.",
            caveat_en="Research grants, not EU operations. The place is unknown: the register has none. Records under "
            "Riksbankens Jubileumsfond with another funder's number and recipient are the same grant once more and "
            "are not counted; other records there may be mislabelled too. English abstracts may be machine "
            "translations.",
            remotes=(Remote("swecris.csv", "swecris.csv"),),
            expected_rows=(10, 300_000),
            ignore={
                "CoordinatingOrganisationTypeOfOrganisationEn": "the Swedish column says the same",
                "FundingOrganisationNameEn": "the Swedish column says the same",
                "FundingOrganisationTypeOfOrganisationSv": "follows from the funder",
                "FundingOrganisationTypeOfOrganisationEn": "follows from the funder",
                "FundingYear": "the first year of the funding; the project's own dates are used",
                "FundingStartDate": "the funding's period; the project's own dates are used",
                "FundingEndDate": "the funding's period; the project's own dates are used",
                "TypeOfAwardDescrEn": "the Swedish column says the same",
                "UpdatedDate": "empty for most; LoadedDate says when it was seen",
            },
            personal=("InvolvedPeople",),
            id_columns=("ProjectId", "FundingsSek"),
            quarantine_ceiling=0.2,
            priority=55,
        )
    ),
)
