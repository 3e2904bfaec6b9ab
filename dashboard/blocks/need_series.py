"""The two series of *Behov och pengar*: what is needed and what was granted, län by län, and how they go together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from dashboard import layout, numbers, statistics
from dashboard.blocks import counting, hidden, series
from dashboard.db import Row
from dashboard.exhibit import Column
from dashboard.layout import View
from dashboard.questions import funding, indicators, need, regions
from dashboard.selection import Selection

INDEX_DECIMALS = 2


@dataclass(frozen=True)
class Part:
    """An indicator as it is used: its row of the catalogue, the period, the sex, and the län's rows by code."""

    one: Row
    at: str
    sex: str
    rows: dict[str, Row]

    @property
    def values(self) -> dict[str, float]:
        """Län code -> value as published."""
        return {code: r["value"] for code, r in self.rows.items() if code != "00" and r["value"] is not None}

    @property
    def scores(self) -> dict[str, float]:
        """Län code -> the value turned so that more is greater need; as published where no direction is defined."""
        return {c: -x for c, x in self.values.items()} if self.one["better"] == "high" else self.values


@dataclass(frozen=True)
class Need:
    """The first series. ``score``: more is greater need (``is_need``), or simply more (no direction is defined)."""

    title: str
    period: str
    column: Column
    value: dict[str, float]
    score: dict[str, float]
    show: Callable[[float | None], str]
    is_need: bool
    is_reversed: bool
    parts: tuple[Part, ...]
    is_index: bool = False
    hidden: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        """Title and period."""
        return f"{self.title} {self.period}".strip()

    @property
    def words(self) -> str:
        """The end of the keys of texts that speak of need, or of a mere value."""
        return "need" if self.is_need else "value"


@dataclass(frozen=True)
class Money:
    """The second series: an amount or a number of initiatives a län. ``found``: the funding rows by code."""

    title: str
    column: Column
    value: dict[str, float]
    raw: dict[str, Decimal | float]
    show: Callable[[float | None], str]
    found: dict[str, Row]
    is_money: bool
    is_per: bool
    years: Row


@dataclass(frozen=True)
class Pair:
    """Both series for the län that have both. Ranks: 1 = greatest need, most money; ties at their mean rank."""

    need: Need
    money: Money
    codes: tuple[str, ...]
    need_rank: dict[str, float]
    money_rank: dict[str, float]
    rho: float | None
    interval: tuple[float, float] | None

    @property
    def n(self) -> int:
        return len(self.codes)


def directed(v: View) -> dict[str, Row]:
    """The indicators that need can be read off: those whose good direction is defined."""
    return {code: one for code, one in indicators.catalogue(v.w).items() if one["better"] != "neutral"}


def weights(v: View) -> dict[str, int]:
    """The weights of the URL for indicators that there are and that have a direction, in the catalogue's order."""
    wanted = v.sel.weights
    return {code: wanted[code] for code in directed(v) if code in wanted}


def part(v: View, one: Row, wanted: str, sex: str) -> Part:
    """An indicator's rows for the wanted period, else its latest, and the sex when it has values for it, else T."""
    at = indicators.period(one, wanted)
    found = need.by_sex(v.w, one["code"], at)
    has_any = any(r["value"] is not None for code, r in found.get(sex, {}).items() if code != "00")
    sex = sex if has_any else "T"
    return Part(one, at, sex, found.get(sex, {}))


def parts(v: View) -> tuple[Part, ...]:
    """What the first series is made of: the weighted indicators, or the chosen one.

    Weighted ones are of their latest periods, and of one sex only when all of them have it.
    """
    catalogue = indicators.catalogue(v.w)
    weighted = [catalogue[code] for code, weight in weights(v).items() if weight]
    if not weighted:
        one = catalogue.get(v.sel.indikator) or next(iter(catalogue.values()))
        return (part(v, one, v.sel.ar, v.sel.kon),)
    found = tuple(part(v, one, "", v.sel.kon) for one in weighted)
    if all(p.sex == v.sel.kon for p in found):
        return found
    return tuple(part(v, one, "", "T") for one in weighted)


def need_of(v: View) -> Need:
    """The chosen indicator, or the viewer's own index of several."""
    used = parts(v)
    if any(weights(v).values()):
        return _index(v, used)
    (p,) = used
    title = v.of(p.one) if p.sex == "T" else f"{v.of(p.one)}, {v.t(f'series.sex_{p.sex}')}"
    return Need(
        title=title, period=v.span(p.at),
        column=Column(f"{title} {v.span(p.at)}", "number", p.one["decimals"], unit=v.unit(p.one)),
        value=p.values, score=p.scores, show=lambda x: v.value(x, p.one), is_need=p.one["better"] != "neutral",
        is_reversed=p.one["better"] == "high", parts=used,
        hidden=frozenset(code for code, r in p.rows.items() if code != "00" and hidden.is_hidden(r)),
    )  # fmt: skip


def _index(v: View, used: tuple[Part, ...]) -> Need:
    title = v.t("need.index_title", n=len(used))
    if used[0].sex != "T":
        title += f", {v.t(f'series.sex_{used[0].sex}')}"
    found = statistics.index({p.one["code"]: p.scores for p in used}, weights(v))
    return Need(
        title=title, period="", column=Column(title, "number", INDEX_DECIMALS), value=found, score=found,
        show=lambda x: v.n(x, INDEX_DECIMALS), is_need=True, is_reversed=False, parts=used, is_index=True,
        hidden=frozenset(code for p in used for code, r in p.rows.items() if code != "00" and hidden.is_hidden(r)),
    )  # fmt: skip


def operations(v: View) -> Selection:
    """The selection of operations: every facet but the län, which is only marked out."""
    return v.sel.but(lan=(), kommun=())


def money_of(v: View) -> Money:
    """The chosen kind of amount, or the number of initiatives; per 1,000 inhabitants unless in total is asked for."""
    sel = operations(v)
    is_money, is_per = v.sel.visa != "initiativ", v.sel.per != "total"
    found = funding.money_by_lan(v.w, sel, sel.matt) if is_money else funding.projects_by_lan(v.w, sel)
    people = indicators.population(v.w)
    raw: dict[str, Decimal | float] = {}
    for code in (r["code"] for r in regions.lan(v.w)):
        amount = found[code][sel.satt] if code in found else None if is_money else 0
        told = funding.per_thousand(amount, people.get(code)) if is_per else amount
        if told is not None:
            raw[code] = told
    title = counting.measure(v) if is_money else v.t("measure.projects")
    title = f"{title} {v.t('sweden.per_capita').lower()}" if is_per else title
    decimals = 0 if is_money else 3 if is_per else 0 if sel.satt == "touched" else 1

    def show(x: float | None) -> str:
        if not is_money or x is None:
            return v.n(x, decimals)
        return numbers.exact(round(x), sel.currency, v.lang) if is_per else counting.money(v, round(x))

    heading = f"{title}, {v.t(f'mode.{sel.satt}')}"
    unit = numbers.unit("full", sel.currency, v.lang) if is_money and is_per else ""
    kind = Column(heading, "money", currency=sel.currency) if is_money and not is_per else None
    return Money(
        title=heading, column=kind or Column(heading, "number", decimals, unit=unit),
        value={code: float(x) for code, x in raw.items()}, raw=raw, show=show, found=found, is_money=is_money,
        is_per=is_per, years=need.years(v.w, sel, is_money=is_money),
    )  # fmt: skip


def pair(v: View) -> Pair:
    """Both series, the län that have both, their ranks among these and the rank correlation."""
    first, second = need_of(v), money_of(v)
    codes = tuple(sorted(first.score.keys() & second.value.keys()))
    score, amount = ({c: x[c] for c in codes} for x in (first.score, second.value))
    rho = statistics.spearman(score, amount)
    return Pair(
        first, second, codes, statistics.ranks(score), statistics.ranks(amount), rho,
        None if rho is None else statistics.interval(rho, len(codes)),
    )  # fmt: skip


def lower(text: str) -> str:
    """A title within a sentence: its first letter small, unless it is an abbreviation."""
    return text if text[1:2].isupper() or text[1:2] == "-" else text[:1].lower() + text[1:]


def place(v: View, rank: float) -> str:
    """A place, "4" or "4,5" where two share it."""
    return v.n(rank, 0 if rank == int(rank) else 1)


def decimals(places: Iterable[float]) -> int:
    """How many decimals places need: one where any is shared by an even number."""
    return 0 if all(x == int(x) for x in places) else 1


@dataclass(frozen=True)
class Told:
    """What is said of both series: ``meant``, what the figures are and of when; ``counted``, how they are counted."""

    meant: tuple[str, ...]
    counted: tuple[str, ...]

    @property
    def whole(self) -> tuple[str, ...]:
        return self.meant + self.counted


def basis(v: View, of: Pair) -> Told:
    """Direction, years, per whom; split, what amounts are told in, where and which initiatives."""
    sel, money = operations(v), of.money
    said = [_direction(v, of.need)]
    if v.sel.kon != "T" and of.need.parts[0].sex == "T":
        said.append(v.t("need.sex_missing", sex=v.t(f"series.sex_{v.sel.kon}")))
    said.append(
        v.t(
            "need.years_money" if money.is_money else "need.years_projects", n=v.n(money.years["n"]),
            span=_span(money.years), undated=v.n(money.years["undated"]),
        )
        if money.years["n"]
        else v.t("need.years_none")
    )  # fmt: skip
    if money.is_per:
        said.append(v.t("need.per_why", year=need.population_period(v.w)))
    counted = [v.t(f"mode.{sel.satt}_help")]
    if money.is_money:
        counted.append(f"{counting.told(v, funding.total(v.w, sel, sel.matt))} {counting.note(v)}".strip())
    counted.append(counting.places(v, sel))
    if any(getattr(sel, name) for name in ("register", "period", "fond", "malgrupp", "tema", "agare", "status", "q")):
        said.append(v.t("need.narrowed", what=sel.describe(layout.facet_names(v))))
    return Told(tuple(said), tuple(counted))


def _direction(v: View, first: Need) -> str:
    if first.is_index:
        return v.t("need.direction_index")
    better = first.parts[0].one["better"]
    return v.t(f"need.direction_{better}", title=first.title)


def _span(years: Row) -> str:
    least, most = years["least"], years["most"]
    return "–" if least is None else str(least) if least == most else f"{least}–{most}"


def missing(v: View, of: Pair) -> tuple[str, ...]:
    """The län that lack one of the two, and the money that lies in no län."""
    said = []
    lans = [r["code"] for r in regions.lan(v.w)]
    for key, names in (
        ("need.missing_hidden", [c for c in lans if c in of.need.hidden]),
        ("need.missing_need", [c for c in lans if c not in of.need.score and c not in of.need.hidden]),
        ("need.missing_money", [c for c in lans if c not in of.money.value]),
    ):
        if names:
            said.append(v.t(key, names=", ".join(v.regions[c] for c in names)))
    if of.need.hidden:
        said.append(hidden.rule(v))
    if of.money.is_money:
        said.append(counting.outside(v, operations(v), of.money.found))
    return tuple(said)


def source(v: View, of: Pair) -> tuple[str | Markup, ...]:
    """Publisher, table, period and date of every indicator, then the registries behind the money."""
    lines: list[str | Markup] = []
    for p in of.need.parts:
        row = p.rows.get(v.sel.one_lan or "00") or p.rows.get("00") or next(iter(p.rows.values()), None)
        if row:
            lines.append(series.source_line(v, p.one, v.span(p.at), row))
    behind = {"lan": (), "kommun": (), **({"belopp": ("kant",)} if of.money.is_money else {})}
    return (*lines, v.behind(**behind))
