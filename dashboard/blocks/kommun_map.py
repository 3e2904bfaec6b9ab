"""The page *Kommun*: the choice, the map of kommuner and the table of the same figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil

import streamlit as st
from markupsafe import Markup

from dashboard import exhibit, layout, maps, parts
from dashboard.blocks import counting, hidden, series
from dashboard.charts.lan_map import lan_map
from dashboard.charts.look import Spec
from dashboard.components.lanskarta import LegendItem, MapRegion, lanskarta
from dashboard.db import Row
from dashboard.exhibit import WITHHELD, Cell, Column, Exhibit, Plot
from dashboard.layout import View
from dashboard.questions import funding, indicators, kommuner, regions

PAGE = 25


@dataclass(frozen=True)
class Figures:
    """What the map paints: a value a kommun that has one, how it is written, and which are hidden."""

    values: dict[str, float]
    show: Callable[[float], str]
    title: str
    column: Column
    withheld: frozenset[str] = frozenset()
    ranks: dict[str, int] | None = None


def chosen(v: View) -> str:
    """The kommun that is chosen, "" for none: one, and one of those that the page shows."""
    code = v.sel.kommun[0] if len(v.sel.kommun) == 1 else ""
    return code if code in shown(v) else ""


def county(v: View) -> str:
    """The län that is chosen, "" for all of Sweden."""
    code = v.sel.one_lan or ""
    return code if any(k["lan_code"] == code for k in kommuner.every(v.w).values()) else ""


def shown(v: View) -> dict[str, Row]:
    """The kommuner of the chosen län, or all: code -> code, name, lan_code, by name."""
    lan = county(v)
    return {code: k for code, k in kommuner.every(v.w).items() if lan in ("", k["lan_code"])}


def is_initiatives(v: View) -> bool:
    """Whether the map shows initiatives: chosen, or no indicator reaches the kommuner."""
    return v.sel.visa != "indikator" or not kommuner.catalogue(v.w)


def indicator(v: View) -> tuple[Row, str]:
    """The indicator that the map shows, and its period: the chosen one where it reaches the kommuner."""
    found = kommuner.catalogue(v.w)
    one = found.get(v.sel.indikator) or next(iter(found.values()))
    return one, indicators.period(one, v.sel.ar)


def heading(v: View) -> None:
    """The kommun's name, or whose kommuner they are, and in one sentence what there is on them."""
    code, lan = chosen(v), county(v)
    if code:
        of = v.regions[shown(v)[code]["lan_code"]]
        layout.title(v.regions[code], v.t("kommun.lede_one", lan=of, people=people(v, kommuner.profile(v.w, code))))
    else:
        name = v.t("kommun.title_lan", lan=v.regions[lan]) if lan else v.t("kommun.title")
        found, reach = indicators.catalogue(v.w), kommuner.catalogue(v.w)
        told = {"n": v.n(len(shown(v))), "all": v.n(len(found.keys() - {"population"})), "reach": v.n(len(reach))}
        layout.title(name, v.t("kommun.lede", **told))
    counting.chosen(v.but(kommun=()))


def people(v: View, found: Sequence[Row]) -> str:
    """The number of inhabitants in words, of the rows of a profile."""
    row = next((r for r in found if r["code"] == "population"), None)
    if row is None:
        return v.t("kommun.people_unknown")
    if hidden.is_hidden(row):
        return v.t("kommun.people_hidden")
    return v.t("kommun.people", n=v.n(row["value"]), year=v.span(row["period"]))


def controls(v: View) -> None:
    """Which kommun, which län, what the map shows."""
    towns, found = shown(v), kommuner.catalogue(v.w)
    lans = sorted(regions.lan(v.w), key=lambda r: r["short_name"])
    with st.container(key="controls", horizontal=True, vertical_alignment="bottom"):
        layout.choose(
            v.t("kommun.pick"), "kommun", ["", *towns], chosen(v),
            lambda c: v.regions[c] if c else v.t("kommun.pick_none"),
        )  # fmt: skip
        layout.choose(
            v.t("kommun.lan"), "lan", ["", *(r["code"] for r in lans)], county(v),
            lambda c: v.regions[c] if c else v.t("kommun.lan_all"), then={"kommun": ""},
        )  # fmt: skip
        kinds = ("indikator", "initiativ") if found else ("initiativ",)
        kind = "initiativ" if is_initiatives(v) else "indikator"
        layout.switch(v.t("kommun.show"), "visa", kinds, kind, lambda x: v.t(f"kommun.show_{x}"))
        if kind == "initiativ":
            layout.switch(v.t("sweden.per"), "per", ("total", "capita"), v.sel.per, lambda p: v.t(f"sweden.per_{p}"))
            counting.portfolio(v)
        else:
            one, at = indicator(v)
            layout.choose(
                v.t("sweden.indicator"), "indikator", list(found), one["code"], lambda c: v.of(found[c]),
                then={"ar": ""},
            )  # fmt: skip
            layout.choose(v.t("sweden.year"), "ar", one["periods"], at, v.span)
    if kind == "initiativ":
        counting.panel(v, with_fund=True)


def map_and_table(v: View) -> None:
    """The map beside its finding, the chosen kommun and the table."""
    figures, of, code = _figures(v), table(v), chosen(v)
    chart, words = st.columns([5, 6], gap="large")
    with chart, st.container(key="karta"):
        _map(v, figures, code)
    with words:
        layout.html(Markup('<p class="ik-lede" role="status">{}</p>').format(of.finding))
        if code:
            layout.html(_card(v, figures, code))
        layout.html(parts.heading(2, of.title), exhibit.table(v, _page(v, of)), _pages(v, len(of.rows)))
    layout.html(exhibit.foot(v, of))
    if figures.withheld:
        layout.html(parts.source(hidden.rule(v)))


def table(v: View) -> Exhibit:
    """Every kommun shown with its value, largest first; hidden ones and those without a value last."""
    return _of_initiatives(v) if is_initiatives(v) else _of_indicator(v)


def _figures(v: View) -> Figures:
    towns = shown(v)
    if is_initiatives(v):
        count = kommuner.initiatives(v.w, v.sel.but(lan=(), kommun=()))
        is_per = v.sel.per == "capita"
        people = indicators.population(v.w)
        each: dict[str, float | None] = {
            code: funding.per_thousand(count.get(code, 0), people.get(code)) if is_per else float(count.get(code, 0))
            for code in towns
        }
        title = v.t("kommun.initiatives_per" if is_per else "kommun.initiatives")
        return Figures(
            {code: x for code, x in each.items() if x is not None}, lambda x: v.n(x, 3 if is_per else 0),
            title, Column(v.t("kommun.per_thousand" if is_per else "kommun.number"), "number", 3 if is_per else 0),
        )  # fmt: skip
    one, at = indicator(v)
    rows = kommuner.values(v.w, one["code"], at)
    return Figures(
        {code: r["value"] for code, r in rows.items() if code in towns and r["value"] is not None},
        lambda x: v.value(x, one),
        f"{v.of(one)} {v.span(at)}",
        Column(v.t("kommun.value"), "number", one["decimals"], unit=v.unit(one)),
        frozenset(code for code, r in rows.items() if code in towns and hidden.is_hidden(r)),
        {code: r["rank"] for code, r in rows.items() if r["rank"]},
    )


def _rows(v: View, figures: Figures) -> tuple[tuple[tuple[Cell, ...], ...], tuple[str, ...]]:
    """Rows and links in the order of the table."""
    towns = shown(v)
    order = sorted(
        towns, key=lambda c: (-figures.values[c] if c in figures.values else 1e300, c not in figures.withheld)
    )
    rows: list[tuple[Cell, ...]] = []
    for code in order:
        value: Cell = WITHHELD if code in figures.withheld else figures.values.get(code)
        rank = [figures.ranks.get(code)] if figures.ranks is not None else []
        rows.append((towns[code]["name"], *_whose(v, v.regions[towns[code]["lan_code"]]), value, *rank))
    return tuple(rows), tuple(v.href(kommun=(code,), sida=v.sel.sida) for code in order)


def _whose(v: View, cell: str) -> tuple[str, ...]:
    """The län's cell of a row, left out where the page shows one län."""
    return () if county(v) else (cell,)


def _of_indicator(v: View) -> Exhibit:
    (one, at), figures, towns = indicator(v), _figures(v), shown(v)
    rows, links = _rows(v, figures)
    found, around = kommuner.values(v.w, one["code"], at), indicators.by_lan(v.w, one["code"], at)
    lan = county(v)
    said = {"title": v.of(one), "period": v.span(at)}
    riket = hidden_or(v, around.get("00"), one)
    if not figures.values:
        finding = v.t("kommun.finding_none", **said)
    elif lan:
        finding = v.t(
            "kommun.finding_lan", **said, lan=v.regions[lan], own=hidden_or(v, around.get(lan), one), riket=riket,
            **_ends(v, figures),
        )  # fmt: skip
    else:
        finding = v.t("kommun.finding", **said, riket=riket, **_ends(v, figures))
    ranked = next((r["of"] for r in found.values()), 0)
    told = v.t("kommun.rank_neutral" if one["better"] == "neutral" else "kommun.rank_told", of=v.n(ranked))
    missing = []
    if v.sel.indikator != one["code"] and v.sel.indikator in (titles := indicators.titles(v.w)):
        missing.append(v.t("kommun.instead", wanted=v.of(titles[v.sel.indikator]), shown=v.of(one)))
    if gone := len(figures.withheld):
        missing.append(v.t("kommun.withheld", n=v.n(gone)))
    lacking = [k["name"] for code, k in towns.items() if code not in figures.values and code not in figures.withheld]
    if lacking:
        is_few = len(lacking) <= 8
        missing.append(
            v.t("kommun.no_value", n=len(lacking), names=", ".join(lacking)) if is_few
            else v.t("kommun.no_value_many", n=v.n(len(lacking)))
        )  # fmt: skip
    first = next((found[c] for c in towns if c in found), None) or next(iter(found.values()))
    return Exhibit(
        id="kommuner", title=figures.title, finding=finding, rows=rows, links=links,
        columns=(
            *map(Column, (v.t("kommun.name"), *_whose(v, v.t("kommun.county")))), figures.column,
            Column(v.t("kommun.rank"), "number"),
        ),
        basis=tuple(filter(None, [series.about(v, one), told])),
        missing=(*missing, *(() if chosen(v) else reaching(v))),
        source=(series.source_line(v, one, v.span(at), first),), spec=_drawn(v, figures),
        plot=Plot("bar", (len(rows[0]) - 2,)) if lan else Plot("table"),
    )  # fmt: skip


def _of_initiatives(v: View) -> Exhibit:
    figures, towns, sel = _figures(v), shown(v), v.sel.but(lan=(), kommun=())
    rows, links = _rows(v, figures)
    count = kommuner.initiatives(v.w, sel)
    somewhere = sum(count.get(code, 0) > 0 for code in towns)
    is_per = v.sel.per == "capita"
    finding = v.t("kommun.finding_nowhere")
    if somewhere:
        finding = v.t("kommun.finding_somewhere", somewhere=v.n(somewhere), n=v.n(len(towns)))
        if any(figures.values.values()):
            ends = _ends(v, figures)
            most = {"most": ends["most"], "most_value": ends["most_value"]}
            known = v.n(len(figures.values))
            said = v.t("kommun.finding_per", known=known, **most) if is_per else v.t("kommun.finding_most", **most)
            finding = f"{finding} {said}"
    placed = kommuner.placing(v.w, sel)
    basis = [v.t("kommun.counted", several=v.n(placed["several"])), *([v.t("kommun.per_people")] if is_per else [])]
    all_of = placed["with_kommun"] + placed["without"]
    missing = [v.t("kommun.without", n=v.n(placed["without"]), all=v.n(all_of))] if placed["without"] else []
    if lacking := len(towns) - len(figures.values):
        missing.append(v.t("kommun.no_people", n=v.n(lacking)))
    return Exhibit(
        id="kommuner", title=figures.title, finding=finding, rows=rows, links=links,
        columns=(*map(Column, (v.t("kommun.name"), *_whose(v, v.t("kommun.county")))), figures.column),
        basis=(*basis, counting.places(v, sel)), missing=tuple(missing), source=(v.behind(kommun=()),),
        spec=_drawn(v, figures), plot=Plot("bar", (len(rows[0]) - 1,)) if county(v) else Plot("table"),
    )  # fmt: skip


def reaching(v: View) -> tuple[str, ...]:
    """Which indicators reach the kommuner, and which do not."""
    found = kommuner.catalogue(v.w)
    rest = [v.of(one) for code, one in indicators.catalogue(v.w).items() if code not in found and code != "population"]
    names = ", ".join(v.of(one) for one in found.values())
    return (
        *([v.t("kommun.reach", names=names)] if found else [v.t("kommun.no_indicator")]),
        *([v.t("kommun.not_reach", names=", ".join(rest))] if rest else []),
    )


def hidden_or(v: View, row: Row | None, one: Row) -> str:
    """A value in words for a sentence: as it is shown, ".." where it is hidden, a dash where there is none."""
    if row is None:
        return "–"
    return ".." if hidden.is_hidden(row) else series.shown(v, one, row)


def _ends(v: View, figures: Figures) -> dict[str, str]:
    """Lowest and highest in words, those that share the place named (at most three)."""

    def named(extreme: float) -> str:
        tied = [v.regions[code] for code in shown(v) if figures.values.get(code) == extreme]
        if len(tied) == 2:
            return v.t("kommun.two_places", a=tied[0], b=tied[1])
        return ", ".join(tied) if len(tied) <= 3 else v.t("kommun.more_places", name=tied[0], n=len(tied) - 1)

    least, most = min(figures.values.values()), max(figures.values.values())
    return {
        "least": named(least), "least_value": figures.show(least), "most": named(most),
        "most_value": figures.show(most),
    }  # fmt: skip


def described(v: View, figures: Figures) -> tuple[list[MapRegion], list[LegendItem]]:
    """Every kommun shown with its class and its value in words, and the legend: for the page and for a picture."""
    towns, nothing = shown(v), v.t("sweden.legend_missing")
    nowhere = {c for c, x in figures.values.items() if not x and is_initiatives(v)}
    classes, bounds = maps.classed({c: x for c, x in figures.values.items() if c not in nowhere})
    areas = [
        MapRegion(
            c, k["name"],
            figures.show(figures.values[c]) if c in figures.values
            else v.t("hidden.legend") if c in figures.withheld else nothing,
            classes.get(c, "none" if c in nowhere else "suppressed" if c in figures.withheld else "missing"),
        )
        for c, k in towns.items()
    ]  # fmt: skip
    is_lacking = len(towns) > len(figures.values) + len(figures.withheld)
    legend = [LegendItem("none", v.t("kommun.legend_none"))] if nowhere else []
    legend += maps.legend(bounds, figures.show, nothing if is_lacking else "")
    if figures.withheld:
        legend.append(LegendItem("suppressed", v.t("hidden.legend")))
    return areas, legend


def _drawn(v: View, figures: Figures) -> Callable[[bool], Spec]:
    """The same map as a picture, which the page itself has no need of."""

    def spec(dark: bool) -> Spec:
        areas, legend = described(v, figures)
        lan = county(v)
        outlines = regions.geojson(v.w, "kommun", lan or None)
        return lan_map(
            outlines, areas, legend, dark=dark, lang=v.lang, chosen=chosen(v) or None, hatch=4_000 if lan else 9_000
        )

    return spec


def _map(v: View, figures: Figures, code: str) -> None:
    areas, legend = described(v, figures)
    lan = county(v)
    lanskarta(
        areas, geometry_url=f"/geo/{v.w.snapshot_id}/kommuner.json", selected=code or None, legend=legend,
        label=v.t("kommun.map_label_lan", lan=v.regions[lan]) if lan else v.t("kommun.map_label"),
        texts={
            "hint": v.t("kommun.map_hint"), "loading": v.t("sweden.map_loading"), "failed": v.t("sweden.map_failed"),
        },
        key="kommuner", height=560 if lan else 760, on_pick=lambda c: layout.put(kommun=c or ""),
        is_dense=not lan, is_cut_out=bool(lan),
    )  # fmt: skip


def _card(v: View, figures: Figures, code: str) -> Markup:
    """The chosen kommun: its value and place, and the way to its profile below."""
    value: str | Markup = hidden.mark(v) if code in figures.withheld else v.t("sweden.legend_missing")
    if code in figures.values:
        value = figures.show(figures.values[code])
    rank = (figures.ranks or {}).get(code)
    place = f" · {v.t('kommun.rank').lower()} {rank}" if rank else ""
    return Markup(
        '<div class="ik-card"><h2>{}</h2><p class="ik-big">{}{}</p><p><a href="#profil">{}</a></p></div>'
    ).format(v.regions[code], value, place, v.t("kommun.to_profile", name=v.regions[code]))


def _page(v: View, of: Exhibit) -> Exhibit:
    """The rows of the page that the address says; a län's all at once."""
    if len(of.rows) <= 2 * PAGE:
        return of
    start = (min(v.sel.sida, ceil(len(of.rows) / PAGE)) - 1) * PAGE
    return replace(of, rows=of.rows[start : start + PAGE], links=of.links[start : start + PAGE])


def _pages(v: View, rows: int) -> Markup:
    n = ceil(rows / PAGE)
    if rows <= 2 * PAGE:
        return Markup("")
    at = min(v.sel.sida, n)
    back = parts.link(v.href(sida=at - 1), v.t("list.previous")) if at > 1 else ""
    on = parts.link(v.href(sida=at + 1), v.t("list.next")) if at < n else ""
    said = v.t("list.page", page=at, of=n)
    return Markup('<nav class="ik-pages" aria-label="{}">{} <span>{}</span> {}</nav>').format(said, back, said, on)
