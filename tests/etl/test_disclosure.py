"""Small counts of persons in a built snapshot: in no table, source row, complaint or sum, and not by subtraction."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from etl.attack import intervals, protection
from etl.check import check
from etl.disclosure import PARTICIPANTS, Count, counts, hidden_cells, recoverable, sums
from etl.warehouse import build, current, open_published, served_min_count
from tests.conftest import AS_OF
from tests.etl import persons

LEAST = 5


def make(
    folder: Path, data: Path, given: dict[Any, int], projects: list[Any], **changes: Any
) -> duckdb.DuckDBPyConnection:
    done = build(
        folder, fetched=persons.fetched(folder.parent / "files", given, projects), embedded=data, as_of=AS_OF, **changes
    )
    return open_published(done.snapshot.path)


def truth(given: dict[Any, int], projects: list[Any]) -> dict[Count, int]:
    found = {Count(persons.CODE, region, period, sex): value for (region, period, sex), value in given.items()}
    for number, (local_id, _, _, _, women, men, every, _) in enumerate(projects):
        for prefix, is_there in (("prov_a:", True), ("prov_b:b", number % 3 == 0)):
            for sex, value in (("K", women), ("M", men), ("T", every)) if is_there else ():
                found[Count(PARTICIPANTS, prefix + local_id, "participants", sex)] = value
    return found


@pytest.fixture(scope="module")
def given() -> tuple[dict[Any, int], list[Any]]:
    return persons.arrivals(1), persons.projects(1)


@pytest.fixture(scope="module")
def built(_small_data: Path, outlines: object, tmp_path_factory: pytest.TempPathFactory, given: Any) -> Any:
    con = make(tmp_path_factory.mktemp("persons") / "snapshots", _small_data, *given)
    yield con
    con.close()


def attacked(con: duckdb.DuckDBPyConnection, real: dict[Count, int]) -> set[Count]:
    """Every small count that what the snapshot shows narrows to fewer values than ".." itself leaves."""
    lost = set()
    shown = counts(con)
    for area, hidden in hidden_cells(con).items():
        relations = sums(con, {*shown.get(area, {}), *hidden}, shown.get(area, {}))
        small = {cell for cell in hidden if real[cell] < LEAST}
        found = intervals(shown.get(area, {}), hidden, relations, of=small)
        lost |= {cell for cell in small if found[cell].width < protection(LEAST)}
    return lost


def test_an_attack_on_sex_by_kommun_by_lan_by_month_by_year_by_registry_finds_nothing(built: Any, given: Any) -> None:
    real = truth(*given)
    hidden = set().union(*hidden_cells(built).values())
    small = {cell for cell, value in real.items() if 0 < value < LEAST}
    assert len(small) > 200
    assert small < hidden < set(real)
    assert attacked(built, real) == set()
    assert recoverable(built) == {}
    shown = {cell: value for area in counts(built).values() for cell, value in area.items() if cell in real}
    assert shown == {cell: value for cell, value in real.items() if cell not in hidden}


def test_without_complementary_suppression_the_same_attack_succeeds(built: Any, given: Any, tmp_path: Path) -> None:
    """The mutant: a snapshot with the small cells alone hidden."""
    real = truth(*given)
    con = duckdb.connect(str(shutil.copy(built.execute("SELECT path FROM duckdb_databases() WHERE database_name = "
        "'published'").fetchone()[0], tmp_path / "mutant.duckdb")))  # fmt: skip
    for cell in set().union(*hidden_cells(con).values()):
        if real[cell] >= LEAST:
            con.execute("DELETE FROM suppressed_cell WHERE (area, subject, occasion, sex) = (?, ?, ?, ?)", [*cell])
            con.execute(
                "UPDATE indicator_value SET value = ?, flag = NULL WHERE indicator_code = ? AND region_code = ? "
                "AND period = ? AND sex = ?",
                [real[cell], *cell],
            )
            con.execute(
                "UPDATE operation_indicator SET value = ?, flag = NULL WHERE operation_id = ? AND sex = ? "
                "AND value_type = 'actual'",
                [real[cell], cell.subject, cell.sex],
            )
    found = {cell: interval for cell, interval in recoverable(con).items() if interval.width == 1}
    assert len(found) > 20
    assert all(real[cell] == interval.low for cell, interval in found.items())
    con.close()


def test_no_table_and_no_source_row_holds_a_hidden_count(built: Any, given: Any) -> None:
    real = truth(*given)
    for cell in set().union(*hidden_cells(built).values()):
        if cell.area == PARTICIPANTS:
            rows = built.execute(
                "SELECT i.value, i.flag, r.payload, r.source_id FROM operation_indicator i JOIN operation o "
                "USING (operation_id) JOIN raw_record r USING (source_id, file_name, row_no) "
                "WHERE operation_id = ? AND sex = ? AND value_type = 'actual'", [cell.subject, cell.sex],
            ).fetchall()  # fmt: skip
            cells = ("kvinnor", "man", "alla")
        else:
            rows = built.execute(
                "SELECT i.value, i.flag, r.payload, r.source_id FROM indicator_value i JOIN raw_record r "
                "USING (source_id, file_name, row_no) WHERE indicator_code = ? AND region_code = ? AND period = ? "
                "AND sex = ?", [*cell],
            ).fetchall()  # fmt: skip
            cells = ("value",)
        assert rows, cell
        for value, flag, payload, source in rows:
            assert (value, flag) == (None, "s")
            kept = json.loads(payload)
            assert {kept[name] for name in cells} == {".."}
            if source == "prov_b":
                assert str(real[cell]) not in kept.values()
    marts = built.execute(
        "SELECT (SELECT count(*) FROM mart_indicator WHERE indicator_code = $code AND value BETWEEN 1 AND 4) + "
        "(SELECT count(*) FROM mart_rank WHERE indicator_code = $code AND value BETWEEN 1 AND 4) + "
        "(SELECT count(*) FROM mart_participants WHERE value_type = 'actual' AND value BETWEEN 1 AND 4)",
        {"code": persons.CODE},
    ).fetchone()
    assert marts == (0,)


def test_planned_participants_and_zeros_are_shown_and_a_shown_row_is_kept_as_it_came(built: Any, given: Any) -> None:
    assert built.execute(
        "SELECT DISTINCT value, flag FROM mart_participants WHERE value_type = 'planned' AND operation_id LIKE 'prov%'"
    ).fetchall() == [(3, None)]
    zeros = sum(value == 0 for value in given[0].values())
    found = built.execute(
        "SELECT count(*) FROM indicator_value WHERE indicator_code = ? AND value = 0", [persons.CODE]
    ).fetchone()
    assert found == (zeros,)
    kept = built.execute(
        "SELECT count(*) FROM indicator_value v JOIN raw_record r USING (source_id, file_name, row_no) "
        "WHERE indicator_code = ? AND value IS NOT NULL "
        "AND CAST(value AS INTEGER) IS DISTINCT FROM TRY_CAST(payload ->> 'value' AS INTEGER)",
        [persons.CODE],
    ).fetchone()
    assert kept == (0,)


def test_a_refused_row_keeps_its_reason_but_not_its_count(built: Any) -> None:
    assert built.execute(
        "SELECT i.rule, i.value, i.message, r.payload ->> 'value' FROM load_issue i JOIN raw_record r "
        "USING (source_id, file_name, row_no) WHERE i.source_id = 'prov_nyanlanda'"
    ).fetchall() == [("bad_number", "..", "'..' is no number.", "..")]


def test_the_rewritten_snapshot_holds_every_constraint_and_no_old_bytes(built: Any, w: Any) -> None:
    count = "SELECT count(*) FROM duckdb_constraints()"
    assert built.execute(f"{count} WHERE database_name = 'published'").fetchone()[0] == w.row(count)["count_star()"]
    path = Path(built.execute("SELECT path FROM duckdb_databases() WHERE database_name = 'published'").fetchone()[0])
    assert list(path.parent.glob(".*.copy*")) == []


def test_two_snapshots_subtracted_give_nothing_and_the_threshold_stays(small_data: Path, tmp_path: Path) -> None:
    inner = {key: value for key, value in persons.arrivals(2, ("18",)).items() if key[2] != "T" and len(key[0]) == 4}
    inner = {key: value for key, value in inner.items() if len(key[1]) == 7}
    first, changed = persons.totals(inner), persons.totals(inner | {next(iter(inner)): 3})
    folder = tmp_path / "snapshots"
    old = make(folder, small_data, first, persons.projects(2), min_count=LEAST)
    new = make(folder, small_data, changed, persons.projects(2))
    assert served_min_count(folder) == LEAST
    shown, hidden = counts(new)[persons.CODE], hidden_cells(new)[persons.CODE]
    assert hidden_cells(old)[persons.CODE] - {c for c, v in shown.items() if v == 0} <= hidden
    assert attacked(new, truth(changed, persons.projects(2))) == set()
    old.close()
    new.close()


def test_the_threshold_is_told_kept_and_reported(small_data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "snapshots"
    given = persons.arrivals(3, ("18",)), persons.projects(3)
    none = make(folder, small_data, *given, min_count=1)
    assert hidden_cells(none) == {}
    none.close()
    make(folder, small_data, *given, min_count=LEAST).close()
    path = current(folder)
    assert path is not None
    found = {f.name: f for f in check(path, AS_OF) if f.area == "disclosure"}
    assert found["counts of persons hidden to protect those below 5"].measured > 100
    assert not found["hidden counts that the shown ones give away"].is_broken
    exposed = found["hidden counts that kept earlier snapshots give away"]
    assert exposed.is_broken
    assert exposed.measured > 0


@pytest.mark.parametrize(
    ("unit", "is_persons"),
    [
        ("personer", True), ("antal", True), ("antal personer", True), ("arbetslösa personer", True), ("barn", True),
        ("%", False), ("dagar per person 16–64 år", False), ("kr per år", False), ("andel personer", False),
        ("per 100 personer 20–64 år", False), ("% av personer", False),
    ],
)  # fmt: skip
def test_a_unit_says_whether_persons_are_counted(unit: str, is_persons: bool) -> None:
    from etl.disclosure import COUNTS_PERSONS

    assert duckdb.execute(f"SELECT {COUNTS_PERSONS} FROM (SELECT ? AS unit)", [unit]).fetchone() == (is_persons,)
