"""Made-up counts of persons in files: newly arrived by kommun, län, month and sex; participants of linked projects."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from etl.normalise import dated
from etl.readers import csv_records
from etl.spec import Indicator, IndicatorValue, Location, Operation, Participants, Records, Reject, Row, Source, audit
from etl.warehouse import Fetched
from tests.conftest import kommun_codes

CODE = "nyanlanda_prov"
MONTHS = tuple(f"2025-{month:02}" for month in range(1, 13))
Cell = tuple[str, str, str]
_BASE = Source(
    id="prov", kind="indicators", registry="prov", publisher="Prov", title_sv="Prov", title_en="Sample",
    url="https://example.org/prov", licence="CC0", expected_rows=(1, 100_000), quarantine_ceiling=1.0,
)  # fmt: skip


_ARRIVALS = replace(_BASE, id="prov_nyanlanda", person_columns=("value",))


@dataclass(frozen=True)
class Arrivals:
    """region, period, sex, value: one row a count."""

    SOURCE: Source = _ARRIVALS
    INDICATORS: tuple[Indicator, ...] = (
        Indicator(
            CODE, "Nyanlända, prov", "Newly arrived, sample", "personer", "neutral", "Prov", "p", "CC0", 0,
            unit_en="persons",
        ),
    )  # fmt: skip

    def records(self, path: Path) -> Records:
        return csv_records(path, required=("region", "period", "sex", "value"))

    def values(self, row: Row) -> Iterator[IndicatorValue]:
        region, period, sex, value = (row.raw.pop(name) for name in ("region", "period", "sex", "value"))
        audit(row, self.SOURCE)
        if not value.isdigit():
            raise Reject("value", "bad_number", value, f"{value!r} is no number.")
        yield IndicatorValue(CODE, region, period, float(value), sex)


@dataclass(frozen=True)
class Projects:
    """One row a project: id, dnr, start, lan, then women, men and all as they turned out, and planned."""

    SOURCE: Source
    INDICATORS: tuple[Indicator, ...] = ()

    def records(self, path: Path) -> Records:
        return csv_records(path)

    def operation(self, row: Row) -> Operation:
        take = row.raw.pop
        op = Operation(take("id"), "Projekt", self.SOURCE.registry, diarienummer=take("dnr"))
        op.start_date, op.start_precision = dated(take("start"), order="ymd") or (None, None)
        op.locations = [Location("operation", take("lan"))]
        for column, sex in (("kvinnor", "K"), ("man", "M"), ("alla", "T")):
            value = take(column)
            if value:
                op.participants.append(Participants("participants", "output", "actual", int(value), sex))  # type: ignore[arg-type]
        op.participants.append(Participants("participants", "output", "planned", int(take("planerade"))))
        audit(row, self.SOURCE)
        return op


def registries() -> tuple[Projects, Projects]:
    columns = ("kvinnor", "man", "alla")
    return (
        Projects(replace(_BASE, id="prov_a", kind="operations", registry="prov_a", person_columns=columns, priority=1)),
        Projects(replace(_BASE, id="prov_b", kind="operations", registry="prov_b", priority=2)),
    )


def arrivals(seed: int, lans: tuple[str, ...] = ("01", "09", "18")) -> dict[Cell, int]:
    """Counts that add up over sex, kommun to län to riket, and twelve months to the year."""
    chance = random.Random(seed)
    inner: dict[Cell, int] = {}
    for lan in lans:
        for place in kommun_codes()[lan][:6]:
            for month in MONTHS:
                for sex in "KM":
                    inner[place, month, sex] = chance.choice([0, 0, 1, 2, 3, 4, 7, 12, 40])
    return totals(inner)


def totals(inner: dict[Cell, int]) -> dict[Cell, int]:
    found: dict[Cell, int] = {}
    for (place, month, sex), value in inner.items():
        for key in ((p, m, s) for p in (place, place[:2], "00") for m in (month, month[:4]) for s in (sex, "T")):
            found[key] = found.get(key, 0) + value
    return found


def write(path: Path, head: list[str], rows: list[Any]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([head, *rows])
    return path


def fetched(folder: Path, counts: dict[Cell, int], projects: list[list[Any]]) -> list[Fetched]:
    """The files in a folder, as the build takes them; every third project stands in a second registry too."""
    folder.mkdir(parents=True, exist_ok=True)
    rows: list[Any] = [[*key, value] for key, value in counts.items()] + [["01", "2024", "K", "3 st"]]
    head = ["id", "dnr", "start", "lan", "kvinnor", "man", "alla", "planerade"]
    when = datetime(2026, 11, 22)
    first, second = registries()
    return [
        Fetched(Arrivals(), write(folder / "nyanlanda.csv", ["region", "period", "sex", "value"], rows), when),
        Fetched(first, write(folder / "a.csv", head, projects), when),
        Fetched(second, write(folder / "b.csv", head, [["b" + p[0], *p[1:]] for p in projects[::3]]), when),
    ]


def projects(seed: int, count: int = 30) -> list[list[Any]]:
    chance = random.Random(seed)
    found = []
    for number in range(count):
        women, men = (chance.choice([0, 1, 2, 3, 4, 6, 30, 80]) for _ in range(2))
        lan = chance.choice(["01", "09", "18"])
        found.append([f"p{number}", f"99-{number:03}-S01", "2025-01-01", lan, women, men, women + men, 3])
    return found
