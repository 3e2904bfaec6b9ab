"""An exhibit as an editable chart: which kind, which categories, which series. A hidden figure is a gap, never 0."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from dashboard.exhibit import Cell, Exhibit, Plot
from dashboard.export.about import heading

Kind = Literal["bar", "line", "scatter", "bubble", "map", "table"]
MOST_BARS, MOST_SERIES, MOST_IN_ONE = 24, 6, 12
_MARKS: tuple[tuple[str, Kind], ...] = (
    ("geoshape", "map"), ("line", "line"), ("area", "line"), ("bar", "bar"), ("point", "scatter"),
    ("circle", "scatter"),
)  # fmt: skip


@dataclass(frozen=True)
class Series:
    """A named row of numbers, None where nothing is known or shown."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Chart:
    """A chart's data. Of a scatter or bubble chart the series are x, y (and size), and categories name the points.

    ``left_out``: how many rows do not fit. ``most``: the end of the scale, 0 for as far as the figures reach.
    """

    kind: Kind
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    decimals: int
    left_out: int = 0
    is_money: bool = False
    most: float = 0.0


def chart(of: Exhibit) -> Chart | None:
    """The exhibit's chart; None when a table serves better."""
    plot = of.plot or _read(of)
    kind: Kind = "bar" if plot.kind == "map" else plot.kind
    if kind == "table" or not of.rows or not plot.values:
        return None
    rows = of.rows
    values = plot.values[:MOST_SERIES]
    texts = [at for at, column in enumerate(of.columns) if column.kind == "text" and at != plot.label]
    if kind == "line" and len(values) == 1 and texts and len({row[plot.label] for row in rows}) < len(rows):
        return _pivoted(of, plot.label, texts[0], values[0])
    kept = rows[:MOST_BARS] if kind == "bar" else rows
    column = of.columns[values[0]]
    return Chart(
        kind=kind,
        categories=tuple("" if row[plot.label] is None else str(row[plot.label]) for row in kept),
        series=tuple(Series(heading(of.columns[at]), tuple(number(row[at]) for row in kept)) for at in values),
        decimals=0 if column.kind == "money" else column.decimals_at(0),
        left_out=len(rows) - len(kept),
        is_money=column.kind == "money",
    )


def halves(chart: Chart) -> tuple[Chart, ...]:
    """A bar chart too long for large letters as two beside each other, on one scale; any other as it is."""
    names = _short(chart.categories)
    chart = replace(chart, categories=names)
    if chart.kind != "bar" or len(names) <= MOST_IN_ONE or len(chart.series) > 1:
        return (chart,)
    middle = (len(names) + 1) // 2
    most = max((x for series in chart.series for x in series.values if x is not None), default=0.0)
    return tuple(
        replace(
            chart,
            categories=names[part],
            series=tuple(Series(one.name, one.values[part]) for one in chart.series),
            most=most,
        )
        for part in (slice(0, middle), slice(middle, None))
    )


def _short(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names without the last word that most of them end in: "Örebro" of "Örebro län"."""
    last = [name.rpartition(" ")[2] for name in names if " " in name]
    common = max(set(last), key=last.count, default="")
    if len(names) <= MOST_IN_ONE or last.count(common) < len(names) * 0.8:
        return names
    return tuple(name.removesuffix(f" {common}") for name in names)


def number(cell: Cell) -> float | None:
    """A cell as a number; None for what is hidden, not known, or no number."""
    return float(cell) if isinstance(cell, int | float | Decimal) else None


def _pivoted(of: Exhibit, one: int, other: int, value: int) -> Chart:
    """Rows of (period, place, value) or (place, period, value) as one series a place."""
    first, second = ({str(row[at]) for row in of.rows} for at in (one, other))
    period, place = (one, other) if len(first) >= len(second) else (other, one)
    periods = sorted({str(row[period]) for row in of.rows})
    places = list(dict.fromkeys(str(row[place]) for row in of.rows))[:MOST_SERIES]
    found = {(str(row[place]), str(row[period])): number(row[value]) for row in of.rows}
    return Chart(
        kind="line",
        categories=tuple(periods),
        series=tuple(Series(name, tuple(found.get((name, at)) for at in periods)) for name in places),
        decimals=of.columns[value].decimals_at(0),
    )


def _read(of: Exhibit) -> Plot:
    """The plot of an exhibit that does not say: by the marks of its specification and the kinds of its columns."""
    marks = set(_marks(of.spec(False))) if of.spec and of.rows else set()
    kind: Kind = next((kind for mark, kind in _MARKS if mark in marks), "table")
    numeric = [at for at, column in enumerate(of.columns) if column.is_numeric]
    if not numeric or kind == "table":
        return Plot("table")
    if kind == "scatter":
        if len(numeric) < 2:
            return Plot("bar", (numeric[0],))
        return Plot("bubble", tuple(numeric[:3])) if len(numeric) > 2 else Plot("scatter", tuple(numeric[:2]))
    first = of.columns[numeric[0]]
    alike = [at for at in numeric if (c := of.columns[at]).kind == first.kind and c.unit == first.unit]
    if kind in ("bar", "map"):
        return Plot(kind, tuple(alike[:1]))
    return Plot(kind, tuple(alike))


def _marks(spec: Any) -> Iterator[str]:
    """The kinds of mark in a specification, at any depth; data is not looked into."""
    if isinstance(spec, dict):
        mark = spec.get("mark")
        if mark:
            yield mark if isinstance(mark, str) else str(mark.get("type"))
        for name, inner in spec.items():
            if name not in ("data", "datasets", "config", "mark"):
                yield from _marks(inner)
    elif isinstance(spec, list):
        for inner in spec:
            yield from _marks(inner)
