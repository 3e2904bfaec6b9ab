"""One spoilt cell or file of ``data/`` each: refused in words or quarantined by rule, and what served still serves."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboard.db import served
from etl import canonical
from etl.aggregates import PLACED
from etl.embedded import Embedded
from etl.engine import DuckDB
from etl.load import Loader
from etl.spec import SourceError
from etl.warehouse import build
from tests.conftest import AS_OF, ROOT, Sheet

INITIATIVES, AMOUNTS, CONFLICTS, TERMS = (
    f"initiatives/{n}.csv" for n in ("initiatives", "amounts", "conflicts", "terms")
)
VALUES, TOWNS = "indicators/values/population.csv", "regions/population_kommun.csv"
KOMMUNER, LANS, GROUPS = "regions/kommun.csv", "regions/lan.csv", "vocabulary/target_groups.csv"
CATALOGUE, AREAS, SEED = "indicators/catalogue.csv", "vocabulary/programme_areas.csv", "seed/items.csv"
NEEDS = "vocabulary/needs.csv"
CARDS, TREES = "effects/cards.csv", "effects/trees.csv"
MAIL = "anna.andersson@example.org"


def load(folder: Path) -> duckdb.DuckDBPyConnection:
    """The embedded data of a folder in a warehouse in memory."""
    con = duckdb.connect()
    con.execute((ROOT / "etl/schema.sql").read_text("utf-8"))
    Embedded(Loader(con), folder).load()
    return con


# (file, row, cells, rule): every fault in a row of its own, all in one build.
FAULTS: list[tuple[str, int, dict[str, str], str]] = [
    (INITIATIVES, 6, {"kommuner": "Hesselholm"}, "unknown_kommun"),
    (INITIATIVES, 20, {"lan_codes": "01", "kommuner": "Uppsala"}, "kommun_outside_lan"),
    (INITIATIVES, 30, {"start": "2024-02-30"}, "bad_date"),
    (INITIATIVES, 31, {"start": "24-02-03"}, "bad_date"),
    (INITIATIVES, 32, {"start": "2024-05-01", "end": "2024-04-30"}, "ends_before_start"),
    (INITIATIVES, 33, {"status": "klart"}, "unknown_status"),
    (INITIATIVES, 34, {"target_groups": "andra|alla"}, "unknown_target_group"),
    (INITIATIVES, 35, {"initiative_id": "lumena"}, "duplicate_id"),
    (INITIATIVES, 36, {"lan_codes": "99", "kommuner": ""}, "unknown_region"),
    (INITIATIVES, 37, {"participants_planned": "tio"}, "bad_count"),
    (INITIATIVES, 38, {"participants_actual": "-5"}, "bad_count"),
    (INITIATIVES, 39, {"source_url": ""}, "missing"),
    (INITIATIVES, 40, {"title": ""}, "missing"),
    (INITIATIVES, 41, {"lan_codes": "0180", "kommuner": ""}, "unknown_region"),
    (INITIATIVES, 42, {"lan_codes": "00", "kommuner": ""}, "unknown_region"),
    (INITIATIVES, 43, {"is_social_innovation": "kanske"}, "unknown_value"),
    (INITIATIVES, 44, {"location_basis": "kontor"}, "unknown_value"),
    (NEEDS, 1, {"target_group_code": "alla"}, "unknown_target_group"),
    (NEEDS, 3, {"target_group_code": "langt_fran_arbetsmarknaden"}, "duplicate_id"),
    (NEEDS, 4, {"fit": "none"}, "unknown_value"),
    (NEEDS, 5, {"fit": "ganska"}, "unknown_value"),
    (NEEDS, 6, {"reason_en": ""}, "missing"),
    (AMOUNTS, 1, {"amount": "-1"}, "bad_amount"),
    (AMOUNTS, 2, {"amount": "NaN"}, "bad_amount"),
    (AMOUNTS, 3, {"amount": "1e999"}, "bad_amount"),
    (AMOUNTS, 4, {"amount": "1,5"}, "bad_amount"),
    (AMOUNTS, 5, {"initiative_id": "finns-inte"}, "unknown_operation"),
    (AMOUNTS, 50, {"is_rounded": "kanske"}, "unknown_value"),
    (CONFLICTS, 1, {"initiative_id": "finns-inte"}, "unknown_operation"),
    (TERMS, 1, {"initiative_id": "finns-inte"}, "unknown_operation"),
    (TERMS, 2, {"field": "pris"}, "unknown_value"),
    (TERMS, 3, {"text_sv": ""}, "missing"),
    (TERMS, 4, {"number": "ett"}, "bad_count"),
    (TERMS, 5, {"amount": "-1", "currency": "SEK"}, "bad_amount"),
    (TERMS, 6, {"amount": "tio", "currency": "SEK"}, "bad_amount"),
    (TERMS, 7, {"amount": "10", "currency": "kr"}, "bad_currency"),
    (CARDS, 1, {"initiative_id": "finns-inte"}, "unknown_operation"),
    (CARDS, 2, {"part": "mål"}, "unknown_value"),
    (CARDS, 4, {"part": "activity"}, "duplicate_id"),
    (CARDS, 5, {"fit": ""}, "unknown_value"),
    (CARDS, 6, {"fit": "ganska", "indicator_code": "population"}, "unknown_value"),
    (CARDS, 7, {"indicator_code": "population", "fit": "proxy"}, "unknown_value"),
    (CARDS, 8, {"why_sv": "", "why_en": ""}, "missing"),
    (CARDS, 11, {"text_en": ""}, "missing"),
    (CARDS, 12, {"source_title": ""}, "missing"),
    (TREES, 3, {"kind": "orsak"}, "unknown_value"),
    (TREES, 4, {"parent": "fortid"}, "misplaced_node"),
    (TREES, 5, {"initiatives": "finns-inte"}, "unknown_operation"),
    (TREES, 7, {"text_en": ""}, "missing"),
    (TREES, 8, {"node_id": "langt-fran"}, "duplicate_id"),
    (TREES, 9, {"kind": "problem", "parent": ""}, "misplaced_node"),
    (TREES, 10, {"is_stated": "kanske"}, "unknown_value"),
    (TREES, 12, {"node_id": "två ord"}, "missing"),
    (VALUES, 2, {"period": "2011"}, "duplicate_value"),
    (VALUES, 3, {"region_code": "99"}, "unknown_region"),
    (VALUES, 4, {"value": "tolv"}, "bad_number"),
    (VALUES, 5, {"value": ""}, "bad_number"),
    (VALUES, 6, {"value": "NaN"}, "bad_number"),
    (VALUES, 7, {"value": "1e999"}, "bad_number"),
    (VALUES, 8, {"value": "1_000"}, "bad_number"),
    (VALUES, 9, {"period": "24"}, "bad_period"),
    (VALUES, 10, {"period": "2024-13"}, "bad_period"),
    (TOWNS, 1, {"population": ""}, "bad_count"),
    (TOWNS, 2, {"population": "50 323"}, "bad_count"),
    (TOWNS, 3, {"date": "20xx-12-31"}, "bad_date"),
]  # fmt: skip


@pytest.fixture(scope="module")
def spoilt(_small_data: Path, outlines: object, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = Path(shutil.copytree(_small_data, tmp_path_factory.mktemp("spoilt") / "data"))
    for file_name, row_no, cells, _ in FAULTS:
        Sheet(folder / file_name).set(row_no, **cells)
    Sheet(folder / INITIATIVES).set(100, summary_sv=f"Skriv till {MAIL}.", source_title=f"Fråga {MAIL}")
    Sheet(folder / INITIATIVES).set(101, start="2024-05-10", end="2024")
    con = load(folder)
    yield con
    con.close()


@pytest.mark.parametrize(("file_name", "row_no", "cells", "rule"), FAULTS)
def test_a_spoilt_cell_quarantines_its_row_by_rule_and_column(
    spoilt: Any, file_name: str, row_no: int, cells: dict[str, str], rule: str
) -> None:
    found = spoilt.execute(
        'SELECT severity, rule, "column" FROM load_issue WHERE file_name = ? AND row_no = ?', [file_name, row_no]
    ).fetchall()
    assert [(severity, name) for severity, name, _ in found] == [("quarantine", rule)]
    assert found[0][2]


def test_with_every_fault_the_counts_still_add_up_and_every_row_is_kept(spoilt: Any) -> None:
    off = spoilt.execute(
        "SELECT file_name FROM source_file f WHERE rows_read <> rows_loaded + rows_quarantined OR rows_quarantined <> "
        "(SELECT count(*) FROM load_issue i WHERE i.file_name = f.file_name AND severity = 'quarantine') OR rows_read "
        "<> (SELECT count(*) FROM raw_record r WHERE r.file_name = f.file_name)"
    ).fetchall()
    assert off == []


def test_an_address_in_a_text_is_in_neither_the_operation_nor_its_raw_row(spoilt: Any) -> None:
    (payload,) = spoilt.execute(
        "SELECT payload FROM raw_record WHERE file_name = ? AND row_no = 100", [INITIATIVES]
    ).fetchone()
    (summary,) = spoilt.execute(
        "SELECT summary_sv FROM operation WHERE file_name = ? AND row_no = 100", [INITIATIVES]
    ).fetchone()
    assert MAIL not in payload
    assert summary == "Skriv till [borttaget]."
    assert spoilt.execute("SELECT count(*) FROM operation WHERE contains(source_title, '@example')").fetchone() == (0,)


def test_an_end_known_to_the_year_does_not_lie_before_a_start_in_that_year(spoilt: Any) -> None:
    assert spoilt.execute(
        "SELECT count(*) FROM load_issue WHERE file_name = ? AND row_no = 101", [INITIATIVES]
    ).fetchone() == (0,)


def rewrite(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(change((folder / name).read_bytes()))


def cell(name: str, row_no: int, **cells: str) -> Callable[[Path], object]:
    return lambda folder: Sheet(folder / name).set(row_no, **cells)


def without(name: str, column: str) -> Callable[[Path], object]:
    return lambda folder: Sheet(folder / name).drop_column(column)


def extra(name: str) -> Callable[[Path], object]:
    return lambda folder: Sheet(folder / name).add_column("nytt", "x")


def cut(name: str, rows: int) -> Callable[[Path], object]:
    return rewrite(name, lambda data: b"".join(data.splitlines(keepends=True)[: rows + 1]))


def twice(name: str) -> Callable[[Path], object]:
    return rewrite(name, lambda data: data + data.splitlines(keepends=True)[-1])


REFUSED: list[tuple[str, str, Callable[[Path], object]]] = [
    *(("an undeclared column", name, extra(name)) for name in (INITIATIVES, VALUES, AMOUNTS, CONFLICTS, TOWNS, TERMS)),
    *(("an undeclared column", name, extra(name)) for name in (KOMMUNER, LANS, GROUPS, SEED, CATALOGUE, CARDS, TREES)),
    ("a column that is missing", INITIATIVES, without(INITIATIVES, "title")),
    ("a used column that is missing", INITIATIVES, without(INITIATIVES, "status")),
    ("a used column that is missing", AMOUNTS, without(AMOUNTS, "label_in_source")),
    ("a column that is missing", VALUES, without(VALUES, "sex")),
    ("a used column that is missing", LANS, without(LANS, "region_authority")),
    ("a used column that is missing", CATALOGUE, without(CATALOGUE, "decimals")),
    *(("an empty file", name, rewrite(name, lambda _: b"")) for name in (INITIATIVES, VALUES, CATALOGUE, AREAS)),
    *(("a web page", name, rewrite(name, lambda _: b"<!doctype html><p>x")) for name in (AMOUNTS, GROUPS, CATALOGUE)),
    *(("an unclosed quote", name, rewrite(name, lambda d: d + b'x,"y\n')) for name in (INITIATIVES, VALUES, CATALOGUE)),
    *(("no file", name, lambda folder, name=name: (folder / name).unlink()) for name in (INITIATIVES, VALUES, AREAS)),
    ("too few rows", VALUES, cut(VALUES, 19)),
    ("too few rows", INITIATIVES, cut(INITIATIVES, 5)),
    ("too few rows", AMOUNTS, cut(AMOUNTS, 5)),
    ("too few rows", KOMMUNER, cut(KOMMUNER, 289)),
    ("too few rows", LANS, cut(LANS, 20)),
    ("too few rows", CARDS, cut(CARDS, 9)),
    ("too few rows", TREES, cut(TREES, 9)),
    ("a personnummer", INITIATIVES, cell(INITIATIVES, 7, summary_sv="Ring 19121212-1212.")),
    ("a personnummer", SEED, cell(SEED, 7, facts="121212-1212")),
]  # fmt: skip


@pytest.mark.parametrize(("what", "name", "spoil"), REFUSED, ids=[f"{what}-{name}" for what, name, _ in REFUSED])
def test_a_spoilt_file_is_refused_by_its_name(
    small_data: Path, what: str, name: str, spoil: Callable[[Path], object]
) -> None:
    spoil(small_data)
    with pytest.raises(SourceError, match=Path(name).name):
        load(small_data)


# Refused or quarantined, either will do; but in words.
IN_WORDS: list[tuple[str, Callable[[Path], object]]] = [
    ("two amounts of a kind", twice(AMOUNTS)),
    ("unknown measure", cell(AMOUNTS, 1, measure="stöd")),
    ("currency in words", cell(AMOUNTS, 1, currency="kr")),
    ("a kommun twice", twice(KOMMUNER)),
    ("a kommun of no län", cell(KOMMUNER, 290, lan_code="99")),
    ("a target group twice", twice(GROUPS)),
    ("a seed item twice", twice(SEED)),
    ("unknown sex", cell(VALUES, 1, sex="X")),
    ("a period of other digits", cell(VALUES, 1, period="２０２４")),
    ("a count of other digits", cell(INITIATIVES, 1, participants_planned="²")),
    ("decimals in words", cell(CATALOGUE, 1, decimals="en")),
    ("an unknown direction", cell(CATALOGUE, 1, better="up")),
    ("an indicator twice", twice(CATALOGUE)),
    ("a list of kommuner in Windows' encoding", rewrite(KOMMUNER, lambda d: d.decode().encode("cp1252"))),
    ("a list of kommuner with a byte order mark", rewrite(KOMMUNER, lambda d: b"\xef\xbb\xbf" + d)),
]  # fmt: skip


@pytest.mark.parametrize(("what", "spoil"), IN_WORDS, ids=[what for what, _ in IN_WORDS])
def test_no_fault_in_the_data_ends_in_a_traceback(small_data: Path, what: str, spoil: Callable[[Path], object]) -> None:
    spoil(small_data)
    with contextlib.suppress(SourceError):
        con = load(small_data)
        con.execute("INSERT INTO snapshot VALUES ('test', ?, now(), '', '', 1)", [AS_OF])
        DuckDB().make(con, PLACED)
        canonical.operations(con)
        con.execute((ROOT / "etl/marts.sql").read_text("utf-8"))


@pytest.mark.parametrize("name", [INITIATIVES, VALUES, SEED])
def test_a_refused_build_leaves_what_served_and_no_half_file(
    small_data: Path, tmp_path: Path, warehouse_folder: Path, name: str
) -> None:
    folder = tmp_path / "snapshots"
    folder.mkdir()
    for path in warehouse_folder.iterdir():
        os.link(path, folder / path.name)
    before = sorted(p.name for p in folder.iterdir())
    rewrite(name, lambda _: b"<html>")(small_data)
    with pytest.raises(SourceError):
        build(folder, embedded=small_data, as_of=AS_OF)
    assert sorted(p.name for p in folder.iterdir()) == before
    assert served(folder).row("SELECT count(*) AS n FROM mart_operation") == {"n": 219}
