"""Women and men by themselves on *Behov och pengar*, where the source has them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from dashboard import exhibit, layout, parts, statistics
from dashboard.blocks import hidden
from dashboard.blocks import need_series as both
from dashboard.blocks.need_series import Part
from dashboard.exhibit import WITHHELD, Cell, Column, Exhibit
from dashboard.layout import View
from dashboard.questions import need, regions


def sexes(v: View) -> Exhibit | None:
    """The indicator for women and for men in every län, the gap, and each sex's ranks beside the money's.

    None where the source has no values by sex, and for an index.
    """
    of = both.pair(v)
    if of.need.is_index or not of.codes:
        return None
    one = of.need.parts[0].one
    women, men = (both.part(v, one, of.need.parts[0].at, sex) for sex in ("K", "M"))
    if (women.sex, men.sex) != ("K", "M"):
        return None
    money = of.money.value
    ranked = [
        statistics.ranks({c: p.scores[c] for c in p.scores.keys() & money.keys()}) for p in (women, men)
    ]  # fmt: skip
    lans = [r["code"] for r in regions.lan(v.w)]
    title, unit, decimals = v.of(one), v.unit(one), one["decimals"]
    words = [v.t(f"series.sex_{sex}") for sex in ("K", "M")]
    rho = [statistics.spearman(p.scores, money) for p in (women, men)]
    return Exhibit(
        id="kon", title=v.t("need.sexes_title"),
        finding=v.t(
            "need.sexes_finding", title=title, period=v.span(women.at), women=v.n(rho[0], 2), men=v.n(rho[1], 2),
            nk=len(ranked[0]), nm=len(ranked[1]), money=both.lower(of.money.title),
        ),
        columns=(
            Column(v.t("need.column_lan")),
            *(Column(v.t(f"need.sex_{sex}"), "number", decimals, unit=unit) for sex in ("K", "M")),
            Column(v.t("need.sexes_gap"), "number", decimals),
            *(
                Column(v.t("need.sexes_rank", sex=word), "number", both.decimals(r.values()))
                for word, r in zip(words, ranked, strict=True)
            ),
            of.money.column,
        ),
        rows=tuple(
            (
                v.regions[c], _cell(women, c), _cell(men, c), _difference(women, men, c), ranked[0].get(c),
                ranked[1].get(c), of.money.raw.get(c),
            )
            for c in lans
        ),
        links=tuple(v.href("county", lan=(c,)) for c in lans),
        basis=(v.t("need.sexes_rule" if of.need.is_need else "need.sexes_rule_value"), *both.basis(v, of).whole),
        missing=both.missing(v, of), source=both.source(v, of),
    )  # fmt: skip


def _cell(p: Part, code: str) -> Cell:
    row = p.rows.get(code)
    value: float | None = row["value"] if row else None
    return WITHHELD if row and hidden.is_hidden(row) else value


def _difference(women: Part, men: Part, code: str) -> Cell:
    """Women minus men as the figures are published, in tenths and not in binary fractions; withheld when either is."""
    first, second = _cell(women, code), _cell(men, code)
    if WITHHELD in (first, second):
        return WITHHELD
    if not isinstance(first, int | float) or not isinstance(second, int | float):
        return None
    return float(Decimal(str(first)) - Decimal(str(second)))


def section(v: View) -> None:
    """Both sexes side by side, or that the source does not have them and which indicators do."""
    figure = sexes(v)
    if figure:
        exhibit.draw(v, replace(figure, basis=figure.basis[:1]))
        return
    of = both.pair(v)
    said = v.t("need.sexes_index") if of.need.is_index else v.t("need.sexes_none", need=of.need.label)
    if others := need.with_sexes(v.w):
        said += " " + v.t("need.sexes_others", titles=", ".join(map(v.of, others)))
    layout.html(parts.heading(2, v.t("need.sexes_title")), parts.missing(said))
