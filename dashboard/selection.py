"""What the viewer has chosen, as the URL says it: one codec, stable ids, a fallback for anything malformed.

A filter pairs its SQL with its words, so that a caption and the rows behind it cannot drift apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Literal, cast
from urllib.parse import urlencode

from dashboard.texts import Lang, t
from dashboard.words import root

Mode = Literal["split", "touched"]
Basis = Literal["nominal", "fast", "euro"]
Place = Literal["verksamhet", "agare", "bara"]
National = Literal["apart", "fordela", "uteslut"]

MEASURES: dict[str, tuple[str, str]] = {
    "granted_support": ("granted_support", "SEK"),
    "total_eligible_cost": ("total_eligible_cost", "SEK"),
    "requested_support": ("requested_support", "SEK"),
    "eu_contribution": ("eu_contribution", "SEK"),
    "social_investment": ("social_investment", "SEK"),
    "eu_contribution_eur": ("eu_contribution", "EUR"),
    "total_eligible_cost_eur": ("total_eligible_cost", "EUR"),
}
"""Measure id in the URL -> (measure, currency) of the warehouse. Never added to each other."""
KINDS = (
    "granted_support", "total_eligible_cost", "requested_support", "eu_contribution", "social_investment",
    "state_cofinancing", "own_cofinancing", "disbursed", "outcome_payment",
)  # fmt: skip

NATIONAL, UNKNOWN = "SE", "okant"
SWEDEN = "sverige"
BASES: tuple[Basis, ...] = ("nominal", "fast", "euro")
PLACES: tuple[Place, ...] = ("verksamhet", "agare", "bara")
NATIONALS: tuple[National, ...] = ("apart", "fordela", "uteslut")

_CODE = re.compile(r"[\w.+:@-]{1,80}")
_MEASURE = re.compile(f"({'|'.join(KINDS)})(_(?!sek)[a-z]{{3}})?")
_PORTFOLIO = re.compile(r"sverige|utland|import_[\w.-]{1,60}")
PLACED = "(SELECT * FROM mart_place WHERE plats = $plats AND spread = $spread)"
"""Where operations are, as :meth:`Selection.places` binds it."""
_IN_PLACE = f"o.operation_id IN (SELECT operation_id FROM {PLACED} WHERE {{}})"
_WEIGHT = re.compile(r"([\w.+@-]{1,80}):([0-5])")
_RECORD = re.compile(r"[\w.+:@/-]{1,300}")
_HAS_AMOUNT = "o.operation_id IN (SELECT operation_id FROM mart_funding)"
_NOT_NATIONAL = "o.operation_id NOT IN (SELECT operation_id FROM mart_location WHERE location_type = 'national')"


@dataclass(frozen=True)
class Filter:
    """A facet: its URL key, the predicate over ``mart_operation o``, and the SQL that gives an operation's values.

    ``is_placed``: both ask where operations are, and need what :meth:`Selection.places` binds.
    """

    param: str
    predicate: str
    values: str
    is_placed: bool = False


FILTERS: tuple[Filter, ...] = (
    Filter(
        "lan", _IN_PLACE.format("list_contains($lan, code)"),
        f"SELECT DISTINCT operation_id, code AS value FROM {PLACED}", is_placed=True,
    ),
    Filter(
        "kommun", _IN_PLACE.format("list_contains($kommun, kommun_code)"),
        f"SELECT DISTINCT operation_id, kommun_code AS value FROM {PLACED} WHERE kommun_code IS NOT NULL",
        is_placed=True,
    ),
    Filter(
        "register", "list_has_any(o.source_ids, $register)",
        "SELECT operation_id, unnest(source_ids) AS value FROM mart_operation",
    ),
    Filter(
        "period", "list_contains($period, o.programming_period)",
        "SELECT operation_id, programming_period AS value FROM mart_operation",
    ),
    Filter("fond", "list_contains($fond, o.fund_code)", "SELECT operation_id, fund_code AS value FROM mart_operation"),
    Filter(
        "malgrupp", "o.operation_id IN (SELECT operation_id FROM mart_target_group "
        "WHERE list_contains($malgrupp, target_group_code))",
        "SELECT operation_id, target_group_code AS value FROM mart_target_group",
    ),
    Filter(
        "tema", "o.operation_id IN (SELECT operation_id FROM mart_theme WHERE list_contains($tema, code))",
        "SELECT operation_id, code AS value FROM mart_theme",
    ),
    Filter(
        "metod", "o.operation_id IN (SELECT operation_id FROM mart_method WHERE list_contains($metod, method_code))",
        "SELECT operation_id, method_code AS value FROM mart_method",
    ),
    Filter(
        "agare", "list_contains($agare, o.owner_type)", "SELECT operation_id, owner_type AS value FROM mart_operation"
    ),
    Filter("status", "list_contains($status, o.status)", "SELECT operation_id, status AS value FROM mart_operation"),
    Filter(
        "belopp", f"list_contains($belopp, CASE WHEN {_HAS_AMOUNT} THEN 'kant' ELSE 'okant' END)",
        f"SELECT operation_id, CASE WHEN {_HAS_AMOUNT} THEN 'kant' ELSE 'okant' END AS value FROM mart_operation o",
    ),
)  # fmt: skip
FACETS = tuple(f.param for f in FILTERS)


@dataclass(frozen=True)
class Selection:
    """Everything that the URL says. Facets are tuples of ids; empty = all.

    ``portfolj``: the portfolio, always one, since portfolios are never added to each other. ``bas``: what amounts are
    told in. ``plats``: which places count. ``nationella``: whether national operations stand apart, are spread over
    the län, or are left out. ``med``: what is compared side by side; ``lika``: the indicators that similar län are
    found by; ``kon``: women, men or both; ``vikter``: indicators with weights; ``p1`` to ``p4``: portfolios compared;
    ``rader``: the figure of theirs whose rows are seen. ``per``: in total or per inhabitant; empty = as the page has it
    when nothing is asked for. ``aktor``: an organisation; ``ordning``: what a list is sorted by. ``figur``: the one
    figure of an embedded page. ``villkor``: a contract's terms; ``utfall``: per cent of its target; ``kalkyl``: an
    investment's assumptions. ``konferens``: an event. ``kort``: an effect card; ``trad``: a problem tree;
    ``bildspel``: a deck of scenes; ``utgava``: which version of it, empty for the newest. ``lage``: on stage (scen),
    inside another site (inbaddad), or being changed (redigera).
    """

    lang: Lang = "sv"
    lan: tuple[str, ...] = ()
    kommun: tuple[str, ...] = ()
    register: tuple[str, ...] = ()
    period: tuple[str, ...] = ()
    fond: tuple[str, ...] = ()
    malgrupp: tuple[str, ...] = ()
    tema: tuple[str, ...] = ()
    metod: tuple[str, ...] = ()
    agare: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    belopp: tuple[str, ...] = ()
    q: str = ""
    visa: str = "indikator"
    indikator: str = "unemployment_15_74"
    ar: str = ""
    matt: str = "granted_support"
    per: str = ""
    satt: Mode = "split"
    insats: str = ""
    kalla: str = ""
    sida: int = 1
    snapshot: str = ""
    jamfor: str = ""
    lage: str = ""
    figur: str = ""
    fil: str = ""
    form: str = ""
    portfolj: str = SWEDEN
    bas: Basis = "nominal"
    plats: Place = "verksamhet"
    nationella: National = "apart"
    med: tuple[str, ...] = ()
    lika: tuple[str, ...] = ()
    kon: str = "T"
    vikter: str = ""
    p1: str = ""
    p2: str = ""
    p3: str = ""
    p4: str = ""
    rader: str = ""
    aktor: str = ""
    ordning: str = ""
    villkor: str = ""
    utfall: str = ""
    kalkyl: str = ""
    konferens: str = ""
    kort: str = ""
    trad: str = ""
    bildspel: str = ""
    utgava: str = ""

    @property
    def money(self) -> tuple[str, str]:
        """The chosen measure and the currency that its sources have it in."""
        return measure_of(self.matt)

    @property
    def currency(self) -> str:
        """The currency that amounts are told in."""
        return "EUR" if self.bas == "euro" else self.money[1]

    @property
    def weights(self) -> dict[str, int]:
        """Indicator -> its weight, 0 to 5, as ``vikter`` says; what is malformed or said twice is left out."""
        found: dict[str, int] = {}
        for part in self.vikter.split(","):
            if said := _WEIGHT.fullmatch(part):
                found.setdefault(said[1], int(said[2]))
        return found

    @property
    def one_lan(self) -> str | None:
        """The län, when exactly one is chosen."""
        return self.lan[0] if len(self.lan) == 1 and re.fullmatch("[0-9]{2}", self.lan[0]) else None

    def but(self, **changes: Any) -> Selection:
        """The same with some choices changed; back on the first page of any list."""
        changes.setdefault("sida", 1)
        if not changes.keys() <= _NAMES:
            raise TypeError(f"no such choice: {', '.join(sorted(changes.keys() - _NAMES))}")
        made = object.__new__(Selection)  # replace() asks each of some forty fields by name, a hundred times a page
        made.__dict__.update(self.__dict__ | changes)
        return made

    def whole(self) -> Selection:
        """All of the portfolio, told and counted in the same way: no facet, no search, no page's own choices."""
        kept = ("lang", "matt", "satt", "snapshot", "portfolj", "bas", "plats", "nationella")
        return Selection(**{name: getattr(self, name) for name in kept})

    def places(self) -> dict[str, Any]:
        """What :data:`PLACED` binds."""
        return {"plats": self.plats, "spread": self.nationella == "fordela"}

    def where(self, *, without: str = "") -> tuple[str, dict[str, Any]]:
        """Predicate over ``mart_operation o`` and its bound parameters; ``without`` leaves one facet out."""
        parts, params = ["o.portfolio = $portfolj"], cast("dict[str, Any]", {"portfolj": self.portfolj})
        if self.nationella == "uteslut":
            parts.append(_NOT_NATIONAL)
        for f in FILTERS:
            chosen = getattr(self, f.param)
            if chosen and f.param != without:
                parts.append(f"({f.predicate})")
                params[f.param] = list(chosen)
                if f.is_placed:
                    params |= self.places()
        for number, word in enumerate(self.q.split()):
            parts.append(f"contains(o.search_text, lower(strip_accents($q{number})))")
            params[f"q{number}"] = root(word)
        return " AND ".join(parts), params

    def describe(self, names: Mapping[str, Mapping[str, str]]) -> str:
        """The filters in words; ``names``: facet -> id -> label in the selection's language."""
        said = []
        for f in FILTERS:
            chosen = getattr(self, f.param)
            if chosen:
                labels = ", ".join(names.get(f.param, {}).get(code, code) for code in chosen)
                said.append(f"{t(f'facet.{f.param}', self.lang).lower()}: {labels}")
        if self.q:
            said.append(t("filter.search", self.lang, q=self.q))
        said += [text for _, text in self.counting(names)]
        return "; ".join(said) if said else t("filter.all", self.lang)

    def counting(self, names: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
        """The choices on how it is counted that are not the usual ones: (URL parameter, words)."""
        out = []
        if self.portfolj != SWEDEN:
            name = names.get("portfolj", {}).get(self.portfolj, self.portfolj)
            out.append(("portfolj", t("counting.of_portfolio", self.lang, name=name)))
        for param in ("bas", "plats", "nationella"):
            value = getattr(self, param)
            if value != getattr(_USUAL, param):
                out.append((param, t(f"counting.{param}_{value}", self.lang).lower()))
        return out

    def params(self) -> dict[str, str]:
        """URL parameters, defaults left out; ``lang`` always stands."""
        out = {"lang": str(self.lang)}
        for name, default in _DEFAULTS:
            value = getattr(self, name)
            if value != default:
                out[name] = ",".join(value) if isinstance(value, tuple) else str(value)
        return out

    def url(self, path: str) -> str:
        """A link within the product."""
        return f"{path}?{_query(self)}"


_USUAL = Selection()
_NAMES = frozenset(f.name for f in fields(Selection))
_DEFAULTS = tuple((f.name, f.default) for f in fields(Selection) if f.name != "lang")


@lru_cache(maxsize=20_000)
def _query(sel: Selection) -> str:
    return urlencode(sel.params(), safe=",:*@~")


def measure_of(matt: str) -> tuple[str, str]:
    """A measure id as (measure, currency): kronor unless it ends in another currency's code."""
    found = _MEASURE.fullmatch(matt)
    return (found[1], (found[2] or "_sek")[1:].upper()) if found else MEASURES["granted_support"]


def measure_id(measure: str, currency: str) -> str:
    """The id in the URL of a measure in a currency."""
    return measure if currency == "SEK" else f"{measure}_{currency.lower()}"


def lang_of(query: Mapping[str, str]) -> Lang:
    """The language that a URL's parameters ask for."""
    return "en" if query.get("lang") == "en" else "sv"


def decode(query: Mapping[str, str]) -> Selection:
    """A URL's parameters as a :class:`Selection`. What is malformed falls back to the default; never an exception."""
    out: dict[str, Any] = {}
    out["lang"] = lang_of(query)
    for name in FACETS:
        codes = _codes(query.get(name, "").split(","))
        if codes:
            out[name] = codes
    out["q"] = " ".join(query.get("q", "")[:120].split()[:8])
    for name in ("indikator", "insats", "kalla", "snapshot", "jamfor"):
        if (_RECORD if name == "insats" else _CODE).fullmatch(query.get(name, "")):
            out[name] = query[name]
    if re.fullmatch(r"\d{4}(-\d{2}|-\d{4})?", query.get("ar", "")):
        out["ar"] = query["ar"]
    for name, allowed in (
        ("visa", ("indikator", "pengar", "initiativ")), ("per", ("total", "capita")),
        ("satt", ("split", "touched")), ("lage", ("scen", "inbaddad", "redigera")), ("kon", ("T", "K", "M")),
        ("bas", BASES), ("plats", PLACES), ("nationella", NATIONALS),
    ):  # fmt: skip
        if query.get(name) in allowed:
            out[name] = query[name]
    if query.get("visa") == "inbaddad":
        out["lage"] = "inbaddad"
    for name in ("med", "lika"):
        if codes := _codes(query.get(name, "").split(",")):
            out[name] = codes
    for name, pattern in (
        ("fil", r"[\w-]{8,40}"), ("form", r"[\w:,-]{1,400}"), ("rader", r"[\w.:@+-]{1,120}"),
        ("aktor", r"(orgnr:\d{10}|name:[^\x00-\x1f\x7f]{1,300})"), ("ordning", r"[a-z_]{1,20}"),
        ("figur", r"[\w-]{1,40}"), ("villkor", "[0-9.,]{1,200}"), ("kalkyl", "[0-9.,]{1,200}"),
        ("utfall", "[0-9]{1,3}"), ("konferens", "[a-z0-9-]{1,60}"),
        ("kort", r"[\w.-]{1,80}"), ("trad", r"[\w.-]{1,80}"), ("bildspel", r"[a-z0-9-]{1,60}"),
        ("utgava", "[1-9][0-9]{0,3}"),
        *((f"p{n}", r"[\w.+:@,~*-]{1,400}") for n in (1, 2, 3, 4)),
    ):  # fmt: skip
        if re.fullmatch(pattern, query.get(name, "")):
            out[name] = query[name]
    if weights := [part for part in query.get("vikter", "").split(",") if _WEIGHT.fullmatch(part)]:
        out["vikter"] = ",".join(weights[:25])
    for name, form in (("matt", _MEASURE), ("portfolj", _PORTFOLIO)):
        if form.fullmatch(query.get(name, "")):
            out[name] = query[name]
    if re.fullmatch(r"[1-9]\d{0,4}", query.get("sida", "")):
        out["sida"] = int(query["sida"])
    return Selection(**out)


def _codes(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in found if _CODE.fullmatch(code)))[:25]
