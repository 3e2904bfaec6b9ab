"""The real files of several publishers in one warehouse, beside the embedded data."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dashboard.db import Warehouse, served
from dashboard.questions import funding, indicators
from dashboard.selection import Selection
from etl.sources import esf_projektbanken, eurostat, interreg, swecris, tillvaxtverket
from etl.warehouse import Build, Fetched, build

REGISTRIES = {
    "SE_esf_projektbanken_RECONSTRUCTED_4rows.csv": esf_projektbanken,
    "SE_tillvaxtverket_projektbanken_2014-2020.json": tillvaxtverket,
    "SE_interreg_2021-2027_partners_interregbarometern.json": interreg,
    "swecris_sample.csv": swecris,
}


@pytest.fixture(scope="module")
def built(shared_data: Path, tmp_path_factory: pytest.TempPathFactory, outlines: object) -> tuple[Build, Warehouse]:
    income = next(s for s in eurostat.SOURCES if s.SOURCE.id == "eurostat_tgs00026")
    modules: list[tuple[Any, Path]] = [(m.SOURCES[0], shared_data / "registries" / n) for n, m in REGISTRIES.items()]
    modules.append((income, shared_data / "indicators" / "tgs00026_SE.csv"))
    folder = tmp_path_factory.mktemp("real") / "snapshots"
    fetched = [Fetched(source, path, datetime(2026, 11, 23)) for source, path in modules]
    return build(folder, fetched=fetched, as_of=date(2026, 11, 23)), served(folder)


def test_every_physical_record_is_loaded_or_quarantined_with_a_reason(built: tuple[Build, Warehouse]) -> None:
    counts = {c.source_id: (c.rows_read, c.rows_loaded, c.rows_quarantined) for c in built[0].counts}
    assert counts["tillvaxtverket"] == (374, 374, 0)
    assert counts["interreg"] == (1196, 1196, 0)
    assert counts["swecris"] == (407, 348, 59)
    assert counts["esf_projektbanken"] == (4, 4, 0)
    assert counts["eurostat_tgs00026"][0] == counts["eurostat_tgs00026"][1]


def test_the_split_of_everything_is_the_unique_total_to_the_ore(built: tuple[Build, Warehouse]) -> None:
    _, w = built
    for measure in (m["id"] for m in funding.measures(w, Selection())):
        parts = funding.money_by_lan(w, Selection(), measure).values()
        assert sum((r["split"] for r in parts), Decimal(0)) == funding.total(w, Selection(), measure)["amount"]


def test_linked_projects_count_once(built: tuple[Build, Warehouse]) -> None:
    done, w = built
    assert done.linked >= 4
    total = funding.total(w, Selection(), "granted_support")["projects"]
    assert total == sum(c for c in (219, 374, 586, 348)) + 4 - done.linked


def test_an_area_of_several_lan_is_shown_as_such_and_never_painted_on_lan(built: tuple[Build, Warehouse]) -> None:
    _, w = built
    assert "eurostat_disposable_income_pps" not in indicators.catalogue(w)
    (row,) = indicators.nuts2_profile(w, "18")
    assert (row["code"], row["area_code"], row["area"]) == (
        "eurostat_disposable_income_pps", "SE12", "Östra Mellansverige",
    )  # fmt: skip
    assert row["value"] > 10_000
