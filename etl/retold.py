"""One record as another register would write it: the named changes of the labelled sample."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

Fields = dict[str, Any]
"""A record's fields; ``owners`` are (role, orgnr, name), ``amounts`` (measure, currency, amount, rounded, derived)."""


def changed(row: Mapping[str, Any], changes: str) -> Fields:
    """``row`` with the changes that ``changes`` names, as "capitals; start+20"; a word may carry "=text" or "+number".

    Raises :class:`KeyError` for a change that is not one.
    """
    out = dict(row)
    for change in changes.split("; "):
        name, _, value = re.sub(r"\+(?=-?[0-9])", "=", change).partition("=")
        CHANGES[name](out, value)
    return out


def _title(write: Callable[[str, str], str]) -> Callable[[Fields, str], None]:
    def change(row: Fields, value: str) -> None:
        row["title_sv"] = write(row["title_sv"], value)
        row["title_en"] = None

    return change


def _owner(write: Callable[[str, str], str]) -> Callable[[Fields, str], None]:
    def change(row: Fields, value: str) -> None:
        row["owners"] = [(role, None, write(name, value)) for role, _, name in row["owners"] or ()]

    return change


def _typo(text: str, _: str) -> str:
    word = max(text.split(), key=len)
    at = len(word) // 2
    return text.replace(word, word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :], 1)


def _bracket(text: str, _: str) -> str:
    return re.sub(r"\s*[(\[][^)\]]*[)\]]", "", text) or text


def _start(row: Fields, value: str) -> None:
    row["start_date"] = row["start_date"] and row["start_date"] + timedelta(days=int(value))


def _precision(row: Fields, value: str) -> None:
    row["start_precision"] = row["start_precision"] and value


def _set(field: str) -> Callable[[Fields, str], None]:
    def change(row: Fields, value: str) -> None:
        row[field] = value or None

    return change


def _without_start(row: Fields, _: str) -> None:
    row["start_date"] = row["start_precision"] = None


def _english(row: Fields, _: str) -> None:
    row["title_sv"], row["title_en"] = row["title_en"] or row["title_sv"], None


def _department(text: str, value: str) -> str:
    return f"{text}, {value or 'Arbetsmarknadsförvaltningen'}"


def _new_owner(row: Fields, value: str) -> None:
    row["owners"] = [("beneficiary", None, value)] if value else []


def _amounts(row: Fields, value: str) -> None:
    row["amounts"] = [(m, c, amount * Decimal(value), *rest) for m, c, amount, *rest in row["amounts"] or ()]


def _lower_number(row: Fields, _: str) -> None:
    row["diarienummer"] = row["diarienummer"] and f"Dnr {row['diarienummer'].lower()}"


CHANGES: dict[str, Callable[[Fields, str], None]] = {
    "capitals": _title(lambda text, _: text.upper()),
    "cut": _title(lambda text, value: text[: int(value)].rstrip()),
    "typo": _title(_typo),
    "signs": _title(lambda text, _: text.replace("–", "-").replace("&", "och").replace(":", " -")),
    "bracket": _title(_bracket),
    "before": _title(lambda text, value: f"{value} {text}"),
    "after": _title(lambda text, value: f"{text} {value}"),
    "title": _title(lambda _, value: value),
    "english": _english,
    "owner-capitals": _owner(lambda text, _: text.upper()),
    "owner-department": _owner(_department),
    "owner": _new_owner,
    "start": _start,
    "start-precision": _precision,
    "no-start": _without_start,
    "number": _set("diarienummer"),
    "number-as-written": _lower_number,
    "fund": _set("fund_code"),
    "period": _set("programming_period"),
    "amounts-times": _amounts,
}
"""Change -> what it does to a record's fields."""
