"""*Portföljer*: how concentrated each is on its owners, and what the portfolios have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from dashboard.blocks.portfolio import Cells, Side, apart, sentence, sides, source_of
from dashboard.blocks.portfolio_size import lacking, measures_of, said_percent, shares, to_cents
from dashboard.charts import bands
from dashboard.charts.look import Spec
from dashboard.comparing import Amount, effective, hhi, jaccard, top_share, without_largest
from dashboard.db import Row
from dashboard.exhibit import Cell, Column, Exhibit
from dashboard.layout import View
from dashboard.questions import portfolios

MOST_SHARED = 60
"""Shared things listed of each kind; how many more there are is said."""


@dataclass(frozen=True)
class _Figures:
    """Owners, index, effective number, and the shares of the largest and the three largest in per cent."""

    owners: int
    index: Decimal | None
    effective: Decimal | None
    top1: Decimal | None
    top3: Decimal | None


def _figures(values: Sequence[Amount]) -> _Figures:
    index = hhi(values)
    shares_of = (_hundred(top_share(values, n)) for n in (1, 3))
    return _Figures(len(values), *(None if x is None else to_cents(x) for x in (index, effective(index), *shares_of)))


def _hundred(share: Fraction | None) -> Fraction | None:
    return None if share is None else 100 * share


def concentration(v: View) -> Exhibit | None:
    """The index and the largest owners' shares, of amounts and of initiatives, with the largest owner and without."""
    of = sides(v)
    rows: list[tuple[Cell, ...]] = []
    links, drawn, said, nameless = [], [], [], []
    for s in of:
        found = portfolios.owners(v.w, s.v.sel)
        named = [r for r in found if r["owner_key"]]
        money = [r["amount"] for r in named if r["amount"]]
        ways: tuple[tuple[str, Sequence[Amount], Row | None], ...] = (
            ("money", money, named[0] if money else None),
            ("money_without", without_largest(money), None),
            ("n", [r["n"] for r in named], max(named, key=lambda r: (r["n"], r["name"]), default=None)),
            ("n_without", without_largest([r["n"] for r in named]), None),
        )
        for way, values, largest in ways:
            figures = _figures(values)
            rows.append((s.label, v.t(f"portfolio.way_{way}"), *astuple(figures), largest["name"] if largest else None))
            links.append(s.behind("agare", largest["owner_key"]) if largest else "")
            if way == "money" and figures.top1 is not None:
                said.append(
                    v.t(
                        "portfolio.top_each", mark=s.mark, share=said_percent(v, figures.top3),
                        without=said_percent(v, _figures(without_largest(money)).top3), n=v.n(figures.effective, 1),
                    )
                )  # fmt: skip
            for band, share in (("top1", figures.top1), ("top3", figures.top3)):
                if way.startswith("money") and share is not None:
                    drawn.append((f"{band}_{way}", s, share))
        if none := next((r for r in found if not r["owner_key"]), None):
            nameless.append(v.t("portfolio.nameless_each", mark=s.mark, n=v.n(none["n"]), known=v.n(none["known"])))
    bands_in_order = ("top1_money", "top3_money", "top3_money_without")
    points = [
        bands.Point(v.t(f"portfolio.band_{name}"), float(x or 0), f"{s.mark} {said_percent(v, x)}", s.place)
        for name in bands_in_order
        for band, s, x in drawn
        if band == name
    ]

    def chart(dark: bool) -> Spec:
        return bands.points(points, most=100, ticks=shares(v), dark=dark, lang=v.lang)

    return Exhibit(
        id="concentration", title=v.t("portfolio.concentration"),
        finding=sentence(said) if said else v.t("portfolio.top_none"),
        columns=(
            Column(v.t("counting.portfolio")), Column(v.t("portfolio.col_way")),
            Column(v.t("portfolio.col_owners"), "number"), Column(v.t("portfolio.col_hhi"), "number"),
            Column(v.t("portfolio.col_effective"), "number", 1), Column(v.t("portfolio.col_top1"), "number", 1),
            Column(v.t("portfolio.col_top3"), "number", 1), Column(v.t("portfolio.col_largest_owner")),
        ),
        rows=tuple(rows), source=source_of(v, of), links=tuple(links), spec=chart if points else None,
        basis=(v.t("portfolio.hhi_basis", measures=measures_of(of)), v.t("portfolio.owner_basis")),
        missing=(
            *lacking(v, of), *((v.t("portfolio.nameless", each="; ".join(nameless)),) if nameless else ()), *apart(v),
        ),
    )  # fmt: skip


def overlap(v: View) -> Exhibit | None:
    """Jaccard of every pair: what both have of what either has, by owners, groups, län, themes and initiatives."""
    of = sides(v)
    if len(of) < 2:
        return None
    rows: list[tuple[Cell, ...]] = []
    points, said = [], []
    for dimension in portfolios.DIMENSIONS:
        sizes, common = _held(v, of, dimension)
        for (at, a), (to, b) in combinations(enumerate(of), 2):
            both = common[at, to]
            either = sizes[at] + sizes[to] - both
            same = jaccard(both, either)
            pair, band = f"{a.mark}–{b.mark}", v.t(f"portfolio.dimension_{dimension}")
            shown = to_cents(same) if same is not None else None
            rows.append((band, pair, sizes[at], sizes[to], both, either, shown))
            if same is not None:
                words = v.t("portfolio.jaccard", pair=pair, n=v.n(shown, 2), both=v.n(both), either=v.n(either))
                points.append(bands.Point(band, float(same), words))
            if (a, b) == (of[0], of[1]) and same is not None:
                said.append(f"{band.lower()} {v.n(shown, 2)}")

    def chart(dark: bool) -> Spec:
        ticks = [(n / 4, v.n(n / 4, 2)) for n in range(5)]
        return bands.points(points, most=1, ticks=ticks, dark=dark, lang=v.lang)

    names = ("first", "second", "both", "either")
    return Exhibit(
        id="overlap", title=v.t("portfolio.overlap"),
        finding=v.t("portfolio.overlap_finding", a=of[0].mark, b=of[1].mark, each=", ".join(said))
        if said else v.t("portfolio.overlap_none"),
        columns=(
            Column(v.t("portfolio.col_what")), Column(v.t("portfolio.col_pair")),
            *(Column(v.t(f"portfolio.col_{name}"), "number") for name in names),
            Column(v.t("portfolio.col_jaccard"), "number", 2),
        ),
        rows=tuple(rows), source=source_of(v, of), spec=chart if points else None,
        basis=(v.t("portfolio.jaccard_basis"),), missing=(v.t("portfolio.overlap_missing"),),
    )  # fmt: skip


def _held(v: View, of: Sequence[Side], dimension: str) -> tuple[Sequence[int], Mapping[tuple[int, int], int]]:
    """How many things of a kind each portfolio has, and how many each pair has in common."""
    if dimension == "insats":
        told = portfolios.common(v.w, [s.v.sel for s in of], MOST_SHARED)
        return told.each, told.n
    have = [portfolios.items(v.w, s.v.sel, dimension).keys() for s in of]
    return [len(h) for h in have], {(a, b): len(have[a] & have[b]) for a, b in combinations(range(len(have)), 2)}


def _several(v: View, of: Sequence[Side], dimension: str) -> tuple[int, Sequence[tuple[str, Row, list[int]]]]:
    """How many things of a kind two portfolios or more have; of the largest of them code, titles and n in each."""
    if dimension == "insats":
        told = portfolios.common(v.w, [s.v.sel for s in of], MOST_SHARED)
        found = [(str(r["local_id"]), r, [int(at in r["places"]) for at in range(len(of))]) for r in told.first]
        return told.several, found
    have = [portfolios.items(v.w, s.v.sel, dimension) for s in of]
    several = [code for code in dict.fromkeys(c for h in have for c in h) if sum(code in h for h in have) > 1]
    counts = {code: [h[code]["n"] if code in h else 0 for h in have] for code in several}
    several.sort(key=lambda code: -sum(counts[code]))
    titles = [next(h[code] for h in have if code in h) for code in several[:MOST_SHARED]]
    return len(several), [(code, row, counts[code]) for code, row in zip(several, titles, strict=False)]


def shared(v: View) -> Exhibit | None:
    """What at least two portfolios have, with the number of initiatives in each."""
    found = _shared(v)
    return found[0] if found else None


def shared_links(v: View) -> Cells:
    """Where the cells of :func:`shared` lead."""
    found = _shared(v)
    return found[1] if found else {}


def _shared(v: View) -> tuple[Exhibit, Cells] | None:
    of = sides(v)
    if len(of) < 2:
        return None
    rows: list[tuple[Cell, ...]] = []
    hrefs: dict[tuple[int, int], str] = {}
    counts, left = [], 0
    for dimension in portfolios.DIMENSIONS:
        several, found = _several(v, of, dimension)
        counts.append(f"{v.t(f'portfolio.dimension_{dimension}').lower()} {v.n(several)}")
        left += max(0, several - MOST_SHARED)
        for code, titles, each in found:
            if dimension == "insats":
                hrefs[len(rows), 0] = v.but(insats=code).href("initiatives")
            for at, (s, n) in enumerate(zip(of, each, strict=True)):
                if n and dimension != "insats":
                    hrefs[len(rows), at + 2] = s.behind(dimension, code)
            title = v.of(titles) if dimension != "tema" else _theme(v, code, titles)
            rows.append((title, v.t(f"portfolio.dimension_{dimension}"), *each))
    missing = (v.t("portfolio.shared_left", n=v.n(left), most=v.n(MOST_SHARED)),) if left else ()
    exhibit = Exhibit(
        id="shared", title=v.t("portfolio.shared"), finding=v.t("portfolio.shared_finding", each=", ".join(counts)),
        columns=(
            Column(v.t("portfolio.col_item")), Column(v.t("portfolio.col_what")),
            *(Column(v.t("portfolio.col_in", mark=s.mark), "number") for s in of),
        ),
        rows=tuple(rows), source=source_of(v, of), basis=(v.t("portfolio.shared_basis"),), missing=missing,
    )  # fmt: skip
    return exhibit, hrefs


def _theme(v: View, code: str, titles: Row) -> str:
    period, _, area = code.partition(":")
    return f"{period} {area} {v.of(titles)}" if area else v.of(titles)
