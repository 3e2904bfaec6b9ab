"""How a column writes its amounts, dates and rates: found from all its cells, then each cell read exactly."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Literal

from babel import Locale

from etl.normalise import DecimalMark, fold
from etl.sheets import Cell
from etl.spec import DatePrecision

Order = Literal["dmy", "mdy"]

LANGUAGES = (
    "en", "sv", "de", "fr", "it", "es", "pt", "nl", "da", "nb", "fi", "pl", "cs", "sk", "sl", "hr", "hu", "ro", "bg",
    "el", "et", "lv", "lt", "mt", "ga",
)  # fmt: skip
CURRENCIES = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "euroa": "EUR", "ευρω": "EUR", "£": "GBP", "gbp": "GBP",
    "kc": "CZK", "czk": "CZK", "zl": "PLN", "pln": "PLN", "ft": "HUF", "huf": "HUF", "lei": "RON", "ron": "RON",
    "лв": "BGN", "bgn": "BGN", "leva": "BGN", "kn": "HRK", "hrk": "HRK", "kuna": "HRK", "sek": "SEK", "kronor": "SEK",
    "dkk": "DKK", "nok": "NOK", "isk": "ISK", "chf": "CHF", "ltl": "LTL", "lvl": "LVL", "eek": "EEK", "sit": "SIT",
    "skk": "SKK", "mtl": "MTL", "cyp": "CYP", "usd": "USD", "$": "USD", "zlotych": "PLN", "forint": "HUF",
}  # fmt: skip
"""Folded signs and words for money, each with its ISO 4217 code. "kr" alone is left to the country."""

_EMPTY = {
    "", "-", "--", "–", "—", "n/a", "na", "n.a.", "n.a", "n/d", "nd", "n.d.", "n.v.t.", "k.a.", "k. a.", "null", "none",
    "nan", "nat", "...", "..", "x", "?", "#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#num!", "nincs adat", "/",
    "unknown", "tbc", "tba", "tbd", "not available", "not applicable", "keine angabe", "ej angivet", "okänt", "/ /",
}  # fmt: skip
_SPACE = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_NUMBER = re.compile(r"[-+−–]?[0-9][0-9 .,'’´`]*")
_GROUPED = re.compile(r"[-+−–]? ?(?:[0-9]+|[0-9]{1,3}(?:[ .,'’´`][0-9]{3})+)(?:[.,][0-9]+)?")
"""Digits in groups of three, and a fraction: what "17.01.2015" and two numbers in one cell are not."""
_MARKS = re.compile(r"[\s*¹²³⁴]+\)?$")
_LETTERS = re.compile(r"[^\W\d_]+\.?|[€£$]|:-")
_KR = {"kr", "skr", "dkr", "nkr", "kc", "zl", "sek"}
_LARGEST = Decimal(10) ** 15
_ORE = Decimal("0.01")
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


def is_empty(cell: Cell) -> bool:
    """Whether a cell says nothing: blank, a dash, "n/a", or a spreadsheet's error value."""
    return cell is None or (isinstance(cell, str) and (not cell or cell.isspace() or _says_nothing(cell)))


def _says_nothing(cell: str) -> bool:
    return len(cell) < 40 and cell.strip().casefold() in _EMPTY


def shown(cell: Cell) -> str:
    """A cell as text, on one line."""
    return "" if cell is None else _SPACE.sub(" ", str(cell)).strip()


# -- amounts ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AmountForm:
    """``decimal``: the mark that an ambiguous cell ("1.234") is read with; ``factor``: 1, 1000 or 1,000,000."""

    decimal: DecimalMark = "."
    factor: int = 1


def amount_form(cells: Iterable[Cell], factor: int = 1) -> AmountForm:
    """The form that a column's unambiguous cells show. Groups of exactly three digits throughout are thousands.

    A ``factor`` that the header promises is dropped when the values are already too large to be multiplied.
    """
    votes: Counter[DecimalMark] = Counter()
    weak: Counter[DecimalMark] = Counter()
    sizes: list[Decimal] = []
    kept = list(cells)
    for cell in kept:
        if isinstance(cell, str) and (number := _core(cell)):
            mark, is_sure = _decimal_of(number)
            if mark is None and is_sure:
                votes["," if "." in number else "."] += 1
            if mark:
                (votes if is_sure else weak)[mark] += 1
    decimal: DecimalMark = votes.most_common(1)[0][0] if votes else "," if weak["."] > weak[","] else "."
    form = AmountForm(decimal)
    if factor == 1:
        return form
    for cell in kept:
        try:
            value = read_amount(cell, form)
        except ValueError:
            continue
        if value:
            sizes.append(abs(value))
    middle = sorted(sizes)[len(sizes) // 2] if sizes else Decimal(0)
    return AmountForm(decimal, factor if middle * factor < Decimal(2) * 10**9 else 1)


def read_amount(cell: Cell, form: AmountForm) -> Decimal | None:
    """An amount exact to the öre, None for an empty cell. Raises ``ValueError`` for anything else, dates included.

    Amounts of several partners in one cell, parted by semicolons, are added.
    """
    if is_empty(cell):
        return None
    if isinstance(cell, bool | date):
        raise ValueError(f"{cell!s} is not an amount")
    if isinstance(cell, int | float):
        value = Decimal(str(cell))
    elif ";" in str(cell).strip("; "):
        value = sum((_text_amount(part, form.decimal) for part in str(cell).split(";") if part.strip()), Decimal(0))
    else:
        value = _text_amount(str(cell), form.decimal)
    if not value.is_finite() or abs(value) >= _LARGEST:
        raise ValueError(f"{shown(cell)!r} is too large to be an amount")
    return (value * form.factor).quantize(_ORE, ROUND_HALF_UP)


def _text_amount(text: str, decimal: DecimalMark) -> Decimal:
    number = _core(text)
    if number is None:
        found = re.fullmatch(r"\s*([0-9](?:\.[0-9]+)?[eE][+-]?[0-9]{1,2})\s*", text)
        if found:
            return Decimal(found[1])
        raise ValueError(f"{shown(text)!r} is not an amount")
    is_negative = number[0] in "-−–" or text.strip().startswith("(")
    number = number.lstrip("-+−– ")
    own, is_sure = _decimal_of(number)
    mark = own if is_sure or own is None else decimal
    if mark is not None and mark in number and (is_sure or number.count(mark) == 1):
        whole, _, fraction = number.rpartition(mark)
    else:
        whole, fraction = number, ""
    digits = re.sub("[^0-9]", "", whole)
    value = Decimal(f"{digits or 0}.{re.sub('[^0-9]', '', fraction) or 0}")
    return -value if is_negative else value


def _core(text: str) -> str | None:
    """The number in a cell whose other words are currencies; None when it says anything more."""
    if re.search(r"[0-9]\s*\n\s*[0-9]", text):
        return None
    whole = _MARKS.sub("", _SPACE.sub(" ", text))
    bare = re.sub(r"\((?=[^\d]*\))[^)]*\)", lambda found: found[0][1:-1], whole).strip("()*").strip()
    for word in _LETTERS.findall(bare):
        key = fold(word).strip(".")
        if key not in CURRENCIES and key not in _KR and word != ":-":
            return None
    number = _LETTERS.sub("", bare).strip()
    if re.fullmatch(r"[0-9][0-9.,' ]*[0-9] ?[-−]", number):
        number = "-" + number[:-1].strip()
    number = number.rstrip(".,-–/* ").strip()
    number = re.sub(r"\s*([.,])\s*", r"\1", number)
    return number if _NUMBER.fullmatch(number) and _GROUPED.fullmatch(number) else None


def _decimal_of(number: str) -> tuple[DecimalMark | None, bool]:
    """The decimal mark of a written number, and whether the number alone proves it."""
    dots, commas = number.count("."), number.count(",")
    if dots and commas:
        last: DecimalMark = "." if number.rfind(".") > number.rfind(",") else ","
        if number.count(last) > 1 and len(number) - number.rfind(last) == 4:
            return None, True  # 1.234,567,890: thousands throughout
        return last, True
    if not dots and not commas:
        return None, False
    mark: DecimalMark = "." if dots else ","
    if dots + commas > 1:
        return (None if len(number) - number.rfind(mark) == 4 else mark), True
    whole, fraction = number.lstrip("-+−– ").split(mark)
    digits = re.sub("[^0-9]", "", whole)
    if len(fraction.strip()) != 3 or len(digits) > 3 or digits in ("", "0") or " " in whole or "'" in whole:
        return mark, True
    return mark, False


# -- rates ------------------------------------------------------------------------------------------------------------


_SHARE = re.compile(
    r"(?:max\.?|up to|~|ca\.?)?\s*([0-9]{1,3})(?:[.,]([0-9]+))?\s*"
    r"(%|per ?cent|pro[cz]ent\w*|pour cent|por ciento|per cento)?[\s*¹²³)]*"
)


def read_rate(cell: Cell, *, is_fraction: bool) -> Decimal | None:
    """A share in per cent, 0–100. ``is_fraction``: the column writes 0.5 for 50 %. Raises ``ValueError``."""
    if is_empty(cell):
        return None
    text = shown(cell)
    found = _SHARE.fullmatch(text)
    if isinstance(cell, bool | date) or found is None:
        raise ValueError(f"{text!r} is not a share")
    value = Decimal(f"{found[1]}.{found[2] or 0}")
    if is_fraction and not found[3]:
        value *= 100
    if value > 100:
        raise ValueError(f"{text!r} is not a share from 0 to 100")
    return value.normalize() + 0


def rates_are_fractions(cells: Iterable[Cell]) -> bool:
    """Whether a column writes shares as 0–1: no per cent sign, and nothing above 1."""
    values = [shown(cell) for cell in cells if not is_empty(cell)]
    if not values or any("%" in text for text in values):
        return False
    numbers = [float(text.replace(",", ".")) for text in values if re.fullmatch(r"[0-9]+(?:[.,][0-9]+)?", text)]
    return bool(numbers) and max(numbers) <= 1


# -- dates ------------------------------------------------------------------------------------------------------------


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
    text = _MARKS.sub("", _SPACE.sub(" ", str(cell)).strip().strip("*"))
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
