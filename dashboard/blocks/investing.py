"""A social investment reckoned by one's own assumptions: facts of HonKan!, present value, parties, what it hangs on."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

import streamlit as st
from markupsafe import Markup

from dashboard import investment as exact
from dashboard import layout, numbers, parts
from dashboard.blocks import assumed, reference_case, rows
from dashboard.blocks.assumed import percent
from dashboard.charts.crossing import Line, Mark, crossing
from dashboard.charts.look import Spec
from dashboard.charts.ranges import Bar, Name, spans
from dashboard.db import Row
from dashboard.exhibit import Cell, Column, Exhibit, draw
from dashboard.investment import EXAMPLE, FIELDS, PARTIES, SHARE, Assumptions
from dashboard.layout import View
from dashboard.parts import Figure
from dashboard.payout import TermsError
from dashboard.questions import contracts, provenance

CASE = "hon-kan-molndal"
STATED = ("basic", "more")
"""What the source states: six months and six months."""


def assumptions(v: View) -> tuple[Assumptions, bool]:
    """The address' assumptions, else the example; and whether they are the viewer's own."""
    own = exact.read(v.sel.kalkyl)
    return own or EXAMPLE, own is not None


def fields(v: View) -> list[assumed.Field]:
    """The assumptions, each with its unit and where it is from."""
    a, is_own = assumptions(v)
    gain = v.t("investment.unit_gain")
    units = {
        "people": v.t("investment.unit_people"), "cost": v.t("investment.unit_cost"),
        "effect": v.t("investment.unit_effect"), **dict.fromkeys(PARTIES, gain),
        **dict.fromkeys(("lost", "rate"), v.t("investment.unit_year")),
    }  # fmt: skip
    short_units = {**dict.fromkeys(exact.MONEY, v.t("assumed.kronor")), "effect": v.t("investment.unit_effect_short")}
    out = []
    for name in FIELDS:
        value = getattr(a, name)
        origin = "source" if name in STATED and value == getattr(EXAMPLE, name) else "yours" if is_own else "example"
        unit = units.get(name, v.t("investment.unit_months"))
        short = short_units.get(name, "")
        out.append(assumed.Field(name, v.t(f"investment.{name}"), unit, value, v.t(f"assumed.origin_{origin}"), short))
    return out


def section(v: View) -> None:
    """Facts first, then one's own assumptions and what they give."""
    op = _case(v)
    if op is None:
        return
    layout.html(parts.heading(2, v.t("investment.title", name=v.of(op))))
    draw(v, facts(v), level=3, is_open=True)
    left, right = st.columns([5, 8], gap="large")
    with left:
        _inputs(v)
    with right:
        layout.html(_figures(v))
        draw(v, result(v), level=3)
    shown = [replace(each, basis=each.basis[1:]) for each in (parties(v), swings(v)) if each]
    for exhibit in shown:
        draw(v, exhibit, level=3, is_open=exhibit.id == "parties")


def _case(v: View) -> Row | None:
    return contracts.operation(v.w, CASE)


def _inputs(v: View) -> None:
    a, is_own = assumptions(v)
    layout.html(parts.source(v.t("assumed.yours" if is_own else "assumed.example")))

    def put(name: str, value: Decimal) -> bool:
        try:
            layout.put(kalkyl=exact.written(replace(a, **{name: value})))
        except TermsError:
            return False
        return True

    assumed.inputs(v, "kalkyl", fields(v), put)
    again = parts.source(parts.link(v.href(kalkyl=""), v.t("assumed.again"))) if is_own else Markup("")
    layout.html(parts.source(v.t("investment.how")), again)


def _money(v: View, amount: Decimal) -> str:
    return numbers.money(amount, "SEK", v.lang)


def _figures(v: View) -> Markup:
    a, _ = assumptions(v)
    found = exact.value(a)
    even = v.t("investment.even_never") if found.months is None else v.t("investment.even_value", months=found.months)
    needed = (
        v.t("investment.needed_none")
        if found.effect is None
        else v.t("investment.needed_value", n=v.n(found.effect, 1))
    )
    return parts.figures(
        [
            Figure(
                v.t("investment.net"), _money(v, found.net), v.t("investment.net_note", months=v.n(a.horizon))
            ),
            Figure(v.t("investment.spent"), _money(v, found.cost), v.t("investment.spent_note")),
            Figure(v.t("investment.even"), even, v.t("investment.even_note")),
            Figure(v.t("investment.needed"), needed, v.t("investment.needed_note")),
        ]
    )  # fmt: skip


def _basis(v: View) -> str:
    return v.t("payout.basis", terms=assumed.told(v, fields(v)))


def _source(v: View) -> tuple[str | Markup, ...]:
    op = _case(v)
    return (v.t("investment.source", name=v.of(op)),) if op else ()


def facts(v: View) -> Exhibit | None:
    """What the source states of the measure, a row a statement; None where the data does not hold it."""
    op = _case(v)
    said = contracts.grouped(contracts.terms(v.w))[op["operation_id"]] if op else []
    if op is None or not said:
        return None
    day = v.day(provenance.source_titles(v.w)[said[0]["source_id"]]["retrieved_at"])
    link = parts.link(rows.href(v, op), v.of(op))
    return Exhibit(
        id="facts", title=v.t("investment.facts", name=v.of(op)), finding=v.t("investment.facts_finding"),
        columns=reference_case.columns(v), rows=tuple(reference_case.statement(v, t) for t in said),
        links=tuple(v.source_href(t) for t in said), missing=(v.t("investment.facts_missing"),),
        source=(Markup("{} {}").format(v.t("reference.source", day=day), link),),
    )  # fmt: skip


def result(v: View) -> Exhibit | None:
    """The present value month by month: all parties together, and the municipality, which pays for the courses."""
    if _case(v) is None:
        return None
    a, _ = assumptions(v)
    found, walked = exact.value(a), exact.path(a)
    even = (
        v.t("investment.finding_never") if found.months is None else v.t("investment.finding_even", months=found.months)
    )
    told = ", ".join(f"{v.t(f'investment.party_{p}').lower()} {_money(v, found.by_party[p])}" for p in PARTIES)
    wanted = {0, a.course, found.months or 0, len(walked) - 1, *range(0, len(walked), 12)}
    body = [
        (at, *(round(walked[at][name], 2) for name in (*PARTIES, "net"))) for at in sorted(wanted) if at < len(walked)
    ]
    return Exhibit(
        id="investment", title=v.t("investment.result"),
        finding=v.t(
            "investment.finding", net=_money(v, found.net), months=v.n(a.horizon), parties=told, even=even
        ),
        columns=(
            Column(v.t("investment.month"), "number"),
            *(Column(v.t(f"investment.party_{p}"), "money") for p in PARTIES),
            Column(v.t("investment.sum"), "money"),
        ),
        rows=tuple(body), source=_source(v), basis=(_basis(v),), missing=(v.t("investment.not_counted"),),
        spec=partial(_result_spec, v, a),
    )  # fmt: skip


def _result_spec(v: View, a: Assumptions, dark: bool) -> Spec:
    walked, found = exact.path(a), exact.value(a)
    lines = [
        Line(v.t(f"investment.line_{name}"), [(at, each[name]) for at, each in enumerate(walked)])
        for name in ("net", "municipality")
    ]
    marks = []
    if a.course < len(walked):
        marks.append(Mark(a.course, v.t("investment.mark_course", at=a.course)))
    if found.months:
        at = found.months
        marks.append(Mark(at, v.t("investment.mark_even", at=at), (walked[at]["net"],)))
    money = v.t("assumed.kronor")
    units = {
        1: money, 10**4: v.t("assumed.thousands", currency=money), 10**6: v.t("assumed.millions", currency=money),
    }  # fmt: skip
    return crossing(lines, marks, x_title=v.t("investment.months"), units=units, dark=dark, lang=v.lang)


def parties(v: View) -> Exhibit | None:
    """Who gains and who pays, discounted, to the öre; the parts sum to the present value."""
    if _case(v) is None:
        return None
    a, _ = assumptions(v)
    found = exact.value(a)
    body: list[tuple[Cell, ...]] = []
    for party, net in found.by_party.items():
        paid = found.cost if party == "municipality" else Decimal(0)
        body.append((v.t(f"investment.party_{party}"), net + paid, paid, net))
    body.append((v.t("investment.sum"), found.net + found.cost, found.cost, found.net))
    return Exhibit(
        id="parties", title=v.t("investment.parties"),
        finding=v.t("investment.parties_finding", **{p: _money(v, n) for p, n in found.by_party.items()}),
        columns=(
            Column(v.t("investment.party")),
            *(Column(v.t(f"investment.{name}"), "money") for name in ("gains", "pays", "party_net")),
        ),
        rows=tuple(body), source=_source(v), basis=(_basis(v),), missing=(v.t("investment.not_counted"),),
    )  # fmt: skip


def swings(v: View) -> Exhibit | None:
    """What the present value hangs on: one assumption at a time a quarter lower and higher, widest first."""
    if _case(v) is None:
        return None
    a, _ = assumptions(v)
    net, share = exact.value(a).net, percent(v, SHARE * 100)
    found = exact.swings(a)
    by = {f.name: f for f in fields(v)}
    body = [(by[n].label, exact.moved(a, n)[0], low, exact.moved(a, n)[1], high) for n, low, high in found]
    name, low, high = found[0]
    return Exhibit(
        id="swings", title=v.t("investment.swings"),
        finding=v.t(
            "investment.swings_finding", first=by[name].label.lower(), share=share, low=_money(v, low),
            high=_money(v, high),
        ),
        columns=(
            Column(v.t("assumed.assumption")), Column(v.t("investment.low"), "number"),
            Column(v.t("investment.net_low"), "money"), Column(v.t("investment.high"), "number"),
            Column(v.t("investment.net_high"), "money"),
        ),
        rows=tuple(body), source=_source(v),
        basis=(_basis(v), v.t("investment.swings_basis", share=share, net=_money(v, net))),
        missing=(v.t("investment.not_counted"),), spec=partial(_swings_spec, v, a),
    )  # fmt: skip


def _swings_spec(v: View, a: Assumptions, dark: bool) -> Spec:
    by = {f.name: f for f in fields(v)}
    net = exact.value(a).net
    bars, names = [], []
    for name, low, high in exact.swings(a):
        less, more = (assumed.shown(v, each) for each in exact.moved(a, name))
        words = v.t(
            "investment.swing_name", label=by[name].label, low=less, less=_money(v, low), high=more,
            greater=_money(v, high),
        )  # fmt: skip
        names.append(Name(name, words))
        bars.append(Bar(name, float(min(low, net)) / 10**6, float(max(low, net)) / 10**6, "sure", words))
        bars.append(Bar(name, float(min(high, net)) / 10**6, float(max(high, net)) / 10**6, "other", words))
    title = f"{v.t('investment.net')}, {v.t('assumed.millions', currency=v.t('assumed.kronor'))}"
    return spans(bars, names, float(net) / 10**6, title=title, dark=dark, lang=v.lang)


def terms(v: View) -> Exhibit | None:
    """The assumptions that are reckoned with, each with its unit and where it is from."""
    _, is_own = assumptions(v)
    return Exhibit(
        id="assumptions", title=v.t("investment.assumptions"),
        finding=v.t("assumed.yours" if is_own else "assumed.example"), columns=assumed.columns(v),
        rows=assumed.rows(fields(v)), source=_source(v), basis=(v.t("investment.how"),),
    )  # fmt: skip
