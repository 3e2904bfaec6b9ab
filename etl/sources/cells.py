"""What source modules do alike with one cell: read it, or keep the record and say what was wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping
from datetime import date, datetime
from functools import partial
from typing import Any, Literal, TypeVar

from etl.normalise import dated, fold
from etl.spec import Operation

T = TypeVar("T")

_CONTACT = re.compile(
    r"kontakt|contact|telefon|phone|mobil(?:nummer|telefon)?\b|e-?post|e-?mail|förnamn|efternamn|"
    r"first ?name|last ?name|surname|handläggare|projektledare|project ?(?:leader|manager)|firmatecknare|"
    r"representative|signatory",
    re.IGNORECASE,
)


def text(value: Any) -> str:
    """A cell as stripped text; None is the empty text, a workbook's date its ISO form."""
    if isinstance(value, datetime):
        value = value.date()
    return "" if value is None else str(value).strip()


def forget_contacts(raw: MutableMapping[str, Any]) -> None:
    """Take out columns whose names say that they hold a person's name, number or address."""
    for name in [name for name in raw if _CONTACT.search(name)]:
        del raw[name]


def kept(op: Operation, column: str, value: Any, read: Callable[[Any], T | None], rule: str) -> T | None:
    """``read(value)``; where it refuses, the operation is kept with a warning and the cell counts as empty."""
    try:
        if value is not None and not isinstance(value, str | int | float | date):
            raise ValueError(f"{type(value).__name__} is not one value")
        return read(value)
    except ValueError as error:
        op.warn(column, rule, value, str(error))
        return None


def period(
    op: Operation, start: tuple[str, str], end: tuple[str, str], *, order: Literal["dmy", "ymd"] = "ymd"
) -> None:
    """Fill the dates from two (column, text) cells. An end before its start is left out, and said."""
    read = partial(dated, order=order)
    op.start_date, op.start_precision = kept(op, *start, read, "bad_date") or (None, None)
    op.end_date, op.end_precision = kept(op, *end, read, "bad_date") or (None, None)
    if op.start_date and op.end_date and op.end_date < op.start_date:
        op.warn(end[0], "ends_before_start", end[1], "The end is before the start, and is left out.")
        op.end_date = op.end_precision = None


INTERREG = {
    "baltic sea": "baltic sea region",
    "aurora": "aurora",
    "kattegat": "oresund-kattegat-skagerrak",
    "sverige-norge": "sweden-norway",
    "sweden-norway": "sweden-norway",
    "north sea": "north sea",
    "south baltic": "south baltic",
    "central baltic": "central baltic",
    "northern periphery": "northern periphery and arctic",
    "interreg europe": "interreg europe",
    "urbact": "urbact",
}
"""A word in a programme's name -> the programme, however a registry writes the rest ("2021 - 2027 Interreg VI-B …")."""


def interreg_key(period: str, programme: str, acronym: str) -> str | None:
    """What registries of Interreg call one project by; None where programme or acronym is not known."""
    name = re.sub(r"\s*[-–]\s*", "-", fold(programme))
    known = next((code for word, code in INTERREG.items() if word in name), None)
    short = re.sub("[^a-z0-9]+", "", fold(acronym))
    return f"interreg:{period}:{known}:{short}" if known and short else None
