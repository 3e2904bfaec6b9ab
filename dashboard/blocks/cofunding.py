"""Who funds with whom, by form of financing. Initiatives are counted; amounts stand one kind at a time."""

from __future__ import annotations

import streamlit as st

from dashboard import exhibit
from dashboard.blocks import counting
from dashboard.charts import matrix
from dashboard.charts.look import Spec
from dashboard.db import Row
from dashboard.exhibit import Column, Exhibit
from dashboard.layout import View
from dashboard.questions import financing
from dashboard.selection import measure_id


def _ordered(found: tuple[Row, ...]) -> list[Row]:
    return sorted(found, key=lambda r: (-r["n"], financing.FORMS.index(r["form"])))


def together(v: View) -> Exhibit | None:
    """Which forms of financing meet in the same initiative."""
    found, pairs, cover = financing.forms(v.w, v.sel), financing.pairs(v.w, v.sel), financing.cover(v.w, v.sel)
    if not found:
        return None
    columns = (
        Column(v.t("cofunding.form")), Column(v.t("cofunding.with")), Column(v.t("cofunding.n"), "number"),
        Column(v.t("cofunding.which")),
    )  # fmt: skip
    rows = [
        (v.t(f"cofunding.{r['form']}"), v.t("cofunding.alone"), r["alone"], "") for r in _ordered(found) if r["alone"]
    ]
    rows += [
        (v.t(f"cofunding.{r['a']}"), v.t(f"cofunding.{r['b']}"), r["n"], _titles(v, r)) for r in pairs
    ]  # fmt: skip
    said = v.t(
        "cofunding.finding", known=v.n(cover["known"]), all=v.n(cover["initiatives"]), told=v.n(cover["told"]),
        rest=v.n(cover["remainder"]),
    )  # fmt: skip
    return Exhibit(
        "cofunding", v.t("cofunding.title"), said, columns, tuple(rows), (v.behind(aktor="", insats=""),),
        (v.t("cofunding.basis"),), (v.t("cofunding.missing", n=v.n(cover["unknown"])),),
        spec=lambda dark: _drawn(v, found, pairs, dark),
    )  # fmt: skip


def _titles(v: View, r: Row) -> str:
    first, more = "; ".join(r[f"titles_{v.lang}"]), r["n"] - 3
    return v.t("list.more_places", name=first, n=v.n(more)) if more > 0 else first


def _drawn(v: View, found: tuple[Row, ...], pairs: tuple[Row, ...], dark: bool) -> Spec:
    order = [r["form"] for r in _ordered(found)]
    n = {(r["a"], r["b"]): r["n"] for r in pairs}
    n |= {(b, a): each for (a, b), each in n.items()}
    marks = []
    for r in _ordered(found):
        form = v.t(f"cofunding.{r['form']}")
        for other in order:
            if other == r["form"]:
                marks.append(matrix.Mark(form, form, v.t("cofunding.total", form=form, n=v.n(r["n"])), r["n"], "total"))
            elif (r["form"], other) in n:
                with_ = v.t(f"cofunding.{other}")
                both = n[r["form"], other]
                said = v.t("cofunding.pair", a=form, b=with_, n=v.n(both))
                marks.append(matrix.Mark(form, with_, said, both, "pair"))
    return matrix.counts(marks, columns=[v.t(f"cofunding.{form}") for form in order], dark=dark, lang=v.lang, wide=17)


def funders(v: View) -> Exhibit:
    """Named funders that pay for the same initiative, pair by pair."""
    found = financing.funders(v.w, v.sel)
    columns = (
        Column(v.t("cofunding.funder")), Column(v.t("cofunding.form")), Column(v.t("cofunding.with_funder")),
        Column(v.t("cofunding.with_form")), Column(v.t("cofunding.n"), "number"), Column(v.t("cofunding.which")),
    )  # fmt: skip
    rows = tuple(
        (r["a"], v.t(f"cofunding.{r['a_form']}"), r["b"], v.t(f"cofunding.{r['b_form']}"), r["n"], _titles(v, r))
        for r in found
    )
    names = {r[end] for r in found for end in ("a", "b")}
    key = "cofunding.funders_finding" if found else "cofunding.funders_none"
    return Exhibit(
        "funders", v.t("cofunding.funders"), v.t(key, n=v.n(len(found)), names=v.n(len(names))), columns, rows,
        (v.behind(aktor="", insats=""),), (v.t("cofunding.funders_basis"),),
    )  # fmt: skip


def _form_and_kind(v: View, r: Row) -> str:
    form, kind = v.t(f"cofunding.{r['form']}"), counting.label(v, measure_id(r["measure"], r["currency"]))
    return form if form == kind else f"{form}: {kind[:1].lower()}{kind[1:]}"


def amounts(v: View) -> Exhibit | None:
    """What is known of each form in money: every kind of amount and currency by itself."""
    found = financing.amounts(v.w, v.sel)
    if not found:
        return None
    currencies = sorted({r["currency"] for r in found})
    told = "EUR" if v.sel.bas == "euro" else ""
    columns = (
        Column(v.t("cofunding.form_and_kind")), Column(v.t("cofunding.n"), "number"),
        *(Column(v.t("cofunding.amount", currency=code), "money", currency=told or code) for code in currencies),
    )  # fmt: skip
    rows = tuple(
        (_form_and_kind(v, r), r["n"], *(r["amount"] if r["currency"] == code else None for code in currencies))
        for r in found
    )
    return Exhibit(
        "amounts", v.t("cofunding.amounts"), v.t("cofunding.amounts_finding", n=v.n(len(found))), columns, rows,
        (v.behind(aktor="", insats=""),), (counting.told(v), v.t("cofunding.amounts_basis")),
    )  # fmt: skip


def section(v: View) -> None:
    """Forms that meet, funders that meet, and what is known in money."""
    found = together(v)
    if found is None:
        return
    drawn, known = st.columns([7, 5], gap="large")
    with drawn:
        exhibit.draw(v, found)
    with known:
        exhibit.draw(v, amounts(v), is_open=True)
    exhibit.draw(v, funders(v), level=3, is_open=True)
