"""How a column writes its amounts, dates and rates: found from all its cells, then each cell read exactly."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from etl.normalise import DecimalMark, fold
from etl.sheets import Cell

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
SPACE = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_NUMBER = re.compile(r"[-+−–]?[0-9][0-9 .,'’´`]*")
_GROUPED = re.compile(r"[-+−–]? ?(?:[0-9]+|[0-9]{1,3}(?:[ .,'’´`][0-9]{3})+)(?:[.,][0-9]+)?")
"""Digits in groups of three, and a fraction: what "17.01.2015" and two numbers in one cell are not."""
MARKS = re.compile(r"[\s*¹²³⁴]+\)?$")
_LETTERS = re.compile(r"[^\W\d_]+\.?|[€£$]|:-")
_KR = {"kr", "skr", "dkr", "nkr", "kc", "zl", "sek"}
_LARGEST = Decimal(10) ** 15
_ORE = Decimal("0.01")


def is_empty(cell: Cell) -> bool:
    """Whether a cell says nothing: blank, a dash, "n/a", or a spreadsheet's error value."""
    return cell is None or (isinstance(cell, str) and (not cell or cell.isspace() or _says_nothing(cell)))


def _says_nothing(cell: str) -> bool:
    return len(cell) < 40 and cell.strip().casefold() in _EMPTY


def shown(cell: Cell) -> str:
    """A cell as text, on one line."""
    return "" if cell is None else SPACE.sub(" ", str(cell)).strip()


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
    whole = MARKS.sub("", SPACE.sub(" ", text))
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
