"""A reading's records as canonical operations: dates, amounts, rate, place and theme, every doubt kept as a warning."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from etl.importer.dates import (
    date_order,
    read_date,
    read_period,
)
from etl.importer.mapping import (
    AMOUNTS,
    bare,
    says,
)
from etl.importer.money import (
    currency_in,
    currency_of_language,
    currency_of_place,
    factor,
)
from etl.importer.plan import Chosen
from etl.importer.reading import (
    Reading,
    read,
)
from etl.importer.records import records
from etl.importer.values import (
    CURRENCIES,
    AmountForm,
    amount_form,
    is_empty,
    rates_are_fractions,
    read_amount,
    read_rate,
    shown,
)
from etl.normalise import fold, is_personal_orgnr, orgnr, plain
from etl.privacy import SOLE_TRADER, has_personnummer
from etl.sheets import Cell
from etl.spec import Funding, Location, Operation, Party, Records, Reject, Row, Source, Theme

T = TypeVar("T")

_PERIOD = re.compile(r"(2000|2007|2014|2021)\s*[-–_/]\s*(?:20)?(06|13|20|27)(?!\d)")
_LABELS = {"total_eligible_cost": "total", "eu_contribution": "eu", "granted_support": "granted"}
_TITLE_LENGTH = 600
_MONEY = {"amount", "cost", "value", "grant"}


@dataclass
class Importer:
    """Reads one file as the operations of one portfolio; an ``OperationSource``.

    ``slug`` begins the ids of its operations; ``place``: a text -> (län code, kommun code), used for Swedish lists.
    """

    SOURCE: Source
    path: Path
    chosen: Chosen = field(default_factory=Chosen)
    slug: str = "list"
    place: Callable[[str], tuple[str | None, str | None]] = lambda _: (None, None)

    def __post_init__(self) -> None:
        self.reading: Reading = read(self.path, self.chosen)
        r = self.reading
        self.currency, self.currency_basis = self._currency()
        self.forms = {target: self._form(target) for target in AMOUNTS if target in r.guesses}
        both = [*r.cells("start_date"), *r.cells("end_date")]
        self.order = self.chosen.date_order or date_order(both)
        self.fractions = rates_are_fractions(r.cells("cofinancing_rate"))
        self.period = self._programming_period()
        self._ids = Counter(shown(cell) for cell in r.cells("local_id"))
        self._is_coded = {name for name in r.names if _is_code_column(r, name, is_swedish=self.is_swedish)}
        self._seen: Counter[str] = Counter()

    @property
    def is_swedish(self) -> bool:
        """Whether its places may be Swedish: the list counts in kronor, or names Sweden as the country."""
        named = Counter(fold(shown(cell)) for cell in self.reading.cells("country")).most_common(1)
        return self.currency == "SEK" or bool(named and named[0][0] in ("sverige", "sweden", "se"))

    @property
    def amount_field(self) -> str | None:
        """The field of the main amount."""
        return next((target for target in AMOUNTS if target in self.reading.guesses), None)

    def records(self, path: Path) -> Records:  # noqa: ARG002 (the file was read when it was given)
        """Every record, with cells as text; ``rows_read`` is their number, further rows counted."""
        table = self.reading.parts[0].table
        return Records(self._rows(), table.encoding, table.delimiter)

    def _rows(self) -> Iterator[Row]:
        for row in records(self.reading):
            yield _texts(row)

    # -- one record ----------------------------------------------------------------------------------------------------

    def operation(self, row: Row) -> Operation:
        """The canonical operation of a record; raises :class:`Reject` where it has neither title nor summary."""
        cells = {target: row.raw.get(guess.column.name) for target, guess in self.reading.guesses.items()}
        op = Operation(local_id="", title_sv="", registry=self.SOURCE.id)
        text = {target: plain(shown(cell)) if not is_empty(cell) else "" for target, cell in cells.items()}
        for part in row.parts:
            self._add(text, part, follows=part.row_no > row.row_no)
        op.title_sv = (text.get("title") or self._other_title(op, text))[:_TITLE_LENGTH]
        op.local_id = self._local_id(op, text, row.row_no)
        op.diarienummer = text.get("local_id") or None
        op.summary_sv = text.get("summary", "")
        op.programming_period = self.period
        op.fund_code = text.get("fund") or None
        op.is_social_innovation = None
        self._dates(op, cells)
        self._money(op, cells)
        self._party(op, text)
        self._places(op, text)
        theme = text.get("theme", "")
        if theme:
            op.themes.append(_theme(theme))
        return op

    def _add(self, text: dict[str, str], part: Row, *, follows: bool) -> None:
        """A further row's words go on from the operation's own; a place is one more place. Headings add nothing."""
        if not follows:
            return
        for target in ("title", "beneficiary", "summary", "theme", "location"):
            guess = self.reading.guesses.get(target)
            cell = part.raw.get(guess.column.name) if guess else None
            more = plain(shown(cell)) if not is_empty(cell) else ""
            if more:
                mark = "; " if target == "location" else " "
                text[target] = f"{text[target]}{mark}{more}" if text.get(target) else more

    def _other_title(self, op: Operation, text: dict[str, str]) -> str:
        """What stands in for a title: the summary, the list's own number, or whom the money went to."""
        for target in ("summary", "local_id", "beneficiary"):
            if text.get(target):
                column = self.reading.mapping.get("title", "*")
                op.warn(column, "title_missing", "", f"No title; the operation is called by its {target}.")
                return text[target][:200]
        raise Reject(
            self.reading.mapping.get("title", "*"), "missing_title", "",
            "Neither title, summary, number nor beneficiary is filled in.",
        )  # fmt: skip

    def _local_id(self, op: Operation, text: dict[str, str], row_no: int) -> str:
        """The list's own number when it is one operation's alone, else made one by the row."""
        own = text.get("local_id", "")
        key = re.sub(r"[^\w.+@-]+", "_", own).strip("_")[-36:] if len(own) <= 90 else ""
        if not key:
            return f"{self.slug}.row-{row_no}"
        self._seen[key] += 1
        if self._seen[key] > 1:
            op.warn(self.reading.mapping["local_id"], "repeated_id", own, "The number stands in an earlier record too.")
            return f"{self.slug}.{key}@{row_no}"
        return f"{self.slug}.{key}"

    def _dates(self, op: Operation, cells: dict[str, Any]) -> None:
        found: dict[str, Any] = {}
        for target in ("start_date", "end_date"):
            guess = self.reading.guesses.get(target)
            if guess is None:
                continue
            cell = cells[target]
            halves = read_period(cell, self.order)
            if halves:
                cell = halves[0 if target == "start_date" else 1]
            take = partial(read_date, order=self.order, ends=target == "end_date")
            found[target] = self._kept(op, target, cell, take, "bad_date")
        op.start_date, op.start_precision = found.get("start_date") or (None, None)
        op.end_date, op.end_precision = found.get("end_date") or (None, None)
        if op.start_date and op.end_date and op.end_date < op.start_date and op.end_precision != "year":
            op.warn(self.reading.mapping["end_date"], "ends_before_start", op.end_date.isoformat(),
                    "The end is before the start, and is left out.")  # fmt: skip
            op.end_date = op.end_precision = None

    def _money(self, op: Operation, cells: dict[str, Any]) -> None:
        currency = self._own_currency(cells)
        for target, form in self.forms.items():
            name = self.reading.mapping[target]
            amount = self._kept(op, target, cells[target], partial(read_amount, form=form), "bad_amount")
            if amount is not None and amount < 0:
                op.warn(name, "negative_amount", shown(cells[target]), "The amount is below zero, and is left out.")
                amount = None
            if amount is not None:
                op.funding.append(Funding(target, amount, currency, name, is_rounded=form.factor > 1))  # type: ignore[arg-type]
        if "cofinancing_rate" in self.reading.guesses:
            self._kept(op, "cofinancing_rate", cells["cofinancing_rate"],
                       lambda c: read_rate(c, is_fraction=self.fractions), "bad_rate")  # fmt: skip

    def _own_currency(self, cells: dict[str, Any]) -> str:
        written = shown(cells.get("currency"))
        return CURRENCIES.get(fold(written)) or currency_in(written) or self.currency

    def _party(self, op: Operation, text: dict[str, str]) -> None:
        name = text.get("beneficiary", "")
        if name and not re.search(r"[^\W\d_]", name):
            op.warn(self.reading.mapping["beneficiary"], "bad_name", name, "Not a name; the beneficiary is left out.")
            name = ""
        if not name:
            return
        number = orgnr(text.get("orgnr"))
        if number and is_personal_orgnr(number):
            name, number = SOLE_TRADER, None
        op.parties.append(Party(name[:300], "beneficiary", number, country=None))

    def _places(self, op: Operation, text: dict[str, str]) -> None:
        found: list[tuple[str, str | None]] = []
        if text.get("location") and self.is_swedish:
            if re.search(r"hela (?:landet|sverige)|nationell|^(?:riket|sverige)$", fold(text["location"])):
                op.locations = [Location("national")]
                return
            for one in re.split(r"\s*[;|\n]\s*|\s*,\s+", text["location"]):
                lan, kommun = self.place(one)
                if lan and (lan, kommun) not in found:
                    found.append((lan, kommun))
        op.locations = [Location("operation", lan, kommun) for lan, kommun in found] or [Location("unknown")]

    def _kept(self, op: Operation, target: str, cell: Cell, take: Callable[[Cell], T | None], rule: str) -> T | None:
        try:
            return take(cell)
        except ValueError as error:
            op.warn(self.reading.mapping[target], rule, shown(cell)[:200], f"{error}; the cell is left out.")
            return None

    # -- what holds for the whole file ---------------------------------------------------------------------------------

    def _form(self, target: str) -> AmountForm:
        name = self.reading.mapping[target]
        cells = self.reading.cells(target)
        said = factor(name)
        if said == 1:
            above = [
                note for note in self.reading.above if len(note) < 160 and (currency_in(note) or says(note) & _MONEY)
            ]
            said = max(map(factor, above), default=1)
        form = amount_form(cells, said)
        if self.chosen.decimal:
            form = AmountForm(self.chosen.decimal, form.factor)
        return form

    def _currency(self) -> tuple[str, str]:
        """The file's currency and what says so: the user, a column, the cells, a header, the notes or the language."""
        r = self.reading
        if self.chosen.currency:
            return self.chosen.currency, "chosen"
        written = Counter(code for cell in r.cells("currency") if (code := CURRENCIES.get(fold(shown(cell)))))
        if written:
            return written.most_common(1)[0][0], "column"
        money = [target for target in AMOUNTS if target in r.guesses]
        signs = Counter(
            code for target in money for cell in r.cells(target)[:2000] if isinstance(cell, str)
            and (code := currency_in(cell))
        )  # fmt: skip
        if signs:
            return signs.most_common(1)[0][0], "cells"
        for name in [r.mapping[target] for target in money] + list(r.names):
            if code := currency_in(name):
                return code, "header"
        notes = re.sub(r"\b(?:19|20)\d\d\b", "", r.notes)
        if code := currency_in(notes):
            return code, "notes"
        named = {word for name in r.names for word in bare(name).split()}
        if "interreg" in fold(" ".join((notes, *r.names))) or {"acronym", "partner"} <= named:
            return "EUR", "language"
        if code := self._country_currency():
            return code, "country"
        year = Counter(found[1] for cell in r.cells("start_date")[:500] if (found := _YEAR.search(shown(cell))))
        newest = int(year.most_common(1)[0][0]) if year else None
        if code := currency_of_language(r.names, newest):
            return code, "language"
        return "EUR", "assumed"

    def _country_currency(self) -> str | None:
        """The currency of the country that the list's own cells name, by name, NUTS code or postcode."""
        named: Counter[str] = Counter()
        r = self.reading
        for column in r.columns:
            if column.says & {"country", "region", "location", "postcode"} or column.name == r.mapping.get("location"):
                cells = r.column(column.index)[:500]
                named.update(code for cell in cells if isinstance(cell, str) and (code := currency_of_place(cell)))
        return named.most_common(1)[0][0] if named and named.total() >= 0.3 * min(500, len(r.column(0))) else None

    def _programming_period(self) -> str | None:
        found = {f"{a}-20{b}" for a, b in _PERIOD.findall(self.reading.notes)}
        return found.pop() if len(found) == 1 else None

    def personal_columns(self) -> tuple[str, ...]:
        """Columns with contact details: never stored."""
        return tuple(
            c.name for c in self.reading.columns
            if c.says & {"contact", "mail"} and c.name not in self.reading.mapping.values()
        )  # fmt: skip

    def coded_columns(self) -> tuple[str, ...]:
        """Columns of codes and amounts, where a number shaped like a personnummer is chance."""
        return tuple(self._is_coded)


_YEAR = re.compile(r"\b(19[89]\d|20[0-5]\d)\b")


def _theme(text: str) -> Theme:
    code = re.match(r"\W*(\d{2,3}[a-z]?)(?:\b|[.:])", text)
    if code:
        return Theme("intervention_field", code[1].zfill(3), text[:300])
    return Theme("theme", re.sub(r"[^\w]+", "-", fold(text))[:60].strip("-") or "x", text[:300])


def _texts(row: Row) -> Row:
    """The same record as JSON holds it: dates in ISO form, numbers as they are, marks of sheet and line as text."""
    raw: dict[str, Any] = {}
    for name, cell in row.raw.items():
        raw[name] = cell.isoformat() if isinstance(cell, date | datetime) else cell
    return Row(row.row_no, raw, row.fault, tuple(_texts(part) for part in row.parts))


def _is_code_column(reading: Reading, name: str, *, is_swedish: bool) -> bool:
    """Whether a column's long numbers are codes: many, and few of them shaped like a personnummer.

    One in about 150 numbers of ten digits has a date and a check digit that fit; in a column of personnummer all do.
    In a list from abroad ten bare digits are a telephone, tax or case number unless most of them fit.
    """
    index = reading.names.index(name)
    column = next((c for c in reading.columns if c.index == index), None)
    if column is None:
        return False
    texts = [
        shown(row[index]) for part in reading.parts for row in part.table.rows[part.header.last + 1 :]
        if index < len(row) and not is_empty(row[index])
    ]  # fmt: skip
    numbers = [text for text in texts if re.search(r"\d{6}[-+]?\d{4}", text)]
    if not numbers:
        return False
    shaped = [text for text in numbers if has_personnummer(text)]
    if not is_swedish and not any(_MARKED.search(text) for text in shaped):
        return len(shaped) <= max(1, 0.5 * len(numbers))
    return len(numbers) >= 10 and len(shaped) <= 0.1 * len(numbers)


_MARKED = re.compile(r"\d{6}[-+]\d{4}|(?:19|20)\d{10}")
