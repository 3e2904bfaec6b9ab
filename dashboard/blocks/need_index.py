"""The viewer's own index on *Behov och pengar*: chosen openly, shown part by part, and tried with other weights."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard import layout, parts, statistics
from dashboard.blocks import need_series as both
from dashboard.charts import spans as chart
from dashboard.exhibit import WITHHELD, Column, Exhibit
from dashboard.layout import View
from dashboard.questions import regions
from dashboard.statistics import Moves

MOST = 5


def panel(v: View) -> None:
    """Which indicators, each with its weight; closed until asked for, and nothing is weighed before."""
    opened = st.expander(v.t("need.weigh"), key=f"weigh-{v.lang}", on_change="rerun")
    if not opened.open:
        return
    found, now = both.directed(v), both.weights(v)
    with opened:
        layout.html(parts.source(v.t("need.weigh_text")))
        key = f"weighed-{v.lang}"
        if st.session_state.get(key) != list(now):
            st.session_state[key] = list(now)
        st.multiselect(
            v.t("need.weigh_choose"), list(found), key=key, format_func=lambda code: v.of(found[code]),
            placeholder=v.t("need.weigh_pick"),
            on_change=lambda: _put({code: now.get(code, 1) for code in found if code in st.session_state[key]}),
        )  # fmt: skip
        with st.container(key="weights", horizontal=True):
            for code, weight in now.items():
                _weight(v, code, v.of(found[code]), weight, now)
        if now:
            equal = v.href(vikter=text(dict.fromkeys(now, 1)))
            ways = [parts.link(equal, v.t("need.weigh_equal")), parts.link(v.href(vikter=""), v.t("need.index_remove"))]
            layout.html(parts.source(parts.join(ways, " · ")))


def _weight(v: View, code: str, title: str, weight: int, now: Mapping[str, int]) -> None:
    key = f"weight-{code}-{v.lang}"
    if st.session_state.get(key) != weight:
        st.session_state[key] = weight
    st.selectbox(
        v.t("need.weigh_weight", title=title), list(range(MOST + 1)), key=key,
        on_change=lambda: _put({**now, code: st.session_state[key]}),
    )  # fmt: skip


def text(weights: Mapping[str, int]) -> str:
    """Weights as ``vikter`` has them."""
    return ",".join(f"{code}:{weight}" for code, weight in weights.items())


def _put(weights: Mapping[str, int]) -> None:
    layout.put(vikter=text(weights))


def components(v: View) -> Exhibit | None:
    """The index of every län that has one, with each indicator's value and z-score; None without weights."""
    if not any(both.weights(v).values()):
        return None
    first, weights = both.need_of(v), both.weights(v)
    lans = [r["code"] for r in regions.lan(v.w)]
    columns = {p.one["code"]: p.scores for p in first.parts}
    z = {name: statistics.z_scores(column) for name, column in statistics.complete(columns, weights).items()}
    ranked = statistics.ranks(first.value)
    order = sorted(first.value, key=lambda c: (ranked[c], c)) + [c for c in lans if c not in first.value]
    heads = [
        Column(v.t("need.column_lan")),
        Column(v.t("need.column_rank_need"), "number", both.decimals(ranked.values())),
    ]
    heads.append(Column(v.t("need.index_column"), "number", both.INDEX_DECIMALS))
    for p in first.parts:
        told = {"title": v.of(p.one), "period": v.span(p.at), "weight": weights[p.one["code"]]}
        heads.append(Column(v.t("need.index_part", **told), "number", p.one["decimals"], unit=v.unit(p.one)))
        heads.append(Column(v.t("need.index_z", title=v.of(p.one)), "number", both.INDEX_DECIMALS))
    of = both.pair(v)
    return Exhibit(
        id="index", title=v.t("need.index_section"), finding=_ends(v, first.value), columns=tuple(heads),
        rows=tuple(
            (
                v.regions[c], ranked.get(c), first.value.get(c),
                *(
                    cell
                    for p in first.parts
                    for cell in (
                        WITHHELD if c in p.rows and p.rows[c]["flag"] == "s" and p.rows[c]["value"] is None
                        else p.values.get(c),
                        z[p.one["code"]].get(c),
                    )
                ),
            )
            for c in order
        ),
        links=tuple(v.href("county", lan=(c,)) for c in order),
        basis=(v.t("need.direction_index"), _said(v, weights), v.t("need.index_warning")),
        missing=tuple(m for m in both.missing(v, of) if m)[:1] if len(first.value) < len(lans) else (),
        source=both.source(v, of)[:-1],
    )  # fmt: skip


def _said(v: View, weights: Mapping[str, int]) -> str:
    found = both.directed(v)
    listed = ", ".join(f"{v.of(found[code])} {weight}" for code, weight in weights.items())
    return v.t("need.index_weights", weights=listed)


def _ends(v: View, value: Mapping[str, float]) -> str:
    if not value:
        return v.t("need.map_nobody").capitalize()
    most, least = (pick(sorted(value), key=lambda c: value[c]) for pick in (max, min))
    return v.t(
        "need.index_finding", most=v.regions[most], x=v.n(value[most], 2), least=v.regions[least],
        y=v.n(value[least], 2), n=len(value), all=len(regions.lan(v.w)),
    )  # fmt: skip


def robustness(v: View) -> Exhibit | None:
    """How every län's rank moves when the weights do; None with fewer than two indicators that weigh."""
    if not any(both.weights(v).values()):
        return None
    first = both.need_of(v)
    found = statistics.moves({p.one["code"]: p.scores for p in first.parts}, both.weights(v))
    if found is None:
        return None
    order = sorted(found.chosen, key=lambda c: (found.chosen[c], c))
    short = regions.short_names(v.w)
    rows = [
        chart.Span(
            short[c], found.chosen[c], found.tried[c], found.drawn[c],
            v.t(
                "need.moves_shown", at=both.place(v, found.chosen[c]), low=both.place(v, found.tried[c][0]),
                high=both.place(v, found.tried[c][1]), p5=both.place(v, found.drawn[c][0]),
                p95=both.place(v, found.drawn[c][1]),
            ),
            c in v.sel.lan,
        )
        for c in order
    ]  # fmt: skip
    places = [(found.chosen[c], *found.tried[c], *found.drawn[c]) for c in order]
    decimals = both.decimals(x for row in places for x in row)
    heads = ("at", "low", "high", "p5", "p95")
    of = both.pair(v)
    return Exhibit(
        id="robusthet", title=v.t("need.moves_title"), finding=_moved(v, found),
        columns=(
            Column(v.t("need.column_lan")), *(Column(v.t(f"need.moves_{name}"), "number", decimals) for name in heads)
        ),
        rows=tuple((v.regions[c], *row) for c, row in zip(order, places, strict=True)),
        links=tuple(v.href("county", lan=(c,)) for c in order),
        basis=(
            v.t("need.moves_rule", n=found.n_tried, draws=v.n(statistics.DRAWS)), _said(v, both.weights(v)),
            v.t("need.direction_index"),
        ),
        source=both.source(v, of)[:-1],
        spec=lambda dark: chart.spans(rows, v.t("need.moves_axis"), dark=dark, lang=v.lang),
    )  # fmt: skip


def _moved(v: View, found: Moves) -> str:
    """Which län's place holds and which one's does not, over the weightings tried."""
    wide = {c: high - low for c, (low, high) in found.tried.items()}
    order = sorted(wide, key=lambda c: (wide[c], found.drawn[c][1] - found.drawn[c][0], found.chosen[c], c))
    first, last = order[0], max(order, key=lambda c: (wide[c], -found.chosen[c], c))
    if not wide[last]:
        return v.t("need.moves_still", n=found.n_tried)

    def named(code: str) -> str:
        low, high = found.tried[code]
        return v.t("need.moves_named", name=v.regions[code], low=both.place(v, low), high=both.place(v, high))

    low, high = found.tried[last]
    return v.t(
        "need.moves_finding", stable=named(first), loose=v.regions[last], low=both.place(v, low),
        high=both.place(v, high), n=found.n_tried,
    )  # fmt: skip


def one_only(v: View) -> None:
    """That an index of one indicator is that indicator."""
    if sum(weight > 0 for weight in both.weights(v).values()) == 1:
        layout.html(parts.missing(v.t("need.index_one")))
