"""The real files of several publishers in one warehouse, beside the embedded data."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dashboard.db import Warehouse, served
from dashboard.questions import funding, indicators, initiatives
from dashboard.selection import Selection
from etl.sources import esf_projektbanken, eurostat, giving360, interreg, swecris, tillvaxtverket
from etl.warehouse import Build, Fetched, build

REGISTRIES = {
    "SE_esf_projektbanken_RECONSTRUCTED_4rows.csv": esf_projektbanken,
    "SE_tillvaxtverket_projektbanken_2014-2020.json": tillvaxtverket,
    "SE_interreg_2021-2027_partners_interregbarometern.json": interreg,
    "swecris_sample.csv": swecris,
    "grants_a002400000KeYdsAAF.json": giving360,
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
    assert counts["giving360"] == (379, 379, 0)
    assert counts["eurostat_tgs00026"][0] == counts["eurostat_tgs00026"][1]


def test_the_split_of_everything_is_the_unique_total_to_the_ore(built: tuple[Build, Warehouse]) -> None:
    _, w = built
    for measure in (m["id"] for m in funding.measures(w, Selection())):
        parts = funding.money_by_lan(w, Selection(), measure).values()
        assert sum((r["split"] for r in parts), Decimal(0)) == funding.total(w, Selection(), measure)["amount"]


def test_linked_projects_count_once(built: tuple[Build, Warehouse]) -> None:
    done, w = built
    assert done.linked >= 4
    total = {r["portfolio"]: r["n"] for r in w.rows("SELECT portfolio, count(*) AS n FROM mart_operation GROUP BY 1")}
    assert total == {"sverige": sum((219, 374, 586, 348)) + 4 - done.linked, "utland": 379}


def test_what_is_abroad_is_in_no_swedish_amount(built: tuple[Build, Warehouse]) -> None:
    rows = built[1].rows(
        "SELECT portfolio, currency, measure, sum(amount) AS total FROM mart_funding JOIN mart_operation "
        "USING (operation_id) WHERE portfolio = 'utland' OR currency NOT IN ('SEK', 'EUR') GROUP BY ALL ORDER BY ALL"
    )
    assert [tuple(r.values()) for r in rows] == [
        ("utland", "GBP", "disbursed", Decimal(8933771)),
        ("utland", "GBP", "granted_support", Decimal(31178456)),
    ]
    assert built[1].rows("SELECT 1 FROM mart_location JOIN mart_operation USING (operation_id) "
                         "WHERE portfolio = 'utland' AND lan_code IS NOT NULL") == ()  # fmt: skip


CHECKED: dict[str, tuple[Any, ...]] = {
    "20200940": (
        "Ortsammanbindande nät Arjeplogs kommun", "Arjeplogs kommun", date(2017, 1, 2), date(2020, 4, 30),
        {("granted_support", "SEK", Decimal(3929285))}, {("25", "Arjeplog")},
    ),
    "20200935": (
        "Upphandlingsdialog Dalarna, UDD", "Länsstyrelsen i Dalarnas län", date(2016, 2, 1), date(2018, 4, 30),
        {("granted_support", "SEK", Decimal(1926106))}, None,
    ),
    "2020-04660_Vinnova": (
        "Sustainable Finance Lab", "KTH, Kungliga tekniska högskolan", date(2021, 1, 1), date(2025, 12, 31),
        {("granted_support", "SEK", Decimal(47000000))}, {(None, None)},
    ),
    "baltic-sea-region:nonhazcity-3": (
        "NonHazCity 3", None, date(2022, 9, 24), date(2026, 3, 31),
        {("total_eligible_cost", "EUR", Decimal("854583.68"))}, {("01", None), ("03", None), ("19", None)},
    ),
    "360G-wolfson-19837": (
        "Grant to Royal College of Physicians", "Royal College of Physicians", None, None,
        {("granted_support", "GBP", Decimal(254000)), ("disbursed", "GBP", Decimal(254000))}, {(None, None)},
    ),
}  # fmt: skip
"""Id -> title, owner, start, end, amounts and places, each read off the publisher's file by eye."""


@pytest.mark.parametrize("local_id", CHECKED)
def test_what_the_detail_page_says_is_what_the_file_says(built: tuple[Build, Warehouse], local_id: str) -> None:
    _, w = built
    title, owner, start, end, amounts, places = CHECKED[local_id]
    op = initiatives.find(w, local_id)
    assert op is not None
    assert (op["title_sv"], op["start_date"], op["end_date"]) == (title, start, end)
    found = initiatives.detail(w, op["operation_id"])
    assert owner is None or op["beneficiary"] == owner
    assert {(f["measure"], f["currency"], f["amount"]) for f in found["funding"]} == amounts
    if places is not None:
        assert {(p["lan_code"], p["kommun"]) for p in found["places"]} == places


def test_the_detail_page_says_why_a_part_of_a_joint_grant_has_no_amount(built: tuple[Build, Warehouse]) -> None:
    _, w = built
    op = initiatives.find(w, "360G-wolfson-19916")
    assert op is not None
    found = initiatives.detail(w, op["operation_id"])
    assert (found["funding"], op["decided_on"]) == ((), date(2014, 6, 5))
    assert [(c["rule"], c["value"]) for c in found["complaints"]] == [("amount_with_joint_grant", "360G-wolfson-19837")]


def test_an_area_of_several_lan_is_shown_as_such_and_never_painted_on_lan(built: tuple[Build, Warehouse]) -> None:
    _, w = built
    assert "eurostat_disposable_income_pps" not in indicators.catalogue(w)
    (row,) = indicators.nuts2_profile(w, "18")
    assert (row["code"], row["area_code"], row["area"]) == (
        "eurostat_disposable_income_pps", "SE12", "Östra Mellansverige",
    )  # fmt: skip
    assert row["value"] > 10_000
