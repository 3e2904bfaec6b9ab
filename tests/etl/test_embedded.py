"""The embedded data stands in the warehouse as it stands in its files, row by row, and the counts add up."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.conftest import ROOT, Sheet

DATA = ROOT / "data"
INITIATIVES, AMOUNTS = "initiatives/initiatives.csv", "initiatives/amounts.csv"


def one(w: Any, sql: str, **params: object) -> Any:
    """The only value of the only row."""
    (row,) = w.rows(sql, params)
    (value,) = row.values()
    return value


@pytest.mark.parametrize(
    ("local_id", "column", "value"),
    [
        ("kompetenscenter-social-innovation", "diarienummer", "22-018-S01"),
        ("kompetenscenter-social-innovation", "start_date", date(2022, 12, 15)),
        ("kompetenscenter-social-innovation", "beneficiary", "Malmö universitet"),
        ("kompetenscenter-social-innovation", "owner_type", "lärosäte"),
        ("kompetenscenter-social-innovation", "is_social_innovation", True),
        ("ips-forstudie-shic", "start_date", date(2019, 2, 1)),
        ("ips-forstudie-shic", "start_precision", "month"),
        ("ips-forstudie-shic", "last_date", date(2019, 12, 31)),
        ("ips-forstudie-shic", "programming_period", "other"),
        ("ips-forstudie-shic", "status", "ended"),
        ("strategisk-samverkan-skane-nordost", "end_date", date(2020, 8, 31)),
        ("lumena", "is_social_innovation", None),
        ("bergsjon-forstudie-somaliska-kvinnor", "status", "granted"),
        ("co-active-skelleftea", "fund_code", "ESF"),
    ],
)
def test_a_fact_of_an_initiative_is_what_its_row_says(w: Any, local_id: str, column: str, value: object) -> None:
    assert one(w, f"SELECT {column} FROM mart_operation WHERE local_id = $id", id=local_id) == value


@pytest.mark.parametrize(
    ("local_id", "measure", "amount", "label", "is_rounded", "row_no"),
    [
        (
            "kompetenscenter-social-innovation",
            "eu_contribution EUR",
            "1275915.80",
            "Kohesio: EU contribution",
            False,
            2,
        ),
        ("lumena", "total_eligible_cost EUR", "15148871.01", "Kohesio: total budget", False, 3),
        ("unga-lyfter-blekinge", "granted_support SEK", "34829812", "Beloppet från Europeiska socialfonden", False, 44),
        (
            "integration-halland",
            "granted_support SEK",
            "25000000",
            "beviljat från ESF (avrundat, 25 miljoner)",
            True,
            151,
        ),
        ("bergsjon-forstudie-somaliska-kvinnor", "granted_support SEK", "298000", "EU-stöd, ca 298 000", True, 225),
    ],
)
def test_an_amount_is_what_its_row_says_to_the_ore_with_its_label_and_row(
    w: Any, local_id: str, measure: str, amount: str, label: str, is_rounded: bool, row_no: int
) -> None:
    (row,) = w.rows(
        "SELECT f.* FROM mart_funding f JOIN mart_operation USING (operation_id) "
        "WHERE local_id = $id AND measure || ' ' || currency = $measure",
        {"id": local_id, "measure": measure},
    )
    assert row["amount"] == Decimal(amount)
    assert (row["label_in_source"], row["is_rounded"], row["row_no"]) == (label, is_rounded, row_no)
    payload = json.loads(
        one(w, "SELECT payload FROM raw_record WHERE file_name = $f AND row_no = $n", f=AMOUNTS, n=row_no)
    )
    assert payload["initiative_id"] == local_id
    assert Decimal(payload["amount"]) == Decimal(amount)


@pytest.mark.parametrize(
    ("indicator", "region", "period", "value"),
    [
        ("unemployment_15_74", "00", "2025", 8.8),
        ("unemployment_15_74", "12", "2025", 10.3),
        ("population", "18", "2024", 308375),
        ("neet_16_24", "18", "2024", 6.02),
        ("median_income_20_64", "18", "2024", 384400),
        ("low_trust", "25", "2021-2024", 26.8),
        ("long_term_share_18_65", "25", "2025", 53.92),
        ("employment_foreign_born_20_64", "0980", "2024", 64.2),
        ("population", "0114", "2024", 50323),
    ],
)
def test_an_indicator_value_is_what_its_row_says(
    w: Any, indicator: str, region: str, period: str, value: float
) -> None:
    cell = "indicator_code = $i AND region_code = $r AND period = $p AND sex = 'T'"
    found = one(w, f"SELECT value FROM mart_indicator WHERE {cell}", i=indicator, r=region, p=period)
    assert found == value


def test_ips_is_one_project_in_three_lan_a_third_each_with_five_kommuner(w: Any) -> None:
    places = w.rows(
        "SELECT lan_code, count(kommun_code) AS kommuner, sum(share) AS share FROM mart_location JOIN mart_operation "
        "USING (operation_id) WHERE local_id = 'ips-forstudie-shic' GROUP BY 1 ORDER BY 1"
    )
    assert [(p["lan_code"], p["kommuner"]) for p in places] == [("01", 2), ("14", 1), ("18", 2)]
    assert [round(p["share"], 9) for p in places] == [round(Decimal(1) / 3, 9)] * 3


def test_a_national_initiative_lies_in_no_lan_and_one_without_place_is_unknown(w: Any) -> None:
    sql = "SELECT location_type FROM mart_location JOIN mart_operation USING (operation_id) WHERE local_id = $id"
    assert one(w, sql, id="kompetenscenter-social-innovation") == "national"
    assert one(w, sql, id="lumena") == "unknown"


def test_an_amount_in_words_is_a_remark_and_no_figure(w: Any) -> None:
    (issue,) = w.rows("SELECT * FROM load_issue")
    assert (issue["rule"], issue["value"], issue["severity"]) == (
        "amount_without_figure",
        "nästan 7 miljoner",
        "warning",
    )
    assert one(w, "SELECT count(*) FROM mart_funding WHERE operation_id = 'inkarta:smot-folkuniversitetet'") == 0


def test_every_file_is_read_whole_and_every_checksum_is_that_of_the_file_on_disk(w: Any) -> None:
    files = w.rows("SELECT * FROM source_file")
    for f in files:
        path = DATA / f["file_name"]
        assert f["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert f["bytes"] == path.stat().st_size
        assert f["rows_read"] == len(Sheet(path).rows) == f["rows_loaded"] + f["rows_quarantined"]
        assert one(w, "SELECT count(*) FROM raw_record WHERE file_name = $n", n=f["file_name"]) == f["rows_read"]
    read = {f["file_name"]: f["rows_read"] for f in files}
    assert (read[INITIATIVES], read[AMOUNTS], read["initiatives/conflicts.csv"]) == (219, 225, 19)
    assert (read["regions/lan.csv"], read["regions/kommun.csv"], read["seed/items.csv"]) == (21, 290, 108)
    assert sum(n for name, n in read.items() if name.startswith("indicators/values/")) == 4331
    assert sum(f["rows_quarantined"] for f in files) == 0


def test_each_need_names_a_group_and_an_indicator_that_have_a_good_direction(w: Any) -> None:
    rows = w.rows("SELECT n.*, i.better FROM group_need n LEFT JOIN indicator i ON i.code = n.indicator_code")
    assert {r["target_group_code"]: r["indicator_code"] or "" for r in rows} == {
        r["target_group_code"]: r["indicator_code"] for r in Sheet(DATA / "vocabulary/needs.csv").rows
    }
    assert {r["better"] for r in rows} <= {"high", "low", None}


def test_every_maintained_file_is_accounted_for(w: Any) -> None:
    on_disk = {p.relative_to(DATA).as_posix() for p in DATA.rglob("*.csv") if p.parent.name != "links"}
    assert {f["file_name"] for f in w.rows("SELECT file_name FROM source_file")} == on_disk


@pytest.mark.parametrize("file_name", [INITIATIVES, AMOUNTS, "seed/items.csv", "indicators/values/neet_16_24.csv"])
def test_a_raw_record_is_the_row_of_the_file(w: Any, file_name: str) -> None:
    kept = w.rows("SELECT row_no, payload FROM raw_record WHERE file_name = $f ORDER BY row_no", {"f": file_name})
    rows = Sheet(DATA / file_name).rows
    for r, cells in zip(kept, rows, strict=True):
        payload = json.loads(r["payload"])
        assert payload.keys() == cells.keys()
        assert {k: v for k, v in payload.items() if "[borttaget]" not in v} == {
            k: v for k, v in cells.items() if "[borttaget]" not in payload[k]
        }


def test_nothing_that_is_a_fact_was_taken_for_a_telephone_number(w: Any) -> None:
    assert (
        w.rows("SELECT file_name, row_no FROM raw_record WHERE contains(CAST(payload AS VARCHAR), '[borttaget]')") == ()
    )


def test_fourteen_initiatives_carry_nineteen_conflicts_and_no_note_says_konflikt(w: Any) -> None:
    assert one(w, "SELECT count(DISTINCT operation_id) FROM operation_conflict") == 14
    assert one(w, "SELECT count(*) FROM operation_conflict") == 19
    assert one(w, "SELECT count(*) FROM operation WHERE contains(upper(note), 'KONFLIKT')") == 0


def test_every_indicator_note_is_said_in_both_languages_about_the_same_thing(w: Any) -> None:
    """Population is a count on 31 December, no twelve-month measure; ohälsotal is one."""
    notes = {r["code"]: r["note_en"] for r in w.rows("SELECT code, note_en FROM indicator")}
    assert "12-month" not in notes["population"]
    assert "December" in notes["sick_days_ohalsotal"]


def test_every_fact_leads_to_a_source_row(w: Any) -> None:
    for table in (
        "operation",
        "operation_funding",
        "operation_conflict",
        "indicator_value",
        "seed_item",
        "group_need",
        "contract_term",
        "effect_part",
        "tree_node",
    ):
        assert one(
            w, f"SELECT count(*) FROM {table} t WHERE NOT EXISTS (SELECT 1 FROM raw_record r WHERE r.source_id = "
            "t.source_id AND r.file_name = t.file_name AND r.row_no = t.row_no)"
        ) == 0, table  # fmt: skip
