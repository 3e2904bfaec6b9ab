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
from dashboard.layout import View


class Withheld:
    """The value of a cell that is hidden so that no person can be made out."""

    def __repr__(self) -> str:
        return "WITHHELD"


WITHHELD: Final = Withheld()
Cell = str | int | float | Decimal | date | Withheld | None
"""What stands in a cell: text, a number as it is (never as text), a date, withheld, or None where nothing is known."""


@dataclass(frozen=True)
class Column:
    """A column of an exhibit's table. ``money``: in ``currency``, told short on screen and to the öre in files."""

    title: str
    kind: Literal["text", "number", "money", "date"] = "text"
    decimals: int = 0
    currency: str = "SEK"
    unit: str = ""

    @property
    def heading(self) -> str:
        """The title with the unit."""
        return f"{self.title}, {self.unit}" if self.unit else self.title


@dataclass(frozen=True)
class Exhibit:
    """One figure.

    ``id``: stable, stands in addresses and file names; unique on its page. ``finding``: one sentence, also what a
    screen reader hears for the chart. ``rows``: one tuple a row, in the order of ``columns``. ``links``: where each
    row's first cell leads on the page, "" for nowhere; empty for none at all. ``basis``: how it is counted and told.
    ``missing``: what is not shown, and why. ``source``: producer, period, date. ``spec``: the chart, given whether the
    theme is dark; None when the table is the figure.
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


def written(v: View, cell: Cell, column: Column) -> str:
    """A cell as the viewer's language writes it."""
    if isinstance(cell, Withheld):
        return ".."
    if cell is None:
        return "–"
    if isinstance(cell, str):
        return cell
    if isinstance(cell, date):
        return v.day(cell)
    return numbers.money(cell, column.currency, v.lang) if column.kind == "money" else v.n(cell, column.decimals)


def table(v: View, of: Exhibit, *, caption: str = "") -> Markup:
    """The exhibit's figures as a table, every row in full."""
    body = []
    for at, row in enumerate(of.rows):
        cells: list[str | Markup] = [written(v, cell, column) for cell, column in zip(row, of.columns, strict=True)]
        if of.links and of.links[at]:
            cells[0] = parts.link(of.links[at], cells[0])
        body.append(cells)
    numeric = [at for at, column in enumerate(of.columns) if column.kind in ("number", "money")]
    return parts.table([c.heading for c in of.columns], body, caption=caption, label=of.title, numeric=numeric)


def draw(v: View, of: Exhibit | None, *, level: int = 2, is_open: bool = False, shown: Markup | None = None) -> None:
    """The exhibit on the page; nothing for None. ``is_open``: the table stands there, and need not be asked for.

    ``shown``: the same figures, laid out for the screen, in place of the table; empty for no table.
    """
    if of is None:
        return
    layout.html(parts.heading(level, of.title), parts.lede(of.finding))
    if of.spec and of.rows:
        chart = of.spec(st.context.theme.type == "dark")
        st.vega_lite_chart(chart, theme=None, width="stretch", alt=of.finding, key=f"{v.page}-{of.id}")
    if shown is None and of.spec and not is_open:
        opened = st.expander(v.t("figure.table"), key=f"{v.page}-{of.id}-table", on_change="rerun")
        if opened.open:
            with opened:
                layout.html(table(v, of))
    elif shown is None or shown:
        layout.html(table(v, of) if shown is None else shown)
    layout.html(*map(parts.source, of.basis), *map(parts.missing, of.missing), *map(parts.source, of.source))
