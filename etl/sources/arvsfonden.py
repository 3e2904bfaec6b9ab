"""Allmänna arvsfonden: projects granted support, in a workbook or CSV that a person has; no data set is published.

No such file is at hand. The header is therefore found by the names in :data:`FIELDS`, in any order and below any title
rows; project, organisation and amount must be there. Rows of one project (by its number, else by organisation and name)
are its decisions, one a year: they are one operation, whose amount is their sum. A row that repeats another in every
cell is set aside. Other columns stay in the raw record, those of contact persons nowhere.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any

from etl.normalise import dated, fold, kommun_code, lan_code, lookup, money, orgnr, plain
from etl.privacy import mask_sole_trader
from etl.readers import csv_records
from etl.sheets import is_workbook, sheet_records
from etl.sources.cells import forget_contacts, kept, period, text
from etl.spec import (
    DatePrecision,
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
)

DATA = Path(__file__).resolve().parents[2] / "data"
FIELDS: dict[str, tuple[str, ...]] = {
    "number": ("diarienummer", "dnr", "projektnummer", "projekt-id", "projektid", "ärendenummer", "ärende-id", "id"),
    "title": ("projekt", "projektnamn", "projektets namn", "projekttitel", "titel", "namn på projektet"),
    "organisation": (
        "organisation", "organisationsnamn", "organisationens namn", "sökande", "sökande organisation",
        "projektägare", "förening", "stödmottagare", "bidragsmottagare", "huvudman",
    ),
    "orgnr": ("organisationsnummer", "organisationsnr", "orgnr", "org.nr", "org. nr", "org nr", "org-nr"),
    "amount": (
        "beviljat belopp", "beviljat", "beviljade medel", "beviljat stöd", "beviljat bidrag", "belopp", "bidrag",
        "bidragsbelopp", "summa",
    ),
    "decided": ("beslutsdatum", "datum för beslut", "beslutsår", "beviljat datum", "beviljat år", "år", "årtal"),
    "start": ("start", "startdatum", "projektstart"),
    "end": ("slut", "slutdatum", "projektslut"),
    "place": ("kommun", "kommuner", "ort", "kommun/ort", "kommun/län", "län/kommun", "plats"),
    "lan": ("län", "region", "län/region"),
    "groups": ("målgrupp", "målgrupper"),
    "summary": ("beskrivning", "projektbeskrivning", "kort beskrivning", "sammanfattning", "syfte"),
    "area": ("område", "ämne", "ämnesområde", "kategori", "inriktning"),
    "url": ("länk", "webbplats", "webbsida", "url"),
}  # fmt: skip
"""Field -> the names that a column may have, best first, without capitals; a unit may follow the amount's."""

REQUIRED = ("title", "organisation", "amount")
_UNITS = {"": 1, "kr": 1, "kronor": 1, "sek": 1, "tkr": 1000, "kkr": 1000, "tusen kronor": 1000, "mnkr": 1_000_000}
_AMOUNT = re.compile(rf"(.*?)[\s,]*[(\[]?\s*(?:i )?({'|'.join(filter(None, _UNITS))})\s*[)\]]?")
_NATIONAL = {"hela landet", "hela sverige", "nationellt", "riket", "rikstackande", "sverige"}
_NAMES = {fold(name): key for key, names in FIELDS.items() for name in names}


@cache
def _regions(file: str) -> Mapping[str, str]:
    with (DATA / "regions" / file).open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    if file == "kommun.csv":
        return lookup((row["code"], [row["name"]]) for row in rows)
    return lookup((row["lan_code"], [row["name_sv"], row["short_name"]]) for row in rows)


@cache
def _groups() -> Mapping[str, str]:
    with (DATA / "vocabulary" / "target_groups.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return {fold(name): row["code"] for row in rows for name in (*row["synonyms"].split("|"), row["title_sv"]) if name}


@dataclass(frozen=True)
class Arvsfonden:
    """``lans``, ``kommuner``, ``groups``: name -> code."""

    SOURCE: Source
    lans: Mapping[str, str] = field(default_factory=partial(_regions, "lan.csv"))
    kommuner: Mapping[str, str] = field(default_factory=partial(_regions, "kommun.csv"))
    groups: Mapping[str, str] = field(default_factory=_groups)

    def records(self, path: Path) -> Records:
        """A record a project, its further decisions as parts; sole traders masked."""
        if is_workbook(path):
            found = sheet_records(path, required=[FIELDS[key][0] for key in REQUIRED], fits=_is_header)
        else:
            found = csv_records(path)
        return replace(found, rows=_projects(path.name, found.rows))

    def operation(self, row: Row) -> Operation:
        """A project; needs a name. Other faults only warn."""
        names, cells = _columns(row.raw), [_cells(part.raw) for part in (row, *row.parts)]
        cell = cells[0]
        title = plain(cell["title"])
        if not title:
            raise Reject(names["title"], "missing_title", "", "The row names no project.")
        op = Operation(_key(cell), title, self.SOURCE.registry, fund_code="Arvsfonden")
        op.diarienummer = cell.get("number") or None
        op.summary_sv = plain(cell.get("summary"))
        op.source_url = url if (url := cell.get("url", "")).startswith(("https://", "http://")) else None
        period(op, *((names.get(key, key), cell.get(key, "")) for key in ("start", "end")))
        decided = [found for each in cells if (found := _decided(op, names, each))]
        op.decided_on, op.decided_precision = min(decided, default=(None, None))
        if area := plain(cell.get("area")):
            op.themes.append(Theme("support_area", area, area))
        _funding(op, names["amount"], [each["amount"] for each in cells])
        _owner(op, names, cell)
        self._reach(op, names, cell)
        return op

    def _reach(self, op: Operation, names: Mapping[str, str], cell: Mapping[str, str]) -> None:
        for name in _several(cell.get("groups", "")):
            if code := self.groups.get(fold(name)):
                op.target_groups.append(code)
            else:
                op.warn(names["groups"], "unknown_target_group", name, "Not a term of the controlled vocabulary.")
        places: dict[Location, None] = {}
        for key in ("place", "lan"):
            for name in _several(cell.get(key, "")) if not places else ():
                if place := self._place(name):
                    places[place] = None
                else:
                    op.warn(names[key], "unknown_place", name, "Neither a kommun nor a län.")
        if Location("national") in places:
            places = {Location("national"): None}
        op.locations = list(places) or [Location("unknown")]

    def _place(self, name: str) -> Location | None:
        if fold(name) in _NATIONAL:
            return Location("national")
        kommun, lan = kommun_code(name, self.kommuner), lan_code(name, self.lans)
        if kommun and not re.search(r"\blän\b", name.casefold()):
            return Location("beneficiary", kommun[:2], kommun)
        return Location("beneficiary", lan) if lan else None


@cache
def _field(column: str) -> tuple[str | None, int]:
    """What a column holds, and by what its amounts are to be multiplied."""
    name = " ".join(column.split()).casefold()
    if key := _NAMES.get(fold(name)):
        return key, 1
    found = _AMOUNT.fullmatch(name)
    return ("amount", _UNITS[found[2]]) if found and _NAMES.get(fold(found[1])) == "amount" else (None, 1)


def _is_header(names: Sequence[str]) -> bool:
    return set(REQUIRED) <= {_field(name)[0] for name in names}


def _columns(raw: Mapping[str, Any]) -> Mapping[str, str]:
    return _chosen(tuple(raw))


@cache
def _chosen(columns: tuple[str, ...]) -> Mapping[str, str]:
    """Field -> column; of several that would do, the one whose name says it best."""
    found: dict[str, str] = {}
    for name in sorted(columns, key=_rank):
        if key := _field(name)[0]:
            found.setdefault(key, name)
    return found


def _rank(column: str) -> int:
    name = " ".join(column.split()).casefold()
    amount = _AMOUNT.fullmatch(name)
    order = list(_NAMES)
    return next((order.index(n) for n in (fold(name), fold(amount[1]) if amount else "") if n in _NAMES), len(order))


def _cells(raw: Mapping[str, Any]) -> dict[str, str]:
    return {key: text(raw[name]) for key, name in _columns(raw).items()}


def _check_header(name: str, raw: Mapping[str, Any]) -> None:
    lacking = [FIELDS[key][0] for key in REQUIRED if key not in _columns(raw)]
    if lacking:
        raise SourceError(
            f"{name}: no column is called {', '.join(map(repr, lacking))} or another name for it; there are "
            f"{', '.join(map(repr, list(raw)[:40]))}. Rename the columns so that they say what they hold."
        )


def _key(cell: Mapping[str, str]) -> str:
    if number := cell.get("number"):
        return number
    return re.sub("[^a-z0-9]+", "-", fold(f"{cell['organisation']} {cell['title']}")).strip("-")


def _projects(name: str, rows: Iterable[Row]) -> Iterator[Row]:
    projects: dict[str, list[Row]] = {}
    seen: dict[tuple[str, ...], int] = {}
    is_checked = False
    for row in rows:
        if row.fault is not None:
            yield row
            continue
        if not is_checked:
            _check_header(name, row.raw)
            is_checked = True
        columns = _columns(row.raw)
        if "orgnr" in columns:
            row.raw[columns["orgnr"]] = text(row.raw[columns["orgnr"]])
            mask_sole_trader(row.raw, columns["orgnr"], columns["organisation"])
        forget_contacts(row.raw)
        cell, whole = _cells(row.raw), tuple(map(text, row.raw.values()))
        if not cell["title"]:
            yield row
        elif (first := seen.setdefault(whole, row.row_no)) != row.row_no:
            message = f"Row {first} says the same in every cell; it counts once."
            yield replace(row, fault=Reject("*", "duplicate_row", first, message))
        else:
            projects.setdefault(_key(cell), []).append(row)
    for first_row, *others in projects.values():
        yield replace(first_row, parts=tuple(others))


def _several(value: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;|]| och ", value) if part.strip()]


def _decided(op: Operation, names: Mapping[str, str], cell: Mapping[str, str]) -> tuple[date, DatePrecision] | None:
    if "decided" not in names:
        return None
    return kept(op, names["decided"], cell["decided"], partial(dated, order="ymd"), "bad_date")


def _funding(op: Operation, column: str, values: list[str]) -> None:
    factor = _field(column)[1]
    amounts = [kept(op, column, value, _kronor, "bad_amount") for value in values]
    known = [amount * factor for amount in amounts if amount is not None]
    if known and len(known) < len(amounts):
        op.warn(column, "sum_is_a_floor", len(known), "A decision has no amount: the sum is a floor.")
    if known:
        total, several = sum(known, Decimal(0)), len(known) > 1
        op.funding = [Funding("granted_support", total, "SEK", column, is_rounded=factor > 1, is_derived=several)]


def _kronor(value: Any) -> Decimal | None:
    return money(value, decimal="." if re.fullmatch(r"[0-9]+\.[0-9]+", text(value)) else ",")


def _owner(op: Operation, names: Mapping[str, str], cell: Mapping[str, str]) -> None:
    number = orgnr(cell.get("orgnr"))
    if number is None and cell.get("orgnr"):
        op.warn(names["orgnr"], "bad_orgnr", cell["orgnr"], "Not a Swedish organisation number.")
    if cell["organisation"]:
        op.parties.append(Party(plain(cell["organisation"]), "beneficiary", orgnr=number))


SOURCES = (
    Arvsfonden(
        Source(
            id="arvsfonden",
            kind="operations",
            registry="arvsfonden",
            publisher="Allmänna arvsfonden",
            title_sv="Allmänna arvsfonden: projekt som fått stöd",
            title_en="Allmänna arvsfonden (Swedish Inheritance Fund): projects granted support",
            url="https://www.arvsfonden.se/",
            licence="Ingen öppen data publiceras; en egen lista, ange Allmänna arvsfonden som källa",
            licence_en="No open data is published; a list of one's own, name Allmänna arvsfonden as the source",
            caveat_sv="En lista som någon har sammanställt, inte ett publicerat register: vad som saknas i den syns "
            "inte. Beloppet är summan av projektets beslut i listan. Platsen är organisationens, inte alltid där "
            "projektet bedrivs.",
            caveat_en="A list that someone has put together, not a published registry: what it lacks cannot be seen. "
            "The amount is the sum of the project's decisions in the list. The place is the organisation's, not "
            "always where the project is carried out.",
            remotes=(
                Remote(
                    "arvsfonden.xlsx", "arvsfonden.xlsx",
                    media=("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",),
                    forms=("arvsfonden.xls", "arvsfonden.ods", "arvsfonden.csv"),
                ),
            ),
            expected_rows=(1, 50_000),
            quarantine_ceiling=0.05,
            priority=48,
        )
    ),
)  # fmt: skip
