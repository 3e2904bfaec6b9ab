"""Against lists as a person might keep them: none is published."""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.catalogue import files
from etl.sources.arvsfonden import FIELDS, REQUIRED, SOURCES
from etl.spec import Location, Operation, SourceError
from tests.conftest import World
from tests.replay.registries import workbook

ORIGIN = SOURCES[0]
HEADER = ("Diarienummer", "Projekt", "Organisation", "Organisationsnummer", "År", "Beviljat belopp (kr)",
          "Kommun/Län", "Målgrupp", "Beskrivning", "Kontaktperson")  # fmt: skip
ROWS: tuple[tuple[Any, ...], ...] = (
    ("2022/001", "Öppna dörren", "Syntetiska föreningen", "212000-3005", 2022, 1250000, "Uppsala", "nyanlända",
     "Stöd till etablering", "Eva Syntet"),
    ("2022/001", "Öppna dörren", "Syntetiska föreningen", "212000-3005", 2023, 980000.5, "Uppsala", "nyanlända",
     "Andra året", "Eva Syntet"),
    ("2023/017", "Hela landets kör", "Syntetiska körförbundet", None, 2023, 400000, "Hela landet", "äldre", None, None),
    ("2024/003", "Mötesplats", "Syntetisk Idé", "000", 2024, "1 500 000", "Västerbottens län", None, None, None),
    ("2024/004", "Utan plats", "Syntetisk Idé", None, 2024, None, "Atlantis", None, None, None),
)  # fmt: skip


def sheet(folder: Path, *rows: tuple[Any, ...], header: tuple[str, ...] = HEADER) -> Path:
    """A workbook with an empty line and a title above its header."""
    title = ("Projekt som fått stöd ur Allmänna arvsfonden",)
    return workbook(folder / "arvsfonden.xlsx", {"Om": [("Urval",)], "Projekt": [title, (), header, *rows]})


def as_csv(folder: Path, *rows: tuple[Any, ...], header: tuple[str, ...] = HEADER) -> Path:
    path = folder / "arvsfonden.csv"
    with path.open("w", encoding="cp1252", newline="") as handle:
        csv.writer(handle, delimiter=";").writerows(
            [header, *(["" if c is None else str(c).replace(".", ",") for c in row] for row in rows)]
        )
    return path


def load(path: Path) -> World:
    return World(
        target_groups=("nyanlanda",),
        also=lambda loader: loader.operations(ORIGIN, path, retrieved_at=datetime(2026, 11, 22)),
    )


def one(folder: Path, **cells: Any) -> Operation:
    """The operation of one row with these cells, by column name."""
    given_cells = {"Projekt": "P", "Organisation": "O", "Beviljat belopp": 10} | cells
    path = sheet(folder, tuple(given_cells.values()), header=tuple(given_cells))
    (row,) = ORIGIN.records(path).rows
    return ORIGIN.operation(row)


@pytest.mark.parametrize("write", [sheet, as_csv])
def test_every_row_is_in_one_project_and_every_krona_counts_once(tmp_path: Path, write: Any) -> None:
    found = load(write(tmp_path, *ROWS))
    (count,) = found.loader.counts
    assert (count.rows_read, count.rows_loaded, count.rows_quarantined) == (5, 5, 0)
    assert found.all(
        "SELECT diarienummer, title_sv, beneficiary, decided_on, decided_precision FROM mart_operation ORDER BY 1"
    ) == [
        ("2022/001", "Öppna dörren", "Syntetiska föreningen", date(2022, 1, 1), "year"),
        ("2023/017", "Hela landets kör", "Syntetiska körförbundet", date(2023, 1, 1), "year"),
        ("2024/003", "Mötesplats", "Syntetisk Idé", date(2024, 1, 1), "year"),
        ("2024/004", "Utan plats", "Syntetisk Idé", date(2024, 1, 1), "year"),
    ]
    assert found.all("SELECT lan_code, kommun_code, amount, is_derived FROM mart_money JOIN mart_funding "
                     "USING (operation_id, amount) ORDER BY amount") == [
        (None, None, Decimal(400000), False),
        ("24", None, Decimal(1500000), False),
        ("03", "0380", Decimal("2230000.50"), True),
    ]  # fmt: skip
    assert found.all("SELECT rule, value FROM load_issue ORDER BY 1, 2") == [
        ("bad_orgnr", "000"), ("unknown_place", "Atlantis"), ("unknown_target_group", "äldre"),
    ]  # fmt: skip
    assert found.all("SELECT orgnr FROM organisation WHERE orgnr IS NOT NULL") == [("2120003005",)]
    assert found.all("SELECT target_group_code FROM mart_target_group") == [("nyanlanda",)]
    assert "Eva" not in str(found.all("SELECT payload FROM raw_record"))


def test_a_repeated_row_counts_once_and_a_sum_row_not_at_all(tmp_path: Path) -> None:
    total = (None, None, "Summa", None, None, 99, None, None, None, None)
    found = load(sheet(tmp_path, ROWS[0], ROWS[0], total))
    (count,) = found.loader.counts
    assert (count.rows_read, count.rows_loaded, count.rows_quarantined) == (3, 1, 2)
    assert found.all("SELECT row_no, rule FROM load_issue ORDER BY 1") == [(2, "duplicate_row"), (3, "missing_title")]
    assert found.all("SELECT sum(amount) FROM mart_funding") == [(Decimal(1250000),)]


@pytest.mark.parametrize(
    ("column", "amount", "is_rounded"),
    [("Beviljat belopp (kr)", 10, False), ("Belopp, tkr", 10_000, True), ("Bidrag i tkr", 10_000, True),
     ("BEVILJAT BELOPP", 10, False), ("Beviljat stöd [mnkr]", 10_000_000, True)],
)  # fmt: skip
def test_the_unit_in_the_header_counts(tmp_path: Path, column: str, amount: int, is_rounded: bool) -> None:
    path = sheet(tmp_path, ("P", "O", 10), header=("Projekt", "Organisation", column))
    (row,) = ORIGIN.records(path).rows
    (found,) = ORIGIN.operation(row).funding
    assert (found.amount, found.is_rounded, found.label_in_source) == (amount, is_rounded, column)


def test_of_two_columns_the_more_exact_is_used(tmp_path: Path) -> None:
    op = one(tmp_path, År=2023, Beslutsdatum=date(2023, 5, 4), Ort="Lund", Kommun="Malmö", Summa=5)
    assert (op.decided_on, op.decided_precision) == (date(2023, 5, 4), "day")
    assert op.locations == [Location("beneficiary", "12", "1280")]
    assert [f.amount for f in op.funding] == [10]


def test_several_places_and_an_unknown_one(tmp_path: Path) -> None:
    op = one(tmp_path, Kommun="Malmö, Lund; Atlantis")
    assert [p.kommun_code for p in op.locations] == ["1280", "1281"]
    assert [w.value for w in op.warnings] == ["Atlantis"]


@given(st.data())
def test_any_of_the_names_will_do_in_any_order(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    chosen = {key: data.draw(st.sampled_from(FIELDS[key])) for key in REQUIRED}
    order = data.draw(st.permutations(list(REQUIRED)))
    cells = {"title": "Mötesplats", "organisation": "Syntetisk Idé", "amount": "25"}
    path = as_csv(
        tmp_path_factory.mktemp("list"), tuple(cells[key] for key in order),
        header=tuple(data.draw(st.sampled_from([chosen[key], chosen[key].upper()])) for key in order),
    )  # fmt: skip
    (row,) = ORIGIN.records(path).rows
    op = ORIGIN.operation(row)
    assert (op.title_sv, op.parties[0].name, op.funding[0].amount) == ("Mötesplats", "Syntetisk Idé", 25)


@pytest.mark.parametrize("write", [sheet, as_csv])
def test_a_list_without_what_is_needed_is_refused(tmp_path: Path, write: Any) -> None:
    path = write(tmp_path, ("P", "O"), header=("Projekt", "Organisation"))
    with pytest.raises(SourceError, match="beviljat belopp"):
        list(ORIGIN.records(path).rows)


def test_the_list_is_found_in_any_of_its_forms_where_a_person_puts_it(tmp_path: Path) -> None:
    as_csv(tmp_path, *ROWS)
    assert [(f.source.SOURCE.id, f.path.name) for f in files(tmp_path)] == [("arvsfonden", "arvsfonden.csv")]
    sheet(tmp_path, *ROWS)
    assert [f.path.name for f in files(tmp_path)] == ["arvsfonden.xlsx"]
