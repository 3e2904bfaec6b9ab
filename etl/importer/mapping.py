"""Which column is what: from its name in any language of the Union, and from what its cells hold."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from etl.importer.dates import (
    date_order,
    read_date,
    read_period,
)
from etl.importer.signs import SIGNS
from etl.importer.values import (
    CURRENCIES,
    AmountForm,
    amount_form,
    is_empty,
    read_amount,
    shown,
)
from etl.normalise import fold, orgnr
from etl.sheets import Cell

FIELDS = (
    "title", "beneficiary", "start_date", "end_date", "total_eligible_cost", "eu_contribution", "granted_support",
    "cofinancing_rate", "currency", "location", "theme", "summary", "local_id",
)  # fmt: skip
AMOUNTS = ("total_eligible_cost", "granted_support", "eu_contribution")
"""The amounts, the main one first."""

EXTRA = ("fund", "country", "orgnr")
"""Columns that are used when they are there, and not asked for."""

_SAMPLE = 1_500
_LEAST = 0.3


@dataclass(frozen=True)
class Column:
    """A column as the mapping sees it: its name, concepts in that name, and shares of its filled cells by kind."""

    index: int
    name: str
    spoken: str
    says: frozenset[str]
    filled: int
    dates: float
    years: float
    amounts: float
    rates: float
    words: float
    distinct: float
    length: float
    codes: float
    currencies: float
    periods: float
    orgnrs: float
    is_counter: bool
    typical: float


@dataclass(frozen=True)
class Guess:
    """A proposal for a field: the column, and how sure it is, 0–1."""

    column: Column
    confidence: float


@cache
def _stems() -> dict[str, re.Pattern[str]]:
    with (Path(__file__).parent / "words.toml").open("rb") as handle:
        concepts = tomllib.load(handle)
    return {concept: re.compile("|".join(map(_stem, stems))) for concept, stems in concepts.items()}


def _stem(stem: str) -> str:
    begins, ends = stem.startswith(("=", "^")), stem.startswith("=") or stem.endswith("$")
    text = re.escape(fold(stem.lstrip("=^").rstrip("$")))
    return (r"(?<!\w)" if begins else "") + text + (r"(?!\w)" if ends else "")


def bare(name: str) -> str:
    """A column's name for matching: folded, signs as spaces, "StartDatum" and "start_datum" as two words."""
    split = re.sub(r"(?<=[a-zà-ÿ])(?=[A-Z])", " ", name.replace("\u00ad", ""))
    joined = re.sub(r"(?<=[a-zà-ž]{3})-\s*(?=[a-zà-ž])", "", split)
    return " ".join(re.sub(r"[^\w%€£$]+|_", " ", fold(joined)).split())


@cache
def says(name: str) -> frozenset[str]:
    """The concepts that a column's name holds."""
    text = bare(name).replace("programme language", "language")
    found = _spoken(text)
    part = _stems()["portion"].search(text)
    if part and (own := _spoken(text[part.end() :])) & _MONEY:
        found = own | (found & _STAYS)
    if re.search(r"(?:^|\s)(?:no|n)$|^n[or]? ", text) and len(text.split()) <= 4:
        found.add("id")
    if "ineligible" in found:
        found.discard("eligible")
    if "upraviceni strosk" in text or "upravicenih strosk" in text:
        found.discard("beneficiary")
    return frozenset(found)


def _spoken(text: str) -> set[str]:
    return {concept for concept, pattern in _stems().items() if pattern.search(text)}


_MONEY = {"amount", "cost", "value", "grant", "eu", "national", "public", "private", "eligible"}
_STAYS = {"paid", "requested", "ineligible", "own", "private", "currency"}
"""What holds for a part as for the whole: "Paid, of which EU" is paid too; "Costs, of which EU" is no cost."""


def name_score(name: str, target: str) -> float:
    """How clearly a column's name alone says a field, 0–1."""
    concepts = says(name)
    best = 0.0
    for sign in SIGNS[target]:
        if sign.score > best and set(sign.all) <= concepts and not concepts & set(sign.none):
            best = sign.score
    if target == "eu_contribution" and best < 0.7 and re.match(r"(?:erdf|esf|feder|fse|efre|efro|eu)\b", bare(name)):
        best = 0.0 if concepts & {"national", "paid", "own", "fund"} or "cofinancing" in concepts else 0.7
    if target in ("title", "beneficiary") and "short" in concepts:
        best *= 0.8
    words = len(bare(name).split())
    return best - (0.04 if words > 14 else 0.0)


def describe(index: int, name: str, words: str, cells: Sequence[Cell]) -> Column:
    """What a column's cells look like, from its first 1,500 filled ones; ``words``: its name with translations."""
    filled = [cell for cell in cells if not is_empty(cell)][:_SAMPLE]
    texts = [shown(cell) for cell in filled]
    order, form = date_order(filled), amount_form(filled)
    n = max(1, len(filled))

    def share(test: Callable[[Cell], object]) -> float:
        return sum(bool(_quietly(test, cell)) for cell in filled) / n

    years = share(lambda cell: re.fullmatch(r"(19[89]|20[0-5])\d", shown(cell)))
    return Column(
        index=index,
        name=name,
        spoken=words,
        says=says(words),
        filled=len(filled),
        dates=share(lambda cell: not isinstance(cell, int | float) and read_date(cell, order))
        or share(
            lambda cell: (
                isinstance(cell, int | float) and (36_000 <= cell < 58_800 or cell > 19_850_000) and read_date(cell)
            )
        ),
        years=years,
        amounts=share(lambda cell: read_amount(cell, form) is not None),
        rates=share(_is_rate),
        words=share(lambda cell: isinstance(cell, str) and len(re.findall(r"[^\W\d_]", cell)) >= 3),
        distinct=len(set(texts)) / n,
        length=sum(map(len, texts)) / n,
        codes=share(lambda cell: re.fullmatch(r"(?=.*\d)[\w./+ -]{2,40}", shown(cell))),
        currencies=share(lambda cell: len(str(cell)) < 20 and fold(shown(cell)) in CURRENCIES),
        is_counter=_counts(texts),
        orgnrs=share(lambda cell: orgnr(shown(cell))),
        periods=share(lambda cell: read_period(cell, order)),
        typical=_typical(filled, form),
    )


def _typical(cells: Sequence[Cell], form: AmountForm) -> float:
    """The middle one of the amounts that the cells hold; 0 where they hold none."""
    sizes = []
    for cell in cells:
        try:
            sizes.append(read_amount(cell, form) or 0)
        except ValueError:
            continue
    return float(sorted(sizes)[len(sizes) // 2]) if sizes else 0.0


def _counts(texts: Sequence[str]) -> bool:
    """Whether the cells number the rows: 1, 2, 3 …"""
    wanted = [str(n) for n in range(1, len(texts) + 1)]
    return len(texts) > 3 and [text.rstrip(".") for text in texts] == wanted


def _quietly(test: Callable[[Cell], object], cell: Cell) -> object:
    try:
        return test(cell)
    except ValueError:
        return None


def _is_rate(cell: Cell) -> bool:
    text = shown(cell).replace(",", ".").rstrip("%*¹²³) ").strip()
    return bool(re.fullmatch(r"\d{1,3}(\.\d+)?", text)) and float(text) <= 100


def fits(column: Column, target: str) -> float:
    """How well a column's cells fit a field, 0 (cannot be) to 1. An empty column neither fits nor contradicts."""
    c = column
    if not c.filled:
        return 0.25
    if target in ("start_date", "end_date"):
        return max(c.dates if c.dates >= 0.5 else 0.0, c.periods, 0.75 * c.years if c.years > 0.6 else 0.0)
    if target in AMOUNTS:
        are_shares = c.rates > 0.98 and ("%" in c.name or (c.filled >= 20 and 2 / c.filled <= c.distinct < 0.5))
        if c.amounts < 0.5 or c.years > 0.9 or are_shares:
            return 0.0
        return c.amounts * (0.6 if c.years > 0.5 else 1.0)
    if target == "cofinancing_rate":
        return c.rates if c.rates >= 0.6 else 0.1 if c.amounts < 0.5 else 0.0
    if target == "currency":
        return c.currencies
    if target in ("title", "beneficiary"):
        if c.words < 0.5 or c.dates > 0.5:
            return 0.0 if c.words < 0.3 else 0.4
        return 1.0 if c.distinct > 0.02 or c.filled < 20 else 0.5
    if target == "summary":
        return 0.0 if c.words < 0.4 else 1.0
    if target == "local_id":
        if c.dates > 0.6 or c.periods > 0.5 or c.is_counter:
            return 0.0
        return (0.4 + 0.6 * c.distinct if c.distinct > 0.4 else 0.1) * (0.3 if c.length > 60 else 1.0)
    if target in ("location", "theme") and (c.periods > 0.5 or (c.amounts > 0.9 and c.words < 0.1 and c.length > 5)):
        return 0.05
    if target in ("fund", "country") and c.amounts > 0.9 and c.length > 4:
        return 0.0
    if target in ("location", "theme", "fund", "country"):
        return 0.2 if c.dates > 0.5 else 1.0 if target != "country" or c.words > 0.4 or c.length < 8 else 0.2
    return c.orgnrs if target == "orgnr" else 1.0


def fits_one(cell: Cell, kind: str) -> float:
    """How well one cell fits a column of a kind: date, amount, category or words; 1, 0.6 (blank or unsure) or 0."""
    if is_empty(cell):
        return 0.6 if kind != "words" else 0.2
    text = shown(cell)
    if kind == "date":
        return float(bool(_quietly(read_date, cell)) and not re.fullmatch(r"\d{1,6}", text))
    if kind == "amount":
        return float(bool(re.fullmatch(r"[-\d.,\s% €£$]*\d[-\d.,\s% €£$]*", text)) and not text.startswith(","))
    has_words = len(re.findall(r"[^\W\d_]", text)) >= 3
    return (1.0 if has_words else 0.0) if kind == "words" else (0.8 if has_words else 0.0)


def propose(columns: Sequence[Column]) -> dict[str, Guess]:
    """Field -> column, each column for one field, except that a period column gives both dates."""
    scores = sorted(
        (
            (_score(column, target), column.typical if target == AMOUNTS[0] else 0.0, -column.index, target, column)
            for target in SIGNS
            for column in columns
        ),
        key=lambda item: item[:3],
        reverse=True,
    )
    found: dict[str, Guess] = {}
    taken: dict[int, str] = {}
    for score, _, _, target, column in scores:
        if score < _LEAST or target in found:
            continue
        holder = taken.get(column.index)
        is_both_dates = column.periods > 0.5 and {holder, target} == {"start_date", "end_date"}
        if holder is None or is_both_dates:
            found[target] = Guess(column, round(min(score, 1.0), 2))
            taken[column.index] = target
    granted = found.get("granted_support")
    if granted and "paid" in granted.column.says and found.keys() & {"total_eligible_cost", "eu_contribution"}:
        del found["granted_support"]
    owner = found.get("beneficiary")
    if "title" not in found and owner and {"project", "name"} <= owner.column.says:
        found["title"] = Guess(owner.column, round(0.5 * owner.confidence, 2))
    _from_values(columns, found, taken)
    return found


def _score(column: Column, target: str) -> float:
    named = name_score(column.spoken, target)
    if not named:
        return 0.0
    value = fits(column, target)
    if not column.filled and named < 0.85:
        return 0.0
    if "english" in column.says:
        named *= 0.97
    return named * (0.35 + 0.65 * value) if value else 0.0


def _from_values(columns: Sequence[Column], found: dict[str, Guess], taken: dict[int, str]) -> None:
    """What no name says, where the cells leave little doubt: the text columns of a list that has neither."""
    free = [c for c in columns if c.index not in taken and c.filled and not c.says & _SPOKEN_FOR]
    texts = [c for c in free if c.words > 0.8 and c.dates < 0.2 and c.length > 6 and c.distinct > 0.3]
    if "title" not in found and texts:
        best = max(texts, key=lambda c: (c.distinct, c.length if c.length < 150 else 0))
        found["title"] = Guess(best, 0.3)
        texts.remove(best)
    if "beneficiary" not in found and texts:
        found["beneficiary"] = Guess(min(texts, key=lambda c: c.length), 0.25)
        texts.remove(found["beneficiary"].column)
    dates = [c for c in free if c.dates > 0.8 and not c.says & {"update", "approval", "paid"}]
    if "start_date" not in found and "end_date" not in found and len(dates) == 2:
        found["start_date"], found["end_date"] = Guess(dates[0], 0.3), Guess(dates[1], 0.3)
    if not any(name in found for name in AMOUNTS):
        money = [c for c in free if c.amounts > 0.8 and not c.years > 0.5 and c.distinct > 0.3 and c.length > 3
                 and not c.says & {"id", "postcode"}]  # fmt: skip
        if money:
            found["granted_support"] = Guess(money[0], 0.25)


_SPOKEN_FOR = {"address", "mail", "web", "contact", "authority", "programme", "priority", "fund", "status", "update",
               "postcode", "region", "country", "theme", "location", "type"}  # fmt: skip
