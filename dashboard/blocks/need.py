"""Sections of *Behov och pengar*: what is compared, how the two go together, and who stands where by each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st
from markupsafe import Markup

from dashboard import exhibit, layout, numbers, parts, statistics
from dashboard.blocks import counting
from dashboard.blocks import need_series as both
from dashboard.blocks.need_series import Pair
from dashboard.charts import scatter as chart
from dashboard.charts.look import Spec
from dashboard.exhibit import Column, Exhibit
from dashboard.layout import View
from dashboard.questions import indicators, initiatives, need, regions


def headline(v: View) -> None:
    """What is compared, in how many län, and what that says and does not say."""
    of = both.pair(v)
    said = v.t("need.lede", need=of.need.label, money=both.lower(of.money.title), n=of.n)
    layout.title(v.t("need.title"), said)
    counting.chosen(v)
    warning = Markup("")
    if of.need.is_index:
        away = parts.link(v.href(vikter=""), v.t("need.index_remove"))
        warning = parts.missing(Markup("{} {}").format(v.t("need.index_warning"), away))
    # One element whatever is chosen: a panel that moved down would lose the keyboard's place in it.
    layout.html(parts.missing(v.t("need.association")), warning)


def controls(v: View) -> None:
    """The indicator with its year and sex, the money or the initiatives, which of them, and a län to mark out."""
    lans = [r["code"] for r in sorted(regions.lan(v.w), key=lambda r: r["short_name"])]
    with st.container(key="need-indicator", horizontal=True, vertical_alignment="bottom"):
        if not any(both.weights(v).values()):
            _indicator(v)
        layout.choose(
            v.t("need.marked"), "lan", ["", *lans], v.sel.one_lan or "",
            lambda code: v.regions[code] if code else v.t("need.marked_none"), then={"kommun": ""},
        )  # fmt: skip
    with st.container(key="need-money", horizontal=True, vertical_alignment="bottom"):
        counting.portfolio(v)
        kinds = ("pengar", "initiativ")
        shown = "initiativ" if v.sel.visa == "initiativ" else "pengar"
        layout.switch(v.t("need.against"), "visa", kinds, shown, lambda kind: v.t(f"sweden.show_{kind}"))
        if shown == "pengar":
            ids = counting.measures(v, v.sel.whole())
            layout.choose(v.t("sweden.measure"), "matt", ids, v.sel.matt, lambda m: counting.label(v, m))
        ways = ("capita", "total")
        layout.switch(v.t("sweden.per"), "per", ways, v.sel.per or ways[0], lambda p: v.t(f"sweden.per_{p}"))
        modes = ("split", "touched")
        layout.switch(v.t("mode.label"), "satt", modes, v.sel.satt, lambda m: v.t(f"mode.{m}").capitalize())
        for facet, label in (("malgrupp", v.t("need.group")), ("period", v.t("need.period"))):
            _narrow(v, facet, label)
    counting.panel(v, with_fund=True)


def _indicator(v: View) -> None:
    found = indicators.catalogue(v.w)
    (used,) = both.parts(v)
    code = used.one["code"]
    layout.choose(
        v.t("sweden.indicator"), "indikator", list(found), code, lambda c: v.of(found[c]), then={"ar": ""}
    )  # fmt: skip
    layout.choose(v.t("need.year"), "ar", found[code]["periods"], used.at, v.span)
    if {"K", "M"} <= need.by_sex(v.w, code, used.at).keys():
        layout.switch(v.t("need.sex"), "kon", ("T", "K", "M"), used.sex, lambda s: v.t(f"need.sex_{s}"))


def _narrow(v: View, facet: str, label: str) -> None:
    """One value of a facet, or all; several in the address stay until another is chosen."""
    chosen: tuple[str, ...] = getattr(v.sel, facet)
    counts = initiatives.facets(v.w, both.operations(v))[facet]
    names, several = layout.facet_names(v)[facet], ",".join(chosen)
    options = [
        "",
        *sorted(counts, key=lambda code: names.get(code, code)),
        *([several] if several not in counts else []),
    ]
    layout.choose(
        label, facet, list(dict.fromkeys(options)), several,
        lambda code: ", ".join(names.get(c, c) for c in code.split(",")) if code else v.t("facet.all"),
    )  # fmt: skip


def is_empty(v: View) -> bool:
    """Whether no län has both series; then says so, with what to do."""
    of = both.pair(v)
    if of.codes:
        return False
    said = v.t("need.empty_text", need=of.need.label, money=both.lower(of.money.title))
    layout.html(parts.empty(v.t("need.empty_title"), said), *map(parts.missing, both.missing(v, of)))
    return True


def associated(v: View, of: Pair) -> str:
    """How the two series go together, in one sentence with rho, its interval and n. Association, never more."""
    told = {"need": of.need.label, "money": both.lower(of.money.title), "n": of.n}
    if of.rho is None:
        return v.t("need.finding_none", **told)
    if of.interval is None:
        return v.t("need.finding_bare", rho=v.n(of.rho, 2), **told)
    low, high = of.interval
    way = "more" if low > 0 else "less"
    said = v.t("need.said_zero") if low <= 0 <= high else v.t(f"need.said_{way}_{of.need.words}")
    return v.t("need.finding", said=said, rho=v.n(of.rho, 2), low=v.n(low, 2), high=v.n(high, 2), **told)


def scatter(v: View) -> Exhibit | None:
    """Need across, money upwards: a point for every län that has both."""
    of = both.pair(v)
    if not of.codes:
        return None
    short, letter = regions.short_names(v.w), {r["code"]: r["iso"][3:] for r in regions.lan(v.w)}
    x, y = of.need.value, of.money.value
    divisor = 1e6 if of.money.is_money and max(y[c] for c in of.codes) >= 1e6 else 1.0
    dots = [
        chart.Dot(
            short[c], letter[c], x[c], y[c] / divisor,
            v.t(
                "need.map_value", need=of.need.title, x=of.need.show(x[c]), a=both.place(v, of.need_rank[c]), n=of.n,
                money=of.money.title, y=of.money.show(y[c]), b=both.place(v, of.money_rank[c]),
            ),
            c in v.sel.lan, v.href("county", lan=(c,)),
        )
        for c in of.codes
    ]  # fmt: skip
    middle = statistics.median([x[c] for c in of.codes]), statistics.median([y[c] for c in of.codes])
    title = of.need.column.heading
    logs = [chart.is_skewed([series_[c] for c in of.codes]) for series_ in (x, y)]
    title = v.t("need.axis_reversed", title=title) if of.need.is_reversed else title
    titles = [
        v.t("need.axis_log", title=t) if log else t
        for t, log in zip((title, _upwards(v, of, divisor)), logs, strict=True)
    ]
    across = chart.Axis(
        titles[0], middle[0], v.t("need.median", x=of.need.show(middle[0])), of.need.is_reversed, is_log=logs[0]
    )  # fmt: skip
    upwards = chart.Axis(
        titles[1], middle[1] / divisor, v.t("need.median", x=of.money.show(middle[1])), starts_at_zero=True,
        is_log=logs[1],
    )  # fmt: skip

    def spec(dark: bool) -> Spec:
        return chart.scatter(dots, across, upwards, dark=dark, lang=v.lang)

    unnamed = chart.left_out(spec(False), is_wide=True)
    rest = statistics.without_one(of.need.score, of.money.value)
    return Exhibit(
        id="samband", title=v.t("need.scatter_title"), finding=associated(v, of),
        columns=(Column(v.t("need.column_lan")), Column(v.t("need.column_letter")), of.need.column, of.money.column),
        rows=tuple((v.regions[c], letter[c], x[c], of.money.raw[c]) for c in of.codes),
        links=tuple(v.href("county", lan=(c,)) for c in of.codes),
        basis=(
            *([v.t("need.without_one", low=v.n(rest[0], 2), high=v.n(rest[1], 2))] if rest else []),
            v.t("need.method"), *both.basis(v, of).whole, v.t("need.letters"),
        ),
        missing=(*([v.t("need.unnamed", n=unnamed)] if unnamed else []), *both.missing(v, of)),
        source=both.source(v, of), spec=spec,
    )  # fmt: skip


def _upwards(v: View, of: Pair, divisor: float) -> str:
    """The title of the axis upwards with its unit."""
    if not of.money.is_money:
        return of.money.title
    return f"{of.money.title}, {numbers.unit('mn' if divisor > 1 else 'full', v.sel.currency, v.lang)}"


def scatter_section(v: View) -> None:
    """The scatter with what holds for it, and how the money is counted."""
    found = scatter(v)
    if found:
        exhibit.draw(v, replace(found, basis=(*own_basis(v, found), *both.basis(v, both.pair(v)).counted)))


def own_basis(v: View, of: Exhibit) -> tuple[str, ...]:
    """What an exhibit says of itself alone: its basis without what is said of both series once a page."""
    shared = both.basis(v, both.pair(v)).whole
    return tuple(said for said in of.basis if said not in shared)


def gaps(v: View) -> Exhibit | None:
    """Rank of need, rank of money and the gap between, the län whose need is furthest ahead of its money first."""
    of = both.pair(v)
    if not of.codes:
        return None
    gap = {c: of.money_rank[c] - of.need_rank[c] for c in of.codes}
    order = sorted(of.codes, key=lambda c: (-gap[c], of.need_rank[c], c))
    words, what = of.need.words, "money" if of.money.is_money else "projects"
    told = {"what": v.t(f"sweden.show_{'pengar' if of.money.is_money else 'initiativ'}").lower()}
    rule = v.t(f"need.gap_rule_{words}", most=both.lower(v.t(f"need.level_{what}_3")), **told)
    return Exhibit(
        id="platser", title=v.t("need.gap_title"), finding=_furthest(v, of, gap),
        columns=(
            Column(v.t("need.column_lan")),
            Column(v.t(f"need.column_rank_{words}"), "number", both.decimals(of.need_rank.values())),
            of.need.column,
            Column(v.t(f"need.column_rank_{what}"), "number", both.decimals(of.money_rank.values())),
            of.money.column,
            Column(v.t("need.column_gap"), "number", both.decimals(gap.values())),
        ),
        rows=tuple(
            (v.regions[c], of.need_rank[c], of.need.value[c], of.money_rank[c], of.money.raw[c], gap[c]) for c in order
        ),
        links=tuple(v.href("county", lan=(c,)) for c in order),
        basis=(rule, *both.basis(v, of).whole), missing=both.missing(v, of),
        source=both.source(v, of),
    )  # fmt: skip


def _furthest(v: View, of: Pair, gap: Mapping[str, float]) -> str:
    most, least = (pick(of.codes, key=lambda c: (gap[c], -of.need_rank[c], c)) for pick in (max, min))
    if gap[most] == gap[least]:
        return v.t("need.gap_even", n=of.n)
    return v.t(
        f"need.gap_finding_{of.need.words}", most=v.regions[most], a=both.place(v, of.need_rank[most]),
        b=both.place(v, of.money_rank[most]), money=both.lower(of.money.title), n=of.n, least=v.regions[least],
        c=both.place(v, of.need_rank[least]), d=both.place(v, of.money_rank[least]),
    )  # fmt: skip


def gap_section(v: View) -> None:
    """The table of gaps, each figure with the way to what it is made of."""
    found = gaps(v)
    if found is None:
        return
    of = both.pair(v)
    codes = {v.regions[c]: c for c in of.codes}
    ways = []
    for row in found.rows:
        code = codes[str(row[0])]
        only = {"lan": (code,), "kommun": (), **({"belopp": ("kant",)} if of.money.is_money else {})}
        way = {0: v.href("county", lan=(code,)), 4: v.href("initiatives", **only)}
        if not of.need.is_index:
            way[2] = v.source_href(of.need.parts[0].rows[code])
        ways.append(way)
    layout.html(
        parts.heading(2, found.title), parts.lede(found.finding), linked(v, found, ways),
        *map(parts.source, own_basis(v, found)), *map(parts.missing, found.missing), *map(parts.source, found.source),
        exhibit.taken(v, found),
    )  # fmt: skip


def linked(v: View, of: Exhibit, ways: Sequence[Mapping[int, str]]) -> Markup:
    """An exhibit's table in which any cell may lead on: for each row, column -> address."""
    body = [
        [
            parts.link(way[at], text) if at in way else text
            for at, text in enumerate(exhibit.written(v, cell, c) for cell, c in zip(row, of.columns, strict=True))
        ]
        for row, way in zip(of.rows, ways, strict=True)
    ]
    numeric = [at for at, column in enumerate(of.columns) if column.kind in ("number", "money")]
    return parts.table([c.heading for c in of.columns], body, label=of.title, numeric=numeric)
