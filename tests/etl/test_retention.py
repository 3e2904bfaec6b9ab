"""Old snapshots go by policy, and never one that is served, pinned, or all that there is."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.db import Warehouse, served
from etl import retention, warehouse
from etl.spec import SourceError
from etl.warehouse import Snapshot
from tests.conftest import AS_OF

NOW = datetime(2026, 11, 23, 12)


def close(days: list[int]) -> list[int]:
    """The same without a gap of more than a year, which the policy takes for a leap of the clock."""
    found, last, moved = {}, 0, 0
    for day in sorted(set(days)):
        moved += max(0, day - last - 366)
        last = day
        found[day] = day - moved
    return [found[day] for day in days]


ages = st.lists(st.integers(0, 2000), max_size=80).map(close)


def snapshot(number: int, days: float) -> Snapshot:
    built = NOW - timedelta(days=days)
    return Snapshot(f"{built:%Y%m%d}-{number:08x}", Path(f"{number}.duckdb"), built.date(), built, {})


@given(ages, st.data())
def test_the_policy_keeps_what_it_says_and_no_more(days: list[int], data: st.DataObject) -> None:
    found = [snapshot(n, d) for n, d in enumerate(days)]
    ids = [s.snapshot_id for s in found]
    current = data.draw(st.sampled_from([None, *ids]))
    pinned = data.draw(st.lists(st.sampled_from(ids), max_size=3)) if ids else []
    verdicts = retention.judge(found, served=current, pinned=pinned, now=NOW)
    assert sorted(v.snapshot.snapshot_id for v in verdicts) == sorted(ids)
    kept = {v.snapshot.snapshot_id: v for v in verdicts if not v.goes}
    assert kept.keys() >= {*pinned, *([current] if current else [])}
    assert len(kept) >= min(retention.LEAST, len(found))
    for s in found:
        age = NOW - s.built_at
        same_month = [o for o in found if (o.built_at.year, o.built_at.month) == (s.built_at.year, s.built_at.month)]
        same_year = [o for o in found if o.built_at.year == s.built_at.year]
        if age <= timedelta(days=30):
            assert s.snapshot_id in kept
        months = (NOW.year - s.built_at.year) * 12 + NOW.month - s.built_at.month
        key = (s.built_at, s.snapshot_id)
        if months <= 24 and key == max((o.built_at, o.snapshot_id) for o in same_month):
            assert s.snapshot_id in kept
        if key == max((o.built_at, o.snapshot_id) for o in same_year):
            assert s.snapshot_id in kept
        elif age > timedelta(days=31) and key != max((o.built_at, o.snapshot_id) for o in same_month):
            assert kept.get(s.snapshot_id, v := None) is v or kept[s.snapshot_id].reason in (
                "served",
                "pinned",
                "newest",
            )


@given(ages)
def test_pruning_again_removes_nothing_more(days: list[int]) -> None:
    found = [snapshot(n, d) for n, d in enumerate(days)]
    once = [v.snapshot for v in retention.judge(found, served=None, pinned=(), now=NOW) if not v.goes]
    assert not any(v.goes for v in retention.judge(once, served=None, pinned=(), now=NOW))


def test_a_clock_that_leaps_forwards_or_back_takes_nothing_away() -> None:
    """In 2099 by mistake one is built; what was kept before is kept still, also when the clock is right again."""
    found = [snapshot(number, days) for number, days in enumerate(range(0, 60, 2))]
    before = {v.snapshot.snapshot_id for v in retention.judge(found, served=None, pinned=[], now=NOW) if not v.goes}
    assert len(before) > 15
    leapt = datetime(2099, 3, 1)
    odd = Snapshot("20990301-ffffffff", Path("odd.duckdb"), leapt.date(), leapt, {})
    for now, there in ((leapt, [*found, odd]), (leapt, found), (NOW, [*found, odd]), (datetime(2001, 1, 1), found)):
        kept = {v.snapshot.snapshot_id for v in retention.judge(there, served=None, pinned=[], now=now) if not v.goes}
        assert kept >= before, now


@pytest.fixture(scope="module")
def eight(embedded_build: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight snapshots, the newest of them served, four of them old and of one month."""
    at = tmp_path_factory.mktemp("eight")
    for number, days in enumerate([0, 1, 2, 40, 400, 401, 402, 403]):
        made = snapshot(number, days)
        path = Path(shutil.copy(embedded_build.snapshot.path, at / f"{made.snapshot_id}.duckdb"))
        with duckdb.connect(str(path)) as con:
            con.execute("UPDATE snapshot SET snapshot_id = ?, built_at = ?", [made.snapshot_id, made.built_at])
    warehouse.publish(at, snapshot(0, 0).snapshot_id)
    return at


@pytest.fixture
def folder(eight: Path, tmp_path: Path) -> Path:
    """The same, to be pruned."""
    at = tmp_path / "snapshots"
    at.mkdir()
    for path in eight.iterdir():
        (os.link if path.suffix else shutil.copy)(path, at / path.name)
    return at


def ids(folder: Path) -> list[str]:
    return sorted(p.stem for p in folder.glob("[0-9]*.duckdb"))


OLD = [snapshot(n, d).snapshot_id for n, d in ((5, 401), (6, 402), (7, 403))]


def test_what_is_superseded_goes_and_the_rest_serves_on(folder: Path) -> None:
    before = ids(folder)
    assert {v.snapshot.snapshot_id for v in retention.prune(folder, now=NOW, dry_run=True) if v.goes} == set(OLD)
    assert ids(folder) == before
    retention.prune(folder, now=NOW)
    assert ids(folder) == sorted(set(before) - set(OLD))
    assert served(folder).row("SELECT count(*) AS n FROM mart_operation") == {"n": 219}
    assert not list(folder.glob(".*"))


def test_a_pinned_one_stays_until_it_is_unpinned(folder: Path) -> None:
    (folder / "pinned").write_text(f"{OLD[1]}  # quoted in the annual report\n\n", "utf-8")
    retention.pin(folder, OLD[0])
    assert retention.pins(folder) == (OLD[1], OLD[0])
    retention.prune(folder, now=NOW)
    assert set(ids(folder)) & set(OLD) == {OLD[0], OLD[1]}
    retention.unpin(folder, OLD[0])
    retention.prune(folder, now=NOW)
    assert set(ids(folder)) & set(OLD) == {OLD[1]}
    with pytest.raises(SourceError, match="no such snapshot"):
        retention.pin(folder, OLD[0])
    assert retention.pins(folder) == (OLD[1],)


def test_an_old_one_that_is_served_stays(folder: Path) -> None:
    warehouse.publish(folder, OLD[2])
    retention.prune(folder, now=NOW)
    assert served(folder).snapshot_id == OLD[2]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps an open file where it is")
def test_a_server_that_has_an_old_one_open_answers_on(folder: Path) -> None:
    w = Warehouse(folder / f"{OLD[0]}.duckdb")
    retention.prune(folder, now=NOW)
    assert not w.path.exists()
    assert w.row("SELECT count(*) AS n FROM mart_location") != {"n": 0}
    assert served(folder, OLD[0]).snapshot_id != OLD[0]


def test_a_file_that_the_system_will_not_let_go_of_is_told_and_stays(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.replace

    def refuse(one: Any, two: Any) -> None:
        if OLD[0] in str(one):
            raise PermissionError(13, "in use", str(one))
        real(one, two)

    monkeypatch.setattr(os, "replace", refuse)
    verdicts = retention.prune(folder, now=NOW)
    assert [v.snapshot.snapshot_id for v in verdicts if v.in_use] == [OLD[0]]
    assert set(ids(folder)) & set(OLD) == {OLD[0]}


@pytest.mark.parametrize("wanted", ["served", "pinned"])
def test_one_that_is_wanted_at_the_last_moment_comes_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch, wanted: str
) -> None:
    """Another process publishes or pins it between the verdict and the removal."""
    real = os.replace

    def late(one: Any, two: Any) -> None:
        real(one, two)
        if Path(two).name == f".pruned-{OLD[0]}.duckdb":
            if wanted == "served":
                (folder / "current").write_text(OLD[0])
            else:
                (folder / "pinned").write_text(OLD[0])

    monkeypatch.setattr(os, "replace", late)
    retention.prune(folder, now=NOW)
    assert set(ids(folder)) & set(OLD) == {OLD[0]}
    assert not list(folder.glob(".*"))


def test_a_build_whose_snapshot_is_pruned_while_it_publishes_builds_it_again(
    small_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, real = tmp_path / "snapshots", warehouse.publish
    first = warehouse.build(folder, embedded=small_data, as_of=AS_OF).snapshot

    def pruned(at: Path, snapshot_id: str) -> None:
        monkeypatch.setattr(warehouse, "publish", real)
        first.path.unlink()
        real(at, snapshot_id)

    monkeypatch.setattr(warehouse, "publish", pruned)
    again = warehouse.build(folder, embedded=small_data, as_of=AS_OF)
    assert (again.is_new, again.snapshot.snapshot_id) == (True, first.snapshot_id)
    assert served(folder).snapshot_id == first.snapshot_id


def _killed(folder: Path, at: int) -> None:
    """Prune, and die at the at-th rename or removal."""
    calls = iter(range(1, 100))
    for owner, name in ((os, "replace"), (Path, "unlink")):
        real = getattr(owner, name)

        def deadly(*args: Any, real: Any = real, **more: Any) -> Any:
            if next(calls) == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **more)

        setattr(owner, name, deadly)
    retention.prune(folder, now=NOW)


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")
@pytest.mark.parametrize("at", range(1, 7))
def test_killed_at_any_step_the_served_one_serves_and_the_next_run_finishes(folder: Path, at: int) -> None:
    process = multiprocessing.get_context("forkserver").Process(target=_killed, args=(folder, at))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert served(folder).snapshot_id == snapshot(0, 0).snapshot_id
    if at == 2 and (left := next(iter(folder.glob(".pruned-*")), None)):
        (folder / "pinned").write_text(left.stem.removeprefix(".pruned-"))
    retention.prune(folder, now=NOW)
    assert not list(folder.glob(".*"))
    assert set(ids(folder)) & set(OLD) == ({retention.pins(folder)[0]} if retention.pins(folder) else set())
