"""The embedded data with what it lacks: an indicator by sex, and one that counts persons with too few in a län."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

from tests.conftest import ROOT

WITH_SEXES, WITHOUT, COUNTED, HIDDEN = "employment_20_64", "23", "few_persons", "09"
"""The indicator that has sexes, the län that has none of them, the count of persons, the län where it is hidden."""


def values(folder: Path) -> Path:
    """A copy of ``data/`` in ``folder`` with women and men in the newest year of one indicator, and the counted one."""
    data = Path(shutil.copytree(ROOT / "data", folder / "data", ignore=shutil.ignore_patterns("*.md")))
    path = data / f"indicators/values/{WITH_SEXES}.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    newest = max(r["period"] for r in rows)
    with path.open("a", encoding="utf-8", newline="") as handle:
        for r in rows:
            code = r["region_code"]
            if r["period"] == newest and code != WITHOUT:
                handle.write(f"{code},{newest},K,{women(code)}\n{code},{newest},M,{men(code)}\n")
    with (data / "indicators/catalogue.csv").open("a", encoding="utf-8") as handle:
        handle.write(
            f"{COUNTED},Några personer,Some persons,personer,persons,low,0,SCB,T1,CC0 1.0,,,,https://scb.se/\n"
        )
    lans = sorted({r["region_code"] for r in rows} - {"00"})
    counts = [f"{c},2024,T,{3 if c == HIDDEN else 100 + int(c)}" for c in lans]
    text = "\n".join(["region_code,period,sex,value", *counts]) + "\n"
    (data / f"indicators/values/{COUNTED}.csv").write_text(text, "utf-8")
    return data


def women(code: str) -> float:
    """Women's value in a län, made up: it rises with the code."""
    return 60 + int(code) / 10


def men(code: str) -> float:
    """Men's value in a län, made up: it falls with the code."""
    return 90 - int(code) / 10
