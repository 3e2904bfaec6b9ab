"""Against workbooks in the export's form; the partner list beside them is real."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from etl.sources import interreg
from etl.sources.cells import interreg_key
from etl.sources.keep_eu import PARTNERS, PROJECTS, SOURCES
from etl.spec import Operation, Reject, SourceError
from tests.conftest import World
from tests.replay.documents import real
from tests.replay.registries import workbook

ORIGIN = SOURCES[0]
LIST = "registries/SE_interreg_2021-2027_partners_interregbarometern.json"
BALTIC, NORTH = "2021 - 2027 Interreg VI-B Baltic Sea Region", "2014 - 2020 INTERREG VB North Sea"
BUDGET, NEW, OLD = (
    "Partner's total eligible budget / expenditure",
    "Partner’s programme co-financing (EUR) (2021-2027 only)",
    "ERDF contribution (2014-2020 only)",
)
PROJECT: dict[str, Any] = {
    "Period": "2014-2020", "Programme": NORTH, "Project ID (2021-2027 only)": "N.a.", "Project acronym": "SYNT",
    "Project name in English": "Synthetic benefits", "Description in English": "<p>What it does</p>",
    "Project start": date(2019, 1, 1), "Project end": "N.a.", "Theme 1": "Community integration",
    "Project's total budget / expenditure": 2349367.02, "Website": "N.a.",
}  # fmt: skip
PARTNER: dict[str, Any] = {
    "Programme": NORTH, "Project ID (2021-2027 only)": "N.a.", "Project acronym": "SYNT", "Lead partner": "No",
    "Organisation in English": "Synthetic Municipality", "Country code": "SE", "NUTS3 code (or equivalent)": "SE121",
    "Type of Organisation": "Local public authority", "Partner’s ID if not PIC": "SE2120003005",
    BUDGET: "100.50", NEW: "N.a.", OLD: 50, "Contact person": "Eva Syntet",
}  # fmt: skip
GERMAN = {"Organisation in English": "Synthetic University", "Country code": "DE", "Lead partner": "Yes",
          "NUTS3 code (or equivalent)": "DE94F", "Partner’s ID if not PIC": "N.a."}  # fmt: skip


def table(base: dict[str, Any], changes: Iterable[dict[str, Any]]) -> list[list[Any]]:
    rows = [base | change for change in changes]
    header = list(dict.fromkeys(name for row in [base, *rows] for name in row))
    return [header, *([row.get(name) for name in header] for row in rows)]


def export(folder: Path, projects: list[dict[str, Any]], partners: list[dict[str, Any]]) -> Path:
    sheets = {PROJECTS: table(PROJECT, projects), PARTNERS: table(PARTNER, partners)}
    return workbook(folder / "keep_eu.xlsx", sheets)


def load(path: Path, *also: tuple[Any, Path]) -> World:
    def every(loader: Any) -> None:
        for origin, each in ((ORIGIN, path), *also):
            loader.operations(origin, each, retrieved_at=datetime(2026, 11, 22))

    return World(also=every)


def one(folder: Path, project: dict[str, Any], *partners: dict[str, Any]) -> Operation:
    row, *_ = ORIGIN.records(export(folder, [project], list(partners) or [{}])).rows
    return ORIGIN.operation(row)


def test_every_row_of_both_sheets_is_accounted_for(tmp_path: Path) -> None:
    projects = [{}, {"Project acronym": "DANISH"}, {"Project acronym": "BYID", "Project ID (2021-2027 only)": "R017"}]
    partners = [
        {}, GERMAN, {"Project acronym": "DANISH", "Country code": "DK"},
        {"Project acronym": "N.a.", "Project ID (2021-2027 only)": "R017"}, {"Project acronym": "ELSEWHERE"},
    ]  # fmt: skip
    found = load(export(tmp_path, projects, partners))
    (count,) = found.loader.counts
    assert (count.rows_read, count.rows_loaded, count.rows_quarantined) == (8, 5, 3)
    assert found.all("SELECT row_no, rule FROM load_issue WHERE severity = 'quarantine' ORDER BY 1") == [
        (2, "no_swedish_partner"), (6, "no_swedish_partner"), (8, "partner_without_project"),
    ]  # fmt: skip
    assert found.all("SELECT title_sv FROM mart_operation ORDER BY 1") == [
        ("Synthetic benefits (BYID)",), ("Synthetic benefits (SYNT)",),
    ]  # fmt: skip
    assert "Eva" not in str(found.all("SELECT payload FROM raw_record"))


def test_the_fields_and_the_swedish_part_of_the_money(tmp_path: Path) -> None:
    skane = {"Organisation in English": "B", "NUTS3 code (or equivalent)": "SE224", BUDGET: 201, OLD: "N.a."}
    op = one(tmp_path, {}, {}, skane, GERMAN)
    assert (op.local_id, op.programming_period) == ("2014-2020-interreg-vb-north-sea-synt", "2014-2020")
    assert (op.start_date, op.end_date, op.summary_en) == (date(2019, 1, 1), None, "What it does")
    assert [(f.measure, f.amount, f.currency) for f in op.funding] == [
        ("total_eligible_cost", Decimal("301.50"), "EUR"), ("eu_contribution", Decimal(50), "EUR"),
    ]  # fmt: skip
    assert [(p.lan_code, p.share) for p in op.locations] == [
        ("03", Decimal("0.3333333333")), ("12", Decimal("0.6666666667")),
    ]  # fmt: skip
    assert [(p.name, p.role, p.country, p.orgnr, p.org_type) for p in op.parties] == [
        ("Synthetic Municipality", "partner", "SE", "2120003005", "kommun"),
        ("B", "partner", "SE", "2120003005", "kommun"),
        ("Synthetic University", "lead", "DE", None, "kommun"),
    ]
    assert [w.rule for w in op.warnings] == ["budget_unknown"]


def test_a_project_of_the_partner_list_counts_once(tmp_path: Path) -> None:
    new = {"Period": "2021-2027", "Programme": BALTIC}
    path = export(
        tmp_path,
        [new | {"Project acronym": "NonHazCity 3", "Project ID (2021-2027 only)": "C012",
                "Project name in English": "Reducing hazardous substances"},
         new | {"Project acronym": "Unheard of"}, {"Project acronym": "NonHazCity 3"}],
        [{"Programme": BALTIC, "Project acronym": "NonHazCity 3", "Project ID (2021-2027 only)": "C012"},
         {"Programme": BALTIC, "Project acronym": "Unheard of"}, {"Project acronym": "NonHazCity 3"}],
    )  # fmt: skip
    (listed,) = interreg.SOURCES
    both = load(path, (listed, real(LIST)))
    assert both.linked == 1
    assert both.all("SELECT count(*) FROM mart_operation") == [(586 + 2,)]
    assert both.all(
        "SELECT o.operation_id, title_sv, title_en, source_ids, amount FROM mart_operation o JOIN mart_funding "
        "USING (operation_id) WHERE records = 2 AND measure = 'total_eligible_cost'"
    ) == [
        ("interreg:baltic-sea-region:nonhazcity-3", "NonHazCity 3", "Reducing hazardous substances (NonHazCity 3)",
         ["interreg", "keep_eu"], Decimal("854583.68")),
    ]  # fmt: skip
    assert both.all("SELECT method, confidence FROM operation_link WHERE method <> 'self'") == [("common_key", 0.95)]
    alone = load(path)
    assert alone.linked == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Baltic Sea Region", BALTIC), ("AURORA", "2021 - 2027 Interreg VI-A Sweden - Finland - Norway (Aurora)"),
        ("Sverige-Norge", "2021 - 2027 Interreg VI-A Sweden - Norway"),
        ("Interreg europe", "2021 - 2027 Interreg Europe"),
        ("South Baltic Programme", "Interreg VI-A South Baltic"), ("Interreg North Sea", "Interreg VI-B North Sea"),
        ("Öresund-Kattegat-Skagerrak", "Interreg VI-A Oresund-Kattegat-Skagerrak"),
    ],
)  # fmt: skip
def test_a_programme_is_the_same_however_it_is_written(one: str, other: str) -> None:
    keys = [interreg_key("2021-2027", programme, "Target-Circular ") for programme in (one, other)]
    assert keys[0] == keys[1] is not None
    assert interreg_key("2014-2020", one, "Target Circular") != keys[0]
    assert interreg_key("2021-2027", "Interreg Elsewhere", "Target Circular") is None


@pytest.mark.parametrize(
    ("project", "partner", "rule"),
    [
        ({"Project start": "31/02/2020"}, {}, "bad_date"),
        ({"Project start": "01/01/2020", "Project end": "01/01/2019"}, {}, "ends_before_start"),
        ({}, {BUDGET: "a lot"}, "bad_amount"),
        ({}, {"NUTS3 code (or equivalent)": "N.a."}, "unknown_place"),
        ({}, {"Organisation in English": "N.a."}, "missing_name"),
    ],
)
def test_a_bad_cell_warns_and_keeps_the_project(
    tmp_path: Path, project: dict[str, Any], partner: dict[str, Any], rule: str
) -> None:
    assert rule in [warning.rule for warning in one(tmp_path, project, partner).warnings]


def test_a_project_without_a_key_is_quarantined(tmp_path: Path) -> None:
    rows = list(ORIGIN.records(export(tmp_path, [{}, {"Project acronym": "N.a."}], [{}])).rows)
    with pytest.raises(Reject, match="neither id nor acronym"):
        ORIGIN.operation(rows[1])


def test_sheets_of_different_searches_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no partner belongs"):
        list(ORIGIN.records(export(tmp_path, [{}], [{"Project acronym": "OTHER"}])).rows)


def test_a_workbook_without_the_sheets_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "keep_eu.xlsx", {"Sheet1": table(PROJECT, [{}])})
    with pytest.raises(SourceError, match="no sheet is called"):
        ORIGIN.records(path)
