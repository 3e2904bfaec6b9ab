"""*Portföljer*: the amount per planned and per actual participant and per result, as a spread and not only a mean."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from dashboard.blocks import counting, hidden
from dashboard.blocks.portfolio import Side, apart, basis_of, sentence, source_of, unit
from dashboard.blocks.portfolio_size import money_ticks, strip, to_cents
from dashboard.charts import bands
from dashboard.charts.look import Spec
from dashboard.comparing import Spread, quartile_places, spread_at
from dashboard.db import Row
from dashboard.exhibit import Cell, Column, Exhibit
from dashboard.layout import View
from dashboard.questions import costs

LEAST = 5
"""Fewer initiatives than this with both figures show no cost."""
_NOTHING: Row = dict.fromkeys(("n", "amount", "persons", "unpaid", "zero", "hidden"), 0)


def cost(v: View, at: int = 0) -> Exhibit | None:
    """Amount per person over the initiatives that have both figures; at least five of them, else none is shown."""
    of = unit(v, at)
    rows: list[tuple[Cell, ...]] = []
    links, drawn, said, few, left = [], [], [], [], []
    is_hidden = False
    for s in of:
        found = costs.summed(v.w, s.v.sel)
        wanted = {r["per"]: {*quartile_places(r["n"]), *bands.thinned(r["n"])} for r in found if r["n"] >= LEAST}
        at_places = costs.at(v.w, s.v.sel, wanted)
        is_hidden = is_hidden or any(r["hidden"] for r in found)
        by_per = {r["per"]: r for r in found}
        results = [r["per"] for r in found if r["kind"] == "result"]
        for per in ("planerade", "faktiska", *results):
            told, here = by_per.get(per, _NOTHING), at_places.get(per, {})
            words = per_words(v, per, per in results)
            left += _left(v, s, words, told)
            lies, ratio = _lie(told, here)
            rows.append((s.label, words, told["n"], *_told(lies, ratio)))
            links.append(s.behind("resultat", per) if per in results else s.behind(per))
            if lies is None or ratio is None:
                few.append(f"{s.mark}, {words.lower()} ({v.n(told['n'])})")
                continue
            said.append(
                v.t(
                    "portfolio.cost_each", mark=s.mark, per=words.lower(),
                    median=counting.money(s.v, to_cents(lies.median)),
                    lower=counting.money(s.v, to_cents(lies.lower)), upper=counting.money(s.v, to_cents(lies.upper)),
                    n=v.n(lies.n),
                )
            )  # fmt: skip
            if lies.least > 0:
                dots = [(_each(r), r) for r in (here[place] for place in bands.thinned(lies.n))]
                values = [(float(each), f"{v.of(r)}: {counting.money(s.v, to_cents(each))}") for each, r in dots]
                title = f"{s.label}, {words.lower()} ({v.n(lies.n)})"
                drawn.append(strip(s, lies, values, title, float(ratio)))
    if not any(row[2] for row in rows):
        return None

    def chart(dark: bool) -> Spec:
        return bands.strips(drawn, ticks=money_ticks(of[0], drawn), dark=dark, lang=v.lang)

    names = ("least", "lower", "median", "upper", "largest", "ratio")
    currency = of[0].v.sel.currency
    return Exhibit(
        id=f"cost-{at + 1}", title=f"{v.t('portfolio.cost')}: {counting.measure(of[0].v)}",
        finding=sentence(said) if said else v.t("portfolio.cost_none"),
        columns=(
            Column(v.t("counting.portfolio")), Column(v.t("portfolio.col_per")),
            Column(v.t("portfolio.col_with_both"), "number"),
            *(Column(v.t(f"portfolio.col_{n}"), "money", currency=currency) for n in names),
        ),
        rows=tuple(rows), source=source_of(v, of), basis=(v.t("portfolio.cost_basis"), *basis_of(v, of)),
        missing=(
            *((v.t("portfolio.few", each="; ".join(few), least=LEAST),) if few else ()),
            *((v.t("portfolio.cost_left", each="; ".join(left)),) if left else ()),
            *((hidden.rule(v),) if is_hidden else ()),
            v.t("portfolio.cost_missing"), *apart(v),
        ),
        links=tuple(links), spec=chart if drawn else None,
    )  # fmt: skip


def per_words(v: View, per: str, is_result: bool) -> str:
    """What the amount is divided by."""
    return v.t("portfolio.per_result", code=per) if is_result else v.t(f"portfolio.per_{per}")


def _each(r: Row) -> Fraction:
    return Fraction(r["amount"]) / int(r["persons"])


def _lie(told: Row, here: Mapping[int, Row]) -> tuple[Spread | None, Fraction | None]:
    """How the costs lie, and the ratio of the sums; None of fewer than :data:`LEAST`."""
    if told["n"] < LEAST:
        return None, None
    lies = spread_at(told["n"], {place: _each(r) for place, r in here.items()})
    return lies, Fraction(told["amount"]) / told["persons"]


def _told(lies: Spread | None, ratio: Fraction | None) -> list[Decimal | None]:
    if lies is None or ratio is None:
        return [None] * 6
    return [to_cents(x) for x in (lies.least, lies.lower, lies.median, lies.upper, lies.most, ratio)]


def _left(v: View, s: Side, words: str, told: Row) -> list[str]:
    """How many counts are left out, and why."""
    said = [v.t(f"portfolio.left_{name}", n=v.n(told[name])) for name in ("unpaid", "zero", "hidden") if told[name]]
    return [f"{s.mark}, {words.lower()}: {', '.join(said)}"] if said else []
