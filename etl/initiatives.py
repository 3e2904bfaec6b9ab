"""The embedded initiatives: ``data/initiatives/initiatives.csv``, one row an initiative."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, TypeVar

from etl.normalise import dated
from etl.readers import csv_records
from etl.spec import (
    DatePrecision,
    Location,
    LocationType,
    Operation,
    Participants,
    Party,
    Records,
    Reject,
    Row,
    Source,
    Status,
    Theme,
    audit,
)

REGISTRY = "inkarta"
PUBLISHER = "Inkluderingskartan"
URL = "https://www.esf.se/resultat/projektbanken/"
LICENCE = "CC0 1.0 (sammanställningen); varje uppgift har sin egen källa"
LICENCE_EN = "CC0 1.0 (the compilation); each fact has its own source"
COLUMNS = (
    "initiative_id", "title", "fund", "period", "diarienummer", "owner", "owner_type", "lan_codes", "kommuner",
    "location_basis", "start", "end", "status", "participants_planned", "participants_actual", "target_groups",
    "programme_area", "is_social_innovation", "methods", "summary_sv", "note", "source_url", "source_title", "seen_on",
    "amount_remark",
)  # fmt: skip

INITIATIVES = Source(
    id="inkarta", kind="operations", registry=REGISTRY, title_sv="Initiativ: inbyggt urval ur publicerade källor",
    title_en="Initiatives: embedded selection from published sources", expected_rows=(200, 5_000),
    caveat_sv="Ett urval, inte hela registret. Tomt betyder ej sett, aldrig noll. Beviljat ESF-stöd 2021–2027 kan "
    "innehålla statlig medfinansiering och är inte EU:s andel.",
    caveat_en="A selection, not the whole registry. Empty means not seen, never zero. Granted ESF support 2021–2027 "
    "may include state co-financing and is not the EU share.",
    priority=20, publisher=PUBLISHER, person_columns=("participants_actual",),
    url=URL,
    licence=LICENCE,
    licence_en=LICENCE_EN,
)  # fmt: skip
_STATUS: dict[str, Status] = {
    "avslutat": "ended", "pågående": "running", "beviljat": "granted", "okänd": "unknown", "planerat": "planned",
}  # fmt: skip
_PERIOD_AREA = {
    "2021-2027": re.compile(r"([A-F])(?:\d|\s|$)"),
    "2014-2020": re.compile(r"(?:PO)?([1-7])(?:[.: ]|$|\s)"),
    "2007-2013": re.compile(r"(?:Programområde )?(\d)"),
}


def parts(text: str) -> list[str]:
    """Cells that hold several values split them with a bar."""
    return [part.strip() for part in text.split("|") if part.strip()]


def _date(text: str, column: str) -> tuple[date | None, DatePrecision | None]:
    try:
        found = dated(text, order="ymd")
    except ValueError as error:
        raise Reject(column, "bad_date", text, f"{error}; write 2024, 2024-05 or 2024-05-31.") from error
    return found or (None, None)


def persons(text: str, column: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch("[0-9]{1,9}", text):
        raise Reject(column, "bad_count", text, "A number of persons is digits only.")
    return int(text)


Value = TypeVar("Value")


def one_of(text: str, column: str, allowed: Mapping[str, Value], rule: str = "unknown_value") -> Value:
    """The meaning of a controlled word; :class:`Reject` for a word that is not on its list."""
    if text not in allowed:
        raise Reject(column, rule, text, f"Write one of {', '.join(repr(word) for word in allowed)}.")
    return allowed[text]


@dataclass(frozen=True)
class Initiatives:
    """``data/initiatives/initiatives.csv``, one row an initiative; its amounts and conflicts are files of their own."""

    kommun_codes: dict[str, str]
    target_groups: dict[str, str]
    programme_areas: dict[tuple[str, str], tuple[str, str]]
    SOURCE: Source = INITIATIVES

    def records(self, path: Path) -> Records:
        return csv_records(path, required=COLUMNS, known=COLUMNS)

    def operation(self, row: Row) -> Operation:
        raw = row.raw
        take = raw.pop
        op = Operation(local_id=take("initiative_id"), title_sv=take("title"), registry=REGISTRY)
        op.fund_code = take("fund") or None
        op.programming_period = take("period") or None
        op.diarienummer = take("diarienummer") or None
        op.summary_sv = take("summary_sv")
        op.note = take("note") or None
        op.source_url = take("source_url") or None
        op.source_title = take("source_title") or None
        op.start_date, op.start_precision = _date(take("start"), "start")
        op.end_date, op.end_precision = _date(take("end"), "end")
        op.seen_on, _ = _date(take("seen_on"), "seen_on")
        if not op.source_url or not op.seen_on:
            raise Reject("source_url", "missing", "", "A fact needs an address and the day it was seen.")
        op.status_in_source = one_of(take("status"), "status", _STATUS, rule="unknown_status")
        op.is_social_innovation = one_of(
            take("is_social_innovation"), "is_social_innovation", {"yes": True, "no": False, "unknown": None}
        )
        op.si_basis = "source text" if op.is_social_innovation else None
        owner, owner_type = take("owner"), take("owner_type")
        if owner:
            op.parties.append(Party(owner, "beneficiary", org_type=owner_type or None))
        op.locations = self._locations(take("lan_codes"), take("kommuner"), take("location_basis"))
        for title in parts(take("target_groups")):
            if title not in self.target_groups:
                raise Reject("target_groups", "unknown_target_group", title, "Not in vocabulary/target_groups.csv.")
            op.target_groups.append(self.target_groups[title])
        op.methods = parts(take("methods"))
        op.priority = take("programme_area") or None
        op.themes = self._themes(op)
        counts: tuple[tuple[str, Literal["planned", "actual"]], ...] = (
            ("participants_planned", "planned"),
            ("participants_actual", "actual"),
        )
        for column, value_type in counts:
            found = persons(take(column), column)
            if found is not None:
                op.participants.append(Participants("participants", "output", value_type, found))
        remark = take("amount_remark")
        if remark:
            op.warn(
                "amount_remark",
                "amount_without_figure",
                remark,
                "The source words an amount without a figure.",
            )
        audit(row, self.SOURCE)
        return op

    def _locations(self, lans: str, kommuner: str, basis: str) -> list[Location]:
        if lans == "SE":
            return [Location("national")]
        codes = []
        for name in parts(kommuner):
            if name not in self.kommun_codes:
                raise Reject("kommuner", "unknown_kommun", name, "Not a kommun name of regions/kommun.csv.")
            codes.append(self.kommun_codes[name])
        kinds: dict[str, LocationType] = {"beneficiary": "beneficiary", "operation": "operation", "": "operation"}
        kind = one_of(basis, "location_basis", kinds)
        out: list[Location] = []
        for lan in parts(lans):
            inside = [code for code in codes if code[:2] == lan]
            out += [Location(kind, lan, code) for code in inside] or [Location(kind, lan)]
        outside = [code for code in codes if code[:2] not in parts(lans)]
        if outside:
            raise Reject("kommuner", "kommun_outside_lan", outside[0], f"Kommun {outside[0]} lies outside {lans!r}.")
        return out

    def _themes(self, op: Operation) -> list[Theme]:
        themes = []
        pattern = _PERIOD_AREA.get(op.programming_period or "")
        found = pattern.match(op.priority or "") if pattern else None
        if found:
            key = (op.programming_period or "", found[1])
            titles = self.programme_areas.get(key, (op.priority or "", ""))
            themes.append(Theme("programme_area", ":".join(key), *titles))
        if op.is_social_innovation:
            themes.append(Theme("social_innovation", "si", "Social innovation"))
        return themes
