"""What must not reach the warehouse: personal identity numbers, contact details, sole traders' names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, MutableMapping, Sequence
from datetime import date
from typing import Any

from stdnum import luhn

from etl.normalise import is_personal_orgnr, orgnr
from etl.spec import Row, SourceError

REMOVED = "[borttaget]"
SOLE_TRADER = "Enskild näringsidkare"

_SHOWN_ROWS = 20
_PERSONNUMMER = re.compile(
    r"""(?<![\w/.-])(?P<century>1[89]|20)?(?P<day>[0-9]{6})(?P<mark>[-+])?(?P<tail>[0-9]{4})(?![\w/]|[-.]\w)""",
    re.VERBOSE,
)
_SIX = re.compile(r"[0-9]{6}")
"""What every personnummer has; most texts do not, and are done with at once."""
_ALONE = re.compile(r"[\s,;:()\[\]\"'.]?")
_EMAIL = re.compile(r"(?:mailto:)?(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_GAP = r"[ \u00a0\u202f]"
_GROUPS = rf"(?=(?:[0-9]{_GAP}?){{5,9}}(?![0-9]))[0-9]{{2,3}}(?:{_GAP}[0-9]{{2,3}}){{1,3}}"
_SUBSCRIBER = rf"(?:[0-9]{{5,8}}|{_GROUPS})"
_AREA = r"(?:08|0[1-9][0-9]{1,2})"
_PHONE = re.compile(
    rf"(?<![\w+])(?:\+46|0046)[- \u00a0]*(?:\(0\)[- \u00a0]*)?[1-9](?:[- \u00a0]?[0-9]){{6,9}}(?![0-9])"
    rf"|(?<![\w/.,:+=&?#-])(?:"
    rf"(?:{_AREA}{_GAP}?[-‐‑–]{_GAP}?|\({_AREA}\){_GAP}?)(?![0-9]{{4}}-){_SUBSCRIBER}"
    rf"|0[1-9][0-9]{{7,8}}"
    rf"|(?<![0-9]{_GAP}){_AREA}{_GAP}{_SUBSCRIBER}"
    rf")(?![\w/]|[-.,:][0-9])"
)
_URL = re.compile(r"((?:https?://|www\.)\S+)")


def has_personnummer(text: str) -> bool:
    """Whether a text holds something shaped like a personnummer: a day that exists, a check digit.

    Samordningsnummer too. Ten digits in a row count only when they stand alone; with "-" or "+", or with the
    century, anywhere.
    """
    return bool(_SIX.search(text)) and any(_is_personal(found, text) for found in _PERSONNUMMER.finditer(text))


def _is_personal(found: re.Match[str], text: str) -> bool:
    before, after = text[: found.start()][-1:], text[found.end() :][:1]
    if not (found["mark"] or found["century"]) and not (_ALONE.fullmatch(before) and _ALONE.fullmatch(after)):
        return False
    number = found["day"] + found["tail"]
    return is_personal_orgnr(number) and luhn.is_valid(number) and _is_past(found["century"], number)


def _is_past(century: str | None, number: str) -> bool:
    if not century:
        return True
    day = int(number[4:6])
    try:
        born = date(int(century + number[:2]), int(number[2:4]), day - 60 if day > 60 else day)
    except ValueError:
        return False
    return born <= date.today()


def refuse_personnummer(file_name: str, rows: Iterable[Row], *, exempt: Collection[str] = ()) -> None:
    """Raise :class:`SourceError` when any cell outside the ``exempt`` columns holds a personnummer.

    ``exempt``: columns declared to hold identifiers or amounts. The message gives rows, not numbers.
    """
    refuse_rows(file_name, [row.row_no for row in rows if row_has_personnummer(row, exempt)])


def refuse_rows(file_name: str, guilty: Sequence[int]) -> None:
    """Raise :class:`SourceError` for a file whose ``guilty`` rows hold a personnummer; none, no error."""
    if not guilty:
        return
    shown = ", ".join(map(str, guilty[:_SHOWN_ROWS]))
    more = f" and {len(guilty) - _SHOWN_ROWS} more" if len(guilty) > _SHOWN_ROWS else ""
    raise SourceError(
        f"{file_name}: refused, because row {shown}{more} holds something shaped like a personnummer. "
        "Nothing was stored. Remove personal identity numbers from the file and load it again.",
        "personnummer",
    )


def row_has_personnummer(row: Row, exempt: Collection[str] = ()) -> bool:
    """Whether one row does: the test behind :func:`refuse_personnummer`, for a reader that streams."""
    cells = (cell for column, cell in row.raw.items() if column not in exempt)
    return any(has_personnummer(text) for cell in cells for text in _texts(cell))


def _texts(cell: Any) -> Iterator[str]:
    if isinstance(cell, str):
        yield cell
    elif isinstance(cell, int) and not isinstance(cell, bool):
        yield str(cell)
    elif isinstance(cell, dict):
        for value in cell.values():
            yield from _texts(value)
    elif isinstance(cell, list | tuple):
        for value in cell:
            yield from _texts(value)


def redact(text: str) -> str:
    """Free text with e-mail addresses and Swedish telephone numbers replaced by "[borttaget]".

    Case numbers, amounts, years, dates, ranges of dates and web addresses are left as they are.
    """
    if "@" in text:
        text = _EMAIL.sub(REMOVED, text)
    if "0" not in text and "+46" not in text:  # every telephone number begins with one of them
        return text
    parts = _URL.split(text)
    return "".join(part if index % 2 else _PHONE.sub(REMOVED, part) for index, part in enumerate(parts))


def mask_sole_trader(raw: MutableMapping[str, Any], id_column: str, *name_columns: str) -> bool:
    """Take a sole trader's name and number out of a raw record, before anything is stored.

    A sole trader's organisation number is the person's personnummer. True if the record was one.
    """
    number = orgnr(str(raw.get(id_column) or ""))
    if number is None or not is_personal_orgnr(number):
        return False
    raw[id_column] = ""
    for column in name_columns:
        raw[column] = SOLE_TRADER
    return True
