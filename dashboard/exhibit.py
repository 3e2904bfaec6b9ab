"""A figure that stands by itself: finding, chart, table, how it is counted, what is missing, where it is from.

A section of a page makes an :class:`Exhibit` of a :class:`View` without drawing anything, so that the page and every
file that leaves it are made from the same one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

import streamlit as st
from markupsafe import Markup

from dashboard import layout, numbers, parts
from dashboard.charts.look import Spec
from dashboard.components.chart import chart
from dashboard.layout import PAGES, View
from dashboard.texts import Lang


class Withheld:
    """The value of a cell that is hidden so that no person can be made out."""

    def __repr__(self) -> str:
        return "WITHHELD"


WITHHELD: Final = Withheld()
Cell = str | int | float | Decimal | date | Withheld | None
"""What stands in a cell: text, a number as it is (never as text), a date, withheld, or None where nothing is known."""


@dataclass(frozen=True)
class Column:
    """A column of an exhibit's table. ``money``: in ``currency``, told short on screen and to the öre in files.

    ``decimals`` and ``currency``: one for all rows, or one a row. ``lang``: of its texts, when not the page's.
    """

    title: str
    kind: Literal["text", "number", "money", "date"] = "text"
    decimals: int | tuple[int, ...] = 0
    currency: str | tuple[str, ...] = "SEK"
    unit: str = ""
    lang: Lang | Literal[""] = ""

    @property
    def heading(self) -> str:
        """The title with the unit."""
        return f"{self.title}, {self.unit}" if self.unit else self.title

    @property
    def is_numeric(self) -> bool:
        """Whether the cells are numbers, where they are known."""
        return self.kind in ("number", "money")

    def decimals_at(self, row: int) -> int:
        """How many decimals a row is told with."""
        return self.decimals if isinstance(self.decimals, int) else self.decimals[row]

    def currency_at(self, row: int) -> str:
        """The currency of a row."""
        return self.currency if isinstance(self.currency, str) else self.currency[row]


@dataclass(frozen=True)
class Plot:
    """Which columns an editable chart is drawn from: ``label`` names the categories, ``values`` are its series.

    ``scatter``: the first two values are x and y; ``bubble``: the third is the size. ``map``: a picture with bars.
    ``table``: no chart.
    """

    kind: Literal["bar", "line", "scatter", "bubble", "map", "table"]
    values: tuple[int, ...] = ()
    label: int = 0


@dataclass(frozen=True)
class Exhibit:
    """One figure.

    ``id``: stable, stands in addresses and file names; unique on its page. ``finding``: one sentence, also what a
    screen reader hears for the chart. ``rows``: one tuple a row, in the order of ``columns``. ``links``: where each
    row's first cell leads on the page, "" for nowhere; empty for none at all. ``basis``: how it is counted and told.
    ``missing``: what is not shown, and why. ``source``: producer, period, date. ``spec``: the chart, given whether the
    theme is dark; None when the table is the figure. ``plot``: the same as an editable chart; None: as :mod:`dashboard.
    export.plots` reads it from ``spec``. ``also``: formats that it leaves in besides the usual ones. ``licence``: of
    the sources.
    """

    id: str
    title: str
    finding: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    source: tuple[str | Markup, ...]
    basis: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    spec: Callable[[bool], Spec] | None = None
    plot: Plot | None = None
    also: tuple[str, ...] = ()
    licence: str = ""


def written(v: View, cell: Cell, column: Column, row: int = 0) -> str:
    """A cell as the viewer's language writes it."""
    if isinstance(cell, Withheld):
        return ".."
    if cell is None:
        return "–"
    if isinstance(cell, str):
        return cell
    if isinstance(cell, date):
        return v.day(cell)
    if column.kind == "money":
        return numbers.money(cell, column.currency_at(row), v.lang)
    return v.n(cell, column.decimals_at(row))


def table(v: View, of: Exhibit, *, caption: str = "", name: str = "") -> Markup:
    """The exhibit's figures as a table, every row in full. ``name``: for a screen reader; its title when empty."""
    body = []
    for at, row in enumerate(of.rows):
        cells = [_spoken(written(v, cell, column, at), column) for cell, column in zip(row, of.columns, strict=True)]
        if of.links and of.links[at]:
            cells[0] = parts.link(of.links[at], cells[0])
        body.append(cells)
    numeric = [at for at, column in enumerate(of.columns) if column.is_numeric]
    return parts.table([c.heading for c in of.columns], body, caption=caption, label=name or of.title, numeric=numeric)


def _spoken(text: str | Markup, column: Column) -> str | Markup:
    return Markup('<span lang="{}">{}</span>').format(column.lang, text) if column.lang and text else text


def draw(v: View, of: Exhibit | None, *, level: int = 2, is_open: bool = False, shown: Markup | None = None) -> None:
    """The exhibit on the page; nothing for None. ``is_open``: the table stands there, and need not be asked for.

    ``shown``: the same figures, laid out for the screen, in place of the table; empty for no table.
    """
    if of is None:
        return
    layout.html(parts.heading(level, of.title), parts.lede(of.finding))
    if of.spec and of.rows:
        chart(of.spec(st.context.theme.type == "dark"), alt=of.finding, key=f"{v.page}-{of.id}")
    if shown is None and of.spec and not is_open:
        opened = st.expander(v.t("figure.table"), key=f"{v.page}-{of.id}-table", on_change="rerun")
        if opened.open:
            with opened:
                layout.html(table(v, of))
    elif shown is None or shown:
        layout.html(table(v, of) if shown is None else shown)
    layout.html(foot(v, of))


def foot(v: View, of: Exhibit) -> Markup:
    """What stands under a figure: how it is counted, what is not shown, where it is from, and the ways to take it."""
    return Markup("").join(
        [*map(parts.source, of.basis), *map(parts.missing, of.missing), *map(parts.source, of.source), taken(v, of)]
    )


def taken(v: View, of: Exhibit) -> Markup:
    """The line of :func:`take` for an exhibit."""
    return take(v, of.id, of.title, with_chart=bool(of.spec and of.rows), also=of.also)


def formats(*, with_chart: bool, also: tuple[str, ...] = ()) -> tuple[str, ...]:
    """What a figure leaves the screen as."""
    return ("csv", "xlsx", *(("svg", "png") if with_chart else ()), "pptx", *also)


def address(v: View, name: str, form: str) -> str:
    """Where a figure of the page, or the page itself with an empty ``name``, is had as a file."""
    return v.sel.but(lage="", figur="").url(f"/export/{v.page}/{name}.{form}" if name else f"/export/{v.page}.{form}")


def take(v: View, name: str, title: str, *, with_chart: bool = False, also: tuple[str, ...] = ()) -> Markup:
    """The quiet line under a figure that lets the reader take it along; nothing where the page is embedded."""
    if v.sel.lage == "inbaddad":
        return Markup("")
    forms = formats(with_chart=with_chart, also=also)
    return parts.takes(v.t("export.take"), v.sel.but(lage="", figur="").url(f"/export/{v.page}/{name}"), forms, title)


def embed(v: View, name: str, title: str) -> Markup:
    """How a figure is put on another site: the code to copy, which the shell writes, closed until asked for."""
    return Markup(
        '<details class="ik-embed" data-embed="{}" data-of="{}"><summary>{}</summary><p>{}</p></details>'
    ).format(
        v.sel.but(lage="inbaddad", figur=name).url(PAGES[v.page]), title, v.t("export.embed"), v.t("export.embed_text")
    )
