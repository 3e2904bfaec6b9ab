"""Small pure functions from a source's text to canonical values. They refuse (ValueError) and never guess."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser
from typing import Literal

from stdnum import luhn
from stdnum.exceptions import ValidationError

from etl.spec import DatePrecision

DecimalMark = Literal[",", "."]

_ORE = Decimal("0.01")
_LARGEST = Decimal(10) ** 16
_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f'’]+")
_CURRENCY = re.compile(r"^(?:€|EUR|SEK|kr)\s*|\s*(?:€|EUR|SEK|kr(?:onor)?\.?|:-)$", re.IGNORECASE)
_GROUPED_BY_SPACE = re.compile(r"([0-9]{1,3}(?: [0-9]{3})+)(?:([.,])([0-9]+))?")
_GROUPED_BY_MARK = re.compile(r"([0-9]{1,3}(?:([.,])[0-9]{3})(?:\2[0-9]{3})*)(?:(?!\2)([.,])([0-9]+))?")
_SIMPLE = re.compile(r"([0-9]+)(?:([.,])([0-9]+))?")
_EXPONENT = re.compile(r"[0-9]+(?:\.[0-9]+)?[eE]\+?[0-9]{1,2}")
_PERCENT = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]+))?\s*%?")
_ISO = re.compile(r"([0-9]{4})(?:[-/]([0-9]{1,2})(?:[-/]([0-9]{1,2}))?)?")
_DMY = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")
_YEARS = range(1990, 2061)
_UNDECOMPOSED = str.maketrans({"ø": "o", "æ": "ae", "đ": "d", "ł": "l", "þ": "th"})


def money(value: str | int | float | Decimal | None, *, decimal: DecimalMark | None = None) -> Decimal | None:
    """An amount without its currency, exact to the öre; None for an empty cell.

    >>> money("19 126 097"), money("1,234.56"), money("91.100,16 €")
    (Decimal('19126097.00'), Decimal('1234.56'), Decimal('91100.16'))

    More than two decimals are rounded half up. One mark before exactly three digits ("1.234") could be either
    thousands or decimals: it is refused unless ``decimal`` says which mark the source uses. With ``decimal``
    given, the other mark can only separate thousands. Exponents ("1.5E7") are read only with ``decimal="."``.
    Negative, infinite and other amounts that the register could not mean are refused.
    """
    if isinstance(value, bool):
        raise ValueError(f"{value!r} is not an amount")
    if isinstance(value, int | float | Decimal):
        value, decimal = str(value), "."
    if value is None or not value.strip():
        return None
    text = _CURRENCY.sub("", _SPACES.sub(" ", value).strip()).strip()
    amount = _amount(text, value, decimal)
    if amount >= _LARGEST:
        raise ValueError(f"{value!r} is too large to be an amount")
    return amount.quantize(_ORE, rounding=ROUND_HALF_UP)


def _amount(text: str, shown: str, decimal: DecimalMark | None) -> Decimal:
    if decimal == "." and _EXPONENT.fullmatch(text):
        return Decimal(text)
    if found := _GROUPED_BY_SPACE.fullmatch(text):
        whole, mark, fraction = found.groups()
    elif found := _SIMPLE.fullmatch(text):
        whole, mark, fraction = found.groups()
        if mark and len(fraction) == 3 and len(whole) <= 3 and not whole.startswith("0"):
            if decimal is None:
                raise ValueError(f"{shown!r} is ambiguous: say whether {mark!r} marks decimals or thousands")
            if mark != decimal:
                whole, mark, fraction = whole + fraction, None, None
    elif found := _GROUPED_BY_MARK.fullmatch(text):
        whole, group, mark, fraction = found.groups()
        if group == decimal:
            raise ValueError(f"{shown!r} uses {group!r} between thousands")
    else:
        raise ValueError(f"{shown!r} is not an amount")
    if mark and decimal and mark != decimal:
        raise ValueError(f"{shown!r} uses {mark!r} as the decimal mark, not {decimal!r}")
    return Decimal(re.sub("[^0-9]", "", whole) + (f".{fraction}" if fraction else ""))


def percent(text: str | None) -> Decimal | None:
    """A share in per cent, 0-100; None for an empty cell. ``percent("50,00 %")`` is ``Decimal("50.00")``.

    "0.4" is 0.4 per cent: whether a source means a fraction is for its module to know.
    """
    if text is None or not text.strip():
        return None
    found = _PERCENT.fullmatch(_SPACES.sub(" ", text).strip())
    value = Decimal(found[1] + (f".{found[2]}" if found[2] else "")) if found else None
    if value is None or value > 100:
        raise ValueError(f"{text!r} is not a percentage from 0 to 100")
    return value


def dated(text: str | None, *, order: Literal["dmy", "ymd"] = "dmy") -> tuple[date, DatePrecision] | None:
    """The first day of what the text dates, and how exactly it does so; None for an empty cell.

    >>> dated("2016-05"), dated("31/12/2020")
    ((datetime.date(2016, 5, 1), 'month'), (datetime.date(2020, 12, 31), 'day'))

    Year-first dates and ISO date-times are always read; day-first ones only with ``order="dmy"``. Years
    outside 1990-2060, two-digit years and days that do not exist are refused.
    """
    if text is None or not (text := text.strip()):
        return None
    precision: DatePrecision = "day"
    if found := _ISO.fullmatch(text):
        year, month, day = (int(part) if part else None for part in found.groups())
        precision = "day" if day else "month" if month else "year"
        moment = _day(text, year or 0, month if month is not None else 1, day if day is not None else 1)
    elif order == "dmy" and (found := _DMY.fullmatch(text)):
        moment = _day(text, int(found[4]), int(found[3]), int(found[1]))
    elif re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]", text):
        moment = datetime.fromisoformat(text).date()
    else:
        raise ValueError(f"{text!r} is not a date in the order {order}")
    if moment.year not in _YEARS:
        raise ValueError(f"{text!r}: the year cannot be right")
    return moment, precision


def _day(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a day that exists") from error


def lookup(entries: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    """A mapping for :func:`lan_code` and :func:`kommun_code` from (code, its names and other codes) pairs.

    >>> lookup([("01", ["SE-AB", "SE110", "0001", "Stockholms län"])])["seab"]
    '01'

    Letters keep their dots and rings: Habo and Håbo are two kommuner. Raises ``ValueError`` when one spelling
    stands for two codes.
    """
    codes: dict[str, str] = {}
    for code, variants in entries:
        for variant in (code, *variants):
            key = _key(variant)
            if key and codes.setdefault(key, code) != code:
                raise ValueError(f"{variant!r} stands for both {codes[key]} and {code}")
    return codes


def lan_code(text: str | None, codes: Mapping[str, str]) -> str | None:
    """The two-digit län code for any spelling in ``codes`` (see :func:`lookup`), or None."""
    key = _key(text or "")
    short = key.removesuffix("län")
    return codes.get(key) or codes.get(short) or codes.get(short.removesuffix("s"))


def kommun_code(text: str | None, codes: Mapping[str, str]) -> str | None:
    """The four-digit kommun code for a name or code, or None.

    "Uppsala", "UPPSALA KOMMUN", "Göteborgs stad", "Region Gotland" and "Falu kommun" are all found.
    """
    key = _key(text or "")
    short = re.sub(r"(?:kommun|stad)$|^(?:region|kommunen)", "", key)
    for candidate in (key, short, short.removesuffix("s"), f"{short}n"):
        if candidate and candidate in codes:
            return codes[candidate]
    return None


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFC", text).casefold())


def orgnr(text: str | None) -> str | None:
    """A Swedish organisation number as ten digits with a right check digit, or None.

    >>> orgnr("16212000-3005"), orgnr("2120003006")
    ('2120003005', None)
    """
    digits = re.sub(r"[\s\u00a0.+-]", "", text or "")
    if not re.fullmatch(r"(?:16|19|20)?[0-9]{10}", digits):
        return None
    try:
        return str(luhn.validate(digits[-10:]))
    except ValidationError:
        return None


def is_personal_orgnr(number: str) -> bool:
    """Whether ten digits are a person's number (a sole trader's), samordningsnummer included.

    An organisation's third digit is at least 2, which no month begins with.
    """
    if not re.fullmatch(r"[0-9]{10}", number):
        return False
    month, day = int(number[2:4]), int(number[4:6])
    try:
        date(2000, month, day - 60 if day > 60 else day)  # a leap year, so that 29 February passes
    except ValueError:
        return False
    return True


def fold(text: str) -> str:
    """Text for matching, without capitals, diacritics and extra spaces: "malmo stad" for " Malmö  STAD"."""
    if text.isascii():
        return " ".join(text.casefold().split())
    bare = unicodedata.normalize("NFKD", text.casefold().translate(_UNDECOMPOSED))
    return " ".join("".join(sign for sign in bare if not unicodedata.combining(sign)).casefold().split())


def plain(text: str | None) -> str:
    """Text without tags, with entities decoded and white space collapsed. It is not safe as HTML: escape it.

    >>> plain("<p>Färre än&nbsp;<b>5</b></p><p>a &amp; b</p>")
    'Färre än 5 a & b'
    """
    parser = _Text()
    parser.feed(text or "")
    parser.close()
    return " ".join("".join(parser.parts).split())


class _Text(HTMLParser):
    _INLINE = frozenset({"a", "b", "em", "font", "i", "small", "span", "strong", "sub", "sup", "u"})
    _SILENT = frozenset({"script", "style"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._silent = tag in self._SILENT
        self._space(tag)

    def handle_endtag(self, tag: str) -> None:
        self._silent = False
        self._space(tag)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)

    def _space(self, tag: str) -> None:
        if tag not in self._INLINE:
            self.parts.append(" ")
