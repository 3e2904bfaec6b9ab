"""Sections of *Sverige*."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from dashboard import layout, numbers, parts
from dashboard.blocks import counting, county_map, hidden, series
from dashboard.db import Row
from dashboard.exhibit import embed, take
from dashboard.layout import View
from dashboard.parts import Bar, Figure
from dashboard.questions import export, funding, indicators, provenance, regions, targets
from dashboard.selection import Selection


@dataclass(frozen=True)
class Shown:
    """What the map paints: a value a län, how it is written, and the words around it."""

    values: dict[str, float]
    show: Callable[[float], str]
    column: str
    finding: str
    missing: str
    source: Markup
    ranks: dict[str, str]
    counting: tuple[str, ...]
    hidden: frozenset[str] = frozenset()


def lede(v: View) -> str:
    """What there is, in one sentence."""
    held = provenance.coverage(v.w)
    return v.t("sweden.lede", n=v.n(export.count(v.w, v.sel.whole())), m=held["indicators"])


def controls(v: View) -> None:
    """What to paint: an indicator and its year, or money, or initiatives; in total or per 1,000 inhabitants."""
    with st.container(key="controls", horizontal=True, vertical_alignment="bottom"):
        kinds = ("indikator", "pengar", "initiativ")
        counting.portfolio(v)
        layout.switch(v.t("sweden.show"), "visa", kinds, v.sel.visa, lambda kind: v.t(f"sweden.show_{kind}"))
        if v.sel.visa == "indikator":
            found = indicators.catalogue(v.w)
            code = v.sel.indikator if v.sel.indikator in found else next(iter(found))
            layout.choose(
                v.t("sweden.indicator"),
                "indikator",
                list(found),
                code,
                lambda c: v.of(found[c]),
                then={"ar": ""},
            )
            layout.choose(
                v.t("sweden.year"),
                "ar",
                found[code]["periods"],
                indicators.period(found[code], v.sel.ar),
                v.span,
            )
            return
        if v.sel.visa == "pengar":
            ids = counting.measures(v, v.sel.whole())
            layout.choose(v.t("sweden.measure"), "matt", ids, v.sel.matt, lambda m: counting.label(v, m))
        ways = ("total", "capita")
        layout.switch(v.t("sweden.per"), "per", ways, v.sel.per or ways[0], lambda p: v.t(f"sweden.per_{p}"))
        modes = ("split", "touched")
        layout.switch(v.t("mode.label"), "satt", modes, v.sel.satt, lambda m: v.t(f"mode.{m}").capitalize())
    counting.panel(v, with_fund=True)


def shown_on_map(v: View) -> Shown:
    """What the address asks the map for."""
    return _indicator(v) if v.sel.visa == "indikator" else _operations(v)


def map_and_finding(v: View) -> None:
    """The map beside its finding, the table of the same figures, source and what is not shown."""
    shown = shown_on_map(v)
    chart, words = st.columns([5, 6], gap="large")
    with chart, st.container(key="karta"):
        county_map.draw(v, shown.values, shown.show, hidden=shown.hidden, height=620, key="sverige")
    with words:
        layout.html(
            Markup('<p class="ik-lede" role="status">{}</p>').format(shown.finding),
            *map(parts.source, shown.counting),
        )
        _picked(v, shown)
        _ranked(v, shown)
        layout.html(
            parts.missing(shown.missing) if shown.missing else Markup(""), parts.source(shown.source),
            take(v, "karta", shown.column, with_chart=True, also=("geojson", "gpkg")),
            embed(v, "karta", shown.column),
        )  # fmt: skip


def stage(v: View) -> None:
    """The same map for a room: one message, large, without controls; the address says what is shown."""
    shown = shown_on_map(v)
    layout.title(shown.column, Markup('<span role="status">{}</span>').format(shown.finding))
    chart, words = st.columns([5, 6], gap="large")
    with chart:
        county_map.draw(v, shown.values, shown.show, hidden=shown.hidden, height=560, key="scen")
    with words:
        _ranked(v, shown)
        layout.html(*map(parts.source, shown.counting), parts.source(shown.source))


def ways(v: View) -> None:
    """Three ways in: coordinator, funder, presenter."""
    doors = {
        "coordinator": v.href("county"),
        "funder": v.href("portfolios", lan=()),
        "presenter": v.href("sweden", lage="scen"),
    }
    layout.html(
        parts.heading(2, v.t("sweden.ways")),
        parts.ways((href, v.t(f"sweden.way_{who}"), v.t(f"sweden.way_{who}_text")) for who, href in doors.items()),
    )


def coverage(v: View) -> None:
    """How much there is, how fresh it is, and what it is not."""
    held = provenance.coverage(v.w)
    all_of = funding.total(v.w, v.sel.whole(), v.sel.matt)
    layout.html(
        parts.heading(2, v.t("sweden.coverage")),
        parts.figures(
            [
                Figure(
                    v.t("sweden.coverage_initiatives"), v.n(all_of["projects"]),
                    v.t(
                        "sweden.coverage_initiatives_note", running=all_of["running"], undated=all_of["undated"],
                        day=v.day(v.as_of),
                    ),
                ),
                Figure(
                    v.t("sweden.coverage_money"), v.n(all_of["with_any_amount"]),
                    v.t("sweden.coverage_money_note", n=all_of["projects"] - all_of["with_any_amount"]),
                ),
                *_participants(v),
                Figure(
                    v.t("sweden.coverage_values"), v.n(held["values"]),
                    v.t("sweden.coverage_values_note", n=held["indicators"]),
                ),
                Figure(
                    v.t("sweden.coverage_fresh"), v.day(held["newest"]),
                    v.t("sweden.coverage_fresh_note", n=held["sources"]),
                ),
            ]
        ),
        parts.missing(v.t("sweden.selection_caveat")),
        take(v, "underlag", v.t("sweden.coverage")),
    )  # fmt: skip


def _participants(v: View) -> list[Figure]:
    """Planned participants, with what national initiatives and the largest owner do to the sum."""
    people, largest = targets.participants(v.w, v.sel.whole()), targets.largest_owner(v.w, v.sel.whole())
    if not people["planned"] or largest is None:
        return []
    said = v.t(
        "counting.participants_note", n=people["with_planned"],
        without=v.n(people["planned"] - (people["planned_national"] or 0)), name=largest["name"],
        share=v.n(100 * largest["planned"] / people["planned"]) + "\u00a0%",
    )  # fmt: skip
    return [Figure(v.t("counting.participants"), v.n(people["planned"]), said)]


def _indicator(v: View) -> Shown:
    found = indicators.catalogue(v.w)
    one = found.get(v.sel.indikator) or next(iter(found.values()))
    at = indicators.period(one, v.sel.ar)
    rows = indicators.by_lan(v.w, one["code"], at)
    values = {code: r["value"] for code, r in rows.items() if code != "00" and r["value"] is not None}
    order = sorted((r for r in rows.values() if r["rank"]), key=lambda r: r["rank"])
    riket = rows.get("00", {}).get("value")
    lacking = [v.regions[r["code"]] for r in regions.lan(v.w) if r["code"] not in values]
    return Shown(
        values=values,
        show=lambda x: v.value(x, one),
        column=f"{v.of(one)}, {v.unit(one)}",
        finding=v.t(
            "sweden.finding_indicator", title=v.of(one), period=v.span(at), riket=v.value(riket, one),
            **_ends(v, values, lambda x: v.value(x, one)),
        ),
        missing=v.t("sweden.missing_lan", names=", ".join(lacking)) if lacking else "",
        source=series.source_line(
            v, one, v.span(at), rows.get(v.sel.one_lan or "00") or rows.get("00") or next(iter(rows.values()))
        ),
        ranks={r["region_code"]: v.t("county.rank", rank=r["rank"], of=r["of"]) for r in order},
        counting=tuple(filter(None, [series.about(v, one), series.marked(v, rows.values())])),
        hidden=frozenset(code for code, r in rows.items() if hidden.is_hidden(r)),
    )  # fmt: skip


def _ends(v: View, values: dict[str, float], show: Callable[[float], str]) -> dict[str, str]:
    """Lowest and highest in words, every län that shares the place named (at most three)."""

    def named(extreme: float) -> str:
        tied = [v.regions[code] for code, value in values.items() if value == extreme]
        return ", ".join(tied) if len(tied) <= 3 else v.t("list.more_places", name=tied[0], n=len(tied) - 1)

    if not values:
        return dict.fromkeys(("least", "least_value", "most", "most_value"), "–")
    least, most = min(values.values()), max(values.values())
    return {
        "least": named(least), "least_value": show(least), "most": named(most), "most_value": show(most),
    }  # fmt: skip


def _operations(v: View) -> Shown:
    everything = v.sel.whole().but(fond=v.sel.fond)
    is_money = v.sel.visa == "pengar"
    found = funding.money_by_lan(v.w, everything, v.sel.matt) if is_money else funding.projects_by_lan(v.w, everything)
    people = indicators.population(v.w)
    currency = v.sel.currency
    per = v.sel.per == "capita"

    def number_of(row: Row, code: str) -> float | None:
        amount = row[v.sel.satt]
        return funding.per_thousand(amount, people.get(code)) if per else float(amount)

    values = {code: x for code, r in found.items() if code.isdigit() and (x := number_of(r, code)) is not None}
    if not is_money:
        values = {r["code"]: values.get(r["code"], 0.0) for r in regions.lan(v.w)}

    def show(x: float) -> str:
        if is_money:
            return numbers.exact(round(x), currency, v.lang) if per else numbers.money(round(x), currency, v.lang)
        return numbers.number(x, v.lang, 3 if per else 0 if v.sel.satt == "touched" else 1)

    measure = counting.measure(v) if is_money else v.t("measure.projects")
    suffix = v.t("sweden.per_capita").lower() if per else ""
    column = f"{measure} {suffix}, {v.t(f'mode.{v.sel.satt}')}".replace(" ,", ",")
    finding = (
        v.t("sweden.finding_money", measure=column, n=len(values), **_ends(v, values, show))
        if values
        else _nowhere(v, column, found)
    )
    return Shown(
        values=values, show=show, column=column, finding=finding,
        missing=counting.outside(v, everything, found) if is_money else "", ranks={},
        source=v.behind(belopp=("kant",)) if is_money else v.behind(),
        counting=(v.t(f"mode.{v.sel.satt}_help"), *_told(v, everything, is_money)),
    )  # fmt: skip


def _nowhere(v: View, column: str, found: dict[str, Row]) -> str:
    """The finding when no län has an amount: what there is outside them."""
    if not found:
        return v.t("counting.money_none", measure=column)
    amount = counting.money(v, sum(r["split"] for r in found.values()))
    return v.t("counting.money_nowhere", measure=column, amount=amount, n=v.n(sum(r["n"] for r in found.values())))


def _told(v: View, sel: Selection, is_money: bool) -> tuple[str, ...]:
    """Where initiatives are taken to be; of money also what it is told in and what its kind means."""
    if not is_money:
        return (counting.places(v, sel),)
    told = f"{counting.told(v, funding.total(v.w, sel, sel.matt))} {counting.note(v)}"
    return told.strip(), counting.places(v, sel)


def _picked(v: View, shown: Shown) -> None:
    lans = [r["code"] for r in sorted(regions.lan(v.w), key=lambda r: r["short_name"])]
    layout.choose(
        v.t("sweden.pick"), "lan", ["", *lans], v.sel.one_lan or "",
        lambda code: v.regions[code] if code else v.t("sweden.pick_none"), then={"kommun": ""},
    )  # fmt: skip
    code = v.sel.one_lan
    if code in v.regions:
        value = _written(v, shown, code)
        layout.html(
            Markup('<div class="ik-card"><h2>{}</h2><p class="ik-big">{}{}</p><p>{}</p></div>').format(
                v.regions[code], value, f" · {shown.ranks[code]}" if code in shown.ranks else "",
                parts.link(v.href("county"), v.t("sweden.picked", name=v.regions[code])),
            )
        )  # fmt: skip


def _written(v: View, shown: Shown, code: str) -> str | Markup:
    """A län's value in words, two dots where it is hidden."""
    if code in shown.hidden:
        return hidden.mark(v)
    return shown.show(shown.values[code]) if code in shown.values else v.t("sweden.legend_missing")


def _ranked(v: View, shown: Shown) -> None:
    order = sorted(shown.values, key=lambda code: -shown.values[code])
    rest = [r["code"] for r in regions.lan(v.w) if r["code"] not in shown.values]
    most = max(shown.values.values(), default=0) or 1
    items = [
        Bar(
            parts.link(v.href("county", lan=(code,)), v.regions[code]),
            _written(v, shown, code),
            shown.values[code] / most if code in shown.values else None,
            current=code == v.sel.one_lan,
        )
        for code in [*order, *rest]
    ]
    said = parts.source(hidden.rule(v)) if shown.hidden else Markup("")
    layout.html(Markup('<div class="ik-dense">{}</div>').format(parts.bars(items, shown.column)), said)
