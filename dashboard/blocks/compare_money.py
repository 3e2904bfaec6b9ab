"""*Jämför län*: the chosen kind of amount, in total and per person, each in a panel with one scale."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import streamlit as st
from markupsafe import Markup

from dashboard import exhibit, layout, numbers, parts
from dashboard.blocks import compare as shared
from dashboard.blocks import counting, hidden, series
from dashboard.charts import compared
from dashboard.db import Row
from dashboard.exhibit import WITHHELD, Cell, Column, Exhibit
from dashboard.layout import View
from dashboard.questions import compare, funding, indicators, side_operations, side_values


def section(v: View) -> None:
    """Four panels: the amount, per inhabitant, per inhabitant aged 20 to 64, per person in need."""
    layout.html(parts.heading(2, v.t("compare.money")), parts.missing(v.t("compare.money_read")))
    with st.container(key="controls", horizontal=True, vertical_alignment="bottom"):
        ids = counting.measures(v, v.sel.but(lan=(), kommun=()))
        layout.choose(v.t("sweden.measure"), "matt", ids, v.sel.matt, lambda m: counting.label(v, m))
        _choose_need(v)
        modes = ("split", "touched")
        layout.switch(v.t("mode.label"), "satt", modes, v.sel.satt, lambda m: v.t(f"mode.{m}").capitalize())
    panels = [total(v), per_inhabitant(v), per_aged(v)]
    if not panels[0]:
        layout.html(parts.missing(v.t("compare.money_empty", measure=counting.measure(v))))
        return
    with st.container(key="panels-money"):
        left, right = st.columns(2, gap="large")
        with left:
            exhibit.draw(v, panels[0], level=3)
        with right:
            exhibit.draw(v, panels[1], level=3)
        left, right = st.columns(2, gap="large")
        with left:
            exhibit.draw(v, panels[2], level=3)
        with right:
            exhibit.draw(v, per_need(v), level=3)


def total(v: View) -> Exhibit | None:
    """Split and touched amounts of every side; None where none has any."""
    found, amounts = shared.sides(v), side_operations.money(v.w, v.sel, shared.sides(v))
    if not amounts:
        return None
    counts = side_operations.projects(v.w, v.sel, found)
    chosen = {s.code: amounts[s.code][v.sel.satt] if s.code in amounts else None for s in found}
    rows: list[tuple[Cell, ...]] = []
    for s in found:
        r = amounts.get(s.code) or {"split": None, "touched": None, "n": 0}
        rows.append((shared.name(v, s), r["split"], r["touched"], r["n"], counts[s.code]["touched"]))
    lacking = ", ".join(
        v.t("compare.lacking_one", name=shared.short(v, s), n=v.n(row[4] - row[3]), all=v.n(row[4]))  # type: ignore[operator,arg-type]
        for s, row in zip(found, rows, strict=True)
    )
    return Exhibit(
        id="funding-total",
        title=v.t("compare.money_total", measure=counting.measure(v), mode=v.t(f"mode.{v.sel.satt}")),
        finding=shared.finding(
            v, v.t("compare.money_short"), _plain(chosen), lambda x: _money(v, x),
            apart={s.kind for s in found} - {next((s.kind for s in found if s.kind != "riket"), "riket")},
        ),
        columns=(
            Column(v.t("compare.place")),
            Column(v.t("mode.split").capitalize(), "money", currency=v.sel.currency),
            Column(v.t("mode.touched").capitalize(), "money", currency=v.sel.currency),
            Column(v.t("compare.with_amount"), "number"),
            Column(v.t("compare.touching"), "number"),
        ),
        rows=tuple(rows),
        links=tuple(shared.rows_href(v, s) for s in found),
        basis=(_how(v), *shared.group_note(v, "sum")),
        missing=(v.t("compare.lacking", said=lacking), *shared.kommun_note(v)),
        source=(v.behind(lan=(), kommun=(), med=(), lika=()),),
        spec=lambda dark: compared.bars(
            [(shared.short(v, s), _float(chosen[s.code]), _told(v, chosen[s.code])) for s in found],
            dark=dark, lang=v.lang,
        ),
    )  # fmt: skip


def per_inhabitant(v: View) -> Exhibit | None:
    """The amount by inhabitants of all ages."""
    of = indicators.catalogue(v.w).get("population")
    return _per(v, "inhabitant", side_values.people(v.w, shared.with_riket(v)), of, v.t("compare.people_note"))


def per_aged(v: View) -> Exhibit | None:
    """The amount by inhabitants aged 20 to 64, a number that is worked out."""
    of = indicators.catalogue(v.w).get("dependency_ratio")
    return _per(v, "aged", side_values.aged_20_64(v.w, shared.with_riket(v)), of, v.t("compare.aged_note"))


def per_need(v: View) -> Exhibit | None:
    """The amount by persons in need, where an indicator gives their number."""
    of = need(v)
    if of is None:
        return None
    kind = compare.COUNTED.get(of["code"], "counted")
    return _per(
        v, "need", side_values.in_need(v.w, shared.with_riket(v), of), of, v.t(f"compare.need_{kind}", title=v.of(of))
    )


def needs(v: View) -> dict[str, Row]:
    """The indicators that give a number of persons in need."""
    found = indicators.catalogue(v.w)
    counts = {c: r for c, r in found.items() if r["unit"] == "personer" and not c.startswith("population")}
    return {c: found[c] for c in compare.COUNTED if c in found} | counts


def need(v: View) -> Row | None:
    """The need that amounts are divided by: the chosen indicator where it can, else the first that can."""
    found = needs(v)
    return found.get(v.sel.indikator) or next(iter(found.values()), None)


def _choose_need(v: View) -> None:
    found, of = needs(v), need(v)
    if of:
        layout.choose(
            v.t("compare.need_choice"),
            "indikator",
            list(found),
            of["code"],
            lambda c: v.of(found[c]),
            key="compare-need",
        )


def _per(v: View, kind: str, persons: Mapping[str, Row], of: Row | None, note: str) -> Exhibit | None:
    found, amounts = shared.sides(v), side_operations.money(v.w, v.sel, shared.sides(v))
    if of is None or not amounts:
        return None
    each: dict[str, float | None] = {}
    rows: list[tuple[Cell, ...]] = []
    for s in found:
        amount = amounts[s.code][v.sel.satt] if s.code in amounts else None
        r = persons.get(s.code)
        count = r["persons"] if r else None
        each[s.code] = float(amount) / count if amount is not None and count else None
        is_withheld = r is not None and hidden.is_hidden({"value": count, "flag": r.get("flag")})
        if count and (kind == "aged" or (kind == "need" and of["code"] in compare.COUNTED)):
            count = round(count, -2)
        told: tuple[Cell, Cell] = (count, each[s.code])
        count_cell, each_cell = (WITHHELD, WITHHELD) if is_withheld else told
        rows.append((shared.name(v, s), amount, count_cell, v.span(r["period"]) if r else None, each_cell))
    lacking = [shared.short(v, s) for s in found if s.code not in persons]
    return Exhibit(
        id=f"funding-{kind}",
        title=v.t(f"compare.money_{kind}", measure=counting.measure(v)),
        finding=shared.finding(v, v.t(f"compare.short_{kind}"), each, lambda x: _each(v, x)),
        columns=(
            Column(v.t("compare.place")),
            Column(v.t(f"mode.{v.sel.satt}").capitalize(), "money", currency=v.sel.currency),
            Column(v.t(f"compare.persons_{kind}"), "number"),
            Column(v.t("figure.period")),
            Column(v.t("compare.per_person"), "number", decimals=2, unit=v.sel.currency),
        ),
        rows=tuple(rows),
        links=tuple(shared.rows_href(v, s) for s in found),
        basis=(note, *shared.group_note(v, "sum")),
        missing=(v.t("compare.no_persons", names=shared.listed(v, lacking)),) if lacking else (),
        source=_sources(v, kind, of, next((persons[s.code] for s in shared.with_riket(v) if s.code in persons), None)),
        spec=lambda dark: compared.bars(
            [(shared.short(v, s), each[s.code], _each(v, each[s.code])) for s in found], dark=dark, lang=v.lang
        ),
    )


def _sources(v: View, kind: str, of: Row, first: Row | None) -> tuple[Markup, ...]:
    """Every series that a number of persons is made of, in the first side's period."""
    if first is None:
        return ()
    how = compare.COUNTED.get(of["code"], "") if kind == "need" else kind
    base = ["population"] if how else []
    base += ["dependency_ratio"] if how in ("aged", "not_of_working_age") else []
    found, values = indicators.catalogue(v.w) | {of["code"]: of}, shared.values(v)
    lines = []
    for code in dict.fromkeys([*base, of["code"]]):
        mine = [r for r in values[code] if r["side"] == first["side"] and r["period"] == first["period"]]
        lines += [
            Markup("{}. {}").format(v.of(found[code]), series.source_line(v, found[code], v.span(r["period"]), r))
            for r in mine
        ]
    return tuple(lines)


def _how(v: View) -> str:
    told = funding.total(v.w, v.sel.but(lan=(), kommun=()), v.sel.matt)
    return f"{v.t(f'mode.{v.sel.satt}_help')} {counting.told(v, told)} {counting.note(v)}"


def _plain(amounts: Mapping[str, Decimal | None]) -> dict[str, float | None]:
    return {code: _float(amount) for code, amount in amounts.items()}


def _float(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


def _money(v: View, amount: float) -> str:
    return counting.money(v, amount)


def _told(v: View, amount: Decimal | None) -> str:
    return v.t("compare.unknown") if amount is None else counting.money(v, amount)


def _each(v: View, value: float | None) -> str:
    """An amount a person: with two decimals while it is small."""
    if value is None:
        return v.t("compare.unknown")
    return numbers.exact(Decimal(f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"), v.sel.currency, v.lang)
