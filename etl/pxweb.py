"""Statistical tables of PxWeb and PC-Axis: which dimension means what, and PxWeb's API, version 1.

Any table is declared in a few lines: ``PxWebTable(Source(...), (Indicator(...),), Dimensions(region="Region",
period="Tid", sex="Kon", sexes={"1": "M", "2": "K"}, chosen={"ContentsCode": "X"}))``. A record is one cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from etl.jsonstat import category_labels, jsonstat2_cells
from etl.readers import json_document
from etl.spec import Indicator, IndicatorValue, Records, Reject, Remote, Row, Source, SourceError, audit
from etl.symbols import SYMBOLS, Absent, absent

if TYPE_CHECKING:
    from etl.polite import JsonApi

PERIOD_TEXT = "_period"
"""Where a record keeps the label of its period, for tables whose period codes are mere numbers ("16")."""

MAX_CELLS = 1_000
"""Fewest cells a call that any of the PxWeb services that we ask is said to allow (Folkhälsodata)."""
CALLS, SECONDS = 10, 10.0
"""Our own modest pace."""

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_PERIOD = re.compile(r"((?:19|20)\d\d)(?:[-–]((?:19|20)\d\d)|M(0[1-9]|1[0-2]))?")
_REGION = re.compile(r"\d{2}(?:\d{2})?|SE\d\d")


@dataclass(frozen=True)
class Dimensions:
    """What a table's dimensions mean, by their codes.

    ``chosen``: dimension -> the one code that makes the series; cells of other codes are read and left out.
    ``regions``: the table's region code -> ours, where it is not "00", two or four digits already.
    ``only_these``: cells of regions that are not in ``regions`` are read and left out.
    """

    region: str
    period: str
    sex: str | None = None
    sexes: Mapping[str, Literal["K", "M", "T"]] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict)
    regions: Mapping[str, str] = field(default_factory=dict)
    only_these: bool = False
    symbols: Mapping[str, Absent] = field(default_factory=lambda: SYMBOLS)

    @property
    def names(self) -> list[str]:
        """Every dimension that a cell must have."""
        return [self.region, self.period, *([self.sex] if self.sex else []), *self.chosen]


@dataclass(frozen=True)
class PxTable:
    """A table of one series. Subclasses say how a file becomes cells."""

    SOURCE: Source
    INDICATORS: tuple[Indicator, ...]
    dimensions: Dimensions

    def rows(self, path: Path, cells: Iterable[dict[str, Any]]) -> list[Row]:
        """Cells as records. Raises :class:`SourceError` for a table without the dimensions or codes declared."""
        rows = [Row(row_no, cell) for row_no, cell in enumerate(cells, start=1)]
        missing = [name for name in self.dimensions.names if rows and name not in rows[0].raw]
        if missing:
            raise SourceError(
                f"{path.name}: the table has no dimension {missing[0]!r}. Check that it is table "
                f"{self.INDICATORS[0].table_id}; if the publisher has changed it, update the source."
            )
        if not any(self._is_chosen(row.raw) for row in rows):
            wanted = ", ".join(f"{name}={code}" for name, code in self.dimensions.chosen.items())
            raise SourceError(f"{path.name}: no cell has {wanted}. Download the table again with these values.")
        return rows

    def values(self, row: Row) -> Iterator[IndicatorValue]:
        """The cell's value; nothing for a cell of another series."""
        names = self.dimensions
        try:
            region, period, value, status = (
                row.raw.pop(name) for name in (names.region, names.period, "value", "status")
            )
            sex = row.raw.pop(names.sex) if names.sex else None
            is_chosen = self._is_chosen(row.raw)
            for name in names.chosen:
                row.raw.pop(name)
        except KeyError as error:
            raise Reject(str(error.args[0]), "missing_dimension", None, "The cell lacks this.") from error
        text = row.raw.pop(PERIOD_TEXT, "")
        audit(row, self.SOURCE)
        if not is_chosen or (names.only_these and region not in names.regions):
            return
        if sex is not None and sex not in names.sexes:
            raise Reject(str(names.sex), "unknown_sex", sex, "Not a code for men, women or the total.")
        ours = names.regions.get(region, region)
        if not _REGION.fullmatch(ours):
            raise Reject(names.region, "unknown_region", region, "Not the code of riket, a län or a kommun.")
        number, flag = self._value(value, str(status).strip())
        yield IndicatorValue(
            self.INDICATORS[0].code,
            ours,
            _period(period, text),
            number,
            "T" if sex is None else names.sexes[sex],
            flag,
        )

    def _is_chosen(self, raw: Mapping[str, Any]) -> bool:
        return all(raw.get(name) == code for name, code in self.dimensions.chosen.items())

    def _value(self, value: Any, status: str) -> tuple[float | None, str | None]:
        if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
            value = float(value)
        if isinstance(value, str) or (value is None and status):
            symbol = value.strip() if isinstance(value, str) else status
            if flag := absent(symbol, self.dimensions.symbols):
                return None, flag
            raise Reject("value", "unknown_symbol", symbol, "Neither a number nor a symbol that is declared.")
        if value is None:
            return None, "m"
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Reject("value", "not_a_number", value, "The value is not a number.")
        if status and (flag := absent(status, self.dimensions.symbols)):
            return None, flag
        if status:
            raise Reject("status", "unknown_symbol", status, "Not a symbol that is declared.")
        return float(value), None


@dataclass(frozen=True)
class PxWebTable(PxTable):
    """A table of a PxWeb service, API version 1; the remote's address is the table's own (``…/name.px``)."""

    def records(self, path: Path) -> Records:
        """One record a cell of the json-stat reply, or of the replies ``{"parts": […]}`` that make the file."""
        found = json_document(path)
        try:
            cells = []
            for document in found.get("parts", [found]):
                labels = category_labels(document, self.dimensions.period)
                for cell in jsonstat2_cells(document):
                    cell[PERIOD_TEXT] = labels.get(cell.get(self.dimensions.period, ""), "")
                    cells.append(cell)
        except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
            raise SourceError(
                f"{path.name}: not the json-stat document of table {self.INDICATORS[0].table_id} ({error!r}). "
                "Download it again; if the publisher has changed the table, update the source."
            ) from error
        return Records(rows=self.rows(path, cells), encoding="utf-8")

    def document(self, remote: Remote, api: JsonApi) -> dict[str, Any]:
        """Every region, period and sex of the series, in calls of at most ``MAX_CELLS`` cells."""
        api.pace(CALLS, SECONDS)
        offered = {item["code"]: list(item["values"]) for item in api.get(remote.url)["variables"]}
        unknown = sorted(set(offered).symmetric_difference(self.dimensions.names))
        if unknown:
            what = "is not declared in the source" if unknown[0] in offered else "is not in the table"
            raise SourceError(f"{remote.name}: dimension {unknown[0]!r} {what}; update the source.")
        asked = offered | {name: [code] for name, code in self.dimensions.chosen.items()}
        asked[self.dimensions.region] = [code for code in offered[self.dimensions.region] if self._is_region(code)]
        per_pair = prod(len(codes) for name, codes in asked.items() if name not in self._split)
        parts = []
        for regions in _chunks(asked[self.dimensions.region], MAX_CELLS // per_pair):
            for periods in _chunks(asked[self.dimensions.period], MAX_CELLS // (per_pair * len(regions))):
                part = asked | {self.dimensions.region: regions, self.dimensions.period: periods}
                parts.append(api.post(remote.url, _question(part)))
        return {"parts": parts}

    @property
    def _split(self) -> tuple[str, str]:
        return self.dimensions.region, self.dimensions.period

    def _is_region(self, code: str) -> bool:
        if self.dimensions.only_these:
            return code in self.dimensions.regions
        return code in self.dimensions.regions or _REGION.fullmatch(code) is not None


def _question(chosen: Mapping[str, list[str]]) -> dict[str, Any]:
    query = [{"code": name, "selection": {"filter": "item", "values": codes}} for name, codes in chosen.items()]
    return {"query": query, "response": {"format": "json-stat2"}}


def _chunks(codes: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(codes), max(1, size)):
        yield codes[start : start + max(1, size)]


def _period(code: str, text: str) -> str:
    """ "2021-2024" stays four years, "2025M06" becomes "2025-06"; the label counts where the code is no period."""
    found = _PERIOD.fullmatch(code.strip()) or _PERIOD.fullmatch(text.strip())
    if found is None:
        raise Reject("period", "bad_period", code, "Neither a year, a span of years nor a month.")
    first, last, month = found.groups()
    return f"{first}-{last or month}" if last or month else first
