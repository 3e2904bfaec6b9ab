from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from etl.sources.tillvaxtverket import SOURCES
from etl.spec import Location, Operation, Reject, Row, SourceError
from tests.conftest import World
from tests.replay.documents import real

ORIGIN = SOURCES[0]
FILE = "registries/SE_tillvaxtverket_projektbanken_2014-2020.json"
ROW = {
    "_source": "https://example.org/", "ärende-id": "20999999", "stödmottagare": "Syntetisk förening",
    "beviljat_belopp_sek": 1000, "beviljat_belopp_eur": 0, "projektnamn": "Syntetiskt projekt",
    "projektbeskrivning": "Text", "projekt_starttid": "2016-01-01", "projekt_sluttid": "2018-12-31",
    "projektledare": "Anna Syntet", "telnr": "070-123 45 67", "e-post": "anna@example.org", "län": "Uppsala",
    "kommuner": "Uppsala, Knivsta", "uppdateringsdatum": "2016-10-14 01:17:38", "område": "Östra Mellansverige",
    "insatsområde": "Tekniskt stöd", "tematiskt_mål": "Tekniskt stöd",
}  # fmt: skip


def one(**changes: Any) -> Operation:
    return ORIGIN.operation(Row(1, ROW | changes))


@pytest.fixture(scope="module")
def world() -> World:
    path = real(FILE)
    return World(also=lambda loader: loader.operations(ORIGIN, path, retrieved_at=datetime(2026, 11, 22)))


def test_every_real_row_is_loaded_and_every_krona_is_somewhere(world: World) -> None:
    raw = json.loads(real(FILE).read_text("utf-8"))
    (count,) = world.loader.counts
    assert (count.rows_read, count.rows_loaded, count.rows_quarantined, count.warnings) == (374, 374, 0, 0)
    total = sum(row["beviljat_belopp_sek"] for row in raw)
    assert total == 4_354_438_151
    assert world.all("SELECT measure, currency, sum(amount_split) FROM mart_money GROUP BY ALL") == [
        ("granted_support", "SEK", Decimal(total))
    ]
    assert world.all("SELECT location_type, sum(share) FROM mart_location GROUP BY 1 ORDER BY 1") == [
        ("national", 13),
        ("operation", 361),
    ]


def test_money_of_a_lan_is_what_the_raw_file_says(world: World) -> None:
    raw = json.loads(real(FILE).read_text("utf-8"))
    for name, code in (("Gotland", "09"), ("Västra Götaland", "14"), ("Norrbotten", "25")):
        expected = Decimal(0)
        for row in raw:
            lans = row["län"].split(", ")
            if name in lans and len(lans) < 21:
                expected += Decimal(row["beviljat_belopp_sek"]) / len(lans)
        found = world.all("SELECT sum(amount_split) FROM mart_money WHERE lan_code = $code", code=code)
        assert abs(found[0][0] - expected) < Decimal("0.5")


@pytest.mark.parametrize(
    ("number", "amount", "owner", "start", "end", "lans", "places"),
    [
        ("20200940", "3929285", "Arjeplogs kommun", date(2017, 1, 2), date(2020, 4, 30), {"25"}, 1),
        ("20200951", "2771368", None, None, None, {"14"}, 49),
        ("20200908", "1000823", "Kreditgarantifören Norr Ekonomisk Fören", None, None, None, None),
        ("20200857", "23499270", "Tillväxtverket", None, None, None, None),
    ],
)
def test_rows_checked_by_hand(
    world: World, number: str, amount: str, owner: Any, start: Any, end: Any, lans: Any, places: Any
) -> None:
    op_id = f"tillvaxtverket:{number}"
    assert world.all("SELECT amount FROM mart_funding WHERE operation_id = $id", id=op_id) == [(Decimal(amount),)]
    found = world.all(
        "SELECT beneficiary, start_date, end_date, fund_code, seen_on FROM mart_operation WHERE operation_id = $id",
        id=op_id,
    )[0]
    assert found[3:] == ("ERDF", date(2016, 10, 14))
    for expected, value in zip((owner, start, end), found, strict=False):
        assert expected in (None, value)
    there = world.all("SELECT lan_code, kommun_code FROM mart_location WHERE operation_id = $id", id=op_id)
    assert lans is None or {lan for lan, _ in there} == lans
    assert places is None or len(there) == places
    if number == "20200951":
        assert {"1415", "1462"} <= {kommun for _, kommun in there}


def test_the_national_operations_have_no_county(world: World) -> None:
    found = world.all("SELECT operation_id FROM mart_location WHERE location_type = 'national'")
    assert len(found) == 13
    assert ("tillvaxtverket:20201073",) in found


def test_contact_persons_are_not_stored(tmp_path: Path) -> None:
    path = tmp_path / "tillvaxtverket.json"
    path.write_text(json.dumps([ROW | {"ärende-id": f"2099000{n}"} for n in range(10)]), "utf-8")
    world = World(also=lambda loader: loader.operations(ORIGIN, path))
    stored = str(world.all("SELECT payload FROM raw_record")) + str(world.all("FROM organisation"))
    assert "Anna" not in stored
    assert "070" not in stored
    assert "Syntetiskt projekt" in stored


def test_names_without_their_spaces_and_misspelt_names_are_found() -> None:
    op = one(län="Stockholm, Västra Götaland, Skåne", kommuner="UpplandsVäsby, LillaEdet, Stenungssund, ÖstraGöinge")
    assert {place.kommun_code for place in op.locations} == {"0114", "1462", "1415", "1256"}
    assert op.warnings == []


def test_an_operation_in_euro_has_both_amounts_and_zero_is_none() -> None:
    assert [(f.amount, f.currency) for f in one().funding] == [(Decimal(1000), "SEK")]
    op = one(beviljat_belopp_eur=12.5)
    assert [(f.amount, f.currency) for f in op.funding] == [(Decimal(1000), "SEK"), (Decimal("12.50"), "EUR")]


@pytest.mark.parametrize(
    ("changes", "rules", "places"),
    [
        ({"kommuner": "Uppsala, Storby"}, ["unknown_place"], [Location("operation", "03", "0380")]),
        ({"kommuner": ""}, [], [Location("operation", "03")]),
        ({"kommuner": "Malmö"}, ["kommun_outside_lan"], [Location("operation", "03")]),
        ({"län": "", "kommuner": "Malmö"}, [], [Location("operation", "12", "1280")]),
        ({"län": "Storlän", "kommuner": ""}, ["unknown_place"], [Location("unknown")]),
        ({"beviljat_belopp_sek": "mycket"}, ["bad_amount"], None),
        ({"beviljat_belopp_sek": [1]}, ["bad_amount"], None),
        ({"projekt_starttid": "2016-02-31"}, ["bad_date"], None),
        ({"projekt_sluttid": "2015-02-01"}, ["ends_before_start"], None),
        ({"tematiskt_mål": "Annat"}, ["unknown_objective"], None),
    ],
)
def test_a_bad_cell_warns_and_keeps_the_operation(changes: dict[str, Any], rules: list[str], places: Any) -> None:
    op = one(**changes)
    assert [warning.rule for warning in op.warnings] == rules
    assert places is None or op.locations == places


@pytest.mark.parametrize(("column", "rule"), [("ärende-id", "missing_id"), ("projektnamn", "missing_title")])
def test_a_record_without_what_it_needs_is_quarantined(column: str, rule: str) -> None:
    with pytest.raises(Reject) as caught:
        one(**{column: None})
    assert caught.value.rule == rule


def test_a_new_column_is_refused() -> None:
    with pytest.raises(SourceError, match="ny_kolumn"):
        one(ny_kolumn=1)
