"""What a canonical record must fulfil before anything of it is written. The tables' constraints say it once more."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import get_args

from etl.spec import (
    DatePrecision,
    Funding,
    IndicatorValue,
    Location,
    Measure,
    Operation,
    Party,
    Reject,
    Term,
    TermField,
)

MEASURES = get_args(Measure)
TERMS = get_args(TermField)
LARGEST = Decimal(10) ** 16
FLAGS = ("p", "b", "u", "s", "m")
_CURRENCY = re.compile(r"[A-Z]{3}")
_ORGNR = re.compile(r"[0-9]{10}")
_PERIOD = re.compile(r"[12][0-9]{3}(-[12][0-9]{3}|-(0[1-9]|1[0-2]))?")


def last_day(day: date, precision: DatePrecision | None) -> date:
    """The last day that a date of this precision may mean: 2024 -> 2024-12-31."""
    if precision == "year":
        return date(day.year, 12, 31)
    if precision == "month":
        return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return day


def operation(op: Operation, lans: Collection[str], kommun_lan: Mapping[str, str], groups: Collection[str]) -> None:
    """Raise :class:`Reject` for the first rule that an operation breaks."""
    if not op.local_id or not op.title_sv.strip():
        raise Reject("title", "missing", op.title_sv, "An operation needs an id and a title.")
    if op.start_date and op.end_date and last_day(op.end_date, op.end_precision) < op.start_date:
        raise Reject("end", "ends_before_start", op.end_date, "The end lies before the start.")
    for party in op.parties:
        _party(party, kommun_lan)
    for place in op.locations:
        _place(place, lans, kommun_lan)
    for code in op.target_groups:
        if code not in groups:
            raise Reject("target_groups", "unknown_target_group", code, "Not a term of the controlled vocabulary.")
    seen = set()
    for f in op.funding:
        funding(f)
        if (f.measure, f.currency) in seen:
            raise Reject("amount", "duplicate_amount", f.measure, "Two amounts of one kind and currency.")
        seen.add((f.measure, f.currency))
    counted = set()
    for p in op.participants:
        key = (p.indicator_code, p.sex, p.value_type)
        if p.value < 0:
            raise Reject("participants", "negative_count", p.value, "A number of persons cannot be negative.")
        if key in counted:
            raise Reject("participants", "duplicate_count", p.value_type, "Two counts of the same persons.")
        counted.add(key)
    for t in op.terms:
        term(t)


def funding(f: Funding) -> None:
    """Raise :class:`Reject` for an amount that is no amount of money in kronor and öre."""
    if f.measure not in MEASURES:
        raise Reject("measure", "unknown_measure", f.measure, f"Write one of {', '.join(MEASURES)}.")
    if not _CURRENCY.fullmatch(f.currency):
        raise Reject("currency", "bad_currency", f.currency, "Write three capital letters, such as SEK.")
    if f.amount is not None:
        _amount(f.amount)


def term(t: Term) -> None:
    """Raise :class:`Reject` for what is no statement of a contract."""
    if t.field not in TERMS:
        raise Reject("field", "unknown_value", t.field, f"Write one of {', '.join(TERMS)}.")
    if not t.text_sv.strip():
        raise Reject("text_sv", "missing", "", "A statement needs words.")
    if t.number < 0:
        raise Reject("number", "bad_number", t.number, "The metrics are numbered from 1; 0 is the whole contract.")
    if t.amount is not None:
        _amount(t.amount)
    if not _CURRENCY.fullmatch("SEK" if t.amount is None else t.currency or ""):
        raise Reject("currency", "bad_currency", t.currency, "Write three capital letters, such as SEK.")


def _amount(amount: Decimal) -> None:
    if not amount.is_finite() or amount < 0:
        raise Reject("amount", "negative_amount", amount, "An amount is zero or more.")
    if amount >= LARGEST or amount != amount.quantize(Decimal("0.01")):
        raise Reject("amount", "bad_amount", amount, "An amount has at most 16 digits and two decimals.")


def value(v: IndicatorValue) -> None:
    """Raise :class:`Reject` for an indicator value that no table could hold or no reader could understand."""
    if not _PERIOD.fullmatch(v.period):
        raise Reject("period", "bad_period", v.period, "Write 2024, 2021-2024 or 2024-05.")
    if v.sex not in ("K", "M", "T"):
        raise Reject("sex", "unknown_sex", v.sex, "Write K, M or T.")
    if v.flag is not None and v.flag not in FLAGS:
        raise Reject("flag", "unknown_flag", v.flag, f"Write one of {', '.join(FLAGS)}.")
    if v.value is None and v.flag not in ("s", "m"):
        raise Reject("value", "missing_without_flag", "", "A missing value needs the flag s or m.")
    if v.value is not None and not math.isfinite(v.value):
        raise Reject("value", "bad_number", v.value, "Not a finite number.")


def _party(party: Party, kommun_lan: Mapping[str, str]) -> None:
    if not party.name.strip():
        raise Reject("beneficiary", "missing_name", "", "An organisation needs a name.")
    if party.orgnr is not None and not _ORGNR.fullmatch(party.orgnr):
        raise Reject("orgnr", "bad_orgnr", "", "An organisation number has ten digits.")
    if party.kommun_code is not None and party.kommun_code not in kommun_lan:
        raise Reject("kommun", "unknown_region", party.kommun_code, "No kommun has this code.")


def _place(place: Location, lans: Collection[str], kommun_lan: Mapping[str, str]) -> None:
    if place.location_type in ("national", "unknown"):
        if place.lan_code or place.kommun_code:
            raise Reject("region", "place_with_region", place.lan_code, "National and unknown places have no region.")
    elif place.lan_code not in lans:
        raise Reject("region", "unknown_region", place.lan_code, f"{place.lan_code!r} is no län code.")
    if place.kommun_code is not None:
        if place.kommun_code not in kommun_lan:
            raise Reject("region", "unknown_region", place.kommun_code, f"{place.kommun_code!r} is no kommun code.")
        if kommun_lan[place.kommun_code] != place.lan_code:
            raise Reject("region", "kommun_outside_lan", place.kommun_code, "The kommun lies in another län.")
    if place.share is not None and not 0 < place.share <= 1:
        raise Reject("share", "bad_share", place.share, "A share lies above 0 and at most 1.")
