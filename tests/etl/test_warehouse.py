"""Publishing: whatever moment a build is killed at, what is named is a whole snapshot or nothing."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboard.db import served
from etl import embedded, invariants, warehouse
from etl.spec import SourceError
from tests.conftest import AS_OF, ROOT, Sheet, operation, registry
from tests.conftest import Given as Origin

posix = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")
KILLS = 4


def _child(folder: Path, data: Path, as_of: date, outlines: tuple[Any, ...], fatal: str) -> None:
    """Build; with ``fatal`` "replace:2" die just before the second os.replace, with "replace:-2" just after it."""
    embedded.boundaries = lambda: iter(outlines)  # type: ignore[assignment]
    if fatal:
        name, at = fatal.split(":")
        real, calls = getattr(os, name), iter(range(1, 100))

        def deadly(*args: Any) -> Any:
            number = next(calls)
            if number == int(at):
                os.kill(os.getpid(), signal.SIGKILL)
            answer = real(*args)
            if number == -int(at):
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        setattr(os, name, deadly)
    warehouse.build(folder, embedded=data, as_of=as_of)


@pytest.fixture(scope="module")
def start(outlines: tuple[Any, ...]) -> Callable[..., Any]:
    """Starts a real process that builds."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.etl.test_warehouse"])

    def started(folder: Path, data: Path, as_of: date, fatal: str = "") -> Any:
        process = context.Process(target=_child, args=(folder, data, as_of, outlines, fatal))
        process.start()
        return process

    return started


@pytest.fixture
def tiny_data(small_data: Path) -> Path:
    """The small data with fewer values, so that a build takes the least time."""
    for path in (small_data / "indicators/values").glob("*.csv"):
        Sheet(path).keep(lambda row: row["period"] == "2024" and row["sex"] == "T")
    return small_data


def consistent(folder: Path) -> str | None:
    """The named snapshot's id, after proof that it is whole; None when none is named."""
    if not (folder / "current").exists():
        return None
    named = (folder / "current").read_text("utf-8").strip()
    con = duckdb.connect(str(folder / f"{named}.duckdb"), read_only=True)
    try:
        for name, sql in invariants.INVARIANTS.items():
            assert con.execute(sql).fetchone() == (0,), name
        assert con.execute("SELECT snapshot_id FROM snapshot").fetchall() == [(named,)]
        assert con.execute("SELECT count(*) FROM mart_operation").fetchone() == (219,)
    finally:
        con.close()
    return named


@posix
def test_killed_at_random_moments_nothing_half_is_ever_named(
    tiny_data: Path, tmp_path: Path, start: Callable[..., Any]
) -> None:
    folder, dice = tmp_path / "snapshots", random.Random(20261123)
    for number in range(2):  # the first one waits for the imports
        begun = time.monotonic()
        whole = start(tmp_path / "measured", tiny_data, AS_OF + timedelta(days=number))
        whole.join()
        assert whole.exitcode == 0
        span = time.monotonic() - begun
    seen: set[str | None] = set()
    killed = 0
    for number in range(KILLS):
        process = start(folder, tiny_data, AS_OF + timedelta(days=number))
        process.join(dice.uniform(0.05, 1.05) * span)
        killed += process.is_alive()
        process.kill()
        process.join()
        seen.add(consistent(folder))
        assert {s.snapshot_id for s in warehouse.snapshots(folder)} >= seen - {None} if folder.exists() else True
    assert killed >= 1
    built = warehouse.build(folder, embedded=tiny_data, as_of=AS_OF + timedelta(days=99))
    assert consistent(folder) == built.snapshot.snapshot_id


@posix
def test_what_killed_builds_left_is_cleared_away_by_a_later_one(
    tiny_data: Path, tmp_path: Path, start: Callable[..., Any]
) -> None:
    """A dashboard that is killed nightly must not fill the disk."""
    folder = tmp_path / "snapshots"
    start(folder, tiny_data, AS_OF, "replace:1").join()
    assert list(folder.glob(".building.*"))
    warehouse.build(folder, embedded=tiny_data, as_of=AS_OF)
    assert list(folder.glob(".building.*")) == []


@posix
def test_four_builds_at_once_all_succeed_and_one_whole_snapshot_is_named(
    tiny_data: Path, tmp_path: Path, start: Callable[..., Any]
) -> None:
    """Two of the same day, which make the same snapshot, and two of other days."""
    folder = tmp_path / "snapshots"
    running = [start(folder, tiny_data, AS_OF + timedelta(days=n)) for n in (0, 0, 1, 2)]
    for process in running:
        process.join()
    assert [process.exitcode for process in running] == [0] * 4
    assert consistent(folder) in {s.snapshot_id for s in warehouse.snapshots(folder)}
    assert len(warehouse.snapshots(folder)) == 3
    assert [p.name for p in folder.iterdir() if p.name.startswith(".")] == []


def test_the_same_inputs_are_the_same_snapshot_and_a_changed_cell_is_another(tiny_data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "snapshots"
    first = warehouse.build(folder, embedded=tiny_data, as_of=AS_OF)
    again = warehouse.build(folder, embedded=tiny_data, as_of=AS_OF)
    assert (first.is_new, again.is_new) == (True, False)
    assert first.snapshot == again.snapshot
    old = Path(shutil.copy(first.snapshot.path, tmp_path / "old")).read_bytes()
    Sheet(tiny_data / "initiatives/amounts.csv").set(1, amount="1350000.01")
    changed = warehouse.build(folder, embedded=tiny_data, as_of=AS_OF)
    assert changed.is_new
    assert changed.snapshot.snapshot_id != first.snapshot.snapshot_id
    assert first.snapshot.path.read_bytes() == old
    assert warehouse.snapshots(folder) == [changed.snapshot, first.snapshot]
    assert served(folder).snapshot_id == changed.snapshot.snapshot_id
    amount = "SELECT amount FROM mart_funding WHERE operation_id LIKE '%kompetenscenter%' AND row_no = 1"
    assert str(served(folder).row(amount)["amount"]) == "1350000.01"
    assert str(served(folder, first.snapshot.snapshot_id).row(amount)["amount"]) == "1350000.00"


def test_going_back_to_older_inputs_serves_the_older_snapshot_again(tiny_data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "snapshots"
    first = warehouse.build(folder, embedded=tiny_data, as_of=AS_OF)
    warehouse.build(folder, embedded=tiny_data, as_of=AS_OF + timedelta(days=1))
    back = warehouse.build(folder, embedded=tiny_data, as_of=AS_OF)
    assert not back.is_new
    assert warehouse.current(folder) == first.snapshot.path


def test_a_fetched_file_adds_its_operations_and_a_bad_one_publishes_nothing(tiny_data: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(ROOT / "LICENSE", tmp_path / "fetched.csv"))
    folder, steps = tmp_path / "snapshots", []
    good = warehouse.Fetched(Origin(registry("r"), [operation("a", diarienummer="22-018-S01")]), path, None)
    built = warehouse.build(
        folder, fetched=[good], embedded=tiny_data, as_of=AS_OF, progress=lambda *step: steps.append(step)
    )
    assert (built.linked, built.snapshot.rows["operations"]) == (1, 219)
    assert [number for _, number, _ in steps] == list(range(1, len(steps) + 1))
    assert {total for *_, total in steps} == {len(steps)}
    path.write_bytes(b"other bytes")
    bad = warehouse.Fetched(Origin(registry("r"), [SourceError("fetched.csv: bad")]), path, None)
    with pytest.raises(SourceError, match="bad"):
        warehouse.build(folder, fetched=[bad], embedded=tiny_data, as_of=AS_OF)
    assert served(folder).snapshot_id == built.snapshot.snapshot_id
    assert sorted(p.name for p in folder.iterdir()) == sorted([built.snapshot.path.name, "current"])


@pytest.mark.parametrize("name", invariants.INVARIANTS)
def test_every_check_refuses_a_warehouse_that_breaks_it(
    embedded_build: Any, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaks = {
        "physical records = raw records": "INSERT INTO raw_record SELECT source_id, file_name, 999999, '{}' FROM "
        "source_file LIMIT 1",
        "a reason for each quarantined record": "INSERT INTO load_issue SELECT source_id, file_name, 1, 'x', "
        "'quarantine', 'x', NULL, 'x' FROM source_file LIMIT 1",
        "shares sum to 1": "INSERT INTO operation_location (operation_id, lan_code, location_type, share, "
        "share_from, share_to, share_basis) SELECT operation_id, '01', 'operation', 0.5, 0, 1, 'published' FROM "
        "operation LIMIT 1",
        "every operation has a place": "DELETE FROM operation_location WHERE operation_id = 'inkarta:lumena'",
        "split sums to unique, to the öre": "UPDATE mart_money SET amount_split = amount_split + 0.01 WHERE "
        "operation_id = 'inkarta:lumena'",
        "shares sum to 1 wherever places are taken from": "DELETE FROM mart_place WHERE operation_id = "
        "'inkarta:lumena' AND plats = 'agare'",
        "split sums to unique on every basis, to the öre": "UPDATE mart_place SET share_to = share_to / 2 WHERE "
        "operation_id = 'inkarta:lumena' AND plats = 'bara'",
        "every operation has one canonical": "DELETE FROM operation_link WHERE operation_id = 'inkarta:lumena'",
        "no derived value is stored as a publisher's": "INSERT INTO indicator_derived SELECT 'population', title_sv, "
        "title_en, unit, unit_en, better, decimals, note, note_en, 'a', 'T', 'b', 'T' FROM indicator LIMIT 1",
        "no count of persons below the threshold": "UPDATE mart_participants SET value = 3 WHERE value_type = 'actual'",
        "21 län and a boundary for every region": "DELETE FROM boundary WHERE code = '0180'",
    }
    path = Path(shutil.copy(embedded_build.snapshot.path, tmp_path / "copy.duckdb"))
    con = duckdb.connect(str(path))
    try:
        invariants.check(con)
        con.execute(breaks[name])
        with pytest.raises(SourceError, match=name.split(",")[0]):
            invariants.check(con)
    finally:
        con.close()


def test_a_process_that_serves_a_snapshot_can_build_it_again(tiny_data: Path, tmp_path: Path) -> None:
    """The dashboard's own connection is set otherwise; describing the same file must not break on that."""
    folder = tmp_path / "snapshots"
    warehouse.build(folder, embedded=tiny_data, as_of=AS_OF)
    serving = served(folder)
    assert not warehouse.build(folder, embedded=tiny_data, as_of=AS_OF).is_new
    assert serving.row("SELECT count(*) AS n FROM mart_operation") == {"n": 219}


def test_a_checkpointed_snapshot_is_one_file_that_opens_read_only(warehouse_folder: Path, embedded_build: Any) -> None:
    assert sorted(p.name for p in warehouse_folder.iterdir()) == sorted([embedded_build.snapshot.path.name, "current"])
    assert warehouse.current(warehouse_folder) == embedded_build.snapshot.path
    assert warehouse.current(warehouse_folder / "nowhere") is None


def test_home_follows_the_environment(home: Path) -> None:
    assert warehouse.home() == home
