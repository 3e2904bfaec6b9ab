"""*Portföljer*: how large the portfolios are, how their amounts lie, when they start."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from dashboard.blocks import counting
from dashboard.blocks.portfolio import Side, apart, basis_of, differences, sentence, sides, source_of, unit
from dashboard.charts import bands
from dashboard.charts.look import Spec
from dashboard.comparing import Spread, quartile_places, spread_at
from dashboard.db import Row
from dashboard.exhibit import Cell, Column, Exhibit
from dashboard.layout import View
from dashboard.questions import funding, portfolios

CENT = Decimal("0.01")


def to_cents(value: Fraction) -> Decimal:
    """An exact fraction as an amount, to the nearest öre, halves up."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(CENT, "ROUND_HALF_UP")


def percent(part: int, whole: int) -> Decimal | None:
    """A share in per cent with two decimals; None of nothing."""
    return to_cents(Fraction(100 * part, whole)) if whole else None


def said_percent(v: View, value: Decimal | None) -> str:
    """A share as a reader sees it."""
    return v.t("portfolio.percent", n=v.n(value, 1)) if value is not None else "–"


def size(v: View) -> Exhibit | None:
    """How many initiatives, how many run, and of how many the amount is not known; each less the first's."""
    of = sides(v)
    rows: list[tuple[Cell, ...]] = []
    for s in of:
        t = funding.total(v.w, s.v.sel, s.v.sel.matt)
        unknown, none = _unknown(t), t["projects"] - t["with_any_amount"]
        rows.append(
            (
                s.label, t["projects"], t["running"], t["with_amount"], unknown, percent(unknown, t["projects"]), none,
                percent(none, t["projects"]),
            )
        )  # fmt: skip
    drawn = [
        bands.Point(v.t(f"portfolio.band_{name}"), float(row[at]), f"{s.mark} {said_percent(v, row[at])}", s.place)  # type: ignore[arg-type]
        for name, at in (("unknown", 5), ("none", 7))
        for s, row in zip(of, rows, strict=True)
        if row[at] is not None
    ]

    def chart(dark: bool) -> Spec:
        return bands.points(drawn, most=100, ticks=shares(v), dark=dark, lang=v.lang)

    each = [
        v.t("portfolio.size_each", mark=s.mark, n=v.n(r[1]), running=v.n(r[2]), share=said_percent(v, r[5]))  # type: ignore[arg-type]
        for s, r in zip(of, rows, strict=True)
    ]
    names = ("n", "running", "known", "unknown", "unknown_share", "none", "none_share")
    return Exhibit(
        id="size", title=v.t("portfolio.size"), finding=sentence(each),
        columns=(
            Column(v.t("counting.portfolio")),
            *(Column(v.t(f"portfolio.col_{n}"), "number", 1 if n.endswith("share") else 0) for n in names),
        ),
        rows=(*rows, *differences(of, rows)), source=source_of(v, of),
        basis=(v.t("portfolio.size_basis", measures=measures_of(of)), v.t("mode.unique_help")),
        links=(*(s.initiatives() for s in of), *("" for _ in of[1:])), spec=chart if drawn else None,
    )  # fmt: skip


def measures_of(of: tuple[Side, ...]) -> str:
    """Which kind of amount each portfolio is told in."""
    return ", ".join(dict.fromkeys(counting.measure(s.v) for s in of))


def shares(v: View) -> list[tuple[float, str]]:
    """Where an axis of shares is labelled."""
    return [(float(n), v.t("portfolio.percent", n=n)) for n in (0, 25, 50, 75, 100)]


def amounts(v: View, at: int = 0) -> Exhibit | None:
    """Total, quartiles and largest amount of the portfolios told in the ``at``:th kind of amount."""
    of = unit(v, at)
    totals = {s.place: funding.total(v.w, s.v.sel, s.v.sel.matt) for s in of}
    counts = {place: total["with_amount"] for place, total in totals.items()}
    if not any(counts.values()):
        return None
    found, spreads = {}, {}
    for s in of:
        n = counts[s.place]
        here = found[s.place] = portfolios.amounts(v.w, s.v.sel, {*quartile_places(n), *bands.thinned(n)})
        spreads[s.place] = spread_at(n, {place: r["amount"] for place, r in here.items()})
    rows: list[tuple[Cell, ...]] = []
    for s in of:
        lies = spreads[s.place]
        told = (
            [to_cents(x) for x in (lies.least, lies.lower, lies.median, lies.upper, lies.most)] if lies else [None] * 5
        )
        rows.append((s.label, counts[s.place], totals[s.place]["amount"], *told))
    names = ("total", "least", "lower", "median", "upper", "largest")
    currency = of[0].v.sel.currency
    zero = sum(rs[0]["zero"] for rs in found.values() if rs)
    known = [(s, lies) for s in of if (lies := spreads[s.place])]
    each = [
        v.t(
            "portfolio.amounts_each", mark=s.mark, total=counting.money(s.v, totals[s.place]["amount"]),
            median=counting.money(s.v, to_cents(lies.median)), largest=counting.money(s.v, to_cents(lies.most)),
        )
        for s, lies in known
    ]  # fmt: skip
    drawn = [
        strip(s, lies, [_dot(s, found[s.place][place]) for place in bands.thinned(lies.n)],
            v.t("portfolio.name_n", name=s.label, n=v.n(lies.n)))
        for s, lies in known
        if lies.least > 0
    ]  # fmt: skip

    def chart(dark: bool) -> Spec:
        return bands.strips(drawn, ticks=money_ticks(of[0], drawn), dark=dark, lang=v.lang)

    missing = [v.t("portfolio.zero", n=v.n(zero))] if zero else []
    if most := [s.mark for s, lies in known if lies.n > bands.MOST_DOTS]:
        missing.append(v.t("portfolio.thinned", marks=", ".join(most), n=v.n(bands.MOST_DOTS)))
    return Exhibit(
        id=f"amounts-{at + 1}", title=f"{v.t('portfolio.amounts')}: {counting.measure(of[0].v)}",
        finding=sentence(each),
        columns=(
            Column(v.t("counting.portfolio")), Column(v.t("portfolio.col_known"), "number"),
            *(Column(v.t(f"portfolio.col_{n}"), "money", currency=currency) for n in names),
        ),
        rows=(*rows, *differences(of, rows)), source=source_of(v, of),
        basis=(*basis_of(v, of), v.t("portfolio.amounts_basis")), missing=(*lacking(v, of), *missing, *apart(v)),
        links=(*(s.behind("belopp", "kant") for s in of), *("" for _ in of[1:])), spec=chart if drawn else None,
    )  # fmt: skip


def _dot(s: Side, r: Row) -> tuple[float, str]:
    return float(r["amount"]), f"{s.v.of(r)}: {counting.money(s.v, r['amount'])}"


def lacking(v: View, of: tuple[Side, ...]) -> tuple[str, ...]:
    """How many initiatives are not in the amounts, because theirs is not known."""
    said = []
    for s in of:
        t = funding.total(v.w, s.v.sel, s.v.sel.matt)
        if n := _unknown(t):
            said.append(v.t("portfolio.lacking_each", mark=s.mark, n=v.n(n), all=v.n(t["projects"])))
    return (v.t("portfolio.lacking", each="; ".join(said)),) if said else ()


def _unknown(total: Row) -> int:
    """Initiatives whose source has no amount of the kind; one that cannot be restated is known, and told elsewhere."""
    return int(total["projects"] - total["with_amount"] - total["not_restated"])


def strip(s: Side, here: Spread, values: list[tuple[float, str]], name: str, ratio: float | None = None) -> bands.Strip:
    """A portfolio's values as a band of dots over their box."""
    box = (float(here.least), float(here.lower), float(here.median), float(here.upper), float(here.most))
    return bands.Strip(name, s.place, values, box, counting.money(s.v, to_cents(here.median)), ratio)


def money_ticks(s: Side, drawn: list[bands.Strip]) -> list[tuple[float, str]]:
    """Powers of ten within what is drawn, in words."""
    inside = [value for strip in drawn for value in (strip.box[0], strip.box[-1])]
    return [(float(d), counting.money(s.v, d)) for d in bands.decades(min(inside), max(inside))]


def time(v: View, at: int = 0) -> Exhibit | None:
    """Initiatives and amounts by the year of the start; what has no start is a row of its own."""
    of = unit(v, at)
    found = {s.place: portfolios.years(v.w, s.v.sel) for s in of}
    rows: list[tuple[Cell, ...]] = []
    links = []
    for s in of:
        for r in found[s.place]:
            year = str(r["year"] or v.t("portfolio.no_start"))
            rows.append((f"{s.mark} {year}", s.name, r["n"], r["known"], r["amount"]))
            links.append(s.behind("start", str(r["year"] or "okant")))
    if not rows:
        return None
    is_money = v.sel.visa == "pengar"
    told = "amount" if is_money else "n"
    dated = [r["year"] for rs in found.values() for r in rs if r["year"]]
    years = [str(y) for y in range(min(dated), max(dated) + 1)] if dated else []
    drawn = [
        bands.Years(
            s.label, s.place,
            [
                (str(r["year"]), float(r[told]), _column(v, s, r[told]))
                for r in found[s.place] if r["year"] and r[told]
            ],
        )
        for s in of
    ]  # fmt: skip

    def chart(dark: bool) -> Spec:
        return bands.columns(drawn, years, dark=dark, lang=v.lang)

    said, undated = [], []
    for s in of:
        with_year = [r for r in found[s.place] if r["year"]]
        if most := max((r for r in with_year if r[told]), key=lambda r: (r[told], r["year"]), default=None):
            said.append(
                v.t(
                    "portfolio.time_money_each", mark=s.mark, year=most["year"],
                    amount=counting.money(s.v, most["amount"]),
                ) if is_money
                else v.t("portfolio.time_each", mark=s.mark, year=most["year"], n=v.n(most["n"]))
            )  # fmt: skip
        if none := next((r for r in found[s.place] if not r["year"]), None):
            amount = counting.money(s.v, none["amount"]) if none["known"] else v.t("portfolio.no_amount")
            undated.append(v.t("portfolio.undated_each", mark=s.mark, n=v.n(none["n"]), amount=amount))
    missing = (v.t("portfolio.undated", each="; ".join(undated)),) if undated else ()
    return Exhibit(
        id=f"time-{at + 1}", title=v.t("portfolio.time_money" if is_money else "portfolio.time"),
        finding=sentence(said) if said else v.t("portfolio.time_none"),
        columns=(
            Column(v.t("portfolio.col_year")), Column(v.t("counting.portfolio")),
            Column(v.t("portfolio.col_n"), "number"), Column(v.t("portfolio.col_known"), "number"),
            Column(counting.measure(of[0].v), "money", currency=of[0].v.sel.currency),
        ),
        rows=tuple(rows), source=source_of(v, of), basis=(v.t("portfolio.time_basis"), *basis_of(v, of)),
        missing=(*missing, *lacking(v, of), *apart(v)), links=tuple(links), spec=chart if years else None,
    )  # fmt: skip


def _column(v: View, s: Side, height: Decimal | int) -> str:
    return counting.money(s.v, height) if isinstance(height, Decimal) else v.n(height)
