"""The figures of *Sverige* as exhibits: the map with its 21 län, and what the data covers."""

from __future__ import annotations

from dashboard.blocks import counting, county_map, hidden, rows, series
from dashboard.blocks.country import Shown, shown_on_map
from dashboard.charts import lan_map
from dashboard.charts.look import Spec
from dashboard.exhibit import WITHHELD, Cell, Column, Exhibit, Plot
from dashboard.layout import View
from dashboard.questions import funding, indicators, provenance, regions, targets
from dashboard.selection import NATIONAL, UNKNOWN

GEO = ("geojson", "gpkg")


def karta(v: View) -> Exhibit | None:
    """What the map paints, highest first, then the län without a value, riket or what lies outside the län."""
    shown = shown_on_map(v)
    columns, body, licence = _indicator(v, shown) if v.sel.visa == "indikator" else _operations(v, shown)
    outlines = regions.geojson(v.w, "lan")
    areas, legend = county_map.described(v, shown.values, shown.show, shown.hidden)

    def spec(dark: bool) -> Spec:
        return lan_map.lan_map(outlines, areas, legend, dark=dark, lang=v.lang, chosen=v.sel.one_lan)

    return Exhibit(
        id="karta",
        title=shown.column,
        finding=shown.finding,
        columns=columns,
        rows=body,
        basis=(*shown.counting, *((hidden.rule(v),) if shown.hidden else ())),
        missing=(shown.missing,) if shown.missing else (),
        source=(shown.source,),
        links=tuple(v.href("county", lan=(str(r[1]),)) if str(r[1]) in shown.values else "" for r in body),
        spec=spec,
        licence=licence,
        plot=Plot("map", (2,)),
        also=GEO,
    )


def _order(v: View, shown: Shown) -> list[str]:
    order = sorted(shown.values, key=lambda code: -shown.values[code])
    return [*order, *(r["code"] for r in regions.lan(v.w) if r["code"] not in shown.values)]


def _indicator(v: View, shown: Shown) -> tuple[tuple[Column, ...], tuple[tuple[Cell, ...], ...], str]:
    one, at, by = series.chosen(v)

    def cells(code: str) -> tuple[Cell, ...]:
        r = by.get(code)
        value = None if r is None else WITHHELD if hidden.is_hidden(r) else r["value"]
        flag = v.t(f"flag.{r['flag']}") if r and r["flag"] else ""
        return v.regions[code], code, value, r["rank"] if r else None, r["of"] if r else None, v.span(at), flag

    columns = (
        Column(v.t("facet.lan")), Column(v.t("export.code")),
        Column(v.of(one), "number", decimals=one["decimals"], unit=v.unit(one)),
        Column(v.t("county.need_rank"), "number"), Column(v.t("export.of"), "number"), Column(v.t("figure.period")),
        Column(v.t("export.marks")),
    )  # fmt: skip
    codes = [*_order(v, shown), *(["00"] if "00" in by else [])]
    return columns, tuple(map(cells, codes)), series.licences(v, [one])


def _operations(v: View, shown: Shown) -> tuple[tuple[Column, ...], tuple[tuple[Cell, ...], ...], str]:
    everything = v.sel.whole().but(fond=v.sel.fond)
    is_money, per = v.sel.visa == "pengar", v.sel.per == "capita"
    projects = funding.projects_by_lan(v.w, everything)
    found = funding.money_by_lan(v.w, everything, v.sel.matt) if is_money else projects
    nothing = None if is_money else 0

    def cells(code: str) -> tuple[Cell, ...]:
        row = found.get(code)
        value: Cell = shown.values.get(code) if per else row[v.sel.satt] if row else nothing
        if per and code in (NATIONAL, UNKNOWN):
            value = None
        held = projects.get(code, {}).get("touched", 0)
        return v.place(code), code, value, held, *((row["n"] if row else 0,) if is_money else ())

    kind: Column
    if is_money:
        kind = Column(shown.column, "money", currency=v.sel.currency)
    else:
        kind = Column(shown.column, "number", decimals=3 if per else 0 if v.sel.satt == "touched" else 2)
    columns = (
        Column(v.t("facet.lan")), Column(v.t("export.code")), kind,
        Column(f"{v.t('measure.projects')}, {v.t('mode.touched')}", "number"),
        *((Column(v.t("value.belopp_kant"), "number"),) if is_money else ()),
    )  # fmt: skip
    outside = [code for code in (NATIONAL, UNKNOWN) if code in projects]
    return columns, tuple(map(cells, [*_order(v, shown), *outside])), rows.licence(v)


def coverage(v: View) -> Exhibit | None:
    """How much there is: initiatives, amounts, participants, indicator values, sources."""
    held = provenance.coverage(v.w)
    whole = v.sel.whole()
    total, people = funding.total(v.w, whole, v.sel.matt), targets.participants(v.w, whole)
    n = v.t("page.initiatives").lower()
    body: tuple[tuple[Cell, ...], ...] = (
        (v.t("sweden.coverage_initiatives"), total["projects"], n),
        (v.t("county.running"), total["running"], n),
        (v.t("export.undated"), total["undated"], n),
        (v.t("sweden.coverage_money"), total["with_any_amount"], n),
        (v.t("counting.participants"), people["planned"], v.t("export.persons")),
        (v.t("sweden.coverage_values"), held["values"], v.t("export.figures")),
        (v.t("export.indicators"), held["indicators"], v.t("export.series")),
        (v.t("export.sources"), held["sources"], v.t("export.sources").lower()),
    )
    return Exhibit(
        id="underlag",
        title=v.t("sweden.coverage"),
        finding=v.t("sweden.lede", n=v.n(total["projects"]), m=len(indicators.catalogue(v.w))),
        columns=(Column(v.t("export.figure")), Column(v.t("export.value"), "number"), Column(v.t("export.unit"))),
        rows=body,
        basis=(counting.told(v),),
        missing=(v.t("sweden.selection_caveat"),),
        source=(v.behind(),),
        licence=rows.licence(v),
        plot=Plot("table"),
    )
