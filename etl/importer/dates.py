"""How a column writes its days, months, quarters, years and periods: each cell read exactly or refused."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Literal

from babel import Locale

from etl.importer.values import (
    MARKS,
    SPACE,
    is_empty,
    shown,
)
from etl.normalise import fold
from etl.sheets import Cell
from etl.spec import DatePrecision

Order = Literal["dmy", "mdy"]

LANGUAGES = (
    "en", "sv", "de", "fr", "it", "es", "pt", "nl", "da", "nb", "fi", "pl", "cs", "sk", "sl", "hr", "hu", "ro", "bg",
    "el", "et", "lv", "lt", "mt", "ga",
)  # fmt: skip
_YEARS = range(1985, 2061)
_TIME = (
    r"(?:[T ,]+[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2}(?:[.,][0-9]+)?)?\s*(?:[APap]\.?[Mm]\.?|[πμ]\.?μ\.?)?"
    r"(?:Z|[+-][0-9:]{2,6})?)?"
)
_YMD = re.compile(rf"([12][0-9]{{3}})\s*[-./ ]\s*([0-9]{{1,2}})\s*[-./ ]\s*([0-9]{{1,2}})\.?{_TIME}")
_DMY = re.compile(rf"([0-9]{{1,2}})\s*[-./ ]\s*([0-9]{{1,2}})\s*[-./ ]\s*([0-9]{{4}}|'?[0-9]{{2}})\.?{_TIME}")
_PACKED = re.compile(r"(19[89][0-9]|20[0-5][0-9])(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])")
_MONTH_YEAR = re.compile(r"([0-9]{1,2})\s*[-./]\s*([12][0-9]{3})")
_YEAR_MONTH = re.compile(r"([12][0-9]{3})\s*[-./]\s*([0-9]{1,2})")
_QUARTER = re.compile(
    r"(?:Q|T|KV|kv\.?|[Kk]vartal|[Qq]uartal|[Tt]rimestre|[Kk]wartał|[Kk]vartál) ?([1-4])[ ./,-]*([12][0-9]{3})"
    r"|([1-4]) ?(?:Q|T|\.? ?[Kk]vartal|\.? ?[Qq]uartal|e[rm]?e? trimestre|\.? ?čtvrtletí|\. ?negyedév)"
    r"[ ./,-]*([12][0-9]{3})"
    r"|([12][0-9]{3})[ ./,-]*(?:Q|T|KV|kv\.?) ?([1-4])"
)
_YEAR = re.compile(r"([12][0-9]{3})\.?0?\s*(?:г|ж|r|ж\.)?\.?")
_WORD = r"[^\W\d_]{3,}"
_D_MON_Y = re.compile(
    rf"([0-9]{{1,2}})(?:st|nd|rd|th|er|º|°|:e|-go)?\.?[-\s./]*(?:de |of )?({_WORD})\.?[-\s.,/]*(?:de |of )?"
    rf"([12][0-9]{{3}}|[0-9]{{2}})\.?{_TIME}"
)
_MON_D_Y = re.compile(rf"({_WORD})\.?\s+([0-9]{{1,2}})(?:st|nd|rd|th)?,?\s+([12][0-9]{{3}}){_TIME}")
_MON_Y = re.compile(rf"({_WORD})\.?[-\s.,/']*(?:de )?([12][0-9]{{3}}|[0-9]{{2}})")
_Y_MON_D = re.compile(rf"([12][0-9]{{3}})\.?[-\s]+({_WORD})\.?(?:[-\s]+([0-9]{{1,2}})\.?)?")
_Y_D_MON = re.compile(rf"([12][0-9]{{3}})\.?\s+([0-9]{{1,2}})\.?\s*({_WORD})")
_RANGE = re.compile(
    r"\s+(?:-|–|—|to|bis|till|al|au|a|do|tot|til|és|-ig)\s+|\s*[–—]\s*|(?<=[0-9]{4})\s*-\s*(?=[0-9]{1,2}[./])|\n+"
)

_DATES = re.compile(
    r"[12][0-9]{3}[-./][0-9]{1,2}[-./][0-9]{1,2}|[0-9]{1,2}[-./][0-9]{1,2}[-./](?:[12][0-9]{3}|[0-9]{2}(?![0-9]))"
    r"|[0-9]{1,2}[./][12][0-9]{3}|[12][0-9]{3}-(?:0[1-9]|1[0-2])(?![0-9])|(?<![\w./])(?:19|20)[0-9]{2}(?!\w)"
)


def date_order(cells: Iterable[Cell]) -> Order:
    """Day or month first, from the cells that only one of them fits; day first where nothing tells."""
    first = second = 0
    for cell in cells:
        if isinstance(cell, str) and (found := _DMY.fullmatch(cell.strip())):
            first += int(found[1]) > 12
            second += int(found[2]) > 12
    return "mdy" if second > first * 3 and second > 0 else "dmy"


def read_date(cell: Cell, order: Order = "dmy", *, ends: bool = False) -> tuple[date, DatePrecision] | None:
    """The first day of what a cell dates and how exactly; None for an empty cell. Raises ``ValueError``.

    Dates of every European language and order, two-digit years (until 2068), Excel's day numbers, months and years.
    A quarter is its first month, or its last one where it ``ends`` something.
    """
    if is_empty(cell):
        return None
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return _checked(cell.year, cell.month, cell.day, "day", cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _number(cell)
    text = MARKS.sub("", SPACE.sub(" ", str(cell)).strip().strip("*"))
    text = re.sub(r"(?<=[0-9.])\s*(?:г\.?|r\.?|roku|d\.|ž)$|-(?:ig|én|án|jén|ján|tól|től)$", "", text)
    if found := _YMD.fullmatch(text):
        return _checked(int(found[1]), int(found[2]), int(found[3]), "day", cell)
    if found := _DMY.fullmatch(text):
        day, month = (int(found[1]), int(found[2])) if order == "dmy" else (int(found[2]), int(found[1]))
        if month > 12 and day <= 12:
            day, month = month, day
        return _checked(_full_year(found[3]), month, day, "day", cell)
    if found := _PACKED.fullmatch(text):
        return _checked(int(found[1]), int(found[2]), int(found[3]), "day", cell)
    if found := _MONTH_YEAR.fullmatch(text):
        return _checked(int(found[2]), int(found[1]), 1, "month", cell)
    if found := _YEAR_MONTH.fullmatch(text):
        return _checked(int(found[1]), int(found[2]), 1, "month", cell)
    if found := _YEAR.fullmatch(text):
        return _checked(int(found[1]), 1, 1, "year", cell)
    if found := _QUARTER.fullmatch(text):
        quarter, year = int(found[1] or found[3] or found[6]), int(found[2] or found[4] or found[5])
        return _checked(year, 3 * quarter if ends else 3 * quarter - 2, 1, "month", cell)
    if re.fullmatch(r"[34][0-9]{4}(?:\.[0-9]+)?", text):
        return _number(float(text))
    return _in_words(text, cell)


def read_period(cell: Cell, order: Order = "dmy") -> tuple[Cell, Cell] | None:
    """The two halves of a cell such as "01.01.2015 – 31.12.2016", when both are dates."""
    if not isinstance(cell, str):
        return None
    halves = [half.strip(" .;,") for half in _RANGE.split(cell.strip()) if half and half.strip(" .;,")]
    written = _DATES.findall(cell)
    if len(re.findall(r"[^\W\d_]", _DATES.sub("", cell))) > 14:
        written = []
    for both in (halves, written):
        try:
            if len(both) == 2 and all(read_date(half, order) for half in both):
                return both[0], both[1]
        except ValueError:
            continue
    return None


def _number(cell: int | float) -> tuple[date, DatePrecision]:
    if cell in _YEARS:
        return date(int(cell), 1, 1), "year"
    if 30_000 <= cell < 58_800:
        moment = date(1899, 12, 30) + timedelta(days=int(cell))
        return moment, "day"
    if 4 * 10**11 < cell < 29 * 10**11:  # milliseconds since 1970
        return (date(1970, 1, 1) + timedelta(milliseconds=cell)), "day"
    if 19_850_101 <= cell <= 20_601_231:
        whole = int(cell)
        return _checked(whole // 10_000, whole // 100 % 100, whole % 100, "day", cell)
    raise ValueError(f"{cell} is not a date")


def _in_words(text: str, cell: Cell) -> tuple[date, DatePrecision]:
    bare = re.sub(rf"^{_WORD}\.?,\s*", "", text)
    bare = re.sub(r"(?<=[0-9])\.?\s*(?:m\.|gada|года?|г\.)\s+", " ", bare).removesuffix(" d.")
    patterns = ((_D_MON_Y, 1, 2, 3), (_MON_D_Y, 2, 1, 3), (_Y_MON_D, 3, 2, 1), (_Y_D_MON, 2, 3, 1), (_MON_Y, 0, 1, 2))
    for pattern, day, month, year in patterns:
        found = pattern.fullmatch(bare)
        number = months().get(_month_key(found[month])) if found else None
        if found and number:
            moment = found[day] if day else None
            return _checked(_full_year(found[year]), number, int(moment or 1), "day" if moment else "month", cell)
    raise ValueError(f"{shown(cell)!r} is not a date")


@cache
def months() -> dict[str, int]:
    """Folded name or abbreviation of a month in any of :data:`LANGUAGES` -> its number."""
    found: dict[str, int] = {"mrz": 3, "maerz": 3, "janner": 1, "feber": 2, "sept": 9}
    for language in LANGUAGES:
        names = Locale.parse(language).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in names[context][width].items():
                    key = _month_key(name)
                    if len(key) >= 3 and not key.isdigit():
                        found.setdefault(key, number)
            short = Counter(_month_key(name)[:3] for name in names[context]["wide"].values())
            for number, name in names[context]["wide"].items():
                if short[_month_key(name)[:3]] == 1 and len(_month_key(name)) > 3:
                    found.setdefault(_month_key(name)[:3], number)
    return found


def _month_key(text: str) -> str:
    return re.sub(r"[^\w]", "", fold(text))


def _full_year(text: str) -> int:
    number = int(text.strip("'"))
    return number if number > 99 else number + (2000 if number < 69 else 1900)


def _checked(year: int, month: int, day: int, precision: DatePrecision, cell: Cell) -> tuple[date, DatePrecision]:
    if year not in _YEARS:
        raise ValueError(f"{shown(cell)!r}: the year cannot be right")
    try:
        return date(year, month, day), precision
    except ValueError as error:
        raise ValueError(f"{shown(cell)!r} is not a day that exists") from error
