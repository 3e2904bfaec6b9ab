"""Need and money on one map of *Behov och pengar*, beside its square of nine with the län in it."""

from __future__ import annotations

import re
from typing import cast

import streamlit as st
from markupsafe import Markup

from dashboard import exhibit, layout, parts, statistics
from dashboard.blocks import county_map
from dashboard.blocks import need_series as both
from dashboard.blocks.need_series import Pair
from dashboard.charts import nine
from dashboard.charts.look import Spec
from dashboard.components.lanskarta import LegendItem, MapClass, MapRegion
from dashboard.exhibit import WITHHELD, Cell, Column, Exhibit
from dashboard.layout import View
from dashboard.questions import regions

_LAST_PART = re.compile(r"(?<=\w\w)(?=(?:land|botten)$)")
Classes = dict[str, tuple[int, int]]


def classes(of: Pair) -> Classes:
    """Code -> third of need (3 = greatest) and third of money (3 = most), of the län that have both."""
    first = statistics.thirds({c: of.need.score[c] for c in of.codes})
    second = statistics.thirds({c: of.money.value[c] for c in of.codes})
    return {c: (first[c], second[c]) for c in of.codes}


def bivariate(v: View) -> Exhibit | None:
    """The map as a figure of its own, for files; on the page :func:`section` draws it so that it can be picked in."""
    of = both.pair(v)
    if not of.codes:
        return None
    found = classes(of)
    words, what = of.need.words, _what(of)
    lans = [r["code"] for r in regions.lan(v.w)]
    outlines = {r["code"]: r["svg_path"] for r in regions.shapes(v.w)}
    shown = {c: told(v, of, c) for c in lans}
    axes = ((of.need.title, v.t(f"need.level_{words}_3")), (of.money.title, v.t(f"need.level_{what}_3")))

    def spec(dark: bool) -> Spec:
        nothing = v.t("sweden.legend_missing")
        return nine.chart(outlines, found, v.regions, shown, axes, nothing, dark=dark, lang=v.lang)

    return Exhibit(
        id="karta", title=v.t("need.map_title"), finding=_finding(v, of, found),
        columns=(
            Column(v.t("need.column_lan")), of.need.column, Column(v.t(f"need.column_class_{words}")), of.money.column,
            Column(v.t(f"need.column_class_{what}")),
        ),
        rows=tuple(
            (
                v.regions[c], WITHHELD if c in of.need.hidden else of.need.value.get(c), _level(v, words, found, c, 0),
                of.money.raw.get(c), _level(v, what, found, c, 1),
            )
            for c in lans
        ),
        links=tuple(v.href("county", lan=(c,)) for c in lans),
        basis=(v.t("need.map_rule", n=of.n), *both.basis(v, of).whole), missing=both.missing(v, of),
        source=both.source(v, of), spec=spec,
    )  # fmt: skip


def section(v: View) -> None:
    """The map to pick in, the square of nine with the län in their places, and the same figures as a table."""
    figure = bivariate(v)
    if figure is None:
        return
    of = both.pair(v)
    found = classes(of)
    layout.html(parts.heading(2, figure.title), parts.lede(figure.finding))
    chart, words = st.columns([5, 6], gap="large")
    with chart:
        _map(v, of, found)
    with words:
        layout.html(square(v, of, found))
        layout.html(
            *map(parts.source, (figure.basis[0], *both.basis(v, of).meant)),
            *map(parts.missing, figure.missing),
            *map(parts.source, figure.source),
            exhibit.taken(v, figure),
        )
        opened = st.expander(v.t("figure.table"), key=f"{v.page}-{figure.id}-table", on_change="rerun")
        if opened.open:
            with opened:
                layout.html(exhibit.table(v, figure))


def _map(v: View, of: Pair, found: Classes) -> None:
    lans = [r["code"] for r in regions.lan(v.w)]
    areas = [MapRegion(c, v.regions[c], told(v, of, c), _class(of, found, c)) for c in lans]
    legend = []
    for kind, key in (("missing", "sweden.legend_missing"), ("suppressed", "hidden.legend")):
        if any(area.css_class == kind for area in areas):
            legend.append(LegendItem(cast("MapClass", kind), v.t(key)))
    county_map.paint(v, areas, legend, height=600, key="behov")


def _class(of: Pair, found: Classes, code: str) -> MapClass:
    if code in found:
        return cast("MapClass", f"b{found[code][0]}{found[code][1]}")
    return "suppressed" if code in of.need.hidden else "missing"


def told(v: View, of: Pair, code: str) -> str:
    """A län's both figures and ranks as a reader, or a screen reader, has them."""
    x = ".." if code in of.need.hidden else of.need.show(of.need.value.get(code))
    said = {"need": of.need.title, "x": x, "money": of.money.title, "y": of.money.show(of.money.value.get(code))}
    if code not in of.need_rank:
        return v.t("need.map_lacking", **said)
    a, b = both.place(v, of.need_rank[code]), both.place(v, of.money_rank[code])
    return v.t("need.map_value", a=a, b=b, n=of.n, **said)


def square(v: View, of: Pair, found: Classes) -> Markup:
    """The nine classes as a table, need upwards and money to the right, each län a link that marks it."""
    short = regions.short_names(v.w)
    words, what = of.need.words, _what(of)
    rows = []
    for a in (3, 2, 1):
        cells = parts.join(
            Markup('<td style="background:{};color:{}"><ul>{}</ul></td>').format(
                nine.COLOURS[a - 1][b - 1], nine.TEXTS[a - 1][b - 1],
                parts.join(
                    Markup("<li><a{} href=\"{}\">{}</a></li>").format(
                        Markup(' aria-current="true"') if code in v.sel.lan else "", v.href(lan=(code,)),
                        _breakable(short[code]),
                    )
                    for code in sorted(found, key=lambda c: short[c])
                    if found[code] == (a, b)
                ),
            )
            for b in (1, 2, 3)
        )  # fmt: skip
        head = Markup('<th scope="row"><span>{}</span></th>').format(v.t(f"need.level_{words}_{a}"))
        rows.append(Markup("<tr>{}{}</tr>").format(head, cells))
    heads = parts.join(
        Markup('<th scope="col">{}</th>').format(v.t(f"need.level_{what}_{b}")) for b in (1, 2, 3)
    )  # fmt: skip
    return Markup(
        '<table class="ik-nine"><caption>{}</caption><thead><tr><td></td>{}</tr></thead><tbody>{}</tbody></table>'
    ).format(v.t("need.map_square"), heads, parts.join(rows))


def _breakable(name: str) -> str:
    """A name that may break before its last part where it is too long for its class."""
    return _LAST_PART.sub("\u00ad", name)


def _what(of: Pair) -> str:
    return "money" if of.money.is_money else "projects"


def _level(v: View, words: str, found: Classes, code: str, at: int) -> Cell:
    return v.t(f"need.level_{words}_{found[code][at]}") if code in found else None


def _finding(v: View, of: Pair, found: Classes) -> str:
    what = _what(of)

    def named(wanted: tuple[int, int]) -> str:
        return ", ".join(v.regions[c] for c in of.codes if found[c] == wanted) or v.t("need.map_nobody")

    return v.t(
        "need.map_finding", need=v.t(f"need.level_{of.need.words}_3"),
        little=both.lower(v.t(f"need.level_{what}_1")), much=both.lower(v.t(f"need.level_{what}_3")),
        worst=named((3, 1)), both=named((3, 3)),
    )  # fmt: skip
