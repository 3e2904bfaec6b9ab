"""The chosen indicator over time on *Mitt län*: the län, riket and the three län most alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import streamlit as st
from markupsafe import Markup

from dashboard import layout, parts
from dashboard.blocks import hidden, series
from dashboard.charts import lines
from dashboard.charts import small as small_charts
from dashboard.charts.look import Spec
from dashboard.components.chart import Ready, chart, ready
from dashboard.db import Row
from dashboard.exhibit import WITHHELD, Cell, Column, Exhibit, Plot, take
from dashboard.layout import View
from dashboard.questions import indicators, regions


def section(v: View, *above: Markup) -> None:
    """Heading, finding, chart, what its marks mean, source, and the same figures as a table.

    ``above`` goes on the page before it, with the heading.
    """
    told = _told(v)
    layout.html(*above, told.above)
    if not told.finding:
        return
    chart(_ready(v, st.context.theme.type == "dark"), alt=told.finding, key="trend")
    layout.html(told.below)
    opened = st.expander(v.t("figure.table"), key="trend-table", on_change="rerun")
    if opened.open:
        with opened:
            layout.html(_table(v))


class _Told(NamedTuple):
    """What stands around the chart; no finding: there is no chart."""

    above: Markup
    finding: str = ""
    below: Markup = Markup("")


@layout.kept
def _told(v: View) -> _Told:
    one, _, _ = series.chosen(v)
    top = parts.heading(2, f"{v.t('county.trend')}: {v.of(one)}")
    r = read(v)
    if r is None:
        own = [row for row in indicators.trend(v.w, one["code"], [v.sel.one_lan or ""]) if row["value"] is not None]
        return _Told(top + parts.missing(v.t("county.trend_short" if own else "county.trend_gap")))
    finding = _sentence(v, one, r.own)
    peers = ", ".join(v.regions[p] for p in r.codes[2:])
    below = [
        *(parts.missing(note) for note in series.notes(v, r.valued)),
        parts.source(v.t("series.peers" if _is_count(one) else "county.trend_peers", names=peers)),
        parts.source(series.source_line(v, one, _range(v, r.own), r.own[-1])),
        take(v, "trend", v.t("county.trend"), with_chart=True),
    ]
    return _Told(top + parts.lede(finding) + parts.source(v.unit(one)), finding, parts.join(below))


@layout.kept
def _ready(v: View, is_dark: bool) -> Ready:
    r = read(v)
    assert r is not None
    return ready(lines.trend(r.valued, r.codes[0], r.names, _shown(v, r), dark=is_dark, lang=v.lang))


@layout.kept
def _table(v: View) -> Markup:
    r = read(v)
    assert r is not None
    shown = _shown(v, r)
    periods = sorted({row["period"] for row in r.found}, reverse=True)
    head = [v.t("figure.period"), *(r.names[c] for c in r.codes)]
    body = [[v.span(p), *(shown.get((c, p), "–") for c in r.codes)] for p in periods]
    return parts.table(head, body, numeric=range(1, len(head)))


def _shown(v: View, r: Read) -> dict[tuple[str, str], str]:
    return {(row["region_code"], row["period"]): series.shown(v, r.one, row) for row in r.found}


@dataclass(frozen=True)
class Read:
    """The chosen indicator's series: the län, riket and peers; ``valued``: what is drawn; ``own``: the län's part."""

    one: Row
    codes: tuple[str, ...]
    found: tuple[Row, ...]
    valued: list[Row]
    own: list[Row]
    names: dict[str, str]


def read(v: View) -> Read | None:
    """What the section draws; None where the län has fewer than two values."""
    code = v.sel.one_lan
    if code not in v.regions:
        return None
    one, _, _ = series.chosen(v)
    codes = (code, "00", *(r["peer_code"] for r in regions.peers(v.w, code)))
    found = indicators.trend(v.w, one["code"], codes)
    valued = _drawn(one, found)
    own = [r for r in valued if r["region_code"] == code]
    names = regions.short_names(v.w) | {"00": v.regions["00"]}
    return Read(one, codes, found, valued, own, names) if len(own) > 1 else None


def small(v: View) -> tuple[Row, str, str, str] | None:
    """The chart for a report: the indicator, the SVG, the sentence and the source; None as :func:`read`."""
    r = read(v)
    if r is None:
        return None
    source = series.source_line(v, r.one, _range(v, r.own), r.own[-1])
    return r.one, small_charts.lines(r.valued, r.codes[0], r.names, v.lang), _sentence(v, r.one, r.own), source


def figure(v: View) -> Exhibit | None:
    """The same as an exhibit, one row a period; None where the län has fewer than two values."""
    r = read(v)
    if r is None:
        return None
    one, codes, names = r.one, r.codes, r.names
    shown = _shown(v, r)
    by = {(row["region_code"], row["period"]): row for row in r.found}

    def cell(place: str, period: str) -> Cell:
        row = by.get((place, period))
        return None if row is None else WITHHELD if hidden.is_hidden(row) else row["value"]

    def marks(period: str) -> str:
        flagged = [(names[c], by[c, period]["flag"]) for c in codes if (c, period) in by and by[c, period]["flag"]]
        return "; ".join(f"{name}: {v.t(f'flag.{flag}')}" for name, flag in flagged)

    def spec(dark: bool) -> Spec:
        return lines.trend(r.valued, codes[0], names, shown, dark=dark, lang=v.lang)

    periods = sorted({row["period"] for row in r.found})
    key = "series.peers" if _is_count(one) else "county.trend_peers"
    return Exhibit(
        id="trend",
        title=f"{v.t('county.trend')}: {v.of(one)}, {v.unit(one)}",
        finding=_sentence(v, one, r.own),
        columns=(
            Column(v.t("figure.period")),
            *(Column(names[c], "number", decimals=one["decimals"]) for c in codes),
            Column(v.t("export.marks")),
        ),
        rows=tuple((v.span(p), *(cell(c, p) for c in codes), marks(p)) for p in periods),
        basis=(v.t(key, names=", ".join(v.regions[p] for p in codes[2:])),),
        missing=(
            *series.notes(v, r.valued),
            *((hidden.rule(v),) if any(map(hidden.is_hidden, r.found)) else ()),
        ),
        source=(series.source_line(v, one, _range(v, r.own), r.own[-1]),),
        spec=spec,
        licence=series.licences(v, [one]),
        plot=Plot("line", tuple(at for at, c in enumerate(codes, 1) if not (_is_count(one) and c == "00"))),
    )


def _is_count(one: Row) -> bool:
    return bool(one["unit"] == "personer")


def _drawn(one: Row, rows: Iterable[Row]) -> list[Row]:
    """What has a value; riket is not drawn beside counts of persons, where the län would lie flat at the bottom."""
    return [r for r in rows if r["value"] is not None and not (_is_count(one) and r["region_code"] == "00")]


def _sentence(v: View, one: Row, own: list[Row]) -> str:
    """From first to last since the latest break: figures on either side of one are not compared."""
    since = max((at for at, r in enumerate(own) if r["flag"] == "b"), default=0)
    first, last = own[since], own[-1]
    told = {
        "title": v.of(one), "name": v.regions[last["region_code"]], "last": v.value(last["value"], one),
        "last_period": v.span(last["period"]),
    }  # fmt: skip
    if first is last:
        return v.t("series.since_break", **told)
    return v.t(
        "county.trend_sentence", first=v.value(first["value"], one), first_period=v.span(first["period"]), **told
    )


def _range(v: View, own: list[Row]) -> str:
    """The periods from first to last: 2020–2025, or 2004–2007 – 2021–2024."""
    first, last = v.span(own[0]["period"]), v.span(own[-1]["period"])
    return f"{first}–{last}" if len(first) == len(last) == 4 else f"{first}\u00a0– {last}"
