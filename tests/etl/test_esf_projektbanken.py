from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from etl.sources.esf_projektbanken import COLUMNS, SOURCES, organisation_name
from etl.spec import Operation, Reject, SourceError
from tests.replay.documents import ESF_HEADER, real

ESF = SOURCES[0]
ROW = {
    "id": "99-001-S01", "beneficiary": "UPPSALA KOMMUN", "orgnr": "2120003005", "city": "UPPSALA",
    "country": "Sverige", "title": "Syntetiskt projekt 1", "area": "C", "objective": "C1", "category": "153",
    "total": "1\u00a0000\u00a0000", "rate": "90%", "eu": "900 000",
    "summary": "<p>Rad ett</p><p>Rad&nbsp;två</p>", "summary_en": "", "start": "2025-03-01",
    "end": "2028-02-29", "fund": "ESF+", "cci": "2021SE05SFPR",
}  # fmt: skip


def write(folder: Path, names: list[str], *rows: dict[str, str], encoding: str = "utf-8-sig") -> Path:
    """``names`` are the header's names in the order of COLUMNS' keys of the first row."""
    path = folder / "export.csv"
    with path.open("w", encoding=encoding, newline="") as handle:
        csv.writer(handle, delimiter=";", quoting=csv.QUOTE_ALL).writerows([names, *(r.values() for r in rows)])
    return path


def one(folder: Path, **changes: str) -> Operation:
    path = write(folder, list(COLUMNS.values()), ROW | changes)
    return next(ESF.operation(row) for row in ESF.records(path).rows)


def test_the_columns_are_those_that_are_documented() -> None:
    assert list(COLUMNS.values()) == ESF_HEADER.split(";")


def test_the_real_rows() -> None:
    found = ESF.records(real("registries/SE_esf_projektbanken_RECONSTRUCTED_4rows.csv"))
    operations = {op.local_id: op for op in map(ESF.operation, found.rows)}
    assert (found.encoding, found.delimiter, len(operations)) == ("utf-8-sig", ";", 4)
    op = operations["24-030-S04"]
    amounts = {f.measure: (f.amount, f.currency) for f in op.funding}
    assert amounts == {
        "total_eligible_cost": (Decimal("19126097"), "SEK"),
        "eu_contribution": (Decimal("7648379"), "SEK"),
    }
    assert (op.start_date, op.end_date) == (date(2025, 3, 1), date(2028, 2, 29))
    assert (op.parties[0].name, op.parties[0].orgnr, op.parties[0].kommun_code) == (
        "Uppsala kommun", "2120003005", "0380",
    )  # fmt: skip
    assert (op.locations[0].location_type, op.locations[0].lan_code) == ("beneficiary", "03")
    assert [op.warnings for op in operations.values()] == [[], [], [], []]


@pytest.mark.parametrize("half", [0, 1])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_either_language_in_any_order(tmp_path: Path, half: int, encoding: str) -> None:
    names = {key: name.split(" / ")[half] for key, name in COLUMNS.items()}
    keys = sorted(ROW, reverse=True)
    path = write(tmp_path, [names[key] for key in keys], {key: ROW[key] for key in keys}, encoding=encoding)
    (op,) = [ESF.operation(row) for row in ESF.records(path).rows]
    assert (op.local_id, op.title_sv, op.fund_code) == ("99-001-S01", "Syntetiskt projekt 1", "ESF+")
    assert op.summary_sv == "Rad ett Rad två"
    assert op.warnings == []


def test_programme_areas(tmp_path: Path) -> None:
    op = one(tmp_path, area="E", objective="E1")
    assert (op.priority, op.specific_objective, op.programming_period) == ("E", "E1", "2021-2027")
    assert ("programme_area", "2021-2027:E", "Social innovation") in [(t.scheme, t.code, t.label) for t in op.themes]
    assert (op.is_social_innovation, op.si_basis) == (True, "programme area E")
    assert one(tmp_path).is_social_innovation is None


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [
        ("orgnr", "2120003006", "bad_orgnr"),
        ("total", "en miljon", "bad_amount"),
        ("eu", "100 000", "rate_mismatch"),
        ("rate", "nittio", "bad_rate"),
        ("start", "01/03/2025", "bad_date"),
        ("end", "2020-01-01", "ends_before_start"),
        ("area", "X", "unknown_area"),
        ("id", "99-1", "odd_diarienummer"),
    ],
)
def test_a_bad_cell_warns_and_keeps_the_operation(tmp_path: Path, key: str, value: str, rule: str) -> None:
    op = one(tmp_path, **{key: value})
    assert [(w.rule, w.column) for w in op.warnings] == [(rule, COLUMNS[key])]


def test_an_end_before_the_start_is_left_out(tmp_path: Path) -> None:
    op = one(tmp_path, start="2025-03-01", end="2020-01-01")
    assert (op.start_date, op.end_date, op.end_precision) == (date(2025, 3, 1), None, None)


@pytest.mark.parametrize(("key", "rule"), [("id", "missing_id"), ("title", "missing_title")])
def test_a_record_without_what_it_needs_is_quarantined(tmp_path: Path, key: str, rule: str) -> None:
    with pytest.raises(Reject) as caught:
        one(tmp_path, **{key: " "})
    assert caught.value.rule == rule


@pytest.mark.parametrize(
    ("beneficiary", "city", "country", "kommun"),
    [
        ("STIFTELSEN SYNTET", "Håbo", "Sverige", "0305"),
        ("HABO KOMMUN", "JÖNKÖPING", "Sverige", "0643"),
        ("REGION GOTLAND", "VISBY", "Sverige", "0980"),
        ("GÖTEBORGS STAD", "", "Sverige", "1480"),
        ("STIFTELSEN SYNTET", "Visby", "Sverige", None),
        ("SYNTET OY", "Uppsala", "Finland", None),
    ],
)
def test_the_place_is_the_owners_kommun_or_unknown(
    tmp_path: Path, beneficiary: str, city: str, country: str, kommun: str | None
) -> None:
    op = one(tmp_path, beneficiary=beneficiary, city=city, country=country)
    place = op.locations[0]
    assert (place.kommun_code, place.lan_code) == (kommun, kommun and kommun[:2])
    assert place.location_type == ("beneficiary" if kommun else "unknown")
    assert [w.rule for w in op.warnings] == ([] if kommun else ["unknown_place"])


@pytest.mark.parametrize(
    ("text", "readable"),
    [
        ("UPPSALA KOMMUN", "Uppsala kommun"),
        ("REGION UPPSALA", "Region Uppsala"),
        ("UPPLANDS-BRO KOMMUN", "Upplands-Bro kommun"),
        ("IOGT-NTO I SVERIGE", "IOGT-NTO i Sverige"),
        ("VÄLFÄRD & ARBETE AB", "Välfärd & Arbete AB"),
        ("KTH", "KTH"),
        ("Coompanion Sverige", "Coompanion Sverige"),
        ("MALMÖ UNIVERSITET", "Malmö universitet"),
    ],
)
def test_names_in_capitals_become_readable(text: str, readable: str) -> None:
    assert organisation_name(text) == readable


def test_a_sole_trader_is_masked_before_the_raw_record_is_kept(tmp_path: Path) -> None:
    changes = {"orgnr": "880320-0016", "beneficiary": "SYNTETISK PERSON"}
    path = write(tmp_path, list(COLUMNS.values()), ROW | changes)
    row = next(iter(ESF.records(path).rows))
    assert "880320" not in str(row.raw)
    assert "PERSON" not in str(row.raw)
    party = ESF.operation(row).parties[0]
    assert (party.name, party.orgnr) == ("Enskild näringsidkare", None)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda names: ["Diarie", *names[1:]], "'Diarie' is not known"),
        (lambda names: [names[0], "Operation ID", *names[2:]], "are the same"),
        (lambda names: names[:-1], "lacks 'Program CCI"),
    ],
)
def test_a_changed_header_is_refused_whole(tmp_path: Path, change, says: str) -> None:
    names = change(list(COLUMNS.values()))
    row = dict(list(ROW.items())[: len(names)])
    with pytest.raises(SourceError, match=says):
        list(ESF.records(write(tmp_path, names, row)).rows)


def test_a_record_that_does_not_fit_the_header_does_not_hide_the_others(tmp_path: Path) -> None:
    path = write(tmp_path, list(COLUMNS.values()), {"id": "99-001-S01"}, ROW)
    rows = list(ESF.records(path).rows)
    assert [row.fault is None for row in rows] == [False, True]
    assert ESF.operation(rows[1]).local_id == "99-001-S01"
