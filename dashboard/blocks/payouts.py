"""The payout simulator: a contract's terms, what is paid at which outcome, and who carries the risk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import partial

import streamlit as st
from markupsafe import Markup

from dashboard import layout, numbers, parts
from dashboard import payout as exact
from dashboard.blocks import assumed, rows
from dashboard.blocks.assumed import percent
from dashboard.blocks.deals import Deal, deal, fields, records, told
from dashboard.charts.crossing import Line, Mark, crossing
from dashboard.charts.look import Spec
from dashboard.exhibit import Cell, Column, Exhibit, draw
from dashboard.layout import View
from dashboard.parts import Figure
from dashboard.payout import FIELDS, LIMIT, TermsError

STEPS = (0, 25, 50, 75, 100, 125, 150)


def simulator(v: View) -> None:
    """Terms to write, the outcome to move, and what follows."""
    d = deal(v)
    left, right = st.columns([5, 8], gap="large")
    with left:
        _terms(v, d)
    with right:
        _slider(v, d)
        layout.html(_figures(v, d))
        draw(v, chart(v))
    draw(v, replace(scenarios(v), basis=()), is_open=True)
    draw(v, replace(risk(v), basis=(v.t("payout.risk_basis"),)), is_open=True)


def _terms(v: View, d: Deal) -> None:
    found = records(v)
    layout.html(parts.source(told(v, d)))
    if found:
        layout.choose(
            v.t("payout.from"), "insats", ["", *found], d.record["local_id"] if d.record else "",
            lambda code: v.of(found[code][0]) if code else v.t("payout.from_none"), then={"villkor": ""},
        )  # fmt: skip

    def put(name: str, value: Decimal) -> bool:
        try:
            layout.put(villkor=exact.written(replace(d.terms, **{name: value})))
        except TermsError:
            return False
        return True

    assumed.inputs(v, "villkor", fields(v, d), put)
    notes = [parts.source(v.t("payout.how"))]
    if not found:
        notes.append(parts.missing(v.t("payout.no_records")))
    if d.record:
        lacking = ", ".join(v.t(f"payout.{name}").lower() for name in FIELDS if name not in d.stated)
        notes.append(parts.missing(v.t("payout.lacking", name=v.of(d.record), fields=lacking)))
    if d.is_own:
        notes.append(parts.source(parts.link(v.href(villkor="", utfall=""), v.t("assumed.again"))))
    layout.html(*notes)


def _slider(v: View, d: Deal) -> None:
    key = f"utfall-{v.lang}"
    if st.session_state.get(key) != d.at:
        st.session_state[key] = d.at
    st.slider(
        v.t("payout.outcome"), 0, LIMIT, step=1, key=key, format="%d",
        on_change=lambda: layout.put(utfall=str(st.session_state[key])),
    )  # fmt: skip


def _money(v: View, d: Deal, amount: Decimal) -> str:
    return numbers.money(amount, d.currency, v.lang)


def _share(d: Deal, units: Fraction | Decimal) -> Fraction:
    return Fraction(units) * 100 / d.terms.exact["target"]


def _number(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _percent(v: View, d: Deal, units: Fraction) -> str:
    return percent(v, _number(_share(d, units)), 0 if _share(d, units).denominator == 1 else 1)


def _units(v: View, units: Fraction | Decimal) -> str:
    value = _number(Fraction(units))
    return v.n(value, 0 if value == value.to_integral() else 1)


def _figures(v: View, d: Deal) -> Markup:
    here, even = exact.at_percent(d.terms, d.at), exact.break_even(d.terms)
    if even is None:
        value, note = v.t("payout.even_never"), v.t("payout.even_never_note")
    elif even == 0:
        value, note = v.t("payout.even_always"), v.t("payout.even_always_note")
    else:
        value, note = _percent(v, d, even), v.t("payout.even_note", units=_units(v, even))
    money = partial(_money, v, d)
    return parts.figures(
        [
            Figure(v.t("payout.pays"), money(here.total), v.t("payout.pays_note", fixed=money(here.fixed))),
            Figure(v.t("payout.saves"), money(here.saving), v.t("payout.saves_note", units=_units(v, here.units))),
            Figure(v.t("payout.net"), money(here.payer_net), v.t("payout.net_note")),
            Figure(v.t("payout.even"), value, note),
        ]
    )


def _finding(v: View, d: Deal) -> str:
    here, even = exact.at_percent(d.terms, d.at), exact.break_even(d.terms)
    if even is None:
        said = v.t("payout.finding_never")
    elif even == 0:
        said = v.t("payout.finding_always")
    else:
        said = v.t("payout.finding_even", at=_percent(v, d, even), units=_units(v, even))
    return v.t(
        "payout.finding", at=percent(v, d.at), total=_money(v, d, here.total), saving=_money(v, d, here.saving),
        net=_money(v, d, here.payer_net), even=said,
    )  # fmt: skip


def _basis(v: View, d: Deal) -> tuple[str, ...]:
    return (v.t("payout.basis", terms=assumed.told(v, fields(v, d))),)


def _source(v: View, d: Deal) -> tuple[str | Markup, ...]:
    said: list[str | Markup] = [v.t("payout.source")]
    if d.record:
        link = parts.link(rows.href(v, d.record), v.of(d.record))
        said.append(Markup("{} {}").format(v.t("payout.source_record"), link))
    return tuple(said)


def _cases(v: View, d: Deal) -> list[tuple[str, Fraction]]:
    """Outcomes worth a row, in order: name, units."""
    target = d.terms.exact["target"]
    named: dict[Fraction, list[str]] = {}
    for at in STEPS:
        words = {0: v.t("payout.case_zero"), 100: v.t("payout.case_target")}
        named[target * at / 100] = [words.get(at, v.t("payout.case_percent", at=percent(v, at)))]
    for name, units in (
        ("even", exact.break_even(d.terms) or None), ("cap", exact.cap_at(d.terms)), ("yours", target * d.at / 100),
    ):  # fmt: skip
        if units is not None:
            named.setdefault(units, []).append(v.t(f"payout.case_{name}"))
    return [(f"{first}{''.join(f', {w.lower()}' for w in rest)}", at) for at, (first, *rest) in sorted(named.items())]


def _share_column(v: View, d: Deal, cases: list[tuple[str, Fraction]]) -> Column:
    return Column(v.t("payout.of_target"), "number", _decimals(_share(d, units) for _, units in cases), unit="%")


def _decimals(values: Iterable[Fraction]) -> int:
    return 0 if all(value.denominator == 1 for value in values) else 1


def chart(v: View) -> Exhibit:
    """What the payer pays and saves by outcome, with the break-even and the viewer's outcome marked."""
    d = deal(v)
    cases = _cases(v, d)
    body: list[tuple[Cell, ...]] = []
    for name, units in cases:
        found = exact.payout(d.terms, units)
        body.append((name, round(_number(_share(d, units)), 2), found.total, found.saving, found.payer_net))
    return Exhibit(
        id="payout", title=v.t("payout.title"), finding=_finding(v, d),
        columns=(
            Column(v.t("payout.scenario")), _share_column(v, d, cases),
            *(Column(v.t(f"payout.{name}"), "money", currency=d.currency) for name in ("total", "saved", "net")),
        ),
        rows=tuple(body), source=_source(v, d), basis=_basis(v, d), missing=(v.t("payout.not_counted"),),
        spec=partial(_spec, v, d),
    )  # fmt: skip


def _spec(v: View, d: Deal, dark: bool) -> Spec:
    even, here = exact.break_even(d.terms), exact.at_percent(d.terms, d.at)
    marks = [Mark(d.at, v.t("payout.mark_here", at=percent(v, d.at)), (here.total, here.saving))]
    if even:
        found = exact.payout(d.terms, even)
        marks.append(Mark(_share(d, even), v.t("payout.mark_even", at=_percent(v, d, even)), (found.total,)))
    points = exact.shape(d.terms)
    lines = [
        Line(v.t("payout.line_total"), [(_share(d, at), due) for at, due in points]),
        Line(v.t("payout.line_saving"), [(_share(d, at), at * d.terms.exact["saving"]) for at, _ in points]),
    ]
    return crossing(
        lines, marks, x_title=v.t("payout.outcome"), units=_axis(v, d.currency), dark=dark, lang=v.lang
    )  # fmt: skip


def _axis(v: View, code: str) -> dict[int, str]:
    money = assumed.currency(v, code)
    return {
        1: money, 10**4: v.t("assumed.thousands", currency=money), 10**6: v.t("assumed.millions", currency=money),
    }  # fmt: skip


def scenarios(v: View) -> Exhibit:
    """Outcome by outcome: what is paid in all, to whom, what is saved and what is left for the payer."""
    d = deal(v)
    cases = _cases(v, d)
    body: list[tuple[Cell, ...]] = []
    for name, units in cases:
        p = exact.payout(d.terms, units)
        share = round(_number(_share(d, units)), 2)
        body.append((name, share, p.units, p.total, p.provider, p.investor, p.saving, p.payer_net))
    cap = exact.cap_at(d.terms)
    reached = v.t("payout.not_reached") if cap is None else v.t("payout.reached", at=_percent(v, d, cap))
    return Exhibit(
        id="scenarios", title=v.t("payout.scenarios"),
        finding=v.t(
            "payout.scenarios_finding", least=_money(v, d, exact.at_percent(d.terms, 0).total),
            most=_money(v, d, exact.at_percent(d.terms, LIMIT).total), cap=_money(v, d, d.terms.cap), reached=reached,
        ),
        columns=(
            Column(v.t("payout.scenario")), _share_column(v, d, cases),
            Column(v.t("payout.units"), "number", _decimals(units for _, units in cases)),
            *(
                Column(v.t(f"payout.{name}"), "money", currency=d.currency)
                for name in ("total", "to_provider", "to_investor", "saved", "net")
            ),
        ),
        rows=tuple(body), source=_source(v, d), basis=_basis(v, d), missing=(v.t("payout.not_counted"),),
    )  # fmt: skip


def risk(v: View) -> Exhibit:
    """Who bears the cost when there is no outcome, and what is left for each at nothing, at the target and here."""
    d = deal(v)
    staked = exact.stakes(d.terms)
    found = [exact.at_percent(d.terms, at) for at in (0, 100, d.at)]
    names = {"payer": v.t("payout.payer"), "provider": v.t("payout.provider"), "investor": v.t("payout.investor_party")}
    body: list[tuple[Cell, ...]] = []
    for party, name in names.items():
        share = round(staked[party] * 100 / d.terms.cost, 2) if d.terms.cost else None
        body.append((name, staked[party], share, *(getattr(each, f"{party}_net") for each in found)))
    return Exhibit(
        id="risk", title=v.t("payout.risk"),
        finding=v.t(
            "payout.risk_finding", cost=_money(v, d, d.terms.cost),
            **{party: _money(v, d, amount) for party, amount in staked.items()},
        ),
        columns=(
            Column(v.t("payout.party")), Column(v.t("payout.stake"), "money", currency=d.currency),
            Column(v.t("payout.stake_share"), "number", 1, unit="%"),
            *(
                Column(v.t(f"payout.{name}"), "money", currency=d.currency)
                for name in ("net_zero", "net_target", "net_here")
            ),
        ),
        rows=tuple(body), source=_source(v, d), basis=(*_basis(v, d), v.t("payout.risk_basis")),
        missing=(v.t("payout.not_counted"),),
    )  # fmt: skip


def terms(v: View) -> Exhibit:
    """The terms that are reckoned with, each with its unit and where it is from."""
    d = deal(v)
    return Exhibit(
        id="terms", title=v.t("payout.terms"), finding=told(v, d),
        columns=assumed.columns(v), rows=assumed.rows(fields(v, d)), source=_source(v, d), basis=(v.t("payout.how"),),
    )  # fmt: skip
