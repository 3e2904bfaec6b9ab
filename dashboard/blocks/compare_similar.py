"""*Jämför län*: which län resemble which, by a method that is stated and can be changed."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from dashboard import exhibit, layout, parts
from dashboard.blocks import compare as shared
from dashboard.blocks import series
from dashboard.exhibit import Column, Exhibit
from dashboard.layout import View
from dashboard.questions import compare, indicators, similar

NEAREST = 8
"""How many län, itself the first, stand there before all are asked for."""


def section(v: View) -> None:
    """What similar is judged by, the distance of every län, and a way to put each into the comparison."""
    layout.html(parts.heading(2, v.t("compare.similar"), anchor="liknande"))
    _choose(v)
    of = distances(v)
    if of is None:
        layout.html(parts.missing(v.t("compare.no_similar", name=v.regions[shared.subject(v)])), *_left_out(v))
        return
    exhibit.draw(v, of, level=3, shown=_table(v, NEAREST))
    opened = st.expander(v.t("compare.all_lan", n=len(of.rows)), key=f"compare-all-{v.lang}", on_change="rerun")
    if opened.open:
        with opened:
            layout.html(_table(v, len(of.rows)))


def _choose(v: View) -> None:
    found, now, key = indicators.catalogue(v.w), list(compare.method(v.w, v.sel)), f"lika-{v.lang}"
    if st.session_state.get(key) != now:
        st.session_state[key] = now

    def put() -> None:
        chosen = tuple(st.session_state[key])
        layout.put(lika=() if set(chosen) == set(similar.USUAL) else chosen)

    st.multiselect(
        v.t("compare.method"), list(dict.fromkeys([*found, *now])), key=key, format_func=lambda c: v.of(found[c]),
        placeholder=v.t("compare.method_hint"), select_all=False, on_change=put,
    )  # fmt: skip
    if v.sel.lika:
        layout.html(Markup("<p>{}</p>").format(parts.link(v.href(lika=()), v.t("compare.usual"))))


def distances(v: View) -> Exhibit | None:
    """The other län, nearest first: distance, and the value of each indicator; None where the län lacks one of them."""
    own, codes = shared.subject(v), compare.method(v.w, v.sel)
    found, values, taken = similar.distances(v.w, own, codes), similar.values(v.w, codes), similar.variables(v.w, codes)
    if not found:
        return None
    near = found[1 : similar.GROUP + 1]
    said = [v.t("compare.near_one", name=v.regions[r["region_code"]], distance=v.n(r["distance"], 2)) for r in near]
    return Exhibit(
        id="similar",
        title=v.t("compare.distances", name=v.regions[own]),
        finding=v.t("compare.near", name=v.regions[own], said=shared.listed(v, said)) if said else v.t("compare.alone"),
        columns=(
            Column(v.t("facet.lan")), Column(v.t("compare.distance"), "number", decimals=2),
            *(
                Column(f"{v.of(one)} {v.span(one['period'])}", "number", decimals=one["decimals"], unit=v.unit(one))
                for one in taken
            ),
        ),
        rows=tuple(
            (v.regions[r["region_code"]], r["distance"], *(values[r["region_code"], one["code"]] for one in taken))
            for r in found
        ),
        basis=(v.t("compare.method_basis", n=len(found), variables=_variables(v)),),
        missing=tuple(_said_left_out(v)),
        source=tuple(
            Markup("{}: {}").format(
                v.of(one), series.source_line(v, one | {"is_gap": is_gap}, v.span(one["period"]), row)
            )
            for one in taken
            for is_gap in (indicators.catalogue(v.w)[one["code"]]["is_gap"],)
            for row in (indicators.by_lan(v.w, one["code"], one["period"])[own],)
        ),
    )  # fmt: skip


def _variables(v: View) -> str:
    return "; ".join(
        v.t("compare.variable_log" if r["unit"] == "personer" else "compare.variable", title=v.of(r),
            period=v.span(r["period"]))
        for r in similar.variables(v.w, compare.method(v.w, v.sel))
    )  # fmt: skip


def _said_left_out(v: View) -> list[str]:
    """The län that lack an indicator and so have no distance, with which one."""
    return [
        v.t("compare.left_out", names=shared.listed(v, [v.regions[c] for c in r["without"]]), title=v.of(r))
        for r in similar.variables(v.w, compare.method(v.w, v.sel))
        if r["without"]
    ]


def _left_out(v: View) -> list[Markup]:
    return [parts.missing(said) for said in _said_left_out(v)]


def _table(v: View, n: int) -> Markup:
    own, codes = shared.subject(v), compare.method(v.w, v.sel)
    values, taken = similar.values(v.w, codes), similar.variables(v.w, codes)
    compared = [s.code for s in shared.sides(v)]
    body = []
    for r in similar.distances(v.w, own, codes)[:n]:
        code, others = r["region_code"], [c for c in compared if c != r["region_code"]]
        href = v.href(med=tuple(others)) if code in compared else shared.added(v, compared, code)
        way = v.t("compare.remove" if code in compared else "compare.add")
        body.append(
            [
                v.regions[code], v.n(r["distance"], 2), *(v.value(values[code, one["code"]], one) for one in taken),
                parts.link(href, Markup('{}<span class="ik-hidden"> {}</span>').format(way, v.regions[code]))
                if others else "",
            ]
        )  # fmt: skip
    head = [v.t("facet.lan"), v.t("compare.distance"), *(f"{v.of(r)} {v.span(r['period'])}" for r in taken)]
    numeric = range(1, len(taken) + 2)
    return Markup('<div class="ik-wide">{}</div>').format(
        parts.table([*head, v.t("compare.in_comparison")], body, label=v.t("compare.table_of", n=n), numeric=numeric)
    )
