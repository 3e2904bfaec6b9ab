from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from etl.sources.swecris import COLUMNS, SOURCES
from etl.spec import Operation, Reject, SourceError
from tests.conftest import World
from tests.replay.documents import real

ORIGIN = SOURCES[0]
FILE = "registries/swecris_sample.csv"
HEADER = [*COLUMNS, *ORIGIN.SOURCE.ignore, "InvolvedPeople"]
ROW = dict.fromkeys(HEADER, "") | {
    "ProjectId": "2099-00001_VR", "ProjectTitleSv": "Syntetiskt projekt", "ProjectTitleEn": "Synthetic project",
    "ProjectStartDate": "2025-01-01 12:00:00", "ProjectEndDate": "2026-12-31 12:00:00",
    "CoordinatingOrganisationId": "202100-3054", "CoordinatingOrganisationNameSv": "KTH",
    "CoordinatingOrganisationTypeOfOrganisationSv": "Universitet", "FundingOrganisationId": "202100-5208",
    "FundingOrganisationNameSv": "Vetenskapsrådet", "FundingsSek": "1000.0", "TypeOfAwardId": "1.0",
    "TypeOfAwardDescrSv": "Projektbidrag", "LoadedDate": "07/17/2025 23:54:06",
    "Scbs": "¤¤¤ 5: Samhällsvetenskap, Social Sciences, 504: Sociologi, Sociology, 50401: Sociologi, Sociology ",
    "InvolvedPeople": "Anna Syntet",
}  # fmt: skip


def write(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "swecris.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]), delimiter=";", quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)
    return path


def one(folder: Path, **changes: str) -> Operation:
    return next(ORIGIN.operation(row) for row in ORIGIN.records(write(folder, ROW | changes)).rows)


def raw() -> list[dict[str, str]]:
    with real(FILE).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter=";"))


@pytest.fixture(scope="module")
def world() -> World:
    path = real(FILE)
    return World(also=lambda loader: loader.operations(ORIGIN, path, retrieved_at=datetime(2026, 11, 22)))


def test_every_real_record_is_loaded_or_is_a_grant_that_another_record_has(world: World) -> None:
    records = raw()
    held: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row in records:
        number, funder = row["ProjectId"].rsplit("_", 1)
        held[number, row["CoordinatingOrganisationId"]].add(funder)
    repeated = [
        row for row in records if row["ProjectId"].endswith("_RJ")
        and held[row["ProjectId"][:-3], row["CoordinatingOrganisationId"]] - {"RJ"}
    ]  # fmt: skip
    (count,) = world.loader.counts
    assert len(repeated) == 59
    assert (count.rows_read, count.rows_loaded, count.rows_quarantined) == (407, 348, 59)
    assert count.rows_quarantined / count.rows_read <= ORIGIN.SOURCE.quarantine_ceiling
    total = sum(Decimal(row["FundingsSek"]) for row in records)
    twice = sum(Decimal(row["FundingsSek"]) for row in repeated)
    assert (total, twice) == (Decimal(1493248430), Decimal(237455679))
    assert world.all("SELECT measure, currency, location_type, sum(amount_split) FROM mart_money GROUP BY ALL") == [
        ("granted_support", "SEK", "unknown", total - twice)
    ]
    assert world.all("SELECT DISTINCT rule FROM load_issue WHERE severity = 'quarantine'") == [("same_grant_twice",)]


@pytest.mark.parametrize(
    ("local_id", "amount", "owner", "orgnr", "start", "diarienummer"),
    [
        ("2025-01169_Vinnova", "628832", "KTH, Kungliga tekniska högskolan", "2021003054", date(2026, 5, 1),
         "2025-01169"),
        ("2024-01012_VR", "3514000", "KTH, Kungliga tekniska högskolan", "2021003054", date(2025, 1, 1),
         "2024-01012"),
        ("2024-00251_SNSB", "4533000", "Institutet för rymdfysik", "2021003567", date(2025, 1, 1),
         "2024-00251"),
        ("2013-00782_Formas", "7296000", None, None, None, "2013-00782"),
    ],
)  # fmt: skip
def test_records_checked_by_hand(
    world: World, local_id: str, amount: str, owner: Any, orgnr: Any, start: Any, diarienummer: str | None
) -> None:
    found = world.all(
        "SELECT amount, beneficiary, orgnr, start_date, diarienummer FROM mart_operation o "
        "JOIN mart_funding f USING (operation_id) LEFT JOIN organisation g ON g.name = o.beneficiary "
        "WHERE o.local_id = $id",
        id=local_id,
    )[0]
    assert found[0] == Decimal(amount)
    assert found[4] == diarienummer
    for expected, value in zip((owner, orgnr, start), found[1:4], strict=True):
        assert expected in (None, value)


def test_a_number_that_two_funders_share_for_two_projects_is_two(world: World) -> None:
    found = world.all("SELECT local_id FROM operation WHERE local_id LIKE '2024-00251%' ORDER BY 1")
    assert found == [("2024-00251_Forte",), ("2024-00251_SNSB",)]


def test_the_fields(tmp_path: Path) -> None:
    op = one(tmp_path, ProjectAbstractEn="Aim:\n<This text has been machine translated>\nTo try.")
    assert (op.local_id, op.fund_code, op.seen_on) == ("2099-00001_VR", "VR", date(2025, 7, 17))
    assert (op.start_date, op.end_date) == (date(2025, 1, 1), date(2026, 12, 31))
    assert op.summary_en == "Aim: To try."
    assert [(p.name, p.role, p.orgnr) for p in op.parties] == [
        ("KTH", "beneficiary", "2021003054"),
        ("Vetenskapsrådet", "funder", "2021005208"),
    ]
    assert [(t.scheme, t.code, t.label) for t in op.themes] == [
        ("research_subject", "50401", "Sociologi, Sociology"),
        ("award_type", "1", "Projektbidrag"),
    ]


def test_several_subjects_are_taken_apart_and_unclassified_is_none(tmp_path: Path) -> None:
    text = ROW["Scbs"] + ROW["Scbs"].replace("50401", "50402") + "¤¤¤ 9: Okl, U, 999: Okl, U, 99999: Okl, U "
    codes = [t.code for t in one(tmp_path, Scbs=text).themes if t.scheme == "research_subject"]
    assert codes == ["50401", "50402"]


def test_names_of_people_and_sole_traders_are_not_stored(tmp_path: Path) -> None:
    person = {"CoordinatingOrganisationId": "880320-0016", "CoordinatingOrganisationNameSv": "SYNTETISK PERSON"}
    rows = [ROW | {"ProjectId": f"2099-0000{n}_VR"} for n in range(9)] + [ROW | person | {"ProjectId": "2099-9_VR"}]
    world = World(also=lambda loader: loader.operations(ORIGIN, write(tmp_path, *rows)))
    stored = str(world.all("SELECT payload FROM raw_record")) + str(world.all("FROM organisation"))
    assert "Anna" not in stored
    assert "PERSON" not in stored
    assert "880320" not in stored
    assert world.loader.counts[0].rows_loaded == 10


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("FundingsSek", "en miljon", "bad_amount"),
        ("ProjectStartDate", "2025-13-01", "bad_date"),
        ("ProjectEndDate", "2020-01-01 12:00:00", "ends_before_start"),
        ("LoadedDate", "17/07/2025 23:54:06", "bad_date"),
        ("CoordinatingOrganisationId", "202100-3055", "bad_orgnr"),
        ("CoordinatingOrganisationNameSv", "NULL", "missing_name"),
        ("ProjectTitleSv", "", "title_in_english"),
    ],
)
def test_a_bad_cell_warns_and_keeps_the_project(tmp_path: Path, column: str, value: str, rule: str) -> None:
    op = one(tmp_path, **{column: value})
    assert [(warning.rule, warning.column) for warning in op.warnings] == [(rule, column)]


@pytest.mark.parametrize(
    ("changes", "rule"),
    [({"ProjectId": "2099"}, "missing_id"), ({"ProjectTitleSv": "", "ProjectTitleEn": " "}, "missing_title")],
)
def test_a_record_without_what_it_needs_is_quarantined(tmp_path: Path, changes: dict[str, str], rule: str) -> None:
    with pytest.raises(Reject) as caught:
        one(tmp_path, **changes)
    assert caught.value.rule == rule


def test_a_changed_header_is_refused_whole(tmp_path: Path) -> None:
    renamed = {name.replace("FundingsSek", "FundingSek"): value for name, value in ROW.items()}
    with pytest.raises(SourceError, match="FundingsSek"):
        ORIGIN.records(write(tmp_path, renamed))
