"""Regions, indicators, rates and the vocabulary into the tables of one warehouse that is being built."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from etl import validate
from etl.files import FileCount, Files, Here
from etl.spec import Indicator, IndicatorSource, RateSource, Reject, Row


@dataclass
class Series(Files):
    """Loads what operations refer to and what is measured; holds what must be unique across files."""

    kommun_lan: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._lans: set[str] = set()
        self._indicators: set[str] = set()
        self._regions: set[str] = set()
        self._target_groups: set[str] = set()
        self._values: set[tuple[str, str, str, str, str]] = set()

    # -- indicators -----------------------------------------------------------------------------------------------

    def declare_indicators(self, indicators: Iterable[Indicator]) -> None:
        """Write indicators not yet known; the first declaration of a code stands."""
        for i in indicators:
            if i.code not in self._indicators:
                self._indicators.add(i.code)
                self.tables.add(
                    "indicator", i.code, i.title_sv, i.title_en, i.unit, i.unit_en or i.unit, i.better, i.publisher,
                    i.table_id, i.licence, i.decimals, i.note, i.note_en or i.note,
                )  # fmt: skip

    def indicator_values(self, origin: IndicatorSource, path: Path, **dates: Any) -> FileCount:
        """Load an indicator file."""
        self.declare_indicators(origin.INDICATORS)

        def take(row: Row, here: Here) -> None:
            values = list(origin.values(row))
            keys = [(v.indicator, v.region_code, v.period, v.sex, here.source.id) for v in values]
            for v, key in zip(values, keys, strict=True):
                validate.value(v)
                if v.region_code not in self._regions:
                    raise Reject("region", "unknown_region", v.region_code, f"{v.region_code!r} is no region code.")
                if v.indicator not in self._indicators:
                    raise Reject("indicator", "unknown_indicator", v.indicator, "Not among the declared indicators.")
                if key in self._values or keys.count(key) > 1:
                    raise Reject("period", "duplicate_value", v.period, "The same value stands in an earlier record.")
            self._values.update(keys)
            for v in values:
                self.tables.add(
                    "indicator_value", v.indicator, v.region_code, v.period, v.sex, v.value, v.flag, here.source.id,
                    here.file_name, here.row_no,
                )  # fmt: skip

        return self.file(origin.SOURCE, path, origin.records(path), take, **dates)

    def add_derived(self, code: str, *values: Any) -> None:
        """Write a difference of two series, for the marts to work out; ``values`` follow the table's columns."""
        if code in self._indicators:
            raise Reject("code", "duplicate_id", code, "An indicator with this code stands in an earlier record.")
        self._indicators.add(code)
        self.tables.add("indicator_derived", code, *values)

    def exchange_rates(self, origin: RateSource, path: Path, **dates: Any) -> FileCount:
        """Load a file of rates."""

        def take(row: Row, here: Here) -> None:
            self.exchange_rate(origin.rate(row), here)

        return self.file(origin.SOURCE, path, origin.records(path), take, **dates)

    # -- reference ------------------------------------------------------------------------------------------------

    def add_region(self, code: str, lan_code: str | None, *values: Any) -> None:
        """Write a region; ``values`` follow the table's columns after ``code``. ``lan_code``: of a kommun, its län."""
        if code in self._regions:
            raise Reject("code", "duplicate_id", code, "The region stands in an earlier record.")
        if lan_code is not None and lan_code not in self._lans:
            raise Reject("lan_code", "unknown_region", lan_code, f"{lan_code!r} is no län code.")
        self._regions.add(code)
        if lan_code is not None:
            self.kommun_lan[code] = lan_code
        elif values[0] == "lan":
            self._lans.add(code)
        self.tables.add("region", code, *values)

    def is_region(self, code: str) -> bool:
        """Whether a region with this code was loaded."""
        return code in self._regions

    def add_target_group(self, code: str, title_sv: str, title_en: str, synonyms: list[str]) -> None:
        """Write a term of the controlled vocabulary."""
        if code in self._target_groups:
            raise Reject("code", "duplicate_id", code, "The term stands in an earlier record.")
        self._target_groups.add(code)
        self.tables.add("target_group", code, title_sv, title_en, synonyms)
