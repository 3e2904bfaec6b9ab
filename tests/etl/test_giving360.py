from __future__ import annotations

import csv
import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from etl.sources.giving360 import SOURCES, STANDARD, TITLES
from etl.spec import Operation, Reject, Row, SourceError
from tests.conftest import World
from tests.replay.documents import real

ORIGIN = SOURCES[0]
FILE = "registries/grants_a002400000KeYdsAAF.json"
GRANT: dict[str, Any] = {
    "id": "360G-syntet-1", "title": "Synthetic grant", "description": "A roof", "currency": "GBP",
    "amountAwarded": 100.5, "amountDisbursed": 0.0, "awardDate": "2024-06-05", "dateModified": "2024-06-23T00:00:00Z",
    "plannedDates": [{"startDate": "2024-07", "endDate": "2025-06-30", "duration": 12}],
    "recipientOrganization": [{"id": "GB-CHC-1", "name": "Synthetic Hall", "contactName": "Anna Syntet",
                               "email": "anna@example.org", "telephone": "070-123 45 67"}],
    "fundingOrganization": [{"id": "GB-CHC-2", "name": "Synthetic Foundation"}],
    "grantProgramme": [{"code": "E", "title": "Education"}],
}  # fmt: skip


def write(folder: Path, *grants: dict[str, Any]) -> Path:
    path = folder / "giving360.json"
    path.write_text(json.dumps({"grants": list(grants)}), "utf-8")
    return path


def one(**changes: Any) -> Operation:
    return ORIGIN.operation(Row(1, json.loads(json.dumps(GRANT | changes))))


@pytest.fixture(scope="module")
def world() -> World:
    path = real(FILE)
    return World(also=lambda loader: loader.operations(ORIGIN, path, retrieved_at=datetime(2026, 11, 22)))


def test_the_fields_are_those_of_the_standard() -> None:
    schema = json.loads(real("registries/360-giving-schema.json").read_text("utf-8"))
    assert set(schema["properties"]) == STANDARD


def test_the_flat_titles_are_those_of_the_standard() -> None:
    schema = json.loads(real("registries/360-giving-schema.json").read_text("utf-8"))
    for name, (title, inner) in TITLES.items():
        field = schema["properties"][name]
        kind = (field.get("$ref") or field.get("items", {}).get("$ref", "")).rpartition("/")[2]
        declared = schema["$defs"].get(kind, {})
        assert title == field.get("title", declared.get("title"))
        assert inner == {key: declared["properties"][key]["title"] for key in inner}


def test_every_real_grant_is_loaded_in_pounds_and_outside_sweden(world: World) -> None:
    grants = json.loads(real(FILE).read_text("utf-8"), parse_float=Decimal)["grants"]
    (count,) = world.loader.counts
    assert (count.rows_read, count.rows_loaded, count.rows_quarantined, count.warnings) == (379, 379, 0, 114)
    awarded, paid = (sum(grant[name] for grant in grants) for name in ("amountAwarded", "amountDisbursed"))
    assert (awarded, paid) == (31178456, 8933771)
    assert world.all(
        "SELECT measure, currency, location_type, sum(amount_split) FROM mart_money GROUP BY ALL ORDER BY 1"
    ) == [("disbursed", "GBP", "unknown", paid), ("granted_support", "GBP", "unknown", awarded)]
    assert world.all("SELECT DISTINCT country FROM organisation ORDER BY 1 NULLS LAST") == [("GB",), ("IL",), (None,)]


@pytest.mark.parametrize(
    ("local_id", "amount", "owner"),
    [
        ("360G-wolfson-19747", "40000", "Ysgol Dinas Bran"),
        ("360G-wolfson-19837", "254000", "Royal College of Physicians"),
        ("360G-wolfson-19841", "1500000", "DCMS/Wolfson Museums and Galleries Improvement Fund"),
        ("360G-wolfson-19916", None, "University of Aberdeen"),
    ],
)
def test_grants_checked_by_hand(world: World, local_id: str, amount: str | None, owner: str) -> None:
    assert world.all(
        "SELECT f.amount, beneficiary, start_date, seen_on < DATE '2015-09-01', year(decided_on) = 2014, portfolio "
        "FROM mart_operation o LEFT JOIN mart_funding f ON f.operation_id = o.operation_id "
        "AND measure = 'granted_support' WHERE local_id = $id",
        id=local_id,
    ) == [(amount and Decimal(amount), owner, None, True, True, "utland")]


def test_persons_in_the_real_file_are_not_stored(world: World) -> None:
    stored = str(world.all("SELECT payload FROM raw_record")) + str(world.all("SELECT summary_en FROM operation"))
    for name in ("Staniszewska", "Graeme Ackland", "Baftic", "Dinbren Road", "LL20 8TG"):
        assert name in real(FILE).read_text("utf-8")
        assert name not in stored
    assert "Refurbishment of science laboratories" in stored


def test_the_fields() -> None:
    op = one()
    assert (op.start_date, op.start_precision, op.end_date) == (date(2024, 7, 1), "month", date(2025, 6, 30))
    assert [(f.measure, f.amount, f.currency) for f in op.funding] == [
        ("granted_support", Decimal("100.50"), "GBP"),
        ("disbursed", Decimal(0), "GBP"),
    ]
    assert [(p.name, p.role, p.country) for p in op.parties] == [
        ("Synthetic Hall", "beneficiary", "GB"),
        ("Synthetic Foundation", "funder", "GB"),
    ]
    assert [(t.code, t.label) for t in op.themes] == [("E", "Education")]
    assert (op.decided_on, op.decided_precision, op.warnings) == (date(2024, 6, 5), "day", [])


def test_a_part_of_a_joint_grant_has_no_amount_of_its_own() -> None:
    op = one(amountAwarded=0.0, relatedActivity=["360G-syntet-0"])
    assert op.funding == []
    assert [(w.rule, w.value) for w in op.warnings] == [("amount_with_joint_grant", "360G-syntet-0")]
    assert one(relatedActivity=["360G-syntet-0"]).funding[0].amount == Decimal("100.50")


def test_contact_persons_and_individuals_are_not_stored(tmp_path: Path) -> None:
    person = {"id": "360G-syntet-2", "recipientIndividual": {"id": "p1", "name": "Bo Syntet"}, "title": "To Bo Syntet"}
    path = write(tmp_path, GRANT, GRANT | person | {"recipientOrganization": []})
    world = World(also=lambda loader: loader.operations(ORIGIN, path))
    (count,) = world.loader.counts
    assert (count.rows_loaded, count.rows_quarantined) == (1, 1)
    stored = str(world.all("SELECT payload FROM raw_record")) + str(world.all("FROM load_issue"))
    for name in ("Anna", "anna@", "070", "Bo Syntet"):
        assert name not in stored


def test_a_publishers_own_fields_stay_in_the_raw_record(tmp_path: Path) -> None:
    path = write(tmp_path, GRANT | {"Open Call?": "YES"})
    world = World(also=lambda loader: loader.operations(ORIGIN, path))
    assert "Open Call?" in str(world.all("SELECT payload FROM raw_record"))
    assert world.loader.counts[0].rows_loaded == 1


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("amountAwarded", "lots", "bad_amount"),
        ("amountAwarded", [1], "bad_amount"),
        ("currency", "pounds", "bad_currency"),
        ("awardDate", "22/22/2014", "bad_date"),
        ("plannedDates", [{"startDate": "2024-02-31"}], "bad_date"),
        ("plannedDates", [{"startDate": "2024-02-01", "endDate": "2023-01-01"}], "ends_before_start"),
    ],
)
def test_a_bad_cell_warns_and_keeps_the_grant(column: str, value: Any, rule: str) -> None:
    assert [warning.rule for warning in one(**{column: value}).warnings] == [rule]


@pytest.mark.parametrize(("column", "rule"), [("id", "missing_id"), ("title", "missing_title")])
def test_a_grant_without_what_it_needs_is_quarantined(column: str, rule: str) -> None:
    with pytest.raises(Reject) as caught:
        one(**{column: None})
    assert caught.value.rule == rule


def flat(grant: dict[str, Any], titles: bool) -> dict[str, Any]:
    """A grant as one row: columns by title (no position in lists) or by field name (with position)."""
    row: dict[str, Any] = {}
    for name, value in grant.items():
        title, inner = TITLES.get(name, (name, {}))
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            for position, item in enumerate(value):
                for key, cell in item.items():
                    row[f"{title}:{inner.get(key, key)}" if titles else f"{name}/{position}/{key}"] = cell
        elif isinstance(value, list):
            row[title if titles else name] = ";".join(value)
        elif not isinstance(value, dict):
            row[title if titles else name] = value
    return row


def as_csv(path: Path, rows: list[dict[str, Any]]) -> Path:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def as_xlsx(path: Path, rows: list[dict[str, Any]]) -> Path:
    """A workbook with a sheet about the file first; award dates are dates, amounts numbers."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        book.add_worksheet("Meta").write_row(0, 0, ["Title", "Synthetic Foundation's grants"])
        sheet = book.add_worksheet("grants")
        sheet.write_row(0, 0, columns)
        for number, row in enumerate(rows, 1):
            for at, name in enumerate(columns):
                value = row.get(name)
                if name in ("Award Date", "awardDate"):
                    sheet.write_datetime(number, at, datetime.strptime(value, "%d/%m/%Y"))
                elif value is not None:
                    sheet.write(number, at, value)
    return path


@pytest.mark.parametrize(("kind", "titles"), [("csv", True), ("csv", False), ("xlsx", True), ("xlsx", False)])
def test_every_form_gives_the_same_operations(world: World, tmp_path: Path, kind: str, titles: bool) -> None:
    rows = [flat(grant, titles) for grant in json.loads(real(FILE).read_text("utf-8"))["grants"]]
    path = (as_csv if kind == "csv" else as_xlsx)(tmp_path / f"giving360.{kind}", rows)
    other = World(also=lambda loader: loader.operations(ORIGIN, path, retrieved_at=datetime(2026, 11, 22)))
    (count,) = other.loader.counts
    assert (count.rows_read, count.rows_loaded, count.rows_quarantined, count.warnings) == (379, 379, 0, 114)
    for sql in (
        "SELECT * EXCLUDE (file_name) FROM operation ORDER BY operation_id",
        "SELECT * EXCLUDE (file_name) FROM operation_funding ORDER BY operation_id, measure",
        "FROM operation_party ORDER BY ALL",
        "FROM organisation ORDER BY org_id",
        "FROM operation_theme ORDER BY ALL",
        "FROM operation_location ORDER BY operation_id",
    ):
        assert other.all(sql) == world.all(sql)
    stored = str(other.all("SELECT payload FROM raw_record"))
    assert not [name for name in ("Staniszewska", "Dinbren Road", "LL20 8TG") if name in stored]


def test_persons_of_a_flat_form_are_not_stored(tmp_path: Path) -> None:
    person = {"Identifier": "2", "Title": "To Bo Syntet", "Recipient Ind:Name": "Bo Syntet", "Recipient Org:Name": ""}
    hall = {"Identifier": "1", "Title": "Hall", "Recipient Org:Name": "Hall", "Recipient Org:0:Email": "a@example.org"}
    money = {"Currency": "GBP", "Amount Awarded": "1,234.50", "Award Date": "2024-06-05", "Applicant first name": "Eva"}
    path = as_csv(tmp_path / "giving360.csv", [hall | money, person | money])
    world = World(also=lambda loader: loader.operations(ORIGIN, path))
    (count,) = world.loader.counts
    assert (count.rows_loaded, count.rows_quarantined) == (1, 1)
    stored = str(world.all("SELECT payload FROM raw_record")) + str(world.all("FROM load_issue"))
    assert not [name for name in ("Bo Syntet", "a@example", "Eva") if name in stored]
    assert world.all("SELECT amount FROM operation_funding") == [(Decimal("1234.50"),)]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_flat_file_without_what_the_standard_requires_is_refused(tmp_path: Path, kind: str) -> None:
    row = {name: value for name, value in flat(GRANT, titles=True).items() if name not in ("Currency", "Award Date")}
    path = (as_csv if kind == "csv" else as_xlsx)(tmp_path / f"giving360.{kind}", [row])
    with pytest.raises(SourceError, match="Currency"):
        list(ORIGIN.records(path).rows)
