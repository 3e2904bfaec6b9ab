"""A scene as it is told in one language on one snapshot, and how its cells and words are written and counted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from markupsafe import Markup

from dashboard import exhibit
from dashboard.components.lanskarta import LegendItem, MapRegion
from dashboard.exhibit import Cell, Column, Exhibit
from dashboard.export.about import plain
from dashboard.layout import View
from dashboard.live.decks.asked import Asked
from dashboard.live.decks.deck import Form, Scene
from dashboard.texts import Said

MOST_WORDS: Final = 40
"""On one scene, of headline, annotation and figure."""
MOST_ROWS: Final = {"bars": 6, "numbers": 3, "list": 4}
_MOST_SOURCE = 105
_LEADING = re.compile(r"[^.;]*:\s*$")
_WORD = re.compile(r"\S*[^\W\d_]\S*")


@dataclass(frozen=True)
class Told:
    """A scene in one language on one snapshot.

    ``of``: its figure, None for words alone or where there is nothing to show. ``column``: the column that is told.
    ``areas`` and ``legend``: the map's, for any figure with a value a län. ``is_empty``: a figure was wanted, and the
    snapshot has nothing for it.
    """

    scene: Scene
    v: View
    form: Form
    headline: Said
    annotation: Said
    of: Exhibit | None
    column: int
    areas: tuple[MapRegion, ...]
    legend: tuple[LegendItem, ...]
    asked: Asked | None
    is_empty: bool

    @property
    def finding(self) -> str:
        """The figure's own sentence."""
        return self.of.finding if self.of else ""

    @property
    def source(self) -> str:
        """Where the figure comes from, short enough for a screen."""
        if self.of is None:
            return ""
        said = [sourced(text) for text in self.of.source]
        whole = " ".join(said)
        if len(said) == 1 or len(whole) <= _MOST_SOURCE:
            return whole
        return self.v.t("stage.source_more", source=said[0], n=len(said) - 1)

    def picked(self) -> list[tuple[int, tuple[Cell, ...]]]:
        """The rows that the form has room for, each with its number."""
        rows = list(enumerate(self.of.rows if self.of else ()))
        if self.form in ("bars", "numbers"):
            rows = [pair for pair in rows if number(pair[1][self.column]) is not None]
        return rows[: MOST_ROWS.get(self.form, len(rows))]

    def named(self, row: tuple[Cell, ...]) -> str:
        """What a row is called: its first cell, and its second where the first does not tell the rows shown apart."""
        first = str(row[0])
        twice = sum(str(other[0]) == first for _, other in self.picked()) > 1
        return f"{first}, {row[1]}" if twice and len(row) > 1 and isinstance(row[1], str) else first

    def written(self, row: int, cell: Cell, column: int | None = None) -> str:
        """A cell with its unit where that is short."""
        assert self.of is not None
        return written(self.v, cell, self.of.columns[self.column if column is None else column], row)


def sourced(text: str | Markup) -> str:
    """A source without its links, and without the words that led to them."""
    return _LEADING.sub("", plain(text)[0]).strip()


def words(text: str) -> int:
    """How many words a text has; what holds no letter is none."""
    return len(_WORD.findall(text))


def number(cell: Cell) -> float | None:
    """A cell as a number; None for whatever is none or is withheld."""
    return float(cell) if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool) else None


def written(v: View, cell: Cell, column: Column, row: int) -> str:
    """A cell as it is read on a screen: per cent with their sign, other units in the heading."""
    text = exhibit.written(v, cell, column, row)
    if column.unit != "%" or number(cell) is None:
        return text
    return f"{text}\u00a0%" if v.lang == "sv" else f"{text}%"


def dated(v: View) -> str:
    """The snapshot and its date, short."""
    return v.t("stage.snapshot", id=v.w.snapshot_id, day=v.day(v.as_of))
