"""The reference case of outcome-based payment: what was measured, when, and what the sources do not publish."""

from __future__ import annotations

from datetime import date
from functools import partial

from markupsafe import Markup

from dashboard import parts
from dashboard.blocks import rows
from dashboard.charts.look import Spec
from dashboard.charts.ranges import Bar, Name, spans
from dashboard.db import Row
from dashboard.exhibit import Cell, Column, Exhibit
from dashboard.layout import View
from dashboard.questions import contracts, provenance

CASE = "arbetsmiljo-halsa-botkyrka-ornskoldsvik"
STARTED = (date(2018, 9, 1), date(2018, 11, 30))
"""Autumn 2018, as the statement of the case's beginning says it; no day is published."""
MONTHS = 17
MARKER = date(2020, 3, 11)
SHOWN = (date(2017, 9, 1), date(2021, 9, 1))
"""What the picture shows of time. Neither the reference period's beginning nor the project's end is published."""


def figure(v: View) -> Exhibit | None:
    """The statements of the case with their sources, and how the months lie; None where the data does not hold it."""
    op = contracts.operation(v.w, CASE)
    said = contracts.grouped(contracts.terms(v.w))[op["operation_id"]] if op else []
    if op is None or not said:
        return None
    day = v.day(provenance.source_titles(v.w)[said[0]["source_id"]]["retrieved_at"])
    link = parts.link(rows.href(v, op), v.of(op))
    return Exhibit(
        id="reference", title=v.t("reference.title", name=v.of(op)), finding=v.t("reference.finding"),
        columns=columns(v), rows=tuple(statement(v, t) for t in said),
        links=tuple(v.source_href(t) for t in said), basis=(v.t("reference.basis"),),
        missing=(v.t("reference.missing"),), source=(Markup("{} {}").format(v.t("reference.source", day=day), link),),
        spec=partial(_spec, v),
    )  # fmt: skip


def columns(v: View) -> tuple[Column, ...]:
    """The columns of a table of statements."""
    words = tuple(Column(v.t(f"reference.{name}")) for name in ("field", "said", "where"))
    return (*words, Column(v.t("reference.seen"), "date"))


def statement(v: View, term: Row) -> tuple[Cell, ...]:
    """A statement as a row: what it is about, what is said, where, and when that was compiled."""
    seen = provenance.source_titles(v.w)[term["source_id"]]["retrieved_at"]
    return (
        v.t(f"reference.{term['field']}"), v.of(term, "text"), term["source_title"] or term["source_url"],
        seen.date() if seen else None,
    )  # fmt: skip


def later(day: date, months: int) -> date:
    """So many months after a day; the last day of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    raise ValueError(day)


def _spec(v: View, dark: bool) -> Spec:
    start, end = STARTED, tuple(later(day, MONTHS) for day in STARTED)
    at = {day: _year(day) for day in (*SHOWN, *start, *end, MARKER)}
    bars = [
        Bar("before", at[SHOWN[0]], at[start[0]], "open", v.t("reference.row_before")),
        Bar("counted", at[start[0]], at[start[1]], "unsure", v.t("reference.row_counted")),
        Bar("counted", at[start[1]], at[end[0]], "sure", v.t("reference.row_counted")),
        Bar("counted", at[end[0]], at[end[1]], "unsure", v.t("reference.row_counted")),
        Bar("after", at[end[1]], at[SHOWN[1]], "open", v.t("reference.row_after")),
    ]
    begins = {"before": at[SHOWN[0]], "counted": at[start[0]], "marker": at[MARKER] - 0.03, "after": at[SHOWN[1]]}
    names = [Name(row, v.t(f"reference.row_{row}"), place) for row, place in begins.items()]
    labels = {float(year): str(year) for year in range(SHOWN[0].year + 1, SHOWN[1].year + 1)}
    return spans(bars, names, at[MARKER], labels=labels, dark=dark, lang=v.lang)


def _year(day: date) -> float:
    """A day as a year and its part: 2020-07-01 -> 2020.497."""
    first = date(day.year, 1, 1)
    return day.year + (day - first).days / (date(day.year + 1, 1, 1) - first).days
