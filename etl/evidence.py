"""What speaks for and against two records being the same operation, and the verdict: pure functions, no database.

Three kinds of evidence are weighed: the case number, the owner with title and start, and what tells siblings apart
(a phase, a part, a period). The limits were chosen on the labelled sample of ``data/links``; ``docs/links.md`` has the
figures behind each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from rapidfuzz.fuzz import ratio, token_set_ratio, token_sort_ratio

from etl.normalise import fold
from etl.spec import DatePrecision

Number = Literal["same", "unsure", "other", "none"]
Owner = Literal["orgnr", "name", "similar", "differs", "unknown"]
Verdict = Literal["linked", "doubtful", "apart"]
Method = Literal["diarienummer", "common_key", "orgnr_title_start"]

TITLE_SAME, TITLE_LIKE, TITLE_OTHER = 92.0, 80.0, 50.0
"""Similarity 0-100 from which titles are the same, from which a person should look, below which they contradict."""
OWNER_LIKE = 86.0
START_SAME, START_NEAR = 31, 366
"""Days between what two dates can mean: the same start; near enough for a person to look."""
AMOUNTS_APART = Decimal(2)
"""Times that one amount is the other, of one kind and currency, from which amounts contradict."""

_ESF_NUMBER = re.compile(r"[0-9]{2}-[0-9]{3}-S[0-9]+")
_BY_FUND = {
    "esf": "esf", "esf+": "esf", "yei": "esf", "react-eu": "esf", "fead": "esf",
    "erdf": "tillvaxtverket", "eruf": "tillvaxtverket", "jtf": "tillvaxtverket",
}  # fmt: skip
"""Fund -> the authority that numbers its cases."""
_FUNDERS = frozenset({"vinnova", "formas", "forte", "vr", "rj", "snsb", "energi", "hlf"})
_BY_NAME = (("esf", "esf"), ("european social fund", "esf"), ("tillvaxtverket", "tillvaxtverket"),
            ("agency for economic and regional growth", "tillvaxtverket"), ("vinnova", "vinnova"))  # fmt: skip


def case_key(number: str | None, fund_code: str | None, managing_authority: str | None) -> str | None:
    """A diarienummer with the authority that gave it, as "esf 2018/00076"; None when either is unknown.

    Every Swedish authority numbers for itself, several in the same form: 2018/00076 is a case at ESF-rådet and at
    others, 2021-00076 one at Vinnova and one at Formas. The authority is read from the number when only one writes so
    (24-030-S04: ESF-rådet), else from the fund, else from the managing authority's name.
    """
    text = bare_number(number or "")
    if not text:
        return None
    authority = "esf" if _ESF_NUMBER.fullmatch(text) else _authority(fund_code, managing_authority)
    return f"{authority} {text}" if authority else None


def bare_number(number: str) -> str:
    """A diarienummer without spaces and "Dnr", in capitals."""
    return re.sub(r"\s+", "", number).upper().removeprefix("DNR").lstrip(":.")


def _authority(fund_code: str | None, managing_authority: str | None) -> str | None:
    fund, name = fold(fund_code or ""), fold(managing_authority or "")
    if fund in _FUNDERS:
        return fund
    return _BY_FUND.get(fund) or next((found for part, found in _BY_NAME if part in name), None) or name or None


@dataclass(frozen=True)
class Title:
    """A title as it is compared: its words in full and without what stands in brackets; ``marks`` tell siblings apart.

    Marks are numbers (a phase, a part, a year; Roman ones too), points of the compass, and words such as förstudie and
    fortsättning.
    """

    forms: tuple[str, ...]
    marks: frozenset[str]


_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_WORDS = re.compile(r"[^\W\d_]+|[0-9]+(?:[.,][0-9]+)?")
_ROMAN = {"ii": "2", "iii": "3", "iv": "4"}
_FILLER = frozenset({"projekt", "projektet", "project", "del", "etapp", "fas", "steg", "part", "phase", "stage"})
_KINDS = {
    "forstudie": "forstudie", "forstudien": "forstudie", "forprojekt": "forstudie", "forprojektering": "forstudie",
    "prestudy": "forstudie", "feasibility": "forstudie", "fortsattning": "fortsattning", "fortsatt": "fortsattning",
    "fortsattningsprojekt": "fortsattning", "continuation": "fortsattning", "vidare": "fortsattning",
    "slutprojekt": "slut", "pilot": "pilot", "etableringsfas": "etablering", "genomforande": "genomforande",
    "spridning": "spridning", "implementering": "implementering",
}  # fmt: skip
_COMPASS = frozenset({
    "norr", "norra", "nord", "syd", "soder", "sodra", "ost", "oster", "ostra", "vast", "vaster", "vastra", "mellersta",
    "mitt", "mellan", "ovre", "nedre", "inre", "yttre", "north", "south", "east", "west", "northern", "southern",
    "eastern", "western", "upper", "lower", "central",
})  # fmt: skip


@lru_cache(maxsize=200_000)
def title(text: str) -> Title:
    """A title made ready for comparison."""
    folded = fold(text)
    forms = (" ".join(_words(form)) for form in (folded, _BRACKETS.sub(" ", folded)))
    words = {_ROMAN.get(word, word) for word in _words(folded)}
    marks = (_KINDS.get(word, word) for word in words if word in _KINDS or word in _COMPASS or word[0].isdigit())
    return Title(tuple(dict.fromkeys(filter(None, forms))), frozenset(marks))


def _words(folded: str) -> list[str]:
    words = [re.sub(r"[.,]0$", "", word) for word in _WORDS.findall(folded)]
    return [word for word in words if word not in _FILLER] or words


def title_similarity(a: Iterable[str], b: Iterable[str]) -> tuple[float, bool]:
    """(the greatest similarity 0-100 between any title of one and any of the other, whether their marks differ).

    Letters in order, or words in any order, whichever is greater; at least :data:`TITLE_LIKE` when all words of one
    stand in the other. Of equally similar titles the ones whose marks agree count.
    """
    best = (0.0, False)
    for one in map(title, a):
        for other in map(title, b):
            alike = max((_alike(x, y) for x in one.forms for y in other.forms), default=0.0)
            best = max(best, (alike, one.marks == other.marks))
    return round(best[0], 1), not best[1]


def _alike(x: str, y: str) -> float:
    short, long = sorted((x, y), key=len)
    is_part = len(short) > 4 and set(short.split()) <= set(long.split())
    return max(ratio(x, y), token_sort_ratio(x, y), TITLE_LIKE if is_part else 0.0)


_LEGAL = frozenset({
    "ab", "aktiebolag", "aktiebolaget", "publ", "hb", "kb", "ek", "ekonomisk", "forening", "foreningen", "foren",
    "ideell", "stiftelse", "stiftelsen", "stift", "the", "med", "firma",
})  # fmt: skip


@lru_cache(maxsize=200_000)
def owner_name(text: str) -> str:
    """An owner's name as it is compared: no legal form, no department after a comma, "stad" and "kommun" alike."""
    head = _BRACKETS.sub(" ", fold(text)).split(",")[0]
    words = ["kommun" if word in ("stad", "kommune") else word for word in _WORDS.findall(head)]
    return " ".join(word for word in words if word not in _LEGAL) or " ".join(words)


@dataclass(frozen=True)
class Amount:
    """An amount of a record, as it is compared: ``is_exact`` False when rounded or a flat rate."""

    measure: str
    currency: str
    amount: Decimal
    is_exact: bool


@dataclass(frozen=True)
class Record:
    """What is compared of an operation.

    ``owners``: (orgnr or None, :func:`owner_name`) of those who own or lead it, one for each of their names.
    """

    operation_id: str
    source_id: str
    portfolio: str
    precedence: int
    titles: tuple[str, ...]
    owners: tuple[tuple[str | None, str], ...] = ()
    number: str | None = None
    case: str | None = None
    start: date | None = None
    start_precision: DatePrecision | None = None
    period: str | None = None
    amounts: tuple[Amount, ...] = ()
    common_key: str | None = None


@dataclass(frozen=True)
class Evidence:
    """What a pair of records shows. ``start_gap``: days between what the starts can mean, None when one is unknown.

    ``amounts``: the first kind of amount that both give, as (measure, currency, a's, b's); None when they share none.
    ``ratio``: the greater over the lesser where both are exact.
    """

    number: Number
    owner: Owner
    title: float
    marks_differ: bool
    start_gap: int | None
    periods_differ: bool
    amounts: tuple[str, str, Decimal, Decimal] | None = None
    ratio: Decimal | None = None
    is_long: bool = True
    is_same_key: bool = False


def compare(a: Record, b: Record) -> Evidence:
    """The evidence on two records; the order of the two changes nothing but the order of the amounts."""
    alike, marks_differ = title_similarity(a.titles, b.titles)
    shared = sorted(
        ((x.measure, x.currency, x, y) for x in a.amounts for y in b.amounts
         if (x.measure, x.currency) == (y.measure, y.currency)),
        key=lambda found: found[:2],
    )  # fmt: skip
    exact = [(x.amount, y.amount) for *_, x, y in shared if x.is_exact and y.is_exact and min(x.amount, y.amount) > 0]
    first = shared[0] if shared else None
    return Evidence(
        number=_number(a, b),
        owner=_owner(a, b),
        title=alike,
        marks_differ=marks_differ,
        start_gap=_gap(a, b),
        periods_differ=bool(a.period and b.period and a.period != b.period),
        amounts=first and (first[0], first[1], first[2].amount, first[3].amount),
        ratio=max((max(pair) / min(pair) for pair in exact), default=None),
        is_long=min(max((len(form) for t in r.titles for form in title(t).forms), default=0) for r in (a, b)) >= 10,
        is_same_key=a.common_key is not None and a.common_key == b.common_key,
    )


def _number(a: Record, b: Record) -> Number:
    if not (a.number and b.number):
        return "none"
    if a.case is None or b.case is None:
        return "unsure" if bare_number(a.number) == bare_number(b.number) else "none"
    if a.case.split()[0] != b.case.split()[0]:
        return "none"
    return "same" if a.case == b.case else "other"


def _owner(a: Record, b: Record) -> Owner:
    if not a.owners or not b.owners:
        return "unknown"
    if {number for number, _ in a.owners if number} & {number for number, _ in b.owners if number}:
        return "orgnr"
    pairs = [(one, other) for orgnr, one in a.owners for number, other in b.owners if not (orgnr and number)]
    if any(one == other for one, other in pairs):
        return "name"
    return "similar" if any(token_set_ratio(*pair) >= OWNER_LIKE for pair in pairs) else "differs"


def _gap(a: Record, b: Record) -> int | None:
    if a.start is None or b.start is None:
        return None
    (first, last), (begin, end) = _span(a.start, a.start_precision), _span(b.start, b.start_precision)
    return max((begin - last).days, (first - end).days, 0)


def _span(day: date, precision: DatePrecision | None) -> tuple[date, date]:
    """The first and last day that a date of this precision can mean."""
    if precision == "year":
        return date(day.year, 1, 1), date(day.year, 12, 31)
    if precision == "month":
        following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        return day.replace(day=1), following - timedelta(days=1)
    return day, day


def judge(e: Evidence) -> tuple[Verdict, Method | None, str]:
    """(verdict, the method that links, the reason as a stable id). The first rule that applies decides."""
    if e.number == "same":
        is_contradicted = _against(e) >= 2 and not (_is_strong(e) or _is_near(e) or _is_same_owner(e))
        return ("doubtful", None, "number_contradicted") if is_contradicted else ("linked", "diarienummer", "number")
    if e.is_same_key:
        return "linked", "common_key", "common_key"
    verdict, method, reason = _without_number(e)
    if e.number == "unsure" and verdict == "apart":
        return "doubtful", None, "number_unsure"
    return verdict, method, reason


def _without_number(e: Evidence) -> tuple[Verdict, Method | None, str]:
    if e.title < TITLE_LIKE:
        return "apart", None, "title"
    is_agreed = _is_strong(e) and _is_same_owner(e) and _is_near(e)
    if e.number == "other":
        return "doubtful" if is_agreed else "apart", None, "numbers_differ"
    if e.periods_differ:
        return "doubtful" if is_agreed else "apart", None, "periods_differ"
    if e.marks_differ:
        is_open = _is_same_owner(e) and (_is_near(e) or e.start_gap is None)
        return "doubtful" if is_open else "apart", None, "marks_differ"
    if is_agreed and e.ratio is not None and e.ratio > AMOUNTS_APART:
        return "doubtful", None, "amounts_differ"
    if is_agreed:
        return "linked", "orgnr_title_start", f"owner_{e.owner}"
    reason = _doubt(e)
    return ("doubtful", None, reason) if reason else ("apart", None, "too_little")


def _doubt(e: Evidence) -> str | None:
    """Why a person should look at a pair that lacks one piece of evidence; None when it lacks more."""
    if _is_same_owner(e) and _is_strong(e):
        return "start_unknown" if e.start_gap is None else "start_differs" if e.start_gap <= START_NEAR else None
    if _is_same_owner(e):
        return "title_differs" if _is_near(e) else None
    if _is_strong(e) and _is_near(e) and e.owner != "differs":
        return "owner_unknown" if e.owner == "unknown" else "owner_similar"
    if e.title < 100 or not e.is_long:
        return None
    if _is_near(e):
        return "owner_differs"
    return "title_only" if e.owner == "unknown" and e.start_gap is None else None


def _against(e: Evidence) -> int:
    far = e.start_gap is not None and e.start_gap > START_NEAR
    return sum((e.title < TITLE_OTHER, far, e.owner == "differs", e.periods_differ))


def _is_strong(e: Evidence) -> bool:
    return e.title >= TITLE_SAME


def _is_near(e: Evidence) -> bool:
    return e.start_gap is not None and e.start_gap <= START_SAME


def _is_same_owner(e: Evidence) -> bool:
    return e.owner in ("orgnr", "name")
