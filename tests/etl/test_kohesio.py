from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from etl.normalise import lookup
from etl.sources.kohesio import NUTS3, SOURCES, Kohesio
from etl.spec import Operation, Reject, SourceError
from tests.conftest import World
from tests.replay.documents import KOHESIO_2014, KOHESIO_2021, kohesio_csv, kohesio_row

OLD, NEW = SOURCES


def load(folder: Path, origin: Kohesio, *rows: dict[str, str]) -> list[Operation]:
    path = folder / "kohesio.csv"
    path.write_bytes(kohesio_csv(origin.period, rows=list(rows)))
    return [origin.operation(row) for row in origin.records(path).rows]


def one(folder: Path, origin: Kohesio, **changes: str) -> Operation:
    return load(folder, origin, kohesio_row(1, origin.period, **changes))[0]


def test_the_headers_are_those_that_are_documented() -> None:
    assert (len(KOHESIO_2014), len(KOHESIO_2021)) == (40, 44)
    assert {*OLD.columns, *OLD.SOURCE.ignore} == set(KOHESIO_2014)
    assert {*NEW.columns, *NEW.SOURCE.ignore} == set(KOHESIO_2021)
    assert len(NUTS3) == len(set(NUTS3.values())) == 21


@pytest.mark.parametrize("origin", SOURCES)
def test_every_record_of_an_export_becomes_an_operation(tmp_path: Path, origin: Kohesio) -> None:
    path = tmp_path / "kohesio.csv"
    path.write_bytes(kohesio_csv(origin.period, 30))
    operations = [origin.operation(row) for row in origin.records(path).rows]
    assert len({op.local_id for op in operations}) == 30
    assert [op for op in operations if op.warnings] == []
    assert {op.locations[0].lan_code for op in operations} == {"01", "03", "12"}
    assert {op.programming_period for op in operations} == {origin.period}


def test_the_fields_of_an_operation(tmp_path: Path) -> None:
    op = one(tmp_path, NEW, Operation_Name_Programme_Language="Gemenskap<br>för alla")
    assert (op.local_id, op.diarienummer) == ("Q92100001", "99-001-S01")
    assert (op.title_sv, op.title_en) == ("Gemenskap för alla", "Synthetic project 1")
    assert op.summary_sv == 'Rad ett med "citat", rad två.'
    assert (op.start_date, op.start_precision) == (date(2023, 9, 1), "day")
    assert (op.cci, op.fund_code) == ("2021SE05SFPR001", "ESF+")
    assert op.source_url == "https://kohesio.ec.europa.eu/en/projects/Q92100001"
    assert [(p.name, p.orgnr, p.role) for p in op.parties] == [("Uppsala kommun", "2120003005", "beneficiary")]
    assert [(t.scheme, t.code, t.label) for t in op.themes] == [("intervention_field", "153", "Syntetiskt område")]
    place = op.locations[0]
    assert (place.location_type, place.lan_code, place.lat, place.lon) == (
        "beneficiary",
        "03",
        59.8586,
        17.6389,
    )


def test_the_flat_rate_of_2014_2020_is_marked_as_derived(tmp_path: Path) -> None:
    for origin, derived in ((OLD, True), (NEW, False)):
        total, eu = one(tmp_path, origin, Total_Eligible_Expenditure_amount="1000.10").funding
        assert (total.measure, total.amount, total.currency) == (
            "total_eligible_cost",
            Decimal("1000.10"),
            "EUR",
        )
        assert (eu.measure, eu.is_derived) == ("eu_contribution", derived)


def test_diarienummer_of_both_periods(tmp_path: Path) -> None:
    assert one(tmp_path, OLD, Operation_Local_Identifier="2018/00076").diarienummer == "2018/00076"
    assert one(tmp_path, NEW, Operation_Local_Identifier="2021SE05SFPR001_23-017-S01").diarienummer == "23-017-S01"
    assert one(tmp_path, OLD, Operation_Local_Identifier="20200845").diarienummer == "20200845"
    assert one(tmp_path, NEW, Operation_Local_Identifier="20200845").diarienummer is None
    assert one(tmp_path, OLD, Operation_Local_Identifier="19990845").diarienummer is None


def test_a_missing_amount_is_left_out_and_never_zero(tmp_path: Path) -> None:
    op = one(tmp_path, NEW, Project_EU_Budget="")
    assert [f.measure for f in op.funding] == ["total_eligible_cost"]
    assert op.warnings == []


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("Total_Eligible_Expenditure_amount", "-5", "bad_amount"),
        ("Project_EU_Budget", "1e999", "bad_amount"),
        ("Project_EU_Budget", "900", "rate_mismatch"),
        ("Cofinancing_Rate", "400", "bad_rate"),
        ("Total_Eligible_Expenditure_Currency", "euro", "bad_currency"),
        ("Operation_Start_Date", "2023-31-12", "bad_date"),
        ("Operation_End_Date", "01/01/2020", "ends_before_start"),
        ("Beneficiary_Local_Identifier", "2120003006", "bad_orgnr"),
        ("NUTS3_Code", "FI1B1", "not_a_swedish_lan"),
        ("Location_Indicator_latitude_longitude", "48.85, 2.35", "point_outside_sweden"),
        ("Programming_Period", "2014-2020", "other_period"),
        ("Operation_Name_Programme_Language", "", "title_in_english"),
    ],
)
def test_a_bad_cell_warns_and_keeps_the_operation(tmp_path: Path, column: str, value: str, rule: str) -> None:
    op = one(tmp_path, NEW, **{column: value})
    assert [w.rule for w in op.warnings] == [rule]
    assert op.warnings[0].column == column


def test_an_end_before_the_start_is_left_out_and_the_operation_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "kohesio.csv"
    bad = {"Operation_Start_Date": "01/09/2023", "Operation_End_Date": "01/01/2020"}
    rows = [kohesio_row(n, "2021-2027", **(bad if n == 1 else {})) for n in range(1, 12)]
    path.write_bytes(kohesio_csv("2021-2027", rows=rows))
    world = World(also=lambda loader: loader.operations(NEW, path))
    (count,) = world.loader.counts
    assert (count.rows_read, count.rows_loaded, count.rows_quarantined) == (11, 11, 0)
    assert world.all("SELECT start_date, end_date FROM operation WHERE row_no = 1") == [(date(2023, 9, 1), None)]
    assert world.all("SELECT rule, severity FROM load_issue") == [("ends_before_start", "warning")]


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"Operation_Unique_Identifier": ""}, "missing_id"),
        ({"Operation_Name_English": "", "Operation_Name_Programme_Language": " "}, "missing_title"),
        ({"Country": "Finland"}, "not_sweden"),
    ],
)
def test_a_record_without_what_it_needs_is_quarantined(tmp_path: Path, changes: dict[str, str], rule: str) -> None:
    with pytest.raises(Reject) as caught:
        one(tmp_path, NEW, **changes)
    assert caught.value.rule == rule


def test_joined_values_are_taken_apart(tmp_path: Path) -> None:
    op = one(
        tmp_path, NEW, Country="Sweden|Finland", NUTS3_Code="SE121|SE110|SE121|FI1B1",
        Category_Of_Intervention="153.0|138.0", Category_Label="Ett|Två",
        Location_Indicator_latitude_longitude="59.3, 18.0|59.8, 17.6",
    )  # fmt: skip
    assert [(p.lan_code, p.share, p.lat) for p in op.locations] == [("03", None, None), ("01", None, None)]
    assert [(t.code, t.label) for t in op.themes] == [("153", "Ett"), ("138", "Två")]
    assert (op.is_social_innovation, op.si_basis) == (True, "intervention field 138")
    assert [w.rule for w in op.warnings] == ["not_a_swedish_lan"]


def test_labels_that_do_not_pair_are_not_guessed(tmp_path: Path) -> None:
    op = one(tmp_path, NEW, Category_Of_Intervention="153.0|38.0", Category_Label="Ett")
    assert [(t.code, t.label) for t in op.themes] == [("153", "153"), ("038", "038")]


def test_points_in_either_order_and_places_that_are_unknown(tmp_path: Path) -> None:
    swapped = one(tmp_path, NEW, Location_Indicator_latitude_longitude="17.6389, 59.8586")
    assert (swapped.locations[0].lat, swapped.locations[0].lon) == (59.8586, 17.6389)
    nowhere = one(tmp_path, NEW, NUTS3_Code="")
    assert [(p.location_type, p.lan_code, p.lat) for p in nowhere.locations] == [("unknown", None, None)]


def test_a_sole_trader_is_masked_before_the_raw_record_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "kohesio.csv"
    changes = {"Beneficiary_Name": "Syntetisk Person", "Beneficiary_Local_Identifier": "8803200016"}
    path.write_bytes(kohesio_csv("2021-2027", rows=[kohesio_row(1, "2021-2027", **changes)]))
    row = next(iter(NEW.records(path).rows))
    assert "8803200016" not in str(row.raw)
    assert "Syntetisk Person" not in str(row.raw)
    party = NEW.operation(row).parties[0]
    assert (party.name, party.orgnr) == ("Enskild näringsidkare", None)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [(b"Fund_Code", b"Fond_Code", "Fund_Code"), (b"InfoRegio_ID", b"InfoRegio_Nr", "InfoRegio_Nr")],
)
def test_a_changed_header_is_refused_whole(tmp_path: Path, old: bytes, new: bytes, says: str) -> None:
    path = tmp_path / "kohesio.csv"
    path.write_bytes(kohesio_csv("2021-2027").replace(old, new))
    with pytest.raises(SourceError, match=says):
        NEW.records(path)


def test_the_lan_codes_are_those_of_the_regions(tmp_path: Path) -> None:
    import csv

    from etl.sources.kolada import REGIONS

    with (REGIONS / "lan.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    assert {row["nuts3"]: row["lan_code"] for row in rows} == NUTS3
    assert lookup((row["lan_code"], [row["nuts3"]]) for row in rows)
